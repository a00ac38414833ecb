//! What whoever has just started it waits for.

use super::scene::Scene;
use emulator::{Fault, RequestFault};

#[tokio::test]
async fn it_is_ready_when_people_can_use_it() {
    let scene = Scene::open().await;
    let hold = scene
        .discord
        .fault(Fault::on("PUT /applications/*/commands", RequestFault::Hold { done: false }).times(1));
    let bot = scene.start();
    bot.says("connected to Discord").await;
    hold.struck(1).await;
    assert!(!bot.has_said("ready: "), "nobody knows its commands yet");
    hold.release();
    let version = env!("CARGO_PKG_VERSION");
    bot.says(&format!("ready: Helmsman {version} as Helmsman, 1 server, database helmsman.db\n")).await;
    assert_eq!(scene.ana.slash(&scene.channel, "help", &[]).await.failed(), None);
    assert_eq!(bot.stop().await.said.matches("ready: ").count(), 1);
}
