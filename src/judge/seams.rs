//! Seams: what the model of spans leaves standing at the edges of its cuts.
//!
//! The model weighs token by token, and stops a word or two short where a title ends like a sentence begins. What is left over
//! between a cut and the end of the sentence, or the next cut, tells by its form that it belongs to the cut. Decides on few
//! tokens beside cuts, and on both ends of the body; linear in the body.

use std::ops::Range;

use super::credits::INITIALS;
use super::datelines::{dateline, opens_sentence};
use super::page::Page;
use super::rules::RuleSet;
use super::shape::mark;
use super::titles::{Around, LOOSE, TITLE, marker_within, rest_of_title, stops, titles_are_small};
use super::tokens::{Shape, Token, word};
use super::windows::{Body, initials, is_dash};
use crate::article::{Cut, Kind, Reason};

/// Takes what is left over at the edges of cuts. `cuts` are in order, and stay so.
pub fn mend(text: &str, page: &Page, rules: &RuleSet, body: &Body, cuts: &mut Vec<Cut>) {
    let ([first, second], last) = body.ends();
    let writes_small = titles_are_small(text, page, cuts);
    // The cut behind, by segment and start, and whether nothing of the body is kept from there on.
    let (mut behind, mut is_end): (Option<(usize, usize)>, bool) = (None, true);
    for cut in cuts.iter_mut().rev() {
        let next = behind.filter(|(segment, _)| *segment == cut.segment).map(|(_, start)| start);
        let tokens = page.tokens_of(cut.segment);
        cut.span.start = marker_within(tokens, cut).unwrap_or(cut.span.start);
        behind = Some((cut.segment, cut.span.start));
        is_end &= last == Some(cut.segment);
        let around = Around { next, is_end, writes_small };
        if let Some(end) = rest_of_opening(text, tokens, cut, next) {
            cut.span.end = end;
        } else if let Some(end) = rest_of_title(text, tokens, cut, around) {
            cut.span.end = end;
        }
        let within = |place: usize| tokens.partition_point(|token| (token.start as usize) < place);
        let kept = tokens.get(within(cut.span.end)..next.map_or(tokens.len(), within)).unwrap_or_default();
        is_end &= kept.iter().all(|token| token.shape == Shape::Mark);
    }
    let mut more = Vec::new();
    match first.and_then(|first| Some((first, late_dateline(text, page, rules, first)?))) {
        Some((first, (lead, dateline))) => {
            cuts.retain(|cut| cut.segment != first || cut.span.end <= lead.end || cut.span.start >= dateline.end);
            let cut = |span, kind| Cut { segment: first, span, kind, reason: Reason::Spans };
            // What is known of the lead stays so.
            let known: Vec<Range<usize>> =
                cuts.iter().filter(|cut| cut.span.end <= lead.end).map(|cut| cut.span.clone()).collect();
            more.extend(between(page.tokens_of(first), &lead, &known).map(|span| cut(span, Kind::Standfirst)));
            more.push(cut(dateline, Kind::Dateline));
        }
        None => {
            more.extend(first.and_then(|first| leading_dash(page, first, second, cuts)));
            more.extend(first.and_then(|first| lone_place(text, page, rules, first, second, cuts)));
        }
    }
    if let Some(last) = last {
        trailing_stars(text, page, last, cuts, &mut more);
        more.extend(trailing_initials(text, page, last, cuts));
    }
    if !more.is_empty() {
        cuts.append(&mut more);
        cuts.sort_by_key(|cut| cut.span.start);
    }
}

/// Where the dateline or headline that opens a segment should end, in bytes, if marks are left over behind it.
fn rest_of_opening(text: &str, tokens: &[Token], cut: &Cut, next: Option<usize>) -> Option<usize> {
    if tokens.first().is_none_or(|first| first.start as usize != cut.span.start) {
        return None;
    }
    let behind = tokens.get(tokens.partition_point(|token| (token.start as usize) < cut.span.end)..)?;
    let marks = behind.iter().take(LOOSE).take_while(|token| {
        let is_loose = match cut.kind {
            Kind::Dateline => matches!(mark(text, token), b'.' | b',' | b':' | b')' | b'|') || is_dash(token),
            Kind::Title => matches!(mark(text, token), b'.' | b'!' | b'?') && !token.spaced,
            _ => false,
        };
        is_loose && next.is_none_or(|next| (token.start as usize) < next)
    });
    Some(marks.last()?.end as usize)
}

/// The dateline with which the article opens behind what stands above it, often a quotation, and was run into one line with it: a
/// known place, an outlet in brackets and a dash leave no doubt. Returns where both stand.
fn late_dateline(text: &str, page: &Page, rules: &RuleSet, first: usize) -> Option<(Range<usize>, Range<usize>)> {
    let tokens = page.tokens_of(first);
    let is_closed = |dash: &usize| {
        let close = dash.checked_sub(1).and_then(|close| tokens.get(close));
        is_dash(&tokens[*dash]) && close.is_some_and(|close| mark(text, close) == b')')
    };
    let (dash, open) = (0..tokens.len().min(STANDFIRST)).filter(is_closed).find_map(|dash| {
        let open = (dash.saturating_sub(OUTLET)..dash).rev().find(|open| mark(text, &tokens[*open]) == b'(');
        open.map(|open| (dash, open))
    })?;
    let ends_with =
        |end: Option<usize>, last: Option<&Token>| end.is_some() && end == last.map(|last| last.end as usize);
    let outlet = tokens.get(open + 1)?;
    let is_outlet = ends_with(
        rules.outlet_names().end_at(text, outlet.start as usize),
        dash.checked_sub(2).and_then(|last| tokens.get(last)),
    );
    let before = open.checked_sub(1).and_then(|before| tokens.get(before));
    let place = (open.saturating_sub(OUTLET)..open).find(|place| {
        let token = &tokens[*place];
        token.shape.is_capital() && ends_with(rules.place_names().end_at(text, token.start as usize), before)
    })?;
    let (start, end) = (tokens.first()?.start as usize, tokens[dash].end as usize);
    let lead = start..tokens.get(place.checked_sub(1)?)?.end as usize;
    let settled = is_outlet && opens_sentence(text, tokens.get(dash + 1)) && dateline(text, tokens, rules).0 == 0;
    settled.then(|| (lead, tokens[place].start as usize..end))
}

/// The stretches of a text that lie between known ones, in order, from the first token of each to its last.
fn between(tokens: &[Token], text: &Range<usize>, known: &[Range<usize>]) -> impl Iterator<Item = Range<usize>> {
    let starts = std::iter::once(text.start).chain(known.iter().map(|span| span.end));
    let ends = known.iter().map(|span| span.start).chain(std::iter::once(text.end));
    starts.zip(ends).filter_map(|(start, end)| {
        let place = |at: usize| tokens.partition_point(|token| (token.start as usize) < at);
        let within = tokens.get(place(start)..place(end))?;
        Some(within.first()?.start as usize..within.last()?.end as usize)
    })
}

/// What stands above the article has at most so many tokens, and an outlet or a place so many.
const STANDFIRST: usize = 120;
const OUTLET: usize = 5;

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

/// Takes along the dateline that opens a copy of the article, where the first time it stood without, and the initials that close the
/// article before it.
pub fn widen_copies(text: &str, page: &Page, cuts: &mut Vec<Cut>) {
    let mut before = (usize::MAX, 0);
    let mut signed = Vec::new();
    for cut in cuts.iter_mut() {
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
        let closing = head.iter().rposition(|token| (token.start as usize) < cut.span.start);
        if let Some(close) = closing
            && let Some(open) = initials(head, close)
        {
            let span = head[open].start as usize..head[close].end as usize;
            signed.push(Cut { segment: cut.segment, span, kind: Kind::Byline, reason: Reason::Spans });
        }
    }
    if !signed.is_empty() {
        cuts.append(&mut signed);
        cuts.sort_by_key(|cut| cut.span.start);
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

    /// What is left of a text once what stands in `{}` (read also), `<>` (source), `[]` (duplicate), `~^` (dateline) and `|`
    /// (byline) has been cut, and the seams have been mended.
    fn mended(marked: &str) -> String {
        let (text, cuts) = mended_cuts(marked);
        let mut left = String::new();
        let mut at = 0;
        for cut in &cuts {
            left.push_str(text[at..cut.span.start].trim());
            left.push(' ');
            at = cut.span.end;
        }
        left.push_str(text[at..].trim());
        left.trim().replace("  ", " ")
    }

    /// The kinds of the cuts in order.
    fn kinds(marked: &str) -> Vec<Kind> {
        mended_cuts(marked).1.iter().map(|cut| cut.kind).collect()
    }

    fn mended_cuts(marked: &str) -> (String, Vec<Cut>) {
        let (mut text, mut cuts, mut start, mut is_open) = (String::new(), Vec::new(), 0, false);
        for c in marked.chars() {
            let kind = match c {
                '|' if !is_open => {
                    (start, is_open) = (text.len(), true);
                    continue;
                }
                '{' | '<' | '[' | '~' => {
                    start = text.len();
                    continue;
                }
                '|' => Kind::Byline,
                '}' => Kind::ReadAlso,
                '^' => Kind::Dateline,
                '>' => Kind::Source,
                ']' => Kind::Duplicate,
                c => {
                    text.push(c);
                    continue;
                }
            };
            is_open = false;
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
        (record.text, cuts)
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
            (
                "Ia pulang. {Baca juga: Harga Cabai Nai}. Warga Pasar Lama Mengeluh La. Menurut warga, harga naik.",
                "Menurut warga, harga naik.",
            ),
            ("Ia pulang. {Baca juga: Harga Cabai Naik}. Menurut warga, harga naik.", "Menurut warga, harga naik."),
            ("Ia pulang. {Baca juga: Jalur Pasar} Putus akibat Abrasi \"Kami menunggu.\"", "\"Kami menunggu.\""),
            (
                "Ia pulang. {Baca juga: Jalur Pasar} Putus &quot;Kami menunggu,&quot; katanya.",
                "&quot;Kami menunggu,&quot; katanya.",
            ),
        ] {
            assert_eq!(mended(marked), format!("Ia pulang. {left}"), "{marked}");
        }
    }

    #[test]
    fn a_link_begins_with_its_marker() {
        let heading = "Ia pulang. Sasaran {dan Tujuan Panen Baca Juga : Harga Cabai Naik} Warga menunggu.";
        assert_eq!(mended(heading), "Ia pulang. Sasaran dan Tujuan Panen Warga menunggu.");
        let plain = "Ia pulang. {dan Tujuan Panen} Warga menunggu. Baca Juga di sini.";
        assert_eq!(mended(plain), "Ia pulang. Warga menunggu. Baca Juga di sini.");
    }

    #[test]
    fn a_link_ends_where_the_page_set_it_apart() {
        for (marked, left) in [
            ("Ia pulang. {Baca juga: Harga Cabai di Tong Sampah  Meskipun} Budi menunggu.", "Meskipun Budi menunggu."),
            ("Ia pulang. {Baca juga:  Harga Cabai} Naik Lagi\u{a0} Bahkan Budi menunggu.", "Bahkan Budi menunggu."),
            ("Ia pulang. {Baca juga: Kota Diterjang BanjirLurah Budi} Misal menunggu.", "Lurah Budi Misal menunggu."),
            ("Ia pulang. {Baca juga: Warga Ramai Main WhatsApp Lagi} Budi menunggu.", "Budi menunggu."),
            ("Ia pulang. {Baca juga: Pesan Baru dari Warga Whats}App menunggu.", "WhatsApp menunggu."),
            ("Ia pulang. {Baca juga: Harga  Cabai Naik Lagi di Pasar} Budi menunggu.", "Budi menunggu."),
            ("Ia pulang. {Baca juga: Harga Cabai Naik di  Pasar Kota} Budi menunggu.", "Budi menunggu."),
            ("Ia pulang. {Baca juga: Ini Tarif Baru TransJakarta}", ""),
        ] {
            assert_eq!(mended(marked), format!("Ia pulang. {left}").trim(), "{marked}");
        }
    }

    #[test]
    fn the_last_words_of_the_text_are_of_the_title_unless_they_are_a_sentence() {
        let link = "Ia pulang. {Baca juga: Pemerintah Jawa}";
        assert_eq!(mended(&format!("{link} Tengah bagikan bibit cabai kepada warga")), "Ia pulang.");
        let names = "<Pewarta: Sari Misal>";
        for last in [names, "{Baca juga: Harga Cabai}", "{Baca juga: Harga Cabai} <Sumber: Antara>"] {
            assert_eq!(mended(&format!("{link} Tengah bagikan bibit cabai {last}")), "Ia pulang.");
        }
        let source = format!("{link} Tengah mencatat harga <Sumber: Antara> itu naik.");
        assert_eq!(mended(&source), "Ia pulang. Tengah mencatat harga itu naik.");
        let post = format!("{link} Warga menulis di sana: <pic.twitter.com/abc> Lalu pulang.");
        assert_eq!(mended(&post), "Ia pulang. Warga menulis di sana: Lalu pulang.", "a note in the middle");
        for rest in ["Tengah malam warga menanam cabai.", "Warga menanam cabai\nHarganya naik lagi."] {
            assert_eq!(mended(&format!("{link} {rest}")), format!("Ia pulang. {rest}"));
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
        for rest in [
            "\"Kami menunggu.\"",
            "Kita tunggu saja…",
            "Ia berkata, \"Kami siap.\"",
            "Warga menyebut \"kami siap\" berulang kali.",
            "Menurut Sari \"kami siap\" saja.",
        ] {
            assert_eq!(
                mended(&format!("Ia pulang. {{Baca juga: Harga cabai naik}} {rest}")),
                format!("Ia pulang. {rest}")
            );
        }
    }

    #[test]
    fn a_title_in_small_letters_ends_where_a_word_opens_a_sentence() {
        let link = "Ia pulang. {Baca juga: Warga rayakan}";
        assert_eq!(mended(&format!("{link} Lebaran dengan tertib Dia senang.")), "Ia pulang. Dia senang.");
        for rest in
            ["Namun warga desa Dia temui.", "Warga Desa Dia menunggu.", "Allah berfirman bahwa hanya Dia yang tahu."]
        {
            assert_eq!(mended(&format!("{link} {rest}")), format!("Ia pulang. {rest}"));
        }
    }

    #[test]
    fn the_full_stop_behind_a_link_within_a_sentence_stays() {
        assert_eq!(mended("Ia pulang {baca juga: Harga Cabai Naik}. Warga mengeluh."), "Ia pulang . Warga mengeluh.");
    }

    #[test]
    fn the_last_of_the_names_goes_with_the_first() {
        assert_eq!(mended("Ia pulang. |Penulis: Sari Misal| Umpama. {Simak berita lain}"), "Ia pulang.");
        for rest in ["Warga pulang.", "Benarkah? Warga bertanya.", "Dr. Budi datang."] {
            assert_eq!(mended(&format!("Ia pulang. |Penulis: Sari Misal| {rest}")), format!("Ia pulang. {rest}"));
        }
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
    fn what_stands_before_the_dateline_is_a_standfirst() {
        let article = "Warga memperbaiki jembatan.";
        for lead in ["Jembatan ini penting bagi kami semua", "\"Penting bagi kami,\" {kata}"] {
            assert_eq!(mended(&format!("{lead} Jakarta (ANTARA) - {article}")), article);
        }
        let signed = "Jembatan ini penting |Pewarta: Sari Misal| 4 Mei 2024 Jakarta (ANTARA) -";
        assert_eq!(mended(&format!("{signed} {article}")), article);
        assert_eq!(
            kinds(&format!("{signed} {article}")),
            [Kind::Standfirst, Kind::Byline, Kind::Standfirst, Kind::Dateline]
        );
        assert_eq!(
            kinds("- Jembatan ini penting Jakarta (ANTARA) - Warga pulang."),
            [Kind::Standfirst, Kind::Dateline]
        );
        for whole in
            ["Ia pulang ke Jakarta (kemarin) - lalu tidur.", "SLEMAN - Ia dari Jakarta (ANTARA) - Warga pulang."]
        {
            assert_eq!(mended(whole), whole);
        }
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
        let signed = "Warga pulang. (abc/def) [Warga memperbaiki jembatan.]";
        assert_eq!(mended(signed), "Warga pulang.");
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
