//! Single compressed files, known by their first bytes: gzip, xz, bzip2, zstd. `messages-20260301.gz` is read as the
//! log that it holds, under its own name.
//!
//! What comes out is written to an unlinked temporary file once it is large, so that a chain of rotated logs costs
//! address space and no memory. A file that unpacks to more than [`MOST`], or to more than [`RATIO`] times its size,
//! is refused: a few kilobytes can be made to fill any disk. So are those behind the one at which all of a run came to
//! more than [`ALL`].

use super::archive::Packing;
use super::bytes::Bytes;
use memmap2::Mmap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicU32, Ordering};

/// Bytes that one file may unpack to.
const MOST: u64 = 4 << 30;
/// Bytes that all files of a run may unpack to, what was refused included: it cost as much time.
const ALL: u64 = 16 << 30;
/// How many times its size a file may unpack to, beyond [`FREE`]. Logs shrink to a tenth or a fiftieth.
const RATIO: u64 = 1_000;
/// What any file may unpack to.
const FREE: u64 = 16 << 20;
/// Kept in memory up to here.
const SMALL: usize = 1 << 20;

/// What the files of one run may still unpack to.
pub(super) struct Budget(u64);

impl Default for Budget {
    fn default() -> Self {
        Self(ALL)
    }
}

/// What a compressed file holds, or any other file as it is.
pub(super) fn unpacked(bytes: Bytes, budget: &mut Budget) -> Result<Bytes, String> {
    let Some(packing) = Packing::of(&bytes) else { return Ok(bytes) };
    let name = packing.name();
    let beyond = || Err(format!("compressed ({name}): all such files unpack to more than 16 GiB: refused"));
    if budget.0 == 0 {
        return beyond();
    }
    let own = MOST.min((bytes.len() as u64).saturating_mul(RATIO).max(FREE));
    let limit = own.min(budget.0);
    let read = packing.undo(&*bytes).and_then(|decoder| {
        let mut decoder = decoder.take(limit + 1);
        let unpacked = drain(&mut decoder);
        let left = decoder.limit(); // of one more than the limit, so that 0 is too much
        budget.0 = budget.0.saturating_sub(limit + 1 - left);
        unpacked.map(|unpacked| (left > 0).then_some(unpacked))
    });
    match read {
        Ok(Some(unpacked)) => Ok(unpacked),
        Ok(None) if limit < own => beyond(),
        Ok(None) if limit == MOST => Err(format!("compressed ({name}) to more than 4 GiB: refused")),
        Ok(None) => Err(format!("compressed ({name}) to less than a thousandth: refused")),
        Err(e) => Err(format!("compressed ({name}) and damaged: {e}")),
    }
}

/// All that a decoder yields.
fn drain(decoder: &mut impl Read) -> io::Result<Bytes> {
    let mut small = Vec::new();
    decoder.by_ref().take(SMALL as u64).read_to_end(&mut small)?;
    if small.len() < SMALL {
        return Ok(Bytes::Owned(small));
    }
    let mut file = unlinked()?;
    file.write_all(&small)?;
    io::copy(decoder, &mut file)?;
    // SAFETY: the file has no name, so nothing but this process can change it.
    #[allow(unsafe_code)]
    let map = unsafe { Mmap::map(&file) }?;
    Ok(Bytes::Mapped(map))
}

/// A temporary file that is gone when it is closed.
fn unlinked() -> io::Result<File> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("netmortem-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let path = std::env::temp_dir().join(name);
    let mut options = OpenOptions::new();
    // never one that somebody else put there
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::{Budget, Bytes, unpacked};
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn xz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn open(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
        unpacked(Bytes::Owned(bytes), &mut Budget::default()).map(|bytes| bytes.to_vec())
    }

    #[test]
    fn each_kind_is_known_by_its_first_bytes() {
        let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bzip2.write_all(b"a line\n").unwrap();
        let all = [
            gzip(b"a line\n"),
            xz(b"a line\n"),
            bzip2.finish().unwrap(),
            zstd::encode_all(b"a line\n".as_slice(), 1).unwrap(),
            b"a line\n".to_vec(),
        ];
        for bytes in all {
            assert_eq!(open(bytes), Ok(b"a line\n".to_vec()));
        }
        // `cat a.gz b.gz` is a file of two members
        assert_eq!(open([gzip(b"a\n"), gzip(b"b\n")].concat()), Ok(b"a\nb\n".to_vec()));
    }

    #[test]
    fn large_ones_come_back_whole() {
        let text: Vec<u8> = (0..400_000).flat_map(|n| format!("line {n}\n").into_bytes()).collect();
        assert_eq!(open(gzip(&text)), Ok(text));
    }

    #[test]
    fn bombs_and_torn_files_are_refused() {
        let bomb = xz(&vec![0; 40 << 20]);
        assert_eq!(open(bomb), Err("compressed (xz) to less than a thousandth: refused".to_owned()));
        let mut torn = gzip(&[b'x'; 10_000]);
        torn.truncate(torn.len() - 9);
        assert!(open(torn).is_err_and(|why| why.starts_with("compressed (gzip) and damaged")));
    }

    #[test]
    fn what_all_files_unpack_to_is_bound() {
        let mut budget = Budget(2_500);
        let mut told = |bytes: Vec<u8>| {
            unpacked(Bytes::Owned(bytes), &mut budget)
                .map(|bytes| bytes.len())
                .map_err(|why| why.contains("16 GiB"))
        };
        let file = || gzip(&[b'x'; 1_000]);
        assert_eq!([told(file()), told(file())], [Ok(1_000), Ok(1_000)]);
        assert_eq!(told(file()), Err(true));
        // what was refused is spent, so that the rest costs no time
        assert_eq!((told(gzip(b"x")), told(b"text".to_vec())), (Err(true), Ok(4)));
        // torn ones cost what they yielded
        let mut budget = Budget(20_000_000);
        let mut torn = gzip(&[b'x'; 10_000]);
        torn.truncate(torn.len() - 4);
        assert!(unpacked(Bytes::Owned(torn), &mut budget).is_err());
        assert_eq!(budget.0, 20_000_000 - 10_000);
    }
}
