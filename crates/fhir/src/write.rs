//! Writing resources out as they were received.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::fmt;
use std::io::Write;

/// No longer text is an address.
const LONGEST_ADDRESS: usize = 2000;

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

/// A resource's text without what refers to these others (by type and id), nor what stands beside such a reference, nor the narratives
/// of what it was taken from, which may say the same in words; every other text and number in it stays as it was written. A message
/// [about one of them](is_cut) is also without its words, notes and files. One that refers to none of them is unchanged.
#[must_use]
pub fn without(raw: String, others: &[(String, String)]) -> String {
    let named = named_in(&raw, others);
    if named.is_empty() {
        return raw;
    }
    let refers = |reference: &str| is_to_one(reference, &named);
    let raw = if is_message_about(&raw, &refers) { unsaid(&raw).unwrap_or(raw) } else { raw };
    let left = pruned(&raw, &refers);
    match left {
        Ok(Left::Part(text)) => text,
        // What cannot be read as JSON was never taken in.
        Ok(Left::All | Left::Nothing) | Err(_) => raw,
    }
}

/// Whether a resource is a message that is about one of these others (by type and id), gives one as its reason or holds one: what it says
/// in words, notes and files repeats that.
#[must_use]
pub fn is_cut(raw: &str, others: &[(String, String)]) -> bool {
    let named = named_in(raw, others);
    !named.is_empty() && is_message_about(raw, &|reference: &str| is_to_one(reference, &named))
}

/// Those of these others whose ids stand anywhere in a text.
fn named_in<'o>(raw: &str, others: &'o [(String, String)]) -> Vec<&'o (String, String)> {
    others.iter().filter(|(_, id)| raw.contains(id.as_str())).collect()
}

/// Whether a reference is to one of these.
fn is_to_one(reference: &str, named: &[&(String, String)]) -> bool {
    let bare = reference.split("/_history/").next().unwrap_or(reference);
    named.iter().any(|(kind, id)| {
        let parts = bare.rsplit_once('/').map(|(front, last)| (front.rsplit('/').next().unwrap_or(front), last));
        parts == Some((kind.as_str(), id.as_str()))
            || bare.strip_prefix("urn:uuid:").is_some_and(|one| one.eq_ignore_ascii_case(id))
    })
}

/// The fields in which a message tells what it is about.
const ABOUT: [&str; 3] = ["about", "reasonReference", "payload"];
/// The fields in which it says it in words and in files.
const SAID: [&str; 4] = ["payload", "note", "reasonCode", "text"];
/// What may be contained in a message to hold words and files.
const FILED: [&str; 4] = ["Binary", "Communication", "DocumentReference", "Media"];

fn is_message_about(raw: &str, refers: &dyn Fn(&str) -> bool) -> bool {
    let Ok(Value::Object(fields)) = serde_json::from_str(raw) else { return false };
    fields.get("resourceType").and_then(Value::as_str) == Some("Communication")
        && ABOUT.into_iter().filter_map(|name| fields.get(name)).any(|value| holds(value, refers))
}

/// Whether a value holds a reference that refers, however deep.
fn holds(value: &Value, refers: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::Array(all) => all.iter().any(|one| holds(one, refers)),
        Value::Object(fields) => {
            let itself = fields.get("reference").and_then(Value::as_str);
            itself.is_some_and(refers) || fields.values().any(|one| holds(one, refers))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A message without what it says; every other field stays as it was written.
fn unsaid(raw: &str) -> Result<String, serde_json::Error> {
    let fields: Fields<'_> = serde_json::from_str(raw)?;
    let mut kept = Vec::with_capacity(fields.0.len());
    for (name, value) in &fields.0 {
        let is_said = SAID.contains(&name.trim_start_matches('_'));
        let value = if name == "contained" { unfiled(value.get()) } else { Some(value.get().to_owned()) };
        if let Some(value) = value.filter(|_| !is_said) {
            kept.push(format!("{}:{value}", serde_json::to_string(name)?));
        }
    }
    Ok(format!("{{{}}}", kept.join(",")))
}

/// What is contained in a resource, without what holds words and files; `None` where nothing is left.
fn unfiled(contained: &str) -> Option<String> {
    let all: Vec<&RawValue> = serde_json::from_str(contained).ok()?;
    let is_filed = |one: &&str| {
        let read: Option<Value> = serde_json::from_str(one).ok();
        let kind = read.as_ref().and_then(|read| read.get("resourceType")).and_then(Value::as_str);
        kind.is_none_or(|kind| FILED.contains(&kind))
    };
    let kept: Vec<&str> = all.iter().map(|one| one.get()).filter(|one| !is_filed(one)).collect();
    (!kept.is_empty()).then(|| format!("[{}]", kept.join(",")))
}

/// All addresses in a resource that may lead to a file, wherever it holds them: those of a Binary as `Binary/id`, and each whole address,
/// which may be the one under which a Binary stood in its Bundle. Of what cannot be read there are none.
#[must_use]
pub fn files_named(raw: &str) -> BTreeSet<String> {
    fn look(value: &Value, named: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => {
                if let Some((_, rest)) = text.rsplit_once("Binary/") {
                    let id = rest.split(['/', '?', '#']).next().unwrap_or(rest);
                    named.insert(format!("Binary/{id}"));
                }
                if text.contains(':') && text.len() <= LONGEST_ADDRESS {
                    named.insert(text.clone());
                }
            }
            Value::Array(all) => all.iter().for_each(|one| look(one, named)),
            Value::Object(fields) => fields.values().for_each(|one| look(one, named)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut named = BTreeSet::new();
    if let Ok(value) = serde_json::from_str(raw) {
        look(&value, &mut named);
    }
    named
}

/// What is left of a JSON text.
enum Left {
    /// All of it, as it was written.
    All,
    /// This, and something was taken out.
    Part(String),
    /// Nothing: it refers itself, or so does all that it held.
    Nothing,
}

impl Left {
    /// What is left of this text, if anything.
    fn of<'a>(&'a self, raw: &'a str) -> Option<&'a str> {
        match self {
            Self::All => Some(raw),
            Self::Part(text) => Some(text.as_str()),
            Self::Nothing => None,
        }
    }

    fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }
}

/// A JSON text without the objects that refer, nor the narratives of the objects that held them, however deep.
fn pruned(raw: &str, refers: &dyn Fn(&str) -> bool) -> Result<Left, serde_json::Error> {
    match raw.trim_start().as_bytes().first() {
        Some(b'{') => {
            let fields: Fields<'_> = serde_json::from_str(raw)?;
            let mut below = Vec::with_capacity(fields.0.len());
            for (name, value) in &fields.0 {
                if name == "reference" && serde_json::from_str::<String>(value.get()).is_ok_and(|reference| refers(&reference)) {
                    return Ok(Left::Nothing);
                }
                below.push(pruned(value.get(), refers)?);
            }
            if below.iter().all(Left::is_all) {
                return Ok(Left::All);
            }
            let mut kept: Vec<String> = Vec::new();
            for ((name, value), left) in fields.0.iter().zip(&below) {
                // The narrative of a resource or of a section: any other text is a string.
                let is_narrative = name == "text" && value.get().starts_with('{');
                if let Some(text) = left.of(value.get()).filter(|_| !is_narrative) {
                    kept.push(format!("{}:{text}", serde_json::to_string(name)?));
                }
            }
            Ok(if kept.is_empty() { Left::Nothing } else { Left::Part(format!("{{{}}}", kept.join(","))) })
        }
        Some(b'[') => {
            let all: Vec<&RawValue> = serde_json::from_str(raw)?;
            let below = all.iter().map(|one| pruned(one.get(), refers)).collect::<Result<Vec<_>, _>>()?;
            if below.iter().all(Left::is_all) {
                return Ok(Left::All);
            }
            let kept: Vec<&str> = all.iter().zip(&below).filter_map(|(one, left)| left.of(one.get())).collect();
            Ok(if kept.is_empty() { Left::Nothing } else { Left::Part(format!("[{}]", kept.join(","))) })
        }
        _ => Ok(Left::All),
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
        for same in [r#"{"id": "o1x", "reference": "Observation/o2"}"#, r#"{"id":"other"}"#, r#"{"id": "other"}"#] {
            assert_eq!(without(same.to_owned(), &closed), same);
        }
    }

    #[test]
    fn a_message_about_what_is_closed_goes_without_its_words_notes_and_files() {
        let closed = [("Condition".to_owned(), "c1".to_owned())];
        let said = r#""note":[{"text":"SECRET"}],"reasonCode":[{"text":"SECRET"}],"text":{"div":"<div>SECRET</div>"}"#;
        let contained =
            r#""contained":[{"resourceType":"Practitioner","id":"p"},{"resourceType":"Media","id":"m","note":"SECRET"}]"#;
        let file = r#"{"contentString":"SECRET"},{"contentAttachment":{"data":"SECRET"}}"#;
        let refers = r#"{"reference":"Condition/c1","display":"SECRET"}"#;
        let kept = r#""contained":[{"resourceType":"Practitioner","id":"p"}],"topic":{"text":"Review"}"#;
        for about in [
            format!(r#""about":[{refers}],"payload":[{file}]"#),
            format!(r#""reasonReference":[{refers}],"payload":[{file}]"#),
            format!(r#""payload":[{file},{{"contentReference":{refers}}}]"#),
        ] {
            let raw =
                format!(r#"{{"resourceType":"Communication","id":"k",{contained},"topic":{{"text":"Review"}},{about},{said}}}"#);
            assert!(is_cut(&raw, &closed), "{raw}");
            assert_eq!(without(raw, &closed), format!(r#"{{"resourceType":"Communication","id":"k",{kept}}}"#));
        }
        // To whom it went says nothing of what it is about.
        let raw = r#"{"resourceType":"Communication","id":"k","recipient":[{"reference":"Condition/c1"}],"payload":[{"contentString":"Hello"}]}"#;
        assert!(!is_cut(raw, &closed));
        assert!(without(raw.to_owned(), &closed).contains("Hello"));
    }

    #[test]
    fn files_are_named_wherever_a_resource_holds_their_address() {
        let raw = r#"{"resourceType":"Communication","id":"c","payload":[
            {"contentAttachment":{"url":"https://x.example/fhir/Binary/b1/_history/2"}},
            {"contentReference":{"reference":"Binary/b2"}},
            {"contentAttachment":{"url":"urn:uuid:9f0c"}},{"contentString":"Hello"}]}"#;
        let named = files_named(raw);
        for address in ["Binary/b1", "Binary/b2", "urn:uuid:9f0c"] {
            assert!(named.contains(address), "{address}: {named:?}");
        }
        assert!(!named.contains("Hello") && files_named("{").is_empty());
    }

    #[test]
    fn narratives_go_with_what_was_taken_from_below_them_and_no_others() {
        let closed = [("Observation".to_owned(), "o1".to_owned())];
        let raw = r#"{"resourceType":"Composition","id":"c","text":{"status":"generated","div":"<div>SECRET</div>"},
            "type":{"text":"Letter"},"section":[
            {"title":"Tests","text":{"div":"<div>SECRET</div>"},"section":[
                {"title":"Blood","text":{"div":"<div>SECRET</div>"},"entry":[{"reference":"Observation/o1"}]},
                {"text":{"div":"<div>SECRET</div>"},"entry":[{"reference":"Observation/o1"}]}]},
            {"title":"Plan","text": {"div": "<div>Rest</div>"},"entry":[{"reference":"CarePlan/p1"}]}]}"#;
        assert_eq!(
            without(raw.to_owned(), &closed),
            concat!(
                r#"{"resourceType":"Composition","id":"c","type":{"text":"Letter"},"section":["#,
                r#"{"title":"Tests","section":[{"title":"Blood"}]},"#,
                r#"{"title":"Plan","text": {"div": "<div>Rest</div>"},"entry":[{"reference":"CarePlan/p1"}]}]}"#
            )
        );
        // Its id is in a word, and nothing refers to it.
        let whole =
            r#"{ "resourceType": "Composition", "text": {"div": "<div>o1</div>"}, "section": [ {"text": {"div": "<div/>"}} ] }"#;
        assert_eq!(without(whole.to_owned(), &closed), whole);
    }
}
