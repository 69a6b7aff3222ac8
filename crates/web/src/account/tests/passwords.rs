use axum::http::StatusCode;

use super::*;

#[test]
fn an_invited_person_joins_with_a_password_and_an_app_and_gets_recovery_codes_once() {
    let site = TestSite::new();
    let person_no = site.person(EMAIL);
    let page = invite(&site, person_no);
    let mut browser = site.browser();
    let shown = browser.get(&page);
    assert_eq!(shown.status, StatusCode::OK);
    let (secret, app) = app_of(&shown.body);
    let mut join = |password: &str, code: &str| {
        let form = [
            ("name", "Sam Voorbeeld"),
            ("language", "en"),
            ("password", password),
            ("code", code),
            ("app", app.as_str()),
        ];
        browser.post(&page, &form)
    };
    let refused = join("short", "000000");
    assert_eq!(refused.status, StatusCode::OK);
    assert!(refused.body.contains("href=\"#password\"") && refused.body.contains("href=\"#code\""));
    assert_eq!(
        app_of(&refused.body),
        (secret.clone(), app.clone()),
        "the app stays connected"
    );
    let joined = join(PASSWORD, &code(&secret, -1));
    assert_eq!(joined.location(), "/account/recovery-codes?done=joined");
    let cookie = joined.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let shown = browser.post("/account/recovery-codes", &[]);
    assert_eq!(shown.body.matches("<li><code>").count(), 10);
    let recovery = between(&shown.body, "<li><code>", "</code>").to_owned();
    assert!(
        !browser
            .get("/account/recovery-codes")
            .body
            .contains(&recovery)
    );
    assert_eq!(
        site.browser().get(&page).status,
        StatusCode::NOT_FOUND,
        "the link works once"
    );

    let mut other = site.browser();
    assert_eq!(
        sign_in(&mut other, PASSWORD, &code(&secret, 0)).location(),
        "/account"
    );
    assert!(is_in(&mut other));
}

#[test]
fn a_password_alone_opens_nothing_and_nobody_learns_which_part_was_wrong() {
    let site = TestSite::new();
    let (_, secret, _) = person_with_password(&site);
    let right = code(&secret, 0);
    let mut bodies = Vec::new();
    for (password, code) in [
        (PASSWORD, ""),
        (PASSWORD, "000000"),
        ("wrong", right.as_str()),
        ("", ""),
    ] {
        let mut browser = site.browser();
        let answer = sign_in(&mut browser, password, code);
        assert_eq!(answer.status, StatusCode::OK, "{password} {code}");
        assert!(!is_in(&mut browser), "{password} {code}");
        bodies.push(answer.body);
    }
    let mut elsewhere = site.browser();
    elsewhere.address = [198, 51, 100, 1];
    let form = [
        ("email", "nobody@bakery.example"),
        ("password", PASSWORD),
        ("code", "000000"),
        ("next", "/account"),
    ];
    let nobody = elsewhere.post("/account/sign-in", &form);
    bodies.push(nobody.body.replace("nobody@bakery.example", EMAIL));
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[test]
fn a_code_of_the_app_and_a_recovery_code_work_once_each() {
    let site = TestSite::new();
    let (_, secret, recovery) = person_with_password(&site);
    for (network, once) in [(1, code(&secret, 0)), (2, recovery)] {
        let mut browser = site.browser();
        browser.address = [198, 51, 100, network];
        assert_eq!(
            sign_in(&mut browser, PASSWORD, &once).status,
            StatusCode::SEE_OTHER
        );
        let mut again = site.browser();
        again.address = [198, 51, 100, network];
        assert_eq!(sign_in(&mut again, PASSWORD, &once).status, StatusCode::OK);
    }
    let kinds: Vec<_> = mails(&site)
        .into_iter()
        .map(|(kind, facts)| (kind, facts["what"].clone()))
        .collect();
    assert_eq!(
        kinds,
        [("sign-in-changed".to_owned(), "recovery-code-used".into())]
    );
}

#[test]
fn whoever_guesses_is_slowed_down_and_locks_nobody_else_out() {
    let site = TestSite::new();
    let (_, secret, _) = person_with_password(&site);
    let mut guesser = site.browser();
    let statuses: Vec<_> = (0..7)
        .map(|_| sign_in(&mut guesser, "wrong guess", "123456").status)
        .collect();
    assert_eq!(
        statuses[4..],
        [
            StatusCode::OK,
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::TOO_MANY_REQUESTS
        ]
    );
    let respelled = [
        ("email", "SAM@Bakery.example."),
        ("password", "wrong guess"),
        ("code", ""),
    ];
    assert_eq!(
        guesser.post("/account/sign-in", &respelled).status,
        StatusCode::TOO_MANY_REQUESTS
    );
    let mut owner = site.browser();
    owner.address = [198, 51, 100, 7];
    assert_eq!(
        sign_in(&mut owner, PASSWORD, &code(&secret, 0)).location(),
        "/account"
    );
}

#[test]
fn how_long_it_takes_does_not_tell_a_wrong_password_while_somebody_else_writes() {
    let site = TestSite::new();
    person_with_password(&site);
    let _writer = site.busy_writer();
    let form = format!("email={EMAIL}&password=wrong+guess&code=123456");
    let request = axum::http::Request::post("/account/sign-in")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    let asked = tower::ServiceExt::oneshot(
        site.pages(),
        request.body(axum::body::Body::from(form)).unwrap(),
    );
    let answer = site
        .block_on(async { tokio::time::timeout(std::time::Duration::from_secs(2), asked).await });
    assert!(answer.is_err(), "it waits as a right one does");
}

#[test]
fn an_address_gets_few_mails_however_it_is_spelled() {
    let site = TestSite::new();
    person_with_password(&site);
    for spelling in [EMAIL, "SAM@bakery.example", " sam@Bakery.Example. "].repeat(3) {
        let asked = site
            .browser()
            .post("/account/recover", &[("email", spelling)]);
        assert_eq!(asked.status, StatusCode::OK);
    }
    let mut left = Vec::new();
    for _ in 0..100 {
        left.extend(mails(&site));
        if left.len() >= 3 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(left.len(), 3);
}

#[test]
fn codes_cannot_be_guessed_from_many_networks_with_a_known_password() {
    let site = TestSite::new();
    let (_, secret, recovery) = person_with_password(&site);
    let try_from = |network: u8, code: &str| {
        let mut browser = site.browser();
        browser.address = [198, 51, 100, network];
        sign_in(&mut browser, PASSWORD, code).status
    };
    for network in 0..5 {
        assert_eq!(try_from(network, "000000"), StatusCode::OK);
    }
    assert_eq!(
        try_from(10, &code(&secret, 0)),
        StatusCode::OK,
        "no code is looked at for a while"
    );
    assert_eq!(
        try_from(11, &recovery),
        StatusCode::SEE_OTHER,
        "another way stays open"
    );
}

#[test]
fn a_lost_password_is_replaced_by_a_mail_and_a_code_together() {
    let site = TestSite::new();
    let (person_no, secret, _) = person_with_password(&site);
    let mut elsewhere = site.signed_in(person_no);
    let mut browser = site.browser();
    let asked = browser.post("/account/recover", &[("email", EMAIL)]);
    let nobody = site
        .browser()
        .post("/account/recover", &[("email", "nobody@bakery.example")]);
    assert_eq!((asked.status, asked.body), (nobody.status, nobody.body));
    let mut left = Vec::new();
    for _ in 0..100 {
        left = mails(&site);
        if !left.is_empty() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].0, "password-reset");
    let link = left[0].1["link"].as_str().unwrap().to_owned();
    let page = link.strip_prefix("http://localhost:8080").unwrap();
    assert_eq!(browser.get(page).status, StatusCode::OK);
    let new = "another long password";
    let mut choose = |code: &str| browser.post(page, &[("password", new), ("code", code)]);
    assert_eq!(choose("000000").status, StatusCode::OK);
    assert_eq!(
        choose(&code(&secret, 0)).location(),
        "/account?done=password"
    );
    assert!(!is_in(&mut elsewhere), "other sessions end");
    assert_eq!(
        site.browser().get(page).status,
        StatusCode::NOT_FOUND,
        "the link works once"
    );
    let mut again = site.browser();
    assert_eq!(
        sign_in(&mut again, new, &code(&secret, 1)).location(),
        "/account"
    );
}

#[test]
fn something_dangerous_needs_a_proof_after_which_the_session_has_another_token() {
    let site = TestSite::new();
    let (person_no, secret, _) = person_with_password(&site);
    let mut browser = signed_in_long_ago(&site, person_no);
    assert!(is_in(&mut browser));
    assert_eq!(
        browser.get("/account/password").location(),
        "/account/prove?next=/account/password"
    );
    let mut stolen = browser.clone();
    let wrong = browser.post(
        "/account/prove",
        &[("code", "000000"), ("next", "/account/password")],
    );
    assert!(
        wrong.location().contains("failed=code"),
        "{}",
        wrong.location()
    );
    let form = [
        ("code", code(&secret, 0)),
        ("next", "/account/password".to_owned()),
    ];
    let form: Vec<_> = form
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(
        browser.post("/account/prove", &form).location(),
        "/account/password"
    );
    assert_eq!(browser.get("/account/password").status, StatusCode::OK);
    assert!(
        !is_in(&mut stolen),
        "the token from before is worth nothing"
    );
    let mut elsewhere = site.signed_in(person_no);
    let changed = browser.post(
        "/account/password",
        &[("password", "another long password")],
    );
    assert_eq!(changed.location(), "/account?done=password");
    assert!(is_in(&mut browser) && !is_in(&mut elsewhere));
    assert_eq!(mails(&site)[0].1["what"], "password-changed");
}

#[test]
fn sessions_are_listed_and_ended_by_their_owner_alone() {
    let site = TestSite::new();
    let person_no = site.person(EMAIL);
    let mut other = signed_in_long_ago(&site, person_no);
    let mut browser = site.signed_in(person_no);
    let page = browser.get("/account").body;
    assert!(page.contains("old browser"), "{page}");
    let id = between(&page, "/account/sessions/", "/end").to_owned();
    let end = format!("/account/sessions/{id}/end");
    let mut stranger = site.signed_in(site.person("robin@dairy.example"));
    assert_eq!(stranger.post(&end, &[]).status, StatusCode::NOT_FOUND);
    assert!(is_in(&mut other));
    assert_eq!(browser.post(&end, &[]).location(), "/account?done=ended");
    assert!(!is_in(&mut other) && is_in(&mut browser));
    assert_eq!(browser.post("/account/sign-out", &[]).location(), "/");
    assert!(!is_in(&mut browser));
}

#[test]
fn a_person_changes_its_name_and_language() {
    let site = TestSite::new();
    let mut browser = site.signed_in(site.person(EMAIL));
    let changed = browser.post("/account", &[("name", "Robin Bakker"), ("language", "nl")]);
    assert_eq!(changed.location(), "/account?done=changed");
    let page = browser.get("/account?done=changed").body;
    assert!(page.contains("Robin Bakker") && page.contains("Uw gegevens zijn opgeslagen."));
    let refused = browser.post("/account", &[("name", " "), ("language", "nl")]);
    assert!(refused.body.contains("href=\"#name\""));
}

#[test]
fn an_invitation_for_somebody_with_an_account_is_accepted_by_that_person_only() {
    let site = TestSite::new();
    let (person_no, ..) = person_with_password(&site);
    let page = invite(&site, person_no);
    assert!(
        site.browser()
            .get(&page)
            .body
            .contains("U hebt al een account")
    );
    let form = [
        ("name", "Mallory"),
        ("language", "en"),
        ("password", PASSWORD),
        ("code", "1"),
        ("app", ""),
    ];
    assert_eq!(
        site.browser().post(&page, &form).status,
        StatusCode::CONFLICT,
        "no other password is set by mail"
    );
    let accept = format!("{page}/accept");
    let mut stranger = site.signed_in(site.person("robin@dairy.example"));
    assert_eq!(stranger.post(&accept, &[]).status, StatusCode::NOT_FOUND);
    let mut owner = site.signed_in(person_no);
    assert_eq!(
        owner.post(&accept, &[]).location(),
        "/account?done=accepted"
    );
    assert_eq!(owner.post(&accept, &[]).status, StatusCode::NOT_FOUND);
}
