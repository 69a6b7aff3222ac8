//! `/suggestions`: saying what could be better, with or without an account, and what came of it.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{EmailAddress, SuggestionOrigin};
use serde::{Deserialize, Serialize};
use store::{NewSuggestion, Story, Suggestion, Tx};

use super::{SUGGESTION_CHARS, asker, written};
use crate::client::Client;
use crate::enrol::in_language;
use crate::form::{Errors, known};
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// Suggestions of one network.
const OF_NETWORK: Limiter = Limiter::new("suggestions of a network", Rate::per_hour(20));

/// Mails to one address.
const TO_ADDRESS: Limiter = Limiter::new("suggestions of an address", Rate::per_hour(5));

/// The form, as it comes.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct SuggestionForm {
    text: String,
    /// `yes`: wants to be told what comes of it.
    tell: String,
    email: String,
}

impl SuggestionForm {
    /// The text, and where to tell; or what is wrong with it.
    fn read(&self, errors: &mut Errors) -> Option<(String, Option<EmailAddress>)> {
        let text = written(
            errors,
            "text",
            &self.text,
            SUGGESTION_CHARS,
            "suggestion-error-text",
        );
        let email = match self.tell.as_str() {
            "yes" => errors.take("email", self.email.trim().parse(), "suggestion-error-email"),
            _ => None,
        };
        errors.is_empty().then_some((text, email))
    }
}

#[derive(Deserialize)]
pub(super) struct Before {
    #[serde(default)]
    done: String,
}

#[derive(Serialize)]
struct FormView {
    form: SuggestionForm,
    errors: Errors,
    done: &'static str,
}

pub(super) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    let person = visitor.signed_in.as_ref().map(|who| &who.person);
    let view = FormView {
        form: SuggestionForm {
            email: person.map(|it| it.email.to_string()).unwrap_or_default(),
            ..SuggestionForm::default()
        },
        errors: Errors::default(),
        done: known(&["sent"], &before.done),
    };
    site.page(&visitor, "feedback/suggest.html", &view)
}

pub(super) async fn send(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Form(form): Form<SuggestionForm>,
) -> Result<Response, Refusal> {
    let mut errors = Errors::default();
    let Some((text, email)) = form.read(&mut errors) else {
        let view = FormView {
            form,
            errors,
            done: "",
        };
        return site.page(&visitor, "feedback/suggest.html", &view);
    };
    site.limit(&OF_NETWORK, client)?;
    if let Some(email) = &email {
        site.limit(&TO_ADDRESS, email.to_string().to_lowercase())?;
    }
    let origin = match visitor.signed_in {
        Some(_) => SuggestionOrigin::Portal,
        None => SuggestionOrigin::Page,
    };
    let (inner, language, now) = (site.clone(), visitor.language, site.now());
    site.write(move |tx| {
        let new = NewSuggestion {
            origin,
            origin_no: None,
            text: &text,
            email: email.as_ref(),
            language,
        };
        let suggestion_no = tx.add_suggestion(&new, now)?;
        let suggestion = tx.suggestion(suggestion_no)?.ok_or(Refusal::NotFound)?;
        asker::thank(&inner, tx, &suggestion)
    })
    .await?;
    Ok(Redirect::to("/suggestions?done=sent").into_response())
}

#[derive(Serialize)]
struct View {
    here: String,
    text: String,
    received_at: String,
    /// `open`, `set-aside`, or the status of the story.
    state: &'static str,
    /// Title and outcome of the story, once everybody may read it.
    story: Option<(String, String)>,
    is_told: bool,
}

/// What became of the suggestion that the link belongs to.
pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    let own = token.clone();
    let inner = site.clone();
    let (suggestion, story) = site.read(move |tx| of_link(&inner, tx, &own)).await?;
    let language = visitor.language;
    let public = story.as_ref().filter(|story| story.published_at.is_some());
    let view = View {
        here: format!("/suggestions/{token}"),
        received_at: suggestion.received_at.to_string(),
        state: match (&story, suggestion.set_aside_at) {
            (Some(story), _) => story.text.status.as_str(),
            (None, Some(_)) => "set-aside",
            (None, None) => "open",
        },
        story: public.map(|story| {
            let text = &story.text;
            (
                in_language(language, &text.title),
                in_language(language, &text.outcome),
            )
        }),
        is_told: suggestion.email.is_some(),
        text: suggestion.text,
    };
    site.page(&visitor, "feedback/suggestion.html", &view)
}

/// Wants no mail any more.
pub(super) async fn stop(
    State(site): State<Site>,
    Path(token): Path<String>,
) -> Result<Redirect, Refusal> {
    let (inner, own) = (site.clone(), token.clone());
    site.write(move |tx| {
        let (suggestion, _) = of_link(&inner, tx, &own)?;
        Ok(tx.forget_asker(suggestion.suggestion_no)?)
    })
    .await?;
    Ok(Redirect::to(&format!("/suggestions/{token}")))
}

fn of_link(
    site: &Site,
    tx: &mut Tx<'_>,
    token: &str,
) -> Result<(Suggestion, Option<Story>), Refusal> {
    let suggestion_no = site.link_key().suggestion_of(token);
    let suggestion = tx.suggestion(suggestion_no.ok_or(Refusal::NotFound)?)?;
    let suggestion = suggestion.ok_or(Refusal::NotFound)?;
    let story = match suggestion.story_no {
        Some(story_no) => tx.story(story_no)?,
        None => None,
    };
    Ok((suggestion, story))
}
