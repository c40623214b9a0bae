//! The LKE template: the tree of nodes with labels, weights and answer types, and the rules that turn answers
//! into ratios, scores and verdicts. A template is data; the one for Zona Integritas is shipped inside the program.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::grid::CellRef;
use crate::lke::ByRole;
use crate::text::{normalise_label, type_key};

mod check;
mod meanings;

pub use meanings::{Meaning, MeaningSource};

/// Name of the template that is meant where none is named.
pub const LKE_ZI_2021: &str = "lke-zi-2021";
/// How many more labels that only one of the shipped templates has a sheet must have to be of that template.
const OWN_LABELS: usize = 3;

static SHIPPED: LazyLock<[Arc<Template>; 2]> = LazyLock::new(|| {
    // The options of both mean the same.
    let meanings = include_str!("templates/lke-zi-2021-meanings.csv");
    [
        (include_str!("templates/lke-zi-2021.toml"), include_str!("templates/lke-zi-2021.csv")),
        (include_str!("templates/lke-zi-2026.toml"), include_str!("templates/lke-zi-2026.csv")),
    ]
    .map(|(rules, nodes)| {
        let template = Template::from_text(rules, nodes, Some(meanings));
        Arc::new(template.expect("the shipped templates are tested"))
    })
});

/// Place of a node in [`Template::nodes`].
pub type NodeIndex = usize;

/// What a node is in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeKind {
    /// Pengungkit or hasil.
    Component,
    /// Pemenuhan, reform, or one of the two results.
    Section,
    /// One of the six areas of change, within a section.
    Area,
    /// Subarea: weight × mean of its answered indicators.
    Subarea,
    /// Indicator (*pertanyaan*): the row that is answered.
    Indicator,
    /// A *Jumlah* row under a percentage.
    Detail,
}

impl NodeKind {
    /// The name used in JSON and tables.
    pub fn name(self) -> &'static str {
        match self {
            NodeKind::Component => "component",
            NodeKind::Section => "section",
            NodeKind::Area => "area",
            NodeKind::Subarea => "subarea",
            NodeKind::Indicator => "indicator",
            NodeKind::Detail => "detail",
        }
    }
}

/// How an indicator or detail is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerType {
    /// One of the options of [`Template::choices`].
    Choice(usize),
    /// A percentage, from details where [`Node::percentage`] says so.
    Percentage,
    /// A number from 0 to the maximum of [`Template::scales`].
    Scale(usize),
    /// A count.
    Count,
}

/// One row of the template.
#[derive(Debug, Clone)]
pub struct Node {
    /// Code such as `A.I.1.i.a`.
    pub code: String,
    /// What it is.
    pub kind: NodeKind,
    /// Official label.
    pub label: String,
    /// Highest score, where the regulation gives one.
    pub weight: Option<f64>,
    /// Answer type as printed in the worksheet's type column, where there is one.
    pub type_label: Option<String>,
    /// How it is answered, for indicators and details.
    pub answer_type: Option<AnswerType>,
    /// The node above.
    pub parent: Option<NodeIndex>,
    /// The nodes below, in order.
    pub children: Vec<NodeIndex>,
    /// For a percentage: how it follows from its details.
    pub percentage: Option<Percentage>,
    /// For an indicator: what its options mean, in their order, or what is counted or stated; empty where not told.
    pub meanings: Vec<Meaning>,
    /// The label as labels are compared.
    pub normalised: String,
    /// Other labels it may bear, as labels are compared.
    pub also: Vec<String>,
    /// Its row in the official workbook, from 0, where the template says so.
    pub row: Option<u32>,
    /// Whether its row may be missing: it only shows what others come to.
    pub is_optional: bool,
    /// The answer type as types are compared; empty where there is none.
    pub type_key: String,
}

impl Node {
    /// The mark a worksheet prints before the label: the last part of the code, for details a dash.
    pub fn mark(&self) -> &str {
        match self.kind {
            NodeKind::Detail => "-",
            _ => self.code.rsplit('.').next().unwrap_or_default(),
        }
    }
}

/// How a percentage follows from its details; every detail by its place in [`Template::nodes`].
#[derive(Debug, Clone, PartialEq)]
pub enum Percentage {
    /// part ÷ whole.
    Share {
        /// Numerator.
        part: NodeIndex,
        /// Denominator.
        whole: NodeIndex,
        /// Rows whose sum is the denominator where any of them is given.
        whole_is_sum_of: Vec<NodeIndex>,
        /// Rows that together with `part` cannot exceed the denominator.
        also_within_whole: Vec<NodeIndex>,
        /// Whether more than 100 % is plausible rather than a contradiction.
        part_may_exceed: bool,
        /// Ratio of 0 out of 0; unanswered where absent.
        nothing_to_count: Option<f64>,
    },
    /// (before − after) ÷ before; where only `before` is 0, the ratio is 0.
    Decrease {
        /// Count of the earlier year.
        before: NodeIndex,
        /// Count of this year.
        after: NodeIndex,
        /// Ratio of 0 to 0; unanswered where absent.
        nothing_to_count: Option<f64>,
    },
}

/// The options of one choice type, with their ratios from 0 to 1.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceScale {
    /// Type as printed: `A/B/C`.
    pub answer_type: String,
    /// Options with their ratios.
    pub options: Vec<(String, f64)>,
}

/// A type answered with a number from 0 to `maximum`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberScale {
    /// Type as printed: `Nilai (0-4)`.
    pub answer_type: String,
    /// Value worth the ratio 1.
    pub maximum: f64,
}

/// One of the six areas of change: two nodes scored together.
#[derive(Debug, Clone)]
pub struct Area {
    /// Number from 1.
    pub number: u8,
    /// Name.
    pub label: String,
    /// Its node under Pemenuhan.
    pub pemenuhan: NodeIndex,
    /// Its node under Reform.
    pub reform: NodeIndex,
    /// Weight of both together.
    pub weight: f64,
}

impl Area {
    /// Subject used in findings, criteria and tables: `area-1`.
    pub fn code(&self) -> String {
        format!("area-{}", self.number)
    }
}

/// An answer that another indicator must bear out.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The indicator that claims.
    pub indicator: NodeIndex,
    /// Its answers that claim.
    pub answers: Vec<String>,
    /// The indicator that must bear it out.
    pub needs: NodeIndex,
    /// The ratio it must reach.
    pub at_least: f64,
}

/// An indicator that states an index a survey measures, on the scale 1–4.
#[derive(Debug, Clone)]
pub struct SurveyIndex {
    /// The indicator.
    pub indicator: NodeIndex,
    /// Instruments that measure it, the fittest first.
    pub instruments: Vec<String>,
}

/// An indicator that claims how many surveys are held a year.
#[derive(Debug, Clone)]
pub struct SurveyCount {
    /// The indicator.
    pub indicator: NodeIndex,
    /// Instruments that count.
    pub instruments: Vec<String>,
    /// Surveys a year, by option.
    pub at_least: Vec<(String, u8)>,
}

/// What a criterion of a predicate looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measured {
    /// The whole worksheet's score, 0–100.
    Total,
    /// The score of a node.
    Node(NodeIndex),
    /// The share (0–1) of an area's weight, by its place in [`Template::areas`].
    AreaShare(usize),
}

/// A predicate (WBK, WBBM) with its thresholds.
#[derive(Debug, Clone)]
pub struct Predicate {
    /// Name.
    pub name: String,
    /// What must be reached: scores, for areas shares 0–1.
    pub thresholds: Vec<(Measured, f64)>,
    /// The predicate that must be held already.
    pub holds: Option<String>,
}

/// Where a worksheet has what is filled in; rows and columns from 0.
#[derive(Debug, Clone)]
pub struct SheetLayout {
    /// The sheet's name.
    pub name: String,
    /// The row of the headings.
    pub header: u32,
    /// The column of the first outline mark.
    pub marks: u16,
    /// The columns of each role.
    pub roles: ByRole<RoleLayout>,
    /// The column of the unit's evidence.
    pub evidence: u16,
}

/// The columns of a role, from 0.
#[derive(Debug, Clone, Copy)]
pub struct RoleLayout {
    /// What it answers.
    pub answer: u16,
    /// Points or ratio.
    pub result: u16,
    /// The share of the weight.
    pub share: u16,
    /// What it notes.
    pub note: u16,
}

/// A template: nodes in worksheet order, and the rules on them.
#[derive(Debug, Clone)]
pub struct Template {
    /// Name in pipelines: `lke-zi-2021`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Where it comes from.
    pub regulation: String,
    /// Every row, in worksheet order.
    pub nodes: Vec<Node>,
    /// The top nodes: pengungkit and hasil.
    pub roots: Vec<NodeIndex>,
    /// Choice types.
    pub choices: Vec<ChoiceScale>,
    /// Number types.
    pub scales: Vec<NumberScale>,
    /// The six areas.
    pub areas: Vec<Area>,
    /// Claims to check.
    pub claims: Vec<Claim>,
    /// Indices that surveys must bear out.
    pub survey_indices: Vec<SurveyIndex>,
    /// Numbers of surveys that responses must bear out.
    pub survey_counts: Vec<SurveyCount>,
    /// Predicates to decide.
    pub predicates: Vec<Predicate>,
    /// Where the official workbook has everything, if it says so.
    pub sheet: Option<SheetLayout>,
    by_code: HashMap<String, NodeIndex>,
    /// Nodes by their normalised label; areas and details share some.
    by_label: HashMap<String, Vec<NodeIndex>>,
}

/// A template that cannot be used, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateError(String);

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TemplateError {}

fn wrong(message: impl Into<String>) -> TemplateError {
    TemplateError(message.into())
}

impl Template {
    /// The templates shipped inside the program, the one that is meant where none is named first.
    pub fn shipped() -> &'static [Arc<Template>] {
        &*SHIPPED
    }

    /// Their names.
    pub fn shipped_ids() -> impl Iterator<Item = &'static str> {
        Template::shipped().iter().map(|template| template.id.as_str())
    }

    /// The template of 2021.
    pub fn lke_zi_2021() -> Arc<Template> {
        SHIPPED[0].clone()
    }

    /// The shipped template whose labels some rows have that no other has; none where that is not plain.
    pub fn of_rows<'l>(normalised: impl Iterator<Item = &'l str>) -> Option<&'static Arc<Template>> {
        let found: BTreeSet<&str> = normalised.collect();
        let is_own = |template: &Template, label: &str| {
            template.with_label(label).iter().any(|&node| template.nodes[node].normalised == label)
        };
        let own = |template: &Template| {
            let is_others =
                |label: &str| Template::shipped().iter().any(|other| other.id != template.id && is_own(other, label));
            found.iter().filter(|label| is_own(template, label) && !is_others(label)).count()
        };
        let mut counts: Vec<(usize, &Arc<Template>)> = Template::shipped().iter().map(|of| (own(of), of)).collect();
        counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        match counts.as_slice() {
            [(most, template), (next, _), ..] if *most >= next + OWN_LABELS => Some(template),
            _ => None,
        }
    }

    /// A shipped template by its name, or one from a TOML file whose `nodes` (and `meanings`, if any) name a CSV beside it.
    ///
    /// # Errors
    /// When the name is unknown and no such file can be read, or what it says is not a template.
    pub fn named(name: &str, directory: &Path) -> Result<Arc<Template>, TemplateError> {
        if let Some(shipped) = Template::shipped().iter().find(|template| template.id == name) {
            return Ok(shipped.clone());
        }
        let path = directory.join(name);
        let read =
            |path: &Path| std::fs::read_to_string(path).map_err(|error| wrong(format!("{}: {error}", path.display())));
        let rules = read(&path)?;
        let named = |error: TemplateError| wrong(format!("{}: {error}", path.display()));
        let beside = |name: String| read(&path.parent().unwrap_or(directory).join(name));
        let files: FilesOfRules = toml::from_str(&rules).map_err(|e| named(wrong(e.to_string())))?;
        let (nodes, meanings) = (beside(files.nodes)?, files.meanings.map(beside).transpose()?);
        Template::from_text(&rules, &nodes, meanings.as_deref()).map(Arc::new).map_err(named)
    }

    /// Builds a template from its rules (TOML), its nodes (CSV) and what their options mean (CSV), and checks that they
    /// agree.
    ///
    /// # Errors
    /// When one of them cannot be parsed, a code is unknown or doubled, weights do not add up, or an option has no meaning.
    pub fn from_text(rules: &str, nodes: &str, meanings: Option<&str>) -> Result<Template, TemplateError> {
        let rules: RulesFile = toml::from_str(rules).map_err(|e| wrong(e.to_string()))?;
        let mut template = Template {
            nodes: read_nodes(nodes, &rules)?,
            id: rules.id,
            title: rules.title,
            regulation: rules.regulation,
            roots: Vec::new(),
            choices: rules.choice,
            scales: rules.scale,
            areas: Vec::new(),
            claims: Vec::new(),
            survey_indices: Vec::new(),
            survey_counts: Vec::new(),
            predicates: Vec::new(),
            sheet: rules.sheet.map(SheetRule::build).transpose()?,
            by_code: HashMap::new(),
            by_label: HashMap::new(),
        };
        template.build_tree()?;
        for rule in rules.percentage {
            let indicator = template.node(&rule.indicator)?;
            let percentage = rule.build(&template)?;
            template.nodes[indicator].percentage = Some(percentage);
        }
        for area in rules.area {
            let (pemenuhan, reform) = (template.node(&area.pemenuhan)?, template.node(&area.reform)?);
            let weight = template.weight(pemenuhan) + template.weight(reform);
            template.areas.push(Area { number: area.number, label: area.label, pemenuhan, reform, weight });
        }
        for claim in rules.claim {
            template.claims.push(Claim {
                indicator: template.node(&claim.indicator)?,
                answers: claim.answers,
                needs: template.node(&claim.needs)?,
                at_least: claim.at_least,
            });
        }
        for rule in rules.survey_index {
            let indicator = template.node(&rule.indicator)?;
            template.survey_indices.push(SurveyIndex { indicator, instruments: rule.instruments });
        }
        for rule in rules.survey_count {
            let indicator = template.node(&rule.indicator)?;
            let SurveyCountRule { instruments, at_least, .. } = rule;
            template.survey_counts.push(SurveyCount { indicator, instruments, at_least });
        }
        for predicate in rules.predicate {
            let mut thresholds = vec![(Measured::Total, predicate.total)];
            let mut areas: Vec<_> =
                (0..template.areas.len()).map(|area| (Measured::AreaShare(area), predicate.area_share)).collect();
            for (place, (code, at_least)) in predicate.nodes.iter().enumerate() {
                thresholds.push((Measured::Node(template.node(code)?), *at_least));
                if place == 0 {
                    // Pengungkit first, then its six areas, then the results: the regulation's order.
                    thresholds.append(&mut areas);
                }
            }
            template.predicates.push(Predicate { name: predicate.name, thresholds, holds: predicate.holds });
        }
        check::check(&template)?;
        if let Some(meanings) = meanings {
            meanings::read(&mut template, meanings)?;
        }
        Ok(template)
    }

    /// The place of a code.
    ///
    /// # Errors
    /// When the template has no such code.
    pub fn node(&self, code: &str) -> Result<NodeIndex, TemplateError> {
        self.find(code).ok_or_else(|| wrong(format!("tidak ada simpul berkode {code}")))
    }

    /// The place of a code, if the template has it.
    pub fn find(&self, code: &str) -> Option<NodeIndex> {
        self.by_code.get(code).copied()
    }

    /// The nodes of a label as labels are compared, in worksheet order.
    pub fn with_label(&self, normalised: &str) -> &[NodeIndex] {
        self.by_label.get(normalised).map(Vec::as_slice).unwrap_or_default()
    }

    /// The weight of a node; 0 where the regulation gives none.
    pub fn weight(&self, node: NodeIndex) -> f64 {
        self.nodes[node].weight.unwrap_or(0.0)
    }

    /// The weight of the whole worksheet: 100.
    pub fn total_weight(&self) -> f64 {
        self.roots.iter().map(|&root| self.weight(root)).sum()
    }

    /// The indicators in worksheet order.
    pub fn indicators(&self) -> impl Iterator<Item = NodeIndex> {
        (0..self.nodes.len()).filter(|&node| self.nodes[node].kind == NodeKind::Indicator)
    }

    /// The number of indicators.
    pub fn indicator_count(&self) -> usize {
        self.indicators().count()
    }

    fn build_tree(&mut self) -> Result<(), TemplateError> {
        for index in 0..self.nodes.len() {
            let code = self.nodes[index].code.clone();
            let node = &self.nodes[index];
            for label in std::iter::once(&node.normalised).chain(&node.also) {
                self.by_label.entry(label.clone()).or_default().push(index);
            }
            if self.by_code.insert(code.clone(), index).is_some() {
                return Err(wrong(format!("kode {code} tertulis dua kali")));
            }
            match code.rsplit_once('.') {
                None => self.roots.push(index),
                Some((above, _)) => {
                    let parent = self.node(above)?;
                    self.nodes[index].parent = Some(parent);
                    self.nodes[parent].children.push(index);
                }
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct FilesOfRules {
    nodes: String,
    meanings: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    id: String,
    title: String,
    regulation: String,
    #[serde(rename = "nodes")]
    _nodes: String,
    #[serde(rename = "meanings")]
    _meanings: Option<String>,
    percentage_type: String,
    count_type: String,
    choice: Vec<ChoiceScale>,
    #[serde(default)]
    scale: Vec<NumberScale>,
    #[serde(default)]
    percentage: Vec<PercentageRule>,
    #[serde(default)]
    claim: Vec<ClaimRule>,
    #[serde(default)]
    survey_index: Vec<SurveyIndexRule>,
    #[serde(default)]
    survey_count: Vec<SurveyCountRule>,
    #[serde(default)]
    area: Vec<AreaRule>,
    #[serde(default)]
    predicate: Vec<PredicateRule>,
    sheet: Option<SheetRule>,
}

/// Columns by their letters, the row as people count.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SheetRule {
    name: String,
    header: u32,
    marks: String,
    unit: RoleRule,
    tpi: RoleRule,
    evidence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleRule {
    answer: String,
    result: String,
    share: String,
    note: String,
}

/// A column from its letters.
fn column(letters: &str) -> Result<u16, TemplateError> {
    let at = CellRef::parse(&format!("{letters}1")).and_then(|at| u16::try_from(at.col).ok());
    at.ok_or_else(|| wrong(format!("[sheet]: \"{letters}\" bukan kolom")))
}

impl SheetRule {
    fn build(self) -> Result<SheetLayout, TemplateError> {
        let Some(header) = self.header.checked_sub(1) else {
            return Err(wrong("[sheet]: header dihitung mulai 1"));
        };
        let roles = ByRole { unit: self.unit.build()?, tpi: self.tpi.build()? };
        let (marks, evidence) = (column(&self.marks)?, column(&self.evidence)?);
        Ok(SheetLayout { name: self.name, header, marks, roles, evidence })
    }
}

impl RoleRule {
    fn build(self) -> Result<RoleLayout, TemplateError> {
        let [answer, result, share, note] = [self.answer, self.result, self.share, self.note];
        let (answer, result, share, note) = (column(&answer)?, column(&result)?, column(&share)?, column(&note)?);
        Ok(RoleLayout { answer, result, share, note })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PercentageRule {
    indicator: String,
    part: Option<String>,
    whole: Option<String>,
    #[serde(default)]
    whole_is_sum_of: Vec<String>,
    #[serde(default)]
    also_within_whole: Vec<String>,
    #[serde(default)]
    part_may_exceed: bool,
    before: Option<String>,
    after: Option<String>,
    nothing_to_count: Option<f64>,
}

impl PercentageRule {
    fn build(&self, template: &Template) -> Result<Percentage, TemplateError> {
        let detail = |last: &String| template.node(&format!("{}.{last}", self.indicator));
        let details = |lasts: &[String]| lasts.iter().map(detail).collect::<Result<Vec<_>, _>>();
        match (&self.part, &self.whole, &self.before, &self.after) {
            (Some(part), Some(whole), None, None) => Ok(Percentage::Share {
                part: detail(part)?,
                whole: detail(whole)?,
                whole_is_sum_of: details(&self.whole_is_sum_of)?,
                also_within_whole: details(&self.also_within_whole)?,
                part_may_exceed: self.part_may_exceed,
                nothing_to_count: self.nothing_to_count,
            }),
            (None, None, Some(before), Some(after)) => Ok(Percentage::Decrease {
                before: detail(before)?,
                after: detail(after)?,
                nothing_to_count: self.nothing_to_count,
            }),
            _ => Err(wrong(format!("{}: perlu part dan whole, atau before dan after", self.indicator))),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimRule {
    indicator: String,
    answers: Vec<String>,
    needs: String,
    at_least: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SurveyIndexRule {
    indicator: String,
    instruments: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SurveyCountRule {
    indicator: String,
    instruments: Vec<String>,
    at_least: Vec<(String, u8)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AreaRule {
    number: u8,
    label: String,
    pemenuhan: String,
    reform: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PredicateRule {
    name: String,
    total: f64,
    area_share: f64,
    nodes: Vec<(String, f64)>,
    holds: Option<String>,
}

#[derive(Deserialize)]
struct NodeRow {
    code: String,
    kind: NodeKind,
    label: String,
    weight: Option<f64>,
    answer_type: Option<String>,
    /// Parted by `|`.
    #[serde(default)]
    also: Option<String>,
    #[serde(default)]
    optional: Option<bool>,
    /// As people count.
    #[serde(default)]
    row: Option<u32>,
}

fn read_nodes(text: &str, rules: &RulesFile) -> Result<Vec<Node>, TemplateError> {
    let mut nodes = Vec::new();
    for row in csv::Reader::from_reader(text.as_bytes()).deserialize() {
        let row: NodeRow = row.map_err(|e| wrong(e.to_string()))?;
        let type_label = row.answer_type.filter(|label| !label.is_empty());
        let answered = matches!(row.kind, NodeKind::Indicator | NodeKind::Detail);
        let answer_type = match &type_label {
            Some(label) if answered => Some(
                rules
                    .answer_type(label)
                    .ok_or_else(|| wrong(format!("{}: pilihan jawaban {label} tidak dikenal", row.code)))?,
            ),
            None if answered => return Err(wrong(format!("{}: pilihan jawaban kosong", row.code))),
            _ => None,
        };
        let also = row.also.iter().flat_map(|labels| labels.split('|'));
        nodes.push(Node {
            also: also.filter(|label| !label.is_empty()).map(normalise_label).collect(),
            is_optional: row.optional == Some(true),
            row: row.row.and_then(|row| row.checked_sub(1)),
            normalised: normalise_label(&row.label),
            type_key: type_label.as_deref().map(type_key).unwrap_or_default(),
            code: row.code,
            kind: row.kind,
            label: row.label,
            weight: row.weight,
            type_label,
            answer_type,
            parent: None,
            children: Vec::new(),
            percentage: None,
            meanings: Vec::new(),
        });
    }
    Ok(nodes)
}

impl RulesFile {
    fn answer_type(&self, label: &str) -> Option<AnswerType> {
        if label == self.percentage_type {
            return Some(AnswerType::Percentage);
        }
        if label == self.count_type {
            return Some(AnswerType::Count);
        }
        let choice = self.choice.iter().position(|c| c.answer_type == label).map(AnswerType::Choice);
        choice.or_else(|| self.scale.iter().position(|s| s.answer_type == label).map(AnswerType::Scale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_template_is_the_regulations() {
        let template = Template::lke_zi_2021();
        assert_eq!(template.nodes.len(), 199);
        assert_eq!(template.indicator_count(), 113);
        let weight = |code| template.weight(template.find(code).unwrap());
        assert_eq!((weight("A"), weight("A.I"), weight("A.II")), (60.0, 30.0, 30.0));
        assert_eq!((weight("B"), weight("B.I"), weight("B.II")), (40.0, 22.5, 17.5));
        let areas: Vec<f64> = template.areas.iter().map(|area| area.weight).collect();
        assert_eq!(areas, [8.0, 7.0, 10.0, 10.0, 15.0, 10.0]);
        let percentages = template.nodes.iter().filter(|n| n.answer_type == Some(AnswerType::Percentage));
        assert!(percentages.clone().all(|n| n.percentage.is_some()), "every percentage knows its details");
        assert_eq!(percentages.count(), 8);
        assert_eq!(template.predicates[0].thresholds.len(), 12);
    }
}
