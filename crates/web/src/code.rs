//! Codes that are mailed to an address, to see who reads there.

/// Codes that may be tried. One in ten million guesses right by then.
pub(crate) const WRONG_MAX: i64 = 10;

/// Eight digits. The remainder favours none by more than one part in 100,000 million.
pub(crate) fn fresh_code() -> String {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    format!("{:08}", u64::from_le_bytes(bytes) % 100_000_000)
}
