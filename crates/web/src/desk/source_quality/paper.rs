//! What a source is told of its reports: by the rule of ten, with no organisation, no address and no sum of types, from which a
//! hidden number could be computed.

use model::{Day, Language, TallyKind};
use paper::{Block, Document};
use rules::enrol::report::PUBLIC_MIN;
use rules::source_quality::{Quarter, TypeQuality};

use crate::refusal::Refusal;
use crate::site::Site;

/// The document for a source.
pub(super) struct QualityPaper<'a> {
    pub(super) source: &'a str,
    pub(super) quarter: Quarter,
    pub(super) types: &'a [TypeQuality],
    pub(super) language: Language,
    pub(super) made_on: Day,
}

impl QualityPaper<'_> {
    pub(super) fn document(&self, site: &Site, author: &str) -> Result<Document, Refusal> {
        let quarter = self.quarter.name();
        let facts = [("source", self.source), ("quarter", &*quarter)];
        let mut blocks = vec![Block::paragraph(self.text(site, "intro")?)];
        if self.types.is_empty() {
            blocks.push(Block::paragraph(self.text(site, "document-none")?));
        }
        for (title, columns, row) in TABLES {
            let rows: Vec<_> = self.types.iter().map(row).collect();
            self.add_table(&mut blocks, site, title, columns, rows)?;
        }
        let issues = self.types.iter().flat_map(issue_rows).collect();
        self.add_table(&mut blocks, site, "issues", &["reason", "rows"], issues)?;
        blocks.push(Block::heading(self.text(site, "meaning")?));
        let min = PUBLIC_MIN.to_string();
        let hidden = self.filled(site, "hidden", &[("min", &min)])?;
        blocks.push(Block::paragraph(hidden));
        let mut items = Vec::new();
        for word in MEANINGS {
            let name = self.text(site, word)?;
            let meaning = self.text(site, &format!("{word}-meaning"))?;
            items.push(format!("{name}: {meaning}"));
        }
        blocks.push(Block::List {
            is_numbered: false,
            items,
        });
        Ok(Document {
            title: self.filled(site, "document-title", &facts)?,
            language: self.language,
            author: author.to_owned(),
            made_on: self.made_on,
            blocks,
        })
    }

    /// A table with the type in its first column; none without rows.
    fn add_table(
        &self,
        blocks: &mut Vec<Block>,
        site: &Site,
        title: &str,
        columns: &[&str],
        rows: Vec<Vec<String>>,
    ) -> Result<(), Refusal> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut head = vec![self.text(site, "type")?];
        for column in columns {
            head.push(self.text(site, column)?);
        }
        blocks.push(Block::heading(self.text(site, title)?));
        blocks.push(Block::Table { head, rows });
        Ok(())
    }

    fn text(&self, site: &Site, word: &str) -> Result<String, Refusal> {
        self.filled(site, word, &[])
    }

    fn filled(
        &self,
        site: &Site,
        word: &str,
        facts: &[(&'static str, &str)],
    ) -> Result<String, Refusal> {
        let key = format!("desk-quality-{word}");
        Ok(site.pages().text(self.language, &key, facts)?)
    }
}

/// Words that need to be said what they mean.
const MEANINGS: [&str; 9] = [
    "repaired",
    "findings",
    "corroborated",
    "delay",
    "told",
    "confirmed",
    "false-alarms",
    "share",
    "not-ours",
];

/// Title, columns behind that of the type, and cells.
type TableOf = (
    &'static str,
    &'static [&'static str],
    fn(&TypeQuality) -> Vec<String>,
);

const TABLES: [TableOf; 3] = [
    (
        "rows-title",
        &[
            "rows",
            "accepted",
            "duplicate",
            "quarantined",
            "refused",
            "repaired",
        ],
        row_cells,
    ),
    (
        "findings-title",
        &["observations", "findings", "corroborated", "delay"],
        finding_cells,
    ),
    (
        "answers-title",
        &[
            "told",
            "answered",
            "confirmed",
            "false-alarms",
            "share",
            "not-ours",
        ],
        answer_cells,
    ),
];

fn row_cells(quality: &TypeQuality) -> Vec<String> {
    let counts = [
        TallyKind::Rows,
        TallyKind::Accepted,
        TallyKind::Duplicate,
        TallyKind::Quarantined,
        TallyKind::Refused,
        TallyKind::Repaired,
    ]
    .map(|kind| quality.count(kind).to_string());
    [vec![quality.report_type.clone()], counts.to_vec()].concat()
}

fn finding_cells(quality: &TypeQuality) -> Vec<String> {
    let delay = quality.delay();
    vec![
        quality.report_type.clone(),
        quality.count(TallyKind::Observations).to_string(),
        quality.count(TallyKind::Findings).to_string(),
        shown(quality.for_source().corroborated),
        delay.map_or("-".to_owned(), |(half, most)| format!("{half} / {most}")),
    ]
}

fn answer_cells(quality: &TypeQuality) -> Vec<String> {
    let told = quality.for_source();
    let share = told.false_alarm_percent();
    vec![
        quality.report_type.clone(),
        shown(told.told),
        shown(told.answered),
        shown(told.confirmed),
        shown(told.false_alarms),
        share.map_or("*".to_owned(), |percent| format!("{percent} %")),
        shown(told.not_ours),
    ]
}

/// What is not told has a star, which the document explains.
fn shown(number: Option<i64>) -> String {
    number.map_or("*".to_owned(), |number| number.to_string())
}

fn issue_rows(quality: &TypeQuality) -> Vec<Vec<String>> {
    let issues = quality.issues.iter();
    issues
        .map(|(reason, rows)| {
            vec![
                quality.report_type.clone(),
                reason.clone(),
                rows.to_string(),
            ]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use rules::source_quality::by_type;

    use super::*;

    #[test]
    fn nine_false_alarms_are_a_star_and_ten_are_a_number() {
        for (false_alarms, want) in [(9, ["*", "*"]), (10, ["10", "4 %"])] {
            let counts = [
                (TallyKind::Findings, 1_000),
                (TallyKind::Told, 800),
                (TallyKind::FalseAlarm, false_alarms),
                (TallyKind::Confirmed, 200),
                (TallyKind::NotOurs, 50),
            ];
            let types = by_type(
                counts.map(|(kind, total)| ("scan_rdp".to_owned(), kind, String::new(), total)),
            );
            let cells = answer_cells(&types[0]);
            assert_eq!(cells[4..6], want, "{cells:?}");
            assert_eq!(cells[1], "800");
        }
    }
}
