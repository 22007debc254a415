//! Signing in: password, then code.

use super::field;
use crate::ctx::{Answer, Ctx};
use crate::forms::Typed;
use crate::signed_in::SignedIn;
use axum::Form;
use service::{PasswordOutcome, ServiceError};

/// The first step.
pub async fn password(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let (email, password) = (field(&typed, "email"), field(&typed, "password"));
    match ctx.services().sign_in.password(email, password, &ctx.origin, ctx.device.as_deref()).await {
        Ok(PasswordOutcome::SecondStep { account, .. }) => {
            let now = ctx.services().core.now();
            let first = SignedIn {
                account,
                second_step_at: None,
                began_at: now,
                fresh_at: now,
                own: None,
                acting: None,
                working_as: None,
                display: None,
            };
            let first = SignedIn { display: ctx.services().profile.display(&first.actor()).await?, ..first };
            ctx.store(&first).await?;
            Ok(ctx.go("/sign-in/code"))
        }
        Ok(PasswordOutcome::SignedIn(signed_in)) => ctx.signed_in(&signed_in).await,
        Err(error) => ctx.send_back(error, "sign-in", "/sign-in", typed).await,
    }
}

/// The second step: a code of the authenticator, or a recovery code.
pub async fn code(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let account = ctx.reader()?.account;
    let device = ctx.device.as_deref();
    // Two forms are sent here; the one for recovery codes has no other field.
    let done = if let Some(recovery) = typed.get("recovery_code") {
        ctx.services().sign_in.recovery_code(account, recovery, &ctx.origin, device).await.map_err(at_recovery_code)
    } else {
        let (code, trust) = (field(&typed, "code"), field(&typed, "trust") == "true");
        ctx.services().sign_in.code(account, code, trust, &ctx.origin, device).await
    };
    match done {
        Ok(signed_in) => ctx.signed_in(&signed_in).await,
        Err(error) => ctx.send_back(error, "code", "/sign-in/code", typed).await,
    }
}

/// The service speaks of the field "code"; on this form it is the other one.
fn at_recovery_code(error: ServiceError) -> ServiceError {
    let ServiceError::Fields(mut problems) = error else { return error };
    for problem in &mut problems {
        "recovery_code".clone_into(&mut problem.field);
    }
    ServiceError::Fields(problems)
}

/// Proves again who is there, before something that is protected opens or is changed.
pub async fn again(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let (password, code) = (field(&typed, "password"), field(&typed, "code"));
    match ctx.services().sign_in.refresh(&ctx.actor(), password, code, ctx.device.as_deref()).await {
        Ok(fresh_at) => {
            let mut reader = ctx.reader()?.clone();
            reader.fresh_at = fresh_at;
            reader.store(&ctx.session).await?;
            Ok(ctx.go(&ctx.after_sign_in(&reader).await?))
        }
        Err(error) => ctx.send_back(error, "again", "/sign-in/again", typed).await,
    }
}
