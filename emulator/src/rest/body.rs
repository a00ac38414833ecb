//! Bodies: JSON, or a multipart form with `payload_json` and files.

use crate::rules::form::{ApiError, known};
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use std::sync::Arc;

/// The largest request, in bytes.
pub(crate) const MAX_REQUEST: usize = 25 * 1024 * 1024;

/// What was sent.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) json: Value,
    pub(crate) files: Vec<File>,
}

/// An uploaded file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// The number in `files[n]`.
    pub(crate) index: Option<u64>,
    pub(crate) name: String,
    pub(crate) content_type: Option<String>,
    pub(crate) data: Arc<[u8]>,
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        if kind.starts_with("multipart/form-data") {
            let form = Multipart::from_request(request, state).await.map_err(|_| known::invalid_json())?;
            return multipart(form).await;
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|_| known::too_large())?;
        if bytes.is_empty() {
            return Ok(Self { json: json!({}), files: Vec::new() });
        }
        let json = serde_json::from_slice(&bytes).map_err(|_| known::invalid_json())?;
        Ok(Self { json, files: Vec::new() })
    }
}

async fn multipart(mut form: Multipart) -> Result<Body, ApiError> {
    let mut body = Body { json: json!({}), files: Vec::new() };
    while let Some(field) = form.next_field().await.map_err(|_| known::invalid_json())? {
        let name = field.name().unwrap_or("").to_owned();
        let file = field.file_name().map(ToOwned::to_owned);
        let content_type = field.content_type().map(ToOwned::to_owned);
        let data = field.bytes().await.map_err(|_| known::invalid_json())?;
        match file {
            None if name == "payload_json" => {
                body.json = serde_json::from_slice(&data).map_err(|_| known::invalid_json())?;
            }
            None => {}
            Some(file) => {
                let index = name.strip_prefix("files[").and_then(|rest| rest.strip_suffix(']'));
                let content_type = content_type.or_else(|| guess(&file).map(ToOwned::to_owned));
                body.files.push(File {
                    index: index.and_then(|index| index.parse().ok()),
                    name: file,
                    content_type,
                    data: data.as_ref().into(),
                });
            }
        }
    }
    Ok(body)
}

/// The MIME types of what bots commonly send.
fn guess(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "txt" | "toml" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        _ => return None,
    })
}
