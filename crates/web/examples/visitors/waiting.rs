//! What waits for a person of the desk. There are two of each: buttons that one visitor presses are still there for another.

use model::register::OwnAssetRow;
use model::{AssetValue, Timestamp};
use rules::catalogue::Catalogue;
use store::{
    AdviceDraft, AdviceState, AssetFilter, MessageFilter, NotificationState, OwnAssetPut,
    StoreError, Tx,
};

use super::party_no;

/// Adds claims in dispute, proofs by document, versions of advice, and approvals of messages that are held.
pub(super) fn add(tx: &mut Tx<'_>, colleague_no: i64, now: Timestamp) -> Result<(), StoreError> {
    let (hospital, bakery) = (party_no(tx, "ziekenhuis")?, party_no(tx, "bakkerij")?);
    for value in ["198.51.100.130", "198.51.100.131"] {
        claim(tx, hospital, value, now)?;
        claim(tx, bakery, value, now)?;
    }
    for value in ["198.51.100.140", "198.51.100.141"] {
        let asset_no = claim(tx, hospital, value, now)?;
        tx.ask_proof_review(hospital, asset_no, "Het huurcontract, bijlage 2.", now)?;
        let (name, content) = ("huurcontract.txt", b"Wij verhuren dit adres.");
        tx.put_proof_document((hospital, asset_no), name, content, now)?;
    }
    for slug in ["open-rdp", "open-vnc"] {
        ask_for_approval(tx, slug, colleague_no, now)?;
    }
    let held = MessageFilter {
        state: Some(NotificationState::Held),
        ..MessageFilter::default()
    };
    for message in tx.message_page(&held, i64::MAX, 2)?.messages {
        let numbers = [message.notification_no];
        tx.ask_joint_approval(colleague_no, "many owners at once", 1, &numbers, now)?;
    }
    Ok(())
}

/// An organisation says that something is its own; gives the number of the asset.
fn claim(tx: &mut Tx<'_>, party_no: i64, value: &str, now: Timestamp) -> Result<i64, StoreError> {
    let row = OwnAssetRow {
        value: AssetValue::guess(value).expect("it is an address"),
        given: value.to_owned(),
        label: String::new(),
        group: String::new(),
        criticality: None,
        supplier: String::new(),
        valid_from: None,
        valid_until: None,
    };
    let put = OwnAssetPut {
        row: &row,
        is_claim: true,
    };
    tx.put_own_assets(party_no, &[put], now)?;
    let filter = AssetFilter {
        text: Some(value.to_owned()),
        ..AssetFilter::default()
    };
    let found = tx.own_assets(party_no, &filter, None, 1)?;
    Ok(found.first().expect("it was just added").asset_no)
}

/// A version of the text about a threat that waits for a second person.
fn ask_for_approval(
    tx: &mut Tx<'_>,
    slug: &str,
    colleague_no: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let entry = Catalogue::builtin().entry(slug);
    let mut threat = entry.expect("the catalogue has it").clone();
    threat.version += 1;
    let text = threat.to_json();
    let draft = AdviceDraft {
        text: &text,
        severity: None,
        note: "Another word for it.",
    };
    let by = (colleague_no, now);
    let begun = tx.begin_advice(slug, threat.version.into(), &draft, (Some(by.0), by.1))?;
    let version = tx.advice_version(begun.expect("it is the first"))?;
    tx.move_advice(
        &version.expect("it was just begun"),
        AdviceState::Asked,
        &text,
        by,
    )?;
    Ok(())
}
