//! `rekap run PIPELINE`: every satker of the registry once, then the outputs.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::console::say;
use super::{FAILED, Format, Shown, clock};
use crate::compute::Unit;
use crate::finding::{Severity, count_by_severity};
use crate::lang::Lang;
use crate::lke::Role;
use crate::output::{json, text};
use crate::pipeline::job::{Done, JobOptions, NothingDone, perform};
use crate::pipeline::{OutputKind, OutputPlan, Pipeline, Progress, Step, rebuild};
use crate::stop::Stop;
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
        let told = shown.lang.pick("berhenti setelah yang sedang dikerjakan", "stopping after what is being done");
        let stop = match Stop::on_signals(move || say(format_args!("rekap: {told}"))) {
            Ok(stop) => stop,
            Err(error) => return shown.fail(&error.to_string()),
        };
        // Nobody waits longer for a run by hand than for one by schedule.
        let deadline = pipeline.schedule.as_ref().map(|schedule| schedule.deadline);
        let options = JobOptions {
            lang: shown.lang,
            trigger: Trigger::Hand,
            offline: self.offline,
            allow_stale: self.stale.map(|stale| stale == Stale::Allow),
            check_links: self.check_links,
            is_recorded: !self.no_history,
            is_locked: false,
            is_dry: self.dry_run,
            stop: deadline.map_or_else(|| stop.clone(), |deadline| stop.within(deadline)),
            problems: Vec::new(),
        };
        let watcher = Watcher::new(&pipeline, shown, &stop);
        let done = match self.as_of {
            Some(run) => rebuild(&self.pipeline, run, shown.lang, &options.stop, &watcher).map_err(NothingDone::from),
            None => perform(&pipeline, &options, &clock, &watcher),
        };
        watcher.finish();
        let status = match done {
            Ok(done) => show(&done, options.is_dry, shown),
            Err(NothingDone { error, problems }) => {
                say_problems(&problems);
                shown.fail(&error.show(shown.lang))
            }
        };
        // Whoever interrupts it knows it by that, whatever was done until then.
        stop.signal().map_or(status, |signal| signal.status().into())
    }
}

fn say_problems(problems: &[String]) {
    for problem in problems {
        say(format_args!("rekap: {problem}"));
    }
}

/// Prints what a run came to; the exit status.
fn show(done: &Done, is_dry: bool, shown: &Shown) -> ExitCode {
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
    say_problems(&done.problems);
    if done.status() == RunStatus::Clean { ExitCode::SUCCESS } else { FAILED.into() }
}

/// How long something is waited for in silence where there is no bar.
const SILENCE: Duration = Duration::from_secs(10);

/// Shows how far the run is: a bar on a terminal, with what is waited for; elsewhere a line a satker, and one for every
/// wait that lasts.
struct Watcher<'a> {
    bar: Option<ProgressBar>,
    shown: &'a Shown,
    /// What says the long waits, until this is dropped.
    waits: Option<(Sender<()>, JoinHandle<()>)>,
}

impl<'a> Watcher<'a> {
    fn new(pipeline: &Pipeline, shown: &'a Shown, stop: &Stop) -> Self {
        if shown.quiet {
            return Watcher { bar: None, shown, waits: None };
        }
        let lang = shown.lang;
        if !std::io::stderr().is_terminal() {
            return Watcher { bar: None, shown, waits: say_waits(stop.clone(), lang) };
        }
        let waits = stop.clone();
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {wait}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        let style = style.with_key("wait", move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let wait = waits.longest_wait().map(|wait| wait.show(lang)).unwrap_or_default();
            // A bar that cannot be drawn is not.
            let _ = out.write_str(&wait);
        });
        let bar = ProgressBar::new(pipeline.satker.len() as u64).with_style(style);
        bar.enable_steady_tick(Duration::from_millis(250));
        Watcher { bar: Some(bar), shown, waits: None }
    }

    fn finish(mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if let Some((ended, saying)) = self.waits.take() {
            drop(ended);
            // It has nothing more to say.
            let _ = saying.join();
        }
    }
}

/// Says what is waited for, each time that lasts.
fn say_waits(stop: Stop, lang: Lang) -> Option<(Sender<()>, JoinHandle<()>)> {
    let (end, ended) = channel();
    let saying = move || {
        while ended.recv_timeout(SILENCE) == Err(RecvTimeoutError::Timeout) {
            if let Some(wait) = stop.longest_wait().filter(|wait| wait.so_far() >= SILENCE / 2) {
                say(wait.show(lang));
            }
        }
    };
    let thread = std::thread::Builder::new().name("waits".to_owned()).spawn(saying);
    thread.ok().map(|thread| (end, thread))
}

impl Progress for Watcher<'_> {
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

    fn step(&self, step: Step) {
        let Some(bar) = &self.bar else { return };
        let lang = self.shown.lang;
        let message = match step {
            Step::Fetching => lang.pick("mengambil sumber", "fetching sources"),
            Step::Reading => lang.pick("membaca", "reading"),
            Step::Links { done, all } => {
                bar.set_length(all as u64);
                bar.set_position(done as u64);
                lang.pick("tautan bukti dukung", "evidence links")
            }
            Step::Writing => lang.pick("menulis keluaran", "writing outputs"),
            Step::Refreshing => lang.pick("menyegarkan spreadsheet", "refreshing spreadsheets"),
            Step::Telling => lang.pick("memberi kabar", "telling people"),
        };
        bar.set_message(message);
    }
}
