//! Putting together what is told of a prescription, in whatever order and however often it comes.
//!
//! Each fact goes by the clock of whoever tells: where items stand is a set that only grows ([`Progress`]), of issues the highest
//! counts, and of which pharmacy has it and what it writes the latest ([`Stated`]). So the same things told in any order, and again,
//! end in the same prescription. Two things hold as long as answers come one after the other, as they are asked: what all details
//! are is the newest answer's, and until there is one a name and a prescriber are those that were told first.

use super::tell::{AGAIN, AllNews, News, take_back, tell};
use crate::activity::{self, Event};
use crate::ports::{TrackedItem, TrackedPlace, TrackedPrescription};
use crate::{Core, ServiceError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Subject};
use domain::audit::{Action, Basis, Purpose};
use domain::medicine::{
    Course, DispenseNews, DispenseStatus, DispenseStep, Issues, PrescriptionNumber, Progress, Stated, same_medicine, same_steps,
};
use domain::record::Code;
use domain::{OrderItemId, PersonId, PrescriptionId, PrescriptionItemId};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use store::prescription::{self, PrescriptionItemRow, PrescriptionRow, StepRow};
use store::{StoreError, Tx, person_write};
use uuid::Uuid;

/// Of what is older than this nobody is told: it was so before it came here.
const NEWS: TimeDelta = TimeDelta::days(7);
/// Where a practice says that it has approved an item.
const PRACTICE: &str = "practice";

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
    // That it is approved the person learns from the order.
    if let Some(id) = one(core, tx, subject.person, &told, &mut AllNews::new()).await? {
        let event = Event::on_record(actor, subject, Action::PrescriptionUpdated, Purpose::DirectCare);
        activity::append(core, tx, event.about("prescription", id).about("what", PRACTICE)).await?;
    }
    Ok(())
}

/// Takes in what is told of a person's prescriptions. What changes is audited as an act of the service, and the person is told
/// where something of it is ready, or is not given, and they were not told so before. Gives how many changed.
pub(super) async fn take_in(core: &Core, tx: &mut Tx, person: PersonId, all: &[Told<'_>]) -> Result<usize, ServiceError> {
    let whose = person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
    let (mut changes, mut news) = (0, AllNews::new());
    for told in all {
        let Some(id) = one(core, tx, person, told, &mut news).await? else { continue };
        changes += 1;
        let subject = Subject::new(person, Basis::System);
        let event = Event::on_record(&Actor::System, subject, Action::PrescriptionUpdated, Purpose::RecordUpkeep);
        activity::append(core, tx, event.about("prescription", id).about("what", told.source.code())).await?;
    }
    if !whose.deceased {
        tell(core, tx, person, &news, false).await?;
    }
    Ok(changes)
}

/// An item while it is put together.
struct Item {
    row: PrescriptionItemRow,
    /// As it is stored; absent where it is new.
    stored: Option<PrescriptionItemRow>,
    /// Where it stood, with who told that and when it came here.
    steps: BTreeMap<DispenseStep, (String, DateTime<Utc>)>,
    /// What of that is not stored yet.
    unsaved: BTreeSet<DispenseStep>,
    /// What of that may be news.
    fresh: BTreeSet<DispenseStep>,
}

impl Item {
    fn new(core: &Core, of: &PrescriptionRow) -> Self {
        let row = PrescriptionItemRow {
            person_id: of.person_id,
            id: core.new_id(),
            prescription_id: of.id,
            number: None,
            name: String::new(),
            code_system: None,
            code: None,
            quantity: String::new(),
            note: String::new(),
            note_at: None,
            note_answered: false,
            order_item_id: None,
            told: String::new(),
            again_at: None,
            created_at: core.now(),
        };
        let (steps, unsaved, fresh) = Default::default();
        Self { row, stored: None, steps, unsaved, fresh }
    }

    /// Nobody has told which medicine it is.
    const fn is_nameless(&self) -> bool {
        self.row.name.is_empty() && self.row.code.is_none()
    }

    fn add(&mut self, step: DispenseStep, said: (String, DateTime<Utc>)) {
        if let Entry::Vacant(place) = self.steps.entry(step) {
            place.insert(said);
            self.unsaved.insert(step);
            self.fresh.insert(step);
        }
    }

    /// Whether more is known of it than was, beside when it was told.
    fn has_changed(&self) -> bool {
        let told_again = |stored: &PrescriptionItemRow| PrescriptionItemRow {
            note_at: stored.note_at,
            note_answered: stored.note_answered,
            ..self.row.clone()
        };
        !self.unsaved.is_empty() || self.stored.as_ref().is_none_or(|stored| told_again(stored) != *stored)
    }
}

/// All that is known of the items of a prescription.
async fn known(tx: &mut Tx, person: PersonId, id: PrescriptionId) -> Result<Vec<Item>, ServiceError> {
    let mut steps = BTreeMap::<Uuid, BTreeMap<_, _>>::new();
    for step in prescription::steps(tx, person, id).await? {
        steps.entry(step.item_id).or_default().insert(step.step()?, (step.source, step.came_at));
    }
    let item = |row: PrescriptionItemRow| Item {
        steps: steps.remove(&row.id).unwrap_or_default(),
        stored: Some(row.clone()),
        row,
        unsaved: BTreeSet::new(),
        fresh: BTreeSet::new(),
    };
    Ok(prescription::items(tx, person, id).await?.into_iter().map(item).collect())
}

/// Takes in what is told of one prescription of a person who is held, and notes what of it the person is to be told. Gives its id
/// where anything changed.
async fn one(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    told: &Told<'_>,
    news: &mut AllNews,
) -> Result<Option<PrescriptionId>, ServiceError> {
    let now = core.now();
    let found = prescription::by_number(tx, person, &told.prescription.number).await?;
    let is_new = found.is_none();
    let before = found.unwrap_or_else(|| empty(core, person, &told.prescription.number));
    let id = before.prescription();
    let mut row = before.clone();
    let newest = facts(&mut row, told);
    let mut items = if is_new { Vec::new() } else { known(tx, person, id).await? };
    let (mut claimed, mut gone) = (BTreeSet::new(), Vec::new());
    for (place, item) in told.prescription.items.iter().enumerate() {
        let mut at = find(&items, item, &claimed).unwrap_or_else(|| {
            items.push(Item::new(core, &row));
            items.len() - 1
        });
        // One that is known by its number, and the same known from an order: they are one.
        if let Some(twin) = item.number.as_ref().and_then(|_| twin(&items, at, item, &claimed)) {
            at = unite(&mut items, (at, twin), &mut gone);
        }
        let kept = &mut items[at];
        words(&mut kept.row, item, told, newest);
        kept.row.order_item_id = kept.row.order_item_id.or_else(|| told.orders.get(place).map(OrderItemId::as_uuid));
        for step in &item.steps {
            kept.add(*step, (told.source.code().to_owned(), now));
        }
        claimed.insert(kept.row.id);
    }
    for (numbered, named) in alike(&items) {
        let at = |id| items.iter().position(|item| item.row.id == id);
        if let Some(both) = at(numbered).zip(at(named)) {
            unite(&mut items, both, &mut gone);
        }
    }
    // That the same was told again is no change.
    let changed =
        is_new || !gone.is_empty() || without_times(&row) != without_times(&before) || items.iter().any(Item::has_changed);
    if changed {
        row.changed_at = now;
        told_before(&row, &mut items);
    }
    save(tx, (is_new, &before, &row), &items, &gone).await?;
    if !changed {
        return Ok(None);
    }
    let fresh = items.iter_mut().map(|item| (item.row.id, std::mem::take(&mut item.fresh))).collect();
    let items = once(std::slice::from_ref(&row), items.into_iter().map(|item| item.row).collect());
    note_news(tx, (person, &row), items, (&fresh, now), news).await?;
    Ok(Some(id))
}

/// Stores what has changed, and nothing else.
async fn save(
    tx: &mut Tx,
    (is_new, before, row): (bool, &PrescriptionRow, &PrescriptionRow),
    items: &[Item],
    gone: &[(Item, Uuid)],
) -> Result<(), StoreError> {
    let person = PersonId::from_uuid(row.person_id);
    if is_new {
        prescription::insert(tx, row).await?;
    } else if row != before {
        prescription::update(tx, row).await?;
    }
    for item in items {
        match &item.stored {
            None => prescription::insert_item(tx, &item.row).await?,
            Some(stored) if *stored != item.row => prescription::update_item(tx, &item.row).await?,
            Some(_) => {}
        }
        for (step, (source, came_at)) in item.steps.iter().filter(|(step, _)| item.unsaved.contains(step)) {
            prescription::add_step(tx, person, item.row.item(), *step, (source, *came_at)).await?;
        }
    }
    for (twin, into) in gone.iter().filter(|(twin, _)| twin.stored.is_some()) {
        // What it was put together with may have been put together with another.
        let mut last = *into;
        while let Some((_, next)) = gone.iter().find(|(item, _)| item.row.id == last) {
            last = *next;
        }
        prescription::move_notices(tx, person, (twin.row.item(), PrescriptionItemId::from_uuid(last))).await?;
        prescription::remove_item(tx, person, twin.row.item()).await?;
    }
    Ok(())
}

/// What is told of a prescription, whenever it was told.
fn without_times(row: &PrescriptionRow) -> PrescriptionRow {
    PrescriptionRow { facts_at: None, dispenser_at: None, dispenser_answered: false, ..row.clone() }
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
        dispenser_answered: false,
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
    let known = row.dispenser_at.map(|at| Stated { at, answered: row.dispenser_answered, value: row.dispenser_ods.clone() });
    let who = new.place.as_ref().map(|place| place.ods.as_str()).unwrap_or_default();
    if let Some(Stated { at, answered, value }) = heard(known, told, newest, who) {
        (row.dispenser_at, row.dispenser_answered, row.dispenser_ods) = (Some(at), answered, value);
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

/// What is known of a thing that a practice does not tell, once somebody told it, or told all and it not.
fn heard(known: Option<Stated<String>>, told: &Told<'_>, newest: bool, value: &str) -> Option<Stated<String>> {
    let answered = told.source == Source::Asked;
    // Of what an older answer told a newer one told the rest.
    if told.source == Source::Practice || (answered && !newest) {
        return known;
    }
    if value.is_empty() {
        return if answered { known.map(Stated::unsaid) } else { known };
    }
    let new = Stated { at: told.at, answered, value: value.to_owned() };
    Some(match known {
        Some(known) => known.merge(new),
        None => new,
    })
}

/// How often it may be given; absent where nobody says.
pub(super) fn issues(row: &PrescriptionRow) -> Option<Issues> {
    let number = |value: Option<i32>| value.and_then(|value| u16::try_from(value).ok());
    Some(Issues { issue: number(row.issue)?, of: number(row.issues)?, from: row.issue_from, days: number(row.issue_days) })
}

/// A code to be compared.
pub(super) fn codes(system: Option<&str>, code: Option<&str>) -> Vec<Code> {
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
fn find(items: &[Item], item: &TrackedItem, claimed: &BTreeSet<Uuid>) -> Option<usize> {
    let numbered = item.number.is_some().then(|| items.iter().position(|known| known.row.number == item.number)).flatten();
    numbered.or_else(|| {
        // A number of its own makes it another item.
        let may_be = |row: &PrescriptionItemRow| item.number.is_none() || row.number.is_none();
        items.iter().position(|known| may_be(&known.row) && !claimed.contains(&known.row.id) && same(&known.row, item))
    })
}

/// An item without a number that is the same as the one at this place.
fn twin(items: &[Item], at: usize, item: &TrackedItem, claimed: &BTreeSet<Uuid>) -> Option<usize> {
    let others = items.iter().enumerate().filter(|(other, _)| *other != at);
    let mut others = others.filter(|(_, known)| known.row.number.is_none() && !claimed.contains(&known.row.id));
    others.find(|(_, known)| same(&known.row, item)).map(|(other, _)| other)
}

/// Each item that is known by its number alone with the one that is known by its name alone, where they are one by where they stood.
fn alike(items: &[Item]) -> Vec<(Uuid, Uuid)> {
    let numbered: Vec<&Item> = items.iter().filter(|item| item.row.number.is_some() && item.is_nameless()).collect();
    let named: Vec<&Item> = items.iter().filter(|item| item.row.number.is_none() && !item.is_nameless()).collect();
    let stood = |some: &[&Item]| some.iter().map(|item| item.steps.keys().copied().collect()).collect::<Vec<Progress>>();
    let pairs = same_steps(&stood(&numbered), &stood(&named)).into_iter();
    pairs.filter_map(|(one, other)| Some((numbered.get(one)?.row.id, named.get(other)?.row.id))).collect()
}

/// Puts all that is known of the second to the first, and the second, with the id of the first, to those that are gone. Gives where
/// the first is then.
fn unite(items: &mut Vec<Item>, (at, twin): (usize, usize), gone: &mut Vec<(Item, Uuid)>) -> usize {
    let twin_item = items.remove(twin);
    let at = if twin < at { at - 1 } else { at };
    let (kept, twin) = (&mut items[at], twin_item);
    for (step, said) in &twin.steps {
        kept.add(*step, said.clone());
    }
    // What was told of it without its name was no news for anybody.
    kept.fresh = kept.steps.keys().copied().collect();
    let row = &mut kept.row;
    row.order_item_id = row.order_item_id.or(twin.row.order_item_id);
    row.again_at = row.again_at.max(twin.row.again_at);
    row.told = joined(&row.told, twin.row.told.split_whitespace());
    if row.name.is_empty() {
        row.name.clone_from(&twin.row.name);
    }
    if row.quantity.is_empty() {
        row.quantity.clone_from(&twin.row.quantity);
    }
    if row.code.is_none() {
        (row.code_system, row.code) = (twin.row.code_system.clone(), twin.row.code.clone());
    }
    let notes = [note(row), note(&twin.row)].into_iter().flatten();
    if let Some(latest) = notes.reduce(Stated::merge) {
        set_note(row, latest);
    }
    gone.push((twin, row.id));
    at
}

/// Without those that are known by a number alone where an answer told of all by name, and told no number of some: each is one of
/// those, and it is not known which.
pub(super) fn once(rows: &[PrescriptionRow], mut items: Vec<PrescriptionItemRow>) -> Vec<PrescriptionItemRow> {
    let answered: BTreeSet<Uuid> = rows.iter().filter(|row| row.facts_at.is_some()).map(|row| row.id).collect();
    let without = items.iter().filter(|item| item.number.is_none()).map(|item| item.prescription_id);
    let open: BTreeSet<Uuid> = without.filter(|id| answered.contains(id)).collect();
    items.retain(|item| item.number.is_none() || !item.name.is_empty() || !open.contains(&item.prescription_id));
    items
}

/// Notes of those that are known by name what the person was told when nobody knew which it is: it is told once.
fn told_before(row: &PrescriptionRow, items: &mut [Item]) {
    let nameless: Vec<(BTreeSet<DispenseStep>, String)> = items
        .iter()
        .filter(|item| item.is_nameless() && !item.row.told.is_empty())
        .map(|item| (item.steps.keys().copied().collect(), item.row.told.clone()))
        .collect();
    for item in items.iter_mut().filter(|item| item.row.number.is_none()) {
        for (steps, told) in &nameless {
            let both = item.steps.keys().filter(|step| steps.contains(step)).filter_map(|step| step.status.news());
            let words: Vec<String> = both.map(|news| word(row, news)).collect();
            let known = words.iter().map(String::as_str).filter(|word| told.split_whitespace().any(|one| one == *word));
            item.row.told = joined(&item.row.told, known);
        }
    }
}

/// By which word it is kept that the person was told.
fn word(row: &PrescriptionRow, news: DispenseNews) -> String {
    format!("{}:{}", row.issue.unwrap_or(1), news.code())
}

/// Words with more of them, each once.
fn joined<'w>(words: &'w str, more: impl Iterator<Item = &'w str>) -> String {
    words.split_whitespace().chain(more).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

fn note(row: &PrescriptionItemRow) -> Option<Stated<String>> {
    row.note_at.map(|at| Stated { at, answered: row.note_answered, value: row.note.clone() })
}

fn set_note(row: &mut PrescriptionItemRow, note: Stated<String>) {
    (row.note_at, row.note_answered, row.note) = (Some(note.at), note.answered, note.value);
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
    if let Some(new) = heard(note(row), told, newest, &item.note) {
        set_note(row, new);
    }
}

/// All that is known of where an item stands. What a practice said at its approval counts only as long as nobody else tells.
pub(crate) fn progress<'s>(steps: impl Iterator<Item = &'s StepRow> + Clone) -> Result<Progress, StoreError> {
    let others = steps.clone().any(|step| step.source != PRACTICE);
    steps.filter(|step| !others || step.source != PRACTICE).map(StepRow::step).collect()
}

/// Notes what the person is told now, once for each issue and kind of news: only what was told just now and counts. What waits to be
/// sent of what is so no more is taken back, and counts as never told.
async fn note_news(
    tx: &mut Tx,
    (person, row): (PersonId, &PrescriptionRow),
    items: Vec<PrescriptionItemRow>,
    (fresh, now): (&BTreeMap<Uuid, BTreeSet<DispenseStep>>, DateTime<Utc>),
    news: &mut AllNews,
) -> Result<(), ServiceError> {
    let steps = prescription::steps(tx, person, row.prescription()).await?;
    for mut item in items {
        let Some(fresh) = fresh.get(&item.id) else { continue };
        let stands = progress(steps.iter().filter(|step| step.item_id == item.id))?.now();
        let Some(step) = stands.filter(|step| fresh.contains(step)) else { continue };
        let told_word = step.status.news().map(|news| word(row, news));
        let mut told: BTreeSet<String> = item.told.split_whitespace().map(ToOwned::to_owned).collect();
        if told_word.as_ref().is_some_and(|word| told.contains(word)) {
            continue;
        }
        let untold = take_back(tx, person, item.item()).await?;
        for word in untold.into_iter().chain(news.remove(&item.item()).map(|news| news.word)) {
            told.remove(&word);
        }
        if let Some(word) = told_word {
            told.insert(word.clone());
            if step.at >= now - NEWS {
                let collects = step.status.is_to_collect();
                item.again_at = collects.then_some(now + AGAIN);
                news.insert(item.item(), News { word, collects });
            }
        }
        item.told = told.into_iter().collect::<Vec<_>>().join(" ");
        prescription::update_item(tx, &item).await?;
    }
    Ok(())
}
