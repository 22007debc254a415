//! The hashes that chain events.

use sha2::{Digest, Sha256};
use store::audit::{Around, AuditRow};
use uuid::Uuid;

/// A hash over fields, each with its length before it, so that no two different rows of fields read the same.
pub(super) struct Fields(Sha256);

impl Fields {
    pub(super) fn new() -> Self {
        Self(Sha256::new())
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(length(bytes));
        self.0.update(bytes);
    }

    pub(super) fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The hash of an event: over the hash before it and each of its fields.
pub(super) fn seal(before: &[u8], row: &AuditRow) -> Vec<u8> {
    let mut hash = Fields::new();
    hash.add(before);
    hash.add(row.chain_id.as_bytes());
    hash.add(&row.seq.to_be_bytes());
    after(row, |field| hash.add(field));
    hash.finish().to_vec()
}

/// What the same hash is made of beside the hash before it and its number, for an engine that makes it itself.
pub(super) fn around(row: &AuditRow) -> Around {
    let (mut between, mut rest) = (Vec::new(), Vec::new());
    add(&mut between, row.chain_id.as_bytes());
    between.extend(length(&row.seq.to_be_bytes()));
    after(row, |field| add(&mut rest, field));
    Around { between, after: rest }
}

/// Gives each field after the number.
fn after(row: &AuditRow, mut add: impl FnMut(&[u8])) {
    add(row.id.as_bytes().as_slice());
    add(row.at.timestamp_micros().to_be_bytes().as_slice());
    add(row.actor_kind.as_bytes());
    add(bytes_of(row.actor_id.as_ref()));
    add(bytes_of(row.subject_id.as_ref()));
    for text in [&row.action, &row.basis, &row.purpose, &row.detail] {
        add(text.as_bytes());
    }
}

/// The bytes of an id; none where there is none.
fn bytes_of(id: Option<&Uuid>) -> &[u8] {
    id.map_or(&[], |id| id.as_bytes().as_slice())
}

fn length(field: &[u8]) -> [u8; 8] {
    u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes()
}

fn add(to: &mut Vec<u8>, field: &[u8]) {
    to.extend(length(field));
    to.extend(field);
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn what_an_engine_puts_together_is_what_is_hashed_here() {
        let word = |word: &str| word.to_owned();
        let row = AuditRow {
            chain_id: Uuid::from_u128(1),
            seq: 258,
            id: Uuid::from_u128(2),
            at: DateTime::from_timestamp_micros(1_790_000_000_123_456).unwrap(),
            actor_kind: word("account"),
            actor_id: Some(Uuid::from_u128(3)),
            subject_id: None,
            action: word("read"),
            basis: word("own"),
            purpose: word("own-care"),
            detail: word("{\"page\":\"overview\"}"),
            hash: Vec::new(),
        };
        for before in [vec![7_u8; 32], vec![7; 3], Vec::new()] {
            let Around { between, after } = around(&row);
            let mut whole = length(&before).to_vec();
            for part in [before.clone(), between, row.seq.to_be_bytes().to_vec(), after] {
                whole.extend(part);
            }
            assert_eq!(seal(&before, &row), Sha256::digest(whole).to_vec());
        }
    }
}
