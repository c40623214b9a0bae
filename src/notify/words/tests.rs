use super::*;
use crate::notify::event::tests::incomplete;
use crate::notify::{Changes, FindingCounts, Placing, RankLine, Trigger};

fn attached() -> Workbook {
    Workbook { attached: true, ..Workbook::of(&incomplete()) }
}

#[test]
fn shows_what_it_looks_like() {
    println!("{}", words(&incomplete(), None, &attached(), Lang::Id).subject);
    println!("{}", words(&incomplete(), None, &attached(), Lang::Id).text);
    println!("{}", words(&incomplete(), None, &attached(), Lang::En).text);
    println!("{}", words(&incomplete(), None, &attached(), Lang::Id).html.unwrap());
}
