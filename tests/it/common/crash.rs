//! A campaign that kills `rekap run` in the midst of it, again and again, and looks at what is left each time.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::common::make::units::Dice;

/// When a run is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// At a change of the files it writes, counted: the same on any machine.
    Change,
    /// At some part of the time a whole run takes, or at such a change, by turns.
    Any,
}

/// What came of a campaign.
#[derive(Debug, Default)]
pub struct Report {
    /// Runs killed.
    pub killed: u32,
    /// Runs that ended before they could be.
    pub ended: u32,
    /// Kills that left outputs of two runs, with a journal to finish them by.
    pub half: u32,
    /// Runs in between that were let be, and put all of it right.
    pub whole: u32,
}

/// Kills so many runs; every fifth time a run is let be in between.
///
/// # Panics
/// When anything is left that is not whole.
pub fn campaign(program: &Path, kills: u32, seed: u64, moment: Moment) -> Report {
    let office = Office::new(program);
    let mut dice = Dice::new(seed);
    let mut report = Report::default();
    let (changes, took) = office.whole(0);
    let mut round = 1;
    while report.killed < kills {
        office.name(round);
        let mut child = office.start();
        let is_killed = if moment == Moment::Any && round % 2 == 0 {
            after(&mut child, took.mul_f64(dice.roll(1000) as f64 / 1000.0))
        } else {
            office.at_change(&mut child, dice.roll(changes + 1))
        };
        report.killed += u32::from(is_killed);
        report.ended += u32::from(!is_killed);
        report.half += u32::from(office.look(round));
        round += 1;
        if round % 5 == 0 {
            office.whole(round);
            report.whole += 1;
            round += 1;
        }
    }
    report
}

/// Kills a run after some time; whether it was under way still.
fn after(child: &mut Child, time: Duration) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < time {
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
    }
    kill(child)
}

fn kill(child: &mut Child) -> bool {
    child.kill().expect("a child");
    std::os::unix::process::ExitStatusExt::signal(&child.wait().expect("a child")).is_some()
}

/// A pipeline in a folder of its own; the code of a satker tells which run an output is of.
struct Office {
    folder: tempfile::TempDir,
    program: PathBuf,
}

impl Office {
    fn new(program: &Path) -> Office {
        let folder = tempfile::tempdir().expect("a folder to write in");
        let pipeline = "name = \"uji\"\ntitle = \"Uji\"\nyear = 2025\nsemester = 2\nsatker = \"satker.csv\"\nkeep_runs = 3\n\
                        [lke]\nsource = \"{lke}\"\n[[output]]\nkind = \"xlsx\"\npath = \"out/rekap.xlsx\"\n\
                        [[output]]\nkind = \"csv\"\ntable = \"ranking\"\npath = \"out/peringkat.csv\"\n\
                        [[output]]\nkind = \"csv\"\ntable = \"findings\"\npath = \"out/temuan.csv\"\n";
        fs::write(folder.path().join("p.toml"), pipeline).expect("a folder to write in");
        Office { folder, program: program.to_owned() }
    }

    fn name(&self, round: u64) {
        let lke = super::fixture("babel/lke-1971.xlsx");
        let registry = format!("kode,nama,jenis,lke\nPutaran-{round},Putaran-{round},kota,{}\n", lke.display());
        fs::write(self.folder.path().join("satker.csv"), registry).expect("a folder to write in");
    }

    fn start(&self) -> Child {
        let mut command = Command::new(&self.program);
        command.args(["run", "-q", "p.toml"]).current_dir(self.folder.path()).env("SOURCE_DATE_EPOCH", "1766300400");
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the built program")
    }

    /// A run that is let be: everything is of it then, and nothing else is left. How often its files changed, and how long
    /// it took.
    fn whole(&self, round: u64) -> (u64, Duration) {
        self.name(round);
        let begun = Instant::now();
        let mut child = self.start();
        let changes = self.changes(&mut child, u64::MAX);
        assert_eq!(child.wait().expect("a child").code(), Some(0), "round {round}");
        let took = begun.elapsed();
        self.look(round);
        assert_eq!(self.rounds(), BTreeSet::from([round]));
        assert_eq!(self.files("out").len(), 3, "{:?}", self.files("out"));
        assert!(!self.journal().exists());
        (changes, took)
    }

    /// Kills a run at a change of its files; whether it was under way still.
    fn at_change(&self, child: &mut Child, change: u64) -> bool {
        self.changes(child, change);
        kill(child)
    }

    /// Counts the changes of the files of a run, up to so many or to its end.
    fn changes(&self, child: &mut Child, most: u64) -> u64 {
        let (mut count, mut before) = (0, self.state());
        while count < most && child.try_wait().expect("a child").is_none() {
            let now = self.state();
            count += u64::from(now != before);
            before = now;
        }
        count
    }

    /// Looks at what a killed run left: whether its outputs are of two runs.
    fn look(&self, round: u64) -> bool {
        let rounds = self.rounds();
        assert!(rounds.len() <= 2 && rounds.iter().all(|of| *of <= round), "{rounds:?} in round {round}");
        assert!(rounds.len() == 1 || self.journal().exists(), "{rounds:?} in round {round}: nothing will finish them");
        let database = self.folder.path().join(".rekap/uji/riwayat.sqlite");
        if database.exists() {
            let store = rusqlite::Connection::open(database).expect("a database");
            let verdict: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a database");
            assert_eq!(verdict, "ok", "round {round}");
        }
        rounds.len() == 2
    }

    /// The runs the outputs are of; each is opened and read.
    fn rounds(&self) -> BTreeSet<u64> {
        let out = self.folder.path().join("out");
        let mut texts = Vec::new();
        let mut book: Xlsx<_> = open_workbook(out.join("rekap.xlsx")).expect("a whole workbook");
        let sheet = book.worksheet_range("Peringkat").expect("a whole sheet");
        texts.push(sheet.used_cells().map(|(_, _, cell)| Data::to_string(cell)).collect::<Vec<_>>().join("\n"));
        for name in ["peringkat.csv", "temuan.csv"] {
            let table = fs::read_to_string(out.join(name)).expect("a table");
            assert!(table.ends_with('\n'), "{name} is cut short");
            texts.push(table);
        }
        texts
            .iter()
            .map(|text| {
                let found = text.split("Putaran-").nth(1).expect("the code of the satker");
                let digits: String = found.chars().take_while(char::is_ascii_digit).collect();
                digits.parse().expect("a number")
            })
            .collect()
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join(".rekap/uji/keluaran.jurnal")
    }

    fn files(&self, folder: &str) -> Vec<(PathBuf, u64)> {
        let entries = fs::read_dir(self.folder.path().join(folder)).into_iter().flatten().flatten();
        // What goes while it is looked at has changed.
        entries.map(|entry| (entry.path(), entry.metadata().map_or(0, |data| data.len()))).collect()
    }

    fn state(&self) -> Vec<Vec<(PathBuf, u64)>> {
        ["out", ".rekap/uji", ".rekap/uji/snapshots/v1/content", ".rekap/uji/snapshots/v1/runs"]
            .map(|folder| self.files(folder))
            .into()
    }
}
