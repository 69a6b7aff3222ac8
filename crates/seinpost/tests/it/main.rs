//! End-to-end tests: one program, one module per subject.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod blobs;
mod catalogue;
mod counting;
mod draw;
mod import;
mod keeping;
mod keys;
mod logs;
mod mail;
mod moving;
mod person;
mod service;
mod tidy;
mod words;
