use model::register::ContactRow;
use model::{EmailAddress, MessageKind, Reader, ReadingHours, SeveritySet, Threshold, Timestamp};
use testkit::{RegisterBuilder, Report, days_later, now};

use super::*;
use crate::testing::TestSite;

const TIMINGS: [(ReadingHours, &str); 4] = [
    (ReadingHours::Unsaid, "now"),
    (ReadingHours::Always, "4h"),
    (ReadingHours::Office, "daily 06:00 16:30"),
    (ReadingHours::Unsaid, "mon 09:00"),
];

/// The choices of severities, with every language, reader and timing, each at an address of its own.
fn contacts(severities: &[&str]) -> Vec<(ContactRow, Timing)> {
    let mut contacts = Vec::new();
    for severities in severities {
        for (language, reader) in [(None, None), (Some(Language::En), Some(Reader::Soc))] {
            for (hours, rhythm) in TIMINGS {
                let email = format!("c{}@bakery.example", contacts.len());
                let row = ContactRow {
                    organisation: "bakery".to_owned(),
                    role: "security".to_owned(),
                    email: email.parse().unwrap(),
                    severities: severities.parse::<SeveritySet>().unwrap(),
                    language,
                    reader,
                };
                let rhythm = rhythm.parse().unwrap();
                contacts.push((row, Timing { hours, rhythm }));
            }
        }
    }
    contacts
}

/// An open remote desktop and an abused system of each severity, at addresses that no other day has; in the laboratory too.
fn reports(day: i64) -> [Report; 2] {
    let at = days_later(day).to_string();
    let both = [
        Report::new("scan_rdp"),
        Report::new("event4_honeypot_brute_force"),
    ];
    let severities = ["critical", "high", "medium", "low", "info"];
    let hosts = severities.iter().zip(1..);
    hosts.fold(both, |[target, victim], (severity, host)| {
        let address = |side: i64| format!("192.0.2.{}", side + day * 10 + host);
        let target = [0, 128].iter().fold(target, |report, side| {
            report.row(&[
                ("timestamp", &at),
                ("ip", &address(*side)),
                ("port", "3389"),
                ("protocol", "tcp"),
                ("severity", severity),
            ])
        });
        let victim = [0, 128].iter().fold(victim, |report, side| {
            report.row(&[
                ("timestamp", &at),
                ("src_ip", &address(*side)),
                ("src_port", "51515"),
                ("dst_port", "22"),
                ("protocol", "tcp"),
                ("severity", severity),
            ])
        });
        [target, victim]
    })
}

/// What tells messages to one address apart, how many findings each has, and when it goes out.
type Sent = (i64, i16, i16, i64, Timestamp);

fn sent_of(message: &Notification, findings: i64, at: Timestamp) -> Sent {
    let key = &message.key;
    (
        key.window_no,
        key.severity.code(),
        key.role.code(),
        findings,
        at,
    )
}

/// First attempts to an address, as the flow planned them.
fn planned(
    tx: &mut Tx<'_>,
    (party_no, since): (i64, Timestamp),
    email: &EmailAddress,
) -> Result<Vec<Sent>, StoreError> {
    let mut sent = Vec::new();
    for message in tx.messages_since(party_no, since, MESSAGES_MAX)? {
        for delivery in tx.deliveries_of(message.notification_no)? {
            if delivery.address == *email {
                sent.push(sent_of(&message, message.lines, delivery.due_at));
            }
        }
    }
    Ok(sent)
}

/// What the flow told without a mail.
fn unmailed(tx: &mut Tx<'_>, party_no: i64) -> Result<Unmailed, StoreError> {
    let mut unmailed = Unmailed::default();
    for message in tx.messages_since(party_no, days_later(-1), MESSAGES_MAX)? {
        match message.key.kind {
            MessageKind::Alert | MessageKind::AllClear => {}
            MessageKind::BelowThreshold => unmailed.below_threshold += message.lines,
            MessageKind::NotWanted => unmailed.not_wanted += message.lines,
        }
    }
    Ok(unmailed)
}

/// A threshold for all systems, and one for the laboratory where it has its own.
type Chosen<'c> = ((&'c str, &'c str), Option<(&'c str, &'c str)>);

fn threshold((target, victim): (&str, &str)) -> Threshold {
    Threshold::new(target.parse().unwrap(), victim.parse().unwrap()).unwrap()
}

/// Takes reports in on a Wednesday and the Saturday after it, and compares what was planned with the preview. What was planned
/// is read at once: what nobody hands over in time waits longer.
fn check((usual, laboratory): Chosen<'_>, severities: &[&str], want_unmailed: (bool, bool)) {
    let mut site = TestSite::new();
    let contacts = contacts(severities);
    let mut register = RegisterBuilder::new()
        .organisation_without_contact("bakery", model::LegalClass::OtherBusiness)
        .asset("bakery", "prefix", "192.0.2.0/25")
        .asset("bakery", "prefix", "192.0.2.128/25");
    register.contacts = contacts.iter().map(|(row, _)| row.clone()).collect();
    site.desk.import(&register);
    let party_no = site.store().read(|tx| tx.party_no("bakery"));
    let party_no = party_no.unwrap().unwrap();
    let chosen = site.store().write(|tx| {
        tx.set_usual(party_no, Some(Language::Nl), Some(Reader::Administrator))?;
        for (row, timing) in &contacts {
            tx.put_own_contact(party_no, row, timing, now())?;
        }
        let group_no = tx.ensure_asset_group(party_no, "laboratory")?;
        let group = store::AssetChange::Group(Some(group_no));
        tx.change_own_assets(party_no, &[2], group, now())?;
        let thresholds = Thresholds {
            usual: threshold(usual),
            groups: laboratory
                .map(|own| (group_no, threshold(own)))
                .into_iter()
                .collect(),
        };
        tx.put_thresholds(party_no, &thresholds)?;
        tx.announce_register(now())
    });
    chosen.unwrap();
    let mut sent: Vec<Vec<Sent>> = vec![Vec::new(); contacts.len()];
    for day in [0, 3] {
        site.desk.at(days_later(day));
        for report in reports(day) {
            site.desk.report(&report);
        }
        site.desk.work();
        for ((row, _), sent) in contacts.iter().zip(&mut sent) {
            let now = days_later(day);
            let planned = site
                .store()
                .read(|tx| planned(tx, (party_no, now), &row.email));
            sent.extend(planned.unwrap());
        }
    }
    let checked = site.store().read(|tx| {
        let lately = Lately::read(tx, party_no, days_later(3))?;
        let mut choices = Vec::new();
        for ((row, timing), sent) in contacts.iter().zip(&mut sent) {
            let choice = ContactChoice {
                severities: row.severities,
                language: row.language,
                reader: row.reader,
            };
            let got = lately.received(&choice);
            let out = got
                .iter()
                .map(|(one, findings)| sent_of(one, *findings, lately.out_at(one, timing)));
            let mut out: Vec<Sent> = out.collect();
            out.sort_unstable();
            assert!(!out.is_empty(), "{row:?}");
            sent.sort_unstable();
            assert_eq!(out, *sent, "{usual:?} {laboratory:?} {row:?} {timing:?}");
            choices.push(choice);
        }
        let found = lately.unmailed(choices.iter());
        assert_eq!(found, unmailed(tx, party_no)?);
        let has = (found.below_threshold > 0, found.not_wanted > 0);
        assert_eq!(has, want_unmailed, "{usual:?} {laboratory:?}");
        Ok::<_, StoreError>(())
    });
    checked.unwrap();
}

#[test]
fn the_preview_of_each_contact_is_what_the_flow_sends_it_under_the_same_choices() {
    let all = ["", "critical", "high low", "info medium"];
    let (none, few) = (("info", "info"), ["critical", "high low"]);
    check((none, None), &all, (false, false));
    check((none, None), &few, (false, true));
    check((("high", "medium"), None), &all, (true, false));
    check((none, Some(("critical", "high"))), &all, (true, false));
    check((("critical", "low"), Some(none)), &few, (true, true));
}
