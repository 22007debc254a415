//! A card for the wallet: who, what they take, and what they must not have.

use super::LIST;
use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{BackLink, PageHeading};
use crate::words;
use domain::medicine::Group;
use domain::when::{day_in_words, london_day};
use leptos::prelude::*;
use service::EntryLine;

/// The card, as small as it can be read.
pub async fn show(ctx: Ctx) -> Answer {
    let (actor, person) = (ctx.actor(), ctx.person()?);
    let seen = ctx.services().medicines.list(&actor, person).await?;
    let (today, whose) = (day_in_words(london_day(ctx.services().core.now())), ctx.whose());
    ctx.page(Head::new("A card for your wallet", Place::Medicines), || {
        let summary = &seen.whose;
        let born = summary.birth_date.map(|born| view! { <p>{format!("Born {}", day_in_words(born))}</p> });
        let number = summary.nhs_number.as_ref().map(|number| view! { <p>{format!("NHS number {number}")}</p> });
        let medicines = seen
            .medicines
            .iter()
            .filter(|one| one.group != Group::Stopped)
            .map(|one| {
                let dose = super::in_words(&one.doses);
                // Whoever is shown the card has nothing else to go by.
                let doubt = one.doubt().map(|doubt| format!(" ({}: see the list)", words::in_sentence(doubt)));
                let doubt = if one.paused { Some(" (paused)".to_owned()) } else { doubt };
                view! { <li><strong>{one.name.clone()}</strong> {doubt} ": " <bdi>{if dose.is_empty() { "as you were told".to_owned() } else { dose }}</bdi></li> }
            })
            .collect_view();
        let allergies = match &seen.allergies {
            None => "not on this card. That does not mean that there is none.".to_owned(),
            Some(lines) if lines.iter().any(|line| !line.none_known) => {
                let one = |line: &EntryLine| match seen.reactions.get(&line.id) {
                    Some(reaction) => format!("{} ({})", line.title, words::in_sentence(reaction)),
                    None => line.title.clone(),
                };
                lines.iter().filter(|line| !line.none_known).map(one).collect::<Vec<_>>().join(", ")
            }
            Some(lines) => {
                let said: Vec<String> = lines.iter().filter_map(|line| line.says_none().map(str::to_owned)).collect();
                words::nothing(&said, whose.is_another())
            }
        };
        let partial = words::partial(&whose).map(|words| view! { <p>{words}</p> });
        view! {
            <BackLink href=LIST label="Back to medicines" />
            <PageHeading title="A card for your wallet" />
            <p class="sh-screen-only">"Print this page."</p>
            <p>"Cut the card out and fold it."</p>
            <div class="sh-wallet">
                <p><strong><bdi>{summary.display_name.clone()}</bdi></strong></p>
                {born}
                {number}
                <p><strong>"Allergies: "</strong> {allergies}</p>
                <p><strong>"Medicines"</strong></p>
                <ul>{medicines}</ul>
                {partial}
                <p>{format!("As on {today}")}</p>
            </div>
        }
    })
    .await
}
