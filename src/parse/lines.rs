//! [`Lines`]: a cursor over the lines of a dump, by bytes, that can look ahead.

/// Walks lines without copying. A line comes without `\n` and without a trailing `\r`.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    rest: &'a [u8],
    line: u32,
}

impl<'a> Lines<'a> {
    /// Starts before the first line of `bytes`, whose number is `first` (1 for a whole file).
    #[must_use]
    pub fn new(bytes: &'a [u8], first: u32) -> Self {
        Self { rest: bytes, line: first }
    }

    /// Number of the line that [`Lines::peek`] shows.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.line
    }

    /// The bytes not yet walked.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next line, left in place.
    #[must_use]
    pub fn peek(&self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest).unwrap_or(self.rest.len());
        Some(trim_return(&self.rest[..end]))
    }

    /// Moves behind the line that [`Lines::peek`] shows.
    pub fn advance(&mut self) {
        self.next();
    }

    /// As [`Lines::advance`], for who knows the line's length in bytes, its line end included.
    pub fn skip(&mut self, length: usize) {
        self.rest = &self.rest[length..];
        self.line = self.line.saturating_add(1);
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = match memchr::memchr(b'\n', self.rest) {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, &self.rest[self.rest.len()..]),
        };
        self.rest = rest;
        self.line = self.line.saturating_add(1);
        Some(trim_return(line))
    }
}

fn trim_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}
