//! Buffers that a thread keeps from one document to the next: memory that is still in its caches, and that need not be asked for
//! again. What they held is forgotten; only their room is kept.

use std::cell::Cell;
use std::thread::LocalKey;

use crate::limits;

/// Where a thread keeps buffers: as many as documents are cleaned together.
pub(crate) type Spare<T> = LocalKey<Cell<Vec<Vec<T>>>>;

/// Larger buffers are not kept, in bytes: hardly any document needs them.
const MOST: usize = 1 << 20;

/// The buffer that was kept last, or one without any room; empty.
pub(crate) fn take<T>(spare: &'static Spare<T>) -> Vec<T> {
    let last = spare.try_with(|spare| {
        let mut kept = spare.take();
        let last = kept.pop();
        spare.set(kept);
        last
    });
    last.ok().flatten().unwrap_or_default()
}

/// Keeps a buffer for the next document.
pub(crate) fn keep<T>(spare: &'static Spare<T>, mut buffer: Vec<T>) {
    buffer.clear();
    if buffer.capacity() * size_of::<T>() <= MOST {
        // A thread that ends needs none.
        let _ = spare.try_with(|spare| {
            let mut kept = spare.take();
            if kept.len() < limits::GROUP_RECORDS {
                kept.push(buffer);
            }
            spare.set(kept);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        static BYTES: Cell<Vec<Vec<u8>>> = const { Cell::new(Vec::new()) };
    }

    #[test]
    fn room_is_kept_and_what_was_in_it_is_not() {
        keep(&BYTES, vec![1, 2, 3]);
        let kept = take(&BYTES);
        assert!(kept.is_empty() && kept.capacity() >= 3);
        assert_eq!(take(&BYTES).capacity(), 0, "one taker");
        keep(&BYTES, vec![1]);
        keep(&BYTES, vec![2, 3]);
        assert!(take(&BYTES).capacity() >= 2 && take(&BYTES).capacity() >= 1, "one for each document");
        keep(&BYTES, vec![0; MOST + 1]);
        assert_eq!(take(&BYTES).capacity(), 0, "too large to be kept");
    }
}
