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
    /// What whoever runs a network for others did about a finding of a customer (requirement FE-03).
    pub enum CustomerOutcome: "outcome for a customer" {
        /// The message was passed on.
        Forwarded = 0 => "forwarded",
        /// The customer was told in other words than ours.
        CustomerInformed = 1 => "customer-informed",
        /// The customer's connection was closed off.
        Quarantined = 2 => "quarantined",
        /// Whoever runs the network, or the customer, does nothing.
        Refused = 3 => "refused",
        /// Nobody can tell any more which customer it was.
        NotTraceable = 4 => "not-traceable",
    }
}

crate::vocabulary! {
    /// What is wrong with a row of a list that says what was done for customers.
    pub enum CustomerRowIssue: "issue of a row for a customer" {
        /// It cannot be read as a row of its table.
        Unreadable = 0 => "unreadable",
        /// Something stands in a column that is not taken: it may say who the customer is.
        NotTaken = 1 => "not-taken",
        /// It has no id of a finding.
        BadFinding = 2 => "bad-finding",
        /// It has none of the words of [`CustomerOutcome`].
        BadOutcome = 3 => "bad-outcome",
        /// Its finding stands on an earlier row.
        Repeated = 4 => "repeated",
        /// Its finding is none that the organisation was told of.
        Unknown = 5 => "unknown",
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
        /// Somebody replied to a message by mail.
        Mail = 4 => "mail",
        /// Somebody called, and the desk wrote it down.
        Telephone = 5 => "telephone",
    }
}

crate::vocabulary! {
    /// What became of a mail that came in reply to a message.
    pub enum ReplyOutcome: "outcome of a reply" {
        /// It is the answer about all lines of its message.
        Applied = 0 => "applied",
        /// Its first line is none of the words that count.
        NoWord = 1 => "no-word",
        /// It names no message of ours.
        UnknownMessage = 2 => "unknown-message",
        /// It comes from another address than the one we wrote to.
        OtherAddress = 3 => "other-address",
        /// Its message can no longer be answered.
        TooLate = 4 => "too-late",
        /// It says "solved" of a critical finding, which asks for more than a word; it is the answer about the others.
        AsksMore = 5 => "asks-more",
        /// Its message has more lines than one word should answer.
        TooManyLines = 6 => "too-many-lines",
        /// It is longer than we read.
        TooLarge = 7 => "too-large",
        /// Something is attached to it.
        Attached = 8 => "attached",
        /// It is encrypted.
        Encrypted = 9 => "encrypted",
        /// A program wrote it: somebody is away, or it goes to a list.
        Automatic = 10 => "automatic",
        /// A mail server says that a mail did not arrive.
        Bounce = 11 => "bounce",
        /// It is no mail.
        Unreadable = 12 => "unreadable",
        /// Of a finding there is another answer that it did not know; it is the answer about the others.
        Overtaken = 13 => "overtaken",
    }
}

impl ReplyOutcome {
    /// Whether somebody of the desk has to look at it.
    #[must_use]
    pub fn is_for_people(self) -> bool {
        match self {
            Self::Applied | Self::Automatic | Self::Bounce => false,
            Self::NoWord
            | Self::UnknownMessage
            | Self::OtherAddress
            | Self::TooLate
            | Self::AsksMore
            | Self::TooManyLines
            | Self::TooLarge
            | Self::Attached
            | Self::Encrypted
            | Self::Unreadable
            | Self::Overtaken => true,
        }
    }
}
