//! The practice's side: looking at an order, preparing it, asking, and deciding.

use super::list::known;
use super::order::{GoesTo, changed, goes_to, keeping, next, settle};
use super::{Medicines, WarningSeen, said, tell, text};
use crate::activity::{self, Event};
use crate::error::gather;
use crate::prescriptions::{Approved, approved};
use crate::reader::Reader;
use crate::{Core, FieldProblem, ServiceError, access};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Subject, View};
use domain::audit::{Action, Basis, Purpose};
use domain::medicine::{Flag, Flagged, ItemAct, ItemStatus, PrescriptionNumber, PrescriptionNumberError};
use domain::record::Code;
use domain::team::{TeamAsk, WorkKind};
use domain::when::london_day;
use domain::{AccountId, EntryId, MemberId, OrderId, OrderItemId, OrganisationId, PersonId};
use std::collections::{BTreeMap, BTreeSet};
use store::medicine::{self, Change, ItemRow};
use store::{StoreError, Tx, organisation, person_write, prescribing, record};
use uuid::Uuid;

/// One medicine of an order, as those see it who decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamItem {
    /// Its id.
    pub id: OrderItemId,
    /// The entry of the record that was ordered.
    pub entry: EntryId,
    /// The medicine's name.
    pub name: String,
    /// The dose as its source wrote it.
    pub dose: String,
    /// How much.
    pub quantity: String,
    /// Where it stands.
    pub status: ItemStatus,
    /// When it was given last, as known when it was ordered.
    pub last_issued: Option<NaiveDate>,
    /// When that should be used up.
    pub runs_out: Option<NaiveDate>,
    /// The day from which it must be reviewed first.
    pub review_on: Option<NaiveDate>,
    /// More was given in the last half year than was used up.
    pub overused: bool,
    /// What the practice's own system warned of about it.
    pub warnings: Vec<WarningSeen>,
    /// Why it is needed.
    pub reason: String,
    /// Why it is wanted before its time.
    pub early_reason: String,
    /// The practice's question.
    pub question: String,
    /// The answer to it.
    pub reply: String,
    /// What was written to the decision.
    pub answer: String,
    /// Who prepared it, and when.
    pub prepared: Option<(String, DateTime<Utc>)>,
    /// Who decided, and when.
    pub decided: Option<(String, DateTime<Utc>)>,
    /// What has to be looked at before it is approved.
    pub flags: Vec<Flag>,
    /// Goes up with every change; whoever acts says which they saw.
    pub version: i32,
}

/// An order, as those see it who decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamOrder {
    /// Its id.
    pub id: OrderId,
    /// For whom.
    pub person: PersonId,
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// It was sent by somebody who acts for the person.
    pub by_carer: bool,
    /// What was written to the practice.
    pub note: String,
    /// To whom the prescription goes; absent where that is decided later.
    pub goes_to: Option<GoesTo>,
    /// Its medicines, by name.
    pub items: Vec<TeamItem>,
    /// Whether the reader may decide.
    pub may_decide: bool,
}

/// What is sent to act on medicines of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecideForm {
    /// Those that are meant, each as its id and the version that was seen: `…:3`, with spaces between.
    pub items: String,
    /// [`ItemAct`] by code, or [`DecideForm::PREPARE`].
    pub act: String,
    /// What is written to the person.
    pub words: String,
    /// The number of the prescription under which it is approved; it may be empty.
    pub prescription: String,
}

impl DecideForm {
    /// To note that the decision is prepared.
    pub const PREPARE: &'static str = "prepare";
}

fn chosen(form: &DecideForm) -> Result<Vec<(OrderItemId, i32)>, FieldProblem> {
    let one = |word: &str| {
        let (id, version) = word.split_once(':')?;
        Some((id.parse().ok()?, version.parse().ok()?))
    };
    let items: Option<BTreeSet<(OrderItemId, i32)>> = form.items.split_whitespace().map(one).collect();
    let items = items.ok_or_else(|| FieldProblem::new("items", "The page was not whole. Choose again"))?;
    if items.is_empty() {
        return Err(FieldProblem::new("items", "Choose at least one medicine"));
    }
    Ok(items.into_iter().collect())
}

/// What is to be done; `None` where the decision is only prepared.
fn act(form: &DecideForm) -> Result<Option<ItemAct>, FieldProblem> {
    if form.act == DecideForm::PREPARE {
        return Ok(None);
    }
    let act = ItemAct::from_code(&form.act).filter(|act| act.decides() || *act == ItemAct::Ask);
    act.map(Some).ok_or_else(|| FieldProblem::new("act", "Choose what to do"))
}

fn missing(act: ItemAct) -> &'static str {
    match act {
        ItemAct::Ask => "Write what you want to know",
        ItemAct::Change => "Write what is different",
        _ => "Write why, in words for the person",
    }
}

/// The number of the prescription, where something is approved and it is given.
fn number(form: &DecideForm, act: Option<ItemAct>) -> Result<Option<PrescriptionNumber>, FieldProblem> {
    if !matches!(act, Some(ItemAct::Approve | ItemAct::Change)) {
        return Ok(None);
    }
    match PrescriptionNumber::typed(&form.prescription) {
        Ok(number) => Ok(Some(number)),
        Err(PrescriptionNumberError::Empty) => Ok(None),
        Err(PrescriptionNumberError::Shape) => {
            Err(FieldProblem::new("prescription", "Enter a number like 04F4C2-A99968-7F717P, or leave it empty"))
        }
        Err(PrescriptionNumberError::Check) => {
            Err(FieldProblem::new("prescription", "One of its letters or numbers is wrong. Check it against the prescription"))
        }
    }
}

/// What the system of this organisation warned of, by the entries that it is about. What others warned of is not its to see by way
/// of an order.
pub(super) async fn warned_here(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    at: OrganisationId,
) -> Result<BTreeMap<EntryId, Vec<WarningSeen>>, ServiceError> {
    // Seldom is there any: then the medicines need not be read.
    if record::warned_people(tx, at, &[person]).await?.is_empty() {
        return Ok(BTreeMap::new());
    }
    warnings_of(core, tx, person, at).await
}

/// The same, for somebody of whom it is known that there is a warning.
pub(super) async fn warnings_of(
    core: &Core,
    tx: &mut Tx,
    person: PersonId,
    at: OrganisationId,
) -> Result<BTreeMap<EntryId, Vec<WarningSeen>>, ServiceError> {
    let (reader, mut of) = (Reader::new(person, View::everything(), core.now()), BTreeMap::new());
    for one in known(core, tx, &reader, false).await?.0 {
        let here = one.seen.warnings.iter().zip(&one.warned_by).filter(|(_, by)| **by == at);
        let here: Vec<WarningSeen> = here.map(|(warning, _)| warning.clone()).collect();
        of.extend(one.seen.sources.iter().map(|source| (source.entry, here.clone())));
    }
    Ok(of)
}

/// The medicines of orders that wait, or were decided, in a practice's own system.
pub(super) async fn medicines_elsewhere(tx: &mut Tx, person: PersonId) -> Result<BTreeSet<Uuid>, ServiceError> {
    let marks = prescribing::marks(tx, person).await?.into_iter();
    let there = marks.filter(|row| row.what == "order" && matches!(row.state.as_str(), "asked" | "done"));
    Ok(there.map(|row| row.item_id).collect())
}

/// Writes down under which number a practice prescribed these.
pub(super) async fn signed(
    core: &Core,
    tx: &mut Tx,
    by: (&Actor, Subject),
    (at, number): (OrganisationId, PrescriptionNumber),
    rows: Vec<ItemRow>,
) -> Result<(), ServiceError> {
    let person = by.1.person;
    let prescriber = organisation::by_id(tx, at).await?.map(|row| row.name).unwrap_or_default();
    let entries = record::named_medicines(tx, person).await?;
    let code = |row: &ItemRow| {
        let entry = entries.iter().find(|entry| entry.id == row.entry_id)?;
        let (system, code) = entry.code_system.clone().zip(entry.code.clone())?;
        Some(Code { system, code, display: None })
    };
    let item = |row: ItemRow| Approved { order_item: row.item(), code: code(&row), name: row.name, quantity: row.quantity };
    approved(core, tx, by, (number, prescriber), rows.into_iter().map(item).collect()).await
}

impl Medicines {
    /// An order that was sent to the actor's practice. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that was sent elsewhere, and to whoever does not deal with orders.
    pub async fn order_for_team(&self, actor: &Actor, id: OrderId) -> Result<TeamOrder, ServiceError> {
        let mut tx = self.core.read().await?;
        let read = async {
            let place = access::in_team(&mut tx, actor, TeamAsk::DoWork(WorkKind::MedicineOrder)).await?;
            let at = place.organisation();
            let person = medicine::whose(&mut tx, at, id).await?.ok_or(ServiceError::NotFound)?;
            let row = medicine::one(&mut tx, person, id).await?.ok_or(ServiceError::NotFound)?;
            let items = medicine::items(&mut tx, person, id).await?;
            let warned = warned_here(&self.core, &mut tx, person, at).await?;
            let today = london_day(self.core.now());
            let own = |entry: Uuid| warned.get(&EntryId::from_uuid(entry)).cloned().unwrap_or_default();
            let items: Result<Vec<_>, _> = items
                .into_iter()
                .map(|row| {
                    let warnings = own(row.entry_id);
                    item(row, warnings, today)
                })
                .collect();
            let may_decide = access::also(actor, &place, TeamAsk::DecideMedicines).is_ok();
            let goes_to = goes_to(&mut tx, &row).await?;
            Ok((at, person, row, goes_to, items?, may_decide))
        };
        let (at, person, row, goes_to, items, may_decide) = match read.await {
            Ok(found) => found,
            Err(error) => {
                drop(tx);
                return Err(access::refused(&self.core, actor, error, "medicine-order").await);
            }
        };
        drop(tx);
        let subject = Subject { organisation: Some(at), ..Subject::new(person, Basis::CareTeam) };
        let event = Event::on_record(actor, subject, Action::Read, Purpose::DirectCare);
        activity::disclose(&self.core, event.about("page", "medicine-order").about("order", id)).await?;
        Ok(TeamOrder {
            id,
            person,
            at: row.created_at,
            by_carer: row.channel == "carer",
            note: row.note,
            goes_to,
            items,
            may_decide,
        })
    }

    /// Acts on medicines of an order, each as it was seen: all of them or none. The person is told of what they should know.
    /// Doing the same twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`items`, `act`, `words`, `prescription`, and with no field where one of them has changed since it was seen);
    /// [`ServiceError::NotFound`] as [`Medicines::order_for_team`], and to whoever decides and does not prescribe.
    pub async fn decide(&self, actor: &Actor, id: OrderId, form: &DecideForm) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act_in_team(actor, move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::DoWork(WorkKind::MedicineOrder)).await?;
                let at = place.organisation();
                let person = medicine::whose(tx, at, id).await?.ok_or(ServiceError::NotFound)?;
                // What the practice's own system was asked for is decided there.
                let elsewhere = medicines_elsewhere(tx, person).await?;
                let asked = act(&form);
                if matches!(asked, Ok(Some(act)) if act.decides()) {
                    access::also(&actor, &place, TeamAsk::DecideMedicines)?;
                }
                gather! {
                    items = chosen(&form);
                    act = asked;
                    words = match act {
                        Ok(Some(act)) if act.needs_words() => said("words", &form.words, missing(act)),
                        _ => text("words", &form.words),
                    };
                    number = number(&form, act.as_ref().ok().copied().flatten());
                }
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let subject = Subject { organisation: Some(at), ..Subject::new(person, Basis::CareTeam) };
                let (mut orderer, mut entries, mut prescribed) = (None, Vec::new(), Vec::new());
                for (item, version) in items {
                    let row = medicine::item(tx, person, item).await?.filter(|row| row.order_id == id.as_uuid());
                    let row = row.filter(|row| !elsewhere.contains(&row.id)).ok_or(ServiceError::NotFound)?;
                    let event = |action| {
                        Event::on_record(&actor, subject, action, Purpose::DirectCare)
                            .about("order", id)
                            .about("entry", row.entry_id)
                    };
                    let Some(act) = act else {
                        if row.prepared_at.is_some() && row.status()?.is_open() {
                            continue;
                        }
                        if !medicine::prepare(tx, person, (item, version), place.member(), core.now()).await? {
                            return Err(changed());
                        }
                        activity::append(&core, tx, event(Action::OrderChanged).about("what", "prepared")).await?;
                        continue;
                    };
                    let by = (&actor, place.member(), subject);
                    let Some(row) = done(&core, tx, by, (row, version), (act, &words)).await? else { continue };
                    orderer = Some(AccountId::from_uuid(row.ordered_by));
                    entries.push(row.entry_id);
                    prescribed.push(row);
                }
                if let Some(number) = number.filter(|_| !prescribed.is_empty()) {
                    signed(&core, tx, (&actor, subject), (at, number), prescribed).await?;
                }
                settle(&core, tx, person, id, at, Some(place.member())).await?;
                if let Some(orderer) = orderer {
                    tell(&core, tx, person, (orderer, &entries), None).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// Does one act on one medicine that stands as it was seen, and gives it back as it was; absent where this was done before.
///
/// # Errors
/// [`ServiceError::Fields`] with no field, and nothing is done, where it has changed since.
pub(super) async fn done(
    core: &Core,
    tx: &mut Tx,
    (actor, member, subject): (&Actor, MemberId, Subject),
    (row, version): (ItemRow, i32),
    (act, words): (ItemAct, &str),
) -> Result<Option<ItemRow>, ServiceError> {
    if is_done(&row, act, words)? {
        return Ok(None);
    }
    let status = next(&row, act)?;
    let change = match act {
        ItemAct::Ask => Change { question: words, reply: "", ..keeping(&row, status) },
        _ => Change { answer: words, decided: Some((Some(member), core.now())), ..keeping(&row, status) },
    };
    if row.version != version || !medicine::change(tx, subject.person, (row.item(), version), &change).await? {
        return Err(changed());
    }
    let (action, what) = match act {
        ItemAct::Ask => (Action::OrderChanged, "asked"),
        _ => (Action::OrderDecided, status.code()),
    };
    let event = Event::on_record(actor, subject, action, Purpose::DirectCare);
    activity::append(core, tx, event.about("order", row.order_id).about("entry", row.entry_id).about("what", what)).await?;
    Ok(Some(row))
}

/// Whether this very act was done before.
fn is_done(row: &ItemRow, act: ItemAct, words: &str) -> Result<bool, StoreError> {
    let status = row.status()?;
    Ok(match act {
        ItemAct::Approve => status == ItemStatus::Approved,
        ItemAct::Change => status == ItemStatus::Changed && row.answer == words,
        ItemAct::Decline => status == ItemStatus::Declined && row.answer == words,
        ItemAct::Ask => status == ItemStatus::Question && row.question == words,
        ItemAct::Answer | ItemAct::Cancel => false,
    })
}

pub(super) fn item(row: ItemRow, warnings: Vec<WarningSeen>, today: NaiveDate) -> Result<TeamItem, StoreError> {
    let flagged = Flagged {
        status: row.status()?,
        review_on: row.review_on,
        early: !row.early_reason.is_empty(),
        overused: row.overused,
        warned: !warnings.is_empty(),
    };
    Ok(TeamItem {
        warnings,
        flags: flagged.flags(today),
        id: row.item(),
        entry: EntryId::from_uuid(row.entry_id),
        status: flagged.status,
        name: row.name,
        dose: row.dose,
        quantity: row.quantity,
        last_issued: row.last_issued,
        runs_out: row.runs_out,
        review_on: row.review_on,
        overused: row.overused,
        reason: row.reason,
        early_reason: row.early_reason,
        question: row.question,
        reply: row.reply,
        answer: row.answer,
        prepared: row.prepared_name.zip(row.prepared_at),
        decided: row.decided_name.zip(row.decided_at),
        version: row.version,
    })
}
