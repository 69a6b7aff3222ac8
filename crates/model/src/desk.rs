//! Rules that a desk sets.

crate::vocabulary! {
    /// Which follow-up statistics may be kept. The strictest of desk, source and case holds: the lowest.
    pub enum StatisticsRegime: "statistics regime" {
        /// Only totals of what was sent.
        None = 0 => "none",
        /// Counts without recipients.
        Aggregate = 1 => "aggregate",
        /// Everything.
        Full = 2 => "full",
    }
}

crate::vocabulary! {
    /// Whether a kind of message goes out by itself.
    pub enum ReleaseRule: "release rule" {
        /// It goes out by itself.
        Send = 0 => "send",
        /// It waits for a person's approval.
        Hold = 1 => "hold",
    }
}
