//! The steps of the tour, and what is told about each.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use message::compose;
use model::{ContactPhone, Endpoint, Language, Reader, ReleaseRule};
use pipeline::Flow;
use pipeline::gather::{GatherOptions, Outcome, gather};
use pipeline::worker::{Silent, Worked, Worker};
use store::{DeskChange, NamedNotification, NotificationState, QueueKind, StoreError};

use super::next::Next;
use super::people::Invited;
use super::{data, people};
use crate::commands::import::{Mode, import};
use crate::commands::status::StatusView;
use crate::lifecycle::lock_worker;
use crate::output::{Table, counted, severity_mark};
use crate::session::{Session, actor};

/// Findings of each queue that are shown.
const SHOWN_MAX: i64 = 5;

/// A guided tour through a fresh folder.
pub(super) struct Tour {
    /// The program as it was called.
    pub(super) program: String,
    /// Folder of the example reports.
    pub(super) reports: PathBuf,
}

impl Tour {
    pub(super) fn run(&self, session: &mut Session, started: Instant) -> anyhow::Result<()> {
        // It is said at its own place.
        let quiet = std::mem::replace(&mut session.quiet, true);
        let flow = session.open_flow()?;
        session.quiet = quiet;
        let _lock = lock_worker(&session.settings, &flow.store)?;
        if session.json {
            self.prepare(session, &flow, &mut std::io::sink())?;
            let people = people::invite(session, &flow.store)?;
            return self.answer_json(session, &flow, &people);
        }
        let mut out = std::mem::replace(&mut session.out, crate::output::Out::new());
        let folder = session.settings.data.display().to_string();
        writeln!(
            out,
            "A guided tour of Seinpost, in {folder}. Names are made up, nobody is mailed."
        )?;
        let told = self.prepare(session, &flow, &mut out)?;
        let people = people::invite(session, &flow.store)?;
        show_told(&mut out, &flow, &told)?;
        show_waiting(&mut out, &flow)?;
        show_messages(&mut out, &flow, &told)?;
        let mails = fs::read_dir(session.settings.data.join("outbox"))?.count();
        heading(&mut out, 7, "Where everything is")?;
        writeln!(
            out,
            "   {} as files (.eml): {folder}/outbox",
            counted(mails as i64, "mail")
        )?;
        writeln!(
            out,
            "   the register and the reports that went in: {folder}/input"
        )?;
        writeln!(
            out,
            "   this took {:.1} seconds",
            started.elapsed().as_secs_f64()
        )?;
        let next = Next::new(&self.program, &session.settings.data);
        people::show(&mut out, &next, &people)?;
        next.show(&mut out, &flow, &told)?;
        out.flush()?;
        Ok(())
    }

    /// Everything up to the messages in the outbox; gives who was told.
    fn prepare(
        &self,
        session: &Session,
        flow: &Flow,
        out: &mut impl Write,
    ) -> anyhow::Result<Vec<NamedNotification>> {
        self.bring_in_register(session, flow, out)?;
        set_desk(session, flow, out)?;
        self.take_in_reports(flow, out)?;
        heading(
            out,
            4,
            "Work: read every row, find whose it is, make the messages (work --until-idle)",
        )?;
        show_worked(out, &Worker::new(flow, &Silent).run_until_idle()?)?;
        show_bad_rows(out, flow)?;
        let mut told = Vec::new();
        flow.store.read(|tx| {
            told.clear();
            tx.each_named_notification(|notification| {
                told.push(notification);
                Ok(())
            })
        })?;
        Ok(told)
    }

    fn bring_in_register(
        &self,
        session: &Session,
        flow: &Flow,
        out: &mut impl Write,
    ) -> anyhow::Result<()> {
        heading(
            out,
            1,
            "The register: who there is, and what is theirs (import)",
        )?;
        let mode = Mode {
            replace: false,
            dry_run: false,
            now: session.now(),
            progress: None,
        };
        for (kind, name, text) in data::REGISTER {
            let imported = import(&flow.store, *kind, text.as_bytes(), &mode, |_| {})?;
            writeln!(
                out,
                "   {name:<18} {} taken in",
                counted(i128::from(imported.counts.added), "row")
            )?;
        }
        give_numbers(session, flow)
    }

    fn take_in_reports(&self, flow: &Flow, out: &mut impl Write) -> anyhow::Result<()> {
        heading(out, 3, "Reports come in (gather)")?;
        let mut files: Vec<PathBuf> = fs::read_dir(&self.reports)?
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<_>>()?;
        files.sort();
        // The first once more, as happens: a delivery that came before is known by its content.
        files.extend(files.first().cloned());
        for path in files {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            for taken in gather(flow, &name, File::open(&path)?, &GatherOptions::default())? {
                let what = match taken.outcome {
                    Outcome::Batch { .. } => "taken in".to_owned(),
                    Outcome::Duplicate { .. } => "came before: not taken in again".to_owned(),
                    Outcome::Refused { reason } | Outcome::Later { reason } => {
                        format!("refused: {reason}")
                    }
                };
                writeln!(out, "   {:<52} {what}", taken.name)?;
            }
        }
        Ok(())
    }

    fn answer_json(
        &self,
        session: &mut Session,
        flow: &Flow,
        people: &[Invited],
    ) -> anyhow::Result<()> {
        let status = StatusView::read(&flow.store)?;
        let data = session.settings.data.display().to_string();
        let outbox = format!("{data}/outbox");
        Ok(session.out.json(&serde_json::json!({
            "data": data, "outbox": outbox, "people": people, "status": status
        }))?)
    }
}

pub(super) fn heading(out: &mut impl Write, number: u32, text: &str) -> std::io::Result<()> {
    writeln!(out, "\n{number}. {text}\n")
}

/// Some contacts can be called: a list of contacts has no numbers.
fn give_numbers(session: &Session, flow: &Flow) -> anyhow::Result<()> {
    let now = session.now();
    flow.store.write(|tx| {
        for (reference, number, is_always) in data::NUMBERS {
            let party_no = tx.party_no(reference)?.ok_or(StoreError::Conflict)?;
            tx.confirm_own_contacts(party_no, now)?;
            let number = number.parse().map_err(|_| StoreError::Conflict)?;
            let phone = ContactPhone {
                number,
                is_always: *is_always,
            };
            for contact in tx.own_contacts(party_no)? {
                tx.put_contact_phone((party_no, contact.contact_no), Some(&phone))?;
            }
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

fn set_desk(session: &Session, flow: &Flow, out: &mut impl Write) -> anyhow::Result<()> {
    heading(out, 2, "The desk: who warns, and on what basis (desk set)")?;
    let change = DeskChange {
        name: Some("CSIRT Voorbeeld".into()),
        sender: Some("waarschuwing@csirt-voorbeeld.example".parse()?),
        reply_to: Some("meldpunt@csirt-voorbeeld.example".parse()?),
        phone: Some("+31 70 000 00 00".into()),
        privacy_nl: Some(
            "Hoe wij met gegevens omgaan leest u op csirt-voorbeeld.example/privacy.".into(),
        ),
        privacy_en: Some(
            "How we handle data is explained at csirt-voorbeeld.example/en/privacy.".into(),
        ),
        lawful_basis: Some("Cyberbeveiligingswet, artikel 16 (voorbeeld)".into()),
        time_zone: Some("Europe/Amsterdam".parse()?),
        language: Some(Language::Nl),
        alert_rule: Some(ReleaseRule::Send),
        ..DeskChange::default()
    };
    let now = session.now();
    let desk = flow.store.write(|tx| {
        let desk = tx.desk_named(None)?.ok_or(StoreError::Conflict)?;
        let desk = tx.change_desk(desk, &change)?;
        tx.record(now, &actor(), "set", "desk", "the demonstration")?;
        Ok::<_, StoreError>(desk)
    })?;
    writeln!(
        out,
        "   {}, answers go to {}",
        desk.name,
        desk.reply_to.map(|to| to.to_string()).unwrap_or_default()
    )?;
    Ok(())
}

fn show_worked(out: &mut impl Write, worked: &Worked) -> std::io::Result<()> {
    let (jobs, mails) = (i128::from(worked.jobs), i128::from(worked.handed_over));
    writeln!(
        out,
        "   {} done, {} written to the outbox",
        counted(jobs, "job"),
        counted(mails, "mail")
    )?;
    for problem in worked.failures.iter().chain(&worked.not_handed_over) {
        writeln!(out, "   {problem}")?;
    }
    Ok(())
}

/// A bad row costs itself alone, and is listed.
fn show_bad_rows(out: &mut impl Write, flow: &Flow) -> anyhow::Result<()> {
    let mut table = Table::new(["delivery", "line", "field", "reason"]);
    for batch in flow.store.read(|tx| tx.newest_batches(100))? {
        for (line, _, field, reason) in flow.store.read(|tx| tx.issues(batch.batch_no, 100))? {
            table.row([batch.batch_no.to_string(), line.to_string(), field, reason]);
        }
    }
    writeln!(out, "\n   Bad rows cost themselves alone (batch show):")?;
    Ok(table.write(out, "   ")?)
}

fn show_told(out: &mut impl Write, flow: &Flow, told: &[NamedNotification]) -> anyhow::Result<()> {
    heading(out, 5, "Who is told about what")?;
    let mut table = Table::new([
        "message", "severity", "threat", "findings", "told", "in", "to",
    ]);
    for told in told {
        let notification = &told.notification;
        let key = &notification.key;
        let number = notification.notification_no;
        let deliveries = flow.store.read(|tx| tx.deliveries_of(number))?;
        let addresses: Vec<_> = deliveries
            .iter()
            .map(|delivery| delivery.address.to_string())
            .collect();
        table.row([
            notification.reference(),
            severity_mark(key.severity),
            told.threat.clone(),
            notification.lines.to_string(),
            told.recipient.clone(),
            key.language.to_string(),
            addresses.join(", "),
        ]);
    }
    Ok(table.write(out, "   ")?)
}

fn show_waiting(out: &mut impl Write, flow: &Flow) -> anyhow::Result<()> {
    let mut table = Table::new(["waits", "about", "because"]);
    for kind in QueueKind::ALL {
        for item in flow
            .store
            .read(|tx| tx.open_queue_items(*kind, 0, SHOWN_MAX))?
        {
            let finding = flow.store.read(|tx| tx.finding(item.finding_no))?;
            let endpoint = finding.and_then(|(key, _)| Endpoint::from_key(&key.endpoint));
            table.row([
                kind.to_string(),
                endpoint
                    .map(|endpoint| endpoint.to_string())
                    .unwrap_or_default(),
                item.reason,
            ]);
        }
    }
    writeln!(
        out,
        "\n   And what waits for a person, as nobody may be told of it yet (queue list):"
    )?;
    Ok(table.write(out, "   ")?)
}

/// Two whole messages: one for a baker in Dutch, one in English.
fn show_messages(
    out: &mut impl Write,
    flow: &Flow,
    told: &[NamedNotification],
) -> anyhow::Result<()> {
    heading(out, 6, "Two of the messages, as they are read")?;
    let sent = |told: &&NamedNotification| told.notification.state == NotificationState::Delivered;
    let reads = |told: &NamedNotification, language| {
        told.notification.key.language == language
            && told.notification.key.reader == Reader::Entrepreneur
    };
    let dutch = told
        .iter()
        .filter(sent)
        .find(|told| reads(told, Language::Nl) && told.threat == "open-rdp");
    let english = told
        .iter()
        .filter(sent)
        .find(|told| reads(told, Language::En));
    for told in [dutch, english].into_iter().flatten() {
        let number = told.notification.notification_no;
        let text = compose(&flow.store, &told.notification)?;
        let to = flow.store.read(|tx| tx.deliveries_of(number))?;
        let to: Vec<_> = to
            .iter()
            .map(|delivery| delivery.address.to_string())
            .collect();
        writeln!(out, "   | To: {}", to.join(", "))?;
        writeln!(out, "   | Subject: {}\n   |", text.subject)?;
        for line in text.body.trim_end().lines() {
            writeln!(out, "{}", format!("   | {line}").trim_end())?;
        }
        writeln!(out)?;
    }
    Ok(())
}
