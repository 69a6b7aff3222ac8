//! The register of keys of contacts: what mails to an address are encrypted with.

use model::register::ContactKeyRow;

use super::{Fields, RegisterRow};

const KEY_CHARS_MAX: usize = 100;

impl RegisterRow for ContactKeyRow {
    const COLUMNS: &'static [&'static str] = &["organisation", "email", "fingerprint", "key"];
    const REQUIRED: &'static [&'static str] = &["organisation", "email", "key"];

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let organisation = fields.required_name("organisation", KEY_CHARS_MAX);
        let email = fields.required("email");
        // People write it in groups.
        let fingerprint = fields.text("fingerprint").replace(' ', "").to_uppercase();
        let key = fields.required_text("key");
        Some(Self {
            organisation: organisation?,
            email: email?,
            fingerprint,
            key: key?.to_owned(),
        })
    }

    fn to_fields(&self) -> Vec<String> {
        vec![
            self.organisation.clone(),
            self.email.to_string(),
            self.fingerprint.clone(),
            self.key.clone(),
        ]
    }
}
