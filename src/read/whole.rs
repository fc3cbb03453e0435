//! Inputs that are one document: reads all of one, in bounded memory.

use std::io::Read;

use super::decompress::Tail;
use super::open::Input;
use super::sources::Source;
use super::{Item, Options};
use crate::error::Error;

/// All bytes of an input.
pub struct Whole {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What is to be said about what follows them.
    pub tail: Option<Item>,
}

/// Reads all of an input; if that fails, or it is too long, says so.
pub fn read(source: &Source, input: Input, options: &Options) -> Result<Whole, Vec<Item>> {
    let failure = |reason: &dyn ToString| Item::Failure(Error::file(&source.label, reason.to_string()));
    let limit = options.max_record_bytes;
    let mut bytes = Vec::new();
    let mut tail = None;
    if let Err(error) = input.take((limit as u64).saturating_add(1)).read_to_end(&mut bytes) {
        match Tail::of(&error) {
            None => return Err(vec![failure(&error)]),
            Some(Tail::Zeros) => tail = Some(Item::Notice(format!("{}: {}", source.label, Tail::Zeros))),
            Some(Tail::Garbage) => tail = Some(failure(&Tail::Garbage)),
        }
    }
    if bytes.len() > limit {
        let too_long = failure(&format!("longer than {limit} bytes (--max-record-bytes)"));
        return Err(std::iter::once(too_long).chain(tail).collect());
    }
    Ok(Whole { bytes, tail })
}
