//! `cargo bench --bench google`: a province of 40 satker in Google Sheets with 200 ms a request, against the local server;
//! the target is 15 s beside what the quota itself imposes, so the quota is wide here.

#[path = "../examples/sheets_server/server.rs"]
mod sheets_server;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rekap::compute::Unit;
use rekap::pipeline::job::{JobOptions, perform};
use rekap::pipeline::{Pipeline, Progress};
use sheets_server::faults::Faults;
use sheets_server::{Options, Server, load};

const SATKER: usize = 40;

struct Silent;

impl Progress for Silent {
    fn done(&self, _: &Unit) {}
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder to write in");
    let server = Server::start(Options::default());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let worksheet = load::load(&root.join("fixtures/babel/lke-1971.xlsx")).expect("a worksheet");
    let mut registry = "kode,nama,jenis,wbk,lke\n".to_owned();
    for satker in 0..SATKER {
        server.add(&format!("lke-{satker}"), worksheet.clone());
        registry += &format!("{satker},KPU {satker},kota,,{}\n", server.address(&format!("lke-{satker}"), 0));
    }
    let key = folder.path().join("kunci.json");
    fs::write(&key, server.key_json()).expect("a key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("a key of its owner's");
    fs::write(folder.path().join("satker.csv"), registry).expect("a registry");
    let text = format!(
        "name = \"b\"\ntitle = \"B\"\nyear = 2025\nsemester = 2\nsatker = \"satker.csv\"\n\n[google]\nkey_file = \"kunci.json\"\n\
         endpoint = \"{}\"\nreads_per_minute = 1000\nrequests_per_minute = 1000\n\n[lke]\nsource = \"{{lke}}\"\n\n\
         [[output]]\nkind = \"xlsx\"\npath = \"rekap.xlsx\"\n",
        server.url()
    );
    fs::write(folder.path().join("p.toml"), text).expect("a pipeline");
    let pipeline = Pipeline::read(&folder.path().join("p.toml")).expect("a pipeline");
    server.set_faults(Faults { latency: Duration::from_millis(200), ..Faults::default() });
    for round in ["first", "again"] {
        server.reset_counts();
        let began = Instant::now();
        let done = perform(&pipeline, &JobOptions::default(), &Timestamp::now, &Silent).expect("a run");
        let read = done.data.units.iter().filter(|unit| unit.lke.is_some()).count();
        let counts = server.counts();
        println!(
            "{round}: {read} of {SATKER} satker, {} read requests, at most {} at once, {:.2} s",
            counts.reads,
            counts.most_at_once,
            began.elapsed().as_secs_f64()
        );
    }
}
