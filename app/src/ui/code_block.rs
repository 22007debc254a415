//! Text for a machine, such as a resource as it was received.

use super::Example;
use leptos::prelude::*;

/// A block that scrolls inside itself and can be reached by keyboard.
#[component]
pub fn CodeBlock(
    /// What it is, for a screen reader.
    #[prop(into)]
    label: String,
    /// The text.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <pre class="sh-code" tabindex="0" role="region" aria-label=label>
            <code>{text}</code>
        </pre>
    }
}

/// The block.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "As received",
        view: || {
            view! {
                <CodeBlock
                    label="The entry as it was received"
                    text="{\n  \"resourceType\": \"Observation\",\n  \"status\": \"final\",\n  \"valueQuantity\": { \"value\": 58.0, \"unit\": \"mmol/mol\" }\n}"
                />
            }
            .into_any()
        },
    }]
}
