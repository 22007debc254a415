//! Reminders of medicines and the diary of doses: setting up, noting, sharing.

use super::{date, field};
use crate::ctx::{Answer, Ctx};
use crate::forms::{Typed, gathered};
use crate::pages::appointments::{Part, id_in};
use crate::pages::medicines::diary::DIARY;
use crate::pages::medicines::reminders::{NEW, REMINDERS, reminder_page};
use crate::pages::medicines::today::{TODAY, day_in, day_page};
use axum::Form;
use domain::DoseReminderId;
use domain::medicine::MedicineRef;
use domain::when::london_day;
use service::{DoseForm, ReminderForm};

/// Boxes of one name come as often as they are ticked.
type Sent = Form<Vec<(String, String)>>;

fn form(typed: &Typed) -> ReminderForm {
    let part = |name: &str| field(typed, name).to_owned();
    ReminderForm {
        medicine: part("medicine"),
        name: part("name"),
        times: part("times"),
        days: part("days"),
        from: date(typed, "from"),
        until: date(typed, "until"),
        how: part("how"),
        at_night: part("at_night"),
        submission: part("submission"),
    }
}

/// Sets a reminder up.
pub async fn add(ctx: Ctx, Form(sent): Sent) -> Answer {
    let typed = gathered(sent);
    match ctx.services().medicines.add_reminder(&ctx.actor(), ctx.person()?, &form(&typed)).await {
        Ok(()) => ctx.done(REMINDERS, "The reminder is set up", Some("It stands below.")).await,
        // What was typed names the medicine.
        Err(error) => {
            let code = MedicineRef::from_code(field(&typed, "medicine"));
            let page = code.map_or_else(|| NEW.to_owned(), crate::pages::medicines::reminders::new_page);
            ctx.send_back(error, "dose-reminder", &page, typed).await
        }
    }
}

/// Changes a reminder.
pub async fn change(ctx: Ctx, path: Part, Form(sent): Sent) -> Answer {
    let (id, typed) = (id_in::<DoseReminderId>(path)?, gathered(sent));
    match ctx.services().medicines.change_reminder(&ctx.actor(), ctx.person()?, id, &form(&typed)).await {
        Ok(()) => ctx.done(REMINDERS, "The reminder is changed", Some("What was noted until now stays in the diary.")).await,
        Err(error) => ctx.send_back(error, "dose-reminder", &reminder_page(id), typed).await,
    }
}

/// Ends a reminder.
pub async fn end(ctx: Ctx, path: Part) -> Answer {
    let id = id_in::<DoseReminderId>(path)?;
    ctx.services().medicines.end_reminder(&ctx.actor(), ctx.person()?, id).await?;
    ctx.done(REMINDERS, "The reminder has ended", Some("What was noted stays in the diary.")).await
}

/// Keeps how somebody is reminded to order, or to collect.
pub async fn choose(ctx: Ctx, Form(sent): Sent) -> Answer {
    let (typed, medicines) = (gathered(sent), &ctx.services().medicines);
    let (actor, person) = (ctx.actor(), ctx.person()?);
    let done = match field(&typed, "sent") {
        "collect_how" => medicines.choose_collect_reminders(&actor, person, field(&typed, "collect_how")).await,
        _ => medicines.choose_order_reminders(&actor, person, field(&typed, "order_how")).await,
    };
    match done {
        Ok(()) => ctx.done(REMINDERS, "Your choice is saved", None).await,
        Err(error) => ctx.send_back(error, "reminders", REMINDERS, typed).await,
    }
}

/// Notes what became of a dose, or takes that back.
pub async fn dose(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let part = |name: &str| field(&typed, name).to_owned();
    let form = DoseForm { reminder: part("reminder"), due_at: part("due_at"), act: part("act"), note: part("note") };
    let today = london_day(ctx.services().core.now());
    let page = day_in(&typed, "day").map_or_else(|| TODAY.to_owned(), |day| day_page(day, today));
    match ctx.services().medicines.note_dose(&ctx.actor(), ctx.person()?, &form).await {
        Ok(()) if form.act == DoseForm::TAKE_BACK => {
            ctx.done(&page, "It is taken back", Some("Nothing is noted of that dose now.")).await
        }
        Ok(()) => ctx.done(&page, "It is noted", None).await,
        Err(error) => ctx.send_back(error, "dose", &page, typed).await,
    }
}

/// Keeps who may see the diary.
pub async fn share(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    match ctx.services().medicines.share_diary(&ctx.actor(), ctx.person()?, field(&typed, "share")).await {
        Ok(()) => ctx.done(DIARY, "Your choice is saved", None).await,
        Err(error) => ctx.send_back(error, "diary", DIARY, typed).await,
    }
}
