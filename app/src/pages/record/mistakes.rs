//! "This is wrong": reporting a mistake in an entry, and what became of it.

use super::mistake_letter::to_send;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::pages::appointments::on_lines;
use crate::routes;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, EmptyState, EntryList, EntryRow, ErrorSummary, Form, IconName, Inset, Narrow, PageHeading,
    Section, SummaryList, SummaryRow, TagKind, TextArea, Version, VersionList, Warning,
};
use crate::whose::Whose;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::correction::State;
use domain::when::{day_in_words, instant_in_words, london_day};
use domain::{CorrectionId, EntryId};
use leptos::prelude::*;
use service::{CorrectionPage, CorrectionSeen, CorrectionStart, CorrectionStep, CorrectionsOfEntry};

/// Where they are.
pub(crate) const MISTAKES: &str = "/record/mistakes";
/// The names of the forms.
pub(crate) const FORM: &str = "mistake";
pub(crate) const ACT_FORM: &str = "mistake-act";

/// Where a report is.
pub(crate) fn mistake_page(id: CorrectionId) -> String {
    format!("{MISTAKES}/{id}")
}

/// Where a mistake in an entry is reported.
pub(crate) fn report_page(entry: EntryId) -> String {
    format!("{}/mistake", routes::entry(entry))
}

/// What was reported of an entry, on its page, and the way to report something.
pub(crate) fn about_entry(seen: &CorrectionsOfEntry, id: EntryId) -> Option<AnyView> {
    if seen.reports.is_empty() && !seen.may_report {
        return None;
    }
    let reports = seen.reports.iter().map(|one| {
        let (words, href) = (in_short(one), mistake_page(one.id));
        view! { <Inset><p>{words} " " <a href=href>"See this report"</a></p></Inset> }
    });
    let reports = reports.collect_view();
    let open = seen.reports.iter().any(|one| one.state.is_open());
    let report = seen.may_report.then(|| {
        let words = if open { "Report another mistake" } else { "Report a mistake" };
        view! { <p class="sh-screen-only"><a href=report_page(id)>{words}</a></p> }
    });
    let none = seen.reports.is_empty();
    let section = view! { <Section title="Is something wrong here?">{reports}{report}</Section> };
    // Where nothing was reported there is only the way to do it, which is none on paper.
    Some(if none { view! { <div class="sh-screen-only">{section}</div> }.into_any() } else { section.into_any() })
}

/// "You reported a mistake in this entry; it was corrected on 3 November 2026."
fn in_short(one: &CorrectionSeen) -> String {
    let who = if one.mine { "You" } else { "Somebody" };
    let on = day_in_words(london_day(one.changed_at));
    let organisation = &one.organisation;
    let then = match one.state {
        State::Sent => format!("it was sent to {organisation} on {on}"),
        State::WithOrganisation => format!("{organisation} is looking at it since {on}"),
        State::Accepted => format!("{organisation} agreed on {on}, and it is not corrected here yet"),
        State::Declined => format!("{organisation} did not agree on {on}"),
        State::Corrected => format!("it was corrected on {on}"),
        State::Withdrawn => format!("it was taken back on {on}"),
        State::ToSend => format!("it is kept for you to send to {organisation}"),
        State::ByLetter => format!("it was sent to {organisation} by letter"),
        State::HeardCorrected => format!("it was written down on {on} that {organisation} corrected it"),
        State::HeardDeclined => format!("it was written down on {on} that {organisation} did not agree"),
    };
    format!("{who} reported a mistake in this entry; {then}.")
}

fn tag(state: State) -> (String, TagKind) {
    let kind = match state {
        State::Sent | State::WithOrganisation | State::ByLetter => TagKind::Info,
        State::Accepted | State::ToSend => TagKind::Attention,
        State::Corrected | State::HeardCorrected => TagKind::Good,
        State::Declined | State::HeardDeclined | State::Withdrawn => TagKind::Neutral,
    };
    (state.title().to_owned(), kind)
}

/// What it is about; a name only where the entry is shown now.
fn name_of(one: &CorrectionSeen) -> String {
    one.entry.as_ref().map_or_else(|| "An entry that is not shown now".to_owned(), |(_, name)| name.clone())
}

/// All that was reported.
pub async fn list(ctx: Ctx) -> Answer {
    let (all, printed) = ctx.services().corrections.list(&ctx.actor(), ctx.person()?).await?;
    let whose = ctx.whose();
    ctx.page(Head::new("Mistakes you reported", Place::Record).of(&printed), || {
        let body = if all.is_empty() {
            view! {
                <EmptyState title="You have not reported a mistake" icon=IconName::Message>
                    <p>"If something in the record is wrong, open the entry and choose \u{201c}Report a mistake\u{201d}."</p>
                    <p>"If you reported it for somebody else, choose whom you look after first."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let rows = all.into_iter().map(|one| {
                view! {
                    <EntryRow
                        title=name_of(&one)
                        href=mistake_page(one.id)
                        date=format!("Reported on {}", day_in_words(london_day(one.reported_at)))
                        text=one.state.in_words(&one.organisation)
                        source=one.organisation.clone()
                        tag=Some(tag(one.state))
                    />
                }
            });
            let rows = rows.collect_view();
            view! { <EntryList>{rows}</EntryList> }.into_any()
        };
        let lead = "What you said is wrong goes to the place that sent the entry. Only they can change it.";
        view! {
            <BackLink href=whose.overview() label=format!("Back to {} record", whose.in_sentence()) />
            {easy::picture(IconName::Speech)}
            <PageHeading title="Mistakes you reported" lead=easy::say(lead, acts::MISTAKES) />
            {body}
        }
    })
    .await
}

/// The form to report a mistake in an entry.
pub async fn report(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id = path.ok().and_then(|Path(id)| id.parse::<EntryId>().ok()).ok_or_else(Failure::not_found)?;
    let start = ctx.services().corrections.start(&ctx.actor(), ctx.person()?, id).await?;
    let form = ctx.form(FORM).await?;
    let submission = ctx.submission();
    ctx.page(Head::form("Report a mistake", Place::Record, &form).of(&start.entry.whose), || {
        let CorrectionStart { entry, is_read, open } = start;
        let organisation = entry.organisation.clone();
        let back = routes::entry(id);
        let value = entry.line.value_words().map(|value| SummaryRow::new("Value", value));
        let when = entry.line.happened.map(|when| SummaryRow::new("When", when.in_words()));
        let mut rows = vec![SummaryRow::new("Entry", view! { <bdi>{entry.line.title.clone()}</bdi> })];
        rows.extend(value.into_iter().chain(when));
        rows.push(SummaryRow::new("Sent to us by", organisation.clone()));
        let another = (!open.is_empty()).then(|| view! { <p>"Write here only if something else is wrong too."</p> });
        let open = open.into_iter().map(|one| {
            let (words, href) = (in_short(&one), mistake_page(one.id));
            view! { <Inset><p>{words} " " <a href=href>"See this report"</a></p></Inset> }
        });
        let open = open.collect_view();
        let (wrong, should_say, why) = (form.value("wrong"), form.value("should_say"), form.value("why"));
        let errors = ["wrong", "should_say", "why"].map(|field| form.error(field));
        let [no_wrong, no_should_say, no_why] = errors;
        let who = who_gets_it(&organisation, is_read);
        let (steps, button) = if is_read {
            (acts::steps(&acts::REPORT), "Send the report")
        } else {
            (acts::steps(&acts::REPORT_BY_LETTER), "Make the letter")
        };
        let by_letter = (!is_read).then(|| view! { <input type="hidden" name="by_letter" value="yes" /> });
        let body = view! {
            <p>{who}</p>
            {steps}
            <Form action=report_page(id) submission=submission>
                <input type="hidden" name="seen" value=entry.version.to_string() />
                {by_letter}
                <TextArea id="wrong" label="What is wrong?" error=no_wrong value=wrong rows=4 />
                <TextArea
                    id="should_say"
                    label="What should it say? (if you know)"
                    error=no_should_say
                    value=should_say
                    rows=3
                />
                <TextArea
                    id="why"
                    label="Why do you think so? (if you want)"
                    hint="Such as what another doctor said, or what a letter says."
                    error=no_why
                    value=why
                    rows=3
                />
                <Button picture=IconName::Message>{button}</Button>
            </Form>
        };
        view! {
            <Narrow>
                <BackLink href=back label="Back to the entry" />
                <ErrorSummary errors=form.errors() />
                {easy::picture(IconName::Speech)}
                <PageHeading title="Report a mistake" />
                {urgent(&organisation)}
                <SummaryList rows=rows />
                {open}
                {another}
                {body}
            </Narrow>
        }
    })
    .await
}

/// To whom a report goes, and how.
fn who_gets_it(organisation: &str, is_read: bool) -> String {
    if is_read {
        let who = format!(
            "{organisation} sent this entry, so your report goes to them. Those who give care there read it beside the entry. \
             Nothing in the record changes until they send it anew.",
        );
        return easy::say(who, &format!("{organisation} {}", acts::WHO_READS));
    }
    let who = format!(
        "{organisation} sent this entry, and nobody there reads reports in Selfheal. Write here what is wrong. We keep it and make a \
         letter of it, which you print and send to them. We do not send it for you.",
    );
    easy::say(who, &format!("{organisation} {}", acts::WHO_SENDS))
}

/// What to do where it cannot wait until somebody reads a report.
fn urgent(organisation: &str) -> impl IntoView + use<> {
    let first =
        format!("Ring {organisation} at once if this mistake could harm you, such as a wrong allergy or a wrong medicine.");
    view! {
        <Warning title="Do not wait if it could harm you">
            <p>{first}</p>
            <p>
                "When they are closed call " <a href="tel:111">"111"</a> ". In an emergency call " <a href="tel:999">"999"</a>
                ". Nobody may read a report for some days."
            </p>
        </Warning>
    }
}

/// One report, with what became of it.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id = path.ok().and_then(|Path(id)| id.parse::<CorrectionId>().ok()).ok_or_else(Failure::not_found)?;
    let page = ctx.services().corrections.one(&ctx.actor(), ctx.person()?, id).await?;
    let form = ctx.form(ACT_FORM).await?;
    let (whose, submission) = (ctx.whose(), ctx.submission());
    // The words stay in the browser's history, which others may see: no name of an entry is there.
    let title = "A mistake that was reported";
    let types = matches!(page.correction.state, State::ToSend | State::ByLetter);
    let head = if types { Head::form(title, Place::Record, &form) } else { Head::new(title, Place::Record) };
    ctx.page(head.of(&page.whose), || {
        let one = &page.correction;
        let (organisation, here) = (one.organisation.clone(), mistake_page(one.id));
        let entry = match &one.entry {
            Some((id, name)) => {
                let (href, name) = (routes::entry(*id), name.clone());
                view! { <a href=href><bdi>{name}</bdi></a> }.into_any()
            }
            None => name_of(one).into_any(),
        };
        let now = one.state.in_words(&organisation);
        let rows = report_rows(one, whose.is_another());
        let mut about = vec![SummaryRow::new("Entry", entry), SummaryRow::new("Sent to us by", organisation.clone())];
        about.extend(rows);
        let versions = versions(&page, &whose);
        let by = if one.mine && !whose.is_another() { "By you" } else { "By the person, or for them" };
        let steps = history(&page.steps, &organisation, by);
        let letter = to_send(&page, &form, submission, &whose);
        let version = one.version.to_string();
        let tell_too = (one.state == State::ByLetter).then(|| {
            let words =
                format!("Taking it back changes only what is kept here. Tell {organisation} too, if you do not want an answer.");
            view! { <p>{words}</p> }
        });
        let withdraw = page.may_withdraw.then(|| {
            view! {
                {tell_too}
                <Form action=format!("{here}/withdraw")>
                    <input type="hidden" name="version" value=version />
                    <Button kind=ButtonKind::Warning>"Take this report back"</Button>
                </Form>
            }
        });
        let cannot_wait = one.state.is_open().then(|| urgent(&organisation));
        let again = one.entry.as_ref().filter(|_| is_over(one.state)).map(|(id, _)| {
            view! { <p>"If it is still wrong, you can " <a href=report_page(*id)>"report it again"</a> "."</p> }
        });
        view! {
            <BackLink href=MISTAKES label="Back to the mistakes you reported" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title="A mistake that was reported" lead=now />
            {versions}
            <SummaryList rows=about />
            {letter}
            <Section title="What happened"><VersionList versions=steps /></Section>
            {again}
            {withdraw}
            {cannot_wait}
        }
    })
    .await
}

/// Whether somebody may want to report the same again.
const fn is_over(state: State) -> bool {
    matches!(state, State::Declined | State::Corrected | State::HeardDeclined | State::HeardCorrected)
}

/// What was reported, as facts. `of_another` is whether the reader acts for somebody else.
pub(crate) fn report_rows(one: &CorrectionSeen, of_another: bool) -> Vec<SummaryRow> {
    let text = |words: &str| {
        let lines = on_lines(words);
        view! { <bdi>{lines}</bdi> }
    };
    let by = match (one.mine, one.by_carer) {
        (true, _) => "You",
        (false, true) if of_another => "Somebody who acts for the person",
        (false, true) => "Somebody who acts for you",
        (false, false) if of_another => "The person",
        (false, false) => "You",
    };
    let mut rows = vec![SummaryRow::new("What is wrong", text(&one.wrong))];
    if !one.should_say.is_empty() {
        rows.push(SummaryRow::new("What it should say", text(&one.should_say)));
    }
    if !one.why.is_empty() {
        rows.push(SummaryRow::new("Why", text(&one.why)));
    }
    rows.push(SummaryRow::new("Reported by", format!("{by}, {}", instant_in_words(one.reported_at))));
    rows
}

/// The ways to what was reported and to what it says since; and that somebody has to look whether it is right now.
fn versions(page: &CorrectionPage, whose: &Whose) -> Option<AnyView> {
    let one = &page.correction;
    if let Some((id, has_before)) = page.waits {
        let words = "A newer version of the entry has come. You cannot see it yet.";
        let way = whose.entry(id);
        let before = has_before.then(|| view! { " " <a href=way>"See what it said before"</a> });
        return Some(view! { <Inset><p>{words} {before}</p></Inset> }.into_any());
    }
    let Some((id, _)) = &one.entry else {
        let over = matches!(one.state, State::Accepted | State::Corrected | State::HeardCorrected);
        let words = "The place that sent the entry has taken it back, so it is not shown any more.";
        return over.then(|| view! { <Inset><p>{words}</p></Inset> }.into_any());
    };
    let before = page.reported_version.map(|number| {
        view! { <li><a href=whose.version(*id, number)>"What it said when it was reported"</a></li> }
    });
    let corrected = page.corrected_version.map(|number| {
        view! { <li><a href=whose.version(*id, number)>"What it said when it was corrected"</a></li> }
    });
    let now = whose.entry(*id);
    let words = match (one.state, page.changed) {
        (State::Corrected | State::HeardCorrected, true) => {
            "A newer version of the entry has come. Look at it, and check that it says what it should."
        }
        (State::Corrected, false) => {
            "The place that sent the entry says that it is corrected. No newer version of this entry has come here, so it still says the same. Read below what they wrote."
        }
        (State::HeardCorrected, false) => {
            "No newer version of this entry has come here, so it still says the same. Ask the place that sent it to send it again."
        }
        (_, true) => "The entry has changed since it was reported. That does not mean that the mistake is corrected.",
        (_, false) => return None,
    };
    Some(
        view! {
            <Inset>
                <p>{words}</p>
                <ul class="nhsuk-list nhsuk-list--bullet">
                    {before}
                    {corrected}
                    <li><a href=now>"What it says now"</a></li>
                </ul>
            </Inset>
        }
        .into_any(),
    )
}

/// Each state that a report reached, the newest first, with what was said; `by` is who did what nobody of the organisation did.
pub(crate) fn history(steps: &[CorrectionStep], organisation: &str, by: &str) -> Vec<Version> {
    let step = |one: &CorrectionStep| {
        let done = match one.state {
            State::Sent => "Sent",
            State::WithOrganisation => "They began to look at it",
            State::Accepted => "They agreed that it is a mistake",
            State::Declined => "They did not agree",
            State::Corrected if one.name.is_none() => "The place that sent the entry changed it, or took it back",
            State::Corrected => "They said that it is corrected",
            State::Withdrawn => "Taken back",
            State::ToSend => "Written down, to be sent by letter",
            State::ByLetter => "Sent by letter",
            State::HeardCorrected => "Written down that they corrected it",
            State::HeardDeclined => "Written down that they did not agree",
        };
        let done = one.sent_on.map_or_else(|| done.to_owned(), |day| format!("{done} on {}", day_in_words(day)));
        let what = if one.words.is_empty() { done } else { format!("{done}: {}", one.words) };
        let source = match (&one.name, one.state) {
            (Some(name), _) => format!("{name}, {organisation}"),
            (None, State::Corrected) => "Found by Selfheal".to_owned(),
            (None, _) => by.to_owned(),
        };
        Version { when: instant_in_words(one.at), what, source, href: None }
    };
    steps.iter().rev().map(step).collect()
}
