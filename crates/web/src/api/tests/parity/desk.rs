//! Forms of the pages of the desk.

use super::Program::{Does, DoesBut, Leaves, Open};
use super::Row;

/// What lets something out.
const LETTING_OUT: &str = "approve messages or let a pause end";

/// What shows where something was seen.
const SEEN: &str = "look up an address at the desk or read where something was seen";

/// What lets an organisation know of a place.
const WAITING: &str = "tell an organisation of what waits, or say whose its place is";

/// What brings a text into use, or ends a version.
const TEXTS: &str = "answer for a text about a threat";

/// Who works at the desk.
const STAFF: &str = "change who works at the desk";

pub(super) const FORMS: &[Row] = &[
    ("/desk/advice/{version}/decide", Leaves(TEXTS)),
    ("/desk/advice/{version}/head", Does(&["putAdviceDraft"])),
    (
        "/desk/advice/{version}/{language}/{reader}",
        Does(&["putAdviceDraft"]),
    ),
    ("/desk/approvals/{approval}", Leaves(LETTING_OUT)),
    ("/desk/audit/verify", Does(&["verifyAudit"])),
    ("/desk/batches/{batch}/replay", Does(&["replayBatch"])),
    ("/desk/batches/{batch}/retry", Does(&["retryBatch"])),
    ("/desk/batches/{batch}/rows/{line}", Leaves(SEEN)),
    ("/desk/catalogue/{slug}/drafts", Does(&["beginAdviceDraft"])),
    ("/desk/disputes/{dispute}", Does(&["decideDispute"])),
    ("/desk/feedback", Open),
    ("/desk/feedback/complaints", Open),
    ("/desk/feedback/complaints/{complaint}", Open),
    ("/desk/feedback/meetings", Open),
    ("/desk/feedback/meetings/{meeting}", Open),
    ("/desk/feedback/meetings/{meeting}/actions", Open),
    (
        "/desk/feedback/meetings/{meeting}/actions/{action}/done",
        Open,
    ),
    ("/desk/feedback/meetings/{meeting}/attendance", Open),
    ("/desk/feedback/meetings/{meeting}/guests", Open),
    ("/desk/feedback/meetings/{meeting}/invite", Open),
    ("/desk/feedback/meetings/{meeting}/suggestions", Open),
    ("/desk/feedback/stories", Open),
    ("/desk/feedback/stories/{story}", Open),
    ("/desk/feedback/stories/{story}/publish", Open),
    ("/desk/feedback/suggestions", Open),
    ("/desk/feedback/suggestions/{suggestion}", Open),
    (
        "/desk/findings/{finding}/assign",
        Does(&["assignQueueItem"]),
    ),
    (
        "/desk/findings/{finding}/decide",
        DoesBut(&["decideQueueItem"], WAITING),
    ),
    ("/desk/measures", Open),
    (
        "/desk/messages/decide",
        DoesBut(
            &["holdMessage", "withholdMessage", "sendMessageAgain"],
            LETTING_OUT,
        ),
    ),
    ("/desk/messages/{message}/call", Leaves(SEEN)),
    (
        "/desk/messages/{message}/decide",
        DoesBut(
            &["holdMessage", "withholdMessage", "sendMessageAgain"],
            LETTING_OUT,
        ),
    ),
    ("/desk/organisations/{party}", Leaves(SEEN)),
    (
        "/desk/organisations/{party}/administrator",
        Does(&["inviteAdministrator"]),
    ),
    (
        "/desk/organisations/{party}/legal-class",
        Does(&["enterLegalClass"]),
    ),
    ("/desk/pause", Does(&["pauseDistribution"])),
    ("/desk/people", Leaves(STAFF)),
    ("/desk/people/{person}/close", Leaves(STAFF)),
    ("/desk/people/{person}/renew", Leaves(STAFF)),
    ("/desk/people/{person}/roles", Leaves(STAFF)),
    ("/desk/people/{person}/sessions", Leaves(STAFF)),
    ("/desk/programmes", Open),
    ("/desk/programmes/{programme}/admit", Open),
    ("/desk/programmes/{programme}/agreement", Open),
    (
        "/desk/programmes/{programme}/applications/{application}",
        Open,
    ),
    ("/desk/programmes/{programme}/commit", Open),
    ("/desk/programmes/{programme}/draw", Open),
    ("/desk/programmes/{programme}/end", Open),
    ("/desk/programmes/{programme}/evaluations", Open),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/answers/{answer}/suggest",
        Open,
    ),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/attendance",
        Open,
    ),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/invite",
        Open,
    ),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/questions",
        Open,
    ),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/questions/{question}/remove",
        Open,
    ),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/tell",
        Open,
    ),
    ("/desk/programmes/{programme}/measures", Open),
    ("/desk/programmes/{programme}/overrides/{override}", Open),
    (
        "/desk/programmes/{programme}/participants/{application}/end",
        Open,
    ),
    (
        "/desk/programmes/{programme}/participants/{application}/invite",
        Open,
    ),
    ("/desk/programmes/{programme}/places/{application}", Open),
    ("/desk/programmes/{programme}/publish", Open),
    ("/desk/proofs/{review}", Does(&["decideProofReview"])),
    ("/desk/replies/{reply}", Open),
    ("/desk/resume", Leaves(LETTING_OUT)),
    ("/desk/search", Leaves(SEEN)),
    ("/desk/sources/{source}", Does(&["changeSource"])),
];
