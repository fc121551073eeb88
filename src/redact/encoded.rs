//! Text inside text: audit's hexadecimal arguments, `%2E` of URLs, `\x2d` of systemd's unit names.

use super::pieces::{LONGEST, Pieces};
use super::spot::{Kind, Stand, pattern, rewritten};

pattern!(AUDIT, r"\b(proctitle|cmd|acct|exe|cwd|name|comm|data|key|a\d{1,2})=((?:[0-9A-F]{2}){3,})");
pattern!(SOCKADDR, r"\bsaddr=[0-9A-Fa-f]{8,}");
pattern!(ESCAPED, r#"[^\s"'<>()|,;=]*(?:%[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2})[^\s"'<>()|,;=]*"#);

/// Applies them all: what is read in a decoded text is read as in any other.
pub fn rules(pieces: &mut Pieces<'_>, kind: Kind, stand: &dyn Stand, depth: u8) {
    pieces.rule(&SOCKADDR, |_| Some("saddr=(redacted)".to_owned()));
    pieces.rule(&AUDIT, |it| {
        let digits = it.group(2);
        if it.tail.starts_with(char::is_alphanumeric) {
            return None;
        }
        let octet = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(octet).collect();
        let text = plain(bytes?, true)?;
        let to = rewritten(&text, Kind::Read, stand, depth);
        let spelled = |text: &str| text.bytes().fold(String::new(), |digits, b| digits + &format!("{b:02X}"));
        let digits = if to == text { digits.to_owned() } else { spelled(&to.replace('\u{1}', "\0")) };
        Some(format!("{}={digits}", it.group(1)))
    });
    pieces.rule(&ESCAPED, |it| {
        let text = plain(unescaped(it.group(0)), false)?;
        let to = rewritten(&text, kind, stand, depth);
        Some(if to == text { it.group(0).to_owned() } else { to })
    });
}

/// As text, if it is one. NULs between arguments become a sign that no rule takes for part of a name.
fn plain(mut bytes: Vec<u8>, of_audit: bool) -> Option<String> {
    if of_audit {
        bytes.iter_mut().filter(|b| **b == 0).for_each(|b| *b = 1);
    }
    if bytes.len() > LONGEST {
        let text = String::from_utf8_lossy(&bytes);
        return Some(text.replace(|c: char| c.is_control() && c != '\u{1}', "\u{fffd}"));
    }
    let text = String::from_utf8(bytes).ok()?;
    (!text.contains(|c: char| c.is_control() && !(of_audit && c == '\u{1}'))).then_some(text)
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let digits = rest.strip_prefix('%').or_else(|| rest.strip_prefix("\\x"));
        let octet = digits.and_then(|d| d.get(..2)).and_then(|d| u8::from_str_radix(d, 16).ok());
        let step = if let Some(octet) = octet {
            bytes.push(octet);
            if c == '%' { 3 } else { 4 }
        } else {
            bytes.extend(rest.get(..c.len_utf8()).unwrap_or_default().bytes());
            c.len_utf8()
        };
        rest = rest.get(step..).unwrap_or_default();
    }
    bytes
}
