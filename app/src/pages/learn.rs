//! Things to read: those that a care team gave first, then those that fit, then all others.

use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::pages::appointments::on_lines;
use crate::pages::readings::by;
use crate::pages::self_care::PLAN;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, EntryList, EntryRow, Form, Inset, Narrow, PageHeading, Section, Tag, TagKind,
};
use crate::whose::Whose;
use crate::words;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::self_care::{Article, GivenAnswer};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::GivenSeen;

/// Where all of them are.
pub(crate) const LEARN: &str = "/learn";

/// The article in a path.
pub(crate) type Part = Result<Path<String>, PathRejection>;

/// Where an article is.
pub(crate) fn article_page(id: &str) -> String {
    format!("{LEARN}/{id}")
}

/// The page.
pub async fn list(ctx: Ctx) -> Answer {
    let seen = ctx.services().self_care.learning(&ctx.actor(), ctx.person()?).await?;
    let whose = ctx.whose();
    let title = whose.name.as_ref().map_or_else(|| "For you to read".to_owned(), |name| format!("For {name} to read"));
    ctx.page(Head::new(&title, Place::Health), || {
        let open: Vec<_> = seen.given.iter().filter(|one| one.is_open()).map(given_row).collect();
        let done: Vec<_> = seen.given.iter().filter(|one| one.answer.is_some()).map(given_row).collect();
        let given = |article: &Article| seen.given.iter().any(|one| one.article == article.id && one.withdrawn_at.is_none());
        let fits: Vec<_> = seen.suggested.iter().filter(|one| !given(one)).map(|one| row(one)).collect();
        let fitting = |article: &Article| seen.suggested.iter().any(|one| one.id == article.id);
        let others: Vec<_> = seen.all.iter().filter(|one| !given(one) && !fitting(one)).map(|one| row(one)).collect();
        view! {
            <BackLink href=PLAN label="Back to the plan" />
            <PageHeading title=title.clone() lead="Short and plain. Each takes a few minutes." />
            {part("From your care team", open)}
            {part("It may fit", fits)}
            {part("More to read", others)}
            {part("Read before", done)}
        }
    })
    .await
}

fn part(title: &'static str, rows: Vec<AnyView>) -> Option<AnyView> {
    (!rows.is_empty()).then(|| view! { <Section title=title><EntryList>{rows}</EntryList></Section> }.into_any())
}

fn row(article: &Article) -> AnyView {
    let takes = words::how_many(article.minutes.into(), "minute", "minutes");
    view! { <EntryRow title=article.title.clone() href=article_page(&article.id) text=article.summary.clone() source=takes /> }
        .into_any()
}

/// Something that a care team gave, for the person.
pub(crate) fn given_row(one: &GivenSeen) -> AnyView {
    let href = one.file.as_ref().map(|file| article_page(&file.id));
    let from = format!("From {}, {}, {}", one.by, one.organisation, day_in_words(london_day(one.at)));
    let text = match (&one.file, one.note.as_str()) {
        (None, _) => "This cannot be read here any more. Ask your care team about it.".to_owned(),
        (Some(file), "") => file.summary.clone(),
        (Some(_), note) => format!("“{}”", note.replace('\n', " ")),
    };
    view! { <EntryRow title=one.title.clone() href=href text=text source=from tag=answer_tag(one) /> }.into_any()
}

/// What was said of it, for the person and for a care team.
pub(crate) fn answer_tag(one: &GivenSeen) -> Option<(String, TagKind)> {
    match (one.answer, one.withdrawn_at) {
        (Some((GivenAnswer::Done, ..)), _) => Some(("Read".to_owned(), TagKind::Good)),
        (Some((GivenAnswer::NotForMe, ..)), _) => Some(("Not for me".to_owned(), TagKind::Neutral)),
        (None, Some(_)) => Some(("Taken back".to_owned(), TagKind::Neutral)),
        (None, None) => Some(("Not read yet".to_owned(), TagKind::Attention)),
    }
}

/// One article.
pub async fn article(ctx: Ctx, path: Part) -> Answer {
    let Ok(Path(id)) = path else { return Err(Failure::not_found()) };
    let seen = ctx.services().self_care.article(&ctx.actor(), ctx.person()?, &id).await?;
    let whose = ctx.whose();
    // What somebody reads about stays in the browser's history, which others may see.
    ctx.page(Head::new("Something to read", Place::Health), || {
        let article = &seen.article;
        let given = seen.given.first().map(|one| from_team(one, &whose));
        let answer = seen.given.first().filter(|_| seen.may_record).map(answers);
        let (title, lead, body, sources) = (article.title.clone(), article.summary.clone(), body(article), sources(article));
        view! {
            <Narrow>
                <BackLink href=LEARN label="Back to everything to read" />
                <PageHeading title=title lead=lead />
                {given}
                {body}
                {answer}
                {sources}
            </Narrow>
        }
    })
    .await
}

fn from_team(one: &GivenSeen, whose: &Whose) -> AnyView {
    let from = format!("{}, {}, gave you this on {}.", one.by, one.organisation, day_in_words(london_day(one.at)));
    let note = (!one.note.is_empty()).then(|| view! { <p>"“" <bdi>{on_lines(&one.note)}</bdi> "”"</p> });
    let said = one.answer.map(|(_, who, at)| {
        let (label, kind) = answer_tag(one).unwrap_or_default();
        let when = format!("{} said so on {}.", by(who, whose), day_in_words(london_day(at)));
        view! { <p><Tag label=label kind=kind /> " " {when}</p> }
    });
    view! { <Inset><p>{from}</p> {note} {said}</Inset> }.into_any()
}

/// The words of an article; of one that is elsewhere, the way there.
pub(crate) fn body(article: &Article) -> AnyView {
    if article.sections.is_empty() {
        let first = article.sources.first().map(|source| {
            let (url, title) = (source.url.clone(), source.title.clone());
            view! { <p>"Read it here: " <a href=url rel="noreferrer">{title}</a></p> }
        });
        return first.into_any();
    }
    let sections = article.sections.iter().map(|section| {
        let text = section.text.iter().map(|text| view! { <p>{text.clone()}</p> }).collect_view();
        let points = (!section.points.is_empty()).then(|| {
            let points = section.points.iter().map(|point| view! { <li>{point.clone()}</li> }).collect_view();
            view! { <ul class="nhsuk-list nhsuk-list--bullet">{points}</ul> }
        });
        view! { <Section title=section.heading.clone()>{text} {points}</Section> }
    });
    sections.collect_view().into_any()
}

fn answers(one: &GivenSeen) -> AnyView {
    let action = article_page(&one.article);
    let buttons = if one.answer.is_none() {
        view! {
            <Button name="answer" value=GivenAnswer::Done.code()>"I have read it"</Button>
            <Button name="answer" value=GivenAnswer::NotForMe.code() kind=ButtonKind::Secondary>"It is not for me"</Button>
        }
        .into_any()
    } else {
        view! { <Button name="answer" value="undo" kind=ButtonKind::Secondary>"Undo: I still want to read it"</Button> }
            .into_any()
    };
    view! { <Form action=action><ButtonGroup>{buttons}</ButtonGroup></Form> }.into_any()
}

/// From where it is taken, and when it was last looked at.
pub(crate) fn sources(article: &Article) -> AnyView {
    let links = article.sources.iter().map(|source| {
        let (url, title) = (source.url.clone(), source.title.clone());
        view! { <li><a href=url rel="noreferrer">{title}</a></li> }
    });
    let links = links.collect_view();
    let looked = format!(
        "Last compared with its sources on {}. To be looked at again by {}.",
        day_in_words(article.reviewed),
        day_in_words(article.review_by)
    );
    view! {
        <Section title="Where this comes from">
            <ul class="nhsuk-list">{links}</ul>
            <p class="nhsuk-hint">{looked}</p>
        </Section>
    }
    .into_any()
}
