//! `/series schedule` and `/series edit`: what would happen is shown before anything is stored, with buttons to confirm
//! it, to change it, and to leave it.

use super::{
    packed::{Wanted, pack, unpack},
    running::next_of,
};
use crate::{
    app::{
        planning::{self, Change, Edited},
        series::{self, Added},
        setup::Overview,
    },
    chat::{
        page::Page,
        permissions::{self, FOR_THREADS, TO_POST, bit},
        problem,
        proposal_text::{self, Proposal},
    },
    commands::{
        Answer, Caller, Context, Data, Problem,
        buttons::{Verb, typed},
        complete, pick, reply,
    },
    domain::{
        id::{MessageId, RoleId, ScheduleId},
        library::Library,
        queue::{AtEnd, Order},
        schedule::{Rule, Weekdays, parse_day, parse_time, parse_weekdays},
    },
    store::schedule::{Plan, Schedule, State},
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use poise::serenity_prelude as serenity;

/// A form that was opened by a command stays open at most so long, as far as we care.
const LONGEST_LOOK: SignedDuration = SignedDuration::from_hours(1);

/// In which order prompts are asked.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
pub(super) enum OrderChoice {
    #[name = "in order"]
    InOrder,
    #[name = "shuffled"]
    Shuffled,
}

/// Run a series in this channel. You see what would happen before anything does.
#[poise::command(slash_command)]
#[expect(clippy::too_many_arguments, reason = "poise makes an option of each")]
pub(super) async fn schedule(
    ctx: Context<'_>,
    #[description = "Which series"]
    #[autocomplete = "complete::series"]
    series: String,
    #[description = "Local time of day: 09:30, 2 pm …"] time: String,
    #[description = "On which days: weekdays (unless you say otherwise), daily, Mon, Wed, Fri …"]
    weekdays: Option<String>,
    #[description = "The first day (unless you say otherwise: at once): 2027-01-04, monday, 4 jan …"]
    start: Option<String>,
    #[description = "In which order its prompts come (unless you say otherwise: in order)"] order: Option<
        OrderChoice,
    >,
    #[description = "After the last prompt: repeat (unless you say otherwise), stop, or another series"]
    #[autocomplete = "complete::at_end"]
    at_end: Option<String>,
    #[description = "For how many hours a prompt can be answered (unless you say otherwise: as the team)"]
    #[min = 1]
    #[max = 72]
    window: Option<i64>,
    #[description = "A thread under each prompt (unless you say otherwise: no)"] thread: Option<bool>,
    #[description = "A role that each prompt notifies, if an admin allows it (unless you say otherwise: none)"]
    notify: Option<serenity::Role>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let series = pick::series(&overview.library, &series)?;
    let today = today(data, &overview);
    let said = Said { time: Some(time), weekdays, start, at_end, window, thread, notify };
    let change = said.read(data, &caller, &overview)?;
    let plan = Plan {
        series: series.id.clone(),
        rule: Rule { at: jiff::civil::Time::MIN, weekdays: Weekdays::WORKING, start: today },
        order: match order {
            Some(OrderChoice::Shuffled) => Order::Shuffled,
            Some(OrderChoice::InOrder) | None => Order::Sequential,
        },
        at_end: AtEnd::Repeat,
        window_minutes: None,
        thread: false,
        notify: None,
    };
    let wanted = Wanted::New(change.apply(&plan));
    let page = preview(data, &caller, &overview, wanted, caller.cast.time()).await?;
    reply::command(ctx, Answer::Private(page)).await
}

/// Change when and how a series runs here. You see what would happen before anything does.
#[poise::command(slash_command)]
#[expect(clippy::too_many_arguments, reason = "poise makes an option of each")]
pub(super) async fn edit(
    ctx: Context<'_>,
    #[description = "Which one (if several run here)"]
    #[autocomplete = "complete::schedule"]
    schedule: Option<String>,
    #[description = "Local time of day: 09:30, 2 pm …"] time: Option<String>,
    #[description = "On which days: weekdays, daily, Mon, Wed, Fri …"] weekdays: Option<String>,
    #[description = "The first day: 2027-01-04, monday, 4 jan …"] start: Option<String>,
    #[description = "After the last prompt: repeat, stop, or another series"]
    #[autocomplete = "complete::at_end"]
    at_end: Option<String>,
    #[description = "For how many hours a prompt can be answered"]
    #[min = 1]
    #[max = 72]
    window: Option<i64>,
    #[description = "A thread under each prompt"] thread: Option<bool>,
    #[description = "A role that each prompt notifies, if an admin allows it"] notify: Option<serenity::Role>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let schedule = pick::schedule(&overview, schedule.as_deref(), |state| state != State::Ended)?;
    let said = Said { time, weekdays, start, at_end, window, thread, notify };
    let change = said.read(data, &caller, &overview)?;
    let empty = change == Change::default();
    let wanted = Wanted::Edit { schedule: schedule.id, version: schedule.version, change };
    let answer = if empty {
        Answer::Modal(form(data, &overview, &wanted)?)
    } else {
        Answer::Private(preview(data, &caller, &overview, wanted, caller.cast.time()).await?)
    };
    reply::command(ctx, answer).await
}

/// What was said in options.
struct Said {
    time: Option<String>,
    weekdays: Option<String>,
    start: Option<String>,
    at_end: Option<String>,
    window: Option<i64>,
    thread: Option<bool>,
    notify: Option<serenity::Role>,
}

fn refuse(error: impl std::fmt::Display) -> Problem {
    Problem::refuse(error.to_string())
}

impl Said {
    fn read(self, data: &Data, caller: &Caller, overview: &Overview) -> Result<Change, Problem> {
        let today = today(data, overview);
        if self.window.is_some_and(|hours| !(1..=72).contains(&hours)) {
            return Err(Problem::refuse(problem::WINDOW));
        }
        let notify = self.notify.map(|role| pingable(caller, overview, &role)).transpose()?;
        Ok(Change {
            at: self.time.as_deref().map(parse_time).transpose().map_err(refuse)?,
            weekdays: self.weekdays.as_deref().map(parse_weekdays).transpose().map_err(refuse)?,
            start: self.start.as_deref().map(|typed| first_day(typed, today)).transpose()?,
            at_end: self.at_end.as_deref().map(|typed| at_end(typed, &overview.library)).transpose()?,
            window: self.window.map(|hours| Some(hours * 60)),
            thread: self.thread,
            notify: notify.map(Some),
        })
    }
}

/// A role that an admin allows and that Discord lets us notify.
fn pingable(caller: &Caller, overview: &Overview, role: &serenity::Role) -> Result<RoleId, Problem> {
    let id = RoleId(role.id.get());
    if !overview.notify_roles.contains(&id) {
        return Err(Problem::refuse(proposal_text::role_not_allowed(id, &overview.notify_roles)));
    }
    if !role.mentionable && caller.app_permissions & (bit::MENTION_EVERYONE | bit::ADMINISTRATOR) == 0 {
        return Err(Problem::refuse(proposal_text::role_not_pingable(id)));
    }
    Ok(id)
}

fn first_day(typed: &str, today: Date) -> Result<Date, Problem> {
    let day = parse_day(typed, today).ok_or_else(|| Problem::refuse(proposal_text::odd_day(typed, today)))?;
    if day < today {
        return Err(Problem::refuse(proposal_text::past_start(day, today)));
    }
    if day > today.saturating_add(1.year()) {
        return Err(Problem::refuse(proposal_text::far_start(day)));
    }
    Ok(day)
}

fn at_end(typed: &str, library: &Library) -> Result<AtEnd, Problem> {
    match typed.trim().to_lowercase().as_str() {
        "" | "repeat" => Ok(AtEnd::Repeat),
        "stop" => Ok(AtEnd::Stop),
        _ => match pick::series(library, typed) {
            Ok(series) => Ok(AtEnd::Series(series.id.clone())),
            Err(_) => Err(Problem::refuse(proposal_text::odd_end(typed))),
        },
    }
}

fn today(data: &Data, overview: &Overview) -> Date {
    overview.zone.to_datetime(data.now()).date()
}

/// The schedule as it is, if the proposal is about one, and as it would be.
fn would_be<'a>(overview: &'a Overview, wanted: &Wanted) -> Result<(Option<&'a Schedule>, Plan), Problem> {
    match wanted {
        Wanted::New(plan) => Ok((None, plan.clone())),
        Wanted::Edit { schedule, change, .. } => {
            let schedule = overview.schedules.iter().find(|known| known.id == *schedule);
            let schedule = schedule.ok_or_else(|| Problem::refuse(problem::NOT_FOUND))?;
            Ok((Some(schedule), change.apply(&schedule.plan)))
        }
    }
}

/// Says what would happen. `looked`: when the person saw the schedule first.
async fn preview(
    data: &Data,
    caller: &Caller,
    overview: &Overview,
    mut wanted: Wanted,
    looked: Timestamp,
) -> Result<Page, Problem> {
    let (old, plan) = would_be(overview, &wanted)?;
    let now = data.now();
    let mut meanwhile = None;
    if let (Some(old), Wanted::Edit { version, .. }) = (old, &mut wanted)
        && *version != old.version
    {
        meanwhile = Some(planning::done_since(&data.store, overview.team.id, old.id, looked).await?);
        *version = old.version;
    }
    let dry = planning::dry_run(&data.store, &overview.library, now, &overview.team, old, &plan).await?;
    if dry.exists {
        return Err(Problem::refuse(proposal_text::exists(&plan, &overview.library)));
    }
    let needed = TO_POST | if plan.thread { FOR_THREADS } else { 0 };
    let here = caller.channel == overview.team.channel;
    let known =
        if here { Some(caller.app_permissions) } else { data.permissions.bits(overview.team.channel) };
    let lacking = known.map_or(Vec::new(), |bits| permissions::missing(bits, needed));
    let proposal = Proposal {
        overview,
        old,
        plan: &plan,
        dry: &dry,
        today: today(data, overview),
        lacking: &lacking,
        meanwhile: meanwhile.as_deref(),
        packed: &format!("{}:{}", overview.team.id, pack(&wanted)),
    };
    Ok(proposal_text::page(&proposal, &overview.library))
}

fn form(data: &Data, overview: &Overview, wanted: &Wanted) -> Result<serenity::CreateModal, Problem> {
    let (_, plan) = would_be(overview, wanted)?;
    let packed = format!("{}:{}", overview.team.id, pack(wanted));
    Ok(proposal_text::form(&plan, today(data, overview), &packed, &overview.library))
}

fn stale() -> Problem {
    Problem::refuse(problem::STALE)
}

/// When the message with a button was made: it shows what the schedule was then.
fn made(message: Option<serenity::MessageId>, caller: &Caller) -> Timestamp {
    let by_command = || caller.cast.time().saturating_sub(LONGEST_LOOK).unwrap_or(Timestamp::MIN);
    message.map_or_else(by_command, |id| MessageId(id.get()).time())
}

/// Answers `series:<verb>:<team>…`.
pub(in crate::commands) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    click: &serenity::ComponentInteraction,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    let looked = made(Some(click.message.id), caller);
    let wanted = || unpack(&verb.args[2..], &overview.library).ok_or_else(stale);
    match verb.args[0] {
        "no" => Ok(Answer::Update(Page::text(proposal_text::CANCELLED))),
        "alt" => Ok(Answer::Modal(form(data, &overview, &wanted()?)?)),
        "hush" => {
            let wanted = match wanted()? {
                Wanted::New(plan) => Wanted::New(Plan { notify: None, ..plan }),
                Wanted::Edit { schedule, version, change } => {
                    Wanted::Edit { schedule, version, change: Change { notify: Some(None), ..change } }
                }
            };
            Ok(Answer::Update(preview(data, caller, &overview, wanted, looked).await?))
        }
        "yes" | "also" => match wanted()? {
            // Somebody has scheduled the same series since this was shown.
            Wanted::New(plan) if verb.args[0] == "yes" && proposal_text::has_twin(&overview, &plan) => {
                Ok(Answer::Update(preview(data, caller, &overview, Wanted::New(plan), looked).await?))
            }
            Wanted::New(plan) => add(data, caller, &overview, plan).await,
            Wanted::Edit { schedule, version, change } => {
                store(data, caller, &overview, (schedule, version), change, looked).await
            }
        },
        _ => Err(stale()),
    }
}

async fn add(data: &Data, caller: &Caller, overview: &Overview, plan: Plan) -> Result<Answer, Problem> {
    let (now, library, seed) = (data.now(), overview.library.clone(), data.seed());
    let team = (overview.team.guild, overview.team.id);
    match series::add(&data.store, now, library, team, caller.user, plan.clone(), seed).await? {
        Added::Schedule(id) => {
            data.wake();
            let overview = pick::team(data, caller).await?;
            let next = next_of(data, &overview, id, now).await?;
            Ok(Answer::Update(proposal_text::added(&overview, &plan, next, &overview.library)))
        }
        Added::Exists(_) => Ok(Answer::Update(Page::text(proposal_text::exists(&plan, &overview.library)))),
        Added::RoleNotAllowed => Err(not_allowed(overview, plan.notify)),
        Added::NoTeam | Added::NoSeries => Err(stale()),
    }
}

async fn store(
    data: &Data,
    caller: &Caller,
    overview: &Overview,
    (schedule, version): (ScheduleId, i64),
    change: Change,
    looked: Timestamp,
) -> Result<Answer, Problem> {
    let (now, library) = (data.now(), overview.library.clone());
    let team = (overview.team.guild, overview.team.id);
    let seen = (schedule, version);
    let done = planning::edit(&data.store, now, library, team, caller.user, seen, change.clone()).await?;
    let overview = &pick::team(data, caller).await?;
    let wanted = Wanted::Edit { schedule, version, change };
    let (now_is, plan) = would_be(overview, &wanted)?;
    match done {
        Edited::Done => {
            data.wake();
            let now_is = now_is.ok_or_else(stale)?;
            let next = next_of(data, overview, now_is.id, now).await?;
            Ok(Answer::Update(proposal_text::edited(overview, now_is, next, &overview.library)))
        }
        Edited::Overtaken => Ok(Answer::Update(preview(data, caller, overview, wanted, looked).await?)),
        Edited::Exists => Ok(Answer::Update(Page::text(proposal_text::exists(&plan, &overview.library)))),
        Edited::RoleNotAllowed => Err(not_allowed(overview, plan.notify)),
        Edited::NoSchedule => Err(Problem::refuse(problem::NOT_FOUND)),
        Edited::NoTeam | Edited::NoSeries => Err(stale()),
    }
}

fn not_allowed(overview: &Overview, role: Option<RoleId>) -> Problem {
    role.map_or_else(stale, |role| {
        Problem::refuse(proposal_text::role_not_allowed(role, &overview.notify_roles))
    })
}

/// Answers the form `series:form:<team>…`.
pub(in crate::commands) async fn submit(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    modal: &serenity::ModalInteraction,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    let wanted =
        unpack(&verb.args[2..], &overview.library).filter(|_| verb.args[0] == "form").ok_or_else(stale)?;
    let (old, shown) = would_be(&overview, &wanted)?;
    let filled = filled(data, &overview, modal, &shown)?;
    let wanted = match (wanted, old) {
        (Wanted::Edit { schedule, version, change }, Some(old)) => {
            Wanted::Edit { schedule, version, change: differing(change, &old.plan, &filled) }
        }
        _ => Wanted::New(filled),
    };
    let looked = made(modal.message.as_ref().map(|message| message.id), caller);
    let page = preview(data, caller, &overview, wanted, looked).await?;
    Ok(if modal.message.is_some() { Answer::Update(page) } else { Answer::Private(page) })
}

/// What the form asks for. What was left empty stays as it was shown, but for the day and the hours.
fn filled(
    data: &Data,
    overview: &Overview,
    modal: &serenity::ModalInteraction,
    shown: &Plan,
) -> Result<Plan, Problem> {
    let today = today(data, overview);
    let given = |input: &str| Some(typed(modal, input)).filter(|text| !text.is_empty());
    let mut plan = shown.clone();
    if let Some(text) = given("time") {
        plan.rule.at = parse_time(text).map_err(refuse)?;
    }
    if let Some(text) = given("days") {
        plan.rule.weekdays = parse_weekdays(text).map_err(refuse)?;
    }
    match given("start") {
        Some(text) => plan.rule.start = first_day(text, today)?,
        None => plan.rule.start = plan.rule.start.min(today),
    }
    if let Some(text) = given("end") {
        plan.at_end = at_end(text, &overview.library)?;
    }
    plan.window_minutes = given("hours").map(hours).transpose()?.map(|hours| hours * 60);
    Ok(plan)
}

/// "24", "24 h", "24 hours".
fn hours(typed: &str) -> Result<i64, Problem> {
    let number = typed.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let rest = typed[number.len()..].trim().to_lowercase();
    let known = ["", "h", "hr", "hrs", "hour", "hours"].contains(&rest.as_str());
    let hours = number.parse().ok().filter(|hours| known && (1..=72).contains(hours));
    hours.ok_or_else(|| Problem::refuse(proposal_text::odd_hours(typed)))
}

/// What is to be different from the schedule as it is; what the form does not ask for stays in the change.
fn differing(change: Change, old: &Plan, wanted: &Plan) -> Change {
    fn if_new<T: PartialEq + Clone>(old: &T, new: &T) -> Option<T> {
        (old != new).then(|| new.clone())
    }
    Change {
        at: if_new(&old.rule.at, &wanted.rule.at),
        weekdays: if_new(&old.rule.weekdays, &wanted.rule.weekdays),
        start: if_new(&old.rule.start, &wanted.rule.start),
        at_end: if_new(&old.at_end, &wanted.at_end),
        window: if_new(&old.window_minutes, &wanted.window_minutes),
        ..change
    }
}
