mod copies;

use super::*;

const TODAY: Day = Day::from_days(20_000);
const PROVIDER: i64 = 1;
const HOSPITAL: i64 = 2;
const ANNA: i64 = 3;
const SILENT: i64 = 4;
const RELUCTANT: i64 = 5;
const HOLDER: i64 = 9;

fn directory() -> Directory {
    let party = |legal_class, severities: &str| Party {
        reference: "party".into(),
        classes: ClassHistory::new([(TODAY, legal_class)]),
        usual: Usual::default(),
        thresholds: None,
        copies: None,
        contacts: match severities {
            "none" => Vec::new(),
            _ => vec![ContactChoice {
                severities: severities.parse().unwrap(),
                language: None,
                reader: None,
            }],
        },
    };
    let parties = [
        (PROVIDER, party(LegalClass::OtherBusiness, "")),
        (HOSPITAL, party(LegalClass::Essential, "")),
        (ANNA, party(LegalClass::NaturalPerson, "")),
        (SILENT, party(LegalClass::OtherBusiness, "none")),
        (RELUCTANT, party(LegalClass::OtherBusiness, "critical")),
        (HOLDER, party(LegalClass::Unknown, "")),
    ];
    let networks = [(
        "198.51.100.0/24".parse().unwrap(),
        Network {
            network_no: 7,
            party_no: HOLDER,
        },
    )];
    Directory::new(parties, networks)
}

/// Matches as `(party, dimension, rank)`.
fn decide(matches: &[(i64, Dimension, u16)], address: &str, tlp: Tlp) -> Route {
    let matches: Vec<Match> = matches
        .iter()
        .enumerate()
        .map(|(place, (party_no, dimension, rank))| Match {
            asset_no: place as i64,
            party_no: *party_no,
            valid_from: None,
            valid_until: None,
            dimension: *dimension,
            rank: *rank,
        })
        .collect();
    let subject = Subject {
        matches: &matches,
        address: Some(address.parse().unwrap()),
        severity: Severity::High,
        role: Role::Target,
        rsit: RsitType::VulnerableSystem,
        tlp,
        language: Language::Nl,
        day: TODAY,
    };
    route(subject, &directory())
}

fn told(route: &Route) -> Vec<(i64, Relation)> {
    route
        .tellings
        .iter()
        .map(|telling| (telling.recipient.party_no, telling.recipient.relation))
        .collect()
}

/// Nobody is known to run the network there.
const OUTSIDE: &str = "203.0.113.1";
/// The holder runs it.
const INSIDE: &str = "198.51.100.1";

#[test]
fn owners_are_told_most_specific_first_in_each_dimension() {
    use Dimension::{Address, Asn, Name};
    use Relation::{Owner, Provider};
    for (matches, want) in [
        (
            vec![(HOSPITAL, Address, 1), (PROVIDER, Address, 2)],
            vec![(HOSPITAL, Owner)],
        ),
        (
            vec![(HOSPITAL, Address, 1), (PROVIDER, Name, 1)],
            vec![(HOSPITAL, Owner), (PROVIDER, Owner)],
        ),
        (
            vec![(HOSPITAL, Address, 1), (HOSPITAL, Name, 1)],
            vec![(HOSPITAL, Owner)],
        ),
        (
            vec![(HOSPITAL, Address, 1), (HOSPITAL, Address, 1)],
            vec![(HOSPITAL, Owner)],
        ),
        (vec![(PROVIDER, Asn, 1)], vec![(PROVIDER, Provider)]),
        (vec![], vec![(HOLDER, Provider)]),
        (
            vec![(ANNA, Address, 1), (HOSPITAL, Address, 2)],
            vec![(HOLDER, Provider)],
        ),
        (
            vec![(ANNA, Address, 1), (HOSPITAL, Name, 1)],
            vec![(HOSPITAL, Owner), (HOLDER, Provider)],
        ),
    ] {
        let route = decide(&matches, INSIDE, Tlp::Amber);
        assert_eq!(told(&route), want, "{matches:?}");
        assert_eq!(route.obstacles, [], "{matches:?}");
    }
}

#[test]
fn whoever_is_not_told_stands_among_the_obstacles() {
    use Dimension::{Address, Name};
    for (matches, address, want_told, want_obstacles) in [
        (vec![], OUTSIDE, vec![], vec![Obstacle::Unresolved]),
        (
            vec![(ANNA, Address, 1)],
            OUTSIDE,
            vec![],
            vec![Obstacle::NaturalPerson],
        ),
        (
            vec![(SILENT, Address, 1)],
            INSIDE,
            vec![],
            vec![Obstacle::NoContact(SILENT)],
        ),
        (
            vec![(HOSPITAL, Address, 1), (PROVIDER, Address, 1)],
            INSIDE,
            vec![],
            vec![Obstacle::Dispute(vec![PROVIDER, HOSPITAL])],
        ),
        (
            vec![
                (HOSPITAL, Address, 1),
                (SILENT, Address, 1),
                (HOSPITAL, Address, 1),
                (PROVIDER, Name, 1),
            ],
            INSIDE,
            vec![PROVIDER],
            vec![Obstacle::Dispute(vec![HOSPITAL, SILENT])],
        ),
    ] {
        let route = decide(&matches, address, Tlp::Amber);
        assert_eq!(
            told(&route)
                .iter()
                .map(|(party_no, _)| *party_no)
                .collect::<Vec<_>>(),
            want_told,
            "{matches:?}"
        );
        assert_eq!(route.obstacles, want_obstacles, "{matches:?}");
    }
}

#[test]
fn red_is_told_to_nobody_and_every_recipient_is_named() {
    let matches = [
        (HOSPITAL, Dimension::Address, 1),
        (PROVIDER, Dimension::Name, 1),
    ];
    let route = decide(&matches, INSIDE, Tlp::Red);
    assert!(route.tellings.is_empty());
    let restricted = |party| Obstacle::Restricted(party, Restriction::RedByMail);
    assert_eq!(
        route.obstacles,
        [restricted(HOSPITAL), restricted(PROVIDER)]
    );
}

#[test]
fn no_decision_is_empty() {
    let parties = [PROVIDER, HOSPITAL, ANNA, SILENT, RELUCTANT, 77];
    for first in parties {
        for second in parties {
            for dimension in Dimension::ALL {
                for (address, tlp) in [
                    (INSIDE, Tlp::Amber),
                    (OUTSIDE, Tlp::Red),
                    (OUTSIDE, Tlp::Clear),
                ] {
                    let matches = [(first, Dimension::Address, 1), (second, *dimension, 1)];
                    let route = decide(&matches, address, tlp);
                    let decided = route.tellings.len() + route.obstacles.len();
                    assert!(decided > 0, "{matches:?} {address} {tlp}");
                    assert!(
                        route
                            .tellings
                            .iter()
                            .all(|telling| telling.recipient.party_no != ANNA),
                        "a natural person is told: {matches:?} {address} {tlp}"
                    );
                }
            }
        }
    }
}

#[test]
fn contacts_that_read_alike_share_a_message_and_others_get_their_own() {
    let choice = |language, reader: Option<Reader>| ContactChoice {
        severities: SeveritySet::ALL,
        language,
        reader,
    };
    let contacts = vec![
        choice(None, None),
        // The desk's own language is the one of those who did not say.
        choice(Some(Language::Nl), Some(Reader::Entrepreneur)),
        choice(Some(Language::En), None),
        choice(Some(Language::Nl), Some(Reader::Administrator)),
    ];
    let party = Party {
        reference: "hospital".into(),
        classes: ClassHistory::default(),
        usual: Usual::default(),
        thresholds: None,
        copies: None,
        contacts,
    };
    let directory = Directory::new([(HOSPITAL, party)], []);
    let matches = [Match {
        asset_no: 1,
        party_no: HOSPITAL,
        valid_from: None,
        valid_until: None,
        dimension: Dimension::Address,
        rank: 1,
    }];
    let subject = Subject {
        matches: &matches,
        address: None,
        severity: Severity::Low,
        role: Role::Target,
        rsit: RsitType::VulnerableSystem,
        tlp: Tlp::Green,
        language: Language::Nl,
        day: TODAY,
    };
    let found: Vec<_> = route(subject, &directory)
        .tellings
        .iter()
        .map(|telling| (telling.language, telling.reader))
        .collect();
    let want = [
        (Language::Nl, Reader::Entrepreneur),
        (Language::En, Reader::Entrepreneur),
        (Language::Nl, Reader::Administrator),
    ];
    assert_eq!(found, want);
}

#[test]
fn what_is_below_a_threshold_or_taken_by_no_contact_is_told_without_a_mail() {
    const PLANT: i64 = 5;
    let of_plant = Threshold::new(Severity::Info, Severity::High).unwrap();
    let thresholds = AssetThresholds {
        usual: Threshold::new(Severity::High, Severity::Medium).unwrap(),
        own: HashMap::from([(PLANT, of_plant)]),
    };
    let (alert, below) = (MessageKind::Alert, MessageKind::BelowThreshold);
    for (taken, asset_no, role, severity, want) in [
        ("", 1, Role::Target, Severity::High, alert),
        ("", 1, Role::Target, Severity::Medium, below),
        ("", 1, Role::Victim, Severity::Medium, alert),
        ("", 1, Role::Victim, Severity::Low, below),
        ("", PLANT, Role::Target, Severity::Info, alert),
        ("", PLANT, Role::Victim, Severity::Medium, below),
        ("", PLANT, Role::Victim, Severity::High, alert),
        ("low", 1, Role::Target, Severity::Low, below),
        (
            "low",
            1,
            Role::Target,
            Severity::High,
            MessageKind::NotWanted,
        ),
    ] {
        let party = Party {
            reference: "hospital".into(),
            classes: ClassHistory::default(),
            usual: Usual {
                language: Some(Language::En),
                reader: Some(Reader::Soc),
            },
            thresholds: Some(Box::new(thresholds.clone())),
            copies: None,
            contacts: vec![ContactChoice {
                severities: taken.parse().unwrap(),
                language: None,
                reader: None,
            }],
        };
        let matches = [Match {
            asset_no,
            party_no: HOSPITAL,
            valid_from: None,
            valid_until: None,
            dimension: Dimension::Address,
            rank: 1,
        }];
        let subject = Subject {
            matches: &matches,
            address: None,
            severity,
            role,
            rsit: RsitType::VulnerableSystem,
            tlp: Tlp::Green,
            language: Language::Nl,
            day: TODAY,
        };
        let route = route(subject, &Directory::new([(HOSPITAL, party)], []));
        let told = route.tellings.iter();
        let told: Vec<_> = told
            .map(|telling| (telling.kind, telling.language, telling.reader))
            .collect();
        let want = [(want, Language::En, Reader::Soc)];
        assert_eq!(told, want, "{taken} {asset_no} {role} {severity}");
        assert_eq!(route.obstacles, []);
    }
}

#[test]
fn a_contact_reads_as_it_chose_then_as_its_organisation_did_then_as_is_usual() {
    let (nl, en) = (Some(Language::Nl), Some(Language::En));
    let (soc, runs) = (Some(Reader::Soc), Some(Reader::Administrator));
    for ((own, organisation), (reader, usual), want) in [
        ((en, nl), (soc, runs), (Language::En, Reader::Soc)),
        (
            (None, en),
            (None, runs),
            (Language::En, Reader::Administrator),
        ),
        (
            (None, None),
            (None, None),
            (Language::Nl, Reader::Entrepreneur),
        ),
    ] {
        let choice = ContactChoice {
            severities: "critical".parse().unwrap(),
            language: own,
            reader,
        };
        let usual = Usual {
            language: organisation,
            reader: usual,
        };
        let wording = |severity| choice.wording(severity, usual, Language::Nl);
        assert_eq!(wording(Severity::Critical), Some(want));
        assert_eq!(wording(Severity::Low), None);
    }
}
