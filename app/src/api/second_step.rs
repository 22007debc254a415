//! Setting up the second step.

use super::field;
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::Typed;
use axum::Form;
use domain::access::Assurance;
use serde::{Deserialize, Serialize};
use service::ServiceError;

/// The session's key for [`NewCodes`].
const NEW_CODES: &str = "new-recovery-codes";

/// Recovery codes that were just made, until they have been shown.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct NewCodes {
    /// The codes; none once they have been shown.
    pub(crate) codes: Vec<String>,
    /// Where to go on to.
    pub(crate) next: String,
}

/// Checks the first code of an authenticator, and with it passes the second step.
pub async fn confirm_authenticator(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let error = match ctx.services().factors.confirm_authenticator(&ctx.actor(), field(&typed, "code")).await {
        Ok(codes) => {
            let next = passed(&ctx).await?;
            let next = show_once(&ctx, codes, next).await?;
            return ctx
                .done(&next, "Your authenticator app is set up", Some("It shows the code that you need when you sign in."))
                .await;
        }
        Err(ServiceError::NotFound) => {
            ServiceError::field("code", "That took more than an hour, so there is a new picture now. Scan it, then type the code")
        }
        Err(error) => error,
    };
    ctx.send_back(error, "authenticator", "/second-step/authenticator", Typed::new()).await
}

/// The second step is passed, because a way to pass it was just set up: where to go on to.
///
/// # Errors
/// When the session cannot be written.
pub(crate) async fn passed(ctx: &Ctx) -> Result<String, Failure> {
    let reader = ctx.reader()?;
    if reader.second_step_at.is_some() {
        return Ok("/account/factors".to_owned());
    }
    let signed_in = service::SignedIn {
        account: reader.account,
        assurance: Assurance::SecondStep,
        at: ctx.services().core.now(),
        device_token: None,
        recovery_codes_left: None,
    };
    Ok(ctx.begin(&signed_in).await?.0)
}

/// Keeps new recovery codes for the one page that shows them: that page, or `next` when there are none.
///
/// # Errors
/// When the session cannot be written.
pub(crate) async fn show_once(ctx: &Ctx, codes: Vec<String>, next: String) -> Result<String, Failure> {
    if codes.is_empty() {
        return Ok(next);
    }
    ctx.session.insert(NEW_CODES, NewCodes { codes, next }).await?;
    Ok("/second-step/recovery-codes".to_owned())
}

/// The codes to show now. They are forgotten; where to go on to is not, so that the page can be loaded again.
///
/// # Errors
/// When the session cannot be read or written.
pub(crate) async fn take_codes(ctx: &Ctx) -> Result<NewCodes, Failure> {
    let Some(kept) = ctx.session.get::<NewCodes>(NEW_CODES).await? else { return Ok(NewCodes::default()) };
    if !kept.codes.is_empty() {
        ctx.session.insert(NEW_CODES, NewCodes { codes: Vec::new(), next: kept.next.clone() }).await?;
    }
    Ok(kept)
}
