//! [`Stamp`]: a time exactly as written. What it lacks (year, zone, boot time) is not guessed here;
//! `timeline::clock` joins it once everything has been read, so parse order never matters.

/// A time as a dump or a log line wrote it.
#[derive(Clone, Debug, PartialEq)]
pub enum Stamp {
    /// UTC, an explicit offset, or epoch seconds: microseconds since 1970.
    Instant(i64),
    /// A wall clock: date and time of day without a numeric offset.
    Wall(Wall),
    /// Seconds since boot, as in `dmesg` without `-T`.
    SinceBoot(f64),
    /// None was written, or one that nothing can place: what it stands for has no time.
    Absent,
}

/// A reading of a wall clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wall {
    /// Absent in RFC 3164.
    pub year: Option<i32>,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// Microseconds since local midnight; 86,400,000,000 and above only in a leap second.
    pub micros: i64,
    /// Zone abbreviation as written (`CET`, `UTC`); `None` when none was written.
    pub zone: Option<String>,
}
