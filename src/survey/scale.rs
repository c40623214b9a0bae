//! What the answers of a form are worth, decided for each column as a whole and then for the form, never for a cell
//! (DESIGN 3.2).

use std::collections::{BTreeMap, BTreeSet};

use crate::survey::header::Header;
use crate::survey::instrument::Instrument;
use crate::survey::wording::{Degree, LIKERT, Said, Wording, comparable, is_degree, is_opposite};

/// A question as the form asks it, with all it was answered.
#[derive(Debug)]
pub struct Question<'a> {
    /// Its element, by its place in the instrument.
    pub element: usize,
    /// Its header.
    pub header: &'a Header,
    /// Every wording with how often it was given; blanks are none.
    pub answers: Vec<(&'a str, usize)>,
}

/// What the people who run a survey say of its scale, beyond what the form shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Declared {
    /// Its highest value.
    pub scale: Option<u8>,
    /// Whether letters and numbers run from the best to the worst.
    pub best_first: Option<bool>,
}

/// What a wording is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// Nothing was said.
    Nothing,
    /// A value from 1 to the scale's highest.
    Value(u8),
    /// A number that is not on the scale.
    OffScale,
    /// Not understood.
    Unread,
}

/// Why a question's answers cannot be counted, so that there is no index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// Numbers, words or the header are of another scale.
    OtherScale,
    /// Letters, and nothing tells whether a is the best or the worst.
    NoDirection,
    /// A statement that claims a wrong, answered in numbers: nothing tells whether the highest is good.
    ClaimsAWrong,
    /// Too many answers are not understood.
    Unread,
}

/// Something decided that people should know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// `Tidak …` is taken for the second answer of four: words of agreement, and neither `kurang …` nor `sangat tidak …`
    /// anywhere in the form.
    NotIsSecond,
    /// `Kurang` alone is taken for the lowest answer: there is no `cukup`.
    LittleIsLowest,
    /// The scale was turned: the statement claims a wrong, or the item is a reversed one.
    Reversed,
    /// Letters or numbers were turned: they run from the best to the worst.
    BestFirst,
}

/// A form, read.
#[derive(Debug, Default)]
pub struct FormReading {
    /// The scale's highest value.
    pub scale: u8,
    /// Whether the scale was taken without anything that tells, on an instrument used on several.
    pub taken: bool,
    /// Of every question, what each of its wordings is worth.
    pub worth: Vec<Vec<Worth>>,
    /// Why there is no index: with the question, by its place.
    pub refusals: BTreeSet<(Refusal, usize)>,
    /// What was decided, with the question, by its place.
    pub remarks: BTreeSet<(Remark, usize)>,
}

/// A share of answers above this is no slip.
const SLIPS: f64 = 0.05;

/// Whether so many of all are more than slips.
fn is_many(count: usize, all: usize) -> bool {
    count as f64 > SLIPS * all as f64
}

/// What a form shows of its scale beside its questions.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// Notes above the header or beside the answers.
    pub notes: Vec<Header>,
    /// The highest number in the questions of another survey of the form.
    pub highest: Option<u8>,
}

/// Reads the answers of a form's questions. Where an instrument is used on several scales and the answers do not fit the
/// one that is taken, the others are tried.
pub fn read_form(instrument: &Instrument, declared: Declared, beside: &Beside, questions: &[Question]) -> FormReading {
    let first = read_on(instrument, declared, beside, questions);
    let is_other = |reading: &FormReading| reading.refusals.iter().any(|(refusal, _)| *refusal == Refusal::OtherScale);
    if declared.scale.is_some() || !is_other(&first) {
        return first;
    }
    let others = instrument.scales.iter().filter(|scale| **scale != first.scale);
    let others =
        others.map(|&scale| read_on(instrument, Declared { scale: Some(scale), ..declared }, beside, questions));
    let shows = |scale: u8| {
        let given = questions.iter().flat_map(|question| &question.answers).filter(|(_, count)| *count > 0);
        let wordings: Vec<Wording> = given.map(|(text, _)| Wording::read(text, |_| false)).collect();
        let below = wordings.iter().filter_map(|wording| match wording.said {
            Said::Degree(degree, _) if degree < Degree::Plain => Some(degree),
            _ => None,
        });
        // Every degree of the longer scale, or its highest mark: five words are no six.
        below.collect::<BTreeSet<_>>().len() + 2 >= usize::from(scale) || wordings.iter().any(|w| w.mark == Some(scale))
    };
    others.filter(|reading| shows(reading.scale)).find(|reading| reading.refusals.is_empty()).unwrap_or(first)
}

fn read_on(instrument: &Instrument, declared: Declared, beside: &Beside, questions: &[Question]) -> FormReading {
    let mut reading = FormReading { worth: vec![Vec::new(); questions.len()], ..FormReading::default() };
    choose_scale(instrument, declared, beside, questions, &mut reading);
    let columns: Vec<Column> =
        questions.iter().map(|question| Column::new(instrument, reading.scale, question)).collect();
    let columns = understand_own_words(columns);
    let form = Form::new(reading.scale, &columns);
    let directions: Vec<Option<bool>> =
        columns.iter().zip(questions).map(|(column, question)| form.direction(column, question.header)).collect();
    // What every visible order agrees on, notes beside the answers included, holds where none is visible.
    let noted = beside.notes.iter().filter_map(|note| note.legend(&|_| None).best_first());
    let visible: BTreeSet<bool> = directions.iter().flatten().copied().chain(noted).collect();
    let shared = (visible.len() == 1).then(|| visible.first().copied()).flatten();
    for (place, (column, question)) in columns.iter().zip(questions).enumerate() {
        let best_first = declared.best_first.or(instrument.best_first).or(directions[place]).or(shared);
        column.value(&form, instrument, question, best_first, place, &mut reading);
    }
    reading
}

/// Chooses the scale: declared, said by a header, shown by numbers above the lowest scale, or the instrument's first.
fn choose_scale(
    instrument: &Instrument,
    declared: Declared,
    beside: &Beside,
    questions: &[Question],
    reading: &mut FormReading,
) {
    let first = instrument.scales.first().copied().unwrap_or(4);
    reading.scale = declared.scale.unwrap_or(first);
    if declared.scale.is_some() {
        return;
    }
    let noted = beside.notes.iter().find_map(Header::scale);
    let said = questions.iter().enumerate();
    let said = said.filter_map(|(place, question)| Some((place, question.header.scale().or(noted)?)));
    let said: Vec<(usize, u8)> = said.collect();
    if let Some((_, scale)) = said.first().filter(|(_, scale)| said.iter().all(|(_, other)| other == scale))
        && instrument.scales.contains(scale)
    {
        reading.scale = *scale;
        return;
    }
    let strange = said.iter().filter(|(_, scale)| *scale != first);
    reading.refusals.extend(strange.map(|(place, _)| (Refusal::OtherScale, *place)));
    let (mut above, mut highest) = (Vec::new(), 0.0_f64);
    for (place, question) in questions.iter().enumerate() {
        let given = question.answers.iter().filter(|(_, count)| *count > 0);
        let numbers = given.filter_map(|(text, count)| match Wording::read(text, |_| false).said {
            Said::Number(number) => Some((number, *count)),
            _ => None,
        });
        let (mut all, mut beyond) = (0, 0);
        for (number, count) in numbers {
            all += count;
            if number > f64::from(first) {
                beyond += count;
                highest = highest.max(number);
            }
        }
        if beyond > 0 && is_many(beyond, all) {
            above.push(place);
        }
    }
    let others = instrument.scales.iter().copied().filter(|&scale| scale > first);
    if above.is_empty() {
        match beside.highest.filter(|highest| instrument.scales.contains(highest)) {
            Some(scale) => reading.scale = scale,
            None => reading.taken = instrument.scales.len() > 1,
        }
        return;
    }
    match others.into_iter().find(|&scale| f64::from(scale) == highest) {
        Some(scale) => reading.scale = scale,
        // Nobody gave the highest value of a known scale: it may be a scale of five.
        None => reading.refusals.extend(above.into_iter().map(|place| (Refusal::OtherScale, place))),
    }
}

/// A column with its wordings taken apart.
struct Column {
    wordings: Vec<(Wording, usize)>,
    /// The question's own answers with their values.
    own: BTreeMap<String, u8>,
    /// All answers the instrument has for it, by which a legend is understood.
    answers: BTreeMap<String, u8>,
    /// Own answers that mean one and the same of two answers that the form tells apart.
    is_torn: bool,
}

impl Column {
    fn new(instrument: &Instrument, scale: u8, question: &Question) -> Self {
        let given = question.answers.iter().filter(|(_, count)| *count > 0).map(|(text, _)| comparable(text));
        let given: BTreeSet<String> = given.collect();
        let own = own_answers(instrument, question.element, scale, &given);
        let read = |text: &str| Wording::read(text, |words| own.contains_key(words));
        // What only stands in rows that are no respondents says nothing.
        let read = |text: &str, count: usize| if count == 0 { read("") } else { read(text) };
        let mut wordings: Vec<(Wording, usize)> =
            question.answers.iter().map(|(text, n)| (read(text, *n), *n)).collect();
        if wordings.iter().any(|(wording, _)| wording.is_abbreviation()) {
            for (wording, _) in &mut wordings {
                if let Some(said) = wording.abbreviated() {
                    wording.said = said;
                }
            }
        }
        let given: BTreeSet<&str> = wordings.iter().map(|(wording, _)| wording.words.as_str()).collect();
        let values: Vec<u8> = own.iter().filter(|(words, _)| given.contains(words.as_str())).map(|(_, v)| *v).collect();
        let is_torn = values.len() > values.iter().collect::<BTreeSet<_>>().len();
        Column { wordings, own, answers: declared_answers(instrument, question.element), is_torn }
    }

    fn own(&self, wording: &Wording) -> Option<u8> {
        self.own.get(&wording.words).copied()
    }

    /// What most of its degrees are of.
    fn base(&self) -> Option<&str> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (wording, count) in &self.wordings {
            if let Said::Degree(_, Some(base)) = &wording.said {
                *counts.entry(base).or_default() += count;
            }
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(base, _)| base)
    }

    /// Puts values to the wordings, or says why that cannot be.
    fn value(
        &self,
        form: &Form,
        instrument: &Instrument,
        question: &Question,
        best_first: Option<bool>,
        place: usize,
        reading: &mut FormReading,
    ) {
        let scale = reading.scale;
        let element = instrument.elements.get(question.element);
        let claims = element.is_some_and(|element| element.misdeed) && question.header.claims_a_wrong();
        let turned = element.is_some_and(|element| element.reversed) || claims;
        let turn = |value: u8, turned: bool| if turned { scale + 1 - value } else { value };
        let (mut off, mut unread, mut given) = (0, 0, 0);
        let mut worth = Vec::with_capacity(self.wordings.len());
        for (wording, count) in &self.wordings {
            let of = match &wording.said {
                Said::Nothing => Worth::Nothing,
                Said::Number(number) => match on_scale(*number, scale) {
                    Some(value) => {
                        if best_first == Some(true) {
                            reading.remarks.insert((Remark::BestFirst, place));
                        }
                        if claims {
                            reading.refusals.insert((Refusal::ClaimsAWrong, place));
                        }
                        Worth::Value(turn(value, best_first == Some(true)))
                    }
                    None => Worth::OffScale,
                },
                Said::Letter(letter) => match best_first {
                    _ if *letter >= scale => Worth::OffScale,
                    Some(best_first) => {
                        if best_first {
                            reading.remarks.insert((Remark::BestFirst, place));
                        }
                        if claims {
                            reading.refusals.insert((Refusal::ClaimsAWrong, place));
                        }
                        Worth::Value(turn(letter + 1, best_first))
                    }
                    None => {
                        reading.refusals.insert((Refusal::NoDirection, place));
                        Worth::Unread
                    }
                },
                _ => match self.own(wording).map_or_else(|| form.worth(self, wording), Decided::Value) {
                    Decided::Value(value) if !agrees(wording.mark, value, best_first, scale) => Worth::Unread,
                    Decided::Value(value) => Worth::Value(value),
                    Decided::Assumed(value, remark) => {
                        reading.remarks.insert((remark, place));
                        Worth::Value(value)
                    }
                    Decided::OtherScale => {
                        reading.refusals.insert((Refusal::OtherScale, place));
                        Worth::OffScale
                    }
                    Decided::Unknown => Worth::Unread,
                },
            };
            given += if of == Worth::Nothing { 0 } else { *count };
            off += if of == Worth::OffScale { *count } else { 0 };
            unread += if of == Worth::Unread { *count } else { 0 };
            worth.push(match of {
                Worth::Value(value) => Worth::Value(turn(value, turned)),
                other => other,
            });
        }
        let refused = reading.refusals.contains(&(Refusal::ClaimsAWrong, place));
        if turned && !refused && worth.iter().any(|worth| matches!(worth, Worth::Value(_))) {
            reading.remarks.insert((Remark::Reversed, place));
        }
        if self.is_torn || off > 0 && is_many(off, given) {
            reading.refusals.insert((Refusal::OtherScale, place));
        }
        // What is of another scale, or without a direction, need not be called unread as well.
        let told = [Refusal::NoDirection, Refusal::OtherScale];
        let is_told = told.iter().any(|refusal| reading.refusals.contains(&(*refusal, place)));
        if unread > 1 && is_many(unread, given) && !is_told {
            reading.refusals.insert((Refusal::Unread, place));
        }
        if let Some(slot) = reading.worth.get_mut(place) {
            *slot = worth;
        }
    }
}

/// A value from 1 to the scale's highest.
fn on_scale(number: f64, scale: u8) -> Option<u8> {
    (1..=scale).find(|&value| f64::from(value) == number)
}

/// Whether a mark beside words says the same as they do, in the order the form has.
fn agrees(mark: Option<u8>, value: u8, best_first: Option<bool>, scale: u8) -> bool {
    mark.is_none_or(|mark| match best_first {
        Some(true) => mark == scale + 1 - value,
        _ => mark == value,
    })
}

/// The own answers of a question with their values. Those of an instrument of one's own are a declaration. Of a shipped
/// one, degrees of one thing are not: the form decides which degrees it asked for. Only where a column keeps to answers
/// among which there is a bare `cukup` (*Buruk, Cukup, Baik, Sangat baik*) are these its own, whatever other columns have.
fn own_answers(instrument: &Instrument, place: usize, scale: u8, given: &BTreeSet<String>) -> BTreeMap<String, u8> {
    let Some(element) = instrument.elements.get(place) else { return BTreeMap::new() };
    let answers = element.answers.as_slice();
    if answers.len() != usize::from(scale) {
        return BTreeMap::new();
    }
    let own = declared_answers(instrument, place);
    let is_regular = answers.iter().all(|answer| is_degree(answer));
    let keeps_to_cukup = own.contains_key("cukup") && given.iter().all(|words| own.contains_key(words));
    if instrument.shipped && is_regular && !keeps_to_cukup { BTreeMap::new() } else { own }
}

/// The answers an instrument has for an element, each with its value.
fn declared_answers(instrument: &Instrument, element: usize) -> BTreeMap<String, u8> {
    let answers = instrument.elements.get(element).map(|element| element.answers.as_slice()).unwrap_or_default();
    (1..).zip(answers).flat_map(|(value, answer)| answer.split('|').map(move |one| (comparable(one), value))).collect()
}

/// Understands degrees of words that are known from no list, where the form itself has `sangat …` of them and another.
fn understand_own_words(mut columns: Vec<Column>) -> Vec<Column> {
    let mut degrees: BTreeMap<String, BTreeSet<Degree>> = BTreeMap::new();
    for column in &columns {
        for (wording, _) in &column.wordings {
            if column.own(wording).is_none()
                && let Some((degree, base)) = wording.degree_of_any()
            {
                degrees.entry(base).or_default().insert(degree);
            }
        }
    }
    // `Sangat lincah` and `lincah` alone do not tell whether that is good.
    degrees.retain(|_, seen| seen.contains(&Degree::Very) && seen.iter().any(|degree| *degree < Degree::Fairly));
    for column in &mut columns {
        for place in 0..column.wordings.len() {
            let (wording, _) = &column.wordings[place];
            if column.own(wording).is_none()
                && let Some((degree, base)) = wording.degree_of_any()
                && degrees.contains_key(&base)
            {
                column.wordings[place].0.said = Said::Degree(degree, Some(base));
            }
        }
    }
    columns
}

/// What a degree comes to.
enum Decided {
    Value(u8),
    Assumed(u8, Remark),
    OtherScale,
    Unknown,
}

/// The degrees below `X` that a form has of each thing, and so its scale.
struct Form {
    scale: u8,
    below: BTreeMap<String, BTreeSet<Degree>>,
    /// Degrees with `tidak`, `kurang`, `sangat tidak` of anything.
    of_any: BTreeSet<Degree>,
    has_neutral: bool,
    has_bare_little: bool,
}

impl Form {
    fn new(scale: u8, columns: &[Column]) -> Self {
        let mut form =
            Form { scale, below: BTreeMap::new(), of_any: BTreeSet::new(), has_neutral: false, has_bare_little: false };
        for column in columns {
            for (wording, _) in column.wordings.iter().filter(|(wording, _)| column.own(wording).is_none()) {
                match &wording.said {
                    Said::Degree(degree, of) if *degree < Degree::Plain => {
                        let base = of.as_deref().or(column.base()).unwrap_or("baik");
                        form.below.entry(base.to_owned()).or_default().insert(*degree);
                        form.has_bare_little |= of.is_none() && *degree == Degree::Little;
                        if of.is_some()
                            && *degree != Degree::Fairly
                            && !matches!(wording.words.as_str(), "buruk" | "jelek")
                        {
                            form.of_any.insert(*degree);
                        }
                    }
                    Said::Neutral => form.has_neutral = true,
                    _ => {}
                }
            }
        }
        form
    }

    fn worth(&self, column: &Column, wording: &Wording) -> Decided {
        match &wording.said {
            Said::Degree(degree, of) => {
                let base = of.as_deref().or(column.base()).unwrap_or("baik");
                self.degree(*degree, base, of.is_none(), is_opposite(&wording.words))
            }
            Said::Neutral => match self.scale {
                5 => Decided::Value(3),
                _ => Decided::OtherScale,
            },
            _ => Decided::Unknown,
        }
    }

    fn degree(&self, degree: Degree, base: &str, is_bare: bool, is_opposed: bool) -> Decided {
        use Degree::*;
        let scale = self.scale;
        match degree {
            Very => return Decided::Value(scale),
            Plain => return Decided::Value(scale - 1),
            _ => {}
        }
        let nothing = BTreeSet::new();
        let below = self.below.get(base).unwrap_or(&nothing);
        let place = below.iter().position(|other| *other == degree).map_or(0, |place| place as u8);
        let is_likert = LIKERT.contains(&base);
        match (scale, below.len()) {
            // Three degrees and more below, a middle, or the lowest beside one in the middle: five and more answers.
            (4, 3..) => Decided::OtherScale,
            (4, _) if self.has_neutral => Decided::OtherScale,
            (4, _) if self.of_any.len() == 3 => Decided::OtherScale,
            (4, 2) if below.contains(&VeryLittle) && below.contains(&Fairly) => Decided::OtherScale,
            (4, 2) => Decided::Value(place + 1),
            (4, _) => match degree {
                VeryLittle => Decided::Value(1),
                Fairly => Decided::Value(2),
                Little if is_bare => Decided::Assumed(1, Remark::LittleIsLowest),
                Little => Decided::Value(2),
                // `Lambat` without `sangat lambat` may be the lowest or the second: nothing tells.
                _ if is_opposed && !self.of_any.contains(&VeryLittle) => Decided::Unknown,
                // `Tidak` alone: what the rest of the form has decides, then the word.
                _ if self.of_any.contains(&Little) => Decided::Value(1),
                _ if self.of_any.contains(&VeryLittle) => Decided::Value(2),
                _ if is_likert => Decided::Assumed(2, Remark::NotIsSecond),
                _ => Decided::Value(1),
            },
            (5, 4..) => Decided::OtherScale,
            (5, 3) => Decided::Value(place + 1),
            (5, _) => match degree {
                VeryLittle => Decided::Value(1),
                Fairly => Decided::Value(3),
                Not if below.contains(&VeryLittle) || self.has_neutral || self.of_any.contains(&VeryLittle) => {
                    Decided::Value(2)
                }
                Not if below.contains(&Little) && below.contains(&Fairly) => Decided::Value(1),
                _ => Decided::Unknown,
            },
            (6, _) => Decided::Value(degree as u8 + 1),
            _ => Decided::Unknown,
        }
    }

    /// The order in which a column's marks run, where header or answers show it: whether from the best to the worst.
    fn direction(&self, column: &Column, header: &Header) -> Option<bool> {
        let value = |column: &Column, wording: &Wording| match column
            .own(wording)
            .map_or_else(|| self.worth(column, wording), Decided::Value)
        {
            Decided::Value(value) | Decided::Assumed(value, _) => Some(f64::from(value)),
            _ => None,
        };
        let beside = column
            .wordings
            .iter()
            .filter_map(|(wording, count)| Some((f64::from(wording.mark?), value(column, wording)?, *count)));
        let beside: Vec<(f64, f64, usize)> = beside.collect();
        // Of marked answers the more frequent order is the form's.
        let scale = f64::from(self.scale);
        let agreeing: usize = beside.iter().filter(|(mark, value, _)| mark == value).map(|(.., count)| count).sum();
        let turned: usize =
            beside.iter().filter(|(mark, value, _)| *mark == scale + 1.0 - value).map(|(.., n)| n).sum();
        if agreeing != turned {
            return Some(turned > agreeing);
        }
        let own = |words: &str| column.answers.get(words).map(|value| 2 * value);
        header.legend(&own).best_first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// What a form's answers are worth: `1 2 3 4 | 4 4`, a column after the other; `-` is not counted, or why there is no index.
    fn form(instrument: &str, declared: Declared, columns: &[(&str, &str, &str)]) -> (String, Vec<Remark>) {
        let instrument = Instrument::named(instrument, Path::new(".")).unwrap();
        let headers: Vec<Header> = columns.iter().map(|(_, header, _)| Header::new(header)).collect();
        let questions = columns.iter().zip(&headers).map(|((code, _, answers), header)| Question {
            element: instrument.element(code).unwrap(),
            header,
            // A wording may say how often it was given: `4 ×97`.
            answers: answers
                .split(';')
                .map(|answer| {
                    answer.split_once('×').map_or((answer.trim(), 1), |(a, n)| (a.trim(), n.parse().unwrap()))
                })
                .collect(),
        });
        let reading = read_form(&instrument, declared, &Beside::default(), &questions.collect::<Vec<_>>());
        let remarks = reading.remarks.iter().map(|(remark, _)| *remark).collect();
        if let Some((refusal, _)) = reading.refusals.first() {
            return (format!("{refusal:?}"), remarks);
        }
        let value = |worth: &Worth| match worth {
            Worth::Value(value) => value.to_string(),
            _ => "-".to_owned(),
        };
        let columns = reading.worth.iter().map(|of| of.iter().map(value).collect::<Vec<_>>().join(" "));
        let scale = if reading.scale == 4 { String::new() } else { format!(" of {}", reading.scale) };
        (format!("{}{scale}", columns.collect::<Vec<_>>().join(" | ")), remarks)
    }

    #[test]
    fn a_column_of_answers_is_read_as_a_whole() {
        let none = Declared::default();
        for (code, header, answers, expected) in [
            // The regulation's own.
            ("U1", "Persyaratan", "Tidak sesuai;Kurang sesuai;Sesuai;Sangat sesuai", "1 2 3 4"),
            ("U4", "Biaya", "Sangat mahal;Cukup mahal;Murah;Gratis", "1 2 3 4"),
            ("U4", "Biaya", "Sangat mahal;Mahal;Murah;Sangat murah", "1 2 3 4"),
            ("U4", "Biaya", "Sangat mahal;Mahal;Cukup mahal;Murah;Gratis", "OtherScale"),
            ("U4", "Biaya", "Tidak wajar;Kurang wajar;Wajar;Sangat wajar", "1 2 3 4"),
            ("U7", "Perilaku", "Sopan & ramah;Kurang sopan/ramah;Sangat sopan, ramah", "3 2 4"),
            (
                "U8",
                "Pengaduan",
                "Tidak ada;Ada, tetapi tidak berfungsi;Berfungsi, kurang maksimal;Dikelola dengan baik",
                "1 2 3 4",
            ),
            ("U9", "Sarana", "Buruk;Cukup;Baik;Sangat baik", "1 2 3 4"),
            ("U9", "Sarana", "Cukup;Baik", "2 3"),
            // Four answers with other words.
            ("U1", "Persyaratan", "Sangat tidak setuju;Tidak setuju;Setuju;Sangat setuju", "1 2 3 4"),
            ("U1", "Persyaratan", "Sangat kurang;Kurang;Baik;Sangat baik", "1 2 3 4"),
            ("U1", "Persyaratan", "Kurang;Cukup;Baik;Sangat baik", "1 2 3 4"),
            ("U1", "Persyaratan", "Kurang;Baik;Sangat baik", "1 3 4"),
            ("U1", "Persyaratan", "Kurang baik;Baik;Sangat baik", "2 3 4"),
            ("U1", "Persyaratan", "Kurang baik;Cukup baik;Baik;Sangat baik", "1 2 3 4"),
            ("U1", "Persyaratan", "Sangat buruk;Buruk;Baik;Sangat baik", "1 2 3 4"),
            ("U1", "Persyaratan", "Tidak setuju;Setuju;Sangat setuju", "2 3 4"),
            ("U1", "Persyaratan", "Tidak puas;Puas", "2 3"),
            ("U1", "Persyaratan", "Tidak sesuai;Sesuai;Sangat sesuai", "1 3 4"),
            ("U1", "Persyaratan", "Baik sekali;Baik", "4 3"),
            ("U1", "Persyaratan", "STS;TS;S;SS", "1 2 3 4"),
            ("U1", "Persyaratan", "SB;B;C;K", "4 3 2 1"),
            ("U1", "Persyaratan", "Tidak lincah;Kurang lincah;Lincah;Sangat lincah", "1 2 3 4"),
            ("U1", "Persyaratan", "Sangat lincah;Lincah", "Unread"),
            ("U3", "Waktu", "Sangat lambat;Lambat;Cepat;Sangat cepat", "1 2 3 4"),
            ("U2", "Prosedur", "Sangat sulit;Sulit;Mudah;Sangat mudah", "1 2 3 4"),
            ("U2", "Prosedur", "Tinggi;Rendah;Sangat tinggi;Sangat rendah", "3 2 4 1"),
            ("U3", "Waktu", "Lambat ×9;Cepat ×9", "Unread"),
            ("U7", "Perilaku", "Tidak sopan dan tidak ramah;Sangat sopan dan sangat ramah;Sopan dan ramah", "1 4 3"),
            // Five answers and more.
            ("U1", "Persyaratan", "Sangat tidak setuju;Tidak setuju;Netral;Setuju;Sangat setuju", "OtherScale"),
            ("U1", "Persyaratan", "Tidak setuju;Ragu-ragu;Setuju", "OtherScale"),
            ("U1", "Persyaratan", "Tidak puas;Kurang puas;Cukup puas;Puas;Sangat puas", "OtherScale"),
            ("U1", "Persyaratan", "Sangat buruk;Buruk;Cukup;Baik;Sangat baik", "OtherScale"),
            ("U1", "Persyaratan", "Sangat buruk;Cukup;Baik;Sangat baik", "OtherScale"),
            // Numbers.
            ("U1", "Persyaratan", "1;2;3;4,0; 4 ", "1 2 3 4 4"),
            ("U1", "Persyaratan", "★;★★★★", "1 4"),
            ("U1", "Persyaratan", "4 - Sangat sesuai;1 - Tidak sesuai;Sesuai (3)", "4 1 3"),
            ("U1", "Persyaratan", "5;4;3", "OtherScale"),
            ("U1", "Persyaratan", "0 ×6;1 ×94", "OtherScale"),
            ("U1", "Persyaratan", "5 ×4;4 ×96", "- 4"),
            ("U1", "Persyaratan", "80;90;75", "OtherScale"),
            ("U1", "Persyaratan (1-5)", "4;3", "OtherScale"),
            ("U1", "Persyaratan, skala 1 s.d. 10", "4;3", "OtherScale"),
            ("U1", "Persyaratan (1 = tidak baik, 4 = sangat baik)", "4;3", "4 3"),
            ("U1", "Persyaratan (1 = sangat baik, 4 = tidak baik)", "4;1", "1 4"),
            ("U4", "Biaya (1 = gratis, 4 = sangat mahal)", "1;4", "4 1"),
            ("U4", "Biaya (1 = sangat mahal, 4 = gratis)", "1;4", "1 4"),
            ("U1", "Persyaratan", "1. Sangat sesuai ×9;2. Sesuai ×3;1", "4 3 4"),
            ("U1", "Persyaratan (1: Sangat Puas - 4: Tidak Puas)", "1;4", "4 1"),
            ("U1", "Persyaratan (semakin kecil semakin baik)", "1;4", "4 1"),
            ("U1", "Persyaratan (1 sangat tidak puas, 5 sangat puas)", "1;4", "OtherScale"),
            ("U1", "Persyaratan", "(3);(4)", "3 4"),
            // Letters.
            ("U1", "Persyaratan", "a;b;c", "NoDirection"),
            ("U1", "Persyaratan (a. Tidak sesuai, b. Kurang sesuai, c. Sesuai, d. Sangat sesuai)", "a;d", "1 4"),
            ("U1", "Persyaratan (a. Sangat sesuai, b. Sesuai, c. Kurang sesuai, d. Tidak sesuai)", "a;d", "4 1"),
            ("U1", "Persyaratan", "d. Sangat sesuai;c. Sesuai;b", "4 3 2"),
            ("U1", "Persyaratan", "a. Sangat sesuai;b. Sesuai;c", "4 3 2"),
            ("U1", "Persyaratan", "d. Sangat sesuai ×99;d. Tidak sesuai", "4 -"),
            // What is not understood.
            ("U1", "Persyaratan", "Sesuai ×98;Mantap ×2", "3 -"),
            ("U1", "Persyaratan", "Sesuai ×8;Mantap ×2", "Unread"),
            ("U1", "Persyaratan", "Sesuai ×3;Mantap", "3 -"),
            ("U1", "Persyaratan", "Ya;Tidak", "Unread"),
        ] {
            let (read, _) = form("skm-2017", none, &[(code, header, answers)]);
            assert_eq!(read, expected, "{header}: {answers}");
        }
    }

    #[test]
    fn the_form_decides_where_a_column_does_not() {
        let none = Declared::default();
        let skm = |columns: &[(&str, &str, &str)]| form("skm-2017", none, columns);
        let not_setuju = ("U1", "Persyaratan", "Tidak setuju;Setuju");
        assert_eq!(skm(&[not_setuju]), ("2 3".to_owned(), vec![Remark::NotIsSecond]));
        let little = ("U2", "Prosedur", "Kurang setuju;Setuju");
        assert_eq!(skm(&[not_setuju, little]), ("1 3 | 2 3".to_owned(), vec![]), "kurang setuju stands elsewhere");
        let very_little = ("U2", "Prosedur", "Sangat tidak setuju;Setuju");
        assert_eq!(skm(&[not_setuju, very_little]), ("2 3 | 1 3".to_owned(), vec![]));
        let other_words = ("U2", "Prosedur", "Kurang mudah;Mudah");
        assert_eq!(skm(&[not_setuju, other_words]).0, "1 3 | 2 3", "the form has tidak, kurang, X, sangat");
        let five = [not_setuju, little, very_little];
        assert_eq!(skm(&five).0, "OtherScale", "three degrees below: five answers");
        let official = ("U9", "Sarana", "Buruk;Cukup;Baik;Sangat baik");
        let general = ("U1", "Persyaratan", "Tidak baik;Kurang baik;Baik");
        assert_eq!(skm(&[general, official]).0, "1 2 3 | 1 2 3 4", "an element's own answers stay apart");
        let letters = ("U2", "Prosedur", "a;b");
        let told = ("U1", "Persyaratan (a. Sangat sesuai, d. Tidak sesuai)", "a;d");
        assert_eq!(skm(&[told, letters]).0, "4 1 | 4 3", "the order another question shows");
        let against = ("U3", "Waktu (a. Tidak cepat, d. Sangat cepat)", "a;d");
        assert_eq!(skm(&[told, against, letters]).0, "NoDirection", "two orders in one form");
    }

    #[test]
    fn scales_are_declared_said_or_shown() {
        let declared = |scale: u8| Declared { scale: Some(scale), best_first: None };
        let five = "Sangat tidak setuju;Tidak setuju;Ragu-ragu;Setuju;Sangat setuju";
        assert_eq!(form("skm-2017", declared(5), &[("U1", "Persyaratan", five)]).0, "1 2 3 4 5 of 5");
        assert_eq!(
            form("skm-2017", declared(5), &[("U1", "P", "Tidak puas;Kurang puas;Cukup puas;Puas;Sangat puas")]).0,
            "1 2 3 4 5 of 5"
        );
        assert_eq!(
            form("skm-2017", declared(5), &[("U1", "P", "Kurang baik ×50;Baik ×50")]).0,
            "Unread",
            "2 or 3 of five"
        );
        assert_eq!(form("skm-2017", declared(10), &[("U1", "P", "10;7;1")]).0, "10 7 1 of 10");
        assert_eq!(form("skm-2017", declared(6), &[("U1", "P", "7;6")]).0, "OtherScale");
        let none = Declared::default();
        for (header, answers, expected) in [
            ("Persyaratan", "6;5;4;1", "6 5 4 1 of 6"),
            ("Persyaratan", "4;3;1", "4 3 1"),
            ("Persyaratan", "5;4;3", "OtherScale"),
            ("Persyaratan (1-6)", "4;3", "4 3 of 6"),
            ("Persyaratan, bintang 1 sampai 6", "5;3", "5 3 of 6"),
            ("Persyaratan (1-5)", "4;3", "OtherScale"),
            ("Persyaratan", "6 ×4;4 ×96", "- 4"),
            ("Persyaratan", "Tidak puas;Kurang puas;Cukup puas;Puas;Sangat puas", "OtherScale"),
            ("Persyaratan", "Sangat tidak puas;Tidak puas;Kurang puas;Cukup puas;Puas;Sangat puas", "1 2 3 4 5 6 of 6"),
        ] {
            assert_eq!(form("spkp-8", none, &[("P2", header, answers)]).0, expected, "{header}: {answers}");
        }
    }

    #[test]
    fn statements_that_claim_a_wrong_turn_the_scale() {
        let none = Declared::default();
        for (header, answers, expected) in [
            ("Tidak ada pungutan liar", "Sangat setuju;Tidak setuju", "4 2"),
            ("Terdapat pungutan liar", "Tidak setuju;Sangat setuju", "3 1"),
            ("Terdapat pungutan liar", "Sangat tidak setuju;Tidak setuju;Setuju", "4 3 2"),
            ("Petugas meminta imbalan atau pungutan", "Tidak setuju", "3"),
            ("Petugas tidak meminta pungutan", "Setuju", "3"),
            ("Layanan bebas pungutan", "4;3", "4 3"),
            ("Pungutan liar", "4;3", "4 3"),
            ("Masih terdapat pungutan liar", "4;3", "ClaimsAWrong"),
        ] {
            assert_eq!(form("spak-5", none, &[("P4", header, answers)]).0, expected, "{header}: {answers}");
        }
    }
}
