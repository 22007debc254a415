//! A person's record as its pages read it. Every page is audited before it is shown.

use crate::activity::{self, Event};
use crate::corrections::told_of;
use crate::documents::{self, DocumentsSeen};
use crate::medicines::all_allergies;
use crate::organisations::OrganisationKind;
use crate::people::PersonSummary;
use crate::reader::{Reader, allowed, is_told_all, told_anew, version_anew};
use crate::relatives::Relatives;
use crate::releases::{ResultUnseen, ResultWords, unseen, waiting, words, words_then};
use crate::results::{self, ResultView};
use crate::sources::{OutOfDate, out_of_date};
use crate::{Core, PlainWords, ServiceError};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Audience, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::record::{Category, Code, Detail, EntryFacts, Release, Sensitivity, Value};
use domain::when::london_day;
use domain::{AccountId, EntryId, OrganisationId, PersonId, ResourceId, When};
use fhir::map::{MapError, Names};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use store::record::{self, EntryRow, LabelRow, LineRow, NamingRow, Part, RAW_AT_ONCE, VersionTextRow, VisitRow, WhoRow};
use store::{StoreError, Tx, correction, person, release};

/// How many entries a page of a list holds.
pub const PAGE: usize = 50;
/// How many of the last added entries the overview shows.
const NEWEST: usize = 5;
/// How many are read for that: several may be values of one report.
const NEWEST_READ: i64 = 20;
/// How many of those that say that there is none it looks through.
const NONE_SAID: i64 = 200;
/// How many coming visits are looked through, and how many of them are shown.
const COMING: i64 = 10;
const SHOWN: usize = 3;
/// How many visits the page of appointments looks through: of those that are coming, and of those that were.
const VISITS: i64 = 50;

/// An entry as a line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryLine {
    /// Its id.
    pub id: EntryId,
    /// Where it belongs.
    pub category: Category,
    /// What sort of thing it is, in plain words.
    pub kind: String,
    /// Its name, in the plainest words that the source gave.
    pub title: String,
    /// When it happened or began, as precise as it was recorded.
    pub happened: Option<When>,
    /// When it was written down, which is not when it happened.
    pub recorded: Option<When>,
    /// Its value, for results and measurements.
    pub value: Option<Value>,
    /// What the laboratory said of the value: "High", "Normal".
    pub flag: Option<String>,
    /// The source's own status word.
    pub status: Option<String>,
    /// The organisation or place it comes from, by name.
    pub place: Option<String>,
    /// Who recorded it, by name.
    pub author: Option<String>,
    /// It says that there is none, which is not the same as no information.
    pub none_known: bool,
    /// How sensitive it is.
    pub sensitivity: Sensitivity,
    /// The organisation from whose system it came, by name.
    pub sent_by: String,
}

/// A visit of which another source tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VisitSeen {
    /// What a list shows of it.
    pub line: EntryLine,
    /// From when until when, where that is known to the minute.
    pub span: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The name of the organisation that told of it.
    pub organisation: String,
    /// That organisation's phone number, where it is clear which.
    pub phone: Option<String>,
}

/// The visits of which other sources tell, at most fifty of each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Visits {
    /// Those that are coming up, the soonest first.
    pub coming: Vec<VisitSeen>,
    /// Those that are over, the last first; what did not take place is among them.
    pub past: Vec<VisitSeen>,
}

impl EntryLine {
    /// What it says where it says that there is none, in its own words: "No known drug allergy" is not the same as "No known allergies".
    /// Nothing where its words are not open to the reader.
    #[must_use]
    pub fn says_none(&self) -> Option<&str> {
        let words = self.title.trim();
        (self.none_known && !words.is_empty() && words != self.kind).then_some(words)
    }

    /// "5.6 mmol/L".
    #[must_use]
    pub fn value_words(&self) -> Option<String> {
        let value = self.value.as_ref()?;
        Some(match value.unit.as_deref().filter(|unit| !unit.is_empty()) {
            Some("%") => format!("{}%", value.text),
            Some(unit) => format!("{} {unit}", value.text),
            None => value.text.clone(),
        })
    }

    pub(crate) fn of(row: LineRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: EntryId::from_uuid(row.id),
            category: row.category()?,
            happened: row.happened()?,
            recorded: row.recorded()?,
            value: row.value(),
            sensitivity: row.sensitivity()?,
            kind: row.kind,
            title: row.title,
            flag: row.interpretation,
            status: row.status,
            place: row.place,
            author: row.author,
            none_known: row.none_known,
            sent_by: row.sent_by,
        })
    }

    /// The same as it is told anew: its name, and by whom and where, without what is not open.
    fn anew(self, told: Option<&Option<EntryFacts>>) -> Self {
        match told {
            None => self,
            Some(Some(facts)) => {
                Self { title: facts.title.clone(), author: facts.author.clone(), place: facts.place.clone(), ..self }
            }
            Some(None) => Self { title: self.kind.clone(), author: None, place: None, ..self },
        }
    }

    fn told(id: EntryId, facts: &EntryFacts, sent_by: String) -> Self {
        Self {
            id,
            category: facts.category,
            kind: facts.kind.clone(),
            title: facts.title.clone(),
            happened: facts.happened,
            recorded: facts.recorded,
            value: facts.value.clone(),
            flag: facts.value.as_ref().and_then(|value| value.interpretation.clone()),
            status: facts.status.clone(),
            place: facts.place.clone(),
            author: facts.author.clone(),
            none_known: facts.none_known,
            sensitivity: facts.sensitivity,
            sent_by,
        }
    }
}

/// What there is of one category.
///
/// No information is a count of 0 with nothing in `none_said`; a count of 0 with it is a statement that there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CategoryCount {
    /// Which.
    pub category: Category,
    /// How many entries, without those that only say that there is none.
    pub count: u64,
    /// Where there is no entry: what sources say of there being none, in their own words.
    pub none_said: Vec<String>,
    /// When the newest that is not still to come happened.
    pub latest: Option<When>,
    /// Of results: how many have come that are not shown yet, as far as whoever asks may know of them.
    pub waiting: u64,
    /// Of letters: how many whoever asks has not read as they are now; of a care team and in a preview none.
    pub unread: u64,
}

/// What marks entries of a record: on lists of whoever gives care, and on the page of an entry and of results over time of whoever reported a
/// mistake too. Only of what a page shows may it be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// In which entries a mistake is reported that the reader is to answer ([`Corrections::reported`](crate::Corrections::reported)), or
    /// of which they are told because they reported it or it is their record.
    pub reported: BTreeSet<EntryId>,
    /// Which entries the person cannot read yet ([`Releases::unseen`](crate::Releases::unseen)).
    pub unseen: BTreeMap<EntryId, ResultUnseen>,
}

impl Marks {
    /// Those that this reader is told of; `answers` is the organisation whose reports they answer, if they do.
    pub(crate) async fn of(tx: &mut Tx, reader: &Reader, answers: Option<OrganisationId>) -> Result<Self, ServiceError> {
        let reported = match answers {
            Some(organisation) => correction::open(tx, reader.person, organisation).await?,
            None => BTreeSet::new(),
        };
        Ok(Self { reported, unseen: unseen(tx, reader).await? })
    }

    /// The same of an entry or of results over time, where what is marked is too what the reader is told of who may report mistakes.
    /// `organisation` is where they are at work, and they may answer reports, and may report.
    pub(crate) async fn beside(
        tx: &mut Tx,
        actor: &Actor,
        (reader, organisation): (&Reader, Option<OrganisationId>),
        [answers, reports]: [bool; 2],
    ) -> Result<Self, ServiceError> {
        let marks = Self::of(tx, reader, organisation.filter(|_| answers)).await?;
        match actor {
            Actor::Account { .. } if reports => Ok(Self { reported: told_of(tx, reader, actor.account()).await?, ..marks }),
            _ => Ok(marks),
        }
    }
}

/// Where a record comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceSeen {
    /// Which organisation: two may have one name.
    pub id: OrganisationId,
    /// The organisation's name.
    pub organisation: String,
    /// When something was last received from it.
    pub last_updated: DateTime<Utc>,
}

/// A record at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// Whose record.
    pub person: PersonSummary,
    /// Every category that has a page, in the order in which to show them, also those with nothing in them.
    pub counts: Vec<CategoryCount>,
    /// The entries that were added last, at most five, without people and places; a report or a group stands for its values.
    pub newest: Vec<EntryLine>,
    /// How many values those of them that are reports or groups brought when something of them last came.
    pub new_values: BTreeMap<EntryId, u64>,
    /// The codes of those of them that are results, by which they are told in plain words.
    pub new_codes: BTreeMap<EntryId, Code>,
    /// Where it comes from, the last updated first.
    pub sources: Vec<SourceSeen>,
}

/// What the page of a record shows: how much there is, where it comes from, and where else it leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// Whose record, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// Every category that has a page, in the order in which to show them, also those with nothing in them.
    pub counts: Vec<CategoryCount>,
    /// Where it comes from, the last updated first.
    pub sources: Vec<SourceSeen>,
    /// Whether whoever asks sees what the person says of themselves.
    pub sees_profile: bool,
    /// Whether they can report a mistake.
    pub may_report: bool,
    /// Of which sources the newest may be missing.
    pub out_of_date: Vec<OutOfDate>,
}

/// Which part of a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize)]
pub enum Which {
    /// Everything.
    #[default]
    All,
    /// What goes on, by its status.
    Current,
    /// What is over, by its status: resolved, stopped, completed and the like.
    Past,
}

impl Which {
    /// The word by which addresses name it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Current => "current",
            Self::Past => "past",
        }
    }

    /// The part that has this word; `None` when there is none.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::All, Self::Current, Self::Past].into_iter().find(|which| which.code() == code)
    }
}

/// Where the next page of a list begins; for an address. Tells nothing of what is in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cursor(pub(crate) EntryId);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_uuid().simple().fmt(f)
    }
}

impl FromStr for Cursor {
    type Err = ServiceError;

    fn from_str(text: &str) -> Result<Self, ServiceError> {
        text.parse().map(Self).map_err(|_| ServiceError::NotFound)
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryPage {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// Of which category.
    pub category: Category,
    /// Of which part.
    pub which: Which,
    /// Newest first.
    pub lines: Vec<EntryLine>,
    /// Where to go on, if there is more.
    pub next: Option<Cursor>,
    /// How many lines the list has on all its pages.
    pub total: u64,
    /// Which of the lines whoever asks has not read; only of letters.
    pub unread: Vec<EntryId>,
    /// Which of the lines tell of one and the same person or place, each group by itself, in an order that follows from that of the lines
    /// alone; only of people and places. A name is no sign of it: two people may share one.
    pub same: Vec<Vec<EntryId>>,
    /// What tells people and places from others of the same name, such as "GP, GMC number 7000001": their job and number. None of whatever
    /// says neither.
    pub apart: BTreeMap<EntryId, String>,
    /// Of which sources of it the newest may be missing; on the first page alone, and not at work.
    pub out_of_date: Vec<OutOfDate>,
    /// What marks entries to whoever gives care; nothing to anybody else.
    #[serde(skip)]
    pub marks: Marks,
}

/// One version of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VersionView {
    /// From 1, in the order in which those that may be shown arrived: one that is withheld leaves no gap.
    pub number: i32,
    /// It is the one that counts.
    pub current: bool,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// When the source last changed it, if it says.
    pub source_updated_at: Option<DateTime<Utc>>,
    /// From whom.
    pub organisation: String,
}

/// An entry on its own page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryView {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// As lists show it.
    pub line: EntryLine,
    /// Further facts in the order in which to show them.
    pub details: Vec<Detail>,
    /// The code of what it is about.
    pub code: Option<Code>,
    /// When it ended.
    pub ended: Option<When>,
    /// When it was written down.
    pub recorded: Option<When>,
    /// The organisation whose system it comes from.
    pub organisation: String,
    /// What sort of organisation that is.
    pub sender: OrganisationKind,
    /// When this version was received.
    pub received_at: DateTime<Utc>,
    /// The number of this version.
    pub version: i32,
    /// A newer version was received that could not be read, so this is the last that could.
    pub newest_unreadable: bool,
    /// The version that counts, then the others, the last received first.
    pub versions: Vec<VersionView>,
    /// What a care team wrote about it before it was read.
    pub words: Option<ResultWords>,
    /// What a result, a report or an order of a test says beside that.
    pub result: Option<ResultView>,
    /// Its files and what they say; none of an earlier version.
    pub documents: DocumentsSeen,
    /// A newer version has come that is not shown to this reader yet, and by when it is at the latest.
    pub newer_by: Option<DateTime<Utc>>,
    /// What marks entries on its page; nothing on that of an earlier version.
    #[serde(skip)]
    pub marks: Marks,
}

/// The use cases of reading a record.
///
/// The person sees all of it. Anybody else sees what their view opens, as if there were nothing else: whatever is not open
/// to them looks exactly like what does not exist.
#[derive(Clone)]
pub struct Records {
    pub(crate) core: Core,
    pub(crate) plain_words: Arc<PlainWords>,
}

impl Records {
    pub(crate) fn new(core: Core, plain_words: Arc<PlainWords>) -> Self {
        Self { core, plain_words }
    }

    /// The record at a glance, and the visits that are coming up: what the first page shows.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn home(&self, actor: &Actor, person: PersonId) -> Result<(Overview, Vec<EntryLine>), ServiceError> {
        let (mut tx, subject, reader) = self.open(actor, person, "home").await?;
        let overview = glance(&mut tx, &reader, documents::marks(actor)).await?;
        let now = self.core.now();
        // From the beginning of the day: a visit may be known to the day alone.
        let from = When::Day(london_day(now)).sort_key().min(now);
        let coming = record::coming(&mut tx, person, &reader.filter, from, COMING).await?;
        let coming = coming.into_iter().map(|row| row.line).collect();
        let coming = lines(&mut tx, &reader, coming).await?;
        drop(tx);
        let coming =
            coming.into_iter().filter(|line| line.happened.is_some_and(|when| when.is_to_come(now))).take(SHOWN).collect();
        activity::disclose(&self.core, read(actor, subject, "home")).await?;
        Ok((overview, coming))
    }

    /// The visits of which other sources tell: those that are coming up and those that were; none to somebody to whom no visits
    /// are open. The look is audited, once for both.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn visits(&self, actor: &Actor, person: PersonId) -> Result<Visits, ServiceError> {
        let (mut tx, subject, reader) = self.open(actor, person, "visits").await?;
        if !opens_visits(&reader) {
            return Ok(Visits::default());
        }
        let now = self.core.now();
        let coming = coming_visits(&mut tx, &reader, now).await?;
        let past = record::visited(&mut tx, person, &reader.filter, now, VISITS).await?;
        let (coming, past) = (visits(&mut tx, &reader, coming).await?, visits(&mut tx, &reader, past).await?);
        drop(tx);
        activity::disclose(&self.core, read(actor, subject, "visits")).await?;
        // A day counts until it is over.
        let is_to_come = |one: &VisitSeen| one.line.happened.is_some_and(|when| when.is_to_come(now));
        let coming: Vec<VisitSeen> = coming.into_iter().filter(is_to_come).collect();
        let past = past.into_iter().filter(|one| coming.iter().all(|other| other.line.id != one.line.id)).collect();
        Ok(Visits { coming, past })
    }

    /// The record at a glance.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn overview(&self, actor: &Actor, person: PersonId) -> Result<Overview, ServiceError> {
        let (mut tx, subject, reader) = self.open(actor, person, "overview").await?;
        let overview = glance(&mut tx, &reader, documents::marks(actor)).await?;
        drop(tx);
        activity::disclose(&self.core, read(actor, subject, "overview")).await?;
        Ok(overview)
    }

    /// The same with what the person is allergic to, as far as it is open to the reader and goes on: what a care team sees first. One look.
    ///
    /// # Errors
    /// As [`Records::overview`].
    pub async fn overview_with_allergies(
        &self,
        actor: &Actor,
        person: PersonId,
    ) -> Result<(Overview, Vec<EntryLine>, Marks), ServiceError> {
        let (mut tx, subject, reader, marks) = self.open_marked(actor, person, "overview").await?;
        let overview = glance(&mut tx, &reader, documents::marks(actor)).await?;
        let (mut allergies, _) = all_allergies(&mut tx, &reader).await?;
        drop(tx);
        allergies.retain(|line| !line.none_known);
        activity::disclose(&self.core, read(actor, subject, "overview")).await?;
        Ok((overview, allergies, marks))
    }

    /// How much there is of each category and where it comes from, without the entries that were added last; with where else the page
    /// of the record leads. One look.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn contents(&self, actor: &Actor, person: PersonId) -> Result<Contents, ServiceError> {
        let asks = (Ask::ReadRecord, [Ask::SeeProfile, Ask::ReportMistake]);
        let (mut tx, subject, reader, [sees_profile, may_report]) =
            self.core.enter_and_each(actor, person, asks, "overview").await?;
        let (counts, sources) = tally(&mut tx, &reader, documents::marks(actor)).await?;
        let whose = summary(&mut tx, &reader).await?;
        let out_of_date = out_of_date(&mut tx, &reader, None).await?;
        drop(tx);
        activity::disclose(&self.core, read(actor, subject, "overview")).await?;
        Ok(Contents { whose, counts, sources, sees_profile, may_report, out_of_date })
    }

    /// Whose record it is, as far as the reader may know, to stand on paper beside what a page shows of it: the look that shows the page
    /// is written down, and no other for this. Nothing to whoever may not read the record.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`], [`ServiceError::NeedsSecondStep`], or when the database fails.
    pub async fn whose_beside(&self, actor: &Actor, person: PersonId) -> Result<Option<PersonSummary>, ServiceError> {
        let mut tx = self.core.read().await?;
        match allowed(&self.core, &mut tx, actor, person, Ask::ReadRecord).await {
            Ok((_, reader)) => summary(&mut tx, &reader).await.map(Some),
            Err(ServiceError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A page of the entries of a category, newest first, from after the given place.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a category without a page or a place that is not in it; [`ServiceError`] as
    /// [`access`](domain::access) decides, or when the database fails.
    pub async fn list(
        &self,
        actor: &Actor,
        person: PersonId,
        category: Category,
        which: Which,
        after: Option<Cursor>,
    ) -> Result<EntryPage, ServiceError> {
        let (mut tx, subject, reader, marks) = self.open_marked(actor, person, "list").await?;
        let mut page = EntryPage { marks, ..part(&mut tx, &reader, category, which, after).await? };
        if after.is_none() {
            page.out_of_date = out_of_date(&mut tx, &reader, Some(category)).await?;
        }
        if category == Category::Document {
            page.unread = documents::unread(&mut tx, actor, person, page.lines.iter().map(|line| line.id)).await?;
        }
        drop(tx);
        let event = read(actor, subject, "list").about("category", category.code()).about("which", which.code());
        activity::disclose(&self.core, event).await?;
        Ok(page)
    }

    /// The beginning of what is current in a category, and of what is past: one look.
    ///
    /// # Errors
    /// As [`Records::list`].
    pub async fn current_and_past(
        &self,
        actor: &Actor,
        person: PersonId,
        category: Category,
    ) -> Result<[EntryPage; 2], ServiceError> {
        let (mut tx, subject, reader, marks) = self.open_marked(actor, person, "list").await?;
        let mut current = part(&mut tx, &reader, category, Which::Current, None).await?;
        current.out_of_date = out_of_date(&mut tx, &reader, Some(category)).await?;
        current.marks = marks.clone();
        let past = EntryPage { marks, ..part(&mut tx, &reader, category, Which::Past, None).await? };
        drop(tx);
        let event = read(actor, subject, "list").about("category", category.code()).about("which", Which::All.code());
        activity::disclose(&self.core, event).await?;
        Ok([current, past])
    }

    /// One entry, with its versions.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an entry that is not there, may not be shown, or is another person's: all look the
    /// same; [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn entry(&self, actor: &Actor, person: PersonId, id: EntryId) -> Result<EntryView, ServiceError> {
        let (mut tx, subject, reader) = self.open(actor, person, "entry").await?;
        let view = one(&mut tx, &reader, id).await?;
        drop(tx);
        activity::disclose(&self.core, read(actor, subject, "entry").about("entry", id)).await?;
        if view.line.category == Category::Document {
            documents::note_read(&self.core, actor, person, id).await?;
        }
        Ok(view)
    }

    /// Of a result that waits to be shown, the number of the version that was shown before, for [`Records::entry_version`]; `None` where
    /// there is none, or the entry is not open to the reader. It says nothing else, and comes between a
    /// look at the entry and one at that version: these are audited, with a refusal, and this is not.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides, or when the database fails.
    pub async fn version_before(&self, actor: &Actor, person: PersonId, id: EntryId) -> Result<Option<i32>, ServiceError> {
        let mut tx = self.core.read().await?;
        let (_, reader) = allowed(&self.core, &mut tx, actor, person, Ask::ReadRecord).await?;
        let Some((row, before, _)) = waits_anew(&mut tx, &reader, id).await? else { return Ok(None) };
        let (_, arrived) = versions(&mut tx, &reader, &row, Some(before)).await?;
        Ok(arrived.0.contains(&before).then(|| arrived.number_of(before)))
    }

    /// An earlier version of an entry, in words. Whether it is open the entry decides, and what the version says of itself
    /// may close it, never open it. Of a result that waits to be shown, the versions are open that were shown before.
    ///
    /// # Errors
    /// As [`Records::entry`]; [`ServiceError::NotFound`] too when there is no such version or it may not be shown.
    pub async fn entry_version(
        &self,
        actor: &Actor,
        person: PersonId,
        id: EntryId,
        number: i32,
    ) -> Result<EntryView, ServiceError> {
        let (mut tx, subject, reader) = self.open(actor, person, "entry-version").await?;
        let (row, before, newer_by) = match record::entry(&mut tx, person, &reader.filter, id).await? {
            Some(row) => (row, None, None),
            None => {
                let (row, before, by) = waits_anew(&mut tx, &reader, id).await?.ok_or(ServiceError::NotFound)?;
                (row, Some(before), Some(by))
            }
        };
        let (versions, arrived) = versions(&mut tx, &reader, &row, before).await?;
        let arrived = arrived.at(number).ok_or(ServiceError::NotFound)?;
        let text = record::version(&mut tx, person, row.source(), arrived).await?.ok_or(ServiceError::NotFound)?;
        let relatives = Relatives::of_source(&mut tx, person, row.source().organisation).await?;
        if relatives.withhold(row.source().organisation.as_uuid(), &text.raw) {
            return Err(ServiceError::NotFound);
        }
        let received_at = text.received_at;
        let words = words_then(&mut tx, &reader, id, ResourceId::from_uuid(text.id)).await?;
        let facts = if is_told_all(&mut tx, &reader).await? {
            let naming = record::naming(&mut tx, person, row.source().organisation).await?;
            tokio::task::spawn_blocking(move || told(text, naming)).await.map_err(ServiceError::internal)?
        } else {
            let chosen = chosen_of(&mut tx, &reader, id, before).await?.ok_or(ServiceError::NotFound)?.chosen()?;
            let facts = version_anew(&mut tx, &reader, &row, text, chosen).await?;
            // To its owner one that cannot be read is told of without its words.
            if facts.is_none() && !reader.is_owner() {
                return Err(ServiceError::NotFound);
            }
            facts
        };
        if facts.as_ref().is_some_and(|facts| facts.release == Release::Withheld) {
            return Err(ServiceError::NotFound);
        }
        let (organisation, sender) = (row.organisation.clone(), sender(&row)?);
        let newest_unreadable = !row.is_current;
        let result = match &facts {
            Some(facts) => results::version_view(&mut tx, &reader, id, facts).await?,
            None => None,
        };
        let whose = summary(&mut tx, &reader).await?;
        drop(tx);
        let view = match facts {
            Some(facts) => EntryView {
                whose,
                result,
                line: EntryLine::told(id, &facts, organisation.clone()),
                details: facts.details,
                code: facts.code,
                ended: facts.ended,
                recorded: facts.recorded,
                organisation,
                sender,
                received_at,
                version: number,
                newest_unreadable,
                versions,
                words,
                documents: DocumentsSeen::default(),
                newer_by,
                marks: Marks::default(),
            },
            None => {
                let line = EntryLine::of(row.line)?;
                let value = "We keep this version as we received it, but we cannot show it in words.".to_owned();
                EntryView {
                    whose,
                    result: None,
                    line: EntryLine {
                        happened: None,
                        recorded: None,
                        value: None,
                        flag: None,
                        status: None,
                        place: None,
                        author: None,
                        ..line
                    },
                    details: vec![Detail { label: "This version".to_owned(), value }],
                    code: None,
                    ended: None,
                    recorded: None,
                    organisation,
                    sender,
                    received_at,
                    version: number,
                    newest_unreadable,
                    versions,
                    words,
                    documents: DocumentsSeen::default(),
                    newer_by,
                    marks: Marks::default(),
                }
            }
        };
        let event = read(actor, subject, "entry-version").about("entry", id).about("version", number);
        activity::disclose(&self.core, event).await?;
        Ok(view)
    }

    /// Begins a read of a record, if the actor may.
    pub(crate) async fn open(
        &self,
        actor: &Actor,
        person: PersonId,
        what: &'static str,
    ) -> Result<(Tx, Subject, Reader), ServiceError> {
        self.core.enter(actor, person, Ask::ReadRecord, what).await
    }

    /// The same with what marks entries to the reader: how they stand to the person is loaded once for both.
    pub(crate) async fn open_marked(
        &self,
        actor: &Actor,
        person: PersonId,
        what: &'static str,
    ) -> Result<(Tx, Subject, Reader, Marks), ServiceError> {
        let asks = (Ask::ReadRecord, Ask::AnswerCorrection);
        let (mut tx, subject, reader, answers) = self.core.enter_and(actor, person, asks, what).await?;
        let marks = Marks::of(&mut tx, &reader, subject.organisation.filter(|_| answers)).await?;
        Ok((tx, subject, reader, marks))
    }
}

/// The record at a glance, with what this account has not read.
pub(crate) async fn glance(tx: &mut Tx, reader: &Reader, account: Option<AccountId>) -> Result<Overview, ServiceError> {
    let (counts, sources) = tally(tx, reader, account).await?;
    let newest = record::newest(tx, reader.person, &reader.filter, NEWEST_READ).await?;
    let (newest, new_values) = results::arrived(tx, reader, newest, NEWEST).await?;
    let newest = lines(tx, reader, newest).await?;
    let new_codes = results::codes(tx, reader, &newest).await?;
    Ok(Overview { person: summary(tx, reader).await?, counts, newest, new_values, new_codes, sources })
}

/// How much there is of each category, with what this account has not read, and where it comes from.
async fn tally(
    tx: &mut Tx,
    reader: &Reader,
    account: Option<AccountId>,
) -> Result<(Vec<CategoryCount>, Vec<SourceSeen>), ServiceError> {
    let Reader { person, filter, now, .. } = reader;
    let (counted, sources) = record::tally(tx, *person, filter, (account, *now)).await?;
    // Where nothing is counted it is not told whether anything is held.
    let holds_none = counted.first().is_some_and(|row| row.held == 0);
    if holds_none && counted.first().is_some_and(|row| row.withheld == 0) {
        reader.closes_nothing();
    }
    let waiting = if holds_none { 0 } else { waiting(tx, reader).await?.len() };
    let waiting = u64::try_from(waiting).unwrap_or_default();
    let counted: HashMap<&str, _> = counted.iter().map(|row| (row.category.as_str(), row)).collect();
    let says_only_none =
        |category: &Category| counted.get(category.code()).is_some_and(|row| row.entries == 0 && row.none_known > 0);
    let only_none: Vec<Category> = Category::SHOWN.iter().copied().filter(says_only_none).collect();
    let mut saying_none: HashMap<&str, Vec<EntryLine>> = HashMap::new();
    if !only_none.is_empty() {
        let rows = record::none_known(tx, *person, filter, (&only_none, NONE_SAID)).await?;
        for line in lines(tx, reader, rows).await? {
            saying_none.entry(line.category.code()).or_default().push(line);
        }
    }
    let count = |category: Category| -> Result<CategoryCount, StoreError> {
        let waiting = if category == Category::Result { waiting } else { 0 };
        let Some(row) = counted.get(category.code()) else {
            return Ok(CategoryCount { category, count: 0, none_said: Vec::new(), latest: None, waiting, unread: 0 });
        };
        let number = |count: i64| u64::try_from(count).unwrap_or_default();
        Ok(CategoryCount {
            category,
            count: number(row.entries),
            none_said: saying_none.get(category.code()).map(|lines| none_said(lines)).unwrap_or_default(),
            latest: row.latest()?,
            waiting,
            unread: account.map_or(0, |_| number(row.unread)),
        })
    };
    let counts = Category::SHOWN.iter().copied().map(count).collect::<Result<_, _>>()?;
    let seen = |row: record::SourceRow| SourceSeen {
        id: OrganisationId::from_uuid(row.id),
        organisation: row.name,
        last_updated: row.last_updated,
    };
    let mut sources: Vec<SourceSeen> = sources.into_iter().map(seen).collect();
    sources.sort_by(|a, b| b.last_updated.cmp(&a.last_updated).then_with(|| a.organisation.cmp(&b.organisation)));
    Ok((counts, sources))
}

/// Whose record it is, as far as the reader may know: read once for each reader.
pub(crate) async fn summary(tx: &mut Tx, reader: &Reader) -> Result<PersonSummary, ServiceError> {
    if let Some(whose) = reader.whose.get() {
        return Ok(whose.clone());
    }
    let row = person::by_id(tx, reader.person).await?.ok_or(ServiceError::NotFound)?;
    let summary = PersonSummary::of(&row, reader.now)?;
    let whose = match shows_details(tx, reader).await? {
        true => summary,
        false => PersonSummary { nhs_number: None, birth_date: None, age: None, gender: None, ..summary },
    };
    Ok(reader.whose.get_or_init(|| whose).clone())
}

/// Whether a reader is told the person's NHS number and date of birth: those who may see their details, and a carer only
/// while none of these is hidden.
async fn shows_details(tx: &mut Tx, reader: &Reader) -> Result<bool, ServiceError> {
    if reader.is_owner() || !matches!(reader.view.audience(), Audience::Carer(_)) {
        return Ok(reader.view.has(Category::People));
    }
    if !reader.view.has(Category::People) {
        return Ok(false);
    }
    let card = record::card(tx, reader.person, &reader.filter).await?;
    Ok(card.held > 0 && card.open == card.held)
}

/// What these say of there being none, each once, in their own words.
pub(crate) fn none_said(lines: &[EntryLine]) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for words in lines.iter().filter_map(EntryLine::says_none) {
        if said.iter().all(|other| other != words) {
            said.push(words.to_owned());
        }
    }
    said
}

/// Rows as lines of a list, each told anew where it takes words from others.
pub(crate) async fn lines(tx: &mut Tx, reader: &Reader, rows: Vec<LineRow>) -> Result<Vec<EntryLine>, ServiceError> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let told = told_anew(tx, reader, &ids, false).await?;
    let line = |row: LineRow| {
        let anew = told.get(&row.id);
        EntryLine::of(row).map(|line| line.anew(anew))
    };
    Ok(rows.into_iter().map(line).collect::<Result<_, _>>()?)
}

/// A line of a list with what else may be another's: the code of what it is about, and its details.
pub(crate) type FullLine = (EntryLine, Option<Code>, Vec<Detail>);

/// Rows as lines with code and details, each told anew with all that it takes from others.
pub(crate) async fn full_lines(
    tx: &mut Tx,
    reader: &Reader,
    rows: Vec<(LineRow, Option<Code>, Vec<Detail>)>,
) -> Result<Vec<FullLine>, ServiceError> {
    let ids: Vec<_> = rows.iter().map(|(row, ..)| row.id).collect();
    let mut told = told_anew(tx, reader, &ids, true).await?;
    let line = |(row, code, details): (LineRow, Option<Code>, Vec<Detail>)| {
        let anew = told.remove(&row.id);
        let line = EntryLine::of(row)?.anew(anew.as_ref());
        Ok(match anew {
            None => (line, code, details),
            Some(None) => (line, None, Vec::new()),
            Some(Some(facts)) => (line, facts.code, facts.details),
        })
    };
    Ok(rows.into_iter().map(line).collect::<Result<_, StoreError>>()?)
}

/// Whether visits are open to a reader.
pub(crate) fn opens_visits(reader: &Reader) -> bool {
    reader.is_owner() || reader.view.has(Category::Visit)
}

/// The visits that are coming up, and those of today, as far as they are open to a reader.
pub(crate) async fn coming_visits(tx: &mut Tx, reader: &Reader, now: DateTime<Utc>) -> Result<Vec<VisitRow>, ServiceError> {
    // From the beginning of the day: a visit may be known to the day alone.
    let from = When::Day(london_day(now)).sort_key().min(now);
    Ok(record::coming(tx, reader.person, &reader.filter, from, VISITS).await?)
}

async fn visits(tx: &mut Tx, reader: &Reader, rows: Vec<VisitRow>) -> Result<Vec<VisitSeen>, ServiceError> {
    let spans = rows.iter().map(VisitRow::span).collect::<Result<Vec<_>, _>>()?;
    let (rows, givers): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| (row.line, (row.organisation, row.phone))).unzip();
    let seen = lines(tx, reader, rows).await?.into_iter().zip(spans).zip(givers);
    Ok(seen.map(|((line, span), (organisation, phone))| VisitSeen { line, span, organisation, phone }).collect())
}

/// One page of a list.
pub(crate) async fn part(
    tx: &mut Tx,
    reader: &Reader,
    category: Category,
    which: Which,
    after: Option<Cursor>,
) -> Result<EntryPage, ServiceError> {
    let Reader { person, filter, .. } = reader;
    if !Category::SHOWN.contains(&category) {
        return Err(ServiceError::NotFound);
    }
    let after = match after {
        Some(Cursor(id)) => Some((record::place(tx, *person, filter, category, id).await?.ok_or(ServiceError::NotFound)?, id)),
        None => None,
    };
    let total = record::listed(tx, *person, filter, category, which.code()).await?;
    let whose = summary(tx, reader).await?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let asked = Part { category, which: which.code(), after, limit };
    let mut rows = record::page(tx, *person, filter, asked).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let lines = lines(tx, reader, rows).await?;
    let next = lines.last().map(|line| Cursor(line.id)).filter(|_| more);
    let (same, apart) = match category {
        Category::People => same(tx, *person, &lines).await?,
        _ => (Vec::new(), BTreeMap::new()),
    };
    let total = u64::try_from(total).unwrap_or_default();
    let (unread, out_of_date, marks) = (Vec::new(), Vec::new(), Marks::default());
    Ok(EntryPage { whose, category, which, lines, next, total, unread, same, apart, out_of_date, marks })
}

/// Which of the people and places are one and the same, and what tells each from others of its name.
type Told = (Vec<Vec<EntryId>>, BTreeMap<EntryId, String>);

/// Which of these people and places are one and the same.
async fn same(tx: &mut Tx, person: PersonId, lines: &[EntryLine]) -> Result<Told, ServiceError> {
    let ids: Vec<_> = lines.iter().map(|line| line.id.as_uuid()).collect();
    let mut rows = Vec::new();
    for some in ids.chunks(RAW_AT_ONCE) {
        rows.extend(record::who(tx, person, some).await?);
    }
    // The database gives them in no order.
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.entry_id));
    let titles: HashMap<EntryId, String> = lines.iter().map(|line| (line.id, line.title.trim().to_lowercase())).collect();
    let read = move || {
        let id = |row: &WhoRow| EntryId::from_uuid(row.entry_id);
        let title = |row: &WhoRow| titles.get(&id(row)).map_or("", String::as_str);
        let same = together(rows.iter().map(|row| (id(row), signs(row, title(row)))));
        let apart = rows.iter().filter_map(|row| Some((id(row), fhir::map::told_apart(&row.raw)?)));
        (same, apart.collect::<BTreeMap<_, _>>())
    };
    tokio::task::spawn_blocking(read).await.map_err(ServiceError::internal)
}

/// By what an entry among people and places is known to tell of the same as another: who has one sign of another's is the same. The person's
/// own details are all of the person; anybody else is known by the numbers of registers, whatever each source calls them, and whoever has a
/// role by what that says of them. Branches and rooms may all bear the number of what they are part of: their names count too.
fn signs(row: &WhoRow, title: &str) -> BTreeSet<String> {
    if row.resource_type == "Patient" {
        return BTreeSet::from(["Patient".to_owned()]);
    }
    let at = |kind: &str, id: &str| format!("{}/{kind}/{id}", row.organisation_id);
    let mut signs = BTreeSet::from([at(&row.resource_type, &row.logical_id)]);
    let numbers = fhir::map::registered(&row.raw).into_iter();
    if matches!(row.resource_type.as_str(), "Practitioner" | "PractitionerRole") {
        signs.extend(numbers);
    } else {
        signs.extend(numbers.map(|number| format!("{number}|{title}")));
    }
    if row.resource_type == "PractitionerRole" {
        let mut whose = row.mentioned().filter(|(kind, _)| *kind == "Practitioner");
        if let (Some((kind, id)), None) = (whose.next(), whose.next()) {
            signs.insert(at(kind, id));
        }
    }
    signs
}

/// Those that share a sign, each group by itself, also where only another of the group shares one with both.
fn together(all: impl Iterator<Item = (EntryId, BTreeSet<String>)>) -> Vec<Vec<EntryId>> {
    let mut groups: Vec<(Vec<EntryId>, BTreeSet<String>)> = Vec::new();
    for (id, mut signs) in all {
        let (joined, mut others): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, known)| !known.is_disjoint(&signs));
        let mut ids = vec![id];
        for (more, known) in joined {
            ids.extend(more);
            signs.extend(known);
        }
        others.push((ids, signs));
        groups = others;
    }
    groups.into_iter().map(|(ids, _)| ids).collect()
}

/// One entry, with its versions.
pub(crate) async fn one(tx: &mut Tx, reader: &Reader, id: EntryId) -> Result<EntryView, ServiceError> {
    let view = without_words(tx, reader, id).await?;
    Ok(EntryView { words: words(tx, reader, id).await?, ..view })
}

/// The same without what a care team wrote about it.
pub(crate) async fn without_words(tx: &mut Tx, reader: &Reader, id: EntryId) -> Result<EntryView, ServiceError> {
    let row = record::entry(tx, reader.person, &reader.filter, id).await?.ok_or(ServiceError::NotFound)?;
    let (versions, arrived) = versions(tx, reader, &row, None).await?;
    let documents = documents::of_entry(tx, reader, &row).await?;
    let anew = told_anew(tx, reader, &[row.line.id], true).await?.remove(&row.line.id);
    let result = match row.line.category()? {
        Category::Result => results::view(tx, reader, id, anew.as_ref().and_then(Option::as_ref)).await?,
        _ => None,
    };
    let view = EntryView {
        whose: summary(tx, reader).await?,
        result,
        details: row.details.0.clone(),
        code: row.code(),
        ended: row.ended()?,
        recorded: row.line.recorded()?,
        received_at: row.received_at,
        version: arrived.number_of(row.version),
        newest_unreadable: !row.is_current,
        versions,
        words: None,
        documents,
        newer_by: None,
        marks: Marks::default(),
        sender: sender(&row)?,
        organisation: row.organisation,
        line: EntryLine::of(row.line)?.anew(anew.as_ref()),
    };
    Ok(match anew {
        None => view,
        Some(Some(facts)) => EntryView { details: facts.details, code: facts.code, ..view },
        Some(None) => EntryView { details: Vec::new(), code: None, ..view },
    })
}

pub(crate) fn read(actor: &Actor, subject: Subject, page: &'static str) -> Event {
    Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", page)
}

/// What sort of organisation sent an entry.
fn sender(row: &EntryRow) -> Result<OrganisationKind, StoreError> {
    let kind = OrganisationKind::from_code(&row.organisation_kind);
    kind.ok_or_else(|| StoreError::corrupt("an organisation is of an unknown kind"))
}

/// Why a record is read on this basis.
pub(crate) const fn purpose(subject: Subject) -> Purpose {
    match subject.basis {
        Basis::Own | Basis::Unknown => Purpose::OwnCare,
        Basis::Carer => Purpose::Caring,
        Basis::CareTeam | Basis::LetIn => Purpose::DirectCare,
        Basis::Emergency => Purpose::EmergencyCare,
        Basis::Operator => Purpose::Operations,
        Basis::System => Purpose::RecordUpkeep,
    }
}

/// Which of the versions that arrived may be shown, by the numbers of their arrival, the first first.
struct Arrived(Vec<i32>);

impl Arrived {
    /// The number of the arrival of the one that is shown as this one.
    fn at(&self, number: i32) -> Option<i32> {
        self.0.get(usize::try_from(number.checked_sub(1)?).ok()?).copied()
    }

    /// As which one the version of this arrival is shown.
    fn number_of(&self, arrived: i32) -> i32 {
        let before = self.0.iter().filter(|one| **one < arrived).count();
        i32::try_from(before).unwrap_or(i32::MAX).saturating_add(1)
    }
}

/// As which version the one of this arrival is shown; `None` where it is not shown to the reader.
pub(crate) async fn shown_as(tx: &mut Tx, reader: &Reader, row: &EntryRow, arrived: i32) -> Result<Option<i32>, ServiceError> {
    let (_, all) = versions(tx, reader, row, None).await?;
    Ok(all.0.contains(&arrived).then(|| all.number_of(arrived)))
}

/// An entry of which a newer version waits to be shown to this reader, the arrival of the version that was shown before, and by when the
/// newer one is; nothing of what the row says may be.
async fn waits_anew(tx: &mut Tx, reader: &Reader, id: EntryId) -> Result<Option<(EntryRow, i32, DateTime<Utc>)>, ServiceError> {
    let Some((before, by)) = release::before(tx, reader.person, id, reader.filter.at()).await? else { return Ok(None) };
    let row = record::entry(tx, reader.person, &reader.filter.with_what_waits(), id).await?;
    Ok(row.map(|row| (row, before, by)))
}

/// How sensitive the person says that an entry is, also of one whose earlier version was shown.
async fn chosen_of(tx: &mut Tx, reader: &Reader, id: EntryId, before: Option<i32>) -> Result<Option<LabelRow>, ServiceError> {
    let at = if before.is_some() { reader.filter.with_what_waits().at() } else { reader.filter.at() };
    Ok(record::label_of(tx, reader.person, id, at).await?)
}

/// The versions of an entry that may be shown; where the newest waits, those up to the arrival of the one that was shown before.
async fn versions(
    tx: &mut Tx,
    reader: &Reader,
    row: &EntryRow,
    before: Option<i32>,
) -> Result<(Vec<VersionView>, Arrived), ServiceError> {
    let rows = record::versions(tx, reader.person, row.source()).await?;
    let several = rows.len() > 1;
    let chosen = match reader.is_owner() || !several {
        true => None,
        false => chosen_of(tx, reader, EntryId::from_uuid(row.line.id), before).await?,
    };
    let chosen = chosen.map(|label| label.chosen()).transpose()?.flatten();
    let relatives = match several {
        true => Relatives::of_source(tx, reader.person, row.source().organisation).await?,
        false => Relatives::default(),
    };
    let mut shown = Vec::with_capacity(rows.len());
    for version in rows.into_iter().filter(|version| before.is_none_or(|before| version.version <= before)) {
        // The entry itself may be shown; another version may have been a draft or a mistake.
        if several && version.version != row.version {
            let text = record::version(tx, reader.person, row.source(), version.version).await?.ok_or(ServiceError::NotFound)?;
            if relatives.withhold(row.source().organisation.as_uuid(), &text.raw) {
                continue;
            }
            let may = match reader.is_owner() {
                true => told(text, Vec::new()).is_none_or(|facts| facts.release == Release::Released),
                // What cannot be read may be more sensitive than what can.
                false => version_anew(tx, reader, row, text, chosen).await?.is_some(),
            };
            if !may {
                continue;
            }
        }
        shown.push(version);
    }
    let mut arrived: Vec<i32> = shown.iter().map(|version| version.version).collect();
    arrived.sort_unstable();
    let arrived = Arrived(arrived);
    let view = |version: record::VersionRow| VersionView {
        number: arrived.number_of(version.version),
        current: version.is_current,
        received_at: version.received_at,
        source_updated_at: version.source_updated_at,
        organisation: row.organisation.clone(),
    };
    Ok((shown.into_iter().map(view).collect(), arrived))
}

/// What a stored version says; `None` where it could not be read.
fn told(text: VersionTextRow, naming: Vec<NamingRow>) -> Option<EntryFacts> {
    let naming: Vec<_> = naming.into_iter().filter_map(|row| fhir::Received::new("stored", row.full_url, row.raw).ok()).collect();
    let received = fhir::Received::new("stored", text.full_url, text.raw).ok()?;
    let facts: Result<Option<EntryFacts>, MapError> = fhir::map::entry(&received, &Names::among(&naming));
    facts.ok().flatten()
}
