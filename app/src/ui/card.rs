//! Cards: a place to go, with its name, a line about it and perhaps a count.

use super::icon::{Icon, IconName};
use super::{Example, Level, Words, heading};
use leptos::prelude::*;

/// A card that is a link as a whole. Inside a [`CardGroup`] it is a list item.
#[component]
pub fn Card(
    /// The words of the link.
    #[prop(into)]
    title: String,
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// One line about it.
    #[prop(optional, into)]
    text: Words,
    /// How many there are; the card then reads "Problems, 4".
    #[prop(optional, into)]
    count: Words,
    /// An icon before the words.
    #[prop(optional)]
    icon: Option<IconName>,
    /// Rank of the heading: under an `h1` two, under an `h2` three.
    #[prop(optional)]
    level: Level,
    /// True for the one or two acts that matter most on the page.
    #[prop(optional)]
    prominent: bool,
) -> impl IntoView {
    let count = count.0.map(|count| {
        view! {
            <span class="nhsuk-u-visually-hidden">", "</span>
            <span class="sh-card__count">{count}</span>
        }
    });
    let title = heading(level, "sh-card__title", view! { <a class="sh-card__link" href=href>{title} {count}</a> });
    let icon = icon.map(|name| view! { <span class="sh-card__icon"><Icon name=name /></span> });
    view! {
        <li class=if prominent { "sh-card sh-card--prominent" } else { "sh-card" }>
            {icon} <div class="sh-card__body">{title} {text.0.map(|text| view! { <p class="sh-card__text">{text}</p> })}</div>
        </li>
    }
}

/// Cards in rows of up to three, on a phone below each other.
#[component]
pub fn CardGroup(
    /// Only [`Card`]s.
    children: Children,
) -> impl IntoView {
    view! {
        <ul class="sh-cards" role="list">
            {children()}
        </ul>
    }
}

/// Every state of the card.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "The big acts",
            view: || {
                view! {
                    <CardGroup>
                        <Card
                            title="Book an appointment"
                            href="/design"
                            text="With your practice or a service it offers."
                            icon=IconName::Calendar
                            level=Level::Three
                            prominent=true
                        />
                        <Card
                            title="Order medicines"
                            href="/design"
                            text="2 of your medicines can be ordered now."
                            icon=IconName::Pill
                            level=Level::Three
                            prominent=true
                        />
                        <Card
                            title="Record a reading"
                            href="/design"
                            text="Blood pressure, weight and more."
                            icon=IconName::Heart
                            level=Level::Three
                            prominent=true
                        />
                    </CardGroup>
                }
                .into_any()
            },
        },
        Example {
            name: "With counts",
            view: || {
                view! {
                    <CardGroup>
                        <Card title="Problems" href="/design" count="4" text="Last changed 3 November 2026" icon=IconName::Problem level=Level::Three />
                        <Card title="Allergies" href="/design" count="1" text="Penicillin" icon=IconName::Alert level=Level::Three />
                        <Card title="Test results" href="/design" count="128" text="Newest from Tuesday" icon=IconName::Flask level=Level::Three />
                        <Card title="Immunisations" href="/design" count="0" text="Nothing recorded here" icon=IconName::Syringe level=Level::Three />
                    </CardGroup>
                }
                .into_any()
            },
        },
    ]
}
