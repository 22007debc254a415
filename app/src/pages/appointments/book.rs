//! A time, which is held for a moment and then booked.

use super::find::{keeping, times_of};
use super::help_now;
use super::{
    Part, changed, errors, how, id_in, instead_of, joining, on_lines, page_of, phone_link, tell_of_earlier, we_tell, with_whom,
};
use crate::ctx::{Answer, Ctx, Failure, Head};
use crate::easy::{self, acts};
use crate::forms::{self, FormState, Typed};
use crate::shell::Place;
use crate::ui::{
    BackLink, Button, Checkbox, Choice, ErrorSummary, Form, IconName, Inset, Narrow, PageHeading, Radios, SummaryList,
    SummaryRow, TextArea,
};
use crate::whose::Whose;
use crate::words;
use axum::extract::Query;
use domain::appointment::FLAGS;
use domain::when::{clock_at, instant_in_words};
use domain::{AppointmentId, PersonId, SlotId};
use leptos::prelude::*;
use service::{AppointmentSeen, NO_FLAG, SlotDetail};

/// The field that says for whom something was typed, so that it never shows when the reader books for somebody else.
const FOR: &str = "person";

/// A time, and the button that holds it.
pub async fn slot(ctx: Ctx, path: Part, Query(query): Query<Typed>) -> Answer {
    let (id, old) = (id_in::<SlotId>(path)?, instead_of(&query)?);
    let detail = ctx.services().appointments.slot(&ctx.actor(), ctx.person()?, id).await?;
    let old = match old {
        None => None,
        Some(id) => match changed(&ctx, id).await? {
            None => return Ok(ctx.go(&page_of(id))),
            old => old,
        },
    };
    let (form, back) = (ctx.form("hold").await?, times_of(&ctx, detail.kind, old.as_ref().map(|old| old.id)).await?);
    let (title, heading) = (instant_in_words(detail.slot.starts_at), instant_in_words(detail.slot.starts_at));
    let whose = ctx.whose();
    let head = Head { has_errors: form.has_errors(), ..Head::new(&title, Place::Appointments) };
    ctx.page(head, || {
        let old_id = old.as_ref().map(|old| old.id);
        let act = match gone(&detail, &back, (form.has_errors(), false), &whose) {
            Some(gone) => gone,
            None => view! {
                {clash(&detail, old_id, &whose)}
                {old.as_ref().map(|old| view! { <p>{keeping(old, &whose)}</p> })}
                <p>{easy::say("We keep this time for you for 5 minutes, so that you can book it in peace.", acts::KEEP_TIME)}</p>
                <Form action=format!("/appointments/slots/{id}/hold")>
                    {old_id.map(|old| view! { <input type="hidden" name="instead_of" value=old.to_string() /> })}
                    <Button picture=IconName::Clock>"Keep this time and go on"</Button>
                </Form>
            }
            .into_any(),
        };
        let about = (!detail.about.is_empty()).then(|| view! { <p>{on_lines(&detail.about)}</p> });
        view! {
            <Narrow>
                <BackLink href=back label="Back to the times" />
                <ErrorSummary errors=errors(&form) />
                {easy::picture(IconName::Calendar)}
                <PageHeading title=heading caption=detail.slot.service.clone() />
                {about}
                <SummaryList rows=facts(&detail, &whose) />
                {act}
            </Narrow>
        }
    })
    .await
}

/// What was typed for this time, or for another that was gone by then; nothing that was typed for somebody else.
async fn typed_for(ctx: &Ctx, person: PersonId) -> Result<FormState, Failure> {
    let form = ctx.form("book").await?;
    Ok(if form.value(FOR) == person.to_string() { form } else { FormState::default() })
}

/// What is asked before a time is booked, while it is held.
pub async fn show(ctx: Ctx, path: Part, Query(query): Query<Typed>) -> Answer {
    let (id, old) = (id_in::<SlotId>(path)?, instead_of(&query)?);
    let person = ctx.person()?;
    let detail = ctx.services().appointments.slot(&ctx.actor(), person, id).await?;
    let form = typed_for(&ctx, person).await?;
    let old = match old {
        None => None,
        Some(id) => match changed(&ctx, id).await? {
            None => return Ok(ctx.go(&page_of(id))),
            old => old,
        },
    };
    let old_id = old.as_ref().map(|old| old.id);
    let (whose, back) = (ctx.whose(), times_of(&ctx, detail.kind, old_id).await?);
    let typed = !form.value("reason").is_empty();
    let gone = gone(&detail, &back, (form.has_errors(), typed), &whose);
    if gone.is_some() {
        // It is for the next time that is chosen.
        let kept = ["reason", "waits", FOR].map(|field| (field.to_owned(), form.value(field)));
        forms::keep(&ctx.session, "book", Vec::new(), kept.into()).await?;
    }
    // Whoever came back from the page of help may choose anew.
    help_now::forget(&ctx.session).await?;
    let (submission, title) = (ctx.submission(), if old.is_some() { "Change to this time" } else { "Book this time" });
    ctx.page(Head::form(title, Place::Appointments, &form), || {
        let kept = detail.held_until.map(|until| {
            view! { <Inset><p>{format!("We keep this time for you until {}.", clock_at(until))}</p></Inset> }.into_any()
        });
        let kept = kept.unwrap_or_else(|| {
            view! { <p>"We do not keep this time for you any more. You can still book it, as long as nobody else takes it."</p> }
                .into_any()
        });
        let when = instant_in_words(detail.slot.starts_at);
        let act = gone.unwrap_or_else(|| {
            view! {
                {kept}
                {acts::steps(&acts::BOOK)}
                <SummaryList rows=facts(&detail, &whose) />
                {clash(&detail, old_id, &whose)}
                <Book detail=detail.clone() form=form.clone() old=old person submission whose=whose />
            }
            .into_any()
        });
        view! {
            <Narrow>
                <BackLink href=back label="Back to the times" />
                <ErrorSummary errors=errors(&form) />
                {easy::picture(IconName::Calendar)}
                <PageHeading title=title caption=when />
                {act}
            </Narrow>
        }
    })
    .await
}

#[component]
fn Book(
    detail: SlotDetail,
    form: FormState,
    old: Option<AppointmentSeen>,
    person: PersonId,
    submission: String,
    whose: Whose,
) -> impl IntoView {
    // Whoever changes an appointment with a service has answered both when they booked it.
    let (is_new, asks) = (old.is_none(), old.as_ref().is_none_or(|old| old.service_id != detail.slot.service_id));
    let flags = (asks && detail.kind.asks_flags()).then(|| {
        let mut choices: Vec<Choice> = FLAGS.iter().map(|flag| Choice::new(flag.code, flag.said(whose.is_another()))).collect();
        choices.push(Choice::new(NO_FLAG, "None of these"));
        view! {
            <Radios
                id="flag"
                legend_text="Is any of this happening now?"
                hint=easy::say("Then an appointment is not quick enough, and we say what to do.", acts::NOT_QUICK)
                choices=choices
                error=form.error("flag")
                value=form.value("flag")
            />
        }
    });
    let reason = (asks && detail.asks_reason).then(|| {
        let typed = Some(form.value("reason")).filter(|typed| !typed.is_empty() || form.has_errors());
        let typed = typed.or_else(|| old.as_ref().map(|old| old.reason.clone())).unwrap_or_default();
        view! {
            <TextArea
                id="reason"
                label="What is it about?"
                hint="A few words are enough. Those who look after you there read it."
                rows=3
                error=form.error("reason")
                value=typed
            />
        }
    });
    let waits = old.as_ref().is_none_or(|old| !old.waits_for_earlier).then(|| {
        view! {
            <Checkbox
                id="waits"
                label=tell_of_earlier(&whose)
                hint=format!("{}. You keep this time until you take another.", we_tell(&whose))
                value="yes"
                checked=form.value("waits") == "yes"
            />
        }
    });
    let confirms = detail.confirms.then(|| {
        view! { <p>{format!("The service looks at every booking first. When it is confirmed, {}.", words::in_sentence(&we_tell(&whose)))}</p> }
    });
    let given_up = old.as_ref().map(|old| giving_up(old, &whose)).map(|words| view! { <Inset><p>{words}</p></Inset> });
    let words = match &whose.name {
        _ if is_new => "Book this appointment".to_owned(),
        None => "Change my appointment".to_owned(),
        Some(_) => format!("Change {} appointment", whose.title()),
    };
    view! {
        <Form action="/appointments/book" submission=submission keep="book">
            <input type="hidden" name="slot" value=detail.slot.id.to_string() />
            <input type="hidden" name=FOR value=person.to_string() />
            {old.map(|old| view! { <input type="hidden" name="instead_of" value=old.id.to_string() /> })}
            {flags}
            {reason}
            {waits}
            {confirms}
            {given_up}
            <Button picture=IconName::Calendar>{words}</Button>
        </Form>
    }
}

/// That there is something else at the same time, which the one that is changed is not.
fn clash(detail: &SlotDetail, old: Option<AppointmentId>, whose: &Whose) -> Option<AnyView> {
    let have = words::sentence(&whose.have());
    let other = detail.clashing.iter().find(|id| Some(**id) != old);
    let (what, href, link) = match (other, detail.clashing_visit) {
        (Some(id), _) => ("another appointment", page_of(*id), "See the other appointment"),
        (None, Some(visit)) => ("another visit", whose.entry(visit), "See what the record says"),
        (None, None) => return None,
    };
    Some(
        view! {
            <Inset>
                <p>{format!("{have} {what} at this time.")}</p>
                <p class="sh-screen-only"><a href=href>{link}</a></p>
            </Inset>
        }
        .into_any(),
    )
}

/// What the last step of a change takes away.
fn giving_up(old: &AppointmentSeen, whose: &Whose) -> String {
    let gives = whose.name.as_ref().map_or_else(|| "You give up".to_owned(), |name| format!("{name} gives up"));
    format!("{gives} {}.", instant_in_words(old.starts_at))
}

/// What stands in place of the form where the time cannot be booked; `said` where the summary above says why already, and
/// `kept` where something was typed. `back` is where the times are.
fn gone(detail: &SlotDetail, back: &str, (said, kept): (bool, bool), whose: &Whose) -> Option<AnyView> {
    if let Some(id) = detail.booked {
        let booked = match &whose.name {
            None => "You have booked this time.".to_owned(),
            Some(name) => format!("This time is booked for {name}."),
        };
        let see = format!("See {} appointment", whose.in_sentence());
        return Some(
            view! {
                <p>{booked}</p>
                <Button href=page_of(id)>{see}</Button>
            }
            .into_any(),
        );
    }
    let why = detail.gone.clone()?;
    let said = (!said).then(|| view! { <p>{format!("{why}.")}</p> });
    let href = back.to_owned();
    Some(
        view! {
            {said}
            {kept.then(|| view! { <p>"What you typed is kept for the next time that you choose."</p> })}
            <Button href=href>"Find another time"</Button>
        }
        .into_any(),
    )
}

fn facts(detail: &SlotDetail, whose: &Whose) -> Vec<SummaryRow> {
    let slot = &detail.slot;
    let mut rows: Vec<SummaryRow> = whose.name.clone().map(|name| SummaryRow::new("For", name)).into_iter().collect();
    rows.push(SummaryRow::new("Service", format!("{}, {}", slot.service, slot.organisation)));
    rows.push(SummaryRow::new("With", with_whom(&slot.practitioner, &slot.job)));
    rows.push(SummaryRow::new("How", how(slot.mode, &slot.place)));
    rows.push(match joining(slot.mode, detail.has_link, whose) {
        Some(joining) => SummaryRow::new("Joining", joining),
        None => SummaryRow::new("Where", on_lines(&detail.address)),
    });
    if !detail.prepare.is_empty() {
        rows.push(SummaryRow::new("What to bring", on_lines(&detail.prepare)));
    }
    if detail.gone.is_none() {
        rows.extend(cannot_come(detail).map(|words| SummaryRow::new("If plans change", words)));
    }
    rows
}

/// What can be done once it is booked, and until when; where nothing can be done here, whom to ring.
fn cannot_come(detail: &SlotDetail) -> Option<AnyView> {
    if let Some(bound) = &detail.bound {
        let ring = match detail.phone.as_str() {
            "" => view! { "Ring " {detail.slot.organisation.clone()} "." }.into_any(),
            phone => view! { "Ring " {detail.slot.organisation.clone()} ": " {phone_link(phone)} }.into_any(),
        };
        return Some(view! { <p>{format!("{bound}.")}</p> <p>{ring}</p> }.into_any());
    }
    let until = match detail.free_until? {
        until if until == detail.slot.starts_at => "it begins".to_owned(),
        until => instant_in_words(until),
    };
    Some(view! { <p>{format!("You can change or cancel it here until {until}.")}</p> }.into_any())
}
