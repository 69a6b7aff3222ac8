//! How fast pages come while many people look at them, on the installation that the flow was measured with.

use std::net::TcpListener;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use model::{IdKind, OrganisationRole, StaffRole, Timestamp};
use store::{NewSession, Store, StoreError};

use super::load::{self, Figure, Request};
use super::measure::Runner;
use crate::problem::failed;

/// People of as many organisations look at their pages.
const MEMBERS: i64 = 200;

/// How long the program may take to offer pages.
const START_WAIT: Duration = Duration::from_secs(60);

/// Serves pages and asks them, `rate` a second for `length`.
pub(super) fn measure(
    runner: &Runner,
    store: &Store,
    now: Timestamp,
    rate: u32,
    length: Duration,
) -> anyhow::Result<Vec<Figure>> {
    let port = free_port()?;
    let origin = format!("http://127.0.0.1:{port}");
    let requests = requests(store, &origin, now)?;
    let mut serving = runner.start(&[
        "serve",
        "--stages",
        "none",
        "--listen",
        &format!("127.0.0.1:{port}"),
    ])?;
    let figures = wait_until_ready(&mut serving, &origin).map(|()| {
        // What is read for the first time comes from the disk, and programs that wait are woken.
        load::run(&requests, rate, Duration::from_secs(5));
        load::run(&requests, rate, length)
    });
    serving.kill().context("cannot stop the pages")?;
    serving.wait().context("cannot wait for the pages")?;
    figures
}

/// A port that nobody uses at this moment.
fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("cannot listen on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

fn wait_until_ready(serving: &mut Child, origin: &str) -> anyhow::Result<()> {
    let began = Instant::now();
    let url = format!("{origin}/readyz");
    while began.elapsed() < START_WAIT {
        if let Some(code) = serving.try_wait()? {
            return Err(failed(format!("`seinpost serve` ended with {code}")).into());
        }
        if ureq::get(&url).call().is_ok() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Err(failed("`seinpost serve` offers no pages").into())
}

/// Each list and search page, asked by many people in turn.
fn requests(store: &Store, origin: &str, now: Timestamp) -> anyhow::Result<Vec<Request>> {
    let id_key = store.read(|tx| tx.installation())?.id_key;
    let analyst = store.write(|tx| {
        let person_no = tx.add_person(&address("analyst"), "Analyst", None, now)?;
        for role in StaffRole::ALL {
            tx.give_staff_role(person_no, *role, "bench", now)?;
        }
        signed_in(tx, person_no, now)
    })?;
    let mut requests = Vec::new();
    for number in 0..MEMBERS {
        let (party_no, cookie) = store.write(|tx| {
            let person_no =
                tx.add_person(&address(&format!("member{number}")), "Member", None, now)?;
            let party_no = tx
                .party_no(&format!("o{number}"))?
                .ok_or(StoreError::Conflict)?;
            tx.put_membership(
                person_no,
                party_no,
                OrganisationRole::Administrator,
                "bench",
                now,
            )?;
            Ok::<_, StoreError>((party_no, signed_in(tx, person_no, now)?))
        })?;
        let home = format!(
            "{origin}/organisations/{}",
            id_key.public_id(IdKind::Party, party_no as u64)
        );
        let of_member = |page, path: &str| Request {
            page,
            url: format!("{home}{path}"),
            cookie: cookie.clone(),
            form: None,
        };
        let of_desk = |page, path: &str, form: Option<String>| Request {
            page,
            url: format!("{origin}{path}"),
            cookie: analyst.clone(),
            form,
        };
        let search = |what: &str| Some(format!("what={what}&reason=measuring+how+fast+this+is"));
        requests.extend([
            of_member("findings", "/findings"),
            of_member("findings, all", "/findings?status=all"),
            of_member("assets", "/assets"),
            of_desk("desk", "/desk", None),
            of_desk("messages", "/desk/messages", None),
            of_desk("batches", "/desk/batches", None),
            of_desk(
                "search, name",
                "/desk/search",
                search(&format!("o{number}.example")),
            ),
            of_desk(
                "search, address",
                "/desk/search",
                search(&format!("20.{number}.0.1")),
            ),
        ]);
    }
    Ok(requests)
}

fn address(name: &str) -> model::EmailAddress {
    format!("{name}@bench.example")
        .parse()
        .expect("it is an address")
}

/// Begins a session; returns the cookie of its browser.
fn signed_in(tx: &mut store::Tx<'_>, person_no: i64, now: Timestamp) -> store::Result<String> {
    let token = format!("bench-{person_no}");
    let session = NewSession {
        digest: web::token_digest(&token),
        person_no,
        method: "passkey",
        browser: "seinpost bench",
    };
    tx.open_session(&session, now)?;
    Ok(format!("session={token}"))
}
