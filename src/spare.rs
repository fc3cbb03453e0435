//! Buffers that a thread keeps from one document to the next: memory that is still in its caches, and that need not be asked for
//! again. What they held is forgotten; only their room is kept.

use std::cell::Cell;
use std::thread::LocalKey;

/// Where a thread keeps a buffer.
pub(crate) type Spare<T> = LocalKey<Cell<Vec<T>>>;

/// Larger buffers are not kept, in bytes: hardly any document needs them.
const MOST: usize = 1 << 20;

/// The buffer that is kept, or one without any room; empty.
pub(crate) fn take<T>(spare: &'static Spare<T>) -> Vec<T> {
    spare.try_with(Cell::take).unwrap_or_default()
}

/// Keeps a buffer for the next document.
pub(crate) fn keep<T>(spare: &'static Spare<T>, mut buffer: Vec<T>) {
    buffer.clear();
    if buffer.capacity() * size_of::<T>() <= MOST {
        // A thread that ends needs none.
        let _ = spare.try_with(|spare| spare.set(buffer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        static BYTES: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    }

    #[test]
    fn room_is_kept_and_what_was_in_it_is_not() {
        keep(&BYTES, vec![1, 2, 3]);
        let kept = take(&BYTES);
        assert!(kept.is_empty() && kept.capacity() >= 3);
        assert_eq!(take(&BYTES).capacity(), 0, "one taker");
        keep(&BYTES, vec![0; MOST + 1]);
        assert_eq!(take(&BYTES).capacity(), 0, "too large to be kept");
    }
}
