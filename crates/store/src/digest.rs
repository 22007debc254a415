//! What a database holds, as one digest for each table: the same wherever every row is the same, on either engine and in whatever order
//! it keeps them. It tells that a copy is whole; that nobody changed what it is a copy of, the chains of the audit tell.

use crate::{Store, StoreError, Tx};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use futures::TryStreamExt;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Column, Postgres, Row, Sqlite, TypeInfo, ValueRef};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Columns whose text is JSON, of which PostgreSQL keeps what it says and not how it was written.
const JSON: [(&str, &str); 6] = [
    ("person", "given_names"),
    ("import_run", "report"),
    ("record_entry", "details"),
    ("result_fact", "more"),
    ("result_rules", "days"),
    ("result_choices", "choices"),
];

/// What one table holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDigest {
    /// Its name.
    pub table: String,
    /// How many rows.
    pub rows: u64,
    /// The sum, to the modulus 2^256, of the SHA-256 of each row, as 64 letters.
    pub digest: String,
}

/// One value as both engines give it.
enum Value {
    Nothing,
    Whole(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Value {
    /// Adds it to the bytes of its row, with its kind and length, so that no two rows have the same.
    fn put(&self, row: &mut Vec<u8>) {
        let whole;
        let real;
        let (kind, bytes): (u8, &[u8]) = match self {
            Self::Nothing => (0, &[]),
            Self::Whole(number) => {
                whole = number.to_be_bytes();
                (1, &whole)
            }
            Self::Real(number) => {
                real = number.to_be_bytes();
                (2, &real)
            }
            Self::Text(text) => (3, text.as_bytes()),
            Self::Bytes(bytes) => (4, bytes),
        };
        row.push(kind);
        row.extend(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        row.extend(bytes);
    }
}

/// The sum of what was added, in whatever order.
#[derive(Default)]
struct Sum {
    rows: u64,
    digest: [u8; 32],
}

impl Sum {
    fn add(&mut self, row: &[u8]) {
        self.rows += 1;
        let more: [u8; 32] = Sha256::digest(row).into();
        let mut carry = 0_u16;
        for (here, more) in self.digest.iter_mut().zip(more).rev() {
            let [high, low] = (u16::from(*here) + u16::from(more) + carry).to_be_bytes();
            *here = low;
            carry = u16::from(high);
        }
    }
}

impl Store {
    /// A digest of each table, by name, of one moment. Each table is read once from its beginning to its end, so it takes as long as
    /// that; what the engine makes by itself for its searches is not in it, nor which migrations were applied.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails, or holds what this program does not write.
    pub async fn digests(&self) -> Result<Vec<TableDigest>, StoreError> {
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for column in self.columns().await? {
            let Some((table, column)) = column.trim_end_matches('?').split_once('.') else { continue };
            tables.entry(table.to_owned()).or_default().push(column.to_owned());
        }
        let mut tx = self.read().await?;
        let mut digests = Vec::new();
        for (table, columns) in tables {
            let Sum { rows, digest } = sum_of(&mut tx, &table, &columns).await?;
            digests.push(TableDigest { table, rows, digest: hex::encode(digest) });
        }
        Ok(digests)
    }
}

/// Adds up the rows of a table; its name and those of its columns are the catalogue's.
async fn sum_of(tx: &mut Tx, table: &str, columns: &[String]) -> Result<Sum, StoreError> {
    let is_json: Vec<bool> = columns.iter().map(|column| JSON.contains(&(table, column.as_str()))).collect();
    let named = columns.iter().zip(&is_json).map(|(column, json)| {
        if *json { format!("CAST(\"{column}\" AS TEXT) AS \"{column}\"") } else { format!("\"{column}\"") }
    });
    let sql = AssertSqlSafe(format!("SELECT {} FROM \"{table}\"", named.collect::<Vec<_>>().join(", ")));
    let (mut sum, mut bytes) = (Sum::default(), Vec::new());
    let mut add = |sum: &mut Sum, values: &[Value]| {
        bytes.clear();
        for (value, json) in values.iter().zip(&is_json) {
            match (value, json) {
                (Value::Text(text), true) => Value::Text(plain_json(text)?).put(&mut bytes),
                _ => value.put(&mut bytes),
            }
        }
        sum.add(&bytes);
        Ok::<(), StoreError>(())
    };
    match tx {
        Tx::Sqlite(tx) => {
            let mut rows = sqlx::query::<Sqlite>(sql).persistent(false).fetch(&mut **tx);
            while let Some(row) = rows.try_next().await? {
                let values = (0..columns.len()).map(|at| of_sqlite(&row, at)).collect::<Result<Vec<_>, _>>()?;
                add(&mut sum, &values)?;
            }
        }
        Tx::Postgres(tx) => {
            let mut rows = sqlx::query::<Postgres>(sql).persistent(false).fetch(&mut **tx);
            while let Some(row) = rows.try_next().await? {
                let values = (0..columns.len()).map(|at| of_postgres(&row, at)).collect::<Result<Vec<_>, _>>()?;
                add(&mut sum, &values)?;
            }
        }
    }
    Ok(sum)
}

/// A value by what it is, whatever its column was declared as.
fn of_sqlite(row: &SqliteRow, at: usize) -> Result<Value, StoreError> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(Value::Nothing);
    }
    let kind = raw.type_info().name().to_owned();
    Ok(match kind.as_str() {
        "INTEGER" => Value::Whole(row.try_get_unchecked(at)?),
        "REAL" => Value::Real(row.try_get_unchecked(at)?),
        "TEXT" => Value::Text(row.try_get_unchecked(at)?),
        "BLOB" => Value::Bytes(row.try_get_unchecked(at)?),
        _ => return Err(StoreError::corrupt(format!("a value is of the kind {kind}"))),
    })
}

/// A value as the other engine keeps it.
fn of_postgres(row: &PgRow, at: usize) -> Result<Value, StoreError> {
    let kind = row.column(at).type_info().name();
    let value = match kind {
        "BOOL" => row.try_get::<Option<bool>, _>(at)?.map(|yes| Value::Whole(i64::from(yes))),
        "INT2" => row.try_get::<Option<i16>, _>(at)?.map(|number| Value::Whole(i64::from(number))),
        "INT4" => row.try_get::<Option<i32>, _>(at)?.map(|number| Value::Whole(i64::from(number))),
        "INT8" => row.try_get::<Option<i64>, _>(at)?.map(Value::Whole),
        "FLOAT8" => row.try_get::<Option<f64>, _>(at)?.map(Value::Real),
        "TEXT" | "VARCHAR" => row.try_get::<Option<String>, _>(at)?.map(Value::Text),
        "BYTEA" => row.try_get::<Option<Vec<u8>>, _>(at)?.map(Value::Bytes),
        "UUID" => row.try_get::<Option<Uuid>, _>(at)?.map(|id| Value::Bytes(id.as_bytes().to_vec())),
        "DATE" => row.try_get::<Option<NaiveDate>, _>(at)?.map(|day| Value::Text(day.format("%F").to_string())),
        "TIMESTAMPTZ" => {
            let time: Option<DateTime<Utc>> = row.try_get(at)?;
            time.map(|time| Value::Text(time.to_rfc3339_opts(SecondsFormat::AutoSi, false)))
        }
        other => return Err(StoreError::corrupt(format!("a column is of the kind {other}"))),
    };
    Ok(value.unwrap_or(Value::Nothing))
}

/// JSON without what writers are free in: spaces, the order of names, and how letters are escaped. Numbers stay as they are written.
fn plain_json(text: &str) -> Result<String, StoreError> {
    fn put(raw: &RawValue, plain: &mut String) -> Result<(), serde_json::Error> {
        let text = raw.get();
        match text.as_bytes().first() {
            Some(b'{') => {
                plain.push('{');
                for (name, value) in serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(text)? {
                    plain.push_str(&serde_json::to_string(&name)?);
                    plain.push(':');
                    put(&value, plain)?;
                    plain.push(',');
                }
                plain.push('}');
            }
            Some(b'[') => {
                plain.push('[');
                for value in serde_json::from_str::<Vec<Box<RawValue>>>(text)? {
                    put(&value, plain)?;
                    plain.push(',');
                }
                plain.push(']');
            }
            Some(b'"') => plain.push_str(&serde_json::to_string(&serde_json::from_str::<String>(text)?)?),
            _ => plain.push_str(text),
        }
        Ok(())
    }
    let mut plain = String::new();
    let raw = serde_json::from_str::<Box<RawValue>>(text);
    let done = raw.and_then(|raw| put(&raw, &mut plain));
    done.map_err(|_| StoreError::corrupt("what should be JSON is not"))?;
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_that_says_the_same_is_the_same() {
        let plain = |text: &str| plain_json(text).unwrap();
        assert_eq!(plain(r#"{"b": [1, 2.50],"a":"\u0041\n"}"#), plain("{\"a\": \"A\\n\", \"b\": [1,2.50]}"));
        assert_ne!(plain("[2.50]"), plain("[2.5]"));
        assert_ne!(plain("[[1],2]"), plain("[1,[2]]"));
        assert!(plain_json("{").is_err());
    }

    #[test]
    fn the_order_of_rows_does_not_matter_and_each_row_does() {
        let sum = |rows: &[&str]| {
            let mut sum = Sum::default();
            rows.iter().for_each(|row| sum.add(row.as_bytes()));
            (sum.rows, sum.digest)
        };
        assert_eq!(sum(&["a", "b", "c"]), sum(&["c", "a", "b"]));
        assert_ne!(sum(&["a", "b"]), sum(&["a"]));
        assert_ne!(sum(&["a", "a"]).1, sum(&["b", "b"]).1);
        // Carried from one byte to the next: the sum of many is not the exclusive or of all.
        assert_ne!(sum(&["a"; 512]).1, [0; 32]);
    }

    #[test]
    fn a_value_is_not_taken_for_its_neighbour() {
        let row = |values: &[Value]| {
            let mut row = Vec::new();
            values.iter().for_each(|value| value.put(&mut row));
            row
        };
        let text = |text: &str| Value::Text(text.to_owned());
        assert_ne!(row(&[text("ab"), text("c")]), row(&[text("a"), text("bc")]));
        assert_ne!(row(&[Value::Nothing]), row(&[text("")]));
        assert_ne!(row(&[Value::Whole(1)]), row(&[Value::Real(1.0)]));
        assert_ne!(row(&[text("a")]), row(&[Value::Bytes(b"a".to_vec())]));
    }
}
