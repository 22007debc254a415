//! The first appointment at a clinic, from a referral: which referrals are open, which clinics take them, and when each next
//! has a time.

use super::Appointments;
use super::visits::reader_of;
use crate::activity::{self, Event};
use crate::records::{self, purpose};
use crate::{Core, EntryLine, ServiceError};
use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::appointment::{Referred, ServiceKind, Specialty, Terms};
use domain::audit::Action;
use domain::when::london_day;
use domain::{AppointmentId, EntryId, PersonId, ServiceId};
use std::collections::BTreeMap;
use store::{Tx, appointment, diary, record, slot};

/// The most referrals that are looked at.
const READ: i64 = 50;

/// A referral that is open, as its source says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferralSeen {
    /// The entry of the record.
    pub entry: EntryLine,
    /// What it is for; empty where its words do not say.
    pub to: Vec<Specialty>,
    /// What was booked with it, and when that is.
    pub booked: Option<(AppointmentId, DateTime<Utc>)>,
}

/// A clinic that takes a referral.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its service.
    pub service: ServiceId,
    /// What sort of service it is.
    pub kind: ServiceKind,
    /// The service's name.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// The organisation's name.
    pub organisation: String,
    /// Where it has free times, by name, with the postcode of each.
    pub places: Vec<(String, String)>,
    /// When its next free time is; absent where it has none.
    pub next: Option<DateTime<Utc>>,
    /// How many free times it has.
    pub free: u32,
    /// Why the person cannot book there, and what to do instead.
    pub closed: Option<String>,
}

/// The open referrals that the actor may read, the oldest first. None to whoever may not read the record.
async fn readable(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Vec<EntryLine>, ServiceError> {
    let Some(reader) = reader_of(core, tx, actor, person).await? else { return Ok(Vec::new()) };
    if !records::opens_visits(&reader) {
        return Ok(Vec::new());
    }
    let rows = record::referrals(tx, person, &reader.filter, READ).await?;
    records::lines(tx, &reader, rows).await
}

fn referred(line: &EntryLine) -> Referred {
    Referred::by(&line.title)
}

/// The person's referrals, as far as the actor may know, that nothing is booked with; what was booked with the one that is
/// given up counts as open. The oldest first.
pub(super) async fn open_referrals(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    given_up: Option<AppointmentId>,
) -> Result<Vec<(EntryId, Referred)>, ServiceError> {
    let mut open: Vec<_> = readable(core, tx, actor, person).await?.iter().map(|line| (line.id, referred(line))).collect();
    for (used, by, _) in appointment::referrals_used(tx, person).await? {
        if Some(by) != given_up {
            open.retain(|(id, _)| *id != used);
        }
    }
    Ok(open)
}

/// To what they are referred.
pub(super) fn all_of(open: &[(EntryId, Referred)]) -> Referred {
    open.iter().fold(Referred::default(), |all, (_, one)| all.and(*one))
}

/// To what the person is referred, as far as the actor may know, by referrals that nothing is booked with.
pub(super) async fn referred_to(core: &Core, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Referred, ServiceError> {
    Ok(all_of(&open_referrals(core, tx, actor, person, None).await?))
}

/// The referral to be used for a clinic: one that names what it treats before one that does not, the oldest first.
pub(super) fn chosen(open: &[(EntryId, Referred)], terms: &Terms) -> Option<EntryId> {
    let fits = open.iter().filter(|(_, to)| to.is_for(terms.specialty));
    fits.min_by_key(|(_, to)| to.specialties().next().is_none()).map(|(id, _)| *id)
}

impl Appointments {
    /// The person's open referrals, the oldest first, with what was booked with each. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides for booking.
    pub async fn referrals(&self, actor: &Actor, person: PersonId) -> Result<Vec<ReferralSeen>, ServiceError> {
        let mut tx = self.core.read().await?;
        let subject = self.may(&mut tx, actor, person).await?;
        let used: BTreeMap<_, _> =
            appointment::referrals_used(&mut tx, person).await?.into_iter().map(|(entry, id, at)| (entry, (id, at))).collect();
        let lines = readable(&self.core, &mut tx, actor, person).await?;
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "referrals");
        activity::disclose(&self.core, event).await?;
        let seen = lines.into_iter().map(|entry| ReferralSeen {
            to: referred(&entry).specialties().collect(),
            booked: used.get(&entry.id).copied(),
            entry,
        });
        Ok(seen.collect())
    }

    /// A referral, and the clinics that take it: those with a time first, the soonest first. The look is audited.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for a referral that is not open, or not to the actor; as [`Appointments::referrals`] otherwise.
    pub async fn providers(
        &self,
        actor: &Actor,
        person: PersonId,
        id: EntryId,
    ) -> Result<(ReferralSeen, Vec<Provider>), ServiceError> {
        let found = self.referrals(actor, person).await?.into_iter().find(|seen| seen.entry.id == id);
        let seen = found.ok_or(ServiceError::NotFound)?;
        let (now, to) = (self.core.now(), referred(&seen.entry));
        let mut tx = self.core.read().await?;
        let mut providers = Vec::new();
        for row in diary::offered(&mut tx, person, london_day(now), None).await? {
            let terms = row.service.terms()?;
            if !terms.referral_needed || !to.is_for(terms.specialty) {
                continue;
            }
            let (service, at) = (row.service.service(), row.service.organisation());
            let offered = slot::offered(&mut tx, service, now).await?;
            let who = super::booker(&self.core, &mut tx, (person, to), at, london_day(offered.first.unwrap_or(now))).await?;
            providers.push(Provider {
                service,
                kind: row.service.kind()?,
                places: slot::places_offered(&mut tx, service, now).await?,
                next: offered.first,
                free: u32::try_from(offered.free).unwrap_or(u32::MAX),
                closed: terms.admit(&who).err().map(|refusal| super::in_words(refusal, &terms)),
                name: row.service.name,
                about: row.service.about,
                organisation: row.organisation_name,
            });
        }
        providers.sort_by_key(|one| (one.closed.is_some(), one.next.is_none(), one.next, one.organisation.clone()));
        Ok((seen, providers))
    }
}
