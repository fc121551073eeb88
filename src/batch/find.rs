//! Which bundles the PATHs hold.
//!
//! A PATH that is a file is a bundle. A folder is one bundle when it looks like one: it has `sos_commands`, `proc` or
//! `basic-environment.txt` in it, or at least one plain file that is a dump and no archive. Any other folder is a folder
//! of bundles, and each file and each folder directly in it is one; hidden ones, checksums and signatures are passed over,
//! and so is the folder that holds the output.

use crate::error::Error;
use crate::parse::{self, Parsed};
use crate::source::archive::{Packing, is_archive};
use crate::source::shown;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// One bundle as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// As it is opened.
    pub path: PathBuf,
    /// As it is shown.
    pub shown: String,
}

/// What a sosreport or a supportconfig has at its top.
const MARKS: [&str; 3] = ["sos_commands", "proc", "basic-environment.txt"];
/// What lies beside archives and is none.
const BESIDE: [&str; 8] = ["md5", "sha1", "sha256", "sha512", "md5sum", "sha256sum", "sig", "asc"];
/// As much of a file as tells whether it is a dump.
const HEAD: u64 = 1 << 16;

/// All bundles by the names shown; one that is reached twice is one bundle. `out` is where the batch writes to.
///
/// # Errors
/// [`Error::Argument`] when the output would lie inside a bundle.
pub fn bundles(paths: &[PathBuf], out: &Path) -> Result<Vec<Bundle>, Error> {
    let out = real(out);
    let mut found: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    let mut add = |path: PathBuf| {
        // what cannot be resolved is a row that failed
        let real = path.canonicalize().unwrap_or_else(|_| path.clone());
        let known = found.entry(real).or_insert_with(|| path.clone());
        // its own name rather than that of a link to it
        if (path.is_symlink(), &path) < (known.is_symlink(), &*known) {
            *known = path;
        }
    };
    for path in paths {
        if path.as_os_str() == "-" {
            return Err(Error::Argument("batch reads files and folders, not standard input".to_owned()));
        }
        match children(path, &out) {
            Some(children) => children.into_iter().for_each(&mut add),
            None => add(path.clone()),
        }
    }
    if let Some(path) = found.iter().find(|(real, _)| out.starts_with(real)).map(|(_, path)| path) {
        let (out, path) = (out.display(), path.display());
        return Err(Error::Argument(format!("the output {out} lies inside {path}, which is a bundle")));
    }
    let named = found.into_values().map(|path| Bundle { shown: shown(path.as_os_str()), path });
    let mut found: Vec<Bundle> = named.collect();
    found.sort_by(|a, b| a.shown.cmp(&b.shown).then_with(|| a.path.cmp(&b.path)));
    Ok(found)
}

/// Where a path leads that need not be there yet: its last part that is there, and what follows.
fn real(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = whole.ancestors().find_map(|a| Some((a.canonicalize().ok()?, whole.strip_prefix(a).ok()?)));
    there.map_or_else(|| whole.clone(), |(there, rest)| there.join(rest))
}

/// The bundles in a folder of bundles; `None` for what is a bundle itself.
fn children(path: &Path, out: &Path) -> Option<Vec<PathBuf>> {
    if !path.is_dir() || MARKS.iter().any(|mark| path.join(mark).exists()) {
        return None;
    }
    let all: Vec<PathBuf> = fs::read_dir(path).ok()?.filter_map(|e| Some(e.ok()?.path())).collect();
    let ours = |path: &PathBuf| path.canonicalize().is_ok_and(|real| out.starts_with(real));
    let mut bundles: Vec<PathBuf> = all.into_iter().filter(|p| is_candidate(p) && !ours(p)).collect();
    bundles.sort();
    let files = || bundles.iter().filter(|path| path.is_file());
    let loose = !files().any(|path| holds_files(path).unwrap_or(false)) && files().any(|path| is_dump(path));
    (!loose).then_some(bundles)
}

fn is_candidate(path: &Path) -> bool {
    let beside = path.extension().and_then(OsStr::to_str).is_some_and(|e| BESIDE.contains(&e));
    let hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
    !hidden && (!beside || path.is_dir())
}

/// Whether a file is an archive, packed or not, rather than a packed dump.
fn holds_files(path: &Path) -> io::Result<bool> {
    let head = |reader: &mut dyn Read| {
        let mut head = Vec::new();
        reader.take(512).read_to_end(&mut head).map(|_| head)
    };
    let first = head(&mut File::open(path)?)?;
    match Packing::of(&first) {
        Some(packing) => {
            let mut inner = packing.undo(BufReader::new(File::open(path)?))?;
            Ok(is_archive(&head(&mut inner)?))
        }
        None => Ok(is_archive(&first)),
    }
}

/// Whether the first lines of a file are of a dump that is known.
fn is_dump(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    let name = shown(path.as_os_str());
    read.is_ok() && !matches!(parse::file(&name, &head), Parsed::Skipped(_))
}
