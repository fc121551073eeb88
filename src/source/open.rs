//! A file opened: text as it stands, or a bundle to be walked.

use super::archive::{self, Budget, Take};
use super::bytes::Bytes;
use super::{Found, words};
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

/// A file opened.
pub enum Opened {
    /// Neither packed nor an archive.
    Plain(Bytes),
    /// Packed, an archive, or of unknown length.
    Bundle(Bundle),
}

/// A bundle that has not been walked yet.
pub struct Bundle(Form);

enum Form {
    Stream(Box<dyn Read + Send>),
    /// A zip's directory is at its end.
    Zip(File),
}

/// Bytes by which a bundle is known.
const HEAD: usize = 512;

impl Found {
    /// Opens the file.
    ///
    /// # Errors
    /// Why it is skipped, in words.
    pub fn open(&self) -> Result<Opened, String> {
        let path = self.place.as_ref().map_err(Clone::clone)?;
        if path.as_os_str() == "-" {
            return Ok(standard_input());
        }
        on_disk(path, self.bytes).map_err(|e| words(&e))
    }
}

/// Never held whole: nobody knows how long it is.
fn standard_input() -> Opened {
    Opened::Bundle(Bundle(Form::Stream(Box::new(io::stdin()))))
}

fn on_disk(path: &Path, bytes: u64) -> io::Result<Opened> {
    let mut file = File::open(path)?;
    let head = head(&mut file)?;
    if !archive::is_archive(&head) {
        return Bytes::open(path, bytes).map(Opened::Plain);
    }
    // read, not mapped: what was walked is not needed again
    file.rewind()?;
    let zip = archive::is_zip(&head);
    Ok(Opened::Bundle(Bundle(if zip { Form::Zip(file) } else { Form::Stream(Box::new(file)) })))
}

fn head(file: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    file.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

impl Bundle {
    /// Walks the bundle, see [`archive::walk`]; `read` is told of the bytes that were read of it.
    ///
    /// # Errors
    /// As for [`archive::walk`].
    pub fn walk(
        self,
        name: &str,
        folder: &str,
        budget: Budget,
        read: &dyn Fn(u64),
        take: &mut dyn Take,
    ) -> io::Result<()> {
        match self.0 {
            Form::Stream(input) => archive::walk(name, folder, Told { input, read }, budget, take),
            Form::Zip(input) => archive::walk_zip(name, folder, Told { input, read }, budget, take),
        }
    }
}

/// A reader that tells how much was read.
struct Told<'a, R> {
    input: R,
    read: &'a dyn Fn(u64),
}

impl<R: Read> Read for Told<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        (self.read)(n as u64);
        Ok(n)
    }
}

impl<R: Seek> Seek for Told<'_, R> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.input.seek(to)
    }
}
