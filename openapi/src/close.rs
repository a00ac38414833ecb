//! Forbids the fields that a description does not list.
//!
//! JSON Schema lets pass any field that a schema does not name, so a misspelt one would pass too. Here every schema of a
//! value of its own (a body, a field, an item) is closed to fields that none of its parts lists. Of several alternatives
//! any may list it: Discord takes `options` for a command's option of whichever type, and libraries send it.

use serde_json::{Value, json};
use std::collections::{BTreeSet, HashSet};

/// The keywords whose schemas speak of the same value.
const SAME_VALUE: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Closes all schemas of a description.
pub(crate) fn close(document: &mut Value) {
    let known = document["components"]["schemas"].clone();
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        // Others refer to these and add to them, so they stay open themselves; what they hold does not.
        schemas.values_mut().for_each(|schema| within(schema, &known));
    }
    contents(&mut document["components"]["responses"], &known);
    contents(&mut document["paths"], &known);
}

/// Finds the bodies, which are under `content`.
fn contents(place: &mut Value, known: &Value) {
    match place {
        Value::Object(map) => {
            for (key, value) in map {
                let kinds = if key == "content" { value.as_object_mut() } else { None };
                match kinds {
                    Some(kinds) => {
                        kinds.values_mut().for_each(|kind| value_of_its_own(&mut kind["schema"], known));
                    }
                    None => contents(value, known),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| contents(item, known)),
        _ => {}
    }
}

fn value_of_its_own(schema: &mut Value, known: &Value) {
    within(schema, known);
    let mut fields = Fields::default();
    fields.add(schema, known, &mut HashSet::new());
    if let (false, false, Value::Object(schema)) = (fields.open, fields.listed.is_empty(), schema) {
        schema.insert("propertyNames".to_owned(), json!({ "enum": fields.listed }));
    }
}

/// Goes to the values that a schema's value holds.
fn within(schema: &mut Value, known: &Value) {
    let Value::Object(schema) = schema else { return };
    for (keyword, inner) in schema {
        match (keyword.as_str(), inner) {
            ("properties", Value::Object(fields)) => {
                fields.values_mut().for_each(|field| value_of_its_own(field, known));
            }
            ("items" | "additionalProperties", inner) => value_of_its_own(inner, known),
            (keyword, Value::Array(parts)) if SAME_VALUE.contains(&keyword) => {
                parts.iter_mut().for_each(|part| within(part, known));
            }
            _ => {}
        }
    }
}

/// The fields that the parts of a schema list.
#[derive(Default)]
struct Fields {
    listed: BTreeSet<String>,
    /// A part allows any name.
    open: bool,
}

impl Fields {
    fn add(&mut self, schema: &Value, known: &Value, seen: &mut HashSet<String>) {
        let Value::Object(schema) = schema else { return };
        self.open |= schema.get("additionalProperties").is_some_and(|more| *more != json!(false));
        let listed = schema.get("properties").and_then(Value::as_object);
        self.listed.extend(listed.into_iter().flat_map(|fields| fields.keys().cloned()));
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
        if let Some(name) = name.filter(|name| seen.insert((*name).to_owned())) {
            self.add(&known[name], known, seen);
        }
        let parts = SAME_VALUE.iter().filter_map(|keyword| schema.get(*keyword)?.as_array());
        parts.flatten().for_each(|part| self.add(part, known, seen));
    }
}
