//! Other hours for a clinic that recurs, from a day on, or for one of a day: those whose times do not fit are shown first, and
//! told; the others keep theirs.

use super::busy::{free_on, once_at_a_time};
use super::clinics::{Affected, cancel, comes, give_up, kept_here, make, no_room, read, to_ring, wrong_template};
use super::setting::changed;
use super::{CLINIC_OVER, CLINIC_OVERTAKEN, ClinicSeen, Diary, OVERTAKEN, Shown, TemplateForm, hold_still, number, standing};
use crate::activity::{self, Event};
use crate::appointments::tell;
use crate::mail::Letter;
use crate::{Core, FieldProblem, ServiceError, access};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::access::{Actor, Subject};
use domain::appointment::{Mode, Span, Template, Weekdays, beside, read_clock};
use domain::audit::{Action, Basis, Purpose};
use domain::team::TeamAsk;
use domain::when::{london_day, minute_of_day};
use domain::{AppointmentId, ClinicId, OrganisationId, PersonId, PlaceId, PractitionerId, ServiceId, SlotId, TemplateId};
use std::collections::BTreeMap;
use store::appointment;
use store::diary::{self, ClinicRow, NewClinic, TemplateRow};
use store::slot::{self, NewSlot};
use store::staff::MemberRow;
use store::{StoreError, Tx};

/// What is typed to change the hours of a clinic of one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HoursForm {
    /// From when, such as 08:30.
    pub starts: String,
    /// Until when.
    pub ends: String,
    /// How long each appointment is, in minutes; that of the service when empty.
    pub minutes: String,
}

/// What is changed of a clinic that recurs.
struct Change {
    /// As it is.
    old: TemplateRow,
    /// As it is from its first day on.
    new: TemplateRow,
}

/// How a clinic of a day comes to be.
struct Laid {
    template: Option<TemplateId>,
    practitioner: PractitionerId,
    place: PlaceId,
    mode: String,
    /// From when to when it goes on.
    open: Span,
    /// Its times, where nothing were booked.
    times: Vec<Span>,
}

impl Diary {
    /// A clinic of one day, and how long most of its times are, in minutes; `None` where it has none. It names nobody who comes.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for one that is not the organisation's, and to anybody but a manager.
    pub async fn hours(&self, actor: &Actor, id: ClinicId) -> Result<(ClinicSeen, Option<i64>), ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::ManageDiary, "diary").await?;
        let row = diary::clinic(&mut tx, place.organisation(), id).await?;
        let (mut tx, row) = self.found(actor, tx, row, "diary").await?;
        let mut lengths: BTreeMap<i64, usize> = BTreeMap::new();
        for one in slot::of_clinic(&mut tx, id).await?.iter().filter(|one| one.status != "withdrawn") {
            *lengths.entry((one.ends_at - one.starts_at).num_minutes()).or_default() += 1;
        }
        let minutes = lengths.into_iter().max_by_key(|(_, many)| *many).map(|(minutes, _)| minutes);
        Ok((ClinicSeen::try_from(row)?, minutes))
    }

    /// Who would lose their appointment at a clinic of one day by other hours.
    ///
    /// # Errors
    /// As [`Diary::change_hours`].
    pub async fn affected_by_hours(&self, actor: &Actor, id: ClinicId, form: &HoursForm) -> Result<Shown, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::ManageDiary, "diary").await?;
        let row = diary::clinic(&mut tx, place.organisation(), id).await?;
        let (mut tx, row) = self.found(actor, tx, row, "diary").await?;
        let pattern = pattern(&mut tx, &row, form).await?;
        let open = pattern.open(row.day);
        let affected = no_room(&mut tx, place.organisation(), id, open, self.core.now()).await?;
        drop(tx);
        let affected = affected.iter().map(Affected::from).collect();
        self.disclosed(actor, &place, affected, standing(0, &[(id, row.version)])).await
    }

    /// Gives a clinic of one day other hours, where all stands as it was `seen` by [`Diary::affected_by_hours`], or nobody loses
    /// anything: whoever fits keeps their time, everybody else is told that theirs is cancelled. `false` where it was so before.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] by the names of [`HoursForm`], among them `starts` where whoever holds it holds another then, and
    /// with no field where it is cancelled, over, or has changed since; [`ServiceError::NotFound`] for one that is not the
    /// organisation's, and to anybody but a manager.
    pub async fn change_hours(&self, actor: &Actor, id: ClinicId, form: &HoursForm, seen: &str) -> Result<bool, ServiceError> {
        let (form, seen) = (form.clone(), seen.to_owned());
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let (at, now) = (place.organisation(), core.now());
                diary::lock(tx, at).await?;
                let row = diary::clinic(tx, at, id).await?.ok_or(ServiceError::NotFound)?;
                kept_here(tx, at).await?;
                if row.cancelled_at.is_some() || row.ends_at <= now {
                    return Err(ServiceError::field("", CLINIC_OVER));
                }
                let pattern = pattern(tx, &row, &form).await?;
                let times = pattern.spans(row.day);
                let (Some(open), Some(last)) = (pattern.open(row.day), times.last()) else {
                    return Err(ServiceError::field("starts", "The clock never shows these hours on this day"));
                };
                if last.from <= now {
                    return Err(ServiceError::field("ends", "Enter a time that is still to come"));
                }
                let by = PractitionerId::from_uuid(row.practitioner_id);
                free_on(tx, at, by, id, (row.day, open.from.max(now), open.to)).await.map_err(beside_hours)?;
                let (before, _) = hold_still(tx, vec![(id, row.version)]).await?;
                if !no_room(tx, at, id, Some(open), now).await?.is_empty() && standing(0, &before) != seen {
                    return Err(ServiceError::field("", CLINIC_OVERTAKEN));
                }
                let laid = Laid {
                    template: row.template_id.map(TemplateId::from_uuid),
                    practitioner: by,
                    place: PlaceId::from_uuid(row.place_id),
                    mode: row.mode.clone(),
                    open,
                    times,
                };
                let differs = lay(&core, tx, &actor, &place, &row, &laid).await?;
                if differs {
                    changed(&core, tx, &actor, &place, "clinic-hours", id.as_uuid()).await?;
                }
                Ok(differs)
            })
        })
        .await
    }

    /// Who would lose their appointment where a clinic that recurs is another from a day on.
    ///
    /// # Errors
    /// As [`Diary::change_template`].
    pub async fn affected_by_change(&self, actor: &Actor, id: TemplateId, form: &TemplateForm) -> Result<Shown, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::ManageDiary, "diary").await?;
        let (at, now) = (place.organisation(), self.core.now());
        let old = diary::template(&mut tx, at, id).await?;
        let (mut tx, old) = self.found(actor, tx, old, "diary").await?;
        let change = change(&self.core, &mut tx, &place, old, form).await?;
        let clinics = diary::coming_of_template(&mut tx, id, change.new.from_day, now).await?;
        let affected = lost(&mut tx, at, &change, &clinics, now).await?;
        drop(tx);
        self.disclosed(actor, &place, affected, standing(0, &clinics)).await
    }

    /// Changes a clinic that recurs from a day to come on, where it still ends when it `was` to end and all stands as it was
    /// `seen` by [`Diary::affected_by_change`], or nobody loses anything. Whoever fits keeps their time, and is told where they
    /// are seen by somebody else, elsewhere or otherwise; everybody else is told that theirs is cancelled. The service stays:
    /// another service is another clinic. `false` where it was so before. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] by the names of [`TemplateForm`], and with no field where something has changed since;
    /// [`ServiceError::NotFound`] for one that is not the organisation's, and to anybody but a manager.
    pub async fn change_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        was: Option<NaiveDate>,
        form: &TemplateForm,
        seen: &str,
    ) -> Result<bool, ServiceError> {
        let (form, seen) = (form.clone(), seen.to_owned());
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let (at, now) = (place.organisation(), core.now());
                diary::lock(tx, at).await?;
                let old = diary::template(tx, at, id).await?.ok_or(ServiceError::NotFound)?;
                kept_here(tx, at).await?;
                let change = change(&core, tx, &place, old, &form).await?;
                let (old, new) = (&change.old, &change.new);
                let as_before = TemplateRow { id: old.id, from_day: old.from_day, created_at: old.created_at, ..new.clone() };
                if as_before == *old {
                    return Ok(false);
                }
                // The second press of a button changes nothing.
                let same = |one: &TemplateRow| TemplateRow { id: new.id, created_at: new.created_at, ..one.clone() } == *new;
                if diary::templates(tx, at).await?.iter().any(same) {
                    return Ok(true);
                }
                if old.ended_at.is_some() || old.until_day != was {
                    return Err(ServiceError::field("", OVERTAKEN));
                }
                once_at_a_time(&core, tx, new, Some(old.id)).await?;
                let coming = diary::coming_of_template(tx, id, new.from_day, now).await?;
                let (before, after) = hold_still(tx, coming).await?;
                if !lost(tx, at, &change, &before, now).await?.is_empty() && standing(0, &before) != seen {
                    return Err(ServiceError::field("", OVERTAKEN));
                }
                match new.from_day.pred_opt().filter(|last| *last >= old.from_day) {
                    Some(last) => diary::end_template_on(tx, at, id, last).await?,
                    None => drop(diary::end_template(tx, at, id, now).await?),
                }
                diary::insert_template(tx, new).await?;
                let to = TemplateId::from_uuid(new.id);
                // What was cancelled is not made anew.
                diary::hand_on_cancelled(tx, id, to, new.from_day).await?;
                for clinic in after {
                    relay(&core, tx, &actor, &place, &change, clinic).await?;
                }
                make(&core, tx, (at, to)).await?;
                changed(&core, tx, &actor, &place, "template-changed", new.id).await?;
                Ok(true)
            })
        })
        .await
    }
}

/// The hours that are typed for a clinic of one day, as a clinic that recurs on that day alone.
async fn pattern(tx: &mut Tx, row: &ClinicRow, form: &HoursForm) -> Result<Template, ServiceError> {
    let service = diary::service(tx, ServiceId::from_uuid(row.service_id)).await?.ok_or(ServiceError::NotFound)?;
    crate::error::gather! {
        starts = read_clock(&form.starts).ok_or_else(|| FieldProblem::new("starts", "Enter when it begins, like 08:30"));
        ends = read_clock(&form.ends).ok_or_else(|| FieldProblem::new("ends", "Enter when it ends, like 12:00"));
        minutes = number("minutes", &form.minutes, 5..=240, "Enter a number of minutes");
    }
    let usual = u16::try_from(service.minutes).unwrap_or(10);
    let template = Template {
        days: Weekdays::default().with(row.day.weekday()),
        starts,
        ends,
        minutes: minutes.unwrap_or(usual),
        every_weeks: 1,
        from: row.day,
        until: Some(row.day),
    };
    match template.check() {
        Ok(()) => Ok(template),
        Err(errors) => Err(ServiceError::Fields(errors.into_iter().map(wrong_template).collect())),
    }
}

/// Says beside the hours that somebody holds another clinic.
fn beside_hours(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Fields(problems) => {
            ServiceError::Fields(problems.into_iter().map(|one| FieldProblem::new("starts", one.message)).collect())
        }
        other => other,
    }
}

/// What is typed to change a clinic that recurs.
async fn change(
    core: &Core,
    tx: &mut Tx,
    place: &MemberRow,
    old: TemplateRow,
    form: &TemplateForm,
) -> Result<Change, ServiceError> {
    let tomorrow = london_day(core.now()).succ_opt().unwrap_or_default();
    let mut form = TemplateForm { service: old.service_id.to_string(), ..form.clone() };
    if form.from.iter().all(|part| part.trim().is_empty()) {
        form.from = [tomorrow.day().to_string(), tomorrow.month().to_string(), tomorrow.year().to_string()];
    }
    let mut new = read(core, tx, place, &form).await?;
    if new.from_day < tomorrow {
        return Err(ServiceError::field("from", "Choose a day from tomorrow on. The clinic of today has a page of its own"));
    }
    if new.every_weeks == old.every_weeks {
        new.from_day = old.template()?.week_from(new.from_day);
    }
    if new.until_day.is_some_and(|until| until < new.from_day) {
        return Err(ServiceError::field("until", "The last day must not be before the first"));
    }
    Ok(Change { old, new })
}

/// Who loses their appointment by a change of a clinic that recurs, in order of their times.
async fn lost(
    tx: &mut Tx,
    at: OrganisationId,
    change: &Change,
    clinics: &[(ClinicId, i32)],
    now: DateTime<Utc>,
) -> Result<Vec<Affected>, ServiceError> {
    let template = change.new.template()?;
    let mut affected = Vec::new();
    for (id, _) in clinics {
        let day = diary::clinic(tx, at, *id).await?.ok_or(ServiceError::NotFound)?.day;
        affected.extend(no_room(tx, at, *id, open_on(&template, day), now).await?.iter().map(Affected::from));
    }
    affected.sort_by_key(|one| one.starts_at);
    Ok(affected)
}

/// From when to when a clinic that recurs goes on, on a day on which it has times.
fn open_on(template: &Template, day: NaiveDate) -> Option<Span> {
    template.open(day).filter(|_| !template.spans(day).is_empty())
}

/// Gives a clinic in the diary what its clinic that recurs has become; what was changed for that day alone stays: who holds it,
/// where, and how.
async fn relay(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    place: &MemberRow,
    Change { old, new }: &Change,
    (id, version): (ClinicId, i32),
) -> Result<(), ServiceError> {
    let at = place.organisation();
    let row = diary::clinic(tx, at, id).await?.ok_or(ServiceError::NotFound)?;
    let template = new.template()?;
    let Some(open) = open_on(&template, row.day) else {
        cancel(core, tx, actor, place, (id, version)).await?;
        return Ok(());
    };
    let practitioner = if row.practitioner_id == old.practitioner_id { new.practitioner_id } else { row.practitioner_id };
    let by = PractitionerId::from_uuid(practitioner);
    if practitioner != new.practitioner_id {
        free_on(tx, at, by, id, (row.day, open.from, open.to)).await?;
    }
    let laid = Laid {
        template: Some(TemplateId::from_uuid(new.id)),
        practitioner: by,
        place: PlaceId::from_uuid(if row.place_id == old.place_id { new.place_id } else { row.place_id }),
        mode: if row.mode == old.mode { new.mode.clone() } else { row.mode.clone() },
        open,
        times: template.spans(row.day),
    };
    lay(core, tx, actor, place, &row, &laid).await?;
    Ok(())
}

/// Makes a clinic, whose version was just raised, what it is to be: those who have no room are cancelled and told, and the free
/// times stand beside those who stay. `false` where nothing is other than it was.
async fn lay(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    place: &MemberRow,
    row: &ClinicRow,
    laid: &Laid,
) -> Result<bool, ServiceError> {
    let (at, now, id) = (place.organisation(), core.now(), row.clinic());
    let service = diary::service(tx, ServiceId::from_uuid(row.service_id)).await?.ok_or(ServiceError::NotFound)?;
    let lost = no_room(tx, at, id, Some(laid.open), now).await?;
    for one in &lost {
        give_up(core, tx, actor, place, (one, "clinic-hours")).await?;
    }
    let leaves = |starts_at: DateTime<Utc>| lost.iter().any(|one| one.starts_at == starts_at);
    let (stay, others): (Vec<_>, Vec<_>) = slot::of_clinic(tx, id)
        .await?
        .into_iter()
        .partition(|one| one.status != "withdrawn" && one.starts_at <= now || one.status == "taken" && !leaves(one.starts_at));
    let stay: Vec<Span> = stay.into_iter().map(|one| Span { from: one.starts_at, to: one.ends_at }).collect();
    let times: Vec<Span> = beside(&laid.times, &stay).into_iter().filter(|span| span.from > now).collect();
    let mut differs = !lost.is_empty();
    for one in &others {
        if one.status != "withdrawn" && !times.contains(&Span { from: one.starts_at, to: one.ends_at }) {
            slot::withdraw_one(tx, one.slot()).await?;
            differs = true;
        }
    }
    let (mut new, terms) = (Vec::new(), service.terms()?);
    for span in &times {
        let bookable_from = terms.bookable_from(span.from, now);
        match others.iter().find(|one| one.starts_at == span.from) {
            Some(one) if one.status == "free" && one.ends_at == span.to => continue,
            Some(one) => slot::offer_again(tx, one.slot(), span.to, bookable_from).await?,
            None => new.push(NewSlot {
                id: SlotId::from_uuid(core.new_id()),
                starts_at: span.from,
                ends_at: span.to,
                minute: minute_of_day(span.from),
                bookable_from,
            }),
        }
        differs = true;
    }
    let all = || stay.iter().chain(&times);
    let (Some(starts_at), Some(ends_at)) = (all().map(|span| span.from).min(), all().map(|span| span.to).max()) else {
        return Err(StoreError::corrupt("a clinic has no times left").into());
    };
    let clinic = NewClinic {
        id,
        organisation: at,
        template: laid.template,
        service: service.service(),
        place: laid.place,
        practitioner: laid.practitioner,
        mode: Mode::from_code(&laid.mode).ok_or_else(|| StoreError::corrupt("a clinic is held in an unknown way"))?,
        day: row.day,
        starts_at,
        ends_at,
    };
    let moved = (row.practitioner_id, row.place_id, row.mode.as_str())
        != (laid.practitioner.as_uuid(), laid.place.as_uuid(), laid.mode.as_str());
    diary::lay_clinic(tx, &clinic).await?;
    slot::insert_all(tx, &clinic, service.kind()?, &new).await?;
    if moved {
        diary::move_booked(tx, id, (clinic.practitioner, clinic.place, clinic.mode), now).await?;
        tell_of_move(core, tx, actor, place, row).await?;
    }
    Ok(differs || moved)
}

/// Tells those who keep their time at a clinic that they are seen by somebody else, elsewhere or otherwise.
pub(super) async fn tell_of_move(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    place: &MemberRow,
    clinic: &ClinicRow,
) -> Result<(), ServiceError> {
    let (at, what) = (place.organisation(), format!("clinic-{}", clinic.version));
    for row in appointment::of_clinic(tx, at, clinic.clinic()).await? {
        if !comes(&row)? || row.starts_at <= core.now() {
            continue;
        }
        let (person, appointment) = (PersonId::from_uuid(row.person_id), AppointmentId::from_uuid(row.id));
        tell(core, tx, person, appointment, &Letter::AppointmentNews, &what).await?;
        let subject = Subject { organisation: Some(at), ..Subject::new(person, Basis::CareTeam) };
        let event = Event::on_record(actor, subject, Action::AppointmentChanged, Purpose::DirectCare);
        activity::append(core, tx, event.about("what", "clinic-changed").about("appointment", row.id)).await?;
        to_ring(core, tx, actor, place, (&row, &what)).await?;
    }
    Ok(())
}
