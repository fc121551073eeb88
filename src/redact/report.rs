//! The report and what else is made from it.

use super::{Redaction, Seen};
use crate::error::Error;
use crate::model::report::Report;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

impl Seen {
    /// Everything in a report, or in a part of one.
    pub fn shown(&mut self, value: &impl Serialize) {
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
    pub fn report(&self, report: &Report) -> Result<Report, Error> {
        let mut report = self.part(report)?;
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
        Ok(report)
    }
}
