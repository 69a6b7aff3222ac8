//! An organisation registers itself: every page, every bad case, and what a stranger cannot reach by it.

mod desk;
mod door;
mod known;
mod mailbox;
mod pages;
mod vouching;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::StatusCode;
use model::{AssetState, IdKind, RegistrationRule, StaffRole, Timestamp};
use serde_json::Value;
use store::{AssetFilter, AuditRow, DeskChange, Registration, StoreError};
use testkit::Desk;

use crate::SiteOptions;
use crate::testing::{Answer, Browser, TestSite};

const KVK: &str = "90000017";
const OWNER: &str = "owner@bakery.example";
const MAILBOX: &str = "abuse@bakery.example";

/// A site whose desk lets organisations register themselves by this rule, and whose clock can be moved.
struct Registering {
    site: TestSite,
    clock: Arc<AtomicI64>,
}

impl Registering {
    fn by(rule: RegistrationRule) -> Self {
        Self::with(rule, |_| {})
    }

    fn with(rule: RegistrationRule, change: impl FnOnce(&mut SiteOptions)) -> Self {
        let clock = Arc::new(AtomicI64::new(testkit::now().micros()));
        let read = Arc::clone(&clock);
        let site = TestSite::with(Desk::embedded(), move |options| {
            options.now = Arc::new(move || Timestamp::from_micros(read.load(Ordering::Relaxed)));
            change(options);
        });
        let one = Self { site, clock };
        one.set(rule);
        one
    }

    fn set(&self, rule: RegistrationRule) {
        let set = self.site.store().write(|tx| {
            let desk = tx.desk_named(None)?.expect("there is a desk");
            let change = DeskChange {
                registration: Some(rule),
                ..DeskChange::default()
            };
            tx.change_desk(desk, &change)
        });
        set.unwrap();
    }

    fn at_day(&self, days: i64) {
        let moment = testkit::days_later(days);
        self.clock.store(moment.micros(), Ordering::Relaxed);
    }

    /// A minute goes by: each mail has a moment of its own.
    fn wait(&self) {
        self.clock.fetch_add(60_000_000, Ordering::Relaxed);
    }

    /// Address and facts of the mails about registrations, and of invitations, that were left since the last time.
    fn mails(&self) -> Vec<(String, Value)> {
        let lease = std::time::Duration::from_secs(60);
        let taken = self.site.store().write(|tx| {
            let mails = tx.take_service_mails(1_000, lease, testkit::days_later(900))?;
            for mail in &mails {
                let end = store::ServiceMailEnd::Sent;
                tx.end_service_mail(mail, end, "", testkit::now())?;
            }
            Ok::<_, StoreError>(mails)
        });
        let facts = |mail: store::ServiceMail| {
            let facts = serde_json::from_str(&mail.facts).unwrap();
            (mail.to.to_string(), facts)
        };
        taken.unwrap().into_iter().map(facts).collect()
    }

    /// Registers the bakery up to its code, with or without its domain.
    fn asked(&self, browser: &mut Browser<'_>, kvk: &str, domain: &str) -> String {
        let home = begin(browser, kvk, OWNER);
        let sent = fill_in(browser, &home, "Bakery Example", domain, "203.0.113.24");
        assert_eq!(sent.location(), format!("{home}/mailbox"), "{}", sent.body);
        home
    }

    /// The code that was mailed last.
    fn code(&self) -> String {
        let mails = self.mails();
        let (_, facts) = mails.last().expect("a code was mailed");
        facts["code"].as_str().unwrap().to_owned()
    }

    /// Registers the bakery, code and all; gives the page after it.
    fn registered(&self, browser: &mut Browser<'_>, kvk: &str) -> Answer {
        let home = self.asked(browser, kvk, "bakery.example");
        let code = self.code();
        let answered = answer(browser, &home, &code);
        assert_eq!(answered.location(), home, "{}", answered.body);
        browser.get(&home)
    }

    fn one(&self, registration_no: i64) -> Registration {
        let one = self
            .site
            .store()
            .read(|tx| tx.registration(registration_no));
        one.unwrap().expect("it is there")
    }

    fn party_no(&self) -> i64 {
        self.one(1).party_no.expect("it came into the register")
    }

    /// How far the systems of the organisation are proved.
    fn states(&self) -> Vec<(String, AssetState)> {
        let party_no = self.party_no();
        let assets = self
            .site
            .store()
            .read(|tx| tx.own_assets(party_no, &AssetFilter::default(), None, 100));
        let assets = assets.unwrap().into_iter();
        assets
            .map(|asset| {
                let state = crate::asset::state(&self.site.site, &asset);
                (asset.row.value.to_string(), state)
            })
            .collect()
    }

    /// Somebody of the desk who may decide.
    fn analyst(&self) -> Browser<'_> {
        let person_no = self.site.person("analyst@desk.example");
        self.site.employ(person_no, StaffRole::Analyst);
        self.site.signed_in(person_no)
    }

    fn desk_page(&self, registration_no: i64) -> String {
        let id = self.site.site.id(IdKind::Registration, registration_no);
        format!("/desk/registrations/{id}")
    }

    /// What the audit log has, the first act first.
    fn log(&self) -> Vec<AuditRow> {
        let filter = store::AuditFilter::default();
        let page = self
            .site
            .store()
            .read(|tx| tx.audit_page(&filter, i64::MAX, 1_000));
        let mut rows = page.unwrap().rows;
        rows.reverse();
        rows
    }

    /// The acts alone.
    fn acts(&self) -> Vec<String> {
        self.log().into_iter().map(|row| row.action).collect()
    }
}

/// Sends the first page; gives the address of the registration.
fn begin(browser: &mut Browser<'_>, kvk: &str, email: &str) -> String {
    let begun = browser.post("/register", &[("kvk", kvk), ("email", email)]);
    let home = begun.location().strip_suffix("/organisation");
    home.unwrap_or_else(|| panic!("{begun:?}")).to_owned()
}

/// Sends the second page.
fn fill_in(
    browser: &mut Browser<'_>,
    home: &str,
    name: &str,
    domain: &str,
    addresses: &str,
) -> Answer {
    let fields = [
        ("name", name),
        ("domain", domain),
        ("addresses", addresses),
        ("language", "nl"),
    ];
    browser.post(&format!("{home}/organisation"), &fields)
}

/// Sends the third page.
fn answer(browser: &mut Browser<'_>, home: &str, code: &str) -> Answer {
    let fields = [("act", "check"), ("code", code)];
    browser.post(&format!("{home}/mailbox"), &fields)
}

fn has_mistake(answer: &Answer, field: &str) -> bool {
    answer.status == StatusCode::OK && answer.body.contains(&format!("href=\"#{field}\""))
}
