//! `/check`: whether a message is real, for anybody who has its reference and its code (requirement SE-01).
//!
//! A wrong code and a reference that does not exist are answered alike, and nothing is said of findings.

use axum::Form;
use axum::extract::State;
use axum::response::Response;
use model::EmailAddress;
use serde::{Deserialize, Serialize};
use store::Notification;

use crate::client::Client;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// Questions of one network about one reference: enough for a room full of people.
const QUESTIONS: Limiter = Limiter::new("check", Rate::per_hour(30));

/// Questions of all networks about one reference: more than one network can use up, too few to guess 39 bits.
const OF_ALL: Limiter = Limiter::new("check, all", Rate::per_hour(1_000));

#[derive(Deserialize)]
pub(super) struct Question {
    reference: String,
    code: String,
}

#[derive(Serialize)]
struct AnswerView {
    /// Whether the page says something about a message.
    asked: bool,
    reference: String,
    code: String,
    real: Option<RealView>,
}

/// What may be known of a message by whoever has its code.
#[derive(Serialize)]
struct RealView {
    desk: String,
    sender: String,
    sent_at: String,
    kind: &'static str,
    /// Domains of its receivers, masked.
    domains: Vec<String>,
}

pub(super) async fn ask(State(site): State<Site>, visitor: Visitor) -> Result<Response, Refusal> {
    let view = AnswerView {
        asked: false,
        reference: String::new(),
        code: String::new(),
        real: None,
    };
    site.page(&visitor, "answer/check.html", &view)
}

pub(super) async fn answer(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Form(form): Form<Question>,
) -> Result<Response, Refusal> {
    let number = Notification::number_in(&form.reference.to_ascii_uppercase());
    if let Some(number) = number {
        site.limit(&QUESTIONS, (number, client))?;
        site.limit(&OF_ALL, number)?;
    }
    let given = form.code.clone();
    let key = site.link_key();
    let reference = form.reference.trim().to_ascii_uppercase();
    let real = site
        .read(move |tx| {
            // The same questions whether or not there is such a message.
            let number = number.unwrap_or_default();
            let is_right = key.is_same(&compared(&key.check_code(number)), &compared(&given));
            let message = tx.notification(number)?;
            let deliveries = tx.deliveries_of(number)?;
            let desks = tx.desks()?;
            let message = message.filter(|message| {
                is_right && message.is_told() && message.reference() == reference
            });
            let Some(message) = message else {
                return Ok(None);
            };
            let desk = desks
                .into_iter()
                .find(|desk| desk.desk_no == message.key.desk_no);
            let Some(desk) = desk else { return Ok(None) };
            let mut domains: Vec<_> = deliveries.iter().map(|it| masked(&it.address)).collect();
            domains.sort_unstable();
            domains.dedup();
            Ok(Some(RealView {
                desk: desk.name,
                sender: desk
                    .sender
                    .map(|sender| sender.to_string())
                    .unwrap_or_default(),
                sent_at: message.decided_at.unwrap_or(message.created_at).to_string(),
                kind: message.key.kind.as_str(),
                domains,
            }))
        })
        .await?;
    let view = AnswerView {
        asked: true,
        reference: form.reference,
        code: form.code,
        real,
    };
    site.page(&visitor, "answer/check.html", &view)
}

/// People leave the dash out, and do not see a difference between small and large letters.
pub(crate) fn compared(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_uppercase()).collect()
}

/// The domain of an address: first and last letter of each label but the last, which stays.
fn masked(address: &EmailAddress) -> String {
    let address = address.to_string();
    let domain = address.rsplit('@').next().unwrap_or_default();
    let (labels, last) = domain.rsplit_once('.').unwrap_or((domain, ""));
    let (first, end) = (labels.chars().next(), labels.chars().next_back());
    let letter = |letter: Option<char>| letter.map(String::from).unwrap_or_default();
    format!("{}*****{}.{last}", letter(first), letter(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_shows_its_first_and_last_letter() {
        for (address, want) in [
            ("abuse@bakkerij.example", "b*****j.example"),
            ("a@mail.bakkerij.example", "m*****j.example"),
            ("a@x.example", "x*****x.example"),
        ] {
            assert_eq!(masked(&address.parse().unwrap()), want);
        }
    }

    #[test]
    fn a_code_is_compared_as_people_write_it() {
        for written in ["K7QF-3MNP", "k7qf3mnp", " K7QF 3MNP ", "k7qf–3mnp"] {
            assert_eq!(compared(written), "K7QF3MNP", "{written}");
        }
    }
}
