//! Apps, groups, charities and helplines: one's own list, those that fit, and finding others.

use crate::api::field;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::Typed;
use crate::pages::appointments::phone_link;
use crate::pages::self_care::PLAN;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Choice, EmptyState, EntryList, EntryRow, Form, InputKind, Inset, Narrow, PageHeading, Section,
    Select, SummaryList, SummaryRow, TagKind, TextInput, Width,
};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use domain::self_care::{Support, Topic};
use domain::when::day_in_words;
use leptos::prelude::*;
use service::{SavedSeen, SupportAsked};

/// Where they are.
pub(crate) const SUPPORT: &str = "/support";

/// The entry in a path.
pub(crate) type Part = Result<Path<String>, PathRejection>;

/// Where one is.
pub(crate) fn support_page(id: &str) -> String {
    format!("{SUPPORT}/{id}")
}

/// The page.
pub async fn find(ctx: Ctx, Query(typed): Query<Typed>) -> Answer {
    let asked = SupportAsked {
        words: field(&typed, "words").to_owned(),
        topic: Topic::from_code(field(&typed, "topic")),
        postcode: field(&typed, "postcode").to_owned(),
    };
    let seen = ctx.services().self_care.find_support(&ctx.actor(), ctx.person()?, &asked).await?;
    let whose = ctx.whose();
    ctx.page(Head::new("Apps and groups", Place::Health), || {
        let searched = asked != SupportAsked::default();
        let mine: Vec<_> = seen.saved.iter().filter_map(|one| one.entry.as_deref()).map(row).collect();
        let gone = seen.saved.iter().filter(|one| one.entry.is_none()).map(gone).collect_view();
        let list = whose.name.as_ref().map_or_else(|| "My list".to_owned(), |_| format!("{} list", whose.title()));
        let mine = (!mine.is_empty() && !searched).then(|| view! { <Section title=list><EntryList>{mine}</EntryList></Section> });
        let fits: Vec<_> = seen.suggested.iter().map(|one| row(one)).collect();
        let fits = (!fits.is_empty() && !searched)
            .then(|| view! { <Section title="It may fit"><EntryList>{fits}</EntryList></Section> });
        let found: Vec<_> = seen.found.iter().map(|one| row(one)).collect();
        let found = if found.is_empty() {
            view! { <EmptyState title="Nothing found"><p>"Try fewer words, or leave the postcode empty."</p></EmptyState> }
                .into_any()
        } else {
            view! { <EntryList>{found}</EntryList> }.into_any()
        };
        let all = searched.then(|| view! { <p class="sh-screen-only"><a href=SUPPORT>"Show all"</a></p> });
        let title = if searched { "What we found" } else { "Everything" };
        view! {
            <BackLink href=PLAN label="Back to the plan" />
            <PageHeading title="Apps and groups" lead="Apps, groups, charities and helplines that others have found helpful." />
            {mine}
            {gone}
            {fits}
            <Section title="Find">{form(&asked, &seen.topics)}</Section>
            <Section title=title>{found} {all}</Section>
        }
    })
    .await
}

fn form(asked: &SupportAsked, topics: &[Topic]) -> AnyView {
    let first = std::iter::once(Choice::new("", "Anything"));
    let choices = first.chain(topics.iter().map(|topic| Choice::new(topic.code(), topic.title()))).collect();
    let topic = asked.topic.map_or("", Topic::code).to_owned();
    view! {
        <form class="sh-form" method="get" action=SUPPORT>
            <TextInput id="words" label="Words (if you want)" value=asked.words.clone() />
            <Select id="topic" label="About" choices=choices value=topic />
            <TextInput
                id="postcode"
                label="Postcode (if you want)"
                hint="Leaves out groups for other places. It is not kept."
                kind=InputKind::LetterCode
                width=Width::Ten
                value=asked.postcode.clone()
            />
            <Button kind=ButtonKind::Secondary>"Find"</Button>
        </form>
    }
    .into_any()
}

fn row(one: &Support) -> AnyView {
    let made_up = one.made_up.then(|| ("Made up".to_owned(), TagKind::Neutral));
    view! { <EntryRow title=one.name.clone() href=support_page(&one.id) text=one.what.clone() source=one.kind.title() tag=made_up /> }
        .into_any()
}

/// Something in somebody's list that is not in the directory any more.
fn gone(one: &SavedSeen) -> AnyView {
    let (says, about) = (format!("{} is in the list, and is not listed here any more.", one.name), one.name.clone());
    let action = support_page(&one.id);
    view! {
        <Inset>
            <p>{says}</p>
            <Form action=action>
                <Button name="keep" value="no" kind=ButtonKind::Secondary about=about>"Remove it"</Button>
            </Form>
        </Inset>
    }
    .into_any()
}

/// One of them.
pub async fn show(ctx: Ctx, path: Part) -> Answer {
    let Ok(Path(id)) = path else { return Err(Failure::not_found()) };
    let seen = ctx.services().self_care.support(&ctx.actor(), ctx.person()?, &id).await?;
    // What somebody looks for help with stays in the browser's history, which others may see.
    ctx.page(Head::new("Apps and groups", Place::Health), || {
        let (entry, rows) = (&seen.entry, facts(&seen.entry));
        let (title, caption, lead) = (entry.name.clone(), entry.kind.title(), entry.what.clone());
        let made_up = entry.made_up.then(|| {
            view! { <Inset><p>"This group is made up, for the demonstration. There is nobody to call."</p></Inset> }
        });
        let keep = seen.may_record.then(|| {
            let (value, words, kind) = if seen.saved {
                ("no", "Remove from my list", ButtonKind::Secondary)
            } else {
                ("yes", "Add to my list", ButtonKind::Primary)
            };
            view! { <Form action=support_page(&entry.id)><Button name="keep" value=value kind=kind>{words}</Button></Form> }
        });
        view! {
            <Narrow>
                <BackLink href=SUPPORT label="Back to apps and groups" />
                <PageHeading title=title caption=caption lead=lead />
                {made_up}
                <SummaryList rows=rows />
                {keep}
            </Narrow>
        }
    })
    .await
}

fn facts(entry: &Support) -> Vec<SummaryRow> {
    let mut rows = vec![SummaryRow::new("For", entry.who.clone()), SummaryRow::new("Cost", entry.cost.clone())];
    if !entry.phone.is_empty() {
        rows.push(SummaryRow::new("Call", phone_link(&entry.phone)));
    }
    if !entry.hours.is_empty() {
        rows.push(SummaryRow::new("When", entry.hours.clone()));
    }
    if !entry.url.is_empty() {
        let (href, shown) = (entry.url.clone(), entry.url.trim_start_matches("https://").trim_end_matches('/').to_owned());
        rows.push(SummaryRow::new("On the web", view! { <a href=href rel="noreferrer">{shown}</a> }));
    }
    let area = if entry.area.is_empty() {
        "Everywhere in the country".to_owned()
    } else {
        format!("Postcodes {}", entry.area.join(", "))
    };
    let topics: Vec<&str> = entry.topics.iter().map(|topic| topic.title()).collect();
    rows.push(SummaryRow::new("Where", area));
    rows.push(SummaryRow::new("About", topics.join(", ")));
    rows.push(SummaryRow::new("Approved by", format!("{}, {}", entry.approved_by, day_in_words(entry.approved_on))));
    rows
}
