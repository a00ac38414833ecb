//! What differs between two states of a series.

use crate::domain::prompt::{Prompt, Series};
use std::collections::HashMap;

/// What is different in the newer one. Prompts are told by id and title.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Prompts that the older one lacks, in order.
    pub added: Vec<(String, String)>,
    /// Prompts with another wording, by their new titles.
    pub changed: Vec<(String, String)>,
    /// Prompts that are gone.
    pub removed: Vec<(String, String)>,
    /// The title or the description differs.
    pub heading: bool,
    /// What both have comes in another order.
    pub order: bool,
}

impl Difference {
    /// From `old` (None: nothing) to `new`.
    pub fn between(old: Option<&Series>, new: &Series) -> Self {
        let told = |prompt: &Prompt| (prompt.id.clone(), prompt.title.clone());
        let Some(old) = old else {
            return Self { added: new.prompts.iter().map(told).collect(), heading: true, ..Self::default() };
        };
        let by_id = |series: &Series| -> HashMap<String, usize> {
            series.prompts.iter().enumerate().map(|(at, prompt)| (prompt.id.clone(), at)).collect()
        };
        let (before, after) = (by_id(old), by_id(new));
        let mut difference =
            Self { heading: (&old.title, &old.about) != (&new.title, &new.about), ..Self::default() };
        let mut last = None;
        for prompt in &new.prompts {
            match before.get(&prompt.id) {
                None => difference.added.push(told(prompt)),
                Some(at) => {
                    if old.prompts[*at] != *prompt {
                        difference.changed.push(told(prompt));
                    }
                    difference.order |= last.is_some_and(|last| at < last);
                    last = Some(at);
                }
            }
        }
        let gone = old.prompts.iter().filter(|prompt| !after.contains_key(&prompt.id));
        difference.removed = gone.map(told).collect();
        difference
    }

    /// Nothing differs.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::library::Library;

    #[test]
    fn each_kind_of_change_is_told() {
        let old = Library::builtin().default_series().clone();
        assert!(Difference::between(Some(&old), &old).is_none());
        let mut new = old.clone();
        let gone = new.prompts.remove(1);
        new.prompts[0].question.push('!');
        new.prompts.swap(2, 3);
        new.prompts.push(Prompt { id: "fresh".into(), title: "Fresh".into(), ..gone.clone() });
        let found = Difference::between(Some(&old), &new);
        let changed = (new.prompts[0].id.clone(), new.prompts[0].title.clone());
        assert_eq!(
            found,
            Difference {
                added: vec![("fresh".into(), "Fresh".into())],
                changed: vec![changed],
                removed: vec![(gone.id, gone.title)],
                heading: false,
                order: true,
            }
        );
        assert_eq!(Difference::between(None, &new).added.len(), new.prompts.len());
    }
}
