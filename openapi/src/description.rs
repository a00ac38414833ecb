//! A description, read: its operations by route and method.

use crate::close::close;
use crate::mistakes::{MISTAKES, mend};
use crate::route::Route;
use crate::schemas::{Collection, SchemaId, Schemas};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Whoever sent the request.
    Request,
    /// Whoever answered it.
    Response,
}

/// Something that the description does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where it is.
    pub side: Side,
    /// What it is, with the place in the body.
    pub text: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.side {
            Side::Request => "request",
            Side::Response => "answer",
        };
        write!(f, "{side}: {}", self.text)
    }
}

/// What Discord says its REST API is like.
#[derive(Debug)]
pub struct Description {
    pub(crate) routes: BTreeMap<Route, HashMap<String, Operation>>,
    pub(crate) schemas: Schemas,
}

/// A method of a path.
#[derive(Debug, Default)]
pub(crate) struct Operation {
    pub(crate) path: HashMap<String, SchemaId>,
    pub(crate) query: HashMap<String, Parameter>,
    pub(crate) body: Option<Body>,
    /// By status: `200`, `4XX`.
    pub(crate) answers: HashMap<String, Contents>,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) schema: SchemaId,
    pub(crate) required: bool,
}

#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) contents: Contents,
    pub(crate) required: bool,
}

/// Schemas by media type; none for an empty body.
pub(crate) type Contents = HashMap<String, SchemaId>;

impl Description {
    /// Reads a description, with the mistakes of Discord's mended.
    ///
    /// # Errors
    ///
    /// If it is not JSON, or not an OpenAPI description.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let version = document["openapi"].as_str().unwrap_or("");
        if !version.starts_with("3.1") {
            return Err(format!("it is not an OpenAPI 3.1 description: {version:?}"));
        }
        mend(&mut document, MISTAKES)?;
        close(&mut document);
        let mut reader = Reader { document: &document, schemas: Collection::default() };
        let mut routes = BTreeMap::new();
        for (template, item) in document["paths"].as_object().into_iter().flatten() {
            routes.insert(Route::parse(template), reader.operations(item));
        }
        let schemas = reader.schemas.finish(&document["components"])?;
        Ok(Self { routes, schemas })
    }
}

/// Goes through a document and collects its schemas.
struct Reader<'d> {
    document: &'d Value,
    schemas: Collection,
}

impl Reader<'_> {
    fn operations(&mut self, item: &Value) -> HashMap<String, Operation> {
        let methods = ["get", "put", "post", "delete", "patch"];
        let methods = methods.iter().filter_map(|method| Some((*method, item.get(*method)?)));
        let operation = |(method, operation): (&str, &Value)| {
            let mut read = Operation::default();
            self.parameters(item, &mut read);
            self.parameters(operation, &mut read);
            if let Some(body) = operation.get("requestBody") {
                read.body = Some(Body { contents: self.contents(body), required: body["required"] == true });
            }
            for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
                let contents = self.contents(target(self.document, answer));
                read.answers.insert(status.clone(), contents);
            }
            (method.to_uppercase(), read)
        };
        methods.map(operation).collect()
    }

    fn parameters(&mut self, holder: &Value, into: &mut Operation) {
        for parameter in holder["parameters"].as_array().into_iter().flatten() {
            let schema = self.schemas.add(&parameter["schema"]);
            let name = parameter["name"].as_str().unwrap_or_default().to_owned();
            match parameter["in"].as_str() {
                Some("path") => {
                    into.path.insert(name, schema);
                }
                Some("query") => {
                    let required = parameter["required"] == true;
                    into.query.insert(name, Parameter { schema, required });
                }
                _ => {}
            }
        }
    }

    fn contents(&mut self, holder: &Value) -> Contents {
        let kinds = holder["content"].as_object().into_iter().flatten();
        kinds.map(|(kind, content)| (kind.clone(), self.schemas.add(&content["schema"]))).collect()
    }
}

/// What is referred to, if it is a reference.
fn target<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let to = value["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
    to.and_then(|to| document.pointer(to)).unwrap_or(value)
}
