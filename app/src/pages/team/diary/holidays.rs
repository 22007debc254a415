//! Closing bank holidays in one act, once those were shown who have booked.

use super::forms::{Filled, Top};
use super::{WhoIsAffected, whole_day};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::Typed;
use crate::shell::Place;
use crate::ui::{BackLink, Button, ButtonKind, Checkboxes, Choice, ErrorSummary, Form, PageHeading, Section, Warning};
use crate::words;
use axum::extract::Query;
use chrono::NaiveDate;
use domain::appointment::Nation;
use domain::when::london_day;
use leptos::prelude::*;
use service::{Holiday, Shown};

/// Where bank holidays are closed.
pub(crate) const HOLIDAYS: &str = "/team/diary/closed/holidays";
/// The name under which what was ticked waits.
pub(crate) const FORM: &str = "diary-holidays";
/// The same for the page that shows who is affected.
pub(crate) const CHECK: (&str, &str) = ("diary-holidays-check", "/team/diary/closed/holidays/check");

/// Where those of a nation are closed.
pub(crate) fn page_of(nation: Nation) -> String {
    format!("{HOLIDAYS}?of={}", nation.code())
}

/// The days that a form names.
pub(crate) fn days_of(days: &str) -> Vec<NaiveDate> {
    days.split_whitespace().filter_map(|day| day.parse().ok()).collect()
}

/// The bank holidays of the year to come, to tick those on which there are no clinics.
pub async fn show(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let nation = match query.get("of").map_or("", String::as_str) {
        "" => Nation::default(),
        code => Nation::from_code(code).ok_or_else(Failure::not_found)?,
    };
    let holidays = ctx.services().diary.holidays(&ctx.staff()?, nation).await?;
    let form = ctx.form(FORM).await?;
    ctx.page(Head::form("Close bank holidays", Place::Diary, &form), || {
        let nations = Nation::ALL
            .into_iter()
            .map(|one| {
                let current = (one == nation).then_some("page");
                view! { <li><a href=page_of(one) aria-current=current>{one.title()}</a></li> }
            })
            .collect_view();
        let (closed, open): (Vec<Holiday>, Vec<Holiday>) = holidays.into_iter().partition(|one| one.closed);
        let all = open.iter().map(|one| one.day.to_string()).collect::<Vec<_>>().join(" ");
        let filled = Filled::new(form.clone(), [("days", all)]);
        let ticked = filled.value("days").split_whitespace().map(str::to_owned).collect();
        let wrong = form.error("days");
        let count = u64::try_from(closed.len()).unwrap_or_default();
        let closed = (count > 0).then(|| view! { <p>{words::how_many(count, "of them is closed.", "of them are closed.")}</p> });
        let choices: Vec<Choice> =
            open.into_iter().map(|one| Choice::new(one.day.to_string(), whole_day(one.day)).hint(one.name)).collect();
        let days = if choices.is_empty() {
            view! { <p>"All bank holidays of the next 12 months are closed."</p> }.into_any()
        } else {
            view! {
                <p>"If somebody has booked on one of them, you see who before anything is cancelled."</p>
                <Form action=HOLIDAYS>
                    <input type="hidden" name="of" value=nation.code() />
                    <Checkboxes id="days" legend_text="On which days are there no clinics?" choices values=ticked error=wrong />
                    <Button>"Close these days"</Button>
                </Form>
            }
            .into_any()
        };
        view! {
            <Top form=form.clone() title="Close bank holidays" lead="Those of the next 12 months.".to_owned() />
            <nav class="sh-parts" aria-label="Nations">
                <ul role="list">{nations}</ul>
            </nav>
            {closed}
            {days}
        }
    })
    .await
}

/// Who is affected, before bank holidays are closed. What was ticked is in the session until then.
pub async fn check(ctx: Ctx) -> Answer {
    let actor = ctx.staff()?;
    ctx.services().diary.may_manage(&actor).await?;
    let form = ctx.form(CHECK.0).await?;
    let days = days_of(&form.value("days"));
    let (Some(nation), false) = (Nation::from_code(&form.value("of")), days.is_empty()) else { return Ok(ctx.go(HOLIDAYS)) };
    let Shown { affected, seen } = ctx.services().diary.affected_by_closing(&actor, &days).await?;
    let today = london_day(ctx.services().core.now());
    ctx.page(Head::form("Close bank holidays", Place::Diary, &form), || {
        let list = days.iter().map(|day| view! { <li>{whole_day(*day)}</li> }).collect_view();
        view! {
            <BackLink href=page_of(nation) label="Back" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title="Close bank holidays" />
            <Section title="Which days">
                <ul>{list}</ul>
            </Section>
            <Section title="Who is affected">
                <WhoIsAffected affected today />
            </Section>
            <Warning title="It cannot be taken back">
                <p>"All clinics of these days are cancelled. Everybody who has booked loses their appointment."</p>
            </Warning>
            <Form action=HOLIDAYS>
                <input type="hidden" name="of" value=nation.code() />
                <input type="hidden" name="days" value=form.value("days") />
                <input type="hidden" name="seen" value=seen />
                <Button kind=ButtonKind::Warning>"Close these days"</Button>
            </Form>
        }
    })
    .await
}
