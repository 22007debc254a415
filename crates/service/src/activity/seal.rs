//! The hashes that chain events.

use sha2::{Digest, Sha256};
use store::audit::AuditRow;

/// A hash over fields, each with its length before it, so that no two different rows of fields read the same.
pub(super) struct Fields(Sha256);

impl Fields {
    pub(super) fn new() -> Self {
        Self(Sha256::new())
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
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
    hash.add(row.id.as_bytes());
    hash.add(&row.at.timestamp_micros().to_be_bytes());
    hash.add(row.actor_kind.as_bytes());
    hash.add(row.actor_id.as_ref().map_or(&[], |id| id.as_bytes().as_slice()));
    hash.add(row.subject_id.as_ref().map_or(&[], |id| id.as_bytes().as_slice()));
    for text in [&row.action, &row.basis, &row.purpose, &row.detail] {
        hash.add(text.as_bytes());
    }
    hash.finish().to_vec()
}
