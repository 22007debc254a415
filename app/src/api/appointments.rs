//! Appointments: holding a time, booking, changing, cancelling, checking in, and being reminded.

use super::field;
use crate::calendar;
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::{self, Typed};
use crate::pages::appointments::help_now::{self, Chosen};
use crate::pages::appointments::reminders::DAYS;
use crate::pages::appointments::{Part, book_page, checked_in, id_in, instead_of, page_of, slot_page, we_tell};
use axum::Form;
use axum::http::header;
use axum::response::IntoResponse;
use domain::SlotId;
use domain::appointment::Flag;
use service::{BookForm, FieldProblem, GivenUp, ReminderChoice, ServiceError};

/// Keeps a time for the reader while they decide.
pub async fn hold(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let (id, old) = (id_in::<SlotId>(path)?, instead_of(&typed)?);
    match ctx.services().appointments.hold(&ctx.actor(), ctx.person()?, id).await {
        Ok(_) => Ok(ctx.go(&book_page(id, old))),
        Err(error) => ctx.send_back(error, "hold", &slot_page(id, old), typed).await,
    }
}

/// Books a time, or changes an appointment for it; leads to help where an appointment is not quick enough.
pub async fn book(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let part = |name| field(&typed, name).to_owned();
    let form = BookForm {
        slot: part("slot"),
        reason: part("reason"),
        flag: part("flag"),
        instead_of: part("instead_of"),
        waits: part("waits"),
        submission: part("submission"),
    };
    let (slot, old) = (form.slot.parse::<SlotId>().map_err(|_| Failure::not_found())?, instead_of(&typed)?);
    if Flag::from_code(&form.flag).is_some() {
        help_now::keep(&ctx.session, Chosen { flag: form.flag, slot, old }).await?;
        // What was typed waits for whoever chose by mistake, but for what was chosen.
        let mut typed = typed;
        typed.remove("flag");
        forms::keep(&ctx.session, "book", Vec::new(), typed).await?;
        return Ok(ctx.go(help_now::PAGE));
    }
    match ctx.services().appointments.book(&ctx.actor(), ctx.person()?, &form).await {
        Ok(booked) if booked.again => Ok(ctx.go(&page_of(booked.id))),
        Ok(booked) => {
            let (whose, tell) = (ctx.whose(), we_tell(&ctx.whose()));
            let (title, text) = match (booked.pending, old) {
                _ if booked.asked => (
                    "We are waiting for an answer",
                    format!(
                        "The service's own system has not answered yet. It is not booked until it does. You do not need to send it \
                         again: we ask again. {tell}."
                    ),
                ),
                (true, _) => ("booking is sent", format!("The service confirms it. {tell}.")),
                (false, Some(_)) => ("appointment is changed", "The time that was booked before is given up.".to_owned()),
                (false, None) => ("appointment is booked", "Here is when and where it is, and what to bring.".to_owned()),
            };
            let title = if booked.asked { title.to_owned() } else { format!("{} {title}", whose.title()) };
            ctx.done(&page_of(booked.id), &title, Some(&text)).await
        }
        Err(error) => {
            // Where a time was taken with one press, there is no form to go back to.
            let at_once = old.filter(|_| field(&typed, "at_once") == "yes");
            let (name, page) = at_once.map_or_else(|| ("book", book_page(slot, old)), |old| ("appointment", page_of(old)));
            ctx.send_back(error, name, &page, typed).await
        }
    }
}

/// Gives an appointment up.
pub async fn cancel(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let id = id_in(path)?;
    match ctx.services().appointments.cancel(&ctx.actor(), ctx.person()?, id, field(&typed, "reason")).await {
        Ok(GivenUp::Asked) => {
            let text = format!(
                "The service's own system has not answered yet. Until it does, the appointment stands. We ask again. {}.",
                we_tell(&ctx.whose())
            );
            ctx.done(&page_of(id), "We have asked to cancel it", Some(&text)).await
        }
        Ok(GivenUp::Done) => {
            let whose = ctx.whose();
            let of = if whose.name.is_some() { whose.title() } else { "The".to_owned() };
            let said = format!("{of} appointment is cancelled");
            ctx.done(&page_of(id), &said, Some("Somebody else can have the time now.")).await
        }
        Err(ServiceError::Fields(problems)) if problems.iter().all(|problem| problem.field.is_empty()) => {
            ctx.send_back(ServiceError::Fields(problems), "appointment", &page_of(id), Typed::new()).await
        }
        Err(error) => ctx.send_back(error, "cancel", &format!("{}/cancel", page_of(id)), typed).await,
    }
}

/// Says that the person is there.
pub async fn check_in(ctx: Ctx, path: Part) -> Answer {
    let id = id_in(path)?;
    match ctx.services().appointments.check_in(&ctx.actor(), ctx.person()?, id).await {
        Ok(_) => {
            let (whose, next) = (ctx.whose(), "Take a seat. Somebody will call");
            ctx.done(&page_of(id), &checked_in(&whose), Some(&format!("{next} {}.", whose.person()))).await
        }
        Err(error) => ctx.send_back(error, "appointment", &page_of(id), Typed::new()).await,
    }
}

/// Says whether to be told of an earlier time.
pub async fn wait(ctx: Ctx, path: Part, Form(typed): Form<Typed>) -> Answer {
    let (id, waits) = (id_in(path)?, field(&typed, "waits") == "yes");
    ctx.services().appointments.wait_for_earlier(&ctx.actor(), ctx.person()?, id, waits).await?;
    let whose = ctx.whose();
    let said = match waits {
        true => format!("We will tell {} when an earlier time opens", whose.person()),
        false => format!("We will not tell {} of earlier times any more", whose.person()),
    };
    ctx.done(&page_of(id), &said, None).await
}

/// Hands an appointment over to a calendar.
pub async fn calendar(ctx: Ctx, path: Part) -> Answer {
    let seen = ctx.services().appointments.one(&ctx.actor(), ctx.person()?, id_in(path)?).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"appointment.ics\""),
    ];
    Ok((headers, calendar::of(&seen, ctx.services().core.now())).into_response())
}

/// Keeps how the person is reminded.
pub async fn remind(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    const PAGE: &str = "/appointments/reminders";
    let yes = |name: &str| match field(&typed, name) {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(FieldProblem::new(name, "Choose yes or no")),
    };
    let days = DAYS.iter().find(|(days, _)| days.to_string() == field(&typed, "days_before")).map(|(days, _)| *days);
    let days = days.ok_or_else(|| FieldProblem::new("days_before", "Choose when"));
    let done = match (yes("by_mail"), yes("by_text"), days) {
        (Ok(by_mail), Ok(by_text), Ok(days_before)) => {
            let choice = ReminderChoice { by_mail, by_text, days_before };
            ctx.services().appointments.choose_reminders(&ctx.actor(), ctx.person()?, choice).await
        }
        (by_mail, by_text, days) => {
            Err(ServiceError::Fields([by_mail.err(), by_text.err(), days.err()].into_iter().flatten().collect()))
        }
    };
    match done {
        Ok(()) => ctx.done(PAGE, "Your choice is saved", None).await,
        Err(error) => ctx.send_back(error, "reminders", PAGE, typed).await,
    }
}
