//! Proving again who one is, in the middle of something.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use model::StaffRole;

use super::{EMAIL, between, code, person_with_password, signed_in_long_ago};
use crate::testing::TestSite;

#[test]
fn who_must_prove_or_sign_in_first_comes_back_to_the_page_of_the_form() {
    let site = TestSite::new();
    let person_no = site.person(EMAIL);
    for (from, want) in [
        ("http://localhost:8080/account", "/account"),
        (
            "http://localhost:8080/account?done=codes&x=a%20b",
            "/account?done=codes%26x=a%2520b",
        ),
        ("https://other.example/account", "/"),
        ("http://localhost:8081/account", "/"),
        ("nonsense", "/"),
    ] {
        let send = || {
            let path = "/account/recovery-codes";
            let form = "application/x-www-form-urlencoded";
            let request = Request::post(path)
                .header(header::CONTENT_TYPE, form)
                .header(header::REFERER, from);
            request.body(Body::empty()).unwrap()
        };
        let answer = signed_in_long_ago(&site, person_no).ask(send());
        assert_eq!(answer.location(), format!("/account/prove?next={want}"));
        let answer = site.browser().ask(send());
        assert_eq!(answer.location(), format!("/account/sign-in?next={want}"));
    }
    let page = site.browser().get("/account/sign-in");
    assert_eq!(page.header("referrer-policy"), "same-origin");
}

#[test]
fn what_was_typed_when_the_second_factor_was_too_old_is_sent_again_after_it_was_shown() {
    let site = TestSite::new();
    let (person_no, secret, _) = person_with_password(&site);
    site.employ(person_no, StaffRole::Analyst);
    let is_paused = || {
        let installation = site.store().read(|tx| tx.installation());
        installation.unwrap().paused.is_some()
    };
    let mut browser = signed_in_long_ago(&site, person_no);
    browser.post("/desk/pause", &[("reason", "a source delivers nonsense")]);
    assert!(is_paused());
    let typed = [("reason", "the source <was> mended"), ("code", "123456")];
    let kept = browser.post("/desk/resume", &typed);
    assert!(kept.is_given_back_to_prove(), "{kept:?}");
    assert!(
        kept.body.contains("the source &lt;was&gt; mended"),
        "{kept:?}"
    );
    // A code is typed again, and stands nowhere on the page.
    assert!(
        kept.body.contains("id=\"code\"") && !kept.body.contains("123456"),
        "{kept:?}"
    );
    let mark = between(&kept.body, "name=\"sent_by\" value=\"", "\"").to_owned();
    let again = [typed[0], ("code", "123456"), ("sent_by", &mark)];
    // Too early: it comes back once more, as it was.
    let early = browser.post("/desk/resume", &again);
    assert!(early.is_given_back_to_prove(), "{early:?}");
    assert!(early.body.contains(&mark), "{early:?}");
    // Somebody else on the same machine cannot send it.
    let other_no = site.person("other@csirt.example");
    site.employ(other_no, StaffRole::Analyst);
    let other = site.signed_in(other_no).post("/desk/resume", &again);
    assert!(other.body.contains("Somebody else filled in"), "{other:?}");
    assert!(is_paused());
    let shown = [("code", &code(&secret, 0)[..]), ("next", "/desk")];
    let proved = browser.post("/account/prove", &shown);
    assert_eq!(proved.location(), "/desk", "{proved:?}");
    let sent = browser.post("/desk/resume", &again);
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{sent:?}");
    assert!(!is_paused());
    let recorded = site
        .store()
        .read(|tx| tx.audit_page(&store::AuditFilter::default(), i64::MAX, 10));
    let mut rows = recorded.unwrap().rows.into_iter();
    assert!(
        rows.any(|row| row.action == "resume" && row.detail.contains("<was> mended")),
        "the reason is that which was typed first"
    );
}

#[test]
fn a_form_of_a_button_alone_leads_to_the_page_where_one_proves_who_one_is() {
    let site = TestSite::new();
    let person_no = site.person(EMAIL);
    site.employ(person_no, StaffRole::Analyst);
    let pressed = signed_in_long_ago(&site, person_no).post("/desk/resume", &[("reason", " ")]);
    assert!(
        pressed.location().starts_with("/account/prove"),
        "{pressed:?}"
    );
}
