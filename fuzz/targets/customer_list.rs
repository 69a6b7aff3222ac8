//! Lists in which providers say what they did for customers: any bytes are read, each line gets one verdict, and nothing of a
//! column that is not taken is repeated.

#![no_main]

use std::collections::HashSet;

use formats::customer_list::{LIST_ROWS_MAX, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(list) = read(bytes) else {
        return;
    };
    let lines = list.rows.iter().map(|(line, ..)| *line);
    let lines: Vec<u64> = lines.chain(list.issues.iter().map(|wrong| wrong.line)).collect();
    assert!(lines.len() <= LIST_ROWS_MAX);
    let different: HashSet<&u64> = lines.iter().collect();
    assert_eq!(different.len(), lines.len(), "a line has two verdicts");
    let findings: HashSet<_> = list.rows.iter().map(|(_, id, _)| *id).collect();
    assert_eq!(findings.len(), list.rows.len(), "a finding counts twice");
});
