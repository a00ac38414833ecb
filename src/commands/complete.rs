//! What options offer while people type: at most 25, each under 100 characters. What is sent is checked like any
//! other input.

use super::Context;
use crate::domain::schedule::zone_matches;
use poise::serenity_prelude::{AutocompleteChoice, CreateAutocompleteResponse};

/// How many choices Discord shows.
const MOST: usize = 25;

/// Time zones.
pub(super) async fn zone(_: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let zones = zone_matches(typed, MOST);
    choices(zones.into_iter().map(|zone| (zone.clone(), zone)))
}

fn choices(names_and_values: impl Iterator<Item = (String, String)>) -> CreateAutocompleteResponse {
    let choices = names_and_values.take(MOST).map(|(name, value)| AutocompleteChoice::new(name, value));
    CreateAutocompleteResponse::new().set_choices(choices.collect())
}
