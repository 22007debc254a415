//! The bar at the top of every page, with the places of the product and the quick way out.

use super::icon::{Icon, IconName};
use super::mark::Wordmark;
use super::{Example, Words};
use leptos::prelude::*;

/// Where "Leave this site" leads: it ends the sign-in and goes on to a page that is at home in anybody's history.
const LEAVE: &str = "/leave";

/// One place of the product. Only list places that exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// Where it leads.
    pub href: String,
    /// Its name.
    pub label: String,
    /// True on the pages of this place.
    pub current: bool,
}

impl NavItem {
    /// A place, and whether the page belongs to it.
    #[must_use]
    pub fn new(href: impl Into<String>, label: impl Into<String>, current: bool) -> Self {
        Self { href: href.into(), label: label.into(), current }
    }

    fn icon(&self) -> IconName {
        match self.href.as_str() {
            "/" => IconName::Home,
            "/appointments" | "/team/diary" => IconName::Calendar,
            "/medicines" => IconName::Pill,
            "/readings" => IconName::Heart,
            "/messages" => IconName::Message,
            "/activity" => IconName::Eye,
            "/team" => IconName::Clipboard,
            "/team/people" | "/team/staff" => IconName::People,
            "/sharing/people" => IconName::People,
            _ => IconName::Record,
        }
    }
}

/// Mark and name, account, "Sign out", "Leave this site" and the places. On a phone the places are a bar at the
/// foot of the screen, in reach of a thumb.
#[component]
pub fn Header(
    /// The places, in the same order on every page; empty before sign-in.
    #[prop(optional)]
    nav: Vec<NavItem>,
    /// Where the account link leads; no link without it.
    #[prop(optional, into)]
    account_href: Words,
    /// Words of the account link: "Your account" when left out.
    #[prop(optional, into)]
    account_label: Words,
    /// Where the "Sign out" button posts to; no button without it.
    #[prop(optional, into)]
    sign_out: Words,
) -> impl IntoView {
    let account_label = account_label.0.unwrap_or_else(|| "Your account".to_owned());
    let account = account_href.0.map(|href| view! { <a class="sh-header__link" href=href>{account_label}</a> });
    let sign_out = sign_out.0.map(|action| {
        view! {
            <form class="sh-header__sign-out" method="post" action=action>
                <button class="sh-header__link" type="submit">
                    "Sign out"
                </button>
            </form>
        }
    });
    let class = if nav.is_empty() { "sh-header" } else { "sh-header sh-header--places" };
    let nav = (!nav.is_empty()).then(|| {
        let items = nav
            .into_iter()
            .map(|item| {
                let (icon, class) = (item.icon(), item.label.contains(' ').then_some("sh-nav__words"));
                view! {
                    <li>
                        <a class="sh-nav__link" href=item.href aria-current=item.current.then_some("page")>
                            <Icon name=icon />
                            <span class=class>{item.label}</span>
                        </a>
                    </li>
                }
            })
            .collect_view();
        view! {
            <nav class="sh-nav" aria-label="Main">
                <ul class="sh-nav__list">{items}</ul>
            </nav>
        }
    });
    view! {
        <header class=class>
            <div class="sh-header__bar">
                <a class="sh-header__brand" href="/" aria-label="Selfheal home">
                    <Wordmark />
                </a>
                <div class="sh-header__tools">{account} {sign_out}</div>
                <a class="sh-leave" href=LEAVE rel="nofollow">
                    "Leave this site"
                </a>
            </div>
            {nav}
        </header>
    }
}

/// Every state of the header.
pub fn examples() -> Vec<Example> {
    vec![
        Example { name: "Signed out", view: || view! { <Header /> }.into_any() },
        Example {
            name: "Signed in",
            view: || {
                view! {
                    <Header
                        nav=vec![
                            NavItem::new("/", "Home", true),
                            NavItem::new("/record", "Record", false),
                            NavItem::new("/appointments", "Appointments", false),
                            NavItem::new("/medicines", "Medicines", false),
                            NavItem::new("/readings", "Health", false),
                            NavItem::new("/more", "More", false),
                        ]
                        account_href="/account"
                        account_label="Shirin Ahmadi"
                        sign_out="/design"
                    />
                }
                .into_any()
            },
        },
    ]
}
