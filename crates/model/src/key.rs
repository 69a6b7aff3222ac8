//! Keys with which programs ask the API: for whom they act, and what they may do.

crate::vocabulary! {
    /// For whom a program acts.
    pub enum KeyKind: "kind of key" {
        /// An organisation, about its own things.
        Organisation = 0 => "organisation",
        /// A source, which delivers.
        Source = 1 => "source",
        /// The desk.
        Desk = 2 => "desk",
    }
}

crate::vocabulary! {
    /// What a key is for. The words are those of the API.
    pub enum Scope: "scope" {
        /// Read what an organisation is and who its contacts are.
        OrganisationRead = 0 => "organisation:read",
        /// Read assets.
        AssetsRead = 1 => "assets:read",
        /// Add, change and close assets.
        AssetsWrite = 2 => "assets:write",
        /// Read findings, messages and what changes.
        FindingsRead = 3 => "findings:read",
        /// Read what became of deliveries.
        BatchesRead = 4 => "batches:read",
        /// Deliver.
        BatchesWrite = 5 => "batches:write",
        /// Read the register of organisations and sources.
        DeskRead = 6 => "desk:read",
        /// Add organisations.
        DeskWrite = 7 => "desk:write",
        /// Answer findings.
        FindingsWrite = 8 => "findings:write",
    }
}
