//! The schema of every frame: its columns with their types, units and meaning, and its key.

use std::fmt::Write;

use polars::prelude::*;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number, not negative.
    Whole,
    /// A number.
    Number,
    /// True or false.
    Truth,
}

impl Kind {
    fn data_type(self) -> DataType {
        match self {
            Kind::Text => DataType::String,
            Kind::Whole => DataType::UInt32,
            Kind::Number => DataType::Float64,
            Kind::Truth => DataType::Boolean,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Whole => "whole number",
            Kind::Number => "number",
            Kind::Truth => "true or false",
        }
    }
}

/// A frame as it is declared.
#[derive(Debug)]
pub struct Schema {
    /// Name.
    pub name: &'static str,
    /// What a row is, and where it comes from.
    pub about: &'static str,
    /// The columns that together name a row.
    pub key: &'static [&'static str],
    /// Columns in order: name, type, meaning with the unit of its numbers.
    pub columns: &'static [(&'static str, Kind, &'static str)],
}

impl Schema {
    /// The frame of a query: the declared columns, sorted by the key.
    ///
    /// # Errors
    /// When the query lacks a column or cannot be computed: a mistake of the program's, which no input can cause.
    pub fn collect(&self, query: LazyFrame) -> PolarsResult<DataFrame> {
        let sorted = query.select(self.select()).sort(self.key.iter().copied(), SortMultipleOptions::default());
        // The order of rows is not polars' to change: what is added up over them then comes to the same number in its last
        // bit, however many threads there are.
        self.hold(sorted.with_check_order(false).collect()?)
    }

    /// The declared columns, in their order and types.
    pub fn select(&self) -> Vec<Expr> {
        self.columns.iter().map(|(name, kind, _)| col(*name).cast(kind.data_type())).collect()
    }

    /// The frame, if it has the declared columns in their order and types.
    ///
    /// # Errors
    /// When it has others: a mistake of the program's, which no input can cause.
    pub fn hold(&self, frame: DataFrame) -> PolarsResult<DataFrame> {
        let found: Vec<(&str, &DataType)> =
            frame.columns().iter().map(|column| (column.name().as_str(), column.dtype())).collect();
        let declared: Vec<(&str, DataType)> =
            self.columns.iter().map(|(name, kind, _)| (*name, kind.data_type())).collect();
        let same = found.len() == declared.len()
            && found.iter().zip(&declared).all(|(found, declared)| found.0 == declared.0 && *found.1 == declared.1);
        if same { Ok(frame) } else { polars_bail!(SchemaMismatch: "{}: {found:?}, declared {declared:?}", self.name) }
    }
}

const SATKER: (&str, Kind, &str) = ("satker", Kind::Whole, "the satker, by its place in what is computed together");
const ROLE: (&str, Kind, &str) = ("role", Kind::Text, "`unit` or `tpi`");
const NODE: (&str, Kind, &str) = ("node", Kind::Whole, "the node, of `nodes`");
const SURVEY: (&str, Kind, &str) = ("survey", Kind::Whole, "the survey, by its place in the pipeline");
const ELEMENT: (&str, Kind, &str) = ("element", Kind::Whole, "the element, by its place in the instrument");
const RANK: (&str, Kind, &str) = (
    "rank",
    Kind::Whole,
    "from 1, the best first; equals share one and the next are skipped (1, 2, 2, 4); null where it is not comparable",
);
const SCORE: (&str, Kind, &str) = (
    "score",
    Kind::Number,
    "points of the node's weight as the official worksheet reckons; null where nothing is answered",
);
const FLOOR: (&str, Kind, &str) = ("floor", Kind::Number, "points if every open indicator were worth 0");
const CEILING: (&str, Kind, &str) = ("ceiling", Kind::Number, "points if every open indicator were worth 1");
const SHARE: (&str, Kind, &str) =
    ("ratio", Kind::Number, "0–1: of an indicator its ratio, else score ÷ weight; null where nothing is answered");

/// The rows of a template, its areas and the whole.
pub const NODES: Schema = Schema {
    name: "nodes",
    about: "One row of the template; after the last of them its areas (Pemenuhan and Reform together) and the whole worksheet.",
    key: &["node"],
    columns: &[
        ("node", Kind::Whole, "place in the template, from 0"),
        ("code", Kind::Text, "`A.I.1.i.a`; `area-1`; `total`"),
        (
            "kind",
            Kind::Text,
            "`component`, `section`, `area`, `subarea`, `indicator`, `detail`; `area_of_both`; `total`",
        ),
        ("label", Kind::Text, "official label"),
        ("weight", Kind::Number, "highest points; null for indicators that share their subarea's, and for details"),
        ("answered_by", Kind::Text, "`choice`, `scale`, `percentage`, `count`; null where nothing is answered"),
        ("scale", Kind::Whole, "for `choice` its type, of `options`; null otherwise"),
        ("maximum", Kind::Number, "for `scale` the number worth the ratio 1; null otherwise"),
        (
            "holder",
            Kind::Whole,
            "for an indicator the node it earns points of: its subarea, or itself where it has a weight",
        ),
        ("points", Kind::Number, "for an indicator its holder's weight"),
    ],
};

/// What each option of a choice is worth.
pub const OPTIONS: Schema = Schema {
    name: "options",
    about: "One option of a type of choices, of the template.",
    key: &["scale", "option"],
    columns: &[
        ("scale", Kind::Whole, "the type of choices"),
        ("option", Kind::Whole, "place of the option in its type, from 0"),
        ("worth", Kind::Number, "ratio, 0–1"),
    ],
};

/// Which node adds to which.
pub const ABOVE: Schema = Schema {
    name: "above",
    about: "A node that earns points (a holder), and one that they count in: itself, everything above it, its area, the whole.",
    key: &["holder", "node"],
    columns: &[("holder", Kind::Whole, "the node that earns"), ("node", Kind::Whole, "the node it counts in")],
};

/// The counts a percentage follows from.
pub const TERMS: Schema = Schema {
    name: "terms",
    about: "A detail of a percentage and the part it plays, of the template.",
    key: &["node", "term", "detail"],
    columns: &[
        ("node", Kind::Whole, "the percentage"),
        (
            "term",
            Kind::Text,
            "`part` and `whole` of a share or a decrease, `summand` of the whole, `child` for every detail",
        ),
        ("detail", Kind::Whole, "the detail, of `nodes`"),
    ],
};

/// How a percentage follows from its counts.
pub const PERCENTAGES: Schema = Schema {
    name: "percentages",
    about: "The rule of a percentage, of the template: part ÷ whole, or (part − whole) ÷ part for a decrease.",
    key: &["node"],
    columns: &[
        ("node", Kind::Whole, "the percentage"),
        ("decreases", Kind::Truth, "whether it is a decrease"),
        ("nothing_to_count", Kind::Number, "ratio of 0 to 0, 0–1; null where that answers nothing"),
    ],
};

/// The indicators that share their holder's weight.
pub const SIBLINGS: Schema = Schema {
    name: "siblings",
    about: "An indicator beside each that earns points of the same holder, itself among them, of the template.",
    key: &["node", "sibling"],
    columns: &[
        ("node", Kind::Whole, "the indicator"),
        ("sibling", Kind::Whole, "one of its holder's"),
        ("place", Kind::Text, "`before`, `own`, `after`: where the sibling stands"),
        ("points", Kind::Number, "their holder's weight"),
    ],
};

/// What predicates ask for.
pub const THRESHOLDS: Schema = Schema {
    name: "thresholds",
    about: "One criterion of a predicate on a score, of the template (PermenPANRB 90/2021, 5/2024).",
    key: &["predicate", "place"],
    columns: &[
        ("predicate", Kind::Whole, "place of the predicate in the template"),
        ("place", Kind::Whole, "place of the criterion in the regulation's order"),
        ("node", Kind::Whole, "what is measured, of `nodes`"),
        ("per", Kind::Number, "what its points are divided by: 1, for a share of an area its weight"),
        ("threshold", Kind::Number, "what must be reached: points, of an area's weight 0–1"),
    ],
};

/// The predicates that must be held already.
pub const HELD: Schema = Schema {
    name: "held",
    about: "A predicate that asks for an earlier one, for one satker, of the registry.",
    key: &["satker", "predicate"],
    columns: &[
        SATKER,
        ("predicate", Kind::Whole, "place of the predicate in the template"),
        ("place", Kind::Whole, "place of the criterion, after those of `thresholds`"),
        ("holds", Kind::Truth, "whether the earlier one is held; null where the registry does not tell"),
    ],
};

/// What was read.
pub const ANSWERS: Schema = Schema {
    name: "answers",
    about: "What a role's cell says to an indicator or a detail, of the worksheet.",
    key: &["satker", "role", "node"],
    columns: &[
        SATKER,
        ROLE,
        NODE,
        (
            "given",
            Kind::Text,
            "of an indicator `choice`, `scale`, `percentage`, or `none` where it cannot be reckoned with; of a detail \
             `count`, `blank`, `unreadable`, or `absent` where the sheet has no such row",
        ),
        ("option", Kind::Whole, "the option chosen, of `options`"),
        ("number", Kind::Number, "the number given: on its scale, a share with 1 for 100 %, or a count"),
        ("typed", Kind::Truth, "whether a percentage was typed rather than left to its formula"),
    ],
};

/// What answers are worth.
pub const RATIOS: Schema = Schema {
    name: "ratios",
    about: "What a role's answer to an indicator is worth; computed from `answers`.",
    key: &["satker", "role", "node"],
    columns: &[
        SATKER,
        ROLE,
        NODE,
        ("ratio", Kind::Number, "0–1; null where it is not answered"),
        ("proven", Kind::Truth, "false for a percentage typed without its counts: in the score, not in the floor"),
        ("raw", Kind::Number, "a percentage as its counts have it, beyond 0–1 where they contradict each other"),
        ("whole", Kind::Number, "the denominator of a share that counts"),
        ("sum", Kind::Number, "the sum of the denominator's parts, where all of them have their rows and can be read"),
        ("has_details", Kind::Truth, "whether any count below a percentage is given, readable or not"),
    ],
};

/// What worksheets come to.
pub const SCORES: Schema = Schema {
    name: "scores",
    about: "What a node comes to for one role, of all nodes but details; computed from `ratios`. Floor ≤ score ≤ ceiling ≤ weight.",
    key: &["satker", "role", "node"],
    columns: &[
        SATKER,
        ROLE,
        NODE,
        SCORE,
        FLOOR,
        CEILING,
        SHARE,
        ("answered", Kind::Whole, "indicators answered at or below the node"),
        ("indicators", Kind::Whole, "indicators at or below the node"),
    ],
};

/// Criteria, decided.
pub const CRITERIA: Schema = Schema {
    name: "criteria",
    about: "A criterion of a predicate for one role; computed from `scores`, `thresholds` and `held`.",
    key: &["satker", "role", "predicate", "place"],
    columns: &[
        SATKER,
        ROLE,
        ("predicate", Kind::Whole, "place of the predicate in the template"),
        ("place", Kind::Whole, "place of the criterion in the regulation's order"),
        ("value", Kind::Number, "points, of an area the share of its weight 0–1; null where nothing is answered"),
        ("floor", Kind::Number, "the value if every open indicator were worth 0"),
        ("ceiling", Kind::Number, "the value if every open indicator were worth 1"),
        ("threshold", Kind::Number, "what must be reached, in the unit of the value"),
        ("verdict", Kind::Text, "`met`, `not met`, or `open`"),
    ],
};

/// Predicates, decided.
pub const DECISIONS: Schema = Schema {
    name: "decisions",
    about: "A predicate for one role; computed from `criteria`.",
    key: &["satker", "role", "predicate"],
    columns: &[
        SATKER,
        ROLE,
        ("predicate", Kind::Whole, "place of the predicate in the template"),
        ("verdict", Kind::Text, "`met` when every criterion is, `not met` when any is not, else `open`"),
        (
            "reached",
            Kind::Truth,
            "whether the values reach all thresholds, open indicators aside; null where one is null",
        ),
    ],
};

/// Where roles differ.
pub const GAPS: Schema = Schema {
    name: "gaps",
    about: "An indicator that unit and TPI answered differently, or one of them only; computed from `ratios`.",
    key: &["satker", "node"],
    columns: &[
        SATKER,
        NODE,
        ("unit", Kind::Number, "ratio of the unit, 0–1; null where it did not answer"),
        ("tpi", Kind::Number, "ratio of the TPI, 0–1; null where it did not answer"),
        (
            "points",
            Kind::Number,
            "what exchanging the unit's answer for the TPI's does to the total, those before it exchanged",
        ),
    ],
};

/// What respondents answered.
pub const RESPONSES: Schema = Schema {
    name: "responses",
    about: "A response to one survey of a satker, without anything that tells who gave it; after these columns one an \
            element, `element 0` the instrument's first: from 1 to the scale's highest, the mean where several questions ask \
            for it, null where it is not answered.",
    key: &["place"],
    columns: &[
        ("place", Kind::Whole, "place among the responses, from 0"),
        ("timed", Kind::Truth, "whether its sheet has a column of times"),
        ("valid", Kind::Truth, "whether it answers anything"),
        ("month", Kind::Whole, "when it was given, 202503 for March 2025; null where that is not known"),
        ("service", Kind::Whole, "the service, by its number among those named; null where it is not said"),
        ("sex", Kind::Whole, "likewise"),
        ("age", Kind::Whole, "likewise, a band"),
        ("education", Kind::Whole, "likewise"),
        ("occupation", Kind::Whole, "likewise"),
    ],
};

/// What surveys come to.
pub const INDICES: Schema = Schema {
    name: "indices",
    about: "A survey of a satker; computed from its responses.",
    key: &["satker", "survey"],
    columns: &[
        SATKER,
        SURVEY,
        ("index", Kind::Number, "up to 100 (25–100 on the scale of 4)"),
        ("respondents", Kind::Whole, "respondents who answered anything"),
        ("whole", Kind::Truth, "whether enough elements were asked to call it an index"),
    ],
};

/// What the elements of surveys come to.
pub const ELEMENTS: Schema = Schema {
    name: "elements",
    about: "An element of a survey of a satker that was measured; computed from its responses.",
    key: &["satker", "survey", "element"],
    columns: &[
        SATKER,
        SURVEY,
        ELEMENT,
        ("scale", Kind::Number, "the highest value of the scale it was answered on"),
        ("answered", Kind::Whole, "respondents who answered it"),
        ("sum", Kind::Number, "sum of their values, each from 1 to the scale's highest"),
    ],
};

/// What the elements of a province's surveys come to.
pub const PROVINCE_ELEMENTS: Schema = Schema {
    name: "province_elements",
    about: "An element over the responses of all satker whose index is whole; computed from `elements` and `indices`.",
    key: &["survey", "element"],
    columns: &[SURVEY, ELEMENT, ("nrr", Kind::Number, "mean, from 1 to the highest value of the scale it is shown on")],
};

/// What a province's surveys come to.
pub const PROVINCE_INDICES: Schema = Schema {
    name: "province_indices",
    about: "A survey over all satker whose index is whole; computed from `province_elements` and `indices`.",
    key: &["survey"],
    columns: &[
        SURVEY,
        ("index", Kind::Number, "over all their responses, up to 100"),
        ("mean_of_satker", Kind::Number, "plain mean of the satker's indices, up to 100"),
        ("respondents", Kind::Whole, "their respondents"),
        ("satker", Kind::Whole, "how many they are"),
    ],
};

/// Ranks of scores.
pub const RANKING: Schema = Schema {
    name: "ranking",
    about: "A satker's score of the whole or an area in a role, with its rank; computed from `scores`.",
    key: &["satker", "role", "node"],
    columns: &[SATKER, ROLE, NODE, SCORE, RANK],
};

/// Ranks of indices.
pub const INDEX_RANKING: Schema = Schema {
    name: "index_ranking",
    about: "A satker's index of a survey, with its rank; computed from `indices`, of those that are whole.",
    key: &["satker", "survey"],
    columns: &[SATKER, SURVEY, ("index", Kind::Number, "up to 100"), RANK],
};

/// Every frame, in the order of the data.
pub const ALL: [&Schema; 21] = [
    &NODES,
    &OPTIONS,
    &ABOVE,
    &TERMS,
    &PERCENTAGES,
    &SIBLINGS,
    &THRESHOLDS,
    &HELD,
    &ANSWERS,
    &RATIOS,
    &SCORES,
    &CRITERIA,
    &DECISIONS,
    &GAPS,
    &RESPONSES,
    &INDICES,
    &ELEMENTS,
    &PROVINCE_ELEMENTS,
    &PROVINCE_INDICES,
    &RANKING,
    &INDEX_RANKING,
];

/// The frames as `docs/frames.md` has them.
pub fn document() -> String {
    let mut out = String::from("# Frames\n\nEvery table rekap computes with, as `src/frames/schema.rs` declares it.\n");
    for schema in ALL {
        let key = schema.key.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let _ = write!(
            out,
            "\n## {}\n\n{}\nKey: {key}.\n\n| column | type | meaning |\n|---|---|---|\n",
            schema.name, schema.about
        );
        for (name, kind, meaning) in schema.columns {
            let _ = writeln!(out, "| `{name}` | {} | {meaning} |", kind.word());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_says_what_is_declared() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/frames.md");
        if std::env::var_os("REKAP_RENEW_DOCS").is_some() {
            std::fs::write(path, document()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), document(), "renew it with REKAP_RENEW_DOCS=1");
    }

    #[test]
    fn a_frame_of_other_columns_is_refused() {
        let options = |worth: &str| df!("scale" => [0_u32], "option" => [0_u32], worth => [1.0]).unwrap();
        assert!(OPTIONS.hold(options("worth")).is_ok());
        assert!(OPTIONS.hold(options("value")).is_err());
        for schema in ALL {
            let names: Vec<&str> = schema.columns.iter().map(|(name, ..)| *name).collect();
            assert!(schema.key.iter().all(|key| names.contains(key)), "{}", schema.name);
        }
    }
}
