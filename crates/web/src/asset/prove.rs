//! Proving that an asset is one's own: by a record in the DNS, by what is known already, or by a document for the desk.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::time::Duration;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use hickory_resolver::Resolver;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use model::{AssetValue, IdKind, ProofMethod, Timestamp};
use rules::access::Deed;
use rules::proof::{challenge_name, covered, domain_of, holder_spellings, proof_end};
use serde::Deserialize;
use store::{NewProof, StoreError, Tx};
use uuid::Uuid;

use super::announce;
use super::detail::one;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// A check asks a server of somebody else.
const CHECKS: Limiter = Limiter::new("proof checks", Rate::per_hour(60));

/// Longest wait for an answer of the DNS.
const DNS_WAIT: Duration = Duration::from_secs(5);

/// Longest note to the desk, in characters.
const NOTE_CHARS_MAX: usize = 1_000;

#[derive(Deserialize)]
pub(super) struct Note {
    note: String,
}

/// What the TXT record has to say. One per organisation, so that one line serves all its domains; made from the secret of
/// the installation and kept nowhere.
pub(super) fn expected_record(site: &Site, party_no: i64) -> String {
    format!(
        "seinpost-proof={}",
        site.id(IdKind::OwnershipToken, party_no)
    )
}

/// `POST .../assets/{asset}/prove`: looks whether the asset is proved by now.
pub(super) async fn check(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let asset = one(&site, &member, &id).await?;
    site.limit(&CHECKS, member.party_no)?;
    let name = domain_of(&asset.row.value).map(challenge_name);
    let has_record = match &name {
        Some(name) => {
            let wanted = expected_record(&site, member.party_no);
            has_record(site.dns_servers(), name, &wanted).await
        }
        None => false,
    };
    let (party_no, now, actor) = (member.party_no, site.now(), member.who.actor(&site));
    let (subject, asset_no) = (member.subject(), asset.asset_no);
    let evidence = name.unwrap_or_default();
    let is_proved = site
        .write(move |tx| {
            if has_record {
                let proof = NewProof {
                    asset_no,
                    method: ProofMethod::Dns,
                    parent_no: None,
                    evidence: &evidence,
                    valid_until: proof_end(now.day(), None),
                };
                tx.prove_asset(party_no, &proof, now)?;
            }
            let others = settle(tx, party_no, now)?;
            if has_record || others > 0 {
                announce(tx, now)?;
                let detail = format!("{} proved", others + u64::from(has_record));
                tx.record(now, &actor, "prove-assets", &subject, &detail)?;
            }
            let asset = tx.own_asset(party_no, asset_no)?;
            let claim = asset.and_then(|asset| asset.claim);
            Ok(has_record || claim.is_none_or(|claim| claim.method.is_some()))
        })
        .await?;
    let done = if is_proved { "proved" } else { "not-proved" };
    Ok(Redirect::to(&format!(
        "{}/assets/{id}?done={done}",
        member.home()
    )))
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
    let (party_no, now, actor) = (member.party_no, site.now(), member.who.actor(&site));
    let subject = member.subject();
    site.write(move |tx| {
        if tx.ask_proof_review(party_no, asset.asset_no, &note, now)? {
            tx.record(now, &actor, "ask-proof-review", &subject, "")?;
        }
        Ok(())
    })
    .await?;
    Ok(Redirect::to(&format!(
        "{}/assets/{id}?done=asked",
        member.home()
    )))
}

/// Proves what follows from the register of networks and from other proofs; says how many claims that were.
pub(super) fn settle(tx: &mut Tx<'_>, party_no: i64, now: Timestamp) -> Result<u64, StoreError> {
    let provable = tx.provable_assets(party_no)?;
    if provable.claims.is_empty() {
        return Ok(0);
    }
    let party = tx.own_party(party_no)?;
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

/// Whether the DNS has the record. No answer is no proof; who asked can try again.
async fn has_record(servers: &[SocketAddr], name: &str, wanted: &str) -> bool {
    let Some(resolver) = resolver(servers) else {
        return false;
    };
    // With the dot the name is whole: nothing of the machine's own domain is put behind it.
    let answer = tokio::time::timeout(DNS_WAIT, resolver.txt_lookup(format!("{name}."))).await;
    let Ok(Ok(answer)) = answer else {
        return false;
    };
    answer.answers().iter().any(|record| match &record.data {
        RData::TXT(text) => text.txt_data.concat() == wanted.as_bytes(),
        _ => false,
    })
}

/// Asks these servers, or those of the machine where none are set.
fn resolver(servers: &[SocketAddr]) -> Option<Resolver<TokioRuntimeProvider>> {
    if servers.is_empty() {
        return Resolver::builder_tokio().ok()?.build().ok();
    }
    let server = |address: &SocketAddr| {
        let mut server = NameServerConfig::udp_and_tcp(address.ip());
        for connection in &mut server.connections {
            connection.port = address.port();
        }
        server
    };
    let config = ResolverConfig::from_name_servers(servers.iter().map(server).collect());
    let builder = Resolver::builder_with_config(config, TokioRuntimeProvider::default());
    builder.build().ok()
}
