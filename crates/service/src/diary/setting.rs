//! Services, places, and those who hold clinics.

use super::{Diary, line, name, number, text};
use crate::activity::{self, Event};
use crate::error::gather;
use crate::{Core, FieldProblem, ServiceError, access, safe_address};
use domain::access::Actor;
use domain::appointment::{Position, Postcode, Release, ServiceKind, Specialty, Terms, Whereabouts, read_clock};
use domain::audit::{Action, Purpose};
use domain::team::TeamAsk;
use domain::when::{london_day, london_midnight};
use domain::{PlaceId, PractitionerId, ServiceId};
use store::diary::{self, PlaceRow, PractitionerRow, ServiceRow};
use store::staff::MemberRow;
use store::{StoreError, Tx, postcode};
use uuid::Uuid;

/// The most characters of an address.
const LONGEST_LINK: usize = 500;
/// What is said where a name is taken; one that has ended keeps its name, because what was booked with it shows it.
const SERVICE_TAKEN: &str = "There is a service of this name, or there was one. Choose another name";
const PLACE_TAKEN: &str = "There is a place of this name, or there was one. Choose another name";
const NAME_TAKEN: &str = "There is somebody of this name, or there was. Add something that tells them apart";
/// What is said of what has ended.
const ENDED: &str = "This has ended, so it cannot be changed";

/// A service, as those see it who book with it and those who run it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSeen {
    /// Its id.
    pub id: ServiceId,
    /// What sort it is.
    pub kind: ServiceKind,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// What to bring, and how to prepare.
    pub prepare: String,
    /// Where people join by video; empty where it is not said.
    pub video_link: String,
    /// Where they can try whether that works; empty where it is not said.
    pub video_test: String,
    /// How long an appointment usually is, in minutes.
    pub minutes: u16,
    /// Whether a reason must be given.
    pub asks_reason: bool,
    /// What it asks and allows.
    pub terms: Terms,
    /// It is not booked any more.
    pub ended: bool,
    /// Goes up with every change; whoever changes it says which they saw.
    pub version: i32,
}

/// What is typed to add a service, or to change one, which keeps its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceForm {
    /// [`ServiceKind`] by code.
    pub kind: String,
    /// Its name, of which the organisation has only one.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// What to bring.
    pub prepare: String,
    /// Where people join by video; empty where there is nothing by video, or each is sent a link.
    pub video_link: String,
    /// Where they can try whether that works.
    pub video_test: String,
    /// Minutes.
    pub minutes: String,
    /// `yes`: only for people whom the organisation looks after.
    pub registered_only: String,
    /// Years; empty for any.
    pub min_age: String,
    /// Years; empty for any.
    pub max_age: String,
    /// `yes`: a referral is needed.
    pub referral_needed: String,
    /// [`Specialty`] by code: what it treats, for which the referral must be; empty for any.
    pub specialty: String,
    /// `yes`: a reason must be given.
    pub asks_reason: String,
    /// `at-once`, `days` or `day`.
    pub release: String,
    /// With `days`: how many before.
    pub release_days: String,
    /// With `day`: from when, such as 08:00.
    pub release_time: String,
    /// `no`: the citizen cannot give an appointment up.
    pub may_cancel: String,
    /// Until how many hours before they can.
    pub cancel_hours: String,
    /// `yes`: each booking waits to be confirmed.
    pub confirms: String,
}

/// A place.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceSeen {
    /// Its id.
    pub id: PlaceId,
    /// Its name.
    pub name: String,
    /// Street and town.
    pub address: String,
    /// Its postcode.
    pub postcode: String,
    /// How to get there.
    pub directions: String,
    /// Whom to ring.
    pub phone: String,
    /// Where on the earth, if it is known.
    pub position: Option<Position>,
    /// Nothing is held there any more.
    pub ended: bool,
    /// Goes up with every change; whoever changes it says which they saw.
    pub version: i32,
}

/// What is typed to add a place, or to change one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceForm {
    /// Its name.
    pub name: String,
    /// Street and town.
    pub address: String,
    /// Its postcode.
    pub postcode: String,
    /// How to get there.
    pub directions: String,
    /// Whom to ring.
    pub phone: String,
}

/// Somebody who holds clinics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PractitionerSeen {
    /// Their id.
    pub id: PractitionerId,
    /// Their name.
    pub name: String,
    /// Their job.
    pub job: String,
    /// They hold no clinics any more.
    pub ended: bool,
    /// Goes up with every change; whoever changes it says which they saw.
    pub version: i32,
}

/// What is typed to add somebody who holds clinics, or to change what they are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PractitionerForm {
    /// Their name.
    pub name: String,
    /// Their job.
    pub job: String,
}

impl TryFrom<ServiceRow> for ServiceSeen {
    type Error = StoreError;

    fn try_from(row: ServiceRow) -> Result<Self, Self::Error> {
        Ok(Self {
            id: row.service(),
            kind: row.kind()?,
            terms: row.terms()?,
            name: row.name,
            about: row.about,
            prepare: row.prepare,
            video_link: row.video_link.unwrap_or_default(),
            video_test: row.video_test.unwrap_or_default(),
            minutes: u16::try_from(row.minutes).map_err(|_| StoreError::corrupt("a service is too long"))?,
            asks_reason: row.asks_reason,
            ended: row.ended_at.is_some(),
            version: row.version,
        })
    }
}

impl From<PlaceRow> for PlaceSeen {
    fn from(row: PlaceRow) -> Self {
        let position = row.position();
        Self {
            id: row.place(),
            name: row.name,
            address: row.address,
            postcode: row.postcode,
            directions: row.directions,
            phone: row.phone,
            position,
            ended: row.ended_at.is_some(),
            version: row.version,
        }
    }
}

impl From<PractitionerRow> for PractitionerSeen {
    fn from(row: PractitionerRow) -> Self {
        let id = PractitionerId::from_uuid(row.id);
        Self { id, name: row.name, job: row.job, ended: row.ended_at.is_some(), version: row.version }
    }
}

impl Diary {
    /// The services of the actor's organisation, by name, those that have ended among them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to whoever does not see the diary.
    pub async fn services(&self, actor: &Actor) -> Result<Vec<ServiceSeen>, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::SeeDiary, "diary").await?;
        let rows = diary::services(&mut tx, place.organisation()).await?;
        Ok(rows.into_iter().map(ServiceSeen::try_from).collect::<Result<_, _>>()?)
    }

    /// The places of the actor's organisation, by name, those that have ended among them.
    ///
    /// # Errors
    /// As [`Diary::services`].
    pub async fn places(&self, actor: &Actor) -> Result<Vec<PlaceSeen>, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::SeeDiary, "diary").await?;
        Ok(diary::places(&mut tx, place.organisation()).await?.into_iter().map(PlaceSeen::from).collect())
    }

    /// Those who hold clinics at the actor's organisation, by name, those who have ended among them.
    ///
    /// # Errors
    /// As [`Diary::services`].
    pub async fn practitioners(&self, actor: &Actor) -> Result<Vec<PractitionerSeen>, ServiceError> {
        let (mut tx, place) = self.enter(actor, TeamAsk::SeeDiary, "diary").await?;
        Ok(diary::practitioners(&mut tx, place.organisation()).await?.into_iter().map(PractitionerSeen::from).collect())
    }

    /// Adds a service.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] by the names of [`ServiceForm`]; [`ServiceError::NotFound`] to anybody but a manager.
    pub async fn add_service(&self, actor: &Actor, form: &ServiceForm) -> Result<ServiceId, ServiceError> {
        let form = form.clone();
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let row = read_service(&core, &place, &form)?;
                if !diary::insert_service(tx, &row).await? {
                    return Err(ServiceError::field("name", SERVICE_TAKEN));
                }
                changed(&core, tx, &actor, &place, "service-added", row.id).await?;
                Ok(row.service())
            })
        })
        .await
    }

    /// Adds a place.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] by the names of [`PlaceForm`]; [`ServiceError::NotFound`] to anybody but a manager.
    pub async fn add_place(&self, actor: &Actor, form: &PlaceForm) -> Result<PlaceId, ServiceError> {
        let form = form.clone();
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let row = located(tx, read_place(&core, &place, &form)?).await?;
                if !diary::insert_place(tx, &row).await? {
                    return Err(ServiceError::field("name", PLACE_TAKEN));
                }
                changed(&core, tx, &actor, &place, "place-added", row.id).await?;
                Ok(row.place())
            })
        })
        .await
    }

    /// Adds somebody who holds clinics.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`name`, `job`); [`ServiceError::NotFound`] to anybody but a manager.
    pub async fn add_practitioner(&self, actor: &Actor, form: &PractitionerForm) -> Result<PractitionerId, ServiceError> {
        let form = form.clone();
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let row = read_practitioner(&core, &place, &form)?;
                if !diary::insert_practitioner(tx, &row).await? {
                    return Err(ServiceError::field("name", NAME_TAKEN));
                }
                changed(&core, tx, &actor, &place, "practitioner-added", row.id).await?;
                Ok(PractitionerId::from_uuid(row.id))
            })
        })
        .await
    }

    /// Changes a service that stands as it was seen, but for its kind. What is booked shows it at once; from when its times
    /// can be booked holds for those in the diary too. Recurring clinics keep the length that they have. Doing so twice
    /// changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] by the names of [`ServiceForm`], and with no field where it has changed since, or has ended;
    /// [`ServiceError::NotFound`] for one that is not the organisation's, and to anybody but a manager.
    pub async fn change_service(
        &self,
        actor: &Actor,
        id: ServiceId,
        version: i32,
        form: &ServiceForm,
    ) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let at = place.organisation();
                diary::lock(tx, at).await?;
                let known = diary::services(tx, at).await?;
                let held = known.iter().find(|row| row.id == id.as_uuid()).ok_or(ServiceError::NotFound)?;
                let form = ServiceForm { kind: held.kind.clone(), ..form };
                let read = read_service(&core, &place, &form)?;
                let row = ServiceRow { id: held.id, created_at: held.created_at, ended_at: held.ended_at, version, ..read };
                if unchanged(held, &ServiceRow { version: held.version, ..row.clone() }, held.ended_at.is_some())? {
                    return Ok(());
                }
                if known.iter().any(|other| other.id != row.id && other.name == row.name) {
                    return Err(ServiceError::field("name", SERVICE_TAKEN));
                }
                if !diary::change_service(tx, &row).await? {
                    return Err(overtaken());
                }
                if row.release != held.release {
                    release(&core, tx, &row).await?;
                }
                changed(&core, tx, &actor, &place, "service-changed", row.id).await
            })
        })
        .await
    }

    /// Changes a place that stands as it was seen; what is booked there shows it at once. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] by the names of [`PlaceForm`]; as [`Diary::change_service`] otherwise.
    pub async fn change_place(&self, actor: &Actor, id: PlaceId, version: i32, form: &PlaceForm) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let at = place.organisation();
                diary::lock(tx, at).await?;
                let known = diary::places(tx, at).await?;
                let held = known.iter().find(|row| row.id == id.as_uuid()).ok_or(ServiceError::NotFound)?;
                let read = located(tx, read_place(&core, &place, &form)?).await?;
                let row = PlaceRow { id: held.id, created_at: held.created_at, ended_at: held.ended_at, version, ..read };
                if unchanged(held, &PlaceRow { version: held.version, ..row.clone() }, held.ended_at.is_some())? {
                    return Ok(());
                }
                if known.iter().any(|other| other.id != row.id && other.name == row.name) {
                    return Err(ServiceError::field("name", PLACE_TAKEN));
                }
                if !diary::change_place(tx, &row).await? {
                    return Err(overtaken());
                }
                changed(&core, tx, &actor, &place, "place-changed", row.id).await
            })
        })
        .await
    }

    /// Changes what somebody who holds clinics is called, and their job, where they stand as they were seen; what is booked
    /// with them shows it at once. Doing so twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Fields`] (`name`, `job`); as [`Diary::change_service`] otherwise.
    pub async fn change_practitioner(
        &self,
        actor: &Actor,
        id: PractitionerId,
        version: i32,
        form: &PractitionerForm,
    ) -> Result<(), ServiceError> {
        let form = form.clone();
        self.act(actor, "diary", move |core, tx, actor| {
            Box::pin(async move {
                let place = access::in_team(tx, &actor, TeamAsk::ManageDiary).await?;
                let at = place.organisation();
                diary::lock(tx, at).await?;
                let known = diary::practitioners(tx, at).await?;
                let held = known.iter().find(|row| row.id == id.as_uuid()).ok_or(ServiceError::NotFound)?;
                let read = read_practitioner(&core, &place, &form)?;
                let row = PractitionerRow { id: held.id, created_at: held.created_at, ended_at: held.ended_at, version, ..read };
                if unchanged(held, &PractitionerRow { version: held.version, ..row.clone() }, held.ended_at.is_some())? {
                    return Ok(());
                }
                if known.iter().any(|other| other.id != row.id && other.name == row.name) {
                    return Err(ServiceError::field("name", NAME_TAKEN));
                }
                if !diary::change_practitioner(tx, &row).await? {
                    return Err(overtaken());
                }
                changed(&core, tx, &actor, &place, "practitioner-changed", row.id).await
            })
        })
        .await
    }
}

/// Whether what is wanted is so already; what has ended is not changed any more.
fn unchanged<T: PartialEq>(held: &T, wanted: &T, ended: bool) -> Result<bool, ServiceError> {
    if ended { Err(ServiceError::field("", ENDED)) } else { Ok(held == wanted) }
}

/// What is said to somebody who changes what another has changed since they saw it.
fn overtaken() -> ServiceError {
    ServiceError::field("", "Somebody else has just changed this. Look at how it stands now, then change it if you still want to")
}

/// Says anew from when the times of a service that are in the diary can be booked.
async fn release(core: &Core, tx: &mut Tx, row: &ServiceRow) -> Result<(), ServiceError> {
    let (terms, now, at) = (row.terms()?, core.now(), row.organisation());
    for day in diary::days_of_service(tx, at, row.service(), london_day(now)).await? {
        // The same for the whole day: a release is at a time of a day.
        let bookable_from = terms.bookable_from(london_midnight(day), now);
        diary::release(tx, at, (row.service(), day), bookable_from, now).await?;
    }
    Ok(())
}

/// Writes down that what can be booked was changed.
pub(super) async fn changed(
    core: &Core,
    tx: &mut Tx,
    actor: &Actor,
    place: &MemberRow,
    what: &'static str,
    about: Uuid,
) -> Result<(), ServiceError> {
    let event = Event::on_account(actor, Action::DiaryChanged, Purpose::Operations)
        .about("what", what)
        .about("about", about)
        .about("organisation", place.organisation_id)
        .about("member", place.id);
    activity::append(core, tx, event).await
}

/// A place with where its postcode is, as far as the operator's table tells.
pub(crate) async fn located(tx: &mut Tx, mut row: PlaceRow) -> Result<PlaceRow, ServiceError> {
    if let Ok(postcode) = Whereabouts::parse(&row.postcode) {
        let at = postcode::position(tx, &postcode).await?;
        (row.latitude, row.longitude) = (at.map(|at| at.latitude), at.map(|at| at.longitude));
    }
    Ok(row)
}

/// Reads a phone number that can be rung from a link; empty for nothing typed.
fn phone(field: &'static str, text: &str) -> Result<String, FieldProblem> {
    let number = line(text);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let odd = |c: char| !c.is_ascii_digit() && !matches!(c, ' ' | '+' | '-' | '(' | ')');
    if number.is_empty() || (3..=15).contains(&digits) && number.len() <= 30 && !number.contains(odd) {
        Ok(number)
    } else {
        Err(FieldProblem::new(field, "Enter a phone number, like 01823 000000"))
    }
}

/// Reads the address of the page where people do this, which must be a safe one; `None` for nothing typed.
fn link(field: &'static str, text: &str, what: &str) -> Result<Option<String>, FieldProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let page = safe_address(text).filter(|url| url.scheme() == "https" && url.host_str().is_some_and(|host| host.contains('.')));
    if page.is_none() || text.contains(['"', '<', '>']) || text.chars().count() > LONGEST_LINK {
        return Err(FieldProblem::new(field, format!("Enter the address of the page {what}. It begins with https://")));
    }
    Ok(Some(text.to_owned()))
}

fn yes(text: &str) -> bool {
    text == "yes"
}

fn read_release(form: &ServiceForm) -> Result<Release, FieldProblem> {
    match form.release.as_str() {
        "at-once" => Ok(Release::AtOnce),
        "days" => {
            let days = number("release_days", &form.release_days, 1..=365, "Enter a number of days")?;
            days.map(Release::DaysBefore).ok_or_else(|| FieldProblem::new("release_days", "Enter how many days before"))
        }
        "day" => read_clock(&form.release_time)
            .filter(|minute| *minute < 24 * 60)
            .map(Release::OnTheDay)
            .ok_or_else(|| FieldProblem::new("release_time", "Enter a time of day, like 08:00")),
        _ => Err(FieldProblem::new("release", "Choose from when it can be booked")),
    }
}

fn read_service(core: &Core, place: &MemberRow, form: &ServiceForm) -> Result<ServiceRow, ServiceError> {
    gather! {
        kind = ServiceKind::from_code(&form.kind).ok_or_else(|| FieldProblem::new("kind", "Choose what sort of service it is"));
        named = name("name", &form.name, "Enter the name of the service");
        about = text("about", &form.about, "Say what it is for");
        prepare = text("prepare", &form.prepare, "Say what to bring, and how to prepare,");
        video_link = link("video_link", &form.video_link, "where people join");
        video_test = link("video_test", &form.video_test, "where people can try it");
        minutes = number("minutes", &form.minutes, 5..=240, "Enter a number of minutes")
            .and_then(|minutes| minutes.ok_or_else(|| FieldProblem::new("minutes", "Enter how long an appointment is, in minutes")));
        min_age = number("min_age", &form.min_age, 0..=120, "Enter an age in years");
        max_age = number("max_age", &form.max_age, 0..=120, "Enter an age in years").and_then(|max| match (&min_age, max) {
            (Ok(Some(min)), Some(max)) if max < *min => {
                Err(FieldProblem::new("max_age", "The highest age must not be below the lowest"))
            }
            _ => Ok(max),
        });
        release = read_release(form);
        specialty = match form.specialty.as_str() {
            "" => Ok(None),
            code => Specialty::from_code(code).map(Some).ok_or_else(|| FieldProblem::new("specialty", "Choose what it treats")),
        };
        hours = number("cancel_hours", &form.cancel_hours, 0..=720, "Enter a number of hours");
    }
    Ok(ServiceRow {
        id: core.new_id(),
        organisation_id: place.organisation_id,
        kind: kind.code().to_owned(),
        name: named,
        about,
        prepare,
        video_link,
        video_test,
        minutes: i32::from(minutes),
        registered_only: yes(&form.registered_only),
        min_age: min_age.map(i32::from),
        max_age: max_age.map(i32::from),
        referral_needed: yes(&form.referral_needed),
        specialty: specialty.filter(|_| yes(&form.referral_needed)).map(|one| one.code().to_owned()),
        asks_reason: yes(&form.asks_reason),
        release: release.code(),
        may_cancel: form.may_cancel != "no",
        cancel_hours: i32::from(hours.unwrap_or_default()),
        confirms: yes(&form.confirms),
        created_at: core.now(),
        ended_at: None,
        version: 1,
    })
}

fn read_place(core: &Core, place: &MemberRow, form: &PlaceForm) -> Result<PlaceRow, ServiceError> {
    gather! {
        named = name("name", &form.name, "Enter the name of the place");
        address = text("address", &form.address, "Enter the street and town").and_then(|text| {
            if text.is_empty() { Err(FieldProblem::new("address", "Enter the street and the town")) } else { Ok(text) }
        });
        postcode =
            Postcode::parse(&form.postcode).map_err(|_| FieldProblem::new("postcode", "Enter a postcode, such as TA1 1AA"));
        directions = text("directions", &form.directions, "Say how to get there");
        phone = phone("phone", &form.phone);
    }
    Ok(PlaceRow {
        id: core.new_id(),
        organisation_id: place.organisation_id,
        name: named,
        address,
        postcode: postcode.as_str().to_owned(),
        directions,
        phone,
        latitude: None,
        longitude: None,
        created_at: core.now(),
        ended_at: None,
        version: 1,
    })
}

fn read_practitioner(core: &Core, place: &MemberRow, form: &PractitionerForm) -> Result<PractitionerRow, ServiceError> {
    gather! {
        named = name("name", &form.name, "Enter their name");
        job = name("job", &form.job, "Enter their job");
    }
    Ok(PractitionerRow {
        id: core.new_id(),
        organisation_id: place.organisation_id,
        name: named,
        job,
        created_at: core.now(),
        ended_at: None,
        version: 1,
    })
}
