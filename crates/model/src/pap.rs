//! What may be done with an indicator.

crate::vocabulary! {
    /// The permissible actions protocol: what a recipient may do with an indicator. Ordered by restriction.
    pub enum Pap: "PAP" {
        /// Anything.
        Clear = 0 => "PAP:CLEAR" | "CLEAR" | "PAP:WHITE" | "WHITE",
        /// Active measures that do not touch the attacker, such as blocking.
        Green = 1 => "PAP:GREEN" | "GREEN",
        /// Passive measures on and around the own network, such as looking it up.
        Amber = 2 => "PAP:AMBER" | "AMBER",
        /// Only looking in the own data, without a trace outside.
        Red = 3 => "PAP:RED" | "RED",
    }
}
