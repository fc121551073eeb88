//! Entries of a tar archive.

use super::budget::Meter;
use super::heads::Heads;
use super::{Entry, Take, own, seconds, stream};
use crate::model::time::Time;
use crate::source::{SPECIAL, spelt};
use std::io::{self, Read};
use tar::EntryType;

/// A tar archive that becomes `folder`.
pub(super) fn walk(
    folder: &str,
    reader: Box<dyn Read + '_>,
    meter: &Meter,
    depth: u32,
    take: &mut dyn Take,
) -> io::Result<()> {
    let (reader, state) = Heads::new(reader);
    let mut archive = tar::Archive::new(reader);
    archive.set_ignore_zeros(true); // `tar -A` and `cat` leave blocks of zeros between archives
    let mut entries = archive.entries()?;
    loop {
        state.begin();
        let Some(entry) = entries.next() else { return Ok(()) };
        state.end();
        let mut entry = entry?;
        meter.entry()?;
        // a backslash is a character like any other here: systemd's units have it
        let Some(own) = own(folder, &entry.path_bytes(), b"/", meter, take)? else { continue };
        match entry.header().entry_type() {
            kind @ (EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse) => {
                let header = entry.header().mtime().ok();
                let (modified, changed) = (pax_time(&mut entry, "mtime"), pax_time(&mut entry, "ctime"));
                let modified = modified.or(header.and_then(seconds));
                let head = Entry { path: own, modified, changed, size: entry.header().size().ok() };
                let content: Box<dyn Read + '_> = if kind == EntryType::GNUSparse {
                    Box::new(meter.unpacked(&mut entry)) // a hole of a petabyte takes no space in the archive
                } else {
                    Box::new(&mut entry)
                };
                stream(head, content, meter, depth + 1, take)?;
            }
            EntryType::Directory | EntryType::XGlobalHeader => {}
            EntryType::Symlink | EntryType::Link => {
                let target = entry.link_name_bytes().map(|t| spelt(&t)).unwrap_or_default();
                meter.name(&target)?;
                take.link(own, target);
            }
            _ => take.skip(own, SPECIAL.to_owned()),
        }
    }
}

fn pax_time(entry: &mut tar::Entry<'_, impl Read>, key: &str) -> Option<Time> {
    let found = entry.pax_extensions().ok()??.filter_map(Result::ok).find(|e| e.key() == Ok(key))?;
    let text = found.value().ok()?.to_owned();
    let whole: u64 = text.split('.').next()?.parse().ok()?;
    seconds(whole)
}
