//! Which path of the description a request means.

use std::collections::HashMap;

/// A path such as `/users/{user_id}`, cut at its slashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Route(Vec<Segment>);

/// Literal segments come first in their order, so that the first route that fits is the most exact one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    Parameter(String),
}

impl Route {
    pub(crate) fn parse(template: &str) -> Self {
        let segment = |text: &str| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => Segment::Parameter(name.to_owned()),
            None => Segment::Literal(text.to_owned()),
        };
        Self(template.split('/').map(segment).collect())
    }

    /// The values of the parameters, if the path fits. They are not decoded.
    pub(crate) fn fits<'p>(&self, path: &'p str) -> Option<HashMap<&str, &'p str>> {
        if path.split('/').count() != self.0.len() {
            return None;
        }
        let mut values = HashMap::new();
        for (segment, text) in self.0.iter().zip(path.split('/')) {
            match segment {
                Segment::Literal(literal) if literal == text => {}
                Segment::Parameter(name) if !text.is_empty() => {
                    values.insert(name.as_str(), text);
                }
                _ => return None,
            }
        }
        Some(values)
    }
}

/// The path as the description has it: below the version.
pub(crate) fn below_version(path: &str) -> Option<&str> {
    let path = path.strip_prefix("/api")?;
    let below = path.strip_prefix("/v10").unwrap_or(path);
    below.starts_with('/').then_some(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_exact_route_comes_first_and_values_are_found() {
        let mut routes = ["/users/{id}", "/users/@me", "/users/{id}/notes/{note}"].map(Route::parse);
        routes.sort();
        let first = |path| routes.iter().find(|route| route.fits(path).is_some());
        assert_eq!(first("/users/@me"), Some(&Route::parse("/users/@me")));
        assert_eq!(first("/users/1"), Some(&Route::parse("/users/{id}")));
        assert_eq!(first("/users/"), None);
        assert_eq!(first("/users/1/notes"), None);
        let notes = Route::parse("/users/{id}/notes/{note}");
        assert_eq!(notes.fits("/users/1/notes/2"), Some(HashMap::from([("id", "1"), ("note", "2")])));
    }

    #[test]
    fn both_prefixes_are_discords_and_no_other() {
        assert_eq!(below_version("/api/v10/gateway"), Some("/gateway"));
        assert_eq!(below_version("/api/gateway"), Some("/gateway"));
        assert_eq!(below_version("/attachments/1/2/a.png"), None);
        assert_eq!(below_version("/apis/gateway"), None);
    }
}
