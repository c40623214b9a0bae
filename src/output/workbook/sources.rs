//! *Sumber*: where every number came from.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::{HEADER, Look, Sheet};
use super::{Context, Name};

pub(super) fn write(context: &Context, sheet: Worksheet) -> Result<Worksheet, XlsxError> {
    let (data, lang) = (context.data, context.lang);
    let title = format!(
        "{} – {} ({}), rekap {}",
        lang.pick("Sumber", "Sources"),
        data.template.title,
        data.template.regulation,
        env!("CARGO_PKG_VERSION")
    );
    let name = Name::Sources.text(lang);
    let mut sheet = Sheet::new(sheet, context, name, &title, &context.subtitle())?;
    let headings = [
        lang.pick("Kode satker", "Satker code"),
        "Satker",
        lang.pick("Isi", "Content"),
        lang.pick("Lokasi", "Location"),
        lang.pick("Lembar", "Sheet"),
        "SHA-256",
        lang.pick("Ukuran (bita)", "Size (bytes)"),
        lang.pick("Waktu baca", "Read at"),
        lang.pick("Keadaan", "State"),
    ];
    sheet.header(HEADER, &headings)?;
    let mut row = HEADER;
    for unit in &data.units {
        let lke = ("LKE", unit.source.as_ref(), unit.lke.as_ref().map(|lke| &lke.sheet));
        let surveys = data.surveys.iter().zip(&unit.surveys).flat_map(|(head, survey)| {
            let sheet = survey.result.as_ref().map(|result| &result.sheet);
            survey.lines().map(move |source| (head.instrument.short.as_str(), source, sheet))
        });
        let plan_sheet = unit.plan.as_ref().and_then(|plan| plan.result.as_ref()?.items[0].place.sheet.as_ref());
        let plans = unit.plan.iter().flat_map(|plan| &plan.sources);
        let plans = plans.map(|source| (lang.pick("Rencana aksi", "Action plan"), Some(source), plan_sheet));
        for (content, source, read) in [lke].into_iter().chain(surveys).chain(plans) {
            row += 1;
            sheet.text(row, 0, &unit.satker.kode)?;
            sheet.text(row, 1, &unit.satker.nama)?;
            sheet.text(row, 2, content)?;
            sheet.text(row, 3, source.map_or("–", |s| &*s.location))?;
            sheet.text(row, 4, read.map_or("–", |name| &**name))?;
            sheet.text(row, 5, source.map_or("", |s| &*s.sha256))?;
            sheet.count(row, 6, source.map(|s| s.bytes).filter(|&bytes| bytes > 0))?;
            sheet.text(row, 7, &source.map(|s| data.shown_time(s.read_at, lang)).unwrap_or_default())?;
            match source {
                Some(source) if source.stale => {
                    sheet.text_as(row, 8, lang.pick("salinan lama", "earlier copy"), Look::Yellow)?;
                }
                Some(source) if !source.sha256.is_empty() => sheet.word(row, 8, lang.pick("baru", "fresh"))?,
                _ => sheet.text(row, 8, "")?,
            }
        }
    }
    sheet.finish(HEADER, 2, true)
}
