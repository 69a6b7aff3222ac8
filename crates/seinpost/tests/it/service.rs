//! A long-running process as a service manager sees it: ready, alive, stopping, gone.

use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn a_service_manager_hears_when_it_is_ready_alive_and_stopping() {
    for signal in ["-TERM", "-HUP", "-INT"] {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("notify");
        let manager = UnixDatagram::bind(&socket).unwrap();
        // A process that is gone says nothing.
        manager
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let mut server = Command::new(env!("CARGO_BIN_EXE_seinpost"))
            .arg("--data")
            .arg(folder.path().join("data"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("NOTIFY_SOCKET", &socket)
            // Far more often than systemd would.
            .env("WATCHDOG_USEC", "200000")
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let hear = || {
            let mut text = [0; 64];
            let length = manager.recv(&mut text).unwrap();
            String::from_utf8_lossy(&text[..length]).into_owned()
        };
        assert_eq!(hear(), "READY=1", "{signal}");
        assert_eq!(hear(), "WATCHDOG=1", "{signal}");
        let asked_at = Instant::now();
        let sent = Command::new("kill")
            .args([signal, &server.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        while hear() != "STOPPING=1" {}
        assert!(server.wait().unwrap().success(), "{signal}");
        assert!(asked_at.elapsed() < Duration::from_secs(10), "{signal}");
    }
}
