//! Repetition: paragraphs and whole stretches of the body that stand in it a second time.
//!
//! Scrapers that join a page's versions (print and screen, short and full) leave such copies. What counts is long
//! runs of the same words in the same order; a sentence quoted again is not enough.

use std::ops::Range;

use super::features::mix;
use super::page::{self, Page};
use super::sequences;
use super::shape::{class, is_quote};
use super::table::Table;
use super::tokens::{Shape, Token, word};
use super::windows::initials;
use crate::article::Span;

/// Words that must follow one another to count as said before.
const GRAM: usize = 5;
/// The shortest run of repeated words that is a copy.
const RUN: usize = 80;
/// Words within a run that may differ in a row.
const GAP: usize = 6;
/// A segment that stood before word for word is a copy from this many words on.
const SEGMENT: usize = 12;

/// A copy has at least so many sequences of words that have stood before: the shortest run holds one in every `GRAM + GAP` words,
/// a segment that is a copy has only such. Most documents have fewer, and nothing needs to be compared.
const LEAST_REPEATED: usize = {
    let in_run = RUN.div_ceil(GRAM + GAP);
    let in_segment = SEGMENT - sequences::GRAM + 1;
    if in_run < in_segment { in_run } else { in_segment }
};

/// The shortest run of repeated words that is a copy where the body ends with it, if it is the lead: if it begins with one of so many
/// sequences of words with which the body begins.
const CLOSING: usize = 15;
const LEAD: usize = 16;

/// Marks that end a dateline.
const DASHES: [u32; 3] = [word("-"), word("–"), word("—")];

/// Marks that end a sentence.
const STOPS: [u32; 4] = [word("."), word("!"), word("?"), word("…")];

/// Copies found in a body.
#[derive(Debug, Default)]
pub struct Copies {
    /// Segments that are copies as a whole.
    pub segments: Vec<usize>,
    /// Stretches within segments: the segment, and the place in the text.
    pub spans: Vec<(usize, Span)>,
}

/// The copies among the segments that `is_body`. Linear in the body.
#[must_use]
pub fn copies(page: &Page, is_body: impl Fn(usize) -> bool) -> Copies {
    let mut found = Copies::default();
    if page.tokens.len() < 2 * SEGMENT || page.repeats.len() < LEAST_REPEATED || !may_hold_copies(page) {
        return found;
    }
    let mut seen = Table::new(page.tokens.len(), false);
    let mut segments = Table::new(page.lines.len(), false);
    let (mut lead, mut closing) = (Vec::new(), Vec::new());
    let mut stretch = Stretch::default();
    let mut words: Vec<u32> = Vec::new();
    let mut pending: Vec<u32> = Vec::new();
    for (i, line) in page.lines.iter().enumerate() {
        if !is_body(i) {
            continue;
        }
        let tokens = page.tokens_of(i);
        let places: Vec<usize> =
            (0..tokens.len()).filter(|&j| tokens.get(j).is_some_and(|token| token.shape != Shape::Mark)).collect();
        if places.len() >= SEGMENT && segments.change(line.hash, |_| true) {
            found.segments.push(i);
            stretch.add(i, places.len(), true);
            continue;
        }
        // Grams of this segment count for its own later words only once they are a run away.
        words.clear();
        words.extend(places.iter().filter_map(|&j| tokens.get(j)).map(|token| token.hash));
        pending.clear();
        let mut covered = vec![false; words.len()];
        for (start, gram) in words.windows(GRAM).enumerate() {
            let hash = gram.iter().fold(1, |hash, word| mix(hash, *word));
            if seen.get(hash).is_some() {
                covered.iter_mut().skip(start).take(GRAM).for_each(|flag| *flag = true);
            }
            pending.push(hash);
            if let Some(ready) = start.checked_sub(RUN).and_then(|ready| pending.get(ready)) {
                seen.change(*ready, |_| true);
            }
        }
        pending.iter().for_each(|hash| {
            seen.change(*hash, |_| true);
        });
        if lead.is_empty() {
            lead.extend(pending.iter().take(LEAD));
        }
        let new = covered.iter().filter(|covered| !**covered).count();
        stretch.add(i, words.len(), new * NEW_SHARE <= words.len());
        for run in runs(&covered) {
            let is_short = run.len() < RUN;
            let Some(run) = whole_sentences(tokens, &places, run) else {
                continue;
            };
            let (Some(first), Some(last)) = (places.get(run.start), places.get(run.end - 1)) else {
                continue;
            };
            // Marks that close the last sentence belong to it.
            let end = tokens.iter().skip(*last + 1).take_while(|token| token.shape == Shape::Mark && !token.spaced);
            let end = end.last().or(tokens.get(*last)).map_or(0, |token| token.end as usize);
            let opening = first.checked_sub(1).and_then(|before| tokens.get(before));
            let attached = tokens.get(*first).is_some_and(|token| !token.spaced);
            let opens = |token: &&Token| token.shape == Shape::Mark && attached && !STOPS.contains(&token.hash);
            let start = opening.filter(opens).or(tokens.get(*first));
            let start = start.map_or(0, |token| token.start as usize);
            if is_short {
                let is_lead = pending.get(run.start).is_some_and(|gram| lead.contains(gram));
                closing.extend(is_lead.then_some((i, start..end, run.start == 0)));
            } else {
                found.spans.push((i, start..end));
            }
        }
    }
    found.segments.extend(stretch.end());
    found.segments.sort_unstable();
    found.segments.dedup();
    let Copies { segments: whole, spans } = &mut found;
    let is_copy = |i: usize| whole.binary_search(&i).is_ok();
    spans.retain(|(i, _)| !is_copy(*i));
    closing.retain(|(i, ..)| !is_copy(*i));
    // Short copies count where nothing but copies follows.
    for last in (0..page.lines.len()).rev().filter(|i| is_body(*i) && !is_copy(*i)) {
        let Some((i, span, is_all)) = closing.pop().filter(|(i, ..)| *i == last) else {
            break;
        };
        spans.push((i, span));
        if !is_all {
            break;
        }
    }
    spans.sort_by_key(|(_, span)| span.start);
    found
}

/// Of the segments that `may_be_copy`, those that are copies of nothing: most of what they say stands in no segment that `is_other`, nor in
/// such a copy before. Linear in the document.
pub fn copies_of_nothing(
    page: &Page,
    may_be_copy: impl Fn(usize) -> bool,
    is_other: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let candidates: Vec<usize> = (0..page.lines.len()).filter(|i| may_be_copy(*i)).collect();
    if candidates.is_empty() {
        return candidates;
    }
    let grams = |i: usize| {
        let words: Vec<u32> =
            page.tokens_of(i).iter().filter(|token| token.shape != Shape::Mark).map(|token| token.hash).collect();
        let hashes = words.windows(GRAM).map(|gram| gram.iter().fold(1, |hash, word| mix(hash, *word)));
        hashes.collect::<Vec<u32>>()
    };
    let mut seen = Table::new(page.tokens.len(), false);
    for i in (0..page.lines.len()).filter(|i| is_other(*i)) {
        grams(i).into_iter().for_each(|gram| {
            seen.change(gram, |_| true);
        });
    }
    let mut found = Vec::new();
    for i in candidates {
        let grams = grams(i);
        let said = grams.iter().filter(|gram| seen.get(**gram).is_some()).count();
        if said * 2 < grams.len() {
            found.push(i);
            grams.into_iter().for_each(|gram| {
                seen.change(gram, |_| true);
            });
        }
    }
    found
}

/// Segments that `is_body` and say the same twice, a credit apart that may stand before both: captions, as they are left where a
/// picture's description in words says what the line under it says. Without a credit, ahead or one that `is_credited`, only short
/// ones with a bracket are: of paragraphs that stand twice in a line, nothing can be told.
pub fn captions(
    page: &Page,
    is_body: impl Fn(usize) -> bool,
    is_credited: impl Fn(usize) -> bool,
) -> impl Iterator<Item = usize> {
    let first = (0..page.lines.len()).find(|i| !page.repeats.is_empty() && is_body(*i));
    page.repeats.chunk_by(|a, b| a.line == b.line).filter_map(move |repeats| {
        let (i, second) = repeats.first().map(|repeat| (repeat.line as usize, repeat.word as usize))?;
        let line = page.lines.get(i)?;
        let length = (line.words as usize).checked_sub(second)?;
        let credit = second.checked_sub(length)?;
        // All of the second copy has stood before.
        let is_whole = repeats.len() + sequences::GRAM == length + 1;
        let tokens = page.tokens_of(i);
        let is_bracketed = || tokens.iter().any(|token| token.hash == const { word("(") });
        let is_short = || length <= SHORT_TWICE && line.look.end == class::STOP && is_bracketed();
        let is_credited = || credit > 0 || is_credited(i) || is_short();
        if !is_whole || length < TWICE || credit > CREDIT || first == Some(i) || !is_body(i) || !is_credited() {
            return None;
        }
        let mut words = tokens.iter().enumerate().filter(|(_, token)| token.shape != Shape::Mark);
        // A credit is a name or an address; what is quoted may be said twice.
        let is_address =
            |at: usize| tokens.get(at + 1).is_some_and(|next| next.hash == const { word(".") } && !next.spaced);
        let is_name = words.by_ref().take(credit).all(|(at, token)| {
            token.shape != Shape::Lower || token.known.is_function() || !token.spaced || is_address(at)
        });
        if !is_name || tokens.iter().any(is_quote) {
            return None;
        }
        let mut words = words.map(|(_, token)| token.hash);
        let copy: Vec<u32> = words.by_ref().take(length).collect();
        words.eq(copy).then_some(i)
    })
}

/// Fewer words said twice in a row are no sign of anything.
const TWICE: usize = 5;
/// Up to so many words said twice are no paragraph.
const SHORT_TWICE: usize = 20;
/// The credit before a caption has at most so many words.
const CREDIT: usize = 8;

/// Whether a segment stands again, or sequences of words that have stood before make a run that may be a copy: names and phrases
/// hardly ever do.
fn may_hold_copies(page: &Page) -> bool {
    let is_copy = |line: &page::Line| line.copies > 1 && line.words as usize >= SEGMENT;
    // Words of segments nearly all of which have stood before.
    let mut known = 0;
    page.lines.iter().any(is_copy)
        || page.repeats.chunk_by(|a, b| a.line == b.line).any(|repeats| {
            let words =
                repeats.first().and_then(|repeat| page.lines.get(repeat.line as usize)).map_or(0, |l| l.words as usize);
            let (mut repeated, mut is_run) = (0, false);
            for run in repeats.chunk_by(|a, b| (b.word - a.word) as usize <= sequences::GRAM + GAP) {
                let [start, end] =
                    [run.first(), run.last()].map(|repeat| repeat.map_or(0, |repeat| repeat.word as usize));
                let end = end + sequences::GRAM;
                let length = end - start;
                repeated += length;
                is_run |= length >= RUN || length >= CLOSING && end == words;
            }
            if words.saturating_sub(repeated) * NEW_SHARE <= words {
                known += words;
            }
            is_run || known >= RUN
        })
}

/// Segments in a row nearly all words of which have stood before, in segments of their own or not.
#[derive(Debug, Default)]
struct Stretch {
    open: Vec<usize>,
    words: usize,
    found: Vec<usize>,
}

impl Stretch {
    /// The next segment: its number, how many words it has, and whether they have stood before.
    fn add(&mut self, segment: usize, words: usize, is_copy: bool) {
        if is_copy {
            self.open.push(segment);
            self.words += words;
        } else {
            self.close();
        }
    }

    /// Together they are as long as a copy within a segment must be.
    fn close(&mut self) {
        if self.words >= RUN {
            self.found.append(&mut self.open);
        }
        self.open.clear();
        self.words = 0;
    }

    fn end(mut self) -> Vec<usize> {
        self.close();
        self.found
    }
}

/// Of the words of such a segment, one in so many may be new.
const NEW_SHARE: usize = 12;

/// The stretch of the body that is the article once more, as pages hold it that show one version on small screens and another on
/// large ones: nearly all of its words stand in segments that have stood before. Linear in the body.
#[must_use]
pub fn second_version(page: &Page, is_body: impl Fn(usize) -> bool) -> Vec<usize> {
    // Hardly any document holds so much prose again.
    if page.lines.iter().filter(|line| line.look.prose && line.copies > 1).count() < VERSION_PROSE {
        return Vec::new();
    }
    let body: Vec<usize> = (0..page.lines.len()).filter(|i| is_body(*i)).collect();
    let mut seen = Table::new(body.len() + 1, false);
    // The stretch that gains most, where what is new costs what is said again gains, some times over.
    let (mut start, mut sum, mut best, mut best_sum) = (0, 0i64, 0..0, 0i64);
    let mut copied = vec![false; body.len()];
    for (at, (&i, copied)) in body.iter().zip(&mut copied).enumerate() {
        let Some(line) = page.lines.get(i) else {
            continue;
        };
        *copied = seen.change(line.hash, |_| true);
        let words = i64::from(line.tokens.end - line.tokens.start);
        sum += if *copied { words } else { -NEW * words };
        if sum <= 0 {
            (start, sum) = (at + 1, 0);
        } else if sum > best_sum {
            (best, best_sum) = (start..at + 1, sum);
        }
    }
    let stretch = body.get(best.clone()).unwrap_or_default();
    let is_prose = |(i, copied): (&usize, &bool)| *copied && page.lines.get(*i).is_some_and(|line| line.look.prose);
    let prose = stretch.iter().zip(copied.get(best).unwrap_or_default()).filter(|pair| is_prose(*pair)).count();
    if best_sum >= VERSION_WORDS && prose >= VERSION_PROSE { stretch.to_vec() } else { Vec::new() }
}

/// What a new word costs against one that is said again.
const NEW: i64 = 3;
/// A second version of the article has at least so many words more that are said again, and so many segments of prose.
const VERSION_WORDS: i64 = 150;
const VERSION_PROSE: usize = 4;

/// The whole sentences within a run, if they are still long enough to be a copy.
fn whole_sentences(tokens: &[Token], places: &[usize], run: Range<usize>) -> Option<Range<usize>> {
    // A word opens a sentence when the mark before it, quotes and brackets apart, ends one, or a dateline, or closes
    // initials.
    let opens = |word: usize| {
        let Some(&place) = places.get(word) else {
            return true;
        };
        let before = word.checked_sub(1).and_then(|before| places.get(before)).map_or(0, |before| before + 1);
        let ends = |at: usize| {
            let ends = |token: &Token| STOPS.contains(&token.hash) || token.spaced && DASHES.contains(&token.hash);
            tokens.get(at).is_some_and(ends) || initials(tokens, at).is_some()
        };
        // The point within an address opens nothing.
        let apart = tokens.get(place).is_some_and(|token| token.spaced || token.shape.is_capital());
        word == 0 || apart && (before..place).any(ends)
    };
    let start = (run.start..run.end).find(|word| opens(*word))?;
    let end = (start + 1..=run.end).rev().find(|word| opens(*word) || *word == places.len())?;
    let least = if end == places.len() { CLOSING } else { RUN / 2 };
    (end - start >= least).then_some(start..end)
}

/// Runs of covered words, small gaps allowed, that are long enough to be copies, or to be one that the body ends with: scrapers put
/// the lead there once more.
fn runs(covered: &[bool]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (i, _) in covered.iter().enumerate().filter(|(_, covered)| **covered) {
        match found.last_mut() {
            Some(run) if i <= run.end + GAP => run.end = i + 1,
            _ => found.push(i..i + 1),
        }
    }
    found.retain(|run| run.len() >= RUN || run.end == covered.len() && run.len() >= CLOSING);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Record;
    use crate::judge::rules::RuleSet;
    use crate::segment::segments;

    /// A sentence of so many words, all of them its own.
    fn sentence(number: usize, words: usize) -> String {
        let words: Vec<String> = (0..words).map(|word| format!("kata{number}bagian{word}")).collect();
        format!("Warga {}.", words.join(" "))
    }

    /// What is left of lines, all of them body, without the copies.
    fn left(lines: &[String]) -> Vec<String> {
        let record = Record { text: lines.join("\n"), ..Record::default() };
        let segments = segments(&record.text);
        let page = Page::new(&record, &segments, &RuleSet::builtin().unwrap());
        let found = copies(&page, |_| true);
        let mut left = Vec::new();
        for (i, segment) in segments.iter().enumerate().filter(|(i, _)| !found.segments.contains(i)) {
            let mut line = record.text[segment.span.clone()].to_owned();
            for (_, span) in found.spans.iter().filter(|(copied, _)| *copied == i).rev() {
                line.replace_range(span.start - segment.span.start..span.end - segment.span.start, "");
            }
            left.push(line.trim().to_owned());
        }
        left
    }

    #[test]
    fn a_copy_whose_paragraphs_break_elsewhere_is_found() {
        let sentences: Vec<String> = (0..6).map(|number| sentence(number, 20)).collect();
        let first = [sentences.join(" ")];
        assert_eq!(left(&[first.as_slice(), sentences.as_slice()].concat()), first);
        let quoted = [sentences.as_slice(), &[sentence(7, 20), sentences[2].replace("kata2bagian3 ", "")]].concat();
        assert_eq!(
            left(&[quoted.as_slice(), &[sentence(8, 20)]].concat()).len(),
            9,
            "one paragraph again is a quotation"
        );
    }

    #[test]
    fn a_caption_that_repeats_the_description_of_its_picture_is_found() {
        let caption = "Petambak (kiri) memanen garam di pesisir utara, Jumat (3/3/2023).";
        let paragraph = sentence(0, 24);
        let found = |line: &str| {
            let lines = [sentence(1, 20), line.to_owned(), sentence(2, 20)];
            let record = Record { text: lines.join("\n"), ..Record::default() };
            let page = Page::new(&record, &segments(&record.text), &RuleSet::builtin().unwrap());
            let is_credited = |_| line.contains("Foto");
            captions(&page, |_| true, is_credited).collect::<Vec<_>>() == [1]
        };
        assert!(found(&format!("{caption} {caption}")));
        assert!(found(&format!("contohpos.com/Sari Misal {paragraph} {paragraph}")));
        assert!(found(&format!("{paragraph} Foto {paragraph} Foto")));
        assert!(!found(&format!("{paragraph} {paragraph}")), "a paragraph");
        assert!(!found("Mereka berteriak, \"Kami tidak mau mundur. Kami tidak mau mundur.\""), "a cry");
        assert!(!found("Ayo kita maju terus pantang mundur. Ayo kita maju terus pantang mundur."), "a song");
        assert!(!found(&format!("{caption} {caption} Ia lalu pulang.")), "more is said");
        assert!(!found("Garam, garam di laut kami, garam di laut kami!"), "too little is said");
        assert!(!found(&format!("{} {caption} {caption}", sentence(3, 12))), "what is ahead is no credit");
    }

    #[test]
    fn of_copies_that_stand_nowhere_else_the_first_is_none() {
        let [other, lead, more] = [0, 1, 2].map(|number| sentence(number, 20));
        let lines = [other.clone(), format!("{lead} {more}"), lead, more, other];
        let record = Record { text: lines.join("\n"), ..Record::default() };
        let page = Page::new(&record, &segments(&record.text), &RuleSet::builtin().unwrap());
        assert_eq!(copies_of_nothing(&page, |i| i > 0, |i| i == 0), [1]);
    }

    #[test]
    fn the_lead_that_stands_once_more_at_the_end_is_found() {
        let (lead, middle) = (sentence(0, 20), sentence(1, 20));
        let again = format!("{middle} (abc/def) contohpos.id – {lead}");
        let lines = [lead.clone(), sentence(2, 20), again.clone()];
        assert_eq!(left(&lines)[2], format!("{middle} (abc/def) contohpos.id –"));
        let lines = [lead, sentence(2, 20), again.clone(), sentence(3, 20)];
        assert_eq!(left(&lines)[2], again, "what follows is new");
        let lines = [sentence(4, 20), sentence(0, 20), sentence(2, 20), again.clone()];
        assert_eq!(left(&lines)[3], again, "a sentence again that is not the lead");
    }

    #[test]
    fn a_copy_that_is_glued_to_the_end_of_the_first_version_is_found() {
        let [lead, middle, more, end] = [0, 1, 2, 3].map(|number| sentence(number, 30));
        let (seam, last) = (format!("{end} (abc/def) {lead}"), format!("{end} (abc/def)"));
        let first = [lead, middle.clone(), more.clone()];
        let again = [middle, more, last.clone()];
        assert_eq!(left(&[first.as_slice(), &[seam], &again].concat()), [first.as_slice(), &[last]].concat());
    }

    #[test]
    fn a_segment_of_several_copies_is_one_though_none_of_them_is_long() {
        let words = |number, words| sentence(number, words).trim_end_matches('.').to_owned();
        let (first, second) = (words(0, 45), words(1, 45));
        let again = format!("{first} {} {second} {}", words(2, 6), words(3, 1).trim_start_matches("Warga "));
        let lines = [first, sentence(4, 30), second, again];
        assert_eq!(left(&lines), lines[..3]);
    }
}
