use model::{ApplicationState, Criterion, Language, PlaceState, Sector, Verdict};
use store::{
    EvaluationTerms, Judged, MeetingText, NewApplication, NewMeetingGuest, ParticipantChange,
    Place, ProgrammeTerms, Question, StoreError, SurveyAnswer, TradeAnswer, Tx,
};
use testkit::{RegisterBuilder, TestStore, both_engines};

use crate::builders::{now, read, write};

/// What an applicant filled in.
const FILLED_IN: &str = "{\"contact_name\":\"Sam Voorbeeld\",\"contact_phone\":\"555 0100\"}";

fn pair(text: &str) -> [String; 2] {
    [format!("{text} (nl)"), text.to_owned()]
}

/// A programme with one application, which became an organisation of the register.
fn take_part(
    tx: &mut Tx<'_>,
    party_no: i64,
    (slug, state): (&str, PlaceState),
) -> Result<(i64, i64), StoreError> {
    let terms = ProgrammeTerms {
        slug: slug.to_owned(),
        name: pair(slug),
        text: pair(""),
        evidence: Default::default(),
        contact: Default::default(),
        sectors: vec![Sector::Ict],
        places: 40,
        per_sector: 4,
        opens_at: now(),
        closes_at: now(),
        begins_on: now().day(),
        ends_on: now().day(),
    };
    let programme_no = tx.add_programme(&terms, now())?.expect("the name is free");
    let new = NewApplication {
        programme_no,
        email: &"sam@bakery.example".parse().unwrap(),
        language: Language::Nl,
        form: FILLED_IN,
    };
    let application_no = tx.add_application(&new, now())?;
    tx.put_trade_answer(&TradeAnswer::due(
        application_no,
        "90000017".parse().unwrap(),
        now(),
    ))?;
    tx.submit_application(application_no, programme_no, now())?;
    tx.judge(
        &Judged {
            application_no,
            criterion: Criterion::NoRelay,
            verdict: Verdict::Met,
            evidence: "asked Sam Voorbeeld".to_owned(),
        },
        now(),
    )?;
    let place = Place {
        application_no,
        sector: Sector::Ict,
        rank: 1,
        count: 7,
        state,
        reason: String::new(),
        decline_words: String::new(),
    };
    tx.add_places(programme_no, &[place], now())?;
    tx.admit((application_no, programme_no, party_no), FILLED_IN, now())?;
    let mailbox = "abuse@bakery.example".parse().unwrap();
    tx.test_mailbox(application_no, &mailbox, now())?;
    tx.prove_mailbox(application_no, now(), now())?;
    tx.watch_mailbox(application_no, now(), now())?;
    tx.add_participant_change(&ParticipantChange {
        application_no,
        reported_at: now(),
        person_no: 1,
        holds_from: now().day(),
        form: FILLED_IN.to_owned(),
        is_eligible: true,
    })?;
    Ok((application_no, programme_no))
}

/// Answers a survey with a number and with words; returns the evaluation.
fn evaluate(tx: &mut Tx<'_>, programme_no: i64, parties: &[i64]) -> Result<i64, StoreError> {
    let terms = EvaluationTerms {
        programme_no,
        name: pair("Half-way"),
        held_on: now().day(),
        place: "Utrecht".to_owned(),
        answer_until: now().day(),
    };
    let evaluation_no = tx.add_evaluation(&terms, now())?;
    let question = Question {
        question_no: 0,
        kind: model::QuestionKind::Scale,
        text: pair("How?"),
        choices: pair(""),
    };
    tx.add_question(evaluation_no, &question)?;
    tx.invite_to_evaluation(evaluation_no, parties, now())?;
    let question_no = tx.questions_of(evaluation_no)?[0].question_no;
    for party_no in parties {
        let answer = SurveyAnswer {
            question_no,
            number: Some(4),
            text: format!("words of {party_no}"),
        };
        tx.answer_survey(evaluation_no, *party_no, &[answer], now())?;
    }
    Ok(evaluation_no)
}

fn invite(tx: &mut Tx<'_>, parties: &[i64]) -> Result<i64, StoreError> {
    let text = MeetingText {
        name: "Half a year of warnings".to_owned(),
        starts_at: now(),
        place: "Utrecht".to_owned(),
        agenda: String::new(),
        notes: String::new(),
        decisions: String::new(),
    };
    let meeting_no = tx.add_meeting(&text, now())?;
    for party_no in parties {
        let guest = NewMeetingGuest {
            party_no: Some(*party_no),
            name: "Sam Voorbeeld".to_owned(),
            email: Some(format!("sam@{party_no}.example").parse().unwrap()),
            language: Language::Nl,
        };
        tx.add_meeting_guest(meeting_no, &guest)?;
    }
    Ok(meeting_no)
}

fn whoever_leaves_gives_its_places_up_and_nothing_that_it_filled_in_stays(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("school");
    register.import(&test.store, now());
    let [bakery, school] =
        ["bakery", "school"].map(|name| read(&test.store, |tx| tx.party_no(name)).unwrap());
    use PlaceState::{Finished, Left, Released, Selected, Taken};
    let (own, others, evaluation_no, meeting_no) = write(&test.store, |tx| {
        let states = [("first", Taken), ("second", Selected), ("third", Finished)];
        let mut own = Vec::new();
        for state in states {
            own.push(take_part(tx, bakery, state)?);
        }
        let others = take_part(tx, school, ("fourth", Taken))?;
        let parties = [bakery, school];
        let evaluation_no = evaluate(tx, own[0].1, &parties)?;
        Ok((own, others, evaluation_no, invite(tx, &parties)?))
    });
    write(&test.store, |tx| tx.leave(bakery, "test", now()));

    let place = |application_no| read(&test.store, |tx| tx.place(application_no)).unwrap();
    let states: Vec<_> = own.iter().map(|one| place(one.0).state).collect();
    assert_eq!(states, [Left, Released, Finished]);
    assert_eq!(place(own[0].0).reason, "left the service");
    for (application_no, programme_no) in &own {
        let application = read(&test.store, |tx| tx.application(*application_no)).unwrap();
        assert_eq!((&application.form[..], application.email), ("{}", None));
        assert_eq!(application.state, ApplicationState::Withdrawn);
        let changes = read(&test.store, |tx| tx.participant_changes(*application_no));
        assert_eq!(changes[0].form, "{}");
        let watched = read(&test.store, |tx| tx.mailbox_watched(*application_no));
        assert_eq!(watched, None);
        let register = read(&test.store, |tx| tx.trade_answer(*application_no));
        assert_eq!(register, None);
        assert_eq!(read(&test.store, |tx| tx.judged_of(*programme_no)), []);
    }
    for one in read(&test.store, |tx| tx.participations_of(bakery)) {
        assert_eq!((&one.form[..], one.mailbox), ("{}", None));
        assert_eq!(one.mailbox_proved_at, None);
    }
    let texts = read(&test.store, |tx| tx.survey_texts(evaluation_no));
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert_eq!(texts[0].text, format!("words of {school}"));
    let counts = read(&test.store, |tx| tx.survey_counts(evaluation_no));
    assert_eq!(counts[0].2, 2, "numbers still count");
    let guests = read(&test.store, |tx| tx.meeting_guests(meeting_no));
    let named = guests.iter().filter(|guest| guest.who.email.is_some());
    let named: Vec<_> = named.map(|guest| guest.who.party_no).collect();
    assert_eq!(named, [Some(school)]);
    assert_eq!(guests[0].who.name, "");

    assert_eq!(place(others.0).state, Taken, "others are as they were");
    let other = read(&test.store, |tx| tx.application(others.0)).unwrap();
    assert_eq!(other.form, FILLED_IN);
    assert!(read(&test.store, |tx| tx.mailbox_watched(others.0)).is_some());
    let named = test.count(
        "SELECT (SELECT COUNT(*) FROM application WHERE form LIKE '%Voorbeeld%')
            + (SELECT COUNT(*) FROM participant WHERE form LIKE '%Voorbeeld%')
            + (SELECT COUNT(*) FROM participant_change WHERE form LIKE '%Voorbeeld%')
            + (SELECT COUNT(*) FROM application_verdict WHERE evidence LIKE '%Voorbeeld%')",
    );
    assert_eq!(named, 4, "one of each, of the school");
}

fn a_document_that_should_prove_something_goes_with_its_organisation(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("school")
        .asset("bakery", "prefix", "192.0.2.0/28")
        .asset("school", "prefix", "198.51.100.0/28");
    testkit::Desk::of(test).import(&register);
    for (party, asset_no) in [("bakery", 1), ("school", 2)] {
        write(&test.store, |tx| {
            let party_no = tx.party_no(party)?.expect("it was imported");
            assert!(tx.ask_proof_review(party_no, asset_no, "a contract", now())?);
            let place = (party_no, asset_no);
            assert!(tx.put_proof_document(place, "contract.pdf", b"%PDF", now())?);
            Ok(())
        });
    }
    write(&test.store, |tx| {
        let bakery_no = tx.party_no("bakery")?.expect("it was imported");
        tx.leave(bakery_no, "test", now())
    });
    let kept = [1, 2].map(|review_no| read(&test.store, |tx| tx.proof_document(review_no)));
    assert_eq!(kept.map(|document| document.is_some()), [false, true]);
}

both_engines!(
    a_document_that_should_prove_something_goes_with_its_organisation,
    whoever_leaves_gives_its_places_up_and_nothing_that_it_filled_in_stays,
);
