//! Questionnaires: which can be filled in, filling one in, and what the answers come to.

pub mod fill;
pub mod list;
pub mod one;
mod paper;
pub mod response;

use crate::ctx::Failure;
use crate::ui::{Level, Warning};
use crate::whose::Whose;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use chrono::Datelike;
use domain::QuestionnaireResponseId;
use domain::when::{day_in_words, instant_in_words, weekday_in_words};
use leptos::prelude::*;
use service::ResponseSeen;

/// Where all of them are.
pub(crate) const LIST: &str = "/questionnaires";

/// The questionnaire in a path.
pub(crate) type OfQuestionnaire = Result<Path<String>, PathRejection>;
/// The questionnaire and the response in a path.
pub(crate) type OfResponse = Result<Path<(String, String)>, PathRejection>;
/// The same with the number of a page, from 1.
pub(crate) type OfPage = Result<Path<(String, String, String)>, PathRejection>;

/// The questionnaire and the response that a path names.
pub(crate) fn response_in(path: OfResponse) -> Result<(String, QuestionnaireResponseId), Failure> {
    let Ok(Path((word, id))) = path else { return Err(Failure::not_found()) };
    Ok((word, id.parse().map_err(|_| Failure::not_found())?))
}

/// The same with the place of a page, from 0.
pub(crate) fn page_in(path: OfPage) -> Result<(String, QuestionnaireResponseId, usize), Failure> {
    let Ok(Path((word, id, page))) = path else { return Err(Failure::not_found()) };
    let page = page.parse::<usize>().ok().and_then(|page| page.checked_sub(1)).ok_or_else(Failure::not_found)?;
    Ok((word, id.parse().map_err(|_| Failure::not_found())?, page))
}

/// Where a questionnaire is.
pub(crate) fn questionnaire_page(word: &str) -> String {
    format!("{LIST}/{word}")
}

/// Where a response is.
pub(crate) fn response_page(word: &str, id: QuestionnaireResponseId) -> String {
    format!("{LIST}/{word}/{id}")
}

/// Where a page of its questions is; its place counts from 0.
pub(crate) fn questions_page(word: &str, id: QuestionnaireResponseId, page: usize) -> String {
    format!("{LIST}/{word}/{id}/pages/{}", page + 1)
}

/// Where its answers are looked at before it is finished.
pub(crate) fn check_page(word: &str, id: QuestionnaireResponseId) -> String {
    format!("{LIST}/{word}/{id}/check")
}

/// Where it says who can help at once.
pub(crate) fn help_page(word: &str, id: QuestionnaireResponseId) -> String {
    format!("{LIST}/{word}/{id}/help")
}

/// Who can help at once, where an answer may tell that somebody's life is in danger: NHS, Where to get urgent help for mental
/// health. Who is told of the answer, and that nobody is, stands with it.
pub(crate) fn crisis(whose: &Whose, seen: &ResponseSeen, level: Level) -> AnyView {
    let title = if whose.is_another() { "Help is there now, for both of you" } else { "You are not alone. Help is there now" };
    let now = match &whose.name {
        None => "If you have hurt yourself, or are about to, call ".to_owned(),
        Some(name) => format!("If {name} is hurt, or about to be, stay with them and call "),
    };
    let told = match &seen.told {
        Some((name, at)) => {
            let at = instant_in_words(*at);
            let told = match (seen.crisis, seen.told_of_all) {
                (true, true) => format!("{name} was told of this answer on {at}. {}", not_at_once(seen)),
                (true, false) => format!("{name} was told of an answer on {at}, and not of what it says now."),
                (false, _) => format!("{name} was told on {at} of an answer that was changed since. They see what it was."),
            };
            format!("{told} Do not wait for them.")
        }
        None => "Nobody is watching these answers, and nobody was told. Please call one of these numbers, or your GP practice."
            .to_owned(),
    };
    view! {
        <Warning title=title level=level>
            <p><strong>{now} <a href="tel:999">"999"</a> ", or go to A&E, now."</strong></p>
            <p>"To talk to somebody, free, day or night:"</p>
            <ul class="nhsuk-list nhsuk-list--bullet">
                <li>"call " <a href="tel:111">"111"</a> " and choose option 2, for urgent help with mental health"</li>
                <li>"call Samaritans on " <a href="tel:116123">"116\u{a0}123"</a></li>
                <li>"text SHOUT to " <a href="sms:85258">"85258"</a></li>
            </ul>
            <p>{told}</p>
        </Warning>
    }
    .into_any()
}

/// When somebody may look at an answer of which they were told.
fn not_at_once(seen: &ResponseSeen) -> String {
    match seen.looked_from {
        Some(day) => format!(
            "They do not see it at once. We do not know when they are open, and it may be that nobody there looks at it before {} {}, \
             the next working day.",
            weekday_in_words(day.weekday()),
            day_in_words(day)
        ),
        None => "They see it when they are open, not at once.".to_owned(),
    }
}

/// "12 of 27".
pub(crate) fn score_in_words(score: u16, highest: Option<u16>) -> String {
    highest.map_or_else(|| score.to_string(), |highest| format!("{score} of {highest}"))
}
