//! How much an archive may unpack to before it is called a bomb.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Bounds on one bundle. What is beyond them is left out and said so; what is within is analysed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Bytes of one entry, unpacked.
    pub entry: u64,
    /// Bytes that all decoders of the bundle yield.
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
    /// Time that a bundle may take.
    pub time: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            entry: 16 << 30,
            bundle: 64 << 30,
            ratio: 2_000,
            free: 64 << 20,
            entries: 200_000,
            depth: 8,
            time: Duration::from_hours(1),
        }
    }
}

/// Bytes of a name, on average over as many entries as are allowed; sosreports have some 70.
const NAME: u64 = 128;

/// What is used up of a budget, shared by all readers of a bundle.
#[derive(Clone, Debug)]
pub(super) struct Meter {
    pub budget: Budget,
    /// Name of the bundle, and of the folder that it becomes.
    pub root: Rc<(String, String)>,
    /// Bytes read of the bundle as it was handed over.
    packed: Rc<Cell<u64>>,
    /// Bytes that decoders yielded.
    unpacked: Rc<Cell<u64>>,
    entries: Rc<Cell<u64>>,
    /// Bytes of all names.
    names: Rc<Cell<u64>>,
    /// Size of the bundle, where it is known. A zip may have the same bytes read for many entries.
    size: u64,
    /// Archives that are open, one within the other.
    pub open: Rc<Cell<u32>>,
    /// Bytes that are held in memory of archives that cannot be streamed.
    pub held: Rc<Cell<u64>>,
    begun: Instant,
}

impl Meter {
    pub fn new(name: &str, folder: &str, budget: Budget) -> Self {
        let root = Rc::new((name.to_owned(), folder.to_owned()));
        let begun = Instant::now();
        let none = Rc::<Cell<u64>>::default;
        Self {
            budget,
            root,
            packed: none(),
            unpacked: none(),
            entries: none(),
            names: none(),
            size: u64::MAX,
            open: Rc::default(),
            held: none(),
            begun,
        }
    }

    /// The same for a bundle of known size.
    pub fn of_size(self, size: u64) -> Self {
        Self { size, ..self }
    }

    /// Counts one more entry.
    pub fn entry(&self) -> io::Result<()> {
        self.entries.set(self.entries.get() + 1);
        if self.entries.get() > self.budget.entries {
            return Err(spent(format!("more than {} entries", self.budget.entries)));
        }
        Ok(())
    }

    /// Counts a name or a link's target: all of them are kept, so a million may not take 4 KiB each.
    pub fn name(&self, name: &str) -> io::Result<()> {
        self.names.set(self.names.get() + name.len() as u64);
        let most = self.budget.entries.saturating_mul(NAME).max(1 << 20);
        if self.names.get() > most {
            return Err(spent(format!("its names take more than {} MiB", most >> 20)));
        }
        Ok(())
    }

    fn in_time(&self) -> io::Result<()> {
        let most = self.budget.time;
        if self.begun.elapsed() > most {
            return Err(spent(format!("took longer than {} s", most.as_secs())));
        }
        Ok(())
    }

    /// Counts what is read of the bundle itself.
    pub fn packed<R: Read>(&self, reader: R) -> Packed<R> {
        Packed { reader, meter: self.clone() }
    }

    /// Counts what comes out of a decoder.
    pub fn unpacked<R: Read>(&self, reader: R) -> Unpacked<R> {
        Unpacked { reader, meter: self.clone() }
    }

    /// Bounds what is read of one plain file.
    pub fn entry_of<R: Read>(&self, reader: R) -> Bounded<R> {
        Bounded { reader, left: self.budget.entry, most: self.budget.entry }
    }
}

/// Whether an error says that a budget is spent, and not that something is damaged.
#[must_use]
pub fn is_spent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
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
        let packed = self.meter.packed.get().saturating_add(n as u64);
        self.meter.packed.set(packed.min(self.meter.size));
        self.meter.in_time()?;
        Ok(n)
    }
}

impl<R: Seek> Seek for Packed<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}

/// See [`Meter::unpacked`].
pub(super) struct Unpacked<R> {
    reader: R,
    meter: Meter,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        let (meter, budget) = (&self.meter, self.meter.budget);
        meter.unpacked.set(meter.unpacked.get() + n as u64);
        let all = meter.unpacked.get();
        if all > budget.bundle {
            return Err(spent(format!("the bundle unpacks to more than {} MiB", budget.bundle >> 20)));
        }
        if all > budget.free && all / budget.ratio > meter.packed.get() {
            return Err(spent(format!("unpacks to more than {} times its size", budget.ratio)));
        }
        meter.in_time()?; // a hole of a sparse file reads nothing of the bundle
        Ok(n)
    }
}

/// See [`Meter::entry_of`].
pub(super) struct Bounded<R> {
    reader: R,
    left: u64,
    most: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        let Some(left) = self.left.checked_sub(n as u64) else {
            let why = format!("unpacks to more than {} MiB", self.most >> 20);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        };
        self.left = left;
        Ok(n)
    }
}
