//! Looking closer at a chart, reading its points one by one, and seeing what is new without loading the page again. It asks for the
//! same pages that a browser without script gets, and takes what they show.

use leptos::prelude::*;

/// The element whose content is exchanged: the chart, and what stands on the same page of what it shows.
pub const CHARTED: &str = "charted";

/// Around a chart and what belongs to it; links and forms in it that lead to the same page exchange only that.
#[island]
pub fn ChartView(
    /// The element with the id [`CHARTED`].
    children: Children,
) -> impl IntoView {
    let said = RwSignal::new(String::new());
    Effect::new(move |_| listen(said));
    view! {
        {children()}
        <p class="nhsuk-u-visually-hidden" aria-live="polite">{move || said.get()}</p>
    }
}

/// A part of a page with charts in it and what belongs to them; `said` is all of it in words. Without these it is as it is, because it
/// has no chart.
#[cfg(feature = "ssr")]
pub fn charted(said: Option<String>, inside: AnyView) -> AnyView {
    let Some(said) = said else { return inside };
    view! {
        <ChartView>
            <div id=CHARTED tabindex="-1" data-said=said>
                {inside}
            </div>
        </ChartView>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn listen(said: RwSignal<String>) {
    // Without a part of what is needed the page works as it is.
    let _ = super::chart_reader::listen(move |words| said.set(words));
}

/// On the server there is nothing to listen to.
#[cfg(not(feature = "hydrate"))]
fn listen(said: RwSignal<String>) {
    let _ = said;
}
