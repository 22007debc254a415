//! What waits for the team.

use super::about::needs_box;
use super::alerts::{alert, digest};
use super::answers::{application, question};
use super::copying::{to_copy, to_record};
use super::corrections::to_answer;
use super::diary::booking::{booking, earlier, may_not_come, not_told, outside};
use super::medicines::{order, order_elsewhere};
use super::plain_words::PLAIN_WORDS;
use super::results::{RULES, to_comment};
use super::{id_in, patient_page, work_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::FormState;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, Choice, EmptyState, EntryList, EntryRow, ErrorSummary, Form, IconName,
    PageHeading, Radios, Section, SummaryList, SummaryRow, TagKind, TextArea,
};
use crate::words;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use chrono::NaiveDate;
use domain::team::{StaffRole, WorkKind};
use domain::when::{day_in_words, instant_in_words, london_day};
use leptos::prelude::*;
use service::{EVERY_TEAM, WorkDetail, WorkItem, WorkList, WorkPart};
use std::collections::BTreeMap;

/// The word for everything, where an address says of which team the list is.
const ALL: &str = "all";

/// Of which part a list is asked for.
fn asked(query: Option<&str>) -> Result<Option<WorkPart>, Failure> {
    let query: BTreeMap<String, String> = query.and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
    match query.get("team").map_or("", String::as_str) {
        "" => Ok(None),
        ALL => Ok(Some(WorkPart::All)),
        id => id.parse().map(|id| Some(WorkPart::Team(id))).map_err(|_| Failure::not_found()),
    }
}

/// What waits, the urgent first, then the oldest: for the reader's teams, for one team, or everything.
pub async fn list(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let list = ctx.services().work.part(&ctx.staff()?, asked(query.as_deref())?).await?;
    let today = london_day(ctx.services().core.now());
    let organisation = ctx.team()?.organisation_name.clone();
    let answers = matches!(ctx.team()?.role, StaffRole::PrivacyOfficer | StaffRole::Manager);
    let manages = ctx.team()?.role == StaffRole::Manager;
    ctx.page(Head::new("Work that waits", Place::Work), || {
        let parts = parts(&list);
        let whom = match list.part {
            WorkPart::Mine => "you and your teams".to_owned(),
            WorkPart::All => organisation.clone(),
            WorkPart::Team(id) => list.teams.iter().find(|(team, _)| team.id == id).map_or_else(String::new, |(team, _)| team.name.clone()),
        };
        let items = list.items;
        let urgent = items.iter().filter(|item| item.urgent).count();
        let free = items.iter().filter(|item| item.claimed.is_none()).count();
        let count = |count: usize| u64::try_from(count).unwrap_or_default();
        let lead = if items.is_empty() {
            let at = if list.part == WorkPart::All { "at" } else { "for" };
            format!("Nothing waits {at} {whom}.")
        } else {
            let taken = if free == items.len() { "nobody has taken any of it" } else { "some of it is taken" };
            let taken = if free == 0 { "all of it is taken" } else { taken };
            let urgent = if urgent == 0 { String::new() } else { format!(", {urgent} urgent") };
            let whom = if list.part == WorkPart::All { String::new() } else { format!(" for {whom}") };
            format!("{}{whom}{urgent}; {taken}.", words::how_many(count(items.len()), "thing waits", "things wait"))
        };
        let body = if items.is_empty() {
            view! {
                <EmptyState title="All done" icon=IconName::Done>
                    <p>"What people ask for comes here: who may act for them, questions about who looked, checks of who they are."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let (mine, others): (Vec<_>, Vec<_>) =
                items.into_iter().partition(|item| item.claimed.as_ref().is_some_and(|claim| claim.mine));
            let part = |title: &'static str, items: Vec<WorkItem>| {
                (!items.is_empty()).then(|| {
                    let rows = items.into_iter().map(|item| row(item, today)).collect_view();
                    view! {
                        <Section title=title>
                            <EntryList>{rows}</EntryList>
                        </Section>
                    }
                })
            };
            view! {
                {part("You are dealing with", mine)}
                {part("Waiting, oldest first", others)}
            }
            .into_any()
        };
        view! {
            <PageHeading title="Work that waits" lead=lead />
            {parts}
            {body}
            {answers.then(|| view! { <p class="sh-screen-only"><a href="/team/emergencies">"Records opened in emergencies"</a></p> })}
            {manages.then(|| view! { <p class="sh-screen-only"><a href="/team/medicines">"What people can order"</a></p> })}
            {manages.then(|| view! { <p class="sh-screen-only"><a href="/team/questionnaires">"Answers that tell of danger"</a></p> })}
            {manages.then(|| view! { <p class="sh-screen-only"><a href=RULES>"Results to write about first"</a></p> })}
            {manages.then(|| view! { <p class="sh-screen-only"><a href=PLAIN_WORDS>"What is explained in plain words"</a></p> })}
        }
    })
    .await
}

/// The way from one team's list to another's, with how much waits for each; nothing where there are no teams.
fn parts(list: &WorkList) -> Option<impl IntoView + use<>> {
    if list.teams.is_empty() {
        return None;
    }
    let link = |part: WorkPart, href: String, name: String, count: u64| {
        let current = (part == list.part).then_some("page");
        view! { <li><a href=href aria-current=current><bdi>{name}</bdi> {format!(" ({})", words::grouped(count))}</a></li> }
    };
    let mine = list.mine.map(|count| link(WorkPart::Mine, "/team".to_owned(), "Your teams".to_owned(), count));
    let all = link(WorkPart::All, format!("/team?team={ALL}"), "All".to_owned(), list.all);
    let teams: Vec<_> = list
        .teams
        .iter()
        .map(|(team, count)| link(WorkPart::Team(team.id), format!("/team?team={}", team.id), team.name.clone(), *count))
        .collect();
    Some(view! {
        <nav class="sh-parts" aria-label="Teams">
            <ul role="list">{mine} {all} {teams}</ul>
        </nav>
    })
}

fn row(item: WorkItem, today: NaiveDate) -> impl IntoView {
    let claimed = item.claimed.as_ref().filter(|claim| !claim.mine).map(|claim| format!("Taken by {}", claim.name));
    let tag = item.urgent.then(|| ("Urgent".to_owned(), TagKind::Danger));
    let born = item.birth_date.map(|birth| format!(", born {}", day_in_words(birth))).unwrap_or_default();
    let since = format!("Waiting since {}", words::in_sentence(&words::day_and_clock(item.waiting_since, today)));
    view! {
        <EntryRow
            title=item.kind.title()
            href=work_page(item.id)
            date=since
            text=format!("{}{born}", item.person_name)
            source=claimed.or_else(|| item.team.map(|team| team.name))
            tag=tag
        />
    }
}

/// One thing that waits: what it is about, who deals with it, and what can be done.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id = id_in(path)?;
    let detail = ctx.services().work.item(&ctx.staff()?, id).await?;
    let form = ctx.form("work").await?;
    let (facts, below) = about(&ctx, &detail.item, &form).await?;
    let role = ctx.team()?.role;
    let submission = ctx.submission();
    let title = detail.item.kind.title();
    ctx.page(Head::form(title, Place::Work, &form).of(&detail.whose), || {
        let item = &detail.item;
        let at = work_page(item.id);
        let status = match (&item.done, &item.claimed) {
            (Some(done), _) => {
                let who = done.name.as_ref().map(|name| format!(" by {name}")).unwrap_or_default();
                format!("Done{who} on {}", instant_in_words(done.at))
            }
            (None, Some(claim)) if claim.mine => "You are dealing with it".to_owned(),
            (None, Some(claim)) => format!("{} has taken it, on {}", claim.name, instant_in_words(claim.at)),
            (None, None) => "Nobody has taken it".to_owned(),
        };
        let mut rows = vec![SummaryRow::new("About", item.person_name.clone())];
        rows.extend(identity(&detail));
        rows.extend([SummaryRow::new("Waiting since", instant_in_words(item.waiting_since)), SummaryRow::new("Now", status)]);
        rows.extend(item.team.clone().map(|team| SummaryRow::new("For", view! { <bdi>{team.name}</bdi> })));
        if item.urgent {
            rows.push(SummaryRow::new("Urgent", "Yes"));
        }
        let acts = item.done.is_none().then(|| view! { <Acts detail=detail.clone() form=form.clone() role /> });
        view! {
            <BackLink href="/team" label="Back to the work list" />
            <ErrorSummary errors=form.errors() />
            {needs_box(&detail.needs, item.person)}
            <PageHeading title=title />
            <SummaryList rows=rows />
            <div class="sh-waits">
                {facts}
                <div class="sh-screen-only">{acts}</div>
                {below}
                <Notes detail=detail.clone() at=at form=form.clone() submission />
            </div>
        }
    })
    .await
}

/// By what the person is known for certain, and how to ring them.
fn identity(detail: &WorkDetail) -> Vec<SummaryRow> {
    let born = detail.item.birth_date.map(|birth| SummaryRow::new("Born", day_in_words(birth)));
    // The number is never broken across lines.
    let number = detail.whose.nhs_number.as_ref().map(|number| number.to_string().replace(' ', "\u{a0}"));
    let number = number.map(|number| SummaryRow::new("NHS number", number));
    let phones = detail.phones.iter().map(|phone| {
        let (href, shown) = (format!("tel:{}", String::from(phone.clone())), phone.to_string());
        SummaryRow::new("Phone", view! { <a href=href>{shown}</a> })
    });
    born.into_iter().chain(number).chain(phones).collect()
}

/// What it is about, and how it is answered; and what stands below what can be done with it.
async fn about(ctx: &Ctx, item: &WorkItem, form: &FormState) -> Result<(AnyView, Option<AnyView>), Failure> {
    let facts = match item.kind {
        WorkKind::IdentityCheck => {
            let (patient, check) = (patient_page(item.person), format!("{}/identity", patient_page(item.person)));
            let done = item.done.is_some();
            view! {
                <p>"Somebody asked for this person to be checked face to face when they come in."</p>
                <ButtonGroup>
                    {(!done).then(|| view! { <Button href=check>"Check who they are"</Button> })}
                    <a href=patient>"See this person"</a>
                </ButtonGroup>
            }
            .into_any()
        }
        WorkKind::CarerApplication => application(ctx, item, form).await?,
        WorkKind::AccessQuery => question(ctx, item, form).await?,
        WorkKind::Booking => booking(ctx, item).await?,
        WorkKind::EarlierTime => earlier(ctx, item).await?,
        WorkKind::OutsideDiary | WorkKind::OutsideMissing | WorkKind::BothStand => outside(ctx, item).await?,
        WorkKind::MayNotCome => may_not_come(ctx, item).await?,
        WorkKind::NotTold => not_told(ctx, item).await?,
        WorkKind::MedicineOrder => order(ctx, item, form).await?,
        WorkKind::OutsideOrder => order_elsewhere(ctx, item).await?,
        WorkKind::QuestionnaireAlert => super::questionnaires::alert(item),
        WorkKind::ReadingAlert => return alert(ctx, item, form).await,
        WorkKind::ReadingDigest => digest(ctx, item, form).await?,
        WorkKind::ResultComment => to_comment(ctx, item, form).await?,
        WorkKind::Correction => to_answer(ctx, item, form).await?,
        WorkKind::ContactChange => to_copy(ctx, item).await?,
        WorkKind::SummaryChoice => to_record(ctx, item).await?,
    };
    Ok((facts, None))
}

/// Taking it, giving it on, letting it go.
#[component]
fn Acts(detail: WorkDetail, form: FormState, role: StaffRole) -> impl IntoView {
    let item = detail.item;
    let at = work_page(item.id);
    let mine = item.claimed.as_ref().is_some_and(|claim| claim.mine);
    let free = item.claimed.is_none();
    let version = item.version;
    let (claim, release, assign, done) =
        (format!("{at}/claim"), format!("{at}/release"), format!("{at}/assign"), format!("{at}/done"));
    let hidden = move || view! { <input type="hidden" name="version" value=version.to_string() /> };
    // What has a button of its own above has there the one to press.
    let above = matches!(
        item.kind,
        WorkKind::IdentityCheck
            | WorkKind::Booking
            | WorkKind::EarlierTime
            | WorkKind::MedicineOrder
            | WorkKind::ReadingAlert
            | WorkKind::ReadingDigest
            | WorkKind::ResultComment
            | WorkKind::Correction
    );
    let take = if above { ButtonKind::Secondary } else { ButtonKind::Primary };
    let claim = free.then(|| view! { <Form action=claim>{hidden()} <Button kind=take>"Take this"</Button></Form> });
    let may_move = mine || free || role == StaffRole::Manager;
    let release = (may_move && !free)
        .then(|| view! { <Form action=release>{hidden()} <Button kind=ButtonKind::Secondary>"Let it go"</Button></Form> });
    let ends = match item.kind {
        WorkKind::EarlierTime
        | WorkKind::OutsideDiary
        | WorkKind::OutsideMissing
        | WorkKind::BothStand
        | WorkKind::MayNotCome
        | WorkKind::NotTold
        | WorkKind::OutsideOrder
        | WorkKind::QuestionnaireAlert => "This is dealt with",
        WorkKind::ContactChange | WorkKind::SummaryChoice => "It is in our own system now",
        _ => "It is not needed any more",
    };
    let done = (may_move && item.kind.may_be_ended_by(role))
        .then(|| view! { <Form action=done>{hidden()} <Button kind=ButtonKind::Secondary>{ends}</Button></Form> });
    let (who, which) = (form.error("colleague"), form.error("for_team"));
    let assign = (may_move && !detail.colleagues.is_empty()).then(|| {
        let choices = detail.colleagues.into_iter().map(|(member, name)| Choice::new(member.to_string(), name)).collect();
        view! {
            <Section title="Give it to a colleague">
                <Form action=assign>
                    {hidden()}
                    <Radios id="colleague" legend_text="Who should deal with it?" choices=choices error=who />
                    <Button kind=ButtonKind::Secondary>"Give it to them"</Button>
                </Form>
            </Section>
        }
    });
    let now = item.team.map_or_else(|| EVERY_TEAM.to_owned(), |team| team.id.to_string());
    let pass = (may_move && !detail.teams.is_empty()).then(|| {
        let teams = detail.teams.into_iter().map(|team| Choice::new(team.id.to_string(), team.name));
        let choices = teams.chain([Choice::new(EVERY_TEAM, "Every team")]).collect();
        view! {
            <Section title="Pass it to a team">
                <Form action=format!("{at}/pass")>
                    {hidden()}
                    <Radios
                        id="for_team"
                        legend_text="For which team should it wait?"
                        hint="Then nobody has taken it, until somebody there does."
                        choices=choices
                        value=now
                        error=which
                    />
                    <Button kind=ButtonKind::Secondary>"Pass it on"</Button>
                </Form>
            </Section>
        }
    });
    view! {
        {claim}
        {release}
        {done}
        {assign}
        {pass}
    }
}

/// What colleagues wrote, and a place to write.
#[component]
fn Notes(detail: WorkDetail, at: String, form: FormState, submission: String) -> impl IntoView {
    let notes = detail
        .notes
        .into_iter()
        .map(|note| SummaryRow::new(format!("{}, {}", note.name, instant_in_words(note.at)), note.text))
        .collect::<Vec<_>>();
    let notes = if notes.is_empty() {
        view! { <p>"Nobody has written a note."</p> }.into_any()
    } else {
        view! { <SummaryList rows=notes /> }.into_any()
    };
    let action = format!("{at}/note");
    let write = detail.item.done.is_none().then(|| {
        view! {
            <Form action=action submission=submission>
                <TextArea
                    id="note"
                    label="Add a note"
                    hint="Your colleagues see it. Write only what they need to know."
                    error=form.error("note")
                    value=form.value("note")
                />
                <Button kind=ButtonKind::Secondary>"Add the note"</Button>
            </Form>
        }
    });
    view! { <Section title="Notes">{notes} <div class="sh-screen-only">{write}</div></Section> }
}
