//! Asks pages at a fixed rate, however slow the answers are, as visitors do.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

/// Requests that may be under way at a time. More than that, and the next ones wait, which counts as their time.
const CONNECTIONS: usize = 64;

/// One request, to be sent many times.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// What it is about: figures are told by this.
    pub(super) page: String,
    /// Address, with host and port.
    pub(super) url: String,
    /// Who asks, as a header: name and value.
    pub(super) who: (&'static str, String),
    /// The form to send; without one, the page is read.
    pub(super) form: Option<String>,
}

/// How one kind of page did.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Figure {
    pub(super) page: String,
    pub(super) requests: usize,
    /// Answers with another status than 200, and requests that got none.
    pub(super) failed: usize,
    /// Bytes of a page as it is transferred, compressed; the largest.
    pub(super) bytes_max: usize,
    pub(super) milliseconds_p50: f64,
    pub(super) milliseconds_p99: f64,
    pub(super) milliseconds_max: f64,
}

/// What became of one request.
#[derive(Clone)]
struct Outcome {
    is_good: bool,
    bytes: usize,
    /// From when it was due: a request that had to wait for a connection was slow too.
    took: Duration,
}

/// Sends the requests in turn, `rate` of them a second for `length`, and says how all of them and each kind of page did.
pub(super) fn run(requests: &[Request], rate: u32, length: Duration) -> Vec<Figure> {
    let total = (length.as_secs_f64() * f64::from(rate)) as usize;
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::with_capacity(total));
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                let agent = agent();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= total {
                        break;
                    }
                    let due = began + Duration::from_secs_f64(number as f64 / f64::from(rate));
                    thread::sleep(due.saturating_duration_since(Instant::now()));
                    let request = &requests[number % requests.len()];
                    let outcome = ask(&agent, request, due);
                    outcomes
                        .lock()
                        .expect("nobody panics with it")
                        .push((&request.page[..], outcome));
                }
            });
        }
    });
    figures(&outcomes.into_inner().expect("nobody panicked with it"))
}

pub(super) fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_secs(30)));
    config.build().into()
}

fn ask(agent: &ureq::Agent, request: &Request, due: Instant) -> Outcome {
    let (header, who) = &request.who;
    let answer = match &request.form {
        None => agent
            .get(&request.url)
            .header(*header, who)
            .header("accept-encoding", "gzip")
            .call(),
        Some(form) => agent
            .post(&request.url)
            .header(*header, who)
            .header("accept-encoding", "gzip")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .send(form),
    };
    let read = answer.ok().and_then(|mut answer| {
        let is_good = answer.status() == 200;
        let bytes = answer.body_mut().read_to_vec().ok()?.len();
        Some((is_good, bytes))
    });
    let (is_good, bytes) = read.unwrap_or((false, 0));
    Outcome {
        is_good,
        bytes,
        took: due.elapsed(),
    }
}

/// Of all, then of each kind of page.
fn figures(outcomes: &[(&str, Outcome)]) -> Vec<Figure> {
    let mut pages: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for (page, outcome) in outcomes {
        pages.entry(page).or_default().push(outcome);
    }
    let all = outcomes.iter().map(|(_, outcome)| outcome).collect();
    let mut figures = vec![figure("all", all)];
    figures.extend(
        pages
            .into_iter()
            .map(|(page, of_page)| figure(page, of_page)),
    );
    figures
}

fn figure(page: &str, outcomes: Vec<&Outcome>) -> Figure {
    let mut took: Vec<f64> = outcomes
        .iter()
        .map(|outcome| outcome.took.as_secs_f64() * 1e3)
        .collect();
    took.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let last = took.len().saturating_sub(1);
        took.get(((took.len() as f64 * share) as usize).min(last))
            .copied()
            .unwrap_or(0.0)
    };
    Figure {
        page: page.to_owned(),
        requests: outcomes.len(),
        failed: outcomes.iter().filter(|outcome| !outcome.is_good).count(),
        bytes_max: outcomes
            .iter()
            .map(|outcome| outcome.bytes)
            .max()
            .unwrap_or(0),
        milliseconds_p50: at(0.5),
        milliseconds_p99: at(0.99),
        milliseconds_max: at(1.0),
    }
}
