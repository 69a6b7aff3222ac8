//! Assets that are sites: the places around a URL, one question for each part of its path.
//!
//! Few have such assets, and few reports are about URLs. So this is a sorted list, and nothing else of the index grows by it.

use model::WebPlace;

use super::held::Held;

/// Sites.
#[derive(Debug, Default)]
pub(super) struct Sites {
    /// By [`WebPlace::key`], then as they were added.
    entries: Vec<(Box<str>, Held)>,
}

impl Sites {
    /// Adds a site; [`Sites::sort`] before the first question.
    pub(super) fn add(&mut self, place: &WebPlace, held: Held) {
        self.entries.push((Box::from(place.key()), held));
    }

    pub(super) fn sort(&mut self) {
        // Stable: of equal ones the first stays the first.
        self.entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        self.entries.shrink_to_fit();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Gives each site around a place, the longest first, with the length of its key.
    ///
    /// Cost: O(parts of the path, log sites).
    pub(super) fn each_around(&self, place: &WebPlace, mut take: impl FnMut(usize, Held)) {
        for key in place.keys_around() {
            let first = self.entries.partition_point(|(known, _)| &**known < key);
            let same = self.entries[first..].iter();
            for (_, held) in same.take_while(|(known, _)| &**known == key) {
                take(key.len(), *held);
            }
        }
    }
}
