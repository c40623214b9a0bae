//! What the TOML parser objects to, in the words of people who write pipelines: what is wrong, what was expected, and what
//! mends it. The parser's own words are English, and about grammar.

use super::config::line_at;
use crate::lang::Phrase;
use crate::nearest::unknown;

/// Keys whose value may be a secret, or may have been given one by mistake.
const SECRETS: [&str; 10] =
    ["url", "env", "secret", "password", "token", "sandi", "rahasia", "api_key", "endpoint", "server"];

/// How the names of months begin, in Indonesian and English.
const MONTHS: [&str; 16] =
    ["jan", "feb", "mar", "apr", "mei", "may", "jun", "jul", "agu", "aug", "sep", "okt", "oct", "nov", "des", "dec"];

/// Whether a line may hold a secret: then it is not repeated.
pub(super) fn is_secret(line: &str) -> bool {
    let key = line.split('=').next().unwrap_or_default().to_lowercase();
    let names_one = SECRETS.iter().any(|secret| key.contains(secret));
    names_one || line.split_once("://").is_some_and(|(_, rest)| rest.contains('@'))
}

/// What an error says, in Indonesian and English.
pub(super) fn told(text: &str, error: &toml::de::Error) -> [String; 2] {
    let line = error.span().map_or("", |span| line_at(text, span.start)).trim();
    let message = error.message();
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let (field, expected) = rest.split_once(", expected ").unwrap_or((rest, ""));
        let known = expected.split('`').skip(1).step_by(2);
        let [id, en] = unknown(field.trim_matches('`'), known);
        return [format!("kunci {id}"), format!("the key {en}")];
    }
    if let Some(field) = message.strip_prefix("missing field ") {
        let field = field.replace('`', "\"");
        return [format!("kunci {field} belum ada"), format!("the key {field} is missing")];
    }
    if message.starts_with("duplicate key") {
        let [id, en] = [
            "kunci atau bagian ini ada dua; hapus salah satunya, atau tulis semua bagian yang berulang dengan dua kurung siku, seperti [[output]]",
            "this key or section stands twice; remove one of them, or write every section that repeats in two brackets, as [[output]]",
        ];
        return [id.to_owned(), en.to_owned()];
    }
    if let Some(rest) = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: ")) {
        let (found, expected) = rest.split_once(", expected ").unwrap_or((rest, ""));
        return of_wrong_type(line, found, expected);
    }
    let Phrase { id, en } = grammar(line, message);
    [format!("penulisan TOML keliru: {id}"), format!("not written as TOML is: {en}")]
}

/// A value of another type than its key's.
fn of_wrong_type(line: &str, found: &str, expected: &str) -> [String; 2] {
    if let Some(name) = line.strip_prefix('[').map(|rest| rest.trim_matches(['[', ']', ' '])) {
        let (id, en) = ("tulis", "write");
        return match line.starts_with("[[") {
            true => [
                format!("bagian ini hanya sekali; {id} [{name}], satu kurung siku"),
                format!("this section stands once; {en} [{name}] in single brackets"),
            ],
            false => [
                format!("bagian ini dapat berulang; {id} [[{name}]], dua kurung siku"),
                format!("this section may stand several times; {en} [[{name}]] in double brackets"),
            ],
        };
    }
    let (key, value) = line.split_once('=').map_or((line, ""), |(key, value)| (key.trim(), value.trim()));
    let value = value.split('#').next().unwrap_or_default().trim();
    let (found, wanted) = (kind(found, value), kind(expected, ""));
    let quoted = format!("\"{}\"", value.trim_matches(['"', '\'']));
    let bare = value.trim_matches(['"', '\'']).to_owned();
    let mended = match (found.en, wanted.en) {
        (_, "text in quotes") => quoted,
        ("text", "a whole number") if bare.parse::<i64>().is_ok() => bare,
        ("text", "true or false") if matches!(bare.as_str(), "true" | "false") => bare,
        ("text", "a date") => "2025-12-01".to_owned(),
        ("text", "a list in brackets") => format!("[{quoted}]"),
        _ => String::new(),
    };
    let (mut id, mut en) = (
        format!("tertulis {}, seharusnya {}", found.id, wanted.id),
        format!("this is {}, expected {}", found.en, wanted.en),
    );
    if !mended.is_empty() && !key.is_empty() && !is_secret(line) {
        id += &format!("; tulis {key} = {mended}");
        en += &format!("; write {key} = {mended}");
    }
    [id, en]
}

/// What serde calls a kind of value.
fn kind(name: &str, value: &str) -> Phrase {
    let is = |start: &str| name.starts_with(start);
    if is("map") && value.starts_with(|c: char| c.is_ascii_digit()) || is("datetime") || is("a TOML datetime") {
        Phrase::new("tanggal", "a date")
    } else if is("a string") {
        Phrase::new("teks dalam tanda kutip", "text in quotes")
    } else if is("string") {
        Phrase::new("teks", "text")
    } else if is("a boolean") {
        Phrase::new("true atau false", "true or false")
    } else if is("boolean") {
        Phrase::new("true/false", "true/false")
    } else if is("floating point") {
        Phrase::new("bilangan pecahan", "a fraction")
    } else if is("integer") {
        Phrase::new("bilangan", "a number")
    } else if is("a sequence") {
        Phrase::new("daftar dalam kurung siku", "a list in brackets")
    } else if is("sequence") {
        Phrase::new("daftar", "a list")
    } else if is("map") || is("a map") || is("struct") {
        Phrase::new("bagian", "a section")
    } else if name.len() > 1 && name.trim_start_matches(['i', 'u']).parse::<u8>().is_ok() || name == "usize" {
        match name.starts_with('u') {
            true => {
                Phrase::new("bilangan bulat, tidak di bawah nol dan tidak sebesar itu", "a whole number not below 0")
            }
            false => Phrase::new("bilangan bulat", "a whole number"),
        }
    } else {
        Phrase::new("bentuk lain", "something else")
    }
}

/// What is wrong with how a line is written. The line itself tells more of that than the parser does.
fn grammar(line: &str, message: &str) -> Phrase {
    let (key, value) = line.split_once('=').map_or((line, None), |(key, value)| (key.trim(), Some(value.trim())));
    let written = value.unwrap_or_default();
    let is_odd = |quote: char| written.matches(quote).count() % 2 == 1;
    let is_word = written.starts_with(char::is_alphabetic);
    let has_month = || {
        let mut words = written.split(|c: char| !c.is_alphabetic());
        words.any(|word| MONTHS.iter().any(|month| word.to_lowercase().starts_with(month)))
    };
    let is_date = written.starts_with(|c: char| c.is_ascii_digit())
        && (has_month() || written.split('#').next().unwrap_or_default().matches(['-', '/']).count() == 2);
    if line.contains(['“', '”', '„', '‘', '’']) {
        Phrase::new(
            "tanda kutip melengkung; ganti dengan tanda kutip lurus (\")",
            "curly quotes; use straight ones (\")",
        )
    } else if written.starts_with('"') && written.contains('\\') {
        Phrase::new(
            "tanda \\ di dalam kutip ganda punya arti lain; tulis alamat Windows di dalam kutip tunggal ('C:\\Data') atau \
             dengan garis miring (C:/Data)",
            "within double quotes a \\ means something else; write a Windows path in single quotes ('C:\\Data') or with \
             slashes (C:/Data)",
        )
    } else if is_date {
        Phrase::new(
            "tanggal ditulis tahun-bulan-hari tanpa tanda kutip, misalnya 2025-12-01",
            "a date is written year-month-day without quotes, for example 2025-12-01",
        )
    } else if written.starts_with('"') && is_odd('"') || written.starts_with('\'') && is_odd('\'') {
        Phrase::new(
            "tanda kutip penutup belum ada; tutup teksnya dengan tanda kutip yang sama",
            "the closing quote is missing; end the text with the same quote",
        )
    } else if line.starts_with('[') && value.is_none() {
        Phrase::new(
            "judul bagian ditulis [nama] atau [[nama]] di baris sendiri; tutup semua kurung sikunya",
            "a section's heading is [name] or [[name]] on a line of its own; close all its brackets",
        )
    } else if value.is_none() && line.contains(':') {
        Phrase::new("pakai tanda = antara kunci dan nilai, bukan :", "put = between key and value, not :")
    } else if value.is_none() {
        Phrase::new(
            "baris ini bukan \"kunci = nilai\"; komentar diawali #",
            "this line is not \"key = value\"; comments begin with #",
        )
    } else if written.is_empty() || written.starts_with('#') {
        Phrase::new("nilai setelah tanda = belum ada", "there is no value after =")
    } else if is_word && matches!(written.to_lowercase().as_str(), "true" | "false" | "ya" | "tidak" | "yes" | "no") {
        Phrase::new("tulis true atau false, huruf kecil", "write true or false in small letters")
    } else if is_word || written.starts_with(['{', '/', '.', '~']) {
        Phrase::new("teks ditulis dalam tanda kutip, misalnya \"teks\"", "text stands in quotes, for example \"text\"")
    } else if written.ends_with('"') && is_odd('"') || written.ends_with('\'') && is_odd('\'') {
        Phrase::new("tanda kutip pembuka belum ada", "the opening quote is missing")
    } else if key.is_empty() || key.contains(' ') || !key.is_ascii() {
        Phrase::new(
            "kunci ditulis satu kata, dengan huruf, angka, _ atau - saja",
            "a key is one word of letters, digits, _ or -",
        )
    } else if message.contains("array") {
        Phrase::new(
            "daftar ditulis [\"satu\", \"dua\"]: koma di antara isinya, kurung siku di kedua ujungnya",
            "a list is written [\"one\", \"two\"]: commas between its members, brackets at both ends",
        )
    } else if message.contains("inline table") {
        Phrase::new("kurung kurawal belum ditutup: { kunci = nilai }", "the brace is not closed: { key = value }")
    } else if written.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+') {
        Phrase::new(
            "bilangan ditulis dengan angka saja, tanpa nol di depan, satuan, atau pemisah ribuan; teks dalam tanda kutip",
            "a number is digits alone, without leading zeros, units or separators; text stands in quotes",
        )
    } else {
        Phrase::new(
            "tulis \"kunci = nilai\", satu di setiap baris; teks dalam tanda kutip",
            "write \"key = value\", one a line; text in quotes",
        )
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::lang::Lang;
    use crate::pipeline::Pipeline;
    use crate::source::FileBytes;

    const GOOD: &str = "name = \"uji\"\ntitle = \"Uji\"\nyear = 2025\nsemester = 2\nsatker = \"s.csv\"\n\
        as_of = 2025-12-01\n[lke]\nsource = \"{lke}\"\n[[survey]]\ninstrument = \"skm-2017\"\nsource = \"{lke}\"\n\
        [[output]]\nkind = \"xlsx\"\npath = \"out/x.xlsx\"\n";

    /// What is told of the good file with a part replaced, in both languages.
    fn told(from: &str, to: &str) -> Result<Pipeline, [String; 2]> {
        assert!(GOOD.contains(from), "{from}");
        let bytes = "kode,nama,lke\n1,A,a.xlsx\n".as_bytes().to_vec().into();
        let registry = FileBytes { bytes, name: "s".to_owned(), is_csv: true };
        Pipeline::parse(Path::new("p.toml"), GOOD.replacen(from, to, 1), Some(registry))
            .map_err(|error| [error.report(Lang::Id), error.report(Lang::En)])
    }

    #[test]
    fn what_is_written_wrong_is_told_with_its_line_and_what_mends_it() {
        for (from, to, place, id, en) in [
            ("2025-12-01", "1 Desember 2025", "6:", "misalnya 2025-12-01", "year-month-day"),
            ("2025-12-01", "01-12-2025", "6:", "misalnya 2025-12-01", "year-month-day"),
            ("2025-12-01", "1/12/2025", "6:", "misalnya 2025-12-01", "year-month-day"),
            ("2025-12-01", "2025-13-01", "6:", "misalnya 2025-12-01", "year-month-day"),
            ("2025-12-01", "\"2025-12-01\"", "6:9", "as_of = 2025-12-01", "expected a date"),
            ("\"Uji\"", "\"Uji", "2:", "tanda kutip penutup", "closing quote"),
            ("\"Uji\"", "Uji\"", "2:", "teks ditulis dalam tanda kutip", "text stands in quotes"),
            ("\"Uji\"", "Uji", "2:", "teks ditulis dalam tanda kutip", "text stands in quotes"),
            ("\"Uji\"", "“Uji”", "2:", "kutip lurus", "straight ones"),
            ("\"Uji\"", "", "2:", "belum ada", "no value after ="),
            ("title =", "title:", "2:", "bukan :", "not :"),
            ("title = \"Uji\"", "Konsolidasi Babel", "2:", "kunci = nilai", "key = value"),
            ("title", "judul panjang", "2:", "satu kata", "one word"),
            ("\"s.csv\"", "\"C:\\Users\\rekap\\s.csv\"", "5:", "kutip tunggal", "single quotes"),
            ("\"s.csv\"", "C:/s.csv", "5:", "tanda kutip", "quotes"),
            ("[lke]", "[lke", "7:", "kurung siku", "brackets"),
            ("[lke]", "[[lke]]", "7:", "tulis [lke]", "write [lke]"),
            ("[[output]]", "[output]", "12:", "tulis [[output]]", "write [[output]]"),
            ("[[survey]]", "[survey]", "9:", "tulis [[survey]]", "write [[survey]]"),
            ("2025\n", "\"2025\"\n", "3:8", "seharusnya bilangan bulat; tulis year = 2025", "write year = 2025"),
            ("\"Uji\"", "5", "2:9", "tulis title = \"5\"", "write title = \"5\""),
            ("\"Uji\"", "[\"Uji\"]", "2:9", "tertulis daftar", "this is a list"),
            ("2025\n", "20.25\n", "3:8", "tertulis bilangan pecahan", "this is a fraction"),
            ("2025\n", "99999\n", "3:8", "seharusnya bilangan bulat", "a whole number"),
            ("2025\n", "02025\n", "3:", "tanpa nol di depan", "leading zeros"),
            ("title = \"Uji\"", "title = \"Uji\"\ntitle = \"Lagi\"", "3:1", "ada dua", "stands twice"),
            ("[[survey]]", "[lke]\nsource = \"x\"\n[[survey]]", "9:", "ada dua", "stands twice"),
            ("title =", "titel =", "2:1", "mungkin maksudnya \"title\"", "perhaps meant: \"title\""),
            ("[[output]]", "[[outputs]]", "12:", "mungkin maksudnya \"output\"", "perhaps meant: \"output\""),
            ("path =", "pat =", "14:1", "mungkin maksudnya \"path\"", "perhaps meant: \"path\""),
            ("\"xlsx\"", "\"xslx\"", "13:8", "mungkin maksudnya \"xlsx\"", "perhaps meant: \"xlsx\""),
            ("\"xlsx\"", "\"lke\"", "14:8", "memerlukan {kode}", "needs {kode}"),
            (
                "\"xlsx\"",
                "\"xlsx\"\ntemplate = \"lke-zi-2026\"",
                "14:12",
                "hanya untuk kind = \"lke\"",
                "kind = \"lke\" only",
            ),
            ("skm-2017", "skm2017", "10:14", "mungkin maksudnya \"skm-2017\"", "perhaps meant: \"skm-2017\""),
            ("[lke]\n", "[lke]\ntemplate = \"lke-zi-2012\"\n", "8:12", "mungkin maksudnya", "perhaps meant"),
            ("\"{lke}\"", "\"{lk}\"", "8:10", "mungkin maksudnya {lke}", "perhaps meant: {lke}"),
            ("skm-2017\"", "skm-2017\"\npopulation = [1]", "11:14", "bilangan bulat", "whole number"),
            ("skm-2017\"", "skm-2017\"\npopulation = -1", "11:14", "bilangan bulat", "whole number"),
            ("skm-2017\"", "skm-2017\"\ncolumns = { U1 = 5 }", "11:18", "judul kolom", "a column's heading"),
            (
                "skm-2017\"",
                "skm-2017\"\ncolumns = { coment = \"x\" }",
                "11:13",
                "maksudnya \"comment\"",
                "meant: \"comment\"",
            ),
            ("skm-2017\"", "skm-2017\"\nexclude_duplicates = Ya", "11:", "true atau false", "true or false"),
            (
                "skm-2017\"",
                "skm-2017\"\nexclude_duplicates = \"true\"",
                "11:",
                "exclude_duplicates = true",
                "exclude_duplicates = true",
            ),
            ("name = \"uji\"", "name = \"../uji\"", "1:8", "menamai folder", "names folders"),
        ] {
            let [in_id, in_en] = told(from, to).unwrap_err();
            assert!(in_id.starts_with(&format!("p.toml:{place}")) && in_id.contains(id), "{to}: {in_id}");
            assert!(in_en.contains(en), "{to}: {in_en}");
            let last = in_id.lines().last().unwrap_or_default();
            assert!(last.contains('^') && in_id.lines().count() == 4, "{to}: {in_id}");
            // Nothing of serde's or the program's own.
            for raw in ["struct ", "variant", "invalid ", "unexpected", "i16", "u32", "sequence", "Section"] {
                assert!(!in_id.contains(raw) && !in_en.contains(raw), "{to}: {in_en}");
            }
        }
    }

    #[test]
    fn a_name_stays_in_its_folder() {
        for name in ["", ".", "..", "../x", "a/b", "a\\\\b", ".git", " a", "a ", "a\\u0000b", "a\\nb", &"x".repeat(101)]
        {
            assert!(told("\"uji\"", &format!("\"{name}\"")).is_err(), "{name:?}");
        }
        for name in ["uji", "konsolidasi-babel", "KPU Babel 2025.2", "prov_19", "é", &"x".repeat(100)] {
            assert_eq!(told("\"uji\"", &format!("\"{name}\"")).unwrap().name, name);
        }
    }

    #[test]
    fn tabs_carriage_returns_and_marks_are_no_mistakes() {
        assert!(told("title = ", "\ttitle\t=\t").is_ok());
        assert!(told("\nyear", "\r\nyear").is_ok());
    }

    #[test]
    fn what_may_be_a_secret_is_never_repeated() {
        for section in [
            "url = \"http://kait.contoh.id/RAHASIA\"",
            "url = \"https://ani:RAHASIA@contoh.id/\"",
            "url = \"RAHASIA\"",
            "url = \"https://kait.contoh.id/RAHASIA",
            "url = https://kait.contoh.id/RAHASIA",
            "url = [\"https://kait.contoh.id/RAHASIA\"]",
            "url_env = \"https://kait.contoh.id/RAHASIA\"",
            "secret_env = \"RAHASIA-x\"\nurl = \"https://kait.contoh.id/\"",
            "password = \"RAHASIA\"",
            "url = \"https://kait.contoh.id/RAHASIA\"\nurl_env = \"KAIT\"",
            "url = \"https://kait.contoh.id/RAHASIA\"\nserver = \"smtps://RAHASIA\"",
        ] {
            let [id, en] =
                told("[[output]]", &format!("[[notify]]\nkind = \"webhook\"\n{section}\n[[output]]")).unwrap_err();
            assert!(!id.contains("RAHASIA") && !en.contains("RAHASIA"), "{section}: {id}\n{en}");
        }
        let fine = "[[notify]]\nkind = \"webhook\"\nurl_env = \"KAIT\"\n[[output]]";
        assert!(told("[[output]]", fine).is_ok());
    }
}
