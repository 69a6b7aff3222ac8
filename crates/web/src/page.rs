//! Pages from templates, in the language of the visitor.
//!
//! A template gets what its handler shows, and beside that what every page has: [`Frame`]. Texts come with `t("key")`,
//! times with `| moment`, days with `| day`, numbers with `| number`, assets with `asset("style/page.css")`.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use fluent_bundle::{FluentArgs, FluentValue};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, context};
use model::{IdKind, Language, Timestamp, Zone};
use rules::access::{DeskDeed, Standing, staff_may};
use rules::message::day_in_words;
use rust_embed::RustEmbed;
use serde::Serialize;
use url::{Position, Url};

use crate::nav;
use crate::refusal::{Refusal, Refused};
use crate::site::Site;
use crate::text::Texts;
use crate::visitor::{Member, SessionLeft, Somebody, Staff, Visitor};

mod again;
mod summary;

use again::{First, SentForm, form_again, sent_form};
pub(crate) use again::{SentBy, sender_mark};

#[derive(RustEmbed)]
#[folder = "templates"]
struct Templates;

/// Templates with the texts of both languages.
pub(crate) struct Pages {
    dutch: Spoken,
    english: Spoken,
}

/// What there is in one language.
struct Spoken {
    pages: Environment<'static>,
    texts: Arc<Texts>,
}

impl Pages {
    pub(crate) fn new() -> Self {
        Self {
            dutch: Spoken::new(Language::Nl),
            english: Spoken::new(Language::En),
        }
    }

    /// A text by its key, for what is no page: a document. `filled` are its variables.
    pub(crate) fn text(
        &self,
        language: Language,
        key: &str,
        filled: &[(&'static str, &str)],
    ) -> Result<String, Error> {
        let filled: FluentArgs<'_> = filled
            .iter()
            .map(|(name, value)| (*name, FluentValue::from(*value)))
            .collect();
        let texts = &self.in_language(language).texts;
        texts.text(key, &filled).map_err(wrong)
    }

    fn in_language(&self, language: Language) -> &Spoken {
        match language {
            Language::Nl => &self.dutch,
            Language::En => &self.english,
        }
    }
}

impl Spoken {
    fn new(language: Language) -> Self {
        let texts = Arc::new(Texts::new(language));
        Self {
            pages: environment(language, &texts),
            texts,
        }
    }
}

fn environment(language: Language, texts: &Arc<Texts>) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_loader(|name| {
        let file = Templates::get(name);
        Ok(file.map(|file| String::from_utf8_lossy(&file.data).into_owned()))
    });
    // A name that a page does not have is a fault, not an empty place.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build();
    environment.set_syntax(syntax.expect("the delimiters are the usual ones"));
    let of_errors = Arc::clone(texts);
    environment.add_function("error", move |errors: &Value, field: &str| {
        let found = translated(&of_errors, errors)?
            .into_iter()
            .find(|(of, _)| of == field);
        Ok::<_, Error>(found.map(|(_, text)| text).unwrap_or_default())
    });
    let of_errors = Arc::clone(texts);
    environment.add_function("summary", move |errors: &Value| {
        let errors = translated(&of_errors, errors)?.into_iter();
        let shown = errors.map(|(field, text)| context! { field, text });
        Ok::<_, Error>(shown.collect::<Vec<Value>>())
    });
    let texts = Arc::clone(texts);
    environment.add_function("t", move |key: &str, arguments: Kwargs| {
        text(&texts, key, &arguments)
    });
    environment.add_function("asset", |path: &str| {
        crate::asset_file::address(path).map_err(wrong)
    });
    summary::install(&mut environment);
    environment.add_filter("moment", move |state: &State<'_, '_>, at: &Value| {
        moment(state, at, language)
    });
    environment.add_filter("day", move |day: &str| in_words(day, language));
    environment.add_filter("number", move |number: i64| grouped(number, language));
    environment
}

/// What is wrong with a form ([`crate::form::Errors`]): field and text.
fn translated(texts: &Texts, errors: &Value) -> Result<Vec<(String, String)>, Error> {
    let list = errors.get_attr("list")?;
    list.try_iter()?
        .map(|error| {
            let key = error.get_attr("text")?.to_string();
            let text = texts.text(&key, &FluentArgs::new()).map_err(wrong)?;
            Ok((error.get_attr("field")?.to_string(), text))
        })
        .collect()
}

fn wrong(text: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, text)
}

fn text(texts: &Texts, key: &str, arguments: &Kwargs) -> Result<String, Error> {
    let mut filled = FluentArgs::new();
    for name in arguments.args() {
        let value: Value = arguments.get(name)?;
        let value: FluentValue<'static> = match value.kind() {
            ValueKind::Number => i64::try_from(value)?.into(),
            _ => Cow::<str>::Owned(value.to_string()).into(),
        };
        filled.set(name.to_owned(), value);
    }
    texts.text(key, &filled).map_err(wrong)
}

/// A time as pages show it: local for people, UTC for whoever compares.
fn moment(state: &State<'_, '_>, at: &Value, language: Language) -> Result<Value, Error> {
    let at: Timestamp = at
        .as_str()
        .and_then(|text| Timestamp::parse(text, &Zone::UTC).ok())
        .ok_or_else(|| wrong(format!("`{at}` is not a time")))?;
    let zone = state
        .lookup("zone")
        .and_then(|zone| zone.as_str().map(str::to_owned));
    let zone: Zone = zone.and_then(|zone| zone.parse().ok()).unwrap_or(Zone::UTC);
    let (day, second) = zone.local(at);
    let day = day_in_words(day, language);
    // Minutes are what people need; the seconds stand in the machine's form.
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    let local = format!("{day}, {hour:02}:{minute:02}");
    Ok(context! { utc => at.to_string(), local })
}

/// A day as pages show it. Where there is none, nothing.
fn in_words(day: &str, language: Language) -> Result<String, Error> {
    if day.is_empty() {
        return Ok(String::new());
    }
    let day = day
        .parse()
        .map_err(|_| wrong(format!("`{day}` is not a day")))?;
    Ok(day_in_words(day, language))
}

/// A number with its thousands apart, as the language does.
fn grouped(number: i64, language: Language) -> String {
    let separator = match language {
        Language::Nl => '.',
        Language::En => ',',
    };
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

/// What every page has beside what it is about.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Frame {
    lang: &'static str,
    other_language: &'static str,
    theme: &'static str,
    /// Address of the style sheet of the desk.
    skin: Option<String>,
    /// Where the visitor is, for the choice of language and theme to come back to.
    path: String,
    zone: String,
    desk_name: String,
    /// Name of whoever signed in.
    person_name: Option<String>,
    /// How long the session lasts, for who signed in.
    session: Option<SessionLeft>,
    is_staff: bool,
    /// Whether this is staff that may look at findings and organisations, so that nobody is led where nothing is shown.
    may_look: bool,
    /// Whether this is staff that may decide about messages and deliveries.
    may_handle: bool,
    /// Whether this is staff that works at every desk, and sees what was counted over all of them.
    sees_all: bool,
    /// Organisations that the person may choose between: name and address.
    organisations: Vec<(String, String)>,
    /// The organisation whose pages these are.
    organisation: Option<FrameOrganisation>,
    nav: Vec<nav::Entry>,
}

/// What a page shows that is the same for everybody.
#[derive(Serialize)]
pub(crate) struct Fixed {}

/// What a template sees.
#[derive(Serialize)]
struct Whole<'v, V> {
    #[serde(flatten)]
    frame: Frame,
    #[serde(flatten)]
    view: &'v V,
}

#[derive(Clone, Debug, Serialize)]
struct FrameOrganisation {
    name: String,
    /// Begin of the addresses of its pages.
    home: String,
    by_mandate: bool,
}

/// For whom a page is written.
pub(crate) trait Viewer {
    fn visitor(&self) -> &Visitor;
    /// What of the frame the visitor alone does not tell.
    fn place(&self, frame: &mut Frame);
}

impl Viewer for Visitor {
    fn visitor(&self) -> &Visitor {
        self
    }
    fn place(&self, _: &mut Frame) {}
}

impl Viewer for Somebody {
    fn visitor(&self) -> &Visitor {
        &self.visitor
    }
    fn place(&self, _: &mut Frame) {}
}

impl Viewer for Member {
    fn visitor(&self) -> &Visitor {
        &self.visitor
    }
    fn place(&self, frame: &mut Frame) {
        let home = format!("/organisations/{}", self.party_id);
        frame.nav = nav::of_organisation(&home, self.standing, &self.visitor.path);
        frame.organisation = Some(FrameOrganisation {
            name: self.party_name.clone(),
            home,
            by_mandate: matches!(self.standing, Standing::Mandate { .. }),
        });
    }
}

impl Viewer for Staff {
    fn visitor(&self) -> &Visitor {
        &self.visitor
    }
    fn place(&self, frame: &mut Frame) {
        frame.nav = nav::of_desk(
            &self.visitor.desks,
            &self.who.staff_roles,
            &self.visitor.path,
        );
    }
}

impl Site {
    /// Writes a page. `view` is a struct whose fields the template sees beside those of [`Frame`].
    pub(crate) fn page(
        &self,
        viewer: &impl Viewer,
        template: &str,
        view: &impl Serialize,
    ) -> Result<Response, Refusal> {
        let visitor = viewer.visitor();
        let mut frame = self.frame(visitor);
        viewer.place(&mut frame);
        let template = self
            .pages()
            .in_language(visitor.language)
            .pages
            .get_template(template)?;
        Ok(Html(template.render(Serde(&Whole { frame, view }))?).into_response())
    }

    fn frame(&self, visitor: &Visitor) -> Frame {
        let who = visitor.signed_in.as_deref();
        let may = |deed| who.is_some_and(|who| staff_may(&who.staff_roles, deed));
        let organisations = who.map(|who| who.memberships.iter()).into_iter().flatten();
        let organisations = organisations.map(|own| {
            let id = self.id(IdKind::Party, own.party_no);
            (own.party_name.clone(), format!("/organisations/{id}"))
        });
        Frame {
            lang: visitor.language.as_str(),
            other_language: match visitor.language {
                Language::Nl => Language::En.as_str(),
                Language::En => Language::Nl.as_str(),
            },
            theme: visitor.theme,
            skin: self.skin().map(crate::skin::address),
            path: visitor.path.clone(),
            zone: visitor.zone.to_string(),
            desk_name: visitor.desk_name.clone(),
            person_name: who.map(|who| who.person.name.clone()),
            session: who.map(|who| SessionLeft::of(&who.session, self.now())),
            is_staff: who.is_some_and(|who| !who.staff_roles.is_empty()),
            may_look: may(DeskDeed::ReadOrganisation),
            may_handle: may(DeskDeed::Handle),
            sees_all: visitor.desks.is_all(),
            organisations: organisations.collect(),
            organisation: None,
            nav: Vec::new(),
        }
    }
}

/// What could not be read as the form that a handler takes is answered in plain text by the extractor.
fn of_unreadable_form(response: &Response) -> Option<Refused> {
    let kind = response.headers().get(header::CONTENT_TYPE)?;
    let is_plain = kind.as_bytes().starts_with(b"text/plain");
    let is_unreadable = matches!(
        response.status(),
        StatusCode::BAD_REQUEST
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::UNPROCESSABLE_ENTITY
    );
    (is_plain && is_unreadable).then(|| Refused(Refusal::Bad.into()))
}

#[derive(Serialize)]
struct RefusalView {
    /// Begin of the keys of its texts.
    refusal: &'static str,
}

/// The page of ours whose form this is, with its query; the first page where the browser does not say.
fn page_of_form(site: &Site, headers: &HeaderMap) -> String {
    let from = headers
        .get(header::REFERER)
        .and_then(|from| from.to_str().ok())
        .and_then(|from| Url::parse(from).ok())
        .filter(|from| from.origin() == site.origin().origin());
    match from {
        Some(from) => from[Position::BeforePath..Position::AfterQuery].to_owned(),
        None => "/".to_owned(),
    }
}

/// Middleware: turns a refusal into a page that says what to do, or sends the visitor to where that can be done.
pub(crate) async fn show_refusals(site: Site, request: Request, next: Next) -> Response {
    let (form, request) = match sent_form(&site, request).await {
        Ok(read) => read,
        Err(refusal) => return refusal.into_response(),
    };
    let came_from = match request.method().is_safe() {
        true => None,
        false => Some(page_of_form(&site, request.headers())),
    };
    let response = next.run(request).await;
    let refused = response.extensions().get::<Refused>().cloned();
    let Some(Refused(refusal)) = refused.or_else(|| of_unreadable_form(&response)) else {
        return response;
    };
    let visitor = response
        .extensions()
        .get::<Visitor>()
        .cloned()
        .unwrap_or_else(Visitor::unknown);
    if let Some(first) = First::after(&refusal) {
        // Only what was read can be asked for again; what was sent is sent again from its page.
        let next = came_from.unwrap_or_else(|| visitor.path.clone());
        let next = next
            .replace('%', "%25")
            .replace('&', "%26")
            .replace('+', "%2B");
        let is_given_back = |form: &&SentForm| first == First::SignIn || form.says_something();
        if let Some(form) = form.as_ref().filter(is_given_back) {
            return form_again(&site, &visitor, form, first, &next);
        }
        return Redirect::to(&format!("/account/{}?next={next}", first.page())).into_response();
    }
    let view = RefusalView {
        refusal: refusal.text(),
    };
    let mut page = match site.page(&visitor, "public/refusal.html", &view) {
        Ok(page) => page,
        Err(failed) => failed.into_response(),
    };
    *page.status_mut() = refusal.status();
    if let Refusal::TooOften(pause) = &*refusal {
        let seconds = HeaderValue::from(pause.as_secs().max(1));
        page.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    page
}

#[cfg(test)]
mod tests;
