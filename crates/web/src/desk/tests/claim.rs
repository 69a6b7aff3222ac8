use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use model::{OrganisationRole, StaffRole};
use testkit::{Desk, RegisterBuilder, TestStore, both_engines};

use super::at_work;
use crate::testing::{Browser, TestSite};

both_engines![
    a_dispute_is_decided_and_neither_side_sees_the_other,
    an_organisation_reads_why_a_document_was_refused,
];

fn site_of(test: &TestStore) -> TestSite {
    let site = TestSite::over(Desk::of(test));
    let register = RegisterBuilder::new()
        .organisation("hospital")
        .organisation("bakery");
    site.desk.import(&register);
    site
}

fn administrator<'s>(site: &'s TestSite, reference: &str) -> (Browser<'s>, String) {
    let person_no = site.person(&format!("owner@{reference}.example"));
    site.join(person_no, reference, OrganisationRole::Administrator);
    let home = format!("/organisations/{}", site.party_id(reference));
    (site.signed_in(person_no), home)
}

/// Claims an address; gives the page of the asset.
fn claim(browser: &mut Browser<'_>, home: &str, value: &str) -> String {
    let assets = format!("{home}/assets");
    browser.post(&format!("{assets}/new"), &[("value", value)]);
    first_link(&browser.get(&assets).body, &format!("{assets}/"), 36)
}

/// The first address on a page that begins like this and goes on for so many letters.
fn first_link(page: &str, begin: &str, letters: usize) -> String {
    let page = page.replace("&#x2f;", "/");
    let mut parts = page.split('"').filter(|part| part.starts_with(begin));
    let found = parts.find(|part| part.len() == begin.len() + letters);
    found
        .unwrap_or_else(|| panic!("no {begin}: {page}"))
        .to_owned()
}

/// Sends a document of this name; gives where the browser is led to.
fn send(browser: &mut Browser<'_>, asset: &str, name: &str) -> String {
    let body = format!(
        "--x\r\ncontent-disposition: form-data; name=\"document\"; filename=\"{name}\"\r\n\r\n\
         <script>a lease</script>\r\n--x--\r\n"
    );
    let request = Request::post(format!("{asset}/document"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header("sec-fetch-site", "same-origin");
    let answer = browser.ask(request.body(Body::from(body)).unwrap());
    answer.location().to_owned()
}

fn a_dispute_is_decided_and_neither_side_sees_the_other(test: &TestStore) {
    let site = site_of(test);
    let (mut hospital, hospital_home) = administrator(&site, "hospital");
    let (mut bakery, bakery_home) = administrator(&site, "bakery");
    claim(&mut hospital, &hospital_home, "192.0.2.8");
    claim(&mut bakery, &bakery_home, "192.0.2.8");
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let list = analyst.get("/desk/disputes").body;
    let dispute = first_link(&list, "/desk/disputes/", 36);
    let page = analyst.get(&dispute).body;
    for want in ["hospital (name)", "bakery (name)", "Not yet"] {
        assert!(page.contains(want), "{want}: {page}");
    }
    let keeper = page
        .split("id=\"choice\" name=\"choice\" value=\"")
        .nth(1)
        .unwrap();
    let keeper = keeper.split('"').next().unwrap();
    let reason = ("reason", "contract with the provider was shown");
    for wrong in [vec![reason], vec![("choice", keeper), ("reason", "no")]] {
        let again = analyst.post(&dispute, &wrong);
        assert_eq!(again.status, StatusCode::OK);
        assert!(again.body.contains("error-summary"), "{}", again.body);
    }
    let decided = analyst.post(&dispute, &[("choice", keeper), reason]);
    assert_eq!(
        decided.location(),
        "/desk/disputes?done=decided",
        "{decided:?}"
    );
    assert_eq!(analyst.get(&dispute).status, StatusCode::NOT_FOUND);
    let outcomes = [
        (&mut hospital, &hospital_home, "verified", "bakery"),
        (&mut bakery, &bakery_home, "closed", "hospital"),
    ];
    for (browser, home, outcome, other) in outcomes {
        let history = browser.get(&format!("{home}/history")).body;
        assert!(history.contains(outcome), "{history}");
        assert!(!history.contains(other), "{history}");
        assert!(!history.contains(reason.1), "{history}");
    }
}

fn an_organisation_reads_why_a_document_was_refused(test: &TestStore) {
    let site = site_of(test);
    let (mut owner, home) = administrator(&site, "hospital");
    let asset = claim(&mut owner, &home, "192.0.2.8");
    let note = [("note", "<script>Lease</script>, at the reception")];
    owner.post(&format!("{asset}/review"), &note);
    for (name, done) in [
        ("page.html", "document-kind"),
        ("lease.pdf", "document-sent"),
    ] {
        assert!(send(&mut owner, &asset, name).ends_with(done), "{name}");
    }
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let list = analyst.get("/desk/proofs").body;
    let review = first_link(&list, "/desk/proofs/", 36);
    let page = analyst.get(&review).body;
    assert!(
        page.contains("&lt;script&gt;Lease") && page.contains("lease.pdf"),
        "{page}"
    );
    let document = analyst.get(&format!("{review}/document"));
    assert_eq!(document.body, "<script>a lease</script>");
    assert_eq!(document.header("content-type"), "application/octet-stream");
    assert_eq!(document.header("x-content-type-options"), "nosniff");
    assert!(
        document
            .header("content-disposition")
            .starts_with("attachment; ")
    );
    let no_reason = analyst.post(&review, &[("choice", "refuse"), ("reason", "")]);
    assert!(no_reason.body.contains("error-summary"));
    let reason = "the lease ended last year";
    let refused = analyst.post(&review, &[("choice", "refuse"), ("reason", reason)]);
    assert_eq!(refused.location(), "/desk/proofs?done=refused");
    assert_eq!(test.count("SELECT COUNT(*) FROM proof_document"), 0);
    assert!(send(&mut owner, &asset, "lease.pdf").ends_with("document-late"));
    assert!(owner.get(&asset).body.contains(reason));
    owner.post(&format!("{asset}/review"), &[("note", "The new lease")]);
    let list = analyst.get("/desk/proofs").body;
    let review = first_link(&list, "/desk/proofs/", 36);
    let reason = "the new lease names this address";
    let accepted = analyst.post(&review, &[("choice", "accept"), ("reason", reason)]);
    assert_eq!(accepted.location(), "/desk/proofs?done=accepted");
    let page = owner.get(&asset).body;
    assert!(page.contains("Verified") && page.contains(reason), "{page}");
    let gone = analyst.post(&review, &[("choice", "refuse"), ("reason", reason)]);
    assert_eq!(gone.location(), "/desk/proofs?done=gone");
}
