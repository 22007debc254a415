//! Reminders to take medicines and to order more: setting up, changing and ending them, and who sees the diary.

use super::list::{Known, MOST as MOST_ENTRIES, MedicineSeen, known};
use super::order::changed;
use super::own::name;
use super::{Medicines, orders};
use crate::activity::{self, Event, write_to};
use crate::error::gather;
use crate::mail::Letter;
use crate::prescriptions::unwanted;
use crate::reader::Reader;
use crate::records::purpose;
use crate::{Core, FieldProblem, ServiceError, access, appointments, mobiles};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::appointment::{Weekdays, clock_of};
use domain::audit::Action;
use domain::medicine::{ANSWERED_BEFORE, DiaryShare, EndReason, Group, MOST_TIMES, MedicineRef, Times, TimesError, Timetable};
use domain::when::{is_night, london_day, london_midnight, minute_in_words};
use domain::{AccountId, DoseReminderId, PersonId};
use std::collections::BTreeMap;
use store::reminding::{self, NewReminder, ReminderRow};
use store::{Tx, person_write};
use uuid::Uuid;

/// The most reminders of one person that have not ended.
const MOST: i64 = 50;
/// For how many days back doses may be noted that were due before a reminder was set up.
const BACK: u64 = 7;
/// For how many days ahead a reminder may begin.
const AHEAD: u64 = 366;
/// For how many days it is shown that a reminder ended by itself.
const SHOWN: TimeDelta = TimeDelta::days(14);

/// Whether a medicine is taken now, by what the record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MedicineNow {
    /// It is.
    Taken,
    /// It is paused.
    Paused,
    /// It is stopped or finished, or the record tells of it no more.
    Stopped,
}

impl MedicineNow {
    /// Why a reminder of it ends; absent where it does not.
    pub(super) const fn ends(self) -> Option<EndReason> {
        match self {
            Self::Taken => None,
            Self::Paused => Some(EndReason::Paused),
            Self::Stopped => Some(EndReason::Stopped),
        }
    }
}

/// A reminder to take a medicine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReminderSeen {
    /// Its id.
    pub id: DoseReminderId,
    /// Of which medicine.
    pub medicine: MedicineRef,
    /// What the person calls it.
    pub name: String,
    /// When.
    pub table: Timetable,
    /// By mail.
    pub by_mail: bool,
    /// By text message.
    pub by_text: bool,
    /// Between 10pm and 7am too.
    pub at_night: bool,
    /// When and why it ended, where it did.
    pub ended: Option<(DateTime<Utc>, EndReason)>,
    /// Whether the medicine is taken now.
    pub now: MedicineNow,
    /// How it is taken, as its source wrote it.
    pub doses: Vec<String>,
}

impl ReminderSeen {
    /// The times of day in words: "8am", "10:30pm".
    #[must_use]
    pub fn times(&self) -> Vec<String> {
        self.table.times.minutes().map(minute_in_words).collect()
    }

    /// Those of them at which nothing is sent, because it is night and the person did not choose to be woken.
    #[must_use]
    pub fn held_back(&self) -> Vec<String> {
        let sends = (self.by_mail || self.by_text) && !self.at_night;
        self.table.times.minutes().filter(|minute| sends && is_night(*minute)).map(minute_in_words).collect()
    }
}

/// A medicine of which somebody can be reminded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remindable {
    /// Which.
    pub medicine: MedicineRef,
    /// Its name.
    pub name: String,
    /// How it is taken, as its source wrote it.
    pub doses: Vec<String>,
    /// There is a reminder of it.
    pub has_reminder: bool,
}

/// Where messages about medicines can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The person has an account of their own. If not, messages go by mail to whoever set the reminder up.
    pub own_account: bool,
    /// Text messages are sent, and the person's account has a number for them.
    pub can_text: bool,
    /// Text messages are sent at all.
    pub texts: bool,
}

/// Everything on the page of reminders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoseRemindersSeen {
    /// The reminders that hold, and those that the record ended lately.
    pub reminders: Vec<ReminderSeen>,
    /// The medicines that are taken now.
    pub medicines: Vec<Remindable>,
    /// To order: by mail.
    pub order_by_mail: bool,
    /// To order: by text message.
    pub order_by_text: bool,
    /// To collect: by mail.
    pub collect_by_mail: bool,
    /// To collect: by text message.
    pub collect_by_text: bool,
    /// The reader may order anything again at all.
    pub has_repeats: bool,
    /// Where messages can go.
    pub reach: Reach,
}

/// What is sent to set a reminder up or to change it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReminderForm {
    /// Of which medicine, by [`MedicineRef::code`]; not read where one is changed.
    pub medicine: String,
    /// What the person calls it.
    pub name: String,
    /// Times of day, with commas between.
    pub times: String,
    /// Days of the week: `mon tue`.
    pub days: String,
    /// The first day, as day, month and year.
    pub from: [String; 3],
    /// The last day; empty where there is none.
    pub until: [String; 3],
    /// How: of `mail` and `text`, none, one or both.
    pub how: String,
    /// Between 10pm and 7am too: `yes` or `no`; not read where no time is at night.
    pub at_night: String,
    /// The form's one-time id.
    pub submission: String,
}

/// How many entries fewer than the most are surely all.
const NEARLY: i64 = 100;

/// The medicines that a reader sees, by what a reminder names.
pub(super) struct Cabinet {
    all: Vec<Known>,
    /// Where each of them stands.
    of: BTreeMap<MedicineRef, usize>,
    /// The record tells of no more than was looked through, so that what is not here is not taken.
    whole: bool,
}

impl Cabinet {
    pub(super) async fn open(core: &Core, tx: &mut Tx, reader: &Reader) -> Result<Self, ServiceError> {
        let (all, _) = known(core, tx, reader, false).await?;
        let entries: usize = all.iter().map(|one| one.seen.sources.len()).sum();
        let whole = i64::try_from(entries).is_ok_and(|entries| entries < MOST_ENTRIES - NEARLY);
        let mut of = BTreeMap::new();
        for (at, one) in all.iter().enumerate() {
            of.extend(one.seen.sources.iter().map(|source| (MedicineRef::Entry(source.entry), at)));
            of.extend(one.seen.own.map(|own| (MedicineRef::Own(own), at)));
        }
        Ok(Self { all, of, whole })
    }

    fn one(&self, medicine: MedicineRef) -> Option<&MedicineSeen> {
        self.of.get(&medicine).and_then(|at| self.all.get(*at)).map(|one| &one.seen)
    }

    /// Whether the reader sees it.
    pub(super) fn has(&self, medicine: MedicineRef) -> bool {
        self.of.contains_key(&medicine)
    }

    /// Whether it is taken now.
    pub(super) fn now(&self, medicine: MedicineRef) -> MedicineNow {
        match self.one(medicine) {
            Some(one) if one.group == Group::Stopped => MedicineNow::Stopped,
            Some(one) if one.paused => MedicineNow::Paused,
            Some(_) => MedicineNow::Taken,
            // It may stand behind what was looked through: no reminder ends for that.
            None if !self.whole => MedicineNow::Taken,
            None => MedicineNow::Stopped,
        }
    }

    /// How it is taken, as its source wrote it.
    pub(super) fn doses(&self, medicine: MedicineRef) -> Vec<String> {
        self.one(medicine).map(|one| one.doses.clone()).unwrap_or_default()
    }

    /// Each medicine that is taken now, once.
    fn taken(&self) -> Vec<Remindable> {
        let remindable = |one: &Known| {
            let (name, doses) = (one.seen.name.clone(), one.seen.doses.clone());
            Some(Remindable { medicine: one.seen.remindable()?, name, doses, has_reminder: false })
        };
        let mut all: Vec<Remindable> = self.all.iter().filter_map(remindable).collect();
        all.sort_by_cached_key(|one| one.name.to_lowercase());
        all
    }

    /// Whether two name the same medicine.
    fn is_same(&self, one: MedicineRef, other: MedicineRef) -> bool {
        one == other || self.of.get(&one).is_some_and(|at| self.of.get(&other) == Some(at))
    }
}

/// Where messages about a person's medicines can go.
pub(crate) async fn reach(core: &Core, tx: &mut Tx, person: PersonId) -> Result<Reach, ServiceError> {
    let (own, texts) = (appointments::own_account(tx, person).await?, core.settings().texts);
    let can_text = match own {
        Some(account) if texts => mobiles::confirmed(tx, account).await?.is_some(),
        _ => false,
    };
    Ok(Reach { own_account: own.is_some(), can_text, texts })
}

impl Medicines {
    /// The person's reminders, as far as the reader may see what they are of. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not order for the person.
    pub async fn dose_reminders(&self, actor: &Actor, person: PersonId) -> Result<DoseRemindersSeen, ServiceError> {
        let (mut tx, subject, reader) = self.enter(actor, person, "medicine-reminders").await?;
        let cabinet = Cabinet::open(&self.core, &mut tx, &reader).await?;
        let rows = reminding::listed(&mut tx, person, self.core.now() - SHOWN, MOST * 4).await?;
        let choice = reminding::choice(&mut tx, person).await?;
        let reach = reach(&self.core, &mut tx, person).await?;
        drop(tx);
        let mut reminders = Vec::new();
        for row in rows {
            let one = seen(&row, &cabinet)?;
            if reader.is_owner() || cabinet.has(one.medicine) {
                reminders.push(one);
            }
        }
        reminders.sort_by_cached_key(|one| (one.ended.is_some(), one.name.to_lowercase(), one.table.times.code()));
        let mut medicines = cabinet.taken();
        for one in &mut medicines {
            one.has_reminder =
                reminders.iter().any(|other| other.ended.is_none() && cabinet.is_same(other.medicine, one.medicine));
        }
        let has_repeats = cabinet.all.iter().any(|one| one.seen.plan.is_some());
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "medicine-reminders");
        activity::disclose(&self.core, event).await?;
        Ok(DoseRemindersSeen {
            reminders,
            medicines,
            order_by_mail: choice.order_by_mail,
            order_by_text: choice.order_by_text,
            collect_by_mail: choice.collect_by_mail,
            collect_by_text: choice.collect_by_text,
            has_repeats,
            reach,
        })
    }

    /// Sets up a reminder to take a medicine. The same form twice sets up one.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`name`, `times`, `days`, `from`, `until`, `how`, `at_night`, and with no field where the medicine is
    /// not taken now); [`ServiceError::NotFound`] for a medicine that the actor does not see, and to whoever may not order for the
    /// person.
    pub async fn add_reminder(&self, actor: &Actor, person: PersonId, form: &ReminderForm) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = orders(&core, tx, &actor, person).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                let medicine = MedicineRef::from_code(&form.medicine).ok_or(ServiceError::NotFound)?;
                let Some(submission) = begin(tx, person, &form).await? else { return Ok(()) };
                let cabinet = Cabinet::open(&core, tx, &reader).await?;
                if !cabinet.has(medicine) {
                    return Err(ServiceError::NotFound);
                }
                is_taken(&cabinet, medicine)?;
                let now = core.now();
                let today = london_day(now);
                let reach = reach(&core, tx, person).await?;
                let read = read(&form, (today, None), reach)?;
                lets(subject, reach, &read, None)?;
                if reminding::count(tx, person).await? >= MOST {
                    return Err(ServiceError::field("", format!("There can be {MOST} reminders and no more. End one first")));
                }
                let starts_at = if read.table.from < today { london_midnight(read.table.from) } else { now };
                let id = set_up(&core, tx, (person, by), (submission, medicine), read, (starts_at, now)).await?;
                tell_owner(&core, tx, subject, reach).await?;
                note(&core, tx, (&actor, subject), "added", id).await
            })
        })
        .await
    }

    /// Changes a reminder. What was due until now stays in the diary as it was. The same form twice changes it once.
    ///
    /// # Errors
    /// As [`Medicines::add_reminder`]; [`ServiceError::NotFound`] for a reminder of something that the actor does not see.
    pub async fn change_reminder(
        &self,
        actor: &Actor,
        person: PersonId,
        id: DoseReminderId,
        form: &ReminderForm,
    ) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = orders(&core, tx, &actor, person).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                let Some(submission) = begin(tx, person, &form).await? else { return Ok(()) };
                let cabinet = Cabinet::open(&core, tx, &reader).await?;
                let row = reminding::one(tx, person, id).await?.ok_or(ServiceError::NotFound)?;
                if !reader.is_owner() && !cabinet.has(row.medicine()?) {
                    return Err(ServiceError::NotFound);
                }
                if row.ended_at.is_some() {
                    return Err(changed());
                }
                let medicine = row.medicine()?;
                is_taken(&cabinet, medicine)?;
                let reach = reach(&core, tx, person).await?;
                let read = read(&form, (london_day(core.now()), Some(row.from_on)), reach)?;
                lets(subject, reach, &read, Some(&row))?;
                let from = boundary(&core);
                reminding::end(tx, person, id, from, EndReason::Changed).await?;
                let table = read.table.clone();
                let new = set_up(&core, tx, (person, by), (submission, medicine), read, (from, from)).await?;
                // What was said of a dose before its time goes with it, so that nobody is asked twice.
                let ahead = reminding::answers(tx, person, (from, from + ANSWERED_BEFORE)).await?;
                for said in ahead.iter().filter(|said| said.reminder_id == id.as_uuid() && table.is_due_at(said.due_at)) {
                    reminding::move_answer(tx, person, (id, new), said.due_at).await?;
                }
                tell_owner(&core, tx, subject, reach).await?;
                note(&core, tx, (&actor, subject), "changed", new).await
            })
        })
        .await
    }

    /// Ends a reminder. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] as [`Medicines::change_reminder`].
    pub async fn end_reminder(&self, actor: &Actor, person: PersonId, id: DoseReminderId) -> Result<(), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, reader) = orders(&core, tx, &actor, person).await?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let row = theirs(&core, tx, &reader, id).await?;
                if row.ended_at.is_some() {
                    return Ok(());
                }
                reminding::end(tx, person, id, boundary(&core), EndReason::Ended).await?;
                let reach = reach(&core, tx, person).await?;
                tell_owner(&core, tx, subject, reach).await?;
                note(&core, tx, (&actor, subject), "ended", id).await
            })
        })
        .await
    }

    /// Keeps how somebody is reminded that they can order: of `mail` and `text`, none, one or both. The same twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`order_how`); [`ServiceError::NotFound`] to whoever may not order for the person.
    pub async fn choose_order_reminders(&self, actor: &Actor, person: PersonId, how: &str) -> Result<(), ServiceError> {
        self.choose(actor, person, ("order", "order_how"), how).await
    }

    /// The same of what they can collect, where what waits to be sent in a way that is not wanted any more is taken back.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`collect_how`); [`ServiceError::NotFound`] to whoever may not order for the person.
    pub async fn choose_collect_reminders(&self, actor: &Actor, person: PersonId, how: &str) -> Result<(), ServiceError> {
        self.choose(actor, person, ("collect", "collect_how"), how).await
    }

    async fn choose(
        &self,
        actor: &Actor,
        person: PersonId,
        (what, field): (&'static str, &'static str),
        how: &str,
    ) -> Result<(), ServiceError> {
        let how = how.to_owned();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (subject, _) = orders(&core, tx, &actor, person).await?;
                let by = actor.account().ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let reach = reach(&core, tx, person).await?;
                let ways = ways(field, &how, reach).map_err(|problem| ServiceError::Fields(vec![problem]))?;
                let choice = reminding::choice(tx, person).await?;
                let collects = what == "collect";
                let before = match collects {
                    true => (choice.collect_by_mail, choice.collect_by_text),
                    false => (choice.order_by_mail, choice.order_by_text),
                };
                if before == ways {
                    return Ok(());
                }
                if ways.1 && !before.1 && for_another(subject, reach) {
                    return Err(only_theirs(field));
                }
                if collects {
                    reminding::choose_collect(tx, person, ways, core.now()).await?;
                    if ways == (false, false) {
                        unwanted(tx, person).await?;
                    }
                } else {
                    reminding::choose_order(tx, person, ways, by, core.now()).await?;
                }
                tell_owner(&core, tx, subject, reach).await?;
                let event = Event::on_record(&actor, subject, Action::ReminderChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", what)).await
            })
        })
        .await
    }

    /// Keeps who may see the diary beside the person, who alone may choose that. The same twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`share`); [`ServiceError::NotFound`] to anybody else.
    pub async fn share_diary(&self, actor: &Actor, person: PersonId, share: &str) -> Result<(), ServiceError> {
        let share = DiaryShare::from_code(share);
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &actor, person, Ask::ManageSharing).await?;
                let share = share.ok_or_else(|| ServiceError::field("share", "Choose who can see it"))?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                if shared(tx, person).await? == share {
                    return Ok(());
                }
                reminding::share(tx, person, share, core.now()).await?;
                let event = Event::on_record(&actor, subject, Action::SharingChanged, purpose(subject));
                activity::append(&core, tx, event.about("for", "medicine-diary").about("with", share.code())).await
            })
        })
        .await
    }
}

/// Who may see the diary beside the person, as they chose.
pub(super) async fn shared(tx: &mut Tx, person: PersonId) -> Result<DiaryShare, ServiceError> {
    Ok(reminding::choice(tx, person).await?.diary()?)
}

/// Holds the person and reads the form's one-time id; absent where the form was sent before.
async fn begin(tx: &mut Tx, person: PersonId, form: &ReminderForm) -> Result<Option<Uuid>, ServiceError> {
    let submission = form.submission.parse().map_err(|_| ServiceError::not_whole())?;
    let row = person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    if row.deceased {
        return Err(ServiceError::field("", "The record says that this person has died. Check whose it is"));
    }
    Ok((!reminding::is_sent(tx, person, submission).await?).then_some(submission))
}

/// A reminder that the reader may see: everything to the person, to others what they see of the medicine.
pub(super) async fn theirs(core: &Core, tx: &mut Tx, reader: &Reader, id: DoseReminderId) -> Result<ReminderRow, ServiceError> {
    let row = reminding::one(tx, reader.person, id).await?.ok_or(ServiceError::NotFound)?;
    let sees = reader.is_owner() || Cabinet::open(core, tx, reader).await?.has(row.medicine()?);
    if sees { Ok(row) } else { Err(ServiceError::NotFound) }
}

fn is_taken(cabinet: &Cabinet, medicine: MedicineRef) -> Result<(), ServiceError> {
    match cabinet.now(medicine) {
        MedicineNow::Taken => Ok(()),
        MedicineNow::Paused => {
            Err(ServiceError::field("", "The record says that it is paused. Ask your practice before you take it again"))
        }
        MedicineNow::Stopped => {
            Err(ServiceError::field("", "The record says that it is stopped. Ask your practice if you still need it"))
        }
    }
}

/// The instant at which a reminder gives way to the next: just after what is due now.
fn boundary(core: &Core) -> DateTime<Utc> {
    core.now() + TimeDelta::microseconds(1)
}

async fn set_up(
    core: &Core,
    tx: &mut Tx,
    (person, created_by): (PersonId, AccountId),
    (submission, medicine): (Uuid, MedicineRef),
    read: Read,
    (starts_at, next_from): (DateTime<Utc>, DateTime<Utc>),
) -> Result<DoseReminderId, ServiceError> {
    let id = DoseReminderId::from_uuid(core.new_id());
    let Read { name, table, ways: (by_mail, by_text), at_night } = read;
    let next = table.next(next_from);
    let new = NewReminder { person, id, submission, medicine, name, table, by_mail, by_text, at_night, starts_at, created_by };
    reminding::add(tx, &new, next, core.now()).await?;
    Ok(id)
}

async fn note(
    core: &Core,
    tx: &mut Tx,
    (actor, subject): (&Actor, Subject),
    what: &'static str,
    id: DoseReminderId,
) -> Result<(), ServiceError> {
    let event = Event::on_record(actor, subject, Action::ReminderChanged, purpose(subject));
    activity::append(core, tx, event.about("what", what).about("reminder", id)).await
}

/// A form of a reminder, read.
struct Read {
    name: String,
    table: Timetable,
    ways: (bool, bool),
    at_night: bool,
}

/// Whether somebody acts for a person who has an account of their own.
const fn for_another(subject: Subject, reach: Reach) -> bool {
    subject.relationship.is_some() && reach.own_account
}

fn only_theirs(field: &'static str) -> ServiceError {
    ServiceError::field(field, "Only the person can choose text messages to their own phone")
}

/// Messages to the person's own telephone, and at night, only the person lets themself be sent; `before` is the reminder that is
/// changed.
fn lets(subject: Subject, reach: Reach, read: &Read, before: Option<&ReminderRow>) -> Result<(), ServiceError> {
    if !for_another(subject, reach) {
        return Ok(());
    }
    if read.ways.1 && !before.is_some_and(|row| row.by_text) {
        return Err(only_theirs("how"));
    }
    let woken = match before.filter(|row| row.at_night) {
        Some(row) => read.table.wakes_no_more_than(&row.table()?),
        None => false,
    };
    if read.at_night && !woken {
        return Err(ServiceError::field("at_night", "Only the person can choose to be written to at night"));
    }
    Ok(())
}

/// Tells the person that somebody else changed how they are reminded.
async fn tell_owner(core: &Core, tx: &mut Tx, subject: Subject, reach: Reach) -> Result<(), ServiceError> {
    if for_another(subject, reach) {
        write_to(core, tx, subject.person, &Letter::RemindersChanged).await?;
    }
    Ok(())
}

/// Reads a form; `before` is the first day of the reminder that is changed.
fn read(form: &ReminderForm, (today, before): (NaiveDate, Option<NaiveDate>), reach: Reach) -> Result<Read, ServiceError> {
    gather! {
        name = name(&form.name);
        times = times(&form.times);
        days = days(&form.days);
        from = first(&form.from, today, before);
        until = crate::typed::typed_date(parts(&form.until), "until", "The last day");
        ways = ways("how", &form.how, reach);
    }
    let sends = ways.0 || ways.1;
    let night: Vec<String> = times.minutes().filter(|minute| sends && is_night(*minute)).map(minute_in_words).collect();
    let at_night = match (night.is_empty(), form.at_night.as_str()) {
        (true, _) | (false, "no") => Ok(false),
        (false, "yes") => Ok(true),
        (false, _) => {
            let told = format!("{} is at night. Choose whether we write to you then", night.join(" and "));
            Err(FieldProblem::new("at_night", told))
        }
    };
    let until = match until {
        Some(until) if until < from => Err(FieldProblem::new("until", "The last day must not be before the first")),
        until => Ok(until),
    };
    let (at_night, until) = match (at_night, until) {
        (Ok(at_night), Ok(until)) => (at_night, until),
        (at_night, until) => return Err(ServiceError::Fields(at_night.err().into_iter().chain(until.err()).collect())),
    };
    Ok(Read { name, table: Timetable { times, days, from, until }, ways, at_night })
}

fn parts(typed: &[String; 3]) -> [&str; 3] {
    let [day, month, year] = typed;
    [day, month, year]
}

fn times(typed: &str) -> Result<Times, FieldProblem> {
    Times::parse(typed).map_err(|error| {
        let told = match error {
            TimesError::None => "Enter at least one time, like 8am".to_owned(),
            TimesError::TooMany => format!("Enter no more than {MOST_TIMES} times of a day"),
            TimesError::NotOne(part) => {
                let part: String = part.chars().take(20).collect();
                format!("We cannot read \u{201c}{part}\u{201d} as a time. Write each time like 8am or {}", clock_of(20 * 60 + 30))
            }
        };
        FieldProblem::new("times", told)
    })
}

fn days(typed: &str) -> Result<Weekdays, FieldProblem> {
    let days = Weekdays::from_code(typed).filter(|days| !days.is_empty());
    days.ok_or_else(|| FieldProblem::new("days", "Choose at least one day of the week"))
}

fn first(typed: &[String; 3], today: NaiveDate, before: Option<NaiveDate>) -> Result<NaiveDate, FieldProblem> {
    let day = crate::typed::typed_date(parts(typed), "from", "The first day")?;
    let day = day.ok_or_else(|| FieldProblem::new("from", "Enter the first day"))?;
    let earliest = today.checked_sub_days(Days::new(BACK)).unwrap_or(today);
    let latest = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
    if Some(day) != before && !(earliest..=latest).contains(&day) {
        let told = format!("The first day must not be more than {BACK} days ago, or more than a year ahead");
        return Err(FieldProblem::new("from", told));
    }
    Ok(day)
}

/// By mail and by text message.
pub(crate) fn ways(field: &str, typed: &str, reach: Reach) -> Result<(bool, bool), FieldProblem> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    if words.iter().any(|word| !matches!(*word, "mail" | "text")) {
        return Err(FieldProblem::new(field, "Choose how we remind you"));
    }
    let (by_mail, by_text) = (words.contains(&"mail"), words.contains(&"text"));
    if by_text && !reach.can_text {
        return Err(FieldProblem::new(field, "Add a mobile number to the account first"));
    }
    Ok((by_mail, by_text))
}

fn seen(row: &ReminderRow, cabinet: &Cabinet) -> Result<ReminderSeen, ServiceError> {
    let medicine = row.medicine()?;
    Ok(ReminderSeen {
        id: row.reminder(),
        medicine,
        name: row.name.clone(),
        table: row.table()?,
        by_mail: row.by_mail,
        by_text: row.by_text,
        at_night: row.at_night,
        ended: row.ended_at.zip(row.end_reason()?),
        now: cabinet.now(medicine),
        doses: cabinet.doses(medicine),
    })
}
