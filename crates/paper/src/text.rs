//! Plain texts that people type, as blocks.

use crate::Block;

pub(crate) fn read(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim).chain([""]) {
        let begun = begin(line);
        if (line.is_empty() || begun.is_some()) && !paragraph.is_empty() {
            blocks.push(Block::paragraph(paragraph.join(" ")));
            paragraph.clear();
        }
        match begun {
            Some(begun) => add(&mut blocks, begun),
            None if line.is_empty() => {}
            None => paragraph.push(line),
        }
    }
    blocks
}

/// What a line begins, if it begins something of its own.
fn begin(line: &str) -> Option<Block> {
    let heading = |level, text: &str| Block::Heading {
        level,
        text: text.trim().to_owned(),
    };
    let item = |is_numbered, text: &str| Block::List {
        is_numbered,
        items: vec![text.trim().to_owned()],
    };
    if let Some(text) = line.strip_prefix("## ") {
        return Some(heading(3, text));
    }
    if let Some(text) = line.strip_prefix("# ") {
        return Some(heading(2, text));
    }
    if let Some(text) = line.strip_prefix("- ") {
        return Some(item(false, text));
    }
    let (number, text) = line.split_once(". ")?;
    let is_number =
        (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| item(true, text))
}

/// Adds a block; an item goes to the list before it, if that is of its kind.
fn add(blocks: &mut Vec<Block>, block: Block) {
    if let (
        Some(Block::List {
            is_numbered: before,
            items: list,
        }),
        Block::List { is_numbered, items },
    ) = (blocks.last_mut(), &block)
        && before == is_numbered
    {
        list.extend(items.iter().cloned());
        return;
    }
    blocks.push(block);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_text_becomes_headings_paragraphs_and_lists() {
        let text = "# Purpose\nWe warn\nyou.\n\nYou:\n- read\n- act\n\n1. first\n2. second\n## Data\n2026 was. fine\n-no item";
        let list = |is_numbered, items: [&str; 2]| Block::List {
            is_numbered,
            items: items.map(str::to_owned).to_vec(),
        };
        assert_eq!(
            read(text),
            [
                Block::heading("Purpose"),
                Block::paragraph("We warn you."),
                Block::paragraph("You:"),
                list(false, ["read", "act"]),
                list(true, ["first", "second"]),
                Block::Heading {
                    level: 3,
                    text: "Data".to_owned()
                },
                Block::paragraph("2026 was. fine -no item"),
            ]
        );
        assert_eq!(read(" \n\n"), []);
    }
}
