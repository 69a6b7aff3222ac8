//! Every command in the documents is one that the program understands.

use std::fs;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;

use super::command;

/// The pages for people: those of the root, and everything below `docs`.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut pages = Vec::new();
    let mut folders = vec![root.join("docs")];
    let at_root = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    pages.extend(at_root.filter(|path| path.is_file()));
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => pages.push(path),
            }
        }
    }
    pages.retain(|path| path.extension().is_some_and(|name| name == "md"));
    pages
}

/// Code of a page: lines of its blocks, and what stands between backticks, which may be a command without its arguments.
fn code(page: &str) -> Vec<(String, bool)> {
    let mut code = Vec::new();
    let mut is_block = false;
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            is_block = !is_block;
        } else if is_block {
            code.push((line.trim().to_owned(), true));
        } else {
            code.extend(
                line.split('`')
                    .skip(1)
                    .step_by(2)
                    .map(|span| (span.to_owned(), false)),
            );
        }
    }
    code
}

/// The words of a command line up to a comment, a pipe or the next command, without quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(mark), _) if mark == letter => quote = None,
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, '#' | '|' | '>' | ';' | '&') if word.is_none() => break,
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// The arguments if the words run our program: perhaps under another account, with variables before it.
fn arguments(words: &[String]) -> Option<&[String]> {
    let is_before = |word: &&String| {
        let is_variable = word.split_once('=').is_some_and(|(name, _)| {
            name.bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        });
        is_variable || ["runuser", "-u", "seinpost", "--"].contains(&word.as_str())
    };
    // `seinpost` is the account too, so the program is the last of these.
    let before = words.iter().take_while(is_before).count();
    (before > 0 && words[before - 1] == "seinpost").then(|| &words[before - 1..])
}

fn check(line: &str, is_whole: bool) -> Result<(), String> {
    let words = words(line);
    let Some(arguments) = arguments(&words).filter(|arguments| arguments.len() > 1) else {
        return Ok(());
    };
    match command().try_get_matches_from(arguments) {
        Ok(_) => Ok(()),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Ok(()),
            ErrorKind::MissingRequiredArgument
            | ErrorKind::MissingSubcommand
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
                if !is_whole =>
            {
                Ok(())
            }
            _ => Err(format!("`{line}`: {error}")),
        },
    }
}

#[test]
fn every_command_in_the_documents_is_understood() {
    let mut broken = Vec::new();
    let mut checked = 0;
    for path in pages() {
        for (line, is_whole) in code(&fs::read_to_string(&path).unwrap()) {
            checked += 1;
            if let Err(error) = check(&line, is_whole) {
                broken.push(format!("{}: {error}", path.display()));
            }
        }
    }
    assert!(checked > 100, "the documents were not read");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn wrong_commands_are_found() {
    for (line, is_whole, is_right) in [
        ("seinpost status", true, true),
        (
            "seinpost queue withhold NTF-2026-000042 --reason \"a test\" # why",
            true,
            true,
        ),
        (
            "SEINPOST_LOG=info runuser -u seinpost -- seinpost status | head",
            true,
            true,
        ),
        ("cargo build --release", true, true),
        ("seinpost queue release", false, true),
        ("seinpost queue release", true, false),
        ("seinpost statuss", false, false),
        (
            "runuser -u seinpost -- seinpost status --verbosely",
            true,
            false,
        ),
    ] {
        assert_eq!(check(line, is_whole).is_ok(), is_right, "{line}");
    }
}
