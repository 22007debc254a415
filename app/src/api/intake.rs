//! Readings from an app or a device: sending a file of them, and what becomes of it.

use super::field;
use crate::binding::{self, Binding};
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::Typed;
use crate::guard::Door;
use crate::islands::file_sending::WAY_ON;
use crate::pages::readings::import::{
    ACT_FORM, BESIDES, COLUMNS_FORM, FILE_FORM, OfImport, START, besides_in, columns_page, import_in, import_page, named_page,
};
use axum::Form;
use axum::extract::Request;
use axum::http::header;
use axum::response::IntoResponse;
use domain::reading::Measure;
use multer::{Field, Multipart};
use service::{ColumnsForm, FitbitWeight, MoreColumnsForm, ServiceError};

/// The longest field that stands before the file, in bytes.
const LONGEST_FIELD: usize = 1024;

fn no_file() -> ServiceError {
    ServiceError::field("file", "Choose a file first")
}

/// A field that stands before the file.
async fn text_of(part: &mut Field<'_>) -> Option<String> {
    let mut text = Vec::new();
    while let Ok(Some(chunk)) = part.chunk().await {
        text.extend_from_slice(&chunk);
        if text.len() > LONGEST_FIELD {
            break;
        }
    }
    String::from_utf8(text).ok()
}

/// Reads a file as it comes in. Whoever asks for that is told the way on in words, so that no page is opened twice.
pub async fn send(ctx: Ctx, request: Request) -> Answer {
    let asks = request.headers().get(header::ACCEPT).is_some_and(|accept| accept.as_bytes() == WAY_ON.as_bytes());
    let answered = take(&ctx, request).await?;
    let way = answered.headers().get(header::LOCATION).and_then(|way| way.to_str().ok()).map(ToOwned::to_owned);
    Ok(match way {
        Some(way) if asks => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], way).into_response(),
        _ => answered,
    })
}

/// For whom the page was made stands before the file, so that nothing of it is read for anybody else.
async fn take(ctx: &Ctx, request: Request) -> Answer {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let Ok(boundary) = multer::parse_boundary(kind) else {
        return ctx.send_back(no_file(), FILE_FORM, START, Typed::new()).await;
    };
    let mut parts = Multipart::new(request.into_body().into_data_stream(), boundary);
    let (mut whose, mut weight) = (None, None);
    loop {
        // What cannot be read holds no file.
        let Ok(Some(mut part)) = parts.next_field().await else {
            return ctx.send_back(no_file(), FILE_FORM, START, Typed::new()).await;
        };
        match part.name() {
            Some(binding::FIELD) => whose = text_of(&mut part).await,
            Some("fitbit_weight") => weight = text_of(&mut part).await.and_then(|code| FitbitWeight::from_code(&code)),
            Some("file") => {
                let name = part.file_name().unwrap_or_default().to_owned();
                if name.is_empty() {
                    return ctx.send_back(no_file(), FILE_FORM, START, Typed::new()).await;
                }
                if let Some(changed) = Binding::of(ctx.reader()?).changed_since(&whose.unwrap_or_default(), Door::Record) {
                    ctx.services().activity.refuse_form(&ctx.actor()).await?;
                    return Ok(ctx.not_for(changed));
                }
                let sent = ctx.services().readings.send_file_asked(&ctx.actor(), ctx.person()?, (&name, part), weight).await;
                return match sent {
                    Ok(sent) if sent.dropped.is_empty() => Ok(ctx.go(&import_page(sent.id))),
                    Ok(sent) => {
                        let names = sent.dropped.join(", ");
                        let text = format!("Nothing of {names} was added, because you had not said yes. You can send it again.");
                        ctx.done(&import_page(sent.id), "The file you sent before is thrown away", Some(&text)).await
                    }
                    Err(error) => ctx.send_back(error, FILE_FORM, START, Typed::new()).await,
                };
            }
            _ => {}
        }
    }
}

/// Says what the columns of a table are.
pub async fn columns(ctx: Ctx, path: OfImport, Form(typed): Form<Typed>) -> Answer {
    let id = import_in(path)?;
    let measure = Measure::from_code(field(&typed, "measure")).ok_or_else(Failure::not_found)?;
    let part = |name: &str| field(&typed, name).to_owned();
    let besides = besides_in(field(&typed, BESIDES));
    let more = besides.iter().map(|measure| {
        let part = |name: &str| part(&MoreColumnsForm::field(*measure, name));
        let numbers = measure.parts().iter().map(|one| part(one.field)).collect();
        MoreColumnsForm { measure: measure.code().to_owned(), unit: part("unit"), numbers }
    });
    let form = ColumnsForm {
        measure: part("measure"),
        unit: part("unit"),
        order: part("order"),
        day: part("day"),
        time: part("time"),
        numbers: measure.parts().iter().map(|one| part(one.field)).collect(),
        settings: measure.told_in_tables().map(|one| (one.field.to_owned(), part(one.field))).collect(),
        note: part("note"),
        more: more.collect(),
    };
    match ctx.services().readings.name_columns(&ctx.actor(), (ctx.person()?, id), &form).await {
        Ok(()) => Ok(ctx.go(&named_page(id, measure, &besides))),
        Err(error) => ctx.send_back(error, COLUMNS_FORM, &columns_page(id, measure, &besides), typed).await,
    }
}

/// Adds what was found.
pub async fn confirm(ctx: Ctx, path: OfImport) -> Answer {
    let id = import_in(path)?;
    match ctx.services().readings.confirm_import(&ctx.actor(), (ctx.person()?, id)).await {
        Ok(()) => Ok(ctx.go(&import_page(id))),
        Err(error) => ctx.send_back(error, ACT_FORM, &import_page(id), Typed::new()).await,
    }
}

/// Takes it out again.
pub async fn undo(ctx: Ctx, path: OfImport) -> Answer {
    let id = import_in(path)?;
    match ctx.services().readings.undo_import(&ctx.actor(), (ctx.person()?, id)).await {
        Ok(()) => Ok(ctx.go(&import_page(id))),
        Err(error) => ctx.send_back(error, ACT_FORM, &import_page(id), Typed::new()).await,
    }
}

/// Throws it away.
pub async fn discard(ctx: Ctx, path: OfImport) -> Answer {
    let id = import_in(path)?;
    match ctx.services().readings.discard_import(&ctx.actor(), (ctx.person()?, id)).await {
        Ok(()) => ctx.done(START, "The file is thrown away", None).await,
        Err(error) => ctx.send_back(error, ACT_FORM, &import_page(id), Typed::new()).await,
    }
}
