//! Pausing a guided week, going on with it or ending it, and what that means.

use super::one::stands;
use super::{Part, week_page};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::pages::appointments::id_in;
use crate::shell::Place;
use crate::ui::{BackLink, Button, ButtonKind, ErrorSummary, Form, Narrow, PageHeading, Section};
use leptos::prelude::*;

/// The name of the form.
pub(crate) const FORM: &str = "week-end";

/// The page.
pub async fn show(ctx: Ctx, path: Part) -> Answer {
    let seen = ctx.services().readings.week(&ctx.actor(), ctx.person()?, id_in(path)?).await?;
    if !seen.may_record || !seen.line.runs {
        return Err(Failure::not_found());
    }
    let form = ctx.form(FORM).await?;
    ctx.page(Head::form("Pause or end", Place::Health, &form), || {
        let (protocol, valid) = (seen.line.plan.protocol, seen.diary.is_valid());
        let page = week_page(seen.line.id);
        let act = |word: &'static str, label: &'static str, kind: ButtonKind| {
            let (action, version) = (format!("{page}/end"), seen.version.to_string());
            view! {
                <Form action=action>
                    <input type="hidden" name="version" value=version />
                    <Button kind=kind name="act" value=word>{label}</Button>
                </Form>
            }
            .into_any()
        };
        let (title, told, button) = match seen.line.paused {
            true => (
                "Go on",
                "Reminders come again. Days that went by without readings stay missing.",
                act("resume", "Go on measuring", ButtonKind::Primary),
            ),
            false => (
                "Pause",
                "We stop reminding you. The last day stays the same, so what you do not measure until then is missing. You can still record readings.",
                act("pause", "Pause", ButtonKind::Secondary),
            ),
        };
        let means = match (protocol.least() > 0, valid) {
            (true, true) => "You have enough for a result. It is worked out from what you have measured until now.",
            (true, false) => "You have not enough for a result yet, so there will be none. What you measured stays among your readings.",
            (false, _) => "You see what you measured until now. It stays among your readings.",
        };
        let label = if valid { "End it and see the result" } else { "End it without a result" };
        let kind = if valid { ButtonKind::Primary } else { ButtonKind::Warning };
        let (end, standing, errors) = (act("end", label, kind), stands(&seen), form.errors());
        view! {
            <Narrow>
                <BackLink href=page.clone() label=format!("Back to {}", protocol.title().to_lowercase()) />
                <ErrorSummary errors=errors />
                <PageHeading title="Pause or end" caption=protocol.title() />
                {standing}
                <Section title=title>
                    <p>{told}</p>
                    {button}
                </Section>
                <Section title="End">
                    <p>{means}</p>
                    {end}
                </Section>
            </Narrow>
        }
    })
    .await
}
