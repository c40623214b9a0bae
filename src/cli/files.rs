//! What a command is to read: the files it is given, and those in the folders it is given.

use std::path::Path;

use super::Shown;
use super::console::say;

/// How files are named that are read.
const READABLE: [&str; 9] = ["xlsx", "xlsm", "xls", "ods", "csv", "tsv", "txt", "html", "htm"];

/// The places as given; of a folder the readable files in it, sorted by name. What is passed over in a folder is said.
pub(super) fn files(places: &[String], shown: &Shown) -> Vec<String> {
    places.iter().flat_map(|place| of_place(place, shown)).collect()
}

fn of_place(place: &str, shown: &Shown) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(place) else { return vec![place.to_owned()] };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let (read, passed): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| is_read(place, name));
    if !passed.is_empty() && !shown.quiet {
        let passed_over = shown.lang.pick("dilewati", "passed over");
        say(format_args!("rekap: {place}: {passed_over}: {}", passed.join(", ")));
    }
    if read.is_empty() {
        // Reading it says that it is a folder.
        return vec![place.to_owned()];
    }
    read.into_iter().map(|name| Path::new(place).join(name).display().to_string()).collect()
}

/// Neither hidden, nor a lock file, nor a folder, nor something that is never read.
fn is_read(folder: &str, name: &str) -> bool {
    let path = Path::new(name);
    let is_named_so = path.extension().is_some_and(|end| READABLE.iter().any(|known| end.eq_ignore_ascii_case(known)));
    is_named_so && !name.starts_with('.') && !name.starts_with("~$") && !Path::new(folder).join(name).is_dir()
}
