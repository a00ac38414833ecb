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
    pub fn set_page(&self, page: Page) {
        self.hub.set_page(page);
    }

    /// Tells the host's panel on each page that is open. A page that comes later has to ask.
    pub fn tell_panel(&self, data: Value) {
        self.hub.tell_pages(Change::Panel(Arc::new(data)));
    }
}
