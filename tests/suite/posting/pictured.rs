//! Pictures beside what Helmsman says by itself.

use crate::harness::Harbour;
use emulator::{Done, EventFault, Fault, Message, RequestFault, bits};

/// Everybody picks another option of the first prompt, and a day later it is closed. What runs in between is given.
async fn revealed(picks: usize, meanwhile: impl FnOnce(&Harbour)) -> (Harbour, Message) {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let people = [&harbour.ada, &harbour.ben, &harbour.cleo];
    for (person, button) in people.into_iter().zip(prompt.buttons()).take(picks) {
        harbour.click(person, &prompt, &button.label).await;
    }
    meanwhile(&harbour);
    harbour.at("2027-01-05 09:31").await;
    let reveal = harbour.posted("How it went");
    (harbour, reveal)
}

fn posts(harbour: &Harbour) -> Vec<u16> {
    let requests = harbour.discord().requests();
    let posts = requests.iter().filter(|one| one.method == "POST" && one.path.ends_with("/messages"));
    posts.map(|one| one.status).collect()
}

fn reveals(harbour: &Harbour) -> usize {
    let seen = harbour.ben.sees(&harbour.channel);
    seen.iter().filter(|message| message.text().contains("How it went")).count()
}

#[tokio::test]
async fn a_split_comes_as_a_picture_that_says_what_the_text_says() {
    let (harbour, reveal) = revealed(3, |_| {}).await;
    let [file] = &reveal.state().attachments[..] else { panic!("{:?}", reveal.state().attachments) };
    assert_eq!((file.filename.as_str(), file.content_type.as_deref()), ("split.png", Some("image/png")));
    assert!(file.data.starts_with(b"\x89PNG"));
    let alt = file.description.as_deref().unwrap();
    assert!(alt.contains("3 people picked an option") && alt.contains("In all:"), "{alt}");
    assert!(reveal.text().contains("The split") && reveal.text().contains("Leaning toward"));
    harbour.end().await;
}

#[tokio::test]
async fn two_picks_have_no_picture() {
    let (harbour, reveal) = revealed(2, |_| {}).await;
    assert!(reveal.state().attachments.is_empty());
    harbour.end().await;
}

#[tokio::test]
async fn where_no_file_may_be_attached_the_text_goes_alone() {
    let (harbour, reveal) = revealed(3, |harbour| {
        harbour.channel.deny(&harbour.guild.app_role(harbour.app()), bits::ATTACH_FILES);
    })
    .await;
    assert!(reveal.state().attachments.is_empty() && reveal.text().contains("The split"));
    assert!(posts(&harbour).iter().all(|status| *status == 200), "nothing is tried that will be refused");
    harbour.end().await;
}

#[tokio::test]
async fn what_is_refused_with_a_file_is_said_without_it_and_the_schedule_goes_on() {
    let (harbour, reveal) = revealed(3, |harbour| {
        harbour.discord().fault(Fault::on_event("CHANNEL_UPDATE", EventFault::Drop));
        harbour.channel.deny(&harbour.guild.app_role(harbour.app()), bits::ATTACH_FILES);
    })
    .await;
    assert!(reveal.state().attachments.is_empty() && reveal.text().contains("The split"));
    assert_eq!(posts(&harbour).iter().filter(|status| **status == 403).count(), 1);
    harbour.at("2027-01-06 09:30").await;
    assert_eq!(reveals(&harbour), 1);
    assert_ne!(harbour.prompt().id, reveal.id);
    assert!(!harbour.prompt().buttons().is_empty() || harbour.prompt().text().contains("Closes"));
    harbour.end().await;
}

#[tokio::test]
async fn a_picture_whose_answer_is_lost_is_not_sent_twice() {
    let (harbour, reveal) = revealed(3, |harbour| {
        let lost = RequestFault::Reset { done: Done::Yes };
        harbour
            .discord()
            .fault(Fault::on("POST /channels/*/messages", lost).containing("split.png").times(1));
    })
    .await;
    harbour.at("2027-01-05 09:45").await;
    assert_eq!((reveals(&harbour), reveal.state().attachments.len()), (1, 1));
    harbour.end().await;
}
