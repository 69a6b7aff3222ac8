//! Registers and reports of any size, made from a seed, with the result that they must have.
//!
//! A [`World`] is a register: address blocks nested up to four deep, some of them claimed twice, some ranges, domains,
//! AS numbers, network holders, natural persons. [`World::write_report`] streams a report about it and says what must
//! become of every row. Owners are found here in another way than in the product: by asking a map for each of the few
//! block sizes that there are, and by looking at every range.

mod expected;
mod random;
mod report;
mod world;

pub use expected::Expected;
pub use random::Random;
pub use report::{ReportPlan, ScanType};
pub use world::World;
