//! The clock, as tests and bots see it.

use crate::bot::Stage;
use emulator::{EventFault, Fault, bits};
use jiff::SignedDuration;
use std::time::Duration;

#[tokio::test]
async fn the_clock_of_a_bots_host_may_be_wrong_and_jump() {
    let stage = Stage::offline(0).await;
    let clock = stage.discord.clock();
    let host = clock.subscribe_host();
    assert_eq!(*host.borrow(), clock.now());
    for minutes in [60, -60, 0] {
        let off = SignedDuration::from_mins(minutes);
        let before = clock.reading();
        clock.set_host_off(off);
        assert_eq!(*host.borrow(), clock.now() + off, "at once");
        assert_eq!(clock.reading(), before, "and Discord's is right");
        clock.advance(Duration::from_secs(7));
        assert_eq!(*host.borrow(), clock.now() + off);
    }
}

#[tokio::test]
async fn it_is_known_when_what_was_put_off_is_to_come() {
    let stage = Stage::offline(0).await;
    let clock = stage.discord.clock();
    let _socket = crate::socket::Socket::identify(&stage, bits::INTENT_GUILD_MESSAGES).await;
    assert_eq!(clock.next(), None);
    stage.discord.fault(Fault::on_event("MESSAGE_CREATE", EventFault::Delay { ms: 5000 }));
    let due = clock.now() + SignedDuration::from_secs(5);
    stage.post("a").await;
    assert_eq!(clock.next(), Some(due));
    clock.advance(Duration::from_secs(3600));
    assert_eq!(clock.next(), None);
}

#[tokio::test]
async fn moves_at_the_same_time_add_up() {
    let stage = Stage::offline(0).await;
    let clock = stage.discord.clock();
    let start = clock.now();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..500).for_each(|_| clock.advance(Duration::from_millis(1))));
        }
    });
    assert_eq!(clock.now(), start + SignedDuration::from_secs(2));
}
