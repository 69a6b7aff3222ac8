//! The register of contacts: who of an organisation is written to.

use model::{SeveritySet, shown};

use model::register::ContactRow;

use super::{Fields, RegisterRow};

const KEY_CHARS_MAX: usize = 100;
const ROLE_CHARS_MAX: usize = 40;

impl RegisterRow for ContactRow {
    const COLUMNS: &'static [&'static str] = &[
        "organisation",
        "role",
        "email",
        "severities",
        "language",
        "reader",
    ];
    const REQUIRED: &'static [&'static str] = &["organisation", "role", "email"];

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let organisation = fields.required_name("organisation", KEY_CHARS_MAX);
        let role = role(fields);
        let email = fields.required("email");
        // Unlike other fields, an empty one has a value: all of them.
        let severities = fields.text("severities").parse();
        let severities = severities.map_err(|error: <SeveritySet as std::str::FromStr>::Err| {
            fields.mistake("severities", "bad-value", error);
        });
        let language = fields.optional("language");
        let reader = fields.optional("reader");
        Some(Self {
            organisation: organisation?,
            role: role?,
            email: email?,
            severities: severities.ok()?,
            language: language?,
            reader: reader?,
        })
    }

    fn to_fields(&self) -> Vec<String> {
        vec![
            self.organisation.clone(),
            self.role.clone(),
            self.email.to_string(),
            self.severities.to_string(),
            self.language
                .map(|language| language.to_string())
                .unwrap_or_default(),
            self.reader
                .map(|reader| reader.to_string())
                .unwrap_or_default(),
        ]
    }
}

/// The role of a contact, in lower case: 1 to 40 letters, digits, spaces, - and _.
#[must_use]
pub fn contact_role(text: &str) -> Option<String> {
    let role = text.trim().to_lowercase();
    let is_word = |character: char| character.is_alphanumeric() || " -_".contains(character);
    let has_length = (1..=ROLE_CHARS_MAX).contains(&role.chars().count());
    (has_length && role.chars().all(is_word)).then_some(role)
}

fn role(fields: &mut Fields<'_>) -> Option<String> {
    let given = fields.required_text("role")?;
    if let Some(role) = contact_role(given) {
        return Some(role);
    }
    let reason = format!(
        "a role has 1 to {ROLE_CHARS_MAX} letters, digits, spaces, - and _, unlike `{}`",
        shown(given)
    );
    fields.mistake("role", "bad-value", reason);
    None
}
