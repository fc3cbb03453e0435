//! Evidence from a page's own elements: what each segment stands in, and how that compares with where the prose stands.
//!
//! Features only, in addition to those of the words; what each is worth, learning decides. Class words are taken as the
//! page has them, whatever the portal.

use super::crf::Model;
use super::features::{Features, Sink, bucket, count_feature, mix, word_feature};
use super::page::Page;
use super::table::Table;
use super::tokens::{Shape, tokenize};
use crate::segment::html::{Block, ClassWord, Element, Elements, Markup, Within};

/// What is known of a page beside its words.
#[derive(Debug, Default)]
pub struct Marks<'a> {
    /// Its elements.
    pub markup: Option<&'a Markup>,
    /// Whether the page is of a known portal, or in one of the languages that the packs are for.
    pub is_local: bool,
    /// The body of the article as the page's structured data states it.
    pub stated_body: Option<&'a str>,
    /// One per segment: whether it stands in what the pack's selectors call the body. Empty if no selector found anything.
    pub selected: &'a [bool],
    /// One per segment: the rule whose selector drops it. Empty if no rule did.
    pub dropped: &'a [Option<u32>],
}

impl<'a> Marks<'a> {
    /// The marks of a page of which nothing but its elements is known.
    #[must_use]
    pub fn of(markup: &'a Markup) -> Marks<'a> {
        Marks { markup: Some(markup), ..Marks::default() }
    }
}

/// Writes the evidence of a page's segments.
#[derive(Debug)]
pub struct MarkupEvidence<'a> {
    page: &'a Page,
    marks: &'a Marks<'a>,
    markup: &'a Markup,
    /// One per segment: hash of the elements around it, by name and class.
    styles: Vec<u32>,
    /// By such a hash: how many segments have it, and how many of them are prose.
    counts: Table<(u32, u32)>,
    /// By element: characters of prose that stand in it.
    prose: Vec<u32>,
    total: u32,
    /// The element that holds most of the prose, as directly as possible.
    top: Option<u32>,
    /// One per segment: whether it stands in that element.
    in_top: Vec<bool>,
    /// The first main heading.
    heading: Option<usize>,
    /// One per segment: how much of it the stated body holds, in percent; empty if none is stated.
    stated: Vec<u8>,
    /// One per word of classes and ids: which of its features weigh anything, by bit; empty if that is not known.
    weighty: Vec<u8>,
}

/// The bits of [`MarkupEvidence::weighty`]: of an element so many levels upwards, of all of them, of an inline element.
const NEAR: [u8; 4] = [1, 2, 4, 8];
const AROUND: u8 = 16;
const INLINE: u8 = 32;

impl<'a> MarkupEvidence<'a> {
    /// Gathers what spans the page. `None` if nothing is known of its elements.
    #[must_use]
    pub fn new(page: &'a Page, marks: &'a Marks<'a>) -> Option<MarkupEvidence<'a>> {
        let markup = marks.markup?;
        let count = page.lines.len().min(markup.blocks.len());
        let mut evidence = MarkupEvidence {
            page,
            marks,
            markup,
            styles: Vec::with_capacity(count),
            counts: Table::new(count, (0, 0)),
            prose: vec![0; markup.elements.len()],
            total: 0,
            top: None,
            in_top: Vec::with_capacity(count),
            heading: markup.blocks.iter().position(|block| {
                markup.elements.get(block.element).is_some_and(|element| element.within.has(Within::of("h1")))
            }),
            stated: marks.stated_body.map(|body| stated(page, body)).unwrap_or_default(),
            weighty: Vec::new(),
        };
        let mut scores = vec![0u32; markup.elements.len()];
        for (line, block) in page.lines.iter().zip(&markup.blocks) {
            let style = evidence.style(block.element);
            let is_prose = line.look.prose && block.links < LINKED;
            evidence.styles.push(style);
            evidence.counts.change(style, |(all, prose)| (all + 1, prose + u32::from(is_prose)));
            if !is_prose {
                continue;
            }
            let length = line.tokens.end - line.tokens.start;
            evidence.total += length;
            for (level, (number, _)) in markup.elements.upwards(block.element).enumerate() {
                if let Some(sum) = evidence.prose.get_mut(number as usize) {
                    *sum += length;
                }
                let share = match level {
                    0 | 1 => length,
                    2 => length * 7 / 10,
                    _ => 0,
                };
                if let Some(score) = scores.get_mut(number as usize) {
                    *score += share;
                }
            }
        }
        // Of elements that hold the same, the innermost.
        let best = (0u32..).zip(&scores).filter(|(_, score)| **score > 0).max_by_key(|(_, score)| **score);
        evidence.top = best.map(|(number, _)| number);
        // Elements stand after those that hold them.
        let mut inside: Vec<bool> = Vec::with_capacity(markup.elements.len());
        for number in 0..markup.elements.len() as u32 {
            let parent = markup.elements.get(number).map_or(number, |element| element.parent);
            let held = parent < number && inside.get(parent as usize) == Some(&true);
            inside.push(held || evidence.top == Some(number));
        }
        let is_inside = |block: &Block| inside.get(block.element as usize) == Some(&true);
        evidence.in_top.extend(markup.blocks.iter().map(is_inside));
        Some(evidence)
    }

    /// Leaves out features of classes that weigh nothing in a model: most words of classes no model knows, and each stands
    /// around many segments.
    #[must_use]
    pub fn weighed_by(mut self, model: &Model) -> MarkupEvidence<'a> {
        let mut features = Features::default();
        for word in self.markup.elements.all_words() {
            features.clear();
            for near in 0..4u32 {
                word_feature!(features, "class", [near, word.hash], "");
            }
            word_feature!(features, "class-around", [word.hash], "");
            word_feature!(features, "class-inline", [word.hash], "");
            let bits = NEAR.into_iter().chain([AROUND, INLINE]).zip(features.hashes());
            self.weighty.push(bits.map(|(bit, hash)| if model.weights().know(*hash) { bit } else { 0 }).sum());
        }
        self
    }

    /// The words of an element with what of them weighs something.
    fn words(&self, element: &Element) -> impl Iterator<Item = (&ClassWord, u8)> {
        let weighty = self.weighty.get(Elements::places(element)).unwrap_or_default();
        let bits = weighty.iter().copied().chain(std::iter::repeat(if self.weighty.is_empty() { u8::MAX } else { 0 }));
        self.markup.elements.words(element).iter().zip(bits)
    }

    /// What is known of the page.
    #[must_use]
    pub fn marks(&self) -> &'a Marks<'a> {
        self.marks
    }

    /// Whether a segment stands in the element that holds most of the page's prose.
    #[must_use]
    pub fn in_top(&self, i: usize) -> bool {
        self.in_top.get(i) == Some(&true)
    }

    /// Whether a segment stands in what the pack's selectors call the body, if they found it. Of what stands there in links,
    /// nothing is said.
    #[must_use]
    pub fn is_selected(&self, i: usize) -> Option<bool> {
        let selected = *self.marks.selected.get(i)?;
        let is_linked = self.markup.blocks.get(i).is_some_and(|block| block.links >= MOSTLY_LINKED);
        (!selected || !is_linked).then_some(selected)
    }

    /// The prose in that element.
    #[must_use]
    pub fn likely(&self) -> Vec<usize> {
        let is_linked = |i: usize| self.markup.blocks.get(i).is_some_and(|block| block.links >= LINKED);
        let is_prose = |i: usize| self.page.lines.get(i).is_some_and(|line| line.look.prose);
        (0..self.styles.len()).filter(|i| is_prose(*i) && !is_linked(*i) && self.in_top(*i)).collect()
    }

    /// Segments taken for body that stand apart from the article: short ones, and `islands` (in order), outside of the innermost
    /// element that holds nearly all of the body.
    #[must_use]
    pub fn strays(&self, is_body: impl Fn(usize) -> bool, islands: &[usize]) -> Vec<usize> {
        let mut held = vec![0u64; self.markup.elements.len()];
        let mut total = 0;
        let body: Vec<usize> = (0..self.styles.len()).filter(|i| is_body(*i)).collect();
        let around = |i: usize| self.markup.blocks.get(i).map_or(0, |block| block.element);
        for &i in &body {
            let length = self.page.lines.get(i).map_or(0, |line| u64::from(line.tokens.end - line.tokens.start));
            total += length;
            for (number, _) in self.markup.elements.upwards(around(i)) {
                if let Some(sum) = held.get_mut(number as usize) {
                    *sum += length;
                }
            }
        }
        if total < ENOUGH {
            return Vec::new();
        }
        // Elements stand after those that hold them: the last that holds enough is the innermost.
        let home = held.iter().rposition(|sum| *sum * 100 >= total * HOME);
        let at_home =
            |i: usize| self.markup.elements.upwards(around(i)).any(|(number, _)| Some(number as usize) == home);
        let is_short = |i: usize| self.page.lines.get(i).is_some_and(|line| !line.look.prose && line.dateline == 0);
        let is_apart = |i: usize| is_short(i) || islands.binary_search(&i).is_ok();
        body.into_iter().filter(|i| is_apart(*i) && !at_home(*i)).collect()
    }

    /// Adds the features of one segment.
    pub fn of(&self, i: usize, features: &mut impl Sink) {
        let (Some(block), Some(line)) = (self.markup.blocks.get(i), self.page.lines.get(i)) else {
            return;
        };
        let elements = &self.markup.elements;
        let Some(element) = elements.get(block.element) else { return };
        let length = line.look.length;
        let links = links(block.links);
        count_feature!(features, "page", 1);
        count_feature!(features, "links", links);
        count_feature!(features, "links-length", links, length);
        count_feature!(features, "bold", bucket(usize::from(block.bold), &[0, 50, 95]), length.min(6));
        count_feature!(features, "goes-on", block.goes_on);
        count_feature!(features, "depth", bucket(usize::from(element.depth), &[4, 6, 8, 10, 12, 15, 20]));
        count_feature!(features, "hidden", element.within.has(Within::HIDDEN), line.look.prose);
        self.names(block.element, length, links, features);
        self.classes(block.inline, block.element, features);
        let mut bits = element.within.0 & ((1 << Within::NAMES.len()) - 1);
        while bits != 0 {
            let bit = bits.trailing_zeros();
            bits &= bits - 1;
            let name = || Within::NAMES.get(bit as usize).copied().unwrap_or_default();
            word_feature!(features, "within", [bit], name());
            let prose = line.look.prose;
            word_feature!(features, "within-prose", [bit, u32::from(prose)], format!("{},{prose}", name()));
        }
        self.container(i, element, block.element, features);
        self.likeness(i, features);
        self.clues(i, features);
        self.sides(i, features);
    }

    fn names(&self, number: u32, length: u8, links: u32, features: &mut impl Sink) {
        let mut path = 0;
        for (level, (_, element)) in self.markup.elements.upwards(number).take(3).enumerate() {
            path = mix(path, element.name);
            let show = || self.show_names(number, level + 1);
            match level {
                0 => {
                    word_feature!(features, "element", [path], show());
                    word_feature!(features, "element-length", [path, u32::from(length)], show());
                    word_feature!(features, "element-links", [path, links], show());
                }
                1 => word_feature!(features, "element2", [path], show()),
                _ => word_feature!(features, "element3", [path], show()),
            }
        }
    }

    fn classes(&self, inline: u32, block: u32, features: &mut impl Sink) {
        let elements = &self.markup.elements;
        if inline != block
            && let Some(element) = elements.get(inline)
        {
            for (word, weighty) in self.words(element) {
                if weighty & INLINE != 0 {
                    word_feature!(features, "class-inline", [word.hash], elements.text_of(word));
                }
            }
        }
        for (level, (_, element)) in elements.upwards(block).take(MOST_LEVELS).enumerate() {
            let near = level.min(3);
            let is_near = NEAR.get(near).copied().filter(|_| level < 5).unwrap_or(0);
            for (word, weighty) in self.words(element) {
                if weighty & is_near != 0 {
                    let show = || format!("{near},{}", elements.text_of(word));
                    word_feature!(features, "class", [near as u32, word.hash], show());
                }
                if weighty & AROUND != 0 {
                    word_feature!(features, "class-around", [word.hash], elements.text_of(word));
                }
            }
        }
    }

    fn container(&self, i: usize, element: &Element, number: u32, features: &mut impl Sink) {
        let line = &self.page.lines[i];
        let inside = self.in_top(i);
        let relation = match self.top {
            None => 0,
            Some(top) if top == number => 1,
            Some(top) if top == element.parent => 2,
            Some(_) if inside => 3,
            Some(_) => 4,
        };
        count_feature!(features, "top", relation);
        count_feature!(features, "top-length", relation, line.look.length);
        let style = self.markup.blocks.get(i).map_or(0, |block| links(block.links));
        count_feature!(features, "top-links", relation, style);
        // How much of the prose the elements around hold: the article's hold most, a sidebar's little.
        for (level, (around, _)) in self.markup.elements.upwards(number).take(4).enumerate() {
            let prose = self.prose.get(around as usize).copied().unwrap_or(0);
            let share = bucket((prose * 100).checked_div(self.total).unwrap_or(0) as usize, &[0, 5, 20, 50, 80, 95]);
            count_feature!(features, "holds", level, share, line.look.prose);
        }
    }

    /// Paragraphs of an article look alike: same elements, same classes.
    fn likeness(&self, i: usize, features: &mut impl Sink) {
        let Some((all, prose)) = self.styles.get(i).and_then(|style| self.counts.get(*style)) else {
            return;
        };
        let share = bucket((prose * 100 / all.max(1)) as usize, &[0, 20, 50, 80]);
        let prose = bucket(prose as usize, &[0, 1, 3, 8]);
        count_feature!(features, "alike", bucket(all as usize, &[1, 3, 8, 20]), prose, share);
        count_feature!(features, "alike-length", prose, share, self.page.lines[i].look.length);
    }

    fn clues(&self, i: usize, features: &mut impl Sink) {
        let line = &self.page.lines[i];
        if let Some(heading) = self.heading {
            let since = i as isize - heading as isize;
            let since = if since < 0 { 0 } else { 1 + bucket(since as usize, &[0, 1, 2, 3, 5, 8, 15, 30]) };
            count_feature!(features, "since-heading", since, line.look.prose);
        } else {
            count_feature!(features, "no-heading", 1);
        }
        if let Some(share) = self.stated.get(i) {
            let share = bucket(usize::from(*share), &[0, 30, 60, 90]);
            count_feature!(features, "stated", share, line.look.length.min(9));
            count_feature!(features, "stated-top", share, self.in_top(i));
        }
        if let Some(selected) = self.marks.selected.get(i) {
            count_feature!(features, "selected", *selected);
            count_feature!(features, "selected-length", *selected, line.look.length);
        }
    }

    fn sides(&self, i: usize, features: &mut impl Sink) {
        for (side, offset) in [(0u32, -2isize), (1, -1), (2, 1), (3, 2)] {
            let Some(j) = i.checked_add_signed(offset).filter(|j| *j < self.styles.len()) else {
                continue;
            };
            let (Some(own), Some(other)) = (self.markup.blocks.get(i), self.markup.blocks.get(j)) else {
                continue;
            };
            let parent = |number| self.markup.elements.get(number).map_or((0, 0), |e| (e.name, e.parent));
            let ((_, own_parent), (name, other_parent)) = (parent(own.element), parent(other.element));
            let relation = if own.element == other.element {
                0
            } else if own_parent == other_parent {
                1
            } else if own.element == other_parent || own_parent == other.element {
                2
            } else {
                3
            };
            count_feature!(features, "side-relation", side, relation);
            count_feature!(features, "side-links", side, links(other.links), relation);
            word_feature!(features, "side-element", [side, name], format!("{side}"));
            count_feature!(
                features,
                "side-like",
                side,
                self.styles[i] == self.styles[j],
                self.page.lines[j].look.prose
            );
            count_feature!(features, "side-top", side, self.in_top(j), self.in_top(i));
            if let Some(share) = self.stated.get(j) {
                count_feature!(features, "side-stated", side, *share > 60, self.page.lines[i].look.length.min(6));
            }
            if let (Some(own), Some(other)) = (self.marks.selected.get(i), self.marks.selected.get(j)) {
                count_feature!(features, "side-selected", side, *own, *other);
            }
        }
    }

    /// Hash of the nearest elements: names and classes.
    fn style(&self, number: u32) -> u32 {
        let elements = &self.markup.elements;
        let mut hash = 0;
        for (_, element) in elements.upwards(number).take(3) {
            hash = mix(hash, element.name);
            for word in elements.words(element) {
                hash = mix(hash, word.hash);
            }
        }
        hash
    }

    fn show_names(&self, number: u32, levels: usize) -> String {
        let numbers: Vec<String> =
            self.markup.elements.upwards(number).take(levels).map(|(_, element)| element.tag.to_string()).collect();
        numbers.join("<")
    }
}

/// The share of links from which prose is not counted as the article's.
const LINKED: u8 = 30;
/// The share of links from which a segment is one.
const MOSTLY_LINKED: u8 = 60;
/// From how many tokens of body on its place is certain.
const ENOUGH: u64 = 60;
/// The share of the body, in percent, that stands together.
const HOME: u64 = 80;
/// How many elements upwards have their classes looked at.
const MOST_LEVELS: usize = 14;
/// Word sequences of this many words are compared with the stated body.
const GRAM: usize = 3;

fn links(share: u8) -> u32 {
    bucket(usize::from(share), &[0, 10, 30, 60, 90])
}

/// One per segment: how much of its words the stated body holds in the same order, in percent.
fn stated(page: &Page, body: &str) -> Vec<u8> {
    let mut tokens = Vec::new();
    tokenize(body, 0..body.len(), &mut tokens);
    let words = |tokens: &[super::tokens::Token]| -> Vec<u32> {
        tokens.iter().filter(|token| token.shape != Shape::Mark).map(|token| token.hash).collect()
    };
    let grams = |words: &[u32]| -> Vec<u32> {
        let size = GRAM.min(words.len()).max(1);
        words.windows(size).map(|gram| gram.iter().fold(size as u32, |hash, word| mix(hash, *word))).collect()
    };
    let all = words(&tokens);
    let mut known = Table::new(3 * all.len() + 3, 0u8);
    for size in 1..=GRAM {
        for gram in all.windows(size) {
            known.change(gram.iter().fold(size as u32, |hash, word| mix(hash, *word)), |_| 1);
        }
    }
    (0..page.lines.len())
        .map(|i| {
            let grams = grams(&words(page.tokens_of(i)));
            let hits = grams.iter().filter(|gram| known.get(**gram).is_some()).count();
            (hits * 100 / grams.len().max(1)) as u8
        })
        .collect()
}
