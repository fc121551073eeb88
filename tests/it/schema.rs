//! `netmortem schema`: what is written for programs is what the published schemas say, and they are kept beside the
//! code so that a review sees when a shape changes. `BLESS=1 cargo test` rewrites them.

use crate::run::{files, json, netmortem, project, text};
use jsonschema::Validator;
use serde_json::{Value, json};
use std::path::PathBuf;

const DOCUMENTS: [&str; 5] = ["report", "index", "effects", "changepoints", "explain"];

fn printed<const N: usize>(args: [&str; N]) -> String {
    let run = netmortem(args);
    assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

fn schema(document: &str) -> Value {
    serde_json::from_str(&printed(["schema", document])).unwrap()
}

fn validator(document: &str) -> Validator {
    let schema = schema(document);
    jsonschema::draft202012::meta::validate(&schema).expect("a schema of draft 2020-12");
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn holds(validator: &Validator, value: &Value, what: &str) {
    let wrong: Vec<String> =
        validator.iter_errors(value).take(5).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{what}: {wrong:#?}");
}

#[test]
fn the_published_schemas_are_those_of_the_code() {
    for document in DOCUMENTS {
        let kept = project().join("fixtures/schemas").join(format!("{document}.json"));
        let now = printed(["schema", document]);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&kept, &now).unwrap();
        }
        assert!(now == text(&kept), "{} is not what the code gives; look, then BLESS=1", kept.display());
    }
}

#[test]
fn every_report_of_the_gallery_holds_to_its_schema() {
    let validator = validator("report");
    let reports: Vec<PathBuf> =
        files(&project().join("reports")).into_iter().filter(|f| f.ends_with("report.json")).collect();
    assert!(reports.len() >= 5);
    for report in reports {
        holds(&validator, &json(&project().join("reports").join(&report)), &report.display().to_string());
    }
}

#[test]
fn what_else_is_printed_for_programs_holds_to_its_schema() {
    let case = |name: &str| project().join("fixtures/cases").join(name).display().to_string();
    let out = tempfile::tempdir().unwrap();
    let many = out.path().display().to_string();
    printed(["batch", &case("accept-queue"), &case("single-snapshot"), "-o", &many]);
    holds(&validator("index"), &json(&out.path().join("index.json")), "index.json");
    let series = project().join("fixtures/series/retransmissions.csv").display().to_string();
    let others = [
        ("effects", printed(["effects", &case("accept-queue"), "--json"])),
        ("changepoints", printed(["changepoints", &series, "--json"])),
        (
            "explain",
            printed(["explain", "--json", "ListenOverflows", "somaxconn", "conntrack-table-full", "drift"]),
        ),
    ];
    for (document, value) in others {
        holds(&validator(document), &serde_json::from_str(&value).unwrap(), document);
    }
}

/// A change to a valid report.
type Breakage = fn(&mut Value);

#[test]
fn what_is_not_a_report_does_not_hold() {
    let validator = validator("report");
    let good = json(&project().join("reports/accept-queue/report.json"));
    let broken: [(&str, Breakage); 8] = [
        ("a field is missing", |r| drop(r.as_object_mut().unwrap().remove("findings"))),
        ("a field of a change is missing", |r| drop(r["changes"][0].as_object_mut().unwrap().remove("key"))),
        ("a number is a text", |r| r["effects"][0]["before"]["seconds"] = json!("49")),
        ("a count is negative", |r| r["coverage"]["rejected"] = json!(-1)),
        ("a verdict is unknown", |r| r["changes"][0]["verdict"] = json!("rather good")),
        ("a severity is unknown", |r| r["findings"][0]["severity"] = json!("fatal")),
        ("a time is none", |r| r["window"]["from"] = json!("yesterday")),
        ("it is of another version", |r| r["schema"] = json!(2)),
    ];
    for (what, breaks) in broken {
        let mut report = good.clone();
        breaks(&mut report);
        assert!(!validator.is_valid(&report), "{what}");
    }
}

#[test]
fn every_field_is_told() {
    fn untold(schema: &Value, at: &str, found: &mut Vec<String>) {
        if let Some(fields) = schema.get("properties").and_then(Value::as_object) {
            // the tag of a variant is a word that stands for itself
            let silent = |field: &Value| {
                field["description"].as_str().is_none_or(str::is_empty) && field.get("const").is_none()
            };
            found.extend(
                fields.iter().filter(|(_, field)| silent(field)).map(|(name, _)| format!("{at}/{name}")),
            );
        }
        for (key, inner) in schema.as_object().into_iter().flatten() {
            untold(inner, &format!("{at}/{key}"), found);
        }
        schema.as_array().into_iter().flatten().for_each(|inner| untold(inner, at, found));
    }
    for document in DOCUMENTS {
        let mut found = Vec::new();
        untold(&schema(document), document, &mut found);
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn a_report_of_another_version_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("report.json");
    let mut report = json(&project().join("reports/accept-queue/report.json"));
    report["schema"] = json!(7);
    report["tool"] = json!("netmortem 9.9");
    let refused = |value: &Value| {
        std::fs::write(&path, value.to_string()).unwrap();
        let run = netmortem(["render".as_ref(), path.as_os_str(), "-o".as_ref(), dir.path().as_os_str()]);
        assert_eq!(run.status.code(), Some(2));
        String::from_utf8(run.stderr).unwrap()
    };
    let why = refused(&report);
    assert!(why.contains("written by netmortem 9.9 with schema 7, and netmortem"), "{why}");
    assert!(refused(&json!({"hello": 1})).contains("no \"schema\" number"));
}
