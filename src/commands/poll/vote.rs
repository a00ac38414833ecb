//! Voting, and what a voter can say with it; and nominees who withdraw. No log line on this way names a person.

use crate::{
    app::polls::{self, Cast, Mine, Refused, Withdrew, withdraw_nominee},
    chat::{
        page::Page,
        poll_list,
        poll_message::bold,
        poll_vote::{self as text, EVIDENCE_INPUT},
        problem,
    },
    commands::{
        Answer, Caller, Data, Problem,
        buttons::{Verb, chosen, is_private, shown, typed},
    },
    domain::{
        id::PollId,
        poll::{Event, State},
        prompt::Theme,
    },
};
use poise::serenity_prelude as serenity;

/// A click on a poll, or on the private reply to one.
pub(super) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    click: &serenity::ComponentInteraction,
) -> Result<Answer, Problem> {
    let id = PollId(verb.arg(1)?);
    let own = is_private(Some(&click.message));
    let event = match verb.args[0] {
        "vote" => Event::Vote(match chosen(click).first() {
            Some(place) => place.parse().map_err(|_| Problem::refuse(problem::STALE))?,
            None => verb.arg(2)?,
        }),
        "back" => Event::Unvote,
        "saw" => {
            let themes: Option<Vec<_>> = chosen(click).iter().map(|id| Theme::from_id(id)).collect();
            let themes = themes.ok_or_else(|| Problem::refuse(problem::STALE))?;
            Event::Strengths { about: verb.arg(2)?, themes }
        }
        "show" => {
            let (about, show) = (verb.arg(2)?, verb.arg::<u8>(3)? == 1);
            let mine = mine(data, caller, id).await?;
            if let Some(ended) = not_open(&mine, own)? {
                return Ok(ended);
            }
            let written = mine.ballot.evidence().filter(|_| mine.ballot.choice() == Some(about));
            match written {
                Some((text, _)) => Event::Evidence { about, text: Some(text.to_owned()), show },
                None => return Ok(shown(own, panel(&mine, caller, Some(text::ABOUT_ANOTHER)))),
            }
        }
        "mine" | "change" | "say" => return look(data, caller, verb, id, own).await,
        "out" | "out-yes" | "out-no" => return withdraw(data, caller, verb, id).await,
        _ => return Err(Problem::refuse(problem::STALE)),
    };
    cast(data, caller, id, event, own).await
}

/// What does not change anything.
async fn look(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    id: PollId,
    own: bool,
) -> Result<Answer, Problem> {
    let mine = mine(data, caller, id).await?;
    if let Some(ended) = not_open(&mine, own)? {
        return Ok(ended);
    }
    Ok(match verb.args[0] {
        "change" => shown(own, text::change(&mine.poll, &mine.ballot, mine.poll.place_of(caller.user))),
        "say" => match (mine.ballot.choice(), verb.arg::<u8>(2)?) {
            (Some(place), about) if place == about => {
                Answer::Modal(text::form(&mine.poll, place, &mine.ballot))
            }
            _ => shown(own, panel(&mine, caller, Some(text::ABOUT_ANOTHER))),
        },
        _ => shown(own, panel(&mine, caller, None)),
    })
}

/// What to say instead if the poll is not open: nobody's vote can be looked at then, so nothing may depend on it.
fn not_open(mine: &Mine, own: bool) -> Result<Option<Answer>, Problem> {
    match mine.poll.state {
        State::Open => Ok(None),
        State::Claimed => Err(Problem::refuse(poll_list::NOT_YET)),
        State::Closed | State::Cancelled => Ok(Some(shown(own, Page::text(text::over(&mine.poll))))),
    }
}

/// *Withdraw my name*, for nominees.
async fn withdraw(data: &Data, caller: &Caller, verb: &Verb<'_>, id: PollId) -> Result<Answer, Problem> {
    if verb.args[0] == "out-no" {
        return Ok(Answer::Update(Page::text(text::STAYED)));
    }
    let guild = caller.guild()?;
    let poll = polls::one(&data.store, guild, id).await?.ok_or_else(|| Problem::refuse(problem::STALE))?;
    let sure = verb.args[0] == "out-yes";
    let own = |page| if sure { Answer::Update(page) } else { Answer::Private(page) };
    let Some(place) = poll.place_of(caller.user) else {
        return Ok(own(Page::text(text::NOT_NOMINATED)));
    };
    if matches!(poll.state, State::Closed | State::Cancelled) {
        return Ok(own(Page::text(text::over(&poll))));
    }
    if poll.nominees[usize::from(place)].withdrawn.is_some() {
        return Ok(own(Page::text(text::ALREADY_WITHDRAWN)));
    }
    if !sure {
        return Ok(own(text::ask_withdraw(&poll)));
    }
    let withdrew = withdraw_nominee(&data.store, guild, id, caller.user, caller.cast.time()).await?;
    data.wake();
    Ok(own(Page::text(match withdrew {
        Withdrew::Yes(poll) => text::withdrawn(&poll),
        Withdrew::Already => text::ALREADY_WITHDRAWN.into(),
        Withdrew::NotNominated => text::NOT_NOMINATED.into(),
        Withdrew::NotOpen(poll) if poll.state == State::Claimed => poll_list::NOT_YET.into(),
        Withdrew::NotOpen(poll) => text::over(&poll),
        Withdrew::NotFound => return Err(Problem::refuse(problem::STALE)),
    })))
}

/// The form with a sentence: `poll:say:<poll>:<place>`.
pub(super) async fn submit(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    modal: &serenity::ModalInteraction,
) -> Result<Answer, Problem> {
    let (id, about) = (PollId(verb.arg(1)?), verb.arg(2)?);
    let own = is_private(modal.message.as_deref());
    let text = typed(modal, EVIDENCE_INPUT).split_whitespace().collect::<Vec<_>>().join(" ");
    // What was to be shown stays so when it is written anew.
    let mine = mine(data, caller, id).await?;
    let show = mine.ballot.evidence().is_some_and(|(_, show)| show);
    let text = (!text.is_empty()).then_some(text);
    cast(data, caller, id, Event::Evidence { about, text, show }, own).await
}

async fn mine(data: &Data, caller: &Caller, id: PollId) -> Result<Mine, Problem> {
    let mine = polls::mine(&data.store, caller.guild()?, id, caller.user).await?;
    mine.ok_or_else(|| Problem::refuse(problem::STALE))
}

async fn cast(data: &Data, caller: &Caller, id: PollId, event: Event, own: bool) -> Result<Answer, Problem> {
    let said = matches!(event, Event::Unvote).then_some(text::TAKEN_BACK);
    let cast = Cast {
        guild: caller.guild()?,
        poll: id,
        voter: caller.user,
        roles: caller.roles.clone(),
        cast: caller.cast,
        event,
    };
    match polls::cast(&data.store, data.now(), cast).await? {
        Ok(taken) => {
            if taken.reached {
                data.wake();
            }
            Ok(shown(own, panel(&taken.mine, caller, said)))
        }
        Err(refused) => {
            // Perhaps by this: its message is to say so.
            if matches!(refused, Refused::Cancelled(_)) {
                data.wake();
            }
            refusal(refused, caller, own)
        }
    }
}

/// Why something was not taken in. What has ended takes the place of the private reply, with its buttons.
fn refusal(refused: Refused, caller: &Caller, own: bool) -> Result<Answer, Problem> {
    Err(Problem::refuse(match refused {
        Refused::NotFound | Refused::Strengths(_) => problem::STALE.to_owned(),
        Refused::NotYet => poll_list::NOT_YET.into(),
        Refused::Late(closed) => return Ok(shown(own, Page::text(text::late(closed)))),
        Refused::Cancelled(poll) => return Ok(shown(own, Page::text(text::over(&poll)))),
        Refused::Yourself => text::YOURSELF.into(),
        Refused::Role(role) => text::role(role),
        Refused::Withdrawn(poll, place) => text::withdrew(&bold(&poll, place)),
        Refused::AboutAnother(mine) => {
            return Ok(shown(own, panel(&mine, caller, Some(text::ABOUT_ANOTHER))));
        }
        Refused::Evidence(length) => text::evidence_length(length),
        Refused::NoVote => text::NO_VOTE.into(),
    }))
}

fn panel(mine: &Mine, caller: &Caller, said: Option<&str>) -> Page {
    text::panel(&mine.poll, &mine.ballot, mine.poll.place_of(caller.user), said)
}
