//! `rekap run PIPELINE`: every satker of the registry once, then the outputs.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::console::say;
use super::{FAILED, Format, Shown, clock};
use crate::consolidate::Unit;
use crate::finding::{Severity, count_by_severity};
use crate::lke::Role;
use crate::output::{json, text};
use crate::pipeline::job::{Done, JobError, JobOptions, perform, rebuild};
use crate::pipeline::{OutputKind, OutputPlan, Pipeline, Progress};
use crate::schedule::Stop;
use crate::store::{RunStatus, Trigger};

/// Konsolidasikan semua satker sebuah pipeline
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Berkas pipeline (TOML)
    pipeline: PathBuf,
    /// Tulis juga tenggat rencana aksi sebagai kalender (.ics)
    #[arg(long, value_name = "BERKAS")]
    ical: Option<PathBuf>,
    /// Jangan pakai jaringan: alamat dibaca dari salinan terakhirnya
    #[arg(long)]
    offline: bool,
    /// Bila sumber tidak terjangkau, pakai salinan terakhirnya atau tidak
    #[arg(long, value_enum)]
    stale: Option<Stale>,
    /// Periksa setiap tautan bukti dukung
    #[arg(long)]
    check_links: bool,
    /// Jangan tulis apa pun; tampilkan apa yang akan ditulis dan disegarkan
    #[arg(long)]
    dry_run: bool,
    /// Jangan catat di riwayat (dan jangan bandingkan dengan yang lalu)
    #[arg(long)]
    no_history: bool,
    /// Bangun ulang berkas hasil konsolidasi bernomor ini, dari salinan sumbernya
    #[arg(long, value_name = "NOMOR", conflicts_with_all = ["ical", "offline", "stale", "check_links", "dry_run", "no_history"])]
    as_of: Option<i64>,
}

/// What to do about a source that cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stale {
    Allow,
    Refuse,
}

impl Run {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        let mut pipeline = match Pipeline::read(&self.pipeline) {
            Ok(pipeline) => pipeline,
            Err(error) => return shown.fail(&error.report(shown.lang)),
        };
        if let Some(path) = self.ical {
            pipeline.outputs.push(OutputPlan { kind: OutputKind::Ical, path });
        }
        let options = JobOptions {
            lang: shown.lang,
            trigger: Trigger::Hand,
            offline: self.offline,
            allow_stale: self.stale.map(|stale| stale == Stale::Allow),
            check_links: self.check_links,
            is_recorded: !self.no_history,
            is_locked: false,
            is_dry: self.dry_run,
        };
        let told = shown.lang.pick("berhenti setelah yang sedang dibaca", "stopping after what is being read");
        let stop = match Stop::on_signals(move || say(format_args!("rekap: {told}"))) {
            Ok(stop) => stop,
            Err(error) => return shown.fail(&error.to_string()),
        };
        let watcher = Watcher::new(&pipeline, shown, &stop);
        let done = match self.as_of {
            Some(run) => rebuild(&self.pipeline, run, shown.lang, &watcher),
            None => perform(&pipeline, &options, &clock, &watcher),
        };
        watcher.finish();
        match done {
            Ok(done) => show(&done, options.is_dry, shown),
            Err(error) => {
                let status = shown.fail(&error.show(shown.lang));
                let signal = stop.signal().filter(|_| matches!(error, JobError::Stopped));
                signal.map_or(status, |signal| signal.status().into())
            }
        }
    }
}

/// Prints what a run came to; the exit status.
pub(super) fn show(done: &Done, is_dry: bool, shown: &Shown) -> ExitCode {
    let lang = shown.lang;
    shown.print(&match shown.format {
        Format::Json => format!("{}\n", json::run(&done.data, &done.outputs, lang)),
        Format::Text => {
            let written = match is_dry {
                true => lang.pick("Akan ditulis", "Would be written"),
                false => lang.pick("Ditulis", "Written"),
            };
            let files = done.outputs.iter().map(|output| format!("{written}: {}\n", output.display()));
            let sheets = done.refreshed.iter().map(|refreshed| refreshed.show(lang));
            let notes = done.notes.iter().map(|note| format!("{note}\n"));
            text::run(&done.data, lang) + &files.chain(sheets).chain(notes).collect::<String>()
        }
    });
    for problem in &done.problems {
        say(format_args!("rekap: {problem}"));
    }
    if done.status() == RunStatus::Clean && done.problems.is_empty() { ExitCode::SUCCESS } else { FAILED.into() }
}

/// Shows how far the run is: a bar on a terminal, a line a satker elsewhere.
struct Watcher<'a> {
    bar: Option<ProgressBar>,
    shown: &'a Shown,
    stop: &'a Stop,
}

impl<'a> Watcher<'a> {
    fn new(pipeline: &Pipeline, shown: &'a Shown, stop: &'a Stop) -> Self {
        let bar = (!shown.quiet && std::io::stderr().is_terminal()).then(|| {
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}");
            let bar = ProgressBar::new(pipeline.satker.len() as u64);
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Watcher { bar, shown, stop }
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Watcher<'_> {
    fn is_halted(&self) -> bool {
        self.stop.requested().is_some()
    }

    fn done(&self, unit: &Unit) {
        if let Some(bar) = &self.bar {
            bar.set_message(unit.satker.nama.clone());
            bar.inc(1);
        } else if !self.shown.quiet {
            let lang = self.shown.lang;
            let total = unit.lke.as_ref().and_then(|lke| lke.total(Role::Unit));
            let total = total.map_or_else(|| "–".to_owned(), |total| lang.number(total, 2));
            let [errors, warnings, _] = count_by_severity(&unit.findings);
            let [error, warning] = [Severity::Error, Severity::Warning].map(|severity| severity.word(lang));
            let (kode, nama) = (&unit.satker.kode, &unit.satker.nama);
            say(format_args!("{kode} {nama}: {total} ({errors} {error}, {warnings} {warning})"));
        }
    }
}
