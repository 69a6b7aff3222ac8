use axum::http::StatusCode;
use model::IdKind;
use serde_json::{Value, json};

use super::{ALL, NOTHING, check_problem, home, site};

#[test]
fn thresholds_are_put_as_a_whole_and_all_that_is_wrong_is_told_with_its_place() {
    let site = site();
    let party_no = site.store().read(|tx| tx.party_no("hospital")).unwrap();
    let group_no = site
        .store()
        .write(|tx| tx.ensure_asset_group(party_no.unwrap(), "Laboratory"));
    let group = site.site.id(IdKind::AssetGroup, group_no.unwrap());
    let key = site.organisation_key("hospital", ALL);
    let path = format!("{}/thresholds", home(&site, "hospital"));
    let put = |body: &Value| site.api_with(&key, "PUT", &path, body, &[("if-match", "*")]);
    let nothing = json!({ "target": "info", "victim": "info", "groups": [] });
    assert_eq!(site.api(&key, "GET", &path, &NOTHING).json(), nothing);
    let own = |group, victim| json!({ "group": group, "target": "critical", "victim": victim });
    let chosen =
        json!({ "target": "medium", "victim": "low", "groups": [own(json!(group), "high")] });
    let written = put(&chosen);
    assert_eq!(
        (written.status, written.json()),
        (StatusCode::OK, chosen.clone())
    );
    assert_eq!(site.api(&key, "GET", &path, &NOTHING).json(), chosen);
    let places = |body: &Value| {
        let answer = put(body);
        check_problem(&answer, 400, "invalid-input");
        let errors = answer.json()["errors"].clone();
        let places = errors.as_array().unwrap().iter();
        let places: Vec<String> = places
            .map(|error| error["pointer"].as_str().unwrap().to_owned())
            .collect();
        places
    };
    assert_eq!(
        places(&json!({ "target": "worst", "victim": "critical" })),
        ["/groups", "/target"]
    );
    assert_eq!(
        places(
            &json!({ "target": "low", "victim": "low", "groups": [own(json!(group), "critical")] })
        ),
        ["/groups/0/victim"]
    );
    let twice = [own(json!(group), "low"), own(json!(group), "low")];
    assert_eq!(
        places(&json!({ "target": "low", "victim": "low", "groups": twice })),
        ["/groups/1/group"]
    );
    assert_eq!(site.api(&key, "GET", &path, &NOTHING).json(), chosen);
}
