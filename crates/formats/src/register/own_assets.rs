//! The list of assets that an organisation keeps itself: its own columns, without the organisation.

use model::register::OwnAssetRow;
use model::{AssetError, AssetKind, AssetValue, Day, PrefixError};

use super::{Fields, RegisterRow};

/// Longest label, name of a group and name of a supplier, in characters.
pub const LABEL_CHARS_MAX: usize = 100;

impl RegisterRow for OwnAssetRow {
    const COLUMNS: &'static [&'static str] = &[
        "kind",
        "value",
        "label",
        "group",
        "criticality",
        "supplier",
        "valid_from",
        "valid_until",
    ];
    const REQUIRED: &'static [&'static str] = &["value"];
    const OTHER_NAMES: &'static [(&'static str, &'static str)] = &[
        ("asset", "value"),
        ("adres", "value"),
        ("waarde", "value"),
        ("systeem", "value"),
        ("ip", "value"),
        ("ip-adres", "value"),
        ("netwerk", "value"),
        ("domein", "value"),
        ("soort", "kind"),
        ("type", "kind"),
        ("naam", "label"),
        ("omschrijving", "label"),
        ("groep", "group"),
        ("belang", "criticality"),
        ("leverancier", "supplier"),
        ("geldig_vanaf", "valid_from"),
        ("geldig vanaf", "valid_from"),
        ("geldig_tot", "valid_until"),
        ("geldig tot", "valid_until"),
    ];

    fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let kind: Option<Option<AssetKind>> = fields.optional("kind");
        let given = fields.required_text("value");
        let value = kind.zip(given).and_then(|(kind, given)| {
            let value = match kind {
                Some(kind) => AssetValue::parse(kind, given),
                None => AssetValue::guess(given),
            };
            value
                .map_err(|error| fields.mistake("value", code(&error), error))
                .ok()
        });
        let label = fields.optional_name("label", LABEL_CHARS_MAX);
        let group = fields.optional_name("group", LABEL_CHARS_MAX);
        let criticality = fields.optional("criticality");
        let supplier = fields.optional_name("supplier", LABEL_CHARS_MAX);
        let valid_from: Option<Option<Day>> = fields.optional("valid_from");
        let valid_until: Option<Option<Day>> = fields.optional("valid_until");
        if let (Some(Some(from)), Some(Some(until))) = (valid_from, valid_until)
            && until <= from
        {
            let reason = format!("{until} is not after the first day, {from}");
            fields.mistake("valid_until", "not-after", reason);
        }
        Some(Self {
            value: value?,
            given: given?.to_owned(),
            label: label?.unwrap_or_default(),
            group: group?.unwrap_or_default(),
            criticality: criticality?,
            supplier: supplier?.unwrap_or_default(),
            valid_from: valid_from?,
            valid_until: valid_until?,
        })
    }

    fn to_fields(&self) -> Vec<String> {
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        vec![
            self.value.kind().to_string(),
            self.given.clone(),
            self.label.clone(),
            self.group.clone(),
            self.criticality
                .map(|criticality| criticality.to_string())
                .unwrap_or_default(),
            self.supplier.clone(),
            day(self.valid_from),
            day(self.valid_until),
        ]
    }
}

/// What is written wrong, or why nobody can own it however it is written.
pub(crate) fn code(error: &AssetError) -> &'static str {
    match error {
        AssetError::Reserved { .. } => "reserved",
        AssetError::UnownedAsn { .. } => "reserved-asn",
        AssetError::PublicSuffix { .. } => "public-suffix",
        AssetError::Address(_) => "bad-address",
        AssetError::Prefix(PrefixError::HostBits { .. }) => "host-bits",
        AssetError::Prefix(_) => "bad-prefix",
        AssetError::Range(_) => "bad-range",
        AssetError::Asn(_) => "bad-asn",
        AssetError::Domain(_) => "bad-name",
        AssetError::Url(_) => "bad-url",
        AssetError::FreeMail { .. } => "free-mail",
    }
}
