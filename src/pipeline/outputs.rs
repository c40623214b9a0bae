//! The outputs a pipeline file names: files, and summary spreadsheets; and the files being written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::config::ConfigError;
use super::file::{Mistakes, fill, placeholders, tidy};
use super::job::JobError;
use crate::compute::Consolidation;
use crate::lang::Lang;
use crate::lke::template::Template;
use crate::nearest::unknown;
use crate::output::file::{Staged, stage};
use crate::output::sheets::RefreshPlan;
use crate::output::table::Dialect;
use crate::output::{plan, table, workbook, worksheet};
use crate::report::{Report, TableName};
use crate::satker::Satker;
use crate::stop::Stop;

/// An output to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputPlan {
    /// What it is.
    pub kind: OutputKind,
    /// Where it goes.
    pub path: PathBuf,
}

/// A kind of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputKind {
    /// The consolidated workbook.
    Xlsx,
    /// One table as CSV.
    Csv(TableName, Dialect),
    /// The deadlines of the plans, for calendar programs.
    Ical,
    /// The official worksheet of a satker, by its place in the registry, filled with what was read of it; the template's
    /// place among the shipped ones, where it is to be another than it was read by.
    Lke(usize, Option<usize>),
}

impl OutputKind {
    /// The name used in pipeline files.
    pub fn name(self) -> &'static str {
        match self {
            OutputKind::Xlsx => "xlsx",
            OutputKind::Csv(..) => "csv",
            OutputKind::Ical => "ical",
            OutputKind::Lke(..) => "lke",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutputSection {
    pub(super) kind: Spanned<String>,
    table: Option<Spanned<String>>,
    dialect: Option<Spanned<String>>,
    template: Option<Spanned<String>>,
    path: Option<Spanned<String>>,
    spreadsheet: Option<Spanned<String>>,
    tabs: Option<Spanned<BTreeMap<String, String>>>,
}

pub(super) fn read_outputs(
    mistakes: &Mistakes,
    directory: &Path,
    sections: &[OutputSection],
    satker: &[Satker],
    name: &str,
    (year, semester): (i16, u8),
) -> Result<Vec<OutputPlan>, ConfigError> {
    let mut outputs: Vec<OutputPlan> = Vec::new();
    for section in sections {
        let dialect = match &section.dialect {
            None => Dialect::default(),
            Some(dialect) if section.kind.get_ref() != "csv" => {
                let id = "\"dialect\" hanya untuk kind = \"csv\"".to_owned();
                return Err(mistakes.at(dialect.span(), id, "\"dialect\" goes with kind = \"csv\" only".to_owned()));
            }
            Some(dialect) => match Dialect::ALL.iter().find(|(name, _)| name == dialect.get_ref()) {
                Some((_, dialect)) => *dialect,
                None => return Err(mistakes.unknown(dialect, Dialect::ALL.map(|(name, _)| name))),
            },
        };
        let is_lke = section.kind.get_ref() == "lke";
        let template = match &section.template {
            None => None,
            Some(template) if !is_lke => {
                let id = "\"template\" hanya untuk kind = \"lke\"".to_owned();
                return Err(mistakes.at(template.span(), id, "\"template\" goes with kind = \"lke\" only".to_owned()));
            }
            Some(template) => match Template::shipped_ids().position(|id| id == template.get_ref()) {
                Some(place) => Some(place),
                None => return Err(mistakes.unknown(template, Template::shipped_ids())),
            },
        };
        let kind = match (section.kind.get_ref().as_str(), &section.table) {
            ("xlsx", None) => OutputKind::Xlsx,
            ("ical", None) => OutputKind::Ical,
            ("lke", None) => OutputKind::Lke(0, template),
            ("csv", Some(table)) => match table.get_ref().as_str() {
                "ranking" => OutputKind::Csv(TableName::Ranking, dialect),
                "findings" => OutputKind::Csv(TableName::Findings, dialect),
                _ => return Err(mistakes.unknown(table, ["ranking", "findings"])),
            },
            ("csv", None) => {
                let id = "kunci \"table\" belum ada: ranking atau findings".to_owned();
                return Err(mistakes.at(section.kind.span(), id, "missing \"table\": ranking or findings".to_owned()));
            }
            ("xlsx" | "ical" | "lke", Some(table)) => {
                let id = "\"table\" hanya untuk kind = \"csv\"".to_owned();
                return Err(mistakes.at(table.span(), id, "\"table\" goes with kind = \"csv\" only".to_owned()));
            }
            _ => return Err(mistakes.unknown(&section.kind, ["xlsx", "csv", "ical", "lke", "google-sheets"])),
        };
        let foreign = section.spreadsheet.as_ref().map(Spanned::span).or(section.tabs.as_ref().map(Spanned::span));
        if let Some(span) = foreign {
            let id = "kunci ini hanya untuk kind = \"google-sheets\"".to_owned();
            return Err(mistakes.at(span, id, "this key goes with kind = \"google-sheets\" only".to_owned()));
        }
        let Some(section_path) = &section.path else {
            let id = "kunci \"path\" belum ada".to_owned();
            return Err(mistakes.at(section.kind.span(), id, "missing \"path\"".to_owned()));
        };
        for placeholder in placeholders(section_path.get_ref()) {
            let known = ["name", "year", "semester", "kode"];
            let known = &known[..known.len() - usize::from(!is_lke)];
            if !known.contains(&placeholder) {
                let known: Vec<String> = known.iter().map(|name| format!("{{{name}}}")).collect();
                let [id, en] = unknown(&format!("{{{placeholder}}}"), known.iter().map(String::as_str));
                return Err(mistakes.at(section_path.span(), id, en));
            }
        }
        if is_lke && !placeholders(section_path.get_ref()).any(|placeholder| placeholder == "kode") {
            let id = "\"path\" memerlukan {kode}: satu berkas setiap satker".to_owned();
            return Err(mistakes.at(section_path.span(), id, "\"path\" needs {kode}: a file a satker".to_owned()));
        }
        let of_satker = |kode: &str| {
            let path = fill(section_path.get_ref(), |placeholder| match placeholder {
                "name" => name.to_owned(),
                "year" => year.to_string(),
                "kode" => file_name(kode),
                _ => semester.to_string(),
            });
            tidy(&directory.join(path))
        };
        let plans: Vec<OutputPlan> = match kind {
            OutputKind::Lke(_, template) => {
                let plan = |(place, of): (usize, &Satker)| OutputPlan {
                    kind: OutputKind::Lke(place, template),
                    path: of_satker(&of.kode),
                };
                satker.iter().enumerate().map(plan).collect()
            }
            kind => vec![OutputPlan { kind, path: of_satker("") }],
        };
        for plan in plans {
            if outputs.iter().any(|output| output.path == plan.path) {
                let shown = plan.path.display();
                let (id, en) = (format!("dua keluaran menuju {shown}"), format!("two outputs go to {shown}"));
                return Err(mistakes.at(section_path.span(), id, en));
            }
            outputs.push(plan);
        }
    }
    Ok(outputs)
}

/// A code as part of a file's name.
fn file_name(kode: &str) -> String {
    kode.chars().map(|c| if c.is_alphanumeric() || "-_".contains(c) { c } else { '_' }).collect()
}

/// A summary spreadsheet; without `tabs` it shows every table.
pub(super) fn read_refresh(
    mistakes: &Mistakes,
    section: &OutputSection,
    name: &str,
    publishes_comments: bool,
) -> Result<RefreshPlan, ConfigError> {
    let Some(spreadsheet) = &section.spreadsheet else {
        let id = "kunci \"spreadsheet\" belum ada: alamat Google Sheets".to_owned();
        let en = "missing \"spreadsheet\": a Google Sheets address".to_owned();
        return Err(mistakes.at(section.kind.span(), id, en));
    };
    if let Some(foreign) = section.table.as_ref().or(section.path.as_ref()) {
        let id = "kunci ini bukan untuk kind = \"google-sheets\"".to_owned();
        let en = "this key does not go with kind = \"google-sheets\"".to_owned();
        return Err(mistakes.at(foreign.span(), id, en));
    }
    let mut tabs: Vec<(TableName, String)> = Vec::new();
    for table in TableName::TABS {
        let title = match &section.tabs {
            None if table == TableName::Comments && !publishes_comments => None,
            None => Some(table.title().id.to_owned()),
            Some(tabs) => tabs.get_ref().get(table.name()).cloned(),
        };
        tabs.extend(title.map(|title| (table, title)));
    }
    if let Some(given) = &section.tabs {
        let names = TableName::TABS.map(TableName::name);
        if let Some(wrong) = given.get_ref().keys().find(|key| !names.contains(&key.as_str())) {
            let [id, en] = unknown(wrong, names);
            return Err(mistakes.at(given.span(), format!("tabel {id}"), format!("the table {en}")));
        }
        if given.get_ref().contains_key(TableName::Comments.name()) && !publishes_comments {
            let id =
                "saran responden hanya keluar dari kantor bila salah satu [[survey]] menyatakan comments = \"publish\"";
            let en = "respondents' comments leave the office only where a [[survey]] says comments = \"publish\"";
            return Err(mistakes.at(given.span(), id.to_owned(), en.to_owned()));
        }
        let mut titles: Vec<&String> = given.get_ref().values().collect();
        titles.sort();
        titles.dedup();
        if titles.len() < given.get_ref().len() || titles.iter().any(|title| title.trim().is_empty()) {
            let id = "nama tab harus berbeda-beda dan tidak kosong".to_owned();
            return Err(mistakes.at(given.span(), id, "names of tabs must differ and not be empty".to_owned()));
        }
    }
    Ok(RefreshPlan { pipeline: name.to_owned(), spreadsheet: spreadsheet.get_ref().clone(), tabs })
}

/// Says what a workbook has no room for, where there is one.
pub(super) fn note_cuts(outputs: &[OutputPlan], data: &mut Consolidation) {
    if outputs.iter().any(|output| output.kind == OutputKind::Xlsx) {
        workbook::note_cuts(data);
    }
}

/// Writes every output beside its place.
///
/// # Errors
/// [`JobError`] when one cannot be written, or the run is to end before all are.
pub(super) fn stage_outputs(
    outputs: &[OutputPlan],
    data: &Consolidation,
    lang: Lang,
    stop: &Stop,
) -> Result<Vec<Staged>, JobError> {
    let is_made = |output: &&OutputPlan| match output.kind {
        OutputKind::Lke(place, _) => data.units.get(place).is_some_and(|unit| unit.lke.is_some()),
        _ => true,
    };
    let staged = outputs.iter().filter(is_made).map(|output| {
        JobError::unless_stopped(stop)?;
        let path = &output.path;
        let staged = match output.kind {
            OutputKind::Xlsx => stage(path, |to| workbook::write(data, lang, to)),
            OutputKind::Csv(name, dialect) => stage(path, |to| match (Report { data, lang }).table(name) {
                Some(table) => table::write(table, dialect, to),
                None => Ok(()),
            }),
            OutputKind::Ical => stage(path, |to| plan::ical(data, lang, to)),
            OutputKind::Lke(place, template) => stage(path, |to| {
                let Some(lke) = data.units.get(place).and_then(|unit| unit.lke.as_ref()) else { return Ok(()) };
                let template = template.and_then(|place| Template::shipped().get(place)).unwrap_or(&lke.template);
                worksheet::write_result(lke, template, lang, to)
            }),
        };
        Ok(staged?)
    });
    staged.collect()
}
