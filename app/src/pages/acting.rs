//! For whom the reader acts: themselves, or somebody they look after.

use crate::ctx::{Answer, Ctx, Head};
use crate::pages::sharing::people::can;
use crate::shell::Place;
use crate::ui::{Button, ButtonKind, EmptyState, Form, IconName, Inset, PageHeading, Section, SummaryList, SummaryRow};
use crate::words;
use chrono::{DateTime, NaiveDate, Utc};
use domain::When;
use domain::scope::Scope;
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{AppointmentSeen, CaredFor, EntryLine};

/// The reader, and everybody whom they look after, with what is coming up for each.
pub async fn show(ctx: Ctx) -> Answer {
    let (actor, services) = (ctx.actor(), ctx.services());
    let today = london_day(services.core.now());
    let mut people = Vec::new();
    for cared_for in services.carers.cared_for(&actor).await? {
        let (mut coming, person) = (Vec::new(), cared_for.person);
        if cared_for.in_force {
            let seen = services.records.home(&actor, person).await.map(|(_, seen)| seen).unwrap_or_default();
            coming.extend(seen.first().and_then(|line| Coming::of_record(line, today)));
            if cared_for.scopes.has(Scope::Appointments) {
                coming.extend(services.appointments.ahead(&actor, person).await?.next.map(|next| Coming::booked(&next, today)));
            }
        }
        people.push((cared_for, coming.into_iter().min_by_key(|one| one.at)));
    }
    let reader = ctx.reader()?;
    let (acting, own) = (reader.acting.clone().map(|acting| acting.person), reader.own);
    ctx.page(Head::new("Who are you looking after?", Place::Home), || {
        let mine = own.map(|_| {
            let here = acting.is_none();
            let act = if here {
                view! { <p>"This is what you see now."</p> }.into_any()
            } else {
                view! {
                    <Form action="/acting">
                        <input type="hidden" name="person" value="" />
                        <Button>"Go to my own record"</Button>
                    </Form>
                }
                .into_any()
            };
            view! { <Section title="Yourself">{act}</Section> }
        });
        let others = if people.is_empty() {
            view! {
                <EmptyState title="You look after nobody else here" icon=IconName::People>
                    <p>"Somebody who wants your help can invite you from their own account. You get a link by email."</p>
                    <p class="sh-screen-only"><a href="/carer/apply">"Ask to act for somebody"</a></p>
                </EmptyState>
            }
            .into_any()
        } else {
            let list = people.into_iter().map(|(one, coming)| person(one, coming, acting).into_any()).collect_view();
            view! {
                {list}
                <Section title="Somebody else">
                    <p class="sh-screen-only"><a href="/carer/apply">"Ask to act for somebody else"</a></p>
                </Section>
            }
            .into_any()
        };
        view! {
            <PageHeading title="Who are you looking after?" lead="You can see and do things for one person at a time." />
            {mine}
            {others}
        }
    })
    .await
}

/// What comes next for somebody.
struct Coming {
    at: DateTime<Utc>,
    words: String,
}

impl Coming {
    fn of_record(line: &EntryLine, today: NaiveDate) -> Option<Self> {
        let when = line.happened?;
        Some(Self { at: when.sort_key(), words: format!("{}: {}", words::soon(when, today), line.title) })
    }

    fn booked(next: &AppointmentSeen, today: NaiveDate) -> Self {
        let when = words::soon(When::Instant(next.starts_at.fixed_offset()), today);
        Self { at: next.starts_at, words: format!("{when}: {}", next.service) }
    }
}

fn person(one: CaredFor, coming: Option<Coming>, acting: Option<domain::PersonId>) -> impl IntoView {
    let Some(name) = one.name.filter(|_| one.in_force) else {
        return view! {
            <Section title=format!("Somebody whose {} you are", one.relation)>
                <p>"You cannot look after them here now. If you think you should, ask them or their GP practice."</p>
            </Section>
        }
        .into_any();
    };
    let look_after = format!("Look after {name}");
    let next = coming.map(|coming| coming.words);
    let mut rows = vec![
        SummaryRow::new("Coming up", next.unwrap_or_else(|| "Nothing that you can see".to_owned())),
        SummaryRow::new("You can", can(one.scopes)),
    ];
    rows.extend(one.ends_on.map(|day| SummaryRow::new("Until", day_in_words(day))));
    let act = if acting == Some(one.person) {
        view! { <p>"You are looking after them now."</p> }.into_any()
    } else {
        view! {
            <Form action="/acting">
                <input type="hidden" name="person" value=one.person.to_string() />
                <Button kind=ButtonKind::Secondary>{look_after}</Button>
            </Form>
        }
        .into_any()
    };
    view! {
        <Section title=name>
            <SummaryList rows=rows />
            {act}
        </Section>
    }
    .into_any()
}

/// Said once to somebody whose right to act ended while they acted.
pub async fn ended(ctx: Ctx) -> Answer {
    ctx.page(Head::new("You cannot act for this person now", Place::Home), || {
        view! {
            <PageHeading title="You cannot act for this person now" />
            <p>"Your access to their record has ended or has been stopped for now. Nothing that you were doing was saved."</p>
            <p>"If you think that this is not right, ask them or their GP practice."</p>
            <Inset>
                <p>"For urgent medical help call 111. In an emergency call 999."</p>
            </Inset>
            <Button href="/">"Go on"</Button>
        }
    })
    .await
}
