//! Every route, asked by people whom it does not concern. The routes are those that the router knows, so that a new page
//! is asked too.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use model::{IdKind, Language, OrganisationRole, PartyRole, ProofPlace, StaffRole, Tlp};
use rules::access::{Deed, Standing};
use store::{Mandate, NewProofCheck, NewRegistration, RegistrationDetails};
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
            "organisation" | "party" | "relay" => IdKind::Party,
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

/// All that one must be allowed, to read a page of an organisation and to send a form to it: the whole of what roles can do there.
/// Nothing: nobody asks for it so.
const WHO_MAY: &[(&str, &[Deed], &[Deed])] = &[
    ("", &[Deed::ReadFindings], &[]),
    ("/first-steps", &[Deed::ReadPeople, Deed::ChangeAssets], &[]),
    ("/assets", &[Deed::ReadAssets], &[]),
    ("/assets/search", &[], &[Deed::ReadAssets]),
    ("/assets/export.csv", &[Deed::ReadAssets], &[]),
    ("/assets/export.xlsx", &[Deed::ReadAssets], &[]),
    ("/assets/new", &[Deed::ChangeAssets], &[Deed::ChangeAssets]),
    ("/assets/confirm", &[], &[Deed::ChangeAssets]),
    ("/assets/bulk", &[], &[Deed::ChangeAssets]),
    ("/assets/bulk/apply", &[], &[Deed::ChangeAssets]),
    ("/assets/bulk/records", &[], &[Deed::ChangeAssets]),
    ("/assets/checks/new", &[Deed::ChangeAssets], &[]),
    ("/assets/checks/{check}", &[Deed::ChangeAssets], &[]),
    ("/assets/imports", &[], &[Deed::ChangeAssets]),
    (
        "/assets/imports/{import}",
        &[Deed::ChangeAssets],
        &[Deed::ChangeAssets],
    ),
    (
        "/assets/imports/{import}/discard",
        &[],
        &[Deed::ChangeAssets],
    ),
    (
        "/assets/{asset}",
        &[Deed::ReadAssets],
        &[Deed::ChangeAssets],
    ),
    ("/assets/{asset}/prove", &[], &[Deed::ChangeAssets]),
    ("/assets/{asset}/prove/mail", &[], &[Deed::ChangeAssets]),
    ("/assets/{asset}/prove/code", &[], &[Deed::ChangeAssets]),
    ("/assets/{asset}/review", &[], &[Deed::ChangeAssets]),
    ("/assets/{asset}/document", &[], &[Deed::ChangeAssets]),
    ("/contacts", &[Deed::ReadPeople], &[Deed::ChangePeople]),
    ("/contacts/confirm", &[], &[Deed::ChangePeople]),
    ("/contacts/code", &[], &[Deed::ChangePeople]),
    ("/contacts/{contact}/remove", &[], &[Deed::ChangePeople]),
    (
        "/contacts/{contact}/key",
        &[Deed::ReadPeople],
        &[Deed::ChangePeople],
    ),
    ("/contacts/{contact}/key/remove", &[], &[Deed::ChangePeople]),
    ("/copies", &[Deed::ReadPeople], &[]),
    ("/coverage", &[Deed::ReadPeople], &[]),
    ("/customers", &[Deed::ReadPeople], &[]),
    ("/customers/findings", &[Deed::ReadPeople], &[]),
    (
        "/customers/findings/bulk",
        &[],
        &[Deed::ReadPeople, Deed::AnswerFindings],
    ),
    ("/findings", &[Deed::ReadFindings], &[]),
    ("/findings/threats", &[Deed::ReadFindings], &[]),
    ("/findings/search", &[], &[Deed::ReadFindings]),
    ("/findings/export.csv", &[Deed::ReadFindings], &[]),
    ("/findings/export.json", &[Deed::ReadFindings], &[]),
    ("/findings/bulk", &[], &[Deed::AnswerFindings]),
    ("/findings/bulk/apply", &[], &[Deed::AnswerFindings]),
    (
        "/findings/preview",
        &[Deed::ReadPeople],
        &[Deed::ReadPeople],
    ),
    (
        "/findings/customers",
        &[Deed::ReadFindings],
        &[Deed::AnswerFindings],
    ),
    (
        "/findings/{finding}",
        &[Deed::ReadFindings],
        &[Deed::AnswerFindings],
    ),
    ("/findings/{finding}/assign", &[], &[Deed::AnswerFindings]),
    ("/findings/{finding}/forward", &[], &[Deed::AnswerFindings]),
    (
        "/findings/{finding}/links/{link}/end",
        &[],
        &[Deed::AnswerFindings],
    ),
    (
        "/findings/{finding}/message-links/{message}/end",
        &[],
        &[Deed::EndMessageLinks],
    ),
    ("/findings/{finding}/remember", &[], &[Deed::ChangeAssets]),
    ("/findings/{finding}/useful", &[], &[Deed::AnswerFindings]),
    ("/history", &[Deed::ReadHistory], &[]),
    (
        "/invitations/{invitation}/withdraw",
        &[],
        &[Deed::ChangePeople],
    ),
    ("/keys", &[Deed::MakeKeys], &[Deed::MakeKeys]),
    ("/keys/{key}/end", &[], &[Deed::MakeKeys]),
    ("/mandates", &[Deed::GiveMandates], &[Deed::GiveMandates]),
    ("/mandates/{mandate}/revoke", &[], &[Deed::GiveMandates]),
    ("/mandates/{mandate}/view", &[Deed::GiveMandates], &[]),
    ("/members", &[Deed::ReadPeople], &[Deed::ChangePeople]),
    ("/members/{person}", &[], &[Deed::ChangePeople]),
    ("/profile", &[Deed::ReadPeople], &[Deed::ChangePeople]),
    ("/profile/leave", &[], &[Deed::ChangePeople]),
    ("/profile/export.zip", &[Deed::ChangePeople], &[]),
    ("/programmes", &[Deed::ReadPeople], &[]),
    ("/programmes/{programme}", &[Deed::ReadPeople], &[]),
    (
        "/programmes/{programme}/agreement",
        &[],
        &[Deed::SignAgreements],
    ),
    (
        "/programmes/{programme}/agreement.pdf",
        &[Deed::ReadPeople],
        &[],
    ),
    (
        "/programmes/{programme}/agreements/{version}",
        &[Deed::ReadPeople],
        &[],
    ),
    (
        "/programmes/{programme}/mailbox",
        &[],
        &[Deed::ChangePeople],
    ),
    (
        "/programmes/{programme}/mailbox/code",
        &[],
        &[Deed::ChangePeople],
    ),
    (
        "/programmes/{programme}/change",
        &[],
        &[Deed::SignAgreements],
    ),
    (
        "/programmes/{programme}/leave",
        &[],
        &[Deed::SignAgreements],
    ),
    (
        "/programmes/{programme}/evaluations/{evaluation}",
        &[Deed::ReadPeople],
        &[Deed::SignAgreements],
    ),
    (
        "/programmes/{programme}/evaluations/{evaluation}/coming",
        &[],
        &[Deed::SignAgreements],
    ),
    (
        "/programmes/{programme}/decline",
        &[],
        &[Deed::SignAgreements],
    ),
    ("/security-txt", &[Deed::ReadPeople], &[]),
    (
        "/security-txt/new",
        &[Deed::ChangeAssets],
        &[Deed::ChangeAssets],
    ),
    ("/security-txt/{asset}", &[Deed::ReadPeople], &[]),
    ("/security-txt/{asset}/check", &[], &[Deed::ChangeAssets]),
    (
        "/sub-organisations",
        &[Deed::ChangePeople],
        &[Deed::ChangePeople],
    ),
    ("/sub-organisations/move", &[], &[Deed::ChangePeople]),
    ("/suppliers", &[Deed::ReadPeople], &[Deed::ChangeAssets]),
    ("/suppliers/remove", &[], &[Deed::ChangeAssets]),
    ("/suppliers/care", &[], &[Deed::ChangeAssets]),
    ("/suppliers/products", &[], &[Deed::ChangeAssets]),
    ("/suppliers/products/remove", &[], &[Deed::ChangeAssets]),
    ("/thresholds", &[Deed::ReadPeople], &[Deed::ChangePeople]),
    ("/webhooks", &[Deed::MakeKeys], &[Deed::MakeKeys]),
    ("/webhooks/{webhook}", &[Deed::MakeKeys], &[Deed::MakeKeys]),
];

/// People who have to do with the bakery in one way or another: who, number, and what they may there. Nothing: the bakery is
/// "not found".
fn people(site: &TestSite) -> Vec<(&'static str, i64, Option<Standing>)> {
    let mut people = Vec::new();
    let mut add = |who, organisation: &str, role, standing: Option<Standing>| {
        let person = site.person(&format!("{}@{organisation}.example", people.len()));
        site.join(person, organisation, role);
        people.push((who, person, standing));
    };
    let member = |role| (role, Some(Standing::Member(role)));
    for (holder, may_answer) in [("answerer", true), ("onlooker", false)] {
        let given = site.store().write(|tx| {
            let holder_no =
                tx.ensure_party(holder, holder, PartyRole::Recipient, testkit::now())?;
            let mandate = Mandate {
                mandate_no: 0,
                party_no: tx.party_no("bakery")?.unwrap(),
                party_name: String::new(),
                holder_no,
                holder_name: String::new(),
                group_no: None,
                tlp_max: Tlp::Amber,
                may_answer,
                valid_until: None,
                given_at: testkit::now(),
            };
            tx.add_mandate(&mandate, "test", testkit::now())
        });
        given.unwrap();
        for role in [OrganisationRole::Administrator, OrganisationRole::Reader] {
            let standing = Standing::Mandate {
                role,
                may_answer,
                tlp_max: Tlp::Amber,
                group_no: None,
            };
            add("somebody with a mandate", holder, role, Some(standing));
        }
    }
    // Who runs the network around it, and who belongs to a part of it, have no right in it by that.
    let others = site.store().write(|tx| {
        let role = PartyRole::NetworkHolder;
        tx.ensure_party("network", "Network", role, testkit::now())?;
        let bakery = tx.party_no("bakery")?.unwrap();
        let part = tx.add_sub_organisation(bakery, "Shop", "test", testkit::now())?;
        Ok::<_, store::StoreError>(tx.party(part)?.unwrap().reference)
    });
    let administrator = OrganisationRole::Administrator;
    add("the holder of the network", "network", administrator, None);
    let part = others.unwrap();
    let person = site.person("shop@bakery.example");
    site.join(person, &part, administrator);
    for role in [
        OrganisationRole::Reader,
        OrganisationRole::SecurityContact,
        // The last one: what it sends may take from the others what they have.
        administrator,
    ] {
        let (role, standing) = member(role);
        add(role.as_str(), "bakery", role, standing);
    }
    people.insert(0, ("an administrator of a part", person, None));
    people
}

#[test]
fn every_route_of_an_organisation_is_open_to_each_role_as_far_as_the_table_says_and_no_further() {
    let site = site();
    let all: Vec<String> = routes(&site)
        .into_iter()
        .filter(|route| route.starts_with("/organisations/{organisation}"))
        .collect();
    // The router says by which methods a path is asked.
    let allowed = |route: &String| {
        let asked = Request::patch(filled(&site, route)).body(Body::empty());
        let answer = site.browser().ask(asked.unwrap());
        (route.clone(), answer.header("allow").to_owned())
    };
    let methods: BTreeMap<String, String> = all.iter().map(allowed).collect();
    for (who, person, standing) in people(&site) {
        for route in &all {
            let end = route["/organisations/{organisation}".len()..].trim_end_matches('/');
            let row = WHO_MAY.iter().find(|(path, ..)| *path == end);
            let (_, to_read, to_send) = row.unwrap_or_else(|| panic!("who may {route}?"));
            let path = filled(&site, route);
            for (method, deeds) in [("GET", to_read), ("POST", to_send)] {
                let is_there = methods[route].contains(method);
                assert_eq!(is_there, !deeds.is_empty(), "{method} {route}");
                if !is_there {
                    continue;
                }
                let mut browser = site.signed_in(person);
                let answer = match method {
                    "GET" => browser.get(&path),
                    _ => browser.post(&path, &[]),
                };
                let status = answer.status;
                let closed = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
                // A form or an address that cannot be read is refused before anybody looks who sent it.
                let unread = [
                    StatusCode::BAD_REQUEST,
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    StatusCode::UNPROCESSABLE_ENTITY,
                ];
                let is_unread = unread.contains(&status);
                let is_right = match standing {
                    None => status == StatusCode::NOT_FOUND || is_unread,
                    Some(standing) if deeds.iter().all(|deed| standing.may(*deed)) => {
                        status != StatusCode::FORBIDDEN
                    }
                    Some(_) => closed.contains(&status) || is_unread,
                };
                assert!(is_right, "{who}, {method} {route}: {status}");
                if standing.is_none() {
                    check_tells_nothing(&answer, who, &path);
                }
            }
        }
    }
}

#[test]
fn who_runs_the_whole_has_no_right_in_a_part_by_that() {
    let site = site();
    let part = site.store().write(|tx| {
        let bakery = tx.party_no("bakery")?.unwrap();
        tx.add_sub_organisation(bakery, "Shop", "test", testkit::now())
    });
    let part = site.site.id(IdKind::Party, part.unwrap());
    // Whoever was administrator when the part was made is one of the part too.
    let later = site.person("later@bakery.example");
    site.join(later, "bakery", OrganisationRole::Administrator);
    for route in routes(&site) {
        let Some(end) = route.strip_prefix("/organisations/{organisation}") else {
            continue;
        };
        let path = filled(&site, &format!("/organisations/{part}{end}"));
        let answer = site.signed_in(later).get(&path);
        let closed = [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED];
        assert!(closed.contains(&answer.status), "{path}: {}", answer.status);
    }
}
