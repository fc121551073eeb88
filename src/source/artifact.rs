//! [`Artifact`]: one dump as found, and its lines for quoting.

use super::bytes::Bytes;
use crate::model::time::Time;
use std::io::{self, Read};
use std::sync::{Mutex, OnceLock, PoisonError};

/// One dump as found.
#[derive(Debug)]
pub struct Artifact {
    /// Name of the INPUT and the path inside it, `/` between parts; the same on every machine.
    pub path: String,
    /// Where its bytes lie, when `path` is the name of a link to them: see [`super::links`].
    pub kept_as: Option<String>,
    /// Size, unpacked.
    pub bytes: u64,
    /// Modification time of the file.
    pub modified: Option<Time>,
    /// Time of the last change of its inode, where an archive kept it.
    pub changed: Option<Time>,
    /// What of it could not be read, though it is there: damage, no permission, a budget that was spent.
    pub lost: Option<String>,
    /// What lines are quoted from.
    pub text: Text,
    /// Where every [`STRIDE`]th line begins, once a line was asked for.
    lines: OnceLock<Vec<usize>>,
    /// The piece that was unpacked last, by its index: quotations come in runs.
    unpacked: Mutex<Option<(usize, Vec<u8>)>>,
}

/// What lines are quoted from.
#[derive(Debug)]
pub enum Text {
    /// Nothing: skipped, or a log, whose facts carry their lines.
    None,
    /// All of it.
    Here(Bytes),
    /// Pieces in file order, packed.
    Packed(Vec<Packed>),
}

/// A piece of text, packed.
#[derive(Debug)]
pub struct Packed {
    /// 1-based number of its first line.
    pub first_line: u32,
    /// In zstd's format.
    bytes: Vec<u8>,
}

impl Packed {
    /// Packs a piece.
    ///
    /// # Errors
    /// Those of the encoder.
    pub fn new(first_line: u32, text: &[u8]) -> io::Result<Self> {
        Ok(Self { first_line, bytes: zstd::bulk::compress(text, 1)? })
    }

    fn unpack(&self) -> Vec<u8> {
        let mut text = Vec::new();
        let done =
            zstd::Decoder::with_buffer(self.bytes.as_slice()).and_then(|mut d| d.read_to_end(&mut text));
        // packed by this process: damage would be a fault of its memory, and then nothing is quoted
        done.map(|_| text).unwrap_or_default()
    }
}

/// Lines that are counted anew for each quotation.
const STRIDE: u32 = 1 << 10;

impl Artifact {
    /// One without text.
    #[must_use]
    pub fn new(path: String, bytes: u64, modified: Option<Time>) -> Self {
        let (lines, unpacked) = (OnceLock::new(), Mutex::default());
        Self {
            path,
            kept_as: None,
            bytes,
            modified,
            changed: None,
            lost: None,
            text: Text::None,
            lines,
            unpacked,
        }
    }

    /// 1-based line `number` without its line end, for quoting; cut to 400 characters. Empty where there is none.
    #[must_use]
    pub fn line(&self, number: u32) -> String {
        let number = number.max(1);
        match &self.text {
            Text::None => String::new(),
            Text::Here(bytes) => {
                let (known, start) = self.before(bytes, number);
                line_of(bytes.get(start..).unwrap_or_default(), number - known)
            }
            Text::Packed(pieces) => {
                let at = pieces.partition_point(|piece| piece.first_line <= number).saturating_sub(1);
                let Some(piece) = pieces.get(at) else { return String::new() };
                let mut unpacked = self.unpacked.lock().unwrap_or_else(PoisonError::into_inner);
                if unpacked.as_ref().is_none_or(|(which, _)| *which != at) {
                    *unpacked = Some((at, piece.unpack()));
                }
                let text = unpacked.as_ref().map_or(&[][..], |(_, text)| text);
                line_of(text, number.saturating_sub(piece.first_line))
            }
        }
    }

    /// The last indexed line that is not behind `number`, which counts from 1, and where it begins.
    fn before(&self, bytes: &[u8], number: u32) -> (u32, usize) {
        let index = self.lines.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', bytes);
            std::iter::once(0).chain(ends.map(|at| at + 1)).step_by(STRIDE as usize).collect()
        });
        let at = ((number - 1) / STRIDE).min(u32::try_from(index.len() - 1).unwrap_or(u32::MAX));
        (at * STRIDE + 1, index[at as usize])
    }
}

/// The line behind so many others.
fn line_of(text: &[u8], skip: u32) -> String {
    let start = match skip.checked_sub(1) {
        None => 0,
        Some(more) => match memchr::memchr_iter(b'\n', text).nth(more as usize) {
            Some(at) => at + 1,
            None => return String::new(),
        },
    };
    let rest = &text[start..];
    let rest = rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(rest);
    let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let text = String::from_utf8_lossy(&rest[..end.min(4_000)]);
    text.trim_end_matches('\r').chars().take(400).collect()
}

#[cfg(test)]
mod tests {
    use super::{Artifact, Packed, Text};
    use crate::source::Bytes;

    #[test]
    fn a_line_is_the_same_packed_or_not() {
        let mut text = "\u{feff}first\r\n".to_owned();
        (2..5_000).for_each(|n| text += &format!("line {n}\n"));
        let with = |text: Text| Artifact { text, ..Artifact::new(String::new(), 0, None) };
        let cut = text.find("line 2500").unwrap();
        let pieces = [(1, &text[..cut]), (2_500, &text[cut..])];
        let packed = pieces.map(|(first, text)| Packed::new(first, text.as_bytes()).unwrap());
        let both =
            [with(Text::Here(Bytes::Owned(text.clone().into_bytes()))), with(Text::Packed(packed.into()))];
        for artifact in both {
            let lines = [0, 1, 2, 1_025, 2_499, 2_500, 4_999, 5_000, 9_999].map(|n| artifact.line(n));
            let want =
                ["first", "first", "line 2", "line 1025", "line 2499", "line 2500", "line 4999", "", ""];
            assert_eq!(lines, want);
        }
    }
}
