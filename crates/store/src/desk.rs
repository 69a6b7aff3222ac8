//! Desks: who warns, under which name, basis and rules.

use model::{
    Day, EmailAddress, Language, LegalClass, RegistrationRule, ReleaseRule, StatisticsRegime, Zone,
};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// A desk. The fields that are `Option` must be set before anything goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// Internal number.
    pub desk_no: i64,
    /// Its name, also in the subject of messages.
    pub name: String,
    /// From address.
    pub sender: Option<EmailAddress>,
    /// Where answers go; somebody reads it.
    pub reply_to: Option<EmailAddress>,
    /// Published phone number.
    pub phone: Option<String>,
    /// Privacy text of the desk, in Dutch.
    pub privacy_nl: Option<String>,
    /// Privacy text of the desk, in English.
    pub privacy_en: Option<String>,
    /// Lawful basis where the legal class of the recipient does not say otherwise.
    pub lawful_basis: Option<String>,
    /// Zone of the local times in messages.
    pub time_zone: Option<Zone>,
    /// Language for recipients whose language nobody knows.
    pub language: Language,
    /// Which statistics this desk may keep.
    pub statistics_regime: StatisticsRegime,
    /// Whether alerts wait for approval.
    pub alert_rule: ReleaseRule,
    /// Whether organisations may register themselves; those of a new installation may not.
    pub registration: RegistrationRule,
}

/// Fields to change; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskChange {
    /// See [`Desk::sender`].
    pub sender: Option<EmailAddress>,
    /// See [`Desk::reply_to`].
    pub reply_to: Option<EmailAddress>,
    /// See [`Desk::phone`].
    pub phone: Option<String>,
    /// See [`Desk::privacy_nl`].
    pub privacy_nl: Option<String>,
    /// See [`Desk::privacy_en`].
    pub privacy_en: Option<String>,
    /// See [`Desk::lawful_basis`].
    pub lawful_basis: Option<String>,
    /// See [`Desk::time_zone`].
    pub time_zone: Option<Zone>,
    /// See [`Desk::language`].
    pub language: Option<Language>,
    /// See [`Desk::statistics_regime`].
    pub statistics_regime: Option<StatisticsRegime>,
    /// See [`Desk::alert_rule`].
    pub alert_rule: Option<ReleaseRule>,
    /// See [`Desk::registration`].
    pub registration: Option<RegistrationRule>,
    /// A new name.
    pub name: Option<String>,
}

impl Desk {
    /// What must still be set before this desk may send, by the name of the setting. Empty when it may.
    pub fn missing(&self) -> Vec<&'static str> {
        let set = [
            ("sender", self.sender.is_some()),
            ("reply-to", self.reply_to.is_some()),
            ("phone", self.phone.is_some()),
            ("privacy-nl", self.privacy_nl.is_some()),
            ("privacy-en", self.privacy_en.is_some()),
            ("lawful-basis", self.lawful_basis.is_some()),
            ("time-zone", self.time_zone.is_some()),
        ];
        set.into_iter()
            .filter(|(_, set)| !set)
            .map(|(name, _)| name)
            .collect()
    }

    fn with(self, change: &DeskChange) -> Self {
        let change = change.clone();
        Self {
            desk_no: self.desk_no,
            name: change.name.unwrap_or(self.name),
            sender: change.sender.or(self.sender),
            reply_to: change.reply_to.or(self.reply_to),
            phone: change.phone.or(self.phone),
            privacy_nl: change.privacy_nl.or(self.privacy_nl),
            privacy_en: change.privacy_en.or(self.privacy_en),
            lawful_basis: change.lawful_basis.or(self.lawful_basis),
            time_zone: change.time_zone.or(self.time_zone),
            language: change.language.unwrap_or(self.language),
            statistics_regime: change.statistics_regime.unwrap_or(self.statistics_regime),
            alert_rule: change.alert_rule.unwrap_or(self.alert_rule),
            registration: change.registration.unwrap_or(self.registration),
        }
    }
}

const DESK: &str = "SELECT desk_no, name, sender, reply_to, phone, privacy_nl, privacy_en, lawful_basis, time_zone,
    language, statistics_regime, alert_rule, registration_rule FROM desk";

impl Tx<'_> {
    /// Makes a desk that cannot send yet, and gives its number.
    ///
    /// # Errors
    /// When the engine fails, or the name is taken.
    pub fn add_desk(&mut self, name: &str, language: Language) -> Result<i64> {
        self.query_int(
            "INSERT INTO desk (name, language, statistics_regime, alert_rule) VALUES ($1, $2, $3, $4) RETURNING desk_no",
            values![name, language.code(), StatisticsRegime::Full.code(), ReleaseRule::Send.code()],
        )
    }

    /// The desk of that name, or without a name the one made at installation.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn desk_named(&mut self, name: Option<&str>) -> Result<Option<Desk>> {
        match name {
            Some(name) => {
                self.query_opt(&format!("{DESK} WHERE name = $1"), values![name], desk_from)
            }
            None => self.query_opt(&format!("{DESK} ORDER BY desk_no LIMIT 1"), &[], desk_from),
        }
    }

    /// All desks.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn desks(&mut self) -> Result<Vec<Desk>> {
        self.query(&format!("{DESK} ORDER BY desk_no"), &[], desk_from)
    }

    /// Changes a desk and gives it as it is now.
    ///
    /// # Errors
    /// When the engine fails, or the new name is taken.
    pub fn change_desk(&mut self, desk: Desk, change: &DeskChange) -> Result<Desk> {
        let desk = desk.with(change);
        let time_zone = desk.time_zone.as_ref().map(ToString::to_string);
        self.execute(
            "UPDATE desk SET name = $2, sender = $3, reply_to = $4, phone = $5, privacy_nl = $6, privacy_en = $7,
                lawful_basis = $8, time_zone = $9, language = $10, statistics_regime = $11, alert_rule = $12,
                registration_rule = $13
             WHERE desk_no = $1",
            values![
                desk.desk_no,
                &desk.name,
                desk.sender.as_ref().map(EmailAddress::as_str),
                desk.reply_to.as_ref().map(EmailAddress::as_str),
                desk.phone.as_deref(),
                desk.privacy_nl.as_deref(),
                desk.privacy_en.as_deref(),
                desk.lawful_basis.as_deref(),
                time_zone.as_deref(),
                desk.language.code(),
                desk.statistics_regime.code(),
                desk.alert_rule.code(),
                desk.registration.code(),
            ],
        )?;
        // Messages may have waited for what it lacked.
        self.announce_work()?;
        Ok(desk)
    }

    /// Sets the basis for recipients of one legal class from a day on.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn set_desk_basis(
        &mut self,
        desk_no: i64,
        class: LegalClass,
        from: Day,
        basis: &str,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO desk_basis (desk_no, legal_class, valid_from, lawful_basis) VALUES ($1, $2, $3, $4)
             ON CONFLICT (desk_no, legal_class, valid_from) DO UPDATE SET lawful_basis = excluded.lawful_basis",
            values![desk_no, class.code(), from.days(), basis],
        )?;
        Ok(())
    }

    /// The bases of a desk that hold on `day`, one per legal class that has its own.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn desk_bases(&mut self, desk_no: i64, day: Day) -> Result<Vec<(LegalClass, String)>> {
        let mut bases: Vec<(LegalClass, String)> = Vec::new();
        let sql = "SELECT legal_class, lawful_basis FROM desk_basis WHERE desk_no = $1 AND valid_from <= $2
                   ORDER BY legal_class, valid_from";
        self.for_each(sql, values![desk_no, day.days()], |row| {
            let class = row.code(0, "legal class", LegalClass::from_code)?;
            bases.retain(|(known, _)| *known != class);
            bases.push((class, row.text(1)?));
            Ok(())
        })?;
        Ok(bases)
    }
}

fn desk_from(row: &Row<'_>) -> Result<Desk> {
    Ok(Desk {
        desk_no: row.int(0)?,
        name: row.text(1)?,
        sender: row.opt_parsed(2, "e-mail address")?,
        reply_to: row.opt_parsed(3, "e-mail address")?,
        phone: row.opt_text(4)?,
        privacy_nl: row.opt_text(5)?,
        privacy_en: row.opt_text(6)?,
        lawful_basis: row.opt_text(7)?,
        time_zone: row.opt_parsed(8, "time zone")?,
        language: row.code(9, "language", Language::from_code)?,
        statistics_regime: row.code(10, "statistics regime", StatisticsRegime::from_code)?,
        alert_rule: row.code(11, "alert rule", ReleaseRule::from_code)?,
        registration: row.code(12, "registration rule", RegistrationRule::from_code)?,
    })
}
