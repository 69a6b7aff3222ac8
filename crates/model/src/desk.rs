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
    /// Whether organisations may register themselves (PO-02).
    pub enum RegistrationRule: "registration rule" {
        /// Nobody can: the page says where else to go.
        Closed = 0 => "closed",
        /// Everybody can, and a person of the desk looks before an organisation comes into the register.
        Hold = 1 => "hold",
        /// Everybody can, and comes into the register at once; a person of the desk looks afterwards.
        Open = 2 => "open",
    }
}

crate::vocabulary! {
    /// How far an organisation is that registers itself.
    pub enum RegistrationState: "state of a registration" {
        /// It is being filled in, or a code was mailed that nobody has answered yet.
        Begun = 0 => "begun",
        /// Its code was answered; a person of the desk decides.
        Waiting = 1 => "waiting",
        /// It became an organisation of the register.
        Admitted = 2 => "admitted",
        /// Its number is that of an organisation that was there already, whose administrators were told.
        Known = 3 => "known",
        /// A person of the desk refused it.
        Refused = 4 => "refused",
    }
}

crate::vocabulary! {
    /// How far the desk is with a source (requirement GA-03).
    pub enum SourceState: "state of a source" {
        /// Nobody has vetted it: what it delivers waits.
        Proposed = 0 => "proposed",
        /// A person of the desk looked at it: what it delivers is read.
        Vetted = 1 => "vetted",
        /// Nothing is taken from it any more.
        Stopped = 2 => "stopped",
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
