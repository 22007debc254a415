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

/// How many columns need more room than a tablet has.
const MANY: usize = 6;

/// The frame of a table of so many columns: by its own width, whatever the size of the words, it is cards until the columns fit.
const fn frame(columns: usize) -> &'static str {
    match columns {
        0..MANY => "sh-table",
        MANY => "sh-table sh-table--many",
        _ => "sh-table sh-table--most",
    }
}

/// A table with a caption. Where its columns do not fit, as on a phone, each row is a card with the column's name before each value.
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
    let frame = frame(head.len());
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
        <div class=frame>
            <table class="nhsuk-table-responsive" role="table">
                <caption class="nhsuk-table__caption">{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">{heads}</tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
}

/// Every state of the table.
pub fn examples() -> Vec<Example> {
    vec![
        Example {
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
        },
        Example {
            name: "With many columns",
            view: || {
                let head = ["Date", "Value", "In the unit of the newest", "Range", "How it compares", "From"];
                let row = |words: [&'static str; 6]| words.into_iter().map(Cell::new).collect::<Vec<_>>();
                view! {
                    <DataTable
                        caption="Newest first"
                        head=head.map(ToOwned::to_owned).to_vec()
                        rows=vec![
                            row(["3 November 2026", "48 mmol/mol", "", "20 to 41 mmol/mol", "Above the range given", "Riverside Surgery"]),
                            row(["14 June 2026", "5.7%", "39 mmol/mol", "4 to 6%", "In range", "St Anne\u{2019}s Hospital"]),
                        ]
                    />
                }
                .into_any()
            },
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_six_columns_or_more_waits_for_room() {
        let framed = |columns: usize| {
            let owner = Owner::new();
            let head: Vec<String> = (0..columns).map(|column| format!("Column {column}")).collect();
            owner.with(|| view! { <DataTable caption="All" head=head rows=Vec::new() /> }.to_html())
        };
        assert!(framed(5).contains("class=\"sh-table\""), "{}", framed(5));
        assert!(framed(6).contains("class=\"sh-table sh-table--many\""), "{}", framed(6));
        assert!(framed(7).contains("class=\"sh-table sh-table--most\""), "{}", framed(7));
    }
}
