//! What people measure and note themselves: adding, changing, seeing and drawing it.

mod at_once;
mod device;
mod entering;
mod import;
mod paper;
pub(crate) mod photo;
pub(crate) mod picture;
mod record;
mod removed;
mod rules;
mod seen;
mod texted;
mod told;
mod unkept;
mod waiting;
mod week_reminders;
mod weeks;
mod worked_out;

pub use device::{DeviceAdded, DeviceCall, DeviceConnected, DeviceForm, DeviceOfReadings, DeviceRefusal, DeviceToken};
pub use entering::{EnterForm, EnterPage, EnteredBy};
pub(crate) use rules::agreed;
pub(crate) use weeks::running;

pub use import::{ColumnsForm, FileSent, FoundSeen, ImportPage, ImportSeen, LeftRowSeen, MoreColumnsForm, TableSeen, UrgentSeen};
pub use paper::{PaperForm, PaperLine, TypedIn, paper_days};
pub use photo::{LARGEST_PHOTO, PhotoBefore, PhotoForm, PhotoSeen, PhotosSeen};
pub use record::{ReadingForm, ReadingsAdded, SavedBefore, ShownWithForm};
pub use removed::{RemovedReading, RemovedSeen};
pub use rules::{
    ActSeen, AlertForm, AlertPage, AlertSeen, DigestForm, DigestSeen, NewerSeen, PlanSeen, ReadingRuleSeen, ReadingRulesRun,
    ReadingSince, ReadingThen, RuleAsked, RuleForm, RuleFound, RulePage, RuleSince, RuleTold, RuleVersion, TargetForm,
    TargetSeen, TargetVersion, WatchForm, WatchSeen, Watched, Watcher,
};
pub(crate) use seen::chart;
pub use seen::{
    Average, BmiSeen, Chart, ChartRow, MeasureBeside, MeasureSeen, Named, NamedChart, ReadingSeen, ReadingVersion, ReadingsAsked,
    ReadingsSeen,
};
pub use texted::{TextIn, TextRefusal, Texting};
pub use told::ObservationsAsked;
pub(crate) use told::Owner;
pub use unkept::{IF_PAST, ToDo};
pub use waiting::{QuestionsDue, ReadingNews, RedOpen, SittingDue, Waits};
pub use weeks::{BestForm, BestSeen, StartForm, WeekAct, WeekForm, WeekLine, WeekSeen, WeeksSeen};

pub use trackers::FitbitWeight;

use crate::reader::{Reader, allowed};
use crate::records::summary;
use crate::{Core, PersonSummary, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::reading::week::SignsHeld;
use domain::reading::{Advice, Measure, Unit};
use domain::record::Category;
use domain::{AccountId, PersonId, ReadingId};
use futures::future::BoxFuture;
use store::Tx;
use store::reading::{self, ReadingRow};
use uuid::Uuid;

/// What an event calls the pages of readings.
const PAGE: &str = "readings";

/// What somebody may do with readings that they see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct May {
    /// Record them, as the person or for them.
    record: bool,
    /// Enter them at work.
    enter: bool,
}

/// That somebody said just before that there are signs of an emergency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignsBefore {
    /// With which reading they said it, and for which one it holds.
    pub held: SignsHeld,
    /// It was the reader who said it.
    pub by_reader: bool,
    /// What to do about it.
    pub advice: &'static Advice,
}

/// Danger that was told of with a reading and holds now, whatever is measured next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldsNow {
    /// What holds, and what to do about it.
    pub signs: SignsBefore,
    /// The newest reading of its measure, whose page says all that there is to do.
    pub reading: ReadingId,
}

/// The use cases of readings.
#[derive(Clone)]
pub struct Readings {
    core: Core,
}

impl Readings {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// A snapshot, for whoever may see the person's readings; a refusal is audited.
    async fn enter(&self, actor: &Actor, person: PersonId, ask: Ask) -> Result<(Tx, Subject, Reader), ServiceError> {
        self.core.enter(actor, person, ask, PAGE).await
    }

    /// The same to see them, with what the actor may do besides.
    async fn look_and(&self, actor: &Actor, person: PersonId) -> Result<(Tx, Subject, Reader, May), ServiceError> {
        let is_staff = matches!(actor, Actor::Staff { .. });
        let also = if is_staff { Ask::EnterReadings } else { Ask::RecordReadings };
        let (tx, subject, reader, may) = self.look(actor, person, also).await?;
        Ok((tx, subject, reader, May { record: may && !is_staff, enter: may && is_staff }))
    }

    /// The same to see them, with whether the actor may do another thing as well.
    async fn look(&self, actor: &Actor, person: PersonId, also: Ask) -> Result<(Tx, Subject, Reader, bool), ServiceError> {
        self.core.enter_and(actor, person, (Ask::SeeReadings, also), PAGE).await
    }

    /// Does an act for a person in one transaction; a refusal is audited.
    async fn act<T, F>(&self, actor: &Actor, person: PersonId, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, Actor) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        self.core.act_on(actor, person, PAGE, body).await
    }

    /// Lets through whoever may record this for the person, and says in which unit they did so last.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not.
    pub async fn may_record(&self, actor: &Actor, person: PersonId, measure: Measure) -> Result<&'static Unit, ServiceError> {
        let (mut tx, _, reader) = self.enter(actor, person, Ask::RecordReadings).await?;
        if !may_type(&reader, measure) {
            drop(tx);
            return Err(access::refused_on(&self.core, actor, person, ServiceError::NotFound, PAGE).await);
        }
        record::last_unit(&mut tx, actor, person, measure, self.core.now()).await
    }

    /// What stands above the form of a new reading: what to do about what was typed in it, where it came back (as
    /// [`Readings::about_typed`]), and what holds of a reading of before, signs of an emergency or a blood pressure that is severe in
    /// pregnancy, with what to do about that. It holds for what is measured next in the same sitting, whoever said it and in whatever way it came. To whoever may
    /// see the person's readings; nothing of before to anybody else who may record. With whose it is, as far as the reader may know, to stand
    /// on paper. That any of it was read is audited once.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not record for the person.
    pub async fn above_new(
        &self,
        actor: &Actor,
        person: PersonId,
        measure: Measure,
        typed: &[ReadingForm],
    ) -> Result<(ToDo, Option<SignsBefore>, PersonSummary), ServiceError> {
        let asks = (Ask::RecordReadings, Ask::SeeReadings);
        let (mut tx, subject, reader, may_see) = self.core.enter_and(actor, person, asks, PAGE).await?;
        let whose = summary(&mut tx, &reader).await?;
        if !may_type(&reader, measure) {
            return Ok((ToDo::new(), None, whose));
        }
        let now = self.core.now();
        let to_do = unkept::to_do_of(&mut tx, (person, may_see), (measure, None), (typed, now)).await?;
        let holds = if may_see { holds_now(&mut tx, (actor, person), measure, now).await? } else { None };
        let signs = holds.map(|holds| holds.signs);
        drop(tx);
        if may_see && (!to_do.is_empty() || signs.is_some()) {
            self.looked(actor, subject, Some(measure)).await?;
        }
        Ok((to_do, signs, whose))
    }
}

/// What holds of a measure for what is measured now.
async fn holds_now(
    tx: &mut Tx,
    (actor, person): (&Actor, PersonId),
    measure: Measure,
    now: DateTime<Utc>,
) -> Result<Option<HoldsNow>, ServiceError> {
    let Some((held, advice, reading)) = at_once::held(tx, person, measure, now).await? else { return Ok(None) };
    let signs = told_before(tx, (actor, person), (Some(held), Some(advice))).await?;
    Ok(signs.map(|signs| HoldsNow { signs, reading }))
}

/// The gravest that holds now of what is open to the reader, for the person and whoever looks after them; `newest` is the newest reading of
/// each measure. A care team reads it of each reading in its own lists.
async fn any_holds(
    tx: &mut Tx,
    actor: &Actor,
    (reader, newest): (&Reader, &[ReadingRow]),
    now: DateTime<Utc>,
) -> Result<Option<HoldsNow>, ServiceError> {
    let mut gravest: Option<HoldsNow> = None;
    if matches!(actor, Actor::Staff { .. }) {
        return Ok(gravest);
    }
    for row in newest.iter().filter(|row| row.taken_at >= now - at_once::PRESSURES) {
        let measure = row.measure()?;
        if opens(reader, measure) {
            let one = holds_now(tx, (actor, reader.person), measure, now).await?;
            let urgency = |one: Option<HoldsNow>| one.map(|one| one.signs.advice.urgency);
            if urgency(one) > urgency(gravest) {
                gravest = one;
            }
        }
    }
    Ok(gravest)
}

/// The signs of before by which it holds what to do about a reading, where there are any, with whether it was the reader who told of them.
async fn told_before(
    tx: &mut Tx,
    (actor, person): (&Actor, PersonId),
    (held, advice): (Option<SignsHeld>, Option<&'static Advice>),
) -> Result<Option<SignsBefore>, ServiceError> {
    let Some((held, advice)) = held.zip(advice) else { return Ok(None) };
    let row = reading::one(tx, person, held.told_with).await?;
    let reader_is = |by: Uuid| actor.account() == Some(AccountId::from_uuid(by));
    let by_reader = row.is_some_and(|row| reader_is(row.created_by) && reader_is(row.changed_by));
    Ok(Some(SignsBefore { held, by_reader, advice }))
}

/// Whether readings of this measure are open to the reader, and are typed at all: what is worked out is not.
pub(crate) fn may_type(reader: &Reader, measure: Measure) -> bool {
    !measure.is_worked_out() && opens(reader, measure)
}

/// Whether readings of this measure are open to the reader.
pub(crate) fn opens(reader: &Reader, measure: Measure) -> bool {
    reader.is_owner() || reader.view.opens(Category::Result, measure.sensitivity())
}
