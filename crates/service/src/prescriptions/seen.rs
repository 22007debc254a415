//! Following prescriptions, as the person and those who look after them do.

use super::Prescriptions;
use super::take_in::{codes, issues, once, progress};
use crate::activity::{self, Event};
use crate::medicines::orders;
use crate::pharmacies::{self, Dispenser};
use crate::reader::Reader;
use crate::records::purpose;
use crate::{Core, ServiceError, access};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Subject};
use domain::audit::Action;
use domain::medicine::{Course, DispenseStatus, DispenseStep, Issues, Medicines, PrescriptionNumber};
use domain::pharmacy::OdsCode;
use domain::record::{Category, Code, Sensitivity};
use domain::{NhsNumber, PersonId, PrescriptionId, PrescriptionItemId};
use std::collections::{BTreeMap, BTreeSet};
use store::prescription::{self, PrescriptionItemRow, PrescriptionRow, Several, StepRow, WatchRow};
use store::{StoreError, Tx, medicine, person, record};
use uuid::Uuid;

/// How many prescriptions are read, those of which something was told last: many more than anybody gets in a year, after which
/// none is to come of.
const SHOWN: usize = 500;
/// After so long without news it counts as over (EPS: a repeat dispensing prescription holds for 12 months).
const EXPIRES: TimeDelta = TimeDelta::days(366);

/// A pharmacy, as its source tells of it, and of what that tells nothing as the operator's table has it.
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
    /// The operator's table knows it, and with it when it is open.
    pub listed: bool,
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
    pub history: Vec<DispenseStep>,
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
    /// To whom it goes as its order says, where nobody has told of a pharmacy yet.
    pub ordered_to: Option<DispenserSeen>,
    /// It is with no pharmacy yet, nor does its order name one, so that its number opens it at any.
    pub needs_token: bool,
    /// When something new was last told of it here.
    pub changed_at: DateTime<Utc>,
}

impl PrescriptionSeen {
    /// Whether its number can be shown to a pharmacy: none is known to have it.
    #[must_use]
    pub const fn has_token(&self) -> bool {
        self.needs_token || self.ordered_to.is_some()
    }
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
    /// There are older ones, which are not shown.
    pub more: bool,
    /// Whether it is known where they stand.
    pub watching: Watching,
}

/// Whose prescriptions are followed.
struct Followed {
    number: Option<NhsNumber>,
    lives: bool,
}

impl Followed {
    /// The number by which it may be asked about them: of the dead nobody is asked.
    fn to_ask(&self) -> Option<NhsNumber> {
        self.number.clone().filter(|_| self.lives)
    }
}

impl Prescriptions {
    /// Those of a person's last prescriptions that the reader may see, after asking where they stand if that is not known newly.
    /// The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not order for the person.
    pub async fn list(&self, actor: &Actor, person: PersonId) -> Result<PrescriptionsSeen, ServiceError> {
        let whose = self.enter(actor, person, "prescriptions").await?;
        self.freshen(person, whose.to_ask()).await?;
        let mut tx = self.core.read().await?;
        // What was closed meanwhile is closed.
        let (subject, reader) = orders(&self.core, &mut tx, actor, person).await?;
        let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
        let Several { prescriptions: mut rows, items, steps } = prescription::newest(&mut tx, person, limit).await?;
        let watch = prescription::watch(&mut tx, person).await?;
        let Visible { items, all } = visible(&mut tx, &reader, &rows, items).await?;
        let more = rows.len() > SHOWN;
        rows.truncate(SHOWN);
        let ordered = ordered(&mut tx, person, &rows, &items).await?;
        let mut of = BTreeMap::<Uuid, Vec<PrescriptionItemRow>>::new();
        for item in items {
            of.entry(item.prescription_id).or_default().push(item);
        }
        rows.retain(|row| of.contains_key(&row.id));
        let listed = listed(&mut tx, &rows).await?;
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "prescriptions");
        activity::disclose(&self.core, event).await?;
        let (now, mut steps) = (self.core.now(), by_item(steps));
        let mut prescriptions = Vec::new();
        for row in rows {
            let items = of.remove(&row.id).unwrap_or_default();
            prescriptions.push(seen(row, items, &mut steps, (&listed, &ordered), now)?);
        }
        prescriptions.sort_by_key(|one| !one.current);
        Ok(PrescriptionsSeen { prescriptions, more, watching: watching(&self.core, watch, &whose, all) })
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
        let whose = self.enter(actor, person, "prescription").await?;
        self.freshen(person, whose.to_ask()).await?;
        let (subject, seen, watch, all) = self.open(actor, person, id, "prescription", |_| true).await?;
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject));
        activity::disclose(&self.core, event.about("page", "prescription").about("prescription", id)).await?;
        Ok((seen, watching(&self.core, watch, &whose, all)))
    }

    /// One prescription that no pharmacy is known to have, to be shown to one. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] as [`Prescriptions::one`], and for one that a pharmacy has or of which nothing waits for one.
    pub async fn token(&self, actor: &Actor, person: PersonId, id: PrescriptionId) -> Result<PrescriptionSeen, ServiceError> {
        let (subject, seen, ..) = self.open(actor, person, id, "prescription-token", PrescriptionSeen::has_token).await?;
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject));
        activity::disclose(&self.core, event.about("page", "prescription-token").about("prescription", id)).await?;
        Ok(seen)
    }

    /// Lets through whoever may follow a person's prescriptions; a refusal is audited.
    async fn enter(&self, actor: &Actor, person: PersonId, what: &'static str) -> Result<Followed, ServiceError> {
        let mut tx = self.core.read().await?;
        let read = async {
            orders(&self.core, &mut tx, actor, person).await?;
            let row = person::by_id(&mut tx, person).await?.ok_or(ServiceError::NotFound)?;
            let number = row.nhs_number.as_deref().and_then(|number| NhsNumber::parse(number).ok());
            Ok(Followed { number, lives: !row.deceased })
        };
        match read.await {
            Ok(followed) => Ok(followed),
            Err(error) => {
                drop(tx);
                Err(access::refused_on(&self.core, actor, person, error, what).await)
            }
        }
    }

    /// One that the actor may see, where it is wanted; a refusal is audited.
    async fn open(
        &self,
        actor: &Actor,
        person: PersonId,
        id: PrescriptionId,
        what: &'static str,
        wanted: impl Fn(&PrescriptionSeen) -> bool + Send,
    ) -> Result<(Subject, PrescriptionSeen, Option<WatchRow>, bool), ServiceError> {
        let mut tx = self.core.read().await?;
        let read = async {
            let (subject, reader) = orders(&self.core, &mut tx, actor, person).await?;
            let row = prescription::one(&mut tx, person, id).await?.ok_or(ServiceError::NotFound)?;
            let items = prescription::items(&mut tx, person, id).await?;
            let steps = prescription::steps(&mut tx, person, id).await?;
            let watch = prescription::watch(&mut tx, person).await?;
            let Visible { items, all } = visible(&mut tx, &reader, std::slice::from_ref(&row), items).await?;
            if items.is_empty() {
                return Err(ServiceError::NotFound);
            }
            let listed = listed(&mut tx, std::slice::from_ref(&row)).await?;
            let ordered = ordered(&mut tx, person, std::slice::from_ref(&row), &items).await?;
            let seen = seen(row, items, &mut by_item(steps), (&listed, &ordered), self.core.now())?;
            if wanted(&seen) { Ok((subject, seen, watch, all)) } else { Err(ServiceError::NotFound) }
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

/// Which of these, all the items of these prescriptions, the reader may see: where the record tells of the medicine, every entry of
/// it must be open to them, and that which was ordered; where it tells nothing of it, they must be let see all medicines, and none
/// may be hidden from them. Where one is closed, so are the others of its prescription.
pub(crate) async fn visible(
    tx: &mut Tx,
    reader: &Reader,
    rows: &[PrescriptionRow],
    items: Vec<PrescriptionItemRow>,
) -> Result<Visible, ServiceError> {
    let items = once(rows, items);
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
    let named: Vec<_> = entries.iter().zip(&coded).map(|(entry, codes)| (entry.title.as_str(), codes.as_slice())).collect();
    let medicines = Medicines::of(&named);
    let (mut kept, mut closed) = (Vec::new(), BTreeSet::new());
    for item in items {
        let matched = medicines.like(&item.name, &codes(item.code_system.as_deref(), item.code.as_deref()));
        let mut matched = matched.into_iter().filter_map(|at| entries.get(at)).peekable();
        let entry = item.order_item_id.and_then(|id| orders.get(&id));
        let shown = match (matched.peek(), entry) {
            (None, None) => all,
            (_, entry) => matched.all(|one| open.contains(&one.id)) && entry.is_none_or(|entry| ordered.contains(entry)),
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

/// The pharmacies of these prescriptions that the operator's table names, by code.
async fn listed(tx: &mut Tx, rows: &[PrescriptionRow]) -> Result<BTreeMap<String, Dispenser>, ServiceError> {
    let codes: BTreeSet<&str> = rows.iter().map(|row| row.dispenser_ods.as_str()).collect();
    let mut found = BTreeMap::new();
    // What tells of it may have another idea of what a code is.
    for code in codes.into_iter().filter_map(|code| OdsCode::parse(code).ok()) {
        if let Some(one) = pharmacies::one(tx, &code).await? {
            found.insert(code.as_str().to_owned(), one);
        }
    }
    Ok(found)
}

/// To whom each ordered medicine goes that these answer, by its id, where nobody has told of a pharmacy.
async fn ordered(
    tx: &mut Tx,
    person: PersonId,
    rows: &[PrescriptionRow],
    items: &[PrescriptionItemRow],
) -> Result<BTreeMap<Uuid, Dispenser>, ServiceError> {
    let untold: BTreeSet<Uuid> = rows.iter().filter(|row| row.dispenser_ods.is_empty()).map(|row| row.id).collect();
    if !items.iter().any(|item| item.order_item_id.is_some() && untold.contains(&item.prescription_id)) {
        return Ok(BTreeMap::new());
    }
    let sent = medicine::sent_to(tx, person).await?;
    let places = pharmacies::of_codes(tx, sent.iter().map(|(_, code)| code.as_str()).collect()).await?;
    Ok(sent.into_iter().filter_map(|(item, code)| Some((item, places.get(&code)?.clone()))).collect())
}

/// What was told, by the item of which it was.
fn by_item(steps: Vec<StepRow>) -> BTreeMap<Uuid, Vec<StepRow>> {
    let mut of = BTreeMap::<Uuid, Vec<StepRow>>::new();
    for step in steps {
        of.entry(step.item_id).or_default().push(step);
    }
    of
}

/// The pharmacy that has it, as far as anybody tells of it.
fn dispenser(row: &PrescriptionRow, listed: &BTreeMap<String, Dispenser>) -> Option<DispenserSeen> {
    let ods = row.dispenser_ods.clone();
    if ods.is_empty() {
        return None;
    }
    let told = match row.place_ods == ods {
        true => [&row.place_name, &row.place_phone, &row.place_address, &row.place_web].map(Clone::clone),
        false => Default::default(),
    };
    let known = listed.get(&ods);
    let ours = known.map(|one| [one.name.clone(), one.phone.clone(), one.address_line(), one.website.clone()]);
    let [mut name, mut phone, mut address, mut web] = told;
    for (told, ours) in [&mut name, &mut phone, &mut address, &mut web].into_iter().zip(ours.unwrap_or_default()) {
        if told.is_empty() {
            *told = ours;
        }
    }
    Some(DispenserSeen { ods, name, phone, address, web, listed: known.is_some() })
}

fn seen(
    row: PrescriptionRow,
    items: Vec<PrescriptionItemRow>,
    steps: &mut BTreeMap<Uuid, Vec<StepRow>>,
    (listed, ordered): (&BTreeMap<String, Dispenser>, &BTreeMap<Uuid, Dispenser>),
    now: DateTime<Utc>,
) -> Result<PrescriptionSeen, StoreError> {
    let orders: Vec<Option<Uuid>> = items.iter().map(|item| item.order_item_id).collect();
    let items = items.into_iter().map(|item| {
        let steps = steps.remove(&item.id).unwrap_or_default();
        item_seen(item, &steps)
    });
    let items: Vec<PrescriptionItemSeen> = items.collect::<Result<_, _>>()?;
    let (number, id, issues) = (row.number()?, row.prescription(), issues(&row));
    let more = issues.is_some_and(|issues| issues.left() > 0);
    let current = (more || !items.iter().all(PrescriptionItemSeen::is_over)) && row.changed_at > now - EXPIRES;
    let waits = |item: &PrescriptionItemSeen| item.now.is_some_and(|step| step.status == DispenseStatus::Approved);
    let dispenser = dispenser(&row, listed);
    let waits_for_one = current && dispenser.is_none() && items.iter().any(waits);
    // One that has closed gets nothing, and of two nobody knows which it is.
    let mut to = items.iter().zip(&orders).filter(|(item, _)| waits(item)).filter_map(|(_, order)| ordered.get(order.as_ref()?));
    let first = to.next().filter(|one| waits_for_one && !one.closed);
    let ordered_to = first.filter(|first| to.all(|one| one.code == first.code)).map(|one| DispenserSeen {
        ods: one.code.to_string(),
        name: one.name.clone(),
        phone: one.phone.clone(),
        address: one.address_line(),
        web: one.website.clone(),
        listed: true,
    });
    Ok(PrescriptionSeen {
        id,
        number,
        course: Course::from_code(&row.course).unwrap_or(Course::Unknown),
        written_on: row.written_on,
        prescriber: row.prescriber,
        needs_token: waits_for_one && ordered_to.is_none(),
        ordered_to,
        dispenser,
        issues: issues.filter(|issues| issues.of > 1 || issues.issue > 1),
        items,
        current,
        changed_at: row.changed_at,
    })
}

fn item_seen(item: PrescriptionItemRow, steps: &[StepRow]) -> Result<PrescriptionItemSeen, StoreError> {
    let progress = progress(steps.iter())?;
    let mut history: Vec<DispenseStep> = steps.iter().map(StepRow::step).collect::<Result<_, _>>()?;
    history.sort_unstable_by_key(|step| std::cmp::Reverse(*step));
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

fn watching(core: &Core, row: Option<WatchRow>, whose: &Followed, all: bool) -> Watching {
    let on = core.tracking().tracker.is_on();
    let plain = Watching { on, no_number: whose.number.is_none(), ..Watching::default() };
    let Some(row) = row.filter(|_| on) else { return plain };
    let numbers = row.held_back.split_whitespace().filter(|_| all).map(ToOwned::to_owned).collect();
    Watching {
        answered_at: row.answered_at,
        delayed: !row.fault.is_empty(),
        asking: row.fault.is_empty() && row.answered_at.is_none_or(|at| at < row.asked_at),
        held_back: numbers,
        more_held_back: all && row.more_held_back,
        unread: if all { u32::try_from(row.unread).unwrap_or_default() } else { 0 },
        ..plain
    }
}
