//! Goals that people set themselves: which there are, setting one, and how it goes.

pub mod list;
pub mod one;
pub mod set;

use crate::ctx::Failure;
use crate::ui::{TagKind, Warning};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::GoalId;
use domain::goal::{Caution, Kind, State};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::GoalSeen;

/// Where all of them are.
pub(crate) const GOALS: &str = "/goals";

/// The kind or the goal in a path.
pub(crate) type Part = Result<Path<String>, PathRejection>;

/// The kind that a path names.
pub(crate) fn kind_in(path: Part) -> Result<Kind, Failure> {
    path.ok().and_then(|Path(word)| Kind::from_code(&word)).ok_or_else(Failure::not_found)
}

/// Where a goal is.
pub(crate) fn goal_page(id: GoalId) -> String {
    format!("{GOALS}/{id}")
}

/// Where one is set.
pub(crate) fn set_page(kind: Kind) -> String {
    format!("{GOALS}/new/{}", kind.code())
}

/// Where it stands, where that is not simply going on.
pub(crate) fn tag(state: State) -> Option<(String, TagKind)> {
    let kind = match state {
        State::Active => return None,
        State::Proposed => TagKind::Attention,
        State::Reached => TagKind::Good,
        State::Paused | State::LetGo | State::Declined => TagKind::Neutral,
    };
    Some((state.title().to_owned(), kind))
}

/// Where somebody is, and one calm sentence.
pub(crate) fn how_it_goes(goal: &GoalSeen) -> String {
    let now = goal.now_in_words().map(|now| format!("{now}. ")).unwrap_or_default();
    format!("{now}{}", goal.encouragement())
}

/// The same for a care team: where they are, and how the last week went as they said.
pub(crate) fn as_told(goal: &GoalSeen) -> String {
    let now = goal.now_in_words().map(|now| format!("{now}."));
    let said = goal.check_in.map(|(how, at)| format!("{}, {}.", how.title(), day_in_words(london_day(at))));
    let all: Vec<String> = now.into_iter().chain(said).collect();
    if all.is_empty() { "Nothing is recorded for it yet.".to_owned() } else { all.join(" ") }
}

/// What to be careful with, each with its source.
pub(crate) fn careful(cautions: &[Caution]) -> AnyView {
    let each = cautions.iter().map(|one| {
        let Caution { title, words, source, url } = *one;
        view! {
            <Warning title=title>
                <p>{words}</p>
                <p><a href=url rel="noreferrer">{source}</a></p>
            </Warning>
        }
    });
    each.collect_view().into_any()
}
