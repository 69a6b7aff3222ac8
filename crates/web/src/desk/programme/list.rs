//! `/desk/programmes`: every programme, and the form that makes one.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Form;
use model::{Day, IdKind, Sector, Timestamp, Zone};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::ProgrammeTerms;

use super::{done, subject};
use crate::enrol::ProgrammeView;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Places that a programme may have; beyond that it is no programme but the service.
const PLACES_MAX: u32 = 10_000;

/// Characters of a name, and of a description.
const NAME_CHARS_MAX: usize = 100;
const TEXT_CHARS_MAX: usize = 2_000;

/// As it is sent; days as browsers write them.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct ProgrammeForm {
    slug: String,
    name_nl: String,
    name_en: String,
    text_nl: String,
    text_en: String,
    sector: Vec<String>,
    places: String,
    per_sector: String,
    opens_on: String,
    closes_on: String,
    begins_on: String,
    ends_on: String,
}

#[derive(Serialize)]
struct View {
    programmes: Vec<(String, ProgrammeView, bool)>,
    sectors: Vec<&'static str>,
    form: ProgrammeForm,
    errors: Errors,
}

pub(super) async fn list(State(site): State<Site>, staff: Staff) -> Result<Response, Refusal> {
    let form = ProgrammeForm {
        sector: Sector::ALL.iter().map(ToString::to_string).collect(),
        places: "40".to_owned(),
        per_sector: "4".to_owned(),
        ..ProgrammeForm::default()
    };
    show(&site, &staff, form, Errors::default()).await
}

async fn show(
    site: &Site,
    staff: &Staff,
    form: ProgrammeForm,
    errors: Errors,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programmes = site.read(|tx| Ok(tx.programmes()?)).await?;
    let programmes = programmes.iter().map(|programme| {
        let id = site.id(IdKind::Programme, programme.programme_no);
        let view = ProgrammeView::new(site, staff.visitor.language, programme);
        (id.to_string(), view, programme.published_at.is_some())
    });
    let view = View {
        programmes: programmes.collect(),
        sectors: Sector::ALL.iter().map(|sector| sector.as_str()).collect(),
        form,
        errors,
    };
    site.page(staff, "desk/programme/list.html", &view)
}

pub(super) async fn add(
    State(site): State<Site>,
    staff: Staff,
    Form(form): Form<ProgrammeForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let mut errors = Errors::default();
    let Some(terms) = read(&form, &staff.visitor.zone, &mut errors) else {
        return show(&site, &staff, form, errors).await;
    };
    let (now, actor, own) = (site.now(), staff.who.actor(&site), site.clone());
    let added = site
        .write(move |tx| {
            let added = tx.add_programme(&terms, now)?;
            if let Some(programme_no) = added {
                tx.record(
                    now,
                    &actor,
                    "add-programme",
                    &subject(&own, programme_no),
                    "",
                )?;
            }
            Ok(added)
        })
        .await?;
    let Some(programme_no) = added else {
        errors.add("slug", "desk-programme-error-used");
        return show(&site, &staff, form, errors).await;
    };
    let id = site.id(IdKind::Programme, programme_no);
    Ok(done(&id, "", "added").into_response())
}

fn read(form: &ProgrammeForm, zone: &Zone, errors: &mut Errors) -> Option<ProgrammeTerms> {
    let slug = form.slug.trim();
    let is_slug = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if slug.is_empty() || slug.len() > 40 || !slug.bytes().all(is_slug) {
        errors.add("slug", "desk-programme-error-slug");
    }
    let mut text = |field, text: &str, chars_max| {
        let text = text.trim().to_owned();
        if text.is_empty() || text.chars().count() > chars_max {
            errors.add(field, "desk-programme-error-text");
        }
        text
    };
    let name = [
        text("name_nl", &form.name_nl, NAME_CHARS_MAX),
        text("name_en", &form.name_en, NAME_CHARS_MAX),
    ];
    let texts = [
        text("text_nl", &form.text_nl, TEXT_CHARS_MAX),
        text("text_en", &form.text_en, TEXT_CHARS_MAX),
    ];
    let sectors: Result<Vec<Sector>, _> = form.sector.iter().map(|word| word.parse()).collect();
    let sectors = sectors.unwrap_or_default();
    if sectors.is_empty() {
        errors.add("sector", "desk-programme-error-sector");
    }
    let number = |text: &str| {
        let number = text.trim().parse::<u32>().ok();
        number
            .filter(|number| (1..=PLACES_MAX).contains(number))
            .ok_or(())
    };
    let places = errors.take(
        "places",
        number(&form.places),
        "desk-programme-error-number",
    );
    let per_sector = number(&form.per_sector);
    let per_sector = errors.take("per_sector", per_sector, "desk-programme-error-number");
    let mut day = |field, text: &str, after: Option<Day>| {
        let day = text.parse::<Day>().ok();
        let day = day.filter(|day| after.is_none_or(|after| after < *day));
        errors.take(field, day.ok_or(()), "desk-programme-error-day")
    };
    let opens_on = day("opens_on", &form.opens_on, None);
    let closes_on = day("closes_on", &form.closes_on, opens_on);
    let begins_on = day("begins_on", &form.begins_on, closes_on);
    let ends_on = day("ends_on", &form.ends_on, begins_on);
    if !errors.is_empty() {
        return None;
    }
    // Applications are taken from the first minute of the first day to the last one before the closing day.
    let midnight = |day: Day| Timestamp::parse(&format!("{day} 00:00:00"), zone).ok();
    Some(ProgrammeTerms {
        slug: slug.to_owned(),
        name,
        text: texts,
        sectors,
        places: places?,
        per_sector: per_sector?,
        opens_at: midnight(opens_on?)?,
        closes_at: midnight(closes_on?)?,
        begins_on: begins_on?,
        ends_on: ends_on?,
    })
}
