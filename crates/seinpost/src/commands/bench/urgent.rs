//! One critical row at a time, sent to the API while a large delivery is read: how long until its mail is in the outbox.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use model::{IdKind, Scope, Timestamp};
use serde::Serialize;
use store::{BatchState, KeyOwner, NewApiKey, Store};

use super::measure::Runner;
use super::serving::Serving;
use super::world::World;

/// Time between a mail and the next row.
const REST: Duration = Duration::from_secs(3);

/// What is not there by then will not come.
const WAIT_MAX: Duration = Duration::from_secs(300);

/// How often the outbox is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What was measured.
#[derive(Serialize)]
pub(super) struct Urgent {
    /// From sending each row to its mail, in seconds.
    pub(super) seconds: Vec<f64>,
    /// Whether the large delivery was still being read when the last mail was there. If not, some had nothing before them.
    pub(super) was_busy: bool,
}

/// What a desk has to say before anything is sent; everything else waits for a person.
const DESK: [&str; 16] = [
    "desk",
    "set",
    "--sender",
    "warning@bench.example",
    "--reply-to",
    "desk@bench.example",
    "--phone",
    "+31 70 000 00 00",
    "--lawful-basis",
    "a measurement",
    "--time-zone",
    "Europe/Amsterdam",
    "--privacy-nl",
    "bench.example/privacy",
    "--privacy-en",
    "bench.example/privacy",
];

/// Keeps what there is from being sent: it is not what is measured.
pub(super) fn hold_messages(runner: &Runner) -> anyhow::Result<()> {
    runner.run(&["desk", "set", "--alerts", "hold"]).map(drop)
}

/// Sends `times` rows, one after the other, while the newest delivery is read.
pub(super) fn measure(
    runner: &Runner,
    store: &Store,
    world: &World,
    times: u64,
    now: Timestamp,
) -> anyhow::Result<Urgent> {
    runner.run(&[&DESK[..], &["--alerts", "send"]].concat())?;
    let newest = store.read(|tx| tx.newest_batches(1))?;
    let newest = newest.first().context("there is no delivery to be read")?;
    let key = key_of_source(store, newest.source_no, now)?;
    let large = || store.read(|tx| tx.batch(newest.batch_no));
    let outbox = runner.data.join("outbox");
    let mut serving = Serving::start(runner, &[])?;
    // Reading has begun once a chunk is there.
    serving.wait_until("read the delivery", WAIT_MAX, LOOK_EVERY, || {
        Ok(large()?.is_some_and(|it| it.chunks > 0))
    })?;
    let agent = ureq::Agent::config_builder().timeout_global(Some(WAIT_MAX));
    let agent = agent.build().new_agent();
    let mut seconds = Vec::new();
    for number in 0..times {
        let (name, report) = world.urgent_report(number, now);
        let url = format!("{}/api/v1/batches?fileName={name}", serving.origin);
        let before = mails(&outbox);
        let began = Instant::now();
        agent
            .post(&url)
            .header("authorization", &key)
            .header("content-type", "application/octet-stream")
            .send(&report)
            .context("the API did not take the row")?;
        serving.wait_until("write a mail", WAIT_MAX, LOOK_EVERY, || {
            Ok(mails(&outbox) > before)
        })?;
        seconds.push(began.elapsed().as_secs_f64());
        if number + 1 < times {
            thread::sleep(REST);
        }
    }
    let was_busy = large()?.is_some_and(|it| it.state == BatchState::Open);
    Ok(Urgent { seconds, was_busy })
}

fn key_of_source(store: &Store, source_no: i64, now: Timestamp) -> anyhow::Result<String> {
    let id_key = store.read(|tx| tx.installation())?.id_key;
    let key = web::FreshKey::default();
    let new = NewApiKey {
        digest: key.digest(),
        owner: KeyOwner::Source(source_no),
        name: "bench",
        scopes: &[Scope::BatchesWrite],
        expires_at: now.plus_seconds(24 * 3600),
    };
    let key_no = store.write(|tx| tx.add_api_key(&new, "bench", now))?;
    let id = id_key.public_id(IdKind::ApiKey, key_no as u64);
    Ok(format!("Bearer {}", key.text(id)))
}

/// Mails in the outbox; none before it is there.
fn mails(outbox: &Path) -> usize {
    fs::read_dir(outbox).map_or(0, |entries| {
        let named = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        named.filter(|name| name.ends_with(".eml")).count()
    })
}
