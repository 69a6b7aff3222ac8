//! What the daily look at the mailbox of a participant means (requirement PI-09). Nobody asks a mail server whether an address
//! exists: a list of addresses could be made that way.

use model::{MailRoute, MailboxState, Timestamp};

/// Seconds between two looks at a mailbox.
const LOOK_SECS: i64 = 86_400;

/// Looks in a row to which the DNS gave no answer, after which a mailbox is in doubt: a name server may be down for a weekend.
const SILENT_DAYS_MAX: u32 = 3;

/// Seconds for which a refusal counts: it must not outlive what caused it where we have nothing more to send.
const REFUSAL_SECS: i64 = 30 * 86_400;

/// From when on a refusal counts.
#[must_use]
pub fn refusals_since(now: Timestamp) -> Timestamp {
    now.plus_seconds(-REFUSAL_SECS)
}

/// When a mailbox is looked at next.
#[must_use]
pub fn next_look(now: Timestamp) -> Timestamp {
    now.plus_seconds(LOOK_SECS)
}

/// What holds after a look: the state, and looks in a row without an answer. `is_refused` says that the receiving
/// side refused our last message for good, and since [`refusals_since`].
#[must_use]
pub fn after_look(
    (state, silent_days): (MailboxState, u32),
    route: MailRoute,
    is_refused: bool,
) -> (MailboxState, u32) {
    let silent_days = match route {
        MailRoute::Unknown => silent_days.saturating_add(1),
        MailRoute::Open | MailRoute::Missing => 0,
    };
    let state = match route {
        _ if is_refused => MailboxState::Dead,
        MailRoute::Missing => MailboxState::Dead,
        MailRoute::Open => MailboxState::Alive,
        // Silence says nothing new about a mailbox that was dead.
        MailRoute::Unknown if state == MailboxState::Dead => state,
        MailRoute::Unknown if silent_days >= SILENT_DAYS_MAX => MailboxState::Doubtful,
        MailRoute::Unknown => state,
    };
    (state, silent_days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_dies_at_once_by_a_no_after_three_silent_days_is_in_doubt_and_lives_again() {
        use MailRoute::{Missing, Open, Unknown};
        use MailboxState::{Alive, Dead, Doubtful};
        let mut holds = (Alive, 0);
        for (route, is_refused, want) in [
            (Open, false, (Alive, 0)),
            (Unknown, false, (Alive, 1)),
            (Open, false, (Alive, 0)),
            (Unknown, false, (Alive, 1)),
            (Unknown, false, (Alive, 2)),
            (Unknown, false, (Doubtful, 3)),
            (Unknown, false, (Doubtful, 4)),
            (Open, false, (Alive, 0)),
            (Missing, false, (Dead, 0)),
            (Unknown, false, (Dead, 1)),
            (Open, false, (Alive, 0)),
            (Open, true, (Dead, 0)),
            (Unknown, true, (Dead, 1)),
            (Open, false, (Alive, 0)),
        ] {
            holds = after_look(holds, route, is_refused);
            assert_eq!(holds, want, "{route:?} {is_refused}");
        }
    }
}
