//! Seams: what the model of spans leaves standing at the edges of its cuts.
//!
//! The model weighs token by token, and stops a word or two short where a title ends like a sentence begins. What is left over
//! between a cut and the end of the sentence, or the next cut, tells by its form that it belongs to the cut. Decides on few
//! tokens beside cuts, and on both ends of the body; linear in the body.

use std::ops::Range;

use super::finish::INITIALS;
use super::page::Page;
use super::rules::RuleSet;
use super::shape::mark;
use super::tokens::{Shape, Token, word};
use super::windows::{Body, is_dash};
use crate::article::{Cut, Kind, Reason};

/// Takes what is left over at the edges of cuts. `cuts` are in order, and stay so.
pub fn mend(text: &str, page: &Page, rules: &RuleSet, body: &Body, cuts: &mut Vec<Cut>) {
    let mut next_start = None;
    for cut in cuts.iter_mut().rev() {
        let next = next_start.filter(|(segment, _)| *segment == cut.segment).map(|(_, start)| start);
        next_start = Some((cut.segment, cut.span.start));
        let tokens = page.tokens_of(cut.segment);
        if let Some(end) = rest_of_dateline(text, tokens, cut, next) {
            cut.span.end = end;
        } else if let Some(end) = rest_of_title(text, tokens, cut, next) {
            cut.span.end = end;
        }
    }
    let mut more = Vec::new();
    let ([first, second], last) = body.ends();
    more.extend(first.and_then(|first| leading_dash(page, first, second, cuts)));
    more.extend(first.and_then(|first| lone_place(text, page, rules, first, second, cuts)));
    if let Some(last) = last {
        trailing_stars(text, page, last, cuts, &mut more);
        more.extend(trailing_initials(text, page, last, cuts));
    }
    if !more.is_empty() {
        cuts.append(&mut more);
        cuts.sort_by_key(|cut| cut.span.start);
    }
}

/// Where the dateline that opens a segment should end, in bytes, if marks are left over behind it.
fn rest_of_dateline(text: &str, tokens: &[Token], cut: &Cut, next: Option<usize>) -> Option<usize> {
    let opens = tokens.first().is_some_and(|first| first.start as usize == cut.span.start);
    let behind = tokens.get(tokens.partition_point(|token| (token.start as usize) < cut.span.end)..)?;
    let marks = behind.iter().take(LOOSE).take_while(|token| {
        let loose = matches!(mark(text, token), b'.' | b',' | b':' | b')' | b'|') || is_dash(token);
        loose && next.is_none_or(|next| (token.start as usize) < next)
    });
    let last = marks.last().filter(|_| opens && cut.kind == Kind::Dateline)?;
    Some(last.end as usize)
}

/// Where a cut should end that stops within a title, in bytes.
fn rest_of_title(text: &str, tokens: &[Token], cut: &Cut, next: Option<usize>) -> Option<usize> {
    let within = |place: usize| tokens.partition_point(|token| (token.start as usize) < place);
    let (start, end) = (within(cut.span.start), within(cut.span.end));
    let rest = tokens.get(end..next.map_or(tokens.len(), within))?;
    let stop = rest.iter().take(QUOTED).enumerate().position(|(i, token)| stops(text, token, tokens.get(end + i + 1)));
    let (left, is_closed) = match stop {
        Some(stop) => (rest.get(..=stop)?, true),
        None => (rest, false),
    };
    // Marks alone say nothing.
    let marks = |token: &Token| token.shape == Shape::Mark && !matches!(mark(text, token), b'"' | b'(' | b'[');
    if next.is_none() && rest.len() <= LOOSE && !rest.is_empty() && rest.iter().all(marks) {
        return Some(rest.last()?.end as usize);
    }
    let last = left.last()?;
    let is_title = || left.len() <= TITLE && is_titled(text, left);
    let belongs = match cut.kind {
        // One word or several and a full stop are no sentence, nor are titles without one before the next cut.
        Kind::ReadAlso if is_closed => {
            let ends = tokens.get(end.wrapping_sub(1)).is_some_and(|token| stops(text, token, tokens.get(end)));
            let before = left.iter().rev().find(|token| token.shape != Shape::Mark);
            !ends && is_title() && !before.is_some_and(|word| SHORTENED.contains(&word.hash))
        }
        Kind::ReadAlso => is_title(),
        // `Artikel ini telah tayang di … dengan judul …`
        Kind::Source => {
            let head = tokens.get(start..end)?.iter().chain(left.iter().take(3));
            let is_quoted = head.into_iter().any(|token| token.hash == word("judul"));
            if is_quoted && start == 0 && rest.len() <= LINE {
                return Some(rest.last()?.end as usize);
            }
            is_quoted && (!is_closed && left.len() <= QUOTED || is_title())
        }
        _ => false,
    };
    belongs.then_some(last.end as usize)
}

/// How many tokens of a title may be left over, and how many of one that `dengan judul` announces.
const TITLE: usize = 14;
const QUOTED: usize = 40;
/// A line that begins so is all of it, address included, if it has no more tokens.
const LINE: usize = 120;

/// So many marks may stand behind a dateline, or behind a cut at the end of a segment.
const LOOSE: usize = 2;
/// Words that a full stop shortens, and a name follows.
const SHORTENED: [u32; 9] =
    [word("dr"), word("drs"), word("h"), word("ir"), word("kh"), word("mr"), word("mrs"), word("no"), word("prof")];

/// Whether a token ends a sentence.
fn stops(text: &str, token: &Token, next: Option<&Token>) -> bool {
    matches!(mark(text, token), b'.' | b'!' | b'?') && next.is_none_or(|next| next.spaced)
}

/// Whether tokens read as titles are written: capitals, numbers, and no other words in lower case than function words.
fn is_titled(text: &str, tokens: &[Token]) -> bool {
    let fits = |token: &Token| match token.shape {
        Shape::Lower => token.known.is_function(),
        Shape::Mark => !matches!(mark(text, token), b'"' | b'*' | b'['),
        _ => true,
    };
    let opens = tokens.first().is_some_and(|first| first.shape != Shape::Mark);
    opens && tokens.iter().any(|token| token.shape.is_capital()) && tokens.iter().all(fits)
}

/// The dash before the first sentence of the body, where the dateline that stood before it is gone: not if it begins a list.
fn leading_dash(page: &Page, first: usize, second: Option<usize>, cuts: &[Cut]) -> Option<Cut> {
    let opens = |segment: usize| page.tokens_of(segment).first().filter(|token| is_dash(token));
    let dash = opens(first)?;
    let is_list = second.is_some_and(|second| opens(second).is_some());
    let is_cut = cuts.first().is_some_and(|cut| cut.span.contains(&(dash.start as usize)));
    let is_apart = page.tokens_of(first).get(1).is_some_and(|next| next.spaced && next.shape != Shape::Lower);
    (is_apart && !is_list && !is_cut).then(|| Cut {
        segment: first,
        span: dash.range(),
        kind: Kind::Dateline,
        reason: Reason::Spans,
    })
}

/// The place that stands alone above the first sentence of the body: where scrapers break lines at links and bold words, the
/// dash behind it is on a line of its own.
fn lone_place(
    text: &str,
    page: &Page,
    rules: &RuleSet,
    first: usize,
    second: Option<usize>,
    cuts: &[Cut],
) -> Option<Cut> {
    let tokens = page.tokens_of(first);
    let (start, end) = (tokens.first()?.start as usize, tokens.last()?.end as usize);
    let is_place = tokens.iter().all(|token| token.shape.is_capital())
        && rules.place_names().end_at(text, start).is_some_and(|place| place == end);
    let goes_on =
        second.and_then(|second| page.tokens_of(second).first()).is_some_and(|next| next.shape != Shape::Lower);
    let is_cut = cuts.first().is_some_and(|cut| cut.segment == first);
    (is_place && goes_on && !is_cut).then_some(Cut {
        segment: first,
        span: start..end,
        kind: Kind::Dateline,
        reason: Reason::Spans,
    })
}

/// Takes along the dateline that opens a copy of the article, where the first time it stood without.
pub fn widen_copies(text: &str, page: &Page, cuts: &mut [Cut]) {
    let mut before = (usize::MAX, 0);
    for cut in cuts {
        let tokens = page.tokens_of(cut.segment);
        let from = if before.0 == cut.segment { before.1 } else { 0 };
        before = (cut.segment, cut.span.end);
        if cut.kind != Kind::Duplicate {
            continue;
        }
        let start = tokens.partition_point(|token| (token.start as usize) < from);
        let end = tokens.partition_point(|token| (token.start as usize) < cut.span.start);
        let head = tokens.get(start..end).unwrap_or_default();
        // It stands behind the last sentence of what is no copy.
        let stop = (0..head.len()).rev().find(|i| stops(text, &head[*i], head.get(i + 1).or(tokens.get(end))));
        let dateline = head.get(stop.map_or(0, |stop| stop + 1)..).unwrap_or_default();
        if dateline.len() <= TITLE
            && let Some((first, last)) = dateline.first().zip(dateline.last())
            && is_dash(last)
        {
            cut.span.start = first.start as usize;
        }
    }
}

/// The stars that end the body, in brackets or not: the mark of whoever closed the article.
fn trailing_stars(text: &str, page: &Page, last: usize, cuts: &[Cut], more: &mut Vec<Cut>) {
    let mut near = page.tokens_of(last).iter().rev().take(REACH);
    if !near.any(|token| token.hash == const { word("*") }) {
        return;
    }
    let own: Vec<&Range<usize>> = cuts.iter().filter(|cut| cut.segment == last).map(|cut| &cut.span).collect();
    let is_cut = |token: &&Token| own.iter().any(|span| span.contains(&(token.start as usize)));
    let kept: Vec<&Token> = page.tokens_of(last).iter().rev().take(REACH).filter(|token| !is_cut(token)).collect();
    let brackets = |token: &Token| matches!(mark(text, token), b'*' | b'(' | b')' | b'[' | b']');
    let count = kept.iter().enumerate().take_while(|(i, token)| {
        // A full stop is part of it only where one of them stands before it.
        let before = kept.get(i + 1).is_some_and(|before| brackets(before));
        brackets(token) || mark(text, token) == b'.' && before
    });
    let stars = kept.get(..count.count()).unwrap_or_default();
    let is_star = |token: &&Token| mark(text, token) == b'*';
    // Stars at a word hide letters of it, or point to a note.
    let apart = |first: &&Token| first.spaced || kept.get(stars.len()).is_none_or(|before| before.shape == Shape::Mark);
    if !stars.iter().copied().any(|token| is_star(&token)) || !stars.last().is_some_and(apart) {
        return;
    }
    // A bracket that only closes what the sentence has opened stays.
    let opened = stars.iter().rposition(|token| matches!(mark(text, token), b'*' | b'(' | b'['));
    for token in stars.get(..=opened.unwrap_or(0)).unwrap_or_default().iter().rev() {
        match more.last_mut() {
            Some(cut) if cut.segment == last && cut.kind == Kind::Byline && is_adjacent(text, &cut.span, token) => {
                cut.span.end = token.end as usize;
            }
            _ => more.push(Cut { segment: last, span: token.range(), kind: Kind::Byline, reason: Reason::Spans }),
        }
    }
}

/// A few letters behind the full stop that ends the body: the initials of whoever wrote it.
fn trailing_initials(text: &str, page: &Page, last: usize, cuts: &[Cut]) -> Option<Cut> {
    let [.., stop, initials] = page.tokens_of(last) else {
        return None;
    };
    let is_initials = initials.shape == Shape::Upper && initials.spaced && initials.end - initials.start <= INITIALS;
    let is_cut = cuts.iter().rev().any(|cut| cut.segment == last && cut.span.end > stop.start as usize);
    (is_initials && !is_cut && stops(text, stop, Some(initials))).then(|| Cut {
        segment: last,
        span: initials.range(),
        kind: Kind::Byline,
        reason: Reason::Spans,
    })
}

/// So many tokens at the end of the body are looked at.
const REACH: usize = 60;

/// Whether nothing but white space stands between.
fn is_adjacent(text: &str, span: &Range<usize>, token: &Token) -> bool {
    text.get(span.end..token.start as usize).is_some_and(|between| between.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Record;
    use crate::segment::segments;

    /// What is left of a text once what stands in `{}` (read also), `<>` (source), `[]` (duplicate) and `~^` (dateline) has been
    /// cut, and the seams have been mended.
    fn mended(marked: &str) -> String {
        let (mut text, mut cuts, mut start) = (String::new(), Vec::new(), 0);
        for c in marked.chars() {
            let kind = match c {
                '{' | '<' | '[' | '~' => {
                    start = text.len();
                    continue;
                }
                '}' => Kind::ReadAlso,
                '^' => Kind::Dateline,
                '>' => Kind::Source,
                ']' => Kind::Duplicate,
                c => {
                    text.push(c);
                    continue;
                }
            };
            let segment = text[..start].matches('\n').count();
            cuts.push(Cut { segment, span: start..text.len(), kind, reason: Reason::Spans });
        }
        let rules = RuleSet::builtin().unwrap();
        let record = Record { text, ..Record::default() };
        let segments = segments(&record.text);
        let page = Page::new(&record, &segments, &rules);
        let body = Body::new(&record.text, &page, &segments, |_| true, &rules);
        mend(&record.text, &page, &rules, &body, &mut cuts);
        widen_copies(&record.text, &page, &mut cuts);
        let mut left = String::new();
        let mut at = 0;
        for cut in &cuts {
            left.push_str(record.text[at..cut.span.start].trim());
            left.push(' ');
            at = cut.span.end;
        }
        left.push_str(record.text[at..].trim());
        left.trim().replace("  ", " ")
    }

    #[test]
    fn the_last_words_of_a_title_go_with_it() {
        for (marked, left) in [
            (
                "Ia pulang. {Baca juga: Harga Cabai di Pasar} Lama. Menurut warga, harga naik.",
                "Menurut warga, harga naik.",
            ),
            ("Ia pulang. {Baca juga: Harga Cabai,} Bawang dan Beras. \"Naik,\" kata warga.", "\"Naik,\" kata warga."),
            (
                "Ia pulang. {Baca juga: Harga Cabai} di Pasar Lama {Baca juga: Harga Beras} Warga mengeluh lagi.",
                "Warga mengeluh lagi.",
            ),
        ] {
            assert_eq!(mended(marked), format!("Ia pulang. {left}"), "{marked}");
        }
    }

    #[test]
    fn the_sentence_behind_a_link_stays() {
        for sentence in
            ["Warga pasar mengeluh.", "Menurut Prof. Budi, harga naik.", "\"Naik lagi.\" Begitu kata warga."]
        {
            assert_eq!(mended(&format!("{{Baca juga: Harga Cabai Naik.}} {sentence}")), sentence);
            assert_eq!(mended(&format!("{{Baca juga: Harga Cabai Naik}} {sentence}")), sentence);
        }
        assert_eq!(mended("{Baca juga: Harga Cabai Naik.} Ketua RT. Ia tak menjawab."), "Ketua RT. Ia tak menjawab.");
    }

    #[test]
    fn the_note_of_a_reprint_ends_with_the_headline_that_it_quotes() {
        let note = "<Artikel ini telah tayang di Contoh.com dengan judul> Harga cabai naik, warga mengeluh";
        assert_eq!(mended(&format!("Ia pulang. {note} {{Dapatkan berita pilihan}}")), "Ia pulang.");
        assert_eq!(mended(&format!("{note}. https://contoh.com/harga-cabai")), "");
        let other = "Ia pulang. <Sumber: Antara> Harga cabai naik";
        assert_eq!(mended(other), "Ia pulang. Harga cabai naik");
    }

    #[test]
    fn what_is_left_of_a_dateline_is_none_of_the_body() {
        assert_eq!(
            mended("- Warga kampung memperbaiki jembatan.\nIa pulang."),
            "Warga kampung memperbaiki jembatan.\nIa pulang."
        );
        assert_eq!(mended("~Menggala (Contohpos)^. Warga memperbaiki jembatan."), "Warga memperbaiki jembatan.");
        let list = "- Warga memperbaiki jembatan\n- Ia pulang";
        assert_eq!(mended(list), list);
        assert_eq!(mended("Jakarta\nWarga memperbaiki jembatan."), "Warga memperbaiki jembatan.");
        assert_eq!(mended("Jakarta\nmemperbaiki jembatan."), "Jakarta\nmemperbaiki jembatan.");
        let copy = "Warga pulang.\nJAKARTA, contohpos.id - [Warga memperbaiki jembatan.]";
        assert_eq!(mended(copy), "Warga pulang.");
        let later = "Warga pulang. Ia juga. contohpos.id - [Warga memperbaiki jembatan.]";
        assert_eq!(mended(later), "Warga pulang. Ia juga.");
    }

    #[test]
    fn stars_and_initials_behind_the_last_sentence_go() {
        for end in ["*", " *", " (*)", " (*", " ***", " SRM"] {
            assert_eq!(mended(&format!("Ia pulang.{end}")), "Ia pulang.", "{end}");
        }
        for whole in ["Begitu tulis @war***", "Ia bekerja di PLN", "Ia pulang (lagi).", "Harganya 5*"] {
            assert_eq!(mended(whole), whole);
        }
    }
}
