//! Somebody who acts for the person: what they can do, what happened, and how to change or stop it.

use super::fields::{LabelsField, LastDayField, LookButton, ScopesField, was_sent};
use super::{can, page_of, private, tag, until, why};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::drafts;
use crate::forms::FormState;
use crate::shell::Place;
use crate::ui::{
    ActivityItem, ActivityList, BackLink, Button, ButtonGroup, ButtonKind, Details, ErrorSummary, Form, Inset, Narrow,
    PageHeading, Section, SummaryList, SummaryRow, Tag,
};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::RelationshipId;
use domain::relationship::{By, Status};
use domain::when::{day_in_words, instant_in_words};
use leptos::prelude::*;
use service::{CarerChange, CarerSeen, CarerStage};

/// The relationship that an address names.
pub(crate) fn id_in(path: Result<Path<String>, PathRejection>) -> Result<RelationshipId, Failure> {
    path.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(Failure::not_found)
}

/// The page.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id = id_in(path)?;
    let (seen, history) = ctx.services().carers.one(&ctx.actor(), ctx.person()?, id).await?;
    let form = drafts::form(&ctx, "carer", &page_of(id)).await?;
    ctx.page(Head::form("What somebody can do for you", Place::More, &form), || {
        let open = matches!(seen.stage, CarerStage::InForce | CarerStage::Stopped);
        let change = (open && seen.is_the_persons).then(|| change_form(&seen, &form));
        let theirs = (open && !seen.is_the_persons).then(|| {
            let practice = seen.practice.clone().unwrap_or_else(|| "Your practice".to_owned());
            view! {
                <Inset>
                    <p>{format!("{practice} decided this. {}.", why(seen.legal_basis))}</p>
                    <p>"You can stop it for now. To change or end it, ask your practice."</p>
                </Inset>
            }
        });
        let hopeful = matches!(seen.stage, CarerStage::Invited(_) | CarerStage::Applied);
        let preview = (open || hopeful).then(|| {
            let words = format!("See what {} {} see", seen.name, if seen.stage == CarerStage::InForce { "can" } else { "would" });
            view! { <p class="sh-screen-only"><a href=format!("/sharing/preview/{id}")>{words}</a></p> }
        });
        let items = history.iter().map(|change| happened(change, &seen.name)).collect();
        view! {
            <BackLink href="/sharing/people" label="Back to the people who can act for you" />
            <ErrorSummary errors=form.errors() />
            <PageHeading caption=format!("Your {}", seen.relation) title=seen.name.clone() />
            <SummaryList rows=facts(&seen) />
            {preview}
            {theirs}
            {acts(&seen, &form)}
            {change}
            <Section title="What happened">
                <ActivityList items=items />
            </Section>
        }
    })
    .await
}

fn facts(seen: &CarerSeen) -> Vec<SummaryRow> {
    let (label, kind) = tag(seen.stage);
    let begun = !matches!(seen.stage, CarerStage::Invited(_) | CarerStage::Applied | CarerStage::Lapsed | CarerStage::Refused);
    let verb = if matches!(seen.stage, CarerStage::InForce) { "They can" } else { "They could" };
    let mut rows = vec![
        SummaryRow::new("Now", view! { <Tag label=label kind=kind /> }),
        SummaryRow::new(verb, can(seen.scopes)),
        SummaryRow::new("Private parts", private(seen.labels)),
        SummaryRow::new("Why", why(seen.legal_basis)),
    ];
    rows.extend(seen.email.clone().map(|email| SummaryRow::new("Invited at", email)));
    if begun {
        rows.push(SummaryRow::new("Since", day_in_words(seen.starts_on)));
    }
    rows.push(SummaryRow::new("Last day", until(seen)));
    rows.extend(seen.review_on.map(|day| SummaryRow::new("To be looked at again", day_in_words(day))));
    if begun {
        rows.push(SummaryRow::new("Last looked", seen.last_used_on.map_or_else(|| "Not yet".to_owned(), day_in_words)));
    }
    rows
}

/// What can be done about it with one press, or two.
fn acts(seen: &CarerSeen, form: &FormState) -> impl IntoView + use<> {
    let page = page_of(seen.id);
    let stop = (seen.stage == CarerStage::InForce).then(|| {
        view! {
            <Form action=format!("{page}/stop")>
                <Button kind=ButtonKind::Secondary>"Stop it for now"</Button>
            </Form>
        }
    });
    let past = seen.ends_on.is_some() && seen.stage == CarerStage::Over;
    let start = seen.may_resume.then(|| {
        let last = past.then(|| view! { <LastDayField form=form.clone() /> });
        view! {
            <Form action=format!("{page}/start")>
                {last}
                <Button kind=ButtonKind::Secondary>"Let them start again"</Button>
            </Form>
        }
    });
    let words = match seen.stage {
        CarerStage::Invited(_) => Some("Take the invitation back"),
        CarerStage::Applied => Some("Say no"),
        CarerStage::InForce | CarerStage::Stopped => Some("End it for good"),
        CarerStage::Lapsed | CarerStage::Refused | CarerStage::Over => None,
    };
    let end = words.filter(|_| seen.is_the_persons).map(|words| view! { <a href=format!("{page}/end")>{words}</a> });
    view! { <ButtonGroup>{stop} {start} {end}</ButtonGroup> }
}

fn change_form(seen: &CarerSeen, form: &FormState) -> impl IntoView + use<> {
    let open = form.has_errors() || was_sent(form);
    let summary = format!("Change what {} can see and do", seen.name);
    let action = format!("{}/change", page_of(seen.id));
    let (scopes, labels, ends_on) = (seen.scopes, seen.labels, seen.ends_on);
    let (version, form) = (seen.version.to_string(), form.clone());
    view! {
        <Details summary=summary open=open>
            <Form action=action>
                <input type="hidden" name="sent" value="1" />
                <input type="hidden" name="version" value=version />
                <ScopesField form=form.clone() now=scopes legend="What may they see and do for you?" />
                <LabelsField form=form.clone() now=labels />
                <LastDayField form=form.clone() now=ends_on />
                <ButtonGroup>
                    <Button>"Save the changes"</Button>
                    <LookButton />
                </ButtonGroup>
            </Form>
        </Details>
    }
}

fn happened(change: &CarerChange, name: &str) -> ActivityItem {
    let who = match change.by {
        By::Person => "You",
        By::Carer => name,
        By::Practice => "Your practice",
        By::Rule => "Selfheal, by itself,",
    };
    let what = match (change.standing.status, change.by) {
        (Status::Proposed, By::Carer) => "asked to act for you".to_owned(),
        (Status::Proposed, _) => "sent the invitation".to_owned(),
        (Status::Active, By::Carer) => "took the invitation up".to_owned(),
        (Status::Active, _) => format!("let them {}", can(change.scopes)),
        (Status::Rejected, _) => "said no".to_owned(),
        (Status::Inactive, _) if change.standing.is_suspended() => "stopped it for now".to_owned(),
        (Status::Inactive, _) => "ended it".to_owned(),
        (Status::EnteredInError, _) => "took it back as a mistake".to_owned(),
    };
    let item = ActivityItem::new(instant_in_words(change.at), who, what);
    match change.ends_on {
        Some(last) if change.standing.status == Status::Active => item.why(format!("Last day: {}", day_in_words(last))),
        _ => item,
    }
}

/// Asks once more before it ends.
pub async fn end(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id = id_in(path)?;
    let (seen, _) = ctx.services().carers.one(&ctx.actor(), ctx.person()?, id).await?;
    let page = page_of(id);
    let (title, text, words) = match seen.stage {
        CarerStage::Invited(_) => {
            (format!("Take the invitation to {} back?", seen.name), "The link that we sent stops working.", "Take it back")
        }
        CarerStage::Applied => {
            (format!("Say no to {}?", seen.name), "They and your practice will see that it came to nothing.", "Say no")
        }
        CarerStage::InForce | CarerStage::Stopped if seen.is_the_persons => (
            format!("End what {} can do for you?", seen.name),
            "It stops at once. To let them act for you again, you have to send a new invitation. We tell both of you by email, without saying why.",
            "End it for good",
        ),
        _ => return Ok(ctx.go(&page)),
    };
    ctx.page(Head::new("End it for good", Place::More), || {
        view! {
            <Narrow>
                <BackLink href=page.clone() label="Back" />
                <PageHeading title=title />
                <p>{text}</p>
                <Form action=format!("{page}/end")>
                    <Button kind=ButtonKind::Warning>{words}</Button>
                </Form>
                <p class="sh-screen-only"><a href=page.clone()>"No, leave it as it is"</a></p>
            </Narrow>
        }
    })
    .await
}
