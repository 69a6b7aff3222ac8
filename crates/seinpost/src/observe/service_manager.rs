//! Talks to systemd: ready, stopping, and still alive.
//!
//! The protocol is one datagram of text for each (`sd_notify(3)`), to the socket that `NOTIFY_SOCKET` names. Where
//! nobody listens nothing is sent.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// Whoever started this process and wants to hear of it.
#[derive(Debug)]
pub(crate) struct ServiceManager {
    socket: Option<(UnixDatagram, SocketAddr)>,
    /// How often it wants a sign of life.
    pub(crate) watchdog: Option<Duration>,
}

impl ServiceManager {
    /// As the environment of the process says.
    pub(crate) fn of_environment() -> Self {
        let text = |name| std::env::var(name).ok();
        Self::new(
            text("NOTIFY_SOCKET").as_deref(),
            text("WATCHDOG_USEC").as_deref(),
        )
    }

    fn new(socket: Option<&str>, watchdog_micros: Option<&str>) -> Self {
        let address = socket.and_then(|path| match path.strip_prefix('@') {
            Some(name) => SocketAddr::from_abstract_name(name).ok(),
            None => SocketAddr::from_pathname(path).ok(),
        });
        let watchdog = watchdog_micros.and_then(|text| text.parse().ok());
        Self {
            socket: address.and_then(|address| Some((UnixDatagram::unbound().ok()?, address))),
            watchdog: watchdog.map(Duration::from_micros),
        }
    }

    /// The program does its work now.
    pub(crate) fn ready(&self) {
        self.say("READY=1");
    }

    /// The program ends after the work in hand.
    pub(crate) fn stopping(&self) {
        self.say("STOPPING=1");
    }

    /// No worker is stuck.
    pub(crate) fn alive(&self) {
        self.say("WATCHDOG=1");
    }

    /// Best effort: a service manager that is gone cannot be told so.
    fn say(&self, text: &str) {
        if let Some((socket, address)) = &self.socket {
            let _ = socket.send_to_addr(text.as_bytes(), address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_manager_hears_by_path_and_by_abstract_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let name = format!("seinpost-test-{}", std::process::id());
        let abstract_address = SocketAddr::from_abstract_name(&name).unwrap();
        for (listener, socket) in [
            (
                UnixDatagram::bind(&path).unwrap(),
                path.display().to_string(),
            ),
            (
                UnixDatagram::bind_addr(&abstract_address).unwrap(),
                format!("@{name}"),
            ),
        ] {
            let manager = ServiceManager::new(Some(&socket), Some("30000000"));
            assert_eq!(manager.watchdog, Some(Duration::from_secs(30)));
            manager.ready();
            manager.alive();
            manager.stopping();
            let mut heard = [0; 64];
            for want in ["READY=1", "WATCHDOG=1", "STOPPING=1"] {
                let length = listener.recv(&mut heard).unwrap();
                assert_eq!(&heard[..length], want.as_bytes(), "{socket}");
            }
        }
    }

    #[test]
    fn without_a_service_manager_nothing_is_said() {
        let manager = ServiceManager::new(None, Some("soon"));
        manager.ready();
        assert_eq!(manager.watchdog, None);
    }
}
