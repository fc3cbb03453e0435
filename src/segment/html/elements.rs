//! What is known of the elements around the blocks of a page: their names, the words of their classes and ids, and what
//! they stand in.

use std::ops::Range;

use html5ever::{LocalName, local_name};
use scraper::node;

use crate::judge::tokens::word;

/// What an attribute of an element says. Finds it by its name alone, where [`node::Element::attr`] would intern the name first.
#[must_use]
pub fn attribute<'e>(element: &'e node::Element, name: &str) -> Option<&'e str> {
    element.attrs().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// A place for a text in a table of that size: eight bytes at a time, where a hash of words takes one.
pub(super) fn place_of(text: &str, size: usize) -> usize {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    let hash =
        eights.iter().fold(text.len() as u64, |hash, eight| (hash ^ u64::from_le_bytes(*eight)).wrapping_mul(MIX));
    let last = rest.iter().fold(0, |last, byte| last << 8 | u64::from(*byte));
    ((hash ^ last).wrapping_mul(MIX) >> 32) as usize % size.max(1)
}

/// The elements of a page that hold text, each after the one that holds it.
#[derive(Debug, Default)]
pub struct Elements {
    list: Vec<Element>,
    words: Vec<ClassWord>,
    names: String,
    /// Classes whose words are known, by a hash: a page has few, again and again. Where their words stand, and the class.
    alike: Vec<(u32, u32, String)>,
}

/// A word of a class or id.
#[derive(Clone, Copy, Debug)]
pub struct ClassWord {
    /// The hash of its text.
    pub hash: u32,
    /// Where it stands among the names.
    start: u32,
    end: u32,
}

/// One element.
#[derive(Clone, Debug)]
pub struct Element {
    /// Number of the element that holds it; its own number for the outermost.
    pub parent: u32,
    /// Its name.
    pub tag: LocalName,
    /// Hash of its name.
    pub name: u32,
    /// How many elements it stands in.
    pub depth: u16,
    /// What it is and stands in.
    pub within: Within,
    /// Where the words of its class and id stand, as numbers for [`Elements::words`].
    words: (u32, u32),
    /// Its node in the tree.
    pub node: ego_tree::NodeId,
}

/// What an element is or stands in: a set of [`Within`] bits.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Within(pub u32);

impl Within {
    /// Names of elements that say what their content is for, in the order of their bits.
    pub const NAMES: [&str; 22] = [
        "article",
        "main",
        "nav",
        "aside",
        "footer",
        "header",
        "form",
        "figure",
        "figcaption",
        "ul",
        "ol",
        "table",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "section",
        "button",
        "a",
        "li",
        "p",
    ];
    /// The bit of elements that are not shown.
    pub const HIDDEN: Within = Within(1 << 31);

    /// Whether it has a bit of the other.
    #[must_use]
    pub fn has(self, other: Within) -> bool {
        self.0 & other.0 != 0
    }

    /// The bit of a name, if it has one.
    #[must_use]
    pub fn of(name: &str) -> Within {
        Within::NAMES.iter().position(|known| *known == name).map_or(Within(0), |bit| Within(1 << bit))
    }
}

impl Elements {
    /// The element of that number.
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&Element> {
        self.list.get(number as usize)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// An element and those it stands in, from the inside out.
    pub fn upwards(&self, number: u32) -> impl Iterator<Item = (u32, &Element)> {
        let mut next = Some(number);
        std::iter::from_fn(move || {
            let number = next?;
            let element = self.get(number)?;
            next = (element.parent != number).then_some(element.parent);
            Some((number, element))
        })
    }

    /// The words of an element's class and id.
    #[must_use]
    pub fn words(&self, element: &Element) -> &[ClassWord] {
        self.words.get(Elements::places(element)).unwrap_or_default()
    }

    /// The words of all elements. Those that say the same may share them.
    #[must_use]
    pub fn all_words(&self) -> &[ClassWord] {
        &self.words
    }

    /// Where the words of an element stand among those of all.
    #[must_use]
    pub fn places(element: &Element) -> Range<usize> {
        element.words.0 as usize..element.words.1 as usize
    }

    /// What such a word reads.
    #[must_use]
    pub fn text_of(&self, word: &ClassWord) -> &str {
        self.names.get(word.start as usize..word.end as usize).unwrap_or_default()
    }

    /// Adds an element; returns its number.
    pub(super) fn push(
        &mut self,
        node: ego_tree::NodeId,
        element: &node::Element,
        name: NameFacts,
        parent: Option<u32>,
    ) -> u32 {
        let above = parent.and_then(|parent| self.get(parent));
        let mut within = above.map_or(Within(0), |above| above.within);
        let depth = above.map_or(0, |above| above.depth.saturating_add(1));
        within.0 |= name.within.0;
        let number = self.list.len() as u32;
        let (mut class, mut id) = (None, None);
        for (name, value) in &element.attrs {
            match name.local {
                local_name!("class") => class = Some(&**value),
                local_name!("id") => id = Some(&**value),
                _ if hides(&name.local, value) => within.0 |= Within::HIDDEN.0,
                _ => {}
            }
        }
        let words = self.words_of(class, id);
        self.list.push(Element {
            parent: parent.unwrap_or(number),
            tag: element.name.local.clone(),
            name: name.hash,
            depth,
            within,
            words,
            node,
        });
        number
    }

    /// Where the words of a class and an id stand.
    fn words_of(&mut self, class: Option<&str>, id: Option<&str>) -> (u32, u32) {
        let start = self.words.len() as u32;
        if let (Some(class), None) = (class, id) {
            let place = place_of(class, ALIKE);
            self.alike.resize(ALIKE, (0, 0, String::new()));
            if let Some((start, end, known)) = self.alike.get(place)
                && known == class
            {
                return (*start, *end);
            }
            self.push_words(class, start as usize);
            let range = (start, self.words.len() as u32);
            if let Some(place) = self.alike.get_mut(place) {
                *place = (range.0, range.1, class.to_owned());
            }
            return range;
        }
        for value in [class, id].into_iter().flatten() {
            self.push_words(value, start as usize);
        }
        (start, self.words.len() as u32)
    }

    /// Splits names such as `article-bodyText` into words. Numbers, single letters and what no person wrote say nothing.
    fn push_words(&mut self, value: &str, first: usize) {
        let is_small = |c: char| c.is_ascii_lowercase();
        let mut before = ' ';
        let mut start = self.names.len();
        for c in value.chars().take(VALUE).chain([' ']) {
            if !c.is_ascii_alphabetic() || c.is_ascii_uppercase() && is_small(before) {
                let length = self.names.len() - start;
                let hash = word(self.names.get(start..).unwrap_or_default());
                let known = self.words.get(first..).is_some_and(|words| words.iter().any(|word| word.hash == hash));
                if LETTERS.contains(&length) && !known && self.words.len() - first < WORDS {
                    self.words.push(ClassWord { hash, start: start as u32, end: self.names.len() as u32 });
                } else {
                    self.names.truncate(start);
                }
                start = self.names.len();
            }
            if c.is_ascii_alphabetic() {
                self.names.push(c.to_ascii_lowercase());
            }
            before = c;
        }
    }
}

/// What is known of an element from its name alone.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NameFacts {
    hash: u32,
    within: Within,
}

impl NameFacts {
    pub(super) fn of(name: &str) -> NameFacts {
        NameFacts { hash: word(name), within: Within::of(name) }
    }
}

/// How many classes are remembered.
const ALIKE: usize = 128;

/// Characters of a class or id that are looked at, the words taken from both, and how long a word may be.
const VALUE: usize = 400;
const WORDS: usize = 24;
const LETTERS: std::ops::RangeInclusive<usize> = 3..=15;

/// Whether an attribute takes its element out of sight.
fn hides(name: &LocalName, value: &str) -> bool {
    match *name {
        local_name!("hidden") => true,
        local_name!("aria-hidden") => value.eq_ignore_ascii_case("true"),
        local_name!("style") => is_out_of_sight(value),
        _ => false,
    }
}

/// Whether an inline style takes its element out of sight.
fn is_out_of_sight(style: &str) -> bool {
    let begins =
        |value: &str, with: &str| value.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    style.split(';').take(50).any(|declaration| {
        let (name, value) = declaration.split_once(':').unwrap_or_default();
        let (name, value) = (name.trim(), value.trim());
        name.eq_ignore_ascii_case("display") && begins(value, "none")
            || name.eq_ignore_ascii_case("visibility") && begins(value, "hidden")
    })
}
