//! Writing a file.

use std::fmt;

use model::Timestamp;

/// What a file is to say. Values are written as they are; [`super::check`] says whether they are right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityTxt {
    /// Addresses (URIs) of whom to tell, the preferred one first.
    pub contacts: Vec<String>,
    /// Until when it holds.
    pub expires: Timestamp,
    /// Addresses of keys.
    pub encryption: Vec<String>,
    /// Languages that are read.
    pub languages: Vec<String>,
    /// Address of the rules for whoever reports.
    pub policy: Option<String>,
    /// Where the file belongs.
    pub canonical: Vec<String>,
}

impl fmt::Display for SecurityTxt {
    /// Writes the file, with a line break behind each line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |name: &str, value: &dyn fmt::Display| writeln!(f, "{name}: {value}");
        for place in &self.canonical {
            line("Canonical", place)?;
        }
        for contact in &self.contacts {
            line("Contact", contact)?;
        }
        line("Expires", &self.expires)?;
        for key in &self.encryption {
            line("Encryption", key)?;
        }
        if !self.languages.is_empty() {
            line("Preferred-Languages", &self.languages.join(", "))?;
        }
        if let Some(policy) = &self.policy {
            line("Policy", policy)?;
        }
        Ok(())
    }
}
