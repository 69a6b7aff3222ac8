//! Makes foreign text harmless: one line, no invisible characters, of bounded length.
//!
//! A feed can hold anything: line breaks that fake a section of the message, marks that reverse the order of
//! letters, addresses that a mail program turns into something to click on.

/// Characters of a foreign value in a body at most.
const VALUE_CHARS_MAX: usize = 300;

/// Characters of an endpoint in a body at most: a URL has up to 2,000.
const ENDPOINT_CHARS_MAX: usize = 2_000;

/// Characters of the desk's own privacy text at most. The desk wrote it, so it may be long.
const PARAGRAPH_CHARS_MAX: usize = 4_000;

/// Characters of a header value at most: with its name it must stay under the 998 of RFC 5322.
const HEADER_CHARS_MAX: usize = 200;

/// A value on one line.
pub(super) fn line(text: &str) -> String {
    bounded(text, VALUE_CHARS_MAX)
}

/// A value on one line that no program turns into a link: `http` becomes `hxxp`.
pub(super) fn value(text: &str) -> String {
    unlinked(&line(text))
}

/// A paragraph that somebody of the desk wrote by hand: on one line, and no link.
pub(super) fn own_words(text: &str) -> String {
    unlinked(&paragraph(text))
}

/// The text of an endpoint: whole, on one line, and not a link.
pub(super) fn endpoint(text: &str) -> String {
    unlinked(&bounded(text, ENDPOINT_CHARS_MAX))
}

/// A paragraph that the desk wrote.
pub(super) fn paragraph(text: &str) -> String {
    bounded(text, PARAGRAPH_CHARS_MAX)
}

/// A header value: printable ASCII, anything else becomes `?`.
pub(super) fn header(text: &str) -> String {
    let ascii = |character| {
        if matches!(character, ' '..='~') {
            character
        } else {
            '?'
        }
    };
    text.chars().take(HEADER_CHARS_MAX).map(ascii).collect()
}

/// Text without control characters, for files that carry whole values.
pub(super) fn unbounded(text: &str) -> String {
    text.chars().map(harmless).collect()
}

fn bounded(text: &str, chars_max: usize) -> String {
    let mut clean: String = text.trim().chars().take(chars_max).map(harmless).collect();
    if text.trim().chars().nth(chars_max).is_some() {
        clean.push('…');
    }
    clean
}

fn harmless(character: char) -> char {
    match character {
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        other if other.is_control() || is_invisible(other) => '\u{fffd}',
        other => other,
    }
}

/// Characters that hide, or change the direction of what follows.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{10ffff}'
    )
}

/// Spells the scheme of each web address as `hxxp`, `hxxps` or `fxp`, as analysts do.
fn unlinked(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (head, tail) = rest.split_at(at);
        result.push_str(&unlinked_scheme(head));
        result.push_str("://");
        rest = &tail["://".len()..];
    }
    result.push_str(rest);
    result
}

/// The text before `://`, with its last word made unclickable if it is a scheme that mail programs know.
fn unlinked_scheme(head: &str) -> String {
    for (scheme, spelled) in [("https", "hxxps"), ("http", "hxxp"), ("ftp", "fxp")] {
        let start = head.len().saturating_sub(scheme.len());
        if head
            .get(start..)
            .is_some_and(|end| end.eq_ignore_ascii_case(scheme))
        {
            return format!("{}{spelled}", &head[..start]);
        }
    }
    head.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_and_invisible_characters_do_not_survive() {
        for (text, want) in [
            ("plain", "plain"),
            ("  two\r\nlines\t", "two  lines"),
            ("left\u{202e}right", "left\u{fffd}right"),
            ("zero\u{200b}width", "zero\u{fffd}width"),
            ("bell\u{7}", "bell\u{fffd}"),
            ("a\u{2028}b", "a b"),
        ] {
            assert_eq!(line(text), want, "{text:?}");
        }
    }

    #[test]
    fn long_values_are_cut_and_say_so() {
        let cut = line(&"é".repeat(301));
        assert_eq!(cut.chars().count(), 301);
        assert!(cut.ends_with('…'));
    }

    #[test]
    fn web_addresses_are_no_longer_links() {
        for (text, want) in [
            (
                "http://www.voorbeeld.example/a",
                "hxxp://www.voorbeeld.example/a",
            ),
            (
                "see HTTPS://a.example and ftp://b.example",
                "see hxxps://a.example and fxp://b.example",
            ),
            ("://", "://"),
            ("é://x", "é://x"),
            ("no address", "no address"),
        ] {
            assert_eq!(value(text), want, "{text}");
        }
    }

    #[test]
    fn a_header_is_one_line_of_ascii() {
        assert_eq!(
            header("NTF\r\nBcc: x@y.example é"),
            "NTF??Bcc: x@y.example ?"
        );
    }
}
