//! What was ordered, and what became of it.

use super::list::order_row;
use super::{LIST, order_page, prescriptions, seen_tag};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::forms::FormState;
use crate::pages::appointments::{Part, id_in};
use crate::pages::appointments::{on_lines, phone_link};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, EmptyState, EntryList, ErrorSummary, Form, IconName, Narrow, PageHeading, Section, SummaryList,
    SummaryRow, Tag, TextArea,
};
use crate::words;
use domain::OrderId;
use domain::medicine::ItemStatus;
use domain::when::{instant_in_words, london_day};
use leptos::prelude::*;
use service::{GoesTo, ItemSeen};

/// All orders, the last first.
pub async fn list(ctx: Ctx) -> Answer {
    let orders = ctx.services().medicines.orders(&ctx.actor(), ctx.person()?).await?;
    let today = london_day(ctx.services().core.now());
    let whose = ctx.whose();
    ctx.page(Head::new("Orders of medicines", Place::Medicines), || {
        let some = !orders.is_empty();
        let body = if orders.is_empty() {
            view! {
                <EmptyState title="Nothing has been ordered here" icon=IconName::Pill>
                    <p>{match &whose.name {
                        None => "What you order from your practice comes here.".to_owned(),
                        Some(name) => format!("What is ordered for {name} comes here."),
                    }}</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let rows = orders.iter().map(|order| order_row(order, today)).collect_view();
            view! { <EntryList>{rows}</EntryList> }.into_any()
        };
        view! {
            <BackLink href=LIST label="Back to medicines" />
            {easy::picture(IconName::Pill)}
            <PageHeading title="Orders of medicines" lead=(easy::is_on() && some).then_some(acts::ORDERS) />
            {body}
        }
    })
    .await
}

/// One order.
pub async fn show(ctx: Ctx, path: Part) -> Answer {
    let id = id_in::<OrderId>(path)?;
    let order = ctx.services().medicines.one_order(&ctx.actor(), ctx.person()?, id).await?;
    let form = ctx.form("medicine-item").await?;
    let whose = ctx.whose();
    let (heading, practice) = match &whose.name {
        None => ("Your order".to_owned(), "Your practice"),
        Some(name) => (format!("An order for {name}"), "The practice"),
    };
    ctx.page(Head::form(&heading.clone(), Place::Medicines, &form), || {
        let waits = order.items.iter().any(|item| item.status == ItemStatus::Requested);
        let lead = waits.then(|| match order.is_being_sent() {
            true => easy::say(
                format!("We have written it down and send it to {}. Look here again later.", words::in_sentence(practice)),
                acts::ORDER_SENDING,
            ),
            false => easy::say(format!("{practice} looks at it. We tell you by email when it has answered."), acts::ORDER_SENT),
        });
        let mut rows =
            vec![SummaryRow::new("Sent", instant_in_words(order.at)), SummaryRow::new("To", order.organisation.clone())];
        if !order.mine {
            let by = match (order.by_carer, &whose.name) {
                (false, None) => "The person themself".to_owned(),
                (false, Some(name)) => name.clone(),
                (true, None) => "Somebody who looks after you".to_owned(),
                (true, Some(name)) => format!("Somebody else who looks after {name}"),
            };
            rows.push(SummaryRow::new("By", by));
        }
        rows.push(SummaryRow::new("Prescription goes to", goes_to(order.goes_to.as_ref())));
        if !order.note.is_empty() {
            rows.push(SummaryRow::new(
                if whose.name.is_none() { "Your note" } else { "Note" },
                view! { <bdi>{on_lines(&order.note)}</bdi> },
            ));
        }
        let items = order
            .items
            .iter()
            .map(|item| {
                let (page, organisation) = (order_page(order.id), order.organisation.clone());
                view! { <Item item=item.clone() page organisation form=form.clone() yours=whose.name.is_none() /> }
            })
            .collect_view();
        view! {
            <Narrow>
                <BackLink href=LIST label="Back to medicines" />
                <ErrorSummary errors=form.errors() />
                {easy::picture(IconName::Pill)}
                <PageHeading title=heading.clone() lead=lead />
                <SummaryList rows=rows />
                {items}
            </Narrow>
        }
    })
    .await
}

/// To whom the prescription goes, and how to reach them.
fn goes_to(to: Option<&GoesTo>) -> AnyView {
    let Some(to) = to else { return "Nowhere yet. Collect it on paper at the practice, or ask them to send it.".into_any() };
    let once = to.once.then(|| view! { <br /> "For this order only" });
    let closed = to.closed.then(|| view! { <br /> <strong>"It has closed since. Ask the practice where to go."</strong> });
    let phone = (!to.phone.is_empty()).then(|| view! { <br /> {phone_link(&to.phone)} });
    view! { {to.name.clone()} <br /> {to.address.clone()} {phone} {once} {closed} }.into_any()
}

#[component]
fn Item(item: ItemSeen, page: String, organisation: String, form: FormState, yours: bool) -> impl IntoView {
    let (label, kind) = seen_tag(&item);
    let mut rows = Vec::new();
    let mut add = |key: &str, text: &str| {
        if !text.is_empty() {
            rows.push(SummaryRow::new(key, view! { <bdi>{on_lines(text)}</bdi> }));
        }
    };
    add("How to take it", &item.dose);
    add("How much", &item.quantity);
    add(if yours { "Why you need it" } else { "Why it is needed" }, &item.reason);
    add("Why early", &item.early_reason);
    let practice = if yours { "Your practice" } else { "The practice" };
    add(&format!("{practice} asks"), &item.question);
    add(if yours { "Your answer" } else { "The answer" }, &item.reply);
    add(&format!("{practice} says"), &item.answer);
    if let Some(at) = item.decided_at {
        add("Decided", &instant_in_words(at));
    }
    if let Some(at) = item.heard_at.filter(|_| item.status.is_open()) {
        add("Last heard from the practice", &instant_in_words(at));
    }
    let next = match item.status {
        ItemStatus::Requested => "The practice has not decided yet.",
        ItemStatus::Question => "The practice waits for your answer.",
        ItemStatus::Approved if yours => "The practice makes the prescription. Ask your pharmacy when you can collect it.",
        ItemStatus::Approved => "The practice makes the prescription. Ask the pharmacy when you can collect it.",
        ItemStatus::Changed if yours => {
            "The practice makes the prescription, with the change that it says. Ask your pharmacy when you can collect it."
        }
        ItemStatus::Changed => {
            "The practice makes the prescription, with the change that it says. Ask the pharmacy when you can collect it."
        }
        ItemStatus::Declined if yours => "You do not get it with this order. If you still need it, ring the practice.",
        ItemStatus::Declined => "It is not given with this order. If it is still needed, ring the practice.",
        ItemStatus::Cancelled => "It was taken back.",
    };
    let next = item.outside.map_or_else(|| next.to_owned(), |mark| mark.in_words(&organisation));
    let dispensing = item.dispensing.map(|(id, step)| {
        let stands = step.map_or_else(|| "See how far it is".to_owned(), |step| format!("See how far it is: {}", words::in_sentence(step.status.title())));
        let about = item.name.clone();
        view! {
            <p><a href=prescriptions::page_of(id)>{stands} <span class="nhsuk-u-visually-hidden">{format!(": {about}")}</span></a></p>
        }
    });
    let id = item.id.to_string();
    let answer = (item.status == ItemStatus::Question).then(|| {
        let mine = form.value("item") == id;
        let (problem, typed) = match mine {
            true => (form.error("reply"), form.value("reply")),
            false => (None, String::new()),
        };
        view! {
            <Form action=format!("{page}/reply")>
                <input type="hidden" name="item" value=id.clone() />
                <TextArea
                    id=if mine { "reply".to_owned() } else { format!("reply-{id}") }
                    name="reply"
                    label=if yours { "Your answer" } else { "The answer" }
                    rows=3
                    error=problem
                    value=typed
                />
                <Button>"Send your answer"</Button>
            </Form>
        }
    });
    let (about, id) = (item.name.clone(), item.id.to_string());
    let cancel = item.can_be_cancelled().then(|| {
        view! {
            <Form action=format!("{page}/cancel")>
                <input type="hidden" name="item" value=id.clone() />
                <Button kind=ButtonKind::Secondary>
                    "Cancel this medicine" <span class="nhsuk-u-visually-hidden">{format!(": {about}")}</span>
                </Button>
            </Form>
        }
    });
    view! {
        <Section title=item.name>
            <p><Tag label=label kind=kind /></p>
            <p>{next}</p>
            {dispensing}
            {(!rows.is_empty()).then(|| view! { <SummaryList rows=rows /> })}
            {answer}
            {cancel}
        </Section>
    }
}
