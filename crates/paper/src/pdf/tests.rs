//! What other programs (poppler) make of the PDF.

use std::process::Command;

use super::*;

/// What a program of poppler says of a PDF; nothing where it is not installed and need not be. Not found through `testkit`, which
/// would bring a whole installation to a crate that knows paper only.
fn asked(program: &str, options: &[&str], pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("document.pdf");
    std::fs::write(&file, pdf).unwrap();
    let mut command = Command::new(program);
    command.args(options).arg(&file);
    if program == "pdftotext" {
        command.arg("-");
    }
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if std::env::var_os("SEINPOST_TEST_REQUIRE_COUNTERPARTS").is_none() => {
            eprintln!("skipped: {program}: {error}");
            return None;
        }
        Err(error) => panic!("{program} (package poppler-utils): {error}"),
    };
    assert!(output.status.success(), "{output:?}");
    // It writes titles of headings as they stand in the file, which may be UTF-16.
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn agreement() -> Document {
    let mut blocks = Block::read("# Doel\nWij waarschuwen u.\n\n- lezen\n- handelen\n\n1. eerst");
    for _ in 0..60 {
        blocks.push(Block::paragraph(
            "Een alinea over gegevens en aansprakelijkheid.",
        ));
    }
    blocks.push(Block::heading("Ondertekening"));
    blocks.push(Block::Table {
        head: ["Wat", "Waarde"].map(str::to_owned).to_vec(),
        rows: vec![
            ["Naam", "Zoë Visser"].map(str::to_owned).to_vec(),
            ["Functie", ""].map(str::to_owned).to_vec(),
        ],
    });
    Document {
        title: "Overeenkomst \u{2013} proef".to_owned(),
        language: Language::Nl,
        author: "CSIRT Example".to_owned(),
        made_on: "2026-11-18".parse().unwrap(),
        blocks,
    }
}

#[test]
fn the_tree_of_a_document_has_its_headings_lists_and_tables_in_order() {
    let pdf = agreement().to_pdf().unwrap();
    let Some(tree) = asked("pdfinfo", &["-struct"], &pdf) else {
        return;
    };
    let kinds: Vec<&str> = tree
        .lines()
        .map(|line| line.trim().split([' ', ':']).next().unwrap_or_default())
        .filter(|kind| *kind != "P" && !kind.is_empty())
        .collect();
    let list_of = |items: usize| {
        ["L"]
            .into_iter()
            .chain(["LI", "Lbl", "LBody"].repeat(items))
    };
    let want: Vec<&str> = ["H1", "H2"]
        .into_iter()
        .chain(list_of(2))
        .chain(list_of(1))
        .chain(["H2", "Table", "THead", "TR", "TH", "TH", "TBody"])
        .chain(["TR", "TH", "TD", "TR", "TH", "TD"])
        .collect();
    let kinds: Vec<&str> = kinds
        .into_iter()
        .filter(|kind| want.contains(kind))
        .collect();
    assert_eq!(kinds, want, "{tree}");
}

#[test]
fn a_document_says_what_it_is_in_which_language_and_that_it_is_tagged() {
    let pdf = agreement().to_pdf().unwrap();
    let Some(info) = asked("pdfinfo", &[], &pdf) else {
        return;
    };
    for said in [
        "Title:           Overeenkomst",
        "Tagged:          yes",
        "Author:          CSIRT Example",
    ] {
        assert!(info.contains(said), "{said}: {info}");
    }
    let meta = asked("pdfinfo", &["-meta"], &pdf).unwrap();
    for said in ["<pdfuaid:part>1</pdfuaid:part>", "nl"] {
        assert!(meta.contains(said), "{said}: {meta}");
    }
    let text = asked("pdftotext", &["-layout"], &pdf).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "Wij waarschuwen u.",
        "Zoë Visser",
        "Pagina 2 van 3",
        "1. eerst",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert_eq!(agreement().to_pdf().unwrap(), agreement().to_pdf().unwrap());
}
