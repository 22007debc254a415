//! Days without clinics: closed once those were shown who have booked, and opened again.

use super::clinics::{cancel, make, who_comes};
use super::setting::changed;
use super::{Diary, OVERTAKEN, Shown, hold_still, name, standing};
use crate::error::gather;
use crate::{Core, FieldProblem, ServiceError, access};
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::access::Actor;
use domain::appointment::{BankHoliday, Nation, bank_holidays_between};
use domain::team::TeamAsk;
use domain::when::london_day;
use domain::{ClinicId, OrganisationId, TemplateId};
use std::collections::{BTreeMap, BTreeSet};
use store::Tx;
use store::diary;
use store::staff::MemberRow;

/// How many days ahead a day can be closed.
const CLOSED_AHEAD: u64 = 2 * 366;

/// A day without clinics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedDay {
    /// Which.
    pub day: NaiveDate,
    /// Why: "Christmas Day".
    pub name: String,
}

/// A bank holiday that can be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// Which.
    pub day: NaiveDate,
    /// What it is called.
    pub name: String,
    /// It is closed.
    pub closed: bool,
}

/// For how many days ahead bank holidays are offered: each once.
const YEAR: u64 = 365;

/// The bank holidays that are offered, from today on.
fn offered(nation: Nation, today: NaiveDate) -> Vec<BankHoliday> {
    bank_holidays_between(nation, today, today.checked_add_days(Days::new(YEAR)).unwrap_or(today))
}

/// The days that can be closed, from today on.
fn reach(today: NaiveDate) -> std::ops::RangeInclusive<NaiveDate> {
    today..=today.checked_add_days(Days::new(CLOSED_AHEAD)).unwrap_or(today)
}

impl Diary {
    /// The days from today on, on which the actor's organisation has no clinics.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever does not see the diary.
    pub async fn closed_days(&self, actor: &Actor) -> Result<Vec<ClosedDay>, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::SeeDiary, "diary").await?;
        let rows = diary::closed_days(&mut tx, place.organisation(), london_day(self.core.now())).await?;
        Ok(rows.into_iter().map(|(day, name)| ClosedDay { day, name }).collect())
    }

    /// Who has booked on any of these days.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but a manager.
    pub async fn affected_by_closing(&self, actor: &Actor, days: &[NaiveDate]) -> Result<Shown, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::ManageDiary, "diary").await?;
        let clinics = coming_on(&mut tx, place.organisation(), days.iter().copied(), self.core.now()).await?;
        self.shown(tx, actor, &place, clinics).await
    }

    /// Closes a day from today on, where all stands as it was `seen` by [`Diary::affected_by_closing`], or nobody has booked: its
    /// clinics are cancelled, none are made, and everybody who has booked is told. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`day`, `name`), and with no field where somebody has booked who was not seen;
    /// [`ServiceError::NotFound`] to anybody but a manager.
    pub async fn close_day(&self, actor: &Actor, day: Option<NaiveDate>, why: &str, seen: &str) -> Result<(), ServiceError> {
        let (why, seen) = (name("name", why, "Enter why, such as Christmas Day"), seen.to_owned());
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let reach = reach(london_day(core.now()));
                gather! {
                    day = day
                        .filter(|day| reach.contains(day))
                        .ok_or_else(|| FieldProblem::new("day", "Enter a day from today on, like 25 12 2026"));
                    why = why;
                }
                close(&core, tx, &actor, &place, BTreeMap::from([(day, why)]), &seen).await
            })
        })
        .await
    }

    /// The bank holidays of the year to come, and which of them are closed.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but a manager.
    pub async fn holidays(&self, actor: &Actor, nation: Nation) -> Result<Vec<Holiday>, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::ManageDiary, "diary").await?;
        let today = london_day(self.core.now());
        let closed: BTreeSet<NaiveDate> =
            diary::closed_days(&mut tx, place.organisation(), today).await?.into_iter().map(|(day, _)| day).collect();
        let holidays = offered(nation, today).into_iter();
        Ok(holidays.map(|one| Holiday { day: one.day, name: one.title(), closed: closed.contains(&one.day) }).collect())
    }

    /// Closes bank holidays as [`Diary::close_day`] closes a day, all of them or none, each by its name. Gives how many.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`days`) where none of the year to come is among them, and with no field where somebody has
    /// booked who was not seen; [`ServiceError::NotFound`] to anybody but a manager.
    pub async fn close_holidays(
        &self,
        actor: &Actor,
        nation: Nation,
        days: &[NaiveDate],
        seen: &str,
    ) -> Result<usize, ServiceError> {
        let (days, seen) = (days.to_vec(), seen.to_owned());
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let offered = offered(nation, london_day(core.now())).into_iter();
                let chosen: BTreeMap<NaiveDate, String> =
                    offered.filter(|one| days.contains(&one.day)).map(|one| (one.day, one.title())).collect();
                if chosen.is_empty() {
                    return Err(ServiceError::field("days", "Choose at least one day"));
                }
                let count = chosen.len();
                close(&core, tx, &actor, &place, chosen, &seen).await?;
                Ok(count)
            })
        })
        .await
    }

    /// Opens a closed day again, and makes its clinics that are not there yet: those that were cancelled stay so. Gives how
    /// many were made. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a day that is over, and to anybody but a manager.
    pub async fn open_day(&self, actor: &Actor, day: NaiveDate) -> Result<u64, ServiceError> {
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let at = place.organisation();
                if day < london_day(core.now()) {
                    return Err(ServiceError::NotFound);
                }
                diary::lock(tx, at).await?;
                if !diary::open_day(tx, at, day).await? {
                    return Ok(0);
                }
                let mut made = 0;
                for row in diary::templates(tx, at).await? {
                    made += make(&core, tx, (at, TemplateId::from_uuid(row.id))).await?;
                }
                changed(&core, tx, &actor, &place, "day-opened", place.organisation_id).await?;
                Ok(made)
            })
        })
        .await
    }
}

/// The clinics of these days that are not over, with their versions.
async fn coming_on(
    tx: &mut Tx,
    at: OrganisationId,
    days: impl IntoIterator<Item = NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Vec<(ClinicId, i32)>, ServiceError> {
    let mut clinics = Vec::new();
    for day in days.into_iter().collect::<BTreeSet<_>>() {
        clinics.extend(diary::coming_of_day(tx, at, day, now).await?);
    }
    Ok(clinics)
}

/// Closes days, each for a reason; those that are closed stay so.
async fn close(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    place: &MemberRow,
    mut days: BTreeMap<NaiveDate, String>,
    seen: &str,
) -> Result<(), ServiceError> {
    let (at, now) = (place.organisation(), core.now());
    diary::lock(tx, at).await?;
    for (day, _) in diary::closed_days(tx, at, london_day(now)).await? {
        days.remove(&day);
    }
    let clinics = coming_on(tx, at, days.keys().copied(), now).await?;
    let (before, after) = hold_still(tx, clinics).await?;
    let ids: Vec<ClinicId> = after.iter().map(|(id, _)| *id).collect();
    if !who_comes(tx, at, ids, now).await?.is_empty() && standing(0, &before) != seen {
        return Err(ServiceError::field("", OVERTAKEN));
    }
    for (day, why) in days {
        diary::close_day(tx, at, day, &why).await?;
        changed(core, tx, actor, place, "day-closed", place.organisation_id).await?;
    }
    for clinic in after {
        cancel(core, tx, actor, place, clinic).await?;
    }
    Ok(())
}
