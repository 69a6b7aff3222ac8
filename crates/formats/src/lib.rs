//! .
pub mod container;
mod records;
pub mod table;
