//! The role that a prompt notifies.

use crate::harness::Harbour;

#[tokio::test]
async fn a_prompt_notifies_the_role_as_long_as_an_admin_allows_it() {
    let harbour = Harbour::with_team().await;
    let crew = harbour.guild.role("Crew", 0);
    crew.set_mentionable(true);
    let panel = harbour.ada.slash(&harbour.channel, "setup", &[]).await;
    let change = harbour.ada.click(panel.message(), "Change").await;
    let more = harbour.ada.click(change.message(), "More").await;
    let menu = "Roles that prompts may notify (none: nobody is notified)";
    harbour.ada.select(more.message(), menu, &["Crew"]).await;
    let proposal = harbour.ada.slash(&harbour.channel, "series edit", &[("notify", "Crew")]).await;
    harbour.ada.click(proposal.message(), "Confirm").await;
    harbour.settled().await;

    harbour.at("2027-01-04 09:31").await;
    let prompt = harbour.prompt();
    assert_eq!(prompt.state().mention_roles, [crew.id()]);
    assert!(!prompt.state().mention_everyone);

    harbour.ada.select(more.message(), menu, &[]).await;
    harbour.at("2027-01-05 09:31").await;
    let next = harbour.prompt();
    assert_ne!(next.id, prompt.id);
    assert_eq!((next.content(), next.state().mention_roles.len()), ("", 0));
    harbour.end().await;
}
