//! The end of a run: recorded, and told.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::begin::Memory;
use super::job::{Clock, Done, JobError, JobOptions, NothingDone};
use super::{LockError, OutputPlan, Pipeline, Progress, Step};
use crate::lang::{Lang, Phrase};
use crate::notify::{Event, OutputFile, RetryPolicy, RunFacts, Surroundings, Told, tell};
use crate::store::{RunId, RunStatus};

/// What is waited for.
const NEXT_TRY: Phrase = Phrase::new("percobaan memberi kabar berikutnya", "the next try to tell people");

/// A text without the persons in its e-mail addresses: the store keeps nothing personal.
fn impersonal(text: &str) -> String {
    let word = |word: &str| match word.rsplit_once('@') {
        Some((_, domain)) => format!("@{domain}"),
        None => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// How long telling people may take in all, be the run past its deadline: that is what they must hear of.
const TELLING: Duration = Duration::from_secs(60);
/// How long it may still take once the program is asked to end.
const GRACE: Duration = Duration::from_millis(1500);

/// The one exit of a run, whatever came of it, a panic and one that could not even begin included: it is recorded, and those
/// who asked are told. What goes wrong with that is a problem of the run, and takes nothing back.
pub(super) fn conclude(
    pipeline: &Pipeline,
    options: &JobOptions,
    mut worked: Result<Done, JobError>,
    mut memory: Memory,
    (began, started, now): (Instant, Timestamp, Clock),
    progress: &dyn Progress,
) -> Result<Done, NothingDone> {
    let mut problems = Vec::new();
    let end = |memory: &mut Memory, worked: &Result<Done, JobError>| -> Option<String> {
        let (run, store) = (memory.run()?, memory.store.as_mut()?);
        let note = match worked {
            Ok(done) => done.problems.join("; "),
            Err(error) => error.show(options.lang),
        };
        let note = Some(note.as_str()).filter(|note| !note.is_empty());
        store.finish(run, status(worked), now(), began.elapsed(), note).err().map(|error| error.show(options.lang))
    };
    problems.extend(end(&mut memory, &worked));
    // The run under way tells of itself.
    let is_of_another = matches!(worked, Err(JobError::Locked(LockError::Running(_))));
    if !pipeline.notify.is_empty() && !is_of_another {
        progress.step(Step::Telling);
        let facts = facts(pipeline, options, &worked, (started, now()), memory.run());
        for one in notify_people(pipeline, options, &worked, facts, now) {
            problems.extend(record_notice(&mut memory, &one, options.lang));
            match (&one.error, &one.note, &mut worked) {
                (None, None, _) => {}
                (None, Some(_), Ok(done)) => done.notes.push(one.line(options.lang)),
                _ => problems.push(one.line(options.lang)),
            }
        }
    }
    let is_news = !problems.is_empty();
    if let (Ok(done), true) = (&mut worked, is_news) {
        done.problems.append(&mut problems);
    }
    if is_news && worked.is_ok() {
        // That somebody was not told is part of how it ended. What cannot be recorded is among the problems already.
        let _ = end(&mut memory, &worked);
    }
    worked.map_err(|error| NothingDone { error, problems })
}

/// Tells people of a run that could not even begin, so that [`perform`](super::job::perform) never heard of it; what went
/// wrong with that.
pub fn tell_not_begun(pipeline: &Pipeline, options: &JobOptions, reason: &[String; 2], now: Clock) -> Vec<String> {
    let worked = Err(JobError::NotBegun(reason.clone()));
    let at = now();
    let facts = facts(pipeline, options, &worked, (at, at), None);
    let told = notify_people(pipeline, options, &worked, facts, now);
    told.iter().filter(|one| one.error.is_some()).map(|one| one.line(options.lang)).collect()
}

fn status(worked: &Result<Done, JobError>) -> RunStatus {
    worked.as_ref().map_or_else(JobError::status, Done::status)
}

fn record_notice(memory: &mut Memory, one: &Told, lang: Lang) -> Option<String> {
    let (run, store) = (memory.run()?, memory.store.as_mut()?);
    let (channel, error) = (impersonal(&one.channel), one.error.as_deref().map(impersonal));
    let recorded = store.record_notice(run, &channel, one.told_at, one.attempts, error.as_deref());
    recorded.err().map(|error| error.show(lang))
}

/// What is known of a run whatever it came to.
fn facts(
    pipeline: &Pipeline,
    options: &JobOptions,
    worked: &Result<Done, JobError>,
    (started, ended): (Timestamp, Timestamp),
    run: Option<RunId>,
) -> RunFacts {
    let written = |output: &&OutputPlan| worked.as_ref().is_ok_and(|done| done.outputs.contains(&output.path));
    let output = |output: &OutputPlan| OutputFile { kind: output.kind.name().to_owned(), path: output.path.clone() };
    let error = match worked {
        Ok(done) => Some(done.problems.join(" ")).filter(|problems| !problems.is_empty()),
        Err(error) => Some(error.show(options.lang)),
    };
    RunFacts {
        pipeline: pipeline.name.clone(),
        title: pipeline.title.clone(),
        period: pipeline.period().to_string(),
        run,
        trigger: options.trigger,
        status: status(worked),
        started,
        ended,
        zone: pipeline.zone.clone(),
        outputs: pipeline.outputs.iter().filter(written).map(output).collect(),
        error,
    }
}

/// Tells whoever wants to know. Failing to does not fail the run.
fn notify_people(
    pipeline: &Pipeline,
    options: &JobOptions,
    worked: &Result<Done, JobError>,
    facts: RunFacts,
    now: Clock,
) -> Vec<Told> {
    let (event, has_changed) = match worked {
        // Without a run before it everything is new; what went wrong with it as a whole is no less news.
        Ok(done) => {
            let changed = done.data.changes.as_ref().is_none_or(|changes| !changes.is_empty());
            (Event::from_run(&done.data, facts, options.lang), changed || !done.problems.is_empty())
        }
        Err(_) => (Event::of_nothing(facts), false),
    };
    // An attempt under way may still be answered; another one is for whoever has time.
    let [attempts, waits] = [GRACE, Duration::ZERO].map(|grace| options.stop.with_grace(grace).within(TELLING));
    let wait = |time: Duration| {
        let _waiting = waits.waiting(NEXT_TRY, "", time);
        waits.wait(time).is_none()
    };
    let surroundings =
        Surroundings { wait: &wait, now, stop: &attempts, proxies: &pipeline.proxies, ..Surroundings::default() };
    tell(&pipeline.notify, &event, has_changed, options.lang, &RetryPolicy::default(), &surroundings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_of_a_notice_names_no_person() {
        assert_eq!(impersonal("mail pimpinan@contoh.id"), "mail @contoh.id");
        assert_eq!(impersonal("550 <a.b@contoh.id>: tidak ada"), "550 @contoh.id>: tidak ada");
        assert_eq!(impersonal("webhook contoh.id"), "webhook contoh.id");
    }
}
