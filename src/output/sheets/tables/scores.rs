//! *Peringkat* and *Area*: ranks and area scores of both roles.

use super::Source;
use crate::lke::Role;
use crate::output::sheets::table::{CellValue, Colour, Column, Format, Heading, Section, Table};

fn heat(most: f64) -> Column {
    Column::coloured(Format::Number, Colour::Heat(most))
}

fn over(headings: &mut Vec<Heading>, text: impl Into<String>, span: usize) {
    headings.push(Heading { text: text.into(), span });
}

pub(super) fn ranking(from: &Source) -> Table {
    let (data, lang) = (from.data, from.lang);
    let template = &*data.template;
    let rank = || from.column("Peringkat", "Rank", Column::of(Format::Count));
    let mut columns = vec![from.column("Peran", "Role", Column::of(Format::Text)), rank()];
    columns.push(from.column("Kode", "Code", Column::of(Format::Text)));
    columns.push(from.column("Satker", "Satker", Column::of(Format::Text)));
    columns.push(from.column("Total", "Total", heat(template.total_weight())));
    let mut groups = Vec::new();
    for _ in 0..columns.len() {
        over(&mut groups, "", 1);
    }
    for area in &template.areas {
        over(&mut groups, format!("{} {}", area.number, area.label), 2);
        columns.extend([from.column("Nilai", "Score", heat(area.weight)), rank()]);
    }
    for survey in &data.surveys {
        over(&mut groups, format!("{} {}", survey.instrument.index, survey.period), 2);
        columns.extend([from.column("Indeks", "Index", Column::of(Format::Number)), rank()]);
    }
    over(&mut groups, "", 1);
    columns.push(from.column("Keterangan", "Remark", Column::of(Format::Wrapped)));
    let number = |number: Option<f64>| CellValue::number(number);
    let rows = data.ranking.iter().map(|ranked| {
        let satker = &data.units[ranked.unit].satker;
        let mut row = vec![
            ranked.role.word().into(),
            number(ranked.total.rank.map(f64::from)),
            satker.kode.as_str().into(),
            satker.nama.as_str().into(),
            number(ranked.total.score),
        ];
        row.extend(ranked.areas.iter().flat_map(|area| [number(area.score), number(area.rank.map(f64::from))]));
        row.extend(ranked.surveys.iter().zip(&data.surveys).flat_map(|(ranked, survey)| {
            let index = ranked.score.map(|index| survey.instrument.scaled(index));
            [number(index), number(ranked.rank.map(f64::from))]
        }));
        row.push(data.remark_of(ranked, lang).into());
        row
    });
    let mut section = Section { rows: rows.collect(), ..Section::new(columns) };
    section.headings.insert(0, groups);
    let title = lang.pick(
        "Peringkat – nilai sama berbagi peringkat, peringkat berikutnya dilompati (1, 2, 2, 4)",
        "Ranking – equal scores share a rank and the next ranks are skipped (1, 2, 2, 4)",
    );
    Table {
        title: title.to_owned(),
        subtitle: from.subtitle(),
        sections: vec![section],
        frozen_columns: 4,
        is_idle: false,
    }
}

pub(super) fn areas(from: &Source) -> Table {
    let (data, lang) = (from.data, from.lang);
    let template = &*data.template;
    let mut columns = vec![
        from.column("Peran", "Role", Column::of(Format::Text)),
        from.column("Kode", "Code", Column::of(Format::Text)),
        from.column("Satker", "Satker", Column::of(Format::Text)),
    ];
    let mut groups = Vec::new();
    for _ in 0..columns.len() {
        over(&mut groups, "", 1);
    }
    for area in &template.areas {
        let heading = format!("{} {} ({})", area.number, area.label, lang.plain_number(area.weight, 2));
        over(&mut groups, heading, 3);
        columns.push(from.column("Pemenuhan", "Pemenuhan", heat(template.weight(area.pemenuhan))));
        columns.push(from.column("Reform", "Reform", heat(template.weight(area.reform))));
        columns.push(from.column("Jumlah", "Sum", heat(area.weight)));
    }
    let rows = Role::ALL.into_iter().flat_map(|role| {
        data.units.iter().map(move |unit| {
            let mut row: Vec<CellValue> =
                vec![role.word().into(), unit.satker.kode.as_str().into(), unit.satker.nama.as_str().into()];
            let result = unit.lke.as_ref().and_then(|lke| lke.role(role));
            for (which, area) in template.areas.iter().enumerate() {
                let scores = result.map(|result| &result.scores);
                row.push(CellValue::number(scores.and_then(|scores| scores.nodes[area.pemenuhan].score)));
                row.push(CellValue::number(scores.and_then(|scores| scores.nodes[area.reform].score)));
                row.push(CellValue::number(scores.and_then(|scores| scores.areas[which].score)));
            }
            row
        })
    });
    let mut section = Section { rows: rows.collect(), ..Section::new(columns) };
    section.headings.insert(0, groups);
    let title = lang
        .pick("Nilai per area: Pemenuhan, Reform, dan jumlahnya", "Scores per area: Pemenuhan, Reform and their sum");
    Table {
        title: title.to_owned(),
        subtitle: from.subtitle(),
        sections: vec![section],
        frozen_columns: 3,
        is_idle: false,
    }
}
