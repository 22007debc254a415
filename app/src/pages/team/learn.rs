//! What somebody is given to read, and whether they have: for their care team.

use super::about::needs_box;
use super::emergency::EmergencyBand;
use super::goals::goals_page;
use super::{id_in, patient_page};
use crate::ctx::{Answer, Ctx, Head};
use crate::pages::appointments::on_lines;
use crate::pages::learn::answer_tag;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Choice, EmptyState, ErrorSummary, Form, IconName, PageHeading, Radios, Section, SummaryList,
    SummaryRow, Tag, TextArea,
};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::PersonId;
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::GivenSeen;

/// The name of the form that gives something.
pub(crate) const GIVE: &str = "article-give";

/// Where it is.
pub(crate) fn learn_page(person: PersonId) -> String {
    format!("{}/learn", patient_page(person))
}

/// The page.
pub async fn list(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let (id, actor) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let seen = ctx.services().self_care.learning(&actor, id).await?;
    let needs = ctx.services().profile.beside(&actor, id).await?;
    let (form, submission) = (ctx.form(GIVE).await?, ctx.submission());
    ctx.page(Head::form("Things to read", Place::People, &form).of(&seen.whose), || {
        let rows: Vec<_> = seen.given.iter().map(|one| row(id, one)).collect();
        let given = if rows.is_empty() {
            view! {
                <EmptyState title="Nothing is given yet" icon=IconName::Document>
                    <p>"What you give stands here, with whether it is read."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            view! { <SummaryList rows=rows /> }.into_any()
        };
        // Nobody is written to by whoever saw them in an emergency only.
        let give = seen.emergency_until.is_none().then(|| {
            let (fits, others): (Vec<_>, Vec<_>) =
                seen.all.iter().partition(|one| seen.suggested.iter().any(|fit| fit.id == one.id));
            let choice = |fit: bool| {
                move |one: &&std::sync::Arc<domain::self_care::Article>| {
                    let hint = if fit { format!("Fits what they have. {}", one.summary) } else { one.summary.clone() };
                    Choice::new(one.id.clone(), one.title.clone()).hint(hint)
                }
            };
            let choices = fits.iter().map(choice(true)).chain(others.iter().map(choice(false))).collect();
            let (error, value, note_error, note) =
                (form.error("article"), form.value("article"), form.error("note"), form.value("note"));
            view! {
                <Section title="Give something to read">
                    <Form action=learn_page(id) submission=submission>
                        <Radios id="article" legend_text="Which?" choices=choices error=error value=value />
                        <TextArea id="note" label="A few words to it (if you want)" rows=2 error=note_error value=note />
                        <Button kind=ButtonKind::Secondary>"Give it"</Button>
                    </Form>
                </Section>
            }
        });
        view! {
            <EmergencyBand person=id until=seen.emergency_until />
            <BackLink href=patient_page(id) label=format!("Back to {}", seen.person_name) />
            <ErrorSummary errors=form.errors() />
            {needs_box(&needs, id)}
            <PageHeading title="Things to read" whose=seen.person_name.clone() />
            {given}
            <div class="sh-screen-only">
                {give}
                <p><a href=goals_page(id)>"Their goals"</a></p>
            </div>
        }
    })
    .await
}

/// What was given, whether it is read, and taking it back.
fn row(person: PersonId, one: &GivenSeen) -> SummaryRow {
    let day = |at| day_in_words(london_day(at));
    let tag = answer_tag(one).map(|(label, kind)| {
        let when = one.answer.map(|(_, _, at)| at).or(one.withdrawn_at).map(|at| format!(" {}", day(at))).unwrap_or_default();
        view! { <p><Tag label=label kind=kind /> {when}</p> }
    });
    let by = format!("Given by {}, {}, on {}", one.by, one.organisation, day(one.at));
    let note = (!one.note.is_empty()).then(|| view! { <p>"“" <bdi>{on_lines(&one.note)}</bdi> "”"</p> });
    let (id, about) = (one.id.to_string(), one.title.clone());
    let back = (one.own && one.is_open()).then(|| {
        view! {
            <Form action=format!("{}/withdraw", learn_page(person))>
                <input type="hidden" name="given" value=id />
                <Button kind=ButtonKind::Secondary about=about>"Take it back"</Button>
            </Form>
        }
    });
    SummaryRow::new(one.title.clone(), view! { <p>{by}</p> {note} {tag} {back} })
}
