//! What a care team does: takes what waits, finds people, checks who they are, gives and ends places.

use super::{date, field};
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::{Typed, gathered};
use crate::pages::team::{id_in, patient_page, work_page};
use crate::pdf;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header;
use axum::response::IntoResponse;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use domain::relationship::Reason;
use domain::scope::{Labels, Scopes};
use domain::team::WorkKind;
use domain::when::typed_day;
use domain::{AccessQueryId, MemberId, PersonId, RelationshipId, TeamId, WorkItemId};
use serde::{Deserialize, Serialize};
use service::{CarerDecision, CarerTerms, Checked, FieldProblem, FindForm, IdentityForm, Letter, ServiceError, StaffForm};
use uuid::Uuid;

/// The session's key for whom the last search found.
const FOUND: &str = "found";
/// The session's key for a letter that waits to be shown once.
const LETTER: &str = "letter";
/// The session's key for a letter that was shown and may be downloaded once more.
const SHOWN: &str = "letter_shown";
/// For how long it may.
pub(crate) const DOWNLOAD_MINUTES: i64 = 15;

type Id = Result<Path<String>, PathRejection>;

/// Whom the last search found, at which place of work.
#[derive(Serialize, Deserialize)]
struct Found {
    member: MemberId,
    people: Vec<PersonId>,
}

/// A letter that was shown.
#[derive(Serialize, Deserialize)]
struct Shown {
    person: PersonId,
    /// To whom.
    member: MemberId,
    /// Until when they may download it.
    until: DateTime<Utc>,
    /// Absent once they did.
    letter: Option<Letter>,
}

/// Whom the last search at this place of work found; `None` when there was none.
///
/// # Errors
/// When the session cannot be read.
pub(crate) async fn found_before(ctx: &Ctx, member: MemberId) -> Result<Option<Vec<PersonId>>, Failure> {
    let found = ctx.session.get::<Found>(FOUND).await?;
    Ok(found.filter(|found| found.member == member).map(|found| found.people))
}

/// The letter for this person that was made just now, to be shown. It is not shown again, and can be downloaded once by
/// the same member of staff in the next [`DOWNLOAD_MINUTES`].
///
/// # Errors
/// When the session cannot be read or written.
pub(crate) async fn take_letter(ctx: &Ctx, person: PersonId) -> Result<Option<Letter>, Failure> {
    let letter = ctx.session.remove::<Letter>(LETTER).await?.filter(|letter| letter.person == person);
    if letter.is_some() {
        let until = ctx.services().core.now() + TimeDelta::minutes(DOWNLOAD_MINUTES);
        let shown = Shown { person, member: ctx.team()?.member, until, letter: letter.clone() };
        ctx.session.insert(SHOWN, shown).await?;
    }
    Ok(letter)
}

/// Goes to work at the place that was chosen.
pub async fn choose(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let places = ctx.services().care_team.places(&ctx.actor()).await?;
    let chosen = field(&typed, "member").parse().ok().filter(|id: &MemberId| places.iter().any(|place| place.member == *id));
    let mut reader = ctx.reader()?.clone();
    reader.working_as = Some(chosen.ok_or_else(Failure::not_found)?);
    reader.update(&ctx.session).await?;
    Ok(ctx.go("/team"))
}

fn version(typed: &Typed) -> i32 {
    field(typed, "version").parse().unwrap_or_default()
}

async fn after_work(ctx: &Ctx, done: Result<(), ServiceError>, id: WorkItemId, said: &str, typed: Typed) -> Answer {
    let page = work_page(id);
    match done {
        Ok(()) => ctx.done(&page, said, None).await,
        Err(error) => ctx.send_back(error, "work", &page, typed).await,
    }
}

/// Takes something that waits.
pub async fn claim(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id = id_in(path)?;
    let done = ctx.services().work.claim(&ctx.staff()?, id, version(&typed)).await;
    after_work(&ctx, done, id, "You have taken this", typed).await
}

/// Lets go of something.
pub async fn release(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id = id_in(path)?;
    let done = ctx.services().work.release(&ctx.staff()?, id, version(&typed)).await;
    after_work(&ctx, done, id, "It waits for your colleagues again", typed).await
}

/// Gives something to a colleague.
pub async fn assign(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id = id_in(path)?;
    let to = field(&typed, "colleague").parse().ok();
    let done = ctx.services().work.assign(&ctx.staff()?, id, version(&typed), to).await;
    after_work(&ctx, done, id, "Your colleague has it now", typed).await
}

/// Lets something wait for a team, or for every one.
pub async fn pass(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id = id_in(path)?;
    let done = ctx.services().work.pass(&ctx.staff()?, id, version(&typed), field(&typed, "for_team")).await;
    after_work(&ctx, done, id, "It was passed on", typed).await
}

/// Writes a note.
pub async fn note(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id = id_in(path)?;
    let submission = field(&typed, "submission").parse().unwrap_or_else(|_| ctx.services().core.new_id());
    let submission: Uuid = submission;
    let done = ctx.services().work.note(&ctx.staff()?, id, submission, field(&typed, "note")).await;
    after_work(&ctx, done, id, "Your note was added", typed).await
}

/// Something need not be done any more.
pub async fn done(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id = id_in(path)?;
    let done = ctx.services().work.done(&ctx.staff()?, id, version(&typed)).await;
    after_work(&ctx, done, id, "It is off the list", typed).await
}

/// Decides about an application. A box may be ticked several times, so the form is a list.
pub async fn decide(ctx: Ctx, path: Id, Form(sent): Form<Vec<(String, String)>>) -> Answer {
    let id: WorkItemId = id_in(path)?;
    let typed = gathered(sent);
    let (staff, page) = (ctx.staff()?, work_page(id));
    let item = ctx.services().work.about(&staff, id).await?;
    let decision = match read_decision(&typed) {
        Ok(decision) if item.kind == WorkKind::CarerApplication => decision,
        Ok(_) => return Err(Failure::not_found()),
        Err(error) => return ctx.send_back(error, "work", &page, typed).await,
    };
    let relationship = RelationshipId::from_uuid(item.about);
    match ctx.services().carers.decide(&staff, item.person, relationship, version(&typed), decision).await {
        Ok(()) => ctx.done(&page, "The decision was written down", Some("Both of them are told.")).await,
        Err(error) => ctx.send_back(error, "work", &page, typed).await,
    }
}

fn read_decision(typed: &Typed) -> Result<CarerDecision, ServiceError> {
    if field(typed, "decision") == "refuse" {
        let reason = Reason::from_code(field(typed, "reason")).ok_or_else(|| ServiceError::field("reason", "Choose why"))?;
        return Ok(CarerDecision::Reject { reason, text: typed.get("text").cloned() });
    }
    let ends_on = day(typed, "ends_on", "Enter the last day, like 27 3 2030, or leave it out");
    let review_on = day(typed, "review_on", "Enter the day of the review, like 27 3 2030, or leave it out");
    match (ends_on, review_on) {
        (Ok(ends_on), Ok(review_on)) => Ok(CarerDecision::Activate(CarerTerms {
            scopes: field(typed, "scopes").parse().unwrap_or(Scopes::NONE),
            labels: field(typed, "labels").parse().unwrap_or(Labels::NONE),
            ends_on,
            review_on,
        })),
        (ends_on, review_on) => Err(ServiceError::Fields([ends_on.err(), review_on.err()].into_iter().flatten().collect())),
    }
}

/// A day in three fields; `None` when all are empty.
fn day(typed: &Typed, name: &str, message: &str) -> Result<Option<NaiveDate>, FieldProblem> {
    match typed_day(date(typed, name).each_ref().map(String::as_str)) {
        Ok(day) if day.is_none_or(|day| (1900..=2200).contains(&day.year())) => Ok(day),
        _ => Err(FieldProblem::new(name, message)),
    }
}

/// Answers a question about who looked.
pub async fn answer(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: WorkItemId = id_in(path)?;
    let staff = ctx.staff()?;
    let item = ctx.services().work.about(&staff, id).await?;
    if item.kind != WorkKind::AccessQuery {
        return Err(Failure::not_found());
    }
    let query = AccessQueryId::from_uuid(item.about);
    let done = ctx.services().activity.answer(&staff, item.person, query, field(&typed, "answer")).await;
    after_work(&ctx, done, id, "Your answer was sent", typed).await
}

/// Looks for somebody. What was typed is kept only when something is wrong with it.
pub async fn find(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let text = |name: &str| field(&typed, name).to_owned();
    let form = FindForm {
        nhs_number: text("nhs_number"),
        name: text("name"),
        day: text("birth_date_day"),
        month: text("birth_date_month"),
        year: text("birth_date_year"),
        reason: text("reason"),
    };
    match ctx.services().care_team.find(&ctx.staff()?, &form).await {
        Ok(people) => {
            let found = Found { member: ctx.team()?.member, people: people.into_iter().map(|person| person.id).collect() };
            ctx.session.insert(FOUND, found).await?;
            Ok(ctx.go("/team/people"))
        }
        Err(error) => ctx.send_back(error, "find", "/team/people", typed).await,
    }
}

/// Writes down that somebody was checked face to face.
pub async fn check_identity(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: PersonId = id_in(path)?;
    let text = |name: &str| field(&typed, name).to_owned();
    let form = IdentityForm { evidence: text("evidence"), vouched_by: text("vouched_by"), seen: text("seen") };
    let page = patient_page(id);
    match ctx.services().care_team.check_identity(&ctx.staff()?, id, &form).await {
        Ok(Checked::Account) => ctx.done(&page, "The check was written down", Some("Their account is now surely theirs.")).await,
        Ok(Checked::Letter(letter)) => {
            ctx.session.insert(LETTER, letter).await?;
            ctx.done(&format!("{page}/letter"), "The check was written down", Some("Print the letter and give it to them.")).await
        }
        Ok(Checked::NoNumber) => {
            let text = "They have no NHS number, so no letter can be made. Whoever runs the service can link their account.";
            ctx.done(&page, "The check was written down", Some(text)).await
        }
        Err(error) => ctx.send_back(error, "identity", &format!("{page}/identity"), typed).await,
    }
}

/// Hands over the letter that was just shown as a PDF, once. Whoever was not shown it has none.
pub async fn download_letter(ctx: Ctx, path: Id) -> Answer {
    let id: PersonId = id_in(path)?;
    let (staff, member) = (ctx.staff()?, ctx.team()?.member);
    let shown = ctx.session.get::<Shown>(SHOWN).await?.filter(|shown| shown.person == id && shown.member == member);
    let mut shown = shown.ok_or_else(Failure::not_found)?;
    let letter = shown.letter.take().filter(|_| ctx.services().core.now() < shown.until);
    ctx.session.insert(SHOWN, shown).await?;
    // That page says that there is none any more.
    let Some(letter) = letter else { return Ok(ctx.go(&format!("{}/letter", patient_page(id)))) };
    let file = pdf::letter(&letter).map_err(Failure::internal)?;
    ctx.services().care_team.letter_downloaded(&staff, id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"selfheal-letter.pdf\""),
    ];
    Ok((headers, file).into_response())
}

/// Puts it on the work list that somebody is to be checked.
pub async fn ask_identity_check(ctx: Ctx, path: Id) -> Answer {
    let id: PersonId = id_in(path)?;
    ctx.services().work.ask_identity_check(&ctx.staff()?, id, false).await?;
    ctx.done(&patient_page(id), "A check is on the work list", None).await
}

/// Gives somebody a place.
pub async fn add_staff(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let text = |name: &str| field(&typed, name).to_owned();
    let form = StaffForm { email: text("email"), name: text("name"), job: text("job"), role: text("role") };
    let at = ctx.team()?.organisation;
    match ctx.services().care_team.add(&ctx.staff()?, at, &form).await {
        Ok(_) => ctx.done("/team/staff", "They can work here now", Some("They find it after they have signed in.")).await,
        Err(error) => ctx.send_back(error, "staff", "/team/staff", typed).await,
    }
}

/// Changes what somebody does.
pub async fn change_staff(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id: MemberId = id_in(path)?;
    let page = format!("/team/staff/{id}");
    match ctx.services().care_team.change(&ctx.staff()?, id, field(&typed, "role"), field(&typed, "job")).await {
        Ok(()) => ctx.done("/team/staff", "The change was saved", None).await,
        Err(error) => ctx.send_back(error, "place", &page, typed).await,
    }
}

/// Makes a team.
pub async fn add_team(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let (staff, at) = (ctx.staff()?, ctx.team()?.organisation);
    match ctx.services().care_team.add_team(&staff, at, field(&typed, "team")).await {
        Ok(_) => ctx.done("/team/staff", "The team is made", Some("Open a colleague to say that they are in it.")).await,
        Err(error) => ctx.send_back(error, "team", "/team/staff", typed).await,
    }
}

/// Takes a colleague into the teams that were ticked, and out of those whose ticks were taken away. What others changed
/// meanwhile stays.
pub async fn change_teams(ctx: Ctx, path: Id, Form(sent): Form<Vec<(String, String)>>) -> Answer {
    let id: MemberId = id_in(path)?;
    let typed = gathered(sent);
    let (was, ticked) = (teams_in(&typed, "was")?, teams_in(&typed, "teams")?);
    let only = |these: &[TeamId], others: &[TeamId]| these.iter().copied().filter(|team| !others.contains(team)).collect();
    let done = ctx.services().care_team.set_teams(&ctx.staff()?, id, only(&ticked, &was), only(&was, &ticked)).await?;
    let joined = (!done.joined.is_empty()).then(|| format!("They are now in: {}.", done.joined.join(", ")));
    let left = (!done.left.is_empty()).then(|| format!("They are no longer in: {}.", done.left.join(", ")));
    let text: Vec<String> = [joined, left].into_iter().flatten().collect();
    let title = if text.is_empty() { "Nothing has changed" } else { "The teams were saved" };
    ctx.done(&format!("/team/staff/{id}"), title, Some(text.join(" ")).filter(|text| !text.is_empty()).as_deref()).await
}

fn teams_in(typed: &Typed, name: &str) -> Result<Vec<TeamId>, Failure> {
    field(typed, name).split_whitespace().map(|id| id.parse().map_err(|_| Failure::not_found())).collect()
}

/// Ends somebody's place.
pub async fn end_staff(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let id: MemberId = field(&typed, "member").parse().map_err(|_| Failure::not_found())?;
    match ctx.services().care_team.end(&ctx.staff()?, id).await {
        Ok(()) => ctx.done("/team/staff", "Their place has ended", None).await,
        Err(error) => ctx.send_back(error, "place", &format!("/team/staff/{id}"), typed).await,
    }
}
