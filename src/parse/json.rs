//! Values out of a long JSON text, one by one, so that neither its length nor its end matters to those before it.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// Walks down `path`, key by key and through every array on the way, and gives `take` each element at its end, with
/// an empty key; of each object on the way its other fields, with their keys.
///
/// # Errors
/// Where the text is no JSON, or ends; what stood before that has been taken.
pub fn each(text: &[u8], path: &[&str], take: &mut dyn FnMut(&str, Value)) -> Result<(), String> {
    let mut json = serde_json::Deserializer::from_slice(text);
    Walk { path, take }.deserialize(&mut json).map_err(|e| format!("JSON: {e}"))
}

struct Walk<'a> {
    path: &'a [&'a str],
    take: &'a mut dyn FnMut(&str, Value),
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("objects and arrays")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match self.path {
                [first, rest @ ..] if *first == key => {
                    map.next_value_seed(Walk { path: rest, take: self.take })?;
                }
                _ => (self.take)(&key, map.next_value()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.path.is_empty() {
            while let Some(value) = list.next_element()? {
                (self.take)("", value);
            }
        } else {
            while list.next_element_seed(Walk { path: self.path, take: self.take })?.is_some() {}
        }
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
}

/// Whether an object begins here whose first key is this.
#[must_use]
pub fn begins_with_key(text: &[u8], key: &str) -> bool {
    let inside = text.trim_ascii_start().strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    let quoted =
        inside.and_then(|rest| rest.strip_prefix(b"\"")).and_then(|rest| rest.strip_prefix(key.as_bytes()));
    quoted.is_some_and(|rest| rest.starts_with(b"\""))
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn what_stands_before_the_end_is_taken() {
        let mut found = Vec::new();
        let text = br#"{"a": {"n": 1, "b": [{"c": [5, 6]}, {"m": 2, "c": [7, "#;
        let end = each(text, &["a", "b", "c"], &mut |key, value| found.push(format!("{key}{value}")));
        assert!(end.is_err());
        assert_eq!(found, ["n1", "5", "6", "m2", "7"]);
    }

    #[test]
    fn a_number_where_a_list_should_be_costs_nothing_else() {
        for odd in
            ["-1", "1", "-0.5", "1e300", "null", "true", "\"x\"", "[]", "{}", "[-1]", "-9223372036854775808"]
        {
            let mut found = Vec::new();
            let text = format!(r#"{{"a": [{{"b": {odd}}}, {odd}, {{"b": [5]}}]}}"#);
            let end = each(text.as_bytes(), &["a", "b"], &mut |_, value| found.push(value.to_string()));
            assert_eq!((end, found.last().map(String::as_str)), (Ok(()), Some("5")), "{odd}");
        }
    }
}
