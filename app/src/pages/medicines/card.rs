//! A card for the wallet: who, what they take, and what they must not have.

use super::LIST;
use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{BackLink, PageHeading};
use domain::medicine::Group;
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;

/// The card, as small as it can be read.
pub async fn show(ctx: Ctx) -> Answer {
    let (actor, person) = (ctx.actor(), ctx.person()?);
    let seen = ctx.services().medicines.list(&actor, person).await?;
    let summary = ctx.services().records.overview(&actor, person).await?.person;
    let today = day_in_words(london_day(ctx.services().core.now()));
    ctx.page(Head::new("A card for your wallet", Place::Medicines), || {
        let born = summary.birth_date.map(|born| view! { <p>{format!("Born {}", day_in_words(born))}</p> });
        let number = summary.nhs_number.map(|number| view! { <p>{format!("NHS number {number}")}</p> });
        let medicines = seen
            .medicines
            .iter()
            .filter(|one| one.group != Group::Stopped)
            .map(|one| {
                let dose = super::in_a_row(&one.doses);
                let paused = one.paused.then_some(" (paused)");
                view! { <li><strong>{one.name.clone()}</strong> {paused} ": " <bdi>{if dose.is_empty() { "as you were told".to_owned() } else { dose }}</bdi></li> }
            })
            .collect_view();
        let allergies = match &seen.allergies {
            None => None,
            Some(lines) if lines.iter().any(|line| !line.none_known) => {
                Some(lines.iter().filter(|line| !line.none_known).map(|line| line.title.clone()).collect::<Vec<_>>().join(", "))
            }
            Some(lines) if lines.is_empty() => Some("no information held".to_owned()),
            Some(_) => Some("none known".to_owned()),
        };
        view! {
            <BackLink href=LIST label="Back to medicines" />
            <PageHeading title="A card for your wallet" lead="Print this page, cut the card out and fold it." />
            <div class="sh-wallet">
                <p><strong><bdi>{summary.display_name}</bdi></strong></p>
                {born}
                {number}
                {allergies.map(|allergies| view! { <p><strong>"Allergies: "</strong> {allergies}</p> })}
                <p><strong>"Medicines"</strong></p>
                <ul>{medicines}</ul>
                <p>{format!("As on {today}")}</p>
            </div>
        }
    })
    .await
}
