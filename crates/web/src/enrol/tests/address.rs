//! An applicant who made a typing error in the address corrects it while the form is still open.

use super::*;

/// Begins with a typing error; gives the address of the pages.
fn mistyped(browser: &mut Browser<'_>) -> String {
    let begun = browser.post(
        "/programmes/pilot/apply",
        &[("email", "sam@bakkery.example")],
    );
    let home = begun.location().strip_suffix("/organisation");
    home.unwrap_or_else(|| panic!("{begun:?}")).to_owned()
}

fn correct(browser: &mut Browser<'_>, home: &str, email: &str) -> Answer {
    browser.post(&format!("{home}/address"), &[("email", email)])
}

#[test]
fn a_mistyped_address_is_corrected_where_one_is_after_beginning_and_its_link_ends() {
    let enrolling = Enrolling::new();
    let mut browser = enrolling.site.browser();
    let home = mistyped(&mut browser);
    send(&mut browser, &home, "organisation", FIELDS[0].1);
    for page in ["/organisation", "/contact", ""] {
        let shown = browser.get(&format!("{home}{page}")).body;
        assert!(shown.contains("sam@bakkery.example"), "{page}: {shown}");
        assert!(shown.contains("Klopt dit adres niet?"), "{page}: {shown}");
    }
    let shown = browser.get(&format!("{home}/address")).body;
    assert!(
        shown.contains("De oude link werkt dan niet meer"),
        "{shown}"
    );
    let wrong = correct(&mut browser, &home, "nobody");
    assert!(wrong.body.contains("href=\"#email\""), "{}", wrong.body);

    let corrected = correct(&mut browser, &home, "sam@bakery.example");
    let new = corrected.location().strip_suffix("?done=address");
    let new = new.unwrap_or_else(|| panic!("{corrected:?}")).to_owned();
    assert_ne!(new, home);
    // Whoever got the first mail by mistake reads and changes nothing.
    for page in ["", "/organisation", "/address"] {
        let old = browser.get(&format!("{home}{page}"));
        assert_eq!(old.status, StatusCode::NOT_FOUND, "{page}");
    }
    for page in ["withdraw", "count", "address", "submit"] {
        let old = send(&mut browser, &home, page, &[("email", "eve@other.example")]);
        assert_eq!(old.status, StatusCode::NOT_FOUND, "{page}");
    }
    let kept = browser.get(&format!("{new}/organisation")).body;
    assert!(kept.contains("Bakery Example"), "{kept}");

    // The same address once more: the link that it has is sent again.
    let again = correct(&mut browser, &new, "sam@bakery.example");
    assert_eq!(again.location(), format!("{new}?done=address"));
    let mails = enrolling.addressed();
    let told: Vec<_> = mails
        .iter()
        .map(|(to, facts)| {
            (
                &to[..],
                facts["what"].as_str().unwrap(),
                facts["link"].clone(),
            )
        })
        .collect();
    let link = |home: &str| serde_json::Value::from(format!("http://localhost:8080{home}"));
    let right = "sam@bakery.example";
    assert_eq!(
        told,
        [
            ("sam@bakkery.example", "begun", link(&home)),
            (right, "moved", link(&new)),
            (right, "begun", link(&new)),
        ]
    );
    for (step, fields) in &FIELDS[1..] {
        let sent = send(&mut browser, &new, step, fields);
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{step}: {}", sent.body);
    }
    assert_eq!(browser.get(&format!("{new}/address")).location(), new);
    let late = correct(&mut browser, &new, "eve@other.example");
    assert_eq!(late.status, StatusCode::CONFLICT, "it was sent in");
}

#[test]
fn nobody_mails_strangers_by_correcting_an_address_over_and_over() {
    let enrolling = Enrolling::new();
    let mut browser = enrolling.site.browser();
    let mut home = mistyped(&mut browser);
    for number in 1..=4 {
        let sent = correct(&mut browser, &home, &format!("sam{number}@bakery.example"));
        match number {
            4 => assert_eq!(sent.status, StatusCode::TOO_MANY_REQUESTS),
            _ => home = sent.location().replace("?done=address", ""),
        }
    }
    // Nor slowly.
    for number in 4..=5 {
        let email = format!("sam{number}@bakery.example").parse().unwrap();
        let store = enrolling.site.store();
        assert!(store.write(|tx| tx.correct_applicant(1, &email)).unwrap());
    }
    let token = enrolling.site.site.link_key().application_token(1, 5);
    let home = format!("/applications/{token}");
    let refused = correct(&mut browser, &home, "sam6@bakery.example");
    assert!(refused.body.contains("al vijf keer"), "{}", refused.body);
    assert_eq!(enrolling.mails().len(), 4);
}
