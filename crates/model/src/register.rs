//! Rows of the party register as files carry them, with their nouns parsed.
//!
//! `formats` reads and writes them, `store` keeps them. An organisation is named by a short key of the file's author.

use crate::{
    Asn, AssetValue, Criticality, Day, EmailAddress, KvkNumber, Language, LegalClass, Prefix,
    Reader, SeveritySet,
};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationRow {
    /// Key by which the other files name it.
    pub organisation: String,
    /// For people.
    pub name: String,
    /// Number in the Dutch trade register.
    pub kvk: Option<KvkNumber>,
    /// Sector, in the words of the desk.
    pub sector: Option<String>,
    /// What the law makes of it; unknown when the file does not say.
    pub legal_class: LegalClass,
    /// First day of that class; the day of the import when the file does not say.
    pub legal_class_from: Option<Day>,
    /// Language in which it is told.
    pub language: Option<Language>,
}

/// An address of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRow {
    /// Key of the organisation.
    pub organisation: String,
    /// What the contact does, in the words of the organisation.
    pub role: String,
    /// Where messages go.
    pub email: EmailAddress,
    /// Which severities it takes.
    pub severities: SeveritySet,
    /// Its language, where it differs from the organisation's.
    pub language: Option<Language>,
    /// What it can read.
    pub reader: Option<Reader>,
}

/// What mails to an address of an organisation are encrypted with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactKeyRow {
    /// Key of the organisation in files.
    pub organisation: String,
    /// The address.
    pub email: EmailAddress,
    /// What people compare, in capitals and without spaces; may be empty.
    pub fingerprint: String,
    /// The OpenPGP certificate, armoured. Not read yet.
    pub key: String,
}

/// Something that an organisation holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetRow {
    /// Key of the organisation.
    pub organisation: String,
    /// What it is.
    pub value: AssetValue,
    /// As the file wrote it, so that an export gives the same file.
    pub given: String,
    /// First day held; always when the file does not say. Not the day of registration.
    pub valid_from: Option<Day>,
    /// First day no longer held.
    pub valid_until: Option<Day>,
}

/// Something that an organisation holds, as it says so itself, with what it wants to know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAssetRow {
    /// What it is.
    pub value: AssetValue,
    /// As the file wrote it, so that an export gives the same file.
    pub given: String,
    /// Name for people; may be empty.
    pub label: String,
    /// Name of the group of assets that it is in; may be empty.
    pub group: String,
    /// How much the organisation depends on it, where it said.
    pub criticality: Option<Criticality>,
    /// Name of the supplier that acts on this system alone; empty: who acts on its group.
    pub supplier: String,
    /// First day held; always when the file does not say.
    pub valid_from: Option<Day>,
    /// First day no longer held.
    pub valid_until: Option<Day>,
}

/// Who runs an address block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkRow {
    /// The block.
    pub prefix: Prefix,
    /// Name of the holder.
    pub holder: String,
    /// Mailbox for reports about the block.
    pub abuse_email: EmailAddress,
}

/// Which AS number announces a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsnRow {
    /// The prefix.
    pub prefix: Prefix,
    /// The number.
    pub asn: Asn,
    /// Country of the holder, two letters.
    pub country: Option<String>,
}
