//! What managers do with single prompts: post one by hand, take one back, mend its words; and what moderators delete.

use crate::simulation::town::Town;
use jiff::SignedDuration;

/// What was posted longer ago can be neither taken back nor mended.
const BACK: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Town {
    pub async fn post(&mut self, t: usize) {
        let n = self.some_line(t);
        let line = &self.teams[t].calendar.lines[n];
        let (series, title) = (line.series.clone(), line.titles.last().cloned());
        // After trouble, what is next is not known, or may be on its way already: they say which.
        let known = line.queue.sure && self.calm(t);
        let named = (!known).then(|| line.queue.any().to_owned());
        let mut options = vec![("series", series.as_str())];
        options.extend(named.as_deref().map(|id| ("prompt", id)));
        let Some(posted) = self.command(t, "prompt post", &options).await else { return };
        assert!(posted.text().contains("is on its way"), "{title:?}: {}", posted.text());
        let team = &mut self.teams[t];
        let title = team.calendar.lines[n].queue.by_hand(named.as_deref());
        team.extras.push(title);
    }

    /// A recent prompt of which the bot knows, open or closed.
    async fn some_posted(&mut self, t: usize) -> Option<usize> {
        self.adopt(t).await;
        let now = self.stage.now();
        let (since, ripe) =
            ((now - BACK).as_millisecond(), (now - SignedDuration::from_mins(20)).as_millisecond());
        let calm = self.calm(t);
        let team = &mut self.teams[t];
        let fits = |p: &usize| {
            let post = &team.posts[*p];
            !post.retracted && !post.unknown && post.opens > since && (calm || post.opens < ripe)
        };
        let recent: Vec<_> = (0..team.posts.len()).rev().filter(fits).take(5).collect();
        (!recent.is_empty()).then(|| team.dice.pick(&recent))
    }

    pub async fn retract(&mut self, t: usize) {
        let Some(p) = self.some_posted(t).await else { return };
        let id = self.teams[t].posts[p].occurrence.to_string();
        let Some(asked) = self.command(t, "prompt retract", &[("prompt", &id)]).await else { return };
        let button = self.teams[t].dice.pick(&["Take it back", "Take it back", "Keep it"]);
        let Some(done) = self.click(t, asked.message(), button).await else { return };
        let (now, text) = (self.stage.now(), done.text());
        if button == "Keep it" {
            assert!(text.contains("Nothing was changed"), "{text}");
            return;
        }
        assert!(text.contains("is taken back"), "team {t} at {now}: {text}");
        let post = &mut self.teams[t].posts[p];
        (post.retracted, post.deleted) = (true, Some(now.as_millisecond()));
    }

    pub async fn mend(&mut self, t: usize) {
        let Some(p) = self.some_posted(t).await else { return };
        let id = self.teams[t].posts[p].occurrence.to_string();
        let Some(panel) = self.command(t, "prompt mend", &[("prompt", &id)]).await else { return };
        let options = panel.message().try_button("Options").is_some() && self.teams[t].dice.chance(50);
        let button = if options { "Options" } else { "Title and question" };
        let Some(form) = self.click(t, panel.message(), button).await else { return };
        let inputs = form.modal().inputs();
        let team = &mut self.teams[t];
        let which = if options { team.dice.below(inputs.len()) } else { team.dice.pick(&[0, 2]) };
        team.notes += 1;
        // Whatever they write, it calls nobody.
        let words = format!("Mended {} @everyone **so**", team.notes);
        let values = [(inputs[which].custom_id.as_str(), words.as_str())];
        let Some(done) = self.fill(t, form.modal(), &values).await else { return };
        assert!(done.text().contains("Mended."), "team {t} at {}: {}", self.stage.now(), done.text());
        self.teams[t].posts[p].mends += 1;
        let mended = &mut self.teams[t].posts[p].mended;
        let place = if options { 10 + which } else { which };
        mended.retain(|(known, _)| *known != place);
        mended.push((place, words));
    }

    pub async fn delete(&mut self, t: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let recent = team.posts.len().saturating_sub(2)..team.posts.len();
        if recent.is_empty() {
            return;
        }
        let p = recent.start + team.dice.below(recent.len());
        let post = &mut team.posts[p];
        if team.admin.delete(&post.message) {
            post.deleted = Some(now.as_millisecond());
            post.retracted = true;
        }
    }
}
