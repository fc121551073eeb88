//! The time a log line starts with.

mod docker;
mod program;

use super::field::{
    Day, Parsed, Written, Zone, digits, epoch_seconds, fraction, full_clock, iso_day, month_name,
    numeric_offset, real_day, weekday, zone,
};
use nom::{
    Parser,
    branch::alt,
    bytes::complete::{tag, take_while, take_while_m_n},
    character::complete::{char, one_of, space0, space1},
    combinator::{map_opt, opt, peek, verify},
    error::{Error, ErrorKind},
    sequence::{delimited, preceded, terminated},
};

/// What follows the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `host tag[pid]: message`, as files of syslog daemons and `journalctl` have it.
    Classic,
    /// RFC 5424: `host app pid msgid [data] message`.
    Structured,
    /// The message itself, as `dmesg` prints it.
    Bare,
    /// A program's own log: the message itself, and the program where the layout tells it.
    Own(&'static str),
}

pub(super) struct Head<'a> {
    pub written: Written,
    pub shape: Shape,
    pub rest: &'a [u8],
}

pub(super) fn head(line: &[u8]) -> Option<Head<'_>> {
    let (has_priority, line) = match priority(line) {
        Ok((rest, ())) => (true, rest),
        Err(_) => (false, line),
    };
    // some relays leave the priority away
    let structured = line.strip_prefix(b"1 ").filter(|rest| has_priority || rest.get(10) == Some(&b'T'));
    let text = structured.unwrap_or(line);
    if text.starts_with(docker::BEGIN) {
        return docker::head(text);
    }
    let text = undecoded(text);
    let (rest, (written, shape)) = match text.first()? {
        b'[' => alt((monotonic, human, bracketed, mail)).parse(text).ok()?,
        b'0'..=b'9' => alt((iso, unix, slashes, redis)).parse(text).ok()?,
        _ => alt((rfc3164, systemd, ruby)).parse(text).ok()?,
    };
    let shape = if structured.is_some() { Shape::Structured } else { shape };
    // a time with nothing behind it is a separator of snapshots, not a log line
    let rest = rest.strip_prefix(b" ").or_else(|| rest.is_empty().then_some(rest))?;
    let ruby = shape == Shape::Own(RUBY);
    let (shape, rest) = program::own(if ruby { Shape::Own("") } else { shape }, rest);
    // any loop may write a line behind the output of `date`
    if ruby && shape != Shape::Own("puppet") {
        return None;
    }
    Some(Head { written, shape, rest })
}

/// The line behind the `kern  :warn  : ` of `dmesg -x`.
fn undecoded(line: &[u8]) -> &[u8] {
    let colons = line.get(6) == Some(&b':') && line.get(13..15) == Some(b": ");
    let named = |name: &[u8]| name.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b' ');
    if colons && named(&line[..6]) && named(&line[7..13]) { &line[15..] } else { line }
}

/// `<34>`, as it arrives on the wire.
fn priority(input: &[u8]) -> Parsed<'_, ()> {
    delimited(char('<'), verify(digits(1, 3), |pri| *pri <= 191), char('>')).map(|_| ()).parse(input)
}

/// `Nov 20 09:12:10`, `Nov  2 …`, `Nov 02 …`, `Nov 20 2026 …`, `Nov 20 09:12:10.123456`.
fn rfc3164(input: &[u8]) -> Parsed<'_, (Written, Shape)> {
    let year = opt(terminated(digits(4, 4), char(' ')));
    let parts = (terminated(month_name, space1), terminated(digits(1, 2), char(' ')), year, full_clock);
    map_opt(parts, |(month, day, year, micros)| {
        let year = year.map(i32::try_from).transpose().ok()?;
        Some(classic(real_day(year, month, day)?, micros, Zone::Unwritten))
    })
    .parse(input)
}

/// `2026-11-20T09:12:10.123456+01:00`, any precision, also with a blank for the `T` and without a zone. Ruby's
/// programs set the zone off by a blank, and Postgres, which writes its letters, does too.
fn iso(input: &[u8]) -> Parsed<'_, (Written, Shape)> {
    let mut parts = (terminated(iso_day, one_of("T ")), full_clock, opt(numeric_offset));
    let (rest, (day, micros, east)) = parts.parse(input)?;
    if let (None, Ok((rest, (zone, shape)))) = (east, apart.parse(rest)) {
        return Ok((rest, (classic(day, micros, zone).0, shape)));
    }
    let (written, shape) = classic(day, micros, east.map_or(Zone::Unwritten, Zone::Offset));
    // `dmesg --time-format=iso` writes a comma and no host behind the time; so do Python's programs, without a zone
    let comma = input[..input.len() - rest.len()].contains(&b',');
    let shape = match (comma, east) {
        (true, Some(_)) => Shape::Bare,
        (true, None) => Shape::Own(""),
        _ => shape,
    };
    Ok((rest, (written, shape)))
}

/// A zone behind a blank: ` +0100` with its minutes, or ` CET` with a process behind it, as a host has none.
fn apart(input: &[u8]) -> Parsed<'_, (Zone, Shape)> {
    let east = (peek((one_of("+-"), digits(2, 2), opt(char(':')), digits(2, 2), char(' '))), numeric_offset);
    let letters = terminated(verify(zone, |z| matches!(z, Zone::Named(_))), peek(tag(" [")));
    let east = east.map(|(_, east)| (Zone::Offset(east), Shape::Classic));
    preceded(char(' '), alt((east, letters.map(|zone| (zone, Shape::Own("")))))).parse(input)
}

/// `[2026-11-20T09:12:10+01:00]`, as Chef and others write.
fn bracketed(input: &[u8]) -> Parsed<'_, (Written, Shape)> {
    let (rest, (written, _)) = delimited(char('['), iso, char(']')).parse(input)?;
    Ok((rest, (written, Shape::Own(""))))
}

/// `[Fri, 20 Nov 2026 09:12:10 +0100]`, as Chef wrote up to release 11.
fn mail(input: &[u8]) -> Parsed<'_, (Written, Shape)> {
    let day = (
        preceded((weekday, char(','), space1), digits(1, 2)),
        preceded(char(' '), month_name),
        preceded(char(' '), digits(4, 4)),
    );
    let parts = (day, preceded(char(' '), full_clock), preceded(char(' '), numeric_offset));
    let written = map_opt(parts, |((day, month, year), micros, east)| {
        let day = real_day(i32::try_from(year).ok(), month, day)?;
        Some((classic(day, micros, Zone::Offset(east)).0, Shape::Own("")))
    });
    delimited(char('['), written, char(']')).parse(input)
}

/// A time as Ruby prints it, which only Puppet's own log is known by.
const RUBY: &str = "ruby";

/// `Fri Nov 20 09:12:10 +0100 2026`, as Puppet's own log had it with Ruby 1.8.
fn ruby(input: &[u8]) -> Parsed<'_, (Written, Shape)> {
    let day = (preceded((weekday, char(' ')), month_name), preceded(space1, digits(1, 2)));
    let parts =
        (day, preceded(char(' '), full_clock), preceded(char(' '), zone), preceded(char(' '), digits(4, 4)));
    map_opt(parts, |((month, day), micros, zone, year)| {
        let day = real_day(i32::try_from(year).ok(), month, day)?;
        Some((classic(day, micros, zone).0, Shape::Own(RUBY)))
    })
    .parse(input)
}

/// `2026/11/20 09:12:10`, as nginx and programs in Go write.
fn slashes(input: &[u8]) -> Parsed<'_, (Written, Shape)> {
    let day = (digits(4, 4), char('/'), digits(2, 2), char('/'), digits(2, 2));
    let day = map_opt(day, |(y, _, m, _, d)| real_day(i32::try_from(y).ok(), m, d));
    let (rest, (day, micros)) = (terminated(day, char(' ')), full_clock).parse(input)?;
    Ok((rest, (classic(day, micros, Zone::Unwritten).0, Shape::Own(""))))
}

/// `1234:M 20 Nov 2026 09:12:10.123`; without the year up to Redis 3.
fn redis(input: &[u8]) -> Parsed<'_, (Written, Shape)> {
    let role = (digits(1, 9), char(':'), one_of("MSCXRN"), char(' '));
    let year = opt(terminated(digits(4, 4), char(' ')));
    let day = (terminated(digits(1, 2), char(' ')), terminated(month_name, char(' ')), year);
    map_opt((preceded(role, day), full_clock), |((day, month, year), micros)| {
        let year = year.map(i32::try_from).transpose().ok()?;
        Some((classic(real_day(year, month, day)?, micros, Zone::Unwritten).0, Shape::Own("redis")))
    })
    .parse(input)
}

/// `Fri 2026-11-20 09:12:10 CET`, as `journalctl -o short-full`.
fn systemd(input: &[u8]) -> Parsed<'_, (Written, Shape)> {
    let parts = (
        preceded((weekday, char(' ')), terminated(iso_day, char(' '))),
        full_clock,
        preceded(char(' '), zone),
    );
    parts.map(|(day, micros, zone)| classic(day, micros, zone)).parse(input)
}

/// `1763630000.123456`, as `journalctl -o short-unix`.
fn unix(input: &[u8]) -> Parsed<'_, (Written, Shape)> {
    let ten = take_while_m_n(10, 10, |b: u8| b.is_ascii_digit());
    map_opt((ten, fraction), |(seconds, part)| {
        Some((Written::Epoch(epoch_seconds(seconds)? + i64::from(part)), Shape::Classic))
    })
    .parse(input)
}

/// `[  123.456789]`, the kernel's own clock.
fn monotonic(input: &[u8]) -> Parsed<'_, (Written, Shape)> {
    kernel_clock.map(|seconds| (Written::SinceBoot(seconds), Shape::Bare)).parse(input)
}

/// `[    5.123456]`: seconds since boot in front of a kernel message.
fn uptime(input: &[u8]) -> Parsed<'_, f64> {
    let figure = |b: u8| b.is_ascii_digit();
    let parts = (take_while_m_n(1, 10, figure), char('.'), take_while_m_n(1, 9, figure));
    // `dmesg -d` and `-o short-delta` say how long after the line before, too
    let since =
        opt((space0, opt(delimited(char('<'), take_while(|b: u8| b"0123456789. ".contains(&b)), char('>')))));
    let (rest, (whole, _, part)) = delimited((char('['), space0), parts, (since, char(']'))).parse(input)?;
    let number = |text: &[u8]| text.iter().fold(0.0, |sum, b| sum * 10.0 + f64::from(b - b'0'));
    let digits = i32::try_from(part.len()).unwrap_or(0);
    let seconds = number(whole) + number(part) / 10_f64.powi(digits);
    // more than a century is garbled, and would date a boot before the epoch
    if seconds < 3.2e9 {
        Ok((rest, seconds))
    } else {
        Err(nom::Err::Error(Error::new(input, ErrorKind::Verify)))
    }
}

/// [`uptime`], then perhaps the thread or CPU that printed it. The message may be one of `dmesg -d`.
pub(super) fn kernel_clock(input: &[u8]) -> Parsed<'_, f64> {
    let id = (char('['), space0, one_of("TC"), take_while_m_n(1, 10, |b: u8| b.is_ascii_digit()), char(']'));
    terminated(uptime, opt((space0, id))).parse(input)
}

/// `[Fri Nov 20 09:12:10 2026]`, as `dmesg -T`.
fn human(input: &[u8]) -> Parsed<'_, (Written, Shape)> {
    let parts = (
        preceded((weekday, char(' ')), month_name),
        preceded(space1, digits(1, 2)),
        preceded(char(' '), full_clock),
        preceded(char(' '), digits(4, 4)),
    );
    let day = map_opt(parts, |(month, day, micros, year)| {
        let day = real_day(i32::try_from(year).ok(), month, day)?;
        Some((Written::Civil { day, micros, zone: Zone::Unwritten }, Shape::Bare))
    });
    delimited(char('['), day, char(']')).parse(input)
}

fn classic(day: Day, micros: i64, zone: Zone) -> (Written, Shape) {
    (Written::Civil { day, micros, zone }, Shape::Classic)
}

#[cfg(test)]
mod tests {
    use super::Shape;
    use crate::model::stamp::{Stamp, Wall};
    use crate::parse::stamp::{syslog, syslog_offset, syslog_shape};

    const NINE: i64 = (9 * 3600 + 12 * 60 + 10) * 1_000_000;

    fn wall(year: Option<i32>, day: u32, micros: i64) -> Stamp {
        Stamp::Wall(Wall { year, month: 11, day, micros, zone: None })
    }

    #[test]
    fn a_classic_line_has_no_year() {
        for (line, stamp) in [
            ("Nov 20 09:12:10 web1 x", wall(None, 20, NINE)),
            ("<34>Nov 20 09:12:10 web1 x", wall(None, 20, NINE)),
            ("Nov  2 09:12:10 web1 x", wall(None, 2, NINE)),
            ("Nov 02 09:12:10 web1 x", wall(None, 2, NINE)),
            ("Nov 2 09:12:10 web1 x", wall(None, 2, NINE)),
            ("Nov 20 2026 09:12:10 web1 x", wall(Some(2026), 20, NINE)),
            ("Nov 20 09:12:10.5 web1 x", wall(None, 20, NINE + 500_000)),
            ("2026-11-20 09:12:10 web1 x", wall(Some(2026), 20, NINE)),
        ] {
            assert_eq!(syslog(line.as_bytes()), Some((stamp, b"web1 x".as_slice())), "{line}");
        }
    }

    #[test]
    fn rfc_3339_is_an_instant_of_any_precision() {
        let at = Stamp::Instant(1_795_162_330_123_456);
        for line in [
            "2026-11-20T09:12:10.123456+01:00 web1 x",
            "2026-11-20 08:12:10.123456789Z web1 x",
            "2026-11-20T09:12:10,123456+0100 web1 x",
            "<34>1 2026-11-20T08:12:10.123456Z web1 x",
        ] {
            assert_eq!(syslog(line.as_bytes()), Some((at.clone(), b"web1 x".as_slice())), "{line}");
        }
        assert_eq!(syslog_offset(b"2026-11-20T09:12:10+01:00 web1 x"), Some(3600));
        let shape = |line: &str| syslog_shape(line.as_bytes()).map(|(_, shape, _)| shape);
        assert_eq!(shape("<34>1 2026-11-20T08:12:10Z web1 su - - - x"), Some(Shape::Structured));
        assert_eq!(shape("2026-11-20T08:12:10,961270+00:00 nf_conntrack: x"), Some(Shape::Bare));
        assert_eq!(shape("2026-11-20T08:12:10.961270+00:00 web1 kernel: x"), Some(Shape::Classic));
    }

    #[test]
    fn the_ring_buffer_counts_from_boot() {
        assert_eq!(syslog(b"[    5.250000] TCP: x"), Some((Stamp::SinceBoot(5.25), b"TCP: x".as_slice())));
        assert_eq!(
            syslog(b"[Fri Nov 20 09:12:10 2026] TCP: x"),
            Some((wall(Some(2026), 20, NINE), b"TCP: x".as_slice()))
        );
    }

    #[test]
    fn programs_have_stamps_and_layouts_of_their_own() {
        let shape = |line: &str| {
            let (stamp, shape, rest) = syslog_shape(line.as_bytes())?;
            Some((stamp, shape, String::from_utf8_lossy(rest).into_owned()))
        };
        let at = wall(Some(2026), 20, NINE);
        let milli = wall(Some(2026), 20, NINE + 123_000);
        let instant = Stamp::Instant(1_795_162_330_123_456);
        let second = Stamp::Instant(1_795_162_330_000_000);
        let zone = Some("UTC".to_owned());
        let utc = Stamp::Wall(Wall { year: Some(2026), month: 11, day: 20, micros: NINE + 123_000, zone });
        for (line, stamp, want, rest) in [
            ("2026/11/20 09:12:10 [crit] 431#0: x", &at, Shape::Own("nginx"), "[crit] 431#0: x"),
            ("2026/11/20 09:12:10 http: x", &at, Shape::Own(""), "http: x"),
            ("812:M 20 Nov 2026 09:12:10.123 # x", &milli, Shape::Own("redis"), "# x"),
            ("812:M 20 Nov 09:12:10 # x", &wall(None, 20, NINE), Shape::Own("redis"), "# x"),
            (
                "2026-11-20 09:12:10,123 INFO     tuned.daemon.daemon: x",
                &milli,
                Shape::Own("tuned"),
                "tuned.daemon.daemon: x",
            ),
            (
                "2026-11-20 09:12:10,123 [salt.state       :300 ][INFO    ][77] x",
                &milli,
                Shape::Own("salt"),
                "x",
            ),
            (
                "2026-11-20 09:12:10 status installed libc6:amd64 2.36",
                &at,
                Shape::Own("dpkg"),
                "status installed libc6:amd64 2.36",
            ),
            ("2026-11-20T09:12:10+0100 SUBDEBUG Installed: x", &second, Shape::Own(""), "Installed: x"),
            ("[2026-11-20T09:12:10+01:00] INFO: x", &second, Shape::Own(""), "x"),
            (
                "2026-11-20 09:12:10 +0100 Puppet (notice): x",
                &second,
                Shape::Own("puppet"),
                "Puppet (notice): x",
            ),
            (
                "2026-11-20 09:12:10 +0100 /Stage[main]/Exec[a b]/returns (notice): x",
                &second,
                Shape::Own("puppet"),
                "/Stage[main]/Exec[a b]/returns (notice): x",
            ),
            ("2026-11-20 09:12:10 +0100 [info]: x", &second, Shape::Own(""), "[info]: x"),
            ("2026-11-20 09:12:10 +0100 web1 kernel: x", &second, Shape::Classic, "web1 kernel: x"),
            ("2026-11-20 09:12:10.123 UTC [431] LOG:  x", &utc, Shape::Own(""), "[431] LOG:  x"),
            ("2026-11-20 09:12:10 WEB app: x", &at, Shape::Classic, "WEB app: x"),
            ("2026-11-20T09:12:10.123456789+01:00 stderr F x", &instant, Shape::Own(""), "x"),
            (
                r#"{"log":"x\n","stream":"stderr","time":"2026-11-20T08:12:10.123456789Z"}"#,
                &instant,
                Shape::Own(""),
                r"x\n",
            ),
            ("kern  :warn  : [Fri Nov 20 09:12:10 2026] x", &at, Shape::Bare, "x"),
            ("[   12.500000 <    0.100000>] x", &Stamp::SinceBoot(12.5), Shape::Bare, "x"),
            ("[   12.500000                ] x", &Stamp::SinceBoot(12.5), Shape::Bare, "x"),
        ] {
            assert_eq!(shape(line), Some((stamp.clone(), want, rest.to_owned())), "{line}");
        }
    }

    #[test]
    fn lines_of_dumps_have_no_log_stamp() {
        for line in [
            "Fri Nov 20 09:12:10 UTC 2026",
            "Nov 31 09:12:10 web1 x",
            "Nov 20 24:12:10 web1 x",
            "Nov 20 09:12 file",
            "<3444>Oct 11 22:14:15 mymachine su: x",
            "<34>1 203-10-11T22:14:15.003Z mymachine x",
            "Tcp:",
            "    12 active connection openings",
            "LISTEN 0 128 *:80 *:*",
            "net.core.somaxconn = 128",
            "[TTM] Initializing pool allocator",
            "",
        ] {
            assert_eq!(syslog(line.as_bytes()), None, "{line}");
        }
    }
}
