//! Whoever looks at the pages that are measured: people of organisations, a provider, an analyst, and programs with keys.

use anyhow::Context;
use model::{
    AnswerDoor, AnswerStatus, Day, IdKey, IdKind, OrganisationRole, Scope, StaffRole, Timestamp,
    Tlp,
};
use rules::access::key_may_hold;
use store::{
    AnswerEvent, AssetFilter, InboxOrder, InboxQuery, InboxRow, KeyOwner, Mandate, NewApiKey,
    NewSession, Notification, QueueKind, StatusChoice, Store, StoreError, Tx,
};
use uuid::Uuid;

use super::world::World;

/// People of as many organisations look at their pages.
pub(super) const MEMBERS: u64 = 200;

/// Keys of each owner.
const KEYS: usize = 4;

/// Findings about which the provider has answered: the newest, so that an inbox of open ones has to pass them.
const ANSWERED: usize = 5_000;

/// How deep in a list a page begins that is asked for deep in it.
const DEEP_ROWS: usize = 5_000;

/// Somebody with a session.
pub(super) struct Person {
    pub(super) cookie: String,
    /// Public id of the organisation; nil for staff.
    pub(super) party: Uuid,
    /// A program of the same organisation, or of the desk.
    pub(super) keys: Vec<String>,
}

/// Whoever looks, and what only the store knows of where they look.
pub(super) struct Visitors {
    pub(super) analyst: Person,
    pub(super) provider: Person,
    pub(super) members: Vec<Person>,
    /// Places deep in the provider's lists, and in those of the desk.
    pub(super) deep: Deep,
}

/// Public ids behind which, or before which, pages begin.
pub(super) struct Deep {
    pub(super) finding: Uuid,
    /// Lines of the inbox, in its three orders.
    pub(super) newest: String,
    pub(super) severe: String,
    pub(super) seen: String,
    pub(super) asset: Uuid,
    pub(super) group: Uuid,
    pub(super) message: Uuid,
    /// The longest queue, and an item of it; nothing while all of them are empty.
    pub(super) queue: QueueKind,
    pub(super) queued: Option<Uuid>,
    pub(super) batch: Uuid,
    pub(super) source: Uuid,
    /// What people call a message.
    pub(super) reference: String,
}

/// Makes them in the store, beside those of earlier runs.
pub(super) fn make(store: &Store, world: &World, now: Timestamp) -> anyhow::Result<Visitors> {
    let id_key = store.read(|tx| tx.installation())?.id_key;
    let maker = Maker { id_key, now };
    let visitors = store.write(|tx| maker.make(tx, world))?;
    visitors.context("the installation holds nothing to look at")
}

struct Maker {
    id_key: IdKey,
    now: Timestamp,
}

impl Maker {
    /// Nothing where there are no findings.
    fn make(&self, tx: &mut Tx<'_>, world: &World) -> store::Result<Option<Visitors>> {
        let (_, cookie) = self.person(tx, "analyst")?;
        let analyst = Person {
            cookie,
            party: Uuid::nil(),
            keys: self.keys(tx, KeyOwner::Desk)?,
        };
        let mut members = Vec::new();
        for number in 0..MEMBERS {
            let reference = world.holder(number * (world.prefixes / MEMBERS) + 1);
            members.push(self.member(tx, &reference, &format!("member{number}"))?.1);
        }
        let ((party_no, person_no), provider) = self.member(tx, &world.holder(0), "provider")?;
        for number in 0..MEMBERS {
            let reference = world.holder(number * (world.prefixes / MEMBERS) + 1);
            self.give_mandate(tx, &reference, party_no)?;
        }
        let Some(deep) = self.deep(tx, party_no, person_no)? else {
            return Ok(None);
        };
        Ok(Some(Visitors {
            analyst,
            provider,
            members,
            deep,
        }))
    }

    /// An administrator of an organisation; its number, and that of the person.
    fn member(
        &self,
        tx: &mut Tx<'_>,
        reference: &str,
        name: &str,
    ) -> store::Result<((i64, i64), Person)> {
        let party_no = tx.party_no(reference)?.ok_or(StoreError::Conflict)?;
        let (person_no, cookie) = self.person(tx, name)?;
        let role = OrganisationRole::Administrator;
        tx.put_membership(person_no, party_no, role, "bench", self.now)?;
        let member = Person {
            cookie,
            party: self.id(IdKind::Party, party_no),
            keys: self.keys(tx, KeyOwner::Organisation(party_no))?,
        };
        Ok(((party_no, person_no), member))
    }

    /// The provider acts for an organisation; once for all runs.
    fn give_mandate(&self, tx: &mut Tx<'_>, reference: &str, holder_no: i64) -> store::Result<()> {
        let party_no = tx.party_no(reference)?.ok_or(StoreError::Conflict)?;
        let given = tx.mandates_given(party_no)?;
        if party_no == holder_no || given.iter().any(|it| it.holder_no == holder_no) {
            return Ok(());
        }
        let mandate = Mandate {
            mandate_no: 0,
            party_no,
            party_name: String::new(),
            holder_no,
            holder_name: String::new(),
            group_no: None,
            tlp_max: Tlp::Amber,
            may_answer: true,
            valid_until: None,
            given_at: self.now,
        };
        tx.add_mandate(&mandate, "bench", self.now)?;
        Ok(())
    }

    /// A person with a session; the analyst has every role of the desk.
    fn person(&self, tx: &mut Tx<'_>, name: &str) -> store::Result<(i64, String)> {
        let address = format!("{name}-{}@bench.example", self.now.micros());
        let address = address.parse().expect("it is an address");
        let person_no = tx.add_person(&address, "Visitor", None, self.now)?;
        if name == "analyst" {
            for role in StaffRole::ALL {
                tx.give_staff_role(person_no, *role, "bench", self.now)?;
            }
        }
        let token = format!("bench-{person_no}");
        let session = NewSession {
            digest: web::token_digest(&token),
            person_no,
            method: "passkey",
            browser: "seinpost bench",
        };
        tx.open_session(&session, self.now)?;
        Ok((person_no, format!("session={token}")))
    }

    /// Keys with every scope that there is for such an owner. More than one, since each may ask so many times a minute.
    fn keys(&self, tx: &mut Tx<'_>, owner: KeyOwner) -> store::Result<Vec<String>> {
        let scopes: Vec<Scope> = Scope::ALL
            .iter()
            .copied()
            .filter(|scope| key_may_hold(owner.kind(), *scope))
            .collect();
        let mut keys = Vec::new();
        for _ in 0..KEYS {
            let key = web::FreshKey::default();
            let new = NewApiKey {
                digest: key.digest(),
                owner,
                name: "bench",
                scopes: &scopes,
                expires_at: self.now.plus_seconds(24 * 3600),
            };
            let key_no = tx.add_api_key(&new, "bench", self.now)?;
            keys.push(format!(
                "Bearer {}",
                key.text(self.id(IdKind::ApiKey, key_no))
            ));
        }
        Ok(keys)
    }

    fn deep(&self, tx: &mut Tx<'_>, party_no: i64, person_no: i64) -> store::Result<Option<Deep>> {
        self.answer(tx, party_no, person_no)?;
        let group_no = tx.ensure_asset_group(party_no, "Bench")?;
        let assets = tx.own_assets(party_no, &AssetFilter::default(), None, DEEP_ROWS as i64)?;
        let in_group: Vec<i64> = assets.iter().take(20).map(|asset| asset.asset_no).collect();
        let group = store::AssetChange::Group(Some(group_no));
        tx.change_own_assets(party_no, &in_group, group, self.now)?;
        let newest = inbox(tx, party_no, InboxOrder::Newest, DEEP_ROWS)?;
        let severe = inbox(tx, party_no, InboxOrder::Severity, DEEP_ROWS)?;
        let seen = inbox(tx, party_no, InboxOrder::LastSeen, 500)?;
        let mut queue = QueueKind::Unresolved;
        let mut queued = Vec::new();
        for kind in QueueKind::ALL {
            let items = tx.open_queue_items(*kind, 0, DEEP_ROWS as i64)?;
            if items.len() > queued.len() {
                (queue, queued) = (*kind, items);
            }
        }
        let batches = tx.batches_before(None, i64::MAX, 10)?;
        let (Some(row), Some(severe), Some(seen), Some(asset), Some(batch)) = (
            newest.last(),
            severe.last(),
            seen.last(),
            assets.last(),
            batches.first(),
        ) else {
            return Ok(None);
        };
        let finding = self.id(IdKind::Finding, row.place.finding_no);
        let message_no = row.place.notification_no;
        Ok(Some(Deep {
            finding,
            newest: self.line(row),
            severe: self.line(severe),
            seen: self.line(seen),
            asset: self.id(IdKind::Asset, asset.asset_no),
            group: self.id(IdKind::AssetGroup, group_no),
            message: self.id(IdKind::Notification, message_no),
            queue,
            queued: queued
                .last()
                .map(|item| self.id(IdKind::Finding, item.finding_no)),
            batch: self.id(IdKind::Batch, batch.batch_no),
            source: self.id(IdKind::Party, batch.source_no),
            reference: Notification::reference_of(message_no, row.made_at),
        }))
    }

    /// The provider solved what it was told last, and works on some of it; once for all runs.
    fn answer(&self, tx: &mut Tx<'_>, party_no: i64, person_no: i64) -> store::Result<()> {
        let solved = InboxQuery {
            status: StatusChoice::Only(AnswerStatus::Solved),
            ..whole(party_no)
        };
        if tx.inbox_count(&solved, 1)?.findings > 0 {
            return Ok(());
        }
        let newest = inbox(tx, party_no, InboxOrder::Newest, ANSWERED)?;
        for (place, row) in newest.iter().enumerate() {
            let solved = AnswerEvent {
                party_no,
                finding_no: row.place.finding_no,
                episode: row.episode,
                at: self.now,
                door: AnswerDoor::Portal,
                actor: "bench".to_owned(),
                person_no: Some(person_no),
                status: Some(AnswerStatus::Solved),
                until: None,
                patched: None,
                assigned_to: place.is_multiple_of(10).then_some(person_no),
                comment: String::new(),
            };
            tx.add_answer(&solved, row.version)?;
        }
        Ok(())
    }

    /// A line of an inbox as addresses have it: its message and its finding.
    fn line(&self, row: &InboxRow) -> String {
        let message = self.id(IdKind::Notification, row.place.notification_no);
        let finding = self.id(IdKind::Finding, row.place.finding_no);
        format!("{}{}", message.simple(), finding.simple())
    }

    fn id(&self, kind: IdKind, number: i64) -> Uuid {
        self.id_key.public_id(kind, number as u64)
    }
}

/// So many rows of a whole inbox.
fn inbox(
    tx: &mut Tx<'_>,
    party_no: i64,
    order: InboxOrder,
    rows_max: usize,
) -> store::Result<Vec<InboxRow>> {
    let mut query = InboxQuery {
        order,
        ..whole(party_no)
    };
    let mut rows = Vec::new();
    while rows.len() < rows_max {
        let page = tx.inbox(&query, rows_max - rows.len())?;
        rows.extend(page.rows);
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    Ok(rows)
}

fn whole(party_no: i64) -> InboxQuery {
    InboxQuery::whole(party_no, Tlp::Red, Day::from_days(0))
}
