//! The journal's tables: opening, making, and bringing those of older programs up to date.

use super::super::Error;
use rusqlite::Connection;
use std::path::Path;

/// Version of the tables.
const VERSION: u32 = 2;

/// What the first version had.
const FIRST: &str = "CREATE TABLE IF NOT EXISTS item (
    id INTEGER PRIMARY KEY, portrait TEXT NOT NULL, product TEXT NOT NULL, style TEXT NOT NULL,
    output TEXT NOT NULL UNIQUE, state TEXT NOT NULL DEFAULT 'planned', verdict TEXT, reasons TEXT,
    portrait_sha256 TEXT NOT NULL DEFAULT '', product_sha256 TEXT NOT NULL DEFAULT '',
    models_sha256 TEXT NOT NULL DEFAULT '', sha256 TEXT NOT NULL DEFAULT '', ms REAL NOT NULL DEFAULT 0);
    CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);";
/// What the second added.
const SECOND: &str = "ALTER TABLE item ADD COLUMN preset TEXT NOT NULL DEFAULT 'picture';
    ALTER TABLE item ADD COLUMN settings_sha256 TEXT NOT NULL DEFAULT '';
    ALTER TABLE item ADD COLUMN recipe TEXT NOT NULL DEFAULT '';
    ALTER TABLE item ADD COLUMN timings TEXT NOT NULL DEFAULT '';
    ALTER TABLE item ADD COLUMN thumb BLOB;";

/// Opens the database of a journal, with all tables as they are now.
pub(super) fn open(path: &Path) -> Result<Connection, Error> {
    let failed = |source| Error::Journal {
        path: path.to_owned(),
        source,
    };
    let database = Connection::open(path).map_err(failed)?;
    let version: u32 = database
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(failed)?;
    if version > VERSION {
        return Err(Error::Newer {
            path: path.to_owned(),
            version,
        });
    }
    let mut steps = String::from("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN;");
    if version < 1 {
        steps.push_str(FIRST);
    }
    if version < 2 {
        steps.push_str(SECOND);
    }
    steps.push_str(&format!("PRAGMA user_version = {VERSION}; COMMIT;"));
    database.execute_batch(&steps).map_err(failed)?;
    Ok(database)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_of_the_first_version_is_brought_up_to_date() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("j.sqlite");
        let old = Connection::open(&path).unwrap();
        old.execute_batch(FIRST).unwrap();
        old.execute_batch(
            "INSERT INTO item (portrait, product, style, output, state) VALUES ('a', 'b', '', 'c.jpg', 'done');
             PRAGMA user_version = 1;",
        )
        .unwrap();
        drop(old);
        for _ in 0..2 {
            let new = open(&path).unwrap();
            let preset: String = new
                .query_row("SELECT preset FROM item WHERE state = 'done'", [], |r| r.get(0))
                .unwrap();
            assert_eq!(preset, "picture");
        }
        let newer = Connection::open(&path).unwrap();
        newer.execute_batch("PRAGMA user_version = 99").unwrap();
        assert!(matches!(open(&path), Err(Error::Newer { version: 99, .. })));
    }
}
