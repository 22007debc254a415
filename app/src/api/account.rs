//! Changing an account: its password, address, mobile number, ways to sign in, and where it is signed in; and taking the record away.

use super::field;
use super::second_step::show_once;
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::Typed;
use crate::pages::account::mobile;
use axum::Form;
use axum::body::Body;
use axum::http::header;
use axum::response::IntoResponse;
use service::{Confirmation, ServiceError};
use std::str::FromStr;

const SIGN_INS: &str = "/account/sign-ins";
const FACTORS: &str = "/account/factors";
const MOBILE_CODE: &str = "/account/mobile/code";
const REMINDERS: &str = "/appointments/reminders";

/// The id in a field.
fn id<Id: FromStr>(typed: &Typed, name: &str) -> Result<Id, Failure> {
    field(typed, name).parse().map_err(|_| Failure::not_found())
}

/// Ends one sign-in.
pub async fn end_sign_in(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    match ctx.services().sessions.end(&ctx.actor(), &ctx.current_session(), id(&typed, "session")?).await {
        Ok(()) => ctx.done(SIGN_INS, "You ended that sign-in", Some("Whoever uses that browser has to sign in again.")).await,
        Err(ServiceError::NotFound) => ctx.done(SIGN_INS, "That sign-in had already ended", None).await,
        Err(error) => Err(error.into()),
    }
}

/// Ends every sign-in but this one.
pub async fn end_other_sign_ins(ctx: Ctx) -> Answer {
    let ended = ctx.services().sessions.end_others(&ctx.actor(), &ctx.current_session()).await?;
    let title = match ended {
        0 => "There were no other sign-ins".to_owned(),
        1 => "You ended 1 other sign-in".to_owned(),
        many => format!("You ended {many} other sign-ins"),
    };
    ctx.done(SIGN_INS, &title, Some("You are signed in only here.")).await
}

/// Asks for a code on that device again.
pub async fn forget_device(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    match ctx.services().factors.forget_device(&ctx.actor(), id(&typed, "device")?).await {
        Ok(()) => ctx.done(FACTORS, "That device is no longer trusted", Some("It asks for a code at the next sign-in.")).await,
        Err(ServiceError::NotFound) => ctx.done(FACTORS, "That device was not trusted any more", None).await,
        Err(error) => Err(error.into()),
    }
}

/// Changes the password.
pub async fn change_password(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let (current, new) = (field(&typed, "current_password"), field(&typed, "password"));
    match ctx.services().accounts.change_password(&ctx.actor(), &ctx.current_session(), current, new).await {
        Ok(()) => {
            let text = "Every other browser that was signed in to your account is now signed out.";
            ctx.done("/account", "Your password is changed", Some(text)).await
        }
        Err(error) => ctx.send_back(error, "password", "/account/password", Typed::new()).await,
    }
}

/// Sends the link that changes the email address.
pub async fn change_email(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let accounts = &ctx.services().accounts;
    match accounts.change_email(&ctx.actor(), &ctx.current_session(), field(&typed, "email"), &ctx.origin).await {
        Ok(()) => {
            let text = "We sent a link to your new address. It works for 24 hours. Until you use it, nothing changes.";
            ctx.done("/account", "Check your new email", Some(text)).await
        }
        Err(error) => ctx.send_back(error, "email", "/account/email", typed).await,
    }
}

/// Changes the email address by the link that was sent to the new one.
pub async fn confirm_email(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let next = if ctx.signed_in.is_some() { "/account" } else { "/sign-in" };
    match ctx.services().accounts.confirm_email_change(field(&typed, "token")).await {
        Ok(Confirmation::Confirmed) => {
            ctx.done(next, "Your email address is changed", Some("Use the new one when you sign in.")).await
        }
        Ok(Confirmation::AlreadyConfirmed) => ctx.done(next, "Your email address was changed before", None).await,
        // Without a token that page says what to do.
        Err(ServiceError::NotFound) => Ok(ctx.go("/account/email/confirm")),
        Err(error) => Err(error.into()),
    }
}

/// Sends a code to a mobile number.
pub async fn send_mobile_code(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let mobiles = &ctx.services().mobiles;
    match mobiles.ask(&ctx.actor(), &ctx.current_session(), field(&typed, "number"), &ctx.origin).await {
        Ok(()) => Ok(ctx.go(MOBILE_CODE)),
        Err(error) => ctx.send_back(error, "mobile", "/account/mobile", typed).await,
    }
}

/// Takes the mobile number whose code was entered.
pub async fn confirm_mobile(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    match ctx.services().mobiles.confirm(&ctx.actor(), field(&typed, "code")).await {
        Ok(()) => {
            let text = "You can now choose to be reminded of appointments by text message.";
            let page = if mobile::from_reminders(&ctx.session).await? { REMINDERS } else { "/account" };
            ctx.done(page, "Your mobile number is saved", Some(text)).await
        }
        // Where no number waits for a code that page says what to do.
        Err(ServiceError::NotFound) => Ok(ctx.go(MOBILE_CODE)),
        Err(error) => ctx.send_back(error, "mobile-code", MOBILE_CODE, Typed::new()).await,
    }
}

/// Takes readings from the mobile number, or no more.
pub async fn take_readings_by_text(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let takes = field(&typed, "takes") == "yes";
    match ctx.services().mobiles.take_readings(&ctx.actor(), &ctx.current_session(), takes).await {
        Ok(()) if takes => ctx.done("/account/mobile", "You can now send readings by text message", None).await,
        Ok(()) => ctx.done("/account/mobile", "We take no more readings by text message", None).await,
        Err(error) => ctx.send_back(error, "mobile", "/account/mobile", Typed::new()).await,
    }
}

/// Removes the mobile number.
pub async fn remove_mobile(ctx: Ctx) -> Answer {
    match ctx.services().mobiles.remove(&ctx.actor(), &ctx.current_session()).await {
        Ok(()) => {
            let said = "Your mobile number is removed";
            let own = ctx.signed_in.as_ref().filter(|reader| reader.acting.is_none()).and_then(|reader| reader.own);
            if let Some(own) = own
                && !ctx.services().appointments.reminders(&ctx.actor(), own).await?.reach()
            {
                return ctx
                    .done(REMINDERS, said, Some("No reminder of an appointment reaches you now. Choose how we remind you."))
                    .await;
            }
            ctx.done("/account", said, Some("We send you no more text messages.")).await
        }
        Err(ServiceError::NotFound) => ctx.done("/account", "Your mobile number was removed before", None).await,
        Err(error) => ctx.send_back(error, "mobile", "/account/mobile", Typed::new()).await,
    }
}

/// Gives a passkey another name.
pub async fn rename_passkey(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let passkey = id(&typed, "passkey")?;
    match ctx.services().factors.rename_passkey(&ctx.actor(), passkey, field(&typed, "name")).await {
        Ok(()) => ctx.done(FACTORS, "Your passkey has a new name", None).await,
        Err(ServiceError::NotFound) => ctx.done(FACTORS, "That passkey was removed before", None).await,
        Err(error) => ctx.send_back(error, "passkey", FACTORS, typed).await,
    }
}

/// Removes a passkey.
pub async fn remove_passkey(ctx: Ctx, Form(typed): Form<Typed>) -> Answer {
    let passkey = id(&typed, "passkey")?;
    match ctx.services().factors.remove_passkey(&ctx.actor(), &ctx.current_session(), passkey).await {
        Ok(()) => {
            let text = "It does not open your account any more. You can also delete it from the device that keeps it.";
            ctx.done(FACTORS, "Passkey removed", Some(text)).await
        }
        Err(ServiceError::NotFound) => ctx.done(FACTORS, "That passkey was removed before", None).await,
        Err(error) => ctx.send_back(error, "remove", FACTORS, typed).await,
    }
}

/// Removes the authenticator app.
pub async fn remove_authenticator(ctx: Ctx) -> Answer {
    match ctx.services().factors.remove_authenticator(&ctx.actor(), &ctx.current_session()).await {
        Ok(()) => {
            let text = "Its codes do not open your account any more. You can delete the entry from the app.";
            ctx.done(FACTORS, "Authenticator app removed", Some(text)).await
        }
        Err(ServiceError::NotFound) => ctx.done(FACTORS, "The authenticator app was removed before", None).await,
        Err(error) => ctx.send_back(error, "remove", FACTORS, Typed::new()).await,
    }
}

/// Makes new recovery codes; the older ones stop working.
pub async fn new_recovery_codes(ctx: Ctx) -> Answer {
    match ctx.services().factors.new_recovery_codes(&ctx.actor(), &ctx.current_session()).await {
        Ok(codes) => {
            let next = show_once(&ctx, codes, FACTORS.to_owned()).await?;
            ctx.done(&next, "You have new recovery codes", Some("Your old ones do not work any more.")).await
        }
        Err(error) => ctx.send_back(error, "remove", FACTORS, Typed::new()).await,
    }
}

/// Hands over the whole record as one file.
pub async fn export(ctx: Ctx) -> Answer {
    let person = ctx.reader()?.own.ok_or_else(Failure::not_found)?;
    let parts = ctx.services().exports.stream(&ctx.actor(), person).await?;
    let day = domain::when::london_day(ctx.services().core.now());
    let headers = [
        (header::CONTENT_TYPE, "application/fhir+json".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"selfheal-record-{}.json\"", day.format("%Y-%m-%d"))),
    ];
    Ok((headers, Body::from_stream(parts)).into_response())
}
