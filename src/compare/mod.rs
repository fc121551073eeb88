//! Two hosts, or one host at two times, as one value: timelines and reports in, [`Diff`] out.
//!
//! Pure: what was read is all that counts, in an order of its own. Nothing here judges: a diff has no cause, so no word
//! says that one side is better.

mod counters;
mod facts;
mod findings;
mod gaps;
mod interfaces;
mod levels;
mod limits;
mod listeners;
mod measure;
mod relation;
mod settings;
#[cfg(test)]
mod tests;
mod title;

use crate::model::diff::{Diff, Party, SCHEMA};
use crate::model::report::{Exhibit, Report};
use crate::timeline::{Host, Timeline};

/// One side before it is compared.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// All of its input.
    pub timeline: &'a Timeline,
    /// The host in question.
    pub host: &'a Host,
    /// What its own report says.
    pub report: &'a Report,
    /// The text of a line.
    pub quote: &'a dyn Fn(u32, u32) -> String,
    /// The end of the path that was given.
    pub input: &'a str,
}

/// What is known of two sides before they are compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Claims {
    /// Both inputs, and the host of both, are the same.
    pub same_bytes: bool,
    /// Someone says that both are of one host, where no dump names it.
    pub same_host: bool,
}

impl Subject<'_> {
    fn exhibit(&self, artifact: u32, line: u32) -> Exhibit {
        let path = self.timeline.path(artifact).to_owned();
        Exhibit { path, line, text: (self.quote)(artifact, line), key: true, column: None }
    }
}

/// Both sides and what they are to each other.
struct Pair<'a> {
    a: Subject<'a>,
    b: Subject<'a>,
    relation: crate::model::diff::Relation,
    parties: [Party; 2],
}

/// Compares two sides.
#[must_use]
pub fn diff(first: Subject<'_>, second: Subject<'_>, claims: Claims) -> Diff {
    let pair = relation::pair(first, second, claims);
    let (mut counters, zero) = counters::counters(&pair);
    let (mut settings, census) = settings::settings(&pair);
    settings::link(&mut settings, &mut counters);
    let levels = levels::levels(&pair);
    let listeners = listeners::listeners(&pair);
    let mut diff = Diff {
        schema: SCHEMA,
        tool: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
        title: String::new(),
        lede: String::new(),
        counters,
        zero,
        levels,
        settings,
        census,
        listeners,
        limits: limits::limits(&pair),
        facts: facts::facts(&pair),
        findings: findings::findings(&pair),
        gaps: Vec::new(),
        relation: pair.relation.clone(),
        a: pair.parties[0].clone(),
        b: pair.parties[1].clone(),
    };
    diff.gaps = gaps::gaps(&pair, &diff);
    (diff.title, diff.lede) = title::title(&diff);
    diff
}
