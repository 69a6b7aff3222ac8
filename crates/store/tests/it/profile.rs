//! How an organisation works, as it says itself.

use model::{Care, Product, Profile, Supplier};
use testkit::{Desk, RegisterBuilder, TestStore, both_engines};

fn supplier(name: &str) -> Supplier {
    Supplier {
        name: name.to_owned(),
        email: "help@supplier.example".parse().unwrap(),
    }
}

fn care(group_no: Option<i64>, supplier: Option<&str>, reference: &str) -> Care {
    Care {
        group_no,
        supplier: supplier.map(str::to_owned),
        reference: reference.to_owned(),
    }
}

/// A hospital with a printer in a group, and a website in none; the numbers of the hospital and the group.
fn hospital(test: &TestStore) -> (i64, i64) {
    let register = RegisterBuilder::new()
        .organisation("hospital")
        .organisation("school")
        .asset("hospital", "prefix", "192.0.2.0/28")
        .asset("hospital", "domain", "hospital.example");
    Desk::of(test).import(&register);
    let party_no = test
        .store
        .write(|tx| tx.party_no("hospital"))
        .unwrap()
        .unwrap();
    let group_no = test
        .store
        .write(|tx| tx.ensure_asset_group(party_no, "printers"))
        .unwrap();
    test.tamper(&format!(
        "INSERT INTO asset_detail (asset_no, party_no, label, group_no)
         SELECT asset_no, party_no, 'third floor', {group_no} FROM asset WHERE value = '192.0.2.0/28'"
    ));
    (party_no, group_no)
}

fn a_profile_is_kept_as_it_was_said_and_replaced_as_a_whole(test: &TestStore) {
    let (party_no, group_no) = hospital(test);
    let profile = Profile {
        suppliers: vec![supplier("Lift Works"), supplier("Office IT")],
        care: vec![
            care(Some(group_no), Some("Office IT"), "CMDB-12"),
            care(None, None, "rest"),
        ],
        products: vec![Product {
            vendor: String::new(),
            name: "EdgeGate".to_owned(),
        }],
    };
    let put = |profile: &Profile| {
        test.store
            .write(|tx| tx.put_profile(party_no, profile))
            .unwrap();
        test.store.read(|tx| tx.profile(party_no)).unwrap()
    };
    assert_eq!(put(&profile), profile);
    assert_eq!(put(&profile), profile, "putting it again changes nothing");
    let fewer = Profile {
        care: Vec::new(),
        ..profile.clone()
    };
    assert_eq!(put(&fewer), fewer);
    assert_eq!(put(&Profile::default()), Profile::default());
}

fn a_system_has_the_supplier_and_the_reference_of_its_group(test: &TestStore) {
    let (party_no, group_no) = hospital(test);
    let profile = Profile {
        suppliers: vec![supplier("Office IT")],
        care: vec![
            care(Some(group_no), Some("Office IT"), "CMDB-12"),
            care(None, None, "rest"),
        ],
        products: Vec::new(),
    };
    let known = test
        .store
        .write(|tx| {
            tx.put_profile(party_no, &profile)?;
            let assets = tx.own_assets(party_no, &store::AssetFilter::default(), None, 10)?;
            let numbers: Vec<i64> = assets.iter().map(|asset| asset.asset_no).collect();
            tx.care_of_assets(&numbers)
        })
        .unwrap();
    let mut known: Vec<_> = known
        .into_iter()
        .map(|care| (care.own_reference, care.supplier, care.group_no))
        .collect();
    known.sort_by(|left, right| left.0.cmp(&right.0));
    assert_eq!(
        known,
        [
            (
                "CMDB-12 / third floor".to_owned(),
                Some(supplier("Office IT")),
                Some(group_no)
            ),
            ("rest".to_owned(), None, None),
        ]
    );
}

fn a_system_may_have_a_supplier_of_its_own_with_or_without_an_address(test: &TestStore) {
    let (party_no, group_no) = hospital(test);
    let profile = Profile {
        suppliers: vec![supplier("Lift Works"), supplier("Office IT")],
        care: vec![care(Some(group_no), Some("Office IT"), "")],
        products: Vec::new(),
    };
    let (printer_no, suppliers_of) = (
        test.count("SELECT asset_no FROM asset WHERE value = '192.0.2.0/28'"),
        |asset_no: i64| {
            let known = test.store.read(|tx| tx.care_of_assets(&[asset_no]));
            let known = known.unwrap().remove(0);
            (known.supplier.map(|it| it.name), known.has_own_supplier)
        },
    );
    let name = |name: &str| {
        let change = store::AssetChange::Supplier(name);
        let changed = test
            .store
            .write(|tx| tx.change_own_assets(party_no, &[printer_no], change, testkit::now()));
        assert_eq!(changed.unwrap(), 1);
    };
    let without_address = || {
        let names = test
            .store
            .read(|tx| tx.suppliers_without_address(party_no, 9));
        names.unwrap()
    };
    test.store
        .write(|tx| tx.put_profile(party_no, &profile))
        .unwrap();
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(suppliers_of(printer_no), (named("Office IT"), false));
    name("Lift Works");
    assert_eq!(suppliers_of(printer_no), (named("Lift Works"), true));
    assert_eq!(without_address(), Vec::<String>::new());
    name("Nobody Knows");
    assert_eq!(
        suppliers_of(printer_no),
        (None, true),
        "that of the group does not act on it"
    );
    assert_eq!(without_address(), ["Nobody Knows"]);
    let held = test.store.read(|tx| tx.own_asset(party_no, printer_no));
    assert_eq!(held.unwrap().unwrap().row.supplier, "Nobody Knows");
    name("");
    assert_eq!(suppliers_of(printer_no), (named("Office IT"), false));
}

both_engines!(
    a_system_may_have_a_supplier_of_its_own_with_or_without_an_address,
    a_profile_is_kept_as_it_was_said_and_replaced_as_a_whole,
    a_system_has_the_supplier_and_the_reference_of_its_group,
);
