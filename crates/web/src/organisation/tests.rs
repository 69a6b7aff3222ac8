//! What people do on the pages of their organisation.

mod keys;
mod suppliers;
mod thresholds;
mod webhooks;
mod workspace;

use axum::http::StatusCode;
use model::{IdKind, OrganisationRole};
use testkit::{Desk, RegisterBuilder, TestStore, both_engines};

use crate::testing::{Answer, Browser, TestSite};

fn site_of(test: &TestStore) -> TestSite {
    let site = TestSite::over(Desk::of(test));
    site.desk.import(&register());
    site
}

fn register() -> RegisterBuilder {
    let mut register = RegisterBuilder::new()
        .organisation("hospital")
        .organisation("supplier");
    register.organisations[1].kvk = Some("90000033".parse().unwrap());
    register
}

fn home(site: &TestSite, reference: &str) -> String {
    let party_no = site
        .store()
        .read(|tx| tx.party_no(reference))
        .unwrap()
        .unwrap();
    format!("/organisations/{}", site.site.id(IdKind::Party, party_no))
}

fn member(site: &TestSite, reference: &str, role: OrganisationRole) -> i64 {
    let person_no = site.person(&format!("{role}@{reference}.example"));
    site.join(person_no, reference, role);
    person_no
}

fn page_of(site: &TestSite, home: &str, person_no: i64) -> String {
    format!("{home}/members/{}", site.site.id(IdKind::Person, person_no))
}

/// The address in the first form of a page whose address ends so.
fn form_ending(page: &Answer, end: &str) -> String {
    let body = page.body.replace("&#x2f;", "/");
    let (before, _) = body.split_once(&format!("{end}\"")).unwrap();
    format!("{}{end}", before.rsplit_once("action=\"").unwrap().1)
}

fn a_mandate_opens_the_pages_of_a_customer_and_ends_at_once(test: &TestStore) {
    let site = site_of(test);
    let (hospital, supplier) = (home(&site, "hospital"), home(&site, "supplier"));
    let mut owner = site.signed_in(member(&site, "hospital", OrganisationRole::Administrator));
    let mut helper = site.signed_in(member(&site, "supplier", OrganisationRole::SecurityContact));
    let assets = format!("{hospital}/assets");
    assert_eq!(helper.get(&assets).status, StatusCode::NOT_FOUND);
    let give = |owner: &mut Browser<'_>, holder: &str| {
        let form = [
            ("holder", holder),
            ("tlp", "TLP:AMBER"),
            ("may_answer", "yes"),
        ];
        owner.post(&format!("{hospital}/mandates"), &form)
    };
    for holder in ["supplier (name)", "90000041", "hospital"] {
        assert_eq!(
            give(&mut owner, holder).status,
            StatusCode::OK,
            "{holder} is not found"
        );
    }
    let given = give(&mut owner, "90000033");
    assert_eq!(given.location(), format!("{hospital}/mandates?done=given"));
    assert_eq!(
        give(&mut owner, "supplier").status,
        StatusCode::OK,
        "it has a mandate already"
    );
    site.store()
        .write(|tx| {
            let party_no = tx.party_no("hospital")?.unwrap();
            tx.ensure_asset_group(party_no, "office")
        })
        .unwrap();
    let page = owner.get(&format!("{hospital}/mandates")).body;
    let (_, choice) = page.split_once(">office<").map_or_else(
        || panic!("{page}"),
        |(before, _)| before.rsplit_once("value=\"").unwrap(),
    );
    let form = [
        ("holder", "supplier"),
        ("tlp", "TLP:GREEN"),
        ("group", choice.trim_end_matches('"')),
    ];
    let second = owner.post(&format!("{hospital}/mandates"), &form);
    assert!(second.body.contains("has a mandate already"));

    assert_eq!(helper.get(&assets).status, StatusCode::OK);
    assert!(
        helper
            .get(&hospital)
            .body
            .contains("You act for this organisation by mandate")
    );
    let customers = helper.get(&format!("{supplier}/customers"));
    assert!(
        customers.body.contains("hospital (name)"),
        "{}",
        customers.body
    );
    for closed in [
        "members",
        "contacts",
        "mandates",
        "history",
        "profile",
        "customers",
    ] {
        let answer = helper.get(&format!("{hospital}/{closed}"));
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{closed}");
    }
    let revoke = form_ending(&owner.get(&format!("{hospital}/mandates")), "/revoke");
    let revoked = owner.post(&revoke, &[]);
    assert_eq!(
        revoked.location(),
        format!("{hospital}/mandates?done=revoked")
    );
    assert_eq!(helper.get(&assets).status, StatusCode::NOT_FOUND);
    assert_eq!(owner.post(&revoke, &[]).status, StatusCode::NOT_FOUND);
    let history = owner.get(&format!("{hospital}/history"));
    assert!(history.body.contains("Mandate revoked") && history.body.contains("Sam Voorbeeld"));
}

fn the_last_administrator_stays_until_another_is_named(test: &TestStore) {
    let site = site_of(test);
    let hospital = home(&site, "hospital");
    let (first, second) = (
        member(&site, "hospital", OrganisationRole::Administrator),
        member(&site, "hospital", OrganisationRole::Reader),
    );
    let mut owner = site.signed_in(first);
    for role in ["none", "reader"] {
        let refused = owner.post(&page_of(&site, &hospital, first), &[("role", role)]);
        assert_eq!(
            refused.location(),
            format!("{hospital}/members?done=last-administrator")
        );
    }
    owner.post(
        &page_of(&site, &hospital, second),
        &[("role", "administrator")],
    );
    let left = owner.post(&page_of(&site, &hospital, first), &[("role", "none")]);
    assert_eq!(left.location(), "/");
    assert_eq!(owner.get(&hospital).status, StatusCode::NOT_FOUND);
}

fn the_last_administrator_cannot_become_less_by_its_own_invitation(test: &TestStore) {
    let site = site_of(test);
    let hospital = home(&site, "hospital");
    let owner_no = member(&site, "hospital", OrganisationRole::Administrator);
    let mut owner = site.signed_in(owner_no);
    let form = [
        ("email", "administrator@hospital.example"),
        ("name", "Sam Voorbeeld"),
        ("role", "reader"),
    ];
    owner.post(&format!("{hospital}/members"), &form);
    let lease = std::time::Duration::from_secs(60);
    let mails = test
        .store
        .write(|tx| tx.take_service_mails(9, lease, testkit::now()));
    let facts: serde_json::Value = serde_json::from_str(&mails.unwrap()[0].facts).unwrap();
    let link: url::Url = facts["link"].as_str().unwrap().parse().unwrap();
    let ways = test
        .store
        .write(|tx| tx.add_passkey(owner_no, b"id", "{}", "test", testkit::now()));
    ways.unwrap();
    let accepted = owner.post(&format!("{}/accept", link.path()), &[]);
    assert_eq!(accepted.location(), "/account?failed=last-administrator");
    assert_eq!(
        owner.get(&format!("{hospital}/history")).status,
        StatusCode::OK
    );
}

fn an_invitation_leaves_a_mail_and_makes_nobody_a_member_yet(test: &TestStore) {
    let site = site_of(test);
    let hospital = home(&site, "hospital");
    let mut owner = site.signed_in(member(&site, "hospital", OrganisationRole::Administrator));
    let place = format!("{hospital}/members");
    let wrong = owner.post(
        &place,
        &[("email", "nobody"), ("name", ""), ("role", "king")],
    );
    assert_eq!(wrong.status, StatusCode::OK);
    for text in [
        "Fill in an e-mail address",
        "Fill in a name",
        "Choose a role",
    ] {
        assert!(wrong.body.contains(text), "{text}: {}", wrong.body);
    }
    let form = [
        ("email", "Kim@hospital.example"),
        ("name", "Kim Jansen"),
        ("role", "reader"),
    ];
    assert_eq!(
        owner.post(&place, &form).location(),
        format!("{place}?done=invited")
    );
    let (mails, members) = test
        .store
        .write(|tx| {
            let party_no = tx.party_no("hospital")?.unwrap();
            let lease = std::time::Duration::from_secs(60);
            let mails = tx.take_service_mails(9, lease, testkit::now())?;
            store::Result::Ok((mails, tx.members_of(party_no)?))
        })
        .unwrap();
    let sent: Vec<_> = mails
        .iter()
        .map(|mail| (mail.kind.as_str(), mail.to.to_string()))
        .collect();
    assert_eq!(sent, [("invitation", "Kim@hospital.example".to_owned())]);
    assert_eq!(members.len(), 1, "an invitation makes nobody a member");
    let page = owner.get(&place);
    assert!(page.body.contains("kim@hospital.example"));
    assert!(
        !page.body.contains("Kim Jansen"),
        "who has an account is not told before it is a member"
    );
    let withdraw = form_ending(&page, "/withdraw");
    assert_eq!(
        owner.post(&withdraw, &[]).location(),
        format!("{place}?done=withdrawn")
    );
    assert_eq!(owner.post(&withdraw, &[]).status, StatusCode::NOT_FOUND);
    assert!(!owner.get(&place).body.contains("kim@hospital.example"));
}

fn contacts_are_added_changed_confirmed_and_removed(test: &TestStore) {
    let site = site_of(test);
    let hospital = home(&site, "hospital");
    let mut owner = site.signed_in(member(&site, "hospital", OrganisationRole::Administrator));
    let place = format!("{hospital}/contacts");
    assert!(
        owner.get(&place).body.contains("Please check"),
        "the desk entered it"
    );
    assert_eq!(
        owner.post(&format!("{place}/confirm"), &[]).location(),
        format!("{place}?done=confirmed")
    );
    assert!(!owner.get(&place).body.contains("Please check"));
    let form = [
        ("email", "soc@hospital.example"),
        ("role", "SOC"),
        ("severity", "critical"),
        ("severity", "high"),
        ("reader", "soc"),
        ("hours", "always"),
    ];
    assert_eq!(
        owner.post(&place, &form).location(),
        format!("{place}?done=code-sent")
    );
    let page = owner.get(&place);
    assert!(
        page.body.contains("Critical, High") && page.body.contains("Day and night"),
        "{}",
        page.body
    );
    let bad = owner.post(
        &place,
        &[("email", "x"), ("role", "<b>"), ("severity", "huge")],
    );
    assert_eq!(bad.status, StatusCode::OK);
    let remove = form_ending(&page, "/remove");
    assert_eq!(
        owner.post(&remove, &[]).location(),
        format!("{place}?done=removed")
    );
    assert_eq!(owner.post(&remove, &[]).status, StatusCode::NOT_FOUND);
}

fn a_new_contact_counts_when_its_code_was_filled_in(test: &TestStore) {
    let site = site_of(test);
    let place = format!("{}/contacts", home(&site, "hospital"));
    let mut owner = site.signed_in(member(&site, "hospital", OrganisationRole::Administrator));
    let form = [("email", "soc@hospital.example"), ("role", "SOC")];
    owner.post(&place, &form);
    let counting = || {
        let read = site.store().read(|tx| {
            let party_no = tx.party_no("hospital")?.unwrap();
            tx.contacts(party_no)
        });
        read.unwrap().len()
    };
    assert_eq!(counting(), 1, "that of the desk alone");
    let page = owner.get(&place);
    assert!(page.body.contains("Code not filled in yet"));
    let (_, rest) = page.body.split_once("name=\"contact\" value=\"").unwrap();
    let id = rest.split('"').next().unwrap().to_owned();
    let codes = || -> Vec<String> {
        let sent = site.mails().into_iter();
        let codes = sent.filter(|(kind, ..)| kind == "address-code");
        codes
            .map(|(.., facts)| facts["code"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = codes();
    let fill_in = |owner: &mut Browser<'_>, act: &str, code: &str| {
        let form = [("contact", &id[..]), ("act", act), ("code", code)];
        let answer = owner.post(&format!("{place}/code"), &form);
        answer
            .location()
            .rsplit('=')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(fill_in(&mut owner, "check", "nothing"), "wrong-code");
    assert_eq!(fill_in(&mut owner, "mail-again", ""), "code-sent");
    assert_eq!(
        fill_in(&mut owner, "check", &first[0]),
        "wrong-code",
        "another one was sent"
    );
    let second = codes();
    owner.post(&format!("{place}/confirm"), &[]);
    assert_eq!(counting(), 1, "a word of the organisation is no answer");
    assert_eq!(fill_in(&mut owner, "check", &second[0]), "answered");
    assert_eq!(counting(), 2);
    // Another task at an address that is read needs no code.
    let form = [("email", "soc@hospital.example"), ("role", "nights")];
    assert!(owner.post(&place, &form).location().ends_with("done=saved"));
    assert_eq!(counting(), 3);
}

fn administrators_hear_of_mandates_and_of_each_other(test: &TestStore) {
    let site = site_of(test);
    let (hospital, supplier) = (home(&site, "hospital"), home(&site, "supplier"));
    let mut owner = site.signed_in(member(&site, "hospital", OrganisationRole::Administrator));
    member(&site, "supplier", OrganisationRole::Administrator);
    member(&site, "supplier", OrganisationRole::Reader);
    let reader = member(&site, "hospital", OrganisationRole::Reader);
    let heard = || -> Vec<String> {
        let line = |(kind, to, facts): (String, String, serde_json::Value)| {
            let link = facts["link"].as_str().unwrap().rsplit('/').next().unwrap();
            format!("{kind} {} {to} {link}", facts["what"].as_str().unwrap())
        };
        site.mails().into_iter().map(line).collect()
    };
    owner.post(
        &format!("{hospital}/mandates"),
        &[("holder", "supplier"), ("tlp", "TLP:GREEN")],
    );
    let want = |what: &str| {
        [
            format!("mandate-changed {what} administrator@hospital.example mandates"),
            format!("mandate-changed {what} administrator@supplier.example customers"),
        ]
    };
    assert_eq!(heard(), want("given"));
    let revoke = form_ending(&owner.get(&format!("{hospital}/mandates")), "/revoke");
    owner.post(&revoke, &[]);
    assert_eq!(heard(), want("revoked"));
    assert!(owner.get(&supplier).status == StatusCode::NOT_FOUND);
    let page = page_of(&site, &hospital, reader);
    for (role, what) in [("administrator", "added"), ("reader", "removed")] {
        owner.post(&page, &[("role", role)]);
        let want = ["administrator", "reader"]
            .map(|who| format!("administrator-changed {what} {who}@hospital.example members"));
        assert_eq!(heard(), want);
    }
}

fn whoever_leaves_is_told_nothing_more_and_its_mandates_end(test: &TestStore) {
    let site = site_of(test);
    let (hospital, supplier) = (home(&site, "hospital"), home(&site, "supplier"));
    let mut owner = site.signed_in(member(&site, "hospital", OrganisationRole::Administrator));
    let mut helper = site.signed_in(member(&site, "supplier", OrganisationRole::Reader));
    owner.post(
        &format!("{hospital}/mandates"),
        &[("holder", "supplier"), ("tlp", "TLP:GREEN")],
    );
    let invitation = [
        ("email", "kim@hospital.example"),
        ("name", "Kim"),
        ("role", "reader"),
    ];
    owner.post(&format!("{hospital}/members"), &invitation);
    site.organisation_key("hospital", &[model::Scope::FindingsRead]);
    let place = format!("{hospital}/profile");
    let other = site.person("second@hospital.example");
    site.join(other, "hospital", OrganisationRole::Administrator);
    let say = |browser: &mut Browser<'_>, act: &str, name: &str| {
        let form = [("act", act), ("name", name)];
        browser
            .post(&format!("{place}/leave"), &form)
            .location()
            .to_owned()
    };
    let (differs, waits) = (
        format!("{place}?done=name-differs"),
        format!("{place}?done=leaving"),
    );
    assert_eq!(say(&mut owner, "ask", "hospital"), differs);
    assert_eq!(say(&mut owner, "ask", "hospital (name)"), waits);
    assert_eq!(
        say(&mut owner, "agree", "hospital (name)"),
        waits,
        "one is not two"
    );
    assert!(!owner.get(&place).body.contains("I agree"));
    let mut second = site.signed_in(other);
    assert!(second.get(&place).body.contains("I agree"));
    assert_eq!(
        say(&mut second, "stay", ""),
        format!("{place}?done=staying")
    );
    assert_eq!(say(&mut owner, "ask", "hospital (name)"), waits);
    assert_eq!(say(&mut second, "agree", "hospital (name)"), "/");
    let hospital_no = test
        .store
        .read(|tx| tx.party_no("hospital"))
        .unwrap()
        .unwrap();
    let gone = test
        .store
        .read(|tx| Ok::<_, store::StoreError>((tx.person(other)?, tx.contacts(hospital_no)?)));
    let (person, contacts) = gone.unwrap();
    assert_eq!((&person.unwrap().name[..], contacts.len()), ("", 0));
    assert_eq!(
        owner.get(&hospital).status,
        StatusCode::SEE_OTHER,
        "who belonged nowhere else has no account any more"
    );
    assert_eq!(
        helper.get(&format!("{hospital}/assets")).status,
        StatusCode::NOT_FOUND
    );
    assert!(
        !helper
            .get(&format!("{supplier}/customers"))
            .body
            .contains("hospital")
    );
    // The desk serves it again: nothing of before holds.
    register().import(&test.store, testkit::now());
    let held = test.store.read(|tx| {
        let party_no = tx.party_no("hospital")?.unwrap();
        store::Result::Ok((
            tx.mandates_given(party_no)?,
            tx.invitations_of(party_no, testkit::now())?,
            tx.api_keys_of(party_no)?,
        ))
    });
    assert_eq!(held.unwrap(), (vec![], vec![], vec![]));
}

fn everything_can_be_taken_along(test: &TestStore) {
    let site = site_of(test);
    let hospital = home(&site, "hospital");
    let mut owner = site.signed_in(member(&site, "hospital", OrganisationRole::Administrator));
    owner.post(
        &format!("{hospital}/assets/new"),
        &[("value", "192.0.2.77"), ("label", "=Ward")],
    );
    let answer = owner.get(&format!("{hospital}/profile/export.zip"));
    assert_eq!(answer.status, StatusCode::OK);
    let mut files = std::collections::BTreeMap::new();
    let content = std::io::Cursor::new(answer.bytes.clone());
    let limits = formats::Limits::default();
    formats::for_each_member(content, "organisation.zip", &limits, |member| {
        let mut text = String::new();
        std::io::Read::read_to_string(member.reader, &mut text).unwrap();
        files.insert(member.name.clone(), text);
        Ok::<_, formats::ContainerError>(())
    })
    .unwrap();
    for (name, text) in [
        ("organisation.json", "hospital (name)"),
        ("people.csv", "administrator@hospital.example"),
        ("contacts.csv", "email,task"),
        ("systems.csv", "192.0.2.77,'=Ward"),
        ("proofs.csv", "192.0.2.77"),
        ("mandates.csv", "organisation,holder"),
        ("findings.csv", "finding,reference"),
        ("history.csv", "export-all"),
    ] {
        assert!(
            files
                .iter()
                .any(|(known, content)| known.ends_with(name) && content.contains(text)),
            "{name}: {files:?}"
        );
    }
}

fn a_part_has_its_own_people_and_systems_and_the_whole_proves_them(test: &TestStore) {
    let site = site_of(test);
    let hospital = home(&site, "hospital");
    let owner_no = member(&site, "hospital", OrganisationRole::Administrator);
    let reader_no = member(&site, "hospital", OrganisationRole::Reader);
    let mut owner = site.signed_in(owner_no);
    let place = format!("{hospital}/sub-organisations");
    let made = owner.post(&place, &[("name", "Clinic North")]);
    assert_eq!(made.location(), format!("{place}?done=made"));
    let clinic = home(&site, "hospital/1");
    for page in [&clinic, &place] {
        assert!(owner.get(page).body.contains("Clinic North"), "{page}");
    }
    let below = owner.post(&format!("{clinic}/sub-organisations"), &[("name", "Room")]);
    assert_eq!(below.status, StatusCode::BAD_REQUEST, "one level is enough");

    // Something verified of the whole, in a group that moves, and something that the part claims inside it.
    let add = |owner: &mut Browser<'_>, home: &str, value: &str, group: &str| {
        let form = [("value", value), ("group", group)];
        owner.post(&format!("{home}/assets/new"), &form);
    };
    for (value, group) in [("192.0.2.0/24", ""), ("198.51.100.7", "North")] {
        add(&mut owner, &hospital, value, group);
    }
    let numbers = test.store.write(|tx| {
        let party_no = tx.party_no("hospital")?.unwrap();
        let held = tx.own_assets(party_no, &store::AssetFilter::default(), None, 9)?;
        for asset in held.iter().filter(|asset| asset.claim.is_some()) {
            let proof = store::NewProof {
                asset_no: asset.asset_no,
                method: model::ProofMethod::Document,
                parent_no: None,
                evidence: "",
                valid_until: testkit::days_later(99).day(),
            };
            tx.prove_asset(party_no, &proof, testkit::now())?;
        }
        let group_no = tx.ensure_asset_group(party_no, "North")?;
        store::Result::Ok((group_no, tx.party_no("hospital/1")?.unwrap()))
    });
    let (group_no, clinic_no) = numbers.unwrap();
    let form = [
        (
            "group",
            site.site.id(IdKind::AssetGroup, group_no).to_string(),
        ),
        ("part", site.site.id(IdKind::Party, clinic_no).to_string()),
    ];
    let form: Vec<_> = form.iter().map(|(name, id)| (*name, &id[..])).collect();
    let moved = owner.post(&format!("{place}/move"), &form);
    assert_eq!(moved.location(), format!("{place}?done=moved"));
    add(&mut owner, &clinic, "192.0.2.8/29", "");
    let held = |reference: &str| -> Vec<(String, bool)> {
        let read = test.store.read(|tx| {
            let party_no = tx.party_no(reference)?.unwrap();
            tx.own_assets(party_no, &store::AssetFilter::default(), None, 9)
        });
        let is_proved = |asset: &store::OwnAsset| {
            asset
                .claim
                .as_ref()
                .is_some_and(|claim| claim.method.is_some())
        };
        let held = read.unwrap();
        held.iter()
            .map(|asset| (asset.row.value.to_string(), is_proved(asset)))
            .collect()
    };
    assert_eq!(held("hospital"), [("192.0.2.0/24".to_owned(), true)]);
    assert_eq!(
        held("hospital/1"),
        [
            ("198.51.100.7".to_owned(), true),
            ("192.0.2.8/29".to_owned(), true)
        ]
    );
    let mut reader = site.signed_in(reader_no);
    assert_eq!(reader.get(&clinic).status, StatusCode::NOT_FOUND);
    assert_eq!(reader.get(&place).status, StatusCode::FORBIDDEN);

    // What the whole proved falls with it.
    let all = [("act", "close"), ("all", "yes")];
    owner.post(&format!("{hospital}/assets/bulk/apply"), &all);
    assert_eq!(held("hospital/1")[1], ("192.0.2.8/29".to_owned(), false));
}

both_engines!(
    a_part_has_its_own_people_and_systems_and_the_whole_proves_them,
    everything_can_be_taken_along,
    a_mandate_opens_the_pages_of_a_customer_and_ends_at_once,
    the_last_administrator_stays_until_another_is_named,
    the_last_administrator_cannot_become_less_by_its_own_invitation,
    an_invitation_leaves_a_mail_and_makes_nobody_a_member_yet,
    contacts_are_added_changed_confirmed_and_removed,
    a_new_contact_counts_when_its_code_was_filled_in,
    administrators_hear_of_mandates_and_of_each_other,
    whoever_leaves_is_told_nothing_more_and_its_mandates_end,
);

#[test]
fn strangers_find_nothing_and_readers_change_nothing() {
    let test = TestStore::new(testkit::Engine::Embedded);
    let site = site_of(&test);
    let hospital = home(&site, "hospital");
    let owner_no = member(&site, "hospital", OrganisationRole::Administrator);
    let mut owner = site.signed_in(owner_no);
    owner.post(
        &format!("{hospital}/mandates"),
        &[("holder", "supplier"), ("tlp", "TLP:GREEN")],
    );
    let revoke = form_ending(&owner.get(&format!("{hospital}/mandates")), "/revoke");
    owner.post(&revoke, &[]);
    let remove = form_ending(&owner.get(&format!("{hospital}/contacts")), "/remove");
    let mut stranger = site.signed_in(member(&site, "supplier", OrganisationRole::Administrator));
    let mut reader = site.signed_in(member(&site, "hospital", OrganisationRole::Reader));
    type Form = Option<&'static [(&'static str, &'static str)]>;
    let (read, empty): (Form, Form) = (None, Some(&[]));
    for (path, form, may_read) in [
        (hospital.clone(), read, true),
        (format!("{hospital}/members"), read, true),
        (format!("{hospital}/members"), empty, false),
        (
            page_of(&site, &hospital, owner_no),
            Some(&[("role", "none")]),
            false,
        ),
        (format!("{hospital}/contacts"), read, true),
        (format!("{hospital}/contacts"), empty, false),
        (format!("{hospital}/contacts/confirm"), empty, false),
        (remove, empty, false),
        (
            format!("{hospital}/contacts/code"),
            Some(&[
                ("contact", "00000000-0000-0000-0000-000000000000"),
                ("act", "check"),
            ]),
            false,
        ),
        (format!("{hospital}/mandates"), read, false),
        (format!("{hospital}/mandates"), empty, false),
        (revoke, empty, false),
        (format!("{hospital}/customers"), read, true),
        (format!("{hospital}/customers/findings"), read, true),
        (format!("{hospital}/customers/findings/bulk"), empty, false),
        (format!("{hospital}/security-txt"), read, true),
        (format!("{hospital}/security-txt/new"), read, false),
        (format!("{hospital}/security-txt/new"), empty, false),
        (format!("{hospital}/history"), read, false),
        (format!("{hospital}/profile"), read, true),
        (
            format!("{hospital}/profile"),
            Some(&[("language", "nl")]),
            false,
        ),
        (
            format!("{hospital}/profile/leave"),
            Some(&[("act", "ask"), ("name", "hospital (name)")]),
            false,
        ),
        (format!("{hospital}/profile/export.zip"), read, false),
    ] {
        let ask = |browser: &mut Browser<'_>| match form {
            None => browser.get(&path).status,
            Some(form) => browser.post(&path, form).status,
        };
        assert_eq!(ask(&mut stranger), StatusCode::NOT_FOUND, "{path} {form:?}");
        let want = if may_read {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(ask(&mut reader), want, "{path} {form:?}");
        assert_eq!(ask(&mut site.browser()), StatusCode::SEE_OTHER, "{path}");
    }
}

#[test]
fn those_who_look_after_a_part_hear_that_it_leaves_with_its_whole() {
    let site = TestSite::new();
    site.desk
        .import(&RegisterBuilder::new().organisation("hospital"));
    let [owner, nurse] =
        ["owner", "nurse"].map(|who| site.person(&format!("{who}@hospital.example")));
    site.join(owner, "hospital", OrganisationRole::Administrator);
    let made = site.store().write(|tx| {
        let (role, now) = (OrganisationRole::Administrator, testkit::now());
        let hospital_no = tx.party_no("hospital")?.unwrap();
        let ward_no = tx.add_sub_organisation(hospital_no, "Ward", "test", now)?;
        tx.put_membership(nurse, ward_no, role, "test", now)
    });
    assert!(made.unwrap());
    site.mails();
    let leave = format!("/organisations/{}/profile/leave", site.party_id("hospital"));
    let mut owner = site.signed_in(owner);
    for (act, name) in [("ask", "hospital (name)"), ("stay", "")] {
        owner.post(&leave, &[("act", act), ("name", name)]);
        let mails = site.mails().into_iter();
        let mut told: Vec<(String, String)> = mails
            .map(|(_, to, facts)| (to, facts["part"].as_str().unwrap().to_owned()))
            .collect();
        told.sort();
        let want = [
            ("nurse@hospital.example", "Ward"),
            ("owner@hospital.example", ""),
        ];
        let want = want.map(|(to, part)| (to.to_owned(), part.to_owned()));
        assert_eq!(told, want, "{act}: the owner looks after both");
    }
}

#[test]
fn a_contact_with_a_telephone_number_is_called_by_the_desk_at_that_number() {
    let site = TestSite::new();
    site.desk
        .import(&RegisterBuilder::new().organisation("hospital"));
    let person = site.person("owner@hospital.example");
    site.join(person, "hospital", OrganisationRole::Administrator);
    let contacts = format!("/organisations/{}/contacts", site.party_id("hospital"));
    let mut owner = site.signed_in(person);
    let fields = |phone: &'static str, always: &'static str| {
        [
            ("role", "night watch"),
            ("email", "night@hospital.example"),
            ("phone", phone),
            ("phone_always", always),
        ]
    };
    for (phone, always) in [("soon", ""), ("", "yes")] {
        let wrong = owner.post(&contacts, &fields(phone, always)).body;
        assert!(wrong.contains("href=\"#phone\""), "{phone} {wrong}");
    }
    owner.post(&contacts, &fields("+31 (0)70 555 01 23", "yes"));
    let shown = owner.get(&contacts).body;
    assert!(
        shown.contains("+31705550123") && shown.contains("day and night"),
        "{shown}"
    );
    let analyst = site.person("analyst@desk.example");
    site.employ(analyst, model::StaffRole::Analyst);
    let mut desk = site.signed_in(analyst);
    let page = format!("/desk/organisations/{}", site.party_id("hospital"));
    let closed = desk.get(&page).body;
    assert!(!closed.contains("+31705550123"), "a reason is asked first");
    desk.post(&page, &[("reason", "nobody answers a critical message")]);
    assert!(desk.get(&page).body.contains("+31705550123"));
}
