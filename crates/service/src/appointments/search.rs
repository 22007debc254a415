//! Finding a time, and holding it for a moment.

use super::{Appointments, age, booker, in_words, refused};
use crate::{FieldProblem, ServiceError, access};
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::access::{Actor, Ask, Subject};
use domain::appointment::{Booker, HELD, Mode, Position, Refusal, ServiceKind, Terms};
use domain::when::{london_day, london_midnight};
use domain::{AppointmentId, PersonId, PlaceId, PractitionerId, ServiceId, SlotId};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use store::slot::{self, SlotRow, Wanted};
use store::{StoreError, account, appointment, diary, person};
use uuid::Uuid;

/// How many times a page shows.
const PAGE: usize = 20;
/// How many appointments of a person are looked through for one at a time.
const LOOKED: i64 = 200;
/// How often times are read for one page, where most of them are not for this person.
const ROUNDS: usize = 25;
/// How many times are read at once, where some of them are not for this person.
const READ: i64 = 200;

/// What is looked for. What is empty is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchForm {
    /// [`ServiceKind`] by code.
    pub kind: String,
    /// [`Mode`] by code.
    pub mode: String,
    /// A place, by id.
    pub place: String,
    /// Somebody who holds clinics, by id.
    pub practitioner: String,
    /// From this day on, as 2026-11-28.
    pub from: String,
    /// `morning`, `afternoon` or `evening`.
    pub time: String,
    /// `mon` to `sun`: only on this day of the week.
    pub weekday: String,
    /// Where the page before ended: an instant and an id.
    pub after: String,
}

/// A time that can be booked.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotSeen {
    /// Its id.
    pub id: SlotId,
    /// Of which service.
    pub service_id: ServiceId,
    /// The service's name.
    pub service: String,
    /// The organisation's name.
    pub organisation: String,
    /// Where.
    pub place_id: PlaceId,
    /// The place's name.
    pub place: String,
    /// With whom.
    pub practitioner_id: PractitionerId,
    /// Their name.
    pub practitioner: String,
    /// Their job.
    pub job: String,
    /// How it is held.
    pub mode: Mode,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
}

/// A time with what has to be known to book it.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotDetail {
    /// The time.
    pub slot: SlotSeen,
    /// What sort of service it is.
    pub kind: ServiceKind,
    /// What the service is for.
    pub about: String,
    /// What to bring, and how to prepare.
    pub prepare: String,
    /// Street, town and postcode of the place.
    pub address: String,
    /// Whether a reason must be given.
    pub asks_reason: bool,
    /// Whether the service confirms each booking.
    pub confirms: bool,
    /// Until when it is held for the reader.
    pub held_until: Option<DateTime<Utc>>,
    /// The person's own appointment at this time.
    pub booked: Option<AppointmentId>,
    /// Why it cannot be booked, and what to do instead; absent where it can.
    pub gone: Option<String>,
}

/// A service of which times are free that are not for this person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The service and the organisation, by name.
    pub service: String,
    /// Why, and what to do instead.
    pub why: String,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The times, the earliest first.
    pub slots: Vec<SlotSeen>,
    /// Where the next page begins, where there is one.
    pub next: Option<String>,
    /// Services whose times are not for this person.
    pub closed: Vec<Closed>,
}

impl TryFrom<SlotRow> for SlotSeen {
    type Error = StoreError;

    fn try_from(row: SlotRow) -> Result<Self, Self::Error> {
        Ok(Self {
            id: row.slot(),
            service_id: row.service(),
            mode: row.mode()?,
            service: row.service_name,
            organisation: row.organisation_name,
            place_id: PlaceId::from_uuid(row.place_id),
            place: row.place_name,
            practitioner_id: PractitionerId::from_uuid(row.practitioner_id),
            practitioner: row.practitioner_name,
            job: row.practitioner_job,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        })
    }
}

impl Appointments {
    /// The kinds of services of which something can be booked now.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides for booking.
    pub async fn kinds(&self, actor: &Actor, person: PersonId) -> Result<Vec<ServiceKind>, ServiceError> {
        let mut tx = self.core.read().await?;
        self.may(&mut tx, actor, person).await?;
        let mut kinds = slot::kinds(&mut tx, self.core.now()).await?;
        kinds.sort();
        Ok(kinds)
    }

    /// Free times, the earliest first. It reads of the person only whether each service is for them.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`kind`, `from`) for what cannot be looked for; as [`Appointments::kinds`] otherwise.
    pub async fn search(&self, actor: &Actor, person: PersonId, form: &SearchForm) -> Result<Found, ServiceError> {
        let mut tx = self.core.read().await?;
        let subject = self.may(&mut tx, actor, person).await?;
        let (now, by) = (self.core.now(), actor.account());
        let born = person::by_id(&mut tx, person).await?.ok_or(ServiceError::NotFound)?.birth_date;
        let (wanted, weekday) = read(form, london_day(now))?;
        // From a later day on nothing before it need be passed over.
        let first = wanted.from_day.map_or(now, |day| london_midnight(day).max(now));
        let mut after = cursor(&form.after).filter(|after| after.0 >= first).unwrap_or((first, Uuid::nil()));
        // Whoever has a birthday meanwhile is too young for the earlier times of a service and not for the later ones.
        let mut admitted: BTreeMap<Uuid, (Terms, Booker, bool)> = BTreeMap::new();
        let (mut slots, mut closed, mut next) = (Vec::new(), Vec::new(), None);
        'pages: for round in 1.. {
            let rows = slot::search(&mut tx, &wanted, after, now, by, READ).await?;
            let last = rows.len() < usize::try_from(READ).unwrap_or(usize::MAX);
            for row in rows {
                if slots.len() == PAGE {
                    next = Some(format!("{}_{}", after.0.timestamp_micros(), after.1));
                    break 'pages;
                }
                after = (row.starts_at, row.id);
                let day = london_day(row.starts_at);
                if weekday.is_some_and(|weekday| chrono::Datelike::weekday(&day) != weekday) {
                    continue;
                }
                let (terms, who, told) = match admitted.entry(row.service_id) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(unknown) => {
                        let service = diary::service(&mut tx, row.service()).await?;
                        let terms = service.ok_or_else(|| StoreError::corrupt("a time is of no service"))?.terms()?;
                        let who = booker(&self.core, &mut tx, subject, row.organisation(), day).await?;
                        unknown.insert((terms, who, false))
                    }
                };
                who.age = age(born, day);
                match terms.admit(who) {
                    Ok(()) => slots.push(SlotSeen::try_from(row)?),
                    Err(_) if *told => {}
                    Err(refusal) => {
                        *told = true;
                        let service = format!("{}, {}", row.service_name, row.organisation_name);
                        closed.push(Closed { service, why: in_words(refusal, terms) });
                    }
                }
            }
            if last {
                break;
            }
            // Where nearly everything is for others, the reader goes on from here.
            if round == ROUNDS {
                next = Some(format!("{}_{}", after.0.timestamp_micros(), after.1));
                break;
            }
        }
        Ok(Found { slots, next, closed })
    }

    /// The places where something can be booked, by name, with how many miles away each is from here, where that is known.
    ///
    /// # Errors
    /// As [`Appointments::kinds`].
    pub async fn places(
        &self,
        actor: &Actor,
        person: PersonId,
        from: Option<Position>,
    ) -> Result<Vec<(PlaceId, String, Option<f64>)>, ServiceError> {
        let mut tx = self.core.read().await?;
        self.may(&mut tx, actor, person).await?;
        let mut places: Vec<(PlaceId, String, Option<f64>)> = diary::all_places(&mut tx)
            .await?
            .into_iter()
            .map(|row| {
                let at = row.latitude.zip(row.longitude).map(|(latitude, longitude)| Position { latitude, longitude });
                (row.place(), row.name, from.zip(at).map(|(from, at)| from.miles_to(at)))
            })
            .collect();
        if from.is_some() {
            places.sort_by(|a, b| a.2.unwrap_or(f64::MAX).total_cmp(&b.2.unwrap_or(f64::MAX)).then_with(|| a.1.cmp(&b.1)));
        }
        Ok(places)
    }

    /// Holds a time for five minutes while somebody decides; another that the same account holds is let go.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`slot`) where it is not to be had, or not for this person; [`ServiceError::NotFound`] for
    /// one that does not exist, and to whoever may not book for the person.
    pub async fn hold(&self, actor: &Actor, person: PersonId, id: SlotId) -> Result<(SlotSeen, DateTime<Utc>), ServiceError> {
        self.act(actor, person, move |core, tx, actor| {
            Box::pin(async move {
                let subject = access::require(&core, tx, &actor, person, Ask::BookAppointments).await?;
                let account = actor.account().ok_or(ServiceError::NotFound)?;
                // One at a time, so that an account holds one time and no more.
                account::hold(tx, account, core.now()).await?;
                let (now, row) = (core.now(), slot::one(tx, id).await?.ok_or(ServiceError::NotFound)?);
                let service = diary::service(tx, row.service()).await?.ok_or(ServiceError::NotFound)?;
                let terms = service.terms()?;
                let who = booker(&core, tx, subject, row.organisation(), london_day(row.starts_at)).await?;
                terms.admit(&who).map_err(|refusal| refused("slot", refusal, &terms))?;
                let until = now + HELD;
                if !slot::hold(tx, id, account, until, now).await? {
                    return Err(refused("slot", why_not(&row, now), &terms));
                }
                // Pressed again, it is held no longer than before.
                let held = slot::one(tx, id).await?.ok_or(ServiceError::NotFound)?;
                Ok((SlotSeen::try_from(row)?, held.held_until.unwrap_or(until)))
            })
        })
        .await
    }

    /// A time, without holding it: what a page says of it, and whether it is still to be had.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that does not exist, and to whoever may not book for the person.
    pub async fn slot(&self, actor: &Actor, person: PersonId, id: SlotId) -> Result<SlotDetail, ServiceError> {
        let mut tx = self.core.read().await?;
        let subject = self.may(&mut tx, actor, person).await?;
        let (now, row) = (self.core.now(), slot::one(&mut tx, id).await?.ok_or(ServiceError::NotFound)?);
        let service = diary::service(&mut tx, row.service()).await?.ok_or(ServiceError::NotFound)?;
        let place = diary::place(&mut tx, PlaceId::from_uuid(row.place_id)).await?.ok_or(ServiceError::NotFound)?;
        let terms = service.terms()?;
        let own = appointment::of_person(&mut tx, person, LOOKED).await?;
        let mut booked = None;
        for one in own.iter().filter(|one| one.slot_id == row.id) {
            if one.status()?.is_live() {
                booked = Some(one.appointment());
            }
        }
        let held = row.held_until.filter(|until| *until > now);
        let is_theirs = row.held_by == actor.account().map(|account| account.as_uuid());
        let who = booker(&self.core, &mut tx, subject, row.organisation(), london_day(row.starts_at)).await?;
        let is_free = row.status == "free" && row.starts_at > now && row.bookable_from <= now && (held.is_none() || is_theirs);
        let refusal = terms.admit(&who).err().or_else(|| (!is_free).then(|| why_not(&row, now)));
        Ok(SlotDetail {
            kind: service.kind()?,
            address: format!("{}, {}", place.address, place.postcode),
            about: service.about,
            prepare: service.prepare,
            asks_reason: service.asks_reason,
            confirms: terms.confirms,
            held_until: held.filter(|_| is_free && is_theirs),
            booked,
            gone: refusal.map(|refusal| in_words(refusal, &terms)),
            slot: row.try_into()?,
        })
    }

    /// Up to five times of the same service that are earlier than an appointment of the person, the earliest first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an appointment that is not theirs, and to whoever may not book for the person.
    pub async fn earlier(&self, actor: &Actor, person: PersonId, id: AppointmentId) -> Result<Vec<SlotSeen>, ServiceError> {
        let mut tx = self.core.read().await?;
        self.may(&mut tx, actor, person).await?;
        let row = appointment::one(&mut tx, person, id).await?.ok_or(ServiceError::NotFound)?;
        let now = self.core.now();
        if !row.status()?.is_open() || row.starts_at <= now {
            return Ok(Vec::new());
        }
        let kind = ServiceKind::from_code(&row.kind).ok_or_else(|| StoreError::corrupt("a service is of an unknown kind"))?;
        let wanted = Wanted {
            kind,
            service: Some(ServiceId::from_uuid(row.service_id)),
            mode: None,
            place: None,
            practitioner: None,
            from_day: None,
            to_day: Some(london_day(row.starts_at)),
            from_minute: 0,
            to_minute: 24 * 60,
        };
        let found = slot::search(&mut tx, &wanted, (now, Uuid::nil()), now, actor.account(), 5).await?;
        let earlier = found.into_iter().filter(|slot| slot.starts_at < row.starts_at);
        Ok(earlier.map(SlotSeen::try_from).collect::<Result<_, _>>()?)
    }

    /// Lets through whoever may book for the person.
    async fn may(&self, tx: &mut store::Tx, actor: &Actor, person: PersonId) -> Result<Subject, ServiceError> {
        match access::require(&self.core, tx, actor, person, Ask::BookAppointments).await {
            Ok(subject) => Ok(subject),
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, "appointments").await),
        }
    }
}

/// Why a time is not to be had.
pub(super) fn why_not(row: &SlotRow, now: DateTime<Utc>) -> Refusal {
    if row.starts_at <= now {
        Refusal::Past
    } else if row.bookable_from > now {
        Refusal::NotReleased
    } else {
        Refusal::SlotGone
    }
}

fn cursor(text: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (at, id) = text.split_once('_')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
}

fn read(form: &SearchForm, today: NaiveDate) -> Result<(Wanted, Option<chrono::Weekday>), ServiceError> {
    let kind = ServiceKind::from_code(&form.kind).ok_or_else(|| FieldProblem::new("kind", "Choose what it is for"));
    let from = if form.from.trim().is_empty() {
        Ok(None)
    } else {
        form.from
            .trim()
            .parse::<NaiveDate>()
            .map(Some)
            .map_err(|_| FieldProblem::new("from", "Enter a real date, like 27 3 2027"))
    };
    let weekday = domain::appointment::Weekdays::from_code(&form.weekday)
        .and_then(|days| domain::appointment::Weekdays::WEEK.into_iter().find(|day| days.has(*day)));
    let (from_minute, to_minute) = match form.time.as_str() {
        "morning" => (0, 12 * 60),
        "afternoon" => (12 * 60, 17 * 60),
        "evening" => (17 * 60, 24 * 60),
        _ => (0, 24 * 60),
    };
    match (kind, from) {
        (Ok(kind), Ok(from)) => {
            let latest = today.checked_add_days(Days::new(400));
            let wanted = Wanted {
                kind,
                service: None,
                mode: Mode::from_code(&form.mode),
                place: form.place.parse().ok(),
                practitioner: form.practitioner.parse().ok(),
                from_day: from.filter(|day| *day > today),
                to_day: latest,
                from_minute,
                to_minute,
            };
            Ok((wanted, weekday))
        }
        (kind, from) => Err(ServiceError::Fields([kind.err(), from.err()].into_iter().flatten().collect())),
    }
}
