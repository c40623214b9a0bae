//! Ranks: overall and per area, for unit and TPI. Equal scores share a rank and the next ranks are skipped (1, 2, 2, 4).
//! A role that answered less than half of its indicators is shown, never ranked.

use polars::prelude::*;

use super::{NodeScore, in_order, row};
use crate::compute::Unit;
use crate::frames::nodes::{area_node, total_node};
use crate::frames::rows::{keys, numbers, places};
use crate::frames::{TemplateFrames, schema};
use crate::lang::Lang;
use crate::lke::Role;
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

/// Scores are compared with so many parts to a point: representation aside, they are then equal.
const COMPARED_PARTS: f64 = 1e9;

/// The frame [`schema::RANKING`] of [`schema::SCORES`].
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn ranking(template: &TemplateFrames, scores: &DataFrame) -> PolarsResult<DataFrame> {
    let total = lit(total_node(&template.template) as u32);
    let ranked = lit(area_node(&template.template, 0) as u32);
    let scores = scores.clone().lazy();
    let enough = col("answered").gt(lit(0_u32)).and((col("answered") * lit(2_u32)).gt_eq(col("indicators")));
    let comparable =
        scores.clone().filter(col("node").eq(total)).select([col("satker"), col("role"), enough.alias("compared")]);
    let rows = scores
        .filter(col("node").gt_eq(ranked))
        .join(comparable, row(&[]), row(&[]), in_order(JoinType::Inner))
        .with_column(rank("score", "compared", &["role", "node"])?);
    schema::RANKING.collect(rows)
}

/// The frame [`schema::INDEX_RANKING`] of [`schema::INDICES`].
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn index_ranking(indices: &DataFrame) -> PolarsResult<DataFrame> {
    let rows = indices.clone().lazy().filter(col("whole")).with_column(rank("index", "whole", &["survey"])?);
    schema::INDEX_RANKING.collect(rows)
}

/// The rank of a number among those of the same group that are compared.
fn rank(number: &str, compared: &str, group: &[&str]) -> PolarsResult<Expr> {
    let options = RankOptions { method: RankMethod::Min, descending: true };
    let parts = (col(number) * lit(COMPARED_PARTS) + lit(0.5)).cast(DataType::Int64);
    let compared = when(col(compared)).then(parts).otherwise(lit(NULL));
    let group: Vec<Expr> = group.iter().map(|name| col(*name)).collect();
    Ok(compared.rank(options, None).over(group)?.alias("rank"))
}

/// Every satker in both roles: the unit's ranks first, in each role by rank, then the unranked by registry.
///
/// # Errors
/// Only when the frames cannot be read, which no input can cause.
pub fn rows(
    template: &Template,
    surveys: usize,
    units: &[Unit],
    ranking: &DataFrame,
    index_ranking: &DataFrame,
) -> PolarsResult<Vec<RankRow>> {
    let mut rows: Vec<RankRow> = Role::ALL
        .into_iter()
        .flat_map(|role| {
            (0..units.len()).map(move |unit| RankRow {
                unit,
                role,
                total: Ranked::default(),
                areas: vec![Ranked::default(); template.areas.len()],
                surveys: vec![Ranked::default(); surveys],
                unranked: None,
            })
        })
        .collect();
    let place = |unit: usize, role: Role| unit + if role == Role::Tpi { units.len() } else { 0 };
    let ranks = places(ranking, "node")?.zip(numbers(ranking, "score")?).zip(ranking.column("rank")?.u32()?.iter());
    for ((unit, role), ((node, score), rank)) in keys(ranking)?.into_iter().zip(ranks) {
        let row = &mut rows[place(unit, role)];
        let ranked = Ranked { score, rank };
        match node.checked_sub(area_node(template, 0)) {
            Some(area) if area < row.areas.len() => row.areas[area] = ranked,
            _ => row.total = ranked,
        }
    }
    let ranks = places(index_ranking, "satker")?.zip(places(index_ranking, "survey")?);
    let ranks = ranks.zip(numbers(index_ranking, "index")?).zip(index_ranking.column("rank")?.u32()?.iter());
    for (((unit, survey), score), rank) in ranks {
        rows[place(unit, Role::Unit)].surveys[survey] = Ranked { score, rank };
    }
    for row in rows.iter_mut().filter(|row| row.total.rank.is_none()) {
        row.unranked = Some(reason(&units[row.unit], row.role));
    }
    rows.sort_by_key(|row| (row.role, row.total.rank.unwrap_or(u32::MAX), row.unit));
    Ok(rows)
}

fn reason(unit: &Unit, role: Role) -> Unranked {
    let Some(lke) = &unit.lke else { return Unranked::NotRead };
    let Some(result) = lke.role(role) else { return Unranked::NoColumns(role) };
    match result.total {
        NodeScore { answered: 0, .. } => Unranked::Nothing,
        NodeScore { answered, indicators, .. } => Unranked::Barely { answered, indicators },
    }
}
