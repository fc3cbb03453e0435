//! A document as the models see it: tokens, looks, repetition, and where the prose stands.
//!
//! Everything is computed once per document and linear in it.

use std::ops::Range;

use super::rules::RuleSet;
use super::shape::{Lexicon, Look, class};
use super::table::{FineSieve, Sieve, Table};
use super::tokens::{Shape, Token, tokenize};
use crate::article::{Record, Segment};

/// A document, prepared for judging.
#[derive(Debug, Default)]
pub struct Page {
    /// All tokens, in order.
    pub tokens: Vec<Token>,
    /// One per segment.
    pub lines: Vec<Line>,
    /// Segments that read as prose, in order.
    pub prose: Vec<u32>,
    /// The stretch of segments that holds most of the prose, with few other segments between.
    pub main: Range<u32>,
    /// Words of the headline that the record or the address states; sorted.
    pub headline: Vec<u32>,
    /// The first segment that is the headline which the record or the address states.
    pub title: Option<usize>,
    /// Share of segments that read as pieces of a sentence, in steps from 0 to 4.
    pub pieces: u8,
    /// Number of the portal's pack, if the portal was recognised.
    pub portal: Option<u32>,
    /// Where sequences of [`GRAM`] words stand that have stood before, in order.
    pub repeats: Vec<Repeat>,
}

/// A place where a sequence of words begins that has stood before.
#[derive(Clone, Copy, Debug)]
pub struct Repeat {
    /// The segment.
    pub line: u32,
    /// The number of the first word in it.
    pub word: u32,
}

/// One segment, prepared for judging.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Its tokens in [`Page::tokens`].
    pub tokens: Range<u32>,
    /// What it looks like.
    pub look: Look,
    /// How many of them are words or numbers.
    pub words: u32,
    /// Hash of its words.
    pub hash: u32,
    /// How many segments hold the same words, itself included.
    pub copies: u32,
    /// How many of them stand before it.
    pub earlier: u32,
    /// Share of its word sequences that stand earlier in the document, in percent.
    pub said_before: u8,
    /// Share of its word sequences that stand later in the document, in percent.
    pub said_later: u8,
    /// Share of its words that are in the headline, in percent.
    pub headline: u8,
    /// Whether it is the headline that the record or the address states: 1 the first time, 2 when it stands again.
    pub title: u8,
    /// Whether it begins with a dateline, as [`dateline`] says; 4 if it is a piece of one.
    pub dateline: u8,
    /// Rules that match it, by number.
    pub rules: Vec<u32>,
    /// The rule that settles it, if one does.
    pub certain: Option<u32>,
    /// Whether rules that take a span may match within it.
    pub may_hold_spans: bool,
    /// Those rules, as far as they are known.
    pub(crate) span_rules: Vec<u32>,
    /// Whether blank lines stand before it.
    pub blank_before: bool,
}

impl Line {
    /// How many sequences of [`GRAM`] words it holds.
    fn sequences(&self) -> usize {
        (self.words as usize + 1).saturating_sub(GRAM)
    }
}

/// Word sequences of this many words count as said again.
pub const GRAM: usize = 4;

impl Page {
    /// Prepares a document.
    #[must_use]
    pub fn new(record: &Record, segments: &[Segment], rules: &RuleSet, lexicon: &Lexicon) -> Page {
        let text = record.text.as_str();
        let mut page = Page { portal: rules.portal_of(record.url.as_deref(), text), ..Page::default() };
        page.tokens.reserve(text.len() / 5);
        page.lines.reserve(segments.len());
        // Hashes of the words of a segment, and of the sequences of words of all segments, one after the other.
        let (mut words, mut sequences) = (Vec::with_capacity(256), Vec::with_capacity(text.len() / 5));
        for segment in segments {
            let start = page.tokens.len();
            tokenize(text, segment.span.clone(), &mut page.tokens);
            let tokens = &page.tokens[start..];
            take_words(tokens, &mut words);
            sequences.extend(grams(&words));
            page.lines.push(Line {
                tokens: start as u32..(start + tokens.len()) as u32,
                look: lexicon.look(text, tokens),
                words: words.len() as u32,
                hash: hash_words(&words, tokens.is_empty()),
                blank_before: segment.blank_before > 0,
                ..Line::default()
            });
        }
        page.prose = (0..page.lines.len() as u32).filter(|&i| page.lines[i as usize].look.prose).collect();
        page.main = page.main_stretch();
        page.find_copies();
        page.find_repetition(&sequences);
        page.find_headline(record, rules);
        page.find_pieces();
        page.find_datelines(text, rules);
        page.apply_rules(text, segments, rules);
        page
    }

    /// The tokens of a segment.
    #[must_use]
    pub fn tokens_of(&self, line: usize) -> &[Token] {
        self.lines.get(line).map_or(&[], |line| &self.tokens[line.tokens.start as usize..line.tokens.end as usize])
    }

    /// How many segments of prose stand before a segment, and how many after it.
    #[must_use]
    pub fn prose_around(&self, line: usize) -> (usize, usize) {
        let before = self.prose.partition_point(|&prose| (prose as usize) < line);
        let upto = self.prose.partition_point(|&prose| (prose as usize) <= line);
        (before, self.prose.len() - upto)
    }

    /// The first segment, if it is near the top, that begins with a dateline which names its outlet or a known place: the
    /// article begins there.
    #[must_use]
    pub fn opening(&self) -> Option<usize> {
        let first = self.lines.iter().position(|line| matches!(line.dateline, 2 | 3))?;
        let (before, _) = self.prose_around(first);
        (before <= MOST_BEFORE).then_some(first)
    }

    /// Whether a segment is a short line with a date right under the stated headline, or with date, time and zone right
    /// above the prose.
    #[must_use]
    pub fn is_stamp(&self, line: usize) -> bool {
        let look = self.lines.get(line).map(|line| line.look).unwrap_or_default();
        if look.time & 1 == 0 || look.prose || look.sentences > 0 {
            return false;
        }
        let since = self.title.and_then(|title| line.checked_sub(title)).unwrap_or(0);
        let until = self.prose.first().and_then(|prose| (*prose as usize).checked_sub(line)).unwrap_or(0);
        let near = |distance: usize| (1..=STAMP_REACH).contains(&distance);
        near(since) || near(until) && look.time & FULL_TIME == FULL_TIME
    }

    /// Whether a segment is a paragraph beyond doubt: prose, or a sentence once there was prose, that ends as such do, of which no
    /// rule, headline or copy says anything else. Not one that breaks off or begins like its neighbour, as captions of a series
    /// do, nor one beside a short line that a rule knows, which it may belong to, nor one that opens the page without more prose
    /// right below it, which may be a standfirst, nor a last one full of names, which may be about the author, nor one apart from most
    /// of the prose, which may be a translation. On whole pages summaries of other articles look the same, and nothing is beyond
    /// doubt.
    #[must_use]
    pub fn is_plain(&self, i: usize) -> bool {
        let Some(line) = self.lines.get(i).filter(|line| line.rules.is_empty()) else {
            return false;
        };
        let Look { prose, end, length, capitals, .. } = line.look;
        let before = i.checked_sub(1).and_then(|before| self.lines.get(before));
        let next = self.lines.get(i + 1);
        let is_prose = |line: Option<&Line>| line.is_some_and(|line| line.look.prose);
        let is_quiet = |line: Option<&Line>| line.is_none_or(|line| line.look.prose || line.rules.is_empty());
        let ends = matches!(end, class::STOP | class::SHOUT | class::QUOTE) || next.is_none();
        let names_few = capitals <= if next.is_none() { FEW_NAMES } else { FEW_CAPITALS };
        let least = if is_prose(before) && is_prose(next) { SENTENCE } else { LONG_SENTENCE };
        let is_sentence = length >= least && names_few && matches!(end, class::STOP | class::QUOTE);
        let has_begun = self.prose.first().is_some_and(|first| (*first as usize) < i);
        let opens = matches!(line.dateline, 2 | 3) || next.is_none() || is_prose(next);
        let fits = if prose {
            ends && (has_begun || opens) && (is_quiet(next) || is_prose(before)) && (next.is_some() || names_few)
        } else {
            is_sentence && has_begun && is_quiet(next) && is_quiet(before)
        };
        let tokens = self.tokens_of(i);
        let begins_like = |other: usize| {
            let pairs = self.tokens_of(other).iter().zip(tokens).take(SERIES);
            other != i && pairs.filter(|(a, b)| a.hash == b.hash).count() == SERIES
        };
        let breaks_off = || matches!(tokens, [.., dot, last] if last.hash == dot.hash && !last.spaced);
        fits && self.lines.len() <= super::WHOLE_PAGE
            && (self.main.start..self.main.end + BETWEEN_PROSE).contains(&(i as u32))
            && line.copies == 1
            && line.title == 0
            && line.said_before.max(line.said_later) < SAID_AGAIN
            && !breaks_off()
            && !begins_like(i.saturating_sub(1))
            && !begins_like(i + 1)
    }

    /// The prose of the stretch that holds most of it: each other segment within costs as much as half a dozen words.
    #[must_use]
    pub fn likely(&self) -> Vec<usize> {
        const GAP: i64 = 6;
        let (mut best, mut best_sum, mut start, mut sum) = (0..0, 0, 0, 0);
        for (i, line) in self.lines.iter().enumerate() {
            sum += if line.look.prose { i64::from(line.tokens.end - line.tokens.start) } else { -GAP };
            if sum <= 0 {
                (start, sum) = (i + 1, 0);
            } else if sum > best_sum {
                (best, best_sum) = (start..i + 1, sum);
            }
        }
        best.filter(|i| self.lines.get(*i).is_some_and(|line| line.look.prose)).collect()
    }

    fn main_stretch(&self) -> Range<u32> {
        let length = |i: &u32| self.lines.get(*i as usize).map_or(0, |line| line.tokens.end - line.tokens.start);
        let stretches = self.prose.chunk_by(|before, after| after - before <= BETWEEN_PROSE);
        // The first of those that hold most.
        let best = stretches.rev().max_by_key(|stretch| stretch.iter().map(length).sum::<u32>());
        best.and_then(|stretch| Some(*stretch.first()?..stretch.last()? + 1)).unwrap_or_default()
    }

    fn find_copies(&mut self) {
        let mut counts = Table::new(self.lines.len(), 0);
        for line in &mut self.lines {
            line.earlier = counts.change(line.hash, |count| count + 1);
        }
        for line in &mut self.lines {
            line.copies = counts.get(line.hash).unwrap_or(1);
        }
    }

    /// Finds the sequences of words that stand in the document again, given those of all segments.
    fn find_repetition(&mut self, sequences: &[u32]) {
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
        let mut rest = sequences;
        for (i, line) in (0u32..).zip(&self.lines) {
            let own;
            (own, rest) = rest.split_at_checked(line.sequences()).unwrap_or_default();
            for (word, gram) in (0u32..).zip(own) {
                if let Some(number) = places.number_of(*gram) {
                    found.push((Repeat { line: i, word }, number));
                    if places.add(number, i) {
                        self.repeats.push(Repeat { line: i, word });
                    }
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

    fn find_headline(&mut self, record: &Record, rules: &RuleSet) {
        let text = record.text.as_str();
        let mut tokens = Vec::with_capacity(64);
        if let Some(title) = &record.title {
            tokenize(title, 0..title.len(), &mut tokens);
        }
        if let Some(url) = &record.url {
            // The longest part of the path is the headline's slug, where there is one.
            let joins = |part: &&str| part.bytes().filter(|byte| matches!(byte, b'-' | b'_')).count();
            let slug = url.split(['/', '?', '#']).skip(3).max_by_key(joins);
            if let Some(slug) = slug.filter(|slug| joins(slug) >= 2) {
                let slug = slug.replace('_', "-");
                tokenize(&slug, 0..slug.len(), &mut tokens);
            }
        }
        let counts = |token: &Token| token.shape.is_word() & (token.end - token.start > 1);
        let mut words: Vec<u32> = tokens.iter().filter(|token| counts(token)).map(|token| token.hash).collect();
        words.sort_unstable();
        words.dedup();
        if words.len() >= 3 {
            let mut sieve: Sieve<8> = Sieve::default();
            words.iter().for_each(|word| sieve.add(*word));
            for (i, line) in self.lines.iter_mut().enumerate() {
                let tokens = &self.tokens[line.tokens.start as usize..line.tokens.end as usize];
                if tokens.len() > 40 {
                    continue;
                }
                let mut hits = 0;
                for token in tokens.iter().filter(|token| sieve.may_hold(token.hash)) {
                    hits += usize::from(words.binary_search(&token.hash).is_ok());
                }
                if hits == 0 {
                    continue;
                }
                let all = tokens.iter().filter(|token| counts(token)).count();
                line.headline = (hits * 100 / all.max(3)) as u8;
                // Its words are those of the headline, and most of the headline's words are among them.
                let is_headline = line.headline >= 75 && hits * 10 >= words.len() * 7;
                let is_sentence =
                    || line.look.end == class::STOP || line.look.prose || dateline(text, tokens, rules).0 > 0;
                if is_headline && !is_sentence() {
                    line.title = if self.title.is_none() { 1 } else { 2 };
                    self.title = self.title.or(Some(i));
                }
            }
        }
        self.headline = words;
    }

    fn find_pieces(&mut self) {
        let mut pieces = 0;
        for pair in self.lines.windows(2) {
            pieces += usize::from(joins(&pair[0].look, &pair[1].look));
        }
        self.pieces = super::features::percent(pieces, self.lines.len(), &[0, 5, 15, 30]) as u8;
    }

    fn find_datelines(&mut self, text: &str, rules: &RuleSet) {
        for line in &mut self.lines {
            if line.look.length >= 7 {
                let tokens = &self.tokens[line.tokens.start as usize..line.tokens.end as usize];
                line.dateline = dateline(text, tokens, rules).0;
            }
        }
        self.find_broken_dateline(text, rules);
    }

    /// Where scrapers put links and bold words on lines of their own, the dateline that opens the article is on several.
    fn find_broken_dateline(&mut self, text: &str, rules: &RuleSet) {
        let near_top = self.prose.get(MOST_BEFORE).map_or(self.lines.len(), |prose| *prose as usize);
        let found = self.lines.iter().take(near_top).enumerate().find_map(|(i, line)| {
            let start = line.tokens.start as usize;
            let tokens = self.tokens.get(start..)?;
            let tokens = tokens.get(..tokens.len().min(DATELINE + 1))?;
            if line.look.length > BROKEN {
                return None;
            }
            let (strength, length) = dateline(text, tokens, rules);
            let dash = start + length.checked_sub(1)?;
            let crosses = line.tokens.end as usize <= dash + 1;
            let settled = strength > 1 || length <= SHORT_DATELINE && self.stands_at_end(i, dash);
            (crosses && settled && opens_sentence(text, tokens.get(length))).then_some((i, dash))
        });
        if let Some((first, dash)) = found {
            for line in self.lines.iter_mut().skip(first).take_while(|line| line.tokens.start as usize <= dash) {
                line.dateline = 4;
            }
        }
    }

    /// Whether a token stands alone on its line, or at the end of that line.
    fn stands_at_end(&self, line: usize, token: usize) -> bool {
        let lines = self.lines.iter().skip(line).enumerate();
        let mut held = lines.filter(|(_, line)| line.tokens.contains(&(token as u32)));
        held.next().is_some_and(|(later, line)| {
            line.tokens.end as usize == token + 1 && (later == 0 || line.tokens.start as usize == token)
        })
    }

    fn apply_rules(&mut self, text: &str, segments: &[Segment], rules: &RuleSet) {
        let (mut hits, mut hints) = (Vec::new(), Vec::new());
        let first = self.prose.first().copied();
        let last = self.prose.last().copied();
        // Menus and buttons stand on a page again and again: a line that was looked at is not looked at twice.
        let copies = self.lines.iter().filter(|line| line.copies > 1).count();
        let mut seen: Table<u32> = Table::new(copies, 0);
        for i in 0..self.lines.len().min(segments.len()) {
            let text_of =
                |i: usize| segments.get(i).and_then(|segment| text.get(segment.span.clone())).unwrap_or_default();
            let (done, rest) = self.lines.split_at_mut(i);
            let Some(line) = rest.first_mut() else { break };
            let before = if line.copies > 1 { seen.change(line.hash, |first| first.max(i as u32 + 1)) } else { 0 };
            let twin = (before as usize).checked_sub(1).filter(|first| text_of(*first) == text_of(i));
            if let Some(twin) = twin.and_then(|twin| done.get(twin)) {
                hits.clear();
                hits.extend_from_slice(&twin.rules);
                line.may_hold_spans = twin.may_hold_spans;
                line.span_rules.clone_from(&twin.span_rules);
            } else {
                line.may_hold_spans =
                    rules.line_and_span_rules(self.portal, text_of(i), &mut hits, &mut line.span_rules);
            }
            if hits.is_empty() {
                continue;
            }
            let i = i as u32;
            let zone = match (first, last) {
                (Some(first), _) if i < first => super::pack::Zone::Head,
                (_, Some(last)) if i > last => super::pack::Zone::Tail,
                _ => super::pack::Zone::Body,
            };
            line.certain = rules.decide(&hits, zone, &mut hints);
            line.rules.clone_from(&hits);
        }
    }
}

/// Replaces words by the hashes of the words and numbers among tokens.
fn take_words(tokens: &[Token], words: &mut Vec<u32>) {
    words.resize(tokens.len(), 0);
    let mut count = 0;
    // What a mark writes, the next token writes over: there is nothing to foretell.
    for token in tokens {
        if let Some(place) = words.get_mut(count) {
            *place = token.hash;
        }
        count += usize::from(token.shape != Shape::Mark);
    }
    words.truncate(count);
}

/// Hash of a segment's words, two at a time; segments without tokens differ from those of marks.
fn hash_words(words: &[u32], is_empty: bool) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let step = |hash: u64, pair: u64| {
        let mixed = (hash ^ pair).wrapping_mul(FACTOR);
        mixed ^ (mixed >> 32)
    };
    let (pairs, last) = words.as_chunks();
    let hash = pairs.iter().fold(u64::from(is_empty), |hash, [a, b]| step(hash, u64::from(*a) | u64::from(*b) << 32));
    last.iter().fold(hash, |hash, word| step(hash, u64::from(*word))) as u32
}

/// Hashes of the sequences of words.
#[inline]
fn grams(words: &[u32]) -> impl Iterator<Item = u32> {
    let pair = |a: u32, b: u32| u64::from(a) | u64::from(b) << 32;
    words.array_windows().map(move |[a, b, c, d]: &[u32; GRAM]| {
        let first = pair(*a, *b).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((first ^ pair(*c, *d)).wrapping_mul(0xd6e8_feb8_6659_fd93) >> 32) as u32
    })
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

/// How many segments of prose may stand before a dateline that opens the article: captions, standfirsts, other articles.
const MOST_BEFORE: usize = 3;
/// A share of word sequences, in percent, from which on a segment may be a copy.
const SAID_AGAIN: u8 = 20;
/// How far apart segments of prose may stand to be of one stretch.
const BETWEEN_PROSE: u32 = 3;
/// Segments that begin with so many equal tokens are of a series.
const SERIES: usize = 3;
/// The steps of [`Look::length`] from which on a sentence is long enough to be beyond doubt: nine words between prose, fourteen
/// elsewhere.
const SENTENCE: u8 = 7;
const LONG_SENTENCE: u8 = 9;
/// The highest steps of [`Look::capitals`] of a sentence, which titles of other articles exceed, and of what ends a document,
/// which words about the author exceed.
const FEW_CAPITALS: u8 = 3;
const FEW_NAMES: u8 = 2;
/// Date, time of day and zone.
const FULL_TIME: u8 = 1 | 2 | 4;
/// How far under the headline its date may stand, in segments, and how far above the prose.
const STAMP_REACH: usize = 6;
/// How many tokens a dateline may have.
const DATELINE: usize = 14;
/// A dateline that names no outlet and no known place has at most so many tokens, its dash included.
pub(super) const SHORT_DATELINE: usize = 6;
/// The step of [`Look::length`] up to which a line may be a piece of a dateline: four words.
const BROKEN: u8 = 4;

/// Whether tokens begin with a dateline: names, a date, brackets, then a dash; or a known place and a colon. The first number
/// is 1 for names, 2 if one of them is an outlet's, 3 if one is a known place, 0 for no dateline; the second is the number
/// of its tokens.
pub fn dateline(text: &str, tokens: &[Token], rules: &RuleSet) -> (u8, usize) {
    if may_be_dateline(text, tokens) { read_dateline(text, tokens, rules) } else { (0, 0) }
}

fn read_dateline(text: &str, tokens: &[Token], rules: &RuleSet) -> (u8, usize) {
    let (mut outlet, mut names) = (false, false);
    // Where the place that opens the tokens ends, and whether any of the names is one.
    let (mut opening, mut place) = (0, false);
    for (i, token) in tokens.iter().take(DATELINE).enumerate() {
        match token.shape {
            Shape::Mark => match text.get(token.range()) {
                Some("-" | "–" | "—") => {
                    if let Some(dashes) = dashes_apart(text, tokens, i).filter(|_| names) {
                        let strength = if outlet { 2 } else { 1 + 2 * u8::from(place) };
                        return (strength, i + dashes);
                    }
                }
                Some(":") if opening == token.start as usize && opens_sentence(text, tokens.get(i + 1)) => {
                    return (3, i + 1);
                }
                Some("," | "." | "(" | ")" | "/" | ":" | "|") => {}
                _ => return (0, 0),
            },
            Shape::Digits => {}
            // The second half of `Portal.com`, or a word of a name.
            Shape::Lower | Shape::Mixed if i > 0 && names && !token.spaced => {}
            Shape::Lower | Shape::Mixed => {
                let named = rules.outlet_names().end_at(text, token.start as usize).is_some();
                if i > 0 && names || !named && !is_address(text, &tokens[i..]) {
                    return (0, 0);
                }
                outlet = true;
                names = true;
            }
            Shape::Capital | Shape::Upper => {
                names = true;
                outlet = outlet
                    || rules.outlet_names().end_at(text, token.start as usize).is_some()
                    || is_address(text, &tokens[i..]);
                if let Some(end) = rules.place_names().end_at(text, token.start as usize) {
                    place |= i <= 1;
                    opening = if i == 0 { end } else { opening };
                }
            }
        }
    }
    (0, 0)
}

/// Whether tokens have the form of a dateline, whatever their names: most lines are not, as their second word is in small letters.
fn may_be_dateline(text: &str, tokens: &[Token]) -> bool {
    let mut names = false;
    for (i, token) in tokens.iter().take(DATELINE).enumerate() {
        match token.shape {
            Shape::Mark => match text.get(token.range()) {
                Some("-" | "–" | "—") if names && dashes_apart(text, tokens, i).is_some() => return true,
                Some(":") if opens_sentence(text, tokens.get(i + 1)) => return true,
                Some("-" | "–" | "—" | "," | "." | "(" | ")" | "/" | ":" | "|") => {}
                _ => return false,
            },
            Shape::Digits => {}
            Shape::Lower | Shape::Mixed if names => {
                if token.spaced {
                    return false;
                }
            }
            _ => names = true,
        }
    }
    false
}

/// How many dashes stand from a dash on, one or two, if white space sets them apart on either side.
fn dashes_apart(text: &str, tokens: &[Token], dash: usize) -> Option<usize> {
    let next = tokens.get(dash + 1);
    let is_dash = next.is_some_and(|next| matches!(text.get(next.range()), Some("-" | "–" | "—")));
    let dashes = 1 + usize::from(is_dash);
    let is_spaced = |i: usize| tokens.get(i).is_some_and(|token| token.spaced);
    (is_spaced(dash) || is_spaced(dash + dashes)).then_some(dashes)
}

/// Whether a token, apart from the one before it, may open a sentence.
pub(super) fn opens_sentence(text: &str, token: Option<&Token>) -> bool {
    token.is_some_and(|token| {
        let opens = match token.shape {
            Shape::Mark => matches!(text.get(token.range()), Some("\"" | "“" | "'" | "‘" | "(")),
            shape => !matches!(shape, Shape::Lower),
        };
        token.spaced && opens
    })
}

/// Whether tokens begin with the address of a site, such as `Portal.com` or `portal.co.id`.
fn is_address(text: &str, tokens: &[Token]) -> bool {
    const ENDINGS: [&str; 10] = ["co", "com", "id", "in", "info", "my", "net", "news", "org", "tv"];
    let [_, dot, end, ..] = tokens else {
        return false;
    };
    let ending = text.get(end.range()).unwrap_or_default();
    text.get(dot.range()) == Some(".")
        && !dot.spaced
        && !end.spaced
        && ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Whether a segment reads as going on in the middle of the sentence that the one before it left open.
#[must_use]
pub fn joins(before: &Look, after: &Look) -> bool {
    matches!(after.start, class::LOWER | class::COMMA | class::STOP | class::CLOSE)
        || matches!(before.end, class::COMMA | class::OPEN) && before.end != class::NONE
}

#[cfg(test)]
mod tests {
    use super::{DATELINE, GRAM, Page, may_be_dateline, read_dateline};
    use crate::article::Record;
    use crate::judge::rules::RuleSet;
    use crate::judge::shape::Lexicon;
    use crate::judge::tokens::{Shape, tokenize};
    use crate::segment::segments;
    use std::collections::{HashMap, HashSet};

    /// Texts of some of the pieces.
    fn soups(pieces: &'static [&str], length: usize, count: usize) -> impl Iterator<Item = String> {
        let mut random = 7u32;
        (0..count).map(move |_| {
            let next = |_| {
                random = random.wrapping_mul(0x915f_77f5).wrapping_add(1);
                pieces[(random >> 8) as usize % pieces.len()]
            };
            (0..length).map(next).collect()
        })
    }

    #[test]
    fn what_has_not_the_form_of_a_dateline_is_none() {
        let pieces = &[
            "Jakarta",
            "JAKARTA",
            " Bandung",
            " Contohpos.com",
            " detik",
            " 2",
            " 4/5",
            " (",
            ")",
            ",",
            " -",
            "-",
            " –",
            " —",
            "—",
            ":",
            ": ",
            " Dia",
            " kata",
            "kata",
            "|",
            "\"",
            ".",
            " ",
            "\u{a0}",
        ];
        let rules = RuleSet::builtin().unwrap();
        let mut found = 0;
        for text in soups(pieces, DATELINE / 2, 20_000) {
            let mut tokens = Vec::new();
            tokenize(&text, 0..text.len(), &mut tokens);
            let is_dateline = read_dateline(&text, &tokens, &rules).0 > 0;
            assert!(!is_dateline || may_be_dateline(&text, &tokens), "{text}");
            found += usize::from(is_dateline);
        }
        assert!(found > 100, "{found}");
    }

    #[test]
    fn repetition_is_that_of_the_words() {
        let (rules, lexicon) = (RuleSet::builtin().unwrap(), Lexicon::new());
        for text in soups(&["satu ", "dua ", "tiga ", "empat ", "(lima) ", "\n", "Enam, "], 60, 300) {
            let record = Record { text, ..Record::default() };
            let segments = segments(&record.text);
            let page = Page::new(&record, &segments, &rules, &lexicon);
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

    /// A sentence of its own, long enough to be prose.
    fn prose(number: usize) -> String {
        let words: Vec<String> = (0..20).map(|word| format!("kata{number}bagian{word}")).collect();
        format!("Warga{number} memperbaiki {}.", words.join(" "))
    }

    /// Which lines of a document are paragraphs beyond doubt.
    fn plain(lines: &[String]) -> Vec<usize> {
        let record = Record { text: lines.join("\n"), ..Record::default() };
        let segments = segments(&record.text);
        let page = Page::new(&record, &segments, &RuleSet::builtin().unwrap(), &Lexicon::new());
        (0..lines.len()).filter(|i| page.is_plain(*i)).collect()
    }

    #[test]
    fn prose_is_beyond_doubt_but_for_copies_and_series() {
        let article: Vec<String> = (0..5).map(prose).collect();
        assert_eq!(plain(&article), [0, 1, 2, 3, 4]);
        let mut broken = article.clone();
        broken[2] = format!("{}..", prose(2));
        assert_eq!(plain(&broken), [0, 1, 3, 4], "a teaser breaks off");
        let mut alike = article.clone();
        alike[2] = format!("Lima Kampung Tua {}", prose(2));
        alike[3] = format!("Lima Kampung Tua {}", prose(3));
        assert_eq!(plain(&alike), [0, 1, 4], "captions of a series begin alike");
        let mut twice = article.clone();
        twice.insert(3, prose(1));
        assert_eq!(plain(&twice), [0, 2, 4, 5], "copies are in doubt");
    }

    #[test]
    fn sentences_are_beyond_doubt_once_there_was_prose() {
        let words = |count: usize| format!("Warga {} lagi.", vec!["bambu"; count - 2].join(" "));
        let lines = |sentence: &str, after: &str| [prose(0), prose(1), sentence.into(), after.into(), prose(2)];
        assert_eq!(plain(&lines(&words(12), &prose(3))), [0, 1, 2, 3, 4], "between prose");
        assert_eq!(plain(&lines(&words(12), "Jembatan baru")), [0, 1, 4], "a caption may be as short");
        assert_eq!(plain(&lines(&words(16), "Jembatan baru")), [0, 1, 2, 4]);
        assert_eq!(plain(&lines(&words(16).replace("bambu", "Bambu"), &prose(3))), [0, 1, 3, 4], "a title");
        assert_eq!(plain(&[words(16), prose(0), prose(1)]), [1, 2], "a standfirst");
    }

    #[test]
    fn what_opens_or_ends_a_document_is_in_doubt_if_it_may_be_something_else() {
        let above = [prose(0), "Jembatan baru".into(), prose(1), prose(2)];
        assert_eq!(plain(&above), [2, 3], "a standfirst");
        let author = format!("Warga {}.", ["Bambu"; 20].join(" "));
        assert_eq!(plain(&[prose(0), prose(1), author]), [0, 1], "about the author");
        assert_eq!(plain(&[prose(0)]), [0]);
        assert_eq!(plain(&["\u{a0}\u{200b}".into(), String::new()]), [0usize; 0]);
    }

    #[test]
    fn what_stands_apart_and_what_stands_on_whole_pages_is_in_doubt() {
        let mut lines: Vec<String> = (0..5).map(prose).collect();
        lines.extend(["Bagikan", "English", "A Canoe Sails Again"].map(str::to_owned));
        lines.extend((5..8).map(prose));
        assert_eq!(plain(&lines), [0, 1, 2, 3, 4]);
        let page: Vec<String> = (0..60).map(prose).collect();
        assert_eq!(plain(&page), [0usize; 0]);
    }
}
