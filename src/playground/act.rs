//! What somebody does in a line, done: buttons, menus and forms are found as a person finds them, by what is written on
//! them.

use super::{cast::is_open_prompt, commands, line::Act, play::Play};
use emulator::{Message, Person, Response, SelectMenu};
use std::io::{self, Write};

/// Discord's number for a menu with options of its own; the others offer people, roles or channels.
const OWN_OPTIONS: u64 = 3;

impl<W: Write> Play<'_, W> {
    pub(super) async fn act(&mut self, who: &str, act: Act) -> io::Result<Result<(), String>> {
        let person = match self.cast.person(who) {
            Ok(person) => person,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let about = match &act {
            Act::Commands => Some(commands::all(&person, self.cast.channel())),
            Act::Slash(command, options) => {
                commands::choices(&person, self.cast.channel(), command, options).await
            }
            _ => None,
        };
        if let Some(lines) = about {
            for line in lines {
                self.tell(&line)?;
            }
            return Ok(Ok(()));
        }
        let done = self.perform(&person, act).await;
        let settled = self.stage.settled().await.map_err(|error| error.to_string());
        let response = match done.and_then(|done| settled.map(|()| done)) {
            Ok(Some(response)) => response,
            Ok(None) => return Ok(Ok(())),
            Err(wrong) => return Ok(Err(wrong)),
        };
        if response.failed().is_none() && response.try_modal().is_none() && !self.news().await? {
            self.tell("(Nothing is different from before.)")?;
        }
        if let Some(form) = response.try_modal() {
            self.tell(&format!("{who} sees a form:"))?;
            let text = self.view.readable(self.stage.now(), &form.text());
            for line in text.lines() {
                self.tell(&format!("  {line}"))?;
            }
            self.cast.forms.insert(who.to_owned(), form.clone());
        }
        Ok(response.failed().map_or(Ok(()), Err))
    }

    async fn perform(&mut self, person: &Person, act: Act) -> Result<Option<Response>, String> {
        let channel = self.cast.channel().clone();
        let name = person.name();
        Ok(Some(match act {
            Act::Commands => return Ok(None),
            Act::Slash(command, options) => {
                if let Some(wrong) = commands::too_much(person, &channel, &command) {
                    return Err(wrong);
                }
                let options: Vec<_> =
                    options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let response = person.slash(&channel, &command, &options).await;
                if response.interaction.is_none()
                    && let Some(why) = response.failed()
                {
                    return Err(format!("{why}. {}", commands::usage(person, &channel, &command)));
                }
                response
            }
            Act::Click(wanted) => {
                let (message, label) =
                    self.button(person, &wanted).ok_or_else(|| self.no_button(person, &wanted))?;
                person.click(&message, &label).await
            }
            Act::Select(values) => {
                let found = self.newest(person, |message| choice(message, &values).is_some());
                let found = found.and_then(|message| Some((choice(&message, &values)?, message)));
                let ((menu, values), message) = found.ok_or_else(|| self.no_menu(person, &values))?;
                let values: Vec<_> = values.iter().map(String::as_str).collect();
                person.select(&message, &menu, &values).await
            }
            Act::Submit(text) => {
                let form = self.cast.forms.get(&name);
                let form = form.ok_or_else(|| format!("{name} has no form open"))?.clone();
                let inputs = form.inputs();
                // Without any words the form goes out as it stands.
                let texts = text.splitn(inputs.len(), '|').map(str::trim).filter(|_| !text.is_empty());
                let values: Vec<_> = inputs.iter().map(|input| input.custom_id.as_str()).zip(texts).collect();
                let response = person.submit(&form, &values).await;
                match response.failed().filter(|_| response.interaction.is_none()) {
                    Some(why) => return Err(format!("{why} The form stays open")),
                    None => self.cast.forms.remove(&name),
                };
                response
            }
            Act::Say(text) => return person.try_say(&channel, &text).map(|_| None),
            Act::Reply(text) => return person.try_reply(&self.prompt(person)?, &text).map(|_| None),
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

    /// The button that is meant, and its label: written in full, or the beginning of just one, or its number.
    fn button(&self, person: &Person, wanted: &str) -> Option<(Message, String)> {
        let exactly = self.newest(person, |message| message.try_button(wanted).is_some());
        if let Some(message) = exactly {
            return Some((message, wanted.to_owned()));
        }
        if let Ok(number) = wanted.parse::<usize>() {
            let message = self.newest(person, |message| !message.buttons().is_empty())?;
            let label = message.buttons().get(number.checked_sub(1)?)?.label.clone();
            return Some((message, label));
        }
        let begins = |message: &Message| {
            let fits = |label: &String| label.to_lowercase().starts_with(&wanted.to_lowercase());
            let mut labels = message.buttons().into_iter().map(|button| button.label).filter(fits);
            labels.next().filter(|_| labels.next().is_none())
        };
        let message = self.newest(person, |message| begins(message).is_some())?;
        begins(&message).map(|label| (message, label))
    }

    fn no_button(&self, person: &Person, wanted: &str) -> String {
        let name = person.name();
        let newest = self.newest(person, |message| !message.buttons().is_empty());
        let labels: Vec<_> = newest.iter().flat_map(Message::buttons).map(|button| button.label).collect();
        match labels.as_slice() {
            [] => format!("{name} sees no button at all. `clock next` moves on to the next prompt"),
            labels => format!("{name} sees no button `{wanted}`; the newest are: {}", labels.join(" · ")),
        }
    }

    fn no_menu(&self, person: &Person, wanted: &[String]) -> String {
        let (name, wanted) = (person.name(), wanted.join(", "));
        let newest = self.newest(person, |message| !message.selects().is_empty());
        let menus = newest.iter().flat_map(Message::selects);
        let offered: Vec<_> = menus.flat_map(|menu| menu.options).map(|(label, _)| label).collect();
        match offered.as_slice() {
            [] => format!("{name} sees no menu with {wanted}"),
            offered => {
                format!("{name} sees no menu with {wanted}; the newest offers: {}", offered.join(" · "))
            }
        }
    }

    /// The newest message that the person sees and that fits.
    fn newest(&self, person: &Person, fits: impl Fn(&Message) -> bool) -> Option<Message> {
        let at = self.cast.people.iter().position(|one| one.id() == person.id());
        let direct = at.and_then(|at| self.cast.dms.get(at)).map(|dm| person.sees(dm));
        let mut seen = person.sees(self.cast.channel());
        seen.extend(direct.into_iter().flatten());
        seen.sort_by_key(|message| message.id);
        seen.into_iter().rev().find(fits)
    }

    /// The newest prompt that can be answered.
    fn prompt(&self, person: &Person) -> Result<Message, String> {
        let found = self.newest(person, is_open_prompt);
        found.ok_or_else(|| "no prompt is open. `clock next` moves on to the next one".to_owned())
    }
}

/// The menu that offers all of these, and what they are called there: one with options of its own, or else one of people,
/// roles or channels.
fn choice(message: &Message, values: &[String]) -> Option<(String, Vec<String>)> {
    let called = |menu: &SelectMenu, value: &String| {
        let fits = |(label, id): &&(String, String)| label.eq_ignore_ascii_case(value) || id == value;
        menu.options.iter().find(fits).map(|(label, _)| label.clone())
    };
    let menus = message.selects();
    let own = menus.iter().filter(|menu| menu.kind == OWN_OPTIONS).find_map(|menu| {
        let labels: Option<Vec<_>> = values.iter().map(|value| called(menu, value)).collect();
        Some((menu.custom_id.clone(), labels?))
    });
    own.or_else(|| {
        let other = menus.iter().find(|menu| menu.kind != OWN_OPTIONS)?;
        Some((other.custom_id.clone(), values.to_vec()))
    })
}
