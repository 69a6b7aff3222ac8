//! Words in which tests say what they expect.

use model::ReleaseRule;
use store::{DeskChange, NotificationState};
use testkit::{Desk, Report, days_later};

/// Who was told of how many lines: `bakery 1, hospital 2`.
pub(crate) fn told(desk: &Desk) -> String {
    let told: Vec<_> = desk
        .told()
        .iter()
        .map(|(reference, lines)| format!("{reference} {lines}"))
        .collect();
    told.join(", ")
}

/// What waits for a person: `dispute 1, unresolved 2`.
pub(crate) fn queued(desk: &Desk) -> String {
    let queued: Vec<_> = desk
        .queued()
        .iter()
        .map(|(kind, items)| format!("{kind} {items}"))
        .collect();
    queued.join(", ")
}

/// An hour before noon of the day that many days after the first one, as reports write it.
pub(crate) fn moment(days: i64) -> String {
    days_later(days)
        .plus_seconds(-3600)
        .to_string()
        .replace('T', " ")
        .replace('Z', "")
}

/// A report of an open remote desktop at each address, seen on the first day.
pub(crate) fn rdp(addresses: &[&str]) -> Report {
    rdp_on(0, addresses)
}

/// The same, seen on a later day.
pub(crate) fn rdp_on(days: i64, addresses: &[&str]) -> Report {
    addresses
        .iter()
        .fold(Report::new("scan_rdp"), |report, address| {
            report.row(&[
                ("timestamp", &moment(days)),
                ("ip", address),
                ("port", "3389"),
                ("protocol", "tcp"),
                ("severity", "high"),
            ])
        })
}

/// Makes the desk approve alerts by hand.
pub(crate) fn hold_alerts(desk: &Desk) {
    let change = DeskChange {
        alert_rule: Some(ReleaseRule::Hold),
        ..DeskChange::default()
    };
    let done = desk.flow.store.write(|tx| {
        let desk = tx.desk_named(None)?.expect("there is a desk");
        tx.change_desk(desk, &change)
    });
    done.unwrap();
}

/// How far each notification is, by number.
pub(crate) fn states(desk: &Desk) -> Vec<NotificationState> {
    let mut states = Vec::new();
    let read = desk.flow.store.read(|tx| {
        tx.each_notification(|found| {
            states.push(found.state);
            Ok(())
        })
    });
    read.unwrap();
    states
}
