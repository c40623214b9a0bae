//! The official LKE worksheet, empty or filled: outline, answers of unit and TPI with validation, and formulas that are
//! right. None of them shows an error while answers are missing, and the bounds of the regulation hold in each. What each
//! option means stands beside the answers; all but what is filled in is locked.

use std::path::Path;
use std::sync::Arc;

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, Format, FormatAlign, FormatBorder, Formula, Note, ProtectionOptions,
    Workbook, Worksheet, XlsxError,
};

use super::{LONGEST_TEXT, package};
use crate::compute::lke::of_answers;
use crate::compute::{LkeResult, RoleResult};
use crate::frames::TemplateFrames;
use crate::grid::CellRef;
use crate::lang::Lang;
use crate::lke::answer::Answer;
use crate::lke::template::{
    AnswerType, MeaningSource, Node, NodeIndex, NodeKind, Percentage, RoleLayout, SheetLayout, Template,
};
use crate::lke::{ByRole, Role};
use crate::text::{clip, wrapped_lines};

/// Where everything stands in a template that does not say so: a title above the headings, a guide below them.
const PLAIN: (u32, u16, ByRole<RoleLayout>, u16) = (
    1,
    0,
    ByRole {
        unit: RoleLayout { answer: 10, result: 11, share: 12, note: 13 },
        tpi: RoleLayout { answer: 15, result: 16, share: 17, note: 18 },
    },
    14,
);
/// The label, in the column behind the outline marks.
const LABEL: u16 = 6;
const WEIGHT: u16 = 7;
const CRITERIA: u16 = 8;
const TYPE: u16 = 9;
const BLANK: &str = "Blm Diisi";
/// Widths of label and criteria, and how many letters fit a line of each at the font used, the label with its mark.
const LABEL_WIDTH: f64 = 38.0;
const LABEL_LETTERS: usize = 46;
const CRITERIA_WIDTH: f64 = 56.0;
const CRITERIA_LETTERS: usize = 70;

/// What is filled in; by role and node, indexed like [`Template::nodes`].
pub type Filled = ByRole<Vec<Answer>>;

/// Writes the worksheet, empty or with answers.
///
/// # Errors
/// When the file cannot be written.
pub fn write(template: &Arc<Template>, filled: Option<&Filled>, lang: Lang, path: &Path) -> Result<(), XlsxError> {
    write_with(template, filled, &[], lang, path)
}

/// Writes it with the unit's evidence, by node.
fn write_with(
    template: &Arc<Template>,
    filled: Option<&Filled>,
    evidence: &[String],
    lang: Lang,
    path: &Path,
) -> Result<(), XlsxError> {
    let mut book = Workbook::new();
    // Widths are counted in digits of this font, so they are the same in every program that has one like it.
    book.set_default_format(&Format::new().set_font_name("Arial").set_font_size(10), 17, 64)?;
    let sheet = book.add_worksheet();
    let form = Form::new(template);
    sheet.set_name(&form.layout.name)?.set_formula_result_default("");
    let style = Style::new();
    header(sheet, &form, lang, &style)?;
    for index in 0..template.nodes.len() {
        fixed_cells(sheet, &form, index, lang, &style)?;
    }
    let filled = filled.cloned().unwrap_or_else(|| ByRole::of(|_| vec![Answer::Blank; template.nodes.len()]));
    let results = TemplateFrames::new(template.clone()).and_then(|frames| of_answers(&frames, filled));
    let results = results.map_err(|error| XlsxError::ParameterError(error.to_string()))?;
    for role in Role::ALL {
        let column = Column { form: &form, role, result: &results[role] };
        for index in 0..template.nodes.len() {
            column.write(sheet, index, lang, &style)?;
        }
        column.total(sheet, &style)?;
    }
    for (node, links) in evidence.iter().enumerate().filter(|(_, links)| !links.is_empty()) {
        let links = clip(links, LONGEST_TEXT);
        sheet.write_string_with_format(form.row(node), form.layout.evidence, links, &style.free)?;
    }
    // Both roles see what the options mean while they answer; on paper the second page repeats the labels alone.
    sheet.set_freeze_panes(form.first(), CRITERIA + 1)?;
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(2, 0)
        .set_repeat_rows(form.layout.header, form.layout.header)?;
    sheet.set_repeat_columns(0, LABEL)?.set_page_order(false);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer(lang.pick("&R&8Halaman &P dari &N", "&R&8Page &P of &N"));
    // Without a password: it keeps formulas from being typed over, and nobody from unlocking them.
    sheet.protect_with_options(&ProtectionOptions {
        format_cells: true,
        format_columns: true,
        format_rows: true,
        insert_links: true,
        edit_objects: true,
        ..ProtectionOptions::new()
    });
    package::save(&mut book, path)
}

/// Writes the worksheet of a template, filled with what was read of another one: the answers to questions both have, and the
/// unit's evidence.
///
/// # Errors
/// When the file cannot be written.
pub fn write_result(lke: &LkeResult, template: &Arc<Template>, lang: Lang, path: &Path) -> Result<(), XlsxError> {
    let source = |node: &Node| lke.template.find(&node.code).filter(|&of| is_same(&lke.template, of, template, node));
    let sources: Vec<Option<NodeIndex>> = template.nodes.iter().map(source).collect();
    let filled = ByRole::of(|role| {
        let answer = |of: &Option<NodeIndex>| {
            let given = of.and_then(|of| Some(lke.role(role)?.nodes.get(of)?.answer.clone()));
            // Percentages are formulas of the worksheet's own; what is no answer is left to be given.
            let given = given.filter(|of| matches!(of, Answer::Choice(_) | Answer::Scale(_) | Answer::Count(_)));
            given.unwrap_or(Answer::Blank)
        };
        sources.iter().map(answer).collect()
    });
    let links = |of: &Option<NodeIndex>| {
        let links = of.and_then(|of| lke.evidence.get(of)).into_iter().flatten();
        links.map(|link| &**link).collect::<Vec<_>>().join("\n")
    };
    write_with(template, Some(&filled), &sources.iter().map(links).collect::<Vec<_>>(), lang, path)
}

/// Whether a node asks what one of the same code in another template asks, in the same way.
fn is_same(template: &Template, of: NodeIndex, other: &Template, node: &Node) -> bool {
    template.nodes.get(of).is_some_and(|of| {
        let scale = |template: &Template, node: &Node| match node.answer_type {
            Some(AnswerType::Choice(place)) => template.choices.get(place).map(|choice| choice.options.clone()),
            _ => None,
        };
        of.kind == node.kind && of.type_key == node.type_key && scale(template, of) == scale(other, node)
    })
}

struct Style {
    title: Format,
    guide: Format,
    header: Format,
    text: Format,
    heading: Format,
    input: Format,
    free: Format,
    number: Format,
    heading_number: Format,
    share: Format,
    heading_share: Format,
    input_share: Format,
}

impl Style {
    fn new() -> Self {
        let base = Format::new().set_font_name("Arial").set_font_size(9);
        let cell = base
            .clone()
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(0xBFBFBF))
            .set_align(FormatAlign::Top)
            .set_text_wrap();
        let free = cell.clone().set_unlocked();
        let input = free.clone().set_background_color(Color::RGB(0xFFF9E5)).set_align(FormatAlign::Center);
        let grey = Color::RGB(0xEDEDED);
        Style {
            guide: base.clone().set_font_size(8).set_italic().set_align(FormatAlign::Top).set_text_wrap(),
            title: base.set_bold().set_font_size(14),
            header: cell
                .clone()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0x1F3864))
                .set_font_color(Color::White),
            heading: cell.clone().set_bold().set_background_color(grey),
            heading_number: cell.clone().set_bold().set_background_color(grey).set_num_format("0.00"),
            number: cell.clone().set_num_format("0.00"),
            share: cell.clone().set_num_format("0.00%"),
            heading_share: cell.clone().set_bold().set_background_color(grey).set_num_format("0.00%"),
            input_share: input.clone().set_num_format("0.00%"),
            input,
            free,
            text: cell,
        }
    }
}

/// A template and where it stands on its sheet.
struct Form<'a> {
    template: &'a Template,
    layout: SheetLayout,
    /// Whether a title stands above the headings and a guide below them.
    is_plain: bool,
}

impl<'a> Form<'a> {
    fn new(template: &'a Template) -> Self {
        let (header, marks, roles, evidence) = PLAIN;
        let plain = || SheetLayout { name: "LKE ZI".to_owned(), header, marks, roles, evidence };
        Form { template, is_plain: template.sheet.is_none(), layout: template.sheet.clone().unwrap_or_else(plain) }
    }

    /// The first row below headings and guide.
    fn first(&self) -> u32 {
        self.layout.header + 1 + u32::from(self.is_plain)
    }

    fn row(&self, node: NodeIndex) -> u32 {
        let own = self.template.nodes.get(node).and_then(|node| node.row).filter(|_| !self.is_plain);
        own.unwrap_or(self.first() + node as u32)
    }

    /// The row below all of them.
    fn end(&self) -> u32 {
        (0..self.template.nodes.len()).map(|node| self.row(node) + 1).max().unwrap_or(self.first())
    }

    fn cell(&self, node: NodeIndex, col: u16) -> String {
        CellRef::new(self.row(node), u32::from(col)).to_string()
    }

    fn cells(&self, nodes: &[NodeIndex], col: u16) -> String {
        nodes.iter().map(|&node| self.cell(node, col)).collect::<Vec<_>>().join(",")
    }
}

fn header(sheet: &mut Worksheet, form: &Form, lang: Lang, style: &Style) -> Result<(), XlsxError> {
    let header = form.layout.header;
    if form.is_plain {
        sheet.write_string_with_format(0, 0, form.template.title.to_uppercase(), &style.title)?;
    }
    sheet.merge_range(header, form.layout.marks, header, LABEL, "Penilaian", &style.header)?;
    let who = ["Unit", "TPI"];
    let mut headings = vec![
        (WEIGHT, "Bobot".to_owned()),
        (CRITERIA, "Kriteria Nilai".to_owned()),
        (TYPE, "Pilihan Jawaban".to_owned()),
    ];
    for (role, of) in Role::ALL.into_iter().enumerate() {
        let RoleLayout { answer, result, share, note } = form.layout.roles[of];
        headings.push((answer, format!("Jawaban {}", who[role])));
        headings.push((result, format!("Nilai {}", who[role])));
        headings.push((share, format!("% {}", who[role])));
        headings.push((
            note,
            ["Catatan/Keterangan/Penjelasan atas Jawaban Unit", "Catatan/Keterangan/Penjelasan Reviu TPI"][role]
                .to_owned(),
        ));
    }
    headings.push((form.layout.evidence, "Daftar Bukti Dukung dan Link Unit".to_owned()));
    for (col, heading) in headings {
        sheet.write_string_with_format(header, col, heading, &style.header)?;
    }
    sheet.set_row_height(header, 40)?;
    let guide = lang.pick(
        "Isi sel kuning, catatan, dan bukti dukung (satu alamat per baris teks); sel lain terkunci tanpa kata sandi, nilai \
         dihitung sendiri. Arti pilihan diringkas dari Kriteria Nilai resmi; yang bertanda * disimpulkan dari pertanyaannya.",
        "Fill in the yellow cells, notes and evidence (one address a line of text); other cells are locked without a \
         password, scores follow. Meanings are the official criteria in short; those marked * follow from the question.",
    );
    if form.is_plain {
        sheet.merge_range(header + 1, 0, header + 1, CRITERIA, guide, &style.guide)?;
        sheet.set_row_height(header + 1, 26)?;
    } else {
        // Every row has its place: what is to be known stands beside the first heading.
        sheet.insert_note(header, form.layout.marks, &Note::new(guide).set_width(420).set_height(90))?;
    }
    let widths = [
        (0, 3.0),
        (1, 3.0),
        (2, 3.0),
        (3, 3.0),
        (4, 3.0),
        (5, 2.0),
        (LABEL, LABEL_WIDTH),
        (WEIGHT, 6.0),
        (CRITERIA, CRITERIA_WIDTH),
        (TYPE, 10.0),
        (form.layout.evidence, 32.0),
    ];
    for (col, width) in widths {
        sheet.set_column_width(col, width)?;
    }
    for role in Role::ALL {
        let RoleLayout { answer, result, share, note } = form.layout.roles[role];
        for (col, width) in [(answer, 10.0), (result, 9.0), (share, 9.0), (note, 28.0)] {
            sheet.set_column_width(col, width)?;
        }
    }
    Ok(())
}

fn fixed_cells(
    sheet: &mut Worksheet,
    form: &Form,
    index: NodeIndex,
    lang: Lang,
    style: &Style,
) -> Result<(), XlsxError> {
    let template = form.template;
    let node = &template.nodes[index];
    let row = form.row(index);
    let is_heading = !matches!(node.kind, NodeKind::Indicator | NodeKind::Detail);
    let text = if is_heading { &style.heading } else { &style.text };
    let depth = match node.kind {
        NodeKind::Component => 0,
        NodeKind::Section => 1,
        NodeKind::Area => 2,
        NodeKind::Subarea => 3 + u16::from(node.code.matches('.').count() > 3),
        NodeKind::Indicator => 4,
        NodeKind::Detail => 5,
    };
    let mark = if node.kind == NodeKind::Detail { "-".to_owned() } else { format!("{}.", node.mark()) };
    let at = form.layout.marks + depth;
    for col in form.layout.marks..at {
        sheet.write_blank(row, col, text)?;
    }
    if at >= LABEL {
        sheet.write_string_with_format(row, LABEL, format!("{mark} {}", node.label), text)?;
    } else {
        sheet.write_string_with_format(row, at, mark, text)?;
        match at + 1 < LABEL {
            true => sheet.merge_range(row, at + 1, row, LABEL, &node.label, text)?,
            false => sheet.write_string_with_format(row, LABEL, &node.label, text)?,
        };
    }
    let criteria = criteria(template, index, lang);
    // A merged cell's height is never fitted by itself.
    let lines = wrapped_lines(&node.label, LABEL_LETTERS).max(wrapped_lines(&criteria, CRITERIA_LETTERS));
    sheet.set_row_height(row, 12.0 * lines as f64 + 2.0)?;
    match node.weight {
        Some(weight) => sheet.write_number_with_format(
            row,
            WEIGHT,
            weight,
            if is_heading { &style.heading_number } else { &style.number },
        )?,
        None => sheet.write_blank(row, WEIGHT, text)?,
    };
    sheet.write_string_with_format(row, CRITERIA, criteria, text)?;
    sheet.write_string_with_format(row, TYPE, node.type_label.as_deref().unwrap_or_default(), text)?;
    let ByRole { unit, tpi } = form.layout.roles;
    for col in [unit.note, form.layout.evidence, tpi.note] {
        sheet.write_blank(row, col, if is_heading { &style.heading } else { &style.free })?;
    }
    Ok(())
}

/// What each answer is worth and, where the template says so, what it means: a line an option.
fn criteria(template: &Template, index: NodeIndex, lang: Lang) -> String {
    let node = &template.nodes[index];
    let worth: Vec<String> = match node.answer_type {
        Some(AnswerType::Choice(scale)) => {
            let options = template.choices[scale].options.iter();
            options.map(|(option, ratio)| format!("{option} = {}", lang.plain_number(*ratio, 2))).collect()
        }
        Some(AnswerType::Scale(scale)) => {
            vec![format!("0 – {}", lang.plain_number(template.scales[scale].maximum, 2))]
        }
        Some(AnswerType::Percentage) => {
            vec![lang.pick("Dihitung dari jumlah di bawahnya", "From the counts below").to_owned()]
        }
        _ => return String::new(),
    };
    if node.meanings.is_empty() {
        return worth.join("; ");
    }
    let lines = worth.iter().zip(&node.meanings).map(|(worth, meaning)| {
        let mark = if meaning.source == MeaningSource::Concluded { "*" } else { "" };
        format!("{worth}: {}{mark}", meaning.text)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The columns of one role, with what they hold and show.
struct Column<'a> {
    form: &'a Form<'a>,
    role: Role,
    result: &'a RoleResult,
}

impl Column<'_> {
    fn write(&self, sheet: &mut Worksheet, index: NodeIndex, lang: Lang, style: &Style) -> Result<(), XlsxError> {
        let RoleLayout { answer, result, share, .. } = self.form.layout.roles[self.role];
        let node = &self.form.template.nodes[index];
        let row = self.form.row(index);
        match node.answer_type {
            Some(answer_type) => self.answer(sheet, index, answer_type, lang, style)?,
            None => {
                sheet.write_blank(row, answer, &style.heading)?;
            }
        }
        let (number, text, percent) = if node.answer_type.is_some() {
            (&style.number, &style.text, &style.share)
        } else {
            (&style.heading_number, &style.heading, &style.heading_share)
        };
        match self.result_formula(index) {
            Some((formula, shown)) => {
                sheet.write_formula_with_format(row, result, Formula::new(formula).set_result(shown), number)?
            }
            None => sheet.write_blank(row, result, text)?,
        };
        match node.weight {
            Some(_) => {
                let (result, weight) = (self.form.cell(index, result), self.form.cell(index, WEIGHT));
                let shown = self.result.nodes[index].score.ratio.map(|ratio| ratio.to_string()).unwrap_or_default();
                let formula = Formula::new(format!("IF(ISNUMBER({result}),{result}/{weight},\"\")")).set_result(shown);
                sheet.write_formula_with_format(row, share, formula, percent)?;
            }
            None => {
                sheet.write_blank(row, share, text)?;
            }
        }
        Ok(())
    }

    /// The answer's cell: a formula for percentages and sums of parts, else something to fill in, with its validation.
    fn answer(
        &self,
        sheet: &mut Worksheet,
        index: NodeIndex,
        answer_type: AnswerType,
        lang: Lang,
        style: &Style,
    ) -> Result<(), XlsxError> {
        let col = self.form.layout.roles[self.role].answer;
        let row = self.form.row(index);
        if let Some(rule) = &self.form.template.nodes[index].percentage {
            let shown = self.result.nodes[index].ratio.map(|ratio| ratio.value.to_string()).unwrap_or_default();
            let formula = Formula::new(percentage_formula(self.form, rule, col)).set_result(shown);
            sheet.write_formula_with_format(row, col, formula, &style.share)?;
            return Ok(());
        }
        if let Some(parts) = self.parts_summed_by(index) {
            let counts: Vec<f64> = parts.iter().filter_map(|&part| count(&self.result.nodes[part].answer)).collect();
            let shown = if counts.is_empty() { String::new() } else { counts.iter().sum::<f64>().to_string() };
            let parts = self.form.cells(parts, col);
            let formula = Formula::new(format!("IF(COUNT({parts})=0,\"\",SUM({parts}))")).set_result(shown);
            sheet.write_formula_with_format(row, col, formula, &style.text)?;
            return Ok(());
        }
        let validation = match answer_type {
            AnswerType::Choice(scale) => {
                let options: Vec<&str> =
                    self.form.template.choices[scale].options.iter().map(|(option, _)| option.as_str()).collect();
                DataValidation::new().allow_list_strings(&options)?
            }
            AnswerType::Scale(scale) => {
                let maximum = self.form.template.scales[scale].maximum;
                DataValidation::new().allow_decimal_number(DataValidationRule::Between(0.0, maximum))
            }
            AnswerType::Count => DataValidation::new().allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(0)),
            AnswerType::Percentage => DataValidation::new().allow_decimal_number(DataValidationRule::Between(0.0, 1.0)),
        };
        let label = self.form.template.nodes[index].type_label.as_deref().unwrap_or_default();
        let validation = validation
            .set_error_title(lang.pick("Jawaban di luar pilihan", "Answer outside its scale"))?
            .set_error_message(format!("{} {label}", lang.pick("Isi menurut", "Answer within")))?;
        sheet.add_data_validation(row, col, row, col, &validation)?;
        match &self.result.nodes[index].answer {
            Answer::Choice(option) => {
                let AnswerType::Choice(scale) = answer_type else { return Ok(()) };
                let option = &self.form.template.choices[scale].options[*option].0;
                sheet.write_string_with_format(row, col, option, &style.input)?
            }
            Answer::Scale(number) | Answer::Count(number) => {
                sheet.write_number_with_format(row, col, *number, &style.input)?
            }
            Answer::Percentage(share) => sheet.write_number_with_format(row, col, *share, &style.input_share)?,
            _ => sheet.write_blank(row, col, &style.input)?,
        };
        Ok(())
    }

    fn parts_summed_by(&self, index: NodeIndex) -> Option<&[NodeIndex]> {
        self.form.template.nodes.iter().find_map(|node| match &node.percentage {
            Some(Percentage::Share { whole, whole_is_sum_of, .. })
                if *whole == index && !whole_is_sum_of.is_empty() =>
            {
                Some(whole_is_sum_of.as_slice())
            }
            _ => None,
        })
    }

    /// A node's result, and what it shows; details have none.
    fn result_formula(&self, index: NodeIndex) -> Option<(String, String)> {
        let RoleLayout { answer, result, .. } = self.form.layout.roles[self.role];
        let node = &self.form.template.nodes[index];
        let at = self.form.cell(index, answer);
        let ratio = match node.answer_type {
            Some(AnswerType::Count) => return None,
            Some(AnswerType::Choice(scale)) => {
                let options = self.form.template.choices[scale].options.iter().rev();
                options.fold(format!("\"{BLANK}\""), |rest, (option, ratio)| {
                    format!("IF(UPPER(TRIM({at}))=\"{}\",{ratio},{rest})", option.to_uppercase())
                })
            }
            Some(AnswerType::Scale(scale)) => {
                format!("IF(ISNUMBER({at}),{at}/{},\"{BLANK}\")", self.form.template.scales[scale].maximum)
            }
            Some(AnswerType::Percentage) => format!("IF(ISNUMBER({at}),{at},\"{BLANK}\")"),
            None => return Some((self.sum_formula(index, result), shown(self.result.nodes[index].score.score, ""))),
        };
        let shown_ratio = shown(self.result.nodes[index].ratio.map(|ratio| ratio.value), BLANK);
        Some(match node.weight {
            // Points where the indicator has a weight of its own, else its ratio.
            Some(_) => {
                let weight = self.form.cell(index, WEIGHT);
                let points = format!("IF(ISNUMBER({ratio}),({ratio})*{weight},\"{BLANK}\")");
                (points, shown(self.result.nodes[index].score.score, BLANK))
            }
            None => (ratio, shown_ratio),
        })
    }

    /// Weight × mean of the answered indicators below, or the sum of the nodes below; nothing while nothing is answered.
    fn sum_formula(&self, index: NodeIndex, col: u16) -> String {
        let children = &self.form.template.nodes[index].children;
        let below = self.form.cells(children, col);
        let averages = children.iter().all(|&child| {
            self.form.template.nodes[child].kind == NodeKind::Indicator
                && self.form.template.nodes[child].weight.is_none()
        });
        let sum = if averages {
            format!("AVERAGE({below})*{}", self.form.cell(index, WEIGHT))
        } else {
            format!("SUM({below})")
        };
        format!("IF(COUNT({below})=0,\"\",{sum})")
    }

    fn total(&self, sheet: &mut Worksheet, style: &Style) -> Result<(), XlsxError> {
        let col = self.form.layout.roles[self.role].result;
        let at = self.form.end();
        if self.role == Role::Unit {
            sheet.merge_range(at, self.form.layout.marks, at, LABEL, "TOTAL NILAI", &style.heading)?;
        }
        let roots = self.form.cells(&self.form.template.roots, col);
        let formula = format!("IF(COUNT({roots})=0,\"\",SUM({roots}))");
        let formula = Formula::new(formula).set_result(shown(self.result.total.score, ""));
        sheet.write_formula_with_format(at, col, formula, &style.heading_number)?;
        Ok(())
    }
}

fn shown(number: Option<f64>, otherwise: &str) -> String {
    number.map_or_else(|| otherwise.to_owned(), |number| number.to_string())
}

fn count(answer: &Answer) -> Option<f64> {
    match answer {
        Answer::Count(count) => Some(*count),
        _ => None,
    }
}

/// A percentage from its details, within 0–1, empty while they are.
fn percentage_formula(form: &Form, rule: &Percentage, col: u16) -> String {
    match rule {
        Percentage::Share { part, whole, nothing_to_count, .. } => {
            let (part, whole) = (form.cell(*part, col), form.cell(*whole, col));
            let nothing =
                nothing_to_count.map_or_else(|| "\"\"".to_owned(), |ratio| format!("IF({part}=0,{ratio},\"\")"));
            format!("IF(COUNT({part},{whole})<2,\"\",IF({whole}>0,MIN(1,{part}/{whole}),{nothing}))")
        }
        Percentage::Decrease { before, after, nothing_to_count } => {
            let (before, after) = (form.cell(*before, col), form.cell(*after, col));
            let nothing = nothing_to_count.map_or_else(|| "\"\"".to_owned(), |ratio| ratio.to_string());
            let decrease = format!("MAX(0,MIN(1,({before}-{after})/{before}))");
            format!("IF(COUNT({before},{after})<2,\"\",IF({before}>0,{decrease},IF({after}=0,{nothing},0)))")
        }
    }
}
