//! What somebody of the desk says on the telephone: in the language of the message, and never more than its marking allows.

use model::{Language, Role};
use rules::call::MayTell;
use serde::Serialize;
use store::{Desk, Notification, Tx};

use crate::finding::shown::{advice_about, first_step, title};
use crate::refusal::Refusal;
use crate::site::Site;

/// A part of what is said.
#[derive(Serialize)]
pub(super) struct Part {
    /// End of the key of its heading, which is in the language of who reads it out.
    pub(super) name: &'static str,
    /// What is said, sentence by sentence.
    pub(super) says: Vec<String>,
}

/// The parts, in the order in which they are said.
pub(super) fn script(
    site: &Site,
    tx: &mut Tx<'_>,
    message: &Notification,
    (desk, organisation): (&Desk, &str),
    (may_tell, is_failed): (MayTell, bool),
) -> Result<Vec<Part>, Refusal> {
    let language = message.key.language;
    let say = |key: &str, filled: &[(&'static str, &str)]| -> Result<String, Refusal> {
        Ok(site.pages().text(language, key, filled)?)
    };
    let reference = message.reference();
    let phone = desk.phone.as_deref().unwrap_or_default();
    let portal = site.origin().as_str();
    let check = format!("{portal}check");
    let mut parts = vec![
        Part {
            name: "who",
            says: vec![say(
                "call-script-who",
                &[("desk", &desk.name), ("organisation", organisation)],
            )?],
        },
        Part {
            name: "why",
            says: vec![
                match is_failed {
                    true => say("call-script-why-failed", &[("reference", &reference)])?,
                    false => say("call-script-why", &[("reference", &reference)])?,
                },
                say("call-script-never", &[])?,
            ],
        },
        Part {
            name: "check-us",
            says: vec![
                say("call-script-back", &[("phone", phone), ("site", portal)])?,
                match is_failed {
                    true => String::new(),
                    false => say("call-script-check", &[("check", &check)])?,
                },
            ],
        },
    ];
    if !is_failed {
        parts.push(Part {
            name: "check-them",
            says: vec![say("call-script-code", &[])?],
        });
    }
    parts.push(Part {
        name: "tell",
        says: match may_tell {
            MayTell::Portal => vec![say("call-script-portal", &[("site", portal)])?],
            MayTell::Existence if is_failed => {
                vec![say("call-script-address", &[("site", portal)])?]
            }
            MayTell::Existence => vec![say("call-script-claim", &[("site", portal)])?],
            MayTell::Much => what(tx, message, language, &say)?,
        },
    });
    parts.push(Part {
        name: "end",
        says: vec![say("call-script-end", &[("phone", phone)])?],
    });
    for part in &mut parts {
        part.says.retain(|sentence| !sentence.is_empty());
    }
    Ok(parts)
}

/// What it is about, how severe it is, and what to do first.
fn what(
    tx: &mut Tx<'_>,
    message: &Notification,
    language: Language,
    say: &impl Fn(&str, &[(&'static str, &str)]) -> Result<String, Refusal>,
) -> Result<Vec<String>, Refusal> {
    let key = &message.key;
    let slug = tx.threat_slug(key.threat_no)?.unwrap_or_default();
    let advice = advice_about(tx, [slug.as_str()])?;
    let title = title(&slug, key.rsit, &advice, language);
    let severity = say(&format!("call-script-severity-{}", key.severity), &[])?;
    let role = match key.role {
        Role::Target => "call-script-target",
        Role::Victim => "call-script-victim",
    };
    let mut says = vec![
        say("call-script-title", &[("title", &title)])?,
        severity,
        match message.lines {
            1 => say("call-script-one", &[])?,
            lines => say("call-script-many", &[("count", &lines.to_string())])?,
        },
        say(role, &[])?,
    ];
    if let Some(step) = first_step(&slug, key.rsit, &advice, (language, key.reader)) {
        says.push(say("call-script-first", &[("step", &step)])?);
    }
    says.push(say("call-script-rest", &[])?);
    Ok(says)
}
