//! The practice's side of appointments: what can be booked, where, with whom and when; and who comes.

mod attendance;
mod busy;
mod changing;
mod clinics;
mod closing;
mod desk;
mod ending;
mod hours;
mod setting;
mod uptake;

pub use attendance::{Attendee, ClinicDetail, Lost};
pub use changing::ClinicForm;
pub use clinics::{Affected, ClinicSeen, TemplateForm, TemplateSeen};
pub use closing::{ClosedDay, Holiday};
pub use desk::{BookingSeen, TimesFree, TimesWanted};
pub use ending::Ending;
pub use hours::HoursForm;
pub(crate) use setting::located;
pub use setting::{PlaceForm, PlaceSeen, PractitionerForm, PractitionerSeen, ServiceForm, ServiceSeen};
pub use uptake::{UPTAKE_DAYS, UPTAKE_FLOOR, Uptake};

use crate::{Core, FieldProblem, ServiceError, access};
use domain::ClinicId;
use domain::access::Actor;
use domain::team::TeamAsk;
use futures::future::BoxFuture;
use store::staff::MemberRow;
use store::{Tx, diary};

/// The most characters of a name.
const LONGEST_NAME: usize = 100;
/// The most characters of a text of several lines.
const LONGEST_TEXT: usize = 1000;

/// What is said of a clinic of which nothing can be changed any more.
const CLINIC_OVER: &str = "This clinic is over or cancelled, so it cannot be changed";

/// What is said of a clinic that is not as it was seen.
const CLINIC_OVERTAKEN: &str = "This clinic has just changed. Look at who is affected now, then try again";

/// What is said where anything is not as it was seen that is shown before clinics are cancelled.
const OVERTAKEN: &str = "Something has just changed. Look at who is affected now, then try again";

/// Who would lose what they have booked, and how all stands that was shown: whoever goes on says what they saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Who has booked, in order of their times.
    pub affected: Vec<Affected>,
    /// How it stands, as a word that becomes another with every change, booking and giving up.
    pub seen: String,
}

/// The use cases of an organisation's diary.
#[derive(Clone)]
pub struct Diary {
    core: Core,
}

impl Diary {
    pub(crate) const fn new(core: Core) -> Self {
        Self { core }
    }

    /// Lets through whoever says what can be booked at the organisation for which they work.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] to anybody but a manager.
    pub async fn may_manage(&self, actor: &Actor) -> Result<(), ServiceError> {
        self.enter(actor, TeamAsk::ManageDiary, "diary").await.map(|_| ())
    }

    /// A snapshot, and the actor's place at the organisation for which they work, where they may do this there; a refusal is
    /// audited.
    async fn enter(&self, actor: &Actor, ask: TeamAsk, what: &'static str) -> Result<(Tx, MemberRow), ServiceError> {
        let mut tx = self.core.read().await?;
        match access::in_team(&mut tx, actor, ask).await {
            Ok(place) => Ok((tx, place)),
            Err(error) => {
                drop(tx);
                Err(access::refused(&self.core, actor, error, what).await)
            }
        }
    }

    /// What was looked for, with the snapshot; that it is not there is a refusal, which is audited.
    async fn found<T>(&self, actor: &Actor, tx: Tx, found: Option<T>, what: &'static str) -> Result<(Tx, T), ServiceError> {
        match found {
            Some(found) => Ok((tx, found)),
            None => {
                drop(tx);
                Err(access::refused(&self.core, actor, ServiceError::NotFound, what).await)
            }
        }
    }

    /// Does an act in one transaction; a refusal is audited.
    async fn act<T, F>(&self, actor: &Actor, what: &'static str, body: F) -> Result<T, ServiceError>
    where
        F: for<'t> FnOnce(Core, &'t mut Tx, Actor) -> BoxFuture<'t, Result<T, ServiceError>> + Send + 'static,
        T: Send + 'static,
    {
        self.core.act_in_team(actor, what, body).await
    }
}

/// How it stands, as a word that becomes another with every change, booking and giving up.
fn standing(version: i32, clinics: &[(ClinicId, i32)]) -> String {
    let sum: i64 = clinics.iter().map(|(_, version)| i64::from(*version)).sum();
    format!("{version}-{}-{sum}", clinics.len())
}

/// Keeps others from booking at these clinics until this act ends: whoever books at this moment has done so before, or finds
/// them as the act leaves them. Gives them as they stood before, and as they stand now.
async fn hold_still(tx: &mut Tx, mut clinics: Vec<(ClinicId, i32)>) -> Result<(Versions, Versions), ServiceError> {
    // In the order of their ids, as everybody who touches several.
    clinics.sort_unstable();
    let mut after = Vec::with_capacity(clinics.len());
    for (id, before) in &mut clinics {
        let now = diary::touch_clinic(tx, *id).await?.ok_or(ServiceError::NotFound)?;
        *before = now - 1;
        after.push((*id, now));
    }
    Ok((clinics, after))
}

/// Clinics with the version of each.
type Versions = Vec<(ClinicId, i32)>;

/// A text on one line, without space around it.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a name, or says what to do.
fn name(field: &'static str, text: &str, missing: &str) -> Result<String, FieldProblem> {
    let text = line(text);
    if text.is_empty() {
        return Err(FieldProblem::new(field, missing));
    }
    if text.chars().count() > LONGEST_NAME || text.contains(char::is_control) {
        return Err(FieldProblem::new(field, format!("{missing}, in no more than {LONGEST_NAME} letters")));
    }
    Ok(text)
}

/// Reads a text of several lines that may be empty, or says what to do with which: "Say what it is for".
fn text(field: &'static str, text: &str, told: &str) -> Result<String, FieldProblem> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > LONGEST_TEXT {
        return Err(FieldProblem::new(field, format!("{told} in no more than {LONGEST_TEXT} letters")));
    }
    match domain::shown::refused(&text, true) {
        Some(sign) => Err(FieldProblem::new(field, format!("{told}. {sign}"))),
        None => Ok(text),
    }
}

/// Reads a whole number within bounds; `None` for nothing typed.
fn number(
    field: &'static str,
    text: &str,
    bounds: std::ops::RangeInclusive<u16>,
    told: &str,
) -> Result<Option<u16>, FieldProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse::<u16>().ok().filter(|number| text.len() <= 5 && bounds.contains(number));
    number.map(Some).ok_or_else(|| FieldProblem::new(field, format!("{told}, from {} to {}", bounds.start(), bounds.end())))
}
