//! A certificate: a public key with what its owner signed about it.

use std::io;

use model::{EmailAddress, Timestamp};
use pgp::armor::BlockType;
use pgp::composed::{PublicOrSecret, SignedPublicKey, SignedPublicSubKey};
use pgp::packet::Signature;
use pgp::ser::Serialize;
use pgp::types::{KeyDetails, KeyVersion, Tag};

use super::judge;
use super::problem::KeyProblem;

/// Most bytes of a key as it is given. One with a photo and many signatures of others has more; without them 5 KB are many.
pub const KEY_BYTES_MAX: usize = 64 << 10;

/// How armour begins, whatever is inside.
const ARMOR_BEGIN: &[u8] = b"-----BEGIN PGP ";

/// A certificate to which something can be encrypted, unless it has ended.
#[derive(Clone, Debug)]
pub struct Certificate {
    key: SignedPublicKey,
    part: usize,
    bytes: Vec<u8>,
    fingerprint: String,
    algorithm: String,
    ends_at: Option<Timestamp>,
    addresses: Vec<String>,
}

impl Certificate {
    /// Reads a certificate, armoured or binary, and judges it as of `now`: it is one alone, of version 4, its parts are bound
    /// by signatures of its own that cannot be forged, nothing that counts was revoked, and a part of it may encrypt and is
    /// strong enough. One that has ended is read too: see [`Certificate::may_encrypt`].
    ///
    /// Photos and signatures of others are left out. Cost: one check of a signature for each that it has of itself.
    ///
    /// # Errors
    /// The first reason for which nothing can be encrypted with it, ever.
    pub fn read(given: &[u8], now: Timestamp) -> Result<Self, KeyProblem> {
        if given.len() > KEY_BYTES_MAX {
            return Err(KeyProblem::TooLarge);
        }
        let key = own_parts(only_key(given)?);
        if key.primary_key.version() != KeyVersion::V4 {
            return Err(KeyProblem::Version);
        }
        // OpenPGP counts seconds in 32 bits.
        let seconds = now.seconds().clamp(0, u32::MAX.into()) as u32;
        let whole = judge::whole(&key, seconds)?;
        let part = judge::encrypting(&key, seconds)?;
        let ends = [whole.ends_at, part.ends_at].into_iter().flatten().min();
        let addresses = whole.names.into_iter().filter_map(address_in).collect();
        Ok(Self {
            part: part.place,
            bytes: key.to_bytes().map_err(|_| KeyProblem::Unreadable)?,
            fingerprint: format!("{:X}", key.fingerprint()),
            algorithm: part.algorithm,
            ends_at: ends.map(|secs| Timestamp::from_micros(i64::from(secs) * 1_000_000)),
            addresses,
            key,
        })
    }

    /// Whether something may be encrypted with it at that moment.
    ///
    /// # Errors
    /// When it has ended.
    pub fn may_encrypt(&self, now: Timestamp) -> Result<(), KeyProblem> {
        match self.ends_at {
            Some(end) if end <= now => Err(KeyProblem::Ended),
            Some(_) | None => Ok(()),
        }
    }

    /// The certificate in binary form, as it is kept.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What people compare: 40 hexadecimal digits, in capitals.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What encrypts, for people: `RSA 3072`, `Curve25519`.
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// When nothing may be encrypted with it any more: the end of the key, or of the part that encrypts.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.ends_at
    }

    /// Whether its owner says in it that this address is its own.
    pub fn names(&self, address: &EmailAddress) -> bool {
        self.addresses.contains(&address.compared())
    }

    /// The part that encrypts.
    pub(super) fn encrypting_part(&self) -> &SignedPublicSubKey {
        &self.key.public_subkeys[self.part]
    }
}

/// A fingerprint as people read it aloud: four digits and a space.
pub fn in_groups(fingerprint: &str) -> String {
    let digits = fingerprint.as_bytes().chunks(4);
    let groups: Vec<_> = digits.map(String::from_utf8_lossy).collect();
    groups.join(" ")
}

/// A certificate that was kept, as text for files.
pub fn armored(certificate: &[u8]) -> String {
    let mut text = Vec::new();
    let source = Raw(certificate);
    pgp::armor::write(&source, BlockType::PublicKey, &mut text, None, true)
        .expect("a list of bytes takes everything");
    String::from_utf8(text).expect("armour is ASCII")
}

/// Bytes that are written as they are.
struct Raw<'b>(&'b [u8]);

impl Serialize for Raw<'_> {
    fn to_writer<W: io::Write>(&self, writer: &mut W) -> pgp::errors::Result<()> {
        Ok(writer.write_all(self.0)?)
    }

    fn write_len(&self) -> usize {
        self.0.len()
    }
}

/// The only certificate in what was given.
fn only_key(given: &[u8]) -> Result<SignedPublicKey, KeyProblem> {
    let blocks = given
        .windows(ARMOR_BEGIN.len())
        .filter(|bytes| *bytes == ARMOR_BEGIN);
    // The second of two blocks would not be looked at.
    if blocks.count() > 1 {
        return Err(KeyProblem::Several);
    }
    let (keys, _) =
        PublicOrSecret::from_reader_many_buf(given).map_err(|_| KeyProblem::Unreadable)?;
    let mut only = None;
    for key in keys {
        match key {
            Ok(PublicOrSecret::Public(key)) if only.is_none() => only = Some(key),
            Ok(PublicOrSecret::Public(_)) => return Err(KeyProblem::Several),
            Ok(PublicOrSecret::Secret(_)) => return Err(KeyProblem::Private),
            Err(_) => return Err(KeyProblem::Unreadable),
        }
    }
    only.ok_or(KeyProblem::Unreadable)
}

/// The key without what others signed, and without signatures that are not right. Those over a weak hash stay unchecked: some
/// cannot be checked any more, and one that revokes is to be believed all the same.
fn own_parts(mut key: SignedPublicKey) -> SignedPublicKey {
    let primary = &key.primary_key;
    let is_kept = |signature: &Signature, verified: pgp::errors::Result<()>| {
        let issuer = (signature.issuer_fingerprint(), signature.issuer_key_id());
        let is_its_own = issuer.0.contains(&&primary.fingerprint())
            || issuer.1.contains(&&primary.legacy_key_id());
        verified.is_ok() || (is_its_own && !judge::is_strong(signature))
    };
    let is_about_key = |signature: &Signature| is_kept(signature, signature.verify_key(primary));
    key.details.user_attributes.clear();
    key.details.revocation_signatures.retain(is_about_key);
    key.details.direct_signatures.retain(is_about_key);
    for user in &mut key.details.users {
        let id = &user.id;
        user.signatures.retain(|signature| {
            let verified = signature.verify_certification(primary, Tag::UserId, id);
            is_kept(signature, verified)
        });
    }
    key.details.users.retain(|user| !user.signatures.is_empty());
    for subkey in &mut key.public_subkeys {
        let part = &subkey.key;
        subkey
            .signatures
            .retain(|signature| is_kept(signature, signature.verify_subkey_binding(primary, part)));
    }
    key.public_subkeys
        .retain(|subkey| !subkey.signatures.is_empty());
    key
}

/// The address in a name such as `Security <security@bakery.example>`, as addresses are compared.
fn address_in(name: &str) -> Option<String> {
    let address = match name.rsplit_once('<') {
        Some((_, rest)) => rest.trim().strip_suffix('>')?,
        None => name,
    };
    let address: EmailAddress = address.trim().parse().ok()?;
    Some(address.compared())
}
