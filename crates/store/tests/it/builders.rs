//! Rows with defaults; a test changes what it is about.

use model::{
    Language, MessageKind, Reader, Relation, Role, RsitType, Severity, Side, StatisticsRegime,
    Timestamp, Tlp,
};
use store::{
    FindingKey, FindingRow, Line, LineToTell, NewBatch, NotificationKey, ObservationKey,
    ObservationRow, Result, Store, Tx,
};

/// A write that succeeds.
pub(crate) fn write<T>(store: &Store, work: impl FnMut(&mut Tx<'_>) -> Result<T>) -> T {
    store.write(work).expect("the transaction is committed")
}

/// A read that succeeds.
pub(crate) fn read<T>(store: &Store, work: impl FnMut(&mut Tx<'_>) -> Result<T>) -> T {
    store.read(work).expect("the transaction reads")
}

pub(crate) fn now() -> Timestamp {
    testkit::now()
}

/// Number of the desk that is made at installation.
pub(crate) fn desk_no(store: &Store) -> i64 {
    read(store, |tx| tx.desk_named(None))
        .expect("there is a desk")
        .desk_no
}

pub(crate) fn new_batch(desk_no: i64, digest: u8) -> NewBatch<'static> {
    NewBatch {
        desk_no,
        source_no: 1,
        name: "2026-11-18-scan_rdp-nl.csv",
        report_type: "scan_rdp",
        tlp: Tlp::Amber,
        statistics_regime: StatisticsRegime::Full,
        digest: [digest; 32],
        blob: "00",
        blob_bytes: 7,
        received_at: now(),
    }
}

pub(crate) fn finding_key(desk_no: i64, endpoint: &[u8]) -> FindingKey {
    FindingKey {
        desk_no,
        threat_no: 1,
        endpoint: endpoint.to_vec(),
        identifier: String::new(),
    }
}

pub(crate) fn observation_key(batch_no: i64, line: i64) -> ObservationKey {
    ObservationKey {
        day: now().day().days(),
        batch_no,
        line,
        side: Side::Source,
        part: 0,
    }
}

pub(crate) fn finding_row(finding_no: i64) -> FindingRow {
    FindingRow {
        finding_no,
        role: Role::Target,
        rsit: RsitType::VulnerableSystem,
        severity: Severity::High,
        first_seen: now(),
        last_seen: now(),
        times_seen: 1,
        episode: 1,
        address: None,
        host: None,
        asn: None,
        last_fingerprint: 7,
        last: observation_key(1, 2),
        match_digest: 0,
        routed_tlp: Tlp::Amber,
        tell_again_at: now(),
    }
}

pub(crate) fn observation_row(finding_no: i64, line: i64) -> ObservationRow<'static> {
    ObservationRow {
        key: observation_key(1, line),
        finding_no,
        observed_at: now(),
        severity: Severity::High,
        tlp: Tlp::Amber,
        port: None,
        transport: None,
        peer_address: None,
        peer_port: None,
        evidence: "".into(),
    }
}

/// Makes findings with these numbers, each about an endpoint of its own.
pub(crate) fn add_findings(store: &Store, finding_nos: impl Iterator<Item = i64>) {
    let desk_no = desk_no(store);
    let rows: Vec<_> = finding_nos
        .map(|number| {
            (
                finding_key(desk_no, &number.to_be_bytes()),
                finding_row(number),
            )
        })
        .collect();
    let rows: Vec<_> = rows.iter().map(|(key, row)| (key, row, &[][..])).collect();
    write(store, |tx| tx.insert_findings(&rows));
}

pub(crate) fn line_to_tell(window_no: i64, desk_no: i64, finding_no: i64) -> LineToTell {
    LineToTell {
        key: NotificationKey {
            window_no,
            recipient_no: 1,
            threat_no: 1,
            severity: Severity::High,
            tlp: Tlp::Amber,
            relation: Relation::Owner,
            kind: MessageKind::Alert,
            role: Role::Target,
            rsit: RsitType::VulnerableSystem,
            language: Language::Nl,
            reader: Reader::Entrepreneur,
            desk_no,
        },
        lawful_basis: "public-task".into(),
        line: Line {
            finding_no,
            episode: 1,
            repeated: false,
            asset_no: Some(3),
            network_no: None,
            observation: observation_key(1, finding_no),
            withdrawn: None,
        },
    }
}
