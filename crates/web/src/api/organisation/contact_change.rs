//! Changes of contacts, as the organisation's own pages make them.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use model::register::ContactRow;
use model::{
    ContactPhone, IdKind, Language, PhoneNumber, Reader, ReadingHours, Rhythm, Scope, SeveritySet,
    Timing,
};
use store::{OwnContact, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::code::{NewCode, wrong_code};
use super::confirmed::Confirmed;
use super::contact::{Contact, contact, one};
use super::register::{NewContact, severities};
use crate::api::caller::Own;
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::{Fields, patch, removal};
use crate::api::once::{Made, bare, once, sent};
use crate::api::shown::{must_match, shown};
use crate::organisation::contact_change::{close, confirm, may_put, put};
use crate::organisation::contact_code::{answer, may_mail, send, waiting};
use crate::site::Site;

/// The routes by which contacts are changed.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(add_contact))
        .routes(routes!(change_contact, close_contact))
        .routes(routes!(confirm_contacts))
        .routes(routes!(send_code))
        .routes(routes!(check_code))
}

/// A contact to be added by its organisation.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `read` reads")]
#[schema(rename_all = "camelCase")]
struct NewOwnContact {
    /// What the contact does: letters, digits, spaces, `-` and `_`.
    #[schema(max_length = 40, min_length = 1, example = "security")]
    role: String,
    #[schema(example = "security@hospital.example")]
    email: String,
    /// Which severities it takes; left out: all.
    #[schema(example = json!(["critical", "high"]))]
    severities: Option<Vec<String>>,
    /// `nl` or `en`.
    language: Option<String>,
    /// What it can read: `entrepreneur`, `administrator` or `policy`.
    reader: Option<String>,
    /// Whether somebody reads it day and night: everything goes there at once.
    #[schema(required = false)]
    always_on: bool,
    /// Whether it is read in office hours: what is not critical waits for them. `alwaysOn` goes before it.
    #[schema(required = false)]
    office_hours: bool,
    /// At which times mails go out there; left out: `now`.
    #[schema(example = "daily 08:00 16:00")]
    rhythm: Option<String>,
    /// Where it can be called when a mail is not enough: with the number of the country, or ten digits in the Netherlands.
    #[schema(max_length = 40, min_length = 1, example = "+31705550123")]
    phone: Option<String>,
    /// Whether somebody answers the telephone day and night; not without `phone`.
    #[schema(required = false)]
    phone_always: bool,
}

/// What is changed of a contact. A member that is left out stays as it is; `null` empties it.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct ContactPatch {
    /// Which severities it takes; `null`: all.
    #[schema(value_type = Option<Vec<String>>, example = json!(["critical", "high"]))]
    severities: Option<SeveritySet>,
    /// `nl` or `en`; `null`: that of the organisation.
    #[schema(value_type = Option<String>)]
    language: Option<Option<Language>>,
    /// `entrepreneur`, `administrator` or `policy`.
    #[schema(value_type = Option<String>)]
    reader: Option<Option<Reader>>,
    /// Whether somebody reads it day and night.
    #[schema(value_type = Option<bool>)]
    always_on: Option<bool>,
    /// Whether it is read in office hours. `alwaysOn` goes before it.
    #[schema(value_type = Option<bool>)]
    office_hours: Option<bool>,
    /// At which times mails go out there; `null`: `now`.
    #[schema(value_type = Option<String>, example = "mon 09:00")]
    rhythm: Option<Rhythm>,
    /// Where it can be called; `null`: nowhere.
    #[schema(value_type = Option<String>, example = "+31705550123")]
    phone: Option<Option<PhoneNumber>>,
    /// Whether somebody answers the telephone day and night; not where there is none.
    #[schema(value_type = Option<bool>)]
    phone_always: Option<bool>,
}

/// A contact as it is put.
type Put = (ContactRow, Timing, Option<ContactPhone>);

/// Reads a [`NewOwnContact`].
fn read(fields: &mut Fields<'_, '_>) -> Option<Put> {
    let contact = NewContact::read(fields);
    let (always, office) = (fields.flag("alwaysOn"), fields.flag("officeHours"));
    let rhythm = fields.optional::<Rhythm>("rhythm");
    let timing = Timing {
        hours: hours(always?, office?),
        rhythm: rhythm?.unwrap_or_default(),
    };
    let (number, always) = (fields.optional("phone"), fields.flag("phoneAlways"));
    let (number, is_always) = (number?, always?);
    if number.is_none() && is_always {
        fields.mistake("phoneAlways", "bad-value", NO_PHONE);
        return None;
    }
    let phone = phone(number, is_always);
    // Whose it is, the store is told beside it.
    Some((contact?.row(""), timing, phone))
}

/// Why somebody cannot answer day and night.
const NO_PHONE: &str = "there is no telephone number at which somebody answers";

/// Without a number nobody answers.
fn phone(number: Option<PhoneNumber>, is_always: bool) -> Option<ContactPhone> {
    number.map(|number| ContactPhone { number, is_always })
}

fn hours(always: bool, office: bool) -> ReadingHours {
    match (always, office) {
        (true, _) => ReadingHours::Always,
        (false, true) => ReadingHours::Office,
        (false, false) => ReadingHours::Unsaid,
    }
}

impl ContactPatch {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let names = [
            "severities",
            "language",
            "reader",
            "alwaysOn",
            "officeHours",
            "rhythm",
            "phone",
            "phoneAlways",
        ];
        let given = names.map(|name| fields.has(name).then_some(()));
        let severities = severities(fields);
        let (language, reader) = (fields.optional("language"), fields.optional("reader"));
        let (always, office) = (fields.flag("alwaysOn"), fields.flag("officeHours"));
        let rhythm = fields.optional::<Rhythm>("rhythm");
        let (phone, phone_always) = (fields.optional("phone"), fields.flag("phoneAlways"));
        Some(Self {
            severities: given[0].and(Some(severities?)),
            language: given[1].and(Some(language?)),
            reader: given[2].and(Some(reader?)),
            always_on: given[3].and(Some(always?)),
            office_hours: given[4].and(Some(office?)),
            rhythm: given[5].and(Some(rhythm?.unwrap_or_default())),
            phone: given[6].and(Some(phone?)),
            phone_always: given[7].and(Some(phone_always?)),
        })
    }

    fn applied_to(&self, held: OwnContact) -> Result<Put, Mistake> {
        let is_always = held.phone.as_ref().is_some_and(|phone| phone.is_always);
        let number = held.phone.map(|phone| phone.number);
        let number = self.phone.clone().unwrap_or(number);
        if number.is_none() && self.phone_always == Some(true) {
            return Err(Mistake::at("/phoneAlways", "bad-value", NO_PHONE));
        }
        let phone = phone(number, self.phone_always.unwrap_or(is_always));
        let row = ContactRow {
            organisation: String::new(),
            role: held.role,
            email: held.email,
            severities: self.severities.unwrap_or(held.severities),
            language: self.language.unwrap_or(held.language),
            reader: self.reader.unwrap_or(held.reader),
        };
        let always = self.always_on;
        let office = self.office_hours;
        let hours = hours(
            always.unwrap_or(held.timing.hours == ReadingHours::Always),
            office.unwrap_or(held.timing.hours == ReadingHours::Office),
        );
        let rhythm = self.rhythm.clone().unwrap_or(held.timing.rhythm);
        Ok((row, Timing { hours, rhythm }, phone))
    }
}

/// Adds a contact. Where messages do not go yet, a code is mailed there: they go once it is sent to `_check-code`.
#[utoipa::path(
    post, path = "/organisations/{organisation}/contacts", tag = "organisations", operation_id = "addContact",
    request_body = NewOwnContact,
    responses((status = 201, description = "It was added", body = Contact)),
)]
async fn add_contact(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    let ((row, timing, phone), wanted) = sent(&own.caller, request, read).await?;
    may_put(&site, own.party_no, &row.email).await?;
    let (acting, shown_by) = (own.acting(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        if same(tx, &own, &row)?.is_some() {
            return Err(ApiError::Exists("a contact of this role and address"));
        }
        let language = own.language(tx)?;
        let said = (&row, &timing, phone.as_ref());
        put(tx, &acting, said, language, now)?;
        let added = same(tx, &own, &row)?.ok_or(ApiError::NotFound)?;
        let view = contact(&shown_by, &added);
        let path = format!("{}/contacts/{}", own.home(), view.id);
        Ok(Made::created(&path, &view))
    })
    .await
}

/// The contact of this role and address.
fn same(tx: &mut Tx<'_>, own: &Own, row: &ContactRow) -> Result<Option<OwnContact>, ApiError> {
    let contacts = tx.own_contacts(own.party_no)?;
    let mut same = contacts
        .into_iter()
        .filter(|held| (&held.role, &held.email) == (&row.role, &row.email));
    Ok(same.next())
}

/// Changes what is said of a contact, and says that it still holds. One that waits for its code is mailed another one.
#[utoipa::path(
    patch, path = "/organisations/{organisation}/contacts/{contact}", tag = "organisations", operation_id = "changeContact",
    request_body(content = ContactPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "As it is now", body = Contact)),
)]
async fn change_contact(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    let contact_no = own.number(&site, IdKind::Contact, "contact")?;
    let (patch, parts) = patch(request, ContactPatch::read).await?;
    let party_no = own.party_no;
    let held = site.read(move |tx| one(tx, party_no, contact_no)).await?;
    may_put(&site, party_no, &held.email).await?;
    let (acting, now, shown_by) = (own.acting(&site), site.now(), site.clone());
    let view = site.change(move |tx| {
        tx.hold_party(party_no)?;
        let held = one(tx, party_no, contact_no)?;
        must_match(&parts.headers, &contact(&shown_by, &held))?;
        let changed = patch.applied_to(held);
        let (row, timing, phone) = changed.map_err(|it| ApiError::Invalid(vec![it]))?;
        let language = own.language(tx)?;
        let said = (&row, &timing, phone.as_ref());
        put(tx, &acting, said, language, now)?;
        Ok(contact(&shown_by, &one(tx, party_no, contact_no)?))
    });
    Ok(shown(&HeaderMap::new(), &view.await?))
}

/// Closes a contact: messages go there no longer.
#[utoipa::path(
    delete, path = "/organisations/{organisation}/contacts/{contact}", tag = "organisations", operation_id = "closeContact",
    responses((status = 204, description = "It was closed")),
)]
async fn close_contact(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    removal(&parts)?;
    let contact_no = own.number(&site, IdKind::Contact, "contact")?;
    let (acting, now, shown_by) = (own.acting(&site), site.now(), site.clone());
    site.change(move |tx| {
        let held = one(tx, acting.party_no, contact_no)?;
        must_match(&parts.headers, &contact(&shown_by, &held))?;
        Ok(close(tx, &acting, contact_no, now)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Says that all contacts to which messages go still hold.
#[utoipa::path(
    post, path = "/organisations/{organisation}/contacts/_confirm", tag = "organisations", operation_id = "confirmContacts",
    responses((status = 200, description = "It was noted", body = Confirmed)),
)]
async fn confirm_contacts(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    let wanted = bare(&own.caller, &parts)?;
    let acting = own.acting(&site);
    once(&site, wanted, move |tx, now| {
        confirm(tx, &acting, now)?;
        Ok(Made::done(&Confirmed::at(now)))
    })
    .await
}

/// Mails another code to a contact that waits for one; the one before counts no longer.
#[utoipa::path(
    post, path = "/organisations/{organisation}/contacts/{contact}/_send-code", tag = "organisations",
    operation_id = "sendContactCode",
    responses((status = 204, description = "It is on its way")),
)]
async fn send_code(State(site): State<Site>, own: Own, parts: Parts) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    let wanted = bare(&own.caller, &parts)?;
    let contact_no = own.number(&site, IdKind::Contact, "contact")?;
    let party_no = own.party_no;
    let to = site.read(move |tx| waiting(tx, party_no, contact_no));
    may_mail(&site, party_no, &to.await?)?;
    once(&site, wanted, move |tx, now| {
        let to = waiting(tx, party_no, contact_no)?;
        let language = own.language(tx)?;
        send(tx, party_no, contact_no, &to, language, now)?;
        Ok(Made::nothing())
    })
    .await
}

/// Takes the code that was mailed to a contact: from now on messages go there. After ten wrong ones it counts no longer.
#[utoipa::path(
    post, path = "/organisations/{organisation}/contacts/{contact}/_check-code", tag = "organisations",
    operation_id = "checkContactCode",
    request_body = NewCode,
    responses((status = 200, description = "The contact", body = Contact)),
)]
async fn check_code(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    let contact_no = own.number(&site, IdKind::Contact, "contact")?;
    let (new, _) = sent(&own.caller, request, NewCode::read).await?;
    let (acting, now, shown_by) = (own.acting(&site), site.now(), site.clone());
    let answered = site.write(move |tx| {
        if !answer(tx, &acting, contact_no, &new.code, now)? {
            return Ok(None);
        }
        let held = one(tx, acting.party_no, contact_no)?;
        Ok(Some(contact(&shown_by, &held)))
    });
    match answered.await? {
        Some(view) => Ok(shown(&HeaderMap::new(), &view)),
        None => Err(wrong_code()),
    }
}
