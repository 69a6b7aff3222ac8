//! What a recipient says of a finding that it was told of.

crate::vocabulary! {
    /// How far a recipient is with a finding (requirement PO-09). What each status changes: `rules::answer`.
    pub enum AnswerStatus: "status of an answer" {
        /// Nobody looked yet: the status of a finding about which nothing was said.
        New = 0 => "new",
        /// Somebody who may answer opened it.
        Seen = 1 => "seen",
        /// Somebody works on it.
        InProgress = 2 => "in-progress",
        /// It is gone.
        Solved = 3 => "solved",
        /// It is gone, and somebody may have been in before.
        SolvedPossiblyCompromised = 4 => "solved-possibly-compromised",
        /// It stays as it is until a day.
        RiskAccepted = 5 => "risk-accepted",
        /// It belongs to somebody else.
        NotOurs = 6 => "not-ours",
        /// It is not so.
        FalseAlarm = 7 => "false-alarm",
        /// Somebody else was asked to act.
        Forwarded = 8 => "forwarded",
        /// The desk was asked for help.
        HelpRequested = 9 => "help-requested",
    }
}

crate::vocabulary! {
    /// Through which door an answer came.
    pub enum AnswerDoor: "door of an answer" {
        /// A member of the organisation signed in.
        Portal = 0 => "portal",
        /// Somebody had the link of a message, or one that was forwarded.
        Link = 1 => "link",
        /// A program with a key.
        Api = 2 => "api",
        /// Somebody signed in who acts for the organisation.
        Mandate = 3 => "mandate",
    }
}
