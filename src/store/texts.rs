//! Words by number: what is written a hundred thousand times is stored once.

use std::sync::Arc;

use hashbrown::HashMap;
use rusqlite::{Connection, OptionalExtension, Result, Statement};

/// Numbers for words, for whoever writes.
pub(super) struct Writer<'c> {
    find: Statement<'c>,
    add: Statement<'c>,
    known: HashMap<Arc<str>, i64>,
}

impl<'c> Writer<'c> {
    pub(super) fn new(conn: &'c Connection) -> Result<Self> {
        Ok(Writer {
            find: conn.prepare("SELECT id, text FROM texts WHERE hash = ?1")?,
            add: conn.prepare("INSERT INTO texts (hash, text) VALUES (?1, ?2) RETURNING id")?,
            known: HashMap::new(),
        })
    }

    /// The number of a text, given one if it has none.
    pub(super) fn id(&mut self, text: &Arc<str>) -> Result<i64> {
        if let Some(&id) = self.known.get(&**text) {
            return Ok(id);
        }
        let hash = hash(text);
        let mut found = None;
        let mut rows = self.find.query([hash])?;
        while let Some(row) = rows.next()? {
            if row.get_ref(1)?.as_str()? == &**text {
                found = Some(row.get(0)?);
                break;
            }
        }
        drop(rows);
        let id = match found {
            Some(id) => id,
            None => self.add.query_row((hash, &**text), |row| row.get(0))?,
        };
        self.known.insert(text.clone(), id);
        Ok(id)
    }
}

/// Numbers are given in the order in which texts turn up, so that those of one run stand together: this many are fetched at
/// a time.
const BLOCK: i64 = 64;

/// Words for numbers, for whoever reads.
pub(super) struct Reader<'c> {
    find: Statement<'c>,
    known: HashMap<i64, Arc<str>>,
}

impl<'c> Reader<'c> {
    pub(super) fn new(conn: &'c Connection) -> Result<Self> {
        let find = conn.prepare("SELECT id, text FROM texts WHERE id BETWEEN ?1 AND ?2")?;
        Ok(Reader { find, known: HashMap::new() })
    }

    /// The text of a number.
    pub(super) fn text(&mut self, id: i64) -> Result<Arc<str>> {
        if let Some(text) = self.known.get(&id) {
            return Ok(text.clone());
        }
        let start = id - id % BLOCK;
        let mut rows = self.find.query([start, start + BLOCK - 1])?;
        while let Some(row) = rows.next()? {
            self.known.insert(row.get(0)?, row.get_ref(1)?.as_str()?.into());
        }
        self.known.get(&id).cloned().ok_or(rusqlite::Error::QueryReturnedNoRows)
    }
}

/// The number of a text that has one.
pub(super) fn find(conn: &Connection, text: &str) -> Result<Option<i64>> {
    conn.query_row("SELECT id FROM texts WHERE hash = ?1 AND text = ?2", (hash(text), text), |row| row.get(0))
        .optional()
}

/// FNV-1a: the same in every version of the program, since it is stored.
fn hash(text: &str) -> i64 {
    let hash = text
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3));
    i64::from_ne_bytes(hash.to_ne_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(hash("").cast_unsigned(), 0xCBF2_9CE4_8422_2325);
        assert_eq!(hash("a").cast_unsigned(), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(hash("foobar").cast_unsigned(), 0x8594_4171_F739_67E8);
    }

    #[test]
    fn texts_of_one_hash_are_told_apart() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(super::super::schema::STEPS[0]).unwrap();
        conn.execute("INSERT INTO texts (hash, text) VALUES (?1, 'lain')", [hash("a")]).unwrap();
        let mut writer = Writer::new(&conn).unwrap();
        let id = writer.id(&"a".into()).unwrap();
        assert_eq!((id, writer.id(&"a".into()).unwrap()), (2, 2));
        assert_eq!(find(&conn, "a").unwrap(), Some(2));
        assert_eq!(find(&conn, "b").unwrap(), None);
        assert_eq!(&*Reader::new(&conn).unwrap().text(2).unwrap(), "a");
    }
}
