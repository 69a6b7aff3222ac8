//! Who is told, and why somebody is not.

use model::{Language, LegalClass, Reader};
use store::NotificationState;
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines, day};

use crate::checks::{queued, rdp, states, told};

/// Imports, reports, works; checks who is told of how many lines and what waits for a person.
fn check(
    test: &TestStore,
    register: RegisterBuilder,
    report: &Report,
    want_told: &str,
    want_queued: &str,
) -> Desk {
    let desk = Desk::of(test);
    desk.import(&register);
    desk.report(report);
    desk.work();
    assert_eq!(
        (told(&desk).as_str(), queued(&desk).as_str()),
        (want_told, want_queued)
    );
    desk
}

fn nested() -> RegisterBuilder {
    RegisterBuilder::new()
        .organisation("provider")
        .organisation("hospital")
        .asset("provider", "prefix", "192.0.2.0/24")
        .asset("hospital", "prefix", "192.0.2.8/29")
}

fn the_most_specific_owner_is_told_and_the_provider_around_it_is_not(test: &TestStore) {
    check(test, nested(), &rdp(&["192.0.2.9"]), "hospital 1", "");
}

fn each_address_goes_to_its_own_owner(test: &TestStore) {
    let register =
        nested()
            .organisation("school")
            .asset("school", "range", "192.0.2.14-192.0.2.17");
    let addresses = [
        "192.0.2.7",
        "192.0.2.8",
        "192.0.2.13",
        "192.0.2.14",
        "192.0.2.15",
        "192.0.2.16",
        "192.0.2.18",
    ];
    check(
        test,
        register,
        &rdp(&addresses),
        "hospital 2, provider 2, school 3",
        "",
    );
}

fn the_owner_by_address_and_the_owner_by_name_are_both_told(test: &TestStore) {
    let register = nested()
        .organisation("bakery")
        .asset("bakery", "domain", "bakery.example");
    let report = Report::new("scan_rdp").row(&[
        ("ip", "192.0.2.9"),
        ("port", "3389"),
        ("protocol", "tcp"),
        ("hostname", "rdp.shop.bakery.example"),
    ]);
    check(test, register, &report, "bakery 1, hospital 1", "");
}

fn an_organisation_that_owns_both_address_and_name_is_told_once(test: &TestStore) {
    let register = nested().asset("hospital", "domain", "hospital.example");
    let report = Report::new("scan_rdp").row(&[
        ("ip", "192.0.2.9"),
        ("port", "3389"),
        ("hostname", "rdp.hospital.example"),
    ]);
    let desk = check(test, register, &report, "hospital 1", "");
    assert_eq!(desk.mails().len(), 1);
}

fn an_as_number_counts_only_where_no_address_and_no_name_does(test: &TestStore) {
    let register = nested()
        .organisation("transit")
        .organisation("bakery")
        .asset("transit", "asn", "AS64500")
        .asset("bakery", "domain", "bakery.example")
        .announced("192.0.2.0/24", 64_500)
        .announced("198.51.100.0/24", 64_500);
    let report = Report::new("scan_rdp")
        .row(&[("ip", "192.0.2.9"), ("port", "3389")])
        .row(&[
            ("ip", "198.51.100.1"),
            ("port", "3389"),
            ("hostname", "www.bakery.example"),
        ])
        .row(&[("ip", "198.51.100.2"), ("port", "3389")])
        // The report knows an AS number that our own table does not.
        .row(&[("ip", "203.0.113.1"), ("port", "3389"), ("asn", "64500")]);
    check(
        test,
        register,
        &report,
        "bakery 1, hospital 1, transit 2",
        "",
    );
}

fn two_organisations_on_the_same_asset_are_in_dispute_and_neither_is_told(test: &TestStore) {
    // However the two wrote it.
    let register = nested()
        .organisation("bakery")
        .organisation("school")
        .asset("bakery", "prefix", "192.0.2.9/32")
        .asset("school", "address", "192.0.2.9")
        .asset("bakery", "prefix", "192.0.2.12/31")
        .asset("school", "range", "192.0.2.12 - 192.0.2.13");
    let addresses = ["192.0.2.9", "192.0.2.10", "192.0.2.13"];
    check(test, register, &rdp(&addresses), "hospital 1", "dispute 2");
}

fn a_dispute_about_the_address_leaves_the_owner_of_the_name(test: &TestStore) {
    let register = nested()
        .organisation("other")
        .asset("other", "prefix", "192.0.2.8/29")
        .organisation("bakery")
        .asset("bakery", "host", "www.bakery.example");
    let report = Report::new("scan_rdp")
        .row(&[
            ("ip", "192.0.2.9"),
            ("port", "3389"),
            ("hostname", "www.bakery.example"),
        ])
        .row(&[
            ("ip", "192.0.2.10"),
            ("port", "3389"),
            ("hostname", "sub.www.bakery.example"),
        ]);
    check(test, register, &report, "bakery 1", "dispute 2");
}

fn a_dispute_is_not_told_to_the_holder_of_the_network(test: &TestStore) {
    let register = nested()
        .organisation("other")
        .asset("other", "prefix", "192.0.2.8/29")
        .network("192.0.2.0/24", "Holder", "abuse@holder.example");
    check(test, register, &rdp(&["192.0.2.9"]), "", "dispute 1");
}

fn what_nobody_registered_goes_to_the_holder_of_the_smallest_network(test: &TestStore) {
    let register = nested()
        .network("198.51.100.0/24", "Large", "abuse@large.example")
        .network("198.51.100.128/25", "Small", "abuse@small.example");
    let want = "abuse:abuse@large.example 1, abuse:abuse@small.example 1";
    check(
        test,
        register,
        &rdp(&["198.51.100.1", "198.51.100.200"]),
        want,
        "",
    );
}

fn a_natural_person_is_never_told_and_the_operator_is(test: &TestStore) {
    let register = RegisterBuilder::new()
        .natural_person("anna")
        .asset("anna", "address", "198.51.100.7")
        .asset("anna", "address", "203.0.113.7")
        .network("198.51.100.0/24", "Provider", "abuse@provider.example");
    let report = rdp(&["198.51.100.7", "203.0.113.7"]);
    let desk = check(
        test,
        register,
        &report,
        "abuse:abuse@provider.example 1",
        "natural-person 1",
    );
    assert!(
        desk.mails()
            .iter()
            .all(|mail| mail.to == "abuse@provider.example")
    );
}

fn what_nobody_knows_waits_for_a_person(test: &TestStore) {
    check(
        test,
        nested(),
        &rdp(&["203.0.113.1", "203.0.113.2"]),
        "",
        "unresolved 2",
    );
}

fn an_owner_without_a_contact_waits_for_a_person(test: &TestStore) {
    let register = nested()
        .organisation_without_contact("silent", LegalClass::Essential)
        .asset("silent", "address", "192.0.2.9")
        .network("192.0.2.0/24", "Holder", "abuse@holder.example");
    check(test, register, &rdp(&["192.0.2.9"]), "", "no-contact 1");
}

fn contacts_get_the_severities_that_they_take(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation_without_contact("hospital", LegalClass::Essential)
        .contact_for(
            "hospital",
            "soc@hospital.example",
            "critical,high",
            None,
            None,
        )
        .contact_for("hospital", "it@hospital.example", "medium,low", None, None)
        .asset("hospital", "prefix", "192.0.2.0/24");
    let row = |address, severity| [("ip", address), ("port", "3389"), ("severity", severity)];
    let report = Report::new("scan_rdp")
        .row(&row("192.0.2.1", "critical"))
        .row(&row("192.0.2.2", "high"))
        .row(&row("192.0.2.3", "low"))
        .row(&row("192.0.2.4", "info"));
    let desk = check(test, register, &report, "hospital 4", "");
    assert_eq!(
        states(&desk),
        [
            NotificationState::Delivered,
            NotificationState::Delivered,
            NotificationState::Delivered,
            NotificationState::Unmailed,
        ],
        "what no contact takes is told without a mail"
    );
    let mails = desk.mails();
    let gets = |to: &str, address: &str| {
        mails
            .iter()
            .any(|mail| mail.to == to && mail.body.contains(address))
    };
    for (address, soc, it) in [
        ("192.0.2.1:", true, false),
        ("192.0.2.2:", true, false),
        ("192.0.2.3:", false, true),
        ("192.0.2.4:", false, false),
    ] {
        let address = address.trim_end_matches(':');
        assert_eq!(gets("soc@hospital.example", address), soc, "{address}");
        assert_eq!(gets("it@hospital.example", address), it, "{address}");
    }
}

fn two_languages_make_two_messages(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation_without_contact("hospital", LegalClass::Essential)
        .contact_for(
            "hospital",
            "nl@hospital.example",
            "",
            Some(Language::Nl),
            None,
        )
        .contact_for(
            "hospital",
            "en@hospital.example",
            "",
            Some(Language::En),
            Some(Reader::Administrator),
        )
        .asset("hospital", "prefix", "192.0.2.0/24");
    let desk = check(test, register, &rdp(&["192.0.2.1"]), "hospital 2", "");
    let mails = desk.mails();
    assert_eq!(
        mails
            .iter()
            .map(|mail| mail.to.as_str())
            .collect::<Vec<_>>(),
        ["en@hospital.example", "nl@hospital.example"]
    );
    assert!(
        mails[1].body.contains("telefoon") || mails[1].body.contains("Telefoon"),
        "{}",
        mails[1].body
    );
    assert_ne!(mails[0].subject, mails[1].subject);
}

fn contacts_that_read_alike_get_one_message_each_with_an_id_of_its_own(test: &TestStore) {
    let register = nested().contact("hospital", "second@hospital.example");
    let desk = check(test, register, &rdp(&["192.0.2.9"]), "hospital 1", "");
    let mails = desk.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].body, mails[1].body);
    assert_ne!(mails[0].message_id, mails[1].message_id);
}

fn ipv6_addresses_have_owners_too(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("provider")
        .organisation("hospital")
        .asset("provider", "prefix", "2001:db8::/32")
        .asset("hospital", "prefix", "2001:db8:0:8::/64");
    let report = Report::new("scan6_rdp")
        .row(&[("ip", "2001:DB8:0:8::1"), ("port", "3389")])
        .row(&[("ip", "2001:db8:0:9:0:0:0:1"), ("port", "3389")])
        // An IPv4 address in the clothes of IPv6 is that IPv4 address.
        .row(&[("ip", "::ffff:192.0.2.1"), ("port", "3389")]);
    check(
        test,
        register,
        &report,
        "hospital 1, provider 1",
        "unresolved 1",
    );
}

fn a_name_in_its_own_script_is_the_same_name(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("baeckerei")
        .asset("baeckerei", "host", "xn--bckerei-5wa.example")
        .organisation("cafe")
        .asset("cafe", "domain", "CAFÉ.example");
    let row = |name: &'static str| {
        [
            ("ip", "203.0.113.1"),
            ("port", "80"),
            ("http_host", name),
            ("protocol", "tcp"),
        ]
    };
    let report = Report::new("compromised_website")
        .row(&row("BÄCKEREI.example"))
        .row(&row("www.xn--caf-dma.example"));
    check(test, register, &report, "baeckerei 1, cafe 1", "");
}

fn a_domain_covers_what_is_below_it_and_nothing_that_only_looks_so(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .asset("bakery", "domain", "bakery.example")
        .organisation("council")
        .asset("council", "domain", "council.co.uk");
    let row = |name: &'static str| {
        [
            ("ip", "203.0.113.1"),
            ("port", "80"),
            ("http_host", name),
            ("protocol", "tcp"),
        ]
    };
    let names = [
        "bakery.example",
        "a.b.c.bakery.example",
        "notbakery.example",
        "bakery.example.evil.example",
        "bakery.example.co.uk",
        "council.co.uk",
        "other.co.uk",
    ];
    let report = names
        .iter()
        .fold(Report::new("compromised_website"), |report, name| {
            report.row(&row(name))
        });
    check(
        test,
        register,
        &report,
        "bakery 2, council 1",
        "unresolved 4",
    );
}

fn a_host_covers_only_itself(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .asset("bakery", "domain", "bakery.example")
        .organisation("hoster")
        .asset("hoster", "host", "shop.bakery.example");
    let row = |name: &'static str| {
        [
            ("ip", "203.0.113.1"),
            ("port", "80"),
            ("http_host", name),
            ("protocol", "tcp"),
        ]
    };
    let report = Report::new("compromised_website")
        .row(&row("shop.bakery.example"))
        .row(&row("www.shop.bakery.example"))
        .row(&row("bakery.example"));
    check(test, register, &report, "bakery 2, hoster 1", "");
}

fn an_asset_counts_only_on_the_days_on_which_it_was_held(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("before")
        .organisation("after")
        .organisation("provider")
        .asset("provider", "prefix", "192.0.2.0/24")
        .asset_held(
            "before",
            "address",
            "192.0.2.1",
            None,
            Some(day("2026-11-17")),
        )
        .asset_held(
            "after",
            "address",
            "192.0.2.1",
            Some(day("2026-11-17")),
            None,
        )
        .asset_held(
            "after",
            "address",
            "192.0.2.2",
            Some(day("2026-11-18")),
            None,
        );
    let row = |moment, address| [("timestamp", moment), ("ip", address), ("port", "3389")];
    let report = Report::new("scan_rdp")
        .row(&row("2026-11-16 23:59:59", "192.0.2.1"))
        .row(&[
            ("timestamp", "2026-11-17 00:00:00"),
            ("ip", "192.0.2.1"),
            ("port", "3390"),
        ])
        .row(&row("2026-11-17 23:59:59", "192.0.2.2"));
    check(test, register, &report, "after 1, before 1, provider 1", "");
}

fn a_sinkhole_event_is_about_its_source_and_a_honeypot_is_never_named(test: &TestStore) {
    let register = nested()
        .organisation("sensor")
        .asset("sensor", "prefix", "198.51.100.0/24");
    let report = Report::new("event4_honeypot_brute_force").row(&[
        ("src_ip", "192.0.2.9"),
        ("src_port", "51515"),
        ("dst_ip", "198.51.100.66"),
        ("dst_port", "22"),
        ("protocol", "tcp"),
    ]);
    let desk = check(test, register, &report, "hospital 1", "");
    for mail in desk.mails() {
        assert!(
            !String::from_utf8_lossy(&mail.bytes).contains("198.51.100.66"),
            "the honeypot's address is in a mail"
        );
    }
}

fn a_ddos_participant_and_its_target_are_told_of_their_own_side(test: &TestStore) {
    let register = nested()
        .organisation("target")
        .asset("target", "prefix", "198.51.100.0/24");
    let report = Report::new("event4_ddos_participant").row(&[
        ("src_ip", "192.0.2.9"),
        ("src_port", "53"),
        ("dst_ip", "198.51.100.66"),
        ("dst_port", "443"),
        ("protocol", "udp"),
    ]);
    check(test, register, &report, "hospital 1, target 1", "");
}

fn several_cves_in_one_row_are_several_findings_in_one_message(test: &TestStore) {
    let report = Report::new("scan_http_vulnerable").row(&[
        ("ip", "192.0.2.9"),
        ("port", "443"),
        ("protocol", "tcp"),
        ("tag", "cve-2024-1234;CVE-2023-99999"),
    ]);
    let desk = check(test, nested(), &report, "hospital 2", "");
    let mails = desk.mails();
    assert_eq!(mails.len(), 1);
    for cve in ["CVE-2024-1234", "CVE-2023-99999"] {
        assert!(mails[0].body.contains(cve), "{cve}: {}", mails[0].body);
    }
}

fn a_web_address_takes_what_is_at_it_and_below_it_and_nothing_beside_it(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("provider")
        .organisation("hospital")
        .organisation("bakery")
        .organisation("school")
        .asset("provider", "domain", "shared.example")
        .asset("hospital", "host", "www.shared.example")
        .asset("bakery", "url", "https://www.shared.example/~bakery/")
        .asset("school", "url", "https://www.shared.example/~bakery/school");
    let urls = [
        "http://www.shared.example/%7Ebakery/order.php?id=1",
        "http://www.shared.example:80/~bakery",
        "https://www.shared.example/~bakery/school/x.exe",
        "http://www.shared.example/~bakery2/x.exe",
        "http://www.shared.example:8080/~bakery/x.exe",
        "http://files.shared.example/~bakery/x.exe",
    ];
    let report = urls.iter().fold(Report::new("malware_url"), |report, url| {
        report.row(&[("url", url)])
    });
    let told = "bakery 2, hospital 2, provider 1, school 1";
    let desk = check(test, register, &report, told, "");
    let mails = desk.mails();
    let mail = mails.iter().find(|mail| mail.body.contains("bakery/order"));
    let body = &mail.expect("the bakery has a mail").body;
    let words = body.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("registered web address hxxps://www.shared.example/~bakery")
            || words.contains("geregistreerde webadres hxxps://www.shared.example/~bakery"),
        "{body}"
    );
}

fn an_e_mail_domain_takes_leaked_accounts_and_nothing_about_servers(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("provider")
        .organisation("bakery")
        .asset("provider", "domain", "b\u{fc}cher.example")
        .asset("bakery", "e-mail-domain", "b\u{fc}cher.example");
    let desk = check(
        test,
        register,
        &Report::new("compromised_account")
            .row(&[("email", "anna@b\u{fc}cher.example")])
            .row(&[("email", "sam@mail.xn--bcher-kva.example")]),
        "bakery 2",
        "",
    );
    desk.report(&Report::new("scan_rdp").row(&[
        ("ip", "192.0.2.9"),
        ("port", "3389"),
        ("hostname", "mail.xn--bcher-kva.example"),
    ]));
    desk.work();
    assert_eq!(told(&desk), "bakery 2, provider 1");
}

fn two_organisations_on_the_same_web_address_are_in_dispute_and_neither_is_told(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("school")
        .asset("bakery", "url", "http://shared.example:80/a/")
        .asset("school", "url", "https://shared.example/a")
        .asset("bakery", "e-mail-domain", "x.example")
        .asset("school", "e-mail-domain", "@X.example");
    let desk = Desk::of(test);
    desk.import(&register);
    desk.report(&Report::new("malware_url").row(&[("url", "http://shared.example/a/b")]));
    desk.report(&Report::new("compromised_account").row(&[("email", "anna@x.example")]));
    desk.work();
    assert_eq!(
        (told(&desk).as_str(), queued(&desk).as_str()),
        ("", "dispute 2")
    );
}

both_engines!(
    a_web_address_takes_what_is_at_it_and_below_it_and_nothing_beside_it,
    an_e_mail_domain_takes_leaked_accounts_and_nothing_about_servers,
    two_organisations_on_the_same_web_address_are_in_dispute_and_neither_is_told,
    the_most_specific_owner_is_told_and_the_provider_around_it_is_not,
    each_address_goes_to_its_own_owner,
    the_owner_by_address_and_the_owner_by_name_are_both_told,
    an_organisation_that_owns_both_address_and_name_is_told_once,
    an_as_number_counts_only_where_no_address_and_no_name_does,
    two_organisations_on_the_same_asset_are_in_dispute_and_neither_is_told,
    a_dispute_about_the_address_leaves_the_owner_of_the_name,
    a_dispute_is_not_told_to_the_holder_of_the_network,
    what_nobody_registered_goes_to_the_holder_of_the_smallest_network,
    a_natural_person_is_never_told_and_the_operator_is,
    what_nobody_knows_waits_for_a_person,
    an_owner_without_a_contact_waits_for_a_person,
    contacts_get_the_severities_that_they_take,
    two_languages_make_two_messages,
    contacts_that_read_alike_get_one_message_each_with_an_id_of_its_own,
    ipv6_addresses_have_owners_too,
    a_name_in_its_own_script_is_the_same_name,
    a_domain_covers_what_is_below_it_and_nothing_that_only_looks_so,
    a_host_covers_only_itself,
    an_asset_counts_only_on_the_days_on_which_it_was_held,
    a_sinkhole_event_is_about_its_source_and_a_honeypot_is_never_named,
    a_ddos_participant_and_its_target_are_told_of_their_own_side,
    several_cves_in_one_row_are_several_findings_in_one_message,
);
