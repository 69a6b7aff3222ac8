//! What every page keeps that a person reads. Each answer of a test is looked at, so each page that any test asks for is.

/// Elements whose text is what a program wrote or reads, or what somebody typed.
const NOT_PROSE: [&str; 4] = ["pre", "code", "textarea", "script"];

/// Fails where a page breaks a rule.
pub(super) fn check(page: &str) {
    let text = prose(page);
    let iso = text.split(is_beside_day).find(|word| is_day(word));
    assert!(
        iso.is_none(),
        "a page shows the day {iso:?} as programs write it: give it the filter `day` or `moment`"
    );
    for link in page.split("href=\"#").skip(1) {
        let id = link.split('"').next().unwrap_or_default();
        assert!(
            page.contains(&format!(" id=\"{id}\"")),
            "a link leads to `#{id}`, which the page does not have"
        );
    }
}

/// The words between the tags.
fn prose(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        let name = tag
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next()
            .unwrap_or_default();
        rest = tag.split_once('>').map_or("", |(_, after)| after);
        if NOT_PROSE.contains(&name) {
            let end = format!("</{name}>");
            rest = rest.split_once(&end).map_or("", |(_, after)| after);
        }
    }
    text + rest
}

/// A hyphen is part of a day; what is longer than a day, such as a number of ours or the name of a file, is none.
fn is_beside_day(c: char) -> bool {
    !(c.is_alphanumeric() || matches!(c, '-' | '_' | ':'))
}

/// `2026-11-18`.
fn is_day(word: &str) -> bool {
    let shape = word
        .bytes()
        .map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    shape.eq(*b"0000-00-00")
}

#[test]
fn days_are_found_in_prose_and_nowhere_else() {
    let shown = |page: &str| prose(page).split(is_beside_day).any(is_day);
    assert!(shown("<p>On 2026-11-18, or later.</p>"));
    assert!(shown("<td>2026-11-18 14:05</td>"));
    for fine in [
        "<time datetime=\"2026-11-18\">18 November 2026</time>",
        "<p>CMP-2026-11-18</p>",
        "<pre><b>2026-11-18</b></pre>",
        "<p>2026-11-18T02:14:33Z</p>",
    ] {
        assert!(!shown(fine), "{fine}");
    }
}
