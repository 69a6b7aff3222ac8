//! What in a certificate counts: which signatures decide, and which part of it encrypts.
//!
//! Everything here is about a certificate of which only signatures are left that its own key made. Those over a strong hash are
//! right; the others count for nothing, unless they revoke.

use std::cmp::Reverse;

use pgp::composed::{SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::ecc_curve::ECCCurve;
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{Signature, SignatureType};
use pgp::ser::Serialize;
use pgp::types::{Duration, KeyDetails, PublicParams, Timestamp};

use super::problem::KeyProblem;

/// Fewest bits of an RSA key. What is shorter can be factored by a state, or soon.
const RSA_BITS_MIN: u16 = 2048;

/// Seconds by which the clock of whoever made a signature may be ahead.
const CLOCK_SECS: u32 = 86_400;

/// What the key as a whole says.
pub(super) struct Whole<'k> {
    /// When it ends, in Unix seconds.
    pub(super) ends_at: Option<u32>,
    /// Names of its owner that count.
    pub(super) names: Vec<&'k str>,
}

/// The part that encrypts.
pub(super) struct Part {
    /// Its place among the parts.
    pub(super) place: usize,
    /// When it ends, in Unix seconds.
    pub(super) ends_at: Option<u32>,
    /// What it is, for people: `RSA 3072`, `Curve25519`.
    pub(super) algorithm: String,
}

/// Judges the key as a whole; that it has ended is no problem here.
pub(super) fn whole(key: &SignedPublicKey, now: u32) -> Result<Whole<'_>, KeyProblem> {
    algorithm(key.primary_key.public_params()).ok_or(KeyProblem::WeakAlgorithm)?;
    if !key.details.revocation_signatures.is_empty() {
        return Err(KeyProblem::Revoked);
    }
    let mut problem = KeyProblem::Unsigned;
    let mut names = Vec::new();
    let direct = newest(key.details.direct_signatures.iter(), now);
    let mut deciding: Vec<&Signature> = direct.into_iter().collect();
    for user in &key.details.users {
        let (revoking, binding): (Vec<_>, Vec<_>) = user
            .signatures
            .iter()
            .partition(|signature| signature.typ() == Some(SignatureType::CertRevocation));
        match newest(binding.into_iter(), now) {
            Ok(signature) if is_later(&revoking, signature) => {}
            Ok(signature) => {
                deciding.push(signature);
                names.extend(user.id.as_str());
            }
            Err(weak @ KeyProblem::WeakSignature) => problem = weak,
            Err(_) => {}
        }
    }
    // Where signatures of one moment differ, the earliest end counts.
    let newest = deciding.into_iter().max_by_key(|signature| {
        let lasts = lasts(signature.key_expiration_time());
        (signature.created(), Reverse(lasts.unwrap_or(u32::MAX)))
    });
    let signature = newest.ok_or(problem)?;
    Ok(Whole {
        ends_at: end(key.primary_key.created_at(), signature),
        names,
    })
}

/// The part that encrypts: the newest that has not ended; where all have, the one that ended last.
pub(super) fn encrypting(key: &SignedPublicKey, now: u32) -> Result<Part, KeyProblem> {
    let mut problem = KeyProblem::SignsOnly;
    let mut parts = Vec::new();
    for (place, subkey) in key.public_subkeys.iter().enumerate() {
        match part(place, subkey, now) {
            Ok(part) => parts.push((subkey.key.created_at(), part)),
            Err(KeyProblem::SignsOnly) => {}
            Err(other) => problem = other,
        }
    }
    let is_live = |part: &Part| part.ends_at.is_none_or(|end| end > now);
    let best = parts.into_iter().max_by_key(|(created, part)| {
        let end = part.ends_at.unwrap_or(u32::MAX);
        let ended = if is_live(part) { u32::MAX } else { end };
        (is_live(part), ended, *created)
    });
    best.map(|(_, part)| part).ok_or(problem)
}

fn part(place: usize, subkey: &SignedPublicSubKey, now: u32) -> Result<Part, KeyProblem> {
    let (revoking, binding): (Vec<_>, Vec<_>) = subkey
        .signatures
        .iter()
        .partition(|signature| signature.typ() == Some(SignatureType::SubkeyRevocation));
    let signature = newest(binding.into_iter(), now)?;
    let flags = signature.key_flags();
    let may_encrypt = flags.encrypt_comms() || flags.encrypt_storage();
    if !may_encrypt || !subkey.key.algorithm().can_encrypt() {
        return Err(KeyProblem::SignsOnly);
    }
    if !revoking.is_empty() {
        return Err(KeyProblem::Revoked);
    }
    Ok(Part {
        place,
        ends_at: end(subkey.key.created_at(), signature),
        algorithm: algorithm(subkey.key.public_params()).ok_or(KeyProblem::WeakAlgorithm)?,
    })
}

/// The newest of these signatures that holds now: it takes the place of all before.
fn newest<'s>(
    signatures: impl Iterator<Item = &'s Signature>,
    now: u32,
) -> Result<&'s Signature, KeyProblem> {
    let (strong, weak): (Vec<_>, Vec<_>) = signatures
        .filter(|signature| holds(signature, now))
        .partition(|signature| is_strong(signature));
    let newest = strong
        .into_iter()
        .max_by_key(|signature| signature.created());
    newest.ok_or(match weak.is_empty() {
        true => KeyProblem::Unsigned,
        false => KeyProblem::WeakSignature,
    })
}

/// Whether one of these came at the same time as `signature`, or after it.
fn is_later(these: &[&Signature], signature: &Signature) -> bool {
    these
        .iter()
        .any(|other| other.created() >= signature.created())
}

/// Whether it was made already, and has not ended by itself.
fn holds(signature: &Signature, now: u32) -> bool {
    let Some(created) = signature.created().map(Timestamp::as_secs) else {
        return false;
    };
    let lasts = lasts(signature.signature_expiration_time());
    created <= now.saturating_add(CLOCK_SECS)
        && lasts.is_none_or(|lasts| created.saturating_add(lasts) > now)
}

/// Nobody makes two texts with the same hash of these.
pub(super) fn is_strong(signature: &Signature) -> bool {
    use HashAlgorithm::{Sha3_256, Sha3_512, Sha256, Sha384, Sha512};
    let hash = signature.hash_alg();
    hash.is_some_and(|hash| matches!(hash, Sha256 | Sha384 | Sha512 | Sha3_256 | Sha3_512))
}

/// Seconds; none for what does not end. Zero stands for that too.
fn lasts(duration: Option<Duration>) -> Option<u32> {
    duration.map(Duration::as_secs).filter(|secs| *secs != 0)
}

fn end(created: Timestamp, signature: &Signature) -> Option<u32> {
    let lasts = lasts(signature.key_expiration_time())?;
    Some(created.as_secs().saturating_add(lasts))
}

/// What a key is made of, for people; nothing for what is too weak, or what few programs know.
fn algorithm(params: &PublicParams) -> Option<String> {
    let curve = |curve: ECCCurve| match curve {
        ECCCurve::Curve25519Legacy => Some("Curve25519".to_owned()),
        ECCCurve::P256 | ECCCurve::P384 | ECCCurve::P521 => Some(curve.name().to_owned()),
        _ => None,
    };
    match params {
        PublicParams::RSA(rsa) => {
            // Written, it begins with how many bits its modulus has (RFC 9580 section 3.2).
            let written = rsa.to_bytes().ok()?;
            let bits = u16::from_be_bytes(*written.first_chunk()?);
            (bits >= RSA_BITS_MIN).then(|| format!("RSA {bits}"))
        }
        PublicParams::ECDH(params) => curve(params.curve()),
        PublicParams::ECDSA(params) => curve(params.curve()),
        PublicParams::EdDSALegacy(_) | PublicParams::Ed25519(_) => Some("Ed25519".to_owned()),
        PublicParams::Ed448(_) => Some("Ed448".to_owned()),
        PublicParams::X25519(_) => Some("X25519".to_owned()),
        PublicParams::X448(_) => Some("X448".to_owned()),
        _ => None,
    }
}
