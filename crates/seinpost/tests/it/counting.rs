//! What an application brings, counted by the program and by the script of the page that describes the rule.

use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::process::Command;

use model::CountingRule;
use rules::enrol::counting::count;
use rules::enrol::form::read_assets;

/// Lists that are counted by each rule.
const LISTS: u64 = 60;

/// The script in the page about enrolment.
fn script() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/enrolment.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("### Counting it yourself\n").unwrap();
    let (_, rest) = rest.split_once("```python\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

/// What the script says of a list.
fn said(folder: &Path, list: &str, rule: CountingRule) -> u64 {
    fs::write(folder.join("list.txt"), list).unwrap();
    let counted = Command::new("python3")
        .args(["-c", &script(), "list.txt", rule.as_str()])
        .current_dir(folder)
        .output()
        .unwrap();
    let text = String::from_utf8(counted.stdout).unwrap();
    let number = text.trim().parse();
    number.unwrap_or_else(|_| panic!("{list}: {}", String::from_utf8_lossy(&counted.stderr)))
}

/// Numbers that look random and are the same each time (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % end
    }

    /// One of the networks for documentation.
    fn ipv4(&mut self) -> u32 {
        let networks = ["192.0.2.0", "198.51.100.0", "203.0.113.0"];
        let network: Ipv4Addr = networks[self.below(3) as usize].parse().unwrap();
        network.to_bits() | self.below(256) as u32
    }

    /// In one of four blocks from 2001:db8::/32 on, often near others.
    fn ipv6(&mut self) -> u128 {
        let first: Ipv6Addr = "2001:db8::".parse().unwrap();
        let block = first.to_bits() + (u128::from(self.below(4)) << 96);
        let inside = u128::from(self.below(12)) << 80 | u128::from(self.below(5)) << 64;
        block | inside | u128::from(self.below(7))
    }

    /// An asset as somebody types it.
    fn asset(&mut self) -> String {
        match self.below(9) {
            0 => Ipv4Addr::from_bits(self.ipv4()).to_string(),
            1 => {
                let length = 24 + self.below(9) as u32;
                let kept = u32::MAX.checked_shl(32 - length).unwrap_or(0);
                format!("{}/{length}", Ipv4Addr::from_bits(self.ipv4() & kept))
            }
            2 => {
                let first = self.ipv4();
                let last = first | self.below(32) as u32;
                let ends = [first, last].map(Ipv4Addr::from_bits);
                format!("{} - {}", ends[0], ends[1])
            }
            3 => Ipv6Addr::from_bits(self.ipv6()).to_string(),
            4 | 5 => {
                let length = [29, 31, 32, 33, 44, 47, 48, 49, 64, 128][self.below(10) as usize];
                let kept = u128::MAX << (128 - length);
                format!("{}/{length}", Ipv6Addr::from_bits(self.ipv6() & kept))
            }
            6 => {
                let first = self.ipv6();
                let last =
                    first + u128::from(self.below(1 << 40)) * u128::from(self.below(1 << 40));
                let ends = [first, last].map(Ipv6Addr::from_bits);
                format!("{}-{}", ends[0], ends[1])
            }
            7 => format!(
                "{}{}",
                ["AS", "as"][self.below(2) as usize],
                64_496 + self.below(9)
            ),
            _ => {
                let before = ["", "*.", "www.", "my-host.", "WWW."][self.below(5) as usize];
                let behind = ["", "."][self.below(2) as usize];
                format!("{before}firm-{}.example{behind}", self.below(6))
            }
        }
    }
}

#[test]
fn an_outsider_counts_a_list_as_the_program_does_by_each_rule() {
    let folder = tempfile::tempdir().unwrap();
    let mut totals = [0; 2];
    for seed in 0..LISTS {
        let mut numbers = Numbers(seed);
        let listed: Vec<String> = (0..1 + seed % 24).map(|_| numbers.asset()).collect();
        let list = listed.join([", ", "\n", ";\n\n"][seed as usize % 3]);
        let (assets, bad) = read_assets(&list);
        assert_eq!(bad, [], "{list}");
        for (rule, total) in CountingRule::ALL.iter().zip(&mut totals) {
            let ours = count(&assets, *rule).total();
            assert_eq!(
                ours,
                said(folder.path(), &list, *rule),
                "rule {rule}: {list}"
            );
            *total += ours;
        }
    }
    assert!(totals[1] < totals[0], "there were gaps: {totals:?}");
}

#[test]
fn an_outsider_counts_a_block_that_is_cut_into_32768_pieces_once() {
    let folder = tempfile::tempdir().unwrap();
    let pieces = (0..=u16::MAX).step_by(2);
    let pieces: Vec<String> = pieces
        .map(|piece| format!("2001:db8:{piece:x}::/48"))
        .collect();
    assert_eq!(
        said(folder.path(), &pieces.join("\n"), CountingRule::First),
        32_768
    );
    assert_eq!(
        said(folder.path(), &pieces.join("\n"), CountingRule::NEWEST),
        1
    );
}
