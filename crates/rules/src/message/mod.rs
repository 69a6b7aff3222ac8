//! Messages: what a recipient reads.
//!
//! [`render`] makes a whole plain-text mail of a [`MessageContext`]: subject, body, attachments and headers. It
//! decides nothing about who is told what; it shows what it is given. Templates are in `messages/`, one folder per
//! kind of message; words are in `messages/words/`, one file per language.
//!
//! All text that comes from a source is hostile: `clean` makes it harmless before it meets a template, and a
//! template never reads a value as a template.

mod attachment;
mod clean;
mod context;
mod evidence;
mod example;
mod listing;
mod moment;
mod service;
mod templates;
mod view;
mod words;
mod wrap;

use model::{Language, Reader, Tlp};

pub(crate) use example::flaws_of;

use crate::catalogue::Threat;

pub use context::{
    AllClear, Attachment, DeskProfile, MessageContext, MessageKind, MessageLine, MessageLinks,
    Relation, RenderError, Rendered,
};
pub use evidence::evidence_values;
pub use example::Example;
pub use moment::{day_in_words, time_in_words};
pub use service::{
    APPLICATION_NEWS, COMPLAINT_NEWS, EVALUATION_NEWS, PARTICIPATION_NEWS, REGISTRATION_NEWS,
    SIGN_IN_CHANGES, SUGGESTION_NEWS, ServiceContext, ServiceKind, render_service,
};
pub use view::{AdviceText, advice_text};

/// Lines that are shown in the body. More go to attachments that hold all of them.
pub const LINES_IN_BODY_MAX: usize = 50;

/// Makes the whole message with the texts of this threat, which need not be in the catalogue.
///
/// The same context and texts always give the same bytes, so that a repeated hand-over is a copy.
///
/// # Errors
///
/// When there is no line to tell of, or a template fails.
pub fn render(context: &MessageContext<'_>, threat: &Threat) -> Result<Rendered, RenderError> {
    if context.lines.is_empty() {
        return Err(RenderError::NoLines {
            reference: clean::line(context.reference),
        });
    }
    let view = view::MessageView::new(context, threat);
    let attachments = if context.lines.len() > LINES_IN_BODY_MAX {
        attachment::attachments(context)?
    } else {
        Vec::new()
    };
    Ok(Rendered {
        subject: templates::subject(context, &view)?,
        body: templates::body(context, &view)?,
        attachments,
        headers: headers(context),
    })
}

/// The subject that everybody on the way sees of a mail that is encrypted: nothing but its marking and its number. ASCII.
pub fn sealed_subject(tlp: Tlp, reference: &str, language: Language) -> String {
    let sealed = &words::Words::of(language).sealed;
    format!("[{tlp}] {sealed} {reference}")
}

/// What machines at the recipient sort by. Values are ASCII and hold no line break.
fn headers(context: &MessageContext<'_>) -> Vec<(String, String)> {
    let systems = view::systems(context.lines).to_string();
    let lines = context.lines.len().to_string();
    [
        ("X-Seinpost-Reference", context.reference),
        ("X-Seinpost-Kind", context.kind.as_str()),
        ("X-Seinpost-Severity", context.severity.as_str()),
        ("X-Seinpost-Role", context.role.as_str()),
        ("X-Seinpost-Threat", context.threat.as_str()),
        ("X-Seinpost-RSIT", context.rsit.as_str()),
        ("X-Seinpost-TLP", context.tlp.as_str()),
        ("X-Seinpost-Systems", &systems),
        ("X-Seinpost-Findings", &lines),
        ("X-Seinpost-Language", context.language.as_str()),
        ("Content-Language", context.language.as_str()),
        ("Auto-Submitted", "auto-generated"),
    ]
    .map(|(name, value)| (name.to_owned(), clean::header(value)))
    .to_vec()
}

/// Whose text describes the threat: a provider or relay does not run the system, so nothing may say "you" to it, and it
/// cannot look for traces there. What it passes on to whoever runs the system are the administrator's steps.
fn describing_reader(context: &MessageContext<'_>) -> Reader {
    match context.relation {
        Relation::Owner => context.reader,
        Relation::Provider | Relation::Relay => Reader::Administrator,
    }
}

#[cfg(test)]
mod tests;
