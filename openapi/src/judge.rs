//! Holds an exchange against the description.

use crate::description::{Body, Contents, Description, Operation, Side, Violation};
use crate::route::below_version;
use crate::schemas::SchemaId;
use emulator::{Answer, Content, Exchange};
use serde_json::Value;
use std::collections::HashMap;

const JSON: &str = "application/json";
const FORM: &str = "multipart/form-data";

impl Description {
    /// Everything about the exchange that is not as described. Files from the CDN are not part of the description, and
    /// it says nothing of what the server answers when it fails (5XX).
    pub fn check(&self, exchange: &Exchange) -> Vec<Violation> {
        let Some(path) = below_version(&exchange.path) else { return Vec::new() };
        let mut trial = Trial { description: self, violations: Vec::new() };
        let found = self.routes.iter().find_map(|(route, methods)| Some((methods, route.fits(path)?)));
        match found.and_then(|(methods, values)| Some((methods.get(&exchange.method)?, values))) {
            Some((operation, values)) => {
                trial.parameters(operation, &values, &exchange.query);
                trial.body(operation.body.as_ref(), &exchange.sent);
                if let Some(answer) = &exchange.answer {
                    trial.answer(&operation.answers, answer);
                }
            }
            None => trial.request("there is no such method of such a path".to_owned()),
        }
        trial.violations
    }
}

struct Trial<'d> {
    description: &'d Description,
    violations: Vec<Violation>,
}

impl Trial<'_> {
    fn request(&mut self, text: String) {
        self.violations.push(Violation { side: Side::Request, text });
    }

    fn response(&mut self, text: String) {
        self.violations.push(Violation { side: Side::Response, text });
    }

    fn errors(&self, schema: SchemaId, value: &Value) -> Vec<String> {
        self.description.schemas.errors(schema, value)
    }

    fn parameters(&mut self, operation: &Operation, path: &HashMap<&str, &str>, query: &[(String, String)]) {
        for (name, text) in path {
            if let Some(schema) = operation.path.get(*name) {
                self.parameter(*schema, name, text);
            }
        }
        for (name, text) in query {
            match operation.query.get(name) {
                Some(parameter) => self.parameter(parameter.schema, name, text),
                None => self.request(format!("there is no parameter {name}")),
            }
        }
        for (name, parameter) in &operation.query {
            if parameter.required && !query.iter().any(|(given, _)| given == name) {
                self.request(format!("the parameter {name} is missing"));
            }
        }
    }

    /// A parameter is text; whether that stands for a string, a number, a truth or one item of a list is for the schema
    /// to say.
    fn parameter(&mut self, schema: SchemaId, name: &str, text: &str) {
        let string = Value::from(text);
        let scalar =
            serde_json::from_str::<Value>(text).ok().filter(|value| value.is_number() || value.is_boolean());
        let errors = self.errors(schema, &string);
        let item = Value::from(vec![string]);
        let fits = errors.is_empty()
            || scalar.is_some_and(|scalar| self.errors(schema, &scalar).is_empty())
            || self.errors(schema, &item).is_empty();
        if !fits {
            self.request(format!("the parameter {name}: {}", errors.join("; ")));
        }
    }

    fn body(&mut self, body: Option<&Body>, sent: &Content) {
        let Some(body) = body else {
            if *sent != Content::Nothing {
                self.request(format!("there is a body, and none is described: {sent:?}"));
            }
            return;
        };
        if *sent == Content::Nothing {
            if body.required {
                self.request("the body is missing".to_owned());
            }
            return;
        }
        for error in self.content(&body.contents, sent) {
            self.request(error);
        }
    }

    fn answer(&mut self, answers: &HashMap<String, Contents>, answer: &Answer) {
        let Answer { status, content } = answer;
        if *status >= 500 {
            return;
        }
        let described =
            answers.get(&status.to_string()).or_else(|| answers.get(&format!("{}XX", status / 100)));
        let errors = match described {
            None => vec![format!("the status {status} is not described")],
            Some(contents) if contents.is_empty() && *content == Content::Nothing => Vec::new(),
            Some(contents) => self.content(contents, content),
        };
        for error in errors {
            self.response(error);
        }
    }

    fn content(&self, contents: &Contents, content: &Content) -> Vec<String> {
        let kind = match content {
            Content::Nothing => return vec!["the body is missing".to_owned()],
            Content::Json(_) => JSON,
            Content::Form { .. } => FORM,
            Content::Other(kind) => kind.as_str(),
        };
        let Some(schema) = contents.get(kind) else {
            let described: Vec<_> = contents.keys().map(String::as_str).collect();
            return vec![format!("a body of {kind}; described is {described:?}")];
        };
        match content {
            Content::Json(value) => self.errors(*schema, value),
            Content::Form { payload, files } => {
                let mut errors = self.errors(*schema, payload);
                // The description lists them for some operations and forgets them for others.
                let numbered = |name: &&String| (0..10).any(|number| **name == format!("files[{number}]"));
                let others = files.iter().filter(|name| !numbered(name));
                errors.extend(others.map(|name| format!("a file {name:?} is not one of ten")));
                errors
            }
            Content::Nothing | Content::Other(_) => Vec::new(),
        }
    }
}
