//! Takes deliveries in: the bytes into a blob, then a batch row with its job. Nothing is read for meaning here, except
//! the columns, which say what must be masked before the first write.

mod admit;
pub(crate) mod kind;
mod rewind;

use std::io::{self, BufReader, BufWriter, Read, Seek};
use std::time::Instant;

use formats::container::{ContainerError, Member, for_each_member};
use formats::decode::{Drift, DriftKind};
use formats::mask::{Copied, MaskError};
use formats::shadowserver;
use formats::table::TableError;
use model::{IdKind, PartyRole, Tlp};
use rules::urgency::of_delivery;
use store::{Desk, NewBatch, Stage, StoredBlob, Tx};
use uuid::Uuid;

use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;
use crate::meter::Step;
use crate::worker::reasons;
use admit::{Admitted, Asked};
use kind::ReportKind;
use rewind::Rewindable;

/// By which door a delivery comes: who delivers is told there how to say more about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The command line.
    Command,
    /// The API.
    Api,
}

impl Door {
    /// How the type of a delivery is named.
    fn naming(self) -> &'static str {
        match self {
            Self::Command => "name the type with --type, or a saved mapping with --mapping",
            Self::Api => "name the type with `reportType`, or a saved mapping with `mapping`",
        }
    }
}

/// What the person who delivers says about it.
#[derive(Clone, Debug)]
pub struct GatherOptions {
    /// Whose work it is; the desk made at installation when nobody says.
    pub desk: Option<String>,
    /// Who gives it.
    pub source: String,
    /// Marking of its observations; that of the source where nobody says.
    pub tlp: Option<Tlp>,
    /// Report type, where the name of the file does not say.
    pub report_type: Option<String>,
    /// Saved mapping, for a plain table.
    pub mapping: Option<String>,
    /// How it comes.
    pub door: Door,
}

impl Default for GatherOptions {
    fn default() -> Self {
        Self {
            desk: None,
            source: "shadowserver".into(),
            tlp: None,
            report_type: None,
            mapping: None,
            door: Door::Command,
        }
    }
}

/// What became of one file of a delivery.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The file's name, a label.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a file.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It is a batch now, and waits to be processed.
    Batch {
        /// Public id of the batch.
        batch: Uuid,
        /// Internal number of the batch.
        batch_no: i64,
        /// How its rows will be read.
        report_type: String,
        /// Bytes kept.
        bytes: u64,
        /// What is worth knowing: drift of columns, truncation.
        notices: Vec<(String, String)>,
    },
    /// The same content came from this source before.
    Duplicate {
        /// Public id of the batch that it became then.
        batch: Uuid,
    },
    /// It cannot be taken in now, and nothing of it is kept: too much waits already, or the disk is full.
    Later {
        /// Why, and what to do.
        reason: String,
    },
    /// It was not taken in, and nothing of it is kept.
    Refused {
        /// Why, and what to do.
        reason: String,
    },
}

/// Takes in a delivery that can be read from any place, such as a file. One outcome per file in it, in its order.
///
/// A file that is refused never stops the next one.
///
/// # Errors
/// When the store or the blob folder fails. What was reported before is taken in.
pub fn gather<R: Read + Seek>(
    flow: &Flow,
    name: &str,
    input: R,
    options: &GatherOptions,
) -> Result<Vec<Taken>, FlowError> {
    let desk = flow
        .store
        .read(|tx| tx.desk_named(options.desk.as_deref()))?;
    let Some(desk) = desk else {
        let asked = options.desk.as_deref().unwrap_or_default();
        return Err(FlowError::Broken(format!(
            "there is no desk `{}`",
            asked.escape_debug()
        )));
    };
    let mut taken = Vec::new();
    let unpacked = for_each_member(input, name, &flow.limits, |member| {
        let name = member.name.clone();
        let outcome = match take_member(flow, &desk, member, options) {
            Err(GatherError::Refused(reason)) => refused(reason),
            Err(GatherError::Flow(FlowError::Full(reason))) => Outcome::Later { reason },
            outcome => outcome?,
        };
        taken.push(Taken { name, outcome });
        Ok(())
    });
    match unpacked {
        Ok(()) => {}
        Err(GatherError::Refused(reason)) => {
            taken.push(Taken {
                name: name.to_owned(),
                outcome: refused(reason),
            });
        }
        Err(GatherError::Flow(error)) => return Err(error),
    }
    Ok(taken)
}

/// Takes in a delivery from a stream, such as standard input. A zip archive needs a file; the rest streams.
///
/// # Errors
/// As [`gather`].
pub fn gather_stream<R: Read>(
    flow: &Flow,
    name: &str,
    input: R,
    options: &GatherOptions,
) -> Result<Vec<Taken>, FlowError> {
    gather(flow, name, Rewindable::new(input), options)
}

/// Why a file was not taken in.
enum GatherError {
    /// It is the file's fault.
    Refused(String),
    /// It is ours.
    Flow(FlowError),
}

impl From<ContainerError> for GatherError {
    fn from(error: ContainerError) -> Self {
        Self::Refused(reasons(&error))
    }
}

impl<E: Into<FlowError>> From<E> for GatherError {
    fn from(error: E) -> Self {
        Self::Flow(error.into())
    }
}

fn take_member(
    flow: &Flow,
    desk: &Desk,
    member: Member<'_>,
    options: &GatherOptions,
) -> Result<Outcome, GatherError> {
    let began = Instant::now();
    flow.check_intake()?;
    let kind = kind_of(flow, &member.name, options)?;
    let now = flow.clock.now();
    let installation = flow.store.read(|tx| tx.installation())?;
    let source_no = flow
        .store
        .write(|tx| tx.ensure_party(&options.source, &options.source, PartyRole::Source, now))?;
    let report_type = kind.label();
    let asked = Asked {
        source_no,
        name: &options.source,
        report_type: &report_type,
        today: now.day(),
    };
    // Before anything of it is kept. It is asked again below, where the answer holds.
    let admitted = flow.store.read(|tx| asked.admitted(tx))?;
    if let Admitted::Waits(_) = admitted.map_err(GatherError::Refused)? {
        flow.check_held(&asked)?;
    }
    let mut original = Digesting::new(member.reader, &installation.id_key.digest_key());
    let Kept {
        blob,
        columns,
        mut notices,
    } = keep(flow, &mut original, &kind, options.door)?;
    let digest = original.digest();
    // A file without columns has none that differ.
    let drifts = match columns.is_empty() {
        true => Vec::new(),
        false => kind.decoder(&columns).1,
    };
    notices.extend(drift_notices(&report_type, &drifts));
    let written = flow.store.write(|tx| {
        if let Some(before) = tx.batch_with_digest(desk.desk_no, source_no, &digest)? {
            return Ok::<_, FlowError>(Written::Before(before.batch_no));
        }
        let admitted = match asked.admitted(tx)? {
            Ok(admitted) => admitted,
            Err(reason) => return Ok(Written::Refused(reason)),
        };
        if !blob.is_new {
            check_is_kept(flow, tx, &blob.name)?;
        }
        let batch_no = tx.add_batch(&NewBatch {
            desk_no: desk.desk_no,
            source_no,
            name: &member.name,
            report_type: &report_type,
            tlp: options.tlp.unwrap_or(admitted.tlp()),
            statistics_regime: desk.statistics_regime,
            digest,
            blob: &blob.name,
            blob_bytes: blob.bytes,
            received_at: now,
        })?;
        for (kind, text) in &notices {
            tx.add_notice(batch_no, kind, text)?;
        }
        for drift in &drifts {
            let difference = (drift.kind.as_str(), drift.column.as_str());
            tx.note_drift(source_no, &report_type, difference, now)?;
        }
        let urgency = of_delivery(blob.bytes, kind.severity());
        match admitted {
            Admitted::Read(_) => {
                tx.add_job(Stage::Process, batch_no, urgency, now)?;
                Ok(Written::New {
                    batch_no,
                    waits: false,
                })
            }
            Admitted::Waits(_) => {
                tx.hold_batch(source_no, (batch_no, options.tlp.is_none()), now)?;
                Ok(Written::New {
                    batch_no,
                    waits: true,
                })
            }
        }
    })?;
    flow.meter.add(Step::Gather, blob.bytes, began);
    let public = |batch_no: i64| {
        installation
            .id_key
            .public_id(IdKind::Batch, batch_no as u64)
    };
    Ok(match written {
        Written::Refused(reason) => return Err(GatherError::Refused(reason)),
        Written::Before(before) => {
            events::batch_known_already(before);
            Outcome::Duplicate {
                batch: public(before),
            }
        }
        Written::New { batch_no, waits } => {
            events::batch_taken_in(batch_no, &kind, blob.bytes);
            // It is true today, so it does not stay with the batch, whose state says it.
            notices.extend(waits.then(|| ("waits".to_owned(), admit::WAITS.to_owned())));
            Outcome::Batch {
                batch: public(batch_no),
                batch_no,
                report_type,
                bytes: blob.bytes,
                notices,
            }
        }
    })
}

/// What the transaction of a file did.
enum Written {
    /// It is this batch now.
    New {
        batch_no: i64,
        /// Until somebody has vetted its source.
        waits: bool,
    },
    /// Its content came before, as this batch.
    Before(i64),
    /// Its source may not deliver it any more: why.
    Refused(String),
}

fn refused(reason: String) -> Outcome {
    events::delivery_refused();
    Outcome::Refused { reason }
}

fn kind_of(flow: &Flow, name: &str, options: &GatherOptions) -> Result<ReportKind, GatherError> {
    if let Some(mapping) = &options.mapping {
        return ReportKind::mapped(&flow.store, mapping)
            .map_err(|error| GatherError::Refused(error.to_string()));
    }
    // A person who names a type means one that there is.
    let (found, asked) = match &options.report_type {
        Some(asked) => (
            shadowserver::report_type(asked).map(ReportKind::Shadowserver),
            format!("`{}` is not a report type", asked.escape_debug()),
        ),
        None => (
            shadowserver::type_of_file(name).map(ReportKind::from),
            format!(
                "the name `{}` does not say which report type this is",
                name.escape_debug()
            ),
        ),
    };
    found.ok_or_else(|| {
        let next = options.door.naming();
        GatherError::Refused(format!("{asked}; {next}"))
    })
}

struct Kept {
    blob: StoredBlob,
    columns: Vec<String>,
    notices: Vec<(String, String)>,
}

/// Writes a file into a blob, masked where its columns ask for it. What came before a stream broke off is kept.
fn keep(
    flow: &Flow,
    original: &mut Digesting<'_>,
    kind: &ReportKind,
    door: Door,
) -> Result<Kept, GatherError> {
    let mut writer = BufWriter::with_capacity(1 << 17, flow.blobs.writer()?);
    let copied = kind.copy(
        BufReader::with_capacity(1 << 17, &mut *original),
        &mut writer,
    );
    let failed = |source| FlowError::Io {
        what: format!("keep the delivery in {}", flow.blobs.place()),
        source,
    };
    let writer = writer
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    let (mut notices, mut columns) = (Vec::new(), Vec::new());
    match copied {
        Ok(copied) => {
            let Copied { ended_early, .. } = copied;
            notices.extend(ended_early.map(|why| ("truncated".to_owned(), why)));
            columns = copied.columns;
        }
        Err(MaskError::Table(TableError::Empty)) => {
            notices.push(("empty".to_owned(), TableError::Empty.to_string()));
        }
        Err(MaskError::Table(error)) => {
            return Err(GatherError::Refused(reasons(&error)));
        }
        Err(MaskError::Write(source)) => {
            return Err(failed(source).into());
        }
    }
    // A limit that was crossed is not a broken stream: nothing of such a file is kept.
    if let Some(limit) = original.limit.take() {
        return Err(GatherError::Refused(limit));
    }
    if let Some(why) = kind.why_unusable(&columns).filter(|_| !columns.is_empty()) {
        let next = door.naming();
        return Err(GatherError::Refused(format!("{why}; {next}")));
    }
    Ok(Kept {
        blob: writer.finish()?,
        columns,
        notices,
    })
}

/// A blob that was there before, named by no batch, may have been swept meanwhile. From here on it is not.
fn check_is_kept(flow: &Flow, tx: &mut Tx<'_>, name: &str) -> Result<(), FlowError> {
    tx.keep_blobs()?;
    match flow.blobs.info(name)? {
        Some(_) => Ok(()),
        None => Err(FlowError::Broken(format!(
            "blob {name} was removed while a batch was about to name it; gather the delivery again"
        ))),
    }
}

/// Drift in words: one notice for what is missing, one for what is new, one for a type that nobody knows.
fn drift_notices(report_type: &str, drifts: &[Drift]) -> Vec<(String, String)> {
    let of_kind = |kind: &DriftKind| {
        let of_kind = drifts.iter().filter(|drift| drift.kind == *kind);
        let columns: Vec<_> = of_kind.map(|drift| drift.column.as_str()).collect();
        let text = match kind {
            DriftKind::Missing | DriftKind::New => {
                format!("{kind} columns: {}", columns.join(", "))
            }
            DriftKind::UnknownType => {
                format!(
                    "unknown type: no table describes `{report_type}`, so it is read by its columns"
                )
            }
        };
        (!columns.is_empty()).then(|| ("drift".to_owned(), text))
    };
    DriftKind::ALL.iter().filter_map(of_kind).collect()
}

/// Computes the keyed digest of what is read through it.
struct Digesting<'r> {
    inner: &'r mut dyn Read,
    hasher: blake3::Hasher,
    /// What limit of the container was crossed, if one was.
    limit: Option<String>,
}

impl<'r> Digesting<'r> {
    fn new(inner: &'r mut dyn Read, key: &[u8; 32]) -> Self {
        Self {
            inner,
            hasher: blake3::Hasher::new_keyed(key),
            limit: None,
        }
    }

    fn digest(&self) -> [u8; 32] {
        *self.hasher.finalize().as_bytes()
    }
}

impl Read for Digesting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer).inspect_err(|error| {
            if let Some(crossed) = error
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<ContainerError>())
            {
                self.limit = Some(reasons(crossed));
            }
        })?;
        self.hasher.update(&buffer[..read]);
        Ok(read)
    }
}
