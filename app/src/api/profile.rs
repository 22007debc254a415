//! What people say about themselves: details, needs, how pages look, and notes of their own.

use super::{date, field};
use crate::binding::Changed;
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::{Typed, gathered};
use crate::pages::account::details::{ABOUT, CONTACT, DETAILS, PEOPLE};
use crate::pages::account::display::{DISPLAY, OFFER, WHY, why};
use crate::pages::account::needs::{self, CHANGE, NEEDS};
use crate::pages::record::notes::{FORM, NEW, NOTES, note_page};
use crate::routes;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use domain::profile::{Display, NeedGroup};
use domain::{EntryId, OwnNoteId};
use service::{AboutForm, ContactForm, NeedsForm, NoteForm, PeopleForm, ServiceError};

/// Boxes of one name come as often as they are ticked.
type Sent = Form<Vec<(String, String)>>;

/// Who sees what was saved.
fn seen_by(ctx: &Ctx) -> String {
    format!("Services that look after {} see it.", ctx.whose().person())
}

/// Keeps how to reach somebody.
pub async fn contact(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let part = |name: &str| field(&typed, name).to_owned();
    let form = ContactForm {
        address: part("address"),
        postcode: part("postcode"),
        mobile: part("mobile"),
        phone: part("phone"),
        email: part("email"),
        preferred: part("preferred"),
        version: part("version"),
        submission: part("submission"),
    };
    match ctx.services().profile.save_contact(&ctx.actor(), ctx.person()?, &form).await {
        Ok(()) => ctx.done(DETAILS, "How to contact is saved", Some(&seen_by(&ctx))).await,
        Err(error) => ctx.send_back(error, "details-contact", CONTACT, typed).await,
    }
}

/// Keeps whom to tell.
pub async fn people(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let part = |name: String| field(&typed, &name).to_owned();
    let count = part("people".to_owned()).parse::<usize>().unwrap_or_default().min(20);
    let people = (1..=count).map(|place| {
        let kin = part(format!("kin_{place}")) == "yes";
        (part(format!("name_{place}")), part(format!("relation_{place}")), part(format!("phone_{place}")), kin)
    });
    let form =
        PeopleForm { people: people.collect(), version: part("version".to_owned()), submission: part("submission".to_owned()) };
    match ctx.services().profile.save_people(&ctx.actor(), ctx.person()?, &form).await {
        Ok(()) => ctx.done(DETAILS, "Whom to tell is saved", Some(&seen_by(&ctx))).await,
        Err(error) => ctx.send_back(error, "details-people", PEOPLE, typed).await,
    }
}

/// Keeps ethnic background and language.
pub async fn about(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let part = |name: &str| field(&typed, name).to_owned();
    let form = AboutForm {
        ethnicity: part("ethnicity"),
        language: part("language"),
        other_language: part("other_language"),
        version: part("version"),
        submission: part("submission"),
    };
    match ctx.services().profile.save_about(&ctx.actor(), ctx.person()?, &form).await {
        Ok(()) => ctx.done(DETAILS, "It is saved", None).await,
        Err(error) => ctx.send_back(error, "details-about", ABOUT, typed).await,
    }
}

/// Keeps what somebody needs, and offers to make the pages fit.
pub async fn save_needs(ctx: Ctx, Form(sent): Sent) -> Answer {
    let typed = gathered(sent);
    let of = needs::of(&ctx)?;
    // Of whom the page was: this door lets in also those who act for nobody and have no record.
    let meant = field(&typed, needs::OF);
    if !meant.is_empty() && meant != needs::named(of) {
        return Ok(ctx.not_for(Changed::Person));
    }
    let part = |name: &str| field(&typed, name).to_owned();
    let chosen: Vec<&str> = NeedGroup::ALL.into_iter().map(|group| field(&typed, group.field())).collect();
    let form = NeedsForm {
        chosen: chosen.join(" "),
        needs_interpreter: part("needs_interpreter"),
        interpreter: part("interpreter"),
        other_language: part("other_language"),
        impairments: part("impairments"),
        own_words: part("own_words"),
        version: part("version"),
        submission: part("submission"),
    };
    match ctx.services().profile.save_needs(&ctx.actor(), of, &form).await {
        Ok(needs) => {
            let text = format!("Every service that looks after {} sees it first.", ctx.whose().person());
            let text = Some(text.as_str());
            let own = ctx.reader()?.acting.is_none();
            let fits = needs.fits();
            if own && !ctx.display().lacks(fits).is_none() {
                ctx.session.insert(OFFER, fits).await?;
                ctx.session.insert(WHY, why(&needs, ctx.display())).await?;
                return ctx.done(DISPLAY, "Your needs are saved", text).await;
            }
            ctx.done(NEEDS, "The needs are saved", text).await
        }
        Err(error) => ctx.send_back(error, needs::FORM, CHANGE, typed).await,
    }
}

/// Chooses how pages look: in this browser, and with the account where somebody is signed in.
pub async fn display(ctx: Ctx, Form(sent): Sent) -> Answer {
    let display = Display::read(field(&gathered(sent), "settings"));
    if let Some(reader) = &ctx.signed_in {
        ctx.services().profile.set_display(&ctx.actor(), display).await?;
        let mut reader = reader.clone();
        reader.display = Some(display);
        reader.update(&ctx.session).await?;
    }
    let mut response = ctx.done(DISPLAY, "Pages look as you chose", None).await?;
    response.headers_mut().extend(ctx.display_cookie(display));
    Ok(response)
}

fn note(typed: &Typed) -> NoteForm {
    let part = |name: &str| field(typed, name).to_owned();
    NoteForm {
        title: part("title"),
        words: part("words"),
        day: date(typed, "day"),
        who: part("who"),
        about: part("about"),
        submission: part("submission"),
    }
}

fn id_in(path: Result<Path<String>, PathRejection>) -> Result<OwnNoteId, Failure> {
    path.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(Failure::not_found)
}

fn version(typed: &Typed) -> Result<i32, ServiceError> {
    field(typed, "version").parse().map_err(|_| ServiceError::field("", "The page was not whole. Send it again"))
}

/// Writes a note.
pub async fn write_note(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    match ctx.services().profile.write_note(&ctx.actor(), ctx.person()?, &note(&typed)).await {
        Ok(_) => {
            let page = field(&typed, "about").parse::<EntryId>().map_or_else(|_| NOTES.to_owned(), routes::entry);
            ctx.done(&page, "Your note is saved", None).await
        }
        Err(error) => ctx.send_back(error, FORM, NEW, typed).await,
    }
}

/// Changes one.
pub async fn change_note(ctx: Ctx, path: Result<Path<String>, PathRejection>, Form(typed): Form<Typed>) -> Answer {
    let id = id_in(path)?;
    let changed = match version(&typed) {
        Ok(version) => ctx.services().profile.change_note(&ctx.actor(), ctx.person()?, (id, version), &note(&typed)).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(()) => ctx.done(&note_page(id), "Your change is saved", None).await,
        Err(error) => ctx.send_back(error, "note-change", &format!("{}/change", note_page(id)), typed).await,
    }
}

/// Removes one.
pub async fn remove_note(ctx: Ctx, path: Result<Path<String>, PathRejection>, Form(typed): Form<Typed>) -> Answer {
    let id = id_in(path)?;
    let removed = match version(&typed) {
        Ok(version) => ctx.services().profile.remove_note(&ctx.actor(), ctx.person()?, (id, version)).await,
        Err(error) => Err(error),
    };
    match removed {
        Ok(()) => ctx.done(NOTES, "The note is removed", Some("You find it below, among what was removed.")).await,
        Err(error) => ctx.send_back(error, "note-remove", &note_page(id), typed).await,
    }
}
