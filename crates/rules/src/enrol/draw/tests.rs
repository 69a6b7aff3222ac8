use proptest::prelude::*;

use super::*;

const PILOT: Capacity = Capacity {
    places: 40,
    per_sector: 4,
};

/// The 64 applications of the story: all counts differ but those of engineering, where ranks 3 to 5 have 260.
pub(in crate::enrol) fn story() -> Vec<Entry> {
    let sizes = [
        (Sector::Ict, 14),
        (Sector::Trade, 11),
        (Sector::Engineering, 9),
        (Sector::Transport, 8),
        (Sector::Health, 6),
        (Sector::Education, 5),
        (Sector::Media, 4),
        (Sector::Agriculture, 3),
        (Sector::Tourism, 3),
        (Sector::Other, 1),
    ];
    let mut entries = Vec::new();
    for (sector, size) in sizes {
        for index in 0..size {
            let count = match (sector, index) {
                (Sector::Engineering, 2..=4) => 260,
                _ => 300 - 20 * index,
            };
            entries.push(Entry {
                number: entries.len() as u32 + 1,
                sector,
                count,
            });
        }
    }
    entries
}

fn selected(places: &[Place]) -> Vec<&Place> {
    let selected = places
        .iter()
        .filter(|place| place.state == PlaceState::Selected);
    selected.collect()
}

#[test]
fn the_pilot_of_64_applications_selects_35_and_a_tie_at_260_is_drawn() {
    let places = draw(&story(), PILOT, "seed");
    assert_eq!(selected(&places).len(), 35);
    let tied: Vec<&Place> = places
        .iter()
        .filter(|place| place.because == Because::Lot)
        .collect();
    assert_eq!(tied.len(), 3, "ranks 3 to 5 of engineering");
    assert!(tied.iter().all(|place| place.entry.count == 260));
    assert!(tied.is_sorted_by_key(|place| &place.lot));
    let states: Vec<PlaceState> = tied.iter().map(|place| place.state).collect();
    let (in_, out) = (PlaceState::Selected, PlaceState::Waiting);
    assert_eq!(states, [in_, in_, out]);
}

#[test]
fn lots_are_what_sha256sum_says() {
    // printf '%s' seed | sha256sum; printf '%s' seed/17 | sha256sum
    assert_eq!(
        commitment("seed"),
        "19b25856e1c150ca834cffc8b59b23adbd0ec0389e58eb22b3b64768098d002b"
    );
    assert_eq!(
        lot("seed", 17),
        "05c0b8f6bd642e55a50b48f77dadd2013a03097c296758438f1159b81d0b4a0c"
    );
}

#[test]
fn equal_counts_within_the_seats_are_ordered_by_lot_but_the_lot_decides_nothing() {
    let entry = |number, count| Entry {
        number,
        sector: Sector::Ict,
        count,
    };
    let places = draw(&[entry(1, 9), entry(2, 9), entry(3, 1)], PILOT, "seed");
    assert!(places.iter().all(|place| place.because == Because::Count));
    assert!(places[..2].is_sorted_by_key(|place| &place.lot));
}

#[test]
fn a_programme_that_is_full_keeps_first_places_before_second_ones() {
    let capacity = Capacity {
        places: 12,
        ..PILOT
    };
    let places = draw(&story(), capacity, "seed");
    let selected = selected(&places);
    assert_eq!(selected.len(), 12);
    assert_eq!(selected.iter().filter(|place| place.rank == 1).count(), 10);
    assert!(selected.iter().all(|place| place.rank <= 2));
    let left_out = places.iter().filter(|place| place.because == Because::Full);
    assert_eq!(left_out.count(), 35 - 12);
}

#[test]
fn a_free_place_goes_to_the_first_that_waits_and_no_more_places_are_given_than_were_drawn() {
    use Standing::{Out, Seated, Waiting};
    for (seats, line, want) in [
        (2, &[Out, Seated, Waiting, Waiting][..], &[2][..]),
        (2, &[Seated, Seated, Waiting], &[]),
        (
            3,
            &[Out, Out, Seated, Out, Waiting, Waiting, Waiting],
            &[4, 5],
        ),
        (2, &[Out, Seated, Out], &[]),
        (1, &[Seated, Seated, Waiting], &[]),
        (0, &[Waiting], &[]),
    ] {
        assert_eq!(next_in_line(seats, line), want, "{seats} {line:?}");
    }
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let entry = (0..Sector::ALL.len(), 0_u64..4);
    prop::collection::vec(entry, 0..60).prop_map(|drawn| {
        let numbered = drawn.into_iter().zip(1..);
        let entry = |((sector, count), number)| Entry {
            number,
            sector: Sector::ALL[sector],
            count,
        };
        numbered.map(entry).collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_applications_does_not_matter(
        (entries, shuffled) in entries().prop_flat_map(|entries| (Just(entries.clone()), Just(entries).prop_shuffle())),
        seed in "[0-9a-f]{8}",
    ) {
        prop_assert_eq!(draw(&entries, PILOT, &seed), draw(&shuffled, PILOT, &seed));
    }

    #[test]
    fn never_more_than_there_is_room_for_and_never_a_lower_count_before_a_higher(
        entries in entries(), places_max in 0_u32..20, per_sector in 0_u32..5,
    ) {
        let capacity = Capacity { places: places_max, per_sector };
        let places = draw(&entries, capacity, "seed");
        prop_assert_eq!(places.len(), entries.len());
        let selected = selected(&places);
        let possible: u32 = Sector::ALL.iter().map(|sector| {
            let there = entries.iter().filter(|entry| entry.sector == *sector).count() as u32;
            there.min(per_sector)
        }).sum();
        prop_assert_eq!(selected.len() as u32, possible.min(places_max));
        for sector in Sector::ALL {
            let of_sector: Vec<&Place> = places.iter().filter(|place| place.entry.sector == *sector).collect();
            prop_assert!(of_sector.is_sorted_by_key(|place| Reverse(place.entry.count)));
            prop_assert!(of_sector.is_sorted_by_key(|place| place.state));
        }
    }
}
