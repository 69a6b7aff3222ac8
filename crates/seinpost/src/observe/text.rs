//! The text format of Prometheus (version 0.0.4): families of samples, line by line.
//!
//! Every number is computed when it is asked for, so there is no registry: what is written here is all that such a
//! library would do for us.

use std::fmt::Write;

/// How a family changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Only goes up, until the process ends. Its name ends with `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
}

/// The text under construction.
#[derive(Default)]
pub(super) struct Text {
    text: String,
}

/// A label: its name and its value.
pub(super) type Label<'l> = (&'static str, &'l str);

impl Text {
    /// Writes a family without labels.
    pub(super) fn one(&mut self, kind: Kind, name: &str, help: &str, value: f64) {
        self.family(kind, name, help, [([], value)]);
    }

    /// Writes a family: a sample for each set of labels. The text of a label may be anything.
    pub(super) fn family<'l, const N: usize>(
        &mut self,
        kind: Kind,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = ([Label<'l>; N], f64)>,
    ) {
        let word = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
        };
        let text = &mut self.text;
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {word}");
        for (labels, value) in samples {
            text.push_str(name);
            for (index, (label, of_label)) in labels.iter().enumerate() {
                let before = if index == 0 { '{' } else { ',' };
                let _ = write!(text, "{before}{label}=\"{}\"", escaped(of_label));
            }
            let after = if N == 0 { "" } else { "}" };
            let _ = writeln!(text, "{after} {value}");
        }
    }

    /// The whole.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_written_as_the_format_wants_them() {
        let mut text = Text::default();
        text.one(Kind::Gauge, "up", "Whether it is up.", 1.0);
        let samples = [
            ([("a", "x"), ("b", "say \"\\\n\"")], 0.25),
            ([("a", "y"), ("b", "")], 2e10),
        ];
        text.family(Kind::Counter, "done_total", "Done.", samples);
        let want = "# HELP up Whether it is up.\n# TYPE up gauge\nup 1\n\
                    # HELP done_total Done.\n# TYPE done_total counter\n\
                    done_total{a=\"x\",b=\"say \\\"\\\\\\n\\\"\"} 0.25\n\
                    done_total{a=\"y\",b=\"\"} 20000000000\n";
        assert_eq!(text.finish(), want);
    }
}
