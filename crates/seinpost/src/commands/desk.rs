//! `seinpost desk`: who warns, under which name, basis and rules.

use std::io::Write;

use clap::Subcommand;
use model::{
    Day, EmailAddress, Language, LegalClass, RegistrationRule, ReleaseRule, StatisticsRegime, Zone,
};
use serde::Serialize;
use store::{Desk as DeskRow, DeskChange, Store, StoreError};

use crate::lifecycle::Missing;
use crate::output::{Table, harmless};
use crate::problem::wrong;
use crate::session::{Answer, Session, actor, desk_named};

const EXAMPLES: &str = "\
Examples:
  seinpost desk show
  seinpost desk set --name \"CSIRT Example\" --sender warning@csirt.example \\
      --reply-to desk@csirt.example --phone \"+31 70 555 01 23\" \\
      --lawful-basis \"Cyberbeveiligingswet, art. 16\" --time-zone Europe/Amsterdam \\
      --privacy-nl \"Hoe wij met gegevens omgaan: csirt.example/privacy\" \\
      --privacy-en \"How we handle data: csirt.example/en/privacy\"
  seinpost desk set --alerts hold              every message waits for `seinpost approve`
  seinpost desk set --registration hold        organisations may register; the desk looks first
  seinpost desk add \"Second desk\"
  seinpost desk basis essential \"Cyberbeveiligingswet, art. 12\" --from 2026-07-01

Nothing goes out before sender, reply-to, phone, both privacy texts, lawful basis and time
zone are set.";

/// See and set who warns: sender, phone, lawful basis, and whether alerts wait for approval
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Desk {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Show the desks, and what is still to be set
    #[command(after_help = EXAMPLES)]
    Show {
        /// Only this desk
        #[arg(long, value_name = "NAME")]
        desk: Option<String>,
    },
    /// Set fields of a desk; the others stay as they are
    #[command(after_help = EXAMPLES)]
    Set(Box<Set>),
    /// Make another desk
    #[command(after_help = EXAMPLES)]
    Add {
        /// Its name, also in the subject of its messages
        name: String,
        /// Language for recipients whose language nobody knows
        #[arg(long, default_value_t = Language::Nl)]
        language: Language,
    },
    /// Set the lawful basis for recipients of one legal class, from a day on
    #[command(after_help = EXAMPLES)]
    Basis {
        /// central-government, vital, essential, important, digital-provider, relay, other-business,
        /// natural-person or unknown
        class: LegalClass,
        /// The basis, as messages name it
        basis: String,
        /// First day on which it holds
        #[arg(long, value_name = "DAY")]
        from: Day,
        /// Of this desk [default: the desk made at installation]
        #[arg(long, value_name = "NAME")]
        desk: Option<String>,
    },
}

#[derive(clap::Args)]
struct Set {
    /// Of this desk [default: the desk made at installation]
    #[arg(long, value_name = "NAME")]
    desk: Option<String>,
    /// A new name, also in the subject of messages
    #[arg(long, value_parser = line)]
    name: Option<String>,
    /// Address that messages come from
    #[arg(long, value_name = "ADDRESS")]
    sender: Option<EmailAddress>,
    /// Address that answers go to: a mailbox that people read
    #[arg(long, value_name = "ADDRESS")]
    reply_to: Option<EmailAddress>,
    /// Published telephone number
    #[arg(long, value_parser = line)]
    phone: Option<String>,
    /// What the desk does with personal data, in Dutch
    #[arg(long, value_name = "TEXT", value_parser = line)]
    privacy_nl: Option<String>,
    /// What the desk does with personal data, in English
    #[arg(long, value_name = "TEXT", value_parser = line)]
    privacy_en: Option<String>,
    /// Lawful basis where the legal class of the recipient does not say otherwise
    #[arg(long, value_name = "TEXT", value_parser = line)]
    lawful_basis: Option<String>,
    /// Zone of the local times in messages, such as Europe/Amsterdam
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<Zone>,
    /// Language for recipients whose language nobody knows: nl or en
    #[arg(long)]
    language: Option<Language>,
    /// Which statistics the desk may keep: none, aggregate or full
    #[arg(long, value_name = "REGIME")]
    statistics_regime: Option<StatisticsRegime>,
    /// Whether alerts go out by themselves (send) or wait for approval (hold)
    #[arg(long, value_name = "RULE")]
    alerts: Option<ReleaseRule>,
    /// Whether organisations may register themselves: not at all (closed), after somebody of the
    /// desk looked (hold), or at once (open)
    #[arg(long, value_name = "RULE")]
    registration: Option<RegistrationRule>,
}

/// A text of one line, as it goes into messages and their headers.
fn line(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 500 || text.chars().any(char::is_control) {
        return Err("a text of one line with at most 500 characters is expected".into());
    }
    Ok(text.to_owned())
}

#[derive(Serialize)]
struct DeskView {
    name: String,
    sender: Option<String>,
    reply_to: Option<String>,
    phone: Option<String>,
    privacy_nl: Option<String>,
    privacy_en: Option<String>,
    lawful_basis: Option<String>,
    time_zone: Option<String>,
    language: String,
    statistics_regime: String,
    alerts: String,
    registration: String,
    bases: Vec<BasisView>,
    missing: Vec<&'static str>,
}

#[derive(Serialize)]
struct BasisView {
    legal_class: String,
    lawful_basis: String,
}

impl Desk {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        match self.action {
            Action::Show { desk } => {
                let store = session.open_store(Missing::Refuse)?;
                let desks = match desk {
                    Some(name) => vec![desk_named(&store, Some(&name))?],
                    None => store.read(|tx| tx.desks())?,
                };
                show(session, &store, desks)
            }
            Action::Set(set) => set.run(session),
            Action::Add { name, language } => add(session, &name, language),
            Action::Basis {
                class,
                basis,
                from,
                desk,
            } => {
                let store = session.open_store(Missing::Make)?;
                let desk = desk_named(&store, desk.as_deref())?;
                let basis = line(&basis).map_err(wrong)?;
                let now = session.now();
                store.write(|tx| {
                    tx.set_desk_basis(desk.desk_no, class, from, &basis)?;
                    tx.record(
                        now,
                        &actor(),
                        "set",
                        "desk",
                        &format!("{}: basis for {class} from {from}", desk.name),
                    )
                })?;
                show(session, &store, vec![desk])
            }
        }
    }
}

impl Set {
    fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let changed = self.names();
        if changed.is_empty() {
            return Err(wrong("nothing to set")
                .hint("`seinpost desk set --help` lists the fields")
                .into());
        }
        let store = session.open_store(Missing::Make)?;
        let desk = desk_named(&store, self.desk.as_deref())?;
        if let Some(name) = &self.name
            && *name != desk.name
            && store.read(|tx| tx.desk_named(Some(name)))?.is_some()
        {
            return Err(wrong(format!("there is a desk `{}` already", model::shown(name))).into());
        }
        let change = DeskChange {
            sender: self.sender,
            reply_to: self.reply_to,
            phone: self.phone,
            privacy_nl: self.privacy_nl,
            privacy_en: self.privacy_en,
            lawful_basis: self.lawful_basis,
            time_zone: self.time_zone,
            language: self.language,
            statistics_regime: self.statistics_regime,
            alert_rule: self.alerts,
            registration: self.registration,
            name: self.name,
        };
        let now = session.now();
        let desk = store.write(|tx| {
            let desk = tx.change_desk(desk.clone(), &change)?;
            tx.record(
                now,
                &actor(),
                "set",
                "desk",
                &format!("{}: {}", desk.name, changed.join(", ")),
            )?;
            Ok::<_, StoreError>(desk)
        })?;
        show(session, &store, vec![desk])
    }

    /// Names of the fields that are set.
    fn names(&self) -> Vec<&'static str> {
        let given = [
            ("name", self.name.is_some()),
            ("sender", self.sender.is_some()),
            ("reply-to", self.reply_to.is_some()),
            ("phone", self.phone.is_some()),
            ("privacy-nl", self.privacy_nl.is_some()),
            ("privacy-en", self.privacy_en.is_some()),
            ("lawful-basis", self.lawful_basis.is_some()),
            ("time-zone", self.time_zone.is_some()),
            ("language", self.language.is_some()),
            ("statistics-regime", self.statistics_regime.is_some()),
            ("alerts", self.alerts.is_some()),
            ("registration", self.registration.is_some()),
        ];
        given
            .into_iter()
            .filter(|(_, given)| *given)
            .map(|(name, _)| name)
            .collect()
    }
}

fn add(session: &mut Session, name: &str, language: Language) -> anyhow::Result<Answer> {
    let name = line(name).map_err(wrong)?;
    let store = session.open_store(Missing::Make)?;
    if store.read(|tx| tx.desk_named(Some(&name)))?.is_some() {
        return Err(wrong(format!("there is a desk `{}` already", model::shown(&name))).into());
    }
    let now = session.now();
    store.write(|tx| {
        tx.add_desk(&name, language)?;
        tx.record(now, &actor(), "add", "desk", &name)
    })?;
    let desk = desk_named(&store, Some(&name))?;
    session.note("nobody works there yet; `seinpost person desks` says who does");
    show(session, &store, vec![desk])
}

fn show(session: &mut Session, store: &Store, desks: Vec<DeskRow>) -> anyhow::Result<Answer> {
    let today = session.now().day();
    let mut views = Vec::new();
    for desk in &desks {
        let bases = store.read(|tx| tx.desk_bases(desk.desk_no, today))?;
        views.push(view(desk, bases));
    }
    if session.json {
        session.out.json(&views)?;
        return Ok(Answer::Done);
    }
    for (index, view) in views.iter().enumerate() {
        if index > 0 {
            writeln!(session.out)?;
        }
        print(&mut session.out, view)?;
    }
    Ok(Answer::Done)
}

fn view(desk: &DeskRow, bases: Vec<(LegalClass, String)>) -> DeskView {
    let address = |address: &Option<EmailAddress>| {
        address.as_ref().map(|address| address.as_str().to_owned())
    };
    DeskView {
        name: desk.name.clone(),
        sender: address(&desk.sender),
        reply_to: address(&desk.reply_to),
        phone: desk.phone.clone(),
        privacy_nl: desk.privacy_nl.clone(),
        privacy_en: desk.privacy_en.clone(),
        lawful_basis: desk.lawful_basis.clone(),
        time_zone: desk.time_zone.as_ref().map(ToString::to_string),
        language: desk.language.to_string(),
        statistics_regime: desk.statistics_regime.to_string(),
        alerts: desk.alert_rule.to_string(),
        registration: desk.registration.to_string(),
        bases: bases
            .into_iter()
            .map(|(class, basis)| BasisView {
                legal_class: class.to_string(),
                lawful_basis: basis,
            })
            .collect(),
        missing: desk.missing(),
    }
}

fn print(out: &mut impl Write, view: &DeskView) -> std::io::Result<()> {
    writeln!(out, "desk `{}`", harmless(&view.name))?;
    let mut table = Table::new(["", ""]);
    let mut field = |name: &str, value: Option<&String>| {
        table.row([
            name.to_owned(),
            value.map_or_else(|| "(not set)".to_owned(), |value| harmless(value)),
        ]);
    };
    field("sender", view.sender.as_ref());
    field("reply-to", view.reply_to.as_ref());
    field("phone", view.phone.as_ref());
    field("privacy-nl", view.privacy_nl.as_ref());
    field("privacy-en", view.privacy_en.as_ref());
    field("lawful-basis", view.lawful_basis.as_ref());
    field("time-zone", view.time_zone.as_ref());
    field("language", Some(&view.language));
    field("statistics-regime", Some(&view.statistics_regime));
    field("alerts", Some(&view.alerts));
    field("registration", Some(&view.registration));
    for basis in &view.bases {
        field(
            &format!("basis for {}", basis.legal_class),
            Some(&basis.lawful_basis),
        );
    }
    table.write_body(out, "  ")?;
    match &view.missing[..] {
        [] => writeln!(out, "  complete: messages may go out"),
        missing => writeln!(
            out,
            "  nothing goes out before these are set: {}",
            missing.join(", ")
        ),
    }
}
