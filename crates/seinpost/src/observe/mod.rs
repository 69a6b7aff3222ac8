//! Everything by which an operator sees what a long-running process does: signs of life, checks, metrics, and what the
//! service manager hears.
//!
//! `seinpost serve` and every other process that works for long makes one [`Observer`] and gives each worker a pulse.

mod checks;
mod metrics;
mod process;
mod pulse;
mod reading;
mod service_manager;
mod text;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use pipeline::Flow;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use web::Health;

use crate::problem::wrong;
use crate::settings::Settings;
use metrics::Metrics;
pub(crate) use pulse::Pulse;
use pulse::Pulses;
use service_manager::ServiceManager;

/// How long a process that was asked to stop goes on at most. People and service managers wait for ten seconds.
const STOP_WAIT: Duration = Duration::from_secs(9);

/// Shows what this process does until it is dropped.
pub(crate) struct Observer {
    pulses: Pulses,
    health: Health,
    service_manager: Arc<ServiceManager>,
    /// Nothing while it is being dropped.
    runtime: Option<Runtime>,
}

impl Observer {
    /// Begins to listen on `metrics-listen`, if that is set, and notes in the log what was started.
    ///
    /// # Errors
    /// When the address is taken or is not ours.
    pub(crate) fn start(settings: &Settings, flow: &Flow) -> anyhow::Result<Self> {
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            engine = flow.store.engine_name(),
            profile = settings.profile.as_str(),
            "started"
        );
        let pulses = Pulses::default();
        let of_health = pulses.clone();
        let health = Health::new(checks::checks(settings, flow), move || of_health.silences());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("observer")
            .enable_all()
            .build()
            .context("cannot start the server of the metrics")?;
        if let Some(address) = settings.metrics_listen {
            let metrics = Metrics::new(flow.clone(), settings.data.clone());
            let write = Arc::new(move || metrics.write());
            serve(
                &runtime,
                address,
                web::operator_router(health.clone(), write),
            )?;
        }
        Ok(Self {
            pulses,
            health,
            service_manager: Arc::new(ServiceManager::of_environment()),
            runtime: Some(runtime),
        })
    }

    /// The state that the public pages show too.
    pub(crate) fn health(&self) -> Health {
        self.health.clone()
    }

    /// The pulse of a worker that is about to begin. Without a beat for ten minutes the process counts as stuck.
    pub(crate) fn pulse(&self, worker: &str) -> Arc<Pulse> {
        self.pulses.add(worker)
    }

    /// Tells the service manager that the work begins, and from then on that no worker is stuck.
    pub(crate) fn ready(&self) {
        self.service_manager.ready();
        let (Some(runtime), Some(watchdog)) = (&self.runtime, self.service_manager.watchdog) else {
            return;
        };
        let (manager, health) = (Arc::clone(&self.service_manager), self.health.clone());
        runtime.spawn(async move {
            // Twice as often as it must hear of us, as sd_watchdog_enabled(3) advises.
            let mut ticks = tokio::time::interval(watchdog / 2);
            loop {
                ticks.tick().await;
                if health.is_alive() {
                    manager.alive();
                }
            }
        });
    }

    /// Tells the service manager and the log that the process ends after the work in hand. Work that hangs, as on a store
    /// that does not answer, is not waited for longer than [`STOP_WAIT`]: what was committed stands, the rest is done again.
    pub(crate) fn stopping(&self) {
        self.service_manager.stopping();
        tracing::info!("stopping after the work in hand");
        std::thread::spawn(|| {
            std::thread::sleep(STOP_WAIT);
            tracing::warn!("stopped amid the work in hand");
            std::process::exit(0);
        });
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        tracing::info!("stopped");
        // Without waiting: a check that hangs must not keep the process alive.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn serve(runtime: &Runtime, address: SocketAddr, pages: Router) -> anyhow::Result<()> {
    let listener = runtime
        .block_on(TcpListener::bind(address))
        .with_context(|| {
            wrong(format!("cannot listen on {address}"))
                .hint("choose another address with `metrics-listen`; each process needs its own")
        })?;
    let address = listener.local_addr().unwrap_or(address);
    tracing::info!(%address, "metrics offered");
    runtime.spawn(async move { axum::serve(listener, pages).await });
    Ok(())
}
