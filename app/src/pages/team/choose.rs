//! Where the reader works now, when they work in several places, or in none but have a record of their own.

use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::shell::Place;
use crate::ui::{BackLink, Button, ButtonKind, Form, PageHeading, Section, SummaryList, SummaryRow};
use leptos::prelude::*;

/// The places of this account, each with a way to it.
pub async fn show(ctx: Ctx) -> Answer {
    let places = ctx.services().care_team.places(&ctx.actor()).await?;
    if places.is_empty() {
        return Err(Failure::not_found());
    }
    let reader = ctx.reader()?;
    let (now, own) = (reader.working_as, reader.own.is_some());
    ctx.page(Head::new("Where are you working?", Place::Work), || {
        let places = places
            .into_iter()
            .map(|place| {
                let kind = if now == Some(place.member) { ButtonKind::Primary } else { ButtonKind::Secondary };
                let label = format!("Work at {}", place.organisation_name);
                view! {
                    <Section title=place.organisation_name>
                        <SummaryList rows=vec![
                            SummaryRow::new("You are", place.name),
                            SummaryRow::new("Job", place.job),
                            SummaryRow::new("Role here", place.role.title()),
                        ] />
                        <Form action="/team/choose">
                            <input type="hidden" name="member" value=place.member.to_string() />
                            <Button kind=kind>{label}</Button>
                        </Form>
                    </Section>
                }
            })
            .collect_view();
        let back = own.then(|| view! { <BackLink href="/" label="Go to your own record" /> });
        view! {
            {back}
            <PageHeading title="Where are you working?" lead="Everything that you open at work is written down with your name." />
            {places}
        }
    })
    .await
}
