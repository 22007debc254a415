//! One questionnaire: what it is for, beginning it, and its scores over time.

use super::paper;
use super::{LIST, OfQuestionnaire, questionnaire_page, response_page, score_in_words};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::islands::chart_view::charted;
use crate::pages::readings::nobody_watches;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Cell, DataTable, Details, ErrorSummary, Form, IconName, Inset, LineChart, Narrow, PageHeading,
    Section, Series, Spot, Strokes,
};
use crate::words;
use axum::extract::Path;
use domain::questionnaire::Questionnaire;
use domain::reading::Point;
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{QuestionnaireSeen, ResponseLine};

/// The name of the form that begins one.
pub(crate) const FORM: &str = "questionnaire";

/// The page.
pub async fn show(ctx: Ctx, path: OfQuestionnaire) -> Answer {
    let Ok(Path(word)) = path else { return Err(Failure::not_found()) };
    let (one, seen) = ctx.services().questionnaires.one(&ctx.actor(), ctx.person()?, &word).await?;
    let (form, submission, said) = (ctx.form(FORM).await?, ctx.submission(), said(&one));
    let head = Head::new(&one.title, Place::Health).of(&seen.whose);
    ctx.page(if said.is_some() { head.with_island() } else { head }, || {
        let (heading, lead) = (one.title.clone(), one.file.as_ref().map(|file| file.purpose.clone()));
        let watch = watch(one.file.as_deref(), seen.watching.as_deref());
        let begin = match (&one.file, one.begun) {
            (Some(_), Some(begun)) => {
                let anew = (begun.old && one.offered).then(|| {
                    view! {
                        <p>"That is some time ago. If you are not the same any more, begin anew. The answers of then are set aside and count nowhere."</p>
                        <Form action=questionnaire_page(&one.id) submission=submission>
                            <input type="hidden" name="anew" value="yes" />
                            <Button kind=ButtonKind::Secondary>"Begin anew"</Button>
                        </Form>
                    }
                });
                view! {
                    <p>{format!("Begun on {}.", day_in_words(london_day(begun.at)))}</p>
                    <Button href=response_page(&one.id, begun.id)>"Go on where you stopped"</Button>
                    {anew}
                }
                .into_any()
            }
            (Some(file), None) if !one.offered => {
                let from = file.offered_from.unwrap_or_default();
                let why = format!("These questions are for people of {from} and over, unless your care team asks for them.");
                view! { <p>{why}</p> }.into_any()
            }
            (Some(file), None) => {
                let takes = words::how_many(file.minutes.into(), "minute", "minutes");
                view! {
                    {acts::steps(&acts::BEGIN_QUESTIONS)}
                    <p>{format!("It takes about {takes}. You can stop at any time and go on later.")}</p>
                    <Form action=questionnaire_page(&one.id) submission=submission>
                        <Button picture=IconName::Done>"Start"</Button>
                    </Form>
                }
                .into_any()
            }
            (None, _) => view! { <p>"These questions are not asked any more."</p> }.into_any(),
        };
        let begin = seen.may_fill.then_some(begin);
        let asked = one.asked.as_ref().map(|asked| {
            let who = format!("{}, {}, asked for this on {}.", asked.by, asked.organisation, day_in_words(london_day(asked.at)));
            view! { <Inset><p>{who}</p></Inset> }
        });
        let scores = scores(&one, "Scores over time", |line| response_page(&one.id, line.id), |_| None);
        let scores = scores.map(|scores| charted(said, scores));
        view! {
            <BackLink href=LIST label="Back to all questionnaires" />
            <ErrorSummary errors=form.errors() />
            <Narrow>
                {easy::picture(IconName::Clipboard)}
                <PageHeading title=heading lead=lead />
                {asked}
                <div class="sh-screen-only">{begin}</div>
                {watch}
            </Narrow>
            {scores}
            {one.file.as_deref().filter(|_| seen.may_fill && one.offered).map(paper::questions)}
            {one.file.as_deref().map(notice)}
        }
    })
    .await
}

/// Who is told of an answer that tells of danger, before the first is given.
fn watch(file: Option<&Questionnaire>, watching: Option<&str>) -> AnyView {
    match (file.is_some_and(Questionnaire::asks_of_crisis), watching) {
        (true, Some(name)) => {
            let told = format!(
                "If an answer tells of danger to your life, such as thoughts of hurting yourself, {name} is told, also if you do not finish. \
                 They see it when they are open, not at once, and it may be that nobody there looks at it before the next working day."
            );
            view! {
                <Inset>
                    <p>{told}</p>
                    <p>"If you need help now, call " <a href="tel:111">"111"</a> " and choose option 2. In an emergency, call " <a href="tel:999">"999"</a> "."</p>
                </Inset>
            }
            .into_any()
        }
        _ => nobody_watches(),
    }
}

/// Whose questions these are, and from where the words about scores are taken.
pub(crate) fn notice(file: &Questionnaire) -> AnyView {
    let (notice, source) = (file.notice.clone(), file.source.clone());
    let source = (!source.is_empty()).then(|| view! { <p>{format!("What scores mean is taken from: {source}.")}</p> });
    view! { <div class="sh-opened"><Details summary="Whose questions these are"><p>{notice}</p> {source}</Details></div> }
        .into_any()
}

/// Scores over time: a picture, a sentence and a table; for the person and for a care team. Each row leads to where it says, with a mark
/// beside what the score means, where there is one.
pub(crate) fn scores(
    one: &QuestionnaireSeen,
    title: &str,
    href: impl Fn(&ResponseLine) -> String,
    mark: impl Fn(&ResponseLine) -> Option<AnyView>,
) -> Option<AnyView> {
    if one.responses.is_empty() {
        return None;
    }
    let rows = one.responses.iter().map(|line| {
        let day = moment(line);
        let day = if line.amended { format!("{day} (changed since)") } else { day };
        let score = line.score.map_or_else(|| "No score".to_owned(), |score| score_in_words(score, line.highest));
        let (href, band, mark) = (href(line), line.band.clone(), mark(line));
        vec![Cell::new(view! { <a href=href>{day}</a> }), Cell::number(score), Cell::new(view! { {band} " " {mark} })]
    });
    let rows = rows.collect();
    let head = ["Filled in", "Score", "What it means"].map(str::to_owned).to_vec();
    let picture = picture(one);
    Some(
        view! {
            <Section title=title.to_owned()>
                {picture}
                <DataTable caption="Each time" head=head rows=rows />
            </Section>
        }
        .into_any(),
    )
}

/// What the picture of scores says in a sentence, where there is one.
pub(crate) fn said(one: &QuestionnaireSeen) -> Option<String> {
    let scored = scored(&one.responses);
    (scored.len() > 1).then(|| sentence(&scored))
}

/// When it was filled in.
fn moment(line: &ResponseLine) -> String {
    format!("{}, {}", day_in_words(london_day(line.at)), words::clock(line.at))
}

/// Those with a score, in the order of time.
fn scored(responses: &[ResponseLine]) -> Vec<(&ResponseLine, u16)> {
    responses.iter().rev().filter_map(|line| Some((line, line.score?))).collect()
}

/// Where a score begins to mean something else, and that in words; nothing where any of the scores has another meaning than the file
/// gives it now, as by an older file or by somebody's age.
fn levels(file: Option<&Questionnaire>, scored: &[(&ResponseLine, u16)]) -> (Vec<i64>, String) {
    let is_so =
        |file: &&Questionnaire| scored.iter().all(|(line, score)| file.band(*score).is_some_and(|band| band.title == line.band));
    let Some(file) = file.filter(is_so) else { return (Vec::new(), String::new()) };
    // The lowest begins at the foot of the picture.
    let bands = || file.bands.iter().filter(|band| band.low > 0);
    let each: Vec<String> = bands().map(|band| format!("from {}, {}", band.low, words::in_sentence(&band.title))).collect();
    let words = match each.is_empty() {
        true => String::new(),
        false => format!(" Each line shows where a score begins to mean something else: {}.", each.join("; ")),
    };
    (bands().map(|band| i64::from(band.low)).collect(), words)
}

/// A day on each side of the first and the last.
const ROOM: i64 = 24 * 60 * 60;

fn picture(one: &QuestionnaireSeen) -> AnyView {
    let scored = scored(&one.responses);
    let sentence = sentence(&scored);
    let (Some((first, _)), Some((last, _))) = (scored.first(), scored.last()) else { return ().into_any() };
    if scored.len() < 2 {
        return view! { <p>{sentence}</p> }.into_any();
    }
    let point =
        |(line, score): &(&ResponseLine, u16)| Point { at: line.at.timestamp(), low: (*score).into(), high: (*score).into() };
    let points: Vec<Point> = scored.iter().map(point).collect();
    // "3 November 2026, 8:10am: 12 of 27, clear signs of low mood"
    let spot = |(line, score): &(&ResponseLine, u16)| -> Spot {
        let band = if line.band.is_empty() { String::new() } else { format!(", {}", words::in_sentence(&line.band)) };
        let says = format!("{}: {}{band}", moment(line), score_in_words(*score, line.highest));
        (line.at.timestamp(), (*score).into(), says)
    };
    let spots: Vec<Spot> = scored.iter().map(spot).collect();
    let (levels, meanings) = levels(one.file.as_deref(), &scored);
    let (from, until) = (first.at.timestamp() - ROOM, last.at.timestamp() + ROOM);
    let says = |line: &ResponseLine| (line.at.timestamp(), london_day(line.at).format("%-d %b %Y").to_string());
    let moments = if london_day(first.at) == london_day(last.at) { vec![says(last)] } else { vec![says(first), says(last)] };
    // Bars stand on nought, so that a small change does not look like a large one.
    view! {
        <LineChart
            span=(from, until)
            series=vec![Series { strokes: Strokes::Bars, points }]
            finest=1
            label=whole
            moments=moments
            levels=levels
            spots=spots
            name=one.title.clone()
            words=format!("{sentence}{meanings}")
        />
    }
    .into_any()
}

fn whole(score: i64) -> String {
    score.to_string()
}

/// "Filled in 3 times. The newest score is 12 of 27, clear signs of low mood. The one before was 15."
fn sentence(scored: &[(&ResponseLine, u16)]) -> String {
    let Some((line, score)) = scored.last() else { return String::new() };
    let band = if line.band.is_empty() { String::new() } else { format!(": {}", words::in_sentence(&line.band)) };
    let newest = format!("The newest score is {}{band}.", score_in_words(*score, line.highest));
    let before = scored.iter().rev().nth(1).map(|(_, score)| format!(" The one before was {score}.")).unwrap_or_default();
    let times = match scored.len() {
        1 => "Filled in once".to_owned(),
        2 => "Filled in twice".to_owned(),
        many => format!("Filled in {many} times"),
    };
    format!("{times}. {newest}{before}")
}
