//! What happens to an installation, act by act: a register with nested owners and disputes, reports of several types, a
//! change of the register, a second day, an approval, a reply by mail, a delivery whose bytes are gone for a while, a week
//! later.
//!
//! Every act is one command that is run until it is done. Acts are far enough apart for the pauses that kills add.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use model::Timestamp;
use tempfile::TempDir;
use testkit::generate::{Random, ReportPlan, ScanType, World};
use testkit::{RegisterBuilder, Report, days_later};

/// What the program is busy with during an act, for the count of kills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Migrate,
    Import,
    Gather,
    Process,
    Rematch,
    Approve,
    Folder,
    Smtp,
    Reply,
    Retry,
    Serve,
}

/// What is done in an act.
#[derive(Clone, Debug)]
pub(crate) enum Doing {
    /// A command that is run until it ends well.
    Command(Vec<String>),
    /// Work up to ready-to-send, until nothing is left.
    Work,
    /// Work and hand over, until nothing is left.
    HandOver,
    /// A recipient answers a mail with a word.
    Reply,
    /// `serve`, until nothing is left.
    Serve,
    /// The bytes of the latest delivery are away (not killed).
    HideBlob,
    /// They are back (not killed).
    ShowBlob,
    /// The rest of the latest delivery is to be read.
    Retry,
}

pub(crate) struct Act {
    pub(crate) stage: Stage,
    pub(crate) at: Timestamp,
    pub(crate) doing: Doing,
}

/// The acts, with a folder of what they read.
pub(crate) struct Story {
    pub(crate) acts: Vec<Act>,
    folder: TempDir,
}

const MAPPING: &str = "threat = \"open-rdp\"\nkeyed_by = \"ip+port\"\nrole = \"target\"\n\
    rsit = \"vulnerable/vulnerable-system\"\nseverity = \"critical\"\ntime_zone = \"Europe/Amsterdam\"\n";

pub(crate) const DESK: &[&str] = &[
    "desk",
    "set",
    "--sender",
    "desk@csirt.example",
    "--reply-to",
    "answers@csirt.example",
    "--phone",
    "+31 70 555 01 23",
    "--privacy-nl",
    "Wij bewaren dit bericht een jaar.",
    "--privacy-en",
    "We keep this message for a year.",
    "--lawful-basis",
    "public-task",
    "--time-zone",
    "Europe/Amsterdam",
];

/// Addresses of documentation networks that the world's register divides: 198.18.0.0/15.
fn address(random: &mut Random) -> String {
    let low = random.below(1 << 17) as u32;
    std::net::Ipv4Addr::from(0xc612_0000 + low).to_string()
}

impl Story {
    pub(crate) fn new(seed: u64) -> Self {
        let mut story = Self {
            acts: Vec::new(),
            folder: tempfile::tempdir().unwrap(),
        };
        let world = World::new(seed, 1_500);
        let mut random = Random::new(seed ^ 0x5eed);
        story.set_up(&world);
        story.first_day(&world, &mut random);
        story.register_changes(&mut random);
        story.second_day(&world, seed);
        story.act(Stage::Reply, 2, Doing::Reply);
        story.lost_bytes(&mut random);
        story.week_later(&world, seed, &mut random);
        story
    }

    fn set_up(&mut self, world: &World) {
        self.command(Stage::Migrate, 0, &["migrate"]);
        self.command(Stage::Import, 0, DESK);
        let folder = self.subfolder("register");
        for (what, path) in world.register.write_files(&folder) {
            self.command(Stage::Import, 0, &["import", what, path.to_str().unwrap()]);
        }
        let mapping = self.folder.path().join("researcher.toml");
        fs::write(&mapping, MAPPING).unwrap();
        let mapping = mapping.to_str().unwrap();
        self.command(
            Stage::Import,
            0,
            &["mapping", "save", "researcher", mapping],
        );
        self.act(Stage::Rematch, 0, Doing::Work);
    }

    fn first_day(&mut self, world: &World, random: &mut Random) {
        let folder = self.subfolder("first-day");
        write_scan(world, &folder, &scan(ScanType::ScanRdp, 0, 260, 1));
        write_scan(world, &folder, &scan(ScanType::Scan6Rdp, 0, 120, 2));
        write_events(&folder, 0, 110, random);
        self.command(Stage::Gather, 0, &["gather", folder.to_str().unwrap()]);
        let list = self.folder.path().join("list.csv");
        write_list(&list, random);
        let mapped = [
            "--mapping",
            "researcher",
            "--source",
            "University of Example",
        ];
        let gather = [&["gather", list.to_str().unwrap()][..], &mapped].concat();
        self.command(Stage::Gather, 0, &gather);
        self.act(Stage::Process, 0, Doing::Work);
        self.act(Stage::Folder, 0, Doing::HandOver);
    }

    /// Parts of blocks get owners of their own, one organisation moves its mail, and blocks get a holder.
    fn register_changes(&mut self, random: &mut Random) {
        let mut register = RegisterBuilder::new();
        for _ in 0..60 {
            let owner = format!("org-{:05}", random.below(70));
            register = register.asset(&owner, "address", &address(random));
        }
        let register = register
            .contact("org-00001", "soc@org-00001.example")
            .network("198.18.0.0/17", "Holder West", "abuse@west.example");
        let folder = self.subfolder("changes");
        for (what, path) in register.write_files(&folder) {
            self.command(Stage::Import, 1, &["import", what, path.to_str().unwrap()]);
        }
        self.act(Stage::Rematch, 1, Doing::Work);
        self.act(Stage::Smtp, 1, Doing::HandOver);
    }

    /// Most of the first report again, with new rows; messages wait for a person.
    fn second_day(&mut self, world: &World, seed: u64) {
        self.command(Stage::Import, 2, &["desk", "set", "--alerts", "hold"]);
        let folder = self.subfolder("second-day");
        write_scan(world, &folder, &scan(ScanType::ScanRdp, 2, 330, 1));
        write_scan(world, &folder, &scan(ScanType::Scan6Rdp, 2, 60, seed + 7));
        self.command(Stage::Gather, 2, &["gather", folder.to_str().unwrap()]);
        self.act(Stage::Process, 2, Doing::Work);
        self.command(Stage::Approve, 2, &["approve", "--all"]);
        self.act(Stage::Smtp, 2, Doing::HandOver);
    }

    /// A delivery whose bytes are gone fails after five tries; when they are back, a person has it read.
    fn lost_bytes(&mut self, random: &mut Random) {
        self.command(Stage::Import, 3, &["desk", "set", "--alerts", "send"]);
        let folder = self.subfolder("third-day");
        write_events(&folder, 3, 105, random);
        self.command(Stage::Gather, 3, &["gather", folder.to_str().unwrap()]);
        self.act(Stage::Retry, 3, Doing::HideBlob);
        self.act(Stage::Retry, 3, Doing::Work);
        self.act(Stage::Retry, 3, Doing::ShowBlob);
        self.act(Stage::Retry, 4, Doing::Retry);
        self.act(Stage::Process, 4, Doing::Work);
        self.act(Stage::Folder, 4, Doing::HandOver);
    }

    /// Some of it is seen again after it was gone, and everything is done by one program.
    fn week_later(&mut self, world: &World, seed: u64, random: &mut Random) {
        let folder = self.subfolder("week-later");
        write_scan(world, &folder, &scan(ScanType::ScanRdp, 12, 150, 1));
        write_scan(world, &folder, &scan(ScanType::Scan6Rdp, 12, 60, seed + 9));
        write_events(&folder, 12, 60, random);
        self.command(Stage::Gather, 12, &["gather", folder.to_str().unwrap()]);
        self.act(Stage::Serve, 12, Doing::Serve);
    }

    fn command(&mut self, stage: Stage, day: i64, arguments: &[&str]) {
        let arguments = arguments.iter().map(|&text| text.to_owned()).collect();
        self.act(stage, day, Doing::Command(arguments));
    }

    fn act(&mut self, stage: Stage, day: i64, doing: Doing) {
        // Hours after 04:00: kills add half an hour each, and the day must stay the same.
        let hour = match doing {
            Doing::Command(_) | Doing::HideBlob | Doing::ShowBlob | Doing::Retry => 2,
            Doing::Work => 4,
            Doing::HandOver | Doing::Serve => 9,
            Doing::Reply => 11,
        };
        let at = days_later(day).plus_seconds((hour - 8) * 3_600);
        self.acts.push(Act { stage, at, doing });
    }

    fn subfolder(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        fs::create_dir(&folder).unwrap();
        folder
    }
}

/// A report of things seen in the night before that day, with copies and rows without an address.
pub(crate) fn scan(scan_type: ScanType, day: i64, endpoints: u64, seed: u64) -> ReportPlan {
    ReportPlan {
        seed,
        seen_from: days_later(day).plus_seconds(-14 * 3_600),
        copy_every: 40,
        broken_every: 60,
        ..ReportPlan::new(scan_type, endpoints)
    }
}

pub(crate) fn write_scan(world: &World, folder: &Path, plan: &ReportPlan) {
    let file = File::create(folder.join(plan.file_name())).unwrap();
    world.write_report(plan, &mut BufWriter::new(file)).unwrap();
}

/// Attacks with the participant on one side and the target on the other.
pub(crate) fn write_events(folder: &Path, day: i64, rows: u64, random: &mut Random) {
    let mut report = Report::new("event4_ddos_participant");
    let seen_from = days_later(day).plus_seconds(-14 * 3_600);
    for number in 0..rows {
        let seen = seen_from.plus_seconds(number as i64).to_string();
        let seen = seen.replace('T', " ").replace('Z', "");
        report = report.row(&[
            ("timestamp", &seen),
            ("protocol", "udp"),
            ("src_ip", &address(random)),
            ("src_port", "5060"),
            (
                "severity",
                ["critical", "high", "medium"][random.below(3) as usize],
            ),
            ("dst_ip", &address(random)),
            ("dst_port", "80"),
            ("infection", "ddos-participant"),
            ("family", "examplebot"),
        ]);
    }
    let day = days_later(day).day();
    let path = folder.join(format!("{day}-event4_ddos_participant-nl.csv"));
    fs::write(path, report.text()).unwrap();
}

/// A list as researchers send it.
fn write_list(path: &Path, random: &mut Random) {
    let mut text = String::from("ip,port,time\n");
    for number in 0..70 {
        let ip = match number % 30 {
            29 => "nowhere".to_owned(),
            _ => address(random),
        };
        text += &format!("{ip},{},2026-11-18 02:00:00\n", 4_000 + number);
    }
    fs::write(path, text).unwrap();
}
