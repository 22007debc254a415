//! All questionnaires: what each is for and how long it takes, those that a care team asks for first.

use super::{questionnaire_page, score_in_words};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::shell::Place;
use crate::ui::{EmptyState, EntryList, EntryRow, IconName, PageHeading, Section, TagKind};
use crate::words;
use domain::when::london_day;
use leptos::prelude::*;
use service::QuestionnaireSeen;

/// The page.
pub async fn show(ctx: Ctx) -> Answer {
    let mut seen = ctx.services().questionnaires.overview(&ctx.actor(), ctx.person()?).await?;
    let (today, whose) = (london_day(ctx.services().core.now()), ctx.whose());
    // What somebody waits for comes first, then what was begun.
    seen.all.sort_by_key(|one| (one.asked.is_none(), one.begun.is_none()));
    ctx.page(Head::new("Questionnaires", Place::Health).of(&seen.whose), || {
        let lead = format!("Short sets of questions about {} health, with scores over time.", whose.in_sentence());
        let rows = seen.all.iter().map(|one| row(one, today)).collect_view();
        let body = if seen.all.is_empty() {
            let text = format!("There is nothing here that you can see for {}.", whose.person());
            view! { <EmptyState title="Nothing here" icon=IconName::Clipboard><p>{text}</p></EmptyState> }.into_any()
        } else {
            view! { <EntryList>{rows}</EntryList> }.into_any()
        };
        // What asks about whoever fills it in is in their own record, so that nobody else reads it.
        let own = whose.name.as_ref().map(|name| {
            let title = format!("How are you, as somebody who looks after {name}?");
            view! {
                <Section title=title>
                    <p>"Questions about you are in your own record, where they stay yours. Go there to fill them in."</p>
                    <p class="sh-screen-only"><a href="/acting">"Go to your own record"</a></p>
                </Section>
            }
        });
        view! {
            {easy::picture(IconName::Clipboard)}
            <PageHeading title="Questionnaires" lead=easy::say(lead, acts::QUESTIONNAIRES) />
            {body}
            {own}
            <p class="sh-screen-only"><a href="/readings">"Readings"</a></p>
        }
    })
    .await
}

fn row(one: &QuestionnaireSeen, today: chrono::NaiveDate) -> AnyView {
    let about = one.file.as_ref().map_or_else(String::new, |file| {
        format!("{} Takes about {}.", file.purpose, words::how_many(file.minutes.into(), "minute", "minutes"))
    });
    let asked = one.asked.as_ref().map(|asked| format!("{}, {}, asks for it.", asked.by, asked.organisation));
    let last = one.responses.first();
    let value = last.and_then(|last| Some(score_in_words(last.score?, last.highest)));
    let date = last.map(|last| format!("Last filled in {}", words::in_sentence(&words::day_heading(london_day(last.at), today))));
    let tag = if one.asked.is_some() {
        Some(("Your team asks".to_owned(), TagKind::Attention))
    } else {
        one.begun.map(|_| ("Not finished".to_owned(), TagKind::Neutral))
    };
    view! {
        <EntryRow
            title=one.title.clone()
            href=questionnaire_page(&one.id)
            date=date
            datetime=last.map(|last| last.at.to_rfc3339())
            value=value
            text=about
            source=asked
            tag=tag
        />
    }
    .into_any()
}
