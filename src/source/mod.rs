//! Paths to artifacts. The only floor that opens files.
//!
//! Directories are walked in name order, so that the order on disk never matters. What cannot be read
//! becomes a skip with its reason and costs nothing else; that holds for a whole INPUT, too. Single compressed files
//! are unpacked and keep their names.

pub mod archive;
mod bytes;
mod compressed;
pub mod links;

use crate::error::Error;
use crate::model::time::Time;
pub use bytes::Bytes;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

/// One dump as found.
#[derive(Debug)]
pub struct Artifact {
    /// Name of the INPUT and the path inside it, `/` between parts; the same on every machine.
    pub path: String,
    /// Where its bytes lie, when `path` is the name of a link to them: see [`links`].
    pub kept_as: Option<String>,
    /// What was read, or why not.
    pub content: Result<Bytes, String>,
    /// Modification time of the file.
    pub modified: Option<Time>,
    /// Where every [`STRIDE`]th line begins, once a line was asked for.
    lines: OnceLock<Vec<usize>>,
}

/// Lines that are counted anew for each quotation.
const STRIDE: u32 = 1 << 10;

impl Artifact {
    fn new(path: String, content: Result<Bytes, String>, modified: Option<Time>) -> Self {
        Self { path, kept_as: None, content, modified, lines: OnceLock::new() }
    }

    /// The last indexed line that is not behind `number`, which counts from 1, and where it begins.
    fn before(&self, bytes: &[u8], number: u32) -> (u32, usize) {
        let index = self.lines.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', bytes);
            std::iter::once(0).chain(ends.map(|at| at + 1)).step_by(STRIDE as usize).collect()
        });
        let at = ((number - 1) / STRIDE).min(u32::try_from(index.len() - 1).unwrap_or(u32::MAX));
        (at * STRIDE + 1, index[at as usize])
    }

    /// The bytes, empty when the artifact was skipped.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.content.as_deref().unwrap_or_default()
    }

    /// 1-based line `number` without its line end, for quoting; cut to 400 characters.
    #[must_use]
    pub fn line(&self, number: u32) -> String {
        let bytes = self.bytes();
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let (known, mut start) = self.before(bytes, number.max(1));
        if let Some(skip) = (number.max(1) - known).checked_sub(1) {
            match memchr::memchr_iter(b'\n', &bytes[start..]).nth(skip as usize) {
                Some(at) => start += at + 1,
                None => return String::new(),
            }
        }
        let rest = &bytes[start..];
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = &rest[..end.min(4_000)];
        let text = String::from_utf8_lossy(line);
        text.trim_end_matches('\r').chars().take(400).collect()
    }
}

/// What the inputs hold.
#[derive(Debug)]
pub struct Found {
    /// By path.
    pub artifacts: Vec<Artifact>,
    /// INPUTs that could not be read at all, each also an artifact that was skipped.
    pub refused: Vec<Error>,
}

/// All artifacts of all inputs. A file that is reached twice is one artifact.
#[must_use]
pub fn artifacts(inputs: &[PathBuf]) -> Found {
    let mut found = Vec::new();
    let mut refused = Vec::new();
    let mut links = Vec::new();
    for (input, name) in inputs.iter().zip(names(inputs)) {
        if let Err(why) = one(input, &name, &mut found, &mut links) {
            refused.push(Error::Input { path: shown(input.as_os_str()), why: why.clone() });
            found.push((input.clone(), Artifact::new(name, Err(why), None)));
        }
    }
    rename(&mut found, &links);
    found.sort_by(|(a_real, a), (b_real, b)| a.path.cmp(&b.path).then_with(|| a_real.cmp(b_real)));
    let mut seen = HashSet::new();
    found.retain(|(real, _)| seen.insert(real.clone()));
    // by path, so that it is always the same files that are too many
    let mut budget = compressed::Budget::default();
    let artifacts = found.into_iter().map(|(_, artifact)| {
        let content = artifact.content.and_then(|bytes| compressed::unpacked(bytes, &mut budget));
        Artifact { content, ..artifact }
    });
    Found { artifacts: artifacts.collect(), refused }
}

/// Path and target of each link inside an input.
type Links = Vec<(String, String)>;

/// Gives files the names of the links that say what they are.
fn rename(found: &mut [(PathBuf, Artifact)], links: &[(String, String)]) {
    if links.is_empty() {
        return;
    }
    let paths: BTreeSet<String> = found.iter().map(|(_, artifact)| artifact.path.clone()).collect();
    let mut names: HashMap<String, String> = links::renamed(&paths, links).into_iter().collect();
    for (_, artifact) in found {
        if let Some(name) = names.remove(&artifact.path) {
            artifact.kept_as = Some(std::mem::replace(&mut artifact.path, name));
        }
    }
}

/// What one INPUT holds, each with its real path; or why it is refused.
fn one(
    input: &Path,
    name: &str,
    found: &mut Vec<(PathBuf, Artifact)>,
    links: &mut Links,
) -> Result<(), String> {
    if input.as_os_str() == "-" {
        let bytes = Bytes::from_reader(io::stdin().lock()).map_err(|e| words(&e))?;
        let artifact = Artifact::new(name.to_owned(), Ok(bytes), None);
        found.push((input.to_owned(), artifact));
        return Ok(());
    }
    let meta = fs::metadata(input).map_err(|e| words(&e))?;
    if !meta.is_dir() && !meta.is_file() {
        return Err("neither a file nor a directory: FIFOs, sockets and devices are refused".to_owned());
    }
    let real = input.canonicalize().map_err(|e| words(&e))?;
    if meta.is_dir() {
        walk(&real, &real, name, 0, found, links);
        return Ok(());
    }
    let artifact = open(&real, name.to_owned(), &meta);
    found.push((real, artifact));
    Ok(())
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

/// Reads what lies below `dir`, a path without links at or below `root`.
fn walk(
    root: &Path,
    dir: &Path,
    name: &str,
    depth: usize,
    found: &mut Vec<(PathBuf, Artifact)>,
    links: &mut Links,
) {
    let skip = |path: &Path, name: &str, why: String| {
        (path.to_owned(), Artifact::new(name.to_owned(), Err(why), None))
    };
    if depth > DEPTH {
        return found.push(skip(dir, name, format!("folder nested deeper than {DEPTH}")));
    }
    let ours = is_report(dir);
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) => return found.push(skip(dir, name, words(&e))),
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(e) => return found.push(skip(dir, name, words(&e))),
        };
        let path = entry.path();
        let own = shown(&entry.file_name());
        // a report written into the folder of its evidence is not evidence; what lies beside it is
        let written = ours && OURS.contains(&own.as_str());
        let name = if name.is_empty() { own } else { format!("{name}/{own}") };
        match fs::symlink_metadata(&path) {
            _ if written => found.push(skip(&path, &name, "written by netmortem".to_owned())),
            Ok(meta) if meta.is_dir() => walk(root, &path, &name, depth + 1, found, links),
            Ok(meta) if meta.is_file() => {
                let artifact = open(&path, name, &meta);
                found.push((path, artifact));
            }
            Ok(meta) if meta.is_symlink() => {
                // A link out of the input would read what nobody handed over. One to a neighbour needs no
                // word: bundles link `uptime` to `sos_commands/host/uptime`, which is read under that name.
                match fs::read_link(&path) {
                    Ok(target) if path.canonicalize().is_ok_and(|real| real.starts_with(root)) => {
                        links.push((name, shown(target.as_os_str())));
                    }
                    _ => found.push(skip(&path, &name, "a link to nothing inside the input".to_owned())),
                }
            }
            Ok(_) => found.push(skip(&path, &name, "FIFO, socket or device".to_owned())),
            Err(e) => found.push(skip(&path, &name, words(&e))),
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

fn open(path: &Path, shown: String, meta: &Metadata) -> Artifact {
    let modified = meta
        .modified()
        .ok()
        .and_then(|t| t.duration_since(UNIX_EPOCH).ok())
        .and_then(|d| i64::try_from(d.as_micros()).ok())
        .map(Time)
        .filter(|t| *t < NEVER);
    let content = Bytes::open(path, meta.len()).map_err(|e| words(&e));
    Artifact::new(shown, content, modified)
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
fn shown(name: &OsStr) -> String {
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
fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
