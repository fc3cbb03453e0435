//! What tests of the command line share: a folder, the binary, and prose that no cleaner has reason to touch.
#![allow(dead_code, reason = "not every test file uses all of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// A temporary folder in which commands run.
pub struct Place(tempfile::TempDir);

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Place {
    pub fn new() -> Place {
        Place(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, with the folders above it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// All that stands in a folder, sorted.
    pub fn list(&self, name: &str) -> Vec<String> {
        let walk = walkdir::WalkDir::new(self.path(name)).sort_by_file_name();
        let files = walk.into_iter().map(Result::unwrap).filter(|entry| !entry.file_type().is_dir());
        files.map(|entry| entry.path().strip_prefix(self.path(name)).unwrap().to_str().unwrap().to_owned()).collect()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kupas"));
        command.args(args).current_dir(self.0.path()).env_remove("RUST_BACKTRACE").stdin(Stdio::null());
        command
    }

    /// Runs `kupas` in the folder.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().unwrap().into()
    }

    /// Runs `kupas` in the folder, feeding it standard input.
    pub fn feed(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut child =
            self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let feeder = std::thread::spawn(move || {
            let _ = stdin.write_all(&input);
        });
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        output.into()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        let stderr = String::from_utf8(output.stderr).unwrap();
        Ran { code: output.status.code(), stdout: output.stdout, stderr }
    }
}

impl Ran {
    /// The records on standard output.
    pub fn records(&self) -> Vec<Value> {
        records(&self.stdout)
    }

    pub fn ids(&self) -> Vec<String> {
        ids(&self.records())
    }

    /// Asserts the exit code and the totals, which must also add up to what was written.
    #[track_caller]
    pub fn expect(&self, code: i32, kept: usize, failed: usize) -> &Ran {
        let read = kept + failed;
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        let totals = format!("kupas: {read} read = {kept} kept + 0 emptied + {failed} failed");
        assert_eq!(self.stderr.lines().last(), Some(totals.as_str()), "{}", self.stderr);
        self
    }

    /// Asserts that standard error says this in one of its lines.
    #[track_caller]
    pub fn says(&self, what: &str) -> &Ran {
        assert!(self.stderr.lines().any(|line| line.contains(what)), "{what:?} is not in:\n{}", self.stderr);
        self
    }
}

pub fn records(lines: &[u8]) -> Vec<Value> {
    let lines = std::str::from_utf8(lines).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub fn ids(records: &[Value]) -> Vec<String> {
    records.iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
}

/// A paragraph of an article, another for every number.
pub fn prose(number: usize) -> String {
    format!(
        "Pemerintah kota menambah {number} bus untuk melayani warga yang setiap pagi bekerja di pusat kota, kata kepala \
         dinas perhubungan kepada wartawan. Ia menjelaskan bahwa bus tambahan itu akan melewati jalur yang selama ini paling \
         padat, dan bahwa tarifnya tidak akan naik sampai akhir tahun."
    )
}

/// A line of JSON Lines with that id and prose.
pub fn line(id: &str, number: usize) -> String {
    format!("{}\n", json!({"id": id, "text": prose(number)}))
}

/// Lines with the ids `r0`, `r1`, ….
pub fn lines(count: usize) -> String {
    (0..count).map(|number| line(&format!("r{number}"), number)).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes), &mut plain).unwrap();
    plain
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

pub fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A way to compress: the end of names, what it is called, and what does it.
pub type Packer = (&'static str, &'static str, fn(&[u8]) -> Vec<u8>);

/// All ways to compress.
pub const PACKERS: [Packer; 4] =
    [("gz", "gzip", gzip), ("zst", "zstd", zstd), ("bz2", "bzip2", bzip2), ("xz", "xz", xz)];

pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
