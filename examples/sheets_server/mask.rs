//! Field masks: which fields of an answer are wanted, and which fields an update sets.
//!
//! `sheets(properties.title,data(rowData(values(effectiveValue))))`, with `.` or `/` between names and `*` for all of them.

use std::collections::BTreeMap;

use serde_json::Value;

/// A mask as a tree of names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mask {
    whole: bool,
    children: BTreeMap<String, Mask>,
}

/// Everything.
static WHOLE: Mask = Mask { whole: true, children: BTreeMap::new() };

impl Mask {
    /// The mask that leaves out nothing.
    pub fn whole() -> Mask {
        WHOLE.clone()
    }

    /// Reads a mask.
    ///
    /// # Errors
    /// The part that is none.
    pub fn parse(text: &str) -> Result<Mask, String> {
        let mut mask = Mask::default();
        let mut parser = Parser { text, at: 0 };
        parser.list(&mut mask)?;
        if parser.at < text.len() { Err(text[parser.at..].to_owned()) } else { Ok(mask) }
    }

    /// The mask of what stands under a name; none where that is not wanted.
    pub fn under(&self, name: &str) -> Option<&Mask> {
        if self.whole { Some(&WHOLE) } else { self.children.get(name).or_else(|| self.children.get("*")) }
    }

    /// Names one level down and what is wanted under them, where the mask lists them.
    pub fn children(&self) -> impl Iterator<Item = (&str, &Mask)> {
        self.children.iter().map(|(name, mask)| (name.as_str(), mask))
    }

    /// Takes away what is not wanted.
    pub fn filter(&self, value: &mut Value) {
        if self.whole {
            return;
        }
        match value {
            Value::Object(fields) => fields.retain(|name, value| match self.under(name) {
                Some(mask) => {
                    mask.filter(value);
                    true
                }
                None => false,
            }),
            Value::Array(values) => values.iter_mut().for_each(|value| self.filter(value)),
            _ => {}
        }
    }

    /// Sets the fields of the mask as they stand in `from`; what is missing there is cleared.
    pub fn copy(&self, from: Option<&Value>, to: &mut Value) {
        if self.whole {
            *to = from.cloned().unwrap_or_default();
            return;
        }
        if !to.is_object() {
            *to = Value::Object(serde_json::Map::new());
        }
        let Value::Object(fields) = to else { return };
        for (name, mask) in &self.children {
            let field = fields.entry(name.as_str()).or_insert(Value::Null);
            mask.copy(from.and_then(|from| from.get(name)), field);
            if field.is_null() || field.as_object().is_some_and(serde_json::Map::is_empty) {
                fields.remove(name);
            }
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn eat(&mut self, wanted: &[char]) -> bool {
        match self.text[self.at..].chars().next() {
            Some(next) if wanted.contains(&next) => {
                self.at += next.len_utf8();
                true
            }
            _ => false,
        }
    }

    fn list(&mut self, mask: &mut Mask) -> Result<(), String> {
        loop {
            self.item(mask)?;
            if !self.eat(&[',']) {
                return Ok(());
            }
        }
    }

    fn item(&mut self, mask: &mut Mask) -> Result<(), String> {
        let rest = self.text[self.at..].trim_start();
        self.at = self.text.len() - rest.len();
        let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'*')).count();
        if length == 0 {
            return Err(rest.to_owned());
        }
        let name = camel(&rest[..length]);
        self.at += length;
        if name == "*" && !self.text[self.at..].starts_with(['.', '/', '(']) {
            mask.whole = true;
            return Ok(());
        }
        let under = mask.children.entry(name).or_default();
        if self.eat(&['.', '/']) {
            self.item(under)
        } else if self.eat(&['(']) {
            self.list(under)?;
            if self.eat(&[')']) { Ok(()) } else { Err(self.text[self.at..].to_owned()) }
        } else {
            under.whole = true;
            Ok(())
        }
    }
}

/// Masks may be written in snake case, too.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut camel = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (first, rest) = part.split_at(part.len().min(1));
        camel += &first.to_ascii_uppercase();
        camel += rest;
    }
    camel
}
