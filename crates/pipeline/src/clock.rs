//! What time it is: the only place of the flow that asks the system.

use std::time::{SystemTime, UNIX_EPOCH};

use model::Timestamp;

/// A clock that runs, or one that stands still for tests and demonstrations.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The system's time.
    System,
    /// Always this moment.
    Fixed(Timestamp),
}

impl Clock {
    /// Now, UTC.
    pub fn now(self) -> Timestamp {
        match self {
            Self::Fixed(moment) => moment,
            Self::System => {
                let since = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                Timestamp::from_micros(since.as_micros() as i64)
            }
        }
    }
}
