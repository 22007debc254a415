//! How pages look: for everybody, signed in or not.

use crate::ctx::{Answer, Ctx, Head};
use crate::easy::{self, acts};
use crate::shell::Place;
use crate::ui::{BackLink, Button, Checkboxes, Choice, Form, IconName, Inset, Narrow, PageHeading};
use domain::profile::{Display, Needs, Setting};
use leptos::prelude::*;

/// Where it is chosen.
pub(crate) const DISPLAY: &str = "/account/display";
/// The session's key for what fits somebody's needs, which is offered once.
pub(crate) const OFFER: &str = "display-offer";
/// The session's key for why that fits: a sentence for each setting.
pub(crate) const WHY: &str = "display-why";

/// For each setting that is not on yet, which of somebody's needs ask for it.
pub(crate) fn why(needs: &Needs, now: Display) -> Vec<String> {
    let new = now.lacks(needs.fits());
    let said = |setting: Setting| {
        let said = needs.asks_for(setting).into_iter().map(|one| format!("\u{201c}{one}\u{201d}")).collect::<Vec<_>>();
        format!("{}: you told us {}.", setting.title(), listed(&said))
    };
    new.iter().map(said).collect()
}

/// "a, b and c".
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The form; after somebody said what they need, with what fits already ticked.
pub async fn show(ctx: Ctx) -> Answer {
    let offer = ctx.session.remove::<Display>(OFFER).await?.unwrap_or(Display::NONE);
    let why = ctx.session.remove::<Vec<String>>(WHY).await?.unwrap_or_default();
    let now = ctx.display();
    let new = now.lacks(offer);
    let signed_in = ctx.signed_in.is_some();
    ctx.page(Head::new("Text size and display", Place::Elsewhere), || {
        let choices = Setting::ALL.iter().map(|one| Choice::new(one.code(), one.title()).hint(one.hint())).collect();
        let values = now.and(offer).iter().map(|one| one.code().to_owned()).collect::<Vec<_>>();
        let fits = listed(&new.iter().map(|one| one.title().to_lowercase()).collect::<Vec<_>>());
        let why = (!why.is_empty()).then(|| {
            let lines = why.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
            view! { <ul>{lines}</ul> }
        });
        let offered = (!new.is_none()).then(|| {
            view! {
                <Inset>
                    <p>{format!("From what you need, this may help here: {fits}. We ticked it for you.")}</p>
                    {why}
                    <p>"Press the button to turn it on, or " <a href="/account/needs">"leave the pages as they are"</a> "."</p>
                </Inset>
            }
        });
        let kept = match signed_in {
            true => "It is kept with your account, and in this browser.",
            false => "It is kept in this browser.",
        };
        let (href, back) = if signed_in { ("/account", "Back to your account") } else { ("/", "Back to the first page") };
        view! {
            <Narrow>
                <BackLink href=href label=back />
                {easy::picture(IconName::Eye)}
                <PageHeading
                    title="Text size and display"
                    lead=easy::say("Choose what makes these pages easier for you.", acts::DISPLAY)
                />
                {offered}
                <Form action=DISPLAY>
                    <Checkboxes id="settings" legend_text="How should pages look?" hint=kept choices=choices values=values />
                    <Button>"Save"</Button>
                </Form>
                <p>"Dark or light, and your own colours, come from your device. You can also zoom in with your browser."</p>
            </Narrow>
        }
    })
    .await
}
