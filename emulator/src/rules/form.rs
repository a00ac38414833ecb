//! Errors in the shapes that Discord gives them.

use serde_json::{Map, Value, json};

/// An error answer: HTTP status, Discord's code and text, and for 50035 the nested form errors.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: u32,
    pub(crate) message: String,
    pub(crate) errors: Option<Value>,
    /// Seconds to wait, for a 429.
    pub(crate) retry_after: Option<f64>,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: u32, message: &str) -> Self {
        Self { status, code, message: message.into(), errors: None, retry_after: None }
    }

    pub(crate) fn form(path: &str, code: &str, message: &str) -> Self {
        let mut form = Form::default();
        form.add(path, code, message);
        form.into_error()
    }

    /// Puts form errors under the field that held the checked part.
    pub(crate) fn within(mut self, field: &str) -> Self {
        self.errors = self.errors.map(|errors| json!({ field: errors }));
        self
    }

    pub(crate) fn body(&self) -> Value {
        if let Some(seconds) = self.retry_after {
            return json!({ "message": self.message, "retry_after": seconds, "global": false, "code": self.code });
        }
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

/// The error constants that are used in more than one place.
pub(crate) mod known {
    use super::ApiError;

    macro_rules! errors {
        ($($name:ident: $status:literal $code:literal $text:literal;)*) => {
            $(pub(crate) fn $name() -> ApiError { ApiError::new($status, $code, $text) })*
        };
    }
    errors! {
        unauthorized: 401 0 "401: Unauthorized";
        not_found: 404 0 "404: Not Found";
        unknown_channel: 404 10003 "Unknown Channel";
        unknown_guild: 404 10004 "Unknown Guild";
        unknown_member: 404 10007 "Unknown Member";
        unknown_message: 404 10008 "Unknown Message";
        unknown_role: 404 10011 "Unknown Role";
        unknown_user: 404 10013 "Unknown User";
        unknown_emoji: 400 10014 "Unknown Emoji";
        unknown_webhook: 404 10015 "Unknown Webhook";
        unknown_interaction: 404 10062 "Unknown interaction";
        unknown_command: 404 10063 "Unknown application command";
        too_many_reactions: 403 30010 "Maximum number of reactions reached (20)";
        already_acknowledged: 400 40060 "Interaction has already been acknowledged.";
        missing_access: 403 50001 "Missing Access";
        not_the_author: 403 50005 "Cannot edit a message authored by another user";
        empty_message: 400 50006 "Cannot send an empty message";
        cannot_message_user: 403 50007 "Cannot send messages to this user";
        not_in_this_channel: 400 50008 "Cannot send messages in a non-text channel";
        missing_permissions: 403 50013 "Missing Permissions";
        wrong_channel_kind: 400 50024 "Cannot execute action on this channel type";
        invalid_webhook_token: 401 50027 "Invalid Webhook Token";
        thread_archived: 400 50083 "Thread is archived";
        invalid_json: 400 50109 "The request body contains invalid JSON.";
        no_mutual_guilds: 403 50278 "Cannot send messages to this user due to having no mutual guilds";
        thread_exists: 400 160004 "A thread has already been created for this message";
        too_many_threads: 400 160006 "Maximum number of active threads reached";
        too_large: 413 40005 "Request entity too large";
    }
}

/// Collects the errors of a body, each under the path of its field.
#[derive(Debug, Default)]
pub(crate) struct Form {
    errors: Map<String, Value>,
}

impl Form {
    /// Notes an error; `path` has its segments separated by dots and may be empty. What is wrong as a whole has no errors
    /// of its parts.
    pub(crate) fn add(&mut self, path: &str, code: &str, message: &str) {
        let mut place = &mut self.errors;
        for segment in path.split('.').filter(|segment| !segment.is_empty()) {
            if place.contains_key("_errors") {
                return;
            }
            let next = place.entry(segment).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(next) = next else { return };
            place = next;
        }
        place.retain(|field, _| field == "_errors");
        let list = place.entry("_errors").or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            list.push(json!({ "code": code, "message": message }));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    pub(crate) fn required(&mut self, path: &str) {
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    pub(crate) fn not_one_of(&mut self, path: &str, allowed: &str) {
        self.add(path, "BASE_TYPE_CHOICES", &format!("Value must be one of {{{allowed}}}."));
    }

    /// Checks a length in characters.
    pub(crate) fn length(&mut self, path: &str, text: &str, min: usize, max: usize) {
        let length = text.chars().count();
        if min > 0 && length == 0 {
            self.required(path);
        } else if length < min || (min > 1 && length > max) {
            let message = format!("Must be between {min} and {max} in length.");
            self.add(path, "BASE_TYPE_BAD_LENGTH", &message);
        } else if length > max {
            let message = format!("Must be {max} or fewer in length.");
            self.add(path, "BASE_TYPE_MAX_LENGTH", &message);
        }
    }

    /// Checks how many items a list has.
    pub(crate) fn count(&mut self, path: &str, count: usize, min: usize, max: usize) {
        if count < min || count > max {
            let message = format!("Must be between {min} and {max} in length.");
            self.add(path, "BASE_TYPE_BAD_LENGTH", &message);
        }
    }

    /// A string field, checked for its length when it is there; anything but a string is an error.
    pub(crate) fn text<'v>(
        &mut self,
        path: &str,
        value: Option<&'v Value>,
        min: usize,
        max: usize,
    ) -> Option<&'v str> {
        match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => {
                self.length(path, text.trim(), min, max);
                Some(text)
            }
            Some(_) => {
                self.add(path, "STRING_TYPE_CONVERT", "Could not interpret value as string.");
                None
            }
        }
    }

    /// As [`Form::text`], and an error when the field is missing.
    pub(crate) fn required_text<'v>(
        &mut self,
        path: &str,
        value: Option<&'v Value>,
        min: usize,
        max: usize,
    ) -> &'v str {
        match value {
            None | Some(Value::Null) => {
                self.required(path);
                ""
            }
            some => self.text(path, some, min, max).unwrap_or(""),
        }
    }

    /// An integer within bounds, when it is there.
    pub(crate) fn integer(&mut self, path: &str, value: Option<&Value>, min: i64, max: i64) -> Option<i64> {
        let value = value.filter(|value| !value.is_null())?;
        // discord.py writes hours as 1.0.
        let whole = || value.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i64);
        let Some(number) = value.as_i64().or_else(whole) else {
            self.add(path, "NUMBER_TYPE_COERCE", &format!("Value \"{value}\" is not int."));
            return None;
        };
        if number < min {
            let message = format!("int value should be greater than or equal to {min}.");
            self.add(path, "NUMBER_TYPE_MIN", &message);
        } else if number > max {
            let message = format!("int value should be less than or equal to {max}.");
            self.add(path, "NUMBER_TYPE_MAX", &message);
        }
        Some(number)
    }

    /// Refuses misspelt fields, which Discord would drop in silence: a test wants to know.
    pub(crate) fn known(&mut self, path: &str, value: &Value, fields: &[&str]) {
        let Value::Object(map) = value else {
            self.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
            return;
        };
        for field in map.keys().filter(|field| !fields.contains(&field.as_str())) {
            self.add(&join(path, field), "UNKNOWN_FIELD", "Discord knows no such field");
        }
    }

    pub(crate) fn into_error(self) -> ApiError {
        ApiError {
            status: 400,
            code: 50035,
            message: "Invalid Form Body".into(),
            errors: Some(Value::Object(self.errors)),
            retry_after: None,
        }
    }

    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if self.is_empty() { Ok(()) } else { Err(self.into_error()) }
    }
}

/// Puts a path together.
pub(crate) fn join(path: &str, field: impl std::fmt::Display) -> String {
    if path.is_empty() { field.to_string() } else { format!("{path}.{field}") }
}
