//! Results that people do not read as soon as they come: which those are, what waits for what, the words of those who know what a
//! result means, and the person's own yes. When a result is shown is [`domain::release`]'s to say.

use crate::activity::{self, Event};
use crate::mail::{self, Letter};
use crate::questionnaires::own_accounts;
use crate::reader::{Reader, version_anew};
use crate::records::{Marks, purpose, without_words};
use crate::typed::text;
use crate::work as items;
use crate::{Core, EntryView, FieldProblem, ServiceError, access, corrections};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Audience, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::record::{EntryFacts, Release};
use domain::release::{
    Change, Held, LONGEST_DAYS, ReaderKind, ResultChoice, ResultKind, Shown, Terms, days_to_write, decide, is_history, is_marked,
    is_named, named_open_at, waits_with_results,
};
use domain::team::{TeamAsk, WorkKind};
use domain::{EntryId, OrganisationId, PersonId, ResourceId, WorkItemId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use store::record::{self, Import, VersionTextRow, WaitingRow};
use store::release::{self, HoldRow, NewComment, NewHold, SaidRow};
use store::work::NewWorkItem;
use store::{Tx, correction, document, person, person_write, work};
use uuid::Uuid;

/// What an event calls these pages.
const PAGE: &str = "result-release";

/// A result that has come and is not shown yet, or several that came as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResultWaits {
    /// The report, or the result by itself; for an address, tells nothing.
    pub id: EntryId,
    /// Who sent it.
    pub organisation: String,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// For what it waits.
    pub waits: ResultWait,
    /// Until when it waits for that at the latest.
    pub until: DateTime<Utc>,
    /// When it is shown at the latest, whatever it waits for after that.
    pub latest: DateTime<Utc>,
    /// It waits for words because the person chose so, and not because whoever sent it wants to write first.
    pub by_choice: bool,
    /// Somebody works for whoever sent it who can write here.
    pub may_write: bool,
    /// Entries of it of which an earlier version was shown: that one can still be read.
    pub before: Vec<EntryId>,
}

/// For what a result waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ResultWait {
    /// For words of those who sent it.
    Comment,
    /// For the person to say that they are ready.
    Ready,
}

/// That the person cannot read a result yet, or a letter that waits with one, for a care team that can. What the person chose about that
/// is for them to say: neither why it waits nor until when is told, because either tells the choice where nothing else can be the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultUnseen {
    /// They can read the version before it.
    pub has_before: bool,
}

/// What a care team wrote about a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResultWords {
    /// What.
    pub words: String,
    /// Who.
    pub name: String,
    /// For whom they work.
    pub organisation: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// When somebody wants to read which results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultChoices {
    /// For each kind, in the order in which to show them.
    pub choices: Vec<(ResultKind, ResultChoice)>,
    /// Goes up with every change; 0 where they have not said.
    pub version: i32,
}

/// About which results an organisation writes first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultRules {
    /// For each kind, in the order in which to show them: how many days at most; none where people read it at once.
    pub days: Vec<(ResultKind, Option<u8>)>,
    /// Goes up with every change; 0 where it has not said.
    pub version: i32,
}

/// A form with one field for each kind, by its code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResultForm {
    /// What was chosen or typed for each kind.
    pub by_kind: BTreeMap<String, String>,
    /// The version that was seen.
    pub version: String,
}

/// Results to write about, as a clinician sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultToComment {
    /// What came as one, the report first.
    pub entries: Vec<EntryView>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// When the person reads it at the latest, without words.
    pub until: DateTime<Utc>,
    /// They can read it now.
    pub open: bool,
    /// The person asked to be told to be with somebody.
    pub asks: bool,
    /// The person could read an earlier version of something of it, and still can.
    pub was_shown: bool,
    /// What was written about it.
    pub words: Option<ResultWords>,
    /// What was seen, for the form: each entry and its version.
    pub seen: String,
}

/// Words about a result, as their form sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResultCommentForm {
    /// `write` or `release`.
    pub act: String,
    /// What the person reads.
    pub words: String,
    /// What was seen.
    pub seen: String,
    /// The form's one-time id.
    pub submission: Uuid,
}

impl ResultCommentForm {
    /// Writes words, and lets the person read the result.
    pub const WRITE: &'static str = "write";
    /// Lets the person read it without words.
    pub const RELEASE: &'static str = "release";
}

/// The use cases of when results are read.
#[derive(Clone)]
pub struct Releases {
    core: Core,
}

impl Releases {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// One result that waits for the person to say that they are ready, for the page that asks them. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but the person, and where there is no such result or it waits for somebody else.
    pub async fn to_open(&self, actor: &Actor, person: PersonId, id: EntryId) -> Result<ResultWaits, ServiceError> {
        let (mut tx, subject) = self.own(actor, person).await?;
        let reader = Reader::new(person, domain::access::View::everything(), self.core.now());
        let found = waiting(&mut tx, &reader).await?.into_iter().find(|one| one.id == id && one.waits == ResultWait::Ready);
        drop(tx);
        let found = found.ok_or(ServiceError::NotFound)?;
        activity::disclose(&self.core, Event::on_record(actor, subject, Action::Read, Purpose::OwnCare).about("page", PAGE))
            .await?;
        Ok(found)
    }

    /// The person says that they are ready: from now on they read it, and so do those who may. Saying so twice changes nothing.
    ///
    /// # Errors
    /// As [`Releases::to_open`].
    pub async fn open(&self, actor: &Actor, person: PersonId, id: EntryId) -> Result<(), ServiceError> {
        let by = actor.clone();
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &by, person, Ask::ManageSharing).await?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let (now, mut opened, mut there) = (core.now(), false, false);
                // A letter that waits by itself opens with the last of its results.
                for row in release::of_lead(tx, person, id).await?.into_iter().filter(|row| !row.waits_by_itself()) {
                    match decide(&held(&row), ReaderKind::Owner, now) {
                        Shown::Yes => there = true,
                        Shown::Ready { .. } => {
                            release::settle(tx, person, row.entry(), &Held { ready_at: Some(now), ..row.held() }).await?;
                            opened = true;
                        }
                        Shown::Comment { .. } | Shown::Never => {}
                    }
                }
                match (opened, there) {
                    (true, _) => {
                        settle_rest(tx, person, now).await?;
                        corrections::settle(&core, tx, person, now).await?;
                        // Whoever opens it needs no message that it is there.
                        release::told(tx, person, now).await?;
                        let event =
                            Event::on_record(&by, subject, Action::ResultReadiness, Purpose::OwnCare).about("what", "ready");
                        activity::append(&core, tx, event.about("entry", id)).await
                    }
                    (false, true) => Ok(()),
                    (false, false) => Err(ServiceError::NotFound),
                }
            })
        });
        self.told(actor, person, done.await).await
    }

    /// When the person wants to read which results. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but the person.
    pub async fn choices(&self, actor: &Actor, person: PersonId) -> Result<ResultChoices, ServiceError> {
        let (mut tx, subject) = self.own(actor, person).await?;
        let row = release::choices(&mut tx, person).await?;
        drop(tx);
        let (version, chosen) = row.map_or((0, BTreeMap::new()), |row| (row.version, row.choices.0));
        let event = Event::on_record(actor, subject, Action::Read, Purpose::OwnCare).about("page", "result-choices");
        activity::disclose(&self.core, event).await?;
        let choices = ResultKind::ALL.iter().map(|kind| (*kind, choice(&chosen, *kind))).collect();
        Ok(ResultChoices { choices, version })
    }

    /// Changes that. It holds for what comes from then on, and for what has come and is not shown yet; what was shown stays. Sending
    /// the same twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (the code of a kind, and with no field where it was changed since it was seen);
    /// [`ServiceError::NotFound`] to anybody but the person.
    pub async fn choose(&self, actor: &Actor, person: PersonId, form: &ResultForm) -> Result<(), ServiceError> {
        let (by, form) = (actor.clone(), form.clone());
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &by, person, Ask::ManageSharing).await?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let chosen = read_choices(&form)?;
                let before = release::choices(tx, person).await?;
                let (version, before) = before.map_or((0, BTreeMap::new()), |row| (row.version, row.choices.0));
                if before == chosen {
                    return Ok(());
                }
                let now = core.now();
                if version_of(&form)? != version || !release::change_choices(tx, person, version, &chosen, now).await? {
                    return Err(changed());
                }
                apply(&core, tx, person, &chosen).await?;
                corrections::settle(&core, tx, person, now).await?;
                release::told(tx, person, now).await?;
                let event = Event::on_record(&by, subject, Action::ResultReadiness, Purpose::OwnCare).about("what", "chosen");
                activity::append(&core, tx, event).await
            })
        });
        self.told(actor, person, done.await).await
    }

    /// About which results the actor's organisation writes first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever does not manage there.
    pub async fn rules(&self, actor: &Actor) -> Result<ResultRules, ServiceError> {
        let mut tx = self.core.read().await?;
        let at = match access::in_team(&mut tx, actor, TeamAsk::ManageResults).await {
            Ok(place) => place.organisation(),
            Err(error) => {
                drop(tx);
                return Err(access::refused(&self.core, actor, error, "result-rules").await);
            }
        };
        let row = release::rules(&mut tx, at).await?;
        let (version, days) = row.map_or((0, BTreeMap::new()), |row| (row.version, row.days.0));
        Ok(ResultRules { days: ResultKind::ALL.iter().map(|kind| (*kind, days.get(kind.code()).copied())).collect(), version })
    }

    /// Changes that, for what comes from then on: what people were told of what waits stays so. Sending the same twice changes
    /// nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (the code of a kind, and with no field where somebody has changed it since it was seen);
    /// [`ServiceError::NotFound`] to whoever does not manage there.
    pub async fn change_rules(&self, actor: &Actor, form: &ResultForm) -> Result<(), ServiceError> {
        let (by, form) = (actor.clone(), form.clone());
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let at = access::in_team(tx, &by, TeamAsk::ManageResults).await?.organisation();
                let days = read_days(&form)?;
                let before = release::rules(tx, at).await?;
                let (version, before) = before.map_or((0, BTreeMap::new()), |row| (row.version, row.days.0));
                if before == days {
                    return Ok(());
                }
                if version_of(&form)? != version || !release::change_rules(tx, at, version, &days, core.now()).await? {
                    return Err(changed());
                }
                let event = Event::on_account(&by, Action::ResultRulesChanged, Purpose::Operations).about("organisation", at);
                activity::append(&core, tx, event).await
            })
        });
        match done.await {
            Err(error) => Err(access::refused(&self.core, actor, error, "result-rules").await),
            done => done,
        }
    }

    /// What waits for a clinician's words: all that came as one, as far as it is open to them. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not read it all, and where it is another organisation's.
    pub async fn to_comment(&self, actor: &Actor, person: PersonId, lead: EntryId) -> Result<ResultToComment, ServiceError> {
        let mut tx = self.core.read().await?;
        let found = read_to_comment(&self.core, &mut tx, actor, person, lead).await;
        drop(tx);
        match found {
            Ok((found, subject)) => {
                let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", PAGE);
                let entry = found.entries.first().map_or(lead, |one| one.line.id);
                activity::disclose(&self.core, event.about("entry", entry)).await?;
                Ok(found)
            }
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, PAGE).await),
        }
    }

    /// Writes to the person about what waits, or lets it go without words: from now on they read it, if they need not say first that
    /// they are ready. The words stand with it. The same form twice does it once.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`act`, `words`, and with no field where it has changed since it was seen, or a colleague deals with
    /// it); [`ServiceError::NotFound`] as [`Releases::to_comment`].
    pub async fn comment(&self, actor: &Actor, item: WorkItemId, form: &ResultCommentForm) -> Result<(), ServiceError> {
        let (by, form) = (actor.clone(), form.clone());
        let done = self.core.write(move |core, tx| {
            Box::pin(async move {
                let (place, row) = items::mine(tx, &by, item).await?;
                if row.kind()? != WorkKind::ResultComment {
                    return Err(ServiceError::NotFound);
                }
                let (person, lead) = (row.person(), EntryId::from_uuid(row.about_id));
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let ToComment { rows, seen, subject, .. } = to_write_about(&core, tx, &by, person, lead).await?;
                if release::commented(tx, person, lead).await?.is_some_and(|one| one.id == form.submission) {
                    return Ok(());
                }
                items::in_hand(&place, &row)?;
                let words = text("words", &form.words).map_err(|problem| ServiceError::Fields(vec![problem]))?;
                let words = match form.act.as_str() {
                    ResultCommentForm::WRITE if words.is_empty() => {
                        return Err(ServiceError::field(
                            "words",
                            "Write to the person what the result means, and what happens next",
                        ));
                    }
                    ResultCommentForm::WRITE => words,
                    ResultCommentForm::RELEASE if words.is_empty() => words,
                    ResultCommentForm::RELEASE => {
                        return Err(ServiceError::field("act", "Choose to send what you wrote, or take the words out"));
                    }
                    _ => return Err(ServiceError::field("act", "Choose what to do")),
                };
                if seen != form.seen {
                    return Err(changed());
                }
                let (now, member) = (core.now(), place.member());
                let new = NewComment {
                    id: form.submission,
                    lead,
                    organisation: place.organisation(),
                    member,
                    words: &words,
                    seen: &form.seen,
                };
                if !release::comment(tx, person, new, now).await? {
                    return Err(changed());
                }
                for one in release::of_lead(tx, person, lead).await? {
                    if one.commented_at.is_none() {
                        release::settle(tx, person, one.entry(), &Held { commented_at: Some(now), ..one.held() }).await?;
                    }
                }
                settle_rest(tx, person, now).await?;
                corrections::settle(&core, tx, person, now).await?;
                let outcome = if words.is_empty() { "released" } else { "written" };
                work::close(tx, place.organisation(), (WorkKind::ResultComment, lead.as_uuid()), Some(member), outcome, now)
                    .await?;
                let event = Event::on_record(&by, subject, Action::ResultCommented, purpose(subject)).about("work", item);
                let entry = rows.first().map_or(lead, HoldRow::entry);
                activity::append(&core, tx, event.about("what", outcome).about("entry", entry)).await
            })
        });
        match done.await {
            Err(error) => Err(access::refused(&self.core, actor, error, PAGE).await),
            done => done,
        }
    }

    /// What of a record the person cannot read yet, for the pages at work that show it: these are audited, and show no more than this. By
    /// one statement, however much a page shows; nothing to whoever does not give care. Only of what a page shows may it be told.
    ///
    /// # Errors
    /// [`ServiceError`] when the database fails.
    pub async fn unseen(&self, actor: &Actor, person: PersonId) -> Result<BTreeMap<EntryId, ResultUnseen>, ServiceError> {
        let mut tx = self.core.read().await?;
        let view = match access::open(&self.core, &mut tx, actor, person, Ask::ReadRecord).await {
            Ok(allowed) => allowed.view,
            Err(ServiceError::NotFound) => return Ok(BTreeMap::new()),
            Err(error) => return Err(error),
        };
        unseen(&mut tx, &Reader::new(person, view, self.core.now())).await
    }

    /// Tells each person once, without a word of what it is, that something that waited is there for them now: to read, or to say
    /// that they are ready. Gives how many were told. That it is there does not hang on this.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; [`ServiceError`] when the database fails.
    pub async fn run_told(&self, actor: &Actor) -> Result<u64, ServiceError> {
        access::for_all(actor)?;
        let (mut tx, now) = (self.core.read().await?, self.core.now());
        let people = release::to_tell(&mut tx, now).await?;
        let mut answered = Vec::new();
        for person in work::people_of(&mut tx, WorkKind::Correction).await? {
            if !people.contains(&person) && !correction::answered(&mut tx, person, now).await?.is_empty() {
                answered.push(person);
            }
        }
        drop(tx);
        // What waited and is there now, by the clock or by what the person said, may be what a mistake was reported in.
        for person in answered {
            let settled = self.core.write(move |core, tx| {
                Box::pin(async move {
                    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    corrections::settle(&core, tx, person, core.now()).await
                })
            });
            settled.await?;
        }
        let mut many = 0;
        for person in people {
            let told = self.core.write(move |core, tx| {
                Box::pin(async move {
                    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    corrections::settle(&core, tx, person, core.now()).await?;
                    if !release::told(tx, person, core.now()).await? {
                        return Ok(false);
                    }
                    if person::by_id(tx, person).await?.is_none_or(|row| row.deceased) {
                        return Ok(false);
                    }
                    let accounts = own_accounts(tx, person).await?;
                    for account in &accounts {
                        mail::enqueue(&core, tx, account, &Letter::ResultNews).await?;
                    }
                    if accounts.is_empty() {
                        return Ok(false);
                    }
                    let subject = Subject::new(person, Basis::System);
                    let event = Event::on_record(&Actor::System, subject, Action::ResultTold, Purpose::DirectCare);
                    activity::append(&core, tx, event).await?;
                    Ok(true)
                })
            });
            many += u64::from(told.await?);
        }
        Ok(many)
    }

    /// Begins a look at what only the person themself decides.
    async fn own(&self, actor: &Actor, person: PersonId) -> Result<(Tx, Subject), ServiceError> {
        let (tx, subject, _) = self.core.enter(actor, person, Ask::ManageSharing, PAGE).await?;
        Ok((tx, subject))
    }

    async fn told<T>(&self, actor: &Actor, person: PersonId, done: Result<T, ServiceError>) -> Result<T, ServiceError> {
        match done {
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, PAGE).await),
            done => done,
        }
    }
}

fn changed() -> ServiceError {
    ServiceError::field("", "This has just changed. Look at it again, then choose what to do")
}

fn version_of(form: &ResultForm) -> Result<i32, ServiceError> {
    form.version.parse().map_err(|_| ServiceError::not_whole())
}

fn choice(chosen: &BTreeMap<String, String>, kind: ResultKind) -> ResultChoice {
    chosen.get(kind.code()).and_then(|code| ResultChoice::from_code(code)).unwrap_or(ResultChoice::AtOnce)
}

/// What was chosen, without what is at once.
fn read_choices(form: &ResultForm) -> Result<BTreeMap<String, String>, ServiceError> {
    let (mut chosen, mut problems) = (BTreeMap::new(), Vec::new());
    for kind in ResultKind::ALL {
        let sent = form.by_kind.get(kind.code()).map(String::as_str).unwrap_or_default();
        match ResultChoice::from_code(sent) {
            Some(ResultChoice::AtOnce) => {}
            Some(one) => {
                chosen.insert(kind.code().to_owned(), one.code().to_owned());
            }
            None => problems.push(FieldProblem::new(kind.code(), format!("Choose when you want to read: {}", kind.title()))),
        }
    }
    if problems.is_empty() { Ok(chosen) } else { Err(ServiceError::Fields(problems)) }
}

/// How many days were typed, without what people read at once.
fn read_days(form: &ResultForm) -> Result<BTreeMap<String, u8>, ServiceError> {
    let (mut days, mut problems) = (BTreeMap::new(), Vec::new());
    for kind in ResultKind::ALL {
        let sent = form.by_kind.get(kind.code()).map(|sent| sent.trim()).unwrap_or_default();
        match sent.parse::<u8>().ok().filter(|many| (1..=LONGEST_DAYS).contains(many)) {
            Some(many) => {
                days.insert(kind.code().to_owned(), many);
            }
            None if matches!(sent, "" | "0") => {}
            None => problems.push(FieldProblem::new(
                kind.code(),
                format!("{}: enter a number of days from 1 to {LONGEST_DAYS}, or leave it empty", kind.title()),
            )),
        }
    }
    if problems.is_empty() { Ok(days) } else { Err(ServiceError::Fields(problems)) }
}

/// What is known of a result, with what its source says now.
fn held(row: &HoldRow) -> Held {
    Held { source: if row.is_released() { Release::Released } else { Release::Withheld }, ..row.held() }
}

/// What of a record the person cannot read yet and this reader can: nothing to whoever does not give care.
pub(crate) async fn unseen(tx: &mut Tx, reader: &Reader) -> Result<BTreeMap<EntryId, ResultUnseen>, ServiceError> {
    // The front desk sees no result, and need not know what waits and by whose wish.
    if !matches!(reader.view.audience(), Audience::Organisation(_)) {
        return Ok(BTreeMap::new());
    }
    let rows = release::running(tx, reader.person, reader.now).await?;
    let waits = |row: &&HoldRow| !matches!(decide(&held(row), ReaderKind::Owner, reader.now), Shown::Yes | Shown::Never);
    let running = rows.iter().filter(|row| !row.is_named());
    let unseen = running.filter(waits).map(|row| (row.entry(), ResultUnseen { has_before: row.before_id.is_some() }));
    Ok(unseen.collect())
}

/// The results that have come and are not shown yet, as far as a reader may know of them, the last that came first.
pub(crate) async fn waiting(tx: &mut Tx, reader: &Reader) -> Result<Vec<ResultWaits>, ServiceError> {
    let at = reader.filter.at();
    let mut all: Vec<ResultWaits> = Vec::new();
    let (letters, results): (Vec<WaitingRow>, Vec<WaitingRow>) =
        record::waiting(tx, reader.person, &reader.filter).await?.into_iter().partition(|row| row.is_letter);
    // Only of what waits for words without a rule it is asked whose wish that is.
    let is_chosen = |row: &WaitingRow| row.rule_days.is_none() && row.comment_days.is_some();
    let chosen = match results.iter().any(is_chosen) {
        true => release::choices(tx, reader.person).await?.map(|row| row.choices.0).unwrap_or_default(),
        false => BTreeMap::new(),
    };
    // Where one of those that came as one waits by a rule, no choice shows them.
    let by_rule: HashSet<Uuid> = results.iter().filter(|row| row.rule_days.is_some()).map(|row| row.lead_id).collect();
    for row in results {
        let after_words =
            ResultKind::from_code(&row.kind).is_some_and(|kind| choice(&chosen, kind) == ResultChoice::AfterComment);
        let by_choice = is_chosen(&row) && after_words && !by_rule.contains(&row.lead_id);
        let latest = row.held().opens_at();
        let (waits, until) = match decide(&row.held(), ReaderKind::Owner, at) {
            Shown::Comment { until } => (ResultWait::Comment, until),
            Shown::Ready { until } => (ResultWait::Ready, until),
            Shown::Yes | Shown::Never => continue,
        };
        let id = EntryId::from_uuid(row.lead_id);
        let before = row.before_id.map(|_| EntryId::from_uuid(row.entry_id));
        match all.iter_mut().find(|one| one.id == id) {
            Some(one) => {
                one.until = one.until.max(until);
                one.latest = one.latest.max(latest);
                one.by_choice |= by_choice;
                one.before.extend(before);
            }
            None => all.push(ResultWaits {
                id,
                organisation: row.organisation,
                received_at: row.received_at,
                waits,
                until,
                latest,
                by_choice,
                may_write: row.may_write,
                before: before.into_iter().collect(),
            }),
        }
    }
    // A letter tells of no result, and is named only beside one of which the reader knows: the one with which it waits, else one of its
    // organisation.
    for row in letters.into_iter().filter(|row| row.before_id.is_some()) {
        let at = all.iter().position(|one| one.id.as_uuid() == row.lead_id);
        let at = at.or_else(|| all.iter().position(|one| one.organisation == row.organisation));
        if let Some(one) = at.and_then(|at| all.get_mut(at)) {
            one.before.push(EntryId::from_uuid(row.entry_id));
        }
    }
    Ok(all)
}

/// What a care team wrote about a version of an entry, for a reader to whom all that it wrote about is open, or was in the version before.
pub(crate) async fn words_then(
    tx: &mut Tx,
    reader: &Reader,
    entry: EntryId,
    version: ResourceId,
) -> Result<Option<ResultWords>, ServiceError> {
    match release::said_of(tx, reader.person, &format!("{entry}:{version}")).await? {
        Some(row) => open_words(tx, reader, row).await,
        None => Ok(None),
    }
}

/// What a care team last wrote about an entry, for a reader to whom all that it wrote about is open, where the entry still says what
/// was written about: nothing that would wait anew ([`Change::waits_anew`]).
pub(crate) async fn words(tx: &mut Tx, reader: &Reader, entry: EntryId) -> Result<Option<ResultWords>, ServiceError> {
    let Some(row) = release::said_of(tx, reader.person, &format!("{entry}:")).await? else { return Ok(None) };
    let about = written_about(&row.seen).into_iter().find(|(other, _)| *other == entry);
    let (Some((_, about)), Some(now)) = (about, document::version(tx, reader.person, entry).await?) else { return Ok(None) };
    if about != now {
        let texts = record::raw(tx, reader.person, &[about.as_uuid(), now.as_uuid()]).await?;
        let text = |id: ResourceId| texts.iter().find(|text| text.id == id.as_uuid()).map(|text| text.raw.as_str());
        let (Some(was), Some(is)) = (text(about), text(now)) else { return Ok(None) };
        if fhir::map::change(was, is).waits_anew(false) {
            return Ok(None);
        }
    }
    open_words(tx, reader, row).await
}

/// Each entry that somebody who wrote had before them, and its version.
fn written_about(seen: &str) -> Vec<(EntryId, ResourceId)> {
    let pairs = seen.split(' ').filter_map(|one| one.split_once(':'));
    pairs.filter_map(|(entry, version)| Some((entry.parse().ok()?, version.parse().ok()?))).collect()
}

/// Words, for a reader to whom all that they may tell of is open as its writer had it.
async fn open_words(tx: &mut Tx, reader: &Reader, row: SaidRow) -> Result<Option<ResultWords>, ServiceError> {
    let filter = reader.filter.with_what_waits();
    for (other, version) in written_about(&row.seen) {
        let Some(found) = record::entry(tx, reader.person, &filter, other).await? else { return Ok(None) };
        let waits = record::entry(tx, reader.person, &reader.filter, other).await?.is_none();
        if waits && !release::was_shown(tx, reader.person, other, version).await? {
            return Ok(None);
        }
        if reader.is_owner() {
            continue;
        }
        let Some(text) = record::raw(tx, reader.person, &[version.as_uuid()]).await?.pop() else { return Ok(None) };
        let text = VersionTextRow { id: text.id, full_url: text.full_url, raw: text.raw, received_at: found.received_at };
        let label = record::label_of(tx, reader.person, other, filter.at()).await?;
        let chosen = label.map(|label| label.chosen()).transpose()?.flatten();
        if version_anew(tx, reader, &found, text, chosen).await?.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(ResultWords { words: row.words, name: row.name, organisation: row.organisation, at: row.written_at }))
}

/// Results that came as one, for somebody who may write about them.
struct ToComment {
    /// The report first.
    rows: Vec<HoldRow>,
    reader: Reader,
    subject: Subject,
    /// Whose reports of mistakes they answer too, if they do.
    answers: Option<OrganisationId>,
    /// Each entry but letters with its version, as the form sends it back.
    seen: String,
}

/// What an act needs of what came as one, without what it says: all of it is its sender's, and open to whoever acts.
async fn to_write_about(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    lead: EntryId,
) -> Result<ToComment, ServiceError> {
    let place = access::in_team(tx, actor, TeamAsk::DoWork(WorkKind::ResultComment)).await?;
    let asks = (Ask::ReadRecord, [Ask::AnswerCorrection]);
    let (allowed, [answers]) = access::open_and(core, tx, actor, person, asks).await?;
    let reader = Reader::new(person, allowed.view, core.now());
    let mut rows = release::of_lead(tx, person, lead).await?;
    rows.retain(|row| row.organisation_id == place.organisation_id && row.is_released());
    rows.sort_by_key(|row| (row.is_letter, row.entry_id != lead.as_uuid(), row.resource_type != "DiagnosticReport"));
    let open = record::open_of_lead(tx, person, &reader.filter, (lead, place.organisation())).await?;
    if rows.iter().all(|row| row.is_letter) || i64::try_from(rows.len()) != Ok(open) {
        return Err(ServiceError::NotFound);
    }
    // Words are about results: to read them nobody needs to be open what a letter says.
    let results = rows.iter().filter(|row| !row.is_letter);
    let seen = results.map(|row| format!("{}:{}", row.entry(), row.resource_id)).collect::<Vec<_>>().join(" ");
    let answers = answers.then(|| place.organisation());
    Ok(ToComment { rows, reader, subject: allowed.subject, answers, seen })
}

async fn read_to_comment(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    lead: EntryId,
) -> Result<(ResultToComment, Subject), ServiceError> {
    let ToComment { rows, reader, subject, answers, seen } = to_write_about(core, tx, actor, person, lead).await?;
    let now = core.now();
    let (Some(first), Some(last)) = (rows.first(), rows.iter().map(HoldRow::held).max_by_key(Held::comment_ends_at)) else {
        return Err(ServiceError::NotFound);
    };
    let (received_at, mut entries) = (first.received_at, Vec::new());
    let marks = Marks::of(tx, &reader, answers).await?;
    for row in &rows {
        entries.push(EntryView { marks: marks.clone(), ..without_words(tx, &reader, row.entry()).await? });
    }
    let words = release::commented(tx, person, lead).await?;
    let organisation = entries.first().map(|one| one.organisation.clone()).unwrap_or_default();
    let found = ResultToComment {
        entries,
        received_at,
        until: last.comment_ends_at(),
        open: rows.iter().all(|row| decide(&held(row), ReaderKind::Owner, now) == Shown::Yes),
        asks: last.terms.asks,
        was_shown: rows.iter().any(|row| row.before_id.is_some()),
        words: words.map(|row| ResultWords { words: row.words, name: row.name, organisation, at: row.written_at }),
        seen,
    };
    Ok((found, subject))
}

/// Lets what has come and is not shown yet wait for what the person now wants.
async fn apply(core: &Core, tx: &mut Tx, person: PersonId, chosen: &BTreeMap<String, String>) -> Result<(), ServiceError> {
    let mut rows = release::running(tx, person, core.now()).await?;
    rows.retain(|row| !row.waits_by_itself());
    let mut of_lead: HashMap<Uuid, Terms> = HashMap::new();
    for row in &rows {
        let rule = row.rule_days.and_then(|days| u8::try_from(days).ok());
        let terms = Terms::of(rule, choice(chosen, row.kind()?));
        let all = of_lead.entry(row.lead_id).or_default();
        *all = all.and(terms);
    }
    for row in &rows {
        let terms = of_lead.get(&row.lead_id).copied().unwrap_or_default();
        release::settle(tx, person, row.entry(), &Held { terms, ..row.held() }).await?;
        if terms.comment_days.is_some() && row.commented_at.is_none() {
            to_the_list(core, tx, row.organisation(), person, EntryId::from_uuid(row.lead_id)).await?;
        }
    }
    settle_rest(tx, person, core.now()).await
}

async fn to_the_list(core: &Core, tx: &mut Tx, at: OrganisationId, person: PersonId, lead: EntryId) -> Result<(), ServiceError> {
    let item =
        NewWorkItem { organisation: at, team: None, kind: WorkKind::ResultComment, person, about: lead.as_uuid(), urgent: false };
    work::insert_unless_dealt_with(tx, WorkItemId::from_uuid(core.new_id()), &item, core.now()).await?;
    Ok(())
}

/// Asks nobody for words about what came as one where nothing of it is left to write about.
async fn off_the_list(tx: &mut Tx, import: Import, lead: EntryId) -> Result<(), ServiceError> {
    let left = release::of_lead(tx, import.person, lead).await?;
    if !left.iter().any(|row| row.is_released() && !row.is_letter) {
        let about = (WorkKind::ResultComment, lead.as_uuid());
        work::close(tx, import.organisation, about, None, "replaced", import.at).await?;
    }
    Ok(())
}

/// The same of everything that this source sent, once it has taken something back.
pub(crate) async fn taken_back(tx: &mut Tx, import: Import) -> Result<(), ServiceError> {
    for item in work::about_person(tx, WorkKind::ResultComment, import.person).await? {
        if item.done_at.is_none() && item.organisation_id == import.organisation.as_uuid() {
            off_the_list(tx, import, EntryId::from_uuid(item.about_id)).await?;
        }
    }
    Ok(())
}

/// An entry that has just come to be one that may be shown.
pub(crate) struct Arrival {
    /// Which.
    pub(crate) id: EntryId,
    /// The type and the id of its resource.
    pub(crate) key: (String, String),
    /// What it says.
    pub(crate) facts: EntryFacts,
    /// The version that was shown before, and what became of it; absent where none was.
    pub(crate) before: Option<(ResourceId, Change)>,
}

/// Lets those of what has just come wait that are to: by what its organisation said about their kind or marked, and by what the person
/// said. A report and its results wait as one, for all that any of them waits for. What was shown waits anew where its newer version is
/// to ([`Change::waits_anew`]). Letters wait with the results to which they refer, and people and places with the results that alone tell of
/// them. Gives how many wait, without people and places.
pub(crate) async fn hold(core: &Core, tx: &mut Tx, import: Import, arrived: Vec<Arrival>) -> Result<usize, ServiceError> {
    let (named, arrived): (Vec<Arrival>, Vec<Arrival>) = arrived.into_iter().partition(|one| is_named(&one.key.0));
    let (letters, results): (Vec<Arrival>, Vec<Arrival>) = arrived.into_iter().partition(|one| waits_with_results(&one.facts));
    let many = hold_results(core, tx, import, results).await? + hold_letters(tx, import, &letters).await?;
    if many > 0 || !letters.is_empty() {
        settle_letters(tx, import.person, import.at).await?;
    }
    // Also where nothing new waits: something that is shown may name now who waited.
    settle_named(tx, import.person, import.at, Some((import.organisation, named.as_slice()))).await?;
    Ok(many)
}

/// What hangs on when results open, once that is settled: letters, and people and places.
async fn settle_rest(tx: &mut Tx, person: PersonId, now: DateTime<Utc>) -> Result<(), ServiceError> {
    settle_letters(tx, person, now).await?;
    settle_named(tx, person, now, None).await
}

/// Somebody or a place that may wait.
struct Named {
    entry: EntryId,
    /// Whom it names, by type and id.
    names: Vec<String>,
    /// Until when it waits already; absent where it does not.
    opens_at: Option<DateTime<Utc>>,
}

/// Lets people and places wait of whom their source tells only beside what waits, by the times that are known now, so that they do not
/// tell who reported: those that just came, and those that wait already. What was shown stays so. Whoever waits goes with what alone names
/// them where its source takes that back.
async fn settle_named(
    tx: &mut Tx,
    person: PersonId,
    now: DateTime<Utc>,
    new: Option<(OrganisationId, &[Arrival])>,
) -> Result<(), ServiceError> {
    let running = release::running(tx, person, now).await?;
    let sources: BTreeSet<Uuid> = running.iter().map(|row| row.source_id).collect();
    for source in sources {
        let (named, results): (Vec<&HoldRow>, Vec<&HoldRow>) =
            running.iter().filter(|row| row.source_id == source).partition(|row| row.is_named());
        let arrived =
            new.filter(|(organisation, _)| organisation.as_uuid() == source).map(|(_, arrived)| arrived).unwrap_or_default();
        let mut all: BTreeMap<String, Named> = BTreeMap::new();
        for one in arrived.iter().filter(|one| one.before.is_none() && one.facts.release == Release::Released) {
            let names = one.facts.mentions.clone();
            all.insert(format!("{}/{}", one.key.0, one.key.1), Named { entry: one.id, names, opens_at: None });
        }
        for row in named {
            let names = lines(row.mentions.as_deref()).map(str::to_owned).collect();
            all.insert(row.key(), Named { entry: row.entry(), names, opens_at: Some(row.opens_at) });
        }
        if all.is_empty() {
            continue;
        }
        let waited: BTreeMap<&str, DateTime<Utc>> =
            all.iter().filter_map(|(key, one)| Some((key.as_str(), one.opens_at?))).collect();
        let source = OrganisationId::from_uuid(source);
        let mut shown = release::names(tx, person, source, now).await?;
        shown.retain(|row| !all.contains_key(&format!("{}/{}", row.resource_type, row.logical_id)));
        // Of what was stored long ago it is not known whom it names.
        let opens = match shown.iter().any(|row| row.mentions.is_none()) {
            true => BTreeMap::new(),
            false => named_open_at(
                &all.iter().map(|(key, one)| (key.as_str(), one.names.iter().map(String::as_str).collect())).collect(),
                &waited,
                &shown.iter().flat_map(|row| lines(row.mentions.as_deref())).collect(),
                // What its source took back tells of nobody.
                &results
                    .iter()
                    .filter(|row| row.is_released())
                    .flat_map(|row| lines(row.mentions.as_deref()).map(move |key| (key, row.opens_at)))
                    .collect::<Vec<_>>(),
            ),
        };
        for (key, one) in &all {
            let opens_at = opens.get(key.as_str()).copied();
            if one.opens_at != opens_at {
                release::hold_named(tx, person, (one.entry, source), opens_at.unwrap_or(now), now).await?;
            }
        }
    }
    Ok(())
}

/// The resources from which an entry takes words, as they are stored.
fn lines(mentions: Option<&str>) -> impl Iterator<Item = &str> {
    mentions.unwrap_or_default().lines()
}

/// Lets letters wait as one with what waits longest of the results of their source to which they refer. A letter about a letter waits for
/// none.
async fn hold_letters(tx: &mut Tx, import: Import, letters: &[Arrival]) -> Result<usize, ServiceError> {
    if letters.is_empty() {
        return Ok(0);
    }
    let running = release::running(tx, import.person, import.at).await?;
    let results = results_of(&running, import.organisation.as_uuid());
    let waiting: HashSet<Uuid> = running.iter().map(|row| row.entry_id).collect();
    let mut many = 0;
    for one in letters.iter().filter(|one| one.facts.release == Release::Released) {
        let waits = waiting.contains(&one.id.as_uuid());
        let letter = one.facts.refers_to.join("\n");
        if waits {
            release::refers(tx, import.person, one.id, &letter).await?;
        }
        if !one.before.map_or(!waits, |(_, change)| change.waits_anew(waits)) {
            continue;
        }
        let named = one.facts.refers_to.iter().filter_map(|key| results.get(key)).filter(|row| row.is_released());
        let Some(row) = named.max_by_key(|row| row.opens_at) else { continue };
        let new = NewHold {
            entry: one.id,
            lead: EntryId::from_uuid(row.lead_id),
            organisation: row.organisation(),
            kind: row.kind()?,
            rule_days: None,
            held: row.held(),
            before: one.before.map(|(before, _)| before),
            letter: Some(letter),
        };
        release::insert(tx, import.person, &new).await?;
        many += 1;
    }
    Ok(many)
}

/// The results of a source among what waits, by their type and id there.
fn results_of(running: &[HoldRow], source: Uuid) -> HashMap<String, &HoldRow> {
    let results = running.iter().filter(|row| !row.is_letter && row.source_id == source);
    results.map(|row| (row.key(), row)).collect()
}

/// Lets each letter that refers to results that do not wait as one wait for the last of them, by the times that are known now: by itself,
/// so that words about one of them do not open it. It opens with the last.
async fn settle_letters(tx: &mut Tx, person: PersonId, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let running = release::running(tx, person, now).await?;
    let mut by_source: HashMap<Uuid, HashMap<String, &HoldRow>> = HashMap::new();
    for letter in running.iter().filter(|row| row.is_letter && !row.is_named()) {
        let results = by_source.entry(letter.source_id).or_insert_with(|| results_of(&running, letter.source_id));
        let named: Vec<&HoldRow> = letter.refers_to().filter_map(|key| results.get(key).copied()).collect();
        if !letter.waits_by_itself() && named.iter().all(|row| row.lead_id == letter.lead_id) {
            continue;
        }
        let opens_at = named.iter().map(|row| row.opens_at).max().unwrap_or(now);
        if letter.waits_by_itself() && opens_at == letter.opens_at {
            continue;
        }
        let (source, terms, received_at) = (Release::Released, Terms::default(), opens_at);
        let held = Held { source, terms, received_at, commented_at: None, ready_at: None, latest: None };
        let new = NewHold {
            entry: letter.entry(),
            lead: letter.entry(),
            organisation: letter.organisation(),
            kind: letter.kind()?,
            rule_days: None,
            held,
            before: letter.before_id.map(ResourceId::from_uuid),
            letter: Some(letter.letter.clone().unwrap_or_default()),
        };
        release::insert(tx, person, &new).await?;
    }
    Ok(())
}

async fn hold_results(core: &Core, tx: &mut Tx, import: Import, arrived: Vec<Arrival>) -> Result<usize, ServiceError> {
    let results: Vec<(Arrival, ResultKind)> = arrived
        .into_iter()
        .filter(|one| one.facts.release == Release::Released)
        .filter_map(|one| ResultKind::of(&one.facts).map(|kind| (one, kind)))
        .collect();
    if results.is_empty() {
        return Ok(0);
    }
    let rules = release::rules(tx, import.organisation).await?.map(|row| row.days.0).unwrap_or_default();
    let chosen = release::choices(tx, import.person).await?.map(|row| row.choices.0).unwrap_or_default();
    let mut running = results_running(tx, import).await?;
    let marked = results.iter().any(|(one, _)| is_marked(&one.facts));
    if rules.is_empty() && chosen.is_empty() && running.is_empty() && !marked {
        return Ok(0);
    }
    let days = |one: &Arrival, kind: ResultKind| days_to_write(rules.get(kind.code()).copied(), is_marked(&one.facts));
    let own = |one: &Arrival, kind: ResultKind| {
        let dated = one.facts.recorded.or(one.facts.happened).map(|when| when.sort_key());
        let own = Terms::of(days(one, kind), choice(&chosen, kind));
        if is_history(dated, import.at) { Terms { comment_days: None, ..own } } else { own }
    };
    let mut other = write_anew(core, tx, import, &results, &running).await?;
    for (one, kind) in results.iter().filter(|(one, _)| is_marked(&one.facts)) {
        let waits = running.iter().find(|row| row.entry() == one.id);
        if let (Some(row), Some(days)) = (waits, own(one, *kind).comment_days) {
            other |= words_first(core, tx, import, (row.lead_id, days, true), &running).await?;
        }
    }
    if other {
        running = results_running(tx, import).await?;
    }
    let waits = |one: &Arrival| running.iter().any(|row| row.entry() == one.id);
    // What waits already goes on to, also where a version between could not be shown.
    let begins = |one: &Arrival| one.before.map_or(!waits(one), |(_, change)| change.waits_anew(waits(one)));
    let results: Vec<(Arrival, ResultKind)> = results.into_iter().filter(|(one, _)| begins(one)).collect();
    let groups = together(&results);
    let mut many = 0;
    for group in groups {
        let members: Vec<&(Arrival, ResultKind)> = group.iter().filter_map(|at| results.get(*at)).collect();
        let mut terms = Terms::default();
        for (one, kind) in &members {
            terms = terms.and(own(one, *kind));
        }
        // A result of a report that waits already waits with it.
        // So does a report that comes after the results that it names.
        let names = |one: &Arrival, row: &HoldRow| {
            let key = row.key();
            one.facts.mentions.contains(&key) || one.facts.refers_to.contains(&key)
        };
        let waits_with = |row: &&HoldRow| {
            row.source_id == import.organisation.as_uuid()
                && members.iter().any(|(one, _)| row.mentions(&one.key.0, &one.key.1) || names(one, row))
        };
        let with = running.iter().find(waits_with);
        for row in running.iter().filter(waits_with) {
            terms = terms.and(row.held().terms);
        }
        let held = joined(with, terms, import.at);
        if held.terms.is_none() || held.opens_at() <= import.at {
            continue;
        }
        let mut earlier = BTreeSet::new();
        for (one, _) in &members {
            earlier.extend(release::lead_of(tx, import.person, one.id).await?);
        }
        let report = members.iter().find(|(one, _)| one.key.0 == "DiagnosticReport").or_else(|| members.first());
        // What waits anew is another thing to write about than what waited or was shown before.
        let anew = !earlier.is_empty() || members.iter().any(|(one, _)| one.before.is_some());
        let new = report.map(|(one, _)| if anew { EntryId::from_uuid(core.new_id()) } else { one.id });
        let Some(lead) = with.map(|row| EntryId::from_uuid(row.lead_id)).or(new) else { continue };
        // What joins something that was written about is yet to be written about, and so that is asked for by another name.
        let renamed = with.is_some_and(|row| row.commented_at.is_some())
            && members.iter().any(|(one, kind)| own(one, *kind).comment_days.is_some())
            && release::commented(tx, import.person, lead).await?.is_some();
        let lead = if renamed {
            let anew = EntryId::from_uuid(core.new_id());
            release::lead_anew(tx, import.person, lead, anew, import.at).await?;
            anew
        } else {
            lead
        };
        if let (Some(row), Some(first)) = (with, terms.comment_days) {
            let by_rule = members.iter().any(|(one, kind)| days(one, *kind).is_some());
            words_first(core, tx, import, (row.lead_id, first, by_rule), &running).await?;
        }
        for (one, kind) in &members {
            let rule_days = days(one, *kind).filter(|_| held.terms.comment_days.is_some());
            let before = one.before.map(|(before, _)| before);
            let (organisation, kind, letter) = (import.organisation, *kind, None);
            let new = NewHold { entry: one.id, lead, organisation, kind, rule_days, held, before, letter };
            release::insert(tx, import.person, &new).await?;
            many += 1;
        }
        if held.terms.comment_days.is_some() {
            to_the_list(core, tx, import.organisation, import.person, lead).await?;
        }
        // Where nothing is left to write about, nobody is asked to.
        for old in earlier.into_iter().filter(|old| *old != lead) {
            off_the_list(tx, import, old).await?;
        }
        if renamed {
            running = results_running(tx, import).await?;
        }
    }
    Ok(many)
}

/// What waits, without people and places: no result waits with those.
async fn results_running(tx: &mut Tx, import: Import) -> Result<Vec<HoldRow>, ServiceError> {
    let mut running = release::running(tx, import.person, import.at).await?;
    running.retain(|row| !row.is_named());
    Ok(running)
}

/// Asks for words again where somebody has written about what still waits, and its newer version says something else. The person reads it
/// when they were to. `true` where that is so of anything.
async fn write_anew(
    core: &Core,
    tx: &mut Tx,
    import: Import,
    arrived: &[(Arrival, ResultKind)],
    running: &[HoldRow],
) -> Result<bool, ServiceError> {
    // What was taken back meanwhile and comes again is to be written about as it was before.
    let is_asked =
        |row: &&HoldRow| row.comment_days.is_some() && row.commented_at.is_none() && row.held().comment_ends_at() > import.at;
    let is_back = |row: &&HoldRow| arrived.iter().any(|(one, _)| one.before.is_none() && row.entry() == one.id);
    let back: BTreeSet<Uuid> = running.iter().filter(is_asked).filter(is_back).map(|row| row.lead_id).collect();
    for lead in back.into_iter().map(EntryId::from_uuid) {
        to_the_list(core, tx, import.organisation, import.person, lead).await?;
    }
    let says_else = arrived.iter().filter(|(one, _)| one.before.is_none_or(|(_, change)| change.waits_anew(false)));
    let written = |id: EntryId| running.iter().find(|row| row.entry() == id && row.commented_at.is_some());
    let leads: BTreeSet<Uuid> = says_else.filter_map(|(one, _)| written(one.id)).map(|row| row.lead_id).collect();
    let mut any = false;
    for old in leads.into_iter().map(EntryId::from_uuid) {
        // Where nobody has written under this name yet, what asks for it is still there.
        if release::commented(tx, import.person, old).await?.is_none() {
            continue;
        }
        let lead = EntryId::from_uuid(core.new_id());
        release::lead_anew(tx, import.person, old, lead, import.at).await?;
        to_the_list(core, tx, import.organisation, import.person, lead).await?;
        any = true;
    }
    Ok(any)
}

/// For what something waits that has just come, with what it joins.
fn joined(with: Option<&HoldRow>, terms: Terms, at: DateTime<Utc>) -> Held {
    let Some(row) = with else {
        let (source, received_at) = (Release::Released, at);
        return Held { source, terms, received_at, commented_at: None, ready_at: None, latest: None };
    };
    let held = terms.comment_days.map_or(row.held(), |days| row.held().words_first(days, at));
    Held { terms: held.terms.and(terms), ..held }
}

/// Lets what waits as one for the person alone wait for words first, so many days from now and no longer than it was to. `true` where it
/// now does. `by_rule` is whether its organisation wants that, whatever the person chooses later.
async fn words_first(
    core: &Core,
    tx: &mut Tx,
    import: Import,
    (lead, days, by_rule): (Uuid, u8, bool),
    running: &[HoldRow],
) -> Result<bool, ServiceError> {
    let mut any = false;
    for row in running.iter().filter(|row| row.lead_id == lead) {
        let held = row.held();
        let first = held.words_first(days, import.at);
        if first != held {
            release::words_first(tx, import.person, row.entry(), (&first, by_rule)).await?;
            any = true;
        }
    }
    if any {
        to_the_list(core, tx, import.organisation, import.person, EntryId::from_uuid(lead)).await?;
    }
    Ok(any)
}

/// Which results came as one: each report with what it takes words from or refers to, by their places.
fn together(results: &[(Arrival, ResultKind)]) -> Vec<Vec<usize>> {
    let places: HashMap<String, usize> =
        results.iter().enumerate().map(|(at, (one, _))| (format!("{}/{}", one.key.0, one.key.1), at)).collect();
    let mut first: Vec<usize> = (0..results.len()).collect();
    let root = |first: &[usize], mut at: usize| {
        while let Some(up) = first.get(at).copied().filter(|up| *up != at) {
            at = up;
        }
        at
    };
    for (at, (one, _)) in results.iter().enumerate() {
        let named = one.facts.mentions.iter().chain(&one.facts.refers_to);
        for other in named.filter_map(|key| places.get(key)) {
            let (a, b) = (root(&first, at), root(&first, *other));
            if let Some(slot) = first.get_mut(a.max(b)) {
                *slot = a.min(b);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..results.len() {
        groups.entry(root(&first, at)).or_default().push(at);
    }
    groups.into_values().collect()
}
