//! What a name and a number prove before and after a person of the desk vouched.

use axum::http::StatusCode;
use model::{AssetKind, AssetState, AssetValue, IdKind, OrganisationRole, RegistrationRule};
use store::{AssetFilter, OwnAssetPut, StoreError};
use testkit::RegisterBuilder;

use super::{KVK, Registering, has_mistake};
use crate::asset::{Holding, plain_row};
use crate::testing::TestSite;

/// A register with a florist, in which the register of networks has a network as the bakery's.
fn networks(site: &TestSite) {
    let register = RegisterBuilder::new()
        .organisation("florist")
        .asset("florist", "prefix", "198.51.100.0/24")
        .network(
            "203.0.113.0/24",
            "Bakery Example",
            "abuse@noordlijn.example",
        );
    site.desk.import(&register);
}

#[test]
fn a_stranger_takes_nothing_over_by_a_name_and_a_number_until_the_desk_vouches() {
    let registering = Registering::by(RegistrationRule::Open);
    let site = &registering.site;
    networks(site);
    registering.registered(&mut site.browser(), KVK);
    let claimed = |registering: &Registering| {
        let states = registering.states().into_iter();
        states
            .filter(|(_, state)| *state == AssetState::Claimed)
            .count()
    };
    assert_eq!(
        claimed(&registering),
        2,
        "the name of a holder proves nothing"
    );
    let kvk = KVK.parse().unwrap();
    let by_number = || site.store().read(|tx| tx.party_with_kvk(&kvk)).unwrap();
    assert_eq!(by_number(), None, "a sign-in by number leads to nobody");
    let person = site.person("owner@florist.example");
    site.join(person, "florist", OrganisationRole::Administrator);
    let mandates = format!("/organisations/{}/mandates", site.party_id("florist"));
    let fields = [
        ("holder", KVK),
        ("group", ""),
        ("tlp", "TLP:AMBER"),
        ("may_answer", ""),
        ("valid_until", ""),
    ];
    let give = || site.signed_in(person).post(&mandates, &fields);
    let given = || {
        let party_no = site
            .store()
            .read(|tx| tx.party_no("florist"))
            .unwrap()
            .unwrap();
        site.store()
            .read(|tx| tx.mandates_given(party_no))
            .unwrap()
            .len()
    };
    let refused = give();
    assert!(has_mistake(&refused, "holder"), "{}", refused.body);
    assert_eq!(given(), 0);

    let mut analyst = registering.analyst();
    let page = registering.desk_page(1);
    let act = [("act", "vouch"), ("reason", "the owner called us back")];
    let decided = analyst.post(&page, &act);
    assert_eq!(
        decided.location(),
        "/desk/registrations?done=vouched",
        "{}",
        decided.body
    );
    assert_eq!(
        claimed(&registering),
        1,
        "the register of networks counts now"
    );
    assert_eq!(by_number(), Some(registering.party_no()));
    give();
    assert_eq!(given(), 1);
}

/// A part of the bakery that registered itself, whose administrator looks after both, with a network that the register of
/// networks has as the bakery's. Gives the part and the person.
fn part_of_the_bakery(registering: &Registering) -> (i64, i64) {
    let site = &registering.site;
    networks(site);
    registering.registered(&mut site.browser(), KVK);
    let (whole_no, now) = (registering.party_no(), testkit::now());
    let person_no = site.person("chef@bakery.example");
    let part_no = site.store().write(|tx| {
        let role = OrganisationRole::Administrator;
        tx.put_membership(person_no, whole_no, role, "test", now)?;
        tx.add_sub_organisation(whole_no, "The oven", "test", now)
    });
    let part_no = part_no.unwrap();
    let held = site.store().write(|tx| {
        let row = plain_row(&AssetValue::parse(AssetKind::Prefix, "203.0.113.64/28").unwrap());
        let put = OwnAssetPut {
            row: &row,
            is_claim: true,
        };
        let holding = Holding::keep(tx, part_no)?;
        holding.change(tx, &[put], &[], now).map(drop)
    });
    held.unwrap();
    (part_no, person_no)
}

fn proved(registering: &Registering, part_no: i64) -> u64 {
    let settled = registering
        .site
        .store()
        .write(|tx| proof::settle(tx, part_no, testkit::now()));
    settled.unwrap()
}

#[test]
fn a_part_is_who_its_whole_is_for_proofs_and_mandates() {
    let registering = Registering::by(RegistrationRule::Open);
    let (part_no, _) = part_of_the_bakery(&registering);
    let site = &registering.site;
    assert_eq!(proved(&registering, part_no), 0);
    let person = site.person("owner@florist.example");
    site.join(person, "florist", OrganisationRole::Administrator);
    let mandates = format!("/organisations/{}/mandates", site.party_id("florist"));
    let part = site.store().read(|tx| tx.party(part_no)).unwrap().unwrap();
    let fields = [
        ("holder", &part.reference[..]),
        ("group", ""),
        ("tlp", "TLP:AMBER"),
        ("may_answer", ""),
        ("valid_until", ""),
    ];
    let refused = site.signed_in(person).post(&mandates, &fields);
    assert!(has_mistake(&refused, "holder"), "{}", refused.body);

    let mut analyst = registering.analyst();
    let act = [("act", "vouch"), ("reason", "the owner called us back")];
    analyst.post(&registering.desk_page(1), &act);
    let states = site
        .store()
        .read(|tx| tx.own_assets(part_no, &AssetFilter::default(), None, 9))
        .unwrap();
    let state = crate::asset::state(&site.site, &states[0]);
    assert_eq!(
        state,
        AssetState::Verified,
        "what its whole is called proves its network"
    );
    let given = site.signed_in(person).post(&mandates, &fields);
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
}

#[test]
fn whoever_is_refused_keeps_nothing_by_a_part() {
    let registering = Registering::by(RegistrationRule::Open);
    let (part_no, person_no) = part_of_the_bakery(&registering);
    let site = &registering.site;
    let own = format!("/organisations/{}", site.site.id(IdKind::Party, part_no));
    let mut chef = site.signed_in(person_no);
    assert_eq!(chef.get(&own).status, StatusCode::OK);

    let whole = format!(
        "party {}",
        site.site.id(IdKind::Party, registering.party_no())
    );
    let mut analyst = registering.analyst();
    let act = [
        ("act", "refuse"),
        ("reason", "the bakery knows nothing of it"),
    ];
    analyst.post(&registering.desk_page(1), &act);
    assert_eq!(proved(&registering, part_no), 0);
    let left = site.store().read(|tx| {
        let is_open = tx.party_is_open(part_no)?;
        let members = tx.members_of(part_no)?.len();
        Ok::<_, StoreError>((is_open, members, tx.is_vouched_for(part_no)?))
    });
    assert_eq!(left.unwrap(), (false, 0, false));
    assert_ne!(chef.get(&own).status, StatusCode::OK);
    let log = registering.log().into_iter();
    let leaving = log.filter(|row| row.action == "leave");
    let who: Vec<String> = leaving.map(|row| row.subject).collect();
    let part = format!("party {}", site.site.id(IdKind::Party, part_no));
    assert_eq!(who, [part, whole], "parts leave first");
}
