//! Arguments of `diff`: which two sides.

use super::{InputArgs, RedactArgs};
use crate::form::folder;
use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What `diff` compares, below its help.
pub(super) const SIDES: &str = "Two INPUTs are A and B: each may be a file, a directory or an archive. With --hosts web1,web2 the sides \
                     are hosts: web1 of the first INPUT and web2 of the second, or both of the one INPUT that is given.\n\n\
                     Exit status: 0 compared, whether anything differs or not; 2 a side has nothing to compare, or wrong \
                     arguments, or --strict.\n\nExamples:\n  netmortem diff sosreport-before.tar.xz sosreport-after.tar.xz -o \
                     out\n  netmortem diff dumps/ --hosts web1,web2";

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// What is read: A and B, or one INPUT that holds both hosts.
    #[command(flatten)]
    pub input: InputArgs,
    /// The hosts that are A and B, by the names that `scan` shows
    #[arg(long, value_name = "A,B", value_parser = two_names, conflicts_with = "host")]
    pub hosts: Option<(String, String)>,
    /// Both sides are of one host, where dumps in two folders do not name theirs
    #[arg(long)]
    pub same_host: bool,
    /// Directory to write diff.html, diff.md and diff.json to, made if missing
    #[arg(short, long, value_name = "DIR", value_parser = PathBufValueParser::new().try_map(folder))]
    pub output: Option<PathBuf>,
    /// Form of what is printed
    #[arg(long, value_enum, default_value_t = DiffForm::Text)]
    pub format: DiffForm,
    /// JSON, as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// What is hidden.
    #[command(flatten)]
    pub redact: RedactArgs,
}

/// `A,B`.
fn two_names(text: &str) -> Result<(String, String), String> {
    let names = text.split_once(',').map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned()));
    let both = names.filter(|(a, b)| !a.is_empty() && !b.is_empty() && !b.contains(','));
    both.ok_or_else(|| "expected two names, such as web1,web2".to_owned())
}

/// Forms of `diff` on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffForm {
    /// For reading.
    Text,
    /// One object, as in diff.json.
    Json,
}
