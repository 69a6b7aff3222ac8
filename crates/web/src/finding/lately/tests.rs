use model::register::ContactRow;
use model::{EmailAddress, Reader, ReadingHours, SeveritySet, Timestamp};
use testkit::{RegisterBuilder, Report, days_later, now};

use super::*;
use crate::testing::TestSite;

const TIMINGS: [(ReadingHours, &str); 4] = [
    (ReadingHours::Unsaid, "now"),
    (ReadingHours::Always, "4h"),
    (ReadingHours::Office, "daily 06:00 16:30"),
    (ReadingHours::Unsaid, "mon 09:00"),
];

/// Every choice of severities, language and reader with every timing, each at an address of its own.
fn contacts() -> Vec<(ContactRow, Timing)> {
    let mut contacts = Vec::new();
    for severities in ["", "critical", "high low", "info medium"] {
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

/// An open remote desktop of each severity, at addresses that no other day has.
fn report(day: i64) -> Report {
    let severities = ["critical", "high", "medium", "low", "info"];
    let rows = severities.iter().zip(1..);
    rows.fold(Report::new("scan_rdp"), |report, (severity, host)| {
        let at = days_later(day).to_string();
        report.row(&[
            ("timestamp", &at),
            ("ip", &format!("192.0.2.{}", day * 10 + host)),
            ("port", "3389"),
            ("protocol", "tcp"),
            ("severity", severity),
        ])
    })
}

/// What tells messages to one address apart, and when each goes out.
type Sent = (i64, i16, Timestamp);

fn sent_of(message: &Notification, at: Timestamp) -> Sent {
    (message.key.window_no, message.key.severity.code(), at)
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
                sent.push(sent_of(&message, delivery.due_at));
            }
        }
    }
    Ok(sent)
}

#[test]
fn the_preview_of_each_contact_is_what_the_flow_sends_it_under_the_same_choices() {
    let mut site = TestSite::new();
    let contacts = contacts();
    let mut register = RegisterBuilder::new()
        .organisation_without_contact("bakery", model::LegalClass::OtherBusiness)
        .asset("bakery", "prefix", "192.0.2.0/24");
    register.contacts = contacts.iter().map(|(row, _)| row.clone()).collect();
    site.desk.import(&register);
    let party_no = site.store().read(|tx| tx.party_no("bakery"));
    let party_no = party_no.unwrap().unwrap();
    let chosen = site.store().write(|tx| {
        tx.set_usual(party_no, Some(Language::Nl), Some(Reader::Administrator))?;
        for (row, timing) in &contacts {
            tx.put_own_contact(party_no, row, timing, now())?;
        }
        tx.announce_register(now())
    });
    chosen.unwrap();
    // A Wednesday, and the Saturday after it. What was planned is read at once: what nobody hands over in time waits longer.
    let mut sent: Vec<Vec<Sent>> = vec![Vec::new(); contacts.len()];
    for day in [0, 3] {
        site.desk.at(days_later(day));
        site.desk.report(&report(day));
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
        for ((row, timing), sent) in contacts.iter().zip(&sent) {
            let got = lately.received(&ContactChoice {
                severities: row.severities,
                language: row.language,
                reader: row.reader,
            });
            let out = got
                .iter()
                .map(|one| sent_of(one, lately.out_at(one, timing)));
            let mut out: Vec<Sent> = out.collect();
            out.sort_unstable();
            assert!(!out.is_empty(), "{row:?}");
            let mut sent = sent.clone();
            sent.sort_unstable();
            assert_eq!(out, sent, "{row:?} {timing:?}");
        }
        Ok::<_, StoreError>(())
    });
    checked.unwrap();
}
