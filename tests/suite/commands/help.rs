//! `/help`, wherever it is asked.

use super::Desk;
use crate::harness::Harbour;

#[tokio::test]
async fn help_knows_where_it_is_asked() {
    let desk = Desk::open().await;
    let answer = desk.ben.slash(&desk.channel, "help", &[]).await;
    assert!(answer.is_ephemeral());
    assert!(answer.text().contains("There is no team in this channel yet"), "{}", answer.text());
    let answer = desk.ben.slash(&desk.ben.dm(&desk.app), "help", &[]).await;
    assert!(answer.text().contains("one team to a channel"), "{}", answer.text());
    desk.ana.slash(&desk.channel, "setup", &[("zone", "UTC")]).await;
    let answer = desk.ben.slash(&desk.channel, "help", &[]).await;
    assert!(answer.text().contains("being set up"), "{}", answer.text());
}

#[tokio::test]
async fn help_fits_one_screen() {
    let desk = Desk::running().await;
    let answer = desk.ben.slash(&desk.channel, "help", &[]).await;
    insta::assert_snapshot!(answer.text().replace(&desk.leads.id().to_string(), "LEADS"), @r"
    | Helmsman
    | On working days I post a short prompt about leading and managing. You answer with one tap or one sentence, and keep a streak. No answer is right or wrong: a team needs both sides, and I show what each buys and costs. Now and then a short poll asks who handled something like a leader; nobody sees who you chose.
    |
    | **Here:** The next prompt here comes <t:1799051400:R>.
    | Everyone:
    | `/answer` answer the newest open prompt
    | `/me` your streak, and why it is what it is
    | `/away` keep your streak while you are on leave
    | `/suggest` a question that the team should be asked
    | `/moment` note that you saw a colleague lead
    | You can also reply to a prompt, or write in its thread: it counts as an answer.
    | Managers:
    | `/series list` and `/series show` what there is and what comes next
    | `/series schedule` run a series · `/series edit` · `/series pause` · `/series resume` · `/series skip`
    | `/prompt preview` look at a prompt · `/prompt post` post one now · `/prompt retract` · `/prompt mend`
    | `/series calendar` the next 30 days · `/daysoff` days without a prompt · `/excuse` a day that shall not count
    | `/series import` bring your own series or questions · `/series export` get one as a file · `/prompt suggestions` what members propose
    | `/poll start` ask who handled something like a leader (also: *Apps*, *Who led here?* in a message's menu)
    | `/poll close` end one early · `/poll list` polls, results, moments, the weekly poll
    | -# <@&LEADS> and people with Manage Server
    | Admins:
    | `/setup` make a team in a channel, change it, move it, remove it
    | -# people with Manage Server
    ");
}

#[tokio::test]
async fn help_and_answer_say_what_waits_and_what_comes() {
    let harbour = Harbour::with_team().await;
    let text = async |command: &str| harbour.ben.slash(&harbour.channel, command, &[]).await.text();
    let comes = "comes <t:1799055000:R>.";
    let nothing = text("answer").await;
    assert!(
        nothing.contains(&format!("nothing to answer here right now. The next prompt {comes}")),
        "{nothing}"
    );
    harbour.at("2027-01-04 10:00").await;
    let open = text("help").await;
    assert!(
        open.contains("A prompt waits for your answer: `/answer` shows it. The next prompt here comes"),
        "{open}"
    );
    let prompt = text("answer").await;
    assert!(!prompt.contains("nothing to answer"), "{prompt}");
    let newest = harbour.posted("Steady and far");
    let first = newest.buttons().into_iter().find(|button| !button.disabled).expect("it can be answered");
    harbour.ben.click(&newest, first.custom_id.as_deref().unwrap_or_default()).await;
    let answered = text("help").await;
    assert!(!answered.contains("waits for your answer"), "{answered}");
    harbour.end().await;
}

#[tokio::test]
async fn a_fault_is_told_without_details_and_a_completion_stays_empty() {
    let desk = Desk::running().await;
    desk.data.store.close().await;
    for command in ["help", "series list", "answer"] {
        let answer = desk.mia.slash(&desk.channel, command, &[]).await;
        assert!(answer.is_ephemeral());
        assert!(
            answer.text().starts_with("Something went wrong on my side and nothing was changed."),
            "{command}: {}",
            answer.text()
        );
    }
    let none = desk.mia.complete(&desk.channel, "series show", &[("schedule", "")], "schedule").await;
    assert!(none.is_empty());
    let message = desk.forged_for(&desk.ana, &desk.channel, "setup:panel:1").await;
    let answer = desk.ana.click(&message, "Go").await;
    assert!(answer.text().contains("nothing was changed"), "{}", answer.text());
}
