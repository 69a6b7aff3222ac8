//! Unpacking, and what must not unpack.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use formats::{ContainerError, Limits, for_each_member};
use zip::write::SimpleFileOptions;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        if name.ends_with('/') {
            archive
                .add_directory(*name, SimpleFileOptions::default())
                .unwrap();
        } else {
            archive
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            archive.write_all(bytes).unwrap();
        }
    }
    archive.finish().unwrap().into_inner()
}

type Members = Vec<(String, Vec<u8>)>;

/// All members, each as far as it could be read.
fn unpack(bytes: &[u8], limits: &Limits) -> (Members, Result<(), ContainerError>) {
    let mut members = Vec::new();
    let result = for_each_member(Cursor::new(bytes), "report.csv", limits, |member| {
        let mut content = Vec::new();
        let _ = member.reader.read_to_end(&mut content);
        members.push((member.name, content));
        Ok(())
    });
    (members, result)
}

fn check_unpack(bytes: &[u8], want: &[(&str, &[u8])]) {
    let (members, result) = unpack(bytes, &Limits::default());
    result.unwrap();
    let want: Members = want
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
        .collect();
    assert_eq!(members, want);
}

#[test]
fn every_packing_gives_the_same_bytes() {
    let text = b"ip,port\n192.0.2.1,80\n".as_slice();
    let two_parts = [gzip(b"ip,port\n"), gzip(b"192.0.2.1,80\n")].concat();
    for packed in [
        text.to_vec(),
        gzip(text),
        two_parts,
        zstd::encode_all(text, 0).unwrap(),
    ] {
        check_unpack(&packed, &[("report.csv", text)]);
    }
    check_unpack(b"", &[("report.csv", b"")]);
}

#[test]
fn a_zip_gives_its_files_and_opens_packed_ones_once() {
    let archive = zip(&[
        ("folder/", b""),
        ("folder/scan_rdp.csv", b"a"),
        ("scan_ssl.csv.gz", &gzip(b"b")),
        (
            "malware_url.csv.zst",
            &zstd::encode_all(b"c".as_slice(), 0).unwrap(),
        ),
        ("__MACOSX/._scan_rdp.csv", b"x"),
    ]);
    check_unpack(
        &archive,
        &[
            ("folder/scan_rdp.csv", b"a"),
            ("scan_ssl.csv.gz", b"b"),
            ("malware_url.csv.zst", b"c"),
        ],
    );
    check_unpack(&zip(&[]), &[]);
}

#[test]
fn an_archive_in_an_archive_is_refused_and_costs_itself_alone() {
    let inner = zip(&[("a.csv", b"a")]);
    let archive = zip(&[
        ("inner.zip", &inner),
        ("b.csv", b"b"),
        ("c.gz", &gzip(&gzip(b"c"))),
    ]);
    let (members, result) = unpack(&archive, &Limits::default());
    assert_eq!(members, [("b.csv".to_owned(), b"b".to_vec())]);
    assert!(
        matches!(result, Err(ContainerError::Nested { .. })),
        "{result:?}"
    );
    for nested in [gzip(&inner), gzip(&gzip(b"a"))] {
        let (members, result) = unpack(&nested, &Limits::default());
        assert!(members.is_empty());
        assert!(
            matches!(result, Err(ContainerError::Nested { .. })),
            "{result:?}"
        );
    }
}

#[test]
fn a_name_that_climbs_out_of_the_folder_is_only_a_label() {
    check_unpack(&zip(&[("../../etc/x", b"a")]), &[("../../etc/x", b"a")]);
    check_unpack(&zip(&[("a\x1b[2J\n.csv", b"a")]), &[("a?[2J?.csv", b"a")]);
}

#[test]
fn a_truncated_stream_gives_what_could_be_read_and_then_says_so() {
    let text: Vec<u8> = (0..100_000_u32)
        .flat_map(|number| format!("{number}\n").into_bytes())
        .collect();
    for mut packed in [gzip(&text), zstd::encode_all(text.as_slice(), 0).unwrap()] {
        packed.truncate(packed.len() / 2);
        let mut kinds = Vec::new();
        let result: Result<(), ContainerError> =
            for_each_member(Cursor::new(packed), "x", &Limits::default(), |member| {
                let mut content = Vec::new();
                let error = member.reader.read_to_end(&mut content).unwrap_err();
                assert!(content.len() > 1000 && text.starts_with(&content));
                kinds.push(error.kind());
                Ok(())
            });
        result.unwrap();
        assert_eq!(kinds, [std::io::ErrorKind::UnexpectedEof]);
    }
}

#[test]
fn a_bomb_stops_at_the_limit_and_is_named() {
    let zeros = vec![0; 64 << 20];
    let bombs = [
        gzip(&zeros),
        zstd::encode_all(zeros.as_slice(), 0).unwrap(),
        zip(&[("bomb.csv", &zeros)]),
        zip(&[("bomb.csv.gz", &gzip(&zeros))]),
    ];
    for bomb in bombs {
        let (members, result) = unpack(&bomb, &Limits::default());
        assert!(members.iter().all(|(_, content)| content.len() <= 33 << 20));
        let message = result.unwrap_err().to_string();
        assert!(message.contains("more than 300 times"), "{message}");
    }
}

#[test]
fn the_limits_hold_over_all_members_together() {
    let limits = Limits {
        bytes_max: 10,
        members_max: 2,
        ..Limits::default()
    };
    let (_, result) = unpack(&zip(&[("a", b"123456"), ("b", b"12345")]), &limits);
    assert_eq!(
        result.unwrap_err().to_string(),
        "`b` unpacks to more than 10 bytes"
    );
    let (_, result) = unpack(&zip(&[("a", b"12345"), ("b", b"12345")]), &limits);
    result.unwrap();
    let (_, result) = unpack(&zip(&[("a", b""), ("b", b""), ("c", b"")]), &limits);
    assert!(matches!(
        result,
        Err(ContainerError::TooManyMembers { members: 3, .. })
    ));
    let (members, result) = unpack(b"12345678901", &limits);
    assert_eq!(members[0].1.len(), 10);
    assert!(matches!(result, Err(ContainerError::TooLarge { .. })));
}

#[test]
fn a_broken_zip_is_an_error_and_no_panic() {
    let mut archive = zip(&[("a.csv", b"aaaaaaaaaaaaaaaaaaaaa")]);
    archive.truncate(archive.len() - 30);
    let (_, result) = unpack(&archive, &Limits::default());
    assert!(
        matches!(result, Err(ContainerError::Zip { .. })),
        "{result:?}"
    );
}

#[test]
fn the_error_of_the_taker_comes_back() {
    #[derive(Debug)]
    struct Stop;
    impl From<ContainerError> for Stop {
        fn from(_: ContainerError) -> Self {
            Self
        }
    }
    let mut seen = 0;
    let archive = zip(&[("a", b""), ("b", b"")]);
    let result = for_each_member(Cursor::new(archive), "x", &Limits::default(), |_| {
        seen += 1;
        Err(Stop)
    });
    assert!(matches!(result, Err(Stop)));
    assert_eq!(seen, 1);
}
