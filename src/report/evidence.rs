//! *Bukti Dukung*: how the evidence links of every satker stand, indicator by indicator; where they were checked.

use super::Report;
use super::table::{CellValue, Colour, Format, Rows, Size, Table, Tone};
use crate::compute::Unit;
use crate::compute::evidence::{Counts, of_indicators};
use crate::lang::Lang;
use crate::links::LinkState;
use crate::lke::Role;
use crate::lke::template::NodeIndex;
use crate::text::shorten;

/// A link of a satker's indicator and how it stands; before them the satker itself, with its distinct links counted.
type Of<'a> = (&'a Unit, Option<(NodeIndex, &'a str, &'a LinkState)>);

pub(super) fn table<'a>(report: Report<'a>) -> Option<Table<Rows<'a>>> {
    let Report { data, lang } = report;
    let links = data.links.as_ref()?;
    let all = Counts::of(links.states.values());
    let at = data.shown_time(links.checked_at, lang);
    let title = match lang {
        Lang::Id => format!("Bukti dukung: {} tautan, diperiksa {at}", all.all()),
        Lang::En => format!("Evidence: {} links, checked {at}", all.all()),
    };
    let states = [(LinkState::Reachable, Tone::Good), (LinkState::NeedsPermission, Tone::Open)];
    let states = states.into_iter().chain([(LinkState::Gone, Tone::Bad)]);
    let states = states.map(|(state, tone)| (state.word(lang).to_owned(), tone)).collect();
    let node = |(unit, of): Of<'a>| Some((unit.lke.as_ref()?, of?.0));
    let counts = move |(unit, of): Of<'a>, count: fn(Counts) -> usize| {
        let lke = unit.lke.as_ref().filter(|_| of.is_none())?;
        Some(count(Counts::of_worksheet(lke, &links.states)))
    };
    let mut columns = report.columns(|(unit, _): Of<'a>| unit);
    columns
        .add(report.text("Indikator", "Indicator"), move |of| {
            node(of).map_or("", |(lke, node)| &lke.template.nodes[node].code)
        })
        .add(report.wrapped("Uraian", "Label"), move |of| match node(of) {
            Some((lke, node)) => shorten(&lke.template.nodes[node].label, 120),
            None if of.0.lke.is_none() => lang.pick("LKE tidak terbaca", "LKE not read").to_owned(),
            None => String::new(),
        })
        .add(report.word("Jawaban unit", "Unit answer"), move |of| {
            let unit = node(of).and_then(|(lke, node)| Some((lke, node, lke.role(Role::Unit)?)));
            unit.map(|(lke, node, unit)| unit.shown_answer(&lke.template, node, lang)).unwrap_or_default()
        })
        .add(report.column(Format::Link, "Tautan", "Link"), |(_, of)| {
            of.map_or(CellValue::Empty, |(_, link, _)| CellValue::link(link))
        })
        .add(report.word("Keadaan", "State").coloured(Colour::Words(states)), move |(_, of)| {
            of.map_or("", |(.., state)| state.word(lang))
        })
        .add(report.text("Sebab", "Reason"), move |(_, of)| of.and_then(|of| of.2.reason(lang)).unwrap_or_default())
        .add(report.count("Terbuka", "Reachable"), move |of| counts(of, |counts| counts.reachable))
        .add(report.count("Perlu izin", "Needs permission"), move |of| counts(of, |counts| counts.needs_permission))
        .add(report.count("Hilang", "Gone"), move |of| counts(of, |counts| counts.gone))
        .add(report.count("Tak terjangkau", "Unreachable"), move |of| counts(of, |counts| counts.unreachable));
    let rows = data.units.iter().flat_map(move |unit| {
        let indicators = unit.lke.iter().flat_map(|lke| of_indicators(lke, &links.states));
        let of_indicators =
            indicators.flat_map(|of| of.links.into_iter().map(move |(link, state)| Some((of.node, link, state))));
        [None].into_iter().chain(of_indicators).map(move |of| (unit, of))
    });
    let section = columns.section_with(rows, |(_, of), row| row.head_if(of.is_none()));
    Some(Table { size: Size::Long, ..Table::new(title, report.subtitle(), 3, vec![section]) })
}
