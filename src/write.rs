//! Files appear whole or not at all.

use crate::error::Error;
use crate::model::diff::Diff;
use crate::model::report::Report;
use crate::render;
use std::fs;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Fills a sink through a buffer.
///
/// # Errors
/// When the sink fails.
pub fn buffered(
    sink: impl Write + Send,
    fill: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> io::Result<()> {
    let mut sink = BufWriter::with_capacity(1 << 18, sink);
    fill(&mut sink)?;
    sink.flush()
}

/// Written beside and renamed, so that a run that is killed or fails half-way leaves no half a file under a final
/// name. What exists and is no file (`/dev/stdout`, a pipe) is written to as it stands.
///
/// # Errors
/// When the file cannot be made, filled or renamed.
pub fn whole(path: &Path, fill: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return buffered(fs::File::create(path)?, fill);
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    // what a killed run left, or a link that someone planted, is not written through
    let _ = fs::remove_file(&partial);
    let done = fs::File::create_new(&partial).and_then(|file| buffered(file, fill));
    let done = done.and_then(|()| fs::rename(&partial, path));
    if done.is_err() {
        let _ = fs::remove_file(&partial); // the error that matters is the first one
    }
    done
}

/// Writes a text.
///
/// # Errors
/// [`Error::Output`].
pub fn text(path: &Path, text: &str) -> Result<(), Error> {
    whole(path, |sink| sink.write_all(text.as_bytes())).map_err(|e| failed(path, &e))
}

/// Writes a text that is for the eyes of its owner alone.
///
/// # Errors
/// [`Error::Output`].
pub fn private(path: &Path, text: &str) -> Result<(), Error> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let _ = fs::remove_file(&partial); // as of a whole file
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let done = options.open(&partial).and_then(|mut file| file.write_all(text.as_bytes()));
    let done = done.and_then(|()| fs::rename(&partial, path));
    if done.is_err() {
        let _ = fs::remove_file(&partial);
    }
    done.map_err(|e| failed(path, &e))
}

/// Whether a path is a folder or file, or leads into it, be it there yet or not.
#[must_use]
pub fn is_inside(path: &Path, folder: &Path) -> bool {
    real(path).starts_with(real(folder))
}

/// Whether a file is there that does not begin so.
#[must_use]
pub fn is_other_file(path: &Path, head: &str) -> bool {
    let mut first = vec![0; head.len()];
    match fs::metadata(path) {
        Ok(meta) if meta.is_file() => {
            fs::File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_err()
                || first != head.as_bytes()
        }
        found => found.is_ok(),
    }
}

/// Where a path leads: its last part that is there, and what follows.
fn real(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = whole.ancestors().find_map(|a| Some((a.canonicalize().ok()?, whole.strip_prefix(a).ok()?)));
    there.map_or_else(|| whole.clone(), |(there, rest)| there.join(rest))
}

/// Refuses a folder with charts in it that this report has not: an earlier run may have called them by a host.
///
/// # Errors
/// [`Error::Argument`].
pub fn no_leftovers(report: &Report, out: &Path) -> Result<(), Error> {
    let charts = render::charts(report);
    let entries = fs::read_dir(out.join("charts")).into_iter().flatten().flatten();
    // a picture has the name of its drawing
    let stem = |name: &Path| name.with_extension("");
    let ours = |name: &Path| charts.iter().any(|(chart, _)| stem(Path::new(chart)) == stem(name));
    let other = entries.filter(|entry| !ours(Path::new(&entry.file_name()))).count();
    if other == 0 {
        return Ok(());
    }
    let folder = out.join("charts");
    let why = format!(
        "--redact: {} holds {other} charts of an earlier run; write to another folder",
        folder.display()
    );
    Err(Error::Argument(why))
}

/// Writes all forms of a report into a folder, made if missing.
///
/// # Errors
/// [`Error::Output`].
pub fn report(report: &Report, out: &Path) -> Result<(), Error> {
    let charts = out.join("charts");
    fs::create_dir_all(&charts).map_err(|e| failed(&charts, &e))?;
    text(&out.join("report.json"), &render::json(report))?;
    text(&out.join("summary.md"), &render::markdown(report))?;
    for (name, svg) in render::charts(report) {
        text(&charts.join(name), &svg)?;
    }
    text(&out.join("report.html"), &render::html(report))
}

/// Writes each chart of a report as a picture too, beside its SVG.
///
/// # Errors
/// [`Error::Output`].
pub fn pictures(report: &Report, out: &Path) -> Result<(), Error> {
    for (name, svg) in render::charts(report) {
        let path = out.join("charts").join(name).with_extension("png");
        let shown = || path.display().to_string();
        let png = render::png(&svg).map_err(|why| Error::Output { path: shown(), why })?;
        whole(&path, |sink| sink.write_all(&png)).map_err(|e| failed(&path, &e))?;
    }
    Ok(())
}

/// Writes all forms of a comparison into a folder, made if missing.
///
/// # Errors
/// [`Error::Output`].
pub fn diff(diff: &Diff, out: &Path) -> Result<(), Error> {
    fs::create_dir_all(out).map_err(|e| failed(out, &e))?;
    text(&out.join("diff.json"), &render::value(diff))?;
    text(&out.join("diff.md"), &render::diff::markdown(diff))?;
    text(&out.join("diff.html"), &render::diff::html(diff))
}

/// An I/O error with the path that it is about.
#[must_use]
pub fn failed(path: &Path, error: &io::Error) -> Error {
    Error::Output { path: path.display().to_string(), why: error.to_string() }
}
