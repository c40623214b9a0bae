//! Follows a formula's error back to where it arose.

use std::collections::{HashMap, HashSet};

use crate::grid::{Cell, CellRange, CellRef, ErrorKind, Grid, Value};
use crate::lke::answer::is_blank_word;

/// Cells one formula names that are looked at; a worksheet's formulas name far fewer.
const MOST_CELLS: usize = 2_000;
/// Cells that are looked at for all errors of a sheet; what is left then is not explained.
const MOST_LOOKED_AT: usize = 500_000;

/// Why a cell shows an error.
#[derive(Debug, Clone, PartialEq)]
pub enum Cause {
    /// It divides by, or averages, cells that are blank, zero or say `Blm Diisi`; these.
    Blanks(Vec<CellRef>),
    /// It reckons with text; these cells with what they say.
    Text(Vec<(CellRef, String)>),
    /// Neither; nothing in the formula tells.
    Unknown,
}

/// An error's origin: the cell where it arose, and why there.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The cell.
    pub cell: CellRef,
    /// Why.
    pub cause: Cause,
}

/// The cells and ranges of the same sheet that a formula names; text in quotes and other sheets are passed over.
pub fn references(formula: &str) -> Vec<CellRange> {
    let mut found = Vec::new();
    for outside_quotes in formula.split('"').step_by(2) {
        let mut rest = outside_quotes;
        while let Some(start) = rest.find(is_reference_char) {
            let token = &rest[start..];
            let end = token.find(|c| !is_reference_char(c)).unwrap_or(token.len());
            let (token, after) = token.split_at(end);
            // `LOG10(` is a function; `Data!B3` and `'Data 2025'!B3` stand in other sheets.
            if !after.starts_with('(') && !token.contains('!') {
                found.extend(CellRange::parse(token));
            }
            rest = after;
        }
    }
    found
}

fn is_reference_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '$' | ':' | '!' | '.' | '_' | '\'')
}

/// Follows errors back to their origins; what many errors pass through is looked at once.
pub struct Origins<'a> {
    grid: &'a Grid,
    /// Places in `origins`.
    known: HashMap<CellRef, usize>,
    origins: Vec<Origin>,
    /// How many more cells are looked at.
    left: usize,
}

impl<'a> Origins<'a> {
    /// Origins of the errors of a sheet.
    pub fn new(grid: &'a Grid) -> Self {
        Origins { grid, known: HashMap::new(), origins: Vec::new(), left: MOST_LOOKED_AT }
    }

    /// The origin of the error in `cell`.
    pub fn of(&mut self, cell: CellRef) -> Origin {
        let mut at = cell;
        let mut passed = HashSet::from([cell]);
        let origin = loop {
            if let Some(&origin) = self.known.get(&at) {
                break origin;
            }
            let precedents = precedents(self.grid, at, MOST_CELLS.min(self.left));
            self.left -= precedents.len().max(1).min(self.left);
            let erring = |p: &&CellRef| self.grid.cell(p.row, p.col).error().is_some() && !passed.contains(p);
            let origin = match precedents.iter().find(erring) {
                // Where no more is looked at, nothing is said of any cell on the way.
                _ if self.left == 0 => Origin { cell, cause: Cause::Unknown },
                Some(&next) => {
                    passed.insert(next);
                    at = next;
                    continue;
                }
                None => Origin { cell: at, cause: cause(self.grid, at, &precedents) },
            };
            self.origins.push(origin);
            break self.origins.len() - 1;
        };
        if self.left > 0 {
            self.known.extend(passed.into_iter().map(|cell| (cell, origin)));
        }
        self.origins[origin].clone()
    }
}

fn precedents(grid: &Grid, cell: CellRef, most: usize) -> Vec<CellRef> {
    let Some(formula) = grid.cell(cell.row, cell.col).formula.as_deref() else { return Vec::new() };
    let mut cells: Vec<CellRef> = references(formula).into_iter().flat_map(CellRange::cells).take(most).collect();
    let mut seen = HashSet::new();
    cells.retain(|cell| seen.insert(*cell));
    cells
}

fn cause(grid: &Grid, at: CellRef, precedents: &[CellRef]) -> Cause {
    let cell_at = |p: &CellRef| grid.cell(p.row, p.col);
    let those =
        |holds: &dyn Fn(&Cell) -> bool| precedents.iter().copied().filter(|p| holds(cell_at(p))).collect::<Vec<_>>();
    let cell = grid.cell(at.row, at.col);
    match cell.error() {
        Some(ErrorKind::Div0) => match those(&counts_as_nothing) {
            blanks if blanks.is_empty() => Cause::Unknown,
            blanks => Cause::Blanks(blanks),
        },
        Some(ErrorKind::Value) => {
            // A number stored as text is taken for the number, `3,71` is not.
            let texts = those(&|cell| cell.text().is_some_and(|text| text.parse::<f64>().is_err()));
            let blanks = those(&Cell::is_blank);
            // `IF(P8="","Blm Diisi",P8/4)*H8`: the text is the formula's own, where the cell it asks for is blank.
            let own_text = cell.formula.as_deref().is_some_and(|formula| formula.contains('"'));
            if !texts.is_empty() {
                Cause::Text(texts.into_iter().map(|p| (p, cell_at(&p).shown())).collect())
            } else if own_text && !blanks.is_empty() {
                Cause::Blanks(blanks)
            } else {
                Cause::Unknown
            }
        }
        _ => Cause::Unknown,
    }
}

fn counts_as_nothing(cell: &Cell) -> bool {
    cell.is_blank() || cell.value == Value::Number(0.0) || cell.text().is_some_and(is_blank_word)
}

impl Cause {
    /// Whether the error says no more than that something was not filled in.
    pub fn is_nothing_filled_in(&self) -> bool {
        match self {
            Cause::Blanks(_) => true,
            Cause::Text(texts) => texts.iter().all(|(_, text)| is_blank_word(text)),
            Cause::Unknown => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{GridBuilder, GridLimits};

    fn grid(cells: &[(&str, Value, &str)]) -> Grid {
        let mut builder = GridBuilder::new("x", false, GridLimits::default());
        for (at, value, formula) in cells {
            let formula = (!formula.is_empty()).then(|| (*formula).into());
            builder.set(CellRef::parse(at).unwrap(), Cell { value: value.clone(), formula, link: None }).unwrap();
        }
        builder.finish()
    }

    fn origin(grid: &Grid, cell: CellRef) -> Origin {
        Origins::new(grid).of(cell)
    }

    fn at(cell: &str) -> CellRef {
        CellRef::parse(cell).unwrap()
    }

    #[test]
    fn references_are_those_of_the_same_sheet() {
        let names = |formula| references(formula).iter().map(CellRange::to_string).collect::<Vec<_>>();
        assert_eq!(names("AVERAGE(L8:L9)*$H$7"), ["L8:L9", "H7"]);
        assert_eq!(names(r#"IF(K8="B2",1,LOG10(3))"#), ["K8"]);
        assert_eq!(names("Data!B3/'Data 2025'!B4+C1"), ["C1"]);
        assert_eq!(names("#REF!*H7"), ["H7"]);
    }

    #[test]
    fn an_error_is_followed_to_the_blank_it_divides_by() {
        let error = Value::Error(ErrorKind::Div0);
        let grid = grid(&[
            ("L4", error.clone(), "L5+L9"),
            ("L5", error.clone(), "AVERAGE(L6:L6)*H5"),
            ("L6", error.clone(), "K6"),
            ("K6", error, "K8/K7"),
            ("K7", Value::Number(0.0), ""),
        ]);
        assert_eq!(origin(&grid, at("L4")), Origin { cell: at("K6"), cause: Cause::Blanks(vec![at("K8"), at("K7")]) });
    }

    #[test]
    fn text_in_arithmetic_is_named() {
        let error = Value::Error(ErrorKind::Value);
        let sheet = grid(&[
            ("L9", error.clone(), "J9*H9"),
            ("J9", Value::Text("%".into()), ""),
            ("H9", Value::Number(3.0), ""),
        ]);
        assert_eq!(origin(&sheet, at("L9")).cause, Cause::Text(vec![(at("J9"), "%".to_owned())]));
        let sheet = grid(&[("L9", error, "J9*H9"), ("J9", Value::Text("Blm Diisi".into()), "")]);
        let cause = origin(&sheet, at("L9")).cause;
        assert_eq!(cause, Cause::Text(vec![(at("J9"), "Blm Diisi".to_owned())]));
        assert!(cause.is_nothing_filled_in());
    }

    #[test]
    fn a_formulas_own_text_is_traced_to_the_blank_it_asks_for() {
        let formula = r#"IF(P8="","Blm Diisi",P8/4)*H8"#;
        let sheet = grid(&[("Q8", Value::Error(ErrorKind::Value), formula), ("H8", Value::Number(17.5), "")]);
        assert_eq!(origin(&sheet, at("Q8")).cause, Cause::Blanks(vec![at("P8")]));
    }

    #[test]
    fn chains_of_any_length_are_followed_once_and_the_rest_is_left_unexplained() {
        let error = || Value::Error(ErrorKind::Div0);
        let mut builder = GridBuilder::new("x", false, GridLimits::default());
        let mut set = |row: u32, col: u32, formula: String| {
            let cell = Cell { value: error(), formula: Some(formula.into()), link: None };
            builder.set(CellRef::new(row, col), cell).unwrap();
        };
        let length = 20_000;
        (0..length).for_each(|row| set(row, 0, format!("A{}", row + 2)));
        // Each names all cells of the column beside it.
        (0..1_000).for_each(|row| set(row, 3, "SUM(C1:C2000)".to_owned()));
        let grid = builder.finish();
        let mut origins = Origins::new(&grid);
        let end = Origin { cell: CellRef::new(length - 1, 0), cause: Cause::Blanks(vec![CellRef::new(length, 0)]) };
        assert!((0..length).all(|row| origins.of(CellRef::new(row, 0)) == end));
        assert_eq!(origins.left, MOST_LOOKED_AT - length as usize, "each cell once");
        let unknown = (0..1_000).filter(|&row| origins.of(CellRef::new(row, 3)).cause == Cause::Unknown).count();
        assert!(origins.left == 0 && unknown > 700, "{unknown}");
        assert_eq!(origins.of(CellRef::new(5, 0)), end, "what is known stays known");
    }

    #[test]
    fn circles_and_pasted_errors_end() {
        let error = Value::Error(ErrorKind::Div0);
        let sheet = grid(&[("A1", error.clone(), "B1"), ("B1", error.clone(), "A1"), ("C1", error, "")]);
        assert_eq!(origin(&sheet, at("A1")).cell, at("B1"));
        assert_eq!(origin(&sheet, at("C1")), Origin { cell: at("C1"), cause: Cause::Unknown });
    }
}
