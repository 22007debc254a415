//! For whom the reader acts: themselves, or somebody they look after.

use crate::ctx::{Answer, Ctx, Head};
use crate::pages::sharing::people::can;
use crate::shell::Place;
use crate::ui::{Button, ButtonKind, EmptyState, Form, IconName, Inset, PageHeading, Section, SummaryList, SummaryRow};
use crate::words;
use chrono::NaiveDate;
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{CaredFor, EntryLine};

/// The reader, and everybody whom they look after, with what is coming up for each.
pub async fn show(ctx: Ctx) -> Answer {
    let (actor, services) = (ctx.actor(), ctx.services());
    let today = london_day(services.core.now());
    let mut people = Vec::new();
    for cared_for in services.carers.cared_for(&actor).await? {
        let coming = match cared_for.in_force {
            true => services.records.home(&actor, cared_for.person).await.map(|(_, coming)| coming).unwrap_or_default(),
            false => Vec::new(),
        };
        people.push((cared_for, coming));
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
                    <p><a href="/carer/apply">"Ask to act for somebody"</a></p>
                </EmptyState>
            }
            .into_any()
        } else {
            let list =
                people.into_iter().map(|(one, coming)| person(one, coming.first(), acting, today).into_any()).collect_view();
            view! {
                {list}
                <Section title="Somebody else">
                    <p><a href="/carer/apply">"Ask to act for somebody else"</a></p>
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

fn person(one: CaredFor, coming: Option<&EntryLine>, acting: Option<domain::PersonId>, today: NaiveDate) -> impl IntoView {
    let Some(name) = one.name.filter(|_| one.in_force) else {
        return view! {
            <Section title=format!("Somebody whose {} you are", one.relation)>
                <p>"You cannot look after them here now. If you think you should, ask them or their GP practice."</p>
            </Section>
        }
        .into_any();
    };
    let look_after = format!("Look after {name}");
    let next = coming.map(|line| {
        let when = line.happened.map(|when| words::soon(when, today)).unwrap_or_default();
        format!("{when}: {}", line.title)
    });
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
