//! What the program says, where it cannot say it, and how it ends.

use crate::common;

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};

use common::{fixture, pipeline, rekap, stderr, stdout};

/// A pipe whose reader is gone.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// A disk that is full.
fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

#[test]
fn whoever_closed_a_pipe_has_heard_enough() {
    let lke = fixture("babel/lke-1902.xlsx");
    let folder = tempfile::tempdir().unwrap();
    let path = pipeline(folder.path(), &[("1", lke.to_str().unwrap())]);
    let (lke, path) = (lke.to_str().unwrap(), path.to_str().unwrap());
    for (arguments, status) in [
        (&["--help"][..], 0),
        (&["--version"], 0),
        (&["jalan"], 2),
        (&["findings"], 0),
        (&["findings", "X1"], 2),
        (&["completions", "bash"], 0),
        (&["check", lke], 0),
        (&["check", "tidak-ada.xlsx"], 1),
        (&["run", path], 0),
        (&["run", "tidak-ada.toml"], 2),
        (&["history", path], 0),
    ] {
        for (out, err) in [(closed(), Stdio::null()), (Stdio::null(), closed()), (closed(), closed())] {
            let ended = rekap().args(arguments).stdout(out).stderr(err).status().unwrap();
            assert_eq!(ended.code(), Some(status), "{arguments:?}");
        }
        let output = rekap().args(arguments).stdout(closed()).output().unwrap();
        assert!(!stderr(&output).contains("Broken pipe"), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn what_a_full_disk_swallows_is_no_success() {
    let lke = fixture("babel/lke-1902.xlsx");
    let folder = tempfile::tempdir().unwrap();
    let path = pipeline(folder.path(), &[("1", lke.to_str().unwrap())]);
    let (lke, path) = (lke.to_str().unwrap(), path.to_str().unwrap());
    for (arguments, status) in [
        (&["--help"][..], 2),
        (&["findings"], 2),
        (&["completions", "bash"], 2),
        (&["check", lke], 2),
        (&["check", "--format", "json", "tidak-ada.xlsx"], 2),
        // Its work is in the files it wrote.
        (&["run", path], 1),
        (&["run", "tidak-ada.toml"], 2),
    ] {
        let output = rekap().args(arguments).stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", stderr(&output));
        assert!(!stderr(&output).is_empty(), "{arguments:?}");
    }
    assert!(folder.path().join("out/rekap.xlsx").is_file());
    let silent = rekap().args(["run", path]).stdout(Stdio::null()).stderr(full()).status().unwrap();
    assert_eq!(silent.code(), Some(1), "its lines on the satker are lost");
}

#[test]
fn arguments_that_are_no_text_are_told() {
    let odd = OsStr::from_bytes(b"lke-\xff.xlsx");
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixture("babel/lke-1902.xlsx"), folder.path().join(odd)).unwrap();
    for arguments in [
        &[OsStr::new("check"), odd][..],
        &[odd],
        &[OsStr::new("run"), odd],
        &[OsStr::new("run"), OsStr::new("x.toml"), OsStr::new("--ical"), odd],
        &[OsStr::new("history"), OsStr::new("--state"), odd],
        &[OsStr::new("template"), odd],
        &[OsStr::new("links"), odd],
        &[OsStr::new("schedule"), odd, OsStr::new("--once")],
        &[OsStr::new("--lang"), odd],
    ] {
        let output = rekap().args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(matches!(output.status.code(), Some(1 | 2)), "{arguments:?}: {}", stderr(&output));
        assert!(!stderr(&output).contains("panicked") && !stderr(&output).is_empty(), "{arguments:?}");
    }
    let output = rekap().args([OsStr::new("check"), odd]).current_dir(folder.path()).output().unwrap();
    assert!(stderr(&output).contains("bukan UTF-8"), "{}", stderr(&output));
    // In a folder that is named otherwise it is found, and told.
    let output = rekap().arg("check").arg(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    // A folder that is no text is written to like any other.
    let odd_folder = folder.path().join(OsStr::from_bytes(b"folder-\xff"));
    let output = rekap().arg("init").arg(&odd_folder).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = rekap().arg("run").arg(odd_folder.join("pipeline.toml")).output().unwrap();
    assert!(
        !stderr(&output).contains("panicked") && matches!(output.status.code(), Some(0 | 1)),
        "{}",
        stderr(&output)
    );
}

/// A run that waits: its registry names a source that never comes.
fn waiting(folder: &std::path::Path) -> Child {
    let path = pipeline(folder, &[("1", "https://docs.google.com/spreadsheets/d/tidak-ada/export?format=xlsx")]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let text = fs::read_to_string(&path).unwrap() + "\n[web]\nhosts = []\nprivate_hosts = [\"127.0.0.1\"]\n";
    fs::write(&path, text).unwrap();
    let registry = folder.join("satker.csv");
    let rows = fs::read_to_string(&registry).unwrap();
    let address = "https://docs.google.com/spreadsheets/d/tidak-ada/export?format=xlsx";
    fs::write(&registry, rows.replace(address, &format!("http://127.0.0.1:{port}/x.xlsx"))).unwrap();
    let child = rekap()
        .args(["run", path.to_str().unwrap()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(folder.join("stderr")).unwrap())
        .spawn()
        .unwrap();
    // It asked: it is under way, and hears signals. It gets no answer while the connection is kept.
    let (mut asking, _) = listener.accept().unwrap();
    let _ = asking.read(&mut [0; 16]).unwrap();
    std::mem::forget((asking, listener));
    child
}

#[test]
fn an_interrupted_run_says_by_which_signal() {
    for (signal, status) in [("-INT", 130), ("-TERM", 143)] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = waiting(folder.path());
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let ended = child.wait().unwrap();
        let said = fs::read_to_string(folder.path().join("stderr")).unwrap();
        assert_eq!((ended.code(), ended.signal()), (Some(status), None), "{said}");
        assert!(said.contains("dihentikan"), "{said}");
    }
}

#[test]
fn a_mistake_in_a_pipeline_is_shown_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = pipeline(folder.path(), &[("1", "x.xlsx")]);
    let text = fs::read_to_string(&path).unwrap().replacen("2025", "1 Desember 2025", 1);
    fs::write(&path, text).unwrap();
    let output = rekap().args(["run", path.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(
        said.contains("p.toml:3:") && said.contains("\n3 | year = 1 Desember 2025\n") && said.contains('^'),
        "{said}"
    );
    let english = rekap().args(["run", path.to_str().unwrap(), "--lang", "en"]).output().unwrap();
    assert!(stderr(&english).contains("a date is written year-month-day"), "{}", stderr(&english));
    fs::write(&path, [0xFF, 0xFE, b'n', 0]).unwrap();
    let output = rekap().args(["run", path.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("UTF-16"), "{}", stderr(&output));
}
