//! All medicines.

use super::pharmacy::PAGE as PHARMACY;
use super::prescriptions::PRESCRIPTIONS;
use super::{LIST, in_words, order_page, page_of, seen_tag, tag, title};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy;
use crate::pages::closed_list;
use crate::routes;
use crate::shell::Place;
use crate::ui::{Button, ButtonKind, EmptyState, EntryList, EntryRow, IconName, PageHeading, Section};
use crate::whose::Whose;
use crate::words;
use chrono::NaiveDate;
use domain::EntryId;
use domain::medicine::{Group, ItemStatus};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{ChangeSeen, EntryLine, MedicineSeen, OrderSeen, OutsideMark};
use std::collections::BTreeMap;

/// How many orders that are over the page shows.
const OVER: usize = 3;

/// Where messages lead: their address says nothing of medicines to whoever sees it.
pub async fn from_message(ctx: Ctx) -> Answer {
    Ok(ctx.go(LIST))
}

/// The list by heading, the orders that wait, and the allergies beside.
pub async fn show(ctx: Ctx) -> Answer {
    let (actor, person) = (ctx.actor(), ctx.person()?);
    let (seen, orders) = ctx.services().medicines.overview(&actor, person).await?;
    let (whose, today) = (ctx.whose(), london_day(ctx.services().core.now()));
    let heading = title(&whose);
    ctx.page(Head::new(&title(&whose), Place::Medicines).of(&seen.whose), || {
        let now = seen.medicines.iter().filter(|one| one.group != Group::Stopped).count();
        let now = u64::try_from(now).unwrap_or_default();
        let lead = (now > 0).then(|| format!("{} now, from every place that we know of.", words::how_many(now, "medicine", "medicines")));
        let lead = lead.map(|lead| easy::say(lead, easy::MEDICINES));
        let can = seen.medicines.iter().any(|one| one.order == Some(Ok(())));
        let has_repeats = seen.medicines.iter().any(|one| one.plan.is_some());
        let order = (seen.may_order && has_repeats).then(|| {
            let kind = if can { ButtonKind::Primary } else { ButtonKind::Secondary };
            view! { <Button href="/medicines/order" kind=kind picture=IconName::Pill>"Order medicines"</Button> }
        });
        let groups: Vec<(Group, Vec<MedicineSeen>)> = Group::ALL
            .iter()
            .map(|group| (*group, seen.medicines.iter().filter(|one| one.group == *group).cloned().collect::<Vec<_>>()))
            .filter(|(_, of)| !of.is_empty())
            .collect();
        let none = groups.is_empty().then(|| none(&whose, &seen.none_said));
        let add = seen.may_order.then(|| {
            view! {
                <p class="sh-screen-only"><a href="/medicines/add">"Add a medicine that you buy yourself"</a></p>
            }
        });
        let more = seen.may_order.then(|| {
            let take = (now > 0).then(|| {
                view! {
                    <li><a href="/medicines/today">"What to take today"</a></li>
                    <li><a href="/medicines/reminders">"Reminders to take, to order and to collect"</a></li>
                    <li><a href="/medicines/diary">"Medicine diary"</a></li>
                }
            });
            view! {
                <ul class="nhsuk-list sh-screen-only">
                    <li><a href=PRESCRIPTIONS>{format!("See how far {} prescriptions are", words::in_sentence(&whose.title()))}</a></li>
                    <li><a href=PHARMACY>{format!("{} pharmacy", whose.title())}</a></li>
                    {take}
                </ul>
            }
        });
        view! {
            {easy::picture(IconName::Pill)}
            <PageHeading title=heading lead=lead />
            {easy::is_on().then(|| view! { <p>{easy::ASK_ABOUT_MEDICINES}</p> })}
            {order}
            {more}
            <Orders orders today />
            <Allergies lines=seen.allergies reactions=seen.reactions whose=whose.clone() />
            {none}
            {groups.into_iter().map(|(group, of)| in_group(group, of)).collect_view()}
            {add}
            <Section title="Take the list with you">
                <p class="sh-screen-only">"Print this page, or " <a href="/medicines/card">"a card for your wallet"</a> "."</p>
                <p>"Show it to whoever looks after you. Do not change how you take a medicine because of this list: ask first."</p>
            </Section>
        }
    })
    .await
}

fn none(whose: &Whose, said: &[String]) -> impl IntoView + use<> {
    let title = match (said.is_empty(), whose.is_another()) {
        (false, _) => "What is written down",
        (true, true) => "No medicines to see here",
        (true, false) => "No medicines are recorded here",
    };
    let text = words::nothing(said, whose.is_another());
    view! {
        <EmptyState title=title icon=IconName::Pill>
            <p>{text}</p>
            <p>"If you take medicines, also those that you buy yourself, tell your GP practice."</p>
        </EmptyState>
    }
}

#[component]
fn Orders(orders: Vec<OrderSeen>, today: NaiveDate) -> impl IntoView {
    let (open, over): (Vec<_>, Vec<_>) =
        orders.into_iter().partition(|order| order.items.iter().any(|item| item.status.is_open()));
    if open.is_empty() && over.is_empty() {
        return ().into_any();
    }
    let more = over.len() > OVER;
    let shown: Vec<OrderSeen> = open.into_iter().chain(over.into_iter().take(OVER)).collect();
    let rows = shown.iter().map(|order| order_row(order, today)).collect_view();
    view! {
        <Section title="Orders">
            <EntryList>{rows}</EntryList>
            {more.then(|| view! { <p class="sh-screen-only"><a href="/medicines/orders">"All orders"</a></p> })}
        </Section>
    }
    .into_any()
}

/// An order as a row: what waits longest for somebody is what it says.
pub(super) fn order_row(order: &OrderSeen, today: NaiveDate) -> impl IntoView + use<> {
    let names = order.items.iter().map(|item| item.name.clone()).collect::<Vec<_>>().join(", ");
    let first = order.items.iter().min_by_key(|item| match item.status {
        _ if item.outside.is_some_and(OutsideMark::is_trouble) => 0,
        ItemStatus::Question => 0,
        ItemStatus::Requested => 1,
        ItemStatus::Declined => 2,
        ItemStatus::Changed => 3,
        ItemStatus::Approved => 4,
        ItemStatus::Cancelled => 5,
    });
    let by = if order.mine {
        None
    } else {
        Some(if order.by_carer { "Ordered by somebody who looks after you" } else { "Ordered by the person" })
    };
    view! {
        <EntryRow
            title=words::how_many(u64::try_from(order.items.len()).unwrap_or_default(), "medicine", "medicines")
            href=order_page(order.id)
            date=words::day_and_clock(order.at, today)
            datetime=order.at.to_rfc3339()
            text=names
            source=by.map_or_else(|| order.organisation.clone(), |by| format!("{}. {by}", order.organisation))
            tag=first.map(seen_tag)
        />
    }
}

/// What the person is allergic to. Where that is not open to the reader (`None`) it is said too: a list of medicines without a word of it
/// would look as if there were nothing.
#[component]
fn Allergies(lines: Option<Vec<EntryLine>>, reactions: BTreeMap<EntryId, String>, whose: Whose) -> impl IntoView {
    let to_another = whose.is_another() || lines.is_none();
    let (none, some): (Vec<_>, Vec<_>) = lines.unwrap_or_default().into_iter().partition(|line| line.none_known);
    let body = if some.is_empty() {
        let said: Vec<String> = none.iter().filter_map(|line| line.says_none().map(str::to_owned)).collect();
        let text = words::nothing(&said, to_another);
        view! { <p>{text} " Tell whoever gives out medicines of any allergy that you know."</p> }.into_any()
    } else {
        let items = some.into_iter().map(|line| {
            let reaction = reactions.get(&line.id).map(|reaction| format!(" ({})", words::in_sentence(reaction)));
            view! { <li><a href=routes::entry(line.id)>{line.title}</a> {reaction}</li> }
        });
        let items = items.collect_view();
        view! { <ul>{items}</ul> }.into_any()
    };
    view! { <Section title="Allergies and reactions">{body}</Section> }
}

fn in_group(group: Group, of: Vec<MedicineSeen>) -> impl IntoView {
    let many = u64::try_from(of.len()).unwrap_or_default();
    let rows = of.iter().map(row).collect_view();
    let list = view! { <EntryList>{rows}</EntryList> }.into_any();
    let list = if group == Group::Stopped { closed_list(many, ("medicine", "medicines"), list) } else { list };
    view! { <Section title=group.title()>{list}</Section> }
}

fn row(seen: &MedicineSeen) -> impl IntoView + use<> {
    let what_for = (!seen.reasons.is_empty()).then(|| format!("For: {}", seen.reasons.join(", ")));
    let dose = in_words(&seen.doses);
    let text = Some(dose).filter(|dose| !dose.is_empty()).or_else(|| Some("How to take it is not said".to_owned()));
    let why = match seen.group {
        Group::Stopped => seen.why_changed.first().map(|why| format!("Why: {why}")),
        _ => seen.why_not().filter(|_| seen.plan.is_some()),
    };
    let by = seen.author.clone().map(|author| format!("Prescribed by {author}"));
    let own = seen.own.map(|_| "Added by you, or for you".to_owned());
    let lately = seen.lately.as_ref().filter(|_| seen.group != Group::Stopped).map(ChangeSeen::in_words);
    let review = seen.review_on.filter(|_| seen.group != Group::Stopped).map(|day| format!("Review by {}", day_in_words(day)));
    let source: Vec<String> = [lately, what_for, own.or(by), review, why].into_iter().flatten().collect();
    let date = match seen.group {
        Group::Stopped => seen.ended.map(|ended| format!("Ended {}", ended.in_words())),
        _ => seen.started.map(|when| format!("Since {}", when.day_only())),
    };
    view! {
        <EntryRow
            title=seen.name.clone()
            href=page_of(seen)
            date=date
            text=text
            source=(!source.is_empty()).then(|| source.join(". "))
            tag=tag(seen)
        />
    }
}

/// The day on which a medicine should be used up, in a sentence.
pub(super) fn lasts(seen: &MedicineSeen, today: NaiveDate) -> Option<String> {
    let end = seen.runs_out?;
    Some(match end > today {
        true => format!("Should last until about {}", day_in_words(end)),
        false => format!("Should have been used up by about {}", day_in_words(end)),
    })
}
