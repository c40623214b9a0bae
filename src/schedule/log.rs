//! What happened, one line an event: `2025-11-25T06:00:00+07:00 info konsolidasi-babel mulai …`, or as JSON.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use crate::lang::{Lang, Phrase};

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Info,
    /// Somebody may have to look.
    Warning,
    /// Something was not done.
    Error,
}

impl Level {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }

    fn word(self, lang: Lang) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warning => lang.pick("peringatan", "warning"),
            Level::Error => lang.pick("galat", "error"),
        }
    }
}

/// What a line tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A pipeline is scheduled; when it comes next.
    Ready,
    /// A run begins.
    Started,
    /// A run ended, and its outputs are in place.
    Finished,
    /// A run could do nothing.
    Failed,
    /// It is going to be tried again.
    Retry,
    /// It is not tried again before its next time.
    GaveUp,
    /// A run was asked to stop, and did.
    Stopped,
    /// Another process has done this run.
    DoneElsewhere,
    /// A changed pipeline file was read.
    FileChanged,
    /// A pipeline file cannot be used.
    FileBroken,
    /// What is settled cannot be remembered or recalled.
    Forgetful,
    /// The clock was set, or the machine suspended.
    ClockJumped,
    /// The program ends.
    Ended,
}

impl Event {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Event::Ready => "ready",
            Event::Started => "started",
            Event::Finished => "finished",
            Event::Failed => "failed",
            Event::Retry => "retry",
            Event::GaveUp => "gave-up",
            Event::Stopped => "stopped",
            Event::DoneElsewhere => "done-elsewhere",
            Event::FileChanged => "file-changed",
            Event::FileBroken => "file-broken",
            Event::Forgetful => "forgetful",
            Event::ClockJumped => "clock-jumped",
            Event::Ended => "ended",
        }
    }

    fn word(self) -> Phrase {
        match self {
            Event::Ready => Phrase::new("siap", "ready"),
            Event::Started => Phrase::new("mulai", "started"),
            Event::Finished => Phrase::new("selesai", "finished"),
            Event::Failed => Phrase::new("gagal", "failed"),
            Event::Retry => Phrase::new("diulang", "retry"),
            Event::GaveUp => Phrase::new("menyerah", "gave up"),
            Event::Stopped => Phrase::new("dihentikan", "stopped"),
            Event::DoneElsewhere => Phrase::new("sudah dijalankan", "done already"),
            Event::FileChanged => Phrase::new("berkas berubah", "file changed"),
            Event::FileBroken => Phrase::new("berkas keliru", "file broken"),
            Event::Forgetful => Phrase::new("catatan jadwal", "schedule memory"),
            Event::ClockJumped => Phrase::new("jam berubah", "clock changed"),
            Event::Ended => Phrase::new("berhenti", "ended"),
        }
    }
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// When.
    pub time: Timestamp,
    /// The zone times are told in.
    pub zone: TimeZone,
    /// How much it matters.
    pub level: Level,
    /// Which pipeline, where it is about one: its name, or its file while it has none.
    pub pipeline: Option<String>,
    /// What happened.
    pub event: Event,
    /// The particulars in words, Indonesian and English.
    pub message: [String; 2],
    /// The particulars as data.
    pub fields: Vec<(&'static str, Value)>,
}

impl Line {
    /// The line as people read it.
    pub fn text(&self, lang: Lang) -> String {
        let (time, level, pipeline) = (stamp(self.time, &self.zone), self.level.word(lang), self.pipeline.as_deref());
        let [id, en] = &self.message;
        let (word, message) = (self.event.word().text(lang), lang.pick(id, en));
        let text = format!("{time} {level} {} {word} {message}", pipeline.unwrap_or("rekap"));
        // One event, one line, whatever a file's name holds.
        text.trim_end().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    }

    /// The line as a JSON object: timestamp, level, pipeline, event, message, and the particulars.
    pub fn json(&self, lang: Lang) -> String {
        let [id, en] = &self.message;
        let mut object = Map::new();
        object.insert("timestamp".to_owned(), json!(stamp(self.time, &self.zone)));
        object.insert("level".to_owned(), json!(self.level.name()));
        object.insert("pipeline".to_owned(), json!(self.pipeline));
        object.insert("event".to_owned(), json!(self.event.name()));
        object.insert("message".to_owned(), json!(lang.pick(id, en)));
        let fields = self.fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<Map<_, _>>();
        object.insert("fields".to_owned(), Value::Object(fields));
        Value::Object(object).to_string()
    }
}

/// Where lines go.
pub trait Journal {
    /// Notes one line.
    fn note(&self, line: Line);
}

/// A time as lines show it: `2025-11-25T06:00:00+07:00`.
pub fn stamp(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_people_and_one_for_machines() {
        let line = Line {
            time: "2025-11-24T23:00:00Z".parse().unwrap(),
            zone: TimeZone::get("Asia/Jakarta").unwrap(),
            level: Level::Warning,
            pipeline: Some("uji\npalsu".to_owned()),
            event: Event::Retry,
            message: ["lagi".to_owned(), "again".to_owned()],
            fields: vec![("attempt", json!(2))],
        };
        assert_eq!(line.text(Lang::Id), "2025-11-25T06:00:00+07:00 peringatan uji palsu diulang lagi");
        let value: Value = serde_json::from_str(&line.json(Lang::En)).unwrap();
        let expected = json!({
            "timestamp": "2025-11-25T06:00:00+07:00", "level": "warning", "pipeline": "uji\npalsu", "event": "retry",
            "message": "again", "fields": {"attempt": 2}
        });
        assert_eq!(value, expected);
    }
}
