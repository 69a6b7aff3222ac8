//! A long-running process as a service manager sees it: ready, alive, stopping, gone.

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What a process hears from its service manager, and the other way round.
struct Manager(UnixDatagram);

impl Manager {
    fn at(socket: &Path) -> Self {
        let manager = UnixDatagram::bind(socket).unwrap();
        // A process that is gone says nothing.
        manager
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        Self(manager)
    }

    fn hear(&self) -> String {
        let mut text = [0; 64];
        let length = self.0.recv(&mut text).unwrap();
        String::from_utf8_lossy(&text[..length]).into_owned()
    }
}

fn server_of(folder: &Path) -> (Child, Manager) {
    let socket = folder.join("notify");
    let manager = Manager::at(&socket);
    let server = Command::new(env!("CARGO_BIN_EXE_seinpost"))
        .arg("--data")
        .arg(folder.join("data"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("NOTIFY_SOCKET", &socket)
        // Far more often than systemd would.
        .env("WATCHDOG_USEC", "200000")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert_eq!(manager.hear(), "READY=1");
    (server, manager)
}

fn check_stops(mut server: Child, manager: &Manager, signal: &str) {
    let asked_at = Instant::now();
    let sent = Command::new("kill")
        .args([signal, &server.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    while manager.hear() != "STOPPING=1" {}
    assert!(server.wait().unwrap().success(), "{signal}");
    assert!(asked_at.elapsed() < Duration::from_secs(10), "{signal}");
}

#[test]
fn a_service_manager_hears_when_it_is_ready_alive_and_stopping() {
    for signal in ["-TERM", "-HUP", "-INT"] {
        let folder = tempfile::tempdir().unwrap();
        let (server, manager) = server_of(folder.path());
        assert_eq!(manager.hear(), "WATCHDOG=1", "{signal}");
        check_stops(server, &manager, signal);
    }
}

#[test]
fn a_program_that_says_that_it_is_ready_ends_in_good_order_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let (server, manager) = server_of(folder.path());
    check_stops(server, &manager, "-TERM");
}
