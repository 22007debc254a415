//! Following prescriptions, as the person and those who look after them do.

use super::Prescriptions;
use super::take_in::{codes, issues, progress};
use crate::activity::{self, Event};
use crate::medicines::orders;
use crate::reader::Reader;
use crate::records::purpose;
use crate::{Core, ServiceError, access};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Subject};
use domain::audit::Action;
use domain::medicine::{Course, DispenseStatus, DispenseStep, Issues, PrescriptionNumber, same_medicine};
use domain::record::{Category, Code, Sensitivity};
use domain::{NhsNumber, PersonId, PrescriptionId, PrescriptionItemId};
use std::collections::{BTreeMap, BTreeSet};
use store::prescription::{self, PrescriptionItemRow, PrescriptionRow, StepRow, WatchRow};
use store::{StoreError, Tx, medicine, person, record};
use uuid::Uuid;

/// How many prescriptions are shown.
const SHOWN: i64 = 100;
/// After so long without news it counts as over (EPS: a repeat dispensing prescription holds for 12 months).
const EXPIRES: TimeDelta = TimeDelta::days(366);

/// A pharmacy, as its source tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DispenserSeen {
    /// Its ODS code.
    pub ods: String,
    /// Its name; empty where it is not told.
    pub name: String,
    /// Its number; empty where it is not told.
    pub phone: String,
    /// Street, town and postcode; empty where they are not told.
    pub address: String,
    /// Its address in the web; empty where it is not told.
    pub web: String,
}

/// One thing that was told of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// Where it stood, and since when.
    pub step: DispenseStep,
    /// When that was told here.
    pub came_at: DateTime<Utc>,
}

/// One item of a prescription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrescriptionItemSeen {
    /// Its id.
    pub id: PrescriptionItemId,
    /// The medicine's name; empty where nobody has told it yet.
    pub name: String,
    /// How much.
    pub quantity: String,
    /// Where it stands; absent where nobody has told.
    pub now: Option<DispenseStep>,
    /// Since when nobody can tell.
    pub unavailable_since: Option<DateTime<Utc>>,
    /// What the pharmacy wrote to it.
    pub note: String,
    /// All that was told, the last first.
    pub history: Vec<HistoryLine>,
}

impl PrescriptionItemSeen {
    /// Whether nothing more is to come of it.
    fn is_over(&self) -> bool {
        self.now.is_some_and(|step| step.status.is_over())
    }
}

/// A prescription: whoever may not see all of it sees none of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrescriptionSeen {
    /// Its id.
    pub id: PrescriptionId,
    /// Its number.
    pub number: PrescriptionNumber,
    /// How it is supplied.
    pub course: Course,
    /// When it was written, or from when it can be given.
    pub written_on: Option<NaiveDate>,
    /// Who prescribed it; empty where nobody says.
    pub prescriber: String,
    /// The pharmacy that has it, or to which it goes.
    pub dispenser: Option<DispenserSeen>,
    /// How often it may be given, where more than once.
    pub issues: Option<Issues>,
    /// All its items, by name.
    pub items: Vec<PrescriptionItemSeen>,
    /// Something of it is still to come.
    pub current: bool,
    /// It is with no pharmacy yet, so that its number opens it at any.
    pub needs_token: bool,
    /// When something new was last told of it here.
    pub changed_at: DateTime<Utc>,
}

/// Whether it is known where prescriptions stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watching {
    /// The national service is asked.
    pub on: bool,
    /// The person has no NHS number, so that nobody can be asked.
    pub no_number: bool,
    /// When it answered last.
    pub answered_at: Option<DateTime<Utc>>,
    /// It did not answer when it was asked last.
    pub delayed: bool,
    /// It is being asked, and there is no answer yet.
    pub asking: bool,
    /// Prescriptions that it holds back, by number; empty to whoever may not see all medicines.
    pub held_back: Vec<String>,
    /// It holds back others, of which it tells no number.
    pub more_held_back: bool,
    /// How many prescriptions could not be read.
    pub unread: u32,
}

/// Everything on the page of prescriptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrescriptionsSeen {
    /// Those of which something is to come, and then those that are over, each the newest first.
    pub prescriptions: Vec<PrescriptionSeen>,
    /// Whether it is known where they stand.
    pub watching: Watching,
}

impl Prescriptions {
    /// Those of a person's last prescriptions that the reader may see, after asking where they stand if that is not known newly.
    /// The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not order for the person.
    pub async fn list(&self, actor: &Actor, person: PersonId) -> Result<PrescriptionsSeen, ServiceError> {
        let number = self.enter(actor, person, "prescriptions").await?;
        self.freshen(person, number.clone()).await?;
        let mut tx = self.core.read().await?;
        // What was closed meanwhile is closed.
        let (subject, reader) = orders(&self.core, &mut tx, actor, person).await?;
        let rows = prescription::of_person(&mut tx, person, SHOWN).await?;
        let items = prescription::items_of_person(&mut tx, person).await?;
        let steps = prescription::steps_of_person(&mut tx, person).await?;
        let watch = prescription::watch(&mut tx, person).await?;
        let Visible { items, all } = visible(&mut tx, &reader, items).await?;
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "prescriptions");
        activity::disclose(&self.core, event).await?;
        let (now, mut of) = (self.core.now(), BTreeMap::<Uuid, Vec<PrescriptionItemRow>>::new());
        for item in items {
            of.entry(item.prescription_id).or_default().push(item);
        }
        let mut prescriptions = Vec::new();
        for row in rows {
            if let Some(items) = of.remove(&row.id) {
                prescriptions.push(seen(row, items, &steps, now)?);
            }
        }
        prescriptions.sort_by_key(|one| !one.current);
        Ok(PrescriptionsSeen { prescriptions, watching: watching(&self.core, watch, number.as_ref(), all) })
    }

    /// One prescription, after asking where it stands if that is not known newly. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not theirs or of which something is closed to them, and to whoever may not
    /// order for the person.
    pub async fn one(
        &self,
        actor: &Actor,
        person: PersonId,
        id: PrescriptionId,
    ) -> Result<(PrescriptionSeen, Watching), ServiceError> {
        let number = self.enter(actor, person, "prescription").await?;
        self.freshen(person, number.clone()).await?;
        let (subject, seen, watch, all) = self.open(actor, person, id, "prescription").await?;
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject));
        activity::disclose(&self.core, event.about("page", "prescription").about("prescription", id)).await?;
        Ok((seen, watching(&self.core, watch, number.as_ref(), all)))
    }

    /// One prescription that is with no pharmacy yet, to be shown to one. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] as [`Prescriptions::one`], and for one that a pharmacy has or of which nothing waits for one.
    pub async fn token(&self, actor: &Actor, person: PersonId, id: PrescriptionId) -> Result<PrescriptionSeen, ServiceError> {
        let (subject, seen, ..) = self.open(actor, person, id, "prescription-token").await?;
        if !seen.needs_token {
            return Err(ServiceError::NotFound);
        }
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject));
        activity::disclose(&self.core, event.about("page", "prescription-token").about("prescription", id)).await?;
        Ok(seen)
    }

    /// Lets through whoever may follow a person's prescriptions, with the person's NHS number; a refusal is audited.
    async fn enter(&self, actor: &Actor, person: PersonId, what: &'static str) -> Result<Option<NhsNumber>, ServiceError> {
        let mut tx = self.core.read().await?;
        let read = async {
            orders(&self.core, &mut tx, actor, person).await?;
            let row = person::by_id(&mut tx, person).await?.ok_or(ServiceError::NotFound)?;
            Ok(row.nhs_number.as_deref().and_then(|number| NhsNumber::parse(number).ok()))
        };
        match read.await {
            Ok(number) => Ok(number),
            Err(error) => {
                drop(tx);
                Err(access::refused_on(&self.core, actor, person, error, what).await)
            }
        }
    }

    async fn open(
        &self,
        actor: &Actor,
        person: PersonId,
        id: PrescriptionId,
        what: &'static str,
    ) -> Result<(Subject, PrescriptionSeen, Option<WatchRow>, bool), ServiceError> {
        let mut tx = self.core.read().await?;
        let read = async {
            let (subject, reader) = orders(&self.core, &mut tx, actor, person).await?;
            let row = prescription::one(&mut tx, person, id).await?.ok_or(ServiceError::NotFound)?;
            let items = prescription::items(&mut tx, person, id).await?;
            let steps = prescription::steps(&mut tx, person, id).await?;
            let watch = prescription::watch(&mut tx, person).await?;
            let Visible { items, all } = visible(&mut tx, &reader, items).await?;
            if items.is_empty() {
                return Err(ServiceError::NotFound);
            }
            Ok((subject, seen(row, items, &steps, self.core.now())?, watch, all))
        };
        match read.await {
            Ok(found) => Ok(found),
            Err(error) => {
                drop(tx);
                Err(access::refused_on(&self.core, actor, person, error, what).await)
            }
        }
    }
}

/// What of a person's prescriptions a reader may see: each whole or not at all.
pub(crate) struct Visible {
    pub(crate) items: Vec<PrescriptionItemRow>,
    /// They may see every medicine that there is.
    all: bool,
}

/// Which of these, all the items of one or more prescriptions, the reader may see: where the record tells of the medicine, every
/// entry of it must be open to them, and that which was ordered; where it tells nothing of it, they must be let see all
/// medicines, and none may be hidden from them. Where one is closed, so are the others of its prescription.
pub(crate) async fn visible(tx: &mut Tx, reader: &Reader, items: Vec<PrescriptionItemRow>) -> Result<Visible, ServiceError> {
    if reader.is_owner() {
        return Ok(Visible { items, all: true });
    }
    let person = reader.person;
    let entries = record::named_medicines(tx, person).await?;
    let open = record::open_medicines(tx, person, &reader.filter).await?;
    let ordered = record::ordered(tx, person, &reader.filter).await?;
    let orders: BTreeMap<Uuid, Uuid> = medicine::entries_ordered(tx, person).await?.into_iter().collect();
    let labels = Sensitivity::ALL.iter().all(|label| reader.view.opens(Category::Medicine, *label));
    let all = labels && entries.iter().all(|entry| open.contains(&entry.id));
    let coded: Vec<Vec<Code>> = entries.iter().map(|one| codes(one.code_system.as_deref(), one.code.as_deref())).collect();
    let (mut kept, mut closed) = (Vec::new(), BTreeSet::new());
    for item in items {
        let theirs = codes(item.code_system.as_deref(), item.code.as_deref());
        let named = entries.iter().zip(&coded).map(|(entry, codes)| (entry.title.as_str(), codes.as_slice()));
        let named: Vec<_> = std::iter::once((item.name.as_str(), theirs.as_slice())).chain(named).collect();
        let group = same_medicine(&named).into_iter().find(|group| group.contains(&0)).unwrap_or_default();
        let matched: BTreeSet<Uuid> =
            group.iter().filter_map(|at| at.checked_sub(1)).filter_map(|at| entries.get(at)).map(|entry| entry.id).collect();
        let entry = item.order_item_id.and_then(|id| orders.get(&id));
        let shown = match (matched.is_empty(), entry) {
            (true, None) => all,
            (_, entry) => matched.is_subset(&open) && entry.is_none_or(|entry| ordered.contains(entry)),
        };
        if shown {
            kept.push(item);
        } else {
            closed.insert(item.prescription_id);
        }
    }
    // Its number and bar code stand for the whole: whoever may not see all of it sees none of it.
    kept.retain(|item| !closed.contains(&item.prescription_id));
    Ok(Visible { items: kept, all })
}

fn seen(
    row: PrescriptionRow,
    items: Vec<PrescriptionItemRow>,
    steps: &[StepRow],
    now: DateTime<Utc>,
) -> Result<PrescriptionSeen, StoreError> {
    let items: Vec<PrescriptionItemSeen> = items.into_iter().map(|item| item_seen(item, steps)).collect::<Result<_, _>>()?;
    let (number, id, issues) = (row.number()?, row.prescription(), issues(&row));
    let more = issues.is_some_and(|issues| issues.left() > 0);
    let current = (more || !items.iter().all(PrescriptionItemSeen::is_over)) && row.changed_at > now - EXPIRES;
    let waits = |item: &PrescriptionItemSeen| item.now.is_some_and(|step| step.status == DispenseStatus::Approved);
    let dispenser = (!row.dispenser_ods.is_empty()).then(|| match row.place_ods == row.dispenser_ods {
        true => DispenserSeen {
            ods: row.place_ods,
            name: row.place_name,
            phone: row.place_phone,
            address: row.place_address,
            web: row.place_web,
        },
        false => DispenserSeen { ods: row.dispenser_ods, ..DispenserSeen::default() },
    });
    Ok(PrescriptionSeen {
        id,
        number,
        course: Course::from_code(&row.course).unwrap_or(Course::Unknown),
        written_on: row.written_on,
        prescriber: row.prescriber,
        needs_token: current && dispenser.is_none() && items.iter().any(waits),
        dispenser,
        issues: issues.filter(|issues| issues.of > 1 || issues.issue > 1),
        items,
        current,
        changed_at: row.changed_at,
    })
}

fn item_seen(item: PrescriptionItemRow, steps: &[StepRow]) -> Result<PrescriptionItemSeen, StoreError> {
    let of = steps.iter().filter(|step| step.item_id == item.id);
    let progress = progress(of.clone())?;
    let line = |row: &StepRow| Ok(HistoryLine { step: row.step()?, came_at: row.came_at });
    let mut history: Vec<HistoryLine> = of.map(line).collect::<Result<_, StoreError>>()?;
    history.sort_by_key(|line| std::cmp::Reverse(line.step));
    Ok(PrescriptionItemSeen {
        id: item.item(),
        now: progress.now(),
        unavailable_since: progress.unavailable_since(),
        name: item.name,
        quantity: item.quantity,
        note: item.note,
        history,
    })
}

fn watching(core: &Core, row: Option<WatchRow>, number: Option<&NhsNumber>, all: bool) -> Watching {
    let on = core.tracking().tracker.is_on();
    let plain = Watching { on, no_number: number.is_none(), ..Watching::default() };
    let Some(row) = row.filter(|_| on) else { return plain };
    let numbers = row.held_back.split_whitespace().filter(|_| all).map(ToOwned::to_owned).collect();
    Watching {
        answered_at: row.answered_at,
        delayed: row.failures > 0,
        asking: row.failures == 0 && row.answered_at.is_none_or(|at| at < row.asked_at),
        held_back: numbers,
        more_held_back: all && row.more_held_back,
        unread: if all { u32::try_from(row.unread).unwrap_or_default() } else { 0 },
        ..plain
    }
}
