//! The words of a letter or another document: headings, paragraphs, lists and tables as its author set them, in our own dress.

use super::Example;
use fhir::document::{Block, Cell, Item, Run, Table};
use leptos::prelude::*;

/// Blocks of a document below a heading of this rank.
#[component]
pub fn DocumentText(
    /// What it says.
    blocks: Vec<Block>,
    /// The rank of the heading above it, from 1.
    #[prop(default = 2)]
    below: u8,
) -> impl IntoView {
    // Headings keep their order without leaving out a rank, whatever ranks the document used.
    let mut ranks: Vec<u8> = blocks.iter().filter_map(level).collect();
    ranks.sort_unstable();
    ranks.dedup();
    let rank = |level: u8| {
        let place = ranks.iter().position(|one| *one == level).unwrap_or_default();
        below.saturating_add(u8::try_from(place).unwrap_or(u8::MAX)).saturating_add(1).min(6)
    };
    let parts = blocks
        .into_iter()
        .map(|block| match block {
            Block::Heading { level, text } => heading(rank(level), text),
            other => part(other),
        })
        .collect_view();
    view! { <div class="sh-document">{parts}</div> }
}

const fn level(block: &Block) -> Option<u8> {
    match block {
        Block::Heading { level, .. } => Some(*level),
        _ => None,
    }
}

fn heading(rank: u8, text: String) -> AnyView {
    match rank {
        0..=2 => view! { <h2 class="sh-document__heading">{text}</h2> }.into_any(),
        3 => view! { <h3 class="sh-document__heading">{text}</h3> }.into_any(),
        4 => view! { <h4 class="sh-document__heading">{text}</h4> }.into_any(),
        5 => view! { <h5 class="sh-document__heading">{text}</h5> }.into_any(),
        _ => view! { <h6 class="sh-document__heading">{text}</h6> }.into_any(),
    }
}

fn part(block: Block) -> AnyView {
    match block {
        Block::Heading { text, .. } => view! { <p><strong>{text}</strong></p> }.into_any(),
        Block::Paragraph(runs) => view! { <p>{words(runs)}</p> }.into_any(),
        Block::List { ordered, items } => {
            let items = items.into_iter().map(item).collect_view();
            if ordered {
                view! { <ol class="nhsuk-list nhsuk-list--number">{items}</ol> }.into_any()
            } else {
                view! { <ul class="nhsuk-list nhsuk-list--bullet">{items}</ul> }.into_any()
            }
        }
        Block::Table(one) => table(one),
    }
}

fn item(item: Item) -> impl IntoView {
    let inner = item.inner.into_iter().map(part).collect_view();
    view! { <li>{words(item.runs)} {inner}</li> }
}

/// Words with their line breaks and what is marked as important.
fn words(runs: Vec<Run>) -> impl IntoView {
    runs.into_iter()
        .map(|run| {
            let lines = run.text.split('\n').map(str::to_owned).enumerate();
            let lines = lines.map(|(at, line)| view! { {(at > 0).then(|| view! { <br /> })} {line} }).collect_view();
            if run.strong { view! { <strong>{lines}</strong> }.into_any() } else { lines.into_any() }
        })
        .collect_view()
}

/// A table that moves within its own frame where it is wider than the screen. Where each cell stands below the name of one column, its
/// rows stand below each other on a phone, each value under that name.
fn table(table: Table) -> AnyView {
    let named = table.caption.clone().unwrap_or_else(|| "Table".to_owned());
    let caption = table.caption.map(|caption| view! { <caption class="nhsuk-table__caption">{caption}</caption> });
    let names = columns(&table.rows);
    let role = |name: &'static str| (!names.is_empty()).then_some(name);
    let mut rows = table.rows.into_iter().peekable();
    let headed = rows.peek().is_some_and(|row| row.iter().all(|cell| cell.head));
    let head = headed.then(|| rows.next()).flatten().map(|row| {
        let cells = row.into_iter().map(|cell| {
            let across = across(&cell);
            view! { <th scope="col" role=role("columnheader") colspan=across>{words(cell.runs)}</th> }
        });
        view! { <thead role=role("rowgroup")><tr role=role("row")>{cells.collect_view()}</tr></thead> }
    });
    let body = rows.map(|row| {
        let cells = row.into_iter().enumerate().map(|(column, cell)| {
            let across = across(&cell);
            let name = names.get(column).cloned();
            let name =
                name.map(|name| view! { <span class="nhsuk-table-responsive__heading" aria-hidden="true">{name} " "</span> });
            if cell.head {
                view! { <th scope="row" role=role("rowheader") colspan=across>{name} <span>{words(cell.runs)}</span></th> }
                    .into_any()
            } else {
                view! { <td role=role("cell") colspan=across>{name} <span>{words(cell.runs)}</span></td> }.into_any()
            }
        });
        view! { <tr role=role("row")>{cells.collect_view()}</tr> }
    });
    let body = body.collect_view();
    let class = if names.is_empty() { "nhsuk-table" } else { "nhsuk-table-responsive" };
    view! {
        <div class="sh-document__table" role="region" tabindex="0" aria-label=named>
            <table class=class role=role("table")>{caption} {head} <tbody role=role("rowgroup")>{body}</tbody></table>
        </div>
    }
    .into_any()
}

/// The names of a table's columns; none where its first row does not name them all, or a cell stands below several or none.
fn columns(rows: &[Vec<Cell>]) -> Vec<String> {
    let Some(first) = rows.first().filter(|row| row.iter().all(|cell| cell.head)) else { return Vec::new() };
    if rows.iter().any(|row| row.len() != first.len() || row.iter().any(|cell| cell.across > 1)) {
        return Vec::new();
    }
    first.iter().map(|cell| cell.runs.iter().map(|run| run.text.replace('\n', " ")).collect()).collect()
}

fn across(cell: &Cell) -> Option<String> {
    (cell.across > 1).then(|| cell.across.to_string())
}

/// Every state of the text.
pub fn examples() -> Vec<Example> {
    vec![Example {
        name: "A clinic letter",
        view: || {
            let run = |text: &str| Run { text: text.to_owned(), strong: false };
            let cell = |head, text| Cell { head, across: 1, runs: vec![run(text)] };
            let item = |text| Item { runs: vec![run(text)], inner: Vec::new() };
            let blocks = vec![
                Block::Heading { level: 1, text: "Eye screening".to_owned() },
                Block::Paragraph(vec![
                    run("We found small early changes in your "),
                    Run { text: "left eye".to_owned(), strong: true },
                    run(".\nThey need no treatment."),
                ]),
                Block::List {
                    ordered: false,
                    items: vec![item("Come again in 12 months"), item("Call us if your sight changes")],
                },
                Block::Table(Table {
                    caption: Some("What you could read".to_owned()),
                    rows: vec![
                        vec![cell(true, "Eye"), cell(true, "Line")],
                        vec![cell(true, "Left"), cell(false, "6/9")],
                        vec![cell(true, "Right"), cell(false, "6/6")],
                    ],
                }),
            ];
            view! { <DocumentText blocks /> }.into_any()
        },
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::document::DocumentKind;
    use proptest::prelude::*;

    /// What may stand on the page for a document, without comments that frameworks leave.
    const TAGS: [&str; 21] = [
        "div", "h2", "h3", "h4", "h5", "h6", "p", "strong", "br", "ul", "ol", "li", "table", "caption", "thead", "tbody", "tr",
        "th", "td", "span", "!--",
    ];

    fn html(kind: DocumentKind, bytes: &[u8]) -> String {
        let shown = fhir::document::show(kind, bytes, None, "Letter").unwrap_or_default();
        let owner = Owner::new();
        owner.with(|| {
            let parts = shown.sections.into_iter().map(|part| view! { <DocumentText blocks=part.blocks /> });
            // Without the comments by which Leptos finds its places again.
            parts.collect_view().to_html().replace("<!>", "")
        })
    }

    #[track_caller]
    fn holds_only_known_tags(html: &str) {
        for part in html.split('<').skip(1) {
            let name = part.trim_start_matches('/');
            assert!(TAGS.iter().any(|tag| name.starts_with(tag)), "<{part} in {html}");
            let tag = part.split('>').next().unwrap_or_default();
            for banned in ["href", "src", "style", "onclick", "onerror", "javascript"] {
                assert!(!tag.contains(banned), "<{tag}");
            }
        }
    }

    #[test]
    fn what_looks_like_markup_in_a_letter_is_words() {
        let shown = html(DocumentKind::Text, b"<script>alert(1)</script> 5 < 6 & \"x\"");
        assert!(shown.contains("&lt;script&gt;") && !shown.contains("<script"), "{shown}");
        let rtf = html(DocumentKind::Rtf, br"{\rtf1 <img src=x onerror=alert(1)>\par}");
        holds_only_known_tags(&rtf);
    }

    #[test]
    fn a_table_stands_in_rows_below_each_other_where_every_cell_has_the_name_of_one_column() {
        let plain =
            html(DocumentKind::Html, b"<table><tr><th>Medicine<th>How to take it<tr><td>Furosemide<td>Two each morning</table>");
        assert!(plain.contains("class=\"nhsuk-table-responsive\""), "{plain}");
        assert_eq!(plain.matches("nhsuk-table-responsive__heading").count(), 2, "{plain}");
        assert_eq!(plain.matches("How to take it").count(), 2, "{plain}");
        let across = html(DocumentKind::Html, b"<table><tr><th>Eye<th>Line<tr><td colspan=\"2\">Not measured</table>");
        assert!(across.contains("class=\"nhsuk-table\"") && !across.contains("__heading"), "{across}");
        let nameless = html(DocumentKind::Html, b"<table><tr><td>Left<td>6/9<tr><td>Right<td>6/6</table>");
        assert!(nameless.contains("class=\"nhsuk-table\"") && !nameless.contains("__heading"), "{nameless}");
    }

    proptest! {
        #[test]
        fn no_tag_but_ours_comes_out(bytes in "(<(/)?(p|b|ul|li|table|tr|td|th|script|svg|iframe|a href='javascript:x'|img src=x onerror=y|h1|style)>?|&lt;|&#60;|[a-z&;#<>\"' ]{0,6}){0,40}") {
            for kind in [DocumentKind::Html, DocumentKind::Text, DocumentKind::Rtf, DocumentKind::Cda] {
                holds_only_known_tags(&html(kind, bytes.as_bytes()));
            }
        }
    }
}
