//! Telling people what a run came to.

use std::time::Duration;

use jiff::Timestamp;

use super::job::{Clock, Done, JobError, JobOptions};
use super::{OutputKind, OutputPlan, Pipeline, Progress};
use crate::notify::{Event, OutputFile, RetryPolicy, RunFacts, Surroundings, Told, tell};
use crate::store::{RunId, RunStatus};

/// A text without the persons in its e-mail addresses: the store keeps nothing personal.
pub(super) fn impersonal(text: &str) -> String {
    let word = |word: &str| match word.rsplit_once('@') {
        Some((_, domain)) => format!("@{domain}"),
        None => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// What is known of a run whatever it came to.
pub(super) fn facts(
    pipeline: &Pipeline,
    options: &JobOptions,
    worked: &Result<Done, JobError>,
    status: RunStatus,
    (started, ended): (Timestamp, Timestamp),
    run: Option<RunId>,
) -> RunFacts {
    let written = worked.as_ref().is_ok().then_some(&pipeline.outputs);
    let kind = |kind: OutputKind| match kind {
        OutputKind::Xlsx => "xlsx",
        OutputKind::Csv(_) => "csv",
        OutputKind::Ical => "ical",
    };
    let output = |output: &OutputPlan| OutputFile { kind: kind(output.kind).to_owned(), path: output.path.clone() };
    RunFacts {
        pipeline: pipeline.name.clone(),
        title: pipeline.title.clone(),
        period: pipeline.period().to_string(),
        run,
        trigger: options.trigger,
        status,
        started,
        ended,
        zone: pipeline.zone(),
        outputs: written.into_iter().flatten().map(output).collect(),
        error: worked.as_ref().err().map(|error| error.show(options.lang)),
    }
}

/// Tells whoever wants to know. Failing to does not fail the run.
pub(super) fn notify_people(
    pipeline: &Pipeline,
    options: &JobOptions,
    worked: &Result<Done, JobError>,
    facts: RunFacts,
    progress: &dyn Progress,
    now: Clock,
) -> Vec<Told> {
    let (event, has_changed) = match worked {
        // Without a run before it everything is new.
        Ok(done) => {
            let changed = done.data.changes.as_ref().is_none_or(|changes| !changes.is_empty());
            (Event::from_run(&done.data, facts, options.lang), changed)
        }
        Err(_) => (Event::of_nothing(facts), false),
    };
    let wait = |time: Duration| {
        std::thread::sleep(time);
        !progress.is_halted()
    };
    let surroundings = Surroundings { wait: &wait, now, ..Surroundings::default() };
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
