//! Finds the web addresses in what people type into a cell: in brackets and quotes, behind words and numbers, several joined,
//! with or without `https://`. An address that a blank or a line break cut in two is told apart: its first half opens
//! something else, or nothing.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use crate::text::web_address;

/// Hosts whose addresses are known without a scheme. None of them is evidence without a path.
const HOSTS: [&str; 34] = [
    "s.id",
    "bit.ly",
    "tinyurl.com",
    "cutt.ly",
    "rb.gy",
    "is.gd",
    "ow.ly",
    "gg.gg",
    "goo.gl",
    "shorturl.at",
    "lynk.id",
    "linktr.ee",
    "forms.gle",
    "maps.app.goo.gl",
    "photos.app.goo.gl",
    "drive.google.com",
    "docs.google.com",
    "sites.google.com",
    "forms.google.com",
    "photos.google.com",
    "youtu.be",
    "youtube.com",
    "m.youtube.com",
    "1drv.ms",
    "onedrive.live.com",
    "dropbox.com",
    "t.me",
    "wa.me",
    "instagram.com",
    "facebook.com",
    "tiktok.com",
    "twitter.com",
    "x.com",
    "mega.nz",
];

/// What any other host ends in whose address, with a path, is known without a scheme.
const ENDINGS: [&str; 6] = ["id", "com", "org", "net", "info", "link"];

/// Folders of websites in which files lie under the names they were given, blanks and all.
const FILE_FOLDERS: [&str; 12] = [
    "/upload",
    "/file",
    "dokumen",
    "document",
    "/download",
    "/storage/",
    "/wp-content/",
    "/public/",
    "/arsip",
    "/berkas",
    "/lampiran",
    "/media",
];

/// How an address without a scheme is completed.
const SCHEME: &str = "https://";

/// A text is not looked through for more addresses than this.
const MOST: usize = 1_000;

/// The addresses in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// Those that are whole, each with its scheme.
    pub whole: Vec<String>,
    /// Those that are not.
    pub broken: Vec<Broken>,
}

/// An address that a blank or a line break cut in two, or that is mistyped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// What stands there, both halves.
    pub seen: String,
    /// The first half, as a spreadsheet may have made a link of it.
    pub cut: String,
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern that is tested")
}

static START: LazyLock<Regex> = LazyLock::new(|| {
    let scheme = r"(?<scheme>https?://)";
    // `htps://`, `http//`, `https:/`, `https;//`.
    let mistyped = r"(?<mistyped>\b[htps]{3,7}\s?[:;]?\s?[/\\]{1,3})";
    let host = r"(?<host>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+)";
    pattern(&format!("(?i){scheme}|{mistyped}|{host}"))
});
static SCHEME_START: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)https?://"));
/// `?id=7`, `/edit?usp=sharing`.
static QUERY: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[\w./-]*[?&]\w+=[\w%-]"));
/// What paths of Google Drive and Docs are made of.
static GOOGLE_PATH: LazyLock<Regex> = LazyLock::new(|| {
    let path =
        r"folders/\w|file/d/|drive/(?:folders|u|my-drive|shared)|(?:document|spreadsheets|presentation|forms)/d/";
    let query = r"(?:usp|id|gid|resourcekey|authuser|ouid|rtpof|sd|tab|hl)=\w";
    pattern(&format!(r"^/?(?:{path}|d/[\w-]{{6}}|u/\d|{query})"))
});
static FILE_NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|zip|rar|mp4)[).,;]*$"));

/// Finds the addresses in a text.
pub fn addresses_in(text: &str) -> Addresses {
    let mut found = Addresses::default();
    let mut at = 0;
    while found.whole.len() + found.broken.len() < MOST
        && let Some(start) = START.captures_at(text, at)
    {
        let whole = start.get_match();
        at = if start.name("scheme").is_some() {
            take(text, whole.start(), whole.end(), &mut found)
        } else if start.name("mistyped").is_some() {
            take_mistyped(text, whole.start(), whole.end(), &mut found)
        } else {
            take_bare(text, whole.start(), whole.as_str(), &mut found)
        };
    }
    found.whole = found.whole.iter().filter_map(|address| web_address(address)).collect();
    found
}

/// An address with its scheme; where to go on.
fn take(text: &str, start: usize, host: usize, found: &mut Addresses) -> usize {
    // `https://https://s.id/x` opens nothing.
    if let Some(again) = SCHEME_START.find(&text[host..]).filter(|again| again.start() == 0) {
        let inner = host + again.end();
        let end = inner + trimmed(&text[inner..inner + body_length(&text[inner..])]).len();
        let seen = text[start..end].to_owned();
        found.broken.push(Broken { cut: seen.clone(), seen });
        return end;
    }
    let end = host + body_length(&text[host..]);
    let body = trimmed(&text[host..end]);
    let address = &text[start..host + body.len()];
    let is_address = Url::parse(address).is_ok_and(|url| url.has_host());
    let is_cut = body.is_empty() || !is_address || is_unfinished(body);
    match continued(text, end, body).or(is_cut.then_some(end)) {
        Some(until) => {
            let seen = text[start..until].split_whitespace().collect::<Vec<_>>().join(" ");
            found.broken.push(Broken { seen, cut: address.to_owned() });
            until
        }
        None => {
            found.whole.push(unescaped(address));
            end
        }
    }
}

/// An address whose scheme is mistyped, if a host follows; where to go on.
fn take_mistyped(text: &str, start: usize, host: usize, found: &mut Addresses) -> usize {
    let word = text[start..host].to_ascii_lowercase();
    let body = trimmed(&text[host..host + body_length(&text[host..])]);
    let is_meant =
        word.contains("tp") && (word.starts_with('h') || word.starts_with("tt")) && is_known(host_of(body), body);
    if !is_meant {
        // What follows may be an address all the same; a blank or a slash begins none.
        return start + word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len()).max(1);
    }
    let end = host + body.len();
    found.broken.push(Broken { seen: text[start..end].to_owned(), cut: text[start..end].to_owned() });
    end
}

/// An address without a scheme, if it is one; where to go on.
fn take_bare(text: &str, start: usize, host: &str, found: &mut Addresses) -> usize {
    let past = start + host.len();
    if text[past..].starts_with("://") {
        // `1.https://…`: the scheme is not the host's last part.
        return start + host.rfind('.').unwrap_or_default() + 1;
    }
    // `nama@kpu.go.id`, `a/b.id`: parts of something else.
    let before = text[..start].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || "@/\\_-.~%=".contains(c)) || text[past..].starts_with('@') {
        return past;
    }
    // `1.s.id/x`: the first of a list.
    let listed =
        host.split_once('.').filter(|(number, rest)| is_number(number) && (is_host(rest) || rest.starts_with("www.")));
    let start = listed.map_or(start, |(number, _)| start + number.len() + 1);
    let host = listed.map_or(host, |(_, host)| host);
    let end = start + body_length(&text[start..]);
    let body = trimmed(&text[start..end]);
    // Nothing else may follow the host than what follows one.
    let is_address = Url::parse(&format!("{SCHEME}{body}"))
        .is_ok_and(|url| url.host_str().is_some_and(|of_url| of_url.eq_ignore_ascii_case(host)));
    if !is_address || !is_known(host, body) {
        return past;
    }
    if let Some(until) = continued(text, end, body).or(is_unfinished(body).then_some(end)) {
        // A host alone may be talked of: `folder di drive.google.com`.
        if until > end || text[past..].starts_with('/') {
            let seen = text[start..until].split_whitespace().collect::<Vec<_>>().join(" ");
            found.broken.push(Broken { seen, cut: format!("{SCHEME}{body}") });
        }
        return until.max(past);
    }
    found.whole.push(format!("{SCHEME}{}", unescaped(body)));
    end.max(past)
}

fn is_number(text: &str) -> bool {
    text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_host(host: &str) -> bool {
    let host = host.strip_prefix("www.").unwrap_or(host);
    HOSTS.iter().any(|known| known.eq_ignore_ascii_case(host))
}

/// Whether a host is one nobody would write for anything else than an address.
fn is_known(host: &str, body: &str) -> bool {
    let lower = host.to_ascii_lowercase();
    let (rest, ending) = lower.rsplit_once('.').unwrap_or_default();
    let has_path = body.len() > host.len() + 1 && body[host.len()..].starts_with(['/', '?', ':']);
    is_host(&lower)
        || lower.starts_with("www.") && ending.bytes().all(|byte| byte.is_ascii_alphabetic()) && rest.contains('.')
        || lower.ends_with(".go.id") && rest.len() > 3
        || has_path && ENDINGS.contains(&ending) && rest.len() >= 3 && !rest.starts_with("no.")
}

/// Whether a host keeps files under names that mean nothing to people.
fn is_drive(host: &str) -> bool {
    ["drive.google.com", "docs.google.com"].iter().any(|drive| drive.eq_ignore_ascii_case(host))
}

fn host_of(body: &str) -> &str {
    body.split(['/', '?', '#', ':']).next().unwrap_or_default()
}

/// How far an address goes from its host on: to a blank, a quote, a bracket that was not opened within, or the next address.
fn body_length(text: &str) -> usize {
    let mut opened = 0;
    let ends = |(at, c): &(usize, char)| match *c {
        '(' => {
            opened += 1;
            false
        }
        ')' => {
            opened -= 1;
            opened < 0
        }
        '<' | '>' | '"' | '\'' | '`' | '|' | '\\' | '^' | '{' | '}' | ']' => true,
        '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '…' => true,
        ';' => !text[..*at].ends_with("&amp") && !text[*at..].starts_with(";jsessionid"),
        // Coordinates of a map have commas.
        ',' => !text[at + 1..].starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+'),
        c => c.is_whitespace(),
    };
    let body = &text[..text.char_indices().find(ends).map_or(text.len(), |(at, _)| at)];
    let mut schemes = SCHEME_START.find_iter(body).map(|scheme| scheme.start());
    // An archive's address has another within.
    schemes.find(|&at| !body[..at].ends_with(['/', '=', '?', '&', '%'])).unwrap_or(body.len())
}

/// Without the punctuation of the sentence it stands in.
fn trimmed(body: &str) -> &str {
    body.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '(', '['])
}

fn unescaped(address: &str) -> String {
    address.replace("&amp;", "&")
}

/// Whether an address cannot end so: a host that shows nothing without a path, a path of Google's without what it names.
fn is_unfinished(body: &str) -> bool {
    let host = host_of(body);
    let path = body[host.len()..].trim_end_matches('/');
    let is_alone =
        !host.contains('.') && path.is_empty() && !body[host.len()..].starts_with(':') && host != "localhost";
    is_alone
        || is_host(host) && path.is_empty()
        || is_drive(host)
            && ["/folders", "/d", "/file", "/drive", "/document", "/spreadsheets", "/open", "id="]
                .iter()
                .any(|end| path.ends_with(end))
        || body.ends_with(['&', '%'])
}

/// Where the second half of an address ends that a blank or a line break cut in two; none where it is whole.
fn continued(text: &str, end: usize, body: &str) -> Option<usize> {
    let rest = &text[end..];
    let token_at = rest.find(|c: char| !c.is_whitespace()).filter(|&gap| gap > 0)?;
    let token = rest[token_at..].split_whitespace().next()?;
    let until = end + token_at + token.len();
    let is_new_line = rest[..token_at].contains(['\n', '\r']);
    if SCHEME_START.is_match(token) || is_known(host_of(token), token) && !is_unfinished(body) {
        return None;
    }
    let host = host_of(body);
    let path = &body[host.len()..];
    let of_google = is_drive(host);
    let is_short = is_host(host);
    let first = token.chars().next()?;
    let second = token.chars().nth(1);
    let begins_midway = "/?&=%".contains(first) && second.is_some_and(char::is_alphanumeric)
        || first == '.' && path.is_empty() && second.is_some_and(|c| c.is_ascii_lowercase());
    let word_of_address = token.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_./?=&%".contains(c))
        && !first.is_ascii_digit()
        && first != '-'
        && token != "dan/atau";
    let is_deed = ["view", "edit", "preview"].contains(&token);
    let continues_folder = body.ends_with('/') && word_of_address && (token.contains('/') || is_deed);
    let continues_word = word_of_address
        && (body.ends_with(['-', '_']) || is_new_line && body.ends_with('/') && token.contains(['-', '_']));
    let continues_value = body.ends_with('=') && first.is_ascii_alphanumeric();
    let continues_id = of_google && id_of(path).is_some_and(|id| id.len() < 25) && is_id(token);
    let is_last = rest[token_at + token.len()..].trim().is_empty();
    let continues_query = path.contains('=') && token.len() == 1 && first.is_ascii_lowercase() && is_last;
    // `drive.google. com/x`: no sentence goes on so.
    let continues_host = text[..end].ends_with('.')
        && path.is_empty()
        && ENDINGS.contains(&host_of(token).split('.').next().unwrap_or_default())
        && token.contains('/');
    let is_cut = begins_midway
        || continues_host
        || QUERY.is_match(token)
        || of_google && GOOGLE_PATH.is_match(token)
        || continues_folder
        || continues_word
        || continues_value
        || continues_id
        || continues_query
        || is_unfinished(body) && first.is_ascii_alphanumeric();
    match is_cut {
        true => Some(until),
        false if is_short => None,
        false => end_of_file_name(rest, path).map(|length| end + length),
    }
}

/// What names a file or folder at the end of one of Google's paths.
fn id_of(path: &str) -> Option<&str> {
    let mut parts = path.rsplit('/');
    let id = parts.next()?;
    parts.next().filter(|before| matches!(*before, "folders" | "d")).map(|_| id)
}

/// Letters of both cases and digits, as no word has them.
fn is_id(token: &str) -> bool {
    let has = |holds: fn(&char) -> bool| token.chars().any(|c| holds(&c));
    token.len() >= 6
        && token.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && has(char::is_ascii_digit)
        && has(char::is_ascii_lowercase)
        && token.chars().skip(1).any(|c| c.is_ascii_uppercase())
}

/// `…/dokumen/SK` followed by `Tim Kerja.pdf` in the same line: a file whose name has blanks.
fn end_of_file_name(rest: &str, path: &str) -> Option<usize> {
    let lower = path.to_ascii_lowercase();
    let last = path.rsplit('/').next()?;
    // A title begins with a capital, what a website names its pages by does not.
    let is_file =
        last.starts_with(|c: char| c.is_ascii_uppercase()) || FILE_FOLDERS.iter().any(|folder| lower.contains(folder));
    if last.is_empty() || last.contains('.') || !is_file {
        return None;
    }
    let line = rest.lines().next()?;
    let mut end = 0;
    for word in line.split_whitespace().take(8) {
        end += line[end..].find(word)? + word.len();
        if SCHEME_START.is_match(word) {
            return None;
        }
        if FILE_NAME.is_match(word) {
            return Some(end);
        }
    }
    None
}

/// What makes two addresses the same to whoever opens them: the scheme and a last slash do not count.
pub fn address_key(address: &str) -> String {
    let bare = SCHEME_START
        .find(address)
        .filter(|scheme| scheme.start() == 0)
        .map_or(address, |scheme| &address[scheme.end()..]);
    let host = host_of(bare);
    format!("{}{}", host.to_ascii_lowercase(), bare[host.len()..].trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Vec<String> {
        let found = addresses_in(text);
        assert!(found.broken.is_empty(), "{text}: {:?}", found.broken);
        found.whole
    }

    #[test]
    fn addresses_are_found_however_they_are_typed() {
        for (text, found) in [
            ("https://s.id/a1", &["https://s.id/a1"][..]),
            ("HTTPS://S.ID/A1", &["HTTPS://S.ID/A1"]),
            ("(https://s.id/a1),", &["https://s.id/a1"]),
            ("[https://s.id/a1]", &["https://s.id/a1"]),
            ("[SK Tim](https://s.id/a1)", &["https://s.id/a1"]),
            ("<https://s.id/z>", &["https://s.id/z"]),
            ("\"https://s.id/q\"", &["https://s.id/q"]),
            ("“https://s.id/q”", &["https://s.id/q"]),
            ("'https://s.id/q'", &["https://s.id/q"]),
            ("Link:https://s.id/x", &["https://s.id/x"]),
            ("Link: http://s.id/x.", &["http://s.id/x"]),
            ("1.https://s.id/x", &["https://s.id/x"]),
            ("1)https://s.id/x 2)https://s.id/y", &["https://s.id/x", "https://s.id/y"]),
            ("buktihttps://s.id/x", &["https://s.id/x"]),
            ("https://s.id/a1;https://s.id/a2", &["https://s.id/a1", "https://s.id/a2"]),
            ("https://s.id/a1,https://s.id/a2", &["https://s.id/a1", "https://s.id/a2"]),
            (
                "https://s.id/a1, https://s.id/a2 dan https://s.id/a3.",
                &["https://s.id/a1", "https://s.id/a2", "https://s.id/a3"],
            ),
            ("https://s.id/a1https://s.id/a2", &["https://s.id/a1", "https://s.id/a2"]),
            ("https://s.id/a1\nhttps://s.id/a2", &["https://s.id/a1", "https://s.id/a2"]),
            ("https://s.id/a1|https://s.id/a2", &["https://s.id/a1", "https://s.id/a2"]),
            ("https://s.id/a1; SK Tim; bit.ly/x2", &["https://s.id/a1", "https://bit.ly/x2"]),
            ("s.id/zi-bangka", &["https://s.id/zi-bangka"]),
            ("bit.ly/3xYz", &["https://bit.ly/3xYz"]),
            ("Bukti: s.id/x.", &["https://s.id/x"]),
            ("1.s.id/x", &["https://s.id/x"]),
            ("2. bit.ly/x", &["https://bit.ly/x"]),
            ("www.kpu.go.id/zi", &["https://www.kpu.go.id/zi"]),
            ("www.kpu.go.id", &["https://www.kpu.go.id"]),
            ("jdih.kpu.go.id/babel", &["https://jdih.kpu.go.id/babel"]),
            ("diunggah di jdih.kpu.go.id.", &["https://jdih.kpu.go.id"]),
            ("drive.google.com/file/d/1/view", &["https://drive.google.com/file/d/1/view"]),
            (
                "docs.google.com/spreadsheets/d/1AbC/edit#gid=0",
                &["https://docs.google.com/spreadsheets/d/1AbC/edit#gid=0"],
            ),
            ("(drive.google.com/drive/folders/1AbC)", &["https://drive.google.com/drive/folders/1AbC"]),
            (
                "https://drive.google.com/drive/folders/1AbC?usp=sharing bukti dukung",
                &["https://drive.google.com/drive/folders/1AbC?usp=sharing"],
            ),
            (
                "https://drive.google.com/drive/folders/1AbC\nSurat Keputusan 2025",
                &["https://drive.google.com/drive/folders/1AbC"],
            ),
            ("https://drive.google.com/open?id=1AbC&amp;usp=x", &["https://drive.google.com/open?id=1AbC&usp=x"]),
            ("<a href=\"https://s.id/x\">SK</a>", &["https://s.id/x"]),
            ("=HYPERLINK(\"https://s.id/x\";\"SK\")", &["https://s.id/x"]),
            ("https://id.wikipedia.org/wiki/Zona_(x)", &["https://id.wikipedia.org/wiki/Zona_(x)"]),
            (
                "https://web.archive.org/web/2020/https://kpu.go.id/",
                &["https://web.archive.org/web/2020/https://kpu.go.id/"],
            ),
            ("https://a.go.id/?u=https://b.go.id/x", &["https://a.go.id/?u=https://b.go.id/x"]),
            ("https://www.google.com/maps/@-2.13,106.11,15z", &["https://www.google.com/maps/@-2.13,106.11,15z"]),
            ("https://s.id/é", &["https://s.id/é"]),
            ("http://192.168.1.7/zi/bukti", &["http://192.168.1.7/zi/bukti"]),
            ("http://srv-kpu/zi", &["http://srv-kpu/zi"]),
            ("https://kpu.go.id/zi/ 07/HK.03.1/2025", &["https://kpu.go.id/zi/"]),
            ("https://kpu.go.id/zi/ dan/atau lainnya", &["https://kpu.go.id/zi/"]),
            ("https://s.id/abc - SK Tim", &["https://s.id/abc"]),
            ("https://s.id/abc- SK Tim", &["https://s.id/abc-"]),
            ("diunggah di https://kpu.go.id. Selesai", &["https://kpu.go.id"]),
            ("https://kpu.go.id/page/zi SK-01.pdf", &["https://kpu.go.id/page/zi"]),
            ("https://s.id/abc\n- SK-01.pdf\n- SK-02.pdf", &["https://s.id/abc"]),
            ("https://kpu.go.id/x/\nSK-01.pdf", &["https://kpu.go.id/x/"]),
            ("https://s.id/abc SK-01.pdf", &["https://s.id/abc"]),
            ("https://kpu.go.id/dokumen/sk.pdf dan lampiran.pdf", &["https://kpu.go.id/dokumen/sk.pdf"]),
            ("https://s.id/a1 a. SK", &["https://s.id/a1"]),
            ("https://s.id/a1 (SK), https://s.id/a2 (Undangan)", &["https://s.id/a1", "https://s.id/a2"]),
            ("https://s.id/a1 & https://s.id/a2", &["https://s.id/a1", "https://s.id/a2"]),
            ("https://s.id/a1 / https://s.id/a2", &["https://s.id/a1", "https://s.id/a2"]),
            ("https://s.id/a1 bobot=5", &["https://s.id/a1"]),
            (
                "https://drive.google.com/drive/folders/1AbC file/folder bukti",
                &["https://drive.google.com/drive/folders/1AbC"],
            ),
            ("https://drive.google.com/drive/folders/1AbC u/p Tim", &["https://drive.google.com/drive/folders/1AbC"]),
            ("https://drive.google.com/drive/folders/1AbC view only", &["https://drive.google.com/drive/folders/1AbC"]),
            ("https://sites.google.com/view/zi/file", &["https://sites.google.com/view/zi/file"]),
            ("ig: instagram.com/kpu_babel", &["https://instagram.com/kpu_babel"]),
        ] {
            assert_eq!(whole(text), found, "{text}");
        }
    }

    #[test]
    fn an_address_cut_in_two_is_none() {
        for (text, seen) in [
            (
                "https://drive.google.com/drive/\nfolders/1AbC?usp=sharing",
                "https://drive.google.com/drive/ folders/1AbC?usp=sharing",
            ),
            ("https:// s.id/abc 12", "https:// s.id/abc"),
            ("https://\ns.id/abc", "https:// s.id/abc"),
            ("https://s.id/ abc", "https://s.id/ abc"),
            ("s.id/ abc", "s.id/ abc"),
            ("https://s.id/é?x=a b", "https://s.id/é?x=a b"),
            ("https://s.id/zi-\nbangka", "https://s.id/zi- bangka"),
            ("https://drive.google.com\n/drive/folders/1AbC", "https://drive.google.com /drive/folders/1AbC"),
            ("https://drive\n.google.com/x", "https://drive .google.com/x"),
            ("https://drive. google.com/x", "https://drive. google.com/x"),
            ("https://drive.google.com/drive/folders/", "https://drive.google.com/drive/folders/"),
            (
                "https://drive.google.com/drive/folders/1AbCdEf\nGhIjKl0123",
                "https://drive.google.com/drive/folders/1AbCdEf GhIjKl0123",
            ),
            ("https://drive.google.com/open?id=\n1AbC", "https://drive.google.com/open?id= 1AbC"),
            (
                "https://docs.google.com/document/d/1AbC/ edit?usp=sharing",
                "https://docs.google.com/document/d/1AbC/ edit?usp=sharing",
            ),
            ("https://drive.google.com/file/d/1AbC/\nview", "https://drive.google.com/file/d/1AbC/ view"),
            ("https://kpu.go.id/x ?id=7", "https://kpu.go.id/x ?id=7"),
            ("https://kpu.go.id/berita/\nzona/integritas", "https://kpu.go.id/berita/ zona/integritas"),
            ("https://kpu.go.id/dokumen/SK Tim Kerja.pdf", "https://kpu.go.id/dokumen/SK Tim Kerja.pdf"),
            ("www.kpu.go.id/dmdocuments/SK 12 Tahun 2025.pdf", "www.kpu.go.id/dmdocuments/SK 12 Tahun 2025.pdf"),
            ("www.kpu.go.id/zi/Laporan Akhir.docx", "www.kpu.go.id/zi/Laporan Akhir.docx"),
            ("https://drive.google. com/drive/folders/1abc", "https://drive.google. com/drive/folders/1abc"),
            ("https://kab-bangka.kpu.go. id/page", "https://kab-bangka.kpu.go. id/page"),
            ("https://s.id/zi-kpu- bangka", "https://s.id/zi-kpu- bangka"),
            (
                "https://drive.google.com/drive/folders/1AbC?usp=drive_ link",
                "https://drive.google.com/drive/folders/1AbC?usp=drive_ link",
            ),
            ("https://https://s.id/x", "https://https://s.id/x"),
            ("http://https://drive.google.com/x.", "http://https://drive.google.com/x"),
            ("https://s.id", "https://s.id"),
            ("https://", "https://"),
            ("Link : https //s.id/x", "https //s.id/x"),
            ("htps://s.id/typo", "htps://s.id/typo"),
            ("https:/s.id/oneslash", "https:/s.id/oneslash"),
            ("http//bit.ly/x", "http//bit.ly/x"),
            ("https;//drive.google.com/drive/folders/1", "https;//drive.google.com/drive/folders/1"),
        ] {
            let found = addresses_in(text);
            let broken: Vec<_> = found.broken.iter().map(|broken| broken.seen.as_str()).collect();
            assert_eq!((found.whole.as_slice(), broken.as_slice()), (&[][..], &[seen][..]), "{text}");
        }
        let both = addresses_in("https://s.id/a1 dan https:// s.id/a2");
        assert_eq!((both.whole.len(), both.broken.len()), (1, 1));
    }

    #[test]
    fn what_is_no_address_is_none() {
        for text in [
            "",
            "folder",
            "No.10/HK",
            "SK No.10/HK.03.1-Kpt/1971/2025",
            "07/HK.03.1/2025",
            "No.id/12/2025",
            "a.n. Ketua",
            "s.d.",
            "1 s.d. 3",
            "SK-01.pdf",
            "Lampiran SK.docx, Foto.jpg",
            "zi@kpu.go.id",
            "kpu.babel@gmail.com/arsip",
            "1.2.3",
            "pukul 10.30",
            "10.30/11.00",
            "A.I.1.i.a",
            "dll.",
            "PKPU 3/2025",
            "HTTP/1.1",
            "dan/atau",
            "tp/th",
            "Google Drive",
            "folder di drive.google.com",
            "Sdr.Budi/Staf",
            "3.5/4.0",
            "w.w.w",
            "Rp.10.000,-",
            "10.000/orang",
            "S.Kom/M.M",
            "Jl. Jend.Sudirman No.5",
            "mailto:zi@kpu.go.id",
            "nama.belakang@kpu.go.id",
            "@kpu.babel",
            "D:\\ZI\\bukti.pdf",
            "v1.0/2.0 24/7",
        ] {
            assert_eq!(addresses_in(text), Addresses::default(), "{text}");
        }
    }

    #[test]
    fn long_texts_are_looked_through_in_time_and_no_text_is_too_odd() {
        let text = "https://s.id/a1;".repeat(4_000);
        assert_eq!(addresses_in(&text).whole.len(), MOST);
        for odd in ["https://é é", "http://[", "https://(((", "s.id/é", "www.é", "http:// ", "://", "https://a.b/\u{0}"]
        {
            addresses_in(odd);
        }
    }

    #[test]
    fn one_address_in_two_forms_has_one_key() {
        assert_eq!(address_key("HTTP://S.ID/Ab/"), address_key("https://s.id/Ab"));
        assert_ne!(address_key("https://s.id/Ab"), address_key("https://s.id/ab"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(text in "(https?:/{0,3}|s\\.id|www\\.|htps|[ \u{a0}\n]|[/?=&;,.()<>%é…-]|[a-zA-Z0-9]{1,4}|\\PC){0,30}") {
            let found = addresses_in(&text);
            for address in found.whole {
                proptest::prop_assert!(Url::parse(&address).is_ok(), "{address}");
                proptest::prop_assert!(!address.contains(char::is_whitespace), "{address}");
            }
        }
    }
}
