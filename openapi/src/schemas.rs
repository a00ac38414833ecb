//! The schemas of a description, each made ready at its first use and shared by all places that look alike.

use jsonschema::error::{ValidationError, ValidationErrorKind};
use jsonschema::paths::Location;
use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::OnceLock;

/// The name under which the document refers to itself.
const DOCUMENT: &str = "urn:description";

/// How many errors of one value are told.
const TOLD: usize = 8;

/// The longest text of an error that quotes the value, in bytes.
const QUOTED: usize = 400;

/// Names one of [`Schemas`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct SchemaId(usize);

/// All schemas, with the document that they refer to.
#[derive(Debug)]
pub(crate) struct Schemas {
    registry: Registry<'static>,
    /// The validator of each, once it was needed.
    validators: Vec<OnceLock<Validator>>,
}

/// Collects schemas by what they say.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    schemas: Vec<Value>,
    by_text: HashMap<String, SchemaId>,
}

impl Collection {
    pub(crate) fn add(&mut self, schema: &Value) -> SchemaId {
        let next = SchemaId(self.schemas.len());
        let id = *self.by_text.entry(schema.to_string()).or_insert(next);
        if id.0 == next.0 {
            self.schemas.push(schema.clone());
        }
        id
    }

    /// The schemas refer to `components`.
    pub(crate) fn finish(self, components: &Value) -> Result<Schemas, String> {
        let validators = self.schemas.iter().map(|_| OnceLock::new()).collect();
        let document = json!({ "components": components, "collected": self.schemas });
        let registry = Registry::new().draft(Draft::Draft202012).add(DOCUMENT, document);
        let registry = registry.and_then(|registry| registry.prepare()).map_err(|error| error.to_string())?;
        Ok(Schemas { registry, validators })
    }
}

impl Schemas {
    /// What is wrong with the value: the place and a sentence each.
    pub(crate) fn errors(&self, id: SchemaId, value: &Value) -> Vec<String> {
        let validator = self.validators[id.0].get_or_init(|| self.validator(id));
        if validator.is_valid(value) {
            return Vec::new();
        }
        let mut told = Vec::new();
        validator.iter_errors(value).for_each(|error| tell(&error, &mut told));
        told.truncate(TOLD);
        told
    }

    fn validator(&self, id: SchemaId) -> Validator {
        let options = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .with_format("snowflake", |text: &str| text.parse::<u64>().is_ok());
        let place = format!("{DOCUMENT}#/collected/{}", id.0);
        options.build(&json!({ "$ref": place })).unwrap_or_else(|error| panic!("a schema is none: {error}"))
    }
}

fn tell(error: &ValidationError<'_>, told: &mut Vec<String>) {
    let text = match error.kind() {
        ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
            if let Some(meant) = meant(error.instance_path(), context) {
                return meant.iter().for_each(|error| tell(error, told));
            }
            error.to_string()
        }
        ValidationErrorKind::PropertyNames { error } => format!("a field {} is not listed", error.instance()),
        _ => error.to_string(),
    };
    let text = if text.len() > QUOTED { error.masked().to_string() } else { text };
    let place = error.instance_path().to_string();
    told.push(if place.is_empty() { text } else { format!("{place}: {text}") });
}

/// The alternative that was most likely meant: of the right type, and with constants that fit, such as the type of a
/// component.
fn meant<'e, 'v>(
    place: &Location,
    alternatives: &'e [Vec<ValidationError<'v>>],
) -> Option<&'e Vec<ValidationError<'v>>> {
    let other = |error: &ValidationError<'_>| match error.kind() {
        ValidationErrorKind::Constant { .. } | ValidationErrorKind::Enum { .. } => true,
        ValidationErrorKind::Type { .. } => error.instance_path() == place,
        _ => false,
    };
    alternatives.iter().min_by_key(|errors| (errors.iter().any(other), errors.len()))
}
