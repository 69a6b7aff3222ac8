//! When one person does not decide alone (requirement DI-16).

/// Recipients whom one person lets messages go to in one act. A mistake beyond that is a public one.
pub const RECIPIENTS_ALONE_MAX: usize = 25;

/// Whether a second person must confirm an approval that reaches so many recipients.
#[must_use]
pub fn needs_second_person(recipients: usize) -> bool {
    recipients > RECIPIENTS_ALONE_MAX
}

/// Whether this person may release a text of that writer: what thousands read, two people have read before (requirement
/// PR-17). A place outside a draw is given, and a count is corrected, by two people for the same reason (requirements PI-06 and
/// PI-07).
#[must_use]
pub fn may_release(writer_no: i64, person_no: i64) -> bool {
    writer_no != person_no
}
