//! [`Time`]: an instant on the one axis that everything is put on.

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::borrow::Cow;

/// Microseconds since 1970-01-01T00:00:00Z. Serialised as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// From whole seconds since the epoch.
    #[must_use]
    pub fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// Seconds from `earlier` to `self`; negative when `self` is the earlier one.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // spans of centuries keep microseconds within 2^53
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.0.saturating_sub(earlier.0) as f64 / 1e6
    }

    /// `self` moved by `seconds`, saturating.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)] // `as` saturates, which is what is wanted
    pub fn plus_seconds(self, seconds: f64) -> Self {
        Self(self.0.saturating_add((seconds * 1e6).round() as i64))
    }

    /// As a calendar value; `None` outside the years that chrono knows.
    #[must_use]
    pub fn utc(self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(self.0)
    }

    /// RFC 3339 in UTC, with as many decimals (0, 3, 6) as the value has.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.utc().map_or_else(|| format!("{}us", self.0), |t| t.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }

    /// `09:13:26` in UTC.
    #[must_use]
    pub fn hms(self) -> String {
        self.format("%H:%M:%S")
    }

    /// By a chrono format string, in UTC.
    #[must_use]
    pub fn format(self, pattern: &str) -> String {
        self.utc().map_or_else(|| self.rfc3339(), |t| t.format(pattern).to_string())
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.rfc3339())
    }
}

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "date-time",
            "pattern": "Z$",
            "description": "An instant in UTC (RFC 3339, ending in Z), with as many decimals (0, 3, 6) as it has."
        })
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        DateTime::parse_from_rfc3339(&text)
            .map(|t| Self(t.timestamp_micros()))
            .map_err(|e| D::Error::custom(format!("{text:?} is not an RFC 3339 time: {e}")))
    }
}
