//! Plays lines: people act, the clock moves, and what is new is printed.

use super::{
    cast::Cast,
    ink::{self, Kind},
    line::{HELP, Line},
    stage::Stage,
    view::View,
};
use jiff::{SignedDuration, Timestamp};
use std::{
    io::{self, BufRead, Write},
    path::PathBuf,
};

/// `clock next` gives up when nothing is to be seen for so long.
const NOTHING_FOR: SignedDuration = SignedDuration::from_hours(24 * 14);
/// A prompt closes some seconds after its time, and one that is due then waits for that. Whoever moves the clock to the
/// minute wants to see both.
const MOMENT: SignedDuration = SignedDuration::from_secs(10);

/// What somebody who types is told first.
const HELLO: &str = "
This Discord server exists only on your machine. Ana has set the team up and max
is a manager; ben, cleo, dan and eve are members. The clock stands still until
you move it. For a start:

  clock next       on to the first prompt
  ben: click 1     answer with the first of its buttons
  cleo: reply Hm   a reply counts as well
  clock next       the prompt closes, and what came of it is shown
  ben: /me         ben's streak
  help             everything else
";

/// A play in progress.
pub(super) struct Play<'a, W> {
    pub(super) stage: Stage,
    pub(super) cast: Cast,
    pub(super) view: View,
    pub(super) out: &'a mut W,
    /// Lines that could not be played.
    pub(super) failed: usize,
    /// Whether `out` is a terminal that knows colours.
    pub(super) styled: bool,
    /// Where to note what the clock shows.
    pub(super) clock_file: Option<PathBuf>,
}

impl<W: Write> Play<'_, W> {
    /// Plays to the end of `lines`, or to `quit`. What nobody types is printed before it is played.
    pub(super) async fn all(&mut self, lines: &mut impl BufRead, typed: bool) -> io::Result<()> {
        if !self.news()? {
            self.time()?;
        }
        if typed {
            self.plain(HELLO)?;
        }
        let mut bytes = Vec::new();
        loop {
            if typed {
                write!(self.out, "> ")?;
                self.out.flush()?;
            }
            bytes.clear();
            if lines.read_until(b'\n', &mut bytes)? == 0 {
                if typed {
                    writeln!(self.out)?;
                }
                return Ok(());
            }
            let text = String::from_utf8_lossy(&bytes);
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
            self.note_clock()?;
        }
    }

    /// So that a kept playground goes on from here, however it ends.
    fn note_clock(&self) -> io::Result<()> {
        match &self.clock_file {
            Some(file) => std::fs::write(file, self.stage.now().to_string()),
            None => Ok(()),
        }
    }

    fn write(&mut self, kind: Kind, line: &str) -> io::Result<()> {
        for line in ink::lines(kind, line, self.styled) {
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

    fn wrong(&mut self, line: &str, wrong: &str) -> io::Result<()> {
        self.failed += 1;
        let wrong = self.view.readable(self.stage.now(), wrong);
        self.write(Kind::Wrong, &format!("!! {}: {wrong}", line.trim()))
    }

    /// Prints what is new. Whether that was anything.
    pub(super) fn news(&mut self) -> io::Result<bool> {
        Ok(self.told()?.is_some())
    }

    /// As [`Self::news`]; whether it was more than that a count went on.
    fn told(&mut self) -> io::Result<Option<bool>> {
        let news = self.view.news(self.stage.now(), &self.cast);
        for (kind, line) in &news.lines {
            self.write(*kind, line)?;
        }
        Ok((!news.lines.is_empty()).then_some(news.tells))
    }

    async fn line(&mut self, line: Line) -> io::Result<Result<(), String>> {
        match line {
            Line::Empty | Line::Comment(_) | Line::Quit => {}
            Line::Help => self.plain(HELP)?,
            Line::People => {
                for line in Cast::introduction() {
                    self.tell(&line)?;
                }
            }
            Line::Show => {
                self.view.forget();
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
        if let Err(error) = self.until(target).await? {
            return Ok(Err(error));
        }
        let moved = self.stage.at(target).await.map_err(|error| error.to_string());
        self.news()?;
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
            if let Err(error) = self.stage.settled().await {
                return Ok(Err(error.to_string()));
            }
            let Some(next) = self.stage.next().filter(|next| *next < end) else { return Ok(Ok(())) };
            let next = next.max(self.stage.now() + SignedDuration::from_millis(1));
            if let Err(error) = self.stage.at(next).await {
                return Ok(Err(error.to_string()));
            }
            self.news()?;
        }
    }

    async fn next(&mut self) -> io::Result<Result<(), String>> {
        let until = self.stage.now() + NOTHING_FOR;
        while let Some(next) = self.stage.next().filter(|next| *next <= until) {
            let next = next.max(self.stage.now() + SignedDuration::from_millis(1));
            if let Err(error) = self.stage.at(next).await {
                return Ok(Err(error.to_string()));
            }
            if self.told()? == Some(true) {
                return Ok(Ok(()));
            }
        }
        self.tell("Nothing is due in the next two weeks.")?;
        Ok(Ok(()))
    }
}
