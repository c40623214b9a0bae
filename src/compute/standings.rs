//! Action plans beside the LKE of the same satker: what is due, what is done, what is late.

use jiff::civil::Date;

use crate::compute::LkeResult;
use crate::finding::{Arg, Code, Finding, Place};
use crate::grid::CellRange;
use crate::lang::Lang;
use crate::lke::Role;
use crate::lke::template::{NodeIndex, NodeKind, Template};
use crate::plan::timeline::deadlines;
use crate::plan::trace::{Reference, Tracer};
use crate::plan::{Family, PlanItem, PlanResult};
use crate::source::SourceInfo;
use crate::text::shorten;

/// The plan of one satker.
#[derive(Debug, Default)]
pub struct UnitPlan {
    /// The files it was read from.
    pub sources: Vec<SourceInfo>,
    /// The plan; none where it could not be read.
    pub result: Option<PlanResult>,
    /// How each of its rows stands.
    pub standings: Vec<Standing>,
    /// Why there is no result.
    pub failure: Option<Finding>,
}

/// How a row of a plan stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its deadlines, in order.
    pub deadlines: Vec<Deadline>,
    /// The indicator's node, where it was traced to one.
    pub node: Option<NodeIndex>,
    /// Whether that indicator is answered, and has evidence; none where there is no LKE to tell.
    pub shown: Option<Shown>,
    /// What follows.
    pub status: Status,
}

/// What the LKE shows of an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The unit has answered it.
    pub answered: bool,
    /// It has evidence.
    pub evidenced: bool,
}

/// A day by which something planned should be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The last day of the week or month planned.
    pub day: Date,
    /// Whether it is past.
    pub is_past: bool,
}

/// What can be said of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Its indicator is answered and has evidence.
    Done,
    /// A deadline is past, and its indicator is unanswered or has no evidence.
    Late,
    /// No deadline is past yet.
    Ahead,
    /// A deadline is past; nothing tells whether it was done.
    Due,
    /// It has no months.
    Undated,
}

impl Status {
    /// The word people read.
    pub fn word(self, lang: Lang) -> &'static str {
        match self {
            Status::Done => lang.pick("selesai", "done"),
            Status::Late => lang.pick("terlambat", "late"),
            Status::Ahead => lang.pick("belum jatuh tempo", "ahead"),
            Status::Due => lang.pick("jatuh tempo", "due"),
            Status::Undated => lang.pick("tanpa bulan", "no month"),
        }
    }

    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        self.word(Lang::En)
    }
}

impl UnitPlan {
    /// The rows with how they stand.
    pub fn rows(&self) -> impl Iterator<Item = (&PlanItem, &Standing)> {
        self.result.iter().flat_map(|result| &result.items).zip(&self.standings)
    }

    /// How many rows stand so.
    pub fn count(&self, status: Status) -> usize {
        self.standings.iter().filter(|standing| standing.status == status).count()
    }
}

/// What plans are traced to.
pub fn tracer(template: &Template) -> Tracer {
    Tracer::new(references(template))
}

/// The indicators a plan can be about: those of *pemenuhan*, which are done by acting; those of *reform* are its results.
pub fn references(template: &Template) -> Vec<Reference> {
    let mut references = Vec::new();
    for area in &template.areas {
        let within = format!("{}.", template.nodes[area.pemenuhan].code);
        for node in template.nodes.iter().filter(|n| n.kind == NodeKind::Indicator && n.code.starts_with(&within)) {
            let subarea = node.code.rsplit_once('.').and_then(|(subarea, _)| template.find(subarea));
            references.push(Reference {
                code: node.code.clone(),
                area: area.number,
                component: subarea.map(|subarea| template.nodes[subarea].label.clone()).unwrap_or_default(),
                label: node.label.clone(),
            });
        }
    }
    references
}

/// How the rows of a plan stand on the day `as_of`. `year` is that of months which have none.
pub fn standings(
    plan: &PlanResult,
    references: &[Reference],
    template: &Template,
    lke: Option<&LkeResult>,
    (year, as_of): (i16, Date),
) -> Vec<Standing> {
    let of_unit = lke.and_then(|lke| Some((lke, lke.role(Role::Unit)?)));
    plan.items
        .iter()
        .map(|item| {
            let months = item.item.months.as_deref().unwrap_or_default();
            let days = deadlines(months, &item.item.weeks, year).into_iter();
            let deadlines: Vec<Deadline> = days.map(|day| Deadline { day, is_past: day < as_of }).collect();
            let node = item.traced.and_then(|traced| template.find(&references[traced.reference].code));
            let shown = node.zip(of_unit).map(|(node, (lke, unit))| Shown {
                answered: unit.nodes[node].ratio.is_some(),
                evidenced: !lke.evidence[node].is_empty(),
            });
            let is_past = deadlines.iter().any(|deadline| deadline.is_past);
            let status = match shown {
                _ if months.is_empty() => Status::Undated,
                Some(Shown { answered: true, evidenced: true }) => Status::Done,
                _ if !is_past => Status::Ahead,
                Some(_) => Status::Late,
                None => Status::Due,
            };
            Standing { deadlines, node, shown, status }
        })
        .collect()
}

/// The rows that are late, as findings.
pub fn late_findings(plan: &UnitPlan, template: &Template, as_of: Date) -> Vec<Finding> {
    let late = plan.rows().filter(|(_, standing)| standing.status == Status::Late);
    let finding = |(item, standing): (&PlanItem, &Standing)| {
        let node = &template.nodes[standing.node?];
        let day = standing.deadlines.iter().find(|deadline| deadline.is_past)?.day;
        // What the indicator lacks, the findings of the LKE say.
        let label = Arg::from(shorten(&node.label, 60));
        let args = [("label", label), ("due", Arg::Day(day)), ("as_of", Arg::Day(as_of))];
        let range = Some(CellRange::of_cell(item.item.cell));
        Some(Finding::new(Code::PlanLate, args).about(&*node.code).at(Place { range, ..item.place.clone() }))
    };
    late.filter_map(finding).collect()
}

/// Whether plans of this family are traced to the LKE.
pub fn is_traced(plan: &PlanResult) -> bool {
    plan.family == Family::Zi
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::timeline::PlanMonth;
    use jiff::civil::date;

    #[test]
    fn a_row_is_late_once_a_deadline_is_past() {
        let template = Template::lke_zi_2021();
        let references = references(&template);
        let of = |year: Option<i16>, months: &[u8]| -> Vec<PlanMonth> {
            months.iter().map(|&month| PlanMonth { year, month }).collect()
        };
        let item = |months: &[PlanMonth]| PlanItem {
            item: crate::plan::read::Item {
                cell: crate::grid::CellRef::new(0, 0),
                target_cell: None,
                code: String::new(),
                area: Some(1),
                component: String::new(),
                sub: String::new(),
                indicator: String::new(),
                action: String::new(),
                evidence: String::new(),
                months: Some(months.to_vec()),
                weeks: Vec::new(),
                target: String::new(),
                quarters: Vec::new(),
                note: String::new(),
            },
            place: Place::whole("x"),
            traced: None,
        };
        let across = [of(Some(2025), &[12]), of(Some(2026), &[1])].concat();
        let items = vec![item(&of(None, &[6, 7])), item(&[]), item(&of(None, &[12])), item(&across)];
        let plan = PlanResult { family: Family::Zi, items, year: None, decreed: None, unplanned: Vec::new() };
        let on = |day: Date| -> Vec<Status> {
            standings(&plan, &references, &template, None, (2025, day)).into_iter().map(|s| s.status).collect()
        };
        assert_eq!(
            on(date(2025, 7, 31)),
            [Status::Ahead, Status::Undated, Status::Ahead, Status::Ahead],
            "not on its day"
        );
        assert_eq!(on(date(2025, 8, 1)), [Status::Due, Status::Undated, Status::Ahead, Status::Ahead]);
        assert_eq!(on(date(2026, 1, 1)), [Status::Due, Status::Undated, Status::Due, Status::Ahead]);
        assert_eq!(on(date(2026, 2, 1)).last(), Some(&Status::Due), "due in January of the next year");
    }

    #[test]
    fn references_are_the_indicators_of_pemenuhan() {
        let references = references(&Template::lke_zi_2021());
        assert_eq!(references.first().map(|r| (&*r.code, r.area)), Some(("A.I.1.i.a", 1)));
        assert!(
            references.iter().all(|reference| reference.code.starts_with("A.I.") && !reference.component.is_empty())
        );
    }
}
