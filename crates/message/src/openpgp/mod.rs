//! OpenPGP for contacts that gave a key: reading certificates (RFC 9580), and mails that only their owner reads (RFC 3156).
//!
//! Packets and cryptography are rPGP's. It takes a certificate apart and leaves the judgement to its caller: that is
//! [`Certificate::read`]. Why it is so stands in ADR 0017.
//!
//! Left to others: where certificates are kept (`store`), and what becomes of a mail whose key cannot be used (`pipeline`).
//! No private key is read or held.

mod certificate;
mod judge;
mod problem;
mod seal;

pub use certificate::{Certificate, KEY_BYTES_MAX, armored, in_groups};
pub use problem::KeyProblem;
