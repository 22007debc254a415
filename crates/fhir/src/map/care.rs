//! `CarePlan`, `CareTeam`, Goal, `EpisodeOfCare`.

use super::names::NamedJson;
use super::{Around, Draft, MapError, Names, parse};
use crate::Received;
use crate::types::{
    Annotation, CodeableConcept, Decimal, Lenient, List, Meta, Period, Quantity, Ratio, Reference, Span, Timing, fhir,
};
use crate::words::{all_words, code_words, day, joined};
use domain::record::{Category, EntryFacts};

fhir! {
    PlanJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        category: List<CodeableConcept>,
        title: Option<String>,
        description: Option<String>,
        encounter: Option<Reference>,
        period: Option<Period>,
        created: Option<String>,
        author: Option<Reference>,
        contributor: List<Reference>,
        care_team: List<Reference>,
        addresses: List<Reference>,
        goal: List<Reference>,
        activity: List<Activity>,
        note: List<Annotation>,
    }
    Activity {
        outcome_codeable_concept: List<CodeableConcept>,
        progress: List<Annotation>,
        reference: Option<Reference>,
        detail: Option<ActivityDetail>,
    }
    ActivityDetail {
        code: Option<CodeableConcept>,
        status: Option<String>,
        description: Option<String>,
        scheduled_timing: Option<Timing>,
        scheduled_period: Option<Period>,
        scheduled_string: Option<String>,
        daily_amount: Option<Quantity>,
        product_codeable_concept: Option<CodeableConcept>,
        do_not_perform: Option<bool>,
    }
    TeamJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        category: List<CodeableConcept>,
        name: Option<String>,
        encounter: Option<Reference>,
        period: Option<Period>,
        participant: List<Participant>,
        reason_code: List<CodeableConcept>,
        reason_reference: List<Reference>,
        managing_organization: List<Reference>,
        note: List<Annotation>,
    }
    Participant {
        role: List<CodeableConcept>,
        member: Option<Reference>,
        on_behalf_of: Option<Reference>,
    }
    EpisodeJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        status: Option<String>,
        #[serde(rename = "type")]
        kind: List<CodeableConcept>,
        diagnosis: List<EpisodeDiagnosis>,
        managing_organization: Option<Reference>,
        period: Option<Period>,
        referral_request: List<Reference>,
        care_manager: Option<Reference>,
        team: List<Reference>,
    }
    EpisodeDiagnosis { condition: Option<Reference>, }
    GoalJson {
        meta: Option<Meta>,
        contained: List<Lenient<NamedJson>>,
        lifecycle_status: Option<String>,
        achievement_status: Option<CodeableConcept>,
        category: List<CodeableConcept>,
        priority: Option<CodeableConcept>,
        description: Option<CodeableConcept>,
        start_date: Option<String>,
        start_codeable_concept: Option<CodeableConcept>,
        target: List<Target>,
        status_date: Option<String>,
        status_reason: Option<String>,
        expressed_by: Option<Reference>,
        addresses: List<Reference>,
        note: List<Annotation>,
        outcome_code: List<CodeableConcept>,
    }
    Target {
        measure: Option<CodeableConcept>,
        detail_quantity: Option<Quantity>,
        detail_range: Option<Span>,
        detail_codeable_concept: Option<CodeableConcept>,
        detail_string: Option<String>,
        detail_boolean: Option<bool>,
        detail_integer: Option<Decimal>,
        detail_ratio: Option<Ratio>,
        due_date: Option<String>,
        due_duration: Option<Quantity>,
    }
}

pub(super) fn plan(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: PlanJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Care, "Care plan", json.meta.as_ref());
    draft.about(json.category.first());
    if let Some(title) = json.title.as_deref().and_then(crate::words::plain) {
        draft.facts.title = title;
    }
    draft.status(json.status.as_deref());
    draft.during(json.period.as_ref());
    draft.recorded(json.created.as_ref());
    draft.by(around.behind(json.author.iter().chain(json.contributor.iter()).take(1)));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    draft.add("Description", json.description.as_deref().and_then(crate::words::plain));
    draft.add("For", around.all_names(json.addresses.iter()));
    draft.add("Goals", joined(json.goal.iter().filter_map(|goal| around.name(Some(goal))), "\n"));
    for activity in json.activity.iter() {
        let mut words = Vec::new();
        if let Some(detail) = &activity.detail {
            let what = detail.code.as_ref().and_then(CodeableConcept::words);
            let what = what.or_else(|| detail.product_codeable_concept.as_ref().and_then(CodeableConcept::words));
            let description =
                detail.description.as_deref().and_then(crate::words::plain).filter(|text| Some(text) != what.as_ref());
            words.extend(if detail.do_not_perform == Some(true) { what.map(|what| format!("Do not do: {what}")) } else { what });
            words.extend(description);
            words.extend(detail.daily_amount.as_ref().and_then(Quantity::words).map(|amount| format!("{amount} a day")));
            words.extend(detail.scheduled_timing.as_ref().and_then(Timing::words));
            words.extend(detail.scheduled_period.as_ref().and_then(Period::words));
            words.extend(detail.scheduled_string.clone());
            words.extend(
                detail
                    .status
                    .as_deref()
                    .filter(|status| !matches!(*status, "unknown" | "completed"))
                    .and_then(code_words)
                    .map(|status| status.to_lowercase()),
            );
        }
        words.extend(around.name(activity.reference.as_ref()));
        words.extend(all_words(activity.outcome_codeable_concept.iter()));
        words.extend(activity.progress.iter().filter_map(|note| note.words(around.name(note.author_reference.as_ref()))));
        draft.add("What is planned", joined(words, ", "));
    }
    draft.add("Care team", around.all_names(json.care_team.iter()));
    draft.notes(&json.note, &around);
    Ok(draft.done())
}

pub(super) fn team(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: TeamJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Care, "Care team", json.meta.as_ref());
    draft.about(json.category.first());
    if let Some(name) = json.name.as_deref().and_then(crate::words::plain) {
        draft.facts.title = name;
    }
    draft.status(json.status.as_deref());
    draft.during(json.period.as_ref());
    draft.place_or(|| around.all_names(json.managing_organization.iter()));
    draft.place_or(|| around.place_of_visit(json.encounter.as_ref()));
    for participant in json.participant.iter() {
        let role = all_words(participant.role.iter());
        let who = around.name(participant.member.as_ref());
        let from = around.name(participant.on_behalf_of.as_ref()).filter(|from| Some(from) != who.as_ref());
        match (role, joined(who.into_iter().chain(from), ", ")) {
            (Some(role), Some(who)) => draft.add(&role, Some(who)),
            (role, who) => draft.add("Member", who.or(role)),
        }
    }
    draft.add_concepts("Reason", json.reason_code.iter());
    draft.add("Reason", around.all_names(json.reason_reference.iter()));
    draft.notes(&json.note, &around);
    Ok(draft.done())
}

/// A time during which a service looks after somebody.
pub(super) fn episode(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: EpisodeJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Care, "Time with a care service", json.meta.as_ref());
    draft.about(json.kind.first());
    draft.status(json.status.as_deref());
    draft.during(json.period.as_ref());
    draft.place_or(|| around.name(json.managing_organization.as_ref()));
    draft.add_concepts("Type", json.kind.iter().skip(1));
    draft.add("For", around.all_names(json.diagnosis.iter().filter_map(|diagnosis| diagnosis.condition.as_ref())));
    draft.add("Person in charge", around.name(json.care_manager.as_ref()));
    draft.add("Care team", around.all_names(json.team.iter()));
    draft.add("Referral", around.all_names(json.referral_request.iter()));
    Ok(draft.done())
}

pub(super) fn goal(received: &Received, names: &Names<'_>) -> Result<EntryFacts, MapError> {
    let json: GoalJson = parse(received)?;
    let around = Around::new(names, &json.contained);
    let mut draft = Draft::new(Category::Care, "Goal", json.meta.as_ref());
    draft.about(json.description.as_ref());
    draft.status(json.lifecycle_status.as_deref());
    draft.happened(json.start_date.as_ref());
    draft.recorded(json.status_date.as_ref());
    draft.by(around.behind(json.expressed_by.iter()));
    draft.add_concepts("Started", json.start_codeable_concept.iter());
    draft.add_concepts("How it is going", json.achievement_status.iter());
    for target in json.target.iter() {
        let detail = target
            .detail_quantity
            .as_ref()
            .and_then(Quantity::words)
            .or_else(|| target.detail_range.as_ref().and_then(Span::words))
            .or_else(|| all_words(target.detail_codeable_concept.iter()))
            .or_else(|| target.detail_string.clone())
            .or_else(|| target.detail_boolean.map(|yes| if yes { "Yes" } else { "No" }.to_owned()))
            .or_else(|| target.detail_integer.as_ref().map(ToString::to_string))
            .or_else(|| target.detail_ratio.as_ref().and_then(Ratio::words));
        let due = target.due_date.as_deref().map(|date| format!("by {}", day(date)));
        let due = due.or_else(|| target.due_duration.as_ref().and_then(Quantity::words).map(|time| format!("within {time}")));
        let goal = match (all_words(target.measure.iter()), detail) {
            (Some(measure), Some(detail)) => Some(format!("{measure}: {detail}")),
            (measure, detail) => measure.or(detail),
        };
        draft.add("Target", joined(goal.into_iter().chain(due), ", "));
    }
    draft.add_concepts("Priority", json.priority.iter());
    draft.add_concepts("Type", json.category.iter());
    draft.add("For", around.all_names(json.addresses.iter()));
    draft.add("Why it changed", json.status_reason.clone());
    draft.add_concepts("Outcome", json.outcome_code.iter());
    draft.notes(&json.note, &around);
    Ok(draft.done())
}
