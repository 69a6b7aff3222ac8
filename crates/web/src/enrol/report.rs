//! `/programmes/{programme}/report`: what a programme came to, once it was ended, by the rule of ten. And the report of the desk as a
//! document.

use axum::extract::{Path, State};
use axum::response::Response;
use model::{Day, Language};
use paper::{Block, Document};
use rules::enrol::measure::Month;
use rules::enrol::report::{Counts, Findings, PUBLIC_MIN, Report};
use serde::Serialize;
use store::{Programme, ProgrammeEnd};

use super::programme::{proof_of, published};
use super::{ProgrammeView, in_language};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// The report that an ended programme keeps.
pub(crate) fn read_report(end: &ProgrammeEnd) -> Report {
    serde_json::from_str(&end.report).unwrap_or_default()
}

#[derive(Serialize)]
struct View {
    programme: ProgrammeView,
    ended_at: String,
    /// Whether places were given, and the file of the draw says how.
    is_drawn: bool,
    words: [&'static str; 6],
    total: [Option<u64>; 6],
    /// Sizes, several where they are taken together, and how many applied.
    sizes: Vec<(Vec<String>, u64)>,
    findings: Vec<(&'static str, Option<u64>)>,
    /// The smallest number that is told.
    public_min: u64,
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Result<Response, Refusal> {
    let (programme, end, proof) = site
        .read(move |tx| {
            let programme = published(tx.programme_named(&slug)?)?;
            let end = tx.programme_end(programme.programme_no)?;
            let proof = proof_of(tx, &programme)?;
            Ok((programme, end.ok_or(Refusal::NotFound)?, proof))
        })
        .await?;
    let of_draw = proof.map(|proof| {
        let selected = proof.selected().count() as u64;
        [proof.applications.into(), proof.rows.len() as u64, selected]
    });
    let report = read_report(&end).public(of_draw);
    let view = View {
        programme: ProgrammeView::new(&site, visitor.language, &programme),
        ended_at: end.ended_at.to_string(),
        is_drawn: of_draw.is_some(),
        words: Counts::WORDS,
        total: report.total,
        sizes: report.sizes,
        findings: Findings::WORDS.into_iter().zip(report.findings).collect(),
        public_min: PUBLIC_MIN,
    };
    site.page(&visitor, "enrol/report.html", &view)
}

/// The report of the desk, with every number.
pub(crate) struct ReportPaper<'a> {
    pub(crate) programme: &'a Programme,
    pub(crate) report: &'a Report,
    pub(crate) made_on: Day,
}

impl ReportPaper<'_> {
    /// In the language of the visitor.
    pub(crate) fn document(&self, site: &Site, visitor: &Visitor) -> Result<Document, Refusal> {
        let language = visitor.language;
        let t = |key: &str| site.pages().text(language, key, &[]);
        let name = in_language(language, &self.programme.terms.name);
        let mut blocks = vec![Block::paragraph(t("report-intro")?)];
        let mut head = vec![t("report-all")?];
        for word in Counts::WORDS {
            head.push(t(&format!("report-{word}"))?);
        }
        let row = |name: String, counts: &Counts| {
            let values = counts.values().map(|count| count.to_string());
            [name].into_iter().chain(values).collect::<Vec<String>>()
        };
        blocks.push(Block::Table {
            rows: vec![row(t("report-all")?, &self.report.total)],
            head: head.clone(),
        });
        for (group, parts) in [
            ("sector", &self.report.sectors),
            ("size", &self.report.sizes),
        ] {
            let title = t(&format!("enrol-{group}"))?;
            head[0].clone_from(&title);
            let mut rows = Vec::new();
            for (word, counts) in parts {
                rows.push(row(t(&format!("enrol-{group}-{word}"))?, counts));
            }
            blocks.push(Block::heading(title));
            blocks.push(Block::Table {
                head: head.clone(),
                rows,
            });
        }
        blocks.push(Block::heading(t("report-findings")?));
        let mut rows = Vec::new();
        for (word, count) in Findings::WORDS.iter().zip(self.report.findings.values()) {
            rows.push(vec![t(&format!("report-{word}"))?, count.to_string()]);
        }
        blocks.push(Block::Table {
            head: vec![t("report-findings")?, t("report-number")?],
            rows,
        });
        self.add_months(&mut blocks, site, language)?;
        self.add_surveys(&mut blocks, site, language)?;
        Ok(Document {
            title: site
                .pages()
                .text(language, "report-title", &[("programme", &name)])?,
            language,
            author: visitor.desk_name.clone(),
            made_on: self.made_on,
            blocks,
        })
    }
    fn add_months(
        &self,
        blocks: &mut Vec<Block>,
        site: &Site,
        language: Language,
    ) -> Result<(), Refusal> {
        let t = |key: &str| site.pages().text(language, key, &[]);
        if self.report.months.is_empty() {
            return Ok(());
        }
        let mut head = vec![t("desk-measures-month")?];
        for word in MEASURES {
            head.push(t(&format!("desk-measures-{word}"))?);
        }
        blocks.push(Block::heading(t("desk-measures-title")?));
        blocks.push(Block::Table {
            head,
            rows: self.report.months.iter().map(month_row).collect(),
        });
        Ok(())
    }

    fn add_surveys(
        &self,
        blocks: &mut Vec<Block>,
        site: &Site,
        language: Language,
    ) -> Result<(), Refusal> {
        let t = |key: &str, facts: &[(&'static str, &str)]| site.pages().text(language, key, facts);
        for survey in &self.report.surveys {
            let [answered, invited] =
                [survey.answered, survey.invited].map(|count| count.to_string());
            let facts = [("answered", &answered[..]), ("invited", &invited[..])];
            blocks.push(Block::heading(in_language(language, &survey.name)));
            blocks.push(Block::paragraph(t("report-survey-answered", &facts)?));
            for question in &survey.questions {
                let row = |(text, count): &([String; 2], u64)| {
                    vec![in_language(language, text), count.to_string()]
                };
                blocks.push(Block::Table {
                    head: vec![
                        in_language(language, &question.text),
                        t("report-number", &[])?,
                    ],
                    rows: question.answers.iter().map(row).collect(),
                });
            }
        }
        Ok(())
    }
}

/// Words of what is measured, in the order of [`month_row`].
const MEASURES: [&str; 13] = [
    "messages",
    "automatic",
    "minutes",
    "findings",
    "matched",
    "notice",
    "to-tell",
    "recipients",
    "reached",
    "seen",
    "answering",
    "judged",
    "useful",
];

fn month_row(month: &Month) -> Vec<String> {
    let share = |percent: Option<i64>| percent.map_or("-".to_owned(), |share| format!("{share} %"));
    let notice = month.notice;
    let maybe = |count: Option<i64>| count.map_or("-".to_owned(), |count| count.to_string());
    vec![
        month.name.clone(),
        month.messages.to_string(),
        share(month.automatic),
        month.hand_minutes.to_string(),
        month.findings.to_string(),
        share(month.matched),
        notice.map_or("-".to_owned(), |(median, p90)| format!("{median} / {p90}")),
        maybe(month.to_tell),
        month.recipients.to_string(),
        share(month.reached),
        match month.seen_share {
            Some(percent) => format!("{} ({percent} %)", maybe(month.seen)),
            None => maybe(month.seen),
        },
        month.answering.to_string(),
        month.judged.to_string(),
        share(month.useful),
    ]
}
