//! Where the description says something else than Discord does.
//!
//! Each entry changes one schema and says why. A test finds the entries that have nothing to change any more.

use serde_json::Value;

/// A mistake in the description.
#[derive(Clone, Copy, Debug)]
pub struct Mistake {
    /// The name of the schema under `components`.
    pub schema: &'static str,
    /// What it should say, as a merge patch (RFC 7396).
    pub patch: &'static str,
    /// How we know.
    pub why: &'static str,
}

/// The list.
pub const MISTAKES: &[Mistake] = &[];

/// Mends the mistakes; which of them were not there, or an error if a patch is not JSON.
pub(crate) fn mend(document: &mut Value, mistakes: &[Mistake]) -> Result<Vec<Mistake>, String> {
    let mut absent = Vec::new();
    for mistake in mistakes {
        let patch: Value =
            serde_json::from_str(mistake.patch).map_err(|error| format!("{}: {error}", mistake.schema))?;
        let schema = document.pointer_mut(&format!("/components/schemas/{}", mistake.schema));
        let changed = schema.is_some_and(|schema| {
            let before = schema.clone();
            merge(schema, &patch);
            *schema != before
        });
        if !changed {
            absent.push(*mistake);
        }
    }
    Ok(absent)
}

/// RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
        } else {
            merge(target.entry(key).or_insert(Value::Null), value);
        }
    }
}
