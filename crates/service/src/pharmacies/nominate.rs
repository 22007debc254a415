//! The person's own choice of where their prescriptions go: nobody makes it for them, and none is taken as it was before.

use super::{Dispenser, Pharmacies, of_code, one};
use crate::activity::{self, Event};
use crate::mail::{self, Letter};
use crate::records::purpose;
use crate::{Core, FieldProblem, ServiceError, access};
use chrono::{DateTime, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::audit::{Action, Basis};
use domain::pharmacy::{NominationSlot, OdsCode};
use domain::{AccountId, PersonId};
use futures::future::BoxFuture;
use store::pharmacy::{self, NewNomination, NominationRow};
use store::{Tx, account, link, outbox, person_write};

/// What holds of one kind of nomination.
#[derive(Clone, Debug, PartialEq)]
pub struct NominationSeen {
    /// Which kind.
    pub slot: NominationSlot,
    /// Who is nominated.
    pub dispenser: Dispenser,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Goes up with every change.
    pub version: i32,
}

/// Where the person's prescriptions go.
#[derive(Clone, Debug, PartialEq)]
pub struct NominationsSeen {
    /// Who is nominated, one of each kind.
    pub nominations: Vec<NominationSeen>,
    /// Whether the reader may change that: only the person may.
    pub may_change: bool,
}

/// One that dispenses, with how it stands to the person's nominations.
#[derive(Clone, Debug, PartialEq)]
pub struct PharmacyPage {
    /// The one.
    pub dispenser: Dispenser,
    /// It is nominated.
    pub nominated: bool,
    /// Another one that is nominated, in whose place it would come.
    pub instead_of: Option<Dispenser>,
    /// Whether the reader may nominate it.
    pub may_change: bool,
    /// The version of the nomination of its kind; 0 where there was none yet.
    pub version: i32,
}

/// What is sent to nominate one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NominateForm {
    /// Its code.
    pub dispenser: String,
    /// The version that was seen of the nomination of its kind.
    pub version: String,
    /// `yes` where the person says that they have registered with it.
    pub registered: String,
    /// `yes` where the person says that they want it.
    pub confirmed: String,
}

/// What is sent to take a nomination back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WithdrawForm {
    /// [`NominationSlot`] by code.
    pub slot: String,
    /// The version that was seen.
    pub version: String,
    /// `yes` where the person says that they want that.
    pub confirmed: String,
}

fn version(typed: &str) -> Result<i32, FieldProblem> {
    typed.parse().ok().filter(|version| *version >= 0).ok_or_else(FieldProblem::not_whole)
}

fn said(field: &str, typed: &str, missing: &str) -> Result<(), FieldProblem> {
    if typed == "yes" { Ok(()) } else { Err(FieldProblem::new(field, missing)) }
}

fn all_said<const N: usize>(said: [Result<(), FieldProblem>; N]) -> Result<(), ServiceError> {
    let problems: Vec<FieldProblem> = said.into_iter().filter_map(Result::err).collect();
    if problems.is_empty() { Ok(()) } else { Err(ServiceError::Fields(problems)) }
}

fn changed() -> ServiceError {
    ServiceError::field("", "Your choice has changed since you opened that page. Look at how it stands now")
}

/// What holds of this kind: its version, and whom it names.
async fn held(tx: &mut Tx, person: PersonId, slot: NominationSlot) -> Result<(i32, Option<String>), ServiceError> {
    let rows = pharmacy::nominations(tx, person).await?;
    let row = rows.into_iter().find(|row| row.slot == slot.code());
    Ok(row.map_or((0, None), |NominationRow { version, dispenser, .. }| (version, dispenser)))
}

/// Notes what was chosen where it stands as it was seen, and tells the person; choosing again what holds does nothing.
async fn choose(
    core: &Core,
    tx: &mut Tx,
    (actor, account, subject): (&Actor, AccountId, Subject),
    slot: NominationSlot,
    chosen: Option<&OdsCode>,
    seen: i32,
) -> Result<(), ServiceError> {
    let (version, before) = held(tx, subject.person, slot).await?;
    // A second press of the same button, or another window with the same choice.
    if before.as_deref() == chosen.map(OdsCode::as_str) {
        return Ok(());
    }
    let new = NewNomination { person: subject.person, slot, version: version + 1, dispenser: chosen, by: account };
    if version != seen || !pharmacy::nominate(tx, &new, core.now()).await? {
        return Err(changed());
    }
    let what = match (before, chosen) {
        (_, None) => "withdrawn",
        (None, Some(_)) => "nominated",
        (Some(_), Some(_)) => "changed",
    };
    let event = Event::on_record(actor, subject, Action::NominationChanged, purpose(subject));
    let event = event.about("what", what).about("kind", slot.code());
    let event = chosen.map_or_else(|| event.clone(), |code| event.clone().about("dispenser", code));
    activity::append(core, tx, event).await?;
    for row in link::of_person(tx, subject.person).await?.iter().filter(|row| row.relation == "self") {
        if let Some(account) = account::by_id(tx, AccountId::from_uuid(row.account_id)).await? {
            outbox::insert(tx, &mail::written(core, &account.email, &Letter::NominationChanged)).await?;
        }
    }
    Ok(())
}

/// Lets through the person themself, and nobody for them.
async fn own(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<(AccountId, Subject), ServiceError> {
    let subject = access::require(core, tx, actor, person, Ask::NominatePharmacy).await?;
    let account = actor.account().filter(|_| subject.basis == Basis::Own).ok_or(ServiceError::NotFound)?;
    Ok((account, subject))
}

impl Pharmacies {
    /// Where the person's prescriptions go. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever may not order for the person.
    pub async fn nominations(&self, actor: &Actor, person: PersonId) -> Result<NominationsSeen, ServiceError> {
        let (mut tx, subject, sees) = self.enter(actor, person).await?;
        let mut nominations = Vec::new();
        let rows = if sees { pharmacy::nominations(&mut tx, person).await? } else { Vec::new() };
        for row in rows {
            if let Some(dispenser) = of_code(&mut tx, row.dispenser.as_deref()).await? {
                nominations.push(NominationSeen { slot: row.slot()?, dispenser, since: row.chosen_at, version: row.version });
            }
        }
        nominations.sort_by_key(|one| one.slot);
        drop(tx);
        self.looked(actor, subject).await?;
        Ok(NominationsSeen { nominations, may_change: subject.basis == Basis::Own })
    }

    /// One that dispenses, also where it is closed for good, and how it stands to the person's nominations. The look is
    /// audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that does not exist, and to whoever may not order for the person.
    pub async fn one(&self, actor: &Actor, person: PersonId, code: &OdsCode) -> Result<PharmacyPage, ServiceError> {
        let (mut tx, subject, sees) = self.enter(actor, person).await?;
        let dispenser = one(&mut tx, code).await?.ok_or(ServiceError::NotFound)?;
        let (version, holds) = if sees { held(&mut tx, person, dispenser.kind.slot()).await? } else { (0, None) };
        let nominated = holds.as_deref() == Some(code.as_str());
        let instead_of = if nominated { None } else { of_code(&mut tx, holds.as_deref()).await? };
        drop(tx);
        self.looked(actor, subject).await?;
        Ok(PharmacyPage { dispenser, nominated, instead_of, may_change: subject.basis == Basis::Own, version })
    }

    /// Lets prescriptions go to this one from now on, in place of another of its kind of nomination. The same choice twice
    /// changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`registered`, `confirmed`, and with no field where it is closed for good, or the choice has
    /// changed since it was seen); [`ServiceError::NotFound`] for one that does not exist, and to everybody but the person.
    pub async fn nominate(&self, actor: &Actor, person: PersonId, form: &NominateForm) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (account, subject) = own(&core, tx, &actor, person).await?;
                let code = OdsCode::parse(&form.dispenser).map_err(|_| ServiceError::NotFound)?;
                let row = person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let dispenser = one(tx, &code).await?.ok_or(ServiceError::NotFound)?;
                let registered = match dispenser.kind.asks_to_register() {
                    true => said("registered", &form.registered, "Register with them first, and then say here that you have"),
                    false => Ok(()),
                };
                let seen = version(&form.version).map_err(|problem| ServiceError::Fields(vec![problem]))?;
                all_said([registered, said("confirmed", &form.confirmed, "Tick the box to say that you want this")])?;
                if dispenser.closed {
                    return Err(ServiceError::field("", format!("{} has closed. Choose another", dispenser.name)));
                }
                if row.deceased {
                    return Err(ServiceError::field("", "The record says that this person has died. Check whose it is"));
                }
                choose(&core, tx, (&actor, account, subject), dispenser.kind.slot(), Some(&code), seen).await
            })
        })
        .await
    }

    /// Lets prescriptions go nowhere by themselves any more. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`confirmed`, and with no field where the choice has changed since it was seen);
    /// [`ServiceError::NotFound`] to everybody but the person.
    pub async fn withdraw(&self, actor: &Actor, person: PersonId, form: &WithdrawForm) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let (account, subject) = own(&core, tx, &actor, person).await?;
                let slot = NominationSlot::from_code(&form.slot).ok_or(ServiceError::NotFound)?;
                person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                let seen = version(&form.version).map_err(|problem| ServiceError::Fields(vec![problem]))?;
                all_said([said("confirmed", &form.confirmed, "Tick the box to say that you want this")])?;
                choose(&core, tx, (&actor, account, subject), slot, None, seen).await
            })
        })
        .await
    }

    /// Does an act for a person in one transaction; a refusal is audited.
    async fn act<T, F>(&self, actor: &Actor, person: PersonId, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, Actor) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        self.core.act_on(actor, person, "nomination", body).await
    }
}
