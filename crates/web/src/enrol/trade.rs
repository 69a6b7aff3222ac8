//! The trade register, asked while somebody fills in an application: it fills in name and legal form, which the applicant may
//! correct, and never stands in the way.

use std::time::Duration;

use model::{ApplicationState, KvkNumber, TradeState};
use rules::enrol::form::ApplicationForm;
use rules::enrol::trade::business_form;
use store::{TradeAnswer, Tx};

use super::application::{Own, form_of};
use crate::client::Client;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;

/// Numbers of which a network learns the name, by whatever form: enough for typing errors and neighbours, too few to read the
/// register out.
pub(crate) const OF_NETWORK: Limiter =
    Limiter::new("names from the trade register", Rate::per_hour(10));

/// Numbers of which an application learns the name.
const OF_APPLICATION: Limiter = Limiter::new(
    "names from the trade register for an application",
    Rate::new(3, Duration::from_secs(3_600)),
);

/// Fills in what the register says of the number, where no name was given; else the register is asked by upkeep, for the desk.
/// Gives the word of what the applicant is told of it: `filled`, `unknown` or `silent`.
pub(super) async fn fill_in(
    site: &Site,
    client: Client,
    own: &mut Own,
) -> Result<Option<&'static str>, Refusal> {
    let (Some(register), Ok(kvk)) = (site.trade_register(), own.form.kvk.parse::<KvkNumber>())
    else {
        return Ok(None);
    };
    let (application_no, now) = (own.application.application_no, site.now());
    let kept = site
        .read(move |tx| Ok(tx.trade_answer(application_no)?))
        .await?
        .filter(|kept| kept.kvk == kvk);
    let needs_name = own.form.organisation.trim().is_empty();
    let is_new = kept.is_none();
    let mut answer = kept.unwrap_or_else(|| TradeAnswer::due(application_no, kvk, now));
    let asks =
        needs_name && answer.state == TradeState::Waiting && may_ask(site, client, application_no);
    if asks {
        let register = register.clone();
        let asked = tokio::task::spawn_blocking(move || register.ask(kvk)).await;
        answer = match asked {
            Ok(Ok(entry)) => answer.answered(entry, now),
            Ok(Err(error)) => {
                tracing::warn!(%error, "trade register was not asked");
                answer.put_off(now)
            }
            Err(_) => return Err(Refusal::Panicked),
        };
    }
    let is_news = asks || is_new;
    if !is_news && !needs_name {
        return Ok(None);
    }
    let (form, told) = site.write(move |tx| keep(tx, &answer, is_news)).await?;
    own.form = form;
    Ok(told)
}

/// Keeps what the register says, in the form as it stands now: asking took a while, in which another step may have been saved,
/// another number given, or the application taken back.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    answer: &TradeAnswer,
    is_news: bool,
) -> Result<(ApplicationForm, Option<&'static str>), Refusal> {
    let application_no = answer.application_no;
    tx.hold_application(application_no)?;
    let application = tx.application(application_no)?;
    let begun = application.filter(|one| one.state == ApplicationState::Begun);
    let mut form = form_of(&begun.ok_or(Refusal::Conflict)?);
    if form.kvk.parse().ok() != Some(answer.kvk) {
        return Ok((form, None));
    }
    if is_news {
        tx.put_trade_answer(answer)?;
    }
    if !form.organisation.trim().is_empty() {
        return Ok((form, None));
    }
    let Some(entry) = &answer.entry else {
        let told = match answer.state {
            TradeState::Unknown => "unknown",
            TradeState::Waiting | TradeState::Known => "silent",
        };
        return Ok((form, Some(told)));
    };
    form.organisation.clone_from(&entry.name);
    if let Some(business) = business_form(&entry.legal_form).filter(|_| form.form.is_empty()) {
        form.form = business.to_string();
    }
    let filled = serde_json::to_string(&form).expect("texts can be written");
    tx.keep_application_form(application_no, &filled)?;
    Ok((form, Some("filled")))
}

/// Nobody is refused for this: without the register the name is typed.
fn may_ask(site: &Site, client: Client, application_no: i64) -> bool {
    site.limit(&OF_NETWORK, client).is_ok() && site.limit(&OF_APPLICATION, application_no).is_ok()
}
