//! The letters: Noto Sans, which every document carries within it, so that it looks the same everywhere.

use std::sync::LazyLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

/// Stands for a character that the font does not have.
const UNKNOWN: char = '?';

/// A weight of the font.
pub(crate) struct Face {
    pub(crate) font: Font,
    letters: FontRef<'static>,
    metrics: GlyphMetrics<'static>,
}

/// For text, and for what stands out.
pub(crate) static REGULAR: LazyLock<Face> = LazyLock::new(|| Face::new(notosans::REGULAR_TTF));
pub(crate) static BOLD: LazyLock<Face> = LazyLock::new(|| Face::new(notosans::BOLD_TTF));

impl Face {
    fn new(bytes: &'static [u8]) -> Self {
        let letters = FontRef::new(bytes).expect("the font is a font");
        Self {
            font: Font::new(bytes.into(), 0).expect("the font is a font"),
            metrics: letters.glyph_metrics(Size::new(1.0), LocationRef::default()),
            letters,
        }
    }

    /// A text with nothing in it that the font cannot show.
    pub(crate) fn shown(&self, text: &str) -> String {
        let show = |letter: char| match letter {
            _ if letter.is_whitespace() || letter.is_control() => ' ',
            _ if self.letters.charmap().map(letter).is_some() => letter,
            _ => UNKNOWN,
        };
        text.chars().map(show).collect()
    }

    /// Width of a shown text in letters of one point.
    fn width(&self, text: &str) -> f32 {
        text.chars().map(|letter| self.advance(letter).1).sum()
    }

    fn advance(&self, letter: char) -> (skrifa::GlyphId, f32) {
        let glyph = self.letters.charmap().map(letter).unwrap_or_default();
        (glyph, self.metrics.advance_width(glyph).unwrap_or_default())
    }

    /// A shown text, letter by letter.
    pub(crate) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(start, letter): (usize, char)| {
            let (glyph, advance) = self.advance(letter);
            let range = start..start + letter.len_utf8();
            KrillaGlyph::new(
                GlyphId::new(glyph.to_u32()),
                advance,
                0.0,
                0.0,
                0.0,
                range,
                None,
            )
        };
        text.char_indices().map(glyph).collect()
    }

    /// Breaks a text into lines of at most that width, in points. A word that is longer than a line is broken too. Every line
    /// but the last ends with a space, so that words stay apart for those who hear them.
    pub(crate) fn lines(&self, text: &str, size: f32, width_max: f32) -> Vec<String> {
        let text = self.shown(text);
        let room = width_max / size;
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let space = if line.is_empty() { "" } else { " " };
            if self.width(&line) + self.width(space) + self.width(word) <= room {
                line.push_str(space);
                line.push_str(word);
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line) + " ");
            }
            for letter in word.chars() {
                if self.width(&line) + self.advance(letter).1 > room && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(letter);
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_broken_between_words_and_within_a_long_one() {
        let lines = REGULAR.lines("wij waarschuwen u\nop tijd", 10.0, 60.0);
        assert!(lines.len() > 2, "{lines:?}");
        assert_eq!(lines.concat(), "wij waarschuwen u op tijd");
        assert!(
            lines
                .iter()
                .all(|line| REGULAR.width(line.trim_end()) <= 6.0),
            "{lines:?}"
        );
        assert_eq!(REGULAR.lines(" ", 10.0, 60.0), Vec::<String>::new());
    }

    #[test]
    fn what_the_font_does_not_have_is_a_question_mark() {
        assert_eq!(REGULAR.shown("Zoë\t€ \u{4e00}\u{7}"), "Zoë € ? ");
    }
}
