use model::register::ContactRow;
use model::{Language, LegalClass, PartyRole, Reader, SeveritySet, Timing};
use store::{RegisterChange, RegisterCounts};
use testkit::{RegisterBuilder, TestStore, both_engines, day, days_later};

use crate::builders::{now, read, write};

fn counts(added: u64, changed: u64, unchanged: u64, closed: u64) -> RegisterCounts {
    RegisterCounts {
        added,
        changed,
        unchanged,
        closed,
    }
}

/// Two organisations with everything a row can say.
fn register() -> RegisterBuilder {
    RegisterBuilder::new()
        .organisation("bakery")
        .organisation_without_contact("hospital", LegalClass::Essential)
        .contact_for(
            "hospital",
            "soc@hospital.example",
            "critical,high",
            Some(Language::En),
            Some(Reader::Administrator),
        )
        .asset("bakery", "domain", "Bakery.example.")
        .asset_held(
            "hospital",
            "range",
            "192.0.2.8 - 192.0.2.19",
            Some(day("2026-01-01")),
            Some(day("2027-01-01")),
        )
        .asset("hospital", "prefix", "2001:DB8::/48")
        .network("198.51.100.0/24", "Provider", "abuse@provider.example")
}

fn what_is_imported_is_exported_as_it_was_written(test: &TestStore) {
    let register = register();
    register.import(&test.store, now());
    let (mut organisations, mut contacts, mut assets, mut networks) =
        (vec![], vec![], vec![], vec![]);
    read(&test.store, |tx| {
        tx.each_organisation_row(now().day(), |row| organisations.push(row))?;
        tx.each_contact_row(|row| contacts.push(row))?;
        tx.each_asset_row(|row| assets.push(row))?;
        tx.each_network(|network| networks.push(network.row))
    });
    let mut written = register.organisations;
    for row in &mut written {
        row.legal_class_from = Some(now().day());
    }
    assert_eq!(organisations, written);
    assert_eq!(contacts, register.contacts);
    assert_eq!(assets, register.assets);
    assert_eq!(networks, register.networks);
}

fn a_second_import_of_the_same_rows_changes_nothing(test: &TestStore) {
    let register = register();
    assert_eq!(register.import(&test.store, now()), counts(8, 0, 0, 0));
    let version = read(&test.store, |tx| tx.installation()).register_version;
    assert_eq!(
        register.import(&test.store, days_later(1)),
        counts(0, 0, 8, 0)
    );
    assert_eq!(
        read(&test.store, |tx| tx.installation()).register_version,
        version
    );
}

fn a_row_that_says_something_else_changes_the_row_that_was_there(test: &TestStore) {
    register().import(&test.store, now());
    let party_no = read(&test.store, |tx| tx.party_no("bakery")).unwrap();
    let mut changed =
        RegisterBuilder::new().organisation_without_contact("bakery", LegalClass::Important);
    changed.organisations[0].name = "Bakery Ltd".into();
    assert_eq!(
        changed.import(&test.store, days_later(1)),
        counts(0, 1, 0, 0)
    );
    let on = days_later(1).day();
    let party = read(&test.store, |tx| {
        tx.party_note(party_no, PartyRole::Recipient, on)
    })
    .unwrap();
    assert_eq!(
        (party.name.as_str(), party.legal_class),
        ("Bakery Ltd", LegalClass::Important)
    );
}

fn rows_that_a_file_does_not_have_stay_unless_it_replaces(test: &TestStore) {
    register().import(&test.store, now());
    let only = RegisterBuilder::new().asset("bakery", "domain", "Bakery.example.");
    assert_eq!(only.import(&test.store, now()), counts(0, 0, 1, 0));
    assert_eq!(asset_texts(test).len(), 3);
    assert_eq!(
        only.replacing().import(&test.store, now()),
        counts(0, 0, 1, 2)
    );
    assert_eq!(asset_texts(test), ["bakery.example"]);
}

fn a_closed_row_opens_again_under_its_number(test: &TestStore) {
    register().import(&test.store, now());
    let numbers = |test: &TestStore| {
        let mut found = Vec::new();
        read(&test.store, |tx| {
            tx.each_asset(|asset| found.push(asset.asset_no))
        });
        found
    };
    let before = numbers(test);
    RegisterBuilder::new()
        .asset("bakery", "host", "www.bakery.example")
        .replacing()
        .import(&test.store, now());
    assert_eq!(register().import(&test.store, now()), counts(0, 3, 5, 0));
    assert!(
        before.iter().all(|number| numbers(test).contains(number)),
        "{before:?} {:?}",
        numbers(test)
    );
}

fn replacing_contacts_keeps_the_mailboxes_of_networks(test: &TestStore) {
    register().import(&test.store, now());
    let replaced = RegisterBuilder::new()
        .contact("bakery", "new@bakery.example")
        .replacing();
    assert_eq!(replaced.import(&test.store, now()), counts(1, 0, 0, 2));
    let mut emails = Vec::new();
    read(&test.store, |tx| {
        tx.each_contact(|contact| emails.push(contact.email.to_string()))
    });
    emails.sort();
    assert_eq!(emails, ["abuse@provider.example", "new@bakery.example"]);
}

fn replacing_contacts_keeps_the_mailbox_of_a_network_that_is_closed_too(test: &TestStore) {
    // Notifications to it may still be on their way.
    register().import(&test.store, now());
    RegisterBuilder::new()
        .network("203.0.113.0/24", "Other", "abuse@other.example")
        .replacing()
        .import(&test.store, now());
    RegisterBuilder::new()
        .contact("bakery", "new@bakery.example")
        .replacing()
        .import(&test.store, now());
    let mut emails = Vec::new();
    read(&test.store, |tx| {
        tx.each_contact(|contact| emails.push(contact.email.to_string()))
    });
    assert!(
        emails.contains(&"abuse@provider.example".to_owned()),
        "{emails:?}"
    );
}

fn replacing_keeps_what_organisations_made_themselves(test: &TestStore) {
    register().import(&test.store, now());
    let part_no = write(&test.store, |tx| {
        let party_no = tx.party_no("bakery")?.unwrap();
        let own = ContactRow {
            organisation: "bakery".to_owned(),
            role: "own".to_owned(),
            email: "own@bakery.example".parse().unwrap(),
            severities: SeveritySet::ALL,
            language: None,
            reader: None,
        };
        tx.put_own_contact(party_no, &own, &Timing::default(), now())?;
        tx.add_sub_organisation(party_no, "Shop", "bakery", now())
    });
    let emails = |party_no| -> Vec<String> {
        let contacts = read(&test.store, |tx| tx.own_contacts(party_no));
        contacts.iter().map(|one| one.email.to_string()).collect()
    };
    let of_part = emails(part_no);
    assert!(!of_part.is_empty());
    let closed = RegisterBuilder::new()
        .contact("bakery", "new@bakery.example")
        .replacing()
        .import(&test.store, now());
    assert_eq!(closed, counts(1, 0, 0, 2));
    let party_no = read(&test.store, |tx| tx.party_no("bakery")).unwrap();
    assert_eq!(
        emails(party_no),
        ["own@bakery.example", "new@bakery.example"]
    );
    assert_eq!(emails(part_no), of_part);

    let parts = || read(&test.store, |tx| tx.sub_organisations(party_no)).len();
    let only = |reference| {
        RegisterBuilder::new()
            .organisation_without_contact(reference, LegalClass::OtherBusiness)
            .replacing()
            .import(&test.store, now())
    };
    only("bakery");
    assert_eq!(parts(), 1, "its whole is served");
    assert_eq!(only("other").closed, 2, "the whole, and its part");
    assert_eq!(parts(), 0);
}

fn an_organisation_that_a_replacing_file_does_not_have_is_closed_with_its_assets(test: &TestStore) {
    register().import(&test.store, now());
    let only = RegisterBuilder::new()
        .organisation_without_contact("bakery", LegalClass::OtherBusiness)
        .replacing();
    assert_eq!(only.import(&test.store, now()), counts(0, 0, 1, 1));
    assert_eq!(
        asset_texts(test),
        ["bakery.example"],
        "assets of a closed party match nothing"
    );
    let mut parties = Vec::new();
    read(&test.store, |tx| {
        tx.each_recipient(|party| parties.push(party.reference))
    });
    assert!(!parties.contains(&"hospital".to_owned()), "{parties:?}");
    assert!(
        parties.contains(&"abuse:abuse@provider.example".to_owned()),
        "{parties:?}"
    );
}

fn a_row_of_an_unknown_organisation_is_said_so_and_not_stored(test: &TestStore) {
    let row = RegisterBuilder::new()
        .contact("nobody", "x@nobody.example")
        .contacts
        .remove(0);
    let asset = RegisterBuilder::new()
        .asset("nobody", "address", "192.0.2.1")
        .assets
        .remove(0);
    let changes = write(&test.store, |tx| {
        let mut import = tx.import(now());
        Ok([import.contact(&row)?, import.asset(&asset)?])
    });
    assert_eq!(changes, [RegisterChange::UnknownOrganisation; 2]);
    assert!(asset_texts(test).is_empty());
}

fn number(change: RegisterChange) -> i64 {
    match change {
        RegisterChange::Added(number)
        | RegisterChange::Changed(number)
        | RegisterChange::Unchanged(number) => number,
        RegisterChange::UnknownOrganisation => 0,
    }
}

fn many_organisations_and_contacts_at_once_become_what_they_become_one_by_one(test: &TestStore) {
    let before = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("school");
    before.import(&test.store, now());
    let mut rows = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("new")
        .organisation("school")
        .organisation("new")
        .organisations;
    rows[2].name = "Another school".to_owned();
    rows[3].name = "Newer".to_owned();
    let (changes, done) = write(&test.store, |tx| {
        let mut import = tx.import(now());
        Ok((
            import.organisations(&rows.iter().collect::<Vec<_>>())?,
            import.counts(),
        ))
    });
    let numbers: Vec<i64> = changes.iter().map(|change| number(*change)).collect();
    assert_eq!(
        changes,
        [
            RegisterChange::Unchanged(numbers[0]),
            RegisterChange::Added(numbers[1]),
            RegisterChange::Changed(numbers[2]),
            RegisterChange::Changed(numbers[1]),
        ]
    );
    assert_eq!(done, counts(1, 2, 1, 0));
    let party = read(&test.store, |tx| tx.party(numbers[1])).unwrap();
    assert_eq!(party.name, "Newer");
    // What one by one finds nothing to change in is whole: class and role too.
    let again = write(&test.store, |tx| tx.import(now()).organisation(&rows[3]));
    assert_eq!(again, RegisterChange::Unchanged(numbers[1]));

    let contact = |organisation: &str, email: &str| ContactRow {
        organisation: organisation.to_owned(),
        role: "security".to_owned(),
        email: email.parse().unwrap(),
        severities: SeveritySet::ALL,
        language: None,
        reader: None,
    };
    let rows = [
        contact("new", "a@new.example"),
        contact("nobody", "a@nobody.example"),
        contact("new", "a@new.example"),
        contact("bakery", "a@new.example"),
    ];
    let changes = write(&test.store, |tx| {
        tx.import(now()).contacts(&rows.iter().collect::<Vec<_>>())
    });
    let numbers: Vec<i64> = changes.iter().map(|change| number(*change)).collect();
    assert_eq!(
        changes,
        [
            RegisterChange::Added(numbers[0]),
            RegisterChange::UnknownOrganisation,
            RegisterChange::Unchanged(numbers[0]),
            RegisterChange::Added(numbers[3]),
        ]
    );
}

fn many_assets_at_once_become_what_they_become_one_by_one(test: &TestStore) {
    register().import(&test.store, now());
    let rows = RegisterBuilder::new()
        .asset("bakery", "domain", "Bakery.example.")
        .asset("bakery", "domain", "new.example")
        .asset("nobody", "domain", "nobody.example")
        .asset("bakery", "domain", "NEW.example")
        .asset("bakery", "domain", "bakery.example")
        .assets;
    let rows: Vec<_> = rows.iter().collect();
    let (changes, done) = write(&test.store, |tx| {
        let mut import = tx.import(now());
        Ok((import.assets(&rows)?, import.counts()))
    });
    let (known, new) = (number(changes[0]), number(changes[1]));
    assert_eq!(
        changes,
        [
            RegisterChange::Unchanged(known),
            RegisterChange::Added(new),
            RegisterChange::UnknownOrganisation,
            RegisterChange::Changed(new),
            RegisterChange::Changed(known),
        ]
    );
    assert_eq!(done, counts(1, 2, 1, 0));
}

fn the_same_asset_with_another_first_day_is_another_holding(test: &TestStore) {
    let held = |from, until| {
        RegisterBuilder::new()
            .organisation_without_contact("bakery", LegalClass::OtherBusiness)
            .asset_held("bakery", "address", "192.0.2.1", from, until)
    };
    held(Some(day("2025-01-01")), Some(day("2025-06-01"))).import(&test.store, now());
    held(Some(day("2026-01-01")), None).import(&test.store, now());
    assert_eq!(asset_texts(test).len(), 2);
    held(Some(day("2025-01-01")), Some(day("2025-07-01"))).import(&test.store, now());
    assert_eq!(
        asset_texts(test).len(),
        2,
        "another last day changes the holding"
    );
}

fn the_as_table_is_given_back(test: &TestStore) {
    let register = RegisterBuilder::new()
        .announced("192.0.2.0/24", 64_496)
        .announced("2001:db8::/32", 4_294_967_295);
    register.import(&test.store, now());
    let mut rows = Vec::new();
    read(&test.store, |tx| tx.each_as_prefix(|row| rows.push(row)));
    rows.sort_by_key(|row| row.asn);
    assert_eq!(rows, register.as_table);
}

fn one_mailbox_for_several_networks_is_one_recipient(test: &TestStore) {
    RegisterBuilder::new()
        .network("192.0.2.0/25", "Provider", "abuse@provider.example")
        .network("192.0.2.128/25", "Provider", "abuse@provider.example")
        .import(&test.store, now());
    let mut parties = Vec::new();
    read(&test.store, |tx| {
        tx.each_network(|network| parties.push(network.party_no))
    });
    assert_eq!(parties.len(), 2);
    assert_eq!(parties[0], parties[1]);
}

fn asset_texts(test: &TestStore) -> Vec<String> {
    let mut texts = Vec::new();
    read(&test.store, |tx| {
        tx.each_asset(|asset| texts.push(asset.value.to_owned()))
    });
    texts
}

both_engines!(
    what_is_imported_is_exported_as_it_was_written,
    a_second_import_of_the_same_rows_changes_nothing,
    a_row_that_says_something_else_changes_the_row_that_was_there,
    rows_that_a_file_does_not_have_stay_unless_it_replaces,
    a_closed_row_opens_again_under_its_number,
    replacing_contacts_keeps_the_mailboxes_of_networks,
    replacing_contacts_keeps_the_mailbox_of_a_network_that_is_closed_too,
    replacing_keeps_what_organisations_made_themselves,
    an_organisation_that_a_replacing_file_does_not_have_is_closed_with_its_assets,
    a_row_of_an_unknown_organisation_is_said_so_and_not_stored,
    many_organisations_and_contacts_at_once_become_what_they_become_one_by_one,
    many_assets_at_once_become_what_they_become_one_by_one,
    the_same_asset_with_another_first_day_is_another_holding,
    the_as_table_is_given_back,
    one_mailbox_for_several_networks_is_one_recipient,
);
