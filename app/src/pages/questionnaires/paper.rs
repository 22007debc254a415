//! The questions of a questionnaire on paper, to fill in by hand.

use crate::pages::appointments::on_lines;
use crate::pages::opened_to_print;
use crate::ui::Section;
use domain::questionnaire::{Asks, Item, Question, Questionnaire, What};
use leptos::prelude::*;

/// What they stand under.
const TITLE: &str = "The questions on paper";

/// What becomes of what is written there.
const UNSEEN: &str = "Nobody sees what you write on paper until you show it to somebody. Take it with you to your GP practice, or type the \
                      answers in here later. If you feel unwell, call 111. In an emergency, call 999.";

/// Where the questions are that can be printed, said on the paper of a page with some of them.
pub(super) fn elsewhere(questionnaire: &str) -> String {
    format!(
        "The questions are not printed here. To fill them in by hand, go to \u{201c}{questionnaire}\u{201d}, open \u{201c}{TITLE}\u{201d} \
         and print that page."
    )
}

/// All questions with room for their answers. They stand on paper where they were opened.
pub(super) fn questions(file: &Questionnaire) -> AnyView {
    let asked = items(&file.items);
    let crisis = file.asks_of_crisis().then_some(
        "If you have thoughts of hurting yourself, do not wait: call 111 now and choose option 2. In an emergency, call 999.",
    );
    let inside = view! {
        <p>"Tick one box for each question, or write your answer. Today\u{2019}s date: ________________"</p>
        {asked}
        {crisis.map(|words| view! { <p><strong>{words}</strong></p> })}
        <p>{UNSEEN}</p>
    }
    .into_any();
    let left_out = "They are not printed here.".to_owned();
    view! { <Section title=TITLE>{opened_to_print("Show the questions".to_owned(), left_out, inside)}</Section> }.into_any()
}

fn items(items: &[Item]) -> AnyView {
    items.iter().map(item).collect_view().into_any()
}

/// A group with its heading, words, or a question. What depends on an earlier answer says so, because paper cannot leave it out.
fn item(item: &Item) -> AnyView {
    let words = on_lines(&item.text);
    let depends = (!item.when.tests.is_empty()).then_some("Only if it fits your answers above: ");
    match &item.what {
        What::Group(inside) => view! { <p>{depends} {words}</p> {items(inside)} }.into_any(),
        What::Display => view! { <p>{depends} {words}</p> }.into_any(),
        What::Question(question) => view! {
            <div class="sh-paper">
                <p><strong>{depends} {words}</strong></p>
                {room(question)}
            </div>
        }
        .into_any(),
    }
}

/// Boxes to tick, or a line to write on.
fn room(question: &Question) -> AnyView {
    match &question.asks {
        Asks::Boolean => boxes(&["Yes", "No"], false),
        Asks::Choice { options, open } => {
            let answers: Vec<&str> = options.iter().map(|option| option.display.as_str()).collect();
            boxes(&answers, *open)
        }
        Asks::Quantity(_, unit) => view! { <p>{format!("________________ {}", unit.shown)}</p> }.into_any(),
        Asks::Date => view! { <p>"Day ______ Month ______ Year __________"</p> }.into_any(),
        Asks::Integer(_) | Asks::Decimal(_) => view! { <p>"________________"</p> }.into_any(),
        Asks::Line(_) => line().into_any(),
        Asks::Text(_) => view! { {line()} {line()} {line()} }.into_any(),
    }
}

/// A box for each answer, and where the question is `open` one for another.
fn boxes(answers: &[&str], open: bool) -> AnyView {
    let each = answers.iter().map(|answer| view! { <li>{(*answer).to_owned()}</li> }).collect_view();
    let other = open.then(|| view! { <li>"Something else: ________________________"</li> });
    view! { <ul class="sh-paper__boxes" role="list">{each} {other}</ul> }.into_any()
}

/// A line to write on, over the whole width.
fn line() -> impl IntoView {
    view! { <p class="sh-paper__line"></p> }
}
