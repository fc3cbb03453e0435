//! File names from record ids. Whatever the id says, the file stands inside the folder and every system can hold it.

use crate::limits;

/// The components of the path of the file for a record, relative to the output folder: those of the id where they are
/// harmless, else made harmless and told apart by a hash of the id. The extension is that of the output, such as `txt`.
pub fn path_for(id: &str, extension: &str) -> Vec<String> {
    let stem = stem(id);
    let parts: Vec<&str> = stem.split('/').collect();
    let is_relative =
        parts.iter().all(|part| !part.is_empty() && *part != "." && *part != "..") && !stem.contains(['\\', '\0']);
    if !is_relative || parts.len() > limits::NAME_DEPTH + 1 {
        return vec![flat(id, extension)];
    }
    let mut path: Vec<String> = parts.iter().map(|part| harmless(part, limits::NAME_BYTES - SUFFIX)).collect();
    let changed = path.iter().zip(&parts).any(|(made, given)| made != given);
    if let Some(name) = path.last_mut() {
        name.push_str(&if changed { format!("-{}.{extension}", hash(id)) } else { format!(".{extension}") });
    }
    path
}

/// The name, in the output folder itself, for a record whose own path is taken.
pub fn flat(id: &str, extension: &str) -> String {
    format!("{}-{}.{extension}", harmless(stem(id), limits::NAME_BYTES - SUFFIX), hash(id))
}

/// The path of the `number`th further record with the same id.
pub fn numbered(id: &str, extension: &str, number: u64) -> String {
    format!("{}-{}-{number}.{extension}", harmless(stem(id), limits::NAME_BYTES - SUFFIX - NUMBER), hash(id))
}

/// Room for the hash and the extension.
const SUFFIX: usize = 1 + 16 + 4;

/// Room for a number and its hyphen.
const NUMBER: usize = 1 + 20;

/// Names that Windows keeps for devices, whatever their extension.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The id without the extensions that say how the input was stored.
fn stem(id: &str) -> &str {
    let plain = [".gz", ".zst"].iter().find_map(|extension| id.strip_suffix(extension)).unwrap_or(id);
    let plain = plain.strip_suffix(".txt").unwrap_or(plain);
    if plain.is_empty() || plain.ends_with('/') { id } else { plain }
}

/// A name that every system can hold, of at most `limit` bytes.
fn harmless(part: &str, limit: usize) -> String {
    let mut name = String::new();
    for c in part.chars() {
        let c = if is_harmless(c) { c } else { '_' };
        if name.len() + c.len_utf8() > limit {
            break;
        }
        name.push(c);
    }
    let name = name.trim_end_matches(['.', ' ']);
    let device = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let port = device.strip_prefix("com").or_else(|| device.strip_prefix("lpt"));
    let is_reserved = RESERVED.contains(&device.as_str()) || port.is_some_and(|port| port.chars().count() == 1);
    match name {
        "" => "_".to_owned(),
        // Hidden files are left out when folders are read, and a hyphen looks like a flag.
        name if is_reserved || name.starts_with(['.', '-', ' ']) => format!("_{name}"),
        name => name.to_owned(),
    }
}

fn is_harmless(c: char) -> bool {
    c.is_alphanumeric() || "-_. ,;()[]{}!'&+=@#$%~^–—’‘“”…".contains(c)
}

/// 64 bits of the id, by FNV-1a: the same on every machine and in every version.
fn hash(id: &str) -> String {
    format!("{:016x}", fnv(id))
}

/// 64 bits of a text, by FNV-1a.
pub fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_paths_are_kept() {
        assert_eq!(path_for("berita.txt", "txt"), ["berita.txt"]);
        assert_eq!(path_for("2024/Mei/harga naik (2).txt.gz", "txt"), ["2024", "Mei", "harga naik (2).txt"]);
        assert_eq!(path_for("catatan", "md"), ["catatan.md"]);
    }

    #[test]
    fn no_id_leads_out_of_the_folder_or_to_a_name_that_a_system_refuses() {
        let long = "x".repeat(5000);
        let deep = "a/".repeat(5000);
        let ids = [
            "../../x",
            "/etc/x",
            "C:\\x",
            "a\0b",
            "CON",
            "nul.txt",
            "com1",
            ".hidden",
            "a/../b",
            "a//b",
            "",
            ".",
            "..",
            "/",
            "x. ",
            "-rf",
            "https://contoh.example/read/1?a=b",
            "a\u{202e}b",
            "a\nb",
            "\u{1b}[31m",
            ".txt",
            ".gz",
            &long,
            &deep,
        ];
        let mut seen = std::collections::BTreeSet::new();
        for id in ids {
            let path = path_for(id, "txt");
            for part in &path {
                assert!(!part.is_empty() && part.len() <= limits::NAME_BYTES, "{id:?}: {part:?}");
                assert!(!part.starts_with('.') && !part.ends_with(['.', ' ']), "{id:?}: {part:?}");
                assert!(!part.contains(['/', '\\', ':', '?', '"', '<', '>', '|', '*']), "{id:?}: {part:?}");
                assert!(!part.chars().any(char::is_control), "{id:?}: {part:?}");
                let device = part.split(['.', '-']).next().unwrap().to_lowercase();
                assert!(!["con", "nul", "com1"].contains(&device.as_str()), "{id:?}: {part:?}");
            }
            assert!(seen.insert(path), "{id:?} collides");
        }
    }
}
