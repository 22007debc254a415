//! The diary of doses, week by week.

use super::LIST;
use super::today::{closed, day_in, day_page, noted, only_a_help, state_tag};
use crate::ctx::{Answer, Ctx, Head};
use crate::forms::Typed;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, Cell, Choice, DataTable, EmptyState, ErrorSummary, Form, IconName, PageHeading, Radios, Section,
};
use crate::whose::Whose;
use axum::extract::Query;
use chrono::{Days, NaiveDate};
use domain::medicine::{DiaryShare, DoseState, Tally};
use domain::when::{clock_at, day_in_words, london_day};
use leptos::prelude::*;
use service::DoseDiary;

/// Where it is.
pub(crate) const DIARY: &str = "/medicines/diary";

/// How a week went: "Taken 12 of 14 this week; 1 not recorded."
pub(crate) fn in_words(tally: Tally, is_this_week: bool) -> String {
    let when = if is_this_week { " this week" } else { "" };
    let due = tally.until_now();
    if due == 0 {
        return format!("Nothing was to be taken{when} yet.");
    }
    let part = |count: u32, words: &str| (count > 0).then(|| format!("; {count} {words}"));
    let more = [part(tally.skipped, "not taken"), part(tally.not_recorded, "not recorded"), part(tally.due, "due now")];
    format!("Taken {} of {due}{when}{}.", tally.taken, more.into_iter().flatten().collect::<String>())
}

/// The week that is named, or this one.
pub async fn show(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let (today, whose) = (london_day(ctx.services().core.now()), ctx.whose());
    let diary = ctx.services().medicines.dose_diary(&ctx.actor(), ctx.person()?, day_in(&query, "week")).await?;
    let form = ctx.form("diary").await?;
    let title = whose.name.as_ref().map_or_else(|| "Medicine diary".to_owned(), |_| format!("{} medicine diary", whose.title()));
    let heading = title.clone();
    ctx.page(Head::form(&title, Place::Medicines, &form), || {
        let (errors, wrong) = (form.errors(), form.error("share"));
        let share = diary.share.map(|now| {
            let typed = Some(form.value("share")).filter(|typed| !typed.is_empty());
            let choices = DiaryShare::ALL.iter().map(|share| share_choice(*share)).collect();
            view! {
                <div class="sh-screen-only">
                    <Section title="Who can see this diary">
                        <Form action=DIARY>
                            <Radios
                                id="share"
                                legend_text="Who can see it, beside you?"
                                hint="You can change this at any time. Each look is written down, and you can see it."
                                choices=choices
                                error=wrong
                                value=typed.unwrap_or_else(|| now.code().to_owned())
                            />
                            <Button>"Save"</Button>
                        </Form>
                    </Section>
                </div>
            }
        });
        view! {
            <BackLink href=LIST label="Back to medicines" />
            <ErrorSummary errors=errors />
            <PageHeading title=heading />
            {week(&diary, &whose, today, DIARY, true)}
            <div class="sh-screen-only">{only_a_help()}</div>
            {share}
        }
    })
    .await
}

fn share_choice(share: DiaryShare) -> Choice {
    match share {
        DiaryShare::Nobody => Choice::new(share.code(), "Nobody"),
        DiaryShare::Carers => Choice::new(share.code(), "People who act for me").hint(
            "Those who can order medicines for you. They see only the medicines that you let them see, and can note doses too.",
        ),
        DiaryShare::Team => Choice::new(share.code(), "People who act for me, and my care team")
            .hint("Your practice and other services with which you share your medicines can look. They do not watch it."),
    }
}

/// A week as a sentence and a table, with the ways to the weeks beside it. `links` is whether each row leads to its day.
pub(crate) fn week(diary: &DoseDiary, whose: &Whose, today: NaiveDate, page: &str, links: bool) -> AnyView {
    if !diary.open {
        return closed(whose).into_any();
    }
    let title = format!("Week from {}", day_in_words(diary.week));
    let body = if diary.doses.is_empty() {
        view! {
            <EmptyState title="Nothing stands in this week" icon=IconName::Pill>
                <p>"Doses of medicines with a reminder come here by themselves."</p>
            </EmptyState>
        }
        .into_any()
    } else {
        let head = ["When", "Medicine", "What was noted"].map(ToOwned::to_owned).to_vec();
        let rows = diary.doses.iter().map(|dose| {
            let day = london_day(dose.due_at);
            let when = format!("{} {}, {}", day.format("%A"), day.format("%-d %B"), clock_at(dose.due_at));
            let when = match links && dose.can_answer && dose.state != DoseState::Coming {
                true => view! { <a href=day_page(day, today)>{when}</a> }.into_any(),
                false => when.into_any(),
            };
            let (label, _) = state_tag(dose.state);
            let by = noted(dose, whose, today);
            let note = (!dose.note.is_empty()).then(|| view! { " Note: " <bdi>{dose.note.clone()}</bdi> });
            let said = view! { <strong>{label}</strong> {(!by.is_empty()).then(|| format!(". {by}"))} {note} };
            vec![Cell::new(when), Cell::new(view! { <bdi>{dose.name.clone()}</bdi> }), Cell::new(said)]
        });
        view! {
            <p>{in_words(diary.tally, diary.is_this_week)}</p>
            <p>"\u{201c}Not recorded\u{201d} means that nobody noted anything. The medicine may have been taken."</p>
            <DataTable caption="What was noted of each dose" head=head rows=rows.collect() />
        }
        .into_any()
    };
    let to = |day: Option<NaiveDate>| day.map(|day| format!("{page}?week={day}"));
    let before = to(diary.week.checked_sub_days(Days::new(7)));
    let after = to(diary.week.checked_add_days(Days::new(7)).filter(|_| !diary.is_this_week));
    view! {
        <Section title=title>{body}</Section>
        <ul class="nhsuk-list sh-screen-only">
            {before.map(|href| view! { <li><a href=href>"The week before"</a></li> })}
            {after.map(|href| view! { <li><a href=href>"The week after"</a></li> })}
        </ul>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_told_in_a_sentence() {
        let tally = Tally { taken: 12, skipped: 1, not_recorded: 1, due: 0, coming: 3 };
        assert_eq!(in_words(tally, true), "Taken 12 of 14 this week; 1 not taken; 1 not recorded.");
        assert_eq!(in_words(Tally { taken: 1, due: 1, ..Tally::default() }, false), "Taken 1 of 2; 1 due now.");
        assert_eq!(in_words(Tally { coming: 4, ..Tally::default() }, true), "Nothing was to be taken this week yet.");
    }
}
