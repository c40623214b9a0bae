//! *Bukti Dukung*: how the evidence links of every satker stand, indicator by indicator; where they were checked.

use super::table::{CellValue, Colour, Format, Rows, Section, Size, Table, Tone, cells};
use super::{Report, row_of};
use crate::lang::Lang;
use crate::links::{Counts, LinkState, of_indicators};
use crate::lke::Role;
use crate::text::shorten;

pub(super) fn table(report: Report) -> Option<Table<Rows>> {
    let Report { data, lang } = report;
    let links = data.links.as_ref()?;
    let all = Counts::of(links.states.values());
    let at = links.checked_at.strftime("%Y-%m-%d %H:%M UTC");
    let title = match lang {
        Lang::Id => format!("Bukti dukung: {} tautan, diperiksa {at}", all.all()),
        Lang::En => format!("Evidence: {} links, checked {at}", all.all()),
    };
    let states = [(LinkState::Reachable, Tone::Good), (LinkState::NeedsPermission, Tone::Open)];
    let states = states.into_iter().chain([(LinkState::Gone, Tone::Bad)]);
    let states = states.map(|(state, tone)| (state.word(lang).to_owned(), tone)).collect();
    let mut columns = Vec::from(report.satker_columns());
    columns.extend([
        report.text("Indikator", "Indicator"),
        report.wrapped("Uraian", "Label"),
        report.word("Jawaban unit", "Unit answer"),
        report.column(Format::Link, "Tautan", "Link"),
        report.word("Keadaan", "State").coloured(Colour::Words(states)),
        report.text("Sebab", "Reason"),
        report.count("Terbuka", "Reachable"),
        report.count("Perlu izin", "Needs permission"),
        report.count("Hilang", "Gone"),
        report.count("Tak terjangkau", "Unreachable"),
    ]);
    let rows = data.units.iter().flat_map(move |unit| {
        // A satker's distinct links, counted, stand above them.
        let counts = unit.lke.as_ref().map(|lke| Counts::of_worksheet(lke, &links.states));
        let remark = if unit.lke.is_none() { lang.pick("LKE tidak terbaca", "LKE not read") } else { "" };
        let counted = cells![
            "",
            remark,
            "",
            "",
            "",
            "",
            counts.map(|counts| counts.reachable),
            counts.map(|counts| counts.needs_permission),
            counts.map(|counts| counts.gone),
            counts.map(|counts| counts.unreachable),
        ];
        let of_lke = unit.lke.iter().flat_map(move |lke| {
            of_indicators(lke, &links.states).flat_map(move |indicator| {
                let node = &lke.template.nodes[indicator.node];
                let answer = lke.role(Role::Unit).map(|unit| unit.shown_answer(&lke.template, indicator.node, lang));
                indicator.links.into_iter().map(move |(link, state)| {
                    let mut cells = cells![
                        &node.code,
                        shorten(&node.label, 120),
                        answer.clone().unwrap_or_default(),
                        CellValue::Link(link.to_owned()),
                        state.word(lang),
                        state.reason(lang).unwrap_or_default(),
                    ];
                    cells.extend([const { CellValue::Empty }; 4]);
                    row_of(unit, cells)
                })
            })
        });
        [row_of(unit, counted).head_if(true)].into_iter().chain(of_lke)
    });
    let section = Section::new(columns, Box::new(rows) as Rows);
    Some(Table { size: Size::Long, ..Table::new(title, report.subtitle(), 3, vec![section]) })
}
