//! Devices that may add readings: letting one, stopping it, and taking out what it sent.

use super::field;
use crate::ctx::{Answer, Ctx};
use crate::forms::{Typed, gathered};
use crate::pages::readings::devices::{ACT_FORM, ADD, ADD_FORM, AGAIN, NewToken, OfDevice, TOKEN, device_in, device_page};
use axum::Form;
use service::{DeviceConnected, DeviceForm};

/// Lets a device add readings. Its token waits for the one page that shows it; the same form a second time leads there too, and writes
/// nothing into the session, where the token may wait still.
pub async fn add(ctx: Ctx, Form(sent): Form<Vec<(String, String)>>) -> Answer {
    let typed = gathered(sent);
    let part = |name: &str| field(&typed, name).to_owned();
    let form = DeviceForm { name: part("name"), measures: part("measures"), submission: part("submission") };
    match ctx.services().readings.add_device(&ctx.actor(), ctx.person()?, &form).await {
        Ok(DeviceConnected::Before(id)) => Ok(ctx.go(&format!("{}?{AGAIN}", device_page(id)))),
        Ok(DeviceConnected::Now(added)) => {
            ctx.session.insert(TOKEN, NewToken { device: added.id, token: added.token }).await?;
            ctx.done(&device_page(added.id), "The device may add readings now", None).await
        }
        Err(error) => ctx.send_back(error, ADD_FORM, ADD, typed).await,
    }
}

/// Stops a device.
pub async fn stop(ctx: Ctx, path: OfDevice) -> Answer {
    let id = device_in(path)?;
    match ctx.services().readings.stop_device(&ctx.actor(), (ctx.person()?, id)).await {
        Ok(()) => ctx.done(&device_page(id), "The device is stopped", None).await,
        Err(error) => ctx.send_back(error, ACT_FORM, &device_page(id), Typed::new()).await,
    }
}

/// Stops a device, and takes out all that it sent.
pub async fn undo(ctx: Ctx, path: OfDevice) -> Answer {
    let id = device_in(path)?;
    match ctx.services().readings.undo_device(&ctx.actor(), (ctx.person()?, id)).await {
        Ok(()) => Ok(ctx.go(&device_page(id))),
        Err(error) => ctx.send_back(error, ACT_FORM, &device_page(id), Typed::new()).await,
    }
}
