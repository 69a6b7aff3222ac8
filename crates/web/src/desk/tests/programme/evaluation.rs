//! Half-way through the pilot: 31 of 35 participants answer, 12 suggestions become user stories, and who asked is told.

use std::sync::mpsc;
use std::time::Duration;

use axum::http::StatusCode;
use model::{IdKind, Language, OrganisationRole, PlaceState, Sector, StaffRole};
use store::{EvaluationTerms, NewApplication, Place, StoreError};
use testkit::{Desk, RegisterBuilder, TestStore, both_engines};

use super::super::{at_work, audited, must_prove};
use crate::enrol::tests::Enrolling;
use crate::testing::{Answer, Browser};

const PARTICIPANTS: usize = 35;
const ANSWERING: usize = 31;
const SUGGESTIONS: usize = 12;

/// A programme in which so many organisations of the register take part.
fn taking_part(count: usize) -> Enrolling {
    taking_part_over(Desk::embedded(), count)
}

/// The same over an installation.
fn taking_part_over(desk: Desk, count: usize) -> Enrolling {
    let enrolling = Enrolling::over(desk, |_| {});
    let names: Vec<String> = (1..=count).map(|number| format!("p{number:02}")).collect();
    let register = names.iter().fold(RegisterBuilder::new(), |register, name| {
        register.organisation(name)
    });
    enrolling.site.desk.import(&register);
    let programme_no = enrolling.programme_no;
    let added = enrolling.site.store().write(|tx| {
        let mut places = Vec::new();
        for (name, rank) in names.iter().zip(1..) {
            let email = "sam@bakery.example".parse().unwrap();
            let new = NewApplication {
                programme_no,
                email: &email,
                language: Language::Nl,
                form: "{}",
            };
            let application_no = tx.add_application(&new, testkit::now())?;
            tx.submit_application(application_no, programme_no, testkit::now())?;
            let party_no = tx.party_no(name)?.unwrap();
            let ids = (application_no, programme_no, party_no);
            tx.admit(ids, "{}", testkit::now())?;
            places.push(Place {
                application_no,
                sector: Sector::Trade,
                rank,
                count: 1,
                state: PlaceState::Taken,
                reason: String::new(),
                decline_words: String::new(),
            });
        }
        tx.add_places(programme_no, &places, testkit::now())
    });
    added.unwrap();
    enrolling
}

/// Plans an evaluation with a question of each kind; gives the end of the address of its pages.
fn planned(enrolling: &Enrolling, coordinator: &mut Browser<'_>) -> String {
    let site = &enrolling.site.site;
    let programme = site.id(IdKind::Programme, enrolling.programme_no);
    let list = format!("/desk/programmes/{programme}/evaluations");
    let wrong = coordinator.post(&list, &[("name_nl", "Halverwege")]).body;
    for field in ["name_en", "held_on", "place", "answer_until"] {
        assert!(wrong.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    let fields = [
        ("name_nl", "Halverwege"),
        ("name_en", "Half-way"),
        ("held_on", "2026-11-20"),
        ("place", "Utrecht"),
        ("answer_until", "2026-12-05"),
    ];
    let added = coordinator.post(&list, &fields);
    let page = added.location().strip_suffix("?done=added").unwrap();
    let question = |kind, choices: [&'static str; 2]| {
        [
            ("kind", kind),
            ("text_nl", "Hoe gaat het?"),
            ("text_en", "How does it go?"),
            ("choices_nl", choices[0]),
            ("choices_en", choices[1]),
        ]
    };
    let questions = format!("{page}/questions");
    let uneven = coordinator.post(&questions, &question("choice", ["ja\nnee", "yes"]));
    assert!(uneven.body.contains("as many in English as in Dutch"));
    for (kind, choices) in [
        ("scale", ["", ""]),
        ("choice", ["ja\r\nnee", "yes\r\nno"]),
        ("text", ["", ""]),
        ("text", ["", ""]),
    ] {
        let added = coordinator.post(&questions, &question(kind, choices));
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    }
    let fourth = site.id(IdKind::Question, 4);
    coordinator.post(&format!("{questions}/{fourth}/remove"), &[]);
    page.to_owned()
}

/// A browser of an administrator of all of them.
fn administrator(enrolling: &Enrolling) -> Browser<'_> {
    let site = &enrolling.site;
    let person_no = site.person("sam@participant.example");
    for number in 1..=PARTICIPANTS {
        let name = format!("p{number:02}");
        site.join(person_no, &name, OrganisationRole::Administrator);
    }
    site.signed_in(person_no)
}

/// Answers the survey for one of them.
fn answer(
    enrolling: &Enrolling,
    browser: &mut Browser<'_>,
    (page, number): (&str, usize),
    words: &str,
) -> Answer {
    let site = &enrolling.site;
    let own = page.replace("/desk/", "/");
    let party = site.party_id(&format!("p{number:02}"));
    let page = format!("/organisations/{party}{own}");
    let shown = browser.get(&page);
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let field = |number| format!("q-{}", site.site.id(IdKind::Question, number));
    let scale = (number % 5 + 1).to_string();
    let fields = [(field(1), &scale[..]), (field(2), "2"), (field(3), words)];
    let fields = fields.each_ref().map(|(name, value)| (&name[..], *value));
    browser.post(&page, &fields)
}

#[test]
fn half_way_31_of_35_answer_and_12_suggestions_become_stories_that_are_published() {
    let enrolling = taking_part(PARTICIPANTS);
    let site = &enrolling.site;
    let mut coordinator = at_work(site, StaffRole::Analyst);
    let page = planned(&enrolling, &mut coordinator);
    let mut member = administrator(&enrolling);
    let hidden = format!(
        "/organisations/{}{}",
        site.party_id("p01"),
        page.replace("/desk/", "/")
    );
    assert_eq!(member.get(&hidden).status, StatusCode::NOT_FOUND);
    must_prove(site, &format!("{page}/invite"));
    coordinator.post(&format!("{page}/invite"), &[]);
    let again = coordinator.post(&format!("{page}/invite"), &[]);
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(enrolling.mails().len(), PARTICIPANTS);
    let late = coordinator.post(
        &format!("{page}/questions"),
        &[("kind", "text"), ("text_nl", "x"), ("text_en", "x")],
    );
    assert_eq!(late.status, StatusCode::CONFLICT, "they were invited");
    for number in 1..=ANSWERING {
        let words = match number <= SUGGESTIONS {
            true => format!("I want thing {number} to be better."),
            false => String::new(),
        };
        let answered = answer(&enrolling, &mut member, (&page, number), &words);
        assert!(
            answered.location().ends_with("?done=answered"),
            "{}",
            answered.body
        );
        if number == 9 {
            let few = coordinator.get(&page).body;
            assert!(
                few.contains("Fewer than 10") && !few.contains("I want thing"),
                "{few}"
            );
            let file = coordinator.get(&format!("{page}/results.csv"));
            assert_eq!(file.status, StatusCode::NOT_FOUND);
        }
    }
    let wrong = member.post(
        &hidden,
        &[(&format!("q-{}", site.site.id(IdKind::Question, 1)), "6")],
    );
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let p01 = site.party_id("p01").to_string();
    member.post(&format!("{hidden}/coming"), &[("coming", "yes")]);
    coordinator.post(&format!("{page}/attendance"), &[("came", &p01)]);
    let results = coordinator.get(&page).body;
    let counts = "35 invited, 1 said that they come, 1 came, 31 answered";
    assert!(results.contains(counts), "{results}");
    let file = coordinator.get(&format!("{page}/results.csv")).body;
    // 7 of the numbers to 31 leave a remainder of 1 when divided by five.
    for row in ["How does it go?,2,7\n", "How does it go?,no,31\n"] {
        assert!(file.contains(row), "{row}: {file}");
    }
    assert!(!file.contains("p01"), "{file}");
    for number in 1..=SUGGESTIONS as i64 {
        publish_story_of(&enrolling, &mut coordinator, &page, number);
    }
    let log = site.english_browser().get("/changes").body;
    assert_eq!(
        log.matches("One person suggested this").count(),
        SUGGESTIONS
    );
    must_prove(site, &format!("{page}/tell"));
    let tell = |coordinator: &mut Browser<'_>| coordinator.post(&format!("{page}/tell"), &[]);
    assert_eq!(tell(&mut coordinator).status, StatusCode::SEE_OTHER);
    assert_eq!(tell(&mut coordinator).status, StatusCode::CONFLICT);
    let mails = enrolling.mails();
    let told = mails.iter().filter(|facts| facts["what"] == "changed");
    assert_eq!(told.count(), PARTICIPANTS);
}

/// Makes a suggestion of an answer in words, a story of that, and lets everybody read that it is done.
fn publish_story_of(enrolling: &Enrolling, coordinator: &mut Browser<'_>, page: &str, number: i64) {
    let site = &enrolling.site.site;
    let texts = enrolling.site.store().read(|tx| tx.survey_texts(1));
    let text = texts.unwrap().remove(number as usize - 1);
    let answer = site.id(IdKind::SurveyAnswer, text.answer_no);
    let suggest = format!("{page}/answers/{answer}/suggest");
    assert_eq!(
        coordinator.post(&suggest, &[]).status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(coordinator.post(&suggest, &[]).status, StatusCode::CONFLICT);
    let suggestion = site.id(IdKind::Suggestion, number);
    let story = [
        ("title_nl", "Beter"),
        ("title_en", "Better"),
        ("text_nl", "Ik wil het beter."),
        ("text_en", "I want it better."),
        ("status", "done"),
        ("ended_on", "2026-11-18"),
        ("outcome_nl", "Het is beter."),
        ("outcome_en", "It is better."),
        ("decision", "story"),
    ];
    let suggestion = format!("/desk/feedback/suggestions/{suggestion}");
    coordinator.post(&suggestion, &story);
    let story = site.id(IdKind::Story, number);
    let story = format!("/desk/feedback/stories/{story}/publish");
    assert_eq!(coordinator.post(&story, &[]).status, StatusCode::SEE_OTHER);
}

#[test]
fn an_evaluation_is_changed_and_cancelled_until_it_was_held_and_answers_stay() {
    let enrolling = taking_part(PARTICIPANTS);
    let site = &enrolling.site;
    let mut coordinator = at_work(site, StaffRole::Analyst);
    let page = planned(&enrolling, &mut coordinator);
    coordinator.post(&format!("{page}/invite"), &[]);
    let mut member = administrator(&enrolling);
    let p01 = site.party_id("p01");
    let own = format!("/organisations/{p01}{}", page.replace("/desk/", "/"));
    answer(
        &enrolling,
        &mut member,
        (&page, 1),
        "I want it to be better.",
    );
    enrolling.mails();
    let shown = coordinator.get(&page).body;
    let mark = |page: &str| {
        let (_, rest) = page.split_once("name=\"seen\" value=\"").expect(page);
        rest.split('"').next().unwrap().to_owned()
    };
    let seen = mark(&shown);
    let change = |browser: &mut Browser<'_>, held_on: &str, seen: &str| {
        let fields = [
            ("name_nl", "Halverwege"),
            ("name_en", "Half-way"),
            ("held_on", held_on),
            ("place", "https://meet.example/room"),
            ("answer_until", "2026-12-20"),
            ("seen", seen),
        ];
        browser.post(&format!("{page}/change"), &fields)
    };
    must_prove(site, &format!("{page}/change"));
    let past = change(&mut coordinator, "2026-11-01", &seen).body;
    assert!(past.contains("href=\"#held_on\""), "{past}");
    let changed = change(&mut coordinator, "2026-12-10", &seen);
    assert!(
        changed.location().ends_with("?done=changed"),
        "{}",
        changed.body
    );
    let told = |what: &str| {
        let mails = enrolling.mails().into_iter();
        mails
            .filter(|facts| facts["what"] == *what)
            .collect::<Vec<_>>()
    };
    let moved = told("moved");
    assert_eq!(moved.len(), PARTICIPANTS);
    assert_eq!(moved[0]["held_on"], "2026-12-10");
    let shown = member.get(&own).body;
    assert!(shown.contains("meet.example"), "{shown}");
    // From a page that was opened before, also with something wrong in it at first.
    let older = change(&mut coordinator, "2026-12-12", &seen).body;
    assert!(older.contains("Somebody else changed this"), "{older}");
    let wrong = change(&mut coordinator, "2026-11-01", &seen).body;
    let older = change(&mut coordinator, "2026-12-12", &mark(&wrong)).body;
    assert!(older.contains("Somebody else changed this"), "{older}");

    let cancel = |browser: &mut Browser<'_>, reason: &str| {
        browser.post(&format!("{page}/cancel"), &[("cancel_reason", reason)])
    };
    let bare = cancel(&mut coordinator, "").body;
    assert!(bare.contains("href=\"#cancel_reason\""), "{bare}");
    cancel(&mut coordinator, "the building is closed");
    let mails = told("cancelled");
    assert_eq!(mails.len(), PARTICIPANTS);
    assert_eq!(mails[0]["reason"], "the building is closed");
    let shown = member.get(&own).body;
    assert!(shown.contains("the building is closed"), "{shown}");
    let late = answer(&enrolling, &mut member, (&page, 2), "Too late.");
    assert_eq!(late.status, StatusCode::CONFLICT);
    let coming = member.post(&format!("{own}/coming"), &[("coming", "yes")]);
    assert_eq!(coming.status, StatusCode::CONFLICT);
    let kept = site.store().read(|tx| tx.survey_texts(1)).unwrap();
    assert_eq!(kept.len(), 1, "what was answered stays");
    let twice = cancel(&mut coordinator, "the building is closed");
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let public = site.english_browser().get("/programmes/pilot").body;
    assert!(
        public.contains("Half-way (Does not take place)"),
        "{public}"
    );
    assert!(!public.contains("meet.example"), "{public}");
}

#[test]
fn an_evaluation_that_was_held_stays_as_it_is() {
    let enrolling = taking_part(2);
    let site = &enrolling.site;
    let mut coordinator = at_work(site, StaffRole::Analyst);
    let page = planned(&enrolling, &mut coordinator);
    coordinator.post(&format!("{page}/invite"), &[]);
    let came = site.party_id("p01").to_string();
    coordinator.post(&format!("{page}/attendance"), &[("came", &came)]);
    let shown = coordinator.get(&page).body;
    assert!(!shown.contains(&format!("{page}/cancel")), "{shown}");
    let id = page.rsplit('/').next().unwrap_or_default();
    let read = (
        "read".to_owned(),
        format!("evaluation {id}"),
        "a list of guests".to_owned(),
    );
    assert!(audited(site).contains(&read), "who read it is known");
    let reason = [("cancel_reason", "the building is closed")];
    let cancelled = coordinator.post(&format!("{page}/cancel"), &reason);
    assert_eq!(cancelled.status, StatusCode::CONFLICT, "some came");
}

fn an_invitation_names_the_day_that_a_colleague_just_chose(test: &TestStore) {
    let enrolling = taking_part_over(Desk::of(test), 1);
    let site = &enrolling.site;
    let person_no = site.person("sam@participant.example");
    site.join(person_no, "p01", OrganisationRole::Administrator);
    let mut coordinator = at_work(site, StaffRole::Analyst);
    let page = planned(&enrolling, &mut coordinator);
    let other = test.opened_again();
    let (begin, begun) = mpsc::channel();
    std::thread::scope(|scope| {
        let other = &other;
        scope.spawn(move || {
            let changed = other.write(|tx| {
                tx.hold_evaluation(1)?;
                let terms = tx.evaluation(1)?.expect("it is there").terms;
                let moved = EvaluationTerms {
                    held_on: testkit::days_later(9).day(),
                    ..terms
                };
                tx.change_evaluation(1, &moved)?;
                begin.send(()).expect("somebody waits");
                // Long enough for the other one to invite, if it did not wait.
                std::thread::sleep(Duration::from_millis(500));
                Ok::<_, StoreError>(())
            });
            changed.unwrap();
        });
        begun.recv().unwrap();
        let invited = coordinator.post(&format!("{page}/invite"), &[]);
        assert_eq!(invited.status, StatusCode::SEE_OTHER, "{}", invited.body);
    });
    let mails = enrolling.mails();
    let day = testkit::days_later(9).day().to_string();
    assert_eq!(mails.last().unwrap()["held_on"], *day, "{mails:?}");
}

both_engines!(an_invitation_names_the_day_that_a_colleague_just_chose);
