//! An office whose runs are make-believe: what ran, when and why is kept, and each run does what the test says.

use std::cell::RefCell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use croner::Cron;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rekap::lang::Lang;
use rekap::pipeline::{ConfigError, ScheduleSettings};
use rekap::schedule::clock::{Clock, ManualClock};
use rekap::schedule::log::{Event, Journal, Line};
use rekap::schedule::{Loaded, Occasion, Outcome, Report, RunEnd, Scheduler, Trigger, Work};
use rekap::stop::{Stop, StopReason};
use tempfile::TempDir;

/// A run that was begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Ran {
    pub name: String,
    /// The comment behind the schedule in the file that was read.
    pub version: String,
    pub at: Timestamp,
    pub occasion: Occasion,
}

/// What a run does.
pub type Doing<'a> = dyn Fn(&Office, &Ran, &Stop) -> RunEnd + 'a;

pub struct Office {
    folder: TempDir,
    pub clock: Arc<ManualClock>,
    pub ran: RefCell<Vec<Ran>>,
    pub notes: RefCell<Vec<Line>>,
    /// Of which runs that could not tell it themselves people were told: the try, and why.
    pub heard: RefCell<Vec<(u32, String)>>,
}

pub fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn nothing_done() -> RunEnd {
    RunEnd::NothingDone(["jaringan putus", "no network"].map(str::to_owned))
}

impl Office {
    pub fn new(now: &str) -> Office {
        Office {
            folder: tempfile::tempdir().unwrap(),
            clock: ManualClock::new(time(now)),
            ran: RefCell::default(),
            notes: RefCell::default(),
            heard: RefCell::default(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn state(&self, name: &str) -> PathBuf {
        self.folder.path().join("state").join(name)
    }

    /// Writes a pipeline file: cron, zone, and what else there is to say, `|` between them; it is as old as the clock says.
    pub fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(self.clock.now().into()).unwrap();
        path
    }

    /// Runs the program over these files until a time.
    pub fn live(&self, names: &[&str], until: &str, doing: &Doing<'_>) -> Outcome {
        self.live_until(names, time(until), doing)
    }

    pub fn live_until(&self, names: &[&str], until: Timestamp, doing: &Doing<'_>) -> Outcome {
        self.clock.stop_at(until);
        self.start(names, false, doing)
    }

    /// Runs what is due.
    pub fn once(&self, names: &[&str], doing: &Doing<'_>) -> Outcome {
        self.start(names, true, doing)
    }

    fn start(&self, names: &[&str], once: bool, doing: &Doing<'_>) -> Outcome {
        let paths: Vec<PathBuf> = names.iter().map(|name| self.path(name)).collect();
        let stop = Stop::new();
        let desk = Desk { office: self, doing, stop: stop.clone() };
        Scheduler::new(&desk, &paths, once, self.clock.clone(), &desk, stop).run()
    }

    /// What ran since last asked: name, when it began by the pipeline's own clock, why.
    pub fn ran(&self, zone: &str) -> Vec<(String, String, Trigger)> {
        let zone = TimeZone::get(zone).unwrap();
        let show = |ran: Ran| {
            (ran.name, ran.at.to_zoned(zone.clone()).strftime("%a %d %H:%M%:z").to_string(), ran.occasion.trigger)
        };
        self.ran.take().into_iter().map(show).collect()
    }

    /// Just when things ran since last asked.
    pub fn times(&self, zone: &str) -> Vec<String> {
        self.ran(zone).into_iter().map(|(_, at, _)| at).collect()
    }

    /// What was said about an event so far.
    pub fn told(&self, event: Event) -> Vec<String> {
        let notes = self.notes.borrow();
        notes.iter().filter(|line| line.event == event).map(|line| line.text(Lang::Id)).collect()
    }
}

/// The office while the program runs.
struct Desk<'a> {
    office: &'a Office,
    doing: &'a Doing<'a>,
    stop: Stop,
}

impl Journal for Desk<'_> {
    fn note(&self, line: Line) {
        self.office.notes.borrow_mut().push(line);
    }
}

impl Work for Desk<'_> {
    /// The version.
    type Pipeline = String;

    fn load(&self, path: &Path) -> Result<Loaded<String>, ConfigError> {
        let wrong = |what: String| ConfigError::at_cell(path, (1, 1), what.clone(), what);
        let text =
            fs::read_to_string(path).map_err(|error| ConfigError::new(path, error.to_string(), error.to_string()))?;
        let mut parts = text.split('|').map(str::trim);
        let mut part = || parts.next().unwrap_or_default();
        let expression = part();
        let schedule = ScheduleSettings {
            cron: Cron::from_str(expression).map_err(|error| wrong(error.to_string()))?,
            expression: expression.to_owned(),
            timezone: TimeZone::get(part()).map_err(|error| wrong(error.to_string()))?,
            deadline: Duration::from_secs(3600),
            retries: part().parse().unwrap_or(3),
        };
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let state = match part() {
            "" => self.office.state(&name),
            state => self.office.state(state),
        };
        Ok(Loaded { state, name, schedule, pipeline: part().to_owned() })
    }

    fn run(&self, version: &String, occasion: &Occasion, stop: &Stop) -> Report {
        assert!(occasion.occurrence <= self.office.clock.now(), "nothing runs before its time");
        let named = self.office.notes.borrow().last().and_then(|line| line.pipeline.clone());
        let ran = Ran {
            name: named.expect("the start is noted just before"),
            version: version.clone(),
            at: self.office.clock.now(),
            occasion: *occasion,
        };
        self.office.ran.borrow_mut().push(ran.clone());
        // A run that wants the program stopped says so.
        let end = (self.doing)(self.office, &ran, stop);
        if end == RunEnd::Stopped && stop.requested() != Some(StopReason::Deadline) {
            self.stop.request();
        }
        end.into()
    }

    fn tell_not_begun(&self, _: &String, occasion: &Occasion, _: &Stop, reason: &[String; 2]) -> Vec<String> {
        self.office.heard.borrow_mut().push((occasion.attempt, reason[0].clone()));
        Vec::new()
    }
}

/// A run in which all is well.
pub fn well(_: &Office, _: &Ran, _: &Stop) -> RunEnd {
    RunEnd::Clean
}
