//! Help and usage errors in Indonesian: clap words them in English only.

/// What clap says, and how it is said in Indonesian. Longer phrases stand before those they contain.
const PHRASES: &[(&str, &str)] = &[
    ("Usage:", "Pemakaian:"),
    ("Commands:", "Perintah:"),
    ("Arguments:", "Argumen:"),
    ("Options:", "Opsi:"),
    ("<COMMAND>", "<PERINTAH>"),
    ("[OPTIONS]", "[OPSI]"),
    ("Print this message or the help of the given subcommand(s)", "Tampilkan bantuan sebuah perintah"),
    ("Print help (see more with '--help')", "Tampilkan bantuan"),
    ("Print help (see a summary with '-h')", "Tampilkan bantuan"),
    ("Print help", "Tampilkan bantuan"),
    ("Print version", "Tampilkan versi"),
    ("[default: ", "[bawaan: "),
    ("[possible values: ", "[pilihan: "),
    ("possible values: ", "pilihan: "),
    ("Possible values:", "Pilihan:"),
    ("<SATKER|--before <TANGGAL>>", "<SATKER|--before TANGGAL>"),
    ("error: the following required arguments were not provided:", "galat: argumen wajib ini belum diberikan:"),
    ("error: unexpected argument ", "galat: argumen tidak dikenal "),
    ("error: unrecognized subcommand ", "galat: perintah tidak dikenal "),
    ("error: invalid value ", "galat: nilai keliru "),
    ("error: the subcommand ", "galat: perintah "),
    (": invalid digit found in string", ": bukan bilangan bulat"),
    (": number too large to fit in target type", ": bilangan terlalu besar"),
    (
        "error: invalid UTF-8 was detected in one or more arguments",
        "galat: ada argumen yang bukan UTF-8; ganti nama berkas itu dengan huruf biasa",
    ),
    ("error: the argument ", "galat: argumen "),
    (" cannot be used with ", " tidak dapat dipakai bersama "),
    (" cannot be used multiple times", " hanya boleh sekali"),
    ("error: a value is required for ", "galat: perlu nilai untuk "),
    (" but none was supplied", ", tetapi tidak diberikan"),
    ("' found", "'"),
    ("' for '", "' untuk '"),
    ("tip: a similar argument exists: ", "mungkin maksudnya: "),
    ("tip: a similar subcommand exists: ", "mungkin maksudnya: "),
    ("tip: a similar value exists: ", "mungkin maksudnya: "),
    ("tip: some similar subcommands exist: ", "mungkin maksudnya: "),
    ("tip: to pass ", "agar "),
    (" as a value, use ", " menjadi nilai, tulis "),
    ("For more information, try '--help'.", "Bantuan: '--help'."),
];

/// Help or a usage error, in Indonesian.
pub(super) fn in_indonesian(text: &str) -> String {
    PHRASES.iter().fold(text.to_owned(), |text, (en, id)| text.replace(en, id))
}
