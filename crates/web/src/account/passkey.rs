//! Passkeys (WebAuthn): a challenge is begun, the browser signs it, and the answer is checked once.
//!
//! Where the pages are reached at an address and not at a name, there are none: WebAuthn binds passkeys to a name.

use model::{IdKind, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::{NewStep, Person, StoredPasskey, Tx};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::token_digest;

/// How long a challenge waits for its answer: as long as the browser waits for the person.
const CHALLENGE_MINUTES: i64 = 5;

/// What a challenge is for. The answer to one is worth nothing for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To sign in, or to prove again who one is.
    Show,
    /// To have another passkey.
    Add,
}

impl Purpose {
    fn kind(self) -> &'static str {
        match self {
            Self::Show => "passkey-show",
            Self::Add => "passkey-add",
        }
    }
}

/// The name of the cookie that holds the token of a challenge.
pub(super) fn cookie_name(site: &Site) -> &'static str {
    if site.is_encrypted() {
        "__Host-challenge"
    } else {
        "challenge"
    }
}

fn webauthn(site: &Site) -> Result<Webauthn, Refusal> {
    let name = site.origin().domain().ok_or(Refusal::NotFound)?;
    let builder = WebauthnBuilder::new(name, site.origin());
    let built = builder.and_then(WebauthnBuilder::build);
    built.map_err(|_| Refusal::NotFound)
}

/// Whether there are passkeys here at all.
pub(super) fn are_possible(site: &Site) -> bool {
    webauthn(site).is_ok()
}

/// Begins to ask for a passkey; gives what the browser is told.
pub(super) fn ask(
    site: &Site,
    tx: &mut Tx<'_>,
    token: &str,
    person_no: Option<i64>,
    now: Timestamp,
) -> Result<Value, Refusal> {
    let (told, state) = webauthn(site)?
        .start_discoverable_authentication()
        .map_err(|_| Refusal::Panicked)?;
    begin(tx, token, Purpose::Show, person_no, &state, now)?;
    let mut told = as_json(&told)?;
    // That the browser waits in a field is for forms with a name to fill in; ours has a button.
    told["mediation"] = Value::Null;
    Ok(told)
}

/// Begins to add a passkey; gives what the browser is told.
pub(super) fn ask_for_new(
    site: &Site,
    tx: &mut Tx<'_>,
    token: &str,
    person: &Person,
    now: Timestamp,
) -> Result<Value, Refusal> {
    let known = tx.passkeys_of(person.person_no)?;
    let known = known
        .iter()
        .map(|stored| Ok(read(&stored.passkey)?.cred_id().clone()));
    let known: Result<Vec<_>, Refusal> = known.collect();
    let id = site.id(IdKind::Person, person.person_no);
    let (told, state) = webauthn(site)?
        .start_passkey_registration(id, person.email.as_str(), &person.name, Some(known?))
        .map_err(|_| Refusal::Panicked)?;
    begin(tx, token, Purpose::Add, Some(person.person_no), &state, now)?;
    let mut told = as_json(&told)?;
    // One that the device finds by itself: whoever signs in need not type an address first.
    told["publicKey"]["authenticatorSelection"]["residentKey"] = "required".into();
    told["publicKey"]["authenticatorSelection"]["requireResidentKey"] = true.into();
    Ok(told)
}

fn begin(
    tx: &mut Tx<'_>,
    token: &str,
    purpose: Purpose,
    person_no: Option<i64>,
    state: &impl Serialize,
    now: Timestamp,
) -> Result<(), Refusal> {
    let state = as_json(state)?.to_string();
    let step = NewStep {
        digest: token_digest(token),
        kind: purpose.kind(),
        person_no,
        state: &state,
        expires_at: now.plus_seconds(60 * CHALLENGE_MINUTES),
    };
    Ok(tx.begin_step(&step, now)?)
}

/// Whose passkey the browser showed; `None` where it is not right. The challenge is used up either way.
pub(super) fn shown(
    site: &Site,
    tx: &mut Tx<'_>,
    token: &str,
    answer: &str,
    now: Timestamp,
) -> Result<Option<Person>, Refusal> {
    let Some(step) = tx.take_step(Purpose::Show.kind(), &token_digest(token), now)? else {
        return Ok(None);
    };
    let state: DiscoverableAuthentication = from_json(&step.state)?;
    let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else {
        return Ok(None);
    };
    let Some((person_no, stored)) = tx.passkey_with(answer.get_credential_id())? else {
        return Ok(None);
    };
    let is_other = step.person_no.is_some_and(|asked| asked != person_no);
    let owner = site.id(IdKind::Person, person_no);
    if is_other || answer.get_user_unique_id() != Some(owner.as_bytes()) {
        return Ok(None);
    }
    let mut passkey = read(&stored.passkey)?;
    let checked = webauthn(site)?.finish_discoverable_authentication_v2(&answer, state, &passkey);
    let Ok(result) = checked else {
        return Ok(None);
    };
    passkey.update_credential(&result);
    tx.touch_passkey(stored.passkey_no, &as_json(&passkey)?.to_string(), now)?;
    Ok(tx
        .person(person_no)?
        .filter(|person| person.closed_at.is_none()))
}

/// Adds the passkey that the browser made; says whether it is right. The challenge is used up either way.
pub(super) fn add(
    site: &Site,
    tx: &mut Tx<'_>,
    token: &str,
    person_no: i64,
    answer: &str,
    name: &str,
    now: Timestamp,
) -> Result<bool, Refusal> {
    let step = tx.take_step(Purpose::Add.kind(), &token_digest(token), now)?;
    let Some(step) = step.filter(|step| step.person_no == Some(person_no)) else {
        return Ok(false);
    };
    let state: PasskeyRegistration = from_json(&step.state)?;
    let Ok(answer) = serde_json::from_str::<RegisterPublicKeyCredential>(answer) else {
        return Ok(false);
    };
    let Ok(passkey) = webauthn(site)?.finish_passkey_registration(&answer, &state) else {
        return Ok(false);
    };
    if tx.passkey_with(passkey.cred_id())?.is_some() {
        return Ok(false);
    }
    let kept = as_json(&passkey)?.to_string();
    tx.add_passkey(person_no, passkey.cred_id(), &kept, name, now)?;
    Ok(true)
}

/// Passkeys of a person as a page shows them.
#[derive(Serialize)]
pub(super) struct PasskeyView {
    id: String,
    name: String,
    added_at: String,
    used_at: Option<String>,
}

impl PasskeyView {
    pub(super) fn new(site: &Site, stored: StoredPasskey) -> Self {
        Self {
            id: site.id(IdKind::Passkey, stored.passkey_no).to_string(),
            name: stored.name,
            added_at: stored.added_at.to_string(),
            used_at: stored.used_at.map(|at| at.to_string()),
        }
    }
}

fn read(passkey: &str) -> Result<Passkey, Refusal> {
    from_json(passkey)
}

/// What we wrote ourselves is written and read without fail.
fn as_json(value: &impl Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(value).map_err(|_| Refusal::Panicked)
}

fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|_| Refusal::Panicked)
}
