//! The report and what else is made from it.

use super::{Redaction, Seen};
use crate::error::Error;
use crate::model::report::Report;
use crate::model::report::coverage::Coverage;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

impl Seen {
    /// A report, whole.
    pub fn report(&mut self, report: &Report) {
        self.origin(&report.coverage);
        self.part(report);
    }

    /// What was read.
    pub fn coverage(&mut self, coverage: &Coverage) {
        self.origin(coverage);
        self.part(coverage);
    }

    fn origin(&mut self, coverage: &Coverage) {
        let mut read = coverage.artifacts.iter().filter(|a| a.skipped.is_empty()).peekable();
        if read.peek().is_some() {
            // as `sos clean` calls what it writes
            self.cleaned(read.all(|a| a.path.split('/').any(|part| part.contains("-obfuscated"))));
        }
    }

    /// All strings of a part of a report.
    pub fn part(&mut self, value: &impl Serialize) {
        // what cannot be a value fails again, and is told, when it is to be redacted
        if let Ok(value) = serde_json::to_value(value) {
            self.value(&value);
        }
    }
}

impl Redaction {
    /// A part of a report, or an index over several.
    ///
    /// # Errors
    /// [`Error::Argument`] when there is a number in it that is none.
    pub fn part<T: Serialize + DeserializeOwned>(&self, value: &T) -> Result<T, Error> {
        self.value(value).map_err(|why| Error::Argument(format!("--redact: {why}")))
    }

    /// A report with stand-ins.
    ///
    /// # Errors
    /// As of [`Redaction::part`].
    pub fn report(&self, original: &Report) -> Result<Report, Error> {
        let mut report: Report = self.part(original)?;
        // a digest tells whoever has the bundle, or a list of sums, which one this is; of a small file it can be guessed at
        for input in &mut report.coverage.inputs {
            input.sha256.clear();
            input.content_id.clear();
        }
        report.coverage.inputs.sort_by(|a, b| (&a.name, a.bytes).cmp(&(&b.name, b.bytes)));
        let mut taken = BTreeSet::new();
        for finding in &mut report.findings {
            // an anchor holds the host and whatever the finding is of, in a spelling that leads back to nothing
            let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
            let stem: String = format!("{}-{}", finding.rule, finding.host).chars().map(plain).collect();
            let more = (2..).map(|n: u32| format!("{stem}-{n}"));
            let free = std::iter::once(stem.clone()).chain(more).find(|id| !taken.contains(id));
            finding.id = free.unwrap_or(stem);
            taken.insert(finding.id.clone());
        }
        // lanes point to findings by their anchors
        let place = |id: &String| original.findings.iter().position(|f| f.id == *id);
        let lanes = original.figures.iter().flat_map(|f| &f.lanes);
        for (lane, before) in report.figures.iter_mut().flat_map(|f| &mut f.lanes).zip(lanes) {
            let found = before.findings.iter().filter_map(place).filter_map(|i| report.findings.get(i));
            lane.findings = found.map(|f| f.id.clone()).collect();
        }
        Ok(report)
    }
}
