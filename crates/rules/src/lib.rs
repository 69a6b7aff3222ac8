//! Decisions as pure functions, and content: the threat catalogue with advice, message texts and their rendering.
//!
//! Nothing here reads a file, asks for the time or draws a random number.

pub mod access;
pub mod answer;
pub mod asset_plan;
pub mod audience;
pub mod call;
pub mod catalogue;
pub mod enrol;
pub mod existence;
pub mod feedback;
pub mod four_eyes;
pub mod hours;
pub mod identity;
pub mod lookup;
pub mod matching;
pub mod message;
pub mod preview;
pub mod profile;
pub mod proof;
pub mod reason;
pub mod registration;
pub mod reply;
pub mod route;
pub mod silence;
pub mod source;
pub mod source_quality;
pub mod suppression;
pub mod survey;
pub mod upkeep;
pub mod urgency;
pub mod webhook;
