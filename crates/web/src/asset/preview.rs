//! `GET /organisations/{organisation}/assets/imports/{import}`: what a list would change, and every row that is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use axum::extract::{Path, Query, State};
use axum::response::Response;
use formats::asset_list::{self, AssetList};
use model::register::OwnAssetRow;
use model::{IdKind, RowIssue, Timestamp};
use rules::access::Deed;
use rules::asset_plan::{Act, FieldChange, Plan, plan};
use serde::{Deserialize, Serialize};
use store::{AssetFilter, AssetImport, Tx};
use uuid::Uuid;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Rows of each kind that a page shows; the counts are of all.
const SHOWN_ROWS_MAX: usize = 500;

/// A list beside what it would change.
pub(super) struct Planned {
    pub(super) list: AssetList,
    pub(super) plan: Plan,
    /// Values of what is closed.
    closed: Vec<String>,
    name: String,
    is_whole: bool,
    /// Nothing is closed: a row that cannot be read may be the new spelling of what would be.
    is_closing_skipped: bool,
}

/// Reads a list that waits, and compares it with what is held now.
pub(super) fn planned(
    tx: &mut Tx<'_>,
    party_no: i64,
    import_no: i64,
    now: Timestamp,
) -> Result<Planned, Refusal> {
    let waiting = tx.asset_import(party_no, import_no, now)?;
    let AssetImport {
        content,
        is_whole,
        name,
        ..
    } = waiting.ok_or(Refusal::NotFound)?;
    // It was read when it came; a program that reads less than the one before it says so here.
    let list = asset_list::read(&content).map_err(|_| Refusal::Bad)?;
    let held: Vec<(i64, OwnAssetRow)> = tx
        .own_assets(party_no, &AssetFilter::default(), None, i64::MAX)?
        .into_iter()
        .map(|asset| (asset.asset_no, asset.row))
        .collect();
    let is_closing_skipped = is_whole && !list.issues.is_empty();
    let plan = plan(&list.rows, &held, is_whole && !is_closing_skipped);
    let closing: BTreeSet<_> = plan.closed.iter().collect();
    let closed = held
        .iter()
        .filter(|(asset_no, _)| closing.contains(asset_no));
    Ok(Planned {
        closed: closed.map(|(_, row)| row.given.clone()).collect(),
        list,
        plan,
        name,
        is_whole,
        is_closing_skipped,
    })
}

impl Planned {
    /// Equal when the list and all that it would change are equal, so that what is brought in is what was shown.
    pub(super) fn mark(&self) -> String {
        let mut hasher = Blake(blake3::Hasher::new());
        self.plan.hash(&mut hasher);
        for (line, row) in &self.list.rows {
            (
                line,
                row.value.to_string(),
                &row.given,
                &row.label,
                &row.group,
            )
                .hash(&mut hasher);
            let days = [row.valid_from, row.valid_until].map(|day| day.map(model::Day::days));
            (days, row.criticality).hash(&mut hasher);
        }
        hasher.0.finalize().to_hex().to_string()
    }
}

/// [`Hash`] into a digest that does not depend on the machine's own hasher.
struct Blake(blake3::Hasher);

impl Hasher for Blake {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    fn finish(&self) -> u64 {
        unreachable!("the digest is read, not this")
    }
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Before {
    /// Somebody tried to bring it in, and what is held had changed.
    changed: Option<String>,
}

#[derive(Serialize)]
struct PreviewView {
    id: Uuid,
    name: String,
    mark: String,
    has_changed: bool,
    is_whole: bool,
    is_closing_skipped: bool,
    counts: Counts,
    ignored_columns: String,
    shown_max: usize,
    bad: Vec<BadView>,
    repeats: Vec<RepeatView>,
    changes: Vec<ChangeView>,
    added: Vec<LineView>,
    closed: Vec<String>,
}

#[derive(Default, Serialize)]
struct Counts {
    rows: usize,
    added: usize,
    added_v4: usize,
    added_v6: usize,
    added_names: usize,
    changed: usize,
    kept: usize,
    repeated: usize,
    closed: usize,
    bad: usize,
    /// Rows by the first thing that is wrong with them.
    bad_by_reason: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct BadView {
    line: u64,
    field: String,
    /// End of the key of a text.
    why: &'static str,
    /// What stood there, in the words of the nouns.
    reason: String,
}

#[derive(Serialize)]
struct RepeatView {
    line: u64,
    value: String,
    first: u64,
}

#[derive(Serialize)]
struct ChangeView {
    line: u64,
    value: String,
    fields: Vec<(&'static str, String, String)>,
}

#[derive(Serialize)]
struct LineView {
    line: u64,
    value: String,
}

pub(super) async fn preview(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let import_no = site.number(IdKind::AssetImport, &id)?;
    let (party_no, now) = (member.party_no, site.now());
    let planned = site
        .read(move |tx| planned(tx, party_no, import_no, now))
        .await?;
    let view = PreviewView::new(id, &planned, before.changed.is_some());
    site.page(&member, "asset/preview.html", &view)
}

impl PreviewView {
    fn new(id: Uuid, planned: &Planned, has_changed: bool) -> Self {
        let mut view = Self {
            id,
            name: planned.name.clone(),
            mark: planned.mark(),
            has_changed,
            is_whole: planned.is_whole,
            is_closing_skipped: planned.is_closing_skipped,
            counts: Counts::default(),
            ignored_columns: planned.list.ignored_columns.join(", "),
            shown_max: SHOWN_ROWS_MAX,
            bad: planned.list.issues.iter().map(BadView::new).collect(),
            repeats: Vec::new(),
            changes: Vec::new(),
            added: Vec::new(),
            closed: planned.closed.clone(),
        };
        for ((line, row), act) in planned.list.rows.iter().zip(&planned.plan.acts) {
            view.add(*line, row, act);
        }
        view.count(&planned.list.issues);
        view.bad.truncate(SHOWN_ROWS_MAX);
        view.repeats.truncate(SHOWN_ROWS_MAX);
        view.changes.truncate(SHOWN_ROWS_MAX);
        view.added.truncate(SHOWN_ROWS_MAX);
        view.closed.truncate(SHOWN_ROWS_MAX);
        view
    }

    fn add(&mut self, line: u64, row: &OwnAssetRow, act: &Act) {
        let value = row.given.clone();
        match act {
            Act::Add => {
                match row.value.bounds() {
                    Some((first, _)) if first.is_ipv4() => self.counts.added_v4 += 1,
                    Some(_) => self.counts.added_v6 += 1,
                    None => self.counts.added_names += 1,
                }
                self.added.push(LineView { line, value });
            }
            Act::Change { fields, .. } => {
                let shown = |change: &FieldChange| {
                    (change.field, change.before.clone(), change.after.clone())
                };
                let fields = fields.iter().map(shown).collect();
                self.changes.push(ChangeView {
                    line,
                    value,
                    fields,
                });
            }
            Act::Keep(_) => self.counts.kept += 1,
            Act::Repeat(first) => {
                let first = *first;
                self.repeats.push(RepeatView { line, value, first });
            }
        }
    }

    fn count(&mut self, issues: &[RowIssue]) {
        let mut lines = BTreeSet::new();
        for issue in issues {
            if lines.insert(issue.line) {
                *self
                    .counts
                    .bad_by_reason
                    .entry(why(issue.code))
                    .or_default() += 1;
            }
        }
        self.counts.bad = lines.len();
        self.counts.added = self.added.len();
        self.counts.changed = self.changes.len();
        self.counts.repeated = self.repeats.len();
        self.counts.closed = self.closed.len();
        self.counts.rows = self.counts.bad
            + self.counts.added
            + self.counts.changed
            + self.counts.kept
            + self.counts.repeated;
    }
}

impl BadView {
    fn new(issue: &RowIssue) -> Self {
        Self {
            line: issue.line,
            field: issue.field.clone(),
            why: why(issue.code),
            reason: issue.reason.clone(),
        }
    }
}

/// What is wrong, in one of four words that pages have texts for.
fn why(code: &str) -> &'static str {
    match code {
        "bad-value" | "too-long" => "bad-value",
        "not-ownable" => "not-ownable",
        "missing" => "missing",
        _ => "unreadable",
    }
}
