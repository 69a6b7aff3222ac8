//! Findings of all customers in one list, and what is done with many of them.

use axum::http::StatusCode;
use model::{OrganisationRole, Tlp};
use serde_json::{Value, json};
use store::Mandate;

use crate::testing::{Answer, Browser, TestSite};

const CUSTOMERS: [&str; 2] = ["bakery", "florist"];

fn page(site: &TestSite) -> String {
    let id = site.party_id("supplier");
    format!("/organisations/{id}/customers/findings")
}

fn helper(site: &TestSite, role: OrganisationRole) -> Browser<'_> {
    let person = site.person(&format!("{role}@supplier.example"));
    site.join(person, "supplier", role);
    site.signed_in(person)
}

/// The places that a list shows, in its order.
fn places(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let cells = answer.body.split("<td>").skip(1);
    let cells = cells.filter_map(|cell| cell.split("</td>").next());
    // The box of a row names its place too.
    let places = cells.filter(|cell| !cell.contains("<input"));
    places
        .filter_map(|cell| Some(cell.split_once(":3389")?.0.to_owned()))
        .collect()
}

/// What the boxes of a list stand for.
fn boxes(answer: &Answer) -> Vec<String> {
    let boxes = answer.body.split("name=\"finding\" value=\"").skip(1);
    boxes
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

#[test]
fn findings_of_all_customers_come_by_severity_or_age_and_nothing_of_others_does() {
    let site = TestSite::of_supplier();
    for customer in CUSTOMERS {
        site.mandate(customer, |_| {});
    }
    let mut helper = helper(&site, OrganisationRole::Reader);
    let here = page(&site);
    let severe = ["192.0.2.2", "192.0.2.1", "198.51.100.1"];
    let list = helper.get(&here);
    assert_eq!(places(&list), severe);
    assert!(list.body.contains("bakery (name)") && list.body.contains("florist (name)"));
    assert!(!list.body.contains("stranger"), "{}", list.body);
    assert_eq!(boxes(&list), [""; 0], "a reader only reads");
    let mut oldest = places(&helper.get(&format!("{here}?order=oldest")));
    oldest.sort_unstable();
    assert_eq!(oldest.len(), 3);
    for (choice, want) in [
        ("severity=high", &["192.0.2.1"][..]),
        ("threat=open-rdp", &severe),
        ("threat=open-telnet", &[]),
        ("status=solved", &[]),
        ("status=new", &severe),
    ] {
        assert_eq!(places(&helper.get(&format!("{here}?{choice}"))), want);
    }
    let of = |reference| format!("{here}?customer={}", site.party_id(reference));
    assert_eq!(places(&helper.get(&of("florist"))), ["198.51.100.1"]);
    assert_eq!(helper.get(&of("stranger")).status, StatusCode::NOT_FOUND);
}

#[test]
fn a_mandate_shows_its_markings_its_group_and_until_its_day_and_nothing_once_it_was_taken_back() {
    let site = TestSite::of_supplier();
    let here = page(&site);
    let mut helper = helper(&site, OrganisationRole::SecurityContact);
    let mut check = |customer: &str, change: fn(&mut Mandate), want: &[&str]| {
        let mandate_no = site.mandate(customer, change);
        assert_eq!(places(&helper.get(&here)), want, "{customer}");
        let party_no = site.store().read(|tx| tx.party_no(customer)).unwrap();
        let revoke = site
            .store()
            .write(|tx| tx.revoke_mandate(party_no.unwrap(), mandate_no, "test", testkit::now()));
        assert!(revoke.unwrap());
        assert_eq!(places(&helper.get(&here)), [""; 0], "{customer}");
    };
    check("bakery", |_| {}, &["192.0.2.2", "192.0.2.1"]);
    check("bakery", |it| it.tlp_max = Tlp::Green, &[]);
    check(
        "bakery",
        |it| it.valid_until = Some(testkit::now().day()),
        &[],
    );
    check(
        "florist",
        |it| it.valid_until = Some(testkit::day("2026-11-19")),
        &["198.51.100.1"],
    );
    check("florist", |it| it.group_no = Some(1), &[]);
}

#[test]
fn many_are_answered_at_once_within_each_mandate_and_each_customer_reads_who_did_it() {
    let site = TestSite::of_supplier();
    site.mandate("bakery", |_| {});
    site.mandate("florist", |mandate| mandate.may_answer = false);
    let here = page(&site);
    let mut browser = helper(&site, OrganisationRole::SecurityContact);
    let boxes = boxes(&browser.get(&here));
    assert_eq!(boxes.len(), 2, "the florist lets it read only");
    let form = |deal: &'static str| {
        let ticked = boxes.iter().map(|it| ("finding", it.as_str()));
        ticked.chain([("deal", deal)]).collect::<Vec<_>>()
    };
    let done = browser.post(&format!("{here}/bulk"), &form("solved"));
    // One is critical: about that more is asked.
    assert!(
        done.location().ends_with("done=bulk-but-critical"),
        "{}",
        done.location()
    );
    assert_eq!(places(&browser.get(&here)), ["192.0.2.2", "198.51.100.1"]);
    let owner = site.person("owner@bakery.example");
    site.join(owner, "bakery", OrganisationRole::Administrator);
    let history = format!("/organisations/{}/history", site.party_id("bakery"));
    let history = site.signed_in(owner).get(&history).body;
    let act = history
        .split("<tr>")
        .find(|row| row.contains("Done by mandate"));
    let act = act.unwrap_or_else(|| panic!("{history}"));
    assert!(
        act.contains("supplier (name)") && act.contains("solved"),
        "{act}"
    );

    // What the page offers no box for is refused, and so is what somebody else was told.
    let others = |reference: &str| {
        let finding = boxes[0].split_once('.').unwrap().1;
        format!("{}.{finding}", site.party_id(reference))
    };
    for (reference, status) in [
        ("florist", StatusCode::NOT_FOUND),
        ("stranger", StatusCode::NOT_FOUND),
        ("supplier", StatusCode::NOT_FOUND),
    ] {
        let ticked = others(reference);
        let form = [("finding", ticked.as_str()), ("deal", "in-progress")];
        assert_eq!(browser.post(&format!("{here}/bulk"), &form).status, status);
    }
    let mut reader = helper(&site, OrganisationRole::Reader);
    let refused = reader.post(&format!("{here}/bulk"), &form("in-progress"));
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[test]
fn programs_read_and_answer_them_under_the_same_mandates() {
    let site = TestSite::of_supplier();
    let mandate_no = site.mandate("bakery", |_| {});
    site.mandate("florist", |mandate| mandate.may_answer = false);
    let key = site.organisation_key("supplier", model::Scope::ALL);
    let home = format!(
        "/organisations/{}/customers/findings",
        site.party_id("supplier")
    );
    let list = |choice: &str| site.api(&key, "GET", &format!("{home}?{choice}"), &Value::Null);
    let items = |choice: &str| list(choice).json()["items"].as_array().unwrap().clone();
    let all = items("");
    let severities: Vec<_> = all.iter().map(|item| item["severity"].clone()).collect();
    assert_eq!(severities, ["critical", "high", "medium"]);
    assert_eq!(all[0]["organisation"], "bakery (name)");
    assert_eq!(items("severityMin=high").len(), 2);
    assert_eq!(items("status=solved").len(), 0);
    let first = list("limit=2").json();
    let rest = list(&format!(
        "limit=2&cursor={}",
        first["nextCursor"].as_str().unwrap()
    ));
    assert_eq!(rest.json()["items"][0]["severity"], "medium");
    let answer = |index: usize, status: &str| {
        let of =
            json!({ "organisation": all[index]["organisationId"], "finding": all[index]["id"] });
        let body = json!({ "findings": [of], "status": status });
        site.api(&key, "POST", &format!("{home}/_answer"), &body)
    };
    assert_eq!(answer(1, "solved").json(), json!({ "answered": 1 }));
    for (index, status, pointer) in [
        (0, "solved", "/patched"),
        (1, "odd", "/status"),
        (2, "solved", "/findings/0"),
    ] {
        let refused = answer(index, status);
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{refused:?}");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer);
    }
    let owner = site.person("owner@bakery.example");
    site.join(owner, "bakery", OrganisationRole::Administrator);
    let history = format!("/organisations/{}/history", site.party_id("bakery"));
    let history = site.signed_in(owner).get(&history).body;
    let act = history
        .split("<tr>")
        .find(|row| row.contains("Done by mandate"));
    assert!(
        act.unwrap_or_default().contains("supplier (name)"),
        "{history}"
    );
    let bakery_no = site.store().read(|tx| tx.party_no("bakery")).unwrap();
    let revoked = site
        .store()
        .write(|tx| tx.revoke_mandate(bakery_no.unwrap(), mandate_no, "test", testkit::now()));
    assert!(revoked.unwrap());
    assert_eq!(items("").len(), 1);
    assert_eq!(answer(0, "in-progress").status, StatusCode::BAD_REQUEST);
    let reading = site.organisation_key("supplier", &[model::Scope::FindingsRead]);
    let refused = site.api(&reading, "GET", &home, &Value::Null);
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
