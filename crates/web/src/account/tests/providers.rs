//! Signing in by a provider, with one that runs beside the test.

use std::sync::Arc;
use std::time::SystemTime;

use axum::http::StatusCode;
use model::{OrganisationRole, StaffRole, Timestamp};
use serde_json::{Value, json};
use store::NewSession;
use testkit::{Desk, OidcProvider, RegisterBuilder};

use super::between;
use crate::provider::{ClaimNames, Provider, Providers, Secret, Serves};
use crate::testing::{Answer, Browser, TestSite};
use crate::visitor::{fresh_token, token_digest};

/// The provider's clock is that of the machine.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::from_micros(since.unwrap().as_micros() as i64)
}

/// A bakery with a number in the trade register, and pages with three clients of one provider; nothing where there is none.
fn site() -> Option<(TestSite, OidcProvider)> {
    let provider = OidcProvider::start()?;
    let desk = Desk::embedded();
    let mut register = RegisterBuilder::new().organisation("bakery");
    register.organisations[0].kvk = Some("90000017".parse().unwrap());
    desk.import(&register);
    let organisation = || Serves::Organisation {
        kvk_claim: "kvk".into(),
        roles: vec![("boss".into(), OrganisationRole::Administrator)],
        default_role: Some(OrganisationRole::Reader),
    };
    let staff = Serves::Staff {
        roles: vec![
            ("analysts".into(), StaffRole::Analyst),
            ("editors".into(), StaffRole::Editor),
        ],
    };
    let clients = [
        client("desk", &provider, staff),
        client("business", &provider, organisation()),
        client("second", &provider, organisation()),
    ];
    let providers = Providers::new(clients.into(), true).unwrap();
    let site = TestSite::with(desk, |options| {
        options.now = Arc::new(now);
        options.providers = providers;
    });
    Some((site, provider))
}

fn client(name: &str, provider: &OidcProvider, serves: Serves) -> Provider {
    Provider {
        name: name.into(),
        label_nl: format!("Poort {name}"),
        label_en: format!("Gate {name}"),
        issuer: provider.issuer(),
        client_id: name.into(),
        client_secret: Secret::new(format!("secret of {name}")),
        scopes: ["profile", "email", "work"].map(String::from).into(),
        levels: vec!["loa3".into()],
        methods: vec!["mfa".into()],
        email_is_verified: false,
        claims: ClaimNames {
            name: "name".into(),
            email: "email".into(),
            roles: "roles".into(),
        },
        serves,
        ca: None,
    }
}

/// Somebody who may come in by every client; `change` says what is otherwise.
fn account(change: &Value) -> Value {
    let mut account = json!({
        "sub": "sam", "acr": "loa3", "name": "Sam Voorbeeld", "email": "sam@bakery.example", "email_verified": true,
        "kvk": "90000017", "roles": ["analysts"],
    });
    for (name, value) in change.as_object().unwrap() {
        account[name] = value.clone();
    }
    account
}

fn let_in(provider: &OidcProvider, change: &Value) {
    provider.control(&json!({ "account": account(change) }).to_string());
}

/// Where a page of ours that leads to the provider leads.
fn address(page: &Answer) -> String {
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let (_, address) = page.header("refresh").split_once("url=").unwrap();
    address.to_owned()
}

/// Goes to the provider by a form of ours, and comes back.
fn go(browser: &mut Browser<'_>, provider: &OidcProvider, form: &str) -> Answer {
    let page = browser.post(
        &format!("/account/provider/{form}"),
        &[("next", "/account")],
    );
    let back = provider.visit(&address(&page));
    browser.get(&back)
}

fn is_in(browser: &mut Browser<'_>) -> bool {
    browser.get("/account").status == StatusCode::OK
}

/// A browser in which somebody with a passkey signed in just now.
fn signed_in<'s>(site: &'s TestSite, person_no: i64) -> Browser<'s> {
    let token = fresh_token();
    let session = NewSession {
        digest: token_digest(&token),
        person_no,
        method: "passkey",
        browser: "test",
    };
    let opened = site.store().write(|tx| tx.open_session(&session, now()));
    opened.unwrap();
    site.with_token(token)
}

#[test]
fn somebody_of_an_organisation_signs_in_and_becomes_a_member() {
    let Some((site, provider)) = site() else {
        return;
    };
    let mut browser = site.browser();
    let page = browser.get("/account/sign-in?next=/account");
    assert!(page.body.contains("Poort business"), "{}", page.body);
    for (sub, email, roles, want) in [
        (
            "sam",
            "sam@bakery.example",
            json!("boss"),
            OrganisationRole::Administrator,
        ),
        (
            "kim",
            "kim@bakery.example",
            json!([]),
            OrganisationRole::Reader,
        ),
    ] {
        let_in(
            &provider,
            &json!({ "sub": sub, "email": email, "roles": roles }),
        );
        let answer = go(&mut browser, &provider, "business/sign-in");
        assert_eq!(answer.location(), "/account", "{answer:?}");
        let own = browser.get("/account");
        assert!(own.body.contains("Gate business") || own.body.contains("Poort business"));
        assert!(own.body.contains(email), "{}", own.body);
        let person = site
            .store()
            .read(|tx| tx.person_with_email(&email.parse().unwrap()))
            .unwrap()
            .unwrap();
        let memberships = site.store().read(|tx| tx.memberships_of(person.person_no));
        assert_eq!(memberships.unwrap()[0].role, want);
        let out = browser.post("/account/sign-out", &[]);
        assert!(out.body.contains("end?client_id=business"), "{}", out.body);
        assert!(!is_in(&mut browser));
    }
}

#[test]
fn an_answer_that_is_not_right_lets_nobody_in() {
    let Some((site, provider)) = site() else {
        return;
    };
    let_in(&provider, &json!({}));
    let seconds = now().seconds();
    for (what, fault) in [
        ("a wrong nonce", json!({ "claims": { "nonce": "0" } })),
        ("no nonce", json!({ "claims": { "nonce": null } })),
        ("another audience", json!({ "claims": { "aud": "other" } })),
        (
            "two audiences",
            json!({ "claims": { "aud": ["desk", "other"] } }),
        ),
        ("another party", json!({ "claims": { "azp": "other" } })),
        (
            "another issuer",
            json!({ "claims": { "iss": "https://provider.example" } }),
        ),
        (
            "an expired token",
            json!({ "claims": { "exp": seconds - 90 } }),
        ),
        ("no end", json!({ "claims": { "exp": null } })),
        (
            "an end that is no number",
            json!({ "claims": { "exp": "4102444800" } }),
        ),
        (
            "an old token",
            json!({ "claims": { "iat": seconds - 3_600 } }),
        ),
        (
            "a token of tomorrow",
            json!({ "claims": { "iat": seconds + 86_400 } }),
        ),
        ("no account", json!({ "claims": { "sub": null } })),
        ("no signature", json!({ "header": { "alg": "none" } })),
        (
            "a signature with the secret",
            json!({ "header": { "alg": "HS256" } }),
        ),
        (
            "a key of another kind",
            json!({ "header": { "alg": "ES256" } }),
        ),
        (
            "a key that is not shown",
            json!({ "stranger": true, "header": { "kid": "new" } }),
        ),
        (
            "a key under the name of another",
            json!({ "stranger": true }),
        ),
        (
            "what nobody understands",
            json!({ "header": { "crit": ["b64"], "b64": true } }),
        ),
    ] {
        provider.control(&fault.to_string());
        let mut browser = site.browser();
        let answer = go(&mut browser, &provider, "desk/sign-in");
        let want = "/account/sign-in?failed=provider-unclear&next=%2Faccount";
        assert_eq!(answer.location(), want, "{what}: {answer:?}");
        assert!(!is_in(&mut browser), "{what}");
    }
    provider.control("{}");
    let mut browser = site.browser();
    assert_eq!(
        go(&mut browser, &provider, "desk/sign-in").location(),
        "/account"
    );
}

#[test]
fn a_code_is_worth_nothing_in_another_browser_or_for_the_second_time() {
    let Some((site, provider)) = site() else {
        return;
    };
    let_in(&provider, &json!({}));
    let unclear = "/account/sign-in?failed=provider-unclear";
    let (mut victim, mut thief) = (site.browser(), site.browser());
    let begin = |browser: &mut Browser<'_>| {
        let page = browser.post("/account/provider/desk/sign-in", &[("next", "/account")]);
        provider.visit(&address(&page))
    };
    let (of_victim, of_thief) = (begin(&mut victim), begin(&mut thief));
    // The whole answer of somebody else.
    let answer = thief.get(&of_victim);
    assert!(answer.location().starts_with(unclear), "{answer:?}");
    // The code of somebody else in an answer of one's own.
    let code = |path: &str| between(path, "code=", "&").to_owned();
    let mixed = of_thief.replace(&code(&of_thief), &code(&of_victim));
    let answer = thief.get(&mixed);
    assert!(answer.location().starts_with(unclear), "{answer:?}");
    assert!(!is_in(&mut thief));
    // The answer of another provider, and one that names another.
    let other = of_victim.replace("/desk/", "/business/");
    assert!(victim.get(&other).location().starts_with(unclear));
    // None of that took anything from whose answer it is.
    assert_eq!(victim.get(&of_victim).location(), "/account");
    assert!(victim.get(&of_victim).location().starts_with(unclear));
    let mut again = site.browser();
    let path = begin(&mut again);
    let named_otherwise = path.replace("iss=http", "iss=https");
    assert_ne!(path, named_otherwise, "the provider names itself");
    assert!(again.get(&named_otherwise).location().starts_with(unclear));
    assert!(!is_in(&mut again));
}

#[test]
fn new_keys_of_the_provider_are_fetched_when_a_token_names_one() {
    let Some((site, provider)) = site() else {
        return;
    };
    let_in(&provider, &json!({}));
    let mut browser = site.browser();
    assert_eq!(
        go(&mut browser, &provider, "desk/sign-in").location(),
        "/account"
    );
    provider.control(&json!({ "rotate": true }).to_string());
    let mut browser = site.browser();
    assert_eq!(
        go(&mut browser, &provider, "desk/sign-in").location(),
        "/account"
    );
}

#[test]
fn whom_the_provider_does_not_vouch_for_is_told_why() {
    let Some((site, provider)) = site() else {
        return;
    };
    site.person("kim@bakery.example");
    for (form, change, want) in [
        ("desk", json!({ "acr": null }), "provider-weak"),
        (
            "desk",
            json!({ "acr": "loa2", "amr": ["pwd"] }),
            "provider-weak",
        ),
        ("desk", json!({ "roles": ["cooks"] }), "geen rol"),
        ("desk", json!({ "roles": null }), "geen rol"),
        (
            "desk",
            json!({ "email_verified": false }),
            "geen e-mailadres",
        ),
        (
            "desk",
            json!({ "email": "kim@bakery.example" }),
            "al een account",
        ),
        ("business", json!({ "kvk": "90000025" }), "uw organisatie"),
        ("business", json!({ "kvk": "nonsense" }), "uw organisatie"),
        ("business", json!({ "kvk": null }), "uw organisatie"),
    ] {
        let_in(&provider, &change);
        let mut browser = site.browser();
        let answer = go(&mut browser, &provider, &format!("{form}/sign-in"));
        let is_told = answer.location().contains(want)
            || answer.status == StatusCode::FORBIDDEN && answer.body.contains(want);
        assert!(is_told, "{change}: {answer:?}");
        assert!(!is_in(&mut browser), "{change}");
    }
    let_in(&provider, &json!({ "acr": "loa2", "amr": ["mfa", "pwd"] }));
    let mut browser = site.browser();
    assert_eq!(
        go(&mut browser, &provider, "desk/sign-in").location(),
        "/account"
    );
}

#[test]
fn roles_at_the_desk_follow_the_provider() {
    let Some((site, provider)) = site() else {
        return;
    };
    let mut browser = site.browser();
    let roles = || {
        let email = "sam@bakery.example".parse().unwrap();
        let person = site
            .store()
            .read(|tx| tx.person_with_email(&email))
            .unwrap();
        let person_no = person.unwrap().person_no;
        site.store().read(|tx| tx.staff_roles(person_no)).unwrap()
    };
    for (held, want) in [
        (json!(["analysts"]), vec![StaffRole::Analyst]),
        (json!(["editors", "cooks"]), vec![StaffRole::Editor]),
        (json!([]), vec![]),
    ] {
        let_in(&provider, &json!({ "roles": held }));
        go(&mut browser, &provider, "desk/sign-in");
        assert_eq!(roles(), want);
    }
}

#[test]
fn an_account_at_a_provider_is_linked_by_who_is_signed_in_and_proves_it_again() {
    let Some((site, provider)) = site() else {
        return;
    };
    let_in(&provider, &json!({}));
    let (sam, kim) = (
        site.person("sam@bakery.example"),
        site.person("kim@bakery.example"),
    );
    for person_no in [sam, kim] {
        let added = site
            .store()
            .write(|tx| tx.add_passkey(person_no, &[person_no as u8; 16], "{}", "", now()));
        added.unwrap();
    }
    let (mut browser, mut other) = (signed_in(&site, sam), signed_in(&site, kim));
    let answer = go(&mut browser, &provider, "desk/link");
    assert_eq!(answer.location(), "/account?done=identity", "{answer:?}");
    let taken = go(&mut other, &provider, "desk/link");
    assert!(
        taken
            .location()
            .starts_with("/account?failed=provider-taken")
    );
    // The same account by another client is the same account.
    let answer = go(&mut browser, &provider, "desk/prove");
    assert_eq!(answer.location(), "/account", "{answer:?}");
    let_in(&provider, &json!({ "sub": "kim" }));
    let answer = go(&mut browser, &provider, "desk/prove");
    assert!(answer.location().contains("provider-other"), "{answer:?}");
    // Long ago is no proof, and saying nothing of it neither.
    let_in(&provider, &json!({}));
    for auth_time in [json!(now().seconds() - 600), json!(null)] {
        provider.control(&json!({ "claims": { "auth_time": auth_time } }).to_string());
        let answer = go(&mut browser, &provider, "desk/prove");
        assert!(answer.location().contains("provider-weak"), "{answer:?}");
    }
    provider.control("{}");
    let mut fresh = site.browser();
    assert_eq!(
        go(&mut fresh, &provider, "desk/sign-in").location(),
        "/account"
    );
    let page = browser.get("/account").body;
    let path = format!(
        "/account/identities/{}/remove",
        between(&page, "/account/identities/", "/remove")
    );
    assert_eq!(other.post(&path, &[]).location(), "/account?failed=last");
    assert_eq!(
        browser.post(&path, &[]).location(),
        "/account?done=unlinked"
    );
    assert!(!is_in(&mut fresh), "a session that began by it has ended");
    assert!(is_in(&mut browser));
}

#[test]
fn a_session_that_began_long_ago_at_the_provider_proves_nothing() {
    let Some((site, provider)) = site() else {
        return;
    };
    let_in(&provider, &json!({}));
    let before = now().seconds() - 3_600;
    provider.control(&json!({ "claims": { "auth_time": before } }).to_string());
    let mut browser = site.browser();
    assert_eq!(
        go(&mut browser, &provider, "desk/sign-in").location(),
        "/account"
    );
    let answer = browser.post("/account/provider/desk/link", &[]);
    assert!(
        answer.location().starts_with("/account/prove"),
        "{answer:?}"
    );
}

#[test]
fn a_provider_ends_the_sessions_that_began_by_it() {
    let Some((site, provider)) = site() else {
        return;
    };
    let_in(&provider, &json!({}));
    let mut browser = site.browser();
    go(&mut browser, &provider, "desk/sign-in");
    let seconds = now().seconds();
    let events = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
    let token = |change: Value| {
        let mut payload = json!({
            "iss": provider.issuer(), "aud": "desk", "iat": seconds, "exp": seconds + 120, "jti": "1", "sub": "sam",
            "events": events,
        });
        for (name, value) in change.as_object().unwrap() {
            payload[name] = value.clone();
        }
        provider.control(&json!({ "sign": payload }).to_string())
    };
    let send = |token: &str| {
        let mut server = site.browser();
        let path = "/account/provider/desk/logout";
        server.post(path, &[("logout_token", token)]).status
    };
    for change in [
        json!({ "events": {} }),
        json!({ "nonce": "1" }),
        json!({ "aud": "business" }),
        json!({ "sub": null }),
        json!({ "exp": seconds - 90 }),
    ] {
        assert_eq!(
            send(&token(change.clone())),
            StatusCode::BAD_REQUEST,
            "{change}"
        );
    }
    assert_eq!(send(&token(json!({ "sub": "kim" }))), StatusCode::OK);
    assert!(is_in(&mut browser));
    assert_eq!(send(&token(json!({}))), StatusCode::OK);
    assert!(!is_in(&mut browser));
}

#[test]
fn where_the_provider_does_not_answer_the_other_ways_go_on() {
    let Some((site, provider)) = site() else {
        return;
    };
    drop(provider);
    let mut browser = site.browser();
    let answer = browser.post("/account/provider/desk/sign-in", &[("next", "/desk")]);
    assert_eq!(
        answer.location(),
        "/account/sign-in?failed=provider-silent&next=%2Fdesk"
    );
    let page = browser.get(answer.location());
    assert!(page.body.contains("geeft geen antwoord"), "{}", page.body);
    assert!(page.body.contains("action=\"/account/sign-in\""));
}
