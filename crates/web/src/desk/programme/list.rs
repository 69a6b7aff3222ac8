//! `/desk/programmes`: every programme, and the form that makes one.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Form;
use model::{IdKind, Sector};
use rules::access::DeskDeed;
use serde::Serialize;

use super::terms::ProgrammeForm;
use super::{done, subject};
use crate::enrol::ProgrammeView;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Serialize)]
struct View {
    programmes: Vec<(String, ProgrammeView, bool)>,
    sectors: Vec<&'static str>,
    form: ProgrammeForm,
    errors: Errors,
}

pub(super) async fn list(State(site): State<Site>, staff: Staff) -> Result<Response, Refusal> {
    show(&site, &staff, ProgrammeForm::usual(), Errors::default()).await
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
    let Some(terms) = form.read(&staff.visitor.zone, &mut errors) else {
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
