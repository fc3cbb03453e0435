//! What is an outlet (a portal, a paper, an agency) rather than a person or a place.
//!
//! Knows what the portal's pack says, the agencies of `agencies.txt`, and how names of outlets are built.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::PortalFacts;

/// The outlets known for one document.
#[derive(Clone, Debug, Default)]
pub struct Outlets<'a> {
    /// What the pack says.
    known: &'a [String],
    own: Vec<String>,
}

impl<'a> Outlets<'a> {
    /// What the pack and the address of the page say about the outlet.
    #[must_use]
    pub fn new(portal: Option<&'a PortalFacts>, host: Option<&str>) -> Outlets<'a> {
        let site = host.and_then(site).map(squash).filter(|name| !name.is_empty());
        let known = portal.map(PortalFacts::known).unwrap_or_default();
        Outlets { known, own: site.into_iter().collect() }
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
        let squashed = squash(phrase);
        let is_outlet_word = |word: &str| OUTLET_WORDS.iter().any(|outlet| outlet.eq_ignore_ascii_case(word));
        squashed.is_empty()
            || self.is_own(&squashed)
            || AGENCIES.contains(&squashed)
            || has_domain(phrase)
            || phrase.split_whitespace().any(is_outlet_word)
    }

    /// Whether this, letters and digits only, is a name of the outlet.
    fn is_own(&self, squashed: &str) -> bool {
        self.known.iter().chain(&self.own).any(|name| name == squashed)
    }

    /// Whether a phrase opens with an agency, as the agency's own branches do: `BBC Kota`.
    #[must_use]
    pub fn opens_with_agency(&self, phrase: &str) -> bool {
        let first = phrase.split_whitespace().next().unwrap_or_default();
        AGENCIES.contains(&squash(first))
    }

    /// The phrase without names of outlets at its start, such as `Portal.com Nama Orang`.
    #[must_use]
    pub fn strip_from_start<'t>(&self, phrase: &'t str) -> &'t str {
        let mut rest = phrase.trim();
        loop {
            // The longest known name first; a word cut short by its full stop (`Portalne. Nama`) counts as a domain.
            let mut words = words_with_ends(rest);
            let first = words.next();
            let mut squashed = String::with_capacity(rest.len().min(64));
            let mut known = None;
            let mut from = 0;
            for (end, _) in first.into_iter().chain(words).take(WORDS_OF_NAME) {
                squash_onto(&mut squashed, rest.get(from..end).unwrap_or_default());
                if self.is_own(&squashed) {
                    known = Some(end);
                }
                from = end;
            }
            let domain = first.filter(|(_, word)| is_domain_word(word)).map(|(end, _)| end);
            match known.or(domain).and_then(|end| rest.get(end..)) {
                Some(tail) => rest = tail.trim_start_matches([',', ':', '-', '–', '.', ' ']),
                None => return rest,
            }
        }
    }
}

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
    let rest = url.trim().split_once("://").map_or(url.trim(), |(_, rest)| rest);
    let host = rest.get(..memchr::memchr3(b'/', b'?', b'#', rest.as_bytes()).unwrap_or(rest.len()))?;
    let host = host.rsplit('@').next()?.split(':').next()?.trim_end_matches('.').to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let is_valid = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let valid = host.contains('.') && (host.bytes().all(is_plain) || host.chars().all(is_valid));
    valid.then(|| host.to_owned())
}

/// Letters and digits only, in lower case: `Contoh Pos.com` and `contohpos.com` come out alike.
#[must_use]
pub fn squash(phrase: &str) -> String {
    let mut squashed = String::with_capacity(phrase.len());
    squash_onto(&mut squashed, phrase);
    squashed
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
fn site(host: &str) -> Option<&str> {
    let mut labels = host.rsplit('.').skip_while(|label| label.len() <= 3);
    labels.next().or_else(|| host.split('.').next())
}

/// The words of a phrase, each with the byte at which it ends.
fn words_with_ends(phrase: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    phrase.split_inclusive(char::is_whitespace).filter_map(move |piece| {
        let word = piece.trim_end();
        let end = at + word.len();
        at += piece.len();
        (!word.is_empty()).then_some((end, word))
    })
}

fn is_domain_word(word: &str) -> bool {
    has_domain(word) || (word.ends_with('.') && word.chars().count() > 6)
}

/// Whether the end of a domain stands in a phrase, such as `contoh.com`, or one that lost its full stop.
fn has_domain(phrase: &str) -> bool {
    let may_have = phrase.contains('.') || phrase.as_bytes().windows(5).any(|five| five.eq_ignore_ascii_case(b"co id"));
    may_have && HAS_DOMAIN.is_match(phrase)
}

/// Words that names of outlets hold, and names of people and places do not.
const OUTLET_WORDS: [&str; 12] =
    ["daily", "herald", "koran", "media", "news", "newsroom", "online", "post", "redaksi", "times", "tribune", "tv"];

static AGENCIES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    include_str!("agencies.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(squash)
        .filter(|name| !name.is_empty())
        .collect()
});

static HAS_DOMAIN: LazyLock<Regex> = LazyLock::new(|| {
    super::compile(
        r"(?i)(?:^|[\w-])[.,\s]?\b(?:co\.id|co id|com\.my|com\.sg|or\.id|go\.id|ac\.id|web\.id)\b|[\w-]\.(?:com|co|id|net|org|my|tv|news|today|info|sg|me|asia)\b",
    )
});

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
    fn strips_outlets_from_the_start_only() {
        assert_eq!(outlets().strip_from_start("ContohPos.com Budi Misal"), "Budi Misal");
        assert_eq!(outlets().strip_from_start("Contoh Pos Cetak, Budi Misal"), "Budi Misal");
        assert_eq!(outlets().strip_from_start("Contohpo. Budi Misal"), "Budi Misal");
        assert_eq!(outlets().strip_from_start("Muh. Budi Misal"), "Muh. Budi Misal");
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
