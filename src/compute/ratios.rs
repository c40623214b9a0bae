//! What answers are worth: from 0 to 1, by choice, scale, or the counts below a percentage.
//!
//! Counts that are there decide a percentage, whatever its own cell says; where none is, a percentage that somebody typed
//! is claimed: it counts in the score, not in the floor.

use polars::prelude::*;

use super::{grouped, in_order, row};
use crate::frames::{TemplateFrames, schema};

/// The frame [`schema::RATIOS`] of [`schema::ANSWERS`], sorted by its key.
///
/// # Errors
/// Only when the frames cannot be computed, which no input can cause.
pub fn ratios(template: &TemplateFrames, answers: &DataFrame) -> PolarsResult<DataFrame> {
    let nodes = template.nodes.clone().lazy();
    let nodes = nodes.filter(col("kind").eq(lit("indicator"))).select([col("node"), col("scale"), col("maximum")]);
    let options = template.options.clone().lazy();
    let chosen = when(col("given").eq(lit("choice"))).then(col("worth"));
    let reckoned = chosen.when(col("given").eq(lit("scale"))).then(col("number") / col("maximum"));
    let reckoned = reckoned.otherwise(col("raw"));
    let is_claimed = col("given").eq(lit("percentage")).and(col("typed")).and(not_true("has_details"));
    let ratios = answers
        .clone()
        .lazy()
        .join(nodes, [col("node")], [col("node")], in_order(JoinType::Inner))
        .join(options, [col("scale"), col("option")], [col("scale"), col("option")], in_order(JoinType::Left))
        .join(percentages(template, answers), row(&["node"]), row(&["node"]), in_order(JoinType::Left))
        .with_column(reckoned.alias("reckoned"))
        .with_columns([
            within_0_1(when(is_claimed).then(coalesce(&[col("reckoned"), col("number")])).otherwise(col("reckoned")))
                .alias("ratio"),
            col("reckoned").is_not_null().alias("proven"),
            col("has_details").fill_null(lit(false)),
        ]);
    schema::RATIOS.collect(ratios)
}

fn not_true(name: &str) -> Expr {
    col(name).fill_null(lit(false)).not()
}

fn within_0_1(ratio: Expr) -> Expr {
    let above = when(ratio.clone().gt(lit(1.0))).then(lit(1.0));
    above.when(ratio.clone().lt(lit(0.0))).then(lit(0.0)).otherwise(ratio)
}

/// Percentages from the counts below them, by satker, role and node: `raw`, `whole`, `sum`, `has_details`.
///
/// The denominator of a share is the sum of its parts where every part has its row and any is given, else the row's own
/// count: the row itself is a formula in the official worksheet, and people overwrite it; but a sum that lacks a part would
/// be too small.
fn percentages(template: &TemplateFrames, answers: &DataFrame) -> LazyFrame {
    let details = answers.clone().lazy().select([
        col("satker"),
        col("role"),
        col("node").alias("detail"),
        col("given"),
        when(col("given").eq(lit("count"))).then(col("number")).otherwise(lit(NULL)).alias("count"),
    ]);
    let term = |term: &'static str| col("term").eq(lit(term));
    let given = |word: &'static str| col("given").eq(lit(word));
    let count_of = |of: &'static str| when(term(of)).then(col("count")).otherwise(lit(NULL)).max();
    let is_given = given("count").or(given("unreadable"));
    let any = |what: Expr| what.any(true);
    let (part, before) = (col("part"), col("part"));
    let share = when(col("whole").gt(lit(0.0)))
        .then(part.clone() / col("whole"))
        .when(part.clone().eq(lit(0.0)))
        .then(col("nothing_to_count"))
        .otherwise(lit(NULL));
    let decrease = when(before.clone().gt(lit(0.0)))
        .then((before.clone() - col("whole")) / before)
        .when(col("whole").eq(lit(0.0)))
        .then(col("nothing_to_count"))
        .otherwise(lit(0.0));
    let terms = template.terms.clone().lazy();
    let terms = terms.join(details, [col("detail")], [col("detail")], in_order(JoinType::Inner));
    grouped(terms, ["satker", "role", "node"])
        .agg([
            count_of("part").alias("part"),
            count_of("whole").alias("row"),
            any(term("summand").and(given("absent"))).alias("lacks_summand"),
            any(term("summand").and(is_given.clone())).alias("has_summand"),
            any(term("summand").and(given("unreadable"))).alias("doubts_summand"),
            when(term("summand")).then(col("count")).otherwise(lit(NULL)).sum().alias("summed"),
            any(term("child").and(is_given)).alias("has_details"),
        ])
        .with_column(col("has_summand").and(col("lacks_summand").not()).alias("is_sum"))
        .with_column(
            when(col("is_sum").and(col("doubts_summand").not())).then(col("summed")).otherwise(lit(NULL)).alias("sum"),
        )
        .with_column(when(col("is_sum")).then(col("sum")).otherwise(col("row")).alias("whole"))
        .join(template.percentages.clone().lazy(), [col("node")], [col("node")], in_order(JoinType::Left))
        .with_column(
            when(part.is_null().or(col("whole").is_null()))
                .then(lit(NULL))
                .when(col("decreases"))
                .then(decrease)
                .otherwise(share)
                .alias("raw"),
        )
        .select(["satker", "role", "node", "raw", "whole", "sum", "has_details"].map(col))
}

#[cfg(test)]
mod tests {
    use super::super::lke::Ratio;
    use super::super::made::{FRAMES, claimed, proven};
    use crate::frames::{Given, answers};
    use crate::lke::Role;
    use crate::lke::answer::Answer;
    use crate::lke::read::Detail;
    use crate::lke::template::NodeIndex;

    /// `-` is blank, `?` unreadable, a point a row that is not there.
    fn as_detail(text: &str) -> Detail {
        match text {
            "." => Detail::Absent,
            "-" => Detail::Blank,
            "?" => Detail::Unreadable,
            count => Detail::Count(count.parse().unwrap()),
        }
    }

    /// What percentages with these answers and details come to: the ratio as it counts, and before it is held to 0–1.
    fn worth(of: &[(&str, Answer, &str, bool)]) -> Vec<(Option<Ratio>, Option<f64>)> {
        let template = &FRAMES.template;
        let nodes: Vec<NodeIndex> = of.iter().map(|(code, ..)| template.find(code).unwrap()).collect();
        let mut given = Vec::new();
        for (satker, ((_, answer, details, typed), &node)) in of.iter().zip(&nodes).enumerate() {
            let one = Given { satker, role: Role::Unit, node, answer, detail: Detail::Absent, typed: *typed };
            given.push(one);
            let children = template.nodes[node].children.iter().zip(details.split(' '));
            given.extend(children.map(|(&node, detail)| Given { node, detail: as_detail(detail), ..one }));
        }
        let ratios = super::ratios(&FRAMES, &answers(template, &given).unwrap()).unwrap();
        let column = |name: &str| ratios.column(name).unwrap().f64().unwrap().iter().collect::<Vec<_>>();
        let proven: Vec<_> = ratios.column("proven").unwrap().bool().unwrap().iter().collect();
        let ratio = column("ratio").into_iter().zip(proven);
        let ratio = ratio.map(|(value, proven)| value.map(|value| Ratio { value, proven: proven == Some(true) }));
        ratio.zip(column("raw")).collect()
    }

    #[test]
    fn percentages_follow_the_regulations_table() {
        let table = [
            ("A.II.1.i.a", "4 3", Some(0.75)),
            ("A.II.1.i.a", "0 0", None),
            ("A.II.1.i.b", "3 3", Some(1.0)),
            ("A.II.3.iii.a", "4 1 -", Some(0.75)),
            ("A.II.3.iii.a", "0 0 -", Some(1.0)),
            ("A.II.3.iii.a", "0 2 -", Some(0.0)),
            ("A.II.3.iii.a", "1 3 -", Some(-2.0)),
            ("A.II.3.iii.a", "4 ? 1", None),
            ("A.II.3.iii.a", "- 1 -", None),
            ("A.II.4.i.a", "37 29", Some(29.0 / 37.0)),
            ("A.II.4.i.a", "37 -", None),
            ("A.II.4.i.a", "- 29", None),
            ("A.II.4.i.a", "? 29", None),
            ("A.II.5.ii.a", "0 0 0", Some(1.0)),
            ("A.II.5.ii.a", "0 - 0", Some(1.0)),
            ("A.II.5.ii.a", "4 ? 3", Some(0.75)),
            // Handled without any to handle says nothing.
            ("A.II.5.ii.a", "0 0 2", None),
            // Parts outweigh the row, blank ones count 0.
            ("A.II.5.iii.a.1", "9 1 5 - 6", Some(1.0)),
            ("A.II.5.iii.a.1", "? 1 5 - 6", Some(1.0)),
            ("A.II.5.iii.a.1", "6 - - - 3", Some(0.5)),
            ("A.II.5.iii.a.1", "0 - - - -", None),
            ("A.II.5.iii.a.1", "5 1 ? - 1", None),
            // A sum that lacks a part's row does not overrule the row's own count.
            ("A.II.5.iii.a.1", "9 1 5 . 6", Some(6.0 / 9.0)),
            ("A.II.5.iii.a.1", "- 1 5 . 6", None),
            ("A.II.5.iii.a.1", ". 1 5 3 6", Some(6.0 / 9.0)),
            ("A.II.6.i.b", "0 0", None),
            ("A.II.6.i.b", "- 1", None),
        ];
        let of: Vec<_> = table.iter().map(|(code, details, _)| (*code, Answer::Blank, *details, true)).collect();
        for ((code, details, expected), (ratio, raw)) in table.into_iter().zip(worth(&of)) {
            assert_eq!(raw, expected, "{code} {details}");
            assert_eq!(ratio, expected.and_then(|raw| proven(raw.clamp(0.0, 1.0))), "{code} {details}");
        }
    }

    #[test]
    fn details_that_are_there_decide_whatever_is_typed() {
        let table = [
            (Some(1.0), "- -", claimed(1.0)),
            (Some(1.0), ". .", claimed(1.0)),
            (Some(1.5), "- -", claimed(1.0)),
            (Some(1.0), "0 0", None),
            (Some(1.0), "0 -", None),
            (Some(1.0), "? -", None),
            (Some(1.0), "37 -", None),
            (Some(1.0), "37 29", proven(29.0 / 37.0)),
            (None, "37 29", proven(29.0 / 37.0)),
            (None, "- -", None),
        ];
        let of = |is_typed: bool| {
            let answer = |typed: Option<f64>| typed.map_or(Answer::Blank, Answer::Percentage);
            table
                .iter()
                .map(|(typed, details, _)| ("A.II.4.i.a", answer(*typed), *details, is_typed))
                .collect::<Vec<_>>()
        };
        for (((typed, details, expected), (ratio, _)), (of_formula, _)) in
            table.into_iter().zip(worth(&of(true))).zip(worth(&of(false)))
        {
            assert_eq!(ratio, expected, "{typed:?} {details:?}");
            assert_eq!(of_formula, expected.filter(|ratio| ratio.proven), "a formula claims nothing");
        }
    }
}
