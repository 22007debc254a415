//! Who may see what, for which purpose: a form for each, with what the person is told before they choose.

use super::{chosen, label, now};
use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::pages::record::summary::SUMMARY;
use crate::pages::sharing::{Part, Parts};
use crate::shell::Place;
use crate::ui::{
    Button, ButtonGroup, ButtonKind, Checkboxes, Choice, Details, ErrorSummary, Form, IconName, Inset, PageHeading, Section,
    SummaryList, SummaryRow,
};
use domain::consent::{Notice, SharingPurpose};
use domain::record::Sensitivity;
use domain::scope::Labels;
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::{ChoiceSeen, Organisation, OrganisationKind, PurposeSeen};

/// The page.
pub async fn show(ctx: Ctx) -> Answer {
    let purposes = ctx.services().sharing.choices(&ctx.actor(), ctx.person()?).await?;
    let organisations = ctx.services().sharing.organisations(&ctx.actor(), ctx.person()?).await?;
    let form = ctx.form("sharing").await?;
    // Each form on the page is one act of its own.
    let mut forms = Vec::new();
    for seen in purposes {
        let submissions: Vec<String> = seen.choices.iter().map(|_| ctx.submission()).collect();
        forms.push((seen, submissions));
    }
    let refuses = |seen: &PurposeSeen| seen.choices.iter().any(|choice| choice.labels == Some(Labels::NONE));
    let no_summary = forms.iter().any(|(seen, _)| seen.purpose == SharingPurpose::SummaryAtAll && refuses(seen));
    ctx.page(Head::form("What services can see", Place::More, &form), || {
        let news = forms.iter().filter(|(seen, _)| !seen.newer.is_empty()).map(|(seen, _)| news(seen)).collect_view();
        let any_news = forms.iter().any(|(seen, _)| !seen.newer.is_empty());
        let sections =
            forms.into_iter().map(|(seen, submissions)| purpose(seen, submissions, no_summary).into_any()).collect_view();
        let lead = "You decide what you share, with whom and for what. You can change it at any moment, in either direction.";
        view! {
            <ErrorSummary errors=form.errors() />
            <Parts here=Part::Services />
            {easy::picture(IconName::Eye)}
            <PageHeading title="What services can see" lead=easy::say(lead, acts::SERVICES) />
            {any_news.then(|| view! { <Section title="What is new since you chose">{news}</Section> })}
            {sections}
            {(!organisations.is_empty()).then(|| previews(organisations))}
            <p class="sh-screen-only"><a href="/sharing/services/let-in">"Let in a service that does not look after you yet"</a></p>
            <p class="sh-screen-only"><a href="/sharing/services/receipts">"See a receipt for every choice that you made"</a></p>
        }
    })
    .await
}

/// The way to the record as those see it who work where the person is looked after.
fn previews(organisations: Vec<Organisation>) -> impl IntoView {
    let lines = organisations
        .into_iter()
        .map(|one| {
            let (team, desk) = (format!("/sharing/preview/team/{}", one.id), format!("/sharing/preview/desk/{}", one.id));
            let name = one.name.clone();
            view! {
                <li><a href=team>"A clinician at " <bdi>{one.name}</bdi></a></li>
                <li><a href=desk>"The reception at " <bdi>{name}</bdi></a></li>
            }
        })
        .collect_view();
    view! {
        <Section title="See what they would see">
            <p>"These places look after you, or you let them in. Nothing is changed by looking."</p>
            <ul>{lines}</ul>
        </Section>
    }
}

/// What is new in the notices that came after the last choice.
fn news(seen: &PurposeSeen) -> impl IntoView + use<> {
    let about = format!("About {}:", crate::words::in_sentence(seen.purpose.title()));
    let lines = seen.newer.iter().flat_map(|notice| notice.changes).map(|line| view! { <li>{*line}</li> }).collect_view();
    view! {
        <Inset>
            <p><strong>{about}</strong></p>
            <ul>{lines}</ul>
        </Inset>
    }
}

fn purpose(seen: PurposeSeen, submissions: Vec<String>, no_summary: bool) -> impl IntoView {
    let (what, notice) = (seen.purpose, seen.notice);
    let paragraphs = notice.paragraphs.iter().map(|line| view! { <p>{*line}</p> }).collect_view();
    let told = format!("What this means (version {}, from {})", notice.version, day_in_words(notice.from));
    let forms = seen
        .choices
        .into_iter()
        .zip(submissions)
        .map(|(choice, submission)| match what {
            SharingPurpose::DirectCare => care(choice, notice, submission).into_any(),
            SharingPurpose::Emergency => emergency(choice, notice, submission).into_any(),
            SharingPurpose::Summary | SharingPurpose::SummaryAtAll | SharingPurpose::Planning => {
                yes_or_no(what, choice, no_summary, notice, submission).into_any()
            }
        })
        .collect_view();
    view! {
        <Section title=what.title()>
            <Details summary=told>{paragraphs}</Details>
            {forms}
        </Section>
    }
}

/// What every form sends beside the choice itself.
fn hidden(purpose: SharingPurpose, kind: Option<OrganisationKind>, notice: &'static Notice, submission: String) -> impl IntoView {
    view! {
        <input type="hidden" name="purpose" value=purpose.code() />
        <input type="hidden" name="kind" value=kind.map_or("", OrganisationKind::code) />
        <input type="hidden" name="notice" value=notice.version.to_string() />
        <input type="hidden" name="submission" value=submission />
    }
}

/// When it was chosen so.
fn since(choice: &ChoiceSeen) -> String {
    match (choice.chosen_at, choice.labels) {
        (Some(at), _) => format!("You chose this on {}.", day_in_words(london_day(at))),
        (None, Some(_)) => "You have not chosen. It is so until you do.".to_owned(),
        (None, None) => "You have not chosen here. You can answer now, or leave it.".to_owned(),
    }
}

fn labels(values: Labels) -> (Vec<Choice>, Vec<String>) {
    let choices = Sensitivity::ALL.iter().map(|one| {
        let choice = Choice::new(one.code(), label(*one));
        if *one == Sensitivity::General { choice.hint("Everything that is in none of the others") } else { choice }
    });
    (choices.collect(), values.iter().map(|one| one.code().to_owned()).collect())
}

/// With one kind of organisation, for care.
fn care(choice: ChoiceSeen, notice: &'static Notice, submission: String) -> impl IntoView {
    let (kind, shared) = (choice.kind, choice.labels.unwrap_or(Labels::NONE));
    let title = kind.map_or("Every organisation", OrganisationKind::title);
    let summary = format!("{title}: {}", crate::words::in_sentence(&chosen(SharingPurpose::DirectCare, choice.labels)));
    let (choices, values) = labels(shared);
    let id = format!("labels-{}", kind.map_or("every", OrganisationKind::code));
    let about = format!("with: {title}");
    let refuse = (!shared.is_empty()).then(|| {
        view! {
            <Button kind=ButtonKind::Secondary name="nothing" value="true" about=about.clone()>
                "Share nothing"
            </Button>
        }
    });
    let since = since(&choice);
    // Who prints the page takes the choice along, and not the form that changes it.
    let on_paper = format!("{summary}. {since}");
    view! {
        <p class="sh-print-only">{on_paper}</p>
        <Details summary=summary>
            <p>{since}</p>
            <Form action="/sharing/services">
                {hidden(SharingPurpose::DirectCare, kind, notice, submission)}
                <Checkboxes id=id name="labels" legend_text="What can they see?" choices=choices values=values />
                <ButtonGroup>
                    <Button about=about.clone()>"Save"</Button>
                    {refuse}
                </ButtonGroup>
            </Form>
        </Details>
    }
}

/// What stays closed in an emergency.
fn emergency(choice: ChoiceSeen, notice: &'static Notice, submission: String) -> impl IntoView {
    let closed = Labels::all().without(choice.labels.unwrap_or_else(Labels::all));
    let (choices, values) = labels(closed);
    view! {
        <SummaryList rows=vec![SummaryRow::new("Now", chosen(SharingPurpose::Emergency, choice.labels))] />
        <p>{since(&choice)}</p>
        <Form action="/sharing/services">
            {hidden(SharingPurpose::Emergency, None, notice, submission)}
            <Checkboxes
                id="closed"
                legend_text="What stays closed, even in an emergency?"
                hint="Choose none if everything may open. It can help them to save your life."
                choices=choices
                values=values
            />
            <Button about="what stays closed in an emergency">"Save"</Button>
        </Form>
    }
}

/// Yes or no: one press, either way.
fn yes_or_no(
    purpose: SharingPurpose,
    choice: ChoiceSeen,
    no_summary: bool,
    notice: &'static Notice,
    submission: String,
) -> impl IntoView {
    let (yes, no) = match purpose {
        SharingPurpose::Planning => ("Count me", "Do not count me"),
        SharingPurpose::SummaryAtAll => ("Yes, keep a summary", "No, no summary at all"),
        _ => ("Yes, the fuller summary", "No, only the short summary"),
    };
    let labels_now = choice.labels;
    let today = matches!(purpose, SharingPurpose::Summary | SharingPurpose::SummaryAtAll).then(|| {
        view! {
            <p>
                "Your choice is written down. Where your GP practice works here, it is asked to record it. Your summary changes once it has. "
                <a href=SUMMARY>"See whether it has, and what is in each"</a>
            </p>
        }
    });
    let offer = move |labels: Labels, words: &'static str| {
        (labels_now != Some(labels)).then(|| {
            view! { <Button kind=ButtonKind::Secondary name="labels" value=labels.to_string()>{words}</Button> }
        })
    };
    view! {
        <SummaryList rows=vec![SummaryRow::new("Now", now(purpose, labels_now, no_summary))] />
        <p>{since(&choice)}</p>
        {today}
        <Form action="/sharing/services">
            {hidden(purpose, None, notice, submission)}
            <ButtonGroup>{offer(Labels::all(), yes)} {offer(Labels::NONE, no)}</ButtonGroup>
        </Form>
    }
}
