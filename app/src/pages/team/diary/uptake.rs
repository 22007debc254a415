//! How the people of a practice use the service, in numbers.

use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{BackLink, PageHeading, Section, SummaryList, SummaryRow, Tag, TagKind};
use crate::words::grouped;
use leptos::prelude::*;
use service::{UPTAKE_DAYS, UPTAKE_FLOOR};

/// The numbers.
pub async fn show(ctx: Ctx) -> Answer {
    let uptake = ctx.services().diary.uptake(&ctx.staff()?).await?;
    let organisation = ctx.team()?.organisation_name.clone();
    ctx.page(Head::new("How people use this", Place::Diary), || {
        let share = uptake.share().map(|tenths| format!("{}.{}%", tenths / 10, tenths % 10));
        let (word, kind) = if uptake.reaches_floor() {
            (format!("At or above {UPTAKE_FLOOR}%"), TagKind::Good)
        } else {
            (format!("Below {UPTAKE_FLOOR}%"), TagKind::Attention)
        };
        let share = match share {
            Some(share) => view! { {share} " " <Tag label=word kind=kind /> }.into_any(),
            None => "Nobody is registered here".into_any(),
        };
        let people = vec![
            SummaryRow::new("Registered here", grouped(uptake.people)),
            SummaryRow::new("With an account that opens their record", grouped(uptake.linked)),
            SummaryRow::new(format!("Signed in within {UPTAKE_DAYS} days"), grouped(uptake.active)),
            SummaryRow::new("That is, of those registered", share),
        ];
        let booked = vec![
            SummaryRow::new("By the person", grouped(uptake.by_self)),
            SummaryRow::new("By somebody who acts for them", grouped(uptake.by_carer)),
            SummaryRow::new("By your team", grouped(uptake.by_team)),
            SummaryRow::new("Altogether", grouped(uptake.booked())),
            SummaryRow::new("Did not come", grouped(uptake.missed)),
        ];
        view! {
            <BackLink href="/team/diary" label="Back to the diary" />
            <PageHeading title="How people use this" lead=format!("{organisation}. These are counts. They name nobody.") />
            <Section title="People">
                <p>{format!("At least {UPTAKE_FLOOR}% of the people who are registered should have signed in.")}</p>
                <SummaryList rows=people />
            </Section>
            <Section title=format!("Bookings of the last {UPTAKE_DAYS} days")>
                <SummaryList rows=booked />
            </Section>
        }
    })
    .await
}
