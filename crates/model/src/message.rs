//! What a message is, and in which relation its recipient stands to what was seen.

crate::vocabulary! {
    /// Why a message is sent.
    pub enum MessageKind: "kind of message" {
        /// Something was seen.
        Alert = 0 => "alert",
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
