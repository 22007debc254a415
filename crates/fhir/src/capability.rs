//! What programs can ask of this service, as a FHIR R4 `CapabilityStatement`: pure.

use serde_json::{Value, json};

/// When what it says was changed last.
const CHANGED: &str = "2026-11-30";

/// The `CapabilityStatement` of the service whose FHIR addresses begin with `base`, in this version of the program. It names what a
/// signed-in browser may ask; what devices and prescription systems send has addresses and secrets of its own.
#[must_use]
pub fn statement(base: &str, version: &str) -> Value {
    let interactions = |codes: &[&str]| codes.iter().map(|code| json!({ "code": code })).collect::<Vec<_>>();
    let parameters =
        |all: &[(&str, &str)]| all.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect::<Vec<_>>();
    let resource = |kind: &str, codes: &[&str], all: &[(&str, &str)]| json!({ "type": kind, "interaction": interactions(codes), "searchParam": parameters(all) });
    let read = ["read", "search-type"];
    let patient = ("patient", "reference");
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": CHANGED,
        "kind": "instance",
        "software": { "name": "Selfheal", "version": version },
        "implementation": { "description": "Selfheal: a person\u{2019}s own health and care record", "url": base },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "patchFormat": ["application/json-patch+json"],
        "rest": [{
            "mode": "server",
            "security": { "description": "The session of a browser that signed in with its second step." },
            "resource": [
                resource("Consent", &["read", "search-type", "patch"], &[("status", "token")]),
                resource("Flag", &read, &[patient]),
                resource("Observation", &read, &[patient, ("code", "token")]),
                resource("QuestionnaireResponse", &read, &[patient]),
            ],
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_can_be_asked_where() {
        let it = statement("https://selfheal.example/fhir/R4", "1.2.3");
        for (pointer, value) in [
            ("/fhirVersion", json!("4.0.1")),
            ("/software/version", json!("1.2.3")),
            ("/implementation/url", json!("https://selfheal.example/fhir/R4")),
            ("/rest/0/resource/1/type", json!("Flag")),
            ("/rest/0/resource/1/interaction/0/code", json!("read")),
            ("/rest/0/resource/1/searchParam/0", json!({ "name": "patient", "type": "reference" })),
        ] {
            assert_eq!(it.pointer(pointer), Some(&value), "{pointer}");
        }
    }
}
