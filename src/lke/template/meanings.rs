//! What each option of an indicator means: the form's own criteria in short words, one row an option.

use serde::Deserialize;

use super::{AnswerType, Template, TemplateError, wrong};

/// What one option means; for a percentage or a scale, what is counted or stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// One sentence in the language of the template's labels.
    pub text: String,
    /// Where it comes from.
    pub source: MeaningSource,
}

/// How much a meaning may claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum MeaningSource {
    /// The form says so, in more words.
    #[serde(rename = "resmi")]
    Official,
    /// The form does not say it; it follows from the question and the options beside it.
    #[serde(rename = "simpulan")]
    Concluded,
}

#[derive(Deserialize)]
struct Row {
    code: String,
    option: String,
    meaning: String,
    source: MeaningSource,
}

/// Gives every indicator the meanings of its options, in the order of its options.
///
/// # Errors
/// When the text is no such table, an option is unknown, doubled or out of order, or one is left without a meaning.
pub(super) fn read(template: &mut Template, text: &str) -> Result<(), TemplateError> {
    for row in csv::Reader::from_reader(text.as_bytes()).deserialize() {
        let Row { code, option, meaning, source } = row.map_err(|e| wrong(e.to_string()))?;
        let node = template.node(&code)?;
        if missing(template, node) != Some(option.as_str()) {
            return Err(wrong(format!("{code}: arti pilihan \"{option}\" berlebih atau tidak pada urutannya")));
        }
        if meaning.trim().is_empty() {
            return Err(wrong(format!("{code}: arti pilihan \"{option}\" kosong")));
        }
        template.nodes[node].meanings.push(Meaning { text: meaning, source });
    }
    let lacking = |node| missing(template, node).map(|option| (&template.nodes[node].code, option));
    match template.indicators().find_map(lacking) {
        Some((code, option)) => Err(wrong(format!("{code}: pilihan \"{option}\" belum diberi arti"))),
        None => Ok(()),
    }
}

/// The first option of a node that has no meaning yet; a percentage or scale has one without a name, a count none.
fn missing(template: &Template, node: usize) -> Option<&str> {
    let node = &template.nodes[node];
    let given = node.meanings.len();
    match node.answer_type? {
        AnswerType::Choice(scale) => template.choices[scale].options.get(given).map(|(option, _)| option.as_str()),
        AnswerType::Percentage | AnswerType::Scale(_) => (given == 0).then_some(""),
        AnswerType::Count => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = include_str!("../templates/lke-zi-2021.toml");
    const NODES: &str = include_str!("../templates/lke-zi-2021.csv");
    const MEANINGS: &str = include_str!("../templates/lke-zi-2021-meanings.csv");

    #[test]
    fn every_option_of_the_shipped_template_has_a_short_meaning_of_its_own() {
        let template = Template::lke_zi_2021();
        let (mut given, mut concluded) = (0, Vec::new());
        for node in template.indicators().map(|node| &template.nodes[node]) {
            let options = match node.answer_type {
                Some(AnswerType::Choice(scale)) => template.choices[scale].options.len(),
                _ => 1,
            };
            assert_eq!(node.meanings.len(), options, "{}", node.code);
            for (place, meaning) in node.meanings.iter().enumerate() {
                let text = &meaning.text;
                assert!(text.chars().count() <= 110 && text.ends_with('.'), "{}: {text}", node.code);
                assert!(node.meanings[..place].iter().all(|other| other.text != *text), "{}: {text}", node.code);
                if meaning.source == MeaningSource::Concluded {
                    concluded.push((node.code.as_str(), place));
                }
            }
            given += options;
        }
        // The form defines Ya alone. Four of its other options can be read two ways, and of three percentages it says nothing
        // that can be read but laws.
        let is_no = |code: &str| template.nodes[template.find(code).unwrap()].type_label.as_deref() == Some("Ya/Tidak");
        let others: Vec<_> = concluded.iter().filter(|(code, _)| !is_no(code)).copied().collect();
        let two_ways = [("A.I.3.iii.c", 2), ("A.I.5.v.b", 3), ("A.I.5.v.c", 3), ("A.I.6.i.b", 3)];
        let shares = [("A.II.1.i.b", 0), ("A.II.5.iii.a.1", 0), ("A.II.5.iii.b.1", 0)];
        assert_eq!(others, [&two_ways[..], &shares].concat());
        assert!(concluded.iter().filter(|(code, _)| is_no(code)).all(|(_, place)| *place == 1));
        assert_eq!((given, concluded.len()), (369, 24));
    }

    #[test]
    fn meanings_that_do_not_fit_the_options_are_refused() {
        let without = |line: &str| {
            let lines = MEANINGS.lines().filter(|other| !other.starts_with(line));
            lines.map(|line| format!("{line}\n")).collect::<String>()
        };
        for (meanings, message) in [
            (MEANINGS.replace("A.I.1.i.b,B,", "A.I.1.i.b,D,"), "A.I.1.i.b: arti pilihan \"D\" berlebih"),
            (format!("{MEANINGS}A.I.1.i.b,D,Lain.,resmi\n"), "A.I.1.i.b: arti pilihan \"D\" berlebih"),
            (format!("{MEANINGS}A.I.1.i.b,A,Lagi.,resmi\n"), "A.I.1.i.b: arti pilihan \"A\" berlebih"),
            (format!("{MEANINGS}A.II.1.i.a.1,,Jumlah.,resmi\n"), "A.II.1.i.a.1: arti pilihan \"\" berlebih"),
            (format!("{MEANINGS}A.I.1,,Area.,resmi\n"), "A.I.1: arti pilihan \"\" berlebih"),
            (format!("{MEANINGS}A.IX,A,Lain.,resmi\n"), "tidak ada simpul berkode A.IX"),
            (without("A.I.1.i.b,B,"), "A.I.1.i.b: arti pilihan \"C\" berlebih"),
            (without("B.I.b,E,"), "B.I.b: pilihan \"E\" belum diberi arti"),
            (without("B.II.a,"), "B.II.a: pilihan \"\" belum diberi arti"),
            (MEANINGS.replace(",Anggota tidak diseleksi.,", ", ,"), "A.I.1.i.b: arti pilihan \"C\" kosong"),
            (MEANINGS.replace(",resmi", ",kira-kira"), "kira-kira"),
        ] {
            let error = Template::from_text(RULES, NODES, Some(&meanings)).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(message), "{message}: {error}");
        }
        let silent = Template::from_text(RULES, NODES, None).unwrap();
        assert!(silent.nodes.iter().all(|node| node.meanings.is_empty()), "a template may leave them out");
    }
}
