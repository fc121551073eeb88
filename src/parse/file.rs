//! One file: what it is, and all facts in it. A large one is read in pieces, each on its own and on any thread, so that
//! it need not be in memory whole.

use super::clock::zone;
use super::join::Join;
use super::lines::Lines;
pub use super::readable::unknown;
use super::readable::{lookalike, refusal, unreadable};
use super::{DUMPS, WHOLE, Whole, stamp};
use crate::model::fact::{Capture, Clue, Facts};
use crate::model::stamp::Stamp;
use memchr::memchr;
use rayon::prelude::*;

/// What became of one file.
#[derive(Debug)]
pub enum Parsed {
    /// Facts in file order, in parts when the file was large.
    Read(Vec<Facts>),
    /// Not a format that netmortem knows, and why.
    Skipped(String),
}

/// Files above this are read in pieces of at least so many bytes. What a file is shows in the first of them.
pub const PIECE: usize = 4 << 20;

/// What a file is.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A kind of file that is known by its path or its head.
    Whole(&'static Whole),
    /// Text in which dumps may stand.
    Dumps,
}

impl Kind {
    /// By the path and the first [`PIECE`] bytes; an error says why none.
    ///
    /// # Errors
    /// When these bytes are no text, or no dump begins in so many of them.
    pub fn of(path: &str, head: &[u8]) -> Result<Self, String> {
        if let Some(why) = unreadable(head).or_else(|| lookalike(path, head)) {
            return Err(why.to_owned());
        }
        let head = without_mark(head);
        let kind = WHOLE.iter().find(|whole| (whole.is)(path, head)).map_or(Self::Dumps, Self::Whole);
        let begins = |line: &[u8]| DUMPS.iter().any(|dump| (dump.begins)(line));
        if matches!(kind, Self::Dumps) && head.len() + MARK.len() >= PIECE && !Lines::new(head, 1).any(begins)
        {
            return Err(unknown(head));
        }
        Ok(kind)
    }

    /// Where the first piece of some bytes may end, looked for from an offset on, which is never less than [`PIECE`]
    /// and beyond it only where less was searched in vain. `None` when the bytes do not show it.
    #[must_use]
    pub fn cut(self, bytes: &[u8], from: usize) -> Option<usize> {
        match self {
            Self::Whole(whole) => whole.cut.and_then(|cut| cut(bytes, from)),
            Self::Dumps => next_stamp(bytes.get(from..)?).map(|offset| from + offset),
        }
    }

    /// Where to go on looking for a cut when more bytes follow these, in which there is none.
    #[must_use]
    pub fn searched(self, bytes: &[u8]) -> usize {
        match self {
            Self::Whole(_) => 0, // they look at more than one line, and not far
            Self::Dumps => memchr::memrchr(b'\n', bytes).unwrap_or(0),
        }
    }

    /// Whether it is a log, whose facts carry the lines that they are from.
    #[must_use]
    pub fn is_log(self) -> bool {
        matches!(self, Self::Whole(whole) if whole.cut.is_some())
    }

    /// Reads one piece, whose first line has number `first_line`. Those of logs count from their own beginning, which
    /// [`Kind::join`] knows.
    #[must_use]
    pub fn read(self, path: &str, piece: &[u8], first_line: u32) -> Facts {
        let piece = if first_line == 1 { without_mark(piece) } else { piece };
        let Self::Whole(whole) = self else { return dumps(path, piece, first_line) };
        let mut facts = Facts::default();
        (whole.read)(path, piece, &mut facts);
        if facts.lines == 0 {
            facts.lines = Lines::new(piece, 1).count() as u64;
        }
        facts
    }

    /// All pieces of a file, in order; `unknown` says why it is skipped if there is nothing in them.
    #[must_use]
    pub fn join(self, pieces: Vec<Facts>, unknown: impl FnOnce() -> String) -> Parsed {
        match self {
            Self::Whole(_) => Parsed::Read(vec![whole(pieces)]),
            Self::Dumps if pieces.iter().all(|piece| piece.formats.is_empty()) => Parsed::Skipped(unknown()),
            Self::Dumps => Parsed::Read(pieces),
        }
    }
}

/// Parses one file. `path` decides only where the content cannot: a `sysctl -a` dump and a `sysctl.conf` look alike.
#[must_use]
pub fn file(path: &str, bytes: &[u8]) -> Parsed {
    let head = &bytes[..bytes.len().min(PIECE)];
    let kind = match Kind::of(path, head) {
        Ok(kind) => kind,
        Err(why) => return Parsed::Skipped(why),
    };
    let mut ends = vec![0];
    while let Some(&from) = ends.last().filter(|end| **end < bytes.len()) {
        ends.push(kind.cut(&bytes[from..], PIECE).map_or(bytes.len(), |end| from + end));
    }
    let lines: Vec<usize> =
        ends.par_windows(2).map(|w| memchr::memchr_iter(b'\n', &bytes[w[0]..w[1]]).count()).collect();
    let mut line = 1;
    let mut pieces = Vec::with_capacity(lines.len());
    for (window, lines) in ends.windows(2).zip(lines) {
        pieces.push((&bytes[window[0]..window[1]], u32::try_from(line).unwrap_or(u32::MAX)));
        line += lines;
    }
    let pieces = pieces.into_par_iter().map(|(piece, line)| kind.read(path, piece, line));
    kind.join(pieces.collect(), || unknown(head))
}

/// What a link to a file that is not there says by the name of that file.
#[must_use]
pub fn link(path: &str, to: &str) -> Option<Parsed> {
    zone::link(path, to).map(|facts| Parsed::Read(vec![facts]))
}

fn whole(mut pieces: Vec<Facts>) -> Facts {
    match pieces.pop() {
        Some(only) if pieces.is_empty() => only,
        last => {
            let mut join = Join::default();
            pieces.into_iter().chain(last).for_each(|piece| join.next(piece));
            join.finish()
        }
    }
}

const MARK: &[u8] = b"\xef\xbb\xbf";

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(MARK).unwrap_or(bytes)
}

/// Walks time lines and dumps; anything else is a reject.
fn dumps(path: &str, bytes: &[u8], first_line: u32) -> Facts {
    let mut facts = Facts { path: path.to_owned(), ..Facts::default() };
    let mut lines = Lines::new(bytes, first_line);
    let mut readers: Vec<_> = DUMPS.iter().map(|dump| (dump, (dump.open)())).collect();
    while let Some(line) = lines.peek() {
        if line.iter().all(u8::is_ascii_whitespace) {
            lines.advance();
        } else if let Some(stamp) = stamp::separator(line) {
            if let (Some(east), Stamp::Instant(at)) = (stamp::offset(line), &stamp) {
                facts.clues.push(Clue::Offset { host: None, east, at: *at, line: lines.number() });
            }
            facts.captures.push(Capture { stamp: Some(stamp), line: lines.number() });
            lines.advance();
        } else if let Some((dump, reader)) = readers.iter_mut().find(|(dump, _)| (dump.begins)(line)) {
            let (before, known) = (lines.number(), facts.formats.len());
            facts.met(dump.name);
            reader.read(&mut lines, &mut facts);
            // a reader that takes nothing would be asked for ever
            if lines.number() == before && !lines.rest().is_empty() {
                facts.formats.truncate(known);
                facts.rejects.push(before, refusal(line));
                lines.advance();
            }
        } else {
            facts.rejects.push(lines.number(), refusal(line));
            lines.advance();
        }
    }
    facts.lines = u64::from(lines.number() - first_line);
    facts
}

/// Offset of the first line after the present one that is a time line, so that no snapshot is torn.
fn next_stamp(bytes: &[u8]) -> Option<usize> {
    let mut start = memchr(b'\n', bytes)? + 1;
    loop {
        let rest = &bytes[start..];
        let end = memchr(b'\n', rest)?;
        if stamp::separator(rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end])).is_some() {
            return Some(start);
        }
        start += end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, PIECE, Parsed, file};
    use crate::model::fact::{Clue, Facts};

    fn parsed(text: &str) -> Facts {
        match file("messages", text.as_bytes()) {
            Parsed::Read(mut parts) if parts.len() == 1 => parts.remove(0),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_log_in_pieces_tells_the_same_lines() {
        let mut log = String::new();
        let mut want = Vec::new();
        let mut line = 1;
        while log.len() < PIECE * 3 {
            let second = line / 1000 % 60;
            log +=
                &format!("Nov 20 09:12:{second:02} web1 kernel: nf_conntrack: table full, dropping packet\n");
            want.push(line);
            log += &format!("Nov 20 09:12:{second:02} web1 app[1]: nothing of interest happens at all\n")
                .repeat(999);
            line += 1000;
        }
        let facts = parsed(&log);
        assert_eq!(facts.events.iter().map(|e| e.line).collect::<Vec<_>>(), want);
        assert_eq!(facts.lines, u64::from(line) - 1);
        let spans: Vec<_> = facts.clues.iter().filter(|c| matches!(c, Clue::LogSpan { .. })).collect();
        assert!(matches!(spans[..], [Clue::LogSpan { lines, .. }] if *lines == facts.lines), "{spans:?}");
    }

    /// What a stream shows of a file so far never gives another cut than the whole file does.
    #[test]
    fn a_cut_does_not_depend_on_what_is_buffered() {
        let mut log = String::new();
        for n in 0..600 {
            log += &format!("Nov 20 09:12:{:02} web1 app: line {n}\nmessage repeated 2 times\n", n / 70 % 60);
        }
        let kind = Kind::of("messages", log.as_bytes()).unwrap();
        for from in [0, 1, 5_000, 9_999] {
            let whole = kind.cut(log.as_bytes(), from);
            assert!(whole.is_some());
            for end in (from..log.len()).step_by(7) {
                let cut = kind.cut(&log.as_bytes()[..end], from);
                assert!(cut.is_none() || cut == whole, "{from}..{end}: {cut:?}, not {whole:?}");
            }
        }
    }

    #[test]
    fn a_large_file_without_a_dump_in_its_head_is_left_alone() {
        let text =
            "nothing that anybody knows\n".repeat(PIECE / 20) + "Tcp:\n    5 active connection openings\n";
        assert!(matches!(file("x", text.as_bytes()), Parsed::Skipped(why) if why.starts_with("not a known")));
    }
}
