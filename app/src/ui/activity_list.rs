//! Who has looked at the record, or what was done with the account.

use super::Example;
use super::button::{Button, ButtonKind};
use leptos::prelude::*;

/// One event.
pub struct ActivityItem {
    when: String,
    who: String,
    what: String,
    why: Option<String>,
    act: Option<AnyView>,
}

impl ActivityItem {
    /// When, who, and what they did: "Tuesday 3 November, 10:40am", "You", "looked at your test results".
    #[must_use]
    pub fn new(when: impl Into<String>, who: impl Into<String>, what: impl Into<String>) -> Self {
        Self { when: when.into(), who: who.into(), what: what.into(), why: None, act: None }
    }

    /// Why, or from where.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// A link or a form with a button: "I don't recognise this", "End".
    #[must_use]
    pub fn act(mut self, act: impl IntoView + 'static) -> Self {
        self.act = Some(act.into_any());
        self
    }
}

/// Events below each other, newest first.
#[component]
pub fn ActivityList(
    /// The events.
    items: Vec<ActivityItem>,
) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|item| {
            view! {
                <li class="sh-activity__item">
                    <div class="sh-activity__what">
                        <p><strong>{item.who}</strong> " " {item.what}</p>
                        {item.why.map(|why| view! { <p class="sh-source">{why}</p> })}
                        <p class="sh-source">{item.when}</p>
                    </div>
                    {item.act.map(|act| view! { <div class="sh-activity__act">{act}</div> })}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="sh-activity" role="list">{items}</ol> }
}

/// Every state of the list.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "Who has looked",
            view: || {
                view! {
                    <ActivityList items=vec![
                        ActivityItem::new("Today, 9:12am", "You", "looked at your test results"),
                        ActivityItem::new("Tuesday 3 November, 10:40am", "Riverside Surgery", "sent 3 new entries to your record")
                            .why("From the GP system"),
                    ] />
                }
                .into_any()
            },
        },
        Example {
            name: "Your sign-ins, with an act",
            view: || {
                view! {
                    <ActivityList items=vec![
                        ActivityItem::new("Active now", "This device", "Firefox on Windows"),
                        ActivityItem::new("Yesterday, 6:03pm", "Phone", "Safari on iPhone").act(view! {
                            <Button kind=ButtonKind::Secondary about="Safari on iPhone">"End"</Button>
                        }),
                    ] />
                }
                .into_any()
            },
        },
    ]
}
