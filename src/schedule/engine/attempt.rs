//! One run of one pipeline, and what follows from how it ended.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::tell::span;
use super::{Again, Ended, FAR_AHEAD, FIRST_WAIT, LATE, LONGEST_WAIT, Scheduler, just_before, unwritten};
use crate::lang::Lang;
use crate::panics::caught;
use crate::pipeline::RunLock;
use crate::schedule::log::{Event, Level};
use crate::schedule::mark::{Mark, Owed, rule};
use crate::schedule::stop::StopReason;
use crate::schedule::work::{Occasion, Report, RunEnd, Trigger, Work};

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
        let lock = match RunLock::acquire(&state, now) {
            Ok(lock) => lock,
            Err(error) => {
                let reason = [Lang::Id, Lang::En].map(|lang| error.show(lang));
                return self.nothing_done(index, owed, reason, None);
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
        mark.owed = Some(owed);
        if let Err(error) = mark.write(&state) {
            return self.nothing_done(index, owed, unwritten(error), None);
        }
        let occasion = Occasion { occurrence: owed.occurrence, trigger, attempt: owed.failures + 1 };
        self.note_start(index, &occasion);
        let stop = self.stop.with_deadline(&self.clock, schedule.deadline);
        let begun = self.clock.elapsed();
        let Some(loaded) = &self.entries[index].loaded else { return };
        let report = caught(|| self.work.run(&loaded.pipeline, &occasion, &stop))
            .unwrap_or_else(|panic| RunEnd::NothingDone([panic.clone(), panic]).into());
        let took = self.clock.elapsed().saturating_sub(begun);
        self.conclude(index, (owed, mark), report, (took, stop.requested()));
        drop(lock);
    }

    /// Settles what came of a run, and says so.
    fn conclude(
        &mut self,
        index: usize,
        (owed, mut mark): (Owed, Mark),
        Report { end, summary, details }: Report,
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
            RunEnd::NothingDone(reason) => return self.nothing_done(index, owed, reason, Some(mark)),
            RunEnd::Stopped if asked == Some(StopReason::Signal) => {
                let id = format!("setelah {}; diulang saat dimulai lagi", span(took, Lang::Id));
                let en = format!("after {}; runs again at the next start", span(took, Lang::En));
                self.entries[index].ended = Some(Ended::Abandoned);
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

    /// A run that could do nothing is tried again, later every time, until its next time takes over. The mark is given
    /// where the lock is held.
    fn nothing_done(&mut self, index: usize, owed: Owed, reason: [String; 2], mark: Option<Mark>) {
        let Some(loaded) = &self.entries[index].loaded else { return };
        let retries = loaded.schedule.retries;
        let owed = Owed { failures: owed.failures.saturating_add(1), ..owed };
        let fields = vec![("attempt", json!(owed.failures))];
        self.note(Some(index), Level::Error, Event::Failed, reason, fields);
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
        if let Some(mut mark) = mark {
            if is_retried {
                mark.owed = Some(owed);
            } else {
                (mark.settled, mark.owed) = (owed.occurrence, None);
            }
            self.write_mark(index, &mark);
        }
    }

    fn write_mark(&self, index: usize, mark: &Mark) {
        let Some(loaded) = &self.entries[index].loaded else { return };
        self.complain_of_memory(index, mark.write(&loaded.state).map_err(unwritten));
    }
}
