//! One log line taken apart: time, host, tag, the kernel's own clock, message.

use crate::model::stamp::Stamp;
use crate::parse::stamp::{self, Shape};
use memchr::{memchr, memmem};

/// A log line. Slices point into the line.
#[derive(Clone)]
pub(in crate::parse) struct Entry<'a> {
    pub stamp: Stamp,
    pub shape: Shape,
    /// Absent in ring buffers and where the daemon wrote none.
    pub host: Option<&'a [u8]>,
    /// Program without its pid; empty when there is none.
    pub tag: &'a [u8],
    /// The kernel's `[seconds]`.
    pub uptime: Option<f64>,
    pub message: &'a [u8],
}

impl<'a> Entry<'a> {
    /// Takes a line apart; `None` when it does not begin with a time.
    pub(super) fn read(line: &'a [u8]) -> Option<Self> {
        let (stamp, shape, rest) = stamp::syslog_shape(clean(line))?;
        let (shape, (host, tag, message)) = match shape {
            Shape::Bare if matches!(stamp, Stamp::SinceBoot(_)) && names_a_host(rest) => {
                (Shape::Classic, classic(rest))
            }
            Shape::Bare => (shape, (None, b"kernel".as_slice(), rest)),
            Shape::Classic => (shape, classic(rest)),
            Shape::Structured => (shape, structured(rest)),
            Shape::Own(program) => (shape, (None, program.as_bytes(), rest)),
        };
        let (uptime, message) = match stamp {
            Stamp::SinceBoot(seconds) => (Some(seconds), message),
            _ => kernel_clock(message),
        };
        let host = host.filter(|h| !h.is_empty() && *h != b"-");
        Some(Self { stamp, shape, host, tag, uptime, message })
    }

    /// A line of a ring buffer that was printed without times.
    pub(super) fn undated(line: &'a [u8]) -> Self {
        let line = clean(line);
        let line = line.strip_prefix(b"<").and_then(|l| Some(&l[memchr(b'>', l)? + 1..])).unwrap_or(line);
        let (stamp, shape) = (Stamp::Absent, Shape::Bare);
        Self { stamp, shape, host: None, tag: b"kernel", uptime: None, message: line }
    }

    pub(super) fn is_kernel(&self) -> bool {
        self.tag == b"kernel"
    }

    pub(super) fn host_name(&self) -> Option<String> {
        self.host.map(|h| String::from_utf8_lossy(h).into_owned())
    }
}

/// A file that was open when the machine died has a run of NULs, and the next boot writes on behind it, on the
/// same line. Some editors leave a byte order mark.
pub(super) fn clean(line: &[u8]) -> &[u8] {
    let nuls = line.iter().take_while(|b| **b == 0).count();
    let line = &line[nuls..];
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}

/// `host tag[pid]: message`; `tag: message` without a host; `host message` without a tag.
fn classic(rest: &[u8]) -> (Option<&[u8]>, &[u8], &[u8]) {
    let (first, behind) = word(rest);
    if let Some(tag) = tag_of(first) {
        return (None, tag, behind.trim_ascii_start());
    }
    let (second, after) = word(behind);
    if let Some(tag) = tag_of(second) {
        return (Some(first), tag, after.trim_ascii_start());
    }
    // busybox: `host kern.warn kernel: message`
    let (third, after) = word(after);
    match tag_of(third).filter(|_| second.contains(&b'.')) {
        Some(tag) => (Some(first), tag, after.trim_ascii_start()),
        None => (Some(first), b"", behind),
    }
}

/// `tag` of `tag:` or `tag[pid]:`; `nginx` of `nginx.service[pid]:`, as `journalctl -o with-unit` writes.
fn tag_of(word: &[u8]) -> Option<&[u8]> {
    let tag = word.strip_suffix(b":")?;
    let end = memchr(b'[', tag).unwrap_or(tag.len());
    let tag = tag[..end].strip_suffix(b".service").unwrap_or(&tag[..end]);
    Some(tag).filter(|tag| !tag.is_empty())
}

/// Whether `host kernel:` or `host tag[pid]:` stands behind an uptime, as in `journalctl -o short-monotonic`; the
/// ring buffer itself has neither.
fn names_a_host(rest: &[u8]) -> bool {
    let (host, behind) = word(rest);
    let tag = word(behind).0;
    let pid = tag.strip_suffix(b"]:").and_then(|t| Some(&t[memchr(b'[', t)? + 1..]));
    let numbered = pid.is_some_and(|pid| !pid.is_empty() && pid.iter().all(u8::is_ascii_digit));
    !host.is_empty() && !host.contains(&b':') && (tag == b"kernel:" || numbered)
}

/// `host app procid msgid [data] message`.
fn structured(rest: &[u8]) -> (Option<&[u8]>, &[u8], &[u8]) {
    let (host, rest) = word(rest);
    let (app, rest) = word(rest);
    let (_, rest) = word(rest);
    let (_, rest) = word(rest);
    (Some(host), app, clean(behind_data(rest).trim_ascii_start()))
}

/// What follows `-` or `[id key="value"]…`. A quoted value may hold `]` behind a backslash only, so the data
/// ends at the first `]` that is neither escaped nor followed by another element.
fn behind_data(rest: &[u8]) -> &[u8] {
    if rest.first() != Some(&b'[') {
        return word(rest).1;
    }
    memmem::find_iter(rest, b"] ")
        .find(|at| *at == 0 || rest[at - 1] != b'\\')
        .map_or(b"", |at| &rest[at + 2..])
}

/// The kernel's `[   12.345678]`, and the `[  T123]` or `[  C0]` that `CONFIG_PRINTK_CALLER` adds.
fn kernel_clock(message: &[u8]) -> (Option<f64>, &[u8]) {
    let Some((seconds, rest)) = stamp::kernel_clock(message) else {
        return (None, message);
    };
    (Some(seconds), rest.trim_ascii_start())
}

/// Up to the next blank, and what is behind it.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    match memchr(b' ', text) {
        Some(end) => (&text[..end], &text[end + 1..]),
        None => (text, b""),
    }
}

#[cfg(test)]
mod tests {
    use super::Entry;

    /// Host, tag, uptime, message.
    type Parts = (String, String, Option<f64>, String);

    fn parts(line: &str) -> Option<Parts> {
        let e = Entry::read(line.as_bytes())?;
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        Some((e.host.map(text).unwrap_or_default(), text(e.tag), e.uptime, text(e.message)))
    }

    fn expected(host: &str, tag: &str, uptime: Option<f64>) -> Parts {
        (host.into(), tag.into(), uptime, "TCP: x".into())
    }

    #[test]
    fn the_kernels_lines_come_in_many_layouts() {
        for (line, want) in [
            ("Nov 20 09:12:10 web1 kernel: [ 12.5] TCP: x", expected("web1", "kernel", Some(12.5))),
            ("Nov 20 09:12:10 web1 kernel: TCP: x", expected("web1", "kernel", None)),
            ("Nov 20 09:12:10 web1 kernel[0]: TCP: x", expected("web1", "kernel", None)),
            ("Nov 20 09:12:10 kernel: [12.5] TCP: x", expected("", "kernel", Some(12.5))),
            ("Nov 20 09:12:10 ap kern.warn kernel: [12.5] TCP: x", expected("ap", "kernel", Some(12.5))),
            ("2026-11-20T09:12:10+01:00 web1 kernel: [12.5] TCP: x", expected("web1", "kernel", Some(12.5))),
            (
                "<4>1 2026-11-20T09:12:10Z web1 kernel - - - [12.5] TCP: x",
                expected("web1", "kernel", Some(12.5)),
            ),
            (
                r#"<4>1 2026-11-20T09:12:10Z web1 kernel - - [a b="c\] d"][e] TCP: x"#,
                expected("web1", "kernel", None),
            ),
            ("[   12.5] TCP: x", expected("", "kernel", Some(12.5))),
            ("\0\0\0Nov 20 09:12:10 web1 kernel: TCP: x", expected("web1", "kernel", None)),
        ] {
            assert_eq!(parts(line), Some(want), "{line}");
        }
        assert_eq!(
            parts("Nov 20 09:12:10 web1 last message repeated 3 times").map(|p| p.1),
            Some(String::new())
        );
    }
}
