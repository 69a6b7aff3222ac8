//! What an import closes, and what it refuses to close.

use std::fs;

use store::Store;

use crate::keeping::{answer, installation, seinpost};

#[test]
fn a_file_without_rows_replaces_nothing_and_what_would_be_closed_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let store = Store::open_embedded(&data.join("seinpost.db")).unwrap();
    drop(installation(store, &data));
    let file = folder.path().join("rows");
    let path = file.to_str().unwrap();
    fs::write(&file, "192.0.2.0/24\t64496\n").unwrap();
    answer(&data, None, 0, &["import", "asn", path]);

    for (what, head) in [
        ("asn", ""),
        ("organisations", "organisation,name\n"),
        ("contacts", "organisation,role,email\n"),
        ("assets", "organisation,kind,value\n"),
        ("networks", "prefix,holder,abuse_email\n"),
        ("keys", "organisation,email,key\n"),
    ] {
        fs::write(&file, head).unwrap();
        let said = seinpost(&data, None, &["import", what, path, "--replace"]);
        assert_eq!(said.status.code(), Some(1), "{what}");
        let said = String::from_utf8(said.stderr).unwrap();
        assert!(said.contains("no rows"), "{what}: {said}");
        let alone = seinpost(&data, None, &["import", what, path]);
        assert_eq!(alone.status.code(), Some(0), "{what}");
    }

    let assets = "organisation,kind,value\nbakery,prefix,192.0.2.0/28\n";
    fs::write(&file, assets).unwrap();
    let replace = ["import", "assets", path, "--replace", "--dry-run"];
    let said = answer(&data, None, 0, &replace);
    assert_eq!(said["closed"], 1, "{said}");
    assert_eq!(said["closed_first"][0], "school 192.0.2.16/28", "{said}");
    let said = String::from_utf8(seinpost(&data, None, &replace).stdout).unwrap();
    assert!(said.contains("1 of 1 that would be closed:"), "{said}");
    fs::write(&file, "198.51.100.0/24\t64497\n").unwrap();
    let replace = ["import", "asn", path, "--replace", "--dry-run"];
    let said = answer(&data, None, 0, &replace);
    assert_eq!(said["closed_first"][0], "192.0.2.0/24", "{said}");
}
