//! The agreement of a programme: its next version, and copies of it. A version has every part that requirement PI-08 names, in
//! both languages: the form has a field for each.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use model::{Day, IdKind, Language};
use rules::access::DeskDeed;
use rules::enrol::agreement::{compose, has_heading, parts};
use rules::enrol::changes::may_hold_from;
use rules::enrol::draw::commitment as digest;
use serde::{Deserialize, Serialize};
use store::Agreement;
use uuid::Uuid;

use super::{coordinator_must_have_proved, done, hold_running, participants, subject};
use crate::enrol::{Copy, News};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Characters of a part of an agreement: some six pages.
const PART_CHARS_MAX: usize = 20_000;

/// The fields of the parts, by language, in the order of [`rules::enrol::agreement::Part::ALL`].
const FIELDS: [[&str; 5]; 2] = [
    [
        "purpose_nl",
        "obligations_nl",
        "liability_nl",
        "data_use_nl",
        "data_protection_nl",
    ],
    [
        "purpose_en",
        "obligations_en",
        "liability_en",
        "data_use_en",
        "data_protection_en",
    ],
];

/// An agreement as it is sent: a field for each part that it cannot do without.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct AgreementForm {
    purpose_nl: String,
    obligations_nl: String,
    liability_nl: String,
    data_use_nl: String,
    data_protection_nl: String,
    purpose_en: String,
    obligations_en: String,
    liability_en: String,
    data_use_en: String,
    data_protection_en: String,
    /// Last day on which it is to be signed; empty: none is named.
    sign_by: String,
}

impl AgreementForm {
    /// The form with the parts of a version, to write the next one.
    pub(super) fn of(version: &Agreement) -> Self {
        let [dutch, english] = &version.text;
        let [
            purpose_nl,
            obligations_nl,
            liability_nl,
            data_use_nl,
            data_protection_nl,
        ] = parts(Language::Nl, dutch);
        let [
            purpose_en,
            obligations_en,
            liability_en,
            data_use_en,
            data_protection_en,
        ] = parts(Language::En, english);
        Self {
            purpose_nl,
            obligations_nl,
            liability_nl,
            data_use_nl,
            data_protection_nl,
            purpose_en,
            obligations_en,
            liability_en,
            data_use_en,
            data_protection_en,
            sign_by: String::new(),
        }
    }

    /// The whole texts, in Dutch and in English; notes each part that is empty, is too long, or has the heading of
    /// a part in it.
    fn texts(&self, errors: &mut Errors) -> [String; 2] {
        let typed = [
            [
                &self.purpose_nl,
                &self.obligations_nl,
                &self.liability_nl,
                &self.data_use_nl,
                &self.data_protection_nl,
            ],
            [
                &self.purpose_en,
                &self.obligations_en,
                &self.liability_en,
                &self.data_use_en,
                &self.data_protection_en,
            ],
        ];
        let mut whole = <[String; 2]>::default();
        let languages = [Language::Nl, Language::En].into_iter().zip(FIELDS);
        for (text, ((language, fields), typed)) in whole.iter_mut().zip(languages.zip(typed)) {
            let mut parts = <[String; 5]>::default();
            for (part, (field, typed)) in parts.iter_mut().zip(fields.into_iter().zip(typed)) {
                // Browsers end lines their own way; the digest is that of plain line ends.
                *part = typed.replace("\r\n", "\n").trim().to_owned();
                if part.is_empty() || part.chars().count() > PART_CHARS_MAX {
                    errors.add(field, "desk-agreement-error-part");
                } else if has_heading(language, part) {
                    errors.add(field, "desk-agreement-error-heading");
                }
            }
            *text = compose(language, &parts);
        }
        whole
    }
}

/// Publishes the next version of the agreement. Everybody signs anew, and is told so.
pub(super) async fn publish(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<AgreementForm>,
) -> Result<Response, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let mut errors = Errors::default();
    let texts = form.texts(&mut errors);
    let sign_by = match form.sign_by.trim() {
        "" => None,
        day => {
            let day = day.parse::<Day>().ok();
            let day = day.filter(|day| now.day() < *day && may_hold_from(*day, now.day()));
            errors.take("sign_by", day.ok_or(()), "desk-agreement-error-day")
        }
    };
    if !errors.is_empty() {
        return participants::page(&site, &staff, id, Some(form), errors, None).await;
    }
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (actor, subject) = (staff.who.actor(&site), subject(&site, programme_no));
    let inner = site.clone();
    site.write(move |tx| {
        hold_running(tx, programme_no)?;
        let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
        let [dutch, english] = [&texts[0][..], &texts[1]];
        let version = tx.add_agreement(programme_no, [dutch, english], sign_by, now)?;
        let unsigned = tx.unsigned_of(programme_no)?;
        let signed = tx.versions_signed(programme_no)?;
        let news = News::of(tx, &programme)?;
        for one in tx.participants_of(programme_no)? {
            if unsigned.binary_search(&one.application_no).is_err() {
                continue;
            }
            let has_signed = signed.contains_key(&one.party_no);
            let what = if has_signed { "sign-again" } else { "sign" };
            news.tell(&inner, tx, one.party_no, (what, ""))?;
        }
        let detail = format!("version {version}: {}", digest(dutch));
        Ok(tx.record(now, &actor, "publish-agreement", &subject, &detail)?)
    })
    .await?;
    Ok(done(&id, "/participants", "agreement").into_response())
}

/// The newest version, as it is before somebody signs.
pub(super) async fn blank(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (programme, newest) = site
        .read(move |tx| {
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            let newest = tx.newest_agreement(programme_no)?;
            Ok((programme, newest.ok_or(Refusal::NotFound)?))
        })
        .await?;
    let copy = Copy {
        programme: &programme,
        version: &newest,
        signed: None,
    };
    copy.to_file(&site, &staff.visitor)
}

/// Which of the versions; without it the newest that was signed.
#[derive(Deserialize)]
pub(super) struct Which {
    version: Option<i64>,
}

/// A version that a participant signed.
pub(super) async fn signed(
    State(site): State<Site>,
    staff: Staff,
    Path((id, application)): Path<(Uuid, Uuid)>,
    Query(which): Query<Which>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let application_no = site.number(IdKind::Application, &application)?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    let (programme, version, signature, organisation) = site
        .write(move |tx| {
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            let participants = tx.participants_of(programme_no)?.into_iter();
            let mut own = participants.filter(|one| one.application_no == application_no);
            let party_no = own.next().ok_or(Refusal::NotFound)?.party_no;
            let party = tx.party(party_no)?.ok_or(Refusal::NotFound)?;
            let signed = tx.signatures_of(programme_no, party_no)?.into_iter();
            let mut wanted =
                signed.filter(|(version, _)| which.version.is_none_or(|no| no == *version));
            let (version, signature) = wanted.next().ok_or(Refusal::NotFound)?;
            let version = tx.agreement(programme_no, version)?;
            let version = version.ok_or(Refusal::NotFound)?;
            // It is data of an organisation: who read it is known.
            let subject = format!("application {application}");
            tx.record(now, &actor, "read-agreement", &subject, "")?;
            Ok((programme, version, signature, party.name))
        })
        .await?;
    let copy = Copy {
        programme: &programme,
        version: &version,
        signed: Some((&signature, &organisation)),
    };
    copy.to_file(&site, &staff.visitor)
}
