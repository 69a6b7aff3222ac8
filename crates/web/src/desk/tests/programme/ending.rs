//! The end of a programme, its report, and what is measured of it.

use axum::http::StatusCode;
use model::{PlaceState, Sector, StaffRole};

use super::super::at_work;
use super::taking_part::{administrator, sign};
use super::{again, agreement, apply, drawn, places};
use crate::enrol::tests::Enrolling;
use crate::testing::Browser;

/// The programme was drawn and everybody selected is admitted: its coordinator, and its address at the desk.
pub(super) fn admitted(enrolling: &Enrolling) -> (Browser<'_>, String) {
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let here = drawn(enrolling, &mut coordinator);
    let mut coordinator = again(enrolling, "analyst@csirt.example");
    coordinator.post(&format!("{here}/draw"), &[]);
    coordinator.post(&format!("{here}/agreement"), &agreement("One."));
    coordinator.post(&format!("{here}/admit"), &[]);
    (coordinator, here)
}

#[test]
fn nobody_who_stands_in_the_file_of_the_draw_takes_an_application_back() {
    let enrolling = Enrolling::new();
    for contact in ["present", "absent", "absent"] {
        apply(&enrolling, (Sector::Ict, 3), |form| {
            form.contact = contact.to_owned();
        });
    }
    let mut stranger = enrolling.site.browser();
    let mut withdraw = |application_no| {
        let token = enrolling.site.site.link_key();
        let token = token.application_token(application_no, 0);
        stranger
            .post(&format!("/applications/{token}/withdraw"), &[])
            .status
    };
    assert_eq!(withdraw(3), StatusCode::SEE_OTHER, "nobody drew yet");
    admitted(&enrolling);
    for application_no in [1, 2] {
        assert_eq!(withdraw(application_no), StatusCode::CONFLICT);
    }
}

#[test]
fn at_its_end_everybody_hears_it_and_the_report_stays_with_no_small_number_for_the_public() {
    let enrolling = Enrolling::new();
    for index in 0..6 {
        apply(&enrolling, (Sector::Ict, 9 - index), |_| {});
    }
    for _ in 0..11 {
        apply(&enrolling, (Sector::Trade, 3), |form| {
            form.contact = "absent".to_owned();
        });
    }
    let (mut coordinator, here) = admitted(&enrolling);
    let mut signatory = administrator(&enrolling);
    for application_no in 1..=3 {
        sign(&enrolling, &mut signatory, application_no);
    }
    counted(&enrolling);
    surveyed(&enrolling, "Early", "How was it?", 9);
    surveyed(&enrolling, "Late", "Will you stay?", 12);
    let mut stranger = enrolling.site.browser();
    let hidden = stranger.get("/programmes/pilot/report");
    assert_eq!(hidden.status, StatusCode::NOT_FOUND, "it goes on");

    let bare = coordinator.post(&format!("{here}/end"), &[("reason", "over")]);
    assert!(bare.body.contains("href=\"#reason\""), "{}", bare.body);
    let ended = coordinator.post(&format!("{here}/end"), &[("reason", "the year is over")]);
    assert_eq!(
        ended.location(),
        format!("{here}/report?done=ended"),
        "{ended:?}"
    );
    use PlaceState::{Finished, Released, Waiting};
    let states: Vec<_> = places(&enrolling)
        .into_iter()
        .map(|place| place.state)
        .collect();
    let [yes, no] = [Finished, Waiting];
    assert_eq!(states, [yes, yes, yes, Released, no, no]);
    let told = enrolling.mails();
    let count = |what: &str| told.iter().filter(|facts| facts["what"] == what).count();
    assert_eq!((count("ineligible"), count("ended")), (11, 13));
    let profile = |facts: &&serde_json::Value| {
        let link = facts["link"].as_str().unwrap_or_default();
        link.ends_with("/profile")
    };
    assert_eq!(
        told.iter().filter(profile).count(),
        4,
        "each that was admitted"
    );

    let shown = coordinator.get(&format!("{here}/report")).body;
    assert!(shown.contains("the year is over"), "{shown}");
    for word in [
        "2026-11",
        "66 %",
        "9 of 9 answered",
        "12 of 12 answered",
        "Will you stay?",
    ] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    assert!(
        !shown.contains("How was it?"),
        "nine answers are too few: {shown}"
    );
    let data = coordinator.get(&format!("{here}/report.json")).json();
    let total = &data["report"]["total"];
    let counts = ["applied", "eligible", "selected", "signed"].map(|word| total[word].as_u64());
    assert_eq!(counts, [17, 6, 4, 3].map(Some));
    let table = coordinator.get(&format!("{here}/report.csv")).body;
    for row in [
        "sector,ict,signed,3",
        "month,2026-11,useful_percent,66",
        "survey,Early,answered,9",
        "survey,Late,Will you stay?: yes,12",
    ] {
        assert!(table.contains(row), "{table}");
    }
    let paper = coordinator.get(&format!("{here}/report.pdf"));
    assert_eq!(paper.header("content-type"), "application/pdf");
    let public = stranger.get("/programmes/pilot/report").body;
    assert!(
        public.contains("17") && public.contains("niet vermeld"),
        "{public}"
    );
    let twice = coordinator.post(&format!("{here}/end"), &[("reason", "the year is over")]);
    assert_eq!(twice.status, StatusCode::CONFLICT);

    // Later what others filled in is forgotten, and the report is still what it was.
    let forgotten = |days| {
        let now = testkit::days_later(days);
        let store = enrolling.site.store();
        store
            .write(|tx| tx.forget_applications(now, testkit::now()))
            .unwrap()
    };
    assert_eq!(
        [forgotten(30 + 89), forgotten(30 + 90), forgotten(30 + 91)],
        [0, 14, 0],
        "those that have no place, and one that did not sign"
    );
    assert_eq!(coordinator.get(&format!("{here}/report.json")).json(), data);
    let first = enrolling.site.store().read(|tx| tx.application(1)).unwrap();
    assert!(first.unwrap().form.contains("Business 1"), "it took part");
    for page in ["/places", "/participants"] {
        let shown = coordinator.get(&format!("{here}{page}")).body;
        assert!(shown.contains("Deleted"), "{shown}");
    }
}

#[test]
fn a_programme_that_was_never_drawn_can_end_and_all_who_applied_hear_that_it_does_not_go_on() {
    let enrolling = Enrolling::new();
    let applied = [(Sector::Ict, 3), (Sector::Trade, 2)];
    let applied = applied.map(|which| apply(&enrolling, which, |_| {}));
    let email = "kim@bakery.example".parse().unwrap();
    let begun = enrolling.site.store().write(|tx| {
        tx.add_application(
            &store::NewApplication {
                programme_no: enrolling.programme_no,
                email: &email,
                language: model::Language::Nl,
                form: "{}",
            },
            testkit::now(),
        )
    });
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let id = enrolling
        .site
        .site
        .id(model::IdKind::Programme, enrolling.programme_no);
    let here = format!("/desk/programmes/{id}");
    coordinator.post(&format!("{here}/commit"), &[]);
    let page = coordinator.get(&here).body.replace("&#x2f;", "/");
    assert!(page.contains(&format!("href=\"{here}/report\"")), "{page}");
    let shown = coordinator.get(&format!("{here}/report")).body;
    assert!(shown.contains("No places were given yet"), "{shown}");
    let ended = coordinator.post(&format!("{here}/end"), &[("reason", "too few applied")]);
    assert_eq!(
        ended.location(),
        format!("{here}/report?done=ended"),
        "{ended:?}"
    );
    let told = enrolling.mails();
    let cancelled = told.iter().filter(|facts| facts["what"] == "cancelled");
    assert_eq!(cancelled.count(), 3, "{told:?}");
    let list = coordinator.get("/desk/programmes").body;
    assert!(list.contains("Ended"), "{list}");

    let mut stranger = enrolling.site.browser();
    let public = stranger.get("/programmes/pilot").body;
    assert!(public.contains("gaat niet door"), "{public}");
    let late = [("email", "lee@bakery.example")];
    let late = stranger.post("/programmes/pilot/apply", &late);
    assert_eq!(late.status, StatusCode::CONFLICT, "nobody applies any more");
    let report = stranger.get("/programmes/pilot/report");
    assert_eq!(report.status, StatusCode::OK, "{}", report.body);
    enrolling.at_day(31);
    let mut coordinator = again(&enrolling, "analyst@csirt.example");
    let drawn = coordinator.post(&format!("{here}/draw"), &[]);
    assert_eq!(drawn.status, StatusCode::CONFLICT);

    let forget = |days| {
        let now = testkit::days_later(days);
        let store = enrolling.site.store();
        store
            .write(|tx| tx.forget_applications(now, testkit::days_later(-1)))
            .unwrap()
    };
    assert_eq!([forget(89), forget(90)], [0, 3]);
    for application_no in applied.into_iter().chain(begun) {
        let one = enrolling
            .site
            .store()
            .read(|tx| tx.application(application_no));
        assert_eq!(one.unwrap().unwrap().form, "{}");
    }
}

#[test]
fn whoever_left_the_service_still_counts_in_the_report() {
    let enrolling = Enrolling::new();
    for index in 0..3 {
        apply(&enrolling, (Sector::Ict, 9 - index), |_| {});
    }
    let (mut coordinator, here) = admitted(&enrolling);
    let mut signatory = administrator(&enrolling);
    sign(&enrolling, &mut signatory, 1);
    let counted = |coordinator: &mut Browser<'_>| {
        let report = coordinator.get(&format!("{here}/report.json")).json();
        let total = &report["report"]["total"];
        ["applied", "eligible", "selected", "signed", "left"]
            .map(|word| total[word].as_u64().unwrap())
    };
    assert_eq!(counted(&mut coordinator), [3, 3, 3, 1, 0]);
    let left = enrolling.site.store().write(|tx| {
        let party_no = tx.participants_of(enrolling.programme_no)?[0].party_no;
        tx.leave(party_no, "test", testkit::days_later(31))
    });
    left.unwrap();
    assert_eq!(counted(&mut coordinator), [3, 3, 3, 1, 1]);
    let table = coordinator.get(&format!("{here}/report.csv")).body;
    assert!(table.contains("size,unknown,left,1"), "{table}");
    for page in ["", "/places", "/participants", "/report"] {
        let shown = coordinator.get(&format!("{here}{page}"));
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
        assert!(!shown.body.contains("Business 1"), "{page}: {}", shown.body);
    }
}

#[test]
fn work_is_noted_and_months_are_shown_for_the_desk_and_for_a_programme() {
    let enrolling = Enrolling::new();
    let mut coordinator = at_work(&enrolling.site, StaffRole::Analyst);
    let id = enrolling
        .site
        .site
        .id(model::IdKind::Programme, enrolling.programme_no);
    for page in [
        "/desk/measures".to_owned(),
        format!("/desk/programmes/{id}/measures"),
    ] {
        let empty = coordinator.get(&page);
        assert!(
            empty.body.contains("Nothing is counted yet"),
            "{}",
            empty.body
        );
        let wrong = [("day", "2020-01-01"), ("minutes", "0"), ("reason", "call")];
        let told = coordinator.post(&page, &wrong);
        for field in ["#day", "#minutes", "#reason"] {
            assert!(told.body.contains(&format!("href=\"{field}\"")), "{field}");
        }
        let today = testkit::now().day().to_string();
        let work = [
            ("day", &today[..]),
            ("minutes", "25"),
            ("reason", "telephone call about mailboxes"),
        ];
        let noted = coordinator.post(&page, &work);
        assert_eq!(noted.location(), format!("{page}?done=noted"), "{noted:?}");
    }
    counted(&enrolling);
    let shown = coordinator
        .get(&format!("/desk/programmes/{id}/measures"))
        .body;
    assert!(shown.contains("Counted once a day"), "{shown}");
    let table = coordinator.get("/desk/measures.csv").body;
    assert!(table.starts_with("month,messages,by_hand"), "{table}");
    assert_eq!(table.lines().count(), 2, "{table}");
}

/// As upkeep keeps it.
fn counted(enrolling: &Enrolling) {
    for programme_no in [None, Some(enrolling.programme_no)] {
        let measure = store::MonthMeasure {
            month: "2026-11-01".parse().unwrap(),
            programme_no,
            counted_at: testkit::now(),
            counts: store::MessageCounts {
                messages: 20,
                by_hand: 5,
                lines: 40,
                matched: 30,
                recipients: 4,
                judged: 3,
                useful: 2,
            },
            hand_secs: 1_500,
            notice_secs: Some((600, 3_600)),
            answering: 3,
            reach: Some(store::MonthReach {
                to_tell: 4,
                seen: 3,
            }),
        };
        let kept = enrolling
            .site
            .store()
            .write(|tx| tx.put_month_measure(&measure));
        kept.unwrap();
    }
}

/// A survey of one question, to which so many say yes.
fn surveyed(enrolling: &Enrolling, name: &str, question: &str, answers: i64) {
    let pair = |text: &str| [text.to_owned(), text.to_owned()];
    let terms = store::EvaluationTerms {
        programme_no: enrolling.programme_no,
        name: pair(name),
        held_on: testkit::now().day(),
        place: "Utrecht".to_owned(),
        answer_until: testkit::now().day(),
    };
    let question = store::Question {
        question_no: 0,
        kind: model::QuestionKind::Choice,
        text: pair(question),
        choices: pair("yes\nno"),
    };
    let register = (0..answers).fold(testkit::RegisterBuilder::new(), |register, number| {
        register.organisation(&format!("guest-{number}"))
    });
    enrolling.site.desk.import(&register);
    let asked = enrolling.site.store().write(|tx| {
        let now = testkit::now();
        let evaluation_no = tx.add_evaluation(&terms, now)?;
        tx.add_question(evaluation_no, &question)?;
        let question_no = tx.questions_of(evaluation_no)?[0].question_no;
        let mut parties = Vec::new();
        for number in 0..answers {
            let party_no = tx.party_no(&format!("guest-{number}"))?;
            parties.push(party_no.expect("it was imported"));
        }
        tx.invite_to_evaluation(evaluation_no, &parties, now)?;
        for party_no in parties {
            let yes = store::SurveyAnswer {
                question_no,
                number: Some(1),
                text: String::new(),
            };
            tx.answer_survey(evaluation_no, party_no, &[yes], now)?;
        }
        Ok::<_, store::StoreError>(())
    });
    asked.unwrap();
}
