//! How much may stand in front of one entry of a tar archive.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Long names, pax records and maps of holes, which the decoder keeps in memory. GNU tar has the same bound.
const MOST: usize = 1 << 20;
/// Length of a header, which is read at once.
const BLOCK: usize = 512;

/// Bounds what is read between one entry and the next.
pub(super) struct Heads<R> {
    reader: R,
    state: State,
}

/// Shared with who asks for the next entry.
#[derive(Clone, Default)]
pub(super) struct State(Rc<Cell<Reading>>);

#[derive(Clone, Copy, Default)]
enum Reading {
    /// What is in an entry.
    #[default]
    Content,
    /// What is left of an entry: it is passed over in strides, and its last bytes at most are fewer than a header.
    Rest,
    /// Headers, so many bytes of them.
    Head(usize),
}

impl<R: Read> Heads<R> {
    pub fn new(reader: R) -> (Self, State) {
        let state = State::default();
        (Self { reader, state: state.clone() }, state)
    }
}

impl State {
    /// The next entry is asked for.
    pub fn begin(&self) {
        self.0.set(Reading::Rest);
    }

    /// It is found.
    pub fn end(&self) {
        self.0.set(Reading::Content);
    }
}

impl<R: Read> Read for Heads<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        let small = buffer.len() <= BLOCK;
        let before = match self.state.0.get() {
            Reading::Rest if small => 0,
            Reading::Head(before) => before,
            Reading::Content | Reading::Rest => return Ok(n),
        };
        // any number of blocks of zeros may stand behind an archive
        let counted = if small && buffer[..n].iter().all(|b| *b == 0) { 0 } else { n };
        self.state.0.set(Reading::Head(before + counted));
        if before + counted > MOST {
            let why = format!("more than {} MiB of headers before one entry", MOST >> 20);
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        Ok(n)
    }
}
