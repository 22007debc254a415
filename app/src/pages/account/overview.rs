//! Your account at a glance.

use super::{counted, day};
use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{Button, Card, CardGroup, EmptyState, IconName, Level, PageHeading, Section, SummaryList, SummaryRow};
use domain::linkage;
use leptos::prelude::*;

/// What the account opens, and where to change it.
pub async fn show(ctx: Ctx) -> Answer {
    let (actor, services) = (ctx.actor(), ctx.services());
    let details = services.accounts.details(&actor).await?;
    let mobile = services.mobiles.seen(&actor).await?;
    let factors = services.factors.overview(&actor).await?;
    let sign_ins = services.sessions.list(&actor, &ctx.current_session().id_hash).await?.len();
    let people = services.linking.people(&actor).await?;
    let places = services.care_team.places(&actor).await?;
    ctx.page(Head::new("Your account", Place::Account), || {
        let security = ways(factors.passkeys.len(), factors.authenticator_since.is_some(), factors.recovery_codes_left);
        let signed_in = if sign_ins > 1 { format!("In {sign_ins} browsers") } else { "Only here".to_owned() };
        let download = (!people.is_empty()).then(|| {
            view! {
                <Card
                    title="Download your record"
                    href="/account/download"
                    text="Everything in one file, to keep or to take elsewhere"
                    icon=IconName::Download
                    level=Level::Two
                />
            }
        });
        let my_details = (!people.is_empty()).then(|| {
            view! {
                <Card
                    title="My details"
                    href="/account/details"
                    text="How to contact you, and whom to tell"
                    icon=IconName::People
                    level=Level::Two
                />
            }
        });
        let work = (!places.is_empty()).then(|| {
            let at = places.iter().map(|place| place.organisation_name.as_str()).collect::<Vec<_>>().join(", ");
            view! { <Card title="Go to work" href="/team/choose" text=at icon=IconName::Clipboard level=Level::Two /> }
        });
        let records = if people.is_empty() {
            view! {
                <EmptyState title="No record is linked yet" icon=IconName::Record level=Level::Three>
                    <p>"You need the letter with the code from your practice."</p>
                    <Button href="/link">"Link your record"</Button>
                </EmptyState>
            }
            .into_any()
        } else {
            people.into_iter().map(|person| record(person).into_any()).collect_view().into_any()
        };
        let texts = match mobile.number {
            Some(number) => Some((number.to_string(), "Change")),
            None => mobile.available.then(|| ("None yet".to_owned(), "Add")),
        };
        let texts = texts
            .map(|(number, change)| SummaryRow::new("Mobile number for text messages", number).action("/account/mobile", change));
        let rows = [
            Some(SummaryRow::new("Email address", details.email).action("/account/email", "Change")),
            texts,
            Some(SummaryRow::new("Password", "Not shown").action("/account/password", "Change")),
            Some(SummaryRow::new("Account opened", day(details.created_at))),
        ];
        view! {
            <PageHeading title="Your account" />
            <SummaryList rows=rows.into_iter().flatten().collect() />
            <CardGroup>
                <Card title="Sign-in and security" href="/account/factors" text=security icon=IconName::Key level=Level::Two />
                <Card
                    title="Where you are signed in"
                    href="/account/sign-ins"
                    text=signed_in
                    icon=IconName::Lock
                    level=Level::Two
                />
                {my_details}
                <Card
                    title="My needs"
                    href="/account/needs"
                    text="Large print, easy read, an interpreter, more time"
                    icon=IconName::Speech
                    level=Level::Two
                />
                <Card
                    title="Text size and display"
                    href="/account/display"
                    text="Large text, high contrast, easy read"
                    icon=IconName::Eye
                    level=Level::Two
                />
                {download}
                <Card
                    title="Helping others"
                    href="/carer"
                    text="People you may act for, and what you asked for"
                    icon=IconName::People
                    level=Level::Two
                />
                {work}
            </CardGroup>
            <Section title="Records you can open">{records}</Section>
        }
    })
    .await
}

/// "1 passkey, an authenticator app, 8 recovery codes left".
fn ways(passkeys: usize, authenticator: bool, codes: i64) -> String {
    let mut ways = Vec::new();
    if passkeys > 0 {
        ways.push(counted(passkeys, "passkey", "passkeys"));
    }
    if authenticator {
        ways.push("authenticator app".to_owned());
    }
    ways.push(format!("{} left", counted(usize::try_from(codes).unwrap_or_default(), "recovery code", "recovery codes")));
    let mut words = ways.join(", ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

fn record(person: service::LinkedPerson) -> impl IntoView {
    let checked = match person.level {
        linkage::Level::VerifiedInPerson => "By your care team, face to face",
        linkage::Level::Linked | linkage::Level::None => "With the code from your practice\u{2019}s letter",
    };
    // Whose record it is stands in the record, where each look is written down.
    let rows = vec![
        SummaryRow::new("Record", view! { <a href="/record">"Your own record"</a> }),
        SummaryRow::new("How we know it is you", checked),
        SummaryRow::new("Linked", day(person.linked_at)),
    ];
    view! { <SummaryList rows=rows /> }
}

#[cfg(test)]
mod tests {
    use super::ways;

    #[test]
    fn the_ways_to_sign_in_read_as_a_sentence() {
        assert_eq!(ways(2, true, 1), "2 passkeys, authenticator app, 1 recovery code left");
        assert_eq!(ways(0, true, 8), "Authenticator app, 8 recovery codes left");
        assert_eq!(ways(1, false, 0), "1 passkey, no recovery codes left");
    }
}
