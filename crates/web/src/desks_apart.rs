//! Every page of the desk, asked by people of one desk where something belongs to another one (requirement SE-06).

use axum::http::StatusCode;
use model::{
    ComplaintDoor, IdKind, Language, RegistrationRule, ReplyOutcome, StaffRole, Usefulness,
};
use store::{DeskChange, Desks, MessageFilter, NewComplaint, QueueKind, ReplyContent};
use testkit::{GatherOptions, RegisterBuilder, Report, another_desk};
use uuid::Uuid;

use crate::isolation::routes;
use crate::testing::{Browser, TestSite};

const SECOND: &str = "Second desk";

/// What belongs to one desk.
struct Own {
    desk_no: i64,
    /// Somebody who works there alone, in every role.
    person_no: i64,
    batch_no: i64,
    message_no: i64,
    /// A finding in the message, and one that nobody can be told of.
    told_no: i64,
    queued_no: i64,
    reply_no: i64,
    complaint_no: i64,
    approval_no: i64,
    /// What only this desk may read.
    secrets: Vec<String>,
}

/// Two desks on one installation, each with a delivery, two findings, a message and what was said of it.
fn two_desks() -> (TestSite, [Own; 2]) {
    let site = TestSite::new();
    let second = another_desk(site.store(), SECOND);
    let first = site.store().read(|tx| tx.desk_nos()).unwrap()[0];
    let register =
        RegisterBuilder::new()
            .organisation("bakery")
            .asset("bakery", "prefix", "192.0.2.0/28");
    site.desk.import(&register);
    let owns = [
        own(&site, (first, None), ["192.0.2.7", "198.51.100.7"]),
        own(&site, (second, Some(SECOND)), ["192.0.2.9", "198.51.100.9"]),
    ];
    (site, owns)
}

fn own(site: &TestSite, (desk_no, name): (i64, Option<&str>), seen: [&str; 2]) -> Own {
    let row = |report: Report, address: &str| {
        let row = [
            ("timestamp", "2026-11-18 10:00:00"),
            ("ip", address),
            ("port", "3389"),
            ("protocol", "tcp"),
        ];
        // A row that is not accepted, too.
        report
            .row(&row)
            .row(&[("ip", "nowhere"), ("port", address)])
    };
    let report = seen
        .iter()
        .fold(Report::new("scan_rdp"), |it, address| row(it, address));
    let options = GatherOptions {
        desk: name.map(str::to_owned),
        ..GatherOptions::default()
    };
    let batch_no = site.desk.report_as(&report, &options);
    site.desk.work();
    let person_no = site.person(&format!("all-{desk_no}@csirt.example"));
    for role in StaffRole::ALL {
        site.employ(person_no, *role);
    }
    site.works_at(person_no, &[desk_no]);
    let within = site.store().within(Desks::Only(vec![desk_no]));
    let (message, told_no, queued_no) = within
        .read(|tx| {
            let page = tx.message_page(&MessageFilter::default(), i64::MAX, 1)?;
            let message = page.messages.into_iter().next().expect("it was told");
            let told = tx.lines_of(message.notification_no)?[0].finding_no;
            let queued = tx.open_queue_items(QueueKind::Unresolved, 0, 1)?;
            Ok::<_, store::StoreError>((message, told, queued[0].finding_no))
        })
        .unwrap();
    let said = format!("said to desk {desk_no}");
    let now = testkit::now();
    let (reply_no, complaint_no, approval_no) = site
        .store()
        .write(|tx| {
            tx.judge_message(&message, Usefulness::No, &format!("useless {said}"), now)?;
            let digest = [desk_no as u8; 32];
            let reply_no = tx.begin_reply(&digest, now)?.expect("it is new");
            let content = ReplyContent {
                notification_no: Some(message.notification_no),
                named_no: None,
                sender: format!("reply-{desk_no}@bakery.example"),
                subject: "Re".to_owned(),
                text: format!("reply {said}"),
            };
            tx.end_reply(reply_no, ReplyOutcome::NoWord, &content, now)?;
            let complaint = NewComplaint {
                door: ComplaintDoor::Page,
                notification_no: Some(message.notification_no),
                party_no: None,
                name: format!("complaint {said}"),
                email: None,
                phone: "070 555 01 23".to_owned(),
                language: Language::Nl,
                text: format!("complaint {said}"),
                acknowledge_on: now.day().plus_days(5),
                answer_on: now.day().plus_days(30),
            };
            let complaint_no = tx.add_complaint(&complaint, now)?;
            let reason = format!("approval {said}");
            let messages = [message.notification_no];
            let approval_no = tx.ask_joint_approval(person_no, &reason, 30, &messages, now)?;
            Ok::<_, store::StoreError>((reply_no, complaint_no, approval_no))
        })
        .unwrap();
    let mut secrets = vec![message.reference(), said];
    secrets.extend(seen.map(str::to_owned));
    let own = Own {
        desk_no,
        person_no,
        batch_no,
        message_no: message.notification_no,
        told_no,
        queued_no,
        reply_no,
        complaint_no,
        approval_no,
        secrets,
    };
    let ids = own.ids(site).map(|id| id.to_string());
    Own {
        secrets: [own.secrets, ids.to_vec()].concat(),
        ..own
    }
}

impl Own {
    /// Public ids of what belongs to the desk.
    fn ids(&self, site: &TestSite) -> [Uuid; 7] {
        [
            (IdKind::Batch, self.batch_no),
            (IdKind::Notification, self.message_no),
            (IdKind::Finding, self.told_no),
            (IdKind::Finding, self.queued_no),
            (IdKind::Reply, self.reply_no),
            (IdKind::Complaint, self.complaint_no),
            (IdKind::JointApproval, self.approval_no),
        ]
        .map(|(kind, number)| site.site.id(kind, number))
    }

    /// A route with what belongs to this desk in it, and whether anything does.
    fn filled(&self, site: &TestSite, route: &str) -> (String, bool) {
        let mut is_own = false;
        let part = |part: &str| {
            let name = part.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
            let Some(name) = name else {
                return part.to_owned();
            };
            let (kind, number) = match name {
                "batch" => (IdKind::Batch, self.batch_no),
                "message" => (IdKind::Notification, self.message_no),
                "finding" => (IdKind::Finding, self.queued_no),
                "reply" => (IdKind::Reply, self.reply_no),
                "complaint" => (IdKind::Complaint, self.complaint_no),
                "approval" => (IdKind::JointApproval, self.approval_no),
                "organisation" | "party" => return site.party_id("bakery").to_string(),
                "source" => return site.party_id("shadowserver").to_string(),
                "line" => return "3".to_owned(),
                _ => return Uuid::nil().to_string(),
            };
            is_own = true;
            site.site.id(kind, number).to_string()
        };
        let path = route.split('/').map(part).collect::<Vec<_>>().join("/");
        (path, is_own)
    }
}

/// A browser of somebody of a desk, who said why the bakery is looked at.
fn at_work<'s>(site: &'s TestSite, own: &Own) -> Browser<'s> {
    let mut browser = site.signed_in(own.person_no);
    let bakery = format!("/desk/organisations/{}", site.party_id("bakery"));
    browser.post(&bakery, &[("reason", "a question of the owner")]);
    browser
}

/// Addresses of all pages of the desk, with the things of a desk in them, and whether one stands in the path.
fn pages(site: &TestSite, of: &Own) -> Vec<(String, bool)> {
    let routes = routes(site).into_iter();
    let routes = routes.filter(|route| route == "/desk" || route.starts_with("/desk/"));
    let mut pages: Vec<(String, bool)> = routes.map(|route| of.filled(site, &route)).collect();
    let [_, message, _, queued, ..] = of.ids(site);
    let recipient = site.party_id("bakery");
    for list in [
        format!("/desk/messages?recipient={recipient}"),
        "/desk/messages?state=delivered".to_owned(),
        format!("/desk/messages?before={message}"),
        format!("/desk/queues?kind=unresolved&after={queued}"),
        "/desk/queues?kind=unresolved".to_owned(),
        "/desk/complaints?list=ended".to_owned(),
    ] {
        pages.push((list, false));
    }
    pages
}

#[test]
fn no_page_shows_or_does_anything_of_another_desk() {
    let (site, [first, second]) = two_desks();
    for (own, other) in [(&first, &second), (&second, &first)] {
        for (path, is_own) in pages(&site, other) {
            // To sign out or to lose a role is among what can be asked.
            let mut browser = at_work(&site, own);
            for (method, answer) in [
                ("GET", browser.get(&path)),
                ("POST", browser.post(&path, &[])),
            ] {
                let status = answer.status;
                assert!(
                    !status.is_server_error(),
                    "{method} {path}: {}",
                    answer.body
                );
                assert!(
                    !is_own || status == StatusCode::NOT_FOUND,
                    "{method} {path}: {status}"
                );
                for secret in other.secrets.iter().filter(|it| !path.contains(*it)) {
                    assert!(
                        !answer.body.contains(secret),
                        "{method} {path} shows {secret}: {}",
                        answer.body
                    );
                }
            }
        }
    }
}

#[test]
fn whoever_works_at_a_desk_reads_what_is_its_own() {
    let (site, owns) = two_desks();
    let shown = |own: &Own, of: &Own| {
        let mut browser = at_work(&site, own);
        let mut shown = 0;
        for (path, is_own) in pages(&site, of) {
            let answer = browser.get(&path);
            let mut secrets = of.secrets.iter().filter(|it| !path.contains(*it));
            shown += usize::from(secrets.any(|secret| answer.body.contains(secret)));
            let is_there = answer.status != StatusCode::NOT_FOUND;
            // An approval has no page of its own, and nobody is called about these messages; what is below a page may only be sent.
            let is_absent = ["/desk/approvals", "/desk/calls"];
            let is_absent = is_absent.iter().any(|it| path.starts_with(it));
            if is_own && path.matches('/').count() == 3 && !is_absent {
                assert!(is_there, "{path}: {}", answer.status);
            }
        }
        shown
    };
    for own in &owns {
        assert!(shown(own, own) >= 10, "only {} pages", shown(own, own));
    }
    // Who works at both reads both.
    let both = site.person("both@csirt.example");
    for role in StaffRole::ALL {
        site.employ(both, *role);
    }
    site.works_at(both, &owns.each_ref().map(|own| own.desk_no));
    let mut browser = site.signed_in(both);
    let page = browser.get("/desk/messages").body;
    for own in &owns {
        assert!(page.contains(&own.secrets[0]), "{page}");
    }
    assert_eq!(browser.get("/desk/audit").status, StatusCode::OK);
}

#[test]
fn a_search_and_a_decision_about_many_find_nothing_of_another_desk() {
    let (site, [first, second]) = two_desks();
    let mut browser = at_work(&site, &second);
    let [_, message, told, ..] = first.ids(&site);
    for what in ["192.0.2.7", "192.0.2.0/28", &first.secrets[0]] {
        let asked = [("what", what), ("reason", "a question of the owner")];
        let page = browser.post("/desk/search", &asked).body;
        for id in [message, told] {
            assert!(!page.contains(&id.to_string()), "{what}: {page}");
        }
    }
    let own = [("what", "192.0.2.9"), ("reason", "a question of the owner")];
    let page = browser.post("/desk/search", &own).body;
    let [_, _, told, ..] = second.ids(&site);
    assert!(page.contains(&told.to_string()), "{page}");
    let many = [("act", "withhold"), ("chosen", &message.to_string())];
    let none = browser.post("/desk/messages/decide", &many);
    assert_eq!(none.location(), "/desk/messages?done=none");
}

#[test]
fn what_was_counted_or_written_for_all_desks_is_for_who_works_at_each() {
    let (site, [first, _]) = two_desks();
    let source = site.party_id("shadowserver");
    let mut browser = at_work(&site, &first);
    for path in [
        "/desk/audit".to_owned(),
        "/desk/measures".to_owned(),
        format!("/desk/sources/{source}/quality"),
    ] {
        assert_eq!(browser.get(&path).status, StatusCode::FORBIDDEN, "{path}");
    }
    let page = browser.get("/desk").body;
    assert!(!page.contains("/desk/audit"), "{page}");
    let page = browser.get(&format!("/desk/sources/{source}")).body;
    assert!(!page.contains("/quality"), "{page}");
}

#[test]
fn the_balance_is_that_of_the_desks_of_whoever_looks() {
    let (site, [first, second]) = two_desks();
    for own in [&first, &second] {
        let counted = site.block_on(crate::site::seeing(
            Desks::Only(vec![own.desk_no]),
            crate::desk::last_count(&site.site),
        ));
        let status = &counted.expect("it is counted at once").status;
        assert_eq!((status.findings, status.balance()), (2, [0; 4]));
    }
}

/// An administrator who works at these desks alone, in a browser.
fn administrator<'s>(site: &'s TestSite, email: &str, desk_nos: &[i64]) -> (i64, Browser<'s>) {
    let person_no = site.person(email);
    site.employ(person_no, StaffRole::Administrator);
    site.works_at(person_no, desk_nos);
    (person_no, site.signed_in(person_no))
}

fn desks_of(site: &TestSite, person_no: i64) -> Vec<i64> {
    let desks = site.store().read(|tx| tx.desks_of_person(person_no));
    desks.unwrap()
}

#[test]
fn an_administrator_has_people_work_where_it_works_itself_and_nowhere_else() {
    let (site, [first, second]) = two_desks();
    let both = [first.desk_no, second.desk_no];
    let (_, mut of_second) = administrator(&site, "one@csirt.example", &both[1..]);
    let (own, mut of_both) = administrator(&site, "two@csirt.example", &both);
    let [a, b] = both.map(|desk_no| site.site.id(IdKind::Desk, desk_no).to_string());
    let page_of = |person_no| format!("/desk/people/{}", site.site.id(IdKind::Person, person_no));
    let invite = |browser: &mut Browser<'_>, email: &str, desks: &[&String]| {
        let mut form = vec![("name", "Noor"), ("email", email), ("roles", "analyst")];
        form.extend(desks.iter().map(|desk| ("desks", desk.as_str())));
        browser.post("/desk/people", &form)
    };
    let person = |email: &str| {
        let email = email.parse().unwrap();
        let person = site.store().read(|tx| tx.person_with_email(&email));
        person.unwrap().unwrap().person_no
    };
    // Where there is no choice there is no question.
    assert!(!of_second.get("/desk/people").body.contains("desks-"));
    invite(&mut of_second, "noor@csirt.example", &[]);
    assert_eq!(desks_of(&site, person("noor@csirt.example")), both[1..]);
    let asked = invite(&mut of_both, "kim@csirt.example", &[]).body;
    assert!(asked.contains("Choose at least one desk"), "{asked}");
    invite(&mut of_both, "kim@csirt.example", &[&a]);
    let kim = person("kim@csirt.example");
    assert_eq!(desks_of(&site, kim), both[..1]);
    // Of another desk: it is a colleague whose page says so, and whom nothing is done to.
    let page = of_second.get(&page_of(kim)).body;
    assert!(page.contains("where you do not work"), "{page}");
    assert!(
        !page.contains("<form method=\"post\" action=\"/desk/people"),
        "{page}"
    );
    for act in ["roles", "desks", "sessions", "renew", "close"] {
        let path = format!("{}/{act}", page_of(kim));
        let answer = of_second.post(&path, &[]);
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{act}");
    }
    let place = format!("{}/desks", page_of(kim));
    let none = of_both.post(&place, &[]);
    assert!(none.location().ends_with("done=no-desk"));
    let moved = of_both.post(&place, &[("desks", &a), ("desks", &b)]);
    assert!(moved.location().ends_with("done=desks"));
    assert_eq!(desks_of(&site, kim), both);
    let own_page = format!("{}/desks", page_of(own));
    let refused = of_both.post(&own_page, &[("desks", &a)]);
    assert!(refused.location().ends_with("done=own"));
    assert_eq!(desks_of(&site, own), both);
}

#[test]
fn where_there_is_one_desk_no_page_speaks_of_desks_to_choose() {
    let site = TestSite::new();
    let person_no = site.person("one@csirt.example");
    site.employ(person_no, StaffRole::Administrator);
    let mut browser = site.signed_in(person_no);
    let page = format!("/desk/people/{}", site.site.id(IdKind::Person, person_no));
    for path in ["/desk/people", &page] {
        assert!(!browser.get(path).body.contains("Works at"), "{path}");
    }
}

#[test]
fn organisations_register_themselves_where_any_desk_lets_them_in() {
    let site = TestSite::new();
    another_desk(site.store(), SECOND);
    let asks = || {
        site.browser()
            .get("/register")
            .body
            .contains("name=\"kvk\"")
    };
    assert!(!asks());
    let opened = site.store().write(|tx| {
        let desk = tx.desk_named(Some(SECOND))?.expect("it was made");
        let change = DeskChange {
            registration: Some(RegistrationRule::Hold),
            ..DeskChange::default()
        };
        tx.change_desk(desk, &change)
    });
    opened.unwrap();
    assert!(asks());
}

/// An analyst who works at both desks, in every role.
fn at_both<'s>(site: &'s TestSite, owns: &[Own; 2]) -> Browser<'s> {
    let both = site.person("both@csirt.example");
    for role in StaffRole::ALL {
        site.employ(both, *role);
    }
    site.works_at(both, &owns.each_ref().map(|own| own.desk_no));
    site.signed_in(both)
}

fn desk_id(site: &TestSite, own: &Own) -> Uuid {
    site.site.id(IdKind::Desk, own.desk_no)
}

/// Address of the next page of a list.
fn next_of(page: &str) -> String {
    let (before, _) = page.split_once("\" rel=\"next\"").expect("there is more");
    let (_, next) = before.rsplit_once("href=\"").expect("it is a link");
    next.replace("&amp;", "&").replace("&#x2f;", "/")
}

/// Lists of what belongs to a desk, each with which of [`Own::ids`] stands in it.
const LISTS: [(&str, usize); 7] = [
    ("/desk/batches", 0),
    ("/desk/messages", 1),
    ("/desk/messages?state=delivered", 1),
    ("/desk/queues?kind=unresolved", 3),
    ("/desk/replies", 4),
    ("/desk/feedback/complaints", 5),
    ("/desk/approvals", 6),
];

#[test]
fn who_works_at_several_desks_reads_which_and_chooses_one() {
    let (site, owns) = two_desks();
    let chosen = desk_id(&site, &owns[1]);
    let mut browser = at_both(&site, &owns);
    for (list, place) in LISTS {
        let things = owns.each_ref().map(|own| own.ids(&site)[place].to_string());
        let there = |page: &str| things.each_ref().map(|id| page.contains(id));
        let whole = browser.get(list).body;
        let badge = format!("utrecht-data-badge--neutral\">{SECOND}</span>");
        assert_eq!(whole.matches(&badge).count(), 1, "{list}: {whole}");
        assert_eq!(there(&whole), [true, true], "{list}: {whole}");
        let joint = if list.contains('?') { '&' } else { '?' };
        let one = browser.get(&format!("{list}{joint}desk={chosen}")).body;
        assert_eq!(there(&one), [false, true], "{list}: {one}");
        assert_eq!(one.matches(&badge).count(), 1, "{list}: {one}");
        let option = format!("<option value=\"{chosen}\" selected>{SECOND}</option>");
        assert!(one.contains(&option), "{list}: {one}");
    }
    for (page, place) in [("batches", 0), ("messages", 1), ("findings", 2)] {
        let page = format!("/desk/{page}/{}", owns[1].ids(&site)[place]);
        let shown = browser.get(&page).body;
        assert!(shown.contains(SECOND), "{page}: {shown}");
    }
}

#[test]
fn a_list_of_a_desk_where_the_visitor_does_not_work_is_not_found() {
    let (site, owns) = two_desks();
    let [first, second] = owns.each_ref().map(|own| desk_id(&site, own));
    let mut of_first = at_work(&site, &owns[0]);
    let mut of_both = at_both(&site, &owns);
    let made_up = site.site.id(IdKind::Desk, 99);
    let is_found = StatusCode::OK;
    for (list, _) in LISTS.into_iter().chain([("/desk/calls", 0)]) {
        let joint = if list.contains('?') { '&' } else { '?' };
        let status = |browser: &mut Browser<'_>, desk: &str| {
            browser.get(&format!("{list}{joint}desk={desk}")).status
        };
        let nil = Uuid::nil().to_string();
        for desk in [&second.to_string(), &made_up.to_string(), &nil] {
            let answer = status(&mut of_first, desk);
            assert_eq!(answer, StatusCode::NOT_FOUND, "{list} {desk}");
        }
        let answer = status(&mut of_both, &made_up.to_string());
        assert_eq!(answer, StatusCode::NOT_FOUND, "{list}");
        let answer = status(&mut of_both, "second");
        assert_eq!(answer, StatusCode::BAD_REQUEST, "{list}");
        assert_eq!(
            status(&mut of_both, &second.to_string()),
            is_found,
            "{list}"
        );
        assert_eq!(
            status(&mut of_first, &first.to_string()),
            is_found,
            "{list}"
        );
        // Where there is no choice there is no question, and no name of a desk beside a row.
        let page = of_first.get(list).body;
        assert!(!page.contains("name=\"desk\""), "{list}: {page}");
        assert!(!page.contains("All where you work"), "{list}: {page}");
    }
}

#[test]
fn the_desk_that_was_chosen_stays_chosen_on_the_next_page_and_beside_other_filters() {
    let (site, owns) = two_desks();
    let addresses: Vec<String> = (1..=60).map(|no| format!("203.0.113.{no}")).collect();
    for desk in [None, Some(SECOND.to_owned())] {
        let rows = addresses
            .iter()
            .fold(Report::new("scan_rdp"), |it, address| {
                it.row(&[
                    ("timestamp", "2026-11-18 10:00:00"),
                    ("ip", address),
                    ("port", "3389"),
                    ("protocol", "tcp"),
                ])
            });
        let options = GatherOptions {
            desk,
            ..GatherOptions::default()
        };
        site.desk.report_as(&rows, &options);
        site.desk.work();
    }
    for (no, own) in [101_u8, 102].into_iter().zip(&owns) {
        let written = site.store().write(|tx| {
            for reply in 0..60 {
                let digest = [[no; 16], [reply; 16]].concat().try_into();
                let now = testkit::now();
                let reply_no = tx.begin_reply(&digest.expect("32 bytes"), now)?;
                let content = ReplyContent {
                    notification_no: Some(own.message_no),
                    ..ReplyContent::default()
                };
                let reply_no = reply_no.expect("it is new");
                tx.end_reply(reply_no, ReplyOutcome::NoWord, &content, now)?;
            }
            Ok::<_, store::StoreError>(())
        });
        written.unwrap();
    }
    let chosen = desk_id(&site, &owns[1]);
    let mut browser = at_both(&site, &owns);
    for list in ["/desk/queues?kind=unresolved&", "/desk/replies?"] {
        let begin = list.split('?').next().unwrap();
        let row = format!("href=\"{}/", begin.replace("queues", "findings"));
        let first = browser.get(&format!("{list}desk={chosen}")).body;
        let next = next_of(&first);
        assert!(next.contains(&format!("desk={chosen}")), "{next}");
        let second = browser.get(&next).body;
        assert_eq!(first.matches(&row).count(), 50, "{first}");
        // Sixty and the one that was there.
        assert_eq!(second.matches(&row).count(), 11, "{second}");
        for page in [first, second] {
            let of_second = page.matches(&format!(">{SECOND}</span>")).count();
            assert_eq!(of_second, page.matches(&row).count(), "{page}");
        }
    }
    // What else the address says stays with it, and it with the rest.
    let page = browser.get(&format!("/desk/queues?kind=dispute&desk={chosen}"));
    let kept = "name=\"kind\" value=\"dispute\"";
    assert!(page.body.contains(kept), "{}", page.body);
    let tab = format!("kind=unresolved&desk={chosen}");
    assert!(
        page.body.replace("&amp;", "&").contains(&tab),
        "{}",
        page.body
    );
    let page = browser.get(&format!("/desk/messages?state=delivered&desk={chosen}"));
    let kept = format!("name=\"desk\" value=\"{chosen}\"");
    assert!(page.body.contains(&kept), "{}", page.body);
    let of_desk = [
        ("act", "hold"),
        ("all", "yes"),
        ("desk", &chosen.to_string()),
    ];
    let asked = browser.post("/desk/messages/decide", &of_desk).body;
    let there = owns
        .each_ref()
        .map(|own| asked.contains(&own.ids(&site)[1].to_string()));
    assert_eq!(there, [false, true], "{asked}");
}

#[test]
fn a_search_of_who_works_at_several_desks_says_which_and_can_be_of_one() {
    let (site, owns) = two_desks();
    let mut browser = at_both(&site, &owns);
    let chosen = desk_id(&site, &owns[1]).to_string();
    let range = |desk: &str| {
        browser
            .post(
                "/desk/search",
                &[
                    ("what", "192.0.2.0/28"),
                    ("reason", "a question of the owner"),
                    ("desk", desk),
                ],
            )
            .body
    };
    let [whole, one] = ["", chosen.as_str()].map(range);
    let told = owns.each_ref().map(|own| own.ids(&site)[2].to_string());
    assert_eq!(told.each_ref().map(|id| whole.contains(id)), [true, true]);
    assert_eq!(told.each_ref().map(|id| one.contains(id)), [false, true]);
    for page in [whole, one] {
        assert_eq!(page.matches(&format!(">{SECOND}</span>")).count(), 1);
    }
    let mut of_first = at_work(&site, &owns[0]);
    assert!(!of_first.get("/desk/search").body.contains("name=\"desk\""));
    let other = [
        ("what", "192.0.2.0/28"),
        ("reason", "a question of the owner"),
        ("desk", chosen.as_str()),
    ];
    let refused = of_first.post("/desk/search", &other).status;
    assert_eq!(refused, StatusCode::NOT_FOUND);
}
