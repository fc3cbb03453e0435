//! What can be typed: the commands and their flags. Parsing only; each command's module does the work.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use kupas::article::Kind;
use kupas::limits;
use kupas::stats::drift::Thresholds;

use super::output::OutputArgs;
use super::paint::When;
use super::running::RunArgs;

/// Peels the portal off scraped news: clean article bodies, metadata, and a reason for every removal.
#[derive(Debug, Parser)]
#[command(name = "kupas", version, about, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 all well, 1 some records failed or `check` found a difference, 2 wrong usage, \
                        74 output could not be written, 130 interrupted.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant)] // there is one, and it lives as long as the program
pub enum Command {
    /// Clean articles: records in, clean records out
    Clean(CleanArgs),
    /// Show every segment of a document with what it is and why
    Explain(ExplainArgs),
    /// Test your own fixtures: input, expected body, expected record
    Check(CheckArgs),
    /// List, show and test rule packs
    Packs(PacksArgs),
    /// Learn weights from annotated articles
    Train(TrainArgs),
    /// Compare two runs: on which portals have rules stopped to hit, or begun to?
    Drift(DriftArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

/// `kupas clean`
#[derive(Debug, Args)]
#[command(after_help = clean_help())]
pub struct CleanArgs {
    /// Files, folders (walked in sorted order) or globs; none or `-`: standard input
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,

    /// Read the files and folders that this list names, too: one path a line, or with NULs between them; `-`: standard
    /// input. May be given more than once
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub files_from: Vec<PathBuf>,

    #[command(flatten)]
    pub read: ReadArgs,

    #[command(flatten)]
    pub cleaner: CleanerArgs,

    #[command(flatten)]
    pub output: OutputArgs,

    /// Put the raw text into the field `raw`
    #[arg(long, help_heading = "Output")]
    pub keep_raw: bool,

    /// Put where each record stood into the field `provenance`: file, record number, byte offset
    #[arg(long, help_heading = "Output")]
    pub provenance: bool,

    /// Write statistics of the run to this file, as JSON; `kupas drift` compares two of them
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub stats: Option<PathBuf>,

    /// Write a report on the run to this file: a page with what was kept and removed, by what, and examples
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub report: Option<PathBuf>,

    #[command(flatten)]
    pub run: RunArgs,
}

/// How input is read; shared by the commands that read articles.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Input")]
pub struct ReadArgs {
    /// Format of the input; auto goes by file name, then by content
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub from: From,

    /// The field or column that holds the text [default: text, content, raw_content, body, isi, konten, …]
    #[arg(long, value_name = "NAME")]
    pub text_field: Option<String>,

    /// The field or column that holds the HTML page [default: html, raw_html, page, …; preferred to a text]
    #[arg(long, value_name = "NAME")]
    pub html_field: Option<String>,

    /// The field or column that holds the id [default: id, _id, doc_id, …]
    #[arg(long, value_name = "NAME")]
    pub id_field: Option<String>,

    /// The field or column that holds the address of the page [default: url, link, …]
    #[arg(long, value_name = "NAME")]
    pub url_field: Option<String>,

    /// The address of every page that comes without one; it tells which portal's rules apply
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,

    /// Records with more bytes than this are skipped and reported
    #[arg(long, value_name = "BYTES", default_value_t = limits::RECORD_BYTES)]
    pub max_record_bytes: usize,
}

/// What the cleaner goes by; shared by the commands that clean.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Cleaning")]
pub struct CleanerArgs {
    /// A folder of your own rule packs, on top of the built-in ones; may be given more than once
    #[arg(long, value_name = "DIR")]
    pub packs: Vec<PathBuf>,

    /// Weights learned with `kupas train`, instead of the built-in ones
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,

    /// Kinds that stay in the text although they are not body, such as dateline,caption
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', value_parser = kind_parser(), hide_possible_values = true)]
    pub keep: Vec<Kind>,

    /// Kinds that leave the text although they are body, such as heading
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', value_parser = kind_parser(), hide_possible_values = true)]
    pub drop: Vec<Kind>,
}

/// `kupas explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// File to explain; `-`: standard input. Of JSON Lines, the first record unless --record says which
    #[arg(value_name = "INPUT", default_value = "-")]
    pub input: PathBuf,

    /// Explain the record with this id or, if there is none, of this number from 1
    #[arg(long, value_name = "ID|N")]
    pub record: Option<String>,

    /// Write a self-contained page to look at in a browser, instead of printing
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,

    /// Most pieces of evidence to name for each verdict, and against it
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub evidence: usize,

    /// Print long text in full
    #[arg(long)]
    pub full: bool,

    /// When to use colours; auto: on a terminal, unless NO_COLOR is set
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: When,

    #[command(flatten)]
    pub read: ReadArgs,

    #[command(flatten)]
    pub cleaner: CleanerArgs,
}

/// `kupas check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Folders of fixtures
    #[arg(value_name = "FIXTURES", required = true)]
    pub fixtures: Vec<PathBuf>,

    /// Rewrite the expectations with what is now produced
    #[arg(long)]
    pub update: bool,

    /// Make a fixture of this file in the (one) folder given; it expects what comes out now
    #[arg(long, value_name = "FILE", conflicts_with = "update")]
    pub new: Option<PathBuf>,

    /// Name of the new fixture, such as contoh.id/cabai [default: the file's own]
    #[arg(long = "as", value_name = "NAME", requires = "new")]
    pub name: Option<String>,

    /// When to use colours; auto: on a terminal, unless NO_COLOR is set
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: When,

    #[command(flatten)]
    pub cleaner: CleanerArgs,
}

/// `kupas packs`
#[derive(Debug, Args)]
pub struct PacksArgs {
    /// What to do with them.
    #[command(subcommand)]
    pub command: PacksCommand,
}

/// The commands on packs.
#[derive(Debug, Subcommand)]
pub enum PacksCommand {
    /// List the packs with their number of rules
    List {
        /// A folder of your own packs, on top of the built-in ones
        #[arg(long, value_name = "DIR")]
        packs: Vec<PathBuf>,
    },
    /// Show a pack's rules and what they are for
    Show {
        /// The pack's name, such as id or example.com
        name: String,
        /// A folder of your own packs, on top of the built-in ones
        #[arg(long, value_name = "DIR")]
        packs: Vec<PathBuf>,
    },
    /// Run the examples of every rule
    Test {
        /// Folders of packs to test [default: the built-in ones]
        #[arg(value_name = "DIR")]
        packs: Vec<PathBuf>,
    },
}

/// `kupas train`
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Annotated articles or pages, JSON Lines; plain, .gz or .zst
    #[arg(value_name = "GOLD", required = true)]
    pub gold: Vec<PathBuf>,

    /// Write the weights (or, with --cross-validate, the records) here
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Learn on top of these weights [default: the built-in ones; with --cross-validate, none]
    #[arg(long, value_name = "FILE", conflicts_with = "from_scratch")]
    pub weights: Option<PathBuf>,

    /// Learn from the articles given alone
    #[arg(long)]
    pub from_scratch: bool,

    /// Clean each article with weights that have not seen its portal, in K folds, and write the records
    #[arg(long, value_name = "K")]
    pub cross_validate: Option<usize>,

    /// With --cross-validate: clean the articles' pages instead of their text, and only those that have one
    #[arg(long, requires = "cross_validate")]
    pub pages: bool,

    /// A folder of your own rule packs, on top of the built-in ones; may be given more than once
    #[arg(long, value_name = "DIR")]
    pub packs: Vec<PathBuf>,

    /// Print no progress
    #[arg(short, long)]
    pub quiet: bool,
}

/// `kupas drift`
#[derive(Debug, Args)]
#[command(
    after_help = "A rule has drifted on a portal if the shares of documents in which it removed something differ by \
                        z standard errors (two-proportion z-test, pooled) and by the ratio. Exit codes: 0 nothing has \
                        drifted, 1 something has, 2 wrong usage."
)]
pub struct DriftArgs {
    /// Statistics of the earlier run (`kupas clean --stats`)
    #[arg(value_name = "BASELINE.json")]
    pub baseline: PathBuf,

    /// Statistics of the later run
    #[arg(value_name = "STATS.json")]
    pub stats: PathBuf,

    /// Documents that a portal must have in both runs
    #[arg(long, value_name = "N", default_value_t = Thresholds::default().documents)]
    pub min_documents: u64,

    /// Standard errors that the shares must be apart
    #[arg(long, value_name = "Z", default_value_t = Thresholds::default().z)]
    pub min_z: f64,

    /// How many times as large the larger share must be
    #[arg(long, value_name = "X", default_value_t = Thresholds::default().ratio)]
    pub min_ratio: f64,
}

/// `kupas completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// Formats that can be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum From {
    /// By file name, then by content
    Auto,
    /// One document per file
    Text,
    /// One page per file
    Html,
    /// One page per file, as browsers save it with its images
    #[value(alias = "mht")]
    Mhtml,
    /// One JSON object per line
    Jsonl,
    /// What crawlers store: pages (WARC) or text (WET)
    #[value(alias = "wet")]
    Warc,
    /// One row per record, columns by the names in the first row
    Csv,
    /// The same with tabs
    Tsv,
    /// One row per record, columns by their names
    Parquet,
}

/// Parses the name of a kind; wrong names are answered with the right ones.
fn kind_parser() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::name)).try_map(|name| Kind::from_name(&name).ok_or("no such kind"))
}

/// What `kupas clean --help` says below the flags: how to read text output, and the limits.
fn clean_help() -> String {
    format!(
        "Kinds: {kinds}.\n\n\
         Text: with --to text, a line that holds nothing but a form feed (\\f) stands between documents on standard \
         output or in a file; no document contains one. With --output DIR/ each document gets a file of its own, named \
         after its id.\n\n\
         Limits: a record may have {record} bytes (--max-record-bytes), JSON may nest {depth} deep, a zstd window may \
         have {window} MiB. What exceeds one is skipped and reported.\n\n\
         Standard error ends with the totals: read = kept + emptied + failed. Exit codes: 0 all well, 1 some records \
         failed, 2 wrong usage, 74 output could not be written, 130 interrupted.",
        kinds = Kind::ALL.map(Kind::name).join(", "),
        record = limits::RECORD_BYTES,
        depth = limits::JSON_DEPTH,
        window = (1u32 << limits::ZSTD_WINDOW_LOG) >> 20,
    )
}
