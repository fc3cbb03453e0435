//! A document as the models see it: tokens, looks, repetition, and where the prose stands.
//!
//! Everything is computed once per document and linear in it.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use super::datelines::{DATELINE, SHORT_DATELINE, dateline, opens_sentence};
use super::literals::Found;
use super::rules::RuleSet;
use super::sequences::{GRAM, Words, add_grams};
use super::shape::{Look, class};
use super::table::{Sieve, Table};
use super::tokens::{Token, tokenize};
use super::word_hash::word_on;
use crate::article::{Record, Segment};
use crate::spare::{keep, take};

thread_local! {
    static TOKENS: Cell<Vec<Vec<Token>>> = const { Cell::new(Vec::new()) };
    static LINES: Cell<Vec<Vec<Line>>> = const { Cell::new(Vec::new()) };
    static WORDS: Cell<Vec<Vec<u32>>> = const { Cell::new(Vec::new()) };
    static SEQUENCES: Cell<Vec<Vec<u32>>> = const { Cell::new(Vec::new()) };
    static REPEATS: Cell<Vec<Vec<Repeat>>> = const { Cell::new(Vec::new()) };
}

/// Keeps the room of a document's tokens for the next document.
pub(crate) fn keep_tokens(tokens: Vec<Token>) {
    keep(&TOKENS, tokens);
}

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
    /// Whether only the record's address states it.
    pub is_title_of_address: bool,
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
    pub(super) fn sequences(&self) -> usize {
        (self.words as usize + 1).saturating_sub(GRAM)
    }

    /// Whether a dateline that it begins with is its own, not a piece of one that goes on in the next.
    fn is_long(&self) -> bool {
        self.look.length >= 7
    }

    /// Whether it is known to begin with no dateline, whatever follows it.
    pub(super) fn has_no_dateline(&self) -> bool {
        self.is_long() && self.dateline == 0
    }
}

impl Page {
    /// Prepares a document.
    #[must_use]
    pub fn new(record: &Record, segments: &[Segment], rules: &RuleSet) -> Page {
        let mut page = Page::read(record, segments, rules);
        page.apply_rules(&record.text, segments, rules);
        page
    }

    /// Prepares a document, all but [`Page::apply_rules`].
    #[must_use]
    pub fn read(record: &Record, segments: &[Segment], rules: &RuleSet) -> Page {
        let text = record.text.as_str();
        let portal = rules.portal_of(record.url.as_deref(), text);
        let (tokens, lines, repeats) = (take(&TOKENS), take(&LINES), take(&REPEATS));
        let mut page = Page { portal, tokens, lines, repeats, ..Page::default() };
        page.tokens.reserve(text.len() / 5);
        page.lines.reserve(segments.len());
        // Hashes of the words of a segment, and of the sequences of words of all segments, one after the other.
        let (mut words, mut sequences) = (Words::new(take(&WORDS)), take(&SEQUENCES));
        for segment in segments {
            let start = page.tokens.len();
            tokenize(text, segment.span.clone(), &mut page.tokens);
            let tokens = &page.tokens[start..];
            words.clear(tokens.len());
            let look = Look::seeing(tokens, |token| words.add(token));
            add_grams(words.get(), &mut sequences);
            page.lines.push(Line {
                tokens: start as u32..(start + tokens.len()) as u32,
                look,
                words: words.get().len() as u32,
                hash: words.hash(tokens.is_empty()),
                blank_before: segment.blank_before > 0,
                ..Line::default()
            });
        }
        keep(&WORDS, words.into_room());
        page.prose = (0..page.lines.len() as u32).filter(|&i| page.lines[i as usize].look.prose).collect();
        page.main = page.main_stretch();
        page.find_copies();
        page.find_repetition(&sequences);
        keep(&SEQUENCES, sequences);
        page.find_headline(record, rules);
        page.find_pieces();
        page.find_datelines(text, rules);
        page
    }

    /// The tokens alone, the room of the rest being kept for the next document.
    #[must_use]
    pub fn into_tokens(self) -> Vec<Token> {
        keep(&LINES, self.lines);
        keep(&REPEATS, self.repeats);
        self.tokens
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

    /// Whether a segment cannot be the headline, since the record states another: most of its words are not of that one, nor most of
    /// that one's words among them.
    #[must_use]
    pub fn is_no_headline(&self, line: usize) -> bool {
        let Some(line) = self.lines.get(line).filter(|_| !self.is_title_of_address && self.headline.len() >= STATED)
        else {
            return false;
        };
        let shared = usize::from(line.headline) * line.words as usize / 100;
        line.tokens.len() <= LONGEST_HEADLINE
            && line.headline < SAME
            && shared * 100 < self.headline.len() * usize::from(SAME)
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

    /// Whether a segment is a paragraph beyond doubt: prose that ends as prose does, beside other prose, of which no rule, headline
    /// or copy says anything else. Not the last one, which may be about the author, not one that breaks off or begins like its
    /// neighbour, as captions of a series do, not one apart from most of the prose, which may be a translation. On whole pages
    /// summaries of other articles look the same, and nothing is beyond doubt.
    #[must_use]
    pub fn is_plain(&self, i: usize) -> bool {
        let is_prose = |line: Option<&Line>| line.is_some_and(|line| line.look.prose);
        let Some(line) = self.lines.get(i).filter(|line| line.look.prose && line.rules.is_empty()) else {
            return false;
        };
        let is_first = i == 0 && !matches!(line.dateline, 2 | 3);
        let before = i.checked_sub(1).and_then(|before| self.lines.get(before));
        let tokens = self.tokens_of(i);
        let begins_like = |other: usize| {
            let pairs = self.tokens_of(other).iter().zip(tokens).take(SERIES);
            other != i && pairs.filter(|(a, b)| a.hash == b.hash).count() == SERIES
        };
        let breaks_off = matches!(tokens, [.., dot, last] if last.hash == dot.hash && !last.spaced);
        self.lines.len() <= super::WHOLE_PAGE
            && !is_first
            && self.main.contains(&(i as u32))
            && i + 1 < self.lines.len()
            && !breaks_off
            && !begins_like(i.saturating_sub(1))
            && !begins_like(i + 1)
            && matches!(line.look.end, class::STOP | class::SHOUT | class::QUOTE)
            && line.copies == 1
            && line.title == 0
            && line.said_before.max(line.said_later) < SAID_AGAIN
            && (is_prose(before) || is_prose(self.lines.get(i + 1)))
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

    fn find_headline(&mut self, record: &Record, rules: &RuleSet) {
        let text = record.text.as_str();
        // Its tokens stand behind those of the text as long as they are needed.
        let end = self.tokens.len();
        let tokens = &mut self.tokens;
        self.is_title_of_address = record.title.is_none();
        if let Some(title) = &record.title {
            tokenize(title, 0..title.len(), tokens);
        }
        if let Some(url) = &record.url {
            // The longest part of the path is the headline's slug, where there is one.
            let joins = |part: &&str| part.bytes().filter(|byte| matches!(byte, b'-' | b'_')).count();
            let slug = url.split(['/', '?', '#']).skip(3).max_by_key(joins);
            if let Some(slug) = slug.filter(|slug| joins(slug) >= 2) {
                let slug = if slug.contains('_') { Cow::Owned(slug.replace('_', "-")) } else { Cow::Borrowed(slug) };
                tokenize(&slug, 0..slug.len(), tokens);
            }
        }
        let counts = |token: &Token| token.shape.is_word() & (token.end - token.start > 1);
        let mut words: Vec<u32> = tokens.drain(end..).filter(counts).map(|token| token.hash).collect();
        words.sort_unstable();
        words.dedup();
        if words.len() >= STATED {
            let mut sieve: Sieve<8> = Sieve::default();
            words.iter().for_each(|word| sieve.add(*word));
            for (i, line) in self.lines.iter_mut().enumerate() {
                let tokens = &self.tokens[line.tokens.start as usize..line.tokens.end as usize];
                if tokens.len() > LONGEST_HEADLINE {
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
                // Few lines are, and hardly any word is two of the line's.
                let is_near = hits > 1 && hits * 4 >= all;
                let joined = if is_near { joined(text, tokens, &words) } else { 0 };
                line.headline = ((hits + 2 * joined).min(all) * 100 / all.max(3)) as u8;
                // Its words are those of the headline, and most of the headline's words are among them.
                let is_headline = line.headline >= 75 && (hits + joined) * 10 >= words.len() * 7;
                let is_closed = line.look.end == class::STOP && line.look.capitals < CAPITALISED;
                let is_sentence = || is_closed || line.look.prose || dateline(text, tokens, rules).0 > 0;
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
            if line.is_long() {
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

    /// Finds the rules that match its lines, and those that may take stretches of them.
    pub fn apply_rules(&mut self, text: &str, segments: &[Segment], rules: &RuleSet) {
        let (mut hits, mut found) = (Vec::new(), Found::take());
        let first = self.prose.first().copied();
        let last = self.prose.last().copied();
        // Menus and buttons stand on a page again and again: a line that was looked at is not looked at twice.
        let copies = self.lines.iter().filter(|line| line.copies > 1).count();
        let mut seen: Table<u32> = Table::new(copies, 0);
        for i in 0..self.lines.len().min(segments.len()) {
            let span_of = |i: usize| segments.get(i).map(|segment| segment.span.clone()).unwrap_or_default();
            let text_of = |i: usize| text.get(span_of(i)).unwrap_or_default();
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
                let spans = &mut line.span_rules;
                line.may_hold_spans =
                    rules.line_and_span_rules(self.portal, text, span_of(i), &mut found, &mut hits, spans);
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
            line.certain = rules.decide(&hits, zone);
            line.rules.clone_from(&hits);
        }
        found.keep();
    }
}

/// How many segments of prose may stand before a dateline that opens the article: captions, standfirsts, other articles.
const MOST_BEFORE: usize = 3;
/// A share of word sequences, in percent, from which on a segment may be a copy.
const SAID_AGAIN: u8 = 20;
/// So many words of a headline tell it from others.
const STATED: usize = 3;
/// The words of a longer segment, in tokens, are not compared with those of the headline.
const LONGEST_HEADLINE: usize = 40;
/// The step of [`Look::capitals`] from which a line is written as headlines are, whatever ends it.
const CAPITALISED: u8 = 5;
/// Share of words, in percent, that a segment shares with the stated headline if it may be one.
const SAME: u8 = 60;
/// How far apart segments of prose may stand to be of one stretch.
const BETWEEN_PROSE: u32 = 3;
/// Segments that begin with so many equal tokens are of a series.
const SERIES: usize = 3;
/// Date, time of day and zone.
const FULL_TIME: u8 = 1 | 2 | 4;
/// How far under the headline its date may stand, in segments, and how far above the prose.
const STAMP_REACH: usize = 6;
/// The step of [`Look::length`] up to which a line may be a piece of a dateline: four words.
const BROKEN: u8 = 4;

/// How many of the words are two of a line in one, as addresses hold them that leave out marks: `Jum'at`, `Anti-Inflasi`.
fn joined(text: &str, tokens: &[Token], words: &[u32]) -> usize {
    let is_among = |hash: u32| words.binary_search(&hash).is_ok();
    let in_line = || tokens.iter().filter(|token| token.shape.is_word());
    let pairs = in_line().zip(in_line().skip(1)).filter(|(first, second)| {
        let both = word_on(first.hash, text.get(second.range()).unwrap_or_default());
        is_among(both) && !(is_among(first.hash) && is_among(second.hash))
    });
    pairs.count()
}

/// Whether a segment reads as going on in the middle of the sentence that the one before it left open.
#[must_use]
pub fn joins(before: &Look, after: &Look) -> bool {
    matches!(after.start, class::LOWER | class::COMMA | class::STOP | class::CLOSE)
        || matches!(before.end, class::COMMA | class::OPEN) && before.end != class::NONE
}

#[cfg(test)]
mod tests {
    use super::Page;
    use crate::article::Record;
    use crate::judge::rules::RuleSet;
    use crate::segment::segments;

    /// A sentence of its own, long enough to be prose.
    fn prose(number: usize) -> String {
        let words: Vec<String> = (0..20).map(|word| format!("kata{number}bagian{word}")).collect();
        format!("Warga{number} memperbaiki {}.", words.join(" "))
    }

    /// Which lines of a document are paragraphs beyond doubt.
    fn plain(lines: &[String]) -> Vec<usize> {
        let record = Record { text: lines.join("\n"), ..Record::default() };
        let segments = segments(&record.text);
        let page = Page::new(&record, &segments, &RuleSet::builtin().unwrap());
        (0..lines.len()).filter(|i| page.is_plain(*i)).collect()
    }

    #[test]
    fn prose_beside_prose_is_beyond_doubt_but_for_the_ends() {
        let article: Vec<String> = (0..5).map(prose).collect();
        assert_eq!(plain(&article), [1, 2, 3]);
        let mut broken = article.clone();
        broken[2] = format!("{}..", prose(2));
        assert_eq!(plain(&broken), [1, 3], "a teaser breaks off");
        let mut alike = article.clone();
        alike[2] = format!("Lima Kampung Tua {}", prose(2));
        alike[3] = format!("Lima Kampung Tua {}", prose(3));
        assert_eq!(plain(&alike), [1], "captions of a series begin alike");
        let mut twice = article.clone();
        twice.insert(3, prose(1));
        assert_eq!(plain(&twice), [2, 4], "copies are in doubt");
    }

    #[test]
    fn what_stands_apart_and_what_stands_on_whole_pages_is_in_doubt() {
        let mut lines: Vec<String> = (0..5).map(prose).collect();
        lines.extend(["Bagikan", "English", "A Canoe Sails Again"].map(str::to_owned));
        lines.extend((5..8).map(prose));
        assert_eq!(plain(&lines), [1, 2, 3, 4]);
        let page: Vec<String> = (0..60).map(prose).collect();
        assert_eq!(plain(&page), [0usize; 0]);
    }
}
