//! Questionnaires that somebody filled in, as their care team sees them; asking for one; and whether the team is told of danger.

use super::about::needs_box;
use super::emergency::EmergencyBand;
use super::{id_in, patient_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::islands::chart_view::charted;
use crate::pages::questionnaires::one::{said, scores};
use crate::pages::questionnaires::response::{Reads, result};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Choice, EmptyState, ErrorSummary, Form, IconName, Inset, Narrow, PageHeading, Radios, Section,
    SummaryList, SummaryRow, Tag, TagKind, Warning,
};
use crate::whose::Whose;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use chrono::{DateTime, TimeDelta, Utc};
use domain::when::{day_in_words, instant_in_words, london_day};
use domain::{PersonId, QuestionnaireResponseId};
use leptos::prelude::*;
use service::{QuestionnaireSeen, RequestSeen, ResponseLine, WorkItem};

/// The name of the form that asks for one.
pub(crate) const ASK: &str = "questionnaire-ask";
/// The name of the form of the rule, and where it is.
pub(crate) const RULES: &str = "questionnaire-rules";
pub(crate) const RULES_PAGE: &str = "/team/questionnaires";

/// Where those of a person are.
pub(crate) fn list_page(person: PersonId) -> String {
    format!("{}/questionnaires", patient_page(person))
}

fn one_page(person: PersonId, id: QuestionnaireResponseId) -> String {
    format!("{}/{id}", list_page(person))
}

/// For how long answers that tell of danger stand at the top of the page although the same questions were answered again since.
const DANGER_STANDS: TimeDelta = TimeDelta::days(30);

/// What stands beside the score of answers that tell of danger to life, whatever the score: it may be low all the same.
fn mark(line: &ResponseLine) -> Option<AnyView> {
    let (label, kind) = match (line.crisis, line.told) {
        (true, _) => ("Life may be in danger", TagKind::Danger),
        (false, true) => ("Told of danger, and was changed since", TagKind::Attention),
        (false, false) => return None,
    };
    Some(view! { <Tag label=label kind=kind /> }.into_any())
}

/// Which answers tell of danger to life: the newest to the same questions, and those of late.
fn danger(person: PersonId, all: &[QuestionnaireSeen], now: DateTime<Utc>) -> Option<AnyView> {
    let mut links = Vec::new();
    for one in all {
        for (place, line) in one.responses.iter().enumerate() {
            if line.tells_of_danger() && (place == 0 || line.changed_at > now - DANGER_STANDS) {
                let said = format!("{}, {}", one.title, instant_in_words(line.at));
                links.push(view! { <li><a href=one_page(person, line.id)>{said}</a></li> });
            }
        }
    }
    (!links.is_empty()).then(|| {
        view! {
            <Warning title="This person’s life may be in danger">
                <p>"Read these answers now. What they say weighs more than the score."</p>
                <ul class="nhsuk-list">{links}</ul>
            </Warning>
        }
        .into_any()
    })
}

fn not_checked() -> impl IntoView {
    view! {
        <Inset>
            <p>"The person, or somebody who acts for them, filled this in. Nobody has checked it."</p>
        </Inset>
    }
}

/// Everything that a person filled in, with scores over time, and what the team asked for.
pub async fn list(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let (id, actor) = (id_in::<PersonId>(path)?, ctx.staff()?);
    let seen = ctx.services().questionnaires.overview(&actor, id).await?;
    let needs = ctx.services().profile.beside(&actor, id).await?;
    let (form, submission, now) = (ctx.form(ASK).await?, ctx.submission(), ctx.services().core.now());
    let said: Vec<String> = seen.all.iter().filter_map(|one| Some(format!("{}: {}", one.title, said(one)?))).collect();
    let said = (!said.is_empty()).then(|| said.join(" "));
    let head = Head::form("Questionnaires", Place::People, &form).of(&seen.whose);
    ctx.page(if said.is_some() { head.with_island() } else { head }, || {
        let filled = seen.all.iter().filter_map(|one| scores(one, &one.title, |line| one_page(id, line.id), mark));
        let filled: Vec<_> = filled.collect();
        let empty = filled.is_empty().then(|| {
            view! {
                <EmptyState title="Nothing is filled in yet" icon=IconName::Clipboard>
                    <p>"What this person finishes stands here, as far as they share it."</p>
                </EmptyState>
            }
        });
        let whose_words = empty.is_none().then(|| {
            view! { <p>"The words beside a score are what the person reads about it, and speak to them."</p> }
        });
        let filled = charted(said, filled.into_iter().collect_view().into_any());
        let asked = (!seen.asked.is_empty()).then(|| {
            let rows = seen.asked.iter().map(|one| request(id, one)).collect();
            view! { <Section title="What you asked for"><SummaryList rows=rows /></Section> }
        });
        // Nobody is written to by whoever saw them in an emergency only.
        let ask = seen.emergency_until.is_none().then(|| {
            let files = seen.all.iter().filter(|one| one.file.is_some());
            let choices: Vec<Choice> = files.map(|one| Choice::new(one.id.clone(), one.title.clone())).collect();
            let (error, value) = (form.error("questionnaire"), form.value("questionnaire"));
            view! {
                <div class="sh-screen-only">
                    <Section title="Ask them to fill one in">
                        <Form action=list_page(id) submission=submission>
                            <Radios
                                id="questionnaire"
                                legend_text="Which?"
                                hint="They are told by email that there is something new, and see it when they sign in."
                                choices=choices
                                error=error
                                value=value
                            />
                            <Button kind=ButtonKind::Secondary>"Ask them"</Button>
                        </Form>
                    </Section>
                </div>
            }
        });
        view! {
            <EmergencyBand person=id until=seen.emergency_until />
            <BackLink href=patient_page(id) label=format!("Back to {}", seen.person_name) />
            {danger(id, &seen.all, now)}
            <ErrorSummary errors=form.errors() />
            {needs_box(&needs, id)}
            <PageHeading title="Questionnaires" whose=seen.person_name.clone() />
            {not_checked()}
            {whose_words}
            {filled}
            {empty}
            {asked}
            {ask}
        }
    })
    .await
}

/// What was asked for, whether it is done, and taking it back.
fn request(person: PersonId, one: &RequestSeen) -> SummaryRow {
    let day = |at| day_in_words(london_day(at));
    let (label, kind) = match (one.done_at, one.withdrawn_at) {
        (Some(at), _) => (format!("Done {}", day(at)), TagKind::Good),
        (None, Some(at)) => (format!("Taken back {}", day(at)), TagKind::Neutral),
        (None, None) => ("Not done".to_owned(), TagKind::Attention),
    };
    let open = one.done_at.is_none() && one.withdrawn_at.is_none();
    let (id, about, by) = (one.id.to_string(), one.title.clone(), format!("Asked by {} on {}", one.by, day(one.at)));
    let back = open.then(|| {
        view! {
            <Form action=format!("{}/withdraw", list_page(person))>
                <input type="hidden" name="request" value=id />
                <Button kind=ButtonKind::Secondary about=about>"Take it back"</Button>
            </Form>
        }
    });
    SummaryRow::new(one.title.clone(), view! { <p>{by}</p> <p><Tag label=label kind=kind /></p> {back} })
}

/// One that a person filled in.
pub async fn one(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>) -> Answer {
    let Ok(Path((id, response))) = path else { return Err(Failure::not_found()) };
    let (Ok(id), Ok(response)) = (id.parse::<PersonId>(), response.parse::<QuestionnaireResponseId>()) else {
        return Err(Failure::not_found());
    };
    let actor = ctx.staff()?;
    let seen = ctx.services().questionnaires.response(&actor, id, (None, response)).await?;
    let needs = ctx.services().profile.beside(&actor, id).await?;
    ctx.page(Head::new("A questionnaire", Place::People).named(&seen.whose), || {
        let whose = Whose::open(Some(seen.person_name.clone()));
        let body = result(&seen, &whose, Reads::TheTeam);
        let danger = seen.tells_of_danger().then(|| {
            let told = match &seen.told {
                Some((name, at)) if seen.crisis && !seen.told_of_all => {
                    format!("{name} was told of an answer on {}, and not of what it says now.", instant_in_words(*at))
                }
                Some((name, at)) => format!("{name} was told of it on {}, by its work list.", instant_in_words(*at)),
                None => "Nobody was told of it.".to_owned(),
            };
            let which = match seen.crisis {
                true => "An answer below tells of it. They were shown at once whom to ring, day or night.",
                false => "An answer told of it, and was changed since. Read it at “What it said before”. They were shown at once whom to ring, day or night.",
            };
            view! {
                <Warning title="This person’s life may be in danger">
                    <p>{which}</p>
                    <p>{told}</p>
                    <p>"Ring them now, or have somebody ring them, and write down what was agreed."</p>
                </Warning>
            }
        });
        view! {
            <EmergencyBand person=id until=seen.emergency_until />
            <BackLink href=list_page(id) label="Back to all questionnaires" />
            {danger}
            {needs_box(&needs, id)}
            {body}
            {not_checked()}
        }
    })
    .await
}

/// Danger to life on the work list: whoever manages sees that it waits, and those who give care read it.
pub(in crate::pages::team) fn alert(item: &WorkItem) -> AnyView {
    let answers = one_page(item.person, QuestionnaireResponseId::from_uuid(item.about));
    view! {
        <Section title="What to do">
            <p>"An answer of this person in a questionnaire needs somebody who gives care to act now. Take this, read the answers, and ring the person."</p>
            <Button href=answers>"Read the answers"</Button>
        </Section>
    }
    .into_any()
}

/// Whether the team is told of answers that may tell of danger to life.
pub async fn rules(ctx: Ctx) -> Answer {
    let rules = ctx.services().questionnaires.rules(&ctx.staff()?).await?;
    let form = ctx.form(RULES).await?;
    ctx.page(Head::form("Answers that tell of danger", Place::Work, &form), || {
        let now = if rules.alerts { "yes" } else { "no" }.to_owned();
        let value = if form.has_errors() { form.value("alerts") } else { now };
        let (errors, error) = (form.errors(), form.error("alerts"));
        view! {
            <Narrow>
                <BackLink href="/team" label="Back to the work list" />
                <ErrorSummary errors=errors />
                <PageHeading
                    title="Answers that tell of danger"
                    lead="In a questionnaire somebody may tell of danger to their life, such as thoughts of being better off dead, or of hurting themselves."
                />
                <p>"Whoever answers so is shown at once whom to ring. If you say yes, it also comes to your work list, marked urgent. It comes again if the answer gets worse, or is taken back and given again."</p>
                <p>"Say yes only if somebody who gives care looks at the work list on every day on which you are open. People are told that you see it when you are open."</p>
                <Form action=RULES_PAGE>
                    <input type="hidden" name="version" value=rules.version.to_string() />
                    <Radios
                        id="alerts"
                        legend_text="Do you want to be told?"
                        inline=true
                        choices=vec![Choice::new("yes", "Yes"), Choice::new("no", "No")]
                        error=error
                        value=value
                    />
                    <Button>"Save"</Button>
                </Form>
            </Narrow>
        }
    })
    .await
}
