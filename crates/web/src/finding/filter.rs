//! What of an inbox is shown, as the address says it.

use model::{AnswerStatus, Day, DomainName, IdKind, Role, Severity};
use rules::access::Standing;
use rules::lookup::{KeyRange, ranges_of_address, ranges_of_name};
use serde::{Deserialize, Serialize};
use store::{InboxOrder, InboxPlace, InboxQuery, InboxRow, StatusChoice, Tx};
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use crate::api::{AfterTold, Place};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// The choices of the inbox. Empty: the usual one.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Filter {
    /// `open` unless it says `all` or a status.
    pub(super) status: String,
    pub(super) severity: String,
    pub(super) role: String,
    pub(super) threat: String,
    /// Public id of a group of assets.
    pub(super) group: String,
    /// `me`, or empty.
    pub(super) assigned: String,
    /// `newest`, `severity` or `seen`.
    pub(super) order: String,
    /// The line after which the page begins, where pages are long.
    pub(super) after: String,
    /// An address or a name that is looked for. It comes in a form, never in an address.
    #[serde(skip_deserializing)]
    pub(super) text: String,
    /// What was done just now: end of the key of a text. No choice, so it stays on its page.
    pub(super) done: String,
}

impl Filter {
    /// What the store is asked. A choice that is none is refused: no page of ours has such a link.
    pub(super) fn query(
        &self,
        site: &Site,
        member: &Member,
        tx: &mut Tx<'_>,
    ) -> Result<Option<InboxQuery>, Refusal> {
        let mut query = whole_inbox(site, member);
        query.status = status_chosen(&self.status)?;
        query.severity = chosen::<Severity>(&self.severity)?;
        query.role = chosen::<Role>(&self.role)?;
        query.order = match self.order.as_str() {
            "" | "newest" => InboxOrder::Newest,
            "severity" => InboxOrder::Severity,
            "seen" => InboxOrder::LastSeen,
            _ => return Err(Refusal::Bad),
        };
        query.assigned_to = match self.assigned.as_str() {
            "" => None,
            "me" => Some(member.who.person.person_no),
            _ => return Err(Refusal::Bad),
        };
        if !self.group.is_empty() {
            let id: Uuid = self.group.parse().map_err(|_| Refusal::NotFound)?;
            let group_no = site.number(IdKind::AssetGroup, &id)?;
            // A mandate for one group shows no other one.
            if query.group_no.is_some_and(|own| own != group_no) {
                return Err(Refusal::NotFound);
            }
            query.group_no = Some(group_no);
        }
        if !self.text.is_empty() {
            query.endpoints = ranges_of(&self.text).ok_or(Refusal::Bad)?;
        }
        if !self.threat.is_empty() {
            match tx.known_threat_no(&self.threat)? {
                Some(threat_no) => query.threat_no = Some(threat_no),
                None => return Ok(None),
            }
        }
        if !self.after.is_empty() {
            query.after = Some(self.place(site, &query, tx)?);
        }
        Ok(Some(query))
    }

    /// Where the line stands after which the page begins.
    fn place(
        &self,
        site: &Site,
        query: &InboxQuery,
        tx: &mut Tx<'_>,
    ) -> Result<InboxPlace, Refusal> {
        let after = AfterTold::read(site, &self.after).ok_or(Refusal::NotFound)?;
        after.place(tx, query)?.ok_or(Refusal::NotFound)
    }

    /// The end of an address with these choices, and `after` in the place of theirs.
    pub(super) fn address(&self, after: Option<String>) -> String {
        let mut pairs = Serializer::new(String::new());
        let after = after.unwrap_or_default();
        for (name, value) in [
            ("status", &self.status),
            ("severity", &self.severity),
            ("role", &self.role),
            ("threat", &self.threat),
            ("group", &self.group),
            ("assigned", &self.assigned),
            ("order", &self.order),
            ("after", &after),
        ] {
            if !value.is_empty() {
                pairs.append_pair(name, value);
            }
        }
        let text = pairs.finish();
        if text.is_empty() {
            text
        } else {
            format!("?{text}")
        }
    }
}

/// All that the member may see.
pub(super) fn whole_inbox(site: &Site, member: &Member) -> InboxQuery {
    inbox_by(member.party_no, member.standing, site.now().day())
}

/// All of an organisation that this right shows. A mandate for a group of assets shows what concerns these alone,
/// and none shows what the organisation gets copies of.
pub(crate) fn inbox_by(party_no: i64, standing: Standing, today: Day) -> InboxQuery {
    let group_no = match standing {
        Standing::Member(_) => None,
        Standing::Mandate { group_no, .. } => group_no,
    };
    InboxQuery {
        group_no,
        is_without_copies: matches!(standing, Standing::Mandate { .. }),
        ..InboxQuery::whole(party_no, standing.tlp_max(), today)
    }
}

/// One finding of the inbox; a stranger's is not found.
pub(super) fn one(
    site: &Site,
    member: &Member,
    finding: &Uuid,
    tx: &mut Tx<'_>,
) -> Result<InboxRow, Refusal> {
    let finding_no = site.number(IdKind::Finding, finding)?;
    let found = tx.inbox_row(&whole_inbox(site, member), finding_no)?;
    found.ok_or(Refusal::NotFound)
}

/// Where something is that a person names by its address or name; nothing where it is neither.
pub(super) fn ranges_of(text: &str) -> Option<Vec<KeyRange>> {
    let of_address = text.parse().ok().map(ranges_of_address);
    let of_name = || {
        text.parse::<DomainName>()
            .ok()
            .map(|name| ranges_of_name(&name))
    };
    of_address.or_else(of_name)
}

/// `open` unless it says `all` or a status.
pub(super) fn status_chosen(text: &str) -> Result<StatusChoice, Refusal> {
    Ok(match text {
        "" | "open" => StatusChoice::Open,
        "all" => StatusChoice::All,
        status => StatusChoice::Only(status.parse::<AnswerStatus>().map_err(|_| Refusal::Bad)?),
    })
}

/// A choice; empty: none.
pub(super) fn chosen<T: std::str::FromStr>(text: &str) -> Result<Option<T>, Refusal> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Refusal::Bad),
    }
}
