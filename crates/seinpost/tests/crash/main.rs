//! Crash safety, shown on the real program: it is killed, starved, lied to and stopped, and must end where an
//! undisturbed run ends. A program of its own beside `it`: it starts servers and takes long, and `scripts/crash` runs it
//! alone, for hours if asked. Read `story.rs` first, then `kills.rs`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod end;
mod faults;
mod kills;
mod moment;
mod program;
mod run;
mod settings;
mod story;
