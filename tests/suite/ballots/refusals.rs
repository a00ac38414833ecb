//! What is refused: with a reason, and without a trace.

use super::{Booth, GUILD, MANAGER, draft, nominee, seconds};
use helmsman::{
    app::polls::{self, Cast, Opened, Refused},
    domain::{
        id::{GuildId, PollId, RoleId, UserId},
        poll::{Draft, DurationError, Event, RemindError},
        prompt::Theme,
    },
    store::outbox::Kind,
};

#[tokio::test]
async fn a_poll_that_breaks_a_rule_is_not_opened() {
    let mut booth = Booth::new().await;
    let good = draft(3);
    let with = |change: fn(&mut Draft)| {
        let mut draft = good.clone();
        change(&mut draft);
        draft
    };
    polls::people::set_nominations(&booth.store, GUILD, nominee(2), false).await.unwrap();
    for (draft, no) in [
        (with(|draft| draft.situation = " \n ".into()), Opened::Situation(0)),
        (with(|draft| draft.situation = "é".repeat(1_001)), Opened::Situation(1_001)),
        (with(|draft| draft.duration = "45".into()), Opened::Duration(DurationError::NoUnit("45".into()))),
        (with(|draft| draft.duration = "0m".into()), Opened::Duration(DurationError::TooShort)),
        (with(|draft| draft.duration = "1 year".into()), Opened::Duration(DurationError::TooLong)),
        (with(|draft| draft.remind = "2 h".into()), Opened::Remind(RemindError::Outside)),
        (with(|draft| draft.nominees.truncate(1)), Opened::Nominees(1)),
        (with(|draft| draft.nominees.clear()), Opened::Nominees(0)),
        (with(|draft| draft.nominees[1] = draft.nominees[0].clone()), Opened::Twice(nominee(0))),
        (with(|draft| draft.nominees[0].0 = MANAGER), Opened::Yourself),
        (with(|draft| draft.quorum = 2), Opened::Quorum(2)),
        (with(|draft| draft.quorum = 51), Opened::Quorum(51)),
        (good.clone(), Opened::OptedOut(vec![nominee(2)])),
    ] {
        assert_eq!(booth.opened(draft.clone()).await, no, "{draft:?}");
    }
    let many = Draft { nominees: (0..11).map(|n| (nominee(n), "N".into())).collect(), ..draft(0) };
    assert_eq!(booth.opened(many).await, Opened::Nominees(11));
    assert_eq!(polls::list(&booth.store, booth.team).await.unwrap(), []);
    assert_eq!(booth.send(Kind::Poll).await, 0);
    assert!(!booth.folder.path().join("h.db-polls").exists());
    let cast = booth.cast_id();
    let elsewhere = (GuildId(2), booth.team);
    let foreign = polls::open(&booth.store, elsewhere, MANAGER, cast, draft(2), booth.now, 1).await.unwrap();
    assert_eq!(foreign, Opened::NoTeam);
}

#[tokio::test]
async fn one_interaction_opens_one_poll_and_a_team_has_ten_at_most() {
    let mut booth = Booth::new().await;
    let cast = booth.cast_id();
    let (store, team, now) = (booth.store.clone(), booth.team, booth.now);
    let open = async || polls::open(&store, (GUILD, team), MANAGER, cast, draft(2), now, 1).await.unwrap();
    let first = open().await;
    assert!(matches!(first, Opened::Yes(_)));
    assert_eq!(open().await, first);
    for _ in 1..10 {
        assert!(matches!(booth.opened(draft(2)).await, Opened::Yes(_)));
    }
    assert_eq!(booth.opened(draft(2)).await, Opened::TooMany);
    assert_eq!(polls::list(&booth.store, booth.team).await.unwrap().len(), 10);
}

#[tokio::test]
async fn a_draft_outlives_a_restart_and_goes_when_its_poll_is_opened() {
    let mut booth = Booth::new().await;
    let kept = Draft { duration: "until 17:00".into(), remind: "10 min".into(), ..draft(3) };
    polls::draft::keep(&booth.store, booth.team, MANAGER, kept.clone(), booth.now).await.unwrap();
    booth.restart().await;
    let get = async |booth: &Booth, user| polls::draft::get(&booth.store, booth.team, user).await.unwrap();
    assert_eq!(get(&booth, MANAGER).await, Some(kept.clone()));
    assert_eq!(get(&booth, UserId(5)).await, None);
    assert!(matches!(booth.opened(kept).await, Opened::Yes(_)));
    assert_eq!(get(&booth, MANAGER).await, None);
}

#[tokio::test]
async fn a_vote_that_does_not_fit_changes_nothing() {
    let mut booth = Booth::new().await;
    let id = booth.poll(Draft { role: Some(RoleId(50)), ..draft(3) }).await;
    let (own, other) = (booth.place(id, 0).await, booth.place(id, 1).await);
    let cast = async |booth: &mut Booth, guild, poll, voter, roles: &[u64], event| {
        let roles = roles.iter().map(|role| RoleId(*role)).collect();
        let cast = Cast { guild, poll, voter, roles, cast: booth.cast_id(), event };
        polls::cast(&booth.store, booth.now, cast).await.unwrap()
    };
    let vote = Event::Vote(other);
    let member = UserId(5);
    let role = [50_u64];
    for (guild, poll, voter, roles, event, no) in [
        (GUILD, id, member, &[][..], vote.clone(), Refused::Role(RoleId(50))),
        (GUILD, id, member, &[51], vote.clone(), Refused::Role(RoleId(50))),
        (GUILD, id, nominee(0), &role, Event::Vote(own), Refused::Yourself),
        (GUILD, id, member, &role, Event::Vote(3), Refused::NotFound),
        (GuildId(2), id, member, &role, vote.clone(), Refused::NotFound),
        (GUILD, PollId(99), member, &role, vote.clone(), Refused::NotFound),
        (GUILD, id, member, &role, Event::Unvote, Refused::NoVote),
        (
            GUILD,
            id,
            member,
            &role,
            Event::Strengths { about: other, themes: Theme::ALL[..4].to_vec() },
            Refused::Strengths(4),
        ),
        (
            GUILD,
            id,
            member,
            &role,
            Event::Evidence { about: other, text: Some("é".repeat(201)), show: true },
            Refused::Evidence(201),
        ),
    ] {
        assert_eq!(cast(&mut booth, guild, poll, voter, roles, event.clone()).await, Err(no), "{event:?}");
    }
    let about = Event::Strengths { about: other, themes: vec![Theme::Resolve] };
    let told = cast(&mut booth, GUILD, id, member, &role, about.clone()).await;
    assert!(matches!(told, Err(Refused::AboutAnother(_))), "there is no vote");
    cast(&mut booth, GUILD, id, member, &role, vote.clone()).await.unwrap();
    let said = cast(&mut booth, GUILD, id, member, &role, about).await.unwrap();
    assert_eq!(said.mine.ballot.strengths(), [Theme::Resolve]);
    let mine = polls::mine(&booth.store, GUILD, id, member).await.unwrap().unwrap();
    assert_eq!(mine.ballot, said.mine.ballot);
    polls::withdraw_nominee(&booth.store, GUILD, id, nominee(1), booth.now).await.unwrap();
    let told = cast(&mut booth, GUILD, id, member, &role, vote).await;
    assert!(matches!(told, Err(Refused::Withdrawn(_, place)) if place == other));
}

#[tokio::test]
async fn nobody_votes_before_the_message_is_known_or_after_the_end() {
    let mut booth = Booth::new().await;
    let Opened::Yes(id) = booth.opened(draft(2)).await else { panic!("it is opened") };
    assert_eq!(booth.does(id, 5, Event::Vote(0)).await, Err(Refused::NotYet));
    booth.now += seconds(1);
    booth.send(Kind::Poll).await;
    booth.does(id, 5, Event::Vote(0)).await.unwrap();
    let closes = booth.one(id).await.closes;
    booth.now = closes;
    assert_eq!(booth.does(id, 6, Event::Vote(0)).await, Err(Refused::Late(closes)), "before it is counted");
}
