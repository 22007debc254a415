//! Whatever stands in a file of Fitbit, reading it neither panics nor hands over what cannot be.

use super::sound;

/// Does it with these bytes.
pub fn run(bytes: &[u8]) {
    let (now, mut sink) = (sound::now(), sound::sink());
    let weight = Some(trackers::FitbitWeight::Pounds);
    for name in ["steps-2026-01-13.json", "heart_rate-2026-01-13.json", "sleep-2026-01-13.json", "weight-2026-01-13.json"] {
        let file = [&b"["[..], bytes, b"]"].concat();
        let _ = trackers::read_asked(file.as_slice(), name, now, weight, &mut sink);
    }
}
