//! Units for those who would rather have systemd keep the time.
//!
//! Either a service that keeps running, or a service that runs what is due and ends, started by a timer. The timer's times
//! follow from the cron expression where systemd can say the very same; where it cannot, the timer asks every minute, and
//! the program knows whether something is due.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use croner::{Cron, Weekday};
use jiff::Timestamp;

use crate::lang::Lang;
use crate::pipeline::ScheduleSettings;

/// The pipeline that units are for; all paths absolute.
#[derive(Debug)]
pub struct Subject<'a> {
    /// Its short name.
    pub name: &'a str,
    /// Its file.
    pub file: &'a Path,
    /// Folders that are written to: state and outputs.
    pub written: Vec<PathBuf>,
    /// Who owns the file, and is to run it.
    pub owner: u32,
    /// When it runs.
    pub schedule: &'a ScheduleSettings,
}

/// The units, one after the other, each under a line `# ==> FILE`; above them how to install them.
///
/// # Errors
/// A path that cannot stand in a unit: with control characters, or not UTF-8.
pub fn units(program: &Path, subject: &Subject<'_>, now: Timestamp, lang: Lang) -> Result<String, PathBuf> {
    let unit = unit_name(subject.name);
    let written: BTreeSet<PathBuf> = subject.written.iter().map(|path| normal(path)).collect();
    let writable = written.iter().map(|path| quoted(path)).collect::<Result<Vec<_>, _>>()?.join(" ");
    let (exec, file) = (quoted(program)?, quoted(subject.file)?);
    let folder = subject.file.parent().unwrap_or(Path::new("/"));
    let folder = text(folder)?.replace('%', "%%");
    let made = written.iter().map(|path| shell(path)).collect::<Result<Vec<_>, _>>()?.join(" ");
    let (shell_exec, shell_file) = (shell(program)?, shell(subject.file)?);
    let temporary = |path: &Path| path.starts_with("/tmp") || path.starts_with("/var/tmp");
    let is_temporary = [program, subject.file].into_iter().chain(written.iter().map(PathBuf::as_path)).any(temporary);
    let private_tmp = if is_temporary { "no" } else { "yes" };
    let user = match (subject.owner, lang) {
        (0, Lang::Id) => {
            "# Sebaiknya bukan root: beri berkas dan folder kepada pengguna lain, lalu sebut di sini.\n# User=rekap"
                .to_owned()
        }
        (0, Lang::En) => {
            "# Better not root: give files and folders to another user and name that here.\n# User=rekap".to_owned()
        }
        (owner, _) => format!("User={owner}"),
    };
    let secrets = lang.pick(
        "# Rahasia (key_env, secret_env, …), sebaris satu NAMA=nilai; berkasnya chmod 600.",
        "# Secrets (key_env, secret_env, …), one NAME=value a line; chmod 600 the file.",
    );
    let narrow = lang.pick(
        "# Hanya folder di ReadWritePaths yang dapat ditulis; sisanya hanya dibaca.",
        "# Only the folders in ReadWritePaths can be written to; the rest can be read.",
    );
    let service = format!(
        "WorkingDirectory={folder}
{user}
{secrets}
EnvironmentFile=-/etc/rekap/{unit}.env
UMask=0027
{narrow}
ReadWritePaths={writable}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp={private_tmp}
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"
    );
    let title = subject.name.replace('%', "%%").replace(char::is_control, " ");
    let waits = "Wants=network-online.target\nAfter=network-online.target time-sync.target";
    let (times, why) = match calendar(subject.schedule, now) {
        Some(times) => (times, lang.pick("# Sama persis dengan cron", "# Exactly the cron expression")),
        None => {
            let why = lang.pick(
                "# systemd tidak dapat menyatakan jadwal ini dengan tepat: setiap menit ditanyakan apa yang jatuh tempo. Cron",
                "# systemd cannot say this exactly: what is due is asked every minute. Cron expression",
            );
            (vec!["*:0/1".to_owned()], why)
        }
    };
    let times = times.iter().map(|time| format!("OnCalendar={time}\n")).collect::<String>();
    let [cron, zone] = super::mark::rule(subject.schedule);
    let split = "awk '/^# ==> / { unit = $3 } unit { print > unit }'";
    let install = match lang {
        Lang::Id => format!(
            "# Unit systemd untuk pipeline {title}. Pasang salah satu saja:
#   {unit}.service        terus berjalan dan menjaga jadwalnya sendiri
#   {unit}-once.timer     systemd yang menjaga jadwal; {unit}-once.service dijalankan pada waktunya
#
# Memasang:
#   mkdir -p {made}
#   cd \"$(mktemp -d)\"
#   {shell_exec} schedule --systemd {shell_file} | {split}
#   sudo install -m 644 {unit}*.service {unit}*.timer /etc/systemd/system/
#   sudo systemctl daemon-reload
#   sudo systemctl enable --now {unit}.service          # atau: {unit}-once.timer
# Melihat jalannya:
#   journalctl -u {unit}.service -u {unit}-once.service
"
        ),
        Lang::En => format!(
            "# systemd units for the pipeline {title}. Install one of them only:
#   {unit}.service        keeps running and keeps the time itself
#   {unit}-once.timer     systemd keeps the time; {unit}-once.service runs when it has come
#
# To install:
#   mkdir -p {made}
#   cd \"$(mktemp -d)\"
#   {shell_exec} schedule --systemd {shell_file} | {split}
#   sudo install -m 644 {unit}*.service {unit}*.timer /etc/systemd/system/
#   sudo systemctl daemon-reload
#   sudo systemctl enable --now {unit}.service          # or: {unit}-once.timer
# To watch:
#   journalctl -u {unit}.service -u {unit}-once.service
"
        ),
    };
    let [restart, stop, quiet, missed] = [
        (
            "# Diulang bila terhenti karena galat; tidak bila berkas pipeline keliru (status 2).",
            "# Started again when it fails; not when the pipeline file is wrong (status 2).",
        ),
        ("# Waktu untuk mengakhiri konsolidasi yang sedang berjalan dengan rapi.", "# Time for a run to end cleanly."),
        (
            "# Status 1: ada satker yang tidak terbaca; hasil lain tetap ditulis.",
            "# Status 1: some satker could not be read; the rest was written.",
        ),
        (
            "# Yang terlewat selama komputer mati dijalankan sekali saat menyala.",
            "# What was missed while the machine was off runs once when it is on.",
        ),
    ]
    .map(|(id, en)| lang.pick(id, en));
    Ok(format!(
        "{install}
# ==> {unit}.service
[Unit]
Description=rekap: {title}
{waits}
StartLimitIntervalSec=1h
StartLimitBurst=5

[Service]
Type=exec
ExecStart={exec} schedule {file}
{restart}
Restart=on-failure
RestartSec=1min
RestartPreventExitStatus=2
{stop}
TimeoutStopSec=5min
{service}
[Install]
WantedBy=multi-user.target

# ==> {unit}-once.service
[Unit]
Description=rekap: {title} (--once)
{waits}

[Service]
Type=oneshot
ExecStart={exec} schedule --once {file}
{quiet}
SuccessExitStatus=1
{stop}
TimeoutStopSec=5min
{service}
# ==> {unit}-once.timer
[Unit]
Description=rekap: {title} (timer)

[Timer]
{why}: {cron} {zone}
{times}AccuracySec=1s
{missed}
Persistent=true

[Install]
WantedBy=timers.target
"
    ))
}

/// The times of a cron expression as systemd says them; none where it cannot say exactly the same.
pub fn calendar(schedule: &ScheduleSettings, now: Timestamp) -> Option<Vec<String>> {
    // Where clocks change, systemd leaves out a time that is skipped, and the program does not.
    if schedule.timezone.following(now).next().is_some() {
        return None;
    }
    let zone = schedule.timezone.iana_name()?;
    let expression = match schedule.expression.trim().to_ascii_lowercase().as_str() {
        "@yearly" | "@annually" => "0 0 1 1 *".to_owned(),
        "@monthly" => "0 0 1 * *".to_owned(),
        "@weekly" => "0 0 * * 0".to_owned(),
        "@daily" => "0 0 * * *".to_owned(),
        "@hourly" => "0 * * * *".to_owned(),
        other => other.to_ascii_uppercase().replace('?', "*"),
    };
    let fields: Vec<&str> = expression.split_whitespace().collect();
    let (dom, dow, year) = match fields.as_slice() {
        [_, _, dom, _, dow] | [_, _, _, dom, _, dow] => (*dom, dow.trim_start_matches('+'), "*"),
        [_, _, _, dom, _, dow, year] => (*dom, dow.trim_start_matches('+'), *year),
        _ => return None,
    };
    if year != "*" || dom.contains('W') || dow.contains(['L', '#']) || (dom.contains('L') && dom != "L") {
        return None;
    }
    let pattern = &schedule.cron.pattern;
    let seconds = numbers(0..=59, |second| pattern.second_match(second).unwrap_or(false));
    let minutes = numbers(0..=59, |minute| pattern.minute_match(minute).unwrap_or(false));
    let hours = numbers(0..=23, |hour| pattern.hour_match(hour).unwrap_or(false));
    let months = numbers(1..=12, |month| pattern.month_match(month).unwrap_or(false));
    // The two fields of days each by itself; January 2024 has 31 days and begins on a Monday.
    let in_january = |cron: &Cron, day: u32| {
        let weekday = Weekday::from_days_from_sunday(day % 7);
        cron.pattern.day_match(2024, 1, day, weekday).unwrap_or(false)
    };
    let by_month = Cron::from_str(&format!("0 0 {dom} * *")).ok()?;
    let days = match dom {
        "L" => "~01".to_owned(),
        _ => format!("-{}", numbers(1..=31, |day| in_january(&by_month, day))),
    };
    let by_week = Cron::from_str(&format!("0 0 * * {dow}")).ok()?;
    let weekdays: Vec<bool> = (1..=7).map(|day| in_january(&by_week, day)).collect();
    let time = format!("{hours}:{minutes}:{seconds} {zone}");
    let [by_month, by_week] = [(days.as_str(), String::new()), ("-*", week(&weekdays))]
        .map(|(days, week)| format!("{week}*-{months}{days} {time}"));
    Some(match (pattern.is_dom_wildcard(), pattern.is_dow_wildcard()) {
        (_, true) => vec![by_month],
        (true, false) => vec![by_week],
        (false, false) if pattern.matches_dom_and_dow() => vec![format!("{}*-{months}{days} {time}", week(&weekdays))],
        (false, false) => vec![by_month, by_week],
    })
}

/// Two-digit numbers, `..` between the first and last of several in a row; `*` for all.
fn numbers(range: std::ops::RangeInclusive<u32>, is_in: impl Fn(u32) -> bool) -> String {
    let all: Vec<bool> = range.clone().map(is_in).collect();
    if all.iter().all(|&is_in| is_in) {
        return "*".to_owned();
    }
    runs(&all, |place| format!("{:02}", range.start() + place as u32))
}

/// Days of the week, Monday first, with a space behind; empty for all.
fn week(days: &[bool]) -> String {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    match days.iter().all(|&is_in| is_in) {
        true => String::new(),
        false => runs(days, |place| NAMES[place].to_owned()) + " ",
    }
}

fn runs(all: &[bool], show: impl Fn(usize) -> String) -> String {
    let mut shown = Vec::new();
    let mut place = 0;
    while place < all.len() {
        let length = all[place..].iter().take_while(|&&is_in| is_in).count();
        match length {
            0 => {}
            1 | 2 => shown.extend((place..place + length).map(&show)),
            _ => shown.push(format!("{}..{}", show(place), show(place + length - 1))),
        }
        place += length.max(1);
    }
    shown.join(",")
}

/// A name that a unit may have.
fn unit_name(name: &str) -> String {
    let name = name.chars().map(|c| if c.is_ascii_alphanumeric() || "_.-".contains(c) { c } else { '-' });
    format!("rekap-{}", name.collect::<String>())
}

fn text(path: &Path) -> Result<&str, PathBuf> {
    path.to_str().filter(|text| !text.contains(char::is_control)).ok_or_else(|| path.to_owned())
}

/// A path as one word of a unit's setting.
fn quoted(path: &Path) -> Result<String, PathBuf> {
    let escaped = text(path)?.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
    let is_plain = escaped.chars().all(|c| c.is_alphanumeric() || "/_.-+,:@%$".contains(c));
    Ok(if is_plain { escaped } else { format!("\"{escaped}\"") })
}

/// A path as one word of a shell's.
fn shell(path: &Path) -> Result<String, PathBuf> {
    Ok(format!("'{}'", text(path)?.replace('\'', "'\\''")))
}

/// The path without `.` and `..`, which systemd refuses.
fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut normal, component| {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
        normal
    })
}

#[cfg(test)]
mod tests {
    use super::super::occurrence::tests::schedule;
    use super::*;

    fn on_calendar(expression: &str, zone: &str) -> Option<Vec<String>> {
        calendar(&schedule(expression, zone), "2025-11-25T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn cron_as_systemd_says_it() {
        for (cron, expected) in [
            ("0 6 * * 1-5", "Mon..Fri *-*-* 06:00:00 Asia/Jakarta"),
            ("*/20 8-16 * * *", "*-*-* 08..16:00,20,40:00 Asia/Jakarta"),
            ("30 7 1,15 jan-mar,12 *", "*-01..03,12-01,15 07:30:00 Asia/Jakarta"),
            ("0 6 L * *", "*-*~01 06:00:00 Asia/Jakarta"),
            ("@weekly", "Sun *-*-* 00:00:00 Asia/Jakarta"),
            ("15 0 6 * * MON,WED,SAT-SUN", "Mon,Wed,Sat,Sun *-*-* 06:00:15 Asia/Jakarta"),
            ("0 6 1-7 * +MON", "Mon *-*-01..07 06:00:00 Asia/Jakarta"),
            ("0 6 ? * 7", "Sun *-*-* 06:00:00 Asia/Jakarta"),
        ] {
            assert_eq!(on_calendar(cron, "Asia/Jakarta").as_deref(), Some(&[expected.to_owned()][..]), "{cron}");
        }
        let either = ["*-*-01 06:00:00 Asia/Jayapura", "Mon *-*-* 06:00:00 Asia/Jayapura"].map(str::to_owned);
        assert_eq!(on_calendar("0 6 1 * MON", "Asia/Jayapura").as_deref(), Some(&either[..]));
    }

    #[test]
    fn what_systemd_cannot_say_is_asked_every_minute() {
        for (cron, zone) in [
            ("0 6 * * *", "Europe/Berlin"),
            ("0 6 15W * *", "Asia/Jakarta"),
            ("0 6 * * 1#2", "Asia/Jakarta"),
            ("0 6 * * 5L", "Asia/Jakarta"),
            ("0 0 6 1 1 * 2030", "Asia/Jakarta"),
        ] {
            assert_eq!(on_calendar(cron, zone), None, "{cron}");
        }
    }

    #[test]
    fn paths_of_every_kind_stay_one_word() {
        let schedule = schedule("0 6 * * 1-5", "Asia/Jakarta");
        let subject = Subject {
            name: "rapat & 100%",
            file: Path::new("/srv/data zi/babel \"a\".toml"),
            written: vec![PathBuf::from("/srv/data zi/../hasil 50%"), PathBuf::from("/srv/data zi/.rekap")],
            owner: 1000,
            schedule: &schedule,
        };
        let now = "2025-11-25T00:00:00Z".parse().unwrap();
        let text = units(Path::new("/usr/bin/rekap"), &subject, now, Lang::Id).unwrap();
        for line in [
            "# ==> rekap-rapat---100-.service",
            "ExecStart=/usr/bin/rekap schedule \"/srv/data zi/babel \\\"a\\\".toml\"",
            "ExecStart=/usr/bin/rekap schedule --once \"/srv/data zi/babel \\\"a\\\".toml\"",
            "ReadWritePaths=\"/srv/data zi/.rekap\" \"/srv/hasil 50%%\"",
            "WorkingDirectory=/srv/data zi",
            "OnCalendar=Mon..Fri *-*-* 06:00:00 Asia/Jakarta",
            "User=1000",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        let file = Path::new("/srv/a\nExecStart=/bin/sh");
        assert_eq!(units(file, &subject, now, Lang::Id), Err(file.to_owned()));
    }
}
