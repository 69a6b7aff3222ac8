//! A batch becomes observations, findings, matches and lines of messages, one transaction per chunk.
//!
//! One thread reads, decodes, sorts and matches; this one writes. A crash loses at most the chunk that was being
//! written, and the job goes on at the line where that chunk began. See [`write::ChunkWriter`] for what a chunk does.

mod again;
pub(crate) mod chunk;
mod read;
mod watched;
pub(crate) mod write;

pub(crate) use again::mended;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{channel, sync_channel};
use std::time::{Duration, Instant};

use store::{Batch, BatchState, Desk, Job, Stage, StoreError};

use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;
use crate::meter::Step;
use crate::process::again::Again;
use crate::process::chunk::Chunk;
use crate::process::write::Remembered;
use crate::route::DeskRules;
use crate::upkeep::clear;
use crate::worker::{Break, Progress};

/// How often a worker that verifies a blob looks for what is more urgent.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Runs a job of the stage: reads the rest of its batch. `progress` hears of every chunk, `between` is called while more of
/// the batch is to come and may break the reading off.
pub(crate) fn run(
    flow: &Flow,
    job: &Job,
    progress: &dyn Progress,
    between: &mut Break<'_>,
) -> Result<ControlFlow<()>, FlowError> {
    let Some(batch) = flow.store.read(|tx| tx.batch(job.subject_no))? else {
        return Err(FlowError::Broken(format!(
            "job {} names batch {}, which is gone",
            job.job_no, job.subject_no
        )));
    };
    let again = Again::load(&flow.store, &batch)?;
    if batch.state != BatchState::Open && again.is_none() {
        flow.store.write(|tx| tx.finish_job(job.lease()))?;
        return Ok(ControlFlow::Continue(()));
    }
    let mut rows_read = batch.counts.rows_read;
    let mut chunk_no = batch.chunks;
    let mut remembered = Remembered::default();
    let read: Result<ControlFlow<()>, FlowError> = std::thread::scope(|scope| {
        let register = scope.spawn(|| flow.register());
        if verify(flow, &batch.blob, between)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        // Before the chunks, which hold locks for longer.
        flow.store
            .write(|tx| tx.prepare_day(batch.received_day.days()))?;
        // No buffer between the two: one chunk is read while one is written, and no third takes memory.
        let (give, take) = sync_channel(0);
        // The reader made what a chunk holds, and takes less long to free it.
        let (give_back, take_back) = channel();
        let batch = &batch;
        scope.spawn(move || read::read_chunks(flow, (batch, again), register, &give, &take_back));
        for chunk in take {
            let mut chunk = chunk?;
            chunk_no += 1;
            write_chunk(
                flow,
                job,
                batch.batch_no,
                chunk_no,
                &mut chunk,
                &mut remembered,
            )?;
            rows_read += chunk.counts.rows_read;
            events::chunk_written(batch.batch_no, chunk_no, chunk.counts.rows_read);
            progress.rows(&batch.name, rows_read);
            let is_last = chunk.is_last;
            // Nobody takes back the last one.
            let _ = give_back.send(chunk);
            if !is_last && between()?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    });
    let read = read?;
    if read.is_continue() {
        clear::after_delivery(flow, &batch);
    }
    Ok(read)
}

/// Reads the whole blob before its first row counts: what was altered would otherwise be found at its end, when most of
/// it is told already. Reading again for the rows costs thirty times as much. What is more urgent does not wait for it.
fn verify(flow: &Flow, blob: &str, between: &mut Break<'_>) -> Result<ControlFlow<()>, FlowError> {
    let mut looked = Instant::now();
    let verified = flow.blobs.verify(blob, || {
        if looked.elapsed() > LOOK_EVERY {
            if between().map_err(Halt::Failed)?.is_break() {
                return Err(Halt::Asked);
            }
            looked = Instant::now();
        }
        Ok(())
    });
    match verified {
        Ok(_) => Ok(ControlFlow::Continue(())),
        Err(Halt::Asked) => Ok(ControlFlow::Break(())),
        Err(Halt::Failed(error)) => Err(error),
    }
}

/// Why the reading of a blob ended before its end.
enum Halt {
    /// The worker is to stop.
    Asked,
    Failed(FlowError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Writes one chunk; matches it again first when the register moved on meanwhile.
fn write_chunk(
    flow: &Flow,
    job: &Job,
    batch_no: i64,
    chunk_no: i64,
    chunk: &mut Chunk,
    remembered: &mut Remembered,
) -> Result<(), FlowError> {
    loop {
        let register = flow.register()?;
        if register.version != chunk.register_version {
            chunk.match_groups(&register);
        }
        let now = flow.clock.now();
        let rows = chunk.counts.rows_read as u64;
        // Set by each attempt that comes as far as the commit.
        let mut committing = Instant::now();
        let mut after = None;
        let written = flow.store.write(|tx| {
            let began = Instant::now();
            match tx.hold_lease(job.lease(), chunk_no) {
                // The last chunk ends the job.
                Err(StoreError::LeaseLost { .. }) if is_written(tx, batch_no, chunk_no)? => {
                    return Ok(());
                }
                held => held?,
            }
            // Whoever committed it, we did: the claim is ours. The answer was lost with the connection.
            if is_written(tx, batch_no, chunk_no)? {
                return Ok(());
            }
            let version = tx.hold_register_version()?;
            if version != chunk.register_version {
                return Err(StoreError::RegisterMoved { version });
            }
            // Read inside the transaction: windows and desk rules may have changed since the job began.
            let batch = tx.batch(batch_no)?.ok_or(StoreError::Conflict)?;
            let desk = desk_of(tx, &batch)?;
            let desk = DeskRules::load(tx, &desk, now)?;
            let writer = write::ChunkWriter {
                flow,
                register: Arc::clone(&register),
                batch: &batch,
                desk: &desk,
                now,
            };
            // Begun anew by the next attempt, should this one fail.
            let (mut memory, ahead) = (std::mem::take(remembered), chunk.ahead.take());
            writer.write(tx, chunk, ahead, &mut memory)?;
            close_windows(tx, &batch, chunk_no, chunk.is_last, now)?;
            if chunk.is_last {
                tx.end_batch(batch_no, BatchState::Closed, now)?;
                end_replay(tx, batch_no, chunk, now)?;
                tx.finish_job(job.lease())?;
            }
            flow.meter.add(Step::Write, rows, began);
            committing = Instant::now();
            after = Some(memory);
            Ok(())
        });
        match written {
            Err(StoreError::RegisterMoved { .. }) => {}
            outcome => {
                flow.meter.add(Step::Commit, rows, committing);
                outcome?;
                *remembered = after.unwrap_or_default();
                return Ok(());
            }
        }
    }
}

/// Whose work a batch is.
fn desk_of(tx: &mut store::Tx<'_>, batch: &Batch) -> Result<Desk, StoreError> {
    let mut desks = tx.desks()?.into_iter();
    let desk = desks.find(|desk| desk.desk_no == batch.desk_no);
    desk.ok_or(StoreError::Conflict)
}

/// Whether a transaction of this chunk was committed. Asked after the lease, whose row a transaction holds until its end
/// is certain, also one whose connection is lost.
fn is_written(tx: &mut store::Tx<'_>, batch_no: i64, chunk_no: i64) -> Result<bool, StoreError> {
    let batch = tx.batch(batch_no)?.ok_or(StoreError::Conflict)?;
    Ok(batch.chunks >= chunk_no)
}

/// Where rows were read again, that has ended; or begins anew, if somebody asked for it meanwhile.
fn end_replay(
    tx: &mut store::Tx<'_>,
    batch_no: i64,
    chunk: &Chunk,
    now: model::Timestamp,
) -> Result<(), StoreError> {
    let Some(again) = chunk.again else {
        return Ok(());
    };
    if !tx.end_replay(batch_no, again.replay.asked_at)? {
        tx.renew_windows(batch_no, now)?;
        tx.add_job(Stage::Process, batch_no, rules::urgency::LEAST, now)?;
    }
    Ok(())
}

/// What is critical does not wait for the whole batch. It goes out after chunks 1, 2, 4, 8, ...: at once, and yet a
/// batch of a thousand chunks makes ten messages for a recipient, not a thousand.
fn closes_urgent_window(chunk_no: i64) -> bool {
    chunk_no.count_ones() == 1
}

fn close_windows(
    tx: &mut store::Tx<'_>,
    batch: &Batch,
    chunk_no: i64,
    is_last: bool,
    now: model::Timestamp,
) -> Result<(), StoreError> {
    if is_last {
        tx.close_window(batch.urgent_window_no, now)?;
        tx.close_window(batch.window_no, now)?;
    } else if closes_urgent_window(chunk_no) {
        tx.close_window(batch.urgent_window_no, now)?;
        tx.renew_urgent_window(batch.batch_no, now)?;
    }
    Ok(())
}
