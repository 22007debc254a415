//! Putting together what is told of a prescription, in whatever order and however often it comes.
//!
//! Each fact goes by the clock of whoever tells: where items stand is a set that only grows ([`Progress`]), and of what changes the
//! latest counts. So the same things told in any order, and again, end in the same prescription.

use crate::activity::{self, Event, write_to};
use crate::mail::Letter;
use crate::ports::{TrackedItem, TrackedPlace, TrackedPrescription};
use crate::{Core, ServiceError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::medicine::{Course, DispenseStatus, DispenseStep, Issues, Latest, PrescriptionNumber, Progress, same_medicine};
use domain::record::Code;
use domain::{OrderItemId, PersonId, PrescriptionId};
use std::collections::{BTreeMap, BTreeSet};
use store::prescription::{self, PrescriptionItemRow, PrescriptionRow, StepRow};
use store::{StoreError, Tx, person_write};
use uuid::Uuid;

/// Of what is older than this nobody is told by mail: it was so before it came here.
const NEWS: TimeDelta = TimeDelta::days(7);
/// Where a practice says that it has approved an item.
const PRACTICE: &str = "practice";

const DMD: &str = "https://dmd.nhs.uk";
const SNOMED: &str = "http://snomed.info/sct";

/// Who tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A practice that approves an order.
    Practice,
    /// The national service, which was asked and tells everything.
    Asked,
    /// A pharmacy's system, which tells where items stand and no more.
    Sent,
}

impl Source {
    const fn code(self) -> &'static str {
        match self {
            Self::Practice => PRACTICE,
            Self::Asked => "asked",
            Self::Sent => "sent",
        }
    }
}

/// What is told of one prescription.
pub(super) struct Told<'a> {
    pub(super) source: Source,
    /// By the clock of whoever tells.
    pub(super) at: DateTime<Utc>,
    pub(super) prescription: &'a TrackedPrescription,
    /// The ordered medicines that its items answer, in the same order; empty where it answers none.
    pub(super) orders: &'a [OrderItemId],
}

/// An ordered medicine that a practice approves under the number of a prescription.
pub(crate) struct Approved {
    pub(crate) order_item: OrderItemId,
    pub(crate) name: String,
    pub(crate) code: Option<Code>,
    pub(crate) quantity: String,
}

/// Writes down that a practice has approved ordered medicines under this number.
pub(crate) async fn approved(
    core: &Core,
    tx: &mut Tx,
    (actor, subject): (&Actor, Subject),
    (number, prescriber): (PrescriptionNumber, String),
    items: Vec<Approved>,
) -> Result<(), ServiceError> {
    let step = DispenseStep { at: core.now(), status: DispenseStatus::Approved };
    let orders: Vec<OrderItemId> = items.iter().map(|item| item.order_item).collect();
    let tracked = |item: Approved| TrackedItem {
        number: None,
        name: item.name,
        code: item.code,
        quantity: item.quantity,
        note: String::new(),
        steps: vec![step],
    };
    let prescription = TrackedPrescription {
        number,
        course: Course::Unknown,
        written_on: None,
        prescriber,
        issues: None,
        place: None,
        items: items.into_iter().map(tracked).collect(),
    };
    let told = Told { source: Source::Practice, at: core.now(), prescription: &prescription, orders: &orders };
    let (changed, _) = one(core, tx, subject.person, &told).await?;
    if let Some(id) = changed {
        let event = Event::on_record(actor, subject, Action::PrescriptionUpdated, Purpose::DirectCare);
        activity::append(core, tx, event.about("prescription", id).about("what", PRACTICE)).await?;
    }
    Ok(())
}

/// Takes in what is told of a person's prescriptions. What changes is audited as an act of the service, and the person gets one
/// mail where something of it is ready, or is not given, and they were not told so before. Gives how many changed.
pub(super) async fn take_in(core: &Core, tx: &mut Tx, person: PersonId, all: &[Told<'_>]) -> Result<usize, ServiceError> {
    let whose = person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    let (mut changes, mut news) = (0, false);
    for told in all {
        let (changed, tells) = one(core, tx, person, told).await?;
        news |= tells;
        let Some(id) = changed else { continue };
        changes += 1;
        let subject = Subject::new(person, Basis::System);
        let event = Event::on_record(&Actor::System, subject, Action::PrescriptionUpdated, Purpose::RecordUpkeep);
        activity::append(core, tx, event.about("prescription", id).about("what", told.source.code())).await?;
    }
    if news && !whose.deceased {
        write_to(core, tx, person, &Letter::PrescriptionNews).await?;
    }
    Ok(changes)
}

/// Takes in what is told of one prescription of a person who is held. Gives its id where anything changed, and whether the person
/// is to be told.
async fn one(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    told: &Told<'_>,
) -> Result<(Option<PrescriptionId>, bool), ServiceError> {
    let now = core.now();
    let found = prescription::by_number(tx, person, &told.prescription.number).await?;
    let is_new = found.is_none();
    let before = found.unwrap_or_else(|| empty(core, person, &told.prescription.number));
    let id = before.prescription();
    let mut row = before.clone();
    let newest = facts(&mut row, told);
    if is_new {
        prescription::insert(tx, &row).await?;
    }
    let mut items = prescription::items(tx, person, id).await?;
    // That the same was told again is no change.
    let mut changed = is_new || without_times(&row) != without_times(&before);
    let (mut claimed, mut fresh) = (BTreeSet::new(), BTreeMap::<Uuid, BTreeSet<DispenseStep>>::new());
    for (place, item) in told.prescription.items.iter().enumerate() {
        let matched = find(&items, item, &claimed);
        let at = match matched {
            Some(at) => at,
            None => {
                let new = PrescriptionItemRow {
                    person_id: person.as_uuid(),
                    id: core.new_id(),
                    prescription_id: id.as_uuid(),
                    number: item.number.clone(),
                    name: String::new(),
                    code_system: None,
                    code: None,
                    quantity: String::new(),
                    note: String::new(),
                    note_at: None,
                    order_item_id: None,
                    told: String::new(),
                    created_at: now,
                };
                prescription::insert_item(tx, &new).await?;
                items.push(new);
                changed = true;
                items.len() - 1
            }
        };
        // One that is known by its number, and the same known from an order: they are one.
        let twin = item.number.as_ref().and_then(|_| twin(&items, at, item, &claimed));
        let twin = twin.map(|twin| items[twin].clone());
        if let Some(twin) = &twin {
            unite(tx, &mut items[at], twin).await?;
            changed = true;
        }
        let kept = &mut items[at];
        let was = kept.clone();
        words(kept, item, told, newest);
        kept.order_item_id = kept.order_item_id.or_else(|| told.orders.get(place).map(OrderItemId::as_uuid));
        if *kept != was {
            prescription::update_item(tx, kept).await?;
            let told_again = PrescriptionItemRow { note_at: was.note_at, ..kept.clone() } == was;
            changed |= !told_again;
        }
        let kept = kept.item();
        claimed.insert(kept.as_uuid());
        for step in &item.steps {
            if prescription::add_step(tx, person, kept, *step, (told.source.code(), now)).await? {
                fresh.entry(kept.as_uuid()).or_default().insert(*step);
                changed = true;
            }
        }
        if let Some(twin) = twin {
            items.retain(|item| item.id != twin.id);
        }
    }
    if !changed {
        if row != before {
            prescription::update(tx, &row).await?;
        }
        return Ok((None, false));
    }
    row.changed_at = now;
    prescription::update(tx, &row).await?;
    let news = tell(tx, (person, &row), items, &fresh, now).await?;
    Ok((Some(id), news))
}

/// What is told of a prescription, whenever it was told.
fn without_times(row: &PrescriptionRow) -> PrescriptionRow {
    PrescriptionRow { facts_at: None, dispenser_at: None, ..row.clone() }
}

fn empty(core: &Core, person: PersonId, number: &PrescriptionNumber) -> PrescriptionRow {
    PrescriptionRow {
        person_id: person.as_uuid(),
        id: core.new_id(),
        number: number.as_str().to_owned(),
        course: String::new(),
        written_on: None,
        prescriber: String::new(),
        issue: None,
        issues: None,
        issue_from: None,
        issue_days: None,
        dispenser_ods: String::new(),
        dispenser_at: None,
        facts_at: None,
        place_ods: String::new(),
        place_name: String::new(),
        place_phone: String::new(),
        place_address: String::new(),
        place_web: String::new(),
        created_at: core.now(),
        changed_at: core.now(),
    }
}

/// Puts what is told of the prescription itself beside what is known; whether all details that are told are the newest.
fn facts(row: &mut PrescriptionRow, told: &Told<'_>) -> bool {
    let new = told.prescription;
    let newest = told.source == Source::Asked && row.facts_at.is_none_or(|known| known <= told.at);
    if newest {
        row.facts_at = Some(told.at);
        row.written_on = new.written_on;
        row.course = if new.course == Course::Unknown { String::new() } else { new.course.code().to_owned() };
        let TrackedPlace { ods, name, phone, address, web } = new.place.clone().unwrap_or_default();
        (row.place_ods, row.place_name, row.place_phone, row.place_address, row.place_web) = (ods, name, phone, address, web);
    }
    if !new.prescriber.is_empty() && (newest || row.prescriber.is_empty()) {
        row.prescriber.clone_from(&new.prescriber);
    }
    // Which pharmacy has it the practice does not tell.
    let who = new.place.as_ref().map(|place| place.ods.clone());
    let who = match told.source {
        Source::Practice => None,
        Source::Asked => Some(who.unwrap_or_default()),
        Source::Sent => who,
    };
    if let Some(value) = who {
        let new = Latest { at: told.at, value };
        let known = row.dispenser_at.map(|at| Latest { at, value: row.dispenser_ods.clone() });
        let latest = known.map_or_else(|| new.clone(), |known| known.merge(new.clone()));
        (row.dispenser_at, row.dispenser_ods) = (Some(latest.at), latest.value);
    }
    if let Some(new) = new.issues {
        let latest = issues(row).map_or(new, |known| known.merge(new));
        row.issue = Some(i32::from(latest.issue));
        row.issues = Some(i32::from(latest.of));
        row.issue_from = latest.from;
        row.issue_days = latest.days.map(i32::from);
    }
    newest
}

/// How often it may be given; absent where nobody says.
pub(super) fn issues(row: &PrescriptionRow) -> Option<Issues> {
    let number = |value: Option<i32>| value.and_then(|value| u16::try_from(value).ok());
    Some(Issues { issue: number(row.issue)?, of: number(row.issues)?, from: row.issue_from, days: number(row.issue_days) })
}

/// A code to be compared. The dictionary of medicines and devices takes its codes from SNOMED CT: one under either name is the same.
pub(super) fn codes(system: Option<&str>, code: Option<&str>) -> Vec<Code> {
    let system = system.map(|system| if system == DMD { SNOMED } else { system });
    let code = system.zip(code).map(|(system, code)| Code { system: system.to_owned(), code: code.to_owned(), display: None });
    code.into_iter().collect()
}

/// Whether an item and what is told are of one medicine.
fn same(row: &PrescriptionItemRow, item: &TrackedItem) -> bool {
    let known = codes(row.code_system.as_deref(), row.code.as_deref());
    let new = item.code.as_ref().map(|code| codes(Some(&code.system), Some(&code.code))).unwrap_or_default();
    same_medicine(&[(&row.name, &known), (&item.name, &new)]).len() == 1
}

/// Which item is told of: that of the number; else that of the medicine, of which nothing else was told now.
fn find(items: &[PrescriptionItemRow], item: &TrackedItem, claimed: &BTreeSet<Uuid>) -> Option<usize> {
    let numbered = item.number.is_some().then(|| items.iter().position(|row| row.number == item.number)).flatten();
    numbered.or_else(|| {
        // A number of its own makes it another item.
        let may_be = |row: &PrescriptionItemRow| item.number.is_none() || row.number.is_none();
        items.iter().position(|row| may_be(row) && !claimed.contains(&row.id) && same(row, item))
    })
}

/// An item without a number that is the same as the one at this place.
fn twin(items: &[PrescriptionItemRow], at: usize, item: &TrackedItem, claimed: &BTreeSet<Uuid>) -> Option<usize> {
    let others = items.iter().enumerate().filter(|(other, _)| *other != at);
    let mut others = others.filter(|(_, row)| row.number.is_none() && !claimed.contains(&row.id));
    others.find(|(_, row)| same(row, item)).map(|(other, _)| other)
}

/// Puts all that is known of the twin to the item, and removes the twin.
async fn unite(tx: &mut Tx, kept: &mut PrescriptionItemRow, twin: &PrescriptionItemRow) -> Result<(), ServiceError> {
    let (person, prescription) = (PersonId::from_uuid(kept.person_id), PrescriptionId::from_uuid(kept.prescription_id));
    for step in prescription::steps(tx, person, prescription).await? {
        if step.item_id == twin.id {
            prescription::add_step(tx, person, kept.item(), step.step()?, (&step.source, step.came_at)).await?;
        }
    }
    prescription::remove_item(tx, person, twin.item()).await?;
    kept.order_item_id = kept.order_item_id.or(twin.order_item_id);
    let told: BTreeSet<&str> = kept.told.split_whitespace().chain(twin.told.split_whitespace()).collect();
    kept.told = told.into_iter().collect::<Vec<_>>().join(" ");
    if kept.name.is_empty() {
        kept.name.clone_from(&twin.name);
    }
    if kept.code.is_none() {
        (kept.code_system, kept.code) = (twin.code_system.clone(), twin.code.clone());
    }
    prescription::update_item(tx, kept).await?;
    Ok(())
}

/// Puts the words that are told of an item beside what is known.
fn words(row: &mut PrescriptionItemRow, item: &TrackedItem, told: &Told<'_>, newest: bool) {
    if row.number.is_none() {
        row.number.clone_from(&item.number);
    }
    if !item.name.is_empty() && (newest || row.name.is_empty()) {
        row.name.clone_from(&item.name);
    }
    if !item.quantity.is_empty() && (newest || row.quantity.is_empty()) {
        row.quantity.clone_from(&item.quantity);
    }
    if let Some(code) = item.code.as_ref().filter(|_| newest || row.code.is_none()) {
        (row.code_system, row.code) = (Some(code.system.clone()), Some(code.code.clone()));
    }
    let told_now = told.source == Source::Asked || (told.source == Source::Sent && !item.note.is_empty());
    if told_now && row.note_at.is_none_or(|known| known <= told.at) {
        row.note.clone_from(&item.note);
        row.note_at = Some(told.at);
    }
}

/// All that is known of where an item stands. What a practice said at its approval counts only as long as nobody else tells.
pub(crate) fn progress<'s>(steps: impl Iterator<Item = &'s StepRow> + Clone) -> Result<Progress, StoreError> {
    let others = steps.clone().any(|step| step.source != PRACTICE);
    steps.filter(|step| !others || step.source != PRACTICE).map(StepRow::step).collect()
}

/// Notes of what the person is told now; whether there is anything. Only what was told just now and counts is news, once for each
/// issue.
async fn tell(
    tx: &mut Tx,
    (person, row): (PersonId, &PrescriptionRow),
    items: Vec<PrescriptionItemRow>,
    fresh: &BTreeMap<Uuid, BTreeSet<DispenseStep>>,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let steps = prescription::steps(tx, person, row.prescription()).await?;
    let mut tells = false;
    for mut item in items {
        let Some(fresh) = fresh.get(&item.id) else { continue };
        let stands = progress(steps.iter().filter(|step| step.item_id == item.id))?.now();
        let Some(step) = stands.filter(|step| fresh.contains(step)) else { continue };
        let Some(news) = step.status.news() else { continue };
        let word = format!("{}:{}", row.issue.unwrap_or_default(), news.code());
        let mut told: BTreeSet<&str> = item.told.split_whitespace().collect();
        if !told.insert(&word) {
            continue;
        }
        item.told = told.into_iter().collect::<Vec<_>>().join(" ");
        prescription::update_item(tx, &item).await?;
        tells |= step.at >= now - NEWS;
    }
    Ok(tells)
}
