//! The conformance suite: whatever holds for one engine holds for the other.
//!
//! A test is a function that takes a store; `both_engines!` at the end of each module runs it on both.

#![allow(clippy::unwrap_used, reason = "a test panics where something is wrong")]

mod ahead;
mod answer;
mod api;
mod audit;
mod backup;
mod batch;
mod blob;
mod builders;
mod check;
mod claim;
mod concurrent;
mod contact_key;
mod coverage;
mod credential;
mod customer_report;
mod delivery;
mod desk;
mod desk_scope;
mod enrolment;
mod evaluation;
mod expiry;
mod feedback;
mod finding;
mod handover;
mod identity;
mod invitation;
mod job;
mod leaving;
mod leftover;
mod legal_class;
mod mandated;
mod meeting;
mod message_list;
mod migration;
mod moving;
mod notification;
mod people;
mod phone_call;
mod profile;
mod proof_check;
mod queue;
mod register;
mod registration;
mod reply;
mod search;
mod security_txt;
mod service_mail;
mod status;
mod tls;
mod waiting;
mod wake;
