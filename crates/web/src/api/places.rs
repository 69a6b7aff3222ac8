//! Places for what takes long: so many at a time, and so many of one asker, so that nobody keeps the others out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Places, and who has them.
pub(super) struct Places {
    all_max: usize,
    each_max: usize,
    taken: Mutex<HashMap<i64, usize>>,
}

impl Places {
    /// At most `all_max` places, of which one asker has at most `each_max`.
    pub(super) fn new(all_max: usize, each_max: usize) -> Arc<Self> {
        Arc::new(Self {
            all_max,
            each_max,
            taken: Mutex::default(),
        })
    }

    /// A place for this asker, until it is dropped; `None` where none is left.
    pub(super) fn take(self: &Arc<Self>, asker: i64) -> Option<Place> {
        let mut taken = self.lock();
        let all: usize = taken.values().sum();
        let own = taken.get(&asker).copied().unwrap_or_default();
        if all >= self.all_max || own >= self.each_max {
            return None;
        }
        taken.insert(asker, own + 1);
        Some(Place {
            places: Arc::clone(self),
            asker,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place; it is given back when it is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    asker: i64,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        if let Some(own) = taken.get_mut(&self.asker) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.asker);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_asker_leaves_places_for_others_and_gives_its_own_back() {
        let places = Places::new(3, 2);
        let first = places.take(1).unwrap();
        let _second = places.take(1).unwrap();
        assert!(places.take(1).is_none());
        let _other = places.take(2).unwrap();
        assert!(places.take(3).is_none(), "all are taken");
        drop(first);
        assert!(places.take(3).is_some());
        assert!(places.take(1).is_some());
    }
}
