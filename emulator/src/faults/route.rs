//! Patterns of REST requests.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A pattern of requests: a method and a path below `/api/v10`, such as `POST /channels/*/messages`.
///
/// `*` stands for any method or any one segment of a path, `**` at the end for all that follows.
///
/// ```
/// use emulator::Route;
///
/// let route: Route = "POST /channels/*/messages".parse()?;
/// assert_eq!(route.to_string(), "POST /channels/*/messages");
/// assert!("POST channels".parse::<Route>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Route {
    method: String,
    segments: Vec<String>,
}

impl Route {
    /// Whether a request is meant. `path` may have the version in front and a query behind.
    pub fn matches(&self, method: &str, path: &str) -> bool {
        if self.method != "*" && self.method != method {
            return false;
        }
        let mut wanted = self.segments.iter();
        for segment in segments(path) {
            match wanted.next().map(String::as_str) {
                Some("**") => return true,
                Some(pattern) if pattern == "*" || pattern == segment => {}
                _ => return false,
            }
        }
        wanted.next().is_none_or(|rest| rest == "**")
    }
}

/// The segments of a path without version and query.
pub(crate) fn segments(path: &str) -> impl Iterator<Item = &str> {
    let path = path.split('?').next().unwrap_or(path);
    let path = path.strip_prefix("/api/v10/").or(path.strip_prefix("/api/")).unwrap_or(path);
    path.split('/').filter(|segment| !segment.is_empty())
}

impl FromStr for Route {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!("{text:?} is no route: write a method and a path, as in \"POST /channels/*/messages\"")
        };
        let (method, path) = text.split_once(' ').ok_or_else(wrong)?;
        let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "*"].contains(&method);
        let segments: Vec<String> = segments(path).map(ToOwned::to_owned).collect();
        let open = segments.iter().rev().skip(1).any(|segment| segment == "**");
        if known && path.starts_with('/') && !open {
            Ok(Self { method: method.into(), segments })
        } else {
            Err(wrong())
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} /{}", self.method, self.segments.join("/"))
    }
}

impl From<Route> for String {
    fn from(route: Route) -> Self {
        route.to_string()
    }
}

impl TryFrom<String> for Route {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn stars_stand_for_segments() {
        let matches = |route: &str, method, path| route.parse::<Route>().unwrap().matches(method, path);
        let send = "POST /channels/*/messages";
        assert!(matches(send, "POST", "/api/v10/channels/1/messages?x=1"));
        assert!(matches(send, "POST", "/api/channels/1/messages"));
        assert!(!matches(send, "GET", "/api/v10/channels/1/messages"));
        assert!(!matches(send, "POST", "/api/v10/channels/1/messages/2"));
        assert!(!matches(send, "POST", "/api/v10/channels/1"));
        assert!(matches("* /channels/**", "PUT", "/api/v10/channels/1/messages/2"));
        assert!(matches("* /**", "GET", "/api/v10/gateway"));
        assert!(matches("GET /gateway/**", "GET", "/api/v10/gateway"));
    }

    #[test]
    fn what_is_no_route_is_refused() {
        for wrong in ["", "POST", "/channels", "SEND /channels", "POST channels", "GET /**/messages"] {
            assert!(wrong.parse::<Route>().is_err(), "{wrong}");
        }
        assert_eq!("GET /api/v10/a/*".parse::<Route>().unwrap().to_string(), "GET /a/*");
    }
}
