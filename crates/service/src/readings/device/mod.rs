//! Devices that may add readings by themselves: somebody lets one, sees what it did, stops it, and takes out what it sent.

mod sending;

pub use sending::{DeviceAdded, DeviceCall, DeviceRefusal};

use super::import::{Bringing, bringing};
use super::{FoundSeen, PAGE, Readings, opens};
use crate::eyes::{Eyes, NotedBy};
use crate::hashing::sha256;
use crate::records::summary;
use crate::{Core, FieldProblem, PersonSummary, ServiceError, access};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::reading::{ImportState, Measure};
use domain::shown::line;
use domain::{PersonId, ReadingDeviceId, ReadingImportId};
use store::reading_device::{self, DeviceRow, NewDevice};
use store::{StoreError, Tx, intake, person_write};

/// What a token begins with, so that whoever finds one knows what it is.
const TOKEN: &str = "selfheal_device_";
/// How many characters of a token are shown afterwards, with that.
const SHOWN: usize = TOKEN.len() + 4;
/// The most devices of one person that may add readings at a time.
const MOST: i64 = 20;
/// How many are listed, with those that were stopped.
const LISTED: i64 = 100;
/// The longest name, in characters.
const LONGEST_NAME: usize = 60;
/// How many batches are taken out at once, before the page is answered.
const AT_ONCE: usize = 4;

/// A device as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceForm {
    /// What they call it.
    pub name: String,
    /// What it may send: [`Measure`]s by code, with a space between.
    pub measures: String,
    /// The form's one-time id.
    pub submission: String,
}

/// What became of the form of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceConnected {
    /// It is added now.
    Now(DeviceToken),
    /// The same form added it before. Its token was told then.
    Before(ReadingDeviceId),
}

/// A device that was added.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken {
    /// Its id.
    pub id: ReadingDeviceId,
    /// Its token: told once, and kept nowhere.
    pub token: String,
}

impl std::fmt::Debug for DeviceToken {
    /// Not the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceToken({})", self.id)
    }
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceOfReadings {
    /// Its id.
    pub id: ReadingDeviceId,
    /// What people call it.
    pub name: String,
    /// What it may send, in the order of the catalogue.
    pub measures: Vec<Measure>,
    /// How its token begins.
    pub token_begins: String,
    /// Who let it.
    pub by: NotedBy,
    /// When.
    pub made_at: DateTime<Utc>,
    /// When it last sent or asked something.
    pub used_at: Option<DateTime<Utc>>,
    /// When it was stopped.
    pub stopped_at: Option<DateTime<Utc>>,
    /// Where stands what it sent.
    pub state: ImportState,
    /// How many readings it added.
    pub added: u64,
}

fn seen(row: &DeviceRow, who: Eyes) -> Result<DeviceOfReadings, StoreError> {
    let mut measures = row.measures();
    measures.sort_by_key(|measure| measure.place());
    Ok(DeviceOfReadings {
        id: ReadingDeviceId::from_uuid(row.id),
        name: row.name.clone(),
        measures,
        token_begins: row.token_begins.clone(),
        by: who.by(row.made_by),
        made_at: row.made_at,
        used_at: row.used_at,
        stopped_at: row.stopped_at,
        state: row.state()?,
        added: u64::try_from(row.added).unwrap_or_default(),
    })
}

/// What may be chosen by whoever adds a device.
fn sendable(bringing: &Bringing) -> Vec<Measure> {
    Measure::ALL.iter().copied().filter(|measure| measure.is_sent_by_devices() && opens(&bringing.reader, *measure)).collect()
}

/// Whether a device is theirs to see: a carer's own alone, as with files.
fn sees(bringing: &Bringing, row: &DeviceRow) -> bool {
    bringing.reader.is_owner() || row.made_by == bringing.by.as_uuid()
}

impl DeviceForm {
    /// What was said, or all that is wrong with it.
    fn read(&self, open: &[Measure]) -> Result<(String, String), ServiceError> {
        let name = line(&self.name, LONGEST_NAME);
        let mut problems = Vec::new();
        if name.is_empty() {
            problems.push(FieldProblem::new("name", "Enter a name for the device, such as “Blood pressure cuff”"));
        } else if self.name.trim().chars().count() > LONGEST_NAME {
            problems.push(FieldProblem::new("name", format!("Use no more than {LONGEST_NAME} letters and spaces")));
        }
        let chosen: Vec<&str> =
            open.iter().map(|measure| measure.code()).filter(|code| self.measures.split(' ').any(|one| one == *code)).collect();
        if chosen.is_empty() {
            problems.push(FieldProblem::new("measures", "Choose what the device may send"));
        }
        if problems.is_empty() { Ok((name, chosen.join(" "))) } else { Err(ServiceError::Fields(problems)) }
    }
}

/// A new token of 256 bits, and the SHA-256 under which it is kept.
fn new_token(core: &Core) -> (String, [u8; 32]) {
    let token = format!("{TOKEN}{}", URL_SAFE_NO_PAD.encode(core.random().secret()));
    let hash = sha256(token.as_bytes());
    (token, hash)
}

/// The device that is asked for, which nobody else changes at the same time.
async fn with_device(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    (person, id): (PersonId, ReadingDeviceId),
) -> Result<(Bringing, DeviceRow), ServiceError> {
    let bringing = bringing(core, tx, actor, person).await?;
    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    let row = reading_device::one(tx, person, id).await?.filter(|row| sees(&bringing, row)).ok_or(ServiceError::NotFound)?;
    Ok((bringing, row))
}

impl Readings {
    /// The devices that may add readings, and those that might; to a carer, those that they let themself. With what a new one may
    /// send, and whose they are, as far as the reader may know: it stands on paper. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not record readings for the person.
    pub async fn devices(
        &self,
        actor: &Actor,
        person: PersonId,
    ) -> Result<(Vec<DeviceOfReadings>, Vec<Measure>, PersonSummary), ServiceError> {
        let (mut tx, bringing) = self.bring(actor, person).await?;
        let who = Eyes::of(&mut tx, actor, person).await?;
        let rows = reading_device::list(&mut tx, person, LISTED).await?;
        let devices = rows.iter().filter(|row| sees(&bringing, row)).map(|row| seen(row, who)).collect::<Result<_, _>>()?;
        let whose = summary(&mut tx, &bringing.reader).await?;
        drop(tx);
        self.looked(actor, bringing.subject, None).await?;
        Ok((devices, sendable(&bringing), whose))
    }

    /// One device, with what of all that it sent is still there. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not theirs.
    pub async fn device(
        &self,
        actor: &Actor,
        (person, id): (PersonId, ReadingDeviceId),
    ) -> Result<(DeviceOfReadings, Vec<FoundSeen>), ServiceError> {
        let (mut tx, bringing) = self.bring(actor, person).await?;
        let row = reading_device::one(&mut tx, person, id).await?.filter(|row| sees(&bringing, row));
        let Some(row) = row else {
            drop(tx);
            return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, PAGE).await);
        };
        let who = Eyes::of(&mut tx, actor, person).await?;
        let rows = intake::still(&mut tx, person, ReadingImportId::from_uuid(row.id)).await?;
        let mut still = rows.iter().map(FoundSeen::of).collect::<Result<Vec<_>, _>>()?;
        still.retain(|one| opens(&bringing.reader, one.measure));
        still.sort_by_key(|one| one.measure.place());
        drop(tx);
        self.looked(actor, bringing.subject, None).await?;
        Ok((seen(&row, who)?, still))
    }

    /// Lets a device add readings, and gives its token, which is told this once. The same form twice adds one device.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`name`, `measures`); [`ServiceError::NotFound`] to whoever may not record readings for the person.
    pub async fn add_device(&self, actor: &Actor, person: PersonId, form: &DeviceForm) -> Result<DeviceConnected, ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let bringing = bringing(&core, tx, &actor, person).await?;
                let submission = form.submission.parse().map_err(|_| ServiceError::not_whole())?;
                let row = person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                if let Some(before) = reading_device::by_submission(tx, person, submission).await? {
                    let before = Some(before).filter(|row| sees(&bringing, row)).ok_or(ServiceError::NotFound)?;
                    return Ok(DeviceConnected::Before(ReadingDeviceId::from_uuid(before.id)));
                }
                let (name, measures) = form.read(&sendable(&bringing))?;
                if row.deceased {
                    return Err(ServiceError::field("", "The record says that this person has died. Check whose it is"));
                }
                if reading_device::live(tx, person).await? >= MOST {
                    return Err(ServiceError::field(
                        "",
                        format!("{MOST} devices may add readings already. Stop one of them first"),
                    ));
                }
                let id = ReadingDeviceId::from_uuid(core.new_id());
                let (token, hash) = new_token(&core);
                let new = NewDevice {
                    person,
                    id,
                    name: &name,
                    measures: &measures,
                    token_hash: &hash,
                    token_begins: token.get(..SHOWN).unwrap_or(TOKEN),
                    by: bringing.by,
                    submission,
                };
                reading_device::add(tx, &new, core.now()).await?;
                bringing.note(&core, tx, &actor, "device-added", ("device", id)).await?;
                Ok(DeviceConnected::Now(DeviceToken { id, token }))
            })
        })
        .await
    }

    /// Stops a device for good. What it sent stays.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not theirs.
    pub async fn stop_device(&self, actor: &Actor, (person, id): (PersonId, ReadingDeviceId)) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (bringing, _) = with_device(&core, tx, &actor, (person, id)).await?;
                if !reading_device::stop(tx, (person, id), bringing.by, core.now()).await? {
                    return Ok(());
                }
                bringing.note(&core, tx, &actor, "device-stopped", ("device", id)).await
            })
        })
        .await
    }

    /// Stops a device, and takes out again, as one, what it sent and nobody changed since. What it was is kept, and shown to nobody.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not theirs.
    pub async fn undo_device(&self, actor: &Actor, (person, id): (PersonId, ReadingDeviceId)) -> Result<(), ServiceError> {
        let import = ReadingImportId::from_uuid(id.as_uuid());
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (bringing, row) = with_device(&core, tx, &actor, (person, id)).await?;
                if row.state()? != ImportState::Done {
                    return Ok(());
                }
                reading_device::stop(tx, (person, id), bringing.by, core.now()).await?;
                intake::undo(tx, (person, import), bringing.by, core.now()).await?;
                bringing.note(&core, tx, &actor, "device-undone", ("device", id)).await
            })
        })
        .await?;
        self.go_on((person, import), AT_ONCE).await
    }
}
