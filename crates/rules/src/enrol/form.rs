//! What an applicant fills in, step by step, and what it means once it is complete.

use model::{
    AssetValue, BusinessForm, BusinessSize, CountingRule, Criterion, KvkNumber, LegalClass, Sector,
    TechnicalContact, Verdict,
};
use serde::{Deserialize, Serialize};

use super::counting::{AssetCount, count};
use super::criteria::{Declared, is_eligible};

/// Longest line that somebody fills in, in characters.
pub const LINE_CHARS_MAX: usize = 100;
/// Longest line of evidence, in characters.
pub const EVIDENCE_CHARS_MAX: usize = 200;
/// Assets of one application. Whoever has more gives prefixes, not addresses.
pub const ASSETS_MAX: usize = 2_000;

/// The fields as they were filled in; each may still be empty or wrong. A box that is ticked holds `yes`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApplicationForm {
    /// Name in the trade register.
    pub organisation: String,
    /// Number in the trade register.
    pub kvk: String,
    /// See [`Sector`].
    pub sector: String,
    /// See [`BusinessSize`].
    pub size: String,
    /// See [`BusinessForm`].
    pub form: String,
    /// Whether it is established in the Netherlands.
    pub is_dutch: String,
    /// Whether it does business.
    pub does_business: String,
    /// See [`LegalClass`].
    pub legal_class: String,
    /// The relay that it is attached to; empty: none.
    pub relay: String,
    /// Where its establishment and business can be seen.
    pub evidence_established: String,
    /// From what it follows what it is by law, and which CSIRT is there for its sector.
    pub evidence_not_vital: String,
    /// From what it follows to which relay it is attached; may stay empty where there is none.
    pub evidence_no_relay: String,
    /// See [`TechnicalContact`].
    pub contact: String,
    /// The role of whoever answers for security, or when somebody comes.
    pub evidence_contact: String,
    /// Name of whoever answers for security.
    pub contact_name: String,
    /// Telephone number; may stay empty.
    pub contact_phone: String,
    /// Addresses, prefixes, ranges, names and AS numbers, as they were typed.
    pub assets: String,
    /// Whether the conditions are accepted.
    pub consent: String,
}

/// A part of the form that is one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Who applies.
    Organisation,
    /// Whether it meets the criteria.
    Criteria,
    /// Whom to turn to.
    Contact,
    /// What it brings.
    Assets,
    /// Looking everything over, and consent.
    Submit,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 5] = [
        Self::Organisation,
        Self::Criteria,
        Self::Contact,
        Self::Assets,
        Self::Submit,
    ];

    /// The word for it in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Criteria => "criteria",
            Self::Contact => "contact",
            Self::Assets => "assets",
            Self::Submit => "submit",
        }
    }

    /// The step with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }

    /// The one behind it; the last is its own.
    #[must_use]
    pub fn next(self) -> Self {
        let mut behind = Self::ALL.into_iter().skip_while(|step| *step != self);
        behind.nth(1).unwrap_or(self)
    }
}

/// A field that is empty or wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where it is asked.
    pub step: Step,
    /// Its name.
    pub field: &'static str,
}

/// A line of the list of assets that is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadAsset {
    /// Line, from 1.
    pub line: usize,
    /// Why, with what stood there.
    pub why: String,
}

/// An application whose every field can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Name in the trade register.
    pub organisation: String,
    /// Number there.
    pub kvk: KvkNumber,
    /// Its sector.
    pub sector: Sector,
    /// How many people work there.
    pub size: BusinessSize,
    /// What it says about the criteria.
    pub declared: Declared,
    /// Whoever answers for security.
    pub contact_name: String,
    /// What it brings.
    pub assets: Vec<AssetValue>,
}

impl Application {
    /// What it brings, counted by the rule of its programme.
    #[must_use]
    pub fn count(&self, rule: CountingRule) -> AssetCount {
        count(&self.assets, rule)
    }

    /// Whether it may take part, with what a person judged.
    #[must_use]
    pub fn is_eligible(&self, judged: &[(Criterion, Verdict)]) -> bool {
        is_eligible(&self.declared, judged)
    }
}

/// How many fields there are.
const FIELDS: usize = 18;

impl ApplicationForm {
    /// Every field, in order.
    pub(crate) fn fields(&self) -> [&String; FIELDS] {
        [
            &self.organisation,
            &self.kvk,
            &self.sector,
            &self.size,
            &self.form,
            &self.is_dutch,
            &self.does_business,
            &self.legal_class,
            &self.relay,
            &self.evidence_established,
            &self.evidence_not_vital,
            &self.evidence_no_relay,
            &self.contact,
            &self.evidence_contact,
            &self.contact_name,
            &self.contact_phone,
            &self.assets,
            &self.consent,
        ]
    }

    /// Every field, in order, to be changed.
    pub(crate) fn fields_mut(&mut self) -> [&mut String; FIELDS] {
        [
            &mut self.organisation,
            &mut self.kvk,
            &mut self.sector,
            &mut self.size,
            &mut self.form,
            &mut self.is_dutch,
            &mut self.does_business,
            &mut self.legal_class,
            &mut self.relay,
            &mut self.evidence_established,
            &mut self.evidence_not_vital,
            &mut self.evidence_no_relay,
            &mut self.contact,
            &mut self.evidence_contact,
            &mut self.contact_name,
            &mut self.contact_phone,
            &mut self.assets,
            &mut self.consent,
        ]
    }

    /// Takes over what a page sent of one step; the other fields stay.
    pub fn take(&mut self, step: Step, sent: Self) {
        match step {
            Step::Organisation => {
                self.organisation = sent.organisation;
                self.kvk = sent.kvk;
                self.sector = sent.sector;
                self.size = sent.size;
            }
            Step::Criteria => {
                self.form = sent.form;
                self.is_dutch = sent.is_dutch;
                self.does_business = sent.does_business;
                self.legal_class = sent.legal_class;
                self.relay = sent.relay;
                self.evidence_established = sent.evidence_established;
                self.evidence_not_vital = sent.evidence_not_vital;
                self.evidence_no_relay = sent.evidence_no_relay;
            }
            Step::Contact => {
                self.contact = sent.contact;
                self.evidence_contact = sent.evidence_contact;
                self.contact_name = sent.contact_name;
                self.contact_phone = sent.contact_phone;
            }
            Step::Assets => self.assets = sent.assets,
            Step::Submit => self.consent = sent.consent,
        }
    }

    /// What a page shows of it: the fields of its step; of the last page all, as it is they that are sent in.
    #[must_use]
    pub fn shown_at(&self, step: Step) -> Self {
        if step == Step::Submit {
            return self.clone();
        }
        let mut shown = Self::default();
        shown.take(step, self.clone());
        shown
    }

    /// The evidence that was given for a criterion (requirement PI-02); empty where none was.
    #[must_use]
    pub fn evidence(&self, criterion: Criterion) -> &str {
        match criterion {
            Criterion::Established => &self.evidence_established,
            Criterion::NotVital => &self.evidence_not_vital,
            Criterion::NoRelay => &self.evidence_no_relay,
            Criterion::Contact => &self.evidence_contact,
        }
    }

    /// Takes the evidence over that another form has: whoever reports a change is not asked for it again.
    pub fn keep_evidence(&mut self, other: &Self) {
        self.evidence_established
            .clone_from(&other.evidence_established);
        self.evidence_not_vital
            .clone_from(&other.evidence_not_vital);
        self.evidence_no_relay.clone_from(&other.evidence_no_relay);
        self.evidence_contact.clone_from(&other.evidence_contact);
    }

    /// Every field that keeps the form from being sent in: those that [`Self::read`] refuses, and evidence that is missing for
    /// something that was declared, or is too long. What was sent in before evidence was asked for can still be read.
    #[must_use]
    pub fn mistakes(&self, sectors: &[Sector]) -> Vec<Mistake> {
        let mut mistakes = self.read(sectors).err().unwrap_or_default();
        let is_ticked = |text: &str| text == "yes";
        let is_there = |text: &str| matches!(text, "present" | "promised");
        let class = self.legal_class.parse::<LegalClass>().ok();
        for (is_declared, given, step, field) in [
            (
                is_ticked(&self.is_dutch) || is_ticked(&self.does_business),
                &self.evidence_established,
                Step::Criteria,
                "evidence_established",
            ),
            (
                class.is_some_and(|class| class != LegalClass::Unknown),
                &self.evidence_not_vital,
                Step::Criteria,
                "evidence_not_vital",
            ),
            (
                !self.relay.trim().is_empty(),
                &self.evidence_no_relay,
                Step::Criteria,
                "evidence_no_relay",
            ),
            (
                is_there(&self.contact),
                &self.evidence_contact,
                Step::Contact,
                "evidence_contact",
            ),
        ] {
            let is_right = within(given, EVIDENCE_CHARS_MAX)
                .is_some_and(|given| !is_declared || !given.is_empty());
            if !is_right {
                mistakes.push(Mistake { step, field });
            }
        }
        mistakes
    }

    /// The whole of it, or every field that is wrong. `sectors` are those of the programme.
    ///
    /// # Errors
    /// When a field is empty or wrong.
    pub fn read(&self, sectors: &[Sector]) -> Result<Application, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut must = |is_right: bool, step, field| {
            if !is_right {
                mistakes.push(Mistake { step, field });
            }
        };
        let organisation = line(&self.organisation);
        let kvk = self.kvk.parse::<KvkNumber>().ok();
        let sector = self.sector.parse::<Sector>().ok();
        let sector = sector.filter(|sector| sectors.contains(sector));
        let size = self.size.parse::<BusinessSize>().ok();
        must(organisation.is_some(), Step::Organisation, "organisation");
        must(kvk.is_some(), Step::Organisation, "kvk");
        must(sector.is_some(), Step::Organisation, "sector");
        must(size.is_some(), Step::Organisation, "size");
        let form = self.form.parse::<BusinessForm>().ok();
        let legal_class = self.legal_class.parse::<LegalClass>().ok();
        let relay = fits(&self.relay);
        must(form.is_some(), Step::Criteria, "form");
        must(legal_class.is_some(), Step::Criteria, "legal_class");
        must(relay.is_some(), Step::Criteria, "relay");
        let contact = self.contact.parse::<TechnicalContact>().ok();
        let contact_name = line(&self.contact_name);
        must(contact.is_some(), Step::Contact, "contact");
        must(contact_name.is_some(), Step::Contact, "contact_name");
        must(
            fits(&self.contact_phone).is_some(),
            Step::Contact,
            "contact_phone",
        );
        let (assets, bad) = read_assets(&self.assets);
        let is_list = bad.is_empty() && (1..=ASSETS_MAX).contains(&assets.len());
        must(is_list, Step::Assets, "assets");
        must(self.consent == "yes", Step::Submit, "consent");
        match (
            organisation,
            kvk,
            sector,
            size,
            form,
            legal_class,
            relay,
            contact,
            contact_name,
        ) {
            (
                Some(organisation),
                Some(kvk),
                Some(sector),
                Some(size),
                Some(form),
                Some(legal_class),
                Some(relay),
                Some(contact),
                Some(contact_name),
            ) if mistakes.is_empty() => Ok(Application {
                organisation,
                kvk,
                sector,
                size,
                declared: Declared {
                    form,
                    is_dutch: self.is_dutch == "yes",
                    does_business: self.does_business == "yes",
                    legal_class,
                    relay,
                    contact,
                },
                contact_name,
                assets,
            }),
            _ => Err(mistakes),
        }
    }
}

/// A line of at most [`LINE_CHARS_MAX`] characters without the spaces around it, if something visible stands there.
#[must_use]
pub fn line(text: &str) -> Option<String> {
    fits(text).filter(|text| !text.is_empty())
}

fn fits(text: &str) -> Option<String> {
    within(text, LINE_CHARS_MAX)
}

/// A line of at most so many characters, without the spaces around it; it may be empty.
fn within(text: &str, chars_max: usize) -> Option<String> {
    let text = text.trim();
    let is_line = text.chars().count() <= chars_max && !text.chars().any(char::is_control);
    is_line.then(|| text.to_owned())
}

/// Reads a list of assets, one on a line or several with commas between them; says of each bad one why. What does not count
/// (PI-06) is refused: whoever lists web addresses means their names.
#[must_use]
pub fn read_assets(text: &str) -> (Vec<AssetValue>, Vec<BadAsset>) {
    let mut assets = Vec::new();
    let mut bad = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let listed = text.split([',', ';']).map(str::trim);
        for given in listed.filter(|given| !given.is_empty()) {
            match AssetValue::guess(given) {
                Ok(AssetValue::Url(_) | AssetValue::EmailDomain(_)) => bad.push(BadAsset {
                    line,
                    why: "web addresses and domains of e-mail addresses do not count; give the name alone"
                        .to_owned(),
                }),
                Ok(asset) => assets.push(asset),
                Err(error) => bad.push(BadAsset {
                    line,
                    why: error.to_string(),
                }),
            }
        }
    }
    (assets, bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_that_can_be_read() {
        assert_eq!(line(" Bakery ").as_deref(), Some("Bakery"));
        let long = "a".repeat(LINE_CHARS_MAX + 1);
        for text in ["", "  ", "a\nb", &long] {
            assert_eq!(line(text), None, "{text}");
        }
    }

    fn bakery() -> ApplicationForm {
        let text = str::to_owned;
        ApplicationForm {
            organisation: text(" Bakery Example "),
            kvk: text("90000017"),
            sector: text("trade"),
            size: text("small"),
            form: text("private-law"),
            is_dutch: text("yes"),
            does_business: text("yes"),
            legal_class: text("other-business"),
            relay: String::new(),
            evidence_established: text("bakery.example/contact"),
            evidence_not_vital: text("no CSIRT in our sector"),
            evidence_no_relay: String::new(),
            contact: text("present"),
            evidence_contact: text("head of IT"),
            contact_name: text("Sam Voorbeeld"),
            contact_phone: String::new(),
            assets: text("192.0.2.0/28\r\nbakery.example, AS64496\n\n"),
            consent: text("yes"),
        }
    }

    #[test]
    fn a_complete_form_is_an_application_with_a_count() {
        let read = bakery().read(Sector::ALL).unwrap();
        assert_eq!(read.organisation, "Bakery Example");
        assert_eq!(read.count(CountingRule::NEWEST).total(), 16 + 1 + 1);
        assert!(read.is_eligible(&[]));
    }

    #[test]
    fn each_field_that_is_empty_or_wrong_is_named_with_its_step() {
        let long = "a".repeat(LINE_CHARS_MAX + 1);
        for (change, field) in [
            (
                (|form, _| form.organisation = " ".to_owned()) as fn(&mut ApplicationForm, &str),
                "organisation",
            ),
            (
                |form, long| form.organisation = long.to_owned(),
                "organisation",
            ),
            (|form, _| form.kvk = "1234567".to_owned(), "kvk"),
            (|form, _| form.sector = "flowers".to_owned(), "sector"),
            (|form, _| form.size.clear(), "size"),
            (|form, _| form.form.clear(), "form"),
            (|form, _| form.legal_class.clear(), "legal_class"),
            (|form, _| form.relay = "a\nb".to_owned(), "relay"),
            (|form, _| form.contact.clear(), "contact"),
            (|form, _| form.contact_name.clear(), "contact_name"),
            (
                |form, long| form.contact_phone = long.to_owned(),
                "contact_phone",
            ),
            (|form, _| form.assets.clear(), "assets"),
            (|form, _| form.assets = "10.0.0.1".to_owned(), "assets"),
            (|form, _| form.consent.clear(), "consent"),
        ] {
            let mut form = bakery();
            change(&mut form, &long);
            let mistakes = form.read(Sector::ALL).unwrap_err();
            let fields: Vec<_> = mistakes.iter().map(|mistake| mistake.field).collect();
            assert_eq!(fields, [field]);
        }
        let nothing = ApplicationForm::default().read(Sector::ALL).unwrap_err();
        assert_eq!(nothing.len(), 10);
        let elsewhere = bakery().read(&[Sector::Ict]).unwrap_err();
        assert_eq!(elsewhere[0].field, "sector");
    }

    #[test]
    fn evidence_is_asked_for_what_was_declared_and_for_nothing_else() {
        let fields = |form: &ApplicationForm| {
            let mistakes = form.mistakes(Sector::ALL);
            mistakes.iter().map(|it| it.field).collect::<Vec<_>>()
        };
        let mut form = bakery();
        assert!(fields(&form).is_empty());
        form.keep_evidence(&ApplicationForm::default());
        let declared = [
            "evidence_established",
            "evidence_not_vital",
            "evidence_contact",
        ];
        assert_eq!(fields(&form), declared);
        assert!(form.read(Sector::ALL).is_ok(), "it was sent in before");
        form.relay = "A relay".to_owned();
        assert!(fields(&form).contains(&"evidence_no_relay"));
        form = ApplicationForm {
            is_dutch: String::new(),
            does_business: String::new(),
            legal_class: "unknown".to_owned(),
            relay: String::new(),
            contact: "absent".to_owned(),
            ..form
        };
        assert!(fields(&form).is_empty(), "nothing was declared");
        form.evidence_no_relay = "a".repeat(EVIDENCE_CHARS_MAX + 1);
        assert_eq!(fields(&form), ["evidence_no_relay"]);
    }

    #[test]
    fn a_step_changes_its_own_fields_only() {
        let mut form = bakery();
        for step in Step::ALL {
            form.take(step, ApplicationForm::default());
        }
        assert_eq!(form, ApplicationForm::default());
        let mut form = bakery();
        form.take(Step::Assets, ApplicationForm::default());
        assert_eq!(
            form,
            ApplicationForm {
                assets: String::new(),
                ..bakery()
            }
        );
    }

    #[test]
    fn bad_assets_are_told_by_line() {
        let (assets, bad) = read_assets("x.example\n10.0.0.1; 192.0.2.1\n\n192.0.2.9/24");
        assert_eq!(assets.len(), 2);
        let lines: Vec<usize> = bad.iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [2, 4]);
        assert!(bad[1].why.contains("probably 192.0.2.0/24 was meant"));
        let (assets, bad) = read_assets("https://x.example/shop, x.example\n@x.example");
        assert_eq!((assets.len(), bad.len()), (1, 2));
        assert!(bad.iter().all(|bad| bad.why.contains("do not count")));
    }
}
