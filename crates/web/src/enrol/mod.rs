//! Programmes for everybody: what there is to take part in, how places are given, and applying without an account.
//!
//! An applicant comes back by a link (ADR 0013). Nobody learns here who else applied. Read [`application`] first.

mod address;
mod agreement;
mod application;
mod criteria;
mod programme;
mod report;
mod start;
mod step;
mod trade;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use message::{pass_on_places, tell_administrators, tell_applicant};
use model::{Day, IdKind, Language};
use rules::message::ServiceKind;
use serde::Serialize;
use serde_json::json;
use store::{Application, Programme, StoreError, Tx};

pub(crate) use agreement::{AgreementText, Copy, pdf_file};
pub(crate) use application::{email_of, form_of};
pub(crate) use criteria::{ChangeView, Declarations, unmet};
pub(crate) use report::{ReportPaper, read_report};
pub(crate) use trade::OF_NETWORK as NAMES_OF_NETWORK;

use crate::feedback::paragraphs;
use crate::refusal::Refusal;
use crate::site::Site;

/// A form with the longest list of assets, and some: anybody may send one, and every line is read.
const FORM_BYTES_MAX: usize = 256 << 10;

/// The routes of this area.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/programmes", get(programme::list))
        .route("/programmes/{programme}", get(programme::show))
        .route("/programmes/{programme}/draw.txt", get(programme::proof))
        .route(
            "/programmes/{programme}/agreement.pdf",
            get(programme::agreement),
        )
        .route("/programmes/{programme}/report", get(report::show))
        .route(
            "/programmes/{programme}/apply",
            get(start::form).post(start::begin),
        )
        .route("/applications/{token}", get(application::show))
        .route(
            "/applications/{token}/withdraw",
            post(application::withdraw),
        )
        .route("/applications/{token}/count", post(step::count_typed))
        .route(
            "/applications/{token}/address",
            get(address::show).post(address::correct),
        )
        .route(
            "/applications/{token}/{step}",
            get(step::show).post(step::save),
        )
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
}

/// A programme as pages name it.
#[derive(Serialize)]
pub(crate) struct ProgrammeView {
    slug: String,
    name: String,
    text: String,
    sectors: Vec<&'static str>,
    places: u32,
    per_sector: u32,
    opens_at: String,
    closes_at: String,
    begins_on: String,
    ends_on: String,
    /// What counts as evidence beside what always does, and whom to ask: paragraphs, or none.
    evidence: Vec<String>,
    contact: Vec<String>,
    commitment: Option<String>,
    /// `soon`, `open`, `closed` or `drawn`.
    state: &'static str,
    is_ended: bool,
    /// Version of the rule by which it counts.
    counting: &'static str,
}

impl ProgrammeView {
    pub(crate) fn new(site: &Site, language: Language, programme: &Programme) -> Self {
        let terms = &programme.terms;
        let now = site.now();
        Self {
            slug: terms.slug.clone(),
            name: in_language(language, &terms.name),
            text: in_language(language, &terms.text),
            sectors: terms.sectors.iter().map(|sector| sector.as_str()).collect(),
            places: terms.places,
            per_sector: terms.per_sector,
            opens_at: terms.opens_at.to_string(),
            closes_at: terms.closes_at.to_string(),
            begins_on: terms.begins_on.to_string(),
            ends_on: terms.ends_on.to_string(),
            evidence: lines(language, &terms.evidence),
            contact: lines(language, &terms.contact),
            commitment: programme.commitment.clone(),
            state: match (programme.drawn_at, now < terms.opens_at) {
                (Some(_), _) => "drawn",
                (None, true) => "soon",
                (None, false) if now < terms.closes_at => "open",
                (None, false) => "closed",
            },
            is_ended: programme.ended_at.is_some(),
            counting: programme.counting.as_str(),
        }
    }
}

/// The text of a pair in Dutch and English.
pub(crate) fn in_language(language: Language, [dutch, english]: &[String; 2]) -> String {
    match language {
        Language::Nl => dutch.clone(),
        Language::En => english.clone(),
    }
}

/// The same by paragraphs.
fn lines(language: Language, texts: &[String; 2]) -> Vec<String> {
    let text = in_language(language, texts);
    paragraphs(&text).into_iter().map(str::to_owned).collect()
}

/// Address of an application for whoever has its link.
fn home(site: &Site, application: &Application) -> String {
    let key = site.link_key();
    let token = key.application_token(application.application_no, application.link_no);
    format!("/applications/{token}")
}

/// Tells an applicant how its application stands: `what` is one of [`rules::message::APPLICATION_NEWS`].
pub(crate) fn tell(
    site: &Site,
    tx: &mut Tx<'_>,
    application_no: i64,
    what: &str,
) -> Result<(), Refusal> {
    let origin = site.origin().as_str();
    Ok(tell_applicant(
        tx,
        origin,
        application_no,
        what,
        site.now(),
    )?)
}

/// Gives places that came free to the next in line, and tells them.
pub(crate) fn pass_on(site: &Site, tx: &mut Tx<'_>, actor: &str) -> Result<(), StoreError> {
    pass_on_places(tx, site.origin().as_str(), actor, site.now())?;
    Ok(())
}

/// The key by which files name the organisation that an application became. One that was here already has another.
pub(crate) fn reference_of(programme: &Programme, number: u32) -> String {
    format!("{}-{number}", programme.terms.slug)
}

/// What participants of a programme are told of it; read once, however many are told.
pub(crate) struct News<'p> {
    programme: &'p Programme,
    /// Last day on which the newest agreement is to be signed, where one was named.
    sign_by: Option<Day>,
}

impl<'p> News<'p> {
    /// Of a programme, as it is told now.
    pub(crate) fn of(tx: &mut Tx<'_>, programme: &'p Programme) -> Result<Self, StoreError> {
        let newest = tx.newest_agreement(programme.programme_no)?;
        Ok(Self {
            programme,
            sign_by: newest.and_then(|agreement| agreement.sign_by),
        })
    }

    /// Tells the administrators of a participant: `what` is one of [`rules::message::PARTICIPATION_NEWS`]; an agreement is to be
    /// signed until the day that it names. A reason is a text, or one by language.
    pub(crate) fn tell(
        &self,
        site: &Site,
        tx: &mut Tx<'_>,
        party_no: i64,
        (what, reason): (&str, &(impl Serialize + ?Sized)),
    ) -> Result<(), StoreError> {
        let Some(party) = tx.party(party_no)? else {
            return Ok(());
        };
        let [dutch, english] = &self.programme.terms.name;
        let page = format!(
            "/organisations/{}/programmes/{}",
            site.id(IdKind::Party, party_no),
            site.id(IdKind::Programme, self.programme.programme_no)
        );
        let facts = json!({
            "organisation": party.name,
            "programme": { "nl": dutch, "en": english },
            "what": what,
            "sign_by": self.sign_by.map(|day| day.to_string()).unwrap_or_default(),
            "ends_on": self.programme.terms.ends_on.to_string(),
            "reason": reason,
            "link": site.link(&page),
        });
        let kind = ServiceKind::Participation;
        tell_administrators(tx, party_no, kind, &facts.to_string(), site.now())
    }
}

/// Tells the administrators of one participant something of a programme. Whoever tells many reads [`News`] once.
pub(crate) fn tell_participant(
    site: &Site,
    tx: &mut Tx<'_>,
    (programme, party_no): (&Programme, i64),
    news: (&str, &(impl Serialize + ?Sized)),
) -> Result<(), StoreError> {
    News::of(tx, programme)?.tell(site, tx, party_no, news)
}

#[cfg(test)]
pub(crate) mod tests;
