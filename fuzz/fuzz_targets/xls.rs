#![no_main]

#[path = "../bodies.rs"]
mod bodies;
#[path = "../damage.rs"]
mod damage;
#[path = "../../fixtures/make/mod.rs"]
mod make;

use bodies::Target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    Target::Xls.run(data);
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    // Damage is done to what is inside; bytes of the archive are damaged now and then.
    let damaged = Target::Xls.damaged(&data[..size], &mut damage::Dice::new(seed.into()));
    let length = damaged.len().min(most);
    data[..length].copy_from_slice(&damaged[..length]);
    length
});
