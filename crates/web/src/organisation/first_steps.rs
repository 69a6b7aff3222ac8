//! `GET /organisations/{organisation}/first-steps`: what is left after an organisation registered itself (PO-02), and what happens
//! next. Its domains stand first: the record that proves one, with a text for whoever manages it.

use axum::extract::State;
use axum::response::Response;
use model::{AssetKind, AssetState, IdKind, OrganisationRole, ProofPlace};
use proof::{evidence, record_text};
use rules::access::Deed;
use serde::Serialize;
use store::{AssetFilter, Membership};
use url::form_urlencoded::byte_serialize;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Domains that the page explains, the first ones. Whoever has more proves them together, on the page of the list.
const DOMAINS_MAX: usize = 3;

/// Counted this far.
const COUNT_MAX: i64 = 1_000;

#[derive(Serialize)]
struct View {
    /// Domains that are not proved yet.
    domains: Vec<DomainView>,
    has_more_domains: bool,
    /// What is not proved yet, domains too.
    claimed: i64,
    administrators: usize,
    contacts: Vec<String>,
    /// Nobody at the desk has looked at who this is.
    is_unseen: bool,
}

#[derive(Serialize)]
struct DomainView {
    name: String,
    /// Its page, on which the record is looked for.
    page: String,
    record_name: String,
    record_text: String,
    /// The text for whoever manages the domain.
    text: String,
    /// Address that opens a mail with it.
    mailto: String,
}

pub(super) async fn show(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    member.must_be_allowed(Deed::ChangeAssets)?;
    let party_no = member.party_no;
    let (domains, claimed, members, contacts, is_unseen) = site
        .read(move |tx| {
            let all = AssetFilter {
                state: Some(AssetState::Claimed),
                ..AssetFilter::default()
            };
            let named = AssetFilter {
                kind: Some(AssetKind::Domain),
                ..all.clone()
            };
            Ok((
                tx.own_assets(party_no, &named, None, DOMAINS_MAX as i64 + 1)?,
                tx.count_own_assets(party_no, &all, COUNT_MAX)?,
                tx.members_of(party_no)?,
                tx.own_contacts(party_no)?,
                !tx.is_vouched_for(party_no)?,
            ))
        })
        .await?;
    let has_more_domains = domains.len() > DOMAINS_MAX;
    let mut views = Vec::new();
    for asset in domains.iter().take(DOMAINS_MAX) {
        if let Some(record_name) = evidence(ProofPlace::Dns, &asset.row.value) {
            let id = site.id(IdKind::Asset, asset.asset_no);
            let page = format!("{}/assets/{id}", member.home());
            let name = asset.row.value.to_string();
            views.push(DomainView::new(&site, &member, (name, record_name), page)?);
        }
    }
    let is_administrator = |one: &&Membership| one.role == OrganisationRole::Administrator;
    let reached = contacts.iter().filter(|contact| contact.is_answered);
    let view = View {
        domains: views,
        has_more_domains,
        claimed,
        administrators: members.iter().filter(is_administrator).count(),
        contacts: reached.map(|contact| contact.email.to_string()).collect(),
        is_unseen,
    };
    site.page(&member, "organisation/first_steps.html", &view)
}

impl DomainView {
    fn new(
        site: &Site,
        member: &Member,
        (name, record_name): (String, String),
        page: String,
    ) -> Result<Self, Refusal> {
        let record_text = record_text(site.id_key(), member.party_no);
        let language = member.visitor.language;
        let filled = [
            ("domain", &name[..]),
            ("name", &record_name),
            ("text", &record_text),
        ];
        let say = |key: &str| site.pages().text(language, key, &filled);
        let mut lines = Vec::new();
        for key in ["hello", "ask", "name", "type", "text", "thanks"] {
            lines.push(say(&format!("first-steps-supplier-{key}"))?);
        }
        let (head, rest) = lines.split_at(2);
        let (record, thanks) = rest.split_at(3);
        let text = format!(
            "{}\n\n{}\n\n{}\n",
            head.join("\n\n"),
            record.join("\n"),
            thanks.join("\n")
        );
        let subject = say("first-steps-supplier-subject")?;
        Ok(Self {
            mailto: format!(
                "mailto:?subject={}&body={}",
                encoded(&subject),
                encoded(&text)
            ),
            name,
            page,
            record_name,
            record_text,
            text,
        })
    }
}

/// A text in an address that opens a mail (RFC 6068), in which a plus is a plus, and a line ends by two characters.
fn encoded(text: &str) -> String {
    let text = text.replace('\n', "\r\n");
    byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}
