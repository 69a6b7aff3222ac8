//! A programme is changed until it is published, and after that what nobody relied on; everybody reads all of it.

use axum::http::StatusCode;
use model::{IdKind, PlaceState, Sector, StaffRole};

use super::super::{at_work, audited, must_prove};
use super::ending::admitted;
use super::taking_part::{administrator, participation, sign};
use super::{again, agreement, apply, places};
use crate::enrol::tests::Enrolling;
use crate::testing::{Answer, Browser};

/// The fields of a programme; those that come later take the place of these.
const FIELDS: [(&str, &str); 16] = [
    ("slug", "next"),
    ("name_nl", "Volgende"),
    ("name_en", "Next"),
    ("text_nl", "Nog een."),
    ("text_en", "Another."),
    ("evidence_nl", ""),
    ("evidence_en", ""),
    ("contact_nl", ""),
    ("contact_en", ""),
    ("sector", "ict"),
    ("places", "8"),
    ("per_sector", "4"),
    ("opens_on", "2026-12-01"),
    ("closes_on", "2027-01-01"),
    ("begins_on", "2027-02-01"),
    ("ends_on", "2028-01-31"),
];

fn with<'f>(changed: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let is_kept = |field: &&(&str, &str)| changed.iter().all(|(name, _)| *name != field.0);
    let kept = FIELDS.iter().filter(is_kept).copied();
    kept.chain(changed.iter().copied()).collect()
}

/// The mark of what a page showed.
fn seen(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"seen\" value=\"").expect(page);
    rest.split('"').next().unwrap().to_owned()
}

/// Address of the programme at the desk.
fn home(enrolling: &Enrolling) -> String {
    let site = &enrolling.site.site;
    let id = site.id(IdKind::Programme, enrolling.programme_no);
    format!("/desk/programmes/{id}")
}

fn has_done(enrolling: &Enrolling, action: &str) -> bool {
    audited(&enrolling.site)
        .iter()
        .any(|(done, ..)| done == action)
}

#[test]
fn everything_of_a_programme_changes_until_it_is_published() {
    let enrolling = Enrolling::new();
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let added = coordinator.post("/desk/programmes", &FIELDS);
    let here = added.location().strip_suffix("?done=added").unwrap();
    let edit = format!("{here}/edit");
    let opened = coordinator.get(&edit).body;
    for value in ["value=\"2027-01-01\"", "value=\"Volgende\"", "value=\"8\""] {
        assert!(opened.contains(value), "{value}: {opened}");
    }
    let mark = seen(&opened);
    let changed = [
        ("slug", "later"),
        ("name_en", "Later"),
        ("places", "12"),
        ("sector", "trade"),
        ("closes_on", "2027-01-15"),
        ("evidence_nl", "Ook een brief."),
        ("evidence_en", "A letter too."),
        ("seen", &mark),
    ];
    let saved = coordinator.post(&edit, &with(&changed));
    assert_eq!(
        saved.location(),
        format!("{here}?done=changed"),
        "{}",
        saved.body
    );
    let terms = || {
        let store = enrolling.site.store();
        store
            .read(|tx| tx.programme_named("later"))
            .unwrap()
            .unwrap()
            .terms
    };
    assert_eq!((terms().places, &terms().name[1][..]), (12, "Later"));
    assert_eq!(terms().sectors, [Sector::Trade]);
    assert!(has_done(&enrolling, "change-programme"));

    // A colleague who opened the page before is told what was saved, and saves only when asked again.
    let older = [("places", "20"), ("seen", &mark)];
    let told = coordinator.post(&edit, &with(&older));
    assert_eq!(told.status, StatusCode::OK);
    for text in ["Somebody else changed this", "<dd>12</dd>", "value=\"20\""] {
        assert!(told.body.contains(text), "{text}: {}", told.body);
    }
    assert_eq!(terms().places, 12);
    let taken = coordinator.post(&edit, &with(&[("slug", "pilot")])).body;
    assert!(taken.contains("href=\"#slug\""), "another has it: {taken}");
    let one = coordinator
        .post(&edit, &with(&[("contact_nl", "Bel ons.")]))
        .body;
    assert!(one.contains("href=\"#contact_en\""), "{one}");

    coordinator.post(&format!("{here}/commit"), &[]);
    let past = coordinator.post(
        &edit,
        &with(&[("opens_on", "2026-10-01"), ("closes_on", "2026-11-01")]),
    );
    assert!(past.body.contains("href=\"#closes_on\""), "{}", past.body);
    coordinator.post(&format!("{here}/publish"), &[]);
    let late = coordinator.post(&edit, &with(&[("places", "9")]));
    assert_eq!(late.status, StatusCode::CONFLICT, "everybody sees it");
    assert_eq!(terms().places, 12);
    let shown = enrolling.site.english_browser().get("/programmes/later");
    assert!(shown.body.contains("A letter too."), "{}", shown.body);
}

#[test]
fn after_publishing_days_move_to_later_ones_and_everybody_reads_why() {
    let enrolling = Enrolling::new();
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let here = home(&enrolling);
    let mark = seen(&coordinator.get(&format!("{here}/edit")).body);
    let day = |days: i64| testkit::days_later(days).day().to_string();
    let close = |browser: &mut Browser<'_>, on: &str, seen: &str| -> Answer {
        let fields = [
            ("closes_on", on),
            ("closing_nl", "er is meer tijd nodig"),
            ("closing_en", "more time is needed"),
            ("seen", seen),
        ];
        browser.post(&format!("{here}/closing"), &fields)
    };
    must_prove(&enrolling.site, &format!("{here}/closing"));
    for (on, why) in [
        (day(20), "earlier"),
        (day(30), "the same"),
        (day(70), "it has begun"),
    ] {
        let refused = close(&mut coordinator, &on, &mark).body;
        assert!(refused.contains("href=\"#closes_on\""), "{why}: {refused}");
    }
    let bare = coordinator.post(&format!("{here}/closing"), &[("closes_on", &day(40))]);
    assert!(bare.body.contains("href=\"#closing_nl\""), "{}", bare.body);
    let moved = close(&mut coordinator, &day(40), &mark);
    assert_eq!(
        moved.location(),
        format!("{here}/edit?done=moved"),
        "{}",
        moved.body
    );
    let older = close(&mut coordinator, &day(45), &mark).body;
    assert!(older.contains("Nothing was saved"), "{older}");
    let public = enrolling
        .site
        .english_browser()
        .get("/programmes/pilot")
        .body;
    for text in ["The closing day was moved from", "more time is needed"] {
        assert!(public.contains(text), "{text}: {public}");
    }
    enrolling.at_day(35);
    let open = enrolling.site.browser().get("/programmes/pilot/apply");
    assert_eq!(open.status, StatusCode::OK, "it is open for longer");
    enrolling.at_day(41);
    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    let late = close(&mut coordinator, &day(50), "");
    assert_eq!(late.status, StatusCode::CONFLICT, "the day has passed");
    assert!(has_done(&enrolling, "move-closing"));

    let contact = [("contact_nl", "Bel 0800."), ("contact_en", "Call 0800.")];
    let corrected = coordinator.post(&format!("{here}/contact"), &contact);
    assert_eq!(
        corrected.status,
        StatusCode::SEE_OTHER,
        "{}",
        corrected.body
    );
    let public = enrolling
        .site
        .english_browser()
        .get("/programmes/pilot")
        .body;
    assert!(public.contains("Call 0800."), "{public}");
}

#[test]
fn an_extension_is_told_to_those_with_a_place() {
    let enrolling = Enrolling::new();
    for index in 0..5 {
        apply(&enrolling, (Sector::Ict, 9 - index), |_| {});
    }
    let (mut coordinator, here) = admitted(&enrolling);
    let mut signatory = administrator(&enrolling);
    sign(&enrolling, &mut signatory, 1);
    let ends_on = testkit::days_later(500).day().to_string();
    let extend = |browser: &mut Browser<'_>, on: &str| {
        let fields = [
            ("ends_on", on),
            ("extend_nl", "er is meer te leren"),
            ("extend_en", "there is more to learn"),
        ];
        browser.post(&format!("{here}/extend"), &fields)
    };
    let earlier = testkit::days_later(400).day().to_string();
    let refused = extend(&mut coordinator, &earlier).body;
    assert!(refused.contains("href=\"#ends_on\""), "{refused}");
    let extended = extend(&mut coordinator, &ends_on);
    assert_eq!(extended.location(), format!("{here}/edit?done=extended"));
    let mails = enrolling.mails();
    let told: Vec<_> = mails
        .iter()
        .filter(|facts| facts["what"] == "extended")
        .collect();
    assert_eq!(told.len(), 4, "each that has a place");
    assert_eq!(told[0]["ends_on"], *ends_on);
    assert_eq!(told[0]["reason"]["en"], "there is more to learn");
    let public = enrolling
        .site
        .english_browser()
        .get("/programmes/pilot")
        .body;
    assert!(public.contains("there is more to learn"), "{public}");
}

#[test]
fn a_programme_is_not_extended_to_a_day_that_is_over_or_too_far_ahead() {
    let enrolling = Enrolling::new();
    let here = home(&enrolling);
    at_work(&enrolling.site, StaffRole::Analyst);
    enrolling.at_day(430);
    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    let mut extend = |days| {
        let ends_on = testkit::days_later(days).day().to_string();
        let fields = [
            ("ends_on", &ends_on[..]),
            ("extend_nl", "er is meer te leren"),
            ("extend_en", "there is more to learn"),
        ];
        coordinator.post(&format!("{here}/extend"), &fields)
    };
    for (days, text) in [
        (429, "This day is over"),
        (430 + 3_654, "This day is too far ahead"),
    ] {
        let refused = extend(days).body;
        assert!(refused.contains("href=\"#ends_on\""), "{refused}");
        assert!(refused.contains(text), "{text}: {refused}");
    }
    let extended = extend(430);
    assert_eq!(extended.location(), format!("{here}/edit?done=extended"));
}

/// Opens a page, lets a colleague save, and sends a form with a wrong field and then a right one: what the colleague saved is
/// not overwritten.
fn check_overtaken(
    browser: &mut Browser<'_>,
    (page, to): (&str, &str),
    [colleague, wrong, right]: [&[(&str, &str)]; 3],
    field: &str,
) {
    let opened = browser.get(page).body;
    let mut send = |fields: &[(&str, &str)], mark: &str| {
        let mut all = fields.to_vec();
        all.push(("seen", mark));
        browser.post(to, &all)
    };
    let mark = seen(&opened);
    let saved = send(colleague, &mark);
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let refused = send(wrong, &mark).body;
    let link = format!("href=\"#{field}\"");
    assert!(refused.contains(&link), "{link}: {refused}");
    let told = send(right, &seen(&refused));
    assert_eq!(told.status, StatusCode::OK, "{to}: {}", told.location());
    assert!(
        told.body.contains("Somebody else changed this"),
        "{to}: {}",
        told.body
    );
    let again = send(right, &seen(&told.body));
    assert_eq!(again.status, StatusCode::SEE_OTHER, "it was told");
}

#[test]
fn a_wrong_field_lets_nobody_overwrite_what_somebody_else_saved_meanwhile() {
    let enrolling = Enrolling::new();
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let added = coordinator.post("/desk/programmes", &FIELDS);
    let draft = added.location().strip_suffix("?done=added").unwrap();
    let edit = format!("{draft}/edit");
    let places = ["12", "many", "20"].map(|places| with(&[("places", places)]));
    check_overtaken(
        &mut coordinator,
        (&edit, &edit),
        places.each_ref().map(|fields| &fields[..]),
        "places",
    );

    let here = home(&enrolling);
    let closing = [40, 20, 45].map(|days| testkit::days_later(days).day().to_string());
    let mut closing = closing.each_ref().map(|day| {
        [
            ("closes_on", &day[..]),
            ("closing_nl", "er is meer tijd nodig"),
            ("closing_en", "more time is needed"),
        ]
    });
    closing[1][1].1 = "";
    check_overtaken(
        &mut coordinator,
        (&format!("{here}/edit"), &format!("{here}/closing")),
        closing.each_ref().map(|fields| &fields[..]),
        "closing_nl",
    );

    let list = format!("{here}/alternatives");
    let texts = ["Community", "", "Helpdesk"].map(|title| {
        [
            ("title_nl", "Gemeenschap"),
            ("title_en", title),
            ("url", "https://community.example/join"),
        ]
    });
    coordinator.post(&list, &texts[2]);
    let one = enrolling.site.site.id(IdKind::Alternative, 1);
    let one = format!("{list}/{one}");
    check_overtaken(
        &mut coordinator,
        (&one, &one),
        texts.each_ref().map(|fields| &fields[..]),
        "title_en",
    );
}

#[test]
fn who_reads_applications_places_and_participants_of_a_programme_stands_in_the_audit_log() {
    let enrolling = Enrolling::new();
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let here = home(&enrolling);
    let subject = here.replace("/desk/programmes/", "programme ");
    for (page, list) in [
        ("", "a list of applications"),
        ("/places", "a list of places"),
        ("/participants", "a list of participants"),
    ] {
        let shown = coordinator.get(&format!("{here}{page}"));
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
        let want = ("read".to_owned(), subject.clone(), list.to_owned());
        let noted = audited(&enrolling.site);
        assert!(noted.contains(&want), "{want:?}: {noted:?}");
    }
}

#[test]
fn whoever_has_no_place_finds_addresses_of_what_there_is_instead() {
    let enrolling = Enrolling::new();
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let list = format!("{}/alternatives", home(&enrolling));
    let empty = coordinator.post(&list, &[]).body;
    for field in ["title_nl", "title_en", "url"] {
        assert!(
            empty.contains(&format!("href=\"#{field}\"")),
            "{field}: {empty}"
        );
    }
    let fields = |url: &'static str| {
        [
            ("title_nl", "Gemeenschap"),
            ("title_en", "Community"),
            ("url", url),
        ]
    };
    for url in [
        "http://community.example/",
        "javascript:alert(1)",
        "https://sam:secret@community.example/",
    ] {
        let refused = coordinator.post(&list, &fields(url)).body;
        assert!(refused.contains("href=\"#url\""), "{url}: {refused}");
    }
    let added = coordinator.post(&list, &fields("https://community.example/join"));
    assert_eq!(
        added.location(),
        format!("{list}?done=added"),
        "{}",
        added.body
    );
    let public = || {
        enrolling
            .site
            .english_browser()
            .get("/programmes/pilot")
            .body
    };
    assert!(!public().contains("community.example"), "it is open");
    enrolling.at_day(30);
    let link = "href=\"https:&#x2f;&#x2f;community.example&#x2f;join\"";
    assert!(public().contains(link), "{}", public());

    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    let one = enrolling.site.site.id(IdKind::Alternative, 1);
    let one = format!("{list}/{one}");
    let mark = seen(&coordinator.get(&one).body);
    let change = |browser: &mut Browser<'_>, text: &'static str, seen: &str| {
        let mut all = fields("https://community.example/join").to_vec();
        all.extend([("text_nl", text), ("text_en", text), ("seen", seen)]);
        browser.post(&one, &all)
    };
    let changed = change(&mut coordinator, "Ask there.", &mark);
    assert_eq!(changed.location(), format!("{list}?done=changed"));
    let older = change(&mut coordinator, "Or here.", &mark).body;
    assert!(older.contains("Somebody else changed this"), "{older}");
    assert!(public().contains("Ask there."), "{}", public());
    coordinator.post(&format!("{one}/remove"), &[]);
    assert!(!public().contains("community.example"));
    for action in [
        "add-alternative",
        "change-alternative",
        "remove-alternative",
    ] {
        assert!(has_done(&enrolling, action), "{action}");
    }
}

#[test]
fn an_agreement_needs_every_part_in_both_languages_and_everybody_can_read_it() {
    let enrolling = Enrolling::new();
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let here = home(&enrolling);
    let mut stranger = enrolling.site.english_browser();
    let pdf = "/programmes/pilot/agreement.pdf";
    assert_eq!(stranger.get(pdf).status, StatusCode::NOT_FOUND);
    for index in 0..10 {
        let mut fields = agreement("We agree.");
        fields[index].1 = " ";
        let refused = coordinator.post(&format!("{here}/agreement"), &fields).body;
        let link = format!("href=\"#{}\"", fields[index].0);
        assert!(refused.contains(&link), "{link}: {refused}");
        assert!(refused.contains("We agree."), "nothing is typed twice");
    }
    let mut fields = agreement("We agree.");
    fields[6].1 = "We act.\n# Liability\nOf nobody.";
    let refused = coordinator.post(&format!("{here}/agreement"), &fields).body;
    let mistake = "A line of this part is the heading of a part";
    assert!(refused.contains("href=\"#obligations_en\""), "{refused}");
    assert!(refused.contains(mistake), "{refused}");
    // One of before this was asked: its text stays, and is there to be divided.
    let old = enrolling.site.store().write(|tx| {
        let texts = ["Alles bij elkaar.", "All in one."];
        tx.add_agreement(enrolling.programme_no, texts, None, testkit::now())
    });
    assert_eq!(old.unwrap(), 1);
    let form = coordinator.get(&format!("{here}/participants")).body;
    assert!(form.contains("All in one.</textarea>"), "{form}");
    let published = coordinator.post(&format!("{here}/agreement"), &agreement("We agree."));
    assert_eq!(
        published.status,
        StatusCode::SEE_OTHER,
        "{}",
        published.body
    );
    let shown = stranger.get("/programmes/pilot").body;
    for heading in [
        "Purpose",
        "Obligations",
        "Liability",
        "Use of data",
        "Protection of data",
    ] {
        let heading = format!("<h3 class=\"utrecht-heading-3\">{heading}</h3>");
        assert!(shown.contains(&heading), "{heading}: {shown}");
    }
    assert_eq!(stranger.get(pdf).header("content-type"), "application/pdf");
}

#[test]
fn the_page_of_a_programme_says_how_it_counts_draws_and_what_is_evidence() {
    let enrolling = Enrolling::new();
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    coordinator.post(&format!("{}/commit", home(&enrolling)), &[]);
    let shown = enrolling
        .site
        .english_browser()
        .get("/programmes/pilot")
        .body;
    for text in [
        "Taking part is free",
        "Evidence: your entry in the trade register",
        "in the same &#x2f;32 counts as one",
        "The lot of an application is the SHA-256 digest",
        "The days are not known yet",
        "The text is not there yet",
    ] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
}

#[test]
fn evidence_stands_beside_the_verdict() {
    let enrolling = Enrolling::new();
    let application_no = apply(&enrolling, (Sector::Ict, 3), |_| {});
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let id = enrolling.site.site.id(IdKind::Application, application_no);
    let page = format!("{}/applications/{id}", home(&enrolling));
    let shown = coordinator.get(&page).body;
    assert!(shown.contains("business.example&#x2f;contact"), "{shown}");
}

#[test]
fn an_organisation_declines_its_place_before_it_signs_and_the_next_gets_it() {
    let enrolling = Enrolling::new();
    for index in 0..6 {
        apply(&enrolling, (Sector::Ict, 9 - index), |_| {});
    }
    let (mut coordinator, here) = admitted(&enrolling);
    let mut member = administrator(&enrolling);
    let decline = |browser: &mut Browser<'_>, application_no, reason: &str| {
        let home = participation(&enrolling, application_no);
        browser.post(&format!("{home}/decline"), &[("decline_reason", reason)])
    };
    let short = decline(&mut member, 2, "no").body;
    assert!(short.contains("href=\"#decline_reason\""), "{short}");
    let declined = decline(&mut member, 2, "nobody has time now");
    assert!(
        declined.location().ends_with("?done=declined"),
        "{}",
        declined.body
    );
    use PlaceState::{Released, Selected, Taken, Waiting};
    let states = || {
        places(&enrolling)
            .iter()
            .map(|place| place.state)
            .collect::<Vec<_>>()
    };
    let [yes, no] = [Selected, Waiting];
    assert_eq!(states(), [yes, Released, yes, yes, yes, no]);
    let selected = enrolling
        .mails()
        .into_iter()
        .filter(|facts| facts["what"] == "selected");
    assert_eq!(selected.count(), 5, "the next one is told");
    let why = "does not want the place. <q>nobody has time now</q>";
    let id = enrolling.site.site.id(IdKind::Application, 2);
    let own = format!("{here}/participants/{id}");
    for page in [&format!("{here}/places"), &own] {
        let shown = coordinator.get(page).body;
        assert!(shown.contains(why), "{page}: {shown}");
    }
    coordinator.post("/language", &[("choice", "nl"), ("back", "/")]);
    let shown = coordinator.get(&own).body;
    assert!(shown.contains("wil de plaats niet"), "{shown}");
    assert!(!shown.contains("declined"), "{shown}");
    let page = member.get(&participation(&enrolling, 2)).body;
    assert!(!page.contains("/decline\""), "{page}");

    assert_eq!(
        decline(&mut member, 3, "").status,
        StatusCode::SEE_OTHER,
        "no reason is needed"
    );
    assert_eq!(states(), [yes, Released, Released, yes, yes, yes]);
    sign(&enrolling, &mut member, 1);
    let signed = decline(&mut member, 1, "");
    assert_eq!(
        signed.status,
        StatusCode::CONFLICT,
        "it takes part: it can leave"
    );
    assert_eq!(states()[0], Taken);
    assert!(has_done(&enrolling, "decline-place"));
}
