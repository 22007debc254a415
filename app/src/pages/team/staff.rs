//! Who works here; managers give and end places, and make teams.

use super::id_in;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::FormState;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Checkboxes, Choice, EntryList, EntryRow, ErrorSummary, Form, InputKind, PageHeading, Radios,
    Section, SummaryList, SummaryRow, TagKind, TextInput,
};
use crate::words;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::MemberId;
use domain::team::StaffRole;
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::{Colleague, Team};

fn roles() -> Vec<Choice> {
    let hint = |role: StaffRole| match role {
        StaffRole::Reception => "Finds people, checks who they are, sees visits",
        StaffRole::Clinician => "Gives care and sees records",
        StaffRole::PrivacyOfficer => "Answers for who looked at records",
        StaffRole::Manager => "Gives and ends places, sees all that waits",
    };
    StaffRole::ALL.iter().map(|role| Choice::new(role.code(), role.title()).hint(hint(*role))).collect()
}

/// Everybody who works here, and for managers the form to add somebody.
pub async fn show(ctx: Ctx) -> Answer {
    let actor = ctx.staff()?;
    let colleagues = ctx.services().care_team.colleagues(&actor).await?;
    let place = ctx.team()?.clone();
    let manages = place.role == StaffRole::Manager;
    let (form, team) = (ctx.form("staff").await?, ctx.form("team").await?);
    let teams = if manages { ctx.services().care_team.teams(&actor, place.organisation).await? } else { Vec::new() };
    let wrong = if team.has_errors() { &team } else { &form };
    ctx.page(Head::form("Staff", Place::Staff, wrong), || {
        let here = colleagues.iter().filter(|colleague| colleague.ended_at.is_none()).count();
        let lead = format!(
            "{} at {}.",
            words::how_many(u64::try_from(here).unwrap_or_default(), "person works", "people work"),
            place.organisation_name
        );
        let teams = manages.then(|| view! { <Teams teams=in_teams(teams, &colleagues) form=team.clone() /> });
        let rows = colleagues.into_iter().map(|colleague| row(colleague, manages)).collect_view();
        let add = manages.then(|| view! { <Add form=form.clone() /> });
        view! {
            <ErrorSummary errors=wrong.errors() />
            <PageHeading title="Staff" lead=lead />
            <EntryList>{rows}</EntryList>
            {teams}
            {add}
        }
    })
    .await
}

/// The name of each team, with the names of who is in it.
fn in_teams(teams: Vec<Team>, colleagues: &[Colleague]) -> Vec<(String, Vec<String>)> {
    let here = || colleagues.iter().filter(|one| one.ended_at.is_none());
    let within =
        |team: &str| here().filter(|one| one.teams.iter().any(|name| name == team)).map(|one| one.name.clone()).collect();
    teams.into_iter().map(|team| (team.name.clone(), within(&team.name))).collect()
}

/// The teams, and the form to make one.
#[component]
fn Teams(teams: Vec<(String, Vec<String>)>, form: FormState) -> impl IntoView {
    let rows: Vec<SummaryRow> = teams
        .into_iter()
        .map(|(team, names)| {
            let names = if names.is_empty() { "Nobody yet".to_owned() } else { names.join(", ") };
            SummaryRow::new(team, names)
        })
        .collect();
    let list = if rows.is_empty() {
        view! { <p>"There are no teams yet. Work can wait for a team, and each team sees its own first."</p> }.into_any()
    } else {
        view! { <SummaryList rows=rows /> }.into_any()
    };
    view! {
        <Section title="Teams">
            {list}
            <Form action="/team/teams">
                <TextInput
                    id="team"
                    label="Name of a new team"
                    hint="Such as front desk, or nurses"
                    autocomplete="off"
                    error=form.error("team")
                    value=form.value("team")
                />
                <Button kind=ButtonKind::Secondary>"Add the team"</Button>
            </Form>
        </Section>
    }
}

fn row(colleague: Colleague, manages: bool) -> impl IntoView {
    let href = (manages && colleague.ended_at.is_none()).then(|| format!("/team/staff/{}", colleague.member));
    let tag = colleague.ended_at.map(|_| ("Works here no more".to_owned(), TagKind::Neutral));
    let teams = (!colleague.teams.is_empty()).then(|| colleague.teams.join(", "));
    view! {
        <EntryRow
            title=colleague.name
            href=href
            text=format!("{} ({})", colleague.job, words::in_sentence(colleague.role.title()))
            source=teams
            tag=tag
        />
    }
}

#[component]
fn Add(form: FormState) -> impl IntoView {
    view! {
        <Section title="Add somebody">
            <p>"They need an account of their own first, with a second step to sign in."</p>
            <Form action="/team/staff">
                <TextInput
                    id="email"
                    label="Email address of their account"
                    kind=InputKind::Email
                    autocomplete="off"
                    error=form.error("email")
                    value=form.value("email")
                />
                <TextInput
                    id="name"
                    label="Name"
                    hint="As people are told it, such as Dr Amara Larkspur"
                    autocomplete="off"
                    error=form.error("name")
                    value=form.value("name")
                />
                <TextInput
                    id="job"
                    label="Job"
                    hint="Such as practice nurse"
                    autocomplete="off"
                    error=form.error("job")
                    value=form.value("job")
                />
                <Radios
                    id="role"
                    legend_text="What may they do?"
                    choices=roles()
                    error=form.error("role")
                    value=form.value("role")
                />
                <Button>"Add them"</Button>
            </Form>
        </Section>
    }
}

/// One colleague, for managers: to change what they do, or to end their place.
pub async fn one(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id: MemberId = id_in(path)?;
    let actor = ctx.staff()?;
    let at = ctx.services().care_team.managed(&actor).await?;
    let colleagues = ctx.services().care_team.staff(&actor, at).await?;
    let colleague =
        colleagues.into_iter().find(|one| one.member == id && one.ended_at.is_none()).ok_or_else(Failure::not_found)?;
    let teams = ctx.services().care_team.teams(&actor, at).await?;
    let form = ctx.form("place").await?;
    ctx.page(Head::form("A colleague", Place::Staff, &form), || {
        let chosen = |field: &str, now: &str| if form.has_errors() { form.value(field) } else { now.to_owned() };
        let (job, role) = (chosen("job", &colleague.job), chosen("role", colleague.role.code()));
        let mut rows = vec![SummaryRow::new("Email address", colleague.email.clone().unwrap_or_default())];
        rows.extend(colleague.ended_at.map(|at| SummaryRow::new("Until", instant_in_words(at))));
        view! {
            <BackLink href="/team/staff" label="Back to staff" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title=colleague.name.clone() />
            <SummaryList rows=rows />
            <Form action=format!("/team/staff/{id}")>
                <TextInput id="job" label="Job" autocomplete="off" error=form.error("job") value=job />
                <Radios id="role" legend_text="What may they do?" choices=roles() error=form.error("role") value=role />
                <Button>"Save"</Button>
            </Form>
            <Section title="Teams">
                <InTeams teams colleague=colleague.clone() />
            </Section>
            <Section title="End their place">
                <p>"From their next click on, nothing here opens to them. What they were dealing with waits for the others again."</p>
                <Form action="/team/staff/end">
                    <input type="hidden" name="member" value=id.to_string() />
                    <Button kind=ButtonKind::Warning>"End their place"</Button>
                </Form>
            </Section>
        }
    })
    .await
}

/// In which teams somebody is. The form says in which they were when it was made, so that it changes nothing else.
#[component]
fn InTeams(teams: Vec<Team>, colleague: Colleague) -> impl IntoView {
    if teams.is_empty() {
        return view! { <p>"There are no teams yet. You can make one on the page about " <a href="/team/staff">"staff"</a> "."</p> }
            .into_any();
    }
    let now = teams.iter().filter(|team| colleague.teams.contains(&team.name)).map(|team| team.id.to_string());
    let now: Vec<String> = now.collect();
    let was = now.iter().map(|id| view! { <input type="hidden" name="was" value=id.clone() /> }).collect_view();
    let choices = teams.into_iter().map(|team| Choice::new(team.id.to_string(), team.name)).collect();
    view! {
        <Form action=format!("/team/staff/{}/teams", colleague.member)>
            {was}
            <Checkboxes id="teams" legend_text="In which teams are they?" choices=choices values=now />
            <Button kind=ButtonKind::Secondary>"Save the teams"</Button>
        </Form>
    }
    .into_any()
}
