//! Looks over the footer of a Parquet file before the Parquet crate reads it: that crate allocates by stated sizes and
//! recurses into the schema, so that a hostile footer could end the process. Knows only the shape of Thrift's compact
//! protocol, and of Parquet where the schema stands.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use crate::limits;

/// Field of the file's metadata that lists the elements of the schema.
const SCHEMA: i64 = 2;

/// Field of an element of the schema that counts its children.
const CHILDREN: i64 = 5;

/// What Thrift values can be, as their types are numbered.
const STOP: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const STRUCT: u8 = 12;

/// Whether the file's footer can be read without harm; an error says why not.
pub fn check(file: &mut File) -> Result<(), String> {
    let fail = |error: std::io::Error| error.to_string();
    let length = file.seek(SeekFrom::End(0)).map_err(fail)?;
    let end = length.checked_sub(8).filter(|end| *end >= 4).ok_or("truncated: shorter than any Parquet file")?;
    let mut tail = [0; 8];
    file.seek(SeekFrom::Start(end)).map_err(fail)?;
    file.read_exact(&mut tail).map_err(fail)?;
    let [a, b, c, d, magic @ ..] = tail;
    if &magic != b"PAR1" {
        return Err("truncated, or no Parquet file: its end is missing".to_owned());
    }
    let size = u64::from(u32::from_le_bytes([a, b, c, d]));
    if size > limits::PARQUET_FOOTER_BYTES {
        return Err(format!("a footer of {size} bytes, more than {}", limits::PARQUET_FOOTER_BYTES));
    }
    let start = end.checked_sub(size).ok_or("corrupt Parquet data: the footer is longer than the file")?;
    let mut footer = Vec::new();
    file.seek(SeekFrom::Start(start)).map_err(fail)?;
    file.by_ref().take(size).read_to_end(&mut footer).map_err(fail)?;
    file.seek(SeekFrom::Start(0)).map_err(fail)?;
    let children = children(&footer).ok_or("corrupt Parquet data: the footer is malformed, or asks for too much")?;
    check_schema(&children)
}

/// Whether a schema given as numbers of children, depth first, is complete and not too deep.
fn check_schema(children: &[i64]) -> Result<(), String> {
    let mut open: Vec<i64> = Vec::new();
    for children in children {
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        open.push(*children);
        if open.len() > limits::PARQUET_DEPTH {
            return Err(format!("columns nest deeper than {}", limits::PARQUET_DEPTH));
        }
        while open.last().is_some_and(|left| *left <= 0) {
            open.pop();
        }
    }
    if open.is_empty() { Ok(()) } else { Err("corrupt Parquet data: the schema is incomplete".to_owned()) }
}

/// Where a value stands.
enum Within {
    /// In a struct, after the field of that number.
    Struct(i64),
    /// In a list of values of a type, so many of which are left.
    List(u8, u64),
}

/// The numbers of children of the schema's elements, in order; `None` if the footer is malformed or asks for too much.
fn children(footer: &[u8]) -> Option<Vec<i64>> {
    let mut rest = footer;
    let mut stack = vec![Within::Struct(0)];
    let mut children = Vec::new();
    loop {
        let kind = match stack.last_mut() {
            None => return Some(children),
            Some(Within::List(_, 0)) => {
                stack.pop();
                continue;
            }
            Some(Within::List(kind, left)) => {
                *left -= 1;
                // In a list, a truth value is a byte.
                if matches!(*kind, TRUE | FALSE) { BYTE } else { *kind }
            }
            Some(Within::Struct(field)) => {
                let head = byte(&mut rest)?;
                if head & 0x0f == STOP {
                    stack.pop();
                    continue;
                }
                *field = match head >> 4 {
                    0 => signed(&mut rest)?,
                    step => field.checked_add(i64::from(step))?,
                };
                head & 0x0f
            }
        };
        match kind {
            TRUE | FALSE => {}
            BYTE => skip(&mut rest, 1)?,
            I16 | I32 | I64 => {
                let value = signed(&mut rest)?;
                if let ([Within::Struct(SCHEMA), _, Within::Struct(CHILDREN)], Some(last)) =
                    (stack.as_slice(), children.last_mut())
                {
                    *last = value;
                }
            }
            DOUBLE => skip(&mut rest, 8)?,
            BINARY => {
                let length = usize::try_from(unsigned(&mut rest)?).ok()?;
                skip(&mut rest, length)?;
            }
            LIST | SET => {
                let head = byte(&mut rest)?;
                let length = if head >> 4 == 15 { unsigned(&mut rest)? } else { u64::from(head >> 4) };
                // Every element takes a byte at least.
                if length > limits::PARQUET_LIST.min(rest.len() as u64) {
                    return None;
                }
                stack.push(Within::List(head & 0x0f, length));
            }
            STRUCT => {
                if let [Within::Struct(SCHEMA), Within::List(..)] = stack.as_slice() {
                    children.push(0);
                }
                stack.push(Within::Struct(0));
            }
            _ => return None,
        }
        if stack.len() > limits::PARQUET_DEPTH {
            return None;
        }
    }
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    Some(*first)
}

fn skip(rest: &mut &[u8], count: usize) -> Option<()> {
    *rest = rest.get(count..)?;
    Some(())
}

fn unsigned(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let next = byte(rest)?;
        value |= u64::from(next & 0x7f) << shift;
        if next & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn signed(rest: &mut &[u8]) -> Option<i64> {
    let value = unsigned(rest)?;
    Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_complete_and_shallow() {
        assert!(check_schema(&[2, 0, 1, 0]).is_ok());
        assert!(check_schema(&[2, 0]).is_err());
        assert!(check_schema(&[i64::MAX, 0]).is_err());
        assert!(check_schema(&[1; 1000]).is_err());
        assert!(check_schema(&[]).is_ok());
    }

    #[test]
    fn only_what_can_be_there_is_believed() {
        // A struct whose field 2 is a list of two structs, of which the first has one child.
        let footer = [0x29, 0x2c, 0x55, 0x02, 0x00, 0x00, 0x00];
        assert_eq!(children(&footer), Some(vec![1, 0]));
        for end in 0..footer.len() {
            assert_eq!(children(&footer[..end]), None);
        }
        // A list of a billion elements, and lists within lists without end.
        assert_eq!(children(&[0x29, 0xfc, 0x80, 0x94, 0xeb, 0xdc, 0x03, 0, 0]), None);
        assert_eq!(children(&[[0x19].as_slice(), &[0x19; 1000]].concat()), None);
    }
}
