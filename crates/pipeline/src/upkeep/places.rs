//! Places in programmes that came free go to the next of their sectors.

use store::StoreError;

use crate::error::FlowError;
use crate::flow::Flow;

/// Gives places that came free to the next in line, and tells them; gives how many. Whoever frees a place on the pages does
/// this at once; here are those that were freed by upkeep, or before the program did this by itself.
///
/// Safe to run twice, and by two workers at once. Without pages nobody could do anything about a place: then none is given.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn pass_on(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    // Looked for by a read first: most of the time no place is free.
    if !flow.store.read(|tx| message::can_pass_on_places(tx, now))? {
        return Ok(0);
    }
    let passed_on = flow.store.write(|tx| match tx.public_origin()? {
        Some(origin) => message::pass_on_places(tx, &origin, "upkeep", now),
        None => Ok::<_, StoreError>(0),
    })?;
    Ok(passed_on)
}
