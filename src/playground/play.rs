//! Plays lines: people act, the clock moves, and what is new is printed.

use super::{
    cast::Cast,
    ink::{Ink, Kind, printable},
    line::{HELP, Line},
    note::{LAST, Note},
    stage::Stage,
    view::View,
};
use jiff::{SignedDuration, Timestamp};
use std::io::{self, BufRead, Write};

/// `clock next` gives up when nothing is to be seen for so long.
pub(super) const NOTHING_FOR: SignedDuration = SignedDuration::from_hours(24 * 14);
/// A prompt closes some seconds after its time, and one that is due then waits for that. Whoever moves the clock to the
/// minute wants to see both.
pub(super) const MOMENT: SignedDuration = SignedDuration::from_secs(10);

pub(super) const NOTHING_DUE: &str = "Nothing is due in the next two weeks.";
pub(super) const NO_LATER: &str = "the calendar of the playground ends with the year 2079";

/// What to try, for somebody who types.
const FOR_A_START: &str = "
The clock stands still until you move it. For a start:

  clock next       on to the first prompt
  ben: click 1     answer with the first of its buttons
  cleo: reply Hm   a reply counts as well
  clock next       the prompt closes, and what came of it is shown
  ben: /me         ben's streak
  show             the channel, with what Helmsman said before you came
  help             everything else
";

/// A play in progress.
pub(super) struct Play<'a, W> {
    pub(super) stage: Stage,
    pub(super) cast: Cast,
    pub(super) view: View,
    pub(super) out: &'a mut W,
    /// The line that is played, from 1.
    pub(super) at: usize,
    /// Lines that could not be played.
    pub(super) failed: Vec<usize>,
    pub(super) ink: Ink,
    /// Somebody types.
    pub(super) typed: bool,
    /// Where to note what the clock shows.
    pub(super) note: Option<Note>,
}

impl<W: Write> Play<'_, W> {
    /// Plays to the end of `lines`, or to `quit`. What nobody types is printed before it is played. `resumed`: the story
    /// has been going on before.
    pub(super) async fn all(&mut self, lines: &mut impl BufRead, resumed: bool) -> io::Result<()> {
        self.follow_zone().await;
        self.begin(resumed).await?;
        self.note_clock()?;
        let mut bytes = Vec::new();
        loop {
            if self.typed {
                write!(self.out, "> ")?;
                self.out.flush()?;
            }
            bytes.clear();
            if lines.read_until(b'\n', &mut bytes)? == 0 {
                if self.typed {
                    writeln!(self.out)?;
                }
                return Ok(());
            }
            self.at += 1;
            let text = String::from_utf8_lossy(&bytes);
            let line = Line::parse(&text);
            match &line {
                Ok(Line::Empty) => continue,
                Ok(Line::Quit) => return Ok(()),
                Ok(Line::Comment(words)) => {
                    writeln!(self.out, "\n# {}", printable(words))?;
                    continue;
                }
                _ if !self.typed => writeln!(self.out, "\n> {}", printable(text.trim()))?,
                _ => {}
            }
            let played = match line {
                Ok(line) => self.line(line).await?,
                Err(wrong) => Err(wrong),
            };
            if let Err(wrong) = played {
                self.wrong(&wrong)?;
            }
            self.news().await?;
            self.note_clock()?;
        }
    }

    /// Says where the story stands. Whoever types is told who is there and what to try; how the team was set up can be
    /// looked at.
    async fn begin(&mut self, resumed: bool) -> io::Result<()> {
        if resumed {
            let time = self.view.time(self.stage.now());
            self.tell(&format!(
                "Going on from {time}. Messages are not kept: the channel is empty, and a prompt that was open is gone. \
                 Whoever had answered it keeps that, and it is held against nobody else."
            ))?;
            if self.typed {
                self.tell("`people` tells who is there, `help` what can be said.")?;
            }
        }
        if resumed || !self.typed {
            return match self.news().await? || resumed {
                true => Ok(()),
                false => self.time(),
            };
        }
        self.view.news(self.stage.now(), &self.cast);
        self.time()?;
        self.tell("This Discord server exists only on your machine. Its people:")?;
        self.people()?;
        self.plain(FOR_A_START)
    }

    fn people(&mut self) -> io::Result<()> {
        Cast::introduction().iter().try_for_each(|line| self.tell(&format!("  {line}")))
    }

    /// So that a kept playground goes on from here, however it ends.
    fn note_clock(&self) -> io::Result<()> {
        self.note.as_ref().map_or(Ok(()), |note| note.write(self.stage.now()))
    }

    /// The team's clock is the one that is shown. Whether it is another one than before.
    async fn follow_zone(&mut self) -> bool {
        match self.stage.zone(self.cast.places()).await {
            Some(zone) => self.view.move_to(zone),
            None => false,
        }
    }

    fn write(&mut self, kind: Kind, line: &str) -> io::Result<()> {
        for line in self.ink.lines(kind, line) {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }

    /// Says something about what people see.
    pub(super) fn tell(&mut self, line: &str) -> io::Result<()> {
        self.write(Kind::Plain, line)
    }

    /// As it is written: these lines are made to fit.
    fn plain(&mut self, lines: &str) -> io::Result<()> {
        writeln!(self.out, "{lines}")
    }

    fn time(&mut self) -> io::Result<()> {
        let time = self.view.time(self.stage.now());
        self.tell(&format!("It is {time}."))
    }

    fn wrong(&mut self, wrong: &str) -> io::Result<()> {
        self.failed.push(self.at);
        let wrong = self.view.readable(self.stage.now(), wrong);
        let place = if self.typed { String::new() } else { format!("line {}: ", self.at) };
        self.write(Kind::Wrong, &format!("!! {place}{wrong}"))
    }

    /// Prints what is new. Whether that was anything.
    pub(super) async fn news(&mut self) -> io::Result<bool> {
        Ok(self.told().await?.is_some())
    }

    /// As [`Self::news`]; whether it was more than that a count went on.
    async fn told(&mut self) -> io::Result<Option<bool>> {
        let moved = self.follow_zone().await;
        let news = self.view.news(self.stage.now(), &self.cast);
        for (kind, line) in &news.lines {
            self.write(*kind, line)?;
        }
        if moved {
            let (zone, time) = (self.view.zone().to_owned(), self.view.time(self.stage.now()));
            self.tell(&format!("The clock is now that of {zone}: {time}."))?;
        }
        Ok((!news.lines.is_empty()).then_some(news.tells))
    }

    async fn line(&mut self, line: Line) -> io::Result<Result<(), String>> {
        match line {
            Line::Empty | Line::Comment(_) | Line::Quit => {}
            Line::Help => self.plain(HELP)?,
            Line::People => self.people()?,
            Line::Show => {
                let all = self.view.everything(self.stage.now(), &self.cast);
                if all.is_empty() {
                    self.tell("Nobody has written anything.")?;
                }
                for (kind, line) in all {
                    self.write(kind, &line)?;
                }
                self.time()?;
            }
            Line::Go(name) => {
                return match self.cast.go(&name) {
                    Ok(()) => self.tell(&format!("People act in #{name} from now on.")).map(Ok),
                    Err(wrong) => Ok(Err(wrong)),
                };
            }
            Line::Act { who, act } => return self.act(&who, act).await,
            Line::Clock => self.time()?,
            Line::ClockNext => return self.next().await,
            Line::ClockBy(by) => return self.clock(self.stage.now() + by).await,
            Line::ClockAt(when) => {
                return match self.view.instant(when) {
                    Some(at) if at >= self.stage.now() => self.clock(at).await,
                    None if when.year() > 0 => Ok(Err(NO_LATER.to_owned())),
                    _ => Ok(Err("the clock does not go back".to_owned())),
                };
            }
            Line::ClockTime(time) => {
                return match self.view.next(self.stage.now(), time) {
                    Some(at) => self.clock(at).await,
                    None => Ok(Err("no clock shows that time tomorrow".to_owned())),
                };
            }
        }
        Ok(Ok(()))
    }

    /// Moves the clock, printing what happens on the way when it happens, and right at the end.
    async fn clock(&mut self, target: Timestamp) -> io::Result<Result<(), String>> {
        if target > LAST {
            return Ok(Err(NO_LATER.to_owned()));
        }
        if let Err(error) = self.until(target).await? {
            return Ok(Err(error));
        }
        let moved = self.stage.at(target).await.map_err(|error| error.to_string());
        self.news().await?;
        let late = target + MOMENT;
        let moved = match moved {
            Ok(()) => self.until(late).await?,
            Err(error) => Err(error),
        };
        if self.view.shown_time() != self.view.time(self.stage.now()) {
            self.time()?;
        }
        Ok(moved)
    }

    /// Goes from one thing that is due to the next, up to but without `end`.
    async fn until(&mut self, end: Timestamp) -> io::Result<Result<(), String>> {
        loop {
            match self.stage.step(end).await {
                Ok(true) => self.news().await?,
                Ok(false) => return Ok(Ok(())),
                Err(error) => return Ok(Err(error.to_string())),
            };
        }
    }

    async fn next(&mut self) -> io::Result<Result<(), String>> {
        let until = self.stage.now() + NOTHING_FOR;
        if until > LAST {
            return Ok(Err(NO_LATER.to_owned()));
        }
        loop {
            match self.stage.step(until).await {
                Ok(true) if self.told().await? == Some(true) => return Ok(Ok(())),
                Ok(true) => {}
                Ok(false) => return self.tell(NOTHING_DUE).map(Ok),
                Err(error) => return Ok(Err(error.to_string())),
            }
        }
    }
}
