//! Flag: what staff should know of the person before they meet them, and what the person wants or was decided with them.

use super::names::{NamedJson, kind_of};
use super::{Around, Draft, MapError, Names, parse, wishes};
use crate::Received;
use crate::types::{CodeableConcept, Lenient, List, Meta, OneOrMany, Period, Reference, fhir};
use crate::words::day;
use domain::record::{Category, EntryFacts};
use domain::wish::{REVIEW, Wish};

fhir! {
    FlagJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        category: Lenient<OneOrMany<CodeableConcept>>,
        code: Option<CodeableConcept>,
        subject: Option<Reference>,
        period: Option<Period>,
        encounter: Option<Reference>,
        author: Option<Reference>,
    }
    /// Of which type a resource is.
    KindJson { resource_type: Lenient<String>, }
}

/// Sorts of flags that tell the person something for themself: those of FHIR R4 (flag-category), and the National Reasonable Adjustments
/// Flag. `clinical` is none: warnings of danger are of that sort where a system has no better one.
const SHOWN: &[&str] = &["NRAF", "diet", "drug", "lab", "research", "advance-directive"];
/// Sorts that staff keep among themselves: how somebody behaves, how it is safe to reach them, what they may be in danger of.
const AMONG_STAFF: &[&str] = &["admin", "contact", "behavioral", "safety"];

impl FlagJson {
    fn categories(&self) -> impl Iterator<Item = &CodeableConcept> {
        self.category.0.iter().flat_map(|all| all.0.iter())
    }

    /// The wish that it tells; `None` for any other flag.
    fn wish(&self) -> Option<Wish> {
        self.code.as_ref().and_then(wishes::of)
    }

    /// Whether an entry tells of it: it is about the person, and a wish of whatever sort, or of a sort that is for the person too. One
    /// without a category may be a warning that would put somebody in danger where it is read at home.
    fn is_shown(&self) -> bool {
        let is_of = |codes: &[&str]| self.categories().any(|category| category.has(codes));
        let about = self.subject.as_ref().and_then(|subject| kind_of(subject, &self.contained));
        about.is_none_or(|kind| kind == "Patient") && (self.wish().is_some() || (is_of(SHOWN) && !is_of(AMONG_STAFF)))
    }
}

/// Whether a resource is a flag of which no entry tells, or one that cannot be read: it may warn of danger in any words, so that it is
/// kept from the person wherever it could go out.
pub(super) fn is_untold(raw: &str) -> bool {
    let is_flag = || serde_json::from_str::<KindJson>(raw).is_ok_and(|json| json.resource_type.0.as_deref() == Some("Flag"));
    raw.contains("\"Flag\"") && is_flag() && !serde_json::from_str::<FlagJson>(raw).is_ok_and(|json| json.is_shown())
}

/// What a flag says that is for the person too; `None` for any other.
pub(super) fn flag(received: &Received, names: &Names<'_>) -> Result<Option<EntryFacts>, MapError> {
    let json: FlagJson = parse(received)?;
    if !json.is_shown() {
        return Ok(None);
    }
    let wish = json.wish();
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Care, wish.map_or("What staff should know", Wish::code), json.meta.as_ref());
    draft.about(json.code.as_ref());
    draft.status(json.status.as_deref());
    match (&json.period, wish) {
        (Some(period), Some(_)) => {
            draft.happened(period.start.as_ref());
            draft.add(REVIEW, period.end.as_deref().map(day));
        }
        (period, _) => draft.during(period.as_ref()),
    }
    draft.by(around.behind(json.author.iter()));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    if wish.is_none() {
        draft.add_concepts("Type", json.categories());
    }
    let mut facts = draft.done();
    if let Some(wish) = wish {
        wishes::name(&mut facts, wish, None);
    }
    Ok(Some(facts))
}
