//! The clinics of a day.

use super::{SETTINGS, clinic_page, day_page, whole_day};
use crate::api::diary::day_of;
use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{
    Button, ButtonKind, DateInput, DateParts, Details, EmptyState, EntryList, EntryRow, ErrorSummary, FieldError, IconName,
    PageHeading, TagKind,
};
use crate::words;
use axum::extract::RawQuery;
use chrono::{Datelike, NaiveDate};
use domain::team::StaffRole;
use domain::when::london_day;
use leptos::prelude::*;
use service::ClinicSeen;
use std::collections::BTreeMap;

/// Which day is asked for.
struct Asked {
    day: NaiveDate,
    typed: DateParts,
    error: Option<&'static str>,
}

/// Reads the day of an address, as a link names it or as the form sends its three parts; today without one.
fn asked(query: Option<&str>, today: NaiveDate) -> Asked {
    let query: BTreeMap<String, String> = query.and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
    let part = |name: &str| query.get(name).map_or("", |text| text.trim()).to_owned();
    let typed = DateParts::new(part("day_day"), part("day_month"), part("day_year"));
    let parts = [typed.day.clone(), typed.month.clone(), typed.year.clone()];
    if parts.iter().all(String::is_empty) {
        let day = part("day").parse().ok().filter(|day| within_reach(*day)).unwrap_or(today);
        let typed = DateParts::new(day.day().to_string(), day.month().to_string(), day.year().to_string());
        return Asked { day, typed, error: None };
    }
    match day_of(&parts) {
        Some(day) => Asked { day, typed, error: None },
        None => Asked { day: today, typed, error: Some("Enter a real date, like 27 3 2027") },
    }
}

/// Whether a day is one that a clinic can be on.
pub(super) fn within_reach(day: NaiveDate) -> bool {
    (2000..2200).contains(&day.year())
}

/// The clinics of the day that is asked for, with the way to the days beside it.
pub async fn show(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let today = london_day(ctx.services().core.now());
    let Asked { day, typed, error } = asked(query.as_deref(), today);
    let actor = ctx.staff()?;
    let clinics = ctx.services().diary.clinics(&actor, day, 1).await?;
    let closed = ctx.services().diary.closed_days(&actor).await?.into_iter().find(|closed| closed.day == day);
    let manages = ctx.team()?.role == StaffRole::Manager;
    let mut head = Head::new("Diary", Place::Diary);
    head.has_errors = error.is_some();
    ctx.page(head, || {
        let errors: Vec<FieldError> = error.iter().map(|message| FieldError::new("day-day", *message)).collect();
        let held = clinics.iter().filter(|clinic| !clinic.cancelled).count();
        let lead = match closed {
            Some(closed) => format!("Closed: {}.", closed.name),
            None if held == 0 => "No clinics.".to_owned(),
            None => format!("{}.", words::how_many(u64::try_from(held).unwrap_or_default(), "clinic", "clinics")),
        };
        let body = if clinics.is_empty() {
            view! {
                <EmptyState title="No clinics on this day" icon=IconName::Calendar>
                    <p>"Clinics are made for 8 weeks ahead, from those that recur."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let rows = clinics.into_iter().map(row).collect_view();
            view! { <EntryList>{rows}</EntryList> }.into_any()
        };
        let managing = manages.then(|| {
            view! {
                <p>
                    <a href=SETTINGS>"What can be booked"</a>
                    " · "
                    <a href="/team/uptake">"How people use this"</a>
                </p>
            }
        });
        let title = if day == today { format!("Today, {}", whole_day(day)) } else { whole_day(day) };
        view! {
            <ErrorSummary errors=errors />
            <PageHeading title=title lead=lead />
            <nav class="sh-parts" aria-label="Days">
                <ul role="list">
                    {day.pred_opt().map(|day| view! { <li><a href=day_page(day)>{format!("Day before ({})", day.format("%-d %B"))}</a></li> })}
                    {(day != today).then(|| view! { <li><a href="/team/diary">"Today"</a></li> })}
                    {day.succ_opt().map(|day| view! { <li><a href=day_page(day)>{format!("Day after ({})", day.format("%-d %B"))}</a></li> })}
                </ul>
            </nav>
            {body}
            <Details summary="Go to another day" open=error.is_some()>
                <form class="sh-form" method="get" action="/team/diary">
                    <DateInput id="day" legend_text="Which day?" hint="For example, 27 3 2027" value=typed error=error />
                    <Button kind=ButtonKind::Secondary>"Show this day"</Button>
                </form>
            </Details>
            {managing}
        }
    })
    .await
}

fn row(clinic: ClinicSeen) -> impl IntoView {
    let time = format!("{} to {}", words::clock(clinic.starts_at), words::clock(clinic.ends_at));
    let text = format!("{}, {} ({})", clinic.practitioner, clinic.place, words::in_sentence(clinic.mode.title()));
    let (source, tag) = if clinic.cancelled {
        (None, Some(("Cancelled".to_owned(), TagKind::Danger)))
    } else {
        (Some(format!("{} free, {} taken", clinic.free, clinic.taken)), None)
    };
    view! { <EntryRow title=clinic.service href=clinic_page(clinic.id) date=time text=text source=source tag=tag /> }
}
