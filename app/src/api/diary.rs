//! What a practice does about appointments: says what can be booked, notes who came, books and cancels at the desk.

use super::{date, field};
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::{self, Typed, gathered};
use crate::pages::team::diary::desk::{Chosen, SECOND, cancel_page, find_page, ids, list_page};
use crate::pages::team::diary::{SETTINGS, change, clinic_page, ending, holidays, hours, part_page, settings};
use crate::pages::team::{id_in, work_page};
use crate::words;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use chrono::{Datelike, NaiveDate};
use domain::appointment::{Nation, Part, Status};
use domain::team::WorkKind;
use domain::when::typed_day;
use domain::{AppointmentId, ClinicId, PersonId, ServiceId, TemplateId, WorkItemId};
use service::{BookForm, ClinicForm, GivenUp, HoursForm, PlaceForm, PractitionerForm, ServiceError, ServiceForm, TemplateForm};

type Id = Result<Path<String>, PathRejection>;
type Sent = Form<Vec<(String, String)>>;

/// What becomes of those who had booked what is cancelled.
const LOST: &str = "Those who had booked are told by email. Who has no account is on the work list, to be rung.";

fn version(typed: &Typed) -> i32 {
    field(typed, "version").parse().unwrap_or_default()
}

/// The day that three parts make; `None` where they make none.
pub(crate) fn day_of(parts: &[String; 3]) -> Option<NaiveDate> {
    let day = typed_day(parts.each_ref().map(String::as_str)).ok().flatten();
    day.filter(|day| (2000..2200).contains(&day.year()))
}

/// Goes back to what can be booked, or to the form that is to be put right.
async fn after_adding<T>(
    ctx: &Ctx,
    done: Result<T, ServiceError>,
    (form, page): (&str, &str),
    (said, more): (&str, Option<&str>),
    typed: Typed,
) -> Answer {
    match done {
        Ok(_) => ctx.done(SETTINGS, said, more).await,
        Err(error) => ctx.send_back(error, form, page, typed).await,
    }
}

fn service_form(typed: &Typed) -> ServiceForm {
    let text = |name: &str| field(typed, name).to_owned();
    ServiceForm {
        kind: text("kind"),
        name: text("name"),
        about: text("about"),
        prepare: text("prepare"),
        video_link: text("video_link"),
        video_test: text("video_test"),
        minutes: text("minutes"),
        registered_only: text("registered_only"),
        min_age: text("min_age"),
        max_age: text("max_age"),
        referral_needed: text("referral_needed"),
        specialty: text("specialty"),
        asks_reason: text("asks_reason"),
        release: text("release"),
        release_days: text("release_days"),
        release_time: text("release_time"),
        may_cancel: text("may_cancel"),
        cancel_hours: text("cancel_hours"),
        confirms: text("confirms"),
    }
}

fn place_form(typed: &Typed) -> PlaceForm {
    let text = |name: &str| field(typed, name).to_owned();
    PlaceForm {
        name: text("name"),
        address: text("address"),
        postcode: text("postcode"),
        directions: text("directions"),
        phone: text("phone"),
    }
}

fn practitioner_form(typed: &Typed) -> PractitionerForm {
    PractitionerForm { name: field(typed, "name").to_owned(), job: field(typed, "job").to_owned() }
}

/// Goes back to what can be booked, or to the form that is to be put right.
async fn after_changing(ctx: &Ctx, part: Part, done: Result<(), ServiceError>, typed: Typed) -> Answer {
    match done {
        Ok(()) => ctx.done(SETTINGS, "The change is saved", Some("Those who have booked see it at once.")).await,
        Err(error) => ctx.send_back(error, &change::form_of(part), &part_page(part), typed).await,
    }
}

/// Changes a service.
pub async fn change_service(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id = id_in(path)?;
    let done = ctx.services().diary.change_service(&ctx.staff()?, id, version(&typed), &service_form(&typed)).await;
    after_changing(&ctx, Part::Service(id), done, typed).await
}

/// Changes a place.
pub async fn change_place(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id = id_in(path)?;
    let done = ctx.services().diary.change_place(&ctx.staff()?, id, version(&typed), &place_form(&typed)).await;
    after_changing(&ctx, Part::Place(id), done, typed).await
}

/// Changes what somebody who holds clinics is called, and their job.
pub async fn change_practitioner(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id = id_in(path)?;
    let done = ctx.services().diary.change_practitioner(&ctx.staff()?, id, version(&typed), &practitioner_form(&typed)).await;
    after_changing(&ctx, Part::Practitioner(id), done, typed).await
}

/// Ends a service.
pub async fn end_service(ctx: Ctx, path: Id, typed: Form<Typed>) -> Answer {
    end(ctx, Part::Service(id_in(path)?), typed).await
}

/// Ends a place.
pub async fn end_place(ctx: Ctx, path: Id, typed: Form<Typed>) -> Answer {
    end(ctx, Part::Place(id_in(path)?), typed).await
}

/// Ends somebody's clinics.
pub async fn end_practitioner(ctx: Ctx, path: Id, typed: Form<Typed>) -> Answer {
    end(ctx, Part::Practitioner(id_in(path)?), typed).await
}

async fn end(ctx: Ctx, part: Part, Form(typed): Form<Typed>) -> Answer {
    match ctx.services().diary.end(&ctx.staff()?, part, field(&typed, "seen")).await {
        Ok(()) => ctx.done(SETTINGS, "It has ended", Some(LOST)).await,
        Err(error) => ctx.send_back(error, &ending::form_of(part), &format!("{}/end", part_page(part)), typed).await,
    }
}

/// Opens a closed day again.
pub async fn open_day(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let day = field(&typed, "day").parse().map_err(|_| Failure::not_found())?;
    let made = ctx.services().diary.open_day(&ctx.staff()?, day).await?;
    let made = format!(
        "{} in the diary now. What was cancelled stays cancelled.",
        words::how_many(made, "more clinic is", "more clinics are")
    );
    ctx.done(SETTINGS, "The day is open again", Some(&made)).await
}

/// Adds a service.
pub async fn add_service(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let form = service_form(&typed);
    let done = ctx.services().diary.add_service(&ctx.staff()?, &form).await;
    let said = ("The service was added", Some("Add a clinic that recurs, and people can book it."));
    after_adding(&ctx, done, ("diary-service", "/team/diary/services/new"), said, typed).await
}

/// Adds a place.
pub async fn add_place(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let form = place_form(&typed);
    let done = ctx.services().diary.add_place(&ctx.staff()?, &form).await;
    after_adding(&ctx, done, ("diary-place", "/team/diary/places/new"), ("The place was added", None), typed).await
}

/// Adds somebody who holds clinics.
pub async fn add_practitioner(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let form = practitioner_form(&typed);
    let done = ctx.services().diary.add_practitioner(&ctx.staff()?, &form).await;
    let at = ("diary-practitioner", "/team/diary/practitioners/new");
    after_adding(&ctx, done, at, ("They can hold clinics now", None), typed).await
}

/// What is typed about a clinic that recurs.
pub(crate) fn template_form(typed: &Typed) -> TemplateForm {
    let text = |name: &str| field(typed, name).to_owned();
    TemplateForm {
        service: text("service"),
        place: text("place"),
        practitioner: text("practitioner"),
        mode: text("mode"),
        days: text("days"),
        starts: text("starts"),
        ends: text("ends"),
        minutes: text("minutes"),
        every_weeks: text("every_weeks"),
        from: date(typed, "from"),
        until: date(typed, "until"),
    }
}

/// What is typed about the hours of a clinic of one day.
pub(crate) fn hours_form(typed: &Typed) -> HoursForm {
    let text = |name: &str| field(typed, name).to_owned();
    HoursForm { starts: text("starts"), ends: text("ends"), minutes: text("minutes") }
}

/// Adds a clinic that recurs. A day may be ticked beside others, so the form is a list.
pub async fn add_recurring(ctx: Ctx, Form(sent): Sent) -> Answer {
    let typed = gathered(sent);
    let form = template_form(&typed);
    let done = ctx.services().diary.add_template(&ctx.staff()?, &form).await;
    let said = ("The clinic was added", Some("Its clinics of the next 8 weeks are in the diary."));
    after_adding(&ctx, done, ("diary-recurring", "/team/diary/recurring/new"), said, typed).await
}

/// What is said once a change is saved, or where all was as it was typed.
async fn after_change(ctx: &Ctx, page: &str, changed: bool) -> Answer {
    if changed {
        let more = "Those whose appointment it changes are told by email. Who has no account is on the work list, to be rung.";
        ctx.done(page, "The change is saved", Some(more)).await
    } else {
        ctx.done(page, "Nothing has changed", Some("It was so before. Nobody is told.")).await
    }
}

/// Changes a clinic that recurs from a day on; where somebody would lose an appointment, only once that was shown.
pub async fn change_recurring(ctx: Ctx, path: Id, Form(sent): Sent) -> Answer {
    let id: TemplateId = id_in(path)?;
    let typed = gathered(sent);
    let (form, check) = (hours::recurring_form(id), hours::recurring_check(id));
    let (actor, diary, what) = (ctx.staff()?, &ctx.services().diary, template_form(&typed));
    let (was, seen) = (field(&typed, "was").parse().ok(), field(&typed, "seen"));
    if seen.is_empty() {
        match diary.affected_by_change(&actor, id, &what).await {
            Ok(shown) if shown.affected.is_empty() => {}
            Ok(_) => {
                forms::keep(&ctx.session, &check.0, Vec::new(), typed).await?;
                return Ok(ctx.go(&check.1));
            }
            Err(error) => return ctx.send_back(error, &form.0, &form.1, typed).await,
        }
    }
    match diary.change_template(&actor, id, was, &what, seen).await {
        Ok(changed) => after_change(&ctx, SETTINGS, changed).await,
        Err(error) => {
            let (name, page) = if overtaken(&error) { check } else { form };
            ctx.send_back(error, &name, &page, typed).await
        }
    }
}

/// Changes the hours of a clinic of one day; where somebody would lose an appointment, only once that was shown.
pub async fn change_hours(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: ClinicId = id_in(path)?;
    let (form, check) = (hours::hours_of(id), hours::hours_check_of(id));
    let (actor, diary, what) = (ctx.staff()?, &ctx.services().diary, hours_form(&typed));
    let seen = field(&typed, "seen");
    if seen.is_empty() {
        match diary.affected_by_hours(&actor, id, &what).await {
            Ok(shown) if shown.affected.is_empty() => {}
            Ok(_) => {
                forms::keep(&ctx.session, &check.0, Vec::new(), typed).await?;
                return Ok(ctx.go(&check.1));
            }
            Err(error) => return ctx.send_back(error, &form.0, &form.1, typed).await,
        }
    }
    match diary.change_hours(&actor, id, &what, seen).await {
        Ok(changed) => after_change(&ctx, &clinic_page(id), changed).await,
        Err(error) => {
            let (name, page) = if overtaken(&error) { check } else { form };
            ctx.send_back(error, &name, &page, typed).await
        }
    }
}

/// Ends a clinic that recurs.
pub async fn end_recurring(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: TemplateId = id_in(path)?;
    match ctx.services().diary.end_template(&ctx.staff()?, id, field(&typed, "seen")).await {
        Ok(()) => ctx.done(SETTINGS, "It has ended", Some(LOST)).await,
        Err(error) => ctx.send_back(error, &settings::form_of(id), &settings::end_page(id), typed).await,
    }
}

/// Whether something is wrong with all of it, and not with what was typed in a field.
fn overtaken(error: &ServiceError) -> bool {
    matches!(error, ServiceError::Fields(problems) if problems.iter().all(|problem| problem.field.is_empty()))
}

/// Closes a day; where somebody has booked on it, only once that was shown.
pub async fn close_day(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    const CHECK: (&str, &str) = ("diary-closed-check", "/team/diary/closed/check");
    let (actor, diary) = (ctx.staff()?, &ctx.services().diary);
    let parts = ["day_day", "day_month", "day_year"].map(|part| field(&typed, part).to_owned());
    let (day, name) = (day_of(&parts), field(&typed, "name").trim());
    let seen = field(&typed, "seen");
    if let (Some(day), false, "") = (day, name.is_empty(), seen)
        && !diary.affected_by_closing(&actor, &[day]).await?.affected.is_empty()
    {
        forms::keep(&ctx.session, CHECK.0, Vec::new(), typed).await?;
        return Ok(ctx.go(CHECK.1));
    }
    match diary.close_day(&actor, day, name, seen).await {
        Err(error) if overtaken(&error) => ctx.send_back(error, CHECK.0, CHECK.1, typed).await,
        done => after_adding(&ctx, done, ("diary-closed", "/team/diary/closed/new"), ("The day is closed", None), typed).await,
    }
}

/// Closes bank holidays; where somebody has booked on one, only once that was shown. Several may be ticked, so the form is a list.
pub async fn close_holidays(ctx: Ctx, Form(sent): Sent) -> Answer {
    let typed = gathered(sent);
    let nation = Nation::from_code(field(&typed, "of")).ok_or_else(Failure::not_found)?;
    let (actor, diary) = (ctx.staff()?, &ctx.services().diary);
    let (days, seen) = (holidays::days_of(field(&typed, "days")), field(&typed, "seen"));
    if seen.is_empty() && !days.is_empty() && !diary.affected_by_closing(&actor, &days).await?.affected.is_empty() {
        forms::keep(&ctx.session, holidays::CHECK.0, Vec::new(), typed).await?;
        return Ok(ctx.go(holidays::CHECK.1));
    }
    match diary.close_holidays(&actor, nation, &days, seen).await {
        Ok(count) => {
            let count = u64::try_from(count).unwrap_or_default();
            ctx.done(SETTINGS, &words::how_many(count, "day is closed", "days are closed"), None).await
        }
        Err(error) if overtaken(&error) => ctx.send_back(error, holidays::CHECK.0, holidays::CHECK.1, typed).await,
        Err(error) => ctx.send_back(error, holidays::FORM, &holidays::page_of(nation), typed).await,
    }
}

/// Cancels a clinic.
pub async fn cancel_clinic(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: ClinicId = id_in(path)?;
    match ctx.services().diary.cancel_clinic(&ctx.staff()?, id, version(&typed)).await {
        Ok(()) => ctx.done(&clinic_page(id), "The clinic is cancelled", Some(LOST)).await,
        Err(error) => ctx.send_back(error, "cancel-clinic", &format!("{}/cancel", clinic_page(id)), typed).await,
    }
}

/// Changes who holds a clinic, and where.
pub async fn change_clinic(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: ClinicId = id_in(path)?;
    let form = ClinicForm { practitioner: field(&typed, "practitioner").to_owned(), place: field(&typed, "place").to_owned() };
    match ctx.services().diary.change_clinic(&ctx.staff()?, id, version(&typed), &form).await {
        Ok(changed) => after_change(&ctx, &clinic_page(id), changed).await,
        Err(error) => ctx.send_back(error, "change-clinic", &format!("{}/change", clinic_page(id)), typed).await,
    }
}

/// Notes what became of somebody's appointment, on the page of the clinic.
pub async fn note(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let clinic: ClinicId = id_in(path)?;
    let id: AppointmentId = field(&typed, "appointment").parse().map_err(|_| Failure::not_found())?;
    let to = Status::from_code(field(&typed, "to")).ok_or_else(Failure::not_found)?;
    let (actor, diary, page) = (ctx.staff()?, &ctx.services().diary, clinic_page(clinic));
    let (done, said) = match to {
        Status::Cancelled => (diary.decline(&actor, id, version(&typed)).await, "The booking was declined"),
        to => (diary.note_attendance(&actor, id, version(&typed), to).await, noted(to)),
    };
    match done {
        Ok(()) => ctx.done(&page, said, None).await,
        Err(error) => ctx.send_back(error, "clinic", &page, typed).await,
    }
}

const fn noted(to: Status) -> &'static str {
    match to {
        Status::Arrived => "You noted that they have arrived",
        Status::Fulfilled => "You noted that they were seen",
        Status::NoShow => "You noted that they did not come",
        Status::Booked => "It stands as booked",
        Status::Proposed | Status::Pending | Status::Cancelled => "It was noted",
    }
}

/// Confirms or declines a booking that waits on the work list.
pub async fn decide(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: WorkItemId = id_in(path)?;
    let (staff, page) = (ctx.staff()?, work_page(id));
    let item = ctx.services().work.about(&staff, id).await?;
    if item.kind != WorkKind::Booking {
        return Err(Failure::not_found());
    }
    let (booking, diary) = (AppointmentId::from_uuid(item.about), &ctx.services().diary);
    let (done, said) = match field(&typed, "decision") {
        "confirm" => (diary.note_attendance(&staff, booking, version(&typed), Status::Booked).await, "The booking is confirmed"),
        "decline" => (diary.decline(&staff, booking, version(&typed)).await, "The booking was declined"),
        _ => return Err(Failure::not_found()),
    };
    match done {
        Ok(()) => ctx.done(&page, said, Some("The person is told.")).await,
        Err(error) => ctx.send_back(error, "work", &page, typed).await,
    }
}

/// Books a time for somebody at the desk.
pub async fn book(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let person: PersonId = id_in(path)?;
    let text = |name: &str| field(&typed, name).to_owned();
    // That it stands beside what they have is said in the same place.
    let second = field(&typed, "instead_of") == SECOND;
    let instead_of = if second { String::new() } else { text("instead_of") };
    let chosen = Chosen { slot: String::new(), instead_of, from: text("from"), with: text("with") };
    let page = find_page(person, field(&typed, "service"), &chosen);
    let actor = ctx.staff()?;
    if let (true, false, Ok(service)) = (chosen.instead_of.is_empty(), second, field(&typed, "service").parse::<ServiceId>())
        && !ctx.services().diary.coming_with(&actor, person, service, field(&typed, "submission")).await?.is_empty()
    {
        let told = "They have an appointment with this service already. Say how you book this one";
        return ctx.send_back(ServiceError::field("instead_of", told), "desk-book", &page, typed).await;
    }
    let form = BookForm {
        slot: text("slot"),
        reason: text("reason"),
        instead_of: chosen.instead_of.clone(),
        submission: text("submission"),
        ..BookForm::default()
    };
    let changes = !form.instead_of.is_empty();
    match ctx.services().appointments.book(&actor, person, &form).await {
        Ok(booked) if booked.asked => {
            let more =
                "It has not answered yet. It is not booked until it does. They are told by email then, if they have an account.";
            ctx.done(&list_page(person), "Your own system has been asked", Some(more)).await
        }
        Ok(_) => {
            let done = if changes { "The appointment is changed" } else { "The appointment is booked" };
            ctx.done(&list_page(person), done, Some("They are told by email, if they have an account.")).await
        }
        Err(error) => ctx.send_back(error, "desk-book", &page, typed).await,
    }
}

/// Cancels somebody's appointment at the desk.
pub async fn cancel(ctx: Ctx, path: Result<Path<(String, String)>, PathRejection>, Form(typed): Form<Typed>) -> Answer {
    let (person, id) = ids(path)?;
    match ctx.services().appointments.cancel(&ctx.staff()?, person, id, field(&typed, "reason")).await {
        Ok(GivenUp::Asked) => {
            let more = "It has not answered yet. Until it does, the appointment stands. They are told by email then, if they have an account.";
            ctx.done(&list_page(person), "Your own system has been asked", Some(more)).await
        }
        Ok(GivenUp::Done) => {
            let more = "The time is free again. They are told by email, if they have an account.";
            ctx.done(&list_page(person), "The appointment is cancelled", Some(more)).await
        }
        Err(error) => ctx.send_back(error, "desk-cancel", &cancel_page(person, id), typed).await,
    }
}
