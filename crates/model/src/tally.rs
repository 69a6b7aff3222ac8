//! What is counted of the reports of a source.

crate::vocabulary! {
    /// A number of a month, of one report type of one source (requirement FE-05).
    pub enum TallyKind: "kind of tally" {
        /// Rows that came.
        Rows = 0 => "rows",
        /// Of these, rows that became observations.
        Accepted = 1 => "accepted",
        /// Of these, rows that were there already.
        Duplicate = 2 => "duplicate",
        /// Of these, rows with a field that breaks a rule.
        Quarantined = 3 => "quarantined",
        /// Of these, rows that cannot be read as rows.
        Refused = 4 => "refused",
        /// Rows that were accepted after the desk had corrected them.
        Repaired = 5 => "repaired",
        /// Rows that were not accepted, by code and column.
        Issue = 6 => "issue",
        /// What was seen, once for each sighting.
        Observations = 7 => "observations",
        /// Observations by the hours until they came, rounded up.
        Delay = 8 => "delay",
        /// What was seen, once for each finding.
        Findings = 9 => "findings",
        /// Of these, those that another source showed in the same month.
        Corroborated = 10 => "corroborated",
        /// Of the findings, those that somebody was told of.
        Told = 11 => "told",
        /// Of those told, those that were called not ours, and nothing that outweighs it.
        NotOurs = 12 => "not-ours",
        /// Of those told, those that were called a false alarm, and that nobody confirmed.
        FalseAlarm = 13 => "false-alarm",
        /// Of those told, those about which somebody said that they are so.
        Confirmed = 14 => "confirmed",
    }
}
