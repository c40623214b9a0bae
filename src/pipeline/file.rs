//! The pipeline file (DESIGN 6): read, checked, and its placeholders resolved.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use toml::Spanned;

use super::config::{ConfigError, text_of};
use super::outputs::{OutputPlan, OutputSection, read_outputs, read_refresh};
use super::registry::{load_registry, read_registry};
use super::services::{
    GoogleSection, LinkChecks, LinksSection, NetworkSection, NotifySection, ReadingSection, ScheduleSection,
    ScheduleSettings, WebSection, read_google, read_links, read_network, read_notify, read_reading, read_schedule,
    read_web, read_zone,
};
use crate::lke::template::Template;
use crate::nearest::{nearest, unknown, unusable};
use crate::notify::NotifySettings;
use crate::output::sheets::RefreshPlan;
use crate::period::Period;
use crate::plan::Family;
use crate::satker::Satker;
use crate::source::fetch::Reach;
use crate::source::google::GoogleSettings;
use crate::source::location::without_password;
use crate::source::web::WebSettings;
use crate::source::web::proxy::Proxies;
use crate::source::{FileBytes, Limits};
use crate::survey::Comments;
use crate::survey::columns::{ColumnMap, use_of_key};
use crate::survey::instrument::{Instrument, SCALES};
use crate::survey::scale::Declared;
use crate::text::clean;

/// Where runs are recorded unless the file says another place, beside it; below, a folder a pipeline.
const STATE_FOLDER: &str = ".rekap";

/// Bytes of a pipeline's name: files called by it have names with more in them.
const LONGEST_NAME: usize = 100;

/// Runs that can be rebuilt, unless the file says otherwise: two years of weekly ones.
const KEPT_RUNS: usize = 104;
/// Days after which copies end all the same: two years and a semester to look back on them.
const KEPT_DAYS: u32 = 915;

/// A pipeline, ready to run.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// The file it was read from.
    pub path: PathBuf,
    /// Short name, for machines.
    pub name: String,
    /// Title, for people.
    pub title: String,
    /// Year of the period.
    pub year: i16,
    /// Semester of the period: 1 (January–June) or 2 (July–December).
    pub semester: u8,
    /// The zone times are shown in.
    pub zone: TimeZone,
    /// The file's text.
    pub text: String,
    /// The registry's content.
    pub registry: FileBytes,
    /// The satker, in the registry's order.
    pub satker: Vec<Satker>,
    /// How LKE are read.
    pub template: Arc<Template>,
    /// Where a satker's LKE is, with placeholders.
    pub lke_source: String,
    /// Surveys that are read, in the file's order.
    pub surveys: Vec<SurveyPlan>,
    /// The action plan that is read for every satker, where one is.
    pub plan: Option<PlanSource>,
    /// The day plans are judged by; none is the day of the run.
    pub as_of: Option<Date>,
    /// Where runs are recorded and copies of the sources kept.
    pub state: PathBuf,
    /// Runs of which the copies are kept, so that they can be rebuilt.
    pub keep_runs: usize,
    /// Days after which the copies of a run, and the last copy of a source, end.
    pub keep_days: u32,
    /// Whether an earlier copy may stand in for a source that cannot be reached.
    pub allow_stale: bool,
    /// How Google is reached.
    pub google: GoogleSettings,
    /// What may be fetched from the web.
    pub web: WebSettings,
    /// What the reading of one file may take.
    pub reading: Limits,
    /// Whether evidence links are asked for.
    pub links: LinkChecks,
    /// The proxies every connection goes out through.
    pub proxies: Proxies,
    /// When it runs by itself.
    pub schedule: Option<ScheduleSettings>,
    /// Who is told after a run.
    pub notify: Vec<NotifySettings>,
    /// Files that are written.
    pub outputs: Vec<OutputPlan>,
    /// Summary spreadsheets that are refreshed.
    pub refreshes: Vec<RefreshPlan>,
}

/// An action plan to be read for every satker.
#[derive(Debug, Clone)]
pub struct PlanSource {
    /// Where it is, with placeholders; several files are parted by `;`.
    pub source: String,
    /// The family it must be of; none is whichever it is.
    pub family: Option<Family>,
}

/// A survey to be read for every satker.
#[derive(Debug, Clone)]
pub struct SurveyPlan {
    /// What is asked.
    pub instrument: Arc<Instrument>,
    /// Where a satker's responses are, with placeholders.
    pub source: String,
    /// The period that counts; the pipeline's own unless the file says another.
    pub period: Period,
    /// How many a satker served, a number or a placeholder.
    pub population: Option<String>,
    /// Whether responses sent twice are left out.
    pub exclude_duplicates: bool,
    /// The file's own map of columns.
    pub columns: ColumnMap,
    /// What the file declares of the scale.
    pub declared: Declared,
    /// How far comments go.
    pub comments: Comments,
    /// Whether it is a further survey of a form of several, which a satker's form need not hold.
    pub is_further: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PipelineFile {
    name: Spanned<String>,
    title: String,
    year: Spanned<i16>,
    semester: Spanned<u8>,
    satker: Spanned<String>,
    timezone: Option<Spanned<String>>,
    as_of: Option<Spanned<toml::value::Datetime>>,
    state: Option<String>,
    keep_runs: Option<Spanned<usize>>,
    keep_days: Option<Spanned<u32>>,
    stale: Option<Spanned<String>>,
    lke: LkeSection,
    plan: Option<PlanSection>,
    #[serde(default)]
    survey: Vec<SurveySection>,
    #[serde(default)]
    google: GoogleSection,
    #[serde(default)]
    web: WebSection,
    #[serde(default)]
    reading: ReadingSection,
    #[serde(default)]
    links: LinksSection,
    #[serde(default)]
    network: NetworkSection,
    schedule: Option<ScheduleSection>,
    #[serde(default)]
    notify: Vec<NotifySection>,
    #[serde(default)]
    output: Vec<OutputSection>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LkeSection {
    template: Option<Spanned<String>>,
    source: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanSection {
    source: Spanned<String>,
    family: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SurveySection {
    instrument: Spanned<String>,
    source: Spanned<String>,
    period: Option<Spanned<String>>,
    population: Option<Spanned<toml::Value>>,
    #[serde(default)]
    exclude_duplicates: bool,
    scale: Option<Spanned<u8>>,
    best_first: Option<bool>,
    comments: Option<Spanned<String>>,
    columns: Option<BTreeMap<Spanned<String>, Spanned<toml::Value>>>,
}

/// A mistake at a place of one text.
pub(super) struct Mistakes<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Mistakes<'_> {
    pub(super) fn at(&self, span: Range<usize>, id: String, en: String) -> ConfigError {
        ConfigError::at_span(self.path, self.text, span, id, en)
    }

    /// A template or instrument that cannot be used.
    fn unusable<'a>(
        &self,
        name: &Spanned<String>,
        directory: &Path,
        error: &dyn std::fmt::Display,
        shipped: impl IntoIterator<Item = &'a str>,
    ) -> ConfigError {
        let [id, en] = unusable(name.get_ref(), directory, error, shipped);
        self.at(name.span(), id, en)
    }

    /// A word that is none of those known.
    pub(super) fn unknown<'a>(&self, word: &Spanned<String>, known: impl IntoIterator<Item = &'a str>) -> ConfigError {
        let [id, en] = unknown(word.get_ref(), known);
        self.at(word.span(), id, en)
    }
}

impl Pipeline {
    /// Reads a pipeline file and its satker registry.
    ///
    /// # Errors
    /// [`ConfigError`] with file, line and what was expected: for unknown keys, wrong types, missing files, unknown
    /// placeholders, two outputs in one place.
    pub fn read(path: &Path) -> Result<Pipeline, ConfigError> {
        let bytes = std::fs::read(path).map_err(|error| ConfigError::unreadable(path, &error))?;
        Pipeline::parse(path, text_of(path, bytes)?, None)
    }

    /// A pipeline of a file's text; with its registry's content, where that is not to be read from its place.
    ///
    /// # Errors
    /// As [`Pipeline::read`].
    pub fn parse(path: &Path, text: String, registry_file: Option<FileBytes>) -> Result<Pipeline, ConfigError> {
        let file: PipelineFile = toml::from_str(&text).map_err(|error| ConfigError::from_toml(path, &text, &error))?;
        let mistakes = Mistakes { path, text: &text };
        let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        check_name(&mistakes, &file.name)?;
        let name = file.name.into_inner();
        let semester = *file.semester.get_ref();
        if !(1..=2).contains(&semester) {
            let (id, en) =
                (format!("semester {semester}, seharusnya 1 atau 2"), format!("semester {semester}, expected 1 or 2"));
            return Err(mistakes.at(file.semester.span(), id, en));
        }
        let year = *file.year.get_ref();
        if !(2000..=2100).contains(&year) {
            let (id, en) =
                (format!("tahun {year}, seharusnya 2000 sampai 2100"), format!("year {year}, expected 2000 to 2100"));
            return Err(mistakes.at(file.year.span(), id, en));
        }
        let registry = directory.join(file.satker.get_ref());
        if registry_file.is_none() && !registry.is_file() {
            let (id, en) = ("daftar satker tidak ada", "there is no satker registry at");
            let shown = registry.display();
            return Err(mistakes.at(file.satker.span(), format!("{id}: {shown}"), format!("{en} {shown}")));
        }
        let registry_file = match registry_file {
            Some(file) => file,
            None => load_registry(&registry)?,
        };
        let (satker, columns) = read_registry(&registry, registry_file.clone())?;
        check_placeholders(&mistakes, &file.lke.source, &columns)?;
        let template = read_template(&mistakes, directory, file.lke.template)?;
        let period = Period { year, semester: Some(semester) };
        let surveys = file
            .survey
            .into_iter()
            .map(|section| read_surveys(&mistakes, directory, section, period, &columns))
            .collect::<Result<Vec<_>, _>>()?;
        let surveys: Vec<SurveyPlan> = surveys.into_iter().flatten().collect();
        let plan = file.plan.map(|section| read_plan(&mistakes, section, &columns)).transpose()?;
        let as_of = file.as_of.map(|at| read_date(&mistakes, &at)).transpose()?;
        let (refreshes, files): (Vec<_>, Vec<_>) =
            file.output.into_iter().partition(|section| section.kind.get_ref() == "google-sheets");
        let outputs = read_outputs(&mistakes, directory, &files, &satker, &name, (year, semester))?;
        let publishes = surveys.iter().any(|survey| survey.comments == Comments::Publish);
        let refreshes = refreshes.iter().map(|section| read_refresh(&mistakes, section, &name, publishes));
        let refreshes = refreshes.collect::<Result<Vec<_>, _>>()?;
        let allow_stale = match &file.stale {
            None => true,
            Some(stale) => match stale.get_ref().as_str() {
                "allow" => true,
                "refuse" => false,
                _ => return Err(mistakes.unknown(stale, ["allow", "refuse"])),
            },
        };
        let none = |span| mistakes.at(span, "paling sedikit 1".to_owned(), "at least 1".to_owned());
        let keep_runs = match &file.keep_runs {
            Some(keep) if *keep.get_ref() == 0 => return Err(none(keep.span())),
            keep => keep.as_ref().map_or(KEPT_RUNS, |keep| *keep.get_ref()),
        };
        let proxies = read_network(&mistakes, file.network, Proxies::of_environment())?;
        let keep_days = match &file.keep_days {
            Some(keep) if *keep.get_ref() == 0 => return Err(none(keep.span())),
            keep => keep.as_ref().map_or(KEPT_DAYS, |keep| *keep.get_ref()),
        };
        let state = file.state.map_or_else(|| Path::new(STATE_FOLDER).join(&name), PathBuf::from);
        let zone = read_zone(&mistakes, file.timezone)?;
        let of_times = zone.clone().unwrap_or_else(jakarta);
        let schedule = file.schedule.map(|section| read_schedule(&mistakes, section, &of_times)).transpose()?;
        // A file that names a zone only for its schedule means all its times.
        let zone = zone.or(schedule.as_ref().map(|schedule| schedule.timezone.clone())).unwrap_or(of_times);
        Ok(Pipeline {
            path: path.to_owned(),
            name,
            title: clean(&file.title).into_owned(),
            year,
            semester,
            satker,
            template,
            lke_source: file.lke.source.into_inner(),
            surveys,
            plan,
            as_of,
            state: tidy(&directory.join(state)),
            keep_runs,
            keep_days,
            allow_stale,
            google: read_google(&mistakes, directory, file.google, &proxies)?,
            web: read_web(&mistakes, file.web, &proxies)?,
            reading: read_reading(&mistakes, file.reading)?,
            links: read_links(&mistakes, file.links)?,
            proxies,
            schedule,
            zone,
            notify: file
                .notify
                .into_iter()
                .map(|section| read_notify(&mistakes, directory, section))
                .collect::<Result<Vec<_>, _>>()?,
            outputs,
            refreshes,
            registry: registry_file,
            text,
        })
    }

    /// The folder that paths are relative to.
    pub fn directory(&self) -> &Path {
        self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    /// How its sources are reached.
    pub fn reach(&self) -> Reach {
        Reach {
            google: self.google.clone(),
            web: self.web.clone(),
            limits: self.reading,
            allow_stale: self.allow_stale,
            offline: false,
        }
    }

    /// The period the pipeline is for.
    pub fn period(&self) -> Period {
        Period { year: self.year, semester: Some(self.semester) }
    }

    /// Every place that is read for any satker.
    pub fn locations(&self) -> BTreeSet<String> {
        self.satker.iter().flat_map(|satker| self.locations_of(satker)).collect()
    }

    /// Every place that is read for a satker.
    pub fn locations_of(&self, satker: &Satker) -> BTreeSet<String> {
        let plans = self.plan.iter().map(|plan| plan.source.as_str());
        let surveys = self.surveys.iter().map(|survey| survey.source.as_str());
        // A survey and a plan may be in several files.
        let parted = surveys.chain(plans).flat_map(|source| self.places(source, satker));
        self.locate(&self.lke_source, satker).into_iter().chain(parted).collect()
    }

    /// Every place that holds responses of any satker's survey.
    pub fn survey_locations(&self) -> BTreeSet<String> {
        let of_satker = |satker| self.surveys.iter().flat_map(move |survey| self.places(&survey.source, satker));
        self.satker.iter().flat_map(of_satker).collect()
    }

    fn places(&self, source: &str, satker: &Satker) -> Vec<String> {
        let located = self.locate(source, satker).unwrap_or_default();
        several(&located).map(str::to_owned).collect()
    }

    /// Fills a source's placeholders from a satker's row; the column that is empty there, where one is.
    pub fn locate(&self, source: &str, satker: &Satker) -> Result<String, String> {
        let mut missing = None;
        let location = fill(source, |column| {
            let value = satker.columns.get(column).map(String::as_str).unwrap_or_default();
            if value.is_empty() {
                missing.get_or_insert_with(|| column.to_owned());
            }
            value.to_owned()
        });
        match missing {
            Some(column) => Err(column),
            // Such an address is refused; what it would have told is told nowhere.
            None => Ok(without_password(&location)),
        }
    }
}

/// What is parted by `;`: the places of a plan that is in several files.
pub(super) fn several(locations: &str) -> impl Iterator<Item = &str> {
    locations.split(';').map(str::trim).filter(|location| !location.is_empty())
}

/// The surveys of a section: one, or those of a form of several.
fn read_surveys(
    mistakes: &Mistakes,
    directory: &Path,
    section: SurveySection,
    period: Period,
    registry: &BTreeSet<String>,
) -> Result<Vec<SurveyPlan>, ConfigError> {
    let name = section.instrument.get_ref();
    let instruments = Instrument::of_form(name, directory).map_err(|error| {
        let shipped = Instrument::shipped().iter().map(|instrument| instrument.id.as_str());
        mistakes.unusable(&section.instrument, directory, &error, shipped)
    })?;
    if let Some(scale) = section.scale.as_ref().filter(|scale| !SCALES.contains(scale.get_ref())) {
        let (id, en) = ("scale seharusnya 2 sampai 10", "scale is expected to be 2 to 10");
        return Err(mistakes.at(scale.span(), id.to_owned(), en.to_owned()));
    }
    let declared =
        Declared { scale: section.scale.as_ref().map(|scale| *scale.get_ref()), best_first: section.best_first };
    let comments = match &section.comments {
        None => Comments::default(),
        Some(word) => match word.get_ref().as_str() {
            "none" => Comments::None,
            "office" => Comments::Office,
            "publish" => Comments::Publish,
            _ => return Err(mistakes.unknown(word, ["none", "office", "publish"])),
        },
    };
    check_placeholders(mistakes, &section.source, registry)?;
    let period = match &section.period {
        None => period,
        Some(text) => Period::parse(text.get_ref()).ok_or_else(|| {
            let (id, en) = (
                "periode tidak dapat dibaca; tulis 2025-S1 atau 2025",
                "the period cannot be read; write 2025-S1 or 2025",
            );
            mistakes.at(text.span(), id.to_owned(), en.to_owned())
        })?,
    };
    let population = section.population.map(|population| {
        let span = population.span();
        match population.into_inner() {
            toml::Value::Integer(number) if number >= 0 => Ok(number.to_string()),
            toml::Value::String(text) => {
                check_placeholders(mistakes, &Spanned::new(span, text.clone()), registry).map(|()| text)
            }
            _ => {
                let id = "seharusnya bilangan bulat, atau kolom daftar satker: population = \"{populasi}\"".to_owned();
                let en = "expected a whole number, or a column of the registry: population = \"{populasi}\"".to_owned();
                Err(mistakes.at(span, id, en))
            }
        }
    });
    let mut columns = ColumnMap::new();
    for (key, wanted) in section.columns.unwrap_or_default() {
        if !instruments.iter().any(|instrument| use_of_key(instrument, key.get_ref()).is_some()) {
            let elements = instruments.iter().flat_map(|instrument| &instrument.elements);
            let others = [
                "timestamp",
                "consent",
                "service",
                "sex",
                "age",
                "education",
                "occupation",
                "comment",
                "personal",
                "ignore",
            ];
            return Err(mistakes.unknown(&key, elements.map(|element| element.code.as_str()).chain(others)));
        }
        let span = wanted.span();
        let headings = match wanted.into_inner() {
            toml::Value::String(one) => Some(vec![one]),
            toml::Value::Array(many) => {
                many.into_iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
            }
            _ => None,
        };
        let headings = headings.ok_or_else(|| {
            let id = "seharusnya judul kolom dalam tanda kutip, atau daftarnya: [\"…\", \"…\"]".to_owned();
            let en = "expected a column's heading in quotes, or a list of them: [\"…\", \"…\"]".to_owned();
            mistakes.at(span, id, en)
        })?;
        columns.insert(key.into_inner(), headings);
    }
    let (source, population) = (section.source.into_inner(), population.transpose()?);
    let plan = |(place, instrument): (usize, Arc<Instrument>)| SurveyPlan {
        is_further: place > 0,
        source: source.clone(),
        population: population.clone(),
        exclude_duplicates: section.exclude_duplicates,
        // Keys of another survey of the form are not this one's.
        columns: (columns.iter().filter(|(key, _)| use_of_key(&instrument, key).is_some()))
            .map(|(key, wanted)| (key.clone(), wanted.clone()))
            .collect(),
        instrument,
        period,
        declared,
        comments,
    };
    Ok(instruments.into_iter().enumerate().map(plan).collect())
}

/// Folders and files are called by it: it must stay within the one it is put in, wherever that is copied to.
fn check_name(mistakes: &Mistakes, name: &Spanned<String>) -> Result<(), ConfigError> {
    let text = name.get_ref();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    let is_fine = text.chars().all(is_plain) && text.len() <= LONGEST_NAME && text.trim() == text;
    // A point first would hide it, or lead elsewhere.
    if is_fine && !text.is_empty() && !text.starts_with('.') {
        return Ok(());
    }
    let id = format!(
        "name menamai folder dan berkas: huruf, angka, spasi, - _ dan titik (tidak di awal), paling panjang {LONGEST_NAME} byte; \
         judul panjang ditulis di title"
    );
    let en = format!(
        "name names folders and files: letters, digits, blanks, - _ and points (not first), {LONGEST_NAME} bytes at most; a \
         long title goes to title"
    );
    Err(mistakes.at(name.span(), id, en))
}

fn read_plan(
    mistakes: &Mistakes,
    section: PlanSection,
    registry: &BTreeSet<String>,
) -> Result<PlanSource, ConfigError> {
    check_placeholders(mistakes, &section.source, registry)?;
    let family = section
        .family
        .map(|name| Family::named(name.get_ref()).ok_or_else(|| mistakes.unknown(&name, ["zi", "rb", "triwulan"])));
    Ok(PlanSource { source: section.source.into_inner(), family: family.transpose()? })
}

fn read_date(mistakes: &Mistakes, at: &Spanned<toml::value::Datetime>) -> Result<Date, ConfigError> {
    let date = at.get_ref().date.and_then(|date| Date::new(date.year as i16, date.month as i8, date.day as i8).ok());
    date.ok_or_else(|| {
        let (id, en) = ("seharusnya tanggal, misalnya 2025-12-01", "expected a date such as 2025-12-01");
        mistakes.at(at.span(), id.to_owned(), en.to_owned())
    })
}

fn read_template(
    mistakes: &Mistakes,
    directory: &Path,
    name: Option<Spanned<String>>,
) -> Result<Arc<Template>, ConfigError> {
    let Some(name) = name else { return Ok(Template::lke_zi_2021()) };
    Template::named(name.get_ref(), directory)
        .map_err(|error| mistakes.unusable(&name, directory, &error, Template::shipped_ids()))
}

fn check_placeholders(
    mistakes: &Mistakes,
    source: &Spanned<String>,
    columns: &BTreeSet<String>,
) -> Result<(), ConfigError> {
    for name in placeholders(source.get_ref()) {
        if !columns.contains(name) {
            let known = columns.iter().map(String::as_str).collect::<Vec<_>>();
            let meant = nearest(name, known.iter().copied());
            let said = |meant_to_be: &str| meant.map(|word| format!("; {meant_to_be} {{{word}}}")).unwrap_or_default();
            let (id, en) = (said("mungkin maksudnya"), said("perhaps meant:"));
            let known = known.join(", ");
            let id = format!("{{{name}}} bukan kolom daftar satker{id}; kolomnya: {known}");
            let en = format!("{{{name}}} is no column of the satker registry{en}; its columns: {known}");
            return Err(mistakes.at(source.span(), id, en));
        }
    }
    Ok(())
}

/// `pipelines/../out/x.xlsx` as `out/x.xlsx`; a path that leads upwards from its start stays as it is.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            Component::CurDir => {}
            other => tidy.push(other),
        }
    }
    tidy
}

/// The names in braces.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

pub(super) fn fill(text: &str, mut value: impl FnMut(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, after)) => {
                out.push_str(&value(name));
                rest = after;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The zone of most offices.
fn jakarta() -> TimeZone {
    TimeZone::get("Asia/Jakarta").unwrap_or(TimeZone::UTC)
}
