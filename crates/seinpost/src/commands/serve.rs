//! `seinpost serve`: workers and pages, until somebody asks it to stop.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use pipeline::{Flow, Profile};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use web::{Providers, SKIN_BYTES_MAX, Site, SiteOptions};

use crate::crew::Crew;
use crate::intake::FlowIntake;
use crate::lifecycle::{StopSignals, lock_worker};
use crate::observe::Observer;
use crate::problem::wrong;
use crate::providers;
use crate::session::{Answer, Session};
use crate::settings::Flags;

/// How long requests may go on after the program was asked to stop.
const REQUESTS_END_WAIT: Duration = Duration::from_secs(3);

const EXAMPLES: &str = "\
Examples:
  seinpost serve
  seinpost serve --listen 127.0.0.1:9000 --data /srv/seinpost
  seinpost serve --stages none                                pages only, beside `seinpost worker`

It works on whatever comes in: run `seinpost gather` beside it. GET /healthz says that no worker is
stuck, GET /readyz that all is there that it needs; GET /metrics is offered on `metrics-listen`
only.
Ctrl-C or SIGTERM stops it after the chunk or the messages in hand; settings are read at the start.";

/// Run everything: workers and pages
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Serve {
    /// Address and port of the pages [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    #[command(flatten)]
    crew: Crew,
}

impl Serve {
    /// The address is a setting like the others.
    pub(crate) fn adjust(&self, flags: &mut Flags) {
        if let Some(listen) = &self.listen {
            flags.values.push(("listen", listen.clone()));
        }
    }

    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let flow = session.open_flow()?;
        let works = !self.crew.stages.is_none();
        let _lock = works
            .then(|| lock_worker(&session.settings, &flow.store))
            .transpose()?;
        let observer = Observer::start(&session.settings, &flow)?;
        let listen = session.settings.listen;
        let runtime = tokio::runtime::Runtime::new().context("cannot start the server")?;
        let listener = runtime
            .block_on(TcpListener::bind(listen))
            .with_context(|| {
                wrong(format!("cannot listen on {listen}"))
                    .hint("choose another address with --listen")
            })?;
        let listen = listener.local_addr().unwrap_or(listen);
        session.note(&format!("listening on http://{listen}; Ctrl-C stops"));
        // Before anybody is told that the program is ready.
        let pages = web::router(observer.health(), &site(session, &flow, listen)?);
        tracing::info!(address = %listen, "pages offered");
        let signals = runtime.block_on(async { StopSignals::listen() })?;
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let (ended, workers_ended) = oneshot::channel();
            let workers = works.then(|| {
                scope.spawn(|| {
                    let worked = self.crew.work(&flow, &observer, &stop);
                    // Nobody listens any more when the server ended first.
                    let _ = ended.send(());
                    worked
                })
            });
            observer.ready();
            let served = runtime.block_on(serve(listener, pages, signals, workers_ended));
            observer.stopping();
            stop.store(true, Ordering::Relaxed);
            let worked = workers.map(|workers| {
                workers
                    .join()
                    .unwrap_or_else(|_| Err(anyhow::anyhow!("the workers panicked")))
            });
            served.and(worked.unwrap_or(Ok(())))
        })?;
        // Without waiting: a question to a store that hangs must not keep the process alive.
        runtime.shutdown_background();
        Ok(Answer::Done)
    }
}

/// What the pages need of this run.
fn site(session: &Session, flow: &Flow, listen: SocketAddr) -> anyhow::Result<Site> {
    let clock = session.clock();
    let named = session
        .settings
        .origin
        .as_ref()
        .map(|url| url.origin().ascii_serialization());
    flow.store
        .write(|tx| tx.set_public_origin(named.as_deref()))?;
    Ok(Site::new(SiteOptions {
        store: flow.store.clone(),
        id_key: flow.store.read(|tx| tx.installation())?.id_key,
        now: Arc::new(move || clock.now()),
        origin: session.settings.reached_by(listen.port()),
        trusted_proxies: session.settings.trusted_proxies.clone(),
        skin: session
            .settings
            .skin_file
            .as_deref()
            .map(skin)
            .transpose()?,
        intake: Arc::new(FlowIntake::new(flow)),
        dns_servers: session.settings.dns_servers.clone(),
        website_stand_in: None,
        providers: match &session.settings.providers_file {
            Some(path) => providers::read(path, session.settings.profile == Profile::Test)?,
            None => Providers::default(),
        },
        trade_register: flow.trade_register.clone(),
    }))
}

/// The style sheet of the desk.
fn skin(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path)
        .map_err(anyhow::Error::new)
        .and_then(|text| {
            let bytes = text.len() as u64;
            anyhow::ensure!(
                bytes <= SKIN_BYTES_MAX,
                "it has {bytes} bytes, at most {SKIN_BYTES_MAX} are taken"
            );
            Ok(text)
        });
    text.with_context(|| {
        wrong(format!("cannot take the skin `{}`", path.display()))
            .hint("name a style sheet in `skin-file`, or leave it out")
    })
}

/// Answers requests until a signal comes or the workers end. Requests that are under way then have a moment to end: a reader
/// of changes never would.
async fn serve(
    listener: TcpListener,
    pages: Router,
    signals: StopSignals,
    workers_ended: oneshot::Receiver<()>,
) -> anyhow::Result<()> {
    let (stopping, told_to_stop) = oneshot::channel();
    let stop = async {
        tokio::select! {
            () = signals.come() => {}
            Ok(()) = workers_ended => {}
        }
        // Nobody listens any more when the server ended first.
        let _ = stopping.send(());
    };
    // Limits count for the network that asks.
    let pages = pages.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, pages).with_graceful_shutdown(stop);
    let too_long = async {
        let _ = told_to_stop.await;
        tokio::time::sleep(REQUESTS_END_WAIT).await;
    };
    tokio::select! {
        ended = server => ended.context("the server stopped"),
        () = too_long => Ok(()),
    }
}
