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
        /// Read what an organisation is, who its contacts are, and which parts it has.
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
        /// Change contacts, the profile and the parts of an organisation, and say that they still hold.
        OrganisationWrite = 9 => "organisation:write",
        /// Read who the members are and who is invited.
        PeopleRead = 10 => "people:read",
        /// Invite people, change their roles, and end memberships.
        PeopleWrite = 11 => "people:write",
        /// Read who may act for an organisation, and for whom it may act.
        MandatesRead = 12 => "mandates:read",
        /// Give and revoke mandates.
        MandatesWrite = 13 => "mandates:write",
        /// Read what was done in an organisation.
        HistoryRead = 14 => "history:read",
        /// Read which keys an organisation has.
        KeysRead = 15 => "keys:read",
        /// End keys of an organisation.
        KeysWrite = 16 => "keys:write",
        /// Read which messages there are, what waits for a person, and whether anything goes out.
        MessagesRead = 17 => "messages:read",
        /// Keep messages back, and have all of them wait.
        MessagesWrite = 18 => "messages:write",
        /// Read which addresses of an organisation are told what happens, and how that goes.
        WebhooksRead = 19 => "webhooks:read",
        /// Add, change and remove such addresses.
        WebhooksWrite = 20 => "webhooks:write",
        /// Say what is known of a source to everybody.
        SourcesWrite = 40 => "sources:write",
        /// Settle what waits for a person, and say who looks after it.
        QueuesWrite = 41 => "queues:write",
        /// Have rows read again that were not accepted, and the rest of deliveries that failed.
        RowsWrite = 42 => "rows:write",
        /// Read disputes about assets, and documents that should prove something, with what they are about.
        ClaimsRead = 43 => "claims:read",
        /// Decide these.
        ClaimsWrite = 44 => "claims:write",
        /// Read texts about threats.
        CatalogueRead = 45 => "catalogue:read",
        /// Write drafts of these texts.
        CatalogueWrite = 46 => "catalogue:write",
        /// Read who works at the desk.
        StaffRead = 47 => "staff:read",
        /// Read the audit log, and have it verified.
        AuditRead = 48 => "audit:read",
        /// Read programmes: what was decided, places, what was measured, and what came of them.
        ProgrammesRead = 49 => "programmes:read",
    }
}
