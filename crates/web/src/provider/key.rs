//! The keys of a provider (RFC 7517), and what they signed (RFC 7515).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;

/// Keys of a provider that are looked at.
pub(super) const KEYS_MAX: usize = 50;

/// How a token may be signed: with a key that only the provider has. `none` and secrets that both sides know are not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
}

impl Algorithm {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }
}

/// A key with which the provider signs.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    id: Option<String>,
    /// The only way in which it is used, if the provider says so.
    algorithm: Option<Algorithm>,
    public: Public,
}

#[derive(Clone, Debug)]
enum Public {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// On P-256, as 0x04 and both coordinates.
    Ec(Vec<u8>),
}

impl Key {
    /// Reads a key of the set. Those that are for other things, or of kinds that are not used here, are none.
    pub(super) fn read(key: &Value) -> Option<Self> {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        let bytes = |name: &str| decoded(text(name)?);
        if text("use").is_some_and(|usage| usage != "sig") {
            return None;
        }
        let algorithm = match text("alg") {
            Some(name) => Some(Algorithm::named(name)?),
            None => None,
        };
        let public = match text("kty")? {
            "RSA" => Public::Rsa {
                n: without_zeros(bytes("n")?),
                e: without_zeros(bytes("e")?),
            },
            "EC" if text("crv") == Some("P-256") => {
                let point = [vec![4], bytes("x")?, bytes("y")?].concat();
                Public::Ec(point)
            }
            _ => return None,
        };
        Some(Self {
            id: text("kid").map(str::to_owned),
            algorithm,
            public,
        })
    }

    /// Whether a token with this header can be signed by it.
    pub(super) fn fits(&self, algorithm: Algorithm, id: Option<&str>) -> bool {
        id.is_none_or(|id| self.id.as_deref() == Some(id))
            && self.algorithm.is_none_or(|only| only == algorithm)
    }

    /// Whether it signed this, in this way. RSA keys of less than 2048 bits signed nothing.
    pub(super) fn has_signed(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> bool {
        let checked = match (&self.public, algorithm) {
            (Public::Rsa { n, e }, Algorithm::Rs256) => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                signed,
                signature,
            ),
            (Public::Rsa { n, e }, Algorithm::Ps256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PSS_2048_8192_SHA256, signed, signature)
            }
            (Public::Ec(point), Algorithm::Es256) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
            }
            (Public::Rsa { .. }, Algorithm::Es256)
            | (Public::Ec(_), Algorithm::Rs256 | Algorithm::Ps256) => return false,
        };
        checked.is_ok()
    }
}

/// Base64 for URLs, without padding.
pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Some providers write numbers with zeros before them, which the check does not take.
fn without_zeros(mut number: Vec<u8>) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.drain(..zeros);
    number
}
