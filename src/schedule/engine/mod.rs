//! The loop over the pipelines.
//!
//! Every minute it looks at the files and the clock. What is due runs, one pipeline after the other: a run uses all
//! processors by itself. A time counts as handled once it was run, given up, or overtaken by a later one, so a time that
//! was missed is caught up once, however many there were, and never runs twice when the clock is put back.

mod attempt;
mod tell;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use self::tell::span;
use super::clock::Clock;
use super::log::{Event, Journal, Level};
use super::mark::{Mark, Owed, rule};
use super::work::{Loaded, Trigger, Work};
use crate::lang::Lang;
use crate::output::file::WriteError;
use crate::pipeline::{ConfigError, LockError, RunLock};
use crate::stop::Stop;

/// How often files and clock are looked at.
const TICK: SignedDuration = SignedDuration::from_mins(1);
/// A run that begins later than this after its time is called late.
const LATE: SignedDuration = SignedDuration::from_mins(2);
/// The first wait after a run that could do nothing; it doubles every time …
const FIRST_WAIT: Duration = Duration::from_secs(60);
/// … up to this.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// Handled times further ahead than this were handled by a clock that was wrong: waiting for them would be silence.
const FAR_AHEAD: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How the last run of a pipeline ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All was read, all was written.
    Clean,
    /// Some unit or number is missing.
    Incomplete,
    /// Nothing could be done, nor can the file be read.
    NothingDone,
    /// It outlived its deadline.
    Overran,
    /// It was left off when the program was asked to end.
    Abandoned,
}

/// What came of it all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// For every pipeline, in the order given, how its last run ended; none where none was due.
    pub ended: Vec<Option<Ended>>,
    /// Whether the program was asked to stop.
    pub stopped: bool,
}

impl Outcome {
    /// The exit status, as that of a single run: 2 when of all that had to be done nothing was, 1 when some is missing.
    pub fn status(&self) -> u8 {
        let ended = self.ended.iter().flatten();
        let failed = |ended: &Ended| matches!(ended, Ended::NothingDone | Ended::Overran);
        match (ended.clone().count(), ended.clone().filter(|&ended| failed(ended)).count()) {
            (all, failed) if all > 0 && failed == all => 2,
            _ => u8::from(ended.clone().any(|ended| *ended != Ended::Clean)),
        }
    }
}

/// Runs pipelines at their times.
pub struct Scheduler<'a, W: Work> {
    work: &'a W,
    clock: Arc<dyn Clock>,
    journal: &'a dyn Journal,
    stop: Stop,
    once: bool,
    entries: Vec<Entry<W::Pipeline>>,
    /// Both clocks, when last looked at.
    seen: (Timestamp, Duration),
}

/// One pipeline.
struct Entry<P> {
    path: PathBuf,
    /// The file when last looked at.
    stamp: Option<Stamp>,
    /// What was last said to be wrong with it.
    complaint: Option<ConfigError>,
    loaded: Option<Loaded<P>>,
    /// Up to here nothing is due any more, but for what is owed.
    handled: Timestamp,
    next: Option<Timestamp>,
    owed: Option<Again>,
    ended: Option<Ended>,
}

/// A run that is owed and tried again.
#[derive(Clone, Copy)]
struct Again {
    owed: Owed,
    trigger: Trigger,
    /// When, by the clock that never goes back.
    at: Duration,
}

/// What tells one version of a file from another.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: (i64, i64),
    length: u64,
    inode: u64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Stamp> {
        let found = fs::metadata(path).ok()?;
        Some(Stamp { modified: (found.mtime(), found.mtime_nsec()), length: found.len(), inode: found.ino() })
    }
}

impl<'a, W: Work> Scheduler<'a, W> {
    /// A scheduler of these pipeline files. With `once`, [`Scheduler::run`] ends when nothing is due any more; a pipeline
    /// that was never scheduled before is due then.
    pub fn new(
        work: &'a W,
        paths: &[PathBuf],
        once: bool,
        clock: Arc<dyn Clock>,
        journal: &'a dyn Journal,
        stop: Stop,
    ) -> Self {
        let seen = (clock.now(), clock.elapsed());
        let entry = |path: &PathBuf| Entry {
            path: path.clone(),
            stamp: None,
            complaint: None,
            loaded: None,
            handled: seen.0,
            next: None,
            owed: None,
            ended: None,
        };
        let entries = paths.iter().map(entry).collect();
        Scheduler { work, clock, journal, stop, once, entries, seen }
    }

    /// Runs what is due, and what comes due, until it is asked to stop. Where no file can be used at first, it ends at
    /// once; a file that breaks later is kept as it was.
    pub fn run(mut self) -> Outcome {
        (0..self.entries.len()).for_each(|index| self.load(index));
        if self.entries.iter().any(|entry| entry.loaded.is_some()) {
            self.live();
        }
        let stopped = self.stop.requested().is_some();
        if stopped {
            self.note(None, Level::Info, Event::Ended, ["diminta berhenti", "asked to"].map(str::to_owned), vec![]);
        }
        let of_entry = |entry: &Entry<_>| if entry.loaded.is_none() { Some(Ended::NothingDone) } else { entry.ended };
        Outcome { ended: self.entries.iter().map(of_entry).collect(), stopped }
    }

    fn live(&mut self) {
        while self.stop.requested().is_none() {
            self.look_at_clock();
            for index in 0..self.entries.len() {
                if Stamp::of(&self.entries[index].path) != self.entries[index].stamp {
                    self.load(index);
                }
            }
            if let Some(index) = self.first_due() {
                self.attempt(index);
                continue;
            }
            if self.once && self.entries.iter().all(|entry| entry.owed.is_none()) {
                return;
            }
            let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
            let retry = |again: Again| now.checked_add(again.at.saturating_sub(elapsed)).unwrap_or(Timestamp::MAX);
            let times = self.entries.iter().flat_map(|entry| [entry.next, entry.owed.map(retry)]).flatten();
            let tick = now.checked_add(TICK).unwrap_or(Timestamp::MAX);
            self.clock.sleep_until(times.fold(tick, Timestamp::min), &self.stop);
        }
    }

    /// The pipeline that has been due longest.
    fn first_due(&self) -> Option<usize> {
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        let due = |entry: &Entry<_>| {
            let owed = entry.owed.filter(|again| again.at <= elapsed).map(|again| again.owed.occurrence);
            owed.into_iter().chain(entry.next.filter(|&next| next <= now)).min()
        };
        let due = self.entries.iter().enumerate().filter_map(|(index, entry)| due(entry).map(|time| (time, index)));
        due.min().map(|(_, index)| index)
    }

    /// Notices a clock that was set, and a machine that was suspended.
    fn look_at_clock(&mut self) {
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        let ran = SignedDuration::try_from(elapsed.saturating_sub(self.seen.1)).unwrap_or(SignedDuration::MAX);
        let by = now.duration_since(self.seen.0).saturating_sub(ran);
        self.seen = (now, elapsed);
        if by.abs() > TICK {
            let ahead = by.is_positive();
            let by = Duration::try_from(by.abs()).unwrap_or_default();
            let (id, en) = if ahead { ("maju", "forward") } else { ("mundur", "back") };
            let message = [format!("{id} {}", span(by, Lang::Id)), format!("{en} by {}", span(by, Lang::En))];
            let seconds = if ahead { json!(by.as_secs()) } else { json!(-(by.as_secs() as i64)) };
            self.note(None, Level::Warning, Event::ClockJumped, message, vec![("seconds", seconds)]);
        }
        for index in 0..self.entries.len() {
            if self.entries[index].handled.duration_since(now) > FAR_AHEAD {
                let until = self.show(index, self.entries[index].handled);
                let id = format!("sampai {until} pernah dijalankan dengan jam yang keliru; mulai lagi dari sekarang");
                let en = format!("runs up to {until} were made by a clock that was wrong; starting again from now");
                self.note(Some(index), Level::Warning, Event::ClockJumped, [id, en], vec![]);
                self.entries[index].handled = now;
                self.schedule_next(index);
                self.remember(index);
            }
        }
    }

    /// Reads a pipeline's file; what is wrong with it is said once, and the old one kept.
    fn load(&mut self, index: usize) {
        let path = self.entries[index].path.clone();
        let before = std::mem::replace(&mut self.entries[index].stamp, Stamp::of(&path));
        let is_news = before != self.entries[index].stamp || self.entries[index].complaint.is_some();
        let twin = |loaded: &Loaded<_>| {
            let others = self.entries.iter().enumerate().filter(|&(other, _)| other != index);
            let twin = others.filter_map(|(_, entry)| entry.loaded.as_ref().map(|other| (&entry.path, &other.state)));
            twin.into_iter().find(|(_, state)| **state == loaded.state).map(|(path, _)| path.display().to_string())
        };
        let loaded = self.work.load(&path).and_then(|loaded| match twin(&loaded) {
            None => Ok(loaded),
            Some(twin) => {
                let id = format!("folder state sama dengan {twin}; ganti name atau state salah satunya");
                let en = format!("same state folder as {twin}; change name or state of one of them");
                Err(ConfigError::new(&path, id, en))
            }
        });
        match loaded {
            Ok(loaded) => {
                self.entries[index].complaint = None;
                let is_new = self.entries[index].loaded.as_ref().is_none_or(|old| old.state != loaded.state);
                self.adopt(index, loaded);
                match is_new {
                    // Who asks for what is due every minute need not be told when nothing is.
                    true if self.once => {}
                    true => self.announce(index, Event::Ready),
                    false if is_news => self.announce(index, Event::FileChanged),
                    false => {}
                }
            }
            Err(error) if self.entries[index].complaint.as_ref() == Some(&error) => {}
            Err(error) => {
                let keeps = self.entries[index].loaded.is_some();
                let kept = |text: &str| if keeps { format!("; {text}") } else { String::new() };
                let id = error.show(Lang::Id) + &kept("yang lama tetap dipakai");
                let en = error.show(Lang::En) + &kept("the old one stays in use");
                let place = error.at.map(|(line, column)| json!({"line": line, "column": column}));
                let fields =
                    vec![("file", json!(path.display().to_string())), ("at", json!(place)), ("kept", json!(keeps))];
                self.entries[index].complaint = Some(error);
                self.note(Some(index), Level::Error, Event::FileBroken, [id, en], fields);
            }
        }
    }

    /// Puts a pipeline that was read in place of the old one, or begins it.
    fn adopt(&mut self, index: usize, loaded: Loaded<W::Pipeline>) {
        let now = self.clock.now();
        let entry = &mut self.entries[index];
        let old = entry.loaded.replace(loaded);
        let Some(loaded) = &entry.loaded else { return };
        let (state, schedule) = (&loaded.state, &loaded.schedule);
        // A new rule did not hold before it was written: what it would have asked for until then is not missed.
        let changed = entry.stamp.and_then(|stamp| Timestamp::new(stamp.modified.0, stamp.modified.1 as i32).ok());
        let written = changed.map_or(now, |changed| changed.min(now));
        if let Some(old) = old.filter(|old| old.state == *state) {
            if rule(&old.schedule) == rule(schedule) {
                return;
            }
            entry.handled = entry.handled.max(written);
            self.schedule_next(index);
            self.remember(index);
            return;
        }
        let mark = Mark::read(state);
        entry.owed = None;
        entry.handled = match &mark {
            Ok(Some(mark)) => {
                let elapsed = self.clock.elapsed();
                let owed = mark.owed.filter(|owed| owed.occurrence > mark.settled);
                entry.owed = owed.map(|owed| Again { owed, trigger: Trigger::Resumed, at: elapsed });
                let handled = owed.map_or(mark.settled, |owed| owed.occurrence);
                if mark.rule == rule(schedule) { handled } else { handled.max(written) }
            }
            // Whoever asks for what is due means the first time, too.
            _ if self.once => match schedule.latest_until(now) {
                Some(latest) => latest.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(latest),
                None => now,
            },
            _ => now,
        };
        let must_remember = match &mark {
            Ok(Some(mark)) => mark.rule != rule(schedule),
            _ => !self.once,
        };
        self.schedule_next(index);
        if let Err(reason) = mark {
            let (id, en) = ("tidak terbaca dan dimulai lagi", "cannot be read and is begun again");
            let message = [format!("{id}: {reason}"), format!("{en}: {reason}")];
            self.note(Some(index), Level::Warning, Event::Forgetful, message, vec![]);
        }
        if must_remember {
            self.remember(index);
        }
    }

    fn schedule_next(&mut self, index: usize) {
        let entry = &mut self.entries[index];
        entry.next = entry.loaded.as_ref().and_then(|loaded| loaded.schedule.next_after(entry.handled));
    }

    /// Writes down what is settled, unless another process is at it.
    fn remember(&self, index: usize) {
        let entry = &self.entries[index];
        let Some(loaded) = &entry.loaded else { return };
        let written = match RunLock::acquire(&loaded.state, self.clock.now()) {
            Ok(_lock) => {
                let mut mark = Mark::new(entry.handled, &loaded.schedule);
                if let Some(again) = entry.owed {
                    mark.owed = Some(again.owed);
                    mark.settled = mark.settled.min(just_before(again.owed.occurrence));
                }
                mark.write(&loaded.state).map_err(unwritten)
            }
            Err(LockError::Running(_) | LockError::Elsewhere { .. }) => Ok(()),
            Err(error @ LockError::Unusable { .. }) => Err([Lang::Id, Lang::En].map(|lang| error.show(lang))),
        };
        self.complain_of_memory(index, written);
    }

    fn complain_of_memory(&self, index: usize, written: Result<(), [String; 2]>) {
        if let Err(message) = written {
            self.note(Some(index), Level::Error, Event::Forgetful, message, vec![]);
        }
    }
}

fn unwritten(error: WriteError) -> [String; 2] {
    let (id, en) = ("catatan jadwal tidak dapat ditulis", "the schedule's memory cannot be written");
    [format!("{id}: {error}"), format!("{en}: {error}")]
}

fn just_before(time: Timestamp) -> Timestamp {
    time.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_that_of_a_single_run() {
        let status = |ended: &[Option<Ended>]| Outcome { ended: ended.to_vec(), stopped: false }.status();
        use Ended::{Clean, Incomplete, NothingDone, Overran};
        assert_eq!(status(&[None, Some(Clean)]), 0);
        assert_eq!(status(&[None]), 0);
        assert_eq!(status(&[Some(Clean), Some(Incomplete)]), 1);
        assert_eq!(status(&[Some(Clean), Some(NothingDone)]), 1);
        assert_eq!(status(&[Some(NothingDone), Some(Overran), None]), 2);
    }
}
