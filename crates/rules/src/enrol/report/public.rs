//! What everybody may see of a report, by the *rule of ten*: whoever adds and subtracts numbers that are told finds no group of
//! 1 to 9 applications, or findings; nor with the file of the draw, but for groups that the file itself gives.
//!
//! Applications fall into classes that do not overlap, and each column is a sum of classes. Columns that are told cut the
//! classes into parts; everything that can be computed is a sum of such parts. So it is enough that no part is small.

use super::{Counts, Findings, Report};

/// No group is told that is smaller, unless it is empty: somebody could be recognised.
pub const PUBLIC_MIN: u64 = 10;

/// What everybody may see of a report. `None` is a number of any size that is not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicReport {
    /// All together, as [`Counts::WORDS`].
    pub total: [Option<u64>; 6],
    /// Who applied, by the words of sizes: several are taken together where one has too few. Empty where that leaves nothing
    /// to tell.
    pub sizes: Vec<(Vec<String>, u64)>,
    /// As [`Findings::WORDS`].
    pub findings: [Option<u64>; 3],
}

/// The classes of applications that each column counts, as bits: not eligible, never selected, selected and still open,
/// replaced, signed and stayed, left.
const COUNT_COLUMNS: [u8; 6] = [
    0b11_1111, 0b11_1110, 0b11_1100, 0b11_0000, 0b00_1000, 0b10_0000,
];
const APPLIED: usize = 0;

/// The classes of findings that each column counts: not answered, answered, solved.
const FINDING_COLUMNS: [u8; 3] = [0b111, 0b110, 0b100];

impl Report {
    /// What everybody may see of it. `of_draw` is what the file of the draw gives, where there was a draw: how many applied, met
    /// the criteria, and were selected.
    #[must_use]
    pub fn public(&self, of_draw: Option<[u64; 3]>) -> PublicReport {
        let values = self.total.values();
        let mut columns = COUNT_COLUMNS.to_vec();
        let mut known = Vec::new();
        for (column, given) in of_draw.into_iter().flatten().enumerate() {
            match values[column].checked_sub(given) {
                // The same as in the file.
                Some(0) => known.push(COUNT_COLUMNS[column]),
                Some(came_later) if came_later >= PUBLIC_MIN => {}
                // Who came later, such as those who moved up, or left since, is the difference.
                _ => columns[column] = 0,
            }
        }
        let told = told(&classes(&self.total), &columns, &known, PUBLIC_MIN);
        // The sizes add up to all applications.
        let sizes = if told[APPLIED] {
            told_rows(&self.sizes, PUBLIC_MIN)
        } else {
            Vec::new()
        };
        PublicReport {
            total: std::array::from_fn(|column| told[column].then_some(values[column])),
            sizes,
            findings: told_findings(&self.findings),
        }
    }
}

fn classes(counts: &Counts) -> [u64; 6] {
    let Counts {
        applied,
        eligible,
        selected,
        signed,
        replaced,
        left,
    } = *counts;
    [
        applied.saturating_sub(eligible),
        eligible.saturating_sub(selected),
        selected.saturating_sub(signed + replaced),
        replaced,
        signed.saturating_sub(left),
        left,
    ]
}

fn told_findings(findings: &Findings) -> [Option<u64>; 3] {
    let values = findings.values();
    let [all, answered, solved] = values;
    let classes = [
        all.saturating_sub(answered),
        answered.saturating_sub(solved),
        solved,
    ];
    let told = told(&classes, &FINDING_COLUMNS, &[], PUBLIC_MIN);
    std::array::from_fn(|column| told[column].then_some(values[column]))
}

/// Which columns are told: the first ones, as far as they can stand beside those before them. A column of no classes is not.
pub(crate) fn told(classes: &[u64], columns: &[u8], known: &[u8], min: u64) -> Vec<bool> {
    let mut chosen: Vec<u8> = Vec::new();
    let mut choose = |column: &u8| {
        chosen.push(*column);
        let with_file = [&chosen[..], known].concat();
        let is_told = *column != 0
            && is_sound(classes, &chosen, &[], min)
            && is_sound(classes, &with_file, known, min);
        if !is_told {
            chosen.pop();
        }
        is_told
    };
    columns.iter().map(&mut choose).collect()
}

/// Whether no part into which these columns cut the classes is small, but for parts that are known without them.
///
/// Beside something known an empty part is small as well: that *nobody* of a known group did something tells what each of its
/// members did.
fn is_sound(classes: &[u64], columns: &[u8], known: &[u8], min: u64) -> bool {
    let parts_known = parts(classes.len(), known);
    parts(classes.len(), columns).into_iter().all(|part| {
        let of_part = classes.iter().enumerate();
        let of_part = of_part.filter(|(class, _)| part & (1 << class) != 0);
        let size: u64 = of_part.map(|(_, size)| size).sum();
        size >= min || (size == 0 && known.is_empty()) || parts_known.contains(&part)
    })
}

/// The parts into which columns cut their classes: classes of one part are in the same columns. What is in none is no part.
fn parts(classes: usize, columns: &[u8]) -> Vec<u8> {
    let mut parts: Vec<(Vec<bool>, u8)> = Vec::new();
    for class in 0..classes {
        let bit = 1 << class;
        let within: Vec<bool> = columns.iter().map(|column| column & bit != 0).collect();
        match parts.iter_mut().find(|(of, _)| *of == within) {
            _ if !within.contains(&true) => {}
            Some((_, part)) => *part |= bit,
            None => parts.push((within, bit)),
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

/// Applications by row. A small row is taken together with those behind it, and at the end with those before it: which ones
/// must not depend on how large they are, as that would tell something of the small one.
fn told_rows(rows: &[(String, Counts)], min: u64) -> Vec<(Vec<String>, u64)> {
    let applied = |row: &usize| rows[*row].1.applied;
    let can_be_told =
        |group: &[usize]| hides_each(&group.iter().map(applied).collect::<Vec<_>>(), min);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for row in 0..rows.len() {
        open.push(row);
        if can_be_told(&open) {
            groups.push(std::mem::take(&mut open));
        }
    }
    while !can_be_told(&open) {
        let Some(before) = groups.pop() else {
            return Vec::new();
        };
        open.splice(0..0, before);
    }
    groups.push(open);
    let told = groups.into_iter().filter(|group| !group.is_empty());
    let told = told.map(|group| {
        let names = group.iter().map(|row| rows[*row].0.clone());
        (names.collect(), group.iter().map(applied).sum())
    });
    let told: Vec<(Vec<String>, u64)> = told.collect();
    // That everybody is alike would say of each what it is.
    let is_split = told.iter().filter(|(_, applied)| *applied > 0).count() > 1;
    if is_split { told } else { Vec::new() }
}

/// Whether the sum of these rows is no small number and leaves each of them open, also for whoever knows that all of them are
/// small: so many can be missing from the largest sum of small ones that each has several values.
fn hides_each(rows: &[u64], min: u64) -> bool {
    let sum: u64 = rows.iter().sum();
    let small_max = min - 1;
    let has_large = rows.iter().any(|applied| *applied >= min);
    let leaves_open = sum + small_max / 2 <= small_max * rows.len() as u64;
    sum == 0 || (sum >= min && (has_large || leaves_open))
}

#[cfg(test)]
mod tests;
