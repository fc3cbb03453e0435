//! What is between reading and writing: batches waiting to be cleaned, batches waiting to be written, and a bound on both.
//!
//! A reader puts batches in and waits when too many bytes are on their way; workers take one at a time; the writer takes
//! what they made, in the order of the input or as it comes. Whoever stops the window wakes everyone. Cleans nothing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A batch with its place in the input and its size.
#[derive(Debug)]
pub struct Numbered<T> {
    /// How many batches came before it.
    pub number: u64,
    /// What it counts for in the window.
    pub bytes: usize,
    /// What is in it.
    pub content: T,
}

/// What the writer finds.
#[derive(Debug)]
pub enum Next<T> {
    /// The next batch.
    Batch(Numbered<T>),
    /// Nothing yet.
    Waiting,
    /// There is nothing more.
    End,
}

/// The window. `J` is what is to be done, `D` what was made of it.
#[derive(Debug)]
pub struct Window<J, D> {
    state: Mutex<State<J, D>>,
    /// There is room again; only the reader waits for that.
    room: Condvar,
    /// There is something to work on.
    work: Condvar,
    /// There is something to write; only the writer waits for that.
    ready: Condvar,
    /// Most bytes that may be on their way at once; a batch that is larger goes alone.
    limit: usize,
    /// Most batches that may wait to be worked on: to read further ahead helps nobody, and takes memory.
    ahead: usize,
    in_order: bool,
}

#[derive(Debug)]
struct State<J, D> {
    jobs: VecDeque<Numbered<J>>,
    done: BTreeMap<u64, Numbered<D>>,
    bytes: usize,
    /// Batches put in so far.
    put: u64,
    /// Batches taken out so far.
    taken: u64,
    ended: bool,
    stopped: bool,
}

impl<J, D> Window<J, D> {
    /// A window of so many bytes, in which so many batches wait for work. Out of it come batches in the order in which they were put in, or as they are done.
    pub fn new(limit: usize, ahead: usize, in_order: bool) -> Window<J, D> {
        let state = State {
            jobs: VecDeque::new(),
            done: BTreeMap::new(),
            bytes: 0,
            put: 0,
            taken: 0,
            ended: false,
            stopped: false,
        };
        let [room, work, ready] = [(); 3].map(|()| Condvar::new());
        Window { state: Mutex::new(state), room, work, ready, limit, ahead, in_order }
    }

    /// Puts a batch in as soon as there is room. False if nobody wants it any more.
    pub fn put(&self, bytes: usize, content: J) -> bool {
        let full = |state: &mut State<J, D>| {
            let is_large = state.bytes > 0 && state.bytes.saturating_add(bytes) > self.limit;
            !state.stopped && (is_large || state.jobs.len() >= self.ahead)
        };
        let mut state = self.room.wait_while(self.lock(), full).unwrap_or_else(PoisonError::into_inner);
        if state.stopped {
            return false;
        }
        let number = state.put;
        state.put += 1;
        state.bytes = state.bytes.saturating_add(bytes);
        state.jobs.push_back(Numbered { number, bytes, content });
        drop(state);
        self.work.notify_one();
        true
    }

    /// Says that no more batches come.
    pub fn end(&self) {
        self.lock().ended = true;
        self.wake_all();
    }

    /// Ends it all: what is on its way is of no use any more.
    pub fn stop(&self) {
        self.lock().stopped = true;
        self.wake_all();
    }

    /// The next batch to work on, waiting for it; `None` if there are no more.
    pub fn take(&self) -> Option<Numbered<J>> {
        let idle = |state: &mut State<J, D>| !state.stopped && !state.ended && state.jobs.is_empty();
        let mut state = self.work.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        if state.stopped {
            return None;
        }
        let job = state.jobs.pop_front();
        drop(state);
        self.room.notify_one();
        job
    }

    /// Hands in what was made of a batch.
    pub fn hand_in(&self, done: Numbered<D>) {
        self.lock().done.insert(done.number, done);
        self.ready.notify_one();
    }

    /// The next batch to write, waiting for it, but no longer than `patience` if there is one.
    pub fn next(&self, patience: Option<Duration>) -> Next<D> {
        let in_order = self.in_order;
        let idle = |state: &mut State<J, D>| !state.stopped && !state.is_over() && !state.has_next(in_order);
        let mut state = match patience {
            Some(patience) => {
                let waited = self.ready.wait_timeout_while(self.lock(), patience, idle);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => self.ready.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner),
        };
        if state.stopped || state.is_over() {
            return Next::End;
        }
        if !state.has_next(in_order) {
            return Next::Waiting;
        }
        match state.done.pop_first() {
            Some((_, batch)) => {
                state.taken += 1;
                Next::Batch(batch)
            }
            None => Next::Waiting,
        }
    }

    /// Makes room: what came out with so many bytes is written.
    pub fn written(&self, bytes: usize) {
        let mut state = self.lock();
        state.bytes = state.bytes.saturating_sub(bytes);
        drop(state);
        self.room.notify_one();
    }

    fn wake_all(&self) {
        for waiting in [&self.room, &self.work, &self.ready] {
            waiting.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<J, D>> {
        // Nothing in here can leave it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<J, D> State<J, D> {
    fn is_over(&self) -> bool {
        self.ended && self.taken == self.put
    }

    fn has_next(&self, in_order: bool) -> bool {
        match self.done.first_key_value() {
            Some((number, _)) => !in_order || *number == self.taken,
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicIsize, Ordering};
    use std::thread;

    /// Sends numbers through a window and workers; how they come out, and the most bytes that were ever inside.
    fn through(count: u64, workers: usize, limit: usize, in_order: bool) -> (Vec<u64>, isize) {
        let window: Window<u64, u64> = Window::new(limit, 1000, in_order);
        // What is put in may come out before it is counted.
        let (inside, most) = (AtomicIsize::new(0), AtomicIsize::new(0));
        let mut out = Vec::new();
        thread::scope(|scope| {
            scope.spawn(|| {
                for number in 0..count {
                    assert!(window.put(10, number));
                    most.fetch_max(inside.fetch_add(10, Ordering::SeqCst) + 10, Ordering::SeqCst);
                }
                window.end();
            });
            for _ in 0..workers {
                scope.spawn(|| {
                    while let Some(Numbered { number, bytes, content }) = window.take() {
                        window.hand_in(Numbered { number, bytes, content });
                    }
                });
            }
            while let Next::Batch(batch) = window.next(None) {
                out.push(batch.content);
                inside.fetch_sub(10, Ordering::SeqCst);
                window.written(batch.bytes);
            }
        });
        (out, most.into_inner())
    }

    #[test]
    fn batches_come_out_in_order_and_no_more_than_the_limit_are_inside() {
        let (out, most) = through(500, 4, 50, true);
        assert_eq!(out, (0..500).collect::<Vec<_>>());
        assert!(most <= 60, "{most} bytes inside");
    }

    #[test]
    fn without_order_nothing_is_lost() {
        let (mut out, _) = through(500, 4, 50, false);
        out.sort_unstable();
        assert_eq!(out, (0..500).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_larger_than_the_window_goes_alone() {
        assert_eq!(through(20, 2, 3, true).0.len(), 20);
    }

    #[test]
    fn stopping_wakes_everyone() {
        let window: Window<(), ()> = Window::new(1, 1000, true);
        thread::scope(|scope| {
            let reader = scope.spawn(|| window.put(1, ()) && window.put(1, ()));
            let writer = scope.spawn(|| matches!(window.next(None), Next::End));
            assert!(window.take().is_some());
            let worker = scope.spawn(|| window.take().is_none());
            window.stop();
            assert!(!reader.join().unwrap() && writer.join().unwrap() && worker.join().unwrap());
        });
    }
}
