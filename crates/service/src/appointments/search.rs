//! Finding a time, and holding it for a moment.

use super::referrals::referred_to;
use super::visits::{Told, reader_of};
use super::{Appointments, LISTED, booker, in_words, once_booked, refused, released};
use crate::activity::{self, Event};
use crate::diary::PractitionerSeen;
use crate::records::purpose;
use crate::{FieldProblem, ServiceError, access};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};
use domain::access::{Actor, Ask, Subject};
use domain::appointment::{
    Booker, HELD, Mode, Position, Referred, Refusal, ServiceKind, Status, Terms, Weekdays, Whereabouts, Window, overlap,
};
use domain::audit::{Action, Basis};
use domain::when::{day_in_words, instant_in_words, london_day, london_midnight};
use domain::{AppointmentId, EntryId, OrganisationId, PersonId, PlaceId, PractitionerId, ServiceId, SlotId};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use store::diary::OfferedRow;
use store::slot::{self, Among, SlotRow, Wanted};
use store::{StoreError, Tx, account, appointment, diary, outside, person, postcode, record};
use uuid::Uuid;

/// How many times a page shows, and then the rest of that day.
const PAGE: usize = 20;
/// How many it shows at most.
const MOST: usize = 40;
/// How many days ahead is looked.
const AHEAD: Days = Days::new(400);
/// How many services of other organisations are looked at to say that they are not for this person.
const OTHERS: i64 = 10;
/// Of how many services it is said that they are not for this person.
const CLOSED: usize = 10;
/// How many people who hold clinics are offered to choose from: among more, the one on the page of times is chosen.
const PEOPLE: usize = 20;
/// In how many services they are looked for.
const PEOPLE_OF: usize = 50;
/// On how many days earlier times are looked for.
const EARLIER: usize = 3;

/// How far away a place may be, in miles, as it is chosen.
pub const MILES: [u16; 4] = [1, 5, 10, 25];

/// What is looked for. What is empty is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchForm {
    /// [`ServiceKind`] by code.
    pub kind: String,
    /// A service, by id.
    pub service: String,
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
    /// Where the person is: a postcode or its first part.
    pub postcode: String,
    /// One of [`MILES`]: where somebody has to come, only places that are no further from there.
    pub within: String,
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
    /// How many miles it is from where the person is, as the crow flies; absent where that is not known, or was not asked.
    pub miles: Option<f64>,
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
    /// Whom to ring at the place.
    pub phone: String,
    /// Whether it is joined by a link that the page of the appointment shows.
    pub has_link: bool,
    /// That it cannot be changed or cancelled here once it is booked, where that is so.
    pub bound: Option<String>,
    /// Until when it can be, once it is booked; absent where it cannot, or where the service's own system alone knows.
    pub free_until: Option<DateTime<Utc>>,
    /// Until when it is held for the reader.
    pub held_until: Option<DateTime<Utc>>,
    /// The person's own appointment at this time.
    pub booked: Option<AppointmentId>,
    /// Why it cannot be booked, and what to do instead; absent where it can.
    pub gone: Option<String>,
    /// Other appointments of the person that are at the same time, whatever for.
    pub clashing: Vec<AppointmentId>,
    /// A visit at the same time, of which another source tells.
    pub clashing_visit: Option<EntryId>,
}

/// A service of which times are free that this person cannot book, or not yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The service and the organisation, by name.
    pub service: String,
    /// Why, and what to do instead or when.
    pub why: String,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The times, the earliest first.
    pub slots: Vec<SlotSeen>,
    /// Where the next page begins, where there is one.
    pub next: Option<String>,
    /// The Monday after them, where there are times from then on.
    pub week: Option<NaiveDate>,
    /// Services whose times are not for this person.
    pub closed: Vec<Closed>,
    /// Services none of whose times is shown, of which some can be booked only later, with when: whatever else was chosen.
    pub opens: Vec<Closed>,
}

/// A place that can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceChoice {
    /// Its id.
    pub id: PlaceId,
    /// Its name.
    pub name: String,
    /// How many miles it is from where the person is; absent where that is not known, or was not asked.
    pub miles: Option<f64>,
}

/// What can be chosen where a time is looked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    /// The kinds of services of which something is free, whether it can be booked now or opens later.
    pub kinds: Vec<ServiceKind>,
    /// Places of those organisations with which the person can book something of the kind that is chosen: by name, or the
    /// nearest first.
    pub places: Vec<PlaceChoice>,
    /// Those with whom the person can book a time of the kind that is chosen, by name; nobody where there are many, but
    /// for the one who is chosen.
    pub practitioners: Vec<PractitionerSeen>,
    /// Whether it can be told how far away a place is.
    pub knows_postcodes: bool,
}

/// From one instant on, and before another.
type Span = Range<DateTime<Utc>>;

/// A service, and which of its times are for somebody.
#[derive(Clone, Debug)]
struct Offered {
    service: ServiceId,
    organisation: OrganisationId,
    /// The service and the organisation, by name.
    name: String,
    terms: Terms,
    /// When those begin that are.
    open: Option<Span>,
    /// When those begin that are not, and why.
    shut: Option<(Span, Refusal)>,
}

impl Offered {
    fn new(row: &OfferedRow, (born, referred): (Option<NaiveDate>, Referred), all: &Span) -> Result<Self, StoreError> {
        let terms = row.service.terms()?;
        let who = Booker { registered: row.is_theirs, age: None, referred };
        let Window { open, shut } = terms.window(&who, born, all);
        Ok(Self {
            service: row.service.service(),
            organisation: row.service.organisation(),
            name: format!("{}, {}", row.service.name, row.organisation_name),
            terms,
            open,
            shut,
        })
    }
}

/// What was read of a form.
struct Asked {
    kind: ServiceKind,
    service: Option<ServiceId>,
    mode: Option<Mode>,
    place: Option<PlaceId>,
    practitioner: Option<PractitionerId>,
    from: Option<NaiveDate>,
    weekday: Option<Weekday>,
    minutes: Range<u16>,
    at: Option<Whereabouts>,
    within: Option<f64>,
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
            miles: None,
            practitioner_id: PractitionerId::from_uuid(row.practitioner_id),
            practitioner: row.practitioner_name,
            job: row.practitioner_job,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        })
    }
}

impl Appointments {
    /// What can be chosen where a time is looked for. What the form says of the kind, of who holds clinics and of where the
    /// person is counts as far as it can be understood.
    ///
    /// # Errors
    /// [`ServiceError`] as [`access`](domain::access) decides for booking.
    pub async fn choices(&self, actor: &Actor, person: PersonId, form: &SearchForm) -> Result<Choices, ServiceError> {
        let mut tx = self.core.read().await?;
        let subject = self.may(&mut tx, actor, person).await?;
        let (now, kind) = (self.core.now(), ServiceKind::from_code(&form.kind));
        let mut kinds = slot::kinds(&mut tx, now).await?;
        kinds.sort();
        let offered = self.offered(&mut tx, (actor, subject), kind, now).await?;
        let open: Vec<&Offered> = offered.iter().filter(|one| one.open.is_some()).collect();
        let knows_postcodes = postcode::any(&mut tx).await?;
        let at = match Whereabouts::parse(&form.postcode) {
            Ok(at) => postcode::position(&mut tx, &at).await?,
            Err(_) => None,
        };
        let with: BTreeSet<OrganisationId> = open.iter().map(|one| one.organisation).collect();
        let places = diary::places_offering(&mut tx, kind).await?.into_iter();
        let places = places.filter(|row| with.contains(&OrganisationId::from_uuid(row.organisation_id)));
        let mut places: Vec<PlaceChoice> = places
            .map(|row| {
                let miles = at.zip(row.position()).map(|(here, there)| here.miles_to(there));
                PlaceChoice { id: row.place(), name: row.name, miles }
            })
            .collect();
        if at.is_some() {
            places.sort_by(|a, b| {
                a.miles.unwrap_or(f64::MAX).total_cmp(&b.miles.unwrap_or(f64::MAX)).then_with(|| a.name.cmp(&b.name))
            });
        }
        let practitioners = match kind {
            Some(_) => self.practitioners(&mut tx, &open, form.practitioner.parse().ok(), now).await?,
            None => Vec::new(),
        };
        Ok(Choices { kinds, places, practitioners, knows_postcodes })
    }

    /// Those with whom a time of these services can be booked, by name.
    async fn practitioners(
        &self,
        tx: &mut Tx,
        open: &[&Offered],
        chosen: Option<PractitionerId>,
        now: DateTime<Utc>,
    ) -> Result<Vec<PractitionerSeen>, ServiceError> {
        let most = i64::try_from(PEOPLE + 1).unwrap_or(i64::MAX);
        let mut known = BTreeMap::new();
        // Among more services nobody is offered.
        let of = if open.len() > PEOPLE_OF { &[] } else { open };
        for one in of {
            for row in diary::practitioners_free(tx, one.service, now, most).await? {
                known.insert((row.name.clone(), row.id), row);
            }
            if known.len() > PEOPLE {
                break;
            }
        }
        let mut rows: Vec<_> = known.into_values().collect();
        if rows.len() > PEOPLE {
            rows.clear();
        }
        if let Some(id) = chosen.filter(|id| !rows.iter().any(|row| row.id == id.as_uuid())) {
            let row = diary::practitioner(tx, id).await?;
            rows.extend(row.filter(|row| open.iter().any(|one| one.organisation.as_uuid() == row.organisation_id)));
        }
        let seen = rows.into_iter().map(|row| PractitionerSeen {
            id: PractitionerId::from_uuid(row.id),
            name: row.name,
            job: row.job,
            ended: row.ended_at.is_some(),
            version: row.version,
        });
        Ok(seen.collect())
    }

    /// The services that the person may look for, and which of their times are for them. It reads of the person no more.
    async fn offered(
        &self,
        tx: &mut Tx,
        (actor, subject): (&Actor, Subject),
        kind: Option<ServiceKind>,
        first: DateTime<Utc>,
    ) -> Result<Vec<Offered>, ServiceError> {
        let today = london_day(self.core.now());
        let row = person::by_id(tx, subject.person).await?.ok_or(ServiceError::NotFound)?;
        let rows = diary::offered(tx, subject.person, today, kind).await?;
        let referred = match rows.iter().any(|row| row.service.referral_needed) {
            true => referred_to(&self.core, tx, actor, subject.person).await?,
            false => Referred::default(),
        };
        let all = first..horizon(today);
        Ok(rows.iter().map(|one| Offered::new(one, (row.birth_date, referred), &all)).collect::<Result<_, _>>()?)
    }

    /// Free times, the earliest first. It reads of the person only whether each service is for them.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`kind`, `from`, `postcode`) for what cannot be looked for, and (`slot`) for somebody who
    /// has died; as [`Appointments::choices`] otherwise.
    pub async fn search(&self, actor: &Actor, person: PersonId, form: &SearchForm) -> Result<Found, ServiceError> {
        let mut tx = self.core.read().await?;
        let subject = self.may(&mut tx, actor, person).await?;
        let (now, by) = (self.core.now(), actor.account());
        let asked = read(form, london_day(now))?;
        super::alive(&mut tx, person).await?;
        let here = here(&mut tx, &asked).await?;
        // From a later day on nothing before it need be passed over.
        let first = asked.from.map_or(now, |day| london_midnight(day).max(now));
        let mut offered = self.offered(&mut tx, (actor, subject), Some(asked.kind), first).await?;
        offered.retain(|one| asked.service.is_none_or(|id| one.service == id));
        let places = match here {
            Some(here) => miles(diary::places_offering(&mut tx, Some(asked.kind)).await?, here),
            None => BTreeMap::new(),
        };
        let near = |organisation: OrganisationId| {
            let most = asked.within.filter(|_| here.is_some())?;
            let those = places.iter().filter(|(_, (of, miles))| *of == organisation && miles.is_some_and(|miles| miles <= most));
            Some(those.map(|(id, _)| *id).collect::<Vec<PlaceId>>())
        };
        let open = offered.iter().filter_map(|one| Some((one, one.open.clone()?)));
        let of = open.map(|(one, open)| among(one, open, near(one.organisation))).collect();
        let wanted = Wanted {
            of,
            mode: asked.mode,
            place: asked.place,
            practitioner: asked.practitioner,
            weekday: asked.weekday,
            minutes: asked.minutes.clone(),
        };
        let after = cursor(&form.after).filter(|after| after.0 >= first);
        let mut rows = slot::search(&mut tx, &wanted, after.unwrap_or((first, Uuid::nil())), now, by, MOST + 1).await?;
        let days: Vec<NaiveDate> = rows.iter().map(|row| london_day(row.starts_at)).collect();
        let (all, end) = (rows.len(), page_end(&days));
        rows.truncate(end);
        let last = rows.last().filter(|_| all > end);
        let next = last.map(|last| format!("{}_{}", last.starts_at.timestamp_micros(), last.id));
        let mut week = last.and_then(|last| monday_after(london_day(last.starts_at)));
        if let Some(monday) = week.map(london_midnight) {
            let of = wanted.of.iter().map(|of| Among { from: of.from.max(monday), ..of.clone() }).collect();
            if !slot::any_fits(&mut tx, &Wanted { of, ..wanted.clone() }, now, by).await? {
                week = None;
            }
        }
        let shown: BTreeSet<ServiceId> = rows.iter().map(SlotRow::service).collect();
        let (opens, closed) = match after {
            Some(_) => (Vec::new(), Vec::new()),
            None => {
                let opens = self.opens(&mut tx, (&wanted, &offered), &shown).await?;
                (opens, self.closed(&mut tx, subject, (&asked, wanted, offered), (first, by), &shown, near).await?)
            }
        };
        let mut slots = rows.into_iter().map(SlotSeen::try_from).collect::<Result<Vec<_>, _>>()?;
        for slot in &mut slots {
            slot.miles = places.get(&slot.place_id).and_then(|(_, miles)| *miles);
        }
        Ok(Found { slots, next, week, closed, opens })
    }

    /// The services that are for this person and none of whose times is shown, where some come to be bookable later.
    async fn opens(
        &self,
        tx: &mut Tx,
        (wanted, offered): (&Wanted, &[Offered]),
        shown: &BTreeSet<ServiceId>,
    ) -> Result<Vec<Closed>, ServiceError> {
        let mut opens = Vec::new();
        // What is with one person or at one place alone is not looked for among what cannot be booked.
        if wanted.place.is_some() || wanted.practitioner.is_some() {
            return Ok(opens);
        }
        for one in offered.iter().filter(|one| !shown.contains(&one.service)) {
            let (Some(open), Some(when)) = (&one.open, released(one.terms.release)) else { continue };
            if opens.len() >= CLOSED {
                break;
            }
            if let Some(at) = slot::opens(tx, one.service, open, self.core.now()).await? {
                let why = format!("Times open {when}. The next open on {}", instant_in_words(at));
                opens.push(Closed { service: one.name.clone(), why });
            }
        }
        opens.sort_by(|a, b| a.service.cmp(&b.service));
        Ok(opens)
    }

    /// The services of which times fit that are not for this person, where none of theirs is shown, by name.
    async fn closed(
        &self,
        tx: &mut Tx,
        subject: Subject,
        (asked, wanted, mut offered): (&Asked, Wanted, Vec<Offered>),
        (first, by): (DateTime<Utc>, Option<domain::AccountId>),
        shown: &BTreeSet<ServiceId>,
        near: impl Fn(OrganisationId) -> Option<Vec<PlaceId>>,
    ) -> Result<Vec<Closed>, ServiceError> {
        let today = london_day(self.core.now());
        let all = first..horizon(today);
        offered.retain(|one| one.shut.is_some() && !shown.contains(&one.service));
        let shut = offered.iter().filter_map(|one| Some((one, one.shut.clone()?.0)));
        let of = shut.map(|(one, when)| among(one, when, near(one.organisation))).collect();
        let mut there = slot::some_fit(tx, &Wanted { of, ..wanted.clone() }, self.core.now(), by).await?;
        // Of other organisations any time counts: to look through all theirs for one that fits would take long, for a few
        // words. A place or a person that was chosen is with none of them.
        if wanted.place.is_none() && wanted.practitioner.is_none() && asked.service.is_none() {
            let mut of = Vec::new();
            for row in diary::not_theirs(tx, subject.person, today, asked.kind, OTHERS).await? {
                let shut = Some((all.clone(), Refusal::NotRegistered));
                let one = Offered { open: None, shut, ..Offered::new(&row, (None, Referred::default()), &all)? };
                of.push(among(&one, all.clone(), None));
                offered.push(one);
            }
            there.extend(slot::some_fit(tx, &Wanted { of, ..Wanted::any() }, self.core.now(), by).await?);
        }
        offered.retain(|one| there.contains(&one.service));
        offered.sort_by(|a, b| a.name.cmp(&b.name));
        let told = offered.into_iter().take(CLOSED);
        Ok(told.filter_map(|one| Some(Closed { why: in_words(one.shut?.1, &one.terms), service: one.name })).collect())
    }

    /// The postcode of the person's own address, as their record has it, where the distance from it can be told; for nobody
    /// else. The look is audited where there is one.
    ///
    /// # Errors
    /// As [`Appointments::choices`].
    pub async fn home_postcode(&self, actor: &Actor, person: PersonId) -> Result<Option<String>, ServiceError> {
        let mut tx = self.core.read().await?;
        let subject = self.may(&mut tx, actor, person).await?;
        if subject.basis != Basis::Own || !postcode::any(&mut tx).await? {
            return Ok(None);
        }
        let texts = record::patient(&mut tx, person).await?;
        let written = texts.iter().filter_map(|raw| fhir::map::home_postcode(raw));
        let Some(home) = written.filter_map(|text| Whereabouts::parse(&text).ok()).next() else { return Ok(None) };
        if postcode::position(&mut tx, &home).await?.is_none() {
            return Ok(None);
        }
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "home-postcode");
        activity::disclose(&self.core, event).await?;
        Ok(Some(home.as_str().to_owned()))
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
                let referred = match terms.referral_needed {
                    true => referred_to(&core, tx, &actor, person).await?,
                    false => Referred::default(),
                };
                let who = booker(&core, tx, (person, referred), row.organisation(), london_day(row.starts_at)).await?;
                terms.admit(&who).map_err(|refusal| refused("slot", refusal, &terms))?;
                let until = now + HELD;
                if !slot::hold(tx, id, account, until, now).await? {
                    return Err(refused("slot", row.why_not(now), &terms));
                }
                let event = Event::on_record(&actor, subject, Action::AppointmentChanged, purpose(subject));
                activity::append(&core, tx, event.about("what", "held").about("slot", id)).await?;
                // Pressed again, it is held no longer than before.
                let held = slot::one(tx, id).await?.ok_or(ServiceError::NotFound)?;
                Ok((SlotSeen::try_from(row)?, held.held_until.unwrap_or(until)))
            })
        })
        .await
    }

    /// A time, without holding it: what a page says of it, whether it is still to be had, and whether the person has booked
    /// it. The look is audited.
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
        let booked = appointment::at_slot(&mut tx, person, id).await?;
        let (held, free) = (row.held(now), row.free_for(actor.account(), now));
        let (span, mut clashing) = ((row.starts_at, row.ends_at), Vec::new());
        for other in appointment::of_person(&mut tx, person, LISTED).await? {
            if other.status()?.is_coming(other.ends_at, now) && overlap(span, (other.starts_at, other.ends_at)) {
                clashing.push(other.appointment());
            }
        }
        let clashing_visit = match reader_of(&self.core, &mut tx, actor, person).await? {
            Some(reader) => Told::read(&self.core, &mut tx, &reader).await?.at(span),
            None => None,
        };
        let referred = match terms.referral_needed {
            true => referred_to(&self.core, &mut tx, actor, person).await?,
            false => Referred::default(),
        };
        let who = booker(&self.core, &mut tx, (person, referred), row.organisation(), london_day(row.starts_at)).await?;
        let refusal = terms.admit(&who).err().or(free.err());
        let elsewhere = outside::of(&mut tx, row.organisation()).await?.is_some();
        let let_go = terms.let_go(Status::Booked, row.starts_at, now);
        let free_until = let_go.ok().filter(|()| !elsewhere).map(|()| terms.free_until(row.starts_at));
        drop(tx);
        let event = Event::on_record(actor, subject, Action::Read, purpose(subject)).about("page", "slot").about("slot", id);
        let event = match clashing_visit {
            Some(visit) => event.about("visit", visit),
            None => event,
        };
        activity::disclose(&self.core, event).await?;
        Ok(SlotDetail {
            kind: service.kind()?,
            address: format!("{}, {}", place.address, place.postcode),
            about: service.about,
            prepare: service.prepare,
            asks_reason: service.asks_reason,
            confirms: terms.confirms,
            phone: place.phone,
            has_link: service.video_link.is_some() && row.mode()? == Mode::Video,
            bound: let_go.err().and_then(|refusal| once_booked(refusal, &terms)),
            free_until,
            held_until: held.filter(|(by, _)| free.is_ok() && Some(*by) == actor.account()).map(|(_, until)| until),
            booked,
            gone: refusal.map(|refusal| in_words(refusal, &terms)),
            clashing,
            clashing_visit,
            slot: row.try_into()?,
        })
    }

    /// The first time of each day on which one of the same service is free that is earlier than an appointment, of the first
    /// days.
    pub(super) async fn earlier(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (service, starts_at): (ServiceId, DateTime<Utc>),
    ) -> Result<Vec<SlotSeen>, ServiceError> {
        let (now, mut found) = (self.core.now(), Vec::new());
        let mut from = now;
        while found.len() < EARLIER && from < starts_at {
            let wanted = Wanted::any_of(service, from, Some(starts_at));
            let Some(row) = slot::search(tx, &wanted, (from, Uuid::nil()), now, actor.account(), 1).await?.pop() else { break };
            from = london_day(row.starts_at).succ_opt().map_or(starts_at, london_midnight);
            found.push(SlotSeen::try_from(row)?);
        }
        Ok(found)
    }

    /// Lets through whoever may book for the person.
    pub(super) async fn may(&self, tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Subject, ServiceError> {
        match access::require(&self.core, tx, actor, person, Ask::BookAppointments).await {
            Ok(subject) => Ok(subject),
            Err(error) => Err(access::refused_on(&self.core, actor, person, error, "appointments").await),
        }
    }
}

/// How many times of these days a page shows: as many as it is to hold, and the rest of that day as far as there is room.
fn page_end(days: &[NaiveDate]) -> usize {
    let last = days.get(PAGE - 1);
    let rest = days.iter().skip(PAGE).take(MOST - PAGE).take_while(|day| Some(*day) == last).count();
    days.len().min(PAGE) + rest
}

/// The first Monday after a day.
fn monday_after(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(7 - u64::from(day.weekday().num_days_from_monday())))
}

fn cursor(text: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (at, id) = text.split_once('_')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
}

/// The first day of which nothing is looked for any more.
fn last(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(AHEAD).unwrap_or(today)
}

/// The end of what is looked for.
fn horizon(today: NaiveDate) -> DateTime<Utc> {
    london_midnight(last(today))
}

fn among(one: &Offered, when: Span, near: Option<Vec<PlaceId>>) -> Among {
    Among { service: one.service, from: when.start, until: Some(when.end), near }
}

/// How far each place is from here, where that is known, and whose it is.
fn miles(rows: Vec<diary::PlaceRow>, here: Position) -> BTreeMap<PlaceId, (OrganisationId, Option<f64>)> {
    let of = |row: diary::PlaceRow| {
        (row.place(), (OrganisationId::from_uuid(row.organisation_id), row.position().map(|there| here.miles_to(there))))
    };
    rows.into_iter().map(of).collect()
}

/// Where the person is; absent where they did not say, or the operator has supplied no table to tell from.
async fn here(tx: &mut Tx, asked: &Asked) -> Result<Option<Position>, ServiceError> {
    let Some(at) = &asked.at else { return Ok(None) };
    let known = postcode::position(tx, at).await?;
    if known.is_none() && postcode::any(tx).await? {
        return Err(ServiceError::field("postcode", "We do not know this postcode. Check it, or leave it empty"));
    }
    Ok(known)
}

fn read(form: &SearchForm, today: NaiveDate) -> Result<Asked, ServiceError> {
    let kind = ServiceKind::from_code(&form.kind).ok_or_else(|| FieldProblem::new("kind", "Choose what it is for"));
    let from = match form.from.trim() {
        "" => Ok(None),
        text => match text.parse::<NaiveDate>() {
            // Past what is looked for there is nothing, and the reader is told how far it goes.
            Ok(day) if day >= last(today) => {
                Err(FieldProblem::new("from", format!("Enter a day before {}", day_in_words(last(today)))))
            }
            Ok(day) if day < today => Err(FieldProblem::new("from", "Enter today\u{2019}s date, or a later one")),
            Ok(day) => Ok(Some(day)),
            Err(_) => Err(FieldProblem::new("from", "Enter a real date, like 27 3 2027")),
        },
    };
    let within = MILES.into_iter().find(|miles| miles.to_string() == form.within);
    let at = match (form.postcode.trim(), within) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err("Enter your postcode, so that we know how far away a place is"),
        (text, _) => Whereabouts::parse(text).map(Some).map_err(|_| "Enter a postcode, like TA1 1AA"),
    };
    let at = at.map_err(|message| FieldProblem::new("postcode", message));
    let weekday = Weekdays::from_code(&form.weekday).and_then(|days| Weekdays::WEEK.into_iter().find(|day| days.has(*day)));
    let minutes = match form.time.as_str() {
        "morning" => 0..12 * 60,
        "afternoon" => 12 * 60..17 * 60,
        "evening" => 17 * 60..24 * 60,
        _ => 0..24 * 60,
    };
    match (kind, from, at) {
        (Ok(kind), Ok(from), Ok(at)) => Ok(Asked {
            kind,
            service: form.service.parse().ok(),
            mode: Mode::from_code(&form.mode),
            place: form.place.parse().ok(),
            practitioner: form.practitioner.parse().ok(),
            from: from.filter(|day| *day > today),
            weekday,
            minutes,
            at,
            within: within.map(f64::from),
        }),
        (kind, from, at) => Err(ServiceError::Fields([kind.err(), from.err(), at.err()].into_iter().flatten().collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_page_ends_with_a_day_as_far_as_there_is_room() {
        let of = |days: &[(&str, usize)]| -> Vec<NaiveDate> {
            days.iter().flat_map(|(text, count)| std::iter::repeat_n(day(text), *count)).collect()
        };
        assert_eq!(page_end(&[]), 0);
        assert_eq!(page_end(&of(&[("2026-11-03", 5)])), 5);
        assert_eq!(page_end(&of(&[("2026-11-03", 9), ("2026-11-04", 12), ("2026-11-05", 12)])), 21);
        assert_eq!(page_end(&of(&[("2026-11-03", 20), ("2026-11-04", 12)])), 20);
        assert_eq!(page_end(&of(&[("2026-11-03", 61)])), MOST);
    }

    #[test]
    fn the_next_week_begins_on_the_next_monday() {
        assert_eq!(monday_after(day("2026-11-29")), Some(day("2026-11-30")));
        assert_eq!(monday_after(day("2026-11-30")), Some(day("2026-12-07")));
        assert_eq!(monday_after(day("2026-12-05")), Some(day("2026-12-07")));
    }
}
