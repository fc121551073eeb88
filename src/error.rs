//! [`Error`]: the run cannot go on. Everything smaller is a value (a skip, a reject, an unknown side).

use std::fmt;

/// Why nothing could be analysed or written.
#[derive(Debug)]
pub enum Error {
    /// An argument makes no sense; the text says which and what would.
    Argument(String),
    /// An INPUT does not exist or cannot be opened.
    Input { path: String, why: String },
    /// Nothing in the input was recognised.
    NothingKnown(String),
    /// A file could not be written.
    Output { path: String, why: String },
    /// `render` was given something that is not a report.
    NotAReport { path: String, why: String },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(why) | Self::NothingKnown(why) => f.write_str(why),
            Self::Input { path, why } => write!(f, "{path}: {why}"),
            Self::Output { path, why } => write!(f, "cannot write {path}: {why}"),
            Self::NotAReport { path, why } => write!(f, "{path} is not a netmortem report: {why}"),
        }
    }
}

impl std::error::Error for Error {}
