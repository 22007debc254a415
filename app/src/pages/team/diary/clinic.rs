//! A clinic: who comes, what became of each, and the way to cancel it.

use super::booking::decline_page;
use super::hours::hours_page;
use super::{WhoIsAffected, clinic_page, day_page, standing_tag, whole_day};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::pages::team::{id_in, patient_page};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, Cell, Choice, DataTable, EntryList, EntryRow, ErrorSummary, Form, PageHeading,
    Radios, Section, SummaryList, SummaryRow, Tag, TagKind, Warning,
};
use crate::words;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use chrono::{DateTime, Utc};
use domain::ClinicId;
use domain::appointment::{Status, noted_from};
use domain::team::StaffRole;
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{Attendee, ClinicSeen};

/// What the button says that brings an appointment to stand there; nothing where the desk does not do that.
const fn button(from: Status, to: Status) -> Option<&'static str> {
    match (from, to) {
        (Status::Pending, Status::Booked) => Some("Confirm"),
        (Status::Arrived, Status::Booked) => Some("Not here yet"),
        (_, Status::Arrived) => Some("Arrived"),
        (_, Status::Fulfilled) => Some("Seen"),
        (_, Status::NoShow) => Some("Did not come"),
        _ => None,
    }
}

/// When, where and with whom a clinic is.
fn facts(clinic: &ClinicSeen) -> Vec<SummaryRow> {
    vec![
        SummaryRow::new("Day", view! { <a href=day_page(clinic.day)>{whole_day(clinic.day)}</a> }),
        SummaryRow::new("Time", format!("{} to {}", words::clock(clinic.starts_at), words::clock(clinic.ends_at))),
        SummaryRow::new("With", clinic.practitioner.clone()),
        SummaryRow::new("Where", format!("{} ({})", clinic.place, words::in_sentence(clinic.mode.title()))),
    ]
}

/// Who comes, in order, and the times that are free.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id: ClinicId = id_in(path)?;
    let detail = ctx.services().diary.clinic(&ctx.staff()?, id).await?;
    let form = ctx.form("clinic").await?;
    let role = ctx.team()?.role;
    let now = ctx.services().core.now();
    let today = london_day(now);
    let mut head = Head::new("A clinic", Place::Diary);
    head.has_errors = form.has_errors();
    ctx.page(head, || {
        let clinic = detail.clinic;
        let people = if detail.attendees.is_empty() {
            view! { <p>"Nobody has booked."</p> }.into_any()
        } else {
            view! { <WhoComes id attendees=detail.attendees reasons={role == StaffRole::Clinician} now /> }.into_any()
        };
        let lost = (!detail.lost.is_empty()).then(|| {
            let rows = detail
                .lost
                .into_iter()
                .map(|one| {
                    let tag = if one.told {
                        ("Told by email".to_owned(), TagKind::Neutral)
                    } else {
                        ("Not told: ring them".to_owned(), TagKind::Attention)
                    };
                    let (href, date) = (patient_page(one.person), words::day_and_clock(one.starts_at, today));
                    view! { <EntryRow title=one.name href=href date=date tag=Some(tag) /> }
                })
                .collect_view();
            view! {
                <Section title="Whose appointment was cancelled here">
                    <EntryList>{rows}</EntryList>
                </Section>
            }
        });
        let free = (!clinic.cancelled).then(|| {
            let times = if detail.free.is_empty() {
                view! { <p>"No time is free."</p> }.into_any()
            } else {
                let times = detail.free.into_iter().map(words::clock).collect::<Vec<_>>().join(", ");
                view! {
                    <p>{times}</p>
                    <p><a href="/team/people">"Find somebody"</a> " to book one of them for them."</p>
                }
                .into_any()
            };
            view! { <Section title="Times that are free">{times}</Section> }
        });
        let cancel = (role == StaffRole::Manager && !clinic.cancelled && clinic.day >= today)
            .then(|| {
                view! {
                    <ButtonGroup>
                        <Button kind=ButtonKind::Secondary href=format!("{}/change", clinic_page(id))>"Change who holds it, or where"</Button>
                        <a href=hours_page(id)>"Change its hours"</a>
                        <a href=format!("{}/cancel", clinic_page(id))>"Cancel this clinic"</a>
                    </ButtonGroup>
                }
            });
        let cancelled = clinic.cancelled.then(|| view! { <p><strong>"This clinic is cancelled."</strong></p> });
        view! {
            <BackLink href=day_page(clinic.day) label="Back to the day" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title=clinic.service.clone() />
            {cancelled}
            <SummaryList rows=facts(&clinic) />
            <Section title="Who comes">{people}</Section>
            {lost}
            {free}
            {cancel}
        }
    })
    .await
}

#[component]
fn WhoComes(id: ClinicId, attendees: Vec<Attendee>, reasons: bool, now: DateTime<Utc>) -> impl IntoView {
    let early = attendees.iter().any(|one| noted_from(Status::NoShow, one.starts_at).is_some_and(|from| from > now));
    let mut head = vec!["Time".to_owned(), "Name".to_owned(), "Date of birth".to_owned(), "Now".to_owned()];
    if reasons {
        head.push("Reason".to_owned());
    }
    head.push("Change".to_owned());
    let rows = attendees
        .into_iter()
        .map(|one| {
            let (label, kind) = standing_tag(one.status);
            let born = one.birth_date.map_or_else(|| "Not known".to_owned(), day_in_words);
            let arrived = one.arrived_at.filter(|_| one.status == Status::Arrived);
            let arrived = arrived.map(|at| view! { " " {format!("at {}", words::clock(at))} });
            let needs = (!one.needs.is_empty()).then(|| view! { <br /> <bdi>{one.needs.clone()}</bdi> });
            let mut cells = vec![
                Cell::new(words::clock(one.starts_at)),
                Cell::new(view! { <a href=patient_page(one.person)>{one.name.clone()}</a> {needs} }),
                Cell::new(born),
                Cell::new(view! { <Tag label=label kind=kind /> {arrived} }),
            ];
            if reasons {
                cells.push(Cell::new(if one.reason.is_empty() { "None given".to_owned() } else { one.reason.clone() }));
            }
            cells.push(Cell::new(view! { <Acts id one now /> }));
            cells
        })
        .collect();
    let early = early.then(|| {
        view! { <p>"You can note who has come from 1 hour before their time, and who did not come once it is their time."</p> }
    });
    view! {
        {early}
        <DataTable caption="In order of time" head rows />
    }
}

/// The buttons beside somebody who comes.
#[component]
fn Acts(id: ClinicId, one: Attendee, now: DateTime<Utc>) -> impl IntoView {
    let action = format!("{}/note", clinic_page(id));
    let acts: Vec<(&'static str, &'static str)> = Status::ALL
        .iter()
        .filter(|to| one.status.may_become(**to) && noted_from(**to, one.starts_at).is_none_or(|from| from <= now))
        .filter_map(|to| Some((to.code(), button(one.status, *to)?)))
        .collect();
    let decline = (one.status == Status::Pending).then(|| {
        let about = format!(": {}", one.name);
        view! { <a href=decline_page(one.appointment, None)>"Decline" <span class="nhsuk-u-visually-hidden">{about}</span></a> }
    });
    if acts.is_empty() {
        let words = if one.starts_at > now { "Not yet" } else { "Nothing to do" };
        return words.into_any();
    }
    let buttons = acts
        .into_iter()
        .map(|(code, label)| {
            view! {
                <Button kind=ButtonKind::Secondary name="to" value=code about=one.name.clone()>
                    {label}
                </Button>
            }
        })
        .collect_view();
    view! {
        <Form action=action>
            <input type="hidden" name="appointment" value=one.appointment.to_string() />
            <input type="hidden" name="version" value=one.version.to_string() />
            <ButtonGroup>{buttons} {decline}</ButtonGroup>
        </Form>
    }
    .into_any()
}

/// Who is affected, before somebody else holds a clinic, or it is somewhere else.
pub async fn change(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id: ClinicId = id_in(path)?;
    let (actor, diary) = (ctx.staff()?, &ctx.services().diary);
    let today = london_day(ctx.services().core.now());
    // The version first: whoever books in between makes it another.
    let clinic = diary.clinic(&actor, id).await?.clinic;
    let affected = diary.affected_by_cancelling(&actor, id).await?;
    if clinic.cancelled {
        return Err(Failure::not_found());
    }
    let people = diary.practitioners(&actor).await?.into_iter().filter(|one| !one.ended);
    let people: Vec<Choice> = people.map(|one| Choice::new(one.id.to_string(), format!("{}, {}", one.name, one.job))).collect();
    let places = diary.places(&actor).await?.into_iter().filter(|one| !one.ended);
    let places: Vec<Choice> = places.map(|one| Choice::new(one.id.to_string(), one.name)).collect();
    let form = ctx.form("change-clinic").await?;
    let title = "Change who holds it, or where";
    ctx.page(Head::form(title, Place::Diary, &form), || {
        let chosen = |field: &str, now: String| if form.value(field).is_empty() { now } else { form.value(field) };
        let practitioner = chosen("practitioner", clinic.practitioner_id.to_string());
        let there = chosen("place", clinic.place_id.to_string());
        view! {
            <BackLink href=clinic_page(id) label="Back to the clinic" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title=title lead=clinic.service.clone() />
            <SummaryList rows=facts(&clinic) />
            <Section title="Who is affected">
                <WhoIsAffected affected today />
            </Section>
            <p>"Everybody who has booked keeps their time. They are told by email that something is new."</p>
            <Form action=format!("{}/change", clinic_page(id))>
                <input type="hidden" name="version" value=clinic.version.to_string() />
                <Radios id="practitioner" legend_text="Who holds it?" choices=people error=form.error("practitioner") value=practitioner />
                <Radios id="place" legend_text="Where?" choices=places error=form.error("place") value=there />
                <Button>"Save the change"</Button>
            </Form>
        }
    })
    .await
}

/// Who is affected, before a clinic is cancelled.
pub async fn cancel(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id: ClinicId = id_in(path)?;
    let actor = ctx.staff()?;
    let today = london_day(ctx.services().core.now());
    // The version first: whoever books in between makes it another.
    let clinics = ctx.services().diary.clinic(&actor, id).await?;
    let affected = ctx.services().diary.affected_by_cancelling(&actor, id).await?;
    let form = ctx.form("cancel-clinic").await?;
    let clinic = clinics.clinic;
    if clinic.cancelled {
        return Err(Failure::not_found());
    }
    let mut head = Head::new("Cancel this clinic", Place::Diary);
    head.has_errors = form.has_errors();
    ctx.page(head, || {
        let action = format!("{}/cancel", clinic_page(id));
        view! {
            <BackLink href=clinic_page(id) label="Back to the clinic" />
            <ErrorSummary errors=form.errors() />
            <PageHeading title="Cancel this clinic" lead=clinic.service.clone() />
            <SummaryList rows=facts(&clinic) />
            <Section title="Who is affected">
                <WhoIsAffected affected today />
            </Section>
            <Warning title="It cannot be taken back">
                <p>"Everybody who has booked loses their appointment, and nobody can book any more."</p>
            </Warning>
            <Form action=action>
                <input type="hidden" name="version" value=clinic.version.to_string() />
                <Button kind=ButtonKind::Warning>"Cancel the clinic"</Button>
            </Form>
        }
    })
    .await
}
