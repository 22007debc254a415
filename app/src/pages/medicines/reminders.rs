//! Reminders to take medicines and to order more: the list, and the form for one.

use super::today::only_a_help;
use super::{LIST, in_words};
use crate::api::field;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::{FormState, Typed};
use crate::pages::appointments::{Part, id_in};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Checkboxes, Choice, DateInput, DateParts, EmptyState, ErrorSummary, Form, IconName, Inset,
    Narrow, PageHeading, Radios, Section, SummaryList, SummaryRow, Tag, TagKind, TextInput,
};
use crate::whose::Whose;
use axum::extract::Query;
use chrono::{Datelike, NaiveDate};
use domain::DoseReminderId;
use domain::appointment::Weekdays;
use domain::medicine::{EndReason, MedicineRef};
use domain::when::{day_in_words, london_day, weekday_in_words};
use leptos::prelude::*;
use service::{DoseRemindersSeen, Reach, Remindable, ReminderSeen};

/// Where they are.
pub(crate) const REMINDERS: &str = "/medicines/reminders";
/// Where one is set up.
pub(crate) const NEW: &str = "/medicines/reminders/new";

/// Where a reminder of this medicine is set up.
pub(crate) fn new_page(medicine: MedicineRef) -> String {
    format!("{NEW}?medicine={}", medicine.code())
}

/// Where a reminder is.
pub(crate) fn reminder_page(id: DoseReminderId) -> String {
    format!("{REMINDERS}/{id}")
}

/// "every day", "Monday and Thursday".
fn days_in_words(days: Weekdays) -> String {
    let all: Vec<&str> = Weekdays::WEEK.into_iter().filter(|day| days.has(*day)).map(weekday_in_words).collect();
    if all.len() == Weekdays::WEEK.len() { "Every day".to_owned() } else { all.join(", ") }
}

/// How messages come: "By email and text message".
fn how_in_words(seen: &ReminderSeen) -> &'static str {
    match (seen.by_mail, seen.by_text) {
        (true, true) => "By email and text message",
        (true, false) => "By email",
        (false, true) => "By text message",
        (false, false) => "No message. It stands on the page of today only",
    }
}

/// All of them.
pub async fn list(ctx: Ctx) -> Answer {
    let seen = ctx.services().medicines.dose_reminders(&ctx.actor(), ctx.person()?).await?;
    let (form, whose) = (ctx.form("reminders").await?, ctx.whose());
    let title = match &whose.name {
        None => "Reminders of medicines".to_owned(),
        Some(name) => format!("Reminders of medicines for {name}"),
    };
    let heading = title.clone();
    ctx.page(Head::form(&title, Place::Medicines, &form), || {
        let (ended, open): (Vec<_>, Vec<_>) = seen.reminders.iter().cloned().partition(|one| one.ended.is_some());
        let rows = open.iter().map(|one| reminder(one, seen.reach)).collect_view();
        let none = open.is_empty().then(|| {
            view! {
                <EmptyState title="No reminders to take medicines" icon=IconName::Pill>
                    <p>"Choose a medicine below to set one up."</p>
                </EmptyState>
            }
        });
        let ended = ended.iter().map(ended_reminder).collect_view();
        view! {
            <Narrow>
                <BackLink href=LIST label="Back to medicines" />
                <ErrorSummary errors=form.errors() />
                <PageHeading title=heading />
                {only_a_help()}
                <Goes reach=seen.reach whose=whose.clone() />
                <Section title="To take">
                    {none}
                    {rows}
                    {ended}
                </Section>
                <Add medicines=seen.medicines.clone() />
                <Order seen=seen.clone() form=form.clone() whose=whose.clone() />
                <Collect seen=seen.clone() form=form.clone() whose=whose.clone() />
                <div class="sh-screen-only">
                    <Section title="See also">
                        <ul class="nhsuk-list">
                            <li><a href="/medicines/today">"What to take today"</a></li>
                            <li><a href="/medicines/diary">"The diary, week by week"</a></li>
                        </ul>
                    </Section>
                </div>
            </Narrow>
        }
    })
    .await
}

/// Where messages go, and where they cannot.
#[component]
fn Goes(reach: Reach, whose: Whose) -> impl IntoView {
    let to = match (&whose.name, reach.own_account) {
        (None, _) => "Emails go to the address of your account.".to_owned(),
        (Some(name), true) => format!("Messages go to {name}, at the email address and the mobile number of their own account."),
        (Some(name), false) => {
            format!(
                "{name} has no account here. Messages go by email to whoever set the reminder up, as long as they act for {name}."
            )
        }
    };
    let text = match (reach.texts, reach.can_text, &whose.name) {
        (false, ..) => view! { <p>"Text messages are not sent by this service."</p> }.into_any(),
        (true, true, _) => ().into_any(),
        (true, false, None) => view! {
            <p>"For text messages, " <a href="/account/mobile">"add your mobile number"</a> " first. Without it none are sent."</p>
        }
        .into_any(),
        (true, false, Some(_)) => {
            view! { <p>"There is no mobile number in their account, so no text messages are sent."</p> }.into_any()
        }
    };
    view! {
        <p>{to} " A message never says which medicine, or that it is about a medicine."</p>
        {text}
    }
}

fn reminder(seen: &ReminderSeen, reach: Reach) -> impl IntoView + use<> {
    let mut rows = vec![
        SummaryRow::new("Times", seen.times().join(", ")),
        SummaryRow::new("Days", days_in_words(seen.table.days)),
        SummaryRow::new("From", day_in_words(seen.table.from)),
    ];
    if let Some(until) = seen.table.until {
        rows.push(SummaryRow::new("Until", day_in_words(until)));
    }
    rows.push(SummaryRow::new("How", how_in_words(seen)));
    let held = seen.held_back();
    let held = (!held.is_empty()).then(|| {
        view! {
            <p>{format!("No message is sent at {}, because it is night. It still stands on the page of today.", held.join(" and "))}</p>
        }
    });
    let no_number =
        (seen.by_text && !reach.can_text).then(|| view! { <p>"There is no mobile number now, so no text message is sent."</p> });
    let warns = seen.now != service::MedicineNow::Taken;
    let warns = warns.then(|| {
        view! {
            <Inset><p>"The record says that this medicine is not taken now. Ask the practice. The reminder ends at its next time."</p></Inset>
        }
    });
    let (page, name) = (reminder_page(seen.id), seen.name.clone());
    view! {
        <h3 class="nhsuk-heading-s"><bdi>{seen.name.clone()}</bdi></h3>
        {warns}
        <SummaryList rows=rows />
        {held}
        {no_number}
        <p class="sh-screen-only"><a href=page.clone()>"Change it" <span class="nhsuk-u-visually-hidden">{format!(": {name}")}</span></a></p>
        <Form action=format!("{page}/end")>
            <Button kind=ButtonKind::Secondary about=format!(": {name}")>"End this reminder"</Button>
        </Form>
    }
}

fn ended_reminder(seen: &ReminderSeen) -> impl IntoView + use<> {
    let (at, why) = seen.ended.map_or((None, EndReason::Stopped), |(at, why)| (Some(at), why));
    let why = match why {
        EndReason::Paused => "the record says that the medicine is paused",
        EndReason::Stopped | EndReason::Changed | EndReason::Ended => "the record says that the medicine is stopped",
    };
    let day = at.map(|at| format!(" on {}", day_in_words(london_day(at)))).unwrap_or_default();
    view! {
        <h3 class="nhsuk-heading-s"><bdi>{seen.name.clone()}</bdi></h3>
        <p><Tag label="Ended" kind=TagKind::Attention /></p>
        <p>{format!("This reminder ended{day}, because {why}. If you take it again, set up a new one.")}</p>
    }
}

#[component]
fn Add(medicines: Vec<Remindable>) -> impl IntoView {
    if medicines.is_empty() {
        return view! { <p>"There is no medicine now of which we could remind."</p> }.into_any();
    }
    let rows = medicines
        .into_iter()
        .map(|one| {
            let more = if one.has_reminder { " (has a reminder)" } else { "" };
            view! { <li><a href=new_page(one.medicine)><bdi>{one.name}</bdi></a> {more}</li> }
        })
        .collect_view();
    view! {
        <Section title="Add a reminder">
            <p>"Which medicine is it for?"</p>
            <ul>{rows}</ul>
        </Section>
    }
    .into_any()
}

/// How they are reminded of what they asked for once and for all; `id` is the name of its boxes.
#[component]
fn Ways(
    id: &'static str,
    legend_text: &'static str,
    hint: &'static str,
    now: (bool, bool),
    reach: Reach,
    form: FormState,
) -> impl IntoView {
    let now = [("mail", now.0), ("text", now.1)];
    let now: Vec<String> = now.iter().filter(|(_, on)| *on).map(|(word, _)| (*word).to_owned()).collect();
    let values = if form.value("sent") == id { form.value(id).split_whitespace().map(ToOwned::to_owned).collect() } else { now };
    view! {
        <Form action=REMINDERS>
            <input type="hidden" name="sent" value=id />
            <Checkboxes id=id legend_text=legend_text hint=hint choices=ways(reach) values=values error=form.error(id) />
            <Button kind=ButtonKind::Secondary about=format!(": {legend_text}")>"Save"</Button>
        </Form>
    }
}

#[component]
fn Order(seen: DoseRemindersSeen, form: FormState, whose: Whose) -> impl IntoView {
    let none = (!seen.has_repeats).then(|| {
        let have = whose.have();
        view! { <p>{format!("Now {have} no repeat medicine that can be ordered.")}</p> }
    });
    view! {
        <Section title="To order">
            <p>"We can write when there is room for the next order, once for each supply. It is worked out from when a medicine was given and how long that lasts."</p>
            {none}
            <Ways
                id="order_how"
                legend_text="Remind to order?"
                hint="Choose none to get no reminders. They come between 9am and 6pm."
                now=(seen.order_by_mail, seen.order_by_text)
                reach=seen.reach
                form=form
            />
        </Section>
    }
}

#[component]
fn Collect(seen: DoseRemindersSeen, form: FormState, whose: Whose) -> impl IntoView {
    let others = whose.name.filter(|_| !seen.reach.own_account).map(|name| {
        let told = "Messages about what is ready go to whoever ordered it, or else to everybody who can order medicines for";
        view! { <p>{format!("{told} {name}.")}</p> }
    });
    view! {
        <Section title="To collect">
            <p>"We write when the pharmacy tells us that something is ready, and once more if it still waits 3 days later."</p>
            {others}
            <Ways
                id="collect_how"
                legend_text="Remind to collect?"
                hint="Choose none to get no reminders. They come between 7am and 10pm."
                now=(seen.collect_by_mail, seen.collect_by_text)
                reach=seen.reach
                form=form
            />
        </Section>
    }
}

fn ways(reach: Reach) -> Vec<Choice> {
    let text = reach.can_text.then(|| Choice::new("text", "By text message"));
    std::iter::once(Choice::new("mail", "By email")).chain(text).collect()
}

/// What a form begins with.
struct Begins {
    medicine: MedicineRef,
    about: String,
    dose: String,
    name: String,
    times: String,
    days: Weekdays,
    from: NaiveDate,
    until: Option<NaiveDate>,
    how: Vec<String>,
    at_night: Option<bool>,
}

/// Setting one up.
pub async fn add(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    let form = ctx.form("dose-reminder").await?;
    let named = Some(field(&query, "medicine").to_owned()).filter(|code| !code.is_empty()).unwrap_or(form.value("medicine"));
    if named.is_empty() {
        return Ok(ctx.go(REMINDERS));
    }
    let seen = ctx.services().medicines.dose_reminders(&ctx.actor(), ctx.person()?).await?;
    let medicine = MedicineRef::from_code(&named).ok_or_else(Failure::not_found)?;
    let one = seen.medicines.iter().find(|one| one.medicine == medicine).ok_or_else(Failure::not_found)?;
    let begins = Begins {
        medicine,
        about: one.name.clone(),
        dose: in_words(&one.doses),
        name: one.name.clone(),
        times: String::new(),
        days: Weekdays::WEEK.into_iter().fold(Weekdays::default(), Weekdays::with),
        from: london_day(ctx.services().core.now()),
        until: None,
        how: vec!["mail".to_owned()],
        at_night: None,
    };
    page(ctx, "Remind me to take it", begins, (form, seen.reach), NEW.to_owned()).await
}

/// Changing one.
pub async fn show(ctx: Ctx, path: Part) -> Answer {
    let id = id_in::<DoseReminderId>(path)?;
    let seen = ctx.services().medicines.dose_reminders(&ctx.actor(), ctx.person()?).await?;
    let form = ctx.form("dose-reminder").await?;
    let one = seen.reminders.iter().find(|one| one.id == id && one.ended.is_none()).ok_or_else(Failure::not_found)?;
    let how = [("mail", one.by_mail), ("text", one.by_text)];
    let night = !one.held_back().is_empty() || one.at_night;
    let begins = Begins {
        medicine: one.medicine,
        about: one.name.clone(),
        dose: in_words(&one.doses),
        name: one.name.clone(),
        times: one.times().join(", "),
        days: one.table.days,
        from: one.table.from,
        until: one.table.until,
        how: how.iter().filter(|(_, on)| *on).map(|(word, _)| (*word).to_owned()).collect(),
        at_night: night.then_some(one.at_night),
    };
    page(ctx, "Change a reminder", begins, (form, seen.reach), reminder_page(id)).await
}

fn parts(day: Option<NaiveDate>) -> DateParts {
    day.map_or_else(DateParts::default, |day| {
        DateParts::new(day.day().to_string(), day.month().to_string(), day.year().to_string())
    })
}

async fn page(ctx: Ctx, title: &'static str, begins: Begins, (form, reach): (FormState, Reach), action: String) -> Answer {
    let (submission, whose) = (ctx.submission(), ctx.whose());
    let title = match (&whose.name, title) {
        (Some(_), "Remind me to take it") => "Set up a reminder",
        _ => title,
    };
    ctx.page(Head::form(title, Place::Medicines, &form), || {
        let sent = form.value("sent") == "1";
        let or = |name: &str, begin: String| if sent { form.value(name) } else { begin };
        let date = |name: &str, begin: Option<NaiveDate>| if sent { form.date(name) } else { parts(begin) };
        let all = |name: &str, begin: Vec<String>| -> Vec<String> {
            if sent { form.value(name).split_whitespace().map(ToOwned::to_owned).collect() } else { begin }
        };
        let week: Vec<Choice> =
            Weekdays::WEEK.into_iter().map(|day| Choice::new(Weekdays::default().with(day).code(), weekday_in_words(day))).collect();
        let on: Vec<String> = begins.days.code().split_whitespace().map(ToOwned::to_owned).collect();
        let night = begins.at_night.map_or("", |yes| if yes { "yes" } else { "no" }).to_owned();
        let (name, times) = (or("name", begins.name), or("times", begins.times));
        let (on, how) = (all("days", on), all("how", begins.how));
        let (from, until) = (date("from", Some(begins.from)), date("until", begins.until));
        let night = or("at_night", night);
        let errors = form.errors();
        let [wrong_name, wrong_times, wrong_days, wrong_from, wrong_until, wrong_how, wrong_night] =
            ["name", "times", "days", "from", "until", "how", "at_night"].map(|field| form.error(field));
        let (code, dose) = (begins.medicine.code(), begins.dose);
        let dose = (!dose.is_empty()).then(|| view! { <p>"How to take it: " <bdi>{dose}</bdi></p> });
        let ways = ways(reach);
        view! {
            <Narrow>
                <BackLink href=REMINDERS label="Back to reminders" />
                <ErrorSummary errors=errors />
                <PageHeading title=title caption=begins.about />
                {dose}
                {only_a_help()}
                <Form action=action submission=submission keep="dose-reminder">
                    <input type="hidden" name="sent" value="1" />
                    <input type="hidden" name="medicine" value=code />
                    <TextInput
                        id="name"
                        label="What do you call it?"
                        hint="It stands here and in the diary, never in a message."
                        error=wrong_name
                        value=name
                    />
                    <TextInput
                        id="times"
                        label="At which times?"
                        hint="Up to 8, with commas between, like 8am, 1:30pm, 10pm. Follow what you were told: we do not work it out."
                        error=wrong_times
                        value=times
                    />
                    <Checkboxes id="days" legend_text="On which days?" choices=week values=on error=wrong_days />
                    <DateInput
                        id="from"
                        legend_text="First day"
                        hint="It can be up to 7 days ago, to note what was taken since."
                        error=wrong_from
                        value=from
                    />
                    <DateInput id="until" legend_text="Last day (if there is one)" error=wrong_until value=until />
                    <Checkboxes
                        id="how"
                        legend_text="How do we remind?"
                        hint="Choose none to have it on the page of today only."
                        choices=ways
                        values=how
                        error=wrong_how
                    />
                    <Radios
                        id="at_night"
                        legend_text="If a time is between 10pm and 7am, do we write then?"
                        hint="Only asked for times at night. To be woken at one time and not at another, set up two reminders."
                        choices=vec![Choice::new("yes", "Yes, write at night too"), Choice::new("no", "No, do not write at night")]
                        error=wrong_night
                        value=night
                    />
                    <Button>"Save the reminder"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}
