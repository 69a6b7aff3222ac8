//! Every route, asked by people whom it does not concern. The routes are those that the router knows, so that a new page
//! is asked too.

use axum::http::StatusCode;
use model::{IdKind, Language, OrganisationRole, ProofPlace, StaffRole};
use store::{NewProofCheck, NewRegistration, RegistrationDetails};
use testkit::{RegisterBuilder, Report};
use uuid::Uuid;

use crate::testing::{Answer, Browser, TestSite};

/// What only the bakery may read.
const SECRETS: [&str; 3] = ["Geheime Bakkerij", "192.0.2.7", "geheim.example"];

/// Paths of all routes, with names in braces.
pub(crate) fn routes(site: &TestSite) -> Vec<String> {
    // The router has no list to ask for, but it shows its paths.
    let shown = format!("{:?}", site.pages());
    let quoted = shown.split('"').filter(|part| part.starts_with('/'));
    let mut routes: Vec<String> = quoted.map(str::to_owned).collect();
    routes.sort();
    routes.dedup();
    assert!(
        routes.len() > 90,
        "the router shows its paths in another way: {routes:?}"
    );
    routes
}

/// A bakery that was told of a finding, and a school that is a stranger to it.
pub(crate) fn site() -> TestSite {
    let mut register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("school")
        .asset("bakery", "prefix", "192.0.2.0/28")
        .asset("bakery", "domain", "geheim.example");
    register.organisations[0].name = "Geheime Bakkerij".to_owned();
    let site = TestSite::new();
    site.desk.import(&register);
    let row = [
        ("timestamp", "2026-11-18 10:00:00"),
        ("ip", "192.0.2.7"),
        ("port", "3389"),
        ("protocol", "tcp"),
    ];
    site.desk.report(&Report::new("scan_rdp").row(&row));
    site.desk.work();
    let begun = site.store().write(|tx| {
        let check = NewProofCheck {
            party_no: 1,
            place: ProofPlace::Dns,
            is_renewal: false,
            asked_by: "test",
            asset_nos: &[1, 2],
        };
        tx.begin_proof_check(&check, testkit::now())?;
        // Somebody registers another one of this name.
        let new = NewRegistration {
            kvk: "90000017".parse().expect("this is a number"),
            email: &"owner@geheim.example".parse().expect("this is an address"),
            language: Language::Nl,
            trade: None,
        };
        let registration_no = tx.add_registration(&new, testkit::now())?;
        let details = RegistrationDetails {
            name: "Geheime Bakkerij",
            domain: "geheim.example",
            addresses: "192.0.2.7",
            language: Language::Nl,
        };
        tx.keep_registration(registration_no, &details)?;
        tx.put_registration_off(registration_no, testkit::now())
    });
    begun.unwrap();
    site
}

/// The path with the first thing of each kind in it; where there is no such kind, something that is not there.
pub(crate) fn filled(site: &TestSite, path: &str) -> String {
    let part = |part: &str| {
        let Some(name) = part
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        else {
            return part.to_owned();
        };
        let kind = match name {
            "organisation" | "party" => IdKind::Party,
            "asset" => IdKind::Asset,
            "finding" => IdKind::Finding,
            "message" => IdKind::Notification,
            "batch" => IdKind::Batch,
            "contact" => IdKind::Contact,
            "person" => IdKind::Person,
            "mandate" => IdKind::Mandate,
            "session" => IdKind::Session,
            "invitation" => IdKind::Invitation,
            "key" => IdKind::ApiKey,
            "reply" => IdKind::Reply,
            "webhook" => IdKind::Webhook,
            "link" => IdKind::AnswerLink,
            "check" => IdKind::ProofCheck,
            "registration" => IdKind::Registration,
            "token" => return "0".repeat(64),
            _ => return Uuid::nil().to_string(),
        };
        site.site.id(kind, 1).to_string()
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn check_tells_nothing(answer: &Answer, who: &str, path: &str) {
    assert!(
        !answer.status.is_server_error(),
        "{who} {path}: {} {}",
        answer.status,
        answer.body
    );
    for secret in SECRETS {
        assert!(!answer.body.contains(secret), "{who} {path} shows {secret}");
    }
}

/// Reads a page, and sends an empty form to it.
fn asked(browser: &mut Browser<'_>, path: &str) -> [Answer; 2] {
    [browser.get(path), browser.post(path, &[])]
}

#[test]
fn no_route_tells_a_stranger_anything_of_an_organisation() {
    let site = site();
    let stranger = site.person("stranger@school.example");
    site.join(stranger, "school", OrganisationRole::Administrator);
    let nobody = site.person("nobody@nowhere.example");
    // One that could not answer at all would tell nothing either.
    let own = site.person("owner@bakery.example");
    site.join(own, "bakery", OrganisationRole::Administrator);
    let findings = filled(&site, "/organisations/{organisation}/findings");
    assert!(
        site.signed_in(own)
            .get(&findings)
            .body
            .contains("192.0.2.7")
    );
    for route in routes(&site) {
        let path = filled(&site, &route);
        for (who, signed_in) in [
            ("anybody", None),
            ("a stranger", Some(stranger)),
            ("nobody", Some(nobody)),
        ] {
            // Signing out is among the routes.
            let mut browser = match signed_in {
                Some(person_no) => site.signed_in(person_no),
                None => site.browser(),
            };
            for answer in asked(&mut browser, &path) {
                check_tells_nothing(&answer, who, &path);
                let is_closed =
                    path.starts_with("/desk") || route.starts_with("/organisations/{organisation}");
                let status = match answer.status {
                    // Nothing was read of such a request, or it went to where one signs in.
                    StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::BAD_REQUEST => {
                        StatusCode::NOT_FOUND
                    }
                    StatusCode::SEE_OTHER if answer.location().starts_with("/account/sign-in") => {
                        StatusCode::NOT_FOUND
                    }
                    other => other,
                };
                assert!(
                    !is_closed || status == StatusCode::NOT_FOUND,
                    "{who} {path}: {}",
                    answer.status
                );
            }
        }
    }
}

#[test]
fn no_route_shows_staff_an_organisation_without_a_reason() {
    let site = site();
    let analyst = site.person("analyst@desk.example");
    site.employ(analyst, StaffRole::Analyst);
    for route in routes(&site)
        .iter()
        .filter(|route| route.contains("{party}") || route.contains("{organisation}"))
    {
        let path = filled(&site, route);
        let answer = site.signed_in(analyst).get(&path);
        check_tells_nothing(&answer, "an analyst", &path);
    }
}

#[test]
fn whatever_staff_reads_of_an_organisation_is_in_the_audit_log() {
    let site = site();
    let analyst = site.person("analyst@desk.example");
    site.employ(analyst, StaffRole::Analyst);
    let mut browser = site.signed_in(analyst);
    let one = format!("/desk/organisations/{}", site.party_id("bakery"));
    browser.post(&one, &[("reason", "a question of the owner")]);
    let reads = || {
        let filter = store::AuditFilter {
            actor: Some(format!("person {}", site.site.id(IdKind::Person, analyst))),
            ..store::AuditFilter::default()
        };
        let page = site
            .store()
            .read(|tx| tx.audit_page(&filter, i64::MAX, 1_000));
        page.unwrap().rows.len()
    };
    let recipient = format!("/desk/messages?recipient={}", site.party_id("bakery"));
    let mut shown = 0;
    for path in routes(&site)
        .iter()
        .filter(|route| route.starts_with("/desk"))
        .map(|route| filled(&site, route))
        .chain([recipient])
    {
        let before = reads();
        let page = browser.get(&path).body;
        if SECRETS.iter().any(|secret| page.contains(secret)) {
            shown += 1;
            assert!(reads() > before, "{path} shows an organisation, unseen");
        }
    }
    assert!(shown >= 5, "only {shown} pages show the bakery");
}

#[test]
fn a_reader_changes_nothing_anywhere() {
    let site = site();
    let reader = site.person("reader@bakery.example");
    site.join(reader, "bakery", OrganisationRole::Reader);
    for route in routes(&site)
        .iter()
        .filter(|route| route.starts_with("/organisations/{organisation}"))
    {
        let path = filled(&site, route);
        let answer = site.signed_in(reader).post(&path, &[]);
        let refused = [
            StatusCode::FORBIDDEN,
            StatusCode::NOT_FOUND,
            StatusCode::BAD_REQUEST,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            StatusCode::UNPROCESSABLE_ENTITY,
        ];
        // Searching and trying preferences out is reading, though it is sent as a form.
        let reads = ["/search", "/assets", "/preview"]
            .iter()
            .any(|end| route.ends_with(end));
        assert!(
            reads || refused.contains(&answer.status),
            "{path}: {}",
            answer.status
        );
    }
}
