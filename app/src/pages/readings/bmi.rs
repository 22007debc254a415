//! Body mass index: worked out from the newest weight and height, with what it means and for whom it means something else.

use super::{LIST, add_page, measure_page};
use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, Cell, DataTable, EmptyState, IconName, Inset, NumberLine, PageHeading, Section, SummaryList, SummaryRow,
};
use crate::whose::Whose;
use crate::words;
use chrono::NaiveDate;
use domain::reading::{Amount, BmiRange, Measure};
use domain::when::london_day;
use leptos::prelude::*;
use service::{BmiSeen, ReadingSeen};

/// Where it is.
pub(crate) const BMI: &str = "/readings/bmi";
/// What it is called.
pub(crate) const TITLE: &str = "Body mass index (BMI)";

/// The page.
pub async fn show(ctx: Ctx) -> Answer {
    let seen = ctx.services().readings.bmi(&ctx.actor(), ctx.person()?).await?;
    let (today, whose) = (london_day(ctx.services().core.now()), ctx.whose());
    ctx.page(Head::new(TITLE, Place::Health).of(&seen.whose), || {
        let add = |measure: Measure, seen: Option<&ReadingSeen>| {
            let words = format!("{} {}", if seen.is_some() { "Record a new" } else { "Record" }, measure.name_in_sentence());
            view! { <p><Button href=add_page(measure)>{words}</Button></p> }
        };
        let missing = [(Measure::Weight, seen.weight.as_ref()), (Measure::Height, seen.height.as_ref())];
        let adds =
            missing.into_iter().filter(|(_, one)| one.is_none() || seen.bmi.is_none()).map(|(measure, one)| add(measure, one));
        let adds = (seen.may_record && seen.adult).then(|| adds.collect_view());
        view! {
            <BackLink href=measure_page(LIST, Measure::Weight) label="Back to weight" />
            <PageHeading title=TITLE />
            {worked_out(&seen, &whose, today)}
            {seen.is_sent.then(|| sent(LIST))}
            {adds}
        }
    })
    .await
}

/// What it is and what it comes from, for the person and for a care team.
pub(crate) fn worked_out(seen: &BmiSeen, whose: &Whose, today: NaiveDate) -> AnyView {
    if !seen.adult {
        return view! {
            <EmptyState title="BMI is not worked out here" icon=IconName::Heart>
                <p>"We work it out for people of 18 years and over alone, whose date of birth we know. For children it means something else. Ask a GP or a nurse."</p>
            </EmptyState>
        }
        .into_any();
    }
    let (Some(weight), Some(height)) = (&seen.weight, &seen.height) else {
        let missing = match (&seen.weight, &seen.height) {
            (None, None) => "weight and height",
            (None, _) => "weight",
            _ => "height",
        };
        let says =
            format!("We work it out from {} weight and height. There is no {missing} of an adult yet.", whose.in_sentence());
        return view! {
            <EmptyState title="Nothing to work it out from" icon=IconName::Heart>
                <p>{says}</p>
            </EmptyState>
        }
        .into_any();
    };
    let from = vec![from_row(weight, today), from_row(height, today)];
    let Some(bmi) = seen.bmi else {
        return view! {
            <Inset>
                <p>"This weight and this height cannot both be right. Check them, and record them again."</p>
            </Inset>
            <SummaryList rows=from />
        }
        .into_any();
    };
    view! {
        {picture(bmi, whose)}
        <Section title="What it is worked out from">
            <SummaryList rows=from />
            <p>"We worked it out: weight in kilograms, divided by height in metres, and divided by height again. Nobody typed or checked it."</p>
        </Section>
        <Section title="What the numbers mean">
            {ranges()}
            <p>{format!("The lower numbers are for people with a {}: illness such as diabetes and heart disease begins at a lower BMI there.", BmiRange::LOWER_FOR)}</p>
            <p>"BMI does not count in pregnancy, or for anybody who has or may have an eating disorder. Ask a GP instead."</p>
            <p>"It can mislead about people with a lot of muscle, and about people aged 65 and over. It is one number among many, and cannot replace advice from a doctor or nurse."</p>
            <p class="nhsuk-hint">{format!("From {}.", BmiRange::SOURCE)}</p>
        </Section>
    }
    .into_any()
}

/// Where those stand that an app or a device sent: they are not what is worked out here.
pub(crate) fn sent(base: &str) -> AnyView {
    let href = measure_page(base, Measure::Bmi);
    view! {
        <Section title="From an app or a device">
            <p>"An app or a device sent a BMI of its own. It may have used another weight or height than the ones above."</p>
            <p class="sh-screen-only"><a href=href>"See what was sent"</a></p>
        </Section>
    }
    .into_any()
}

fn from_row(one: &ReadingSeen, today: NaiveDate) -> SummaryRow {
    let own = one.in_own_unit().map(|own| format!(" ({own})")).unwrap_or_default();
    SummaryRow::new(one.measure.name(), format!("{}{own}, {}", one.in_words(), words::day_and_clock(one.taken_at, today)))
}

fn picture(bmi: Amount, whose: &Whose) -> AnyView {
    let (usual, lower) = (BmiRange::of(bmi, false), BmiRange::of(bmi, true));
    let says = format!("{} BMI is {bmi}. That is in {}.", whose.title(), usual.title());
    let other = (usual != lower).then(|| {
        view! { <p>{format!("For people with a {} it is in {}.", BmiRange::LOWER_FOR, lower.title())}</p> }
    });
    let help = (usual != BmiRange::Healthy || lower != BmiRange::Healthy)
        .then(|| view! { <p>"A GP or a practice nurse can help with what to do about it, if that is wanted."</p> });
    let tenths = i32::try_from(bmi.thousandths() / 100).unwrap_or_default();
    view! {
        <NumberLine value=f64::from(tenths) / 10.0 low=Some(18.5) high=Some(24.9) words=says />
        {other}
        {help}
    }
    .into_any()
}

fn ranges() -> AnyView {
    let rows = BmiRange::ALL.into_iter().map(|range| {
        let name = words::sentence(range.title().trim_start_matches("the "));
        vec![Cell::new(name), Cell::number(range.numbers(false)), Cell::number(range.numbers(true))]
    });
    let head = ["Range", "Most adults", "Lower numbers"].map(str::to_owned).to_vec();
    view! { <DataTable caption="Ranges of BMI for adults" head=head rows=rows.collect() /> }.into_any()
}
