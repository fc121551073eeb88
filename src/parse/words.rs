//! The words of a line, and the numbers among them, by bytes.

use super::lines::Lines;

/// What stands between blanks and tabs.
pub fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|b| matches!(b, b' ' | b'\t')).filter(|word| !word.is_empty())
}

/// All digits, and no more than 64 bits.
#[must_use]
pub fn number(word: &[u8]) -> Option<u64> {
    if word.is_empty() || word.len() > 20 {
        return None;
    }
    word.iter().try_fold(0_u64, |n, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        n.checked_mul(10)?.checked_add(digit)
    })
}

/// A number that a level is told with: whole or with decimals, perhaps below zero.
#[must_use]
pub fn level(word: &[u8]) -> Option<f64> {
    let plain = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'-');
    let text = std::str::from_utf8(word).ok().filter(|_| word.iter().all(plain) && word.len() <= 24)?;
    text.parse().ok()
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

/// Why a number that the end of the file may have cut is not believed.
pub const CUT: &str = "truncated: the file ends here, perhaps in the middle of this number";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_whole_words_of_digits() {
        assert_eq!(number(b"18446744073709551615"), Some(u64::MAX));
        for none in ["", "18446744073709551616", "-1", "1.0", "0x1", "1 "] {
            assert_eq!(number(none.as_bytes()), None, "{none}");
        }
        assert_eq!(
            (level(b"-1"), level(b"0.25"), level(b"inf"), level(b"1-")),
            (Some(-1.0), Some(0.25), None, None)
        );
        assert_eq!(words(b" a\tb  c ").count(), 3);
    }

    #[test]
    fn a_name_has_no_control_characters() {
        assert_eq!(name("eth\u{e9}".as_bytes()), Some("eth\u{e9}"));
        assert_eq!((name(b"e\x1b[1m"), name(b""), name(b"\xff")), (None, None, None));
    }
}
