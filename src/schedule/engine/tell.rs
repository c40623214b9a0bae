//! What the loop says in the log.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Entry, Scheduler};
use crate::lang::Lang;
use crate::schedule::log::{Event, Level, Line, stamp};
use crate::schedule::mark::rule;
use crate::schedule::work::{Occasion, Trigger, Work};

impl<W: Work> Scheduler<'_, W> {
    /// Says when a pipeline comes next.
    pub(super) fn announce(&self, index: usize, event: Event) {
        let Some(loaded) = &self.entries[index].loaded else { return };
        let [cron, zone] = rule(&loaded.schedule);
        let [id, en] = self.next(index);
        let message = [format!("{id} ({cron}, {zone})"), format!("{en} ({cron}, {zone})")];
        let mut fields = vec![("cron", json!(cron)), ("timezone", json!(zone))];
        fields.push(("next", json!(self.entries[index].next.map(|next| self.show(index, next)))));
        self.note(Some(index), Level::Info, event, message, fields);
    }

    /// `berikutnya 2025-11-26T06:00:00+07:00`.
    pub(super) fn next(&self, index: usize) -> [String; 2] {
        match self.entries[index].next.map(|next| self.show(index, next)) {
            Some(next) => [format!("berikutnya {next}"), format!("next {next}")],
            None => ["tidak ada waktu berikutnya", "no next time"].map(str::to_owned),
        }
    }

    pub(super) fn note_start(&self, index: usize, occasion: &Occasion) {
        let at = self.show(index, occasion.occurrence);
        let late = Duration::try_from(self.clock.now().duration_since(occasion.occurrence)).unwrap_or_default();
        let (late_id, late_en) = (span(late, Lang::Id), span(late, Lang::En));
        let (name, id, en) = match occasion.trigger {
            Trigger::OnTime => ("on-time", String::new(), String::new()),
            Trigger::CatchUp => ("catch-up", format!(", terlewat {late_id}"), format!(", missed by {late_en}")),
            Trigger::Retry => {
                let attempt = occasion.attempt;
                ("retry", format!(", percobaan ke-{attempt}"), format!(", attempt {attempt}"))
            }
            Trigger::Resumed => {
                ("resumed", ", yang tadinya terputus".to_owned(), ", which was cut off before".to_owned())
            }
        };
        let message = [format!("jadwal {at}{id}"), format!("due {at}{en}")];
        let fields = vec![("occurrence", json!(at)), ("trigger", json!(name)), ("attempt", json!(occasion.attempt))];
        self.note(Some(index), Level::Info, Event::Started, message, fields);
    }

    /// A time in the pipeline's zone.
    pub(super) fn show(&self, index: usize, time: Timestamp) -> String {
        stamp(time, &self.zone(Some(index)))
    }

    fn zone(&self, index: Option<usize>) -> TimeZone {
        let loaded = match index {
            Some(index) => self.entries[index].loaded.as_ref(),
            None => self.entries.iter().find_map(|entry| entry.loaded.as_ref()),
        };
        loaded.map_or_else(TimeZone::system, |loaded| loaded.schedule.timezone.clone())
    }

    pub(super) fn note(
        &self,
        index: Option<usize>,
        level: Level,
        event: Event,
        message: [String; 2],
        fields: Vec<(&'static str, Value)>,
    ) {
        let name = |entry: &Entry<W::Pipeline>| {
            let name = entry.loaded.as_ref().map(|loaded| loaded.name.clone());
            name.unwrap_or_else(|| entry.path.display().to_string())
        };
        let pipeline = index.map(|index| name(&self.entries[index]));
        self.journal.note(Line {
            time: self.clock.now(),
            zone: self.zone(index),
            level,
            pipeline,
            event,
            message,
            fields,
        });
    }
}

/// A length of time in words: `2 jam 5 menit`.
pub(super) fn span(time: Duration, lang: Lang) -> String {
    let seconds = time.as_secs();
    let units = [
        (86_400, lang.pick("hari", "d")),
        (3600, lang.pick("jam", "h")),
        (60, lang.pick("menit", "min")),
        (1, lang.pick("detik", "s")),
    ];
    let Some(first) = units.iter().position(|(size, _)| seconds >= *size) else {
        return format!("{} {}", lang.plain_number(time.as_secs_f64(), 1), units[3].1);
    };
    let shown = units[first..].iter().take(2).enumerate().filter_map(|(place, (size, unit))| {
        let count = if place == 0 { seconds / size } else { seconds % units[first].0 / size };
        (count > 0).then(|| format!("{count} {unit}"))
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_in_words() {
        let shown = [0, 59, 60, 3661, 90_000, 172_800].map(|seconds| span(Duration::from_secs(seconds), Lang::Id));
        assert_eq!(shown, ["0 detik", "59 detik", "1 menit", "1 jam 1 menit", "1 hari 1 jam", "2 hari"]);
    }
}
