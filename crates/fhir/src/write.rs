//! Writing resources out as they were received.

use crate::address::{Addresses, bare};
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

/// What is not given out, by the addresses under which others refer to it.
#[derive(Clone, Debug, Default)]
pub struct Closed {
    addresses: Addresses<'static, ()>,
    /// One of these, in letters of either case, stands in each text that refers to any of it.
    signs: BTreeSet<String>,
}

impl Closed {
    /// Adds a resource, by its type and id.
    pub fn add(&mut self, kind: &str, id: &str) {
        self.addresses.add((kind, id), None, ());
        self.signs.insert(sign_of(id));
        // Whoever makes an address of an id that is no UUID means it too.
        self.add_address(&format!("urn:uuid:{id}"));
    }

    /// Adds an address under which one stood in its Bundle (`Bundle.entry.fullUrl`).
    pub fn add_address(&mut self, address: &str) {
        self.addresses.add_address(address, ());
        self.signs.insert(sign_of(&bare(address)));
    }

    /// Whether a reference is to any of it.
    fn has(&self, reference: &str) -> bool {
        self.addresses.find(reference).is_some()
    }

    /// Whether a text may refer to any of it: what surely does not need not be read.
    fn may_be_in(&self, raw: &str) -> bool {
        if self.signs.is_empty() {
            return false;
        }
        let raw = raw.to_ascii_lowercase();
        self.signs.iter().any(|sign| raw.contains(sign.as_str()))
    }
}

/// The end of an address, in small letters; nothing, which stands in every text, where JSON may write it in another way.
fn sign_of(address: &str) -> String {
    let end = address.rsplit(['/', ':']).next().unwrap_or_default();
    let is_plain = end.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte));
    if is_plain { end.to_ascii_lowercase() } else { String::new() }
}

/// A resource's text without what refers to what is closed, nor what stands beside such a reference, nor the narratives
/// of what it was taken from, which may say the same in words; every other text and number in it stays as it was written. What
/// [repeats any of it](is_cut) is also without its words, notes and files. One that refers to none of it is unchanged.
#[must_use]
pub fn without(raw: String, closed: &Closed) -> String {
    if !closed.may_be_in(&raw) {
        return raw;
    }
    let refers = |reference: &str| closed.has(reference);
    let raw = match repeated(&raw, &refers) {
        Some(said) => unsaid(&raw, said).unwrap_or(raw),
        None => raw,
    };
    let left = pruned(&raw, &refers);
    match left {
        Ok(Left::Part(text)) => text,
        // What cannot be read as JSON was never taken in.
        Ok(Left::All | Left::Nothing) | Err(_) => raw,
    }
}

/// Whether what a resource says in words, notes and files repeats something that is closed: a message that is about it, gives it as its
/// reason or holds it, and an opinion or a risk that was made of it.
#[must_use]
pub fn is_cut(raw: &str, closed: &Closed) -> bool {
    closed.may_be_in(raw) && repeated(raw, &|reference: &str| closed.has(reference)).is_some()
}

/// By type, in which fields a resource tells what it is about or made of, and in which it says that in words and in files: as its mapping
/// ([`crate::map`]) leaves out what they say.
const TOLD_AND_SAID: [(&str, &[&str], &[&str]); 3] = [
    ("Communication", &["about", "reasonReference", "payload"], &["payload", "note", "reasonCode", "text"]),
    (
        "ClinicalImpression",
        &["problem", "investigation", "finding", "prognosisReference", "supportingInfo"],
        &["description", "summary", "finding", "prognosisCodeableConcept", "statusReason", "note", "text"],
    ),
    ("RiskAssessment", &["condition", "reasonReference", "basis"], &["prediction", "mitigation", "reasonCode", "note", "text"]),
];

/// What may be contained in such a resource to hold words and files.
const FILED: [&str; 4] = ["Binary", "Communication", "DocumentReference", "Media"];

/// The fields in which a resource says again what it refers to, where it refers to any of that.
fn repeated(raw: &str, refers: &dyn Fn(&str) -> bool) -> Option<&'static [&'static str]> {
    let Ok(Value::Object(fields)) = serde_json::from_str(raw) else { return None };
    let kind = fields.get("resourceType")?.as_str()?;
    let (_, told, said) = TOLD_AND_SAID.into_iter().find(|(one, ..)| *one == kind)?;
    told.iter().filter_map(|name| fields.get(*name)).any(|value| holds(value, refers)).then_some(said)
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

/// A resource without what it says in these fields; every other stays as it was written.
fn unsaid(raw: &str, said: &[&str]) -> Result<String, serde_json::Error> {
    let fields: Fields<'_> = serde_json::from_str(raw)?;
    let mut kept = Vec::with_capacity(fields.0.len());
    for (name, value) in &fields.0 {
        let is_said = said.contains(&name.trim_start_matches('_'));
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

/// What no page shows by itself, but others refer to: files, from what a sample was taken, and whose service did it.
const BEHIND: [&str; 4] = ["Binary/", "Specimen/", "HealthcareService/", "Substance/"];

/// All addresses in a resource that may lead to a file or to what else no page shows by itself, wherever it holds them: those of a Binary as
/// `Binary/id`, of a sample as `Specimen/id`, of a service as `HealthcareService/id`, of what a sample holds as `Substance/id`, and each whole
/// address, which may be the one under which such a thing stood in its Bundle. Of what cannot be read there are none.
#[must_use]
pub fn files_named(raw: &str) -> BTreeSet<String> {
    fn look(value: &Value, named: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => {
                for kind in BEHIND {
                    if let Some((_, rest)) = text.rsplit_once(kind) {
                        let id = rest.split(['/', '?', '#']).next().unwrap_or(rest);
                        named.insert(format!("{kind}{id}"));
                    }
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

    fn closed(kind: &str, id: &str) -> Closed {
        let mut closed = Closed::default();
        closed.add(kind, id);
        closed
    }

    #[test]
    fn a_reference_by_an_address_from_a_bundle_goes_as_one_by_type_and_id() {
        let mut closed = closed("Condition", "c1");
        for address in
            ["urn:uuid:5f5b6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f", "https://x.example/feed/7", "https://x.example/caf\u{e9}"]
        {
            closed.add_address(address);
        }
        for reference in [
            "urn:uuid:5F5B6C1E-3b0a-4e0c-9d0f-0a1b2c3d4e5f",
            "https:\\/\\/x.example\\/feed\\/7",
            "https://x.example/feed/7/_history/2",
            "https://x.example/caf\\u00e9",
            " Condition/c1 ",
            "urn:uuid:C1",
        ] {
            let about = format!(r#"[{{"reference":"{reference}","display":"SECRET"}},{{"reference":"Condition/c2"}}]"#);
            let raw = format!(
                r#"{{"resourceType":"Communication","id":"k","about":{about},"payload":[{{"contentString":"SECRET"}}]}}"#
            );
            assert!(is_cut(&raw, &closed), "{raw}");
            let left = r#"{"resourceType":"Communication","id":"k","about":[{"reference":"Condition/c2"}]}"#;
            assert_eq!(without(raw, &closed), left);
        }
        let other = r#"{"resourceType":"Communication", "id":"k","about":[{"reference":"https://y.example/feed/7"}]}"#;
        assert!(!is_cut(other, &closed));
        assert_eq!(without(other.to_owned(), &closed), other);
    }

    #[test]
    fn a_reference_goes_with_what_stands_beside_it_and_everything_else_stays_as_it_was() {
        let closed = closed("Observation", "o1");
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
        let closed = closed("Condition", "c1");
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
    fn an_opinion_or_a_risk_that_was_made_of_what_is_closed_goes_without_its_words() {
        let closed = closed("Condition", "c1");
        let refers = r#"{"reference":"Condition/c1","display":"SECRET"}"#;
        let said = r#""note":[{"text":"SECRET"}],"text":{"div":"<div>SECRET</div>"}"#;
        let thought = r#""summary":"SECRET","description":"SECRET","_summary":{"extension":[{"valueString":"SECRET"}]},"prognosisCodeableConcept":[{"text":"SECRET"}],"statusReason":{"text":"SECRET"}"#;
        let risk = r#""prediction":[{"outcome":{"text":"SECRET"}}],"mitigation":"SECRET","reasonCode":[{"text":"SECRET"}],"method":{"text":"QRISK3"}"#;
        let made_of = |kind: &str, words: &str, of: String| {
            format!(r#"{{"resourceType":"{kind}","id":"i","code":{{"text":"Review"}},{words},{of},{said}}}"#)
        };
        for of in [
            format!(r#""problem":[{refers}]"#),
            format!(r#""investigation":[{{"item":[{refers}]}}]"#),
            format!(r#""finding":[{{"itemReference":{refers},"basis":"SECRET"}},{{"basis":"SECRET"}}]"#),
            format!(r#""prognosisReference":[{refers}]"#),
            format!(r#""supportingInfo":[{refers}]"#),
        ] {
            let raw = made_of("ClinicalImpression", thought, of);
            let left = r#"{"resourceType":"ClinicalImpression","id":"i","code":{"text":"Review"}}"#;
            assert_eq!(without(raw, &closed), left);
        }
        for of in [
            format!(r#""condition":{refers}"#),
            format!(r#""reasonReference":[{refers}]"#),
            format!(r#""basis":[{{"reference":"Observation/o1"}},{refers}]"#),
        ] {
            let text = without(made_of("RiskAssessment", risk, of), &closed);
            assert!(!text.contains("SECRET") && text.contains("QRISK3") && text.contains("Review"), "{text}");
        }
        // What it is made of is open: who wrote it says nothing of that.
        let raw = made_of("ClinicalImpression", thought, r#""assessor":{"reference":"Condition/c1"}"#.to_owned());
        assert!(!is_cut(&raw, &closed) && without(raw, &closed).contains("SECRET"));
    }

    #[test]
    fn files_are_named_wherever_a_resource_holds_their_address() {
        let raw = r#"{"resourceType":"Communication","id":"c","payload":[
            {"contentAttachment":{"url":"https://x.example/fhir/Binary/b1/_history/2"}},
            {"contentReference":{"reference":"Binary/b2"}},
            {"contentReference":{"reference":"https://x.example/fhir/Specimen/s1"}},
            {"contentAttachment":{"url":"urn:uuid:9f0c"}},{"contentString":"Hello"}]}"#;
        let named = files_named(raw);
        for address in ["Binary/b1", "Binary/b2", "Specimen/s1", "urn:uuid:9f0c"] {
            assert!(named.contains(address), "{address}: {named:?}");
        }
        assert!(!named.contains("Hello") && files_named("{").is_empty());
    }

    #[test]
    fn narratives_go_with_what_was_taken_from_below_them_and_no_others() {
        let closed = closed("Observation", "o1");
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
