//! How the rows of a delivery are read: as a report type that we know, as one that nobody knows, or by a saved mapping.

use std::io::{Read, Write};

use formats::decode::{Decoder, Drift};
use formats::mapping::Mapping;
use formats::mask::{Copied, MaskError, copy_for_storage, copy_unknown_for_storage};
use formats::shadowserver::{self, FileType, ReportType, UnknownType};
use model::Severity;
use store::Store;

use crate::error::FlowError;

/// What the batch row calls a mapping, before its name.
const MAPPING_MARK: &str = "mapping:";

/// How rows are read.
pub(crate) enum ReportKind {
    /// A Shadowserver report.
    Shadowserver(&'static ReportType),
    /// A Shadowserver report of a type that nobody knows, by its columns.
    Unknown(UnknownType),
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
            // What nobody knew when it was taken in may be known by now.
            None => match (shadowserver::report_type(label), UnknownType::new(label)) {
                (Some(report_type), _) => Ok(Self::Shadowserver(report_type)),
                (None, Some(unknown)) => Ok(Self::Unknown(unknown)),
                (None, None) => Err(FlowError::Broken(format!(
                    "`{}` cannot be a report type",
                    label.escape_debug()
                ))),
            },
        }
    }

    /// What the batch row calls it.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Shadowserver(report_type) => report_type.name.to_owned(),
            Self::Unknown(unknown) => unknown.name().to_owned(),
            Self::Mapped { name, .. } => format!("{MAPPING_MARK}{name}"),
        }
    }

    /// What a log may call it. The name of an unknown type comes from the name of a file, that of a mapping from people.
    pub(crate) fn public_label(&self) -> &'static str {
        match self {
            Self::Shadowserver(report_type) => report_type.name,
            Self::Unknown(_) => "unknown",
            Self::Mapped { .. } => "mapping",
        }
    }

    /// How severe its rows are where they do not say it themselves.
    pub(crate) fn severity(&self) -> Severity {
        match self {
            Self::Shadowserver(report_type) => report_type.severity,
            Self::Unknown(_) => Severity::Info,
            Self::Mapped { mapping, .. } => mapping.severity,
        }
    }

    /// Copies a file, masked as its type or its columns ask for.
    pub(crate) fn copy(&self, reader: impl Read, writer: impl Write) -> Result<Copied, MaskError> {
        match self {
            Self::Shadowserver(report_type) => copy_for_storage(reader, writer, Some(report_type)),
            Self::Unknown(_) => copy_unknown_for_storage(reader, writer),
            Self::Mapped { .. } => copy_for_storage(reader, writer, None),
        }
    }

    /// Why nothing can be told from a file with these columns, if that is so.
    pub(crate) fn why_unusable(&self, columns: &[String]) -> Option<String> {
        match self {
            Self::Unknown(unknown) => {
                let why = UnknownType::why_unusable(columns)?;
                Some(format!(
                    "nobody knows the report type `{}`, and {why}",
                    unknown.name()
                ))
            }
            Self::Shadowserver(_) | Self::Mapped { .. } => None,
        }
    }

    /// The byte between fields, where it is settled.
    pub(crate) fn separator(&self) -> Option<u8> {
        match self {
            Self::Shadowserver(_) | Self::Unknown(_) => None,
            Self::Mapped { mapping, .. } => mapping.separator_byte(),
        }
    }

    /// What reads the rows of a file with this header, and how the header differs from what is expected.
    pub(crate) fn decoder(&self, header: &[String]) -> (Decoder, Vec<Drift>) {
        match self {
            Self::Shadowserver(report_type) => Decoder::new(report_type, header),
            Self::Unknown(unknown) => unknown.decoder(header),
            Self::Mapped { mapping, .. } => mapping.decoder(header),
        }
    }
}

impl From<FileType> for ReportKind {
    fn from(found: FileType) -> Self {
        match found {
            FileType::Known(report_type) => Self::Shadowserver(report_type),
            FileType::Unknown(unknown) => Self::Unknown(unknown),
        }
    }
}
