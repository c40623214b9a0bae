//! How cells look: number formats, colours, and the rules that give colours.

use google_sheets4::api;

use crate::report::table::{Colour, Format, HEAT, Tone};

/// What is filled and written in which colours, if with any; red, green, blue.
type Inks = (Option<u32>, u32);

const HEADER: Inks = (Some(0x1F3864), 0xFFFFFF);
const CLOSING: Inks = (Some(0xEDEDED), 0x000000);
const SUBTITLE: Inks = (None, 0x595959);
/// Parts of one that decimals of a rule are told in.
const PARTS: f64 = 10_000.0;

/// How a value is shown; in the colour of its tone, or, where it heads others or sums them up, bold on grey.
pub(super) fn format(format: Format, is_bold: bool, tone: Option<Tone>) -> Option<api::CellFormat> {
    let number = |type_: &str, pattern: &str| {
        let format = api::NumberFormat { type_: Some(type_.to_owned()), pattern: Some(pattern.to_owned()) };
        api::CellFormat { number_format: Some(format), ..Default::default() }
    };
    let own = match format {
        Format::Text | Format::Link => None,
        Format::Wrapped => Some(api::CellFormat {
            wrap_strategy: Some("WRAP".to_owned()),
            vertical_alignment: Some("TOP".to_owned()),
            ..Default::default()
        }),
        Format::Word => Some(api::CellFormat { horizontal_alignment: Some("CENTER".to_owned()), ..Default::default() }),
        Format::Number => Some(number("NUMBER", "0.00")),
        Format::Count => Some(number("NUMBER", "0")),
        Format::Share => Some(number("PERCENT", "0.0%")),
        Format::Day => Some(number("DATE", "yyyy-mm-dd")),
        Format::Moment => Some(number("DATE_TIME", "yyyy-mm-dd hh:mm")),
    };
    if !is_bold && tone.is_none() {
        return own;
    }
    let base = inked(tone.map_or(CLOSING, Tone::inks));
    let text_format = base.text_format.map(|text| api::TextFormat { bold: is_bold.then_some(true), ..text });
    Some(api::CellFormat {
        background_color_style: base.background_color_style,
        text_format,
        ..own.unwrap_or_default()
    })
}

/// A line above others.
pub(super) fn title_format(points: i32) -> api::CellFormat {
    let text = api::TextFormat { bold: Some(true), font_size: Some(points), ..Default::default() };
    api::CellFormat { text_format: Some(text), ..Default::default() }
}

/// A heading.
pub(super) fn heading_format() -> api::CellFormat {
    let base = inked(HEADER);
    api::CellFormat {
        text_format: base.text_format.map(|text| api::TextFormat { bold: Some(true), ..text }),
        background_color_style: base.background_color_style,
        horizontal_alignment: Some("CENTER".to_owned()),
        vertical_alignment: Some("MIDDLE".to_owned()),
        wrap_strategy: Some("WRAP".to_owned()),
        ..Default::default()
    }
}

fn inked((fill, text): Inks) -> api::CellFormat {
    let text = api::TextFormat { foreground_color_style: Some(style(text)), ..Default::default() };
    api::CellFormat { background_color_style: fill.map(style), text_format: Some(text), ..Default::default() }
}

fn style(rgb: u32) -> api::ColorStyle {
    let part = |shift: u32| Some(((rgb >> shift) & 0xFF) as f32 / 255.0);
    let colour = api::Color { red: part(16), green: part(8), blue: part(0), alpha: None };
    api::ColorStyle { rgb_color: Some(colour), theme_color: None }
}

/// The rules that colour values so, without their ranges.
pub(super) fn rules_of(colour: &Colour) -> Vec<api::ConditionalFormatRule> {
    match colour {
        Colour::Heat(most) => {
            let point = |place: usize, share: f64| {
                Some(api::InterpolationPoint {
                    type_: Some("NUMBER".to_owned()),
                    value: Some(typed(most * share)),
                    color_style: Some(style(HEAT[place])),
                    color: None,
                })
            };
            let gradient =
                api::GradientRule { minpoint: point(0, 0.5), midpoint: point(1, 0.75), maxpoint: point(2, 1.0) };
            vec![api::ConditionalFormatRule { gradient_rule: Some(gradient), ..Default::default() }]
        }
        Colour::BadAboveZero => vec![when("NUMBER_GREATER", "0", Tone::Bad)],
        Colour::Points => vec![when("NUMBER_GREATER", "0", Tone::Good), when("NUMBER_LESS", "0", Tone::Bad)],
        Colour::Words(words) => words.iter().map(|(word, tone)| when("TEXT_EQ", word, *tone)).collect(),
    }
}

fn when(condition: &str, value: &str, tone: Tone) -> api::ConditionalFormatRule {
    let value = api::ConditionValue { user_entered_value: Some(value.to_owned()), relative_date: None };
    let condition = api::BooleanCondition { type_: Some(condition.to_owned()), values: Some(vec![value]) };
    let rule = api::BooleanRule { condition: Some(condition), format: Some(inked(tone.inks())) };
    api::ConditionalFormatRule { boolean_rule: Some(rule), ..Default::default() }
}

/// A number as somebody types it into a rule, whatever mark their language sets before decimals: as a fraction.
fn typed(number: f64) -> String {
    if number.fract() == 0.0 {
        return format!("{number:.0}");
    }
    format!("={:.0}/{PARTS:.0}", number * PARTS)
}

/// The grey line below a title.
pub(super) fn subtitle_format() -> api::CellFormat {
    inked(SUBTITLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_of_rules_are_the_same_in_every_language() {
        assert_eq!(typed(75.0), "75");
        assert_eq!(typed(22.5), "=225000/10000");
        assert_eq!(typed(0.75), "=7500/10000");
    }
}
