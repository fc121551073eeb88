//! `golden_stats.json` (numpy and scipy), read where the reference folder is, and the same vectors' first cases here.

use serde_json::Value;

/// The reference vectors under `key`; none where the folder is not.
pub fn vectors(key: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/reference/golden_stats.json");
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    let all: Value = serde_json::from_str(&text).unwrap();
    all[key].as_array().unwrap().clone()
}

pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

/// Equal to nine figures.
pub fn same(got: f64, want: &Value, what: &str) {
    let want = want.as_f64().unwrap();
    assert!((got - want).abs() <= 1e-9 * want.abs().max(1.0), "{what}: got {got}, expected {want}");
}
