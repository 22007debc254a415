//! Writing resources out as they were received.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
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

/// A resource's text without what refers to these others (by type and id), nor what stands beside such a reference; every other text
/// and number in it stays as it was written. One that refers to none of them is unchanged.
#[must_use]
pub fn without(raw: String, others: &[(String, String)]) -> String {
    let named: Vec<_> = others.iter().filter(|(_, id)| raw.contains(id.as_str())).collect();
    if named.is_empty() {
        return raw;
    }
    let refers = |reference: &str| {
        let bare = reference.split("/_history/").next().unwrap_or(reference);
        named.iter().any(|(kind, id)| {
            let parts = bare.rsplit_once('/').map(|(front, last)| (front.rsplit('/').next().unwrap_or(front), last));
            parts == Some((kind.as_str(), id.as_str()))
                || bare.strip_prefix("urn:uuid:").is_some_and(|one| one.eq_ignore_ascii_case(id))
        })
    };
    // What cannot be read as JSON was never taken in.
    pruned(&raw, &refers).ok().flatten().unwrap_or(raw)
}

/// A JSON text without the objects that refer; `None` where it is such an object itself, or has nothing left.
fn pruned(raw: &str, refers: &dyn Fn(&str) -> bool) -> Result<Option<String>, serde_json::Error> {
    match raw.trim_start().as_bytes().first() {
        Some(b'{') => {
            let fields: Fields<'_> = serde_json::from_str(raw)?;
            let (mut text, mut left) = (String::from("{"), 0_usize);
            for (name, value) in &fields.0 {
                if name == "reference" && serde_json::from_str::<String>(value.get()).is_ok_and(|reference| refers(&reference)) {
                    return Ok(None);
                }
                if let Some(value) = pruned(value.get(), refers)? {
                    if left > 0 {
                        text.push(',');
                    }
                    text.push_str(&serde_json::to_string(name)?);
                    text.push(':');
                    text.push_str(&value);
                    left += 1;
                }
            }
            text.push('}');
            Ok((left > 0 || fields.0.is_empty()).then_some(text))
        }
        Some(b'[') => {
            let all: Vec<&RawValue> = serde_json::from_str(raw)?;
            let kept = all.iter().map(|one| pruned(one.get(), refers)).collect::<Result<Vec<_>, _>>()?;
            let kept: Vec<String> = kept.into_iter().flatten().collect();
            Ok((!kept.is_empty() || all.is_empty()).then(|| format!("[{}]", kept.join(","))))
        }
        _ => Ok(Some(raw.to_owned())),
    }
}

/// The fields of an object in their order, each as it was written.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(InOrder).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_goes_with_what_stands_beside_it_and_everything_else_stays_as_it_was() {
        let closed = [("Observation".to_owned(), "o1".to_owned())];
        let raw = r#"{"resourceType":"DiagnosticReport", "id":"r", "amount": 1.00, "text":"Observation/o1 \u00e9",
            "result":[{"reference":"Observation/o1","display":"SECRET"},{"reference":"Observation/o2"}],
            "basedOn":[{"reference":"https://x.example/fhir/Observation/o1/_history/2"}],"note":[]}"#;
        let text = without(raw.to_owned(), &closed);
        assert_eq!(
            text,
            r#"{"resourceType":"DiagnosticReport","id":"r","amount":1.00,"text":"Observation/o1 \u00e9","result":[{"reference":"Observation/o2"}],"note":[]}"#
        );
        for same in [r#"{"id": "o1x", "reference": "Observation/o2"}"#, r#"{"id":"other"}"#] {
            let kept = without(same.to_owned(), &closed);
            assert_eq!(kept.replace(' ', ""), same.replace(' ', ""));
        }
        assert_eq!(without(r#"{"id": "other"}"#.to_owned(), &closed), r#"{"id": "other"}"#);
    }
}
