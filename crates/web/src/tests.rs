//! Asks the pages over a real socket, as monitoring does.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use store::Store;

use crate::router;

/// An answer, with its header lines in lower case.
struct Answer {
    status: String,
    headers: Vec<String>,
    body: serde_json::Value,
}

/// Serves the pages for one request and gives the answer.
fn ask(store: &Store, method: &str, path: &str) -> Answer {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    let pages = router(store.clone());
    let server = runtime.spawn(async move { axum::serve(listener, pages).await });
    let answer = exchange(address, method, path);
    server.abort();
    answer
}

fn exchange(address: SocketAddr, method: &str, path: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: desk.example\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let (status, headers) = head.split_once("\r\n").unwrap();
    Answer {
        status: status.to_owned(),
        headers: headers.to_lowercase().lines().map(str::to_owned).collect(),
        body: serde_json::from_str(body).unwrap_or_default(),
    }
}

fn empty_store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_embedded(&folder.path().join("state.db")).unwrap();
    (folder, store)
}

fn migrated_store() -> (tempfile::TempDir, Store) {
    let (folder, store) = empty_store();
    store.migrate().unwrap();
    (folder, store)
}

fn check_problem(answer: &Answer, status: u16) {
    assert!(
        answer.status.starts_with(&format!("HTTP/1.1 {status} ")),
        "{}",
        answer.status
    );
    assert!(
        answer
            .headers
            .contains(&"content-type: application/problem+json".to_owned()),
        "{:?}",
        answer.headers
    );
    assert_eq!(answer.body["status"], status);
    assert!(
        answer.body["title"].is_string() && answer.body["detail"].is_string(),
        "{}",
        answer.body
    );
}

#[test]
fn a_migrated_store_makes_the_program_ready() {
    let (_folder, store) = migrated_store();
    for (path, status) in [("/healthz", "alive"), ("/readyz", "ready")] {
        let answer = ask(&store, "GET", path);
        assert_eq!(answer.status, "HTTP/1.1 200 OK", "{path}");
        assert!(
            answer
                .headers
                .contains(&"content-type: application/json".to_owned()),
            "{:?}",
            answer.headers
        );
        assert_eq!(answer.body, serde_json::json!({ "status": status }));
    }
}

#[test]
fn a_store_without_tables_is_alive_and_not_ready_and_the_answer_says_what_to_do() {
    let (_folder, store) = empty_store();
    assert_eq!(ask(&store, "GET", "/healthz").status, "HTTP/1.1 200 OK");
    let answer = ask(&store, "GET", "/readyz");
    check_problem(&answer, 503);
    assert!(
        answer.body["detail"]
            .as_str()
            .unwrap()
            .contains("seinpost migrate"),
        "{}",
        answer.body
    );
}

#[test]
fn a_broken_store_is_not_ready_and_the_answer_does_not_tell_where_it_is() {
    let (folder, store) = empty_store();
    std::fs::write(
        folder.path().join("state.db"),
        "no longer a store, but long enough to be looked at",
    )
    .unwrap();
    let answer = ask(&store, "GET", "/readyz");
    check_problem(&answer, 503);
    let told = answer.body.to_string();
    assert!(
        !told.contains("state.db") && !told.to_lowercase().contains("sqlite"),
        "{told}"
    );
}

#[test]
fn every_answer_carries_the_security_headers() {
    let (_folder, store) = empty_store();
    for (method, path) in [
        ("GET", "/healthz"),
        ("HEAD", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/nowhere"),
        ("POST", "/readyz"),
    ] {
        let answer = ask(&store, method, path);
        for header in [
            "cache-control: no-store",
            "content-security-policy: default-src 'none'; frame-ancestors 'none'",
            "cross-origin-resource-policy: same-origin",
            "referrer-policy: no-referrer",
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
        ] {
            assert!(
                answer.headers.contains(&header.to_owned()),
                "{method} {path} lacks `{header}`"
            );
        }
    }
}

#[test]
fn what_is_not_there_and_what_cannot_be_done_are_problems_too() {
    let (_folder, store) = migrated_store();
    check_problem(&ask(&store, "GET", "/"), 404);
    check_problem(&ask(&store, "GET", "/healthz/../etc"), 404);
    let answer = ask(&store, "POST", "/readyz");
    check_problem(&answer, 405);
    assert!(
        answer.headers.contains(&"allow: get,head".to_owned()),
        "{:?}",
        answer.headers
    );
}
