//! Everything that is not one of the five places.

use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{Card, CardGroup, IconName, Level, PageHeading};
use leptos::prelude::*;

/// The page; only for one's own record, for which alone these are.
pub async fn show(ctx: Ctx) -> Answer {
    ctx.own()?;
    ctx.page(Head::new("More", Place::More), || {
        view! {
            <PageHeading title="More" />
            <CardGroup>
                <Card
                    title="Carers and sharing"
                    href="/sharing/people"
                    text="Who can act for you or see your record. Change it now."
                    icon=IconName::People
                    level=Level::Two
                />
                <Card
                    title="Who has looked"
                    href="/activity"
                    text="Everybody who looked at your record, when and why."
                    icon=IconName::Eye
                    level=Level::Two
                />
                <Card
                    title="People you look after"
                    href="/carer"
                    text="Act for somebody else, or ask to."
                    icon=IconName::Heart
                    level=Level::Two
                />
                <Card
                    title="My details"
                    href="/account/details"
                    text="How to contact you, and whom to tell."
                    icon=IconName::People
                    level=Level::Two
                />
                <Card
                    title="My needs"
                    href="/account/needs"
                    text="Large print, easy read, an interpreter, more time."
                    icon=IconName::Speech
                    level=Level::Two
                />
                <Card
                    title="My notes"
                    href="/record/notes"
                    text="Your own words, beside what services recorded."
                    icon=IconName::Pen
                    level=Level::Two
                />
                <Card
                    title="Your account"
                    href="/account"
                    text="Email, mobile, password, and how you sign in."
                    icon=IconName::Key
                    level=Level::Two
                />
                <Card
                    title="Keep a copy"
                    href="/account/download"
                    text="Download what services have sent about you."
                    icon=IconName::Download
                    level=Level::Two
                />
            </CardGroup>
        }
    })
    .await
}
