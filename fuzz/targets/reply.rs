//! Mails in reply to messages: any bytes are read, and none proves that it answers a message of ours, as nobody can guess the
//! key of the installation.

#![no_main]

use libfuzzer_sys::fuzz_target;
use message::{REPLY_BYTES_MAX, Reply};
use model::IdKey;

fuzz_target!(|bytes: &[u8]| {
    let reply = Reply::read(bytes, &IdKey::new([7; 32]));
    assert!(reply.text.len() <= REPLY_BYTES_MAX);
    // What a word means is read from the same text.
    let _ = rules::reply::read(&reply.text);
    assert_eq!(reply.digest, Reply::read(bytes, &IdKey::new([7; 32])).digest);
});
