//! Whatever stands in a table of Google Takeout, reading it neither panics nor hands over what cannot be.

use super::sound;

/// Does it with these bytes.
pub fn run(bytes: &[u8]) {
    let (now, mut sink) = (sound::now(), sound::sink());
    for (name, head) in
        [("heart_rate_2026-01-13.csv", "beats per minute"), ("steps_2026-01-13.csv", "steps"), ("weight.csv", "weight grams")]
    {
        let file = [format!("timestamp,{head},data source\n").as_bytes(), bytes].concat();
        let _ = trackers::read(file.as_slice(), name, now, &mut sink);
        let _ = trackers::read(bytes, name, now, &mut sink);
    }
}
