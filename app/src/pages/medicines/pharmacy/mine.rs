//! Whom the person has nominated, and taking that back.

use super::{FIND, OTHERS, PAGE, WITHDRAW, facts, page_of, title};
use crate::api::field;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::Typed;
use crate::pages::medicines::LIST;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, EmptyState, ErrorSummary, FieldError, Form, IconName, Inset, Narrow, PageHeading,
    Section, SummaryList, SummaryRow,
};
use crate::whose::Whose;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::NominationSeen;

/// Whom.
pub async fn show(ctx: Ctx) -> Answer {
    let seen = ctx.services().pharmacies.nominations(&ctx.actor(), ctx.person()?).await?;
    let (form, whose, now) = (ctx.form("nomination").await?, ctx.whose(), ctx.services().core.now());
    let heading = title(&whose);
    ctx.page(Head { has_errors: form.has_errors(), ..Head::new(&title(&whose), Place::Medicines) }, || {
        let (may_change, chosen) = (seen.may_change, !seen.nominations.is_empty());
        let only = (!may_change).then(|| {
            let told =
                format!("Only {} can choose this. When you order, you can send that one order somewhere else.", whose.person());
            view! { <Inset><p>{told}</p></Inset> }
        });
        let find = match (seen.nominations.is_empty(), may_change) {
            (true, true) => view! { <p><Button href=FIND>"Find a pharmacy to choose"</Button></p> }.into_any(),
            _ => view! { <p class="sh-screen-only"><a href=FIND>"Find a pharmacy, or an appliance supplier"</a></p> }.into_any(),
        };
        let body = if seen.nominations.is_empty() {
            none(&whose).into_any()
        } else {
            seen.nominations.into_iter().map(|one| view! { <Nominated one may_change now /> }).collect_view().into_any()
        };
        view! {
            <Narrow>
                <BackLink href=LIST label="Back to medicines" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title=heading />
                {only}
                {body}
                {find}
                <p>"Each order says where its prescription goes. You can choose another place for one order alone."</p>
                {chosen.then(|| view! { <p>{OTHERS}</p> })}
            </Narrow>
        }
    })
    .await
}

fn none(whose: &Whose) -> impl IntoView + use<> {
    let text = match &whose.name {
        None => {
            "You have not chosen a pharmacy here. What you order goes where you say in the order. If you say nothing, your practice \
                 gives you a paper prescription, or sends it where the NHS has a pharmacy noted for you."
        }
        Some(_) => {
            "No pharmacy has been chosen here. What is ordered goes where the order says. If it says nothing, the practice gives \
                    a paper prescription, or sends it where the NHS has a pharmacy noted."
        }
    };
    view! {
        <EmptyState title="No pharmacy is chosen" icon=IconName::Pill>
            <p>{text}</p>
        </EmptyState>
    }
}

#[component]
fn Nominated(one: NominationSeen, may_change: bool, now: DateTime<Utc>) -> impl IntoView {
    let NominationSeen { slot, dispenser, since, .. } = one;
    let closed = dispenser.closed.then(|| {
        let told = format!("{} has closed. Prescriptions cannot go there any more.", dispenser.name);
        let next = if may_change { "Choose another one." } else { "They need to choose another one." };
        view! { <Inset><p>{told} " " {next}</p></Inset> }
    });
    let href = page_of(&dispenser);
    let mut rows = vec![SummaryRow::new("Name", view! { <a href=href>{dispenser.name.clone()}</a> })];
    if dispenser.kind.title() != slot.title() {
        rows.push(SummaryRow::new("What it is", dispenser.kind.title()));
    }
    rows.extend(facts(&dispenser, now));
    rows.push(SummaryRow::new("Chosen", day_in_words(london_day(since))));
    let acts = may_change.then(|| {
        let find = format!("{FIND}?kind={}", dispenser.kind.code());
        let stop = format!("{WITHDRAW}?of={}", slot.code());
        let about = dispenser.name.clone();
        view! {
            <ButtonGroup>
                <Button kind=ButtonKind::Secondary href=find about=format!("instead of {about}")>"Choose another"</Button>
                <a href=stop>
                    "Stop sending prescriptions there" <span class="nhsuk-u-visually-hidden">{format!(": {about}")}</span>
                </a>
            </ButtonGroup>
        }
    });
    view! {
        <Section title=slot.title()>
            {closed}
            <SummaryList rows=rows />
            {acts}
        </Section>
    }
}

/// Whether the prescriptions are to go nowhere by themselves any more.
pub async fn withdraw(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let seen = ctx.services().pharmacies.nominations(&ctx.actor(), ctx.person()?).await?;
    if !seen.may_change {
        return Err(Failure::not_found());
    }
    let of = field(&query, "of");
    let Some(one) = seen.nominations.into_iter().find(|one| one.slot.code() == of) else { return Ok(ctx.go(PAGE)) };
    let form = ctx.form("nomination").await?;
    ctx.page(Head::form("Stop sending prescriptions there?", Place::Medicines, &form), || {
        let name = one.dispenser.name.clone();
        // What is pressed to say yes is no field to go to.
        let errors = form.errors().into_iter().map(|error| FieldError::new("", error.message)).collect();
        view! {
            <Narrow>
                <BackLink href=PAGE label="Back to your pharmacy" />
                <ErrorSummary errors=errors />
                <PageHeading title="Stop sending prescriptions there?" />
                <p>{format!("Prescriptions that you order here will not go to {name} by themselves any more.")}</p>
                <p>{OTHERS}</p>
                <p>"Orders that you have sent already stay as they are. You can choose a pharmacy again whenever you want."</p>
                <Form action=WITHDRAW>
                    <input type="hidden" name="slot" value=one.slot.code() />
                    <input type="hidden" name="version" value=one.version.to_string() />
                    <ButtonGroup>
                        <Button kind=ButtonKind::Warning name="confirmed" value="yes">"Stop sending them there"</Button>
                        <a href=PAGE>"Leave it as it is"</a>
                    </ButtonGroup>
                </Form>
            </Narrow>
        }
    })
    .await
}
