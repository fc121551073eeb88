//! All strings of a value, each with what its field holds. A field that no rule names is text of the input, which is
//! read most strictly: one that is added to the model is redacted without a line here.

use super::spot::Kind;
use serde_json::Value;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A word of a closed list, a letter of ours, a time: nothing of the input.
    Own,
    /// A host.
    Host,
    /// A user.
    User,
    /// The id of a machine or boot.
    Id,
    /// Text.
    Text(Kind),
}

impl Place {
    /// How it is read.
    pub fn kind(self) -> Kind {
        if let Self::Text(kind) = self { kind } else { Kind::Read }
    }
}

/// Fields whose values are ours. `id` is a letter; anchors of findings are made anew.
const OWN: &str = "id rule severity verdict certainty state role form tone kind tier turn way letters together tool unit \
    format source archive_id status report series lo hi in_force boot boots time until since first last origin moved class";
/// Fields with names of counters and settings in them.
const KEYS: &str = "key metric unknown_counters governed_by differing governs";
/// Fields with our sentences in them.
const SAID: &str = "title lede headline sentence seen why otherwise next note notes caveats settle bites words beside \
    folded label collect skipped uptime_basis name_basis clock count why_not help default";

fn among(list: &str, field: &str) -> bool {
    list.split_whitespace().any(|it| it == field)
}

/// What a field of this name holds, inside of an object that lies in a field of that name.
fn place(field: &str, parent: &str) -> Place {
    // what a side of a comparison is called: the host's name, and the input's
    let is_side = field == "label" && matches!(parent, "a" | "b");
    match (field, parent) {
        ("host" | "hosts", _) | ("name", "hosts") => Place::Host,
        ("user", _) => Place::User,
        ("machine_id" | "boot_id", _) => Place::Id,
        ("kernel" | "os", _) => Place::Text(Kind::Release),
        ("text", "missing" | "gaps") | ("basis", "relation") => Place::Text(Kind::Said),
        // of a point, letters of changes
        ("basis", _)
        | ("name", "facts")
        | ("changes", "points" | "settings")
        | ("change", "effects")
        | (
            "from" | "to",
            "window" | "spans" | "bursts" | "lanes" | "means" | "gaps" | "unknown" | "notes" | "bars"
            | "moved" | "limits",
        ) => Place::Own,
        ("name", "lanes") | ("of", "share") | ("names", "gaps") => Place::Text(Kind::Key),
        (field, _) if among(OWN, field) => Place::Own,
        (field, _) if among(KEYS, field) => Place::Text(Kind::Key),
        (field, _) if among(SAID, field) && !is_side => Place::Text(Kind::Said),
        _ => Place::Text(Kind::Read),
    }
}

/// Looks at every string.
pub fn each(value: &Value, look: &mut dyn FnMut(&str, Place)) {
    fn go(value: &Value, field: &str, parent: &str, look: &mut dyn FnMut(&str, Place)) {
        match value {
            Value::String(text) => look(text, place(field, parent)),
            Value::Array(all) => all.iter().for_each(|it| go(it, field, parent, look)),
            Value::Object(fields) => fields.iter().for_each(|(name, it)| go(it, name, field, look)),
            _ => {}
        }
    }
    go(value, "", "", look);
}

/// Changes every string.
pub fn change(value: &mut Value, to: &mut dyn FnMut(&str, Place) -> String) {
    fn go(value: &mut Value, field: &str, parent: &str, to: &mut dyn FnMut(&str, Place) -> String) {
        match value {
            Value::String(text) => *text = to(text, place(field, parent)),
            Value::Array(all) => all.iter_mut().for_each(|it| go(it, field, parent, to)),
            Value::Object(fields) => fields.iter_mut().for_each(|(name, it)| go(it, name, field, to)),
            _ => {}
        }
    }
    go(value, "", "", to);
}
