//! Results that are not shown as soon as they come: that they exist, when the person wants to read which, and the page on which they
//! say that they are ready.

use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::pages::appointments::on_lines;
use crate::routes;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Choice, ErrorSummary, Form, IconName, Inset, Narrow, PageHeading, Radios, Section, SummaryList,
    SummaryRow,
};
use crate::whose::Whose;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use chrono::{DateTime, Datelike, Utc};
use domain::EntryId;
use domain::record::Category;
use domain::release::{LONGEST_DAYS, OWN_DAYS, ResultChoice};
use domain::when::{day_in_words, instant_in_words, london_day, weekday_in_words};
use leptos::prelude::*;
use service::{ResultWait, ResultWaits, ResultWords};

/// Where somebody says when they want to read which results, and the name of that form.
pub(crate) const CHOICES: &str = "/record/results/choices";
pub(crate) const CHOICES_FORM: &str = "result-choices";

/// Where somebody says that they are ready to read a result.
pub(crate) fn ready_page(id: EntryId) -> String {
    format!("{}/waiting/{id}", routes::category(Category::Result))
}

/// "Tuesday 3 November 2026".
pub(crate) fn by_day(at: DateTime<Utc>) -> String {
    let day = london_day(at);
    format!("{} {}", weekday_in_words(day.weekday()), day_in_words(day))
}

/// What stands above a list of results of what has come and is not shown yet, and the way to choose; nothing of what it says.
pub(crate) fn band(waiting: &[ResultWaits], whose: &Whose) -> impl IntoView + use<> {
    let another = whose.is_another();
    let all = waiting.iter().map(|one| {
        let words = told(one, whose);
        let open = match (one.waits, another) {
            (_, true) => None,
            (ResultWait::Ready, false) => Some((ready_page(one.id), "Read it when you are ready")),
            (ResultWait::Comment, false) => one.by_choice.then(|| (CHOICES.to_owned(), "Change your choice to see it now")),
        };
        let open = open.map(|(href, says)| view! { <p class="sh-screen-only"><a href=href>{says}</a></p> });
        let before = before(&one.before, whose);
        view! { <Inset><p>{words}</p>{before} {open}</Inset> }
    });
    let all = all.collect_view();
    let choose =
        (!another).then(|| view! { <p class="sh-screen-only"><a href=CHOICES>"Choose when you see new results"</a></p> });
    view! { {all} {choose} }
}

/// That a result has come, for what it waits and by whose wish, and by which day it is shown.
fn told(one: &ResultWaits, whose: &Whose) -> String {
    let (from, who) = (&one.organisation, whose.person());
    let (until, latest) = (by_day(one.until), by_day(one.latest));
    let come = format!("A result from {from} has come.");
    // Whoever wants to be with somebody says that they are ready once the time for words is over.
    let then = match (one.latest > one.until, whose.is_another()) {
        (false, _) => format!("You will see it by {until} at the latest."),
        (true, false) => format!("You can read it by {until} at the latest, when you say that you are ready."),
        (true, true) => format!("You will see it by {latest} at the latest."),
    };
    match (one.waits, whose.is_another()) {
        (ResultWait::Comment, false) if one.by_choice && one.may_write => {
            format!("{come} You asked us to wait until somebody has written to you about it. {then}")
        }
        (ResultWait::Comment, false) if one.by_choice => format!(
            "{come} You asked us to wait until somebody has written to you about it. Nobody at {from} can write to you here. {then}"
        ),
        (ResultWait::Comment, false) => format!("{come} They want to write to you about it first. {then}"),
        (ResultWait::Comment, true) if !one.by_choice => format!("{come} They want to write to {who} about it first. {then}"),
        (ResultWait::Ready, false) => format!(
            "{come} You asked us to tell you to be with someone when you read it. On {latest} it shows like any other result."
        ),
        // What somebody chose is for them to say.
        (ResultWait::Ready | ResultWait::Comment, true) => {
            format!("{come} {who} has not read it yet. You will see it when they do, by {latest} at the latest.")
        }
    }
}

/// The way to what could be read before a newer version came; nothing where there was none.
fn before(entries: &[EntryId], whose: &Whose) -> Option<AnyView> {
    let count = entries.len();
    let link = |(at, id): (usize, &EntryId)| {
        let which = if count > 1 { format!(" ({} of {count})", at + 1) } else { String::new() };
        view! { <li><a href=whose.entry(*id)>{format!("Read the version before{which}")}</a></li> }
    };
    (count > 0).then(|| {
        view! {
            <p>"There is a newer version of a result or letter that was here before. It may say something else."</p>
            <ul class="nhsuk-list">{entries.iter().enumerate().map(link).collect_view()}</ul>
        }
        .into_any()
    })
}

/// What a care team wrote about a result, with who and when.
pub(crate) fn words(words: &ResultWords) -> impl IntoView + use<> {
    let (text, by) = (on_lines(&words.words), format!("{}, {}, {}", words.name, words.organisation, instant_in_words(words.at)));
    view! {
        <Section title="What your care team says about it">
            <Inset><p><bdi>{text}</bdi></p></Inset>
            <p>{by}</p>
        </Section>
    }
}

/// When somebody wants to read which results.
pub async fn choices(ctx: Ctx) -> Answer {
    let seen = ctx.services().releases.choices(&ctx.actor(), ctx.person()?).await?;
    let form = ctx.form(CHOICES_FORM).await?;
    ctx.page(Head::form("When you see new results", Place::Record, &form), || {
        let ways = || {
            vec![
                Choice::new(ResultChoice::AtOnce.code(), ResultChoice::AtOnce.title()),
                Choice::new(ResultChoice::AfterComment.code(), ResultChoice::AfterComment.title())
                    .hint(format!("If nobody writes, you see it after {OWN_DAYS} days")),
                Choice::new(ResultChoice::WithSomeone.code(), ResultChoice::WithSomeone.title())
                    .hint("We ask you if you are ready before we show it"),
            ]
        };
        let kinds = seen.choices.iter().map(|(kind, now)| {
            let value = if form.has_errors() { form.value(kind.code()) } else { now.code().to_owned() };
            let error = form.error(kind.code());
            view! {
                <Radios
                    id=kind.code()
                    legend_text=kind.title()
                    hint=kind.explained()
                    choices=ways()
                    error=error
                    value=value
                />
            }
        });
        let kinds = kinds.collect_view();
        // The form does not stand on paper, and what is chosen does.
        let chosen = seen.choices.iter().map(|(kind, now)| SummaryRow::new(kind.title(), now.title())).collect::<Vec<_>>();
        let lead = "Some people want to know at once. Others want somebody to explain it first, or to have someone with them. You choose, for each kind of result.";
        view! {
            <Narrow>
                <BackLink href=routes::category(Category::Result) label="Back to test results" />
                <ErrorSummary errors=form.errors() />
                {easy::picture(IconName::Flask)}
                <PageHeading title="When you see new results" lead=easy::say(lead, acts::RESULT_CHOICES) />
                <p>
                    {format!(
                        "The place that did the test may want to write to you first. Then you wait for that, {LONGEST_DAYS} days at the most. \
                         Your results page says so, and by which day you will see it.",
                    )}
                </p>
                <p>
                    {format!(
                        "If you ask to be ready first and do not read it, it shows like any other result after {LONGEST_DAYS} days. \
                         What you choose here does not hide what you have seen before.",
                    )}
                </p>
                <p>
                    "Your care team sees your results at once. They also see that you have not seen a result yet, but not what you \
                     chose here. Only someone who is asked to write to you about a result sees that."
                </p>
                <p>
                    "This also counts for letters and files whose title or type says that they are the report of a test. \
                     It cannot count for a letter that only mentions a result: you see that at once."
                </p>
                <div class="sh-print-only"><SummaryList rows=chosen /></div>
                <Form action=CHOICES>
                    <input type="hidden" name="version" value=seen.version.to_string() />
                    {kinds}
                    <Button>"Save my choices"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}

/// A result that waits for the person to say that they are ready.
pub async fn ready(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id = path.ok().and_then(|Path(id)| id.parse::<EntryId>().ok()).ok_or_else(Failure::not_found)?;
    let one = ctx.services().releases.to_open(&ctx.actor(), ctx.person()?, id).await?;
    ctx.page(Head::new("Are you ready to read this result?", Place::Record), || {
        let back = routes::category(Category::Result);
        view! {
            <Narrow>
                <BackLink href=back.clone() label="Back to test results" />
                {easy::picture(IconName::Flask)}
                <PageHeading
                    title="Are you ready to read this result?"
                    lead=format!("It came from {} on {}.", one.organisation, by_day(one.received_at))
                />
                {acts::steps(&acts::READY)}
                <p>"You asked us to tell you to be with someone when you read a result like this. We do not say here what it is."</p>
                <p>"It may help to:"</p>
                <ul class="nhsuk-list nhsuk-list--bullet">
                    <li>"have somebody with you, or on the phone"</li>
                    <li>"pick a time when you can ring your GP practice if you have questions"</li>
                    <li>"wait until you feel calm"</li>
                </ul>
                <Form action=ready_page(id)>
                    <Button>"I am ready: show it to me"</Button>
                </Form>
                <Button kind=ButtonKind::Secondary href=back>"Not now"</Button>
                <p>{format!("You can come back at any time. On {} it shows like any other result.", by_day(one.until))}</p>
            </Narrow>
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_waits_says_by_whose_wish_and_until_when() {
        let at = |day: u32| format!("2026-11-{day:02}T10:00:00Z").parse::<DateTime<Utc>>().unwrap();
        let one = |waits, by_choice, may_write, latest: u32| ResultWaits {
            id: EntryId::from_uuid(Uuid::nil()),
            organisation: "Riverside Surgery".to_owned(),
            received_at: at(1),
            waits,
            until: at(9),
            latest: at(latest),
            by_choice,
            may_write,
            before: Vec::new(),
        };
        let (own, other) = (Whose::open(None), Whose::open(Some("Sam Rivers".to_owned())));
        let (comment, ready) = (ResultWait::Comment, ResultWait::Ready);
        let come = "A result from Riverside Surgery has come.";
        let (see, asked) = (
            "You will see it by Monday 9 November 2026 at the latest.",
            "You asked us to wait until somebody has written to you about it.",
        );
        let later = "Sam Rivers has not read it yet. You will see it when they do, by";
        for (one, whose, says) in [
            (one(comment, false, true, 9), &own, format!("They want to write to you about it first. {see}")),
            (one(comment, true, true, 9), &own, format!("{asked} {see}")),
            (one(comment, true, false, 9), &own, format!("{asked} Nobody at Riverside Surgery can write to you here. {see}")),
            (
                one(comment, false, true, 23),
                &own,
                "They want to write to you about it first. You can read it by Monday 9 November 2026 at the latest, when you say \
                 that you are ready."
                    .to_owned(),
            ),
            (
                one(ready, false, true, 9),
                &own,
                "You asked us to tell you to be with someone when you read it. On Monday 9 November 2026 it shows like any other \
                 result."
                    .to_owned(),
            ),
            (one(comment, false, true, 9), &other, format!("They want to write to Sam Rivers about it first. {see}")),
            (
                one(comment, false, true, 23),
                &other,
                "They want to write to Sam Rivers about it first. You will see it by Monday 23 November 2026 at the latest.".to_owned(),
            ),
            (one(comment, true, true, 9), &other, format!("{later} Monday 9 November 2026 at the latest.")),
            (one(ready, false, true, 9), &other, format!("{later} Monday 9 November 2026 at the latest.")),
        ] {
            assert_eq!(told(&one, whose), format!("{come} {says}"));
        }
    }
}
