//! Earlier runs: a list of them, and one of them, as text and as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::text::push;
use crate::compute::record::{RunRecord, SatkerRecord, ScoreRecord, SourceRecord};
use crate::lang::Lang;
use crate::lke::Role;
use crate::store::{Notice, RunInfo};
use crate::text::shorten;

/// Columns of the names before the facts of one run.
const LABEL: usize = 16;

/// One run with what is shown of it.
#[derive(Debug)]
pub struct OneRun {
    /// The run.
    pub run: RunInfo,
    /// Its scores and ranks; none where nothing was recorded.
    pub data: Option<RunRecord>,
    /// Findings by the satker's code.
    pub findings: BTreeMap<Arc<str>, [u64; 3]>,
    /// What was read.
    pub sources: Vec<(Arc<str>, SourceRecord)>,
    /// Who was told.
    pub notices: Vec<Notice>,
}

/// A list of runs, newest first, of one pipeline after the other; `hidden` older ones are only counted.
pub fn list(runs: &[RunInfo], hidden: usize, lang: Lang, zone: &TimeZone) -> String {
    let mut out = String::new();
    let mut pipelines: Vec<&str> = runs.iter().map(|run| run.pipeline.as_str()).collect();
    pipelines.sort_unstable();
    pipelines.dedup();
    for pipeline in pipelines {
        let runs: Vec<_> = runs.iter().filter(|run| run.pipeline == pipeline).collect();
        push(&mut out, &format!("{} ({pipeline})", shorten(&runs[0].title, 76usize.saturating_sub(pipeline.len()))));
        out.push('\n');
        let heads = [
            lang.pick("No", "Run"),
            lang.pick("Mulai", "Started"),
            lang.pick("Periode", "Period"),
            lang.pick("Oleh", "By"),
            lang.pick("Hasil", "Result"),
            lang.pick("Lama", "Took"),
            "Satker",
            lang.pick("Temuan", "Findings"),
        ];
        push(&mut out, &line(heads.map(str::to_owned)));
        for run in runs {
            let dash = || "–".to_owned();
            let [errors, warnings, infos] = run.findings;
            push(
                &mut out,
                &line([
                    run.id.to_string(),
                    minute(run.started, zone),
                    run.period.clone(),
                    run.trigger.word(lang).to_owned(),
                    run.status.word(lang).to_owned(),
                    run.duration.map_or_else(dash, clock),
                    if run.recorded { format!("{}/{}", run.scored, run.satker) } else { dash() },
                    if run.recorded { format!("{errors}/{warnings}/{infos}") } else { dash() },
                ]),
            );
        }
        out.push('\n');
    }
    if hidden > 0 {
        let text = lang.pick(
            "konsolidasi lebih lama tidak ditampilkan; semuanya: --limit 0",
            "older runs not shown; all of them: --limit 0",
        );
        push(&mut out, &format!("{hidden} {text}"));
    }
    let legend = lang.pick(
        "Satker: bernilai/semua. Temuan: galat/peringatan/info. Waktu:",
        "Satker: scored/all. Findings: errors/warnings/infos. Times:",
    );
    push(&mut out, &format!("{legend} {}.", zone.iana_name().unwrap_or("lokal")));
    out
}

fn line([run, started, period, by, result, took, satker, findings]: [String; 8]) -> String {
    format!("{run:>4} {started:<16} {period:<7} {by:<8} {result:<13} {took:>6} {satker:>7} {findings:>12}")
}

/// One run: what it was, and every satker's scores, ranks and findings.
pub fn show(one: &OneRun, lang: Lang, zone: &TimeZone) -> String {
    let (run, mut out) = (&one.run, String::new());
    push(
        &mut out,
        &format!("{} {} · {} · {}", lang.pick("Konsolidasi nomor", "Run"), run.id, run.period, run.status.word(lang)),
    );
    let mut fact = |name: &str, value: &str| push(&mut out, &format!("{name:<LABEL$}{value}"));
    fact("Pipeline", &format!("{} ({})", run.title, run.pipeline));
    fact(lang.pick("Mulai", "Started"), &lang.moment(&run.started.to_zoned(zone.clone())));
    if let Some(ended) = run.ended {
        let took = run.duration.map(|duration| format!(" ({})", clock(duration))).unwrap_or_default();
        fact(lang.pick("Selesai", "Ended"), &format!("{}{took}", lang.moment(&ended.to_zoned(zone.clone()))));
    }
    fact(lang.pick("Oleh", "By"), run.trigger.word(lang));
    fact(lang.pick("Versi", "Version"), &run.version);
    if let Some(note) = &run.note {
        fact(lang.pick("Catatan", "Note"), note);
    }
    let Some(data) = &one.data else {
        out.push('\n');
        push(
            &mut out,
            lang.pick("Tidak ada data: konsolidasi ini tidak sampai dicatat.", "No data: this run was never recorded."),
        );
        return out;
    };
    let [errors, warnings, infos] = run.findings;
    let words = lang.pick("galat/peringatan/info", "errors/warnings/infos");
    fact("Satker", &format!("{} ({} {})", run.satker, run.scored, lang.pick("bernilai", "with a score")));
    fact(lang.pick("Temuan", "Findings"), &format!("{errors}/{warnings}/{infos} ({words})"));
    let stale = one.sources.iter().filter(|(_, source)| source.stale).count();
    let copies = lang.pick("salinan lama", "earlier copies");
    fact(lang.pick("Sumber", "Sources"), &format!("{} ({stale} {copies})", one.sources.len()));
    for notice in &one.notices {
        let sent = notice.error.as_deref().map_or_else(
            || lang.pick("terkirim", "sent").to_owned(),
            |error| format!("{}: {error}", lang.pick("gagal", "failed")),
        );
        let times = lang.pick("percobaan", "attempts");
        let value = format!("{} · {sent} ({} {times}, {})", notice.channel, notice.attempts, minute(notice.at, zone));
        fact(lang.pick("Pemberitahuan", "Notice"), &value);
    }
    out.push('\n');
    let heads = [lang.pick("Kode", "Code"), "Satker", "unit", "TPI", "#unit", "#TPI", lang.pick("Temuan", "Findings")];
    push(&mut out, &satker_line(heads.map(str::to_owned)));
    for satker in &data.satker {
        let score = |role| score(satker, role).map_or_else(|| "–".to_owned(), |score| lang.number(score, 2));
        let rank = |role: Role| satker.ranks[role].map_or_else(|| "–".to_owned(), |rank| rank.to_string());
        let [errors, warnings, infos] = one.findings.get(&satker.kode).copied().unwrap_or_default();
        push(
            &mut out,
            &satker_line([
                shorten(&satker.kode, 6),
                shorten(&satker.nama, 34),
                score(Role::Unit),
                score(Role::Tpi),
                rank(Role::Unit),
                rank(Role::Tpi),
                format!("{errors}/{warnings}/{infos}"),
            ]),
        );
    }
    out
}

fn satker_line([kode, nama, unit, tpi, unit_rank, tpi_rank, findings]: [String; 7]) -> String {
    format!("{kode:<7}{nama:<35}{unit:>7}{tpi:>7}{unit_rank:>6}{tpi_rank:>6}{findings:>12}")
}

fn score(satker: &SatkerRecord, role: Role) -> Option<f64> {
    satker.total(role).and_then(|total| total.score)
}

/// A list of runs as JSON.
pub fn list_json(runs: &[RunInfo]) -> Value {
    json!({ "runs": runs.iter().map(run_json).collect::<Vec<_>>() })
}

/// A run's facts as JSON.
pub fn run_json(run: &RunInfo) -> Value {
    let [errors, warnings, infos] = run.findings;
    json!({
        "run": run.id,
        "pipeline": run.pipeline,
        "title": run.title,
        "period": run.period,
        "version": run.version,
        "trigger": run.trigger.name(),
        "status": run.status.name(),
        "started": run.started.to_string(),
        "ended": run.ended.map(|at| at.to_string()),
        "duration_seconds": run.duration.map(|duration| duration.as_secs_f64()),
        "pipeline_sha256": run.pipeline_sha256,
        "registry_sha256": run.registry_sha256,
        "note": run.note,
        "recorded": run.recorded,
        "satker": run.satker,
        "scored": run.scored,
        "findings": { "error": errors, "warning": warnings, "info": infos },
    })
}

/// One run as JSON.
pub fn show_json(one: &OneRun) -> Value {
    let mut sources: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (kode, source) in &one.sources {
        sources.entry(kode).or_default().push(json!({
            "content": source.content,
            "location": source.location,
            "sha256": source.sha256,
            "read_at": source.read_at.to_string(),
            "stale": source.stale,
        }));
    }
    let score = |score: ScoreRecord| {
        json!({
            "score": score.score,
            "floor": score.floor,
            "ceiling": score.ceiling,
            "answered": score.answered,
            "indicators": score.indicators,
        })
    };
    let satker = one.data.iter().flat_map(|data| &data.satker).map(|satker| {
        let [errors, warnings, infos] = one.findings.get(&satker.kode).copied().unwrap_or_default();
        let of_role = |role: Role| {
            let of_role = satker.scores.iter().filter(|((of, _), _)| *of == role);
            of_role.map(|((_, node), value)| (node.to_string(), score(*value))).collect::<serde_json::Map<_, _>>()
        };
        json!({
            "satker": satker.kode,
            "name": satker.nama,
            "scores": { "unit": of_role(Role::Unit), "tpi": of_role(Role::Tpi) },
            "ranks": { "unit": satker.ranks.unit, "tpi": satker.ranks.tpi },
            "findings": { "error": errors, "warning": warnings, "info": infos },
            "sources": sources.get(&*satker.kode).cloned().unwrap_or_default(),
        })
    });
    let notices = one.notices.iter().map(|notice| {
        json!({
            "channel": notice.channel,
            "at": notice.at.to_string(),
            "attempts": notice.attempts,
            "error": notice.error,
        })
    });
    json!({
        "run": run_json(&one.run),
        "satker": satker.collect::<Vec<_>>(),
        "notices": notices.collect::<Vec<_>>(),
    })
}

/// What an export holds, as text.
pub fn exported(to: &str, counts: &BTreeMap<&'static str, u64>, lang: Lang) -> String {
    let mut out = String::new();
    push(&mut out, &format!("{}: {to}", lang.pick("Ditulis", "Written")));
    for (table, rows) in counts {
        push(&mut out, &format!("  {table:<16}{rows:>10} {}", lang.pick("baris", "rows")));
    }
    out
}

fn minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A duration as a clock shows it: `0:12`, `1:05:00`.
fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs_f64().round() as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_on_a_clock() {
        for (millis, text) in [(400, "0:00"), (12_300, "0:12"), (59_600, "1:00"), (3_905_000, "1:05:05")] {
            assert_eq!(clock(Duration::from_millis(millis)), text);
        }
    }
}
