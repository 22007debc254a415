//! The hashes that chain events.

use sha2::{Digest, Sha256};
use store::audit::{Around, Written};
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

/// Hashes events one after the other.
#[derive(Default)]
pub(super) struct Sealer {
    bytes: Vec<u8>,
}

impl Sealer {
    /// The hash of an event: over the hash before it and each of its fields, as [`Fields`] takes them, but all at once.
    pub(super) fn seal(&mut self, before: &[u8], event: &Written<'_>) -> [u8; 32] {
        self.bytes.clear();
        add(&mut self.bytes, before);
        add(&mut self.bytes, event.chain_id.as_bytes());
        add(&mut self.bytes, &event.seq.to_be_bytes());
        add_after(&mut self.bytes, event);
        Sha256::digest(&self.bytes).into()
    }
}

/// What the same hash is made of beside the hash before it and its number, for an engine that makes it itself.
pub(super) fn around(event: &Written<'_>) -> Around {
    let (mut between, mut after) = (Vec::new(), Vec::new());
    add(&mut between, event.chain_id.as_bytes());
    between.extend_from_slice(&length(&event.seq.to_be_bytes()));
    add_after(&mut after, event);
    Around { between, after }
}

/// Adds each field after the number.
fn add_after(to: &mut Vec<u8>, event: &Written<'_>) {
    add(to, event.id.as_bytes());
    add(to, &event.at.to_be_bytes());
    add(to, event.actor_kind);
    add(to, bytes_of(event.actor_id.as_ref()));
    add(to, bytes_of(event.subject_id.as_ref()));
    for text in [event.action, event.basis, event.purpose, event.detail] {
        add(to, text);
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
    to.extend_from_slice(&length(field));
    to.extend_from_slice(field);
}

#[cfg(test)]
#[path = "../../../testkit/shared/event.rs"]
mod event;

#[cfg(test)]
mod tests {
    use super::event::own_look;
    use super::*;

    fn event() -> Written<'static> {
        Written { detail: b"{\"page\":\"record\"}", ..own_look() }
    }

    #[test]
    fn an_event_has_the_hash_that_was_written_with_events_like_it() {
        let mut sealer = Sealer::default();
        // Worked out by another program.
        let hash = "64af3fd7df7e0ee21c88a4f6414c31542ad0434e6013beb780f25ab743a81746";
        assert_eq!(hex::encode(sealer.seal(&[9; 32], &event())), hash);
        assert_eq!(hex::encode(sealer.seal(&[9; 32], &event())), hash);
    }

    #[test]
    fn each_field_and_what_was_before_is_in_the_hash_and_none_is_taken_for_its_neighbour() {
        let mut sealer = Sealer::default();
        let (was, it) = (event(), sealer.seal(&[9; 32], &event()));
        let other = Some(Uuid::from_bytes([5; 16]));
        for changed in [
            Written { chain_id: Uuid::from_bytes([5; 16]), ..was },
            Written { seq: 8, ..was },
            Written { id: Uuid::from_bytes([5; 16]), ..was },
            Written { at: was.at + 1, ..was },
            Written { actor_kind: b"accoun", ..was },
            Written { actor_id: other, ..was },
            Written { actor_id: None, ..was },
            Written { actor_id: None, subject_id: was.actor_id, ..was },
            Written { subject_id: other, ..was },
            Written { action: b"reads", basis: b"elf", ..was },
            Written { basis: b"", ..was },
            Written { purpose: b"privacy", ..was },
            Written { detail: b"{}", ..was },
        ] {
            assert_ne!(sealer.seal(&[9; 32], &changed), it, "{changed:?}");
        }
        assert_ne!(sealer.seal(&[8; 32], &was), it);
        assert_eq!(sealer.seal(&[9; 32], &Written { hash: &[1], ..was }), it);
    }

    #[test]
    fn what_an_engine_puts_together_is_what_is_hashed_here() {
        for before in [vec![7_u8; 32], vec![7; 3], Vec::new()] {
            let Around { between, after } = around(&event());
            let mut whole = length(&before).to_vec();
            for part in [before.clone(), between, event().seq.to_be_bytes().to_vec(), after] {
                whole.extend(part);
            }
            assert_eq!(Sealer::default().seal(&before, &event()).to_vec(), Sha256::digest(whole).to_vec());
        }
    }
}
