//! Suppliers, who acts, and products: what people say, and what messages make of it.

use axum::http::StatusCode;
use model::OrganisationRole;
use testkit::{RegisterBuilder, Report};

use super::{home, member};
use crate::testing::{Browser, TestSite};

/// A bakery that was told of a door that is open.
fn site() -> TestSite {
    let site = TestSite::new();
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .asset("bakery", "prefix", "192.0.2.0/24")
        .organisation("supplier");
    site.desk.import(&register);
    report(&site, "192.0.2.1");
    site
}

fn report(site: &TestSite, address: &str) {
    let row = [
        ("ip", address),
        ("port", "3389"),
        ("protocol", "tcp"),
        ("severity", "high"),
        ("issuer_common_name", "EdgeGate 9"),
    ];
    site.desk.report(&Report::new("scan_rdp").row(&row));
    site.desk.work();
}

/// The address of the page of the finding that the list shows first.
fn first_finding(browser: &mut Browser<'_>, home: &str) -> String {
    let list = browser.get(&format!("{home}/findings?status=all")).body;
    let list = list.replace("&#x2f;", "/");
    let (_, row) = list.split_once("<tr>\n<td>").unwrap();
    let begin = row.find(&format!("{home}/findings/")).unwrap();
    row[begin..].split('"').next().unwrap().to_owned()
}

/// The mails about this address.
fn mails(site: &TestSite, address: &str) -> Vec<String> {
    let mails = site.desk.mails();
    let bodies = mails.iter().map(|mail| mail.body.clone());
    bodies.filter(|body| body.contains(address)).collect()
}

#[test]
fn whom_a_finding_was_forwarded_to_is_remembered_and_named_in_the_next_message() {
    let site = site();
    let home = home(&site, "bakery");
    let mut contact = site.signed_in(member(&site, "bakery", OrganisationRole::SecurityContact));
    let finding = first_finding(&mut contact, &home);
    assert!(!contact.get(&finding).body.contains("/remember"));
    let forwarded = contact.post(
        &format!("{finding}/forward"),
        &[("email", "help@office-it.example")],
    );
    assert_eq!(forwarded.status, StatusCode::SEE_OTHER);
    let page = contact.get(&finding).body;
    assert!(page.contains("/remember") && page.contains("office-it.example"));
    let mut reader = site.signed_in(member(&site, "bakery", OrganisationRole::Reader));
    assert!(!reader.get(&finding).body.contains("/remember"));
    let remember = format!("{finding}/remember");
    let refused = reader.post(&remember, &[("name", "Somebody else")]);
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let done = contact.post(&remember, &[("name", "Office IT")]);
    assert_eq!(done.location(), format!("{finding}?done=remembered"));
    let page = contact.get(&finding).body;
    assert!(
        page.contains("Office IT") && !page.contains("/remember"),
        "{page}"
    );
    report(&site, "192.0.2.9");
    let mails = mails(&site, "192.0.2.9");
    assert!(!mails.is_empty());
    for mail in mails {
        let mail = mail.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            mail.contains("Office IT") && mail.contains("help@office-it.example"),
            "{mail}"
        );
    }
}

#[test]
fn one_system_has_another_supplier_than_its_group_by_its_page_in_bulk_and_in_a_list() {
    let site = site();
    let home = home(&site, "bakery");
    let mut owner = site.signed_in(member(&site, "bakery", OrganisationRole::Administrator));
    for name in ["Office IT", "Lift Works"] {
        let email = format!("help@{}.example", name.replace(' ', "-").to_lowercase());
        owner.post(
            &format!("{home}/suppliers"),
            &[("name", name), ("email", &email)],
        );
    }
    owner.post(
        &format!("{home}/suppliers/care"),
        &[("supplier-none", "Office IT")],
    );
    let list = owner.get(&format!("{home}/assets")).body;
    let list = list.replace("&#x2f;", "/");
    let begin = list
        .find(&format!("<th scope=\"row\"><a href=\"{home}/assets/"))
        .unwrap();
    let asset = list[begin..].split('"').nth(3).unwrap().to_owned();
    let supplier_is = |owner: &mut Browser<'_>, name: &str| {
        let form = [
            ("label", "Door"),
            ("group", ""),
            ("criticality", ""),
            ("supplier", name),
            ("valid_until", ""),
        ];
        let answer = owner.post(&asset, &form);
        assert_eq!(answer.location(), format!("{home}/assets?done=changed"));
        owner.get(&asset).body
    };
    assert!(supplier_is(&mut owner, "Lift Works").contains("value=\"Lift Works\""));
    let finding = first_finding(&mut owner, &home);
    assert!(owner.get(&finding).body.contains("Lift Works"));
    report(&site, "192.0.2.9");
    let told = mails(&site, "192.0.2.9");
    assert!(!told.is_empty());
    for mail in told {
        assert!(mail.contains("help@lift-works.example"), "{mail}");
        assert!(!mail.contains("Office IT"), "{mail}");
    }

    // Forwarding to somebody else and remembering that is about this system, and leaves its group.
    owner.post(
        &format!("{finding}/forward"),
        &[("email", "door@smith.example")],
    );
    owner.post(&format!("{finding}/remember"), &[("name", "Smith")]);
    let page = owner.get(&format!("{home}/suppliers")).body;
    assert!(
        page.contains("<option value=\"Office IT\" selected>"),
        "{page}"
    );
    assert!(owner.get(&asset).body.contains("value=\"Smith\""));

    // Whoever has no address is asked for, and stands in no message.
    let order = [
        ("act", "supplier"),
        ("all", "yes"),
        ("value", "Nobody Knows"),
    ];
    assert!(
        owner
            .post(&format!("{home}/assets/bulk"), &order[..2])
            .body
            .contains("name=\"value\"")
    );
    owner.post(&format!("{home}/assets/bulk/apply"), &order);
    let page = owner.get(&format!("{home}/suppliers")).body;
    assert!(
        page.contains("without an e-mail address") && page.contains("Nobody Knows"),
        "{page}"
    );
    let export = owner.get(&format!("{home}/assets/export.csv")).body;
    assert_eq!(
        export,
        "kind,value,label,group,criticality,supplier,valid_from,valid_until\n\
         prefix,192.0.2.0/24,Door,,,Nobody Knows,,\n"
    );
    report(&site, "192.0.2.10");
    for mail in mails(&site, "192.0.2.10") {
        assert!(
            !mail.contains("Office IT") && !mail.contains("Nobody Knows"),
            "{mail}"
        );
    }
}

#[test]
fn references_and_products_stand_in_messages_pages_and_lists_and_change_nothing_that_is_sent() {
    let site = site();
    let home = home(&site, "bakery");
    let page = format!("{home}/suppliers");
    let mut owner = site.signed_in(member(&site, "bakery", OrganisationRole::Administrator));
    let before = site.desk.mails().len();
    for (path, form) in [
        (
            "",
            vec![("name", "Office IT"), ("email", "help@office-it.example")],
        ),
        ("/products", vec![("vendor", ""), ("product", "edgegate")]),
        (
            "/care",
            vec![
                ("supplier-none", "Office IT"),
                ("reference-none", "CMDB-0042"),
            ],
        ),
    ] {
        let answer = owner.post(&format!("{page}{path}"), &form);
        assert_eq!(answer.location(), format!("{page}?done=saved"), "{path}");
    }
    assert_eq!(site.desk.mails().len(), before, "nothing is sent by it");
    let shown = owner.get(&page).body;
    for text in ["Office IT", "edgegate", "CMDB-0042"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let finding = first_finding(&mut owner, &home);
    let shown = owner.get(&finding).body;
    for text in ["Office IT", "edgegate", "CMDB-0042"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let list = owner.get(&format!("{home}/findings/export.csv")).body;
    assert!(
        list.contains("own_reference") && list.contains("CMDB-0042"),
        "{list}"
    );
    report(&site, "192.0.2.9");
    let mails = mails(&site, "192.0.2.9");
    assert!(
        mails.iter().all(|mail| mail.contains("CMDB-0042")),
        "{mails:?}"
    );
    assert!(
        mails.iter().all(|mail| mail.contains("edgegate")),
        "{mails:?}"
    );

    let removed = owner.post(&format!("{page}/remove"), &[("name", "Office IT")]);
    assert_eq!(removed.location(), format!("{page}?done=supplier-removed"));
    assert!(!owner.get(&finding).body.contains("Office IT"));
    let form = [("vendor", ""), ("product", "edgegate")];
    owner.post(&format!("{page}/products/remove"), &form);
    assert!(!owner.get(&page).body.contains("edgegate"));
}

#[test]
fn what_is_wrong_with_a_supplier_or_a_product_is_said_beside_its_field() {
    let site = site();
    let page = format!("{}/suppliers", home(&site, "bakery"));
    let mut owner = site.signed_in(member(&site, "bakery", OrganisationRole::Administrator));
    for (path, form) in [
        ("", vec![("name", ""), ("email", "help@office-it.example")]),
        ("", vec![("name", "Office IT"), ("email", "nobody")]),
        ("/products", vec![("vendor", "Example"), ("product", " ")]),
    ] {
        let answer = owner.post(&format!("{page}{path}"), &form);
        assert_eq!(answer.status, StatusCode::OK, "{form:?}");
        assert!(answer.body.contains("error"), "{form:?}");
    }
    let unknown = [("supplier-none", "Nobody")];
    let answer = owner.post(&format!("{page}/care"), &unknown);
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(
        site.store()
            .read(|tx| Ok::<_, store::StoreError>(tx.profile(1)?.suppliers.is_empty()))
            .unwrap()
    );
}
