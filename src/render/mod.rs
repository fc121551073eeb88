//! `&Report` to bytes: page, charts, summary, terminal, JSON. Nothing but the report goes in, so the same
//! report gives the same bytes on any machine.

mod annotations;
mod behind;
mod cards;
mod charts;
mod console;
mod coverage;
pub mod diff;
pub mod effects;
mod escape;
mod events;
mod excerpt;
mod explain;
mod findings;
mod folded;
mod glyph;
mod groups;
mod hosts;
mod html;
mod index;
mod markdown;
mod masthead;
mod method;
mod missing;
mod moved;
mod moves;
mod page;
mod png;
pub mod points;
mod policy;
mod rows;
mod scan;
pub mod schema;
mod script;
mod svg;
mod tables;
mod terminal;
mod text;

pub use annotations::annotations;
pub use charts::charts;
pub use console::console;
pub use explain::{explain, list};
pub use index::{batch, index};
pub use markdown::markdown;
pub use page::html;
pub use png::png;
pub use scan::scan;
pub use text::text;

use crate::model::report::{Report, SCHEMA};

/// `report.json`: the report itself, indented, with a line feed at the end.
#[must_use]
pub fn json(report: &Report) -> String {
    // serialising to a string fails only on maps whose keys are no strings; a report has no maps
    serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
}

/// Anything else for programs, in the same form.
#[must_use]
pub fn value(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n" // as above
}

/// Reads `report.json`.
///
/// # Errors
/// In words, when the text is not JSON, of another version's shape, or not of the report's shape.
pub fn parse_json(text: &str) -> Result<Report, String> {
    let head: Head = serde_json::from_str(text).map_err(|e| e.to_string())?;
    match head.schema {
        Some(SCHEMA) => serde_json::from_str(text).map_err(|e| e.to_string()),
        Some(other) => {
            let by = head.tool.map(|tool| format!(" by {}", escape::printable(&tool))).unwrap_or_default();
            let reads = format!("{} reads {SCHEMA}", concat!("netmortem ", env!("CARGO_PKG_VERSION")));
            Err(format!(
                "written{by} with schema {other}, and {reads}; render it with the version that wrote it"
            ))
        }
        None => Err("it has no \"schema\" number".to_owned()),
    }
}

/// What tells whether the rest can be read.
#[derive(serde::Deserialize)]
struct Head {
    schema: Option<u32>,
    tool: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::report::figure::Series;
    use crate::model::time::Time;

    const EVIL: &str = "<script>alert(1)</script>]]>\"'\u{202e}\0\u{1b}[31m";

    fn empty() -> Report {
        let text = r#"{"schema":1,"tool":"netmortem","headline":{"title":"t","lede":"","severity":null},
            "window":null,"hosts":[],"changes":[],"effects":[],"figures":[],"events":[],"findings":[],
            "listeners":[],"settings":[],"settings_census":{"keys":0,"changed":0,"volatile":0,"constant":0},
            "since_boot":[],"series":[],"coverage":{"artifacts":[],"rejects":[],"rejected":0,"missing":[],
            "unknown_counters":[]}}"#;
        parse_json(text).expect("the report's shape")
    }

    /// A report in which every name is hostile and every number and index is wrong.
    fn broken() -> Report {
        let text = r#"{"changes":[{"id":"EVIL","host":"EVIL","key":"EVIL","from":"EVIL","to":"EVIL",
            "lo":"2026-11-20T09:00:30Z","hi":"2026-11-20T09:00:10Z","evidence":[{"kind":"dump","time":null,
            "path":"EVIL","line":1,"text":"EVIL"}],"bites":"EVIL","caveats":["EVIL"],"settle":["EVIL"]}],
            "figures":[{"host":"EVIL","window":{"from":"2026-11-20T09:00:00Z","to":"2026-11-20T09:01:00Z"},
            "lanes":[{"title":"EVIL","name":"EVIL","letters":["EVIL"],"form":"rate","tone":"harm","unit":"EVIL",
            "curves":[{"series":0,"label":"EVIL","tone":"harm"},{"series":99,"label":"","tone":"load"}],
            "bars":[],"notes":[{"from":"2026-11-20T09:00:40Z","to":"2026-11-20T09:00:20Z","words":["EVIL"],
            "strong":true}],"means":[],"unknown":[],"gaps":[]}],"restarts":[],"evidence":[{"source":"EVIL",
            "count":"EVIL","spans":[]}],"folded":["EVIL"]}]}"#;
        let evil = serde_json::to_string(EVIL).expect("a string");
        let text = text.replace("EVIL", evil.trim_matches('"'));
        let parts: serde_json::Value = serde_json::from_str(&text).expect("json");
        let mut value = serde_json::to_value(empty()).expect("json");
        value["changes"] = parts["changes"].clone();
        value["figures"] = parts["figures"].clone();
        let mut report: Report = serde_json::from_value(value).expect("the report's shape");
        let nan = f64::NAN;
        report.series.push(Series {
            host: EVIL.into(),
            netns: String::new(),
            metric: EVIL.into(),
            of: EVIL.into(),
            kind: "counter".into(),
            unit: "/s".into(),
            clock: String::new(),
            samples: 3,
            origin: Time::from_secs(1_795_165_200),
            start: vec![0.0, nan, 20.0],
            end: vec![10.0, 20.0],
            min: vec![f64::NEG_INFINITY, 0.0, 1.0],
            max: vec![f64::INFINITY, nan, 1e300],
            mean: vec![],
        });
        report.headline.title = EVIL.into();
        report.headline.lede = EVIL.into();
        report
    }

    #[test]
    fn nothing_to_say_is_said_in_words() {
        let page = html(&empty());
        assert!(page.contains("default-src 'none'"));
        assert!(!page.contains("<svg"), "no empty charts");
        assert!(charts(&empty()).is_empty());
        assert!(text(&empty(), false, 80).starts_with(&empty().headline.title));
    }

    #[test]
    fn hostile_and_broken_reports_are_still_pages() {
        let report = broken();
        let mut all = vec![html(&report), markdown(&report), text(&report, false, 80)];
        all.extend([console(&report, false, 80), annotations(&report)]);
        all.extend(charts(&report).into_iter().map(|(_, svg)| svg));
        let own = html(&empty()).matches("<script").count();
        for (i, out) in all.iter().enumerate() {
            let out = out.replace(script::SOURCE.as_str(), ""); // it may say NaN
            let own = if i == 0 { own + 1 } else { 0 }; // what the script knows of the figure
            // a terminal shows markup as it is, and so do a code span of Markdown and a tag in Grafana
            assert!((1..=4).contains(&i) || out.matches("<script").count() == own, "{out}");
            for bad in ["NaN", "inf\"", "\0", "\u{1b}", "\u{202e}"] {
                assert!(!out.contains(bad), "{bad:?} in {out}");
            }
        }
        assert_eq!(all[0], html(&report), "same report, same bytes");
    }

    #[test]
    fn a_report_survives_its_json() {
        let text = json(&empty());
        assert!(text.ends_with("}\n"));
        assert_eq!(parse_json(&text).expect("own output"), empty());
    }
}
