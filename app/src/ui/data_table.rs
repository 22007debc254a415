//! Rows that are compared with each other.

use super::Example;
use leptos::prelude::*;

/// One cell.
pub struct Cell {
    view: AnyView,
    numeric: bool,
}

impl Cell {
    /// Words or any view.
    #[must_use]
    pub fn new(view: impl IntoView + 'static) -> Self {
        Self { view: view.into_any(), numeric: false }
    }

    /// A number, set flush with the numbers above and below it.
    #[must_use]
    pub fn number(view: impl IntoView + 'static) -> Self {
        Self { view: view.into_any(), numeric: true }
    }
}

/// A table with a caption. On a phone each row is a card with the column's name before each value.
#[component]
pub fn DataTable(
    /// What the table shows.
    #[prop(into)]
    caption: String,
    /// Names of the columns.
    head: Vec<String>,
    /// The rows; the first cell of each names the row.
    rows: Vec<Vec<Cell>>,
) -> impl IntoView {
    let numeric: Vec<bool> = rows.first().map(|row| row.iter().map(|cell| cell.numeric).collect()).unwrap_or_default();
    let heads = head
        .iter()
        .enumerate()
        .map(|(column, name)| {
            let class = numeric.get(column).copied().unwrap_or(false).then_some("nhsuk-table__header--numeric");
            view! { <th class=class role="columnheader" scope="col">{name.clone()}</th> }
        })
        .collect_view();
    let rows = rows
        .into_iter()
        .map(|row| {
            let cells = row
                .into_iter()
                .enumerate()
                .map(|(column, cell)| {
                    let class = cell.numeric.then_some("nhsuk-table__cell--numeric");
                    let name = head.get(column).cloned().unwrap_or_default();
                    let name = view! { <span class="nhsuk-table-responsive__heading" aria-hidden="true">{name} " "</span> };
                    if column == 0 {
                        view! { <th class=class role="rowheader" scope="row">{name} <span>{cell.view}</span></th> }.into_any()
                    } else {
                        view! { <td class=class role="cell">{name} <span>{cell.view}</span></td> }.into_any()
                    }
                })
                .collect_view();
            view! { <tr role="row">{cells}</tr> }
        })
        .collect_view();
    view! {
        <table class="nhsuk-table-responsive" role="table">
            <caption class="nhsuk-table__caption">{caption}</caption>
            <thead role="rowgroup">
                <tr role="row">{heads}</tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

/// Every state of the table.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "Readings",
        view: || {
            let row = |day: &'static str, upper: &'static str, lower: &'static str, who: &'static str| {
                vec![Cell::new(day), Cell::number(upper), Cell::number(lower), Cell::new(who)]
            };
            view! {
                <DataTable
                    caption="Your last 3 blood pressure readings"
                    head=vec!["Day".to_owned(), "Upper (mmHg)".to_owned(), "Lower (mmHg)".to_owned(), "Written down by".to_owned()]
                    rows=vec![
                        row("3 November 2026", "128", "76", "You"),
                        row("27 October 2026", "131", "79", "You"),
                        row("14 June 2026", "142", "88", "Riverside Surgery"),
                    ]
                />
            }
            .into_any()
        },
    }]
}
