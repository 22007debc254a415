//! The foot of every page.

use super::Example;
use leptos::prelude::*;

/// One link of the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FooterLink {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub label: String,
}

impl FooterLink {
    /// A link with its words.
    #[must_use]
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into() }
    }
}

/// Links that are the same on every page, and what to do in an emergency.
#[component]
pub fn Footer(
    /// The links.
    #[prop(optional)]
    links: Vec<FooterLink>,
) -> impl IntoView {
    let links = (!links.is_empty()).then(|| {
        let items = links.into_iter().map(|link| view! { <li><a href=link.href>{link.label}</a></li> }).collect_view();
        view! { <ul class="sh-footer__links">{items}</ul> }
    });
    view! {
        <footer class="sh-footer">
            <div class="sh-footer__inner">
                {links}
                <p class="sh-footer__note">
                    "In an emergency call " <a href="tel:999">"999"</a> ". For urgent medical help call " <a href="tel:111">"111"</a> "."
                </p>
            </div>
        </footer>
    }
}

/// Every state of the footer.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "With links",
        view: || {
            view! {
                <Footer links=vec![
                    FooterLink::new("/design", "Help"),
                    FooterLink::new("/design", "Accessibility"),
                    FooterLink::new("/design", "Your privacy"),
                ] />
            }
            .into_any()
        },
    }]
}
