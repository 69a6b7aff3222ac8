//! A security.txt: whom to tell of a weakness in a website (RFC 9116). Read to the end whatever is wrong with it, and written.
//!
//! Whether a signature is that of its owner is not looked at: nobody said which key is theirs.

mod problem;
mod signed;
mod written;

use model::Timestamp;
use url::Url;

pub use self::problem::{Problem, Weight};
pub use self::written::SecurityTxt;

/// Most bytes of a file that is looked at.
pub const FILE_BYTES_MAX: usize = 100_000;

/// Most lines of a file that is looked at.
pub const FILE_LINES_MAX: usize = 1_000;

/// Problems that are told; a file with more of them is something else.
pub const ISSUES_MAX: usize = 100;

/// The rules advise less than a year; a leap day more is no reason to complain.
const LONG_SECONDS: i64 = 366 * 24 * 3600;

/// One problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issue {
    /// On which line, from 1; `None`: about the whole.
    pub line: Option<u32>,
    /// Which.
    pub problem: Problem,
}

/// What a file says, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// By line, those about the whole first; at most [`ISSUES_MAX`].
    pub issues: Vec<Issue>,
    /// Until when it holds, if it says so once and for all.
    pub expires: Option<Timestamp>,
    /// Addresses of whom to tell, as they stand there.
    pub contacts: Vec<String>,
}

impl Report {
    /// Whether it breaks no rule.
    #[must_use]
    pub fn is_right(&self) -> bool {
        let mut weights = self.issues.iter().map(|issue| issue.problem.weight());
        weights.all(|weight| weight != Weight::Error)
    }
}

/// A field, in lower case, with its value and line.
struct Field<'t> {
    name: String,
    value: &'t str,
    line: u32,
}

/// Reads a file; `places` are where it was looked for and found, if that is known.
#[must_use]
pub fn check(bytes: &[u8], places: &[Url], now: Timestamp) -> Report {
    let mut reader = Reader::default();
    reader.read(bytes, places, now);
    let mut report = reader.report;
    report
        .issues
        .sort_by_key(|issue| (issue.line, issue.problem));
    report.issues.truncate(ISSUES_MAX);
    report
}

/// What is wrong with the type that a server names.
#[must_use]
pub fn check_content_type(content_type: Option<&str>) -> Option<Problem> {
    let Some(text) = content_type else {
        return Some(Problem::NoContentType);
    };
    let mut parts = text.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    if !media.eq_ignore_ascii_case("text/plain") {
        return Some(Problem::Media);
    }
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let is_charset = name.trim().eq_ignore_ascii_case("charset");
        is_charset.then(|| value.trim().trim_matches('"'))
    });
    // Where none is named, text of the web is UTF-8 or ASCII by now, and RFC 9116 asks for it to be named.
    let is_utf8 = charset.is_some_and(|charset| charset.eq_ignore_ascii_case("utf-8"));
    (!is_utf8).then_some(Problem::Charset)
}

#[derive(Default)]
struct Reader {
    report: Report,
}

impl Reader {
    fn read(&mut self, bytes: &[u8], places: &[Url], now: Timestamp) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return self.note(None, Problem::Utf8);
        };
        if bytes.len() > FILE_BYTES_MAX || text.lines().count() > FILE_LINES_MAX {
            return self.note(None, Problem::TooLarge);
        }
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => {
                self.note(Some(1), Problem::Bom);
                rest
            }
            None => text,
        };
        if !text.is_empty() && !text.ends_with('\n') {
            let last = text.lines().count() as u32;
            self.note(Some(last), Problem::NoLineEnd);
        }
        let lines = signed::content(text, &mut |line, problem| self.note(line, problem));
        let fields: Vec<Field<'_>> = lines
            .into_iter()
            .filter_map(|(line, text)| self.field(line, text))
            .collect();
        self.contacts(&fields);
        self.addresses(&fields);
        self.expires(&fields, now);
        self.languages(&fields);
        self.canonical(&fields, places);
        self.advisories(&fields);
    }

    fn note(&mut self, line: Option<u32>, problem: Problem) {
        self.report.issues.push(Issue { line, problem });
    }

    /// The field on a line; nothing where it is empty, a comment, or no field.
    fn field<'t>(&mut self, line: u32, text: &'t str) -> Option<Field<'t>> {
        if text.trim().is_empty() || text.starts_with('#') {
            return None;
        }
        let Some((name, value)) = text.split_once(':') else {
            self.note(Some(line), Problem::Line);
            return None;
        };
        if name.ends_with([' ', '\t']) && !name.trim().is_empty() {
            self.note(Some(line), Problem::BlankBefore);
        }
        if !value.is_empty() && !value.starts_with(' ') {
            self.note(Some(line), Problem::NoBlank);
        }
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        if name.is_empty() {
            self.note(Some(line), Problem::EmptyKey);
            return None;
        }
        if value.is_empty() {
            self.note(Some(line), Problem::EmptyValue);
            return None;
        }
        if !KNOWN.contains(&name.as_str()) {
            self.note(Some(line), Problem::UnknownField);
        }
        Some(Field { name, value, line })
    }

    fn contacts(&mut self, fields: &[Field<'_>]) {
        let contacts = of(fields, "contact").map(|field| field.value.to_owned());
        self.report.contacts = contacts.collect();
        if self.report.contacts.is_empty() {
            self.note(None, Problem::NoContact);
        }
        let takes_mail = of(fields, "contact").any(|field| starts(field.value, "mailto:"));
        if takes_mail && of(fields, "encryption").next().is_none() {
            self.note(None, Problem::NoEncryption);
        }
    }

    /// Values that are addresses: each names how it is reached, and by the web encrypted.
    fn addresses(&mut self, fields: &[Field<'_>]) {
        for field in fields {
            if !ADDRESSES.contains(&field.name.as_str()) {
                continue;
            }
            match Url::parse(field.value) {
                Err(_) => self.note(Some(field.line), Problem::NoUri),
                Ok(url) if url.scheme() == "http" => self.note(Some(field.line), Problem::NoHttps),
                Ok(_) => {}
            }
        }
    }

    fn expires(&mut self, fields: &[Field<'_>], now: Timestamp) {
        let mut found = of(fields, "expires");
        let Some(first) = found.next() else {
            return self.note(None, Problem::NoExpires);
        };
        let mut is_only = true;
        for other in found {
            is_only = false;
            self.note(Some(other.line), Problem::ManyExpires);
        }
        // A date alone, which we read elsewhere, is none here.
        let moment = first.value.parse::<Timestamp>().ok();
        let Some(moment) = moment.filter(|_| first.value.contains(['T', 't'])) else {
            return self.note(Some(first.line), Problem::BadExpires);
        };
        self.report.expires = is_only.then_some(moment);
        if moment <= now {
            self.note(Some(first.line), Problem::Expired);
        } else if moment > now.plus_seconds(LONG_SECONDS) {
            self.note(Some(first.line), Problem::LongExpires);
        }
    }

    fn languages(&mut self, fields: &[Field<'_>]) {
        for (index, field) in of(fields, "preferred-languages").enumerate() {
            if index > 0 {
                self.note(Some(field.line), Problem::ManyLanguages);
            }
            if !field.value.split(',').all(|tag| is_language(tag.trim())) {
                self.note(Some(field.line), Problem::BadLanguage);
            }
        }
    }

    fn canonical(&mut self, fields: &[Field<'_>], places: &[Url]) {
        let mut named = of(fields, "canonical").peekable();
        if named.peek().is_none() {
            return self.note(None, Problem::NoCanonical);
        }
        let is_one =
            |field: &Field<'_>| Url::parse(field.value).is_ok_and(|named| places.contains(&named));
        if !places.is_empty() && !named.any(is_one) {
            self.note(None, Problem::OtherPlace);
        }
    }

    fn advisories(&mut self, fields: &[Field<'_>]) {
        for (index, field) in of(fields, "csaf").enumerate() {
            if index > 0 {
                self.note(Some(field.line), Problem::ManyCsaf);
            }
            if !field.value.ends_with("/provider-metadata.json") {
                self.note(Some(field.line), Problem::NoCsafFile);
            }
        }
    }
}

/// Fields of RFC 9116, and that of CSAF 2.0.
const KNOWN: [&str; 9] = [
    "acknowledgments",
    "canonical",
    "contact",
    "csaf",
    "encryption",
    "expires",
    "hiring",
    "policy",
    "preferred-languages",
];

/// Those of them whose value is an address.
const ADDRESSES: [&str; 7] = [
    "acknowledgments",
    "canonical",
    "contact",
    "csaf",
    "encryption",
    "hiring",
    "policy",
];

fn of<'f, 't>(fields: &'f [Field<'t>], name: &'static str) -> impl Iterator<Item = &'f Field<'t>> {
    fields.iter().filter(move |field| field.name == name)
}

fn starts(text: &str, with: &str) -> bool {
    let begin = text.get(..with.len());
    begin.is_some_and(|begin| begin.eq_ignore_ascii_case(with))
}

/// Whether this is written like a tag of a language (RFC 5646): a word of two to eight letters, then words of letters and digits.
fn is_language(tag: &str) -> bool {
    let mut words = tag.split('-');
    let first = words.next().unwrap_or_default();
    let is_first =
        (2..=8).contains(&first.len()) && first.bytes().all(|it| it.is_ascii_alphabetic());
    is_first
        && words.all(|word| {
            (1..=8).contains(&word.len()) && word.bytes().all(|it| it.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests;
