//! [`Samples`]: what was counted or measured, as columns.

/// Samples as columns; all four have the same length. 20 bytes a sample.
#[derive(Debug, Default)]
pub struct Samples {
    /// Index into `Facts::keys`.
    pub key: Vec<u32>,
    /// Index into `Facts::captures`.
    pub capture: Vec<u32>,
    /// 1-based line.
    pub line: Vec<u32>,
    /// As [`Kind`](super::fact::Kind) says: `u64` or `f64::to_bits`.
    pub value: Vec<u64>,
    /// The samples before these, in blocks that can be given back one by one: a file of millions is not held twice
    /// while they are filed.
    before: Vec<Samples>,
}

impl Samples {
    /// Samples of a block.
    const BLOCK: usize = 1 << 20;

    /// Appends one sample.
    pub fn push(&mut self, key: u32, capture: u32, line: u32, value: u64) {
        if self.key.len() == Self::BLOCK {
            self.seal();
        }
        self.key.push(key);
        self.capture.push(capture);
        self.line.push(line);
        self.value.push(value);
    }

    fn seal(&mut self) {
        let mut before = std::mem::take(&mut self.before);
        let empty = Self {
            key: Vec::with_capacity(Self::BLOCK),
            capture: Vec::with_capacity(Self::BLOCK),
            line: Vec::with_capacity(Self::BLOCK),
            value: Vec::with_capacity(Self::BLOCK),
            before: Vec::new(),
        };
        before.push(std::mem::replace(self, empty));
        self.before = before;
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.before.iter().map(|block| block.key.len()).sum::<usize>() + self.key.len()
    }

    /// The blocks, in order; each is a `Samples` of columns alone.
    pub fn blocks(&self) -> impl Iterator<Item = &Self> {
        self.before.iter().chain([self])
    }

    /// As [`Samples::blocks`], each to be dropped once it is used.
    pub fn into_blocks(mut self) -> impl Iterator<Item = Self> {
        let before = std::mem::take(&mut self.before);
        before.into_iter().chain([self])
    }

    /// Takes the samples of one line off the end.
    pub fn retract(&mut self, line: u32) {
        let kept = self.line.iter().rposition(|l| *l != line).map_or(0, |at| at + 1);
        for column in [&mut self.key, &mut self.capture, &mut self.line] {
            column.truncate(kept);
        }
        self.value.truncate(kept);
        if let Some(last) = self.before.last_mut().filter(|_| kept == 0) {
            last.retract(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Samples;

    #[test]
    fn a_line_is_taken_back_across_blocks() {
        let mut samples = Samples::default();
        let last = u32::try_from(Samples::BLOCK).unwrap();
        (0..=last + 1).for_each(|n| samples.push(0, 0, if n + 3 > last { last } else { n }, u64::from(n)));
        assert_eq!((samples.count(), samples.blocks().count()), (Samples::BLOCK + 2, 2));
        samples.retract(last);
        assert_eq!(samples.count(), Samples::BLOCK - 2);
        assert_eq!(samples.into_blocks().flat_map(|block| block.value).last(), Some(u64::from(last) - 3));
    }
}
