//! What the system says about this process: processor time, memory, open files.

use std::fs;

/// Numbers of this process, as far as the system tells them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Process {
    pub(super) cpu_seconds: f64,
    pub(super) resident_bytes: f64,
    pub(super) open_files: f64,
    /// Unix seconds.
    pub(super) started_at: f64,
}

impl Process {
    /// As it is now; nothing where `/proc` does not tell it.
    pub(super) fn now() -> Option<Self> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        let ticks_per_second = rustix::param::clock_ticks_per_second() as f64;
        let ticks = |field: usize| ticks(&stat, field);
        let boot = fs::read_to_string("/proc/stat").ok()?;
        let booted_at: f64 = boot
            .lines()
            .find_map(|line| line.strip_prefix("btime "))?
            .parse()
            .ok()?;
        let memory = fs::read_to_string("/proc/self/statm").ok()?;
        let pages: f64 = memory.split(' ').nth(1)?.parse().ok()?;
        Some(Self {
            cpu_seconds: (ticks(14)? + ticks(15)?) / ticks_per_second,
            resident_bytes: pages * rustix::param::page_size() as f64,
            open_files: fs::read_dir("/proc/self/fd").ok()?.count() as f64,
            started_at: booted_at + ticks(22)? / ticks_per_second,
        })
    }
}

/// A field of `/proc/self/stat`, counted from 1 as proc(5) does. The second is the name of the program in brackets,
/// which can hold anything, so counting begins behind it.
fn ticks(stat: &str, field: usize) -> Option<f64> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    after_name.split(' ').nth(field - 3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_behind_the_name_of_the_program() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 2 3 4 250 50 0 0 20 0 3 0 900 1 2";
        assert_eq!(ticks(stat, 14), Some(250.0));
        assert_eq!(ticks(stat, 15), Some(50.0));
        assert_eq!(ticks(stat, 22), Some(900.0));
        assert_eq!(ticks(stat, 60), None);
    }

    #[test]
    fn this_process_is_known_to_the_system() {
        let process = Process::now().unwrap();
        assert!(
            process.resident_bytes > 100_000.0 && process.open_files >= 3.0,
            "{process:?}"
        );
        assert!(process.started_at > 1.7e9, "{process:?}");
    }
}
