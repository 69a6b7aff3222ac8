//! A register and reports about it, made up from numbers: the same call writes the same files.
//!
//! The address space is 20.0.0.0 up to 51.255.255.255, 2^29 addresses, with four levels of prefixes nested in each
//! other. Reports walk it in a fixed shuffled order, so that a finding is met again exactly when a report is repeated.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::Ipv4Addr;
use std::path::Path;

use formats::shadowserver::report_type;
use model::Timestamp;

/// First address of the space.
const SPACE_FIRST: u32 = 20 << 24;
/// Bits that differ within the space.
const SPACE_BITS: u32 = 29;
/// Odd, so that multiples of it modulo a power of two meet every number once.
const STEP: u64 = 0x9E37_79B1;
/// One asset of so many is a provider's, who has an inbox and a list of assets as large as they come.
const ASSETS_PER_PROVIDER: u64 = 50;
/// One row of so many names a host in a registered domain.
const ROWS_PER_HOST: u64 = 3;
/// Report types in turn: each row is one address and port with one threat.
pub(super) const TYPES: [&str; 10] = [
    "scan_rdp",
    "scan_ftp",
    "scan_vnc",
    "scan_telnet",
    "scan_smb",
    "scan_mqtt",
    "scan_redis",
    "scan_mongodb",
    "scan_elasticsearch",
    "scan_rsync",
];
/// Prefixes by length: how many of all, in percent, once every /16 is there.
const LEVELS: [(u32, u64); 4] = [(18, 14), (20, 26), (22, 40), (24, 20)];

/// How large the register is.
#[derive(Clone, Copy, Debug)]
pub(super) struct World {
    pub(super) organisations: u64,
    pub(super) prefixes: u64,
    pub(super) domains: u64,
}

/// One report: rows `first..first + rows` of the endless list of rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Report {
    pub(super) number: u64,
    pub(super) rows: u64,
    /// When its rows were seen: within the hour after it.
    pub(super) seen_from: Timestamp,
}

impl World {
    pub(super) fn write_organisations(&self, path: &Path) -> io::Result<()> {
        let mut out = create(path)?;
        writeln!(out, "organisation,name,sector,language")?;
        for number in 0..self.organisations {
            writeln!(out, "o{number},Organisation {number},health,nl")?;
        }
        out.flush()
    }

    pub(super) fn write_contacts(&self, path: &Path) -> io::Result<()> {
        let mut out = create(path)?;
        writeln!(out, "organisation,role,email")?;
        for number in 0..self.organisations {
            writeln!(out, "o{number},security,abuse@o{number}.example")?;
        }
        out.flush()
    }

    pub(super) fn write_assets(&self, path: &Path) -> io::Result<()> {
        let mut out = create(path)?;
        writeln!(out, "organisation,kind,value")?;
        for number in 0..self.prefixes {
            let (first, length) = self.prefix(number);
            let owner = self.owner(number);
            writeln!(out, "o{owner},prefix,{first}/{length}")?;
        }
        for number in 0..self.domains {
            let owner = self.owner(number ^ 1);
            writeln!(out, "o{owner},domain,{}", domain(number))?;
        }
        out.flush()
    }

    /// Every /16 of the space first; then the levels below, spread over it.
    fn prefix(&self, number: u64) -> (Ipv4Addr, u32) {
        let wholes = 1 << (SPACE_BITS - 16);
        if number < wholes {
            return (address(number << 16), 16);
        }
        let below = (self.prefixes - wholes).max(1);
        let mut place = number - wholes;
        for (length, percent) in LEVELS {
            let count = below * percent / 100;
            if place < count || length == 24 {
                let blocks = 1 << (SPACE_BITS - (32 - length));
                let block = place.wrapping_mul(STEP) % blocks;
                return (address(block << (32 - length)), length);
            }
            place -= count;
        }
        unreachable!("the last level takes what is left")
    }

    /// The organisation that holds this prefix, as files name it; the provider holds number 0.
    pub(super) fn holder(&self, prefix: u64) -> String {
        format!("o{}", self.owner(prefix))
    }

    /// Address and name that a row of the first report may have.
    pub(super) fn seen(&self, place: u64) -> (String, String) {
        let number = place.wrapping_mul(STEP) % (1 << SPACE_BITS);
        (address(number).to_string(), self.host(number))
    }

    /// A host in some registered domain.
    fn host(&self, number: u64) -> String {
        let domain_no = number.wrapping_mul(STEP) % self.domains.max(1);
        format!("h{number}.{}", domain(domain_no))
    }

    fn owner(&self, number: u64) -> u64 {
        if number.is_multiple_of(ASSETS_PER_PROVIDER) {
            return 0;
        }
        number.wrapping_mul(STEP) % self.organisations
    }

    /// Writes a report in the form of its type, every column of it filled.
    pub(super) fn write_report(&self, report: &Report, path: &Path) -> io::Result<()> {
        let name = report.type_name();
        let known = report_type(name).expect("the list names report types that there are");
        let columns: Vec<&str> = known.columns().collect();
        let mut out = create(path)?;
        writeln!(out, "{}", columns.join(","))?;
        // Reports of one type go on where the last of them ended.
        let first = report.number / TYPES.len() as u64 * report.rows;
        for place in 0..report.rows {
            let row = Row {
                number: (first + place).wrapping_mul(STEP) % (1 << SPACE_BITS),
                seen: report.seen_from.plus_seconds((place % 3600) as i64),
                port: 1024 + report.number % 7,
                severity: "medium",
            };
            self.write_row(&mut out, &columns, &row)?;
        }
        out.flush()
    }

    /// Name and content of a report with one critical row, which no other report has.
    pub(super) fn urgent_report(&self, number: u64, now: Timestamp) -> (String, Vec<u8>) {
        let name = TYPES[0];
        let known = report_type(name).expect("the list names report types that there are");
        let columns: Vec<&str> = known.columns().collect();
        let row = Row {
            number: number.wrapping_mul(STEP) % (1 << SPACE_BITS),
            seen: now.plus_seconds(-3600),
            port: 65_535,
            severity: "critical",
        };
        let mut report = format!("{}\n", columns.join(",")).into_bytes();
        self.write_row(&mut report, &columns, &row)
            .expect("memory can be written to");
        let day = row.seen.day();
        (format!("{day}-{name}-urgent-{number}.csv"), report)
    }

    /// Writes a row with every column filled.
    fn write_row(&self, out: &mut impl Write, columns: &[&str], row: &Row) -> io::Result<()> {
        let number = row.number;
        let host = number
            .is_multiple_of(ROWS_PER_HOST)
            .then(|| self.host(number));
        for (index, column) in columns.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            match *column {
                // 2026-11-18T09:00:00Z, in the form of the reports.
                "timestamp" => {
                    let text = row.seen.to_string();
                    write!(out, "{} {}", &text[..10], &text[11..19])?;
                }
                "ip" => write!(out, "{comma}{}", address(number))?,
                "port" => write!(out, "{comma}{}", row.port)?,
                "protocol" => write!(out, "{comma}tcp")?,
                "hostname" => write!(out, "{comma}{}", host.as_deref().unwrap_or(""))?,
                "asn" => write!(out, "{comma}{}", 64_496 + number % 16)?,
                "geo" => write!(out, "{comma}NL")?,
                "severity" => write!(out, "{comma}{}", row.severity)?,
                _ => write!(out, "{comma}{column}-{}", number % 97)?,
            }
        }
        writeln!(out)
    }
}

/// What differs between the rows of reports.
struct Row {
    /// Place of its address in the space.
    number: u64,
    seen: Timestamp,
    port: u64,
    severity: &'static str,
}

impl Report {
    pub(super) fn type_name(&self) -> &'static str {
        TYPES[(self.number % TYPES.len() as u64) as usize]
    }

    /// Name of the file, by which its type is known.
    pub(super) fn file_name(&self) -> String {
        let day = self.seen_from.day();
        format!("{day}-{}-bench-{}.csv", self.type_name(), self.number)
    }
}

fn create(path: &Path) -> io::Result<BufWriter<File>> {
    Ok(BufWriter::with_capacity(1 << 18, File::create(path)?))
}

fn address(offset: u64) -> Ipv4Addr {
    Ipv4Addr::from(SPACE_FIRST + offset as u32)
}

fn domain(number: u64) -> String {
    format!("d{number}.example")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn prefixes_are_distinct_and_aligned() {
        let world = World {
            organisations: 10,
            prefixes: 30_000,
            domains: 10,
        };
        let mut met = HashSet::new();
        for number in 0..world.prefixes {
            let (first, length) = world.prefix(number);
            assert!(met.insert((first, length)), "{first}/{length} comes twice");
            assert_eq!(
                u64::from(u32::from(first)) % (1 << (32 - length)),
                0,
                "{first}/{length}"
            );
            assert!((20..52).contains(&first.octets()[0]), "{first}");
        }
    }

    #[test]
    fn every_type_is_one_that_there_is_and_has_an_address_and_a_port() {
        for name in TYPES {
            let columns: Vec<_> = report_type(name).unwrap().columns().collect();
            assert!(
                columns.contains(&"ip") && columns.contains(&"port"),
                "{name}"
            );
        }
    }
}
