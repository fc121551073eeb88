//! Pages of `explain` on a terminal: name and title, a sentence, then facts, each behind its label.

use super::terminal::{Ink, wrapped};
use crate::model::page::{Counter, Event, Named, Page, Rule, Sentence, Setting, Sysctl};
use std::fmt::Write;

/// Columns that labels take.
const LABEL: usize = 15;

/// Columns that headings of a rule's manual page take.
const HEADING: usize = 25;

/// Widest column of names beside their titles; a longer name stands on a line of its own.
const NAMES: usize = 36;

/// Log lines shown of an event.
const SAMPLES: usize = 3;

/// All pages, a rule between them, wrapped at `width` columns.
#[must_use]
pub fn explain(pages: &[Page], colour: bool, width: usize) -> String {
    let width = width.clamp(60, 100);
    let mut out = String::new();
    for (i, page) in pages.iter().enumerate() {
        if i > 0 {
            let _ = writeln!(out, "\n{}\n", "─".repeat(width)); // writing to a String cannot fail
        }
        let mut sheet = Sheet { out: &mut out, ink: Ink::new(colour), width };
        match page {
            Page::Counter(page) => counter(&mut sheet, page),
            Page::Sysctl(page) => sysctl(&mut sheet, page),
            Page::Event(page) => event(&mut sheet, page),
            Page::Rule(page) => rule(&mut sheet, page),
        }
    }
    out
}

/// Names and titles in two columns.
#[must_use]
pub fn list(found: &[Named]) -> String {
    let names = found.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for row in found {
        let _ = writeln!(out, "{:names$}  {}", row.name, row.title);
    }
    out
}

struct Sheet<'a> {
    out: &'a mut String,
    ink: Ink,
    width: usize,
}

impl Sheet<'_> {
    fn head(&mut self, name: &str, title: &str, help: &str) {
        let _ = writeln!(self.out, "{}  {title}\n", self.ink.bold(name));
        let help = wrapped(help, self.width, 0);
        for line in &help {
            let _ = writeln!(self.out, "{line}");
        }
        if !help.is_empty() {
            self.out.push('\n');
        }
    }

    /// A label and its text; nothing for an empty text.
    fn fact(&mut self, label: &str, text: &str) {
        for (i, line) in wrapped(text, self.width, LABEL).iter().enumerate() {
            self.line(if i == 0 { label } else { "" }, line);
        }
    }

    /// A label and a line each; commands and log lines are not wrapped, for they are copied.
    fn lines(&mut self, label: &str, lines: &[String]) {
        for (i, line) in lines.iter().enumerate() {
            self.line(if i == 0 { label } else { "" }, line);
        }
    }

    /// A label and a row each, their second columns aligned.
    fn rows(&mut self, label: &str, rows: &[(&str, String)]) {
        let lengths = rows.iter().map(|(name, _)| name.chars().count());
        let names = lengths.filter(|n| *n <= NAMES).max().unwrap_or(NAMES);
        for (i, (name, text)) in rows.iter().enumerate() {
            let mut texts = wrapped(text, self.width, LABEL + names + 2).into_iter();
            let short = name.chars().count() <= names;
            let beside = if short { texts.next().unwrap_or_default() } else { String::new() };
            let line = format!("{name:names$}  {beside}");
            self.line(if i == 0 { label } else { "" }, line.trim_end());
            for text in texts {
                self.line("", &format!("{:names$}  {text}", ""));
            }
        }
    }

    fn line(&mut self, label: &str, text: &str) {
        let _ = writeln!(self.out, "{}{text}", self.ink.faint(&format!("{label:LABEL$}")));
    }
}

fn named(names: &[Named]) -> Vec<(&str, String)> {
    names.iter().map(|n| (n.name.trim_start_matches("event:"), n.title.clone())).collect()
}

fn settings(settings: &[Setting]) -> Vec<(&str, String)> {
    let words = |s: &Setting| match bites(s.bites) {
        moment if moment.is_empty() => s.title.to_owned(),
        moment => format!("{}; bites {moment}", s.title),
    };
    settings.iter().map(|s| (s.key, words(s))).collect()
}

/// `next listen()` as `at the next listen()`.
fn bites(moment: &str) -> String {
    match moment.split(' ').next().unwrap_or_default() {
        "next" => format!("at the {moment}"),
        "new" | "entries" => format!("for {moment}"),
        "boot" | "module" => format!("at {moment}"),
        _ => moment.to_owned(),
    }
}

fn counter(sheet: &mut Sheet<'_>, page: &Counter) {
    sheet.head(&page.name, &page.title, page.help);
    let since = match page.kind {
        "counter" => "; since boot, or since its network namespace was made",
        _ => "",
    };
    sheet.fact("kind", &format!("{}, in {}{since}", page.kind, page.unit));
    let worse = match page.worse {
        "up" => "when it grows",
        "down" => "when it falls",
        _ => "neither way: traffic, a state, or harmless",
    };
    sheet.fact("worse", worse);
    if let Some(load) = &page.load {
        sheet.fact("compared with", &format!("{} ({})", load.title, load.name));
    }
    for (i, sentence) in page.netstat.iter().enumerate() {
        sheet.fact(if i == 0 { "netstat -s" } else { " " }, &wording(sentence));
    }
    sheet.fact("nstat", page.nstat.as_deref().unwrap_or_default());
    sheet.fact("sar", &page.sar.join(", "));
    sheet.fact("file", page.file.unwrap_or_default());
    sheet.rows("settings", &settings(&page.settings));
    sheet.rows("rules", &named(&page.rules));
    sheet.rows("log", &named(&page.events));
}

fn wording(sentence: &Sentence) -> String {
    let Sentence { section, text, years } = sentence;
    if years.is_empty() { format!("{section}: {text}") } else { format!("{section}: {text} ({years})") }
}

fn sysctl(sheet: &mut Sheet<'_>, page: &Sysctl) {
    let title = if page.reading && page.title.is_empty() { "a reading, not a setting" } else { page.title };
    sheet.head(&page.key, title, page.help);
    sheet.fact("value", &value(page));
    sheet.fact("default", page.default);
    let since = match page.since.strip_prefix('≤') {
        Some(seen) => format!("since {seen} or an earlier one"),
        None if page.since.is_empty() => String::new(),
        None => format!("since {}", page.since),
    };
    let gone = if page.until.is_empty() { String::new() } else { format!("gone in {}", page.until) };
    let kernel = [since, gone].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    sheet.fact("kernel", &kernel);
    let scope = match page.scope {
        "namespace" if page.key.starts_with("net.") => "each network namespace has its own",
        "namespace" => "each namespace has its own",
        "host" => "the whole host",
        other => other,
    };
    sheet.fact("scope", scope);
    sheet.fact("bites", &bites(page.bites));
    sheet.fact("one of", page.pattern.unwrap_or_default());
    sheet.rows("acts on", &named(&page.governs));
    sheet.rows("trade-off", &named(&page.partner));
    sheet.lines("read", &page.read);
    sheet.lines("set", page.set.get(..1).unwrap_or_default());
    sheet.lines("persist", page.set.get(1..).unwrap_or_default());
}

/// The shape of a value in words, its range and its unit.
fn value(page: &Sysctl) -> String {
    let form = match page.form {
        "bool" => "flag",
        "mode" => "one of a few numbers",
        "int" => "number",
        "bits" => "sum of bits",
        "triple" => "three numbers",
        "pair" => "two numbers",
        "numbers" => "several numbers",
        "names" => "several names",
        "ranges" => "ranges such as 1-3,7",
        "mask" => "mask of CPUs in hexadecimal",
        "action" => "action on writing",
        other => other,
    };
    let range = match page.range.split_once("..") {
        Some((from, "")) => format!(", from {from}"),
        Some((from, to)) => format!(", {from} to {to}"),
        None => String::new(),
    };
    // these say no more than the form
    let told = ["", "flag", "mode", "bits", "name", "key", "action"].contains(&page.unit);
    format!("{form}{range}{}", if told { String::new() } else { format!(", in {}", page.unit) })
}

fn written_by(source: &str) -> &'static str {
    match source {
        "kernel" => "the kernel",
        "init" => "the init system",
        _ => "any program",
    }
}

fn event(sheet: &mut Sheet<'_>, page: &Event) {
    sheet.head(page.id, page.title, page.help);
    sheet.fact("severity", page.severity);
    sheet.fact("written by", written_by(page.source));
    sheet.lines("looks like", page.samples.get(..SAMPLES).unwrap_or(&page.samples));
    sheet.rows("counters", &named(&page.counters));
    sheet.rows("settings", &settings(&page.settings));
    sheet.rows("rules", &named(&page.rules));
}

fn rule(sheet: &mut Sheet<'_>, page: &Rule) {
    sheet.head(page.id, "Rule of diagnose", "");
    for (heading, text) in &page.manual {
        for (i, line) in wrapped(text, sheet.width, HEADING).iter().enumerate() {
            let heading = if i == 0 { heading } else { "" };
            let _ = writeln!(sheet.out, "{}{line}", sheet.ink.faint(&format!("{heading:HEADING$}")));
        }
    }
    if !page.watches.is_empty() {
        sheet.out.push('\n');
    }
    sheet.rows("watches", &named(&page.watches));
}
