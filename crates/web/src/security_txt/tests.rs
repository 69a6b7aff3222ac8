use axum::http::StatusCode;
use model::{IdKind, OrganisationRole, Scope};
use serde_json::{Value, json};
use store::AssetFilter;
use testkit::{Page, RegisterBuilder, Websites};

use crate::testing::{Browser, TestSite};

const PLACE: &str = "/.well-known/security.txt";

/// A hospital with domains that the desk entered, one that it claims, and a stranger.
fn site(websites: &Websites) -> TestSite {
    let site = TestSite::new();
    let register = RegisterBuilder::new()
        .organisation("hospital")
        .asset("hospital", "domain", "good.example")
        .asset("hospital", "domain", "bad.example")
        .asset("hospital", "domain", "old.example")
        .asset("hospital", "domain", "none.example")
        .asset("hospital", "prefix", "192.0.2.0/28")
        .asset("hospital", "host", "www.hospital.example")
        .organisation("stranger");
    site.desk.import(&register);
    TestSite::with(site.desk, |options| {
        options.website_stand_in = Some(outgoing::StandIn {
            address: websites.address(),
            ca: websites.ca().to_vec(),
        });
    })
}

/// A file of a domain that holds until then.
fn file(domain: &str, expires: &str) -> String {
    format!(
        "Contact: https://{domain}/report\nExpires: {expires}T00:00:00Z\nCanonical: https://{domain}{PLACE}\n"
    )
}

fn websites() -> Websites {
    let typed = |text: String| Page::Typed("text/plain; charset=utf-8", text);
    Websites::start(&[
        (
            "good.example",
            PLACE,
            Page::Elsewhere(format!("https://www.good.example{PLACE}")),
        ),
        (
            "www.good.example",
            PLACE,
            typed(file("good.example", "2027-06-01")),
        ),
        (
            "bad.example",
            PLACE,
            Page::Text("Contact: sam@bad.example\nExpires: soon\n".to_owned()),
        ),
        (
            "old.example",
            "/security.txt",
            typed(file("old.example", "2026-12-01")),
        ),
        ("none.example", "/", Page::Text(String::new())),
    ])
}

fn member<'s>(site: &'s TestSite, reference: &str, role: OrganisationRole) -> Browser<'s> {
    let person_no = site.person(&format!("{role}@{reference}.example"));
    site.join(person_no, reference, role);
    site.signed_in(person_no)
}

fn home(site: &TestSite) -> String {
    format!("/organisations/{}", site.party_id("hospital"))
}

/// Public ids of what the hospital holds, by value.
fn asset(site: &TestSite, value: &str) -> String {
    let assets = site.store().read(|tx| {
        let party_no = tx.party_no("hospital")?.unwrap();
        tx.own_assets(party_no, &AssetFilter::default(), None, 99)
    });
    let assets = assets.unwrap();
    let mut found = assets.iter().filter(|it| it.row.value.to_string() == value);
    let asset_no = found.next().expect("it is in the register").asset_no;
    site.site.id(IdKind::Asset, asset_no).to_string()
}

#[test]
fn a_file_is_looked_at_and_each_problem_is_told_with_its_line() {
    let websites = websites();
    let site = site(&websites);
    let list = format!("{}/security-txt", home(&site));
    let mut owner = member(&site, "hospital", OrganisationRole::SecurityContact);
    let mut seen = |domain: &str| {
        let page = format!("{list}/{}", asset(&site, domain));
        assert!(owner.get(&page).body.contains("not looked at"), "{domain}");
        let checked = owner.post(&format!("{page}/check"), &[]);
        assert_eq!(checked.location(), page);
        owner.get(&page).body.replace("&#x2f;", "/")
    };
    let good = seen("good.example");
    assert!(good.contains("follows the rules"), "{good}");
    assert!(good.contains(&format!("https://www.good.example{PLACE}")));
    assert!(!good.contains("ends within 30 days"));
    let bad = seen("bad.example");
    let problems = [
        "no full address",
        "no time",
        "does not say what kind of file",
        "does not say where it belongs",
    ];
    for problem in problems {
        assert!(bad.contains(problem), "{problem}: {bad}");
    }
    assert!(bad.contains("does not follow the rules"));
    let old = seen("old.example");
    assert!(old.contains("Move it to") && old.contains("ends within 30 days"));
    assert!(seen("none.example").contains("found no file"));
    let overview = owner.get(&home(&site)).body;
    assert!(
        overview.contains("The security.txt of one domain has ended"),
        "{overview}"
    );
    let listed = owner.get(&list).body;
    assert!(listed.contains("In order") && listed.contains("Not in order"));
    // A network has no website.
    let network = format!("{list}/{}", asset(&site, "192.0.2.0/28"));
    assert_eq!(owner.get(&network).status, StatusCode::NOT_FOUND);
    let refused = owner.post(&format!("{network}/check"), &[]);
    assert_eq!(refused.status, StatusCode::CONFLICT);
}

#[test]
fn a_claim_is_not_looked_at_and_a_stranger_sees_nothing() {
    let websites = websites();
    let site = site(&websites);
    let list = format!("{}/security-txt", home(&site));
    let mut owner = member(&site, "hospital", OrganisationRole::Administrator);
    owner.post(
        &format!("{}/assets/new", home(&site)),
        &[("value", "claimed.example"), ("kind", "domain")],
    );
    assert!(owner.get(&list).body.contains("First prove"));
    let claimed = format!("{list}/{}", asset(&site, "claimed.example"));
    assert_eq!(owner.get(&claimed).status, StatusCode::NOT_FOUND);
    let refused = owner.post(&format!("{claimed}/check"), &[]);
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(websites.asked(), [""; 0]);
    let mut stranger = member(&site, "stranger", OrganisationRole::Administrator);
    let own = site.party_id("stranger");
    let good = asset(&site, "good.example");
    for page in [
        format!("{list}/{good}"),
        format!("/organisations/{own}/security-txt/{good}"),
    ] {
        assert_eq!(stranger.get(&page).status, StatusCode::NOT_FOUND, "{page}");
    }
    let mut reader = member(&site, "hospital", OrganisationRole::Reader);
    let page = format!("{list}/{good}");
    assert!(!reader.get(&page).body.contains("Look now"));
    let refused = reader.post(&format!("{page}/check"), &[]);
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[test]
fn a_form_becomes_a_file_that_breaks_no_rule_or_says_what_is_wrong_at_its_field() {
    let websites = websites();
    let site = site(&websites);
    let page = format!("{}/security-txt/new", home(&site));
    let mut owner = member(&site, "hospital", OrganisationRole::Administrator);
    let begun = owner.get(&page).body;
    assert!(
        begun.contains("2027-11-17") && begun.contains("security@"),
        "{begun}"
    );
    let right = [
        ("contact", "sam@hospital.example\ntel:+31-20-555-0100\n"),
        ("expires", "2027-06-01"),
        ("languages", "nl,en"),
        (
            "canonical",
            "https://hospital.example/.well-known/security.txt",
        ),
        ("policy", ""),
        ("encryption", "https://hospital.example/key.asc"),
        ("deal", "download"),
    ];
    let file = owner.post(&page, &right);
    assert_eq!(
        file.body,
        "Canonical: https://hospital.example/.well-known/security.txt\n\
         Contact: mailto:sam@hospital.example\nContact: tel:+31-20-555-0100\n\
         Expires: 2027-06-01T00:00:00Z\nEncryption: https://hospital.example/key.asc\n\
         Preferred-Languages: nl, en\n"
    );
    assert!(file.header("content-disposition").contains("security.txt"));
    let many = "mailto:sam@hospital.example\n".repeat(21);
    let long = format!("https://hospital.example/{}", "x".repeat(500));
    for (field, value) in [
        ("contact", many.as_str()),
        ("contact", &long),
        (
            "policy",
            "https://hospital.example/a\nhttps://hospital.example/b",
        ),
        ("languages", "nl\nContact: mailto:eve@elsewhere.example"),
        ("languages", "nl\u{b}en"),
        ("contact", ""),
        ("contact", "call us"),
        ("contact", "http://hospital.example/"),
        ("expires", "2026-11-18"),
        ("expires", "2027-11-18"),
        ("expires", "soon"),
        ("languages", "Dutch, English!"),
        ("canonical", "hospital.example"),
        ("policy", "http://hospital.example/policy"),
        ("encryption", "our key"),
    ] {
        let with = right.map(|(name, own)| (name, if name == field { value } else { own }));
        let answer = owner.post(&page, &with);
        assert!(
            answer.body.contains(&format!("href=\"#{field}\"")),
            "{field} {value}: {}",
            answer.body
        );
    }
}

#[test]
fn programs_look_at_a_file_and_read_what_was_seen() {
    let websites = websites();
    let site = site(&websites);
    let key = site.organisation_key("hospital", Scope::ALL);
    let at = |value: &str| format!("{}/assets/{}", home(&site), asset(&site, value));
    let read = |value: &str| {
        let path = format!("{}/security-txt", at(value));
        site.api(&key, "GET", &path, &Value::Null)
    };
    let look = |value: &str| {
        let path = format!("{}/_check-security-txt", at(value));
        site.api(&key, "POST", &path, &Value::Null)
    };
    assert_eq!(read("bad.example").status, StatusCode::NOT_FOUND);
    let seen = look("bad.example").json();
    assert_eq!(seen["valid"], false);
    assert_eq!(
        seen["issues"][0],
        json!({ "line": null, "problem": "no_content_type", "weight": "error" })
    );
    assert_eq!(read("bad.example").json(), seen);
    let good = look("good.example").json();
    assert_eq!(good["valid"], true);
    assert_eq!(good["expiresAt"], "2027-06-01T00:00:00Z");
    for other in ["192.0.2.0/28", "www.hospital.example"] {
        let refused = look(other);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{other}");
        assert_eq!(refused.json()["errors"][0]["code"], "no-proved-domain");
        assert!(!refused.body.contains("newer answer"), "{}", refused.body);
    }
}

#[test]
fn a_program_has_a_file_written_that_passes_the_same_check() {
    let websites = websites();
    let site = site(&websites);
    let key = site.organisation_key("hospital", &[Scope::AssetsWrite]);
    let path = format!("{}/assets/_write-security-txt", home(&site));
    let write = |body: &Value| site.api(&key, "POST", &path, body);
    let written = write(&json!({
        "contacts": ["security@good.example", "https://good.example/report"],
        "expires": "2027-10-01",
        "languages": ["nl", "en"],
        "canonical": [format!("https://good.example{PLACE}")],
    }));
    let text = written.json()["text"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    for line in [
        "Contact: mailto:security@good.example\n",
        "Contact: https://good.example/report\n",
        "Expires: 2027-10-01T00:00:00",
        "Preferred-Languages: nl, en\n",
    ] {
        assert!(text.contains(line), "{line}: {written:?}");
    }
    let wrong = write(&json!({
        "contacts": ["http://good.example"],
        "expires": "2029-10-01",
    }));
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert_eq!(wrong.json()["errors"][0]["pointer"], "/expires");
    let wrong = write(&json!({
        "contacts": ["http://good.example"],
        "expires": "2027-10-01",
        "policy": "good.example",
    }));
    let errors = wrong.json()["errors"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut places: Vec<_> = errors.iter().map(|it| it["pointer"].as_str()).collect();
    places.sort_unstable();
    assert_eq!(places, [Some("/contacts"), Some("/policy")], "{wrong:?}");
    let nothing = write(&json!({ "expires": "2027-10-01" }));
    assert_eq!(nothing.json()["errors"][0]["pointer"], "/contacts");
}
