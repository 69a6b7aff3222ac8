//! Foreign bytes to nouns and back: what reports, registers and exports look like outside.
//!
//! Read in the order of the flow: [`container`] unpacks a delivery, [`mask`] takes secrets out before it is stored,
//! [`rows`] reads tables and JSON row by row, [`shadowserver`] and [`mapping`] say what the columns mean, and [`decode`] turns rows into
//! observations. [`register`] reads and writes the lists that are kept by hand, [`export`] guards what goes out, [`archive`] packs it.
//!
//! Everything here works on `Read` and `Write`, streams, and treats its input as hostile. There is no file, no
//! socket, no clock and no storage; opinions about who should hear of an observation are in `rules`.

pub mod archive;
pub mod asset_list;
pub mod container;
pub mod customer_list;
pub mod decode;
mod evidence;
pub mod export;
pub mod mapping;
pub mod mask;
mod objects;
mod records;
pub mod register;
pub mod rows;
pub mod security_txt;
pub mod shadowserver;
pub mod table;
mod window;

pub use container::{ContainerError, Limits, Member, for_each_member};
pub use decode::{DecodeContext, Decoder, Drift, DriftKind};
pub use rows::Rows;
pub use table::{TableError, TableReader};
