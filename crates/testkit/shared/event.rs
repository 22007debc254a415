//! One event of the account of who did what, for tests of how events are read and hashed.

use super::Written;
use uuid::Uuid;

/// Somebody looked at their own record, on 3 November 2026 at 10:40 UTC and 120 microseconds.
pub fn own_look() -> Written<'static> {
    Written {
        chain_id: Uuid::from_bytes([1; 16]),
        seq: 7,
        id: Uuid::from_bytes([2; 16]),
        at: 1_793_702_400_000_120,
        actor_kind: b"account",
        actor_id: Some(Uuid::from_bytes([4; 16])),
        subject_id: None,
        action: b"read",
        basis: b"self",
        purpose: b"own-care",
        detail: b"{}",
        hash: &[3; 32],
    }
}
