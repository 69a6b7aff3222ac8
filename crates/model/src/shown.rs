//! Foreign text made fit to be shown to people: in error messages, terminals and mails.

/// Characters of a foreign value that a message repeats at most.
const SHOWN_CHARS_MAX: usize = 80;

/// A foreign value as a message may show it: at most 80 characters, with control and invisible characters escaped.
///
/// A longer value ends with `...`. The result holds no line break, no terminal sequence and no character that
/// changes the direction of the text.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(SHOWN_CHARS_MAX + 3));
    for (count, character) in text.chars().enumerate() {
        if count == SHOWN_CHARS_MAX {
            shown.push_str("...");
            break;
        }
        match character {
            ' '..='~' => shown.push(character),
            // Some count as printable and yet show nothing, such as the Hangul filler.
            other if is_invisible(other) => shown.extend(other.escape_unicode()),
            other => shown.extend(other.escape_debug()),
        }
    }
    shown
}

/// Whether a character may not stand in any noun: it moves the cursor, hides, or changes the direction of text.
pub fn is_unsafe_to_show(character: char) -> bool {
    match character {
        ' '..='~' => false,
        other => other.is_control() || is_invisible(other),
    }
}

/// Line separators, zero-width characters, direction marks, tags and private use.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{10ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_text_is_short_and_has_no_character_that_acts() {
        for (text, want) in [
            ("plain", "plain"),
            ("it's \"so\" \\ ", "it's \"so\" \\ "),
            ("a\nb\tc\0", "a\\nb\\tc\\0"),
            ("a\u{3164}b", "a\\u{3164}b"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("\u{202e}evil\u{200b}", "\\u{202e}evil\\u{200b}"),
            ("caf\u{e9} \u{6771}", "caf\u{e9} \u{6771}"),
            ("\u{85}\u{2028}\u{feff}", "\\u{85}\\u{2028}\\u{feff}"),
        ] {
            assert_eq!(shown(text), want, "{text:?}");
        }
        assert_eq!(shown(&"\u{20ac}".repeat(80)), "\u{20ac}".repeat(80));
        assert_eq!(
            shown(&"\u{20ac}".repeat(1_000_000)),
            format!("{}...", "\u{20ac}".repeat(80))
        );
    }
}
