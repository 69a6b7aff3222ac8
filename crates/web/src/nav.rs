//! What stands in the navigation: the pages that the visitor may see.

use model::StaffRole;
use rules::access::{Deed, DeskDeed, Standing};
use serde::Serialize;
use store::Desks;

use crate::visitor::may_at;

/// One entry.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    /// Key of its text.
    label: &'static str,
    href: String,
    /// Whether the visitor is there, or below it.
    current: bool,
}

/// Pages of an organisation: end of the address, key of the text, what one must be allowed to see it.
const ORGANISATION: &[(&str, &str, Deed)] = &[
    ("", "nav-overview", Deed::ReadFindings),
    ("/findings", "nav-findings", Deed::ReadFindings),
    ("/assets", "nav-assets", Deed::ReadAssets),
    ("/security-txt", "nav-security-txt", Deed::ReadPeople),
    ("/suppliers", "nav-suppliers", Deed::ReadPeople),
    ("/contacts", "nav-contacts", Deed::ReadPeople),
    ("/members", "nav-members", Deed::ReadPeople),
    ("/mandates", "nav-mandates", Deed::GiveMandates),
    ("/customers", "nav-customers", Deed::ReadPeople),
    ("/copies", "nav-copies", Deed::ReadPeople),
    ("/coverage", "nav-coverage", Deed::ReadPeople),
    ("/programmes", "nav-programmes", Deed::ReadPeople),
    (
        "/sub-organisations",
        "nav-sub-organisations",
        Deed::ChangePeople,
    ),
    ("/history", "nav-history", Deed::ReadHistory),
    ("/profile", "nav-profile", Deed::ReadPeople),
    ("/keys", "nav-keys", Deed::MakeKeys),
    ("/webhooks", "nav-webhooks", Deed::MakeKeys),
];

/// Pages of the desk.
const DESK: &[(&str, &str, DeskDeed)] = &[
    ("/desk", "nav-desk", DeskDeed::ReadDesk),
    ("/desk/messages", "desk-messages-title", DeskDeed::ReadDesk),
    ("/desk/queues", "desk-queues-title", DeskDeed::ReadDesk),
    ("/desk/calls", "desk-calls-title", DeskDeed::ReadDesk),
    ("/desk/batches", "desk-batches-title", DeskDeed::ReadDesk),
    ("/desk/sources", "desk-sources-title", DeskDeed::ReadDesk),
    (
        "/desk/relays",
        "desk-relays-title",
        DeskDeed::ReadOrganisation,
    ),
    (
        "/desk/disputes",
        "desk-disputes-title",
        DeskDeed::ReadOrganisation,
    ),
    (
        "/desk/organisations",
        "desk-organisations-title",
        DeskDeed::ReadOrganisation,
    ),
    (
        "/desk/proofs",
        "desk-reviews-title",
        DeskDeed::ReadOrganisation,
    ),
    (
        "/desk/registrations",
        "desk-registrations-title",
        DeskDeed::ReadOrganisation,
    ),
    ("/desk/search", "desk-search-title", DeskDeed::Search),
    (
        "/desk/programmes",
        "desk-programmes-title",
        DeskDeed::RunProgrammes,
    ),
    (
        "/desk/feedback",
        "desk-feedback-title",
        DeskDeed::HandleFeedback,
    ),
    (
        "/desk/catalogue",
        "desk-catalogue-title",
        DeskDeed::ReadDesk,
    ),
    ("/desk/people", "desk-people-title", DeskDeed::ChangeStaff),
    ("/desk/audit", "desk-audit-title", DeskDeed::ReadAudit),
];

/// Those of an organisation whose pages begin with `home`.
pub(crate) fn of_organisation(home: &str, standing: Standing, path: &str) -> Vec<Entry> {
    let allowed = ORGANISATION
        .iter()
        .filter(|(_, _, deed)| standing.may(*deed));
    let entries = allowed.map(|(end, label, _)| (format!("{home}{end}"), *label));
    entered(entries.collect(), path)
}

/// Those of the desk, for who works at these desks.
pub(crate) fn of_desk(desks: &Desks, roles: &[StaffRole], path: &str) -> Vec<Entry> {
    let allowed = DESK
        .iter()
        .filter(|(_, _, deed)| may_at(desks, roles, *deed));
    let entries = allowed.map(|(href, label, _)| ((*href).to_owned(), *label));
    entered(entries.collect(), path)
}

/// The entry with the longest address that begins the path is where the visitor is.
fn entered(entries: Vec<(String, &'static str)>, path: &str) -> Vec<Entry> {
    let is_begin = |href: &str| {
        path.strip_prefix(href)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let here = entries
        .iter()
        .map(|(href, _)| href.as_str())
        .filter(|href| is_begin(href));
    let here = here.max_by_key(|href| href.len()).map(str::to_owned);
    let entry = |(href, label)| Entry {
        label,
        current: here.as_ref() == Some(&href),
        href,
    };
    entries.into_iter().map(entry).collect()
}
