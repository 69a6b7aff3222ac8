//! What a token of a provider says, when everything about it is right (OpenID Connect Core 1.0, section 3.1.3.7).

use model::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::key::{Algorithm, Key, decoded};

/// Bytes of a token at most. Many roles make a few thousand.
const TOKEN_BYTES_MAX: usize = 64 * 1024;

/// How far the clock of the provider may be off, in seconds.
pub(super) const CLOCK_SKEW_SECS: i64 = 60;

/// How old a token may be that a browser fetched just now, in seconds, beside the clocks' difference.
const TOKEN_AGE_SECS_MAX: i64 = 600;

/// Bytes of the name of an account: 255 at most, says OpenID Connect.
const SUBJECT_BYTES_MAX: usize = 255;

/// What a logout token is about.
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Why a token is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("the token has not the form of a signed token")]
    Form,
    #[error("the token is signed in a way that is not accepted")]
    Algorithm,
    #[error("the token is signed with a key that the provider does not show")]
    UnknownKey,
    #[error("the signature of the token is not right")]
    Signature,
    #[error("`{0}` of the token is not what it must be")]
    Claim(&'static str),
}

/// What a token must say to be believed.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) now: Timestamp,
}

/// What a token says of somebody who signed in at the provider.
#[derive(Clone, Debug)]
pub(crate) struct IdToken {
    /// The account.
    pub(crate) subject: String,
    /// Level of assurance.
    pub(crate) level: Option<String>,
    /// How the person showed who it is.
    pub(crate) methods: Vec<String>,
    /// When it did.
    pub(crate) signed_in_at: Option<Timestamp>,
    /// What the provider calls its session; empty: it does not say.
    pub(crate) sid: String,
    /// Everything that it says, as an object.
    pub(super) claims: Value,
}

impl IdToken {
    /// A claim, by a name of [`super::ClaimNames`].
    fn claim(&self, name: &str) -> Option<&Value> {
        match name.starts_with('/') {
            true => self.claims.pointer(name),
            false => self.claims.get(name),
        }
    }

    /// Whether it says anything under this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.claim(name).is_some()
    }

    /// A claim that is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.claim(name)?.as_str()
    }

    /// A claim that is a text or a list of texts.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        match self.claim(name) {
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => vec![text],
            _ => Vec::new(),
        }
    }

    /// Whether a claim says yes.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.claim(name) == Some(&Value::Bool(true))
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Names what must be understood (RFC 7515, section 4.1.11). Nothing that could be named is understood here.
    crit: Option<Value>,
}

/// What is checked of a token. Numbers of seconds may have a fraction.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: OneOrMany,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    sub: Option<String>,
    sid: Option<String>,
    acr: Option<String>,
    #[serde(default)]
    amr: Vec<String>,
    auth_time: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    /// Whether this is the only one: who else may use a token is not known here.
    fn is_only(&self, wanted: &str) -> bool {
        match self {
            Self::One(one) => one == wanted,
            Self::Many(many) => matches!(many.as_slice(), [one] if one == wanted),
        }
    }
}

/// Reads an ID token that one of the keys signed, for us, now, in answer to this nonce.
pub(super) fn id_token(
    token: &str,
    keys: &[Key],
    nonce: &str,
    expected: &Expected<'_>,
) -> Result<IdToken, TokenError> {
    let payload = signed(token, keys)?;
    let claims = checked(&payload, expected)?;
    must(claims.nonce.as_deref() == Some(nonce), "nonce")?;
    let subject = claims.sub.ok_or(TokenError::Claim("sub"))?;
    let signed_in_at = claims.auth_time.map(moment);
    let soonest = expected.now.plus_seconds(CLOCK_SKEW_SECS);
    must(signed_in_at.is_none_or(|at| at <= soonest), "auth_time")?;
    Ok(IdToken {
        subject,
        level: claims.acr,
        methods: claims.amr,
        signed_in_at,
        sid: claims.sid.unwrap_or_default(),
        claims: Value::Object(payload),
    })
}

/// Whose sessions a provider ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedOut {
    /// Of this account only.
    pub(crate) subject: Option<String>,
    /// Of this session of the provider only.
    pub(crate) sid: Option<String>,
}

/// Reads a logout token that one of the keys signed, for us, now (OpenID Connect Back-Channel Logout 1.0, section 2.6). One
/// that comes twice ends nothing the second time.
pub(super) fn logout_token(
    token: &str,
    keys: &[Key],
    expected: &Expected<'_>,
) -> Result<SignedOut, TokenError> {
    let payload = signed(token, keys)?;
    let claims = checked(&payload, expected)?;
    let is_logout = payload
        .get("events")
        .and_then(|events| events.get(LOGOUT_EVENT))
        .is_some_and(Value::is_object);
    must(is_logout, "events")?;
    // Where there is one, it is an ID token.
    must(claims.nonce.is_none(), "nonce")?;
    must(claims.sub.is_some() || claims.sid.is_some(), "sub")?;
    Ok(SignedOut {
        subject: claims.sub,
        sid: claims.sid,
    })
}

/// The content of a token that one of the keys signed.
fn signed(token: &str, keys: &[Key]) -> Result<Map<String, Value>, TokenError> {
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Form)?;
    let (header, payload) = signed.split_once('.').ok_or(TokenError::Form)?;
    if token.len() > TOKEN_BYTES_MAX || payload.contains('.') {
        return Err(TokenError::Form);
    }
    let header: Header = json(header)?;
    let algorithm = Algorithm::named(&header.alg).ok_or(TokenError::Algorithm)?;
    if header.crit.is_some() {
        return Err(TokenError::Algorithm);
    }
    let signature = decoded(signature).ok_or(TokenError::Form)?;
    let mut fitting = keys
        .iter()
        .filter(|key| key.fits(algorithm, header.kid.as_deref()))
        .peekable();
    if fitting.peek().is_none() {
        return Err(TokenError::UnknownKey);
    }
    if !fitting.any(|key| key.has_signed(algorithm, signed.as_bytes(), &signature)) {
        return Err(TokenError::Signature);
    }
    json(payload)
}

fn json<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, TokenError> {
    let bytes = decoded(part).ok_or(TokenError::Form)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenError::Form)
}

fn checked(payload: &Map<String, Value>, expected: &Expected<'_>) -> Result<Claims, TokenError> {
    let claims = Claims::deserialize(payload).map_err(|_| TokenError::Form)?;
    let client_id = expected.client_id;
    must(claims.iss == expected.issuer, "iss")?;
    must(claims.aud.is_only(client_id), "aud")?;
    must(
        claims.azp.as_deref().is_none_or(|azp| azp == client_id),
        "azp",
    )?;
    let soonest = expected.now.plus_seconds(CLOCK_SKEW_SECS);
    let latest = expected.now.plus_seconds(-CLOCK_SKEW_SECS);
    must(moment(claims.exp) > latest, "exp")?;
    must(claims.nbf.is_none_or(|nbf| moment(nbf) <= soonest), "nbf")?;
    let issued_at = moment(claims.iat);
    let oldest = latest.plus_seconds(-TOKEN_AGE_SECS_MAX);
    must(issued_at <= soonest && issued_at >= oldest, "iat")?;
    let is_subject = |sub: &String| !sub.is_empty() && sub.len() <= SUBJECT_BYTES_MAX;
    must(claims.sub.as_ref().is_none_or(is_subject), "sub")?;
    Ok(claims)
}

fn must(is_right: bool, claim: &'static str) -> Result<(), TokenError> {
    is_right.then_some(()).ok_or(TokenError::Claim(claim))
}

/// Seconds since 1970 as a moment. Numbers beyond all time stop at its ends.
fn moment(seconds: f64) -> Timestamp {
    Timestamp::from_micros((seconds * 1e6) as i64)
}
