//! JSON Schemas (draft 2020-12) of what the tool prints for programs. They are made from the model's own types, whose
//! comments are the descriptions: a field cannot be added, renamed or retyped without them.

use super::effects;
use crate::model::index::{self, Index};
use crate::model::page::Page;
use crate::model::report::moved::Found;
use crate::model::report::{self, Report};
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// Below the description of every document.
const ALIKE: &str = "Times are instants in UTC (RFC 3339). `null` is unknown, which is never zero. Fields may be added \
                     without another version; a field that goes away or changes its meaning takes a new one. Texts \
                     are as they were read and may be hostile: escape them wherever they are shown.";

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// `report.json`.
    Report,
    /// `index.json` of a batch.
    Index,
    /// `effects --json`.
    Effects,
    /// `changepoints --json`.
    Changepoints,
    /// `explain --json`.
    Explain,
}

/// The schema of a document, indented, with a line feed at the end.
#[must_use]
pub fn schema(document: Document) -> String {
    match document {
        Document::Report => told::<Report>(
            "report",
            report::SCHEMA,
            "report.json: everything that a report tells, as one value.",
        ),
        Document::Index => {
            told::<Index>("index", index::SCHEMA, "index.json: what a batch tells of its bundles.")
        }
        Document::Effects => told::<effects::Table<'_>>(
            "effects",
            report::SCHEMA,
            "What `effects --json` prints: changes and effects as they stand in report.json.",
        ),
        Document::Changepoints => told::<Found>(
            "changepoints",
            report::SCHEMA,
            "What `changepoints --json` prints: where the level of one series moved.",
        ),
        Document::Explain => told::<Vec<Page>>(
            "explain",
            report::SCHEMA,
            "What `explain --json` prints: one page for each name that was asked for.",
        ),
    }
}

/// The schema of a type as it is written, under a name that has its version in it.
fn told<T: JsonSchema>(name: &str, version: u32, what: &str) -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(Plain);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), format!("urn:netmortem:schema:{name}:{version}").into());
    schema.insert("title".to_owned(), format!("netmortem {name}, version {version}").into());
    schema.insert("description".to_owned(), format!("{what} {ALIKE}").into());
    if let Some(Value::Object(number)) = schema.pointer_mut("/properties/schema") {
        number.insert("const".to_owned(), version.into());
    }
    super::value(&schema)
}

/// Takes the links of rustdoc and the line feeds of the source out of descriptions; `None` is `null` there.
#[derive(Clone)]
struct Plain;

impl Transform for Plain {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = text
                .replace("[`", "`")
                .replace("`]", "`")
                .replace("Report::", "")
                .replace("`None`", "`null`")
                .replace('\n', " ");
        }
        transform_subschemas(self, schema);
    }
}
