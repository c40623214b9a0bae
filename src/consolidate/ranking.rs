//! Ranks: overall and per area, for unit and TPI. Equal scores share a rank and the next ranks are skipped (1, 2, 2, 4).
//! A role that answered less than half of its indicators is shown, never ranked.

use std::collections::HashMap;

use polars::prelude::*;

use super::frames;
use super::{ProvinceSurvey, Unit};
use crate::lang::Lang;
use crate::lke::Role;
use crate::lke::score::NodeScore;
use crate::lke::template::Template;

/// A score with its rank; neither where nothing is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ranked {
    /// Points.
    pub score: Option<f64>,
    /// Rank from 1.
    pub rank: Option<u32>,
}

/// One satker's ranks in one role.
#[derive(Debug, Clone, PartialEq)]
pub struct RankRow {
    /// Place in the run's units.
    pub unit: usize,
    /// Unit or TPI.
    pub role: Role,
    /// Overall.
    pub total: Ranked,
    /// Per area, in the template's order.
    pub areas: Vec<Ranked>,
    /// Indices of the pipeline's surveys, in its order, 25–100; of the unit only.
    pub surveys: Vec<Ranked>,
    /// Why it has no overall rank.
    pub unranked: Option<Unranked>,
}

/// Why a satker has no rank in a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unranked {
    /// Its LKE was not read.
    NotRead,
    /// The sheet has no columns of this role.
    NoColumns(Role),
    /// The role answered nothing.
    Nothing,
    /// The role answered less than half of the indicators: what its score is worth cannot be compared.
    Barely {
        /// Indicators answered.
        answered: u32,
        /// Indicators.
        indicators: u32,
    },
}

impl Unranked {
    /// The words people read.
    pub fn text(self, lang: Lang) -> String {
        match self {
            Unranked::NotRead => lang.pick("LKE tidak terbaca, lihat Temuan", "LKE not read, see Findings").to_owned(),
            Unranked::NoColumns(role) => {
                format!("{} {}", lang.pick("lembar tanpa kolom", "the sheet has no columns of"), role.word())
            }
            Unranked::Nothing => lang.pick("belum ada jawaban", "nothing answered yet").to_owned(),
            Unranked::Barely { answered, indicators } => match lang {
                Lang::Id => format!("baru {answered} dari {indicators} terjawab, belum dapat dibandingkan"),
                Lang::En => format!("only {answered} of {indicators} answered, not comparable yet"),
            },
        }
    }
}

/// Ranks every satker in both roles: the unit's ranks first, in each role by rank, then the unranked by registry.
pub fn rank(template: &Template, surveys: &[ProvinceSurvey], units: &[Unit]) -> PolarsResult<Vec<RankRow>> {
    let ranks = ranks(&frames::scores(units)?)?;
    let mut rows = Vec::with_capacity(units.len() * 2);
    for role in Role::ALL {
        for (place, unit) in units.iter().enumerate() {
            let ranked = |measure: String| {
                ranks.get(&(unit.satker.kode.clone(), role.name().to_owned(), measure)).copied().unwrap_or_default()
            };
            let total = ranked("total".to_owned());
            rows.push(RankRow {
                unit: place,
                role,
                total,
                areas: template.areas.iter().map(|area| ranked(area.code())).collect(),
                surveys: (0..surveys.len()).map(|survey| ranked(frames::survey_measure(survey))).collect(),
                unranked: total.rank.is_none().then(|| reason(unit, role)),
            });
        }
    }
    rows.sort_by_key(|row| (row.role, row.total.rank.unwrap_or(u32::MAX), row.unit));
    Ok(rows)
}

/// Score and rank by satker, role and measure.
fn ranks(scores: &DataFrame) -> PolarsResult<HashMap<(String, String, String), Ranked>> {
    let options = RankOptions { method: RankMethod::Min, descending: true };
    let ranked = scores
        .clone()
        .lazy()
        .with_column(
            col("compared")
                .rank(options, None)
                .over([col("role"), col("measure")])?
                .cast(DataType::UInt32)
                .alias("rank"),
        )
        .select([col("satker"), col("role"), col("measure"), col("score"), col("rank")])
        .collect()?;
    let text = |name: &str| ranked.column(name)?.str().cloned();
    let (satker, role, measure) = (text("satker")?, text("role")?, text("measure")?);
    let (score, rank) = (ranked.column("score")?.f64()?, ranked.column("rank")?.u32()?);
    Ok((0..ranked.height())
        .filter_map(|row| {
            let key = (satker.get(row)?.to_owned(), role.get(row)?.to_owned(), measure.get(row)?.to_owned());
            Some((key, Ranked { score: score.get(row), rank: rank.get(row) }))
        })
        .collect())
}

fn reason(unit: &Unit, role: Role) -> Unranked {
    let Some(lke) = &unit.lke else { return Unranked::NotRead };
    let Some(result) = lke.role(role) else { return Unranked::NoColumns(role) };
    match result.scores.total {
        NodeScore { answered: 0, .. } => Unranked::Nothing,
        NodeScore { answered, indicators, .. } => Unranked::Barely { answered, indicators },
    }
}
