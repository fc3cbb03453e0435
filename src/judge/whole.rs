//! Compiled patterns that consist of less than a [`Regex`] does, as compiling is what most of them cost: those that match a
//! whole line or do not, and those that match stretches of short texts.
//!
//! Linear in the text, like [`Regex`].

use std::ops::Range;
use std::sync::Mutex;

use regex::{Regex, RegexBuilder};
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::backtrack::{self, BoundedBacktracker};
use regex_automata::nfa::thompson::{Compiler, Config, NFA, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::{Anchored, Input, MatchError, MatchKind};
use regex_syntax::hir::Hir;

use super::check::MAX_COMPILED;
use super::tree::Tree;

/// A pattern that is anchored on both sides.
#[derive(Debug)]
pub(crate) enum Whole {
    /// One automaton, from the start to the end of a line.
    Forward(Box<Automaton>),
    /// Patterns that such an automaton cannot hold, such as those with Unicode's word boundaries.
    Other(Regex),
}

/// The automaton, and the memory in which it grows.
#[derive(Debug)]
pub(crate) struct Automaton {
    dfa: DFA,
    caches: Pool<Cache, New<Cache>>,
}

type New<T> = Box<dyn Fn() -> T + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>;

/// A pattern that matches stretches.
#[derive(Debug)]
pub(crate) struct Stretches {
    /// Where the first match ends.
    end: Automaton,
    /// Where a match that ends there begins, which patterns that are anchored need not ask.
    start: Option<Automaton>,
    has_groups: bool,
    /// What of it the first group is.
    walk: BoundedBacktracker,
    caches: Pool<backtrack::Cache, New<backtrack::Cache>>,
}

/// So much memory a walk may take, which bounds the matches of which groups are found.
const MAX_WALK: usize = 1 << 20;

/// A match, and within it what a rule takes: the first group, if it has one.
pub(crate) type Found = (Range<usize>, Range<usize>);

/// Compiles patterns one after the other, in memory that is set up once.
#[derive(Debug)]
pub(crate) struct WholeCompiler(Mutex<Compiler>);

impl Default for WholeCompiler {
    fn default() -> WholeCompiler {
        let mut compiler = Compiler::new();
        compiler.configure(Config::new().nfa_size_limit(Some(2 * MAX_COMPILED)));
        WholeCompiler(Mutex::new(compiler))
    }
}

impl WholeCompiler {
    /// `None` if the pattern is bad or too large. Its tree, if it has one, spares parsing it.
    pub(crate) fn compile(&self, pattern: &str, tree: Option<&Tree>) -> Option<Whole> {
        let hir = match tree {
            Some(tree) => Some(tree.hir()),
            None => regex_syntax::parse(pattern).ok(),
        };
        hir.and_then(|hir| self.forward(&hir)).or_else(|| {
            let regex = RegexBuilder::new(pattern).size_limit(2 * MAX_COMPILED).build();
            regex.ok().map(Whole::Other)
        })
    }

    fn forward(&self, hir: &Hir) -> Option<Whole> {
        let forward = Automaton::new(self.nfa(hir, Config::new())?, MatchKind::LeftmostFirst)?;
        Some(Whole::Forward(Box::new(forward)))
    }

    /// The pattern of that tree, to find stretches. `None` if it is too large.
    pub(crate) fn stretches(&self, tree: &Tree) -> Option<Stretches> {
        let hir = tree.hir();
        let nfa = self.nfa(&hir, Config::new().which_captures(WhichCaptures::All))?;
        let start = if nfa.is_always_start_anchored() {
            None
        } else {
            Some(Automaton::new(self.nfa(&hir, Config::new().reverse(true))?, MatchKind::All)?)
        };
        let has_groups = nfa.group_info().slot_len() > 2;
        let config = BoundedBacktracker::config().visited_capacity(MAX_WALK);
        let walk = BoundedBacktracker::builder().configure(config).build_from_nfa(nfa.clone()).ok()?;
        let new = walk.clone();
        let caches: Pool<backtrack::Cache, New<backtrack::Cache>> = Pool::new(Box::new(move || new.create_cache()));
        Some(Stretches { end: Automaton::new(nfa, MatchKind::LeftmostFirst)?, start, has_groups, walk, caches })
    }

    fn nfa(&self, hir: &Hir, config: Config) -> Option<NFA> {
        let mut compiler = self.0.lock().ok()?;
        let plain = Config::new().which_captures(WhichCaptures::None).reverse(false);
        compiler.configure(plain).configure(config);
        compiler.build_from_hir(hir).ok()
    }
}

impl Automaton {
    fn new(nfa: NFA, kind: MatchKind) -> Option<Automaton> {
        let dfa = DFA::builder().configure(DFA::config().match_kind(kind)).build_from_nfa(nfa).ok()?;
        let new = dfa.clone();
        let caches: Pool<Cache, New<Cache>> = Pool::new(Box::new(move || new.create_cache()));
        Some(Automaton { dfa, caches })
    }

    /// Where the first match ends. It fails only where a pattern or the cache was set up to make it fail.
    fn end(&self, input: &Input<'_>) -> Result<Option<usize>, MatchError> {
        let end = self.dfa.try_search_fwd(&mut self.caches.get(), input)?;
        Ok(end.map(|end| end.offset()))
    }

    /// Where the longest match begins that ends where the input does, for an automaton that goes backwards.
    fn start(&self, input: &Input<'_>) -> Result<Option<usize>, MatchError> {
        let start = self.dfa.try_search_rev(&mut self.caches.get(), input)?;
        Ok(start.map(|start| start.offset()))
    }
}

impl Whole {
    pub(crate) fn is_match(&self, line: &str) -> bool {
        match self {
            Whole::Forward(forward) => {
                let input = Input::new(line).anchored(Anchored::Yes).earliest(true);
                forward.end(&input).is_ok_and(|end| end.is_some())
            }
            Whole::Other(regex) => regex.is_match(line),
        }
    }
}

impl Stretches {
    /// The first match in the text that begins at byte `at` or later.
    ///
    /// # Errors
    /// When the match is too long.
    pub(crate) fn find_at(&self, text: &str, at: usize) -> Result<Option<Found>, MatchError> {
        let input = Input::new(text);
        let Some(end) = self.end.end(&input.clone().range(at..))? else {
            return Ok(None);
        };
        let input = input.anchored(Anchored::Yes);
        let start = match &self.start {
            Some(start) => start.start(&input.clone().range(at..end))?.unwrap_or(at),
            None => at,
        };
        if !self.has_groups {
            return Ok(Some((start..end, start..end)));
        }
        let mut slots = [None; 4];
        self.walk.try_search_slots(&mut self.caches.get(), &input.range(start..end), &mut slots)?;
        let group = match slots {
            [.., Some(first), Some(last)] => first.get()..last.get(),
            _ => start..end,
        };
        Ok(Some((start..end, group)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Whole, WholeCompiler};
    use crate::judge::tree::Tree;

    #[test]
    fn it_says_what_a_regex_says() {
        let compiler = WholeCompiler::default();
        let patterns =
            [r"^(?:a|ab)(?-u:\b).*$", r"^(?:(?i)foto ?: [^.]{2,5}|é+)$", r"^(?:\b{start}a)$", r"^(?:^x|y$)$"];
        for pattern in patterns {
            let tree = Tree::of(&regex_syntax::parse(pattern).unwrap());
            let regex = regex::Regex::new(pattern).unwrap();
            for whole in [compiler.compile(pattern, None), compiler.compile(pattern, tree.as_ref())] {
                let whole = whole.unwrap();
                for text in ["", "a", "ab c", "abc", "FOTO: éé", "foto : a.", "ééé", "x", "y", "xy", "a\n"] {
                    assert_eq!(whole.is_match(text), regex.is_match(text), "{pattern} {text}");
                }
            }
        }
        assert!(compiler.compile("(", None).is_none());
        assert!(matches!(compiler.compile(r"^\ba$", None), Some(Whole::Other(_))));
    }
}
