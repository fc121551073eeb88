//! Headings, and what stands below each.

use memchr::{memchr, memchr_iter, memmem};

/// What a heading says its section is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `Command`: the output of one.
    Command,
    /// `Configuration File`: without its comments and blank lines.
    File,
    /// `Log File`: whole, or its last lines.
    Log,
    /// `Verification`, `Note`, `Summary`, `Entry`, and all others.
    Other,
}

/// One section.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section<'a> {
    pub kind: Kind,
    /// What stands behind `# ` in the line below the heading: a command line, a path; empty where there is none.
    pub title: &'a [u8],
    /// Line of the title, else of the heading.
    pub line: u32,
    /// The rest, up to the next heading.
    pub body: &'a [u8],
    /// Line at which `body` begins.
    pub first: u32,
}

/// What begins every heading.
const HEAD: &[u8] = b"#==[ ";

/// The names that supportconfig and its plugins put most sections under.
const NAMES: [&[u8]; 8] = [
    b"Command",
    b"Configuration File",
    b"Log File",
    b"Verification",
    b"Note",
    b"Summary",
    b"Entry",
    b"Plugin",
];

/// The name in `#==[ Log File ]=====#`.
pub(super) fn heading(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_suffix(b"\r").unwrap_or(line).trim_ascii_end().strip_prefix(HEAD)?;
    let end = memmem::find(&rest[..rest.len().min(200)], b" ]=")?;
    let bar = rest.get(end + 2..)?.strip_suffix(b"#")?;
    (bar.iter().all(|b| *b == b'=')).then_some(&rest[..end])
}

/// Whether the beginning of a file has a heading as supportconfig writes it, with the title below: the bar is as long as
/// to make the line 53 characters.
pub(super) fn is_one(head: &[u8]) -> bool {
    starts(head).any(|at| {
        let mut lines = head[at..].split(|b| *b == b'\n');
        let (first, below) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        let known = heading(first).is_some_and(|name| NAMES.contains(&name));
        known && first.trim_ascii_end().len() == 53 && below.starts_with(b"# ")
    })
}

/// Where lines begin that may be headings.
fn starts(bytes: &[u8]) -> impl Iterator<Item = usize> {
    memmem::find_iter(bytes, HEAD).filter(|at| *at == 0 || bytes.get(at - 1) == Some(&b'\n'))
}

/// All sections in file order. What stands before the first heading is none.
pub(super) fn sections(bytes: &[u8]) -> Vec<Section<'_>> {
    let end_of = |at: usize| memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n + 1);
    let heads: Vec<(usize, &[u8])> =
        starts(bytes).filter_map(|at| Some((at, heading(bytes[at..end_of(at)].trim_ascii_end())?))).collect();
    let mut found = Vec::with_capacity(heads.len());
    let (mut counted, mut line) = (0, 1_u32);
    for (i, (at, name)) in heads.iter().enumerate() {
        let passed = memchr_iter(b'\n', &bytes[counted..*at]).count();
        line = line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        counted = *at;
        let end = heads.get(i + 1).map_or(bytes.len(), |(next, _)| *next);
        let below = end_of(*at);
        let behind = end_of(below.min(bytes.len())).min(end);
        let title = bytes.get(below..behind).and_then(|text| text.strip_prefix(b"# "));
        let (start, skipped) = if title.is_some() { (behind, 1) } else { (below.min(end), 0) };
        found.push(Section {
            kind: kind(name),
            title: title.unwrap_or_default().trim_ascii(),
            line: line.saturating_add(skipped),
            body: &bytes[start..end],
            first: line.saturating_add(1 + skipped),
        });
    }
    found
}

fn kind(name: &[u8]) -> Kind {
    match name {
        b"Command" => Kind::Command,
        b"Configuration File" => Kind::File,
        b"Log File" => Kind::Log,
        _ => Kind::Other,
    }
}

impl<'a> Section<'a> {
    /// The body without the blank lines that supportconfig puts before the next heading, and without what its `-w`
    /// wrote around it.
    pub(super) fn text(&self) -> &'a [u8] {
        let body = self.untraced();
        let mut end = body.len();
        while body[..end].ends_with(b"\n\n") || body[..end].ends_with(b"\n\r\n") {
            end -= if body[..end].ends_with(b"\r\n") { 2 } else { 1 };
        }
        &body[..end]
    }

    /// `-w` writes `    <10:00:01:123456789> command  ` before the output, without an end of line, and
    /// `<10:00:02:123456789>` behind it.
    fn untraced(&self) -> &'a [u8] {
        let Some(rest) = self.body.strip_prefix(b"    <").filter(|r| is_trace(&r[..r.len().min(20)])) else {
            return self.body;
        };
        let head = &rest[..memchr(b'\n', rest).unwrap_or(rest.len())];
        let start = memmem::find(head, self.title).map_or(0, |at| at + self.title.len());
        let body = rest.get(start..).unwrap_or_default();
        let body = body.strip_prefix(b"  ").unwrap_or(body);
        let end = body.trim_ascii_end();
        let last = memchr::memrchr(b'\n', end).map_or(0, |at| at + 1);
        match end[last..].strip_prefix(b"<") {
            Some(trace) if is_trace(trace) && trace.ends_with(b">") => &body[..last],
            _ => body,
        }
    }

    /// Whether there is text in it.
    pub(super) fn is_blank(&self) -> bool {
        self.body.iter().all(u8::is_ascii_whitespace)
    }
}

/// `10:00:01:` at its beginning.
fn is_trace(text: &[u8]) -> bool {
    text.get(..9).is_some_and(|t| {
        t.iter().enumerate().all(|(i, b)| if i % 3 == 2 { *b == b':' } else { b.is_ascii_digit() })
    })
}

#[cfg(test)]
mod tests {
    use super::{Kind, heading, is_one, sections};

    #[test]
    fn headings_are_whole_lines() {
        assert_eq!(heading(b"#==[ Command ]======================================#"), Some(&b"Command"[..]));
        assert_eq!(heading(b"#==[ chkbin Logs ]==========================#\r"), Some(&b"chkbin Logs"[..]));
        for none in ["#==[ Command", " #==[ Command ]==#", "#==[ Command ]== x #", "#==[ ]#", "#==[ a ] ="] {
            assert_eq!(heading(none.as_bytes()), None, "{none}");
        }
        assert!(is_one(b"x\n#==[ Note ]=========================================#\n# text\n"));
        assert!(!is_one(b"#==[ Note ]===#\n# text\n"), "someone's own decoration");
        assert!(!is_one(b"#==[ Kernel ]=======================================#\n# text\n"));
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let text = "banner\n\n#==[ Command ]======================================#\n# /bin/date\nFri\n\n#==[ Firewall Services ]============================#\nrow\n#==[ Log File ]=====================================#\n# /var/log/messages - Last 500 Lines\na\nb\n\n\n";
        let found = sections(text.as_bytes());
        let told: Vec<_> = found
            .iter()
            .map(|s| (s.kind, s.line, s.first, String::from_utf8_lossy(s.text()).into_owned()))
            .collect();
        assert_eq!(
            told,
            [
                (Kind::Command, 4, 5, "Fri\n".to_owned()),
                (Kind::Other, 7, 8, "row\n".to_owned()),
                (Kind::Log, 10, 11, "a\nb\n".to_owned()),
            ]
        );
        assert_eq!(found[2].title, b"/var/log/messages - Last 500 Lines");
    }

    #[test]
    fn what_the_trace_writes_is_no_output() {
        let text = "#==[ Command ]======================================#\n# /usr/sbin/ss -s\n    <10:00:01:123456789> /usr/sbin/ss -s  Total: 5\nTCP: 1\n<10:00:02:000000001>\n\n";
        assert_eq!(sections(text.as_bytes())[0].text(), b"Total: 5\nTCP: 1\n");
    }
}
