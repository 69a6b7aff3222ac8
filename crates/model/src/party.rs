//! What a party is to the desk, to other parties and to the law.

crate::vocabulary! {
    /// What a party does in the exchange of information.
    pub enum PartyRole: "party role" {
        /// Runs a desk, or another place where information comes together.
        Hub = 0 => "hub",
        /// Supplies information.
        Source = 1 => "source",
        /// Passes information on to its own customers.
        Relay = 2 => "relay" | "contact-point",
        /// Is told about its own systems.
        Recipient = 3 => "to-be-notified" | "recipient",
        /// Holds a network in which others have systems.
        NetworkHolder = 4 => "network-holder",
    }
}

crate::vocabulary! {
    /// What one party does for another.
    pub enum LinkKind: "link" {
        /// Supplies services or products to it.
        Supplies = 0 => "supplies",
        /// Acts in its name, by mandate.
        ActsFor = 1 => "acts-for",
        /// Receives its notifications, to pass them on.
        RelaysFor = 2 => "relays-for",
        /// Is a part of it.
        PartOf = 3 => "part-of",
    }
}

crate::vocabulary! {
    /// What the law makes of a party. With the desk and the date it selects the lawful basis.
    pub enum LegalClass: "legal class" {
        /// Part of central government.
        CentralGovernment = 0 => "central-government",
        /// A vital provider.
        Vital = 1 => "vital",
        /// An essential entity (NIS2).
        Essential = 2 => "essential",
        /// An important entity (NIS2).
        Important = 3 => "important",
        /// A digital service provider.
        DigitalProvider = 4 => "digital-provider",
        /// An organisation that passes information on.
        Relay = 5 => "relay",
        /// A business outside the other classes.
        OtherBusiness = 6 => "other-business",
        /// A natural person.
        NaturalPerson = 7 => "natural-person",
        /// Not known yet.
        Unknown = 8 => "unknown",
    }
}

crate::vocabulary! {
    /// When somebody reads at an address, as its organisation says.
    pub enum ReadingHours: "hours" {
        /// Nobody said: mails go there at once.
        Unsaid = 0 => "unsaid",
        /// On working days: what is not critical waits for them.
        Office = 1 => "office",
        /// Day and night: mails go there at once.
        Always = 2 => "always",
    }
}
