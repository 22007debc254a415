//! What of the waiting work has an answer of its own: an application to act for somebody, and a question about who looked.

use super::work_page;
use crate::ctx::{Ctx, Failure};
use crate::forms::FormState;
use crate::pages::sharing::people::can;
use crate::ui::{
    Button, ButtonKind, Checkboxes, Choice, DateInput, DateParts, Details, Form, Radios, Section, SummaryList, SummaryRow,
    TextArea,
};
use crate::words;
use domain::record::Sensitivity;
use domain::relationship::{ParentalEvidence, Reason, Status};
use domain::scope::Scope;
use domain::when::{day_in_words, instant_in_words};
use domain::{AccessQueryId, RelationshipId};
use leptos::prelude::*;
use service::{CarerChange, CarerSeen, WorkItem};

/// The reasons for refusing an application, as the practice chooses among them.
const REFUSALS: [(Reason, &str); 8] = [
    (Reason::RejectedIdentity, "We do not know that they are who they say"),
    (Reason::RejectedNoConsent, "The person does not agree"),
    (Reason::RejectedNoLegalBasis, "No law allows it"),
    (Reason::RejectedSafeguarding, "To keep somebody safe"),
    (Reason::RejectedNotNeeded, "It is not needed"),
    (Reason::RejectedProxyCapacity, "The applicant cannot decide for themselves"),
    (Reason::RejectedProxyAbroad, "The applicant does not live in England or Wales"),
    (Reason::Other, "Another reason, written below"),
];

/// The facts of an application, and the form that decides about it.
pub(super) async fn application(ctx: &Ctx, item: &WorkItem, form: &FormState) -> Result<AnyView, Failure> {
    let id = RelationshipId::from_uuid(item.about);
    let (seen, history) = ctx.services().carers.for_decision(&ctx.staff()?, item.person, id).await?;
    let open = item.done.is_none() && item.claimed.as_ref().is_some_and(|claim| claim.mine);
    let facts = carer_facts(&seen, &item.person_name);
    let past = history.iter().map(change).collect::<Vec<_>>();
    let waits = matches!(seen.standing.status, Status::Proposed) || seen.standing.is_suspended();
    let decide = (open && waits).then(|| view! { <DecideForm item=item.clone() seen=seen.clone() form=form.clone() /> });
    let first = (item.done.is_none() && !open).then(|| view! { <p>"Take it first, then decide."</p> });
    Ok(view! {
        <Section title="The application">
            <SummaryList rows=facts />
            <Details summary="What happened before">
                <SummaryList rows=past />
            </Details>
        </Section>
        {first}
        {decide}
    }
    .into_any())
}

fn carer_facts(seen: &CarerSeen, person: &str) -> Vec<SummaryRow> {
    let evidence = seen
        .evidence
        .as_deref()
        .map(|code| ParentalEvidence::from_code(code).map_or_else(|| code.to_owned(), |kind| kind.title().to_owned()));
    let mut rows = vec![
        SummaryRow::new("Who asks", seen.name.clone()),
        SummaryRow::new("To act for", person.to_owned()),
        SummaryRow::new("They are their", seen.relation.clone()),
        SummaryRow::new("They say that", seen.legal_basis.in_words()),
    ];
    rows.extend(evidence.map(|evidence| SummaryRow::new("Shown by", evidence)));
    rows.push(SummaryRow::new("They want to", can(seen.scopes)));
    rows.extend(seen.ends_on.map(|day| SummaryRow::new("Until", day_in_words(day))));
    rows.push(SummaryRow::new("Asked on", instant_in_words(seen.asked_at)));
    rows
}

fn change(change: &CarerChange) -> SummaryRow {
    let now = match change.standing.status {
        Status::Proposed => "Asked for",
        Status::Active => "Allowed",
        Status::Rejected => "Refused",
        Status::Inactive if change.standing.is_suspended() => "Stopped for now",
        Status::Inactive => "Ended",
        Status::EnteredInError => "Taken back as a mistake",
    };
    let text = change.text.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
    SummaryRow::new(instant_in_words(change.at), format!("{now}{text}"))
}

/// Letting them act, or refusing.
#[component]
fn DecideForm(item: WorkItem, seen: CarerSeen, form: FormState) -> impl IntoView {
    let action = format!("{}/decide", work_page(item.id));
    let refuse = action.clone();
    // Another form of the page may come back with errors: then nothing was ticked in this one.
    let sent = form.has_errors() && form.value("decision") == "allow";
    let list = |field: &str, now: String| {
        let words = if sent { form.value(field) } else { now };
        words.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let (scopes_now, labels_now) = (list("scopes", seen.scopes.to_string()), list("labels", seen.labels.to_string()));
    let date = |field: &str| {
        DateParts::new(
            form.value(&format!("{field}_day")),
            form.value(&format!("{field}_month")),
            form.value(&format!("{field}_year")),
        )
    };
    let (ends_on, review_on) = (date("ends_on"), date("review_on"));
    let label = |label: &Sensitivity| words::sensitivity(*label).unwrap_or("Everything else");
    let scope_choices: Vec<Choice> =
        Scope::OFFERED.iter().map(|scope| Choice::new(scope.code(), words::sentence(scope.title()))).collect();
    let label_choices: Vec<Choice> = Sensitivity::ALL.iter().map(|one| Choice::new(one.code(), label(one))).collect();
    let refusals: Vec<Choice> = REFUSALS.iter().map(|(reason, title)| Choice::new(reason.code(), *title)).collect();
    let [wrong_scopes, wrong_labels, wrong_end, wrong_review, wrong_reason, wrong_text] =
        ["scopes", "labels", "ends_on", "review_on", "reason", "text"].map(|field| form.error(field));
    let (reason, text) = (form.value("reason"), form.value("text"));
    let version = seen.version.to_string();
    let same_version = version.clone();
    view! {
        <Section title="Let them act">
            <Form action=action>
                <input type="hidden" name="decision" value="allow" />
                <input type="hidden" name="version" value=version />
                <Checkboxes
                    id="scopes"
                    legend_text="What may they see and do?"
                    choices=scope_choices
                    values=scopes_now
                    error=wrong_scopes
                />
                <Checkboxes
                    id="labels"
                    legend_text="Entries of which kind?"
                    hint="What is private stays closed unless you tick it."
                    choices=label_choices
                    values=labels_now
                    error=wrong_labels
                />
                <DateInput
                    id="ends_on"
                    legend_text="Last day"
                    hint="Leave it out if it has no end."
                    value=ends_on
                    error=wrong_end
                />
                <DateInput
                    id="review_on"
                    legend_text="When to look at it again"
                    hint="Leave it out if it need not be looked at again."
                    value=review_on
                    error=wrong_review
                />
                <Button>"Let them act"</Button>
            </Form>
        </Section>
        <Section title="Refuse">
            <p>"Both are told that it was refused, and not why."</p>
            <Form action=refuse>
                <input type="hidden" name="decision" value="refuse" />
                <input type="hidden" name="version" value=same_version />
                <Radios id="reason" legend_text="Why?" choices=refusals value=reason error=wrong_reason />
                <TextArea
                    id="text"
                    label="The reason in your words"
                    hint="Only the practice sees it."
                    value=text
                    error=wrong_text
                />
                <Button kind=ButtonKind::Warning>"Refuse"</Button>
            </Form>
        </Section>
    }
}

/// A person's question about who looked, and the form that answers it.
pub(super) async fn question(ctx: &Ctx, item: &WorkItem, form: &FormState) -> Result<AnyView, Failure> {
    let id = AccessQueryId::from_uuid(item.about);
    let query = ctx.services().activity.query_to_answer(&ctx.staff()?, item.person, id).await?;
    let rows = vec![
        SummaryRow::new("Who asks", item.person_name.clone()),
        SummaryRow::new("Who looked", words::who(&query.event.actor)),
        SummaryRow::new("What they did", words::sentence(&words::what(&query.event))),
        SummaryRow::new("When", instant_in_words(query.event.at)),
        SummaryRow::new("Asked on", instant_in_words(query.asked_at)),
        SummaryRow::new("The question", query.question.clone()),
    ];
    let answered = query.answer.as_ref().map(|(text, at)| {
        view! { <SummaryList rows=vec![SummaryRow::new(format!("Answered on {}", instant_in_words(*at)), text.clone())] /> }
    });
    let open = query.answer.is_none() && item.done.is_none() && item.claimed.as_ref().is_some_and(|claim| claim.mine);
    let first = (query.answer.is_none() && item.done.is_none() && !open).then(|| view! { <p>"Take it first, then answer."</p> });
    let action = format!("{}/answer", work_page(item.id));
    let (typed, wrong) = (form.value("answer"), form.error("answer"));
    let answer = open.then(|| {
        view! {
            <Form action=action>
                <TextArea
                    id="answer"
                    label="Your answer"
                    hint="The person reads it. Say who looked and why, in plain words."
                    value=typed
                    error=wrong
                />
                <Button>"Send the answer"</Button>
            </Form>
        }
    });
    Ok(view! {
        <Section title="The question">
            <SummaryList rows=rows />
            {answered}
            {first}
            {answer}
        </Section>
    }
    .into_any())
}
