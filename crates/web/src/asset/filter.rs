//! Which assets a page is about.

use model::{AssetKind, AssetState, IdKind};
use rules::access::{Deed, Standing};
use rules::upkeep::expiring_until;
use serde::{Deserialize, Serialize};
use store::{AssetFilter, OwnAsset};
use uuid::Uuid;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// What stands in the address of a list, and in the forms that act on what it shows. Empty means all.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) kind: String,
    pub(super) group: String,
    pub(super) state: String,
}

impl Asked {
    /// What is asked for, within what the member may see.
    pub(super) fn filter(&self, site: &Site, member: &Member) -> Result<AssetFilter, Refusal> {
        let group_no = match given(&self.group) {
            Some(id) => {
                let id: Uuid = id.parse().map_err(|_| Refusal::NotFound)?;
                Some(site.number(IdKind::AssetGroup, &id)?)
            }
            None => None,
        };
        let scope = scope(member);
        if scope.is_some() && group_no.is_some() && scope != group_no {
            return Err(Refusal::NotFound);
        }
        Ok(AssetFilter {
            kind: word::<AssetKind>(&self.kind)?,
            group_no: scope.or(group_no),
            state: word::<AssetState>(&self.state)?,
            expiring_until: Some(expiring_until(site.now())),
            text: None,
        })
    }

    /// As the query of an address.
    pub(super) fn query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .append_pair("kind", &self.kind)
            .append_pair("group", &self.group)
            .append_pair("state", &self.state)
            .finish()
    }
}

/// The group that the member's mandate is about; `None`: all.
pub(super) fn scope(member: &Member) -> Option<i64> {
    match member.standing {
        Standing::Member(_) => None,
        Standing::Mandate { group_no, .. } => group_no,
    }
}

/// The asset as the member sees it: whoever acts for an organisation by a mandate does not read who else does.
pub(super) fn seen(member: &Member, mut asset: OwnAsset) -> OwnAsset {
    if !member.standing.may(Deed::ReadPeople) {
        asset.row.supplier.clear();
    }
    asset
}

fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn word<T: std::str::FromStr>(text: &str) -> Result<Option<T>, Refusal> {
    match given(text) {
        Some(text) => text.parse().map(Some).map_err(|_| Refusal::Bad),
        None => Ok(None),
    }
}
