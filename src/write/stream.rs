//! All records into one stream, such as standard output.

use std::io::Write;

use super::csv;
use super::encode::{Blocks, Plain};
use super::files::SEPARATOR;
use super::{Rendered, Renderer, Sink};
use crate::error::Error;

/// Bytes of records that are held back before they are passed on.
const HELD_BACK: usize = 64 * 1024;

/// One stream of records.
pub struct Stream {
    renderer: Renderer,
    name: String,
    blocks: Blocks,
    is_first: bool,
}

impl Stream {
    /// Records to `writer`, which messages call `name`. It gets whole records.
    pub fn new(renderer: Renderer, name: &str, writer: impl Write + Send + 'static) -> Stream {
        let blocks = Blocks::new(Box::new(Plain(writer)), None, HELD_BACK, 0);
        Stream { renderer, name: name.to_owned(), blocks, is_first: true }
    }
}

impl Sink for Stream {
    fn renderer(&self) -> Renderer {
        self.renderer
    }

    fn write(&mut self, record: &Rendered) -> Result<(), Error> {
        let first = std::mem::replace(&mut self.is_first, false);
        let before = match self.renderer {
            Renderer::Csv { .. } if first => csv::header().into_bytes(),
            renderer if renderer.is_text() && !first => SEPARATOR.to_vec(),
            _ => Vec::new(),
        };
        let written = match before.is_empty() {
            true => self.blocks.add(&record.bytes),
            false => self.blocks.add(&[before.as_slice(), record.bytes.as_slice()].concat()),
        };
        written.map_err(|error| Error::output(&self.name, error))
    }

    fn seal(&mut self) -> Result<(), Error> {
        if let (Renderer::Csv { .. }, true) = (self.renderer, self.is_first) {
            self.blocks.add(csv::header().as_bytes()).map_err(|error| Error::output(&self.name, error))?;
        }
        self.blocks.seal().map_err(|error| Error::output(&self.name, error))
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Stream")
            .field("name", &self.name)
            .field("renderer", &self.renderer)
            .finish_non_exhaustive()
    }
}
