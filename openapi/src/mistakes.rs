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
pub const MISTAKES: &[Mistake] = &[
    Mistake {
        schema: "InnerErrors",
        patch: r#"{ "properties": { "_errors": { "items": {
            "$ref": null,
            "properties": { "code": { "type": "string" }, "message": { "type": "string" } },
            "required": ["code", "message"] } } } }"#,
        why: "errors of fields have codes such as BASE_TYPE_REQUIRED (reference, Error Messages)",
    },
    Mistake {
        schema: "RatelimitedResponse",
        patch: r#"{ "allOf": null, "properties": {
            "message": { "type": "string" }, "code": { "type": "integer" },
            "retry_after": { "type": "number" }, "global": { "type": "boolean" } },
            "required": ["message", "retry_after", "global"] }"#,
        why: "only some limits have a code (Rate Limits, Rate Limit Response Structure)",
    },
    Mistake {
        schema: "MessageAttachmentRequest",
        patch: r#"{ "properties": { "id": { "$ref": null, "type": ["string", "integer"] } } }"#,
        why: "the number of an uploaded file is a number (reference, Uploading Files)",
    },
    Mistake {
        schema: "RichEmbedImage",
        patch: r#"{ "properties": { "proxy_url": { "type": "null" } } }"#,
        why: "a field of the structure (Embed Image Structure), which serenity sends as null",
    },
    Mistake {
        schema: "UserSelectDefaultValue",
        patch: INTEGER_ID,
        why: "Discord reads an id that is an integer as well, and serenity sends it so",
    },
    Mistake {
        schema: "RoleSelectDefaultValue",
        patch: INTEGER_ID,
        why: "Discord reads an id that is an integer as well, and serenity sends it so",
    },
    Mistake {
        schema: "ApplicationCommandUpdateRequest",
        patch: COMMAND,
        why: "both are documented so (Create Global Application Command)",
    },
    Mistake {
        schema: "ApplicationCommandSubcommandOption",
        patch: r#"{ "properties": { "options": { "items": { "properties": { "options": { "maxItems": 0 } } } } } }"#,
        why: "an option may say that it has no options, as serenity does",
    },
    Mistake {
        schema: "CreatedThreadResponse",
        patch: r##"{ "properties": { "message": { "$ref": "#/components/schemas/MessageResponse" } } }"##,
        why: "a post in a forum comes with its message (Start Thread in Forum or Media Channel)",
    },
];

const INTEGER_ID: &str = r#"{ "properties": { "id": { "$ref": null, "type": ["string", "integer"] } } }"#;

const COMMAND: &str = r#"{ "properties": {
    "nsfw": { "type": "boolean" },
    "default_member_permissions": { "type": ["string", "null"], "pattern": "^[0-9]+$", "minimum": null, "maximum": null }
} }"#;

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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_mistake_is_mended_and_one_that_is_not_there_is_told() {
        let mut document = json!({ "components": { "schemas": {
            "Sail": { "properties": { "size": { "$ref": "#/components/schemas/Size" }, "cloth": {} } },
        } } });
        let absent = mend(
            &mut document,
            &[
                Mistake {
                    schema: "Sail",
                    patch: r##"{ "properties": { "size": { "$ref": null, "type": "integer" } } }"##,
                    why: "",
                },
                Mistake {
                    schema: "Sail",
                    patch: r#"{ "properties": { "cloth": {} } }"#,
                    why: "it says so already",
                },
                Mistake { schema: "Mast", patch: r#"{ "type": "object" }"#, why: "there is none" },
            ],
        );
        let names: Vec<_> = absent.unwrap().iter().map(|one| one.schema).collect();
        assert_eq!(names, ["Sail", "Mast"]);
        let sail = &document["components"]["schemas"]["Sail"];
        assert_eq!(*sail, json!({ "properties": { "size": { "type": "integer" }, "cloth": {} } }));
    }

    #[test]
    fn every_mistake_is_still_made() {
        // Without the file the note on standard error says so.
        let Some(text) = crate::discord().and_then(|_| crate::path()).map(std::fs::read_to_string) else {
            return;
        };
        let mut document = serde_json::from_str(&text.unwrap()).unwrap();
        let absent = mend(&mut document, MISTAKES).unwrap();
        assert!(absent.is_empty(), "Discord has mended these; take them out of the list: {absent:#?}");
    }
}
