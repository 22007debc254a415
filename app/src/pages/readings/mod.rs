//! My health: what people measure and note themselves.

pub mod bmi;
pub mod devices;
pub mod import;
pub mod list;
pub mod measure;
pub mod one;
pub mod photo;
pub mod record;
pub mod removed;
pub mod targets;
pub(crate) mod watch;

use crate::ctx::Failure;
use crate::easy::{self, acts};
use crate::ui::{Inset, Level, Warning};
use crate::whose::Whose;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::ReadingId;
use domain::reading::{Advice, Measure, Urgency};
use leptos::prelude::*;
use service::{HoldsNow, NotedBy, SignsBefore};

/// Where all of it is.
pub(crate) const LIST: &str = "/readings";

/// The measure in a path.
pub(crate) type OfMeasure = Result<Path<String>, PathRejection>;
/// The measure and the reading in a path.
pub(crate) type OfReading = Result<Path<(String, String)>, PathRejection>;

/// The measure that a path names.
pub(crate) fn measure_in(path: OfMeasure) -> Result<Measure, Failure> {
    path.ok().and_then(|Path(word)| Measure::from_code(&word)).ok_or_else(Failure::not_found)
}

/// The measure and the reading that a path names.
pub(crate) fn reading_in(path: OfReading) -> Result<(Measure, ReadingId), Failure> {
    let Ok(Path((word, id))) = path else { return Err(Failure::not_found()) };
    Measure::from_code(&word).zip(id.parse().ok()).ok_or_else(Failure::not_found)
}

/// Where a measure is, below a page of all.
pub(crate) fn measure_page(base: &str, measure: Measure) -> String {
    format!("{base}/{}", measure.code())
}

/// Where a reading is added.
pub(crate) fn add_page(measure: Measure) -> String {
    format!("{LIST}/{}/new", measure.code())
}

/// Where a reading is.
pub(crate) fn reading_page(measure: Measure, id: ReadingId) -> String {
    format!("{LIST}/{}/{id}", measure.code())
}

/// Who added it: "You", "Edna Hughes".
pub(crate) fn by(by: NotedBy, whose: &Whose) -> String {
    match (by, &whose.name) {
        (NotedBy::You, _) => "You".to_owned(),
        (NotedBy::Person, Some(name)) => name.clone(),
        (NotedBy::Person, None) => "The person".to_owned(),
        (NotedBy::Carer, Some(name)) => format!("Somebody who looks after {name}"),
        (NotedBy::Carer, None) => "Somebody who looks after you".to_owned(),
    }
}

/// That nobody is on watch.
pub(crate) fn nobody_watches() -> AnyView {
    if easy::is_on() {
        return view! { <Inset>{acts::help(acts::NOBODY_LOOKS)}</Inset> }.into_any();
    }
    view! {
        <Inset>
            <p>"Nobody is watching what you record here. Your care team can look at it when they see you."</p>
            <p>"If you feel unwell, call " <a href="tel:111">"111"</a> ". In an emergency, call " <a href="tel:999">"999"</a> "."</p>
        </Inset>
    }
    .into_any()
}

/// That nobody is on watch while a reading is written down, whoever is told of it later: its own page says who that is.
pub(crate) fn nobody_watches_yet() -> AnyView {
    if easy::is_on() {
        return acts::help(acts::NOBODY_LOOKS_YET);
    }
    view! {
        <p>
            "Nobody is watching while you write this down. If you feel unwell, call " <a href="tel:111">"111"</a>
            ". In an emergency, call " <a href="tel:999">"999"</a> "."
        </p>
    }
    .into_any()
}

/// What to do at once about what was typed and is not kept, before what is wrong with it; it is announced like that. Where somebody types
/// it for another, it says to whom it speaks.
pub(crate) fn before_it_is_saved(told: &[(String, &'static Advice)], whose: &Whose) -> Option<AnyView> {
    before_it_is_saved_of(told, whose.name.as_deref())
}

/// The same at work, of a reading of the person of this name: what is to be said to them is in their words, and not about who reads it.
pub(crate) fn to_say_before_it_is_saved(told: &[(String, &'static Advice)], name: &str) -> Option<AnyView> {
    before_it_is_saved_of(told, Some(name))
}

fn before_it_is_saved_of(told: &[(String, &'static Advice)], to_say_to: Option<&str>) -> Option<AnyView> {
    if told.is_empty() {
        return None;
    }
    let all = told.iter().map(|one| {
        let when = (!one.0.is_empty()).then(|| view! { <p><strong>{one.0.clone()}</strong></p> });
        view! { {when} {what_to_do(one.1)} }
    });
    let all = all.collect_view();
    let to_say = to_say_to.map(written_for);
    Some(
        view! {
            <div role="alert">
                {to_say}
                {all}
                <p>"This is about what you typed. It is not saved yet. Do not wait for that."</p>
            </div>
        }
        .into_any(),
    )
}

/// To whom what follows speaks, for whoever reads it and is not the person of this name: "you" in it is that person.
pub(crate) fn written_for(name: &str) -> AnyView {
    let said = format!("This is written for {name}. Say it to them, or to whoever is with them.");
    view! {
        <h2>"What to say to them"</h2>
        <p>{said}</p>
    }
    .into_any()
}

/// By which signs, told of with a reading before, it holds what to do about this one.
pub(crate) fn signs_before(signs: &SignsBefore) -> AnyView {
    let (said, why) = (signs.held.in_words(signs.by_reader), signs.held.why());
    view! { <Inset><p>{said}</p> <p>{why}</p></Inset> }.into_any()
}

/// That danger of before holds still, at the top of a page that is about other things: what to do first, and where all of it stands.
pub(crate) fn holds_now(holds: &HoldsNow) -> AnyView {
    let SignsBefore { held, by_reader, advice } = holds.signs;
    let emergency = (!advice.emergency.is_empty()).then(|| {
        view! { <p><strong>"Call " <a href="tel:999">"999"</a> " now if "</strong> {advice.emergency} "."</p> }
    });
    let first = advice.does.first().map(|first| view! { <p>{*first}</p> });
    let href = reading_page(held.measure, holds.reading);
    view! {
        <Warning title=advice.title level=Level::Two>
            {emergency}
            {first}
            <p>{held.in_words(by_reader)} " That still counts."</p>
            <p><a href=href>"Read what to do now"</a></p>
        </Warning>
    }
    .into_any()
}

/// What to do at once about a reading.
pub(crate) fn what_to_do(advice: &'static Advice) -> AnyView {
    let steps = match advice.does {
        [only] => view! { <p>{*only}</p> }.into_any(),
        all => {
            let all = all.iter().map(|step| view! { <li>{*step}</li> }).collect_view();
            view! { <ol class="nhsuk-list nhsuk-list--number">{all}</ol> }.into_any()
        }
    };
    let emergency = (!advice.emergency.is_empty()).then(|| {
        view! { <p><strong>"Call " <a href="tel:999">"999"</a> " now if "</strong> {advice.emergency} "."</p> }
    });
    let body = view! {
        {emergency}
        {steps}
        <p class="nhsuk-hint">{format!("From {}. It is about this one reading, and cannot replace advice from somebody who knows you.", advice.source)}</p>
    };
    match advice.urgency {
        Urgency::Emergency | Urgency::Now | Urgency::Soon => {
            view! { <Warning title=advice.title level=Level::Two>{body}</Warning> }.into_any()
        }
        Urgency::Note => view! { <Inset><h2 class="nhsuk-heading-s">{advice.title}</h2> {body}</Inset> }.into_any(),
    }
}
