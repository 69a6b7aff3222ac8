//! How the rows of a delivery are read: a report type that we know, or a saved mapping.

use formats::decode::{Decoder, Drift};
use formats::mapping::Mapping;
use formats::shadowserver::{self, ReportType};
use store::Store;

use crate::error::FlowError;

/// What the batch row calls a mapping, before its name.
const MAPPING_MARK: &str = "mapping:";

/// How rows are read.
pub(crate) enum ReportKind {
    /// A Shadowserver report.
    Shadowserver(&'static ReportType),
    /// A plain table, by a saved mapping.
    Mapped {
        /// Name under which it was saved.
        name: String,
        /// What its columns mean.
        mapping: Box<Mapping>,
    },
}

impl ReportKind {
    /// The saved mapping of that name.
    pub(crate) fn mapped(store: &Store, name: &str) -> Result<Self, FlowError> {
        let text = store.read(|tx| tx.mapping(name))?;
        let Some(text) = text else {
            return Err(FlowError::Broken(format!(
                "there is no mapping `{}`",
                name.escape_debug()
            )));
        };
        let mapping: Mapping = text
            .parse()
            .map_err(|error: formats::mapping::MappingError| {
                FlowError::Broken(format!(
                    "mapping `{name}` cannot be read: {}",
                    crate::worker::reasons(&error)
                ))
            })?;
        Ok(Self::Mapped {
            name: name.to_owned(),
            mapping: Box::new(mapping),
        })
    }

    /// What [`ReportKind::label`] said of a batch.
    pub(crate) fn of_batch(store: &Store, label: &str) -> Result<Self, FlowError> {
        match label.strip_prefix(MAPPING_MARK) {
            Some(name) => Self::mapped(store, name),
            None => match shadowserver::report_type(label) {
                Some(report_type) => Ok(Self::Shadowserver(report_type)),
                None => Err(FlowError::Broken(format!(
                    "report type `{}` is not known",
                    label.escape_debug()
                ))),
            },
        }
    }

    /// What the batch row calls it.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Shadowserver(report_type) => report_type.name.to_owned(),
            Self::Mapped { name, .. } => format!("{MAPPING_MARK}{name}"),
        }
    }

    /// The report type, which says what is masked.
    pub(crate) fn report_type(&self) -> Option<&'static ReportType> {
        match self {
            Self::Shadowserver(report_type) => Some(report_type),
            Self::Mapped { .. } => None,
        }
    }

    /// The byte between fields, where it is settled.
    pub(crate) fn separator(&self) -> Option<u8> {
        match self {
            Self::Shadowserver(_) => None,
            Self::Mapped { mapping, .. } => mapping.separator_byte(),
        }
    }

    /// What reads the rows of a file with this header, and how the header differs from what is expected.
    pub(crate) fn decoder(&self, header: &[String]) -> (Decoder, Vec<Drift>) {
        match self {
            Self::Shadowserver(report_type) => Decoder::new(report_type, header),
            Self::Mapped { mapping, .. } => mapping.decoder(header),
        }
    }
}
