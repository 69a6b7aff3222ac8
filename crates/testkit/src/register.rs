//! Rows of the party register in a few words, and their import the way that the program does it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use formats::register;
use model::register::{AsnRow, AssetRow, ContactRow, NetworkRow, OrganisationRow};
use model::{AssetKind, AssetValue, Day, Language, LegalClass, Reader, SeveritySet, Timestamp};
use store::{RegisterCounts, Store};

/// Rows for one import. Each method adds a row with defaults; the field is there for what a test is about.
#[derive(Clone, Debug, Default)]
pub struct RegisterBuilder {
    /// Organisations.
    pub organisations: Vec<OrganisationRow>,
    /// Contacts.
    pub contacts: Vec<ContactRow>,
    /// Assets.
    pub assets: Vec<AssetRow>,
    /// Networks.
    pub networks: Vec<NetworkRow>,
    /// The AS table.
    pub as_table: Vec<AsnRow>,
    /// Rows that are absent are closed, in the kinds that this import has rows of.
    pub replace: bool,
}

impl RegisterBuilder {
    /// No rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// An organisation that reads Dutch, with one contact `security@<reference>.example` for everything.
    #[must_use]
    pub fn organisation(self, reference: &str) -> Self {
        self.organisation_without_contact(reference, LegalClass::OtherBusiness)
            .contact(reference, &format!("security@{reference}.example"))
    }

    /// An organisation that nobody can write to.
    #[must_use]
    pub fn organisation_without_contact(
        mut self,
        reference: &str,
        legal_class: LegalClass,
    ) -> Self {
        self.organisations.push(OrganisationRow {
            organisation: reference.into(),
            name: format!("{reference} (name)"),
            kvk: None,
            sector: None,
            legal_class,
            legal_class_from: None,
            language: Some(Language::Nl),
        });
        self
    }

    /// A natural person, with a contact that must never be used.
    #[must_use]
    pub fn natural_person(self, reference: &str) -> Self {
        self.organisation_without_contact(reference, LegalClass::NaturalPerson)
            .contact(reference, &format!("me@{reference}.example"))
    }

    /// A contact that takes every severity, in the language of its organisation.
    #[must_use]
    pub fn contact(self, reference: &str, email: &str) -> Self {
        self.contact_for(reference, email, "", None, None)
    }

    /// A contact with all that it may say; `severities` as in the file, empty for all.
    #[must_use]
    pub fn contact_for(
        mut self,
        reference: &str,
        email: &str,
        severities: &str,
        language: Option<Language>,
        reader: Option<Reader>,
    ) -> Self {
        self.contacts.push(ContactRow {
            organisation: reference.into(),
            role: "security".into(),
            email: email.parse().expect("an e-mail address"),
            severities: severities.parse::<SeveritySet>().expect("severities"),
            language,
            reader,
        });
        self
    }

    /// An asset that was always held: `address`, `prefix`, `range`, `asn`, `domain`, `host`, `url` or `e-mail-domain`, then
    /// its value.
    #[must_use]
    pub fn asset(self, reference: &str, kind: &str, value: &str) -> Self {
        self.asset_held(reference, kind, value, None, None)
    }

    /// An asset that was held for a while.
    #[must_use]
    pub fn asset_held(
        mut self,
        reference: &str,
        kind: &str,
        value: &str,
        valid_from: Option<Day>,
        valid_until: Option<Day>,
    ) -> Self {
        let kind: AssetKind = kind.parse().expect("a kind of asset");
        self.assets.push(AssetRow {
            organisation: reference.into(),
            value: AssetValue::parse(kind, value)
                .unwrap_or_else(|error| panic!("`{value}`: {error}")),
            given: value.into(),
            valid_from,
            valid_until,
        });
        self
    }

    /// A network with its mailbox.
    #[must_use]
    pub fn network(mut self, prefix: &str, holder: &str, abuse_email: &str) -> Self {
        self.networks.push(NetworkRow {
            prefix: prefix.parse().expect("a prefix"),
            holder: holder.into(),
            abuse_email: abuse_email.parse().expect("an e-mail address"),
        });
        self
    }

    /// A line of the AS table.
    #[must_use]
    pub fn announced(mut self, prefix: &str, asn: u32) -> Self {
        let prefix = prefix.parse().expect("a prefix");
        self.as_table.push(AsnRow {
            prefix,
            asn: model::Asn::new(asn),
            country: None,
        });
        self
    }

    /// Closes what this import does not have.
    #[must_use]
    pub fn replacing(mut self) -> Self {
        self.replace = true;
        self
    }

    /// Writes the rows as the files that `seinpost import` takes; gives what each holds and its path, in the order in
    /// which they must go in. Kinds without rows have no file.
    ///
    /// # Panics
    /// When a file cannot be written.
    pub fn write_files(&self, folder: &Path) -> Vec<(&'static str, PathBuf)> {
        let mut written = Vec::new();
        let mut file = |what, rows: usize, write: &dyn Fn(File) -> io::Result<()>| {
            if rows > 0 {
                let path = folder.join(format!("{what}.csv"));
                File::create(&path)
                    .and_then(write)
                    .unwrap_or_else(|error| panic!("{what} are not written: {error}"));
                written.push((what, path));
            }
        };
        file("organisations", self.organisations.len(), &|file| {
            register::write::<OrganisationRow, _>(&self.organisations, file)
        });
        file("contacts", self.contacts.len(), &|file| {
            register::write::<ContactRow, _>(&self.contacts, file)
        });
        file("assets", self.assets.len(), &|file| {
            register::write::<AssetRow, _>(&self.assets, file)
        });
        file("networks", self.networks.len(), &|file| {
            register::write::<NetworkRow, _>(&self.networks, file)
        });
        file("asn", self.as_table.len(), &|file| {
            register::write_asn(&self.as_table, file)
        });
        written
    }

    /// Imports all rows in one transaction, and leaves the job that matches again.
    ///
    /// # Panics
    /// When the store fails, or a row names an organisation that is not there.
    pub fn import(&self, store: &Store, now: Timestamp) -> RegisterCounts {
        store
            .write(|tx| self.import_in(tx, now))
            .expect("the register is imported")
    }

    fn import_in(&self, tx: &mut store::Tx<'_>, now: Timestamp) -> store::Result<RegisterCounts> {
        let mut total = RegisterCounts::default();
        let mut import = tx.import(now);
        import.organisations(&self.organisations.iter().collect::<Vec<_>>())?;
        if self.replace && !self.organisations.is_empty() {
            import.close_absent_organisations()?;
        }
        add(&mut total, import.counts());
        let mut import = tx.import(now);
        let rows: Vec<_> = self.contacts.iter().collect();
        let changes = import.contacts(&rows)?;
        let unknown = changes
            .iter()
            .position(|change| *change == store::RegisterChange::UnknownOrganisation);
        assert_eq!(unknown.map(|place| rows[place]), None);
        if self.replace && !self.contacts.is_empty() {
            import.close_absent_contacts()?;
        }
        add(&mut total, import.counts());
        let mut import = tx.import(now);
        let rows: Vec<_> = self.assets.iter().collect();
        let changes = import.assets(&rows)?;
        let unknown = changes
            .iter()
            .position(|change| *change == store::RegisterChange::UnknownOrganisation);
        assert_eq!(unknown.map(|place| rows[place]), None);
        if self.replace && !self.assets.is_empty() {
            import.close_absent_assets()?;
        }
        add(&mut total, import.counts());
        let mut import = tx.import(now);
        for row in &self.networks {
            import.network(row)?;
        }
        if self.replace && !self.networks.is_empty() {
            import.close_absent_networks()?;
        }
        add(&mut total, import.counts());
        let mut import = tx.import(now);
        for row in &self.as_table {
            import.as_prefix(row)?;
        }
        add(&mut total, import.counts());
        if total.any_change() {
            tx.announce_register(now)?;
        }
        Ok(total)
    }
}

fn add(total: &mut RegisterCounts, more: RegisterCounts) {
    total.added += more.added;
    total.changed += more.changed;
    total.unchanged += more.unchanged;
    total.closed += more.closed;
}
