//! What is to be taken on a day, and noting what became of it.

use super::{LIST, in_words};
use crate::api::field;
use crate::ctx::{Answer, Ctx, Head};
use crate::forms::{FormState, Typed};
use crate::pages::readings;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Details, EmptyState, ErrorSummary, Form, IconName, Inset, Narrow, PageHeading, Section, Tag,
    TagKind, TextInput,
};
use crate::whose::Whose;
use crate::words;
use axum::extract::Query;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::medicine::{DoseAnswer, DoseState};
use domain::when::{clock_at, london_day};
use leptos::prelude::*;
use service::{DoseForm, DoseSeen, MedicineNow};

/// Where it is.
pub(crate) const TODAY: &str = "/medicines/today";

/// Where the doses of a day are.
pub(crate) fn day_page(day: NaiveDate, today: NaiveDate) -> String {
    if day == today { TODAY.to_owned() } else { format!("{TODAY}?day={day}") }
}

/// The day that an address or a form names; absent where it names none.
pub(crate) fn day_in(typed: &Typed, name: &str) -> Option<NaiveDate> {
    // Far from any day on which something was taken there is nothing to look at.
    field(typed, name).parse().ok().filter(|day: &NaiveDate| (2000..3000).contains(&day.year()))
}

/// "Taken", "Not recorded".
pub(crate) fn state_tag(state: DoseState) -> (&'static str, TagKind) {
    match state {
        DoseState::Coming => ("Later", TagKind::Neutral),
        DoseState::Due => ("Due", TagKind::Info),
        DoseState::NotRecorded => ("Not recorded", TagKind::Neutral),
        DoseState::Taken => ("Taken", TagKind::Good),
        DoseState::Skipped => ("Not taken", TagKind::Attention),
    }
}

/// "You noted this, 8:05am."; empty where nobody noted anything.
pub(crate) fn noted(dose: &DoseSeen, whose: &Whose, today: NaiveDate) -> String {
    let Some((by, at)) = dose.noted else { return String::new() };
    let who = readings::by(by, whose);
    format!("{who} noted this: {}.", words::in_sentence(&words::day_and_clock(at, today)))
}

/// What is said on every page of doses, so that nobody relies on it for more than it is.
pub(crate) fn only_a_help() -> impl IntoView {
    view! {
        <Inset>
            <p>"This is a help to remember. Nobody is watching it for you."</p>
            <p>
                "Not sure if a medicine was taken? Do not take it again. Ask a pharmacist, or call "
                <a href="tel:111">"111"</a>
                "."
            </p>
        </Inset>
    }
}

/// Where messages lead: their address says nothing of medicines to whoever sees it.
pub async fn from_message(ctx: Ctx) -> Answer {
    Ok(ctx.go(TODAY))
}

/// The doses of a day by their times.
pub async fn show(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let (today, whose) = (london_day(ctx.services().core.now()), ctx.whose());
    let seen = ctx.services().medicines.doses_of_day(&ctx.actor(), ctx.person()?, day_in(&query, "day")).await?;
    let form = ctx.form("dose").await?;
    let title = match (&whose.name, seen.day == today) {
        (None, true) => "Medicines for today".to_owned(),
        (Some(_), true) => format!("{} medicines for today", whose.title()),
        (_, false) => format!("Medicines: {}", words::in_sentence(&words::day_heading(seen.day, today))),
    };
    let heading = title.clone();
    ctx.page(Head::form(&title, Place::Medicines, &form), || {
        let mut times: Vec<(DateTime<Utc>, Vec<DoseSeen>)> = Vec::new();
        for dose in seen.doses {
            match times.last_mut() {
                Some((at, of)) if *at == dose.due_at => of.push(dose),
                _ => times.push((dose.due_at, vec![dose])),
            }
        }
        let body = if !seen.open {
            closed(&whose).into_any()
        } else if times.is_empty() {
            let when = if seen.day == today { "today" } else { "on this day" };
            view! {
                <EmptyState title=format!("Nothing to take {when}") icon=IconName::Pill>
                    <p>"Only medicines with a reminder stand here. Others may have to be taken too."</p>
                    <p class="sh-screen-only"><a href="/medicines/reminders">"Set up a reminder"</a></p>
                </EmptyState>
            }
            .into_any()
        } else {
            let sections = times.into_iter().map(|(at, of)| {
                let doses = of.into_iter().map(|dose| view! { <Dose dose form=form.clone() whose=whose.clone() today /> });
                let doses = doses.collect_view();
                view! { <Section title=clock_at(at)>{doses}</Section> }
            });
            sections.collect_view().into_any()
        };
        let before = seen.day.pred_opt().map(|day| day_page(day, today));
        let after = seen.day.succ_opt().filter(|day| *day <= today).map(|day| day_page(day, today));
        view! {
            <Narrow>
                <BackLink href=LIST label="Back to medicines" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title=heading />
                {only_a_help()}
                {body}
                <div class="sh-screen-only">
                <Section title="See also">
                <ul class="nhsuk-list">
                    {before.map(|href| view! { <li><a href=href>"The day before"</a></li> })}
                    {after.map(|href| view! { <li><a href=href>"The day after"</a></li> })}
                    <li><a href="/medicines/diary">"The diary, week by week"</a></li>
                    <li><a href="/medicines/reminders">"Reminders"</a></li>
                </ul>
                </Section>
                </div>
            </Narrow>
        }
    })
    .await
}

/// To whom the diary is not open.
pub(crate) fn closed(whose: &Whose) -> impl IntoView + use<> {
    let who = whose.name.clone().unwrap_or_else(|| "The person".to_owned());
    view! { <p>{format!("{who} does not share this diary. Only they can change that.")}</p> }
}

#[component]
fn Dose(dose: DoseSeen, form: FormState, whose: Whose, today: NaiveDate) -> impl IntoView {
    let (label, kind) = state_tag(dose.state);
    let (due, id, day) = (dose.due_at.to_rfc3339(), dose.reminder.to_string(), london_day(dose.due_at).to_string());
    let how = in_words(&dose.doses);
    let by = noted(&dose, &whose, today);
    let warning = match dose.now {
        None | Some(MedicineNow::Taken) => None,
        Some(MedicineNow::Paused) => Some("The record says that this medicine is paused."),
        Some(MedicineNow::Stopped) => Some("The record says that this medicine is stopped."),
    };
    let warning = warning.map(|says| {
        view! { <Inset><p>{format!("{says} Ask the practice or a pharmacist before it is taken.")}</p></Inset> }
    });
    let held = (dose.held_back && dose.state == DoseState::Coming).then(|| {
        view! {
            <p>
                "No message is sent at this time, because it is night. "
                <a href=format!("/medicines/reminders/{id}")>"Change that" <span class="nhsuk-u-visually-hidden">{format!(" for {}", dose.name)}</span></a>
            </p>
        }
    });
    let about = format!("{}, {}", dose.name, clock_at(dose.due_at));
    let fields = {
        let (due, id, day) = (due.clone(), id.clone(), day.clone());
        move || {
            view! {
                <input type="hidden" name="reminder" value=id.clone() />
                <input type="hidden" name="due_at" value=due.clone() />
                <input type="hidden" name="day" value=day.clone() />
            }
        }
    };
    let mine = form.value("reminder") == id && form.value("due_at") == due;
    let acts = match dose.state {
        _ if !dose.can_answer => None,
        DoseState::Taken | DoseState::Skipped => Some(
            view! {
                <Form action=TODAY>
                    {fields()}
                    <Button kind=ButtonKind::Secondary name="act" value=DoseForm::TAKE_BACK about=about.clone()>"Take this back"</Button>
                </Form>
            }
            .into_any(),
        ),
        DoseState::Coming | DoseState::Due | DoseState::NotRecorded => {
            let (error, typed) = if mine { (form.error("note"), form.value("note")) } else { (None, String::new()) };
            let open = error.is_some();
            let note = if mine { "note".to_owned() } else { format!("note-{id}-{}", dose.due_at.timestamp()) };
            let (fields_too, about_too) = (fields.clone(), about.clone());
            let summary = format!("Not taken: {about}");
            Some(
                view! {
                    <Form action=TODAY>
                        {fields()}
                        <Button name="act" value=DoseAnswer::Taken.code() about=about.clone()>"Taken"</Button>
                    </Form>
                    <Details summary=summary open=open>
                        <Form action=TODAY>
                            {fields_too()}
                            <TextInput id=note name="note" label="Why? (if you want)" error=error value=typed />
                            <Button kind=ButtonKind::Secondary name="act" value=DoseAnswer::Skipped.code() about=about_too>"Not taken"</Button>
                        </Form>
                    </Details>
                }
                .into_any(),
            )
        }
    };
    view! {
        <h3 class="nhsuk-heading-s sh-dose"><bdi>{dose.name.clone()}</bdi></h3>
        <p><Tag label=label kind=kind /></p>
        {(!how.is_empty()).then(|| view! { <p><bdi>{how}</bdi></p> })}
        {(!by.is_empty()).then(|| view! { <p>{by}</p> })}
        {(!dose.note.is_empty()).then(|| view! { <p>"Note: " <bdi>{dose.note.clone()}</bdi></p> })}
        {warning}
        {held}
        {acts}
    }
}
