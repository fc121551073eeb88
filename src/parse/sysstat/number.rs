//! Numbers as sysstat prints them: `12.50`, `12,50` in some locales, `2.1%` and `64.4k` with `--human`.

use crate::catalogue::sar::Column;

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    /// A number in the unit of its column.
    Plain(f64),
    /// A number of bytes: `--human` chooses the unit.
    Bytes(f64),
}

const POWERS: [f64; 10] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/// A cell as a number; `None` when it is not one from end to end.
#[must_use]
pub fn cell(text: &[u8]) -> Option<Cell> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (mut whole, mut decimals, mut point) = (0_u64, 0_usize, false);
    let mut at = 0;
    while let Some(&byte) = digits.get(at) {
        match byte {
            b'0'..=b'9' if at < 18 && decimals < 9 => {
                whole = whole * 10 + u64::from(byte - b'0');
                decimals += usize::from(point);
            }
            b'.' | b',' if !point && at > 0 => point = true,
            _ => break,
        }
        at += 1;
    }
    if at == usize::from(point) {
        return None;
    }
    // both are exact below 2^53, so their quotient is the double nearest to what was printed
    #[allow(clippy::cast_precision_loss)]
    let number = whole as f64 / POWERS.get(decimals)?;
    let number = if negative { -number } else { number };
    if at >= 18 || decimals >= 9 {
        return std::str::from_utf8(text).ok()?.parse().ok().filter(|n: &f64| n.is_finite()).map(Cell::Plain);
    }
    let factor = match digits.get(at..)? {
        b"" | b"%" => return Some(Cell::Plain(number)),
        b"B" => 1.0,
        b"k" => 1024.0,
        b"M" => 1024.0 * 1024.0,
        b"G" => 1024.0 * 1024.0 * 1024.0,
        b"T" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        b"P" => 1024.0 * 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    Some(Cell::Bytes(number * factor))
}

impl Cell {
    /// In the unit of a metric; `None` when the unit of the column is not known and another one was printed.
    #[must_use]
    pub fn of(self, column: Option<Column>, name: &str) -> Option<f64> {
        match (self, column) {
            (Self::Plain(number), Some(column)) => Some(number * column.scale),
            (Self::Plain(number), None) => Some(number),
            (Self::Bytes(bytes), Some(_)) => Some(bytes),
            (Self::Bytes(bytes), None)
                if name.contains("kB") || name.starts_with("kb") || name == "areq-sz" =>
            {
                Some(bytes / 1024.0)
            }
            (Self::Bytes(bytes), None) if name.starts_with("MB") => Some(bytes / 1024.0 / 1024.0),
            (Self::Bytes(_), None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, cell};
    use crate::catalogue::sar;

    #[test]
    fn numbers_are_read_to_the_last_digit() {
        for text in
            ["0.00", "12.50", "727313.35", "68409.30", "-1", "3135.71", "99.55", "590484765483660416.00"]
        {
            assert_eq!(cell(text.as_bytes()), text.parse().ok().map(Cell::Plain), "{text}");
        }
        assert_eq!(cell(b"12,5"), Some(Cell::Plain(12.5)));
        assert_eq!(cell(b"2.1%"), Some(Cell::Plain(2.1)));
    }

    #[test]
    fn words_are_not_numbers() {
        for text in ["", "-", ".", ",", "all", "1x", "1.2.3", "0x10", "12:00", "1k2"] {
            assert_eq!(cell(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn human_units_are_of_bytes() {
        let known = sar::column("rxkB/s", &[]);
        let of = |text: &[u8], name| cell(text).and_then(|cell| cell.of(known, name));
        assert_eq!((of(b"1.5k", "rxkB/s"), of(b"1.5", "rxkB/s")), (Some(1536.0), Some(1536.0)));
        assert_eq!(of(b"96.2B", "rxkB/s"), Some(96.2));
        assert_eq!(cell(b"2.0k").and_then(|c| c.of(None, "bread/s")), None);
    }
}
