use axum::http::StatusCode;
use model::StaffRole;
use testkit::{Desk, TestStore, both_engines};

use super::{at_work, busy, report_of};
use crate::testing::{Browser, TestSite};

both_engines![a_text_is_written_by_one_and_approved_by_another];

/// The fields of a form of a page, as they stand there.
fn fields_of(page: &str) -> Vec<(String, String)> {
    let unescaped = |text: &str| {
        let text = text.replace("&#x2f;", "/").replace("&#x27;", "'");
        text.replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    };
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split('"').next().map(unescaped)
    };
    let inputs = page.split("<input class=\"utrecht-textbox\"").skip(1);
    let inputs = inputs.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)));
    let areas = page.split("<textarea").skip(1).filter_map(|tag| {
        let (_, text) = tag.split_once(">\n")?;
        let text = text.split("</textarea>").next()?;
        Some((attribute(tag, "name")?, unescaped(text)))
    });
    inputs.chain(areas).collect()
}

/// Sends the form of a page back with some fields changed.
fn send(browser: &mut Browser<'_>, page: &str, action: &str, changed: &[(&str, &str)]) -> String {
    let mut fields = fields_of(&browser.get(page).body);
    fields.retain(|(name, _)| changed.iter().all(|(other, _)| name != other));
    let fields = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = fields.chain(changed.iter().copied()).collect();
    let answer = browser.post(action, &fields);
    answer.location().split('=').next_back().unwrap().to_owned()
}

/// Begins a version; gives its address.
fn begun(browser: &mut Browser<'_>) -> String {
    let begun = browser.post("/desk/catalogue/open-rdp/drafts", &[]);
    let place = begun.location().strip_suffix("?done=begun");
    place
        .unwrap_or_else(|| panic!("{}", begun.location()))
        .to_owned()
}

fn a_text_is_written_by_one_and_approved_by_another(test: &TestStore) {
    let site = busy(TestSite::over(Desk::of(test)));
    let mut editor = at_work(&site, StaffRole::Editor);
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let message = {
        let id = site.site.id(model::IdKind::Notification, 1);
        format!("/desk/messages/{id}")
    };
    let here = begun(&mut editor);
    let again = editor.post("/desk/catalogue/open-rdp/drafts", &[]);
    assert!(again.location().ends_with("done=open"));
    let decide = format!("{here}/decide");
    let act = |browser: &mut Browser<'_>, act: &str| {
        let answer = browser.post(&decide, &[("act", act)]);
        match answer.status {
            StatusCode::SEE_OTHER => answer.location().rsplit('=').next().unwrap().to_owned(),
            status => status.to_string(),
        }
    };
    assert_eq!(act(&mut editor, "ask"), "mistakes", "it has no note");
    let text = format!("{here}/en/entrepreneur");
    let title = "Somebody may steer your computer from outside";
    assert_eq!(send(&mut editor, &text, &text, &[("title", "")]), "saved");
    let page = editor.get(&text).body;
    assert!(
        page.contains("en.entrepreneur.title") && page.contains("is empty"),
        "{page}"
    );
    assert_eq!(
        send(&mut editor, &text, &text, &[("title", title)]),
        "saved"
    );
    let page = editor.get(&text).body;
    assert_eq!(
        page.matches(title).count(),
        2,
        "in the form and the mail: {page}"
    );
    let head = [("note", "Plainer words"), ("severity", "critical")];
    assert_eq!(
        send(&mut editor, &here, &format!("{here}/head"), &head),
        "saved"
    );
    assert_eq!(act(&mut editor, "ask"), "asked");
    assert_eq!(
        act(&mut editor, "approve"),
        StatusCode::FORBIDDEN.to_string()
    );
    // What is held is written when it is looked at; nothing of a draft is in it.
    assert!(!analyst.get(&message).body.contains("critical"));
    assert_eq!(act(&mut analyst, "return"), "returned");
    assert_eq!(act(&mut editor, "ask"), "asked");
    assert_eq!(act(&mut analyst, "approve"), "approved");
    let list = analyst.get("/desk/catalogue").body;
    assert!(list.contains("of the desk"), "{list}");
    // The severity is that of the desk from now on, and the balance holds.
    site.desk.report(&report_of(&["192.0.2.9"]));
    site.desk.work();
    site.desk.status();
    let held = analyst.get("/desk/messages?severity=critical").body;
    assert!(held.contains("NTF-2026-"), "{held}");
    let back = [("from", here.rsplit('/').next().unwrap())];
    let again = editor.post("/desk/catalogue/open-rdp/drafts", &back);
    assert!(again.location().ends_with("done=begun"));
}

/// Gives the Dutch text for entrepreneurs another title, in two persons.
fn retitle(site: &TestSite, title: &str) {
    let mut editor = at_work(site, StaffRole::Editor);
    let here = begun(&mut editor);
    let text = format!("{here}/nl/entrepreneur");
    send(&mut editor, &text, &text, &[("title", title)]);
    send(
        &mut editor,
        &here,
        &format!("{here}/head"),
        &[("note", "Other words"), ("severity", "")],
    );
    editor.post(&format!("{here}/decide"), &[("act", "ask")]);
    let colleague = site.person("colleague@csirt.example");
    site.employ(colleague, StaffRole::Editor);
    let approved = site
        .signed_in(colleague)
        .post(&format!("{here}/decide"), &[("act", "approve")]);
    assert!(
        approved.location().ends_with("done=approved"),
        "{}",
        approved.location()
    );
}

#[test]
fn what_was_approved_keeps_its_text_and_what_waits_gets_the_new_one() {
    let site = busy(TestSite::new());
    site.desk.report(&report_of(&["192.0.2.77"]));
    site.desk.work();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let message = |number: i64| {
        let id = site.site.id(model::IdKind::Notification, number);
        format!("/desk/messages/{id}")
    };
    analyst.post(&format!("{}/decide", message(1)), &[("act", "approve")]);
    let title = "Iemand kan uw computer besturen";
    retitle(&site, title);
    assert!(!analyst.get(&message(1)).body.contains(title));
    assert!(analyst.get(&message(2)).body.contains(title));
}
