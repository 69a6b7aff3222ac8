//! What pages change, beside what programs can: each form of a page has its operation of the API, or a reason in
//! `docs/adr/0014-api.md` why it is for people. A page with a form that stands in no table fails here.

mod desk;
mod organisation;
mod person;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;

use super::{NOTHING, site};
use crate::api::ROOT;
use crate::isolation::{filled, routes};

/// How a program does what a form of a page does.
enum Program {
    /// By these operations.
    Does(&'static [&'static str]),
    /// By these operations, but for what is kept for people, in the words of the ADR.
    DoesBut(&'static [&'static str], &'static str),
    /// Not at all, in the words of the ADR.
    Leaves(&'static str),
}

/// A path of a page to which a form goes, and how a program does it.
type Row = (&'static str, Program);

/// What was decided about what programs do not do.
const DECISIONS: &str = include_str!("../../../../../docs/adr/0014-api.md");

fn tables() -> impl Iterator<Item = &'static Row> {
    let tables = [desk::FORMS, organisation::FORMS, person::FORMS];
    tables.into_iter().flatten()
}

/// Paths of pages to which forms go. The router says of each path by which methods it is asked.
fn forms() -> BTreeSet<String> {
    let pages = crate::isolation::site();
    let takes_forms = |route: &String| {
        let asked = Request::patch(filled(&pages, route)).body(Body::empty());
        let answer = pages.browser().ask(asked.unwrap());
        answer.header("allow").contains("POST")
    };
    let of_pages = routes(&pages)
        .into_iter()
        .filter(|route| !route.starts_with(ROOT));
    of_pages.filter(takes_forms).collect()
}

#[test]
fn every_form_of_a_page_is_an_operation_for_programs_or_is_kept_for_people_with_a_reason() {
    let forms = forms();
    assert!(forms.len() > 100, "the router says it in another way");
    let known: Vec<&str> = tables().map(|(path, _)| *path).collect();
    let missing: Vec<_> = forms.iter().filter(|it| !known.contains(&&***it)).collect();
    assert!(
        missing.is_empty(),
        "say how a program does these: {missing:#?}"
    );
    let gone: Vec<_> = known.iter().filter(|it| !forms.contains(**it)).collect();
    assert!(gone.is_empty(), "no form goes there: {gone:#?}");
    let once: BTreeSet<_> = known.iter().collect();
    assert_eq!(once.len(), known.len(), "a path stands in a table twice");
}

#[test]
fn every_operation_that_a_form_has_is_in_the_document_and_every_reason_in_the_decision() {
    let document = site().api("", "GET", "/openapi.json", &NOTHING).json();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let known: BTreeSet<&str> = operations
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();
    let decisions = DECISIONS.split_whitespace().collect::<Vec<_>>().join(" ");
    for (path, program) in tables() {
        let (names, reason) = match program {
            Program::Does(names) => (*names, None),
            Program::DoesBut(names, reason) => (*names, Some(*reason)),
            Program::Leaves(reason) => (&[][..], Some(*reason)),
        };
        assert!(!names.is_empty() || reason.is_some(), "{path}");
        for name in names {
            assert!(known.contains(name), "{path}: no operation `{name}`");
        }
        if let Some(reason) = reason {
            assert!(decisions.contains(reason), "{path}: not decided: {reason}");
        }
    }
}
