//! The trend: periods side by side, for every satker and the province.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::RunRef;
use super::changes::mean;
use super::record::{RunRecord, SatkerRecord, SurveyRecord};
use crate::lang::Lang;
use crate::lke::{ByRole, Role};
use crate::period::Period;
use crate::satker::Satker;
use crate::survey::instrument::Instrument;

/// The registry's column that names, parted by `;`, the codes of satker merged into this one.
pub const MERGED_COLUMN: &str = "gabungan";
/// What the codes of areas begin with.
const AREA: &str = "area-";

/// Periods side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// The periods, the earliest first. A year comes after its semesters, since it is known only after them.
    pub periods: Vec<Period>,
    /// What is followed: totals, areas, indices. Measures nobody has a value of are left out.
    pub measures: Vec<Measure>,
    /// The satker: as the latest period has them, then those only in earlier ones.
    pub satker: Vec<SatkerTrend>,
    /// The province.
    pub province: ProvinceTrend,
    /// Periods whose numbers come from a run that replaced another after the period was over; said where they are shown.
    pub reruns: BTreeMap<Period, RunRef>,
}

/// A number that is followed over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// The whole worksheet's score in a role.
    Total(Role),
    /// The score of an area, of the unit.
    Area {
        /// `area-1`.
        code: Arc<str>,
        /// What it is called.
        label: Arc<str>,
    },
    /// The index of a survey, 25–100, by its name: `IKM`.
    Index {
        /// The name.
        name: Arc<str>,
        /// The instrument that measured it last.
        instrument: Arc<str>,
    },
}

/// How a satker stands in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Listed, with a total of the unit or the TPI.
    Present,
    /// Listed, without a total.
    NoScore,
    /// Not listed, though earlier and later.
    Missing,
    /// Listed only later.
    NotYet,
    /// Listed only earlier.
    Left,
}

impl Presence {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Presence::Present => "present",
            Presence::NoScore => "no_score",
            Presence::Missing => "missing",
            Presence::NotYet => "not_yet",
            Presence::Left => "left",
        }
    }
}

/// One satker over time.
#[derive(Debug, Clone, PartialEq)]
pub struct SatkerTrend {
    /// Code.
    pub kode: Arc<str>,
    /// Its latest name.
    pub nama: Arc<str>,
    /// The code it was merged into, where it has left and the registry says so.
    pub merged_into: Option<Arc<str>>,
    /// How it stands in every period.
    pub presence: Vec<Presence>,
    /// For every measure its value in every period; a gap where there is none, never 0.
    pub values: Vec<Vec<Option<f64>>>,
    /// Whether too little was answered in a period to hold its scores against others'; unit and TPI.
    pub barely: ByRole<Vec<bool>>,
    /// Overall rank in every period; unit and TPI.
    pub ranks: ByRole<Vec<Option<u32>>>,
    /// How it moved, in every period in which it is ranked and was before; unit and TPI.
    pub moves: ByRole<Vec<Option<Move>>>,
}

/// A movement against the latest earlier period in which the satker was ranked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// Place of that period in [`Trend::periods`].
    pub since: usize,
    /// Ranks gained: positive upwards.
    pub ranks: i64,
    /// Points of the total gained.
    pub points: f64,
}

/// The province over time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProvinceTrend {
    /// For every measure the plain mean of the satker's values in every period, of those that can be compared.
    pub values: Vec<Vec<Option<f64>>>,
    /// Satker listed in every period.
    pub listed: Vec<usize>,
    /// Of them those with a total of the unit.
    pub scored: Vec<usize>,
}

/// Former codes and the codes they were merged into, as the registry tells in its optional column [`MERGED_COLUMN`].
pub fn mergers(registry: &[Satker]) -> BTreeMap<String, String> {
    let named = registry.iter().filter_map(|satker| Some((satker, satker.columns.get(MERGED_COLUMN)?)));
    let pairs = named.flat_map(|(satker, former)| {
        let former = former.split(';').map(str::trim).filter(|kode| !kode.is_empty() && *kode != satker.kode);
        former.map(|kode| (kode.to_owned(), satker.kode.clone()))
    });
    pairs.collect()
}

impl Trend {
    /// Puts periods side by side, in whatever order they come; of one given twice the last counts. `mergers` names the
    /// code every former code was merged into.
    pub fn new(periods: Vec<(Period, Arc<RunRecord>)>, mergers: &BTreeMap<String, String>) -> Trend {
        let by_period: BTreeMap<Period, Arc<RunRecord>> = periods.into_iter().collect();
        let mut periods: Vec<(Period, Arc<RunRecord>)> = by_period.into_iter().collect();
        periods.sort_by_key(|(period, _)| {
            let (first, last) = period.days();
            (last, Reverse(first))
        });
        let measures = measures(&periods);
        let columns: Vec<Column> = periods.iter().map(|(period, record)| Column::new(*period, record)).collect();
        let mut kodes: Vec<&Arc<str>> = Vec::new();
        let mut seen = BTreeSet::new();
        for satker in periods.iter().rev().flat_map(|(_, record)| &record.satker) {
            if seen.insert(&satker.kode) {
                kodes.push(&satker.kode);
            }
        }
        let satker: Vec<SatkerTrend> =
            kodes.into_iter().map(|kode| SatkerTrend::new(kode, &columns, &measures, mergers)).collect();
        Trend {
            province: ProvinceTrend::new(&columns, &satker, &measures),
            periods: periods.iter().map(|(period, _)| *period).collect(),
            measures,
            satker,
            reruns: BTreeMap::new(),
        }
    }

    /// The place of a period as a [`Consolidation`](super::Consolidation) names it.
    pub fn place(&self, period: &str) -> Option<usize> {
        let period = Period::parse(period)?;
        self.periods.iter().position(|other| *other == period)
    }

    /// A satker by its code.
    pub fn satker(&self, kode: &str) -> Option<&SatkerTrend> {
        self.satker.iter().find(|satker| &*satker.kode == kode)
    }
}

/// One period's satker by code.
struct Column<'a> {
    period: Period,
    satker: BTreeMap<&'a str, &'a SatkerRecord>,
}

impl<'a> Column<'a> {
    fn new(period: Period, record: &'a RunRecord) -> Self {
        Column { period, satker: record.satker.iter().map(|satker| (&*satker.kode, satker)).collect() }
    }
}

/// Totals, areas and indices of which any period has a value; each called as the latest period calls it.
fn measures(periods: &[(Period, Arc<RunRecord>)]) -> Vec<Measure> {
    let latest_first = || periods.iter().rev().map(|(_, record)| record);
    let satker = || latest_first().flat_map(|record| &record.satker);
    let has = |role: Role, code: &str| {
        let key = (role, Arc::from(code));
        satker().any(|satker| satker.scores.get(&key).is_some_and(|score| score.score.is_some()))
    };
    let mut measures: Vec<Measure> =
        Role::ALL.into_iter().filter(|role| has(*role, super::record::TOTAL)).map(Measure::Total).collect();
    let mut areas: BTreeMap<&Arc<str>, &Arc<str>> = BTreeMap::new();
    for record in latest_first() {
        for (code, label) in record.labels.iter().filter(|(code, _)| code.starts_with(AREA)) {
            areas.entry(code).or_insert(label);
        }
    }
    let mut areas: Vec<_> = areas.into_iter().filter(|(code, _)| has(Role::Unit, code)).collect();
    let number = |code: &str| code[AREA.len()..].parse().unwrap_or(u32::MAX);
    areas.sort_by_key(|(code, _)| number(code));
    measures.extend(areas.into_iter().map(|(code, label)| Measure::Area { code: code.clone(), label: label.clone() }));
    let mut surveys: Vec<&SurveyRecord> = Vec::new();
    for survey in satker().flat_map(|satker| &satker.surveys) {
        if !surveys.iter().any(|other| other.index_name == survey.index_name) {
            surveys.push(survey);
        }
    }
    // A satker may have some of them only, so their order among satker says nothing.
    let shipped = |survey: &&SurveyRecord| {
        let place = Instrument::shipped().iter().position(|instrument| instrument.is_called(&survey.instrument));
        place.unwrap_or(usize::MAX)
    };
    surveys.sort_by_key(shipped);
    measures.extend(
        surveys
            .into_iter()
            .map(|survey| Measure::Index { name: survey.index_name.clone(), instrument: survey.instrument.clone() }),
    );
    measures
}

impl Measure {
    /// The value of a satker in a run of a period.
    fn of(&self, satker: &SatkerRecord, period: Period) -> Option<f64> {
        match self {
            Measure::Total(role) => satker.total(*role)?.score,
            Measure::Area { code, .. } => satker.scores.get(&(Role::Unit, code.clone()))?.score,
            Measure::Index { name, .. } => {
                let of_name = || satker.surveys.iter().filter(|survey| survey.index_name == *name);
                // Where a run reads one survey of several periods, its own period's counts, else the latest.
                let own = of_name().find(|survey| Period::parse(&survey.period) == Some(period));
                Some(own.or_else(|| of_name().max_by_key(|survey| Period::parse(&survey.period)))?.index)
            }
        }
    }

    /// The role whose answers it comes from; none for an index.
    pub fn role(&self) -> Option<Role> {
        match self {
            Measure::Total(role) => Some(*role),
            Measure::Area { .. } => Some(Role::Unit),
            Measure::Index { .. } => None,
        }
    }

    /// The name used in JSON: `total`, `area-1`, `IKM`.
    pub fn code(&self) -> &str {
        match self {
            Measure::Total(_) => super::record::TOTAL,
            Measure::Area { code, .. } => code,
            Measure::Index { name, .. } => name,
        }
    }

    /// What people read: `Total (unit)`, `1 Manajemen Perubahan`, `IKM`.
    pub fn title(&self, lang: Lang) -> String {
        match self {
            Measure::Total(role) => format!("{} ({})", lang.pick("Total", "Total"), role.word()),
            Measure::Area { code, label } => {
                format!("{} {} – {label} (unit)", lang.pick("Area", "Area"), &code[AREA.len()..])
            }
            Measure::Index { name, .. } => name.to_string(),
        }
    }
}

impl SatkerTrend {
    fn new(kode: &Arc<str>, columns: &[Column], measures: &[Measure], mergers: &BTreeMap<String, String>) -> Self {
        let records: Vec<Option<&SatkerRecord>> =
            columns.iter().map(|column| column.satker.get(&**kode).copied()).collect();
        let first = records.iter().position(Option::is_some).unwrap_or(0);
        let last = records.iter().rposition(Option::is_some).unwrap_or(0);
        let presence: Vec<Presence> = records
            .iter()
            .enumerate()
            .map(|(place, record)| match record {
                Some(record) => {
                    let has_total = |role| record.total(role).is_some_and(|total| total.score.is_some());
                    if Role::ALL.into_iter().any(has_total) { Presence::Present } else { Presence::NoScore }
                }
                None if place < first => Presence::NotYet,
                None if place > last => Presence::Left,
                None => Presence::Missing,
            })
            .collect();
        let value = |measure: &Measure, place: usize| measure.of(records[place]?, columns[place].period);
        let values = measures.iter().map(|measure| (0..columns.len()).map(|place| value(measure, place)).collect());
        let has_left = presence.last() == Some(&Presence::Left);
        let rank = |role: Role, record: &Option<&SatkerRecord>| record.and_then(|record| record.ranks[role]);
        let is_barely = |role: Role, record: &Option<&SatkerRecord>| {
            let total = record.and_then(|record| record.total(role));
            total.is_some_and(|total| total.score.is_some() && !total.is_comparable())
        };
        let ranks = ByRole::of(|role| records.iter().map(|record| rank(role, record)).collect::<Vec<_>>());
        let moves = ByRole::of(|role| moves(&ranks[role], |place| value(&Measure::Total(role), place)));
        SatkerTrend {
            kode: kode.clone(),
            nama: records[last].map(|record| record.nama.clone()).unwrap_or_default(),
            merged_into: mergers.get(&**kode).filter(|_| has_left).map(|kode| kode.as_str().into()),
            values: values.collect(),
            presence,
            barely: ByRole::of(|role| records.iter().map(|record| is_barely(role, record)).collect()),
            ranks,
            moves,
        }
    }

    /// Whether a value of a measure in a period may be held against those of others.
    pub fn is_comparable(&self, measure: &Measure, place: usize) -> bool {
        measure.role().is_none_or(|role| !self.barely[role][place])
    }

    /// Whether the satker is listed in a period for the first time, and not in the first of all.
    pub fn is_new(&self, place: usize) -> bool {
        let is_listed = |presence: &Presence| matches!(presence, Presence::Present | Presence::NoScore);
        let first = self.presence.iter().position(is_listed);
        place > 0 && first == Some(place)
    }
}

/// Against the latest earlier period in which there is a rank, too.
fn moves(ranks: &[Option<u32>], total: impl Fn(usize) -> Option<f64>) -> Vec<Option<Move>> {
    let mut earlier: Option<(usize, u32, f64)> = None;
    let mut moves = Vec::with_capacity(ranks.len());
    for (place, rank) in ranks.iter().enumerate() {
        let Some((rank, total)) = rank.zip(total(place)) else {
            moves.push(None);
            continue;
        };
        moves.push(earlier.map(|(since, before, points)| Move {
            since,
            ranks: i64::from(before) - i64::from(rank),
            points: total - points,
        }));
        earlier = Some((place, rank, total));
    }
    moves
}

impl ProvinceTrend {
    fn new(columns: &[Column], satker: &[SatkerTrend], measures: &[Measure]) -> Self {
        let mean_of = |(which, measure): (usize, &Measure), place: usize| {
            let compared = satker.iter().filter(|satker| satker.is_comparable(measure, place));
            mean(compared.filter_map(|satker| satker.values[which][place]))
        };
        let of_periods = |measure| (0..columns.len()).map(|place| mean_of(measure, place)).collect();
        let values = measures.iter().enumerate().map(of_periods);
        let has_total = |satker: &&&SatkerRecord| satker.total(Role::Unit).is_some_and(|total| total.score.is_some());
        ProvinceTrend {
            values: values.collect(),
            listed: columns.iter().map(|column| column.satker.len()).collect(),
            scored: columns.iter().map(|column| column.satker.values().filter(has_total).count()).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
