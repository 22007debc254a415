//! A receipt for every choice about sharing, to be read or printed.

use super::chosen;
use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{BackLink, EmptyState, IconName, PageHeading, Section, SummaryList, SummaryRow};
use domain::consent;
use domain::when::{day_in_words, instant_in_words};
use leptos::prelude::*;
use service::Receipt;

/// The receipts, the newest first.
pub async fn show(ctx: Ctx) -> Answer {
    let receipts = ctx.services().sharing.receipts(&ctx.actor(), ctx.person()?).await?;
    ctx.page(Head::new("Receipts for your choices", Place::More), || {
        let list = if receipts.is_empty() {
            view! {
                <EmptyState title="No choices yet" icon=IconName::Clipboard>
                    <p>"When you choose what you share, the receipt is here."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            receipts.iter().map(receipt).collect_view().into_any()
        };
        view! {
            <BackLink href="/sharing/services" label="Back to what services can see" />
            <PageHeading title="Receipts for your choices" lead="What you chose, when, and what you were told before." />
            <p class="sh-screen-only">"You can print this page."</p>
            {list}
        }
    })
    .await
}

fn receipt(receipt: &Receipt) -> impl IntoView + use<> {
    let from = consent::notices(receipt.purpose).iter().find(|notice| notice.version == receipt.notice_version);
    let told = from.map_or_else(
        || format!("Version {}", receipt.notice_version),
        |notice| format!("Version {}, from {}", notice.version, day_in_words(notice.from)),
    );
    let mut rows = vec![SummaryRow::new("For", receipt.purpose.title())];
    rows.extend(receipt.kind.map(|kind| SummaryRow::new("With", kind.title())));
    rows.push(SummaryRow::new("You chose", chosen(receipt.purpose, Some(receipt.labels))));
    rows.push(SummaryRow::new("What we told you", told));
    rows.push(SummaryRow::new("Now", if receipt.holds { "This holds" } else { "You chose anew since" }));
    view! {
        <Section title=instant_in_words(receipt.chosen_at)>
            <SummaryList rows=rows />
        </Section>
    }
}
