//! Which side of an event an observation is about, and what happened to it.

crate::vocabulary! {
    /// As what somebody is told.
    pub enum Role: "role" {
        /// Could be attacked, or is being attacked: there is still something to prevent.
        Target = 0 => "target",
        /// Has been attacked or is being abused: there is something to repair.
        Victim = 1 => "victim",
    }
}

crate::vocabulary! {
    /// Which address of an event an observation is about.
    pub enum Side: "side" {
        /// Where the traffic came from, or the only address there is.
        Source = 0 => "source" | "src",
        /// Where the traffic went.
        Destination = 1 => "destination" | "dst",
    }
}
