//! Acting for somebody: what the person decides, and what the carer does about it.

use super::{date, field};
use crate::ctx::{Answer, Ctx, Failure};
use crate::drafts::{self, Draft};
use crate::forms::{FormState, Typed, gathered};
use crate::pages::sharing::people::one::id_in;
use crate::pages::sharing::people::page_of;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use chrono::{DateTime, Utc};
use domain::RelationshipId;
use serde::{Deserialize, Serialize};
use service::{ApplyForm, ChangeForm, InviteForm, Preview, ResumeForm, ServiceError};

/// The session's key for [`Code`].
const CODE: &str = "invitation-code";

type Id = Result<Path<String>, PathRejection>;
type Sent = Form<Vec<(String, String)>>;

/// A code that is to be told to somebody, until it has been shown.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    /// 6 digits.
    pub(crate) code: String,
    /// To whom.
    pub(crate) name: String,
    /// Until when it works.
    pub(crate) expires_at: DateTime<Utc>,
    /// Whether the numbers of people who can help are shown too.
    pub(crate) needs_help: bool,
}

/// The code to show now; it is forgotten.
///
/// # Errors
/// When the session cannot be read or written.
pub(crate) async fn take_code(ctx: &Ctx) -> Result<Option<Code>, Failure> {
    Ok(ctx.session.remove(CODE).await?)
}

/// Shows what somebody would see who is let into what was ticked. Nothing is sent or changed by that.
async fn look(ctx: &Ctx, carer: Option<RelationshipId>, form: &str, page: &str, typed: Typed) -> Answer {
    let person = ctx.own()?;
    match Preview::drafted(carer, field(&typed, "scopes"), field(&typed, "labels")) {
        Ok(preview) => {
            let name = field(&typed, "name").trim().to_owned();
            drafts::keep(ctx, Draft { person, name, preview, form: FormState::typed(form, typed) }).await?;
            Ok(ctx.go(drafts::PAGE))
        }
        Err(error) => ctx.send_back(error, form, page, typed).await,
    }
}

/// Sends an invitation, or shows what it would open.
pub async fn invite(ctx: Ctx, Form(sent): Sent) -> Answer {
    const PAGE: &str = "/sharing/people/invite";
    let mut typed = gathered(sent);
    if drafts::is_look(&typed) {
        return look(&ctx, None, "invite", PAGE, typed).await;
    }
    let part = |name| field(&typed, name).to_owned();
    let form = InviteForm {
        email: part("email"),
        name: part("name"),
        relation: part("relation"),
        scopes: part("scopes"),
        labels: part("labels"),
        ends_on: date(&typed, "ends_on"),
        pressed: part("pressed"),
        submission: part("submission"),
    };
    match ctx.services().carers.invite(&ctx.actor(), ctx.person()?, &form).await {
        Ok(invited) => {
            let code = Code {
                code: invited.code,
                name: form.name.trim().to_owned(),
                expires_at: invited.expires_at,
                needs_help: invited.needs_help,
            };
            ctx.session.insert(CODE, code).await?;
            drafts::forget(&ctx).await?;
            Ok(ctx.go("/sharing/people/invited"))
        }
        Err(error) => {
            // A private answer does not stay on a page that somebody else may see.
            typed.remove("pressed");
            ctx.send_back(error, "invite", PAGE, typed).await
        }
    }
}

/// Says what was done with somebody, on their page.
async fn after(ctx: &Ctx, id: RelationshipId, done: Result<(), ServiceError>, title: &str, text: &str, typed: Typed) -> Answer {
    match done {
        Ok(()) => ctx.done(&page_of(id), title, Some(text)).await,
        Err(error) => ctx.send_back(error, "carer", &page_of(id), typed).await,
    }
}

/// Changes what somebody can see and do, or shows what they would see then.
pub async fn change(ctx: Ctx, path: Id, Form(sent): Sent) -> Answer {
    let (id, typed) = (id_in(path)?, gathered(sent));
    if drafts::is_look(&typed) {
        return look(&ctx, Some(id), "carer", &page_of(id), typed).await;
    }
    let form = ChangeForm {
        scopes: field(&typed, "scopes").to_owned(),
        labels: field(&typed, "labels").to_owned(),
        ends_on: date(&typed, "ends_on"),
        version: field(&typed, "version").parse().unwrap_or_default(),
    };
    let done = ctx.services().carers.change(&ctx.actor(), ctx.person()?, id, &form).await;
    if done.is_ok() {
        drafts::forget(&ctx).await?;
    }
    after(&ctx, id, done, "Your changes are saved", "They count from now on. We have told both of you by email.", typed).await
}

/// Stops somebody for now.
pub async fn stop(ctx: Ctx, path: Id) -> Answer {
    let id = id_in(path)?;
    let done = ctx.services().carers.suspend(&ctx.actor(), ctx.person()?, id).await;
    let text = "They cannot see or do anything for you, from now on. We have told both of you by email.";
    after(&ctx, id, done, "It is stopped for now", text, Typed::new()).await
}

/// Lets somebody start again.
pub async fn start(ctx: Ctx, path: Id, Form(typed): Form<Typed>) -> Answer {
    let id = id_in(path)?;
    let form = ResumeForm { ends_on: date(&typed, "ends_on") };
    let done = ctx.services().carers.resume(&ctx.actor(), ctx.person()?, id, &form).await;
    after(&ctx, id, done, "They can act for you again", "We have told both of you by email.", typed).await
}

/// Ends it for good.
pub async fn end(ctx: Ctx, path: Id) -> Answer {
    let id = id_in(path)?;
    let done = ctx.services().carers.end(&ctx.actor(), ctx.person()?, id).await;
    after(&ctx, id, done, "It has ended", "They cannot see or do anything for you any more.", Typed::new()).await
}

/// Takes an invitation up with the code.
pub async fn accept(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let token = field(&typed, "token").to_owned();
    match ctx.services().carers.accept(&ctx.actor(), &token, field(&typed, "code")).await {
        Ok(accepted) => {
            let title = format!("You can now help {}", accepted.name);
            ctx.done("/acting", &title, Some("Everything that you look at is written down, and they can see it.")).await
        }
        // Without a token that page says what to do.
        Err(ServiceError::NotFound) => Ok(ctx.go("/carer/invitation")),
        Err(error) => {
            let page = format!("/carer/invitation?token={}", crate::routes::in_query(&token));
            ctx.send_back(error, "invitation", &page, Typed::new()).await
        }
    }
}

/// Asks to act for somebody.
pub async fn apply(ctx: Ctx, Form(sent): Sent) -> Answer {
    let typed = gathered(sent);
    let part = |name| field(&typed, name).to_owned();
    let form = ApplyForm {
        nhs_number: part("nhs_number"),
        birth_date: date(&typed, "birth_date"),
        family_name: part("family_name"),
        relation: part("relation"),
        legal_basis: part("legal_basis"),
        evidence: part("evidence"),
        scopes: part("scopes"),
        reason: part("reason"),
        submission: part("submission"),
    };
    match ctx.services().carers.apply(&ctx.actor(), &form).await {
        Ok(()) => Ok(ctx.go("/carer/apply/sent")),
        Err(error) => ctx.send_back(error, "apply", "/carer/apply", typed).await,
    }
}

/// Takes an application back.
pub async fn withdraw(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let id = field(&typed, "application").parse().map_err(|_| Failure::not_found())?;
    ctx.services().carers.withdraw(&ctx.actor(), id).await?;
    ctx.done("/carer", "Your request is taken back", None).await
}

/// Acts for somebody no more.
pub async fn give_up(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let person = field(&typed, "person").parse().map_err(|_| Failure::not_found())?;
    let id = field(&typed, "relationship").parse().map_err(|_| Failure::not_found())?;
    ctx.services().carers.give_up(&ctx.actor(), person, id).await?;
    ctx.done("/carer", "You have stopped helping", Some("We have told the person by email.")).await
}
