//! The register changes, and what the desk already knows is matched and routed again.

use model::LegalClass;
use store::{NotificationState, QueueState};
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines};

use crate::checks::{hold_alerts, queued, rdp, rdp_on, states, told};

fn register() -> RegisterBuilder {
    RegisterBuilder::new()
        .organisation("provider")
        .organisation("hospital")
        .organisation("bakery")
        .asset("provider", "prefix", "192.0.2.0/24")
        .asset("hospital", "prefix", "192.0.2.8/29")
        .asset("bakery", "domain", "bakery.example")
        .network("198.51.100.0/24", "Holder", "abuse@holder.example")
}

fn report() -> Report {
    rdp(&[
        "192.0.2.1",
        "192.0.2.9",
        "192.0.2.10",
        "198.51.100.1",
        "203.0.113.1",
    ])
    .row(&[
        ("ip", "203.0.113.2"),
        ("port", "3389"),
        ("hostname", "rdp.bakery.example"),
    ])
}

/// Every match as endpoint, asset, dimension and rank.
fn matches(desk: &Desk) -> Vec<String> {
    let read = desk.flow.store.read(|tx| {
        let mut found = Vec::new();
        tx.each_match(|matched| {
            found.push(matched);
            Ok(())
        })?;
        let mut texts = Vec::new();
        for matched in found {
            let (key, _) = tx
                .finding(matched.finding_no)?
                .expect("the finding of a match is there");
            let asset = tx
                .asset(matched.asset_no)?
                .expect("the asset of a match is there");
            texts.push(format!(
                "{:?} {} {} {}",
                key.endpoint, asset.value, matched.dimension, matched.rank
            ));
        }
        texts.sort();
        Ok::<_, store::StoreError>(texts)
    });
    read.unwrap()
}

fn assets_that_come_after_the_report_give_what_assets_before_it_give(test: &TestStore) {
    let before = Desk::of(test);
    before.import(&register());
    before.report(&report());
    before.work();

    let other = TestStore::new(test.engine());
    let after = Desk::of(&other);
    after.report(&report());
    after.work();
    assert_eq!(
        (told(&after).as_str(), queued(&after).as_str()),
        ("", "unresolved 6")
    );
    after.import(&register());
    after.work();

    assert_eq!(
        told(&before),
        "abuse:abuse@holder.example 1, bakery 1, hospital 2, provider 1"
    );
    assert_eq!(told(&after), told(&before));
    assert_eq!(queued(&after), queued(&before));
    assert_eq!(matches(&after), matches(&before));
    assert_eq!(after.mails().len(), before.mails().len());
}

fn a_held_line_moves_to_the_new_owner(test: &TestStore) {
    let desk = Desk::of(test);
    hold_alerts(&desk);
    desk.import(&register());
    desk.report(&rdp(&["192.0.2.9", "192.0.2.10"]));
    desk.work();
    assert_eq!(told(&desk), "hospital 2");
    let moved = RegisterBuilder::new()
        .asset("provider", "prefix", "192.0.2.0/24")
        .asset("hospital", "address", "192.0.2.10")
        .replacing();
    desk.import(&moved);
    desk.work();
    assert_eq!(told(&desk), "hospital 1, provider 1");
    assert!(
        states(&desk)
            .iter()
            .all(|state| *state == NotificationState::Held),
        "{:?}",
        states(&desk)
    );
}

fn a_message_that_lost_its_last_line_is_withheld(test: &TestStore) {
    let desk = Desk::of(test);
    hold_alerts(&desk);
    desk.import(&register());
    desk.report(&rdp(&["192.0.2.9"]));
    desk.work();
    desk.import(
        &RegisterBuilder::new()
            .asset("bakery", "prefix", "192.0.2.8/29")
            .replacing(),
    );
    desk.work();
    assert_eq!(told(&desk), "bakery 1");
    assert_eq!(
        states(&desk),
        [NotificationState::Withheld, NotificationState::Held]
    );
    // And back again: the first owner is told anew.
    desk.import(&register());
    desk.import(
        &RegisterBuilder::new()
            .asset("hospital", "prefix", "192.0.2.8/29")
            .replacing(),
    );
    desk.work();
    assert_eq!(told(&desk), "hospital 1");
}

fn what_was_sent_stays_sent_and_the_new_owner_is_told_too(test: &TestStore) {
    let desk = Desk::of(test);
    desk.import(&register());
    desk.report(&rdp(&["192.0.2.9"]));
    desk.work();
    desk.import(
        &RegisterBuilder::new()
            .asset("bakery", "prefix", "192.0.2.8/29")
            .replacing(),
    );
    desk.work();
    assert_eq!(told(&desk), "bakery 1, hospital 1");
    let addresses: Vec<_> = desk.mails().into_iter().map(|mail| mail.to).collect();
    assert_eq!(
        addresses,
        ["security@bakery.example", "security@hospital.example"]
    );
}

fn an_import_that_ends_one_of_two_claims_tells_the_other(test: &TestStore) {
    let desk = Desk::of(test);
    desk.import(&register().asset("bakery", "prefix", "192.0.2.8/29"));
    desk.report(&rdp(&["192.0.2.9"]));
    desk.work();
    assert_eq!(
        (told(&desk).as_str(), queued(&desk).as_str()),
        ("", "dispute 1")
    );
    let ended = RegisterBuilder::new()
        .asset("provider", "prefix", "192.0.2.0/24")
        .asset("bakery", "prefix", "192.0.2.8/29")
        .replacing();
    desk.import(&ended);
    desk.work();
    assert_eq!(
        (told(&desk).as_str(), queued(&desk).as_str()),
        ("bakery 1", "")
    );
    let resolved = desk
        .status()
        .queue
        .iter()
        .any(|(_, state, items)| *state == QueueState::Resolved && *items == 1);
    assert!(resolved, "the item is kept as resolved");
}

fn a_second_claim_takes_back_what_was_not_approved(test: &TestStore) {
    let desk = Desk::of(test);
    hold_alerts(&desk);
    desk.import(&register());
    desk.report(&rdp(&["192.0.2.9"]));
    desk.work();
    assert_eq!(told(&desk), "hospital 1");
    desk.import(&RegisterBuilder::new().asset("bakery", "prefix", "192.0.2.8/29"));
    desk.work();
    assert_eq!(
        (told(&desk).as_str(), queued(&desk).as_str()),
        ("", "dispute 1")
    );
}

fn a_contact_that_comes_later_is_told_of_what_waited_for_it(test: &TestStore) {
    let desk = Desk::of(test);
    let silent = RegisterBuilder::new()
        .organisation_without_contact("silent", LegalClass::Essential)
        .asset("silent", "address", "192.0.2.1");
    desk.import(&silent);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    assert_eq!(
        (told(&desk).as_str(), queued(&desk).as_str()),
        ("", "no-contact 1")
    );
    desk.import(&RegisterBuilder::new().contact("silent", "now@silent.example"));
    desk.work();
    assert_eq!(
        (told(&desk).as_str(), queued(&desk).as_str()),
        ("silent 1", "")
    );
    assert_eq!(desk.mails()[0].to, "now@silent.example");
}

fn an_owner_who_leaves_the_register_leaves_its_findings_to_the_holder(test: &TestStore) {
    let desk = Desk::of(test);
    hold_alerts(&desk);
    desk.import(&register().asset("hospital", "address", "198.51.100.1"));
    desk.report(&rdp(&["198.51.100.1"]));
    desk.work();
    assert_eq!(told(&desk), "hospital 1");
    desk.import(
        &RegisterBuilder::new()
            .organisation("provider")
            .organisation("bakery")
            .replacing(),
    );
    desk.work();
    assert_eq!(told(&desk), "abuse:abuse@holder.example 1");
}

fn a_network_that_comes_later_resolves_what_nobody_knew(test: &TestStore) {
    let desk = Desk::of(test);
    desk.report(&rdp(&["203.0.113.1"]));
    desk.work();
    assert_eq!(queued(&desk), "unresolved 1");
    desk.import(&RegisterBuilder::new().network(
        "203.0.113.0/24",
        "Holder",
        "abuse@holder.example",
    ));
    desk.work();
    assert_eq!(
        (told(&desk).as_str(), queued(&desk).as_str()),
        ("abuse:abuse@holder.example 1", "")
    );
}

fn an_import_that_changes_nothing_tells_nobody_anything(test: &TestStore) {
    let desk = Desk::of(test);
    desk.import(&register());
    desk.report(&report());
    desk.work();
    let before = desk.status();
    desk.import(&register());
    desk.import(&RegisterBuilder::new().organisation("new").asset(
        "new",
        "address",
        "198.51.100.250",
    ));
    desk.work();
    assert_eq!(desk.status(), before);
}

fn a_closed_asset_still_stands_in_the_message_that_cites_it(test: &TestStore) {
    let desk = Desk::of(test);
    hold_alerts(&desk);
    desk.import(&register());
    desk.report(&rdp(&["192.0.2.9"]));
    desk.work();
    // Approved, and then the asset goes before the message does.
    let approved = desk.flow.store.write(|tx| {
        let now = desk.flow.clock.now();
        tx.move_notification(
            1,
            &[NotificationState::Held],
            NotificationState::Approved,
            "",
            (now, "analyst"),
        )
    });
    assert!(approved.unwrap());
    desk.import(
        &RegisterBuilder::new()
            .asset("bakery", "domain", "bakery.example")
            .replacing(),
    );
    desk.work();
    let mails = desk.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].body.contains("192.0.2.8/29"), "{}", mails[0].body);
}

fn a_report_of_the_next_day_meets_the_register_as_it_is_then(test: &TestStore) {
    let mut desk = Desk::of(test);
    desk.import(&register());
    desk.report(&rdp(&["192.0.2.9"]));
    desk.work();
    desk.at(testkit::days_later(1));
    desk.import(&RegisterBuilder::new().asset("bakery", "address", "192.0.2.9"));
    // The report comes before the register's change was worked through.
    desk.report(&rdp_on(1, &["192.0.2.9"]));
    desk.work();
    assert_eq!(told(&desk), "bakery 1, hospital 1");
    assert_eq!(desk.status().findings, 1);
}

both_engines!(
    assets_that_come_after_the_report_give_what_assets_before_it_give,
    a_held_line_moves_to_the_new_owner,
    a_message_that_lost_its_last_line_is_withheld,
    what_was_sent_stays_sent_and_the_new_owner_is_told_too,
    an_import_that_ends_one_of_two_claims_tells_the_other,
    a_second_claim_takes_back_what_was_not_approved,
    a_contact_that_comes_later_is_told_of_what_waited_for_it,
    an_owner_who_leaves_the_register_leaves_its_findings_to_the_holder,
    a_network_that_comes_later_resolves_what_nobody_knew,
    an_import_that_changes_nothing_tells_nobody_anything,
    a_closed_asset_still_stands_in_the_message_that_cites_it,
    a_report_of_the_next_day_meets_the_register_as_it_is_then,
);
