//! Entries of a zip archive, whose directory is at its end.

use super::budget::Meter;
use super::{Entry, LONGEST, Take, is_spent, own, stream};
use crate::source::spelt;
use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use zip::ZipArchive;
use zip::read::ZipFile;

/// Zips within archives are in memory whole; those that are open at a time may be this large together.
const HELD: u64 = 256 << 20;

/// The decoder keeps the directory in memory, and takes several times its size for it. A hundred thousand files have room.
const DIRECTORY: u64 = 16 << 20;

/// One within another archive.
pub(super) fn nested(
    folder: &str,
    reader: Box<dyn Read + '_>,
    meter: &Meter,
    depth: u32,
    take: &mut dyn Take,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    let room = HELD.saturating_sub(meter.held.get()).min(meter.budget.entry);
    reader.take(room + 1).read_to_end(&mut bytes)?;
    let length = bytes.len() as u64;
    if length > room {
        take.skip(folder.to_owned(), format!("a zip archive above {} MiB in another archive", room >> 20));
        return Ok(());
    }
    meter.held.set(meter.held.get() + length);
    let ended = entries(folder, Cursor::new(bytes), meter, depth, take);
    meter.held.set(meter.held.get() - length);
    ended
}

/// A zip archive that becomes `folder`.
pub(super) fn entries(
    folder: &str,
    input: impl Read + Seek,
    meter: &Meter,
    depth: u32,
    take: &mut dyn Take,
) -> io::Result<()> {
    let left = Cell::new(DIRECTORY);
    let mut archive = match ZipArchive::new(Bounded { input, left: &left }) {
        Ok(archive) => archive,
        Err(e) => {
            take.skip(folder.to_owned(), format!("a damaged zip archive: {e}"));
            return Ok(());
        }
    };
    left.set(u64::MAX);
    for i in 0..archive.len() {
        meter.entry()?;
        let named = archive.name_for_index(i).and_then(Result::ok);
        let shown = named.map_or_else(|| i.to_string(), |n| spelt(n.as_bytes()));
        match archive.by_index(i) {
            // entries do not depend on each other: damage to one is no damage to the next
            Ok(entry) => one(folder, entry, meter, depth, take)
                .or_else(|e| if is_spent(&e) { Err(e) } else { Ok(()) })?,
            Err(e) => take.skip(format!("{folder}/{shown}"), format!("cannot be unpacked: {e}")),
        }
    }
    Ok(())
}

fn one(
    folder: &str,
    mut entry: ZipFile<'_, impl Read>,
    meter: &Meter,
    depth: u32,
    take: &mut dyn Take,
) -> io::Result<()> {
    // what was packed on Windows may have either
    let Some(own) = own(folder, entry.name_raw(), b"/\\", meter, take)? else { return Ok(()) };
    if entry.is_symlink() {
        let mut target = Vec::new();
        match entry.by_ref().take(LONGEST as u64).read_to_end(&mut target) {
            Ok(_) => {
                let target = spelt(&target);
                meter.name(&target)?;
                take.link(own, target);
            }
            Err(e) => take.skip(own, format!("cannot be unpacked: {e}")),
        }
    } else if entry.is_file() {
        let head = Entry { path: own, size: Some(entry.size()), ..Entry::default() };
        let content: Box<dyn Read + '_> = Box::new(meter.unpacked(&mut entry));
        stream(head, content, meter, depth + 1, take)?;
    }
    Ok(())
}

/// A reader of which only so much can be read.
struct Bounded<'a, R> {
    input: R,
    left: &'a Cell<u64>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        let Some(left) = self.left.get().checked_sub(n as u64) else {
            return Err(io::Error::other(format!("its directory is larger than {} MiB", DIRECTORY >> 20)));
        };
        self.left.set(left);
        Ok(n)
    }
}

impl<R: Seek> Seek for Bounded<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.input.seek(to)
    }
}
