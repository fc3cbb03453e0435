//! Features as numbers: each is a hash of a template's name and its values, computed without formatting.
//!
//! `explain` asks for the names beside the hashes; cleaning never pays for them.

/// Takes the features of one position as they are written.
pub trait Sink {
    /// Forgets everything, keeping the memory.
    fn clear(&mut self);

    /// Adds a feature; `name` is called only when names are recorded.
    fn push(&mut self, hash: u32, name: impl FnOnce() -> String);

    /// Adds features by their hashes, which nobody asks the names of.
    fn extend(&mut self, hashes: &[u32]);

    /// Adds the features that `write` writes: what follows from the numbers in the key, the first of which tells groups
    /// apart. The same key must mean the same features.
    fn group(&mut self, key: [u8; 8], write: impl FnOnce(&mut Features));

    /// Adds a group for each of the keys.
    #[inline]
    fn groups(&mut self, keys: &[[u8; 8]], write: impl Fn([u8; 8], &mut Features)) {
        for key in keys {
            self.group(*key, |features| write(*key, features));
        }
    }
}

/// The features of one position, as hashes and, when asked for, by name.
#[derive(Debug, Default)]
pub struct Features {
    hashes: Vec<u32>,
    names: Option<Vec<String>>,
}

impl Features {
    /// An empty set that also records names.
    #[must_use]
    pub fn named() -> Features {
        Features { hashes: Vec::new(), names: Some(Vec::new()) }
    }

    /// Forgets everything, keeping the memory.
    pub fn clear(&mut self) {
        self.hashes.clear();
        if let Some(names) = &mut self.names {
            names.clear();
        }
    }

    /// Adds a feature; `name` is called only when names are recorded.
    #[inline]
    pub fn push(&mut self, hash: u32, name: impl FnOnce() -> String) {
        self.hashes.push(finish(hash));
        if let Some(names) = &mut self.names {
            names.push(name());
        }
    }

    /// The hashes, in the order in which they were added.
    #[must_use]
    pub fn hashes(&self) -> &[u32] {
        &self.hashes
    }

    /// The names in the same order; none unless made with [`Features::named`].
    #[must_use]
    pub fn names(&self) -> &[String] {
        self.names.as_deref().unwrap_or_default()
    }
}

impl Sink for Features {
    fn clear(&mut self) {
        Features::clear(self);
    }

    fn push(&mut self, hash: u32, name: impl FnOnce() -> String) {
        Features::push(self, hash, name);
    }

    fn extend(&mut self, hashes: &[u32]) {
        self.hashes.extend_from_slice(hashes);
    }

    fn group(&mut self, _key: [u8; 8], write: impl FnOnce(&mut Features)) {
        write(self);
    }
}

/// Folds a value into a hash.
#[inline]
#[must_use]
pub const fn mix(hash: u32, value: u32) -> u32 {
    let mixed = (hash ^ value).wrapping_mul(0x9e37_79b1);
    mixed ^ (mixed >> 15)
}

/// The hash of a feature, once all its values are folded in.
#[inline]
pub(super) const fn finish(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash ^ (hash >> 13)
}

/// The number of thresholds below a value: its bucket.
#[inline]
#[must_use]
pub fn bucket(value: usize, thresholds: &[usize]) -> u32 {
    thresholds.iter().take_while(|&&threshold| value > threshold).count() as u32
}

/// The bucket of a share, given as part and whole, among thresholds in percent.
#[inline]
#[must_use]
pub fn percent(part: usize, whole: usize, thresholds: &[usize]) -> u32 {
    thresholds.iter().take_while(|&&threshold| part * 100 > threshold * whole.max(1)).count() as u32
}

/// By value, up to the first one above all thresholds: how many thresholds are below it.
pub(super) const fn steps<const N: usize>(thresholds: &[usize]) -> [u8; N] {
    let mut steps = [0; N];
    let mut value = 0;
    while value < N {
        while (steps[value] as usize) < thresholds.len() && value > thresholds[steps[value] as usize] {
            steps[value] += 1;
        }
        value += 1;
    }
    steps
}

/// The step of a value.
#[inline]
pub(super) fn in_steps<const N: usize>(steps: &[u8; N], value: u32) -> u32 {
    u32::from(steps[(value as usize).min(N - 1)])
}

/// Adds a feature whose values are numbers: `count_feature!(features, "length", 3)` or with several values.
macro_rules! count_feature {
    ($features:expr, $template:literal $(, $value:expr)+ $(,)?) => {{
        const TEMPLATE: u32 = $crate::judge::tokens::word($template);
        let mut hash = TEMPLATE;
        $( hash = $crate::judge::features::mix(hash, ($value) as u32); )+
        $features.push(hash, || {
            let values = [$( ($value as i64).to_string() ),+];
            format!("{}={}", $template, values.join(","))
        });
    }};
}

/// Adds a feature whose values are hashes of words: the words are named by `$text`.
macro_rules! word_feature {
    ($features:expr, $template:literal, [$($hash:expr),+ $(,)?], $text:expr) => {{
        const TEMPLATE: u32 = $crate::judge::tokens::word($template);
        let mut hash = TEMPLATE;
        $( hash = $crate::judge::features::mix(hash, $hash); )+
        $features.push(hash, || format!("{}={}", $template, $text));
    }};
}

pub(crate) use {count_feature, word_feature};
