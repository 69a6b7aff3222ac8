//! Programs of others that tests speak to, where they are installed.

use std::path::{Path, PathBuf};

/// Set to 1 where nothing may be left out: a program that is missing is a failure then.
const REQUIRED: &str = "SEINPOST_TEST_REQUIRE_COUNTERPARTS";

/// Finds a program: named by `variable`, in a virtual environment in `target`, or on the path. Where it is not installed
/// and need not be, says so and gives nothing.
///
/// # Panics
/// When it is not installed and must be.
pub(crate) fn program(name: &str, variable: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/counterparts/bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = vec![ours];
    folders.extend(std::env::split_paths(&path));
    let found = named.or_else(|| {
        let mut places = folders.into_iter().map(|folder| folder.join(name));
        places.find(|place| place.is_file())
    });
    if found.is_none() {
        miss(&format!(
            "`{name}` is not installed: name it with {variable}"
        ));
    }
    found
}

/// The packages for Node of one kind of test, which `scripts/check` installs into `target`. Where they are not there and need
/// not be, says so and gives nothing.
///
/// # Panics
/// When they are not there and must be.
pub(crate) fn packages(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/counterparts");
    let folder = root.join(name);
    let is_there = folder.join("node_modules").is_dir();
    if !is_there {
        miss(&format!(
            "`{}` is not there: scripts/check makes it",
            folder.display()
        ));
    }
    is_there.then_some(folder)
}

fn miss(why: &str) {
    let is_required = std::env::var_os(REQUIRED).is_some_and(|value| value == "1");
    assert!(!is_required, "{why}");
    eprintln!("skipped: {why}");
}
