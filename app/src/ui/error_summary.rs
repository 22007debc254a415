//! The box at the top of a page that could not take what was typed.

use super::Example;
use super::text_input::TextInput;
use crate::easy::acts;
use leptos::prelude::*;

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Id of the field to go to, without `#`. Empty when no single field is to blame.
    pub field_id: String,
    /// The same words as at the field.
    pub message: String,
}

impl FieldError {
    /// An error at the field with this id.
    #[must_use]
    pub fn new(field_id: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field_id: field_id.into(), message: message.into() }
    }
}

/// "There is a problem", with a link to each field. Renders nothing when there are no errors. It can take the
/// focus (`#error-summary`), and is announced when it appears.
#[component]
pub fn ErrorSummary(
    /// The errors, in the order of the fields.
    errors: Vec<FieldError>,
) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        let items = errors
            .into_iter()
            .map(|error| {
                if error.field_id.is_empty() {
                    view! { <li>{error.message}</li> }.into_any()
                } else {
                    view! {
                        <li>
                            <a href=format!("#{}", error.field_id)>{error.message}</a>
                        </li>
                    }
                    .into_any()
                }
            })
            .collect_view();
        view! {
            <div class="nhsuk-error-summary" id="error-summary" tabindex="-1">
                <div role="alert">
                    <h2 class="nhsuk-error-summary__heading">"There is a problem"</h2>
                    {acts::steps(&acts::PROBLEM)}
                    <ul class="nhsuk-error-summary__list">{items}</ul>
                </div>
            </div>
        }
    })
}

/// Every state of the error summary.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "With two fields",
        view: || {
            view! {
                <ErrorSummary errors=vec![
                    FieldError::new("es-surname", "Enter your last name"),
                    FieldError::new("es-email", "Enter an email address in the usual form, like name@example.com"),
                ] />
                <TextInput id="es-surname" label="Last name" error="Enter your last name" />
                <TextInput
                    id="es-email"
                    label="Email address"
                    error="Enter an email address in the usual form, like name@example.com"
                    value="shirin@"
                />
            }
            .into_any()
        },
    }]
}
