//! The trend as text for a terminal and as JSON.

use serde_json::{Map, Value, json};

use super::changes::run_ref;
use super::text::{push, wrap};
use crate::compute::trend::{Measure, Move, SatkerTrend, Trend};
use crate::lang::Lang;
use crate::lke::Role;
use crate::report::changes::movement;
use crate::report::trend::standing;
use crate::text::shorten;

/// Periods side by side on a terminal; earlier ones are left out.
const PERIODS: usize = 5;
/// Columns of the name before the numbers.
const NAME: usize = 24;

/// The unit's total of every satker in the latest periods, with its movement; then the province.
pub fn trend_text(trend: &Trend, lang: Lang) -> String {
    let mut out = String::new();
    let Some(total) = trend.measures.iter().position(|measure| *measure == Measure::Total(Role::Unit)) else {
        push(&mut out, lang.pick("Belum ada nilai untuk disandingkan.", "There are no scores to compare yet."));
        return out;
    };
    let first = trend.periods.len().saturating_sub(PERIODS);
    let last = trend.periods.len() - 1;
    let periods: String = trend.periods[first..].iter().map(|period| format!("{:>8}", period.to_string())).collect();
    let words = [lang.pick("Kode", "Code"), lang.pick("Total (unit)", "Total (unit)"), lang.pick("  gerak", "  moved")];
    push(&mut out, &format!("{:<6}{:<NAME$}{periods}{}", words[0], words[1], words[2]));
    let row = |kode: &str, nama: &str, values: &[Option<f64>], remark: &str| {
        let show = |value: &Option<f64>| value.map_or_else(|| "–".to_owned(), |value| lang.number(value, 2));
        let numbers: String = values[first..].iter().map(|value| format!("{:>8}", show(value))).collect();
        format!("{:<6}{:<NAME$}{numbers}  {remark}", shorten(kode, 5), shorten(nama, NAME - 1))
    };
    for satker in &trend.satker {
        let moved = satker.moves[Role::Unit][last].map(|moved| movement(moved.ranks));
        let is_new = satker.is_new(last).then(|| lang.pick("baru", "new").to_owned());
        let remark = moved.or(is_new).unwrap_or_default();
        push(&mut out, &row(&satker.kode, &satker.nama, &satker.values[total], &remark));
        if let Some(gaps) = standing(trend, satker, lang) {
            wrap(&mut out, &gaps, "      ", "      ");
        }
    }
    push(&mut out, &row("", lang.pick("Rata-rata satker", "Mean of satker"), &trend.province.values[total], ""));
    out
}

/// Numbers unrounded, indices 25–100, gaps `null`; every list is as long as `periods`.
pub fn trend_json(trend: &Trend, lang: Lang) -> Value {
    let measures = trend.measures.iter().map(
        |measure| json!({"code": measure.code(), "role": measure.role().map(Role::name), "label": measure.title(lang)}),
    );
    let reruns = trend.reruns.iter().map(|(period, run)| (period.to_string(), run_ref(run)));
    json!({
        "kind": "trend",
        "periods": trend.periods.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "measures": measures.collect::<Vec<_>>(),
        "satker": trend.satker.iter().map(|satker| of_satker(trend, satker)).collect::<Vec<_>>(),
        "province": {
            "values": trend.province.values,
            "listed": trend.province.listed,
            "scored": trend.province.scored,
        },
        "reruns": reruns.collect::<Map<String, Value>>(),
    })
}

fn of_satker(trend: &Trend, satker: &SatkerTrend) -> Value {
    let moved = |moved: &Option<Move>| {
        moved.map(|moved| {
            json!({"since": trend.periods[moved.since].to_string(), "ranks": moved.ranks, "points": moved.points})
        })
    };
    let by_role = |of: &dyn Fn(Role) -> Value| -> Map<String, Value> {
        Role::ALL.into_iter().map(|role| (role.name().to_owned(), of(role))).collect()
    };
    json!({
        "satker": &*satker.kode,
        "name": &*satker.nama,
        "merged_into": satker.merged_into.as_deref(),
        "presence": satker.presence.iter().map(|presence| presence.name()).collect::<Vec<_>>(),
        "values": satker.values,
        "barely": by_role(&|role| json!(satker.barely[role])),
        "ranks": by_role(&|role| json!(satker.ranks[role])),
        "moves": by_role(&|role| json!(satker.moves[role].iter().map(moved).collect::<Vec<_>>())),
    })
}
