//! What somebody wrote themself, in the order of time: their notes, and the medicines that they take of their own accord. It stands beside
//! what services recorded, and is never among it.

use super::notes::Looker;
use crate::eyes::{Eyes, NotedBy};
use crate::reader::Reader;
use crate::{Core, ServiceError, access, appointments, medicines};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Ask};
use domain::record::Detail;
use domain::when::london_day;
use domain::{EntryId, OwnMedicineId, OwnNoteId, PersonId, When};
use serde::Serialize;
use store::Tx;
use store::medicine::OwnRow;
use store::own_note::{self, NoteRow};
use store::record::{self, Narrowed, OwnDays};
use uuid::Uuid;

/// How many notes are read at once.
const AT_ONCE: usize = 64;

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum OwnThing {
    /// A note.
    Note(OwnNoteId),
    /// A medicine that they take of their own accord.
    Medicine(OwnMedicineId),
}

/// Something that somebody wrote themself, or somebody for them, as the timeline and the search show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OwnLine {
    /// Which.
    pub thing: OwnThing,
    /// The name of the medicine, or what the note is called; may be empty.
    pub title: String,
    /// What the note says, or how the medicine is taken; may be empty.
    pub words: String,
    /// What the medicine is for; may be empty.
    pub reason: String,
    /// Of which day the note is, and since when the medicine is taken, or else when it was added.
    pub day: NaiveDate,
    /// Since when the medicine is taken is not known: the day is that on which it was added.
    pub added: bool,
    /// Since when the medicine is not taken any more.
    pub stopped: Option<NaiveDate>,
    /// The entry that the note is about, where that is open to the reader.
    pub about: Option<EntryId>,
    /// Those who may see what it is about may read the note too.
    pub shared: bool,
    /// Who wrote it.
    pub by: NotedBy,
}

impl OwnLine {
    /// Its id among all that stands in time.
    pub(crate) fn id(&self) -> Uuid {
        match self.thing {
            OwnThing::Note(id) => id.as_uuid(),
            OwnThing::Medicine(id) => id.as_uuid(),
        }
    }

    /// Where it stands in time.
    pub(crate) fn at(&self) -> DateTime<Utc> {
        When::Day(self.day).sort_key()
    }

    /// What it says beside its name, each part with the words that introduce it.
    pub(crate) fn details(&self) -> Vec<Detail> {
        let first = match self.thing {
            OwnThing::Note(_) => "The note says",
            OwnThing::Medicine(_) => "How to take it",
        };
        let parts = [(first, &self.words), ("What it is for", &self.reason)];
        let filled = parts.into_iter().filter(|(_, text)| !text.is_empty());
        filled.map(|(label, text)| Detail { label: label.to_owned(), value: text.clone() }).collect()
    }
}

/// Through whose eyes what somebody wrote themself is seen.
pub(crate) struct OwnEyes {
    eyes: Eyes,
    may_write: bool,
}

impl OwnEyes {
    /// Those of the actor.
    pub(crate) async fn of(core: &Core, tx: &mut Tx, actor: &Actor, reader: &Reader) -> Result<Self, ServiceError> {
        // Whose record it is sees all, and at work nobody wrote any.
        let asks = !reader.is_owner() && matches!(actor, Actor::Account { .. });
        let may_write = asks && access::allows(core, tx, actor, reader.person, Ask::KeepProfile).await?;
        Ok(Self { eyes: Eyes::of(tx, actor, reader.person).await?, may_write })
    }

    /// Those of somebody else, as the person imagines them.
    pub(crate) async fn previewed(tx: &mut Tx, person: PersonId) -> Result<Self, ServiceError> {
        Ok(Self { eyes: Eyes { reader: None, own: appointments::own_account(tx, person).await? }, may_write: false })
    }

    const fn looker<'r>(&self, reader: &'r Reader) -> Looker<'r> {
        Looker { reader, eyes: self.eyes, may_write: self.may_write }
    }

    fn note(&self, row: NoteRow, about_open: bool) -> OwnLine {
        OwnLine {
            thing: OwnThing::Note(row.note()),
            about: row.entry().filter(|_| about_open),
            by: self.eyes.by(row.written_by),
            title: row.title,
            words: row.words,
            reason: String::new(),
            day: row.happened_on,
            added: false,
            stopped: None,
            shared: row.shared,
        }
    }

    fn medicine(&self, row: OwnRow) -> OwnLine {
        OwnLine {
            thing: OwnThing::Medicine(OwnMedicineId::from_uuid(row.id)),
            by: self.eyes.by(row.added_by),
            title: row.name,
            words: row.dose,
            reason: row.reason,
            day: row.started_on.unwrap_or_else(|| london_day(row.created_at)),
            added: row.started_on.is_none(),
            stopped: row.stopped_on,
            about: None,
            shared: true,
        }
    }

    /// The medicines, as far as they are open to the reader: first those that are taken, the newest first.
    pub(crate) async fn medicines(&self, tx: &mut Tx, reader: &Reader) -> Result<Vec<OwnLine>, ServiceError> {
        let rows = medicines::own_open(tx, reader).await?;
        let mut lines: Vec<OwnLine> = rows.into_iter().map(|row| self.medicine(row)).collect();
        lines.sort_by_key(|line| (line.stopped.is_some(), std::cmp::Reverse((line.at(), line.id()))));
        Ok(lines)
    }

    /// Up to so many behind a place in time, the newest first, as far as they are open to the reader.
    pub(crate) async fn in_time(
        &self,
        tx: &mut Tx,
        reader: &Reader,
        narrowed: &Narrowed,
        after: Option<(DateTime<Utc>, EntryId)>,
        most: usize,
    ) -> Result<Vec<OwnLine>, ServiceError> {
        let days = OwnDays::of(narrowed, after);
        let mut lines: Vec<OwnLine> = Vec::new();
        let (looker, mut left) = (self.looker(reader), days);
        let limit = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
        while lines.len() < most {
            let rows = record::notes_in_time(tx, reader.person, &reader.filter, left, limit).await?;
            let all = rows.len() < AT_ONCE;
            if let Some(last) = rows.last() {
                left = left.behind(last.note.happened_on, last.note.id);
            }
            let open = rows.into_iter().filter(|row| looker.opens(&row.note, row.about_open));
            lines.extend(open.map(|row| self.note(row.note, row.about_open)));
            if all {
                break;
            }
        }
        let medicines = medicines::own_open(tx, reader).await?.into_iter().map(|row| self.medicine(row));
        lines.extend(medicines.filter(|line| days.has(line.day, line.id())));
        lines.sort_by_key(|line| std::cmp::Reverse((line.at(), line.id())));
        lines.truncate(most);
        Ok(lines)
    }

    /// Where something of this id stands in time; nothing where it is not there, or not open to the reader.
    pub(crate) async fn place(&self, tx: &mut Tx, reader: &Reader, id: Uuid) -> Result<Option<DateTime<Utc>>, ServiceError> {
        let own = medicines::own_open(tx, reader).await?.into_iter().find(|row| row.id == id);
        if let Some(row) = own {
            return Ok(Some(self.medicine(row).at()));
        }
        let row = own_note::one(tx, reader.person, OwnNoteId::from_uuid(id)).await?.filter(|row| row.removed_at.is_none());
        let Some(row) = row else { return Ok(None) };
        let about_open = match row.entry() {
            Some(entry) => record::entry(tx, reader.person, &reader.filter, entry).await?.is_some(),
            None => false,
        };
        let open = self.looker(reader).opens(&row, about_open);
        Ok(open.then(|| self.note(row, about_open).at()))
    }
}
