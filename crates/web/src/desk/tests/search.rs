use axum::http::StatusCode;
use model::StaffRole;
use testkit::RegisterBuilder;

use super::{at_work, audited, busy_site};

#[test]
fn without_a_reason_nothing_is_searched() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    for reason in ["", "   ", "because"] {
        let page = analyst.post("/desk/search", &[("what", "192.0.2.1"), ("reason", reason)]);
        assert!(
            page.body.contains("Say in at least two words why."),
            "{reason}"
        );
        assert!(!page.body.contains("/desk/findings/"), "{reason}");
    }
    assert!(audited(&site).iter().all(|row| row.0 != "search"));
    let looked_for = analyst.get("/desk/search?what=192.0.2.1&reason=a+good+reason");
    assert!(!looked_for.body.contains("/desk/findings/"));
}

#[test]
fn a_search_with_a_reason_finds_what_is_there_and_is_remembered_without_its_value() {
    let site = busy_site();
    let mut officer = at_work(&site, StaffRole::PrivacyOfficer);
    for (what, want) in [
        ("192.0.2.1", "/desk/findings/"),
        ("192.0.2.99", "Registered systems"),
        ("bake", "/desk/organisations/"),
        ("NTF-2026-000001", "/desk/messages/"),
        ("203.0.113.77", "Nothing found"),
    ] {
        let fields = [
            ("what", what),
            ("reason", "request of the person"),
            ("case", "C-7"),
        ];
        let page = officer.post("/desk/search", &fields).body;
        assert!(page.contains(want), "{what}: {page}");
        let (action, subject, detail) = audited(&site).remove(0);
        assert_eq!(
            (action.as_str(), detail.as_str()),
            ("search", "request of the person")
        );
        assert!(!subject.contains(what), "{subject}");
    }
    let again = [("what", "203.0.113.77"), ("reason", "who asked before")];
    let page = officer.post("/desk/search", &again).body;
    assert!(
        page.contains("Who looked for this") && page.contains("C-7"),
        "{page}"
    );
}

#[test]
fn a_search_needs_something_to_look_for_and_the_role() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let page = analyst.post(
        "/desk/search",
        &[("what", "b"), ("reason", "a good reason")],
    );
    assert!(page.body.contains("Write 3 to 200 characters."));
    let mut director = at_work(&site, StaffRole::Director);
    let fields = [("what", "192.0.2.1"), ("reason", "a good reason")];
    assert_eq!(
        director.post("/desk/search", &fields).status,
        StatusCode::FORBIDDEN
    );
}

#[test]
fn a_search_reads_whatever_a_system_can_be_and_finds_what_is_around_it() {
    let site = busy_site();
    let register = RegisterBuilder::new()
        .organisation("school")
        .asset("school", "url", "https://shared.example/ann")
        .asset("school", "url", "https://shared.example:8443/bob")
        .asset("school", "url", "https://shared.example0.example/cat")
        .asset("school", "e-mail-domain", "post.example")
        .asset("school", "asn", "AS64496");
    site.desk.import(&register);
    let mut analyst = at_work(&site, StaffRole::Analyst);
    for (what, want, is_seen) in [
        (
            "shared.example",
            &[
                "https://shared.example/ann",
                "https://shared.example:8443/bob",
            ][..],
            false,
        ),
        (
            "http://Shared.example/ann/shop.php?id=1",
            &["https://shared.example/ann"],
            false,
        ),
        ("https://shared.example/anna", &[], false),
        ("@post.example", &["post.example"], false),
        ("@mail.post.example", &["post.example"], false),
        ("192.0.2.16/28", &["192.0.2.0/24"], false),
        ("192.0.2.1-192.0.2.9", &["192.0.2.0/24"], true),
        ("192.0.2.0/23", &[], true),
        ("as64496", &["AS64496"], false),
    ] {
        let fields = [("what", what), ("reason", "a question by phone")];
        let page = analyst.post("/desk/search", &fields).body;
        let page = page.replace("&#x2f;", "/");
        let shown: Vec<&str> = page
            .split("<th scope=\"row\">")
            .skip(1)
            .filter_map(|part| part.split("</th>").next())
            .filter(|value| !value.contains("<a"))
            .collect();
        assert_eq!(shown, want, "{what}");
        assert_eq!(page.contains("/desk/findings/"), is_seen, "{what}");
    }
}
