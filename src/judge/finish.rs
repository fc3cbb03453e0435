//! What an article has and the best path may have left out: a headline, a date, items of its lists, one of two copies; names of those
//! who made it are for `credits`.
//!
//! Changes the kind of what is not body; of what is, only a standfirst above the byline.
//! Beside that it says which body stands far from the article. What a rule has settled stays as it is.

use std::ops::RangeInclusive;

use super::WHOLE_PAGE;
use super::credits::{self, CAPITALISED, NAME};
use super::page::{Line, Page};
use super::repetition;
use super::rules::RuleSet;
use super::shape::{self, Look, class};
use super::table::Table;
use super::tokens::Shape;
use crate::article::{Kind, Reason, Verdict};

/// Finds the headline, the date and the names that the verdicts leave out. `titles` has one probability per segment.
pub(super) fn finish(
    text: &str,
    verdicts: &mut [Verdict],
    titles: impl Iterator<Item = f32>,
    page: &Page,
    rules: &RuleSet,
) {
    // Each shows where the other is.
    let has_dates = page.lines.iter().any(|line| states_time(&line.look));
    if has_dates {
        find_date(verdicts, page);
    }
    if find_title(verdicts, titles, page, rules) && has_dates {
        find_date(verdicts, page);
    }
    if verdicts.iter().any(|verdict| matches!(verdict.kind, Kind::Published | Kind::Byline)) {
        drop_far_dates(verdicts, page);
        find_standfirst(verdicts, page);
    }
    if verdicts.iter().any(|verdict| !verdict.kind.is_body()) {
        credits::find_credits(text, verdicts, page, first_prose(verdicts, page).unwrap_or(0));
        keep_lists(text, verdicts, page);
    }
}

/// What stands twice is body once: where none of the copies is, the last that was taken for a copy is the one. Prose that was taken for a
/// copy, and is one of nothing that stands anywhere else, is body.
pub(super) fn keep_one_copy(verdicts: &mut [Verdict], page: &Page) {
    if !verdicts.iter().any(|verdict| verdict.kind == Kind::Duplicate) {
        return;
    }
    let mut kept = Table::new(verdicts.len(), false);
    for (_, line) in verdicts.iter().zip(&page.lines).filter(|(verdict, _)| verdict.kind.is_body()) {
        kept.change(line.hash, |_| true);
    }
    for (i, (verdict, line)) in verdicts.iter_mut().zip(&page.lines).enumerate().rev() {
        let is_copy = verdict.kind == Kind::Duplicate && line.copies > 1 && !is_settled(page, i);
        if is_copy && reads_on(line) && !kept.change(line.hash, |_| true) {
            (verdict.kind, verdict.reason) = (Kind::Paragraph, Reason::Segments);
        }
    }
    let is_doubtful = |i: usize| {
        let line = page.lines.get(i).filter(|line| line.copies == 1 && line.certain.is_none() && reads_on(line));
        // A translation is a copy whose words stand nowhere else.
        line.is_some_and(|line| line.said_before.max(line.said_later) >= MOST)
            && verdicts.get(i).is_some_and(|v| v.kind == Kind::Duplicate && v.reason == Reason::Segments)
    };
    let is_other = |i: usize| verdicts.get(i).is_some_and(|verdict| verdict.kind != Kind::Duplicate);
    for i in repetition::copies_of_nothing(page, is_doubtful, is_other) {
        if let Some(verdict) = verdicts.get_mut(i) {
            (verdict.kind, verdict.reason) = (Kind::Paragraph, Reason::Segments);
        }
    }
}

/// Most of what a segment says, in percent.
const MOST: u8 = 50;

/// Whether a segment is prose that ends as sentences do.
fn reads_on(line: &Line) -> bool {
    line.look.prose && matches!(line.look.end, class::STOP | class::SHOUT | class::QUOTE)
}

/// A numbered list is body from its first item to its last, where at least half of its items are; so are the numbered headings
/// of an article that stands between them.
fn keep_lists(text: &str, verdicts: &mut [Verdict], page: &Page) {
    let number = |i: usize| {
        page.lines.get(i).filter(|line| line.look.start == class::DIGITS)?;
        let [number, mark, _, ..] = page.tokens_of(i) else { return None };
        let closes = number.shape == Shape::Digits && matches!(shape::mark(text, mark), b'.' | b')') && !mark.spaced;
        text.get(number.range()).filter(|_| closes)?.parse::<u16>().ok()
    };
    let numbered: Vec<(usize, u16)> =
        (0..verdicts.len()).filter_map(|i| number(i).filter(|n| *n < ITEMS).map(|n| (i, n))).collect();
    let goes_on = |a: &(usize, u16), b: &(usize, u16)| b.1 == a.1 + 1 && b.0 - a.0 <= BETWEEN_ITEMS;
    for list in numbered.chunk_by(goes_on).filter(|list| list.len() > 1) {
        let is_kept = |item: &(usize, u16)| verdicts[item.0].kind.is_body();
        let has_prose = |pair: &[(usize, u16)]| {
            (pair[0].0 + 1..pair[1].0)
                .any(|i| verdicts[i].kind.is_body() && page.lines.get(i).is_some_and(|l| l.look.prose))
        };
        let kept = list.iter().filter(|item| is_kept(item)).count();
        if kept * 2 < list.len() && !(is_kept(&list[0]) && list.windows(2).all(has_prose)) {
            continue;
        }
        for (i, _) in list {
            if !verdicts[*i].kind.is_body() && !is_settled(page, *i) {
                (verdicts[*i].kind, verdicts[*i].reason) = (Kind::Paragraph, Reason::Segments);
            }
        }
    }
}

/// Numbers of items are below this; what looks higher is a year.
const ITEMS: u16 = 200;
/// How far from each other two items may stand, in segments.
const BETWEEN_ITEMS: usize = 12;

/// Whether a rule has settled what a segment is.
pub(super) fn is_settled(page: &Page, i: usize) -> bool {
    page.lines.get(i).is_some_and(|line| line.certain.is_some())
}

/// The first segment of prose that is body.
fn first_prose(verdicts: &[Verdict], page: &Page) -> Option<usize> {
    verdicts.iter().zip(&page.lines).position(|(verdict, line)| verdict.kind.is_body() && line.look.prose)
}

/// A page has a headline: where no segment was judged to be it, the likeliest of those above the prose is, however unlikely
/// if date or byline stand beside it; an address is none. A page shows itself by its length, or by a date of publication,
/// a byline or a dateline with something above it. Says whether anything was changed.
fn find_title(verdicts: &mut [Verdict], titles: impl Iterator<Item = f32>, page: &Page, rules: &RuleSet) -> bool {
    let is_link = |i: usize| {
        page.lines.get(i).is_some_and(|line| line.rules.iter().any(|rule| rules.rule(*rule).kind == Kind::Embed))
    };
    let mut is_changed = false;
    for (i, verdict) in verdicts.iter_mut().enumerate().filter(|(_, verdict)| verdict.kind == Kind::Title) {
        if is_link(i) {
            (verdict.kind, verdict.reason) = (Kind::Embed, Reason::Segments);
            is_changed = true;
        }
    }
    is_changed |= take_stated(verdicts, page, is_link);
    let has_title = verdicts.iter().any(|verdict| verdict.kind == Kind::Title);
    let above = verdicts.get(..first_prose(verdicts, page).unwrap_or(0)).unwrap_or_default();
    let is_dated = above.iter().any(|verdict| verdict.kind == Kind::Published);
    let credit = above.iter().position(|verdict| matches!(verdict.kind, Kind::Published | Kind::Byline));
    // Where the article surely has not begun: a line there that was taken for body may be the headline.
    let dateline = page.opening();
    let opening = dateline.into_iter().chain(credit).max().unwrap_or(0);
    if has_title || verdicts.len() <= WHOLE_PAGE && !is_dated && opening == 0 {
        return is_changed;
    }
    let is_beside = |i: usize| {
        let beside = dateline.into_iter().chain(credit).any(|mark| mark.abs_diff(i) <= BESIDE);
        beside && page.lines.get(i).is_some_and(|line| reads_as_headline(&line.look))
    };
    let candidates = above.iter().zip(titles).enumerate().filter(|(i, (verdict, p))| {
        let is_free =
            !verdict.kind.is_body() || *i < opening && page.lines.get(*i).is_some_and(|line| !line.look.prose);
        let is_credit = matches!(verdict.kind, Kind::Published | Kind::Byline);
        let is_ruled_out = is_credit || is_link(*i) || is_settled(page, *i) || page.is_no_headline(*i);
        is_free && !is_ruled_out && (*p >= LIKELY_TITLE || is_beside(*i))
    });
    let best = candidates.fold(None, |best: Option<(usize, f32)>, (i, (_, p))| match best {
        Some((_, most)) if most >= p => best,
        _ => Some((i, p)),
    });
    if let Some((i, probability)) = best
        && let Some(verdict) = verdicts.get_mut(i)
    {
        *verdict = Verdict { kind: Kind::Title, reason: Reason::Segments, probability };
        is_changed = true;
    }
    is_changed
}

/// Where the headline stands that the address states: if nothing of it was judged to be the headline, the last such segment above
/// the prose is, or the first of all if there is no other; what was taken for one further up is no more than a rubric. Says whether
/// that changed anything.
fn take_stated(verdicts: &mut [Verdict], page: &Page, is_link: impl Fn(usize) -> bool) -> bool {
    let is_stated = |i: usize| page.lines.get(i).is_some_and(|line| line.title > 0) && !is_link(i);
    let may_be = |(i, verdict): &(usize, &Verdict)| is_stated(*i) && !is_settled(page, *i) && !verdict.kind.is_body();
    let is_title = |(i, verdict): &(usize, &Verdict)| is_stated(*i) && verdict.kind == Kind::Title;
    if page.title.is_none() || !page.is_title_of_address {
        return false;
    }
    let first_prose = first_prose(verdicts, page).unwrap_or(0);
    let known = verdicts.iter().enumerate().find(is_title).map(|(i, _)| i);
    let mut stated = verdicts.iter().enumerate().filter(may_be).map(|(i, _)| i);
    let above = stated.clone().take_while(|i| *i < first_prose).last();
    let has_title = verdicts.iter().take(first_prose).any(|verdict| verdict.kind == Kind::Title);
    let below = || stated.next().filter(|_| !has_title);
    let Some(title) = known.or(above).or_else(below) else { return false };
    let mut is_changed = known.is_none();
    for (i, verdict) in verdicts.iter_mut().enumerate().take(title + 1) {
        let kind = if i == title { Kind::Title } else { Kind::Section };
        if verdict.kind != kind && (i == title || verdict.kind == Kind::Title) && !is_settled(page, i) {
            (verdict.kind, verdict.reason) = (kind, Reason::Segments);
            is_changed = true;
        }
    }
    is_changed
}

/// Whether a segment has the look of a headline: some five to twenty words, or four that are not all capitalised as names are.
fn reads_as_headline(look: &Look) -> bool {
    let is_name = look.length <= *NAME.end() && look.capitals == CAPITALISED;
    HEADLINE.contains(&look.length) && !is_name && look.time == 0 && look.sentences <= 1
}

/// The least probability that makes a segment the headline of a page that shows none, away from its date.
const LIKELY_TITLE: f32 = 0.1;
/// The steps of [`Look::length`] of a headline: four to twenty-two words.
const HEADLINE: RangeInclusive<u8> = 4..=10;
/// How far from the headline its date may stand, in segments.
const BESIDE: usize = 3;

/// A page with a headline has its date there: where no segment was judged to hold it, the nearest to the headline does that
/// states day and time of day and little else.
fn find_date(verdicts: &mut [Verdict], page: &Page) {
    let states = |kind: Kind, i: usize| {
        matches!(kind, Kind::Published | Kind::Byline) && page.lines.get(i).is_some_and(|line| line.look.time & 1 > 0)
    };
    let is_dated = verdicts.iter().enumerate().any(|(i, verdict)| states(verdict.kind, i));
    let (Some(first_prose), false) = (first_prose(verdicts, page), is_dated) else {
        return;
    };
    let title = verdicts.iter().take(first_prose).position(|verdict| verdict.kind == Kind::Title);
    let from = title.unwrap_or(first_prose);
    let is_date = |i: usize| {
        let line = page.lines.get(i);
        line.is_some_and(|line| states_time(&line.look) && line.look.length <= MOST_OF_DATE)
            && verdicts.get(i).is_some_and(|verdict| !verdict.kind.is_body())
            && !is_settled(page, i)
    };
    let near = from.saturating_sub(NEAR_HEADLINE)..(from + NEAR_HEADLINE + 1).min(first_prose);
    let nearest = near.filter(|i| is_date(*i)).min_by_key(|i| i.abs_diff(from));
    if let Some(verdict) = nearest.and_then(|i| verdicts.get_mut(i)) {
        (verdict.kind, verdict.reason) = (Kind::Published, Reason::Segments);
    }
}

/// Whether a segment states day and time of day.
fn states_time(look: &Look) -> bool {
    look.time & DATE_AND_TIME == DATE_AND_TIME
}

/// Date and time of day.
const DATE_AND_TIME: u8 = 1 | 2;
/// The step of [`Look::length`] up to which a segment is a date and little else: eight words.
const MOST_OF_DATE: u8 = 6;
/// How far from the headline the date is looked for, in segments.
const NEAR_HEADLINE: usize = 8;

/// Where a date stands beside the headline, those further above are dates of other articles.
fn drop_far_dates(verdicts: &mut [Verdict], page: &Page) {
    let Some(title) = verdicts.iter().position(|verdict| verdict.kind == Kind::Title) else {
        return;
    };
    let is_date = |i: usize, verdict: &Verdict| {
        verdict.kind == Kind::Published && page.lines.get(i).is_some_and(|line| line.look.time & 1 > 0)
    };
    if !verdicts.iter().enumerate().any(|(i, verdict)| is_date(i, verdict) && title.abs_diff(i) <= BESIDE) {
        return;
    }
    for (i, verdict) in verdicts.iter_mut().enumerate().take(title.saturating_sub(BESIDE)) {
        if is_date(i, verdict) && !is_settled(page, i) {
            (verdict.kind, verdict.reason) = (Kind::RelatedList, Reason::Segments);
        }
    }
}

/// Segments taken for body that stand far from the rest of it on a whole page: a sentence or two among the links to other
/// articles. They are counted in words, and the stretches between them in segments.
pub(super) fn islands(page: &Page, is_body: impl Fn(usize) -> bool) -> Vec<usize> {
    if page.lines.len() <= WHOLE_PAGE {
        return Vec::new();
    }
    let body: Vec<usize> = (0..page.lines.len()).filter(|i| is_body(*i)).collect();
    let words = |i: &usize| page.lines.get(*i).map_or(0, |line| (line.tokens.end - line.tokens.start) as usize);
    let total: usize = body.iter().map(words).sum();
    let stretches: Vec<&[usize]> = body.chunk_by(|a, b| b - a <= NEAR).collect();
    let is_small = |stretch: &&[usize]| {
        stretch.len() <= ISLAND && stretch.iter().map(words).sum::<usize>() * 100 <= total * ISLAND_SHARE
    };
    let ends = |stretch: &[usize]| Some((*stretch.first()?, *stretch.last()?));
    let land: Vec<(usize, usize)> =
        stretches.iter().filter(|stretch| !is_small(stretch)).filter_map(|stretch| ends(stretch)).collect();
    let is_far = |stretch: &&[usize]| {
        ends(stretch).is_some_and(|(first, last)| {
            let next = land.partition_point(|(start, _)| *start <= first);
            let before = next.checked_sub(1).and_then(|at| land.get(at)).map(|(_, end)| first - end);
            let after = land.get(next).map(|(start, _)| start - last);
            before.into_iter().chain(after).min().is_some_and(|distance| distance > FAR)
        })
    };
    stretches
        .into_iter()
        .filter(|stretch| is_small(stretch) && is_far(stretch))
        .flatten()
        .copied()
        .filter(|i| !is_settled(page, *i))
        .collect()
}

/// Whether a whole page holds no article: next to nothing of it was taken for body, and all of that with less than an even chance and
/// away from the headline.
pub(super) fn is_list_of_articles(page: &Page, verdicts: &[Verdict]) -> bool {
    let body = || verdicts.iter().zip(&page.lines).filter(|(verdict, _)| verdict.kind.is_body());
    let words: usize = body().map(|(_, line)| line.words as usize).sum();
    let is_doubtful = |(verdict, line): (&Verdict, &Line)| verdict.probability < 0.5 && line.certain.is_none();
    let is_title = |i: usize| verdicts.get(i).is_some_and(|verdict| verdict.kind == Kind::Title);
    let is_near = |i: usize| verdicts[i].kind.is_body() && (i.saturating_sub(NEAR_HEADLINE)..i).any(is_title);
    let is_list = page.lines.len() > WHOLE_PAGE && words <= LEAST_OF_ARTICLE && body().all(is_doubtful);
    is_list && !(0..verdicts.len()).any(is_near)
}

/// An article on a whole page has more words, or is surely one.
const LEAST_OF_ARTICLE: usize = 120;

/// Segments of the body up to this far apart belong to one stretch.
const NEAR: usize = 3;
/// An island lies further than this from every larger stretch, in segments.
const FAR: usize = 8;
/// An island has at most so many segments.
const ISLAND: usize = 6;
/// And at most this share of the words, in percent.
const ISLAND_SHARE: usize = 25;

/// One paragraph above the byline and the rest of the article under it: that one is the standfirst. In the development gold,
/// 17 of 18 such paragraphs are.
fn find_standfirst(verdicts: &mut [Verdict], page: &Page) {
    let is_credit = |i: usize, kind: Kind| {
        matches!(kind, Kind::Byline | Kind::Published) && page.lines.get(i).is_some_and(|line| line.look.length > 1)
    };
    let Some(credit) = verdicts.iter().enumerate().position(|(i, verdict)| is_credit(i, verdict.kind)) else {
        return;
    };
    let is_prose = |i: usize| page.lines.get(i).is_some_and(|line| line.look.prose);
    let prose: Vec<usize> = (0..verdicts.len()).filter(|i| verdicts[*i].kind.is_body() && is_prose(*i)).collect();
    let (above, below) = prose.split_at(prose.partition_point(|i| *i < credit));
    let [standfirst] = above else {
        return;
    };
    let is_dateline = page.lines.get(*standfirst).is_some_and(|line| line.dateline > 0);
    if below.len() >= ARTICLE && !is_dateline && !is_settled(page, *standfirst) {
        let verdict = &mut verdicts[*standfirst];
        (verdict.kind, verdict.reason) = (Kind::Standfirst, Reason::Segments);
    }
}

/// So many paragraphs under the byline are the article.
const ARTICLE: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Record;
    use crate::segment::segments;

    const PROSE: &str = "Warga kampung itu bergotong royong memperbaiki jembatan bambu yang hanyut diterjang banjir. \
        Jembatan itu dipakai anak sekolah setiap hari, kata kepala dusun.";

    /// The kinds after finishing, of lines with the kinds that the model gave them.
    fn finished(lines: &[(&str, Kind)]) -> Vec<Kind> {
        let (page, mut verdicts, rules) = judged(lines);
        finish(&text_of(lines), &mut verdicts, lines.iter().map(|_| 0.01), &page, &rules);
        verdicts.iter().map(|verdict| verdict.kind).collect()
    }

    fn text_of(lines: &[(&str, Kind)]) -> String {
        lines.iter().map(|(line, _)| *line).collect::<Vec<_>>().join("\n")
    }

    fn judged(lines: &[(&str, Kind)]) -> (Page, Vec<Verdict>, RuleSet) {
        let record = Record { text: text_of(lines), ..Record::default() };
        let rules = RuleSet::with_dirs(&[]).unwrap();
        let page = Page::new(&record, &segments(&record.text), &rules);
        let verdict = |kind| Verdict { kind, reason: Reason::Segments, probability: 0.5 };
        (page, lines.iter().map(|(_, kind)| verdict(*kind)).collect(), rules)
    }

    #[test]
    fn a_numbered_list_is_kept_or_dropped_whole() {
        let list = |kinds: [Kind; 4]| {
            let lines = ["1. Jalan Melati", "2. Jalan Kenanga", "3. Jalan Mawar", "2019. Jalan Lama"];
            let lines: Vec<_> = lines.into_iter().zip(kinds).collect();
            finished(&[&[(PROSE, Kind::Paragraph)], lines.as_slice()].concat())[1..].to_vec()
        };
        let (body, list_of_links) = (Kind::Paragraph, Kind::RelatedList);
        assert_eq!(list([body, body, list_of_links, list_of_links]), [body, body, body, list_of_links]);
        let links = [list_of_links, list_of_links, body, list_of_links];
        assert_eq!(list(links), links, "most of its items are links");
    }

    #[test]
    fn numbered_headings_with_text_between_belong_to_the_article() {
        let heading = |number: &str, kind| (format!("{number}. Jembatan Bambu di Hulu Sungai"), kind);
        let headings = [heading("1", Kind::Heading), heading("2", Kind::RelatedList), heading("3", Kind::RelatedList)];
        let lines: Vec<(&str, Kind)> =
            headings.iter().flat_map(|(text, kind)| [(text.as_str(), *kind), (PROSE, Kind::Paragraph)]).collect();
        assert!(finished(&lines).iter().all(|kind| kind.is_body()));
    }

    #[test]
    fn of_two_copies_one_is_kept() {
        let kept = |kinds: [Kind; 2]| {
            let lines = [(PROSE, kinds[0]), ("Iklan", Kind::Ad), (PROSE, kinds[1])];
            let (page, mut verdicts, _) = judged(&lines);
            keep_one_copy(&mut verdicts, &page);
            [verdicts[0].kind, verdicts[2].kind]
        };
        let (copy, body) = (Kind::Duplicate, Kind::Paragraph);
        assert_eq!(kept([Kind::Standfirst, copy]), [Kind::Standfirst, body]);
        assert_eq!(kept([copy, copy]), [copy, body]);
        assert_eq!(kept([body, copy]), [body, copy]);
    }

    #[test]
    fn a_date_beside_the_headline_is_that_of_publication() {
        let kinds = finished(&[
            ("Jumat, 3 Maret 2023 08:15 dibaca", Kind::RelatedList),
            ("Warga Perbaiki Jembatan Bambu yang Hanyut", Kind::Title),
            ("Sabtu, 4 Maret 2023 10:30 dibaca", Kind::Navigation),
            (PROSE, Kind::Paragraph),
        ]);
        assert_eq!(kinds[0], Kind::Published);
        assert_eq!(kinds[2], Kind::Navigation, "one date is enough");
        let dated = finished(&[
            ("Warga Perbaiki Jembatan Bambu yang Hanyut", Kind::Title),
            ("Sabtu, 4 Maret 2023 10:30 dibaca", Kind::Navigation),
            ("Sari Misal | 4 Maret 2023 10:31", Kind::Byline),
            (PROSE, Kind::Paragraph),
        ]);
        assert_eq!(dated[1], Kind::Navigation, "the byline has it");
    }

    #[test]
    fn dates_in_a_list_above_the_headline_are_not_that_of_publication() {
        let kinds = finished(&[
            ("Jumat, 3 Maret 2023 08:15 dibaca", Kind::Published),
            ("Harga Cabai Naik Lagi", Kind::RelatedList),
            ("Harga Beras Turun", Kind::RelatedList),
            ("Harga Gula Tetap", Kind::RelatedList),
            ("Warga Perbaiki Jembatan Bambu yang Hanyut", Kind::Title),
            ("Sabtu, 4 Maret 2023 10:30 dibaca", Kind::Published),
            (PROSE, Kind::Paragraph),
        ]);
        assert_eq!((kinds[0], kinds[5]), (Kind::RelatedList, Kind::Published));
    }

    #[test]
    fn the_headline_that_the_address_states_is_it() {
        let judged_with = |title: Option<&str>, lines: &[(&str, Kind)]| {
            let url = "https://contoh.example/baca/12/jumat-warga-perbaiki-jembatan-antibanjir".to_owned();
            let title = title.map(str::to_owned);
            let record = Record { text: text_of(lines), url: Some(url), title, ..Record::default() };
            let (_, mut verdicts, rules) = judged(lines);
            let page = Page::new(&record, &segments(&record.text), &rules);
            finish(&record.text, &mut verdicts, lines.iter().map(|_| 0.01), &page, &rules);
            verdicts.iter().map(|verdict| verdict.kind).collect::<Vec<_>>()
        };
        let stated = |lines: &[(&str, Kind)]| judged_with(None, lines);
        let headline = "Jum'at, Warga Perbaiki Jembatan Anti-Banjir";
        let list = Kind::RelatedList;
        let lines =
            [(headline, list), ("Menjelang Musim Hujan", Kind::Title), (headline, list), (PROSE, Kind::Paragraph)];
        assert_eq!(stated(&lines)[..3], [list, Kind::Section, Kind::Title]);
        let given = judged_with(Some("Warga Perbaiki Lagi Jembatan Antibanjir"), &lines);
        assert_eq!(given[1..3], [Kind::Title, list], "the record has one");
        let lines = [(PROSE, Kind::Paragraph), (headline, list), (headline, list)];
        assert_eq!(stated(&lines)[1..], [Kind::Title, list]);
        let lines = [("Warga Memperbaiki Lagi Jembatannya", Kind::Title), (PROSE, Kind::Paragraph), (headline, list)];
        assert_eq!(stated(&lines)[..], [Kind::Title, Kind::Paragraph, list], "the headline was changed later");
        let address = "/baca/jumat-warga-perbaiki-jembatan-antibanjir";
        assert_eq!(stated(&[(address, list), (PROSE, Kind::Paragraph)])[0], list);
    }

    #[test]
    fn a_line_that_shares_little_with_the_stated_headline_is_not_it() {
        let is_no_headline = |line: &str| {
            let title = Some("Warga Kampung Perbaiki Jembatan Bambu".to_owned());
            let record = Record { text: format!("{line}\n{PROSE}"), title, ..Record::default() };
            Page::new(&record, &segments(&record.text), &RuleSet::builtin().unwrap()).is_no_headline(0)
        };
        assert!(is_no_headline("Sari (kiri) menunjukkan bambu yang dibeli kelmarin."));
        for line in [
            "Warga Kampung Perbaiki Lagi Jembatan",
            "Warga Kampung Perbaiki Jembatan Bambu Sebelum Musim Hujan Tiba, Anak Sekolah Senang",
        ] {
            assert!(!is_no_headline(line), "{line}");
        }
    }

    #[test]
    fn a_dated_page_without_a_headline_gets_one() {
        let kinds = finished(&[
            ("https%3A%2F%2Fcontoh.example%2Fwarga-perbaiki-jembatan", Kind::Title),
            ("Warga Perbaiki Jembatan Bambu yang Hanyut", Kind::RelatedList),
            ("Sabtu, 4 Maret 2023 10:30 WIB", Kind::Published),
            (PROSE, Kind::Paragraph),
        ]);
        assert_eq!(kinds[..2], [Kind::Embed, Kind::Title]);
    }

    #[test]
    fn one_paragraph_above_the_byline_is_the_standfirst() {
        let with_byline_after = |above: usize| {
            let mut lines = vec![(PROSE, Kind::Paragraph); 6];
            lines.insert(above, ("Oleh: Sari Misal", Kind::Byline));
            finished(&lines)
        };
        assert_eq!(with_byline_after(1)[0], Kind::Standfirst);
        assert_eq!(with_byline_after(2)[..2], [Kind::Paragraph; 2]);
        assert_eq!(with_byline_after(6)[..6], [Kind::Paragraph; 6]);
    }

    #[test]
    fn a_page_with_a_doubtful_paragraph_is_a_list_of_articles() {
        let is_list = |links: usize, probability: f32| {
            let mut lines = vec![("Harga Cabai Naik Lagi", Kind::RelatedList); links];
            lines.push((PROSE, Kind::Paragraph));
            let (page, mut verdicts, _) = judged(&lines);
            verdicts.iter_mut().for_each(|verdict| verdict.probability = probability);
            is_list_of_articles(&page, &verdicts)
        };
        assert!(is_list(WHOLE_PAGE, 0.35));
        let mut lines = vec![("Harga Cabai Naik Lagi", Kind::RelatedList); WHOLE_PAGE];
        lines.extend([("Harga Cabai Naik Lagi", Kind::Title), (PROSE, Kind::Paragraph)]);
        let (page, mut verdicts, _) = judged(&lines);
        verdicts.iter_mut().for_each(|verdict| verdict.probability = 0.35);
        assert!(!is_list_of_articles(&page, &verdicts), "under the headline");
        assert!(!is_list(WHOLE_PAGE, 0.6), "surely one");
        assert!(!is_list(3, 0.35), "no whole page");
    }

    #[test]
    fn a_sentence_far_from_the_article_is_an_island() {
        let far = |links: usize| {
            let mut lines = vec![(PROSE, Kind::Paragraph); 8];
            lines.extend(std::iter::repeat_n(("Harga Cabai Naik Lagi", Kind::RelatedList), links));
            lines.push(("Harga cabai naik lagi, kata pedagang di pasar itu.", Kind::Paragraph));
            lines.extend(std::iter::repeat_n(("Harga Beras Turun", Kind::RelatedList), 50));
            let (page, verdicts, _) = judged(&lines);
            islands(&page, |i| verdicts[i].kind.is_body())
        };
        assert_eq!(far(FAR), [8 + FAR]);
        assert_eq!(far(3), [0usize; 0]);
    }
}
