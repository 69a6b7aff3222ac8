//! What was measured, for people.

use std::io::Write;

use super::Line;
use super::pages::Served;
use super::urgent::Urgent;
use crate::output::{Table, counted, thousands};
use crate::session::Session;

/// Where the time of the last reports went.
pub(super) fn steps(session: &mut Session, lines: &[Line]) -> anyhow::Result<()> {
    let out = &mut session.out;
    for line in lines.iter().rev().take(2).rev() {
        let Some(steps) = line.steps.as_array() else {
            continue;
        };
        writeln!(
            out,
            "\n{}: gather {:.1} s, then work; two threads, each step in its own",
            line.what, line.gather_seconds
        )?;
        let mut table = Table::new(["step", "count", "seconds", "per second"]);
        for step in steps {
            let count = step["count"].as_u64().unwrap_or(0);
            let seconds = step["seconds"].as_f64().unwrap_or(0.0);
            if count > 0 && seconds > 0.0 {
                table.row([
                    step["step"].as_str().unwrap_or_default().to_owned(),
                    thousands(count),
                    format!("{seconds:.2}"),
                    thousands((count as f64 / seconds) as i64),
                ]);
            }
        }
        table.write(out, "  ")?;
    }
    let new: Vec<&Line> = lines.iter().filter(|line| line.what == "new").collect();
    if let [first, .., last] = &new[..] {
        writeln!(
            out,
            "\nthe last report against the first: CPU {:.2} x, bytes written {:.2} x, after {}",
            last.taken.cpu_seconds / first.taken.cpu_seconds,
            last.taken.bytes_written as f64 / first.taken.bytes_written as f64,
            counted(i128::from(last.findings + last.rows), "finding"),
        )?;
    }
    Ok(())
}

/// How long critical rows took.
pub(super) fn urgent(session: &mut Session, urgent: &Urgent) -> anyhow::Result<()> {
    let (all, out) = (&urgent.seconds, &mut session.out);
    let longest = all.iter().copied().fold(0.0, f64::max);
    let middle = all.iter().sum::<f64>() / all.len().max(1) as f64;
    writeln!(
        out,
        "\none critical row, from POST to its mail, while the last report was read once more: {} times, {middle:.2} s on average, {longest:.2} s at most",
        all.len()
    )?;
    if !urgent.was_busy {
        writeln!(
            out,
            "the report was read to its end before the last of them: some had nothing before them"
        )?;
    }
    Ok(())
}

/// How fast pages came.
pub(super) fn pages(session: &mut Session, served: &Served) -> anyhow::Result<()> {
    let out = &mut session.out;
    let database = match served.database_cpu_milliseconds {
        Some(milliseconds) => format!(" + {milliseconds:.2} database"),
        None => String::new(),
    };
    writeln!(
        out,
        "\npages, from when each was due until all of it was there; CPU {:.2}{database} ms a request",
        served.cpu_milliseconds
    )?;
    let mut table = Table::new([
        "page", "requests", "failed", "bytes", "p50 ms", "p99 ms", "max ms",
    ]);
    for page in &served.figures {
        table.row([
            page.page.clone(),
            thousands(page.requests as i64),
            thousands(page.failed as i64),
            thousands(page.bytes_max as i64),
            format!("{:.1}", page.milliseconds_p50),
            format!("{:.1}", page.milliseconds_p99),
            format!("{:.1}", page.milliseconds_max),
        ]);
    }
    table.write(out, "  ")?;
    Ok(())
}
