//! Reads JSON Lines on standard input and writes them unchanged on standard output: what any program over JSON must cost.
//!
//! `benches/compare.sh` measures cleaning against it.

use std::io::{self, BufRead, BufReader, BufWriter, Write};

use serde_json::Value;

fn main() -> io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, io::stdin().lock());
    let mut output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let value: Value = serde_json::from_slice(&line)?;
        serde_json::to_writer(&mut output, &value)?;
        output.write_all(b"\n")?;
        line.clear();
    }
    output.flush()
}
