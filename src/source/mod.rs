//! Paths to artifacts. The only floor that opens files.
//!
//! Directories are walked in name order, so that the order on disk never matters. What cannot be read
//! becomes a skip with its reason and costs nothing else; only an INPUT that is not there ends the run.

mod bytes;

use crate::error::Error;
use crate::model::time::Time;
pub use bytes::Bytes;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// One dump as found.
#[derive(Debug)]
pub struct Artifact {
    /// Name of the INPUT and the path inside it, `/` between parts; the same on every machine.
    pub path: String,
    /// What was read, or why not.
    pub content: Result<Bytes, String>,
    /// Modification time of the file.
    pub modified: Option<Time>,
}

impl Artifact {
    /// The bytes, empty when the artifact was skipped.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.content.as_deref().unwrap_or_default()
    }

    /// 1-based line `number` without its line end, for quoting; cut to 400 characters.
    #[must_use]
    pub fn line(&self, number: u32) -> String {
        let bytes = self.bytes();
        let start = match number {
            0 | 1 => 0,
            n => match memchr::memchr_iter(b'\n', bytes).nth(n as usize - 2) {
                Some(at) => at + 1,
                None => return String::new(),
            },
        };
        let rest = &bytes[start..];
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = &rest[..end.min(4_000)];
        let text = String::from_utf8_lossy(line);
        text.trim_end_matches('\r').chars().take(400).collect()
    }
}

/// All artifacts of all inputs, by path.
///
/// # Errors
/// [`Error::Input`] when an INPUT does not exist, cannot be opened, or is a FIFO, socket or device.
pub fn artifacts(inputs: &[PathBuf]) -> Result<Vec<Artifact>, Error> {
    let mut found = Vec::new();
    for input in inputs {
        if input.as_os_str() == "-" {
            found.push(standard_input()?);
            continue;
        }
        let name = shown_name(input, inputs);
        let failed = |why: &io::Error| Error::Input { path: input.display().to_string(), why: words(why) };
        let meta = fs::metadata(input).map_err(|e| failed(&e))?;
        if meta.is_dir() {
            let root = input.canonicalize().map_err(|e| failed(&e))?;
            walk(&root, &root, &name, 0, &mut found);
        } else if meta.is_file() {
            found.push(open(input, name, &meta));
        } else {
            let why = "neither a file nor a directory: FIFOs, sockets and devices are refused".to_owned();
            return Err(Error::Input { path: input.display().to_string(), why });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.dedup_by(|a, b| a.path == b.path);
    Ok(found)
}

/// Reads one file whole, as `render` does with `report.json`.
///
/// # Errors
/// [`Error::Input`] when it cannot be read.
pub fn text(path: &Path) -> Result<String, Error> {
    let bytes =
        fs::read(path).map_err(|e| Error::Input { path: path.display().to_string(), why: words(&e) })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Deep enough for any bundle, shallow enough for any stack.
const DEPTH: usize = 64;

fn walk(root: &Path, dir: &Path, shown: &str, depth: usize, found: &mut Vec<Artifact>) {
    let skip = |why: String| Artifact { path: shown.to_owned(), content: Err(why), modified: None };
    if depth > DEPTH {
        found.push(skip(format!("folder nested deeper than {DEPTH}")));
        return;
    }
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) => return found.push(skip(words(&e))),
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let shown = if shown.is_empty() { name } else { format!("{shown}/{name}") };
        // A link out of the input would read what nobody handed over.
        let inside = path.canonicalize().is_ok_and(|real| real.starts_with(root));
        match fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_dir() => walk(root, &path, &shown, depth + 1, found),
            Ok(meta) if meta.is_file() => found.push(open(&path, shown, &meta)),
            Ok(meta) if meta.is_symlink() && inside => match fs::metadata(&path) {
                Ok(meta) if meta.is_file() => found.push(open(&path, shown, &meta)),
                _ => {} // a folder inside the input is walked under its own name
            },
            Ok(_) => found.push(Artifact {
                path: shown,
                content: Err("not a regular file inside the input".to_owned()),
                modified: None,
            }),
            Err(e) => found.push(Artifact { path: shown, content: Err(words(&e)), modified: None }),
        }
    }
}

fn open(path: &Path, shown: String, meta: &Metadata) -> Artifact {
    let modified = meta
        .modified()
        .ok()
        .and_then(|t| t.duration_since(UNIX_EPOCH).ok())
        .and_then(|d| i64::try_from(d.as_micros()).ok())
        .map(Time);
    Artifact { path: shown, content: Bytes::open(path, meta.len()).map_err(|e| words(&e)), modified }
}

fn standard_input() -> Result<Artifact, Error> {
    let bytes = Bytes::from_reader(io::stdin().lock())
        .map_err(|e| Error::Input { path: "-".to_owned(), why: words(&e) })?;
    Ok(Artifact { path: "stdin".to_owned(), content: Ok(bytes), modified: None })
}

/// The last part of INPUT, so that a report does not depend on where the input lay; the path as given
/// when two inputs share that part; nothing for `.`.
fn shown_name(input: &Path, inputs: &[PathBuf]) -> String {
    let last = |p: &Path| p.file_name().map(|n| n.to_string_lossy().into_owned());
    let name = last(input);
    if name.is_some() && inputs.iter().filter(|other| last(other) == name).count() > 1 {
        return input.to_string_lossy().trim_matches('/').to_owned();
    }
    name.unwrap_or_default()
}

/// An I/O error without the operating system's number, which differs between machines.
fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
