//! Codes that are mailed to an address, to see who reads there.

use std::time::Duration;

use crate::limiter::{Limiter, Rate};

/// Codes that may be tried. One in ten million guesses right by then.
pub(crate) const WRONG_MAX: i64 = 10;

/// Mails with a code that an organisation may cause: each goes to somebody who may not have asked for it.
pub(crate) const MAILS: Limiter = Limiter::new("codes", Rate::per_hour(10));

/// Mails with a code to one address, whoever causes them.
pub(crate) const MAILS_TO_ONE: Limiter = Limiter::new(
    "codes to one address",
    Rate::new(3, Duration::from_secs(8 * 3_600)),
);

/// Eight digits. The remainder favours none by more than one part in 100,000 million.
pub(crate) fn fresh_code() -> String {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    format!("{:08}", u64::from_le_bytes(bytes) % 100_000_000)
}
