//! Forms of the pages of an organisation.

use super::Program::Open;
use super::Row;

pub(super) const FORMS: &[Row] = &[
    ("/organisations/{organisation}/assets/bulk", Open),
    ("/organisations/{organisation}/assets/bulk/apply", Open),
    ("/organisations/{organisation}/assets/bulk/records", Open),
    ("/organisations/{organisation}/assets/confirm", Open),
    ("/organisations/{organisation}/assets/imports", Open),
    (
        "/organisations/{organisation}/assets/imports/{import}",
        Open,
    ),
    (
        "/organisations/{organisation}/assets/imports/{import}/discard",
        Open,
    ),
    ("/organisations/{organisation}/assets/new", Open),
    ("/organisations/{organisation}/assets/search", Open),
    ("/organisations/{organisation}/assets/{asset}", Open),
    (
        "/organisations/{organisation}/assets/{asset}/document",
        Open,
    ),
    ("/organisations/{organisation}/assets/{asset}/prove", Open),
    (
        "/organisations/{organisation}/assets/{asset}/prove/code",
        Open,
    ),
    (
        "/organisations/{organisation}/assets/{asset}/prove/mail",
        Open,
    ),
    ("/organisations/{organisation}/assets/{asset}/review", Open),
    ("/organisations/{organisation}/contacts", Open),
    ("/organisations/{organisation}/contacts/code", Open),
    ("/organisations/{organisation}/contacts/confirm", Open),
    ("/organisations/{organisation}/contacts/{contact}/key", Open),
    (
        "/organisations/{organisation}/contacts/{contact}/key/remove",
        Open,
    ),
    (
        "/organisations/{organisation}/contacts/{contact}/remove",
        Open,
    ),
    (
        "/organisations/{organisation}/customers/findings/bulk",
        Open,
    ),
    ("/organisations/{organisation}/findings/bulk", Open),
    ("/organisations/{organisation}/findings/customers", Open),
    ("/organisations/{organisation}/findings/preview", Open),
    ("/organisations/{organisation}/findings/{finding}", Open),
    (
        "/organisations/{organisation}/findings/{finding}/assign",
        Open,
    ),
    (
        "/organisations/{organisation}/findings/{finding}/forward",
        Open,
    ),
    (
        "/organisations/{organisation}/findings/{finding}/links/{link}/end",
        Open,
    ),
    (
        "/organisations/{organisation}/findings/{finding}/remember",
        Open,
    ),
    (
        "/organisations/{organisation}/findings/{finding}/useful",
        Open,
    ),
    (
        "/organisations/{organisation}/invitations/{invitation}/withdraw",
        Open,
    ),
    ("/organisations/{organisation}/keys", Open),
    ("/organisations/{organisation}/keys/{key}/end", Open),
    ("/organisations/{organisation}/mandates", Open),
    (
        "/organisations/{organisation}/mandates/{mandate}/revoke",
        Open,
    ),
    ("/organisations/{organisation}/members", Open),
    ("/organisations/{organisation}/members/{person}", Open),
    ("/organisations/{organisation}/profile", Open),
    ("/organisations/{organisation}/profile/leave", Open),
    (
        "/organisations/{organisation}/programmes/{programme}/agreement",
        Open,
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/change",
        Open,
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/evaluations/{evaluation}",
        Open,
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/evaluations/{evaluation}/coming",
        Open,
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/leave",
        Open,
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/mailbox",
        Open,
    ),
    (
        "/organisations/{organisation}/programmes/{programme}/mailbox/code",
        Open,
    ),
    ("/organisations/{organisation}/security-txt/new", Open),
    (
        "/organisations/{organisation}/security-txt/{asset}/check",
        Open,
    ),
    ("/organisations/{organisation}/sub-organisations", Open),
    ("/organisations/{organisation}/sub-organisations/move", Open),
    ("/organisations/{organisation}/suppliers", Open),
    ("/organisations/{organisation}/suppliers/care", Open),
    ("/organisations/{organisation}/suppliers/products", Open),
    (
        "/organisations/{organisation}/suppliers/products/remove",
        Open,
    ),
    ("/organisations/{organisation}/suppliers/remove", Open),
    ("/organisations/{organisation}/thresholds", Open),
    ("/organisations/{organisation}/webhooks", Open),
    ("/organisations/{organisation}/webhooks/{webhook}", Open),
];
