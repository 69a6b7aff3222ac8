//! Changing the party register from files: rows are added or changed, and with `--replace` absent ones are closed.
//!
//! Nothing is ever removed, because a match may cite it. The caller raises the register's version once per import.

use std::collections::HashSet;

use model::register::{AsnRow, AssetRow, ContactRow, NetworkRow, OrganisationRow};
use model::{Day, LegalClass, LinkKind, PartyRole, SeveritySet, Timestamp};

use crate::bulk::assets::put_assets;
use crate::bulk::parties::{PORTION_ROWS, put_contacts, put_organisations};
use crate::connection::{Tx, TxEngine, values};
use crate::error::Result;

/// `valid_from` of an asset that was always held: a key column cannot be NULL on both engines.
pub(crate) const ALWAYS: i64 = i32::MIN as i64;

/// How a class is known, and who entered it, where a file said so.
pub(crate) const IMPORT: &str = "import";

/// The class that a row gives its organisation, and from when on. A row that says nothing of it leaves what is known.
pub(crate) fn class_change(row: &OrganisationRow, today: Day) -> Option<(Day, LegalClass)> {
    let says = row.legal_class != LegalClass::Unknown || row.legal_class_from.is_some();
    says.then(|| (row.legal_class_from.unwrap_or(today), row.legal_class))
}

/// How many of those that an import closes are named.
pub const CLOSED_NAMED_MAX: usize = 20;

/// What an import did, in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegisterCounts {
    /// Rows that were not there before.
    pub added: u64,
    /// Rows that were there and now say something else.
    pub changed: u64,
    /// Rows that were there as they are.
    pub unchanged: u64,
    /// Rows that were there and are closed, because the file replaces the register and does not have them.
    pub closed: u64,
}

impl RegisterCounts {
    /// Whether matches, routes or contacts may now be different.
    pub fn any_change(&self) -> bool {
        self.added + self.changed + self.closed > 0
    }
}

/// What became of one row, and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterChange {
    /// The row is new.
    Added(i64),
    /// The row says something else now.
    Changed(i64),
    /// The row is as it was.
    Unchanged(i64),
    /// The row names an organisation that is not in the register.
    UnknownOrganisation,
}

impl RegisterChange {
    /// Number of the row, where there is one.
    pub fn number(self) -> Option<i64> {
        match self {
            Self::Added(number) | Self::Changed(number) | Self::Unchanged(number) => Some(number),
            Self::UnknownOrganisation => None,
        }
    }
}

/// Collects what became of the rows of one import, and which of them the file had.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) counts: RegisterCounts,
    seen: HashSet<i64>,
}

impl Tally {
    fn add(&mut self, change: RegisterChange) {
        let number = match change {
            RegisterChange::Added(number) => {
                self.counts.added += 1;
                number
            }
            RegisterChange::Changed(number) => {
                self.counts.changed += 1;
                number
            }
            RegisterChange::Unchanged(number) => {
                self.counts.unchanged += 1;
                number
            }
            RegisterChange::UnknownOrganisation => return,
        };
        self.seen.insert(number);
    }
}

/// One import of a kind of row: put rows, then close what is absent if the file replaces the register.
pub struct Import<'t, 'c> {
    tx: &'t mut Tx<'c>,
    now: Timestamp,
    tally: Tally,
    closed_first: Vec<String>,
}

impl<'c> Tx<'c> {
    /// Begins an import within this transaction.
    pub fn import(&mut self, now: Timestamp) -> Import<'_, 'c> {
        Import {
            tx: self,
            now,
            tally: Tally::default(),
            closed_first: Vec::new(),
        }
    }

    /// Number of the party that files name by `reference`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn party_no(&mut self, reference: &str) -> Result<Option<i64>> {
        self.query_opt(
            "SELECT party_no FROM party WHERE reference = $1",
            values![reference],
            |row| row.int(0),
        )
    }

    /// Makes a party with a role if there is none of that reference, and gives its number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn ensure_party(
        &mut self,
        reference: &str,
        name: &str,
        role: PartyRole,
        now: Timestamp,
    ) -> Result<i64> {
        let party_no = self.query_int(
            "INSERT INTO party (reference, name, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (reference) DO UPDATE SET reference = excluded.reference RETURNING party_no",
            values![reference, name, now.micros()],
        )?;
        self.ensure_role(party_no, role, now)?;
        Ok(party_no)
    }

    pub(crate) fn ensure_role(
        &mut self,
        party_no: i64,
        role: PartyRole,
        now: Timestamp,
    ) -> Result<()> {
        let held = "SELECT COUNT(*) FROM party_role WHERE party_no = $1 AND role = $2 AND valid_until IS NULL";
        if self.query_int(held, values![party_no, role.code()])? == 0 {
            self.execute(
                "INSERT INTO party_role (party_no, role, valid_from) VALUES ($1, $2, $3)
                 ON CONFLICT (party_no, role, valid_from) DO UPDATE SET valid_until = NULL",
                values![party_no, role.code(), now.day().days()],
            )?;
        }
        Ok(())
    }
}

impl Import<'_, '_> {
    /// What was done so far.
    pub fn counts(&self) -> RegisterCounts {
        self.tally.counts
    }

    /// Puts one organisation.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn organisation(&mut self, row: &OrganisationRow) -> Result<RegisterChange> {
        let change = self.put_party(row)?;
        if let RegisterChange::Added(party_no) | RegisterChange::Changed(party_no) = change {
            self.tx
                .ensure_role(party_no, PartyRole::Recipient, self.now)?;
        }
        self.tally.add(change);
        Ok(change)
    }

    fn put_party(&mut self, row: &OrganisationRow) -> Result<RegisterChange> {
        let kvk = row.kvk.as_ref().map(ToString::to_string);
        let language = row.language.map(|language| i64::from(language.code()));
        let wanted = (
            row.name.clone(),
            kvk.clone(),
            row.sector.clone(),
            language,
            false,
        );
        let held = self.tx.query_opt(
            "SELECT party_no, name, kvk, sector, language, closed_at FROM party WHERE reference = $1",
            values![&row.organisation],
            |found| {
                let held = (
                    found.text(1)?,
                    found.opt_text(2)?,
                    found.opt_text(3)?,
                    found.opt_int(4)?,
                    found.opt_int(5)?.is_some(),
                );
                Ok((found.int(0)?, held))
            },
        )?;
        let fields = values![
            &row.name,
            kvk.as_deref(),
            row.sector.as_deref(),
            language,
            &row.organisation
        ];
        let Some((party_no, held)) = held else {
            let party_no = self.tx.query_int(
                "INSERT INTO party (name, kvk, sector, language, reference, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6) RETURNING party_no",
                &[fields, values![self.now.micros()]].concat(),
            )?;
            self.put_legal_class(party_no, row)?;
            return Ok(RegisterChange::Added(party_no));
        };
        let class_changed = self.put_legal_class(party_no, row)?;
        if held == wanted && !class_changed {
            return Ok(RegisterChange::Unchanged(party_no));
        }
        self.tx.execute(
            "UPDATE party SET name = $1, kvk = $2, sector = $3, language = $4, closed_at = NULL WHERE reference = $5",
            fields,
        )?;
        Ok(RegisterChange::Changed(party_no))
    }

    /// Enters the class of a row where another one holds on its day; says whether it did.
    fn put_legal_class(&mut self, party_no: i64, row: &OrganisationRow) -> Result<bool> {
        let Some(change) = class_change(row, self.now.day()) else {
            return Ok(false);
        };
        let (from, class) = change;
        if self.tx.legal_class_on(party_no, from)? == class {
            return Ok(false);
        }
        let source = (IMPORT, IMPORT);
        self.tx
            .enter_legal_class(party_no, change, source, self.now)?;
        Ok(true)
    }

    /// Puts one contact of an organisation that is in the register.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn contact(&mut self, row: &ContactRow) -> Result<RegisterChange> {
        let Some(party_no) = self.tx.party_no(&row.organisation)? else {
            return Ok(RegisterChange::UnknownOrganisation);
        };
        let change = self.tx.put_contact(party_no, row)?;
        self.tally.add(change);
        Ok(change)
    }

    /// Puts one asset of an organisation that is in the register.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn asset(&mut self, row: &AssetRow) -> Result<RegisterChange> {
        let Some(party_no) = self.tx.party_no(&row.organisation)? else {
            return Ok(RegisterChange::UnknownOrganisation);
        };
        let value = row.value.to_string();
        let valid_from = row.valid_from.map_or(ALWAYS, |day| day.days().into());
        let valid_until = row.valid_until.map(|day| i64::from(day.days()));
        let key = values![party_no, row.value.kind().code(), &value, valid_from];
        let held = self.tx.query_opt(
            "SELECT asset_no, given, valid_until, closed_at FROM asset
             WHERE party_no = $1 AND kind = $2 AND value = $3 AND valid_from = $4",
            key,
            |found| {
                Ok((
                    found.int(0)?,
                    (found.text(1)?, found.opt_int(2)?, found.opt_int(3)?),
                ))
            },
        )?;
        let change = match held {
            None => RegisterChange::Added(self.tx.query_int(
                "INSERT INTO asset (party_no, kind, value, valid_from, given, valid_until)
                 VALUES ($1, $2, $3, $4, $5, $6) RETURNING asset_no",
                &[key, values![&row.given, valid_until]].concat(),
            )?),
            Some((asset_no, held)) if held == (row.given.clone(), valid_until, None) => {
                RegisterChange::Unchanged(asset_no)
            }
            Some((asset_no, _)) => {
                self.tx.execute(
                    "UPDATE asset SET given = $1, valid_until = $2, closed_at = NULL WHERE asset_no = $3",
                    values![&row.given, valid_until, asset_no],
                )?;
                RegisterChange::Changed(asset_no)
            }
        };
        self.tally.add(change);
        Ok(change)
    }

    /// Puts many organisations, and says of each what became of it. Faster than one at a time where the server is another
    /// process.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn organisations(&mut self, rows: &[&OrganisationRow]) -> Result<Vec<RegisterChange>> {
        let mut changes = Vec::with_capacity(rows.len());
        for portion in rows.chunks(PORTION_ROWS) {
            let settled = match &mut self.tx.engine {
                TxEngine::Sqlite(_) => vec![None; portion.len()],
                TxEngine::Postgres { tx, statements } => {
                    put_organisations(tx, statements, portion, self.now)?
                }
            };
            for (row, settled) in portion.iter().zip(settled) {
                changes.push(match settled {
                    Some(change) => self.tallied(change),
                    None => self.organisation(row)?,
                });
            }
        }
        Ok(changes)
    }

    /// Puts many contacts, and says of each what became of it. Faster than one at a time where the server is another
    /// process.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn contacts(&mut self, rows: &[&ContactRow]) -> Result<Vec<RegisterChange>> {
        let mut changes = Vec::with_capacity(rows.len());
        for portion in rows.chunks(PORTION_ROWS) {
            let settled = match &mut self.tx.engine {
                TxEngine::Sqlite(_) => vec![None; portion.len()],
                TxEngine::Postgres { tx, statements } => put_contacts(tx, statements, portion)?,
            };
            for (row, settled) in portion.iter().zip(settled) {
                changes.push(match settled {
                    Some(change) => self.tallied(change),
                    None => self.contact(row)?,
                });
            }
        }
        Ok(changes)
    }

    fn tallied(&mut self, change: RegisterChange) -> RegisterChange {
        self.tally.add(change);
        change
    }

    /// Puts many assets, and says of each what became of it. Faster than one at a time where the server is another process.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn assets(&mut self, rows: &[&AssetRow]) -> Result<Vec<RegisterChange>> {
        let TxEngine::Postgres { tx, statements } = &mut self.tx.engine else {
            return rows.iter().map(|row| self.asset(row)).collect();
        };
        let changes = put_assets(tx, statements, rows)?;
        changes.iter().for_each(|change| self.tally.add(*change));
        Ok(changes)
    }

    /// Puts who runs an address block; its mailbox becomes a recipient.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn network(&mut self, row: &NetworkRow) -> Result<RegisterChange> {
        let (prefix, mailbox) = (row.prefix.to_string(), row.abuse_email.as_str());
        let held = self.tx.query_opt(
            "SELECT network_no, holder, abuse_email, closed_at FROM network WHERE prefix = $1",
            values![&prefix],
            |found| {
                Ok((
                    found.int(0)?,
                    (found.text(1)?, found.text(2)?, found.opt_int(3)?),
                ))
            },
        )?;
        if let Some((network_no, held)) = &held
            && *held == (row.holder.clone(), mailbox.to_owned(), None)
        {
            let change = RegisterChange::Unchanged(*network_no);
            self.tally.add(change);
            return Ok(change);
        }
        let party_no = self.put_holder(row)?;
        let network_no = self.tx.query_int(
            "INSERT INTO network (prefix, holder, abuse_email, party_no) VALUES ($1, $2, $3, $4)
             ON CONFLICT (prefix) DO UPDATE SET holder = excluded.holder, abuse_email = excluded.abuse_email,
                 party_no = excluded.party_no, closed_at = NULL
             RETURNING network_no",
            values![&prefix, &row.holder, mailbox, party_no],
        )?;
        let change = if held.is_none() {
            RegisterChange::Added(network_no)
        } else {
            RegisterChange::Changed(network_no)
        };
        self.tally.add(change);
        Ok(change)
    }

    /// The holder as a recipient: one party per mailbox, however many blocks it has.
    fn put_holder(&mut self, row: &NetworkRow) -> Result<i64> {
        let reference = format!("abuse:{}", row.abuse_email.as_str());
        let party_no =
            self.tx
                .ensure_party(&reference, &row.holder, PartyRole::NetworkHolder, self.now)?;
        let contact = ContactRow {
            organisation: reference,
            role: "abuse".into(),
            email: row.abuse_email.clone(),
            severities: SeveritySet::ALL,
            language: None,
            reader: Some(model::Reader::Administrator),
        };
        self.tx.put_contact(party_no, &contact)?;
        Ok(party_no)
    }

    /// Puts one line of the AS table.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn as_prefix(&mut self, row: &AsnRow) -> Result<()> {
        self.tx.execute(
            "INSERT INTO as_prefix (prefix, asn, country) VALUES ($1, $2, $3)
             ON CONFLICT (prefix) DO UPDATE SET asn = excluded.asn, country = excluded.country",
            values![
                &row.prefix.to_string(),
                i64::from(row.asn.get()),
                row.country.as_deref()
            ],
        )?;
        self.tally.counts.added += 1;
        Ok(())
    }

    /// Empties the AS table before a file that replaces it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn clear_as_table(&mut self) -> Result<()> {
        self.tally.counts.closed = self.tx.execute("DELETE FROM as_prefix", &[])?;
        Ok(())
    }

    /// The first [`CLOSED_NAMED_MAX`] of what this import closed, as files name it.
    pub fn closed_first(&self) -> &[String] {
        &self.closed_first
    }

    /// Closes the organisations that this import did not have. A part of another one was made by its people, so it stays as long
    /// as the whole does. Then it ends as when it leaves: nobody belongs to it any more, also if it is served again.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn close_absent_organisations(&mut self) -> Result<()> {
        let open = format!(
            "SELECT p.party_no FROM party p JOIN party_role r ON r.party_no = p.party_no
             WHERE p.closed_at IS NULL AND r.valid_until IS NULL AND r.role = {}
                 AND NOT EXISTS (SELECT 1 FROM party_link l JOIN party w ON w.party_no = l.to_party_no
                     WHERE l.from_party_no = p.party_no AND l.kind = {} AND l.valid_until IS NULL AND w.closed_at IS NULL)
             ORDER BY p.party_no",
            PartyRole::Recipient.code(),
            LinkKind::PartOf.code()
        );
        let name = "SELECT reference FROM party WHERE party_no = $1";
        let close = "UPDATE party SET closed_at = $1 WHERE party_no = $2";
        loop {
            let absent = self.absent(&open)?;
            if absent.is_empty() {
                return Ok(());
            }
            for party_no in absent {
                self.close(party_no, name, close)?;
                if self.tx.whole_of(party_no)?.is_some() {
                    self.tx.close_party(party_no, "import", self.now)?;
                }
            }
        }
    }

    /// Closes the contacts of organisations that this import did not have, but those that organisations look after themselves
    /// and those of parts that they made.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn close_absent_contacts(&mut self) -> Result<()> {
        let open = format!(
            "SELECT contact_no FROM contact c WHERE closed_at IS NULL AND party_no NOT IN (SELECT party_no FROM network)
                 AND NOT EXISTS (SELECT 1 FROM contact_detail d WHERE d.contact_no = c.contact_no)
                 AND NOT EXISTS (SELECT 1 FROM party_link l WHERE l.from_party_no = c.party_no AND l.kind = {})
             ORDER BY contact_no",
            LinkKind::PartOf.code()
        );
        self.close_absent(
            &open,
            "SELECT p.reference || ' ' || c.role || ' ' || c.email FROM contact c
             JOIN party p ON p.party_no = c.party_no WHERE c.contact_no = $1",
            "UPDATE contact SET closed_at = $1 WHERE contact_no = $2",
        )
    }

    /// Closes the assets that this import did not have, but those that organisations added themselves.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn close_absent_assets(&mut self) -> Result<()> {
        self.close_absent(
            "SELECT asset_no FROM asset a WHERE closed_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM asset_claim c WHERE c.asset_no = a.asset_no) ORDER BY asset_no",
            "SELECT p.reference || ' ' || a.given FROM asset a JOIN party p ON p.party_no = a.party_no WHERE a.asset_no = $1",
            "UPDATE asset SET closed_at = $1 WHERE asset_no = $2",
        )
    }

    /// Closes the networks that this import did not have.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn close_absent_networks(&mut self) -> Result<()> {
        self.close_absent(
            "SELECT network_no FROM network WHERE closed_at IS NULL ORDER BY network_no",
            "SELECT prefix FROM network WHERE network_no = $1",
            "UPDATE network SET closed_at = $1 WHERE network_no = $2",
        )
    }

    fn close_absent(&mut self, open: &str, name: &str, close: &str) -> Result<()> {
        for number in self.absent(open)? {
            self.close(number, name, close)?;
        }
        Ok(())
    }

    fn close(&mut self, number: i64, name: &str, close: &str) -> Result<()> {
        if self.closed_first.len() < CLOSED_NAMED_MAX {
            let name = self
                .tx
                .query_opt(name, values![number], |row| row.text(0))?;
            self.closed_first.extend(name);
        }
        self.tally.counts.closed += self.tx.execute(close, values![self.now.micros(), number])?;
        Ok(())
    }

    /// Of what is open, what this import did not have.
    fn absent(&mut self, open: &str) -> Result<Vec<i64>> {
        let mut absent = self.tx.query(open, &[], |row| row.int(0))?;
        absent.retain(|number| !self.tally.seen.contains(number));
        Ok(absent)
    }
}

impl Tx<'_> {
    pub(crate) fn put_contact(
        &mut self,
        party_no: i64,
        row: &ContactRow,
    ) -> Result<RegisterChange> {
        let wanted = (
            i64::from(row.severities.bits()),
            row.language.map(|language| i64::from(language.code())),
            row.reader.map(|reader| i64::from(reader.code())),
            None,
        );
        let key = values![party_no, row.email.as_str(), &row.role];
        let held = self.query_opt(
            "SELECT contact_no, severities, language, reader, closed_at FROM contact
             WHERE party_no = $1 AND email = $2 AND role = $3",
            key,
            |found| {
                let held = (
                    found.int(1)?,
                    found.opt_int(2)?,
                    found.opt_int(3)?,
                    found.opt_int(4)?,
                );
                Ok((found.int(0)?, held))
            },
        )?;
        let (severities, language, reader, _) = wanted;
        let fields = [key, values![severities, language, reader]].concat();
        match held {
            Some((contact_no, held)) if held == wanted => Ok(RegisterChange::Unchanged(contact_no)),
            Some((contact_no, _)) => {
                self.execute(
                    "UPDATE contact SET severities = $4, language = $5, reader = $6, closed_at = NULL
                     WHERE party_no = $1 AND email = $2 AND role = $3",
                    &fields,
                )?;
                Ok(RegisterChange::Changed(contact_no))
            }
            None => Ok(RegisterChange::Added(self.query_int(
                "INSERT INTO contact (party_no, email, role, severities, language, reader)
                 VALUES ($1, $2, $3, $4, $5, $6) RETURNING contact_no",
                &fields,
            )?)),
        }
    }
}
