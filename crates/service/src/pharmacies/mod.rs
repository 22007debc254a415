//! Pharmacies and others who dispense: what the operator's table says of them, finding one, and the person's own choice of
//! where their prescriptions go.

mod find;
mod load;
mod nominate;

pub use find::{FindPharmacyForm, PharmaciesFound};
pub use load::{Closing, PharmaciesReport};
pub use nominate::{NominateForm, NominationSeen, NominationsSeen, PharmacyPage, WithdrawForm};

use crate::activity::{self, Event};
use crate::records::purpose;
use crate::{Core, ServiceError};
use domain::PersonId;
use domain::access::{Actor, Ask, Subject};
use domain::appointment::Position;
use domain::audit::Action;
use domain::pharmacy::{DispenserKind, Hours, NominationSlot, OdsCode, PharmacyService};
use domain::record::{Category, Sensitivity};
use std::collections::{BTreeMap, BTreeSet};
use store::pharmacy::{self, DispenserRow};
use store::{StoreError, Tx};

/// One that dispenses.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispenser {
    /// Its code.
    pub code: OdsCode,
    /// What sort it is.
    pub kind: DispenserKind,
    /// Its name.
    pub name: String,
    /// Its street.
    pub address: String,
    /// Its town.
    pub town: String,
    /// Its postcode.
    pub postcode: String,
    /// Whom to ring; may be empty.
    pub phone: String,
    /// Its website; may be empty.
    pub website: String,
    /// What it offers.
    pub services: Vec<PharmacyService>,
    /// When it is open.
    pub hours: Hours,
    /// Where it is, as far as that is known.
    pub at: Option<Position>,
    /// How many miles it is from where somebody looks, as the crow flies; absent where that is not known, or was not asked.
    pub miles: Option<f64>,
    /// It is closed for good.
    pub closed: bool,
}

impl Dispenser {
    /// Street, town and postcode on one line, without what is empty.
    #[must_use]
    pub fn address_line(&self) -> String {
        let parts = [&self.address, &self.town, &self.postcode].map(String::as_str);
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

impl TryFrom<DispenserRow> for Dispenser {
    type Error = StoreError;

    fn try_from(row: DispenserRow) -> Result<Self, StoreError> {
        Ok(Self {
            code: row.ods()?,
            kind: row.kind()?,
            services: row.services()?,
            hours: row.hours()?,
            at: row.position(),
            miles: None,
            closed: row.closed_at.is_some(),
            name: row.name,
            address: row.address,
            town: row.town,
            postcode: row.postcode,
            phone: row.phone,
            website: row.website,
        })
    }
}

/// The use cases of pharmacies.
#[derive(Clone)]
pub struct Pharmacies {
    core: Core,
}

impl Pharmacies {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// A snapshot, for whoever may order for the person; a refusal is audited.
    /// The last is whether they may see any medicine: who gives them tells of them.
    async fn enter(&self, actor: &Actor, person: PersonId) -> Result<(Tx, Subject, bool), ServiceError> {
        let (tx, subject, reader) = self.core.enter(actor, person, Ask::OrderMedicines, "pharmacy").await?;
        let sees = Sensitivity::ALL.iter().any(|label| reader.view.opens(Category::Medicine, *label));
        Ok((tx, subject, sees))
    }

    /// Writes down that it was looked where the person's prescriptions go.
    async fn looked(&self, actor: &Actor, subject: Subject) -> Result<(), ServiceError> {
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "pharmacy");
        activity::disclose(&self.core, event).await
    }
}

/// The one with this code, also where it is closed for good.
pub(crate) async fn one(tx: &mut Tx, code: &OdsCode) -> Result<Option<Dispenser>, ServiceError> {
    Ok(pharmacy::one(tx, code).await?.map(Dispenser::try_from).transpose()?)
}

/// The one with this code, as it is stored.
pub(crate) async fn of_code(tx: &mut Tx, code: Option<&str>) -> Result<Option<Dispenser>, ServiceError> {
    let Some(code) = code else { return Ok(None) };
    let code = OdsCode::parse(code).map_err(|_| StoreError::corrupt("a dispenser has no code"))?;
    one(tx, &code).await
}

/// Those with these codes, by code; also those that are closed for good.
pub(crate) async fn of_codes(tx: &mut Tx, codes: BTreeSet<&str>) -> Result<BTreeMap<String, Dispenser>, ServiceError> {
    let rows = pharmacy::some(tx, &codes.into_iter().collect::<Vec<_>>()).await?;
    let all = rows.into_iter().map(|row| Ok((row.code.clone(), Dispenser::try_from(row)?)));
    Ok(all.collect::<Result<_, StoreError>>()?)
}

/// Whom the person has nominated, in the order of the kinds of nomination; also those that are closed for good.
pub(crate) async fn nominated(tx: &mut Tx, person: PersonId) -> Result<Vec<(NominationSlot, Dispenser)>, ServiceError> {
    let mut found = Vec::new();
    for row in pharmacy::nominations(tx, person).await? {
        if let Some(one) = of_code(tx, row.dispenser.as_deref()).await? {
            found.push((row.slot()?, one));
        }
    }
    found.sort_by_key(|(slot, _)| *slot);
    Ok(found)
}
