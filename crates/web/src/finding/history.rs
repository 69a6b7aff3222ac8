//! What happened to a finding, as far as its organisation may know it: the same for pages and the API.

use model::{MessageKind, Timestamp, Tlp};
use store::{AnswerEvent, FindingEventKind, StoreError, Tx};

/// Something that happened.
pub(crate) struct Happened {
    pub(crate) at: Timestamp,
    pub(crate) what: What,
}

/// What happened.
pub(crate) enum What {
    /// The organisation was told, with the message of this reference.
    Told(String),
    /// The organisation was told that it is not seen any more, with the message of this reference.
    AllClear(String),
    /// It was seen again after it was gone.
    Back,
    /// The organisation said something of it.
    Said(Box<AnswerEvent>),
}

/// What the organisation was told, what was seen again, and what it said, oldest first.
pub(crate) fn history(
    tx: &mut Tx<'_>,
    party_no: i64,
    finding_no: i64,
    tlp_max: Tlp,
) -> Result<Vec<Happened>, StoreError> {
    let mut history = Vec::new();
    for (number, line) in tx.lines_about(finding_no)? {
        let told = tx.notification(number)?.filter(|message| {
            message.key.recipient_no == party_no
                && message.key.tlp <= tlp_max
                && message.is_told()
                && line.withdrawn.is_none()
        });
        if let Some(message) = told {
            let what = match message.key.kind {
                MessageKind::AllClear => What::AllClear,
                MessageKind::Alert | MessageKind::BelowThreshold | MessageKind::NotWanted => {
                    What::Told
                }
            };
            history.push(Happened {
                at: message.decided_at.unwrap_or(message.created_at),
                what: what(message.reference()),
            });
        }
    }
    for event in tx.finding_events(finding_no)? {
        if event.kind == FindingEventKind::Back {
            let (at, what) = (event.at, What::Back);
            history.push(Happened { at, what });
        }
    }
    for event in tx.answer_events(party_no, finding_no)? {
        history.push(Happened {
            at: event.at,
            what: What::Said(Box::new(event)),
        });
    }
    // The order of the parts holds where two things happened in one moment.
    history.sort_by_key(|happened| happened.at);
    Ok(history)
}

/// What was said, in one word: a status, `assigned` or `comment`.
pub(crate) fn word_of(event: &AnswerEvent) -> &'static str {
    match (event.status, event.assigned_to) {
        (Some(status), _) => status.as_str(),
        (None, Some(_)) => "assigned",
        (None, None) => "comment",
    }
}
