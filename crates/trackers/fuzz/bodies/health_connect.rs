//! Whatever a record of Health Connect holds, making a reading of it neither panics nor hands over what cannot be.

use super::sound;
use trackers::health_connect::{Reader, Record};

/// Does it with these bytes.
pub fn run(bytes: &[u8]) {
    let (now, mut sink) = (sound::now(), sound::sink());
    let mut reader = Reader::new(now, &mut sink);
    for part in bytes.chunks_exact(36) {
        let eight = |from: usize| part[from..from + 8].try_into().unwrap_or_default();
        let number = |from: usize| Some(f64::from_le_bytes(eight(from))).filter(|_| part[1] & 1 == 0);
        let measures = domain::reading::Measure::ALL;
        let record = Record {
            measure: measures[usize::from(part[0]) % measures.len()],
            from: Some(i64::from_le_bytes(eight(4))),
            until: Some(i64::from_le_bytes(eight(12))),
            first: number(20),
            second: number(28).filter(|_| part[1] & 2 == 0),
            place: Some(i64::from(part[2])),
            position: Some(i64::from(part[3])),
            app: String::from_utf8_lossy(&part[..4]).into_owned(),
        };
        if reader.take(&record).is_err() {
            return;
        }
    }
    let _ = reader.finish();
}
