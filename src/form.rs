//! Arguments that choose in which form something is written, and where to.

use crate::cli::{InputArgs, RedactArgs};
use crate::error::Error;
use crate::render::schema;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Above these arguments in a help text.
const OUTPUT: &str = "Output";

/// Where a report goes: all its forms to a folder, or one of them to a file or to standard output.
#[derive(Debug, Args)]
#[command(next_help_heading = OUTPUT)]
pub struct IntoArgs {
    /// Directory to write to, made if missing [default: netmortem-report]; with --format the file, or - for standard
    /// output [default: -]
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Only this form of the report instead of a directory with all of them
    #[arg(long, value_name = "FORM", value_enum)]
    pub format: Option<ReportForm>,
    /// Write charts/*.png beside charts/*.svg
    #[arg(long, conflicts_with = "format")]
    pub png: bool,
}

/// A directory to write to, which is one or is not there yet.
///
/// # Errors
/// In words, when it can be none.
pub fn folder(path: PathBuf) -> Result<PathBuf, String> {
    if path == Path::new("-") {
        return Err("a directory is meant, and - is standard output".to_owned());
    }
    if path.is_dir() || !(path.exists() || path.is_symlink()) {
        return Ok(path);
    }
    Err("it is there, and no directory".to_owned())
}

impl IntoArgs {
    /// Refuses a file where a directory is meant.
    ///
    /// # Errors
    /// [`Error::Argument`].
    pub fn check(&self) -> Result<(), Error> {
        let Some(path) = self.output.as_deref().filter(|_| self.format.is_none()) else { return Ok(()) };
        let checked = folder(path.to_owned()).map(drop);
        checked
            .map_err(|why| Error::Argument(format!("-o {}: {why}; --format writes one file", path.display())))
    }

    /// The directory for all forms.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.output.as_deref().unwrap_or(Path::new("netmortem-report"))
    }

    /// What is written to, other than standard output.
    #[must_use]
    pub fn written(&self) -> Option<&Path> {
        if self.format.is_some() { self.file() } else { Some(self.folder()) }
    }

    /// The file for one form; `None` for standard output.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| *path != Path::new("-"))
    }
}

/// Forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportForm {
    /// For a terminal, with sparklines.
    Text,
    /// Markdown: summary.md.
    Md,
    /// The page: report.html.
    Html,
    /// The report as a value: report.json.
    Json,
    /// Grafana annotations: changes, restarts, bursts and findings.
    Grafana,
}

/// Forms of `effects`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For reading.
    Text,
    /// One object: changes and effects as in report.json.
    Json,
    /// One row for each change and metric, with a header.
    Csv,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,
    /// Form of the table
    #[arg(long, value_enum, default_value_t = Format::Csv, help_heading = OUTPUT)]
    pub format: Format,
    /// Only this metric, as the report calls it; several, or beginnings such as `TcpExt.*`
    #[arg(long, value_name = "NAME", help_heading = OUTPUT)]
    pub metric: Vec<String>,
    /// Only this device, listener or CPU
    #[arg(long, value_name = "WHICH", help_heading = OUTPUT)]
    pub of: Option<String>,
    /// Step of series, wide and rezolus [default: as sampled]
    #[arg(long, value_name = "SECONDS", value_parser = step, help_heading = OUTPUT)]
    pub bin: Option<f64>,
    /// File to write; standard output when absent (parquet and rezolus need a file)
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    pub output: Option<PathBuf>,
    /// What is hidden.
    #[command(flatten)]
    pub redact: RedactArgs,
}

/// A step of a regular table, in seconds.
fn step(text: &str) -> Result<f64, String> {
    let seconds =
        text.trim_end_matches('s').parse::<f64>().map_err(|_| "not a number of seconds".to_owned())?;
    if (0.001..=31_622_400.0).contains(&seconds) {
        Ok(seconds)
    } else {
        Err("expected 0.001 to a year".to_owned())
    }
}

/// Forms of `export`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Comma-separated, with a header.
    Csv,
    /// One JSON object a line.
    Json,
    /// Apache Parquet.
    Parquet,
    /// CSV of time and value: one series as rate or level.
    Series,
    /// CSV with a column for each series, as rate or level, at regular times.
    Wide,
    /// Parquet for `rezolus view`: a column for each series at regular times.
    Rezolus,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which document
    #[arg(value_enum, default_value_t = Document::Report)]
    pub document: Document,
}

/// Documents of `schema`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Document {
    /// report.json.
    Report,
    /// index.json of a batch.
    Index,
    /// What effects --json prints.
    Effects,
    /// What changepoints --json prints.
    Changepoints,
    /// What explain --json prints.
    Explain,
}

impl From<Document> for schema::Document {
    fn from(document: Document) -> Self {
        match document {
            Document::Report => Self::Report,
            Document::Index => Self::Index,
            Document::Effects => Self::Effects,
            Document::Changepoints => Self::Changepoints,
            Document::Explain => Self::Explain,
        }
    }
}
