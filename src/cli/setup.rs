//! From flags to what the library takes: a cleaner, reading options.

use kupas::cleaner::{Cleaner, Options};
use kupas::markdown::Links;
use kupas::read;

use super::args::{CleanerArgs, From, ReadArgs};
use super::outcome::Failure;

/// The cleaner that the flags describe.
pub fn cleaner(args: &CleanerArgs, markdown: Option<Links>) -> Result<Cleaner, Failure> {
    let options = Options {
        markdown,
        keep: args.keep.clone(),
        drop: args.drop.clone(),
        packs: args.packs.clone(),
        weights: args.weights.clone(),
    };
    Cleaner::new(options).map_err(|error| Failure::Usage(error.to_string()))
}

/// The reading options that the flags describe.
pub fn reading(args: &ReadArgs) -> read::Options {
    read::Options {
        format: match args.from {
            From::Auto => None,
            From::Text => Some(read::Format::Text),
            From::Html => Some(read::Format::Html),
            From::Mhtml => Some(read::Format::Mhtml),
            From::Warc => Some(read::Format::Warc),
            From::Csv => Some(read::Format::Csv),
            From::Tsv => Some(read::Format::Tsv),
            From::Parquet => Some(read::Format::Parquet),
            From::Jsonl => Some(read::Format::Jsonl),
        },
        text_field: args.text_field.clone(),
        html_field: args.html_field.clone(),
        id_field: args.id_field.clone(),
        url_field: args.url_field.clone(),
        url: args.url.clone(),
        max_record_bytes: args.max_record_bytes,
        ..read::Options::default()
    }
}
