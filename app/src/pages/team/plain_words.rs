//! What is explained in plain words, for whoever answers for what people read: from where each explanation is, and when it was looked over.

use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::Typed;
use crate::shell::Place;
use crate::ui::{BackLink, Cell, DataTable, PageHeading, Section, SummaryList, SummaryRow, Tag, TagKind};
use crate::words;
use axum::extract::Query;
use chrono::NaiveDate;
use domain::plain_words::{Explanation, Kind};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;

/// Where it is.
pub(crate) const PLAIN_WORDS: &str = "/team/plain-words";

/// Which kind is asked for; the first where none is named.
fn asked(query: &Typed) -> Result<Kind, Failure> {
    match query.get("kind") {
        None => Ok(Kind::Condition),
        Some(code) => Kind::from_code(code).ok_or_else(Failure::not_found),
    }
}

/// How many there are, those that may be out of date, and all of one kind.
pub async fn show(ctx: Ctx, Query(query): Query<Typed>) -> Answer {
    ctx.services().care_team.managed(&ctx.staff()?).await?;
    let shown = asked(&query)?;
    let today = london_day(ctx.services().core.now());
    let plain_words = &ctx.services().plain_words;
    ctx.page(Head::new("Plain words", Place::Work), || {
        let all = plain_words.all();
        let how_many = |is: &dyn Fn(&Explanation, bool) -> bool| {
            let count = all.iter().filter(|(words, own)| is(words, *own)).count();
            words::grouped(u64::try_from(count).unwrap_or_default())
        };
        let mut counts: Vec<SummaryRow> =
            Kind::ALL.iter().map(|kind| SummaryRow::new(kind.title(), how_many(&|words, _| words.kind == *kind))).collect();
        counts.push(SummaryRow::new("Checked more than 3 years ago", how_many(&|words, _| words.is_old(today))));
        counts.push(SummaryRow::new("Added by whoever runs this service", how_many(&|_, own| own)));
        let old: Vec<_> = all.iter().filter(|(words, _)| words.is_old(today)).map(|(words, own)| row(words, *own, today)).collect();
        let old = if old.is_empty() {
            view! { <p>"Nothing: each was checked in the last 3 years."</p> }.into_any()
        } else {
            view! { <DataTable caption="Checked more than 3 years ago" head=heads() rows=old /> }.into_any()
        };
        let rows: Vec<_> =
            all.iter().filter(|(words, _)| words.kind == shown).map(|(words, own)| row(words, *own, today)).collect();
        let kinds = Kind::ALL.iter().map(|kind| {
            let current = (*kind == shown).then_some("page");
            view! { <li><a href=format!("{PLAIN_WORDS}?kind={}", kind.code()) aria-current=current>{kind.title()}</a></li> }
        });
        let kinds = kinds.collect_view();
        view! {
            <BackLink href="/team" label="Back to the work list" />
            <PageHeading title="Plain words" lead="What people read here of what a condition, a test, a medicine or a vaccine is." />
            <p>
                "They stand beside an entry that has one of the codes below. Where there are no words the page of the entry says so, \
                 and leads to the list of the NHS."
            </p>
            <p>"Whoever runs this service can add words, or put others in their place, with a file. Tell them what is wrong or missing."</p>
            <SummaryList rows=counts />
            <Section title="To check again">{old}</Section>
            <Section title="All of them">
                <nav class="sh-parts" aria-label="Kinds">
                    <ul role="list">{kinds}</ul>
                </nav>
                <DataTable caption=shown.title() head=heads() rows=rows />
            </Section>
        }
    })
    .await
}

fn heads() -> Vec<String> {
    ["Name", "Found by", "From", "Last checked"].map(str::to_owned).to_vec()
}

/// One, by what it is found, from where it is, and when it was looked over.
fn row(words: &Explanation, own: bool, today: NaiveDate) -> Vec<Cell> {
    let codes = words.codes.iter().map(|code| format!("{} {}", code.list.title(), code.code));
    let names = words.begins.iter().map(|name| format!("names that begin with {name}"));
    let found = codes.chain(names).collect::<Vec<_>>().join(", ");
    let (name, href, source, about) =
        (words.name.clone(), words.url.clone(), words.source.clone(), format!(" about {}", words.name));
    let own = own.then(|| view! { " " <Tag label="Added" kind=TagKind::Info /> });
    let old = words.is_old(today).then(|| view! { " " <Tag label="More than 3 years ago" kind=TagKind::Attention /> });
    let checked = day_in_words(words.reviewed);
    vec![
        Cell::new(view! { {name} {own} }),
        Cell::new(found),
        Cell::new(view! { <a href=href rel="noreferrer">{source}<span class="nhsuk-u-visually-hidden">{about}</span></a> }),
        Cell::new(view! { {checked} {old} }),
    ]
}
