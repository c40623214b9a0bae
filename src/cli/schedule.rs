//! `rekap schedule PIPELINE…`: runs pipelines at their times, until it is asked to stop.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;

use super::console::say;
use super::{Format, Shown, clock};
use crate::compute::Unit;
use crate::finding::Severity;
use crate::lang::Lang;
use crate::pipeline::job::{Done, JobError, JobOptions, perform};
use crate::pipeline::{ConfigError, Pipeline, Progress, tell_not_begun};
use crate::schedule::clock::SystemClock;
use crate::schedule::log::{Journal, Level, Line};
use crate::schedule::systemd::{Subject, units};
use crate::schedule::{self, Loaded, Occasion, Report, RunEnd, Scheduler, Work};
use crate::stop::Stop;
use crate::store::{RunStatus, Trigger};

/// Jalankan pipeline menurut jadwalnya
///
/// Terus berjalan, dan menjalankan setiap pipeline pada waktu di bagian [schedule]-nya, satu demi satu. Yang terlewat
/// dijalankan sekali; yang tidak menghasilkan apa-apa diulang; berkas pipeline yang berubah dibaca lagi. SIGTERM atau
/// Ctrl-C mengakhirinya dengan rapi, yang kedua kali seketika. Catatan jalannya ke stderr.
#[derive(Debug, Args)]
pub(super) struct Schedule {
    /// Berkas pipeline (TOML) dengan bagian [schedule]
    #[arg(required = true)]
    pipeline: Vec<PathBuf>,
    /// Jalankan yang sudah jatuh tempo lalu selesai, untuk cron atau systemd
    #[arg(long)]
    once: bool,
    /// Cetak unit systemd dan cara memasangnya
    #[arg(long, conflicts_with = "once")]
    systemd: bool,
}

impl Schedule {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        if self.systemd {
            return self.print_units(shown);
        }
        let lang = shown.lang;
        let told =
            lang.pick("diminta berhenti; sekali lagi untuk seketika", "asked to stop; once more to stop at once");
        let stop = match Stop::on_signals(move || say(format_args!("rekap: {told}"))) {
            Ok(stop) => stop,
            Err(error) => return shown.fail(&error.to_string()),
        };
        let (work, journal) = (Consolidating { shown }, Log { shown });
        let outcome = Scheduler::new(&work, &self.pipeline, self.once, SystemClock::new(), &journal, stop).run();
        // Whoever keeps running ends well when asked to.
        if outcome.stopped && !self.once { ExitCode::SUCCESS } else { outcome.status().into() }
    }

    fn print_units(&self, shown: &Shown) -> ExitCode {
        for path in &self.pipeline {
            match self.units(path, shown) {
                Ok(text) => shown.print(&text),
                Err(message) => return shown.fail(&message),
            }
        }
        ExitCode::SUCCESS
    }

    fn units(&self, path: &Path, shown: &Shown) -> Result<String, String> {
        // A file that is wrong is named as it was given.
        Loaded::read(path).map_err(|error| error.report(shown.lang))?;
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        let file = std::path::absolute(path).map_err(failed)?;
        let owner = std::fs::metadata(&file).map_err(failed)?.uid();
        let program = std::env::current_exe().map_err(failed)?;
        let loaded = Loaded::read(&file).map_err(|error| error.show(shown.lang))?;
        let outputs = loaded.pipeline.outputs.iter().filter_map(|output| output.path.parent());
        let written = outputs.map(Path::to_owned).chain([loaded.state.clone()]).collect();
        let subject = Subject { name: &loaded.name, file: &file, written, owner, schedule: &loaded.schedule };
        units(&program, &subject, Timestamp::now(), shown.lang).map_err(|path| {
            let (id, en) = ("alamat ini tidak dapat ditulis di unit systemd", "this path cannot stand in a unit");
            format!("{}: {}", path.display(), shown.lang.pick(id, en))
        })
    }
}

/// The log on stderr.
struct Log<'a> {
    shown: &'a Shown,
}

impl Journal for Log<'_> {
    fn note(&self, line: Line) {
        if self.shown.quiet && line.level == Level::Info {
            return;
        }
        let lang = self.shown.lang;
        say(if self.shown.format == Format::Json { line.json(lang).to_string() } else { line.text(lang) });
    }
}

/// A whole consolidation.
struct Consolidating<'a> {
    shown: &'a Shown,
}

impl Work for Consolidating<'_> {
    type Pipeline = Pipeline;

    fn load(&self, path: &Path) -> Result<Loaded<Pipeline>, ConfigError> {
        Loaded::read(path)
    }

    fn run(&self, pipeline: &Pipeline, occasion: &Occasion, stop: &Stop) -> Report {
        // The satker registry may have changed though the pipeline file did not. Where it is broken, the old one is used.
        let reread = Pipeline::read(&pipeline.path);
        let pipeline = reread.as_ref().unwrap_or(pipeline);
        let problems = reread.as_ref().err().map(|error| error.show(self.shown.lang)).into_iter().collect();
        let options = JobOptions { problems, ..self.options(occasion, stop) };
        match perform(pipeline, &options, &clock, &Unwatched) {
            Ok(done) => report(&done),
            Err(nothing) => {
                let told = nothing.problems.iter().map(|problem| format!("; {problem}")).collect::<String>();
                match nothing.error {
                    JobError::Stopped(_) => RunEnd::Stopped.into(),
                    error => RunEnd::NothingDone([Lang::Id, Lang::En].map(|lang| error.show(lang) + &told)).into(),
                }
            }
        }
    }

    fn tell_not_begun(
        &self,
        pipeline: &Pipeline,
        occasion: &Occasion,
        stop: &Stop,
        reason: &[String; 2],
    ) -> Vec<String> {
        tell_not_begun(pipeline, &self.options(occasion, stop), reason, &clock)
    }
}

impl Consolidating<'_> {
    fn options(&self, occasion: &Occasion, stop: &Stop) -> JobOptions {
        let trigger = match occasion.trigger {
            schedule::Trigger::OnTime | schedule::Trigger::Retry => Trigger::Schedule,
            schedule::Trigger::CatchUp | schedule::Trigger::Resumed => Trigger::CatchUp,
        };
        JobOptions { lang: self.shown.lang, trigger, is_locked: true, stop: stop.clone(), ..JobOptions::default() }
    }
}

/// What the log says of a run that wrote its outputs.
fn report(done: &Done) -> Report {
    let [errors, warnings, _] = done.data.finding_counts();
    let satker = done.data.units.len();
    let summary = |lang: Lang| {
        let (satker_word, error, warning) = ("satker", Severity::Error.word(lang), Severity::Warning.word(lang));
        let mut text = format!("{satker} {satker_word}, {errors} {error}, {warnings} {warning}");
        for problem in &done.problems {
            text += "; ";
            text += problem;
        }
        text
    };
    Report {
        end: if done.status() == RunStatus::Clean { RunEnd::Clean } else { RunEnd::Incomplete },
        summary: [summary(Lang::Id), summary(Lang::En)],
        details: vec![
            ("run", done.data.run.into()),
            ("satker", satker.into()),
            ("errors", errors.into()),
            ("warnings", warnings.into()),
            ("problems", done.problems.clone().into()),
        ],
    }
}

/// The log tells how a run ended; how far it is, nobody watches.
struct Unwatched;

impl Progress for Unwatched {
    fn done(&self, _: &Unit) {}
}
