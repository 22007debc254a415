//! Flag: what staff should know of the person before they meet them.

use super::names::{NamedJson, kind_of};
use super::{Around, Draft, MapError, Names, parse};
use crate::Received;
use crate::types::{CodeableConcept, Lenient, List, Meta, Period, Reference, fhir};
use domain::record::{Category, EntryFacts};

fhir! {
    FlagJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        category: List<CodeableConcept>,
        code: Option<CodeableConcept>,
        subject: Option<Reference>,
        period: Option<Period>,
        encounter: Option<Reference>,
        author: Option<Reference>,
    }
}

/// Sorts of flags that tell the person something for themself: those of FHIR R4 (flag-category), and the National Reasonable Adjustments
/// Flag.
const SHOWN: &[&str] = &["NRAF", "diet", "drug", "lab", "clinical", "research", "advance-directive"];
/// Sorts that staff keep among themselves: how somebody behaves, how it is safe to reach them, what they may be in danger of.
const AMONG_STAFF: &[&str] = &["admin", "contact", "behavioral", "safety"];

/// What a flag says, where its source says that it is of a sort that is for the person too; `None` for any other. One without a category
/// may be a warning that would put somebody in danger where it is read at home.
pub(super) fn flag(received: &Received, names: &Names<'_>) -> Result<Option<EntryFacts>, MapError> {
    let json: FlagJson = parse(received)?;
    let is_of = |codes: &[&str]| json.category.iter().any(|category| category.has(codes));
    let about = json.subject.as_ref().and_then(|subject| kind_of(subject, &json.contained));
    if !is_of(SHOWN) || is_of(AMONG_STAFF) || about.is_some_and(|kind| kind != "Patient") {
        return Ok(None);
    }
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Care, "What staff should know", json.meta.as_ref());
    draft.about(json.code.as_ref());
    draft.status(json.status.as_deref());
    draft.during(json.period.as_ref());
    draft.by(around.behind(json.author.iter()));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    draft.add_concepts("Type", json.category.iter());
    Ok(Some(draft.done()))
}
