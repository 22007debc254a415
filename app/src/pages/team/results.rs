//! Results to write to people about before they read them: what waits, and about which kinds.

use super::record::entry_page;
use super::{patient_page, work_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::FormState;
use crate::pages::record::document;
use crate::pages::record::entry::{facts, range};
use crate::pages::record::release::by_day;
use crate::pages::record::results::{Links, beside};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, Choice, ErrorSummary, Form, Inset, Narrow, PageHeading, Radios, Section, SummaryList, SummaryRow, TextArea,
    TextInput,
};
use domain::release::{LONGEST_DAYS, OWN_DAYS, ResultKind};
use domain::result::next::is_of_a_visit;
use domain::team::StaffRole;
use domain::when::instant_in_words;
use domain::{EntryId, PersonId};
use leptos::prelude::*;
use service::{EntryView, ResultCommentForm, ResultToComment, ResultUnseen, ServiceError, WorkItem};

/// Where a manager says about which results somebody writes first, and the name of that form.
pub(crate) const RULES: &str = "/team/results";
pub(crate) const RULES_FORM: &str = "result-rules";

/// What whoever does not read results, or no longer may, sees instead.
fn closed(role: StaffRole) -> AnyView {
    let words = if role == StaffRole::Clinician {
        "This is not open to you any more: the person is not looked after here now, or its source took it back. The person sees what they may by itself."
    } else {
        "Clinicians see the result, and write to the person. You can give it to one of them."
    };
    view! { <p>{words}</p> }.into_any()
}

/// What the page of an entry at work says where the person of this name cannot read it yet. It is the same for all: why it waits, or until
/// when, would tell what the person chose, which is for them to say.
pub(super) fn unseen(one: ResultUnseen, name: &str) -> String {
    let before = if one.has_before { " They can still read the version before." } else { "" };
    format!("{name} has not seen this yet. Ask first how they want to hear about it.{before}")
}

/// A result that waits for words, with the form for them.
pub(super) async fn to_comment(ctx: &Ctx, item: &WorkItem, form: &FormState) -> Result<AnyView, Failure> {
    let role = ctx.team()?.role;
    if role != StaffRole::Clinician {
        return Ok(closed(role));
    }
    let seen = match ctx.services().releases.to_comment(&ctx.staff()?, item.person, EntryId::from_uuid(item.about)).await {
        Ok(seen) => seen,
        Err(ServiceError::NotFound) => return Ok(closed(role)),
        Err(other) => return Err(Failure(other)),
    };
    let submission = ctx.submission();
    let when = match (seen.open, seen.asks) {
        (true, _) => "The person can read it now.".to_owned(),
        (false, true) => format!(
            "The person does not read it yet. They asked to be told to be with somebody: from {} at the latest they can say that they are ready.",
            by_day(seen.until)
        ),
        (false, false) => {
            format!("The person does not read it yet. They see it by {} at the latest, by itself.", by_day(seen.until))
        }
    };
    let entries = seen.entries.iter().map(|entry| result(entry, item.person)).collect_view();
    let said = seen.words.as_ref().map(|said| {
        let text = if said.words.is_empty() { "Let go without words".to_owned() } else { said.words.clone() };
        let rows = vec![SummaryRow::new(format!("{}, {}", said.name, instant_in_words(said.at)), text)];
        view! { <Section title="What was written"><SummaryList rows=rows /></Section> }
    });
    let write = (item.done.is_none() && seen.words.is_none()).then(|| write(item, &seen, form, submission));
    Ok(view! {
        <Inset>
            <p>{format!("It came on {}. {when}", instant_in_words(seen.received_at))}</p>
            {seen.was_shown.then(|| view! { <p>"It is a newer version of what the person could read before. They still read that one meanwhile."</p> })}
        </Inset>
        {entries}
        {said}
        {write}
        <p class="sh-screen-only"><a href=patient_page(item.person)>"Everything else about them"</a></p>
    }
    .into_any())
}

/// An entry whole, as a part of a page about something that waits; those in which a mistake is reported that the reader is to answer are marked.
pub(super) fn result(entry: &EntryView, person: PersonId) -> AnyView {
    let (line, reported) = (&entry.line, entry.marks.reported.clone());
    let links = Links { base: patient_page(person), whole: true, plain: None, reported };
    let parts = entry.result.as_ref().map(|seen| beside(line.id, line, seen, &links));
    let here = entry_page(person, line.id);
    let documents =
        document::section(entry.documents.clone(), Some(&here), &line.title, &entry.organisation, document::Turned::default());
    let value = line.value_words().map(|value| SummaryRow::new("Value", value));
    let marked = if is_of_a_visit(&line.kind) { "Marked as" } else { "The laboratory says" };
    let flag = line.flag.clone().map(|flag| SummaryRow::new(marked, flag));
    let range = line.value.as_ref().and_then(|value| range(value, &line.kind));
    let rows: Vec<SummaryRow> = value.into_iter().chain(flag).chain(facts(entry)).collect();
    view! {
        <Section title=line.title.clone()>
            {range}
            <SummaryList rows=rows />
        </Section>
        {parts}
        {documents}
    }
    .into_any()
}

fn write(item: &WorkItem, seen: &ResultToComment, form: &FormState, submission: String) -> AnyView {
    let ways = vec![
        Choice::new(ResultCommentForm::WRITE, "Write to the person, and let them read it").hint("Write below, in plain words"),
        Choice::new(ResultCommentForm::RELEASE, "Let them read it without words"),
    ];
    let (wrong, value) = (form.error("act"), form.value("act"));
    let (wrong_words, typed) = (form.error("words"), form.value("words"));
    let action = format!("{}/result", work_page(item.id));
    let seen = seen.seen.clone();
    view! {
        <Section title="What to do">
            <Form action=action submission=submission>
                <input type="hidden" name="seen" value=seen />
                <Radios id="act" legend_text="What do you want to do?" choices=ways error=wrong value=value />
                <TextArea
                    id="words"
                    label="To the person"
                    hint="What it means, and what happens next. They read it as you write it, with your name, beside the result."
                    rows=5
                    error=wrong_words
                    value=typed
                />
                <Button>"Do this"</Button>
            </Form>
        </Section>
    }
    .into_any()
}

/// About which results the organisation writes first.
pub async fn rules(ctx: Ctx) -> Answer {
    let rules = ctx.services().releases.rules(&ctx.staff()?).await?;
    let form = ctx.form(RULES_FORM).await?;
    ctx.page(Head::form("Results to write about first", Place::Work, &form), || {
        let kinds = rules.days.iter().map(|(kind, days)| {
            let now = days.map(|days| days.to_string()).unwrap_or_default();
            let value = if form.has_errors() { form.value(kind.code()) } else { now };
            field(*kind, form.error(kind.code()), value)
        });
        let kinds = kinds.collect_view();
        view! {
            <Narrow>
                <BackLink href="/team" label="Back to the work list" />
                <ErrorSummary errors=form.errors() />
                <PageHeading
                    title="Results to write about first"
                    lead="People read the results that you send as soon as they come. For some you may want to write first what they mean."
                />
                <p>
                    "Each such result comes to your work list. A clinician writes to the person, or lets them read it without words. \
                     Until then their page says that a result has come, and by which day they see it."
                </p>
                <p>
                    {format!(
                        "When the days are over they see it, whether or not anybody has written: {LONGEST_DAYS} days at the most. \
                         People can ask by themselves to read a kind of result after your words. Then you have {OWN_DAYS} days, or those that you set here.",
                    )}
                </p>
                <p>
                    {format!(
                        "Your system can mark one result by itself, so that somebody talks with the person about it first (label TBOO). \
                         It waits the days that you set for its kind, or {OWN_DAYS} days where you set none.",
                    )}
                </p>
                <p>
                    "This also counts for documents whose type or title says that they are the report of a test. \
                     A letter that only mentions a result is not held."
                </p>
                <p>"A change counts for what comes from then on. What people were told stays so."</p>
                <Form action=RULES>
                    <input type="hidden" name="version" value=rules.version.to_string() />
                    {kinds}
                    <Button>"Save"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

fn field(kind: ResultKind, error: Option<String>, value: String) -> impl IntoView {
    view! {
        <TextInput
            id=kind.code()
            label=format!("{}: days to write first", kind.title())
            hint=format!("{}. Leave it empty if people read it at once.", kind.explained())
            error=error
            value=value
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_somebody_has_not_seen_a_result_is_said_without_why_or_until_when() {
        let said = "Sam Rivers has not seen this yet. Ask first how they want to hear about it.";
        assert_eq!(unseen(ResultUnseen { has_before: false }, "Sam Rivers"), said);
        assert_eq!(
            unseen(ResultUnseen { has_before: true }, "Sam Rivers"),
            format!("{said} They can still read the version before.")
        );
    }
}
