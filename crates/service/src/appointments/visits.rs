//! Visits of which other sources tell, at the same time as what is booked here.

use crate::reader::Reader;
use crate::records::{coming_visits, opens_visits};
use crate::{Core, ServiceError, access};
use domain::access::{Actor, Ask};
use domain::appointment::{FromUntil, overlap};
use domain::{EntryId, PersonId};
use store::Tx;

/// How the record of somebody is open to the actor; absent where it is not.
pub(super) async fn reader_of(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Option<Reader>, ServiceError> {
    match access::open(core, tx, actor, person, Ask::ReadRecord).await {
        Ok(allowed) => Ok(Some(Reader::new(person, allowed.view, core.now()))),
        Err(ServiceError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The visits of somebody that are coming up, or are today, with when they are; as far as the reader may see them.
#[derive(Default)]
pub(super) struct Told(Vec<(EntryId, FromUntil)>);

impl Told {
    /// Reads them; none to somebody to whom no visits are open.
    pub(super) async fn read(core: &Core, tx: &mut Tx, reader: &Reader) -> Result<Self, ServiceError> {
        if !opens_visits(reader) {
            return Ok(Self::default());
        }
        let mut told = Vec::new();
        for row in coming_visits(tx, reader, core.now()).await? {
            told.extend(row.span()?.map(|span| (EntryId::from_uuid(row.line.id), span)));
        }
        Ok(Self(told))
    }

    /// The first that is at the same time.
    pub(super) fn at(&self, span: FromUntil) -> Option<EntryId> {
        self.0.iter().find(|(_, other)| overlap(*other, span)).map(|(entry, _)| *entry)
    }
}
