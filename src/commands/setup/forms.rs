//! Forms of `/setup`.

use super::{clicks, propose_zone, stale};
use crate::{
    app::setup,
    chat::setup_panel,
    commands::{
        Answer, Caller, Data, Problem,
        buttons::{Verb, typed},
    },
    domain::{
        id::TeamId,
        schedule::{parse_time, parse_zone},
    },
};
use poise::serenity_prelude as serenity;

/// Answers the form `setup:<verb>:<team>`.
pub(in crate::commands) async fn submit(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    modal: &serenity::ModalInteraction,
) -> Result<Answer, Problem> {
    let guild = caller.admin()?;
    let id = TeamId(verb.arg(1)?);
    match verb.args[0] {
        "zone" if id.0 == 0 => clicks::new_team(data, caller, guild, typed(modal, "zone")).await,
        "zone" => {
            let zone =
                parse_zone(typed(modal, "zone")).map_err(|error| Problem::refuse(error.to_string()))?;
            Ok(Answer::Update(propose_zone(data, guild, id, &zone).await?))
        }
        "time" => {
            let at = parse_time(typed(modal, "time")).map_err(|error| Problem::refuse(error.to_string()))?;
            let now = data.now();
            let set = setup::set_times(&data.store, now, (guild, id), caller.user, Some(at), None).await?;
            if !clicks::replanned(data, guild, set).await? {
                return Err(stale());
            }
            data.wake();
            let overview = super::overview(data, guild, id).await?;
            Ok(Answer::Update(setup_panel::change(&overview, &overview.library)))
        }
        _ => Err(stale()),
    }
}
