//! Kills `rekap run` 1,000 times, at the changes of its files and at any other moment, and looks each time at what is left.
//!
//! `cargo bench --bench crash -- 200 7` kills 200 with the dice at 7.

#[path = "../tests/it/common/mod.rs"]
mod common;

use common::crash::{Moment, campaign};

fn main() {
    // cargo itself adds an option.
    let numbers: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let kills = numbers.first().map_or(1_000, |kills| u32::try_from(*kills).unwrap_or(u32::MAX));
    let seed = numbers.get(1).copied().unwrap_or(1);
    let report = campaign(env!("CARGO_BIN_EXE_rekap").as_ref(), kills, seed, Moment::Any);
    println!("{report:?}");
}
