//! Facts as pairs of name and value.

use super::Example;
use leptos::prelude::*;

/// One fact.
pub struct SummaryRow {
    key: String,
    value: AnyView,
    action: Option<(String, String)>,
}

impl SummaryRow {
    /// A fact: its name and its value, which may be words or any view.
    #[must_use]
    pub fn new(key: impl Into<String>, value: impl IntoView + 'static) -> Self {
        Self { key: key.into(), value: value.into_any(), action: None }
    }

    /// Adds a link to change it; a screen reader hears the link with the name of the fact after it.
    #[must_use]
    pub fn action(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.action = Some((href.into(), label.into()));
        self
    }
}

/// The facts below each other; on a phone each name above its value.
#[component]
pub fn SummaryList(
    /// The facts.
    rows: Vec<SummaryRow>,
) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let about = format!(" {}", row.key.to_lowercase());
            let action = row.action.map(|(href, label)| {
                view! {
                    <dd class="nhsuk-summary-list__actions">
                        <a href=href>{label} <span class="nhsuk-u-visually-hidden">{about}</span></a>
                    </dd>
                }
            });
            view! {
                <div class="nhsuk-summary-list__row">
                    <dt class="nhsuk-summary-list__key">{row.key}</dt>
                    <dd class="nhsuk-summary-list__value">{row.value}</dd>
                    {action}
                </div>
            }
        })
        .collect_view();
    view! { <dl class="nhsuk-summary-list">{rows}</dl> }
}

/// Every state of the summary list.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
            name: "Facts",
            view: || {
                view! {
                    <SummaryList rows=vec![
                        SummaryRow::new("When", "Tuesday 3 November 2026, 10:40am"),
                        SummaryRow::new("Where", "Riverside Surgery"),
                        SummaryRow::new("Recorded by", "Dr Amara Obi"),
                        SummaryRow::new("Usual range", "20 to 41 mmol/mol"),
                    ] />
                }
                .into_any()
            },
        },
        Example {
            name: "With links to change",
            view: || {
                view! {
                    <SummaryList rows=vec![
                        SummaryRow::new("NHS number", "999 012 3456"),
                        SummaryRow::new("Email address", "shirin.ahmadi@example.com").action("/design", "Change"),
                        SummaryRow::new("Address", view! { "14 Mill Lane" <br /> "Otley" <br /> "LS21 3AA" }).action("/design", "Change"),
                    ] />
                }
                .into_any()
            },
        },
    ]
}
