//! Whether an asset is what an organisation says: looks outside for what proves a name, and writes down what is proved with
//! all that follows from it. A page asks here for one asset, a worker for many.
//!
//! What proves what is decided in `rules`. Left to others: who may ask, and how often.

mod look;
mod settle;

pub use look::{evidence, look, record_text};
pub use settle::{prove, settle};
