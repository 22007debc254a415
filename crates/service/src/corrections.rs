//! "This is wrong": somebody reports a mistake in an entry of a record, and the organisation that sent the entry answers. What can be done
//! when is [`domain::correction`]'s to say. Nothing here changes an entry: a report is corrected once its source sends it anew. Where nobody
//! at that organisation reads reports, the report is kept for a letter that the person sends, and what comes of it is theirs to write down.

use crate::activity::{self, Event};
use crate::error::gather;
use crate::limits::{Attempt, CORRECTIONS};
use crate::mail::{self, Letter};
use crate::questionnaires::own_accounts;
use crate::reader::Reader;
use crate::records::{self, EntryLine, EntryView, Marks, purpose};
use crate::typed::{named, past_date};
use crate::work as items;
use crate::{Core, FieldProblem, PersonSummary, ServiceError, access, appointments};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Ask, Assurance, Subject, View};
use domain::audit::{Action, Basis, Purpose};
use domain::correction::{Act, LONGEST, Party, State, WordsError, words};
use domain::record::{Category, Release};
use domain::team::{StaffRole, TeamAsk, WorkKind};
use domain::when::{When, day_in_words, london_day};
use domain::{AccountId, CorrectionId, EntryId, OrganisationId, PersonId, WorkItemId};
use fhir::about::{Reported, report};
use fhir::own::{By, Subject as Whom};
use futures::future::BoxFuture;
use serde_json::Value;
use std::collections::BTreeSet;
use store::correction::{self, CorrectionRow, EntryNowRow, NewCorrection, Step, StepRow};
use store::record;
use store::work::NewWorkItem;
use store::{Tx, account, person, person_write, profile, release, staff, work};
use uuid::Uuid;

/// What an event calls these pages: those of the person, and that of the organisation.
const PAGE: &str = "corrections";
const TEAM_PAGE: &str = "correction";
/// The most reports that a list shows, and that a page of an entry does.
const MOST: i64 = 200;
const MOST_ABOUT: i64 = 20;

/// A report as its form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorrectionForm {
    /// What is wrong.
    pub wrong: String,
    /// What it should say; may be empty.
    pub should_say: String,
    /// Why they think so; may be empty.
    pub why: String,
    /// Which version of the entry they had before them.
    pub seen: String,
    /// They were told that nobody at the organisation reads reports here, and that it is kept for a letter.
    pub by_letter: bool,
    /// The form's one-time id.
    pub submission: String,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionSeen {
    /// Its id.
    pub id: CorrectionId,
    /// The entry, with its name; absent where that is not shown now.
    pub entry: Option<(EntryId, String)>,
    /// Who sent the entry, by name.
    pub organisation: String,
    /// Where it stands.
    pub state: State,
    /// What is wrong.
    pub wrong: String,
    /// What it should say; may be empty.
    pub should_say: String,
    /// Why they think so; may be empty.
    pub why: String,
    /// The reader reported it themself.
    pub mine: bool,
    /// Whose record it is did not report it: somebody who acts for them did.
    pub by_carer: bool,
    /// When it was reported.
    pub reported_at: DateTime<Utc>,
    /// When it came to where it stands.
    pub changed_at: DateTime<Utc>,
    /// Goes up with every change.
    pub version: i32,
    /// A newer version came after they agreed, and the person cannot read it yet: told to those who answer alone.
    pub waits_to_be_seen: bool,
}

/// A state that a report reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionStep {
    /// Which.
    pub state: State,
    /// What was said; may be empty.
    pub words: String,
    /// On which day the letter was sent, where this is that.
    pub sent_on: Option<NaiveDate>,
    /// Who of the organisation it was, by name.
    pub name: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What the letter about a report says beside the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionLetter {
    /// Whose record it is, by name.
    pub name: String,
    /// Somebody who acts for that person writes it.
    pub by_carer: bool,
    /// Their NHS number as people read it, where it is known and open to the reader.
    pub nhs_number: Option<String>,
    /// When they were born, where that is known and open to the reader.
    pub birth_date: Option<NaiveDate>,
    /// The lines of their address, as they keep it here and it is open to the reader; may be empty.
    pub address: Vec<String>,
    /// Their phone numbers, likewise.
    pub phones: Vec<String>,
    /// Their email address, likewise; may be empty.
    pub email: String,
    /// What the entry is called.
    pub entry: String,
    /// Its value, where it has one.
    pub value: Option<String>,
    /// When it happened.
    pub happened: Option<When>,
    /// The day of the letter.
    pub day: NaiveDate,
}

/// A report on its own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionPage {
    /// Whose, as far as the reader may know: it stands on paper.
    pub whose: PersonSummary,
    /// The report.
    pub correction: CorrectionSeen,
    /// Each state that it reached, the first first.
    pub steps: Vec<CorrectionStep>,
    /// The version that was reported, where the entry has changed since and that version may be shown.
    pub reported_version: Option<i32>,
    /// The version by which it was corrected, where the entry has changed again since and that version may be shown.
    pub corrected_version: Option<i32>,
    /// The entry says something newer than what was reported.
    pub changed: bool,
    /// The entry, where a newer version of it has come and is not shown yet, and whether one from before can be read.
    pub waits: Option<(EntryId, bool)>,
    /// The reader can take it back.
    pub may_withdraw: bool,
    /// On which day it was sent by letter.
    pub sent_on: Option<NaiveDate>,
    /// The letter, while it is to be sent or answered and the entry is shown.
    pub letter: Option<CorrectionLetter>,
}

/// What somebody writes down about a report that goes by letter, as their form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorrectionByLetter {
    /// [`Act`] by code: that it was sent, or what the organisation said.
    pub act: String,
    /// On which day it was sent: day, month and year.
    pub sent: [String; 3],
    /// What the organisation said; may be empty where it corrected the entry.
    pub words: String,
    /// The version that was seen.
    pub version: String,
    /// The form's one-time id.
    pub submission: Uuid,
}

/// What a form to report a mistake shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionStart {
    /// The entry.
    pub entry: EntryView,
    /// Whether somebody at the organisation that sent it reads reports here.
    pub is_read: bool,
    /// What was reported of it before and is not over.
    pub open: Vec<CorrectionSeen>,
}

/// What was reported of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorrectionsOfEntry {
    /// Whether the reader may report a mistake in it.
    pub may_report: bool,
    /// What was, the newest first.
    pub reports: Vec<CorrectionSeen>,
}

/// A report as those see it who answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionToAnswer {
    /// The report.
    pub correction: CorrectionSeen,
    /// Each state that it reached, the first first.
    pub steps: Vec<CorrectionStep>,
    /// The entry as it is now; absent where its source withholds it now.
    pub entry: Option<EntryView>,
    /// The entry has changed since it was reported, or is withheld now.
    pub changed: bool,
}

/// What those do with a report who answer it, as their form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorrectionAnswer {
    /// [`Act`] by code.
    pub act: String,
    /// What the person reads.
    pub words: String,
    /// The version that was seen.
    pub version: String,
    /// The form's one-time id.
    pub submission: Uuid,
}

/// The use cases of mistakes that are reported.
#[derive(Clone)]
pub struct Corrections {
    core: Core,
}

/// Who looks, and at whose.
struct Looker {
    reader: Reader,
    account: Option<AccountId>,
    own: Option<AccountId>,
}

impl Looker {
    /// A report, where it is open: to the person all, to somebody else their own, unless its entry is hidden from them.
    async fn seen(&self, tx: &mut Tx, row: &CorrectionRow) -> Result<Option<CorrectionSeen>, ServiceError> {
        let mine = self.account == Some(row.reporter());
        if !self.reader.is_owner() && !mine {
            return Ok(None);
        }
        let entry = record::entry(tx, row.person(), &self.reader.filter, row.entry()).await?;
        let name = match entry {
            Some(entry) => records::lines(tx, &self.reader, vec![entry.line]).await?.into_iter().next().map(|line| line.title),
            None => None,
        };
        // What nobody is shown now may be hidden from this one too.
        if name.is_none() && !record::may_know_of(tx, row.person(), &self.reader.filter, row.entry()).await? {
            return Ok(None);
        }
        Ok(Some(seen(row, name, (mine, self.own))?))
    }
}

fn seen(
    row: &CorrectionRow,
    name: Option<String>,
    (mine, own): (bool, Option<AccountId>),
) -> Result<CorrectionSeen, ServiceError> {
    Ok(CorrectionSeen {
        id: row.correction(),
        entry: name.map(|name| (row.entry(), name)),
        organisation: row.organisation.clone(),
        state: row.state()?,
        wrong: row.wrong.clone(),
        should_say: row.should_say.clone(),
        why: row.why.clone(),
        mine,
        by_carer: own != Some(row.reporter()),
        reported_at: row.reported_at,
        changed_at: row.changed_at,
        version: row.version,
        waits_to_be_seen: false,
    })
}

/// A report as those see it who answer it, beside what its entry tells now: they read a newer version before the person does.
fn seen_at_work(
    row: &CorrectionRow,
    name: Option<String>,
    (own, now): (Option<AccountId>, Option<&EntryNowRow>),
) -> Result<CorrectionSeen, ServiceError> {
    let one = seen(row, name, (false, own))?;
    let is_newer = now.is_some_and(|now| now.release == Release::Released.code() && came_since(row, now));
    Ok(CorrectionSeen { waits_to_be_seen: one.state == State::Accepted && is_newer, ..one })
}

/// Whether what an entry tells now came after the organisation agreed: a version from before that corrects nothing.
fn came_since(row: &CorrectionRow, now: &EntryNowRow) -> bool {
    row.accepted_version.is_some_and(|agreed| now.version > agreed)
}

impl Corrections {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// What was reported of an entry, for its page: that page is audited, and shows no more than this. Nothing where the entry, or
    /// reporting, is not open to the reader.
    ///
    /// # Errors
    /// [`ServiceError`] when the database fails.
    pub async fn about_entry(&self, actor: &Actor, person: PersonId, entry: EntryId) -> Result<CorrectionsOfEntry, ServiceError> {
        let mut tx = self.core.read().await?;
        let looker = match looker(&self.core, &mut tx, actor, person).await {
            Ok((looker, _)) => looker,
            Err(ServiceError::NotFound) => return Ok(CorrectionsOfEntry::default()),
            Err(error) => return Err(error),
        };
        if record::entry(&mut tx, person, &looker.reader.filter, entry).await?.is_none() {
            return Ok(CorrectionsOfEntry::default());
        }
        let reports = of_entry(&mut tx, &looker, entry).await?;
        Ok(CorrectionsOfEntry { may_report: looker.account.is_some(), reports })
    }

    /// What was reported of an entry and not taken back, for its page at work: that page is audited, and shows no more than this. Nothing
    /// where the reader does not answer what is reported of it. What goes by letter is not theirs to read here.
    ///
    /// # Errors
    /// [`ServiceError`] when the database fails.
    pub async fn beside_entry(
        &self,
        actor: &Actor,
        person: PersonId,
        entry: EntryId,
    ) -> Result<Vec<CorrectionSeen>, ServiceError> {
        let mut tx = self.core.read().await?;
        match of_theirs(&self.core, &mut tx, actor, person, entry).await {
            Err(ServiceError::NotFound) => Ok(Vec::new()),
            found => found,
        }
    }

    /// Of which entries a mistake is reported and not over, for the lists of a record at work: these are audited, and show no more than this.
    /// An entry that tells of a newer version since they agreed is none of them, whether or not the person can read that yet. Nothing where
    /// the reader does not answer what is reported, and of no entry that another organisation sent. What goes by letter is not theirs to read
    /// here.
    ///
    /// # Errors
    /// [`ServiceError`] when the database fails.
    pub async fn reported(&self, actor: &Actor, person: PersonId) -> Result<BTreeSet<EntryId>, ServiceError> {
        let mut tx = self.core.read().await?;
        match reported_to(&self.core, &mut tx, actor, person).await {
            Err(ServiceError::NotFound) => Ok(BTreeSet::new()),
            found => found,
        }
    }

    /// What the form to report a mistake in an entry shows. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not report, and for an entry that is not open to them.
    pub async fn start(&self, actor: &Actor, person: PersonId, entry: EntryId) -> Result<CorrectionStart, ServiceError> {
        let (mut tx, looker, subject) = self.enter(actor, person).await?;
        looker.account.ok_or(ServiceError::NotFound)?;
        let view = records::one(&mut tx, &looker.reader, entry).await?;
        let row = record::entry(&mut tx, person, &looker.reader.filter, entry).await?.ok_or(ServiceError::NotFound)?;
        let is_read = is_read_at(&mut tx, row.source().organisation, actor.account()).await?;
        let mut open = of_entry(&mut tx, &looker, entry).await?;
        open.retain(|one| one.state.is_open());
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE).about("entry", entry);
        activity::disclose(&self.core, event).await?;
        Ok(CorrectionStart { entry: view, is_read, open })
    }

    /// Reports a mistake in an entry: it waits on the work list of the organisation that sent the entry, or where nobody there reads
    /// reports, is kept for the person to send by letter. The same form twice reports once, and what the reader sees reported in the same
    /// words and not over is not reported again.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`wrong`, `should_say`, `why`, and with no field where the entry has changed since it was seen, or
    /// whether somebody at the organisation reads reports here); [`ServiceError::TooMany`] after too many in a day;
    /// [`ServiceError::NotFound`] as [`Corrections::start`].
    pub async fn report(
        &self,
        actor: &Actor,
        person: PersonId,
        entry: EntryId,
        form: &CorrectionForm,
    ) -> Result<CorrectionId, ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (looker, subject) = looker(&core, tx, &actor, person).await?;
                let by = looker.account.ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = record::entry(tx, person, &looker.reader.filter, entry).await?.ok_or(ServiceError::NotFound)?;
                let submission = form.submission.parse::<Uuid>().map_err(|_| not_whole())?;
                if let Some(before) = correction::by_submission(tx, person, submission).await? {
                    return Ok(before);
                }
                let organisation = row.source().organisation;
                let state = if form.by_letter { State::ToSend } else { State::Sent };
                let new = read(&form, (entry, organisation, row.version), state)?;
                if is_read_at(tx, organisation, Some(by)).await? == form.by_letter {
                    return Err(ServiceError::field("", no_longer_so(&row.organisation, form.by_letter)));
                }
                if records::one(tx, &looker.reader, entry).await?.version.to_string() != form.seen {
                    return Err(ServiceError::field(
                        "",
                        "The entry has just changed. Look at it again before you send the report",
                    ));
                }
                // Who goes back sends a form anew, and means no second report.
                let before = of_entry(tx, &looker, entry).await?;
                if before.iter().any(|one| one.state.is_open() && says_the_same(one, &new)) {
                    return Err(ServiceError::field(
                        "wrong",
                        "This is reported already, in the same words. If something else is wrong too, write only that",
                    ));
                }
                if let Attempt::Refused(wait) = CORRECTIONS.count(&core, tx, &person.to_string()).await? {
                    return Err(ServiceError::TooMany(wait));
                }
                let (id, now) = (CorrectionId::from_uuid(core.new_id()), core.now());
                correction::add(tx, (person, id, submission), &new, (by, now)).await?;
                if state == State::Sent {
                    // A wrong allergy or a wrong medicine can do harm before anything else that is wrong.
                    let urgent = matches!(row.line.category()?, Category::Allergy | Category::Medicine);
                    let item =
                        NewWorkItem { organisation, team: None, kind: WorkKind::Correction, person, about: id.as_uuid(), urgent };
                    work::insert(tx, WorkItemId::from_uuid(core.new_id()), &item, now).await?;
                }
                let event = Event::on_record(&actor, subject, Action::CorrectionChanged, purpose(subject));
                let event = event.about("what", state.code()).about("correction", id).about("entry", entry);
                activity::append(&core, tx, event).await?;
                Ok(id)
            })
        })
        .await
    }

    /// Whether the actor can report a mistake: where a page leads to what was reported. Nothing is shown, and nothing audited.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn may_report(&self, actor: &Actor, person: PersonId) -> Result<bool, ServiceError> {
        let mut tx = self.core.read().await?;
        access::allows(&self.core, &mut tx, actor, person, Ask::ReportMistake).await
    }

    /// What was reported, the newest first, as far as it is open to the reader: to the person everything, to somebody who acts for them
    /// what they reported themselves. With whose it is, as far as the reader may know, to stand on paper. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not report.
    pub async fn list(&self, actor: &Actor, person: PersonId) -> Result<(Vec<CorrectionSeen>, PersonSummary), ServiceError> {
        let (mut tx, looker, subject) = self.enter(actor, person).await?;
        let mut all = Vec::new();
        for row in correction::listed(&mut tx, person, MOST).await? {
            all.extend(looker.seen(&mut tx, &row).await?);
        }
        let whose = records::summary(&mut tx, &looker.reader).await?;
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE);
        activity::disclose(&self.core, event).await?;
        Ok((all, whose))
    }

    /// One report, with what became of it. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where there is none, or it is not open to the reader.
    pub async fn one(&self, actor: &Actor, person: PersonId, id: CorrectionId) -> Result<CorrectionPage, ServiceError> {
        let (mut tx, looker, subject) = self.enter(actor, person).await?;
        let row = correction::one(&mut tx, person, id).await?.ok_or(ServiceError::NotFound)?;
        let seen = looker.seen(&mut tx, &row).await?.ok_or(ServiceError::NotFound)?;
        let steps = steps(&mut tx, &row).await?;
        let entry = record::entry(&mut tx, person, &looker.reader.filter, row.entry()).await?;
        let with_what_waits = looker.reader.filter.with_what_waits();
        let waits = entry.is_none() && record::entry(&mut tx, person, &with_what_waits, row.entry()).await?.is_some();
        let has_before = release::before(&mut tx, person, row.entry(), looker.reader.filter.at()).await?.is_some();
        let waits = waits.then(|| (row.entry(), has_before));
        let (mut reported_version, mut corrected_version, mut changed, mut letter) = (None, None, false, None);
        if let Some(entry) = entry {
            changed = entry.version != row.entry_version;
            if changed {
                reported_version = records::shown_as(&mut tx, &looker.reader, &entry, row.entry_version).await?;
            }
            if let Some(corrected) = row.corrected_version.filter(|corrected| changed && *corrected != entry.version) {
                corrected_version = records::shown_as(&mut tx, &looker.reader, &entry, corrected).await?;
            }
            if seen.state.is_by_letter() && seen.state.is_open() {
                let line = records::lines(&mut tx, &looker.reader, vec![entry.line]).await?.into_iter().next();
                letter = match line {
                    Some(line) => Some(self.letter(&mut tx, actor, &looker.reader, line).await?),
                    None => None,
                };
            }
        }
        let whose = records::summary(&mut tx, &looker.reader).await?;
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE);
        activity::disclose(&self.core, event.about("correction", id)).await?;
        let may_withdraw = seen.state.lets(Party::Citizen, Act::Withdraw);
        let sent_on = steps.iter().find_map(|step| step.sent_on);
        let correction = seen;
        Ok(CorrectionPage {
            whose,
            correction,
            steps,
            reported_version,
            corrected_version,
            changed,
            waits,
            may_withdraw,
            sent_on,
            letter,
        })
    }

    /// What the letter says of the person and of the entry, as far as either is open to the reader.
    async fn letter(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        reader: &Reader,
        line: EntryLine,
    ) -> Result<CorrectionLetter, ServiceError> {
        let who = records::summary(tx, reader).await?;
        let kept = match access::allows(&self.core, tx, actor, reader.person, Ask::SeeProfile).await? {
            true => profile::newest(tx, reader.person).await?.map(|row| row.contact_details()).transpose()?,
            false => None,
        };
        let contact = kept.unwrap_or_default();
        Ok(CorrectionLetter {
            name: who.display_name,
            by_carer: !reader.is_owner(),
            nhs_number: who.nhs_number.map(|number| number.to_string()),
            birth_date: who.birth_date,
            address: contact.whole_address(),
            phones: contact.mobile.iter().chain(&contact.phone).map(ToString::to_string).collect(),
            email: contact.email,
            value: line.value_words(),
            happened: line.happened,
            entry: line.title,
            day: london_day(self.core.now()),
        })
    }

    /// Writes down what came of a report that goes by letter: that it was sent, and on which day; then, that the organisation corrected
    /// it, or does not agree and why. The same form twice does it once.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`act`, `sent`, `words`, and with no field where it has changed since it was seen, or does not go by
    /// letter); [`ServiceError::NotFound`] as [`Corrections::one`].
    pub async fn write_down(
        &self,
        actor: &Actor,
        person: PersonId,
        id: CorrectionId,
        form: &CorrectionByLetter,
    ) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (looker, subject) = looker(&core, tx, &actor, person).await?;
                let by = looker.account.ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = correction::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                let state = looker.seen(tx, &row).await?.ok_or(ServiceError::NotFound)?.state;
                if correction::by_submission(tx, person, form.submission).await?.is_some() {
                    return Ok(());
                }
                let now = core.now();
                let (version, act, words) = read_by_letter(&form, (london_day(row.reported_at), london_day(now)))?;
                let next = state.after(act).filter(|_| version == row.version).ok_or_else(changed)?;
                // What came since it was reported may be the correction; nothing newer is none.
                let newer = correction::entry_now(tx, person, row.entry()).await?;
                let newer = newer.filter(|now| now.version > row.entry_version && now.release == Release::Released.code());
                let step = Step {
                    version,
                    state: next,
                    submission: form.submission,
                    words: &words,
                    account: Some(by),
                    member: None,
                    accepted_version: None,
                    corrected_version: newer.map(|now| now.version).filter(|_| next == State::HeardCorrected),
                };
                if !correction::move_on(tx, (person, id), &step, now).await? {
                    return Err(changed());
                }
                let event = Event::on_record(&actor, subject, Action::CorrectionChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", next.code()).about("correction", id)).await
            })
        })
        .await
    }

    /// Takes a report back. Taken back before, nothing is done.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where it has been answered, or has changed since it was seen;
    /// [`ServiceError::NotFound`] as [`Corrections::one`].
    pub async fn withdraw(
        &self,
        actor: &Actor,
        person: PersonId,
        (id, version): (CorrectionId, i32),
    ) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (looker, subject) = looker(&core, tx, &actor, person).await?;
                let by = looker.account.ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = correction::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                let state = looker.seen(tx, &row).await?.ok_or(ServiceError::NotFound)?.state;
                if state == State::Withdrawn {
                    return Ok(());
                }
                if !state.lets(Party::Citizen, Act::Withdraw) {
                    return Err(ServiceError::field("", "It has been answered, so it cannot be taken back any more"));
                }
                let step = Step {
                    version,
                    state: State::Withdrawn,
                    submission: core.new_id(),
                    words: "",
                    account: Some(by),
                    member: None,
                    accepted_version: None,
                    corrected_version: None,
                };
                let now = core.now();
                if !correction::move_on(tx, (person, id), &step, now).await? {
                    return Err(changed());
                }
                let about = (WorkKind::Correction, id.as_uuid());
                work::close(tx, row.organisation(), about, None, State::Withdrawn.code(), now).await?;
                let event = Event::on_record(&actor, subject, Action::CorrectionChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", State::Withdrawn.code()).about("correction", id)).await
            })
        })
        .await
    }

    /// A report as those see it who answer it, beside the entry. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever does not give care at the organisation that sent the entry.
    pub async fn to_answer(&self, actor: &Actor, person: PersonId, id: CorrectionId) -> Result<CorrectionToAnswer, ServiceError> {
        let mut tx = self.core.read().await?;
        let found = read_to_answer(&self.core, &mut tx, actor, person, id).await;
        drop(tx);
        match found {
            Ok((found, _, subject)) => {
                let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", TEAM_PAGE);
                activity::disclose(&self.core, event.about("correction", id)).await?;
                Ok(found)
            }
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, TEAM_PAGE).await),
        }
    }

    /// Begins to look at a report, agrees, does not agree, or says that it is corrected; the person is told, and reads the words. Whoever
    /// answers at once has looked at it too. What was agreed waits on the work list until it is corrected. The same form twice does it
    /// once.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`act`, `words`, and with no field where it has changed since it was seen, a colleague deals with it, or
    /// the actor reported it themself); [`ServiceError::NotFound`] as [`Corrections::to_answer`].
    pub async fn answer(&self, actor: &Actor, item: WorkItemId, form: &CorrectionAnswer) -> Result<(), ServiceError> {
        let (by, form) = (actor.clone(), form.clone());
        let done = self.core.write(move |core, tx| Box::pin(async move { answer(&core, tx, &by, item, &form).await }));
        match done.await {
            Err(error) => Err(access::refused(&self.core, actor, error, TEAM_PAGE).await),
            done => done,
        }
    }

    /// A snapshot, for whoever may report; a refusal is audited.
    async fn enter(&self, actor: &Actor, person: PersonId) -> Result<(Tx, Looker, Subject), ServiceError> {
        let mut tx = self.core.read().await?;
        match looker(&self.core, &mut tx, actor, person).await {
            Ok((looker, subject)) => Ok((tx, looker, subject)),
            Err(error) => {
                drop(tx);
                Err(access::refused_on(&self.core, actor, person, error, PAGE).await)
            }
        }
    }

    /// Does an act about a person in one transaction; a refusal is audited.
    async fn act<T, F>(&self, actor: &Actor, person: PersonId, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, Actor) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        let by = actor.clone();
        match self.core.write(move |core, tx| body(core, tx, by)).await {
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, PAGE).await),
            done => done,
        }
    }
}

/// Of which entries a mistake is reported and not over, for the results that a person or a carer reads who may report: to the person all,
/// to somebody who acts for them what they reported themselves.
pub(crate) async fn told_of(tx: &mut Tx, reader: &Reader, account: Option<AccountId>) -> Result<BTreeSet<EntryId>, ServiceError> {
    let mut all = BTreeSet::new();
    for row in correction::listed(tx, reader.person, MOST).await? {
        let is_told = reader.is_owner() || account == Some(row.reporter());
        if is_told && row.state()?.is_open() {
            all.insert(row.entry());
        }
    }
    Ok(all)
}

async fn looker(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<(Looker, Subject), ServiceError> {
    let allowed = access::open(core, tx, actor, person, Ask::ReportMistake).await?;
    let account = if matches!(actor, Actor::Account { .. }) { actor.account() } else { None };
    let own = appointments::own_account(tx, person).await?;
    Ok((Looker { reader: Reader::new(person, allowed.view, core.now()), account, own }, allowed.subject))
}

async fn of_entry(tx: &mut Tx, looker: &Looker, entry: EntryId) -> Result<Vec<CorrectionSeen>, ServiceError> {
    let mut all = Vec::new();
    for row in correction::about(tx, looker.reader.person, entry, MOST_ABOUT).await? {
        all.extend(looker.seen(tx, &row).await?);
    }
    Ok(all)
}

/// Whether a report says what a new one would.
fn says_the_same(one: &CorrectionSeen, new: &NewCorrection) -> bool {
    one.wrong == new.wrong && one.should_say == new.should_say && one.why == new.why
}

/// The reports of an entry to whoever answers them: those to the organisation for which they work now.
async fn of_theirs(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    entry: EntryId,
) -> Result<Vec<CorrectionSeen>, ServiceError> {
    let place = access::in_team(tx, actor, TeamAsk::DoWork(WorkKind::Correction)).await?;
    let allowed = access::open(core, tx, actor, person, Ask::AnswerCorrection).await?;
    let reader = Reader::new(person, allowed.view, core.now());
    let shown = record::entry(tx, person, &reader.filter, entry).await?.ok_or(ServiceError::NotFound)?;
    let line = records::lines(tx, &reader, vec![shown.line]).await?.into_iter().next().ok_or(ServiceError::NotFound)?;
    let own = appointments::own_account(tx, person).await?;
    let now = correction::entry_now(tx, person, entry).await?;
    let mut all = Vec::new();
    for row in correction::about(tx, person, entry, MOST_ABOUT).await? {
        let state = row.state()?;
        if row.organisation() == place.organisation() && !state.is_by_letter() && state != State::Withdrawn {
            all.push(seen_at_work(&row, Some(line.title.clone()), (own, now.as_ref()))?);
        }
    }
    Ok(all)
}

async fn reported_to(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<BTreeSet<EntryId>, ServiceError> {
    let place = access::in_team(tx, actor, TeamAsk::DoWork(WorkKind::Correction)).await?;
    access::open(core, tx, actor, person, Ask::AnswerCorrection).await?;
    Ok(correction::open(tx, person, place.organisation()).await?)
}

async fn steps(tx: &mut Tx, row: &CorrectionRow) -> Result<Vec<CorrectionStep>, ServiceError> {
    let rows = correction::steps(tx, row.person(), row.correction()).await?;
    let step = |row: StepRow| -> Result<CorrectionStep, ServiceError> {
        let state = row.state()?;
        let sent_on = state.sent_on(&row.words);
        let words = if sent_on.is_some() { String::new() } else { row.words };
        Ok(CorrectionStep { state, words, sent_on, name: row.name, at: row.at })
    };
    rows.into_iter().map(step).collect()
}

/// Whether somebody at an organisation can answer what this account reports: a report that nobody reads is worse than none.
async fn is_read_at(tx: &mut Tx, organisation: OrganisationId, by: Option<AccountId>) -> Result<bool, ServiceError> {
    for colleague in staff::of_organisation(tx, organisation).await? {
        if by.is_none_or(|by| colleague.place.account_id != by.as_uuid())
            && colleague.place.ended_at.is_none()
            && colleague.place.role()? == StaffRole::Clinician
        {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn read_to_answer(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    id: CorrectionId,
) -> Result<(CorrectionToAnswer, CorrectionRow, Subject), ServiceError> {
    let place = access::in_team(tx, actor, TeamAsk::DoWork(WorkKind::Correction)).await?;
    let allowed = access::open(core, tx, actor, person, Ask::AnswerCorrection).await?;
    let row = correction::one(tx, person, id).await?.filter(|row| row.organisation_id == place.organisation_id);
    let row = row.ok_or(ServiceError::NotFound)?;
    // What goes by letter is not theirs to read here, whoever works there by now.
    if row.state()?.is_by_letter() {
        return Err(ServiceError::NotFound);
    }
    let reader = Reader::new(person, allowed.view, core.now());
    let entry = match records::one(tx, &reader, row.entry()).await {
        Ok(entry) => {
            let marks = Marks::of(tx, &reader, Some(place.organisation())).await?;
            Some(EntryView { marks, ..entry })
        }
        Err(ServiceError::NotFound) => None,
        Err(error) => return Err(error),
    };
    let now = correction::entry_now(tx, person, row.entry()).await?;
    let differs = |now: &EntryNowRow| now.version != row.entry_version || now.release != Release::Released.code();
    let changed = now.as_ref().is_none_or(differs);
    let name = entry.as_ref().map(|entry| entry.line.title.clone());
    let own = appointments::own_account(tx, person).await?;
    let correction = seen_at_work(&row, name, (own, now.as_ref()))?;
    let steps = steps(tx, &row).await?;
    Ok((CorrectionToAnswer { correction, steps, entry, changed }, row, allowed.subject))
}

async fn answer(core: &Core, tx: &mut Tx, actor: &Actor, item: WorkItemId, form: &CorrectionAnswer) -> Result<(), ServiceError> {
    let (place, waits) = items::mine(tx, actor, item).await?;
    if waits.kind()? != WorkKind::Correction {
        return Err(ServiceError::NotFound);
    }
    let (person, id) = (waits.person(), CorrectionId::from_uuid(waits.about_id));
    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    let (_, row, subject) = read_to_answer(core, tx, actor, person, id).await?;
    if correction::by_submission(tx, person, form.submission).await?.is_some() {
        return Ok(());
    }
    if actor.account() == Some(row.reporter()) {
        return Err(ServiceError::field("", "You reported this yourself, so somebody else has to answer"));
    }
    items::in_hand(&place, &waits)?;
    let entry_now = correction::entry_now(tx, person, row.entry()).await?;
    let (version, act, text) = read_answer(form, entry_now.as_ref().is_some_and(|now| came_since(&row, now)))?;
    let state = row.state()?;
    if version != row.version || !state.lets(Party::Organisation, act) {
        return Err(changed());
    }
    let (now, member) = (core.now(), place.member());
    let entry_now = entry_now.map(|now| now.version);
    let mut reached = (state, row.version);
    for one in state.before(act).into_iter().chain([act]) {
        let last = one == act;
        let next = reached.0.after(one).ok_or_else(changed)?;
        let step = Step {
            version: reached.1,
            state: next,
            submission: if last { form.submission } else { core.new_id() },
            words: if last { text.as_str() } else { "" },
            account: actor.account(),
            member: Some(member),
            accepted_version: entry_now.filter(|_| next == State::Accepted),
            corrected_version: entry_now.filter(|_| next == State::Corrected),
        };
        if !correction::move_on(tx, (person, id), &step, now).await? {
            return Err(changed());
        }
        reached = (next, step.version.saturating_add(1));
    }
    let state = reached.0;
    if state.is_open() {
        if waits.claimed_by.is_none() && !work::give(tx, place.organisation(), (item, waits.version), Some(member), now).await? {
            return Err(changed());
        }
    } else {
        let about = (WorkKind::Correction, id.as_uuid());
        work::close(tx, place.organisation(), about, Some(member), state.code(), now).await?;
    }
    let event = Event::on_record(actor, subject, Action::CorrectionChanged, purpose(subject)).about("work", item);
    activity::append(core, tx, event.about("what", state.code()).about("correction", id)).await?;
    tell(core, tx, &row).await
}

/// What is done, as of which version, and what is said with it.
fn read_answer(form: &CorrectionAnswer, has_newer: bool) -> Result<(i32, Act, String), ServiceError> {
    let version: i32 = form.version.parse().map_err(|_| not_whole())?;
    let act = Act::from_code(&form.act).filter(|act| act.is_for(Party::Organisation));
    let act = act.ok_or_else(|| ServiceError::field("act", "Choose what to do"))?;
    let text = text("words", &form.words).map_err(|problem| ServiceError::Fields(vec![problem]))?;
    let missing = match act {
        Act::Decline => Some("Write to the person why it is not a mistake"),
        // Where nothing newer has come, the person has to know where they find it put right.
        Act::Correct if !has_newer => {
            Some("The corrected entry has not come here yet. Write to the person how and where it is corrected")
        }
        Act::Take | Act::Accept | Act::Correct | Act::Withdraw | Act::Post | Act::HearCorrected | Act::HearDeclined => None,
    };
    match missing.filter(|_| text.is_empty()) {
        Some(missing) => Err(ServiceError::field("words", missing)),
        None => Ok((version, act, text)),
    }
}

/// What is written down of a letter, as of which version: that it was sent, with the day, or what was answered. It was reported on the
/// first of the days, and the last is today.
fn read_by_letter(
    form: &CorrectionByLetter,
    (reported, today): (NaiveDate, NaiveDate),
) -> Result<(i32, Act, String), ServiceError> {
    let version: i32 = form.version.parse().map_err(|_| not_whole())?;
    let act = Act::from_code(&form.act).filter(|act| matches!(act, Act::Post | Act::HearCorrected | Act::HearDeclined));
    let act = act.ok_or_else(|| ServiceError::field("act", "Choose what they said"))?;
    if act == Act::Post {
        let day = past_date(form.sent.each_ref().map(String::as_str), "sent", "The day you sent it");
        return match day.map_err(|problem| ServiceError::Fields(vec![problem]))? {
            None => Err(ServiceError::field("sent", "Enter the day you sent it")),
            Some(day) if day > today => Err(ServiceError::field("sent", "The day you sent it must be today or in the past")),
            Some(day) if day < reported => {
                let on = day_in_words(reported);
                Err(ServiceError::field("sent", format!("The day you sent it must be {on} or later: you reported it that day")))
            }
            Some(day) => Ok((version, act, day.to_string())),
        };
    }
    let text = text("words", &form.words).map_err(|problem| ServiceError::Fields(vec![problem]))?;
    if act == Act::HearDeclined && text.is_empty() {
        return Err(ServiceError::field("words", "Write the reason they gave. If they gave none, write that"));
    }
    Ok((version, act, text))
}

/// Finds the reports to which an organisation agreed and which what it sent since answers: they are corrected, and the person is told.
/// A version that nobody may read yet answers none, and neither does one that is withheld for anything but that it was an error.
pub(crate) async fn settle(core: &Core, tx: &mut Tx, person: PersonId, at: DateTime<Utc>) -> Result<(), ServiceError> {
    for found in correction::answered(tx, person, at).await? {
        let corrected_version = if found.release == Release::Released.code() {
            found.now
        } else if is_taken_back(tx, person, found.newest).await? {
            found.newest_version
        } else {
            continue;
        };
        let id = CorrectionId::from_uuid(found.id);
        let Some(row) = correction::one(tx, person, id).await? else { continue };
        if !row.state()?.lets(Party::Service, Act::Correct) {
            continue;
        }
        let state = State::Corrected;
        let step = Step {
            version: found.version,
            state,
            submission: core.new_id(),
            words: "",
            account: None,
            member: None,
            accepted_version: None,
            corrected_version: Some(corrected_version),
        };
        if !correction::move_on(tx, (person, id), &step, at).await? {
            continue;
        }
        let about = (WorkKind::Correction, found.id);
        work::close(tx, row.organisation(), about, None, state.code(), at).await?;
        let subject = Subject::new(person, Basis::System);
        let event = Event::on_record(&Actor::System, subject, Action::CorrectionChanged, Purpose::RecordUpkeep);
        activity::append(core, tx, event.about("what", state.code()).about("correction", id)).await?;
        tell(core, tx, &row).await?;
    }
    Ok(())
}

/// Whether a source sent this version of a resource to say that it was an error.
async fn is_taken_back(tx: &mut Tx, person: PersonId, resource: Uuid) -> Result<bool, ServiceError> {
    let texts = record::raw(tx, person, &[resource]).await?;
    Ok(texts.iter().any(|text| fhir::map::taken_back(&text.raw)))
}

/// Writes to the person that there is news, and to whoever reported it for them, while they still may and its entry is not hidden from
/// them. No mail says of what.
async fn tell(core: &Core, tx: &mut Tx, row: &CorrectionRow) -> Result<(), ServiceError> {
    let (person, reporter) = (row.person(), row.reporter());
    if person::by_id(tx, person).await?.is_none_or(|row| row.deceased) {
        return Ok(());
    }
    let mut to: BTreeSet<String> = own_accounts(tx, person).await?.into_iter().collect();
    let carer = Actor::Account { id: reporter, assurance: Assurance::SecondStep };
    match access::open(core, tx, &carer, person, Ask::ReportMistake).await {
        Ok(allowed) => {
            let reader = Reader::new(person, allowed.view, core.now());
            if record::may_know_of(tx, person, &reader.filter, row.entry()).await? {
                to.extend(account::by_id(tx, reporter).await?.map(|row| row.email));
            }
        }
        Err(ServiceError::NotFound) => {}
        Err(error) => return Err(error),
    }
    for email in to {
        mail::enqueue(core, tx, &email, &Letter::CorrectionNews).await?;
    }
    Ok(())
}

/// The reports in a person's record until this instant, as they were then, as FHIR R4 resources, each beside what it is about.
pub(crate) async fn resources(tx: &mut Tx, who: PersonId, until: DateTime<Utc>) -> Result<Vec<Value>, ServiceError> {
    let rows = correction::listed(tx, who, i64::from(i32::MAX)).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let demographics = person::by_id(tx, who).await?.ok_or(ServiceError::NotFound)?.demographics()?;
    let number = demographics.nhs_number.as_ref().map(|number| number.as_digits().to_owned());
    let subject = Whom { nhs_number: number, name: demographics.display_name() };
    let own = appointments::own_account(tx, who).await?;
    let reader = Reader::new(who, View::everything(), until);
    let mut all = Vec::new();
    for row in &rows {
        let mut steps = correction::steps(tx, who, row.correction()).await?;
        steps.retain(|step| step.at <= until);
        let Some(last) = steps.last() else { continue };
        let (state, changed_at, version) = (last.state()?, last.at, last.version);
        let about = match record::entry(tx, who, &reader.filter, row.entry()).await? {
            Some(entry) => {
                let source = entry.source();
                let reference = format!("{}/{}", source.resource_type, source.logical_id);
                let line = records::lines(tx, &reader, vec![entry.line]).await?.into_iter().next();
                line.map(|line| (reference, line.title))
            }
            None => None,
        };
        let mut said = Vec::new();
        for step in steps {
            let state = step.state()?;
            let words = match state.sent_on(&step.words) {
                Some(day) => format!("Sent by letter on {}", day_in_words(day)),
                None => step.words,
            };
            said.push((state, words, step.name, step.at));
        }
        let reported = Reported {
            id: row.id.to_string(),
            state,
            about,
            organisation: &row.organisation,
            wrong: &row.wrong,
            should_say: &row.should_say,
            why: &row.why,
            by: if own == Some(row.reporter()) { By::Person } else { By::Carer },
            reported_at: row.reported_at,
            changed_at,
            version,
            said,
        };
        all.push(report(&subject, &reported));
    }
    Ok(all)
}

fn read(
    form: &CorrectionForm,
    (entry, organisation, entry_version): (EntryId, OrganisationId, i32),
    state: State,
) -> Result<NewCorrection, ServiceError> {
    gather! {
        wrong = named("What is wrong", text("wrong", &form.wrong)).and_then(|text| match text.is_empty() {
            true => Err(FieldProblem::new("wrong", "Write what is wrong")),
            false => Ok(text),
        });
        should_say = named("What it should say", text("should_say", &form.should_say));
        why = named("Why you think so", text("why", &form.why));
    }
    Ok(NewCorrection { entry, organisation, entry_version, wrong, should_say, why, state })
}

fn text(field: &str, typed: &str) -> Result<String, FieldProblem> {
    words(typed).map_err(|error| match error {
        WordsError::Long => FieldProblem::new(field, format!("Use {LONGEST} letters or fewer")),
        WordsError::Signs(told) => FieldProblem::new(field, told),
    })
}

/// What a form is told that was made when somebody at the organisation read reports here, and now nobody does, or the other way about.
fn no_longer_so(organisation: &str, by_letter: bool) -> String {
    if by_letter {
        format!("Somebody at {organisation} reads reports here now. Look at this page again, then send it to them")
    } else {
        format!("Nobody at {organisation} reads reports here any more. Look at this page again, then make a letter")
    }
}

fn not_whole() -> ServiceError {
    ServiceError::field("", "The page was not whole. Send it again")
}

fn changed() -> ServiceError {
    ServiceError::field("", "This has just changed. Look at it again, then choose what to do")
}
