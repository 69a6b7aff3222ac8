//! The proof of a draw, checked by the program and by the script of the page that describes it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use model::{PlaceState, Sector};
use rules::enrol::draw::{Capacity, Entry, Place, Standing, next_in_line};
use rules::enrol::proof::Proof;

/// Three sectors; in the first one two of three equals get a seat.
fn proof() -> String {
    let counts = [
        (Sector::Engineering, [400, 300, 260, 260, 260]),
        (Sector::Ict, [9, 8, 7, 6, 5]),
        (Sector::Other, [1, 1, 1, 1, 1]),
    ];
    let sectors = counts.into_iter();
    let listed = sectors.flat_map(|(sector, counts)| counts.map(|count| (sector, count)));
    let entries: Vec<Entry> = listed
        .zip(1..)
        .map(|((sector, count), number)| Entry {
            number,
            sector,
            count,
        })
        .collect();
    let capacity = Capacity {
        places: 11,
        per_sector: 4,
    };
    Proof::of_draw("pilot", 20, &entries, capacity, "seed").to_string()
}

fn seinpost(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seinpost"));
    command.args(arguments).current_dir(folder);
    command.output().unwrap()
}

/// The script in the page about enrolment.
fn script() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/enrolment.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("## Checking it\n").unwrap();
    let (_, rest) = rest.split_once("```python\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

#[test]
fn an_outsider_computes_the_same_places_from_the_published_file() {
    let folder = tempfile::tempdir().unwrap();
    let changed = proof().replacen(" selected ", " waiting ", 1);
    for (text, is_right) in [(proof(), true), (changed, false)] {
        fs::write(folder.path().join("pilot.txt"), text).unwrap();
        let ours = seinpost(folder.path(), &["draw", "verify", "pilot.txt"]);
        assert_eq!(ours.status.code(), Some(i32::from(!is_right)), "{ours:?}");
        let theirs = Command::new("python3")
            .args(["-c", &script(), "pilot.txt"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(theirs.status.success(), is_right, "{theirs:?}");
    }
}

#[test]
fn an_outsider_computes_who_moves_up_from_the_published_file_and_who_gave_up() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pilot.txt"), proof()).unwrap();
    let drawn = proof().parse::<Proof>().unwrap().computed();
    let of = |sector| {
        drawn
            .iter()
            .filter(move |place| place.entry.sector == sector)
    };
    for gone in [&[][..], &[1], &[2, 7, 8], &[1, 2, 11], &[6, 7, 8, 9, 10]] {
        let mut ours = Vec::new();
        for sector in [Sector::Engineering, Sector::Ict, Sector::Other] {
            let seats = of(sector).filter(|place| place.state == PlaceState::Selected);
            let standing = |place: &Place| match place.state {
                _ if gone.contains(&place.entry.number) => Standing::Out,
                PlaceState::Selected => Standing::Seated,
                _ => Standing::Waiting,
            };
            let mut line: Vec<Standing> = of(sector).map(standing).collect();
            for index in next_in_line(seats.count(), &line) {
                line[index] = Standing::Seated;
            }
            let holders = of(sector)
                .zip(line)
                .filter(|(_, it)| *it == Standing::Seated);
            let numbers = holders.map(|(place, _)| format!(" {}", place.entry.number));
            ours.push(format!("{sector}{}", numbers.collect::<String>()));
        }
        let theirs = Command::new("python3")
            .args(["-c", &script(), "pilot.txt"])
            .args(gone.iter().map(ToString::to_string))
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8(theirs.stdout).unwrap();
        assert_eq!(said.lines().skip(1).collect::<Vec<_>>(), ours, "{gone:?}");
    }
}

#[test]
fn a_proof_is_explained_place_by_place_and_a_seed_that_was_not_published_is_found() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pilot.txt"), proof()).unwrap();
    let shown = seinpost(folder.path(), &["draw", "verify", "pilot.txt"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(
        shown.contains("application 1: selected at place 1 of engineering with 400"),
        "{shown}"
    );
    assert!(shown.contains("others have 260 too"), "{shown}");
    assert!(shown.ends_with("11 selected, 4 waiting; every place follows from the file\n"));
    let other = "0".repeat(64);
    let arguments = [
        "draw",
        "verify",
        "pilot.txt",
        "--committed",
        &other,
        "--json",
    ];
    let refused = seinpost(folder.path(), &arguments);
    assert_eq!(refused.status.code(), Some(1));
    let refused = String::from_utf8(refused.stdout).unwrap();
    assert!(refused.contains("\"is_right\": false"), "{refused}");
    assert!(refused.contains("was published before applications closed"));
}

#[test]
fn what_is_no_proof_is_refused_with_the_next_step() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pilot.txt"), "something else\n").unwrap();
    for file in ["pilot.txt", "missing.txt"] {
        let refused = seinpost(folder.path(), &["draw", "verify", file]);
        assert_eq!(refused.status.code(), Some(1), "{file}: {refused:?}");
    }
    let refused = seinpost(folder.path(), &["draw", "verify", "pilot.txt"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("is not the proof of a draw"), "{said}");
    assert!(said.contains("hint: "), "{said}");
}
