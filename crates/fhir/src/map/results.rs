//! Observation, DiagnosticReport.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, is_unfiled, parse};
use crate::Received;
use crate::types::{
    Annotation, Attachment, CodeableConcept, Decimal, Lenient, List, Meta, Period, Quantity, Ratio, Reference, SampledData, Span,
    Timing, fhir,
};
use crate::words::{absent_words, all_words, day, file_words, interpretation_words, joined, with_unit};
use domain::record::{Category, EntryFacts, Range, Value};

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
                Some(Value { text, number, unit, range: range(&self.reference_range), interpretation })
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
        result: List<Reference>,
        conclusion: Option<String>,
        conclusion_code: List<CodeableConcept>,
        presented_form: List<Attachment>,
    }
}

fn series_words(series: &SampledData) -> String {
    let count = series.data.as_deref().map_or(0, |data| data.split_whitespace().count());
    if count == 0 { "A series of readings".to_owned() } else { format!("A series of {count} readings") }
}

/// The laboratory's own range: the normal one where it gave several.
fn range(ranges: &[ReferenceRange]) -> Option<Range> {
    let normal = |range: &&ReferenceRange| range.kind.as_ref().is_none_or(|kind| kind.has(&["normal"]) || kind.coding.is_empty());
    let found = ranges.iter().find(normal).or_else(|| ranges.first())?;
    let number = |quantity: &Option<Quantity>| quantity.as_ref().and_then(|one| one.value.as_ref()).map(ToString::to_string);
    let said = found.text.as_deref().and_then(crate::words::plain);
    let who = all_words(found.applies_to.iter())
        .into_iter()
        .chain(found.age.as_ref().and_then(Span::words).map(|age| format!("age {age}")));
    let (low, high) = (number(&found.low), number(&found.high));
    let text = said.or_else(|| if low.is_some() || high.is_some() { None } else { joined(who, ", ") });
    (low.is_some() || high.is_some() || text.is_some()).then_some(Range { low, high, text })
}

/// "5.6 mmol/L (High)".
fn in_words(value: &Value) -> String {
    let text = value.unit.as_deref().map_or_else(|| value.text.clone(), |unit| with_unit(&value.text, unit));
    value.interpretation.as_deref().map_or_else(|| text.clone(), |said| format!("{text} ({said})"))
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
            pressure.range = range(&self.reference_range);
            return (Some(pressure), true);
        }
        (self.value(), false)
    }
}

/// An Observation's value in words, for a report that refers to it.
pub(super) fn value_in_words(received: &Received) -> Option<String> {
    let json: ObservationJson = serde_json::from_str(&received.raw).ok()?;
    if matches!(json.status.as_deref(), Some("entered-in-error" | "cancelled")) {
        return None;
    }
    json.shown_value().0.as_ref().map(in_words)
}

pub(super) fn observation(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: ObservationJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let is_in = |codes: &[&str]| json.category.iter().any(|category| category.has(codes));
    let (value, pressure) = json.shown_value();
    let kind = if pressure {
        "Blood pressure"
    } else if is_in(&["vital-signs"]) {
        "Measurement"
    } else if is_in(&["laboratory", "LAB"]) {
        "Test result"
    } else if is_in(&["imaging"]) {
        "Scan finding"
    } else if is_in(&["survey"]) {
        "Questionnaire"
    } else if is_in(&["social-history"]) {
        "Lifestyle"
    } else if is_in(&["exam"]) {
        "Examination"
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
    for component in json.component.iter() {
        let part = component.code.as_ref();
        if pressure && part.is_some_and(|code| code.has(SYSTOLIC) || code.has(DIASTOLIC)) && component.interpretation.is_empty() {
            continue;
        }
        let label = part.and_then(CodeableConcept::words).unwrap_or_else(|| "Part".to_owned());
        let value = component.value().map(|value| {
            let usual = value.range.as_ref().and_then(range_words).map(|usual| format!("\nUsual range: {usual}"));
            format!("{}{}", in_words(&value), usual.unwrap_or_default())
        });
        draft.add(&label, value);
    }
    for member in json.has_member.iter() {
        member_detail(&mut draft, &around, member, "Includes");
    }
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

fn range_words(range: &Range) -> Option<String> {
    match (&range.low, &range.high, &range.text) {
        (_, _, Some(text)) => Some(text.clone()),
        (Some(low), Some(high), None) => Some(format!("{low} to {high}")),
        (Some(low), None, None) => Some(format!("{low} or more")),
        (None, Some(high), None) => Some(format!("up to {high}")),
        (None, None, None) => None,
    }
}

/// One result that is named by another: its name and, where the package holds it, its value.
fn member_detail(draft: &mut Draft, around: &Around<'_>, member: &Reference, label: &str) {
    let known = around.known(member);
    let name = around.name(Some(member));
    match (name, known.and_then(|known| known.value)) {
        (Some(name), Some(value)) => draft.add(&name, Some(value.to_owned())),
        (name, _) => draft.add(label, name.or_else(|| known.and_then(|known| known.title).map(ToOwned::to_owned))),
    }
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
    draft.add("Conclusion", json.conclusion.as_deref().map(|text| text.trim().to_owned()));
    draft.add_concepts("Findings", json.conclusion_code.iter());
    for result in json.result.iter() {
        member_detail(&mut draft, &around, result, "Result");
    }
    draft.add("Sample", around.all_names(json.specimen.iter()));
    draft.add("Explained by", around.all_names(json.results_interpreter.iter()));
    for form in json.presented_form.iter() {
        let words = form.title.clone().into_iter().chain(form.content_type.as_deref().map(file_words));
        draft.add("File", joined(words, ", "));
    }
    Ok(draft.done())
}
