//! More articles to learn spans from: annotated articles run into one line, as some scrapers leave them.
//!
//! What was a segment of chrome becomes a cut within one long segment. Headlines that the gold labels as links to other
//! articles are set between paragraphs behind the markers that portals use, so that the model sees many ends of
//! headlines and many beginnings of sentences. Deterministic: the choices follow from the document's text.

use crate::article::Kind;
use crate::judge::gold::{GoldCut, GoldDocument};

/// Markers before an inline cross-link, and what closes it.
const MARKERS: &[(&str, &str)] = &[
    ("Baca juga: ", ""),
    ("Baca juga: ", ""),
    ("Baca Juga: ", ""),
    ("Baca juga: ", ""),
    ("Baca Juga:", ""),
    ("Baca juga : ", ""),
    ("(Baca juga: ", ")"),
    ("Baca: ", ""),
    ("BACA JUGA: ", ""),
    ("Lihat juga: ", ""),
];

/// Headlines of other articles in annotated articles: what can stand behind a marker.
#[must_use]
pub fn headlines(gold: &[&GoldDocument]) -> Vec<String> {
    let mut found = Vec::new();
    for document in gold {
        for (line, (kind, _)) in document.text.split('\n').zip(&document.labels) {
            let text = line.trim();
            let words = text.split_whitespace().count();
            let linked = matches!(kind, Some(Kind::ReadAlso | Kind::RelatedList | Kind::Title));
            let headline = text.chars().next().is_some_and(|c| c.is_uppercase() || c == '"' || c == '\'');
            let whole = !text.ends_with(['.', ':', '…']) && !text.contains("..");
            if linked && headline && whole && (5..=18).contains(&words) {
                let bare = text.split_once(": ").filter(|(marker, _)| marker.split_whitespace().count() <= 2);
                let marked = bare.is_some_and(|(marker, _)| marker.to_lowercase().starts_with("baca"));
                found.push(if marked { bare.map_or(text, |(_, rest)| rest.trim()) } else { text }.to_owned());
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The article in one line, with headlines set between its paragraphs; `None` for one that has no paragraphs to
/// set them between. `round` varies the choices.
#[must_use]
pub fn flatten(gold: &GoldDocument, headlines: &[String], round: u32) -> Option<GoldDocument> {
    let lines: Vec<&str> = gold.text.split('\n').collect();
    let prose = lines.iter().filter(|line| line.split_whitespace().count() >= 12).count();
    if prose < 3 || lines.len() > 120 {
        return None;
    }
    let mut dice = Dice::new(&gold.text, round);
    let mut text = String::new();
    let mut cuts: Vec<GoldCut> = Vec::new();
    // Some scrapers put a space between lines, some nothing.
    let glued = dice.roll(8) == 0;
    let often = 2 + dice.roll(4);
    let marker = MARKERS[dice.roll(MARKERS.len() as u32) as usize];
    if dice.roll(4) == 0 {
        lead(gold, &lines, &mut dice, &mut text, &mut cuts);
    }
    for (number, line) in lines.iter().enumerate() {
        let Some((kind, _)) = gold.labels.get(number) else {
            continue;
        };
        let Some(kind) = *kind else { continue };
        let gap = if text.is_empty() || glued && text.ends_with(['.', '"', '”', ')']) { "" } else { " " };
        text.push_str(gap);
        let start = text.len();
        let trimmed = line.trim_end();
        text.push_str(trimmed);
        if !kind.is_body() {
            cuts.push(GoldCut { line: 0, span: start..text.len(), kind });
            continue;
        }
        for cut in gold.cuts.iter().filter(|cut| cut.line == number && cut.span.start < trimmed.len()) {
            let span = start + cut.span.start..start + cut.span.end.min(trimmed.len());
            cuts.push(GoldCut { line: 0, span, kind: cut.kind });
        }
        let ends = trimmed.ends_with(['.', '"', '”', '!', '?']);
        if kind == Kind::Paragraph && ends && !headlines.is_empty() && dice.roll(often) == 0 {
            for link in 0..1 + dice.roll(8) / 6 {
                let (opens, closes) = if link == 0 { marker } else { MARKERS[dice.roll(6) as usize] };
                text.push_str(if glued { "" } else { " " });
                let start = text.len();
                text.push_str(opens);
                text.push_str(&headlines[dice.roll(headlines.len() as u32) as usize]);
                if glued && dice.roll(3) == 0 {
                    text.push_str(&headlines[dice.roll(headlines.len() as u32) as usize]);
                }
                text.push_str(closes);
                cuts.push(GoldCut { line: 0, span: start..text.len(), kind: Kind::ReadAlso });
            }
        }
    }
    Some(GoldDocument { text, labels: vec![(Some(Kind::Paragraph), false)], cuts, ..gold.clone() })
}

/// Sets a standfirst before the dateline of an article that has one: a sentence of its own, as agencies do.
fn lead(gold: &GoldDocument, lines: &[&str], dice: &mut Dice, text: &mut String, cuts: &mut Vec<GoldCut>) {
    let first = gold.labels.iter().position(|(kind, _)| *kind == Some(Kind::Paragraph));
    let opens = |cut: &GoldCut| Some(cut.line) == first && cut.span.start == 0 && cut.kind == Kind::Dateline;
    if !gold.cuts.iter().any(opens) {
        return;
    }
    let number = dice.roll(lines.len() as u32) as usize;
    let is_paragraph = gold.labels.get(number).is_some_and(|(kind, _)| *kind == Some(Kind::Paragraph));
    let sentence = lines.get(number).and_then(|line| line.split(". ").next()).unwrap_or_default().trim();
    let words = sentence.split_whitespace().count();
    if is_paragraph && Some(number) != first && (8..=40).contains(&words) {
        text.push_str(sentence.trim_end_matches('.'));
        cuts.push(GoldCut { line: 0, span: 0..text.len(), kind: Kind::Standfirst });
    }
}

/// A small generator of pseudo-random numbers (xorshift, Marsaglia 2003), seeded by a text.
struct Dice(u32);

impl Dice {
    fn new(text: &str, round: u32) -> Dice {
        let seed = text.bytes().fold(round.wrapping_mul(0x9e37_79b9) ^ 0x811c_9dc5, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        Dice(seed | 1)
    }

    /// A number below `sides`.
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 >> 8) % sides.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::{flatten, headlines};
    use crate::article::Kind;
    use crate::judge::gold::parse;

    #[test]
    fn chrome_becomes_cuts_and_headlines_stand_behind_markers() {
        let paragraph =
            "Warga desa itu membangun sendiri jembatan bambu agar anak-anak dapat pergi ke sekolah setiap hari.";
        let lines = [paragraph; 6].join("\\n");
        let line = format!(
            r#"{{"id":"a","portal":"p.example","url":null,"text":"Baca juga: Jalan Desa Rusak Parah Sejak Musim Hujan\n{lines}","labels":["read_also","paragraph","paragraph","paragraph","paragraph","paragraph","paragraph"],"cuts":[],"meta":{{}}}}"#
        );
        let gold = parse(&line).expect("valid gold");
        let titles = headlines(&[&gold]);
        assert_eq!(titles, ["Jalan Desa Rusak Parah Sejak Musim Hujan"]);
        let mut links = 0;
        for round in 0..10 {
            let flat = flatten(&gold, &titles, round).expect("it has paragraphs");
            assert!(!flat.text.contains('\n'));
            for cut in &flat.cuts {
                assert_eq!(cut.kind, Kind::ReadAlso);
                assert!(flat.text[cut.span.clone()].contains(&titles[0]));
                links += 1;
            }
            assert_eq!(flat.text.matches(paragraph).count(), 6);
        }
        assert!(links > 15, "{links}");
    }
}
