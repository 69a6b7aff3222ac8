use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{ALL, NOTHING, check_problem, home, site};

#[test]
fn a_profile_is_put_as_a_whole_by_whoever_read_it_last() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let path = format!("{}/profile", home(&site, "hospital"));
    let put =
        |tag: &str, body: &Value| site.api_with(&key, "PUT", &path, body, &[("if-match", tag)]);
    let read = site.api(&key, "GET", &path, &NOTHING);
    let empty = json!({ "suppliers": [], "care": [], "products": [] });
    assert_eq!(read.json(), empty);
    let tag = read.header("etag").to_owned();
    let profile = json!({
        "suppliers": [{ "name": "Office IT", "email": "help@office-it.example" }],
        "care": [{ "group": null, "supplier": "Office IT", "reference": "CMDB-0042" }],
        "products": [{ "vendor": null, "name": "EdgeGate" }],
    });
    check_problem(
        &site.api(&key, "PUT", &path, &profile),
        428,
        "if-match-needed",
    );
    let written = put(&tag, &profile);
    assert_eq!(
        (written.status, written.json()),
        (StatusCode::OK, profile.clone())
    );
    check_problem(&put(&tag, &empty), 412, "changed");
    assert_eq!(site.api(&key, "GET", &path, &NOTHING).json(), profile);
}

#[test]
fn all_that_is_wrong_with_a_profile_is_told_with_its_place() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let path = format!("{}/profile", home(&site, "hospital"));
    let wrong = |body: Value| {
        let answer = site.api_with(&key, "PUT", &path, &body, &[("if-match", "*")]);
        check_problem(&answer, 400, "invalid-input");
        let errors = answer.json()["errors"].clone();
        let places = errors.as_array().unwrap().iter();
        let places: Vec<String> = places
            .map(|error| error["pointer"].as_str().unwrap().to_owned())
            .collect();
        places
    };
    assert_eq!(
        wrong(json!({ "suppliers": [{ "name": "", "email": "nobody" }], "care": [] })),
        ["/products", "/suppliers/0/name", "/suppliers/0/email"]
    );
    let one = json!({ "name": "Office IT", "email": "help@office-it.example" });
    assert_eq!(
        wrong(json!({
            "suppliers": [one, one],
            "care": [{ "supplier": "Nobody" }],
            "products": [{ "name": "EdgeGate" }, { "name": "EdgeGate" }],
        })),
        ["/suppliers/1/name", "/care/0/supplier", "/products/1"]
    );
}
