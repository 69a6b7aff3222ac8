//! The register of networks: who can be written to about addresses that nobody has registered.

use model::{EmailAddress, Prefix};

use super::{Fields, RegisterRow};

const HOLDER_CHARS_MAX: usize = 200;

/// One network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkRow {
    /// Its addresses.
    pub prefix: Prefix,
    /// Who holds it, for people.
    pub holder: String,
    /// Where the holder takes complaints.
    pub abuse_email: EmailAddress,
}

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
