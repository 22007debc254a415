//! The orders of medicines that wait at the practice, and approving several medicines at once.

use super::medicines::{facts, sent_to};
use super::work_page;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::{FormState, Typed};
use crate::pages::appointments::on_lines;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, Checkbox, EmptyState, ErrorSummary, Form, IconName, Inset, PageHeading, Section,
    SummaryList, SummaryRow, Tag, TagKind,
};
use crate::words;
use axum::extract::RawQuery;
use chrono::NaiveDate;
use domain::medicine::QueuePart;
use domain::when::{day_in_words, instant_in_words, london_day};
use domain::{MemberId, WorkItemId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use service::{OrderQueue, OrdersChosen, QueuedOrder, ServiceError, TeamItem};
use std::collections::BTreeMap;

/// Where they are, and where what was chosen is checked.
pub(crate) const PAGE: &str = "/team/orders";
pub(crate) const CHECK: &str = "/team/orders/check";
/// The names of the forms.
pub(crate) const FORM: &str = "team-orders";
pub(crate) const CHECK_FORM: &str = "team-orders-check";
/// The button that chooses all that have nothing to look at, and what these are.
pub(crate) const ALL: &str = "all";
pub(crate) const PLAIN: &str = "plain";
/// The session's key for a [`Choosing`].
const CHOSEN: &str = "team-orders";

/// What was chosen, until it is approved; kept in the session, never in an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Choosing {
    member: MemberId,
    items: String,
    /// The page on which it was chosen.
    pub(crate) back: String,
}

/// Keeps what was chosen at this place of work.
pub(crate) async fn keep(ctx: &Ctx, items: String, back: String) -> Result<(), Failure> {
    let member = ctx.team()?.member;
    Ok(ctx.session.insert(CHOSEN, Choosing { member, items, back }).await?)
}

/// Forgets it: it is approved.
pub(crate) async fn forget(ctx: &Ctx) -> Result<(), Failure> {
    Ok(ctx.session.remove_value(CHOSEN).await.map(|_| ())?)
}

/// What was chosen at this place of work, if anything.
pub(crate) async fn kept(ctx: &Ctx) -> Result<Option<Choosing>, Failure> {
    let member = ctx.team()?.member;
    Ok(ctx.session.get::<Choosing>(CHOSEN).await?.filter(|chosen| chosen.member == member))
}

/// The address of a page of the queue, from two words; whatever is none leads to the first.
pub(crate) fn address(show: &str, after: &str) -> String {
    let part = QueuePart::from_code(show).unwrap_or(QueuePart::All);
    let after = after.parse::<WorkItemId>().ok();
    let part = (part != QueuePart::All).then(|| format!("show={}", part.code()));
    let query: Vec<String> = part.into_iter().chain(after.map(|after| format!("after={after}"))).collect();
    if query.is_empty() { PAGE.to_owned() } else { format!("{PAGE}?{}", query.join("&")) }
}

/// Which part of the queue is asked for, and from where on.
fn asked(query: Option<&str>) -> Result<(QueuePart, Option<WorkItemId>), Failure> {
    let query: BTreeMap<String, String> = query.and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
    let part = match query.get("show").map_or("", String::as_str) {
        "" => QueuePart::All,
        word => QueuePart::from_code(word).ok_or_else(Failure::not_found)?,
    };
    let after = query.get("after").map(|id| id.parse().map_err(|_| Failure::not_found())).transpose()?;
    Ok((part, after))
}

const fn title(part: QueuePart) -> &'static str {
    match part {
        QueuePart::All => "All",
        QueuePart::Prepared => "Prepared",
        QueuePart::Asked => "With a question",
        QueuePart::Flagged => "To look at",
    }
}

/// The orders that wait, the longest waiting first.
pub async fn show(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let (part, after) = asked(query.as_deref())?;
    let queue = ctx.services().medicines.queue(&ctx.staff()?, part, after).await?;
    let form = ctx.form(FORM).await?;
    let today = london_day(ctx.services().core.now());
    ctx.page(Head::form("Orders of medicines", Place::Orders, &form), || {
        let lead = match part {
            QueuePart::All => "What waits for your practice, oldest first.",
            QueuePart::Prepared => "Orders of which something is prepared, oldest first.",
            QueuePart::Asked => "Orders with a question that has no answer yet, oldest first.",
            QueuePart::Flagged => "Orders with something to look at, oldest first.",
        };
        let next = queue.next.map(|next| address(part.code(), &next.to_string()));
        let further = next.map(|href| {
            view! {
                <nav class="nhsuk-pagination" aria-label="Pages">
                    <a class="nhsuk-pagination__link sh-older" href=href rel="next">"Next"</a>
                </nav>
            }
        });
        let first =
            after.map(|_| view! { <p class="sh-screen-only"><a href=address(part.code(), "")>"Back to the oldest"</a></p> });
        view! {
            <ErrorSummary errors=form.errors() />
            <PageHeading title="Orders of medicines" lead=lead />
            {parts(part)}
            {first}
            <Queue queue part after form today />
            {further}
        }
    })
    .await
}

/// The way from one part of the queue to another.
fn parts(now: QueuePart) -> impl IntoView {
    let links = QueuePart::ALL.iter().map(|part| {
        let current = (*part == now).then_some("page");
        view! { <li><a href=address(part.code(), "") aria-current=current>{title(*part)}</a></li> }
    });
    view! {
        <nav class="sh-parts" aria-label="Which orders">
            <ul role="list">{links.collect_view()}</ul>
        </nav>
    }
}

/// What a box sends: the order, the medicine, and the version that was seen.
fn value(order: &QueuedOrder, item: &TeamItem) -> String {
    format!("{}:{}:{}", order.id, item.id, item.version)
}

/// The id of one box of several; the first is where an error leads.
fn place(number: &mut usize) -> String {
    *number += 1;
    if *number == 1 { "items".to_owned() } else { format!("items-{number}") }
}

#[component]
fn Queue(queue: OrderQueue, part: QueuePart, after: Option<WorkItemId>, form: FormState, today: NaiveDate) -> impl IntoView {
    let OrderQueue { orders, next, may_decide } = queue;
    if orders.is_empty() {
        let (title, text) = match (next, part) {
            (Some(_), _) => ("None among those", "There are more. Go on to the next."),
            (None, QueuePart::All) => ("All done", "What people order comes here."),
            (None, _) => ("None", "No order that waits is like that."),
        };
        return view! { <EmptyState title=title icon=IconName::Done><p>{text}</p></EmptyState> }.into_any();
    }
    if !may_decide {
        let orders = orders.iter().map(|order| {
            let items = order.items.iter().map(|item| view! { <h3>{item.name.clone()}</h3> {about(item)} }).collect_view();
            let head = head(order, today);
            view! { <Section title=order.person_name.clone()>{head} {items}</Section> }
        });
        let orders = orders.collect_view();
        return view! {
            <p>"Only those who prescribe can approve. Open an order to prepare it, or to ask something."</p>
            {orders}
        }
        .into_any();
    }
    let (values, mut number) = (form.value("items"), 0);
    let ticked: Vec<&str> = values.split_whitespace().collect();
    let plain: Vec<String> = orders
        .iter()
        .flat_map(|order| order.items.iter().filter(|item| item.flags.is_empty()).map(|item| value(order, item)))
        .collect();
    let all = (!plain.is_empty()).then(|| {
        view! { <Button kind=ButtonKind::Secondary name=ALL value="yes">"Check all that have nothing to look at"</Button> }
    });
    let plain = plain.into_iter().map(|value| view! { <input type="hidden" name=PLAIN value=value /> }).collect_view();
    let orders = orders
        .iter()
        .map(|order| {
            let items = order
                .items
                .iter()
                .map(|item| {
                    let (id, value) = (place(&mut number), value(order, item));
                    let error = (number == 1).then(|| form.error("items")).flatten();
                    let checked = ticked.contains(&value.as_str());
                    view! {
                        <Checkbox id=id name="items" label=item.name.clone() value=value checked=checked error=error />
                        {about(item)}
                    }
                })
                .collect_view();
            let head = head(order, today);
            view! { <Section title=order.person_name.clone()>{head} {items}</Section> }
        })
        .collect_view();
    view! {
        <p>"Tick what you want to approve. On the next page you check each before anything is approved."</p>
        <Form action=PAGE>
            <input type="hidden" name="show" value=part.code() />
            <input type="hidden" name="after" value=after.map(|after| after.to_string()) />
            {plain}
            {orders}
            <ButtonGroup>
                <Button>"Check what is ticked"</Button>
                {all}
            </ButtonGroup>
        </Form>
    }
    .into_any()
}

/// What is to be known of an order as a whole.
fn head(order: &QueuedOrder, today: NaiveDate) -> impl IntoView + use<> {
    let ago = match (today - london_day(order.at)).num_days() {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    };
    let mut rows = vec![SummaryRow::new("Sent", format!("{}, {ago}", instant_in_words(order.at)))];
    rows.extend(order.birth_date.map(|birth| SummaryRow::new("Born", day_in_words(birth))));
    if order.by_carer {
        rows.push(SummaryRow::new("By", "Somebody who looks after them"));
    }
    rows.push(sent_to(order.goes_to.as_ref()));
    if !order.note.is_empty() {
        rows.push(SummaryRow::new("Note", view! { <bdi>{on_lines(&order.note)}</bdi> }));
    }
    rows.extend(order.taken_by.clone().map(|name| SummaryRow::new("Taken by", view! { <bdi>{name}</bdi> })));
    let name = order.person_name.clone();
    view! {
        <SummaryList rows=rows />
        <p>
            <a href=work_page(order.work)>
                "Open this order" <span class="nhsuk-u-visually-hidden">" of " <bdi>{name}</bdi></span>
            </a>
            " to change or decline it, or to ask something."
        </p>
    }
}

/// What is to be known of one medicine.
fn about(item: &TeamItem) -> impl IntoView + use<> {
    let look = (!item.flags.is_empty()).then(|| view! { <p><Tag label="Look at this one" kind=TagKind::Attention /></p> });
    let rows = facts(item);
    view! { {look} <SummaryList rows=rows /> }
}

/// What was chosen, before it is approved.
pub async fn check(ctx: Ctx) -> Answer {
    let Some(chosen) = kept(&ctx).await? else {
        return ctx
            .page(Head::new("Check and approve", Place::Orders), || {
                view! {
                    <BackLink href=PAGE label="Back to the orders" />
                    <PageHeading title="Check and approve" />
                    <EmptyState title="Nothing is chosen" icon=IconName::Pill>
                        <p>"Tick what you want to approve among the orders."</p>
                    </EmptyState>
                }
            })
            .await;
    };
    let stands = match ctx.services().medicines.chosen(&ctx.staff()?, &chosen.items).await {
        Ok(stands) => stands,
        Err(error @ ServiceError::Fields(_)) => {
            forget(&ctx).await?;
            return ctx.send_back(error, FORM, &chosen.back, Typed::new()).await;
        }
        Err(error) => return Err(error.into()),
    };
    let form = ctx.form(CHECK_FORM).await?;
    let today = london_day(ctx.services().core.now());
    ctx.page(Head::form("Check and approve", Place::Orders, &form), || {
        let gone = (stands.gone > 0).then(|| {
            let count = words::how_many(
                u64::try_from(stands.gone).unwrap_or_default(),
                "medicine that you chose waits",
                "medicines that you chose wait",
            );
            view! { <Inset><p>{format!("{count} no more: somebody has decided, or it was taken back.")}</p></Inset> }
        });
        view! {
            <BackLink href=chosen.back label="Back to the orders" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title="Check and approve" />
            {gone}
            <Stands stands form=form today />
        }
    })
    .await
}

#[component]
fn Stands(stands: OrdersChosen, form: FormState, today: NaiveDate) -> impl IntoView {
    if stands.orders.is_empty() {
        return view! { <EmptyState title="Nothing of it waits" icon=IconName::Done><p>"There is nothing to approve."</p></EmptyState> }
            .into_any();
    }
    let again = form.has_errors();
    let typed = format!("{} {}", form.value("items"), form.value("looked"));
    let typed: Vec<&str> = typed.split_whitespace().collect();
    let mut number = 0;
    let orders = stands
        .orders
        .iter()
        .map(|order| {
            let items = order
                .items
                .iter()
                .map(|item| {
                    let (value, changed) = (value(order, item), stands.changed.contains(&item.id));
                    let flagged = !item.flags.is_empty() || changed;
                    number += 1;
                    let first = (number == 1).then(|| form.error("items")).flatten();
                    let field = format!("looked_{}", item.id);
                    let error = form.error(&field).or(first);
                    let id = if form.error(&field).is_none() && number == 1 { "items".to_owned() } else { field };
                    // What has something to look at is ticked by hand, each by itself.
                    let checked = if again { typed.contains(&value.as_str()) } else { !flagged };
                    let name = if flagged { "looked" } else { "items" };
                    let label = match flagged {
                        true => format!("I have looked at {} for {}: approve it", item.name, order.person_name),
                        false => format!("Approve {} for {}", item.name, order.person_name),
                    };
                    let changed =
                        changed.then(|| view! { <p>"It has changed since you chose it. This is how it stands now."</p> });
                    view! {
                        <h3>{item.name.clone()}</h3>
                        {changed}
                        {about(item)}
                        <Checkbox id=id name=name label=label value=value checked=checked error=error />
                    }
                })
                .collect_view();
            let head = head(order, today);
            view! { <Section title=order.person_name.clone()>{head} {items}</Section> }
        })
        .collect_view();
    view! {
        <p>"What has nothing to look at is ticked. Tick each of the others yourself, once you have looked at it. What you leave out waits on."</p>
        <Form action=CHECK>
            {orders}
            <p>"Each person is told by email that there is something new."</p>
            <Button>"Approve what is ticked"</Button>
        </Form>
    }
    .into_any()
}
