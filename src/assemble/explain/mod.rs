//! Pages on names: a row of the catalogue with all that hangs on it, or a rule with its manual page.
//!
//! Nothing is read but what is compiled in, so a page says the same on any machine.

mod find;
mod near;

use crate::catalogue::counters::{self, Counter, Worse};
use crate::catalogue::events::{EventKind, Source, event};
use crate::catalogue::sysctls::Sysctl;
use crate::catalogue::{logged, sar, sentences};
use crate::diagnose::{self, ANY_EVENT, Rule};
use crate::model::fact::Kind;
use crate::model::page::{self, Named, Page, Sentence, Setting};
use find::Entry;

/// What became of the names that were asked for.
pub struct Explained {
    /// A page for each thing found, in the order asked for, none twice.
    pub pages: Vec<Page>,
    /// A sentence for each name that stands for nothing, or for too many things.
    pub unknown: Vec<String>,
}

/// Looks names up in any spelling that people have at hand.
#[must_use]
pub fn explain(names: &[String]) -> Explained {
    let mut explained = Explained { pages: Vec::new(), unknown: Vec::new() };
    for name in names {
        match find::find(name) {
            Ok(entries) => {
                for page in entries.into_iter().map(page) {
                    if !explained.pages.contains(&page) {
                        explained.pages.push(page);
                    }
                }
            }
            Err(why) => explained.unknown.push(why),
        }
    }
    explained
}

/// Everything that there is a page on and that has each of `words` in its name, title or sentence.
#[must_use]
pub fn list(words: &[String]) -> Vec<Named> {
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let fits = |entry: &Entry| {
        let text = format!("{} {} {}", entry.name(), entry.title(), entry.help()).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    find::all()
        .filter(fits)
        .map(|entry| Named { name: entry.name().to_owned(), title: entry.title() })
        .collect()
}

fn page(entry: Entry) -> Page {
    match entry {
        Entry::Counter(name, row) => Page::Counter(counter(name, row)),
        Entry::Sysctl(key, row) => Page::Sysctl(sysctl(key, row)),
        Entry::Event(kind) => Page::Event(log_event(kind)),
        Entry::Rule(rule) => Page::Rule(manual(rule)),
    }
}

fn counter(name: String, row: &Counter) -> page::Counter {
    let title = counters::message_type(&name).map_or(row.title.to_owned(), |t| format!("{}: {t}", row.title));
    let wordings = sentences::carrying(&name).into_iter();
    page::Counter {
        title,
        help: row.help,
        kind: if row.kind == Kind::Gauge { "gauge" } else { "counter" },
        unit: row.unit,
        worse: match row.worse {
            Worse::Up => "up",
            Worse::Down => "down",
            Worse::Neither => "neither",
        },
        load: row.load.map(named),
        netstat: wordings
            .map(|s| Sentence { section: s.section, text: s.text.replace("%u", "N"), years: s.years })
            .collect(),
        nstat: counters::nstat(&name),
        sar: sar::showing(&name),
        file: counters::file(&name),
        settings: settings(&name),
        rules: rules(&name),
        events: logged::events_of(&name)
            .map(|e| Named { name: e.id.into(), title: e.title.into() })
            .collect(),
        name,
    }
}

fn sysctl(key: String, row: &'static Sysctl) -> page::Sysctl {
    // one interface, table or neighbour stands for a whole part of the key; wider patterns name no single key
    let one = if row.key == key { key.replace(".*.", ".NAME.") } else { key.clone() };
    let single = !one.contains('*');
    let mut read = Vec::new();
    if single {
        read.push(format!("sysctl {one}"));
    } else {
        read.push(format!("sysctl -a | grep '{}'", one.replace('.', r"\.").replace('*', ".*")));
    }
    if single && row.scope == "namespace" && one.starts_with("net.") {
        read.push(format!("nsenter -t PID -n sysctl {one}"));
    }
    let mut set = Vec::new();
    if single && !row.volatile && row.form != "action" {
        let value = value(row);
        let quote = if value.contains(' ') { "\"" } else { "" };
        set.push(format!("sysctl -w {one}={quote}{value}{quote}"));
        set.push(format!("echo '{one} = {value}' >> /etc/sysctl.d/90-local.conf; sysctl --system"));
    }
    page::Sysctl {
        pattern: (row.key != key).then_some(row.key),
        key,
        title: row.title,
        help: row.help,
        reading: row.volatile,
        form: row.form,
        range: row.range,
        unit: row.unit,
        default: row.default,
        since: row.since,
        until: row.until,
        scope: row.scope,
        bites: row.bites,
        governs: row.governs.iter().map(|metric| named(metric)).collect(),
        partner: row.partner.iter().map(|metric| named(metric)).collect(),
        read,
        set,
    }
}

/// What stands for the new value in a command line.
fn value(row: &Sysctl) -> &'static str {
    match (row.form, row.unit) {
        ("triple", "pages") => "LOW PRESSURE HIGH",
        ("triple", _) => "MIN DEFAULT MAX",
        ("pair", _) => "FIRST LAST",
        _ => "VALUE",
    }
}

fn log_event(kind: &'static EventKind) -> page::Event {
    let metric = format!("event:{}", kind.id);
    page::Event {
        id: kind.id,
        title: kind.title,
        help: kind.help,
        severity: kind.severity,
        source: match kind.source {
            Source::Kernel => "kernel",
            Source::Any => "any",
            Source::Init => "init",
        },
        samples: kind.samples.clone(),
        counters: logged::metrics_of(kind.id).map(named).collect(),
        settings: settings(&metric),
        rules: if kind.suppressed || kind.background { Vec::new() } else { rules(&metric) },
    }
}

fn manual(rule: &'static Rule) -> page::Rule {
    const HEADINGS: [&str; 5] =
        ["What it sees", "Why it matters", "What else looks like it", "What to check next", "Reference"];
    let watched = rule.watches.iter().filter(|metric| **metric != ANY_EVENT);
    page::Rule {
        id: rule.id,
        manual: HEADINGS.into_iter().filter_map(|heading| Some((heading, rule.says(heading)?))).collect(),
        watches: watched.map(|metric| named(metric)).collect(),
    }
}

/// A metric, or a log event behind `event:`, with its title.
fn named(metric: &str) -> Named {
    let title = match metric.strip_prefix("event:") {
        Some(id) => event(id).map(|e| e.title),
        None => counters::counter(metric).map(|c| c.title),
    };
    Named { name: metric.to_owned(), title: title.unwrap_or_default().to_owned() }
}

fn settings(metric: &str) -> Vec<Setting> {
    let rows = counters::governed_by(metric).into_iter();
    rows.map(|s| Setting { key: s.key, title: s.title, bites: s.bites }).collect()
}

fn rules(metric: &str) -> Vec<Named> {
    let rules = diagnose::watching(metric).into_iter();
    rules
        .map(|r| Named { name: r.id.to_owned(), title: r.says("What it sees").unwrap_or_default() })
        .collect()
}
