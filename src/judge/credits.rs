//! Names of those who made the article, where the best path has left them out: beside roles and addresses that stand alone on their
//! lines, and under the last paragraph.

use std::ops::RangeInclusive;

use super::finish::is_settled;
use super::names::{self, hashes};
use super::page::Page;
use super::shape::Look;
use super::tokens::{Shape, Token, word};
use crate::article::{Kind, Reason, Verdict};

/// A role alone on its line has a name above or below it: `Penulis`, `Nama Orang`; an address alone has one above it. `first_prose`
/// is the first segment of prose that is body.
pub(super) fn find_credits(text: &str, verdicts: &mut [Verdict], page: &Page, first_prose: usize) {
    let Some(last) = verdicts.iter().rposition(|verdict| verdict.kind.is_body()) else {
        return;
    };
    let around = first_prose.saturating_sub(NEAR_ARTICLE)..(last + NEAR_ARTICLE).min(verdicts.len());
    let is_free = |i: usize| {
        verdicts.get(i).is_some_and(|verdict| !verdict.kind.is_body() && verdict.kind != Kind::Title)
            && !is_settled(page, i)
    };
    let is_role = |i: usize| match page.tokens_of(i) {
        [role] | [role, _] if page.lines.get(i).is_some_and(|line| line.look.length == 1) => ROLES.contains(&role.hash),
        _ => false,
    };
    let is_name = |i: usize| {
        page.lines.get(i).is_some_and(|line| {
            let look = &line.look;
            let plain = look.digits == 0 && look.time == 0 && line.rules.is_empty() && line.copies <= 2;
            NAME.contains(&look.length) && look.capitals == CAPITALISED && plain
        }) && !is_role(i)
    };
    let is_body = |i: usize| verdicts.get(i).is_none_or(|verdict| verdict.kind.is_body());
    let addresses: Vec<usize> = around.clone().filter(|i| !is_body(*i) && is_address(page.tokens_of(*i))).collect();
    let roles: Vec<usize> = around.filter(|i| !is_body(*i) && is_role(*i)).collect();
    let is_name = |i: usize| is_free(i) && is_name(i);
    // Pages put names under roles or roles under names, and keep to it.
    let below = roles.iter().all(|role| is_name(role + 1));
    let mut found: Vec<usize> = addresses
        .into_iter()
        .filter_map(|i| i.checked_sub(1))
        .filter(|i| is_name(*i) && is_of(text, page.tokens_of(*i), page.tokens_of(i + 1)))
        .collect();
    for role in roles.iter().copied() {
        let name = if below { Some(role + 1) } else { role.checked_sub(1).filter(|above| is_name(*above)) };
        if let Some(name) = name {
            found.push(name);
            if below {
                // Further names count only up to another role: what follows the last may be anything.
                let more = || (name + 1..=name + MORE_NAMES).take_while(|i| is_name(*i));
                found.extend(more().filter(|_| roles.binary_search(&(name + 1 + more().count())).is_ok()));
            }
            found.extend(Some(role).filter(|role| is_free(*role)));
        }
    }
    for i in found {
        if let Some(verdict) = verdicts.get_mut(i) {
            let probability = verdict.probability.max(LIKELY_NAME);
            *verdict = Verdict { kind: Kind::Byline, reason: Reason::Segments, probability };
        }
    }
}

/// Whether a segment is the address of somebody, such as `sari@contoh.example`, and nothing else.
fn is_address(tokens: &[Token]) -> bool {
    tokens.len() <= ADDRESS
        && tokens.iter().skip(1).all(|token| !token.spaced)
        && tokens.iter().skip(1).any(|token| token.hash == const { word("@") })
}

/// Whether an address is that of somebody: a word of the name stands in it, as in `sari@` of Sari Misal.
fn is_of(text: &str, name: &[Token], address: &[Token]) -> bool {
    let of =
        |tokens: &[Token]| Some(text.get(tokens.first()?.start as usize..tokens.last()?.end as usize)?.to_lowercase());
    let (Some(name), Some(address)) = (of(name), of(address)) else { return false };
    let local = address.split('@').next().unwrap_or_default();
    name.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() >= PART_OF_NAME && local.contains(word))
}

/// What those do who make an article, as pages that put it on a line of its own say it.
const ROLES: [u32; 15] = [
    word("author"),
    word("authors"),
    word("contributor"),
    word("editor"),
    word("fotografer"),
    word("jurnalis"),
    word("kontributor"),
    word("penulis"),
    word("penyunting"),
    word("pewarta"),
    word("photographer"),
    word("redaktur"),
    word("reporter"),
    word("wartawan"),
    word("writer"),
];
/// A word of a name that tells it in an address has so many letters.
const PART_OF_NAME: usize = 3;
/// The most tokens of an address.
const ADDRESS: usize = 12;
/// So many names may stand below the first.
const MORE_NAMES: usize = 3;
/// How far from the article, in segments, a role on a line of its own still speaks of it.
const NEAR_ARTICLE: usize = 30;
/// The steps of [`Look::length`] that a name on a line of its own has: two to four words.
pub(super) const NAME: RangeInclusive<u8> = 2..=4;
/// The step of [`Look::capitals`] for words that all begin with a capital.
pub(super) const CAPITALISED: u8 = 6;
/// The probability given to a name that stands where names stand: enough for it to count.
const LIKELY_NAME: f32 = 0.75;

/// A heading has text under it: names in capitals at the very end are those of the authors, and so are a few letters alone on
/// their line. A last paragraph that says who somebody is says it of the author.
pub(super) fn sign_off(verdicts: &mut [Verdict], page: &Page) {
    let first = verdicts.iter().position(|verdict| verdict.kind.is_body());
    let mut is_noted = false;
    for (i, line) in page.lines.iter().enumerate().rev() {
        let Some(kind) = verdicts.get(i).map(|verdict| verdict.kind) else { continue };
        let tokens = page.tokens_of(i);
        let tells = || line.dateline == 0 && tells_of_author(tokens, &line.look, is_opinion(verdicts, page, i));
        let is_under_article = first.is_some_and(|first| first < i);
        let is_note = (kind == Kind::Byline || kind.is_body()) && is_under_article && !is_noted && tells();
        let Some(verdict) = verdicts.get_mut(i) else { continue };
        if is_note && kind == Kind::Byline {
            verdict.probability = verdict.probability.max(LIKELY_NAME);
        }
        if !kind.is_body() || line.certain.is_some() {
            continue;
        }
        let names = line.look.uppers == CAPITALS_ONLY && NAMES.contains(&line.look.length);
        let names = kind == Kind::Heading && names && line.look.digits == 0;
        let initials = matches!(tokens, [word] if word.shape == Shape::Upper && word.end - word.start <= INITIALS);
        if !names && !initials && !is_note {
            return;
        }
        is_noted |= is_note;
        *verdict = Verdict { kind: Kind::Byline, reason: Reason::Segments, probability: LIKELY_NAME };
    }
}

/// Whether a note stands under a segment that says whose opinion this is.
fn is_opinion(verdicts: &[Verdict], page: &Page, i: usize) -> bool {
    let is_legal = verdicts.get(i + 1).is_some_and(|below| below.kind == Kind::Legal);
    is_legal && page.tokens_of(i + 1).iter().take(LONGEST_NOTE).any(|token| OPINION.contains(&token.hash))
}

/// Whether a paragraph says who somebody is, as a last one says it of the author: a name in capitals before what he is, a professor,
/// or any name before what he is if `is_opinion`.
fn tells_of_author(tokens: &[Token], look: &Look, is_opinion: bool) -> bool {
    if tokens.len() > LONGEST_NOTE {
        return false;
    }
    let is_within_name = |token: &Token| match token.shape {
        Shape::Mark => WITHIN_NAMES.contains(&token.hash),
        shape => shape.is_capital(),
    };
    let (name, rest) = tokens.split_at(tokens.iter().take_while(|token| is_within_name(token)).count());
    let words = || name.iter().filter(|token| token.shape != Shape::Mark);
    let is_long = |token: &&Token| token.end - token.start >= PART_OF_NAME as u32;
    let is_upper = |token: &Token| token.shape == Shape::Upper || token.end - token.start == 1;
    let is_shouted = words().all(is_upper) && words().filter(is_long).take(2).count() == 2;
    let is_titled = || words().any(|word| TITLES.contains(&word.hash) || PROFESSORS.contains(&word.hash));
    let is_professor = name.first().is_some_and(|first| PROFESSORS.contains(&first.hash));
    let (Some(next), 2..=MOST_OF_NAME) = (rest.first(), words().count()) else { return false };
    let is_role = |at: usize| {
        rest.get(at).is_some_and(|token| ROLES_OF_PEOPLE.contains(&token.hash) || SOMEBODY.contains(&token.hash))
    };
    let is_mark = |at: usize| rest.get(at).is_some_and(|token| token.hash == const { word(",") });
    if is_mark(0) {
        // `NAMA ORANG, 19, mahasiswa`
        let has_age = rest.get(1).is_some_and(|age| age.shape == Shape::Digits) && is_mark(2);
        return is_shouted && is_role(if has_age { 3 } else { 1 }) || is_professor && look.capitals >= ALMOST_ALL;
    }
    let is_verb = |at: usize| rest.get(at).is_some_and(|token| IS.contains(&token.hash));
    let says_what = is_verb(0) && is_role(if is_verb(1) { 2 } else { 1 });
    let says_more = next.shape == Shape::Lower && (is_opinion || is_role(0) || is_titled() && OF.contains(&next.hash));
    says_what && (is_shouted || is_professor || is_opinion) || is_shouted && says_more
}

/// The most tokens of a note about the author, and words of a name with its titles.
const LONGEST_NOTE: usize = 80;
const MOST_OF_NAME: usize = 12;
/// Marks within names and titles: `DR. J. MISAL (SARI)`.
const WITHIN_NAMES: [u32; 7] = [word("."), word("'"), word("’"), word("("), word(")"), word("-"), word("/")];
/// Professors, as they are written, and titles of others.
const PROFESSORS: [u32; 3] = [word("prof"), word("profesor"), word("professor")];
const TITLES: [u32; 8] =
    [word("dato"), word("datuk"), word("dr"), word("haji"), word("hajah"), word("ir"), word("tan"), word("ustaz")];
/// Words of notes that an opinion is not the publisher's.
const OPINION: [u32; 8] = [
    word("mencerminkan"),
    word("menggambarkan"),
    word("mewakili"),
    word("opinion"),
    word("pandangan"),
    word("pendapat"),
    word("pendirian"),
    word("views"),
];
/// Verbs for being somebody.
const IS: [u32; 4] = [word("adalah"), word("ialah"), word("merupakan"), word("seorang")];
/// Words with which it is said where somebody is, or was.
const OF: [u32; 4] = [word("antara"), word("berkhidmat"), word("dari"), word("pernah")];
/// What else those are who write opinions: as the first word of a byline, many of these are titles.
const SOMEBODY: [u32; 18] = [
    word("anak"),
    word("calon"),
    word("dekan"),
    word("doktor"),
    word("mufti"),
    word("pakar"),
    word("pembaca"),
    word("pencinta"),
    word("penerbit"),
    word("penyandang"),
    word("penyelaras"),
    word("penyumbang"),
    word("perdana"),
    word("pesara"),
    word("profesor"),
    word("sasterawan"),
    word("tokoh"),
    word("usahawan"),
];
/// What anybody may be who has a name in a byline.
const ROLES_OF_PEOPLE: [u32; names::ROLES.len()] = hashes(&names::ROLES);
/// The step of [`Look::capitals`] for words of which hardly any begins in small letters.
const ALMOST_ALL: u8 = 5;

/// Initials have at most so many letters.
pub(super) const INITIALS: u32 = 4;
/// The step of [`Look::uppers`] for nothing but capitals, and the steps of its length for two to eight words.
const CAPITALS_ONLY: u8 = 4;
const NAMES: RangeInclusive<u8> = 2..=6;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Record;
    use crate::judge::rules::RuleSet;
    use crate::segment::segments;

    const PROSE: &str = "Warga kampung itu bergotong royong memperbaiki jembatan bambu yang hanyut diterjang banjir.";

    /// The kinds of lines after names have been found, given those of the model.
    fn finished(lines: &[(&str, Kind)]) -> Vec<Kind> {
        let text = lines.iter().map(|(line, _)| *line).collect::<Vec<_>>().join("\n");
        let record = Record { text, ..Record::default() };
        let rules = RuleSet::with_dirs(&[]).unwrap();
        let page = Page::new(&record, &segments(&record.text), &rules);
        let verdict = |kind| Verdict { kind, reason: Reason::Segments, probability: 0.5 };
        let mut verdicts: Vec<Verdict> = lines.iter().map(|(_, kind)| verdict(*kind)).collect();
        let first = lines.iter().position(|(_, kind)| kind.is_body()).unwrap_or(0);
        find_credits(&record.text, &mut verdicts, &page, first);
        sign_off(&mut verdicts, &page);
        verdicts.iter().map(|verdict| verdict.kind).collect()
    }

    #[test]
    fn names_beside_roles_are_bylines() {
        let below = finished(&[
            (PROSE, Kind::Paragraph),
            ("Penulis", Kind::RelatedList),
            ("Sari Misal", Kind::RelatedList),
            ("Editor", Kind::RelatedList),
            ("Budi Contoh Umpama", Kind::RelatedList),
            ("Lihat semua", Kind::RelatedList),
        ]);
        assert_eq!(below[1..5], [Kind::Byline; 4]);
        assert_eq!(below[5], Kind::RelatedList);
        let menu =
            finished(&[(PROSE, Kind::Paragraph), ("Editor", Kind::Navigation), ("kirim tulisan", Kind::Navigation)]);
        assert_eq!(menu[1..], [Kind::Navigation; 2]);
    }

    #[test]
    fn several_names_may_stand_between_roles() {
        let list = Kind::RelatedList;
        let lines =
            ["Penulis", "Sari Misal", "Budi Contoh", "Editor", "Tono Umpama", "Kabar Daerah"].map(|line| (line, list));
        let kinds = finished(&[&[(PROSE, Kind::Paragraph)], lines.as_slice()].concat());
        assert_eq!(kinds[1..6], [Kind::Byline; 5]);
        assert_eq!(kinds[6], list, "what follows the last name may be anything");
    }

    #[test]
    fn a_name_stands_above_an_address() {
        let above = |line, address| {
            finished(&[(line, Kind::Caption), (address, Kind::Navigation), (PROSE, Kind::Paragraph)])[0]
        };
        assert_eq!(above("Sari Misal Umpama", "sarimisal@contoh.example"), Kind::Byline);
        assert_eq!(above("Layanan Pelanggan", "cs@contoh.example"), Kind::Caption);
    }

    #[test]
    fn a_few_letters_alone_at_the_end_are_initials() {
        let last = |line| *finished(&[(PROSE, Kind::Paragraph), (line, Kind::Paragraph)]).last().unwrap();
        assert_eq!(last("SRM"), Kind::Byline);
        assert_eq!(last("Selesai"), Kind::Paragraph);
    }

    #[test]
    fn names_in_capitals_under_the_article_are_no_heading() {
        let kinds = finished(&[(PROSE, Kind::Paragraph), ("SARI MISAL UMPAMA", Kind::Heading)]);
        assert_eq!(kinds[1], Kind::Byline);
        let heading = finished(&[("MENUNGGU BANTUAN", Kind::Heading), (PROSE, Kind::Paragraph)]);
        assert_eq!(heading[0], Kind::Heading);
    }

    #[test]
    fn a_last_paragraph_that_says_who_somebody_is_says_it_of_the_author() {
        let last = |line: &str, note: Option<&str>| {
            let mut lines = vec![(PROSE, Kind::Paragraph), (line, Kind::Paragraph)];
            lines.extend(note.map(|note| (note, Kind::Legal)));
            finished(&lines)[1]
        };
        for line in [
            "SARI BINTI MISAL ialah pensyarah kanan di Universiti Contoh. Beliau juga penulis.",
            "DATUK SARI MISAL adalah seorang peguam dan bekas menteri.",
            "PROF. MADYA DR. SARI A. MISAL dari Jabatan Contoh, Universiti Umpama.",
            "BUDI MISAL UMPAMA, 19, mahasiswa jurusan contoh.",
            "Prof. Madya Dr. Sari Misal, Jabatan Contoh dan Umpama, Universiti Contoh Negara Umpama.",
        ] {
            assert_eq!(last(line, None), Kind::Byline, "{line}");
        }
        for line in [
            "Sari Misal merupakan ahli parlimen Contoh.",
            "BANK CONTOH UMPAMA adalah bank sentral negara itu.",
            "PERSIB CONTOH pernah menjuarai kompetisi itu.",
            "KOTA CONTOH, seorang lagi suspek ditahan.",
            "SARI MISAL, 45, mengeluh kepada wartawan.",
            "KOTA CONTOH, 12 Jun 2018 – Polis menahan dua lelaki.",
            "KPK DAN MK menunggu keputusan itu.",
            "Prof. Sari Misal, pensyarah itu, menunggu keputusan.",
            "KISAH TIGA PETAMBAK tayang di bioskop bulan depan.",
        ] {
            assert_eq!(last(line, None), Kind::Paragraph, "{line}");
        }
        let note = Some("Rencana ini tidak mencerminkan pendirian rasmi kami.");
        assert_eq!(last("Sari Misal merupakan ahli parlimen Contoh.", note), Kind::Byline);
        assert_eq!(last("SARI MISAL pencinta buku dan laut.", note), Kind::Byline);
        assert_eq!(last("Sari Misal menunggu keputusan itu.", note), Kind::Paragraph);
        assert_eq!(last("Sari Misal adalah warga pertama yang menerima bantuan itu.", note), Kind::Paragraph);
        let copyright = Some("Hak cipta 2020 Contoh Media");
        assert_eq!(last("Sari Misal merupakan ahli parlimen Contoh.", copyright), Kind::Paragraph);
        let alone = [("SARI MISAL ialah pensyarah kanan di Universiti Contoh.", Kind::Paragraph)];
        assert_eq!(finished(&alone)[0], Kind::Paragraph, "all that there is");
    }
}
