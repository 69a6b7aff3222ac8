//! The program `seinpost`: settings, commands, start and stop. The rules of the domain are in the other crates.
//!
//! Read [`cli`] first: it holds the list of commands. Each command is one file in [`commands`]: parse, call, print.

mod cli;
mod commands;
mod crew;
mod intake;
mod lifecycle;
mod log;
mod newcomer;
mod observe;
mod output;
mod problem;
mod progress;
mod providers;
mod session;
mod settings;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
