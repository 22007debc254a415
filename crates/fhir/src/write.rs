//! Writing resources out as they were received.

use chrono::{DateTime, SecondsFormat, Utc};
use std::io::Write;

/// Why a Bundle could not be written to its end.
#[derive(Debug, thiserror::Error)]
pub enum WriteError<E> {
    /// Where it was going to did not take it.
    #[error("the export could not be written: {0}")]
    Io(#[from] std::io::Error),
    /// Where the resources come from failed.
    #[error("the resources to export could not be read")]
    Source(#[source] E),
}

/// Streams a `collection` Bundle that holds each resource's text unchanged, one entry a line, and gives their number.
///
/// Each item is the entry's `fullUrl`, if it has one, and the resource exactly as received. Memory does not grow with
/// their number. After an error what was written is not a Bundle: whoever writes to a file should write to a temporary
/// one first.
///
/// # Errors
/// [`WriteError`] when `out` or `resources` fails.
pub fn bundle<W: Write, E>(
    out: &mut W,
    resources: impl Iterator<Item = Result<(Option<String>, String), E>>,
    timestamp: DateTime<Utc>,
) -> Result<u64, WriteError<E>> {
    let time = timestamp.to_rfc3339_opts(SecondsFormat::Millis, true);
    write!(out, "{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":\"{time}\",\"entry\":[")?;
    let mut count = 0_u64;
    for resource in resources {
        let (full_url, raw) = resource.map_err(WriteError::Source)?;
        out.write_all(if count == 0 { b"\n{" } else { b",\n{" })?;
        if let Some(url) = full_url {
            out.write_all(b"\"fullUrl\":")?;
            serde_json::to_writer(&mut *out, &url).map_err(std::io::Error::from)?;
            out.write_all(b",")?;
        }
        out.write_all(b"\"resource\":")?;
        out.write_all(raw.as_bytes())?;
        out.write_all(b"}")?;
        count += 1;
    }
    out.write_all(b"\n]}\n")?;
    Ok(count)
}
