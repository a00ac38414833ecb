//! The page's files, and those of the host's panel.

use super::guard::{refusal, seal};
use crate::hub::Hub;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

const INDEX: &str = "index.html";

macro_rules! assets {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("assets/", $name)))),*] };
}

/// Everything that the page is made of. What is missing here is not there in the browser either.
const FILES: &[(&str, &str)] = assets![
    "index.html",
    "autocomplete.js",
    "avatar.js",
    "base.css",
    "channels.js",
    "components.js",
    "composer.css",
    "composer.js",
    "controls.css",
    "dom.js",
    "drafts.js",
    "embed.css",
    "embed.js",
    "emoji.js",
    "form.js",
    "head.js",
    "interact.js",
    "layout.css",
    "list.js",
    "log.js",
    "main.js",
    "markdown.js",
    "markdown_view.js",
    "marks.js",
    "members.js",
    "menus.js",
    "message.css",
    "message.js",
    "message_menu.js",
    "net.js",
    "notice.js",
    "open.js",
    "option.js",
    "overlay.css",
    "panel_host.js",
    "people.js",
    "pop.js",
    "rail.js",
    "reply_bar.js",
    "route.js",
    "scroll.js",
    "select.js",
    "sidebar.css",
    "slash.js",
    "state.js",
    "suggest.js",
    "text.css",
    "theme.js",
    "time.js",
    "unread.js",
    "upload.js",
    "words.js",
];

/// The page itself, which shares its address with the gateway and so is guarded here.
pub(crate) fn index(hub: &Hub, method: &Method, headers: &HeaderMap) -> Response {
    refusal(hub.port, method, headers).unwrap_or_else(|| seal(file(hub, INDEX)))
}

pub(super) async fn asset(State(hub): State<Arc<Hub>>, Path(name): Path<String>) -> Response {
    file(&hub, &name)
}

fn file(hub: &Hub, name: &str) -> Response {
    match &hub.page_files {
        // A directory that holds what is written at this moment.
        Some(folder) if is_plain(name) => match std::fs::read(folder.join(name)) {
            Ok(bytes) => found(name, bytes.into()),
            Err(_) => missing(name),
        },
        Some(_) => missing(name),
        None => among(FILES, name),
    }
}

pub(super) async fn panel(State(hub): State<Arc<Hub>>, Path(name): Path<String>) -> Response {
    let page = hub.page();
    among(page.panel.as_ref().map_or(&[], |panel| panel.files.as_slice()), &name)
}

fn among(files: &[(&'static str, &'static str)], name: &str) -> Response {
    match files.iter().find(|(known, _)| *known == name) {
        Some((_, body)) => found(name, Bytes::from_static(body.as_bytes())),
        None => missing(name),
    }
}

fn found(name: &str, body: Bytes) -> Response {
    ([(CONTENT_TYPE, kind(name))], body).into_response()
}

fn missing(name: &str) -> Response {
    (StatusCode::NOT_FOUND, format!("there is no file {name}")).into_response()
}

/// Whether a name stays in its directory.
fn is_plain(name: &str) -> bool {
    let plain = |one: char| one.is_ascii_alphanumeric() || matches!(one, '.' | '-' | '_');
    !name.starts_with('.') && name.chars().all(plain)
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::{FILES, INDEX, is_plain};

    #[test]
    fn no_name_leads_out_of_the_directory() {
        for name in ["index.html", "chat-view.js", "a_b.css"] {
            assert!(is_plain(name), "{name}");
        }
        for name in ["..", "../secret", ".env", "a/b", "a\\b", "/etc/passwd", "a\0"] {
            assert!(!is_plain(name), "{name}");
        }
    }

    #[test]
    fn every_file_of_the_page_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/page/assets");
        let files = std::fs::read_dir(folder).unwrap();
        let mut there: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        there.sort();
        let mut served: Vec<_> = FILES.iter().map(|(name, _)| *name).collect();
        served.sort_unstable();
        assert_eq!(served, there);
        // And asked for at once, by what the browser reads first.
        let index = FILES.iter().find(|(name, _)| *name == INDEX).unwrap().1;
        for name in served.iter().filter(|name| !name.ends_with(".html")) {
            assert!(index.contains(&format!("\"/page/{name}\"")), "{INDEX} does not name {name}");
        }
    }
}
