//! Advance care planning, in whatever resource it comes: `Consent`, which is shown for nothing else, and what other resources say of it by
//! their codes.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, parse};
use crate::Received;
use crate::types::{CodeableConcept, Lenient, List, Meta, OneOrMany, Period, Reference, fhir};
use crate::words::{all_words, day, plain, spaced};
use domain::record::{Category, Detail, EntryFacts, Release};
use domain::wish::{RECORDED, REVIEW, SAYS, Wish};
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// Advance directives, of `Consent.category` (LOINC).
const DIRECTIVES: &str = "42348-3";
/// "Yes" as the answer to what an observation asks (SNOMED CT), and the words that say it.
const YES: (&[&str], &[&str]) = (&["373066001"], &["yes", "y", "present", "true"]);
/// "No" as that answer.
const NO: (&[&str], &[&str]) = (&["373067005"], &["no", "n", "none", "nil", "false", "absent", "negative", "not present"]);
/// "Not applicable" and "unknown" as that answer, and that nobody asked.
const NOT_KNOWN: (&[&str], &[&str]) = (
    &["385432009", "261665006"],
    &["not applicable", "n a", "unknown", "not known", "not discussed", "not asked", "not recorded"],
);

fhir! {
    ConsentJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        scope: Option<CodeableConcept>,
        category: List<CodeableConcept>,
        date_time: Option<String>,
        performer: List<Reference>,
        organization: List<Reference>,
        verification: List<Verification>,
        provision: Option<Provision>,
    }
    Verification {
        verified: Option<bool>,
        verification_date: Option<String>,
    }
    Provision {
        #[serde(rename = "type")]
        kind: Lenient<String>,
        period: Option<Period>,
        actor: List<Actor>,
        code: List<CodeableConcept>,
        provision: List<Nested>,
    }
    Nested {
        #[serde(rename = "type")]
        kind: Lenient<String>,
        code: List<CodeableConcept>,
    }
    Actor {
        role: Option<CodeableConcept>,
        reference: Option<Reference>,
    }
    /// What of a resource of any type tells one.
    SaidJson {
        code: Lenient<CodeableConcept>,
        #[serde(rename = "type")]
        kind: Lenient<CodeableConcept>,
        category: Lenient<OneOrMany<CodeableConcept>>,
        status: Lenient<String>,
        verification_status: Lenient<CodeableConcept>,
        value_codeable_concept: Lenient<CodeableConcept>,
        value_boolean: Lenient<bool>,
        data_absent_reason: Lenient<CodeableConcept>,
        intent: Lenient<String>,
        period: Lenient<Period>,
    }
}

/// Whether a resource may tell one: most hold none of these and need not be read for it.
fn may_tell(raw: &str) -> bool {
    Wish::codes().any(|code| raw.contains(code)) || raw.contains("referred place of ")
}

/// What a concept tells by its codes; of a place also by its words.
pub(super) fn of(concept: &CodeableConcept) -> Option<Wish> {
    let coded = concept.coding.iter().find_map(|one| Wish::of_code(one.code.as_deref()?.trim()));
    coded.or_else(|| Wish::of_words(&concept.words()?))
}

/// Whether a provision refuses what its codes name.
fn denies(kind: &Lenient<String>) -> bool {
    kind.0.as_deref().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("deny"))
}

impl Provision {
    /// The codes of what is agreed to. What is nested in a refusal makes an exception to it, and says nothing by itself.
    fn agreed(&self) -> impl Iterator<Item = &CodeableConcept> {
        let refuses = denies(&self.kind);
        let nested = self.provision.iter().filter(|nested| !denies(&nested.kind)).flat_map(|nested| nested.code.iter());
        self.code.iter().chain(nested).filter(move |_| !refuses)
    }

    /// The codes of what is refused.
    fn refused(&self) -> impl Iterator<Item = &CodeableConcept> {
        let refuses = denies(&self.kind);
        let nested = self.provision.iter().filter(|nested| denies(&nested.kind)).flat_map(|nested| nested.code.iter());
        self.code.iter().filter(move |_| refuses).chain(nested)
    }
}

/// What a `Consent` is about; `None` for one that is no wish about treatment. What it says of CPR by a code of its own counts before the
/// sort of form that it is; the code of what it refuses does not tell what is wanted, so that the sort of form tells it, unless it is the
/// name of a decision to refuse or to limit treatment.
fn of_consent(json: &ConsentJson) -> Option<Wish> {
    let within = json.provision.iter().flat_map(Provision::agreed);
    let mut refused = json.provision.iter().flat_map(Provision::refused).filter_map(of);
    within.chain(json.category.iter()).find_map(of).or_else(|| {
        // HL7 consent category codes and consent scope codes.
        let is = |codes: &[&str]| json.category.iter().chain(json.scope.iter()).any(|one| one.has(codes));
        if is(&["dnr"]) {
            return Some(Wish::NoCpr);
        }
        let named = refused.find(|wish| matches!(wish, Wish::Refusal | Wish::Escalation));
        named.or_else(|| is(&["acd", "hcd", "adr", DIRECTIVES]).then_some(Wish::Plan))
    })
}

/// A `Consent` that tells one; `None` for any other.
pub(super) fn entry(received: &Received, names: &Names<'_>) -> Result<Option<EntryFacts>, MapError> {
    const FORMS: &[&str] = &["\"dnr\"", "\"acd\"", "\"hcd\"", "\"adr\"", "\"42348-3\""];
    if may_tell(&received.raw) || FORMS.iter().any(|form| received.raw.contains(form)) {
        consent(received, names)
    } else {
        Ok(None)
    }
}

fn consent(received: &Received, names: &Names<'_>) -> Result<Option<EntryFacts>, MapError> {
    let json: ConsentJson = parse(received)?;
    let Some(wish) = of_consent(&json) else { return Ok(None) };
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Care, wish.code(), json.meta.as_ref());
    let within = json.provision.as_ref().and_then(|provision| provision.agreed().next());
    draft.about(within.or(json.category.first()));
    draft.status(json.status.as_deref());
    // What is only proposed was not decided.
    if json.status.as_deref() == Some("proposed") {
        draft.withhold();
    }
    draft.happened(json.date_time.as_ref());
    draft.place_or(|| around.all_names(json.organization.iter()));
    draft.add("Agreed by", around.all_names(json.performer.iter()));
    if let Some(provision) = &json.provision {
        draft.add_concepts("What is refused", provision.refused());
        for actor in provision.actor.iter() {
            let role = all_words(actor.role.iter()).unwrap_or_else(|| "Who it names".to_owned());
            draft.add(&role, around.name(actor.reference.as_ref()));
        }
        if let Some(period) = &provision.period {
            draft.happened(period.start.as_ref());
            draft.add(REVIEW, period.end.as_deref().map(day));
        }
    }
    let checked = json.verification.iter().filter(|one| one.verified == Some(true));
    draft.add("Last checked", checked.filter_map(|one| one.verification_date.as_deref()).next_back().map(day));
    let mut facts = draft.done();
    name(&mut facts, wish, None);
    Ok(Some(facts))
}

/// Gives the entry of one its plain name, with the place where it is one, and keeps the source's own words beside it.
pub(super) fn name(facts: &mut EntryFacts, wish: Wish, said: Option<String>) {
    facts.kind = wish.code().to_owned();
    let is_place = matches!(wish, Wish::PlaceOfCare | Wish::PlaceOfDeath);
    if is_place && said.is_none() && Wish::of_words(&facts.title) == Some(wish) {
        return;
    }
    let title = match said.as_ref().filter(|_| is_place) {
        Some(said) => format!("{}: {said}", wish.title()),
        None => wish.title().to_owned(),
    };
    let was = std::mem::replace(&mut facts.title, title);
    let mut details = Vec::new();
    let mut add = |label: &str, value: String| {
        if !value.trim().is_empty() && !value.eq_ignore_ascii_case(&facts.title) {
            details.push(Detail { label: label.to_owned(), value });
        }
    };
    if !is_place {
        add(RECORDED, was);
        add(SAYS, said.unwrap_or_default());
    }
    details.append(&mut facts.details);
    facts.details = details;
}

/// What the answer of an observation says of what it asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// It has no value of any type.
    Missing,
    Yes,
    No,
    NotKnown,
    /// It says something else.
    Other,
}

/// The answer of an observation whose value, of whatever type, is this text.
fn answer(json: &SaidJson, text: Option<&str>, raw: &str) -> Answer {
    let value = json.value_codeable_concept.0.as_ref();
    let displays = value.into_iter().flat_map(|value| value.coding.iter()).filter_map(|one| plain(one.display.as_deref()?));
    let words: Vec<String> =
        text.map(str::to_owned).into_iter().chain(displays).map(|words| spaced(&words).trim().to_owned()).collect();
    let is = |(codes, known): (&[&str], &[&str])| {
        value.is_some_and(|value| value.has(codes)) || words.iter().any(|words| known.contains(&words.as_str()))
    };
    if json.value_boolean.0 == Some(false) || is(NO) {
        Answer::No
    } else if is(NOT_KNOWN) {
        Answer::NotKnown
    } else if json.value_boolean.0 == Some(true) || is(YES) {
        Answer::Yes
    } else if has_value(raw) {
        Answer::Other
    } else {
        Answer::Missing
    }
}

/// Whether an observation has a value of any type; what cannot be read may have one.
fn has_value(raw: &str) -> bool {
    let Ok(fields) = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(raw) else { return true };
    fields.keys().any(|name| name.trim_start_matches('_').starts_with("value"))
}

/// What an observation tells that asks for one wish by its code and answers with another by that of its value. A code for or against CPR is
/// often that of the question, so that only a plain yes or no value at all lets it count; any other answer stays a result in its own words.
fn observed(asked: Option<Wish>, answered: Option<Wish>, answer: Answer) -> Option<Wish> {
    match asked {
        Some(Wish::PlaceOfCare | Wish::PlaceOfDeath) => asked.filter(|_| answer != Answer::No),
        _ if matches!(answer, Answer::No | Answer::NotKnown) => None,
        Some(Wish::NoCpr | Wish::Cpr) => answered.or_else(|| asked.filter(|_| matches!(answer, Answer::Missing | Answer::Yes))),
        _ => asked.or(answered),
    }
}

/// Sets an entry among care plans and wishes that tells one: a finding, a document or a plan that holds, and no answer of "no". What its
/// source marked as a result that somebody talks about first stays a result, and waits as such.
pub(super) fn mark(facts: &mut EntryFacts, received: &Received) {
    let kind = received.resource_type.as_str();
    if !matches!(kind, "Observation" | "Condition" | "DocumentReference" | "CarePlan") || !may_tell(&received.raw) {
        return;
    }
    let Ok(json) = serde_json::from_str::<SaidJson>(&received.raw) else { return };
    let status = json.status.0.as_deref();
    let value = json.value_codeable_concept.0.as_ref();
    match kind {
        "Observation" if matches!(status, None | Some("final" | "amended" | "corrected")) => {
            let answer = answer(&json, facts.value.as_ref().map(|value| value.text.as_str()), &received.raw);
            let waits = facts.result.as_ref().is_some_and(|result| result.comment_first);
            if waits || json.data_absent_reason.0.is_some() {
                return;
            }
            let Some(wish) = observed(json.code.0.as_ref().and_then(of), value.and_then(of), answer) else { return };
            facts.category = Category::Care;
            facts.status = None;
            let said = facts.value.take().filter(|_| answer != Answer::Yes).map(|value| value.text);
            let parts = facts.result.take().map(|result| result.parts).unwrap_or_default();
            name(facts, wish, said);
            facts.details.extend(parts.into_iter().map(|part| Detail { label: part.name, value: part.value.text }));
        }
        "Condition" => {
            let verified = json.verification_status.0.as_ref().and_then(CodeableConcept::first_code);
            let Some(wish) = json.code.0.as_ref().and_then(of).filter(|_| matches!(verified, None | Some("confirmed"))) else {
                return;
            };
            facts.category = Category::Care;
            name(facts, wish, None);
        }
        "DocumentReference" if status == Some("current") => {
            let Some(wish) = json.kind.0.as_ref().and_then(of) else { return };
            facts.category = Category::Care;
            facts.status = None;
            facts.kind = wish.code().to_owned();
        }
        "CarePlan" => {
            let all = json.category.0.as_ref().map(|all| all.0.as_slice()).unwrap_or_default();
            if let Some(wish) = all.iter().find_map(of) {
                facts.kind = wish.code().to_owned();
                let end = json.period.0.as_ref().and_then(|period| period.end.as_deref());
                facts.details.extend(end.map(|end| Detail { label: REVIEW.to_owned(), value: day(end) }));
                // What is only proposed was not decided.
                if json.intent.0.as_deref() == Some("proposal") {
                    facts.release = Release::Withheld;
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn mapped(resource: Value) -> Option<EntryFacts> {
        let received = Received::new("test", None, resource.to_string()).unwrap();
        crate::map::entry(&received, &Names::among(&[])).unwrap()
    }

    fn snomed(code: &str, display: &str) -> Value {
        json!({ "coding": [{ "system": "http://snomed.info/sct", "code": code, "display": display }] })
    }

    fn detail<'a>(facts: &'a EntryFacts, label: &str) -> Option<&'a str> {
        facts.details.iter().find(|detail| detail.label == label).map(|detail| detail.value.as_str())
    }

    #[test]
    fn a_flag_that_cpr_is_not_to_be_tried_says_what_goes_on_and_who_and_when() {
        let facts = mapped(json!({
            "resourceType": "Flag", "id": "f", "status": "active",
            "code": snomed("450476008", "Not for attempted cardiopulmonary resuscitation"),
            "period": { "start": "2026-03-01", "end": "2027-03-01" }, "author": { "display": "Dr Ann Lee" },
        }))
        .unwrap();
        assert_eq!((facts.category, facts.kind.as_str()), (Category::Care, "DNACPR decision"));
        assert_eq!(facts.title, "Do not attempt CPR: other treatment goes on");
        assert_eq!(facts.author.as_deref(), Some("Dr Ann Lee"));
        assert_eq!(facts.happened.map(|when| when.to_string()).as_deref(), Some("2026-03-01"));
        assert_eq!(detail(&facts, REVIEW), Some("1 March 2027"));
        assert_eq!(detail(&facts, "As it was recorded"), Some("Not for attempted cardiopulmonary resuscitation"));
        // Any other flag is kept and not shown, as before.
        assert!(mapped(json!({ "resourceType": "Flag", "id": "f", "status": "active", "code": { "text": "Deaf" } })).is_none());
    }

    #[test]
    fn what_a_consent_says_of_cpr_counts_before_the_sort_of_form() {
        let consent = |category: &str, code: Option<&str>, status: &str| {
            let mut resource = json!({
                "resourceType": "Consent", "id": "c", "status": status, "dateTime": "2026-03-01",
                "scope": { "coding": [{ "code": "adr" }] }, "category": [{ "coding": [{ "code": category }] }],
            });
            if let Some(code) = code {
                resource["provision"] = json!({ "code": [snomed(code, "")] });
            }
            mapped(resource)
        };
        assert_eq!(consent("dnr", None, "active").unwrap().kind, "DNACPR decision");
        assert_eq!(consent("dnr", Some("304252001"), "active").unwrap().kind, "Decision about CPR");
        assert_eq!(consent("acd", None, "active").unwrap().kind, "Advance care plan");
        assert_eq!(consent("acd", Some("816301000000100"), "active").unwrap().kind, "Advance decision to refuse treatment");
        assert_eq!(consent("dnr", None, "proposed").unwrap().release, Release::Withheld);
        assert_eq!(consent("dnr", None, "entered-in-error").unwrap().release, Release::Withheld);
        // What is refused by a code is not what is wanted.
        let refusing = |category: &str, provision: Value| {
            mapped(json!({
                "resourceType": "Consent", "id": "c", "status": "active", "dateTime": "2026-03-01",
                "scope": { "coding": [{ "code": "adr" }] }, "category": [{ "coding": [{ "code": category }] }], "provision": provision,
            }))
            .unwrap()
        };
        let for_cpr = json!([snomed("304252001", "For resuscitation")]);
        let nested = json!({ "type": "permit", "provision": [{ "type": "deny", "code": for_cpr }] });
        let beneath = json!({ "type": "deny", "provision": [{ "type": "permit", "code": for_cpr }] });
        for provision in [json!({ "type": "deny", "code": for_cpr }), nested.clone(), beneath] {
            let facts = refusing("dnr", provision.clone());
            assert_eq!(
                (facts.kind.as_str(), detail(&facts, "As it was recorded")),
                ("DNACPR decision", Some("Dnr")),
                "{provision}"
            );
            assert_eq!(refusing("acd", provision.clone()).kind, "Advance care plan", "{provision}");
        }
        assert_eq!(detail(&refusing("dnr", nested), "What is refused"), Some("For resuscitation"));
        // A refusal may carry the name of the decision itself.
        for (code, kind) in [
            ("816301000000100", "Advance decision to refuse treatment"),
            ("1052911000000106", "Advance decision to refuse treatment"),
            ("735324008", "Treatment escalation plan"),
        ] {
            let codes = json!([snomed("304252001", "For resuscitation"), snomed(code, "")]);
            assert_eq!(refusing("acd", json!({ "type": "deny", "code": codes })).kind, kind, "{code}");
            let nested = json!({ "type": "permit", "provision": [{ "type": "deny", "code": codes }] });
            assert_eq!(refusing("acd", nested.clone()).kind, kind, "{code}");
            assert_eq!(refusing("dnr", nested).kind, "DNACPR decision", "{code}");
        }
        let attorney = json!({ "type": "deny", "code": [snomed("816361000000101", "Has appointed person")] });
        assert_eq!(refusing("acd", attorney).kind, "Advance care plan", "a refused attorney is none");
        let permitted = json!({ "type": "permit", "provision": [{ "code": for_cpr }] });
        assert_eq!(refusing("dnr", permitted).kind, "Decision about CPR");
        // A consent about data is none.
        let data = json!({ "resourceType": "Consent", "id": "c", "status": "active", "category": [{ "coding": [{ "code": "59284-0" }] }] });
        assert!(mapped(data).is_none());
    }

    #[test]
    fn findings_documents_and_plans_are_known_by_their_codes() {
        let problem = |verified: &str| {
            mapped(json!({
                "resourceType": "Condition", "id": "c", "clinicalStatus": { "coding": [{ "code": "active" }] },
                "verificationStatus": { "coding": [{ "code": verified }] }, "code": snomed("816361000000101", "Has appointed person"),
            }))
            .unwrap()
        };
        assert_eq!(problem("confirmed").kind, "Lasting power of attorney for health and welfare");
        assert_eq!(problem("refuted").category, Category::Problem, "what was ruled out is no wish");
        let document = |status: &str| {
            mapped(json!({
                "resourceType": "DocumentReference", "id": "d", "status": status, "description": "My ReSPECT form",
                "type": snomed("1382601000000107", "ReSPECT form"),
            }))
            .unwrap()
        };
        let form = document("current");
        assert_eq!((form.category, form.kind.as_str(), form.title.as_str()), (Category::Care, "ReSPECT plan", "My ReSPECT form"));
        assert_eq!(document("superseded").category, Category::Document);
        let plan = |intent: &str| {
            mapped(json!({
                "resourceType": "CarePlan", "id": "p", "status": "active", "intent": intent, "title": "Plan ahead",
                "category": [snomed("736366004", "Advance care plan")], "period": { "start": "2026-03-01", "end": "2027-03-01" },
            }))
            .unwrap()
        };
        let (agreed, proposed) = (plan("plan"), plan("proposal"));
        assert_eq!((agreed.kind.as_str(), agreed.title.as_str()), ("Advance care plan", "Plan ahead"));
        assert_eq!((detail(&agreed, REVIEW), agreed.release), (Some("1 March 2027"), Release::Released));
        assert_eq!(proposed.release, Release::Withheld, "what is only proposed was not decided");
    }

    #[test]
    fn an_observation_tells_one_by_its_code_or_its_answer_and_no_is_none() {
        let seen = |fields: Value| {
            let mut resource =
                json!({ "resourceType": "Observation", "id": "o", "status": "final", "effectiveDateTime": "2026-03-01" });
            for (field, value) in fields.as_object().unwrap() {
                resource[field] = value.clone();
            }
            mapped(resource).unwrap()
        };
        let place = json!({ "text": "Preferred place of death" });
        assert_eq!(seen(json!({ "code": place, "valueString": "At home" })).title, "Preferred place of death: At home");
        let answer = seen(
            json!({ "code": { "text": "Resuscitation status" }, "valueCodeableConcept": snomed("450476008", "Not for CPR") }),
        );
        assert_eq!((answer.category, answer.kind.as_str()), (Category::Care, "DNACPR decision"));
        assert!(answer.value.is_none() && answer.result.is_none() && answer.status.is_none());
        assert_eq!(detail(&answer, "What it says"), Some("Not for CPR"));
        let refusal = snomed("816301000000100", "Has advance decision to refuse treatment");
        let said = seen(json!({ "code": refusal, "valueString": "No ventilation" }));
        assert_eq!(
            (said.title.as_str(), detail(&said, "What it says")),
            ("Advance decision to refuse treatment", Some("No ventilation"))
        );
        for none in [
            json!({ "code": refusal, "valueBoolean": false }),
            json!({ "code": refusal, "valueCodeableConcept": snomed("373067005", "No") }),
            json!({ "code": refusal, "dataAbsentReason": { "coding": [{ "code": "not-asked" }] } }),
            json!({ "code": refusal, "status": "cancelled" }),
            json!({ "code": { "text": "Discussion about DNACPR" }, "valueString": "Not now" }),
            json!({ "code": refusal, "valueString": "Negative" }),
            json!({ "code": refusal, "valueString": "N/A" }),
            json!({ "code": refusal, "valueCodeableConcept": snomed("261665006", "Unknown (qualifier value)") }),
        ] {
            assert_eq!(seen(none.clone()).category, Category::Result, "{none}");
        }
    }

    #[test]
    fn a_code_about_cpr_counts_only_without_an_answer_or_with_a_plain_yes() {
        let seen = |code: &str, value: Value| {
            let mut resource = json!({
                "resourceType": "Observation", "id": "o", "status": "final", "code": snomed(code, "Resuscitation status"),
            });
            for (field, value) in value.as_object().unwrap() {
                resource[field] = value.clone();
            }
            mapped(resource).unwrap()
        };
        let (no_cpr, cpr) = ("450476008", "450475007");
        for yes in [
            json!({}),
            json!({ "valueBoolean": true }),
            json!({ "valueCodeableConcept": snomed("373066001", "Yes (qualifier value)") }),
            json!({ "valueCodeableConcept": { "coding": [{ "code": "Y" }] } }),
            json!({ "valueString": "Yes" }),
            json!({ "valueString": "present" }),
            json!({ "valueCodeableConcept": snomed("304253006", "Not for resuscitation") }),
        ] {
            assert_eq!(seen(no_cpr, yes.clone()).kind, "DNACPR decision", "{yes}");
        }
        let other = seen(no_cpr, json!({ "valueCodeableConcept": snomed(cpr, "For attempted CPR") }));
        assert_eq!(
            (other.kind.as_str(), other.title.as_str()),
            ("Decision about CPR", "CPR can be attempted"),
            "the answer counts"
        );
        assert_eq!(seen(cpr, json!({ "valueCodeableConcept": snomed(no_cpr, "Not for CPR") })).kind, "DNACPR decision");
        for open in [
            json!({ "valueString": "No" }),
            json!({ "valueString": "n" }),
            json!({ "valueString": "Not discussed" }),
            json!({ "valueString": "Under review" }),
            json!({ "valueString": "" }),
            json!({ "valueBoolean": false }),
            json!({ "valueInteger": 0 }),
            json!({ "valueDateTime": "2026-01-01" }),
            json!({ "_valueString": { "extension": [] } }),
            json!({ "valueCodeableConcept": { "coding": [{ "code": "N" }] } }),
            json!({ "valueCodeableConcept": snomed("373067005", "No") }),
            json!({ "valueCodeableConcept": snomed("385432009", "Not applicable") }),
            json!({ "valueCodeableConcept": snomed("261665006", "Unknown") }),
        ] {
            for code in [no_cpr, cpr] {
                let facts = seen(code, open.clone());
                assert_eq!((facts.category, facts.title.as_str()), (Category::Result, "Resuscitation status"), "{code} {open}");
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_in_its_fields_is_read_or_refused(
            kind in "(Flag|Consent|Observation|Condition|DocumentReference|CarePlan)",
            field in "(status|category|scope|provision|period|type|verification|value)",
            value in "(null|1|true|\"x\"|\\[\\]|\\{\\}|\\[\\{\\}\\]|\\[1\\])",
        ) {
            let text = format!(
                r#"{{"resourceType":"{kind}","id":"i","code":{{"coding":[{{"code":"450476008"}}]}},"{field}":{value}}}"#
            );
            let received = Received::new("test", None, text).unwrap();
            drop(crate::map::entry(&received, &Names::among(&[])));
        }
    }
}
