//! The first appointment from a referral: which are open, and where each can be taken.

use super::{Part, id_in, page_of};
use crate::ctx::{Answer, Ctx, Head};
use crate::pages::record::source;
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, ButtonKind, EmptyState, EntryList, EntryRow, IconName, PageHeading, Section, SummaryList, SummaryRow,
    TagKind,
};
use crate::words;
use chrono::NaiveDate;
use domain::EntryId;
use domain::when::{instant_in_words, london_day};
use leptos::prelude::*;
use service::{Provider, ReferralSeen};

const PAGE: &str = "/appointments/referrals";

/// The open referrals, the oldest first.
pub async fn list(ctx: Ctx) -> Answer {
    let today = london_day(ctx.services().core.now());
    let referrals = ctx.services().appointments.referrals(&ctx.actor(), ctx.person()?).await?;
    let whose = ctx.whose();
    ctx.page(Head::new("Referrals", Place::Appointments), || {
        let body = if referrals.is_empty() {
            let none = format!("We know of no open referral for {}.", whose.person());
            view! {
                <EmptyState title="No referral is open" icon=IconName::Calendar>
                    <p>{none}</p>
                    <p>"A referral comes here once the service that made it has sent it. If you wait for one, ask that service."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            let rows = referrals.into_iter().map(|seen| row(seen, today)).collect_view();
            view! { <EntryList>{rows}</EntryList> }.into_any()
        };
        view! {
            <BackLink href="/appointments" label="Back to appointments" />
            <PageHeading title="Referrals" lead="Choose where to go, and book a first appointment there.".to_owned() />
            {body}
        }
    })
    .await
}

fn row(seen: ReferralSeen, today: NaiveDate) -> impl IntoView {
    let line = seen.entry;
    let (href, text, tag) = match seen.booked {
        Some((id, at)) => (
            page_of(id),
            format!("Booked for {}", words::in_sentence(&words::day_and_clock(at, today))),
            ("Booked".to_owned(), TagKind::Good),
        ),
        None => {
            (format!("{PAGE}/{}", line.id), "Choose where to go".to_owned(), ("Not booked yet".to_owned(), TagKind::Attention))
        }
    };
    view! {
        <EntryRow
            title=line.title
            href=href
            date=line.happened.map(|when| words::soon(when, today))
            datetime=line.happened.map(|when| when.to_string())
            text=text
            source=source(line.author.as_deref(), line.place.as_deref())
            tag=Some(tag)
        />
    }
}

/// Where a referral can be taken, the soonest first.
pub async fn show(ctx: Ctx, path: Part) -> Answer {
    let (id, today) = (id_in::<EntryId>(path)?, london_day(ctx.services().core.now()));
    let (seen, providers) = ctx.services().appointments.providers(&ctx.actor(), ctx.person()?, id).await?;
    if let Some((booked, _)) = seen.booked {
        return Ok(ctx.go(&page_of(booked)));
    }
    let title = "Choose where to go";
    ctx.page(Head::new(title, Place::Appointments), || {
        let for_what = seen.to.iter().map(|one| one.title()).collect::<Vec<_>>().join(", ");
        let unsaid = seen.to.is_empty().then(|| {
            view! {
                <p>
                    "Your referral does not say which clinic it is for in a way that we can read. Choose the one that whoever referred you \
                     named."
                </p>
            }
        });
        let mut rows = vec![SummaryRow::new("Referral", seen.entry.title.clone())];
        if !for_what.is_empty() {
            rows.push(SummaryRow::new("For", for_what));
        }
        rows.extend(
            source(seen.entry.author.as_deref(), seen.entry.place.as_deref()).map(|from| SummaryRow::new("From", from)),
        );
        let body = if providers.is_empty() {
            view! {
                <EmptyState title="No clinic here takes it" icon=IconName::Calendar>
                    <p>"No clinic that can be booked here takes this referral. Wait for a letter, or ask whoever referred you."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            providers.into_iter().map(|one| provider(one, today)).collect_view().into_any()
        };
        view! {
            <BackLink href=PAGE label="Back to referrals" />
            <PageHeading title=title />
            <SummaryList rows=rows />
            {unsaid}
            {body}
        }
    })
    .await
}

/// "About 3 weeks", as people say how long they wait.
fn wait(days: i64) -> String {
    match days {
        ..=0 => "Today".to_owned(),
        1 => "1 day".to_owned(),
        2..=13 => format!("{days} days"),
        _ => format!("About {} weeks", (days + 3) / 7),
    }
}

fn provider(one: Provider, today: NaiveDate) -> impl IntoView {
    let mut rows: Vec<SummaryRow> = Vec::new();
    rows.push(match one.next {
        Some(at) => {
            let days = (london_day(at) - today).num_days();
            SummaryRow::new("Shortest wait", format!("{}: {}", wait(days), instant_in_words(at)))
        }
        None => SummaryRow::new("Shortest wait", "No time is free now"),
    });
    if one.free > 0 {
        rows.push(SummaryRow::new("Free times", words::grouped(u64::from(one.free))));
    }
    let places: Vec<String> = one.places.iter().map(|(name, postcode)| format!("{name}, {postcode}")).collect();
    if !places.is_empty() {
        rows.push(SummaryRow::new("Where", super::on_lines(&places.join("\n"))));
    }
    let about = (!one.about.is_empty()).then(|| view! { <p>{super::on_lines(&one.about)}</p> });
    let find = format!("/appointments/find?kind={}&service={}", one.kind.code(), one.service);
    let act = match (&one.closed, one.next) {
        (Some(why), _) => view! { <p>{format!("{why}.")}</p> }.into_any(),
        (None, Some(_)) => {
            let label = format!("See times at {}", one.organisation);
            view! { <p><Button kind=ButtonKind::Secondary href=find>{label}</Button></p> }.into_any()
        }
        (None, None) => view! { <p>"New times may open. Look again tomorrow, or ring the clinic."</p> }.into_any(),
    };
    let title = format!("{}, {}", one.name, one.organisation);
    view! {
        <Section title=title>
            {about}
            <SummaryList rows=rows />
            {act}
        </Section>
    }
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn a_wait_in_words() {
        let words = [0, 1, 9, 13, 14, 17, 18, 30].map(wait);
        assert_eq!(
            words,
            ["Today", "1 day", "9 days", "13 days", "About 2 weeks", "About 2 weeks", "About 3 weeks", "About 4 weeks"]
        );
    }
}
