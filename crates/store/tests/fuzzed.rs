//! What the fuzz target of this crate does, over what is kept and changes of it. Each turn makes files, so there are few.
#![expect(clippy::unwrap_used, reason = "tests stop at the first thing that is not as it must be")]

#[path = "../../testkit/shared/changed.rs"]
mod changed;
#[path = "../fuzz/bodies/health_connect.rs"]
mod health_connect;

use changed::over;

#[test]
fn a_file_of_health_connect() {
    let kept: [&[u8]; 4] =
        [b"70500.0", b"Scales", b"SQLite format 3\0\x02\x00\x01\x01\x00\x40\x20\x20", b"\xff\xfe'; DROP TABLE x"];
    over(&kept, 24, health_connect::run);
}
