//! Which findings are meant, as the body of a request says it: what holds addresses and names stands in no address.

use std::net::IpAddr;
use std::str::FromStr;

use model::{AnswerStatus, DomainName, IdKind, Role, Severity, ThreatSlug};
use rules::lookup::{ranges_of_address, ranges_of_name};
use store::{InboxOrder, InboxQuery, StatusChoice, Tx};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::fields::Fields;
use crate::refusal::Refusal;
use crate::site::Site;

/// Which findings: those that all members fit. What is left out asks for nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct FindingChoice {
    pub(super) status: Option<StatusChoice>,
    pub(super) severity: Option<Severity>,
    pub(super) severity_min: Option<Severity>,
    pub(super) role: Option<Role>,
    pub(super) threat: Option<ThreatSlug>,
    pub(super) group_no: Option<i64>,
    pub(super) assigned_to: Option<i64>,
    pub(super) address: Option<IpAddr>,
    pub(super) name: Option<DomainName>,
    pub(super) order: InboxOrder,
}

/// Which findings are looked for, and which page of them.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `FindingChoice::read` reads")]
#[schema(rename_all = "camelCase")]
pub(super) struct FindingSearch {
    /// `open`: those about which something is still to be done; `all`, as without it; or what was answered.
    #[schema(example = "open")]
    status: Option<String>,
    /// Of this severity.
    severity: Option<String>,
    /// Of this severity and worse ones.
    #[schema(example = "high")]
    severity_min: Option<String>,
    /// `target` or `victim`.
    role: Option<String>,
    /// About this threat.
    #[schema(example = "open-rdp")]
    threat: Option<String>,
    /// Through assets of this group.
    group: Option<Uuid>,
    /// On which this member works.
    assigned_to: Option<Uuid>,
    /// At this address, on whatever port.
    #[schema(example = "192.0.2.9")]
    address: Option<String>,
    /// At this name, and on its pages; not those below it.
    #[schema(example = "www.hospital.example")]
    name: Option<String>,
    /// `newest`, as without it: the newest message first; `severity`: the most severe first; `seen`: what was seen last, among
    /// the 1,000 newest, then among the 1,000 behind these, and so on.
    order: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Rows of a page.
    #[schema(minimum = 1, maximum = 500, default = 100)]
    limit: Option<i64>,
}

/// Which findings an export has. As in a search; it has them all, the newest message first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `FindingChoice::read` reads")]
#[schema(rename_all = "camelCase")]
pub(super) struct ExportChoice {
    /// `open`, `all` or what was answered.
    #[schema(example = "all")]
    status: Option<String>,
    /// Of this severity.
    severity: Option<String>,
    /// Of this severity and worse ones.
    severity_min: Option<String>,
    /// `target` or `victim`.
    role: Option<String>,
    /// About this threat.
    threat: Option<String>,
    /// Through assets of this group.
    group: Option<Uuid>,
    /// On which this member works.
    assigned_to: Option<Uuid>,
    /// At this address.
    address: Option<String>,
    /// At this name.
    name: Option<String>,
}

impl FindingChoice {
    /// Reads what both a search and an export have.
    pub(super) fn read(site: &Site, fields: &mut Fields<'_, '_>) -> Option<Self> {
        let status: Option<Option<StatusWanted>> = fields.optional("status");
        let (severity, severity_min) =
            (fields.optional("severity"), fields.optional("severityMin"));
        let (role, threat) = (fields.optional("role"), fields.optional("threat"));
        let group_no = fields.id(site, IdKind::AssetGroup, "group");
        let assigned_to = fields.id(site, IdKind::Person, "assignedTo");
        let (address, name) = (fields.optional("address"), fields.optional("name"));
        Some(Self {
            status: status?.map(|wanted| wanted.0),
            severity: severity?,
            severity_min: severity_min?,
            role: role?,
            threat: threat?,
            group_no: group_no?,
            assigned_to: assigned_to?,
            address: address?,
            name: name?,
            order: InboxOrder::default(),
        })
    }

    /// What the store is asked, of all that `whole` has; nothing where nobody ever reported the threat.
    pub(super) fn query(
        &self,
        whole: &InboxQuery,
        tx: &mut Tx<'_>,
    ) -> Result<Option<InboxQuery>, Refusal> {
        let mut query = InboxQuery {
            status: self.status.unwrap_or(StatusChoice::All),
            severity: self.severity,
            severity_min: self.severity_min,
            role: self.role,
            group_no: self.group_no,
            assigned_to: self.assigned_to,
            order: self.order,
            ..whole.clone()
        };
        if let Some(slug) = &self.threat {
            query.threat_no = tx.known_threat_no(slug.as_str())?;
            if query.threat_no.is_none() {
                return Ok(None);
            }
        }
        let of_address = self.address.map(ranges_of_address);
        let of_name = self.name.as_ref().map(ranges_of_name);
        query.endpoints = match (of_address, of_name) {
            // No endpoint is keyed by an address and a name.
            (Some(_), Some(_)) => return Ok(None),
            (one, other) => one.or(other).unwrap_or_default(),
        };
        Ok(Some(query))
    }
}

/// `open`, `all`, or a status.
pub(super) struct StatusWanted(pub(super) StatusChoice);

impl FromStr for StatusWanted {
    type Err = <AnswerStatus as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(match text {
            "open" => StatusChoice::Open,
            "all" => StatusChoice::All,
            status => StatusChoice::Only(status.parse()?),
        }))
    }
}

/// In which order findings come.
pub(super) struct OrderWanted(pub(super) InboxOrder);

impl FromStr for OrderWanted {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(match text {
            "newest" => InboxOrder::Newest,
            "severity" => InboxOrder::Severity,
            "seen" => InboxOrder::LastSeen,
            _ => return Err("`newest`, `severity` or `seen` is expected"),
        }))
    }
}
