//! Which clock an instant was read from.

use crate::model::fact::ZoneSource;
use chrono_tz::Tz;

/// Which of a bundle's records dates what has no time of its own, the firmest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// `sos_reports/manifest.json`.
    Manifest,
    /// `sos_logs/sos.log`.
    Log,
    /// The bundle's own `date`.
    Date,
}

/// Where an instant comes from, from the firmest to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// An offset, UTC or epoch seconds in the stamp itself.
    Offset,
    /// An abbreviation in the stamp that means one offset.
    Named(&'static str),
    /// `--tz`.
    Given(Tz),
    /// A zone that the host's other stamps name.
    Sibling(&'static str),
    /// An offset, in seconds east, that the host's other stamps write.
    SiblingOffset(i32),
    /// The zone that the host's wall clocks keep, as something of the host says.
    Home(Tz, ZoneSource),
    /// A bundle's record; whether the zone of that was guessed.
    Bundle(By, bool),
    /// The kernel's clock and a boot known from lines that were stamped as they were printed.
    Uptime,
    /// The kernel's clock in a ring buffer that was replayed.
    Replay,
    /// The file's name.
    FileName,
    /// The file's age.
    Mtime,
    /// An abbreviation that several zones use.
    Ambiguous(&'static str),
    /// An abbreviation that is not known.
    UnknownZone,
    /// Nothing told the zone.
    AssumedUtc,
}

impl Basis {
    /// In words, for a reader.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Offset => "offset in the stamp".into(),
            Self::Named(zone) => format!("zone {zone} named in the stamp"),
            Self::Given(tz) => format!("--tz {}", tz.name()),
            Self::Sibling(zone) => format!("zone {zone} named in the host's other stamps"),
            Self::SiblingOffset(east) => {
                format!("offset {} of the host's other stamps", super::zone::offset(*east))
            }
            Self::Home(tz, from) => format!("zone {} of the host, by {}", tz.name(), from.name()),
            Self::Bundle(by, guessed) => {
                let record = match by {
                    By::Manifest => "start of the command by sos_reports/manifest.json",
                    By::Log => "time of reading by sos_logs/sos.log",
                    By::Date => "date of the bundle",
                };
                if *guessed { format!("{record}, no zone known: read as UTC") } else { record.into() }
            }
            Self::Uptime => "uptime and a known boot".into(),
            Self::Replay => "uptime of a replayed ring buffer".into(),
            Self::FileName => "time in the file's name".into(),
            Self::Mtime => "file modification time".into(),
            Self::Ambiguous(zone) => format!("{zone} is ambiguous, read as UTC: give --tz"),
            Self::UnknownZone => "zone not known, read as UTC: give --tz".into(),
            Self::AssumedUtc => "no zone known: read as UTC".into(),
        }
    }

    /// Whether a reader should be told that the zone was guessed.
    #[must_use]
    pub fn is_guess(&self) -> bool {
        matches!(self, Self::Ambiguous(_) | Self::UnknownZone | Self::AssumedUtc | Self::Bundle(_, true))
    }
}
