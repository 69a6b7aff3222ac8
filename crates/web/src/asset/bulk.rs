//! `POST /organisations/{organisation}/assets/bulk`: asks once more before many assets are changed; `.../apply` does it.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use model::IdKind;
use rules::access::Deed;
use rules::asset_plan::is_held_longer;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as NoWord, StrDeserializer};
use serde::{Deserialize, Serialize};
use store::{AssetChange, OwnAsset, OwnAssetPut, StoreError, Tx};
use uuid::Uuid;

pub(crate) use super::add::Details;
use super::check;
use super::filter::Asked;
use super::holding::Holding;
use crate::acting::Acting;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// What is to be done to which assets.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Order {
    act: Act,
    /// `yes`: all that the filter below shows, whatever is ticked.
    #[serde(default)]
    all: String,
    #[serde(default)]
    asset: Vec<Uuid>,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    state: String,
    /// New label, group, criticality, supplier or last day; or where proofs are looked for.
    #[serde(default)]
    pub(super) value: String,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Act {
    Label,
    Group,
    Criticality,
    Supplier,
    ValidUntil,
    Prove,
    Close,
}

impl Act {
    /// What changes assets at once, by the word for it in forms. Proving changes nothing of them.
    pub(crate) fn named(word: &str) -> Option<Self> {
        let word: StrDeserializer<'_, NoWord> = word.into_deserializer();
        let act = Self::deserialize(word).ok();
        act.filter(|act| !matches!(act, Self::Prove))
    }

    /// What was done, as the audit log says it and pages end their addresses.
    pub(crate) fn done(self) -> &'static str {
        match self {
            Self::Close => "closed",
            _ => "changed",
        }
    }

    /// The new value, in the field that the act is about.
    pub(crate) fn details(self, value: &str, errors: &mut Errors) -> Option<Details> {
        let of = |is_own: bool| if is_own { value } else { "" };
        Details::read(
            of(matches!(self, Self::Label)),
            of(matches!(self, Self::Group)),
            of(matches!(self, Self::Criticality)),
            of(matches!(self, Self::Supplier)),
            of(matches!(self, Self::ValidUntil)),
            errors,
        )
    }

    /// Whether all of these can be changed so: nothing ends before it begins.
    pub(crate) fn fits(self, assets: &[OwnAsset], details: &Details) -> bool {
        let begins_later = |asset: &OwnAsset| {
            let days = asset.row.valid_from.zip(details.valid_until);
            days.is_some_and(|(from, until)| until <= from)
        };
        !matches!(self, Self::ValidUntil) || !assets.iter().any(begins_later)
    }
}

#[derive(Serialize)]
struct ConfirmView {
    order: Order,
    count: i64,
    errors: Errors,
}

pub(super) async fn confirm(
    State(site): State<Site>,
    member: Member,
    Form(order): Form<Order>,
) -> Result<Response, Refusal> {
    match order.act {
        Act::Prove => check::choose(&site, &member, order).await,
        _ => show(&site, &member, order, Errors::default()).await,
    }
}

pub(super) async fn apply(
    State(site): State<Site>,
    member: Member,
    Form(order): Form<Order>,
) -> Result<Response, Refusal> {
    if let Act::Prove = order.act {
        return check::start(&site, &member, &order).await;
    }
    let (mut errors, act) = (Errors::default(), order.act);
    let Some(details) = act.details(&order.value, &mut errors) else {
        return show(&site, &member, order, errors.about("value")).await;
    };
    let chosen = order.chosen(&site, &member)?;
    let (acting, now) = (member.acting(&site), site.now());
    let is_done = site
        .write(move |tx| {
            let holding = Holding::keep(tx, acting.party_no)?;
            let assets = chosen.read(tx, acting.party_no)?;
            let fits = act.fits(&assets, &details);
            if fits {
                change(tx, holding, &acting, &assets, (act, &details), now)?;
            }
            Ok(fits)
        })
        .await?;
    if !is_done {
        errors.add("value", "asset-error-day-early");
        return show(&site, &member, order, errors).await;
    }
    let place = format!("{}/assets?done={}", member.home(), act.done());
    Ok(Redirect::to(&place).into_response())
}

async fn show(
    site: &Site,
    member: &Member,
    order: Order,
    errors: Errors,
) -> Result<Response, Refusal> {
    let (chosen, party_no) = (order.chosen(site, member)?, member.party_no);
    let count = site
        .read(move |tx| Ok(chosen.read(tx, party_no)?.len() as i64))
        .await?;
    let view = ConfirmView {
        order,
        count,
        errors,
    };
    site.page(member, "asset/bulk.html", &view)
}

/// Which assets an order is about.
pub(crate) enum Chosen {
    /// These; those that are closed already are left out.
    Ticked(Vec<i64>),
    /// All that a list shows.
    Shown(store::AssetFilter),
}

impl Chosen {
    pub(crate) fn read(&self, tx: &mut Tx<'_>, party_no: i64) -> Result<Vec<OwnAsset>, StoreError> {
        match self {
            Self::Shown(filter) => tx.own_assets(party_no, filter, None, i64::MAX),
            Self::Ticked(asset_nos) => {
                let mut assets = Vec::new();
                for asset_no in asset_nos {
                    assets.extend(tx.own_asset(party_no, *asset_no)?);
                }
                Ok(assets)
            }
        }
    }
}

impl Order {
    /// All that a list shows is to be proved.
    pub(super) fn to_prove(asked: Asked) -> Self {
        Self {
            act: Act::Prove,
            all: "yes".to_owned(),
            asset: Vec::new(),
            kind: asked.kind,
            group: asked.group,
            state: asked.state,
            value: String::new(),
        }
    }

    /// Refused to who may not change assets.
    pub(super) fn chosen(&self, site: &Site, member: &Member) -> Result<Chosen, Refusal> {
        member.must_be_allowed(Deed::ChangeAssets)?;
        if self.all == "yes" {
            let asked = Asked {
                kind: self.kind.clone(),
                group: self.group.clone(),
                state: self.state.clone(),
            };
            return asked.filter(site, member).map(Chosen::Shown);
        }
        let numbers = self.asset.iter().map(|id| site.number(IdKind::Asset, id));
        numbers.collect::<Result<_, _>>().map(Chosen::Ticked)
    }
}

/// Changes all of them, which [`Act::fits`]; says how many.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    holding: Holding,
    acting: &Acting,
    assets: &[OwnAsset],
    (act, details): (Act, &Details),
    now: model::Timestamp,
) -> Result<u64, Refusal> {
    let changed = write(tx, holding, assets, act, details, now)?;
    let detail = format!("{}: {changed}", act.done());
    acting.record(tx, "change-assets", &detail, now)?;
    Ok(changed)
}

fn write(
    tx: &mut Tx<'_>,
    holding: Holding,
    assets: &[OwnAsset],
    act: Act,
    details: &Details,
    now: model::Timestamp,
) -> Result<u64, Refusal> {
    let numbers: Vec<i64> = assets.iter().map(|asset| asset.asset_no).collect();
    let change = match act {
        Act::Label => AssetChange::Label(&details.label),
        Act::Criticality => AssetChange::Criticality(details.criticality),
        Act::Supplier => AssetChange::Supplier(&details.supplier),
        // That changes nothing of them, and is begun before.
        Act::Prove => return Err(Refusal::Bad),
        Act::Close => return Ok(holding.change(tx, &[], &numbers, now)?.closed),
        Act::Group => AssetChange::Group(match &details.group[..] {
            "" => None,
            name => Some(holding.group(tx, name)?),
        }),
        Act::ValidUntil => return end(tx, holding, assets, details, now),
    };
    let changed = holding.say(tx, &numbers, change, now)?;
    if matches!(act, Act::Group) {
        holding.announce_groups(tx, now)?;
    }
    Ok(changed)
}

fn end(
    tx: &mut Tx<'_>,
    holding: Holding,
    assets: &[OwnAsset],
    details: &Details,
    now: model::Timestamp,
) -> Result<u64, Refusal> {
    let rows = assets.iter().map(|asset| {
        let mut row = asset.row.clone();
        row.valid_until = details.valid_until;
        (is_held_longer(asset.row.valid_until, row.valid_until), row)
    });
    let rows: Vec<_> = rows.collect();
    let puts: Vec<_> = rows
        .iter()
        .map(|(is_claim, row)| OwnAssetPut {
            row,
            is_claim: *is_claim,
        })
        .collect();
    Ok(holding.change(tx, &puts, &[], now)?.changed)
}
