//! Communication: a message or a letter that was sent.

use super::another::PEOPLE;
use super::assessments::is_open;
use super::documents::{MOST_RELATED, judge_files, plain_text};
use super::names::{NamedJson, kind_of};
use super::{Around, Draft, MapError, Names, is_unfiled, parse};
use crate::Received;
use crate::types::{Annotation, Attachment, CodeableConcept, Lenient, List, Meta, Reference, fhir};
use crate::words::{all_words, day, file_words, joined, plain};
use domain::record::{Category, EntryFacts};

fhir! {
    MessageJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        category: List<CodeableConcept>,
        medium: List<CodeableConcept>,
        topic: Option<CodeableConcept>,
        about: List<Reference>,
        encounter: Option<Reference>,
        sent: Option<String>,
        received: Option<String>,
        recipient: List<Reference>,
        sender: Option<Reference>,
        reason_code: List<CodeableConcept>,
        reason_reference: List<Reference>,
        payload: List<Payload>,
        note: List<Annotation>,
    }
    Payload {
        content_string: Option<String>,
        content_attachment: Option<Attachment>,
        content_reference: Option<Reference>,
    }
}

/// Whether somebody is a person other than the patient and those who care for them by profession: they are not named.
fn is_another(around: &Around<'_>, one: &Reference) -> bool {
    let held = around.known(one).map(|known| known.kind.to_owned());
    held.or_else(|| kind_of(one, around.contained)).is_some_and(|kind| PEOPLE.contains(&kind.as_str()))
}

/// A message, by whom, to whom and when. It waits with the results that it is about, as a letter does.
pub(super) fn message(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: MessageJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Document, "Message", json.meta.as_ref());
    draft.about(json.topic.as_ref());
    draft.title_or(|| all_words(json.category.iter()));
    draft.status(json.status.as_deref());
    if is_unfiled(&received.resource_type, json.status.as_deref(), &received.raw) {
        draft.withhold();
    }
    draft.happened(json.sent.as_ref());
    draft.happened(json.received.as_ref());
    draft.by(around.behind(json.sender.iter()));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    draft.add("From", around.name(json.sender.as_ref()));
    draft.add("To", around.all_names(json.recipient.iter().filter(|one| !is_another(&around, one))));
    draft.add_concepts("How it was sent", json.medium.iter());
    draft.add("Received", json.received.as_deref().map(day));
    draft.add_concepts("Category", json.category.iter());
    let within = json.payload.iter().filter_map(|part| part.content_reference.as_ref());
    let about: Vec<&Reference> = json.about.iter().chain(within).take(MOST_RELATED).collect();
    let open = is_open(&around, about.iter().copied().chain(json.reason_reference.iter()));
    if open {
        for part in json.payload.iter() {
            draft.add("Message", part.content_string.as_deref().and_then(plain));
        }
    }
    draft.add("About", around.all_names(about.iter().copied()));
    if open {
        draft.add_concepts("Reason", json.reason_code.iter());
    }
    draft.add("Reason", around.all_names(json.reason_reference.iter()));
    let files = || json.payload.iter().filter_map(|part| part.content_attachment.as_ref());
    for file in files() {
        let words = file.title.clone().into_iter().chain(file.content_type.as_deref().map(file_words));
        draft.add("File", joined(words, ", "));
        draft.add("What it says", plain_text(file, names));
    }
    if open {
        draft.notes(&json.note, &around);
    }
    let keys = about.iter().filter_map(|one| around.key(one));
    draft.facts.refers_to = keys.map(|(kind, id)| format!("{kind}/{id}")).collect();
    judge_files(&mut draft, files(), names);
    Ok(draft.done())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::record::{Release, Sensitivity};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// The entry of the first resource, among the others.
    fn first(resources: &[Value]) -> EntryFacts {
        let all: Vec<Received> = resources.iter().map(|one| Received::new("test", None, one.to_string()).unwrap()).collect();
        crate::map::entry(&all[0], &Names::among(&all)).unwrap().unwrap()
    }

    /// Its details, each as "label: value".
    fn said(facts: &EntryFacts) -> Vec<String> {
        facts.details.iter().map(|detail| format!("{}: {}", detail.label, detail.value)).collect()
    }

    /// A message that a surgery sent.
    fn sent() -> Value {
        json!({
            "resourceType": "Communication", "id": "m", "status": "completed", "topic": {"text": "Your review"},
            "category": [{"text": "Reminder"}], "medium": [{"text": "Text message"}],
            "sent": "2026-03-04T10:00:00Z", "received": "2026-03-05",
            "sender": {"reference": "Organization/g", "display": "Riverside Surgery"},
            "recipient": [{"reference": "Patient/p", "display": "Ann Ellis"}],
            "about": [{"reference": "Condition/c", "display": "Asthma"}],
            "payload": [
                {"contentString": "Please book your review."},
                // "All is well."
                {"contentAttachment": {"title": "Leaflet", "contentType": "text/plain", "data": "QWxsIGlzIHdlbGwu"}},
            ],
            "note": [{"text": "Sent twice"}],
        })
    }

    #[test]
    fn a_message_says_who_sent_it_to_whom_and_when() {
        let facts = first(&[sent()]);
        assert_eq!((facts.category, facts.kind.as_str(), facts.title.as_str()), (Category::Document, "Message", "Your review"));
        assert_eq!((facts.author.as_deref(), facts.place.as_deref()), (None, Some("Riverside Surgery")));
        assert_eq!(facts.happened.map(|when| when.to_string()).as_deref(), Some("2026-03-04T10:00:00Z"));
        assert_eq!((facts.release, facts.sensitivity), (Release::Released, Sensitivity::General));
        assert_eq!(facts.refers_to, ["Condition/c"]);
        let notes = format!("{}: Sent twice", domain::result::next::NOTES);
        assert_eq!(
            said(&facts),
            [
                "From: Riverside Surgery",
                "To: Ann Ellis",
                "How it was sent: Text message",
                "Received: 5 March 2026",
                "Category: Reminder",
                "Message: Please book your review.",
                "About: Asthma",
                "File: Leaflet, Text",
                "What it says: All is well.",
                notes.as_str(),
            ]
        );
    }

    #[test]
    fn a_message_without_a_topic_goes_by_its_sort_and_its_words_say_how_sensitive_it_is() {
        let of = |fields: Value| {
            let mut resource = json!({"resourceType": "Communication", "id": "m", "status": "completed"});
            for (field, value) in fields.as_object().unwrap() {
                resource[field] = value.clone();
            }
            first(&[resource])
        };
        assert_eq!(of(json!({})).title, "Message");
        assert_eq!(of(json!({"category": [{"text": "Alert"}]})).title, "Alert");
        assert_eq!(of(json!({"payload": [{"contentString": "Your HIV test"}]})).sensitivity, Sensitivity::Sexual);
        assert_eq!(of(json!({"payload": [{"contentString": "About section 47 enquiry"}]})).release, Release::Withheld);
    }

    #[test]
    fn what_another_person_told_is_withheld_and_another_person_is_not_named() {
        let relative =
            json!({"resourceType": "RelatedPerson", "id": "5f5b6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f", "name": [{"text": "SECRET"}]});
        let urn = json!({"reference": "urn:uuid:5f5b6c1e-3b0a-4e0c-9d0f-0a1b2c3d4e5f", "display": "SECRET"});
        let with = |field: &str, value: Value| {
            let mut resource = sent();
            resource[field] = value;
            resource
        };
        for (sender, worded) in [
            (json!({"reference": "RelatedPerson/r"}), true),
            (json!({"type": "RelatedPerson", "display": "Her son"}), true),
            (urn.clone(), false),
        ] {
            let message = with("sender", sender);
            assert_eq!(crate::map::withheld(&message.to_string()), worded, "{message}");
            assert_eq!(first(&[message.clone(), relative.clone()]).release, Release::Withheld, "{message}");
        }
        for recipient in [json!({"reference": "RelatedPerson/r", "display": "SECRET"}), urn] {
            let facts = first(&[with("recipient", json!([recipient])), relative.clone()]);
            let told = format!("{:?}", facts.details);
            assert!(facts.release == Release::Released && !told.contains("SECRET"), "{told}");
        }
    }

    proptest! {
        #[test]
        fn what_was_not_sent_or_was_wrong_is_withheld(
            status in "(completed|stopped|unknown|preparation|in-progress|on-hold|not-done|draft|entered-in-error|[a-z]{1,8})",
        ) {
            let mut resource = sent();
            resource["status"] = json!(status);
            let never = ["preparation", "in-progress", "on-hold", "not-done", "draft", "entered-in-error"];
            let withheld = never.contains(&status.as_str());
            let raw = resource.to_string();
            prop_assert_eq!(first(&[resource]).release == Release::Withheld, withheld);
            prop_assert_eq!(crate::map::withheld(&raw), withheld);
        }

        #[test]
        fn what_a_message_says_is_not_told_where_what_it_is_about_is_withheld(
            at in 0_usize..3,
            label in "(REDACTED|NOPAT|THIRDPARTY|UNFILED)",
        ) {
            let hidden = json!({"reference": "Condition/hidden", "display": "SECRET"});
            let words = json!({"contentString": "SECRET"});
            let mut resource = sent();
            resource["payload"] = json!([words]);
            resource["note"] = json!([{"text": "SECRET"}]);
            match at {
                0 => resource["about"] = json!([hidden]),
                1 => resource["reasonReference"] = json!([hidden]),
                _ => resource["payload"] = json!([words, {"contentReference": hidden}]),
            }
            let condition = json!({
                "resourceType": "Condition", "id": "hidden", "code": {"text": "SECRET"}, "meta": {"security": [{"code": label}]},
            });
            let facts = first(&[resource, condition]);
            let told = format!("{facts:?}");
            prop_assert!(!told.contains("SECRET"), "{}", told);
            prop_assert_eq!(facts.title.as_str(), "Your review");
        }

        #[test]
        fn whatever_stands_in_its_fields_is_read_or_refused(
            field in "(status|category|medium|topic|about|sent|received|recipient|sender|payload|note)",
            value in "(null|1|true|\"x\"|\\[\\]|\\{\\}|\\[\\{\\}\\]|\\[1\\]|\\[\\{\"contentString\":1\\}\\]|\\[\\{\"contentAttachment\":\\{\\}\\}\\])",
        ) {
            let text = format!(r#"{{"resourceType":"Communication","id":"m","{field}":{value}}}"#);
            let received = Received::new("test", None, text).unwrap();
            drop(crate::map::entry(&received, &Names::among(&[])));
        }
    }
}
