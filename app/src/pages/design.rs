//! `/design`, of a demonstration: every component of the kit in every state, from the examples its tests use.

use crate::ui::{PageHeading, gallery};
use leptos::prelude::*;

/// The gallery of the component kit.
#[component]
pub fn DesignPage() -> impl IntoView {
    let parts = gallery();
    let contents =
        parts.iter().map(|(name, _)| view! { <li><a href=format!("#{}", anchor(name))>{*name}</a></li> }).collect_view();
    let sections = parts
        .into_iter()
        .map(|(name, examples)| {
            let examples = examples
                .into_iter()
                .map(|example| {
                    view! {
                        <div class="sh-example">
                            <p class="sh-example__name">{example.name}</p>
                            <div class="sh-example__view">{(example.view)()}</div>
                        </div>
                    }
                })
                .collect_view();
            view! {
                <section class="sh-section" id=anchor(name)>
                    <h2 class="sh-section__title">{name}</h2>
                    {examples}
                </section>
            }
        })
        .collect_view();
    view! {
        <div class="sh-gallery">
            <PageHeading title="Design" lead="Every component in every state, from the same examples its tests use." />
            <nav aria-label="Components">
                <ul class="sh-gallery__contents">{contents}</ul>
            </nav>
            {sections}
        </div>
    }
}

/// The id of a component's section.
fn anchor(name: &str) -> String {
    format!("design-{}", name.to_lowercase().replace(' ', "-"))
}

/// The gallery as a page, in a demonstration alone: it is for those who build the others.
pub async fn show(ctx: crate::ctx::Ctx) -> crate::ctx::Answer {
    use crate::ctx::{Failure, Head};
    use crate::shell::Place;
    if ctx.state.demo.is_none() {
        return Err(Failure::not_found());
    }
    ctx.page(Head::new("Design", Place::Elsewhere), || view! { <DesignPage /> }).await
}
