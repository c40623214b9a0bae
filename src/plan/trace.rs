//! Traces the rows of a ZI plan to the indicators of the LKE: by label where it is the same, else by similarity within the
//! area, and within the component where the plan names it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use strsim::osa_distance;

use crate::text::normalise_label;

/// From this similarity on (0–1) a row belongs to the indicator most like it.
const ENOUGH: f64 = 0.3;
/// From this similarity on a row may share the indicator of another, or take the second best.
const CERTAIN: f64 = 0.6;
/// How far behind the best the second best may be.
const CLOSE: f64 = 0.2;
/// From this share of its words on, a label is said by a row.
const MOSTLY: f64 = 0.75;
/// From this similarity on a component of the plan is the subarea most like it.
const SAME_COMPONENT: f64 = 0.4;
/// Different words a row may have: one that says more is like no indicator, which has a few dozen at most.
const MOST_WORDS: usize = 200;
/// Rows of a plan that are compared word by word; of further ones only those that are worded the same are traced.
const MOST_COMPARED: usize = 5_000;
/// Words that say nothing of their own.
const FILLERS: [&str; 25] = [
    "telah",
    "sudah",
    "yang",
    "dan",
    "atas",
    "terhadap",
    "pada",
    "dengan",
    "untuk",
    "di",
    "ke",
    "dari",
    "dalam",
    "oleh",
    "atau",
    "secara",
    "bagi",
    "adalah",
    "tentang",
    "unit",
    "kerja",
    "kpu",
    "kota",
    "kabupaten",
    "provinsi",
];
/// What plans call by another name.
const SYNONYMS: [(&str, &str); 5] = [
    ("reward", "penghargaan"),
    ("punishment", "sanksi"),
    ("public", "publik"),
    ("survey", "survei"),
    ("layanan", "pelayanan"),
];

/// An indicator a plan can be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its code: `A.I.1.i.a`.
    pub code: String,
    /// Area of change, from 1.
    pub area: u8,
    /// Label of its subarea.
    pub component: String,
    /// Its label.
    pub label: String,
}

/// What a row was traced to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Traced {
    /// Place among the references.
    pub reference: usize,
    /// Similarity of the labels, 0–1; 1 is the same.
    pub score: f64,
}

/// A row to be traced.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Area of change, from 1.
    pub area: Option<u8>,
    /// Component as the plan names it.
    pub component: &'a str,
    /// Indicator as the plan words it.
    pub indicator: &'a str,
    /// The LKE's code, where the plan gives one.
    pub code: Option<&'a str>,
}

/// The indicators of an LKE, ready to be looked for.
#[derive(Debug)]
pub struct Tracer {
    references: Vec<Reference>,
    areas: BTreeMap<u8, Area>,
}

/// The indicators of one area.
#[derive(Debug)]
struct Area {
    labels: Labels,
    components: Labels,
    /// References by their normalised labels.
    exact: HashMap<String, Vec<usize>>,
}

impl Tracer {
    /// Makes indicators ready: what each word weighs is found out once for all plans.
    pub fn new(references: Vec<Reference>) -> Self {
        let numbers: BTreeSet<u8> = references.iter().map(|reference| reference.area).collect();
        let area = |number: u8| {
            let of_area = || references.iter().enumerate().filter(|(_, reference)| reference.area == number);
            let mut seen = BTreeSet::new();
            let components = of_area().map(|(place, reference)| (place, &*reference.component));
            let mut exact: HashMap<String, Vec<usize>> = HashMap::new();
            for (place, reference) in of_area() {
                exact.entry(normalise_label(&reference.label)).or_default().push(place);
            }
            Area {
                labels: Labels::of(of_area().map(|(place, reference)| (place, &*reference.label))),
                components: Labels::of(components.filter(|(_, component)| seen.insert(*component))),
                exact,
            }
        };
        Tracer { areas: numbers.into_iter().map(|number| (number, area(number))).collect(), references }
    }

    /// The indicators, in the order they were given.
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// Traces rows; those of which none is like enough stay untraced. Never across areas: a row without one is traced only where
    /// it is worded like one indicator of all.
    ///
    /// Two rows of different wording rarely mean one indicator. Of rows whose best is the same, the one that loses least takes
    /// its second best, if that is as good as certain and nobody's best; the others share it if they are certain, and all
    /// but the most like stay untraced otherwise.
    pub fn trace(&self, rows: &[Row]) -> Vec<Option<Traced>> {
        let of_code = |code: &str| {
            let is_it = |reference: &Reference| reference.code.eq_ignore_ascii_case(code.trim_end_matches('.'));
            self.references.iter().position(is_it).map(|reference| Traced { reference, score: 1.0 })
        };
        let like = |(place, row): (usize, &Row)| match row.area {
            // Who writes the code needs no words.
            _ if row.code.and_then(of_code).is_some() => row.code.and_then(of_code).into_iter().collect(),
            Some(area) => self
                .areas
                .get(&area)
                .map_or_else(Vec::new, |area| area.like(row, &self.references, place < MOST_COMPARED)),
            None => {
                let label = normalise_label(row.indicator);
                let same: Vec<usize> =
                    self.areas.values().flat_map(|area| area.exact.get(&label)).flatten().copied().collect();
                if let [reference] = same.as_slice() {
                    vec![Traced { reference: *reference, score: 1.0 }]
                } else {
                    Vec::new()
                }
            }
        };
        settle(&rows.iter().enumerate().map(like).collect::<Vec<_>>())
    }
}

/// Chooses for every row among its candidates, the most like first.
fn settle(candidates: &[Vec<Traced>]) -> Vec<Option<Traced>> {
    let best: Vec<Option<Traced>> =
        candidates.iter().map(|found| found.first().copied().filter(|best| best.score >= ENOUGH)).collect();
    let mut takers: HashMap<usize, Vec<usize>> = HashMap::new();
    for (row, best) in best.iter().enumerate() {
        if let Some(best) = best {
            takers.entry(best.reference).or_default().push(row);
        }
    }
    // What a row could take instead of its best, and what it would lose by it.
    let instead: Vec<Option<(Traced, f64)>> = (0..candidates.len())
        .map(|row| {
            let (first, second) = (best[row]?, *candidates[row].get(1)?);
            let loss = first.score - second.score;
            let is_good = second.score >= CERTAIN && loss <= CLOSE && !takers.contains_key(&second.reference);
            is_good.then_some((second, loss))
        })
        .collect();
    let mut traced = best.clone();
    for rivals in takers.values().filter(|rivals| rivals.len() > 1) {
        let score = |row: usize| best[row].map_or(0.0, |best| best.score);
        let highest = rivals.iter().map(|&row| score(row)).fold(0.0, f64::max);
        for &row in rivals {
            if score(row) < highest && score(row) < CERTAIN {
                traced[row] = None;
            }
        }
        let able = || rivals.iter().filter_map(|&row| Some((row, instead[row]?)));
        let least = able().map(|(_, (_, loss))| loss).fold(f64::INFINITY, f64::min);
        let mut losing_least = able().filter(|(_, (_, loss))| *loss <= least);
        if let (Some((row, (second, _))), None) = (losing_least.next(), losing_least.next()) {
            traced[row] = Some(second);
        }
    }
    traced
}

impl Area {
    /// The indicators most like a row, the best first; the one that is worded the same alone.
    fn like(&self, row: &Row, references: &[Reference], is_compared: bool) -> Vec<Traced> {
        if let Some([reference]) = self.exact.get(&normalise_label(row.indicator)).map(Vec::as_slice) {
            return vec![Traced { reference: *reference, score: 1.0 }];
        }
        if !is_compared {
            return Vec::new();
        }
        let named = self.components.most_like(row.component).filter(|(_, score)| *score >= SAME_COMPONENT);
        let within = |reference: usize| {
            named.is_none_or(|(place, _)| references[reference].component == references[place].component)
        };
        let said = self.labels.weighed(row.indicator);
        let mut found: Vec<(Traced, f64)> = self
            .labels
            .all
            .iter()
            .filter(|label| within(label.reference))
            .map(|label| {
                let (score, covered) = label.similarity(&said);
                (Traced { reference: label.reference, score }, covered)
            })
            .collect();
        found.sort_by(|a, b| b.0.score.total_cmp(&a.0.score));
        // A row that says what several indicators do is about the first of them.
        let says = |(traced, covered): &(Traced, f64)| *covered >= MOSTLY && traced.score >= ENOUGH;
        if found.first().is_some_and(says)
            && let Some(first) = (0..found.len()).filter(|&p| says(&found[p])).min_by_key(|&p| found[p].0.reference)
        {
            found[..=first].rotate_right(1);
        }
        // No more than the best and what may be taken instead is asked for.
        found.into_iter().map(|(traced, _)| traced).take(2).collect()
    }
}

/// Words with what each weighs.
type Weighed = Vec<(String, f64)>;

#[derive(Debug)]
struct Label {
    reference: usize,
    words: Weighed,
}

impl Label {
    /// How like some words it is (Dice: twice the weight of the words both have, of the weight of all), and how much of its
    /// own weight is among them; both 0–1.
    fn similarity(&self, said: &Weighed) -> (f64, f64) {
        let weight = |words: &Weighed| words.iter().map(|(_, weight)| weight).sum::<f64>();
        let mut free: Vec<&str> = self.words.iter().map(|(word, _)| word.as_str()).collect();
        let mut shared = 0.0;
        for (word, weight) in said {
            if let Some(place) = free.iter().position(|other| is_same_word(word, other)) {
                free.swap_remove(place);
                shared += weight;
            }
        }
        let is_said = |own: &&(String, f64)| said.iter().any(|(word, _)| is_same_word(word, &own.0));
        let covered: f64 = self.words.iter().filter(is_said).map(|(_, weight)| weight).sum();
        let (own, all) = (weight(&self.words), weight(&self.words) + weight(said));
        if own > 0.0 { (2.0 * shared / all, covered / own) } else { (0.0, 0.0) }
    }
}

/// Labels of one area. The rarer a word among them, the more it weighs.
#[derive(Debug)]
struct Labels {
    all: Vec<Label>,
    weights: BTreeMap<String, f64>,
}

impl Labels {
    fn of<'a>(labels: impl Iterator<Item = (usize, &'a str)>) -> Labels {
        let labels: Vec<(usize, Vec<String>)> = labels.map(|(reference, label)| (reference, words(label))).collect();
        let known: BTreeSet<&String> = labels.iter().flat_map(|(_, words)| words).collect();
        let weight = |word: &str| {
            let holds = |words: &[String]| words.iter().any(|other| is_same_word(word, other));
            let holding = labels.iter().filter(|(_, words)| holds(words)).count();
            (1.0 + labels.len() as f64 / holding.max(1) as f64).ln()
        };
        let weights: BTreeMap<String, f64> = known.into_iter().map(|word| (word.clone(), weight(word))).collect();
        let mut all = Labels { all: Vec::new(), weights };
        all.all =
            labels.into_iter().map(|(reference, words)| Label { reference, words: all.weighed_words(words) }).collect();
        all
    }

    fn weighed(&self, text: &str) -> Weighed {
        self.weighed_words(words(text))
    }

    /// Words with their weights; one of no label weighs as much as the rarest.
    fn weighed_words(&self, words: Vec<String>) -> Weighed {
        let heaviest = self.weights.values().copied().fold(0.0, f64::max);
        let weight = |word: &str| {
            let same = self.weights.iter().filter(|(known, _)| is_same_word(known, word)).map(|(_, weight)| *weight);
            same.reduce(f64::max).unwrap_or(heaviest)
        };
        words.into_iter().map(|word| (weight(&word), word)).map(|(weight, word)| (word, weight)).collect()
    }

    /// The label most like a text and how like it is.
    fn most_like(&self, text: &str) -> Option<(usize, f64)> {
        let said = self.weighed(text);
        let scored = self.all.iter().map(|label| (label.reference, label.similarity(&said).0));
        scored.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
    }
}

/// The words of a text that say something, each once; none where they are too many to be a label's.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in normalise_label(text).split(' ').filter(|word| !word.is_empty() && !FILLERS.contains(word)) {
        let word = SYNONYMS.iter().find(|(other, _)| *other == word).map_or(word, |(_, known)| known).to_owned();
        if !words.contains(&word) {
            words.push(word);
        }
        if words.len() > MOST_WORDS {
            return Vec::new();
        }
    }
    words
}

/// Whether two words are the same but for slips and endings.
fn is_same_word(a: &str, b: &str) -> bool {
    let shorter = a.len().min(b.len());
    if a == b || shorter >= 6 && (a.starts_with(b) || b.starts_with(a)) {
        return true;
    }
    let slips = if shorter < 8 { 1 } else { 2 };
    shorter >= 5 && a.len().abs_diff(b.len()) <= slips && osa_distance(a, b) <= slips
}
