//! Spans: what within body segments is not body.
//!
//! A second, smaller sequence model, over tokens: datelines, closing initials, cross-links and promotions
//! that run into the text. Where it looks, `windows` says; what of that is weighed, `scan`. Few tokens of a window are: what
//! tells of a token is gathered in one light sweep, and put together only for those that are asked for.

use std::ops::Range;

use super::features::{Sink, finish, in_steps, mix, steps};
use super::pack::Strength;
use super::page::Page;
use super::rules::RuleSet;
use super::sweep::{MARGIN, NO_TOKEN, Swept, TokenLook};
use super::tokens::word;
use super::windows::Body;

/// From so many tokens behind an opener on, it does not matter.
const FAR: u32 = 45;

/// The hash of a feature: of its template and its values.
macro_rules! feature {
    ($template:literal $(, $value:expr)+) => {{
        const TEMPLATE: u32 = word($template);
        let mut hash = TEMPLATE;
        $( hash = mix(hash, ($value) as u32); )+
        finish(hash)
    }};
}

/// What the tokens of a window tell. Positions are counted from the start of the window.
#[derive(Debug)]
pub struct SpanEvidence<'a> {
    pub(super) swept: Swept<'a>,
}

impl<'a> SpanEvidence<'a> {
    /// Gathers what spans several tokens of a window.
    #[must_use]
    pub fn new(
        text: &'a str,
        page: &'a Page,
        rules: &'a RuleSet,
        body: &'a Body,
        window: Range<usize>,
    ) -> SpanEvidence<'a> {
        SpanEvidence { swept: Swept::new(text, page, rules, body, window) }
    }

    /// Goes on to another window, in the same memory.
    pub fn move_to(&mut self, window: Range<usize>) {
        self.swept.move_to(window);
    }

    /// By position: whether a cut may begin there, or going backward end, as far as the window itself tells.
    #[must_use]
    pub fn edges(&self) -> &[u8] {
        &self.swept.edges
    }

    /// Writes the features of one position.
    pub fn of(&self, i: usize, features: &mut impl Sink) {
        features.clear();
        let at = self.swept.window.start + i;
        let looks = self.swept.looks.get(i..).and_then(|looks| looks.first_chunk::<{ 2 * MARGIN + 1 }>());
        let (Some(looks), Some(place)) = (looks, self.swept.body.place(at)) else {
            return;
        };
        let Some(line) = self.swept.page.lines.get(place.segment as usize) else {
            return;
        };
        let look = |offset: isize| &looks[MARGIN.wrapping_add_signed(offset)];
        let hash = |offset: isize| look(offset).hash;
        let shape = |offset: isize| u32::from(look(offset).shape);
        let own = look(0);
        let since = self.since_opener(i, place.from_start);
        let step = since.map_or(15, |(since, _)| in_steps(&SINCE, since));
        let is_opened = since.is_some();
        let opener = since.map_or(0, |(_, opener)| opener);
        let gap = if place.from_start == 0 { 2 } else { u8::from(own.spaced) };
        let small = |looks: &[TokenLook]| looks.iter().map(|look| u8::from(look.is_small())).sum::<u8>();
        let (behind, ahead) = (small(&looks[..MARGIN]), small(&looks[MARGIN..2 * MARGIN]));
        let sentence = self.sentence(i);
        let to_stop = in_steps(&TO_STOP, sentence.to_stop);
        let small_ahead = sentence.small_ahead.min(4);
        let is_last = sentence.to_stop >= place.to_end;
        let dateline = in_steps(&TO_DATELINE, self.to_dateline(i, place.to_end));
        let is_headline = self.swept.page.headline.binary_search(&own.hash).is_ok();
        features.extend(&[
            feature!("w", own.hash),
            feature!("near", 0, hash(-3)),
            feature!("near", 1, hash(-2)),
            feature!("near", 2, hash(-1)),
            feature!("near", 3, hash(1)),
            feature!("near", 4, hash(2)),
            feature!("near", 5, hash(3)),
            feature!("near-s", 0, shape(-3)),
            feature!("near-s", 1, shape(-2)),
            feature!("two", hash(-1), own.hash),
            feature!("next2", own.hash, hash(1)),
            feature!("s5", shape(-2), shape(-1), shape(0), shape(1), shape(2)),
            feature!("turn", ahead, shape(0), shape(1), own.titled),
        ]);
        let [.., before, here, next, second, third, _, _, _] = looks.map(|look| look.shape);
        features.group([Group::Shapes as u8, before, here, next, dateline as u8, gap, 0, 0], |features| {
            features.extend(&[
                feature!("s", here),
                feature!("near-s", 2, before),
                feature!("near-s", 3, next),
                feature!("s3", before, here, next),
                feature!("gap", gap, before, here),
                feature!("to-dateline-shape", dateline, before, here, next),
            ]);
        });
        features.group([Group::ShapesAhead as u8, here, next, second, third, 0, 0, 0], |features| {
            features.extend(&[
                feature!("near-s", 4, second),
                feature!("near-s", 5, third),
                feature!("s-next", here, next, second, third),
            ]);
        });
        let (from_start, from_start_step) = (place.from_start.min(8) as u8, in_steps(&STEPS, place.from_start) as u8);
        let (ordinal, few) = (place.ordinal.min(2) as u8, in_steps(&FEW, self.swept.body.segments() as u32) as u8);
        let key = [Group::Start as u8, from_start, from_start_step, ordinal, few, dateline as u8, 0, 0];
        features.group(key, |features| {
            features.extend(&[
                feature!("from-start", from_start, ordinal),
                feature!("step", from_start_step),
                feature!("to-dateline", dateline, ordinal.min(1)),
                feature!("few", few, from_start.min(3)),
                feature!("bias", 0),
            ]);
        });
        let (to_end, to_end_step) = (place.to_end.min(8) as u8, in_steps(&STEPS, place.to_end) as u8);
        let (remaining, end) = (place.remaining.min(2) as u8, line.look.end);
        features.group([Group::End as u8, to_end, to_end_step, remaining, is_last.into(), end, 0, 0], |features| {
            features.extend(&[
                feature!("to-end", to_end, remaining),
                feature!("rest", to_end_step, remaining == 0),
                feature!("last-mark", is_last, end),
            ]);
        });
        if is_opened {
            features.extend(&[feature!("opener", opener, step)]);
        }
        let key = [Group::Opened as u8, ahead, behind, is_opened.into(), step as u8, is_headline.into(), 0, 0];
        features.group(key, |features| {
            features.extend(&[
                feature!("since", step),
                feature!("small", ahead, behind, is_opened),
                feature!("in-headline", is_headline, is_opened),
            ]);
            if !is_opened {
                features.extend(&[feature!("opener", 0, step)]);
            }
        });
        let (small, words) = (sentence.small.min(3) as u8, in_steps(&WORDS, sentence.words) as u8);
        let key = [Group::Sentence as u8, to_stop as u8, small_ahead as u8, small, words, is_last.into(), 0, 0];
        features.group(key, |features| {
            features.extend(&[
                feature!("to-stop", to_stop),
                feature!("small-to-stop", small_ahead, to_stop),
                feature!("sentence", small, words, is_last),
            ]);
        });
        let (depth, outlet, start) = (own.depth, own.outlet, from_start.min(6));
        let outlets = [-2, -1, 1, 2].map(|offset| look(offset).outlet);
        let near = outlets.iter().fold(u8::from(outlet), |all, outlet| all << 1 | u8::from(*outlet));
        features.group([Group::Inside as u8, depth, near, start, here, 0, 0, 0], |features| {
            let [a, b, c, d] = outlets;
            features.extend(&[
                feature!("depth", depth, here),
                feature!("outlet", outlet, start, here),
                feature!("outlets", a, b, c, d, here),
            ]);
        });
        if is_opened {
            let turned = if i == 0 { own.titled } else { look(-1).titled };
            features.extend(&[
                feature!("titled", own.titled, turned, shape(-1), shape(0)),
                feature!("titled-step", own.titled, step, shape(0)),
                feature!("open-w", own.hash, turned),
                feature!("open-small", ahead, turned, shape(0)),
                feature!("open-stop", in_steps(&OPEN_STOP, sentence.to_stop), step.min(8)),
                feature!("open-small-to-stop", small_ahead, turned, shape(-1), shape(0)),
            ]);
        }
        if own.place {
            features.extend(&[feature!("place", place.from_start.min(3), shape(1), dateline.min(4))]);
        }
        for (range, rule) in self.swept.body.taken_at(at) {
            let rule = self.swept.rules.rule(*rule);
            let is_certain = rule.strength == Strength::Certain;
            features.extend(&[if range.contains(&at) {
                feature!("taken", rule.kind, is_certain, range.start == at)
            } else if range.start > at {
                feature!("taken-next", rule.kind)
            } else {
                feature!("taken-before", rule.kind)
            }]);
        }
        for rule in &line.rules {
            features.extend(&[feature!("line-rule", self.swept.rules.rule(*rule).kind, place.from_start == 0)]);
        }
    }

    /// Distance from the last opener, if it is near enough to matter, and its word.
    fn since_opener(&self, i: usize, from_start: u32) -> Option<(u32, u32)> {
        let count = self.swept.openers.partition_point(|opener| *opener as usize <= i);
        let opener = *self.swept.openers.get(count.checked_sub(1)?)?;
        let since = i as u32 - opener;
        let hash = self.swept.looks.get(MARGIN + opener as usize)?.hash;
        (since <= from_start && since < FAR).then_some((since, hash))
    }

    /// Tokens to the dash of a dateline that names an outlet further on in the segment; 0 for none.
    fn to_dateline(&self, i: usize, to_end: u32) -> u32 {
        let next = self.swept.dashes.partition_point(|dash| (*dash as usize) < i);
        let distance = self.swept.dashes.get(next).map(|dash| *dash - i as u32);
        distance.filter(|distance| *distance <= to_end).map_or(0, |distance| distance + 1)
    }

    /// What of a position's sentence matters, as far as it is in the window.
    fn sentence(&self, i: usize) -> Sentence {
        let next = self.swept.ends.partition_point(|end| (*end as usize) < i);
        let end = self.swept.ends.get(next).map(|end| *end as usize);
        let before = next.checked_sub(1).and_then(|before| self.swept.ends.get(before));
        let start = before.map_or(0, |end| *end as usize + 1);
        let behind = end.map_or(self.swept.window.len(), |end| end + 1);
        let look = |i: usize| self.swept.looks.get(MARGIN + i).unwrap_or(&NO_TOKEN);
        let (own, first, behind) = (look(i), look(start), look(behind));
        Sentence {
            to_stop: end.map_or(MOST_TO_STOP, |end| ((end - i) as u32).min(MOST_TO_STOP)),
            small_ahead: behind.small_before.saturating_sub(own.small_before),
            small: behind.small_before.saturating_sub(first.small_before),
            words: behind.words_before.saturating_sub(first.words_before),
        }
    }
}

/// Groups of features that follow from a few numbers, the first of their keys.
#[derive(Clone, Copy)]
enum Group {
    Shapes = 1,
    ShapesAhead,
    Start,
    End,
    Opened,
    Sentence,
    Inside,
}

/// The sentence around a token, as far as it is in the window.
#[derive(Clone, Copy, Debug)]
struct Sentence {
    /// Tokens to its end.
    to_stop: u32,
    /// Words in lower case, function words left out, from the token to the end.
    small_ahead: u32,
    /// The same of the whole sentence, and its words.
    small: u32,
    words: u32,
}

/// The end of a sentence is looked for so far ahead.
const MOST_TO_STOP: u32 = 40;

/// Distances and counts in steps.
static SINCE: [u8; 46] = steps(&[0, 1, 2, 3, 4, 6, 8, 10, 13, 17, 22, 30, 45]);
static STEPS: [u8; 42] = steps(&[0, 1, 2, 3, 5, 8, 12, 20, 40]);
static TO_STOP: [u8; 22] = steps(&[0, 1, 3, 6, 10, 20]);
static OPEN_STOP: [u8; 27] = steps(&[0, 1, 3, 6, 10, 15, 25]);
static WORDS: [u8; 22] = steps(&[2, 5, 8, 12, 20]);
static TO_DATELINE: [u8; 37] = steps(&[0, 1, 3, 6, 10, 20, 35]);
/// Segments of the body.
static FEW: [u8; 6] = steps(&[1, 2, 4]);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Record;
    use crate::judge::portal::Names;
    use crate::judge::shape::mark;
    use crate::judge::tokens::{Shape, Token};
    use crate::segment::segments;

    /// Texts that hold a bit of everything: names whole and glued, openers, brackets, marks that end sentences and others.
    const SOUPS: [&str; 6] = [
        "",
        "JAKARTA, KOMPAS.com - Warga pulang. Baca juga: Harga Cabai di Pasar Naik (foto: Antara) pada pukul 12.30 WIB",
        "Tempo.co, Jakarta - Ia berkata, \"Naik!\" Simak Baca Lihat: Baca Juga Warga\nKota\u{a0}Bandung, detikcom — ia pulang...",
        "katanyaKompas TVOne dan TanjungPinang KompasTV DetikCom - (abc/def) [x] ((y)) Kabupaten Bandung Barat",
        "Ia di kompas.com. kompas\u{200b}tv pukul 9.30.Ia pulang? Ya! 1.5 juta… Selengkapnya baca juga artikel: x\n\n(abc/def)",
        "é É Ünï東京都 Antara) (Antara) - antara - ANTARA – Republika.co.id | Liputan6 2. Sumber: BBC\nSumber: CNN Indonesia",
    ];

    #[test]
    fn what_a_sweep_gathers_is_what_looking_around_finds() {
        let rules = RuleSet::builtin().unwrap();
        for text in SOUPS {
            let record = Record { text: text.to_owned(), ..Record::default() };
            let segments = segments(text);
            let page = Page::new(&record, &segments, &rules);
            let body = Body::new(text, &page, &segments, |_| true, &rules);
            let size = page.tokens.len();
            for window in [0..size, size / 3..size, 0..size / 2, size / 4..size - size / 4] {
                let evidence = SpanEvidence::new(text, &page, &rules, &body, window.clone());
                let places: Vec<_> = body.places(window.clone()).collect();
                assert_eq!(places.len(), evidence.edges().len());
                check(&evidence, text, &page, window);
            }
        }
    }

    /// Compares what was gathered of each position with what can be seen from there.
    fn check(evidence: &SpanEvidence<'_>, text: &str, page: &Page, window: Range<usize>) {
        let token = |at: usize| &page.tokens[at];
        let is_last = |at: usize| page.lines.iter().any(|line| line.tokens.end as usize == at + 1);
        let is_small = |at: usize| token(at).shape == Shape::Lower && !token(at).known.is_function();
        let ends = |at: usize| {
            let goes_on = |next: &Token| !next.spaced && matches!(next.shape, Shape::Digits | Shape::Lower);
            is_last(at)
                || matches!(mark(text, token(at)), b'.' | b'?' | b'!') && !page.tokens.get(at + 1).is_some_and(goes_on)
        };
        let covered = |names: &Names, may_begin: fn(Shape) -> bool| {
            let mut end = 0;
            let mut is_covered = |at: usize| {
                let (own, start) = (token(at), token(at).start as usize);
                if own.end as usize > end && may_begin(own.shape) {
                    end = names.end_at(text, start).unwrap_or(end);
                }
                own.end as usize <= end
            };
            window.clone().map(&mut is_covered).collect::<Vec<_>>()
        };
        let outlets = covered(evidence.swept.rules.outlet_names(), Shape::is_word);
        let places = covered(evidence.swept.rules.place_names(), Shape::is_capital);
        let (mut depth, mut opener) = (0u8, None);
        for at in window.clone() {
            let i = at - window.start;
            if page.lines.iter().any(|line| line.tokens.start as usize == at) {
                (depth, opener) = (0, None);
            }
            depth = match mark(text, token(at)) {
                b'(' | b'[' => (depth + 1).min(3),
                b')' | b']' => depth.saturating_sub(1),
                _ => depth,
            };
            if evidence.swept.openers.contains(&(i as u32)) {
                opener = Some(at);
            }
            // A title ends with the first small word, those right behind its opener apart.
            opener = opener.filter(|opener| !is_small(at) || at - opener < 3);
            let end = (at..window.end).find(|at| ends(*at));
            let start = (window.start..at).rev().find(|at| ends(*at)).map_or(window.start, |end| end + 1);
            let behind = end.map_or(window.end, |end| end + 1);
            let sentence = evidence.sentence(i);
            let small = |range: Range<usize>| range.filter(|at| is_small(*at)).count() as u32;
            assert_eq!(sentence.to_stop, end.map_or(40, |end| 40.min((end - at) as u32)), "{text} {at}");
            assert_eq!(sentence.small_ahead, small(at..behind), "{text} {at}");
            assert_eq!(sentence.small, small(start..behind), "{text} {at}");
            let words = (start..behind).filter(|at| token(*at).shape.is_word()).count();
            assert_eq!(sentence.words, words as u32, "{text} {at}");
            let look = &evidence.swept.looks[MARGIN + i];
            assert_eq!((look.outlet, look.place), (outlets[i], places[i]), "{text} {at}");
            assert_eq!((look.depth, look.titled), (depth, opener.is_some()), "{text} {at}");
        }
    }

    #[test]
    fn steps_count_the_thresholds_below() {
        let thresholds = [0, 1, 3, 6, 10, 20];
        for value in 0..100 {
            let below = thresholds.iter().filter(|threshold| value > **threshold).count();
            assert_eq!(in_steps(&TO_STOP, value as u32), below as u32);
        }
    }
}
