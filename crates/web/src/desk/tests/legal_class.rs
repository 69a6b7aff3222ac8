use axum::http::StatusCode;
use model::StaffRole;

use super::{at_work, audited, busy_site};

#[test]
fn a_class_is_entered_with_its_first_day_and_how_it_is_known() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let page = format!("/desk/organisations/{}", site.party_id("bakery"));
    let form = format!("{page}/legal-class");
    let class = |class, from, reason| [("class", class), ("from", from), ("reason", reason)];
    let essential = class("essential", "2026-12-01", "decision of 1 June");
    // Nothing is entered by somebody who did not say why the organisation is looked at.
    assert_eq!(analyst.post(&form, &essential).location(), page);
    assert!(analyst.get(&page).body.contains("Why do you look"));
    analyst.post(&page, &[("reason", "a letter came in")]);
    assert!(!analyst.get(&page).body.contains("Essential entity</td>"));

    let wrong = analyst.post(&form, &class("essential", "soon", "so"));
    assert_eq!(wrong.status, StatusCode::OK);
    for field in ["from", "reason"] {
        assert!(
            wrong.body.contains(&format!("href=\"#{field}\"")),
            "{field}"
        );
    }
    let entered = analyst.post(&form, &essential);
    assert_eq!(entered.location(), format!("{page}?done=class"));
    let shown = analyst.get(entered.location()).body;
    for text in ["1 December 2026", "Essential entity", "decision of 1 June"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let said = audited(&site)
        .into_iter()
        .find(|row| row.0 == "enter-legal-class");
    assert_eq!(
        said.unwrap().2,
        "essential from 2026-12-01, other-business before"
    );
}
