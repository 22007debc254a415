//! The pharmacy: where the prescriptions go, finding another, and choosing it.

pub mod find;
pub mod mine;
pub mod one;

use crate::pages::appointments::phone_link;
use crate::ui::SummaryRow;
use crate::whose::Whose;
use crate::words;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use service::Dispenser;

/// Where it is shown whom the person has nominated.
pub(crate) const PAGE: &str = "/medicines/pharmacy";
/// Where one is looked for.
pub(crate) const FIND: &str = "/medicines/pharmacy/find";
/// The same for one order alone: the way back leads to the order.
pub(crate) const FIND_FOR_ORDER: &str = "/medicines/pharmacy/find?for=order";
/// Where one is chosen for an order alone.
pub(crate) const FOR_ORDER: &str = "/medicines/order/pharmacy";

/// Where one is.
pub(crate) fn page_of(one: &Dispenser) -> String {
    format!("{PAGE}/{}", one.code)
}

/// Where it is asked whether one is to be nominated.
pub(crate) fn nominate_page(code: &str) -> String {
    format!("{PAGE}/{code}/nominate")
}

/// Where it is asked whether a nomination is to be taken back.
pub(crate) const WITHDRAW: &str = "/medicines/pharmacy/withdraw";

/// What is said wherever somebody chooses: nothing of it leaves for the NHS's own register of nominations.
pub(crate) const OTHERS: &str =
    "Other prescriptions go where the NHS has it noted. To change that too, tell the pharmacy or the practice.";

/// "Your pharmacy", "Edna Hughes’s pharmacy".
fn title(whose: &Whose) -> String {
    format!("{} pharmacy", whose.title())
}

/// Whether an address asks for one order alone.
fn is_for_order(typed: &crate::forms::Typed) -> bool {
    typed.get("for").is_some_and(|what| what == "order")
}

/// A link to where it is on a map, where that is known.
fn map(one: &Dispenser, label: &str) -> Option<impl IntoView + use<>> {
    let at = one.at?;
    let (latitude, longitude) = (format!("{:.5}", at.latitude), format!("{:.5}", at.longitude));
    let href = format!("https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}");
    let (label, about) = (label.to_owned(), format!(" of {}", one.name));
    Some(view! {
        <a href=href rel="noopener noreferrer">{label} <span class="nhsuk-u-visually-hidden">{about}</span></a>
    })
}

/// How far it is and whether it is open: "2.4 miles away. Open today until 6pm".
fn near_and_open(one: &Dispenser, now: DateTime<Utc>) -> String {
    let far = one.miles.map(|miles| format!("{} away. ", words::miles(miles))).unwrap_or_default();
    format!("{far}{}", one.hours.in_words(now))
}

/// What somebody needs to go there or ring.
fn facts(one: &Dispenser, now: DateTime<Utc>) -> Vec<SummaryRow> {
    let mut rows = Vec::new();
    if !one.closed {
        rows.push(SummaryRow::new("Open", format!("{}.", one.hours.in_words(now))));
    }
    let address = one.address_line();
    let on_map = map(one, "See it on a map").map(|link| view! { <br /> {link} });
    rows.push(SummaryRow::new("Address", view! { {address} {on_map} }));
    if !one.phone.is_empty() {
        rows.push(SummaryRow::new("Phone", phone_link(&one.phone)));
    }
    if !one.website.is_empty() {
        let href = one.website.clone();
        rows.push(SummaryRow::new("Website", view! { <a href=href rel="noopener noreferrer">{one.website.clone()}</a> }));
    }
    rows
}
