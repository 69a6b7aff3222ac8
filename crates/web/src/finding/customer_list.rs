//! Takes a list of what was done for customers, for pages and for programs.
//!
//! A list is taken in steps, so that nobody waits for its ten thousand rows. What breaks off between two of them is made good by
//! sending the list again: each row is written in the place of what it said before. Each step is one transaction with its line in
//! the audit log; the last also notes the list.

use formats::customer_list::{CustomerList, RowWrong};
use model::{CustomerOutcome, CustomerRowIssue, IdKind, Timestamp};
use store::{CustomerListTaken, CustomerReport, InboxQuery, Tx};
use uuid::Uuid;

use crate::acting::Acting;
use crate::refusal::Refusal;
use crate::site::Site;

/// Rows of one transaction: some hundredths of a second.
const STEP_ROWS: usize = 500;

/// What came of a list.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) list: CustomerListTaken,
    /// Rows that were not taken, by line.
    pub(crate) wrong: Vec<RowWrong>,
}

/// A list of which all but the last step is taken.
#[derive(Clone)]
pub(crate) struct Begun {
    site: Site,
    acting: Acting,
    /// What of the inbox the list may be about.
    query: InboxQuery,
    counts: [i64; 5],
    wrong: Vec<RowWrong>,
    /// Rows of the last step.
    last: Vec<(u64, Uuid, CustomerOutcome)>,
}

/// Takes a list but for its last step, which is [`Begun::end`]: whoever sent it does more in the same transaction.
pub(crate) async fn begin(
    site: &Site,
    acting: &Acting,
    query: &InboxQuery,
    list: CustomerList,
) -> Result<Begun, Refusal> {
    let mut begun = Begun {
        site: site.clone(),
        acting: acting.clone(),
        query: query.clone(),
        counts: [0; 5],
        wrong: list.issues,
        last: list.rows,
    };
    let now = site.now();
    while begun.last.len() > STEP_ROWS {
        let rest = begun.last.split_off(STEP_ROWS);
        begun = site
            .write(move |tx| {
                let mut begun = begun.clone();
                let (rows, refused) = begun.take(tx, now)?;
                let detail = format!("{rows} rows of a longer list, {refused} refused");
                begun.acting.record(tx, "report-customers", &detail, now)?;
                Ok(begun)
            })
            .await?;
        begun.last = rest;
    }
    Ok(begun)
}

impl Begun {
    /// Takes the last step and notes the list; gives its number and what came of all of it.
    pub(crate) fn end(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(i64, Taken), Refusal> {
        let mut all = self.clone();
        all.take(tx, now)?;
        all.wrong.sort_by_key(|wrong| wrong.line);
        let list = CustomerListTaken {
            taken_at: now,
            counts: all.counts,
            refused: all.wrong.len() as i64,
        };
        let wrong = all.wrong.iter();
        let issues: Vec<_> = wrong.map(|wrong| (wrong.line, wrong.issue)).collect();
        let list_no = tx.add_customer_list(all.acting.party_no, &list, &issues)?;
        let rows: i64 = list.counts.iter().sum();
        let detail = format!("{rows} rows, {} refused", list.refused);
        all.acting.record(tx, "report-customers", &detail, now)?;
        let wrong = all.wrong;
        Ok((list_no, Taken { list, wrong }))
    }

    /// Writes what can be written of a step, as far as the inbox shows its findings; says how many rows were taken and refused.
    fn take(&mut self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(usize, usize), Refusal> {
        let rows = std::mem::take(&mut self.last);
        let wrong_before = self.wrong.len();
        for (line, id, outcome) in &rows {
            let row = match self.site.number(IdKind::Finding, id) {
                Ok(finding_no) => tx.inbox_row(&self.query, finding_no)?,
                Err(_) => None,
            };
            // A stranger's finding and one that does not exist are refused alike.
            let Some(row) = row else {
                self.wrong
                    .push(RowWrong::new(*line, CustomerRowIssue::Unknown));
                continue;
            };
            let report = CustomerReport {
                finding_no: row.place.finding_no,
                episode: row.episode,
                outcome: *outcome,
                reported_at: now,
            };
            tx.put_customer_report(self.query.party_no, &report)?;
            self.counts[outcome.code() as usize] += 1;
        }
        let refused = self.wrong.len() - wrong_before;
        Ok((rows.len() - refused, refused))
    }
}
