//! [`Bytes`]: the content of a file, mapped when it is large.

use memmap2::Mmap;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

/// Content of one artifact.
#[derive(Debug)]
pub enum Bytes {
    /// Read into memory.
    Owned(Vec<u8>),
    /// Mapped: pages come and go with the page cache, so a log of gigabytes costs no memory of ours.
    Mapped(Mmap),
}

impl Bytes {
    /// Below this a read is cheaper than a mapping.
    const MAP_FROM: u64 = 1 << 18;

    /// Opens a file whose metadata gave `len` bytes.
    pub(super) fn open(path: &Path, len: u64) -> io::Result<Self> {
        let file = File::open(path)?;
        if len < Self::MAP_FROM {
            return Self::from_reader(file); // also files of /proc, which say 0 and hold more
        }
        // SAFETY: the mapping is private and read-only. If another process truncates the file meanwhile
        // the run ends with SIGBUS, as any mapped search tool does; archived dumps are at rest.
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(&file) }?;
        Ok(Self::Mapped(map))
    }

    /// Reads to the end.
    pub(super) fn from_reader(mut reader: impl Read) -> io::Result<Self> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes)?;
        Ok(Self::Owned(bytes))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Mapped(map) => map,
        }
    }
}
