//! [`Responses`]: what was answered, column by column, so that a million responses fit in memory. Nothing in it tells who
//! gave them: a respondent is a row number.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::survey::columns::Group;
use crate::survey::dates::Moment;

/// What one response says of one element: several questions of an element count as their mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Given {
    sum: u16,
    questions: u16,
}

impl Given {
    /// Adds the answer to one question, from 1 to the scale's highest.
    pub fn add(&mut self, value: u8) {
        self.sum += u16::from(value);
        self.questions += 1;
    }

    /// The value, from 1 to the scale's highest; none where nothing was answered.
    pub fn value(self) -> Option<f64> {
        match self.questions {
            0 => None,
            // No division for a million forms that ask once.
            1 => Some(f64::from(self.sum)),
            questions => Some(f64::from(self.sum) / f64::from(questions)),
        }
    }

    /// Whether it is the mean of several questions.
    pub fn is_mean(self) -> bool {
        self.questions > 1
    }

    /// The value rounded to a whole one, half up; none where nothing was answered.
    pub fn rounded(self) -> Option<u16> {
        match self.questions {
            0 => None,
            1 => Some(self.sum),
            questions => Some((2 * self.sum + questions) / (2 * questions)),
        }
    }
}

impl From<u8> for Given {
    fn from(value: u8) -> Self {
        Given { sum: u16::from(value), questions: 1 }
    }
}

/// Texts that repeat, each kept once.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Box<str>>", into = "Vec<Box<str>>")]
pub struct Labels {
    texts: Vec<Box<str>>,
    places: HashMap<Box<str>, u32>,
}

impl From<Vec<Box<str>>> for Labels {
    fn from(texts: Vec<Box<str>>) -> Self {
        let mut labels = Labels::default();
        texts.iter().for_each(|text| _ = labels.number(text));
        labels
    }
}

impl From<Labels> for Vec<Box<str>> {
    fn from(labels: Labels) -> Self {
        labels.texts
    }
}

impl Labels {
    /// The number of a text, from 1; 0 stands for nothing said.
    pub fn number(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        if let Some(&number) = self.places.get(text) {
            return number;
        }
        self.texts.push(text.into());
        let number = self.texts.len() as u32;
        self.places.insert(text.into(), number);
        number
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> Option<&str> {
        self.texts.get((number as usize).checked_sub(1)?).map(AsRef::as_ref)
    }

    /// Of each number, 0 included, the first whose text differs from its own in case only.
    pub fn of_one_name(&self) -> Vec<u32> {
        let mut first: HashMap<String, u32> = HashMap::new();
        let number = |(text, number): (&str, u32)| *first.entry(text.to_lowercase()).or_insert(number);
        std::iter::once(0).chain(self.texts().zip(1..).map(number)).collect()
    }

    /// Takes the texts of others in; what each of their numbers, from 0, is here.
    pub fn absorb(&mut self, other: &Labels) -> Vec<u32> {
        std::iter::once(0).chain(other.texts().map(|text| self.number(text))).collect()
    }

    /// The texts, number 1 first.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(AsRef::as_ref)
    }
}

/// Responses in the order of their rows. A *place* is a response's number among them, from 0.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Responses {
    elements: usize,
    rows: Vec<u32>,
    given: Vec<Given>,
    /// When each was given, where the export says so.
    pub at: Vec<Option<Moment>>,
    /// By which two responses are one person's: a digest of everything personal and free they say, then its number among
    /// those; 0 where nothing is said.
    pub persons: Vec<u64>,
    groups: [Vec<u32>; 5],
    labels: [Labels; 5],
    /// Free texts, scrubbed, with their place.
    pub comments: Vec<(usize, Box<str>)>,
}

impl Responses {
    /// None yet, to an instrument of so many elements.
    pub fn new(elements: usize) -> Self {
        Responses {
            elements,
            rows: Vec::new(),
            given: Vec::new(),
            at: Vec::new(),
            persons: Vec::new(),
            groups: Default::default(),
            labels: Default::default(),
            comments: Vec::new(),
        }
    }

    /// Adds the response of a row (from 1): what it says of each element, in the instrument's order, and its groups in the
    /// order of [`Group::ALL`].
    pub fn push(&mut self, row: u32, given: impl IntoIterator<Item = Given>, groups: [&str; 5]) {
        self.rows.push(row);
        self.given.extend(given);
        debug_assert_eq!(self.given.len(), self.rows.len() * self.elements);
        self.at.push(None);
        self.persons.push(0);
        for ((group, labels), text) in self.groups.iter_mut().zip(&mut self.labels).zip(groups) {
            group.push(labels.number(text));
        }
    }

    /// Adds responses of rows further down.
    pub fn append(&mut self, other: Responses) {
        let before = self.len();
        self.rows.extend(other.rows);
        self.given.extend(other.given);
        self.at.extend(other.at);
        self.persons.extend(other.persons);
        self.comments.extend(other.comments.into_iter().map(|(place, text)| (before + place, text)));
        for (place, numbers) in other.groups.into_iter().enumerate() {
            let renumbered = self.labels[place].absorb(&other.labels[place]);
            self.groups[place].extend(numbers.into_iter().map(|number| renumbered[number as usize]));
        }
    }

    /// Leaves nothing by which anybody could be told: persons become numbers in the order they turn up, and groups of fewer
    /// than `fewest`, which are shown nowhere, lose their names.
    pub fn make_anonymous(&mut self, fewest: usize) {
        let mut persons: HashMap<u64, u64> = HashMap::new();
        for person in self.persons.iter_mut().filter(|person| **person != 0) {
            let next = persons.len() as u64 + 1;
            *person = *persons.entry(*person).or_insert(next);
        }
        for (numbers, labels) in self.groups.iter_mut().zip(&mut self.labels) {
            let lower = |number: u32| labels.text(number).map(str::to_lowercase);
            let mut counts: HashMap<String, usize> = HashMap::new();
            numbers.iter().filter_map(|number| lower(*number)).for_each(|name| *counts.entry(name).or_default() += 1);
            let is_shown = |number: &u32| lower(*number).is_some_and(|name| counts.get(&name) >= Some(&fewest));
            let mut kept = Labels::default();
            let renumber = |number: u32| match labels.text(number).filter(|_| is_shown(&number)) {
                Some(text) => kept.number(text),
                None => 0,
            };
            let new: Vec<u32> = (0..=labels.len() as u32).map(renumber).collect();
            numbers.iter_mut().for_each(|number| *number = new.get(*number as usize).copied().unwrap_or_default());
            *labels = kept;
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Elements of the instrument.
    pub fn elements(&self) -> usize {
        self.elements
    }

    /// The row of the sheet, from 1.
    pub fn row(&self, place: usize) -> u32 {
        self.rows[place]
    }

    /// What is said of each element.
    pub fn given(&self, place: usize) -> &[Given] {
        &self.given[place * self.elements..(place + 1) * self.elements]
    }

    /// The value of each element, from 1 to the scale's highest.
    pub fn values(&self, place: usize) -> impl Iterator<Item = Option<f64>> + '_ {
        self.given(place).iter().map(|given| given.value())
    }

    /// Whether anything was answered.
    pub fn is_valid(&self, place: usize) -> bool {
        self.given(place).iter().any(|given| *given != Given::default())
    }

    /// The number of a response's group, see [`Responses::labels`].
    pub fn group(&self, group: Group, place: usize) -> u32 {
        self.groups[group as usize][place]
    }

    /// The names of the groups.
    pub fn labels(&self, group: Group) -> &Labels {
        &self.labels[group as usize]
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use jiff::civil::date;

    /// Responses of rows 2, 3, …, a second apart, with values from 1 to 4; 0 is unanswered.
    pub(crate) fn responses(values: &[impl AsRef<[u8]>]) -> Responses {
        let mut responses = Responses::new(values.first().map_or(9, |row| row.as_ref().len()));
        for (row, values) in (2..).zip(values) {
            let given = values.as_ref().iter().map(|&v| if v == 0 { Given::default() } else { Given::from(v) });
            responses.push(row, given, [""; 5]);
            let last = responses.len() - 1;
            let at = date(2025, 3, 1).at(8, 0, 0, 0).checked_add(jiff::Span::new().seconds(last as i64)).ok();
            responses.at[last] = at.map(|at| Moment { at, has_time: true });
        }
        responses
    }

    #[test]
    fn appended_groups_keep_their_names() {
        let mut first = Responses::new(1);
        first.push(2, [Given::from(3)], ["Informasi", "Perempuan", "", "", ""]);
        let mut second = Responses::new(1);
        second.push(3, [Given::default()], ["Pengaduan", "Perempuan", "", "S1", ""]);
        second.push(4, [Given::from(4)], ["Informasi", "", "", "", ""]);
        second.comments.push((1, "kursi".into()));
        first.append(second);
        let of = |group: Group| {
            let names = (0..3).map(|place| first.labels(group).text(first.group(group, place)).unwrap_or("–"));
            names.collect::<Vec<_>>()
        };
        assert_eq!(of(Group::Service), ["Informasi", "Pengaduan", "Informasi"]);
        assert_eq!(of(Group::Sex), ["Perempuan", "Perempuan", "–"]);
        assert_eq!(of(Group::Education), ["–", "S1", "–"]);
        assert_eq!((first.row(2), first.is_valid(1), first.comments[0].0), (4, false, 2));
    }

    #[test]
    fn nothing_of_a_person_is_left_and_small_groups_have_no_names() {
        let mut responses = Responses::new(1);
        for (row, name) in (2..).zip(["Umum", "umum", "Contoh Satu", "Umum", "Contoh Dua"]) {
            responses.push(row, [Given::from(3)], [name, "", "", "", ""]);
        }
        responses.persons = vec![77, 0, 77, 99, 1 << 60];
        responses.make_anonymous(3);
        assert_eq!(responses.persons, [1, 0, 1, 2, 3]);
        assert_eq!(responses.labels(Group::Service).texts().collect::<Vec<_>>(), ["Umum", "umum"]);
        let groups: Vec<u32> = (0..5).map(|place| responses.group(Group::Service, place)).collect();
        assert_eq!(groups, [1, 2, 0, 1, 0]);
        let bytes = postcard::to_stdvec(&responses).unwrap();
        let again: Responses = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(postcard::to_stdvec(&again).unwrap(), bytes);
    }

    #[test]
    fn several_questions_count_as_their_mean() {
        let mut given = Given::from(4);
        given.add(3);
        given.add(3);
        assert_eq!(given.value(), Some(10.0 / 3.0));
        assert_eq!(Given::default().value(), None);
    }
}
