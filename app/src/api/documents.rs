//! Giving out files that came with a record.

use crate::ctx::{Answer, Ctx, Failure, OwnPolicy};
use crate::forms::Typed;
use crate::pages::record::document::{Turned, of_path};
use crate::routes;
use axum::Form;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use domain::access::Actor;
use domain::record::Category;
use domain::{DocumentId, EntryId, PersonId};
use service::{FileForm, FileOut};

/// What a browser may do with a file that is saved, if it is opened all the same: nothing.
const SAVED: OwnPolicy = OwnPolicy("sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
/// The same for one that is looked at. It has no sandbox, in which browsers open no PDF; what a PDF may run stays within their viewers.
const LOOKED: OwnPolicy = OwnPolicy(
    "default-src 'none'; object-src 'self'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

type OfFile = Result<Path<(String, String)>, PathRejection>;
type OfTheirFile = Result<Path<(String, String, String)>, PathRejection>;

fn file_in(path: OfFile) -> Result<(EntryId, DocumentId), Failure> {
    path.ok().and_then(|Path((entry, file))| of_path(&entry, &file)).ok_or_else(Failure::not_found)
}

fn their_file_in(path: OfTheirFile) -> Result<(PersonId, (EntryId, DocumentId)), Failure> {
    path.ok()
        .and_then(|Path((person, entry, file))| Some((person.parse().ok()?, of_path(&entry, &file)?)))
        .ok_or_else(Failure::not_found)
}

/// A file exactly as it was sent.
pub async fn download(ctx: Ctx, path: OfFile) -> Answer {
    let (person, of) = (ctx.person()?, file_in(path)?);
    give(&ctx, &ctx.actor(), person, of, FileForm::Original).await
}

/// A file to be looked at, or the page of it that is asked for.
pub async fn look(ctx: Ctx, path: OfFile, RawQuery(query): RawQuery) -> Answer {
    let (person, of) = (ctx.person()?, file_in(path)?);
    give(&ctx, &ctx.actor(), person, of, looked(query.as_deref())).await
}

/// The same to a care team.
pub async fn download_team(ctx: Ctx, path: OfTheirFile) -> Answer {
    let (person, of) = their_file_in(path)?;
    give(&ctx, &ctx.staff()?, person, of, FileForm::Original).await
}

/// The same to a care team.
pub async fn look_team(ctx: Ctx, path: OfTheirFile, RawQuery(query): RawQuery) -> Answer {
    let (person, of) = their_file_in(path)?;
    give(&ctx, &ctx.staff()?, person, of, looked(query.as_deref())).await
}

fn looked(query: Option<&str>) -> FileForm {
    Turned::read(query).page.map_or(FileForm::Looked, FileForm::Page)
}

async fn give(ctx: &Ctx, actor: &Actor, person: PersonId, of: (EntryId, DocumentId), form: FileForm) -> Answer {
    let FileOut { bytes, content_type, name } = ctx.services().records.document(actor, person, of, form).await?;
    let (how, policy) = match form {
        FileForm::Original => ("attachment", SAVED),
        FileForm::Looked | FileForm::Page(_) => ("inline", LOOKED),
    };
    let value = |text: &str| HeaderValue::from_str(text).map_err(Failure::internal);
    let head = [
        (header::CONTENT_TYPE, value(&content_type)?),
        (header::CONTENT_DISPOSITION, value(&format!("{how}; filename=\"{name}\""))?),
    ];
    let mut response = (head, bytes).into_response();
    response.extensions_mut().insert(policy);
    Ok(response)
}

/// Marks every letter as read.
pub async fn read_all(ctx: Ctx, Form(_): Form<Typed>) -> Answer {
    ctx.services().records.read_all_letters(&ctx.actor(), ctx.person()?).await?;
    ctx.done(&routes::category(Category::Document), "All letters and documents are marked as read", None).await
}
