//! The flow: gather -> process -> matching -> route -> distribute. Reads, asks `rules`, writes.
//!
//! A report is taken in by [`gather`], which leaves a job. [`worker::Worker`] claims jobs and runs the stages; one chunk
//! of rows is one transaction, from observations to lines of messages ([`process`]). A change of the register leaves a
//! job that matches and routes again ([`matching`]). What is approved is handed over by [`distribute`].
//!
//! Left to others: what is decided (`rules`), how it is kept (`store`), and everything with requests and pages (`web`).

pub mod clock;
pub mod distribute;
pub mod error;
mod events;
pub mod explain;
pub mod flow;
pub mod gather;
pub mod intake;
mod matching;
pub mod meter;
mod process;
pub mod proving;
mod register;
pub mod replies;
mod route;
pub mod row;
pub mod upkeep;
pub mod webhook;
pub mod worker;

pub use clock::Clock;
pub use error::FlowError;
pub use flow::{CHUNK_ROWS, Flow, Profile};
pub use intake::Intake;
pub use meter::Meter;
pub use outgoing::StandIn;
