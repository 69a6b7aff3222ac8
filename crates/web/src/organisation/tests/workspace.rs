//! What an MSP sees of its customers, and what a customer sees of that.

use axum::http::StatusCode;
use model::{IdKind, OrganisationRole, Tlp};
use testkit::RegisterBuilder;

use super::{form_ending, home, member};
use crate::testing::TestSite;

/// The addresses that a page shows in a row of a table.
fn places(body: &str) -> Vec<String> {
    let cells = body.split("<td>").skip(1);
    let cells = cells.filter_map(|cell| cell.split_once("</td>"));
    let places = cells.map(|(cell, _)| cell.to_owned());
    let mut places: Vec<String> = places
        // Who may answer many at once has a box in each row, which names the place too.
        .filter(|cell| cell.contains(":3389") && !cell.contains("<input"))
        .collect();
    places.sort();
    places
}

#[test]
fn an_msp_sees_what_is_open_at_its_customers_and_nothing_of_others() {
    let site = TestSite::of_supplier();
    site.mandate("bakery", |_| {});
    site.mandate("florist", |mandate| mandate.tlp_max = Tlp::Green);
    let mut helper = site.signed_in(member(&site, "supplier", OrganisationRole::Reader));
    let page = helper
        .get(&format!("{}/customers", home(&site, "supplier")))
        .body;
    let row = |customer: &str| {
        let row = page.split("<tr>").find(|row| row.contains(customer));
        row.unwrap_or_else(|| panic!("{page}")).to_owned()
    };
    for count in ["Critical: 1", "High: 1"] {
        assert!(row("bakery (name)").contains(count), "{page}");
    }
    // What it was told is marked more strictly than the mandate goes.
    assert!(row("florist (name)").contains("None"), "{page}");
    assert!(!page.contains("stranger (name)"));
}

#[test]
fn a_customer_sees_exactly_what_the_msp_sees_and_ends_it_with_one_click() {
    let site = TestSite::of_supplier();
    let bakery = home(&site, "bakery");
    let id = site
        .site
        .id(IdKind::Mandate, site.mandate("bakery", |_| {}));
    let view = format!("{bakery}/mandates/{id}/view");
    let mut owner = site.signed_in(member(&site, "bakery", OrganisationRole::Administrator));
    let mut helper = site.signed_in(member(&site, "supplier", OrganisationRole::SecurityContact));
    let inbox = format!("{bakery}/findings");
    let seen = owner.get(&view);
    assert_eq!(places(&seen.body), places(&helper.get(&inbox).body));
    assert_eq!(places(&seen.body).len(), 2);
    let reader = member(&site, "bakery", OrganisationRole::Reader);
    assert_eq!(
        site.signed_in(reader).get(&view).status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(helper.get(&view).status, StatusCode::FORBIDDEN);

    let revoked = owner.post(&form_ending(&seen, "/revoke"), &[]);
    assert_eq!(revoked.status, StatusCode::SEE_OTHER);
    let customers = format!("{}/customers", home(&site, "supplier"));
    assert!(!helper.get(&customers).body.contains("bakery (name)"));
    for page in [&inbox, &format!("{bakery}/assets"), &bakery] {
        assert_eq!(helper.get(page).status, StatusCode::NOT_FOUND, "{page}");
    }
    assert_eq!(owner.get(&view).status, StatusCode::NOT_FOUND);
}

#[test]
fn a_view_with_a_narrower_marking_shows_the_customer_less_too() {
    let site = TestSite::of_supplier();
    let id = site.site.id(
        IdKind::Mandate,
        site.mandate("bakery", |mandate| mandate.tlp_max = Tlp::Green),
    );
    let view = format!("{}/mandates/{id}/view", home(&site, "bakery"));
    let mut owner = site.signed_in(member(&site, "bakery", OrganisationRole::Administrator));
    assert_eq!(places(&owner.get(&view).body), Vec::<String>::new());
    let elsewhere = format!("{}/mandates/{id}/view", home(&site, "florist"));
    let mut florist = site.signed_in(member(&site, "florist", OrganisationRole::Administrator));
    assert_eq!(florist.get(&elsewhere).status, StatusCode::NOT_FOUND);
}

#[test]
fn what_an_msp_does_stands_in_the_history_of_its_customer_under_the_name_of_the_msp() {
    let site = TestSite::of_supplier();
    let bakery = home(&site, "bakery");
    site.mandate("bakery", |_| {});
    let mut helper = site.signed_in(member(&site, "supplier", OrganisationRole::SecurityContact));
    let list = helper
        .get(&format!("{bakery}/findings"))
        .body
        .replace("&#x2f;", "/");
    let (_, row) = list.split_once("192.0.2.1:3389").map_or_else(
        || panic!("{list}"),
        |(before, _)| before.rsplit_once(&format!("{bakery}/findings/")).unwrap(),
    );
    let finding = format!("{bakery}/findings/{}", row.split('"').next().unwrap());
    let answered = helper.post(&finding, &[("status", "in-progress")]);
    assert_eq!(answered.status, StatusCode::SEE_OTHER);
    let mut owner = site.signed_in(member(&site, "bakery", OrganisationRole::Administrator));
    let history = owner.get(&format!("{bakery}/history")).body;
    let act = history
        .split("<tr>")
        .find(|row| row.contains("Done by mandate") && row.contains("in-progress"))
        .unwrap_or_else(|| panic!("{history}"));
    assert!(act.contains("supplier (name)"), "{act}");
    assert!(!act.contains("security-contact@supplier.example"));
}

/// 45 customers: more than two pages of them.
#[test]
fn customers_come_a_page_at_a_time_each_once() {
    let site = TestSite::new();
    let mut register = RegisterBuilder::new().organisation("supplier");
    let names: Vec<String> = (0..45)
        .map(|number| format!("customer-{number:02}"))
        .collect();
    for name in &names {
        register = register.organisation(name);
    }
    site.desk.import(&register);
    for name in &names {
        site.mandate(name, |_| {});
    }
    let mut helper = site.signed_in(member(&site, "supplier", OrganisationRole::Reader));
    let first = format!("{}/customers", home(&site, "supplier"));
    let mut next = Some(first.clone());
    let mut seen = Vec::new();
    while let Some(address) = next {
        let page = helper.get(&address).body.replace("&#x2f;", "/");
        let shown = names
            .iter()
            .filter(|name| page.contains(&format!("{name} (name)")));
        seen.push(shown.cloned().collect::<Vec<_>>());
        let link = page.split_once(&format!("{first}?after="));
        next = link.map(|(_, rest)| format!("{first}?after={}", rest.split('"').next().unwrap()));
    }
    assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [20, 20, 5]);
    assert_eq!(seen.concat(), names);
}
