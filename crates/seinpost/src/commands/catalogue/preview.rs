//! `seinpost catalogue preview`: the whole mail, as a recipient would get it.

use std::io::Write;

use message::example_of;
use model::{Language, Port, Reader, Relation, Tlp, Transport};
use rules::message::{Example, Rendered};

use super::threat_named;
use crate::cli::number::within;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost catalogue preview open-rdp
  seinpost catalogue preview open-rdp --language en --reader administrator --port 3389/tcp
  seinpost catalogue preview amplifier-ntp --port 123/udp --relation provider --lines 3
  seinpost catalogue preview open-rdp.toml --reader soc --tlp amber+strict
  seinpost catalogue preview malware-infection --lines 60 --json

Desk, recipient and findings are examples. Class, role and severity are those of the report
type that brings the threat.";

/// Show the whole mail about a threat as its reader would get it, with example data
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Preview {
    /// Its slug, such as open-rdp; or a file that ends in .toml
    #[arg(value_name = "SLUG")]
    name: String,
    /// Language of the mail: nl or en
    #[arg(long, default_value_t = Language::Nl)]
    language: Language,
    /// Who reads it: entrepreneur, administrator or soc
    #[arg(long, default_value_t = Reader::Entrepreneur)]
    reader: Reader,
    /// What the recipient is to the systems: owner, provider or relay
    #[arg(long, default_value_t = Relation::Owner)]
    relation: Relation,
    /// Findings in the mail; more than 50 go to attachments
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = within::<u16>(1..=1000))]
    lines: u16,
    /// Marking of the mail: clear, green, amber, amber+strict or red
    #[arg(long, default_value_t = Tlp::Amber)]
    tlp: Tlp,
    /// Port of the service, such as 123/udp
    #[arg(long, default_value = "443/tcp", value_parser = port_of)]
    port: (Port, Transport),
}

/// Reads `123/udp`.
fn port_of(text: &str) -> Result<(Port, Transport), String> {
    let (port, transport) = text.split_once('/').unwrap_or((text, "tcp"));
    let port = port
        .parse()
        .map_err(|error: model::PortError| error.to_string())?;
    let transport = transport
        .parse()
        .map_err(|error: model::UnknownWord| error.to_string())?;
    Ok((port, transport))
}

impl Preview {
    pub(super) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let threat = threat_named(&self.name)?;
        let example = Example {
            tlp: self.tlp,
            relation: self.relation,
            language: self.language,
            reader: self.reader,
            port: self.port,
            lines: self.lines.into(),
            ..example_of(&threat, session.now())
        };
        let mail = example.render()?;
        if session.json {
            session.out.json(&as_json(&mail))?;
        } else {
            print(&mut session.out, &mail)?;
        }
        Ok(Answer::Done)
    }
}

fn as_json(mail: &Rendered) -> serde_json::Value {
    serde_json::json!({
        "subject": mail.subject,
        "headers": mail.headers.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "body": mail.body,
        "attachments": mail.attachments.iter().map(|file| &file.file_name).collect::<Vec<_>>(),
    })
}

fn print(out: &mut impl Write, mail: &Rendered) -> std::io::Result<()> {
    writeln!(out, "Subject: {}", mail.subject)?;
    for (name, value) in &mail.headers {
        writeln!(out, "{name}: {value}")?;
    }
    writeln!(out, "\n{}", mail.body.trim_end())?;
    for file in &mail.attachments {
        writeln!(
            out,
            "\nattached: {} ({} bytes)",
            file.file_name,
            file.bytes.len()
        )?;
    }
    Ok(())
}
