use model::{
    ApplicationState, CountingRule, Criterion, Language, LegalClass, PlaceState, ProgrammeDay,
    Sector, Timestamp, TradeEntry, Verdict,
};
use store::{
    AlternativeText, Judged, NewApplication, PLACE_REASONS, ParticipantChange, Place, ProgrammeEnd,
    ProgrammeMove, ProgrammeTerms, Signature, Store, TradeAnswer,
};
use testkit::{RegisterBuilder, TestStore, both_engines};

use crate::builders::{now, read, write};

fn days(count: i64) -> Timestamp {
    now().plus_seconds(count * 24 * 60 * 60)
}

fn terms() -> ProgrammeTerms {
    ProgrammeTerms {
        slug: "pilot".to_owned(),
        name: ["Proef".to_owned(), "Pilot".to_owned()],
        text: ["Nieuwe dienst".to_owned(), "New service".to_owned()],
        evidence: Default::default(),
        contact: Default::default(),
        sectors: vec![Sector::Ict, Sector::Other],
        places: 40,
        per_sector: 4,
        opens_at: now(),
        closes_at: days(30),
        begins_on: days(60).day(),
        ends_on: days(425).day(),
    }
}

fn programme(store: &Store) -> i64 {
    write(store, |tx| tx.add_programme(&terms(), now())).unwrap()
}

fn begun(store: &Store, programme_no: i64) -> i64 {
    let email = "sam@bakery.example".parse().unwrap();
    let new = NewApplication {
        programme_no,
        email: &email,
        language: Language::Nl,
        form: "{}",
    };
    write(store, |tx| tx.add_application(&new, now()))
}

fn submitted(store: &Store, programme_no: i64) -> i64 {
    let application_no = begun(store, programme_no);
    write(store, |tx| {
        tx.hold_programme(programme_no)?;
        tx.submit_application(application_no, programme_no, now())
    });
    application_no
}

fn a_programme_is_published_once_and_open_until_it_closes(test: &TestStore) {
    let programme_no = programme(&test.store);
    let found = || read(&test.store, |tx| tx.programme_named("pilot")).unwrap();
    assert_eq!(found().terms, terms());
    assert!(!found().is_open(now()), "nobody sees it yet");
    let again = write(&test.store, |tx| tx.add_programme(&terms(), now()));
    assert_eq!(again, None, "the name is in use");
    let publish = || write(&test.store, |tx| tx.publish_programme(programme_no, now()));
    assert_eq!([publish(), publish()], [true, false]);
    for (at, want) in [(-1, false), (0, true), (29, true), (30, false)] {
        assert_eq!(found().is_open(days(at)), want, "{at}");
    }
    assert_eq!(read(&test.store, |tx| tx.programmes()), [found()]);
}

fn everything_of_a_programme_changes_until_it_is_published(test: &TestStore) {
    let programme_no = programme(&test.store);
    let mut other = terms();
    other.slug = "other".to_owned();
    write(&test.store, |tx| tx.add_programme(&other, now())).unwrap();
    let change =
        |terms: &ProgrammeTerms| write(&test.store, |tx| tx.change_programme(programme_no, terms));
    assert!(!change(&other), "another has this name");
    let changed = ProgrammeTerms {
        slug: "next".to_owned(),
        evidence: ["Een brief".to_owned(), "A letter".to_owned()],
        contact: ["Bel".to_owned(), "Call".to_owned()],
        sectors: vec![Sector::Trade],
        places: 12,
        closes_at: days(35),
        ..terms()
    };
    assert!(change(&changed));
    let found = || read(&test.store, |tx| tx.programme(programme_no)).unwrap();
    assert_eq!(found().terms, changed);
    write(&test.store, |tx| tx.publish_programme(programme_no, now()));
    assert!(!change(&terms()), "everybody sees it");
    write(&test.store, |tx| {
        tx.correct_programme_contact(programme_no, ["Mail", "Mail us"])
    });
    assert_eq!(found().terms.contact, ["Mail", "Mail us"]);
    assert_eq!(found().terms.evidence, changed.evidence);
}

fn a_day_that_everybody_sees_moves_to_a_later_one_before_it_has_passed(test: &TestStore) {
    let programme_no = programme(&test.store);
    let close = |to, at| {
        write(&test.store, |tx| {
            tx.move_closing(programme_no, days(to), days(at))
        })
    };
    let extend = |to| {
        write(&test.store, |tx| {
            tx.extend_programme(programme_no, days(to).day())
        })
    };
    assert!(!close(40, 1) && !extend(500), "nobody else sees it");
    write(&test.store, |tx| tx.publish_programme(programme_no, now()));
    assert!(!close(30, 1) && !close(29, 1) && !close(40, 30));
    assert!(close(40, 29) && !extend(425) && extend(500));
    let moved = ProgrammeMove {
        what: ProgrammeDay::End,
        before: days(425).day(),
        after: days(500).day(),
        reason: ["Meer".to_owned(), "More".to_owned()],
        moved_at: days(29),
    };
    write(&test.store, |tx| {
        tx.note_programme_move(programme_no, &moved)
    });
    let moves = read(&test.store, |tx| tx.programme_moves(programme_no));
    assert_eq!(moves, [moved]);
    let end = ProgrammeEnd {
        programme_no,
        ended_at: days(31),
        reason: "over".to_owned(),
        report: "{}".to_owned(),
        forget_at: days(100),
        forgotten_at: None,
    };
    write(&test.store, |tx| tx.end_programme(&end));
    assert!(!extend(600) && !close(60, 32), "it was ended");
}

fn alternatives_belong_to_their_programme(test: &TestStore) {
    let programme_no = programme(&test.store);
    let text = |title: &str| AlternativeText {
        title: [title.to_owned(), title.to_owned()],
        text: [String::new(), String::new()],
        url: "https://community.example/".to_owned(),
    };
    for title in ["first", "second"] {
        write(&test.store, |tx| {
            tx.add_alternative(programme_no, &text(title))
        });
    }
    let all = || read(&test.store, |tx| tx.alternatives_of(programme_no));
    let titles = || all().into_iter().map(|one| one.text).collect::<Vec<_>>();
    assert_eq!(titles(), [text("first"), text("second")]);
    let first = all()[0].alternative_no;
    let elsewhere = (programme_no + 1, first);
    assert!(!write(&test.store, |tx| tx.remove_alternative(elsewhere)));
    assert!(!write(&test.store, |tx| {
        tx.change_alternative(elsewhere, &text("third"))
    }));
    assert!(write(&test.store, |tx| {
        tx.change_alternative((programme_no, first), &text("third"))
    }));
    assert_eq!(titles(), [text("third"), text("second")]);
    assert!(write(&test.store, |tx| {
        tx.remove_alternative((programme_no, first))
    }));
    assert_eq!(titles(), [text("second")]);
}

fn a_place_is_declined_before_signing_and_why_is_forgotten_with_the_rest(test: &TestStore) {
    let programme_no = programme(&test.store);
    let [one, two, three] = [(); 3].map(|()| submitted(&test.store, programme_no));
    write(&test.store, |tx| {
        let places = [
            place(one, 1, PlaceState::Selected),
            place(two, 2, PlaceState::Taken),
            place(three, 3, PlaceState::Selected),
        ];
        tx.add_places(programme_no, &places, now())
    });
    let decline = |application_no, words| {
        write(&test.store, |tx| {
            tx.decline_place(application_no, words, now())
        })
    };
    assert!(!decline(two, "nobody has time"), "it signed");
    assert!(decline(one, "nobody has time"));
    assert!(!decline(one, "nobody has time"));
    let words_of_desk = "declined: they said so by telephone";
    write(&test.store, |tx| {
        let freed = (PlaceState::Selected, PlaceState::Released);
        tx.change_place(three, freed, words_of_desk, now())
    });
    let of = |application_no| read(&test.store, |tx| tx.place(application_no)).unwrap();
    let found = || of(one);
    assert_eq!(found().state, PlaceState::Released);
    assert!(PLACE_REASONS.contains(&&found().reason[..]));
    assert_eq!(found().decline_words, "nobody has time");
    assert_eq!(of(two).decline_words, "", "it declined nothing");
    let end = ProgrammeEnd {
        programme_no,
        ended_at: days(10),
        reason: "over".to_owned(),
        report: "{}".to_owned(),
        forget_at: days(100),
        forgotten_at: None,
    };
    write(&test.store, |tx| tx.end_programme(&end));
    write(&test.store, |tx| tx.forget_applications(days(100), days(0)));
    assert_eq!(found().reason, "declined");
    assert_eq!(found().decline_words, "");
    assert_eq!(of(three).reason, words_of_desk, "these stay");
}

fn the_seed_is_fixed_once_and_before_applications_close(test: &TestStore) {
    let programme_no = programme(&test.store);
    let commit = |seed: &str, at| {
        write(&test.store, |tx| {
            tx.commit_seed(programme_no, seed, "digest", at)
        })
    };
    assert!(!commit("late", days(30)));
    assert!(commit("first", days(29)));
    assert!(!commit("second", days(29)));
    let seed = read(&test.store, |tx| tx.programme_seed(programme_no));
    assert_eq!(seed.as_deref(), Some("first"));
    let record = |proof: &str| {
        write(&test.store, |tx| {
            tx.record_draw(programme_no, proof, days(31))
        })
    };
    assert!(record("proof"));
    assert!(!record("another"));
    let proof = read(&test.store, |tx| tx.programme_proof(programme_no));
    assert_eq!(proof.as_deref(), Some("proof"));
}

fn applications_are_numbered_in_the_order_of_submission(test: &TestStore) {
    let programme_no = programme(&test.store);
    let first = begun(&test.store, programme_no);
    let second = submitted(&test.store, programme_no);
    let submit = |application_no| {
        write(&test.store, |tx| {
            tx.submit_application(application_no, programme_no, now())
        })
    };
    assert_eq!(submit(first), Some(2));
    assert_eq!(submit(first), None, "it was submitted");
    let kept = write(&test.store, |tx| {
        tx.keep_application_form(first, "{\"a\":1}")
    });
    assert!(!kept, "a submitted form stays as it is");
    assert!(write(&test.store, |tx| tx.withdraw_application(second)));
    assert!(!write(&test.store, |tx| tx.withdraw_application(second)));
    let third = submitted(&test.store, programme_no);
    let listed = read(&test.store, |tx| tx.applications_of(programme_no));
    let listed: Vec<_> = listed
        .iter()
        .map(|application| (application.application_no, application.number))
        .collect();
    assert_eq!(listed, [(first, Some(2)), (third, Some(3))]);
    let found = read(&test.store, |tx| tx.application(second)).unwrap();
    assert_eq!(found.state, ApplicationState::Withdrawn);
    assert_eq!((&found.form[..], found.email), ("{}", None));
}

fn a_later_judgement_takes_the_place_of_an_earlier_one(test: &TestStore) {
    let programme_no = programme(&test.store);
    let application_no = submitted(&test.store, programme_no);
    for (verdict, evidence) in [
        (Verdict::Open, "asked"),
        (Verdict::NotMet, "list of relays"),
    ] {
        let judged = Judged {
            application_no,
            criterion: Criterion::NoRelay,
            verdict,
            evidence: evidence.to_owned(),
        };
        write(&test.store, |tx| tx.judge(&judged, now()));
        let own = read(&test.store, |tx| tx.judged(application_no));
        assert_eq!(own, std::slice::from_ref(&judged));
        assert_eq!(read(&test.store, |tx| tx.judged_of(programme_no)), [judged]);
    }
}

/// What an applicant filled in.
const FILLED_IN: &str = "{\"contact_name\":\"Sam Voorbeeld\"}";

fn place(application_no: i64, rank: i64, state: PlaceState) -> Place {
    Place {
        application_no,
        sector: Sector::Ict,
        rank,
        count: 7,
        state,
        reason: String::new(),
        decline_words: String::new(),
    }
}

fn a_place_changes_from_what_it_was_and_an_override_needs_another_person(test: &TestStore) {
    let programme_no = programme(&test.store);
    let [first, second] = [(); 2].map(|()| submitted(&test.store, programme_no));
    let places = [
        place(first, 1, PlaceState::Selected),
        place(second, 2, PlaceState::Waiting),
    ];
    write(&test.store, |tx| {
        tx.add_places(programme_no, &places, now())
    });
    assert_eq!(read(&test.store, |tx| tx.places_of(programme_no)), places);
    let release = || {
        write(&test.store, |tx| {
            let change = (PlaceState::Selected, PlaceState::Released);
            tx.change_place(first, change, "gave it up", now())
        })
    };
    assert_eq!([release(), release()], [true, false]);
    let ask = || {
        write(&test.store, |tx| {
            tx.ask_place_override(second, 7, "why", now())
        })
    };
    assert_eq!([ask(), ask()], [true, false]);
    let open = || read(&test.store, |tx| tx.open_place_overrides(programme_no));
    let asked = open().remove(0);
    assert_eq!((asked.application_no, asked.asked_by), (second, 7));
    let end = |person_no, confirmed| {
        write(&test.store, |tx| {
            tx.end_place_override(asked.override_no, person_no, confirmed, now())
        })
    };
    assert!(!end(7, true), "whoever asked does not confirm");
    assert!(end(8, true));
    assert!(!end(8, true));
    assert_eq!(open(), []);
    assert!(ask(), "one that ended is no hindrance");
    let asked = open().remove(0);
    let dropped = write(&test.store, |tx| {
        tx.end_place_override(asked.override_no, 7, false, now())
    });
    assert!(dropped, "whoever asked may drop it");
}

fn a_programme_keeps_the_rule_by_which_it_counted_when_it_was_published(test: &TestStore) {
    let programme_no = programme(&test.store);
    let rule = || {
        let found = read(&test.store, |tx| tx.programme(programme_no));
        found.unwrap().counting
    };
    assert_eq!(rule(), CountingRule::NEWEST, "that is what it would get");
    write(&test.store, |tx| tx.publish_programme(programme_no, now()));
    assert_eq!(rule(), CountingRule::NEWEST);
    // One that was published while there was no other rule.
    let script = include_str!("../../migrations/0056_counting.sql");
    let keeps = script
        .lines()
        .find(|line| line.starts_with("UPDATE programme"));
    test.tamper("UPDATE programme SET counting_rule = NULL");
    test.tamper(keeps.expect("the migration says it"));
    assert_eq!(rule(), CountingRule::First);
    write(&test.store, |tx| tx.publish_programme(programme_no, now()));
    assert_eq!(rule(), CountingRule::First, "it is published once");
}

fn a_count_is_corrected_by_another_person_and_the_last_correction_holds(test: &TestStore) {
    let programme_no = programme(&test.store);
    let [first, second] = [(); 2].map(|()| submitted(&test.store, programme_no));
    let ask = |application_no, count| {
        write(&test.store, |tx| {
            tx.ask_count_correction((application_no, count), 7, "not theirs", now())
        })
    };
    assert_eq!([ask(first, 120), ask(first, 60)], [true, false]);
    let open = || read(&test.store, |tx| tx.open_count_corrections(programme_no));
    let holds = || {
        let all = read(&test.store, |tx| tx.count_corrections(programme_no));
        let one = read(&test.store, |tx| tx.count_correction(first));
        let counts: Vec<_> = all
            .iter()
            .map(|one| (one.application_no, one.count))
            .collect();
        (counts, one.map(|one| (one.count, one.reason)))
    };
    assert_eq!(holds(), (vec![], None), "nobody confirmed it");
    let asked = open().remove(0);
    assert_eq!(
        (asked.application_no, asked.count, asked.asked_by),
        (first, 120, 7)
    );
    let end = |correction_no, person_no, confirmed| {
        write(&test.store, |tx| {
            tx.end_count_correction(correction_no, person_no, confirmed, now())
        })
    };
    assert!(
        !end(asked.correction_no, 7, true),
        "whoever asked does not confirm"
    );
    assert!(end(asked.correction_no, 8, true));
    assert!(!end(asked.correction_no, 8, true));
    let why = "not theirs".to_owned();
    assert_eq!(holds(), (vec![(first, 120)], Some((120, why.clone()))));

    assert!(ask(first, 90) && ask(second, 1));
    let [again, other] = [0, 1].map(|index| open()[index].correction_no);
    assert!(end(again, 7, false), "whoever asked may drop it");
    assert!(end(other, 8, true));
    assert_eq!(holds().0, [(first, 120), (second, 1)]);
    ask(first, 0);
    assert!(end(open()[0].correction_no, 8, true));
    assert_eq!(holds(), (vec![(first, 0), (second, 1)], Some((0, why))));
    write(&test.store, |tx| tx.withdraw_application(first));
    assert_eq!(
        holds(),
        (vec![(second, 1)], None),
        "it is forgotten with the rest"
    );
}

fn an_address_that_is_corrected_has_another_link(test: &TestStore) {
    let programme_no = programme(&test.store);
    let application_no = begun(&test.store, programme_no);
    let correct = |email: &str| {
        let email = email.parse().unwrap();
        write(&test.store, |tx| {
            tx.correct_applicant(application_no, &email)
        })
    };
    let found = || {
        let found = read(&test.store, |tx| tx.application(application_no)).unwrap();
        (found.email.map(|email| email.to_string()), found.link_no)
    };
    assert!(!correct("sam@bakery.example"), "it is the same");
    assert_eq!(found().1, 0);
    assert!(correct("sam@bakkerij.example"));
    assert_eq!(found(), (Some("sam@bakkerij.example".to_owned()), 1));
    write(&test.store, |tx| tx.withdraw_application(application_no));
    assert!(!correct("sam@other.example"), "nobody is told any more");
    assert_eq!(found(), (None, 1));
}

fn a_party(store: &Store, reference: &str) -> i64 {
    RegisterBuilder::new()
        .organisation(reference)
        .import(store, now());
    read(store, |tx| tx.party_no(reference)).unwrap()
}

fn each_version_of_an_agreement_is_signed_once_by_an_organisation(test: &TestStore) {
    let programme_no = programme(&test.store);
    let party_no = a_party(&test.store, "bakery");
    let publish = |text: &str| {
        write(&test.store, |tx| {
            tx.hold_programme(programme_no)?;
            tx.add_agreement(programme_no, [text, "in English"], None, now())
        })
    };
    assert_eq!([publish("een"), publish("twee")], [1, 2]);
    let newest = read(&test.store, |tx| tx.newest_agreement(programme_no)).unwrap();
    assert_eq!((newest.version, &newest.text[0][..]), (2, "twee"));
    let of_version = |version| read(&test.store, |tx| tx.agreement(programme_no, version));
    assert_eq!(of_version(2), Some(newest.clone()));
    assert_eq!(of_version(1).unwrap().text[0], "een");
    assert_eq!(of_version(3), None);
    let signature = Signature {
        agreement_no: newest.agreement_no,
        party_no,
        person_no: 1,
        signatory: "Sam Voorbeeld".to_owned(),
        language: Language::Nl,
        digest: "digest".to_owned(),
        signed_at: now(),
    };
    let sign = || write(&test.store, |tx| tx.sign(&signature));
    assert_eq!([sign(), sign()], [true, false]);
    let earlier = Signature {
        agreement_no: of_version(1).unwrap().agreement_no,
        signed_at: days(1),
        ..signature.clone()
    };
    write(&test.store, |tx| tx.sign(&earlier));
    let signed = |party_no| read(&test.store, |tx| tx.signatures_of(programme_no, party_no));
    let newest_first = [(2, signature), (1, earlier)];
    assert_eq!(signed(party_no), newest_first, "by version, not by day");
    let versions = read(&test.store, |tx| tx.versions_signed(programme_no));
    assert_eq!(versions.into_iter().collect::<Vec<_>>(), [(party_no, 2)]);
    let stranger = a_party(&test.store, "school");
    assert_eq!(signed(stranger), []);
}

fn a_participant_proves_its_mailbox_and_reports_what_changed(test: &TestStore) {
    let programme_no = programme(&test.store);
    let party_no = a_party(&test.store, "bakery");
    let [first, second] = [(); 2].map(|()| submitted(&test.store, programme_no));
    let admit = |application_no| {
        let numbers = (application_no, programme_no, party_no);
        write(&test.store, |tx| tx.admit(numbers, "{}", now()))
    };
    let admitted = [admit(first), admit(first), admit(second)];
    assert_eq!(
        admitted,
        [true, false, false],
        "an organisation takes part once"
    );
    let found = || read(&test.store, |tx| tx.participations_of(party_no)).remove(0);
    let mailbox = "abuse@bakery.example".parse().unwrap();
    let send = |at| write(&test.store, |tx| tx.test_mailbox(first, &mailbox, at));
    let prove = |sent_at| write(&test.store, |tx| tx.prove_mailbox(first, sent_at, days(2)));
    send(now());
    send(days(1));
    assert!(!prove(now()), "a later code was sent");
    assert!(prove(days(1)));
    assert_eq!(found().mailbox_proved_at, Some(days(2)));
    let other = "security@bakery.example".parse().unwrap();
    write(&test.store, |tx| tx.test_mailbox(first, &other, days(3)));
    let (was, asked) = (found().mailbox, found().mailbox_asked);
    assert_eq!((was, asked), (Some(mailbox.clone()), Some(other.clone())));
    assert_eq!(found().mailbox_proved_at, Some(days(2)), "it still works");
    assert!(prove(days(3)));
    assert_eq!(
        (found().mailbox, found().mailbox_asked),
        (Some(other), None)
    );
    write(&test.store, |tx| {
        let contact_no = tx.own_contacts(party_no)?[0].contact_no;
        tx.close_own_contact(party_no, contact_no, days(3))
    });
    assert_eq!(
        found().mailbox_proved_at,
        None,
        "nobody is told there any more"
    );
    let change = ParticipantChange {
        application_no: first,
        reported_at: days(4),
        person_no: 1,
        holds_from: days(5).day(),
        form: "{\"legal_class\":\"vital\"}".to_owned(),
        is_eligible: false,
    };
    write(&test.store, |tx| tx.add_participant_change(&change));
    assert_eq!(found().form, change.form);
    let reported = read(&test.store, |tx| tx.participant_changes(first));
    assert_eq!(reported, std::slice::from_ref(&change));
    let later = ParticipantChange {
        reported_at: days(6),
        form: "{}".to_owned(),
        ..change.clone()
    };
    write(&test.store, |tx| tx.add_participant_change(&later));
    let of_all = read(&test.store, |tx| tx.participant_changes_of(programme_no));
    assert_eq!(of_all, [later, change], "the newest first");
    let entered = (days(3).day(), LegalClass::Essential);
    write(&test.store, |tx| {
        tx.enter_legal_class(party_no, entered, ("a letter", "test"), now())
    });
    let histories = read(&test.store, |tx| tx.class_histories_of(programme_no));
    let on = |day| histories[&party_no].on(day);
    assert_eq!(
        (on(days(2).day()), on(days(3).day())),
        (LegalClass::OtherBusiness, LegalClass::Essential)
    );
    let listed = read(&test.store, |tx| tx.participants_of(programme_no));
    assert_eq!(listed, [found()]);
    let one = read(&test.store, |tx| tx.participant(first));
    assert_eq!(one, Some(found()));
}

fn whoever_has_a_place_is_to_sign_the_newest_version(test: &TestStore) {
    let programme_no = programme(&test.store);
    let party_no = a_party(&test.store, "bakery");
    let application_no = submitted(&test.store, programme_no);
    write(&test.store, |tx| {
        tx.add_places(
            programme_no,
            &[place(application_no, 1, PlaceState::Selected)],
            now(),
        )?;
        tx.admit((application_no, programme_no, party_no), "{}", now())
    });
    let publish = |sign_by| {
        let texts = ["een", "one"];
        write(&test.store, |tx| {
            tx.add_agreement(programme_no, texts, sign_by, now())
        })
    };
    let due = || {
        let of_party = read(&test.store, |tx| tx.programmes_to_sign(party_no));
        let of_programme = read(&test.store, |tx| tx.unsigned_of(programme_no));
        (of_party.len(), of_programme.len())
    };
    assert_eq!(due(), (0, 0), "there is nothing to sign");
    publish(None);
    assert_eq!(due(), (1, 1));
    let newest = || read(&test.store, |tx| tx.newest_agreement(programme_no)).unwrap();
    let signature = Signature {
        agreement_no: newest().agreement_no,
        party_no,
        person_no: 1,
        signatory: String::new(),
        language: Language::Nl,
        digest: String::new(),
        signed_at: now(),
    };
    write(&test.store, |tx| tx.sign(&signature));
    assert_eq!(due(), (0, 0));
    publish(Some(days(30).day()));
    assert_eq!(due(), (1, 1), "another version");
    assert_eq!(newest().sign_by, Some(days(30).day()));
    let left = (PlaceState::Selected, PlaceState::Released);
    write(&test.store, |tx| {
        tx.change_place(application_no, left, "", now())
    });
    assert_eq!(due(), (0, 0), "it has no place any more");
    let known = read(&test.store, |tx| tx.parties_with_kvk("90000017"));
    assert!(known.is_empty());
    assert!(!read(&test.store, |tx| tx.has_relay_named("bakery")));
}

fn applications_are_forgotten_after_closing_or_after_the_end_but_not_those_that_took_part_until_then(
    test: &TestStore,
) {
    let programme_no = programme(&test.store);
    let never_sent = begun(&test.store, programme_no);
    let [took_part, did_not, gave_up] = [(); 3].map(|()| submitted(&test.store, programme_no));
    let parties = ["bakery", "school"].map(|name| a_party(&test.store, name));
    let judged = Judged {
        application_no: did_not,
        criterion: Criterion::NoRelay,
        verdict: Verdict::NotMet,
        evidence: "list of relays".to_owned(),
    };
    write(&test.store, |tx| {
        let places = [
            place(took_part, 1, PlaceState::Finished),
            place(gave_up, 2, PlaceState::Released),
        ];
        tx.add_places(programme_no, &places, now())?;
        tx.admit((took_part, programme_no, parties[0]), FILLED_IN, now())?;
        tx.admit((gave_up, programme_no, parties[1]), FILLED_IN, now())?;
        tx.judge(&judged, now())
    });
    let has_email = |application_no| {
        let found = read(&test.store, |tx| tx.application(application_no));
        found.unwrap().email.is_some()
    };
    let forget = |at| write(&test.store, |tx| tx.forget_applications(at, at));
    assert_eq!(
        [forget(days(29)), forget(days(30)), forget(days(30))],
        [0, 1, 0]
    );
    assert_eq!([never_sent, did_not].map(has_email), [false, true]);
    let end = ProgrammeEnd {
        programme_no,
        ended_at: days(400),
        reason: "the year is over".to_owned(),
        report: "{}".to_owned(),
        forget_at: days(490),
        forgotten_at: None,
    };
    let ended = || write(&test.store, |tx| tx.end_programme(&end));
    assert_eq!([ended(), ended()], [true, false]);
    assert_eq!(
        read(&test.store, |tx| tx.programme_end(programme_no)),
        Some(end.clone())
    );
    assert_eq!(
        [forget(days(489)), forget(days(490)), forget(days(491))],
        [0, 2, 0]
    );
    assert_eq!(
        [took_part, did_not, gave_up].map(has_email),
        [true, false, false]
    );
    let kept = read(&test.store, |tx| tx.participants_of(programme_no));
    let forms: Vec<_> = kept.iter().map(|one| &one.form[..]).collect();
    assert_eq!(forms, [FILLED_IN, "{}"], "in the register, but no place");
    assert_eq!(read(&test.store, |tx| tx.judged_of(programme_no)), []);
}

fn ending_closes_applications_that_are_open_or_never_opened(test: &TestStore) {
    let programme_no = programme(&test.store);
    for (at, opens_at) in [(-1, days(-1)), (20, now())] {
        test.tamper("DELETE FROM programme_end");
        let at = days(at);
        let end = ProgrammeEnd {
            programme_no,
            ended_at: at,
            reason: "nobody applied".to_owned(),
            report: "{}".to_owned(),
            forget_at: at,
            forgotten_at: None,
        };
        test.tamper(&format!(
            "UPDATE programme SET published_at = 0, opens_at = {}, closes_at = {}",
            now().micros(),
            days(30).micros()
        ));
        write(&test.store, |tx| tx.end_programme(&end));
        let found = read(&test.store, |tx| tx.programme(programme_no)).unwrap();
        assert_eq!(
            (found.terms.opens_at, found.terms.closes_at),
            (opens_at, at)
        );
        assert!(!found.is_open(at));
    }
}

fn the_trade_register_is_asked_until_it_answers_and_what_it_said_goes_with_the_application(
    test: &TestStore,
) {
    let programme_no = programme(&test.store);
    let [first, second] = [(); 2].map(|()| begun(&test.store, programme_no));
    let kvk = "90000017".parse().unwrap();
    let due = |at| {
        let due = read(&test.store, |tx| tx.trade_questions(at, 10));
        due.iter().map(|one| one.application_no).collect::<Vec<_>>()
    };
    let put = |answer: &TradeAnswer| write(&test.store, |tx| tx.put_trade_answer(answer));
    let question = TradeAnswer::due(first, kvk, now());
    put(&question);
    put(&TradeAnswer::due(second, kvk, days(1)));
    assert_eq!(
        (due(now()), due(days(1))),
        (vec![first], vec![first, second])
    );
    let silent = question.clone().put_off(now());
    put(&silent);
    assert_eq!(due(now()), [0; 0]);
    let entry = TradeEntry {
        name: "Bakery Example".to_owned(),
        legal_form: "Eenmanszaak".to_owned(),
        ended_on: Some(now().day()),
        is_non_mailing: true,
    };
    let known = silent.answered(Some(entry), days(2));
    put(&known);
    let unknown = TradeAnswer::due(second, kvk, now()).answered(None, days(2));
    put(&unknown);
    assert_eq!(due(days(9)), [0; 0]);
    let kept = |number| read(&test.store, |tx| tx.trade_answer(number));
    assert_eq!([kept(first), kept(second)], [Some(known), Some(unknown)]);
    assert!(write(&test.store, |tx| tx.withdraw_application(first)));
    assert_eq!(kept(first), None);
    let forgotten = write(&test.store, |tx| tx.forget_applications(days(31), days(31)));
    assert_eq!((forgotten, kept(second)), (1, None));
}

both_engines!(
    a_programme_keeps_the_rule_by_which_it_counted_when_it_was_published,
    a_count_is_corrected_by_another_person_and_the_last_correction_holds,
    an_address_that_is_corrected_has_another_link,
    the_trade_register_is_asked_until_it_answers_and_what_it_said_goes_with_the_application,
    ending_closes_applications_that_are_open_or_never_opened,
    applications_are_forgotten_after_closing_or_after_the_end_but_not_those_that_took_part_until_then,
    a_programme_is_published_once_and_open_until_it_closes,
    everything_of_a_programme_changes_until_it_is_published,
    a_day_that_everybody_sees_moves_to_a_later_one_before_it_has_passed,
    alternatives_belong_to_their_programme,
    a_place_is_declined_before_signing_and_why_is_forgotten_with_the_rest,
    the_seed_is_fixed_once_and_before_applications_close,
    applications_are_numbered_in_the_order_of_submission,
    a_later_judgement_takes_the_place_of_an_earlier_one,
    a_place_changes_from_what_it_was_and_an_override_needs_another_person,
    each_version_of_an_agreement_is_signed_once_by_an_organisation,
    a_participant_proves_its_mailbox_and_reports_what_changed,
    whoever_has_a_place_is_to_sign_the_newest_version,
);
