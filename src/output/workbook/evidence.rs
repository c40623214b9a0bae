//! *Bukti Dukung*: how the evidence links of every satker stand, indicator by indicator. Written only where they were
//! checked.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{HEADER, Look, Sheet};
use super::{Context, Name};
use crate::links::{Counts, LinkReport, LinkState, of_indicators};
use crate::lke::Role;
use crate::text::shorten;

impl Look {
    fn of_link(state: &LinkState) -> Look {
        match state {
            LinkState::Reachable => Look::Green,
            LinkState::NeedsPermission => Look::Yellow,
            LinkState::Gone => Look::Red,
            LinkState::Unreachable(_) => Look::Word,
        }
    }
}

pub(super) fn write(context: &Context, sheet: Worksheet, report: &LinkReport) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let all = Counts::of(report.states.values());
    let at = report.checked_at.strftime("%Y-%m-%d %H:%M UTC");
    let title = match lang {
        crate::lang::Lang::Id => format!("Bukti dukung: {} tautan, diperiksa {at}", all.all()),
        crate::lang::Lang::En => format!("Evidence: {} links, checked {at}", all.all()),
    };
    let name = Name::Evidence.text(lang);
    let mut sheet = Sheet::new(sheet, context, name, &title, &context.subtitle())?;
    let headings = [
        lang.pick("Kode satker", "Satker code"),
        "Satker",
        lang.pick("Indikator", "Indicator"),
        lang.pick("Uraian", "Label"),
        lang.pick("Jawaban unit", "Unit answer"),
        lang.pick("Tautan", "Link"),
        lang.pick("Keadaan", "State"),
        lang.pick("Sebab", "Reason"),
        lang.pick("Terbuka", "Reachable"),
        lang.pick("Perlu izin", "Needs permission"),
        lang.pick("Hilang", "Gone"),
        lang.pick("Tak terjangkau", "Unreachable"),
    ];
    let (text, word) = (Look::Text, Look::Word);
    let mut looks = vec![text, text, text, Look::Wrapped, word, Look::Link, word, text];
    looks.extend([Look::Count; 4]);
    sheet.columns(&looks)?;
    sheet.header(HEADER, &headings)?;
    let mut row = HEADER;
    for unit in &data.units {
        // A satker's distinct links, counted, stand above them.
        row += 1;
        sheet.heading(row, 0, &unit.satker.kode)?;
        sheet.heading(row, 1, &unit.satker.nama)?;
        let remark = match &unit.lke {
            None => lang.pick("LKE tidak terbaca", "LKE not read"),
            Some(_) => "",
        };
        for col in 2..8 {
            sheet.heading(row, col, if col == 3 { remark } else { "" })?;
        }
        let counts = unit.lke.as_ref().map(|lke| Counts::of_worksheet(lke, &report.states));
        let counts = counts.map(|c| [c.reachable, c.needs_permission, c.gone, c.unreachable]);
        for place in 0..4 {
            let count = counts.map(|counts| counts[place] as f64);
            sheet.number_as(row, 8 + place as u16, count, Look::HeadingCount)?;
        }
        let Some(lke) = &unit.lke else { continue };
        for indicator in of_indicators(lke, &report.states) {
            let node = &lke.template.nodes[indicator.node];
            let answer = lke.role(Role::Unit).map(|result| result.shown_answer(&lke.template, indicator.node, lang));
            for (link, state) in indicator.links {
                row += 1;
                sheet.text(row, 0, &unit.satker.kode)?;
                sheet.text(row, 1, &unit.satker.nama)?;
                sheet.text(row, 2, &node.code)?;
                sheet.text(row, 3, &shorten(&node.label, 120))?;
                sheet.word(row, 4, answer.as_deref().unwrap_or_default())?;
                sheet.web_link(row, 5, link)?;
                sheet.text_as(row, 6, state.word(lang), Look::of_link(state))?;
                sheet.text(row, 7, &state.reason(lang).unwrap_or_default())?;
            }
        }
    }
    sheet.finish(HEADER, 3, true)
}
