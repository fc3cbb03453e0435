//! What names of elements say, each looked up once: a page has few names.

use html5ever::LocalName;

/// A value for each name, as long as no other name takes its place.
#[derive(Debug)]
pub(super) struct ByName<V>(Vec<Option<(LocalName, V)>>);

impl<V> Default for ByName<V> {
    fn default() -> ByName<V> {
        ByName(Vec::new())
    }
}

impl<V: Copy> ByName<V> {
    /// The value of a name: the known one, else what `make` says.
    pub(super) fn get(&mut self, name: &LocalName, make: impl FnOnce(&str) -> V) -> V {
        const PLACES: u64 = 128;
        if self.0.is_empty() {
            self.0.resize_with(PLACES as usize, || None);
        }
        // Short names are their own hashes: the highest bits have a part of every letter.
        let place = name.get_hash().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - PLACES.trailing_zeros());
        let Some(slot) = self.0.get_mut(place as usize) else {
            return make(name);
        };
        match slot {
            Some((known, value)) if known == name => *value,
            _ => {
                let value = make(name);
                *slot = Some((name.clone(), value));
                value
            }
        }
    }
}
