//! Proving again who one is, in the middle of something.

use axum::body::Body;
use axum::http::{Request, header};

use super::{EMAIL, signed_in_long_ago};
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
