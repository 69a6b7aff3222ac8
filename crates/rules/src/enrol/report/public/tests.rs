use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;

use super::*;

fn counts([applied, eligible, selected, signed, replaced, left]: [u64; 6]) -> Counts {
    Counts {
        applied,
        eligible,
        selected,
        signed,
        replaced,
        left,
    }
}

fn report(total: [u64; 6]) -> Report {
    Report {
        total: counts(total),
        ..Report::default()
    }
}

#[test]
fn a_column_is_told_where_it_leaves_no_small_difference_to_those_before_it() {
    // The counts, how many the draw selected, and which columns are told.
    for (total, drawn, want) in [
        ([73, 64, 35, 34, 1, 0], Some(35), "x.x..."),
        // One moved up: the file would give the difference.
        ([73, 64, 36, 34, 2, 0], Some(35), "x..x.."),
        ([90, 64, 46, 34, 12, 10], Some(35), "xxxx.x"),
        ([90, 64, 35, 20, 15, 10], Some(35), "xxxx.x"),
        ([90, 64, 46, 23, 12, 10], Some(35), "xxxxxx"),
        // With the file, "all have signed" would say of each sector how many have.
        ([90, 64, 35, 35, 0, 0], Some(35), "xxx..."),
        ([90, 64, 35, 35, 0, 0], None, "xxxxxx"),
        ([17, 6, 4, 3, 1, 0], Some(4), "x....."),
        ([40, 31, 0, 0, 0, 0], None, "x.xxxx"),
        ([9, 9, 9, 9, 0, 0], None, "....xx"),
        ([0; 6], None, "xxxxxx"),
    ] {
        let of_draw = drawn.map(|drawn| [total[0], total[1], drawn]);
        let told = report(total).public(of_draw).total;
        let shown: String = told
            .iter()
            .map(|one| if one.is_some() { 'x' } else { '.' })
            .collect();
        assert_eq!(shown, want, "{total:?}");
        let values = counts(total).values();
        assert!(
            told.iter()
                .zip(values)
                .all(|(one, value)| one.is_none_or(|one| one == value))
        );
    }
}

#[test]
fn a_column_that_differs_a_little_from_the_file_of_the_draw_is_not_told_nor_what_adds_up_to_it() {
    for (of_draw, want) in [
        ([60, 40, 20], "xxx"),
        // One is missing since the draw.
        ([61, 40, 20], ".xx"),
        ([61, 41, 20], "..x"),
        ([60, 41, 20], "x.x"),
        ([59, 40, 20], ".xx"),
    ] {
        let mut report = report([60, 40, 20, 10, 0, 0]);
        report.sizes = rows(&[40, 20]);
        let told = report.public(Some(of_draw));
        let shown: String = told.total[..3]
            .iter()
            .map(|one| if one.is_some() { 'x' } else { '.' })
            .collect();
        assert_eq!(shown, want, "{of_draw:?}");
        assert_eq!(told.sizes.is_empty(), want.starts_with('.'), "{of_draw:?}");
    }
}

#[test]
fn findings_are_told_as_far_as_no_small_difference_is_left() {
    for ([told, answered, solved], want) in [
        ([40, 30, 20], [Some(40), Some(30), Some(20)]),
        ([40, 31, 20], [Some(40), None, Some(20)]),
        ([40, 9, 3], [Some(40), None, None]),
        ([40, 0, 0], [Some(40), Some(0), Some(0)]),
        ([9, 9, 0], [None, None, Some(0)]),
    ] {
        let report = Report {
            findings: Findings {
                told,
                answered,
                solved,
            },
            ..Report::default()
        };
        assert_eq!(report.public(None).findings, want);
    }
}

/// Rows `a`, `b`, and so on.
fn rows(applied: &[u64]) -> Vec<(String, Counts)> {
    let name = |(place, applied): (u8, &u64)| {
        let name = char::from(b'a' + place).to_string();
        (name, counts([*applied, 0, 0, 0, 0, 0]))
    };
    (0..).zip(applied).map(name).collect()
}

#[test]
fn sizes_that_are_too_small_are_taken_together_with_those_beside_them() {
    for (applied, want) in [
        (&[40, 20, 13][..], "a=40 b=20 c=13"),
        (&[40, 20, 9], "a=40 b,c=29"),
        (&[9, 20, 40], "a,b=29 c=40"),
        (&[40, 8, 3], "a=40 b,c=11"),
        (&[40, 0, 12], "a=40 b=0 c=12"),
        (&[40, 3, 0, 12], "a=40 b,c,d=15"),
        // Two that are known to be small can have a sum of 18 in one way alone.
        (&[40, 9, 9], ""),
        (&[40, 9, 9, 20], "a=40 b,c,d=38"),
        (&[40, 5], ""),
        (&[40, 0], ""),
        (&[5], ""),
        (&[], ""),
    ] {
        let told = told_rows(&rows(applied), PUBLIC_MIN);
        let told = told
            .iter()
            .map(|(names, count)| format!("{}={count}", names.join(",")));
        assert_eq!(told.collect::<Vec<_>>().join(" "), want, "{applied:?}");
    }
}

/// The columns that the file of a draw gives, the last one if nobody moved up.
const OF_DRAW: &[u8] = COUNT_COLUMNS.split_at(3).0;
const SELECTED: usize = 2;

/// A smaller number for small numbers, so that every table can be tried.
const MIN: u64 = 3;

/// The sum of the classes of this set.
fn size(table: &[u64], set: u8) -> u64 {
    let of_set = table.iter().enumerate();
    let of_set = of_set.filter(|(class, _)| set & (1 << class) != 0);
    of_set.map(|(_, size)| size).sum()
}

/// Every table of so many classes with up to `most` in each.
fn every_table(classes: u32, most: u64) -> impl Iterator<Item = Vec<u64>> {
    let base = most + 1;
    (0..base.pow(classes)).map(move |number| {
        (0..classes)
            .map(|class| number / base.pow(class) % base)
            .collect()
    })
}

/// The sizes of every set of classes.
fn sizes(table: &[u64]) -> Vec<u64> {
    let sets = 1..1_u16 << table.len();
    sets.map(|set| size(table, set as u8)).collect()
}

/// The least and the most that each set of classes has, among tables that say the same.
type Bounds = Vec<(u64, u64)>;

fn widen(bounds: &mut Bounds, sizes: &[u64]) {
    if bounds.is_empty() {
        bounds.extend(sizes.iter().map(|size| (*size, *size)));
    }
    for ((least, most), size) in bounds.iter_mut().zip(sizes) {
        (*least, *most) = ((*least).min(*size), (*most).max(*size));
    }
}

/// Whoever knows the told numbers of applications, the file of the draw, and the classes, tries every table that fits: no group
/// of them can be said to have 1 to [`MIN`] - 1 where the file alone does not say it.
#[test]
fn no_table_that_fits_the_told_numbers_pins_a_group_down_to_a_small_number() {
    let tables: Vec<Vec<u64>> = every_table(6, 3).collect();
    let sizes: Vec<Vec<u64>> = tables.iter().map(|table| sizes(table)).collect();
    for known in [&[][..], &OF_DRAW[..SELECTED], OF_DRAW] {
        let told_of = |table: &Vec<u64>| told(table, &COUNT_COLUMNS, known, MIN);
        let given = |table: &Vec<u64>, told: &[bool]| -> Vec<u64> {
            let told = COUNT_COLUMNS.iter().zip(told).filter(|(_, told)| **told);
            let columns = told.map(|(column, _)| column).chain(known);
            columns.map(|column| size(table, *column)).collect()
        };
        let told: Vec<Vec<bool>> = tables.iter().map(told_of).collect();
        let patterns: BTreeSet<&Vec<bool>> = told.iter().collect();
        let by = |pattern: &[bool]| {
            let mut bounds: HashMap<Vec<u64>, Bounds> = HashMap::new();
            for (table, sizes) in tables.iter().zip(&sizes) {
                widen(bounds.entry(given(table, pattern)).or_default(), sizes);
            }
            bounds
        };
        let of_file = by(&[false; 6]);
        let is_small = |(least, most): (u64, u64)| least >= 1 && most < MIN;
        for pattern in patterns {
            let bounds = by(pattern);
            let alike = tables
                .iter()
                .zip(&told)
                .filter(|(_, told)| *told == pattern);
            for (table, _) in alike {
                let attacked = &bounds[&given(table, pattern)];
                let before = &of_file[&given(table, &[false; 6])];
                for (after, before) in attacked.iter().zip(before) {
                    assert!(
                        !is_small(*after) || is_small(*before),
                        "{table:?} told {pattern:?}: {after:?}"
                    );
                }
            }
        }
    }
}

/// The same of sizes, by one who also knows how rows are taken together.
#[test]
fn no_list_that_is_told_alike_pins_a_size_down_to_a_small_number() {
    const MIN: u64 = 5;
    let mut bounds: HashMap<Vec<(Vec<String>, u64)>, Bounds> = HashMap::new();
    let lists: Vec<Vec<u64>> = every_table(4, 9).collect();
    let told_of = |list: &[u64]| told_rows(&rows(list), MIN);
    for list in &lists {
        widen(bounds.entry(told_of(list)).or_default(), &sizes(list));
    }
    // Others that say the same may have larger rows.
    for list in lists.iter().filter(|list| list.iter().all(|row| *row <= 6)) {
        let told = told_of(list);
        for (least, most) in &bounds[&told] {
            let is_pinned = least == most && (1..MIN).contains(least);
            assert!(!is_pinned, "{list:?} told {told:?}");
        }
    }
}

proptest! {
    /// Adding and subtracting numbers that are told, in every way that gives a group.
    #[test]
    fn no_sum_of_told_numbers_is_a_small_group(
        table in proptest::array::uniform6(prop_oneof![Just(0_u64), 1..12_u64, 10..60_u64]),
        moved_up in 0..14_u64,
        has_file in any::<bool>(),
    ) {
        let [ineligible, waiting, open, replaced, stayed, left] = table;
        let signed = stayed + left;
        let selected = open + replaced + signed;
        let eligible = waiting + selected;
        let report = report([ineligible + eligible, eligible, selected, signed, replaced, left]);
        let drawn = has_file.then(|| selected.saturating_sub(moved_up));
        let of_draw = drawn.map(|drawn| [report.total.applied, eligible, drawn]);
        let told = report.public(of_draw).total;
        let told: Vec<u8> = (0..6).filter(|column| told[*column].is_some()).map(|column| COUNT_COLUMNS[column]).collect();
        for signs in 0..3_u32.pow(told.len() as u32) {
            let sign = |place: usize| i64::from(signs / 3_u32.pow(place as u32) % 3) - 1;
            let of_class = |class: usize| -> i64 {
                let columns = told.iter().enumerate();
                columns.map(|(place, column)| sign(place) * i64::from(column >> class & 1)).sum()
            };
            let weights: Vec<i64> = (0..6).map(of_class).collect();
            if weights.iter().all(|weight| [0, 1].contains(weight)) {
                let group: i64 = weights.iter().zip(table).map(|(weight, size)| weight * size as i64).sum();
                prop_assert!(group == 0 || group >= PUBLIC_MIN as i64, "{weights:?}");
            }
        }
        if let (Some(drawn), Some(shown)) = (drawn, report.public(of_draw).total[SELECTED]) {
            let later = shown - drawn;
            prop_assert!(later == 0 || later >= PUBLIC_MIN, "{later} moved up");
        }
    }
}
