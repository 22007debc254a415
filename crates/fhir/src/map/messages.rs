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

impl MessageJson {
    /// What it is about, as it says and as it holds.
    fn subjects(&self) -> impl Iterator<Item = &Reference> {
        self.about.iter().chain(self.payload.iter().filter_map(|part| part.content_reference.as_ref()))
    }

    /// Whether all that it is about may be told of. What it says in words and in files repeats that.
    fn is_whole(&self, around: &Around<'_>) -> bool {
        is_open(around, self.subjects().chain(self.reason_reference.iter()))
    }
}

/// Whether all that a message is about may be told of, so that its files may be read too; `true` of all that is no message.
#[must_use]
pub fn is_told_whole(received: &Received, names: &Names<'_>) -> bool {
    received.resource_type != "Communication"
        || parse::<MessageJson>(received).is_ok_and(|json| json.is_whole(&Around::new(names, &json.contained)))
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
    let is_named = |one: &&Reference| !is_another(&around, one);
    draft.add("From", around.name(json.sender.as_ref()));
    draft.add("To", around.all_names(json.recipient.iter().filter(is_named)));
    draft.add_concepts("How it was sent", json.medium.iter());
    draft.add("Received", json.received.as_deref().map(day));
    draft.add_concepts("Category", json.category.iter());
    let open = json.is_whole(&around);
    if open {
        for part in json.payload.iter() {
            draft.add("Message", part.content_string.as_deref().and_then(plain));
        }
    }
    draft.add("About", around.all_names(json.subjects().filter(is_named).take(MOST_RELATED)));
    if open {
        draft.add_concepts("Reason", json.reason_code.iter());
    }
    draft.add("Reason", around.all_names(json.reason_reference.iter().filter(is_named)));
    let files = || json.payload.iter().filter_map(|part| part.content_attachment.as_ref());
    if open {
        for file in files() {
            let words = file.title.clone().into_iter().chain(file.content_type.as_deref().map(file_words));
            draft.add("File", joined(words, ", "));
            draft.add("What it says", plain_text(file, names));
        }
        let writer = |note: &Annotation| around.name(note.author_reference.as_ref().filter(is_named));
        let notes = json.note.iter().filter_map(|note| note.words(writer(note)));
        draft.add(domain::result::next::NOTES, joined(notes, "\n"));
    }
    let keys = json.subjects().chain(json.reason_reference.iter()).take(MOST_RELATED).filter_map(|one| around.key(one));
    draft.facts.refers_to = keys.map(|(kind, id)| format!("{kind}/{id}")).collect();
    judge_files(&mut draft, files(), names);
    Ok(draft.done())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::testing::{first, hidden, is_withheld_as, read_with, said};
    use domain::record::{Release, Sensitivity};
    use proptest::prelude::*;
    use serde_json::{Value, json};

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
    fn a_message_refers_to_its_reasons_and_each_of_what_it_is_about_is_asked() {
        let mut resource = sent();
        resource["reasonReference"] = json!([{"reference": "DiagnosticReport/r"}]);
        assert_eq!(first(std::slice::from_ref(&resource)).refers_to, ["Condition/c", "DiagnosticReport/r"]);
        let many: Vec<Value> = (0..=MOST_RELATED).map(|at| json!({"reference": format!("Condition/c{at}")})).collect();
        resource["about"] = json!(many);
        let last = json!({
            "resourceType": "Condition", "id": format!("c{MOST_RELATED}"), "code": {"text": "x"}, "meta": {"security": [{"code": "NOPAT"}]},
        });
        let facts = first(&[resource, last]);
        assert!(said(&facts).iter().all(|one| !one.starts_with("Message") && !one.starts_with("What it says")), "{facts:?}");
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
        let patient = json!({"reference": "Patient/p"});
        for other in [json!({"reference": "RelatedPerson/r", "display": "SECRET"}), urn] {
            for (field, value) in [
                ("recipient", json!([other, patient])),
                ("about", json!([other])),
                ("reasonReference", json!([other])),
                ("payload", json!([{"contentReference": other}])),
                ("note", json!([{"text": "Sent twice", "authorReference": other}])),
            ] {
                let facts = first(&[with(field, value), relative.clone()]);
                let told = format!("{:?}", facts.details);
                assert!(facts.release == Release::Released && !told.contains("SECRET"), "{field}: {told}");
            }
            // To nobody but others.
            assert_eq!(first(&[with("recipient", json!([other])), relative.clone()]).release, Release::Withheld);
        }
        let others = json!([{"reference": "RelatedPerson/r"}, {"reference": "Person/q"}]);
        assert!(crate::map::withheld(&with("recipient", others).to_string()));
        assert!(!crate::map::withheld(&with("recipient", json!([])).to_string()));
    }

    proptest! {
        #[test]
        fn what_was_not_sent_or_was_wrong_is_withheld(
            status in "(completed|stopped|unknown|preparation|in-progress|on-hold|not-done|draft|entered-in-error|[a-z]{1,8})",
        ) {
            let never = ["preparation", "in-progress", "on-hold", "not-done", "draft", "entered-in-error"];
            prop_assert_eq!(is_withheld_as(sent(), &status), never.contains(&status.as_str()));
        }

        #[test]
        fn what_a_message_says_is_not_told_where_what_it_is_about_is_withheld(
            at in 0_usize..3,
            label in "(REDACTED|NOPAT|THIRDPARTY|UNFILED)",
        ) {
            let (hidden, condition) = hidden(&label);
            let words = json!({"contentString": "SECRET"});
            // The file says "SECRET" too.
            let file = json!({"contentAttachment": {"title": "SECRET", "contentType": "text/plain", "data": "U0VDUkVU"}});
            let mut resource = sent();
            resource["payload"] = json!([words, file]);
            resource["note"] = json!([{"text": "SECRET"}]);
            match at {
                0 => resource["about"] = json!([hidden]),
                1 => resource["reasonReference"] = json!([hidden]),
                _ => resource["payload"] = json!([words, file, {"contentReference": hidden}]),
            }
            let raw = resource.to_string();
            let facts = first(&[resource, condition.clone()]);
            let told = format!("{facts:?}");
            prop_assert!(!told.contains("SECRET"), "{}", told);
            prop_assert_eq!(facts.title.as_str(), "Your review");
            let all = [Received::new("test", None, raw).unwrap(), Received::new("test", None, condition.to_string()).unwrap()];
            prop_assert!(!is_told_whole(&all[0], &Names::among(&all)), "its files are closed");
            prop_assert!(is_told_whole(&all[0], &Names::among(&all[..1])), "nothing is known of it that closes them");
        }

        #[test]
        fn whatever_stands_in_its_fields_is_read_or_refused(
            field in "(status|category|medium|topic|about|sent|received|recipient|sender|payload|note)",
            value in "(null|1|true|\"x\"|\\[\\]|\\{\\}|\\[\\{\\}\\]|\\[1\\]|\\[\\{\"contentString\":1\\}\\]|\\[\\{\"contentAttachment\":\\{\\}\\}\\])",
        ) {
            read_with("Communication", &field, &value);
        }
    }
}
