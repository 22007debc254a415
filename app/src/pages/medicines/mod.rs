//! Medicines: one list from every source, ordering more, following the orders and the prescriptions, what people add themselves,
//! and reminders with a diary.

pub mod card;
pub mod diary;
pub mod list;
pub mod one;
pub mod order;
pub mod orders;
pub mod own;
pub mod pharmacy;
pub mod prescriptions;
pub mod reminders;
pub mod today;

use crate::pages::appointments::on_lines;
use crate::ui::TagKind;
use crate::whose::Whose;
use domain::OrderId;
use domain::medicine::{CannotOrder, Group, ItemStatus, short_forms};
use leptos::prelude::*;
use service::{ItemSeen, MedicineSeen};

/// Where the list is.
pub(crate) const LIST: &str = "/medicines";

/// Where an order is.
pub(crate) fn order_page(id: OrderId) -> String {
    format!("/medicines/orders/{id}")
}

/// Where a medicine is; nothing for one without an entry, which never happens to what a source tells of.
pub(crate) fn page_of(seen: &MedicineSeen) -> Option<String> {
    let entry = seen.plan.or_else(|| seen.sources.first().map(|source| source.entry));
    match (seen.own, entry) {
        (Some(own), _) => Some(format!("{LIST}/own/{own}")),
        (None, entry) => entry.map(|entry| format!("{LIST}/{entry}")),
    }
}

/// "Medicines", "Edna Hughes’s medicines".
fn title(whose: &Whose) -> String {
    whose.name.as_ref().map_or_else(|| "Medicines".to_owned(), |_| format!("{} medicines", whose.title()))
}

/// What is most worth knowing of a medicine in a list, in a word or two.
fn tag(seen: &MedicineSeen) -> Option<(String, TagKind)> {
    let said = match seen.order {
        _ if seen.group == Group::Stopped => return None,
        _ if seen.paused => ("Paused", TagKind::Attention),
        _ if seen.stopped_elsewhere => ("Sources differ", TagKind::Attention),
        Some(Err(CannotOrder::AlreadyAsked(_))) => ("Ordered", TagKind::Info),
        Some(Err(CannotOrder::ReviewDue(_) | CannotOrder::NoneLeft)) => ("Review due", TagKind::Attention),
        Some(Ok(())) => ("Can be ordered", TagKind::Good),
        _ if seen.doses_differ => ("Sources differ", TagKind::Attention),
        _ => return None,
    };
    Some((said.0.to_owned(), said.1))
}

/// Where one medicine of an order stands.
pub(crate) fn item_tag(status: ItemStatus) -> (String, TagKind) {
    let kind = match status {
        ItemStatus::Requested => TagKind::Info,
        ItemStatus::Question => TagKind::Attention,
        ItemStatus::Approved | ItemStatus::Changed => TagKind::Good,
        ItemStatus::Declined => TagKind::Danger,
        ItemStatus::Cancelled => TagKind::Neutral,
    };
    (status.title().to_owned(), kind)
}

/// The same as the person sees it, who reads too how it stands in the practice's own system.
pub(crate) fn seen_tag(item: &ItemSeen) -> (String, TagKind) {
    match item.outside.and_then(|mark| Some((mark, mark.title()?))) {
        Some((mark, title)) => (title.to_owned(), if mark.is_trouble() { TagKind::Attention } else { TagKind::Info }),
        None => item_tag(item.status),
    }
}

/// Doses on one line.
fn in_a_row(doses: &[String]) -> String {
    doses.join("; ").replace('\n', ". ")
}

/// What the short forms in doses mean: "od: once a day; pc: after food".
fn meaning(doses: &[String]) -> Option<String> {
    let short: Vec<String> = short_forms(&doses.join("\n")).iter().map(|(short, long)| format!("{short}: {long}")).collect();
    (!short.is_empty()).then(|| short.join("; "))
}

/// Doses on one line exactly as they were written, and behind them what their short forms mean; empty where there are none.
pub(crate) fn in_words(doses: &[String]) -> String {
    let written = in_a_row(doses);
    meaning(doses).map_or_else(|| written.clone(), |short| format!("{written} ({short})"))
}

/// Doses exactly as they were written, and below them what their short forms mean.
fn dose(doses: &[String]) -> impl IntoView + use<> {
    let written = doses.iter().map(|dose| view! { <div><bdi>{on_lines(dose)}</bdi></div> }).collect_view();
    let short = meaning(doses).map(|short| view! { <div class="nhsuk-hint">{short}</div> });
    view! { {written} {short} }
}
