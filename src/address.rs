//! Addresses of copies: archives of the web and caches put the address of the page behind one of their own. Knows how such
//! addresses are made, not who makes them.

/// Digits that the time of a copy has at least: year, month and day.
const STAMP: usize = 8;

/// The address of the page that this one is a copy of, if it is one of a copy.
#[must_use]
pub fn original(copy: &str) -> Option<&str> {
    let (_, rest) = copy.trim().split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    if let Some(query) = path.strip_prefix("search?") {
        return query.split('&').find_map(|pair| cached(pair.strip_prefix("q=cache:")?));
    }
    // Most addresses hold no other.
    memchr::memchr(b':', path.as_bytes())?;
    // What stands in a query is no copy.
    let own = path.split(['?', '#']).next()?;
    let (at, _) = own.rmatch_indices("/http").find(|(at, _)| {
        let (before, address) = (path.get(..*at).unwrap_or_default(), path.get(at + 1..).unwrap_or_default());
        is_stamp(before.rsplit('/').next().unwrap_or_default()) && is_web(address)
    })?;
    path.get(at + 1..)
}

/// The address in what a cache is asked for: perhaps a key, the address, perhaps words.
fn cached(asked: &str) -> Option<&str> {
    let asked = asked.split('+').next()?;
    let address = match asked.split_once(':') {
        Some((key, rest)) if !is_web(asked) && !key.contains(['.', '/']) => rest,
        _ => asked,
    };
    (!address.is_empty()).then_some(address)
}

fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// Whether a part of a path is the time of a copy: `20200504081500`, `20200504081500id_`, `2020.05.04-081500`.
fn is_stamp(part: &str) -> bool {
    let part =
        part.strip_suffix('_').map_or(part, |flagged| flagged.trim_end_matches(|c: char| c.is_ascii_lowercase()));
    part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
        && part.bytes().filter(u8::is_ascii_digit).count() >= STAMP
}

#[cfg(test)]
mod tests {
    use super::original;

    #[test]
    fn the_address_of_a_page_is_found_in_that_of_its_copy() {
        let page = "https://contoh.example/a/1?b=/c#d";
        for copy in [
            "https://arsip.example/web/20200504081500/",
            "http://arsip.example/web/20200504081500id_/",
            "https://arsip.example/2020.05.04-081500/",
            "https://arsip.example/20200504/",
            "https://arsip.example/web/20210101000000/https://arsip.example/web/20200504081500/",
        ] {
            assert_eq!(original(&format!("{copy}{page}")), Some(page), "{copy}");
        }
        for (copy, page) in [
            (
                "https://tembolok.example/search?q=cache:AbC-1_d:https://contoh.example/a+kata&hl=id",
                "https://contoh.example/a",
            ),
            ("https://tembolok.example/search?hl=id&q=cache:contoh.example/a:1", "contoh.example/a:1"),
            ("https://tembolok.example/search?q=cache:AbC:contoh.example/a", "contoh.example/a"),
        ] {
            assert_eq!(original(copy), Some(page), "{copy}");
        }
    }

    #[test]
    fn other_addresses_are_their_own() {
        for address in [
            "https://contoh.example/a/1",
            "https://contoh.example/2020/05/04/judul",
            "https://contoh.example/bagikan?u=/20200504081500/https://lain.example/",
            "https://contoh.example/bagikan/https://lain.example/",
            "https://contoh.example/20200504081500/httpslain",
            "https://contoh.example/search?q=harga",
            "https://contoh.example/search?q=cache:",
            "https://contoh.example",
            "contoh.example/20200504081500/https://lain.example",
            "",
        ] {
            assert_eq!(original(address), None, "{address}");
        }
    }
}
