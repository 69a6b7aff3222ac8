//! What a message holds.

use testkit::{Desk, RegisterBuilder, TestStore, both_engines};

use crate::checks::rdp;

fn desk_with_open_desktops(test: &TestStore, hosts: usize) -> Desk {
    let desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("bakery").asset(
        "bakery",
        "prefix",
        "192.0.2.0/24",
    ));
    let addresses: Vec<_> = (1..=hosts)
        .map(|number| format!("192.0.2.{number}"))
        .collect();
    desk.report(&rdp(&addresses
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()));
    desk.work();
    desk
}

fn fifty_lines_stand_in_the_body(test: &TestStore) {
    let desk = desk_with_open_desktops(test, 50);
    let mail = &desk.mails()[0];
    assert!(mail.attachments.is_empty());
    for number in 1..=50 {
        let address = format!("192.0.2.{number}");
        assert!(mail.body.contains(&address), "{address}");
    }
}

fn sixty_lines_are_attached_and_the_attachments_agree_with_the_lines(test: &TestStore) {
    let desk = desk_with_open_desktops(test, 60);
    let mail = &desk.mails()[0];
    let mut want: Vec<_> = (1..=60).map(|number| format!("192.0.2.{number}")).collect();
    want.sort();

    let table = mail.attachment(".csv");
    let mut reader = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().unwrap().clone();
    let column = header
        .iter()
        .position(|name| name == "address" || name == "ip");
    let column = column.unwrap_or_else(|| panic!("no column of addresses: {header:?}"));
    let mut in_table: Vec<_> = reader
        .records()
        .map(|row| row.unwrap()[column].to_owned())
        .collect();
    in_table.sort();
    assert_eq!(in_table, want);

    let json: serde_json::Value = serde_json::from_str(&mail.attachment(".json")).unwrap();
    let text = json.to_string();
    let rows = [&json, &json["lines"], &json["findings"]]
        .into_iter()
        .find_map(|value| value.as_array());
    assert_eq!(
        rows.unwrap_or_else(|| panic!("no list of lines: {text}"))
            .len(),
        60
    );
    assert!(
        want.iter()
            .all(|address| text.contains(&format!("\"{address}\"")))
    );
    assert!(
        mail.body.contains("60"),
        "the body says how many there are: {}",
        mail.body
    );
}

fn a_mail_comes_from_the_desk_and_can_be_answered(test: &TestStore) {
    let desk = desk_with_open_desktops(test, 1);
    let mail = &desk.mails()[0];
    assert_eq!(
        (mail.from.as_str(), mail.reply_to.as_str()),
        ("desk@csirt.example", "answers@csirt.example")
    );
    assert!(mail.subject.contains("TLP:AMBER"), "{}", mail.subject);
    assert!(mail.body.contains("+31 70 555 01 23"), "{}", mail.body);
    assert!(
        mail.body.contains("192.0.2.0/24"),
        "it says through which asset it concerns them: {}",
        mail.body
    );
    assert!(
        mail.message_id.ends_with("@csirt.example"),
        "{}",
        mail.message_id
    );
}

both_engines!(
    fifty_lines_stand_in_the_body,
    sixty_lines_are_attached_and_the_attachments_agree_with_the_lines,
    a_mail_comes_from_the_desk_and_can_be_answered,
);
