//! One response: what the answers come to, what to do, and every answer.

use super::one::notice;
use super::{LIST, OfResponse, check_page, crisis, questionnaire_page, questions_page, response_in, score_in_words};
use crate::ctx::{Answer, Ctx, Head};
use crate::pages::readings::by;
use crate::pages::{who, who_on_paper};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonGroup, ButtonKind, Details, EntryList, EntryRow, Inset, Level, Narrow, PageHeading, Section,
    SummaryList, SummaryRow,
};
use crate::whose::Whose;
use domain::when::{day_in_words, instant_in_words, london_day};
use fhir::questionnaire_response::Line;
use leptos::prelude::*;
use service::ResponseSeen;

/// The page; of one that is not finished, the page on which to go on.
pub async fn show(ctx: Ctx, path: OfResponse) -> Answer {
    let (word, id) = response_in(path)?;
    let seen = ctx.services().questionnaires.response(&ctx.actor(), ctx.person()?, (Some(&word), id)).await?;
    if !seen.whole && seen.may_fill && seen.file.is_some() {
        return Ok(ctx.go(&go_on(&seen)));
    }
    let whose = ctx.whose();
    ctx.page(Head::new(&seen.title, Place::Health).named(&seen.whose), || {
        let acts = (seen.may_fill && seen.file.is_some()).then(|| {
            let (all, change) = (questionnaire_page(&seen.questionnaire), check_page(&seen.questionnaire, seen.id));
            view! {
                <ButtonGroup>
                    <Button href=all>"See all scores"</Button>
                    <Button href=change kind=ButtonKind::Secondary>"Change an answer"</Button>
                </ButtonGroup>
            }
        });
        let help = seen.tells_of_danger().then(|| crisis(&whose, &seen, Level::Two));
        let (body, notice) = (result(&seen, &whose, Reads::ThePerson), seen.file.as_deref().map(notice));
        view! {
            <Narrow>
                {help}
                <BackLink href=LIST label="Back to all questionnaires" />
                {body}
                {acts}
                {notice}
            </Narrow>
        }
    })
    .await
}

/// Where to go on with one that is not finished.
pub(crate) fn go_on(seen: &ResponseSeen) -> String {
    let page = seen.file.as_ref().and_then(|file| file.course(&seen.answers).resume(&file.pages()));
    match page {
        Some(page) => questions_page(&seen.questionnaire, seen.id, page),
        None => check_page(&seen.questionnaire, seen.id),
    }
}

/// Who reads what somebody filled in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    /// The person, or whoever acts for them.
    ThePerson,
    /// Their care team.
    TheTeam,
}

/// What the score means and what to do, as a file says it to the person; to their care team as what the person reads.
fn comes_to(seen: &ResponseSeen, score: u16, reads: Reads) -> AnyView {
    let advice = seen.advice().map(|band| {
        let does = band.does.iter().map(|step| view! { <li>{step.clone()}</li> }).collect_view();
        let about_whom = seen.about_whom().map(|words| view! { <p>{words.to_owned()}</p> });
        view! {
            <p>{band.means.clone()}</p>
            {about_whom}
            <ul class="nhsuk-list nhsuk-list--bullet">{does}</ul>
        }
    });
    let source = advice.is_some().then(|| {
        let source = seen.file.as_ref().map(|file| file.source.clone()).unwrap_or_default();
        let helps = match reads {
            Reads::ThePerson => "A score helps you to talk about how you are. It cannot tell what you have.",
            Reads::TheTeam => "A score helps to talk about how somebody is. It cannot tell what they have.",
        };
        view! { <p class="nhsuk-hint">{format!("From {source}. {helps}")}</p> }
    });
    let score = view! { <p><strong>{format!("Score: {}", score_in_words(score, seen.highest))}</strong></p> };
    let band = seen.band.clone();
    match reads {
        Reads::ThePerson => {
            let title = if band.is_empty() { "The score".to_owned() } else { band };
            view! { <Section title=title>{score} {advice} {source}</Section> }.into_any()
        }
        Reads::TheTeam => {
            let theirs = (!band.is_empty()).then(|| {
                view! {
                    <p>"The person reads this about it on their own page. It speaks to them:"</p>
                    <Inset>
                        <p>
                            <strong>{band}</strong>
                        </p>
                        {advice}
                    </Inset>
                }
            });
            view! { <Section title="The score">{score} {theirs} {source}</Section> }.into_any()
        }
    }
}

/// What it comes to, what to do about it, and every answer; for the person and for a care team, which reads whose it is too.
pub(crate) fn result(seen: &ResponseSeen, whose: &Whose, reads: Reads) -> AnyView {
    let when = seen
        .completed_at
        .filter(|_| seen.whole)
        .map_or_else(|| "Not finished yet".to_owned(), |at| format!("Filled in {}", instant_in_words(at)));
    let begun = london_day(seen.begun_at);
    let when = match seen.completed_at.is_some_and(|at| london_day(at) == begun) {
        true => when,
        false => format!("{when}. Begun on {}", day_in_words(begun)),
    };
    let comes_to = seen.score.map(|score| comes_to(seen, score, reads));
    let mut facts = vec![SummaryRow::new("Begun by", by(seen.by, whose))];
    if !seen.versions.is_empty() {
        facts.push(SummaryRow::new(
            "Last changed",
            format!("{}, {}", by(seen.changed_by, whose), instant_in_words(seen.changed_at)),
        ));
    }
    let before = (!seen.versions.is_empty()).then(|| {
        let old = seen.versions.iter().map(|old| {
            let score = old.score.map(|score| format!(", score {score}")).unwrap_or_default();
            let title = format!("{}, {}{score}", by(old.by, whose), instant_in_words(old.at));
            view! { <h3 class="nhsuk-heading-s">{title}</h3> {lines(&old.lines)} }
        });
        let old = old.collect_view();
        view! { <Details summary="What it said before">{old}</Details> }
    });
    let answers = lines(&seen.lines);
    let of_whom = match reads {
        Reads::ThePerson => who_on_paper(&seen.whose).into_any(),
        Reads::TheTeam => view! { <p><bdi>{who(&seen.whose)}</bdi></p> }.into_any(),
    };
    view! {
        <PageHeading title=seen.title.clone() lead=when />
        {of_whom}
        {comes_to}
        <Section title="The answers">
            {answers}
            <SummaryList rows=facts />
        </Section>
        {before}
    }
    .into_any()
}

/// Questions and answers, in the words in which they stood.
fn lines(lines: &[Line]) -> AnyView {
    let mut groups: Vec<(&str, Vec<AnyView>)> = Vec::new();
    for line in lines {
        let row = view! { <EntryRow title=line.asked.clone() text=line.answer.clone() /> }.into_any();
        match groups.last_mut() {
            Some((group, rows)) if *group == line.group => rows.push(row),
            _ => groups.push((&line.group, vec![row])),
        }
    }
    let groups = groups.into_iter().map(|(group, rows)| {
        let group = (!group.is_empty()).then(|| view! { <p>{group.to_owned()}</p> });
        view! { {group} <EntryList>{rows}</EntryList> }
    });
    groups.collect_view().into_any()
}
