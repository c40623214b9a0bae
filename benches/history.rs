//! How large ten years of a nation's history are, and how fast they are asked: 552 satker, a run a week, 20 periods.
//!
//! `cargo bench --bench history` makes the runs (of every 50 answers one changes a week, findings and links follow),
//! records them and asks what `rekap history` asks. `cargo bench --bench history -- 100 60` does it with 100 satker and
//! 60 weeks; `cargo bench --bench history -- FOLDER` asks a store that was kept, to be looked at with a profiler.

#[path = "../fixtures/make/mod.rs"]
mod make;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use make::units::Dice;
use rekap::compute::record::{
    AnswerRecord, ElementRecord, FindingRecord, PlanRecord, RunRecord, SatkerRecord, ScoreRecord, SourceRecord,
    SurveyRecord, TOTAL,
};
use rekap::finding::Severity;
use rekap::lke::Role;
use rekap::lke::template::{NodeKind, Template};
use rekap::store::{FILE, NewRun, RunId, RunStatus, Store, Trigger};

const SATKER: usize = 552;
const WEEKS: usize = 520;
/// Runs of one semester.
const PERIOD: usize = 26;
/// Of how many answers one changes a week.
const CHANGE: u64 = 50;

fn main() {
    // cargo itself adds an option.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let numbers: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    if let Some(folder) = arguments.first().filter(|_| numbers.is_empty()) {
        ask_all(Path::new(folder));
        return;
    }
    let (satker, weeks) = (numbers.first().copied().unwrap_or(SATKER), numbers.get(1).copied().unwrap_or(WEEKS));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut store = Store::open(folder.path()).expect("a folder to write in");
    let mut nation = Nation::new(satker);
    let (mut first, mut weekly) = (Vec::new(), Vec::new());
    for week in 0..weeks {
        if week % PERIOD == 0 {
            nation.begin_period(week / PERIOD);
        } else {
            nation.live_a_week(week);
        }
        let period = format!("{}-S{}", 2025 + week / PERIOD / 2, week / PERIOD % 2 + 1);
        let start = Instant::now();
        record(&mut store, &period, week, &nation.data);
        (if week % PERIOD == 0 { &mut first } else { &mut weekly }).push(start.elapsed());
    }
    let last = RunId::try_from(weeks).expect("a number");
    assert!(store.load(last).expect("a run") == nation.data, "what was recorded");
    drop(store);
    let file = folder.path().join(FILE).metadata().expect("a store").len();
    println!("{satker} satker, {weeks} weekly runs: {} MB, target 2048 MB", file / 1_000_000);
    println!("record, first run of a period {:>26.3} s", median(&mut first));
    println!("record, a week later {:>35.3} s (most {:.3})", median(&mut weekly), longest(&weekly));
    ask_all(folder.path());
    let start = Instant::now();
    let store = Store::open_existing(folder.path()).expect("a good store");
    let counts = store.export(&folder.path().join("parquet")).expect("room to write");
    println!("export {} rows {:>42.1} s", counts.values().sum::<u64>(), start.elapsed().as_secs_f64());
}

/// Asks what `rekap history` asks, of an open store as of one just opened.
fn ask_all(folder: &Path) {
    let open = || Store::open_existing(folder).expect("a good store");
    let runs = open().runs(None, None).expect("runs");
    let (last, first) = (runs[0].id, runs[runs.len() - 1].id);
    let before = |runs: usize| (last - RunId::try_from(runs).expect("a number")).max(first);
    let load = |run| drop(open().load(run).expect("a run"));
    ask("list all runs", || assert_eq!(open().runs(None, None).expect("runs"), runs));
    ask("show: overview, finding counts, sources of a run", || {
        let store = open();
        store.overview(last).expect("an overview");
        store.finding_counts(last).expect("counts");
        store.sources(last).expect("sources");
    });
    ask("load the newest run", || load(last));
    ask("load a run of half a period ago", || load(before(PERIOD / 2)));
    ask("load the first run", || load(first));
    ask("differences of the last two runs", || drop(open().differing(before(1), last).expect("runs")));
    ask("differences of two periods' last runs", || drop(open().differing(before(PERIOD), last).expect("runs")));
    let overviews = |as_of| {
        let store = open();
        for (_, run) in store.periods("nasional", as_of).expect("periods") {
            store.overview(run).expect("an overview");
        }
    };
    ask("all periods side by side", || overviews(None));
    ask("all periods as of half a period ago", || overviews(Some(before(PERIOD / 2))));
}

fn record(store: &mut Store, period: &str, week: usize, data: &RunRecord) {
    let started = Timestamp::from_second(1_735_700_400 + week as i64 * 604_800).expect("a time");
    let new = NewRun {
        pipeline: "nasional",
        title: "Nasional",
        period,
        version: "0.1.0",
        started,
        trigger: Trigger::Schedule,
        pipeline_sha256: "",
        registry_sha256: "",
    };
    let run = store.begin(&new).expect("room to write");
    store.record(run, data).expect("room to write");
    store.mark_seen(run).expect("room to write");
    store.finish(run, RunStatus::Clean, started, Duration::from_secs(9), None).expect("room to write");
}

fn ask(what: &str, mut question: impl FnMut()) {
    let mut times: Vec<Duration> = (0..3)
        .map(|_| {
            let start = Instant::now();
            question();
            start.elapsed()
        })
        .collect();
    println!("{what:<52} {:>7.3} s, target 1 s", median(&mut times));
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(f64::NAN, Duration::as_secs_f64)
}

fn longest(times: &[Duration]) -> f64 {
    times.iter().max().map_or(f64::NAN, Duration::as_secs_f64)
}

/// All satker, as they live on.
struct Nation {
    data: RunRecord,
    /// Nodes that are answered, with their weight.
    answered: Vec<(Arc<str>, f64)>,
    dice: Dice,
}

impl Nation {
    fn new(satker: usize) -> Self {
        let template = Template::lke_zi_2021();
        let names = template.nodes.iter().map(|node| (Arc::from(&*node.code), Arc::from(&*node.label)));
        let areas = template.areas.iter().map(|area| (area.code().into(), area.label.as_str().into()));
        let labels: BTreeMap<Arc<str>, Arc<str>> = names.chain(areas).chain([(TOTAL.into(), "Total".into())]).collect();
        let answered = template.nodes.iter().filter(|node| node.answer_type.is_some());
        let answered = answered.map(|node| {
            let weight = if node.kind == NodeKind::Detail { 0.0 } else { 0.53 };
            (Arc::from(&*node.code), weight)
        });
        let details: BTreeSet<&str> =
            template.nodes.iter().filter(|node| node.kind == NodeKind::Detail).map(|node| node.code.as_str()).collect();
        let nothing = ScoreRecord { score: Some(0.0), floor: 0.0, ceiling: 100.0, answered: 0, indicators: 113 };
        let scores = || {
            let nodes = Role::ALL.into_iter().flat_map(|role| labels.keys().map(move |node| (role, node.clone())));
            nodes.filter(|(_, node)| !details.contains(&**node)).map(|key| (key, nothing)).collect()
        };
        let satker = (0..satker).map(|number| SatkerRecord {
            kode: format!("{:04}", 1100 + number * 7).into(),
            nama: format!("KPU Kabupaten Nomor {number}").into(),
            scores: scores(),
            ..SatkerRecord::default()
        });
        let answered = answered.collect();
        Nation { data: RunRecord { satker: satker.collect(), labels: labels.clone() }, answered, dice: Dice::new(7) }
    }

    /// A new semester: other worksheets, answered anew, with other evidence.
    fn begin_period(&mut self, period: usize) {
        let Nation { data, answered, dice } = self;
        for (number, satker) in data.satker.iter_mut().enumerate() {
            (satker.findings, satker.evidence) = Default::default();
            for (node, weight) in answered.iter() {
                for role in Role::ALL {
                    answer(satker, role, node, *weight, dice.roll(5), 0);
                }
                if *weight > 0.0 {
                    add_link(satker, node, dice);
                }
            }
            for _ in 0..30 {
                let node = &answered[dice.roll(answered.len() as u64) as usize].0;
                find(satker, node, number, period, dice.roll(1000));
            }
            satker.surveys = ["skm-2017", "ipak", "ipkp"].map(|instrument| survey(instrument, dice)).into();
            let rows = 80 + dice.roll(20);
            satker.plan = Some(PlanRecord { rows, ahead: rows, ..PlanRecord::default() });
            satker.sources = ["lke", "skm-2017", "ipak", "plan"].map(|content| source(content, dice)).into();
        }
        self.rank();
    }

    /// A week: of every `CHANGE` answers one is another, some findings come and go, links are added and replaced.
    fn live_a_week(&mut self, week: usize) {
        let Nation { data, answered, dice } = self;
        for (number, satker) in data.satker.iter_mut().enumerate() {
            for (node, weight) in answered.iter() {
                for role in Role::ALL {
                    if dice.roll(CHANGE) > 0 {
                        continue;
                    }
                    answer(satker, role, node, *weight, dice.roll(5), dice.roll(2));
                    match dice.roll(3) {
                        0 => find(satker, node, number, week / PERIOD, dice.roll(1000)),
                        1 => drop(satker.findings.pop_first()),
                        _ => {}
                    }
                    if role == Role::Unit && *weight > 0.0 {
                        if dice.roll(4) == 0 {
                            satker.evidence.remove(node);
                        }
                        add_link(satker, node, dice);
                    }
                }
            }
            if dice.roll(2) == 0 {
                let which = dice.roll(3) as usize;
                satker.surveys[which] = survey(&satker.surveys[which].instrument.clone(), dice);
            }
            if let Some(plan) = &mut satker.plan
                && plan.ahead > 3
            {
                let done = dice.roll(4);
                (plan.done, plan.ahead) = (plan.done + done, plan.ahead - done);
            }
            for source in &mut satker.sources {
                source.read_at = Timestamp::from_second(1_735_700_400 + week as i64 * 604_800).expect("a time");
                if dice.roll(2) == 0 {
                    source.sha256 = digest(dice);
                }
            }
        }
        self.rank();
    }

    fn rank(&mut self) {
        for role in Role::ALL {
            let total = |satker: &SatkerRecord| satker.total(role).and_then(|total| total.score).unwrap_or_default();
            let mut order: Vec<_> = self.data.satker.iter().map(total).enumerate().collect();
            order.sort_by(|a, b| b.1.total_cmp(&a.1));
            for (rank, (place, _)) in (1..).zip(order) {
                self.data.satker[place].ranks[role] = Some(rank);
            }
        }
    }
}

/// Answers a node, and carries the difference to everything above it.
fn answer(satker: &mut SatkerRecord, role: Role, node: &Arc<str>, weight: f64, value: u64, moved: u64) {
    let words: [Arc<str>; 5] = ["Ya", "Tidak", "A", "B", "C"].map(Arc::from);
    let cell = format!("K{}", 7 + node.len() * 3 + moved as usize);
    let record = AnswerRecord { answer: words[value as usize].clone(), cell: cell.into() };
    satker.answers.insert((role, node.clone()), record);
    let points = weight * value as f64 / 4.0;
    let Some(own) = satker.scores.get(&(role, node.clone())) else { return };
    let change = points - own.score.unwrap_or_default();
    let area = node.split('.').nth(2).filter(|_| node.starts_with('A')).map(|area| format!("area-{area}"));
    let dots = node.match_indices('.').map(|(dot, _)| node[..dot].to_owned());
    for above in dots.chain(area).chain([TOTAL.to_owned(), node.to_string()]) {
        if let Some(score) = satker.scores.get_mut(&(role, above.into())) {
            score.score = score.score.map(|score| score + change);
            score.floor += change;
        }
    }
}

fn add_link(satker: &mut SatkerRecord, node: &Arc<str>, dice: &mut Dice) {
    let link = format!(
        "https://drive.google.com/drive/folders/{:016x}{:016x}?usp=sharing",
        dice.roll(u64::MAX),
        dice.roll(u64::MAX)
    );
    satker.evidence.entry(node.clone()).or_default().insert(link.into());
}

fn find(satker: &mut SatkerRecord, node: &Arc<str>, number: usize, period: usize, value: u64) {
    let place = format!("https://docs.google.com/spreadsheets/d/{number:022}{period:022}!LKE ZI!L{}", 7 + value % 190);
    let message = format!(
        "unit: lembar menghitung 1,{value:03} dengan =AVERAGE(L{value}:L180)*H175, menurut peraturan 2,{value:03}; jawaban di bawahnya berbeda"
    );
    satker.findings.insert(FindingRecord {
        code: format!("LKE{:03}", value % 20).into(),
        severity: Severity::ALL[value as usize % 3],
        subject: node.clone(),
        place: place.into(),
        message: message.into(),
    });
}

fn survey(instrument: &str, dice: &mut Dice) -> SurveyRecord {
    let n = 60 + dice.roll(200);
    let element = |number: u64, dice: &mut Dice| {
        let sum = (n * 3 + dice.roll(n)) as f64;
        ElementRecord { code: format!("U{number}").into(), n, sum, nrr: sum / n as f64 }
    };
    let elements: Vec<_> = (1..=9).map(|number| element(number, dice)).collect();
    let mean = elements.iter().map(|element| element.nrr).sum::<f64>() / 9.0;
    let index = mean * 25.0;
    SurveyRecord {
        instrument: instrument.into(),
        index_name: "IKM".into(),
        period: "2025-S1".into(),
        n,
        index,
        mean,
        grade: Some("A".into()),
        interval: Some((index - 1.3, index + 1.3)),
        elements,
    }
}

fn source(content: &str, dice: &mut Dice) -> SourceRecord {
    let location = format!(
        "https://docs.google.com/spreadsheets/d/{:022}{:022}/edit#gid=0",
        dice.roll(u64::MAX),
        dice.roll(u64::MAX)
    );
    SourceRecord {
        content: content.into(),
        location: location.into(),
        sha256: digest(dice),
        read_at: Timestamp::UNIX_EPOCH,
        stale: false,
    }
}

fn digest(dice: &mut Dice) -> Arc<str> {
    (0..4).map(|_| format!("{:016x}", dice.roll(u64::MAX))).collect::<String>().into()
}
