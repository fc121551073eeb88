//! Blank-separated words and exact numbers: what the columns of `/proc` and of the network tools are made of.

use super::lines::Lines;

/// The words of a line.
pub fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

/// A whole number without a sign; `None` also above 2^64.
#[must_use]
pub fn number(word: &[u8]) -> Option<u64> {
    let digits = !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    if digits { std::str::from_utf8(word).ok()?.parse().ok() } else { None }
}

/// A name as text: no control characters, and short enough to be one.
#[must_use]
pub fn name(word: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(word).ok()?;
    (!text.is_empty() && text.len() <= 128 && !text.contains(char::is_control)).then_some(text)
}

/// Whether the line that [`Lines::peek`] shows ends with the file instead of a line feed: the last number on it may
/// have been longer.
#[must_use]
pub fn is_cut(lines: &Lines<'_>) -> bool {
    memchr::memchr(b'\n', lines.rest()).is_none()
}

/// What is said of such a line.
pub const CUT: &str = "truncated: the file ends here, perhaps in the middle of this number";

#[cfg(test)]
mod tests {
    use super::{name, number};

    #[test]
    fn only_digits_that_fit_are_a_number() {
        assert_eq!(number(b"18446744073709551615"), Some(u64::MAX));
        for bad in [&b""[..], b"+1", b"-1", b"1.2k", b"18446744073709551616", b"\xd9\xa1"] {
            assert_eq!(number(bad), None);
        }
    }

    #[test]
    fn a_name_has_no_control_characters() {
        assert_eq!(name("eth\u{e9}".as_bytes()), Some("eth\u{e9}"));
        assert_eq!((name(b"e\x1b[1m"), name(b""), name(b"\xff")), (None, None, None));
    }
}
