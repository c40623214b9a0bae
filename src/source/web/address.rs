//! Turns the addresses people paste into those of the file itself.

use url::Url;

/// Where the file itself is. A Drive file's page becomes its download, a spreadsheet published as a page becomes a
/// workbook; every other address stays.
pub(super) fn of_file(url: &Url) -> Url {
    let segments: Vec<&str> = url.path_segments().map_or_else(Vec::new, |segments| segments.collect());
    // Where several accounts are signed in, the browser shows which.
    let segments: Vec<&str> = match segments.as_slice() {
        [first, "u", _, rest @ ..] => [&[*first], rest].concat(),
        _ => segments,
    };
    match (url.host_str(), segments.as_slice()) {
        (Some("drive.google.com"), ["file", "d", id, ..]) => drive_download(url, id),
        (Some("drive.google.com"), ["open"]) => match url.query_pairs().find(|(key, _)| key == "id") {
            Some((_, id)) => drive_download(url, &id),
            None => url.clone(),
        },
        (Some("docs.google.com"), ["spreadsheets", "d", "e", id, "pubhtml"]) => {
            let mut book = url.clone();
            book.set_path(&format!("/spreadsheets/d/e/{id}/pub"));
            book.set_query(Some("output=xlsx"));
            book
        }
        _ => url.clone(),
    }
}

fn drive_download(page: &Url, id: &str) -> Url {
    let key = page.query_pairs().find(|(name, _)| name == "resourcekey").map(|(_, key)| key.into_owned());
    let mut file = page.clone();
    file.set_path("/uc");
    file.set_fragment(None);
    file.query_pairs_mut().clear().append_pair("export", "download").append_pair("id", id);
    if let Some(key) = key {
        // Files shared before 2021 open with it alone.
        file.query_pairs_mut().append_pair("resourcekey", &key);
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_files_become_the_files() {
        let download = "https://drive.google.com/uc?export=download&id=1AbC_d-9";
        for page in [
            "https://drive.google.com/file/d/1AbC_d-9/view?usp=sharing",
            "https://drive.google.com/file/d/1AbC_d-9/edit#x",
            "https://drive.google.com/file/d/1AbC_d-9",
            "https://drive.google.com/file/u/1/d/1AbC_d-9/view",
            "https://drive.google.com/open?id=1AbC_d-9&authuser=0",
        ] {
            assert_eq!(of_file(&Url::parse(page).unwrap()).as_str(), download, "{page}");
        }
        let with_key = Url::parse("https://drive.google.com/file/d/1A/view?usp=sharing&resourcekey=0-xyz").unwrap();
        assert_eq!(of_file(&with_key).as_str(), "https://drive.google.com/uc?export=download&id=1A&resourcekey=0-xyz");
        let published = Url::parse("https://docs.google.com/spreadsheets/d/e/2PACX-1/pubhtml?gid=0").unwrap();
        assert_eq!(of_file(&published).as_str(), "https://docs.google.com/spreadsheets/d/e/2PACX-1/pub?output=xlsx");
    }

    #[test]
    fn other_addresses_stay() {
        for address in [
            "https://docs.google.com/spreadsheets/d/1AbC/export?format=xlsx&gid=7",
            "https://docs.google.com/spreadsheets/d/e/2PACX-1/pub?output=csv",
            "https://drive.google.com/drive/folders/1AbC",
            "https://drive.google.com/open",
            "https://berkas.contoh.id/file/d/1/view",
        ] {
            assert_eq!(of_file(&Url::parse(address).unwrap()).as_str(), address);
        }
    }
}
