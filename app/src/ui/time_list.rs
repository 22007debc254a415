//! Times of a day with the same person at the same place, each a link.

use super::Example;
use leptos::prelude::*;

/// A time that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeLink {
    /// "9:10am".
    pub time: String,
    /// Where it is chosen.
    pub href: String,
}

/// Who is seen and how, and beneath it the times beside each other, so that many fit on a phone. Whoever hears the page is
/// told with each time with whom it is.
#[component]
pub fn TimeList(
    /// With whom: "Dr Lark".
    #[prop(into)]
    with: String,
    /// Their job: "GP".
    #[prop(into)]
    job: String,
    /// How and where.
    #[prop(into)]
    how: String,
    /// What it is for and who gives it.
    #[prop(into)]
    source: String,
    /// The times, in order.
    times: Vec<TimeLink>,
    /// Words that lead to more of them, and where to.
    #[prop(optional_no_strip)]
    more: Option<(String, String)>,
) -> impl IntoView {
    let links = times
        .into_iter()
        .map(|one| {
            let about = format!(" with {with}, {job}");
            view! {
                <li>
                    <a class="sh-time" href=one.href>{one.time}<span class="nhsuk-u-visually-hidden">{about}</span></a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="sh-times">
            <p class="sh-times__with"><bdi>{with.clone()}</bdi> ", " {job.clone()}</p>
            <p class="sh-times__how">{how}</p>
            <p class="sh-times__source">{source}</p>
            <ul class="sh-times__list" role="list">{links}</ul>
            {more.map(|(words, href)| view! { <p class="sh-times__more"><a href=href>{words}</a></p> })}
        </div>
    }
}

fn example(times: impl IntoIterator<Item = String>, more: Option<(String, String)>) -> AnyView {
    let times = times.into_iter().map(|time| TimeLink { time, href: "/design".to_owned() }).collect();
    view! {
        <TimeList
            with="Dr Amara Larkspur"
            job="GP"
            how="In person at Riverside Surgery"
            source="GP appointment, Riverside Surgery"
            times
            more
        />
    }
    .into_any()
}

/// Few times and many.
pub fn examples() -> Vec<Example> {
    vec![
        Example { name: "One time", view: || example(["midday".to_owned()], None) },
        Example {
            name: "Many times",
            view: || {
                let times = (8..12).flat_map(|hour| [0, 10, 20, 30].map(|minute| format!("{hour}:{minute:02}am")));
                example(times, Some(("See only times with Dr Amara Larkspur".to_owned(), "/design".to_owned())))
            },
        },
    ]
}
