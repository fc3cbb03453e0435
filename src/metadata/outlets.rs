//! What is an outlet (a portal, a paper, an agency) rather than a person or a place.
//!
//! Knows what the portal's pack says, the agencies of `agencies.txt`, and how names of outlets are built.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::iter;
use std::sync::LazyLock;

use memchr::memchr_iter;
use regex::Regex;

use super::PortalFacts;
use super::strip_word;

/// The outlets known for one document.
#[derive(Clone, Debug, Default)]
pub struct Outlets<'a> {
    /// What the pack says.
    known: &'a [String],
    /// What the address says.
    site: Option<Cow<'a, str>>,
    /// The label of the address before that: `kota` of `kota.contohnews.com`.
    branch: Option<&'a str>,
    /// What else is known.
    own: Vec<String>,
}

impl<'a> Outlets<'a> {
    /// What the pack and the address of the page say about the outlet.
    #[must_use]
    pub fn new(portal: Option<&'a PortalFacts>, host: Option<&'a str>) -> Outlets<'a> {
        let site = host.and_then(site).map(squashed).filter(|name| !name.is_empty());
        let branch = host.and_then(|host| branch(host, self::site(host)?));
        let known = portal.map(PortalFacts::known).unwrap_or_default();
        Outlets { known, site, branch, own: Vec::new() }
    }

    /// The same with other names of the outlet.
    #[must_use]
    pub fn with_names(mut self, names: &[String]) -> Outlets<'a> {
        self.own.extend(names.iter().map(|name| squash(name)).filter(|name| !name.is_empty()));
        self
    }

    /// Whether a phrase names an outlet or an agency.
    #[must_use]
    pub fn contains(&self, phrase: &str) -> bool {
        let squashed = squashed(phrase);
        let is_outlet_word = |word: &str| OUTLET_WORDS.iter().any(|outlet| outlet.eq_ignore_ascii_case(word));
        squashed.is_empty()
            || self.is_own(&squashed)
            || is_agency(&squashed)
            || has_domain(phrase)
            || phrase.split_whitespace().any(is_outlet_word)
    }

    /// Whether this, letters and digits only, is a name of the outlet.
    fn is_own(&self, squashed: &str) -> bool {
        self.names().any(|name| name == squashed) || self.is_branch(squashed)
    }

    /// Whether it is the start of the site's name and the branch's, as `Contoh Kota` is of `kota.contohnews.com`.
    fn is_branch(&self, squashed: &str) -> bool {
        let name =
            self.branch.and_then(|branch| squashed.strip_suffix(branch)).filter(|name| name.len() >= START_OF_NAME);
        name.is_some_and(|name| self.site.as_deref().is_some_and(|site| site.starts_with(name)))
    }

    /// Whether a phrase opens with an agency, as the agency's own branches do: `BBC Kota`.
    #[must_use]
    pub fn opens_with_agency(&self, phrase: &str) -> bool {
        let first = phrase.split_whitespace().next().unwrap_or_default();
        is_agency(&squashed(first))
    }

    /// The phrase without names of outlets at its start, such as `Portal.com Nama Orang`.
    #[must_use]
    pub fn strip_from_start<'t>(&self, phrase: &'t str) -> &'t str {
        let mut rest = phrase.trim();
        loop {
            // The longest known name first; a word cut short by its full stop (`Portalne. Nama`) counts as a domain.
            let mut words = words_with_ends(rest);
            let Some(first) = words.next() else {
                return rest;
            };
            let mut squashed = String::with_capacity(rest.len().min(64));
            let mut known = None;
            let mut from = 0;
            for (end, _) in iter::once(first).chain(words).take(WORDS_OF_NAME) {
                squash_onto(&mut squashed, rest.get(from..end).unwrap_or_default());
                if self.is_own(&squashed) {
                    known = Some(end);
                }
                from = end;
            }
            let domain = || is_domain_word(first.1).then_some(first.0);
            match known.or_else(domain).and_then(|end| rest.get(end..)) {
                Some(tail) => rest = tail.trim_start_matches([',', ':', '-', '–', '.', ' ']),
                None => return rest,
            }
        }
    }

    /// The names of the outlet, letters and digits only.
    fn names(&self) -> impl Iterator<Item = &str> {
        let texts = self.known.iter().chain(&self.own).map(String::as_str);
        self.site.as_deref().into_iter().chain(texts)
    }
}

/// So many letters of a site's name tell it from others.
const START_OF_NAME: usize = 5;
/// Words that the name of an outlet has at most.
const WORDS_OF_NAME: usize = 4;

/// The names that stand for an outlet, letters and digits only: that of its host, and those in texts.
pub(super) fn known(host: &str, names: &[String]) -> Vec<String> {
    let names = site(host).into_iter().chain(names.iter().map(String::as_str)).map(squash);
    names.filter(|name| !name.is_empty()).collect()
}

/// The host of an address, without `www`.
#[must_use]
pub fn host(url: &str) -> Option<String> {
    let url = url.trim();
    let rest = memchr_iter(b':', url.as_bytes()).find_map(|at| url.get(at..)?.strip_prefix("://")).unwrap_or(url);
    let authority = rest.get(..end_of(rest, |byte| matches!(byte, b'/' | b'?' | b'#')))?;
    let named = authority.bytes().rposition(|byte| byte == b'@').map_or(0, |at| at + 1);
    let host = authority.get(named..)?;
    let host = host.get(..end_of(host, |byte| byte == b':'))?.trim_end_matches('.');
    let mut host = if host.is_ascii() { host.to_ascii_lowercase() } else { host.to_lowercase() };
    if host.starts_with("www.") {
        host.drain(.."www.".len());
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let is_valid = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let valid = host.bytes().any(|byte| byte == b'.') && (host.bytes().all(is_plain) || host.chars().all(is_valid));
    valid.then_some(host)
}

/// Where the first byte of a sort stands, or the end.
fn end_of(text: &str, is_end: impl Fn(u8) -> bool) -> usize {
    text.bytes().position(is_end).unwrap_or(text.len())
}

/// Letters and digits only, in lower case: `Contoh Pos.com` and `contohpos.com` come out alike.
#[must_use]
pub fn squash(phrase: &str) -> String {
    let mut squashed = String::with_capacity(phrase.len());
    squash_onto(&mut squashed, phrase);
    squashed
}

/// The same; a phrase that is written so already is not copied.
fn squashed(phrase: &str) -> Cow<'_, str> {
    let is_squashed = phrase.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if is_squashed { Cow::Borrowed(phrase) } else { Cow::Owned(squash(phrase)) }
}

fn squash_onto(squashed: &mut String, phrase: &str) {
    let mut rest = phrase;
    loop {
        let (word, after) = rest.split_at(ascii_word(rest));
        let start = squashed.len();
        squashed.push_str(word);
        squashed.get_mut(start..).unwrap_or_default().make_ascii_lowercase();
        let mut after = after.chars();
        match after.next() {
            None => return,
            Some(c) if !c.is_ascii() && c.is_alphanumeric() => squashed.extend(c.to_lowercase()),
            Some(_) => {}
        }
        rest = after.as_str();
    }
}

/// How many letters and digits of ASCII a text begins with.
fn ascii_word(text: &str) -> usize {
    text.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(text.len())
}

/// The label of a host that names the site: `contoh` of `berita.contoh.co.id`.
pub(super) fn site(host: &str) -> Option<&str> {
    let mut labels = host.rsplit('.').skip_while(|label| label.len() <= 3);
    labels.next().or_else(|| host.split('.').next())
}

/// The label of a host before that of the site: `kota` of `kota.contohnews.com`.
fn branch<'a>(host: &'a str, site: &str) -> Option<&'a str> {
    let mut labels = host.rsplit('.').skip_while(|label| *label != site);
    labels.nth(1).filter(|branch| branch.len() >= 3 && *branch != "www")
}

/// The words of a phrase, each with the byte at which it ends.
fn words_with_ends(phrase: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = phrase;
    iter::from_fn(move || {
        let words = rest.trim_start();
        let (word, behind) = words.split_at(words.find(char::is_whitespace).unwrap_or(words.len()));
        rest = behind;
        (!word.is_empty()).then_some((phrase.len() - behind.len(), word))
    })
}

fn is_domain_word(word: &str) -> bool {
    has_domain(word) || (word.ends_with('.') && word.chars().count() > 6)
}

/// Whether the end of a domain stands in a phrase, such as `contoh.com`, or one that lost its full stop.
fn has_domain(phrase: &str) -> bool {
    let bytes = phrase.as_bytes();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let is_end = |rest: &str| !rest.as_bytes().first().is_some_and(is_word);
    // Of `contoh.co.id`, too, the last label tells.
    let ends_domain = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let behind = phrase.get(at + 1..).unwrap_or_default();
        before.is_some_and(|byte| is_word(byte) || *byte == b'-')
            && TOP_LEVELS.iter().any(|level| strip_word(behind, level).is_some_and(is_end))
    };
    bytes.iter().enumerate().any(|(at, byte)| *byte == b'.' && ends_domain(at))
        || (bytes.windows(5).any(|five| five.eq_ignore_ascii_case(b"co id")) && SPACED_DOMAIN.is_match(phrase))
}

/// Last labels of domains that outlets have.
const TOP_LEVELS: [&str; 13] =
    ["com", "co", "id", "net", "org", "my", "tv", "news", "today", "info", "sg", "me", "asia"];

/// Words that names of outlets hold, and names of people and places do not.
const OUTLET_WORDS: [&str; 12] =
    ["daily", "herald", "koran", "media", "news", "newsroom", "online", "post", "redaksi", "times", "tribune", "tv"];

/// Whether this, letters and digits only, is the name of an agency.
fn is_agency(squashed: &str) -> bool {
    AGENCIES.may_contain(squashed) && AGENCIES.names.contains(squashed)
}

/// Names of agencies, letters and digits only.
struct Agencies {
    names: BTreeSet<String>,
    /// For each first letter, a bit for the length of each name. Few other names have both in common with one.
    lengths: [u32; 26],
}

impl Agencies {
    fn may_contain(&self, name: &str) -> bool {
        let letter = name.as_bytes().first().map(|first| usize::from(first.wrapping_sub(b'a')));
        let lengths = letter.and_then(|letter| self.lengths.get(letter)).copied().unwrap_or_default();
        lengths & length_bit(name) != 0
    }
}

/// A bit for the length of a name.
fn length_bit(name: &str) -> u32 {
    1 << (name.len() % 32)
}

static AGENCIES: LazyLock<Agencies> = LazyLock::new(|| {
    let lines = include_str!("agencies.txt").lines().filter(|line| !line.starts_with('#'));
    let names: BTreeSet<String> = lines.map(squash).filter(|name| !name.is_empty()).collect();
    let mut lengths = [0; 26];
    for name in &names {
        let letter = name.as_bytes().first().map(|first| usize::from(first.wrapping_sub(b'a')));
        if let Some(lengths) = letter.and_then(|letter| lengths.get_mut(letter)) {
            *lengths |= length_bit(name);
        }
    }
    Agencies { names, lengths }
});

/// The end of a domain without its full stop.
static SPACED_DOMAIN: LazyLock<Regex> = LazyLock::new(|| super::compile(r"(?i)(?:^|[\w-])[.,\s]?\bco id\b"));

#[cfg(test)]
mod tests {
    use super::*;

    fn outlets() -> Outlets<'static> {
        static FACTS: LazyLock<PortalFacts> = LazyLock::new(|| {
            let names = ["ContohPos.com", "Contoh Pos Cetak"].map(str::to_owned);
            PortalFacts::new("contohpos.com", names.to_vec(), None)
        });
        Outlets::new(Some(&FACTS), Some("daerah.umpama.co.id"))
    }

    #[test]
    fn knows_the_portal_by_its_names_its_host_and_the_agencies() {
        for name in
            ["CONTOH POS CETAK", "ContohPos", "Umpama", "ANTARA", "lain.co.id", "Kabar.com/Foto", "Warta Online"]
        {
            assert!(outlets().contains(name), "{name}");
        }
        for name in ["Budi Contoh", "JAKARTA", "Muh. Umpama", "Dr. Sari Misal"] {
            assert!(!outlets().contains(name), "{name}");
        }
    }

    #[test]
    fn every_agency_is_known_whatever_its_length_and_first_letter() {
        for name in include_str!("agencies.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            assert!(is_agency(&squash(name)), "{name}");
        }
        assert!(!is_agency("") && !is_agency("ap5") && !is_agency("1afp"));
    }

    #[test]
    fn domains_are_told_by_their_last_label() {
        for phrase in ["Contoh.com", "contoh.CO.ID", "lihat a.tv/berita", "x-.net", "KABAR.co", "contoh co id", "CO ID"]
        {
            assert!(has_domain(phrase), "{phrase}");
        }
        for phrase in ["", ".com", "Contoh.comx", "Contoh. com", "é.com", "St. Contoh", "a.com_", "disco ide", "co id1"]
        {
            assert!(!has_domain(phrase), "{phrase}");
        }
    }

    #[test]
    fn strips_outlets_from_the_start_only() {
        assert_eq!(outlets().strip_from_start("ContohPos.com Budi Misal"), "Budi Misal");
        assert_eq!(outlets().strip_from_start("Contoh Pos Cetak, Budi Misal"), "Budi Misal");
        assert_eq!(outlets().strip_from_start("Contohpo. Budi Misal"), "Budi Misal");
        assert_eq!(outlets().strip_from_start("Muh. Budi Misal"), "Muh. Budi Misal");
        assert_eq!(outlets().strip_from_start("CONTOH pos - Cetak Budi Misal"), "Budi Misal");
        assert_eq!(outlets().strip_from_start("contohpos – Budi Misal"), "Budi Misal");
        assert_eq!(outlets().strip_from_start("Contoh Poss Budi"), "Contoh Poss Budi");
        assert_eq!(outlets().strip_from_start("Contoh"), "Contoh");
        assert_eq!(outlets().strip_from_start("Umpama Daerah Budi Misal"), "Budi Misal");
        assert_eq!(outlets().strip_from_start("Misal Daerah Budi"), "Misal Daerah Budi");
    }

    #[test]
    fn a_host_is_read_from_an_address() {
        assert_eq!(host("https://www.Contoh.com/a?b=c").as_deref(), Some("contoh.com"));
        assert_eq!(host("http://nama:sandi@m.contoh.co.id:8080/").as_deref(), Some("m.contoh.co.id"));
        assert_eq!(host("contoh.com/berita").as_deref(), Some("contoh.com"));
        assert_eq!(host("bukan alamat"), None);
        assert_eq!(host(""), None);
    }
}
