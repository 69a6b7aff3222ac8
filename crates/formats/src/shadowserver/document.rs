//! The table of types for people, as Markdown: `docs/sources/shadowserver.md` holds it.

use std::fmt::Write as _;

use super::types::{ALL, IdentifierRule, ReportType, SideRule};

/// The page with its table and its list of differences replaced by those of the code; nothing if it lacks the marks
/// between which they stand.
pub fn update(page: &str) -> Option<String> {
    let page = replace_between(page, "table", &markdown())?;
    replace_between(&page, "differences", &differences())
}

fn replace_between(page: &str, name: &str, text: &str) -> Option<String> {
    let begin = format!("<!-- {name}: written by a test, see CONTRIBUTING.md -->\n");
    let end = format!("<!-- end of {name} -->\n");
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{text}\n{end}{after}"))
}

/// The table: a line for each side that somebody is told about, and for each variant of it.
pub fn markdown() -> String {
    let mut text = String::from(
        "| type | side | threat | keyed by | role | RSIT | severity if the row has none |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for report_type in ALL {
        for side in report_type.sides {
            push_side(&mut text, report_type, side);
        }
    }
    text
}

fn push_side(text: &mut String, report_type: &ReportType, rule: &SideRule) {
    let severity = rule.severity.unwrap_or(report_type.severity);
    let SideRule { side, keyed_by, .. } = rule;
    let name = report_type.name;
    let mut push = |name: &str, threat, role, rsit| {
        let line =
            format!("| {name} | {side} | {threat} | {keyed_by} | {role} | {rsit} | {severity} |");
        writeln!(text, "{line}").expect("a string takes everything");
    };
    push(name, rule.threat, rule.role, rule.rsit);
    for variant in rule.variants {
        let name = format!("{name}, `{}` in `{}`", variant.word, variant.column);
        push(&name, variant.threat, variant.role, variant.rsit);
    }
}

/// What of a type differs from one address, one port and no identifier, as a list.
pub fn differences() -> String {
    let mut text = String::new();
    for report_type in ALL {
        let words: Vec<String> = report_type.sides.iter().filter_map(difference).collect();
        if !words.is_empty() {
            writeln!(text, "- **{}**: {}.", report_type.name, words.join("; "))
                .expect("a string takes everything");
        }
    }
    text
}

fn difference(rule: &SideRule) -> Option<String> {
    let columns = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", else ")
    };
    let mut words = Vec::new();
    if !rule.key_names.is_empty() {
        words.push(format!("the name is that of {}", columns(rule.key_names)));
    }
    match rule.identifier {
        IdentifierRule::FirstOf(names) => {
            words.push(format!("the identifier is {}", columns(names)));
        }
        IdentifierRule::Account => words.push("the identifier is the account".to_owned()),
        IdentifierRule::Text(name) => words.push(format!(
            "the identifier is each CVE in `{name}`, else its text"
        )),
        IdentifierRule::Cves(names) if names.len() > 1 => words.push(format!(
            "the identifier is each CVE in {}",
            columns(names).replace(", else", " or")
        )),
        IdentifierRule::Cves(_) | IdentifierRule::None => {}
    }
    if rule.may_fall_back {
        words.push("without a port or a name it is keyed by what is left".to_owned());
    }
    if rule.may_be_range {
        words.push("of a range the first address counts".to_owned());
    }
    (!words.is_empty()).then(|| format!("{} side, {}", rule.side, words.join(", ")))
}
