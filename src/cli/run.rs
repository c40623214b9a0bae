//! `rekap run PIPELINE`: every satker of the registry once, then the outputs.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{FAILED, Format, Shown, clock, links};
use crate::consolidate::{Consolidation, Unit};
use crate::finding::{Severity, count_by_severity};
use crate::lke::Role;
use crate::output::file::{WriteError, stage};
use crate::output::{json, plan, table, text, workbook};
use crate::pipeline::{OutputKind, OutputPlan, Pipeline, Progress, TableKind, run};

/// Konsolidasikan semua satker sebuah pipeline
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Berkas pipeline (TOML)
    pipeline: PathBuf,
    /// Tulis juga tenggat rencana aksi sebagai kalender (.ics)
    #[arg(long, value_name = "BERKAS")]
    ical: Option<PathBuf>,
    /// Periksa juga tautan bukti dukung
    #[arg(long)]
    check_links: bool,
}

impl Run {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        let mut pipeline = match Pipeline::read(&self.pipeline) {
            Ok(pipeline) => pipeline,
            Err(error) => return shown.fail(&error.show(shown.lang)),
        };
        if let Some(path) = self.ical {
            pipeline.outputs.push(OutputPlan { kind: OutputKind::Ical, path });
        }
        let watcher = Watcher::new(&pipeline, shown);
        let mut data = match run(&pipeline, &clock, &watcher) {
            Ok(data) => data,
            Err(error) => return shown.fail(&error.to_string()),
        };
        watcher.finish();
        if self.check_links {
            links::check_run(&pipeline, &mut data, shown);
        }
        let outputs = match write_outputs(&pipeline, &data, shown) {
            Ok(outputs) => outputs,
            Err(error) => {
                let id = shown.lang.pick("tidak dapat ditulis", "cannot be written");
                return shown.fail(&format!("{id}: {error}"));
            }
        };
        shown.print(&match shown.format {
            Format::Json => format!(
                "{}
",
                json::run(&data, &outputs, shown.lang)
            ),
            Format::Text => {
                let written = shown.lang.pick("Ditulis", "Written");
                let written = outputs.iter().map(|output| {
                    format!(
                        "{written}: {}
",
                        output.display()
                    )
                });
                text::run(&data, shown.lang) + &written.collect::<String>()
            }
        });
        let failed = data.findings().any(|finding| finding.severity() == Severity::Error);
        if failed { FAILED.into() } else { ExitCode::SUCCESS }
    }
}

/// Writes every output beside its place, and only when all are written puts them there.
fn write_outputs(pipeline: &Pipeline, data: &Consolidation, shown: &Shown) -> Result<Vec<PathBuf>, WriteError> {
    let lang = shown.lang;
    let mut staged = Vec::new();
    for output in &pipeline.outputs {
        staged.push(match output.kind {
            OutputKind::Xlsx => stage(&output.path, |path| workbook::write(data, lang, path))?,
            OutputKind::Csv(TableKind::Ranking) => stage(&output.path, |path| table::ranking(data, lang, path))?,
            OutputKind::Ical => stage(&output.path, |path| plan::ical(data, lang, path))?,
            OutputKind::Csv(TableKind::Findings) => stage(&output.path, |path| table::findings(data, lang, path))?,
        });
    }
    for file in staged {
        file.put()?;
    }
    Ok(pipeline.outputs.iter().map(|output| output.path.clone()).collect())
}

/// Shows how far the run is: a bar on a terminal, a line a satker elsewhere.
struct Watcher<'a> {
    bar: Option<ProgressBar>,
    shown: &'a Shown,
}

impl<'a> Watcher<'a> {
    fn new(pipeline: &Pipeline, shown: &'a Shown) -> Self {
        let bar = (!shown.quiet && std::io::stderr().is_terminal()).then(|| {
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}");
            let bar = ProgressBar::new(pipeline.satker.len() as u64);
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Watcher { bar, shown }
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
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
            eprintln!("{} {}: {total} ({errors} {error}, {warnings} {warning})", unit.satker.kode, unit.satker.nama);
        }
    }
}
