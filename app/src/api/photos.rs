//! Photos of readings: what a form with one says, sending one, removing it, and giving out its bytes.

use super::field;
use crate::binding::{self, Binding};
use crate::ctx::{Answer, Ctx, Failure};
use crate::forms::{self, Typed};
use crate::guard::{Door, about_typed};
use crate::pages::readings::photo::{FORM, photo_page};
use crate::pages::readings::{OfReading, reading_in, reading_page};
use axum::Form;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, Path, Request};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::access::Actor;
use domain::reading::Measure;
use domain::{PersonId, ReadingId, ReadingPhotoId};
use multer::{Constraints, Field, Multipart, SizeLimit};
use service::{LARGEST_PHOTO, PhotoForm};

/// The most bytes that are read of a form with a photo. What is more than a photo may have is read and thrown away, because browsers show
/// an answer only once they have sent everything.
const LARGEST: u64 = 200 * 1024 * 1024;
/// The name of the field with the photo.
const PHOTO: &str = "photo";

/// What a form says in which a photo may stand.
#[derive(Default)]
pub(crate) struct Sent {
    pub(crate) typed: Typed,
    /// The photo, or one byte more than one may have.
    pub(crate) photo: Option<Vec<u8>>,
}

/// The bytes of a field, as far as one more than may be.
async fn bytes_of(mut part: Field<'_>, most: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = part.chunk().await {
        let room = (most + 1).saturating_sub(bytes.len()).min(chunk.len());
        bytes.extend_from_slice(chunk.get(..room).unwrap_or_default());
    }
    bytes
}

impl Sent {
    /// Reads the form, sent with a file or without one; what cannot be read is not there. The answer instead, where it is no form, or
    /// its page was made for somebody else.
    pub(crate) async fn read(ctx: &Ctx, request: Request) -> Result<Result<Self, Response>, Failure> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/") {
            // The guard has seen for whom its page was made.
            let form = Form::<Typed>::from_request(request, &()).await;
            return Ok(form.map(|Form(typed)| Self { typed, photo: None }).map_err(IntoResponse::into_response));
        }
        let (boundary, path) = (multer::parse_boundary(kind).ok(), request.uri().path().to_owned());
        let mut sent = Self::default();
        if let Some(boundary) = boundary {
            sent.take(request, boundary).await;
        }
        match Binding::of(ctx.reader()?).changed_since(field(&sent.typed, binding::FIELD), Door::Record) {
            None => Ok(Ok(sent)),
            Some(changed) => {
                ctx.services().activity.refuse_form(&ctx.actor()).await?;
                let told = about_typed(ctx, &path, &sent.typed);
                Ok(Err(ctx.not_for_typed(changed, told)))
            }
        }
    }

    async fn take(&mut self, request: Request, boundary: String) {
        let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(LARGEST));
        let mut parts = Multipart::with_constraints(request.into_body().into_data_stream(), boundary, limits);
        let mut room = forms::LARGEST;
        while let Ok(Some(part)) = parts.next_field().await {
            let name = part.name().unwrap_or_default().to_owned();
            if name == PHOTO {
                let is_chosen = part.file_name().is_some_and(|name| !name.is_empty());
                let bytes = bytes_of(part, LARGEST_PHOTO).await;
                self.photo = is_chosen.then_some(bytes);
            } else {
                let bytes = bytes_of(part, room).await;
                room = room.saturating_sub(name.len() + bytes.len());
                self.typed.insert(name, String::from_utf8_lossy(&bytes).into_owned());
            }
            if room == 0 {
                break;
            }
        }
    }
}

/// Adds a photo, or puts it in the place of the one that is there.
pub async fn send(ctx: Ctx, path: OfReading, request: Request) -> Answer {
    let (measure, id) = reading_in(path)?;
    let Sent { typed, photo } = match Sent::read(&ctx, request).await? {
        Ok(sent) => sent,
        Err(refused) => return Ok(refused),
    };
    let part = |name: &str| field(&typed, name).to_owned();
    let form = PhotoForm { bytes: photo.unwrap_or_default(), words: part("words"), submission: part("submission") };
    match ctx.services().readings.add_photo(&ctx.actor(), ctx.person()?, (measure, id), form).await {
        Ok(()) => ctx.done(&reading_page(measure, id), "The photo is saved", None).await,
        Err(error) => ctx.send_back(error, FORM, &photo_page(measure, id), typed).await,
    }
}

/// Removes it.
pub async fn remove(ctx: Ctx, path: OfReading, Form(typed): Form<Typed>) -> Answer {
    let (measure, id) = reading_in(path)?;
    let photo = field(&typed, PHOTO).parse().map_err(|_| Failure::not_found())?;
    ctx.services().readings.remove_photo(&ctx.actor(), ctx.person()?, (measure, id, photo)).await?;
    ctx.done(&reading_page(measure, id), "The photo is removed", None).await
}

/// A photo of a reading of a measure, as paths name it, and whether it is the large one.
type OfPhoto = ((Measure, ReadingId, ReadingPhotoId), bool);

fn photo_in(word: &str, reading: &str, id: &str, size: &str) -> Result<OfPhoto, Failure> {
    let large = match size {
        "large" => true,
        "small" => false,
        _ => return Err(Failure::not_found()),
    };
    match (Measure::from_code(word), reading.parse(), id.parse()) {
        (Some(measure), Ok(reading), Ok(id)) => Ok(((measure, reading, id), large)),
        _ => Err(Failure::not_found()),
    }
}

/// Gives out its bytes, `large` or `small`.
pub async fn show(ctx: Ctx, path: Result<Path<(String, String, String, String)>, PathRejection>) -> Answer {
    let Ok(Path((word, reading, id, size))) = path else { return Err(Failure::not_found()) };
    let (person, of) = (ctx.person()?, photo_in(&word, &reading, &id, &size)?);
    picture(&ctx, &ctx.actor(), person, of).await
}

/// The person, and what [`show`] has in its path.
type OfPatient = Path<(String, String, String, String, String)>;

/// The same to a care team.
pub async fn show_team(ctx: Ctx, path: Result<OfPatient, PathRejection>) -> Answer {
    let Ok(Path((person, word, reading, id, size))) = path else { return Err(Failure::not_found()) };
    let (person, of) = (person.parse().map_err(|_| Failure::not_found())?, photo_in(&word, &reading, &id, &size)?);
    picture(&ctx, &ctx.staff()?, person, of).await
}

async fn picture(ctx: &Ctx, actor: &Actor, person: PersonId, (of, large): OfPhoto) -> Answer {
    let bytes = ctx.services().readings.photo(actor, person, of, large).await?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"photo.jpg\"")),
    ];
    Ok((head, bytes).into_response())
}
