//! The flow from a report to a mail, on both engines.
//!
//! A test is a function that takes a store; `both_engines!` at the end of each module runs it on both. `Desk::work` checks
//! the balance each time: nothing is ever lost.

#![allow(clippy::unwrap_used, reason = "a test panics where something is wrong")]

mod again;
mod answers;
mod blobs;
mod checks;
mod claims;
mod clear;
mod copies;
mod desks;
mod distribution;
mod evaluations;
mod fairness;
mod hostile;
mod hours;
mod intake;
mod keys;
mod leaks;
mod legal_class;
mod mailboxes;
mod marking;
mod measures;
mod messages;
mod moving;
mod outage;
mod owners;
mod places;
mod programme;
mod proofs;
mod register_changes;
mod replies;
mod scale;
mod sealed;
mod service_mail;
mod settled;
mod source_quality;
mod thresholds;
mod trade;
mod upkeep;
mod vetting;
mod webhooks;
mod workers;
