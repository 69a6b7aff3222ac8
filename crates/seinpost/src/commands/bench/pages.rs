//! How fast pages come while many people look at them, on the installation that the flow was measured with.
//!
//! Every list and every search is asked: of members of many organisations, of a provider with a fiftieth of all assets, of
//! an analyst, and of programs; also with each filter, in each order, and deep in the list.

use std::time::Duration;

use model::Timestamp;
use serde::Serialize;
use serde_json::Value;
use store::Store;

use super::load::{self, Figure, Request};
use super::measure::{Runner, cpu_of, database_cpu};
use super::serving::Serving;
use super::visitors::{self, Deep, MEMBERS, Person, Visitors};
use super::world::World;

/// Pages of an API list that are turned before the one that is measured.
const TURNED: u64 = 20;

/// Lists of an organisation, for its people: what they are called, and the end of their address.
const OF_ORGANISATION: [(&str, &str); 25] = [
    ("overview", ""),
    ("findings", "/findings"),
    ("findings, all", "/findings?status=all"),
    ("findings, new", "/findings?status=new"),
    ("findings, solved", "/findings?status=solved"),
    ("findings, medium", "/findings?severity=medium"),
    ("findings, critical", "/findings?severity=critical"),
    ("findings, victim", "/findings?role=victim"),
    ("findings, threat", "/findings?threat=open-rdp"),
    ("findings, mine", "/findings?assigned=me"),
    ("findings by severity", "/findings?order=severity"),
    ("findings by sighting", "/findings?order=seen"),
    ("findings by threat", "/findings/threats"),
    ("preview", "/findings/preview"),
    ("assets", "/assets"),
    ("assets, domains", "/assets?kind=domain"),
    ("assets, claimed", "/assets?state=claimed"),
    ("contacts", "/contacts"),
    ("members", "/members"),
    ("mandates", "/mandates"),
    ("customers", "/customers"),
    ("findings of customers", "/customers/findings"),
    (
        "findings of customers, oldest",
        "/customers/findings?order=oldest",
    ),
    ("history", "/history"),
    ("keys", "/keys"),
];

/// Lists of the desk.
const OF_DESK: [(&str, &str); 22] = [
    ("desk", "/desk"),
    ("messages", "/desk/messages"),
    ("messages, ready", "/desk/messages?state=approved"),
    ("messages, held", "/desk/messages?state=held"),
    ("messages, critical", "/desk/messages?severity=critical"),
    ("approvals", "/desk/approvals"),
    ("batches", "/desk/batches"),
    ("sources", "/desk/sources"),
    ("queue, unresolved", "/desk/queues"),
    ("queue, no contact", "/desk/queues?kind=no-contact"),
    ("audit", "/desk/audit"),
    ("audit, searches", "/desk/audit?action=search"),
    (
        "audit, one day",
        "/desk/audit?from=2026-01-01&until=2026-01-02",
    ),
    ("API organisations", "/api/v1/organisations"),
    ("API sources", "/api/v1/sources"),
    ("search form", "/desk/search"),
    ("people", "/desk/people"),
    ("catalogue", "/desk/catalogue"),
    ("disputes", "/desk/disputes"),
    ("proofs", "/desk/proofs"),
    ("programmes", "/desk/programmes"),
    ("own account", "/account"),
];

/// Lists of an organisation, for its programs.
const OF_PROGRAM: [(&str, &str); 7] = [
    ("API findings", "/findings"),
    ("API findings, high", "/findings?severityMin=high"),
    ("API findings, threat", "/findings?threat=open-rdp"),
    ("API messages", "/messages"),
    ("API changes", "/changes"),
    ("API assets", "/assets"),
    ("API contacts", "/contacts"),
];

/// What was measured.
#[derive(Serialize)]
pub(super) struct Served {
    /// Of all requests, then of each kind of page.
    pub(super) figures: Vec<Figure>,
    /// Processor time of the program that serves pages, for each request.
    pub(super) cpu_milliseconds: f64,
    /// Processor time of the PostgreSQL server for each request; nothing where there is none on this machine.
    pub(super) database_cpu_milliseconds: Option<f64>,
}

/// Serves pages and asks them, `rate` a second for `length`.
pub(super) fn measure(
    runner: &Runner,
    store: &Store,
    world: &World,
    now: Timestamp,
    rate: u32,
    length: Duration,
) -> anyhow::Result<Served> {
    let visitors = visitors::make(store, world, now)?;
    let serving = Serving::start(runner, &["--stages", "none"])?;
    let requests = Requests::new(&serving.origin, world).of_all(&visitors)?;
    // What is read for the first time comes from the disk, and programs that wait are woken.
    load::run(&requests, rate, Duration::from_secs(5));
    Ok(load_and_watch(runner, &serving, &requests, rate, length))
}

fn load_and_watch(
    runner: &Runner,
    serving: &Serving,
    requests: &[Request],
    rate: u32,
    length: Duration,
) -> Served {
    let stat = format!("/proc/{}/stat", serving.process());
    let used = || {
        (
            cpu_of(&stat).map_or(0.0, |(_, seconds)| seconds),
            runner.with_database().then(database_cpu).flatten(),
        )
    };
    let (before, database_before) = used();
    let figures = load::run(requests, rate, length);
    let (after, database_after) = used();
    let count = figures.first().map_or(1, |all| all.requests.max(1)) as f64;
    let database = database_after.zip(database_before);
    Served {
        cpu_milliseconds: (after - before) / count * 1e3,
        database_cpu_milliseconds: database.map(|(after, before)| (after - before) / count * 1e3),
        figures,
    }
}

/// Writes requests down, round by round: in each, every kind of page is asked once.
struct Requests<'a> {
    origin: &'a str,
    world: &'a World,
    all: Vec<Request>,
}

impl<'a> Requests<'a> {
    fn new(origin: &'a str, world: &'a World) -> Self {
        Self {
            origin,
            world,
            all: Vec::new(),
        }
    }

    fn of_all(mut self, visitors: &Visitors) -> anyhow::Result<Vec<Request>> {
        let deep_of_api = self.deep_of_api(visitors)?;
        for round in 0..MEMBERS {
            let begin = self.all.len();
            let member = &visitors.members[round as usize];
            self.of_organisation(member, "", round);
            self.of_organisation(&visitors.provider, ", provider", round);
            self.deep_of_provider(&visitors.provider, &visitors.deep);
            self.of_desk(&visitors.analyst, &visitors.deep, round);
            self.searches(&visitors.analyst, &visitors.deep, round);
            for (page, url, keys) in &deep_of_api {
                self.read(page, url, bearer(keys, round));
            }
            mix(&mut self.all[begin..], round);
        }
        Ok(self.all)
    }

    /// A page, to be read by somebody.
    fn read(&mut self, page: &str, path: &str, who: (&'static str, String)) {
        self.all.push(Request {
            page: page.to_owned(),
            url: format!("{}{path}", self.origin),
            who,
            form: None,
        });
    }

    /// A search, which is sent as a form.
    fn send(&mut self, page: &str, path: &str, person: &Person, form: String) {
        self.all.push(Request {
            page: page.to_owned(),
            url: format!("{}{path}", self.origin),
            who: cookie(person),
            form: Some(form),
        });
    }

    fn of_organisation(&mut self, person: &Person, whose: &str, round: u64) {
        let home = format!("/organisations/{}", person.party);
        for (page, path) in OF_ORGANISATION {
            self.read(
                &format!("{page}{whose}"),
                &format!("{home}{path}"),
                cookie(person),
            );
        }
        let search = format!("{home}/assets/search");
        let text = format!("text=d{}", round * 50);
        self.send(&format!("asset search{whose}"), &search, person, text);
        for (page, path) in OF_PROGRAM {
            let path = format!("/api/v1{home}{path}");
            self.read(
                &format!("{page}{whose}"),
                &path,
                bearer(&person.keys, round),
            );
        }
    }

    fn deep_of_provider(&mut self, provider: &Person, deep: &Deep) {
        let home = format!("/organisations/{}", provider.party);
        for (page, path) in [
            (
                "findings, deep",
                format!("/findings?status=all&after={}", deep.newest),
            ),
            (
                "findings by severity, deep",
                format!("/findings?order=severity&status=all&after={}", deep.severe),
            ),
            (
                "findings by sighting, deep",
                format!("/findings?order=seen&status=all&after={}", deep.seen),
            ),
            ("findings, group", format!("/findings?group={}", deep.group)),
            ("finding", format!("/findings/{}", deep.finding)),
            ("assets, deep", format!("/assets?after={}", deep.asset)),
            ("assets, group", format!("/assets?group={}", deep.group)),
        ] {
            self.read(
                &format!("{page}, provider"),
                &format!("{home}{path}"),
                cookie(provider),
            );
        }
    }

    fn of_desk(&mut self, analyst: &Person, deep: &Deep, round: u64) {
        for (page, path) in OF_DESK {
            let who = match path.starts_with("/api/") {
                true => bearer(&analyst.keys, round),
                false => cookie(analyst),
            };
            self.read(page, path, who);
        }
        for (page, path) in [
            (
                "messages, deep",
                format!("/desk/messages?before={}", deep.message),
            ),
            ("message", format!("/desk/messages/{}", deep.message)),
            ("batch", format!("/desk/batches/{}", deep.batch)),
            ("source", format!("/desk/sources/{}", deep.source)),
            ("finding, desk", format!("/desk/findings/{}", deep.finding)),
        ] {
            self.read(page, &path, cookie(analyst));
        }
        if let Some(queued) = deep.queued {
            let path = format!("/desk/queues?kind={}&after={queued}", deep.queue);
            self.read("queue, deep", &path, cookie(analyst));
        }
    }

    fn searches(&mut self, analyst: &Person, deep: &Deep, round: u64) {
        let (address, name) = self.world.seen(round * 7);
        for (page, what) in [
            ("search, address", address),
            ("search, domain", name),
            ("search, organisation", format!("Organisation {round}")),
            ("search, every organisation", "Organisation".to_owned()),
            ("search, message", deep.reference.clone()),
        ] {
            let form = format!(
                "what={}&reason=measuring+how+fast+this+is",
                what.replace(' ', "+")
            );
            self.send(page, "/desk/search", analyst, form);
        }
    }

    /// Pages deep in each list of the API, as its own links lead there: what they are called, their path, and who asks.
    fn deep_of_api<'v>(
        &self,
        visitors: &'v Visitors,
    ) -> anyhow::Result<Vec<(String, String, &'v [String])>> {
        let provider = &visitors.provider;
        let home = format!("/api/v1/organisations/{}", provider.party);
        let of_provider = OF_PROGRAM.map(|(page, path)| (page, format!("{home}{path}"), provider));
        let of_desk = [(
            "API organisations",
            "/api/v1/organisations".to_owned(),
            &visitors.analyst,
        )];
        let mut deep = Vec::new();
        for (page, mut path, person) in of_provider.into_iter().chain(of_desk) {
            let agent = load::agent();
            for turn in 0..TURNED {
                let (header, key) = bearer(&person.keys, turn);
                let url = format!("{}{path}", self.origin);
                let mut answer = agent.get(&url).header(header, key).call()?;
                let answer: Value = serde_json::from_str(&answer.body_mut().read_to_string()?)?;
                match answer["next"].as_str() {
                    // A whole address, or a path.
                    Some(next) => path = next.strip_prefix(self.origin).unwrap_or(next).to_owned(),
                    None => break,
                }
            }
            deep.push((format!("{page}, deep"), path, &person.keys[..]));
        }
        Ok(deep)
    }
}

fn cookie(person: &Person) -> (&'static str, String) {
    ("cookie", person.cookie.clone())
}

/// Puts requests in an order that looks random and is the same each time: nobody asks all pages of one provider in a row.
fn mix(requests: &mut [Request], seed: u64) {
    let mut state = seed + 1;
    for place in (1..requests.len()).rev() {
        // Steele and Vigna's multiplier for 64 bits; its upper half is the better one.
        state = state.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1);
        requests.swap(place, (state >> 32) as usize % (place + 1));
    }
}

fn bearer(keys: &[String], round: u64) -> (&'static str, String) {
    ("authorization", keys[round as usize % keys.len()].clone())
}
