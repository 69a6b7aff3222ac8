use model::{IdKind, OrganisationRole};
use testkit::{DnsServer, Page, RegisterBuilder, TestStore, Websites, both_engines};

use super::{added, apply, member, party_id, site_of, site_over, upload};
use crate::testing::{Browser, TestSite};

fn prove(browser: &mut Browser<'_>, asset: &str) -> String {
    let answer = browser.post(&format!("{asset}/prove"), &[]);
    answer.location().rsplit('=').next().unwrap().to_owned()
}

#[test]
fn a_record_in_the_dns_proves_a_domain_and_what_is_below_it() {
    let (site, here) = site_over(TestSite::new());
    let party_no = site
        .store()
        .read(|tx| tx.party_no("hospital"))
        .unwrap()
        .unwrap();
    let token = format!(
        "seinpost-proof={}",
        site.site.id(IdKind::OwnershipToken, party_no)
    );
    let mut owner = member(&site, "hospital", OrganisationRole::Administrator);
    let asset = added(&mut owner, &here, "ward.example");
    let page = owner.get(&asset);
    assert!(page.body.contains("_seinpost-challenge.ward.example") && page.body.contains(&token));
    drop(owner);

    let records = [
        ("_seinpost-challenge.ward.example", &token[..]),
        (
            "_seinpost-challenge.other.example",
            "seinpost-proof=somebody-else",
        ),
    ];
    let Some(server) = DnsServer::with_texts(&records) else {
        return;
    };
    let desk = site.desk;
    let site = TestSite::with(desk, |options| options.dns_servers = vec![server.address()]);
    let person = site.store().read(|tx| tx.members_of(party_no)).unwrap()[0].person_no;
    let mut owner = site.signed_in(person);
    for value in ["other.example", "none.example"] {
        let asset = added(&mut owner, &here, value);
        assert_eq!(prove(&mut owner, &asset), "not-proved", "{value}");
    }
    let below = added(&mut owner, &here, "www.ward.example");
    assert_eq!(prove(&mut owner, &asset), "proved");
    assert!(
        owner
            .get(&below)
            .body
            .contains("inside another system of yours")
    );
    let mut matched = Vec::new();
    site.store()
        .read(|tx| tx.each_asset(|asset| matched.push(asset.value.to_owned())))
        .unwrap();
    assert_eq!(matched, ["ward.example", "www.ward.example"]);

    // What the domain proved falls with it.
    let id = asset.rsplit('/').next().unwrap();
    owner.post(
        &format!("{here}/bulk/apply"),
        &[("act", "close"), ("asset", id)],
    );
    let mut left = 0;
    site.store()
        .read(|tx| tx.each_asset(|_| left += 1))
        .unwrap();
    assert_eq!(left, 0);
}

fn the_register_of_networks_proves_what_its_holder_claims(test: &TestStore) {
    let (site, here) = site_of(test);
    site.desk.import(&RegisterBuilder::new().network(
        "192.0.2.0/24",
        "Hospital (Name)",
        "abuse@provider.example",
    ));
    let mut owner = member(&site, "hospital", OrganisationRole::Administrator);
    let inside = added(&mut owner, &here, "192.0.2.16/28");
    assert!(
        owner
            .get(&inside)
            .body
            .contains("holder in the register of networks")
    );
    let outside = added(&mut owner, &here, "198.51.100.7");
    assert_eq!(prove(&mut owner, &outside), "not-proved");
}

fn a_claim_on_what_another_holds_waits_for_the_desk_and_neither_hears_of_the_other(
    test: &TestStore,
) {
    let (site, here) = site_of(test);
    site.desk.import(
        &RegisterBuilder::new()
            .asset("bakery", "prefix", "192.0.2.8/32")
            .asset("hospital", "prefix", "192.0.2.0/24"),
    );
    let mut owner = member(&site, "hospital", OrganisationRole::Administrator);
    let asset = added(&mut owner, &here, "192.0.2.8");
    assert_eq!(
        prove(&mut owner, &asset),
        "not-proved",
        "its own prefix around it does not decide"
    );
    assert!(!owner.get(&asset).body.contains("bakery"));
    let open = site.store().read(|tx| tx.disputes_open(0, 10)).unwrap();
    assert_eq!(open.len(), 1);
    let (younger, older) = (open[0].younger.asset_no, open[0].older.asset_no);
    let decide = |keeper: i64| {
        let decided = site.store().write(|tx| {
            tx.decide_dispute(open[0].dispute_no, keeper, "test", "lease", testkit::now())
        });
        decided.unwrap()
    };
    assert!(!decide(i64::MAX), "no side of it");
    assert!(decide(younger));
    assert!(!decide(older), "it is decided");
    let mut matched = Vec::new();
    site.store()
        .read(|tx| tx.each_asset(|asset| matched.push(asset.asset_no)))
        .unwrap();
    assert!(matched.contains(&younger) && !matched.contains(&older));
}

fn the_desk_proves_by_a_document_and_a_proof_ends_after_a_year(test: &TestStore) {
    let (site, here) = site_of(test);
    let mut owner = member(&site, "hospital", OrganisationRole::Administrator);
    let asset = added(&mut owner, &here, "192.0.2.8");
    for _ in 0..2 {
        let asked = owner.post(
            &format!("{asset}/review"),
            &[("note", "Lease in the annex")],
        );
        assert!(asked.location().ends_with("done=asked"));
    }
    let open = site
        .store()
        .read(|tx| tx.proof_reviews_open(0, 10))
        .unwrap();
    assert_eq!(open.len(), 1, "it was asked once");
    let until = testkit::now().day().plus_days(365);
    let decided = site.store().write(|tx| {
        tx.decide_proof_review(
            open[0].review_no,
            Some(until),
            "test",
            "lease seen",
            testkit::now(),
        )
    });
    assert!(decided.unwrap());
    assert!(owner.get(&asset).body.contains("looked at a document"));
    let ended = |day: model::Day| {
        site.store()
            .write(|tx| tx.end_proofs(day, 10))
            .unwrap()
            .len()
    };
    assert_eq!(ended(until.plus_days(-1)), 0);
    assert_eq!(ended(until), 1);
    assert!(owner.get(&asset).body.contains("Not proved yet"));
}

fn many_names_are_proved_at_once_by_a_list_that_is_copied_and_a_check_that_runs_by_itself(
    test: &TestStore,
) {
    let (mut site, here) = site_of(test);
    let party_no = site.store().read(|tx| tx.party_no("hospital")).unwrap();
    let token = proof::record_text(site.site.id_key(), party_no.unwrap());
    let record = ("_seinpost-challenge.ward.example", &token[..]);
    let Some(server) = DnsServer::with_texts(&[record]) else {
        return;
    };
    site.desk.flow.dns_servers = vec![server.address()];
    let mut owner = member(&site, "hospital", OrganisationRole::Administrator);
    for value in ["ward.example", "clinic.example", "192.0.2.7"] {
        added(&mut owner, &here, value);
    }
    let all = [("act", "prove"), ("all", "yes"), ("state", "claimed")];
    let shown = owner.get(&format!("{here}/checks/new?state=claimed"));
    let chosen = owner.post(&format!("{here}/bulk"), &all);
    assert!(shown.body.contains("This is about 2 names."));
    assert!(chosen.body.contains("This is about 2 names."));
    assert!(chosen.body.contains("One other system cannot be proved"));
    let by = |place| [&all[..], &[("value", place)]].concat();
    let list = owner.post(&format!("{here}/bulk/records"), &by("dns"));
    let lines: Vec<&str> = list.body.lines().collect();
    let line = |name: &str| format!("_seinpost-challenge.{name},TXT,{token}");
    assert_eq!(
        lines,
        [
            "name,type,value",
            &line("clinic.example"),
            &line("ward.example")
        ]
    );
    let files = owner.post(&format!("{here}/bulk/records"), &by("well-known"));
    let file = "https://ward.example/.well-known/seinpost-proof.txt,file,seinpost-proof=";
    assert!(files.body.contains(file), "{}", files.body);

    let begun = owner.post(&format!("{here}/bulk/apply"), &by("dns"));
    let check = begun.location().split('?').next().unwrap().to_owned();
    assert!(begun.location().ends_with("done=begun"));
    let again = owner.post(&format!("{here}/bulk/apply"), &by("dns"));
    assert_eq!(again.location(), format!("{check}?done=running"));
    let waiting = owner.get(&check);
    assert!(
        waiting.body.contains("0 of 2 systems were checked"),
        "{}",
        waiting.body
    );
    site.desk.work();
    let ended = owner.get(&check);
    assert!(!ended.body.contains("systems were checked"));
    assert!(ended.body.contains("2 of 2") && ended.body.contains("clinic.example"));
    let proved = owner.get(&format!("{check}?outcome=proved"));
    assert!(proved.body.contains("ward.example") && !proved.body.contains("clinic.example"));
    assert!(owner.get(&here).body.contains("See the last check"));
    drop(owner);
    let mut reader = member(&site, "hospital", OrganisationRole::Reader);
    assert_eq!(reader.get(&check).status, 403);
    drop(reader);
    let mut stranger = member(&site, "bakery", OrganisationRole::Administrator);
    let elsewhere = format!("/organisations/{}/assets/checks", party_id(&site, "bakery"));
    let id = check.rsplit('/').next().unwrap();
    assert_eq!(stranger.get(&format!("{elsewhere}/{id}")).status, 404);
}

/// A site whose websites are all on this server, and a browser of somebody of the hospital in it.
fn over_websites(site: TestSite, websites: &Websites, server: &DnsServer) -> TestSite {
    TestSite::with(site.desk, |options| {
        options.website_stand_in = Some(outgoing::StandIn {
            address: websites.address(),
            ca: websites.ca().to_vec(),
        });
        options.dns_servers = vec![server.address()];
    })
}

#[test]
fn a_file_on_the_website_proves_a_name_and_a_redirect_leads_nowhere_else() {
    let Some(server) = DnsServer::with_texts(&[]) else {
        return;
    };
    let (site, here) = site_over(TestSite::new());
    let store = site.store().clone();
    let party_no = store.read(|tx| tx.party_no("hospital")).unwrap().unwrap();
    let id = site.site.id(IdKind::OwnershipToken, party_no);
    let line = format!("seinpost-proof={id}");
    let path = "/.well-known/seinpost-proof.txt";
    let text = |text: &str| Page::Text(text.to_owned());
    let elsewhere = |place: &str| Page::Elsewhere(place.to_owned());
    let websites = Websites::start(&[
        (
            "ward.example",
            path,
            elsewhere(&format!("https://www.ward.example{path}")),
        ),
        (
            "www.ward.example",
            path,
            text(&format!("# proof\n{line}\r\n")),
        ),
        (
            "thief.example",
            path,
            elsewhere(&format!("https://www.ward.example{path}")),
        ),
        ("wrong.example", path, text("seinpost-proof=somebody-else")),
        (
            "long.example",
            path,
            text(&format!("{}\n{line}", "x".repeat(5_000))),
        ),
        ("loop.example", path, elsewhere(path)),
    ]);
    let site = over_websites(site, &websites, &server);
    let mut owner = member(&site, "hospital", OrganisationRole::Administrator);
    let page = added(&mut owner, &here, "thief.example");
    let shown = owner.get(&page);
    assert!(shown.body.contains(&line) && shown.body.contains("seinpost-proof.txt"));
    assert_eq!(prove(&mut owner, &page), "not-proved");
    for name in [
        "wrong.example",
        "long.example",
        "loop.example",
        "unknown.example",
    ] {
        let asset = added(&mut owner, &here, name);
        assert_eq!(prove(&mut owner, &asset), "not-proved", "{name}");
    }
    let asked = websites.asked();
    let loops = asked
        .iter()
        .filter(|place| place.starts_with("loop.example"));
    assert_eq!(loops.count(), 4, "{asked:?}");
    let asset = added(&mut owner, &here, "ward.example");
    assert_eq!(prove(&mut owner, &asset), "proved");
    assert!(owner.get(&asset).body.contains("File on the website"));
}

fn a_code_to_a_role_address_or_to_the_holder_of_the_network_proves(test: &TestStore) {
    let (site, here) = site_of(test);
    site.desk.import(&RegisterBuilder::new().network(
        "192.0.2.0/24",
        "Provider",
        "abuse@provider.example",
    ));
    let mut owner = member(&site, "hospital", OrganisationRole::Administrator);
    for (value, to) in [
        ("ward.example", "security@ward.example"),
        ("192.0.2.7", "abuse@provider.example"),
    ] {
        let asset = added(&mut owner, &here, value);
        assert!(owner.get(&asset).body.contains(to), "{to} is offered");
        let send = |owner: &mut Browser<'_>, to: &str| {
            owner.post(&format!("{asset}/prove/mail"), &[("to", to)])
        };
        assert_eq!(send(&mut owner, "sam@evil.example").status, 400);
        assert!(send(&mut owner, to).location().ends_with("done=mailed"));
        let code = code_sent_to(&site, to);
        let fill_in = |owner: &mut Browser<'_>, code: &str| {
            let answer = owner.post(&format!("{asset}/prove/code"), &[("code", code)]);
            answer.location().rsplit('=').next().unwrap().to_owned()
        };
        assert_eq!(fill_in(&mut owner, "nothing"), "wrong-code");
        assert_eq!(fill_in(&mut owner, &code), "proved");
        assert_eq!(fill_in(&mut owner, &code), "wrong-code", "it works once");
        assert!(owner.get(&asset).body.contains("Code by mail"));
    }
}

fn a_code_is_worth_nothing_after_ten_wrong_ones(test: &TestStore) {
    let (site, here) = site_of(test);
    let mut owner = member(&site, "hospital", OrganisationRole::Administrator);
    let asset = added(&mut owner, &here, "ward.example");
    let to = "abuse@ward.example";
    owner.post(&format!("{asset}/prove/mail"), &[("to", to)]);
    let code = code_sent_to(&site, to);
    for code in ["0"; 10].into_iter().chain([&code[..]]) {
        let answer = owner.post(&format!("{asset}/prove/code"), &[("code", code)]);
        assert!(answer.location().ends_with("done=wrong-code"), "{code}");
    }
}

/// The code in the newest mail to an address.
fn code_sent_to(site: &TestSite, to: &str) -> String {
    let lease = std::time::Duration::from_secs(1);
    let mails = site
        .store()
        .write(|tx| tx.take_service_mails(100, lease, testkit::now()))
        .unwrap();
    let mail = mails.iter().rfind(|mail| mail.to.as_str() == to).unwrap();
    let facts: serde_json::Value = serde_json::from_str(&mail.facts).unwrap();
    facts["code"].as_str().unwrap().to_owned()
}

both_engines!(
    many_names_are_proved_at_once_by_a_list_that_is_copied_and_a_check_that_runs_by_itself,
    the_register_of_networks_proves_what_its_holder_claims,
    a_claim_on_what_another_holds_waits_for_the_desk_and_neither_hears_of_the_other,
    the_desk_proves_by_a_document_and_a_proof_ends_after_a_year,
    a_code_to_a_role_address_or_to_the_holder_of_the_network_proves,
    a_code_is_worth_nothing_after_ten_wrong_ones,
);

#[test]
fn too_many_files_do_not_keep_anybody_from_proving_by_records() {
    let (site, here) = site_over(TestSite::new());
    let mut owner = member(&site, "hospital", OrganisationRole::Administrator);
    let mut list = String::from("@post.example\n");
    for number in 0..=store::PROOF_LOOKS_MAX {
        list += &format!("https://shared.example/{number}\n");
    }
    let (place, preview) = upload(&mut owner, &here, &list, false);
    apply(&mut owner, &place, &preview);
    let page = owner.get(&format!("{here}/checks/new?state=claimed")).body;
    assert!(page.contains("In this way 1 of the"), "{page}");
    assert!(page.contains("_seinpost-challenge.post.example"));
    assert_eq!(page.matches("can be checked at once").count(), 1);
    assert!(!page.contains("seinpost-proof.txt"));
}
