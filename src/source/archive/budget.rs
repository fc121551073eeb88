//! How much an archive may unpack to before it is called a bomb.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Bounds on one bundle. What is beyond them is left out and said so; what is within is analysed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Bytes of one entry, unpacked.
    pub entry: u64,
    /// Bytes of the bundle, unpacked.
    pub bundle: u64,
    /// Unpacked bytes for each byte read, once [`Budget::free`] bytes are unpacked. A log of equal lines packs a
    /// thousandfold.
    pub ratio: u64,
    /// Bytes that any bundle may unpack to, whatever the ratio.
    pub free: u64,
    /// Entries, directories and links included.
    pub entries: u64,
    /// Archives within archives, compression included.
    pub depth: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self { entry: 16 << 30, bundle: 64 << 30, ratio: 2_000, free: 64 << 20, entries: 1_000_000, depth: 8 }
    }
}

/// What is used up of a budget, shared by all readers of a bundle.
#[derive(Clone, Debug)]
pub(super) struct Meter {
    pub budget: Budget,
    /// Bytes read of the bundle as it was handed over.
    packed: Rc<Cell<u64>>,
    /// Bytes of entries.
    unpacked: Rc<Cell<u64>>,
    entries: Rc<Cell<u64>>,
}

impl Meter {
    pub fn new(budget: Budget) -> Self {
        Self { budget, packed: Rc::default(), unpacked: Rc::default(), entries: Rc::default() }
    }

    /// Counts one more entry.
    pub fn entry(&self) -> io::Result<()> {
        self.entries.set(self.entries.get() + 1);
        if self.entries.get() > self.budget.entries {
            return Err(spent(format!("more than {} entries", self.budget.entries)));
        }
        Ok(())
    }

    /// Counts what is read of the bundle itself.
    pub fn packed<R: Read>(&self, reader: R) -> Packed<R> {
        Packed { reader, meter: self.clone() }
    }

    /// Counts what comes out of a decoder.
    pub fn unpacked<R: Read>(&self, reader: R) -> Unpacked<R> {
        Unpacked { reader, meter: self.clone(), own: 0 }
    }
}

/// An error that ends a bundle and is no damage.
fn spent(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::QuotaExceeded, why)
}

/// See [`Meter::packed`].
pub(super) struct Packed<R> {
    reader: R,
    meter: Meter,
}

impl<R: Read> Read for Packed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        self.meter.packed.set(self.meter.packed.get() + n as u64);
        Ok(n)
    }
}

/// See [`Meter::unpacked`].
pub(super) struct Unpacked<R> {
    reader: R,
    meter: Meter,
    own: u64,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        let (meter, budget) = (&self.meter, self.meter.budget);
        self.own += n as u64;
        meter.unpacked.set(meter.unpacked.get() + n as u64);
        let all = meter.unpacked.get();
        if self.own > budget.entry {
            return Err(spent(format!("unpacks to more than {} MiB", budget.entry >> 20)));
        }
        if all > budget.bundle {
            return Err(spent(format!("the bundle unpacks to more than {} MiB", budget.bundle >> 20)));
        }
        if all > budget.free && all / budget.ratio > meter.packed.get() {
            return Err(spent(format!("unpacks to more than {} times its size", budget.ratio)));
        }
        Ok(n)
    }
}
