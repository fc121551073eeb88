//! What was read as text that Markdown does not act upon: neither its own signs, nor HTML, nor what GitHub, GitLab and the
//! like make of plain text: links of bare addresses, mentions, issue numbers and commit hashes, each of which may call
//! someone.

use crate::render::escape::printable;

/// Invisible, and no place to break a line at. It stands in the middle of what would be a link or a mention, for those are
/// found after the backslashes are gone.
const JOINER: char = '\u{2060}';

/// One line of text.
pub fn safe(text: &str) -> String {
    let text = printable(text).replace(['\n', '\t'], " ");
    let text = unlinked(&text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut digits_only = true;
    for (i, c) in text.chars().enumerate() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            // at the begin of a line these make a list, a rule or a heading
            '-' | '+' | '=' if i == 0 => {
                out.push('\\');
                out.push(c);
            }
            '.' | ')' if digits_only && i > 0 => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            _ => out.push(c),
        }
        digits_only &= c.is_ascii_digit();
    }
    out
}

/// Text with a joiner in all that would become a link.
fn unlinked(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_alphanumeric() {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            joined(&mut out, word, behind);
            rest = behind;
            continue;
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
        // @user and user@host, #123, and http://
        if c == '@' || c == '#' || (c == ':' && rest.starts_with("//")) {
            out.push(JOINER);
        }
    }
    out
}

/// A word, with a joiner where it would be a commit or the begin of an address.
fn joined(out: &mut String, word: &str, behind: &str) {
    let hex = (7..=64).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit());
    let commit =
        hex && word.bytes().any(|b| b.is_ascii_alphabetic()) && word.bytes().any(|b| b.is_ascii_digit());
    let begins = [("www", '.'), ("GH", '-'), ("mailto", ':'), ("xmpp", ':')];
    let begins = begins.iter().any(|(it, sign)| word.eq_ignore_ascii_case(it) && behind.starts_with(*sign));
    match (commit, begins) {
        (true, _) => {
            out.push_str(&word[..4]);
            out.push(JOINER);
            out.push_str(&word[4..]);
        }
        (_, true) => {
            out.push_str(word);
            out.push(JOINER);
        }
        _ => out.push_str(word),
    }
}

/// Quoted text: a code span fenced by more ticks than it holds. Nothing is acted upon in it.
pub fn code(text: &str) -> String {
    let text = printable(text).replace(['\n', '\t'], " ");
    if text.trim().is_empty() {
        return "(an empty line)".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.trim())
}

/// Code in a cell of a table, where `|` ends the cell even in a code span; a backslash before it does not help where the
/// text itself has one there.
pub fn cell(text: &str) -> String {
    if text.contains(['|', '\\']) { safe(text) } else { code(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(safe("a|b <script> [x](y)\n# z"), "a\\|b &lt;script&gt; \\[x\\](y) \\#\u{2060} z");
        assert_eq!(code("a `b` c"), "`` a `b` c ``");
        assert_eq!(cell("a\\|b"), "a\\\\\\|b");
        assert_eq!(
            [safe("- x"), safe("1. x"), safe("12) x"), safe("1.5 x")],
            ["\\- x", "1\\. x", "12\\) x", "1\\.5 x"]
        );
    }

    #[test]
    fn nothing_becomes_a_link_or_calls_someone() {
        let broken = |text: &str| unlinked(text).contains(JOINER);
        for link in
            ["@root", "#12", "GH-12", "https://a.b", "www.a.b", "me@a.b", "mailto:a@b", "at 1fe3a9c0d2"]
        {
            assert!(broken(link), "{link}");
        }
        for plain in
            ["10.77.0.1:8080", "1234567", "deadbeef", "net.core.somaxconn", "11:03:18–11:03:28", "a GH b"]
        {
            assert!(!broken(plain), "{plain}");
        }
    }
}
