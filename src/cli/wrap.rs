//! Wrapping of painted text to a width, with a margin on every line. Widths are counted in characters.

use std::io::{self, Write};

use super::paint::{Paint, Palette};
use kupas::write::escape::visible;

/// Text on its way to a terminal.
pub struct Wrap<'a> {
    out: &'a mut dyn Write,
    palette: Palette,
    width: usize,
    /// What every line after the first begins with.
    indent: String,
    margin: Paint,
    column: usize,
    /// Whether the line has no word yet.
    fresh: bool,
    /// Whether white space is due before the next word.
    space: bool,
}

impl<'a> Wrap<'a> {
    /// Begins a paragraph: `first` opens its first line and `indent`, in the paint of the margin, every other.
    pub fn new(
        out: &'a mut dyn Write,
        palette: Palette,
        width: usize,
        margin: Paint,
        first: &str,
        indent: &str,
    ) -> io::Result<Wrap<'a>> {
        let width = width.max(indent.chars().count() + 20);
        write!(out, "{}{first}{}", palette.on(margin), palette.off(margin))?;
        let column = first.chars().count();
        Ok(Wrap { out, palette, width, indent: indent.to_owned(), margin, column, fresh: true, space: false })
    }

    /// Adds text, its hidden characters made visible, runs of white space folded.
    pub fn text(&mut self, text: &str, paint: Paint) -> io::Result<()> {
        let text = visible(text);
        let mut rest: &str = &text;
        loop {
            let word = rest.trim_start_matches(' ');
            self.space |= word.len() < rest.len();
            if word.is_empty() {
                return Ok(());
            }
            let (word, after) = word.split_at(word.find(' ').unwrap_or(word.len()));
            self.word(word, paint)?;
            rest = after;
        }
    }

    /// Ends the paragraph.
    pub fn end(self) -> io::Result<()> {
        writeln!(self.out)
    }

    fn word(&mut self, word: &str, paint: Paint) -> io::Result<()> {
        let length = word.chars().count();
        if !self.fresh && self.column + usize::from(self.space) + length > self.width {
            self.line()?;
        } else if self.space && !self.fresh {
            write!(self.out, " ")?;
            self.column += 1;
        }
        self.space = false;
        self.fresh = false;
        let (on, off) = (self.palette.on(paint), self.palette.off(paint));
        let mut rest = word;
        // A word longer than a line is broken where the line ends.
        while !rest.is_empty() {
            let room = self.width.saturating_sub(self.column);
            if room == 0 {
                self.line()?;
                continue;
            }
            let cut = rest.char_indices().nth(room).map_or(rest.len(), |(offset, _)| offset);
            let (part, after) = rest.split_at(cut);
            write!(self.out, "{on}{part}{off}")?;
            self.column += part.chars().count();
            rest = after;
        }
        Ok(())
    }

    fn line(&mut self) -> io::Result<()> {
        writeln!(self.out)?;
        write!(self.out, "{}{}{}", self.palette.on(self.margin), self.indent, self.palette.off(self.margin))?;
        self.column = self.indent.chars().count();
        self.fresh = true;
        Ok(())
    }
}

/// The text, its middle left out if it is much longer than so many characters.
pub fn shorten(text: &str, most: usize) -> String {
    let length = text.chars().count();
    if length <= most + most / 2 {
        return text.to_owned();
    }
    let tail = most / 3;
    let head: String = text.chars().take(most - tail).collect();
    let end: String = text.chars().skip(length - tail).collect();
    // Broken at words, where there are any.
    let head = head.rsplit_once(' ').map_or(head.as_str(), |(head, _)| head);
    let end = end.split_once(' ').map_or(end.as_str(), |(_, end)| end);
    format!("{head} … {end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::paint::When;

    fn wrapped(pieces: &[&str], width: usize) -> String {
        let mut out = Vec::new();
        let palette = Palette::new(When::Never);
        let mut wrap = Wrap::new(&mut out, palette, width, Paint::Plain, "> ", "| ").unwrap();
        for piece in pieces {
            wrap.text(piece, Paint::Plain).unwrap();
        }
        wrap.end().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_break_between_words_and_fold_white_space() {
        let shown = wrapped(&["  satu\tdua ", "\u{a0} tiga empat", " lima", " enam"], 24);
        assert_eq!(shown, "> satu dua tiga empat\n| lima enam\n");
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        let shown = wrapped(&[&"é".repeat(50)], 24);
        assert_eq!(shown, format!("> {0}\n| {0}\n| éééééé\n", "é".repeat(22)));
    }

    #[test]
    fn what_is_left_out_is_the_middle() {
        let text = "satu dua tiga empat lima enam tujuh delapan";
        assert_eq!(shorten(text, 40), text);
        assert_eq!(shorten(text, 27), "satu dua tiga … delapan");
    }
}
