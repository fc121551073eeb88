//! What `--redact` asks of a verb: names gathered once everything is read, put in before anything is written or said.

use netmortem::cli::RedactArgs;
use netmortem::error::Error;
use netmortem::model::report::Report;
use netmortem::redact::{Kind, Redaction, Seen};
use netmortem::{Evidence, write};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// The names of a run, hidden or not.
pub struct Hidden(Option<Redaction>);

impl Hidden {
    /// Gathers names from the evidence and from what else will be shown.
    pub fn new(args: &RedactArgs, evidence: &[Evidence], shown: impl FnOnce(&mut Seen)) -> Self {
        if !args.redact {
            return Self(None);
        }
        let mut seen = Seen::default();
        for evidence in evidence {
            seen.evidence(&evidence.timeline);
            evidence.refused.iter().for_each(|refused| seen.text(&refused.to_string(), Kind::Read));
        }
        shown(&mut seen);
        Self(Some(seen.settle()))
    }

    /// What puts stand-ins in, if anything does.
    pub fn redaction(&self) -> Option<&Redaction> {
        self.0.as_ref()
    }

    /// The report as it may be seen.
    pub fn report(&self, report: Report) -> Result<Report, Error> {
        match &self.0 {
            Some(names) => names.report(&report),
            None => Ok(report),
        }
    }

    /// Any other value of the model as it may be seen.
    pub fn part<T: Serialize + DeserializeOwned>(&self, value: T) -> Result<T, Error> {
        match &self.0 {
            Some(names) => names.part(&value),
            None => Ok(value),
        }
    }

    /// A text as it may be seen.
    pub fn text(&self, text: String) -> String {
        match &self.0 {
            Some(names) => names.text(&text, Kind::Read),
            None => text,
        }
    }

    /// Writes which name stands for what, where that is asked for.
    pub fn keep(&self, args: &RedactArgs) -> Result<(), Error> {
        keep(self.redaction(), args)
    }
}

/// The same of names that were gathered elsewhere.
pub fn keep(names: Option<&Redaction>, args: &RedactArgs) -> Result<(), Error> {
    match (names, &args.redact_map) {
        (Some(names), Some(path)) => write::private(path, &names.map()),
        _ => Ok(()),
    }
}

/// Refuses a map that would be given away with the output, before any work is done.
pub fn check(args: &RedactArgs, out: Option<&Path>) -> Result<(), Error> {
    let Some(map) = &args.redact_map else { return Ok(()) };
    if out.is_some_and(|out| write::is_inside(map, out)) {
        let (map, out) = (map.display(), out.map(Path::display));
        let out = out.map(|out| out.to_string()).unwrap_or_default();
        return Err(Error::Argument(format!(
            "--redact-map {map} lies in the output {out}: whoever gets the output would get the names with it"
        )));
    }
    if write::is_other_file(map, netmortem::redact::MAP_HEAD) {
        return Err(Error::Argument(format!(
            "--redact-map {}: a file that is no such map is there",
            map.display()
        )));
    }
    Ok(())
}

/// An error that names the input, before its names are known.
pub fn error(error: &Error) -> String {
    let text = error.to_string();
    if matches!(error, Error::Argument(_) | Error::Output { .. }) {
        return text; // what the user wrote
    }
    let mut seen = Seen::default();
    seen.text(&text, Kind::Read);
    seen.settle().text(&text, Kind::Read)
}
