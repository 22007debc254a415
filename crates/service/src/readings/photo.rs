//! A photo of a reading, such as of the display that showed it, or of a rash: adding it, putting another in its place, removing it.

use super::picture::{Picture, made_anew};
use super::{PAGE, Readings, allowed, opens};
use crate::activity::{self, Event};
use crate::eyes::{Eyes, NotedBy};
use crate::limits::{self, Attempt};
use crate::records::purpose;
use crate::typed::text;
use crate::{Core, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::audit::Action;
use domain::reading::Measure;
use domain::when::instant_in_words;
use domain::{AccountId, PersonId, ReadingId, ReadingPhotoId};
use store::reading_photo::{self, NewPhoto, PhotoRow};
use store::{Tx, person_write, reading};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// The most bytes of a photo as it is sent.
pub const LARGEST_PHOTO: usize = 15 * 1024 * 1024;
/// How many photos one reading may have had.
const MOST: i64 = 20;
/// One picture is opened at a time: it takes some hundred megabytes.
static OPENING: Semaphore = Semaphore::const_new(1);

/// A photo as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhotoForm {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it shows.
    pub words: String,
    /// The form's one-time id.
    pub submission: String,
}

/// A photo of a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoSeen {
    /// Its id.
    pub id: ReadingPhotoId,
    /// What it shows; may be empty.
    pub words: String,
    /// Who added it.
    pub by: NotedBy,
    /// When.
    pub at: DateTime<Utc>,
}

/// A photo that a reading had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhotoBefore {
    /// When it was added.
    pub at: DateTime<Utc>,
    /// Who removed it, or put another in its place.
    pub removed_by: NotedBy,
    /// When.
    pub removed_at: DateTime<Utc>,
}

/// The photos of a reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhotosSeen {
    /// The one that it has.
    pub now: Option<PhotoSeen>,
    /// Those that it had, the newest first.
    pub before: Vec<PhotoBefore>,
}

impl Readings {
    /// Adds a photo to a reading, or puts it in the place of the one that it has. The same form twice adds it once.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`photo`, `words`); [`ServiceError::NotFound`] for a reading that is not there, and to whoever may not
    /// record this for the person.
    pub async fn add_photo(
        &self,
        actor: &Actor,
        person: PersonId,
        of: (Measure, ReadingId),
        form: PhotoForm,
    ) -> Result<(), ServiceError> {
        self.may_change(actor, person, of).await?;
        let words = text("words", &form.words).map_err(|problem| ServiceError::Fields(vec![problem]))?;
        let submission = form.submission.parse().map_err(|_| ServiceError::not_whole())?;
        let picture = picture_of(form.bytes).await?;
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, by) = changes(&core, tx, &actor, person, of).await?;
                if reading_photo::is_added(tx, person, submission).await? {
                    return Ok(());
                }
                let had = reading_photo::of(tx, person, of.1, MOST).await?;
                if i64::try_from(had.len()).is_ok_and(|had| had >= MOST) {
                    return Err(ServiceError::field(
                        "photo",
                        "This reading has had too many photos. Record it again with the photo",
                    ));
                }
                for one in had.iter().filter(|one| one.removed_at.is_none()) {
                    reading_photo::remove(tx, (person, of.1, ReadingPhotoId::from_uuid(one.id)), by, core.now()).await?;
                }
                put(&core, tx, (person, of.1, by), (picture, words, submission)).await?;
                note(&core, tx, (&actor, subject), of.1, "photo").await
            })
        })
        .await
    }

    /// Removes this photo of a reading. It is kept, and shown to nobody. One that is removed already is left so.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] as in [`Readings::add_photo`], and where the reading never had it.
    pub async fn remove_photo(
        &self,
        actor: &Actor,
        person: PersonId,
        (measure, reading, id): (Measure, ReadingId, ReadingPhotoId),
    ) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, by) = changes(&core, tx, &actor, person, (measure, reading)).await?;
                if reading_photo::remove(tx, (person, reading, id), by, core.now()).await? {
                    return note(&core, tx, (&actor, subject), reading, "photo-removed").await;
                }
                let had = reading_photo::of(tx, person, reading, MOST).await?;
                had.iter().find(|one| one.id == id.as_uuid()).map(|_| ()).ok_or(ServiceError::NotFound)
            })
        })
        .await
    }

    /// Lets through whoever may add a photo to this reading.
    ///
    /// # Errors
    /// As [`Readings::remove_photo`].
    pub async fn may_change(
        &self,
        actor: &Actor,
        person: PersonId,
        (measure, id): (Measure, ReadingId),
    ) -> Result<(), ServiceError> {
        let (mut tx, _, reader) = self.enter(actor, person, Ask::RecordReadings).await?;
        let row = reading::one(&mut tx, person, id).await?.filter(|row| row.measure == measure.code() && opens(&reader, measure));
        drop(tx);
        match row {
            Some(_) => Ok(()),
            None => Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, PAGE).await),
        }
    }

    /// The bytes of a photo, a JPEG, as it is looked at or as it stands on a page. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there or was removed, and to whoever may not see this of the person.
    pub async fn photo(
        &self,
        actor: &Actor,
        person: PersonId,
        (measure, reading, id): (Measure, ReadingId, ReadingPhotoId),
        large: bool,
    ) -> Result<Vec<u8>, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, Ask::SeeReadings).await?;
        let bytes = match opens(&reader, measure) {
            true => reading_photo::bytes(&mut tx, person, (measure, reading, id), large).await?,
            false => None,
        };
        drop(tx);
        let Some(bytes) = bytes else {
            return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, PAGE).await);
        };
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE);
        activity::disclose(&self.core, event.about("measure", measure.code()).about("photo", id)).await?;
        Ok(bytes)
    }
}

/// A photo that was sent, made anew.
pub(super) async fn picture_of(bytes: Vec<u8>) -> Result<Picture, ServiceError> {
    let problem = |words: &str| ServiceError::field("photo", words.to_owned());
    if bytes.is_empty() {
        return Err(problem("Choose a photo first"));
    }
    if bytes.len() > LARGEST_PHOTO {
        return Err(problem("The photo is larger than 15 MB. Take it again with a lower setting, or send a screenshot of it"));
    }
    in_turn(move || made_anew(&bytes)).await?.map_err(|unfit| problem(unfit.words()))
}

/// Opens a picture off the async threads, once no other is open. The turn lasts until that is done, also where whoever sent it has gone:
/// nothing stops a thread.
pub(crate) async fn in_turn<T: Send + 'static>(open: impl FnOnce() -> T + Send + 'static) -> Result<T, ServiceError> {
    let turn = OPENING.acquire().await.map_err(ServiceError::internal)?;
    let work = move || {
        let _turn = turn;
        open()
    };
    tokio::task::spawn_blocking(work).await.map_err(ServiceError::internal)
}

/// Writes a photo down. The person is held.
pub(super) async fn put(
    core: &Core,
    tx: &mut Tx,
    (person, reading, by): (PersonId, ReadingId, AccountId),
    (picture, words, submission): (Picture, String, Uuid),
) -> Result<(), ServiceError> {
    if let Attempt::Refused(wait) = limits::PHOTOS.count(core, tx, &person.to_string()).await? {
        let (most, when) = (limits::PHOTOS.most(), instant_in_words(core.now() + wait));
        let words = format!("No more than {most} photos can be added in 24 hours. Add this one after {when}");
        return Err(ServiceError::field("photo", words));
    }
    let (id, Picture { large, small }) = (ReadingPhotoId::from_uuid(core.new_id()), picture);
    Ok(reading_photo::add(tx, &NewPhoto { person, id, submission, reading, words, large, small, by }, core.now()).await?)
}

/// Holds the person, and lets through whoever may change this reading.
async fn changes(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    (measure, id): (Measure, ReadingId),
) -> Result<(Subject, AccountId), ServiceError> {
    let (subject, reader) = allowed(core, tx, actor, person, Ask::RecordReadings).await?;
    let by = actor.account().filter(|_| opens(&reader, measure)).ok_or(ServiceError::NotFound)?;
    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    let row = reading::one(tx, person, id).await?.filter(|row| row.measure == measure.code());
    row.map(|_| (subject, by)).ok_or(ServiceError::NotFound)
}

async fn note(
    core: &Core,
    tx: &mut Tx,
    (actor, subject): (&Actor, Subject),
    id: ReadingId,
    what: &'static str,
) -> Result<(), ServiceError> {
    let event = Event::on_record(actor, subject, Action::ReadingChanged, purpose(subject));
    activity::append(core, tx, event.about("what", what).about("reading", id)).await
}

/// The photos of a reading, as somebody sees them.
pub(super) async fn photos(tx: &mut Tx, who: Eyes, person: PersonId, id: ReadingId) -> Result<PhotosSeen, ServiceError> {
    let mut seen = PhotosSeen::default();
    for row in reading_photo::of(tx, person, id, MOST).await? {
        let PhotoRow { id, words, added_by, added_at, removed_by, removed_at } = row;
        match removed_by.zip(removed_at) {
            None => seen.now = Some(PhotoSeen { id: ReadingPhotoId::from_uuid(id), words, by: who.by(added_by), at: added_at }),
            Some((by, removed_at)) => {
                seen.before.push(PhotoBefore { at: added_at, removed_by: who.by(by), removed_at });
            }
        }
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn no_second_picture_is_opened_before_the_first_is_done_also_when_its_sender_has_gone() {
        let (begun, has_begun) = oneshot::channel();
        let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn(in_turn(move || {
            begun.send(()).unwrap();
            may_go_on.recv().unwrap();
        }));
        has_begun.await.unwrap();
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        assert!(OPENING.try_acquire().is_err());
        go_on.send(()).unwrap();
        assert_eq!(in_turn(|| 2).await.unwrap(), 2);
        assert!(OPENING.try_acquire().is_ok());
    }
}
