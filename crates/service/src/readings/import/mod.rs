//! Readings from elsewhere: a file is read as it comes in, what was found waits for a yes, is added a batch at a time, and can be
//! taken out again as one.

mod deciding;
mod reading_in;
mod seen;
mod sending;

pub use deciding::{ColumnsForm, MoreColumnsForm};
pub use seen::{FoundSeen, ImportPage, ImportSeen, LeftRowSeen, TableSeen, UrgentSeen};
pub use sending::FileSent;

use super::{PAGE, Readings, allowed, opens};
use crate::activity::{self, Event};
use crate::reader::Reader;
use crate::records::purpose;
use crate::{Core, ServiceError, access};
use domain::access::{Actor, Ask, Subject};
use domain::audit::Action;
use domain::reading::{Measure, Origin};
use domain::{AccountId, PersonId, ReadingImportId};
use store::Tx;
use store::intake::{self, ImportRow};
use store::person_write;

/// Who brings readings in, for whom, and which ones they may record.
pub(super) struct Bringing {
    pub(super) subject: Subject,
    pub(super) by: AccountId,
    pub(super) reader: Reader,
}

impl Bringing {
    fn open(&self) -> Vec<Measure> {
        Measure::ALL.iter().copied().filter(|measure| opens(&self.reader, *measure)).collect()
    }

    /// Whether an import is theirs to see: a carer's own alone, because one of others may be of what is closed to them. What a device
    /// sent is seen with the device.
    fn sees(&self, row: &ImportRow) -> bool {
        row.origin != Origin::Device.code() && (self.reader.is_owner() || row.made_by == self.by.as_uuid())
    }

    /// Writes down what they did with an import or a device, in the transaction in which they do it.
    pub(super) async fn note(
        &self,
        core: &Core,
        tx: &mut Tx,
        actor: &Actor,
        what: &str,
        (of, id): (&'static str, impl ToString),
    ) -> Result<(), ServiceError> {
        let event = Event::on_record(actor, self.subject, Action::ReadingsImported, purpose(self.subject));
        activity::append(core, tx, event.about("what", what).about(of, id)).await
    }
}

fn decided() -> ServiceError {
    ServiceError::field("", "This file was decided about meanwhile. Look at it again")
}

/// Lets through whoever may record anything for the person.
pub(super) async fn bringing(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Bringing, ServiceError> {
    let (subject, reader) = allowed(core, tx, actor, person, Ask::RecordReadings).await?;
    let by = actor.account().ok_or(ServiceError::NotFound)?;
    let bringing = Bringing { subject, by, reader };
    if bringing.open().is_empty() { Err(ServiceError::NotFound) } else { Ok(bringing) }
}

/// The same for an act on one import, which nobody else does at the same time.
async fn with_import(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    (person, id): (PersonId, ReadingImportId),
) -> Result<(Bringing, ImportRow), ServiceError> {
    let bringing = bringing(core, tx, actor, person).await?;
    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    let row = intake::one(tx, person, id).await?.filter(|row| bringing.sees(row)).ok_or(ServiceError::NotFound)?;
    Ok((bringing, row))
}

impl Readings {
    /// A snapshot, for whoever may record anything for the person; a refusal is audited.
    pub(super) async fn bring(&self, actor: &Actor, person: PersonId) -> Result<(Tx, Bringing), ServiceError> {
        let mut tx = self.core.read().await?;
        match bringing(&self.core, &mut tx, actor, person).await {
            Ok(bringing) => Ok((tx, bringing)),
            Err(error) => {
                drop(tx);
                Err(access::refused_on(&self.core, actor, person, error, PAGE).await)
            }
        }
    }
}
