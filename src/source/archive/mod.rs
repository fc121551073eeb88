//! Archives and compressed files, front to back and without a byte on disk.
//!
//! A bundle is a stream: what it is shows in its first bytes, never in its name. Compression is undone, tar entries are
//! walked, archives within archives are opened in their place, and each plain file is handed to the caller while it
//! is being read. Nothing that an archive says about paths is believed: no entry is ever written anywhere, and one
//! that would lie outside is left out.

mod budget;
mod decode;
mod heads;
mod tar;
mod zip;

use crate::model::time::Time;
use budget::Meter;
pub use budget::{Budget, is_spent};
pub use decode::Packing;
pub use decode::is_zip;
use decode::{HEAD, is_tar};
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// What an archive says about one file in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Path inside the bundle, `/` between parts, control characters and what is not UTF-8 written out.
    pub path: String,
    /// Modification time, as the archive has it.
    pub modified: Option<Time>,
    /// Time of the last change of the inode, where a pax header has it.
    pub changed: Option<Time>,
    /// Bytes, where the archive says them.
    pub size: Option<u64>,
}

/// Who is given what a bundle holds.
pub trait Take {
    /// A plain file. What is not read of it is passed over. An error of `content` is damage to the archive.
    ///
    /// # Errors
    /// Those of `content`: then the walk ends.
    fn file(&mut self, entry: Entry, content: &mut dyn Read) -> io::Result<()>;

    /// A symbolic or hard link, and where it says it leads.
    fn link(&mut self, path: String, target: String);

    /// An entry that is not read, and why.
    fn skip(&mut self, path: String, why: String);
}

/// Whether a file with this head is a bundle or packed, rather than a dump itself. `head` should be 512 bytes.
#[must_use]
pub fn is_archive(head: &[u8]) -> bool {
    Packing::of(head).is_some() || is_zip(head) || is_tar(head)
}

/// Walks a bundle. `name` is that of the input; entries of an archive lie in `folder`.
///
/// # Errors
/// Where the bundle is damaged or beyond its budget; everything before that point has been given.
pub fn walk(
    name: &str,
    folder: &str,
    input: impl Read,
    budget: Budget,
    take: &mut dyn Take,
) -> io::Result<()> {
    let meter = Meter::new(name, folder, budget);
    let entry = Entry { path: name.to_owned(), ..Entry::default() };
    let reader = meter.packed(input);
    stream(entry, reader, &meter, 0, take)
}

/// As [`walk`], of a zip archive that can be read from any place, and need not be held in memory for that.
///
/// # Errors
/// As for [`walk`].
pub fn walk_zip(
    name: &str,
    folder: &str,
    mut input: impl Read + Seek,
    budget: Budget,
    take: &mut dyn Take,
) -> io::Result<()> {
    let size = input.seek(SeekFrom::End(0))?;
    input.rewind()?;
    let meter = Meter::new(name, folder, budget).of_size(size);
    let input = BufReader::new(meter.packed(input));
    meter.open.set(1);
    zip::entries(folder, input, &meter, 0, take)
}

/// Endings of archives, longest first.
const ENDINGS: [&str; 11] =
    [".tar.bz2", ".tar.zst", ".tar.gz", ".tar.xz", ".tbz2", ".tzst", ".tgz", ".txz", ".tbz", ".tar", ".zip"];

/// What an archive is called as a folder: without its ending.
#[must_use]
pub fn folder(path: &str) -> &str {
    ENDINGS.iter().find_map(|ending| path.strip_suffix(ending)).filter(|f| !f.is_empty()).unwrap_or(path)
}

/// Path of an entry of an archive that becomes `folder`. One that holds the folder that it is named after is not told twice: the same
/// evidence has the same paths as a tree and as an archive of that tree.
fn within(folder: &str, own: &str) -> String {
    let (outer, last) = folder.rsplit_once('/').map_or(("", folder), |(outer, last)| (outer, last));
    match own.strip_prefix(last).filter(|rest| rest.starts_with('/')) {
        Some(_) if outer.is_empty() => own.to_owned(),
        Some(_) => format!("{outer}/{own}"),
        None => format!("{folder}/{own}"),
    }
}

/// One stream, whatever it is.
fn stream<'a>(
    entry: Entry,
    reader: impl Read + 'a,
    meter: &Meter,
    depth: u32,
    take: &mut dyn Take,
) -> io::Result<()> {
    // a head is peeked at, so the buffer must hold all of it after one refill
    let reader = Peek::new(reader);
    if depth > meter.budget.depth {
        take.skip(entry.path, format!("archives nested deeper than {}", meter.budget.depth));
        return Ok(());
    }
    if let Some(packing) = Packing::of(reader.head()) {
        let inner = Entry { size: None, ..entry };
        let decoded = meter.unpacked(packing.undo(BufReader::with_capacity(1 << 16, reader))?);
        // boxed: the type would otherwise grow with the depth
        let decoded: Box<dyn Read + '_> = Box::new(decoded);
        let ended = stream(inner, decoded, meter, depth + 1, take);
        // damage within one file of an archive is no damage to the archive
        return ended.or_else(|e| if meter.open.get() > 0 && !is_spent(&e) { Ok(()) } else { Err(e) });
    }
    if is_tar(reader.head()) || is_zip(reader.head()) {
        let unpack = if is_tar(reader.head()) { tar::walk } else { zip::nested };
        let path = entry.path.clone();
        meter.open.set(meter.open.get() + 1);
        let root = &meter.root;
        let into = if path == root.0 { root.1.as_str() } else { folder(&path) };
        let ended = unpack(into, Box::new(reader), meter, depth, take);
        meter.open.set(meter.open.get() - 1);
        return ended.or_else(|e| {
            if meter.open.get() == 0 || is_spent(&e) {
                return Err(e);
            }
            take.skip(path, format!("damaged: {e}"));
            Ok(())
        });
    }
    let ended = take.file(entry, &mut meter.entry_of(reader));
    ended.or_else(|e| if e.kind() == io::ErrorKind::FileTooLarge { Ok(()) } else { Err(e) })
}

/// Names beyond what any file system holds are not names.
const LONGEST: usize = 4_096;

/// The path of an entry by which it is called; `None` for the archive's own root, and for one that is left out.
fn own(
    folder: &str,
    path: &[u8],
    separators: &[u8],
    meter: &Meter,
    take: &mut dyn Take,
) -> io::Result<Option<String>> {
    match inside(path, separators) {
        Ok(None) => Ok(None),
        Ok(Some(own)) => {
            let own = within(folder, &own);
            meter.name(&own)?;
            Ok(Some(own))
        }
        Err((own, why)) => {
            meter.name(&own)?;
            take.skip(format!("{folder}/{own}"), why.to_owned());
            Ok(None)
        }
    }
}

/// A path inside the archive: no leading `/` or `./`, nothing that leaves it. `None` for the root itself. `separators`
/// stand between its parts.
fn inside(path: &[u8], separators: &[u8]) -> Result<Option<String>, (String, &'static str)> {
    let shown = |path: &[u8]| super::spelt(&path[..path.len().min(200)]);
    if path.len() > LONGEST {
        return Err((shown(path) + "…", "a name of more than 4,096 bytes"));
    }
    let parts: Vec<&[u8]> =
        path.split(|b| separators.contains(b)).filter(|p| !p.is_empty() && *p != b".").collect();
    if parts.contains(&&b".."[..]) {
        return Err((shown(path), "a path that leaves the archive"));
    }
    let parts: Vec<String> = parts.into_iter().map(super::spelt).collect();
    Ok(Some(parts.join("/")).filter(|p| !p.is_empty()))
}

/// None before 1990 or after 2200: reproducible archives say 0, broken clocks say anything.
fn seconds(seconds: u64) -> Option<Time> {
    let seconds = i64::try_from(seconds).ok()?;
    (631_152_000..7_258_118_400).contains(&seconds).then(|| Time::from_secs(seconds))
}

/// A reader whose first [`HEAD`] bytes can be looked at.
struct Peek<R> {
    head: Vec<u8>,
    given: usize,
    /// What went wrong behind the head, told in its place: what lies before is given first.
    failed: Option<io::Error>,
    rest: R,
}

impl<R: Read> Peek<R> {
    fn new(mut rest: R) -> Self {
        let mut head = Vec::with_capacity(HEAD);
        let failed = rest.by_ref().take(HEAD as u64).read_to_end(&mut head).err();
        Self { head, given: 0, failed, rest }
    }

    fn head(&self) -> &[u8] {
        &self.head
    }
}

impl<R: Read> Read for Peek<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut left = &self.head[self.given..];
        if left.is_empty() {
            return self.failed.take().map_or_else(|| self.rest.read(buffer), Err);
        }
        let n = left.read(buffer)?;
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests;
