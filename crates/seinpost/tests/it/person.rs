//! People at the command line: the first administrator is made here.

use serde_json::json;

use crate::keeping::{answer, seinpost};

const EMAIL: &str = "sam@csirt.example";

#[test]
fn the_first_administrator_gets_a_link_and_no_password() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let add = [
        "person",
        "add",
        "--email",
        EMAIL,
        "--name",
        "Sam Voorbeeld",
        "--staff",
        "administrator,analyst",
    ];
    let added = answer(data, None, 0, &add);
    let link = added["link"].as_str().unwrap();
    let token = link
        .strip_prefix("http://localhost:8080/account/join/")
        .unwrap();
    assert_eq!(token.len(), 64, "{link}");
    let again = answer(data, None, 1, &add);
    assert!(
        again.as_str().unwrap().contains("seinpost person renew"),
        "{again}"
    );
    let listed = answer(data, None, 0, &["person", "list"]);
    assert_eq!(listed[0]["staff"], json!(["analyst", "administrator"]));
    assert_eq!(listed[0]["can_sign_in"], json!(false));
    let output = seinpost(data, None, &["person", "list"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("invited"));
}

#[test]
fn an_organisation_gets_its_first_administrator_from_the_desk() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let organisations = data.join("organisations.csv");
    std::fs::write(
        &organisations,
        "organisation,name,kvk\nhospital,Hospital,90000025\n",
    )
    .unwrap();
    let import = ["import", "organisations", organisations.to_str().unwrap()];
    answer(data, None, 0, &import);
    let add = |organisation: &str, more: &[&str], code| {
        let start = ["person", "add", "--email", EMAIL, "--name", "Sam Voorbeeld"];
        let asked = [&start[..], &["--organisation", organisation], more].concat();
        answer(data, None, code, &asked)
    };
    let nowhere = add("museum", &[], 1);
    assert!(
        nowhere
            .as_str()
            .unwrap()
            .contains("no organisation `museum`"),
        "{nowhere}"
    );
    let invited = add("hospital", &[], 0);
    // Somebody who is known is invited again; a role at the desk is not given in passing.
    let again = add("90000025", &["--role", "reader"], 0);
    assert_eq!(again["id"], invited["id"]);
    assert_ne!(again["link"], invited["link"]);
    add("hospital", &["--staff", "administrator"], 1);
}

#[test]
fn roles_are_set_a_link_is_renewed_and_an_account_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let first = answer(
        data,
        None,
        0,
        &["person", "add", "--email", EMAIL, "--name", "Sam Voorbeeld"],
    );
    assert_eq!(
        answer(data, None, 0, &["person", "list"]),
        json!([]),
        "nobody of the desk"
    );
    let roles = answer(
        data,
        None,
        0,
        &["person", "roles", EMAIL, "--staff", "editor"],
    );
    assert_eq!(roles[0]["staff"], json!(["editor"]));
    let renewed = answer(data, None, 0, &["person", "renew", EMAIL]);
    assert_ne!(renewed["link"], first["link"]);
    let closed = answer(data, None, 0, &["person", "close", EMAIL]);
    assert!(closed[0]["closed"].is_string());
    for command in ["roles", "renew", "close"] {
        let refused = answer(data, None, 1, &["person", command, EMAIL]);
        assert!(refused.as_str().unwrap().contains("is closed"), "{refused}");
    }
    let nobody = answer(data, None, 1, &["person", "close", "nobody@csirt.example"]);
    assert!(
        nobody.as_str().unwrap().contains("there is no person"),
        "{nobody}"
    );
}
