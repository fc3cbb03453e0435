//! `kupas packs`: what packs there are, what a pack says, and whether its examples hold.

use std::io::{self, Write};

use kupas::judge::examples::check_examples;
use kupas::judge::pack::{Matcher, PagePart, Strength, Takes, Zone};
use kupas::judge::rules::{CompiledRule, PackInfo, RuleSet};
use kupas::write::escape::visible;

use super::args::{PacksArgs, PacksCommand};
use super::messages;
use super::outcome::{Exit, Failure};
use super::paint::{self, Paint, Palette, When};
use super::wrap::Wrap;

/// Runs the command.
pub fn run(args: &PacksArgs) -> Result<Exit, Failure> {
    let (PacksCommand::List { packs } | PacksCommand::Show { packs, .. } | PacksCommand::Test { packs }) =
        &args.command;
    let set = RuleSet::with_dirs(packs).map_err(|error| Failure::Usage(error.to_string()))?;
    let mut shown = Vec::new();
    let outcome = match &args.command {
        PacksCommand::List { .. } => list(&set, &mut shown).map(|()| true),
        PacksCommand::Show { name, .. } => show(&set, name, Palette::new(When::Auto), paint::width(), &mut shown),
        PacksCommand::Test { .. } => test(&set, &mut shown),
    };
    let well = outcome.map_err(|error| Failure::output("standard output", error))?;
    messages::print(&shown)?;
    match &args.command {
        PacksCommand::Show { name, .. } if !well => {
            Err(Failure::Usage(format!("there is no pack `{name}`; `kupas packs list` names them")))
        }
        _ if well => Ok(Exit::Success),
        _ => Ok(Exit::SomeFailed),
    }
}

/// Prints a line for each pack.
fn list(set: &RuleSet, out: &mut dyn Write) -> io::Result<()> {
    let longest = set.packs().iter().map(|pack| pack.name.chars().count()).max().unwrap_or_default();
    for pack in set.packs() {
        let line = format!(
            "{:longest$}  {:<6}  {:>3} rules  {}",
            visible(&pack.name),
            pack.level.name(),
            pack.rules,
            visible(&some(&pack.hosts))
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Prints all that a pack says. Returns whether there is a pack of that name.
fn show(set: &RuleSet, name: &str, palette: Palette, width: usize, out: &mut dyn Write) -> io::Result<bool> {
    let Some((number, pack)) = (0_u32..).zip(set.packs()).find(|(_, pack)| pack.name == name) else {
        return Ok(false);
    };
    let mut printer = Printer { palette, width, out };
    printer.pack(pack)?;
    for rule in set.rules().iter().filter(|rule| rule.pack == number) {
        printer.rule(rule)?;
    }
    Ok(true)
}

/// Runs the examples of every rule and prints those that do not hold. Returns whether all hold.
fn test(set: &RuleSet, out: &mut dyn Write) -> io::Result<bool> {
    let failures = check_examples(set, None);
    for failure in &failures {
        let (sign, problem) = if failure.expected_hit { ("-", "does not match") } else { ("+", "matches") };
        let place = format!("{}/{}", failure.pack, failure.rule);
        writeln!(out, "{sign} {} {problem}: {}", visible(&place), visible(&failure.example))?;
    }
    let of_rules: usize = set.rules().iter().map(|rule| rule.hit.len() + rule.miss.len()).sum();
    let examples = of_rules + set.packs().iter().map(|pack| pack.page.examples.len()).sum::<usize>();
    let (packs, rules) = (set.packs().len(), set.rules().len());
    writeln!(out, "{packs} packs, {rules} rules, {examples} examples: {} do not hold", failures.len())?;
    Ok(failures.is_empty())
}

/// The first few hosts, and how many there are besides.
fn some(hosts: &[String]) -> String {
    let shown = hosts.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(", ");
    match hosts.len().saturating_sub(2) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

struct Printer<'a> {
    palette: Palette,
    width: usize,
    out: &'a mut dyn Write,
}

impl Printer<'_> {
    fn pack(&mut self, pack: &PackInfo) -> io::Result<()> {
        self.line("", &format!("{}: {}, {} rules", pack.name, pack.level.name(), pack.rules), Paint::Strong)?;
        for (label, values) in [("hosts", &pack.hosts), ("names", &pack.names)] {
            if !values.is_empty() {
                self.line(&format!("  {label:<9} "), &values.join(", "), Paint::Plain)?;
            }
        }
        if let Some(timezone) = &pack.timezone {
            self.line("  timezone  ", timezone, Paint::Plain)?;
        }
        for part in PagePart::ALL {
            let selectors: Vec<&str> = pack.page.part(part).iter().map(|selector| selector.css.as_str()).collect();
            if !selectors.is_empty() {
                self.line(&format!("  {:<9} ", part.name()), &selectors.join(" | "), Paint::Plain)?;
            }
        }
        let page = &pack.page;
        for (label, sources) in [("ignore", &page.ignore), ("local", &page.local_time), ("utc", &page.utc_time)] {
            if !sources.is_empty() {
                self.line(&format!("  {label:<9} "), &sources.join(", "), Paint::Plain)?;
            }
        }
        Ok(())
    }

    fn rule(&mut self, rule: &CompiledRule) -> io::Result<()> {
        writeln!(self.out)?;
        self.line("", &rule.path, Paint::Strong)?;
        let strength = match rule.strength {
            Strength::Certain => "certain",
            Strength::Hint => "a hint",
        };
        let zone = match rule.zone {
            Zone::Head => "above the article",
            Zone::Body => "within the article",
            Zone::Tail => "below the article",
            Zone::Any => "anywhere",
        };
        let takes = match rule.takes {
            Takes::Line if rule.matcher == Matcher::Selector => "takes the element",
            Takes::Line => "takes the line",
            Takes::List => "takes the line, its list likely with it",
            Takes::Rest => "takes the line, the rest of the page likely with it",
            Takes::Span => "takes the stretch that matches",
        };
        self.line("    ", &format!("{}, {strength}, {zone}; {takes}", rule.kind.name()), Paint::Plain)?;
        self.line("    ", &rule.why, Paint::Plain)?;
        if let Some(selector) = &rule.selector {
            self.line("    css   ", selector, Paint::Plain)?;
        }
        for (label, examples, paint) in [("hit ", &rule.hit, Paint::Removed), ("miss", &rule.miss, Paint::Dim)] {
            for example in examples {
                self.line(&format!("    {label}  "), example, paint)?;
            }
        }
        Ok(())
    }

    fn line(&mut self, label: &str, text: &str, paint: Paint) -> io::Result<()> {
        let indent = " ".repeat(label.len());
        let mut line = Wrap::new(self.out, self.palette, self.width, Paint::Plain, label, &indent)?;
        line.text(text, paint)?;
        line.end()
    }
}
