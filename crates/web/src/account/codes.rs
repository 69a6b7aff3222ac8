//! An app for codes is connected: a secret is made, shown as a picture and in letters, and a first code proves that the app
//! has it. `/account/codes` does that for somebody who signed in.

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use store::{NewStep, Person, Tx};

use super::{session, totp};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Somebody, Visitor, fresh_token, token_digest};

/// How long a secret waits for its first code.
const MINUTES: i64 = 30;

const KIND: &str = "app";

/// A secret on its way into an app.
#[derive(Clone, Serialize)]
pub(super) struct AppView {
    /// The token by which the secret is found again.
    app: String,
    key: String,
    uri: String,
    picture: String,
    picture_width: i32,
    #[serde(skip)]
    secret: Vec<u8>,
}

impl AppView {
    fn new(visitor: &Visitor, person: &Person, token: String, secret: Vec<u8>) -> Self {
        let uri = totp::uri(&secret, &visitor.desk_name, person.email.as_str());
        let (picture, picture_width) = totp::picture(&uri).unwrap_or_default();
        Self {
            app: token,
            key: totp::in_letters(&secret),
            uri,
            picture,
            picture_width,
            secret,
        }
    }

    /// Gives the secret to its person, whose first code was of this step; from then on the store has it once.
    pub(super) fn connect(
        &self,
        tx: &mut Tx<'_>,
        person_no: i64,
        step: i64,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        // Twice at the same time: the second finds it connected.
        if tx.take_step(KIND, &token_digest(&self.app), now)?.is_none() {
            return Err(Refusal::Conflict);
        }
        Ok(tx.put_totp(person_no, &self.secret, step, now)?)
    }

    /// The step of the first code, if it is right.
    pub(super) fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        totp::step_of(&self.secret, code, 0, now)
    }
}

/// Makes a secret for a person. The store keeps it until its first code comes.
pub(super) async fn begin(
    site: &Site,
    visitor: &Visitor,
    person: &Person,
) -> Result<AppView, Refusal> {
    let (token, secret, now) = (fresh_token(), totp::fresh_secret(), site.now());
    let (digest, person_no) = (token_digest(&token), person.person_no);
    site.write(move |tx| {
        let state: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let step = NewStep {
            digest,
            kind: KIND,
            person_no: Some(person_no),
            state: &state,
            expires_at: now.plus_seconds(60 * MINUTES),
        };
        Ok(tx.begin_step(&step, now)?)
    })
    .await?;
    Ok(AppView::new(visitor, person, token, secret.to_vec()))
}

/// The secret that was begun under a token; another one where that took too long.
pub(super) async fn again(
    site: &Site,
    visitor: &Visitor,
    person: &Person,
    token: &str,
) -> Result<AppView, Refusal> {
    let (digest, now) = (token_digest(token), site.now());
    let step = site
        .read(move |tx| Ok(tx.step(KIND, &digest, now)?))
        .await?
        .filter(|step| step.person_no == Some(person.person_no));
    let Some(step) = step else {
        return begin(site, visitor, person).await;
    };
    let bytes = (0..step.state.len()).step_by(2);
    let bytes = bytes.map(|begin| u8::from_str_radix(&step.state[begin..begin + 2], 16));
    let secret: Result<Vec<u8>, _> = bytes.collect();
    let secret = secret.map_err(|_| Refusal::Panicked)?;
    Ok(AppView::new(visitor, person, token.to_owned(), secret))
}

#[derive(Serialize)]
struct CodesView {
    errors: Errors,
    #[serde(flatten)]
    app: AppView,
}

pub(super) async fn page(
    State(site): State<Site>,
    somebody: Somebody,
) -> Result<Response, Refusal> {
    somebody.who.must_have_proved(site.now())?;
    let app = begin(&site, &somebody.visitor, &somebody.who.person).await?;
    let view = CodesView {
        errors: Errors::default(),
        app,
    };
    site.page(&somebody, "account/codes.html", &view)
}

#[derive(Deserialize)]
pub(super) struct Filled {
    app: String,
    code: String,
}

pub(super) async fn connect(
    State(site): State<Site>,
    somebody: Somebody,
    Form(filled): Form<Filled>,
) -> Result<Response, Refusal> {
    let now = site.now();
    somebody.who.must_have_proved(now)?;
    let person = somebody.who.person.clone();
    let app = again(&site, &somebody.visitor, &person, &filled.app).await?;
    let Some(step) = app.step_of(&filled.code, now) else {
        let mut errors = Errors::default();
        errors.add("code", "account-code-wrong");
        return site.page(&somebody, "account/codes.html", &CodesView { errors, app });
    };
    let asked = site.clone();
    site.write(move |tx| {
        app.connect(tx, person.person_no, step, now)?;
        session::tell_change(tx, &asked, &person, "code-app-changed", now)
    })
    .await?;
    Ok(Redirect::to("/account?done=codes").into_response())
}
