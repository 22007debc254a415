//! What somebody changed of how to reach them, or chose about their NHS summary, to be copied into the organisation's own system.

use super::about::about_page;
use crate::ctx::{Ctx, Failure};
use crate::pages::account::details::on_lines;
use crate::ui::{Inset, Section, SummaryList, SummaryRow};
use domain::consent::SummaryChoice;
use domain::profile::DetailChange;
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::{ServiceError, WorkItem};

fn row(change: DetailChange) -> SummaryRow {
    let lines = |lines: Vec<String>| if lines.is_empty() { vec!["Nothing".to_owned()] } else { lines };
    let (before, now) = (lines(change.before), lines(change.now));
    SummaryRow::new(
        change.what,
        view! {
            <p><strong>{on_lines(now)}</strong></p>
            <p>"Before: " {on_lines(before)}</p>
        },
    )
}

/// What changed since it was last copied, with what stood there before.
pub(super) async fn to_copy(ctx: &Ctx, item: &WorkItem) -> Result<AnyView, Failure> {
    let found = match ctx.services().profile.to_copy(&ctx.staff()?, item.id).await {
        Ok(found) => found,
        Err(ServiceError::NotFound) => {
            return Ok(view! { <p>"This is not open to you any more. They may have moved to another practice."</p> }.into_any());
        }
        Err(other) => return Err(Failure(other)),
    };
    let changed = format!("Changed last on {}. Nobody has checked it.", instant_in_words(found.changed_at));
    let list = if found.changes.is_empty() {
        view! { <p>"They changed it back. Nothing differs from what was here before."</p> }.into_any()
    } else {
        let rows: Vec<SummaryRow> = found.changes.into_iter().map(row).collect();
        view! { <SummaryList rows=rows /> }.into_any()
    };
    let about = about_page(item.person);
    Ok(view! {
        <Inset>
            <p>"They wrote this themselves, or somebody who acts for them. It is not in your own system until you copy it there."</p>
        </Inset>
        <Section title="What they changed">
            {list}
            <p>{changed} " " <a href=about>"All that they say about themselves"</a></p>
        </Section>
    }
    .into_any())
}

/// What they chose about their Summary Care Record, in the words of NHS England's form.
pub(super) async fn to_record(ctx: &Ctx, item: &WorkItem) -> Result<AnyView, Failure> {
    let found = match ctx.services().sharing.to_record(&ctx.staff()?, item.id).await {
        Ok(found) => found,
        Err(ServiceError::NotFound) => {
            return Ok(view! { <p>"This is not open to you any more. They may have moved to another practice."</p> }.into_any());
        }
        Err(other) => return Err(Failure(other)),
    };
    let chosen = match found.choice {
        Some(SummaryChoice::Additional) => "Medicines, allergies, adverse reactions and additional information",
        Some(SummaryChoice::CoreOnly) => "Medicines, allergies and adverse reactions only",
        Some(SummaryChoice::OptOut) => "No Summary Care Record at all (opt out)",
        None => {
            "They want a Summary Care Record, and did not say no to additional information. It is included unless they refused it before"
        }
    };
    let rows = vec![SummaryRow::new("They chose", chosen), SummaryRow::new("When", instant_in_words(found.chosen_at))];
    Ok(view! {
        <Inset>
            <p>"Record this as their consent preference in your own system. Their summary stays as it is until you do."</p>
        </Inset>
        <Section title="Their Summary Care Record"><SummaryList rows=rows /></Section>
    }
    .into_any())
}
