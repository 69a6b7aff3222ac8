//! Copies for relays.

use proptest::prelude::*;

use super::*;

const CERT: i64 = 6;
const SCHOOL: i64 = 7;

/// Of all reports and severities, for ever.
const ALL: Copies = Copies {
    relay_no: CERT,
    from: TODAY,
    until: None,
    classes: RsitClassSet::ALL,
    severity_min: Severity::Info,
};

fn party(legal_class: LegalClass, taken: Option<&str>, copies: &[Copies]) -> Party {
    let contacts = taken.map(|taken| ContactChoice {
        severities: taken.parse().unwrap(),
        language: None,
        reader: None,
    });
    Party {
        reference: "party".into(),
        classes: ClassHistory::new([(TODAY, legal_class)]),
        usual: Usual::default(),
        thresholds: None,
        copies: (!copies.is_empty()).then(|| copies.into()),
        contacts: contacts.into_iter().collect(),
    }
}

/// Everybody agreed that the relay gets copies.
fn directory(copies: Copies) -> Directory {
    use LegalClass::{Essential, NaturalPerson, OtherBusiness, Relay};
    let agreed = &[copies][..];
    let parties = [
        (PROVIDER, party(OtherBusiness, Some(""), agreed)),
        (HOSPITAL, party(Essential, Some(""), agreed)),
        (ANNA, party(NaturalPerson, Some(""), agreed)),
        (SILENT, party(OtherBusiness, None, agreed)),
        (RELUCTANT, party(OtherBusiness, Some("critical"), agreed)),
        (SCHOOL, party(OtherBusiness, Some(""), agreed)),
        (HOLDER, party(OtherBusiness, Some(""), agreed)),
        (CERT, party(Relay, Some(""), &[])),
    ];
    let network = Network {
        network_no: 7,
        party_no: HOLDER,
    };
    Directory::new(parties, [("198.51.100.0/24".parse().unwrap(), network)])
}

fn decide(
    owners: &[(i64, Dimension)],
    (severity, rsit, tlp): (Severity, RsitType, Tlp),
    copies: Copies,
) -> Route {
    let matches = owners.iter().enumerate();
    let matches: Vec<Match> = matches
        .map(|(place, (party_no, dimension))| Match {
            asset_no: place as i64,
            party_no: *party_no,
            valid_from: None,
            valid_until: None,
            dimension: *dimension,
            rank: 1,
        })
        .collect();
    let subject = Subject {
        matches: &matches,
        address: Some(INSIDE.parse().unwrap()),
        severity,
        role: Role::Target,
        rsit,
        tlp,
        language: Language::Nl,
        day: TODAY,
    };
    route(subject, &directory(copies))
}

/// Of whose message the relay gets a copy.
fn copied(route: &Route) -> Vec<i64> {
    let of_relay = route.tellings.iter();
    let of_relay = of_relay.filter(|telling| telling.recipient.relation == Relation::Relay);
    of_relay
        .map(|telling| {
            assert_eq!(telling.recipient.party_no, CERT);
            telling.recipient.copy_of.unwrap()
        })
        .collect()
}

const SEEN: (Severity, RsitType, Tlp) = (Severity::High, RsitType::VulnerableSystem, Tlp::Amber);

/// Whose systems match, and by what.
type Owners = [(i64, Dimension)];

#[test]
fn a_relay_gets_a_copy_of_what_an_owner_is_mailed_and_of_nothing_else() {
    use Dimension::{Address, Asn, Name};
    let table: &[(&Owners, &[i64])] = &[
        (&[(HOSPITAL, Address)], &[HOSPITAL]),
        (&[(HOSPITAL, Name)], &[HOSPITAL]),
        // Two that it serves, and one copy.
        (&[(HOSPITAL, Address), (SCHOOL, Name)], &[HOSPITAL]),
        // What is in dispute is told to nobody; another owner is told, and so is the relay.
        (&[(HOSPITAL, Address), (SCHOOL, Address)], &[]),
        (
            &[(HOSPITAL, Address), (PROVIDER, Address), (SCHOOL, Name)],
            &[SCHOOL],
        ),
        // A network is no system of its holder, nor is what an AS number announces.
        (&[], &[]),
        (&[(PROVIDER, Asn)], &[]),
        (&[(ANNA, Address)], &[]),
        (&[(SILENT, Address)], &[]),
        (&[(RELUCTANT, Address)], &[]),
        // It is told itself.
        (&[(CERT, Address), (HOSPITAL, Name)], &[]),
    ];
    for (owners, want) in table {
        let route = decide(owners, SEEN, ALL);
        assert_eq!(copied(&route), *want, "{owners:?}");
    }
}

#[test]
fn a_copy_is_within_the_days_classes_and_severities_of_the_agreement() {
    let of_class = |class| RsitClassSet::from_iter([class]);
    let day = |days| TODAY.plus_days(days);
    let (vulnerable, intrusions) = (
        of_class(model::RsitClass::Vulnerable),
        of_class(model::RsitClass::Intrusions),
    );
    let until = |days| Copies {
        until: Some(day(days)),
        ..ALL
    };
    let of = |classes| Copies { classes, ..ALL };
    let above = |severity_min| Copies {
        severity_min,
        ..ALL
    };
    let later = Copies {
        from: day(1),
        ..ALL
    };
    for (copies, want) in [
        (ALL, true),
        (later, false),
        (until(0), true),
        (until(-1), false),
        (of(vulnerable), true),
        (of(intrusions), false),
        (above(Severity::High), true),
        (above(Severity::Critical), false),
    ] {
        let route = decide(&[(HOSPITAL, Dimension::Address)], SEEN, copies);
        assert_eq!(copied(&route) == [HOSPITAL], want, "{copies:?}");
        assert_eq!(told(&route)[0], (HOSPITAL, Relation::Owner));
    }
}

#[test]
fn a_copy_that_may_not_go_holds_up_nothing() {
    for (tlp, is_told, is_copied) in [
        (Tlp::Clear, true, true),
        (Tlp::Green, true, true),
        (Tlp::Amber, true, true),
        (Tlp::AmberStrict, true, false),
        (Tlp::Red, false, false),
    ] {
        let seen = (SEEN.0, SEEN.1, tlp);
        let route = decide(&[(HOSPITAL, Dimension::Address)], seen, ALL);
        assert_eq!(copied(&route) == [HOSPITAL], is_copied, "{tlp}");
        let owner = (HOSPITAL, Relation::Owner);
        assert_eq!(told(&route).contains(&owner), is_told, "{tlp}");
        // Of the copy nothing waits for a person.
        assert_eq!(route.obstacles.is_empty(), is_told, "{tlp}");
    }
}

proptest! {
    /// Whoever agreed to whatever: what may not leave its organisation reaches no relay, and what goes there goes to the owner too.
    #[test]
    fn no_marking_is_widened_by_a_copy(
        owners in proptest::collection::vec((1_i64..10, 0..Dimension::ALL.len()), 0..5),
        severity in 0..Severity::ALL.len(),
        rsit in 0..RsitType::ALL.len(),
        tlp in 0..Tlp::ALL.len(),
        classes in 1_u16..=2_047,
        severity_min in 0..Severity::ALL.len(),
        days in -3..3,
    ) {
        let at = |(party_no, dimension): (i64, usize)| (party_no, Dimension::ALL[dimension]);
        let owners: Vec<_> = owners.into_iter().map(at).collect();
        let seen = (Severity::ALL[severity], RsitType::ALL[rsit], Tlp::ALL[tlp]);
        let copies = Copies {
            from: TODAY.plus_days(days),
            classes: RsitClassSet::from_bits(classes << 1).unwrap(),
            severity_min: Severity::ALL[severity_min],
            ..ALL
        };
        let route = decide(&owners, seen, copies);
        let copied = copied(&route);
        prop_assert!(copied.len() <= 1);
        for owner in copied {
            prop_assert!(seen.2 <= Tlp::Amber);
            prop_assert!(told(&route).contains(&(owner, Relation::Owner)));
        }
        // Nobody else is told more or less than without an agreement.
        let without = decide(&owners, seen, Copies { from: TODAY.plus_days(9), ..copies });
        let mut others = told(&route);
        others.retain(|(_, why)| *why != Relation::Relay);
        prop_assert_eq!(others, told(&without));
        prop_assert_eq!(&route.obstacles, &without.obstacles);
    }
}
