//! What must be there for work to get done: the store, the blobs, and room on the disk.

use pipeline::Flow;
use pipeline::intake::free_bytes;
use store::StoreError;
use web::{Check, Unfit};

use crate::settings::Settings;

/// The checks behind `/readyz`.
pub(super) fn checks(settings: &Settings, flow: &Flow) -> Vec<Check> {
    let blobs = flow.blobs.clone();
    let (data, free_bytes_min) = (settings.data.clone(), settings.intake.free_bytes_min);
    vec![
        Check::of_store(flow.store.clone()),
        Check::new("blobs", move || {
            // Made and removed again: that a place can be read does not say that it can be written. Object storage is
            // asked for a blob that there is not.
            let written = blobs.writer().map(drop);
            let asked = written.and_then(|()| blobs.info(&"0".repeat(64)));
            asked.map(drop).map_err(|error: StoreError| Unfit {
                advice: "Deliveries cannot be kept; the log says why.",
                cause: error.for_log(),
            })
        }),
        Check::new("disk", move || {
            let unfit = |cause| Unfit {
                advice: "There is too little room on the disk of the data folder; `limits.free-bytes-min` says how \
                         much there must be.",
                cause,
            };
            match free_bytes(&data) {
                Ok(free) if free >= free_bytes_min => Ok(()),
                Ok(free) => Err(unfit(format!("{free} bytes free, {free_bytes_min} needed"))),
                Err(error) => Err(unfit(format!("cannot ask for free space: {error}"))),
            }
        }),
    ]
}
