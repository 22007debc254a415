//! A guided week that was kept on paper: the first day of it, and then what stands on each line.

use super::one::waited;
use super::start::zones;
use super::{Part, WEEKS, day_name, days_in_words, protocol_in, start_page, week_page};
use crate::api::weeks::paper_form;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::FormState;
use crate::pages::readings::before_it_is_saved;
use crate::pages::readings::record::{number, sure, units};
use crate::shell::Place;
use crate::ui::{BackLink, Button, DateInput, ErrorSummary, Form, InputKind, Narrow, PageHeading, Section, TextInput, Width};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use chrono::NaiveDate;
use domain::WeekId;
use domain::medicine::Times;
use domain::reading::week::{Protocol, Sitting, Works};
use domain::when::minute_in_words;
use leptos::prelude::*;
use service::{PaperForm, ToDo, paper_days};

/// The name of the form that asks for the first day.
pub(crate) const DAY: &str = "paper-day";
/// The name of the form with the lines.
pub(crate) const FORM: &str = "paper-week";

/// The protocol and the first day in a path.
pub(crate) type OfPaper = Result<Path<(String, String)>, PathRejection>;

/// The protocol and the first day that a path names.
pub(crate) fn paper_in(path: OfPaper) -> Result<(Protocol, NaiveDate), Failure> {
    let Ok(Path((word, day))) = path else { return Err(Failure::not_found()) };
    Protocol::from_code(&word).zip(day.parse().ok()).ok_or_else(Failure::not_found)
}

/// Where one types in a diary from paper.
pub(crate) fn paper_page(protocol: Protocol) -> String {
    format!("{WEEKS}/paper/{}", protocol.code())
}

/// Where the lines of one are that began on this day.
pub(crate) fn lines_page(protocol: Protocol, first: NaiveDate) -> String {
    format!("{}/{first}", paper_page(protocol))
}

/// Asks for the first day.
pub async fn day(ctx: Ctx, path: Part) -> Answer {
    let protocol = protocol_in(path)?;
    if let Some(week) = ctx.services().readings.may_type_in(&ctx.actor(), ctx.person()?, protocol).await? {
        return goes_on(&ctx, protocol, week).await;
    }
    let form = ctx.form(DAY).await?;
    ctx.page(Head::form("Type in a paper diary", Place::Health, &form), || {
        let (errors, wrong, value) = (form.errors(), form.error("first"), form.date("first"));
        view! {
            <Narrow>
                <BackLink href=start_page(protocol) label=format!("Back to {}", protocol.title().to_lowercase()) />
                <ErrorSummary errors=errors />
                <PageHeading title="Type in a paper diary" caption=protocol.title() />
                <Form action=paper_page(protocol)>
                    <DateInput id="first" legend_text="What is the first day on the paper?" error=wrong value=value />
                    <Button>"Continue"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// Says before anything is typed that one has to end first.
async fn goes_on(ctx: &Ctx, protocol: Protocol, week: WeekId) -> Answer {
    ctx.page(Head::new("Type in a paper diary", Place::Health), || {
        view! {
            <Narrow>
                <BackLink href=start_page(protocol) label=format!("Back to {}", protocol.title().to_lowercase()) />
                <PageHeading title="Type in a paper diary" caption=protocol.title() />
                <p>"You are doing this already, and only one can go on at a time. Type in the paper when it is over, or end it first."</p>
                <p class="sh-screen-only"><a href=week_page(week)>"Go to the one that goes on"</a></p>
            </Narrow>
        }
    })
    .await
}

/// The lines.
pub async fn lines(ctx: Ctx, path: OfPaper) -> Answer {
    let (protocol, first) = paper_in(path)?;
    let now = ctx.services().core.now();
    let Ok((first, last)) = paper_days(protocol, first, now) else { return Err(Failure::not_found()) };
    let (form, submission, whose) = (ctx.form(FORM).await?, ctx.submission(), ctx.whose());
    let told = if form.has_errors() {
        let typed = paper_form(protocol, form.all());
        ctx.services().readings.about_typed_on_paper(&ctx.actor(), ctx.person()?, (protocol, first), &typed).await?
    } else {
        ToDo::new()
    };
    // One look is one event: where there is anything to do, it was written down with that.
    if told.is_empty() {
        let week = ctx.services().readings.may_type_in(&ctx.actor(), ctx.person()?, protocol).await?;
        // What was typed already is not lost.
        if let Some(week) = week.filter(|_| !form.has_errors()) {
            return goes_on(&ctx, protocol, week).await;
        }
    }
    ctx.page(Head::form("Type in a paper diary", Place::Health, &form), || {
        let or = |field: &str, usual: &str| if form.value("sent").is_empty() { usual.to_owned() } else { form.value(field) };
        let best = (protocol.works() == Works::Zones).then(|| zones(&form, &or));
        let today = domain::reading::week::diary_day(now);
        let days = first.iter_days().take_while(|day| *day <= last.min(today)).enumerate().map(|(place, day)| {
            let sittings = protocol.sittings().len();
            let parts = protocol.sittings().iter().enumerate().map(|(at, sitting)| line(protocol, (place * sittings + at, at), sitting, &form));
            let parts = parts.collect_view();
            view! { <Section title=day_name(day)>{parts}</Section> }
        });
        let days = days.collect_view();
        let waits = (protocol.each() > 1).then(|| waited(&form));
        let (errors, units) = (form.errors(), units(protocol.measure(), &form, protocol.measure().unit()));
        view! {
            <Narrow>
                <BackLink href=paper_page(protocol) label="Back to the first day" />
                {before_it_is_saved(&told, &whose)}
                <ErrorSummary errors=errors />
                <PageHeading
                    title="Type in a paper diary"
                    caption=days_in_words(first, last)
                    lead="Type what stands on the paper. Leave a line empty where nothing stands there. Change the time where you know it better."
                />
                <Form action=lines_page(protocol, first) submission=submission keep=FORM>
                    <input type="hidden" name="sent" value="1" />
                    {units}
                    {best}
                    {days}
                    {waits}
                    <Button>"Save all of it"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// One line: what stands in a part of a day, and when it was taken.
fn line(protocol: Protocol, (place, at): (usize, usize), sitting: &'static Sitting, form: &FormState) -> AnyView {
    let (before, measure) = (PaperForm::field(place), protocol.measure());
    let many = usize::from(protocol.blows()).max(protocol.each());
    let fields = (0..many).map(|at| {
        let suffix = if at == 0 { String::new() } else { format!("_{}", at + 1) };
        let heading = (many > 1).then(|| view! { <p class="nhsuk-hint">{format!("Number {} of {many}", at + 1)}</p> });
        let numbers = measure.parts().iter().map(|part| number(measure, part, (form, (&before, &suffix)), None)).collect_view();
        view! { {heading} {numbers} {sure(form, (&before, &suffix))} }
    });
    let fields = fields.collect_view();
    let id = format!("{before}time");
    let usual = Times::parse(protocol.times()).ok().and_then(|times| times.minutes().nth(at)).map(minute_in_words);
    let value = if form.value("sent").is_empty() { usual.unwrap_or_default() } else { form.value(&id) };
    let (legend, error) = (sitting.title, form.error(&id));
    view! {
        <fieldset class="nhsuk-fieldset">
            <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--s">{legend}</legend>
            {fields}
            <TextInput id=id label="Time" kind=InputKind::Text width=Width::Ten error=error value=value />
        </fieldset>
    }
    .into_any()
}
