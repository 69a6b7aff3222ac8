//! A site for one test, and browsers that ask it.

mod readable;

use std::io::Read;
use std::sync::mpsc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use model::{IdKind, Language, OrganisationRole, PartyRole, Scope, StaffRole, Timestamp, Tlp};
use serde_json::Value;
use store::{KeyOwner, Mandate, NewApiKey, NewSession, ServiceMail, ServiceMailEnd, Store};
use testkit::{
    Desk, Door, Flow, GatherOptions, Outcome, RegisterBuilder, Report, gather_stream, masked,
    row_of,
};
use tower::ServiceExt;

use crate::visitor::{fresh_token, token_digest};
use crate::{
    Delivered, FreshKey, Health, Intake, IntakeFailure, Providers, RowFields, Site, SiteOptions,
    TakenIn, TakenOutcome, router,
};

/// Pages of a whole installation, whose clock stands at [`testkit::now`].
pub(crate) struct TestSite {
    pub(crate) desk: Desk,
    pub(crate) site: Site,
    pages: Router,
    runtime: tokio::runtime::Runtime,
}

impl TestSite {
    /// On the embedded engine.
    pub(crate) fn new() -> Self {
        Self::over(Desk::embedded())
    }

    /// Over an installation.
    pub(crate) fn over(desk: Desk) -> Self {
        Self::with(desk, |_| {})
    }

    /// Over an installation, with other options than usual.
    pub(crate) fn with(desk: Desk, change: impl FnOnce(&mut SiteOptions)) -> Self {
        let store = desk.flow.store.clone();
        let mut options = SiteOptions {
            id_key: store.read(|tx| tx.installation()).unwrap().id_key,
            store,
            trusted_proxies: Vec::new(),
            now: std::sync::Arc::new(testkit::now),
            origin: "http://localhost:8080".parse().unwrap(),
            skin: None,
            intake: std::sync::Arc::new(FlowIntake(desk.flow.clone())),
            dns_servers: Vec::new(),
            website_stand_in: None,
            providers: Providers::default(),
            trade_register: None,
        };
        change(&mut options);
        let site = Site::new(options);
        let pages = router(Health::new([], std::collections::BTreeMap::new), &site);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        Self {
            desk,
            site,
            pages,
            runtime: runtime.unwrap(),
        }
    }

    /// A supplier with two customers, a bakery and a florist, and a stranger to it; each but the supplier was told of a finding
    /// or two.
    pub(crate) fn of_supplier() -> Self {
        let site = Self::new();
        let register = RegisterBuilder::new()
            .organisation("bakery")
            .asset("bakery", "prefix", "192.0.2.0/28")
            .organisation("florist")
            .asset("florist", "prefix", "198.51.100.0/24")
            .organisation("stranger")
            .asset("stranger", "prefix", "203.0.113.0/24")
            .organisation("supplier");
        site.desk.import(&register);
        let seen = [
            ("192.0.2.1", "high"),
            ("192.0.2.2", "critical"),
            ("198.51.100.1", "medium"),
            ("203.0.113.1", "high"),
        ];
        let report = seen
            .iter()
            .fold(Report::new("scan_rdp"), |report, (place, severity)| {
                report.row(&[
                    ("ip", place),
                    ("port", "3389"),
                    ("protocol", "tcp"),
                    ("severity", severity),
                ])
            });
        site.desk.report(&report);
        site.desk.work();
        site
    }

    /// Gives the supplier a mandate of a customer, with leave to answer, up to TLP:AMBER but for `change`; returns its number.
    pub(crate) fn mandate(&self, customer: &str, change: impl Fn(&mut Mandate)) -> i64 {
        let given = self.store().write(|tx| {
            let mut mandate = Mandate {
                mandate_no: 0,
                party_no: tx.party_no(customer)?.unwrap(),
                party_name: String::new(),
                holder_no: tx.party_no("supplier")?.unwrap(),
                holder_name: String::new(),
                group_no: None,
                tlp_max: Tlp::Amber,
                may_answer: true,
                valid_until: None,
                given_at: testkit::now(),
            };
            change(&mut mandate);
            tx.add_mandate(&mandate, "test", testkit::now())
        });
        given.unwrap()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.desk.flow.store
    }

    /// Keeps everybody else from writing until what it gives is dropped.
    pub(crate) fn busy_writer(&self) -> BusyWriter {
        let (held, is_held) = mpsc::channel();
        let (release, is_released) = mpsc::channel::<()>();
        let store = self.store().clone();
        std::thread::spawn(move || {
            store.write(|_| {
                held.send(()).expect("the test waits for it");
                // An error says the same: the test has dropped the other end.
                let _ = is_released.recv();
                store::Result::Ok(())
            })
        });
        is_held.recv().expect("the thread writes");
        BusyWriter(release)
    }

    /// A browser of somebody who did not sign in.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser {
            site: self,
            address: [192, 0, 2, 1],
            cookies: Vec::new(),
        }
    }

    /// The browser of somebody who prefers English and did not sign in.
    pub(crate) fn english_browser(&self) -> Browser<'_> {
        let mut browser = self.browser();
        browser.post("/language", &[("choice", "en"), ("back", "/")]);
        browser
    }

    /// Somebody who may sign in and has no role anywhere yet.
    pub(crate) fn person(&self, email: &str) -> i64 {
        let email = email.parse().unwrap();
        let added = self
            .store()
            .write(|tx| tx.add_person(&email, "Sam Voorbeeld", Some(Language::En), testkit::now()));
        added.unwrap()
    }

    /// Makes the person a member of the organisation with this reference.
    pub(crate) fn join(&self, person_no: i64, reference: &str, role: OrganisationRole) {
        let joined = self.store().write(|tx| {
            let party_no = tx
                .party_no(reference)?
                .expect("the register has the organisation");
            tx.put_membership(person_no, party_no, role, "test", testkit::now())
        });
        assert!(joined.unwrap());
    }

    /// Gives the person a role at the desk.
    pub(crate) fn employ(&self, person_no: i64, role: StaffRole) {
        let given = self
            .store()
            .write(|tx| tx.give_staff_role(person_no, role, "test", testkit::now()));
        assert!(given.unwrap());
    }

    /// Has the person work at these desks, and at no other.
    pub(crate) fn works_at(&self, person_no: i64, desk_nos: &[i64]) {
        let set = self
            .store()
            .write(|tx| tx.set_desks_of_person(person_no, desk_nos));
        set.unwrap();
    }

    /// A key of the organisation with this reference; what a program sends.
    pub(crate) fn organisation_key(&self, reference: &str, scopes: &[Scope]) -> String {
        let party_no = self.store().read(|tx| tx.party_no(reference)).unwrap();
        self.key(KeyOwner::Organisation(party_no.unwrap()), scopes)
    }

    /// A key of a source, which is made if there is none.
    pub(crate) fn source_key(&self, reference: &str, scopes: &[Scope]) -> String {
        let role = PartyRole::Source;
        let source_no = self
            .store()
            .write(|tx| tx.ensure_party(reference, reference, role, testkit::now()));
        self.key(KeyOwner::Source(source_no.unwrap()), scopes)
    }

    /// A key for a day.
    pub(crate) fn key(&self, owner: KeyOwner, scopes: &[Scope]) -> String {
        let fresh = FreshKey::default();
        let new = NewApiKey {
            digest: fresh.digest(),
            owner,
            name: "test",
            scopes,
            expires_at: testkit::now().plus_seconds(86_400),
        };
        let key_no = self
            .store()
            .write(|tx| tx.add_api_key(&new, "test", testkit::now()));
        fresh.text(self.site.id(IdKind::ApiKey, key_no.unwrap()))
    }

    /// Public id of the organisation with this reference.
    pub(crate) fn party_id(&self, reference: &str) -> uuid::Uuid {
        let party_no = self.store().read(|tx| tx.party_no(reference)).unwrap();
        self.site.id(IdKind::Party, party_no.unwrap())
    }

    /// Asks the API, with a key where it is not empty, and JSON where there is any.
    pub(crate) fn api(&self, key: &str, method: &str, path: &str, body: &Value) -> Answer {
        self.api_with(key, method, path, body, &[])
    }

    /// Asks the API with headers of one's own.
    pub(crate) fn api_with(
        &self,
        key: &str,
        method: &str,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"));
        if !key.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let has_type = headers.iter().any(|(name, _)| *name == "content-type");
        if !body.is_null() && !has_type {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = match body {
            Value::Null => Body::empty(),
            // A text stands for itself: a file, or JSON that is none.
            Value::String(text) => Body::from(text.clone()),
            json => Body::from(json.to_string()),
        };
        self.browser().ask(request.body(body).unwrap())
    }

    /// Kind, address and facts of the service mails that were left since the last time.
    pub(crate) fn mails(&self) -> Vec<(String, String, Value)> {
        let now = testkit::now();
        let taken = self.store().write(|tx| {
            let mails = tx.take_service_mails(100, Duration::from_secs(60), now)?;
            for mail in &mails {
                tx.end_service_mail(mail, ServiceMailEnd::Sent, "", now)?;
            }
            store::Result::Ok(mails)
        });
        let facts = |mail: ServiceMail| {
            let facts = serde_json::from_str(&mail.facts).unwrap();
            (mail.kind, mail.to.to_string(), facts)
        };
        taken.unwrap().into_iter().map(facts).collect()
    }

    /// Runs something that waits.
    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// All pages.
    pub(crate) fn pages(&self) -> Router {
        self.pages.clone()
    }

    /// A browser in which the person signed in just now.
    pub(crate) fn signed_in(&self, person_no: i64) -> Browser<'_> {
        self.signed_in_at(person_no, testkit::now())
    }

    /// A browser in which the person signed in at that moment.
    pub(crate) fn signed_in_at(&self, person_no: i64, at: Timestamp) -> Browser<'_> {
        let token = fresh_token();
        let session = NewSession {
            digest: token_digest(&token),
            person_no,
            method: "passkey",
            browser: "test",
        };
        self.store()
            .write(|tx| tx.open_session(&session, at))
            .unwrap();
        self.with_token(token)
    }

    /// A browser that has the token of a session.
    pub(crate) fn with_token(&self, token: String) -> Browser<'_> {
        Browser {
            site: self,
            address: [192, 0, 2, 1],
            cookies: vec![("session".to_owned(), token)],
        }
    }
}

/// A writer that is busy until this is dropped.
pub(crate) struct BusyWriter(#[expect(dead_code, reason = "to be dropped")] mpsc::Sender<()>);

/// The flow of the installation takes deliveries in.
struct FlowIntake(Flow);

impl Intake for FlowIntake {
    fn take(
        &self,
        delivered: &Delivered,
        content: &mut dyn Read,
    ) -> Result<Vec<TakenIn>, IntakeFailure> {
        let options = GatherOptions {
            desk: None,
            source: delivered.source.clone(),
            tlp: delivered.tlp,
            report_type: delivered.report_type.clone(),
            mapping: delivered.mapping.clone(),
            door: Door::Api,
        };
        let taken = gather_stream(&self.0, &delivered.name, content, &options)?;
        let taken = taken.into_iter().map(|taken| TakenIn {
            name: taken.name,
            outcome: match taken.outcome {
                Outcome::Batch { batch, .. } => TakenOutcome::Batch(batch),
                Outcome::Duplicate { batch } => TakenOutcome::Duplicate(batch),
                Outcome::Later { reason } => TakenOutcome::Later(reason),
                Outcome::Refused { reason } => TakenOutcome::Refused(reason),
            },
        });
        Ok(taken.collect())
    }

    fn row(&self, batch_no: i64, line: i64) -> Result<Option<RowFields>, IntakeFailure> {
        Ok(row_of(&self.0, batch_no, line)?)
    }

    fn masked(&self, batch_no: i64, row: &RowFields) -> Result<RowFields, IntakeFailure> {
        Ok(masked(&self.0, batch_no, row)?)
    }
}

/// Asks pages and keeps the cookies that it gets.
#[derive(Clone)]
pub(crate) struct Browser<'s> {
    site: &'s TestSite,
    /// From where it asks.
    pub(crate) address: [u8; 4],
    cookies: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// The same as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// One header; empty where it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Where it sends the browser; empty where it does not.
    pub(crate) fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Whether a form came back that its sender may send again after showing a strong factor.
    pub(crate) fn is_given_back_to_prove(&self) -> bool {
        let has = |part| self.body.contains(part);
        self.status == StatusCode::FORBIDDEN
            && has("href=\"/account/prove?next=")
            && has("name=\"sent_by\"")
    }
}

impl Browser<'_> {
    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).unwrap())
    }

    /// Sends a form, as a page of the site would.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            // As browsers say it.
            .header(header::CONTENT_LENGTH, form.len())
            .header("sec-fetch-site", "same-origin");
        self.ask(request.body(Body::from(form)).unwrap())
    }

    /// Sends any request, with the cookies.
    pub(crate) fn ask(&mut self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request
                .headers_mut()
                .insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let peer = std::net::SocketAddr::from((self.address, 50_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        let pages = self.site.pages.clone();
        let (parts, body) = self.site.runtime.block_on(async {
            let (parts, body) = pages.oneshot(request).await.unwrap().into_parts();
            (parts, body.collect().await.unwrap().to_bytes())
        });
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(kept, _)| kept != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            bytes: body.to_vec(),
        };
        if answer.header("content-type").starts_with("text/html") {
            readable::check(&answer.body);
        }
        answer
    }
}
