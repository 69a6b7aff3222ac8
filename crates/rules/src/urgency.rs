//! Which delivery is read first. A small one does not wait behind a large one, and a large one loses little by it.

use model::Severity;

/// Bytes below which a delivery is read in a moment, in a chunk or two, or within a minute.
const SIZES: [u64; 3] = [1 << 20, 16 << 20, 256 << 20];

/// Urgency of a job that has none of its own: that of the largest delivery.
pub const LEAST: i16 = 0;

/// How urgent it is to read a delivery of so many bytes, unpacked; higher goes first. What is critical goes first among
/// those of its size only: a large one would hold up all others.
pub fn of_delivery(bytes: u64, severity: Severity) -> i16 {
    let size = SIZES.iter().filter(|size| bytes < **size).count() as i16;
    LEAST + 2 * size + i16::from(severity == Severity::Critical)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_delivery_goes_before_a_large_one_and_a_critical_one_before_its_equals() {
        let urgency = |bytes, severity| of_delivery(bytes, severity);
        let falling = [
            urgency(500, Severity::Critical),
            urgency(500, Severity::Low),
            urgency(5 << 20, Severity::Critical),
            urgency(5 << 20, Severity::High),
            urgency(100 << 20, Severity::High),
            urgency(10 << 30, Severity::Critical),
            urgency(10 << 30, Severity::Info),
        ];
        assert!(falling.is_sorted_by(|a, b| a > b), "{falling:?}");
        assert_eq!(falling[6], LEAST);
    }
}
