//! Overlap: how many of a segment's words another one holds.

use super::features::percent;
use super::tokens::{Shape, Token};

/// Of a segment of more tokens, the words are not compared with those of its neighbours.
const MOST_COMPARED: usize = 60;
/// Nor with those of a neighbour of more tokens.
const MOST_SEARCHED: usize = 200;
/// So many low ends of hashes are told apart: enough that hardly any word meets one that is not the same.
const ENDS: usize = 1024;

/// The words of a segment, to be asked for those of its neighbours.
pub(super) struct OwnWords<'a> {
    tokens: &'a [Token],
    count: usize,
    /// By low end of a word's hash: one more than the number of the last token of such a hash; 0 if there is none.
    last: [u8; ENDS],
    /// By token: the same of the one before it.
    before: [u8; MOST_COMPARED],
}

impl<'a> OwnWords<'a> {
    /// The words of a segment; if it is long, none.
    #[inline]
    pub(super) fn new(tokens: &'a [Token]) -> OwnWords<'a> {
        let tokens = if tokens.len() > MOST_COMPARED { &[] } else { tokens };
        let mut own = OwnWords { tokens, count: 0, last: [0; ENDS], before: [0; MOST_COMPARED] };
        let mut number = 0;
        for (token, before) in tokens.iter().zip(&mut own.before) {
            number += 1;
            if token.shape != Shape::Mark {
                *before = std::mem::replace(&mut own.last[token.hash as usize % ENDS], number);
                own.count += 1;
            }
        }
        own
    }

    /// Share of these words that another segment holds too, in steps; 9 if there are none, or it is too long.
    pub(super) fn overlap(&self, other: &[Token]) -> u8 {
        if self.tokens.is_empty() || other.len() > MOST_SEARCHED {
            return 9;
        }
        let mut held = 0u64;
        for token in other {
            let mut number = usize::from(self.last[token.hash as usize % ENDS]);
            while number > 0 {
                let (Some(own), Some(before)) = (self.tokens.get(number - 1), self.before.get(number - 1)) else {
                    break;
                };
                held |= u64::from(own.hash == token.hash) << (number - 1);
                number = usize::from(*before);
            }
        }
        if held == 0 { 0 } else { percent(held.count_ones() as usize, self.count, &[0, 20, 50, 90]) as u8 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::tokens::tokenize;

    #[test]
    fn words_are_found_in_neighbours() {
        let tokens = |text: &str| {
            let mut tokens = Vec::new();
            tokenize(text, 0..text.len(), &mut tokens);
            tokens
        };
        let long = "jembatan bambu ".repeat(40);
        let texts = [
            "",
            "...",
            "Jembatan bambu",
            "jembatan itu, jembatan ini.",
            "世界 jembatan",
            &long,
            "bambu \u{a0}\u{200b}x",
        ];
        for own in texts.map(tokens) {
            for other in texts.map(tokens).into_iter().chain([tokens(&long.repeat(4))]) {
                let words: Vec<&Token> = own.iter().filter(|token| token.shape != Shape::Mark).collect();
                let held = words.iter().filter(|word| other.iter().any(|token| token.hash == word.hash)).count();
                let expected = match own.len() {
                    1..=MOST_COMPARED if other.len() <= MOST_SEARCHED => percent(held, words.len(), &[0, 20, 50, 90]),
                    _ => 9,
                };
                assert_eq!(u32::from(OwnWords::new(&own).overlap(&other)), expected, "{own:?} {other:?}");
            }
        }
    }
}
