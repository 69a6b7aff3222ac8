//! A set of findings of one block, as bits.

/// Findings of a block.
pub(super) const BLOCK_FINDINGS: i64 = 1 << 15;

const WORDS: usize = BLOCK_FINDINGS as usize / 64;

/// Members from which on bits are shorter than two bytes for each.
const LISTED_MAX: usize = WORDS * 8 / 2;

/// Which findings of a block there are, by their place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SeenSet(Box<[u64; WORDS]>);

impl Default for SeenSet {
    fn default() -> Self {
        Self(Box::new([0; WORDS]))
    }
}

impl SeenSet {
    /// Puts a place into it; one outside of the block is none.
    pub(super) fn insert(&mut self, place: i64) {
        if let Some(word) = self.0.get_mut(place as usize / 64) {
            *word |= 1 << (place % 64);
        }
    }

    /// Puts all of the other into it.
    pub(super) fn add(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(other.0.iter()) {
            *word |= more;
        }
    }

    /// What is in both.
    pub(super) fn common(&self, other: &Self) -> Self {
        let mut common = self.clone();
        for (word, other) in common.0.iter_mut().zip(other.0.iter()) {
            *word &= other;
        }
        common
    }

    pub(super) fn len(&self) -> i64 {
        self.0.iter().map(|word| i64::from(word.count_ones())).sum()
    }

    /// As bytes: two for each place while there are few, else all bits.
    pub(super) fn bytes(&self) -> Vec<u8> {
        if self.len() as usize >= LISTED_MAX {
            return self.0.iter().flat_map(|word| word.to_le_bytes()).collect();
        }
        let mut bytes = Vec::new();
        for (at, word) in self.0.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                let place = at as u16 * 64 + left.trailing_zeros() as u16;
                bytes.extend(place.to_le_bytes());
                left &= left - 1;
            }
        }
        bytes
    }

    /// From what [`Self::bytes`] gave.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut set = Self::default();
        if bytes.len() == WORDS * 8 {
            for (word, bytes) in set.0.iter_mut().zip(bytes.as_chunks().0) {
                *word = u64::from_le_bytes(*bytes);
            }
        } else {
            for place in bytes.as_chunks().0 {
                set.insert(i64::from(u16::from_le_bytes(*place)));
            }
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(step: usize) -> SeenSet {
        let mut set = SeenSet::default();
        for place in (0..BLOCK_FINDINGS).step_by(step) {
            set.insert(place);
        }
        set
    }

    #[test]
    fn a_set_is_read_as_it_was_written_in_the_shorter_way() {
        for (step, bytes) in [(1, 4_096), (16, 4_096), (17, 2 * 1_928), (32_767, 4)] {
            let set = every(step);
            assert_eq!(set.bytes().len(), bytes, "{step}");
            assert_eq!(SeenSet::read(&set.bytes()), set, "{step}");
        }
        let empty = SeenSet::default();
        assert_eq!(SeenSet::read(&empty.bytes()), empty);
    }

    #[test]
    fn what_is_common_is_in_both() {
        let (twos, threes) = (every(2), every(3));
        assert_eq!(twos.common(&threes), every(6));
        let mut all = twos.clone();
        all.add(&threes);
        assert_eq!(all.len(), twos.len() + threes.len() - every(6).len());
    }
}
