//! `/register/{token}/organisation`: the second page: the name, the domain and the addresses. Then a code goes to the mailbox.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{EmailAddress, Language, RegistrationState, Timestamp};
use rules::enrol::form::{BadAsset, line};
use rules::message::ServiceKind;
use rules::registration::{
    ADDRESSES_MAX, AddressesError, CODE_DAYS, MAILS_MAX, WRONG_MAX, read_addresses, read_domain,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{NewServiceMail, Registration, RegistrationDetails, Tx};

use super::{held, home, is_ours, own, subject};
use crate::code::MAILS_TO_ONE;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// Bad lines of the list that a page shows.
const BAD_SHOWN_MAX: usize = 10;

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct DetailsForm {
    name: String,
    domain: String,
    addresses: String,
    language: String,
}

#[derive(Serialize)]
struct View {
    home: String,
    email: String,
    /// What the trade register said: `known`, `unknown`, or `waiting` for nothing.
    trade: &'static str,
    addresses_max: u64,
    form: DetailsForm,
    bad: Vec<BadAsset>,
    errors: Errors,
}

pub(super) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    let inner = site.clone();
    let own = site.read(move |tx| own(&inner, &token, tx)).await?;
    let form = DetailsForm {
        name: own.name.clone(),
        domain: own.domain.clone(),
        addresses: own.addresses.clone(),
        language: own.language.as_str().to_owned(),
    };
    ask(&site, &visitor, &own, form, (Vec::new(), Errors::default()))
}

fn ask(
    site: &Site,
    visitor: &Visitor,
    own: &Registration,
    form: DetailsForm,
    (mut bad, errors): (Vec<BadAsset>, Errors),
) -> Result<Response, Refusal> {
    let home = home(site, own.registration_no);
    if own.state != RegistrationState::Begun {
        return Ok(Redirect::to(&home).into_response());
    }
    bad.truncate(BAD_SHOWN_MAX);
    let view = View {
        home,
        email: own
            .email
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        trade: own.trade_state.as_str(),
        addresses_max: ADDRESSES_MAX,
        form,
        bad,
        errors,
    };
    site.page(visitor, "register/details.html", &view)
}

/// What was filled in, once all of it can be read.
struct Read {
    name: String,
    domain: String,
    language: Language,
    mailbox: EmailAddress,
}

impl DetailsForm {
    /// What it says, with a note of everything that is wrong.
    fn read(&self, email: &EmailAddress, errors: &mut Errors) -> (Option<Read>, Vec<BadAsset>) {
        let name = errors.take("name", line(&self.name).ok_or(()), "register-error-name");
        let domain = errors.take("domain", read_domain(&self.domain), "register-error-domain");
        let mut bad = Vec::new();
        match read_addresses(&self.addresses) {
            Ok(_) => {}
            Err(AddressesError::Bad(lines)) => {
                bad = lines;
                errors.add("addresses", "register-error-addresses");
            }
            Err(AddressesError::TooMany) => errors.add("addresses", "register-error-many"),
        }
        let language = self.language.parse::<Language>();
        let language = errors.take("language", language, "register-error-language");
        let (Some(name), Some(domain), Some(language), true) =
            (name, domain, language, errors.is_empty())
        else {
            return (None, bad);
        };
        // A domain of 253 characters has no room for a mailbox before it (RFC 5321, section 4.5.3.1.3).
        let mailbox = match &domain {
            None => Ok(email.clone()),
            Some(domain) => format!("abuse@{domain}").parse(),
        };
        let mailbox = errors.take("domain", mailbox, "register-error-domain");
        let read = mailbox.map(|mailbox| Read {
            name,
            domain: domain.map(|name| name.to_string()).unwrap_or_default(),
            language,
            mailbox,
        });
        (read, bad)
    }
}

pub(super) async fn save(
    State(site): State<Site>,
    visitor: Visitor,
    Path(token): Path<String>,
    Form(form): Form<DetailsForm>,
) -> Result<Response, Refusal> {
    let (inner, asked) = (site.clone(), token.clone());
    let own = site.read(move |tx| own(&inner, &asked, tx)).await?;
    let Some(email) = own
        .email
        .clone()
        .filter(|_| own.state == RegistrationState::Begun)
    else {
        return Ok(Redirect::to(&home(&site, own.registration_no)).into_response());
    };
    let mut errors = Errors::default();
    let (read, bad) = form.read(&email, &mut errors);
    let Some(read) = read else {
        return ask(&site, &visitor, &own, form, (bad, errors));
    };
    let mailbox = read.mailbox.clone();
    if site.read(move |tx| is_ours(tx, &mailbox)).await? {
        errors.add("domain", "register-error-ours");
        return ask(&site, &visitor, &own, form, (bad, errors));
    }
    let now = site.now();
    if !may_use(&own, &read.mailbox) {
        errors.add("domain", "register-error-no-mails");
        return ask(&site, &visitor, &own, form, (bad, errors));
    }
    let is_paid = must_mail(&own, &read.mailbox, now);
    if is_paid {
        site.limit(&MAILS_TO_ONE, read.mailbox.compared())?;
    }
    let (inner, addresses) = (site.clone(), form.addresses.trim().to_owned());
    site.write(move |tx| {
        let own = held(&inner, &token, tx)?;
        if own.state != RegistrationState::Begun {
            return Ok(());
        }
        let must_mail = must_mail(&own, &read.mailbox, now);
        // Somebody changed it meanwhile, and no limit has counted this mail.
        if !may_use(&own, &read.mailbox) || (must_mail && !is_paid) {
            return Err(Refusal::Conflict);
        }
        let details = RegistrationDetails {
            name: &read.name,
            domain: &read.domain,
            addresses: &addresses,
            language: read.language,
        };
        tx.keep_registration(own.registration_no, &details)?;
        if !must_mail {
            return Ok(());
        }
        let own = Registration {
            name: read.name.clone(),
            language: read.language,
            ..own
        };
        send_code(&inner, tx, &own, &read.mailbox, now)
    })
    .await?;
    let next = format!("{}/mailbox", home(&site, own.registration_no));
    Ok(Redirect::to(&next).into_response())
}

/// Whether a mailbox can be the one of a registration: it got its last code, or there is a mail left for it.
fn may_use(own: &Registration, mailbox: &EmailAddress) -> bool {
    own.mails < MAILS_MAX || own.mailbox.as_ref() == Some(mailbox)
}

/// Whether a mailbox still needs a code: it got none yet, or that works no more. Whoever corrects the name does not cause another
/// mail. Where no mail is left, the next page says so.
fn must_mail(own: &Registration, mailbox: &EmailAddress, now: Timestamp) -> bool {
    let works = own.mailbox.as_ref() == Some(mailbox) && !is_over(own, now);
    !works && own.mails < MAILS_MAX
}

/// Whether the last code is worth nothing any more.
pub(super) fn is_over(own: &Registration, now: Timestamp) -> bool {
    let is_late = own
        .sent_at
        .is_none_or(|sent_at| sent_at.plus_seconds(CODE_DAYS * 86_400) < now);
    is_late || own.wrong >= WRONG_MAX
}

/// Leaves a mail with a code to a mailbox. Earlier ones are worth nothing any more.
pub(super) fn send_code(
    site: &Site,
    tx: &mut Tx<'_>,
    own: &Registration,
    mailbox: &EmailAddress,
    now: Timestamp,
) -> Result<(), Refusal> {
    let registration_no = own.registration_no;
    tx.test_registration(registration_no, mailbox, now)?;
    let key = site.link_key();
    let facts = json!({
        "organisation": own.name,
        "what": "code",
        "mailbox": mailbox.to_string(),
        "code": key.registration_code(registration_no, now.micros()),
        "days": CODE_DAYS,
        "link": site.link(&format!("{}/mailbox", home(site, registration_no))),
    });
    let mail = NewServiceMail {
        kind: ServiceKind::Registration.as_str(),
        to: mailbox,
        language: own.language,
        facts: &facts.to_string(),
    };
    tx.add_service_mail(&mail, now)?;
    let subject = subject(site, registration_no);
    tx.record(now, &subject, "mail-registration-code", &subject, "")?;
    Ok(())
}
