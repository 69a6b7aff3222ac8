//! Takes a list of what was done for customers, for pages and for programs.
//!
//! A list is taken in steps, so that nobody waits for its ten thousand rows. What breaks off between two of them is made good by
//! sending the list again: each row is written in the place of what it said before.

use formats::customer_list::{CustomerList, RowWrong};
use model::{CustomerRowIssue, IdKind, Timestamp};
use store::{CustomerListTaken, CustomerReport, InboxQuery, StoreError, Tx};

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

/// Writes what can be written of a list, as far as `query` shows its findings, and says what came of all of it.
pub(crate) async fn take(
    site: &Site,
    query: &InboxQuery,
    list: CustomerList,
) -> Result<Taken, Refusal> {
    let now = site.now();
    let (mut counts, mut wrong) = ([0; 5], list.issues);
    for step in list.rows.chunks(STEP_ROWS) {
        let (inner, query, step) = (site.clone(), query.clone(), step.to_vec());
        let (taken, unknown) = site
            .write(move |tx| {
                let (mut taken, mut unknown) = ([0; 5], Vec::new());
                for (line, id, outcome) in &step {
                    let row = match inner.number(IdKind::Finding, id) {
                        Ok(finding_no) => tx.inbox_row(&query, finding_no)?,
                        Err(_) => None,
                    };
                    // A stranger's finding and one that does not exist are refused alike.
                    let Some(row) = row else {
                        unknown.push(RowWrong::new(*line, CustomerRowIssue::Unknown));
                        continue;
                    };
                    let report = CustomerReport {
                        finding_no: row.place.finding_no,
                        episode: row.episode,
                        outcome: *outcome,
                        reported_at: now,
                    };
                    tx.put_customer_report(query.party_no, &report)?;
                    taken[outcome.code() as usize] += 1;
                }
                Ok((taken, unknown))
            })
            .await?;
        for (count, more) in counts.iter_mut().zip(taken) {
            *count += more;
        }
        wrong.extend(unknown);
    }
    wrong.sort_by_key(|wrong| wrong.line);
    Ok(Taken {
        list: CustomerListTaken {
            taken_at: now,
            counts,
            refused: wrong.len() as i64,
        },
        wrong,
    })
}

/// Notes that a list was taken; gives its number.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    acting: &Acting,
    taken: &Taken,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let wrong = taken.wrong.iter();
    let issues: Vec<_> = wrong.map(|wrong| (wrong.line, wrong.issue)).collect();
    let list_no = tx.add_customer_list(acting.party_no, &taken.list, &issues)?;
    let rows: i64 = taken.list.counts.iter().sum();
    let detail = format!("{rows} rows, {} refused", taken.list.refused);
    acting.record(tx, "report-customers", &detail, now)?;
    Ok(list_no)
}
