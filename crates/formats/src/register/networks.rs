//! The register of networks: who can be written to about addresses that nobody has registered.

use model::register::NetworkRow;

use super::{Fields, RegisterRow};

const HOLDER_CHARS_MAX: usize = 200;

impl RegisterRow for NetworkRow {
    const COLUMNS: &'static [&'static str] = &["prefix", "holder", "abuse_email"];
    const REQUIRED: &'static [&'static str] = Self::COLUMNS;

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let prefix = fields.required("prefix");
        let holder = fields.required_name("holder", HOLDER_CHARS_MAX);
        let abuse_email = fields.required("abuse_email");
        Some(Self {
            prefix: prefix?,
            holder: holder?,
            abuse_email: abuse_email?,
        })
    }

    fn to_fields(&self) -> Vec<String> {
        vec![
            self.prefix.to_string(),
            self.holder.clone(),
            self.abuse_email.to_string(),
        ]
    }
}
