//! The pages: each file mirrors its address, and each function answers one `GET`.

pub mod about;
pub mod account;
pub mod acting;
pub mod activity;
pub mod appointments;
pub mod carer;
pub mod design;
pub mod fixed;
pub mod goals;
pub mod hidden;
pub mod home;
pub mod learn;
pub mod link;
pub mod medicines;
pub mod more;
pub mod not_found;
pub mod preview;
pub mod questionnaires;
pub mod readings;
pub mod record;
pub mod register;
pub mod reset;
pub mod second_step;
pub mod self_care;
pub mod sharing;
pub mod sign_in;
pub mod signed_out;
pub mod support;
pub mod team;
pub mod weeks;

use crate::ui::Details;
use crate::words;
use chrono::{DateTime, NaiveDate, Utc};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::PersonSummary;

/// In the order in which they came, a group for each day in Europe/London.
fn by_day<T>(all: Vec<T>, at: impl Fn(&T) -> DateTime<Utc>) -> Vec<(NaiveDate, Vec<T>)> {
    let mut days: Vec<(NaiveDate, Vec<T>)> = Vec::new();
    for one in all {
        let day = london_day(at(&one));
        match days.last_mut() {
            Some((last, group)) if *last == day => group.push(one),
            _ => days.push((day, vec![one])),
        }
    }
    days
}

/// A list that is closed at first, of `many` of what is called so (one, and more than one). On paper it stands where it was opened; else
/// how many there are, and that they are not there.
pub(crate) fn closed_list(many: u64, (one, more): (&str, &str), list: AnyView) -> AnyView {
    let (summary, left_out) = (format!("Show {}", words::how_many(many, one, more)), words::not_printed(many, one, more));
    opened_to_print(summary, left_out, list)
}

/// What is closed at first and stands on paper where it was opened; else words of what is left out there.
pub(crate) fn opened_to_print(summary: String, left_out: String, inside: AnyView) -> AnyView {
    view! {
        <div class="sh-opened">
            <Details summary=summary>{inside}</Details>
            <p class="sh-print-only">{left_out}</p>
            <p class="nhsuk-hint sh-screen-only">"To print this too, open it first."</p>
        </div>
    }
    .into_any()
}

/// Whose a page is, so that it can be told from paper: "Mrs Edna Hughes. Born 27 March 1948. NHS number 999 054 8609".
pub(crate) fn who(whose: &PersonSummary) -> String {
    let born = whose.birth_date.map(|born| format!("Born {}", day_in_words(born)));
    let number = whose.nhs_number.as_ref().map(|number| format!("NHS number {number}"));
    [Some(whose.display_name.clone()), born, number].into_iter().flatten().collect::<Vec<_>>().join(". ")
}

/// The day in London on which a page is made: its document says it to everything on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AsOn(pub(crate) NaiveDate);

/// On which day a page was so, as a line that stands on paper alone, of a page that says itself whose it is.
pub(crate) fn as_on_paper() -> impl IntoView {
    use_context::<AsOn>().map(|AsOn(day)| view! { <p class="sh-print-only">{format!("As on {}.", day_in_words(day))}</p> })
}

/// Whose a page is and on which day it was so, as a line that stands on paper alone: "Mrs Edna Hughes. Born 27 March 1948. NHS number
/// 999 054 8609. As on 3 November 2026."
pub(crate) fn who_on_paper(whose: &PersonSummary) -> impl IntoView + use<> {
    let day = use_context::<AsOn>().map(|AsOn(day)| format!(". As on {}.", day_in_words(day)));
    let words = format!("{}{}", who(whose), day.unwrap_or_default());
    view! { <p class="sh-print-only"><bdi>{words}</bdi></p> }
}
