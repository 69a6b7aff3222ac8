//! Breaks text into lines that fit a mail.

/// Characters on a line of running text at most (RFC 5322 advises 78, quoting adds some).
pub(super) const WIDTH_MAX: usize = 72;

/// A command of this many characters or more gets a line of its own, whole, so that it can be copied.
const COMMAND_OWN_LINE_CHARS: usize = 12;

/// Wraps running text. All white space counts as one space; a word is never broken.
pub(super) fn text(text: &str, first_indent: &str, rest_indent: &str) -> String {
    Wrapper::new(first_indent, rest_indent).words(text).finish()
}

/// Wraps running text in which backticks mark commands.
///
/// A short command stays in the text. A long one gets a line of its own and is never broken.
pub(super) fn prose(text: &str, first_indent: &str, rest_indent: &str) -> String {
    let mut wrapper = Wrapper::new(first_indent, rest_indent);
    for (index, piece) in text.split('`').enumerate() {
        let is_command = index % 2 == 1;
        wrapper = if !is_command {
            wrapper.words(piece)
        } else if piece.chars().count() >= COMMAND_OWN_LINE_CHARS {
            wrapper.own_line(piece)
        } else {
            wrapper.word(piece)
        };
    }
    wrapper.finish()
}

struct Wrapper<'a> {
    lines: Vec<String>,
    line: String,
    line_is_empty: bool,
    is_after_command: bool,
    rest_indent: &'a str,
}

impl<'a> Wrapper<'a> {
    fn new(first_indent: &str, rest_indent: &'a str) -> Self {
        Self {
            lines: Vec::new(),
            line: first_indent.to_owned(),
            line_is_empty: true,
            is_after_command: false,
            rest_indent,
        }
    }

    fn words(self, text: &str) -> Self {
        text.split_whitespace().fold(self, Self::word)
    }

    fn word(mut self, word: &str) -> Self {
        let may_follow_command = !word.chars().all(|c| matches!(c, '.' | ',' | ';' | ':'));
        if std::mem::take(&mut self.is_after_command) && !may_follow_command {
            // The line break does what the comma did; alone on its line it would look like a mistake.
            return self;
        }
        let is_punctuation = !word.is_empty()
            && word
                .chars()
                .all(|c| matches!(c, '.' | ',' | ';' | ':' | ')'));
        let space = usize::from(!self.line_is_empty && !is_punctuation);
        let width = self.line.chars().count() + space + word.chars().count();
        if width > WIDTH_MAX && !self.line_is_empty && !is_punctuation {
            self.break_line();
        } else if space == 1 {
            self.line.push(' ');
        }
        self.line.push_str(word);
        self.line_is_empty = false;
        self
    }

    fn own_line(mut self, command: &str) -> Self {
        if !self.line_is_empty {
            self.break_line();
        }
        self.line.push_str("  ");
        self.line.push_str(command);
        self.break_line();
        self.is_after_command = true;
        self
    }

    fn break_line(&mut self) {
        let line = std::mem::replace(&mut self.line, self.rest_indent.to_owned());
        self.lines.push(line);
        self.line_is_empty = true;
    }

    fn finish(mut self) -> String {
        if !self.line_is_empty {
            self.break_line();
        }
        self.lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_text_stays_within_the_width() {
        let long = "woord ".repeat(60);
        for line in text(&long, "1. ", "   ").lines() {
            assert!(line.chars().count() <= WIDTH_MAX, "{line}");
        }
    }

    #[test]
    fn long_commands_get_a_line_of_their_own_and_short_ones_stay() {
        assert_eq!(
            prose("Typ `nmap -p 1 x`. Klaar.", "- ", "  "),
            "- Typ nmap -p 1 x. Klaar."
        );
        assert_eq!(
            prose(
                "Typ: `openssl s_client -connect 192.0.2.1:443` Klaar.",
                "1. ",
                "   "
            ),
            "1. Typ:\n     openssl s_client -connect 192.0.2.1:443\n   Klaar."
        );
    }

    #[test]
    fn no_comma_or_full_stop_stands_alone_under_a_command() {
        assert_eq!(
            prose(
                "Typ `systemctl restart sshd`, en kijk. Of `rc-service sshd restart`.",
                "",
                ""
            ),
            "Typ\n  systemctl restart sshd\nen kijk. Of\n  rc-service sshd restart"
        );
    }

    #[test]
    fn no_text_gives_no_line() {
        assert_eq!(text("  ", "", ""), "");
    }
}
