//! Forms of the pages of the desk.

use super::Program::{Does, DoesBut, Leaves};
use super::Row;

/// What lets something out.
const LETTING_OUT: &str = "approve messages or let a pause end";

/// What shows where something was seen.
const SEEN: &str = "look up an address at the desk or read where something was seen";

/// What lets an organisation know of a place.
const WAITING: &str = "tell an organisation of what waits, or say whose its place is";

/// What brings a text into use, or ends a version.
const TEXTS: &str = "answer for a text about a threat";

/// What is told to others beside those whose it is.
const COPIES: &str = "agree with others that they get copies";

/// Who works at the desk.
const STAFF: &str = "change who works at the desk";

/// Who takes part in what.
const PROGRAMMES: &str = "run a programme";

/// Who comes in by itself.
const REGISTRATIONS: &str = "admit who registered itself";

/// What people say to each other.
const WORDS: &str = "answer complaints, suggestions and replies, and hold meetings";

/// What a source delivers is told to others.
const VETTING: &str = "vet a source";

/// What somebody did.
const MINUTES: &str = "note minutes of handwork";

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
    (
        "/desk/calls/{message}",
        DoesBut(&["assignCall", "noteCallAttempt"], SEEN),
    ),
    ("/desk/catalogue/{slug}/drafts", Does(&["beginAdviceDraft"])),
    ("/desk/disputes/{dispute}", Does(&["decideDispute"])),
    ("/desk/feedback", Leaves(WORDS)),
    ("/desk/feedback/complaints", Leaves(WORDS)),
    ("/desk/feedback/complaints/{complaint}", Leaves(WORDS)),
    ("/desk/feedback/meetings", Leaves(WORDS)),
    ("/desk/feedback/meetings/{meeting}", Leaves(WORDS)),
    ("/desk/feedback/meetings/{meeting}/actions", Leaves(WORDS)),
    (
        "/desk/feedback/meetings/{meeting}/actions/{action}/done",
        Leaves(WORDS),
    ),
    (
        "/desk/feedback/meetings/{meeting}/attendance",
        Leaves(WORDS),
    ),
    ("/desk/feedback/meetings/{meeting}/guests", Leaves(WORDS)),
    ("/desk/feedback/meetings/{meeting}/invite", Leaves(WORDS)),
    (
        "/desk/feedback/meetings/{meeting}/suggestions",
        Leaves(WORDS),
    ),
    ("/desk/feedback/stories", Leaves(WORDS)),
    ("/desk/feedback/stories/{story}", Leaves(WORDS)),
    ("/desk/feedback/stories/{story}/publish", Leaves(WORDS)),
    ("/desk/feedback/suggestions", Leaves(WORDS)),
    ("/desk/feedback/suggestions/{suggestion}", Leaves(WORDS)),
    (
        "/desk/findings/{finding}/assign",
        Does(&["assignQueueItem"]),
    ),
    (
        "/desk/findings/{finding}/decide",
        DoesBut(&["decideQueueItem"], WAITING),
    ),
    ("/desk/measures", Leaves(MINUTES)),
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
    ("/desk/people/{person}/desks", Leaves(STAFF)),
    ("/desk/people/{person}/renew", Leaves(STAFF)),
    ("/desk/people/{person}/roles", Leaves(STAFF)),
    ("/desk/people/{person}/sessions", Leaves(STAFF)),
    ("/desk/programmes", Leaves(PROGRAMMES)),
    ("/desk/programmes/{programme}/admit", Leaves(PROGRAMMES)),
    ("/desk/programmes/{programme}/agreement", Leaves(PROGRAMMES)),
    (
        "/desk/programmes/{programme}/applications/{application}",
        Leaves(PROGRAMMES),
    ),
    ("/desk/programmes/{programme}/commit", Leaves(PROGRAMMES)),
    ("/desk/programmes/{programme}/draw", Leaves(PROGRAMMES)),
    ("/desk/programmes/{programme}/end", Leaves(PROGRAMMES)),
    (
        "/desk/programmes/{programme}/evaluations",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/answers/{answer}/suggest",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/attendance",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/invite",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/questions",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/questions/{question}/remove",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/tell",
        Leaves(PROGRAMMES),
    ),
    ("/desk/programmes/{programme}/measures", Leaves(PROGRAMMES)),
    (
        "/desk/programmes/{programme}/overrides/{override}",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/participants/{application}/end",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/participants/{application}/invite",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/places/{application}",
        Leaves(PROGRAMMES),
    ),
    ("/desk/programmes/{programme}/publish", Leaves(PROGRAMMES)),
    ("/desk/proofs/{review}", Does(&["decideProofReview"])),
    ("/desk/replies/{reply}", Leaves(WORDS)),
    (
        "/desk/programmes/{programme}/alternatives",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/alternatives/{alternative}",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/alternatives/{alternative}/remove",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/applications/{application}/address",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/applications/{application}/count",
        Leaves(PROGRAMMES),
    ),
    ("/desk/programmes/{programme}/closing", Leaves(PROGRAMMES)),
    ("/desk/programmes/{programme}/contact", Leaves(PROGRAMMES)),
    (
        "/desk/programmes/{programme}/corrections/{correction}",
        Leaves(PROGRAMMES),
    ),
    ("/desk/programmes/{programme}/edit", Leaves(PROGRAMMES)),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/cancel",
        Leaves(PROGRAMMES),
    ),
    (
        "/desk/programmes/{programme}/evaluations/{evaluation}/change",
        Leaves(PROGRAMMES),
    ),
    ("/desk/programmes/{programme}/extend", Leaves(PROGRAMMES)),
    ("/desk/registrations/{registration}", Leaves(REGISTRATIONS)),
    ("/desk/relays", Leaves(COPIES)),
    ("/desk/relays/{relay}", Leaves(COPIES)),
    ("/desk/relays/{relay}/decide", Leaves(COPIES)),
    ("/desk/relays/{relay}/terms", Leaves(COPIES)),
    ("/desk/resume", Leaves(LETTING_OUT)),
    ("/desk/search", Leaves(SEEN)),
    ("/desk/sources", Does(&["addSource"])),
    ("/desk/sources/{source}", Does(&["changeSource"])),
    (
        "/desk/sources/{source}/decide",
        DoesBut(&["stopSource", "proposeSource"], VETTING),
    ),
    ("/desk/sources/{source}/terms", Does(&["changeSource"])),
];
