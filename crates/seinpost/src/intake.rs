//! Deliveries that come by the API go the way of all others.

use std::io::Read;

use pipeline::Flow;
use pipeline::gather::{Door, GatherOptions, Outcome, Taken, gather_stream};
use pipeline::row::{masked, row_of};
use web::{Delivered, Intake, IntakeFailure, RowFields, TakenIn, TakenOutcome};

/// The way into the flow, for the pages, which know nothing of it.
pub(crate) struct FlowIntake {
    flow: Flow,
}

impl FlowIntake {
    pub(crate) fn new(flow: &Flow) -> Self {
        Self { flow: flow.clone() }
    }
}

impl Intake for FlowIntake {
    fn take(
        &self,
        delivered: &Delivered,
        content: &mut dyn Read,
    ) -> Result<Vec<TakenIn>, IntakeFailure> {
        let options = GatherOptions {
            desk: None,
            source: delivered.source.clone(),
            tlp: delivered.tlp,
            report_type: delivered.report_type.clone(),
            mapping: delivered.mapping.clone(),
            door: Door::Api,
        };
        let taken = gather_stream(&self.flow, &delivered.name, content, &options)?;
        Ok(taken.into_iter().map(taken_in).collect())
    }

    fn row(&self, batch_no: i64, line: i64) -> Result<Option<RowFields>, IntakeFailure> {
        Ok(row_of(&self.flow, batch_no, line)?)
    }

    fn masked(&self, batch_no: i64, row: &RowFields) -> Result<RowFields, IntakeFailure> {
        Ok(masked(&self.flow, batch_no, row)?)
    }
}

fn taken_in(taken: Taken) -> TakenIn {
    TakenIn {
        name: taken.name,
        outcome: match taken.outcome {
            Outcome::Batch { batch, .. } => TakenOutcome::Batch(batch),
            Outcome::Duplicate { batch } => TakenOutcome::Duplicate(batch),
            Outcome::Later { reason } => TakenOutcome::Later(reason),
            Outcome::Refused { reason } => TakenOutcome::Refused(reason),
        },
    }
}
