//! A run beside earlier ones: what changed, the periods side by side, and whether so much is missing that it would mislead.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Pipeline;
use crate::compute::changes::{Changes, RunRef};
use crate::compute::record::{RunRecord, SatkerRecord};
use crate::compute::trend::{Trend, mergers};
use crate::compute::{Consolidation, Unit};
use crate::lang::Lang;
use crate::lke::Role;
use crate::period::Period;
use crate::source::SourceInfo;
use crate::source::fetch::Outcome;
use crate::store::{RunId, Store, StoreError};

/// The last run of the pipeline's period that was seen.
pub(super) fn last(
    store: &Store,
    pipeline: &Pipeline,
    run: Option<RunId>,
) -> Result<Option<(RunId, RunRecord)>, StoreError> {
    let last = store.latest_recorded(pipeline.name.as_str(), Some(&pipeline.period().to_string()), run)?;
    last.map(|last| Ok((last, store.load(last)?))).transpose()
}

/// Sets a run beside the last one of its period, and beside the last runs of the periods before it.
pub(super) fn compare(
    data: &mut Consolidation,
    (store, before): (&Store, Option<&(RunId, RunRecord)>),
    pipeline: &Pipeline,
    record: Arc<RunRecord>,
    run: Option<RunId>,
) -> Result<(), StoreError> {
    if let Some((before, earlier)) = before {
        let info = store.run(*before)?;
        let then = RunRef { run: Some(*before), at: info.started.to_zoned(pipeline.zone.clone()), period: info.period };
        let this = RunRef { run, at: data.run_at.to_zoned(pipeline.zone.clone()), period: data.period.clone() };
        data.changes = Some(Changes::between((&then, earlier), (&this, &record)));
    }
    let mut periods = vec![(pipeline.period(), record)];
    for (period, last) in store.periods(&pipeline.name, run.map(|run| run - 1))? {
        let Some(period) = Period::parse(&period).filter(|&period| period < pipeline.period()) else { continue };
        periods.push((period, Arc::new(store.overview(last)?)));
    }
    data.trend = Some(Trend::new(periods, &mergers(&pipeline.satker)));
    Ok(())
}

/// Says so where a past period is run again: its numbers are replaced, and the history keeps both.
pub(super) fn replaced(
    store: &Store,
    pipeline: &Pipeline,
    run: Option<RunId>,
    lang: Lang,
) -> Result<Option<String>, StoreError> {
    let period = pipeline.period();
    let same = store.latest_recorded(pipeline.name.as_str(), Some(&period.to_string()), run)?;
    let periods = store.periods(&pipeline.name, run)?;
    let is_past = periods.iter().any(|(other, _)| Period::parse(other).is_some_and(|other| other > period));
    Ok(same.filter(|_| is_past).map(|same| match lang {
        Lang::Id => format!(
            "Periode lampau {period} dijalankan ulang: angkanya diganti; yang lama tetap ada di konsolidasi nomor {same}."
        ),
        Lang::En => format!(
            "The past period {period} was run again: its numbers are replaced; the old ones stay in run number {same}."
        ),
    }))
}

/// That so much is missing for passing reasons that the outputs are better left as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// Satker that had numbers in the last run and now lack some, only since their sources could not be reached.
    pub lost: Vec<String>,
    /// Satker that had numbers.
    pub had: usize,
}

impl Withheld {
    /// What a run lost against the last one, where that is more than a third of the satker that had numbers.
    pub(super) fn of(
        data: &Consolidation,
        before: &RunRecord,
        outcomes: &BTreeMap<String, Outcome>,
    ) -> Option<Withheld> {
        let passing = |source: &SourceInfo| matches!(outcomes.get(&*source.location), Some(Outcome::Failed { error, .. }) if error.may_pass());
        let has_score = |satker: &SatkerRecord| {
            Role::ALL.iter().any(|&role| satker.total(role).is_some_and(|total| total.score.is_some()))
        };
        let had: Vec<&SatkerRecord> =
            before.satker.iter().filter(|satker| has_score(satker) || !satker.surveys.is_empty()).collect();
        let units: BTreeMap<&str, &Unit> = data.units.iter().map(|unit| (unit.satker.kode.as_str(), unit)).collect();
        let is_lost = |satker: &&&SatkerRecord| {
            let Some(unit) = units.get(&*satker.kode) else { return false };
            let lke = has_score(satker) && unit.lke.is_none() && unit.source.as_ref().is_some_and(passing);
            let had_survey = |id: &str| satker.surveys.iter().any(|survey| *survey.instrument == *id);
            let mut surveys = data.surveys.iter().zip(&unit.surveys);
            lke || surveys.any(|(head, survey)| {
                survey.result.is_none() && had_survey(&head.instrument.id) && survey.sources.iter().any(passing)
            })
        };
        let lost: Vec<String> = had.iter().filter(is_lost).map(|satker| satker.kode.to_string()).collect();
        (lost.len() * 3 > had.len()).then_some(Withheld { lost, had: had.len() })
    }

    /// What people are told.
    pub fn show(&self, lang: Lang) -> String {
        let (lost, had, kode) = (self.lost.len(), self.had, self.lost.join(", "));
        match lang {
            Lang::Id => format!(
                "Keluaran dan spreadsheet dibiarkan seperti semula: sumber {lost} dari {had} satker yang sebelumnya bernilai \
                 sedang tidak terjangkau ({kode}), sehingga peringkatnya akan menyesatkan. Jalankan ulang setelah sumbernya \
                 terjangkau."
            ),
            Lang::En => format!(
                "Outputs and spreadsheets are left as they were: the sources of {lost} of the {had} satker that had numbers \
                 before cannot be reached now ({kode}), so that the ranking would mislead. Run again when they can be \
                 reached."
            ),
        }
    }
}
