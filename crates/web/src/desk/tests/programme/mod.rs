//! A whole programme as its coordinator runs it: 73 applications, of which 64 may take part and 35 get a place.

mod changing;
mod counting;
mod ending;
mod evaluation;
mod participants;
mod taking_part;

use axum::http::StatusCode;
use model::{IdKind, Language, PlaceState, Sector, StaffRole};
use rules::enrol::form::ApplicationForm;
use rules::enrol::proof::Proof;
use store::{NewApplication, Place};

use super::{at_work, audited};
use crate::enrol::tests::Enrolling;
use crate::testing::Browser;

/// How many of each sector meet the criteria.
const SECTORS: [(Sector, usize); 10] = [
    (Sector::Ict, 14),
    (Sector::Trade, 11),
    (Sector::Engineering, 9),
    (Sector::Transport, 8),
    (Sector::Health, 6),
    (Sector::Education, 5),
    (Sector::Media, 4),
    (Sector::Agriculture, 3),
    (Sector::Tourism, 3),
    (Sector::Other, 1),
];

/// Changes that make an application fail: 2 vital or digital, 4 attached to a relay, 1 elsewhere, 2 without a contact.
const FAILURES: [fn(&mut ApplicationForm); 9] = [
    |form| form.legal_class = "vital".to_owned(),
    |form| form.legal_class = "digital-provider".to_owned(),
    |form| form.relay = "Relay Example".to_owned(),
    |form| form.relay = "Relay Example".to_owned(),
    |form| form.relay = "Relay Example".to_owned(),
    |form| form.relay = "Relay Example".to_owned(),
    |form| form.is_dutch = String::new(),
    |form| form.contact = "absent".to_owned(),
    |form| form.contact = "absent".to_owned(),
];

/// Adds a submitted application that brings so many names; returns its internal number.
fn apply(
    enrolling: &Enrolling,
    (sector, names): (Sector, usize),
    change: impl Fn(&mut ApplicationForm),
) -> i64 {
    let programme_no = enrolling.programme_no;
    let email = "sam@bakery.example".parse().unwrap();
    let applied = enrolling.site.store().write(|tx| {
        let new = NewApplication {
            programme_no,
            email: &email,
            language: Language::Nl,
            form: "{}",
        };
        let application_no = tx.add_application(&new, testkit::now())?;
        let own = format!("b{application_no}.example");
        let listed = (1..names).map(|name| format!("n{name}.{own}\n"));
        let text = str::to_owned;
        let mut form = ApplicationForm {
            organisation: format!("Business {application_no}"),
            kvk: format!("{application_no:08}"),
            sector: sector.to_string(),
            size: text("small"),
            form: text("private-law"),
            is_dutch: text("yes"),
            does_business: text("yes"),
            legal_class: text("other-business"),
            evidence_established: text("business.example/contact"),
            contact: text("present"),
            contact_name: text("Sam Voorbeeld"),
            assets: listed.collect::<String>() + &own,
            consent: text("yes"),
            ..ApplicationForm::default()
        };
        change(&mut form);
        let form = serde_json::to_string(&form).unwrap();
        tx.keep_application_form(application_no, &form)?;
        tx.submit_application(application_no, programme_no, testkit::now())?;
        Ok::<_, store::StoreError>(application_no)
    });
    applied.unwrap()
}

/// The applications of the story. In engineering the ranks 3 to 5 have 260 names.
fn story(enrolling: &Enrolling) {
    for (sector, size) in SECTORS {
        for index in 0..size {
            let names = match (sector, index) {
                (Sector::Engineering, 2..=4) => 260,
                (Sector::Engineering, _) => 300 - 15 * index,
                // Small, so that the test is quick: sectors are not compared with each other.
                _ => 20 - index,
            };
            // A large IPv6 block is worth one name.
            let change = |form: &mut ApplicationForm| {
                if sector == Sector::Ict && index == 13 {
                    form.assets = "2001:db8::/32".to_owned();
                }
            };
            apply(enrolling, (sector, names), change);
        }
    }
    for failure in FAILURES {
        apply(enrolling, (Sector::Ict, 30), failure);
    }
}

/// Lets the programme come to its draw; returns the address of its pages.
fn drawn(enrolling: &Enrolling, coordinator: &mut Browser<'_>) -> String {
    let here = format!(
        "/desk/programmes/{}",
        enrolling
            .site
            .site
            .id(IdKind::Programme, enrolling.programme_no)
    );
    let committed = coordinator.post(&format!("{here}/commit"), &[]);
    assert_eq!(committed.status, StatusCode::SEE_OTHER, "{committed:?}");
    let early = coordinator.post(&format!("{here}/draw"), &[]);
    assert_eq!(early.status, StatusCode::CONFLICT, "applications are open");
    enrolling.at_day(30);
    here
}

/// An agreement with this text in each of its parts.
fn agreement(text: &str) -> [(&'static str, &str); 10] {
    [
        "purpose_nl",
        "obligations_nl",
        "liability_nl",
        "data_use_nl",
        "data_protection_nl",
        "purpose_en",
        "obligations_en",
        "liability_en",
        "data_use_en",
        "data_protection_en",
    ]
    .map(|field| (field, text))
}

fn places(enrolling: &Enrolling) -> Vec<Place> {
    let places = enrolling.site.store();
    places
        .read(|tx| tx.places_of(enrolling.programme_no))
        .unwrap()
}

fn selected(enrolling: &Enrolling) -> usize {
    let places = places(enrolling).into_iter();
    places
        .filter(|place| place.state == PlaceState::Selected)
        .count()
}

/// Signed in again: the session of the day on which the programme opened has ended.
fn again<'s>(enrolling: &'s Enrolling, email: &str) -> Browser<'s> {
    let store = enrolling.site.store();
    let email = email.parse().unwrap();
    let person = store.read(|tx| tx.person_with_email(&email)).unwrap();
    enrolling
        .site
        .signed_in_at(person.unwrap().person_no, enrolling.site.site.now())
}

#[test]
fn of_73_applications_64_take_part_and_35_get_a_place_that_anybody_can_compute_again() {
    let enrolling = Enrolling::new();
    story(&enrolling);
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let here = drawn(&enrolling, &mut coordinator);
    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    let page = coordinator.get(&here);
    assert!(
        page.body
            .contains("73 applications, of which 64 meet all conditions"),
        "{}",
        page.body
    );
    let public = enrolling.site.browser().get("/programmes/pilot").body;
    let drawn = coordinator.post(&format!("{here}/draw"), &[]);
    assert_eq!(drawn.location(), format!("{here}?done=drawn"), "{drawn:?}");
    assert_eq!((places(&enrolling).len(), selected(&enrolling)), (64, 35));

    let proof = enrolling.site.browser().get("/programmes/pilot/draw.txt");
    let read: Proof = proof.body.parse().unwrap();
    assert!(public.contains(&read.commitment), "it was public before");
    assert_eq!(read.faults(Some(&read.commitment)), []);
    assert_eq!((read.applications, read.rows.len()), (73, 64));
    let by_lot = read.rows.iter().filter(|row| row.because == "lot");
    let by_lot: Vec<_> = by_lot
        .map(|row| (row.entry.count, row.rank, &row.state[..]))
        .collect();
    let tied = [
        (260, 3, "selected"),
        (260, 4, "selected"),
        (260, 5, "waiting"),
    ];
    assert_eq!(by_lot, tied);
    let ipv6 = read.rows.iter().find(|row| row.entry.number == 14).unwrap();
    assert_eq!(
        (ipv6.entry.count, ipv6.rank),
        (1, 14),
        "a /32 counts as one"
    );
    assert!(!proof.body.contains("Business"), "no names stand in it");

    let twice = coordinator.post(&format!("{here}/draw"), &[]);
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let told = enrolling.mails();
    let count = |what: &str| told.iter().filter(|facts| facts["what"] == what).count();
    assert_eq!((count("selected"), count("waiting")), (35, 29));
    let page = coordinator.get(&here);
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let shown = coordinator.get(&format!("{here}/places"));
    assert!(shown.body.contains("35 of 40 places"), "{}", shown.body);
    let of_sector = |sector: &Sector| {
        let could = read.rows.iter().filter(|row| row.entry.sector == *sector);
        let given = read.selected().filter(|row| row.entry.sector == *sector);
        (*sector, could.count(), given.count())
    };
    let want = SECTORS.map(|(sector, size)| (sector, size, size.min(4)));
    let got = want.map(|(sector, ..)| of_sector(&sector));
    assert_eq!(got, want, "5 of 40 places stay empty");
    taking_part::sign_34_and_replace_1(&enrolling, &mut coordinator, &here);
    taking_part::prove_35_mailboxes_of_which_2_fail_until_they_are_fixed(
        &enrolling,
        &mut coordinator,
        &here,
    );
}

#[test]
fn a_freed_place_goes_to_the_next_of_its_sector_and_one_outside_the_draw_needs_two_people() {
    let enrolling = Enrolling::new();
    for index in 0..7 {
        apply(&enrolling, (Sector::Ict, 9 - index), |_| {});
    }
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let here = drawn(&enrolling, &mut coordinator);
    let colleague = enrolling.site.person("colleague@csirt.example");
    enrolling.site.employ(colleague, StaffRole::Analyst);
    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    coordinator.post(&format!("{here}/draw"), &[]);
    let states = || {
        let places = places(&enrolling).into_iter();
        places.map(|place| place.state).collect::<Vec<_>>()
    };
    let id = |application_no| {
        let site = &enrolling.site.site;
        site.id(IdKind::Application, application_no)
    };
    let change = |browser: &mut Browser<'_>, application_no, act, reason| {
        let page = format!("{here}/places/{}", id(application_no));
        browser.post(&page, &[("act", act), ("reason", reason)])
    };
    let bare = change(&mut coordinator, 2, "release", "no");
    assert_eq!(bare.status, StatusCode::OK, "a reason is asked for");
    assert!(bare.body.contains("href=\"#reason\""), "{}", bare.body);
    change(&mut coordinator, 2, "release", "they gave their place up");
    use PlaceState::{Released, Selected, Waiting};
    let [yes, no] = [Selected, Waiting];
    assert_eq!(states(), [yes, Released, yes, yes, yes, no, no]);

    let asked = change(&mut coordinator, 7, "ask", "the only school that applied");
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let override_id = enrolling.site.site.id(IdKind::PlaceOverride, 1);
    let end = format!("{here}/overrides/{override_id}");
    let alone = coordinator.post(&end, &[("end", "confirm")]);
    assert_eq!(alone.status, StatusCode::FORBIDDEN);
    let mut second = again(&enrolling, "colleague@csirt.example");
    let shown = second.get(&format!("{here}/places"));
    assert!(shown.body.contains("the only school that applied"));
    second.post(&end, &[("end", "confirm")]);
    assert_eq!(states(), [yes, Released, yes, yes, yes, no, yes]);
    let actions: Vec<String> = audited(&enrolling.site)
        .into_iter()
        .map(|(action, ..)| action)
        .collect();
    for action in [
        "commit-seed",
        "draw",
        "release-place",
        "ask-place",
        "confirm-place",
    ] {
        assert!(actions.iter().any(|done| done == action), "{action}");
    }
}

#[test]
fn nothing_is_drawn_while_a_criterion_is_open_or_an_organisation_applied_twice() {
    let enrolling = Enrolling::new();
    let unsure = apply(&enrolling, (Sector::Ict, 3), |form| {
        form.legal_class = "unknown".to_owned();
    });
    let twice = [(); 2].map(|()| {
        apply(&enrolling, (Sector::Trade, 3), |form| {
            form.kvk = "90000017".to_owned();
            form.assets = "shared.example".to_owned();
        })
    });
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let here = drawn(&enrolling, &mut coordinator);
    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    let page = coordinator.get(&here).body;
    assert!(
        page.contains("3 applications must still be decided"),
        "{page}"
    );
    assert!(page.contains("Same KvK number as 3"), "{page}");
    assert!(page.contains("some of the same systems as 2"), "{page}");
    for (application_no, criterion, verdict) in [
        (unsure, "not-vital", "met"),
        (twice[1], "established", "not-met"),
    ] {
        let blocked = coordinator.post(&format!("{here}/draw"), &[]);
        assert_eq!(blocked.status, StatusCode::CONFLICT);
        let id = enrolling.site.site.id(IdKind::Application, application_no);
        let one = format!("{here}/applications/{id}");
        let shown = coordinator.get(&one);
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
        let judged = coordinator.post(
            &one,
            &[
                ("criterion", criterion),
                ("verdict", verdict),
                ("reason", "looked up in the trade register"),
            ],
        );
        assert_eq!(judged.status, StatusCode::SEE_OTHER, "{}", judged.body);
    }
    coordinator.post(&format!("{here}/draw"), &[]);
    assert_eq!(selected(&enrolling), 2);
    let reads = audited(&enrolling.site);
    assert!(
        reads
            .iter()
            .any(|(action, ..)| action == "read-application")
    );
}

#[test]
fn a_programme_is_made_by_the_desk_and_is_seen_by_nobody_before_it_is_published() {
    let enrolling = Enrolling::new();
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let fields = [
        ("slug", "next"),
        ("name_nl", "Volgende"),
        ("name_en", "Next"),
        ("text_nl", "Nog een."),
        ("text_en", "Another."),
        ("sector", "ict"),
        ("sector", "trade"),
        ("places", "8"),
        ("per_sector", "4"),
        ("opens_on", "2026-12-01"),
        ("closes_on", "2027-01-01"),
        ("begins_on", "2027-02-01"),
        ("ends_on", "2028-01-31"),
    ];
    let added = coordinator.post("/desk/programmes", &fields);
    let here = added.location().strip_suffix("?done=added");
    let here = here.unwrap_or_else(|| panic!("{added:?}")).to_owned();
    let hidden = || enrolling.site.browser().get("/programmes/next").status;
    assert_eq!(hidden(), StatusCode::NOT_FOUND);
    let again = coordinator.post("/desk/programmes", &fields);
    assert!(again.body.contains("href=\"#slug\""), "the name is in use");
    let empty = coordinator.post("/desk/programmes", &[]);
    for field in ["slug", "name_nl", "sector", "places", "opens_on", "ends_on"] {
        let link = format!("href=\"#{field}\"");
        assert!(empty.body.contains(&link), "{field}");
    }
    let unsealed = coordinator.post(&format!("{here}/publish"), &[]);
    assert_eq!(
        unsealed.status,
        StatusCode::CONFLICT,
        "the lot is not fixed"
    );
    coordinator.post(&format!("{here}/commit"), &[]);
    coordinator.post(&format!("{here}/publish"), &[]);
    assert_eq!(hidden(), StatusCode::OK);
    let mut director = at_work(&enrolling.site, StaffRole::Director);
    assert_eq!(
        director.get("/desk/programmes").status,
        StatusCode::FORBIDDEN
    );
}

#[test]
fn what_the_trade_register_says_stands_beside_what_was_filled_in() {
    let enrolling = Enrolling::new();
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let site = &enrolling.site.site;
    let programme = site.id(IdKind::Programme, enrolling.programme_no);
    let entry = |name: &str| {
        Some(model::TradeEntry {
            name: name.to_owned(),
            legal_form: "Eenmanszaak".to_owned(),
            ended_on: Some(testkit::now().day()),
            is_non_mailing: true,
        })
    };
    for (said, texts) in [
        (
            entry("Somebody Else"),
            &[
                "Somebody Else",
                "Eenmanszaak",
                "differs",
                "No business since",
            ][..],
        ),
        (
            entry("business 2."),
            &["business 2.", "Wants no advertising"],
        ),
        (None, &["The trade register says: no such number."]),
    ] {
        let application_no = apply(&enrolling, (Sector::Ict, 2), |_| {});
        let kvk = format!("{application_no:08}").parse().unwrap();
        let answer = store::TradeAnswer::due(application_no, kvk, testkit::now());
        let answer = answer.answered(said, testkit::now());
        let kept = enrolling
            .site
            .store()
            .write(|tx| tx.put_trade_answer(&answer));
        kept.unwrap();
        let id = site.id(IdKind::Application, application_no);
        let shown = coordinator.get(&format!("/desk/programmes/{programme}/applications/{id}"));
        for text in texts {
            assert!(shown.body.contains(text), "{text}: {}", shown.body);
        }
        let differs = shown.body.contains("differs");
        assert_eq!(differs, application_no == 1, "{}", shown.body);
    }
}
