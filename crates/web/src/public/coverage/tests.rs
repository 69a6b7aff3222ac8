//! What the page about coverage says, and what it does not.

use axum::http::{Request, StatusCode, header};
use model::{IdKind, OrganisationRole, StaffRole};
use testkit::{RegisterBuilder, Report};

use crate::testing::{Answer, TestSite};

/// A desk with one source that reported an open remote desktop.
fn site() -> TestSite {
    let site = TestSite::new();
    let register =
        RegisterBuilder::new()
            .organisation("bakery")
            .asset("bakery", "prefix", "192.0.2.0/24");
    site.desk.import(&register);
    let row = [("ip", "192.0.2.1"), ("port", "3389"), ("protocol", "tcp")];
    site.desk.report(&Report::new("scan_rdp").row(&row));
    site.desk.work();
    site
}

fn in_english(site: &TestSite) -> Answer {
    let request = Request::get("/coverage").header(header::ACCEPT_LANGUAGE, "en");
    site.browser().ask(request.body("".into()).unwrap())
}

/// The text between two headings.
fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!(">{from}</h2>")).unwrap();
    rest.split_once(&format!(">{to}</h2>"))
        .map_or(rest, |(part, _)| part)
}

fn source_page(site: &TestSite) -> (String, String) {
    let sources = site.store().read(|tx| tx.sources()).unwrap();
    let source = &sources[0];
    let id = site.site.id(IdKind::Party, source.party_no);
    (format!("/desk/sources/{id}"), source.name.clone())
}

#[test]
fn everybody_reads_what_was_reported_lately_and_what_was_not() {
    let site = site();
    let page = in_english(&site);
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(
        page.body
            .contains("No message does not mean that you are safe")
    );
    let seen = between(&page.body, "What was reported to us", "What we do not see");
    assert!(seen.contains("Remote Desktop"), "{seen}");
    assert_eq!(
        seen.matches("<tr>").count(),
        2,
        "a heading and one threat: {seen}"
    );
    let unseen = between(&page.body, "What we do not see", "");
    assert!(
        unseen.contains("IPv6") && unseen.matches("<li>").count() > 50,
        "{unseen}"
    );
    assert!(!page.body.contains("192.0.2."), "it shows no finding");
}

#[test]
fn a_desk_without_reports_claims_to_see_nothing() {
    let page = in_english(&TestSite::new());
    assert!(
        page.body.contains("we received no reports of a kind"),
        "{}",
        page.body
    );
}

#[test]
fn a_source_is_named_only_where_an_administrator_of_the_desk_said_so() {
    let site = site();
    let (page, name) = source_page(&site);
    assert!(!in_english(&site).body.contains(&name));
    let analyst = site.person("analyst@desk.example");
    site.employ(analyst, StaffRole::Analyst);
    let refused = site.signed_in(analyst).post(&page, &[("named", "yes")]);
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let administrator = site.person("administrator@desk.example");
    site.employ(administrator, StaffRole::Administrator);
    let mut administrator = site.signed_in(administrator);
    administrator.post(&page, &[("named", "yes")]);
    assert!(in_english(&site).body.contains(&name));
    administrator.post(&page, &[("named", "no")]);
    assert!(!in_english(&site).body.contains(&name));
}

#[test]
fn members_read_what_holds_for_their_own_systems() {
    let site = site();
    let party_no = site.store().read(|tx| tx.party_no("bakery")).unwrap();
    let id = site.site.id(IdKind::Party, party_no.unwrap());
    let reader = site.person("reader@bakery.example");
    site.join(reader, "bakery", OrganisationRole::Reader);
    let mut reader = site.signed_in(reader);
    reader.post("/language", &[("choice", "en"), ("back", "/")]);
    let page = reader.get(&format!("/organisations/{id}/coverage"));
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let own = between(&page.body, "Your systems", "Our sources");
    assert!(own.contains("Network: 1"), "{own}");
    assert!(own.contains("not proved any domains"), "{own}");
    assert!(!own.contains("not proved any addresses"), "{own}");
}

#[test]
fn who_has_only_a_site_or_mailboxes_at_a_name_reads_that_the_rest_of_it_is_not_told() {
    for (kind, value) in [
        ("url", "https://shared.example/bakery"),
        ("e-mail-domain", "bakery.example"),
    ] {
        let site = TestSite::new();
        let register = RegisterBuilder::new()
            .organisation("bakery")
            .asset("bakery", kind, value);
        site.desk.import(&register);
        let reader = site.person("reader@bakery.example");
        site.join(reader, "bakery", OrganisationRole::Reader);
        let mut reader = site.signed_in(reader);
        reader.post("/language", &[("choice", "en"), ("back", "/")]);
        let page = format!("/organisations/{}/coverage", site.party_id("bakery"));
        let page = reader.get(&page).body;
        let own = between(&page, "Your systems", "Our sources");
        assert!(own.contains("not proved any addresses"), "{kind}: {own}");
        assert!(own.contains("only proved web addresses"), "{kind}: {own}");
        assert!(!own.contains("not proved any domains"), "{kind}: {own}");
    }
}
