//! Observation, DiagnosticReport, Media, ImagingStudy.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, is_finding, is_unfiled, parse};
use crate::Received;
use crate::types::{
    Annotation, Attachment, CodeableConcept, Coding, Decimal, Lenient, List, Meta, Period, Quantity, Ratio, Reference,
    SampledData, Span, Timing, fhir,
};
use crate::words::{absent_words, all_words, day, interpretation_words, joined, with_unit};
use domain::record::{Category, Code, EntryFacts, GivenRange, LinkRole, Range, ResultFacts, ResultLink, ResultPart, Value};
use domain::release::Change;
use domain::result::{key_of, next, same_unit};
use std::collections::BTreeMap;

/// The most values of a report that are joined to it; what is beyond stands by itself.
const MOST_MEMBERS: usize = 1000;
/// The most values of one result, and the most ranges of a value.
const MOST_PARTS: usize = 200;

/// Systolic blood pressure, in the codes of LOINC and SNOMED CT that the UK uses.
const SYSTOLIC: &[&str] = &["8480-6", "72313002", "271649006", "413606001", "314464000", "407554009", "407556006"];
/// Diastolic blood pressure.
const DIASTOLIC: &[&str] = &["8462-4", "1091811000000102", "271650006", "413605002", "314465004", "407555005", "407557002"];

/// An Observation and its components state their values in the same fields.
macro_rules! measured {
    ($name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* }) => {
        fhir! {
            $name {
                $($(#[$attribute])* $field: $type,)*
                code: Option<CodeableConcept>,
                value_quantity: Option<Quantity>,
                value_codeable_concept: Option<CodeableConcept>,
                value_string: Option<String>,
                value_boolean: Option<bool>,
                value_integer: Option<Decimal>,
                value_range: Option<Span>,
                value_ratio: Option<Ratio>,
                value_sampled_data: Option<SampledData>,
                value_time: Option<String>,
                value_date_time: Option<String>,
                value_period: Option<Period>,
                data_absent_reason: Option<CodeableConcept>,
                interpretation: List<CodeableConcept>,
                reference_range: List<ReferenceRange>,
            }
        }

        impl $name {
            /// What was measured or stated; `None` where the resource says neither a value nor why there is none.
            fn value(&self) -> Option<Value> {
                let plain = |text: String| (text, None, None);
                let (text, number, unit) = if let Some((quantity, text)) = self.value_quantity.as_ref().and_then(|q| Some((q, q.number_words()?))) {
                    let number = quantity.value.as_ref().filter(|_| quantity.comparator.as_deref().is_none_or(str::is_empty));
                    (text, number.map(|number| number.as_str().to_owned()), quantity.unit_words())
                } else if let Some(text) = self.value_codeable_concept.as_ref().and_then(CodeableConcept::words) {
                    plain(text)
                } else if let Some(text) = self.value_string.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
                    plain(text.to_owned())
                } else if let Some(yes) = self.value_boolean {
                    plain(if yes { "Yes" } else { "No" }.to_owned())
                } else if let Some(number) = &self.value_integer {
                    (number.to_string(), Some(number.to_string()), None)
                } else if let Some(text) = self.value_range.as_ref().and_then(Span::words) {
                    plain(text)
                } else if let Some(text) = self.value_ratio.as_ref().and_then(Ratio::words) {
                    plain(text)
                } else if let Some(time) = &self.value_date_time {
                    plain(day(time))
                } else if let Some(time) = &self.value_time {
                    plain(time.clone())
                } else if let Some(text) = self.value_period.as_ref().and_then(Period::words) {
                    plain(text)
                } else if let Some(series) = &self.value_sampled_data {
                    plain(series_words(series))
                } else if let Some(reason) = &self.data_absent_reason {
                    plain(absent_words(reason))
                } else {
                    return None;
                };
                let interpretation = interpretation_words(&self.interpretation);
                let range = range(&given(&self.reference_range, unit.as_deref()));
                Some(Value { text, number, unit, range, interpretation })
            }

            /// Every range that came with it; `unit` is that of the value.
            fn ranges(&self, unit: Option<&str>) -> Vec<GivenRange> {
                given(&self.reference_range, unit)
            }
        }
    };
}

fhir! {
    ReferenceRange {
        low: Option<Quantity>,
        high: Option<Quantity>,
        #[serde(rename = "type")]
        kind: Option<CodeableConcept>,
        applies_to: List<CodeableConcept>,
        age: Option<Span>,
        text: Option<String>,
    }
}

measured! { Component {} }

impl Component {
    /// Its name, its value and its ranges, as one of several.
    fn part(&self) -> Option<ResultPart> {
        let value = self.value()?;
        let name = self.code.as_ref().and_then(CodeableConcept::words).unwrap_or_else(|| "Part".to_owned());
        let ranges = self.ranges(value.unit.as_deref());
        let unit_code = self.value_quantity.as_ref().and_then(Quantity::ucum);
        Some(ResultPart { key: part_key(self.code.as_ref()), name, value, unit_code, ranges })
    }
}

measured! {
    ObservationJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        category: List<CodeableConcept>,
        encounter: Option<Reference>,
        effective_date_time: Option<String>,
        effective_period: Option<Period>,
        effective_timing: Option<Timing>,
        effective_instant: Option<String>,
        issued: Option<String>,
        performer: List<Reference>,
        note: List<Annotation>,
        body_site: Option<CodeableConcept>,
        method: Option<CodeableConcept>,
        specimen: Option<Reference>,
        device: Option<Reference>,
        based_on: List<Reference>,
        has_member: List<Reference>,
        component: List<Component>,
    }
}

fhir! {
    ReportJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        category: List<CodeableConcept>,
        code: Option<CodeableConcept>,
        encounter: Option<Reference>,
        effective_date_time: Option<String>,
        effective_period: Option<Period>,
        issued: Option<String>,
        performer: List<Reference>,
        results_interpreter: List<Reference>,
        specimen: List<Reference>,
        based_on: List<Reference>,
        result: List<Reference>,
        conclusion: Option<String>,
        conclusion_code: List<CodeableConcept>,
        presented_form: List<Attachment>,
        media: List<ReportMediaJson>,
        imaging_study: List<Reference>,
    }
    ReportMediaJson { link: Option<Reference>, }
    ScanJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        modality: List<Coding>,
        encounter: Option<Reference>,
        started: Option<String>,
        based_on: List<Reference>,
        interpreter: List<Reference>,
        number_of_series: Option<Decimal>,
        number_of_instances: Option<Decimal>,
        procedure_code: List<CodeableConcept>,
        location: Option<Reference>,
        reason_code: List<CodeableConcept>,
        reason_reference: List<Reference>,
        note: List<Annotation>,
        description: Option<String>,
        series: List<SeriesJson>,
    }
    SeriesJson {
        modality: Option<Coding>,
        body_site: Option<Coding>,
        laterality: Option<Coding>,
        started: Option<String>,
        performer: List<SeriesPerformerJson>,
    }
    SeriesPerformerJson { actor: Option<Reference>, }
    PictureJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        modality: Option<CodeableConcept>,
        view: Option<CodeableConcept>,
        encounter: Option<Reference>,
        created_date_time: Option<String>,
        created_period: Option<Period>,
        issued: Option<String>,
        operator: Option<Reference>,
        reason_code: List<CodeableConcept>,
        body_site: Option<CodeableConcept>,
        device_name: Option<String>,
        device: Option<Reference>,
        content: Option<Attachment>,
        note: List<Annotation>,
    }
}

fn series_words(series: &SampledData) -> String {
    let count = series.data.as_deref().map_or(0, |data| data.split_whitespace().count());
    if count == 0 { "A series of readings".to_owned() } else { format!("A series of {count} readings") }
}

/// The ranges of a value that has this unit, as they were given.
fn given(ranges: &[ReferenceRange], unit: Option<&str>) -> Vec<GivenRange> {
    ranges.iter().take(MOST_PARTS).filter_map(|one| one.given(unit)).collect()
}

impl ReferenceRange {
    fn given(&self, unit: Option<&str>) -> Option<GivenRange> {
        let number = |quantity: &Option<Quantity>| quantity.as_ref().and_then(|one| one.value.as_ref()).map(ToString::to_string);
        let text = self.text.as_deref().and_then(crate::words::plain);
        let range = Range { low: number(&self.low), high: number(&self.high), text };
        let own = [&self.low, &self.high].into_iter().flatten().find_map(Quantity::unit_words);
        let kind = self.kind.as_ref().filter(|kind| !kind.has(&["normal"])).and_then(kind_words);
        let age = self.age.as_ref().and_then(Span::words).map(|age| format!("age {age}"));
        let applies = joined(all_words(self.applies_to.iter()).into_iter().chain(age), ", ");
        let unit = own.filter(|own| !same_unit(Some(own), unit));
        (range != Range::default() || applies.is_some()).then_some(GivenRange { range, unit, kind, applies })
    }
}

/// What a range is for (HL7, referencerange-meaning).
fn kind_words(kind: &CodeableConcept) -> Option<String> {
    let known = kind.first_code().and_then(|code| {
        Some(match code {
            "recommended" => "Recommended range",
            "treatment" | "therapeutic" => "Range that treatment aims for",
            "pre" => "Range before treatment",
            "post" => "Range after treatment",
            "endocrine" => "Range by hormones and cycle",
            "critical" => "Range beyond which the laboratory tells at once",
            _ => return None,
        })
    });
    known.map(ToOwned::to_owned).or_else(|| kind.words())
}

/// The one range with which a value can be compared: what the laboratory gave as normal. `None` where it gave several, because
/// which of them is meant is the laboratory's to say.
fn range(given: &[GivenRange]) -> Option<Range> {
    let mut normal = given.iter().filter(|one| one.kind.is_none());
    let (first, second) = (normal.next()?, normal.next());
    if second.is_some() {
        return None;
    }
    let words = || joined(first.range.text.clone().into_iter().chain(range_words(first)), "; ");
    Some(match (&first.unit, &first.range) {
        // In another unit than the value it is words.
        (Some(_), _) => Range { low: None, high: None, text: words() },
        (None, Range { low: None, high: None, text: None }) => Range { text: first.applies.clone(), ..Range::default() },
        (None, range) => range.clone(),
    })
}

/// "3.5 to 5.3 mmol/L" of a range that has ends.
fn range_words(given: &GivenRange) -> Option<String> {
    let unit = |end: &str| given.unit.as_deref().map_or_else(|| end.to_owned(), |unit| with_unit(end, unit));
    match (&given.range.low, &given.range.high) {
        (Some(low), Some(high)) => Some(format!("{low} to {}", unit(high))),
        (Some(low), None) => Some(format!("{} or more", unit(low))),
        (None, Some(high)) => Some(format!("up to {}", unit(high))),
        (None, None) => None,
    }
}

/// "120/80" of a systolic and a diastolic pressure in the same unit.
fn blood_pressure(components: &[Component]) -> Option<Value> {
    let of = |codes: &[&str]| components.iter().find(|one| one.code.as_ref().is_some_and(|code| code.has(codes)));
    let (systolic, diastolic) = (of(SYSTOLIC)?, of(DIASTOLIC)?);
    let upper = systolic.value_quantity.as_ref()?;
    let lower = diastolic.value_quantity.as_ref()?;
    if upper.unit_words() != lower.unit_words() {
        return None;
    }
    Some(Value {
        text: format!("{}/{}", upper.number_words()?, lower.number_words()?),
        number: None,
        unit: upper.unit_words(),
        range: None,
        interpretation: None,
    })
}

impl ObservationJson {
    /// Its value, and whether that is a blood pressure put together from components.
    fn shown_value(&self) -> (Option<Value>, bool) {
        if self.value_quantity.is_none()
            && let Some(mut pressure) = blood_pressure(&self.component)
        {
            pressure.interpretation = interpretation_words(&self.interpretation);
            pressure.range = range(&self.ranges(pressure.unit.as_deref()));
            return (Some(pressure), true);
        }
        (self.value(), false)
    }
}

pub(super) fn observation(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: ObservationJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let is_in = |codes: &[&str]| json.category.iter().any(|category| category.has(codes));
    let (value, pressure) = json.shown_value();
    let kind = if pressure {
        next::BLOOD_PRESSURE
    } else if is_in(&["vital-signs"]) {
        next::MEASUREMENT
    } else if is_in(&["laboratory", "LAB"]) {
        "Test result"
    } else if is_in(&["imaging"]) {
        "Scan finding"
    } else if is_in(&["survey"]) {
        next::QUESTIONNAIRE
    } else if is_in(&["social-history"]) {
        next::LIFESTYLE
    } else if is_in(&["exam"]) {
        next::EXAMINATION
    } else {
        "Result"
    };
    let mut draft = Draft::new(Category::Result, kind, json.meta.as_ref());
    draft.about(json.code.as_ref());
    draft.status(json.status.as_deref());
    if is_unfiled("Observation", json.status.as_deref(), &received.raw) {
        draft.withhold();
    }
    draft.facts.value = value;
    draft.happened(json.effective_date_time.as_ref());
    draft.happened(json.effective_instant.as_ref());
    draft.during(json.effective_period.as_ref());
    draft.happened(json.effective_timing.as_ref().and_then(|timing| timing.event.iter().flatten().next()));
    draft.recorded(json.issued.as_ref());
    draft.by(around.behind(json.performer.iter()));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    let mut facts = ResultFacts {
        analyte: analyte(json.code.as_ref()),
        unit_code: json.value_quantity.as_ref().and_then(Quantity::ucum),
        ranges: json.ranges(draft.facts.value.as_ref().and_then(|value| value.unit.as_deref())),
        comment_first: comment_first(json.meta.as_ref()),
        ..ResultFacts::default()
    };
    let first = |codes| json.component.iter().position(|one| one.code.as_ref().is_some_and(|code| code.has(codes)));
    let shown = [first(SYSTOLIC), first(DIASTOLIC)];
    for (at, component) in json.component.iter().take(MOST_PARTS).enumerate() {
        // What stands in the value already says nothing more.
        if pressure && shown.contains(&Some(at)) && component.interpretation.is_empty() && component.reference_range.is_empty() {
            continue;
        }
        facts.parts.extend(component.part());
    }
    links(&mut facts, &around, LinkRole::Member, &json.has_member);
    links(&mut facts, &around, LinkRole::Order, &json.based_on);
    facts.links.retain(|link| link.logical_id != received.id || link.resource_type != received.resource_type);
    draft.facts.result = Some(Box::new(facts));
    draft.facts.ordered = super::numbers::of_answer(received, json.code.as_ref());
    if json.value_quantity.is_some() || json.value_string.is_some() || json.value_codeable_concept.is_some() {
        draft.add("Why it may be incomplete", json.data_absent_reason.as_ref().map(absent_words));
    }
    draft.add_concepts("How it was measured", json.method.iter());
    draft.add_concepts("Where on the body", json.body_site.iter());
    draft.add("Sample", around.name(json.specimen.as_ref()));
    draft.add("Device", around.name(json.device.as_ref()));
    draft.notes(&json.note, &around);
    Ok(draft.done())
}

/// Whether a source says that a physician talks with the person about it before they read it: "taboo" of HL7 v3 ActCode, which "is
/// usually a temporary policy constraint only".
fn comment_first(meta: Option<&Meta>) -> bool {
    let mut labels = meta.into_iter().flat_map(|meta| meta.security.iter().chain(meta.tag.iter()));
    labels
        .any(|one| one.code.as_deref().is_some_and(|code| matches!(code.trim().to_ascii_uppercase().as_str(), "TBOO" | "TABOO")))
}

/// A picture or a recording (FHIR Media): its file is shown with it.
pub(super) fn picture(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: PictureJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let content_type = json.content.as_ref().and_then(|file| file.content_type.as_deref()).unwrap_or_default();
    let kind = if content_type.starts_with("audio/") || content_type.starts_with("video/") { "Recording" } else { "Picture" };
    let mut draft = Draft::new(Category::Result, kind, json.meta.as_ref());
    draft.about(json.view.as_ref().or(json.modality.as_ref()));
    if let Some(title) = json.content.as_ref().and_then(|file| crate::words::plain(file.title.as_deref()?)) {
        let shows = std::mem::replace(&mut draft.facts.title, title);
        draft.add("What it shows", Some(shows).filter(|shows| *shows != draft.facts.title));
    }
    draft.status(json.status.as_deref());
    // What is not finished nobody has looked at yet.
    if matches!(json.status.as_deref(), Some("preparation" | "in-progress" | "not-done")) {
        draft.withhold();
    }
    draft.happened(json.created_date_time.as_ref());
    draft.during(json.created_period.as_ref());
    draft.recorded(json.issued.as_ref());
    draft.by(around.behind(json.operator.iter()));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    draft.add_concepts("How it was taken", json.modality.iter());
    draft.add_concepts("Where on the body", json.body_site.iter());
    draft.add_concepts("Why it was taken", json.reason_code.iter());
    draft.add("Device", around.name(json.device.as_ref()).or_else(|| json.device_name.clone()));
    draft.notes(&json.note, &around);
    Ok(draft.done())
}

/// How a series was taken, by the modality of DICOM (PS3.16, context group 29); of what is not known here, the words that came with it.
fn modality_words(modality: &Coding) -> Option<String> {
    let known = modality.code.as_deref().and_then(|code| {
        Some(match code.trim() {
            "CR" | "DX" | "RG" => "X-ray",
            "RF" => "Moving X-ray (fluoroscopy)",
            "XA" => "X-ray of blood vessels (angiogram)",
            "IO" | "PX" => "X-ray of the teeth",
            "MG" => "X-ray of the breast (mammogram)",
            "BMD" => "Bone density scan",
            "CT" => "CT scan",
            "MR" => "MRI scan",
            "PT" => "PET scan",
            "NM" => "Nuclear medicine scan",
            "US" | "BDUS" | "IVUS" => "Ultrasound scan",
            "OPT" => "Scan of the eye",
            "OP" => "Photo of the eye",
            "ES" => "Camera inside the body (endoscopy)",
            "XC" => "Photo",
            _ => return None,
        })
    });
    known.map(ToOwned::to_owned).or_else(|| coding_words(modality))
}

fn coding_words(coding: &Coding) -> Option<String> {
    coding.display.as_deref().and_then(crate::words::plain)
}

/// "120 pictures in 3 sets", as far as the numbers came.
fn how_many_pictures(sets: Option<&Decimal>, pictures: Option<&Decimal>) -> Option<String> {
    let counted = |number: Option<&Decimal>, one: &str, several: &str| {
        let number = number.filter(|number| number.as_str().chars().all(|digit| digit.is_ascii_digit()))?;
        Some(format!("{number} {}", if number.is_one() { one } else { several }))
    };
    let (sets, pictures) = (counted(sets, "set", "sets"), counted(pictures, "picture", "pictures"));
    joined(pictures.into_iter().chain(sets), " in ")
}

/// That somebody was scanned, and how (FHIR ImagingStudy). The pictures stay where they are; what was found stands in the report.
pub(super) fn scan(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: ScanJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Result, "Scan", json.meta.as_ref());
    let series = || json.series.iter().take(MOST_PARTS);
    let how =
        joined(json.modality.iter().chain(series().filter_map(|one| one.modality.as_ref())).filter_map(modality_words), ", ");
    let sites = series().filter_map(|one| {
        let site = coding_words(one.body_site.as_ref()?)?;
        let side = one.laterality.as_ref().and_then(coding_words);
        Some(side.map_or_else(|| site.clone(), |side| format!("{site} ({side})")))
    });
    let sites = joined(sites, ", ");
    draft.about(json.procedure_code.first());
    if let Some(description) = json.description.as_deref().and_then(crate::words::plain) {
        let done = std::mem::replace(&mut draft.facts.title, description);
        draft.add("What was done", Some(done).filter(|done| *done != draft.facts.title));
    }
    draft.title_or(|| joined(how.iter().chain(&sites).cloned(), ": "));
    draft.status(json.status.as_deref());
    if json.status.as_deref() == Some("cancelled") {
        draft.withhold();
    }
    draft.happened(json.started.as_ref());
    draft.happened(json.series.iter().find_map(|one| one.started.as_ref()));
    draft.place_or(|| around.name(json.location.as_ref()));
    draft.by(around.behind(series().flat_map(|one| one.performer.iter()).filter_map(|one| one.actor.as_ref())));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    let mut facts = ResultFacts { comment_first: comment_first(json.meta.as_ref()), ..ResultFacts::default() };
    links(&mut facts, &around, LinkRole::Order, &json.based_on);
    draft.facts.result = Some(Box::new(facts));
    draft.facts.ordered = super::numbers::of_answer(received, json.procedure_code.first());
    draft.add("How it was taken", how);
    draft.add("Where on the body", sites);
    draft.add("How many pictures", how_many_pictures(json.number_of_series.as_ref(), json.number_of_instances.as_ref()));
    draft.add_concepts("Why it was done", json.reason_code.iter());
    draft.add("Done because of", around.all_names(json.reason_reference.iter()));
    draft.add("Explained by", around.all_names(json.interpreter.iter()));
    draft.notes(&json.note, &around);
    Ok(draft.done())
}

/// What the newer of two versions of a result or a report is to the one before, by their texts as they were received. Of what cannot be
/// read is assumed that it says something else.
#[must_use]
pub fn change(before: &str, now: &str) -> Change {
    let fields = |raw: &str| -> Option<(bool, BTreeMap<String, serde_json::Value>)> {
        let fields: BTreeMap<String, serde_json::Value> = serde_json::from_str(raw).ok()?;
        let is_early = fields.get("status").and_then(serde_json::Value::as_str) == Some("preliminary");
        let says = |(name, value): &(String, serde_json::Value)| {
            is_finding(name) && !value.is_null() && !value.as_array().is_some_and(Vec::is_empty)
        };
        Some((is_early, fields.into_iter().filter(says).collect()))
    };
    let (before, now) = (fields(before), fields(now));
    let is_early = |one: &Option<(bool, _)>| one.as_ref().is_some_and(|(early, _)| *early);
    let says_else = match (&before, &now) {
        (Some((_, before)), Some((_, now))) => before != now,
        _ => true,
    };
    Change { was_early: is_early(&before), is_early: is_early(&now), says_else }
}

/// By what other results of the same thing are known.
pub(super) fn analyte(code: Option<&CodeableConcept>) -> Option<String> {
    let codes =
        code?.coding.iter().filter_map(|one| Some(Code { system: one.system.clone()?, code: one.code.clone()?, display: None }));
    key_of(&codes.collect::<Vec<_>>())
}

/// By what the same part of other results is known: the two numbers of a blood pressure as such, whatever their codes.
fn part_key(code: Option<&CodeableConcept>) -> Option<String> {
    let is = |codes: &[&str]| code.is_some_and(|code| code.has(codes));
    if is(SYSTOLIC) {
        Some(domain::result::SYSTOLIC.to_owned())
    } else if is(DIASTOLIC) {
        Some(domain::result::DIASTOLIC.to_owned())
    } else {
        analyte(code)
    }
}

/// What a result belongs to, in the order in which it is told.
fn links(facts: &mut ResultFacts, around: &Around<'_>, role: LinkRole, all: &[Reference]) {
    // What stands within the report itself is told with it.
    let apart = |one: &&Reference| !one.reference.as_deref().is_some_and(|text| text.trim_start().starts_with('#'));
    let links = all.iter().filter(apart).take(MOST_MEMBERS).filter_map(|one| {
        let name = match role {
            LinkRole::Member => around.name(Some(one)),
            // Orders and pictures take no words: whoever may see them reads them there.
            LinkRole::Order | LinkRole::Picture => None,
        };
        let kind = |(kind, _): &(String, String)| match role {
            LinkRole::Member => kind == "Observation",
            LinkRole::Order => kind == "ServiceRequest",
            LinkRole::Picture => kind == "Media" || kind == "ImagingStudy",
        };
        let key = around.key(one);
        match key {
            Some(key) if kind(&key) => Some(ResultLink { role, resource_type: key.0, logical_id: key.1, name }),
            Some(_) => None,
            // It is only named.
            None => {
                name.map(|name| ResultLink { role, resource_type: String::new(), logical_id: String::new(), name: Some(name) })
            }
        }
    });
    facts.links.extend(links);
}

/// The results that stand within a report itself, in the order in which it tells them.
fn contained_parts(received: &Received, all: &[Reference]) -> Vec<ResultPart> {
    fhir! { Within { contained: List<Lenient<Inside>>, } }
    fhir! { Inside { id: Option<String>, resource_type: Option<String>, status: Option<String>, } }
    fhir! { Measured { contained: List<Lenient<Component>>, } }
    let mut wanted = all.iter().filter_map(|one| one.reference.as_deref()?.strip_prefix('#')).take(MOST_PARTS).peekable();
    if wanted.peek().is_none() {
        return Vec::new();
    }
    let ids: Within = serde_json::from_str(&received.raw).unwrap_or_default();
    let values: Measured = serde_json::from_str(&received.raw).unwrap_or_default();
    let mut known = std::collections::HashMap::new();
    for (named, value) in ids.contained.iter().zip(values.contained.iter()).take(MOST_MEMBERS) {
        if let (Some(Inside { id: Some(id), resource_type: Some(kind), status }), Some(value)) = (&named.0, &value.0)
            && kind == "Observation"
            && !matches!(status.as_deref(), Some("entered-in-error" | "cancelled"))
        {
            known.entry(id.as_str()).or_insert(value);
        }
    }
    wanted.filter_map(|id| known.get(id)?.part()).collect()
}

pub(super) fn report(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: ReportJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let is_in = |codes: &[&str]| json.category.iter().any(|category| category.has(codes));
    let kind = if is_in(&["LAB", "CH", "HM", "MB", "SR", "IMM", "laboratory", "108252007"]) {
        "Lab report"
    } else if is_in(&["RAD", "RX", "RUS", "NMR", "CT", "CUS", "imaging", "363679005"]) {
        "Scan report"
    } else {
        "Report"
    };
    let mut draft = Draft::new(Category::Result, kind, json.meta.as_ref());
    draft.about(json.code.as_ref());
    draft.status(json.status.as_deref());
    if json.status.as_deref() == Some("cancelled") || is_unfiled("DiagnosticReport", json.status.as_deref(), &received.raw) {
        draft.withhold();
    }
    draft.happened(json.effective_date_time.as_ref());
    draft.during(json.effective_period.as_ref());
    draft.recorded(json.issued.as_ref());
    draft.by(around.behind(json.performer.iter()));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    let stage = match json.status.as_deref() {
        Some("registered") => Some("Not started yet"),
        Some("partial") => Some("Some results are still to come"),
        Some("preliminary") => Some("Early report: it may change"),
        Some("amended" | "corrected") => Some("Changed since it was first sent"),
        Some("appended") => Some("Added to since it was first sent"),
        _ => None,
    };
    draft.add("Stage of the report", stage.map(ToOwned::to_owned));
    draft.add(next::CONCLUSION, json.conclusion.as_deref().map(|text| text.trim().to_owned()));
    draft.add_concepts("Findings", json.conclusion_code.iter());
    let mut facts = ResultFacts {
        parts: contained_parts(received, &json.result),
        comment_first: comment_first(json.meta.as_ref()),
        ..ResultFacts::default()
    };
    links(&mut facts, &around, LinkRole::Member, &json.result);
    links(&mut facts, &around, LinkRole::Order, &json.based_on);
    draft.add("Sample", around.all_names(json.specimen.iter()));
    draft.add("Explained by", around.all_names(json.results_interpreter.iter()));
    // A report and its pictures wait as one, because it names them.
    draft.add("Pictures", around.all_names(json.media.iter().filter_map(|media| media.link.as_ref())));
    draft.add("Scans", around.all_names(json.imaging_study.iter()));
    let pictures = json.media.iter().filter_map(|media| media.link.clone()).chain(json.imaging_study.iter().cloned());
    links(&mut facts, &around, LinkRole::Picture, &pictures.collect::<Vec<_>>());
    draft.facts.result = Some(Box::new(facts));
    draft.facts.ordered = super::numbers::of_answer(received, json.code.as_ref());
    super::documents::judge_files(&mut draft, json.presented_form.iter(), names);
    Ok(draft.done())
}
