//! Bytes looked at many at a time: how far they go that nothing has to be done about, which is most of every text, and eight of
//! them as a number.

/// Bytes that are looked at together: enough of them that compilers make vector instructions of it.
const BLOCK: usize = 32;

/// How many bytes stand before the first that is odd.
#[inline]
pub(crate) fn run(bytes: &[u8], is_odd: impl Fn(u8) -> bool) -> usize {
    let mut start = 0;
    while let Some(block) = bytes.get(start..).and_then(<[u8]>::first_chunk::<BLOCK>) {
        let first = first(block, block, |byte, _| is_odd(byte));
        start += first;
        if first < BLOCK {
            return start;
        }
    }
    match bytes.last_chunk::<BLOCK>() {
        // Its first bytes have been seen to be plain.
        Some(block) => bytes.len() - BLOCK + first(block, block, |byte, _| is_odd(byte)),
        None => bytes.iter().position(|byte| is_odd(*byte)).unwrap_or(bytes.len()),
    }
}

/// How many bytes stand before the first that is odd, seen with the byte behind it; behind the last one stands a zero.
#[inline]
pub(crate) fn run_of_pairs(bytes: &[u8], is_odd: impl Fn(u8, u8) -> bool) -> usize {
    let mut start = 0;
    while let Some(rest) = bytes.get(start..)
        && let Some(block) = rest.first_chunk::<BLOCK>()
        && let Some(behind) = rest.get(1..).and_then(<[u8]>::first_chunk::<BLOCK>)
    {
        let first = first(block, behind, &is_odd);
        start += first;
        if first < BLOCK {
            return start;
        }
    }
    // Where there is a last block, most of its bytes have been seen to be plain.
    if let Some((_, before)) = bytes.split_last()
        && let Some(block) = before.last_chunk::<BLOCK>()
        && let Some(behind) = bytes.last_chunk::<BLOCK>()
    {
        start = before.len() - BLOCK + first(block, behind, &is_odd);
    }
    while let Some(byte) = bytes.get(start) {
        if is_odd(*byte, bytes.get(start + 1).copied().unwrap_or_default()) {
            break;
        }
        start += 1;
    }
    start
}

/// How many bytes of the block stand before the first that is odd, each seen with that of the other block.
#[inline]
fn first(block: &[u8; BLOCK], other: &[u8; BLOCK], is_odd: impl Fn(u8, u8) -> bool) -> usize {
    // All bits of a byte are set where one is odd, so that eight places can be looked through at once.
    let mut marks = [0_u8; BLOCK];
    for (at, mark) in marks.iter_mut().enumerate() {
        *mark = if is_odd(block[at], other[at]) { u8::MAX } else { 0 };
    }
    let (words, _) = marks.as_chunks();
    let mut start = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        if word != 0 {
            return start + word.trailing_zeros() as usize / 8;
        }
        start += 8;
    }
    BLOCK
}

/// The first eight bytes as a number, the first one lowest; zeros stand for what is past the end.
#[inline]
pub(crate) fn eight(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => bytes.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_where_the_first_odd_byte_stands() {
        for length in 0..100 {
            for odd in 0..=length {
                for second in [odd, (odd + 3).min(length), length] {
                    let mut bytes = vec![b'a'; length];
                    for at in [odd, second] {
                        bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = 0xe2);
                    }
                    assert_eq!(run(&bytes, |byte| byte > 0x7f), odd, "{length} {second}");
                    assert_eq!(run_of_pairs(&bytes, |byte, _| byte > 0x7f), odd, "{length} {second}");
                    let before = odd.saturating_sub(1).min(length);
                    let expected = if odd == 0 || odd == length { length } else { before };
                    bytes.iter_mut().skip(odd + 1).for_each(|byte| *byte = b'a');
                    assert_eq!(run_of_pairs(&bytes, |byte, behind| byte == b'a' && behind > 0x7f), expected);
                }
            }
        }
        assert_eq!(run_of_pairs(b"ab", |_, behind| behind == 0), 1);
    }

    #[test]
    fn eight_bytes_are_a_number_whose_lowest_is_the_first() {
        assert_eq!(eight(b"ab"), 0x6261);
        assert_eq!(eight(b"abcdefghi"), 0x6867_6665_6463_6261);
        assert_eq!(eight(b""), 0);
    }
}
