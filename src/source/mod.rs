//! Paths to files, and files to bytes. The only floor that opens files.
//!
//! Directories are walked in name order, so that the order on disk never matters. What cannot be read
//! becomes a skip with its reason and costs nothing else; that holds for a whole INPUT, too.

pub mod archive;
mod artifact;
mod bytes;
pub mod links;
mod open;

use crate::error::Error;
use crate::model::time::Time;
pub use artifact::{Artifact, Packed, Text};
pub use bytes::Bytes;
pub use open::{Bundle, Opened};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

/// A file as found, not yet opened.
#[derive(Debug)]
pub struct Found {
    /// Name of the INPUT and the path inside it, `/` between parts; the same on every machine.
    pub name: String,
    /// Its own name, when `name` is that of a link to it: see [`links`].
    pub kept_as: Option<String>,
    /// Size on disk.
    pub bytes: u64,
    /// Modification time.
    pub modified: Option<Time>,
    /// Where it leads to, when it is a link to nothing inside the input.
    pub target: Option<String>,
    /// Where it lies, or why it is skipped.
    pub place: Result<PathBuf, String>,
}

/// What the inputs hold.
#[derive(Debug)]
pub struct Listing {
    /// By name.
    pub files: Vec<Found>,
    /// INPUTs that could not be read at all, each also a file that is skipped.
    pub refused: Vec<Error>,
}

/// All files of all inputs. One that is reached twice is one.
#[must_use]
pub fn list(inputs: &[PathBuf]) -> Listing {
    let mut files = Vec::new();
    let mut refused = Vec::new();
    let mut links = Vec::new();
    for (input, name) in inputs.iter().zip(names(inputs)) {
        if let Err(why) = one(input, &name, &mut files, &mut links) {
            refused.push(Error::Input { path: shown(input.as_os_str()), why: why.clone() });
            files.push(Found { place: Err(why), ..found(input, name, None) });
        }
    }
    rename(&mut files, &links);
    files.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.place.cmp(&b.place)));
    let mut seen = HashSet::new();
    files.retain(|file| file.place.as_ref().map_or(true, |real| seen.insert(real.clone())));
    Listing { files, refused }
}

/// What nobody would miss.
const NO_LOSS: [&str; 3] = [LINK, SPECIAL, WRITTEN];
pub(crate) const LINK: &str = "a link to nothing inside the input";
const SPECIAL: &str = "FIFO, socket or device";
const WRITTEN: &str = "written by netmortem";

/// Whether a reason for which this floor skips a file tells of evidence that is lost.
#[must_use]
pub fn is_loss(why: &str) -> bool {
    !NO_LOSS.contains(&why)
}

/// Path and target of each link inside an input.
type Links = Vec<(String, String)>;

/// Gives files the names of the links that say what they are.
fn rename(files: &mut [Found], links: &[(String, String)]) {
    if links.is_empty() {
        return;
    }
    let paths: BTreeSet<String> = files.iter().map(|file| file.name.clone()).collect();
    let mut names: HashMap<String, String> = links::renamed(&paths, links).into_iter().collect();
    for file in files {
        if let Some(name) = names.remove(&file.name) {
            file.kept_as = Some(std::mem::replace(&mut file.name, name));
        }
    }
}

fn found(path: &Path, name: String, meta: Option<&Metadata>) -> Found {
    let place = Ok(path.to_owned());
    Found {
        name,
        kept_as: None,
        bytes: meta.map_or(0, Metadata::len),
        modified: meta.and_then(modified),
        target: None,
        place,
    }
}

/// What one INPUT holds; or why it is refused.
fn one(input: &Path, name: &str, files: &mut Vec<Found>, links: &mut Links) -> Result<(), String> {
    if input.as_os_str() == "-" {
        files.push(found(input, name.to_owned(), None));
        return Ok(());
    }
    let meta = fs::metadata(input).map_err(|e| words(&e))?;
    if !meta.is_dir() && !meta.is_file() {
        return Err("neither a file nor a directory: FIFOs, sockets and devices are refused".to_owned());
    }
    let real = input.canonicalize().map_err(|e| words(&e))?;
    if meta.is_dir() {
        walk(&real, &real, name, 0, files, links);
    } else {
        files.push(found(&real, name.to_owned(), Some(&meta)));
    }
    Ok(())
}

/// Reads one file whole, as `render` does with `report.json`.
///
/// # Errors
/// [`Error::Input`] when it cannot be read.
pub fn text(path: &Path) -> Result<String, Error> {
    let failed = |why| Error::Input { path: path.display().to_string(), why };
    let mut bytes = Vec::new();
    // a device such as /dev/zero has no end
    let read = File::open(path).and_then(|file| file.take(TEXT + 1).read_to_end(&mut bytes));
    match read {
        Err(e) => Err(failed(words(&e))),
        Ok(n) if n as u64 > TEXT => Err(failed(format!("larger than {} MiB", TEXT >> 20))),
        Ok(_) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// The largest report or series that is read as one text.
const TEXT: u64 = 1 << 28;

/// Deep enough for any bundle, shallow enough for any stack.
const DEPTH: usize = 64;

/// Reads what lies below `dir`, a path without links at or below `root`.
fn walk(root: &Path, dir: &Path, name: &str, depth: usize, files: &mut Vec<Found>, links: &mut Links) {
    let skip = |path: &Path, name: &str, why: String| Found {
        place: Err(why),
        ..found(path, name.to_owned(), None)
    };
    if depth > DEPTH {
        return files.push(skip(dir, name, format!("folder nested deeper than {DEPTH}")));
    }
    let ours = is_report(dir);
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) => return files.push(skip(dir, name, words(&e))),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(e) => return files.push(skip(dir, name, words(&e))),
        };
        let path = entry.path();
        let own = shown(&entry.file_name());
        // a report written into the folder of its evidence is not evidence; what lies beside it is
        let written = ours && OURS.contains(&own.as_str());
        let name = if name.is_empty() { own } else { format!("{name}/{own}") };
        match fs::symlink_metadata(&path) {
            _ if written => files.push(skip(&path, &name, WRITTEN.to_owned())),
            Ok(meta) if meta.is_dir() => walk(root, &path, &name, depth + 1, files, links),
            Ok(meta) if meta.is_file() => files.push(found(&path, name, Some(&meta))),
            Ok(meta) if meta.is_symlink() => {
                // A link out of the input would read what nobody handed over. One to a neighbour needs no
                // word: bundles link `uptime` to `sos_commands/host/uptime`, which is read under that name.
                match fs::read_link(&path) {
                    Ok(target) if path.canonicalize().is_ok_and(|real| real.starts_with(root)) => {
                        links.push((name, shown(target.as_os_str())));
                    }
                    target => files.push(Found {
                        target: target.ok().map(|to| shown(to.as_os_str())),
                        ..skip(&path, &name, LINK.to_owned())
                    }),
                }
            }
            Ok(_) => files.push(skip(&path, &name, SPECIAL.to_owned())),
            Err(e) => files.push(skip(&path, &name, words(&e))),
        }
    }
}

/// Whether a folder is the output of an earlier run, which quotes dumps and would be taken for some.
/// What `report` writes into a folder.
const OURS: [&str; 4] = ["report.json", "report.html", "summary.md", "charts"];

fn is_report(dir: &Path) -> bool {
    let mut head = Vec::new();
    let report = dir.join("report.json");
    let regular = fs::symlink_metadata(&report).is_ok_and(|meta| meta.is_file());
    let mut read = || File::open(&report)?.take(200).read_to_end(&mut head);
    regular && read().is_ok() && memchr::memmem::find(&head, b"\"tool\": \"netmortem ").is_some()
}

/// 2200, as far as stamps reach: a file saved later was saved by a broken clock.
const NEVER: Time = Time(7_258_118_400_000_000);

/// Whole seconds, which is what archives keep, too.
fn modified(meta: &Metadata) -> Option<Time> {
    let since = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(Time::from_secs(i64::try_from(since.as_secs()).ok()?)).filter(|t| *t < NEVER)
}

/// What inputs are called in a report: the last part of each, so that it does not depend on where the input
/// lay or on how it was reached; with as many parts before it as tell apart inputs that share it.
fn names(inputs: &[PathBuf]) -> Vec<String> {
    let all: Vec<(Vec<String>, Option<PathBuf>)> =
        inputs.iter().map(|input| (parts(input), input.canonicalize().ok())).collect();
    let name = |(mine, place): &(Vec<String>, Option<PathBuf>)| {
        let alike = |n: usize| {
            all.iter().any(|(other, at)| other != mine && at != place && tail(other, n) == tail(mine, n))
        };
        let enough = (1..mine.len()).find(|n| !alike(*n)).unwrap_or(mine.len());
        tail(mine, enough).join("/")
    };
    all.iter().map(name).collect()
}

fn tail(parts: &[String], n: usize) -> &[String] {
    &parts[parts.len().saturating_sub(n)..]
}

/// The parts of an absolute path, the last one as the user calls it: a link keeps its own name.
fn parts(input: &Path) -> Vec<String> {
    if input.as_os_str() == "-" {
        return vec!["stdin".to_owned()];
    }
    let given = input.file_name().and(std::path::absolute(input).ok());
    let path = given.or_else(|| input.canonicalize().ok()).unwrap_or_else(|| input.to_owned());
    let names = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(shown(name)),
        _ => None,
    });
    names.collect()
}

/// A name on one line of text: control characters and what is not UTF-8 as `\x1b`, so that names stay apart.
pub(crate) fn shown(name: &OsStr) -> String {
    spelt(name.as_encoded_bytes())
}

/// As [`shown`], of the bytes of a name.
fn spelt(name: &[u8]) -> String {
    let mut text = String::new();
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_control() {
                text.extend(c.to_string().bytes().map(|b| format!("\\x{b:02x}")));
            } else {
                text.push(c);
            }
        }
        text.extend(chunk.invalid().iter().map(|b| format!("\\x{b:02x}")));
    }
    text
}

/// An I/O error without the operating system's number, which differs between machines.
pub(crate) fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
