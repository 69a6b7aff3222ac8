//! Programmes in two states.

use model::{Language, MailboxState, PlaceState, ProgrammeDay, QuestionKind, Sector, Timestamp};
use rules::enrol::agreement::compose;
use rules::enrol::draw::{Capacity, Entry, commitment};
use rules::enrol::form::ApplicationForm;
use rules::enrol::proof::Proof;
use rules::enrol::report::{Counts, Report};
use store::{
    AlternativeText, EvaluationTerms, NewApplication, ProgrammeMove, ProgrammeTerms, Question,
    StoreError, Tx,
};

use super::party_no;

const DAY_SECS: i64 = 24 * 60 * 60;

/// One programme that is open with applications, for one of which another count waits for a second person, one in which places
/// were given, the hospital takes part, and a place outside the draw waits for a second person, and one that has ended.
pub(super) fn add(tx: &mut Tx<'_>, colleague_no: i64, now: Timestamp) -> Result<(), StoreError> {
    let open = add_programme(tx, "proef", now, now)?;
    let drawn = add_programme(tx, "gesloten", now.plus_seconds(-60 * DAY_SECS), now)?;
    for programme_no in [open, drawn] {
        for (name, assets) in [
            ("Bakkerij", "bakkerij.example"),
            ("Smederij", "2001:db8::/32"),
            ("Drukkerij", "drukkerij.example"),
        ] {
            add_application(tx, programme_no, name, assets, now)?;
        }
    }
    if let Some(first) = tx.applications_of(open)?.first() {
        let whose = (first.application_no, 2);
        let reason = "also the addresses of the second shop";
        tx.ask_count_correction(whose, colleague_no, reason, now)?;
    }
    let mut places = Vec::new();
    for (application, rank) in tx.applications_of(drawn)?.iter().zip(1..) {
        places.push(store::Place {
            application_no: application.application_no,
            sector: Sector::Trade,
            rank,
            count: 1,
            state: match rank {
                1 => PlaceState::Taken,
                _ => PlaceState::Waiting,
            },
            reason: String::new(),
            decline_words: String::new(),
        });
    }
    tx.add_places(drawn, &places, now)?;
    for place in &places[1..] {
        let reason = "the only one of its kind in the sector";
        tx.ask_place_override(place.application_no, colleague_no, reason, now)?;
    }
    tx.record_draw(drawn, &proof("gesloten", 3), now)?;
    let parts = |first: &str| [first, "-", "-", "-", "-"].map(str::to_owned);
    let dutch = parts("Wij spreken af.\n\n- lezen\n- handelen\n\n## Duur\n1. een jaar");
    let dutch = compose(Language::Nl, &dutch);
    let english = compose(Language::En, &parts("We agree.\n\n- read"));
    tx.add_agreement(drawn, [&dutch, &english], None, now)?;
    change(tx, open, drawn, now)?;
    let party_no = party_no(tx, "ziekenhuis")?;
    let first = tx.application(places[0].application_no)?;
    let form = first.expect("it was just added").form;
    let application_no = places[0].application_no;
    tx.admit((application_no, drawn, party_no), &form, now)?;
    let mailbox = "abuse@ziekenhuis.example"
        .parse()
        .expect("it is an address");
    tx.test_mailbox(application_no, &mailbox, now)?;
    tx.prove_mailbox(application_no, now, now)?;
    tx.watch_mailbox(application_no, now, now)?;
    if let Some(mut watched) = tx.mailbox_watched(application_no)? {
        watched.state = MailboxState::Dead;
        tx.note_mailbox(now, &watched)?;
    }
    add_evaluation(tx, drawn, party_no, now)?;
    let ended = add_programme(tx, "voorbij", now.plus_seconds(-500 * DAY_SECS), now)?;
    tx.record_draw(ended, &proof("voorbij", 64), now)?;
    end_programme(tx, ended, now)?;
    measure_month(tx, now)
}

/// What was moved in two programmes, and what there is instead of one of them.
fn change(tx: &mut Tx<'_>, open: i64, drawn: i64, now: Timestamp) -> Result<(), StoreError> {
    let pair = |nl: &str, en: &str| [nl.to_owned(), en.to_owned()];
    for (programme_no, what) in [(open, ProgrammeDay::Closing), (drawn, ProgrammeDay::End)] {
        let moved = ProgrammeMove {
            what,
            before: now.day(),
            after: now.plus_seconds(7 * DAY_SECS).day(),
            reason: pair("er is meer tijd nodig", "more time is needed"),
            moved_at: now,
        };
        tx.note_programme_move(programme_no, &moved)?;
    }
    let alternative = AlternativeText {
        title: pair("Gemeenschap", "Community"),
        text: pair("Vraag het daar.", "Ask there."),
        url: "https://community.example/".to_owned(),
    };
    tx.add_alternative(drawn, &alternative)
}

/// The file of a draw of so many in one sector.
fn proof(name: &str, applications: u32) -> String {
    let entry = |number| Entry {
        number,
        sector: Sector::Trade,
        count: 1,
    };
    let entries: Vec<Entry> = (1..=applications).map(entry).collect();
    let capacity = Capacity {
        places: 35,
        per_sector: 35,
    };
    Proof::of_draw(name, applications, &entries, capacity, "seed").to_string()
}

fn end_programme(tx: &mut Tx<'_>, programme_no: i64, now: Timestamp) -> Result<(), StoreError> {
    let counts = Counts {
        applied: 73,
        eligible: 64,
        selected: 35,
        signed: 35,
        replaced: 1,
        left: 1,
    };
    let report = Report {
        total: counts,
        sectors: vec![("ict".to_owned(), counts)],
        sizes: vec![("small".to_owned(), counts), ("large".to_owned(), counts)],
        ..Report::default()
    };
    tx.end_programme(&store::ProgrammeEnd {
        programme_no,
        ended_at: now,
        reason: "the year is over".to_owned(),
        report: serde_json::to_string(&report).expect("counts can be written"),
        forget_at: now.plus_seconds(90 * DAY_SECS),
        forgotten_at: None,
    })?;
    Ok(())
}

/// An evaluation with a question of each kind, to which the hospital is invited.
fn add_evaluation(
    tx: &mut Tx<'_>,
    programme_no: i64,
    party_no: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let pair = |nl: &str, en: &str| [nl.to_owned(), en.to_owned()];
    let day = now.plus_seconds(30 * DAY_SECS).day();
    let terms = EvaluationTerms {
        programme_no,
        name: pair("Halverwege", "Half-way"),
        held_on: day,
        place: "Utrecht".to_owned(),
        answer_until: day,
    };
    let evaluation_no = tx.add_evaluation(&terms, now)?;
    for (kind, choices) in [
        (QuestionKind::Scale, pair("", "")),
        (QuestionKind::Choice, pair("ja\nnee", "yes\nno")),
        (QuestionKind::Text, pair("", "")),
    ] {
        let question = Question {
            question_no: 0,
            kind,
            text: pair("Hoe gaat het?", "How does it go?"),
            choices,
        };
        tx.add_question(evaluation_no, &question)?;
    }
    tx.invite_to_evaluation(evaluation_no, &[party_no], now)?;
    Ok(())
}

fn measure_month(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.put_month_measure(&store::MonthMeasure {
        month: now.day(),
        programme_no: None,
        counted_at: now,
        counts: store::MessageCounts {
            messages: 1_250,
            by_hand: 30,
            lines: 4_000,
            matched: 3_100,
            recipients: 900,
            judged: 120,
            useful: 97,
        },
        hand_secs: 21_000,
        notice_secs: Some((1_200, 9_000)),
        answering: 410,
        reach: Some(store::MonthReach {
            to_tell: 1_260,
            seen: 700,
        }),
    })
}

fn add_programme(
    tx: &mut Tx<'_>,
    slug: &str,
    opens_at: Timestamp,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let terms = ProgrammeTerms {
        slug: slug.to_owned(),
        name: [format!("Programma {slug}"), format!("Programme {slug}")],
        text: ["Wij waarschuwen.".to_owned(), "We warn.".to_owned()],
        evidence: Default::default(),
        contact: Default::default(),
        sectors: Sector::ALL.to_vec(),
        places: 40,
        per_sector: 4,
        opens_at,
        closes_at: opens_at.plus_seconds(30 * DAY_SECS),
        begins_on: opens_at.plus_seconds(60 * DAY_SECS).day(),
        ends_on: opens_at.plus_seconds(400 * DAY_SECS).day(),
    };
    let programme_no = tx.add_programme(&terms, now)?.expect("the name is free");
    tx.publish_programme(programme_no, now)?;
    tx.commit_seed(programme_no, "seed", &commitment("seed"), opens_at)?;
    Ok(programme_no)
}

fn add_application(
    tx: &mut Tx<'_>,
    programme_no: i64,
    name: &str,
    assets: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = str::to_owned;
    let form = ApplicationForm {
        organisation: text(name),
        kvk: text("90000017"),
        sector: text("trade"),
        size: text("small"),
        form: text("private-law"),
        is_dutch: text("yes"),
        does_business: text("yes"),
        legal_class: text("other-business"),
        evidence_established: text("bakkerij.example/contact"),
        evidence_not_vital: text("geen CSIRT"),
        contact: text("present"),
        evidence_contact: text("hoofd IT"),
        contact_name: text("Sam Voorbeeld"),
        assets: text(assets),
        consent: text("yes"),
        ..ApplicationForm::default()
    };
    let new = NewApplication {
        programme_no,
        email: &"sam@visitors.example".parse().expect("it is an address"),
        language: Language::Nl,
        form: &serde_json::to_string(&form).expect("texts can be written"),
    };
    let application_no = tx.add_application(&new, now)?;
    tx.submit_application(application_no, programme_no, now)?;
    Ok(())
}
