//! Bylines: who wrote and who edited, from lines such as `Penulis: A`, `Laporan Wartawan X, A`, `A - outlet` and `AEditor`.
//!
//! Reads lines that are known to be bylines. What is a name is for `names`.

use super::outlets::{Outlets, squash};
use super::roles::{self, Role};
use super::{dates, labels, names};

/// Who made the article.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Credits {
    /// Those who wrote it.
    pub authors: Vec<String>,
    /// Those who edited it.
    pub editors: Vec<String>,
}

/// Who the bylines name. Each group is a run of lines that stand together on the page.
#[must_use]
pub fn read(groups: &[Vec<&str>], outlets: &Outlets<'_>) -> Credits {
    let (mut credits, mut unlabelled) = (Credits::default(), Vec::new());
    let lines = groups.iter().scan(0, |lines, group| {
        *lines += group.len();
        Some(*lines)
    });
    for (group, _) in groups.iter().zip(lines.take_while(|lines| *lines <= LINES_READ)) {
        let entries: Vec<Entry> = group.iter().flat_map(|line| read_line(line, outlets)).collect();
        for (role, names) in assign(entries) {
            match role {
                Some(Role::Author) => credits.authors.extend(names),
                Some(Role::Editor) => credits.editors.extend(names),
                Some(Role::Both) => {
                    credits.authors.extend(names.iter().cloned());
                    credits.editors.extend(names);
                }
                Some(Role::Other) => {}
                // Keeps its place among the authors until all roles are known.
                None => {
                    unlabelled.extend(names.iter().map(|name| squash(name)));
                    credits.authors.extend(names);
                }
            }
        }
    }
    if unlabelled.is_empty() || credits.editors.is_empty() {
        return Credits { authors: unique(credits.authors), editors: unique(credits.editors) };
    }
    let editors: Vec<String> = credits.editors.iter().map(|name| squash(name)).collect();
    let labelled = |name: &str| credits.authors.iter().filter(|other| squash(other) == name).count();
    // A bare name that is an editor elsewhere on the page is no author.
    let only_editor = |name: &str| {
        editors.iter().any(|editor| editor == name)
            && unlabelled.iter().filter(|other| *other == name).count() == labelled(name)
    };
    let authors: Vec<String> = credits.authors.iter().filter(|name| !only_editor(&squash(name))).cloned().collect();
    Credits { authors: unique(authors), editors: unique(credits.editors) }
}

/// No page has more bylines; names are compared with each other, so their number must be small.
const LINES_READ: usize = 500;

/// What a line, or a part of it, says.
#[derive(Debug)]
enum Entry {
    /// Names with their role.
    Credit(Role, Vec<String>),
    /// Names without a role.
    Names(Vec<String>),
    /// A role alone on its line, and whether a colon follows it.
    Role(Role, bool),
    /// Words that are neither, between which roles do not reach.
    Break,
}

/// Gives the names of a group their roles: those beside them, or those on the line above or below.
fn assign(entries: Vec<Entry>) -> Vec<(Option<Role>, Vec<String>)> {
    let counted = || entries.iter().filter(|entry| matches!(entry, Entry::Names(_) | Entry::Role(..)));
    // `Name` / `Role` pages end in a role, `Role` / `Name` pages begin with one.
    let role_below = matches!(counted().next(), Some(Entry::Names(_)))
        && matches!(counted().next_back(), Some(Entry::Role(_, false)));
    let mut assigned: Vec<(Option<Role>, Vec<String>)> = Vec::new();
    let (mut current, mut open) = (None, 0);
    for entry in entries {
        match entry {
            Entry::Credit(role, names) => {
                assigned.push((Some(role), names));
                (current, open) = (None, assigned.len());
            }
            Entry::Names(names) => assigned.push((if role_below { None } else { current }, names)),
            Entry::Role(role, _) if role_below => {
                // Only the name right above: those before it may be a list of all.
                let last = assigned.len().checked_sub(1).filter(|&last| last >= open);
                if let Some((above, _)) = last.and_then(|last| assigned.get_mut(last)) {
                    *above = Some(role);
                }
                open = assigned.len();
            }
            Entry::Role(role, _) => current = Some(role),
            Entry::Break => (current, open) = (None, assigned.len()),
        }
    }
    assigned
}

/// Whether a line is a bracket with initials in it, such as `(abc/de)`, or with an asterisk, and so says nothing.
fn is_initials(line: &str) -> bool {
    let line = line.strip_suffix('.').unwrap_or(line);
    let Some(inner) = line.strip_prefix('(').and_then(|line| line.strip_suffix(')')) else {
        return false;
    };
    let is_short =
        |part: &str| part == "*" || (part.len() <= INITIALS && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
    inner.split('/').all(|part| is_short(part) && !roles::is_label(part))
}

/// Letters that initials have at most; names have more.
const INITIALS: usize = 3;

fn read_line(line: &str, outlets: &Outlets<'_>) -> Vec<Entry> {
    if is_initials(line) {
        return Vec::new();
    }
    let line = dates::without_dates(line);
    let line = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '|'));
    if let Some(label) = labels::alone(line) {
        return vec![Entry::Role(roles::of(label), line.ends_with(':'))];
    }
    let mut entries = Vec::new();
    let mut inherited = None;
    for piece in line.split('|') {
        let credits = read_credits(piece, outlets);
        if let Some(Entry::Credit(role, _)) = credits.last() {
            inherited = piece.contains(':').then_some(*role);
            entries.extend(credits);
        } else if let Some(role) = inherited {
            entries.push(Entry::Credit(role, names::after_label(piece, outlets)));
        }
    }
    if entries.is_empty() { read_unlabelled(line, outlets).into_iter().collect() } else { entries }
}

/// The names of a line that has no label, if it is not initials.
fn read_unlabelled(line: &str, outlets: &Outlets<'_>) -> Option<Entry> {
    if line.ends_with(':') {
        return Some(Entry::Break);
    }
    let bracketed = line.starts_with(['(', '[']);
    let inner = line.trim_start_matches(['(', '[', '/', ' ']);
    let found = if bracketed {
        names::in_brackets(inner.trim_end_matches([')', ']', '.', ' ']), outlets)
    } else {
        names::without_label(inner, outlets)
    };
    if !found.is_empty() {
        return Some(Entry::Names(found));
    }
    (!bracketed && line.chars().any(char::is_alphabetic)).then_some(Entry::Break)
}

/// What the labels in a line say, in order.
fn read_credits(line: &str, outlets: &Outlets<'_>) -> Vec<Entry> {
    if let Some((name, label)) = labels::find_glued(line) {
        return vec![Entry::Credit(roles::of(label), names::after_label(name, outlets))];
    }
    let found = labels::find(line);
    let ends = found.iter().skip(1).map(|(label, _)| label.start).chain([line.len()]);
    let texts = found
        .iter()
        .zip(ends)
        .filter_map(|((label, text), end)| Some((line.get(label.clone())?, line.get(*text..end)?)));
    texts
        .map(|(label, text)| {
            Entry::Credit(roles::of(label), names::after_label(labels::name_part(label, text, outlets), outlets))
        })
        .collect()
}

/// Each name once; a name that stands within a longer one, and one made of two others run together, falls away.
fn unique(names: Vec<String>) -> Vec<String> {
    if names.len() < 2 {
        return names;
    }
    let mut kept: Vec<String> = Vec::new();
    for name in names {
        if !kept.iter().any(|other| squash(other) == squash(&name)) {
            kept.push(name);
        }
    }
    let keys: Vec<String> = kept.iter().map(|name| squash(name)).collect();
    let glued = |key: &str| {
        let halves = keys.iter().filter_map(|other| key.strip_prefix(other.as_str()));
        halves.filter(|rest| !rest.is_empty()).any(|rest| keys.iter().any(|other| other == rest))
    };
    let within = |name: &str| {
        name.contains(' ')
            && kept.iter().any(|other| other.len() > name.len() && format!(" {other} ").contains(&format!(" {name} ")))
    };
    let singles = |name: &&String| !glued(&squash(name)) && !within(name);
    kept.iter().filter(singles).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::PortalFacts;

    /// Authors and editors of one group of lines, each joined with semicolons.
    fn credits(lines: &[&str]) -> (String, String) {
        let facts = PortalFacts::new("contohpos.com", vec!["Contoh Pos".into(), "Contoh Cetak Media".into()], None);
        let credits = read(&[lines.to_vec()], &Outlets::new(Some(&facts), None));
        (credits.authors.join("; "), credits.editors.join("; "))
    }

    #[track_caller]
    fn check(lines: &[&str], authors: &str, editors: &str) {
        assert_eq!(credits(lines), (authors.to_owned(), editors.to_owned()), "{lines:?}");
    }

    #[test]
    fn labels_say_who_did_what() {
        for label in [
            "Penulis:",
            "Penulis :",
            "Reporter:",
            "Pewarta:",
            "Jurnalis:",
            "Wartawan:",
            "Oleh :",
            "Oleh",
            "By",
            "Kontributor:",
            "Rep:",
            "Author:",
            "Ditulis oleh",
            "Diadaptasi oleh",
            "Teks oleh:",
            "PENULIS:",
        ] {
            check(&[&format!("{label} Budi Contoh")], "Budi Contoh", "");
        }
        for label in [
            "Editor:",
            "Editor :",
            "EDITOR :",
            "Editor.",
            "Redaktur :",
            "Penyunting:",
            "Red:",
            "Wawancara disunting oleh",
        ] {
            check(&[&format!("{label} Sari Misal")], "", "Sari Misal");
        }
        for label in ["Fotografer:", "Foto:", "Uploader:", "Sumber:", "Penerjemah:"] {
            check(&[&format!("{label} Sari Misal")], "", "");
        }
        check(&["Reporter/Editor: Budi Contoh"], "Budi Contoh", "Budi Contoh");
    }

    #[test]
    fn credits_that_run_into_each_other_come_apart() {
        check(&["Penulis : Budi ContohEditor : Sari Misal"], "Budi Contoh", "Sari Misal");
        check(&["Pewarta: Budi Contoh Editor: Rr. Sari Misal"], "Budi Contoh", "Rr. Sari Misal");
        check(&["Rep: Budi Contoh/ Red: Sari Misal"], "Budi Contoh", "Sari Misal");
        check(&["Sumber: KotaEditor: Sari Misal"], "", "Sari Misal");
        check(&["(Penulis Budi Contoh | Editor Sari Misal)"], "Budi Contoh", "Sari Misal");
        check(&["(Penulis: Kontributor Kota Umpama, Budi Contoh | Editor: Sari Misal)"], "Budi Contoh", "Sari Misal");
        check(&["Teks: Budi ContohFoto: Sari Misal"], "Budi Contoh", "");
        check(&["Budi ContohAuthor", "Sari MisalEditor"], "Budi Contoh", "Sari Misal");
        check(&["EditorSari Misal"], "", "Sari Misal");
        check(&["Liga Umpama Wartawan: Budi Contoh"], "Budi Contoh", "");
    }

    #[test]
    fn reporters_come_with_an_outlet_or_a_town() {
        for line in [
            "Laporan Wartawan Contoh Pos, Budi Misal",
            "Laporan Wartawan Contohpos.com Budi Misal",
            "Laporan Reporter CONTOH-POS.COM, Budi Misal",
            "Laporan wartawan Contohpo. Budi Misal.",
            "Laporan Budi Misal | Kota Umpama",
            "Laporan Budi Misal I Kota Umpama",
            "(Contohpos.com/Budi Misal)",
            "(Contohpos.com/ Budi Misal.",
        ] {
            check(&[line], "Budi Misal", "");
        }
    }

    #[test]
    fn names_and_dates_share_a_line() {
        for line in [
            "Budi Contoh   |   Selasa, 07 Februari 2017 10:30",
            "Budi Contoh . September 14, 2020",
            "Budi Contoh - 11 Februari 2016 06:30 wib",
            "By Budi Contoh on 11 Feb 2016 at 07:00 WIB",
            "Oleh Budi Contoh pada 18 Jan 2019, 22:18 WIB",
            "TREN | 17 Juni 2021 08:55 Reporter : Budi Contoh",
        ] {
            check(&[line], "Budi Contoh", "");
        }
    }

    #[test]
    fn names_stand_at_the_head_without_a_label() {
        check(&["Budi Contoh - contohNews"], "Budi Contoh", "");
        check(&["BUDI CONTOH, SG MISAL"], "BUDI CONTOH; SG MISAL", "");
        check(&["Muslimin"], "Muslimin", "");
        check(&["(Budi Contoh)"], "Budi Contoh", "");
        check(&["(Red)", "Sari Misal"], "", "Sari Misal");
        check(&["(abc/de)", "(Budi Contoh)"], "Budi Contoh", "");
        check(&["Penulis： Budi Contoh"], "Budi Contoh", "");
    }

    #[test]
    fn roles_stand_above_or_below_names() {
        check(
            &["Author", "Budi Contoh", "Umpama Jaya", "Editor", "Sari Misal"],
            "Budi Contoh; Umpama Jaya",
            "Sari Misal",
        );
        check(&["Budi Contoh", "Jurnalis"], "Budi Contoh", "");
        check(
            &["Budi Contoh,", "Sari Misal", "Tim Redaksi", "Budi Contoh", "Penulis", "Sari Misal", "Editor"],
            "Budi Contoh",
            "Sari Misal",
        );
        check(&["By Budi Contoh", "Editor", "Budi Contoh", "Photographer", "Sari Misal"], "Budi Contoh", "Budi Contoh");
    }

    #[test]
    fn initials_desks_and_outlets_are_nobody() {
        for line in [
            "(fea/vws)",
            "(im)",
            "(*)",
            "-Bernama",
            "– BERNAMA",
            "BISNIS",
            "ANTARA",
            "Contoh Cetak Media",
            "Tim Redaksi",
            "Oleh Contohpos.com pada 18 Jan 2019, 22:18 WIB",
            "Penulis: (abc)",
            "Penulis ialah pengamat bebas.",
            "Penulis: Jurnalis Umpama dan Koordinator Warga Misal",
            "Oleh: Reuters/AFP",
            "sari@contoh.com",
            "12 jam yang lalu",
        ] {
            check(&[line], "", "");
        }
    }

    #[test]
    fn each_name_comes_once() {
        check(&["Laporan Wartawan Contoh Pos, Budi Misal", "Penulis: Muh. Budi Misal"], "Muh. Budi Misal", "");
        check(&["By Budi ContohSari Misal", "Budi ContohAuthor", "Sari MisalAuthor"], "Budi Contoh; Sari Misal", "");
        check(&["Editor: Sari Misal", "Editor: SARI MISAL"], "", "Sari Misal");
    }
}
