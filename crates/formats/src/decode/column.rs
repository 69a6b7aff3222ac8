//! One column of a file: where it stands, and what its values are read as.

use std::borrow::Cow;
use std::net::IpAddr;

use csv::ByteRecord;
use model::{AddressClass, Port, RowIssue, Transport, classify, parse_address, shown};

use super::DecodeContext;

/// A column that a decoder reads, by the name it should have; the file need not have it.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    name: String,
    index: Option<usize>,
}

impl Column {
    pub(crate) fn find(header: &[String], name: &str) -> Self {
        let name = name.trim().to_lowercase();
        let index = header.iter().position(|column| *column == name);
        Self { name, index }
    }

    /// A column that no file has.
    pub(crate) fn none() -> Self {
        Self {
            name: String::new(),
            index: None,
        }
    }

    pub(crate) fn index(&self) -> Option<usize> {
        self.index
    }

    /// The trimmed value; empty if the file has no such column.
    pub(crate) fn text<'r>(&self, row: &'r ByteRecord) -> Cow<'r, str> {
        let bytes = self.index.and_then(|index| row.get(index));
        String::from_utf8_lossy(bytes.unwrap_or_default().trim_ascii())
    }

    pub(crate) fn required<'r>(
        &self,
        row: &'r ByteRecord,
        what: &str,
    ) -> Result<Cow<'r, str>, Problem> {
        let text = self.text(row);
        if !text.is_empty() {
            return Ok(text);
        }
        Err(match self.index {
            Some(_) => self.problem(
                "missing",
                format!("no {what} stands here, and it is needed"),
            ),
            None => {
                let reason = format!("the file has no column `{}`", shown(&self.name));
                self.problem("column-missing", reason)
            }
        })
    }

    /// An address that can belong to somebody.
    pub(crate) fn address(
        &self,
        row: &ByteRecord,
        context: &DecodeContext,
    ) -> Result<IpAddr, Problem> {
        let text = self.required(row, "address")?;
        self.read_address(&text, context)
    }

    /// An address, or the first one of a range such as `192.0.2.0/24`.
    pub(crate) fn first_address(
        &self,
        row: &ByteRecord,
        context: &DecodeContext,
    ) -> Result<IpAddr, Problem> {
        let text = self.required(row, "address")?;
        let first = text.split_once('/').map_or(&*text, |(first, _)| first);
        self.read_address(first, context)
    }

    fn read_address(&self, text: &str, context: &DecodeContext) -> Result<IpAddr, Problem> {
        let address =
            parse_address(text).map_err(|error| self.problem("address-bad", error.to_string()))?;
        self.check_class(address, context)?;
        Ok(address)
    }

    /// An address where the row can do without: none if nothing readable stands there.
    ///
    /// An address that can belong to nobody still condemns the row: it is sample data, or it was mixed up.
    pub(crate) fn optional_address(
        &self,
        row: &ByteRecord,
        context: &DecodeContext,
    ) -> Result<Option<IpAddr>, Problem> {
        let text = self.text(row);
        if text.is_empty() {
            return Ok(None);
        }
        let Ok(address) = parse_address(&text) else {
            return Ok(None);
        };
        self.check_class(address, context)?;
        Ok(Some(address))
    }

    pub(crate) fn check_class(
        &self,
        address: IpAddr,
        context: &DecodeContext,
    ) -> Result<(), Problem> {
        match classify(address) {
            AddressClass::Global => Ok(()),
            AddressClass::Documentation if context.profile_test => Ok(()),
            AddressClass::Documentation => {
                let source = match address {
                    IpAddr::V4(_) => "RFC 5737",
                    IpAddr::V6(_) => "RFC 3849",
                };
                let reason = format!(
                    "documentation address ({source}), accepted only in the test profile: add --profile test"
                );
                Err(self.problem("address-documentation", reason))
            }
            AddressClass::Reserved(why) => {
                let reason = format!("`{address}` can belong to nobody on the Internet: {why}");
                Err(self.problem("address-reserved", reason))
            }
        }
    }

    pub(crate) fn port(&self, row: &ByteRecord) -> Result<Port, Problem> {
        let text = self.required(row, "port")?;
        text.parse()
            .map_err(|error: model::PortError| self.problem("port-bad", error.to_string()))
    }

    /// The protocol, or `default` where none is given.
    pub(crate) fn transport(
        &self,
        row: &ByteRecord,
        default: Transport,
    ) -> Result<Transport, Problem> {
        let text = self.text(row);
        // Some senders say with the protocol which version of IP carried it.
        let word = text.trim_end_matches(['4', '6']).trim_end_matches('v');
        match word {
            "" if text.is_empty() => Ok(default),
            _ => word.parse().map_err(|_| {
                let known = Transport::ALL
                    .iter()
                    .map(|transport| transport.as_str())
                    .collect::<Vec<_>>()
                    .join(", ");
                let reason = format!("protocol must be one of {known}, not `{}`", shown(&text));
                self.problem("protocol-bad", reason)
            }),
        }
    }

    pub(crate) fn problem(&self, code: &'static str, reason: String) -> Problem {
        Problem {
            field: self.name.clone(),
            code,
            reason,
        }
    }
}

/// Why a row is not accepted, before it is known on which line it stands.
#[derive(Debug)]
pub(crate) struct Problem {
    field: String,
    code: &'static str,
    reason: String,
}

impl Problem {
    pub(crate) fn into_issue(self, line: u64) -> RowIssue {
        RowIssue::quarantined(line, &self.field, self.code, self.reason)
    }
}
