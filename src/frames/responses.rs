//! What respondents answered, as a frame.

use jiff::civil::Date;
use polars::prelude::*;

use super::schema;
use crate::survey::columns::Group;
use crate::survey::responses::Responses;

/// The column of an element, by its place in the instrument.
pub fn element(place: usize) -> Expr {
    col(element_name(place))
}

fn element_name(place: usize) -> String {
    format!("element {place}")
}

/// A month as the column `month` has it: 202503 for March 2025.
pub fn month_number(day: Date) -> u32 {
    u32::from(day.year().unsigned_abs()) * 100 + u32::from(day.month().unsigned_abs())
}

/// The frame [`schema::RESPONSES`] of the responses to a survey, with a column an element: whole numbers where it was asked
/// once, else means. `timed` tells of each response whether its sheet has a column of times.
///
/// Groups whose names differ in case only are one, of the number that came first.
///
/// # Errors
/// Only when the frame cannot be made, which no input can cause.
pub fn responses(responses: &Responses, timed: &[bool]) -> PolarsResult<DataFrame> {
    let places = || 0..responses.len();
    let month = |place: usize| Some(month_number(responses.at.get(place).copied().flatten()?.at.date()));
    let mut columns = vec![
        Column::new("place".into(), places().map(|place| place as u32).collect::<Vec<_>>()),
        Column::new("timed".into(), timed),
        Column::new("valid".into(), places().map(|place| responses.is_valid(place)).collect::<Vec<_>>()),
        Column::new("month".into(), places().map(month).collect::<Vec<_>>()),
    ];
    for group in Group::ALL {
        let numbers = responses.labels(group).of_one_name();
        let number = |place| numbers.get(responses.group(group, place) as usize).copied().filter(|number| *number > 0);
        columns.push(Column::new(group.name().into(), places().map(number).collect::<Vec<_>>()));
    }
    let mut frame = schema::RESPONSES.hold(DataFrame::new(responses.len(), columns)?)?;
    for element in 0..responses.elements() {
        let given = || places().filter_map(|place| responses.given(place).get(element));
        let name = element_name(element).into();
        let column = match given().any(|given| given.is_mean()) {
            true => Column::new(name, given().map(|given| given.value()).collect::<Vec<_>>()),
            false => Column::new(name, given().map(|given| given.rounded().map(u32::from)).collect::<Vec<_>>()),
        };
        frame.with_column(column)?;
    }
    Ok(frame)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The frame of responses whose sheet has times.
    pub(crate) fn frame(of: &Responses) -> DataFrame {
        responses(of, &vec![true; of.len()]).unwrap()
    }
}
