//! Counts that two people correct, addresses that the desk corrects, and participants that the law takes elsewhere.

use axum::http::StatusCode;
use model::{IdKind, LegalClass, PlaceState, Sector, StaffRole};
use rules::enrol::proof::Proof;
use testkit::{Desk, Engine, RegisterBuilder, Report, TestStore};

use super::super::{at_work, audited, must_prove};
use super::ending::admitted;
use super::taking_part::{administrator, participation, sign};
use super::{again, agreement, apply, drawn, places};
use crate::enrol::tests::Enrolling;
use crate::testing::{Answer, Browser};

/// Address of the page of an application at the desk.
fn application(enrolling: &Enrolling, application_no: i64) -> String {
    let site = &enrolling.site.site;
    format!(
        "/desk/programmes/{}/applications/{}",
        site.id(IdKind::Programme, enrolling.programme_no),
        site.id(IdKind::Application, application_no)
    )
}

/// The page of the applicant, by the link that it has after so many corrections of its address.
fn own_page(enrolling: &Enrolling, application_no: i64, link_no: i64) -> Answer {
    let key = enrolling.site.site.link_key();
    let token = key.application_token(application_no, link_no);
    let mut browser = enrolling.site.browser();
    browser.get(&format!("/applications/{token}"))
}

#[test]
fn a_count_is_corrected_by_two_people_before_the_draw_and_stands_in_the_published_file() {
    let enrolling = Enrolling::new();
    for names in [9, 7] {
        apply(&enrolling, (Sector::Ict, names), |_| {});
    }
    let mut first = at_work(&enrolling.site, StaffRole::Analyst);
    let colleague = enrolling.site.person("colleague@csirt.example");
    enrolling.site.employ(colleague, StaffRole::Analyst);
    let mut second = enrolling.site.signed_in(colleague);
    let page = application(&enrolling, 1);
    must_prove(&enrolling.site, &format!("{page}/count"));
    let bare = first.post(&format!("{page}/count"), &[]);
    for field in ["count", "reason"] {
        let link = format!("href=\"#{field}\"");
        assert!(bare.body.contains(&link), "{field}: {}", bare.body);
    }
    let ask = |browser: &mut Browser<'_>, count: &str| {
        let fields = [("count", count), ("reason", "four names are of a customer")];
        browser.post(&format!("{page}/count"), &fields)
    };
    let same = ask(&mut first, "9");
    assert!(same.body.contains("counts this already"), "{}", same.body);
    let asked = ask(&mut first, "5");
    assert_eq!(
        asked.location(),
        format!("{page}?done=counted"),
        "{asked:?}"
    );
    assert_eq!(ask(&mut first, "6").status, StatusCode::CONFLICT);
    assert!(!own_page(&enrolling, 1, 0).body.contains("customer"));
    let home = second.get("/desk").body;
    assert!(home.contains("Waits for a colleague"), "{home}");

    let site = &enrolling.site.site;
    let programme = site.id(IdKind::Programme, enrolling.programme_no);
    let end = |browser: &mut Browser<'_>, number, end| {
        let correction = site.id(IdKind::CountCorrection, number);
        let page = format!("/desk/programmes/{programme}/corrections/{correction}");
        browser.post(&page, &[("end", end)])
    };
    assert_eq!(end(&mut first, 1, "confirm").status, StatusCode::FORBIDDEN);
    let shown = second.get(&page).body;
    assert!(shown.contains("four names are of a customer"), "{shown}");
    let confirmed = end(&mut second, 1, "confirm");
    assert_eq!(confirmed.location(), format!("{page}?done=confirmed"));
    assert_eq!(end(&mut second, 1, "drop").status, StatusCode::NOT_FOUND);
    let own = own_page(&enrolling, 1, 0).body;
    for text in [
        "Uw aanmelding telt voor 5",
        "four names are of a customer",
        "telt voor 9",
    ] {
        assert!(own.contains(text), "{text}: {own}");
    }
    let told = enrolling.mails();
    let told: Vec<_> = told.iter().map(|facts| facts["what"].clone()).collect();
    assert_eq!(told, ["counted"]);

    // While another one waits nothing is drawn.
    ask(&mut second, "4");
    let here = drawn(&enrolling, &mut first);
    let mut first = again(&enrolling, "analyst@csirt.example");
    let blocked = first.post(&format!("{here}/draw"), &[]);
    assert_eq!(blocked.status, StatusCode::CONFLICT);
    let listed = first.get(&here).body;
    assert!(listed.contains("Another count waits"), "{listed}");
    end(&mut first, 2, "drop");
    let given = first.post(&format!("{here}/draw"), &[]);
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{given:?}");
    let proof = enrolling.site.browser().get("/programmes/pilot/draw.txt");
    let proof: Proof = proof.body.parse().unwrap();
    let order: Vec<_> = proof
        .rows
        .iter()
        .map(|row| (row.entry.number, row.entry.count))
        .collect();
    assert_eq!(order, [(2, 7), (1, 5)]);
    assert_eq!(proof.faults(None), []);
    assert_eq!(
        ask(&mut first, "9").status,
        StatusCode::CONFLICT,
        "too late"
    );
    let log = audited(&enrolling.site);
    for (action, detail) in [
        ("ask-count", "5 for 9: four names are of a customer"),
        ("confirm-count", "5: four names are of a customer"),
        ("drop-count", "4: four names are of a customer"),
    ] {
        let is_there =
            |(done, _, said): &(String, String, String)| done == action && said == detail;
        assert!(log.iter().any(is_there), "{action}: {log:?}");
    }
}

#[test]
fn a_programme_counts_by_the_rule_that_its_page_shows() {
    let test = TestStore::new(Engine::Embedded);
    let enrolling = Enrolling::over(Desk::of(&test), |_| {});
    apply(&enrolling, (Sector::Ict, 1), |form| {
        form.assets = "2001:db8::/48\n2001:db8:2::/48\n2001:db8:4::/48".to_owned();
    });
    let page = enrolling.site.browser().get("/programmes/pilot").body;
    assert!(page.contains("in dezelfde &#x2f;32"), "{page}");
    assert!(page.contains("Telregel 2"), "{page}");
    let own = own_page(&enrolling, 1, 0).body;
    assert!(own.contains("telt voor 1."), "{own}");
    test.tamper("UPDATE programme SET counting_rule = 1");
    let page = enrolling.site.browser().get("/programmes/pilot").body;
    assert!(page.contains("de &#x2f;48 eromheen"), "{page}");
    assert!(page.contains("Telregel 1"), "{page}");
    let own = own_page(&enrolling, 1, 0).body;
    assert!(own.contains("telt voor 3."), "{own}");
}

#[test]
fn the_desk_corrects_the_address_of_an_applicant_before_the_draw_and_after_it() {
    let enrolling = Enrolling::new();
    apply(&enrolling, (Sector::Ict, 3), |_| {});
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let page = application(&enrolling, 1);
    must_prove(&enrolling.site, &format!("{page}/address"));
    let correct = |browser: &mut Browser<'_>, email: &str| {
        let fields = [
            ("email", email),
            ("reason", "called back on the number of the firm"),
        ];
        browser.post(&format!("{page}/address"), &fields)
    };
    let bare = coordinator.post(&format!("{page}/address"), &[]).body;
    for field in ["email", "reason"] {
        assert!(bare.contains(&format!("href=\"#{field}\"")), "{bare}");
    }
    let same = correct(&mut coordinator, "sam@bakery.example");
    assert!(same.body.contains("there already"), "{}", same.body);
    let corrected = correct(&mut coordinator, "sam@bakkerij.example");
    assert_eq!(corrected.location(), format!("{page}?done=address"));
    assert_eq!(own_page(&enrolling, 1, 0).status, StatusCode::NOT_FOUND);
    assert_eq!(own_page(&enrolling, 1, 1).status, StatusCode::OK);
    let mails = enrolling.addressed();
    let [(to, facts)] = &mails[..] else {
        panic!("{mails:?}");
    };
    assert_eq!(
        (&to[..], &facts["what"]),
        ("sam@bakkerij.example", &"moved".into())
    );

    // After the draw an invitation that went to the wrong address is worth nothing any more.
    let here = drawn(&enrolling, &mut coordinator);
    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    coordinator.post(&format!("{here}/draw"), &[]);
    coordinator.post(&format!("{here}/agreement"), &agreement("One."));
    coordinator.post(&format!("{here}/admit"), &[]);
    let corrected = correct(&mut coordinator, "sam@bakker.example");
    assert_eq!(corrected.location(), format!("{page}?done=address"));
    let invited = enrolling.site.store().read(|tx| {
        let party_no = tx.participants_of(enrolling.programme_no)?[0].party_no;
        tx.invitations_of(party_no, enrolling.site.site.now())
    });
    let invited = invited.unwrap();
    let invited: Vec<_> = invited.iter().map(|(_, email)| email.to_string()).collect();
    assert_eq!(invited, ["sam@bakker.example"]);
    let mails = enrolling.addressed().into_iter();
    let told = mails.filter(|(to, _)| to == "sam@bakker.example").count();
    assert_eq!(told, 2, "the invitation and the link");
    let log = audited(&enrolling.site);
    let corrections = log
        .iter()
        .filter(|(action, ..)| action == "correct-applicant");
    let details: Vec<_> = corrections.map(|(.., detail)| &detail[..]).collect();
    assert_eq!(details, ["called back on the number of the firm"; 2]);
}

#[test]
fn a_participant_that_became_a_vital_provider_leaves_and_is_warned_as_one_from_then_on() {
    let mut enrolling = Enrolling::new();
    let mut register = RegisterBuilder::new().organisation("waterworks").asset(
        "waterworks",
        "address",
        "192.0.2.7",
    );
    register.organisations[0].kvk = Some("90000033".parse().unwrap());
    enrolling.site.desk.import(&register);
    for index in 0..5 {
        apply(&enrolling, (Sector::Ict, 9 - index), |form| {
            if index == 0 {
                form.kvk = "90000033".to_owned();
            }
        });
    }
    seen_on(&mut enrolling, "2026-11-18", 0);
    let party_no = leaves_as_vital(&enrolling);

    // What is seen at it later goes to itself, on the basis of vital providers.
    let desk = &mut enrolling.site.desk;
    let set = desk.flow.store.write(|tx| {
        let desk_no = tx.desks()?[0].desk_no;
        let from = testkit::day("2020-01-01");
        tx.set_desk_basis(
            desk_no,
            LegalClass::Vital,
            from,
            "the law for vital providers",
        )
    });
    set.unwrap();
    desk.at(testkit::days_later(140));
    desk.work();
    seen_on(&mut enrolling, "2027-04-08", 141);
    let mut told = Vec::new();
    let read = enrolling.site.store().read(|tx| {
        told.clear();
        tx.each_notification(|found| {
            told.push((
                found.notification_no,
                found.key.recipient_no,
                found.lawful_basis,
            ));
            Ok(())
        })
    });
    read.unwrap();
    told.sort();
    let routes: Vec<_> = told
        .iter()
        .map(|(_, recipient_no, basis)| (*recipient_no, basis == "the law for vital providers"))
        .collect();
    assert_eq!(routes, [(party_no, false), (party_no, true)]);
}

/// An open remote desktop is seen at the waterworks, on the day that is so many days after the programme opened.
fn seen_on(enrolling: &mut Enrolling, day: &str, days: i64) {
    let time = format!("{day} 02:00:00");
    let row = [
        ("timestamp", &time[..]),
        ("ip", "192.0.2.7"),
        ("port", "3389"),
        ("protocol", "tcp"),
        ("severity", "high"),
    ];
    let desk = &mut enrolling.site.desk;
    desk.at(testkit::days_later(days));
    desk.report(&Report::new("scan_rdp").row(&row));
    desk.work();
}

/// In month 3 the coordinator ends the part of the waterworks, and moves it to the vital providers; gives its number.
fn leaves_as_vital(enrolling: &Enrolling) -> i64 {
    let (_, here) = admitted(enrolling);
    let mut member = administrator(enrolling);
    sign(enrolling, &mut member, 1);
    enrolling.at_day(140);
    let mut coordinator = again(enrolling, "analyst@csirt.example");
    let participant = application(enrolling, 1).replace("/applications/", "/participants/");
    let end = |browser: &mut Browser<'_>, class: &str| {
        let fields = [
            ("class", class),
            ("reason", "named a vital provider by decree"),
        ];
        browser.post(&format!("{participant}/end"), &fields)
    };
    let shown = coordinator.get(&participant).body;
    assert!(shown.contains("Choose what it is by law"), "{shown}");
    let unknown = end(&mut coordinator, "other-business");
    assert!(unknown.body.contains("href=\"#class\""), "{}", unknown.body);
    let unflagged = end(&mut coordinator, "");
    assert_eq!(unflagged.status, StatusCode::CONFLICT);
    enrolling.mails();
    let moved = end(&mut coordinator, "vital");
    assert_eq!(
        moved.location(),
        format!("{participant}?done=moved"),
        "{moved:?}"
    );
    let mails = enrolling.mails();
    let told = mails.iter().find(|facts| facts["what"] == "moved");
    assert_eq!(told.unwrap()["reason"], "named a vital provider by decree");

    // Both sides say it: the programme why it ended and what the law makes of it, the register from where it came.
    let shown = coordinator.get(&participant).body;
    for text in ["named a vital provider by decree", "Vital provider"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let known = enrolling.site.store().read(|tx| {
        let party_no = tx.participants_of(enrolling.programme_no)?[0].party_no;
        Ok::<_, store::StoreError>((party_no, tx.legal_classes(party_no)?.remove(0)))
    });
    let (party_no, newest) = known.unwrap();
    assert_eq!(newest.class, LegalClass::Vital);
    assert_eq!(
        newest.evidence,
        "named a vital provider by decree (application 1 of the programme pilot)"
    );
    let state = |rank: usize| places(enrolling)[rank - 1].state;
    assert_eq!(state(1), PlaceState::Left);
    assert_eq!(state(5), PlaceState::Selected, "the next moves up");
    let actions = audited(&enrolling.site);
    for action in ["end-participation", "enter-legal-class"] {
        assert!(actions.iter().any(|(done, ..)| done == action), "{action}");
    }
    let shown = coordinator.get(&format!("{here}/participants"));
    assert_eq!(shown.status, StatusCode::OK);
    let own = member_page(enrolling);
    assert!(own.contains("U doet niet meer mee"), "{own}");
    party_no
}

/// What its administrator reads of the programme.
fn member_page(enrolling: &Enrolling) -> String {
    let mut member = administrator(enrolling);
    member.get(&participation(enrolling, 1)).body
}
