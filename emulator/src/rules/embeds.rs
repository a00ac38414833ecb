//! Limits of embeds: <https://discord.com/developers/docs/resources/message#embed-object-embed-limits>.

use super::form::{Form, join};
use serde_json::{Value, json};

const FIELDS: &[&str] = &[
    "title",
    "type",
    "description",
    "url",
    "timestamp",
    "color",
    "footer",
    "image",
    "thumbnail",
    "video",
    "provider",
    "author",
    "fields",
    // discord.py sends it, and Discord drops it.
    "flags",
];

/// Checks a message's embeds and returns them as Discord stores them.
pub(crate) fn check(form: &mut Form, value: Option<&Value>, files: &[String]) -> Vec<Value> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Vec::new() };
    let Value::Array(embeds) = value else {
        form.add("embeds", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
        return Vec::new();
    };
    form.count("embeds", embeds.len(), 0, 10);
    let total: usize = embeds.iter().map(size).sum();
    if total > 6000 {
        form.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
    }
    embeds.iter().enumerate().map(|(at, embed)| one(form, &format!("embeds.{at}"), embed, files)).collect()
}

fn one(form: &mut Form, path: &str, embed: &Value, files: &[String]) -> Value {
    form.known(path, embed, FIELDS);
    form.text(&join(path, "title"), embed.get("title"), 0, 256);
    form.text(&join(path, "description"), embed.get("description"), 0, 4096);
    form.integer(&join(path, "color"), embed.get("color"), 0, 0xff_ffff);
    if let Some(footer) = embed.get("footer").filter(|footer| !footer.is_null()) {
        let path = join(path, "footer");
        form.known(&path, footer, &["text", "icon_url", "proxy_icon_url"]);
        form.required_text(&join(&path, "text"), footer.get("text"), 1, 2048);
    }
    if let Some(author) = embed.get("author").filter(|author| !author.is_null()) {
        let path = join(path, "author");
        form.known(&path, author, &["name", "url", "icon_url", "proxy_icon_url"]);
        form.required_text(&join(&path, "name"), author.get("name"), 1, 256);
    }
    for picture in ["image", "thumbnail"] {
        check_picture(form, &join(path, picture), embed.get(picture), files);
    }
    check_url(form, &join(path, "url"), embed.get("url"), files);
    if let Some(time) = embed.get("timestamp").and_then(Value::as_str)
        && time.parse::<jiff::Timestamp>().is_err()
    {
        form.add(&join(path, "timestamp"), "DATE_TIME_TYPE_PARSE", "Could not parse timestamp.");
    }
    let fields = embed.get("fields").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    form.count(&join(path, "fields"), fields.len(), 0, 25);
    for (at, field) in fields.iter().enumerate() {
        let path = format!("{path}.fields.{at}");
        form.known(&path, field, &["name", "value", "inline"]);
        form.required_text(&join(&path, "name"), field.get("name"), 1, 256);
        form.required_text(&join(&path, "value"), field.get("value"), 1, 1024);
    }
    let empty = ["title", "description", "footer", "image", "thumbnail", "author"]
        .iter()
        .all(|part| embed.get(part).is_none_or(|part| part.is_null() || part == ""))
        && fields.is_empty();
    if empty {
        form.required(&join(path, "description"));
    }
    stored(embed)
}

fn check_picture(form: &mut Form, path: &str, picture: Option<&Value>, files: &[String]) {
    let Some(picture) = picture.filter(|picture| !picture.is_null()) else { return };
    form.known(
        path,
        picture,
        &["url", "proxy_url", "height", "width", "content_type", "flags", "description"],
    );
    if picture.get("url").is_none_or(Value::is_null) {
        form.required(&join(path, "url"));
    }
    check_url(form, &join(path, "url"), picture.get("url"), files);
}

fn check_url(form: &mut Form, path: &str, url: Option<&Value>, files: &[String]) {
    let Some(url) = url.and_then(Value::as_str).filter(|url| !url.is_empty()) else { return };
    if let Some(file) = url.strip_prefix("attachment://") {
        if !files.iter().any(|name| name == file) {
            let message = format!("Referenced attachment {file} was not found.");
            form.add(path, "REFERENCED_ATTACHMENT_NOT_FOUND", &message);
        }
    } else if !url.starts_with("https://") && !url.starts_with("http://") {
        let message =
            format!("Scheme \"{}\" is not supported. Scheme must be one of ('http', 'https').", scheme(url));
        form.add(path, "URL_TYPE_INVALID_SCHEME", &message);
    }
}

fn scheme(url: &str) -> &str {
    url.split_once(':').map_or("none", |(scheme, _)| scheme)
}

/// The characters that count towards 6,000.
fn size(embed: &Value) -> usize {
    let length =
        |value: Option<&Value>| value.and_then(Value::as_str).map_or(0, |text| text.trim().chars().count());
    let fields = embed.get("fields").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    length(embed.get("title"))
        + length(embed.get("description"))
        + length(embed.pointer("/footer/text"))
        + length(embed.pointer("/author/name"))
        + fields.iter().map(|field| length(field.get("name")) + length(field.get("value"))).sum::<usize>()
}

/// Discord trims texts, fills in the type and leaves out what is null.
fn stored(embed: &Value) -> Value {
    fn trimmed(value: &Value) -> Value {
        match value {
            Value::String(text) => json!(text.trim()),
            Value::Array(list) => list.iter().map(trimmed).collect(),
            Value::Object(map) => Value::Object(
                map.iter()
                    .filter(|(_, value)| !value.is_null())
                    .map(|(key, value)| (key.clone(), trimmed(value)))
                    .collect(),
            ),
            other => other.clone(),
        }
    }
    let mut stored = trimmed(embed);
    if let Value::Object(map) = &mut stored {
        map.insert("type".into(), json!("rich"));
        map.remove("flags");
        if let Some(Value::Array(fields)) = map.get_mut("fields") {
            for field in fields {
                if field.get("inline").is_none() {
                    field["inline"] = json!(false);
                }
            }
        }
    }
    stored
}
