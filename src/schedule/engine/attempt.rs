//! One run of one pipeline, and what follows from how it ended.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::tell::span;
use super::{Again, Ended, FAR_AHEAD, FIRST_WAIT, LATE, LONGEST_WAIT, Scheduler, just_before, unwritten};
use crate::lang::Lang;
use crate::panics::caught;
use crate::pipeline::{LockError, RunLock};
use crate::schedule::log::{Event, Level};
use crate::schedule::mark::{Mark, Owed, rule};
use crate::schedule::work::{Occasion, Report, RunEnd, Trigger, Work};
use crate::stop::StopReason;

/// Whether people have heard of a run that could do nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// The run told them.
    Already,
    /// They are to be told.
    Not,
    /// They are to be told if it is not tried again: another process is at it, and tells of itself.
    OfAnother,
}

impl<W: Work> Scheduler<'_, W> {
    /// Runs what is due of one pipeline.
    pub(super) fn attempt(&mut self, index: usize) {
        // What the file names may have changed without the file itself.
        self.load(index);
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        let entry = &mut self.entries[index];
        let Some(loaded) = &entry.loaded else { return };
        let (owed, trigger) = if let Some(next) = entry.next.filter(|&next| next <= now) {
            let latest = loaded.schedule.latest_until(now).map_or(next, |latest| latest.max(next));
            let is_late = latest > next || now.duration_since(latest) > LATE;
            let trigger = if is_late { Trigger::CatchUp } else { Trigger::OnTime };
            (Owed { occurrence: latest, failures: 0 }, trigger)
        } else if let Some(again) = entry.owed.filter(|again| again.at <= elapsed) {
            (again.owed, again.trigger)
        } else {
            return;
        };
        let (state, schedule) = (loaded.state.clone(), loaded.schedule.clone());
        entry.owed = None;
        entry.handled = entry.handled.max(owed.occurrence);
        self.schedule_next(index);
        // Counted before it starts: what kills the process is not tried for ever.
        let counted = Owed { failures: owed.failures.saturating_add(1), ..owed };
        let occasion = Occasion { occurrence: owed.occurrence, trigger, attempt: counted.failures };
        let lock = match RunLock::acquire(&state, now) {
            Ok(lock) => lock,
            Err(error) => {
                let reason = [Lang::Id, Lang::En].map(|lang| error.show(lang));
                let heard = if matches!(error, LockError::Running(_)) { Heard::OfAnother } else { Heard::Not };
                return self.nothing_done(index, (counted, occasion), reason, None, heard);
            }
        };
        // Another process may have been quicker, and what it wrote counts.
        let mut mark = Mark::read(&state).ok().flatten().unwrap_or_else(|| {
            let before = just_before(owed.occurrence);
            Mark::new(before, &schedule)
        });
        let is_sane = mark.settled.duration_since(now) <= FAR_AHEAD;
        if is_sane && mark.settled >= owed.occurrence {
            self.entries[index].handled = self.entries[index].handled.max(mark.settled);
            self.schedule_next(index);
            let at = self.show(index, owed.occurrence);
            let message = [format!("proses lain, jadwal {at}"), format!("by another process, due {at}")];
            return self.note(Some(index), Level::Info, Event::DoneElsewhere, message, vec![("occurrence", json!(at))]);
        }
        mark.settled = mark.settled.min(just_before(owed.occurrence));
        mark.rule = rule(&schedule);
        if owed.failures > schedule.retries {
            let reason = [
                "setiap percobaan terputus di tengah jalan; mungkin sebuah berkas menjatuhkan programnya".to_owned(),
                "every try was cut off in the middle; a file may bring the program down".to_owned(),
            ];
            return self.nothing_done(index, (owed, occasion), reason, Some(mark), Heard::Not);
        }
        mark.owed = Some(counted);
        if let Err(error) = mark.write(&state) {
            return self.nothing_done(index, (counted, occasion), unwritten(error), None, Heard::Not);
        }
        self.note_start(index, &occasion);
        let (clock, end) = (self.clock.clone(), self.clock.elapsed().saturating_add(schedule.deadline));
        let stop = self.stop.until(move || end.saturating_sub(clock.elapsed()));
        let begun = self.clock.elapsed();
        let Some(loaded) = &self.entries[index].loaded else { return };
        let (report, heard) = match caught(|| self.work.run(&loaded.pipeline, &occasion, &stop)) {
            Ok(report) => (report, Heard::Already),
            Err(panic) => (RunEnd::NothingDone([panic.clone(), panic]).into(), Heard::Not),
        };
        let took = self.clock.elapsed().saturating_sub(begun);
        self.conclude(index, (counted, occasion, mark), (report, heard), (took, stop.requested()));
        drop(lock);
    }

    /// Settles what came of a run, and says so.
    fn conclude(
        &mut self,
        index: usize,
        (owed, occasion, mut mark): (Owed, Occasion, Mark),
        (Report { end, summary, details }, heard): (Report, Heard),
        (took, asked): (Duration, Option<StopReason>),
    ) {
        let mut fields = vec![("seconds", json!(took.as_secs_f64()))];
        fields.extend(details);
        let [id, en] = self.next(index);
        let told = |lang: Lang, word: &str, next: String| {
            let [id, en] = &summary;
            let summary = lang.pick(id, en);
            let summary = if summary.is_empty() { String::new() } else { format!("; {summary}") };
            format!("{word} {}{summary}; {next}", span(took, lang))
        };
        let ended = match end {
            RunEnd::NothingDone(reason) => {
                return self.nothing_done(index, (owed, occasion), reason, Some(mark), heard);
            }
            RunEnd::Stopped if asked == Some(StopReason::Signal) => {
                let id = format!("setelah {}; diulang saat dimulai lagi", span(took, Lang::Id));
                let en = format!("after {}; runs again at the next start", span(took, Lang::En));
                self.entries[index].ended = Some(Ended::Abandoned);
                // It is no fault of the run's.
                mark.owed = Some(Owed { failures: owed.failures.saturating_sub(1), ..owed });
                self.write_mark(index, &mark);
                return self.note(Some(index), Level::Warning, Event::Stopped, [id, en], fields);
            }
            RunEnd::Stopped => {
                let message = [
                    told(Lang::Id, "melewati batas waktu, setelah", id),
                    told(Lang::En, "past its deadline, after", en),
                ];
                self.note(Some(index), Level::Error, Event::Stopped, message, fields);
                Ended::Overran
            }
            RunEnd::Clean => {
                let message = [told(Lang::Id, "lengkap, dalam", id), told(Lang::En, "complete, in", en)];
                self.note(Some(index), Level::Info, Event::Finished, message, fields);
                Ended::Clean
            }
            RunEnd::Incomplete => {
                let message = [told(Lang::Id, "tidak lengkap, dalam", id), told(Lang::En, "incomplete, in", en)];
                self.note(Some(index), Level::Warning, Event::Finished, message, fields);
                Ended::Incomplete
            }
        };
        self.entries[index].ended = Some(ended);
        (mark.settled, mark.owed) = (owed.occurrence, None);
        self.write_mark(index, &mark);
    }

    /// A run that could do nothing is tried again, later every time, until its next time takes over; this try is among its
    /// failures already. The mark is given where the lock is held.
    fn nothing_done(
        &mut self,
        index: usize,
        (owed, occasion): (Owed, Occasion),
        reason: [String; 2],
        mark: Option<Mark>,
        heard: Heard,
    ) {
        let Some(loaded) = &self.entries[index].loaded else { return };
        let retries = loaded.schedule.retries;
        let fields = vec![("attempt", json!(owed.failures))];
        self.note(Some(index), Level::Error, Event::Failed, reason.clone(), fields);
        let doubled = 2u32.saturating_pow(owed.failures.saturating_sub(1).min(31));
        let wait = FIRST_WAIT.saturating_mul(doubled).min(LONGEST_WAIT);
        let again = self.clock.now().checked_add(wait).unwrap_or(Timestamp::MAX);
        let is_retried = owed.failures <= retries && self.entries[index].next.is_none_or(|next| again < next);
        if is_retried {
            let at = self.clock.elapsed().saturating_add(wait);
            self.entries[index].owed = Some(Again { owed, trigger: Trigger::Retry, at });
            let (shown, attempt) = (self.show(index, again), owed.failures + 1);
            let message = [format!("percobaan ke-{attempt} pada {shown}"), format!("attempt {attempt} at {shown}")];
            let fields = vec![("attempt", json!(attempt)), ("at", json!(shown))];
            self.note(Some(index), Level::Info, Event::Retry, message, fields);
        } else {
            self.entries[index].ended = Some(Ended::NothingDone);
            let (failures, [id, en]) = (owed.failures, self.next(index));
            let message = [format!("setelah {failures} percobaan; {id}"), format!("after {failures} attempts; {en}")];
            self.note(Some(index), Level::Error, Event::GaveUp, message, vec![("attempts", json!(failures))]);
        }
        if heard == Heard::Not || heard == Heard::OfAnother && !is_retried {
            self.tell(index, &occasion, &reason);
        }
        if let Some(mut mark) = mark {
            if is_retried {
                mark.owed = Some(owed);
            } else {
                (mark.settled, mark.owed) = (owed.occurrence, None);
            }
            self.write_mark(index, &mark);
        }
    }

    /// Tells people of a run that could not tell them.
    fn tell(&self, index: usize, occasion: &Occasion, reason: &[String; 2]) {
        let Some(loaded) = &self.entries[index].loaded else { return };
        let told = caught(|| self.work.tell_not_begun(&loaded.pipeline, occasion, &self.stop, reason));
        for problem in told.unwrap_or_else(|panic| vec![panic]) {
            self.note(Some(index), Level::Error, Event::Failed, [problem.clone(), problem], vec![]);
        }
    }

    fn write_mark(&self, index: usize, mark: &Mark) {
        let Some(loaded) = &self.entries[index].loaded else { return };
        self.complain_of_memory(index, mark.write(&loaded.state).map_err(unwritten));
    }
}
