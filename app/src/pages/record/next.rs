//! What comes after a result: what somebody wrote, what is to come, what is booked, whom to ask, and what to do when worried.

use super::source;
use crate::ctx::Ctx;
use crate::ui::Section;
use crate::whose::Whose;
use chrono::TimeDelta;
use domain::record::Category;
use domain::result::next::{Again, Held, OLD_DAYS, Step, is_of_a_visit, is_written, stage, steps};
use leptos::prelude::*;
use service::{EntryLine, EntryView, ResultView};

/// What comes after a result; nothing for other entries, for what was measured on a visit, and for history.
pub(super) fn of_entry(ctx: &Ctx, entry: &EntryView) -> Option<AnyView> {
    let line = &entry.line;
    let seen = entry.result.as_ref().filter(|_| line.category == Category::Result)?;
    if is_of_a_visit(&line.kind) || entry.newer_by.is_some() {
        return None;
    }
    let before = ctx.services().core.now() - TimeDelta::days(OLD_DAYS);
    let is_old = |line: &EntryLine| line.happened.is_some_and(|when| when.sort_key() < before);
    let held = Held {
        stage: stage(&line.kind, line.status.as_deref(), !seen.answers.is_empty())?,
        written: entry.words.is_some() || has_own_words(entry) || !seen.concluded.is_empty(),
        ordered: match seen.ordered.first() {
            None => Again::No,
            Some(order) if is_old(order) => Again::LongAgo,
            Some(_) => Again::Ordered,
        },
        visit: seen.visit.is_some(),
        old: is_old(line),
    };
    let said = steps(held);
    if said.is_empty() {
        return None;
    }
    let whose = ctx.whose();
    let said = said.into_iter().map(|one| step(one, entry, seen, &whose)).collect_view();
    Some(view! { <Section title="What happens next">{said}</Section> }.into_any())
}

/// Whether whoever reported a result wrote something with it.
fn has_own_words(entry: &EntryView) -> bool {
    entry.details.iter().any(|detail| is_written(&detail.label))
}

/// What the report says of which a result is a part.
fn of_the_report(concluded: &[String], whom: &str) -> AnyView {
    let said = concluded.iter().map(|said| view! { <p>{format!("\u{201c}{}\u{201d}", said.trim())}</p> }).collect_view();
    let ask = format!("It is about the whole report, not only this result. If it is not clear, ask {whom} or the GP practice.");
    view! { <p>"The report that this came with says:"</p> {said} <p>{ask}</p> }.into_any()
}

fn step(step: Step, entry: &EntryView, seen: &ResultView, whose: &Whose) -> AnyView {
    let line = &entry.line;
    let whom = source(line.author.as_deref(), line.place.as_deref()).unwrap_or_else(|| entry.organisation.clone());
    let words = match step {
        Step::Read if entry.words.is_some() => {
            "The care team wrote about this result. It stands higher up on this page. If they ask for something, do that first."
                .to_owned()
        }
        Step::ReadOfOrder | Step::ReadOfOld if entry.words.is_some() => {
            "The care team wrote about this. It stands higher up on this page.".to_owned()
        }
        Step::Read | Step::ReadOfOrder | Step::ReadOfOld if !has_own_words(entry) => {
            return of_the_report(&seen.concluded, &whom);
        }
        Step::ReadOfOrder => {
            format!("Something was written with this. It stands on this page. If it is not clear, ask {whom} or the GP practice.")
        }
        Step::Read | Step::ReadOfOld => format!(
            "Whoever reported this wrote something with it. It stands on this page. If it is not clear, ask {whom} or the GP practice."
        ),
        Step::Wait => format!("The result is not back yet. If you have waited longer than you were told to, ask {whom}."),
        Step::WaitForVisit => return wait_for_visit(seen, whose, &whom),
        Step::Overdue => {
            format!("This was asked for more than a year ago and no result has come here. Ask {whom} what became of it.")
        }
        Step::Planned => {
            format!("This test is only planned. No result is on its way yet. If you do not hear when it is, ask {whom}.")
        }
        Step::PlannedLongAgo => {
            format!("This test was planned more than a year ago and no result has come here. Ask {whom} if it is still needed.")
        }
        Step::Suggested => {
            format!("This test was only suggested. Nothing here says that anybody asked for it. Ask {whom} if it is to be done.")
        }
        Step::WaitForRest => "Some of this is still to come. It will stand here when it comes.".to_owned(),
        Step::RestOverdue => format!(
            "Some of this was still to come when it was sent, more than a year ago. It has not come here. Ask {whom} what became of it."
        ),
        Step::NeverFinal => format!(
            "This was an early result. More than a year has gone by and no final one has come here. Ask {whom} if it still stands."
        ),
        Step::MayChange => {
            "This is an early result. Wait for the final one, unless somebody tells you what to do now.".to_owned()
        }
        Step::Changed => "This was changed after it was first sent. What stands here now counts.".to_owned(),
        Step::Ordered => return ordered(seen, whose, None),
        Step::OrderedLongAgo => return ordered(seen, whose, Some(&whom)),
        Step::Visit => return visit(seen, whose),
        Step::Ask => return ask(&whom, whose, Asks::Unknown),
        Step::AskAlready => return ask(&whom, whose, Asks::Already),
        Step::AskBeforeVisit => return ask(&whom, whose, Asks::BeforeVisit),
        Step::Worried => return worried(),
    };
    view! { <p>{words}</p> }.into_any()
}

/// That the test was asked for again; where that was so long ago that it is not to come any more, whom to ask.
fn ordered(seen: &ResultView, whose: &Whose, whom: Option<&str>) -> AnyView {
    let first = seen.ordered.first().map(|line| {
        let on = line.happened.map(|when| format!(", asked for on {}", when.day_only())).unwrap_or_default();
        view! { <a href=whose.entry(line.id)>{line.title.clone()}</a> {on} }
    });
    let missing = whom
        .map(|whom| format!(" That is more than a year ago and no result of it has come here. Ask {whom} what became of it."));
    view! { <p>"The same test was asked for again: " {first} "." {missing}</p> }.into_any()
}

/// The visit that is coming up, with its day.
fn coming(seen: &ResultView, whose: &Whose) -> Option<AnyView> {
    seen.visit.as_ref().map(|line| {
        let on = line.happened.map(|when| format!(", {}", when.in_words())).unwrap_or_default();
        view! { <a href=whose.entry(line.id)>{line.title.clone()}</a> {on} }.into_any()
    })
}

/// That a test may not have been done yet: the visit may be for it, or for something else.
fn wait_for_visit(seen: &ResultView, whose: &Whose, whom: &str) -> AnyView {
    let ask = format!(
        "That visit may be for something else. If you do not know where or when this test is done, or have waited longer than you \
         were told to, ask {whom}."
    );
    view! {
        <p>
            "The result is not back yet. The test may not have been done yet: there is a visit coming up at the place that asked for it: "
            {coming(seen, whose)} "."
        </p>
        <p>{ask}</p>
    }
    .into_any()
}

fn visit(seen: &ResultView, whose: &Whose) -> AnyView {
    view! {
        <p>
            "There is a visit coming up at the place that sent this: " {coming(seen, whose)}
            ". You can ask about it there, if it can wait so long."
        </p>
    }
    .into_any()
}

/// Why somebody asks about a result.
#[derive(Clone, Copy)]
enum Asks {
    /// Nothing is known of what comes next.
    Unknown,
    /// More is to come, for which they may not want to wait.
    Already,
    /// A visit is coming up, which may be about something else.
    BeforeVisit,
}

/// Whom to ask where nobody wrote what comes next.
fn ask_words(whom: &str, asks: Asks) -> String {
    let (says, when, until) = match asks {
        Asks::Unknown => ("Nothing here says what happens next.", "Ask", ""),
        Asks::Already => ("Nobody has written here what this result means.", "If you want to know now, ask", ""),
        Asks::BeforeVisit => ("Nobody has written here what this result means.", "Ask", " before the visit"),
    };
    format!(
        "{says} That does not mean that nothing needs to be done. {when} {whom}, or the GP practice, what this \
         result means and whether something needs to be done{until}."
    )
}

fn ask(whom: &str, whose: &Whose, asks: Asks) -> AnyView {
    let words = ask_words(whom, asks);
    let book =
        (!whose.is_another()).then(|| view! { <p class="sh-screen-only"><a href="/appointments">"Book an appointment"</a></p> });
    view! { <p>{words}</p> {book} }.into_any()
}

fn worried() -> AnyView {
    view! {
        <p>
            "If you are worried or feel unwell, do not wait for an answer. Call " <a href="tel:111">"111"</a> " or use "
            <a href="https://111.nhs.uk" rel="noreferrer">"111 online"</a> ". In an emergency, call " <a href="tel:999">"999"</a> "."
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visit_is_no_reason_to_wait_with_a_question_about_a_result() {
        let before = ask_words("Riverside Surgery", Asks::BeforeVisit);
        assert!(before.starts_with(
            "Nobody has written here what this result means. That does not mean that nothing needs to be done. Ask "
        ));
        assert!(before.ends_with("whether something needs to be done before the visit."), "{before}");
        assert!(
            ask_words("Riverside Surgery", Asks::Already)
                .contains("If you want to know now, ask Riverside Surgery, or the GP practice")
        );
        assert!(ask_words("Riverside Surgery", Asks::Unknown).starts_with("Nothing here says what happens next."));
    }
}
