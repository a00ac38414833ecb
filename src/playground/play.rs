//! Plays lines: people act, the clock moves, and what is new is printed.

use super::{
    cast::Cast,
    line::{Act, HELP, Line},
    stage::Stage,
    view::View,
};
use emulator::{Message, Person, Response};
use jiff::SignedDuration;
use std::io::{self, BufRead, Write};

/// `clock next` gives up when nothing is to be seen for so long.
const NOTHING_FOR: SignedDuration = SignedDuration::from_hours(24 * 14);

/// A play in progress.
pub(super) struct Play<'a, W> {
    pub(super) stage: Stage,
    pub(super) cast: Cast,
    pub(super) view: View,
    pub(super) out: &'a mut W,
    /// Lines that could not be played.
    pub(super) failed: usize,
}

impl<W: Write> Play<'_, W> {
    /// Plays to the end of `lines`, or to `quit`. What nobody types is printed before it is played.
    pub(super) async fn all(&mut self, lines: &mut impl BufRead, typed: bool) -> io::Result<()> {
        self.news()?;
        let mut text = String::new();
        loop {
            if typed {
                write!(self.out, "> ")?;
                self.out.flush()?;
            }
            text.clear();
            if lines.read_line(&mut text)? == 0 {
                return Ok(());
            }
            let line = match Line::parse(&text) {
                Ok(line) => line,
                Err(wrong) => {
                    self.wrong(&text, &wrong)?;
                    continue;
                }
            };
            match &line {
                Line::Empty => continue,
                Line::Quit => return Ok(()),
                Line::Comment(words) => {
                    writeln!(self.out, "\n# {words}")?;
                    continue;
                }
                _ if !typed => writeln!(self.out, "\n> {}", text.trim())?,
                _ => {}
            }
            if let Err(wrong) = self.line(line).await? {
                self.wrong(&text, &wrong)?;
            }
            self.news()?;
        }
    }

    fn wrong(&mut self, line: &str, wrong: &str) -> io::Result<()> {
        self.failed += 1;
        let wrong = self.view.readable(self.stage.now(), wrong);
        writeln!(self.out, "!! {}: {wrong}", line.trim())
    }

    fn news(&mut self) -> io::Result<bool> {
        let Self { cast, view, stage, .. } = self;
        let news = view.news(stage.now(), &cast.channel, &cast.people, &cast.dms);
        for line in &news {
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(!news.is_empty())
    }

    async fn line(&mut self, line: Line) -> io::Result<Result<(), String>> {
        match line {
            Line::Empty | Line::Comment(_) | Line::Quit => {}
            Line::Help => writeln!(self.out, "{HELP}")?,
            Line::People => {
                for line in Cast::introduction() {
                    writeln!(self.out, "{line}")?;
                }
            }
            Line::Show => {
                self.view.forget();
                let time = self.view.time(self.stage.now());
                writeln!(self.out, "It is {time}.")?;
            }
            Line::Act { who, act } => return self.act(&who, act).await,
            Line::ClockNext => return self.next().await,
            Line::ClockBy(by) => return self.clock(self.stage.now() + by).await,
            Line::ClockAt(when) => {
                return match self.view.instant(when) {
                    Some(at) if at >= self.stage.now() => self.clock(at).await,
                    _ => Ok(Err("the clock does not go back".to_owned())),
                };
            }
        }
        Ok(Ok(()))
    }

    /// Moves the clock, printing what happens on the way when it happens.
    async fn clock(&mut self, target: jiff::Timestamp) -> io::Result<Result<(), String>> {
        loop {
            if let Err(error) = self.stage.settled().await {
                return Ok(Err(error.to_string()));
            }
            let Some(next) = self.stage.next().filter(|next| *next < target) else { break };
            if let Err(error) = self.stage.at(next).await {
                return Ok(Err(error.to_string()));
            }
            self.news()?;
        }
        let moved = self.stage.at(target).await.map_err(|error| error.to_string());
        if !self.news()? {
            let time = self.view.time(self.stage.now());
            writeln!(self.out, "It is {time}.")?;
        }
        Ok(moved)
    }

    async fn next(&mut self) -> io::Result<Result<(), String>> {
        let until = self.stage.now() + NOTHING_FOR;
        while let Some(next) = self.stage.next().filter(|next| *next <= until) {
            let next = next.max(self.stage.now() + SignedDuration::from_millis(1));
            if let Err(error) = self.stage.at(next).await {
                return Ok(Err(error.to_string()));
            }
            if self.news()? {
                return Ok(Ok(()));
            }
        }
        writeln!(self.out, "Nothing is due in the next two weeks.")?;
        Ok(Ok(()))
    }

    async fn act(&mut self, who: &str, act: Act) -> io::Result<Result<(), String>> {
        let person = match self.cast.person(who) {
            Ok(person) => person,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let done = self.perform(&person, act).await;
        let settled = self.stage.settled().await.map_err(|error| error.to_string());
        let response = match done.and_then(|done| settled.map(|()| done)) {
            Ok(Some(response)) => response,
            Ok(None) => return Ok(Ok(())),
            Err(wrong) => return Ok(Err(wrong)),
        };
        if let Some(form) = response.try_modal() {
            writeln!(self.out, "{who} sees a form:")?;
            for line in self.view.readable(self.stage.now(), &form.text()).lines() {
                writeln!(self.out, "  {line}")?;
            }
            self.cast.forms.insert(who.to_owned(), form.clone());
        }
        Ok(response.failed().map_or(Ok(()), Err))
    }

    async fn perform(&mut self, person: &Person, act: Act) -> Result<Option<Response>, String> {
        let channel = self.cast.channel.clone();
        Ok(Some(match act {
            Act::Slash(command, options) => {
                let options: Vec<_> =
                    options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                person.slash(&channel, &command, &options).await
            }
            Act::Click(label) => {
                let message = self.newest(person, |message| message.try_button(&label).is_some());
                let message = message.ok_or_else(|| self.no_button(person, &label))?;
                person.click(&message, &label).await
            }
            Act::Select(values) => {
                let found = self.newest(person, |message| menu(message, &values).is_some());
                let menu = found.as_ref().and_then(|message| Some((message, menu(message, &values)?)));
                let (message, menu) =
                    menu.ok_or_else(|| format!("{} sees no menu with {}", person.name(), values.join(", ")))?;
                let values: Vec<_> = values.iter().map(String::as_str).collect();
                person.select(message, &menu, &values).await
            }
            Act::Submit(texts) => {
                let form = self.cast.forms.remove(&person.name());
                let form = form.ok_or_else(|| format!("{} has no form open", person.name()))?;
                let inputs = form.inputs();
                if texts.len() > inputs.len() {
                    return Err(format!("the form has {} fields", inputs.len()));
                }
                let values: Vec<_> = inputs
                    .iter()
                    .zip(&texts)
                    .map(|(input, text)| (input.custom_id.as_str(), text.as_str()))
                    .collect();
                person.submit(&form, &values).await
            }
            Act::Say(text) => return person.try_say(&channel, &text).map(|_| None),
            Act::Reply(text) => {
                return person.try_reply(&self.prompt(person)?, &text).map(|_| None);
            }
            Act::Thread(text) => {
                let prompt = self.prompt(person)?;
                let thread = match person.thread_of(&prompt) {
                    Some(thread) => thread,
                    None => person.start_thread(&prompt, "Talk"),
                };
                return person.try_say(&thread, &text).map(|_| None);
            }
        }))
    }

    fn no_button(&self, person: &Person, label: &str) -> String {
        let name = person.name();
        let newest = self.newest(person, |message| !message.buttons().is_empty());
        let labels: Vec<_> = newest.iter().flat_map(Message::buttons).map(|button| button.label).collect();
        match labels.as_slice() {
            [] => format!("{name} sees no button at all"),
            labels => format!("{name} sees no button `{label}`; the newest are: {}", labels.join(" · ")),
        }
    }

    /// The newest message that the person sees and that fits.
    fn newest(&self, person: &Person, fits: impl Fn(&Message) -> bool) -> Option<Message> {
        let at = self.cast.people.iter().position(|one| one.id() == person.id());
        let direct = at.and_then(|at| self.cast.dms.get(at)).map(|dm| person.sees(dm));
        let mut seen = person.sees(&self.cast.channel);
        seen.extend(direct.into_iter().flatten());
        seen.sort_by_key(|message| message.id);
        seen.into_iter().rev().find(fits)
    }

    /// The newest prompt: the newest message for all to see that has, or had, buttons.
    fn prompt(&self, person: &Person) -> Result<Message, String> {
        let own = |message: &Message| {
            message.author() == "Helmsman" && !message.is_ephemeral() && !message.buttons().is_empty()
        };
        let found = self.newest(person, own);
        found.ok_or_else(|| "no prompt is open".to_owned())
    }
}

/// The menu that offers all of these.
fn menu(message: &Message, values: &[String]) -> Option<String> {
    let offers = |menu: &emulator::SelectMenu, value: &String| {
        menu.kind != 3 || menu.options.iter().any(|(label, id)| label == value || id == value)
    };
    let menu = message.selects().into_iter().find(|menu| values.iter().all(|value| offers(menu, value)));
    menu.map(|menu| menu.custom_id)
}
