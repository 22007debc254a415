//! A mistake that was reported in an entry that the organisation sent: the report beside the entry, and the answer.

use super::results::result;
use super::work_page;
use crate::ctx::{Ctx, Failure};
use crate::forms::FormState;
use crate::pages::record::mistakes::{history, report_rows};
use crate::ui::{Button, Choice, Form, Inset, Radios, Section, SummaryList, TextArea, VersionList};
use domain::CorrectionId;
use domain::correction::{Act, Party, State};
use domain::team::StaffRole;
use leptos::prelude::*;
use service::{CorrectionSeen, CorrectionToAnswer, ServiceError, WorkItem};

/// What whoever does not answer reports sees instead.
fn closed(role: StaffRole) -> AnyView {
    let words = if role == StaffRole::Clinician {
        "This report is not there any more."
    } else {
        "Clinicians see the report and the entry, and answer the person. You can give it to one of them."
    };
    view! { <p>{words}</p> }.into_any()
}

/// Where a report stands, to whoever answers it: they read a corrected version before the person may.
const fn stands(report: &CorrectionSeen) -> &'static str {
    match report.state {
        State::Sent => "Nobody has looked at it yet. The person sees that.",
        State::WithOrganisation => "The person is told that somebody looks at it.",
        State::Accepted if report.waits_to_be_seen => {
            "You agreed, and a newer version has come: it is what you see here. The person has not seen it yet. When they can read it, this is done by itself and they are told."
        }
        State::Accepted => {
            "You agreed. Correct it in your own system: when the corrected entry comes here, this is done by itself and the person is told."
        }
        State::Declined => "You did not agree, and the person is told why.",
        State::Corrected => "It is corrected, and the person is told.",
        State::Withdrawn => "The person took it back. Nothing is to be done.",
        State::ToSend | State::ByLetter | State::HeardCorrected | State::HeardDeclined => {
            "This goes by letter. Nothing is to be done here."
        }
    }
}

/// What was reported of an entry, on its own page at work, above what it says; nothing where nothing was.
pub(super) fn beside_entry(reports: &[CorrectionSeen]) -> Option<AnyView> {
    if reports.is_empty() {
        return None;
    }
    let open = reports.iter().any(|one| one.state.is_open());
    let shown = reports.iter().map(|one| view! { <p>{stands(one)}</p> <SummaryList rows=report_rows(one, true) /> });
    let shown = shown.collect_view();
    let way = open.then(|| view! { <p class="sh-screen-only"><a href="/team">"Answer it from the work list"</a></p> });
    Some(view! { <Inset><p><strong>"A mistake was reported in this entry"</strong></p> {shown} {way}</Inset> }.into_any())
}

/// A report beside the entry that it is about, with the form that answers it.
pub(super) async fn to_answer(ctx: &Ctx, item: &WorkItem, form: &FormState) -> Result<AnyView, Failure> {
    let role = ctx.team()?.role;
    if role != StaffRole::Clinician {
        return Ok(closed(role));
    }
    let id = CorrectionId::from_uuid(item.about);
    let seen = match ctx.services().corrections.to_answer(&ctx.staff()?, item.person, id).await {
        Ok(seen) => seen,
        Err(ServiceError::NotFound) => return Ok(closed(role)),
        Err(other) => return Err(Failure(other)),
    };
    let submission = ctx.submission();
    let one = &seen.correction;
    let organisation = one.organisation.clone();
    let stands = stands(one);
    let changed = seen.changed.then(|| {
        let words = if seen.entry.is_none() {
            "Your system has taken the entry back since it was reported."
        } else {
            "The entry has changed since it was reported. The person saw an earlier version."
        };
        view! { <p><strong>{words}</strong></p> }
    });
    let entry = seen.entry.as_ref().map(|entry| result(entry, item.person));
    let by = if one.by_carer { "By the person, or for them" } else { "By the person" };
    let steps = history(&seen.steps, &organisation, by);
    let rows = report_rows(one, true);
    let answer = item.done.is_none().then(|| answer(item, &seen, form, submission)).flatten();
    Ok(view! {
        <Inset>
            <p>{stands}</p>
            {changed}
        </Inset>
        <Section title="What was reported"><SummaryList rows=rows /></Section>
        {entry}
        <Section title="What happened to the report"><VersionList versions=steps /></Section>
        {answer}
    }
    .into_any())
}

/// What can be done now; nothing where it is over.
fn answer(item: &WorkItem, seen: &CorrectionToAnswer, form: &FormState, submission: String) -> Option<AnyView> {
    let state = seen.correction.state;
    let ways = [
        (Act::Take, "Say that you are looking at it", None),
        (Act::Accept, "It is a mistake: we will correct it", Some("Write what happens next, if you want")),
        (Act::Decline, "It is not a mistake", Some("Write why, in plain words")),
        (
            Act::Correct,
            "It is corrected",
            Some("Choose this only where no corrected entry will come by itself. Write where it is corrected"),
        ),
    ];
    let ways: Vec<Choice> = ways
        .into_iter()
        .filter(|(act, ..)| state.lets(Party::Organisation, *act))
        .map(|(act, title, hint)| {
            let choice = Choice::new(act.code(), title);
            match hint {
                Some(hint) => choice.hint(hint),
                None => choice,
            }
        })
        .collect();
    if ways.is_empty() {
        return None;
    }
    let (wrong, value) = (form.error("act"), form.value("act"));
    let (wrong_words, typed) = (form.error("words"), form.value("words"));
    let (action, version) = (format!("{}/correction", work_page(item.id)), seen.correction.version.to_string());
    Some(
        view! {
            <Section title="What to do">
                <Form action=action submission=submission>
                    <input type="hidden" name="version" value=version />
                    <Radios id="act" legend_text="What do you want to do?" choices=ways error=wrong value=value />
                    <TextArea
                        id="words"
                        label="To the person"
                        hint="They read it as you write it, with your name."
                        rows=4
                        error=wrong_words
                        value=typed
                    />
                    <Button>"Do this"</Button>
                </Form>
            </Section>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_agreed_is_told_that_the_newer_version_has_come_and_is_asked_for_it_before() {
        let one = |waits_to_be_seen| CorrectionSeen {
            id: CorrectionId::from_uuid(uuid::Uuid::nil()),
            entry: None,
            organisation: "Riverside Surgery".to_owned(),
            state: State::Accepted,
            wrong: "It was 1.1".to_owned(),
            should_say: String::new(),
            why: String::new(),
            mine: false,
            by_carer: false,
            reported_at: "2026-11-09T10:00:00Z".parse().unwrap(),
            changed_at: "2026-11-10T10:00:00Z".parse().unwrap(),
            version: 2,
            waits_to_be_seen,
        };
        let (asked, come) = ("Correct it in your own system", "The person has not seen it yet.");
        assert!(stands(&one(false)).contains(asked) && !stands(&one(false)).contains(come));
        assert!(stands(&one(true)).contains(come) && !stands(&one(true)).contains(asked));
    }
}
