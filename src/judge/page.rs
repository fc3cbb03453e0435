//! A document as the models see it: tokens, looks, repetition, and where the prose stands.
//!
//! Everything is computed once per document and linear in it.

use std::ops::Range;

use super::features::mix;
use super::rules::RuleSet;
use super::shape::{Lexicon, Look, class};
use super::table::{Sieve, Table};
use super::tokens::{Shape, Token, tokenize, word};
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
    /// How many of the sequences of [`GRAM`] words have stood before.
    pub repeated: usize,
}

/// One segment, prepared for judging.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Its tokens in [`Page::tokens`].
    pub tokens: Range<u32>,
    /// What it looks like.
    pub look: Look,
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
        for segment in segments {
            let start = page.tokens.len();
            tokenize(text, segment.span.clone(), &mut page.tokens);
            let tokens = &page.tokens[start..];
            page.lines.push(Line {
                tokens: start as u32..(start + tokens.len()) as u32,
                look: lexicon.look(text, tokens),
                hash: tokens
                    .iter()
                    .filter(|t| t.shape != Shape::Mark)
                    .fold(tokens.len().min(1) as u32, |hash, token| mix(hash, token.hash)),
                blank_before: segment.blank_before > 0,
                ..Line::default()
            });
        }
        page.prose = (0..page.lines.len() as u32).filter(|&i| page.lines[i as usize].look.prose).collect();
        page.main = page.main_stretch();
        page.find_copies();
        page.find_repetition();
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

    fn find_repetition(&mut self) {
        let mut grams = Vec::with_capacity(self.tokens.len());
        let mut ends = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            let tokens = self.tokens.get(line.tokens.start as usize..line.tokens.end as usize).unwrap_or_default();
            let mut words = [0; GRAM];
            let mut count = 0;
            for token in tokens.iter().filter(|token| token.shape != Shape::Mark) {
                words.rotate_left(1);
                words[GRAM - 1] = token.hash;
                count += 1;
                if count >= GRAM {
                    grams.push(words.iter().fold(0, |hash, word| mix(hash, *word)));
                }
            }
            ends.push(grams.len());
        }
        // Hardly any word sequence stands in a document again: those that cannot are told by a bit each.
        let mut seen: Sieve<SEEN> = Sieve::default();
        let mut again = Vec::new();
        for gram in &grams {
            if seen.may_hold(*gram) {
                again.push(*gram);
            }
            seen.add(*gram);
        }
        if again.is_empty() {
            return;
        }
        let mut places = Places::new(&again);
        let mut start = 0;
        for (i, end) in (0u32..).zip(&ends) {
            grams[start..*end].iter().for_each(|gram| places.add(*gram, i));
            start = *end;
        }
        self.repeated = places.repeated;
        if !places.is_repeated {
            return;
        }
        start = 0;
        for (i, (line, end)) in (0u32..).zip(self.lines.iter_mut().zip(&ends)) {
            let (mut before, mut later) = (0, 0);
            let grams = &grams[start..*end];
            for (first, last) in grams.iter().filter_map(|gram| places.of(*gram)) {
                before += usize::from(first < i);
                later += usize::from(last > i);
            }
            line.said_before = (before * 100 / grams.len().max(1)) as u8;
            line.said_later = (later * 100 / grams.len().max(1)) as u8;
            start = *end;
        }
    }

    fn find_headline(&mut self, record: &Record, rules: &RuleSet) {
        let text = record.text.as_str();
        let mut words = Vec::new();
        let mut tokens = Vec::new();
        if let Some(title) = &record.title {
            tokenize(title, 0..title.len(), &mut tokens);
        }
        if let Some(url) = &record.url {
            // The longest part of the path is the headline's slug, where there is one.
            let slug = url.split(['/', '?', '#']).skip(3).max_by_key(|part| part.matches(['-', '_']).count());
            let slug = slug.unwrap_or_default().replace('_', "-");
            if slug.matches('-').count() >= 2 {
                tokenize(&slug, 0..slug.len(), &mut tokens);
            }
        }
        words.extend(tokens.iter().filter(|t| t.shape.is_word() && t.end - t.start > 1).map(|t| t.hash));
        words.sort_unstable();
        words.dedup();
        if words.len() >= 3 {
            for (i, line) in self.lines.iter_mut().enumerate() {
                let tokens = &self.tokens[line.tokens.start as usize..line.tokens.end as usize];
                if tokens.len() > 40 {
                    continue;
                }
                let (mut hits, mut all) = (0, 0usize);
                for token in tokens.iter().filter(|t| t.shape.is_word() && t.end - t.start > 1) {
                    all += 1;
                    hits += usize::from(words.binary_search(&token.hash).is_ok());
                }
                line.headline = (hits * 100 / all.max(3)) as u8;
                // Its words are those of the headline, and most of the headline's words are among them.
                let sentence = line.look.end == class::STOP || line.look.prose || dateline(text, tokens, rules).0 > 0;
                if line.headline >= 75 && hits * 10 >= words.len() * 7 && !sentence {
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
        let mut seen: Table<u32> = Table::new(segments.len(), 0);
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

/// Bits by 64 of the sieve for word sequences: many more than a document has of them.
const SEEN: usize = 512;

/// Where word sequences that may stand again do so first and last, by segment.
struct Places {
    /// Of the sequences that are looked for; all others are let pass.
    wanted: Sieve<SEEN>,
    table: Table<(u32, u32)>,
    /// How many stand again, and whether in another segment.
    repeated: usize,
    is_repeated: bool,
}

impl Places {
    fn new(wanted: &[u32]) -> Places {
        let mut sieve = Sieve::default();
        wanted.iter().for_each(|gram| sieve.add(*gram));
        // Sequences that share the bit of a wanted one come with it: of each bit one, as all others were found to share it.
        Places { wanted: sieve, table: Table::new(2 * wanted.len(), NOWHERE), repeated: 0, is_repeated: false }
    }

    #[inline]
    fn add(&mut self, gram: u32, segment: u32) {
        if self.wanted.may_hold(gram) {
            let before = self.table.change(gram, |(first, _)| (first.min(segment), segment));
            self.repeated += usize::from(before != NOWHERE);
            self.is_repeated |= before != NOWHERE && before.1 != segment;
        }
    }

    #[inline]
    fn of(&self, gram: u32) -> Option<(u32, u32)> {
        if self.wanted.may_hold(gram) { self.table.get(gram) } else { None }
    }
}

/// Stands for no place.
const NOWHERE: (u32, u32) = (u32::MAX, u32::MAX);

/// How many segments of prose may stand before a dateline that opens the article: captions, standfirsts, other articles.
const MOST_BEFORE: usize = 3;
/// A share of word sequences, in percent, from which on a segment may be a copy.
const SAID_AGAIN: u8 = 20;
/// How far apart segments of prose may stand to be of one stretch.
const BETWEEN_PROSE: u32 = 3;
/// Segments that begin with so many equal tokens are of a series.
const SERIES: usize = 3;
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
    // Most lines hold nothing that could end one.
    const ENDS: [u32; 4] = [word("-"), word("–"), word("—"), word(":")];
    if !tokens.iter().take(DATELINE).any(|token| token.shape == Shape::Mark && ENDS.contains(&token.hash)) {
        return (0, 0);
    }
    let (mut outlet, mut names) = (false, false);
    // Where the place that opens the tokens ends, and whether any of the names is one.
    let (mut opening, mut place) = (0, false);
    let dash =
        |token: Option<&Token>| token.is_some_and(|token| matches!(text.get(token.range()), Some("-" | "–" | "—")));
    for (i, token) in tokens.iter().take(DATELINE).enumerate() {
        match token.shape {
            Shape::Mark => match text.get(token.range()) {
                Some("-" | "–" | "—") => {
                    let more = usize::from(dash(tokens.get(i + 1)));
                    let apart = token.spaced || tokens.get(i + 1 + more).is_some_and(|next| next.spaced);
                    if names && apart {
                        let strength = if outlet { 2 } else { 1 + 2 * u8::from(place) };
                        return (strength, i + 1 + more);
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
    use super::Page;
    use crate::article::Record;
    use crate::judge::rules::RuleSet;
    use crate::judge::shape::Lexicon;
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
        let page = Page::new(&record, &segments, &RuleSet::builtin().unwrap(), &Lexicon::new());
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
