//! `rekap check FILE…|FOLDER|URL`: worksheets and exports, one after the other: what was read, its score or index, its
//! findings.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::access::Access;
use super::files::files;
use super::{FAILED, Format, Shown, clock};
use crate::compute;
use crate::compute::standings::tracer;
use crate::finding::{Finding, Severity};
use crate::lke::template::Template;
use crate::nearest::unusable;
use crate::output::{self, json, text};
use crate::period::Period;
use crate::plan::{self, PlanOptions};
use crate::recognise::{Wanted, is_refusal, name_refusal};
use crate::source::fetch::Sources;
use crate::source::{Book, SourceInfo, Unopened};
use crate::survey::instrument::Instrument;
use crate::survey::scale::Declared;
use crate::survey::{Heads, SurveyOptions};

/// Periksa berkas: isi, nilai atau indeks, temuan
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Berkas xlsx, xls, ods, atau csv, beberapa sekaligus; folder; atau alamat https, Google Sheets termasuk
    #[arg(value_name = "BERKAS|FOLDER|ALAMAT", required = true)]
    locations: Vec<String>,
    #[command(flatten)]
    access: Access,
    /// Templat LKE: lke-zi-2021, lke-zi-2026, atau berkas TOML; tanpa ini isi lembar yang menentukan
    #[arg(long)]
    template: Option<String>,
    /// Baca sebagai jawaban survei: skm-2017, skm-online, spak-5, spkp-8, ipk-10, ikm-2004, atau berkas TOML
    #[arg(long)]
    instrument: Option<String>,
    /// Nilai tertinggi skala survei itu: 4, 5, 6, …
    #[arg(long, value_name = "NILAI", value_parser = clap::value_parser!(u8).range(2..=10))]
    scale: Option<u8>,
    /// Apakah huruf dan angka jawaban urut dari yang terbaik
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    best_first: Option<bool>,
    /// Baca sebagai rencana aksi
    #[arg(long, conflicts_with = "instrument")]
    plan: bool,
    /// Hanya jawaban periode ini: 2025-S1 atau 2025
    #[arg(long)]
    period: Option<String>,
    /// Jumlah pengguna layanan, untuk kecukupan sampel
    #[arg(long)]
    population: Option<u64>,
}

/// What is asked of every file, as read from the arguments.
struct Asked<'a> {
    sources: &'a Sources,
    template: Arc<Template>,
    /// Whether somebody named it; else the sheet may tell of another.
    is_template_named: bool,
    /// What the files are, where that is said.
    what: Option<What>,
    survey: SurveyOptions,
    shown: &'a Shown,
}

/// What a file is read as.
#[derive(Clone)]
enum What {
    Lke,
    /// Responses to a survey, or to several of one form.
    Survey(Vec<Arc<Instrument>>),
    Plan,
}

impl Check {
    pub(super) fn run(self, shown: &Shown) -> ExitCode {
        let locations = files(&self.locations, shown);
        let sources = match self.access.fetch(&locations, shown) {
            Ok(sources) => sources,
            Err(status) => return status,
        };
        let asked = match self.asked(&sources, shown) {
            Ok(asked) => asked,
            Err(message) => return shown.fail(&message),
        };
        let mut failed = false;
        for (place, location) in locations.iter().enumerate() {
            if place > 0 && shown.format == Format::Text {
                shown.print("\n");
            }
            failed |= asked.check(location);
        }
        if failed { FAILED.into() } else { ExitCode::SUCCESS }
    }

    /// What is asked of every file.
    ///
    /// # Errors
    /// What is wrong with the arguments, in words.
    fn asked<'a>(&self, sources: &'a Sources, shown: &'a Shown) -> Result<Asked<'a>, String> {
        let here = Path::new(".");
        let worded = |[id, en]: [String; 2]| shown.lang.pick(&id, &en).to_owned();
        let template = match &self.template {
            None => Template::lke_zi_2021(),
            Some(name) => Template::named(name, here)
                .map_err(|error| worded(unusable(name, here, &error, Template::shipped_ids())))?,
        };
        let instruments = self.instrument.as_ref().map(|name| {
            let shipped = Instrument::shipped().iter().map(|instrument| instrument.id.as_str());
            Instrument::of_form(name, here).map_err(|error| worded(unusable(name, here, &error, shipped)))
        });
        let what = match instruments.transpose()? {
            Some(instruments) => Some(What::Survey(instruments)),
            None => self.plan.then_some(What::Plan),
        };
        let period = self.period.as_ref().map(|text| {
            let expected = ("periode ditulis 2025-S1 atau 2025", "a period is written 2025-S1 or 2025");
            Period::parse(text).ok_or_else(|| format!("{text}: {}", shown.lang.pick(expected.0, expected.1)))
        });
        let survey = SurveyOptions {
            is_named: self.instrument.is_some(),
            period: period.transpose()?,
            population: self.population,
            declared: Declared { scale: self.scale, best_first: self.best_first },
            // They are its owner's to see, on the screen, and go no further.
            shows_wordings: shown.format == Format::Text && self.locations.len() == 1,
            ..SurveyOptions::default()
        };
        Ok(Asked { sources, template, is_template_named: self.template.is_some(), what, survey, shown })
    }
}

impl Asked<'_> {
    /// Checks one file and prints what came of it; whether it was refused or a number is missing.
    fn check(&self, location: &str) -> bool {
        let (book, stale) = match self.open(location) {
            Ok(opened) => opened,
            Err(unopened) => return self.refuse(&unopened.info, &[unopened.finding()]),
        };
        match self.what.clone().unwrap_or_else(|| self.looks_like(location)) {
            What::Lke => self.check_lke(book, stale),
            What::Survey(instruments) => self.check_survey(book, stale, instruments),
            What::Plan => self.check_plan(book, stale),
        }
    }

    /// The book, and that it is an earlier copy where it is one.
    fn open(&self, location: &str) -> Result<(Book, Option<Finding>), Box<Unopened>> {
        self.sources.open(location, clock()).map(|opened| (opened.book, opened.stale))
    }

    /// What a file looks like; an LKE where it looks like nothing else, since its reader says best what is missing.
    fn looks_like(&self, location: &str) -> What {
        let Ok((mut book, _)) = self.open(location) else { return What::Lke };
        let surveys = Heads::read(std::slice::from_mut(&mut book)).surveys();
        if !surveys.is_empty() {
            return What::Survey(surveys);
        }
        match plan::looks_like_a_plan(&mut book) {
            true => What::Plan,
            false => What::Lke,
        }
    }

    fn check_lke(&self, book: Book, stale: Option<Finding>) -> bool {
        let location = book.info.location.clone();
        let mut template = self.template.clone();
        let examine = |book: Book, template: &Arc<Template>| compute::examine(book, template, None, self.survey.period);
        let mut examined = examine(book, &template);
        let other = examined.as_ref().ok().and_then(|examined| examined.of.clone());
        if let Some(other) = other.filter(|other| !self.is_template_named && other.id != template.id)
            && let Ok((book, _)) = self.open(&location)
        {
            examined = examine(book, &other);
            template = other;
        }
        let mut examined = match examined {
            Ok(examined) => examined,
            Err(error) => {
                self.shown.fail(&error.to_string());
                return true;
            }
        };
        examined.findings.extend(stale);
        if examined.result.is_none() && self.is_refused(Wanted::Any, &examined.source, &mut examined.findings) {
            return true;
        }
        let (compute::Examined { source, result, findings, .. }, lang) = (&examined, self.shown.lang);
        self.print(
            || json::lke(&template, Some(source), result.as_ref(), findings, lang),
            || text::lke(&examined, &template, lang, self.shown.verbose),
        );
        failed(findings)
    }

    fn check_plan(&self, book: Book, stale: Option<Finding>) -> bool {
        let tracer = tracer(&self.template);
        let year = self.survey.period.map(|period| period.year);
        let mut examined = plan::examine(vec![book], &tracer, &PlanOptions { year, ..PlanOptions::default() });
        examined.findings.extend(stale);
        if let (None, [source]) = (&examined.result, &examined.sources[..])
            && self.is_refused(Wanted::Plan, source, &mut examined.findings)
        {
            return true;
        }
        let (plan::ExaminedPlan { sources, result, findings }, lang) = (&examined, self.shown.lang);
        self.print(
            || output::plan::plan_json(sources, result.as_ref(), findings, tracer.references(), lang),
            || output::plan::plan_text(&examined, tracer.references(), lang, self.shown.verbose),
        );
        failed(findings)
    }

    fn check_survey(&self, mut book: Book, stale: Option<Finding>, mut instruments: Vec<Arc<Instrument>>) -> bool {
        let named = instruments.len();
        instruments.extend(Heads::read(std::slice::from_mut(&mut book)).beside(&instruments));
        let location = book.info.location.clone();
        let mut book = Some(book);
        let mut examined = Vec::new();
        for (place, instrument) in instruments.iter().enumerate() {
            let Some(book) = book.take().or_else(|| Some(self.open(&location).ok()?.0)) else { break };
            let options = SurveyOptions { is_named: self.survey.is_named && place < named, ..self.survey.clone() };
            match compute::survey::examine(vec![book], instrument, &options) {
                Ok(one) => examined.push(one),
                Err(error) => {
                    self.shown.fail(&error.to_string());
                    return true;
                }
            }
        }
        if let Some(first) = examined.first_mut() {
            first.findings.extend(stale);
            if let (None, [source]) = (&first.result, &first.sources[..])
                && self.is_refused(Wanted::Survey, source, &mut first.findings)
            {
                return true;
            }
        }
        let (lang, verbose) = (self.shown.lang, self.shown.verbose);
        let surveys = || instruments.iter().zip(&examined);
        self.print(
            || json::surveys(surveys(), lang),
            || surveys().map(|(of, one)| text::survey(one, of, lang, verbose)).collect::<Vec<_>>().join("\n"),
        );
        examined.iter().any(|examined| failed(&examined.findings))
    }

    /// Whether a file of which nothing came was refused as such; then what it is has been said.
    fn is_refused(&self, wanted: Wanted, source: &SourceInfo, findings: &mut [Finding]) -> bool {
        name_refusal(findings, wanted, || self.open(&source.location).ok().map(|(book, _)| book));
        findings.iter().any(is_refusal) && self.refuse(source, findings)
    }

    /// Prints that a file was refused; always true.
    fn refuse(&self, source: &SourceInfo, findings: &[Finding]) -> bool {
        let lang = self.shown.lang;
        self.print(|| json::refused(source, findings, lang), || text::refused(source, findings, lang));
        true
    }

    fn print(&self, json: impl FnOnce() -> serde_json::Value, text: impl FnOnce() -> String) {
        self.shown.print(&match self.shown.format {
            Format::Json => format!("{}\n", json()),
            Format::Text => text(),
        });
    }
}

fn failed(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity() == Severity::Error)
}
