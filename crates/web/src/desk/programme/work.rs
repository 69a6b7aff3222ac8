//! What waits for the coordinator in the programmes that run, for the first page of the desk.

use model::{IdKind, Language, MailboxState};
use serde::Serialize;
use store::Tx;
use uuid::Uuid;

use super::participants::flagged;
use crate::enrol::in_language;
use crate::refusal::Refusal;
use crate::site::Site;

/// What waits in one programme.
#[derive(Serialize)]
pub(crate) struct Work {
    id: Uuid,
    name: String,
    /// Places were given; before that only counts can wait.
    is_drawn: bool,
    /// Participants that no longer meet the criteria.
    flagged: usize,
    /// Places and counts that wait for a second person.
    waiting: usize,
    /// Mailboxes of participants that do not work.
    dead: usize,
    /// Participants that have not signed the newest agreement.
    unsigned: usize,
}

/// Programmes that have not ended, and in which places were given or counts wait.
///
/// Cost: some queries for each programme, however many take part.
pub(crate) fn open_work(
    site: &Site,
    tx: &mut Tx<'_>,
    language: Language,
) -> Result<Vec<Work>, Refusal> {
    let mut all = Vec::new();
    for programme in tx.programmes()? {
        if programme.ended_at.is_some() {
            continue;
        }
        let programme_no = programme.programme_no;
        let name = in_language(language, &programme.terms.name);
        if programme.drawn_at.is_none() {
            let waiting = tx.open_count_corrections(programme_no)?.len();
            if waiting > 0 {
                all.push(Work {
                    id: site.id(IdKind::Programme, programme_no),
                    name,
                    is_drawn: false,
                    flagged: 0,
                    waiting,
                    dead: 0,
                    unsigned: 0,
                });
            }
            continue;
        }
        let watched = tx.mailboxes_of(programme_no)?;
        let is_dead = |state: MailboxState| state == MailboxState::Dead;
        all.push(Work {
            id: site.id(IdKind::Programme, programme_no),
            name,
            is_drawn: true,
            flagged: flagged(tx, &programme, site.now().day())?.len(),
            waiting: tx.open_place_overrides(programme_no)?.len(),
            dead: watched.iter().filter(|one| is_dead(one.state)).count(),
            unsigned: tx.unsigned_of(programme_no)?.len(),
        });
    }
    Ok(all)
}
