//! A campaign without a fuzzer: `cargo run --example fuzz -- TARGET TRIES [SEED]` damages what a target begins with, again and
//! again, the same way for the same seed. What made a library fall or took long is kept in `fuzz/found/`.

#[path = "bodies.rs"]
mod bodies;
#[path = "damage.rs"]
mod damage;
#[path = "../fixtures/make/mod.rs"]
mod make;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use bodies::{Outcome, Target, corpus};
use damage::Dice;

/// Longer than any input of this size should take.
const LONG: Duration = Duration::from_secs(10);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let target = arguments.first().and_then(|name| Target::ALL.into_iter().find(|target| target.name() == *name));
    let (Some(target), Some(tries)) = (target, arguments.get(1).and_then(|tries| tries.parse::<u64>().ok())) else {
        eprintln!("usage: fuzz xlsx|ods|xls|csv|google|grid TRIES [SEED]");
        std::process::exit(2);
    };
    let seed: u64 = arguments.get(2).and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut seeds = target.seeds();
    seeds.extend(corpus(target).into_iter().map(|(_, data)| data));
    let (mut read, mut refused, mut slowest) = (0_u64, 0_u64, Duration::ZERO);
    let mut fallen: BTreeMap<String, u64> = BTreeMap::new();
    let found = Path::new("fuzz/found").join(target.name());
    let keep = |name: &str, data: &[u8]| {
        std::fs::create_dir_all(&found).expect("a folder to write in");
        std::fs::write(found.join(name), data).expect("a folder to write in");
    };
    for attempt in 0..tries {
        let mut dice = Dice::new(seed.wrapping_mul(1_000_003).wrapping_add(attempt));
        let mut data = seeds[dice.roll(seeds.len() as u64) as usize].clone();
        for _ in 0..1 + dice.roll(3) {
            data = target.damaged(&data, &mut dice);
        }
        // Whatever ends the process is named by its try.
        keep("last", &data);
        let begun = Instant::now();
        match target.run(&data) {
            Outcome::Read => read += 1,
            Outcome::Refused => refused += 1,
            Outcome::Fell(why) => {
                let place = why.rsplit(" (").next().unwrap_or_default().to_owned();
                let times = fallen.entry(place).or_default();
                *times += 1;
                if *times == 1 {
                    keep(&format!("fell-{attempt}"), &data);
                }
            }
        }
        let took = begun.elapsed();
        slowest = slowest.max(took);
        if took > LONG {
            keep(&format!("slow-{attempt}"), &data);
        }
    }
    println!("{}: {tries} tries, {read} read, {refused} refused, slowest {slowest:.2?}", target.name());
    for (place, times) in fallen {
        println!("  fell {times} times at ({place}");
    }
}
