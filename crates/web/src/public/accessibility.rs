//! `/toegankelijkheid`: the accessibility statement, as the Dutch decree on digital accessibility wants one, and the same for
//! programs (requirement AC-04): whoever enters it in the national register copies nothing by hand.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use model::Language;
use serde::Serialize;
use serde_json::{Value, json};

use super::contact::first_desk;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// The class of the statement, A to E. A and B want a whole evaluation by people (WCAG-EM) of at most three years ago, C wants one
/// within six months; there is neither. E is no statement at all.
const CLASS: &str = "D";

/// When the statement was drawn up or looked at last.
const DRAWN_UP_ON: &str = "2026-11-23";

/// What is measured against.
const NORM: &str = "EN 301 549, WCAG 2.2 A + AA";

/// Ends of the keys of the texts that say what is not right yet.
const KNOWN: [&str; 3] = ["people", "texts", "tables"];

#[derive(Serialize)]
struct View {
    class: &'static str,
    drawn_up_on: &'static str,
    known: [&'static str; 3],
    mail: Option<String>,
    phone: Option<String>,
}

pub(super) async fn page(State(site): State<Site>, visitor: Visitor) -> Result<Response, Refusal> {
    let desk = first_desk(&site).await?;
    let view = View {
        class: CLASS,
        drawn_up_on: DRAWN_UP_ON,
        known: KNOWN,
        mail: (desk.as_ref())
            .and_then(|desk| desk.reply_to.as_ref())
            .map(ToString::to_string),
        phone: desk.and_then(|desk| desk.phone),
    };
    site.page(&visitor, "public/accessibility.html", &view)
}

/// `/toegankelijkheid.json`: what the statement says, in members that do not depend on the language of the visitor.
pub(super) async fn data(State(site): State<Site>) -> Result<Response, Refusal> {
    let desk = first_desk(&site).await?;
    let both = |key: &str| -> Result<Value, Refusal> {
        let text = |language| site.pages().text(language, key, &[]);
        Ok(json!({ "nl": text(Language::Nl)?, "en": text(Language::En)? }))
    };
    let mut limitations = Vec::new();
    for known in KNOWN {
        limitations.push(both(&format!("public-accessibility-known-{known}"))?);
    }
    let statement = json!({
        "url": site.origin(),
        "statement": site.link("/toegankelijkheid"),
        "organisation": desk.as_ref().map(|desk| &desk.name),
        "class": CLASS,
        "classText": both("public-accessibility-class")?,
        "reason": both("public-accessibility-status-text")?,
        "norm": NORM,
        "drawnUpOn": DRAWN_UP_ON,
        "evaluations": [],
        "limitations": limitations,
        "contact": {
            "page": site.link("/contact"),
            "email": desk.as_ref().and_then(|desk| desk.reply_to.as_ref()).map(ToString::to_string),
            "phone": desk.as_ref().and_then(|desk| desk.phone.as_ref()),
        },
    });
    let kind = (header::CONTENT_TYPE, "application/json");
    Ok(([kind], statement.to_string()).into_response())
}
