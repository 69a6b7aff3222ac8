use model::Sector;

use super::super::draw::tests::story;
use super::*;

const CAPACITY: Capacity = Capacity {
    places: 40,
    per_sector: 4,
};

fn proof() -> Proof {
    Proof::of_draw("pilot", 73, &story(), CAPACITY, "seed")
}

#[test]
fn a_file_is_read_as_it_was_written_and_nothing_is_wrong_with_it() {
    let text = proof().to_string();
    let read: Proof = text.parse().unwrap();
    assert_eq!(read, proof());
    assert_eq!(read.to_string(), text);
    assert_eq!(read.faults(None), []);
    assert_eq!(read.faults(Some(&commitment("seed"))), []);
}

#[test]
fn any_changed_row_head_or_seed_is_found() {
    let text = proof().to_string();
    for (index, line) in text.lines().enumerate().skip(7) {
        for (at, cell) in line.split(' ').enumerate().filter(|_| index > 7) {
            let changed = match at {
                // A lower count may change nothing but is found where it changes a place; the number changes the lot.
                1 | 2 => continue,
                5 if cell == "selected" => "waiting".to_owned(),
                5 => "selected".to_owned(),
                6 if cell == "lot" => "count".to_owned(),
                6 => "lot".to_owned(),
                3 => commitment(cell),
                _ => format!("{cell}9"),
            };
            let mut cells: Vec<&str> = line.split(' ').collect();
            cells[at] = &changed;
            let mut lines: Vec<&str> = text.lines().collect();
            let changed = cells.join(" ");
            lines[index] = &changed;
            let read: Proof = (lines.join("\n") + "\n").parse().unwrap();
            assert_ne!(read.faults(None), [], "{changed}");
        }
    }
    for (from, to) in [
        ("\nseed seed\n", "\nseed other\n"),
        ("\nplaces 40\n", "\nplaces 30\n"),
        ("\nplaces-per-sector 4\n", "\nplaces-per-sector 3\n"),
        ("\napplications 73\n", "\napplications 63\n"),
        ("\n1 ict 300 ", "\n1 ict 200 "),
    ] {
        let read: Proof = text.replace(from, to).parse().unwrap();
        assert_ne!(read, proof(), "{from}");
        assert_ne!(read.faults(None), [], "{to}");
    }
}

#[test]
fn a_seed_that_was_changed_with_its_digest_is_found_by_what_was_published() {
    let other = Proof::of_draw("pilot", 73, &story(), CAPACITY, "chosen afterwards");
    assert_eq!(other.faults(None), []);
    let faults = other.faults(Some(&proof().commitment));
    assert!(matches!(faults[..], [Fault::Seed { .. }]), "{faults:?}");
}

#[test]
fn rows_in_another_order_or_twice_are_found() {
    let mut swapped = proof();
    swapped.rows.swap(0, 1);
    assert_eq!(swapped.faults(None), [Fault::Order]);
    let mut twice = proof();
    twice.rows.push(twice.rows[0].clone());
    let number = twice.rows[0].entry.number;
    assert!(twice.faults(None).contains(&Fault::Twice { number }));
}

#[test]
fn what_is_no_file_says_where() {
    let text = proof().to_string();
    for (from, to, why) in [
        (
            "seinpost-draw 1",
            "seinpost-draw 2",
            "line 1 must be `seinpost-draw 1`",
        ),
        ("places 40", "places many", "line 4 must be `places ...`"),
        ("seed seed", "seed", "line 7 must be `seed ...`"),
        (" ict 300 ", " ict ", "line 26 must be `number sector"),
        (
            " ict 300 ",
            " flowers 300 ",
            "a sector cannot be read from `flowers`",
        ),
        (" ict 300 ", " ict -1 ", "a count cannot be read"),
    ] {
        let error = text.replacen(from, to, 1).parse::<Proof>().unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    assert!("".parse::<Proof>().is_err());
}

#[test]
fn every_place_is_explained_in_a_sentence() {
    let places = proof().computed();
    let of = |number| {
        let place = places.iter().find(|place| place.entry.number == number);
        explained(place.unwrap(), &places, CAPACITY)
    };
    assert_eq!(
        of(1),
        "application 1: selected at place 1 of ict with 300, as its count is among the 4 highest of the sector"
    );
    assert!(
        of(14).ends_with("as 4 of the sector stand before it"),
        "{}",
        of(14)
    );
    let engineering = 14 + 11;
    let tied = (engineering + 3..=engineering + 5).map(of);
    assert_eq!(
        tied.filter(|text| text.contains("others have 260 too"))
            .count(),
        3
    );
}

#[test]
fn where_one_place_is_left_for_two_sectors_with_equal_counts_the_lot_is_named() {
    let entry = |number, sector| Entry {
        number,
        sector,
        count: 5,
    };
    let entries = [entry(1, Sector::Ict), entry(2, Sector::Trade)];
    let capacity = Capacity {
        places: 1,
        per_sector: 4,
    };
    let places = draw(&entries, capacity, "seed");
    let mut texts: Vec<String> = places
        .iter()
        .map(|place| explained(place, &places, capacity))
        .collect();
    texts.sort_by_key(|text| !text.contains("selected"));
    let [first, second] = &texts[..] else {
        panic!("{texts:?}");
    };
    assert!(
        first.ends_with(
            "as others at place 1 of their sectors have 5 too, and its lot is among the lowest"
        ),
        "{first}"
    );
    assert!(
        second.ends_with(
            "as all 1 places of the programme are taken: others at place 1 have 5 too, and their lots are lower"
        ),
        "{second}"
    );
}
