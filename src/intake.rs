//! Files to parsed artifacts, archives as they stream by.
//!
//! One thread undoes a bundle's compression and cuts what comes out into pieces; the others parse them. What waits to be
//! parsed is bounded: beyond that the first thread helps, so memory does not grow with the bundle.

mod bundle;
mod entry;

use crate::error::Error;
use crate::parse::{self, Parsed};
use crate::source::archive::{Budget, folder};
use crate::source::{self, Artifact, Bytes, Found, Opened, Text};
use bundle::bundle;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// An artifact and what became of it.
pub type Dump = (Artifact, Parsed);

/// What the inputs hold.
pub struct Intake {
    /// By path.
    pub dumps: Vec<Dump>,
    /// INPUTs that could not be read at all, each also a dump that is skipped.
    pub refused: Vec<Error>,
}

/// What all threads of a run share.
struct Run<'a> {
    budget: Budget,
    /// Told of bytes read and of all bytes.
    progress: &'a (dyn Fn(u64, u64) + Sync),
    all: u64,
    done: AtomicU64,
    /// Bytes that wait to be parsed.
    waiting: AtomicUsize,
}

impl Run<'_> {
    fn read(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        (self.progress)(done, self.all);
    }
}

/// Reads all inputs. `progress` is told how many of how many bytes were read.
#[must_use]
pub fn read(inputs: &[PathBuf], budget: Budget, progress: &(dyn Fn(u64, u64) + Sync)) -> Intake {
    let source::Listing { files, refused } = source::list(inputs);
    let all = files.iter().map(|file| file.bytes).sum();
    let run = Run { budget, progress, all, done: AtomicU64::new(0), waiting: AtomicUsize::new(0) };
    let folders = folders(&files);
    let found: Vec<Vec<Dump>> =
        files.par_iter().zip(folders).map(|(file, folder)| one(file, folder, &run)).collect();
    let mut dumps: Vec<Dump> = found.into_iter().flatten().collect();
    dumps.sort_by(|a, b| a.0.path.cmp(&b.0.path)); // stable: the later one of a path stays behind
    Intake { dumps: last_of_each(dumps), refused }
}

/// One file or bundle.
fn one(file: &Found, folder: &str, run: &Run<'_>) -> Vec<Dump> {
    let artifact = || {
        let mut artifact = Artifact::new(file.name.clone(), file.bytes, file.modified);
        artifact.kept_as.clone_from(&file.kept_as);
        artifact
    };
    match file.open() {
        Err(why) => {
            if let Some(dump) = file.target.as_ref().and_then(|target| link(&file.name, target)) {
                return vec![dump];
            }
            let mut artifact = artifact();
            artifact.lost = Some(&why).filter(|why| source::is_loss(why)).cloned();
            vec![(artifact, Parsed::Skipped(why))]
        }
        Ok(Opened::Plain(bytes)) => {
            let parsed = parse::file(&file.name, &bytes);
            run.read(file.bytes);
            let mut artifact = artifact();
            artifact.bytes = bytes.len() as u64; // files of /proc say 0
            if matches!(parsed, Parsed::Read(_)) {
                artifact.text = Text::Here(bytes);
            }
            vec![(artifact, parsed)]
        }
        Ok(Opened::Bundle(input)) => bundle(file, folder, input, run),
    }
}

/// A link to nothing inside the input, where the name of what it leads to says something.
fn link(path: &str, target: &str) -> Option<Dump> {
    let parsed = parse::link(path, target)?;
    let mut artifact = Artifact::new(path.to_owned(), target.len() as u64, None);
    artifact.text = Text::Here(Bytes::Owned(target.as_bytes().to_vec()));
    Some((artifact, parsed))
}

/// The folder that each file becomes if it is an archive: it is named after the archive without its ending, unless that
/// is there too, or another archive of the same name.
fn folders(files: &[Found]) -> Vec<&str> {
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files {
        *met.entry(folder(&file.name)).or_default() += 1;
    }
    let beside = |folder: &str| {
        let below = format!("{folder}/");
        let at = files.partition_point(|file| file.name < below);
        files.get(at).is_some_and(|file| file.name.starts_with(&below))
    };
    let alone = |folder: &str| met.get(folder) == Some(&1) && !beside(folder);
    files.iter().map(|file| Some(folder(&file.name)).filter(|f| alone(f)).unwrap_or(&file.name)).collect()
}

/// An archive may hold a path twice; unpacked, the last one stays. What was skipped never hides what was read.
fn last_of_each(dumps: Vec<Dump>) -> Vec<Dump> {
    let read = |dump: &Dump| matches!(dump.1, Parsed::Read(_));
    let mut kept: Vec<Dump> = Vec::with_capacity(dumps.len());
    for dump in dumps {
        match kept.last_mut() {
            Some(last) if last.0.path == dump.0.path => {
                if read(&dump) || !read(last) {
                    *last = dump;
                }
            }
            _ => kept.push(dump),
        }
    }
    kept
}
