//! What a message is, and in which relation its recipient stands to what was seen.

crate::vocabulary! {
    /// Why a message is made, and whether anybody is mailed.
    pub enum MessageKind: "kind of message" {
        /// Something was seen.
        Alert = 0 => "alert",
        /// Something was seen that is below the threshold of its recipient: it is told without a mail.
        BelowThreshold = 1 => "below-threshold",
        /// Something was seen of a severity that no contact of its recipient takes: it is told without a mail.
        NotWanted = 2 => "not-wanted",
        /// What its recipient called solved was not seen any more (requirement DI-01).
        AllClear = 3 => "all-clear",
    }
}

impl MessageKind {
    /// Whether contacts are mailed. What is not mailed is in the inbox of its recipient all the same.
    #[must_use]
    pub const fn is_mailed(self) -> bool {
        match self {
            Self::Alert | Self::AllClear => true,
            Self::BelowThreshold | Self::NotWanted => false,
        }
    }

    /// Whether its mail carries a link by which it can be answered.
    #[must_use]
    pub const fn has_answer_link(self) -> bool {
        match self {
            Self::Alert => true,
            Self::BelowThreshold | Self::NotWanted | Self::AllClear => false,
        }
    }

    /// Whether it says that something was seen: that counts as told, and silences what would repeat it.
    #[must_use]
    pub const fn tells_of_sighting(self) -> bool {
        match self {
            Self::Alert | Self::BelowThreshold | Self::NotWanted => true,
            Self::AllClear => false,
        }
    }
}

crate::vocabulary! {
    /// Why this recipient is told.
    pub enum Relation: "relation" {
        /// It runs the system.
        Owner = 0 => "owner",
        /// Its customer or user runs the system, in its network.
        Provider = 1 => "provider",
        /// It passes the message on to those whom it serves.
        Relay = 2 => "relay",
    }
}
