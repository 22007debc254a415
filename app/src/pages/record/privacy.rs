//! Who sees an entry: how private it is, and from whom it is hidden.

use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::routes;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, Choice, EmptyState, Form, IconName, Inset, PageHeading, Radios, Section, SummaryList,
    SummaryRow,
};
use crate::words;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::EntryId;
use domain::record::Sensitivity;
use domain::when::day_in_words;
use domain::when::london_day;
use leptos::prelude::*;
use service::{CarerSeen, CarerStage, EntryPrivacy, HiddenFrom, HidingSeen};

/// What a label of sensitivity is called where it is chosen.
pub(crate) const fn label(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::General => "General health",
        Sensitivity::Mental => "Mental health",
        Sensitivity::Sexual => "Sexual and reproductive health",
        Sensitivity::Social => "Social care",
    }
}

/// Where the choices about an entry are made.
pub(crate) fn address(id: EntryId) -> String {
    format!("{}/privacy", routes::entry(id))
}

/// The choices about one entry.
pub async fn show(ctx: Ctx, path: Result<Path<String>, PathRejection>) -> Answer {
    let id = path.ok().and_then(|Path(id)| id.parse::<EntryId>().ok()).ok_or_else(Failure::not_found)?;
    let (actor, person, services) = (ctx.actor(), ctx.person()?, ctx.services());
    let privacy = services.hidings.of_entry(&actor, person, id).await?;
    let carers = services.carers.of_person(&actor, person).await?;
    let entry = services.records.entry(&actor, person, id).await?;
    let form = ctx.form("label").await?;
    let chosen = privacy.chosen.map_or("", Sensitivity::code);
    let chosen = form.all().get("label").cloned().unwrap_or_else(|| chosen.to_owned());
    ctx.page(Head::new("Who can see this entry", Place::Record), || {
        let hidden = hidden(privacy.clone(), id);
        let mentioned = (privacy.mentioned_in > 0).then(|| {
            let others = words::how_many(privacy.mentioned_in, "other entry says", "other entries say");
            view! { <p>{format!("{others} something about it. Where it is hidden, they do not.")}</p> }
        });
        let lead = "You always see it. You choose who else does. Nobody is told what you hide, or that you hid it.";
        view! {
            <BackLink href=routes::entry(id) label="Back to the entry" />
            {easy::picture(IconName::Eye)}
            <PageHeading
                title="Who can see this entry"
                caption=entry.line.title
                lead=easy::say(lead, acts::PRIVACY)
            />
            {hidden}
            <Section title="Hide it">
                <Form action=format!("{}/hide", routes::entry(id))>
                    <Radios
                        id="from"
                        legend_text="From whom?"
                        choices=whom(&carers)
                        value="all"
                    />
                    <Button>"Hide this entry"</Button>
                </Form>
                {mentioned}
            </Section>
            <Section title="How private it is">
                <p>"Each person who looks after you sees only the kinds of things that you let them see."</p>
                <Form action=format!("{}/label", routes::entry(id))>
                    <Radios
                        id="label"
                        legend_text="This entry is about"
                        choices=labels(privacy.source)
                        value=&chosen
                    />
                    <Button kind=ButtonKind::Secondary>"Save how private it is"</Button>
                </Form>
            </Section>
        }
    })
    .await
}

/// Everybody, or one of those who act or may come to act for the person.
pub(crate) fn whom(carers: &[CarerSeen]) -> Vec<Choice> {
    let everybody = Choice::new("all", "Everybody who looks after me").hint("Also anybody whom you let in later.");
    let open = |carer: &&CarerSeen| {
        matches!(carer.stage, CarerStage::Invited(_) | CarerStage::Applied | CarerStage::InForce | CarerStage::Stopped)
    };
    let one = |carer: &CarerSeen| Choice::new(carer.id.to_string(), format!("Only {} ({})", carer.name, carer.relation));
    std::iter::once(everybody).chain(carers.iter().filter(open).map(one)).collect()
}

fn labels(source: Sensitivity) -> Vec<Choice> {
    let as_sent = Choice::new("", "As it was sent to us").hint(format!("{}.", label(source)));
    std::iter::once(as_sent).chain(Sensitivity::ALL.iter().map(|one| Choice::new(one.code(), label(*one)))).collect()
}

fn hidden(privacy: EntryPrivacy, id: EntryId) -> impl IntoView {
    if privacy.hidings.is_empty() && privacy.of_category.is_empty() {
        return view! {
            <EmptyState title="It is not hidden" icon=IconName::Eye>
                <p>"Those who may see this kind of entry see it."</p>
            </EmptyState>
        }
        .into_any();
    }
    let whole = (!privacy.of_category.is_empty()).then(|| {
        view! {
            <Inset>
                <p>
                    "Everything of this kind is hidden. " <a href="/sharing/hidden">"See what is hidden"</a>
                </p>
            </Inset>
        }
    });
    let each = privacy
        .hidings
        .into_iter()
        .map(|hiding| {
            let rows = vec![
                SummaryRow::new("Hidden from", from(&hiding)),
                SummaryRow::new("Since", day_in_words(london_day(hiding.since))),
            ];
            view! {
                <SummaryList rows=rows />
                <Form action=format!("{}/show", routes::entry(id))>
                    <input type="hidden" name="hiding" value=hiding.id.to_string() />
                    <Button kind=ButtonKind::Secondary>"Show it again"</Button>
                </Form>
            }
        })
        .collect_view();
    view! { <Section title="It is hidden">{whole} {each}</Section> }.into_any()
}

/// From whom something is hidden, in words.
pub(crate) fn from(hiding: &HidingSeen) -> String {
    match (&hiding.from, &hiding.carer) {
        (HiddenFrom::All, _) => "Everybody who looks after you".to_owned(),
        (HiddenFrom::Relationship(_), Some(name)) => name.clone(),
        (HiddenFrom::Relationship(_), None) => "Somebody who looked after you".to_owned(),
    }
}

/// One line on the entry's own page, for the person alone.
pub(crate) fn in_short(privacy: &EntryPrivacy, id: EntryId) -> impl IntoView + use<> {
    let hidden = !privacy.hidings.is_empty() || !privacy.of_category.is_empty();
    let kind = label(privacy.sensitivity());
    let words = if hidden {
        format!("{kind}. You have hidden it from people who look after you.")
    } else {
        format!("{kind}. People who look after you see it if you let them see this kind of thing.")
    };
    view! {
        <Section title="Who can see this">
            <p>{words} " " <a class="sh-screen-only" href=address(id)>"Change who can see it"</a></p>
        </Section>
    }
}
