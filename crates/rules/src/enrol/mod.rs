//! How organisations come into a programme: what they bring is counted, criteria are checked, and places are given by
//! count and by lot (requirements PI-02 to PI-07).
//!
//! Nothing here is decided in secret: `docs/enrolment.md` says the rules in words, and [`proof`] is the file from which
//! anybody computes the result again.

pub mod agreement;
pub mod changes;
pub mod counting;
pub mod criteria;
pub mod draw;
pub mod form;
pub mod mailbox;
pub mod measure;
pub mod overlap;
pub mod proof;
pub mod report;
pub mod trade;
