use model::{IdKind, StaffRole};
use testkit::{Desk, Report, TestStore, both_engines};

use super::{at_work, audited, busy};
use crate::testing::{Browser, TestSite};

both_engines![
    a_corrected_row_is_read_as_a_row_of_its_delivery,
    a_secret_that_somebody_writes_into_a_row_is_masked,
];

fn site_of(test: &TestStore) -> TestSite {
    busy(TestSite::over(Desk::of(test)))
}

/// The second delivery of the site.
fn second(site: &TestSite) -> String {
    format!("/desk/batches/{}", site.site.id(IdKind::Batch, 2))
}

/// The name in the form of the field of this column.
fn field(browser: &mut Browser<'_>, row: &str, column: &str) -> String {
    let page = browser.get(row).body;
    let mut labels = page.split("<label").skip(1);
    let label = labels.find(|label| {
        let text = label.split('>').nth(1).unwrap_or_default();
        text.split_whitespace().next() == Some(column)
    });
    let (_, name) = label.unwrap().split_once("for=\"").unwrap();
    name.split('"').next().unwrap().to_owned()
}

fn verdicts(site: &TestSite) -> (i64, i64, i64, i64) {
    let counts = site.store().read(|tx| tx.batch(2)).unwrap().unwrap().counts;
    assert_eq!(counts.difference(), 0);
    (
        counts.rows_read,
        counts.accepted,
        counts.duplicate,
        counts.quarantined,
    )
}

fn a_corrected_row_is_read_as_a_row_of_its_delivery(test: &TestStore) {
    let site = site_of(test);
    let row = |ip| {
        [
            ("ip", ip),
            ("port", "3389"),
            ("protocol", "tcp"),
            ("severity", "high"),
        ]
    };
    let report = Report::new("scan_rdp")
        .row(&row("192.0.2.300"))
        .row(&row("192.0.2.40"))
        .row(&row("not an address"));
    site.desk.report(&report);
    site.desk.work();
    assert_eq!(verdicts(&site), (3, 1, 0, 2));
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let batch = second(&site);
    assert!(analyst.get(&batch).body.contains("/rows/2"));
    let row = format!("{batch}/rows/2");
    let ip = field(&mut analyst, &row, "ip");
    assert!(analyst.get(&row).body.contains("192.0.2.300"));
    let same = analyst.post(&row, &[(&ip, "192.0.2.300")]);
    assert!(same.body.contains("You changed nothing"), "{}", same.body);
    let wrong = analyst.post(&row, &[(&ip, "192.0.2.")]);
    assert!(wrong.location().ends_with("done=repaired"));
    site.desk.work();
    assert_eq!(verdicts(&site), (3, 1, 0, 2));
    // Twice before the flow comes to it: the last one counts.
    analyst.post(&row, &[(&ip, "192.0.2.29")]);
    analyst.post(&row, &[(&ip, "192.0.2.30")]);
    assert!(analyst.get(&batch).body.contains("being read again"));
    site.desk.work();
    assert_eq!(verdicts(&site), (3, 2, 0, 1));
    site.desk.status();
    let page = analyst.get(&row).body;
    for want in ["accepted now", "192.0.2.29", "192.0.2.30", "Sam Voorbeeld"] {
        assert!(page.contains(want), "{want}: {page}");
    }
    let held = analyst.get("/desk/messages?state=held").body;
    assert_eq!(held.matches("aria-label=\"NTF-2026").count(), 3, "{held}");
    // A repair that says what is known already makes a duplicate; the rest is left as it was.
    let row = format!("{batch}/rows/4");
    analyst.post(&row, &[(&ip, "192.0.2.40")]);
    let replayed = analyst.post(&format!("{batch}/replay"), &[]);
    assert!(replayed.location().ends_with("done=replayed"));
    site.desk.work();
    assert_eq!(verdicts(&site), (3, 2, 1, 0));
    site.desk.status();
    let repairs = audited(&site).into_iter().filter(|row| row.0 == "repair");
    let lines: Vec<String> = repairs.map(|row| row.2).collect();
    assert_eq!(
        lines,
        ["line 4: ip", "line 2: ip", "line 2: ip", "line 2: ip"]
    );
}

fn a_secret_that_somebody_writes_into_a_row_is_masked(test: &TestStore) {
    let site = site_of(test);
    let fields = [
        ("email", "nobody"),
        ("service", "https://mail.bakery.example/login"),
        ("username", "s3cr3t-t0ken-of-anna"),
        ("detail", "Welkom01-detail"),
    ];
    site.desk
        .report(&Report::new("compromised_account").row(&fields));
    site.desk.work();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let row = format!("{}/rows/2", second(&site));
    let page = analyst.get(&row).body;
    assert!(
        !page.contains("t0ken") && !page.contains("Welkom01"),
        "{page}"
    );
    let email = field(&mut analyst, &row, "email");
    let detail = field(&mut analyst, &row, "detail");
    let secret = "Zomer-2026-geheim!";
    let sent = [
        (email.as_str(), "anna@bakery.example"),
        (detail.as_str(), secret),
    ];
    analyst.post(&row, &sent);
    site.desk.work();
    assert_eq!(audited(&site)[0].2, "line 2: email, detail");
    assert!(!analyst.get(&row).body.contains(secret));
    let found = test.count("SELECT COUNT(*) FROM row_repair WHERE value LIKE '%geheim%'");
    assert_eq!(found, 0);
    assert_eq!(verdicts(&site), (1, 1, 0, 0));
}
