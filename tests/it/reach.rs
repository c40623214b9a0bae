//! Sources that cannot be reached: their last copies stand in, which is said wherever their numbers stand; and where too much
//! is missing, what was good stays.

use crate::common;
use crate::host;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use calamine::{Data, Reader, Xlsx, open_workbook};
use common::{fixture, of_code, rekap, stderr, stdout};
use host::{Host, answer};
use serde_json::Value;

/// An office whose worksheets lie on a host: of its four, so many are not shown to whoever asks.
struct Office {
    folder: tempfile::TempDir,
    host: Host,
    hidden: Arc<AtomicUsize>,
}

impl Office {
    fn new(more: &str) -> Office {
        let hidden = Arc::new(AtomicUsize::new(0));
        let hides = hidden.clone();
        let worksheet = fs::read(fixture("babel/lke-1902.xlsx")).unwrap();
        let other = fs::read(fixture("babel/lke-1971.xlsx")).unwrap();
        let plan = fs::read(fixture("babel/rencana-aksi-1971.xlsx")).unwrap();
        let host = Host::start(move |asked| {
            let number: usize = asked.path.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0);
            if asked.path.ends_with("/plan") && number > hides.load(Ordering::SeqCst) {
                return answer("200 OK", &[], &plan);
            }
            match number > 0 && number <= hides.load(Ordering::SeqCst) {
                // A page to sign in on: another time the file may be sent.
                true => answer("200 OK", &[], b"<!DOCTYPE html><html>masuk</html>"),
                false if number == 1 => answer("200 OK", &[], &other),
                false => answer("200 OK", &[], &worksheet),
            }
        });
        let office = Office { folder: tempfile::tempdir().unwrap(), host, hidden };
        let urls = [1, 2, 3, 4].map(|number| office.host.url(&format!("/{number}")));
        let satker: Vec<_> = ["1", "2", "3", "4"].into_iter().zip(urls.iter().map(String::as_str)).collect();
        let path = common::pipeline(office.folder.path(), &satker);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}\n[web]\nprivate_hosts = [\"127.0.0.1\"]\n{more}")).unwrap();
        office
    }

    fn hide(&self, satker: usize) {
        self.hidden.store(satker, Ordering::SeqCst);
    }

    fn run(&self, more: &[&str]) -> Output {
        let mut command = rekap();
        command.args(["run", "-q", "--format", "json", "p.toml"]).args(more).current_dir(self.folder.path());
        command.output().unwrap()
    }

    /// The runs that are remembered, newest first.
    fn history(&self) -> Vec<Value> {
        let mut command = rekap();
        command.args(["history", "p.toml", "--format", "json"]).current_dir(self.folder.path());
        json(&command.output().unwrap())["runs"].as_array().unwrap().clone()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The outputs, byte for byte.
    fn outputs(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let files = fs::read_dir(self.path("out")).unwrap().map(|entry| entry.unwrap().path());
        files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

fn cells(path: &Path, sheet: &str) -> Vec<String> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    range.rows().flatten().map(Data::to_string).collect()
}

#[test]
fn the_last_copies_stand_in_and_that_is_said_wherever_their_numbers_stand() {
    let office = Office::new("");
    let never = office.run(&["--offline", "--no-history"]);
    assert_eq!(of_code(&json(&never)["findings"], "SRC024").len(), 4, "there are no copies yet");
    let first = office.run(&[]);
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    assert!(!fs::read_to_string(office.path("out/peringkat.csv")).unwrap().contains("salinan"));
    let seen = office.outputs();

    office.hide(4);
    // Neither a run that is not recorded nor one that writes nothing is without them.
    for more in
        [&["--dry-run"][..], &["--dry-run", "--offline"], &["--no-history", "--offline"], &["--no-history"], &[]]
    {
        let output = office.run(more);
        assert_eq!(output.status.code(), Some(1), "{more:?}: {}", stderr(&output));
        let value = json(&output);
        assert_eq!(of_code(&value["findings"], "SRC025").len(), 4, "{more:?}");
        assert!(value["satker"][0]["roles"]["unit"]["total"].is_f64() && value["satker"][0]["source"]["stale"] == true);
        if more.contains(&"--dry-run") {
            assert_eq!(office.outputs(), seen, "nothing is written");
        }
    }
    let csv = fs::read_to_string(office.path("out/peringkat.csv")).unwrap();
    assert_eq!(csv.matches("LKE: salinan 21 Desember 2025").count(), 8, "{csv}");
    let book = office.path("out/rekap.xlsx");
    for sheet in ["Ringkasan", "Peringkat", "Area", "Indikator", "Syarat WBK-WBBM"] {
        let is_said = cells(&book, sheet).iter().any(|cell| cell.contains("angka dari salinan lama: 1, 2, 3, 4"));
        assert!(is_said, "{sheet}");
    }
    assert!(cells(&book, "Peringkat").iter().any(|cell| cell.starts_with("LKE: salinan")));
    let text = rekap().args(["run", "-q", "p.toml"]).current_dir(office.folder.path()).output().unwrap();
    assert!(stdout(&text).contains("     LKE: salinan 21 Desember 2025"), "{}", stdout(&text));
    let refused = office.run(&["--stale", "refuse"]);
    assert_eq!(of_code(&json(&refused)["findings"], "SRC019").len(), 4);
}

#[test]
fn a_calendar_of_an_earlier_copy_says_so() {
    let office = Office::new("[[output]]\nkind = \"ical\"\npath = \"out/tenggat.ics\"\n");
    let text = fs::read_to_string(office.path("p.toml")).unwrap();
    let plan = format!("[plan]\nsource = \"{}\"\n", office.host.url("/4/plan"));
    fs::write(office.path("p.toml"), text + &plan).unwrap();
    let calendar = || {
        office.run(&[]);
        fs::read_to_string(office.path("out/tenggat.ics")).unwrap().replace("\r\n ", "")
    };
    let fresh = calendar();
    assert!(fresh.contains("BEGIN:VEVENT") && !fresh.contains("salinan"), "{fresh}");
    office.hide(4);
    let stale = calendar();
    let events = stale.matches("BEGIN:VEVENT").count();
    assert_eq!(stale.matches("rencana aksi: salinan 21 Desember 2025").count(), events, "{stale}");
}

#[test]
fn where_too_much_is_missing_for_passing_reasons_what_was_good_stays_and_that_is_told() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let hook = Host::start({
        let told = told.clone();
        move |asked| {
            told.lock().unwrap().push(asked.headers["x-rekap-event"].clone());
            answer("204 No Content", &[], b"")
        }
    });
    let notify = format!("[[notify]]\nkind = \"webhook\"\nurl = \"{}\"\non = \"change\"\n", hook.url("/"));
    let office = Office::new(&notify);
    office.hide(4);
    assert_eq!(office.run(&["--stale", "refuse"]).status.code(), Some(1), "with nothing before, nothing is lost");
    office.hide(0);
    assert_eq!(office.run(&[]).status.code(), Some(0));
    let good = office.outputs();
    told.lock().unwrap().clear();

    office.hide(2);
    for more in [&["--dry-run"][..], &["--no-history"], &[]] {
        let output = office.run(&[&["--stale", "refuse"], more].concat());
        assert_eq!(output.status.code(), Some(1), "{more:?}");
        let said = stderr(&output);
        assert!(said.contains("dibiarkan seperti semula: sumber 2 dari 4") && said.contains("(1, 2)"), "{said}");
        assert_eq!(json(&output)["outputs"], serde_json::json!([]));
        assert_eq!(office.outputs(), good, "{more:?}");
    }
    let events = std::mem::take(&mut *told.lock().unwrap());
    assert_eq!(events, ["run.incomplete"; 2], "those who asked for changes, too; not of a dry run");
    // One of four is no more than a third.
    office.hide(1);
    let output = office.run(&["--stale", "refuse"]);
    assert_eq!((output.status.code(), json(&output)["outputs"].as_array().unwrap().len()), (Some(1), 2));
    // The run that was withheld is not what this one is compared with.
    let recorded: Vec<bool> = office.history().iter().map(|run| run["recorded"] == true).collect();
    assert_eq!(recorded.iter().filter(|recorded| !**recorded).count(), 1, "{recorded:?}");
}

#[test]
fn a_run_that_cannot_even_begin_is_told_those_who_asked() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let log = events.clone();
    let hook = Host::start(move |asked| {
        log.lock().unwrap().push((asked.path.clone(), asked.headers["x-rekap-event"].clone()));
        answer("204 No Content", &[], b"")
    });
    let notify: String = ["failure", "change", "always"]
        .map(|on| format!("[[notify]]\nkind = \"webhook\"\nurl = \"{}\"\non = \"{on}\"\n", hook.url(&format!("/{on}"))))
        .concat();
    let office = Office::new(&notify);
    fs::write(office.path(".rekap"), "bukan folder").unwrap();
    let output = office.run(&[]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let mut told = std::mem::take(&mut *events.lock().unwrap());
    told.sort();
    let expected = ["/always", "/change", "/failure"].map(|on| (on.to_owned(), "run.failed".to_owned()));
    assert_eq!(told, expected);
    fs::remove_file(office.path(".rekap")).unwrap();
    // A place that is a folder: nothing is done, and everybody hears of it.
    fs::create_dir_all(office.path("out/rekap.xlsx/x")).unwrap();
    let output = office.run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("out/rekap.xlsx: "), "{}", stderr(&output));
    assert_eq!(events.lock().unwrap().len(), 3);
}

#[test]
fn who_could_not_be_told_is_part_of_how_a_run_ended() {
    let office = Office::new("[[notify]]\nkind = \"webhook\"\nurl_env = \"TIDAK_ADA\"\n");
    let output = office.run(&[]);
    assert_eq!(output.status.code(), Some(1), "the files are there, nobody was told");
    assert!(stderr(&output).contains("TIDAK_ADA"), "{}", stderr(&output));
    let run = &office.history()[0];
    assert_eq!((run["status"].as_str(), run["recorded"].as_bool()), (Some("incomplete"), Some(true)), "{run}");
}

#[test]
fn a_signal_ends_every_wait_and_leaves_what_is_done() {
    // Whoever is told never answers.
    let hook = Host::start(|_| Vec::new());
    let notify = format!("[[notify]]\nkind = \"webhook\"\nurl = \"{}\"\n", hook.url("/"));
    let office = Office::new(&notify);
    let mut command = rekap();
    command.args(["run", "p.toml"]).current_dir(office.folder.path()).stdout(Stdio::null());
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    while hook.asked().is_empty() {
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert_eq!(hook.asked().len(), 1, "no other attempt is made");
    assert!(office.path("out/rekap.xlsx").is_file());
    assert_eq!(office.history()[0]["status"], "incomplete");
}

#[test]
fn a_run_has_one_deadline_by_hand_too() {
    let office = Office::new(
        "[links]\ncheck = false\ndeadline = \"1s\"\n[schedule]\ncron = \"0 6 * * *\"\ntimezone = \"Asia/Jakarta\"\ndeadline = \"1h\"\n",
    );
    let output = office.run(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(json(&output)["satker"][0]["links"].is_null());
    let text = fs::read_to_string(office.path("p.toml")).unwrap();
    let wrong = |from: &str, to: &str, said: &str| {
        fs::write(office.path("p.toml"), text.replacen(from, to, 1)).unwrap();
        let output = office.run(&[]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    };
    wrong("deadline = \"1s\"", "deadline = \"sebentar\"", "bukan lama waktu");
    wrong("check = false", "periksa = true", "\"periksa\" tidak dikenal");
    // A host that never answers: nothing comes of the run, and why is said.
    let silent = Host::start(|_| Vec::new());
    let registry = fs::read_to_string(office.path("satker.csv")).unwrap();
    fs::write(office.path("satker.csv"), registry.replace(&office.host.url(""), &silent.url(""))).unwrap();
    fs::write(office.path("p.toml"), text.replace("deadline = \"1h\"", "deadline = \"1s\"")).unwrap();
    let output = office.run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("melewati batas waktunya"), "{}", stderr(&output));
}
