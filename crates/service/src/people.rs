//! People as the operator looks them up and adds them.

use crate::activity::{self, Event};
use crate::{Core, ServiceError, access, profile};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Ask, Decision, decide_for_all};
use domain::audit::{Action, Purpose};
use domain::person::Demographics;
use domain::when::{age_on, london_day};
use domain::{NhsNumber, OrganisationId, PersonId};
use serde::Serialize;
use store::person::PersonRow;
use store::{StoreError, person, person_write, registration};
use uuid::Uuid;

/// How many people a page of the list holds.
pub const PAGE: usize = 100;
/// The most characters that a name may have.
const LONGEST_NAME: usize = 200;

/// Who a person is, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonSummary {
    /// Their id.
    pub id: PersonId,
    /// "Mrs Margaret Ellis".
    pub display_name: String,
    /// Absent for someone who has none yet.
    pub nhs_number: Option<NhsNumber>,
    /// Absent where it is not known to the day.
    pub birth_date: Option<NaiveDate>,
    /// In whole years today in London; absent for somebody who has died.
    pub age: Option<u32>,
    /// FHIR administrative gender code.
    pub gender: Option<String>,
    /// Known to have died.
    pub deceased: bool,
}

impl PersonSummary {
    pub(crate) fn of(row: &PersonRow, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let who = row.demographics()?;
        Ok(Self {
            id: row.person(),
            display_name: who.display_name(),
            age: who.birth_date.filter(|_| !who.deceased).and_then(|birth| age_on(birth, london_day(now))),
            nhs_number: who.nhs_number,
            birth_date: who.birth_date,
            gender: who.gender,
            deceased: who.deceased,
        })
    }
}

/// The use cases about people, for the operator.
#[derive(Clone)]
pub struct People {
    core: Core,
}

impl People {
    pub(crate) fn new(core: Core) -> Self {
        Self { core }
    }

    /// The person with this NHS number (spaces allowed) or id.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none; refusals for anybody but the operator.
    pub async fn find(&self, actor: &Actor, which: &str) -> Result<PersonSummary, ServiceError> {
        operator(actor)?;
        let mut tx = self.core.read().await?;
        let found = match (NhsNumber::parse(which), which.trim().parse::<PersonId>()) {
            (Ok(number), _) => person::by_nhs_number(&mut tx, &number).await?,
            (_, Ok(id)) => person::by_id(&mut tx, id).await?,
            _ => None,
        };
        let row = found.ok_or(ServiceError::NotFound)?;
        let subject = access::require(&self.core, &mut tx, actor, row.person(), Ask::ReadRecord).await?;
        drop(tx);
        let summary = PersonSummary::of(&row, self.core.now())?;
        let event = Event::on_record(actor, subject, Action::Read, Purpose::Operations).about("page", "person");
        activity::disclose(&self.core, event).await?;
        Ok(summary)
    }

    /// Everybody, in the order in which they were added, from after the given person; with whom to go on from if there
    /// are more.
    ///
    /// # Errors
    /// Refusals for anybody but the operator; or when the database fails.
    pub async fn list(
        &self,
        actor: &Actor,
        after: Option<PersonId>,
    ) -> Result<(Vec<PersonSummary>, Option<PersonId>), ServiceError> {
        operator(actor)?;
        let mut tx = self.core.read().await?;
        let after = after.map_or(Uuid::nil(), |id| id.as_uuid());
        let mut rows = person_write::page(&mut tx, after, i64::try_from(PAGE + 1).unwrap_or(i64::MAX)).await?;
        drop(tx);
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = rows.last().map(PersonRow::person).filter(|_| more);
        let now = self.core.now();
        let people = rows.iter().map(|row| PersonSummary::of(row, now)).collect::<Result<Vec<_>, _>>()?;
        let event =
            Event::on_account(actor, Action::Read, Purpose::Operations).about("page", "people").about("people", people.len());
        activity::disclose(&self.core, event).await?;
        Ok((people, next))
    }

    /// Notes that a person is registered at this practice from now on: it counts them as its own, and no other does. Doing
    /// so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`practice`) for an organisation that is no practice; [`ServiceError::NotFound`] when there
    /// is no such person; refusals for anybody but the operator.
    pub async fn register(&self, actor: &Actor, person: PersonId, practice: OrganisationId) -> Result<(), ServiceError> {
        operator(actor)?;
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let subject = access::require(&core, tx, &actor, person, Ask::ImportRecord).await?;
                    person_write::lock(tx, person).await?.ok_or(ServiceError::NotFound)?;
                    if !registration::is_practice(tx, practice).await? {
                        return Err(ServiceError::field("practice", "This organisation is not a practice."));
                    }
                    if registration::register(tx, person, practice, core.now()).await? {
                        profile::moved(&core, tx, person, core.now()).await?;
                        let event = Event::on_record(&actor, subject, Action::Registration, Purpose::Operations);
                        activity::append(&core, tx, event.about("organisation", practice)).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Adds a person. They need not have an NHS number.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] when the NHS number is somebody's already, the family name is empty or a name too long;
    /// refusals for anybody but the operator.
    pub async fn create(&self, actor: &Actor, who: Demographics) -> Result<PersonId, ServiceError> {
        operator(actor)?;
        let who = Demographics {
            family_name: who.family_name.trim().to_owned(),
            given_names: who.given_names.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect(),
            ..who
        };
        let unfit = |name: &String| name.chars().count() > LONGEST_NAME || name.contains(char::is_control);
        if who.family_name.is_empty() {
            return Err(ServiceError::field("family-name", "Enter a family name."));
        }
        if unfit(&who.family_name) || who.given_names.iter().any(unfit) || who.prefix.iter().any(unfit) {
            return Err(ServiceError::field("family-name", "Names must have no more than 200 characters, all on one line."));
        }
        let actor = actor.clone();
        self.core
            .write(move |core, tx| {
                Box::pin(async move {
                    let id = PersonId::from_uuid(core.new_id());
                    let subject = access::require(&core, tx, &actor, id, Ask::ImportRecord).await?;
                    if !person_write::insert(tx, id, &who, core.now()).await? {
                        return Err(ServiceError::field("nhs-number", "Somebody with this NHS number is here already."));
                    }
                    let event = Event::on_record(&actor, subject, Action::Import, Purpose::Operations).about("page", "person");
                    activity::append(&core, tx, event).await?;
                    Ok(id)
                })
            })
            .await
    }
}

/// Lets through only the operator.
fn operator(actor: &Actor) -> Result<(), ServiceError> {
    match decide_for_all(actor, Ask::ReadRecord) {
        Decision::Allow(_) => Ok(()),
        Decision::Deny(denial) => Err(denial.into()),
    }
}
