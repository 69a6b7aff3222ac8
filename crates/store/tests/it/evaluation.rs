use model::{Language, PlaceState, QuestionKind, Sector, Timestamp};
use store::{
    EvaluationTerms, NewApplication, NewSuggestion, Place, ProgrammeTerms, Question, SurveyAnswer,
};
use testkit::{RegisterBuilder, TestStore, both_engines};

use crate::builders::{now, read, write};

fn days(count: i64) -> Timestamp {
    now().plus_seconds(count * 24 * 60 * 60)
}

fn pair(text: &str) -> [String; 2] {
    [format!("{text} (nl)"), text.to_owned()]
}

/// A programme with an evaluation that has a question of each kind; two organisations. Numbers of evaluation and parties.
fn planned(test: &TestStore) -> (i64, [i64; 2]) {
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("school");
    testkit::Desk::of(test).import(&register);
    let parties = ["bakery", "school"].map(|name| read(&test.store, |tx| tx.party_no(name)));
    let terms = ProgrammeTerms {
        slug: "pilot".to_owned(),
        name: pair("Pilot"),
        text: pair("New"),
        evidence: Default::default(),
        contact: Default::default(),
        sectors: vec![Sector::Ict],
        places: 40,
        per_sector: 4,
        opens_at: now(),
        closes_at: days(30),
        begins_on: days(60).day(),
        ends_on: days(425).day(),
    };
    let programme_no = write(&test.store, |tx| tx.add_programme(&terms, now())).unwrap();
    let terms = EvaluationTerms {
        programme_no,
        name: pair("Half-way"),
        held_on: days(10).day(),
        place: "Utrecht".to_owned(),
        answer_until: days(20).day(),
    };
    let evaluation_no = write(&test.store, |tx| tx.add_evaluation(&terms, now()));
    for kind in QuestionKind::ALL {
        let question = Question {
            question_no: 0,
            kind: *kind,
            text: pair("How?"),
            choices: pair(""),
        };
        assert!(write(&test.store, |tx| tx.add_question(evaluation_no, &question)));
    }
    (evaluation_no, parties.map(Option::unwrap))
}

fn questions_change_until_somebody_is_invited(test: &TestStore) {
    let (evaluation_no, parties) = planned(test);
    let questions = || read(&test.store, |tx| tx.questions_of(evaluation_no));
    let all = questions();
    let kinds: Vec<_> = all.iter().map(|question| question.kind).collect();
    assert_eq!(kinds, QuestionKind::ALL);
    let remove = |number| write(&test.store, |tx| tx.remove_question(evaluation_no, number));
    assert!(remove(all[1].question_no));
    assert!(!remove(all[1].question_no));
    let invite = || {
        write(&test.store, |tx| {
            tx.invite_to_evaluation(evaluation_no, &parties, now())
        })
    };
    assert_eq!([invite(), invite()], [true, false]);
    assert!(!remove(all[0].question_no));
    assert!(!write(&test.store, |tx| tx.add_question(evaluation_no, &all[1])));
    assert_eq!(questions().len(), 2);
    let guests = read(&test.store, |tx| tx.evaluation_guests(evaluation_no));
    let names: Vec<_> = guests.iter().map(|guest| guest.party_no).collect();
    assert_eq!(names, parties);
}

fn a_guest_answers_once_and_nobody_reads_who_said_what(test: &TestStore) {
    let (evaluation_no, [bakery, school]) = planned(test);
    let evaluation = || read(&test.store, |tx| tx.evaluation(evaluation_no)).unwrap();
    assert!(!evaluation().is_open(now().day()));
    write(&test.store, |tx| {
        tx.invite_to_evaluation(evaluation_no, &[bakery, school], now())
    });
    for (at, want) in [(0, true), (20, true), (21, false)] {
        assert_eq!(evaluation().is_open(days(at).day()), want, "{at}");
    }
    let questions = read(&test.store, |tx| tx.questions_of(evaluation_no));
    let answers = |number, text: &str| {
        vec![
            SurveyAnswer {
                question_no: questions[0].question_no,
                number: Some(number),
                text: String::new(),
            },
            SurveyAnswer {
                question_no: questions[2].question_no,
                number: None,
                text: text.to_owned(),
            },
        ]
    };
    let answer = |party_no, number, text| {
        let answers = answers(number, text);
        write(&test.store, |tx| {
            tx.answer_survey(evaluation_no, party_no, &answers, days(1))
        });
    };
    answer(bakery, 2, "");
    answer(school, 4, "");
    answer(bakery, 4, "better");
    let counts = read(&test.store, |tx| tx.survey_counts(evaluation_no));
    assert_eq!(counts, [(questions[0].question_no, 4, 2)]);
    let own = read(&test.store, |tx| tx.answers_of_guest(evaluation_no, bakery));
    assert_eq!(own, answers(4, "better"));
    let text = read(&test.store, |tx| tx.survey_texts(evaluation_no)).remove(0);
    assert_eq!((&text.text[..], text.suggestion_no), ("better", None));
    let elsewhere = read(&test.store, |tx| {
        tx.survey_text(evaluation_no + 1, text.answer_no)
    });
    assert_eq!(elsewhere, None);
    let suggestion = NewSuggestion {
        origin: model::SuggestionOrigin::Survey,
        origin_no: Some(evaluation_no),
        text: &text.text,
        email: None,
        language: model::Language::Nl,
    };
    let suggestion_no = write(&test.store, |tx| tx.add_suggestion(&suggestion, now()));
    let note = || {
        write(&test.store, |tx| {
            tx.note_suggested(text.answer_no, suggestion_no)
        })
    };
    assert_eq!([note(), note()], [true, false]);
}

fn guests_say_that_they_come_and_the_desk_notes_who_did(test: &TestStore) {
    let (evaluation_no, [bakery, school]) = planned(test);
    write(&test.store, |tx| {
        tx.invite_to_evaluation(evaluation_no, &[bakery, school], now())?;
        tx.say_coming(evaluation_no, bakery, true)?;
        tx.say_coming(evaluation_no, school, false)?;
        tx.note_attendance(evaluation_no, &[school])
    });
    let guest = |party_no| {
        let guest = read(&test.store, |tx| {
            tx.evaluation_guest(evaluation_no, party_no)
        });
        guest.map(|guest| (guest.is_coming, guest.was_there))
    };
    assert_eq!(guest(bakery), Some((Some(true), Some(false))));
    assert_eq!(guest(school), Some((Some(false), Some(true))));
    assert_eq!(guest(school + 100), None);
    let programme_no = read(&test.store, |tx| tx.evaluation(evaluation_no))
        .unwrap()
        .terms
        .programme_no;
    let found = |party_no| {
        read(&test.store, |tx| {
            tx.evaluations_with(programme_no, party_no)
        })
        .len()
    };
    assert_eq!([found(bakery), found(school + 100)], [1, 0]);
    assert_eq!(
        read(&test.store, |tx| tx.evaluations_of(programme_no)).len(),
        1
    );
}

fn an_evaluation_is_reminded_of_and_told_once(test: &TestStore) {
    let (evaluation_no, parties) = planned(test);
    let due = |from, until| {
        let (from, until) = (days(from).day(), days(until).day());
        let remind = |tx: &mut store::Tx<'_>| tx.evaluations_to_remind((from, until), now());
        read(&test.store, remind).len()
    };
    assert_eq!(due(13, 20), 0, "nobody is invited");
    let told = || write(&test.store, |tx| tx.note_told(evaluation_no, days(30)));
    assert!(!told());
    write(&test.store, |tx| {
        tx.invite_to_evaluation(evaluation_no, &parties, now())
    });
    assert_eq!(
        [due(12, 19), due(13, 20), due(20, 27), due(21, 28)],
        [0, 1, 1, 0]
    );
    let early = read(&test.store, |tx| {
        tx.evaluations_to_remind((days(13).day(), days(20).day()), days(-1))
    });
    assert_eq!(early, [], "they were invited just now");
    let remind = || write(&test.store, |tx| tx.note_reminded(evaluation_no, days(13)));
    assert_eq!([remind(), remind()], [true, false]);
    assert_eq!(due(13, 20), 0);
    assert_eq!([told(), told()], [true, false]);
}

fn an_evaluation_is_changed_until_it_is_cancelled_once_and_nobody_is_reminded_then(
    test: &TestStore,
) {
    let (evaluation_no, parties) = planned(test);
    let found = || read(&test.store, |tx| tx.evaluation(evaluation_no)).unwrap();
    let mut terms = found().terms;
    terms.held_on = days(12).day();
    terms.place = "https://meet.example/".to_owned();
    let change = || {
        write(&test.store, |tx| {
            tx.change_evaluation(evaluation_no, &terms)
        })
    };
    write(&test.store, |tx| {
        tx.invite_to_evaluation(evaluation_no, &parties, now())
    });
    assert!(change());
    assert_eq!(found().terms, terms);
    assert!(found().is_open(days(20).day()));
    assert!(!found().was_held(days(12).day()) && found().was_held(days(13).day()));
    let cancel = || {
        write(&test.store, |tx| {
            tx.cancel_evaluation(evaluation_no, "closed", days(1))
        })
    };
    assert_eq!([cancel(), cancel()], [true, false]);
    assert_eq!(found().cancelled_at, Some(days(1)));
    assert_eq!(found().cancel_reason, "closed");
    assert!(!change());
    assert!(!found().is_open(days(2).day()) && !found().was_held(days(20).day()));
    let days = (days(13).day(), days(20).day());
    let due = read(&test.store, |tx| tx.evaluations_to_remind(days, now()));
    assert_eq!(due, []);
    let guests = read(&test.store, |tx| tx.evaluation_guests(evaluation_no));
    assert_eq!(guests.len(), 2, "who was invited stays");
}

/// Lets organisations take part in the programme of an evaluation; what became of their places.
fn take_part(
    test: &TestStore,
    evaluation_no: i64,
    parties: impl IntoIterator<Item = (i64, PlaceState)>,
) {
    let programme_no = read(&test.store, |tx| tx.evaluation(evaluation_no))
        .unwrap()
        .terms
        .programme_no;
    let email = "sam@bakery.example".parse().unwrap();
    for (party_no, state) in parties {
        write(&test.store, |tx| {
            let new = NewApplication {
                programme_no,
                email: &email,
                language: Language::Nl,
                form: "{}",
            };
            let application_no = tx.add_application(&new, now())?;
            tx.admit((application_no, programme_no, party_no), "{}", now())?;
            let place = Place {
                application_no,
                sector: Sector::Ict,
                rank: application_no,
                count: 1,
                state,
                reason: String::new(),
                decline_words: String::new(),
            };
            tx.add_places(programme_no, &[place], now())
        });
    }
}

fn who_came_later_is_invited_by_the_rule_of_the_first_invitation(test: &TestStore) {
    let (evaluation_no, parties) = planned(test);
    write(&test.store, |tx| {
        tx.invite_to_evaluation(evaluation_no, &[], now())
    });
    let states = [PlaceState::Finished, PlaceState::Left];
    take_part(test, evaluation_no, parties.into_iter().zip(states));
    let late = || read(&test.store, |tx| tx.late_guests(days(15).day()));
    let guests: Vec<i64> = late().iter().map(|(_, party_no)| *party_no).collect();
    assert_eq!(guests, [parties[0]], "it took part until the end");
    write(&test.store, |tx| {
        tx.cancel_evaluation(evaluation_no, "closed", now())
    });
    assert_eq!(late(), []);
}

fn who_left_the_service_after_the_end_is_invited_to_nothing(test: &TestStore) {
    let (evaluation_no, parties) = planned(test);
    write(&test.store, |tx| {
        tx.invite_to_evaluation(evaluation_no, &[], now())
    });
    take_part(test, evaluation_no, [(parties[0], PlaceState::Finished)]);
    let late = || read(&test.store, |tx| tx.late_guests(days(15).day()));
    assert_eq!(late().len(), 1);
    write(&test.store, |tx| tx.leave(parties[0], "test", now()));
    assert_eq!(late(), []);
}

both_engines!(
    questions_change_until_somebody_is_invited,
    a_guest_answers_once_and_nobody_reads_who_said_what,
    guests_say_that_they_come_and_the_desk_notes_who_did,
    an_evaluation_is_reminded_of_and_told_once,
    an_evaluation_is_changed_until_it_is_cancelled_once_and_nobody_is_reminded_then,
    who_came_later_is_invited_by_the_rule_of_the_first_invitation,
    who_left_the_service_after_the_end_is_invited_to_nothing,
);
