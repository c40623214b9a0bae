//! Pages for a person with a browser, and the file Google would export.

use std::fmt::Write as _;

use rekap::grid::column_letters;
use rust_xlsxwriter::{Format, Formula, Workbook, XlsxError};

use super::get::link;
use super::http::{Answer, Shared};
use super::model::{Content, Role, Sheet, Spreadsheet};
use super::number::{formatted, plain};

const STYLE: &str = "body{font:14px sans-serif;margin:1em}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:2px 6px;vertical-align:top;max-width:30em;white-space:pre-wrap}th{background:#f3f3f3;font-weight:normal}nav a{margin-right:1em}";

/// Text made harmless in HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn document(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>{body}</body></html>\n"
    )
}

fn missing() -> Answer {
    Answer::page(404, document("Sorry, the file you have requested does not exist.", ""))
}

/// What Google shows those it does not know: a page where a file was expected.
fn sign_in() -> Answer {
    Answer::page(
        200,
        document("Sign in - Google Accounts", "<form><label>Email or phone <input type=\"email\"></label></form>"),
    )
}

/// All spreadsheets.
pub fn index(shared: &Shared) -> Answer {
    let state = shared.state();
    let mut list = String::new();
    for (id, spreadsheet) in &state.spreadsheets {
        let (id, title) = (escape(id), escape(&spreadsheet.title));
        let _ = write!(list, "<li><a href=\"/spreadsheets/d/{id}/edit\">{id}</a> {title}</li>");
    }
    Answer::page(200, document("Local Sheets server", &format!("<ul>{list}</ul>")))
}

/// A spreadsheet's sheet as a table, the first one unless a gid says otherwise.
pub fn view(shared: &Shared, id: &str, gid: Option<&str>) -> Answer {
    let Some(spreadsheet) = shared.state().spreadsheets.get(id).cloned() else { return missing() };
    let chosen = gid.and_then(|gid| spreadsheet.place(gid.parse().ok()?)).unwrap_or_default();
    let mut body = String::from("<nav>");
    for sheet in &spreadsheet.sheets {
        let hidden = if sheet.hidden() { " (hidden)" } else { "" };
        let (title, gid) = (escape(sheet.title()), sheet.id());
        let _ = write!(body, "<a href=\"?gid={gid}\">{title}</a>{hidden} ");
    }
    body += "</nav>";
    if let Some(sheet) = spreadsheet.sheets.get(chosen) {
        body += &table(&spreadsheet, sheet);
    }
    Answer::page(200, document(&spreadsheet.title, &body))
}

fn table(spreadsheet: &Spreadsheet, sheet: &Sheet) -> String {
    let used = sheet.used(|cell| !cell.is_empty());
    let mut html = String::from("<table><tr><th></th>");
    for col in used.cols.clone() {
        let _ = write!(html, "<th>{}</th>", column_letters(col));
    }
    html += "</tr>";
    for row in used.rows {
        let _ = write!(html, "<tr><th>{}</th>", row + 1);
        for col in used.cols.clone() {
            let merge = sheet.merges.iter().find(|merge| merge.contains(row, col));
            let span = match merge {
                Some(merge) if (merge.rows.start, merge.cols.start) == (row, col) => {
                    format!(" rowspan=\"{}\" colspan=\"{}\"", merge.rows.len(), merge.cols.len())
                }
                Some(_) => continue,
                None => String::new(),
            };
            let cell = sheet.cell(row, col);
            let text = escape(&formatted(cell, &spreadsheet.locale));
            let text = match link(cell).filter(|link| rekap::grid::is_web_address(link)) {
                Some(link) => format!("<a href=\"{}\" rel=\"noreferrer\">{text}</a>", escape(link)),
                None => text,
            };
            let formula =
                cell.formula.as_ref().map_or_else(String::new, |formula| format!(" title=\"{}\"", escape(formula)));
            let _ = write!(html, "<td{span}{formula}>{text}</td>");
        }
        html += "</tr>";
    }
    html + "</table>"
}

/// A spreadsheet as xlsx, or one sheet as csv; a page to sign in where it is not shared by link, as Google answers.
pub fn export(shared: &Shared, id: &str, format: Option<&str>, gid: Option<&str>) -> Answer {
    let Some(spreadsheet) = shared.state().spreadsheets.get(id).cloned() else { return missing() };
    if !spreadsheet.by_link || spreadsheet.account == Role::None {
        return sign_in();
    }
    match format {
        Some("csv") => {
            let place = gid.and_then(|gid| spreadsheet.place(gid.parse().ok()?)).unwrap_or_default();
            match spreadsheet.sheets.get(place).map(|sheet| csv(&spreadsheet, sheet)) {
                Some(Ok(body)) => Answer { status: 200, kind: "text/csv", body, header: None },
                _ => missing(),
            }
        }
        None | Some("xlsx") => match xlsx(&spreadsheet) {
            Ok(body) => Answer {
                status: 200,
                kind: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                body,
                header: None,
            },
            Err(error) => Answer::page(500, document("Export failed", &escape(&error.to_string()))),
        },
        Some(_) => Answer::page(400, document("Unsupported format", "")),
    }
}

fn csv(spreadsheet: &Spreadsheet, sheet: &Sheet) -> Result<Vec<u8>, csv::Error> {
    let used = sheet.used(|cell| !cell.is_empty());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in used.rows {
        writer.write_record(used.cols.clone().map(|col| formatted(sheet.cell(row, col), &spreadsheet.locale)))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn xlsx(spreadsheet: &Spreadsheet) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    for sheet in &spreadsheet.sheets {
        let out = workbook.add_worksheet().set_name(sheet.title())?;
        out.set_hidden(sheet.hidden());
        for merge in &sheet.merges {
            let (top, left) = (merge.rows.start, merge.cols.start as u16);
            out.merge_range(top, left, merge.rows.end - 1, merge.cols.end as u16 - 1, "", &Format::new())?;
        }
        for (row, cells) in (0_u32..).zip(&sheet.rows) {
            for (col, cell) in (0_u16..).zip(cells) {
                let pattern = cell.number_format().and_then(|format| format.get("pattern")).and_then(|p| p.as_str());
                let format = pattern.map_or_else(Format::new, |pattern| Format::new().set_num_format(pattern));
                match (&cell.formula, &cell.content, link(cell)) {
                    (Some(formula), content, _) => {
                        let formula = Formula::new(formula.as_ref()).set_result(plain(content));
                        out.write_formula_with_format(row, col, formula, &format)?;
                    }
                    (None, Content::Text(text), Some(link)) => {
                        out.write_url(row, col, rust_xlsxwriter::Url::new(link).set_text(text.as_ref()))?;
                    }
                    (None, Content::Text(text), None) => {
                        out.write_string(row, col, text.as_ref())?;
                    }
                    (None, Content::Number(number), _) => {
                        out.write_number_with_format(row, col, *number, &format)?;
                    }
                    (None, Content::Bool(flag), _) => {
                        out.write_boolean(row, col, *flag)?;
                    }
                    (None, Content::Error(kind), _) => {
                        let formula = Formula::new(kind.to_string()).set_result(kind.to_string());
                        out.write_formula(row, col, formula)?;
                    }
                    (None, Content::Empty, _) => {}
                }
            }
        }
    }
    workbook.save_to_buffer()
}
