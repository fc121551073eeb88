//! What is concluded about a change and a metric, and how sure that is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The six answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub enum Verdict {
    /// It moved the good way, by more than chance and by a tenth at least.
    #[serde(rename = "improved")]
    Improved,
    /// It moved the bad way.
    #[serde(rename = "worsened")]
    Worsened,
    /// An effect of a quarter or more can be ruled out.
    #[serde(rename = "no measurable effect")]
    NoMeasurableEffect,
    /// The numbers allow neither.
    #[serde(rename = "inconclusive")]
    Inconclusive,
    /// The new value had not come into force.
    #[serde(rename = "not in force")]
    NotInForce,
    /// Nothing that could answer was measured on both sides.
    #[serde(rename = "not assessed")]
    NotAssessed,
}

impl Verdict {
    /// As it is read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Improved => "improved",
            Self::Worsened => "worsened",
            Self::NoMeasurableEffect => "no measurable effect",
            Self::Inconclusive => "inconclusive",
            Self::NotInForce => "not in force",
            Self::NotAssessed => "not assessed",
        }
    }

    /// The sign beside the word.
    #[must_use]
    pub fn sign(self) -> char {
        match self {
            Self::Improved => '✓',
            Self::Worsened => '✗',
            Self::NoMeasurableEffect => '=',
            Self::Inconclusive => '?',
            Self::NotInForce => '○',
            Self::NotAssessed => '–',
        }
    }

    /// How much it claims: a sentence over several verdicts claims no more than the least of them.
    #[must_use]
    pub fn claims(self) -> u8 {
        match self {
            Self::Improved | Self::Worsened => 3,
            Self::NoMeasurableEffect | Self::NotInForce => 2,
            Self::Inconclusive => 1,
            Self::NotAssessed => 0,
        }
    }
}

/// How sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Two totals, or several things that weaken it.
    Low,
    /// Blocks of one stretch before and after.
    Medium,
    /// The same hours of several days.
    High,
}

impl Certainty {
    /// As it is read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One thing that weakens an answer, or supports it.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct Flag {
    /// Stable name: `load-shift`, `confounded`, `regression-to-the-mean`, `transient`, `partial-activation`,
    /// `change-point-elsewhere`, `too-few-episodes`, ….
    pub kind: String,
    /// One plain sentence.
    pub words: String,
    /// Steps that it takes from the certainty: 0 or 1; −1 where it supports the answer.
    pub weight: i8,
}

/// The size of an effect.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
pub struct Estimate {
    /// `events`, `bursts` (runs of events) or `level` (of a gauge).
    pub what: String,
    /// `days`, `blocks` or `totals`: how it was compared.
    pub tier: String,
    /// Earlier days, or blocks a side.
    pub units: u64,
    /// Events or bursts a second, or the level.
    pub before: f64,
    /// The same, after.
    pub after: f64,
    /// `stopped` or `began` where one side had nothing; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub turn: String,
    /// After to before, where both sides had something; at equal load where `elasticity` is set.
    pub ratio: Option<f64>,
    /// After minus before, of a level.
    pub shift: Option<f64>,
    /// 95 % interval of the ratio or shift.
    pub interval: Option<[f64; 2]>,
    /// p-value of "nothing changed".
    pub p: f64,
    /// The same among all primary pairs of the report (Benjamini and Hochberg); `None` for what is no primary pair.
    pub p_adjusted: Option<f64>,
    /// The smallest ratio (above 1) or shift that would have been found four times in five.
    pub detectable: Option<f64>,
    /// Per cent of events that one per cent of load brings, where load was taken out.
    pub elasticity: Option<f64>,
    /// Load after to load before.
    pub load: Option<f64>,
    /// Of two totals: how many times as variable as Poisson the counts may be for this to hold.
    pub tolerates: Option<f64>,
}
