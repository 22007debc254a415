//! An order of repeat medicines on the work list, and what a practice lets its people order.

use super::{patient_page, work_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::FormState;
use crate::pages::appointments::on_lines;
use crate::pages::medicines::item_tag;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Checkboxes, Choice, ErrorSummary, Form, Narrow, PageHeading, Radios, Section, SummaryList,
    SummaryRow, Tag, TextArea, TextInput,
};
use crate::words;
use chrono::{DateTime, Utc};
use domain::OrderId;
use domain::medicine::{Flag, ItemAct};
use domain::when::{day_in_words, instant_in_words};
use leptos::prelude::*;
use service::{DecideForm, GoesTo, TeamItem, TeamOrder, WarningSeen, WorkItem};

/// An order of which the practice's own system gave no certain answer for a day.
pub(in crate::pages::team) async fn order_elsewhere(ctx: &Ctx, item: &WorkItem) -> Result<AnyView, Failure> {
    let order = ctx.services().medicines.order_for_team(&ctx.staff()?, OrderId::from_uuid(item.about)).await?;
    let rows = vec![
        SummaryRow::new("For", view! { <a href=patient_page(order.person)><bdi>{item.person_name.clone()}</bdi></a> }),
        SummaryRow::new("Sent", instant_in_words(order.at)),
    ];
    let items = order.items.iter().map(|one| view! { <Item item=one.clone() /> }).collect_view();
    Ok(view! {
        <Section title="What to look into">
            <SummaryList rows=rows />
            <p>
                "We asked your own prescribing system about this for a day, and it gave no certain answer. Look there whether it has these \
                 medicines as ordered or cancelled. Put right what is not so, and ring the person: they were told to ring you."
            </p>
        </Section>
        {items}
    }
    .into_any())
}

/// What was ordered, and the form that acts on it.
pub(in crate::pages::team) async fn order(ctx: &Ctx, item: &WorkItem, form: &FormState) -> Result<AnyView, Failure> {
    let order = ctx.services().medicines.order_for_team(&ctx.staff()?, OrderId::from_uuid(item.about)).await?;
    let open: Vec<&TeamItem> = order.items.iter().filter(|one| one.status.is_open()).collect();
    let acts = (!open.is_empty()).then(|| acts(&order, &open, form, &format!("{}/medicines", work_page(item.id))));
    let mut rows =
        vec![SummaryRow::new("For", view! { <a href=patient_page(order.person)><bdi>{item.person_name.clone()}</bdi></a> })];
    rows.push(SummaryRow::new("Sent", instant_in_words(order.at)));
    if order.by_carer {
        rows.push(SummaryRow::new("By", "Somebody who looks after them"));
    }
    rows.push(sent_to(order.goes_to.as_ref()));
    if !order.note.is_empty() {
        rows.push(SummaryRow::new("Note", view! { <bdi>{on_lines(&order.note)}</bdi> }));
    }
    let items = order.items.iter().map(|one| view! { <Item item=one.clone() /> }).collect_view();
    Ok(view! {
        <Section title="The order">
            <SummaryList rows=rows />
        </Section>
        {items}
        {acts}
    }
    .into_any())
}

/// Where the prescription goes, as whoever signs it has to know.
pub(super) fn sent_to(to: Option<&GoesTo>) -> SummaryRow {
    let to = match to {
        None => "Nowhere yet: on paper, or as they say later".to_owned(),
        Some(to) => {
            let how = if to.once { "for this order only" } else { "chosen for all their orders" };
            let closed = if to.closed { ". It has closed since: ask them" } else { "" };
            format!("{} ({}), {}: {how}{closed}", to.name, to.code, to.address)
        }
    };
    SummaryRow::new("Send the prescription to", to)
}

/// What to look at before deciding, in short.
fn flags(item: &TeamItem) -> Vec<String> {
    let said = item.flags.iter().flat_map(|flag| match flag {
        Flag::ReviewDue(day) => vec![format!("Review was due on {}", day_in_words(*day))],
        Flag::IssuedSince(day) => vec![format!("Given on {}, which was not known when it was ordered", day_in_words(*day))],
        Flag::Early => vec!["Wanted early".to_owned()],
        Flag::Overused => vec!["More was given in the last 6 months than was used up".to_owned()],
        Flag::Warned => item.warnings.iter().map(warned).collect(),
        Flag::Asked => vec!["A question has no answer yet".to_owned()],
    });
    said.collect()
}

fn warned(one: &WarningSeen) -> String {
    let words = if one.words.is_empty() { "no words are given" } else { one.words.as_str() };
    let serious = one.severity.map(|severity| format!(" ({})", words::in_sentence(severity.title()))).unwrap_or_default();
    let done = if one.done.is_empty() { String::new() } else { format!(" Done: {}", one.done.join(", ")) };
    format!("{} warns{serious}: {}.{done}", one.organisation, words.trim_end_matches('.'))
}

/// What is to be known of one medicine before somebody decides, and after.
pub(super) fn facts(item: &TeamItem) -> Vec<SummaryRow> {
    let look = flags(item);
    let mut rows = Vec::new();
    let mut add = |key: &str, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            rows.push(SummaryRow::new(key, view! { <bdi>{on_lines(&text)}</bdi> }));
        }
    };
    let by = |who: &Option<(String, DateTime<Utc>)>| who.as_ref().map(|(name, at)| format!("{name}, {}", instant_in_words(*at)));
    add("Look at", (!look.is_empty()).then(|| look.join("\n")));
    add("Dose", Some(item.dose.clone()));
    add("Quantity", Some(item.quantity.clone()));
    add("Last given", Some(item.last_issued.map_or_else(|| "Not known".to_owned(), day_in_words)));
    add("Should last until", item.runs_out.map(day_in_words));
    add("Review by", item.review_on.map(day_in_words));
    add("Why they need it", Some(item.reason.clone()));
    add("Why early", Some(item.early_reason.clone()));
    add("You asked", Some(item.question.clone()));
    add("They answered", Some(item.reply.clone()));
    add("Prepared", by(&item.prepared));
    add("Decided", by(&item.decided));
    add("You wrote", Some(item.answer.clone()));
    rows
}

#[component]
fn Item(item: TeamItem) -> impl IntoView {
    let (label, kind) = item_tag(item.status);
    let rows = facts(&item);
    view! {
        <Section title=item.name>
            <p><Tag label=label kind=kind /></p>
            <SummaryList rows=rows />
        </Section>
    }
}

fn acts(order: &TeamOrder, open: &[&TeamItem], form: &FormState, action: &str) -> impl IntoView + use<> {
    let (form, action) = (form.clone(), action.to_owned());
    let choices: Vec<Choice> =
        open.iter().map(|one| Choice::new(format!("{}:{}", one.id, one.version), one.name.clone())).collect();
    // One alone is meant; of several each is ticked by hand, so that each is looked at.
    let values: Vec<String> = match (form.has_errors(), choices.as_slice()) {
        (true, _) => form.value("items").split_whitespace().map(ToOwned::to_owned).collect(),
        (false, [one]) => vec![one.value.clone()],
        (false, _) => Vec::new(),
    };
    let mut ways = Vec::new();
    if order.may_decide {
        ways.push(Choice::new(ItemAct::Approve.code(), "Approve"));
        ways.push(Choice::new(ItemAct::Change.code(), "Approve with a change").hint("Say below what is different"));
        ways.push(Choice::new(ItemAct::Decline.code(), "Do not approve").hint("Say below why, in words for the person"));
    }
    ways.push(Choice::new(ItemAct::Ask.code(), "Ask the person something").hint("Write the question below"));
    ways.push(Choice::new(DecideForm::PREPARE, "Prepared: a prescriber can decide").hint("The person is not told"));
    let number = order.may_decide.then(|| {
        view! {
            <TextInput
                id="prescription"
                label="Number of the prescription (optional)"
                hint="If you approve and know it, for example 04F4C2-A99968-7F717P. The person can then follow the prescription."
                error=form.error("prescription")
                value=form.value("prescription")
            />
        }
    });
    let reads =
        (!order.may_decide).then(|| view! { <p>"Only those who prescribe can approve. You can prepare the order, or ask."</p> });
    view! {
        <Section title="What to do">
            {reads}
            <Form action=action>
                <Checkboxes
                    id="items"
                    legend_text="Which medicines?"
                    hint="What you choose below is done with all of these."
                    choices=choices
                    error=form.error("items")
                    values=values
                />
                <Radios id="act" legend_text="What do you want to do?" choices=ways error=form.error("act") value=form.value("act") />
                <TextArea
                    id="words"
                    label="To the person"
                    hint="They read it as you write it. Needed for a change, a refusal or a question."
                    rows=3
                    error=form.error("words")
                    value=form.value("words")
                />
                {number}
                <Button>"Do this"</Button>
            </Form>
        </Section>
    }
}

/// What the practice lets its people order.
pub async fn rules(ctx: Ctx) -> Answer {
    let rules = ctx.services().medicines.rules(&ctx.staff()?).await?;
    let form = ctx.form("order-rules").await?;
    ctx.page(Head::form("Orders of medicines", Place::Work, &form), || {
        let form = form.clone();
        let before = form.clone();
        let typed = move |name: &str, now: String| if before.has_errors() { before.value(name) } else { now };
        let goes = match &rules.outside {
            Some(url) => format!("Orders go to your own prescribing system, at {url}. You decide about them there."),
            None => "Orders come to the work list here. You decide about them there.".to_owned(),
        };
        let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
        let choices = || vec![Choice::new("yes", "Yes"), Choice::new("no", "No")];
        view! {
            <Narrow>
                <BackLink href="/team" label="Back to the work list" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title="Orders of medicines" lead="What the people whom you look after can order here." />
                <p>{goes}</p>
                <Form action="/team/medicines">
                    <input type="hidden" name="version" value=rules.version.to_string() />
                    <Radios
                        id="takes_orders"
                        legend_text="Can they order repeat medicines here?"
                        inline=true
                        choices=choices()
                        error=form.error("takes_orders")
                        value=typed("takes_orders", yes(rules.takes_orders))
                    />
                    <Radios
                        id="asks_reason"
                        legend_text="Must they say why they need each one?"
                        inline=true
                        choices=choices()
                        error=form.error("asks_reason")
                        value=typed("asks_reason", yes(rules.asks_reason))
                    />
                    <TextInput
                        id="early_days"
                        label="How many days before it runs out can they order?"
                        hint="A number from 0 to 28. Somebody who says why can ask earlier."
                        error=form.error("early_days")
                        value=typed("early_days", rules.early_days.to_string())
                    />
                    <Button kind=ButtonKind::Primary>"Save"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}
