use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use formats::register;
use model::register::OwnAssetRow;
use model::{AssetKind, AssetValue, IdKind, Scope};
use serde_json::{Value, json};

use testkit::DnsServer;

use super::{ALL, NOTHING, check_problem, home, site};
use crate::asset::plain_row;
use crate::download::WORKBOOK_TYPE;
use crate::testing::TestSite;

/// A claim of the hospital: its path and the key of a program.
fn claimed(site: &TestSite, value: &str) -> (String, String) {
    let key = site.organisation_key("hospital", ALL);
    let assets = format!("{}/assets", home(site, "hospital"));
    let new = json!({ "kind": "domain", "value": value, "group": "web" });
    let added = site.api(&key, "POST", &assets, &new);
    let place = added.location().strip_prefix("/api/v1").unwrap();
    (place.to_owned(), key)
}

#[test]
fn assets_are_looked_for_by_what_stands_in_the_body() {
    let site = site();
    let (_, key) = claimed(&site, "hospital.example");
    let home = home(&site, "hospital");
    let groups = site.api(&key, "GET", &format!("{home}/asset-groups"), &NOTHING);
    let group = groups.json()["items"][0].clone();
    assert_eq!(group["name"], "web");
    let search = |body: Value| site.api(&key, "POST", &format!("{home}/assets/_search"), &body);
    for (body, want) in [
        (json!({}), 2),
        (json!({ "text": "SPITAL.ex" }), 1),
        (json!({ "text": "museum" }), 0),
        (json!({ "kind": "prefix", "state": "verified" }), 1),
        (json!({ "state": "expiring" }), 0),
        (json!({ "group": group["id"] }), 1),
    ] {
        let found = search(body.clone()).json();
        assert_eq!(found["items"].as_array().unwrap().len(), want, "{body}");
    }
    let first = search(json!({ "limit": 1 })).json();
    let rest = search(json!({ "cursor": first["nextCursor"] })).json();
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_ne!(rest["items"], first["items"]);
    let confirmed = site.api(&key, "POST", &format!("{home}/assets/_confirm"), &NOTHING);
    assert!(confirmed.json()["confirmedAt"].is_string());
}

#[test]
fn a_check_of_many_proofs_is_begun_once_and_says_what_to_do_about_each_name() {
    let mut site = site();
    let Some(server) = DnsServer::of_example(&[]) else {
        return;
    };
    site.desk.flow.dns_servers = vec![server.address()];
    let (place, key) = claimed(&site, "hospital.example");
    let home = home(&site, "hospital");
    let checks = format!("{home}/proof-checks");
    let begin = |body: &Value| site.api(&key, "POST", &checks, body);
    for (body, pointer) in [
        (json!({ "place": "mail" }), "/place"),
        (json!({ "place": "dns", "assets": [] }), "/assets"),
        (json!({ "place": "dns", "assets": ["x"] }), "/assets/0"),
        (json!({ "place": "dns", "state": "verified" }), "/assets"),
    ] {
        let refused = begin(&body);
        check_problem(&refused, 400, "invalid-input");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{body}");
    }
    let asset = place.rsplit('/').next().unwrap();
    let begun = begin(&json!({ "place": "dns", "assets": [asset] }));
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.body);
    assert_eq!(
        (&begun.json()["looks"], &begun.json()["waiting"]),
        (&json!(1), &json!(1))
    );
    check_problem(&begin(&json!({ "place": "dns" })), 409, "exists");
    let check = begun.location().strip_prefix("/api/v1").unwrap();
    let read = |path: &str| {
        site.api(&key, "GET", &format!("{check}{path}"), &NOTHING)
            .json()
    };
    let waiting = read("/looks")["items"][0].clone();
    assert_eq!(
        (&waiting["name"], &waiting["outcome"]),
        (&json!("hospital.example"), &NOTHING)
    );
    site.desk.work();
    assert!(read("")["endedAt"].is_string());
    let looked = read("/looks?outcome=missing")["items"][0].clone();
    assert_eq!(looked["reason"], "There is no record");
    assert_eq!(looked["lookedFor"], "_seinpost-challenge.hospital.example");
    assert!(
        looked["nextStep"]
            .as_str()
            .unwrap()
            .starts_with("Add the record.")
    );
    assert_eq!(read("/looks?outcome=proved")["items"], json!([]));
}

#[test]
fn a_claim_is_proved_by_the_code_that_was_mailed_to_its_domain() {
    let site = site();
    let (place, key) = claimed(&site, "hospital.example");
    let proof = || {
        site.api(&key, "GET", &format!("{place}/proof"), &NOTHING)
            .json()
    };
    let shown = proof();
    assert_eq!(shown["method"], NOTHING);
    assert!(
        shown["text"]
            .as_str()
            .unwrap()
            .starts_with("seinpost-proof=")
    );
    let to = shown["mailAddresses"][0].clone();
    let send = |to: &Value| {
        let body = json!({ "to": to });
        site.api(&key, "POST", &format!("{place}/_send-code"), &body)
    };
    let refused = send(&json!("sam@hospital.example"));
    check_problem(&refused, 400, "invalid-input");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/to");
    assert_eq!(send(&to).status, StatusCode::NO_CONTENT);
    assert_eq!(proof()["codeSentTo"], to);
    let code = site.mails().pop().unwrap().2["code"].clone();
    let check = |code: &Value| {
        let body = json!({ "code": code });
        site.api(&key, "POST", &format!("{place}/_check-code"), &body)
    };
    check_problem(&check(&json!("1")), 400, "invalid-input");
    assert_eq!(check(&code).json()["state"], "verified");
    assert_eq!(proof()["method"], "mail");
}

#[test]
fn what_only_the_desk_can_prove_is_asked_of_it() {
    let site = site();
    let (place, key) = claimed(&site, "hospital.example");
    let note = json!({ "note": "We bought it from the museum." });
    let asked = site.api(&key, "POST", &format!("{place}/_ask-review"), &note);
    assert_eq!(asked.status, StatusCode::NO_CONTENT, "{asked:?}");
    let reviews = site
        .store()
        .read(|tx| tx.proof_reviews_open(0, 10))
        .unwrap();
    assert_eq!(reviews.len(), 1);
}

#[test]
fn many_assets_are_changed_in_one_way_or_none_of_them_is() {
    let site = site();
    let (place, key) = claimed(&site, "hospital.example");
    let home = home(&site, "hospital");
    let path = format!("{home}/assets/_change");
    let change = |body: Value| site.api(&key, "POST", &path, &body);
    let shown = |path: &str| site.api(&key, "GET", path, &NOTHING).json();
    let asset = place.rsplit('/').next().unwrap();
    let stranger = site.site.id(IdKind::Asset, 2);
    for (body, pointer) in [
        (json!({ "act": "paint", "all": true }), "/act"),
        (json!({ "act": "label", "value": "x" }), "/assets"),
        (
            json!({ "act": "label", "value": "x", "all": true, "assets": [asset] }),
            "/assets",
        ),
        (
            json!({ "act": "label", "value": "x", "assets": [stranger] }),
            "/assets",
        ),
        (
            json!({ "act": "criticality", "value": "huge", "all": true }),
            "/value",
        ),
        (
            json!({ "act": "close", "value": "x", "all": true }),
            "/value",
        ),
        (json!({ "act": "close", "all": true, "kin": "x" }), "/kin"),
    ] {
        let refused = change(body.clone());
        check_problem(&refused, 400, "invalid-input");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{body}");
    }
    let dry = change(json!({ "act": "close", "all": true, "dryRun": true }));
    assert_eq!(dry.json(), json!({ "assets": 2, "dryRun": true }));
    let label = json!({ "act": "label", "value": "Head office", "all": true, "kind": "domain" });
    assert_eq!(change(label).json()["assets"], 1);
    assert_eq!(shown(&place)["label"], "Head office");
    let group = json!({ "act": "group", "value": "laboratory", "assets": [asset] });
    assert_eq!(change(group).json()["assets"], 1);
    assert_eq!(shown(&place)["group"], "laboratory");
    let until = json!({ "act": "valid-until", "value": "2027-01-01", "all": true });
    assert_eq!(change(until).json()["assets"], 2);
    assert_eq!(shown(&place)["validUntil"], "2027-01-01");
    let closed = change(json!({ "act": "close", "assets": [asset] }));
    assert_eq!(closed.json()["assets"], 1);
    check_problem(&site.api(&key, "GET", &place, &NOTHING), 404, "not-found");
    let gone = change(json!({ "act": "close", "assets": [asset] }));
    check_problem(&gone, 400, "invalid-input");
}

#[test]
fn web_addresses_e_mail_domains_and_suppliers_are_kept_by_programs_too() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let assets = format!("{}/assets", home(&site, "hospital"));
    let add = |kind: &str, value: &str| {
        let new = json!({ "kind": kind, "value": value, "supplier": "Office IT" });
        site.api(&key, "POST", &assets, &new)
    };
    let made = add("url", "http://shared.example:80/ward/");
    assert_eq!(made.status.as_u16(), 201, "{}", made.body);
    assert_eq!(made.json()["value"], "https://shared.example/ward");
    assert_eq!(made.json()["supplier"], "Office IT");
    assert_eq!(
        add("url", "https://shared.example/ward").status.as_u16(),
        409
    );
    let mail = add("e-mail-domain", "@hospital.example");
    assert_eq!(mail.json()["value"], "hospital.example");
    for (kind, value) in [
        ("url", "https://sam@shared.example/ward"),
        ("url", "https://shared.example/ward?x=1"),
        ("e-mail-domain", "gmail.com"),
    ] {
        check_problem(&add(kind, value), 400, "invalid-input");
    }
    let listed = site.api(
        &key,
        "GET",
        &format!("{assets}?kind=e-mail-domain"),
        &NOTHING,
    );
    assert_eq!(listed.json()["items"].as_array().unwrap().len(), 1);
    let proof = format!("{assets}/{}/proof", made.json()["id"].as_str().unwrap());
    let proof = site.api(&key, "GET", &proof, &NOTHING).json();
    assert_eq!(
        proof["fileAddress"],
        "https://shared.example/ward/.well-known/seinpost-proof.txt"
    );
    assert!(proof["recordName"].is_null(), "{proof}");
    let change = json!({ "act": "supplier", "all": true, "kind": "url" });
    let changed = site.api(&key, "POST", &format!("{assets}/_change"), &change);
    assert_eq!(changed.json()["assets"], 1);
    let suppliers = site.api(&key, "GET", &assets, &NOTHING).json();
    let suppliers = suppliers["items"].as_array().unwrap().iter();
    let suppliers = suppliers.filter(|asset| asset["supplier"] == "Office IT");
    assert_eq!(suppliers.count(), 1, "the e-mail domain keeps it");
}

#[test]
fn a_key_that_reads_no_profile_sees_no_suppliers_and_empties_none() {
    let site = site();
    let whole = site.organisation_key("hospital", ALL);
    let narrow = site.organisation_key("hospital", &[Scope::AssetsRead, Scope::AssetsWrite]);
    let assets = format!("{}/assets", home(&site, "hospital"));
    let row = |label: &str, supplier: Value| json!({ "kind": "domain", "value": "x.example", "label": label, "supplier": supplier });
    let made = site.api(&whole, "POST", &assets, &row("Shop", json!("Office IT")));
    let asset = format!("{assets}/{}", made.json()["id"].as_str().unwrap());
    let supplier = |key: &str| {
        let one = site.api(key, "GET", &asset, &NOTHING).json()["supplier"].clone();
        let search = json!({ "text": "x.example" });
        let found = site.api(key, "POST", &format!("{assets}/_search"), &search);
        assert_eq!(found.json()["items"][0]["supplier"], one);
        one
    };
    assert_eq!(supplier(&whole), "Office IT");
    assert_eq!(supplier(&narrow), "");

    let import = |items: Value| {
        let import = json!({ "items": [items] });
        let done = site.api(&narrow, "POST", &format!("{assets}/_import"), &import);
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    };
    import(row("Web shop", Value::Null));
    assert_eq!(supplier(&whole), "Office IT", "a list that names none");
    let csv = |method: &str, path: &str, list: &str, tag: &str| {
        let headers = [("content-type", "text/csv"), ("if-match", tag)];
        let headers = &headers[..if tag.is_empty() { 1 } else { 2 }];
        let done = site.api_with(&narrow, method, path, &json!(list), headers);
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        done
    };
    let list = "value,label,supplier\n192.0.2.0/29,,\nx.example,Third shop,\n";
    let preview = format!("{assets}/_preview");
    let shown = csv("POST", &preview, list, "");
    let tag = shown.headers["etag"].to_str().unwrap().to_owned();
    csv("PUT", &assets, list, &tag);
    assert_eq!(supplier(&whole), "Office IT", "a complete list either");
    let list = "value,label,supplier\n192.0.2.0/29,,\nx.example,Third shop,Smith\n";
    let shown = csv("POST", &preview, list, "");
    let field = &shown.json()["changes"][0]["fields"][0];
    assert_eq!(field["before"], "", "what it may not read");
    import(row("Third shop", json!("Smith")));
    assert_eq!(supplier(&whole), "Smith", "what it names");
}

#[test]
fn assets_do_not_end_before_they_begin_however_many_are_changed() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let assets = format!("{}/assets", home(&site, "hospital"));
    let new = json!({ "kind": "domain", "value": "hospital.example", "validFrom": "2026-12-01" });
    site.api(&key, "POST", &assets, &new);
    let until = json!({ "act": "valid-until", "value": "2026-12-01", "all": true });
    let refused = site.api(&key, "POST", &format!("{assets}/_change"), &until);
    check_problem(&refused, 400, "invalid-input");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/value");
    // A dry run says what the change says.
    let unknown = site.site.id(IdKind::Asset, 77);
    for (body, pointer) in [
        (
            json!({ "act": "valid-until", "value": "2026-12-01", "all": true, "dryRun": true }),
            "/value",
        ),
        (
            json!({ "act": "label", "value": "x", "assets": [unknown], "dryRun": true }),
            "/assets",
        ),
    ] {
        let refused = site.api(&key, "POST", &format!("{assets}/_change"), &body);
        check_problem(&refused, 400, "invalid-input");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{body}");
    }
    let held = site.api(&key, "GET", &assets, &NOTHING).json();
    let items = held["items"].as_array().unwrap();
    assert!(
        items.iter().all(|item| item["validUntil"].is_null()),
        "{held}"
    );
}

#[test]
fn a_complete_list_does_what_its_preview_said_or_nothing() {
    let site = site();
    let (_, key) = claimed(&site, "hospital.example");
    let assets = format!("{}/assets", home(&site, "hospital"));
    let csv = |method: &str, path: &str, list: &str, tag: &str| {
        let headers = [("content-type", "text/csv"), ("if-match", tag)];
        let headers = if tag.is_empty() {
            &headers[..1]
        } else {
            &headers[..]
        };
        site.api_with(&key, method, path, &json!(list), headers)
    };
    let preview = format!("{assets}/_preview");
    let wrong = "value,label\n192.0.2.0/29,Office\n192.0.2.1/29,\n10.0.0.1,\n192.0.2.0/29,\n";
    let shown = csv("POST", &preview, wrong, "");
    let lines: Vec<_> = shown.json()["issues"].as_array().unwrap().clone();
    let places: Vec<_> = lines
        .iter()
        .map(|one| (one["line"].clone(), one["code"].clone()))
        .collect();
    assert_eq!(
        places,
        [
            (json!(3), json!("host-bits")),
            (json!(4), json!("reserved")),
            (json!(5), json!("repeated"))
        ]
    );
    assert_eq!(
        shown.json()["closed"],
        json!([]),
        "a row may be its new name"
    );
    let refused = csv("PUT", &assets, wrong, "*");
    check_problem(&refused, 400, "invalid-input");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/lines/3/value");

    let list = "value,label\n192.0.2.0/29,Office\nwww.hospital.example,\n";
    let shown = csv("POST", &preview, list, "");
    let plan = shown.json();
    assert_eq!(
        (&plan["added"], &plan["changed"], &plan["closed"]),
        (&json!(1), &json!(1), &json!(["hospital.example"]))
    );
    assert_eq!(plan["changes"][0]["fields"][0]["after"], "Office");
    let tag = shown.header("etag").to_owned();
    check_problem(&csv("PUT", &assets, list, ""), 428, "if-match-needed");
    check_problem(&csv("PUT", &assets, "192.0.2.0/29", &tag), 412, "changed");
    // Nothing is closed that nobody saw.
    check_problem(&csv("PUT", &assets, list, "*"), 412, "changed");
    check_problem(&csv("PUT", &assets, "\n", "*"), 400, "invalid-input");
    check_problem(&csv("PUT", &assets, "value\n", "*"), 400, "invalid-input");
    let done = csv("PUT", &assets, list, &tag);
    assert_eq!((done.status, done.json()), (StatusCode::OK, plan));
    let held = site.api(&key, "GET", &assets, &NOTHING).json();
    let values: Vec<_> = held["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["value"].clone())
        .collect();
    assert_eq!(values, ["192.0.2.0/29", "www.hospital.example"]);
    // The same list again: what it would do is another thing now.
    check_problem(&csv("PUT", &assets, list, &tag), 412, "changed");
}

#[test]
fn a_complete_list_may_be_a_workbook_and_says_so() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let assets = format!("{}/assets", home(&site, "hospital"));
    let values = ["192.0.2.0/29", "203.0.113.0/29"];
    let rows = values.map(|value| {
        let value = AssetValue::parse(AssetKind::Prefix, value);
        plain_row(&value.unwrap())
    });
    let workbook = register::workbook::<OwnAssetRow>(rows).unwrap();
    let send = |method: &str, path: &str, kind: &str, tag: &str| {
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, kind)
            .header(header::IF_MATCH, tag);
        let body = Body::from(workbook.clone());
        site.browser().ask(request.body(body).unwrap())
    };
    let preview = format!("{assets}/_preview");
    let other = send("POST", &preview, "application/octet-stream", "*");
    check_problem(&other, 415, "unsupported-media-type");
    assert!(
        other.json()["detail"]
            .as_str()
            .unwrap()
            .contains(WORKBOOK_TYPE)
    );
    let shown = send("POST", &preview, WORKBOOK_TYPE, "*");
    assert_eq!(
        (&shown.json()["added"], &shown.json()["unchanged"]),
        (&json!(1), &json!(1)),
        "{shown:?}"
    );
    let put = send("PUT", &assets, WORKBOOK_TYPE, shown.header("etag"));
    assert_eq!((put.status, put.json()), (StatusCode::OK, shown.json()));
}
