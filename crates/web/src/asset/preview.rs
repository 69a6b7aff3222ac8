//! `GET /organisations/{organisation}/assets/imports/{import}`: what a list would change, and every row that is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use formats::asset_list::{self, AssetList};
use model::register::OwnAssetRow;
use model::{IdKind, Prefix, PrefixError, RowIssue, Timestamp};
use rules::access::Deed;
use rules::asset_plan::{Act, FieldChange, Plan, plan, with_suppliers_kept};
use serde::{Deserialize, Serialize};
use store::{OwnAssetPut, Tx};
use uuid::Uuid;

use super::holding::{Done, Holding, held, puts};
use crate::acting::Acting;
use crate::form::known;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Rows of each kind that a page shows; the counts are of all.
const SHOWN_ROWS_MAX: usize = 500;

/// A list that waits, read.
#[derive(Clone)]
pub(crate) struct Waiting {
    list: AssetList,
    name: String,
    is_whole: bool,
    /// Whoever brought it does not read suppliers: what it says of none stays as it is.
    keeps_suppliers: bool,
    /// Who brought it, and when.
    by: String,
    at: String,
}

impl Waiting {
    /// A list that is all that an organisation holds, and that nobody keeps; and whether it is of somebody who does not read
    /// suppliers.
    pub(crate) fn whole(list: AssetList, keeps_suppliers: bool) -> Self {
        Self {
            list,
            name: String::new(),
            is_whole: true,
            keeps_suppliers,
            by: String::new(),
            at: String::new(),
        }
    }
}

/// A list beside what it would change.
pub(crate) struct Planned {
    waiting: Arc<Waiting>,
    held: Vec<(i64, OwnAssetRow)>,
    pub(crate) plan: Plan,
    /// Nothing is closed: a row that cannot be read may be the new spelling of what would be.
    is_closing_skipped: bool,
}

/// Reads a list that waits.
pub(super) async fn waiting(
    site: &Site,
    party_no: i64,
    import_no: i64,
) -> Result<Arc<Waiting>, Refusal> {
    let now = site.now();
    let import = site
        .read(move |tx| {
            let import = tx.asset_import(party_no, import_no, now)?;
            let import = import.ok_or(Refusal::NotFound)?;
            let by = tx.person(import.by_person)?;
            Ok((import, by.map(|person| person.name).unwrap_or_default()))
        })
        .await?;
    let (import, by) = import;
    let content = import.content;
    let list = site.compute(move || asset_list::read(&content)).await?;
    Ok(Arc::new(Waiting {
        // It was read when it came; a program that reads less than the one before it says so here.
        list: list.map_err(|_| Refusal::Bad)?,
        name: import.name,
        is_whole: import.is_whole,
        // Who may change assets by a page reads them.
        keeps_suppliers: false,
        by,
        at: import.created_at.to_string(),
    }))
}

impl Planned {
    /// Compares a list with what is held.
    pub(crate) fn new(mut waiting: Arc<Waiting>, held: Vec<(i64, OwnAssetRow)>) -> Self {
        if waiting.keeps_suppliers {
            let rows = with_suppliers_kept(&waiting.list.rows, &held);
            Arc::make_mut(&mut waiting).list.rows = rows;
        }
        let is_closing_skipped = waiting.is_whole && !waiting.list.issues.is_empty();
        let is_closing = waiting.is_whole && !is_closing_skipped;
        Self {
            plan: plan(&waiting.list.rows, &held, is_closing),
            waiting,
            held,
            is_closing_skipped,
        }
    }

    /// The list.
    pub(crate) fn list(&self) -> &AssetList {
        &self.waiting.list
    }

    /// What a field says before it is changed, as whoever brought the list may read it.
    pub(crate) fn before<'c>(&self, change: &'c FieldChange) -> &'c str {
        match self.waiting.keeps_suppliers && change.field == "supplier" {
            true => "",
            false => &change.before,
        }
    }

    /// What it writes.
    fn puts(&self) -> Vec<OwnAssetPut<'_>> {
        puts(&self.waiting.list.rows, &self.held, &self.plan)
    }

    /// Brings the list in, with all that follows; says what was done.
    pub(crate) fn bring_in(
        &self,
        tx: &mut Tx<'_>,
        holding: Holding,
        acting: &Acting,
        now: Timestamp,
    ) -> Result<Done, Refusal> {
        let (puts, closing) = (self.puts(), &self.plan.closed);
        let done = holding.change(tx, &puts, closing, now)?;
        let Done {
            added,
            changed,
            closed,
        } = done;
        let detail = format!("{added} added, {changed} changed, {closed} closed");
        acting.record(tx, "import-assets", &detail, now)?;
        Ok(done)
    }

    /// Values of what is closed.
    pub(crate) fn closed(&self) -> Vec<String> {
        let closing: BTreeSet<_> = self.plan.closed.iter().collect();
        let closed = self
            .held
            .iter()
            .filter(|(asset_no, _)| closing.contains(asset_no));
        closed.map(|(_, row)| row.given.clone()).collect()
    }

    /// Equal when the list and all that it would change are equal, so that what is brought in is what was shown.
    pub(crate) fn mark(&self) -> String {
        let mut hasher = Blake(blake3::Hasher::new());
        self.plan.hash(&mut hasher);
        for (line, row) in &self.waiting.list.rows {
            (
                line,
                row.value.to_string(),
                &row.given,
                &row.label,
                &row.group,
                &row.supplier,
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
    by: String,
    at: String,
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
    reason: &'static str,
    /// What stood there.
    given: String,
    /// What was meant instead, where that can be told.
    meant: String,
}

/// Reasons that have a text of their own, beside those of [`reason`].
const REASONS: [&str; 18] = [
    "reserved",
    "reserved-asn",
    "public-suffix",
    "bad-address",
    "bad-prefix",
    "host-bits",
    "bad-range",
    "bad-asn",
    "bad-name",
    "bad-url",
    "free-mail",
    "missing",
    "too-long",
    "not-after",
    "not-utf8",
    "field-count",
    "quote-unclosed",
    "row-cut-off",
];

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
    let party_no = member.party_no;
    let waiting = waiting(&site, party_no, import_no).await?;
    let held = site.read(move |tx| Ok(held(tx, party_no)?)).await?;
    let has_changed = before.changed.is_some();
    let view = site
        .compute(move || PreviewView::new(id, &Planned::new(waiting, held), has_changed))
        .await?;
    site.page(&member, "asset/preview.html", &view)
}

impl PreviewView {
    fn new(id: Uuid, planned: &Planned, has_changed: bool) -> Self {
        let Waiting {
            list,
            name,
            is_whole,
            keeps_suppliers: _,
            by,
            at,
        } = &*planned.waiting;
        let mut view = Self {
            id,
            name: name.clone(),
            by: by.clone(),
            at: at.clone(),
            mark: planned.mark(),
            has_changed,
            is_whole: *is_whole,
            is_closing_skipped: planned.is_closing_skipped,
            counts: Counts::default(),
            ignored_columns: list.ignored_columns.join(", "),
            shown_max: SHOWN_ROWS_MAX,
            bad: list.issues.iter().map(BadView::new).collect(),
            repeats: Vec::new(),
            changes: Vec::new(),
            added: Vec::new(),
            closed: planned.closed(),
        };
        for ((line, row), act) in list.rows.iter().zip(&planned.plan.acts) {
            view.add(*line, row, act);
        }
        view.count(&list.issues);
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
            reason: reason(issue),
            given: issue.given.clone(),
            meant: meant(issue),
        }
    }
}

/// What was meant instead of what stands there; empty where that cannot be told.
fn meant(issue: &RowIssue) -> String {
    match issue.given.parse::<Prefix>() {
        Err(PrefixError::HostBits { meant, .. }) => meant.to_string(),
        _ => String::new(),
    }
}

/// What is wrong with a row, as end of the key of a text.
fn reason(issue: &RowIssue) -> &'static str {
    match (issue.code, &issue.field[..]) {
        ("bad-value", "kind") => "bad-kind",
        ("bad-value", "criticality") => "bad-criticality",
        ("bad-value", "valid_from" | "valid_until") => "bad-day",
        ("bad-value", _) => "bad-text",
        (code, _) => known(&REASONS, code),
    }
}

/// What is wrong, in one of four words that pages have texts for.
fn why(code: &str) -> &'static str {
    match code {
        "reserved" | "reserved-asn" | "public-suffix" | "free-mail" => "not-ownable",
        "missing" => "missing",
        "bad-value" | "too-long" | "not-after" | "host-bits" => "bad-value",
        other if other.starts_with("bad-") => "bad-value",
        _ => "unreadable",
    }
}
