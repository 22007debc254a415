//! Filling one in: a page of questions, who can help at once, and the answers before it is finished.

use super::paper;
use super::response::go_on;
use super::{
    OfPage, OfResponse, check_page, crisis, help_page, page_in, questionnaire_page, questions_page, response_in, response_page,
};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::acts;
use crate::forms::FormState;
use crate::pages::appointments::on_lines;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, Choice, DateInput, DateParts, ErrorSummary, Form, InputKind, Level, Narrow, PageHeading, Radios, Steps,
    SummaryList, SummaryRow, TextArea, TextInput, Width,
};
use chrono::Datelike;
use domain::QuestionnaireResponseId;
use domain::questionnaire::{Answer as Given, Asks, Course, Item, Page, Question, Questionnaire, Said, What};
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{AnswersForm, ResponseSeen};
use std::sync::Arc;

/// The name of the form of a page of questions.
pub(crate) const FORM: &str = "answers";
/// The name of the form that finishes it.
pub(crate) const FINISH: &str = "answers-finish";

/// A response with its file, for whoever may fill it in.
async fn open(ctx: &Ctx, word: &str, id: QuestionnaireResponseId) -> Result<(ResponseSeen, Arc<Questionnaire>), Failure> {
    let seen = ctx.services().questionnaires.response(&ctx.actor(), ctx.person()?, (Some(word), id)).await?;
    let file = seen.file.clone().filter(|_| seen.may_fill).ok_or_else(Failure::not_found)?;
    Ok((seen, file))
}

/// A page of questions.
pub async fn page(ctx: Ctx, path: OfPage) -> Answer {
    let (word, id, at) = page_in(path)?;
    let (seen, file) = open(&ctx, &word, id).await?;
    let (pages, course) = (file.pages(), file.course(&seen.answers));
    let shown: Vec<usize> = (0..pages.len()).filter(|at| pages.get(*at).is_some_and(|page| course.shows(page))).collect();
    let Some((page, step)) = pages.get(at).zip(shown.iter().position(|one| *one == at)) else { return Ok(ctx.go(&go_on(&seen))) };
    let form = ctx.form(FORM).await?;
    let whose = ctx.whose();
    let title = if page.title.is_empty() { file.title.clone() } else { page.title.to_owned() };
    let heading = title.clone();
    ctx.page(Head::form(&title, Place::Health, &form), || {
        let back = match step.checked_sub(1).and_then(|before| shown.get(before)) {
            _ if seen.whole => check_page(&word, id),
            Some(before) => questions_page(&word, id, *before),
            None => questionnaire_page(&word),
        };
        let help = seen.tells_of_danger().then(|| crisis(&whose, &seen, Level::Two));
        let steps = (!seen.whole && shown.len() > 1).then(|| {
            let number = |count: usize| u8::try_from(count).unwrap_or(u8::MAX);
            let (current, label) = (number(step + 1), file.title.clone());
            match file.most_pages() {
                Some(most) => view! { <Steps current=current total=number(most) label=label /> }.into_any(),
                None => view! { <Steps current=current label=label /> }.into_any(),
            }
        });
        // What was typed for other questions than these stands beside none of them.
        let fields = match form.value("version") == file.version {
            true => page_fields(&file, page, &course, &form),
            false => page_fields(&file, page, &course, &FormState::default()),
        };
        let save = if seen.whole { "Save the change" } else { "Save and go on" };
        let (errors, action, version) = (form.errors(), questions_page(&word, id, at), file.version.clone());
        let elsewhere = paper::elsewhere(&file.title);
        let later = (!seen.whole)
            .then(|| view! { <p class="nhsuk-hint sh-screen-only">"Each page is saved. You can stop now and go on later."</p> });
        view! {
            <Narrow>
                {help}
                <BackLink href=back label="Back" />
                <ErrorSummary errors=errors />
                <div class="sh-screen-only">{steps}</div>
                <PageHeading title=heading />
                <div class="sh-screen-only">{acts::steps(&acts::ANSWER)}</div>
                <p class="sh-print-only">{elsewhere}</p>
                <Form action=action>
                    <input type="hidden" name="version" value=version />
                    {fields}
                    <Button>{save}</Button>
                </Form>
                {later}
            </Narrow>
        }
    })
    .await
}

fn page_fields(file: &Questionnaire, page: &Page<'_>, course: &Course<'_>, form: &FormState) -> Vec<AnyView> {
    let there = page.items.iter().filter(|item| course.is_there(item));
    let field = |item: &&Item| match &item.what {
        What::Question(question) => asked(&AnswersForm::field(file, item), item, question, course.answer(item), form),
        What::Group(_) | What::Display => view! { <p>{on_lines(&item.text)}</p> }.into_any(),
    };
    there.map(field).collect()
}

/// A question with what was answered before, or as it was typed where something is wrong.
fn asked(field: &str, item: &Item, question: &Question, given: Option<&Given>, form: &FormState) -> AnyView {
    let label = if question.required { item.text.clone() } else { format!("{} (if you want)", item.text) };
    let error = form.error(field);
    let kept = |name: &str, now: String| if form.has_errors() { form.value(name) } else { now };
    let number = match given {
        Some(Given::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let words = match given {
        Some(Given::Words(words)) => words.clone(),
        _ => String::new(),
    };
    let id = field.to_owned();
    match &question.asks {
        Asks::Boolean => {
            let now = match given {
                Some(Given::Yes(true)) => "yes",
                Some(Given::Yes(false)) => "no",
                _ => "",
            };
            let value = kept(field, now.to_owned());
            let choices = vec![Choice::new("yes", "Yes"), Choice::new("no", "No")];
            view! { <Radios id=id legend_text=label choices=choices error=error value=value /> }.into_any()
        }
        Asks::Choice { options, open } => {
            let mut choices: Vec<Choice> =
                options.iter().map(|option| Choice::new(option.code.clone(), option.display.clone())).collect();
            if *open {
                choices.push(Choice::new(Said::OTHER, "Something else").hint("Write it below"));
            }
            let (now, other) = match given {
                Some(Given::Choice(code)) => (code.clone(), String::new()),
                Some(Given::Other(words)) => (Said::OTHER.to_owned(), words.clone()),
                _ => (String::new(), String::new()),
            };
            let value = kept(field, now);
            let beside = open.then(|| {
                let field = format!("{field}_other");
                let (error, value) = (form.error(&field), kept(&field, other));
                view! { <TextInput id=field label="Something else: what?" error=error value=value /> }
            });
            view! {
                <Radios id=id legend_text=label choices=choices error=error value=value />
                {beside}
            }
            .into_any()
        }
        Asks::Integer(_) => {
            let value = kept(field, number);
            view! { <TextInput id=id label=label kind=InputKind::Numeric width=Width::Ten error=error value=value /> }.into_any()
        }
        Asks::Decimal(_) => {
            let value = kept(field, number);
            view! { <TextInput id=id label=label kind=InputKind::Decimal width=Width::Ten error=error value=value /> }.into_any()
        }
        Asks::Quantity(_, unit) => {
            let (value, hint) = (kept(field, number), format!("In {}", unit.shown));
            view! { <TextInput id=id label=label hint=hint kind=InputKind::Decimal width=Width::Ten error=error value=value /> }
                .into_any()
        }
        Asks::Date => {
            let now = match given {
                Some(Given::Date(day)) => DateParts::new(day.day().to_string(), day.month().to_string(), day.year().to_string()),
                _ => DateParts::default(),
            };
            let value = if form.has_errors() { form.date(field) } else { now };
            view! { <DateInput id=id legend_text=label hint="For example, 31 3 2026" error=error value=value /> }.into_any()
        }
        Asks::Line(_) => {
            let value = kept(field, words);
            view! { <TextInput id=id label=label error=error value=value /> }.into_any()
        }
        Asks::Text(_) => {
            let value = kept(field, words);
            view! { <TextArea id=id label=label error=error value=value /> }.into_any()
        }
    }
}

/// Who can help at once: the page after an answer that tells of danger, before anything else.
pub async fn help(ctx: Ctx, path: OfResponse) -> Answer {
    let (word, id) = response_in(path)?;
    let (seen, _) = open(&ctx, &word, id).await?;
    let whose = ctx.whose();
    ctx.page(Head::new("Help is there now", Place::Health), || {
        let (on, goes) =
            if seen.whole { (response_page(&word, id), "See the result") } else { (go_on(&seen), "Go on with the questions") };
        let help = crisis(&whose, &seen, Level::One);
        view! {
            <Narrow>
                {help}
                <Button href=on>{goes}</Button>
            </Narrow>
        }
    })
    .await
}

/// The answers, to be looked at before it is finished; of one that is finished, to choose which to change.
pub async fn check(ctx: Ctx, path: OfResponse) -> Answer {
    let (word, id) = response_in(path)?;
    let (seen, file) = open(&ctx, &word, id).await?;
    let form = ctx.form(FINISH).await?;
    let whose = ctx.whose();
    let title = if seen.whole { "Change an answer" } else { "Check your answers" };
    ctx.page(Head::form(title, Place::Health, &form), || {
        let (pages, course) = (file.pages(), file.course(&seen.answers));
        let mut rows = Vec::new();
        for (at, page) in pages.iter().enumerate() {
            for (item, question) in page.questions().filter(|(item, _)| course.is_there(item)) {
                let answer = course.answer(item).map_or_else(|| "Not answered".to_owned(), |answer| question.in_words(answer));
                let href = format!("{}#{}", questions_page(&word, id, at), AnswersForm::field(&file, item));
                rows.push(SummaryRow::new(item.text.clone(), view! { <bdi>{on_lines(&answer)}</bdi> }).action(href, "Change"));
            }
        }
        let help = seen.tells_of_danger().then(|| crisis(&whose, &seen, Level::Two));
        let ends = if seen.whole {
            view! { <Button href=response_page(&word, id)>"Back to the result"</Button> }.into_any()
        } else {
            view! {
                <Form action=check_page(&word, id)>
                    <Button>"Finish and see the result"</Button>
                </Form>
            }
            .into_any()
        };
        let back = if seen.whole { response_page(&word, id) } else { questionnaire_page(&word) };
        let (errors, lead) = (form.errors(), format!("{}. Begun on {}", file.title, day_in_words(london_day(seen.begun_at))));
        view! {
            <Narrow>
                {help}
                <BackLink href=back label="Back" />
                <ErrorSummary errors=errors />
                <PageHeading title=title lead=lead />
                <SummaryList rows=rows />
                {ends}
            </Narrow>
        }
    })
    .await
}

/// Where to go after a page was saved.
pub(crate) fn after(next: service::Next, word: &str, id: QuestionnaireResponseId) -> String {
    match next {
        service::Next::Help => help_page(word, id),
        service::Next::Page(page) => questions_page(word, id, page),
        service::Next::Check => check_page(word, id),
        service::Next::Result => response_page(word, id),
    }
}
