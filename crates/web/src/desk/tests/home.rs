use axum::http::StatusCode;
use model::StaffRole;

use super::{at_work, audited, busy_site};
use crate::testing::TestSite;

#[test]
fn the_balance_on_the_first_page_is_that_of_the_store() {
    let site = busy_site();
    let status = site.desk.status();
    let page = at_work(&site, StaffRole::Director).get("/desk").body;
    assert!(page.contains("Nothing was lost"), "{page}");
    for (name, number) in [
        ("Read", status.rows.rows_read),
        ("Accepted", status.rows.accepted),
        ("Findings in no message and no queue", 0),
        ("In a queue", 1),
    ] {
        let row = page
            .split("<tr>")
            .find(|row| row.contains(&format!(">{name}<")));
        let row = row.unwrap_or_else(|| panic!("{name}: {page}"));
        assert!(row.contains(&format!(">{number}<")), "{name}: {row}");
    }
    assert!(page.contains("Nobody is known to own it"), "{page}");
}

#[test]
fn a_finding_that_is_lost_is_shown_loudly() {
    let site = busy_site();
    site.store()
        .write(|tx| {
            let item = tx
                .open_queue_items(store::QueueKind::Unresolved, 0, 1)?
                .remove(0);
            let key = (item.finding_no, item.episode, item.kind);
            // Resolved means that somebody was told; here nobody was.
            tx.move_queue_item(
                key,
                store::QueueState::Resolved,
                "",
                (testkit::now(), "test"),
            )
        })
        .unwrap();
    let page = at_work(&site, StaffRole::Analyst).get("/desk").body;
    assert!(page.contains("utrecht-alert--error") && page.contains("Something was lost"));
}

#[test]
fn distribution_is_paused_and_resumed_with_a_reason_that_is_audited() {
    let site = TestSite::new();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    for reason in ["", "because"] {
        let answer = analyst.post("/desk/pause", &[("reason", reason)]);
        assert!(answer.body.contains("Say in at least two words why."));
    }
    assert_eq!(
        audited(&site).iter().filter(|row| row.0 == "pause").count(),
        0
    );
    let answer = analyst.post("/desk/pause", &[("reason", "wrong advice about RDP")]);
    assert_eq!(answer.location(), "/desk?done=paused");
    let page = analyst.get("/desk?done=paused").body;
    assert!(
        page.contains("wrong advice about RDP") && page.contains("Nothing goes out from now on.")
    );
    analyst.post("/desk/resume", &[("reason", "the advice is right again")]);
    assert!(!analyst.get("/desk").body.contains("Distribution is paused"));
    let told: Vec<_> = audited(&site).into_iter().take(2).collect();
    assert_eq!(
        (told[0].0.as_str(), told[1].0.as_str()),
        ("resume", "pause")
    );
    assert_eq!(told[1].2, "wrong advice about RDP");
}

#[test]
fn a_stranger_finds_no_desk_and_a_director_pauses_nothing() {
    let site = TestSite::new();
    let stranger = site.person("sam@bakery.example");
    assert_eq!(
        site.signed_in(stranger).get("/desk").status,
        StatusCode::NOT_FOUND
    );
    let mut director = at_work(&site, StaffRole::Director);
    let answer = director.post("/desk/pause", &[("reason", "wrong advice about RDP")]);
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(
        !director
            .get("/desk")
            .body
            .contains("action=\"/desk/pause\"")
    );
}
