//! Notes of somebody's own: beside what services recorded, and never among it.

use super::{PAGE, Profile, one_line};
use crate::activity::{self, Event};
use crate::documents;
use crate::error::gather;
use crate::eyes::{Eyes, NotedBy};
use crate::reader::Reader;
use crate::records::{self, EntryView, Marks, purpose};
use crate::typed::{past_date, some_lines};
use crate::{Core, FieldProblem, PersonSummary, ServiceError, access};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Ask, Audience, Subject};
use domain::audit::Action;
use domain::record::{Category, Sensitivity};
use domain::when::london_day;
use domain::{AccountId, EntryId, OwnNoteId, PersonId};
use std::collections::HashMap;
use store::own_note::{self, Content, NoteRow};
use store::{Tx, person_write, record};
use uuid::Uuid;

/// The most notes of a person that are kept, and that are shown about one entry.
const MOST: i64 = 500;
const MOST_ABOUT: i64 = 20;
/// How many versions of one are shown.
const MOST_VERSIONS: i64 = 50;
/// The longest note, in letters.
const LONGEST: usize = 4000;

/// A note as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoteForm {
    /// What it is called; may be empty.
    pub title: String,
    /// What it says.
    pub words: String,
    /// Of which day: day, month and year; today where all are empty.
    pub day: [String; 3],
    /// `shared` or `private`.
    pub who: String,
    /// The entry that it is about, by id; empty for none.
    pub about: String,
    /// The form's one-time id.
    pub submission: String,
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSeen {
    /// Its id.
    pub id: OwnNoteId,
    /// What it is called; may be empty.
    pub title: String,
    /// What it says.
    pub words: String,
    /// Of which day it is.
    pub day: NaiveDate,
    /// The entry that it is about, with its name; absent too where that is not open to the reader.
    pub about: Option<(EntryId, String)>,
    /// Those who may see what it is about may read it too.
    pub shared: bool,
    /// Who wrote it.
    pub by: NotedBy,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// When it was changed since.
    pub changed_at: Option<DateTime<Utc>>,
    /// When it was removed.
    pub removed_at: Option<DateTime<Utc>>,
    /// Goes up with every change.
    pub version: i32,
    /// Whether the reader may change it: who wrote it does.
    pub may_change: bool,
    /// Whether the reader may remove it: who wrote it does, and whose record it is.
    pub may_remove: bool,
}

/// A version of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteVersion {
    /// Its number.
    pub version: i32,
    /// `written`, `changed` or `removed`.
    pub what: String,
    /// What it was called.
    pub title: String,
    /// What it said.
    pub words: String,
    /// Of which day it was.
    pub day: NaiveDate,
    /// Whether others could read it.
    pub shared: bool,
    /// Who made it so.
    pub by: NotedBy,
    /// When.
    pub at: DateTime<Utc>,
}

/// A note on its own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotePage {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// The note.
    pub note: NoteSeen,
    /// What it said before, the newest first; told to those who may change or remove it.
    pub versions: Vec<NoteVersion>,
}

/// Somebody's notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotesSeen {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// Those that there are, the newest day first.
    pub notes: Vec<NoteSeen>,
    /// Those that were removed; told to those who may write.
    pub removed: Vec<NoteSeen>,
    /// Whether the reader may write one.
    pub may_write: bool,
}

/// Who looks, at whose, and what is open to them.
pub(super) struct Looker<'l> {
    pub(super) reader: &'l Reader,
    pub(super) eyes: Eyes,
    pub(super) may_write: bool,
}

impl<'l> Looker<'l> {
    async fn of(tx: &mut Tx, actor: &Actor, (reader, may_write): (&'l Reader, bool)) -> Result<Self, ServiceError> {
        Ok(Self { reader, eyes: Eyes::of(tx, actor, reader.person).await?, may_write })
    }

    /// Whether a note is open to the reader, where its entry is: to the person all, to who wrote it their own, to others what is
    /// shared. The front desk reads none.
    pub(super) fn opens(&self, row: &NoteRow, entry_is_open: bool) -> bool {
        let mine = self.eyes.reader.is_some_and(|reader| reader.as_uuid() == row.written_by);
        let general = || self.reader.view.opens(Category::Care, Sensitivity::General);
        let desk = matches!(self.reader.view.audience(), Audience::Desk(_));
        let about = if row.entry_id.is_some() { entry_is_open } else { general() };
        self.reader.is_owner() || mine && self.may_write || !desk && row.shared && about && row.removed_at.is_none()
    }

    fn seen(&self, row: NoteRow, about: Option<(EntryId, String)>) -> NoteSeen {
        let mine = self.eyes.reader.is_some_and(|reader| reader.as_uuid() == row.written_by) && self.may_write;
        let there = row.removed_at.is_none();
        NoteSeen {
            id: row.note(),
            by: self.eyes.by(row.written_by),
            changed_at: (row.version > 1 && there).then_some(row.changed_at),
            title: row.title,
            words: row.words,
            day: row.happened_on,
            about,
            shared: row.shared,
            written_at: row.created_at,
            removed_at: row.removed_at,
            version: row.version,
            may_change: mine && there,
            may_remove: there && (mine || self.reader.is_owner()),
        }
    }
}

impl Profile {
    /// Somebody's notes, as far as they are open to the reader. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn notes(&self, actor: &Actor, person: PersonId) -> Result<NotesSeen, ServiceError> {
        let (mut tx, subject, reader, may_write) = self.look(actor, person, Ask::ReadRecord).await?;
        let looker = Looker::of(&mut tx, actor, (&reader, may_write)).await?;
        let rows = own_note::listed(&mut tx, person, MOST).await?;
        let names = names(&mut tx, &reader).await?;
        let whose = records::summary(&mut tx, &reader).await?;
        drop(tx);
        let mut all = NotesSeen { whose, notes: Vec::new(), removed: Vec::new(), may_write: looker.may_write };
        for row in rows {
            let about = row.entry().and_then(|id| names.get(&id).map(|name| (id, name.clone())));
            if !looker.opens(&row, about.is_some()) {
                continue;
            }
            let removed = row.removed_at.is_some();
            let seen = looker.seen(row, about);
            if removed { all.removed.push(seen) } else { all.notes.push(seen) }
        }
        self.looked(actor, subject, "notes").await?;
        Ok(all)
    }

    /// One note, with what it said before. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not there or not open; [`ServiceError`] as [`access`](domain::access) decides.
    pub async fn note(&self, actor: &Actor, person: PersonId, id: OwnNoteId) -> Result<NotePage, ServiceError> {
        let (mut tx, subject, reader, may_write) = self.look(actor, person, Ask::ReadRecord).await?;
        let looker = Looker::of(&mut tx, actor, (&reader, may_write)).await?;
        let row = own_note::one(&mut tx, person, id).await?.ok_or(ServiceError::NotFound)?;
        let about = match row.entry() {
            Some(id) => name_of_entry(&mut tx, &reader, id).await?.map(|name| (id, name)),
            None => None,
        };
        if !looker.opens(&row, about.is_some()) {
            return Err(ServiceError::NotFound);
        }
        let eyes = looker.eyes;
        let tells = reader.is_owner() || eyes.reader.is_some_and(|reader| reader.as_uuid() == row.written_by);
        let versions = if tells { own_note::versions(&mut tx, person, id, MOST_VERSIONS).await? } else { Vec::new() };
        let whose = records::summary(&mut tx, &reader).await?;
        drop(tx);
        let versions = versions.into_iter().map(|one| NoteVersion {
            by: eyes.by(one.account_id),
            version: one.version,
            what: one.what,
            title: one.title,
            words: one.words,
            day: one.happened_on,
            shared: one.shared,
            at: one.at,
        });
        let page = NotePage { whose, versions: versions.collect(), note: looker.seen(row, about) };
        self.looked(actor, subject, "notes").await?;
        Ok(page)
    }

    /// An entry of the record with the notes about it, and what marks it and others on its page: one look.
    ///
    /// # Errors
    /// As [`Records::entry`](crate::Records::entry).
    pub async fn entry_with_notes(
        &self,
        actor: &Actor,
        person: PersonId,
        id: EntryId,
    ) -> Result<(EntryView, NotesSeen), ServiceError> {
        let asks = (Ask::ReadRecord, [Ask::KeepProfile, Ask::AnswerCorrection, Ask::ReportMistake]);
        let (mut tx, subject, reader, [may_write, answers, reports]) =
            self.core.enter_and_each(actor, person, asks, PAGE).await?;
        let mut entry = records::one(&mut tx, &reader, id).await?;
        entry.marks = Marks::beside(&mut tx, actor, (&reader, subject.organisation), [answers, reports]).await?;
        let looker = Looker::of(&mut tx, actor, (&reader, may_write)).await?;
        let rows = own_note::about(&mut tx, person, id, MOST_ABOUT).await?;
        drop(tx);
        let open = rows.into_iter().filter(|row| looker.opens(row, true)).collect::<Vec<_>>();
        let notes = open.into_iter().map(|row| looker.seen(row, None)).collect();
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "entry");
        activity::disclose(&self.core, event.about("entry", id)).await?;
        if entry.line.category == Category::Document {
            documents::note_read(&self.core, actor, person, id).await?;
        }
        let whose = entry.whose.clone();
        Ok((entry, NotesSeen { whose, notes, removed: Vec::new(), may_write: looker.may_write }))
    }

    /// What an entry is called, for whoever may write a note about it, and whose it is, as far as they may know, to stand on paper. The
    /// look at the entry is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not, and for an entry that is not open.
    pub async fn may_note(
        &self,
        actor: &Actor,
        person: PersonId,
        about: Option<EntryId>,
    ) -> Result<(Option<String>, PersonSummary), ServiceError> {
        let (mut tx, subject, keeper) = self.enter(actor, person, Ask::KeepProfile).await?;
        let whose = records::summary(&mut tx, &keeper).await?;
        let Some(about) = about else { return Ok((None, whose)) };
        let reader = access::open(&self.core, &mut tx, actor, person, Ask::ReadRecord).await?;
        let reader = Reader::new(person, reader.view, self.core.now());
        let name = name_of_entry(&mut tx, &reader, about).await?.ok_or(ServiceError::NotFound)?;
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "notes");
        activity::disclose(&self.core, event.about("entry", about)).await?;
        Ok((Some(name), whose))
    }

    /// Writes a note. The same form twice writes one.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`title`, `words`, `day`, `who`); [`ServiceError::NotFound`] to whoever may not, and for an entry
    /// that is not open to them.
    pub async fn write_note(&self, actor: &Actor, person: PersonId, form: &NoteForm) -> Result<OwnNoteId, ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, by) = writer(&core, tx, &actor, person).await?;
                let about = match form.about.as_str() {
                    "" => None,
                    id => Some(id.parse::<EntryId>().map_err(|_| ServiceError::NotFound)?),
                };
                if let Some(about) = about {
                    let allowed = access::open(&core, tx, &actor, person, Ask::ReadRecord).await?;
                    let reader = Reader::new(person, allowed.view, core.now());
                    record::entry(tx, person, &reader.filter, about).await?.ok_or(ServiceError::NotFound)?;
                }
                let submission = form.submission.parse::<Uuid>().map_err(|_| ServiceError::not_whole())?;
                let content = read(&form, london_day(core.now()))?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                if let Some(before) = own_note::by_submission(tx, person, submission).await? {
                    return Ok(before);
                }
                if own_note::count(tx, person).await? >= MOST {
                    return Err(ServiceError::field("", "There are as many notes as can be kept here"));
                }
                let id = OwnNoteId::from_uuid(core.new_id());
                own_note::add(tx, (person, id, submission), about, &content, (by, core.now())).await?;
                done(&core, tx, (&actor, subject), (id, by, "written")).await?;
                Ok(id)
            })
        })
        .await
    }

    /// Changes a note. What it said before stays in its history.
    ///
    /// # Errors
    /// As [`Profile::write_note`]; [`ServiceError::Fields`] with no field where it has changed since it was seen;
    /// [`ServiceError::NotFound`] to anybody but who wrote it.
    pub async fn change_note(
        &self,
        actor: &Actor,
        person: PersonId,
        (id, version): (OwnNoteId, i32),
        form: &NoteForm,
    ) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, by) = writer(&core, tx, &actor, person).await?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = own_note::one(tx, person, id).await?.filter(|row| row.removed_at.is_none());
                let row = row.filter(|row| row.written_by == by.as_uuid()).ok_or(ServiceError::NotFound)?;
                let content = read(&form, london_day(core.now()))?;
                let same = row.title == content.title && row.words == content.words && row.happened_on == content.happened_on;
                if row.version == version.saturating_add(1) && same && row.shared == content.shared {
                    // The same form sent again.
                    return Ok(());
                }
                if !own_note::change(tx, (person, id, version), &content, core.now()).await? {
                    return Err(ServiceError::changed_since());
                }
                done(&core, tx, (&actor, subject), (id, by, "changed")).await
            })
        })
        .await
    }

    /// Removes a note. It stays in its history, for who wrote it and whose record it is. Removed before, nothing is done.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where it has changed since it was seen; [`ServiceError::NotFound`] to anybody but who
    /// wrote it and the person.
    pub async fn remove_note(
        &self,
        actor: &Actor,
        person: PersonId,
        (id, version): (OwnNoteId, i32),
    ) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, by) = writer(&core, tx, &actor, person).await?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = own_note::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                if row.written_by != by.as_uuid() && subject.basis != domain::audit::Basis::Own {
                    return Err(ServiceError::NotFound);
                }
                if row.removed_at.is_some() {
                    return Ok(());
                }
                if !own_note::remove(tx, (person, id, version), core.now()).await? {
                    return Err(ServiceError::changed_since());
                }
                done(&core, tx, (&actor, subject), (id, by, "removed")).await
            })
        })
        .await
    }
}

/// Whoever may write for the person, with their account.
async fn writer(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<(Subject, AccountId), ServiceError> {
    let subject = access::require(core, tx, actor, person, Ask::KeepProfile).await?;
    Ok((subject, actor.account().ok_or(ServiceError::NotFound)?))
}

fn read(form: &NoteForm, today: NaiveDate) -> Result<Content, ServiceError> {
    let [day, month, year] = &form.day;
    gather! {
        title = one_line("title", &form.title);
        words = some_lines("words", &form.words, LONGEST).and_then(|words| match words.is_empty() {
            true => Err(FieldProblem::new("words", "Write your note")),
            false => Ok(words),
        });
        day = past_date([day, month, year], "day", "The day of the note").and_then(|day| match day {
            Some(day) if day > today => Err(FieldProblem::new("day", "The day of the note must be today or in the past")),
            Some(day) => Ok(day),
            None => Ok(today),
        });
        shared = match form.who.as_str() {
            "shared" => Ok(true),
            "private" => Ok(false),
            _ => Err(FieldProblem::new("who", "Choose who can read it")),
        };
    }
    Ok(Content { title, words, happened_on: day, shared })
}

/// Keeps the version, and audits it.
async fn done(
    core: &Core,
    tx: &mut Tx,
    (actor, subject): (&Actor, Subject),
    (id, by, what): (OwnNoteId, AccountId, &'static str),
) -> Result<(), ServiceError> {
    own_note::keep(tx, (subject.person, id), what, (by, core.now())).await?;
    let event = Event::on_record(actor, subject, Action::NoteChanged, purpose(subject));
    activity::append(core, tx, event.about("what", what).about("note", id)).await
}

/// What an entry is called; nothing where it is not open to the reader.
async fn name_of_entry(tx: &mut Tx, reader: &Reader, id: EntryId) -> Result<Option<String>, ServiceError> {
    let Some(row) = record::entry(tx, reader.person, &reader.filter, id).await? else { return Ok(None) };
    Ok(records::lines(tx, reader, vec![row.line]).await?.into_iter().next().map(|line| line.title))
}

/// What the entries are called that notes are about, as far as they are open to the reader.
async fn names(tx: &mut Tx, reader: &Reader) -> Result<HashMap<EntryId, String>, ServiceError> {
    let rows = record::noted(tx, reader.person, &reader.filter).await?.into_iter().map(|row| row.line).collect();
    Ok(records::lines(tx, reader, rows).await?.into_iter().map(|line| (line.id, line.title)).collect())
}
