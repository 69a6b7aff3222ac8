//! The register of assets: what belongs to whom, and when.

use model::{AssetKind, AssetValue, Day};

use model::register::AssetRow;

use super::{Fields, RegisterRow};

const KEY_CHARS_MAX: usize = 100;

impl RegisterRow for AssetRow {
    const COLUMNS: &'static [&'static str] =
        &["organisation", "kind", "value", "valid_from", "valid_until"];
    const REQUIRED: &'static [&'static str] = &["organisation", "kind", "value"];

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let organisation = fields.required_name("organisation", KEY_CHARS_MAX);
        let kind: Option<AssetKind> = fields.required("kind");
        let given = fields.required_text("value");
        let value = kind.zip(given).and_then(|(kind, given)| {
            AssetValue::parse(kind, given)
                .map_err(|error| fields.mistake("value", "bad-value", error))
                .ok()
        });
        let valid_from: Option<Option<Day>> = fields.optional("valid_from");
        let valid_until: Option<Option<Day>> = fields.optional("valid_until");
        if let (Some(Some(from)), Some(Some(until))) = (valid_from, valid_until)
            && until <= from
        {
            let reason = format!("{until} is not after the first day, {from}");
            fields.mistake("valid_until", "bad-value", reason);
        }
        Some(Self {
            organisation: organisation?,
            value: value?,
            given: given?.to_owned(),
            valid_from: valid_from?,
            valid_until: valid_until?,
        })
    }

    fn to_fields(&self) -> Vec<String> {
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        vec![
            self.organisation.clone(),
            self.value.kind().to_string(),
            self.given.clone(),
            day(self.valid_from),
            day(self.valid_until),
        ]
    }
}
