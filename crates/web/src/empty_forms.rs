//! Every form of every page, sent as it opens: nothing filled in. What comes back says of each field what is missing, and
//! leads to it. That each error leads somewhere and has the name of its field is looked at in every answer: an error without
//! a field is a failed page while developing (`page/summary.rs`), a link to nothing is found by `testing/readable.rs`.

use model::{OrganisationRole, StaffRole};

use crate::isolation::{filled, routes, site};
use crate::testing::TestSite;

/// Forms that are sent at least; fewer means that they are no longer found.
const FORMS_MIN: usize = 40;

/// Of these at least so many answer with a list of errors.
const LISTS_MIN: usize = 20;

/// A form of a page: where it goes, and its fields with nothing in them.
struct EmptyForm {
    action: String,
    fields: Vec<(String, String)>,
}

/// The forms of a page that ask for something. Those with a button alone do what they say.
fn forms(page: &str) -> Vec<EmptyForm> {
    let mut forms = Vec::new();
    for part in page.split("<form ").skip(1) {
        let (head, rest) = part.split_once('>').unwrap_or((part, ""));
        let is_sent = attribute(head, "method") == "post" && !head.contains("multipart");
        let form = rest.split("</form>").next().unwrap_or_default();
        let controls = ["<input ", "<textarea ", "<select "];
        let controls = controls.iter().flat_map(|begin| form.split(begin).skip(1));
        let tags: Vec<&str> = controls.filter_map(|it| it.split('>').next()).collect();
        let is_hidden = |tag: &str| attribute(tag, "type") == "hidden";
        if !is_sent || tags.iter().copied().all(is_hidden) {
            continue;
        }
        let is_tick = |tag: &&str| matches!(attribute(tag, "type"), "checkbox" | "radio");
        let fields = tags.iter().filter(|tag| !is_tick(tag)).map(|tag| {
            let value = if is_hidden(tag) {
                attribute(tag, "value")
            } else {
                ""
            };
            (attribute(tag, "name").to_owned(), value.to_owned())
        });
        forms.push(EmptyForm {
            action: attribute(head, "action").replace("&#x2f;", "/"),
            fields: fields.collect(),
        });
    }
    forms
}

/// The value of an attribute of a tag; empty where it has none.
fn attribute<'t>(tag: &'t str, name: &str) -> &'t str {
    let begin = format!("{name}=\"");
    let value = tag
        .split_once(&begin)
        .and_then(|(_, rest)| rest.split('"').next());
    value.unwrap_or_default()
}

/// Somebody who may do everything: an administrator of the bakery with every role of the desk.
fn busybody(site: &TestSite) -> i64 {
    let person = site.person("busy@bakery.example");
    site.join(person, "bakery", OrganisationRole::Administrator);
    for role in StaffRole::ALL {
        site.employ(person, *role);
    }
    person
}

#[test]
fn a_form_that_is_sent_empty_says_of_each_field_what_is_missing() {
    let site = site();
    let person = busybody(&site);
    let party = format!("/desk/organisations/{}", site.party_id("bakery"));
    site.signed_in(person)
        .post(&party, &[("reason", "a letter came in")]);
    let (mut sent, mut lists) = (0, 0);
    let mut seen = std::collections::BTreeSet::new();
    for route in routes(&site) {
        // Signing out is among the routes, so each page has a session of its own.
        let mut browser = site.signed_in(person);
        let page = browser.get(&filled(&site, &route)).body;
        for form in forms(&page) {
            if !seen.insert((route.clone(), form.action.clone())) {
                continue;
            }
            let fields: Vec<(&str, &str)> = form
                .fields
                .iter()
                .map(|(name, value)| (&name[..], &value[..]))
                .collect();
            let answer = site.signed_in(person).post(&form.action, &fields);
            assert!(
                !answer.status.is_server_error(),
                "{route}: {} {fields:?}: {}",
                form.action,
                answer.body
            );
            sent += 1;
            lists += usize::from(answer.body.contains("id=\"error-summary\""));
        }
    }
    assert!(
        sent >= FORMS_MIN && lists >= LISTS_MIN,
        "{sent} forms, {lists} lists"
    );
}
