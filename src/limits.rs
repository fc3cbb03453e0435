//! Every limit that input can run into, in one place.
//!
//! A limit that is hit costs the record or the file it is hit in, never the run, and is always reported.

/// Bytes of one record (a line of JSON Lines, or a text file), decompressed. Longer ones are skipped unread.
pub const RECORD_BYTES: usize = 20_000_000;

/// Lines of one record that are judged one by one; what follows them is judged as one.
pub const SEGMENTS: usize = 200_000;

/// Elements of a page that may be open at once; deeper ones are flattened. Browsers stop at 512 as well.
pub const DEPTH: usize = 512;

/// Formatting elements (`<b>`, `<font>`, …) with attributes that may be open at once: the tree builder opens each of them
/// again in every block.
pub const OPEN_FORMATTING: usize = 32;

/// Attributes of one tag that are read.
pub const ATTRIBUTES: usize = 1_000;

/// Bytes at the start of an input that are looked at to guess its format.
pub const SNIFF_BYTES: usize = 64 * 1024;

/// Bytes at the start of an input in which a NUL makes it binary, unless its format is known.
pub const BINARY_PROBE_BYTES: usize = 1024;

/// Columns of a table.
pub const COLUMNS: usize = 10_000;

/// Bytes of the footer of a Parquet file.
pub const PARQUET_FOOTER_BYTES: u64 = 64 * 1024 * 1024;

/// Elements of a list in the footer of a Parquet file, such as columns and groups of rows.
pub const PARQUET_LIST: u64 = 1_000_000;

/// Nesting of columns in a Parquet file.
pub const PARQUET_DEPTH: usize = 64;

/// Bytes that a compressed or piped Parquet file may have unpacked: they go to a temporary file.
pub const SPOOL_BYTES: u64 = 64 * 1024 * 1024 * 1024;

/// Nesting of arrays and objects in a JSON record; set by the JSON parser.
pub const JSON_DEPTH: usize = 128;

/// Bytes of the headers of a WARC record.
pub const WARC_HEADER_BYTES: usize = 64 * 1024;

/// Base-2 logarithm of the largest window that a zstd frame may ask for: 128 MiB.
pub const ZSTD_WINDOW_LOG: u32 = 27;

/// Memory that unpacking xz may take, in KiB: 128 MiB for the dictionary, and some for the rest.
pub const XZ_MEMORY_KIB: u32 = 129 * 1024;

/// Records that are cleaned as one batch.
pub const BATCH_RECORDS: usize = 32;

/// Bytes of text after which a batch is closed, however few its records.
pub const BATCH_BYTES: usize = 256 * 1024;

/// Records of a batch that are cleaned together, stage by stage.
pub const GROUP_RECORDS: usize = 32;

/// Bytes of text that such records have together at most; one that is longer is cleaned alone.
pub const GROUP_BYTES: usize = 128 * 1024;

/// Bytes of records that may be read and not yet written, unless told otherwise.
pub const IN_FLIGHT_BYTES: usize = 8 * 1024 * 1024;

/// Bytes of one component of a file name that is made from a record's id.
pub const NAME_BYTES: usize = 120;

/// Folders above a file whose name is made from a record's id.
pub const NAME_DEPTH: usize = 16;

/// Bytes of one script of JSON-LD; what a longer one says of its page is not read.
pub const JSON_LD: usize = 2 * 1024 * 1024;

/// Bytes of records that are written and compressed as one piece.
pub const BLOCK_BYTES: usize = 1024 * 1024;

/// Bytes of values after which a row group of a Parquet file ends.
pub const ROW_GROUP_BYTES: usize = 8 * 1024 * 1024;

/// Rows after which a row group of a Parquet file ends.
pub const ROW_GROUP_ROWS: usize = 20_000;

/// Portals that statistics tell apart; further ones are counted together.
pub const STATS_PORTALS: usize = 20_000;

/// Records shown in the report of a run.
pub const EXAMPLES: usize = 12;

/// Bytes of each of them that are shown.
pub const EXAMPLE_BYTES: usize = 6000;
