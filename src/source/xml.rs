//! Small helpers on quick-xml, for the parts its users above read themselves.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::SourceError;

/// A reader over bytes in memory that takes XML as it comes: spreadsheets in the wild are not always strict.
pub(super) fn reader(content: &[u8]) -> Reader<&[u8]> {
    let mut reader = Reader::from_reader(content);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.expand_empty_elements = true;
    reader
}

/// The next event.
pub(super) fn next<'a>(reader: &mut Reader<&'a [u8]>) -> Result<Event<'a>, SourceError> {
    reader.read_event().map_err(damaged)
}

/// An attribute by its name without prefix, entities resolved.
pub(super) fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    element.attributes().with_checks(false).flatten().find_map(|attribute| {
        (attribute.key.local_name().as_ref() == name)
            .then(|| attribute.normalized_value(XmlVersion::Implicit1_0).map(|value| value.into_owned()).ok())
            .flatten()
    })
}

pub(super) fn damaged(error: impl std::fmt::Display) -> SourceError {
    SourceError::Damaged(error.to_string())
}
