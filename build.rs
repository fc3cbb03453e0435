//! Embeds `packs/**/*.toml` into the crate, in sorted order, so that the binary needs no files beside it.
#![allow(clippy::print_stdout, reason = "cargo reads directives from standard output")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=packs");
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("packs");
    let mut list = String::from("[\n");
    for group in ["common", "lang", "portal"] {
        for file in toml_files(&root.join(group))? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            list += &format!("({:?}, include_str!({:?})),\n", format!("{group}/{name}"), file.to_string_lossy());
        }
    }
    list += "]\n";
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join("packs.rs");
    fs::write(out, list)
}

/// The pack files of a folder, sorted; none if there is no such folder.
fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
