//! Where the account is signed in.

use crate::ctx::{Answer, Ctx, Head};
use crate::shell::Place;
use crate::ui::{ActivityItem, ActivityList, BackLink, Button, ButtonKind, Form, PageHeading};
use domain::when::instant_in_words;
use leptos::prelude::*;
use service::LiveSession;

/// The sign-ins that are open now, each with a way to end it.
pub async fn show(ctx: Ctx) -> Answer {
    let mut sign_ins = ctx.services().sessions.list(&ctx.actor(), &ctx.current_session().id_hash).await?;
    sign_ins.sort_by_key(|sign_in| (!sign_in.current, std::cmp::Reverse(sign_in.last_seen_at)));
    let others = sign_ins.iter().filter(|sign_in| !sign_in.current).count();
    let lead = match others {
        0 => "You are signed in only here.".to_owned(),
        1 => "You are signed in here and in 1 other browser.".to_owned(),
        many => format!("You are signed in here and in {many} other browsers."),
    };
    ctx.page(Head::new("Where you are signed in", Place::Account), || {
        let end_others = (others > 0).then(|| {
            view! {
                <Form action="/account/sign-ins/end-others">
                    <Button kind=ButtonKind::Warning>"End all other sign-ins"</Button>
                </Form>
            }
        });
        view! {
            <BackLink href="/account" label="Back to your account" />
            <PageHeading title="Where you are signed in" lead=lead />
            <ActivityList items=sign_ins.into_iter().map(item).collect() />
            {end_others}
            <h2>"Something you do not know?"</h2>
            <p>
                "Browsers give us their own names, and these are sometimes wrong. If you are not sure, end the sign-in and "
                <a href="/account/password">"change your password"</a> "."
            </p>
            <p>"A sign-in ends by itself after 30 minutes without use."</p>
        }
    })
    .await
}

fn item(sign_in: LiveSession) -> ActivityItem {
    let since = format!("Signed in on {}", instant_in_words(sign_in.created_at));
    if sign_in.current {
        return ActivityItem::new(since, sign_in.label, "– this browser");
    }
    let label = sign_in.label.clone();
    ActivityItem::new(since, sign_in.label, "").why(format!("Last used on {}", instant_in_words(sign_in.last_seen_at))).act(
        view! {
            <Form action="/account/sign-ins/end">
                <input type="hidden" name="session" value=sign_in.id.to_string() />
                <Button kind=ButtonKind::Secondary about=format!("the sign-in in {label}")>"End"</Button>
            </Form>
        },
    )
}
