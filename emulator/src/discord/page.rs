//! The page on which people look at this Discord, as its host sets it.

use super::Discord;
use crate::page::Page;
use crate::world::Change;
use serde_json::Value;
use std::sync::Arc;

impl Discord {
    /// Where the page is: `http://127.0.0.1:PORT/`.
    pub fn page_url(&self) -> String {
        format!("{}/", self.api_url())
    }

    /// Sets what the host says of the page. Pages that are open begin again.
    ///
    /// ```
    /// use emulator::{Discord, Options, Page, Panel};
    /// use serde_json::{Value, json};
    /// use std::sync::Arc;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// let discord = Discord::start(Options::default()).await?;
    /// let ana = discord.guild("Harbour").person("ana");
    /// let panel = Panel {
    ///     files: vec![("panel.js", "export function start(host) {}"), ("panel.css", "")],
    ///     handle: Arc::new(|asked: Value| Box::pin(async move { json!({ "asked": asked }) })),
    /// };
    /// discord.set_page(Page { title: "Harbour".into(), notes: vec![(ana.id(), "admin".into())], panel: Some(panel) });
    /// println!("open {}", discord.page_url());
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_page(&self, page: Page) {
        self.hub.set_page(page);
    }

    /// Tells the host's panel on each page that is open. A page that comes later has to ask.
    pub fn tell_panel(&self, data: Value) {
        self.hub.tell_pages(Change::Panel(Arc::new(data)));
    }
}
