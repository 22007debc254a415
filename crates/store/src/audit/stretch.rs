//! Events as they are read to be checked: those of a whole statement in two runs of bytes. A row of twelve values costs several times as
//! much on its way from either engine as its hash does.

use super::{AuditRow, across};
use crate::dialect::Each;
use crate::{StoreError, Tx, on};
use chrono::DateTime;
use std::ops::Range;
use uuid::Uuid;

/// How many events, then what of each is as long as its first byte says, one event after the other, and then their texts.
///
/// A first byte of `0` to `3` says whether there are an actor (1) and a subject (2), `?` that something is longer or shorter than it
/// ought to be. Of the texts each but the last is followed by [`NEXT`], and that by [`LAST`]. As nothing else is among them, no text holds
/// one of the two where there are as many of both as there must be, and so none is taken for its neighbour.
///
/// What an aggregate is given in order it takes in order, on both engines; were it not so, the events would be found out of their places.
const EVENTS: Each = Each {
    sqlite: "SELECT COUNT(*), CAST(group_concat(fixed, '') AS BLOB), CAST(group_concat(texts, '') AS BLOB) FROM (SELECT \
             concat(CASE WHEN octet_length(chain_id) <> 16 OR octet_length(id) <> 16 OR octet_length(hash) <> 32 \
             OR octet_length(actor_id) <> 16 OR octet_length(subject_id) <> 16 THEN '?' \
             WHEN actor_id IS NULL AND subject_id IS NULL THEN '0' WHEN subject_id IS NULL THEN '1' WHEN actor_id IS NULL THEN '2' \
             ELSE '3' END, chain_id, id, hash, actor_id, subject_id) AS fixed, \
             concat(seq, X'1F', at, X'1F', actor_kind, X'1F', action, X'1F', basis, X'1F', purpose, X'1F', detail, X'1E') AS texts \
             FROM audit_event WHERE (chain_id, seq) > ($1, $2) ORDER BY chain_id, seq LIMIT $3) AS e",
    postgres: "SELECT COUNT(*), string_agg(fixed, CAST('' AS BYTEA)), string_agg(texts, CAST('' AS BYTEA)) FROM (SELECT \
               CASE WHEN octet_length(hash) <> 32 THEN CAST('?' AS BYTEA) \
               WHEN actor_id IS NULL AND subject_id IS NULL THEN CAST('0' AS BYTEA) WHEN subject_id IS NULL THEN CAST('1' AS BYTEA) \
               WHEN actor_id IS NULL THEN CAST('2' AS BYTEA) ELSE CAST('3' AS BYTEA) END \
               || uuid_send(chain_id) || uuid_send(id) || hash || COALESCE(uuid_send(actor_id), CAST('' AS BYTEA)) \
               || COALESCE(uuid_send(subject_id), CAST('' AS BYTEA)) || int8send(seq) || timestamptz_send(at) AS fixed, \
               textsend(actor_kind) || CAST('\\x1f' AS BYTEA) || textsend(action) || CAST('\\x1f' AS BYTEA) || textsend(basis) \
               || CAST('\\x1f' AS BYTEA) || textsend(purpose) || CAST('\\x1f' AS BYTEA) || textsend(detail) || CAST('\\x1e' AS BYTEA) AS texts \
               FROM audit_event WHERE (chain_id, seq) > ($1, $2) ORDER BY chain_id, seq LIMIT $3) AS e",
};

/// After each text of an event but the last.
const NEXT: u8 = 0x1F;
/// After the last text of an event.
const LAST: u8 = 0x1E;
/// From the beginning of 1970 to that of 2000, from which `timestamptz_send` counts, in microseconds.
const TO_2000: i64 = 946_684_800_000_000;

/// An event as it is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<'e> {
    /// The chain.
    pub chain_id: Uuid,
    /// Its number in the chain.
    pub seq: i64,
    /// Its own id.
    pub id: Uuid,
    /// When, in microseconds since the beginning of 1970, UTC.
    pub at: i64,
    /// What kind of actor.
    pub actor_kind: &'e [u8],
    /// The acting account, where it was one.
    pub actor_id: Option<Uuid>,
    /// The person whom it is about.
    pub subject_id: Option<Uuid>,
    /// What was done.
    pub action: &'e [u8],
    /// On which basis.
    pub basis: &'e [u8],
    /// For which purpose.
    pub purpose: &'e [u8],
    /// What it was about.
    pub detail: &'e [u8],
    /// The hash that was kept with it.
    pub hash: &'e [u8],
}

impl AuditRow {
    /// What of it is hashed, and its hash.
    #[must_use]
    pub fn written(&self) -> Written<'_> {
        Written {
            chain_id: self.chain_id,
            seq: self.seq,
            id: self.id,
            at: self.at.timestamp_micros(),
            actor_kind: self.actor_kind.as_bytes(),
            actor_id: self.actor_id,
            subject_id: self.subject_id,
            action: self.action.as_bytes(),
            basis: self.basis.as_bytes(),
            purpose: self.purpose.as_bytes(),
            detail: self.detail.as_bytes(),
            hash: &self.hash,
        }
    }
}

/// Events that follow one another, by chain and number.
#[derive(Debug, Default)]
pub struct Stretch {
    fixed: Vec<u8>,
    texts: Vec<u8>,
    events: Vec<Spans>,
    by_rows: bool,
}

/// An event, and where what is not in here lies: the hash among what is fixed, and the five texts.
#[derive(Debug)]
struct Spans {
    chain_id: Uuid,
    seq: i64,
    id: Uuid,
    at: i64,
    actor_id: Option<Uuid>,
    subject_id: Option<Uuid>,
    hash: Range<usize>,
    texts: [Range<usize>; 5],
}

impl Stretch {
    /// The events, in their order.
    #[must_use]
    pub fn events(&self) -> Vec<Written<'_>> {
        let text = |range: &Range<usize>| self.texts.get(range.clone()).unwrap_or_default();
        let written = |event: &Spans| {
            let [actor_kind, action, basis, purpose, detail] = event.texts.each_ref().map(text);
            Written {
                chain_id: event.chain_id,
                seq: event.seq,
                id: event.id,
                at: event.at,
                actor_kind,
                actor_id: event.actor_id,
                subject_id: event.subject_id,
                action,
                basis,
                purpose,
                detail,
                hash: self.fixed.get(event.hash.clone()).unwrap_or_default(),
            }
        };
        self.events.iter().map(written).collect()
    }

    /// The chain and the number of the last; `None` when there is none.
    #[must_use]
    pub fn last(&self) -> Option<(Uuid, i64)> {
        self.events.last().map(|last| (last.chain_id, last.seq))
    }

    /// Whether they were read row by row, because one of them is not as this program writes them.
    #[must_use]
    pub const fn is_by_rows(&self) -> bool {
        self.by_rows
    }

    /// Of these rows.
    fn of(rows: &[AuditRow]) -> Self {
        let mut stretch = Self { by_rows: true, ..Self::default() };
        for row in rows {
            let texts = [&row.actor_kind, &row.action, &row.basis, &row.purpose, &row.detail];
            stretch.events.push(Spans {
                chain_id: row.chain_id,
                seq: row.seq,
                id: row.id,
                at: row.at.timestamp_micros(),
                actor_id: row.actor_id,
                subject_id: row.subject_id,
                hash: put(&mut stretch.fixed, &row.hash),
                texts: texts.map(|text| put(&mut stretch.texts, text.as_bytes())),
            });
        }
        stretch
    }

    /// Of so many events in the bytes of an engine; `None` when they are not as this program writes them.
    fn read(many: i64, fixed: Vec<u8>, texts: Vec<u8>, numbers: Numbers) -> Option<Self> {
        let mut events = Vec::with_capacity(usize::try_from(many).ok()?);
        let (mut of_fixed, mut of_texts) = (Reader { bytes: &fixed, at: 0 }, Reader { bytes: &texts, at: 0 });
        for _ in 0..many {
            events.push(Spans::read(&mut of_fixed, &mut of_texts, numbers)?);
        }
        (of_fixed.at == fixed.len() && of_texts.at == texts.len()).then_some(Self { fixed, texts, events, by_rows: false })
    }
}

/// Adds these bytes; gives where they are.
fn put(bytes: &mut Vec<u8>, more: &[u8]) -> Range<usize> {
    let from = bytes.len();
    bytes.extend_from_slice(more);
    from..bytes.len()
}

/// Where the number and the time of an event are.
#[derive(Clone, Copy)]
enum Numbers {
    /// The first two of its texts, the time as this program writes it on `SQLite`.
    Texts,
    /// The last of what is fixed, as `PostgreSQL` sends them.
    Fixed,
}

/// Bytes that are read from their beginning.
struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    /// Where the next so many are.
    fn span(&mut self, many: usize) -> Option<Range<usize>> {
        let span = self.at..self.at.checked_add(many)?;
        self.at = span.end;
        (span.end <= self.bytes.len()).then_some(span)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let span = self.span(N)?;
        self.bytes.get(span)?.try_into().ok()
    }

    fn id(&mut self) -> Option<Uuid> {
        self.array::<16>().map(Uuid::from_bytes)
    }

    /// Where the text is that ends before this sign; `None` when the other comes first.
    fn text(&mut self, end: u8) -> Option<Range<usize>> {
        let many = self.bytes.get(self.at..)?.iter().position(|byte| matches!(*byte, NEXT | LAST))?;
        let span = self.span(many)?;
        (self.array::<1>()? == [end]).then_some(span)
    }

    /// The same as letters.
    fn letters(&mut self, end: u8) -> Option<&'b str> {
        let span = self.text(end)?;
        std::str::from_utf8(self.bytes.get(span)?).ok()
    }
}

impl Spans {
    fn read(fixed: &mut Reader<'_>, texts: &mut Reader<'_>, numbers: Numbers) -> Option<Self> {
        let (has_actor, has_subject) = match fixed.array::<1>()? {
            [b'0'] => (false, false),
            [b'1'] => (true, false),
            [b'2'] => (false, true),
            [b'3'] => (true, true),
            _ => return None,
        };
        let (chain_id, id, hash) = (fixed.id()?, fixed.id()?, fixed.span(32)?);
        let actor_id = if has_actor { Some(fixed.id()?) } else { None };
        let subject_id = if has_subject { Some(fixed.id()?) } else { None };
        let (seq, at) = match numbers {
            Numbers::Texts => {
                let seq = texts.letters(NEXT)?.parse::<i64>().ok()?;
                (seq, DateTime::parse_from_rfc3339(texts.letters(NEXT)?).ok()?.timestamp_micros())
            }
            Numbers::Fixed => (i64::from_be_bytes(fixed.array()?), i64::from_be_bytes(fixed.array()?).checked_add(TO_2000)?),
        };
        let texts = [texts.text(NEXT)?, texts.text(NEXT)?, texts.text(NEXT)?, texts.text(NEXT)?, texts.text(LAST)?];
        Some(Self { chain_id, seq, id, at, actor_id, subject_id, hash, texts })
    }
}

/// Up to `limit` events of all chains after this place, by chain and number.
///
/// # Errors
/// [`StoreError`] when the database fails, or holds what is no event at all.
pub async fn stretch(tx: &mut Tx, after: (Uuid, i64), limit: i64) -> Result<Stretch, StoreError> {
    let (sql, numbers) = (EVENTS.of(tx), if matches!(tx, Tx::Sqlite(_)) { Numbers::Texts } else { Numbers::Fixed });
    let (many, fixed, texts): (i64, Option<Vec<u8>>, Option<Vec<u8>>) =
        on!(tx, c, sqlx::query_as(sql).bind(after.0).bind(after.1).bind(limit).fetch_one(c).await)?;
    match Stretch::read(many, fixed.unwrap_or_default(), texts.unwrap_or_default(), numbers) {
        Some(stretch) => Ok(stretch),
        // Whatever it is, it is told by what the columns hold.
        None => Ok(Stretch::of(&across(tx, after, limit).await?)),
    }
}

#[cfg(test)]
#[path = "../../../testkit/shared/event.rs"]
mod event;

#[cfg(test)]
mod tests {
    use super::event::own_look;
    use super::*;

    const AT: &str = "2026-11-03T10:40:00.000120+00:00";

    /// What `SQLite` gives of an event without a subject.
    fn fixed_part() -> Vec<u8> {
        [b"1".as_slice(), &[1; 16], &[2; 16], &[3; 32], &[4; 16]].concat()
    }

    fn text_part(detail: &str) -> Vec<u8> {
        format!("7\x1f{AT}\x1faccount\x1fread\x1fself\x1fown-care\x1f{detail}\x1e").into_bytes()
    }

    fn read(many: i64, fixed: &[u8], texts: &[u8]) -> Option<Stretch> {
        Stretch::read(many, fixed.to_vec(), texts.to_vec(), Numbers::Texts)
    }

    #[test]
    fn events_are_taken_apart_where_their_columns_end() {
        let stretch = read(2, &fixed_part().repeat(2), &[text_part("{}"), text_part("")].concat()).unwrap();
        let events = stretch.events();
        let first = own_look();
        assert_eq!(events, [first, Written { detail: b"", ..first }]);
        assert_eq!(stretch.last(), Some((first.chain_id, 7)));
        assert_eq!(read(0, &[], &[]).unwrap().last(), None);
    }

    #[test]
    fn what_postgresql_sends_is_the_same() {
        let at = DateTime::parse_from_rfc3339(AT).unwrap().timestamp_micros();
        let fixed = [fixed_part(), 7_i64.to_be_bytes().to_vec(), (at - TO_2000).to_be_bytes().to_vec()].concat();
        let texts = b"account\x1fread\x1fself\x1fown-care\x1f{}\x1e".to_vec();
        let stretch = Stretch::read(1, fixed, texts, Numbers::Fixed).unwrap();
        assert_eq!(stretch.events(), read(1, &fixed_part(), &text_part("{}")).unwrap().events());
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not_read_so_at_all() {
        let (fixed, texts) = (fixed_part(), text_part("{}"));
        assert!(read(1, &fixed, &texts).is_some());
        // Another number of events than there are, too much or too little of one, and a first byte that says so.
        assert!(read(2, &fixed, &texts).is_none() && read(1, &fixed.repeat(2), &texts.repeat(2)).is_none());
        assert!(read(1, &fixed[1..], &texts).is_none() && read(1, &fixed[..80], &texts).is_none());
        assert!(read(1, &[b"?".as_slice(), &fixed[1..]].concat(), &texts).is_none() && read(1, &fixed, &texts[1..]).is_none());
        // A sign within a text: two fields in one column, or two events.
        for sign in ['\x1e', '\x1f'] {
            assert!(read(1, &fixed, &text_part(&format!("{{{sign}}}"))).is_none());
        }
        let two = text_part(&format!("{{}}\x1e8\x1f{AT}\x1faccount\x1fread\x1fself\x1fown-care\x1f{{}}"));
        assert!(read(1, &fixed, &two).is_none());
        // A number or a time that is none.
        let no_time = String::from_utf8(texts).unwrap().replace("2026", "then");
        assert!(read(1, &fixed, no_time.as_bytes()).is_none());
    }
}
