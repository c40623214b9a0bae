//! What there is to tell of a run: numbers and names, nothing personal, no secrets, no links to evidence.

use std::path::PathBuf;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use regex::Regex;
use serde::{Serialize, Serializer};

use crate::compute::changes::Changes;
use crate::compute::{Consolidation, Unit};
use crate::finding::Finding;
use crate::lang::Lang;
use crate::lke::Role;
use crate::store::{RunStatus, Trigger};
use crate::survey::privacy::scrub_label;
use crate::text::{clean, shorten, unformula};

/// The longest sentence that is told; the whole of it is among the findings.
const SENTENCE: usize = 400;

/// What is known of a run whatever it came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunFacts {
    /// The pipeline's short name.
    pub pipeline: String,
    /// Its title, for people.
    pub title: String,
    /// Period: `2025-S2`.
    pub period: String,
    /// The run's number in the store; none where runs are not recorded.
    pub run: Option<i64>,
    /// Why it took place.
    pub trigger: Trigger,
    /// How it ended.
    pub status: RunStatus,
    /// When it began.
    #[serde(serialize_with = "as_text")]
    pub started: Timestamp,
    /// When it ended.
    #[serde(serialize_with = "as_text")]
    pub ended: Timestamp,
    /// The zone its times are told in.
    #[serde(skip)]
    pub zone: TimeZone,
    /// What was written.
    pub outputs: Vec<OutputFile>,
    /// Why nothing could be done, why it was stopped, or what went wrong with it as a whole.
    pub error: Option<String>,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutputFile {
    /// `xlsx`, `csv`, `ical`.
    pub kind: String,
    /// Where.
    #[serde(serialize_with = "path_as_text")]
    pub path: PathBuf,
}

/// What is told of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// What is known whatever came of it.
    #[serde(flatten)]
    pub facts: RunFacts,
    /// How long it took, in seconds.
    pub seconds: i64,
    /// Satker of the registry.
    pub satker: usize,
    /// Of them, those whose LKE was read.
    pub read: usize,
    /// Findings by severity.
    pub findings: FindingCounts,
    /// Satker of which something is missing.
    pub failed: Vec<Failed>,
    /// Sources an earlier copy stood in for.
    pub stale: Vec<StaleSource>,
    /// The satker by the unit's rank, those without a rank last.
    pub ranking: Vec<RankLine>,
    /// What changed since an earlier run; none where there is none to compare with.
    pub changes: Option<ChangeSummary>,
}

/// Findings by severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FindingCounts {
    /// Errors.
    pub error: usize,
    /// Warnings.
    pub warning: usize,
    /// Infos.
    pub info: usize,
}

/// A satker of which something is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// Code.
    pub kode: String,
    /// Name.
    pub nama: String,
    /// What is missing: `LKE`, `SKM`, the action plan.
    pub content: String,
    /// Why, in one sentence.
    pub message: String,
    /// How many things more are missing.
    pub more: usize,
}

/// A source an earlier copy stood in for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StaleSource {
    /// Code of the satker.
    pub kode: String,
    /// Its name.
    pub nama: String,
    /// What it is: `LKE`, `SKM`, the action plan.
    pub content: String,
    /// When the copy was fetched.
    #[serde(serialize_with = "as_text")]
    pub read_at: Timestamp,
}

/// A satker among the others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankLine {
    /// Code.
    pub kode: String,
    /// Name.
    pub nama: String,
    /// By the unit's own answers.
    pub unit: Placing,
    /// By the TPI's.
    pub tpi: Placing,
}

/// Total and rank in one role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Placing {
    /// Rank from 1; none without a score.
    pub rank: Option<u32>,
    /// Total, 0–100.
    pub total: Option<f64>,
    /// Ranks gained since the earlier run, negative where lost; none where it had or has none.
    pub movement: Option<i32>,
}

/// What changed since an earlier run.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChangeSummary {
    /// The number of the run compared with.
    pub since: Option<i64>,
    /// Answers that differ.
    pub answers: usize,
    /// Totals that differ.
    pub scores: Vec<ScoreChange>,
}

/// A total that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreChange {
    /// Code of the satker.
    pub kode: String,
    /// Its name.
    pub nama: String,
    /// Unit or TPI.
    #[serde(serialize_with = "role_as_text")]
    pub role: Role,
    /// The total before; none where there was none.
    pub from: Option<f64>,
    /// The total now; none where there is none.
    pub to: Option<f64>,
}

impl Event {
    /// What is told of a run that came to nothing.
    pub fn of_nothing(facts: RunFacts) -> Self {
        Event {
            seconds: facts.ended.duration_since(facts.started).as_secs().max(0),
            facts: facts.cleaned(),
            satker: 0,
            read: 0,
            findings: FindingCounts::default(),
            failed: Vec::new(),
            stale: Vec::new(),
            ranking: Vec::new(),
            changes: None,
        }
    }

    /// What is told of a run, and of what changed since the one before it.
    pub fn from_run(data: &Consolidation, facts: RunFacts, lang: Lang) -> Self {
        let [error, warning, info] = data.finding_counts();
        Event {
            satker: data.units.len(),
            read: data.units.iter().filter(|unit| unit.lke.is_some()).count(),
            findings: FindingCounts { error, warning, info },
            failed: data.units.iter().filter_map(|unit| Failed::new(data, unit, lang)).collect(),
            stale: data.units.iter().flat_map(|unit| stale(data, unit, lang)).collect(),
            ranking: ranking(data),
            changes: data.changes.as_ref().map(ChangeSummary::of),
            ..Event::of_nothing(facts)
        }
    }

    /// The event's own number, the same however often it is told and different for every run.
    pub fn id(&self) -> String {
        let facts = &self.facts;
        let parts = (&facts.pipeline, facts.run, facts.started, facts.ended, facts.status.name());
        let digest = ring::digest::digest(&ring::digest::SHA256, format!("{parts:?}").as_bytes());
        hex(&digest.as_ref()[..16])
    }

    /// The workbook among the outputs.
    pub fn workbook(&self) -> Option<&OutputFile> {
        self.facts.outputs.iter().find(|output| output.kind == "xlsx")
    }
}

impl RunFacts {
    fn cleaned(mut self) -> Self {
        self.title = one_line(&self.title);
        self.error = self.error.map(|error| sentence(&error));
        self
    }
}

impl ChangeSummary {
    fn of(changes: &Changes) -> Self {
        let scores = changes.changed().flat_map(|satker| {
            let changed = satker.roles.iter().filter(|role| role.total.difference().is_none_or(|gain| gain != 0.0));
            let changed = changed.filter(|role| role.total.is_changed());
            changed.map(|role| ScoreChange {
                kode: named(&satker.kode),
                nama: named(&satker.nama),
                role: role.role,
                from: role.total.before,
                to: role.total.after,
            })
        });
        ChangeSummary {
            since: changes.before.as_ref().and_then(|before| before.run),
            answers: changes.province.answers,
            scores: scores.collect(),
        }
    }
}

impl Failed {
    fn new(data: &Consolidation, unit: &Unit, lang: Lang) -> Option<Self> {
        let mut failures = unit.failures();
        let first = failures.next()?;
        Some(Failed {
            kode: named(&unit.satker.kode),
            nama: named(&unit.satker.nama),
            content: content_of(data, unit, first, lang),
            message: sentence(&first.message(lang)),
            more: failures.count(),
        })
    }
}

/// What a failure leaves missing.
fn content_of(data: &Consolidation, unit: &Unit, failure: &Finding, lang: Lang) -> String {
    // A file may be used for several things.
    if let Some(uses) = failure.subject.as_deref().filter(|uses| uses.contains(", ")) {
        return uses.to_owned();
    }
    let is_it = |other: &Option<Finding>| {
        other.as_ref().is_some_and(|other| other.code == failure.code && other.place == failure.place)
    };
    let survey = data.surveys.iter().zip(&unit.surveys).find(|(_, survey)| is_it(&survey.failure));
    match survey {
        Some((head, _)) => head.instrument.short.clone(),
        None if unit.plan.as_ref().is_some_and(|plan| is_it(&plan.failure)) => {
            lang.pick("rencana aksi", "action plan").to_owned()
        }
        None => "LKE".to_owned(),
    }
}

fn stale<'a>(data: &'a Consolidation, unit: &'a Unit, lang: Lang) -> impl Iterator<Item = StaleSource> + 'a {
    unit.sources(data).filter(|(_, source)| source.stale).map(move |(content, source)| {
        let survey = data.surveys.iter().find(|survey| survey.instrument.id == content);
        let content = match (survey, content) {
            (Some(survey), _) => survey.instrument.short.as_str(),
            (None, "lke") => "LKE",
            (None, _) => lang.pick("rencana aksi", "action plan"),
        };
        StaleSource {
            kode: named(&unit.satker.kode),
            nama: named(&unit.satker.nama),
            content: content.to_owned(),
            read_at: source.read_at,
        }
    })
}

fn ranking(data: &Consolidation) -> Vec<RankLine> {
    let mut lines: Vec<RankLine> = data.units.iter().map(|unit| RankLine::new(unit, data)).collect();
    // Sorting is stable: the unranked stay in the registry's order.
    lines.sort_by_key(|line| line.unit.rank.unwrap_or(u32::MAX));
    lines
}

impl RankLine {
    fn new(unit: &Unit, data: &Consolidation) -> Self {
        let changes = data
            .changes
            .as_ref()
            .and_then(|changes| changes.satker.iter().find(|satker| *satker.kode == *unit.satker.kode));
        let before = |role: Role| changes.and_then(|satker| satker.roles[role].rank.before);
        let [of_unit, of_tpi] = Role::ALL.map(|role| {
            let row = data.ranking.iter().find(|row| row.role == role && std::ptr::eq(&data.units[row.unit], unit));
            let rank = row.and_then(|row| row.total.rank);
            let gained = |(before, now): (u32, u32)| i32::try_from(i64::from(before) - i64::from(now)).ok();
            Placing {
                rank,
                total: row.and_then(|row| row.total.score),
                movement: before(role).zip(rank).and_then(gained),
            }
        });
        RankLine { kode: named(&unit.satker.kode), nama: named(&unit.satker.nama), unit: of_unit, tpi: of_tpi }
    }
}

/// A satker's code or name on one line; tables of a mail are copied into spreadsheets, where it must not become a formula.
fn named(text: &str) -> String {
    unformula(&one_line(text)).into_owned()
}

/// A text on one line, without what nobody sees. Names and messages come from strangers' files.
pub(super) fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A message as it may leave the house: one line, not endless, and of an address no more than its host, since what follows
/// may be all that is needed to open it.
fn sentence(text: &str) -> String {
    static ADDRESS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(https?://)(?:[^\s/@]*@)?([^\s/?#]+)[/?#]\S+").expect("a constant expression"));
    shorten(&scrub_label(&ADDRESS.replace_all(&one_line(text), "$1$2/…")), SENTENCE)
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn as_text<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

fn path_as_text<S: Serializer>(path: &std::path::Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

fn role_as_text<S: Serializer>(role: &Role, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(role.name())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A run of a province of eight, two of them in trouble.
    pub fn incomplete() -> Event {
        let name = |(kode, nama): (&str, &str)| (kode.to_owned(), nama.to_owned());
        let placing = |rank, total, movement| Placing { rank: Some(rank), total: Some(total), movement };
        let ranking = [
            (("1971", "KPU Kota Pangkalpinang"), placing(1, 88.483193, Some(2)), placing(1, 86.1, Some(0))),
            (("1901", "KPU Kabupaten Bangka"), placing(2, 87.005, Some(-1)), Placing::default()),
            (("1900", "KPU Provinsi Kepulauan Bangka Belitung"), placing(3, 85.0, Some(-1)), placing(2, 84.25, None)),
            (("1902", "KPU Kabupaten Belitung"), placing(4, 79.999, Some(0)), Placing::default()),
            (("1903", "KPU Kabupaten Bangka Barat"), placing(4, 79.999, None), Placing::default()),
            (("1905", "KPU Kabupaten Bangka Tengah"), placing(6, 60.5, Some(0)), Placing::default()),
            (("1904", "KPU Kabupaten Bangka Selatan"), Placing::default(), Placing::default()),
        ];
        let rank_line = |(satker, unit, tpi)| {
            let (kode, nama) = name(satker);
            RankLine { kode, nama, unit, tpi }
        };
        let score = |satker, role, from, to| {
            let (kode, nama) = name(satker);
            ScoreChange { kode, nama, role, from, to }
        };
        let failed = |satker, content: &str, message: &str, more| {
            let (kode, nama) = name(satker);
            Failed { kode, nama, content: content.to_owned(), message: message.to_owned(), more }
        };
        Event {
            facts: RunFacts {
                pipeline: "konsolidasi-babel".to_owned(),
                title: "Konsolidasi Zona Integritas KPU se-Kepulauan Bangka Belitung".to_owned(),
                period: "2025-S2".to_owned(),
                run: Some(12),
                trigger: Trigger::Schedule,
                status: RunStatus::Incomplete,
                started: "2025-11-24T23:00:00Z".parse().unwrap(),
                ended: "2025-11-24T23:02:05Z".parse().unwrap(),
                zone: TimeZone::get("Asia/Jakarta").unwrap(),
                outputs: vec![
                    OutputFile { kind: "csv".to_owned(), path: "out/peringkat-2025-S2.csv".into() },
                    OutputFile { kind: "xlsx".to_owned(), path: "out/rekap-2025-S2.xlsx".into() },
                ],
                error: None,
            },
            seconds: 125,
            satker: 7,
            read: 6,
            findings: FindingCounts { error: 2, warning: 31, info: 140 },
            failed: vec![
                failed(
                    ("1904", "KPU Kabupaten Bangka Selatan"),
                    "LKE",
                    "Berkas dilindungi kata sandi sehingga tidak dapat dibaca.",
                    1,
                ),
                failed(("1905", "KPU Kabupaten Bangka Tengah"), "SKM", "Berkas skm-1905.xlsx tidak ada.", 0),
            ],
            stale: vec![StaleSource {
                kode: "1903".to_owned(),
                nama: "KPU Kabupaten Bangka Barat".to_owned(),
                content: "LKE".to_owned(),
                read_at: "2025-11-21T23:00:41Z".parse().unwrap(),
            }],
            ranking: ranking.map(rank_line).to_vec(),
            changes: Some(ChangeSummary {
                since: Some(11),
                answers: 14,
                scores: vec![
                    score(("1971", "KPU Kota Pangkalpinang"), Role::Unit, Some(86.12), Some(88.483193)),
                    score(("1900", "KPU Provinsi Kepulauan Bangka Belitung"), Role::Tpi, None, Some(84.25)),
                ],
            }),
        }
    }

    #[test]
    fn the_number_of_an_event_is_its_run_s_alone() {
        let event = incomplete();
        assert_eq!(event.id().len(), 32);
        assert_eq!(event.id(), Event { seconds: 1, read: 0, ..event.clone() }.id());
        let mut other = event.clone();
        other.facts.run = Some(13);
        assert_ne!(event.id(), other.id());
    }

    #[test]
    fn what_comes_from_strangers_stays_on_its_line_and_gives_no_address_away() {
        assert_eq!(one_line("KPU\r\nBcc: x@contoh.id\t\u{202e}A\u{0}"), "KPU Bcc: x@contoh.id A");
        let text = "tidak terjangkau:\nhttps://docs.google.com/spreadsheets/d/1AbC/edit?gid=0 (504)";
        assert_eq!(sentence(text), "tidak terjangkau: https://docs.google.com/… (504)");
        assert_eq!(sentence("https://ani:kunci@contoh.id/x"), "https://contoh.id/…");
        assert!(sentence(&"a".repeat(10_000)).chars().count() <= SENTENCE);
    }

    #[test]
    fn as_data_an_event_has_names_that_stay() {
        let value = serde_json::to_value(incomplete()).unwrap();
        let expected = serde_json::json!({
            "pipeline": "konsolidasi-babel",
            "period": "2025-S2",
            "run": 12,
            "trigger": "schedule",
            "status": "incomplete",
            "started": "2025-11-24T23:00:00Z",
            "seconds": 125,
            "findings": { "error": 2, "warning": 31, "info": 140 },
        });
        for (key, expected) in expected.as_object().unwrap() {
            assert_eq!(&value[key], expected, "{key}");
        }
        assert_eq!(value["outputs"][1]["path"], "out/rekap-2025-S2.xlsx");
        assert_eq!(value["ranking"][0]["unit"], serde_json::json!({ "rank": 1, "total": 88.483193, "movement": 2 }));
        assert_eq!(value["changes"]["scores"][1]["role"], "tpi");
        assert_eq!(value["changes"]["scores"][1]["from"], serde_json::Value::Null);
        assert!(value.get("zone").is_none());
    }
}
