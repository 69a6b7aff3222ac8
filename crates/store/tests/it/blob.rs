//! One suite for both places of blobs, and what only object storage can do to them.

use std::io::{Read, Write};
use std::time::Duration;

use store::{
    Addressing, Blobs, Copied, Credentials, KeySource, S3Endpoint, S3Options, StoreError,
    StoredBlob,
};
use tempfile::TempDir;
use testkit::line::{Fate, Line};
use testkit::s3::S3Server;

/// A place of blobs, and a way into it behind its back.
struct Place<'p> {
    blobs: Blobs,
    /// Puts these bytes under the name of a blob; without bytes, removes it.
    tamper: Tamper<'p>,
}

type Tamper<'p> = Box<dyn Fn(&str, Option<&[u8]>) + 'p>;

fn path_of(name: &str) -> String {
    format!("{}/{}/{name}.zst", &name[..2], &name[2..4])
}

fn folder(root: &TempDir) -> Place<'_> {
    let root = root.path().join("blobs");
    Place {
        blobs: Blobs::open(&root).unwrap(),
        tamper: Box::new(move |name, bytes| {
            let path = root.join(path_of(name));
            match bytes {
                Some(bytes) => std::fs::write(path, bytes).unwrap(),
                None => std::fs::remove_file(path).unwrap(),
            }
        }),
    }
}

fn bucket<'p>(root: &TempDir, server: &'p S3Server, prefix: &'static str) -> Place<'p> {
    let key = move |name: &str| format!("{prefix}/{}", path_of(name));
    Place {
        blobs: Blobs::in_s3(server.options(prefix), root.path()).unwrap(),
        tamper: Box::new(move |name, bytes| match bytes {
            Some(bytes) => server.put(&key(name), bytes),
            None => server.delete(&key(name)),
        }),
    }
}

fn write(blobs: &Blobs, content: &[u8]) -> StoredBlob {
    let mut writer = blobs.writer().unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

fn read(blobs: &Blobs, name: &str) -> Vec<u8> {
    let mut content = Vec::new();
    blobs
        .reader(name)
        .unwrap()
        .read_to_end(&mut content)
        .unwrap();
    content
}

fn verify(blobs: &Blobs, name: &str) -> Result<u64, StoreError> {
    blobs.verify(name, || Ok::<_, StoreError>(()))
}

/// Bytes that do not compress.
fn noise(length: usize) -> Vec<u8> {
    let mut noise = vec![0; length];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    noise
}

fn what_was_written_is_read_under_the_digest_of_its_content(place: &Place<'_>) {
    for content in [&b""[..], b"ip,port\n192.0.2.1,3389\n", &noise(300_000)] {
        let stored = write(&place.blobs, content);
        assert_eq!(stored.name, blake3::hash(content).to_hex().as_str());
        assert_eq!((stored.bytes, stored.is_new), (content.len() as u64, true));
        assert_eq!(read(&place.blobs, &stored.name), content);
        assert_eq!(verify(&place.blobs, &stored.name).unwrap(), stored.bytes);
        let info = place.blobs.info(&stored.name).unwrap().unwrap();
        assert_eq!(info.name, stored.name);
        assert!(!write(&place.blobs, content).is_new, "it was there");
    }
}

fn names_are_listed_in_their_order_page_by_page(place: &Place<'_>) {
    let mut names: Vec<_> = (0..25)
        .map(|number: u8| write(&place.blobs, &[number]).name)
        .collect();
    names.sort();
    let mut listed = Vec::new();
    let mut after = String::new();
    loop {
        let page = place.blobs.list(&after, 4).unwrap();
        let Some(last) = page.last() else {
            break;
        };
        assert!(page.len() <= 4);
        after.clone_from(&last.name);
        listed.extend(page.into_iter().map(|info| info.name));
    }
    listed.retain(|name| names.contains(name));
    assert_eq!(listed, names);
}

fn an_altered_blob_is_never_taken_for_a_whole_one(place: &Place<'_>) {
    let content = noise(200_000);
    let name = write(&place.blobs, &content).name;
    let whole = zstd::encode_all(&content[..], 1).unwrap();
    let mut flipped = whole.clone();
    for byte in &mut flipped[100_000..100_010] {
        *byte ^= 0xff;
    }
    let other = zstd::encode_all(&content[..100_000], 1).unwrap();
    for (what, bytes) in [
        ("flipped", &flipped[..]),
        ("cut", &whole[..150_000]),
        ("empty", b""),
        ("another", &other),
        ("not compressed", &content),
        ("longer", &[&whole[..], &other].concat()),
    ] {
        (place.tamper)(&name, Some(bytes));
        let error = verify(&place.blobs, &name).unwrap_err();
        assert!(
            matches!(error, StoreError::BlobAltered { .. }),
            "{what}: {error:?}"
        );
        assert!(error.to_string().contains(&name), "{error}");
        let mut reader = place.blobs.reader(&name).unwrap();
        assert!(reader.read_to_end(&mut Vec::new()).is_err(), "{what}");
    }
    (place.tamper)(&name, Some(&whole));
    assert_eq!(verify(&place.blobs, &name).unwrap(), 200_000);
    (place.tamper)(&name, None);
    let error = verify(&place.blobs, &name).unwrap_err();
    assert!(matches!(error, StoreError::BlobMissing { .. }), "{error:?}");
    assert_eq!(place.blobs.info(&name).unwrap(), None);
}

fn a_damaged_blob_is_mended_by_the_same_delivery(place: &Place<'_>) {
    let content = noise(5_000);
    let name = write(&place.blobs, &content).name;
    (place.tamper)(&name, Some(b"half"));
    let again = write(&place.blobs, &content);
    assert!(!again.is_new);
    assert_eq!(read(&place.blobs, &name), content);
}

fn what_is_removed_is_gone_and_removed_twice_without_harm(place: &Place<'_>) {
    let name = write(&place.blobs, b"gone").name;
    place.blobs.remove(&name).unwrap();
    place.blobs.remove(&name).unwrap();
    assert_eq!(place.blobs.info(&name).unwrap(), None);
}

fn a_name_that_is_none_leads_nowhere(place: &Place<'_>) {
    let up = "../".repeat(21) + "x";
    for name in ["", "00", &up, &"A".repeat(64)] {
        assert!(place.blobs.reader(name).is_err(), "{name}");
        assert!(place.blobs.remove(name).is_err(), "{name}");
    }
}

fn a_writer_that_is_dropped_leaves_nothing(place: &Place<'_>) {
    let mut writer = place.blobs.writer().unwrap();
    writer.write_all(b"dropped").unwrap();
    drop(writer);
    assert_eq!(
        place.blobs.sweep_unfinished(Duration::ZERO, true).unwrap(),
        0
    );
    let name = blake3::hash(b"dropped").to_hex();
    assert_eq!(place.blobs.info(name.as_str()).unwrap(), None);
}

fn check_suite(place: &Place<'_>) {
    what_was_written_is_read_under_the_digest_of_its_content(place);
    names_are_listed_in_their_order_page_by_page(place);
    an_altered_blob_is_never_taken_for_a_whole_one(place);
    a_damaged_blob_is_mended_by_the_same_delivery(place);
    what_is_removed_is_gone_and_removed_twice_without_harm(place);
    a_name_that_is_none_leads_nowhere(place);
    a_writer_that_is_dropped_leaves_nothing(place);
}

#[test]
fn a_folder_keeps_blobs() {
    let root = tempfile::tempdir().unwrap();
    check_suite(&folder(&root));
}

#[test]
fn other_files_in_the_folder_are_nobodys_blobs() {
    let root = tempfile::tempdir().unwrap();
    let place = folder(&root);
    let name = write(&place.blobs, b"ours").name;
    let blobs = root.path().join("blobs");
    std::fs::write(blobs.join("README"), "x").unwrap();
    std::fs::create_dir(blobs.join("zz")).unwrap();
    std::fs::write(blobs.join(path_of(&name)).with_extension("bak"), "x").unwrap();
    let names: Vec<_> = place.blobs.list("", 9).unwrap();
    assert_eq!(
        names.iter().map(|info| &info.name).collect::<Vec<_>>(),
        [&name]
    );
}

#[test]
fn a_folder_that_vanished_is_an_error_and_is_not_made_again() {
    let root = tempfile::tempdir().unwrap();
    let place = folder(&root);
    let mut writer = place.blobs.writer().unwrap();
    writer.write_all(b"late").unwrap();
    std::fs::remove_dir_all(root.path().join("blobs")).unwrap();
    assert!(writer.finish().is_err());
    assert!(place.blobs.writer().is_err());
    assert!(place.blobs.list("", 9).is_err());
    assert!(!root.path().join("blobs").exists());
}

#[test]
fn object_storage_keeps_blobs_as_a_folder_does() {
    let Some(server) = S3Server::open() else {
        return;
    };
    let root = tempfile::tempdir().unwrap();
    check_suite(&bucket(&root, &server, "desk/raw"));
    large_blobs_go_and_come_in_parts(&bucket(&root, &server, "large"));
    uploads_that_nobody_ends_are_swept(&server, &bucket(&root, &server, "uploads"));
    blobs_are_copied_between_places(&folder(&root), &bucket(&root, &server, "copy"));
    a_broken_line_is_mended_and_a_busy_server_waited_for(&server);
}

fn large_blobs_go_and_come_in_parts(place: &Place<'_>) {
    // Two parts out, nine in.
    let content = noise((64 << 20) + 12_345);
    let stored = write(&place.blobs, &content);
    assert_eq!(verify(&place.blobs, &stored.name).unwrap(), stored.bytes);
    assert!(!write(&place.blobs, &content).is_new);
    assert_eq!(
        place.blobs.sweep_unfinished(Duration::ZERO, true).unwrap(),
        0
    );
}

fn uploads_that_nobody_ends_are_swept(server: &S3Server, place: &Place<'_>) {
    server.post("uploads/ab/cd/abcd.zst?uploads=");
    let swept = |age, rehearse| place.blobs.sweep_unfinished(age, rehearse).unwrap();
    // This server says of every upload that it began in 2010.
    assert_eq!(swept(Duration::from_secs(100 * 365 * 86_400), false), 0);
    assert_eq!(swept(Duration::ZERO, true), 1);
    assert_eq!(swept(Duration::ZERO, false), 1);
    assert_eq!(swept(Duration::ZERO, false), 0);
}

fn blobs_are_copied_between_places(from: &Place<'_>, to: &Place<'_>) {
    let whole = write(&from.blobs, b"whole").name;
    let broken = write(&from.blobs, b"broken").name;
    (from.tamper)(&broken, Some(b"x"));
    let copied = from.blobs.copy_to(&to.blobs, &whole).unwrap();
    assert_eq!(copied, Copied::Bytes(5));
    assert_eq!(
        from.blobs.copy_to(&to.blobs, &whole).unwrap(),
        Copied::Present
    );
    assert!(from.blobs.copy_to(&to.blobs, &broken).is_err());
    assert_eq!(to.blobs.info(&broken).unwrap(), None);
    assert_eq!(read(&to.blobs, &whole), b"whole");
}

/// A connection of its own to the server, over a line that breaks.
fn over(line: &Line, server: &S3Server, prefix: &str) -> S3Options {
    let endpoint = format!("http://127.0.0.1:{}", line.port());
    S3Options {
        endpoint: endpoint.parse().unwrap(),
        ..server.options(prefix)
    }
}

fn a_broken_line_is_mended_and_a_busy_server_waited_for(server: &S3Server) {
    let root = tempfile::tempdir().unwrap();
    let line = Line::to(server.port());
    let blobs = || Blobs::in_s3(over(&line, server, "broken"), root.path()).unwrap();
    let content = noise(9 << 20);
    line.next(&[
        Fate::Busy,
        Fate::BreakAfterQuestion(100_000),
        Fate::BreakAfterQuestion(5_000_000),
    ]);
    let stored = write(&blobs(), &content);
    assert_eq!(line.waiting(), 0);
    line.next(&[Fate::BreakAfterAnswer(3_000_000), Fate::Busy]);
    assert_eq!(verify(&blobs(), &stored.name).unwrap(), stored.bytes);
    assert_eq!(line.waiting(), 0);

    line.next(&[Fate::BreakAfterAnswer(1_000_000); 5]);
    let error = verify(&blobs(), &stored.name).unwrap_err();
    let text = words_of(&error);
    assert!(text.contains("does not answer, tried 5 times"), "{text}");
    line.next(&[Fate::Busy; 5]);
    let text = words_of(&blobs().info(&stored.name).unwrap_err());
    assert!(text.contains("503 SlowDown"), "{text}");
}

/// An error with its causes.
fn words_of(error: &dyn std::error::Error) -> String {
    match error.source() {
        None => error.to_string(),
        Some(cause) => format!("{error}: {}", words_of(cause)),
    }
}

#[test]
fn storage_with_tls_and_the_bucket_in_the_host_checks_who_asks() {
    let Some(server) = S3Server::secured() else {
        return;
    };
    let root = tempfile::tempdir().unwrap();
    let at = |options: S3Options| Blobs::in_s3(options, root.path()).unwrap();
    for addressing in [Addressing::Path, Addressing::Virtual] {
        let prefix = addressing.as_str();
        let blobs = at(S3Options {
            addressing,
            ..server.options(prefix)
        });
        let stored = write(&blobs, b"over TLS");
        assert_eq!(read(&blobs, &stored.name), b"over TLS");
        assert_eq!(blobs.list("", 9).unwrap().len(), 1, "{prefix}");
        blobs.remove(&stored.name).unwrap();
    }
    let right = server.options("keys");
    let KeySource::Given(key) = right.key.clone() else {
        panic!("the server gives a key");
    };
    let file = root.path().join("key");
    let words = |key: &Credentials| {
        format!(
            "[default]\naws_access_key_id={}\naws_secret_access_key={}\n",
            key.access_key, key.secret_key
        )
    };
    std::fs::write(&file, words(&key)).unwrap();
    let from_file = at(S3Options {
        key: KeySource::File(file.clone()),
        ..right.clone()
    });
    write(&from_file, b"by a key in a file");
    let wrong = Credentials {
        secret_key: "hunter2".into(),
        ..key
    };
    std::fs::write(&file, words(&wrong)).unwrap();
    let text = words_of(&from_file.list("", 1).unwrap_err());
    assert!(
        text.contains("403 SignatureDoesNotMatch; check the key"),
        "{text}"
    );
    assert!(
        !text.contains("hunter2") && !text.contains("Signature="),
        "{text}"
    );

    let strangers = at(S3Options {
        ca: None,
        ..right.clone()
    });
    let text = words_of(&strangers.list("", 1).unwrap_err());
    assert!(
        text.contains("does not answer") && text.contains("ertificate"),
        "{text}"
    );
    let plain: S3Endpoint = right
        .endpoint
        .to_string()
        .replace("https", "http")
        .parse()
        .unwrap();
    let without_tls = at(S3Options {
        endpoint: plain,
        ..right.clone()
    });
    assert!(without_tls.list("", 1).is_err());
    let nowhere = at(S3Options {
        bucket: "s3://elsewhere".parse().unwrap(),
        ..right
    });
    let text = words_of(&nowhere.list("", 1).unwrap_err());
    assert!(text.contains("404 NoSuchBucket; make the bucket"), "{text}");
}
