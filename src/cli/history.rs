//! `rekap history`: earlier runs, one of them, and all of them as tables for other programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::console::say;
use super::{Format, Shown};
use crate::compute::changes::{Changes, RunRef};
use crate::output::changes;
use crate::output::history::{self, OneRun};
use crate::pipeline::Pipeline;
use crate::store::{RunId, Store, StoreError};

/// Runs listed unless more are asked for.
const LINES: usize = 30;

/// Tampilkan riwayat konsolidasi sebuah pipeline
#[derive(Debug, Args)]
pub(super) struct History {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    place: Place,
    /// Paling banyak sekian konsolidasi; 0 semuanya [bawaan: 30]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Tulis seluruh riwayat sebagai tabel Parquet ke folder ini
    #[arg(long, value_name = "FOLDER")]
    export: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Tampilkan yang berubah antara dua konsolidasi: jawaban, sel, nilai, peringkat, bukti
    Diff {
        /// Nomor yang lama; tanpa ini, yang terakhir sebelum yang baru
        #[arg(value_name = "NOMOR")]
        before: Option<RunId>,
        /// Nomor yang baru; tanpa ini, yang terakhir
        #[arg(value_name = "NOMOR")]
        after: Option<RunId>,
        #[arg(long, value_name = "PIPELINE")]
        pipeline: Option<PathBuf>,
        #[arg(long, value_name = "FOLDER", conflicts_with = "pipeline")]
        state: Option<PathBuf>,
    },
    /// Tampilkan satu konsolidasi: nilai, peringkat, dan temuan tiap satker
    Show {
        /// Nomor konsolidasi
        run: RunId,
        #[command(flatten)]
        place: Place,
    },
}

/// Whose history.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// Berkas pipeline (TOML); tanpa ini, satu-satunya pipeline di folder ini
    pipeline: Option<PathBuf>,
    /// Folder riwayat, tanpa berkas pipeline
    #[arg(long, value_name = "FOLDER", conflicts_with = "pipeline")]
    state: Option<PathBuf>,
}

/// A store that was found, and how its times are told.
pub(super) struct Located {
    /// The store, open for reading.
    pub(super) store: Store,
    /// The pipeline's short name; none is all of the store.
    pub(super) pipeline: Option<String>,
    /// The zone people read times in.
    pub(super) zone: TimeZone,
}

impl Place {
    /// This place, or another where this one names none.
    pub(super) fn or(self, other: Place) -> Place {
        if self.pipeline.is_some() || self.state.is_some() { self } else { other }
    }

    /// Opens the store there; otherwise what is wrong, in the words of the language shown.
    pub(super) fn locate(&self, shown: &Shown) -> Result<Located, String> {
        let worded = |error: StoreError| error.show(shown.lang);
        if let Some(folder) = &self.state {
            let store = Store::open_existing(folder).map_err(worded)?;
            return Ok(Located { store, pipeline: None, zone: TimeZone::system() });
        }
        let path = match &self.pipeline {
            Some(path) => path.clone(),
            None => only_pipeline(shown)?,
        };
        let pipeline = Pipeline::read(&path).map_err(|error| error.report(shown.lang))?;
        let store = Store::open_existing(&pipeline.state).map_err(worded)?;
        Ok(Located { store, pipeline: Some(pipeline.name), zone: pipeline.zone })
    }
}

impl History {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        let done = match (self.what, self.export) {
            (Some(What::Diff { before, after, pipeline, state }), _) => {
                diff(before, after, &Place { pipeline, state }.or(self.place), shown)
            }
            (Some(What::Show { run, place }), _) => show(run, &place.or(self.place), shown),
            (None, Some(to)) => export(&to, &self.place, shown),
            (None, None) => list(self.limit, &self.place, shown),
        };
        match done {
            Ok(text) => {
                shown.print(&text);
                ExitCode::SUCCESS
            }
            Err(message) => shown.fail(&message),
        }
    }
}

fn list(limit: Option<usize>, place: &Place, shown: &Shown) -> Result<String, String> {
    let Located { store, pipeline, zone } = place.locate(shown)?;
    let mut runs = store.runs(None, pipeline.as_deref()).map_err(|error| error.show(shown.lang))?;
    let all = runs.len();
    let limit = match limit {
        Some(limit) => limit,
        None if shown.format == Format::Json => 0,
        None => LINES,
    };
    if limit > 0 {
        runs.truncate(limit);
    }
    if let Some(note) = store.note(shown.lang).filter(|_| shown.verbose) {
        say(format_args!("rekap: {note}"));
    }
    Ok(match shown.format {
        Format::Json => to_text(&history::list_json(&runs)),
        Format::Text if runs.is_empty() => {
            shown.lang.pick("Belum ada konsolidasi yang tercatat.\n", "No run is recorded yet.\n").to_owned()
        }
        Format::Text => history::list(&runs, all - runs.len(), shown.lang, &zone),
    })
}

/// What changed from one run to another: from the one before the last to the last, unless others are named.
fn diff(before: Option<RunId>, after: Option<RunId>, place: &Place, shown: &Shown) -> Result<String, String> {
    let Located { store, pipeline, zone } = place.locate(shown)?;
    let worded = |error: StoreError| error.show(shown.lang);
    let newest = |before| store.latest_recorded(pipeline.as_deref(), None, before).map_err(worded);
    let missing = || {
        let id = "Belum ada dua konsolidasi yang dapat dibandingkan; jalankan rekap run lagi.";
        shown.lang.pick(id, "There are not two runs to compare yet; run rekap run again.").to_owned()
    };
    let after = after.map_or_else(|| newest(None), |after| Ok(Some(after)))?.ok_or_else(missing)?;
    let before = before.map_or_else(|| newest(Some(after)), |before| Ok(Some(before)))?.ok_or_else(missing)?;
    let (earlier, later) = store.differing(before, after).map_err(worded)?;
    let reference = |run: RunId| -> Result<RunRef, String> {
        let info = store.run(run).map_err(worded)?;
        Ok(RunRef { run: Some(run), at: info.started.to_zoned(zone.clone()), period: info.period })
    };
    let changes = Changes::between((&reference(before)?, &earlier), (&reference(after)?, &later));
    Ok(match shown.format {
        Format::Json => to_text(&changes::changes_json(&changes)),
        Format::Text => changes::changes_text(&changes, shown.lang),
    })
}

fn show(run: RunId, place: &Place, shown: &Shown) -> Result<String, String> {
    let Located { store, pipeline, zone } = place.locate(shown)?;
    let one = one_run(&store, run).map_err(|error| error.show(shown.lang))?;
    if let Some(pipeline) = pipeline.filter(|pipeline| *pipeline != one.run.pipeline) {
        let (other, lang) = (&one.run.pipeline, shown.lang);
        let text = lang.pick("bukan konsolidasi pipeline ini, melainkan", "is no run of this pipeline but of");
        return Err(format!("{pipeline}: {run} {text} {other}"));
    }
    Ok(match shown.format {
        Format::Json => to_text(&history::show_json(&one)),
        Format::Text => history::show(&one, shown.lang, &zone),
    })
}

fn one_run(store: &Store, number: RunId) -> Result<OneRun, StoreError> {
    let run = store.run(number)?;
    let notices = store.notices(number)?;
    if !run.recorded {
        return Ok(OneRun { run, data: None, findings: Default::default(), sources: Vec::new(), notices });
    }
    let (data, findings) = (store.overview(number)?, store.finding_counts(number)?);
    Ok(OneRun { run, data: Some(data), findings, sources: store.sources(number)?, notices })
}

fn export(to: &Path, place: &Place, shown: &Shown) -> Result<String, String> {
    let Located { store, .. } = place.locate(shown)?;
    let counts = store.export(to).map_err(|error| error.show(shown.lang))?;
    Ok(match shown.format {
        Format::Json => to_text(&json!({ "folder": to.display().to_string(), "rows": counts })),
        Format::Text => history::exported(&to.display().to_string(), &counts, shown.lang),
    })
}

fn to_text(value: &Value) -> String {
    value.to_string() + "\n"
}

/// The pipeline of the current folder, where there is exactly one.
pub(super) fn only_pipeline(shown: &Shown) -> Result<PathBuf, String> {
    let mut found: Vec<PathBuf> = ["pipelines", "."].into_iter().flat_map(pipelines_in).collect();
    found.sort();
    match &found[..] {
        [only] => Ok(only.clone()),
        [] => {
            let id = "tidak ada berkas pipeline di folder ini; tulis: rekap history PIPELINE.toml, atau --state FOLDER";
            let en = "no pipeline file in this folder; write: rekap history PIPELINE.toml, or --state FOLDER";
            Err(shown.lang.pick(id, en).to_owned())
        }
        several => {
            let names: Vec<_> = several.iter().map(|path| path.display().to_string()).collect();
            let id = "ada beberapa pipeline di folder ini, tulis salah satunya";
            let en = "there are several pipelines in this folder, name one of them";
            Err(format!("{}: {}", shown.lang.pick(id, en), names.join(", ")))
        }
    }
}

/// Files of a folder that are pipelines, broken ones among them: what is wrong with those is told when they are read.
fn pipelines_in(folder: &str) -> Vec<PathBuf> {
    let is_pipeline = |path: &Path| {
        let text = fs::read_to_string(path).unwrap_or_default();
        ["satker", "[lke]"].iter().all(|start| text.lines().any(|line| line.trim_start().starts_with(start)))
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| if folder == "." { entry.file_name().into() } else { entry.path() });
    paths.filter(|path| path.extension().is_some_and(|end| end == "toml") && is_pipeline(path)).collect()
}
