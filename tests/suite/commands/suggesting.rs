//! Questions that members suggest, from the form to the series.

use super::{Desk, importing::library, series::schedules};
use emulator::{Message, Person, Response};
use helmsman::{
    app,
    store::{audit, outbox, queue},
};

async fn suggest(desk: &Desk, who: &Person, values: &[(&str, &str)]) -> Response {
    let answer = who.slash(&desk.channel, "suggest", &[]).await;
    match answer.try_modal() {
        Some(form) => who.submit(&form.clone(), values).await,
        None => answer,
    }
}

async fn waiting(desk: &Desk) -> Message {
    desk.mia.slash(&desk.channel, "prompt suggestions", &[]).await.message().clone()
}

const CHOICE: &str = "The series it goes to";

#[tokio::test]
async fn a_suggestion_becomes_a_prompt_of_a_series_of_their_own() {
    let desk = Desk::running().await;
    let form = desk.ben.slash(&desk.channel, "suggest", &[]).await.modal().clone();
    insta::assert_snapshot!(form.text(), @r"
    {Suggest a question}
    Question (at most 25 words) *: []
    What happens before it (at most 60 words): []
    Why it is worth asking (managers read it): []
    ");
    let filled = [
        ("question", "Who *helped*\nyou, @everyone?"),
        ("situation", "Friday, four o'clock."),
        ("why", "Nobody asks."),
    ];
    let thanks = desk.ben.submit(&form, &filled).await;
    assert!(thanks.is_ephemeral());
    insta::assert_snapshot!(thanks.text(), @r"
    Thank you. The team's managers see your suggestion with your name, and decide about it:
    > Who \*helped\* you, \@everyone?
    If you take direct messages from this server, I tell you what they decided.
    ");
    let twice = desk.ben.submit(&form, &filled).await;
    assert!(twice.text().contains("You have suggested that already"), "{}", twice.text());
    let panel = waiting(&desk).await;
    let text = panel.text().replace(&desk.ben.mention(), "@ben");
    insta::assert_snapshot!(text, @r"
    | Suggestion 1 of 1
    | **Who \*helped\* you, \@everyone?**
    | Friday, four o'clock.
    |
    | *Why:* Nobody asks.
    |
    | -# from @ben, <t:1798966800:R>
    [Approve] [Edit] [Decline]
    ");
    let choose = desk.mia.click(&panel, "Approve").await;
    insta::assert_snapshot!(choose.text(), @r"
    | Approve
    | **Who \*helped\* you, \@everyone?**
    | becomes a reflection at the end of one of this server's own series, and of the rounds that run it.
    <The series it goes to: A new series: Our own>
    [Back]
    ");
    let done = desk.mia.select(choose.message(), CHOICE, &["A new series: Our own"]).await;
    insta::assert_snapshot!(done.text(), @r"
    ✅ Approved. It is in **Our own**; `/series schedule` runs that, `/series export` lets you give it a title and insights of its own. Its author is told by direct message, if they take those.

    No suggestion waits. Members suggest questions with `/suggest`.
    ");
    let ours = library(&desk).await;
    let prompt = &ours.get("our-own").unwrap().prompts[0];
    assert_eq!(
        (prompt.id.as_str(), prompt.question.as_str()),
        ("who-helped-you-everyone-947b54a5", "Who *helped* you, @everyone?")
    );
    assert_eq!(prompt.situation, "Friday, four o'clock.");
    let conn = &mut *desk.data.store.read().await.unwrap();
    let trail = audit::latest(conn, schedules(&desk).await[0].team, 1).await.unwrap();
    assert_eq!(trail[0].what, format!("series our-own: took suggestion 1 of {}", desk.ben.mention()));
    let jobs = app::outbox::due(&desk.data.store, desk.data.now(), 10, &[]).await.unwrap();
    assert!(jobs.iter().any(|job| job.kind == outbox::Kind::Suggestion), "{jobs:?}");
}

#[tokio::test]
async fn what_is_approved_joins_the_rounds_that_run() {
    let desk = Desk::running().await;
    suggest(&desk, &desk.ben, &[("question", "First?")]).await;
    let choose = desk.mia.click(&waiting(&desk).await, "Approve").await;
    desk.mia.select(choose.message(), CHOICE, &["A new series: Our own"]).await;
    let plan = [("series", "our-own"), ("time", "14")];
    let proposal = desk.mia.slash(&desk.channel, "series schedule", &plan).await;
    desk.mia.click(proposal.message(), "Confirm").await;
    suggest(&desk, &desk.ben, &[("question", "Second?")]).await;
    let choose = desk.mia.click(&waiting(&desk).await, "Approve").await;
    let done = desk.mia.select(choose.message(), CHOICE, &["Our own"]).await;
    assert!(done.text().contains("It is in **Our own**"), "{}", done.text());
    let schedule = schedules(&desk).await[1].clone();
    let conn = &mut *desk.data.store.read().await.unwrap();
    assert_eq!(queue::all(conn, schedule.id).await.unwrap(), ["first", "second"]);
}

#[tokio::test]
async fn managers_edit_decline_and_turn_the_page() {
    let desk = Desk::running().await;
    for question in ["One?", "Two?", "Three?"] {
        suggest(&desk, &desk.ben, &[("question", question)]).await;
    }
    let fourth = suggest(&desk, &desk.ben, &[("question", "Four?")]).await;
    assert!(fourth.text().contains("3 of your suggestions wait"), "{}", fourth.text());
    let next = desk.mia.click(&waiting(&desk).await, "Next").await;
    assert!(next.text().contains("Suggestion 2 of 3") && next.text().contains("Two?"), "{}", next.text());
    let form = desk.mia.click(next.message(), "Edit").await.modal().clone();
    let changed = desk.mia.submit(&form, &[("question", "Two, then?")]).await;
    assert!(changed.text().contains("✅ Changed."), "{}", changed.text());
    let stale = desk.ana.submit(&form, &[("question", "Two, or what?")]).await;
    assert!(stale.text().contains("Somebody has changed this suggestion meanwhile"), "{}", stale.text());
    let form = desk.mia.click(&waiting(&desk).await, "Decline").await.modal().clone();
    let declined = desk.mia.submit(&form, &[("reason", "We *had* it.")]).await;
    assert!(declined.text().contains("✅ Declined. Its author is told"), "{}", declined.text());
    assert!(declined.text().contains("Suggestion 1 of 2"), "{}", declined.text());
    let again = desk.mia.submit(&form, &[("reason", "Again.")]).await;
    assert!(again.text().contains("decided already"), "{}", again.text());
    let own = suggest(&desk, &desk.mia, &[("question", "Mine?")]).await;
    assert!(own.text().contains("Thank you"), "{}", own.text());
}

#[tokio::test]
async fn members_other_servers_and_made_up_ids_decide_nothing() {
    let desk = Desk::running().await;
    suggest(&desk, &desk.ben, &[("question", "One?")]).await;
    let refused = desk.ben.slash(&desk.channel, "prompt suggestions", &[]).await;
    assert!(refused.text().contains("This is for the team's managers"), "{}", refused.text());
    let team = schedules(&desk).await[0].team;
    let guild = desk.discord.guild("Elsewhere");
    guild.add_app(&desk.app, super::ALL);
    let (zoe, there) = (guild.person("zoe"), guild.text_channel("there"));
    guild.set_owner(&zoe);
    zoe.slash(&there, "setup", &[("zone", "UTC")]).await;
    for (custom_id, words) in [
        (format!("sugg:no:{team}:1:1"), "no longer in use"),
        ("sugg:no:2:1:1".to_owned(), "decided already"),
        ("sugg:take:2:1:1".to_owned(), "decided already"),
    ] {
        let forged = desk.forged_for(&zoe, &there, &custom_id).await;
        let answer = zoe.click(&forged, "Go").await;
        assert!(answer.text().contains(words), "{custom_id}: {}", answer.text());
    }
    for (custom_id, words) in [
        (format!("sugg:take:{team}:99:1"), "decided already"),
        (format!("sugg:take:{team}:1:7"), "changed this suggestion"),
        (format!("sugg:odd:{team}:1:1"), "no longer in use"),
        (format!("sugg:take:{team}"), "no longer in use"),
        ("sugg".to_owned(), "no longer in use"),
    ] {
        let forged = desk.forged_for(&desk.ana, &desk.channel, &custom_id).await;
        let answer = desk.ana.click(&forged, "Go").await;
        assert!(answer.text().contains(words), "{custom_id}: {}", answer.text());
    }
    assert!(waiting(&desk).await.text().contains("One?"));
}

#[tokio::test]
async fn a_team_can_take_none() {
    let desk = Desk::running().await;
    let open = desk.ben.slash(&desk.channel, "suggest", &[]).await.modal().clone();
    let panel = desk.ana.slash(&desk.channel, "setup", &[]).await;
    let change = desk.ana.click(panel.message(), "Change").await;
    let more = desk.ana.click(change.message(), "More").await;
    assert!(more.text().contains("**Suggestions** on"), "{}", more.text());
    let off = desk.ana.click(more.message(), "Take no suggestions").await;
    assert!(off.text().contains("**Suggestions** off"), "{}", off.text());
    for refused in [
        desk.ben.slash(&desk.channel, "suggest", &[]).await,
        desk.ben.submit(&open, &[("question", "One?")]).await,
    ] {
        assert!(refused.text().contains("takes no suggestions at the moment"), "{}", refused.text());
    }
    let none = desk.mia.slash(&desk.channel, "prompt suggestions", &[]).await;
    assert!(none.text().contains("No suggestion waits"), "{}", none.text());
}

#[tokio::test]
async fn words_at_each_limit_fit_and_one_over_is_given_back() {
    let desk = Desk::running().await;
    let (question, situation) = ("word ".repeat(25), "word ".repeat(60));
    let fits = [("question", question.trim()), ("situation", situation.trim()), ("why", &"y".repeat(300))];
    let taken = suggest(&desk, &desk.ben, &fits).await;
    assert!(taken.text().contains("Thank you"), "{}", taken.text());
    for (values, words) in [
        (vec![("question", "word ".repeat(26))], "The text for **question** is 1 word too long"),
        (
            vec![("question", "Why?".into()), ("situation", "word ".repeat(61))],
            "The text for **situation** is 1 word too long",
        ),
        (vec![("question", "\u{200b} ".into())], "The text for **question** is empty"),
    ] {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = suggest(&desk, &desk.ben, &values).await;
        assert!(answer.text().contains(words), "{}", answer.text());
        assert!(answer.text().contains("You wrote:"), "{}", answer.text());
    }
    assert!(waiting(&desk).await.text().contains("Suggestion 1 of 1"));
}

#[tokio::test]
async fn only_series_of_their_own_with_room_are_offered() {
    let desk = Desk::running().await;
    let list: String = (0..499).map(|n| format!("Question {n}?\n")).collect();
    let most = super::importing::upload(&desk, &desk.mia, "most.txt", list.as_bytes()).await;
    desk.mia.click(most.message(), "Import").await;
    suggest(&desk, &desk.ben, &[("question", "One?")]).await;
    suggest(&desk, &desk.ben, &[("question", "Two?")]).await;
    let first = desk.mia.click(&waiting(&desk).await, "Approve").await;
    let next = desk.mia.click(&waiting(&desk).await, "Next").await;
    let second = desk.mia.click(next.message(), "Approve").await;
    desk.mia.select(first.message(), CHOICE, &["Most"]).await;
    let answer = desk.mia.select(second.message(), CHOICE, &["Most"]).await;
    assert!(answer.text().contains("That series is full"), "{}", answer.text());
    assert!(answer.text().contains("Two?"), "{}", answer.text());
    assert_eq!(library(&desk).await.get("most").unwrap().prompts.len(), 500);
    let choose = desk.mia.click(answer.message(), "Approve").await;
    assert!(!choose.text().contains("Most"), "{}", choose.text());
    assert!(choose.text().contains("One of them is full and not shown."), "{}", choose.text());
}

#[tokio::test]
async fn their_own_for_suggestions_come_first_and_a_new_one_says_its_name() {
    let desk = Desk::running().await;
    for n in 0..25 {
        let list = super::importing::upload(&desk, &desk.mia, &format!("a{n:02}.txt"), b"Why?").await;
        desk.mia.click(list.message(), "Import").await;
    }
    suggest(&desk, &desk.ben, &[("question", "One?")]).await;
    let choose = desk.mia.click(&waiting(&desk).await, "Approve").await;
    assert!(choose.text().contains("1 more with room have no place in this menu."), "{}", choose.text());
    desk.mia.select(choose.message(), CHOICE, &["A new series: Our own"]).await;
    suggest(&desk, &desk.ben, &[("question", "Two?")]).await;
    let choose = desk.mia.click(&waiting(&desk).await, "Approve").await;
    let text = choose.text();
    assert!(text.contains("<The series it goes to: Our own | A00 |"), "{text}");
    assert!(text.contains("A new series: Our own 2"), "{text}");
}

#[tokio::test]
async fn a_server_that_is_full_says_so_in_words_about_the_suggestion() {
    let desk = Desk::running().await;
    for n in 0..40 {
        let list = super::importing::upload(&desk, &desk.mia, &format!("a{n:02}.txt"), b"Why?").await;
        desk.mia.click(list.message(), "Import").await;
    }
    suggest(&desk, &desk.ben, &[("question", "One?")]).await;
    let choose = desk.mia.click(&waiting(&desk).await, "Approve").await;
    let full = desk.mia.select(choose.message(), CHOICE, &["A new series: Our own"]).await;
    assert!(full.text().contains("choose one of them instead of a new one"), "{}", full.text());
    assert!(full.text().contains("One?"), "{}", full.text());
}

#[tokio::test]
async fn what_is_shown_after_a_word_is_the_suggestion_it_was_about() {
    let desk = Desk::running().await;
    for question in ["One?", "Two?", "Three?"] {
        suggest(&desk, &desk.ben, &[("question", question)]).await;
    }
    let next = desk.mia.click(&waiting(&desk).await, "Next").await;
    let form = desk.mia.click(next.message(), "Edit").await.modal().clone();
    let changed = desk.ana.submit(&form, &[("question", "Two, then?")]).await;
    assert!(changed.text().contains("Suggestion 2 of 3"), "{}", changed.text());
    let stale = desk.mia.click(next.message(), "Approve").await;
    assert!(stale.text().contains("this is how it is now"), "{}", stale.text());
    assert!(stale.text().contains("**Two, then?**"), "{}", stale.text());
    let choose = desk.mia.click(stale.message(), "Approve").await;
    let back = desk.mia.click(choose.message(), "Back").await;
    assert!(back.text().contains("Suggestion 2 of 3"), "{}", back.text());
}

#[tokio::test]
async fn words_that_are_refused_come_back_whole() {
    let desk = Desk::running().await;
    let long = "word ".repeat(26);
    let values =
        [("question", long.as_str()), ("situation", "Friday, *four*."), ("why", "Nobody ```asks```.")];
    let given_back = suggest(&desk, &desk.ben, &values).await;
    for words in [long.as_str(), "Friday, *four*.", "Nobody ˋˋˋasksˋˋˋ."] {
        assert!(given_back.text().contains(words.trim()), "{}", given_back.text());
    }
    suggest(&desk, &desk.ben, &[("question", "One?")]).await;
    let form = desk.mia.click(&waiting(&desk).await, "Edit").await.modal().clone();
    let refused = desk.mia.submit(&form, &[("question", &long), ("situation", "Monday.")]).await;
    assert!(refused.text().contains(long.trim()) && refused.text().contains("Monday."), "{}", refused.text());
}

#[tokio::test]
async fn one_server_tells_so_many_authors_and_no_more_for_a_while() {
    let desk = Desk::running().await;
    for n in 0..12 {
        let author = desk.guild.person(&format!("p{n}"));
        suggest(&desk, &author, &[("question", "Why?")]).await;
        if n == 11 {
            desk.discord.clock().advance(std::time::Duration::from_secs(600));
        }
        let form = desk.mia.click(&waiting(&desk).await, "Decline").await.modal().clone();
        let done = desk.mia.submit(&form, &[("reason", "We had it.")]).await.text();
        let told = n != 10;
        assert_eq!(done.contains("Its author is told by direct message"), told, "{n}: {done}");
        assert_eq!(done.contains("Its author is not told: many were told"), !told, "{n}: {done}");
    }
}
