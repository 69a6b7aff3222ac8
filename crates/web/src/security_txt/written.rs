//! `/organisations/{organisation}/security-txt/new`: a form that becomes a file.
//!
//! What is wrong with a field is what a check of the file would say.

use axum::Form;
use axum::extract::State;
use axum::response::Response;
use formats::security_txt::{Problem, SecurityTxt, Weight, check};
use model::{AssetKind, Day, EmailAddress, Timestamp};
use rules::access::Deed;
use serde::{Deserialize, Serialize};
use store::AssetFilter;

use super::look::{PATH, proved_domain};
use crate::download::file;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Days for which a file holds at most: the rules advise less than a year.
const DAYS_MAX: i32 = 364;

/// Lines of a field.
pub(crate) const LINES_MAX: usize = 20;

/// Letters of a line. Addresses are shorter.
pub(crate) const LINE_CHARS_MAX: usize = 500;

/// Domains that are looked through for one that is proved.
const DOMAINS_MAX: i64 = 1_000;

/// The form, as it comes. Lists have a value in each line.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct FileForm {
    pub(crate) contact: String,
    pub(crate) expires: String,
    /// With commas between them, in one line.
    pub(crate) languages: String,
    pub(crate) policy: String,
    pub(crate) encryption: String,
    pub(crate) canonical: String,
    /// `download`, or empty: to look at it.
    pub(crate) deal: String,
}

#[derive(Serialize)]
struct View {
    form: FileForm,
    errors: Errors,
    /// The file; empty before the form was filled in well.
    text: String,
    here: String,
    list: String,
}

impl FileForm {
    /// The file that it says, or what is wrong.
    pub(crate) fn read(&self, now: Timestamp) -> Result<String, Errors> {
        let mut errors = Errors::default();
        let today = now.day();
        let day = self.expires.trim().parse::<Day>().ok();
        let day = day.filter(|day| *day > today && *day <= today.plus_days(DAYS_MAX));
        let Some(day) = errors.take("expires", day.ok_or(()), "security-txt-error-expires") else {
            return Err(errors);
        };
        for (name, text, lines_max) in [
            ("contact", &self.contact, LINES_MAX),
            ("languages", &self.languages, 1),
            ("policy", &self.policy, 1),
            ("encryption", &self.encryption, LINES_MAX),
            ("canonical", &self.canonical, LINES_MAX),
        ] {
            if !fits(text, lines_max) {
                errors.add(name, "security-txt-error-long");
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let languages = self.languages.split(',').map(str::trim);
        let written = SecurityTxt {
            contacts: lines(&self.contact).map(contact).collect(),
            expires: day.start(),
            encryption: lines(&self.encryption).map(str::to_owned).collect(),
            languages: languages
                .filter(|tag| !tag.is_empty())
                .map(str::to_owned)
                .collect(),
            policy: lines(&self.policy).next().map(str::to_owned),
            canonical: lines(&self.canonical).map(str::to_owned).collect(),
        };
        let text = written.to_string();
        note_problems(&text, now, &mut errors);
        match errors.is_empty() {
            true => Ok(text),
            false => Err(errors),
        }
    }
}

/// The values of a list, one in each line.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty())
}

/// Whether a field has so many lines at most, none of them long, and nothing that is no text.
fn fits(text: &str, lines_max: usize) -> bool {
    lines(text).count() <= lines_max
        && lines(text).all(|line| {
            line.chars().count() <= LINE_CHARS_MAX && !line.chars().any(char::is_control)
        })
}

/// An e-mail address is written as the file wants it; the rest stays as it is.
fn contact(text: &str) -> String {
    match text.parse::<EmailAddress>() {
        Ok(address) => format!("mailto:{address}"),
        Err(_) => text.to_owned(),
    }
}

/// Notes at each field what the check of the file says of its lines.
fn note_problems(text: &str, now: Timestamp, errors: &mut Errors) {
    let lines: Vec<&str> = text.lines().collect();
    let mut noted = Vec::new();
    for issue in check(text.as_bytes(), &[], now).issues {
        let name = issue.line.and_then(|line| {
            let line = lines.get(line as usize - 1)?;
            Some(line.split_once(':')?.0)
        });
        let wrong = match (name, issue.problem) {
            (None, Problem::NoContact) => ("contact", "security-txt-error-no-contact"),
            (Some("Contact"), _) => ("contact", "security-txt-error-contact"),
            (Some("Encryption"), _) => ("encryption", "security-txt-error-address"),
            (Some("Policy"), _) => ("policy", "security-txt-error-address"),
            (Some("Canonical"), _) => ("canonical", "security-txt-error-address"),
            (Some("Preferred-Languages"), _) => ("languages", "security-txt-error-languages"),
            (_, problem) if problem.weight() == Weight::Error => {
                ("contact", "security-txt-error-file")
            }
            _ => continue,
        };
        if !noted.contains(&wrong) {
            errors.add(wrong.0, wrong.1);
            noted.push(wrong);
        }
    }
}

pub(super) async fn form(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let party_no = member.party_no;
    let domains = site
        .read(move |tx| {
            let domains = AssetFilter {
                kind: Some(AssetKind::Domain),
                ..AssetFilter::default()
            };
            Ok(tx.own_assets(party_no, &domains, None, DOMAINS_MAX)?)
        })
        .await?;
    let first = domains.iter().find_map(proved_domain);
    let form = FileForm {
        contact: first
            .map(|name| format!("security@{name}"))
            .unwrap_or_default(),
        expires: site.now().day().plus_days(DAYS_MAX).to_string(),
        languages: "nl, en".to_owned(),
        canonical: first
            .map(|name| outgoing::file_address(name, PATH))
            .unwrap_or_default(),
        ..FileForm::default()
    };
    page(&site, &member, form, Errors::default(), String::new())
}

pub(super) async fn write(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<FileForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    match form.read(site.now()) {
        Err(errors) => page(&site, &member, form, errors, String::new()),
        Ok(text) if form.deal == "download" => {
            Ok(file("text/plain; charset=utf-8", "security.txt", text))
        }
        Ok(text) => page(&site, &member, form, Errors::default(), text),
    }
}

fn page(
    site: &Site,
    member: &Member,
    form: FileForm,
    errors: Errors,
    text: String,
) -> Result<Response, Refusal> {
    let list = format!("{}/security-txt", member.home());
    let view = View {
        form,
        errors,
        text,
        here: format!("{list}/new"),
        list,
    };
    site.page(member, "security_txt/new.html", &view)
}
