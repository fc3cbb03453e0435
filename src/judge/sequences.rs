//! Sequences of words that stand in a document again, by hash: which, and where. Linear in the document.

use super::page::{Page, Repeat};
use super::table::{FineSieve, Sieve, Table};
use super::tokens::{Shape, Token};

/// Word sequences of this many words count as said again.
pub const GRAM: usize = 4;

impl Page {
    /// Finds the sequences of words that stand in the document again, given those of all segments.
    pub(super) fn find_repetition(&mut self, sequences: &[u32]) {
        // Hardly any word sequence stands in a document again: nearly all that cannot are told by two bits each.
        let mut seen: FineSieve<SEEN> = FineSieve::default();
        let mut again = Vec::with_capacity(FEW);
        for gram in sequences {
            if seen.add(*gram) {
                again.push(*gram);
            }
        }
        if again.is_empty() {
            return;
        }
        let mut places = Places::new(&again);
        let mut found = Vec::with_capacity(FEW);
        // Where the segments begin that come next, with their numbers, among the sequences.
        let mut end = 0;
        let mut starts = (0u32..).zip(&self.lines).map(|(i, line)| {
            end += line.sequences();
            (i, end - line.sequences(), end)
        });
        let mut own = (0, 0, 0);
        for (at, gram) in sequences.iter().enumerate() {
            if let Some(number) = places.number_of(*gram) {
                while own.2 <= at {
                    let Some(next) = starts.next() else { return };
                    own = next;
                }
                let repeat = Repeat { line: own.0, word: (at - own.1) as u32 };
                found.push((repeat, number));
                if places.add(number, repeat.line) {
                    self.repeats.push(repeat);
                }
            }
        }
        for of_line in found.chunk_by(|(a, _), (b, _)| a.line == b.line) {
            let (mut before, mut later) = (0, 0);
            for (repeat, number) in of_line {
                let place = places.get(*number);
                before += usize::from(place.first < repeat.line);
                later += usize::from(place.last > repeat.line);
            }
            let number = of_line.first().map_or(0, |(repeat, _)| repeat.line as usize);
            if let Some(line) = self.lines.get_mut(number) {
                line.said_before = (before * 100 / line.sequences().max(1)) as u8;
                line.said_later = (later * 100 / line.sequences().max(1)) as u8;
            }
        }
    }
}

/// Hashes of the words and numbers among the tokens of a segment, taken down as they come.
#[derive(Debug)]
pub(super) struct Words {
    /// Room for them, and one behind.
    room: Vec<u32>,
    count: usize,
}

impl Words {
    /// None yet.
    pub(super) fn new(room: Vec<u32>) -> Words {
        Words { room, count: 0 }
    }

    /// Forgets all, and makes room for so many.
    pub(super) fn clear(&mut self, most: usize) {
        self.count = 0;
        if self.room.len() <= most {
            self.room.resize(most + 1, 0);
        }
    }

    /// Takes a token down, if it is no mark and there is room.
    #[inline]
    pub(super) fn add(&mut self, token: &Token) {
        // What a mark writes, the next token writes over: there is nothing to foretell.
        if let Some(place) = self.room.get_mut(self.count) {
            *place = token.hash;
        }
        self.count += usize::from(token.shape != Shape::Mark);
    }

    /// The words.
    pub(super) fn get(&self) -> &[u32] {
        self.room.get(..self.count).unwrap_or_default()
    }

    /// Hash of the words, two at a time; segments without tokens differ from those of marks.
    pub(super) fn hash(&mut self, is_empty: bool) -> u32 {
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let step = |hash: u64, [a, b]: &[u32; 2]| {
            let mixed = (hash ^ (u64::from(*a) | u64::from(*b) << 32)).wrapping_mul(FACTOR);
            mixed ^ (mixed >> 32)
        };
        // An odd word is half of a pair.
        if let Some(behind) = self.room.get_mut(self.count) {
            *behind = 0;
        }
        let even = self.room.get(..self.count.next_multiple_of(2)).unwrap_or_default();
        even.as_chunks().0.iter().fold(u64::from(is_empty), step) as u32
    }

    /// The room, for others.
    pub(super) fn into_room(self) -> Vec<u32> {
        self.room
    }
}

/// Appends the hashes of the sequences of words.
pub(super) fn add_grams(words: &[u32], grams: &mut Vec<u32>) {
    let pair = |a: &u32, b: &u32| u64::from(*a) | u64::from(*b) << 32;
    let from = |start: usize| words.get(start..).unwrap_or_default();
    let sequences = words.iter().zip(from(1)).zip(from(2)).zip(from(3));
    grams.extend(sequences.map(|(((a, b), c), d)| {
        let first = pair(a, b).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((first ^ pair(c, d)).wrapping_mul(0xd6e8_feb8_6659_fd93) >> 32) as u32
    }));
}

/// Words of the sieve for word sequences: those of most articles fit well.
const SEEN: usize = 256;

/// Most documents hold hardly more places than that where a word sequence stands again.
const FEW: usize = 32;

/// Where word sequences that may stand again do so, by segment.
struct Places {
    /// Of the sequences that are looked for.
    sieve: Sieve<64>,
    /// Their numbers, from 1.
    numbers: Table<u32>,
    places: Vec<Place>,
}

/// Where a word sequence stands first and last.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    first: u32,
    last: u32,
}

impl Places {
    fn new(wanted: &[u32]) -> Places {
        let mut sieve = Sieve::default();
        let mut numbers = Table::new(wanted.len(), 0);
        let mut count = 0;
        for gram in wanted {
            sieve.add(*gram);
            count += u32::from(numbers.change(*gram, |number| if number == 0 { count + 1 } else { number }) == 0);
        }
        Places { sieve, numbers, places: vec![NOWHERE; count as usize + 1] }
    }

    #[inline]
    fn number_of(&self, gram: u32) -> Option<u32> {
        if self.sieve.may_hold(gram) { self.numbers.get(gram) } else { None }
    }

    fn get(&self, number: u32) -> Place {
        self.places.get(number as usize).copied().unwrap_or(NOWHERE)
    }

    /// Adds a segment, which come in order, and says whether the sequence has stood before.
    fn add(&mut self, number: u32, segment: u32) -> bool {
        let Some(place) = self.places.get_mut(number as usize) else { return false };
        let is_known = *place != NOWHERE;
        *place = Place { first: place.first.min(segment), last: segment };
        is_known
    }
}

/// Stands for no place.
const NOWHERE: Place = Place { first: u32::MAX, last: u32::MAX };

/// Texts of some of the pieces.
#[cfg(test)]
pub(super) fn soups(pieces: &'static [&str], length: usize, count: usize) -> impl Iterator<Item = String> {
    let mut random = 7u32;
    (0..count).map(move |_| {
        let next = |_| {
            random = random.wrapping_mul(0x915f_77f5).wrapping_add(1);
            pieces[(random >> 8) as usize % pieces.len()]
        };
        (0..length).map(next).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Record;
    use crate::judge::rules::RuleSet;
    use crate::segment::segments;
    use std::collections::{HashMap, HashSet};

    #[test]
    fn repetition_is_that_of_the_words() {
        let rules = RuleSet::builtin().unwrap();
        for text in soups(&["satu ", "dua ", "tiga ", "empat ", "(lima) ", "\n", "Enam, "], 60, 300) {
            let record = Record { text, ..Record::default() };
            let segments = segments(&record.text);
            let page = Page::new(&record, &segments, &rules);
            let words = |line: usize| {
                let words = page.tokens_of(line).iter().filter(|token| token.shape != Shape::Mark);
                words.map(|token| record.text[token.range()].to_lowercase()).collect::<Vec<_>>()
            };
            let mut places: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
            for line in 0..segments.len() {
                words(line).windows(GRAM).for_each(|gram| places.entry(gram.to_vec()).or_default().push(line));
            }
            let (mut said, mut repeats) = (HashSet::new(), Vec::new());
            for (i, line) in page.lines.iter().enumerate() {
                let own = words(i);
                let grams: Vec<&Vec<usize>> = own.windows(GRAM).map(|gram| &places[gram]).collect();
                let share = |is_said: &dyn Fn(usize) -> bool| {
                    let said = grams.iter().filter(|lines| lines.iter().any(|line| is_said(*line))).count();
                    (said * 100 / grams.len().max(1)) as u8
                };
                assert_eq!(line.said_before, share(&|line| line < i), "{:?}", record.text);
                assert_eq!(line.said_later, share(&|line| line > i), "{:?}", record.text);
                for (word, gram) in own.windows(GRAM).enumerate() {
                    repeats.extend((!said.insert(gram.to_vec())).then_some((i as u32, word as u32)));
                }
            }
            assert_eq!(page.repeats.iter().map(|repeat| (repeat.line, repeat.word)).collect::<Vec<_>>(), repeats);
        }
    }
}
