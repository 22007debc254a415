//! Readings of a measure that were removed, and putting them back.

use super::list::below;
use super::{LIST, OfMeasure, by, measure_in, measure_page};
use crate::api::field;
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::forms::Typed;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, EmptyState, ErrorSummary, Form, IconName, Narrow, PageHeading, Pagination, SummaryList,
    SummaryRow,
};
use crate::whose::Whose;
use crate::words;
use axum::extract::Query;
use chrono::NaiveDate;
use domain::ReadingId;
use domain::reading::Measure;
use domain::when::{instant_in_words, london_day};
use leptos::prelude::*;
use service::RemovedReading;

/// The name of its forms.
pub(crate) const FORM: &str = "reading-put-back";

/// Where it is.
pub(crate) fn removed_page(measure: Measure) -> String {
    format!("{LIST}/{}/removed", measure.code())
}

/// Where one is put back.
pub(crate) fn put_back_page(measure: Measure, id: ReadingId) -> String {
    format!("{LIST}/{}/{id}/put-back", measure.code())
}

/// The page.
pub async fn show(ctx: Ctx, path: OfMeasure, Query(query): Query<Typed>) -> Answer {
    let measure = measure_in(path)?;
    let after = match field(&query, "after") {
        "" => None,
        id => Some(id.parse().map_err(|_| Failure::not_found())?),
    };
    let seen = ctx.services().readings.removed(&ctx.actor(), ctx.person()?, (measure, after)).await?;
    let (form, whose, today) = (ctx.form(FORM).await?, ctx.whose(), london_day(ctx.services().core.now()));
    let title = format!("Removed readings of {}", measure.name_in_sentence());
    let heading = title.clone();
    ctx.page(Head::form(&title, Place::Health, &form).of(&seen.whose), || {
        let rows: Vec<_> = seen.readings.iter().map(|one| row(one, &whose, today)).collect();
        let older = seen.more.map(|id| format!("{}?after={id}", removed_page(measure)));
        let body = match rows.is_empty() {
            true => {
                let says = "Readings that you remove stand here, so that you can put them back.";
                view! { <EmptyState title="Nothing is removed" icon=IconName::Heart><p>{says}</p></EmptyState> }.into_any()
            }
            false => view! { <SummaryList rows=rows /> <Pagination older=older /> }.into_any(),
        };
        let lead = "They count in no chart, no average and no download, and no care team sees them.";
        view! {
            <Narrow>
                <BackLink href=measure_page(LIST, measure) label=format!("Back to {}", measure.name_in_sentence()) />
                <ErrorSummary errors=form.errors() />
                <PageHeading title=heading lead=lead />
                {body}
            </Narrow>
        }
    })
    .await
}

fn row(one: &RemovedReading, whose: &Whose, today: NaiveDate) -> SummaryRow {
    let (reading, said) = (&one.reading, one.reading.in_words());
    let taken = words::day_and_clock(reading.taken_at, today);
    let about = format!("{said}, {}", words::in_sentence(&taken));
    let more = below(reading).map(|more| view! { <p><bdi>{more}</bdi></p> });
    let (action, version) = (put_back_page(reading.measure, reading.id), reading.version.to_string());
    let removed = format!("{} removed it on {}.", by(one.by, whose), instant_in_words(one.at));
    SummaryRow::new(
        said,
        view! {
            <p>{format!("Taken {}", words::in_sentence(&taken))}</p>
            {more}
            <p>{removed}</p>
            <Form action=action>
                <input type="hidden" name="version" value=version />
                <Button kind=ButtonKind::Secondary about=about>"Put it back"</Button>
            </Form>
        },
    )
}
