//! `sslmode` against a server with a certificate of an authority made for the test.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use store::{ServerAccess, Store};
use testkit::PrivateServer;

/// An authority, a server certificate of it for `localhost`, and another authority that signed nothing.
const SCRIPT: &str = r#"
    set -e
    cd "$1"
    for name in ca other; do
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
            -subj "/CN=test authority $name" -keyout $name.key -out $name.pem
    done
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout server.key -out server.csr
    printf 'subjectAltName = DNS:localhost\n' > names
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt
    chmod 600 server.key
"#;

fn make_certificates(folder: &Path) {
    let status = Command::new("sh")
        .args(["-c", SCRIPT, "sh"])
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(status.unwrap().success(), "openssl makes certificates");
}

fn start(certificates: &Path) -> PrivateServer {
    make_certificates(certificates);
    PrivateServer::start_with(|data| {
        for name in ["server.crt", "server.key"] {
            std::fs::copy(certificates.join(name), data.join(name)).unwrap();
        }
        let settings = data.join("postgresql.conf");
        let more = "\nssl = on\npassword_encryption = scram-sha-256\n";
        let text = std::fs::read_to_string(&settings).unwrap() + more;
        std::fs::write(settings, text).unwrap();
        // Without encryption only the owner of the server may come in; others need a password too.
        let rules = "hostssl all desk all scram-sha-256\nhost all postgres all trust\n";
        std::fs::write(data.join("pg_hba.conf"), rules).unwrap();
    })
}

#[test]
fn a_mode_asks_of_the_server_what_it_promises() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path());
    server.execute("CREATE ROLE desk LOGIN PASSWORD 'a secret'");
    let password = folder.path().join("password");
    std::fs::write(&password, "a secret\n").unwrap();
    let pem = |name: &str| Some(folder.path().join(name));
    let opens = |host: &str, options: &str, ca_file: Option<PathBuf>| {
        let access = ServerAccess {
            url: format!(
                "postgres://desk@{host}:{}/postgres?{options}",
                server.port()
            ),
            password_file: Some(password.clone()),
            ca_file,
        };
        Store::open_server(&access).map(drop)
    };
    for (host, options, ca_file, want) in [
        ("localhost", "", None, true),
        ("localhost", "sslmode=disable", None, false),
        ("127.0.0.1", "sslmode=require", None, true),
        (
            "127.0.0.1",
            "sslmode=require&channel_binding=require",
            None,
            true,
        ),
        ("127.0.0.1", "sslmode=require", pem("other.pem"), false),
        ("127.0.0.1", "sslmode=verify-ca", pem("ca.pem"), true),
        ("127.0.0.1", "sslmode=verify-ca", pem("other.pem"), false),
        ("localhost", "sslmode=verify-full", pem("ca.pem"), true),
        // Listed itself, it needs no authority.
        ("localhost", "sslmode=verify-full", pem("server.crt"), true),
        ("127.0.0.1", "sslmode=verify-full", pem("server.crt"), false),
        ("127.0.0.1", "sslmode=verify-full", pem("ca.pem"), false),
        ("localhost", "sslmode=verify-full", None, false),
        ("localhost", "sslmode=verify-full", pem("password"), false),
    ] {
        let opened = opens(host, options, ca_file.clone());
        assert_eq!(
            opened.is_ok(),
            want,
            "{host} {options} {ca_file:?}: {opened:?}"
        );
    }
    let in_url = format!(
        "sslmode=verify-full&sslrootcert={}",
        folder.path().join("ca.pem").display()
    );
    opens("localhost", &in_url, pem("other.pem")).unwrap();

    let wrong = folder.path().join("wrong");
    std::fs::write(&wrong, "another secret").unwrap();
    let access = ServerAccess {
        url: format!("postgres://desk@localhost:{}/postgres", server.port()),
        password_file: Some(wrong),
        ca_file: None,
    };
    let error = Store::open_server(&access)
        .map(drop)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("password") && !error.contains("secret"),
        "{error}"
    );
}
