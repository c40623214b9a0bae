//! *Sumber*: where every number came from.

use super::Report;
use super::table::{CellValue, Colour, Format, Headed, Rows, Table, Tone};
use crate::compute::Unit;
use crate::lang::Lang;
use crate::source::SourceInfo;

/// Something a satker was or should have been read from: what it is, where, and the sheet that was read.
#[derive(Clone, Copy)]
pub(super) struct Read<'a> {
    pub(super) unit: &'a Unit,
    pub(super) content: &'a str,
    source: Option<&'a SourceInfo>,
    sheet: Option<&'a str>,
}

impl Read<'_> {
    /// Whether it is new, old or missing.
    pub(super) fn state(&self, lang: Lang) -> &'static str {
        let [fresh, stale, none] = states(lang);
        match self.source {
            Some(source) if source.stale => stale,
            Some(_) if self.sheet.is_some() => fresh,
            _ => none,
        }
    }

    /// Where it is: an address as it stands. The names of an office's own files are its own business.
    pub(super) fn location(&self, lang: Lang) -> CellValue {
        match self.source.map(|source| &*source.location) {
            None => "–".into(),
            Some(address) if address.contains("://") => address.into(),
            Some(path) => CellValue::Office(path.to_owned(), lang.pick("berkas kantor", "a file of the office")),
        }
    }

    /// When it was read.
    pub(super) fn at(&self) -> CellValue {
        self.source.map_or(CellValue::Empty, |source| CellValue::Moment(source.read_at))
    }
}

fn states(lang: Lang) -> [&'static str; 3] {
    [lang.pick("terbaca", "read"), lang.pick("salinan lama", "earlier copy"), lang.pick("tidak terbaca", "not read")]
}

/// The column of those words.
pub(super) fn state_column(report: Report) -> Headed {
    let [fresh, stale, none] = states(report.lang).map(str::to_owned);
    let words = Colour::Words(vec![(fresh, Tone::Good), (stale, Tone::Open), (none, Tone::Bad)]);
    report.word("Keadaan", "State").coloured(words)
}

/// Everything the satker were read from.
pub(super) fn read(report: Report) -> impl Iterator<Item = Read> {
    let Report { data, lang } = report;
    data.units.iter().flat_map(move |unit| {
        let lke = Read {
            unit,
            content: "LKE",
            source: unit.source.as_ref(),
            sheet: unit.lke.as_ref().map(|lke| &*lke.sheet),
        };
        let surveys = data.surveys.iter().zip(&unit.surveys).flat_map(move |(head, survey)| {
            let sheet = survey.result.as_ref().map(|result| &*result.sheet);
            survey.lines().map(move |source| Read { unit, content: &head.instrument.short, source, sheet })
        });
        let plans = unit.plan.iter().flat_map(move |plan| {
            plan.sources.iter().map(move |source| Read {
                unit,
                content: lang.pick("Rencana aksi", "Action plan"),
                source: Some(source),
                sheet: plan.result.as_ref().and_then(|result| {
                    let of_source = result.items.iter().find(|item| item.place.location == source.location);
                    of_source.and_then(|item| item.place.sheet.as_deref())
                }),
            })
        });
        [lke].into_iter().chain(surveys).chain(plans)
    })
}

pub(super) fn table<'a>(report: Report<'a>) -> Table<Rows<'a>> {
    let Report { data, lang } = report;
    let title = format!(
        "{} – {} ({}), rekap {}",
        lang.pick("Sumber", "Sources"),
        data.template.title,
        data.template.regulation,
        env!("CARGO_PKG_VERSION")
    );
    let mut columns = report.columns(|of: Read<'a>| of.unit);
    columns
        .add(report.text("Isi", "Content"), |of| of.content)
        .add(report.text("Lokasi", "Location"), move |of| of.location(lang))
        .add(report.text("Lembar", "Sheet"), |of| of.sheet.unwrap_or("–"))
        .add(report.text("SHA-256", "SHA-256"), |of| of.source.map_or("", |source| &*source.sha256))
        .add(report.count("Ukuran (bita)", "Size (bytes)"), |of| {
            of.source.map(|source| source.bytes).filter(|&bytes| bytes > 0).map(|bytes| bytes as f64)
        })
        .add(report.column(Format::Moment, "Waktu baca", "Read at"), |of| of.at())
        .add(state_column(report), move |of| of.state(lang));
    Table::new(title, report.subtitle(), 2, vec![columns.section(read(report))])
}
