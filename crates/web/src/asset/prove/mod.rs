//! Proving that an asset is one's own: by a record in the DNS, a file on the website, a code by mail, by what is known already,
//! or by a document for the desk.

pub(crate) mod mail;
mod website;

use std::collections::{BTreeMap, HashMap};

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use model::{AssetValue, DomainName, IdKind, ProofMethod, Timestamp};
use rules::access::Deed;
use rules::proof::{challenge_name, covered, domain_of, holder_spellings, proof_end};
use serde::Deserialize;
use store::{NewProof, OwnAsset, StoreError, Tx};
use uuid::Uuid;

use super::announce;
use super::detail::one;
use crate::acting::Acting;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// A check asks a server of somebody else.
const CHECKS: Limiter = Limiter::new("proof checks", Rate::per_hour(60));

/// Longest note to the desk, in characters.
pub(crate) const NOTE_CHARS_MAX: usize = 1_000;

#[derive(Deserialize)]
pub(super) struct Note {
    note: String,
}

/// What the TXT record or the file has to say. One per organisation, so that one line serves all its domains; made from the
/// secret of the installation and kept nowhere.
pub(crate) fn expected_record(site: &Site, party_no: i64) -> String {
    format!(
        "seinpost-proof={}",
        site.id(IdKind::OwnershipToken, party_no)
    )
}

/// Where the file of a name is looked for.
pub(crate) fn file_address(name: &DomainName) -> String {
    crate::website::address(name, website::PATH)
}

/// `POST .../assets/{asset}/prove`: looks whether the asset is proved by now.
pub(super) async fn check(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let asset = one(&site, &member, &id).await?;
    let is_proved = look(&site, member.acting(&site), &asset).await?;
    let done = if is_proved { "proved" } else { "not-proved" };
    Ok(to_asset(&member, &id, done))
}

/// Looks outside and at what is known, and writes down what that proves; says whether the asset is proved now.
pub(crate) async fn look(site: &Site, acting: Acting, asset: &OwnAsset) -> Result<bool, Refusal> {
    let (party_no, asset_no) = (acting.party_no, asset.asset_no);
    site.limit(&CHECKS, party_no)?;
    let is_disputed = site.read(move |tx| Ok(tx.is_disputed(asset_no)?)).await?;
    let seen = match domain_of(&asset.row.value) {
        Some(name) => seen_outside(site, party_no, name, is_disputed).await,
        None => None,
    };
    let now = site.now();
    site.write(move |tx| {
        let proved = seen
            .as_ref()
            .map(|(method, evidence)| (asset_no, *method, &evidence[..]));
        note_proof(tx, &acting, proved, now)?;
        let asset = tx.own_asset(party_no, asset_no)?;
        let claim = asset.and_then(|asset| asset.claim);
        Ok(claim.is_none_or(|claim| claim.method.is_some()))
    })
    .await
}

/// What the DNS or the website of a name proves. A file counts less than a record: it does not settle a dispute.
async fn seen_outside(
    site: &Site,
    party_no: i64,
    name: &DomainName,
    is_disputed: bool,
) -> Option<(ProofMethod, String)> {
    let wanted = expected_record(site, party_no);
    let challenge = challenge_name(name);
    if dns::has_text(site.dns_servers(), &challenge, &wanted).await {
        return Some((ProofMethod::Dns, challenge));
    }
    let has_file = !is_disputed && website::has_file(site, name, &wanted).await;
    has_file.then(|| (ProofMethod::WellKnown, file_address(name)))
}

/// Writes down what was proved (asset, method, evidence), and all that follows from it.
fn note_proof(
    tx: &mut Tx<'_>,
    acting: &Acting,
    proved: Option<(i64, ProofMethod, &str)>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let party_no = acting.party_no;
    if let Some((asset_no, method, evidence)) = proved {
        let proof = NewProof {
            asset_no,
            method,
            parent_no: None,
            evidence,
            valid_until: proof_end(now.day(), None),
        };
        tx.prove_asset(party_no, &proof, now)?;
    }
    let count = settle(tx, party_no, now)? + u64::from(proved.is_some());
    if count > 0 {
        announce(tx, now)?;
        acting.record(tx, "prove-assets", &format!("{count} proved"), now)?;
    }
    Ok(())
}

fn to_asset(member: &Member, id: &Uuid, done: &str) -> Redirect {
    Redirect::to(&format!("{}/assets/{id}?done={done}", member.home()))
}

/// `POST .../assets/{asset}/review`: asks the desk to look at a document.
pub(super) async fn ask_review(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(form): Form<Note>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let asset = one(&site, &member, &id).await?;
    let note: String = form.note.trim().chars().take(NOTE_CHARS_MAX).collect();
    let (acting, now) = (member.acting(&site), site.now());
    site.write(move |tx| Ok(ask(tx, &acting, asset.asset_no, &note, now)?))
        .await?;
    Ok(to_asset(&member, &id, "asked"))
}

/// Asks the desk to look at a claim, unless it is asked already.
pub(crate) fn ask(
    tx: &mut Tx<'_>,
    acting: &Acting,
    asset_no: i64,
    note: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if tx.ask_proof_review(acting.party_no, asset_no, note, now)? {
        acting.record(tx, "ask-proof-review", "", now)?;
    }
    Ok(())
}

/// Proves what follows from the register of networks and from other proofs; says how many claims that were.
pub(super) fn settle(tx: &mut Tx<'_>, party_no: i64, now: Timestamp) -> Result<u64, StoreError> {
    let provable = tx.provable_assets(party_no)?;
    if provable.claims.is_empty() {
        return Ok(0);
    }
    // The name of a part is what its organisation typed: the desk only vouches for that of the whole.
    let named_no = tx.whole_of(party_no)?.unwrap_or(party_no);
    let party = tx.own_party(named_no)?;
    let spellings = party.map(|party| holder_spellings(&party.name));
    let networks = tx.networks_held_by(&spellings.unwrap_or_default())?;
    let networks: Vec<_> = networks
        .into_iter()
        .map(|(network_no, prefix)| (network_no, AssetValue::Prefix(prefix)))
        .collect();
    let by_registry: BTreeMap<_, _> = covered(&provable.claims, &networks).into_iter().collect();
    let networks: HashMap<_, _> = networks.into_iter().collect();
    for (asset_no, network_no) in &by_registry {
        let proof = NewProof {
            asset_no: *asset_no,
            method: ProofMethod::Registry,
            parent_no: None,
            evidence: &networks[network_no].to_string(),
            valid_until: proof_end(now.day(), None),
        };
        tx.prove_asset(party_no, &proof, now)?;
    }
    let mut claims = provable.claims;
    claims.retain(|(asset_no, _)| !by_registry.contains_key(asset_no));
    let (mut verified, mut ends) = (Vec::new(), HashMap::new());
    for (asset_no, value, until) in provable.verified {
        ends.insert(asset_no, (value.to_string(), until));
        verified.push((asset_no, value));
    }
    let by_parent = covered(&claims, &verified);
    for (asset_no, parent_no) in &by_parent {
        let (parent, until) = &ends[parent_no];
        let proof = NewProof {
            asset_no: *asset_no,
            method: ProofMethod::Inherited,
            parent_no: Some(*parent_no),
            evidence: parent,
            valid_until: proof_end(now.day(), *until),
        };
        tx.prove_asset(party_no, &proof, now)?;
    }
    Ok((by_registry.len() + by_parent.len()) as u64)
}
