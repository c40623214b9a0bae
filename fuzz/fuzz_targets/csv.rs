#![no_main]

#[path = "../bodies.rs"]
mod bodies;
#[path = "../damage.rs"]
mod damage;
#[path = "../../fixtures/make/mod.rs"]
mod make;

use bodies::Target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    Target::Csv.run(data);
});
