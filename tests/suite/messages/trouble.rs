//! What an admin is told.

use super::{fits, text};
use helmsman::{
    app::alerts::Alert,
    chat::trouble_text::alert,
    domain::{id::ChannelId, reason::Reason},
};
use jiff::civil::date;

#[test]
fn alerts_say_what_happened_and_what_to_do() {
    let suspended = |reason: Reason| Alert::Suspended { channel: ChannelId(5), reason: reason.code() };
    let missing = alert(&suspended(Reason::Missing((1 << 11) | (1 << 14))), "7K3M9Q2X");
    insta::assert_snapshot!(text(&missing), @r"
    A schedule has stopped
    In <#5> nothing is posted at the moment: I lack permissions in the channel: Send Messages, Embed Links. Queues and streaks stay as they are.

    Give me View Channel, Send Messages, Embed Links and Read Message History there, then run `/series resume`.
    -- 7K3M9Q2X
    ");
    insta::assert_snapshot!(text(&alert(&suspended(Reason::ChannelGone), "7K3M9Q2X")), @r"
    A schedule has stopped
    In <#5> nothing is posted at the moment: the channel is gone. Queues and streaks stay as they are.

    Run `/setup` in another channel and choose *Move*.
    -- 7K3M9Q2X
    ");
    let unknown =
        Alert::Unknown { channel: ChannelId(5), day: date(2027, 1, 4), title: "The quiet hour".into() };
    insta::assert_snapshot!(text(&alert(&unknown, "7K3M9Q2X")), @r"
    I do not know whether a prompt was posted
    Whether the prompt of 2027-01-04 (**The quiet hour**) arrived in <#5> I cannot find out: sending failed half-way, and I may not read the channel's history to see whether it arrived. I did not send it again, and the day counts for nobody.

    Give me Read Message History in the channel, so that next time I can look.
    -- 7K3M9Q2X
    ");
    let (channel, day) = (ChannelId(5), date(2027, 1, 4));
    let reveal = Alert::RevealUnknown { channel, day, title: "The quiet hour".into() };
    insta::assert_snapshot!(text(&alert(&reveal, "7K3M9Q2X")), @r"
    I do not know whether a reveal was posted
    Whether what became of the prompt of 2027-01-04 (**The quiet hour**) arrived in <#5> I cannot find out: sending failed half-way, and I may not read the channel's history to see whether it arrived. I did not send it again. Answers and streaks stay as they are.

    Give me Read Message History in the channel, so that next time I can look.
    -- 7K3M9Q2X
    ");
    fits(&missing);
}
