//! Where things stand on a page.

use super::card::{Card, CardGroup};
use super::icon::IconName;
use super::{Example, Level, heading};
use leptos::prelude::*;

/// The main part of every page, between header and footer; `#main` for the skip link.
#[component]
pub fn Main(
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <main class="sh-main" id="main" tabindex="-1">
            {children()}
        </main>
    }
}

/// A narrow column on a raised sheet: sign-in and other short forms.
#[component]
pub fn Narrow(
    /// The form.
    children: Children,
) -> impl IntoView {
    view! { <div class="sh-narrow">{children()}</div> }
}

/// A wide first column and a narrow second one; on a phone one below the other, in the order of the source.
#[component]
pub fn Columns(
    /// Exactly two elements, the wide one first.
    children: Children,
) -> impl IntoView {
    view! { <div class="sh-columns">{children()}</div> }
}

/// A part of a page with a heading of its own (`h2`).
#[component]
pub fn Section(
    /// The heading.
    #[prop(into)]
    title: String,
    /// What is below it.
    children: Children,
) -> impl IntoView {
    view! { <section class="sh-section">{heading(Level::Two, "sh-section__title", title)} {children()}</section> }
}

/// The layouts.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "Two columns",
            view: || {
                view! {
                    <Columns>
                        <Section title="What is new">
                            <p>"1 test result and 1 letter since you were last here on Monday."</p>
                        </Section>
                        <Section title="Do next">
                            <CardGroup>
                                <Card title="Your record" href="/design" icon=IconName::Record level=Level::Three />
                            </CardGroup>
                        </Section>
                    </Columns>
                }
                .into_any()
            },
        },
        Example {
            name: "Narrow",
            view: || {
                view! {
                    <Narrow>
                        <h2>"Sign in"</h2>
                        <p>"One short form on a quiet page."</p>
                    </Narrow>
                }
                .into_any()
            },
        },
    ]
}
