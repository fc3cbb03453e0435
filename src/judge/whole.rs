//! Patterns that match a whole line or do not: half of what a [`Regex`] consists of, as compiling is what most of them cost.
//!
//! Says nothing of places and groups. Linear in the line, like [`Regex`].

use std::sync::Mutex;

use regex::{Regex, RegexBuilder};
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{Compiler, Config, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::{Anchored, Input};

use super::check::MAX_COMPILED;

/// A pattern that is anchored on both sides.
#[derive(Debug)]
pub(crate) enum Whole {
    /// One automaton, from the start to the end of a line.
    Forward(Box<Forward>),
    /// Patterns that such an automaton cannot hold, such as those with Unicode's word boundaries.
    Other(Regex),
}

/// The automaton, and the memory in which it grows.
#[derive(Debug)]
pub(crate) struct Forward {
    dfa: DFA,
    caches: Pool<Cache, NewCache>,
}

type NewCache = Box<dyn Fn() -> Cache + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>;

/// Compiles patterns one after the other, in memory that is set up once.
#[derive(Debug)]
pub(crate) struct WholeCompiler(Mutex<Compiler>);

impl Default for WholeCompiler {
    fn default() -> WholeCompiler {
        let mut compiler = Compiler::new();
        let config = Config::new().which_captures(WhichCaptures::None).nfa_size_limit(Some(2 * MAX_COMPILED));
        compiler.configure(config);
        WholeCompiler(Mutex::new(compiler))
    }
}

impl WholeCompiler {
    /// `None` if the pattern is bad or too large.
    pub(crate) fn compile(&self, pattern: &str) -> Option<Whole> {
        self.forward(pattern).or_else(|| {
            let regex = RegexBuilder::new(pattern).size_limit(2 * MAX_COMPILED).build();
            regex.ok().map(Whole::Other)
        })
    }

    fn forward(&self, pattern: &str) -> Option<Whole> {
        let hir = regex_syntax::parse(pattern).ok()?;
        let nfa = self.0.lock().ok()?.build_from_hir(&hir).ok()?;
        let dfa = DFA::builder().build_from_nfa(nfa).ok()?;
        let new = dfa.clone();
        let caches: Pool<Cache, NewCache> = Pool::new(Box::new(move || new.create_cache()));
        Some(Whole::Forward(Box::new(Forward { dfa, caches })))
    }
}

impl Whole {
    pub(crate) fn is_match(&self, line: &str) -> bool {
        match self {
            Whole::Forward(forward) => {
                let input = Input::new(line).anchored(Anchored::Yes).earliest(true);
                // It fails only where a pattern or the cache was set up to make it fail.
                forward.dfa.try_search_fwd(&mut forward.caches.get(), &input).is_ok_and(|end| end.is_some())
            }
            Whole::Other(regex) => regex.is_match(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Whole, WholeCompiler};

    #[test]
    fn it_says_what_a_regex_says() {
        let compiler = WholeCompiler::default();
        let patterns =
            [r"^(?:a|ab)(?-u:\b).*$", r"^(?:(?i)foto ?: [^.]{2,5}|é+)$", r"^(?:\b{start}a)$", r"^(?:^x|y$)$"];
        for pattern in patterns {
            let (whole, regex) = (compiler.compile(pattern).unwrap(), regex::Regex::new(pattern).unwrap());
            for text in ["", "a", "ab c", "abc", "FOTO: éé", "foto : a.", "ééé", "x", "y", "xy", "a\n"] {
                assert_eq!(whole.is_match(text), regex.is_match(text), "{pattern} {text}");
            }
        }
        assert!(compiler.compile("(").is_none());
        assert!(matches!(compiler.compile(r"^\ba$"), Some(Whole::Other(_))));
    }
}
