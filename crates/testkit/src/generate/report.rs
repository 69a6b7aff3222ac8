//! Reports about a world, streamed.

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::Timestamp;

use super::expected::Expected;
use super::random::Random;
use super::world::{Outcome, V4_BASE, V6_BASE, World};

/// Which report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanType {
    /// `scan_rdp`, IPv4.
    ScanRdp,
    /// `scan6_rdp`, IPv6.
    Scan6Rdp,
}

/// A report to be written. Rows of one plan are about different endpoints, except the copies.
#[derive(Clone, Copy, Debug)]
pub struct ReportPlan {
    /// Which report.
    pub scan_type: ScanType,
    /// Endpoints that are reported. Copies and broken rows come on top.
    pub endpoints: u64,
    /// The same seed gives the same rows.
    pub seed: u64,
    /// Time of the first row; the others follow within six hours.
    pub seen_from: Timestamp,
    /// After so many rows one is copied, so that it is a duplicate; 0 for never.
    pub copy_every: u64,
    /// After so many rows one comes that has no address; 0 for never.
    pub broken_every: u64,
}

const HEADER: &str = "timestamp,severity,ip,protocol,port,hostname,tag,asn,geo,region,city,naics,hostname_source,\
    sector,handshake,rdp_protocol,cert_length,subject_common_name,issuer_common_name,cert_issue_date,\
    cert_expiration_date,sha1_fingerprint,cert_serial_number,ssl_version,signature_algorithm,key_algorithm,\
    sha256_fingerprint,sha512_fingerprint,md5_fingerprint,tlsv13_support,tlsv13_cipher,jarm";

/// IPv4 addresses that there are.
const V4_ADDRESSES: u64 = 1 << 17;
/// Odd, so that counting in steps of it meets every address once.
const V4_STEP: u64 = 77_213;

impl ReportPlan {
    /// A report of that many endpoints, seen this morning, with a copy now and then and a broken row now and then.
    pub fn new(scan_type: ScanType, endpoints: u64) -> Self {
        let seen_from = crate::now().plus_seconds(-6 * 3600);
        Self {
            scan_type,
            endpoints,
            seed: 1,
            seen_from,
            copy_every: 100,
            broken_every: 1_000,
        }
    }

    /// Name of the file.
    pub fn file_name(&self) -> String {
        let name = match self.scan_type {
            ScanType::ScanRdp => "scan_rdp",
            ScanType::Scan6Rdp => "scan6_rdp",
        };
        format!("{}-{name}-nl.csv", self.seen_from.day())
    }
}

impl World {
    /// Writes a report, and says what must become of it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_report(&self, plan: &ReportPlan, output: &mut impl Write) -> io::Result<Expected> {
        let mut random = Random::new(plan.seed);
        let mut expected = Expected::default();
        let mut tally = Tally::default();
        writeln!(output, "{HEADER}")?;
        let mut row = Vec::with_capacity(1024);
        for number in 0..plan.endpoints {
            let (address, port) = self.endpoint(plan.scan_type, number, &mut random);
            // One endpoint in eight has a name that somebody registered.
            let domain = random
                .once_in(8)
                .then(|| random.below(self.domains.len() as u64) as usize);
            row.clear();
            write_row(&mut row, plan, number, address, port, domain, &mut random)?;
            output.write_all(&row)?;
            expected.rows.accepted += 1;
            expected.findings += 1;
            tally.count(self.outcome(address, domain));
            if plan.copy_every > 0 && number % plan.copy_every == plan.copy_every - 1 {
                output.write_all(&row)?;
                expected.rows.duplicate += 1;
            }
            if plan.broken_every > 0 && number % plan.broken_every == plan.broken_every - 1 {
                let text =
                    String::from_utf8_lossy(&row).replacen(&address.to_string(), "no-address", 1);
                output.write_all(text.as_bytes())?;
                expected.rows.quarantined += 1;
            }
        }
        let rows = &mut expected.rows;
        rows.rows_read = rows.accepted + rows.duplicate + rows.quarantined;
        tally.into_expected(&mut expected);
        output.flush()?;
        Ok(expected)
    }

    /// The endpoint of that number: another one for every number.
    fn endpoint(&self, scan_type: ScanType, number: u64, random: &mut Random) -> (IpAddr, u16) {
        match scan_type {
            ScanType::ScanRdp => {
                let address = V4_BASE + ((number * V4_STEP) % V4_ADDRESSES) as u32;
                (
                    Ipv4Addr::from(address).into(),
                    3389 + (number / V4_ADDRESSES) as u16,
                )
            }
            ScanType::Scan6Rdp => {
                let (length, network) = match random.once_in(20) {
                    true => (32, V6_BASE),
                    false => self.v6_blocks[random.below(self.v6_blocks.len() as u64) as usize],
                };
                let subnets = u128::from(random.below(1 << (64 - length)));
                let address = network | subnets << 64 | u128::from(number + 1);
                (Ipv6Addr::from(address).into(), 3389)
            }
        }
    }
}

/// Counts without a text per row.
#[derive(Default)]
struct Tally {
    outcomes: HashMap<String, i64>,
    queue: std::collections::BTreeMap<store::QueueKind, i64>,
}

impl Tally {
    fn count(&mut self, outcome: Outcome) {
        for told in outcome.told {
            *self.outcomes.entry(told).or_default() += 1;
        }
        for kind in outcome.obstacles {
            *self.queue.entry(kind).or_default() += 1;
        }
    }

    fn into_expected(self, expected: &mut Expected) {
        expected.lines = self.outcomes.into_iter().collect();
        expected.queue = self.queue;
    }
}

fn write_row(
    row: &mut Vec<u8>,
    plan: &ReportPlan,
    number: u64,
    address: IpAddr,
    port: u16,
    domain: Option<usize>,
    random: &mut Random,
) -> io::Result<()> {
    // Seconds within the six hours, out of order as reports are.
    let seen = plan
        .seen_from
        .plus_seconds((number * 7_919 % 21_600) as i64);
    let (a, b, c, d) = (
        random.number(),
        random.number(),
        random.number(),
        random.number(),
    );
    let seen = seen.to_string().replace('T', " ");
    write!(
        row,
        "{},high,{address},tcp,{port},",
        seen.trim_end_matches('Z')
    )?;
    if let Some(domain) = domain {
        write!(row, "www.name-{domain:06}.example")?;
    }
    write!(
        row,
        ",rdp,,NL,NOORD-HOLLAND,AMSTERDAM,517311,,Communications,TLSv1.2,\"RDP 10.0 NLA\",2048,\
         HOST-{number:07},HOST-{number:07},2026-08-01 06:00:00,2027-02-01 06:00:00,\
         {a:016x}{b:016x}{c:08x},{d:016X},2,sha256WithRSAEncryption,rsaEncryption,\
         {a:016x}{b:016x}{c:016x}{d:016x},\
         {d:016x}{c:016x}{b:016x}{a:016x}{a:016x}{b:016x}{c:016x}{d:016x},\
         {b:016x}{d:016x},,,{c:016x}{a:016x}{b:016x}{d:014x}",
        c = c,
    )?;
    writeln!(row)
}
