//! Keys of contacts in files: what is exported comes in again without change.

use std::fs;

use store::Store;
use testkit::Gpg;

use crate::keeping::{answer, installation, seinpost};

#[test]
fn keys_of_contacts_go_through_files_without_loss() {
    let Some(gpg) = Gpg::start() else { return };
    // It has ended: taken all the same, so that nothing goes in clear.
    gpg.make_key(
        "Bakery <security@bakery.example>",
        "future-default",
        "2026-10-01",
    );
    let key = String::from_utf8(gpg.public_keys(&["security@bakery.example"])).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let store = Store::open_embedded(&data.join("seinpost.db")).unwrap();
    drop(installation(store, &data));
    let file = folder.path().join("keys.csv");
    let path = file.to_str().unwrap();
    let head = "organisation,email,fingerprint,key\n";
    let import = ["import", "keys", path];

    let rows = format!(
        "{head}bakery,security@bakery.example,,\"{key}\"\n\
         bakery,else@bakery.example,,\"{key}\"\n\
         school,security@school.example,0123,\"{key}\"\n\
         school,security@school.example,,no key\n"
    );
    fs::write(&file, rows).unwrap();
    let said = answer(&data, None, 1, &import);
    assert_eq!(said["added"], 1, "{said}");
    let codes = said["bad"].as_array().unwrap().iter();
    let codes: Vec<&str> = codes.map(|bad| bad["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["unknown-contact", "other-key", "bad-key"]);

    let exported = seinpost(&data, None, &["export", "keys"]).stdout;
    let text = String::from_utf8(exported.clone()).unwrap();
    assert!(text.starts_with(head) && text.contains("bakery,security@bakery.example,"));
    fs::write(&file, &exported).unwrap();
    let said = answer(&data, None, 0, &import);
    assert_eq!((&said["unchanged"], &said["added"]), (&1.into(), &0.into()));
    assert_eq!(seinpost(&data, None, &["export", "keys"]).stdout, exported);
}
