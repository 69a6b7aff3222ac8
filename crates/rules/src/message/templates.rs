//! The embedded templates and what they may do.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use model::Language;

use super::clean;
use super::context::{MessageContext, MessageKind, RenderError};
use super::view::MessageView;
use super::wrap;

/// Embeds the files of one kind of message in one language.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../messages/", $name)))),+]
    };
}

const TEMPLATES: &[(&str, &str)] = files!(
    "alert/nl/subject.txt",
    "alert/nl/body.txt",
    "alert/nl/owner.txt",
    "alert/nl/onward.txt",
    "alert/en/subject.txt",
    "alert/en/body.txt",
    "alert/en/owner.txt",
    "alert/en/onward.txt",
    "all-clear/nl/subject.txt",
    "all-clear/nl/body.txt",
    "all-clear/en/subject.txt",
    "all-clear/en/body.txt",
);

/// The subject, on one line.
pub(super) fn subject(
    context: &MessageContext<'_>,
    view: &MessageView,
) -> Result<String, RenderError> {
    Ok(clean::paragraph(&rendered(context, view, "subject")?))
}

/// The body. It ends with one line feed, and no line ends with a space.
pub(super) fn body(
    context: &MessageContext<'_>,
    view: &MessageView,
) -> Result<String, RenderError> {
    Ok(tidied(&rendered(context, view, "body")?))
}

/// Text with one line feed at its end, no space at the end of a line, and no two empty lines together.
pub(super) fn tidied(text: &str) -> String {
    let mut body = String::with_capacity(text.len());
    let mut blank_lines = 0;
    for line in text.trim().lines().map(str::trim_end) {
        blank_lines = if line.is_empty() { blank_lines + 1 } else { 0 };
        if blank_lines < 2 {
            body.push_str(line);
            body.push('\n');
        }
    }
    body
}

fn rendered(
    context: &MessageContext<'_>,
    view: &MessageView,
    part: &str,
) -> Result<String, RenderError> {
    static TEMPLATES_READY: LazyLock<Environment<'static>> =
        LazyLock::new(|| environment(TEMPLATES));
    let name = format!(
        "{}/{}/{part}.txt",
        folder(context.kind),
        folder_of_language(context.language)
    );
    TEMPLATES_READY
        .get_template(&name)
        .and_then(|template| template.render(Serde(view)))
        .map_err(|source| RenderError::Template {
            template: name,
            source,
        })
}

fn folder(kind: MessageKind) -> &'static str {
    match kind {
        // What is told without a mail is shown in the same words.
        MessageKind::Alert | MessageKind::BelowThreshold | MessageKind::NotWanted => "alert",
        MessageKind::AllClear => "all-clear",
    }
}

fn folder_of_language(language: Language) -> &'static str {
    match language {
        Language::Nl => "nl",
        Language::En => "en",
    }
}

/// Templates with what they may do.
pub(super) fn environment(
    templates: &'static [(&'static str, &'static str)],
) -> Environment<'static> {
    let mut environment = Environment::new();
    // A line that holds only a block tag leaves nothing behind.
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    environment.set_syntax(syntax.expect("the delimiters are the usual ones"));
    // A misspelled value must fail a test, not leave a hole in a mail.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter("wrap", |text: String| wrap::text(&text, "", ""));
    environment.add_filter("bullet", |text: String| wrap::text(&text, "- ", "  "));
    environment.add_filter("prose", |text: String| wrap::prose(&text, "", ""));
    environment.add_filter("step", |text: String, number: usize| {
        wrap::prose(&text, &format!("{number}. "), "   ")
    });
    for (name, source) in templates {
        environment
            .add_template(name, source)
            .expect("a test renders every embedded template");
    }
    environment
}
