use super::*;

#[test]
fn the_command_line_is_sound() {
    command().debug_assert();
}

/// Every command with its path, such as `queue list`.
fn every_command() -> Vec<(String, clap::Command)> {
    fn add(path: &str, command: &clap::Command, all: &mut Vec<(String, clap::Command)>) {
        all.push((path.to_owned(), command.clone()));
        for inner in command
            .get_subcommands()
            .filter(|inner| inner.get_name() != "help")
        {
            add(&format!("{path} {}", inner.get_name()), inner, all);
        }
    }
    let mut all = Vec::new();
    let mut command = command();
    command.build();
    add("seinpost", &command, &mut all);
    all
}

#[test]
fn every_help_text_renders_with_an_about_line_and_examples() {
    for (path, mut command) in every_command() {
        let about = command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default();
        assert!(!about.is_empty(), "`{path}` says what it does");
        let help = command.render_long_help().to_string();
        assert!(
            help.contains("Examples:"),
            "`{path} --help` has examples:\n{help}"
        );
        assert!(
            help.contains("Usage:"),
            "`{path} --help` shows its usage:\n{help}"
        );
    }
}

#[test]
fn no_line_of_an_example_is_broken() {
    for (path, mut command) in every_command() {
        let examples = command.get_after_help().map(ToString::to_string);
        let help = command.render_long_help().to_string();
        for line in examples.unwrap_or_default().lines() {
            let is_whole = help
                .lines()
                .any(|shown| shown.trim_end() == line.trim_end());
            assert!(is_whole, "`{path} --help` breaks: {line}");
        }
    }
}

#[test]
fn every_argument_is_explained() {
    for (path, command) in every_command() {
        for argument in command.get_arguments() {
            let is_explained = argument.get_help().is_some() || argument.get_long_help().is_some();
            assert!(is_explained, "`{path}` explains `{}`", argument.get_id());
        }
    }
}

#[test]
fn the_commands_are_these() {
    let lines: Vec<String> = every_command()
        .iter()
        .map(|(path, command)| {
            format!(
                "{path}: {}",
                command
                    .get_about()
                    .map(ToString::to_string)
                    .unwrap_or_default()
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}
