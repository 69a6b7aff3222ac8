use axum::http::{Request, StatusCode, header};

use testkit::Desk;

use crate::testing::TestSite;

#[test]
fn pages_come_in_the_language_that_the_browser_asks_for_and_then_in_the_one_that_was_chosen() {
    let site = TestSite::new();
    let asked = |language: &str| {
        let request = Request::get("/").header(header::ACCEPT_LANGUAGE, language);
        let answer = site.browser().ask(request.body("".into()).unwrap());
        assert_eq!(answer.status, StatusCode::OK);
        answer.body
    };
    assert!(asked("en-GB,en;q=0.9").contains("<html lang=\"en\""));
    for other in ["nl", "fr", ""] {
        assert!(asked(other).contains("<html lang=\"nl\""), "{other}");
    }
    let mut browser = site.browser();
    let chosen = browser.post(
        "/language",
        &[("choice", "en"), ("back", "/toegankelijkheid")],
    );
    assert_eq!(
        (chosen.status, chosen.location()),
        (StatusCode::SEE_OTHER, "/toegankelijkheid")
    );
    assert!(browser.get("/").body.contains("<html lang=\"en\""));
}

#[test]
fn a_choice_never_leads_away_from_the_site() {
    let site = TestSite::new();
    for to in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "",
        "evil",
        "/a\nb",
    ] {
        let answer = site
            .browser()
            .post("/theme", &[("choice", "dark"), ("back", to)]);
        assert_eq!(answer.location(), "/", "{to}");
    }
}

#[test]
fn metrics_are_not_among_the_pages() {
    let answer = TestSite::new().browser().get("/metrics");
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[test]
fn a_form_of_another_site_is_refused() {
    let site = TestSite::new();
    let request = Request::post("/theme")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let answer = site
        .browser()
        .ask(request.body("choice=dark&back=/".into()).unwrap());
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[test]
fn a_page_that_is_not_there_says_so_in_words_and_runs_nothing_foreign() {
    let site = TestSite::new();
    let answer = site.browser().get("/nothing/here");
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(
        answer.body.contains("Deze pagina is er niet"),
        "{}",
        answer.body
    );
    let policy = answer.headers[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
}

#[test]
fn a_session_that_ended_or_was_never_there_is_nobody() {
    let site = TestSite::new();
    let person_no = site.person("sam@bakery.example");
    let mut browser = site.signed_in(person_no);
    assert!(browser.get("/").body.contains("Sam Voorbeeld"));
    site.store()
        .write(|tx| tx.end_other_sessions(person_no, None, testkit::now()))
        .unwrap();
    assert!(!browser.get("/").body.contains("Sam Voorbeeld"));
}

#[test]
fn whoever_looks_for_the_desk_finds_how_to_reach_it() {
    let site = TestSite::new();
    let page = site.browser().get("/contact").body;
    for part in ["mailto:answers@csirt.example", "+31 70 555 01 23"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let text = site.browser().get("/.well-known/security.txt");
    assert_eq!(
        text.headers[header::CONTENT_TYPE],
        "text/plain; charset=utf-8"
    );
    assert_eq!(
        text.body,
        "Contact: mailto:answers@csirt.example\n\
         Expires: 2027-02-16T12:00:00Z\n\
         Preferred-Languages: nl, en\n\
         Canonical: http://localhost:8080/.well-known/security.txt\n"
    );
}

#[test]
fn a_desk_lays_its_own_tokens_over_the_theme() {
    let skin = ":root { --basis-color-action-1-inverse-bg-default: #5a2d82 }";
    let site = TestSite::with(Desk::embedded(), |options| {
        options.skin = Some(skin.to_owned());
    });
    let page = site.browser().get("/").body;
    let address = page
        .split('"')
        .find(|part| part.replace("&#x2f;", "/").starts_with("/skin/"));
    let address = address.expect("the page links it").replace("&#x2f;", "/");
    let sheet = site.browser().get(&address);
    assert_eq!(sheet.body, skin);
    assert_eq!(
        sheet.headers[header::CONTENT_TYPE],
        "text/css; charset=utf-8"
    );
    let other = site.browser().get("/skin/0000000000000000.css");
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[test]
fn browsers_keep_to_encryption_where_the_pages_are_encrypted() {
    let site = TestSite::with(Desk::embedded(), |options| {
        options.origin = "https://warnings.example".parse().unwrap();
    });
    let answer = site.browser().get("/");
    assert_eq!(
        answer.headers[header::STRICT_TRANSPORT_SECURITY],
        "max-age=63072000"
    );
    let plain = TestSite::new().browser().get("/");
    assert_eq!(plain.headers.get(header::STRICT_TRANSPORT_SECURITY), None);
}

#[test]
fn the_accessibility_statement_says_its_class_day_and_contact_to_people_and_to_programs() {
    let site = TestSite::new();
    let page = site.english_browser().get("/toegankelijkheid");
    assert!(
        page.body.contains("Status D: does not comply"),
        "{}",
        page.body
    );
    assert!(page.body.contains("23 November 2026"), "{}", page.body);
    let data = site.browser().get("/toegankelijkheid.json");
    assert_eq!(data.header("content-type"), "application/json");
    let statement = data.json();
    assert_eq!(
        (&statement["class"], &statement["drawnUpOn"]),
        (&"D".into(), &"2026-11-23".into())
    );
    assert_eq!(statement["classText"]["nl"], "voldoet niet");
    assert_eq!(statement["limitations"].as_array().unwrap().len(), 3);
    let contact = statement["contact"]["page"].as_str().unwrap();
    assert!(contact.ends_with("/contact"), "{contact}");
}
