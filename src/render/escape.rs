//! Everything read is hostile: log lines, host names and file names all end up in markup.

/// `text` without what XML forbids (control characters, NUL, non-characters) and without what reorders a
/// line on screen (bidirectional overrides). Both are replaced visibly, so that nothing is hidden.
pub fn printable(text: &str) -> String {
    text.chars()
        .filter(|c| *c != '\r')
        .map(|c| match c {
            '\n' | '\t' => c,
            '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{fffe}'
            | '\u{ffff}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            _ => c,
        })
        .collect()
}

/// For element content and quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let text = printable(text);
    let mut turned = false;
    for (at, c) in text.char_indices() {
        turned |= is_leftward(c);
        if turned && (c.is_whitespace() || c == ':') {
            // what follows a name from right to left would be read as part of it
            turned = text[at..].trim_start().starts_with(is_leftward);
            out.push_str(if turned { "" } else { "\u{200e}" });
        }
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Hebrew, Arabic and what is written as they are.
fn is_leftward(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// A file name or anchor of `a-z`, `0-9` and `-`.
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(80) {
        let c = c.to_ascii_lowercase();
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() { "unnamed".to_owned() } else { out.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escape("<a href='x'>&\"]]>"), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;]]&gt;");
    }

    #[test]
    fn control_and_reordering_characters_are_replaced() {
        assert_eq!(printable("a\0b\u{202e}c\u{1b}[31m\td"), "a\u{fffd}b\u{fffd}c\u{fffd}[31m\td");
    }

    #[test]
    fn a_name_from_right_to_left_does_not_turn_the_number_behind_it() {
        assert_eq!(escape("on \u{5d0}-1: 272 /s"), "on \u{5d0}-1\u{200e}: 272 /s");
        assert_eq!(escape("\u{5d0} \u{5d1} c"), "\u{5d0} \u{5d1}\u{200e} c", "words stay in their order");
    }

    #[test]
    fn file_names_hold_no_surprises() {
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("Lab.Example_1"), "lab-example-1");
        assert_eq!(slug("…"), "unnamed");
    }
}
