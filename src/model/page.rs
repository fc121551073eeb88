//! [`Page`]: what is known of one name, without any input. `explain --json` is a list of these values.

use schemars::JsonSchema;
use serde::Serialize;

/// A page of `explain`.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(tag = "is", rename_all = "lowercase")]
pub enum Page {
    /// A counter or gauge.
    Counter(Counter),
    /// A setting.
    Sysctl(Sysctl),
    /// A log line worth knowing.
    Event(Event),
    /// A rule of `diagnose`.
    Rule(Rule),
}

/// A name and a few words on it.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Named {
    /// Metric, key, event id or rule id.
    pub name: String,
    /// Empty when nothing is known but the name.
    pub title: String,
}

/// A counter or gauge.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub struct Counter {
    /// Kernel name with its section.
    pub name: String,
    /// A few words.
    pub title: String,
    /// What it counts.
    pub help: &'static str,
    /// `counter` or `gauge`.
    pub kind: &'static str,
    /// What one of it is.
    pub unit: &'static str,
    /// `up`, `down` or `neither`.
    pub worse: &'static str,
    /// The metric that normalises it.
    pub load: Option<Named>,
    /// Sentences of `netstat -s`.
    pub netstat: Vec<Sentence>,
    /// As nstat prints it.
    pub nstat: Option<String>,
    /// Columns of sar.
    pub sar: Vec<&'static str>,
    /// The kernel's file that has it.
    pub file: Option<&'static str>,
    /// Settings that act on it, the most direct ones first.
    pub settings: Vec<Setting>,
    /// Rules that look at it, with what they see as title.
    pub rules: Vec<Named>,
    /// Log events that tell of the same trouble.
    pub events: Vec<Named>,
}

/// A sentence of `netstat -s`.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Sentence {
    /// Heading that it stands under.
    pub section: &'static str,
    /// With `N` for the number.
    pub text: String,
    /// Years of net-tools in which it was so; empty when there was never another.
    pub years: &'static str,
}

/// A setting as another page names it.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Setting {
    /// Key or pattern.
    pub key: &'static str,
    /// A few words.
    pub title: &'static str,
    /// When a new value takes effect.
    pub bites: &'static str,
}

/// A setting.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub struct Sysctl {
    /// The key that was asked for.
    pub key: String,
    /// The row that speaks of it, when that is a pattern.
    pub pattern: Option<&'static str>,
    /// A few words.
    pub title: &'static str,
    /// What it does.
    pub help: &'static str,
    /// A reading that moves by itself.
    pub reading: bool,
    /// Shape of the value.
    pub form: &'static str,
    /// Values that the kernel takes.
    pub range: &'static str,
    /// Unit of the value.
    pub unit: &'static str,
    /// Value at boot.
    pub default: &'static str,
    /// First kernel that has it; `≤3.10` where that is the earliest known to.
    pub since: &'static str,
    /// First kernel that no longer has it.
    pub until: &'static str,
    /// Whose setting it is.
    pub scope: &'static str,
    /// When a new value takes effect.
    pub bites: &'static str,
    /// What it acts on, the first one before all.
    pub governs: Vec<Named>,
    /// What a new value is paid with.
    pub partner: Vec<Named>,
    /// Commands that show it.
    pub read: Vec<String>,
    /// Commands that set it, until the next boot and for good; empty for readings and wide patterns.
    pub set: Vec<String>,
}

/// A log line worth knowing.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub struct Event {
    /// Stable name.
    pub id: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What it means.
    pub help: &'static str,
    /// `critical`, `warning` or `info`.
    pub severity: &'static str,
    /// `kernel` or `any`.
    pub source: &'static str,
    /// Real lines.
    pub samples: Vec<String>,
    /// Counters that tell of the same trouble.
    pub counters: Vec<Named>,
    /// Settings that act on it.
    pub settings: Vec<Setting>,
    /// Rules that look at it.
    pub rules: Vec<Named>,
}

/// A rule of `diagnose`.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub struct Rule {
    /// Stable name.
    pub id: &'static str,
    /// Each heading of its manual page with its text.
    pub manual: Vec<(&'static str, String)>,
    /// Metrics and events that it looks at.
    pub watches: Vec<Named>,
}

impl Page {
    /// What the page is about.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Counter(page) => &page.name,
            Self::Sysctl(page) => &page.key,
            Self::Event(page) => page.id,
            Self::Rule(page) => page.id,
        }
    }
}
