//! The register of organisations.

use model::LegalClass;

use model::register::OrganisationRow;

use super::{Fields, RegisterRow};

const KEY_CHARS_MAX: usize = 100;
const NAME_CHARS_MAX: usize = 200;
const SECTOR_CHARS_MAX: usize = 100;

impl RegisterRow for OrganisationRow {
    const COLUMNS: &'static [&'static str] = &[
        "organisation",
        "name",
        "kvk",
        "sector",
        "legal_class",
        "legal_class_from",
        "language",
    ];
    const REQUIRED: &'static [&'static str] = &["organisation", "name"];

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let organisation = fields.required_name("organisation", KEY_CHARS_MAX);
        let name = fields.required_name("name", NAME_CHARS_MAX);
        let kvk = fields.optional("kvk");
        let sector = fields.optional_name("sector", SECTOR_CHARS_MAX);
        let legal_class = fields.optional("legal_class");
        let legal_class_from = fields.optional("legal_class_from");
        let language = fields.optional("language");
        Some(Self {
            organisation: organisation?,
            name: name?,
            kvk: kvk?,
            sector: sector?,
            legal_class: legal_class?.unwrap_or(LegalClass::Unknown),
            legal_class_from: legal_class_from?,
            language: language?,
        })
    }

    fn to_fields(&self) -> Vec<String> {
        let legal_class = match self.legal_class {
            LegalClass::Unknown => String::new(),
            known => known.to_string(),
        };
        vec![
            self.organisation.clone(),
            self.name.clone(),
            self.kvk
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            self.sector.clone().unwrap_or_default(),
            legal_class,
            self.legal_class_from
                .map(|day| day.to_string())
                .unwrap_or_default(),
            self.language
                .map(|language| language.to_string())
                .unwrap_or_default(),
        ]
    }
}
