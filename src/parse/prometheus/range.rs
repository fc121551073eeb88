//! The answer of Prometheus to `query_range` (or `query`), saved as it came.
//!
//! ```text
//! {"status":"success","data":{"resultType":"matrix","result":[
//!   {"metric":{"__name__":"node_load1","instance":"web1:9100"},"values":[[1795162330,"0.5"],[1795162345,"0.7"]]}]}}
//! ```
//!
//! *Yields* counters and gauges, under the kernel's names where [`names`](super::names) has a rule, else as named with
//! the labels as what it is of; a host where the one instance is a name. Of several instances each is a host of its
//! own, with its own [`Facts::others`]; what no instance claims keeps its own name.
//! *Hides* NaN (a series that ended) and infinities.
//! *Keeps unnamed* series without a name, as `value`: what a query computed.
//! *Rejects* what stands behind a place that is no JSON, answers that failed, and values without a time.

use super::{Sample, Samples};
use crate::model::fact::Facts;
use crate::parse::{Whole, json};
use serde_json::Value;

/// See the module.
pub const WHOLE: Whole = Whole { name: "prometheus range", is, read, cut: None };

fn is(_: &str, bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    json::begins_with_key(bytes, "status") && memchr::memmem::find(head, b"\"resultType\"").is_some()
}

fn read(_: &str, bytes: &[u8], facts: &mut Facts) {
    facts.met(WHOLE.name);
    let mut samples = Samples::new(WHOLE.name);
    samples.look(bytes, 1, facts);
    let ended = json::each(bytes, &["data", "result"], &mut |key, value| {
        if key.is_empty() {
            series(&value, &mut samples, facts);
        }
    });
    if let Err(why) = ended {
        facts.rejects.push(1, why);
    }
}

fn series(value: &Value, samples: &mut Samples, facts: &mut Facts) {
    let mut labels: Vec<(String, String)> = Vec::new();
    for (key, label) in value.get("metric").and_then(Value::as_object).into_iter().flatten() {
        labels.push((key.clone(), label.as_str().unwrap_or_default().to_owned()));
    }
    let name = labels.iter().find(|(key, _)| key == "__name__").map_or("", |(_, name)| name);
    let series = samples.series(name, &labels, false, 1, facts);
    let one = value.get("value").map(std::slice::from_ref);
    let points = value.get("values").and_then(Value::as_array).map(Vec::as_slice).or(one);
    for point in points.into_iter().flatten() {
        let at = point.get(0).and_then(Value::as_f64).and_then(micros);
        let number = point.get(1).and_then(Value::as_str).and_then(|text| text.parse::<f64>().ok());
        let (Some(at), Some(number)) = (at, number) else {
            facts.rejects.push(1, "a value without a time or a number");
            continue;
        };
        samples.push(&series, Sample { value: number, at: Some(at), line: 1 }, 0, facts);
    }
}

/// Seconds since 1970, to the millisecond that Prometheus keeps.
#[allow(clippy::cast_possible_truncation)] // of this century, checked just before
pub(super) fn micros(seconds: f64) -> Option<i64> {
    (6e8..4.2e9).contains(&seconds).then(|| (seconds * 1e3).round() as i64 * 1_000)
}
