//! What comes of calling a recipient (requirement DI-12).

crate::vocabulary! {
    /// What came of an attempt to call a recipient about a message. What follows from each: `rules::call`.
    pub enum CallOutcome: "outcome of a call" {
        /// Somebody was reached, showed to have the message, and knows what to do.
        Understood = 0 => "understood",
        /// Somebody was reached, and calls back.
        WillCallBack = 1 => "will-call-back",
        /// Nobody answered.
        NoAnswer = 2 => "no-answer",
        /// A machine answered; nothing of substance was left on it.
        Voicemail = 3 => "voicemail",
        /// Whoever answered has nothing to do with the recipient.
        WrongNumber = 4 => "wrong-number",
        /// Somebody was reached, and does not want to hear it.
        Refuses = 5 => "refuses",
        /// The number does not work.
        OutOfService = 6 => "out-of-service",
        /// Somebody was reached, and gave another number.
        PassedOn = 7 => "passed-on",
    }
}

impl CallOutcome {
    /// Whether nobody calls about the message any more.
    #[must_use]
    pub const fn is_end(self) -> bool {
        match self {
            Self::Understood | Self::Refuses => true,
            Self::WillCallBack
            | Self::NoAnswer
            | Self::Voicemail
            | Self::WrongNumber
            | Self::OutOfService
            | Self::PassedOn => false,
        }
    }

    /// Whether the number leads to nobody of the recipient, so that another one is needed.
    #[must_use]
    pub const fn is_of_no_use(self) -> bool {
        match self {
            Self::WrongNumber | Self::OutOfService => true,
            Self::Understood
            | Self::WillCallBack
            | Self::NoAnswer
            | Self::Voicemail
            | Self::Refuses
            | Self::PassedOn => false,
        }
    }
}
