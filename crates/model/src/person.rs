//! What a person is to an organisation, and to the desk.

crate::vocabulary! {
    /// What a person does in an organisation. What each role may do: `rules::access`.
    pub enum OrganisationRole: "role in an organisation" {
        /// Looks after people, contacts, assets, mandates and keys. Two are advised.
        Administrator = 0 => "administrator" | "beheerder",
        /// Works through findings and looks after assets.
        SecurityContact = 1 => "security-contact",
        /// Sees all, changes nothing.
        Reader = 2 => "reader" | "lezer",
    }
}

crate::vocabulary! {
    /// What a person does at the desk. What each role may do: `rules::access`.
    pub enum StaffRole: "role at the desk" {
        /// Looks after deliveries, findings and messages.
        Analyst = 0 => "analyst",
        /// Writes the catalogue and its advice.
        Editor = 1 => "editor",
        /// Looks after personal data: reads what was done, and by whom.
        PrivacyOfficer = 2 => "privacy-officer",
        /// Reads the picture and the balance.
        Director = 3 => "director",
        /// Looks after people, sources and settings of the desk.
        Administrator = 4 => "administrator" | "beheerder",
    }
}
