//! The results of all satker together: ranks, surveys, and where TPI and unit differ.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use polars::prelude::PolarsResult;

use super::evidence::LinkReport;
use super::lke::Computed;
use super::surveys::BySurvey;
use super::{Changes, Gap, LkeResult, ProvinceSurvey, RankRow, Trend, UnitPlan, gaps, ranking};
use crate::compute::survey::SurveyResult;
use crate::finding::{Code, Finding, Severity, count_by_severity};
use crate::frames::TemplateFrames;
use crate::frames::indices::{elements, indices};
use crate::lang::Lang;
use crate::lke::template::Template;
use crate::lke::{ByRole, Role};
use crate::period::Period;
use crate::satker::Satker;
use crate::source::SourceInfo;
use crate::survey::instrument::Instrument;

/// Satker of earlier copies named in one line before the rest is only counted.
const STALE_NAMED: usize = 10;

/// One satker after a run.
#[derive(Debug)]
pub struct Unit {
    /// The satker.
    pub satker: Satker,
    /// Where its LKE was read from; none where the registry names no place.
    pub source: Option<SourceInfo>,
    /// Its LKE; none where it could not be read, and then a finding says why.
    pub lke: Option<LkeResult>,
    /// Its surveys, in the pipeline's order.
    pub surveys: Vec<UnitSurvey>,
    /// The verdicts of unit and TPI with the surveys' indices, where the LKE states others.
    pub by_survey: ByRole<Option<BySurvey>>,
    /// Its action plan, where the pipeline reads plans.
    pub plan: Option<UnitPlan>,
    /// What is wrong or doubtful, all of it about this satker; the worst first.
    pub findings: Vec<Finding>,
}

/// One survey of a satker.
#[derive(Debug, Default)]
pub struct UnitSurvey {
    /// The files it was read from; none where the registry names no place.
    pub sources: Vec<SourceInfo>,
    /// The result; none where it could not be read.
    pub result: Option<SurveyResult>,
    /// Why there is no result.
    pub failure: Option<Finding>,
}

impl UnitSurvey {
    /// Where it was read from, as lists of sources show it: one line where the registry names no place, too.
    pub fn lines(&self) -> impl Iterator<Item = Option<&SourceInfo>> {
        let none = self.sources.is_empty().then_some(None);
        self.sources.iter().map(Some).chain(none)
    }
}

impl Unit {
    /// Everything the satker was read from, with what it is: `lke`, an instrument's id, `plan`.
    pub fn sources<'a>(&'a self, data: &'a Consolidation) -> impl Iterator<Item = (&'a str, &'a SourceInfo)> {
        let surveys = data.surveys.iter().zip(&self.surveys);
        let surveys = surveys
            .flat_map(|(head, survey)| survey.sources.iter().map(|source| (head.instrument.id.as_str(), source)));
        let plans = self.plan.iter().flat_map(|plan| &plan.sources).map(|source| ("plan", source));
        self.source.iter().map(|source| ("lke", source)).chain(surveys).chain(plans)
    }

    /// The results of its surveys that were read.
    pub fn survey_results(&self) -> Vec<&SurveyResult> {
        self.surveys.iter().filter_map(|survey| survey.result.as_ref()).collect()
    }

    /// The findings that say why there is no LKE or no score, and which surveys and plans are missing.
    pub fn failures(&self) -> impl Iterator<Item = &Finding> {
        let none = self.lke.as_ref().is_none_or(|lke| Role::ALL.iter().all(|&role| lke.total(role).is_none()));
        let others = || {
            let of_plan = self.plan.as_ref().and_then(|plan| plan.failure.as_ref());
            self.surveys.iter().filter_map(|survey| survey.failure.as_ref()).chain(of_plan)
        };
        // An earlier copy is a number that is there.
        let is_missing =
            |finding: &&Finding| finding.severity() == Severity::Error && finding.code != Code::SourceStale;
        // One file may be what all of them were to be read from.
        let same = |a: &Finding, b: &Finding| (a.code, &a.place) == (b.code, &b.place);
        let is_of_lke = move |finding: &&Finding| !others().any(|other| same(other, finding));
        let of_lke = self.findings.iter().filter(move |_| none).filter(is_missing).find(is_of_lke);
        let of_others = others().enumerate().filter(move |(place, finding)| {
            finding.severity() == Severity::Error && !others().take(*place).any(|earlier| same(earlier, finding))
        });
        of_lke.into_iter().chain(of_others.map(|(_, finding)| finding))
    }
}

impl Unit {
    /// What a clerk must know beside the numbers: what is missing and why, and which numbers are of an earlier copy.
    pub fn remarks(&self) -> impl Iterator<Item = &Finding> {
        self.failures().chain(self.findings.iter().filter(|finding| finding.code == Code::SourceStale))
    }
}

/// A province's results for one period.
#[derive(Debug)]
pub struct Consolidation {
    /// Title, for people.
    pub title: String,
    /// Period: `2025-S2`.
    pub period: String,
    /// When the run began.
    pub run_at: Timestamp,
    /// The run's number in the store; none where runs are not recorded.
    pub run: Option<i64>,
    /// How the worksheets were read.
    pub template: Arc<Template>,
    /// The zone times are shown in.
    pub zone: TimeZone,
    /// The day plans are judged by.
    pub as_of: Date,
    /// The satker in the registry's order.
    pub units: Vec<Unit>,
    /// The province's surveys, in the pipeline's order.
    pub surveys: Vec<ProvinceSurvey>,
    /// Ranks of both roles: in each role by rank, the unranked last.
    pub ranking: Vec<RankRow>,
    /// Where the TPI scored differently.
    pub gaps: Vec<Gap>,
    /// What changed since the run before; none where runs are not remembered.
    pub changes: Option<Changes>,
    /// The periods side by side; none where runs are not remembered.
    pub trend: Option<Trend>,
    /// How the evidence links stand, where they were checked.
    pub links: Option<LinkReport>,
}

impl Consolidation {
    /// Ranks and compares the units; `surveys` are the pipeline's, in its order, and `computed` what the units' worksheets
    /// come to, by the units' places.
    ///
    /// # Errors
    /// Only when the frames cannot be computed, which no input can cause.
    pub fn new(
        title: &str,
        period: &str,
        (run_at, as_of): (Timestamp, Date),
        frames: &TemplateFrames,
        surveys: Vec<(Arc<Instrument>, Period)>,
        units: Vec<Unit>,
        computed: &Computed,
    ) -> PolarsResult<Self> {
        let results = units.iter().enumerate().flat_map(|(satker, unit)| {
            let results = unit.surveys.iter().enumerate();
            results.filter_map(move |(survey, of)| Some((satker, survey, of.result.as_ref()?)))
        });
        let results: Vec<_> = results.collect();
        let (indices, elements) = (indices(&results)?, elements(&results)?);
        let (ranking, index_ranking) = (ranking::ranking(frames, &computed.scores)?, ranking::index_ranking(&indices)?);
        Ok(Consolidation {
            title: title.to_owned(),
            period: period.to_owned(),
            run_at,
            run: None,
            zone: TimeZone::UTC,
            as_of,
            ranking: ranking::rows(&frames.template, surveys.len(), &units, &ranking, &index_ranking)?,
            gaps: gaps::rows(&gaps::gaps(frames, &computed.ratios)?)?,
            changes: None,
            trend: None,
            links: None,
            template: frames.template.clone(),
            surveys: ProvinceSurvey::all(surveys, (&indices, &elements))?,
            units,
        })
    }

    /// What of a satker stands in from earlier copies: `LKE, SKM: salinan 20 November 2025 06.00 WIB`.
    pub fn stale_of(&self, unit: &Unit, lang: Lang) -> Option<String> {
        let surveys = self.surveys.iter().zip(&unit.surveys);
        let surveys = surveys
            .flat_map(|(head, survey)| survey.sources.iter().map(|source| (head.instrument.short.as_str(), source)));
        let plans = unit.plan.iter().flat_map(|plan| &plan.sources);
        let plans = plans.map(|source| (lang.pick("rencana aksi", "action plan"), source));
        let all = unit.source.iter().map(|source| ("LKE", source)).chain(surveys).chain(plans);
        let stale: Vec<(&str, &SourceInfo)> = all.filter(|(_, source)| source.stale).collect();
        let oldest = stale.iter().map(|(_, source)| source.read_at).min()?;
        let mut contents: Vec<&str> = stale.into_iter().map(|(content, _)| content).collect();
        contents.dedup();
        let copy = lang.pick("salinan", "copy of");
        Some(format!("{}: {copy} {}", contents.join(", "), self.shown_time(oldest, lang)))
    }

    /// Which satker's numbers are of earlier copies, for the line below a title; none where none are.
    pub fn stale_note(&self, lang: Lang) -> Option<String> {
        let stale = self.units.iter().filter(|unit| unit.sources(self).any(|(_, source)| source.stale));
        let kode: Vec<&str> = stale.map(|unit| unit.satker.kode.as_str()).collect();
        let more = kode.len().saturating_sub(STALE_NAMED);
        let named = kode.get(..STALE_NAMED).unwrap_or(&kode).join(", ");
        let more = if more > 0 { format!(" + {more}") } else { String::new() };
        let text = lang.pick("angka dari salinan lama", "numbers of earlier copies");
        (!kode.is_empty()).then(|| format!("{text}: {named}{more}"))
    }

    /// What stands beside a satker's ranks: why it has none, and that its numbers are of an earlier copy.
    pub fn remark_of(&self, row: &RankRow, lang: Lang) -> String {
        let unranked = row.unranked.map(|reason| reason.text(lang));
        let stale = self.units.get(row.unit).and_then(|unit| self.stale_of(unit, lang));
        unranked.into_iter().chain(stale).collect::<Vec<_>>().join("; ")
    }

    /// A time as it is shown: `21 Desember 2025 14.00 WIB`.
    pub fn shown_time(&self, at: Timestamp, lang: Lang) -> String {
        lang.moment(&at.to_zoned(self.zone.clone()))
    }

    /// All findings, in the order of the satker.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.units.iter().flat_map(|unit| &unit.findings)
    }

    /// Whether the pipeline reads surveys whose indices the LKE states, so that verdicts may hang on a claim.
    pub fn judges_by_survey(&self) -> bool {
        let rules = &self.template.survey_indices;
        let names = || rules.iter().flat_map(|rule| &rule.instruments);
        self.surveys.iter().any(|survey| names().any(|name| survey.instrument.answers_for(name)))
    }

    /// Whether the pipeline reads action plans.
    pub fn has_plans(&self) -> bool {
        self.units.iter().any(|unit| unit.plan.is_some())
    }

    /// How many findings of each severity need action: errors, warnings, infos.
    pub fn finding_counts(&self) -> [usize; 3] {
        count_by_severity(self.findings().filter(|finding| finding.code.needs_action()))
    }
}
