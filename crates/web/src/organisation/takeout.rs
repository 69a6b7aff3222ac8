//! `GET /organisations/{organisation}/profile/export.zip`: everything that is known of an organisation, to take along. What is
//! in it is described in `docs/organisations.md`.

use std::collections::HashMap;
use std::io::Write;

use axum::extract::State;
use axum::response::Response;
use formats::archive::ArchiveWriter;
use formats::register;
use message::openpgp::armored;
use model::register::OwnAssetRow;
use model::{Role, Severity, Tlp};
use rules::access::Deed;
use serde_json::json;
use store::{AssetFilter, AuditFilter, InboxOrder, InboxQuery, Mandate, OwnAsset, Tx};

use crate::download::{file, table};
use crate::finding::{FINDINGS_AT_ONCE, Piece, findings_table, own_references};
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// It reads all that there is.
const TAKEOUTS: Limiter = Limiter::new("takeouts", Rate::per_hour(5));

/// Lines of the history that are read at once.
const HISTORY_ROWS: usize = 1_000;

pub(super) async fn export(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    member.who.must_have_proved(site.now())?;
    site.limit(&TAKEOUTS, member.party_no)?;
    let (now, actor, subject) = (site.now(), member.who.actor(&site), member.subject());
    site.write(move |tx| Ok(tx.record(now, &actor, "export-all", &subject, "")?))
        .await?;
    let (own, subject) = (site.clone(), member.subject());
    let party_no = member.party_no;
    let content = site
        .read(move |tx| {
            let mut takeout = Takeout {
                site: own.clone(),
                party_no,
                archive: ArchiveWriter::default(),
            };
            takeout.organisation(tx)?;
            takeout.profile(tx)?;
            takeout.people(tx, &subject)?;
            takeout.contacts(tx)?;
            takeout.systems(tx)?;
            takeout.mandates(tx)?;
            takeout.findings(tx)?;
            takeout.archive.finish().map_err(|_| Refusal::Panicked)
        })
        .await?;
    Ok(file("application/zip", "organisation.zip", content))
}

struct Takeout {
    site: Site,
    party_no: i64,
    archive: ArchiveWriter,
}

impl Takeout {
    fn put(&mut self, name: &str, content: &[u8]) -> Result<(), Refusal> {
        let put = self.archive.begin(name);
        put.and_then(|()| self.archive.write_all(content))
            .map_err(|_| Refusal::Panicked)
    }

    fn organisation(&mut self, tx: &mut Tx<'_>) -> Result<(), Refusal> {
        let party = tx.own_party(self.party_no)?.ok_or(Refusal::NotFound)?;
        let content = json!({
            "name": party.name,
            "kvk": party.kvk.map(|kvk| kvk.to_string()),
            "sector": party.sector,
            "language": party.language.map(|language| language.as_str()),
            "reader": party.reader.map(|reader| reader.as_str()),
        });
        self.put("organisation.json", content.to_string().as_bytes())
    }

    /// How it works, as it said.
    fn profile(&mut self, tx: &mut Tx<'_>) -> Result<(), Refusal> {
        let profile = tx.profile(self.party_no)?;
        let groups = tx.asset_groups(self.party_no)?;
        let name_of = |number| groups.iter().find(|group| Some(group.group_no) == number);
        let suppliers = profile.suppliers.iter();
        let suppliers = suppliers.map(|it| json!({ "name": it.name, "email": it.email.as_str() }));
        let care = profile.care.iter().map(|it| {
            let group = name_of(it.group_no).map(|group| &group.name);
            json!({ "group": group, "supplier": it.supplier, "reference": it.reference })
        });
        let products = profile.products.iter();
        let products = products.map(|it| json!({ "vendor": it.vendor, "name": it.name }));
        let thresholds = tx.thresholds(self.party_no)?;
        let usual = (None, thresholds.usual);
        let own = thresholds.groups.iter();
        let own = own.map(|(group_no, threshold)| (Some(*group_no), *threshold));
        let thresholds = std::iter::once(usual).chain(own).map(|(group_no, it)| {
            let group = name_of(group_no).map(|group| &group.name);
            let (target, victim) = (it.of(Role::Target).as_str(), it.of(Role::Victim).as_str());
            json!({ "group": group, "target": target, "victim": victim })
        });
        let content = json!({
            "thresholds": thresholds.collect::<Vec<_>>(),
            "suppliers": suppliers.collect::<Vec<_>>(),
            "care": care.collect::<Vec<_>>(),
            "products": products.collect::<Vec<_>>(),
        });
        self.put("profile.json", content.to_string().as_bytes())
    }

    /// Who belongs to it, and what was done in it.
    fn people(&mut self, tx: &mut Tx<'_>, subject: &str) -> Result<(), Refusal> {
        let mut rows = vec![["name", "email", "role"].map(str::to_owned)];
        let mut names = HashMap::new();
        for held in tx.members_of(self.party_no)? {
            if let Some(person) = tx.person(held.person_no)? {
                let id = self.site.id(model::IdKind::Person, held.person_no);
                names.insert(format!("person {id}"), person.name.clone());
                rows.push([person.name, person.email.to_string(), held.role.to_string()]);
            }
        }
        self.put("people.csv", &table(rows))?;
        let filter = AuditFilter {
            subject: Some(subject.to_owned()),
            ..AuditFilter::default()
        };
        let mut rows = vec![["at", "who", "action", "detail"].map(str::to_owned)];
        let mut before = Some(i64::MAX);
        while let Some(place) = before {
            let page = tx.audit_page(&filter, place, HISTORY_ROWS)?;
            before = page.next_before;
            rows.extend(page.rows.into_iter().map(|row| {
                let who = names.get(&row.actor).cloned().unwrap_or_default();
                [row.at.to_string(), who, row.action, row.detail]
            }));
        }
        self.put("history.csv", &table(rows))
    }

    fn contacts(&mut self, tx: &mut Tx<'_>) -> Result<(), Refusal> {
        let header = [
            "email",
            "task",
            "severities",
            "language",
            "reader",
            "hours",
            "rhythm",
            "phone",
            "phone_always",
            "confirmed_at",
            "key",
        ];
        let mut rows = vec![header.map(str::to_owned)];
        let keys = tx.contact_keys_of(&[self.party_no])?;
        for contact in tx.own_contacts(self.party_no)? {
            let key = keys
                .iter()
                .find(|key| key.email.compared() == contact.email.compared());
            let taken = Severity::ALL.iter();
            let taken = taken.filter(|severity| contact.severities.contains(**severity));
            let taken: Vec<&str> = taken.map(|severity| severity.as_str()).collect();
            rows.push([
                contact.email.to_string(),
                contact.role,
                taken.join(" "),
                text(contact.language),
                text(contact.reader),
                contact.timing.hours.to_string(),
                contact.timing.rhythm.to_string(),
                text(contact.phone.as_ref().map(|phone| &phone.number)),
                text(
                    contact
                        .phone
                        .as_ref()
                        .map(|phone| yes_or_no(phone.is_always)),
                ),
                text(contact.confirmed_at),
                key.map(|key| armored(&key.certificate)).unwrap_or_default(),
            ]);
        }
        self.put("contacts.csv", &table(rows))
    }

    /// The list that can be brought in again, and beside it how each system is proved.
    fn systems(&mut self, tx: &mut Tx<'_>) -> Result<(), Refusal> {
        let all = AssetFilter::default();
        let assets = tx.own_assets(self.party_no, &all, None, i64::MAX)?;
        let header = [
            "kind",
            "value",
            "method",
            "evidence",
            "proved_at",
            "valid_until",
        ];
        let mut rows = vec![header.map(str::to_owned)];
        rows.extend(assets.iter().map(proof_row));
        let mut list = Vec::new();
        let assets = assets.into_iter().map(|asset| asset.row);
        register::write::<OwnAssetRow, _>(assets, &mut list).map_err(|_| Refusal::Panicked)?;
        self.put("systems.csv", &list)?;
        self.put("proofs.csv", &table(rows))
    }

    fn mandates(&mut self, tx: &mut Tx<'_>) -> Result<(), Refusal> {
        let header = [
            "organisation",
            "holder",
            "marking",
            "may_answer",
            "valid_until",
            "given_at",
        ];
        let mut rows = vec![header.map(str::to_owned)];
        let given = tx.mandates_given(self.party_no)?;
        let held = tx.mandates_held(self.party_no)?;
        rows.extend(given.into_iter().chain(held).map(mandate_row));
        self.put("mandates.csv", &table(rows))
    }

    fn findings(&mut self, tx: &mut Tx<'_>) -> Result<(), Refusal> {
        self.archive
            .begin("findings.csv")
            .map_err(|_| Refusal::Panicked)?;
        let today = self.site.now().day();
        let mut query = InboxQuery::whole(self.party_no, Tlp::Red, today);
        query.order = InboxOrder::Newest;
        let mut is_first = true;
        loop {
            let page = tx.inbox(&query, FINDINGS_AT_ONCE)?;
            query.after = page.next;
            let own_references = own_references(tx, &page.rows)?;
            let piece = Piece {
                rows: &page.rows,
                own_references: &own_references,
                is_first,
                is_last: query.after.is_none(),
            };
            let written = self.archive.write_all(&findings_table(&self.site, piece));
            written.map_err(|_| Refusal::Panicked)?;
            if query.after.is_none() {
                return Ok(());
            }
            is_first = false;
        }
    }
}

fn proof_row(asset: &OwnAsset) -> [String; 6] {
    let claim = asset.claim.as_ref();
    [
        asset.row.value.kind().to_string(),
        asset.row.value.to_string(),
        claim.map_or("desk".to_owned(), |claim| text(claim.method)),
        claim
            .map(|claim| claim.evidence.clone())
            .unwrap_or_default(),
        text(claim.and_then(|claim| claim.proved_at)),
        text(claim.and_then(|claim| claim.valid_until)),
    ]
}

fn mandate_row(mandate: Mandate) -> [String; 6] {
    [
        mandate.party_name,
        mandate.holder_name,
        mandate.tlp_max.to_string(),
        yes_or_no(mandate.may_answer),
        text(mandate.valid_until),
        mandate.given_at.to_string(),
    ]
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn yes_or_no(is_so: bool) -> String {
    if is_so { "yes" } else { "no" }.to_owned()
}
