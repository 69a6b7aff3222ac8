//! Asks the pages over a real socket, as monitoring does.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use axum::Router;
use serde_json::json;
use store::Store;

use crate::{Check, Health, Unfit, operator_router};

/// An answer, with its header lines in lower case.
struct Answer {
    status: String,
    headers: Vec<String>,
    body: serde_json::Value,
}

/// Asks the pages of a program whose store is this one.
fn ask(store: &Store, method: &str, path: &str) -> Answer {
    ask_pages(pages(health_of(store)), method, path)
}

fn pages(health: Health) -> Router {
    operator_router(health, std::sync::Arc::new(String::new))
}

fn health_of(store: &Store) -> Health {
    Health::new([Check::of_store(store.clone())], BTreeMap::new)
}

/// Serves the pages for one request and gives the answer.
fn ask_pages(pages: Router, method: &str, path: &str) -> Answer {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    let server = runtime.spawn(async move { axum::serve(listener, pages).await });
    let answer = exchange(address, method, path);
    server.abort();
    // A check that hangs must not hold up the test.
    runtime.shutdown_background();
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
    for (path, want) in [
        ("/healthz", json!({ "status": "alive", "workers": {} })),
        (
            "/readyz",
            json!({ "status": "ready", "checks": { "store": "ok" } }),
        ),
    ] {
        let answer = ask(&store, "GET", path);
        assert_eq!(answer.status, "HTTP/1.1 200 OK", "{path}");
        assert!(
            answer
                .headers
                .contains(&"content-type: application/json".to_owned()),
            "{:?}",
            answer.headers
        );
        assert_eq!(answer.body, want);
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
fn a_check_that_hangs_is_answered_for_in_time_again_and_again() {
    let hangs = Check::new("hanging", || {
        std::thread::sleep(Duration::from_secs(60));
        Ok(())
    });
    let fails = Check::new("failing", || {
        Err(Unfit {
            advice: "Do this.",
            cause: "it is hosed".into(),
        })
    });
    let passes = Check::new("passing", || Ok(()));
    let health = Health::new([hangs, fails, passes], BTreeMap::new);
    for round in ["the first", "one that finds the check still hanging"] {
        let began = Instant::now();
        let answer = ask_pages(pages(health.clone()), "GET", "/readyz");
        assert!(began.elapsed() < Duration::from_secs(2), "{round}");
        check_problem(&answer, 503);
        let want = json!({ "hanging": "failed", "failing": "failed", "passing": "ok" });
        assert_eq!(answer.body["checks"], want, "{round}");
        assert_eq!(answer.body["detail"], "Do this.", "{round}");
        assert!(!answer.body.to_string().contains("hosed"), "{round}");
        std::thread::sleep(Duration::from_millis(1_100));
    }
}

#[test]
fn a_worker_that_is_silent_for_long_makes_the_program_unhealthy_and_not_unready() {
    for (seconds, status) in [(599, 200), (601, 503)] {
        let silence = move || BTreeMap::from([("worker-1".into(), Duration::from_secs(seconds))]);
        let health = Health::new([], silence);
        assert_eq!(health.is_alive(), status == 200, "{seconds}");
        let answer = ask_pages(pages(health.clone()), "GET", "/healthz");
        assert!(
            answer.status.contains(&status.to_string()),
            "{}",
            answer.status
        );
        assert_eq!(answer.body["workers"], json!({ "worker-1": seconds }));
        let answer = ask_pages(pages(health), "GET", "/readyz");
        assert_eq!(answer.status, "HTTP/1.1 200 OK", "{seconds}");
    }
}

#[test]
fn metrics_are_served_to_operators() {
    let (_folder, store) = migrated_store();
    let write = std::sync::Arc::new(|| "seinpost_up 1\n".to_owned());
    let answer = ask_pages(operator_router(health_of(&store), write), "GET", "/metrics");
    assert_eq!(answer.status, "HTTP/1.1 200 OK");
    let kind = "content-type: text/plain; version=0.0.4".to_owned();
    assert!(answer.headers.contains(&kind), "{:?}", answer.headers);
}

#[test]
fn every_request_has_an_id_of_our_own() {
    let (_folder, store) = migrated_store();
    let id = || {
        let answer = ask(&store, "GET", "/healthz");
        let line = answer
            .headers
            .iter()
            .find(|line| line.starts_with("x-request-id: "));
        line.unwrap().clone()
    };
    let (first, second) = (id(), id());
    assert_eq!(first.len(), "x-request-id: ".len() + 16);
    assert_ne!(first, second);
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
