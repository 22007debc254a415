//! Clinics: as they recur, as they are made for the weeks ahead, and cancelled with those whom that affects.

use super::busy::once_at_a_time;
use super::setting::changed;
use super::{CLINIC_OVERTAKEN, Diary, OVERTAKEN, Shown, hold_still, number, standing};
use crate::activity::{self, Event};
use crate::appointments::cancelled_by_team;
use crate::{Core, FieldProblem, ServiceError, access};
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::access::{Actor, Subject};
use domain::appointment::{Mode, Part, Span, Template, TemplateError, Weekdays, read_clock};
use domain::audit::{Action, Basis, Purpose};
use domain::team::{TeamAsk, WorkKind};
use domain::when::{london_day, minute_of_day, typed_day};
use domain::{
    AppointmentId, ClinicId, OrganisationId, PersonId, PlaceId, PractitionerId, ServiceId, SlotId, TemplateId, WorkItemId,
};
use std::collections::BTreeMap;
use store::appointment::{self, AttendeeRow};
use store::diary::{self, ClinicRow, NewClinic, TemplateRow};
use store::slot::{self, NewSlot};
use store::staff::MemberRow;
use store::work::NewWorkItem;
use store::{StoreError, Tx, outside, work};

/// For how many days ahead clinics are made.
const AHEAD: u64 = 8 * 7;
/// How many days the list of clinics shows at most.
const SHOWN: u64 = 31;

/// A clinic as it recurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateSeen {
    /// Its id.
    pub id: TemplateId,
    /// For which service, by id.
    pub service_id: ServiceId,
    /// The service's name.
    pub service: String,
    /// Where, by id.
    pub place_id: PlaceId,
    /// The place's name.
    pub place: String,
    /// Who holds it, by id.
    pub practitioner_id: PractitionerId,
    /// The name of whoever holds it.
    pub practitioner: String,
    /// How it is held.
    pub mode: Mode,
    /// When it is.
    pub template: Template,
}

/// What is typed to add a recurring clinic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateForm {
    /// Which service, by id.
    pub service: String,
    /// Where, by id.
    pub place: String,
    /// Who holds it, by id.
    pub practitioner: String,
    /// [`Mode`] by code.
    pub mode: String,
    /// [`Weekdays`] by code.
    pub days: String,
    /// From when, such as 08:30.
    pub starts: String,
    /// Until when.
    pub ends: String,
    /// How long each appointment is, in minutes; that of the service when empty.
    pub minutes: String,
    /// Every how many weeks; every one when empty.
    pub every_weeks: String,
    /// Its first day: day, month and year; today when empty.
    pub from: [String; 3],
    /// Its last day; none when empty.
    pub until: [String; 3],
}

/// A clinic on its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClinicSeen {
    /// Its id.
    pub id: ClinicId,
    /// On which day.
    pub day: NaiveDate,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// The service's name.
    pub service: String,
    /// Where, by id.
    pub place_id: PlaceId,
    /// The place's name.
    pub place: String,
    /// Who holds it, by id.
    pub practitioner_id: PractitionerId,
    /// The name of whoever holds it.
    pub practitioner: String,
    /// How it is held.
    pub mode: Mode,
    /// How many times are free.
    pub free: u32,
    /// How many are taken.
    pub taken: u32,
    /// It does not take place.
    pub cancelled: bool,
    /// Goes up with every change.
    pub version: i32,
}

/// Somebody who has booked what would be cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// When they would have come.
    pub starts_at: DateTime<Utc>,
}

impl From<&AttendeeRow> for Affected {
    fn from(row: &AttendeeRow) -> Self {
        Self { person: PersonId::from_uuid(row.person_id), name: row.person_name(), starts_at: row.starts_at }
    }
}

impl TryFrom<ClinicRow> for ClinicSeen {
    type Error = StoreError;

    fn try_from(row: ClinicRow) -> Result<Self, Self::Error> {
        let count = |number: i64| u32::try_from(number).map_err(|_| StoreError::corrupt("a clinic has too many times"));
        Ok(Self {
            id: row.clinic(),
            mode: row.mode()?,
            free: count(row.free)?,
            taken: count(row.taken)?,
            day: row.day,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            cancelled: row.cancelled_at.is_some(),
            version: row.version,
            place_id: PlaceId::from_uuid(row.place_id),
            practitioner_id: PractitionerId::from_uuid(row.practitioner_id),
            service: row.service_name,
            place: row.place_name,
            practitioner: row.practitioner_name,
        })
    }
}

impl Diary {
    /// The recurring clinics of the actor's organisation.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever does not see the diary.
    pub async fn templates(&self, actor: &Actor) -> Result<Vec<TemplateSeen>, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::SeeDiary, "diary").await?;
        templates(&mut tx, place.organisation(), None, london_day(self.core.now())).await
    }

    /// Adds a recurring clinic, and makes its clinics for the weeks ahead.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] by the names of [`TemplateForm`], among them `practitioner` for whoever holds another clinic at
    /// that time; [`ServiceError::NotFound`] to anybody but a manager.
    pub async fn add_template(&self, actor: &Actor, form: &TemplateForm) -> Result<TemplateId, ServiceError> {
        let form = form.clone();
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                diary::lock(tx, place.organisation()).await?;
                kept_here(tx, place.organisation()).await?;
                let row = read(&core, tx, &place, &form).await?;
                // The second press of a button makes no second clinic.
                let same = |one: &TemplateRow| TemplateRow { id: row.id, created_at: row.created_at, ..one.clone() } == row;
                if let Some(one) = diary::templates(tx, place.organisation()).await?.into_iter().find(same) {
                    return Ok(TemplateId::from_uuid(one.id));
                }
                once_at_a_time(&core, tx, &row, None).await?;
                diary::insert_template(tx, &row).await?;
                make(&core, tx, (place.organisation(), TemplateId::from_uuid(row.id))).await?;
                changed(&core, tx, &actor, &place, "template-added", row.id).await?;
                Ok(TemplateId::from_uuid(row.id))
            })
        })
        .await
    }

    /// Who has booked clinics that this template made, today and later.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not the organisation's, and to anybody but a manager.
    pub async fn affected_by_end(&self, actor: &Actor, id: TemplateId) -> Result<Shown, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::ManageDiary, "diary").await?;
        let row = diary::template(&mut tx, place.organisation(), id).await?;
        let (mut tx, _) = self.found(actor, tx, row, "diary").await?;
        let now = self.core.now();
        let clinics = diary::coming_of_template(&mut tx, id, london_day(now), now).await?;
        self.shown(tx, actor, &place, clinics).await
    }

    /// Ends a recurring clinic from today on, where all stands as it was `seen` by [`Diary::affected_by_end`]: its coming clinics
    /// are cancelled, and everybody who has booked is told. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where something has changed since, such as that somebody has booked; as
    /// [`Diary::affected_by_end`] otherwise.
    pub async fn end_template(&self, actor: &Actor, id: TemplateId, seen: &str) -> Result<(), ServiceError> {
        let seen = seen.to_owned();
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let at = place.organisation();
                diary::template(tx, at, id).await?.ok_or(ServiceError::NotFound)?;
                diary::lock(tx, at).await?;
                if !diary::end_template(tx, at, id, core.now()).await? {
                    return Ok(());
                }
                let now = core.now();
                let clinics = diary::coming_of_template(tx, id, london_day(now), now).await?;
                let (before, after) = hold_still(tx, clinics).await?;
                if standing(0, &before) != seen {
                    return Err(ServiceError::field("", OVERTAKEN));
                }
                for clinic in after {
                    cancel(&core, tx, &actor, &place, clinic).await?;
                }
                changed(&core, tx, &actor, &place, "template-ended", id.as_uuid()).await
            })
        })
        .await
    }

    /// The clinics of the actor's organisation from a day on, for so many days, at most a month.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever does not see the diary.
    pub async fn clinics(&self, actor: &Actor, from: NaiveDate, days: u64) -> Result<Vec<ClinicSeen>, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::SeeDiary, "diary").await?;
        let to = from.checked_add_days(Days::new(days.clamp(1, SHOWN) - 1)).unwrap_or(from);
        let rows = diary::clinics(&mut tx, place.organisation(), from, to).await?;
        Ok(rows.into_iter().map(ClinicSeen::try_from).collect::<Result<_, _>>()?)
    }

    /// Who has booked at a clinic.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not the organisation's, and to anybody but a manager.
    pub async fn affected_by_cancelling(&self, actor: &Actor, id: ClinicId) -> Result<Vec<Affected>, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::ManageDiary, "diary").await?;
        let row = diary::clinic(&mut tx, place.organisation(), id).await?;
        let (tx, row) = self.found(actor, tx, row, "diary").await?;
        self.affected(tx, actor, &place, vec![row.clinic()]).await
    }

    /// Cancels a clinic that stands as it was seen; everybody who has booked is told. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] with no field where it has changed since; as [`Diary::affected_by_cancelling`] otherwise.
    pub async fn cancel_clinic(&self, actor: &Actor, id: ClinicId, version: i32) -> Result<(), ServiceError> {
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let row = diary::clinic(tx, place.organisation(), id).await?.ok_or(ServiceError::NotFound)?;
                if row.cancelled_at.is_some() {
                    return Ok(());
                }
                if !cancel(&core, tx, &actor, &place, (id, version)).await? {
                    return Err(ServiceError::field("", CLINIC_OVERTAKEN));
                }
                changed(&core, tx, &actor, &place, "clinic-cancelled", id.as_uuid()).await
            })
        })
        .await
    }

    /// Makes the clinics of the weeks ahead that are not there yet, of every organisation, each template in an act of its
    /// own; and takes times off the work lists that are not free any more. Safe to run at any time and by several servers at once: what was made is not made again.
    ///
    /// # Errors
    /// Refusals for anybody but the operator and the service itself; a failing database, and then what was made stays. One template
    /// that cannot be made goes into the log.
    pub async fn make_ahead(&self, actor: &Actor) -> Result<u64, ServiceError> {
        access::for_all(actor)?;
        let mut tx = self.core.read().await?;
        let templates = diary::all_templates(&mut tx).await?;
        drop(tx);
        let mut made = 0;
        for row in templates {
            let which = (OrganisationId::from_uuid(row.organisation_id), TemplateId::from_uuid(row.id));
            // One that cannot be made must not keep the others from being made.
            match self.core.write(move |core, tx| Box::pin(async move { make(&core, tx, which).await })).await {
                Ok(some) => made += some,
                Err(error) => tracing::error!(template = %which.1, %error, "the clinics of a template could not be made"),
            }
        }
        self.core.write(move |core, tx| Box::pin(async move { Ok(work::close_earlier(tx, core.now()).await?) })).await?;
        Ok(made)
    }

    /// Those who have booked at these clinics, and how these stand; each is told that their name was shown.
    pub(super) async fn shown(
        &self,
        tx: Tx,
        actor: &Actor,
        place: &MemberRow,
        clinics: Vec<(ClinicId, i32)>,
    ) -> Result<Shown, ServiceError> {
        let seen = standing(0, &clinics);
        let affected = self.affected(tx, actor, place, clinics.into_iter().map(|(id, _)| id).collect()).await?;
        Ok(Shown { affected, seen })
    }

    /// Those who have booked at these clinics; each is told that their name was shown.
    pub(super) async fn affected(
        &self,
        mut tx: Tx,
        actor: &Actor,
        place: &MemberRow,
        clinics: Vec<ClinicId>,
    ) -> Result<Vec<Affected>, ServiceError> {
        let affected = who_comes(&mut tx, place.organisation(), clinics, self.core.now()).await?;
        drop(tx);
        Ok(self.disclosed(actor, place, affected, String::new()).await?.affected)
    }

    /// Those who would lose what they have, and how all stands; each is told that their name was shown.
    pub(super) async fn disclosed(
        &self,
        actor: &Actor,
        place: &MemberRow,
        affected: Vec<Affected>,
        seen: String,
    ) -> Result<Shown, ServiceError> {
        crate::listing::disclose(&self.core, actor, place, crate::listing::List::Clinic, affected.iter().map(|one| one.person))
            .await?;
        Ok(Shown { affected, seen })
    }
}

/// Whether somebody still comes: whoever has checked in waits there, and does too.
pub(super) fn comes(row: &AttendeeRow) -> Result<bool, StoreError> {
    Ok(row.status()?.comes())
}

/// Who comes to a clinic and has no room where it goes on from then to then, or not at all. What has begun stays as it is, for
/// those who hold the clinic to note who came.
pub(super) async fn no_room(
    tx: &mut Tx,
    at: OrganisationId,
    clinic: ClinicId,
    open: Option<Span>,
    now: DateTime<Utc>,
) -> Result<Vec<AttendeeRow>, ServiceError> {
    let mut lost = Vec::new();
    for row in appointment::of_clinic(tx, at, clinic).await? {
        let span = Span { from: row.starts_at, to: row.ends_at };
        if comes(&row)? && row.starts_at > now && !open.is_some_and(|open| span.is_within(open)) {
            lost.push(row);
        }
    }
    Ok(lost)
}

/// Those who have booked at these clinics and whose time is to come, in order of it.
pub(super) async fn who_comes(
    tx: &mut Tx,
    at: OrganisationId,
    clinics: Vec<ClinicId>,
    now: DateTime<Utc>,
) -> Result<Vec<Affected>, ServiceError> {
    let mut affected = Vec::new();
    for clinic in clinics {
        affected.extend(no_room(tx, at, clinic, None, now).await?.iter().map(Affected::from));
    }
    affected.sort_by_key(|one| one.starts_at);
    Ok(affected)
}

/// Lets through only what is not a copy of the organisation's own system.
pub(super) async fn kept_here(tx: &mut Tx, at: OrganisationId) -> Result<(), ServiceError> {
    match outside::of(tx, at).await? {
        None => Ok(()),
        Some(_) => Err(ServiceError::field("", "Your clinics are kept in your own appointment system. Change them there")),
    }
}

/// The recurring clinics of an organisation, or those of them that need this.
///
/// One whose last day has passed is not among them.
pub(super) async fn templates(
    tx: &mut Tx,
    at: OrganisationId,
    part: Option<Part>,
    today: NaiveDate,
) -> Result<Vec<TemplateSeen>, ServiceError> {
    let services: BTreeMap<_, _> = diary::services(tx, at).await?.into_iter().map(|row| (row.id, row.name)).collect();
    let places: BTreeMap<_, _> = diary::places(tx, at).await?.into_iter().map(|row| (row.id, row.name)).collect();
    let people: BTreeMap<_, _> = diary::practitioners(tx, at).await?.into_iter().map(|row| (row.id, row.name)).collect();
    let named = |names: &BTreeMap<uuid::Uuid, String>, id| {
        names.get(&id).cloned().ok_or_else(|| StoreError::corrupt("a clinic names what is not its organisation's"))
    };
    let needs = |row: &TemplateRow| {
        let id = part.map(Part::as_uuid);
        row.until_day.is_none_or(|until| until >= today)
            && id.is_none_or(|id| [row.service_id, row.place_id, row.practitioner_id].contains(&id))
    };
    let seen = diary::templates(tx, at).await?.into_iter().filter(needs).map(|row| {
        Ok(TemplateSeen {
            id: TemplateId::from_uuid(row.id),
            service: named(&services, row.service_id)?,
            place: named(&places, row.place_id)?,
            service_id: ServiceId::from_uuid(row.service_id),
            place_id: PlaceId::from_uuid(row.place_id),
            practitioner: named(&people, row.practitioner_id)?,
            practitioner_id: PractitionerId::from_uuid(row.practitioner_id),
            mode: row.mode()?,
            template: row.template()?,
        })
    });
    Ok(seen.collect::<Result<_, StoreError>>()?)
}

/// Cancels a clinic and what was booked at it; `false` where it is not as it was seen.
pub(super) async fn cancel(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    place: &MemberRow,
    (id, version): (ClinicId, i32),
) -> Result<bool, ServiceError> {
    let at = place.organisation();
    kept_here(tx, at).await?;
    if !diary::cancel_clinic(tx, at, (id, version), core.now()).await? {
        return Ok(false);
    }
    // First nobody can book any more; then everybody who has is there to be read.
    slot::withdraw(tx, id).await?;
    for row in appointment::of_clinic(tx, at, id).await? {
        if row.starts_at <= core.now() {
            continue;
        }
        give_up(core, tx, actor, place, (&row, "clinic-cancelled")).await?;
    }
    Ok(true)
}

/// Cancels what somebody has booked because of what becomes of their clinic, and tells them.
pub(super) async fn give_up(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    place: &MemberRow,
    (row, what): (&AttendeeRow, &'static str),
) -> Result<(), ServiceError> {
    let (at, person) = (place.organisation(), PersonId::from_uuid(row.person_id));
    if !cancelled_by_team(core, tx, (person, AppointmentId::from_uuid(row.id))).await? {
        return Ok(());
    }
    work::close(tx, at, (WorkKind::Booking, row.id), Some(place.member()), what, core.now()).await?;
    let subject = Subject { organisation: Some(at), ..Subject::new(person, Basis::CareTeam) };
    let event = Event::on_record(actor, subject, Action::AppointmentCancelled, Purpose::DirectCare);
    activity::append(core, tx, event.about("appointment", row.id).about("what", what)).await?;
    to_ring(core, tx, actor, place, (row, CANCELLED)).await
}

/// What the message is called that says that an appointment is cancelled.
pub(super) const CANCELLED: &str = "cancelled";

/// Puts somebody on the work list to whom no message of this name went out, so that they are rung.
pub(super) async fn to_ring(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    place: &MemberRow,
    (row, told): (&AttendeeRow, &str),
) -> Result<(), ServiceError> {
    let (at, person, kind) = (place.organisation(), PersonId::from_uuid(row.person_id), WorkKind::NotTold);
    if appointment::noticed(tx, (person, AppointmentId::from_uuid(row.id)), told).await? {
        return Ok(());
    }
    let item = NewWorkItem { organisation: at, team: None, kind, person, about: row.id, urgent: false };
    if work::insert(tx, WorkItemId::from_uuid(core.new_id()), &item, core.now()).await? {
        let subject = Subject { organisation: Some(at), ..Subject::new(person, Basis::CareTeam) };
        let event = Event::on_record(actor, subject, Action::WorkChanged, Purpose::DirectCare);
        activity::append(core, tx, event.about("what", "asked").about("kind", kind.code()).about("appointment", row.id)).await?;
    }
    Ok(())
}

/// Makes the clinics of a template for the weeks ahead that are not there yet; how many it made.
pub(super) async fn make(core: &Core, tx: &mut Tx, (at, id): (OrganisationId, TemplateId)) -> Result<u64, ServiceError> {
    // So that nobody ends the template, or closes a day, while its clinics are made.
    diary::lock(tx, at).await?;
    let row = diary::template(tx, at, id).await?.filter(|row| row.ended_at.is_none());
    let Some(row) = row else { return Ok(0) };
    // Where the organisation keeps its appointments itself, none is made here.
    if outside::of(tx, at).await?.is_some() {
        return Ok(0);
    }
    let (template, now) = (row.template()?, core.now());
    let service = diary::service(tx, ServiceId::from_uuid(row.service_id)).await?;
    let Some(service) = service.filter(|service| service.ended_at.is_none()) else { return Ok(0) };
    let (kind, terms) = (service.kind()?, service.terms()?);
    let (today, mut made) = (london_day(now), 0);
    let closed: Vec<NaiveDate> = diary::closed_days(tx, at, today).await?.into_iter().map(|(day, _)| day).collect();
    for day in (0..=AHEAD).filter_map(|days| today.checked_add_days(Days::new(days))) {
        // What has begun is not made any more.
        let spans: Vec<_> = template.spans(day).into_iter().filter(|span| span.from > now).collect();
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else { continue };
        if closed.contains(&day) {
            continue;
        }
        let clinic = NewClinic {
            id: ClinicId::from_uuid(core.new_id()),
            organisation: at,
            template: Some(TemplateId::from_uuid(row.id)),
            service: service.service(),
            place: PlaceId::from_uuid(row.place_id),
            practitioner: PractitionerId::from_uuid(row.practitioner_id),
            mode: row.mode()?,
            day,
            starts_at: first.from,
            ends_at: last.to,
        };
        if !diary::insert_clinic(tx, &clinic, now).await? {
            continue;
        }
        let new = spans.into_iter().map(|span| NewSlot {
            id: SlotId::from_uuid(core.new_id()),
            starts_at: span.from,
            ends_at: span.to,
            minute: minute_of_day(span.from),
            bookable_from: terms.bookable_from(span.from, now),
        });
        slot::insert_all(tx, &clinic, kind, &new.collect::<Vec<_>>()).await?;
        made += 1;
    }
    Ok(made)
}

fn date(field: &'static str, parts: &[String; 3]) -> Result<Option<NaiveDate>, FieldProblem> {
    let day = typed_day(parts.each_ref().map(String::as_str));
    day.map_err(|_| FieldProblem::new(field, "Enter a real date, like 27 3 2027"))
}

/// What is said of times that cannot be.
pub(super) fn wrong_template(error: TemplateError) -> FieldProblem {
    let (field, told) = match error {
        TemplateError::Days => ("days", "Choose at least one day"),
        TemplateError::Times => ("ends", "It must end after it begins"),
        TemplateError::Length => ("minutes", "An appointment must be from 5 to 240 minutes long, and fit into the clinic"),
        TemplateError::Weeks => ("every_weeks", "Enter a number of weeks, from 1 to 12"),
        TemplateError::Until => ("until", "The last day must not be before the first"),
    };
    FieldProblem::new(field, told)
}

/// Reads what is typed about a clinic that recurs.
pub(super) async fn read(core: &Core, tx: &mut Tx, place: &MemberRow, form: &TemplateForm) -> Result<TemplateRow, ServiceError> {
    let (at, today) = (place.organisation(), london_day(core.now()));
    let mut wrong = Vec::new();
    let mut noted = |problem: FieldProblem| wrong.push(problem);
    let service =
        diary::services(tx, at).await?.into_iter().find(|row| row.ended_at.is_none() && row.id.to_string() == form.service);
    let where_ = diary::places(tx, at).await?.into_iter().find(|row| row.ended_at.is_none() && row.id.to_string() == form.place);
    let who = diary::practitioners(tx, at)
        .await?
        .into_iter()
        .find(|row| row.ended_at.is_none() && row.id.to_string() == form.practitioner);
    let mode = Mode::from_code(&form.mode);
    let missing = [
        (service.is_none(), "service", "Choose the service"),
        (where_.is_none(), "place", "Choose where it is"),
        (who.is_none(), "practitioner", "Choose who holds it"),
        (mode.is_none(), "mode", "Choose how it is held"),
    ];
    for (_, field, told) in missing.iter().filter(|(is, _, _)| *is) {
        noted(FieldProblem::new(*field, *told));
    }
    let days = Weekdays::from_code(&form.days).unwrap_or_default();
    let (starts, ends) = (read_clock(&form.starts), read_clock(&form.ends));
    if starts.is_none() {
        noted(FieldProblem::new("starts", "Enter when it begins, like 08:30"));
    }
    if ends.is_none() {
        noted(FieldProblem::new("ends", "Enter when it ends, like 12:00"));
    }
    let usual = service.as_ref().and_then(|row| u16::try_from(row.minutes).ok()).unwrap_or(10);
    let minutes = number("minutes", &form.minutes, 5..=240, "Enter a number of minutes").unwrap_or_else(|problem| {
        noted(problem);
        None
    });
    let weeks = number("every_weeks", &form.every_weeks, 1..=12, "Enter a number of weeks").unwrap_or_else(|problem| {
        noted(problem);
        None
    });
    let mut day = |field, parts: &[String; 3]| {
        date(field, parts).unwrap_or_else(|problem| {
            noted(problem);
            None
        })
    };
    let (from, until) = (day("from", &form.from).unwrap_or(today), day("until", &form.until));
    let template = Template {
        days,
        starts: starts.unwrap_or(0),
        ends: ends.unwrap_or(24 * 60),
        minutes: minutes.unwrap_or(usual),
        every_weeks: weeks.unwrap_or(1),
        from,
        until,
    };
    wrong.extend(template.check().err().unwrap_or_default().into_iter().map(wrong_template));
    match (service, where_, who, mode) {
        (Some(service), Some(at_place), Some(who), Some(mode)) if wrong.is_empty() => Ok(TemplateRow {
            id: core.new_id(),
            organisation_id: place.organisation_id,
            service_id: service.id,
            place_id: at_place.id,
            practitioner_id: who.id,
            mode: mode.code().to_owned(),
            days: template.days.code(),
            starts: i32::from(template.starts),
            ends: i32::from(template.ends),
            minutes: i32::from(template.minutes),
            every_weeks: i32::from(template.every_weeks),
            from_day: template.from,
            until_day: template.until,
            created_at: core.now(),
            ended_at: None,
        }),
        _ => Err(ServiceError::Fields(wrong)),
    }
}
