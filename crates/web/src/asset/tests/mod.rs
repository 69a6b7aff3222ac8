mod proofs;

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use model::{IdKind, OrganisationRole, Tlp};
use store::{AssetChange, AssetFilter};
use testkit::{Desk, Engine, RegisterBuilder, TestStore, both_engines};

use crate::testing::{Answer, Browser, TestSite};

/// A site with two organisations, and the address of the first one's assets.
fn site_of(test: &TestStore) -> (TestSite, String) {
    site_over(TestSite::over(Desk::of(test)))
}

fn site_over(site: TestSite) -> (TestSite, String) {
    let register = RegisterBuilder::new()
        .organisation("hospital")
        .organisation("bakery");
    site.desk.import(&register);
    let here = format!("/organisations/{}/assets", party_id(&site, "hospital"));
    (site, here)
}

fn party_id(site: &TestSite, reference: &str) -> String {
    let party_no = site
        .store()
        .read(|tx| tx.party_no(reference))
        .unwrap()
        .unwrap();
    site.site.id(IdKind::Party, party_no).to_string()
}

fn member<'s>(site: &'s TestSite, reference: &str, role: OrganisationRole) -> Browser<'s> {
    let person_no = site.person(&format!("{role}@{reference}.example"));
    site.join(person_no, reference, role);
    site.signed_in(person_no)
}

/// Sends a list as the form does.
fn send_list(browser: &mut Browser<'_>, here: &str, list: &str, is_whole: bool) -> Answer {
    let mut body = String::new();
    for (name, content) in [
        ("text\"", ""),
        ("file\"; filename=\"list.csv\"", list),
        ("whole\"", if is_whole { "yes" } else { "" }),
    ] {
        write!(
            body,
            "--x\r\ncontent-disposition: form-data; name=\"{name}\r\n\r\n{content}\r\n"
        )
        .unwrap();
    }
    body.push_str("--x--\r\n");
    let request = Request::post(format!("{here}/imports"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header("sec-fetch-site", "same-origin");
    browser.ask(request.body(Body::from(body)).unwrap())
}

/// Sends a list; gives the page that the browser is led to.
fn upload(browser: &mut Browser<'_>, here: &str, list: &str, is_whole: bool) -> (String, Answer) {
    let answer = send_list(browser, here, list, is_whole);
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let place = answer.location().to_owned();
    let preview = browser.get(&place);
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.body);
    (place, preview)
}

fn apply(browser: &mut Browser<'_>, place: &str, preview: &Answer) -> Answer {
    let (_, rest) = preview.body.split_once("name=\"mark\" value=\"").unwrap();
    let mark = rest.split('"').next().unwrap();
    browser.post(place, &[("mark", mark)])
}

/// The numbers of the preview, by their labels.
fn check_counts(preview: &Answer, want: &[(&str, u32)]) {
    for (label, number) in want {
        let (_, rest) = preview
            .body
            .split_once(&format!(">{label}</dt>"))
            .unwrap_or_default();
        let shown = rest.split("</dd>").next().unwrap_or_default();
        let shown = shown.rsplit('>').next().unwrap_or_default();
        assert_eq!(shown, number.to_string(), "{label}: {}", preview.body);
    }
}

/// 268 IPv4 and 32 IPv6 networks, 7 repetitions, 3 malformed masks and 2 private ranges, in 312 rows.
fn list_of_a_hospital() -> String {
    let mut rows = Vec::new();
    rows.extend((0..256).map(|last| format!("192.0.2.{last}/32")));
    rows.extend((0..12).map(|part| format!("198.51.100.{}/28", part * 16)));
    rows.extend((0..32).map(|part| format!("2001:db8:{part:x}::/48")));
    for (place, row) in [
        (10, "192.0.2.0/32"),
        (20, "10.0.0.0/8"),
        (30, "203.0.113.0/33"),
        (40, "192.0.2.1-192.0.2.1"),
        (100, "203.0.113.1/24"),
        (150, "192.168.0.0-192.168.0.255"),
        (200, "203.0.113.0/255.255.255.0"),
        (305, "2001:DB8:0::/48"),
        (306, "192.0.2.3"),
        (307, "192.0.2.4"),
        (308, "192.0.2.5"),
        (309, "198.51.100.0/28"),
    ] {
        rows.insert(place, row.to_owned());
    }
    assert_eq!(rows.len(), 312);
    format!("value\n{}\n", rows.join("\n"))
}

fn a_list_of_312_rows_is_shown_first_brought_in_and_given_back_the_same(test: &TestStore) {
    let (site, here) = site_of(test);
    let mut browser = member(&site, "hospital", OrganisationRole::SecurityContact);
    let (place, preview) = upload(&mut browser, &here, &list_of_a_hospital(), false);
    check_counts(
        &preview,
        &[
            ("Rows in the list", 312),
            ("New", 300),
            ("New, IPv4", 268),
            ("New, IPv6", 32),
            ("Twice in the list", 7),
            ("Not right", 5),
            ("Removed", 0),
        ],
    );
    let shown = preview.body.replace("&#x2f;", "/");
    for text in [
        "Not written as it should be: 3",
        "Cannot belong to one organisation: 2",
        // The row at place 20 stands on line 22, behind the header.
        "<th scope=\"row\">22</th><td>value</td>",
        "<th scope=\"row\">152</th><td>value</td>",
        "<td>203.0.113.1/24</td><td>The address does not fit the length of the network. Did you mean 203.0.113.0/24?</td>",
        "<td>10.0.0.0/8</td><td>These addresses belong to nobody",
    ] {
        assert!(shown.contains(text), "{text}");
    }
    let nothing = browser.get(&format!("{here}/export.csv"));
    assert_eq!(
        nothing.body.lines().count(),
        1,
        "nothing changes before it is brought in"
    );

    let version = |site: &TestSite| {
        site.store()
            .read(|tx| tx.installation())
            .unwrap()
            .register_version
    };
    let before = version(&site);
    let applied = apply(&mut browser, &place, &preview);
    assert_eq!(applied.location(), format!("{here}?done=imported"));
    assert_eq!(
        version(&site),
        before + 1,
        "one change of the register for all rows"
    );
    let again = apply(&mut browser, &place, &preview);
    assert_eq!(again.status, StatusCode::NOT_FOUND, "it is brought in once");

    let export = browser.get(&format!("{here}/export.csv"));
    assert_eq!(export.body.lines().count(), 301);
    let (_, second) = upload(&mut browser, &here, &export.body, true);
    check_counts(
        &second,
        &[
            ("New", 0),
            ("Changed", 0),
            ("The same", 300),
            ("Removed", 0),
        ],
    );
    assert!(second.body.contains("This list changes nothing."));
    let page = browser.get(&here);
    assert!(page.body.contains("300 systems"), "{}", page.body);
}

fn nothing_is_matched_against_a_claim(test: &TestStore) {
    let (site, here) = site_of(test);
    let mut browser = member(&site, "hospital", OrganisationRole::Administrator);
    for value in ["192.0.2.7", "Ward.example."] {
        let added = browser.post(&format!("{here}/new"), &[("value", value)]);
        assert_eq!(added.location(), format!("{here}?done=added"));
    }
    let mut matched = 0;
    site.store()
        .read(|tx| tx.each_asset(|_| matched += 1))
        .unwrap();
    assert_eq!(matched, 0);
    let page = browser.get(&here);
    assert_eq!(page.body.matches("Not proved yet</span>").count(), 2);
}

fn a_list_is_not_brought_in_when_what_is_held_changed_since(test: &TestStore) {
    let (site, here) = site_of(test);
    let mut browser = member(&site, "hospital", OrganisationRole::Administrator);
    let (place, preview) = upload(&mut browser, &here, "192.0.2.7\nx.example\n", false);
    browser.post(&format!("{here}/new"), &[("value", "192.0.2.7")]);
    let refused = apply(&mut browser, &place, &preview);
    assert_eq!(refused.location(), format!("{place}?changed=yes"));
    let preview = browser.get(refused.location());
    check_counts(&preview, &[("New", 1), ("The same", 1)]);
    assert!(preview.body.contains("changed since you looked"));
    let applied = apply(&mut browser, &place, &preview);
    assert_eq!(applied.location(), format!("{here}?done=imported"));
}

fn a_complete_list_closes_what_it_lacks_unless_a_row_is_bad(test: &TestStore) {
    let (site, here) = site_of(test);
    let mut browser = member(&site, "hospital", OrganisationRole::Administrator);
    let (place, preview) = upload(&mut browser, &here, "192.0.2.7\nx.example\n", false);
    apply(&mut browser, &place, &preview);
    let (_, bad) = upload(&mut browser, &here, "x.example\n192.0.2.0/33\n", true);
    check_counts(&bad, &[("Removed", 0), ("Not right", 1)]);
    assert!(bad.body.contains("Nothing will be removed"));
    let (place, preview) = upload(&mut browser, &here, "value,label\nx.example,Shop\n", true);
    check_counts(&preview, &[("Removed", 1), ("Changed", 1)]);
    apply(&mut browser, &place, &preview);
    let export = browser.get(&format!("{here}/export.csv"));
    assert_eq!(
        export.body,
        "kind,value,label,group,criticality,supplier,valid_from,valid_until\ndomain,x.example,Shop,,,,,\n"
    );
}

fn web_addresses_and_e_mail_domains_are_listed_proved_and_taken_along_like_the_rest(
    test: &TestStore,
) {
    let (site, here) = site_of(test);
    let mut browser = member(&site, "hospital", OrganisationRole::Administrator);
    let list = "http://Shared.example/ward/\n@hospital.example\nhttps://192.0.2.7/x\n@gmail.com\nhttps://shared.example/ward\n";
    let (place, preview) = upload(&mut browser, &here, list, false);
    check_counts(
        &preview,
        &[("New", 2), ("Twice in the list", 1), ("Not right", 2)],
    );
    assert!(
        preview
            .body
            .contains("Everybody can get an e-mail address at this name")
    );
    assert!(
        preview
            .body
            .contains("This is no web address of one organisation")
    );
    apply(&mut browser, &place, &preview);
    let page = browser.get(&format!("{here}?kind=url")).body;
    assert!(
        page.contains("Shared.example") && !page.contains(">@hospital.example<"),
        "{page}"
    );
    let site_page = first_asset(&mut browser, &here, "http://Shared.example/ward/");
    let page = browser.get(&site_page);
    let readable = page.body.replace("&#x2f;", "/");
    assert!(
        readable.contains("https://shared.example/ward/.well-known/seinpost-proof.txt"),
        "{readable}"
    );
    assert!(!readable.contains("_seinpost-challenge"), "{readable}");
    let mail_page = first_asset(&mut browser, &here, "@hospital.example");
    let page = browser.get(&mail_page);
    assert!(page.body.contains("_seinpost-challenge.hospital.example"));
    assert!(page.body.contains("hostmaster@hospital.example"));
    assert!(
        !page.body.contains(".well-known"),
        "mailboxes are no website"
    );
    let export = browser.get(&format!("{here}/export.csv")).body;
    assert_eq!(
        export,
        "kind,value,label,group,criticality,supplier,valid_from,valid_until\n\
         url,http://Shared.example/ward/,,,,,,\ne-mail-domain,'@hospital.example,,,,,,\n"
    );
    let (_, again) = upload(&mut browser, &here, &export, true);
    check_counts(&again, &[("The same", 2), ("Not right", 0), ("Removed", 0)]);
}

#[test]
fn many_assets_do_not_end_before_one_of_them_begins() {
    let (site, here) = site_over(TestSite::new());
    let mut browser = member(&site, "hospital", OrganisationRole::Administrator);
    let list = "value,valid_from\nx.example,2026-12-01\ny.example,\n";
    let (place, preview) = upload(&mut browser, &here, list, false);
    apply(&mut browser, &place, &preview);
    let order = [
        ("act", "valid-until"),
        ("all", "yes"),
        ("kind", "domain"),
        ("value", "2026-12-01"),
    ];
    let refused = browser.post(&format!("{here}/bulk/apply"), &order);
    assert_eq!(refused.status, StatusCode::OK);
    assert!(refused.body.contains("error-summary"), "{}", refused.body);
    let export = browser.get(&format!("{here}/export.csv")).body;
    assert!(export.contains("y.example"), "{export}");
    assert_eq!(export.matches("2026-12-01").count(), 1, "{export}");
}

fn many_assets_are_changed_at_once_after_a_question(test: &TestStore) {
    let (site, here) = site_of(test);
    let mut browser = member(&site, "hospital", OrganisationRole::Administrator);
    let (place, preview) = upload(
        &mut browser,
        &here,
        "192.0.2.7\n192.0.2.8\nx.example\n",
        false,
    );
    apply(&mut browser, &place, &preview);
    let order = [
        ("act", "group"),
        ("all", "yes"),
        ("kind", "address"),
        ("value", "Ward"),
    ];
    let question = browser.post(&format!("{here}/bulk"), &order);
    assert!(
        question.body.contains("This is about 2 systems."),
        "{}",
        question.body
    );
    let done = browser.post(&format!("{here}/bulk/apply"), &order);
    assert_eq!(done.location(), format!("{here}?done=changed"));
    let export = browser.get(&format!("{here}/export.csv"));
    assert_eq!(export.body.matches(",Ward,").count(), 2, "{}", export.body);
    let order = [
        ("act", "close"),
        ("all", "yes"),
        ("state", "claimed"),
        ("kind", "domain"),
    ];
    browser.post(&format!("{here}/bulk/apply"), &order);
    let export = browser.get(&format!("{here}/export.csv"));
    assert!(!export.body.contains("x.example"));
}

fn whoever_acts_for_a_group_sees_that_group_and_one_second_after_the_end_nothing(test: &TestStore) {
    let (site, here) = site_of(test);
    let mut browser = member(&site, "hospital", OrganisationRole::Administrator);
    let list = "value,group,supplier\n192.0.2.7,Ward,Office IT\nx.example,,\n";
    let (place, preview) = upload(&mut browser, &here, list, false);
    apply(&mut browser, &place, &preview);
    let mandate_no = site.store().write(|tx| {
        let (party_no, holder_no) = (
            tx.party_no("hospital")?.unwrap(),
            tx.party_no("bakery")?.unwrap(),
        );
        let mandate = store::Mandate {
            mandate_no: 0,
            party_no,
            party_name: String::new(),
            holder_no,
            holder_name: String::new(),
            group_no: Some(tx.ensure_asset_group(party_no, "Ward")?),
            tlp_max: Tlp::Amber,
            may_answer: true,
            valid_until: None,
            given_at: testkit::now(),
        };
        Ok::<_, store::StoreError>((party_no, tx.add_mandate(&mandate, "test", testkit::now())?))
    });
    let (party_no, mandate_no) = mandate_no.unwrap();
    let mut supplier = member(&site, "bakery", OrganisationRole::SecurityContact);
    let export = supplier.get(&format!("{here}/export.csv"));
    assert!(
        export.body.contains("192.0.2.7") && !export.body.contains("x.example"),
        "{}",
        export.body
    );
    let page = supplier.get(&here);
    assert!(page.body.contains("192.0.2.7") && !page.body.contains("x.example"));
    let found = supplier.post(&format!("{here}/search"), &[("text", "example")]);
    assert!(!found.body.contains("x.example"));
    let own = first_asset(&mut supplier, &here, "192.0.2.7");
    for (pages, is_told) in [(&mut browser, true), (&mut supplier, false)] {
        let export = pages.get(&format!("{here}/export.csv")).body;
        assert_eq!(export.contains("Office IT"), is_told, "{export}");
        let detail = pages.get(&own).body;
        assert_eq!(detail.contains("Office IT"), is_told, "{detail}");
        let list = pages.get(&here).body;
        assert!(is_told || !list.contains("Office IT"), "{list}");
    }
    let other = first_asset(&mut browser, &here, "x.example");
    assert_eq!(supplier.get(&other).status, StatusCode::NOT_FOUND);
    assert_eq!(
        supplier.get(&format!("{here}/new")).status,
        StatusCode::FORBIDDEN
    );
    let revoked = site
        .store()
        .write(|tx| tx.revoke_mandate(party_no, mandate_no, "test", testkit::now()));
    assert!(revoked.unwrap());
    assert_eq!(supplier.get(&here).status, StatusCode::NOT_FOUND);
}

/// Address of the page of an asset.
fn first_asset(browser: &mut Browser<'_>, here: &str, value: &str) -> String {
    link_before(&browser.get(here), &format!("\">{value}</a>")).unwrap()
}

/// The address in the last link before a text.
fn link_before(page: &Answer, text: &str) -> Option<String> {
    let body = page.body.replace("&#x2f;", "/").replace("&amp;", "&");
    let (before, _) = body.split_once(text)?;
    let (_, link) = before.rsplit_once("href=\"")?;
    link.split('"').next().map(str::to_owned)
}

fn pages_of_a_long_list_follow_each_other(test: &TestStore) {
    let (site, here) = site_of(test);
    let mut browser = member(&site, "hospital", OrganisationRole::Administrator);
    let list: String = (0..120).map(|last| format!("192.0.2.{last}\n")).collect();
    let (place, preview) = upload(&mut browser, &here, &list, false);
    apply(&mut browser, &place, &preview);
    let (mut seen, mut next) = (0, here.clone());
    while !next.is_empty() {
        let page = browser.get(&next);
        seen += page.body.matches("name=\"asset\"").count();
        next = link_before(&page, ">Next</a>").unwrap_or_default();
    }
    assert_eq!(seen, 120);
}

fn what_is_held_for_longer_is_a_claim_that_what_is_around_it_proves(test: &TestStore) {
    let site = TestSite::over(Desk::of(test));
    let register =
        RegisterBuilder::new()
            .organisation("hospital")
            .asset("hospital", "prefix", "192.0.2.0/24");
    site.desk.import(&register);
    let here = format!("/organisations/{}/assets", party_id(&site, "hospital"));
    let mut browser = member(&site, "hospital", OrganisationRole::Administrator);
    let form = [("value", "192.0.2.7"), ("valid_until", "2027-01-01")];
    browser.post(&format!("{here}/new"), &form);
    let verified = |browser: &mut Browser<'_>| {
        let page = browser.get(&format!("{here}?state=verified&kind=address"));
        page.body.contains("192.0.2.7")
    };
    assert!(verified(&mut browser));
    let asset = first_asset(&mut browser, &here, "192.0.2.7");
    let longer = [
        ("label", "Office"),
        ("group", ""),
        ("criticality", ""),
        ("valid_until", "2028-01-01"),
    ];
    assert_eq!(
        browser.post(&asset, &longer).location(),
        format!("{here}?done=changed")
    );
    assert!(verified(&mut browser), "proved again at once");
    let even_longer = [
        ("act", "valid-until"),
        ("all", "yes"),
        ("kind", "address"),
        ("value", "2029-01-01"),
    ];
    browser.post(&format!("{here}/bulk/apply"), &even_longer);
    assert!(verified(&mut browser), "and so are many");
}

fn a_label_is_found_however_it_is_written(test: &TestStore) {
    let (site, here) = site_of(test);
    let mut browser = member(&site, "hospital", OrganisationRole::Administrator);
    let form = [("value", "192.0.2.7"), ("label", "Étage West 100%")];
    browser.post(&format!("{here}/new"), &form);
    let long = "x".repeat(60_000);
    for (text, want) in [
        ("Étage", true),
        ("Étage WEST", true),
        ("192.0.2", true),
        ("100%", true),
        ("East", false),
        ("w_st", false),
        (&long, false),
    ] {
        let page = browser.post(&format!("{here}/search"), &[("text", text)]);
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.body.contains("192.0.2.7</a>"), want, "{text:.20}");
    }
}

both_engines!(
    a_list_of_312_rows_is_shown_first_brought_in_and_given_back_the_same,
    nothing_is_matched_against_a_claim,
    a_list_is_not_brought_in_when_what_is_held_changed_since,
    a_complete_list_closes_what_it_lacks_unless_a_row_is_bad,
    web_addresses_and_e_mail_domains_are_listed_proved_and_taken_along_like_the_rest,
    many_assets_are_changed_at_once_after_a_question,
    whoever_acts_for_a_group_sees_that_group_and_one_second_after_the_end_nothing,
    pages_of_a_long_list_follow_each_other,
    what_is_held_for_longer_is_a_claim_that_what_is_around_it_proves,
    a_label_is_found_however_it_is_written,
);

#[test]
fn an_organisation_has_500_groups_at_most() {
    let (site, here) = site_over(TestSite::new());
    let mut browser = member(&site, "hospital", OrganisationRole::Administrator);
    let made = site.store().write(|tx| {
        let party_no = tx.party_no("hospital")?.unwrap();
        (0..500).try_for_each(|number| {
            let name = format!("Ward {number}");
            tx.ensure_asset_group(party_no, &name).map(|_| ())
        })
    });
    made.unwrap();
    for (group, want) in [
        ("Ward 7", StatusCode::SEE_OTHER),
        ("Ward 500", StatusCode::CONFLICT),
    ] {
        let value = format!("192.0.2.{}", group.len());
        let form = [("value", value.as_str()), ("group", group)];
        let answer = browser.post(&format!("{here}/new"), &form);
        assert_eq!(answer.status, want, "{group}");
        let order = [("act", "group"), ("all", "yes"), ("value", group)];
        let answer = browser.post(&format!("{here}/bulk/apply"), &order);
        assert_eq!(answer.status, want, "{group}");
    }
}

#[test]
fn a_list_that_cannot_be_read_is_refused_with_what_to_do() {
    let test = TestStore::new(testkit::Engine::Embedded);
    let (site, here) = site_of(&test);
    let mut browser = member(&site, "hospital", OrganisationRole::SecurityContact);
    for (list, want) in [
        ("192.0.2.1\n".repeat(500_000), "larger than 4 MB"),
        (
            "Plaats;Wat\n192.0.2.0/24;x\n".to_owned(),
            "looks like names of columns",
        ),
    ] {
        let answer = send_list(&mut browser, &here, &list, false);
        assert_eq!(answer.status, StatusCode::OK, "{want}");
        assert!(answer.body.contains(want), "{want}: {}", answer.body);
    }
    let dutch = "Adres;Naam\n192.0.2.0/28;Kantoor\n";
    let (_, preview) = upload(&mut browser, &here, dutch, false);
    check_counts(&preview, &[("Rows in the list", 1), ("New", 1)]);
}

#[test]
fn strangers_find_nothing_and_readers_change_nothing() {
    let (site, here) = site_over(TestSite::new());
    let mut owner = member(&site, "hospital", OrganisationRole::Administrator);
    owner.post(&format!("{here}/new"), &[("value", "192.0.2.7")]);
    let asset = first_asset(&mut owner, &here, "192.0.2.7");
    let (import, _) = upload(&mut owner, &here, "x.example", false);
    let mut stranger = member(&site, "bakery", OrganisationRole::Administrator);
    let mut reader = member(&site, "hospital", OrganisationRole::Reader);
    type Form = &'static [(&'static str, &'static str)];
    let (empty, order): (Form, Form) = (&[], &[("act", "close"), ("all", "yes")]);
    let details = &[
        ("label", ""),
        ("group", ""),
        ("criticality", ""),
        ("valid_until", ""),
    ];
    for (path, form, may_read) in [
        (here.clone(), None, true),
        (format!("{here}/search"), Some(&[("text", "x")][..]), true),
        (format!("{here}/export.csv"), None, true),
        (format!("{here}/new"), None, false),
        (
            format!("{here}/new"),
            Some(&[("value", "x.example")]),
            false,
        ),
        (format!("{here}/confirm"), Some(empty), false),
        (format!("{here}/bulk"), Some(order), false),
        (format!("{here}/bulk/apply"), Some(order), false),
        (import.clone(), None, false),
        (import.clone(), Some(&[("mark", "x")]), false),
        (format!("{import}/discard"), Some(empty), false),
        (asset.clone(), None, true),
        (asset.clone(), Some(details), false),
        (format!("{asset}/prove"), Some(empty), false),
        (
            format!("{asset}/prove/mail"),
            Some(&[("to", "abuse@x.example")]),
            false,
        ),
        (format!("{asset}/prove/code"), Some(&[("code", "1")]), false),
        (format!("{asset}/review"), Some(&[("note", "x")]), false),
    ] {
        let ask = |browser: &mut Browser<'_>| match form {
            None => browser.get(&path).status,
            Some(form) => browser.post(&path, form).status,
        };
        assert_eq!(ask(&mut stranger), StatusCode::NOT_FOUND, "{path} {form:?}");
        let want = if may_read {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(ask(&mut reader), want, "{path} {form:?}");
        assert_eq!(
            ask(&mut site.browser()),
            StatusCode::SEE_OTHER,
            "{path} leads to the sign-in"
        );
    }
    // The right number under the wrong organisation.
    let theirs = here.replace(&party_id(&site, "hospital"), &party_id(&site, "bakery"));
    for own in [&asset, &import] {
        let path = own.replace(&here, &theirs);
        assert_eq!(stranger.get(&path).status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// Adds an asset and gives the address of its page.
fn added(browser: &mut Browser<'_>, here: &str, value: &str) -> String {
    browser.post(&format!("{here}/new"), &[("value", value)]);
    first_asset(browser, here, value)
}

/// Somebody who waits for a lock, and looked at the organisations of this test.
const WAITING: &str = "SELECT COUNT(*) FROM pg_locks w WHERE NOT w.granted AND EXISTS
    (SELECT 1 FROM pg_locks p WHERE p.pid = w.pid AND p.relation = 'party'::regclass)";

#[test]
fn a_change_of_many_waits_for_another_one_and_does_not_write_back_what_it_read_before() {
    let test = &TestStore::new(Engine::Postgres);
    let (site, here) = site_of(test);
    let mut browser = member(&site, "hospital", OrganisationRole::Administrator);
    let list = "value,label\n192.0.2.7,Old\n";
    let (place, preview) = upload(&mut browser, &here, list, false);
    apply(&mut browser, &place, &preview);
    let party_no = site.store().read(|tx| tx.party_no("hospital")).unwrap();
    let party_no = party_no.unwrap();
    let other = test.opened_again();
    let (held, is_held) = mpsc::channel();
    let is_done = &AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let renamed = other.write(|tx| {
                tx.hold_party(party_no)?;
                let assets = tx.own_assets(party_no, &AssetFilter::default(), None, 1)?;
                let label = AssetChange::Label("New");
                tx.change_own_assets(party_no, &[assets[0].asset_no], label, testkit::now())?;
                held.send(()).expect("the test waits for it");
                // The page has read what it needs, or waits for this.
                while test.count(WAITING) == 0 && !is_done.load(Ordering::Relaxed) {
                    std::thread::yield_now();
                }
                store::Result::Ok(())
            });
            renamed.unwrap();
        });
        is_held.recv().expect("the thread writes");
        let form = [
            ("act", "valid-until"),
            ("all", "yes"),
            ("value", "2027-01-01"),
        ];
        let changed = browser.post(&format!("{here}/bulk/apply"), &form);
        is_done.store(true, Ordering::Relaxed);
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
    });
    let read = |tx: &mut store::Tx<'_>| tx.own_assets(party_no, &AssetFilter::default(), None, 1);
    let row = site.store().read(read).unwrap().remove(0).row;
    assert_eq!(
        (&*row.label, row.valid_until),
        ("New", Some(testkit::day("2027-01-01")))
    );
}
